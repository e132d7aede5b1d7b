//! Values of an element, each put where its role says; those of a wrong type are noted, and kept where they can be.

use super::element::{BackendError, Element, List};
use super::node::Role;
use super::scalar::{LIST, Scalar};
use super::tag::TagType;
use crate::ingest::notes::piece;
use crate::ingest::report::NoteKind;
use crate::model::{Cell, Range, StringId};
use serde::de::DeserializeSeed;

impl Element<'_> {
    /// A value that is no list and no object.
    #[inline]
    pub fn scalar(&mut self, role: Role, value: Scalar) {
        match (role, value) {
            (Role::TagKey, Scalar::Text(text)) => self.tag.key = Some(self.store.content.strings.intern(text)),
            (Role::TagType, Scalar::Text(text)) => self.tag.kind = Some(TagType::of(text)),
            (Role::TagValue, value) => self.tag_value(value),
            (Role::Nested, value) => self.nested = self.cell(value),
            (Role::TagKey, Scalar::Null) => self.tag.key = None,
            (Role::TagKey, other) => {
                self.tag.key = Some(self.store.content.strings.intern(&other.words()));
                self.wrong_type(role, other);
            }
            (Role::TagType, _) => {}
            (Role::OuterKey, value) => self.text = value.words(),
            (Role::ServiceName, Scalar::Text(text)) => self.service = Some(self.store.content.strings.intern(text)),
            (Role::ErrorCode, Scalar::Uint(code)) => self.last_error().code = code.min(i64::MAX as u64) as i64,
            (Role::ErrorCode, Scalar::Int(code)) => self.last_error().code = code,
            (Role::ErrorMessage, value) => self.last_error().message = value.words(),
            (Role::ErrorItem, value) => self.errors.push(BackendError { code: 0, message: value.words() }),
            (Role::Errors, value) => {
                if !matches!(value, Scalar::Null) {
                    self.errors.push(BackendError { code: 0, message: value.words() });
                }
            }
            (Role::Tags, value) => self.stray_scalar(role, value),
            (Role::Tag | Role::Log | Role::Reference, value) => self.skipped_entry(role, value),
            (Role::Process | Role::Processes | Role::ServiceName | Role::ErrorCode, Scalar::Null) => {}
            (Role::Process | Role::Processes | Role::ServiceName | Role::ErrorCode, value) => {
                self.wrong_type(role, value);
            }
            (role, value) => self.span_scalar(role, value),
        }
    }

    fn last_error(&mut self) -> &mut BackendError {
        if self.errors.is_empty() {
            self.errors.push(BackendError::default());
        }
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    /// A scalar as a value of an attribute.
    pub(super) fn cell(&mut self, value: Scalar) -> Cell {
        let strings = &mut self.store.content.strings;
        match value {
            Scalar::Null => Cell::NULL,
            Scalar::Bool(value) => Cell::bool(value),
            Scalar::Int(value) => Cell::int(value),
            Scalar::Uint(value) => match i64::try_from(value) {
                Ok(value) => Cell::int(value),
                Err(_) => Cell::big_int(strings.intern(&value.to_string())),
            },
            Scalar::Double(value) => {
                // It may be an integer whose digits are lost.
                self.wants_exact |= value.abs() >= i64::MAX as f64;
                Cell::double(value)
            }
            Scalar::Text(text) => Cell::text(strings.intern(text)),
            Scalar::Digits(digits) => match digits.contains(['.', 'e', 'E']) {
                // One that is too large even for a double stays a text.
                true => self.number(digits).unwrap_or_else(|| Cell::text(self.store.content.strings.intern(digits))),
                false => Cell::big_int(strings.intern(digits)),
            },
        }
    }

    /// Reads a text that is a JSON number.
    pub(super) fn number(&mut self, digits: &str) -> Option<Cell> {
        if !digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return None;
        }
        let mut parser = serde_json::Deserializer::from_str(digits);
        self.node(Role::Nested).deserialize(&mut parser).ok()?;
        parser.end().ok()?;
        Some(self.nested)
    }

    /// A list or an object where none was wanted; `cell` holds it.
    pub fn compound(&mut self, role: Role, cell: Cell) {
        match role {
            Role::TagValue => self.tag.cell = Some(cell),
            Role::Nested => self.nested = cell,
            Role::Span => self.skipped_entry(role, LIST),
            Role::Tag | Role::Log | Role::Reference | Role::Warning => self.skipped_entry(role, LIST),
            Role::ErrorItem | Role::Errors | Role::ErrorCode | Role::ErrorMessage => {
                self.last_error();
            }
            Role::TagType => {}
            _ => {
                self.stray(role, cell);
                self.wrong_type(role, LIST);
            }
        }
    }

    /// A scalar where a list was wanted: kept as an attribute.
    pub(super) fn stray_scalar(&mut self, role: Role, value: Scalar) {
        if matches!(value, Scalar::Null) {
            return;
        }
        let cell = self.cell(value);
        self.stray(role, cell);
        self.wrong_type(role, value);
    }

    /// Keeps a value of a wrong type as an attribute of what is being read.
    fn stray(&mut self, role: Role, cell: Cell) {
        let key = self.store.content.strings.intern(name_of(role, self.list));
        match self.list {
            List::Span => self.scratch.strays.push((key, cell)),
            List::Event => self.store.events.attributes.push(key, cell),
            List::Process => self.scratch.process.push((key, cell)),
        }
    }

    fn skipped_entry(&mut self, role: Role, value: Scalar) {
        self.is_skipped |= role == Role::Span;
        self.note(NoteKind::SkippedEntry, role, value);
    }

    pub fn too_deep(&mut self) {
        self.nested = Cell::NULL;
        self.wrong_type(Role::Nested, LIST);
    }

    pub fn begin_nested(&mut self) -> usize {
        self.depth += 1;
        self.scratch.nested.len()
    }

    /// The nested value read last is an entry.
    pub fn push_nested(&mut self, key: StringId) {
        self.scratch.nested.push((key, self.nested));
    }

    /// Moves entries to the store's table, where those of one list lie together.
    pub fn end_nested(&mut self, base: usize) -> Range {
        self.depth -= 1;
        let table = &mut self.store.content.nested;
        let start = table.end();
        self.scratch.nested.drain(base..).for_each(|(key, cell)| table.push(key, cell));
        Range { start, end: table.end() }
    }

    pub(super) fn wrong_type(&mut self, role: Role, value: Scalar) {
        self.note(NoteKind::WrongType, role, value);
    }

    /// Counts something about a value; the first one is kept as an example, with its path.
    #[cold]
    pub(super) fn note(&mut self, kind: NoteKind, role: Role, value: Scalar) {
        if let Some((example, path)) = self.intake.notes.count_open(kind) {
            *example = piece(&value.words());
            for (list, index) in [self.outer, self.inner].into_iter().flatten() {
                *path += &format!(".{}[{index}]", name_of(list, self.list));
            }
            let is_item = matches!(role, Role::Tag | Role::Log | Role::Reference | Role::Warning | Role::Span);
            if !is_item {
                *path += ".";
                *path += name_of(role, self.list);
            }
        }
    }
}

/// The key of a role.
fn name_of(role: Role, list: List) -> &'static str {
    match role {
        Role::TraceId | Role::RefTrace => "traceID",
        Role::SpanId | Role::RefSpan => "spanID",
        Role::ParentSpanId => "parentSpanID",
        Role::Name => "operationName",
        Role::Start => "startTime",
        Role::Duration => "duration",
        Role::ProcessId => "processID",
        Role::Warnings | Role::Warning => "warnings",
        Role::References => "references",
        Role::RefType => "refType",
        Role::Logs => "logs",
        Role::LogTime => "timestamp",
        Role::Tags if list == List::Event => "fields",
        Role::Tags => "tags",
        Role::TagKey => "key",
        Role::TagType => "type",
        Role::TagValue | Role::Nested => "value",
        Role::Process => "process",
        Role::ServiceName => "serviceName",
        Role::Processes => "processes",
        Role::OuterKey => "",
        Role::Errors => "errors",
        Role::ErrorCode => "code",
        Role::ErrorMessage => "msg",
        Role::Span | Role::Reference | Role::Log | Role::Tag | Role::ErrorItem => "",
    }
}
