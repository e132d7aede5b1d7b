//! The syntax of regular expressions: characters, `.`, classes `[a-z]` `[^…]` `\d` `\w` `\s` and their opposites, `^` `$`
//! `\b` `\B`, groups `(…)` `(?:…)`, `|`, and `*` `+` `?` `{2}` `{2,}` `{2,5}` (also lazy, which is the same here).

use super::super::lower::lower_char;

/// An expression as a tree.
#[derive(Clone, Debug)]
pub enum Node {
    Take(Set),
    Assert(Assertion),
    All(Vec<Node>),
    Any(Vec<Node>),
    /// So often at least, and at most.
    Repeat(Box<Node>, u32, Option<u32>),
}

/// Characters; in lower case unless case matters.
#[derive(Clone, Debug)]
pub struct Set {
    /// First and last of each range.
    ranges: Vec<(char, char)>,
    is_negated: bool,
}

/// What must be true between two characters.
#[derive(Clone, Copy, Debug)]
pub enum Assertion {
    Start,
    End,
    /// One side is part of a word, and the other is not.
    Border,
    NoBorder,
}

/// Part of a word: letters, digits and the underscore.
pub fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace()
}

const DIGITS: &[(char, char)] = &[('0', '9')];
/// Beyond ASCII everything that is no white space is taken for a letter: the tables that know are large.
const WORD: &[(char, char)] = &[
    ('0', '9'),
    ('A', 'Z'),
    ('_', '_'),
    ('a', 'z'),
    ('\u{a1}', '\u{167f}'),
    ('\u{1681}', '\u{1fff}'),
    ('\u{200b}', '\u{2027}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2030}', '\u{205e}'),
    ('\u{2060}', '\u{2fff}'),
    ('\u{3001}', char::MAX),
];
const SPACE: &[(char, char)] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{85}', '\u{85}'),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
];

impl Set {
    fn of(c: char) -> Set {
        Set { ranges: vec![(c, c)], is_negated: false }
    }

    pub fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != self.is_negated
    }

    /// The character, if it is one and no other.
    pub fn only(&self) -> Option<char> {
        match self.ranges[..] {
            [(first, last)] if first == last && !self.is_negated => Some(first),
            _ => None,
        }
    }

    /// Adds a range and, unless case matters, what it is in lower case. (A range that is much longer than any alphabet is added as
    /// it is.)
    #[cold]
    fn add(&mut self, first: char, last: char, is_cased: bool) {
        self.ranges.push((first, last));
        if is_cased {
            return;
        }
        for c in (first..=last).take(2000) {
            let small = lower_char(c);
            if small != c && !(first..=last).contains(&small) {
                self.ranges.push((small, small));
            }
        }
    }
}

/// Groups in groups: the parser calls itself for each.
const DEEPEST: u32 = 100;
/// Further repetitions make no sense in a text that somebody typed.
const MOST: u32 = 1000;

/// Reads an expression. If case does not matter, texts are to be given in lower case.
pub fn parse(text: &str, is_cased: bool) -> Option<Node> {
    let mut parser = Parser { rest: text, depth: 0, is_cased };
    let node = parser.alternatives()?;
    parser.rest.is_empty().then_some(node)
}

struct Parser<'a> {
    rest: &'a str,
    depth: u32,
    is_cased: bool,
}

impl Parser<'_> {
    fn set_of(&self, c: char) -> Set {
        Set::of(if self.is_cased { c } else { lower_char(c) })
    }

    #[cold]
    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    #[cold]
    fn alternatives(&mut self) -> Option<Node> {
        let mut all = vec![self.sequence()?];
        while self.eat("|") {
            all.push(self.sequence()?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Node::Any(all) })
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let part = self.part()?;
            parts.push(self.repeated(part)?);
        }
        Some(Node::All(parts))
    }

    #[cold]
    fn part(&mut self) -> Option<Node> {
        Some(match self.next()? {
            '(' => {
                if !self.eat("?:") && self.rest.starts_with('?') || self.depth == DEEPEST {
                    return None;
                }
                self.depth += 1;
                let inner = self.alternatives()?;
                self.depth -= 1;
                return self.eat(")").then_some(inner);
            }
            '[' => Node::Take(self.class()?),
            '.' => Node::Take(Set { ranges: vec![('\n', '\n')], is_negated: true }),
            '^' => Node::Assert(Assertion::Start),
            '$' => Node::Assert(Assertion::End),
            '*' | '+' | '?' | '{' => return None,
            '\\' => match self.rest.chars().next()? {
                'b' | 'B' => Node::Assert(if self.next()? == 'b' { Assertion::Border } else { Assertion::NoBorder }),
                _ => Node::Take(self.escaped()?),
            },
            c => Node::Take(self.set_of(c)),
        })
    }

    /// What stands after a backslash, of what is a character or a set of them.
    #[cold]
    fn escaped(&mut self) -> Option<Set> {
        let set = |ranges: &[(char, char)], is_negated| Set { ranges: ranges.to_vec(), is_negated };
        Some(match self.next()? {
            'd' => set(DIGITS, false),
            'D' => set(DIGITS, true),
            'w' => set(WORD, false),
            'W' => set(WORD, true),
            's' => set(SPACE, false),
            'S' => set(SPACE, true),
            'n' => Set::of('\n'),
            'r' => Set::of('\r'),
            't' => Set::of('\t'),
            c if c.is_ascii_punctuation() || c == ' ' => Set::of(c),
            _ => return None,
        })
    }

    /// After its bracket. A `]` at the beginning, and a `-` at either end, are characters.
    #[cold]
    fn class(&mut self) -> Option<Set> {
        let is_negated = self.eat("^");
        let mut class = Set { ranges: Vec::new(), is_negated };
        let mut is_first = true;
        loop {
            let first = match self.next()? {
                ']' if !is_first => return Some(class),
                '\\' => {
                    let set = self.escaped()?;
                    match set.only() {
                        Some(c) => c,
                        // Opposites in a class would need sets of sets.
                        None if set.is_negated => return None,
                        None => {
                            class.ranges.extend(set.ranges);
                            is_first = false;
                            continue;
                        }
                    }
                }
                c => c,
            };
            is_first = false;
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let last = match is_range {
                false => first,
                true => {
                    self.eat("-");
                    match self.next()? {
                        '\\' => self.escaped()?.only()?,
                        c => c,
                    }
                }
            };
            if last < first {
                return None;
            }
            class.add(first, last, self.is_cased);
        }
    }

    #[cold]
    fn repeated(&mut self, node: Node) -> Option<Node> {
        let (least, most) = match self.rest.chars().next() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(node),
            _ => return Some(node),
        };
        self.next();
        self.eat("?");
        self.once(Node::Repeat(Box::new(node), least, most))
    }

    /// `{2}`, `{2,}`, `{2,5}`.
    #[cold]
    fn counted(&mut self, node: Node) -> Option<Node> {
        let (inside, rest) = self.rest[1..].split_once('}')?;
        let number = |text: &str| text.parse().ok().filter(|number| *number <= MOST);
        let (least, most) = match inside.split_once(',') {
            None => (number(inside)?, Some(number(inside)?)),
            Some((least, "")) => (number(least)?, None),
            Some((least, most)) => (number(least)?, Some(number(most)?)),
        };
        self.rest = rest;
        self.eat("?");
        match most.is_some_and(|most| most < least) {
            true => None,
            false => self.once(Node::Repeat(Box::new(node), least, most)),
        }
    }

    /// A repetition of a repetition is mostly a slip, and so a fault.
    fn once(&mut self, node: Node) -> Option<Node> {
        (!self.rest.starts_with(['*', '+', '?', '{'])).then_some(node)
    }
}
