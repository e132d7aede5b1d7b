//! A word to be found in texts, without regard to case.

use super::lower::lowered;
use memchr::memmem::Finder;

/// A word in lower case, and what finds it.
#[derive(Debug)]
pub struct Needle {
    lower: String,
    /// Some hundred bytes.
    finder: Box<Finder<'static>>,
}

impl Needle {
    pub fn new(word: &str) -> Needle {
        Needle::exact(&lowered(word))
    }

    /// The same for texts whose case matters: they, too, are given as they are.
    pub fn exact(word: &str) -> Needle {
        let lower = word.to_owned();
        Needle { finder: Box::new(Finder::new(lower.as_bytes()).into_owned()), lower }
    }

    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Whether a text in lower case has the word in it.
    pub fn is_in(&self, lower: &str) -> bool {
        self.finder.find(lower.as_bytes()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_never_matters() {
        let is_in = |word: &str, text: &str| Needle::new(word).is_in(&lowered(text));
        assert!(is_in("SQL", "mysql") && is_in("sql", "MySQL") && is_in("größe", "GRÖSSE GRÖßE"));
        assert!(is_in("ОШИБКА", "ошибка сети") && is_in("k", "\u{212a}elvin") && is_in("", "x"));
        assert!(!is_in("sql", "sq l") && !is_in("größe", "grosse"));
    }
}
