//! Ids in formats that want digits. An id that is a text, or 0 (which means "none"), gets digits made from its text:
//! the same everywhere, so that parents and links still find their spans.

use crate::model::{SpanId, Strings, TraceId};
use xxhash_rust::xxh64::xxh64;

/// The number to write for a trace's id, and whether it was made.
pub fn trace_bits(id: TraceId, strings: &Strings) -> (u128, bool) {
    match id {
        TraceId::Hex { bits, .. } if bits != 0 => (bits, false),
        other => (made(&other.text(strings)), true),
    }
}

/// The number to write for a span's id, and whether it was made.
pub fn span_bits(id: SpanId, strings: &Strings) -> (u64, bool) {
    match id {
        SpanId::Hex { bits, .. } if bits != 0 => (bits, false),
        other => (made(&other.text(strings)) as u64, true),
    }
}

/// Two times 64 bits of XXH64, of which the lower are not 0.
fn made(text: &str) -> u128 {
    let [low, high] = [0, 1].map(|seed| u128::from(xxh64(text.as_bytes(), seed)));
    let bits = high << 64 | low;
    if bits as u64 == 0 { bits + 1 } else { bits }
}
