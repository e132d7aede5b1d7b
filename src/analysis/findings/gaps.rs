//! A long stretch of a span in which none of its children runs: what it did meanwhile nobody wrote down.
//!
//! A span without children does its own work and is none. The longest stretch of a span counts, from a quarter of the span and a tenth of the
//! trace on, and of ten milliseconds: less is what runtimes and schedulers take for themselves. Before, between or behind its children; a child on another host
//! whose clock may be off is taken to lie in the middle of what is around it. It costs the stretch; the value is where it begins, in
//! nanoseconds after the trace's start.

use super::{Rule, Say, Subject, Told};
use crate::analysis::children::children;
use crate::model::{SpanFlags, SpanKind};

/// Percent of the span, and of the trace.
const LEAST_SHARES: [i64; 2] = [25, 10];
const LEAST_NANOS: i64 = 10_000_000;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    let clock = &subject.clock;
    for position in (0..clock.spans()).filter(|position| clock.trace.tree.children[*position as usize] > 0) {
        let duration = clock.duration(position);
        if !is_long(subject, duration, duration) {
            continue;
        }
        let gap = longest(subject, position);
        if !is_long(subject, gap.length, duration) {
            continue;
        }
        let mut evidence = vec![position];
        evidence.extend(gap.before);
        evidence.extend(gap.after);
        told.say(
            subject,
            Say {
                rule: Rule::Gap,
                at: position,
                of: position,
                text: 0,
                said: 0,
                evidence: &evidence,
                count: 1,
                cost: gap.length,
                value: gap.start,
            },
        );
    }
}

fn is_long(subject: &Subject, gap: i64, of: i64) -> bool {
    let share = gap.saturating_mul(100) / of.max(1);
    gap >= LEAST_NANOS && share >= LEAST_SHARES[0] && subject.is_much(gap, LEAST_SHARES[1])
}

/// A stretch, and the children before and behind it.
#[derive(Default)]
struct Gap {
    start: i64,
    length: i64,
    before: Option<u32>,
    after: Option<u32>,
}

fn longest(subject: &Subject, position: u32) -> Gap {
    let clock = &subject.clock;
    let (start, end) = (clock.start(position), clock.end(position));
    let row = clock.trace.tree.order[position as usize];
    // Nobody knows when it ended.
    if clock.store.spans.flags(row).has(SpanFlags::UNFINISHED) {
        return Gap::default();
    }
    let (mut longest, mut covered, mut last) = (Gap::default(), start, None);
    for child in children(&clock.trace.tree, position) {
        let (from, to) = (clock.start(child).min(end), clock.end(child));
        if from - covered > longest.length {
            longest = Gap { start: covered, length: from - covered, before: last, after: Some(child) };
        }
        if to > covered {
            (covered, last) = (to, Some(child));
        }
    }
    if end - covered > longest.length {
        longest = Gap { start: covered, length: end - covered, before: last, after: None };
    }
    if is_call(subject, position) {
        let child = position + 1;
        // The way there and the way back are told apart by two clocks: together they are right.
        let ways = clock.duration(position).saturating_sub(clock.duration(child));
        longest.length = longest.length.min(ways / 2);
    }
    longest
}

/// Whether its only child is the other half of a call.
fn is_call(subject: &Subject, position: u32) -> bool {
    let (spans, tree) = (&subject.clock.store.spans, &subject.clock.trace.tree);
    let child = position + 1;
    let is_only = tree.children[position as usize] == 1;
    is_only
        && (subject.service(position) != subject.service(child)
            || spans.kind(tree.order[child as usize]) == SpanKind::Server)
}
