//! Clocks that disagree: a child on another host begins before its parent, or the server of a call begins when its
//! client has ended. (One that ends after its client proves nothing: who has what it asked for, or gave up, does not wait for the end.)
//!
//! Hosts and shifts are those of [`clock_skew`](crate::analysis::clock_skew). Told from a millisecond on (closer no two hosts' clocks
//! are over a plain network), or from a hundredth of a trace that is shorter than that; a finding for each service whose clock is off.
//! The value is the longest time, in nanoseconds, that one is too early or too late.

use super::{Rule, Say, Subject, Told};
use crate::analysis::clock_skew::shifts;
use crate::model::SpanKind;

const LEAST_NANOS: i64 = 1_000_000;
/// A microsecond is rounding: most formats have no finer times.
const ROUNDING: i64 = 1_000;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    if subject.clock.trace.services.len() < 2 {
        return;
    }
    let (clock, tree) = (&subject.clock, &subject.clock.trace.tree);
    let shifts = shifts(clock.store, subject.row, i64::MAX);
    let least = LEAST_NANOS.min(subject.nanos / 100).max(ROUNDING + 1);
    for (position, shift) in (0..).zip(&shifts.by_position) {
        let Some(parent) = subject.parent(position) else { continue };
        // What moves with its parent is by the same clock.
        if *shift == shifts.by_position[parent as usize] {
            continue;
        }
        let kinds = [parent, position].map(|position| clock.store.spans.kind(tree.order[position as usize]));
        let early = clock.start(parent).saturating_sub(clock.start(position));
        let late = clock.start(position).saturating_sub(clock.end(parent));
        let by = if kinds == [SpanKind::Client, SpanKind::Server] { early.max(late) } else { early };
        if by >= least {
            told.say(
                subject,
                Say {
                    rule: Rule::Skew,
                    at: position,
                    of: position,
                    text: 0,
                    said: 0,
                    evidence: &[position, parent],
                    count: 1,
                    cost: 0,
                    value: by,
                },
            );
        }
    }
}
