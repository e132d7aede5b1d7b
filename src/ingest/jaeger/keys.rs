//! The keys of Jaeger's JSON, told apart without keeping their text.

use crate::model::{StringId, Strings};
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, Visitor};
use std::fmt;

/// A key that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Code,
    Data,
    Duration,
    Errors,
    Fields,
    Logs,
    Msg,
    /// `key` of a tag.
    Name,
    OperationName,
    ParentSpanId,
    Process,
    ProcessId,
    Processes,
    RefType,
    References,
    ServiceName,
    SpanId,
    Spans,
    StartTime,
    Tags,
    Timestamp,
    TraceId,
    Type,
    Value,
    Warnings,
    Other,
}

impl Key {
    /// Compiles to a match on length and bytes.
    #[inline]
    pub fn of(text: &str) -> Key {
        match text.as_bytes() {
            b"key" => Key::Name,
            b"type" => Key::Type,
            b"value" => Key::Value,
            b"traceID" => Key::TraceId,
            b"spanID" => Key::SpanId,
            b"operationName" => Key::OperationName,
            b"references" => Key::References,
            b"startTime" => Key::StartTime,
            b"duration" => Key::Duration,
            b"tags" => Key::Tags,
            b"logs" => Key::Logs,
            b"processID" => Key::ProcessId,
            b"warnings" => Key::Warnings,
            b"refType" => Key::RefType,
            b"timestamp" => Key::Timestamp,
            b"fields" => Key::Fields,
            b"parentSpanID" => Key::ParentSpanId,
            b"process" => Key::Process,
            b"serviceName" => Key::ServiceName,
            b"processes" => Key::Processes,
            b"spans" => Key::Spans,
            b"data" => Key::Data,
            b"errors" => Key::Errors,
            b"code" => Key::Code,
            b"msg" => Key::Msg,
            _ => Key::Other,
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
        Ok(Key::of(text))
    }
}

/// Any key, interned.
pub struct AnyKey<'a>(pub &'a mut Strings);

impl<'de> DeserializeSeed<'de> for AnyKey<'_> {
    type Value = StringId;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<StringId, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for AnyKey<'_> {
    type Value = StringId;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<StringId, E> {
        Ok(self.0.intern(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_by_their_exact_text() {
        let keys = ["traceID", "traceId", "spans", ""].map(Key::of);
        assert_eq!(keys, [Key::TraceId, Key::Other, Key::Spans, Key::Other]);
    }
}
