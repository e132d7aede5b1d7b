//! Fields that several formats have alike: texts, ids, kinds, status codes and counts, read with what is odd noted.

use super::json::value::Value;
use super::report::NoteKind;
use super::sink::Sink;
use crate::model::{SpanId, SpanKind, StatusCode, StringId, TraceId};

/// What is written where a text should be; `None` for null. Something else than a text is noted and taken for one.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn words<'t>(value: Value<'t>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<&'t str> {
    if value.is_null() {
        return None;
    }
    if value.text().is_none() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    Some(value.words())
}

/// A text in the store, empty for null.
#[inline]
pub fn text(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> StringId {
    words(value, sink, path).map_or(StringId::EMPTY, |text| sink.intern(text))
}

/// A trace's id; `None` for one that is empty or all zeros.
#[inline]
pub fn trace_id(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<TraceId> {
    let text = words(value, sink, path)?;
    TraceId::parse(text, &mut sink.store.content.strings).filter(|id| !matches!(id, TraceId::Hex { bits: 0, .. }))
}

/// A span's id; `None` for one that is empty or all zeros.
#[inline]
pub fn span_id(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<SpanId> {
    let text = words(value, sink, path)?;
    SpanId::parse(text, &mut sink.store.content.strings).filter(|id| !id.is_zero())
}

/// The trace for a span of the load that names none: all such are one trace, noted once.
pub fn homeless(known: &mut Option<TraceId>, sink: &mut Sink) -> TraceId {
    *known.get_or_insert_with(|| {
        let text = format!("no-id-{}", sink.intake.trace_count() + 1);
        sink.note(NoteKind::MissingId, &text, &String::new);
        TraceId::Text(sink.intern(&text))
    })
}

/// A kind by its name (`SERVER`, `SPAN_KIND_SERVER`, `SpanKind.SERVER`, in any case) or OpenTelemetry's number.
pub fn span_kind(words: &str) -> Option<SpanKind> {
    const KINDS: [(&str, &str, SpanKind); 6] = [
        ("0", "unspecified", SpanKind::Unspecified),
        ("1", "internal", SpanKind::Internal),
        ("2", "server", SpanKind::Server),
        ("3", "client", SpanKind::Client),
        ("4", "producer", SpanKind::Producer),
        ("5", "consumer", SpanKind::Consumer),
    ];
    let bare = words.strip_prefix("SpanKind.").or(words.strip_prefix("SPAN_KIND_")).unwrap_or(words);
    let known = KINDS.into_iter().find(|(digit, name, _)| bare == *digit || bare.eq_ignore_ascii_case(name));
    known.map(|(_, _, kind)| kind)
}

/// A status code by its name, in any case.
pub fn status_code(words: &str) -> Option<StatusCode> {
    let codes = [("unset", StatusCode::Unset), ("ok", StatusCode::Ok), ("error", StatusCode::Error)];
    let known = codes.into_iter().find(|(name, _)| words.eq_ignore_ascii_case(name));
    known.map(|(_, code)| code)
}

/// A count: 0 for null; anything but a number from 0 on is noted, and 0.
pub fn count(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> i64 {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return 0;
    };
    let number = value.digits_or_text().and_then(|digits| digits.parse::<u32>().ok());
    match (number, value.digits()) {
        (None, _) => sink.note(NoteKind::WrongType, value.words(), path),
        (Some(_), None) => sink.note(NoteKind::NumberAsText, value.words(), path),
        _ => {}
    }
    number.unwrap_or_default().into()
}

/// The objects of a list with their numbers in it; null is an empty list. What is something else is noted.
pub fn objects<'t>(
    list: Option<Value<'t>>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
    take: &mut dyn FnMut(usize, Value<'t>, &mut Sink),
) {
    let Some(list) = list.filter(|list| !list.is_null()) else {
        return;
    };
    if !list.is_list() {
        return sink.note(NoteKind::WrongType, list.words(), path);
    }
    for (number, item) in list.items().enumerate() {
        match item.is_object() {
            true => take(number, item, sink),
            false => sink.note(NoteKind::SkippedEntry, item.words(), &|| format!("{}[{number}]", path())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_codes_have_names() {
        for words in ["2", "server", "SERVER", "SPAN_KIND_SERVER", "SpanKind.SERVER"] {
            assert_eq!(span_kind(words), Some(SpanKind::Server), "{words}");
        }
        assert_eq!((span_kind("6"), span_kind("SpanKind"), span_kind("")), (None, None, None));
        assert_eq!((status_code("Ok"), status_code("ERROR")), (Some(StatusCode::Ok), Some(StatusCode::Error)));
        assert_eq!((status_code("UNSET"), status_code("2")), (Some(StatusCode::Unset), None));
    }
}
