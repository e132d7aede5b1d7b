//! What the fuzz targets do with their input. `scripts/fuzz.sh` runs them; a target in `fuzz_targets` is one line.
//!
//! * [`door`]: any bytes as a file: recognised, unpacked, read, written, removed.
//! * [`alone`]: any text through one format's reader.
//! * [`json`]: any text as a JSON value, by our tape and by serde_json.
//! * [`unpack`]: any bytes through the containers.
//!
//! All but `json` read the input in one piece and in slices, and want the same from both; `json` shortens it. The input's
//! last byte says how long the slices are, or by how much: see [`Cut`].

pub mod alone;
pub mod door;
pub mod json;
pub mod memory;
pub mod unpack;

/// An input: content, and the slices to cut it into.
#[derive(Clone, Copy, Debug)]
pub struct Cut<'i> {
    pub content: &'i [u8],
    /// In bytes, at least 1.
    pub slice: usize,
}

impl Cut<'_> {
    /// Takes the last byte off: 0 is one slice, others their number of bytes, and more of a long content, since single
    /// bytes of it would be many. scripts/fuzz.sh puts such a byte at the end of every seed.
    pub fn of(input: &[u8]) -> Cut<'_> {
        match input.split_last() {
            None => Cut { content: input, slice: 1 },
            Some((0, content)) => Cut { content, slice: content.len().max(1) },
            Some((byte, content)) => Cut { content, slice: usize::from(*byte) + content.len() / 500 },
        }
    }
}
