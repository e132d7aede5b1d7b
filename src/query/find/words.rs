//! The words of a search text, as Jaeger UI takes them apart (FEATURES §3.7).

/// A word, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Without its quotes.
    pub text: &'a str,
    /// The place of its first character (of the quote, if it has one), counted from 1.
    pub column: u32,
    pub is_quoted: bool,
}

/// Maximal runs without white space and quotes, and what stands between two quotes. A quote that is never closed is
/// passed over; a quoted part that touches a run is a word of its own. Empty words are left out.
#[cold]
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let (mut rest, mut column) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (word, is_quoted, taken) = match first {
            '"' => match rest[1..].split_once('"') {
                Some((inner, _)) => (inner, true, inner.len() + 2),
                None => ("", false, 1),
            },
            first if is_space(first) => ("", false, first.len_utf8()),
            _ => {
                let end = rest.find(|c| c == '"' || is_space(c)).unwrap_or(rest.len());
                (&rest[..end], false, end)
            }
        };
        if !word.is_empty() {
            words.push(Word { text: word, column, is_quoted });
        }
        column += rest[..taken].chars().count() as u32;
        rest = &rest[taken..];
    }
    words
}

/// White space as JavaScript's `\s` has it.
fn is_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{85}' || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(&str, u32, bool)> {
        words(text).iter().map(|word| (word.text, word.column, word.is_quoted)).collect()
    }

    #[test]
    fn runs_and_quoted_parts_are_words() {
        assert_eq!(told(" a  bc "), [("a", 2, false), ("bc", 5, false)]);
        assert_eq!(told(r#"k="a b"c"#), [("k=", 1, false), ("a b", 3, true), ("c", 8, false)]);
        assert_eq!(told(r#"é "x y" z"#), [("é", 1, false), ("x y", 3, true), ("z", 9, false)]);
        assert_eq!(told("a\u{feff}b\u{3000}c"), [("a", 1, false), ("b", 3, false), ("c", 5, false)]);
    }

    #[test]
    fn quotes_that_hold_nothing_are_no_words() {
        assert_eq!(told(r#""" "a" "#), [("a", 4, true)]);
        assert_eq!(told(r#"a "b c"#), [("a", 1, false), ("b", 4, false), ("c", 6, false)]);
        assert!(told("\" ").is_empty());
    }
}
