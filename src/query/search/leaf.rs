//! A field compared with a literal: what most conditions are. Answers are kept by text, by resource and by trace, so that each is worked out
//! once and not once for each span.

use super::bits::Bits;
use super::fields::{Known, Spans, status_word};
use super::value::{Scalar, is_so};
use crate::model::{ABSENT, Cell, HIT, Judge, PRESENT, SpanRow, StringId, Tag, Verdict};
use crate::query::find::{Number, Pattern};
use crate::query::traceql::{Comparison, Field, Intrinsic};

/// What is asked of a value.
#[derive(Debug)]
pub enum Test {
    /// That it is there.
    Any,
    Order(Comparison, Scalar<'static>),
    Pattern(Box<Pattern>),
}

impl Test {
    /// Whether it holds; of `!=` and `!~` whether it does not.
    pub fn holds(&self, value: &Scalar) -> bool {
        match self {
            Test::Any => true,
            Test::Order(comparison, operand) => is_so(*comparison, value.compare(operand)),
            Test::Pattern(pattern) => value.words().is_some_and(|words| pattern.is_in(&words)),
        }
    }
}

impl Test {
    /// The integers for which it holds, from the least to the greatest, if these are so simple.
    fn ints(&self) -> Option<(i64, i64)> {
        const NONE: (i64, i64) = (1, 0);
        let (comparison, operand) = match self {
            Test::Any => return Some((i64::MIN, i64::MAX)),
            Test::Order(comparison, operand) => (comparison, operand),
            Test::Pattern(_) => return None,
        };
        let number = match operand {
            Scalar::Number(number) => Some(*number),
            Scalar::Duration(nanos) => Some(Number::Int(*nanos)),
            // A text is read as the number that it is compared with.
            Scalar::Text(text) => Number::parse(text),
            Scalar::Bool(_) | Scalar::Opaque => None,
        };
        let value = match number {
            Some(Number::Int(value)) => value,
            Some(Number::Double(_)) => return None,
            None => return Some(NONE),
        };
        Some(match comparison {
            Comparison::Equal | Comparison::Unequal => (value, value),
            Comparison::AtLeast => (value, i64::MAX),
            Comparison::AtMost => (i64::MIN, value),
            Comparison::More => value.checked_add(1).map_or(NONE, |least| (least, i64::MAX)),
            Comparison::Less => value.checked_sub(1).map_or(NONE, |greatest| (i64::MIN, greatest)),
            Comparison::Like | Comparison::Unlike => NONE,
        })
    }
}

fn verdict(holds: bool) -> Verdict {
    if holds { HIT } else { PRESENT }
}

#[derive(Debug)]
pub struct Leaf {
    pub known: Known,
    test: Test,
    /// It is true if there is a value and the test holds for none.
    is_negative: bool,
    ints: Option<(i64, i64)>,
    /// By the id of a text.
    texts: Vec<Verdict>,
    /// By resource, trace, kind or status, as the field has it.
    shared: Vec<Verdict>,
}

impl Leaf {
    pub fn new(known: Known, test: Test, is_negative: bool) -> Leaf {
        Leaf { known, ints: test.ints(), test, is_negative, texts: Vec::new(), shared: Vec::new() }
    }

    /// How long a span takes, about: cheap conditions go first, so that fewer spans are left for the others.
    pub fn cost(&self) -> u32 {
        match &self.known.field {
            Field::Intrinsic(Intrinsic::SpanId | Intrinsic::ParentId) => 8,
            Field::Intrinsic(_) => 1,
            Field::Attribute(..) if self.known.is_only_service() => 1,
            Field::Attribute(..) if self.known.is_beyond() => 6,
            Field::Attribute(..) if self.known.in_spans => 4,
            Field::Attribute(..) => 2,
        }
    }

    pub fn holds(&mut self, spans: Spans, row: SpanRow) -> bool {
        let verdict = self.verdict(spans, row);
        self.is_so(verdict)
    }

    fn is_so(&self, verdict: Verdict) -> bool {
        if self.is_negative { verdict == PRESENT } else { verdict == HIT }
    }

    /// The spans of the mask for which it holds.
    pub fn eval(&mut self, spans: Spans, mask: &Bits) -> Bits {
        // Going through all attributes at once is quicker, unless few spans are left.
        if self.known.in_spans && mask.count() > mask.length() / 8 {
            return self.eval_dense(spans, mask);
        }
        let mut found = Bits::none(mask.from, mask.length());
        mask.rows().filter(|row| self.holds(spans, *row)).for_each(|row| found.set(row));
        found
    }

    fn eval_dense(&mut self, spans: Spans, mask: &Bits) -> Bits {
        let none = || Bits::none(mask.from, mask.length());
        let Some(key) = self.known.key else { return none() };
        let (mut present, mut hit) = (none(), none());
        let is_beyond = self.known.in_resources || self.known.is_beyond();
        let mut texts = std::mem::take(&mut self.texts);
        texts.resize(spans.store.strings().len(), 0);
        let mut ask = |cell| self.of_new_cell(spans, cell);
        let mut judge = Judge { ints: self.ints, texts: &mut texts, ask: &mut ask };
        let stretch = (mask.from, mask.to());
        spans.store.judge_key(key, stretch, &mut judge, present.words_mut(), hit.words_mut());
        self.texts = texts;
        present.keep(mask);
        hit.keep(mask);
        if is_beyond {
            let mut rest = mask.clone();
            rest.remove(if self.known.is_first() { &present } else { &hit });
            for row in rest.rows() {
                let verdict = self.elsewhere(spans, row);
                if verdict & PRESENT != 0 {
                    present.set(row);
                }
                if verdict == HIT {
                    hit.set(row);
                }
            }
        }
        if self.is_negative {
            present.remove(&hit);
            return present;
        }
        hit
    }

    fn verdict(&mut self, spans: Spans, row: SpanRow) -> Verdict {
        let store = spans.store;
        match &self.known.field {
            Field::Attribute(..) => {
                let mut own = ABSENT;
                if self.known.in_spans {
                    for cell in self.known.own_cells(store, row) {
                        own |= self.of_cell(spans, cell);
                    }
                }
                let own = settled(own);
                if own == HIT || own == PRESENT && self.known.is_first() {
                    return own;
                }
                settled(own | self.elsewhere(spans, row))
            }
            Field::Intrinsic(Intrinsic::Name) => self.of_text(spans, store.spans.name(row)),
            Field::Intrinsic(Intrinsic::Kind) => {
                let kind = store.spans.kind(row);
                self.shared(kind as u32, |leaf| verdict(leaf.test.holds(&Scalar::text(kind.name()))))
            }
            Field::Intrinsic(Intrinsic::Status) => {
                let status = store.spans.status(row);
                self.shared(status as u32, |leaf| verdict(leaf.test.holds(&Scalar::text(status_word(status)))))
            }
            Field::Intrinsic(Intrinsic::Duration) => {
                verdict(self.test.holds(&Scalar::Duration(store.spans.duration(row).0)))
            }
            Field::Intrinsic(
                Intrinsic::TraceId | Intrinsic::TraceDuration | Intrinsic::RootName | Intrinsic::RootService,
            ) => match spans.trace_of(row) {
                Some(trace) => self.shared(trace.0, |leaf| leaf.of_values(|out| leaf.known.values(spans, row, out))),
                None => ABSENT,
            },
            Field::Intrinsic(_) => self.of_values(|out| self.known.values(spans, row, out)),
        }
    }

    /// In the resource and, if that does not settle it, in events, links and scope.
    fn elsewhere(&mut self, spans: Spans, row: SpanRow) -> Verdict {
        let store = spans.store;
        let mut verdict = ABSENT;
        if self.known.in_resources {
            let resource = store.spans.resource(row);
            verdict = self.shared(resource.0, |leaf| leaf.of_values(|out| leaf.known.of_resource(store, row, out)));
        }
        let is_settled = verdict == HIT || verdict == PRESENT && self.known.is_first();
        if self.known.is_beyond() && !is_settled {
            verdict = settled(verdict | self.of_values(|out| self.known.beyond(store, row, out)));
        }
        verdict
    }

    fn shared(&mut self, row: u32, judge: impl FnOnce(&Leaf) -> Verdict) -> Verdict {
        let at = row as usize;
        if self.shared.len() <= at {
            self.shared.resize(at + 1, 0);
        }
        if self.shared[at] == 0 {
            self.shared[at] = judge(self);
        }
        self.shared[at]
    }

    fn of_values<'a>(&self, values: impl FnOnce(&mut Vec<Scalar<'a>>)) -> Verdict {
        let mut out = Vec::new();
        values(&mut out);
        if out.is_empty() { ABSENT } else { verdict(out.iter().any(|value| self.test.holds(value))) }
    }

    fn of_text(&mut self, spans: Spans, id: StringId) -> Verdict {
        if self.texts.is_empty() {
            self.texts = vec![0; spans.store.strings().len()];
        }
        let known = self.texts[id.0 as usize];
        if known != 0 {
            return known;
        }
        let judged = self.of_new_cell(spans, Cell::text(id));
        self.texts[id.0 as usize] = judged;
        judged
    }

    fn of_cell(&mut self, spans: Spans, cell: Cell) -> Verdict {
        match cell.as_text() {
            Some(id) => self.of_text(spans, id),
            None => self.of_new_cell(spans, cell),
        }
    }

    fn of_new_cell(&self, spans: Spans, cell: Cell) -> Verdict {
        match (cell.tag, self.ints) {
            (Tag::Null, _) => ABSENT,
            (Tag::Int, Some((least, greatest))) => verdict((least..=greatest).contains(&(cell.payload as i64))),
            _ => self.of_values(|out| Scalar::push(spans.store.content.value(cell), out)),
        }
    }
}

/// Of several values: there is one if any is there.
fn settled(verdicts: Verdict) -> Verdict {
    if verdicts & PRESENT != 0 { verdicts & HIT } else { ABSENT }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bounds_of_integers_are_what_the_test_says(operand in 0_usize..10, comparison in 0_usize..6, value in -3_i64..4, end in 0_u8..3) {
            let text = |text: &'static str| Scalar::text(text);
            let operands = [
                Scalar::Number(Number::Int(2)), Scalar::Number(Number::Double(1.5)), Scalar::Duration(-1), Scalar::Bool(true), Scalar::Opaque,
                text("2"), text("1.5"), text("two"), Scalar::Number(Number::Int(i64::MAX)), Scalar::Number(Number::Int(i64::MIN)),
            ];
            use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
            let comparison = [AtLeast, AtMost, Equal, Less, More, Unequal][comparison];
            let test = Test::Order(comparison, operands[operand].clone());
            let value = [value, i64::MAX, i64::MIN][usize::from(end)];
            let holds = test.holds(&Scalar::Number(Number::Int(value)));
            if let Some((least, greatest)) = test.ints() {
                prop_assert_eq!((least..=greatest).contains(&value), holds, "{:?} {}", test, value);
            } else {
                prop_assert!(matches!(operand, 1 | 6));
            }
        }
    }
}
