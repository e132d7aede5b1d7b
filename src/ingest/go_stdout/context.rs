//! `SpanContext` and `Parent`: which span, and how its trace came here.

use super::values;
use crate::ingest::fields;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::{SpanId, StringId, TraceId};

/// A `SpanContext`, read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context {
    pub trace: Option<TraceId>,
    pub span: Option<SpanId>,
    /// W3C trace flags.
    flags: Option<i64>,
    pub trace_state: Option<StringId>,
    pub is_remote: Option<bool>,
}

impl Context {
    /// The flags as OTLP has them: bit 8 says that bit 9 is known, and bit 9 that a context came from elsewhere.
    pub fn otlp_flags(self, is_remote: Option<bool>) -> i64 {
        let remote = is_remote.map_or(0, |is_remote| 0x100 | i64::from(is_remote) << 9);
        self.flags.unwrap_or_default() | remote
    }
}

/// Reads a context; one that is absent or null has nothing.
pub fn read(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Context {
    let mut context = Context::default();
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return context;
    };
    if !value.is_object() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    for (key, value) in value.members() {
        let path = || format!("{}.{key}", path());
        match key {
            "TraceID" => context.trace = fields::trace_id(value, sink, &path),
            "SpanID" => context.span = fields::span_id(value, sink, &path),
            "TraceFlags" => context.flags = trace_flags(value, sink, &path),
            "TraceState" => context.trace_state = values::trace_state(value, sink, &path),
            "Remote" => context.is_remote = value.bool(),
            _ => {}
        }
    }
    context
}

/// Two hexadecimal digits; in the first versions a number.
fn trace_flags(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<i64> {
    let flags = match (value.text(), value.digits()) {
        (Some(text), _) => u8::from_str_radix(text, 16).ok(),
        (_, Some(digits)) => digits.parse().ok(),
        _ => None,
    };
    if flags.is_none() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    flags.map(i64::from)
}
