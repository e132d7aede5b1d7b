//! The very same read again: the same statement or address with the same values, asked by one service while it serves one request. The answer
//! could have been kept.
//!
//! Three times, or twice where the second takes a twentieth of the trace. Only what is told with its values counts (a `?` is not), only what is
//! known to read (SELECT, GET, HGETALL, …), and only what succeeded. More than a second between two ends the row: who waits so long
//! looks whether something has changed. It costs what all but the first take together; told from a hundredth of the trace on.

use super::calls::{Call, Effect};
use super::{Rule, Say, Subject, Told, union};
use crate::model::{SpanKind, SpanTree, order};

const LEAST: usize = 3;
/// Percent of the trace, of three and more, and of two.
const LEAST_SHARE: [i64; 2] = [1, 5];
/// Nanoseconds between two.
const LONGEST_PAUSE: i64 = 1_000_000_000;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    let calls = &subject.calls.list;
    let entries = entries(subject);
    let is_one = |call: &Call| call.exact > 0 && call.effect == Effect::Reads && !subject.failed(call.position);
    let key = |number: u32| {
        let call = &calls[number as usize];
        (entries[call.position as usize], call.exact)
    };
    let chosen: Vec<u32> = (0..calls.len() as u32).filter(|number| is_one(&calls[*number as usize])).collect();
    let keys: Vec<i64> =
        chosen.iter().map(|number| i64::from(key(*number).0) << 32 | i64::from(key(*number).1)).collect();
    let numbers: Vec<u32> = order::by_number(&keys).into_iter().map(|place| chosen[place as usize]).collect();
    subject.calls.each_stretch(&numbers, &key, &mut |group| {
        // Calls of different callers need not be in the order of their starts.
        let starts: Vec<i64> = group.iter().map(|call| subject.clock.start(call.position)).collect();
        let group: Vec<Call> = order::by_number(&starts).into_iter().map(|place| group[place as usize]).collect();
        let mut from = 0;
        for at in 1..=group.len() {
            let goes_on = group.get(at).is_some_and(|call| {
                let end = subject.clock.end(group[at - 1].position);
                subject.clock.start(call.position).saturating_sub(end) <= LONGEST_PAUSE
            });
            if !goes_on {
                tell(subject, &group[from..at], told);
                from = at;
            }
        }
    });
}

fn tell(subject: &Subject, group: &[Call], told: &mut Told) {
    let cost = union(&subject.clock, &mut group.iter().skip(1).map(|call| call.position));
    let share = LEAST_SHARE[usize::from(group.len() < LEAST)];
    if group.len() > 1 && subject.is_much(cost, share) {
        let evidence: Vec<u32> = group.iter().map(|call| call.position).collect();
        told.say(
            subject,
            Say {
                rule: Rule::Repeated,
                at: group[0].position,
                of: group[0].position,
                text: group[0].text,
                said: 0,
                evidence: &evidence,
                count: group.len() as u32,
                cost,
                value: 0,
            },
        );
    }
}

/// By position: the span with which its service begins to serve.
fn entries(subject: &Subject) -> Vec<u32> {
    let (store, tree) = (subject.clock.store, &subject.clock.trace.tree);
    let mut entries = vec![0; tree.len()];
    for position in 0..tree.len() {
        let row = tree.order[position];
        let parent = tree.parent[position];
        let begins = parent == SpanTree::NO_PARENT
            || matches!(store.spans.kind(row), SpanKind::Server | SpanKind::Consumer)
            || {
                // A database that is a service by itself is called from within a request, and serves none.
                let has_other_service = store.service(tree.order[parent as usize]) != store.service(row);
                has_other_service && store.spans.kind(row) != SpanKind::Client
            };
        // A call's own entry would tell it apart from all others.
        let is_leaf = tree.children[position] == 0 && parent != SpanTree::NO_PARENT;
        entries[position] = if begins && !is_leaf { position as u32 } else { entries[parent as usize] };
    }
    entries
}
