//! The files of ../shared/fixtures, and loading them as the engine does.

// Each test uses its part.
#![allow(dead_code)]

use std::path::PathBuf;
use trackway::ingest::{Load, LoadReport};
use trackway::model::Store;

/// The folder; `None`, with a word, where it is not.
pub fn fixtures() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    if !folder.is_dir() {
        println!("ignored: ../shared/fixtures is not here");
        return None;
    }
    Some(folder)
}

/// Loads bytes in slices of so many into a store.
pub fn load_into(store: &mut Store, name: &str, bytes: &[u8], slice: usize) -> LoadReport {
    let mut load = Load::new(name);
    for slice in bytes.chunks(slice) {
        if load.push(store, slice).is_err() {
            break;
        }
    }
    load.finish(store)
}

/// Loads bytes in slices of so many into a store of their own.
pub fn load(name: &str, bytes: &[u8], slice: usize) -> (Store, LoadReport) {
    let mut store = Store::new();
    let report = load_into(&mut store, name, bytes, slice);
    (store, report)
}
