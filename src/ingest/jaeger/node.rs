//! One visitor for all of Jaeger's JSON. What a value means is its [`Role`]; a value of another type than its role wants
//! is no error: it is told to [`Element`], which notes it and keeps it where it can.
//!
//! One visitor instead of one per type keeps the wasm small: serde_json's parser is compiled once per visitor.

use super::element::Element;
use super::keys::{AnyKey, Key};
use super::scalar::Scalar;
use crate::ingest::exact;
use crate::model::{Cell, StringId};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What a value stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Span,
    TraceId,
    SpanId,
    ParentSpanId,
    Name,
    Start,
    Duration,
    ProcessId,
    Warnings,
    Warning,
    References,
    Reference,
    RefType,
    RefTrace,
    RefSpan,
    Logs,
    Log,
    LogTime,
    /// A list of key-value pairs: tags of a span or a process, fields of a log.
    Tags,
    Tag,
    TagKey,
    TagType,
    TagValue,
    Process,
    ServiceName,
    Processes,
    /// A value inside a value.
    Nested,
    /// A key of the outer structure.
    OuterKey,
    /// Of the answer as a whole.
    Errors,
    ErrorItem,
    ErrorCode,
    ErrorMessage,
}

/// A value about to be read into an element.
pub struct Node<'a, 'b> {
    pub element: &'a mut Element<'b>,
    pub role: Role,
}

/// Values nested deeper than this are left out. serde_json stops at 128 levels, of which the span takes some.
const DEEPEST: u32 = 64;

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.element.depth > DEEPEST {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            self.element.too_deep();
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.element.scalar(self.role, Scalar::Null);
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.element.scalar(self.role, Scalar::Bool(value));
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.element.scalar(self.role, Scalar::Uint(value));
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.element.scalar(self.role, Scalar::Int(value));
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        // Only as an attribute's value a double is a double: a time or a text has digits that it may have lost.
        self.element.wants_exact |= !matches!(self.role, Role::TagValue | Role::Nested);
        self.element.scalar(self.role, Scalar::Double(value));
        Ok(())
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let digits = if self.element.is_exact { exact::marked(text) } else { None };
        self.element.scalar(self.role, digits.map_or(Scalar::Text(text), Scalar::Digits));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Node { element, role } = self;
        let Some(item) = item_of(role) else {
            let cell = nested_list(element, &mut list)?;
            element.compound(role, cell);
            return Ok(());
        };
        element.begin_list(role);
        let mut index = 0;
        loop {
            element.begin_item(role, index);
            if list.next_element_seed(Node { element, role: item })?.is_none() {
                break;
            }
            index += 1;
        }
        element.end_list(role);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Node { element, role } = self;
        match role {
            Role::Processes => return processes(element, &mut map),
            Role::Span | Role::Reference | Role::Log | Role::Tag | Role::Process | Role::ErrorItem => {}
            _ => {
                let cell = nested_map(element, &mut map)?;
                element.compound(role, cell);
                return Ok(());
            }
        }
        element.begin_object(role);
        while let Some(key) = map.next_key::<Key>()? {
            match value_of(role, key) {
                Some(role) => map.next_value_seed(Node { element, role })?,
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        element.end_object(role);
        Ok(())
    }
}

/// What the items of a list are; `None` where no list is wanted.
fn item_of(list: Role) -> Option<Role> {
    match list {
        Role::Tags => Some(Role::Tag),
        Role::Logs => Some(Role::Log),
        Role::References => Some(Role::Reference),
        Role::Warnings => Some(Role::Warning),
        Role::Errors => Some(Role::ErrorItem),
        _ => None,
    }
}

/// What the value of a key is; `None` for keys that mean nothing here.
#[inline]
fn value_of(object: Role, key: Key) -> Option<Role> {
    Some(match (object, key) {
        (Role::Tag, Key::Name) => Role::TagKey,
        (Role::Tag, Key::Type) => Role::TagType,
        (Role::Tag, Key::Value) => Role::TagValue,
        (Role::Span, Key::TraceId) => Role::TraceId,
        (Role::Span, Key::SpanId) => Role::SpanId,
        (Role::Span, Key::ParentSpanId) => Role::ParentSpanId,
        (Role::Span, Key::OperationName) => Role::Name,
        (Role::Span, Key::StartTime) => Role::Start,
        (Role::Span, Key::Duration) => Role::Duration,
        (Role::Span, Key::ProcessId) => Role::ProcessId,
        (Role::Span, Key::Process) => Role::Process,
        (Role::Span, Key::References) => Role::References,
        (Role::Span, Key::Logs) => Role::Logs,
        (Role::Span, Key::Warnings) => Role::Warnings,
        (Role::Span | Role::Process, Key::Tags) => Role::Tags,
        (Role::Log, Key::Fields) => Role::Tags,
        (Role::Log, Key::Timestamp) => Role::LogTime,
        (Role::Process, Key::ServiceName) => Role::ServiceName,
        (Role::Reference, Key::RefType) => Role::RefType,
        (Role::Reference, Key::TraceId) => Role::RefTrace,
        (Role::Reference, Key::SpanId) => Role::RefSpan,
        (Role::ErrorItem, Key::Code) => Role::ErrorCode,
        (Role::ErrorItem, Key::Msg) => Role::ErrorMessage,
        _ => return None,
    })
}

fn processes<'de, A: MapAccess<'de>>(element: &mut Element, map: &mut A) -> Result<(), A::Error> {
    while let Some(id) = map.next_key_seed(AnyKey(&mut element.store.content.strings))? {
        element.process = None;
        map.next_value_seed(Node { element, role: Role::Process })?;
        element.end_process_entry(id);
    }
    Ok(())
}

/// A JSON array as a value: its items go to the table of nested values.
fn nested_list<'de, A: SeqAccess<'de>>(element: &mut Element, list: &mut A) -> Result<Cell, A::Error> {
    let base = element.begin_nested();
    while list.next_element_seed(Node { element, role: Role::Nested })?.is_some() {
        element.push_nested(StringId::EMPTY);
    }
    Ok(Cell::array(element.end_nested(base)))
}

/// A JSON object as a value.
fn nested_map<'de, A: MapAccess<'de>>(element: &mut Element, map: &mut A) -> Result<Cell, A::Error> {
    let base = element.begin_nested();
    while let Some(key) = map.next_key_seed(AnyKey(&mut element.store.content.strings))? {
        map.next_value_seed(Node { element, role: Role::Nested })?;
        element.push_nested(key);
    }
    Ok(Cell::map(element.end_nested(base)))
}
