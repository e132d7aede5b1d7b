//! Regular expressions, with or without regard to case and without backtracking: a text takes time in proportion to its length
//! and the expression's, whatever the expression. Why not a crate: docs/decisions/0006.
//!
//! `syntax` reads an expression, `program` makes instructions of it, [`Pattern`] runs them over a text, all ways at once.

mod program;
mod syntax;

use super::lower::lower;
use super::needle::Needle;
use program::{Instruction, Program};
use std::cell::RefCell;
use syntax::{Assertion, Node};

/// A regular expression; it is found anywhere in a text unless it has anchors.
#[derive(Debug)]
pub struct Pattern {
    program: Program,
    /// A text that every match has in it: most texts are done with once it is not found.
    required: Needle,
    spans_pairs: bool,
    is_cased: bool,
    scratch: RefCell<Scratch>,
}

#[derive(Debug, Default)]
struct Scratch {
    lower: String,
    now: States,
    next: States,
    /// Places still to be looked at.
    stack: Vec<u32>,
}

/// Places of a program, each once.
#[derive(Debug, Default)]
struct States {
    list: Vec<u32>,
    is_in: Vec<bool>,
}

impl States {
    fn clear(&mut self, places: usize) {
        self.list.clear();
        self.is_in.clear();
        self.is_in.resize(places, false);
    }

    fn add(&mut self, place: u32) -> bool {
        let is_new = !std::mem::replace(&mut self.is_in[place as usize], true);
        if is_new {
            self.list.push(place);
        }
        is_new
    }
}

impl Pattern {
    /// An expression that is found anywhere, without regard to case. `None`: the text is no regular expression, or one that would
    /// become too large.
    #[cold]
    pub fn new(text: &str) -> Option<Pattern> {
        Pattern::of(&syntax::parse(text, false)?, text, false)
    }

    /// TraceQL's: it matches a whole text. Case matters unless the expression begins with `(?i)`.
    #[cold]
    pub fn whole(text: &str) -> Option<Pattern> {
        let (plain, is_cased) = text.strip_prefix("(?i)").map_or((text, true), |plain| (plain, false));
        let inner = syntax::parse(plain, is_cased)?;
        let node = Node::All(vec![Node::Assert(Assertion::Start), inner, Node::Assert(Assertion::End)]);
        Pattern::of(&node, plain, is_cased)
    }

    fn of(node: &Node, text: &str, is_cased: bool) -> Option<Pattern> {
        let required = program::required(node);
        Some(Pattern {
            program: Program::new(node)?,
            required: if is_cased { Needle::exact(&required) } else { Needle::new(&required) },
            spans_pairs: text.contains('='),
            is_cased,
            scratch: RefCell::default(),
        })
    }

    /// What every match has in it, in lower case; it may be empty.
    pub fn required(&self) -> &str {
        self.required.lower()
    }

    /// Whether it is also looked for in `key=value`: it has a `=` in it.
    pub fn spans_pairs(&self) -> bool {
        self.spans_pairs
    }

    pub fn is_in(&self, text: &str) -> bool {
        let scratch = &mut *self.scratch.borrow_mut();
        let text = if self.is_cased { text } else { lower(text, &mut scratch.lower) };
        if !self.required.is_in(text) {
            return false;
        }
        let (now, next, stack) = (&mut scratch.now, &mut scratch.next, &mut scratch.stack);
        now.clear(self.program.instructions.len());
        let (mut before, mut rest) = (None, text.chars());
        loop {
            let after = rest.clone().next();
            // A match may begin anywhere.
            if self.reach(0, now, stack, (before, after)) {
                return true;
            }
            let Some(c) = rest.next() else { return false };
            next.clear(self.program.instructions.len());
            let between = (Some(c), rest.clone().next());
            for place in &now.list {
                if self.program.takes(*place, c) && self.reach(place + 1, next, stack, between) {
                    return true;
                }
            }
            std::mem::swap(now, next);
            before = Some(c);
        }
    }

    /// Adds a place and all that is reached from it without a character. Whether the end is.
    #[inline(never)]
    fn reach(&self, place: u32, states: &mut States, stack: &mut Vec<u32>, between: Between) -> bool {
        stack.clear();
        stack.push(place);
        while let Some(place) = stack.pop() {
            if !states.add(place) {
                continue;
            }
            match &self.program.instructions[place as usize] {
                Instruction::End => return true,
                Instruction::Jump(to) => stack.push(*to),
                Instruction::Split(first, second) => stack.extend([*first, *second]),
                Instruction::Assert(assertion) if holds(*assertion, between) => stack.push(place + 1),
                Instruction::Assert(_) | Instruction::Take(_) => {}
            }
        }
        false
    }
}

/// The characters before and after a place in a text.
type Between = (Option<char>, Option<char>);

fn holds(assertion: Assertion, (before, after): Between) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(syntax::is_word);
    match assertion {
        Assertion::Start => before.is_none(),
        Assertion::End => after.is_none(),
        Assertion::Border => is_word(before) != is_word(after),
        Assertion::NoBorder => is_word(before) == is_word(after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_in(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap_or_else(|| panic!("{pattern}")).is_in(text)
    }

    #[test]
    fn patterns_find() {
        for (pattern, text) in [
            ("^get /", "GET /dispatch"),
            ("time(d )?out", "request Timed out"),
            (r"5\d\d$", "status 503"),
            ("[A-C]x{2,3}[^y]", "cxxxz"),
            (r"^\w+@\w+\.com$", "me@here.com"),
            (r"\bsql\b", "my SQL."),
            ("größe|ошибка", "Ошибка"),
            ("[À-Þ]", "é"),
            ("a.c", "a\u{1f600}c"),
            ("(a*)*b", "aaab"),
            ("", ""),
            (r"\$\{x\}", "${X}"),
            ("[]a]", "]"),
            (r"[\d-]x", "-x"),
            ("(?:ab|)+c", "c"),
        ] {
            assert!(is_in(pattern, text), "{pattern} in {text}");
        }
        for (pattern, text) in
            [("^get", "forget"), ("a{3}", "aa"), (r"\d", "x"), ("[^a]", "aA"), ("a$", "ab"), ("a.b", "a\nb")]
        {
            assert!(!is_in(pattern, text), "{pattern} not in {text}");
        }
    }

    #[test]
    fn whole_texts_match_with_regard_to_case() {
        let whole =
            |pattern: &str, text: &str| Pattern::whole(pattern).unwrap_or_else(|| panic!("{pattern}")).is_in(text);
        assert!(whole("GET|POST", "POST") && whole("[A-C]+", "ABBA") && whole(r"\w+", "aZ_9é") && whole("", ""));
        assert!(whole("(?i)get .*", "GET /dispatch") && whole(".*time.?out.*", "a timeout"));
        for (pattern, text) in [("GET", "GET /"), ("get", "GET"), ("[a-c]+", "ABBA"), ("a|b", "ab"), ("(?i)b", "ab")] {
            assert!(!whole(pattern, text), "{pattern} {text}");
        }
        assert!(Pattern::whole("(").is_none() && Pattern::whole("(?s)a").is_none());
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for text in [
            "(",
            ")",
            "a**",
            "*",
            "[a",
            "a{2,1}",
            "[b-a]",
            r"\",
            r"\q",
            "(?<n>a)",
            "((a{99}){99}){99}",
            "a{9999999999}",
        ] {
            assert!(Pattern::new(text).is_none(), "{text}");
        }
        assert!(Pattern::new(&"(".repeat(100_000)).is_none());
    }

    #[test]
    fn no_pattern_is_slow() {
        assert!(!is_in("(a|a)*(a|a)*(a|a)*b$", &"a".repeat(20_000)));
    }

    fn pattern() -> impl Strategy<Value = String> {
        let leaf = proptest::sample::select(vec![
            "a", "b", "B", "=", ".", "[ab]", "[^a]", r"\d", r"\w", r"\S", "^", "$", r"\b", r"\B", "1", "é", "[B-b]",
        ]);
        leaf.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
            prop_oneof![
                3 => proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
                1 => (inner, proptest::sample::select(vec!["*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"]))
                    .prop_map(|(a, many)| format!("({a}){many}")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

        /// regex-lite is another way to the same: its case and classes are ASCII's, so letters beyond have one case here.
        #[test]
        fn as_another_engine_finds(pattern in pattern(), texts in proptest::collection::vec("[abAB1=é \n]{0,8}", 1..6)) {
            let other = regex_lite::RegexBuilder::new(&pattern).case_insensitive(true).build();
            let (ours, other) = (Pattern::new(&pattern), other);
            prop_assert_eq!(ours.is_some(), other.is_ok(), "{}", pattern);
            if let (Some(ours), Ok(other)) = (ours, other) {
                for text in texts {
                    let is_ascii = text.is_ascii() || !pattern.contains('\\');
                    prop_assert!(!is_ascii || ours.is_in(&text) == other.is_match(&text), "{pattern} in {text:?}");
                }
            }
        }
    }
}
