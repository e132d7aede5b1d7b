//! Why a container cannot be read, as precisely as is known.

use serde::{Deserialize, Serialize};

/// What a file can be wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Container {
    Gzip,
    Zip,
    Zstd,
    Tar,
    /// Text of two bytes a unit.
    Utf16,
}

impl Container {
    /// The name by which users know it; a proper name, not translated.
    pub fn name(self) -> &'static str {
        match self {
            Container::Gzip => "gzip",
            Container::Zip => "zip",
            Container::Zstd => "zstd",
            Container::Tar => "tar",
            Container::Utf16 => "UTF-16",
        }
    }
}

/// What is wrong with a damaged container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Damage {
    /// Something else stands where a header should begin.
    Signature,
    /// A header's fields contradict the format.
    Header,
    /// The packed data cannot be decoded.
    Data,
    /// The unpacked data has another length than was written down.
    Length,
    /// The unpacked data has another checksum than was written down.
    Checksum,
    /// A zip archive's directory has another number of files than was written down.
    Directory,
}

/// Why unpacking ended, for one file in an archive or for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnpackFault {
    Damaged(Container, Damage),
    /// The container ends too early.
    Cut(Container),
    /// A file in a zip archive is encrypted.
    Encrypted,
    /// A file in a zip archive is packed by this method (its number in PKWARE's APPNOTE, 4.4.5), not stored or deflated.
    Method(u16),
    /// A zstd frame wants the dictionary of this number.
    Dictionary(u32),
    /// A zstd frame looks back over so many bytes; the limit is [`super::LARGEST_WINDOW`].
    Window {
        bytes: u64,
    },
    /// So few bytes gave so many: more than [`super::MOST_RATIO`]. `packed` is rounded up to [`super::GRAIN`].
    TooDense {
        packed: u64,
        unpacked: u64,
    },
    /// More than [`super::MOST_UNPACKED`] bytes.
    TooLarge {
        limit: u64,
    },
    /// More than [`super::MOST_FILES`] files.
    TooManyFiles {
        limit: u32,
    },
    /// More than [`super::MOST_NESTED`] containers in each other.
    TooDeep {
        limit: u32,
    },
}

impl UnpackFault {
    /// Whether the whole load ends, not just a file in an archive: a limit on all of it was hit.
    pub fn ends_all(&self) -> bool {
        use UnpackFault::*;
        matches!(self, TooDense { .. } | TooLarge { .. } | TooManyFiles { .. })
    }
}
