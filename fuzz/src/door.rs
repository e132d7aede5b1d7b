//! Any bytes as a file.

use crate::Cut;
use crate::memory::bounded;
use trackway::export::{Export, ExportFormat, Selection};
use trackway::ingest::fuzzing::tell;
use trackway::ingest::{Load, LoadReport};
use trackway::model::Store;

/// However the file is cut, it gives the same. What was read can be walked, written in every format and removed again.
pub fn target(input: &[u8]) {
    let cut = Cut::of(input);
    let whole = load(cut.content, cut.content.len().max(1));
    let sliced = load(cut.content, cut.slice);
    assert_eq!(tell(&whole), tell(&sliced), "slices of {}", cut.slice);
    assert_eq!(whole.1.containers, sliced.1.containers, "slices of {}", cut.slice);
    // After a fault the rest of the slice is not counted.
    if whole.1.fault.is_none() {
        assert_eq!(whole.1.text_bytes, sliced.1.text_bytes, "slices of {}", cut.slice);
    }
    let (mut store, report) = sliced;
    write(&store);
    for source in &report.sources {
        store.remove_source(*source);
    }
    assert_eq!(store.spans.len(), 0, "all of it can be removed");
}

fn load(bytes: &[u8], slice: usize) -> (Store, LoadReport) {
    let work = || {
        let mut store = Store::new();
        let mut load = Load::new("fuzzed");
        for slice in bytes.chunks(slice) {
            if load.push(&mut store, slice).is_err() {
                break;
            }
        }
        let report = load.finish(&mut store);
        (store, report)
    };
    bounded(work, |(_, report)| report.text_bytes.max(bytes.len() as u64))
}

fn write(store: &Store) {
    let all = Selection::Traces(store.traces().map(|(row, _)| row).collect());
    for format in ExportFormat::ALL {
        let mut export = Export::new(store, format, &all);
        while export.next_chunk(store).is_some() {}
    }
}
