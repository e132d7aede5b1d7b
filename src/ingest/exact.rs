//! Numbers that a double cannot hold.
//!
//! serde_json reads a fraction, an exponent or an integer beyond 64 bits as a double. Its own way around
//! (`arbitrary_precision`) makes every number slow, so an element in which a reader meets such a number where digits
//! matter is read once more, with those numbers as marked texts.

/// Stands first in a text that is a number. A private-use character that no JSON writer produces by itself.
const MARK: &str = "\u{f8ff}\u{f8fe}";

/// The JSON text with all fractions, exponents and integers beyond 64 bits as marked texts; `None` if it has none.
pub fn mark_numbers(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let mut marked: Option<String> = None;
    let (mut at, mut copied) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = after_string(bytes, at),
            b'-' | b'0'..=b'9' => {
                let end = at + bytes[at..].iter().take_while(|byte| is_of_number(**byte)).count();
                if is_inexact(&json[at..end]) {
                    let marked = marked.get_or_insert_default();
                    marked.push_str(&json[copied..at]);
                    marked.extend(["\"", MARK, &json[at..end], "\""]);
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    let mut marked = marked?;
    marked.push_str(&json[copied..]);
    Some(marked)
}

/// The digits of a marked text.
pub fn marked(text: &str) -> Option<&str> {
    text.strip_prefix(MARK)
}

fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
}

fn is_inexact(number: &str) -> bool {
    number.contains(['.', 'e', 'E']) || number.parse::<i64>().is_err() && number.parse::<u64>().is_err()
}

fn after_string(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        match bytes[at - 1] {
            b'"' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_lose_are_marked() {
        let json = r#"{"a":12,"b":-1.5,"1.5":"2.5 \" 3.5","c":[18446744073709551615,18446744073709551616,1e3]}"#;
        let expected = format!(
            r#"{{"a":12,"b":"{MARK}-1.5","1.5":"2.5 \" 3.5","c":[18446744073709551615,"{MARK}18446744073709551616","{MARK}1e3"]}}"#
        );
        assert_eq!(mark_numbers(json), Some(expected));
        assert_eq!(mark_numbers(r#"{"a":1,"b":"1.5"}"#), None);
        assert_eq!(marked(&format!("{MARK}7.5")), Some("7.5"));
    }
}
