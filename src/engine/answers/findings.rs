//! What is found in a trace, or in many: looked for once, with all rules, and kept. Switching a rule off only leaves its findings out.

use super::compare::members;
use super::{Answer, Memo};
use crate::analysis::clock::Clock;
use crate::analysis::findings::{Finder, Finding, Rule, Severity};
use crate::engine::questions::{EXAMPLES, FindingRow, FindingSpan, Findings, FindingsAnswer, LONGEST_SHAPE, Missing};
use crate::model::index::{Index, hash_of};
use crate::model::{StatusCode, Store, TraceRow, order};

/// What was looked for last.
pub struct FindingsMemo {
    /// The trace, or the group's names.
    of: (Option<String>, Vec<String>),
    traces: u32,
    missing: Vec<Missing>,
    /// By what they cost.
    findings: Vec<Grouped>,
    texts: Vec<String>,
    of_rules: Vec<u32>,
}

/// A finding of one trace, or alike ones of several.
struct Grouped {
    /// The one that costs most; count, places and cost are those of all together.
    worst: Finding,
    worst_cost: i64,
    traces: u32,
    /// Traces with what it costs there, the dearest first.
    examples: Vec<(i64, TraceRow)>,
}

impl FindingsMemo {
    fn look(store: &Store, asked: &Findings) -> FindingsMemo {
        let mut missing = Vec::new();
        let traces: Vec<TraceRow> = match (&asked.trace, asked.group.is_empty()) {
            (Some(trace), _) => store.trace_by_id(trace).into_iter().collect(),
            (None, true) => store.traces().map(|(row, _)| row).collect(),
            (None, false) => members::of(store, &asked.group, &mut missing),
        };
        let mut finder = Finder::new(store);
        let (mut groups, mut index) = (Vec::<Grouped>::new(), Index::default());
        for trace in &traces {
            for finding in finder.look(*trace) {
                let key = key(&finding);
                let hash = hash_of(key);
                match index.find(hash, |at| self::key(&groups[at as usize].worst) == key) {
                    Some(at) => groups[at as usize].add(finding),
                    None => {
                        index.insert(hash, groups.len() as u32);
                        groups.push(Grouped::of(finding));
                    }
                }
            }
        }
        let mut of_rules = vec![0; Rule::ALL.len()];
        groups.iter().for_each(|group| of_rules[group.worst.rule as usize] += 1);
        let rank = |group: &Grouped| {
            let it = &group.worst;
            // `!` turns the order around.
            (!it.cost, !(it.severity as u32), !it.count)
        };
        FindingsMemo {
            of: (asked.trace.clone(), asked.group.clone()),
            traces: traces.len() as u32,
            missing,
            findings: order::arrange(groups, &mut |a, b| rank(a).cmp(&rank(b))),
            texts: finder.into_texts(),
            of_rules,
        }
    }
}

/// Findings with the same key are alike.
fn key(finding: &Finding) -> [u32; 5] {
    [finding.rule as u32, finding.service.0, finding.operation.0, finding.text, finding.said]
}

impl Grouped {
    fn of(finding: Finding) -> Grouped {
        Grouped { worst_cost: finding.cost, traces: 1, examples: vec![(finding.cost, finding.trace)], worst: finding }
    }

    fn add(&mut self, finding: Finding) {
        let at = self.examples.iter().position(|(cost, _)| *cost < finding.cost).unwrap_or(self.examples.len());
        self.examples.insert(at, (finding.cost, finding.trace));
        self.examples.truncate(EXAMPLES);
        self.traces += 1;
        let mut other = finding;
        if other.cost > self.worst_cost {
            self.worst_cost = other.cost;
            std::mem::swap(&mut self.worst, &mut other);
        }
        let worst = &mut self.worst;
        worst.count += other.count;
        worst.places += other.places;
        worst.cost = worst.cost.saturating_add(other.cost);
        worst.value = worst.value.max(other.value);
        worst.severity = worst.severity.max(other.severity);
    }
}

impl Answer for Findings {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FindingsAnswer {
        let known = memo.findings.take().filter(|known| known.of.0 == self.trace && known.of.1 == self.group);
        let known = memo.findings.insert(known.unwrap_or_else(|| Box::new(FindingsMemo::look(store, self))));
        let is_on = |group: &&Grouped| self.off & group.worst.rule.bit() == 0;
        let total = known.findings.iter().filter(is_on).count() as u32;
        let is_serious = |group: &&Grouped| group.worst.severity != Severity::Hint;
        let serious = known.findings.iter().filter(is_on).filter(is_serious).count() as u32;
        let from = self.from.min(total);
        let window = known.findings.iter().filter(is_on).skip(from as usize).take(self.count as usize);
        FindingsAnswer {
            traces: known.traces,
            missing: known.missing.clone(),
            of_rules: known.of_rules.clone(),
            total,
            serious,
            from,
            rows: window.map(|group| row(store, group, &known.texts)).collect(),
        }
    }
}

#[inline(never)]
fn row(store: &Store, group: &Grouped, texts: &[String]) -> FindingRow {
    let it = &group.worst;
    let clock = Clock::new(store, it.trace);
    let text = |number: u32| {
        let text = &texts[number as usize];
        text[..text.floor_char_boundary(LONGEST_SHAPE)].to_owned()
    };
    FindingRow {
        rule: it.rule,
        severity: it.severity,
        service: store.text(it.service).to_owned(),
        operation: store.text(it.operation).to_owned(),
        text: text(it.text),
        said: text(it.said),
        count: it.count,
        places: it.places,
        cost_nanos: it.cost,
        value: it.value,
        traces: group.traces,
        examples: group.examples.iter().map(|(_, trace)| store.trace_id_text(*trace)).collect(),
        trace_nanos: clock.trace.duration().0,
        at: span(&clock, it.at),
        evidence: it.evidence.iter().map(|position| span(&clock, *position)).collect(),
    }
}

#[inline(never)]
fn span(clock: &Clock, position: u32) -> FindingSpan {
    let span = clock.store.span(clock.trace.tree.order[position as usize]);
    FindingSpan {
        span_id: span.id_text(),
        service: span.service().to_owned(),
        operation: span.name().to_owned(),
        start_nanos: clock.start(position),
        duration_nanos: clock.duration(position),
        is_error: span.status() == StatusCode::Error,
    }
}
