//! Attributes as columns: a key, a tag and eight bytes each. Texts, bytes and lists lie elsewhere; see [`Content`].
//!
//! [`Content`]: super::content::Content

use super::blobs::BlobId;
use super::column::Column;
use super::strings::StringId;

/// What a [`Cell`]'s payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    Null,
    Text,
    Bool,
    Int,
    /// The digits, as text, of an integer beyond 64 bits.
    BigInt,
    Double,
    Bytes,
    /// A [`Range`] of the table of nested values.
    Array,
    /// A [`Range`] of the table of nested values.
    Map,
}

/// A value in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub tag: Tag,
    pub payload: u64,
}

impl Cell {
    pub const NULL: Cell = Cell { tag: Tag::Null, payload: 0 };

    pub fn text(id: StringId) -> Cell {
        Cell { tag: Tag::Text, payload: u64::from(id.0) }
    }

    pub fn bool(value: bool) -> Cell {
        Cell { tag: Tag::Bool, payload: u64::from(value) }
    }

    pub fn int(value: i64) -> Cell {
        Cell { tag: Tag::Int, payload: value as u64 }
    }

    pub fn big_int(digits: StringId) -> Cell {
        Cell { tag: Tag::BigInt, payload: u64::from(digits.0) }
    }

    pub fn double(value: f64) -> Cell {
        Cell { tag: Tag::Double, payload: value.to_bits() }
    }

    pub fn bytes(id: BlobId) -> Cell {
        Cell { tag: Tag::Bytes, payload: u64::from(id.0) }
    }

    pub fn array(items: Range) -> Cell {
        Cell { tag: Tag::Array, payload: items.pack() }
    }

    pub fn map(entries: Range) -> Cell {
        Cell { tag: Tag::Map, payload: entries.pack() }
    }

    /// Whether it is an array or a map, whose payload is a place and not a content.
    pub fn is_list(self) -> bool {
        matches!(self.tag, Tag::Array | Tag::Map)
    }

    /// The text, if it is one.
    pub fn as_text(self) -> Option<StringId> {
        (self.tag == Tag::Text).then_some(StringId(self.payload as u32))
    }
}

/// Rows `start..end` of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    pub start: u32,
    pub end: u32,
}

impl Range {
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn rows(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    fn pack(self) -> u64 {
        u64::from(self.start) << 32 | u64::from(self.end)
    }

    pub(super) fn unpack(payload: u64) -> Range {
        Range { start: (payload >> 32) as u32, end: payload as u32 }
    }
}

/// Keys and values, row by row; who owns which rows is said elsewhere.
///
/// A row is twelve bytes: the key's id with the tag in its upper four bits (there is no memory for 2^28 texts), and the
/// payload's halves.
#[derive(Debug, Default)]
pub struct AttributeTable {
    rows: Column<[u32; 3]>,
}

const KEY_BITS: u32 = 28;
const KEY_MASK: u32 = (1 << KEY_BITS) - 1;
const TAGS: [Tag; 9] =
    [Tag::Null, Tag::Text, Tag::Bool, Tag::Int, Tag::BigInt, Tag::Double, Tag::Bytes, Tag::Array, Tag::Map];

impl AttributeTable {
    #[inline]
    pub fn push(&mut self, key: StringId, cell: Cell) {
        self.rows.push(pack(key, cell));
    }

    pub(super) fn set(&mut self, row: usize, key: StringId, cell: Cell) {
        self.rows.set(row, pack(key, cell));
    }

    #[inline]
    pub fn key(&self, row: usize) -> StringId {
        StringId(self.rows[row][0] & KEY_MASK)
    }

    #[inline]
    pub fn cell(&self, row: usize) -> Cell {
        unpack(&self.rows[row])
    }

    /// Rows `from..to` that have the key, with their values, to be taken in turn until one is enough (true).
    #[inline]
    pub(super) fn find_key(&self, key: StringId, from: u32, to: u32, mut take: impl FnMut(u32, Cell) -> bool) {
        for (start, stretch) in self.rows.stretches(from as usize, to as usize) {
            for (row, at) in stretch.iter().zip(start as u32..) {
                if row[0] & KEY_MASK == key.0 && take(at, unpack(row)) {
                    return;
                }
            }
        }
    }

    /// The number of rows: the start of what is pushed next.
    #[inline]
    pub fn end(&self) -> u32 {
        self.rows.len() as u32
    }

    pub fn truncate(&mut self, end: u32) {
        self.rows.truncate(end as usize);
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.rows.bytes()
    }
}

#[inline]
fn unpack([key_and_tag, low, high]: &[u32; 3]) -> Cell {
    Cell {
        tag: TAGS[(key_and_tag >> KEY_BITS) as usize % TAGS.len()],
        payload: u64::from(*high) << 32 | u64::from(*low),
    }
}

#[inline]
fn pack(key: StringId, cell: Cell) -> [u32; 3] {
    debug_assert!(key.0 <= KEY_MASK);
    let key_and_tag = key.0 & KEY_MASK | (cell.tag as u32) << KEY_BITS;
    [key_and_tag, cell.payload as u32, (cell.payload >> 32) as u32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_as_they_went_in() {
        let mut table = AttributeTable::default();
        let cells = TAGS.map(|tag| Cell { tag, payload: 0x8000_0001_7fff_fffe });
        cells.iter().enumerate().for_each(|(key, cell)| table.push(StringId(key as u32), *cell));
        for (row, cell) in cells.iter().enumerate() {
            assert_eq!((table.key(row), table.cell(row)), (StringId(row as u32), *cell));
        }
    }
}
