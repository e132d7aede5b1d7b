//! Tags of spans and processes and fields of logs: `{"key", "type", "value"}`, in any order and of any JSON type.

use super::element::{Element, List};
use super::node::Role;
use super::scalar::Scalar;
use crate::ingest::report::NoteKind;
use crate::model::{Cell, SpanKind, StatusCode, StringId, Tag as CellTag};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The `type` of a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TagType {
    /// Not given, or not one of these: the value is as JSON has it.
    #[default]
    Open,
    Text,
    Bool,
    Int,
    Double,
    Binary,
}

impl TagType {
    pub fn of(text: &str) -> TagType {
        match text {
            "string" => TagType::Text,
            "int64" => TagType::Int,
            "bool" => TagType::Bool,
            "float64" => TagType::Double,
            "binary" => TagType::Binary,
            _ => TagType::Open,
        }
    }
}

/// The tag being read.
#[derive(Debug, Default)]
pub struct TagState {
    pub key: Option<StringId>,
    pub kind: Option<TagType>,
    pub cell: Option<Cell>,
    /// The value came before the type: a text may still have to become something else.
    pub is_raw: bool,
}

/// What tags say about their span.
#[derive(Debug, Default)]
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

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Element<'_> {
    /// The value of a tag, as its type has it where it can.
    pub(super) fn tag_value(&mut self, value: Scalar) {
        let kind = self.tag.kind;
        self.tag.is_raw = kind.is_none() && matches!(value, Scalar::Text(_));
        self.tag.cell = Some(match (value, kind.unwrap_or_default()) {
            (Scalar::Text(text), kind) => self.text_cell(text, kind),
            (Scalar::Uint(number), TagType::Double) if number < 1 << 53 => Cell::double(number as f64),
            (Scalar::Int(number), TagType::Double) if number > -1 << 53 => Cell::double(number as f64),
            (value, _) => self.cell(value),
        });
    }

    fn text_cell(&mut self, text: &str, kind: TagType) -> Cell {
        let typed = match kind {
            TagType::Int => match text.parse() {
                Ok(number) => Some(Cell::int(number)),
                Err(_) => is_integer(text).then(|| Cell::big_int(self.store.content.strings.intern(text))),
            },
            TagType::Bool => matches!(text, "true" | "false").then(|| Cell::bool(text == "true")),
            TagType::Double => wordy_double(text).map(Cell::double).or_else(|| self.number(text).map(as_double)),
            TagType::Binary => {
                BASE64.decode(text).ok().map(|bytes| Cell::bytes(self.store.content.blobs.intern(&bytes)))
            }
            TagType::Text | TagType::Open => None,
        };
        typed.unwrap_or_else(|| Cell::text(self.store.content.strings.intern(text)))
    }

    pub(super) fn end_tag(&mut self) {
        let tag = std::mem::take(&mut self.tag);
        let mut cell = tag.cell.unwrap_or(Cell::NULL);
        if let (true, Some(kind), Some(text)) = (tag.is_raw, tag.kind, cell.as_text())
            && !matches!(kind, TagType::Text | TagType::Open)
        {
            let text = self.store.text(text).to_owned();
            cell = self.text_cell(&text, kind);
        }
        let key = tag.key.unwrap_or_else(|| {
            self.note(NoteKind::MissingKey, Role::Tag, Scalar::Text(""));
            StringId::EMPTY
        });
        match self.list {
            List::Span => self.push_span_attribute(key, cell),
            List::Event => {
                if key == self.known.event {
                    self.log.name = cell.as_text().or(self.log.name);
                }
                self.store.events.attributes.push(key, cell);
            }
            List::Process if key == self.known.service_name => {
                self.service = self.service.or(cell.as_text());
            }
            List::Process => self.scratch.process.push((key, cell)),
        }
    }

    fn push_span_attribute(&mut self, key: StringId, cell: Cell) {
        let bit = 1 << (key.0.wrapping_mul(0x9E37_79B9) >> 26);
        let may_repeat = self.span.derived.keys & bit != 0;
        self.span.derived.keys |= bit;
        if may_repeat && self.is_repeated(key, cell) {
            let key = self.store.text(key).to_owned();
            return self.note(NoteKind::DuplicateAttribute, Role::Tag, Scalar::Text(&key));
        }
        if self.known.may_be(key) {
            self.derive(key, cell);
        }
        self.store.attributes.push(key, cell);
    }

    /// Whether the span has this key with this value already. Beyond a thousand attributes nobody looks.
    fn is_repeated(&self, key: StringId, cell: Cell) -> bool {
        let table = &self.store.attributes;
        let mut rows = self.opened.attributes as usize..table.end() as usize;
        rows.len() <= 1000 && rows.any(|row| table.key(row) == key && self.store.content.same(table.cell(row), cell))
    }

    fn derive(&mut self, key: StringId, cell: Cell) {
        let (known, text) = (self.known, cell.as_text());
        let words = text.map_or("", |text| self.store.text(text));
        let derived = &mut self.span.derived;
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

fn as_double(number: Cell) -> Cell {
    match number.tag {
        CellTag::Int => Cell::double(number.payload as i64 as f64),
        _ => number,
    }
}

/// A double that JSON has no number for.
fn wordy_double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" | "Inf" | "+Inf" => Some(f64::INFINITY),
        "-Infinity" | "-Inf" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
