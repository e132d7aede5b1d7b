//! Any text through the reader of one format alone.

use crate::Cut;
use crate::memory::bounded;
use trackway::ingest::fuzzing::{read_alone, tell};
use trackway::ingest::{Format, LoadReport};
use trackway::model::Store;

/// However the text is cut, it gives the same spans, notes and fault.
pub fn target(format: Format, input: &[u8]) {
    let cut = Cut::of(input);
    let text = String::from_utf8_lossy(cut.content);
    // A byte order mark is left out only if it is whole in the first slice: a promise of `Text`.
    let text = text.trim_start_matches('\u{feff}');
    let whole = read(format, text, text.len());
    let sliced = read(format, text, cut.slice);
    assert_eq!(tell(&whole), tell(&sliced), "slices of {}", cut.slice);
}

fn read(format: Format, text: &str, slice: usize) -> (Store, LoadReport) {
    bounded(|| read_alone(format, text, slice), |_| text.len() as u64)
}
