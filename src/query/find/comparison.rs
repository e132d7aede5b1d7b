//! Comparisons: `duration>10ms`, `http.status_code>=500`, `name=~"^GET "`.

use super::lower::{lower, lowered};
use super::number::{self, Number};
use super::pattern::Pattern;
use super::value_text::text_of;
use super::verdicts::{KeyVerdict, ValueVerdict, Verdicts};
use super::walk::{EVENT, Pairs, Walk};
use crate::model::{Cell, SpanKind, SpanRow, StatusCode, Store, StringId, Tag, UnixNanos};
use std::cmp::Ordering;

/// A key, how it is compared, and with what.
#[derive(Debug)]
pub struct Comparison {
    pub key: Key,
    pub op: Op,
    pub operand: Operand,
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Name,
    Service,
    Duration,
    Kind,
    Status,
    /// How many events the span has.
    Events,
    /// Its start, from the trace's.
    Start,
    /// A key in lower case, of the span, its resource or any of its events.
    Attribute(String),
}

impl Key {
    /// TraceQL's spelling of the intrinsics, short and scoped; a dot before it makes any name an attribute's.
    #[cold]
    pub fn new(text: &str) -> Key {
        let lower = lowered(text);
        match lower.as_str() {
            "name" | "span:name" => Key::Name,
            "service" | "service.name" | "resource.service.name" => Key::Service,
            "duration" | "span:duration" => Key::Duration,
            "kind" | "span:kind" => Key::Kind,
            "status" | "span:status" => Key::Status,
            "events" => Key::Events,
            "start" => Key::Start,
            _ => Key::Attribute(lower.strip_prefix('.').unwrap_or(&lower).to_owned()),
        }
    }

    /// Whether it is an attribute's with this name.
    fn is(&self, name: &str) -> bool {
        matches!(self, Key::Attribute(key) if lowered(name) == *key)
    }

    /// Whether it is a number or a length of time in every span.
    pub fn is_number(&self) -> bool {
        matches!(self, Key::Duration | Key::Events | Key::Start)
    }

    pub fn is_kind(text: &str) -> bool {
        KINDS.iter().any(|(_, word)| word.eq_ignore_ascii_case(text))
    }

    pub fn is_status(text: &str) -> bool {
        CODES.iter().any(|(_, word)| word.eq_ignore_ascii_case(text))
    }
}

const KINDS: [(SpanKind, &str); 6] = [
    (SpanKind::Unspecified, "unspecified"),
    (SpanKind::Internal, "internal"),
    (SpanKind::Server, "server"),
    (SpanKind::Client, "client"),
    (SpanKind::Producer, "producer"),
    (SpanKind::Consumer, "consumer"),
];

const CODES: [(StatusCode, &str); 3] =
    [(StatusCode::Unset, "unset"), (StatusCode::Ok, "ok"), (StatusCode::Error, "error")];

/// How things are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Equal,
    Unequal,
    Like,
    Unlike,
    AtLeast,
    AtMost,
    More,
    Less,
}

impl Op {
    /// Longer spellings first.
    const ALL: [Op; 8] = [Op::Equal, Op::Unequal, Op::Like, Op::Unlike, Op::AtLeast, Op::AtMost, Op::More, Op::Less];

    pub fn text(self) -> &'static str {
        match self {
            Op::Equal => "==",
            Op::Unequal => "!=",
            Op::Like => "=~",
            Op::Unlike => "!~",
            Op::AtLeast => ">=",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::Less => "<",
        }
    }

    /// The first one in a word, and where. None if a plain `=` comes before it, which is Jaeger UI's `key=value`, or a `!`
    /// alone, which no key has.
    #[cold]
    pub fn find(word: &str) -> Option<(usize, Op)> {
        let at = word.find(['=', '!', '<', '>'])?;
        Op::ALL.into_iter().find(|op| word[at..].starts_with(op.text())).map(|op| (at, op))
    }

    /// Whether it puts things in order.
    pub fn is_order(self) -> bool {
        matches!(self, Op::AtLeast | Op::AtMost | Op::More | Op::Less)
    }

    pub fn is_pattern(self) -> bool {
        matches!(self, Op::Like | Op::Unlike)
    }

    /// `None`: the two are of different sorts, or not a number, so they differ and have no order.
    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Op::Equal => order == Some(Ordering::Equal),
            Op::Unequal => order != Some(Ordering::Equal),
            Op::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Op::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Op::More => order == Some(Ordering::Greater),
            Op::Less => order == Some(Ordering::Less),
            Op::Like | Op::Unlike => false,
        }
    }
}

/// The right side.
#[derive(Debug)]
pub enum Operand {
    Number(Number),
    /// Nanoseconds.
    Duration(i64),
    /// In lower case.
    Text(String),
    Pattern(Box<Pattern>),
}

impl Operand {
    pub fn text(text: &str) -> Operand {
        Operand::Text(lowered(text))
    }
}

impl Comparison {
    /// Out of line: each text comes here once.
    ///
    /// A text is compared as what the operand is: read as a number or a duration, or as it is, without regard to case.
    #[inline(never)]
    fn holds_for_text(&self, text: &str, buffer: &mut String) -> bool {
        match &self.operand {
            Operand::Number(operand) => self.op.holds(Number::parse(text).and_then(|value| value.compare(*operand))),
            Operand::Duration(operand) => self.op.holds(number::duration(text).map(|value| value.cmp(operand))),
            Operand::Text(operand) => self.op.holds(Some(lower(text, buffer).cmp(operand))),
            Operand::Pattern(pattern) => pattern.is_in(text) == (self.op == Op::Like),
        }
    }

    /// A number as such where the operand is one; otherwise by its text.
    fn holds_for_number(&self, value: Number) -> Option<bool> {
        match &self.operand {
            Operand::Number(operand) => Some(self.op.holds(value.compare(*operand))),
            Operand::Duration(_) => Some(self.op.holds(None)),
            Operand::Text(_) | Operand::Pattern(_) => None,
        }
    }

    fn holds_for_duration(&self, nanos: i64) -> bool {
        match self.operand {
            Operand::Duration(operand) => self.op.holds(Some(nanos.cmp(&operand))),
            _ => false,
        }
    }
}

/// A comparison's way through the spans of a store.
pub struct ComparisonSearch<'a> {
    store: &'a Store,
    /// The trace's.
    start: UnixNanos,
    walk: Walk<'a>,
    texts: Texts<'a>,
}

impl<'a> ComparisonSearch<'a> {
    pub fn new(store: &'a Store, start: UnixNanos, comparison: &'a Comparison) -> ComparisonSearch<'a> {
        ComparisonSearch { store, start, walk: Walk::new(store), texts: Texts::new(store, comparison) }
    }

    #[inline]
    pub fn matches(&mut self, row: SpanRow) -> bool {
        let (comparison, spans) = (self.texts.comparison, &self.store.spans);
        match comparison.key {
            Key::Attribute(_) => self.walk.any(row, &mut self.texts),
            Key::Name => self.texts.value(spans.name(row)),
            Key::Service => self.texts.value(self.store.service(row)),
            Key::Duration => comparison.holds_for_duration(spans.duration(row).0),
            Key::Start => comparison.holds_for_duration((spans.start(row) - self.start).0),
            Key::Events => {
                let events = Number::Int(self.store.event_range(row).len() as i64);
                comparison.holds_for_number(events).unwrap_or_default()
            }
            Key::Kind => {
                self.texts.word(KINDS.iter().find(|(kind, _)| *kind == spans.kind(row)).map(|(_, word)| *word))
            }
            Key::Status => {
                self.texts.word(CODES.iter().find(|(code, _)| *code == spans.status(row)).map(|(_, word)| *word))
            }
        }
    }
}

/// What was found out about the texts of the store.
struct Texts<'a> {
    store: &'a Store,
    comparison: &'a Comparison,
    verdicts: Verdicts,
    lower: String,
    /// For values that are no texts.
    value: String,
}

impl<'a> Texts<'a> {
    fn new(store: &'a Store, comparison: &'a Comparison) -> Texts<'a> {
        Texts { store, comparison, verdicts: Verdicts::new(store), lower: String::new(), value: String::new() }
    }

    #[inline]
    fn value(&mut self, id: StringId) -> bool {
        let verdict = self.verdicts.value(id, || {
            let holds = self.comparison.holds_for_text(self.store.text(id), &mut self.lower);
            ValueVerdict::NONE.with(ValueVerdict::HIT, holds)
        });
        verdict.has(ValueVerdict::HIT)
    }

    fn word(&mut self, word: Option<&str>) -> bool {
        word.is_some_and(|word| self.comparison.holds_for_text(word, &mut self.lower))
    }

    /// Numbers, truth values, bytes and lists.
    #[inline(never)]
    fn other(&mut self, cell: Cell) -> bool {
        let number = match cell.tag {
            Tag::Int => Some(Number::Int(cell.payload as i64)),
            Tag::Double => Some(Number::Double(f64::from_bits(cell.payload))),
            _ => None,
        };
        number.and_then(|number| self.comparison.holds_for_number(number)).unwrap_or_else(|| {
            let text = text_of(&self.store.content, cell, &mut self.value);
            self.comparison.holds_for_text(text, &mut self.lower)
        })
    }
}

impl Pairs for Texts<'_> {
    #[inline]
    fn pair(&mut self, key: StringId, cell: Cell) -> bool {
        let (store, comparison) = (self.store, self.comparison);
        let judge = || KeyVerdict::NONE.with(KeyVerdict::HIT, comparison.key.is(store.text(key)));
        let is_key = self.verdicts.key(key, judge);
        is_key.has(KeyVerdict::HIT)
            && match cell.tag {
                Tag::Null => false,
                Tag::Text | Tag::BigInt => self.value(StringId(cell.payload as u32)),
                _ => self.other(cell),
            }
    }

    fn event(&mut self, name: StringId) -> bool {
        self.comparison.key.is(EVENT) && self.value(name)
    }
}
