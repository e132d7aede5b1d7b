//! Waiting for a lock, or for a connection of a pool, before a call can begin.
//!
//! Two things tell of it. An event that says so (`Waiting for lock behind 4 transactions`, `http.getconn.start`): the wait lasts until the
//! next event that says the opposite (`Acquired lock`, `got connection`), without one until the next event, or the end of the span. Or a span of its
//! own, named by what it does (`pool.acquire`, `tcp.connect`, `getConnection`). Told from a fiftieth of the trace on.

use super::calls::CallReader;
use super::{Rule, Say, Subject, Told};
use crate::analysis::shapes::message_shape;
use crate::model::index::Numbers;
use crate::model::{SpanKind, Store, StringId};

/// Percent of the trace.
const LEAST_SHARE: i64 = 2;

/// What a name tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    Nothing,
    Waiting,
    Acquired,
}

/// What names of events and of spans tell, by their texts.
#[derive(Default)]
pub struct Names {
    events: Numbers,
    spans: Numbers,
}

/// What one can wait for.
const RESOURCES: [&str; 12] = [
    "lock",
    "connection",
    "conn",
    "pool",
    "mutex",
    "semaphore",
    "permit",
    "slot",
    "transaction",
    "transactions",
    "worker",
    "thread",
];
const WAITING: [&str; 12] = [
    "waiting",
    "wait",
    "acquiring",
    "acquire",
    "blocked",
    "queued",
    "requesting",
    "get",
    "connecting",
    "getconn",
    "dialing",
    "borrow",
];
const ACQUIRED: [&str; 9] =
    ["acquired", "got", "obtained", "done", "connected", "granted", "received", "established", "released"];

impl Names {
    fn event(&mut self, store: &Store, name: StringId) -> Tells {
        let known = self.events.get(name.0).unwrap_or_else(|| {
            let tells = of_event(store.text(name));
            self.events.set(name.0, tells as u32);
            tells as u32
        });
        [Tells::Nothing, Tells::Waiting, Tells::Acquired][known as usize]
    }

    fn is_wait(&mut self, store: &Store, name: StringId) -> bool {
        let known = self.spans.get(name.0).unwrap_or_else(|| {
            let is_wait = is_acquiring(store.text(name));
            self.spans.set(name.0, is_wait.into());
            is_wait.into()
        });
        known > 0
    }
}

/// The words of a name, in lower case: `http.getConn` has three.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_new = true;
    let mut was_lower = false;
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() {
            is_new = true;
            continue;
        }
        if is_new || letter.is_ascii_uppercase() && was_lower {
            words.push(String::new());
        }
        is_new = false;
        was_lower = letter.is_ascii_lowercase();
        if let Some(word) = words.last_mut() {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words
}

fn has(words: &[String], of: &[&str]) -> bool {
    words.iter().any(|word| of.contains(&word.as_str()))
}

fn of_event(name: &str) -> Tells {
    // Longer ones are log lines about something else.
    let words = words(&name[..name.floor_char_boundary(80)]);
    let (is_of_resource, is_dialing) = (has(&words, &RESOURCES), has(&words, &["getconn", "connect", "connecting"]));
    match () {
        // An address.
        () if name.contains('/') => Tells::Nothing,
        () if !is_of_resource && !is_dialing => Tells::Nothing,
        () if has(&words, &ACQUIRED) => Tells::Acquired,
        () if has(&words, &WAITING) || is_dialing && has(&words, &["start"]) => Tells::Waiting,
        () => Tells::Nothing,
    }
}

/// Whether a span of this name gets hold of something: few words, one of which says so.
fn is_acquiring(name: &str) -> bool {
    let words = words(&name[..name.floor_char_boundary(60)]);
    let gets = ["get", "acquire", "wait", "checkout", "borrow", "take", "open", "create"];
    let is_one = has(&words, &["acquire", "acquiring", "getconn", "getconnection", "dial", "connect"])
        || has(&words, &["connection", "conn", "pool", "lock"]) && has(&words, &gets);
    words.len() <= 6 && is_one && !name.contains(['/', ':'])
}

pub(super) fn find(subject: &Subject, names: &mut Names, reader: &mut CallReader, told: &mut Told) {
    let (clock, tree) = (&subject.clock, &subject.clock.trace.tree);
    let store = clock.store;
    for position in 0..clock.spans() {
        let row = tree.order[position as usize];
        let events = store.event_range(row);
        if !events.is_empty() {
            by_events(subject, position, names, reader, told);
        }
        let is_own = !matches!(store.spans.kind(row), SpanKind::Server | SpanKind::Consumer | SpanKind::Producer);
        let cost = clock.duration(position);
        if is_own
            && tree.depth[position as usize] > 0
            && subject.is_much(cost, LEAST_SHARE)
            && names.is_wait(store, store.spans.name(row))
        {
            told.say(subject, Say { cost, ..Say::of_span(Rule::Acquisition, &[position]) });
        }
    }
}

/// Nanoseconds from an event that tells of waiting to the one that tells of its end, summed up over a span.
fn by_events(subject: &Subject, position: u32, names: &mut Names, reader: &mut CallReader, told: &mut Told) {
    let clock = &subject.clock;
    let store = clock.store;
    let row = clock.trace.tree.order[position as usize];
    // When the wait began, by which event, and when something else happened first.
    let mut open: Option<(i64, StringId, Option<i64>)> = None;
    let (mut waited, mut said) = (0_i64, None);
    for event in store.event_range(row).rows() {
        let (time, name) = (store.events.time(event).0, store.events.name(event));
        match (names.event(store, name), &mut open) {
            (Tells::Waiting, None) => open = Some((time, name, None)),
            (Tells::Acquired, Some((from, by, _))) => {
                waited = waited.saturating_add(time.saturating_sub(*from));
                said = said.or(Some(*by));
                open = None;
            }
            (Tells::Nothing, Some((_, _, next @ None))) => *next = Some(time),
            _ => {}
        }
    }
    if let Some((from, by, next)) = open {
        let end = next.unwrap_or(store.spans.end(row).0);
        waited = waited.saturating_add(end.saturating_sub(from));
        said = said.or(Some(by));
    }
    let cost = waited.min(clock.duration(position));
    let Some(said) = said.filter(|_| subject.is_much(cost, LEAST_SHARE)) else { return };
    let said = reader.number(&message_shape(store.text(said)));
    let text = subject.calls.at(position).map_or(0, |call| call.text);
    told.say(subject, Say { text, said, cost, ..Say::of_span(Rule::Acquisition, &[position]) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_of_waiting() {
        for name in [
            "Waiting for lock behind 4 transactions",
            "waiting for connection",
            "http.getconn.start",
            "acquiring lock",
            "connect start",
        ] {
            assert!(of_event(name) == Tells::Waiting, "{name}");
        }
        for name in [
            "Acquired lock with 2 transactions waiting behind",
            "got connection",
            "http.getconn.done",
            "Connected to pool",
        ] {
            assert!(of_event(name) == Tells::Acquired, "{name}");
        }
        for name in [
            "Waiting for response",
            "order blocked",
            "GET /pool",
            "message",
            "Getting customer",
            "start",
            "retry after error",
        ] {
            assert!(of_event(name) == Tells::Nothing, "{name}");
        }
        assert!(
            ["tcp.connect", "pg-pool.connect", "HikariDataSource.getConnection", "pool.acquire", "redis lock wait"]
                .iter()
                .all(|name| is_acquiring(name))
        );
        assert!(
            !["checkout", "GET /connect/token", "SELECT pool", "lock door", "connector", "getUser"]
                .iter()
                .any(|name| is_acquiring(name))
        );
    }
}
