//! Attributes as Go marshals them: lists of `{"Key", "Value": {"Type", "Value"}}`.

use crate::ingest::base64;
use crate::ingest::fields;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, double};
use crate::model::{Cell, StringId, Tag};

/// Values nested deeper than this are left out; as [`Sink::cell`] has it.
const DEEPEST: u32 = 64;

/// Hands the attributes of a list, null for an empty one, to whoever they are for.
pub fn pairs(
    list: Option<Value>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
    push: &mut dyn FnMut(StringId, Cell, &mut Sink),
) {
    pairs_at(list, sink, path, push, 0);
}

fn pairs_at(
    list: Option<Value>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
    push: &mut dyn FnMut(StringId, Cell, &mut Sink),
    depth: u32,
) {
    fields::objects(list, sink, path, &mut |number, pair, sink| {
        let path = || format!("{}[{number}]", path());
        let (mut key, mut cell) = (None, None);
        for (name, value) in pair.members() {
            match name {
                "Key" => key = fields::words(value, sink, &|| path() + ".Key"),
                "Value" => cell = Some(value),
                _ => {}
            }
        }
        if key.is_none() {
            sink.note(NoteKind::MissingKey, "", &path);
        }
        let key = sink.intern(key.unwrap_or_default());
        let cell = cell.map_or(Cell::NULL, |value| typed(value, sink, &|| path() + ".Value", depth));
        push(key, cell, sink);
    });
}

/// A value as its type has it. Types that JSON tells apart need no look: booleans, integers, texts and lists of them,
/// `EMPTY` and its older name `INVALID`, which are null, and those that came and went before 1.0.
fn typed(value: Value, sink: &mut Sink, path: &dyn Fn() -> String, depth: u32) -> Cell {
    if !value.is_object() {
        sink.note(NoteKind::WrongType, value.words(), path);
        return sink.cell(value);
    }
    let (mut kind, mut content) = ("", None);
    for (key, value) in value.members() {
        match key {
            "Type" => kind = value.text().unwrap_or_default(),
            "Value" => content = Some(value),
            _ => {}
        }
    }
    let Some(content) = content else {
        return Cell::NULL;
    };
    match kind {
        "SLICE" | "MAP" if depth >= DEEPEST => {
            sink.note(NoteKind::WrongType, content.words(), path);
            Cell::NULL
        }
        "SLICE" if content.is_list() => slice(content, sink, path, depth),
        "MAP" if content.is_list() => {
            let base = sink.begin_nested();
            pairs_at(Some(content), sink, path, &mut |key, cell, sink| sink.push_nested(key, cell), depth + 1);
            Cell::map(sink.end_nested(base))
        }
        "FLOAT64SLICE" if content.is_list() => {
            let base = sink.begin_nested();
            for item in content.items() {
                let cell = float(item, sink);
                sink.push_nested(StringId::EMPTY, cell);
            }
            Cell::array(sink.end_nested(base))
        }
        "FLOAT64" | "FLOAT32" => float(content, sink),
        "BYTESLICE" => bytes(content, sink, path),
        "INT64" if content.text().is_some() => {
            sink.note(NoteKind::NumberAsText, content.words(), path);
            sink.number_cell(content.words())
        }
        _ => sink.cell(content),
    }
}

fn slice(content: Value, sink: &mut Sink, path: &dyn Fn() -> String, depth: u32) -> Cell {
    let base = sink.begin_nested();
    for (number, item) in content.items().enumerate() {
        let cell = typed(item, sink, &|| format!("{}[{number}]", path()), depth + 1);
        sink.push_nested(StringId::EMPTY, cell);
    }
    Cell::array(sink.end_nested(base))
}

/// A double: Go writes 3.0 as `3`.
fn float(value: Value, sink: &mut Sink) -> Cell {
    match value.digits_or_text().and_then(double) {
        Some(number) => Cell::double(number),
        None => sink.cell(value),
    }
}

fn bytes(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    match value.text().and_then(base64::decode) {
        Some(bytes) => Cell::bytes(sink.store.content.blobs.intern(&bytes)),
        _ => {
            if !value.is_null() {
                sink.note(NoteKind::WrongType, value.words(), path);
            }
            sink.cell(value)
        }
    }
}

/// W3C trace state, `key=value,key=value`; in 0.20 a list of attributes. `None` if there is none.
pub fn trace_state(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<StringId> {
    if !value.is_list() {
        return Some(fields::text(value, sink, path)).filter(|text| *text != StringId::EMPTY);
    }
    let mut text = String::new();
    pairs(Some(value), sink, path, &mut |key, cell, sink| {
        let value = cell.as_text().map_or("", |value| sink.store.text(value));
        let comma = if text.is_empty() { "" } else { "," };
        text.extend([comma, sink.store.text(key), "=", value]);
        debug_assert!(cell.tag == Tag::Text || value.is_empty());
    });
    (!text.is_empty()).then(|| sink.intern(&text))
}
