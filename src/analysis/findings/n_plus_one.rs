//! Many alike calls below one span: what one call could bring is asked for one by one (the "N+1" of object-relational mappers).
//!
//! At least five, as Sentry counts, that differ in their values or do not tell them (those that do not are `repeated`); other calls may come
//! between. They cost what they take together without the longest of them: one call for all takes about that. Told from a hundredth of the
//! trace on. Addresses and remote procedures count only where they come one after the other: asking many services at once is what
//! they are for.

use super::calls::{Call, Effect};
use super::{Rule, Say, Subject, Told, union};

const LEAST: usize = 5;
/// Percent of the trace.
const LEAST_SHARE: i64 = 1;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    subject.calls.each_group(&mut |group| {
        // One that was tried again is one call.
        let is_last = |call: &&Call| subject.calls.next_attempt.get(call.position).is_none();
        let group: Vec<Call> = group.iter().filter(is_last).copied().collect();
        let Some(first) = group.first() else { return };
        // What is written to one address differs in what is sent, of which a trace does not tell.
        let is_same =
            first.exact > 0 && first.effect != Effect::Writes && group.iter().all(|call| call.exact == first.exact);
        if group.len() < LEAST || is_same || first.effect == Effect::Controls {
            return;
        }
        let positions = || group.iter().map(|call| call.position);
        let longest = positions().map(|position| subject.clock.duration(position)).max().unwrap_or_default();
        let cost = union(&subject.clock, &mut positions()).saturating_sub(longest);
        if subject.is_much(cost, LEAST_SHARE) && (first.is_statement || are_in_turn(subject, &group)) {
            let evidence: Vec<u32> = positions().collect();
            told.say(
                subject,
                Say {
                    rule: Rule::NPlusOne,
                    at: first.anchor,
                    of: first.position,
                    text: first.text,
                    said: 0,
                    evidence: &evidence,
                    count: group.len() as u32,
                    cost,
                    value: 0,
                },
            );
        }
    });
}

/// Whether three quarters of calls begin when all before them have ended.
fn are_in_turn(subject: &Subject, group: &[Call]) -> bool {
    let (mut end, mut in_turn) = (i64::MIN, 0);
    for call in group {
        in_turn += usize::from(subject.clock.start(call.position) >= end);
        end = end.max(subject.clock.end(call.position));
    }
    in_turn * 4 >= group.len() * 3
}
