//! Any text as a JSON value: our tape, walked, against serde_json.

use crate::Cut;
use serde_json::Value as Json;
use trackway::ingest::fuzzing::{Kind, Stop, Tape, Value};

/// serde_json goes no deeper than 127 levels.
const THEIR_DEEPEST: usize = 100;

/// The tape takes what serde_json takes, and nothing else, but for what [`Deviations`] lists. What it took lies within the text.
/// What is cut short is called cut, and what stands before a fault as well.
pub fn target(input: &[u8]) {
    let cut = Cut::of(input);
    let text = String::from_utf8_lossy(cut.content);
    let mut tape = Tape::default();
    let theirs = serde_json::from_str::<Json>(&text);
    match tape.read(&text) {
        Ok(length) => {
            let rest = text.get(length..).expect("a value ends between two characters");
            let root = tape.root(&text);
            let met = walk(root, &text[..length], tape.lone_surrogates);
            let is_all = rest.trim_matches([' ', '\t', '\n', '\r']).is_empty();
            if met.is_strict() {
                assert_eq!(theirs.is_ok(), is_all, "{theirs:?}");
            }
            if let (Ok(theirs), true) = (&theirs, met.deepest <= THEIR_DEEPEST) {
                assert_same(root, theirs);
            }
            shortened(&mut tape, &text, length, cut.slice);
        }
        Err(stop) => {
            assert!(theirs.is_err(), "{stop:?} but {theirs:?}");
            if let Stop::Wrong { at, .. } = stop {
                let before = text.get(..at).expect("a fault is between two characters");
                assert_eq!(tape.read(before), Err(Stop::Cut), "before the fault");
            }
        }
    }
}

/// A value without its end is cut, unless it is a number, which may have ended before.
fn shortened(tape: &mut Tape, text: &str, length: usize, by: usize) {
    let end = text.floor_char_boundary(length.saturating_sub(by));
    match tape.read(&text[..end]) {
        Err(stop) => assert_eq!(stop, Stop::Cut),
        Ok(shorter) => {
            let number = text[..length].trim_ascii();
            assert!(shorter == end && number.starts_with(|first: char| first == '-' || first.is_ascii_digit()));
        }
    }
}

/// Where we are deliberately more generous than serde_json (docs/decisions/0005).
#[derive(Default)]
struct Deviations {
    /// `NaN`, `Infinity` and `-Infinity`, which Python writes.
    words: bool,
    /// Numbers beyond a double: readers have their digits.
    huge: bool,
    /// Halves of surrogate pairs.
    lone: bool,
    deepest: usize,
}

impl Deviations {
    fn is_strict(&self) -> bool {
        !self.words && !self.huge && !self.lone && self.deepest <= THEIR_DEEPEST
    }
}

/// Goes through all values, without recursion: every text and number lies where it should.
fn walk(root: Value, text: &str, lone_surrogates: u64) -> Deviations {
    let mut met = Deviations { lone: lone_surrogates > 0, ..Deviations::default() };
    let mut waiting = vec![(root, 0)];
    while let Some((value, depth)) = waiting.pop() {
        met.deepest = met.deepest.max(depth);
        match value.kind() {
            Kind::List => waiting.extend(value.items().map(|item| (item, depth + 1))),
            Kind::Object => waiting.extend(value.members().map(|(_, value)| (value, depth + 1))),
            Kind::Text => assert!(is_within(value.text().expect("a text"), text)),
            Kind::Unescaped => _ = value.text().expect("a text"),
            Kind::Int | Kind::Number => {
                let digits = value.digits().expect("a number");
                assert!(is_within(digits, text));
                let number = digits.parse::<f64>().expect("a number that Rust reads");
                met.words |= digits.contains(['N', 'I']);
                met.huge |= number.is_infinite();
            }
            Kind::True | Kind::False => _ = value.bool().expect("true or false"),
            Kind::Null => {}
        }
    }
    met
}

fn is_within(piece: &str, text: &str) -> bool {
    let (piece, text) = (piece.as_bytes().as_ptr_range(), text.as_bytes().as_ptr_range());
    text.start <= piece.start && piece.end <= text.end
}

/// Both read the same value; of a key that is there twice the last counts. The depth is bounded: see [`THEIR_DEEPEST`].
fn assert_same(ours: Value, theirs: &Json) {
    match theirs {
        Json::Null => assert!(ours.is_null()),
        Json::Bool(bool) => assert_eq!(ours.bool(), Some(*bool)),
        Json::String(text) => assert_eq!(ours.text(), Some(&text[..])),
        Json::Number(number) => assert_same_number(ours.digits().expect("a number"), number),
        Json::Array(list) => {
            assert!(ours.is_list());
            assert_eq!(ours.items().count(), list.len());
            ours.items().zip(list).for_each(|(ours, theirs)| assert_same(ours, theirs));
        }
        Json::Object(object) => {
            assert!(ours.is_object());
            assert!(ours.members().all(|(key, _)| object.contains_key(key)));
            for (key, theirs) in object {
                assert_same(ours.get(key).expect("the key"), theirs);
            }
        }
    }
}

/// serde_json does not read every double as it was written: it may be off by the last bits.
fn assert_same_number(digits: &str, theirs: &serde_json::Number) {
    let (ours, theirs) = (digits.parse::<f64>().expect("a number"), theirs.as_f64().expect("a double"));
    let is_near = (ours - theirs).abs() <= ours.abs().max(theirs.abs()) * 1e-14 + f64::MIN_POSITIVE;
    assert!(is_near, "{digits}: {ours} and {theirs}");
}
