//! Values of attributes as OTLP's `AnyValue`, as plain JSON or as a text. Loops only: nothing recurses over data.

use super::json::{Json, base64};
use super::losses::{LossKind, Losses};
use crate::model::{Entries, ValueRef};

/// Arrays and maps within so many others become JSON text in OTLP: each level is up to four of JSON, and readers stop at
/// 100 (protobuf) or 128 (serde_json).
pub const DEEPEST: usize = 24;

/// An attribute list: `[{"key","value"}, …]` without its brackets. `key` is that of the attribute, for examples.
pub fn otlp_entry(out: &mut Json, key: &str, value: ValueRef, losses: &mut Losses) {
    out.open(b'{');
    out.key("key");
    out.text(key);
    out.key("value");
    otlp_value(out, key, value, losses);
    out.close(b'}');
}

/// An `AnyValue`: an object with one key, or none for a null.
fn otlp_value(out: &mut Json, key: &str, value: ValueRef, losses: &mut Losses) {
    let mut open: Vec<(Entries, bool)> = Vec::new();
    let mut value = Some(value);
    loop {
        match value.take() {
            Some(ValueRef::Array(items)) if open.len() < DEEPEST => {
                open_list(out, "arrayValue");
                open.push((items, false));
            }
            Some(ValueRef::Map(entries)) if open.len() < DEEPEST => {
                open_list(out, "kvlistValue");
                open.push((entries, true));
            }
            Some(scalar) => {
                losses.add_if(matches!(scalar, ValueRef::Array(_) | ValueRef::Map(_)), LossKind::DeepValue, key);
                otlp_scalar(out, scalar);
                close_entry(out, &open);
            }
            None => {}
        }
        let Some((entries, is_map)) = open.last_mut() else { return };
        match entries.next() {
            Some((key, next)) => {
                if *is_map {
                    out.open(b'{');
                    out.key("key");
                    out.text(key);
                    out.key("value");
                }
                value = Some(next);
            }
            None => {
                out.close(b']');
                out.close(b'}');
                out.close(b'}');
                open.pop();
                close_entry(out, &open);
            }
        }
    }
}

fn open_list(out: &mut Json, key: &'static str) {
    out.open(b'{');
    out.key(key);
    out.open(b'{');
    out.key("values");
    out.open(b'[');
}

/// A value is written: if it stands in a map, its entry ends.
fn close_entry(out: &mut Json, open: &[(Entries, bool)]) {
    if open.last().is_some_and(|(_, is_map)| *is_map) {
        out.close(b'}');
    }
}

fn otlp_scalar(out: &mut Json, value: ValueRef) {
    out.open(b'{');
    match value {
        ValueRef::Null => {}
        ValueRef::Str(text) => {
            out.key("stringValue");
            out.text(text);
        }
        ValueRef::Bool(value) => {
            out.key("boolValue");
            out.bool(value);
        }
        ValueRef::Int(value) => {
            out.key("intValue");
            out.int_text(value);
        }
        ValueRef::BigInt(digits) => {
            out.key("intValue");
            out.text(digits);
        }
        ValueRef::Double(value) => {
            out.key("doubleValue");
            double(out, value);
        }
        ValueRef::Bytes(bytes) => {
            out.key("bytesValue");
            out.bytes(bytes);
        }
        list @ (ValueRef::Array(_) | ValueRef::Map(_)) => {
            out.key("stringValue");
            out.text(&text(list));
        }
    }
    out.close(b'}');
}

/// A number, or the text that protobuf's JSON has for those that JSON lacks.
pub fn double(out: &mut Json, value: f64) {
    match value.is_finite() {
        true => out.double(value),
        false => out.text(wordy(value)),
    }
}

fn wordy(value: f64) -> &'static str {
    match value {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    }
}

/// A value as a text: a text as it is, bytes in base64, a null as nothing, arrays and maps as JSON.
pub fn text(value: ValueRef) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Str(text) | ValueRef::BigInt(text) => text.to_owned(),
        ValueRef::Bytes(bytes) => base64(bytes),
        ValueRef::Double(value) if !value.is_finite() => wordy(value).to_owned(),
        other => {
            let mut out = Json::default();
            plain(&mut out, other);
            // The writer writes UTF-8.
            String::from_utf8(out.take()).unwrap_or_default()
        }
    }
}

/// A value as JSON: integers keep their digits, bytes are base64, NaN and infinities are texts.
pub fn plain(out: &mut Json, value: ValueRef) {
    let mut open: Vec<(Entries, u8)> = Vec::new();
    let mut value = Some(value);
    loop {
        match value.take() {
            Some(ValueRef::Array(items)) => {
                out.open(b'[');
                open.push((items, b']'));
            }
            Some(ValueRef::Map(entries)) => {
                out.open(b'{');
                open.push((entries, b'}'));
            }
            Some(scalar) => plain_scalar(out, scalar),
            None => {}
        }
        let Some((entries, end)) = open.last_mut() else { return };
        match entries.next() {
            Some((key, next)) => {
                if *end == b'}' {
                    out.any_key(key);
                }
                value = Some(next);
            }
            None => {
                out.close(*end);
                open.pop();
            }
        }
    }
}

fn plain_scalar(out: &mut Json, value: ValueRef) {
    match value {
        ValueRef::Str(text) => out.text(text),
        ValueRef::Bool(value) => out.bool(value),
        ValueRef::Int(value) => out.int(value),
        // JSON has no numbers with leading zeros; a text that was taken for an integer may have some.
        ValueRef::BigInt(digits) => match digits.trim_start_matches('-').starts_with('0') {
            true => out.text(digits),
            false => out.raw(digits),
        },
        ValueRef::Double(value) => double(out, value),
        ValueRef::Bytes(bytes) => out.bytes(bytes),
        ValueRef::Null | ValueRef::Array(_) | ValueRef::Map(_) => out.raw("null"),
    }
}
