//! Attributes and their values: lists of `KeyValue`, and `AnyValue`.

use super::marks::Marks;
use crate::ingest::base64;
use crate::ingest::json::tape::Kind;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, double, is_integer};
use crate::model::{Cell, StringId};

/// Values nested deeper than this are left out.
const DEEPEST: u32 = 64;

/// Whose attributes are read. Those of spans, events and links may be marks, which say what OTLP has no field for.
pub enum Target<'a> {
    Span(&'a mut Marks),
    Event(&'a mut Marks),
    Link(&'a mut Marks),
    List(&'a mut Vec<(StringId, Cell)>),
}

impl Target<'_> {
    #[inline]
    pub fn push(&mut self, key: StringId, cell: Cell, sink: &mut Sink) {
        match self {
            Target::Span(_) => sink.attribute(key, cell),
            Target::Event(_) => sink.store.events.attributes.push(key, cell),
            Target::Link(_) => sink.store.links.attributes.push(key, cell),
            Target::List(list) => list.push((key, cell)),
        }
    }

    /// A field that is kept as an attribute, if it is not 0.
    pub fn push_count(&mut self, name: &str, value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) {
        let Some(value) = value else { return };
        match value.digits_or_text().and_then(|digits| digits.parse().ok()) {
            Some(0) => {}
            Some(count) => {
                let name = sink.intern(name);
                self.push(name, Cell::int(count), sink);
            }
            None => sink.note(NoteKind::WrongType, value.words(), path),
        }
    }

    fn is_mark(&mut self, key: &str, value: Value, sink: &mut Sink) -> bool {
        match self {
            Target::Span(marks) => marks.of_span(key, value, sink),
            Target::Event(marks) => marks.of_event(key, value),
            Target::Link(marks) => marks.of_link(key, value, sink),
            Target::List(_) => false,
        }
    }
}

/// Attributes: a list of keys with values, or a plain JSON object.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn attributes(value: Value, target: &mut Target, sink: &mut Sink, path: &dyn Fn() -> String) {
    match value.kind() {
        Kind::List => {
            for (number, entry) in value.items().enumerate() {
                attribute(entry, target, sink, &|| format!("{}[{number}]", path()));
            }
        }
        Kind::Object => {
            sink.note(NoteKind::OddValue, value.words(), path);
            for (key, value) in value.members() {
                let cell = match is_any_value(value) {
                    true => cell(value, sink, path),
                    false => sink.cell(value),
                };
                let key = sink.intern(key);
                target.push(key, cell, sink);
            }
        }
        Kind::Null => {}
        _ => sink.note(NoteKind::WrongType, value.words(), path),
    }
}

#[inline]
fn attribute(entry: Value, target: &mut Target, sink: &mut Sink, path: &dyn Fn() -> String) {
    let Some((key, value)) = key_and_value(entry, sink, path) else {
        return;
    };
    if Marks::may_be(key)
        && let Some(value) = value
        && target.is_mark(key, value, sink)
    {
        return;
    }
    let key = sink.intern(key);
    let cell = value.map_or(Cell::NULL, |value| cell(value, sink, path));
    target.push(key, cell, sink);
}

/// The parts of a `KeyValue`.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn key_and_value<'v>(
    entry: Value<'v>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
) -> Option<(&'v str, Option<Value<'v>>)> {
    // Nearly all are written in this order.
    let mut members = entry.members();
    if let (Some(("key", key)), Some(("value", value)), None) = (members.next(), members.next(), members.next())
        && let Some(key) = key.text()
    {
        return Some((key, Some(value)));
    }
    unusual_entry(entry, sink, path)
}

#[cold]
#[inline(never)]
fn unusual_entry<'v>(
    entry: Value<'v>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
) -> Option<(&'v str, Option<Value<'v>>)> {
    if !entry.is_object() {
        sink.note(NoteKind::SkippedEntry, entry.words(), path);
        return None;
    }
    let (mut key, mut value) = (None, None);
    for (name, member) in entry.members() {
        match name {
            "key" => key = Some(member),
            "value" => value = Some(member),
            _ => sink.note(NoteKind::UnknownField, name, path),
        }
    }
    let text = key.and_then(Value::text);
    if text.is_none() {
        sink.note(NoteKind::MissingKey, key.map_or("", Value::words), path);
    }
    Some((text.or(key.map(Value::words)).unwrap_or_default(), value))
}

fn is_any_value(value: Value) -> bool {
    let mut members = value.members();
    members.next().is_some_and(|(name, _)| is_type(name)) && members.next().is_none()
}

fn is_type(name: &str) -> bool {
    matches!(
        name,
        "stringValue" | "boolValue" | "intValue" | "doubleValue" | "arrayValue" | "kvlistValue" | "bytesValue"
    ) || matches!(
        name,
        "string_value" | "bool_value" | "int_value" | "double_value" | "array_value" | "kvlist_value" | "bytes_value"
    )
}

/// An `AnyValue`. One that is something else is kept as the JSON that it is.
#[inline]
pub fn cell(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    cell_at(value, 0, sink, path)
}

#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn cell_at(value: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    let mut members = value.members();
    match (members.next(), members.next()) {
        (Some((name, inner)), None) => {
            // Nearly all values.
            if name == "stringValue"
                && let Some(text) = inner.text()
            {
                return Cell::text(sink.intern(text));
            }
            typed(name, inner, depth, sink, path).unwrap_or_else(|| odd(value, sink, path))
        }
        (None, _) if value.is_null() || value.is_object() => Cell::NULL,
        _ => unusual(value, depth, sink, path),
    }
}

/// A value of several types (the last one counts, as protobuf has it), or none that is known.
#[cold]
fn unusual(value: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    let last = value.members().filter(|(name, _)| is_type(name)).last();
    match last.and_then(|(name, inner)| typed(name, inner, depth, sink, path)) {
        Some(cell) => {
            sink.note(NoteKind::OddValue, value.words(), path);
            cell
        }
        None => odd(value, sink, path),
    }
}

#[cold]
fn odd(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    sink.note(NoteKind::OddValue, value.words(), path);
    sink.cell(value)
}

/// `None`: there is no type of this name.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn typed(name: &str, inner: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<Cell> {
    let known = match name {
        "intValue" | "int_value" => inner.digits_or_text().and_then(|digits| integer(digits, sink)),
        "boolValue" | "bool_value" => inner.bool().map(Cell::bool),
        "doubleValue" | "double_value" => inner.digits_or_text().and_then(double).map(Cell::double),
        "stringValue" | "string_value" => inner.text().map(|text| Cell::text(sink.intern(text))),
        "bytesValue" | "bytes_value" => {
            let bytes = inner.text().and_then(base64::decode);
            bytes.map(|bytes| Cell::bytes(sink.store.content.blobs.intern(&bytes)))
        }
        "arrayValue" | "array_value" => values(inner).map(|items| array(items, depth + 1, sink, path)),
        "kvlistValue" | "kvlist_value" => values(inner).map(|entries| map(entries, depth + 1, sink, path)),
        _ => return None,
    };
    Some(match known {
        Some(cell) => cell,
        None if inner.is_null() => Cell::NULL,
        None => odd(inner, sink, path),
    })
}

fn integer(digits: &str, sink: &mut Sink) -> Option<Cell> {
    match digits.parse() {
        Ok(number) => Some(Cell::int(number)),
        Err(_) => is_integer(digits).then(|| Cell::big_int(sink.intern(digits))),
    }
}

/// The list in an `ArrayValue` or a `KeyValueList`; a null if it has none, for empty lists are left out.
fn values(list: Value) -> Option<Value> {
    if list.is_list() {
        return Some(list);
    }
    let mut members = list.members();
    match (members.next(), members.next()) {
        (None, _) if list.is_object() => Some(list),
        (Some(("values", values)), None) if values.is_list() || values.is_null() => Some(values),
        _ => None,
    }
}

fn is_too_deep(values: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> bool {
    if depth > DEEPEST {
        sink.note(NoteKind::WrongType, values.words(), path);
    }
    depth > DEEPEST
}

fn array(values: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    if is_too_deep(values, depth, sink, path) {
        return Cell::NULL;
    }
    let base = sink.begin_nested();
    for item in values.items() {
        let cell = cell_at(item, depth, sink, path);
        sink.push_nested(StringId::EMPTY, cell);
    }
    Cell::array(sink.end_nested(base))
}

fn map(values: Value, depth: u32, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    if is_too_deep(values, depth, sink, path) {
        return Cell::NULL;
    }
    let base = sink.begin_nested();
    for entry in values.items() {
        if let Some((key, value)) = key_and_value(entry, sink, path) {
            let key = sink.intern(key);
            let cell = value.map_or(Cell::NULL, |value| cell_at(value, depth, sink, path));
            sink.push_nested(key, cell);
        }
    }
    Cell::map(sink.end_nested(base))
}
