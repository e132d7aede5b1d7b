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
pub(super) fn with_json<T>(body: &[u8], read: impl FnOnce(Value) -> Result<T, Unread>) -> Result<T, Unread> {
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
pub(super) fn text(value: Value, key: &str) -> String {
    value.get(key).and_then(Value::text).unwrap_or_default().to_owned()
}

/// A whole number, or a text that holds one: 64-bit numbers are written both ways.
pub(super) fn number(value: Value, key: &str) -> Option<u64> {
    value.get(key)?.digits_or_text()?.parse().ok()
}

pub(super) fn count(value: Value, key: &str) -> Option<u32> {
    number(value, key).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// A list of texts as names, sorted, each once.
pub(super) fn names(list: Value) -> Result<Vec<Name>, Unread> {
    if !list.is_list() {
        return Err(Unread::Shape);
    }
    let texts = list.items().filter_map(Value::text);
    Ok(sorted(texts.map(|name| Name { name: name.to_owned(), kind: String::new() }).collect()))
}

pub(super) fn sorted(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_unstable();
    names.dedup();
    names
}

/// A trace's id with the zeros that some backends leave out: 16 or 32 digits.
pub(super) fn padded(id: &str) -> String {
    let length = if id.len() > 16 { 32 } else { 16 };
    format!("{id:0>length$}")
}
