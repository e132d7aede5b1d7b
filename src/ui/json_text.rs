//! JSON in a text, as a value (RFC 8259). Numbers keep their digits: whole ones of 64 bits become [`Value::Int`], all others
//! are kept as written, since nothing here calculates with them and the page has no code to read fractions.

use crate::model::Value;

/// Deeper texts are shown as they are. Recursion is bounded by it.
const DEEPEST: usize = 64;

/// The object or array that a text holds, and nothing but it. `None`: the text is no such JSON.
pub fn parse_container(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim_ascii() };
    if !reader.rest.starts_with(['{', '[']) {
        return None;
    }
    let value = reader.value(0)?;
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Takes a sign, with the blanks before it.
    fn take(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(sign)?;
        Some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.bytes().next()? {
            b'{' if depth < DEEPEST => self.map(depth),
            b'[' if depth < DEEPEST => self.array(depth),
            b'"' => self.text().map(Value::Str),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn map(&mut self, depth: usize) -> Option<Value> {
        self.take('{')?;
        let mut entries = Vec::new();
        if self.take('}').is_some() {
            return Some(Value::Map(entries));
        }
        loop {
            self.rest = self.rest.trim_ascii_start();
            let key = self.text()?;
            self.take(':')?;
            entries.push((key, self.value(depth + 1)?));
            if self.take('}').is_some() {
                return Some(Value::Map(entries));
            }
            self.take(',')?;
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.take('[')?;
        let mut items = Vec::new();
        if self.take(']').is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(']').is_some() {
                return Some(Value::Array(items));
            }
            self.take(',')?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let end = number_length(self.rest.as_bytes())?;
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(digits.parse().map_or_else(|_| Value::BigInt(digits.to_owned()), Value::Int))
    }

    fn text(&mut self) -> Option<String> {
        self.take('"')?;
        let mut out = String::new();
        loop {
            let at = self.rest.bytes().position(|byte| byte == b'"' || byte == b'\\')?;
            let piece = &self.rest[..at];
            if piece.bytes().any(|letter| letter < b' ') {
                return None;
            }
            out.push_str(piece);
            let is_end = self.rest.as_bytes()[at] == b'"';
            self.rest = &self.rest[at + 1..];
            if is_end {
                return Some(out);
            }
            out.push(self.escape()?);
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode()?,
            _ => return None,
        })
    }

    /// One half of a pair on its own becomes �.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if (0xD800..0xDC00).contains(&high)
            && let Some(rest) = self.rest.strip_prefix("\\u")
        {
            let before = std::mem::replace(&mut self.rest, rest);
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
            self.rest = before;
        }
        Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Bytes of `-1`, `0.5`, `1e-9`: digits, then perhaps a fraction, then perhaps an exponent.
fn number_length(bytes: &[u8]) -> Option<usize> {
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let first = at;
    at = digits_end(bytes, at)?;
    if at > first + 1 && bytes[first] == b'0' {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits_end(bytes, at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits_end(bytes, at)?;
    }
    Some(at)
}

/// The end of the digits that stand at a place; there is one at least.
fn digits_end(bytes: &[u8], from: usize) -> Option<usize> {
    let count = bytes.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count > 0).then_some(from + count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::value_text::json;
    use proptest::prelude::*;

    #[test]
    fn what_it_reads_it_writes_again() {
        for text in [
            r#"{"a":1,"b":[true,false,null,-0.50e+7,12345678901234567890],"":{}}"#,
            r#"["x\n\"\\é👩",[],""]"#,
            r#"{"a":1,"a":2}"#,
        ] {
            assert_eq!(parse_container(text).map(|value| json(&value)).as_deref(), Some(text));
        }
        let read = parse_container(" { \"k\" : [ 1 , \"\\u00e9\\ud83d\\ude00\\/\" ] }\n").expect("JSON");
        assert_eq!(json(&read), r#"{"k":[1,"é😀/"]}"#);
        assert_eq!(json(&parse_container(r#"["\ud83d\u0041\udc00"]"#).expect("JSON")), "[\"\u{fffd}A\u{fffd}\"]");
    }

    #[test]
    fn what_is_no_container_is_none() {
        let not =
            ["", "5", "\"x\"", "{", "[1,]", "{\"a\"}", "[01]", "[1 2]", "[1] x", "{a:1}", "[\"a", "[\"\n\"]", "[.5]"];
        for text in not {
            assert_eq!(parse_container(text), None, "{text}");
        }
        for text in
            ["[\"\\u12\"]", "[\"\\u12é4\"]", "[-]", "[1e]", "[1.]", "[\"\\x\"]", "[tru]", "[log] x", "{\"\\ud800\\u\"}"]
        {
            assert_eq!(parse_container(text), None, "{text}");
        }
        assert_eq!(parse_container(&"[".repeat(100_000)), None);
        assert_eq!(parse_container(&format!("{}{}", "[".repeat(65), "]".repeat(65))), None);
        assert!(parse_container(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_some());
    }

    proptest! {
        /// serde_json is the yardstick: what one reads the other reads, with the same keys and values.
        #[test]
        fn it_reads_what_serde_json_reads(text in r#"[\[{][\[\]{}",:0-9ae.\\u -]{0,12}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = parse_container(&text);
            // A number too large for a double, and half a surrogate pair, are errors to serde_json only.
            prop_assume!(theirs.is_ok() || !(text.contains('e') || text.contains("\\u")));
            prop_assert_eq!(ours.is_some(), theirs.is_ok(), "{}", text);
        }
    }
}
