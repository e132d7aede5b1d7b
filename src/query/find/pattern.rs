//! Regular expressions.

use regex_lite::{Regex, RegexBuilder};

/// A regular expression, found anywhere in a text unless it has anchors, without regard to case.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    spans_pairs: bool,
}

impl Pattern {
    /// `None`: the text is no regular expression, or one that would become too large.
    pub fn new(text: &str) -> Option<Pattern> {
        let regex = RegexBuilder::new(text).case_insensitive(true).build().ok()?;
        Some(Pattern { regex, spans_pairs: text.contains('=') })
    }

    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Whether it is also looked for in `key=value`: it has a `=` in it.
    pub fn spans_pairs(&self) -> bool {
        self.spans_pairs
    }
}
