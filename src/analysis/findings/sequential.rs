//! Alike calls one after the other that could run at the same time: none begins before the last one has ended, and hardly any time passes
//! between.
//!
//! At least three calls of one kind that only read, as far as the trace tells: writes may have to keep their order, and so may pages of a
//! list, each of which is asked for by what the last one brought. A call that is tried again counts as one with its attempts. At stake is what
//! they take without the longest: told from a twentieth of the trace on. Between two calls may pass half of what they take in
//! the mean: with more there is work between them, which may need the one and prepare the other.

use super::calls::{Call, CallReader, Effect};
use super::{Rule, Say, Subject, Told};

const LEAST: u32 = 3;
/// Percent of the trace.
const LEAST_SHARE: i64 = 5;
/// What tells that a call goes on where the last one ended.
const PAGES: [&str; 6] = ["cursor", "scan ", "pagetoken", "page_token", "offset", "page=?"];

pub(super) fn find(subject: &Subject, reader: &CallReader, told: &mut Told) {
    subject.calls.each_group(&mut |group| {
        if !matches!(group[0].effect, Effect::Reads | Effect::Unknown) || group.len() < LEAST as usize {
            return;
        }
        let text = reader.text(group[0].text).to_ascii_lowercase();
        if PAGES.iter().any(|word| text.contains(word)) {
            return;
        }
        let mut from = 0;
        for at in 1..=group.len() {
            if at == group.len() || !follows(subject, &group[at - 1], &group[at]) {
                tell(subject, &group[from..at], told);
                from = at;
            }
        }
    });
}

/// Whether the second begins when the first has ended, or soon after.
fn follows(subject: &Subject, first: &Call, second: &Call) -> bool {
    let clock = &subject.clock;
    let [before, after] = [first.position, second.position];
    let pause = clock.start(after).saturating_sub(clock.end(before));
    (0..=clock.duration(before).saturating_add(clock.duration(after)) / 4).contains(&pause)
}

fn tell(subject: &Subject, run: &[Call], told: &mut Told) {
    let clock = &subject.clock;
    // A call with its attempts: how many there are, and the longest.
    let (mut calls, mut longest, mut began) = (0, 0, None);
    for call in run {
        let start = *began.get_or_insert(clock.start(call.position));
        if subject.calls.next_attempt.get(call.position).is_none() {
            calls += 1;
            longest = longest.max(clock.end(call.position).saturating_sub(start));
            began = None;
        }
    }
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let cost = clock.end(last.position).saturating_sub(clock.start(first.position)).saturating_sub(longest);
    if calls >= LEAST && subject.is_much(cost, LEAST_SHARE) {
        let evidence: Vec<u32> = run.iter().map(|call| call.position).collect();
        told.say(
            subject,
            Say {
                rule: Rule::Sequential,
                at: first.anchor,
                of: first.position,
                text: first.text,
                said: 0,
                evidence: &evidence,
                count: calls,
                cost,
                value: 0,
            },
        );
    }
}
