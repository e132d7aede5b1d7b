//! Fields as protobuf JSON has them: names in two spellings, ids as base64, durations as texts, a member per type of a
//! tag.

use crate::ingest::base64;
use crate::ingest::decimal::{self, Nanoseconds};
use crate::ingest::fields;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, double};
use crate::model::{Cell, Nanos, SpanId, StringId, TraceId};

/// A member by its name in camel case, or as the proto file has it, in snake case: writers may do either. Of a repeated
/// one the last counts.
pub fn get<'t>(object: Value<'t>, camel: &str) -> Option<Value<'t>> {
    object.members().filter(|(key, _)| *key == camel || is_snake_of(key, camel)).last().map(|(_, value)| value)
}

/// Whether a name in snake case is the same as one in camel case: `v_int64` and `vInt64`.
fn is_snake_of(snake: &str, camel: &str) -> bool {
    let mut bytes = snake.bytes();
    let is_same = camel.bytes().all(|byte| match byte.is_ascii_uppercase() {
        true => bytes.next() == Some(b'_') && bytes.next() == Some(byte.to_ascii_lowercase()),
        false => bytes.next() == Some(byte),
    });
    is_same && bytes.next().is_none()
}

/// A trace id of 16 or 8 bytes; `None` for one of zeros. Hexadecimal is tried first, as everywhere; one whose upper
/// half
/// is 0 shows as 16 digits, as Jaeger shows it.
pub fn trace_id(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<TraceId> {
    let text = fields::words(value, sink, path)?;
    if let Some(id @ TraceId::Hex { bits, .. }) = TraceId::find(text, sink.store.strings()) {
        return (bits != 0).then_some(id);
    }
    let bytes = base64::decode(text).unwrap_or_default();
    let bits = match (bytes.as_slice().try_into(), bytes.as_slice().try_into()) {
        (Ok(wide), _) => u128::from_be_bytes(wide),
        (_, Ok(narrow)) => u64::from_be_bytes(narrow).into(),
        _ => return TraceId::parse(text, &mut sink.store.content.strings),
    };
    let width = if bits >> 64 == 0 { 16 } else { 32 };
    (bits != 0).then_some(TraceId::Hex { bits, width })
}

/// A span id of 8 bytes; `None` for one of zeros.
pub fn span_id(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<SpanId> {
    let text = fields::words(value, sink, path)?;
    let id = match SpanId::find(text, sink.store.strings()) {
        Some(id @ SpanId::Hex { .. }) => Some(id),
        _ => match base64::decode(text).as_deref().map(<[u8; 8]>::try_from) {
            Some(Ok(bytes)) => Some(SpanId::Hex { bits: u64::from_be_bytes(bytes), width: 16 }),
            _ => SpanId::parse(text, &mut sink.store.content.strings),
        },
    };
    id.filter(|id| !id.is_zero())
}

/// The duration of the span being read: `1.5s`, Go's `1m30s` and `5000ns`, or a number of nanoseconds.
pub fn duration(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Nanos {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Nanos(0);
    };
    let words = value.words();
    let read = match value.digits() {
        Some(digits) => decimal::from_nanos(digits),
        None => value.text().and_then(parse_duration),
    };
    let Some(read) = read else {
        sink.note(NoteKind::WrongType, words, path);
        sink.unusable_duration(words);
        return Nanos(0);
    };
    let nanos = sink.nanos(read, words, path);
    sink.duration(nanos, words, path)
}

/// Numbers with units one after another: protobuf has seconds only, Go's `time.Duration` writes all of them.
fn parse_duration(text: &str) -> Option<Nanoseconds> {
    let (is_negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut sum = Nanoseconds { value: 0, is_rounded: false };
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
    while !rest.is_empty() {
        let (number, unit) = rest.split_at(rest.find(|letter| !is_digit(letter))?);
        let (unit, next) = unit.split_at(unit.find(is_digit).unwrap_or(unit.len()));
        let (digits, times) = match unit {
            "ns" => (0, 1),
            "us" | "µs" | "μs" => (3, 1),
            "ms" => (6, 1),
            "s" => (9, 1),
            "m" => (9, 60),
            "h" => (9, 3600),
            _ => return None,
        };
        let part = decimal::from_unit(number, digits)?;
        sum.value = sum.value.saturating_add(part.value.saturating_mul(times));
        sum.is_rounded |= part.is_rounded;
        rest = next;
    }
    let value = if is_negative { -sum.value } else { sum.value };
    (text != "-" && !text.is_empty() && text != "+").then_some(Nanoseconds { value, ..sum })
}

/// Hands tags to whoever they are for.
pub fn tags(
    list: Option<Value>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
    push: &mut dyn FnMut(StringId, Cell, &mut Sink),
) {
    fields::objects(list, sink, path, &mut |number, tag, sink| {
        let path = || format!("{}[{number}]", path());
        let key = get(tag, "key").and_then(|key| fields::words(key, sink, &|| path() + ".key"));
        if key.is_none() {
            sink.note(NoteKind::MissingKey, "", &path);
        }
        let key = sink.intern(key.unwrap_or_default());
        let cell = tag_value(tag, sink, &path);
        push(key, cell, sink);
    });
}

const MEMBERS: [&str; 5] = ["vStr", "vBool", "vInt64", "vFloat64", "vBinary"];

/// The member that the type names. One that is absent is that type's empty value: protobuf leaves those out. Without a
/// type, which is `STRING` left out, another member counts if it is there.
fn tag_value(tag: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Cell {
    let kind = match get(tag, "vType").map_or("", Value::words) {
        "BOOL" | "1" => 1,
        "INT64" | "2" => 2,
        "FLOAT64" | "3" => 3,
        "BINARY" | "4" => 4,
        _ => MEMBERS.iter().position(|member| get(tag, member).is_some()).unwrap_or(0),
    };
    let value = get(tag, MEMBERS[kind]).filter(|value| !value.is_null());
    let cell = match (kind, value) {
        (0, None) => Some(Cell::text(StringId::EMPTY)),
        (1, None) => Some(Cell::bool(false)),
        (2, None) => Some(Cell::int(0)),
        (3, None) => Some(Cell::double(0.0)),
        (_, None) => Some(Cell::bytes(sink.store.content.blobs.intern(&[]))),
        (0, Some(value)) => value.text().map(|text| Cell::text(sink.intern(text))),
        (1, Some(value)) => value.bool().map(Cell::bool),
        // Protobuf writes 64 bits as a text, so that is no note here.
        (2, Some(value)) => value.digits_or_text().map(|digits| sink.number_cell(digits)),
        (3, Some(value)) => value.digits_or_text().and_then(double).map(Cell::double),
        (_, Some(value)) => {
            value.text().and_then(base64::decode).map(|bytes| Cell::bytes(sink.store.content.blobs.intern(&bytes)))
        }
    };
    cell.unwrap_or_else(|| {
        let value = value.unwrap_or(tag);
        sink.note(NoteKind::WrongType, value.words(), path);
        sink.cell(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact() {
        let nanos = |text| parse_duration(text).map(|read| read.value);
        assert_eq!(nanos("1s"), Some(1_000_000_000));
        assert_eq!(nanos("0.000000005s"), Some(5));
        assert_eq!(nanos("5000ns"), Some(5000));
        assert_eq!((nanos("5µs"), nanos("5μs"), nanos("5us")), (Some(5000), Some(5000), Some(5000)));
        assert_eq!(nanos("1h1m1.5s"), Some(3_661_500_000_000));
        assert_eq!(nanos("-1.25ms"), Some(-1_250_000));
        assert_eq!((nanos("0s"), nanos("9999999999h").is_some()), (Some(0), true));
        for text in ["", "-", "s", "5", "5x", "1s2", "1.2.3s", "fast", "1 s"] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }

    #[test]
    fn names_have_two_spellings() {
        assert!(is_snake_of("v_int64", "vInt64") && is_snake_of("operation_name", "operationName"));
        assert!(
            !is_snake_of("v_int", "vInt64") && !is_snake_of("v_int644", "vInt64") && !is_snake_of("vint64", "vInt64")
        );
    }
}
