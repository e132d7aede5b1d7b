//! Tags of spans and processes and fields of logs: `{"key", "type", "value"}`, in any order and of any JSON type; and
//! what a span's tags say about the span.

use super::known::Known;
use crate::ingest::base64;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, double, is_integer};
use crate::model::{Cell, SpanKind, StatusCode, StringId, Tag as CellTag};

/// What tags say about their span.
#[derive(Clone, Copy, Debug, Default)]
pub struct Derived {
    pub kind: SpanKind,
    has_error: bool,
    code: StatusCode,
    pub message: Option<StringId>,
    pub scope_name: Option<StringId>,
    pub scope_version: Option<StringId>,
    pub trace_state: Option<StringId>,
    /// A bit for each key seen, by hash.
    keys: u64,
}

impl Derived {
    /// An error told by either tag is an error.
    pub fn status(&self) -> StatusCode {
        match self.has_error {
            true => StatusCode::Error,
            false => self.code,
        }
    }
}

/// A tag's key and value; `None` for a key that is missing.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn read(tag: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> (Option<StringId>, Cell) {
    let (mut key, mut kind, mut cell) = (None, "", None);
    for (name, value) in tag.members() {
        match name {
            "key" => key = Some(value).filter(|key| !key.is_null()),
            "type" => kind = value.text().unwrap_or_default(),
            "value" => cell = Some(value),
            _ => {}
        }
    }
    let cell = cell.map_or(Cell::NULL, |value| typed(value, kind, sink));
    let key = key.map(|key| {
        if key.text().is_none() {
            sink.note(NoteKind::WrongType, key.words(), &|| path() + ".key");
        }
        sink.intern(key.words())
    });
    (key, cell)
}

/// A value as its type has it, where it can be.
fn typed(value: Value, kind: &str, sink: &mut Sink) -> Cell {
    if let Some(text) = value.text() {
        return typed_text(text, kind, sink);
    }
    let cell = sink.cell(value);
    match (cell.tag, kind) {
        (CellTag::Int, "float64") if (cell.payload as i64).unsigned_abs() < 1 << 53 => {
            Cell::double(cell.payload as i64 as f64)
        }
        _ => cell,
    }
}

fn typed_text(text: &str, kind: &str, sink: &mut Sink) -> Cell {
    let typed = match kind {
        "int64" => match text.parse() {
            Ok(number) => Some(Cell::int(number)),
            Err(_) => is_integer(text).then(|| Cell::big_int(sink.intern(text))),
        },
        "bool" => matches!(text, "true" | "false").then(|| Cell::bool(text == "true")),
        "float64" => double(text).map(Cell::double),
        "binary" => base64::decode(text).map(|bytes| Cell::bytes(sink.store.content.blobs.intern(&bytes))),
        _ => None,
    };
    typed.unwrap_or_else(|| Cell::text(sink.intern(text)))
}

/// Adds a tag to the attributes of the span whose first one is at the row `first`, unless it is there already.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn push(key: StringId, cell: Cell, first: u32, derived: &mut Derived, known: &Known, sink: &mut Sink) {
    let bit = 1 << (key.0.wrapping_mul(0x9E37_79B9) >> 26);
    let may_repeat = derived.keys & bit != 0;
    derived.keys |= bit;
    if may_repeat && is_repeated(key, cell, first, sink) {
        let key = sink.store.text(key).to_owned();
        return sink.note(NoteKind::DuplicateAttribute, &key, &String::new);
    }
    if known.may_be(key) {
        derive(key, cell, derived, known, sink);
    }
    sink.attribute(key, cell);
}

/// Whether the span has this key with this value already. Beyond a thousand attributes nobody looks.
fn is_repeated(key: StringId, cell: Cell, first: u32, sink: &Sink) -> bool {
    let table = &sink.store.attributes;
    let mut rows = first as usize..table.end() as usize;
    rows.len() <= 1000 && rows.any(|row| table.key(row) == key && sink.store.content.same(table.cell(row), cell))
}

/// Takes from a tag what it says about its span.
pub fn derive(key: StringId, cell: Cell, derived: &mut Derived, known: &Known, sink: &Sink) {
    let text = cell.as_text();
    let words = text.map_or("", |text| sink.store.text(text));
    match key {
        _ if key == known.error => derived.has_error |= is_true(cell, words),
        _ if key == known.span_kind => derived.kind = kind(words).unwrap_or(derived.kind),
        _ if key == known.status_code => {
            derived.has_error |= words.eq_ignore_ascii_case("error");
            derived.code = if words.eq_ignore_ascii_case("ok") { StatusCode::Ok } else { StatusCode::Unset };
        }
        _ if key == known.status_description => derived.message = text,
        _ if key == known.scope_name => derived.scope_name = text,
        _ if key == known.scope_version => derived.scope_version = text,
        _ if key == known.library_name => derived.scope_name = derived.scope_name.or(text),
        _ if key == known.library_version => derived.scope_version = derived.scope_version.or(text),
        _ if key == known.trace_state => derived.trace_state = text,
        _ => {}
    }
}

/// What the tag `error` means: a text is an error unless it says no.
fn is_true(cell: Cell, words: &str) -> bool {
    match cell.tag {
        CellTag::Text => !matches!(words, "" | "0") && !words.eq_ignore_ascii_case("false"),
        CellTag::Null => false,
        CellTag::Bool | CellTag::Int => cell.payload != 0,
        _ => true,
    }
}

fn kind(words: &str) -> Option<SpanKind> {
    let words = words.strip_prefix("SPAN_KIND_").unwrap_or(words);
    let kinds = [
        ("server", SpanKind::Server),
        ("client", SpanKind::Client),
        ("producer", SpanKind::Producer),
        ("consumer", SpanKind::Consumer),
        ("internal", SpanKind::Internal),
    ];
    kinds.into_iter().find(|(name, _)| words.eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
}
