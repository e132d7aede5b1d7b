//! A value of an attribute, borrowed from the store ([`ValueRef`]) or on its own ([`Value`]).

use super::attributes::{AttributeTable, Range};
use super::content::Content;
use serde::{Deserialize, Serialize};

/// A value as it lies in the store.
#[derive(Clone, Debug)]
pub enum ValueRef<'a> {
    Null,
    Str(&'a str),
    Bool(bool),
    Int(i64),
    /// The digits of an integer beyond 64 bits.
    BigInt(&'a str),
    Double(f64),
    Bytes(&'a [u8]),
    /// The items; their keys are empty.
    Array(Entries<'a>),
    Map(Entries<'a>),
}

/// Keys and values in file order.
#[derive(Clone)]
pub struct Entries<'a> {
    content: &'a Content,
    table: &'a AttributeTable,
    range: Range,
}

impl std::fmt::Debug for Entries<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

impl<'a> Entries<'a> {
    pub(super) fn new(content: &'a Content, table: &'a AttributeTable, range: Range) -> Entries<'a> {
        Entries { content, table, range }
    }

    /// The first value of a key.
    pub fn find(&self, key: &str) -> Option<ValueRef<'a>> {
        let id = self.content.strings.find(key)?;
        let row = self.range.rows().find(|row| self.table.key(*row) == id)?;
        Some(self.content.value(self.table.cell(row)))
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, ValueRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.range.is_empty() {
            return None;
        }
        let row = self.range.start as usize;
        self.range.start += 1;
        Some((self.content.strings.get(self.table.key(row)), self.content.value(self.table.cell(row))))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.range.len(), Some(self.range.len()))
    }
}

impl ExactSizeIterator for Entries<'_> {}

/// A value on its own, as it travels to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Null,
    Str(String),
    Bool(bool),
    Int(i64),
    /// The digits of an integer beyond 64 bits.
    BigInt(String),
    Double(f64),
    Bytes(Vec<u8>),
    Array(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// The beginning of a text of `bytes` bytes in all.
    CutStr {
        start: String,
        bytes: u64,
    },
    /// The beginning of `bytes` bytes in all.
    CutBytes {
        start: Vec<u8>,
        bytes: u64,
    },
    /// Stands last in an array or a map: so many entries were left out.
    More(u64),
}

impl Value {
    /// The first value of a key, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Value> {
        let Value::Map(entries) = self else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }
}

impl ValueRef<'_> {
    /// A copy of about `limit` bytes at most (an entry of a list counts 16 besides its content). What does not fit is
    /// cut, and says so: [`Value::CutStr`], [`Value::CutBytes`], [`Value::More`].
    pub fn to_owned(&self, limit: usize) -> Value {
        let mut left = limit;
        self.take(&mut left)
    }

    /// Values nest as deep as ingest lets them (a few dozen levels), so recursion is bounded.
    fn take(&self, left: &mut usize) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Str(text) => take_text(text, left),
            ValueRef::Bool(value) => Value::Bool(*value),
            ValueRef::Int(value) => Value::Int(*value),
            ValueRef::BigInt(digits) => match take_text(digits, left) {
                Value::Str(digits) => Value::BigInt(digits),
                cut => cut,
            },
            ValueRef::Double(value) => Value::Double(*value),
            ValueRef::Bytes(bytes) => take_bytes(bytes, left),
            ValueRef::Array(items) => Value::Array(take_items(items.clone(), left)),
            ValueRef::Map(entries) => Value::Map(take_entries(entries.clone(), left)),
        }
    }
}

fn take_text(text: &str, left: &mut usize) -> Value {
    if text.len() <= *left {
        *left -= text.len();
        return Value::Str(text.to_owned());
    }
    let end = text.floor_char_boundary(*left);
    *left = 0;
    Value::CutStr { start: text[..end].to_owned(), bytes: text.len() as u64 }
}

fn take_bytes(bytes: &[u8], left: &mut usize) -> Value {
    let fitting = bytes.len().min(*left);
    *left -= fitting;
    match fitting == bytes.len() {
        true => Value::Bytes(bytes.to_vec()),
        false => Value::CutBytes { start: bytes[..fitting].to_vec(), bytes: bytes.len() as u64 },
    }
}

/// What an entry costs besides its content.
const ENTRY: usize = 16;

fn take_items(mut items: Entries, left: &mut usize) -> Vec<Value> {
    let mut taken = Vec::new();
    while *left >= ENTRY {
        let Some((_, value)) = items.next() else {
            return taken;
        };
        *left -= ENTRY;
        taken.push(value.take(left));
    }
    if items.len() > 0 {
        taken.push(Value::More(items.len() as u64));
    }
    taken
}

fn take_entries(mut entries: Entries, left: &mut usize) -> Vec<(String, Value)> {
    let mut taken = Vec::new();
    while *left >= ENTRY {
        let Some((key, value)) = entries.next() else {
            return taken;
        };
        *left = left.saturating_sub(ENTRY + key.len());
        taken.push((key.to_owned(), value.take(left)));
    }
    if entries.len() > 0 {
        taken.push((String::new(), Value::More(entries.len() as u64)));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::super::attributes::Cell;
    use super::*;

    fn list(content: &mut Content, items: &[Cell]) -> Cell {
        let start = content.nested.end();
        items.iter().for_each(|cell| content.nested.push(Default::default(), *cell));
        Cell::array(Range { start, end: content.nested.end() })
    }

    #[test]
    fn nested_values_come_out_as_they_went_in() {
        let mut content = Content::default();
        let inner = list(&mut content, &[Cell::int(1), Cell::double(0.5), Cell::NULL]);
        let outer = list(&mut content, &[inner, Cell::bool(true)]);
        let expected =
            Value::Array(vec![Value::Array(vec![Value::Int(1), Value::Double(0.5), Value::Null]), Value::Bool(true)]);
        assert_eq!(content.value(outer).to_owned(1000), expected);
        let again = list(&mut content, &[Cell::int(1), Cell::double(0.5), Cell::NULL]);
        assert!(content.same(inner, again) && !content.same(inner, outer));
        assert!(content.hash(inner) == content.hash(again) && content.hash(inner) != content.hash(outer));
    }

    #[test]
    fn long_values_are_cut_and_say_so() {
        let text = "é".repeat(100);
        let cut = ValueRef::Str(&text).to_owned(5);
        assert_eq!(cut, Value::CutStr { start: "éé".into(), bytes: 200 });
        assert_eq!(ValueRef::Bytes(&[1; 9]).to_owned(2), Value::CutBytes { start: vec![1, 1], bytes: 9 });
        let mut content = Content::default();
        let many = list(&mut content, &[Cell::int(7); 1000]);
        let Value::Array(items) = content.value(many).to_owned(64) else { panic!() };
        assert_eq!((items.len(), items.last()), (5, Some(&Value::More(996))));
    }
}
