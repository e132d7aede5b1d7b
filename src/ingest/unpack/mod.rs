//! Containers: the bytes of a file as the user has it become the bytes of the texts in it.
//!
//! Start at [`Layers`]: it recognises what a file is wrapped in by magic numbers, never by names, and peels. One file here per
//! container; each takes slices of any size, keeps no more than a window, and knows nothing of the others. What is
//! refused, and why: docs/decisions/0004-containers.md.

mod checksum;
mod fault;
mod gzip;
mod inflate;
mod layers;
mod tar;
#[cfg(test)]
mod tests;
mod utf16;
mod zip;
mod zstd;

pub use fault::{Container, Damage, UnpackFault};
pub use layers::{Layers, Piece};

/// Containers in each other. Four is a zip of `.tar.gz` whose files are `.gz`; a quine nests for ever.
pub const MOST_NESTED: u32 = 4;
/// Files in all archives of one load. More is a folder of another kind, and each costs a reader and a report.
pub const MOST_FILES: u32 = 10_000;
/// Bytes unpacked in one load, those of containers in each other each counted: all that a wasm32 memory can address.
pub const MOST_UNPACKED: u64 = 4 << 30;
/// Unpacked bytes per packed byte. Traces reach some 100; deflate itself 1032, with nothing but zeros.
pub const MOST_RATIO: u64 = 1000;
/// Packed bytes are counted in such steps, rounded up: so the first 16 MB are free of [`MOST_RATIO`], and where it is
/// hit does not depend on how a file is sliced.
pub const GRAIN: usize = 16 * 1024;
/// Bytes that a zstd frame may look back over: what the zstd tool itself takes without being asked (level 22 writes it).
pub const LARGEST_WINDOW: u64 = 128 << 20;

/// Unpacked bytes on their way out; an error stops whoever hands them over.
type Take<'a> = dyn FnMut(&[u8]) -> Result<(), UnpackFault> + 'a;

/// What an archive's reader tells.
enum Entry<'a> {
    /// A file begins: its path.
    Begin(&'a str),
    Bytes(&'a [u8]),
    /// The file cannot be read, from here on.
    Bad(UnpackFault),
    /// The file has ended, and is whole.
    End,
}

type TakeEntry<'a> = dyn FnMut(Entry) -> Result<(), UnpackFault> + 'a;

/// Files that operating systems put into archives, and directories: nobody packed them.
fn is_noise(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.ends_with('/') || path.starts_with("__MACOSX/") || name == ".DS_Store" || name.starts_with("._")
}

/// The number at `at`, little-endian, of so many bytes (at most 8); 0 past the end.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let bytes = bytes.get(at..at + length).unwrap_or_default();
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
