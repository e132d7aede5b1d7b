//! Tags as people type them in Jaeger's form: `key=value key2="a value"`, white space between them, quotes around what holds
//! white space or `=` (FEATURES §1.2).

/// What is wrong with a text of tags, and at which character, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogfmtFault {
    pub column: usize,
    pub kind: LogfmtFaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogfmtFaultKind {
    /// A key without `=` and a value.
    NoValue,
    /// `=` without a key.
    NoKey,
    /// Quotes that are not closed.
    OpenQuotes,
    /// Something stands right behind closing quotes.
    BehindQuotes,
}

/// The tags of a text, in its order.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, LogfmtFault> {
    let signs: Vec<char> = text.chars().collect();
    let fault = |at: usize, kind| Err(LogfmtFault { column: at + 1, kind });
    let (mut tags, mut at) = (Vec::new(), 0);
    loop {
        while signs.get(at).is_some_and(|sign| sign.is_whitespace()) {
            at += 1;
        }
        if at == signs.len() {
            return Ok(tags);
        }
        let start = at;
        let (key, after) = word(&signs, at)?;
        if signs.get(after) != Some(&'=') {
            return fault(start, LogfmtFaultKind::NoValue);
        }
        if key.is_empty() {
            return fault(start, LogfmtFaultKind::NoKey);
        }
        let (value, after) = word(&signs, after + 1)?;
        if signs.get(after).is_some_and(|sign| !sign.is_whitespace()) {
            return fault(after, LogfmtFaultKind::BehindQuotes);
        }
        tags.push((key, value));
        at = after;
    }
}

/// A key or a value that begins at `at`, and where it ends. Only values may hold a bare `=` (`q=a=b`), so keys end there.
fn word(signs: &[char], at: usize) -> Result<(String, usize), LogfmtFault> {
    let is_value = at > 0 && signs[at - 1] == '=';
    if signs.get(at) != Some(&'"') {
        let ends = |sign: &char| sign.is_whitespace() || *sign == '=' && !is_value;
        let length = signs[at..].iter().take_while(|sign| !ends(sign)).count();
        return Ok((signs[at..at + length].iter().collect(), at + length));
    }
    let (mut text, mut next) = (String::new(), at + 1);
    loop {
        match (signs.get(next), signs.get(next + 1)) {
            (None, _) => return Err(LogfmtFault { column: at + 1, kind: LogfmtFaultKind::OpenQuotes }),
            (Some('"'), _) => return Ok((text, next + 1)),
            (Some('\\'), Some(escaped)) => {
                text.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => *other,
                });
                next += 2;
            }
            (Some(sign), _) => {
                text.push(*sign);
                next += 1;
            }
        }
    }
}

/// Tags as a text that [`parse`] reads.
pub fn write(tags: &[(String, String)]) -> String {
    let mut text = String::new();
    for (key, value) in tags {
        if !text.is_empty() {
            text.push(' ');
        }
        write_word(&mut text, key);
        text.push('=');
        write_word(&mut text, value);
    }
    text
}

fn write_word(text: &mut String, word: &str) {
    if !word.is_empty() && !word.contains(|sign: char| sign.is_whitespace() || "=\"\\".contains(sign)) {
        return text.push_str(word);
    }
    text.push('"');
    for sign in word.chars() {
        match sign {
            '"' | '\\' => text.extend(['\\', sign]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            _ => text.push(sign),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap()
    }

    #[test]
    fn tags_are_read_as_jaeger_reads_them() {
        let own =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<Vec<_>>();
        assert_eq!(pairs("error=true  http.status_code=500"), own(&[("error", "true"), ("http.status_code", "500")]));
        assert_eq!(
            pairs(r#"sql="select \"a b\"" url=http://h/?a=b "#),
            own(&[("sql", "select \"a b\""), ("url", "http://h/?a=b")])
        );
        assert_eq!(pairs(r#""a key"="" b="#), own(&[("a key", ""), ("b", "")]));
        assert_eq!(pairs("  "), own(&[]));
    }

    #[test]
    fn a_fault_has_its_column() {
        for (text, column, kind) in [
            ("error", 1, LogfmtFaultKind::NoValue),
            ("a=b é c=d", 5, LogfmtFaultKind::NoValue),
            ("a=b =c", 5, LogfmtFaultKind::NoKey),
            ("a=\"b", 3, LogfmtFaultKind::OpenQuotes),
            ("a=\"b\"c", 6, LogfmtFaultKind::BehindQuotes),
        ] {
            assert_eq!(parse(text), Err(LogfmtFault { column, kind }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(tags in prop::collection::vec(("[a-z=\" \\\\é]{1,6}", "[a-z=\" \\\\\n\té]{0,6}"), 0..4)) {
            prop_assert_eq!(parse(&write(&tags)), Ok(tags));
        }
    }
}
