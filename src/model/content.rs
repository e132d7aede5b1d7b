//! What values of attributes point to: texts, bytes and the entries of lists and maps.

use super::attributes::{AttributeTable, Cell, Range, Tag};
use super::blobs::{BlobId, Blobs};
use super::index::hash_of;
use super::strings::{StringId, Strings};
use super::value::{Entries, ValueRef};

/// Texts, bytes and nested values of a store.
#[derive(Debug, Default)]
pub struct Content {
    pub strings: Strings,
    pub blobs: Blobs,
    /// Entries of arrays (keys are empty) and of maps.
    pub nested: AttributeTable,
}

impl Content {
    /// A cell's value.
    #[inline]
    pub fn value(&self, cell: Cell) -> ValueRef<'_> {
        match cell.tag {
            Tag::Null => ValueRef::Null,
            Tag::Text => ValueRef::Str(self.strings.get(StringId(cell.payload as u32))),
            Tag::Bool => ValueRef::Bool(cell.payload != 0),
            Tag::Int => ValueRef::Int(cell.payload as i64),
            Tag::BigInt => ValueRef::BigInt(self.strings.get(StringId(cell.payload as u32))),
            Tag::Double => ValueRef::Double(f64::from_bits(cell.payload)),
            Tag::Bytes => ValueRef::Bytes(self.blobs.get(BlobId(cell.payload as u32))),
            Tag::Array => ValueRef::Array(self.entries(&self.nested, Range::unpack(cell.payload))),
            Tag::Map => ValueRef::Map(self.entries(&self.nested, Range::unpack(cell.payload))),
        }
    }

    /// Rows of a table as keys and values.
    #[inline]
    pub fn entries<'a>(&'a self, table: &'a AttributeTable, range: Range) -> Entries<'a> {
        Entries::new(self, table, range)
    }

    /// Whether two values are equal; lists and maps by their entries, in order.
    pub fn same(&self, a: Cell, b: Cell) -> bool {
        match a.tag == b.tag && a.is_list() {
            true => self.same_rows(&self.nested, Range::unpack(a.payload), Range::unpack(b.payload)),
            false => a == b,
        }
    }

    /// A hash for an [`Index`](super::index::Index) that has the same for equal values. Values nest as deep as ingest lets them (a few dozen levels),
    /// so recursion is bounded.
    pub fn hash(&self, cell: Cell) -> u32 {
        let tag = cell.tag as u8;
        match cell.is_list() {
            false => hash_of((tag, cell.payload)),
            true => Range::unpack(cell.payload).rows().fold(tag.into(), |hash, row| {
                hash_of((hash, self.nested.key(row).0, self.hash(self.nested.cell(row))))
            }),
        }
    }

    /// Whether two ranges of a table hold equal keys and values in the same order.
    pub fn same_rows(&self, table: &AttributeTable, a: Range, b: Range) -> bool {
        a.len() == b.len()
            && a.rows().zip(b.rows()).all(|(a, b)| {
                let (x, y) = (table.cell(a), table.cell(b));
                table.key(a) == table.key(b) && self.same(x, y)
            })
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.strings.bytes() + self.blobs.bytes() + self.nested.bytes()
    }
}
