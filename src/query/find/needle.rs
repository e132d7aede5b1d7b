//! A word to be found in texts, without regard to case.

use memchr::memmem::Finder;

/// A word in lower case, and what finds it.
#[derive(Debug)]
pub struct Needle {
    lower: String,
    finder: Finder<'static>,
}

impl Needle {
    pub fn new(word: &str) -> Needle {
        let lower = word.to_lowercase();
        Needle { finder: Finder::new(lower.as_bytes()).into_owned(), lower }
    }

    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Whether a text in lower case has the word in it.
    pub fn is_in(&self, lower: &str) -> bool {
        self.finder.find(lower.as_bytes()).is_some()
    }
}

/// Writes a text in lower case into a buffer, as JavaScript's `toLowerCase` has it: all of Unicode's letters, of which
/// nearly all texts have the ASCII ones only.
pub fn lower<'a>(text: &str, buffer: &'a mut String) -> &'a str {
    buffer.clear();
    match text.is_ascii() {
        true => {
            buffer.push_str(text);
            buffer.make_ascii_lowercase();
        }
        false => buffer.push_str(&text.to_lowercase()),
    }
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_never_matters() {
        let mut buffer = String::new();
        let mut is_in = |word: &str, text: &str| Needle::new(word).is_in(lower(text, &mut buffer));
        assert!(is_in("SQL", "mysql") && is_in("sql", "MySQL") && is_in("größe", "GRÖSSE GRÖßE"));
        assert!(is_in("ОШИБКА", "ошибка сети") && is_in("k", "\u{212a}elvin") && is_in("", "x"));
        assert!(!is_in("sql", "sq l") && !is_in("größe", "grosse"));
    }
}
