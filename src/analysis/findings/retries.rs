//! The same call again after it failed.
//!
//! Where the trace tells the values of a call, the next one with the same values is the next attempt, whatever was called between;
//! otherwise the next alike call is, if no other alike one overlaps and no more than a second passes. It costs the time from the beginning of
//! the first attempt to that of the last one and, if that fails too, to its end. The value counts calls that failed for good.

use super::calls::{Call, CallReader};
use super::swallowed::message;
use super::{Rule, Say, Subject, Told};
use crate::model::index::Numbers;

/// Nanoseconds between calls that may be the same.
const SOON: i64 = 1_000_000_000;

pub(super) fn find(subject: &mut Subject, reader: &mut CallReader, told: &mut Told) {
    let mut next_attempt = Numbers::default();
    subject.calls.each_group(&mut |group| {
        if group.iter().any(|call| subject.failed(call.position)) {
            link(subject, group, &mut next_attempt);
        }
    });
    subject.calls.next_attempt = next_attempt;
    if subject.calls.next_attempt.is_empty() {
        return;
    }
    let mut later = Numbers::default();
    for call in &subject.calls.list {
        let is_first = later.get(call.position).is_none();
        let Some(mut next) = subject.calls.next_attempt.get(call.position) else { continue };
        later.add(next);
        if !is_first {
            continue;
        }
        let mut attempts = vec![call.position, next];
        while let Some(after) = subject.calls.next_attempt.get(next) {
            attempts.push(after);
            next = after;
        }
        tell(subject, call, &attempts, reader, told);
    }
}

/// Finds the next attempts of the calls of a group that failed.
fn link(subject: &Subject, group: &[Call], next_attempt: &mut Numbers) {
    let clock = &subject.clock;
    // By exact call the place of the next one.
    let mut next_of = Numbers::default();
    for (at, call) in group.iter().enumerate().rev() {
        let next = match call.exact {
            0 => group.get(at + 1).filter(|next| {
                let pause = clock.start(next.position).saturating_sub(clock.end(call.position));
                next.exact == 0 && (0..=SOON).contains(&pause)
            }),
            exact => {
                let next = next_of.get(exact).and_then(|place| group.get(place as usize));
                next_of.set(exact, at as u32);
                next.filter(|next| clock.start(next.position) >= clock.end(call.position))
            }
        };
        if let Some(next) = next.filter(|_| subject.failed(call.position)) {
            next_attempt.set(call.position, next.position);
        }
    }
}

fn tell(subject: &Subject, call: &Call, attempts: &[u32], reader: &mut CallReader, told: &mut Told) {
    let last = attempts[attempts.len() - 1];
    let has_failed = subject.failed(last);
    let clock = &subject.clock;
    let end = if has_failed { clock.end(last) } else { clock.start(last) };
    let said = message(subject, attempts[0], reader);
    told.say(
        subject,
        Say {
            rule: Rule::Retries,
            at: attempts[0],
            of: attempts[0],
            text: call.text,
            said,
            evidence: attempts,
            count: attempts.len() as u32 - 1,
            cost: end.saturating_sub(clock.start(attempts[0])),
            value: has_failed.into(),
        },
    );
}
