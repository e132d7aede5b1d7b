//! Values as text, the same for the page and for what is copied: a text as it is, everything else as JSON (RFC 8259;
//! integers keep their digits, bytes become base64, numbers that JSON lacks become texts).

use crate::export::base64;
use crate::model::Value;

/// A text without quotes, anything else as JSON.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Str(text) | Value::CutStr { start: text, .. } => text.clone(),
        Value::Bytes(bytes) | Value::CutBytes { start: bytes, .. } => base64(bytes),
        other => json(other),
    }
}

/// JSON in one line.
pub fn json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// Nesting is bounded by ingest, so recursion is.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::BigInt(digits) => out.push_str(digits),
        Value::Double(value) if value.is_finite() => out.push_str(&value.to_string()),
        Value::Double(value) => quote(&value.to_string(), out),
        Value::Str(text) => quote(text, out),
        Value::CutStr { start, .. } => quote(&format!("{start}…"), out),
        Value::Bytes(bytes) => quote(&base64(bytes), out),
        Value::CutBytes { start, .. } => quote(&format!("{}…", base64(start)), out),
        Value::More(count) => quote(&format!("… {count}"), out),
        Value::Array(items) => list(out, '[', ']', items, write),
        Value::Map(entries) => list(out, '{', '}', entries, |(key, value), out| {
            quote(key, out);
            out.push(':');
            write(value, out);
        }),
    }
}

fn list<T>(out: &mut String, open: char, close: char, items: &[T], write_one: impl Fn(&T, &mut String)) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_one(item, out);
    }
    out.push(close);
}

fn quote(text: &str, out: &mut String) {
    // A text can always be written as JSON.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_plain_and_the_rest_is_json() {
        assert_eq!(plain(&Value::Str("a \"b\"".into())), "a \"b\"");
        assert_eq!(plain(&Value::BigInt("18446744073709551615".into())), "18446744073709551615");
        assert_eq!(plain(&Value::Bytes(vec![0, 1, 2])), "AAEC");
        let map = Value::Map(vec![
            ("k\"".into(), Value::Array(vec![Value::Int(-1), Value::Null, Value::Bool(true)])),
            ("d".into(), Value::Double(0.5)),
            ("n".into(), Value::Double(f64::NAN)),
            ("s".into(), Value::Str("x\ny".into())),
        ]);
        assert_eq!(plain(&map), r#"{"k\"":[-1,null,true],"d":0.5,"n":"NaN","s":"x\ny"}"#);
    }
}
