//! From words to terms: which words are looked for as they are, which exclude keys, and which are comparisons.

use super::comparison::{Comparison, Key, Op, Operand};
use super::needle::Needle;
use super::number::{self, Number};
use super::pattern::Pattern;
use super::text_search::{Excluded, Sought, Word as SoughtWord};
use super::words::{Word, words};
use super::{Expected, Fault, Find, FindMode, Query, Term};

/// Understands what was typed.
///
/// # Errors
/// A regular expression, or the right side of a comparison, that is none.
#[cold]
pub fn parse(find: &Find) -> Result<Query, Fault> {
    let mut query = Query { mode: find.mode, terms: Vec::new(), excluded: Excluded::default() };
    if find.mode == FindMode::Regex {
        if !find.text.is_empty() {
            query.terms.push(Term::Text(Sought::Pattern(pattern(&find.text, 1)?)));
        }
        return Ok(query);
    }
    let all = words(&find.text);
    let mut rest = &all[..];
    while let [first, after @ ..] = rest {
        rest = after;
        // Jaeger UI asks after it has taken the quotes off.
        if let Some(part) = first.text.strip_prefix('-') {
            query.excluded.parts.push(Needle::new(part));
        } else if let Some((written, after)) = comparison(*first, after) {
            query.terms.push(Term::Comparison(written.understand()?));
            rest = after;
        } else {
            query.terms.push(Term::Text(Sought::Word(SoughtWord::new(first.text))));
        }
    }
    Ok(query)
}

/// A comparison as it is written.
struct Written<'a> {
    key: &'a str,
    op: Op,
    /// Where the operator stands.
    column: u32,
    value: Word<'a>,
}

/// Takes a comparison off the words: `key>1`, `key > 1`, `key> 1`, `key >1`, where the value may have quotes.
#[cold]
fn comparison<'a, 'b>(first: Word<'a>, after: &'b [Word<'a>]) -> Option<(Written<'a>, &'b [Word<'a>])> {
    if first.is_quoted {
        return None;
    }
    let (key, op, sign, after) = match (Op::find(first.text), after) {
        (Some((at, op)), _) => (&first.text[..at], op, part(first, at), after),
        (None, [second, after @ ..]) if !second.is_quoted => match Op::find(second.text) {
            Some((0, op)) => (first.text, op, *second, after),
            _ => return None,
        },
        _ => return None,
    };
    let right = part(sign, op.text().len());
    let (value, after) = match (right.text.is_empty(), after) {
        (false, _) => (right, after),
        (true, [value, after @ ..]) => (*value, after),
        (true, []) => return None,
    };
    let written = Written { key, op, column: sign.column, value };
    (is_key(key) && written.is_meant()).then_some((written, after))
}

/// A word from some byte on.
fn part(word: Word, from: usize) -> Word {
    let column = word.column + word.text[..from].chars().count() as u32;
    Word { text: &word.text[from..], column, ..word }
}

/// What can be a key: `List<3` and `(a>3` are words to be looked for, or look like them at least.
fn is_key(text: &str) -> bool {
    // (The tables of all the world's letters are 2 kB.)
    let is_letter = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
    text.starts_with(|c: char| is_letter(c) || "._@".contains(c))
        && text.chars().all(|c| is_letter(c) || "._-/:@".contains(c))
}

impl Written<'_> {
    /// An angle bracket before anything but a number is mostly part of a name: `List<String>`, `Foo.<init>`. Who wants to
    /// put texts in order writes quotes; and `duration` is compared in any case.
    fn is_meant(&self) -> bool {
        let wants_text = self.value.is_quoted || !self.op.is_order();
        wants_text || number::begins(self.value.text) || Key::new(self.key).is_number()
    }

    #[cold]
    fn understand(&self) -> Result<Comparison, Fault> {
        let (key, value) = (Key::new(self.key), self.value.text);
        let fault = |expected| Fault { column: self.value.column, expected };
        let operand = match &key {
            _ if self.op.is_pattern() && key.is_number() => {
                return Err(Fault { column: self.column, expected: Expected::Order });
            }
            _ if self.op.is_pattern() => {
                let inside = self.value.column + u32::from(self.value.is_quoted);
                Operand::Pattern(pattern(value, inside)?)
            }
            Key::Duration | Key::Start => Operand::Duration(number::duration(value).ok_or(fault(Expected::Duration))?),
            Key::Events => Operand::Number(Number::parse(value).ok_or(fault(Expected::Number))?),
            Key::Kind if !Key::is_kind(value) => return Err(fault(Expected::Kind)),
            Key::Status if !Key::is_status(value) => return Err(fault(Expected::Status)),
            Key::Attribute(_) if !self.value.is_quoted => match (Number::parse(value), number::duration(value)) {
                (Some(number), _) => Operand::Number(number),
                (None, Some(nanos)) => Operand::Duration(nanos),
                (None, None) if self.op.is_order() => return Err(fault(Expected::Number)),
                _ => Operand::text(value),
            },
            _ => Operand::text(value),
        };
        Ok(Comparison { key, op: self.op, operand })
    }
}

#[cold]
fn pattern(text: &str, column: u32) -> Result<Box<Pattern>, Fault> {
    Pattern::new(text).map(Box::new).ok_or(Fault { column, expected: Expected::Regex })
}
