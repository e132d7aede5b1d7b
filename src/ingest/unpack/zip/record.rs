//! The records of a zip archive: how long each is, and the fields that matter. Numbers in brackets are APPNOTE's.

use super::super::number;
use super::{Damage, UnpackFault, damaged};
use std::cmp::Ordering;

/// A file's header (4.3.7).
pub const LOCAL: &[u8] = b"PK\x03\x04";
/// A file in the directory (4.3.12).
pub const DIRECTORY: &[u8] = b"PK\x01\x02";
/// The end of the directory (4.3.16).
pub const END: &[u8] = b"PK\x05\x06";
/// Sizes after the data (4.3.9); the signature is optional.
pub const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// A descriptor without its signature, with sizes of four and of eight bytes.
pub const NARROW: usize = 12;
pub const WIDE: usize = 20;
/// The end record of an archive with many or large files; its own end is extensible, but nobody did (4.3.14).
const LONGEST_WIDE_END: u64 = 64 * 1024;

/// Whether an archive begins like this; an empty one has nothing but its end.
pub fn is_start(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL) || bytes.starts_with(END)
}

/// As many bytes as the record that begins like this has, as far as can be told from the beginning.
pub fn wanted(start: &[u8]) -> Result<usize, UnpackFault> {
    let length = |at| number(start, at, 2) as usize;
    let (fixed, variable) = match start {
        [_, _, _, _, ..] => match &start[..4] {
            LOCAL => (30, length(26) + length(28)),
            DIRECTORY => (46, length(28) + length(30) + length(32)),
            // Its comment is of no interest.
            END => (22, 0),
            b"PK\x06\x06" => match number(start, 4, 8) {
                size if size > LONGEST_WIDE_END => return Err(damaged(Damage::Directory)),
                size => (12, size as usize),
            },
            b"PK\x06\x07" => (20, 0),
            // A signature of the directory (4.3.13).
            b"PK\x05\x05" => (6, length(4)),
            _ => return Err(damaged(Damage::Signature)),
        },
        _ => (4, 0),
    };
    Ok(if start.len() < fixed { fixed } else { fixed + variable })
}

/// Checksum and sizes of a file, as written in its header or descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub checksum: u32,
    pub packed: u64,
    pub unpacked: u64,
}

impl Written {
    /// From a descriptor without its signature, [`NARROW`] or [`WIDE`].
    pub fn read(data: &[u8]) -> Written {
        let size = (data.len() - 4) / 2;
        Written {
            checksum: number(data, 0, 4) as u32,
            packed: number(data, 4, size),
            unpacked: number(data, 4 + size, size),
        }
    }
}

/// What matters of a file's header.
#[derive(Debug)]
pub struct Local {
    pub path: String,
    pub is_encrypted: bool,
    pub method: u16,
    /// Sizes and checksum follow the data. Those of the header are then 0, or right.
    pub has_descriptor: bool,
    pub written: Written,
    /// A descriptor has sizes of eight bytes.
    pub is_wide: bool,
}

impl Local {
    /// From a whole header.
    pub fn read(record: &[u8]) -> Local {
        let flags = number(record, 6, 2);
        let (name, extra) = record[30..].split_at(number(record, 26, 2) as usize);
        let mut written = Written::read(&record[14..26]);
        let wide = wide_sizes(extra);
        let mut sizes = wide.unwrap_or_default();
        for size in [&mut written.unpacked, &mut written.packed] {
            if *size == u64::from(u32::MAX) && wide.is_some() {
                *size = number(sizes, 0, 8);
                sizes = sizes.get(8..).unwrap_or_default();
            }
        }
        Local {
            // Older names are in the code page of the machine they were made on; which one, nobody wrote down.
            path: String::from_utf8_lossy(name).into_owned(),
            is_encrypted: flags & 1 != 0,
            method: number(record, 8, 2) as u16,
            has_descriptor: flags & 8 != 0,
            written,
            is_wide: wide.is_some(),
        }
    }
}

/// The extra field with sizes of eight bytes (4.5.3), if there is one.
fn wide_sizes(mut extra: &[u8]) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (kind, length) = (number(extra, 0, 2), number(extra, 2, 2) as usize);
        let data = extra.get(4..4 + length)?;
        if kind == 1 {
            return Some(data);
        }
        extra = &extra[4 + length..];
    }
    None
}

/// Files that an end record says are listed; `ffff` if that stands elsewhere.
pub fn end_count(record: &[u8]) -> u64 {
    number(record, 10, 2)
}

/// Whether bytes are a descriptor that fits.
pub enum Fit {
    Yes(Written),
    No,
    /// So far they might be.
    TooShort,
}

/// Whether `held` is a descriptor with its signature, after `packed` bytes of data, that `is_fit`.
pub fn signed_descriptor(held: &[u8], is_wide: bool, packed: u64, is_fit: &dyn Fn(&Written) -> bool) -> Fit {
    let (signature, data) = held.split_at(held.len().min(DESCRIPTOR.len()));
    // Refused as early as can be: one that is right may begin among these very bytes.
    let is_other = data.len() >= 8 && number(data, 4, 4) != packed & 0xffff_ffff;
    if !DESCRIPTOR.starts_with(signature) || is_other {
        return Fit::No;
    }
    for length in if is_wide { &[WIDE][..] } else { &[NARROW, WIDE] } {
        match data.len().cmp(length) {
            Ordering::Less => return Fit::TooShort,
            Ordering::Equal if is_fit(&Written::read(data)) => return Fit::Yes(Written::read(data)),
            _ => {}
        }
    }
    Fit::No
}
