//! The text of a value, as Jaeger UI's find box sees it.

use crate::export::base64;
use crate::model::{Cell, Content, Entries, StringId, Tag, ValueRef};
use std::fmt::Write;

/// Texts as they are, integers with all their digits, doubles as JavaScript writes them, bytes in base64, arrays and maps
/// as JSON. A null has no text and takes no part.
pub fn text_of<'a>(content: &'a Content, cell: Cell, buffer: &'a mut String) -> &'a str {
    if matches!(cell.tag, Tag::Text | Tag::BigInt) {
        return content.strings.get(StringId(cell.payload as u32));
    }
    buffer.clear();
    let written = match content.value(cell) {
        ValueRef::Bytes(bytes) => write!(buffer, "{}", base64(bytes)),
        other => write_json(other, buffer),
    };
    // Writing to a String does not fail.
    debug_assert!(written.is_ok());
    buffer
}

/// As `JSON.stringify(value)`. Nesting is bounded by ingest, so recursion is.
fn write_json(value: ValueRef, out: &mut String) -> std::fmt::Result {
    match value {
        ValueRef::Null => write!(out, "null"),
        ValueRef::Bool(value) => write!(out, "{value}"),
        ValueRef::Int(value) => write!(out, "{value}"),
        ValueRef::BigInt(digits) => write!(out, "{digits}"),
        ValueRef::Double(value) => write_double(value, out),
        ValueRef::Str(text) => quote(text, out),
        ValueRef::Bytes(bytes) => quote(&base64(bytes), out),
        ValueRef::Array(items) => write_list(items, ['[', ']'], out),
        ValueRef::Map(entries) => write_list(entries, ['{', '}'], out),
    }
}

fn write_list(entries: Entries, [open, close]: [char; 2], out: &mut String) -> std::fmt::Result {
    let mut before = open;
    for (key, value) in entries {
        out.push(before);
        before = ',';
        if open == '{' {
            quote(key, out)?;
            out.push(':');
        }
        write_json(value, out)?;
    }
    if before == open {
        out.push(open);
    }
    out.push(close);
    Ok(())
}

fn quote(text: &str, out: &mut String) -> std::fmt::Result {
    // A text can always be written as JSON.
    out.write_str(&serde_json::to_string(text).unwrap_or_default())
}

/// As `String(value)`: an exponent beyond 10^21 and below 10^-6.
fn write_double(value: f64, buffer: &mut String) -> std::fmt::Result {
    match value.abs() {
        0.0 => write!(buffer, "0"),
        1e-6..1e21 => write!(buffer, "{value}"),
        f64::INFINITY => write!(buffer, "{}Infinity", if value < 0.0 { "-" } else { "" }),
        1e21.. => write!(buffer, "{}", format!("{value:?}").replace('e', "e+")),
        size if size.is_nan() => write!(buffer, "NaN"),
        _ => write!(buffer, "{value:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Range;

    #[test]
    fn doubles_are_written_as_in_javascript() {
        let cases = [
            (0.5, "0.5"),
            (-0.0, "0"),
            (5.0, "5"),
            (1e20, "100000000000000000000"),
            (-1.5e21, "-1.5e+21"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        let (content, mut buffer) = (Content::default(), String::new());
        for (value, text) in cases {
            assert_eq!(text_of(&content, Cell::double(value), &mut buffer), text);
        }
    }

    #[test]
    fn lists_are_json() {
        let (mut content, mut buffer) = (Content::default(), String::new());
        let mut list = |cells: &[(&str, Cell)]| {
            let keys: Vec<StringId> = cells.iter().map(|(key, _)| content.strings.intern(key)).collect();
            let start = content.nested.end();
            keys.iter().zip(cells).for_each(|(key, (_, cell))| content.nested.push(*key, *cell));
            Range { start, end: content.nested.end() }
        };
        let inner = list(&[("", Cell::double(1.0)), ("", Cell::NULL)]);
        let empty = list(&[]);
        let outer = list(&[("a \"b\"", Cell::array(inner)), ("c", Cell::map(empty)), ("d", Cell::bool(true))]);
        assert_eq!(text_of(&content, Cell::map(outer), &mut buffer), r#"{"a \"b\"":[1,null],"c":{},"d":true}"#);
    }
}
