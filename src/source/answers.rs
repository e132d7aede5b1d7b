//! What query APIs answer, in our words: names, summaries of traces. Whole traces are read by `ingest`.

use serde::{Deserialize, Serialize};

use crate::ingest::json::tape::{Stop, Tape};
use crate::ingest::json::value::Value;

/// A name to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    pub name: String,
    /// Of an operation: the kind of its spans (`server`, `client`, …); of an attribute's key: its scope (`span`, `resource`,
    /// …); of its value: its type. Empty where the source does not say.
    pub kind: String,
}

/// What a source tells about a trace without its spans. A number is `None` where the source does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The trace's id in hexadecimal, as long as it should be: Tempo leaves leading zeros out, we write them.
    pub id: String,
    /// Service and name of the root span.
    pub service: String,
    pub operation: String,
    /// Nanoseconds since 1970.
    pub start: u64,
    /// Nanoseconds.
    pub duration: u64,
    pub spans: Option<u32>,
    pub errors: Option<u32>,
    /// Spans whose parents the source does not have.
    pub orphans: Option<u32>,
    /// Spans that the search found in it.
    pub matched: Option<u32>,
    pub services: Vec<ServiceCount>,
}

/// A service's part of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCount {
    pub name: String,
    pub spans: u32,
    pub errors: u32,
}

/// Why an answer does not tell all that there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Partial {
    /// As many traces came as were asked for: there may be more.
    LimitReached { limit: u32 },
    /// The backend says that it did not find all of it.
    BackendSays,
    /// The backend sent these words of an error beside the data.
    Errors(String),
    /// The backend looked into so many of its parts only.
    Searched { parts: u64, of: u64 },
}

/// Why the body of an answer is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The JSON ends too early.
    CutOff,
    /// Not JSON.
    NoJson,
    /// JSON of another shape.
    Shape,
}

/// Reads the first JSON document of a body; what stands behind it is left to those who stream. A byte order mark before it is
/// passed over.
pub(crate) fn with_json<T>(body: &[u8], read: impl FnOnce(Value) -> Result<T, Unread>) -> Result<T, Unread> {
    let text = std::str::from_utf8(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).map_err(|_| Unread::NoJson)?;
    if text.trim().is_empty() {
        return Err(Unread::CutOff);
    }
    let mut tape = Tape::default();
    match tape.read(text) {
        Ok(_) => read(tape.root(text)),
        Err(Stop::Cut) => Err(Unread::CutOff),
        Err(Stop::Wrong { .. }) => Err(Unread::NoJson),
    }
}

/// A text of an object; empty if there is none.
pub(crate) fn text(value: Value, key: &str) -> String {
    value.get(key).and_then(Value::text).unwrap_or_default().to_owned()
}

/// A whole number, or a text that holds one: 64-bit numbers are written both ways.
pub(crate) fn number(value: Value, key: &str) -> Option<u64> {
    value.get(key)?.digits_or_text()?.parse().ok()
}

pub(super) fn count(value: Value, key: &str) -> Option<u32> {
    number(value, key).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// The items of a list, of which there may be none. (Here and in the dialects plain loops stand where chains of iterators
/// would do: what is made of those for each type is no part of this module, and could not be split off the worker's first file.)
pub(crate) fn items<'t>(list: Option<Value<'t>>, mut each: impl FnMut(Value<'t>)) {
    let Some(list) = list else { return };
    for item in list.items() {
        each(item);
    }
}

/// A list of texts as names.
pub(super) fn names(list: Value) -> Result<Vec<Name>, Unread> {
    if !list.is_list() {
        return Err(Unread::Shape);
    }
    let mut all = Vec::new();
    for item in list.items() {
        if let Some(name) = item.text() {
            add(&mut all, Name { name: name.to_owned(), kind: String::new() });
        }
    }
    Ok(all)
}

/// Puts a name in its place among sorted ones, each once. Lists of names are short, or come sorted.
pub(super) fn add(names: &mut Vec<Name>, name: Name) {
    let (mut from, mut to) = (0, names.len());
    while from < to {
        let middle = (from + to) / 2;
        if names[middle] < name { from = middle + 1 } else { to = middle }
    }
    if names.get(from) != Some(&name) {
        names.insert(from, name);
    }
}

/// A trace's id with the zeros that some backends leave out: 16 or 32 digits.
pub(super) fn padded(id: &str) -> String {
    let length = if id.len() > 16 { 32 } else { 16 };
    format!("{id:0>length$}")
}
