//! What the browser remembers: preferences for good, and for this tab which trace came from which file. A browser may
//! refuse to remember; then nothing is remembered.

use leptos::prelude::window;
use web_sys::Storage;

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

pub fn preference(key: &str) -> Option<String> {
    local()?.get_item(&format!("trackway.{key}")).ok().flatten()
}

pub fn set_preference(key: &str, value: &str) {
    if let Some(storage) = local() {
        // A full or closed storage costs the memory of a preference, no more.
        let _ = storage.set_item(&format!("trackway.{key}"), value);
    }
}

/// The name of the file that a trace came from, in this tab, before a reload.
pub fn file_of_trace(id: &str) -> Option<String> {
    session()?.get_item(&format!("trackway.trace.{id}")).ok().flatten()
}

pub fn remember_file_of_trace(id: &str, file: &str) {
    if let Some(storage) = session() {
        let _ = storage.set_item(&format!("trackway.trace.{id}"), file);
    }
}
