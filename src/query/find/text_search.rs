//! Which spans have a word, or what a pattern says, in their name, service, keys or values.

use super::lower::{lower, lowered};
use super::needle::Needle;
use super::pattern::Pattern;
use super::value_text::text_of;
use super::verdicts::{KeyVerdict, ValueVerdict, Verdicts};
use super::walk::{EVENT, Pairs, Walk};
use crate::model::{Cell, SpanId, SpanRow, Store, StringId, Tag};

/// What is looked for.
#[derive(Debug)]
pub enum Sought {
    Word(Word),
    Pattern(Box<Pattern>),
}

/// A word in lower case. It may be part of a key or of a value; one with a `=` may also span both.
#[derive(Debug)]
pub struct Word {
    needle: Needle,
    /// What stands before and after each `=`.
    splits: Vec<(String, String)>,
}

impl Word {
    #[cold]
    pub fn new(word: &str) -> Word {
        let needle = Needle::new(word);
        let lower = needle.lower();
        let halves = lower.match_indices('=').map(|(at, _)| (lower[..at].to_owned(), lower[at + 1..].to_owned()));
        let splits: Vec<_> = halves.collect();
        Word { needle, splits }
    }

    /// What digits are to the word: integers are many, so they go neither through a buffer nor to lower case.
    fn judge_digits(&self, digits: &[u8]) -> ValueVerdict {
        let word = self.needle.lower().as_bytes();
        let is_hit = (0..digits.len()).any(|at| digits[at..].starts_with(word));
        let starts = self.splits.iter().any(|(_, right)| digits.starts_with(right.as_bytes()));
        ValueVerdict::NONE.with(ValueVerdict::HIT, is_hit).with(ValueVerdict::STARTS, starts)
    }
}

/// Parts of keys whose pairs take no part, in lower case.
#[derive(Debug, Default)]
pub struct Excluded {
    pub parts: Vec<Needle>,
}

/// A search through the spans of a store.
pub struct TextSearch<'a> {
    store: &'a Store,
    walk: Walk<'a>,
    texts: Texts<'a>,
    id: Option<IdSearch<'a>>,
}

impl<'a> TextSearch<'a> {
    pub fn new(store: &'a Store, sought: &'a Sought, excluded: &'a Excluded) -> TextSearch<'a> {
        let id = match sought {
            Sought::Word(word) => Some(IdSearch::new(store, word.needle.lower())),
            Sought::Pattern(_) => None,
        };
        TextSearch { store, walk: Walk::new(store), texts: Texts::new(store, sought, excluded), id }
    }

    #[inline]
    pub fn matches(&mut self, row: SpanRow) -> bool {
        self.texts.value(self.store.spans.name(row)).has(ValueVerdict::HIT)
            || self.texts.value(self.store.service(row)).has(ValueVerdict::HIT)
            || self.walk.any(row, &mut self.texts)
            || self.id.as_mut().is_some_and(|id| id.is_of(row))
    }
}

/// What was found out about the texts of the store.
struct Texts<'a> {
    store: &'a Store,
    verdicts: Verdicts,
    judge: Judge<'a>,
    event: KeyVerdict,
    /// For values that are no texts.
    value: String,
}

impl<'a> Texts<'a> {
    fn new(store: &'a Store, sought: &'a Sought, excluded: &'a Excluded) -> Texts<'a> {
        let mut judge = Judge::new(sought, excluded);
        let event = judge.key(EVENT);
        Texts { store, verdicts: Verdicts::new(store), judge, event, value: String::new() }
    }

    #[inline]
    fn value(&mut self, id: StringId) -> ValueVerdict {
        self.verdicts.value(id, || self.judge.value(self.store.text(id)))
    }

    #[inline]
    fn text_pair(&mut self, key: KeyVerdict, key_text: impl FnOnce() -> &'a str, id: StringId) -> bool {
        let value = self.value(id);
        value.has(ValueVerdict::HIT)
            || key.has(KeyVerdict::ENDS)
                && value.has(ValueVerdict::STARTS)
                && self.judge.pair(key_text(), self.store.text(id))
    }

    /// Numbers, truth values, bytes and lists: they are written down each time.
    #[inline(never)]
    fn other_pair(&mut self, verdict: KeyVerdict, key: StringId, cell: Cell) -> bool {
        let is_scalar = matches!(cell.tag, Tag::Int | Tag::Double | Tag::Bool);
        let may_match = self.judge.may_be_in_scalar || self.judge.may_begin_scalar && verdict.has(KeyVerdict::ENDS);
        if is_scalar && !may_match {
            return false;
        }
        let (store, judge) = (self.store, &mut self.judge);
        let value = match (cell.tag, judge.sought) {
            (Tag::Int, Sought::Word(word)) => {
                let (digits, start) = digits(cell.payload as i64);
                word.judge_digits(&digits[start..])
            }
            _ => judge.value(text_of(&store.content, cell, &mut self.value)),
        };
        value.has(ValueVerdict::HIT)
            || verdict.has(KeyVerdict::ENDS)
                && value.has(ValueVerdict::STARTS)
                && judge.pair(store.text(key), text_of(&store.content, cell, &mut self.value))
    }
}

impl Pairs for Texts<'_> {
    #[inline]
    fn pair(&mut self, key: StringId, cell: Cell) -> bool {
        let verdict = self.verdicts.key(key, || self.judge.key(self.store.text(key)));
        if verdict.has(KeyVerdict::EXCLUDED) || cell.tag == Tag::Null {
            return false;
        }
        if verdict.has(KeyVerdict::HIT) {
            return true;
        }
        match cell.tag {
            Tag::Text | Tag::BigInt => self.text_pair(verdict, || self.store.text(key), StringId(cell.payload as u32)),
            _ => self.other_pair(verdict, key, cell),
        }
    }

    fn event(&mut self, name: StringId) -> bool {
        let key = self.event;
        !key.has(KeyVerdict::EXCLUDED) && (key.has(KeyVerdict::HIT) || self.text_pair(key, || EVENT, name))
    }
}

/// Looks at texts.
struct Judge<'a> {
    sought: &'a Sought,
    excluded: &'a Excluded,
    /// Whether a number, `true` or `false` can match by itself: most cannot, and numbers have no text at hand.
    may_be_in_scalar: bool,
    /// Whether it can together with the end of a key.
    may_begin_scalar: bool,
    lower: String,
}

impl<'a> Judge<'a> {
    fn new(sought: &'a Sought, excluded: &'a Excluded) -> Judge<'a> {
        let (may_be_in_scalar, may_begin_scalar) = match sought {
            Sought::Word(word) => {
                (of_scalar(word.needle.lower()), word.splits.iter().any(|(_, right)| of_scalar(right)))
            }
            Sought::Pattern(pattern) => (pattern.spans_pairs() || of_scalar(pattern.required()), false),
        };
        Judge { sought, excluded, may_be_in_scalar, may_begin_scalar, lower: String::new() }
    }

    /// Out of line: each text comes here once.
    #[inline(never)]
    fn key(&mut self, text: &str) -> KeyVerdict {
        let key = lower(text, &mut self.lower);
        let (is_hit, ends) = match self.sought {
            Sought::Word(word) => (word.needle.is_in(key), word.splits.iter().any(|(left, _)| key.ends_with(left))),
            Sought::Pattern(pattern) => (pattern.is_in(text), pattern.spans_pairs()),
        };
        let is_excluded = self.excluded.parts.iter().any(|part| part.is_in(key));
        KeyVerdict::NONE
            .with(KeyVerdict::HIT, is_hit)
            .with(KeyVerdict::EXCLUDED, is_excluded)
            .with(KeyVerdict::ENDS, ends)
    }

    #[inline(never)]
    fn value(&mut self, text: &str) -> ValueVerdict {
        let (is_hit, starts) = match self.sought {
            Sought::Word(word) => {
                let value = lower(text, &mut self.lower);
                (word.needle.is_in(value), word.splits.iter().any(|(_, right)| value.starts_with(right)))
            }
            Sought::Pattern(pattern) => (pattern.is_in(text), pattern.spans_pairs()),
        };
        ValueVerdict::NONE.with(ValueVerdict::HIT, is_hit).with(ValueVerdict::STARTS, starts)
    }

    #[inline(never)]
    /// Whether `key=value` matches, of a key that ends as a left half and a value that begins as a right half.
    fn pair(&mut self, key: &str, value: &str) -> bool {
        match self.sought {
            Sought::Word(word) if word.splits.len() == 1 => true,
            Sought::Word(word) => {
                let (key, value) = (lowered(key), lowered(value));
                word.splits.iter().any(|(left, right)| key.ends_with(left) && value.starts_with(right))
            }
            Sought::Pattern(pattern) => {
                self.lower.clear();
                self.lower.extend([key, "=", value]);
                pattern.is_in(&self.lower)
            }
        }
    }
}

/// Whether a text in lower case has only characters of numbers, `infinity`, `nan`, `true` and `false`.
fn of_scalar(text: &str) -> bool {
    text.bytes().all(|byte| b"0123456789.-+einftyatruls".contains(&byte))
}

/// The decimal digits of a number, with its sign: the end of the array, from the place given.
fn digits(value: i64) -> ([u8; 20], usize) {
    let (mut digits, mut start, mut rest) = ([b'0'; 20], 20, value.unsigned_abs());
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    (digits, start)
}

/// Which span has an id that is the word.
struct IdSearch<'a> {
    store: &'a Store,
    /// In lower case.
    word: &'a str,
    /// The word as an id, and without the `_1` of spans that repeat one.
    ids: [Option<SpanId>; 2],
}

impl<'a> IdSearch<'a> {
    fn new(store: &'a Store, word: &'a str) -> IdSearch<'a> {
        let plain = word.rsplit_once('_').map_or("", |(plain, _)| plain);
        IdSearch { store, word, ids: [word, plain].map(|text| SpanId::find(text, store.strings())) }
    }

    #[inline]
    fn is_of(&mut self, row: SpanRow) -> bool {
        match self.store.spans.id(row) {
            // Lower case takes a third of the bytes at the least.
            Some(SpanId::Text(text)) => self.store.strings().len_of(text) <= 3 * self.word.len() && self.is_shown(row),
            // Numbers are compared first: writing them down is slow.
            id @ Some(SpanId::Hex { .. }) => self.ids.contains(&id) && self.is_shown(row),
            None => false,
        }
    }

    #[cold]
    fn is_shown(&self, row: SpanRow) -> bool {
        lowered(&self.store.span_id_text(row)) == self.word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for value in [0, 7, -1, 10, 1_234_567_890, i64::MAX, i64::MIN] {
            let (digits, start) = digits(value);
            assert_eq!(digits[start..], *value.to_string().as_bytes());
        }
    }
}
