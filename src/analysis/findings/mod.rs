//! What is wrong with a trace, or worth a look: a rule a file, each with its thresholds and their reasons.
//!
//! A rule goes over the trace once (or over its calls: [`calls`]) and tells what it finds to [`Told`], where alike findings of one trace
//! become one: the same rule, service, operation and text. What a rule counts as too little to tell is its own matter, but all that costs
//! time costs at least [`LEAST_NANOS`].

mod acquisition;
mod calls;
mod extent;
mod gaps;
mod missing_parents;
mod n_plus_one;
mod repeated;
mod retries;
mod sequential;
mod skew;
mod swallowed;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use self::calls::{CallReader, Calls};
use super::clock::Clock;
use crate::model::index::{Index, hash_of};
use crate::model::{Store, StringId, TraceRow};

/// What is looked for. The order is the one of the page's switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    NPlusOne,
    Sequential,
    Retries,
    Repeated,
    Gap,
    Acquisition,
    Swallowed,
    Skew,
    MissingParents,
    FanOut,
    Depth,
}

impl Rule {
    pub const ALL: [Rule; 11] = [
        Rule::NPlusOne,
        Rule::Sequential,
        Rule::Retries,
        Rule::Repeated,
        Rule::Gap,
        Rule::Acquisition,
        Rule::Swallowed,
        Rule::Skew,
        Rule::MissingParents,
        Rule::FanOut,
        Rule::Depth,
    ];

    /// As in addresses and `data-rule`.
    pub fn word(self) -> &'static str {
        match self {
            Rule::NPlusOne => "n-plus-one",
            Rule::Sequential => "sequential",
            Rule::Retries => "retries",
            Rule::Repeated => "repeated",
            Rule::Gap => "gap",
            Rule::Acquisition => "acquisition",
            Rule::Swallowed => "swallowed-error",
            Rule::Skew => "clock-skew",
            Rule::MissingParents => "missing-parents",
            Rule::FanOut => "fan-out",
            Rule::Depth => "depth",
        }
    }

    /// Its bit in a set of rules.
    pub fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// How bad it is, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    Hint,
    Warning,
    Error,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A text of a [`Finder`]: 0 is none.
pub type TextNumber = u32;

/// Something found in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub severity: Severity,
    pub trace: TraceRow,
    /// Position of the span that it is at: where it cost most.
    pub at: u32,
    /// Whose it is, as a rule the service and the operation of the spans that are shown.
    pub service: StringId,
    pub operation: StringId,
    /// What was called: a statement, address or name without its values.
    pub text: TextNumber,
    /// What was said: of an error its message, of a wait the event.
    pub said: TextNumber,
    /// Positions, in the order of finding; at most [`MOST_EVIDENCE`].
    pub evidence: Vec<u32>,
    /// Spans, or what else the rule counts, in all.
    pub count: u32,
    /// At how many places.
    pub places: u32,
    /// Nanoseconds that were lost, or are at stake. 0: none, or nobody knows.
    pub cost: i64,
    /// A further number of the rule's own: see its file.
    pub value: i64,
    /// The trace's duration in nanoseconds.
    pub of: i64,
}

/// So many spans of a finding are told.
pub const MOST_EVIDENCE: usize = 32;
/// What costs less (nanoseconds) is not told: a thousandth of a second is what people wait for anything.
const LEAST_NANOS: i64 = 1_000_000;
/// From such a share of the trace (percent) on a cost is no hint any more.
const MUCH: i64 = 20;

/// What a rule says; see [`Finding`].
struct Say<'a> {
    rule: Rule,
    at: u32,
    /// Whose service and operation are named.
    of: u32,
    text: TextNumber,
    said: TextNumber,
    evidence: &'a [u32],
    count: u32,
    cost: i64,
    value: i64,
}

impl Say<'_> {
    /// Of one span alone.
    fn of_span(rule: Rule, evidence: &[u32; 1]) -> Say<'_> {
        let [position] = *evidence;
        Say { rule, at: position, of: position, text: 0, said: 0, evidence, count: 1, cost: 0, value: 0 }
    }
}

/// A trace as rules see it.
struct Subject<'a> {
    clock: Clock<'a>,
    row: TraceRow,
    calls: Calls,
    /// The trace's duration in nanoseconds, at least 1.
    nanos: i64,
}

impl Subject<'_> {
    /// Whether so many nanoseconds are worth telling: so many percent of the trace at least.
    fn is_much(&self, nanos: i64, percent: i64) -> bool {
        nanos >= LEAST_NANOS && nanos.saturating_mul(100) / self.nanos >= percent
    }

    fn failed(&self, position: u32) -> bool {
        let row = self.clock.trace.tree.order[position as usize];
        self.clock.store.spans.status(row) == crate::model::StatusCode::Error
    }

    fn parent(&self, position: u32) -> Option<u32> {
        self.clock.trace.tree.parent_of(position as usize).map(|parent| parent as u32)
    }

    fn service(&self, position: u32) -> StringId {
        self.clock.store.service(self.clock.trace.tree.order[position as usize])
    }
}

/// What was found in one trace, alike findings as one.
#[derive(Default)]
struct Told {
    findings: Vec<Finding>,
    index: Index,
}

impl Told {
    fn say(&mut self, subject: &Subject, say: Say) {
        let store = subject.clock.store;
        let row = subject.clock.trace.tree.order[say.of as usize];
        let key = (say.rule as u8, store.service(row), store.spans.name(row), say.text, say.said);
        let is_it = |it: &Finding| (it.rule as u8, it.service, it.operation, it.text, it.said) == key;
        let hash = hash_of(key);
        let known = self.index.find(hash, |at| is_it(&self.findings[at as usize]));
        let place = known.unwrap_or_else(|| {
            self.index.insert(hash, self.findings.len() as u32);
            self.findings.push(Finding {
                rule: say.rule,
                severity: Severity::Hint,
                trace: subject.row,
                at: say.at,
                service: key.1,
                operation: key.2,
                text: say.text,
                said: say.said,
                evidence: Vec::new(),
                count: 0,
                places: 0,
                cost: 0,
                value: say.value,
                of: subject.nanos,
            });
            self.findings.len() as u32 - 1
        });
        let finding = &mut self.findings[place as usize];
        finding.count += say.count;
        finding.places += 1;
        finding.cost = finding.cost.saturating_add(say.cost);
        finding.value = finding.value.max(say.value);
        let room = MOST_EVIDENCE.saturating_sub(finding.evidence.len());
        finding.evidence.extend(say.evidence.iter().take(room));
    }
}

/// How bad a finding is: what failed for good is an error; what takes much of the trace, hides an error or lacks spans a warning.
fn severity(finding: &Finding) -> Severity {
    let is_much = finding.cost.saturating_mul(100) / finding.of >= MUCH;
    match finding.rule {
        Rule::Retries if finding.value > 0 => Severity::Error,
        Rule::Retries => Severity::Warning,
        Rule::Swallowed | Rule::MissingParents if finding.value > 0 => Severity::Warning,
        Rule::Swallowed | Rule::MissingParents | Rule::FanOut | Rule::Depth => Severity::Hint,
        Rule::Skew if finding.value.saturating_mul(10) >= finding.of => Severity::Warning,
        _ if is_much => Severity::Warning,
        _ => Severity::Hint,
    }
}

/// Looks for findings, trace after trace: texts are read once for all of them.
pub struct Finder<'a> {
    store: &'a Store,
    reader: CallReader,
    waits: acquisition::Names,
}

impl<'a> Finder<'a> {
    pub fn new(store: &'a Store) -> Finder<'a> {
        Finder { store, reader: CallReader::new(store), waits: acquisition::Names::default() }
    }

    /// All that is found in a trace, in no order that matters. In linear time, but for sorting calls by numbers.
    pub fn look(&mut self, row: TraceRow) -> Vec<Finding> {
        let clock = Clock::new(self.store, row);
        let calls = self.reader.read(&clock);
        let nanos = clock.trace.duration().0.max(1);
        let mut subject = Subject { clock, row, calls, nanos };
        let mut told = Told::default();
        retries::find(&mut subject, &mut self.reader, &mut told);
        n_plus_one::find(&subject, &mut told);
        sequential::find(&subject, &self.reader, &mut told);
        repeated::find(&subject, &mut told);
        gaps::find(&subject, &mut told);
        acquisition::find(&subject, &mut self.waits, &mut self.reader, &mut told);
        swallowed::find(&subject, &mut self.reader, &mut told);
        skew::find(&subject, &mut told);
        missing_parents::find(&subject, &mut told);
        extent::find(&subject, &mut told);
        told.findings.iter_mut().for_each(|finding| finding.severity = severity(finding));
        told.findings
    }

    pub fn text(&self, number: TextNumber) -> &str {
        self.reader.text(number)
    }

    /// All texts, by their numbers.
    pub fn into_texts(self) -> Vec<String> {
        self.reader.into_texts()
    }
}

/// The time that spans take together, in nanoseconds: where they overlap it counts once. `spans`: positions by their starts.
fn union(clock: &Clock, spans: &mut dyn Iterator<Item = u32>) -> i64 {
    let (mut sum, mut end) = (0_i64, i64::MIN);
    for span in spans {
        let (from, to) = (clock.start(span).max(end), clock.end(span));
        sum = sum.saturating_add((to.saturating_sub(from)).max(0));
        end = end.max(to);
    }
    sum
}
