//! `key=value key2="two words"`, as Jaeger UI's search form has it (<https://brandur.org/logfmt>; there is no specification).
//!
//! By hand, for there was no crate to take: `logfmt` 0.0.2 (2016) passes over what it cannot read, `tpt-logfmt-parse` 0.1.0 (MIT or Apache-2.0)
//! leaves escapes in and does not say where a pair stands, which completion wants to know. TraceQL's reader of quotes serves here, too.

use crate::query::traceql::token::{Unquoted, fault, unquote};
use crate::query::traceql::{Expected, Fault};

/// A key and its value. A key alone is true, as in Jaeger UI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub key: String,
    pub value: String,
    /// Bytes of the key and of the value in the text; the value's are empty, behind the key, if there is none.
    pub key_bytes: (usize, usize),
    pub value_bytes: (usize, usize),
}

/// More pairs are a fault: each wants memory for a search.
const MOST: usize = 100;

/// Reads all pairs. Spaces separate them; a value with spaces has quotes, in which `\"`, `\\`, `\n`, `\r` and `\t` are escapes.
pub fn parse(text: &str) -> Result<Vec<Pair>, Fault> {
    let mut pairs = Vec::new();
    let mut at = 0;
    loop {
        at += spaces(&text[at..]);
        if at == text.len() {
            return Ok(pairs);
        }
        if pairs.len() == MOST {
            return Err(fault(text, at, text.len(), Expected::Shorter));
        }
        let from = at;
        let key = word(text, &mut at, true)?;
        let key_bytes = (from, at);
        if key.is_empty() {
            return Err(fault(text, at, at + 1, Expected::Key));
        }
        let mut pair = Pair { key, value: "true".to_owned(), key_bytes, value_bytes: (at, at) };
        if text[at..].starts_with('=') {
            at += 1;
            let from = at;
            pair.value = word(text, &mut at, false)?;
            pair.value_bytes = (from, at);
        }
        pairs.push(pair);
    }
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// A key or a value, with quotes or without.
fn word(text: &str, at: &mut usize, is_key: bool) -> Result<String, Fault> {
    let rest = &text[*at..];
    if !rest.starts_with('"') {
        let end = rest.find(|c: char| c.is_whitespace() || is_key && c == '=').unwrap_or(rest.len());
        *at += end;
        return Ok(rest[..end].to_owned());
    }
    let (word, length) = unquote(rest, '"').map_err(|why| match why {
        Unquoted::Open => fault(text, text.len(), text.len(), Expected::Quote),
        Unquoted::Escape(escape) => {
            let from = *at + escape;
            let to = from + text[from..].chars().take(2).map(char::len_utf8).sum::<usize>();
            fault(text, from, to, Expected::Escape)
        }
    })?;
    *at += length;
    match text[*at..].chars().next() {
        Some(c) if !(c.is_whitespace() || is_key && c == '=') => {
            Err(fault(text, *at, *at + c.len_utf8(), Expected::Space))
        }
        _ => Ok(word),
    }
}

/// Keys and values as a text that [`parse`] reads.
pub fn write<'t>(pairs: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push(' ');
        }
        write_word(&mut text, key);
        text.push('=');
        write_word(&mut text, value);
    }
    text
}

/// In quotes, if it is empty or has something in it that would end it.
fn write_word(text: &mut String, word: &str) {
    if !word.is_empty() && !word.contains(|sign: char| sign.is_whitespace() || "=\"\\".contains(sign)) {
        return text.push_str(word);
    }
    text.push('"');
    for sign in word.chars() {
        match sign {
            '"' | '\\' => text.extend(['\\', sign]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            _ => text.push(sign),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read() {
        let pairs = |text: &str| {
            let pairs = parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
            pairs.into_iter().map(|pair| format!("{}→{}", pair.key, pair.value)).collect::<Vec<_>>().join(" ")
        };
        for (text, expected) in [
            ("", ""),
            ("  error=true  http.status_code=500 ", "error→true http.status_code→500"),
            (r#"db.statement="select * from x" a="\"q\" \\ \n""#, "db.statement→select * from x a→\"q\" \\ \n"),
            ("error", "error→true"),
            ("a= b=1", "a→ b→1"),
            ("url=/x?y=z", "url→/x?y=z"),
            (r#"a=b"c" "two words"=1"#, "a→b\"c\" two words→1"),
            ("größe=µ", "größe→µ"),
        ] {
            assert_eq!(pairs(text), expected, "{text}");
        }
        let pair = &parse("a=1 bc=\"d\"").expect("pairs")[1];
        assert_eq!((pair.key_bytes, pair.value_bytes), ((4, 6), (7, 10)));
    }

    #[test]
    fn faults_say_where() {
        for (text, column, length, expected) in [
            ("=1", 1, 1, Expected::Key),
            ("ä=1 =2", 5, 1, Expected::Key),
            ("a=\"b", 5, 0, Expected::Quote),
            ("a=\"b\"c", 6, 1, Expected::Space),
            ("ä=\"\\q\"", 4, 2, Expected::Escape),
        ] {
            let fault = parse(text).expect_err(text);
            assert_eq!((fault.column, fault.length, fault.expected), (column, length, expected), "{text}");
        }
        assert_eq!(parse(&"a=1 ".repeat(101)).expect_err("many").expected, Expected::Shorter);
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_again(pairs in proptest::collection::vec(("[a-z=\" \\\\é]{1,6}", "[a-z=\" \\\\\n\té]{0,6}"), 0..4)) {
            let written = write(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
            let read: Vec<(String, String)> =
                parse(&written).expect("our own").into_iter().map(|pair| (pair.key, pair.value)).collect();
            proptest::prop_assert_eq!(read, pairs);
        }
    }
}
