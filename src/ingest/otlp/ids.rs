//! Ids of spans and traces: hexadecimal as OTLP's JSON has them, or base64 as protobuf's JSON has bytes (Tempo).

use crate::ingest::base64;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::{SpanId, Strings, TraceId};

/// The trace id read last, with its text: the next span mostly has the same.
#[derive(Debug, Default)]
pub struct LastTrace {
    text: String,
    id: Option<TraceId>,
}

impl LastTrace {
    /// A trace's id; `None` if it is absent, empty or all zeros.
    pub fn read(&mut self, value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<TraceId> {
        let text = text(value?, sink, path)?;
        if text != self.text {
            self.id = trace(text, &mut sink.store.content.strings);
            text.clone_into(&mut self.text);
            if let Some(TraceId::Hex { width, .. }) = self.id
                && !matches!(width, 16 | 32)
            {
                sink.note(NoteKind::IdLength, text, path);
            }
        }
        self.id
    }
}

/// A span's id; `None` if it is absent, empty or all zeros.
pub fn span_id(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<SpanId> {
    let text = text(value?, sink, path)?;
    let id = span(text, &mut sink.store.content.strings).filter(|id| !id.is_zero());
    if let Some(SpanId::Hex { width: 0..16, .. }) = id {
        sink.note(NoteKind::IdLength, text, path);
    }
    id
}

fn text<'v>(value: Value<'v>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<&'v str> {
    let text = value.digits_or_text();
    if text.is_none() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    text.filter(|text| !text.is_empty())
}

fn trace(text: &str, strings: &mut Strings) -> Option<TraceId> {
    let id = match TraceId::find(text, strings) {
        Some(id @ TraceId::Hex { .. }) => Some(id),
        _ => match base64_trace(text) {
            Some(bits) => Some(TraceId::Hex { bits, width: 32 }),
            None => TraceId::parse(text, strings),
        },
    };
    id.filter(|id| !matches!(id, TraceId::Hex { bits: 0, .. }))
}

#[inline]
fn span(text: &str, strings: &mut Strings) -> Option<SpanId> {
    // Hexadecimal digits first: sixteen of them are base64 as well. No other id of theirs is eleven or twelve long.
    if !(11..=12).contains(&text.len()) {
        return SpanId::parse(text, strings);
    }
    match SpanId::find(text, strings) {
        Some(id @ SpanId::Hex { .. }) => Some(id),
        _ => match base64_span(text) {
            Some(bits) => Some(SpanId::Hex { bits, width: 16 }),
            None => SpanId::parse(text, strings),
        },
    }
}

/// Sixteen bytes.
fn base64_trace(text: &str) -> Option<u128> {
    let bytes = (22..=24).contains(&text.len()).then(|| base64::decode(text))??;
    Some(u128::from_be_bytes(bytes.try_into().ok()?))
}

/// Eight bytes.
fn base64_span(text: &str) -> Option<u64> {
    Some(u64::from_be_bytes(base64::decode(text)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_comes_first_then_base64_then_text() {
        let mut strings = Strings::default();
        // A text that is known as a text is an id in base64 all the same.
        strings.intern("W47/95gDgQPSabYzgT/GDA==");
        let mut of_trace = |text| trace(text, &mut strings).map(|id| id.text(&strings));
        for text in ["5b8efff798038103d269b633813fc60c", "W47/95gDgQPSabYzgT/GDA==", "W47_95gDgQPSabYzgT_GDA"] {
            assert_eq!(of_trace(text).as_deref(), Some("5b8efff798038103d269b633813fc60c"), "{text}");
        }
        assert_eq!(of_trace("AAAAAAAAAAAAAAAAAAAAAA=="), None);
        assert_eq!(of_trace("00000000000000000000000000000000"), None);
        assert_eq!(of_trace("!!!").as_deref(), Some("!!!"));
        let mut of_span = |text| span(text, &mut strings).map(|id| id.text(&strings));
        for text in ["EEE19B7EC3C1B173", "0xeee19b7ec3c1b173", "7uGbfsPBsXM=", "7uGbfsPBsXM"] {
            assert_eq!(of_span(text).as_deref(), Some("eee19b7ec3c1b173"), "{text}");
        }
        assert_eq!(of_span("INVALID==").as_deref(), Some("INVALID=="));
        assert_eq!(of_span("abcdefabcdef").as_deref(), Some("abcdefabcdef"));
    }
}
