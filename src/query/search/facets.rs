//! Facets: what was found by service, operation, errors, duration and number of spans, each with counts, and choices that narrow it without a
//! new search. A facet's own choice does not count for its counts, as in shops: one sees what else could be chosen.

use super::run::Hit;
use crate::model::index::Numbers;
use crate::model::{Store, StringId, order};
use serde::{Deserialize, Serialize};

/// What is chosen: any of a facet's values must hold, of every facet. Nothing chosen in a facet lets everything pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Any span of the trace is of the service.
    pub services: Vec<String>,
    /// The operation that the trace is named after.
    pub operations: Vec<String>,
    /// With errors (true), or without.
    pub errors: Vec<bool>,
    /// Numbers of [`DURATIONS`].
    pub durations: Vec<u8>,
    /// Numbers of [`SPANS`].
    pub spans: Vec<u8>,
}

/// Bounds of the buckets of durations, in nanoseconds: a bucket reaches from its bound to the next one.
pub const DURATIONS: [i64; 11] = [
    0,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
    10_000_000_000,
    60_000_000_000,
    600_000_000_000,
    3_600_000_000_000,
];

/// Bounds of the buckets of spans: a bucket reaches from its bound to the next one.
pub const SPANS: [u32; 11] = [1, 2, 5, 10, 20, 50, 100, 1_000, 10_000, 100_000, 1_000_000];

/// A value of a facet, and how many traces have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted<T> {
    pub value: T,
    pub traces: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The most frequent first, at most [`MOST`] and those that are chosen.
    pub services: Vec<Counted<String>>,
    pub operations: Vec<Counted<String>>,
    /// Services and operations that were left out.
    pub more_services: u32,
    pub more_operations: u32,
    pub errors: Vec<Counted<bool>>,
    /// By bucket, those without traces left out.
    pub durations: Vec<Counted<u8>>,
    pub spans: Vec<Counted<u8>>,
}

/// So many services and operations are told.
pub const MOST: usize = 100;

/// What facets see of what a search found: of each trace, by its place in the hits. Gathered once from the store, where it lies far
/// apart; another choice reads only this.
#[derive(Default)]
pub struct Facts {
    services: Texts,
    operations: Texts,
    /// The traces' services one after another, as places in `services`.
    of_services: Vec<u32>,
    /// Where each trace's services end.
    ends: Vec<u32>,
    traces: Vec<Seen>,
}

/// What facets see of a trace, its services aside.
struct Seen {
    /// Nanoseconds.
    duration: i64,
    /// Place in `Facts::operations`.
    operation: u32,
    has_errors: bool,
    /// Buckets.
    durations: u8,
    spans: u8,
}

impl Facts {
    pub fn of(store: &Store, hits: &[Hit]) -> Facts {
        let mut facts = Facts::default();
        for hit in hits {
            let trace = store.trace(hit.trace);
            facts.of_services.extend(trace.services.iter().map(|count| facts.services.place(count.service)));
            facts.ends.push(facts.of_services.len() as u32);
            let duration = trace.duration().0;
            facts.traces.push(Seen {
                duration,
                operation: facts.operations.place(store.spans.name(trace.name_span)),
                has_errors: trace.errors > 0,
                durations: bucket(&DURATIONS, duration),
                spans: bucket(&SPANS, trace.span_count()),
            });
        }
        facts
    }

    /// In nanoseconds, of traces by their places.
    pub fn durations(&self, places: &[u32]) -> Vec<i64> {
        places.iter().map(|at| self.traces[*at as usize].duration).collect()
    }

    /// What stays of the hits, by their places, and the counts.
    pub fn narrow(&self, store: &Store, chosen: &Chosen) -> (Vec<u32>, Counts) {
        let ids = |names: &[String]| names.iter().filter_map(|name| store.strings().find(name)).collect::<Vec<_>>();
        let (services, operations) = (ids(&chosen.services), ids(&chosen.operations));
        let (wanted, named) = (self.services.places_of(&services), self.operations.places_of(&operations));
        let mut tally = Tally::new(self);
        let mut kept = Vec::new();
        let mut from = 0;
        for ((trace, to), at) in self.traces.iter().zip(&self.ends).zip(0..) {
            let own = &self.of_services[std::mem::replace(&mut from, *to as usize)..*to as usize];
            let passes = [
                chosen.services.is_empty() || own.iter().any(|service| wanted.contains(service)),
                chosen.operations.is_empty() || named.contains(&trace.operation),
                chosen.errors.is_empty() || chosen.errors.contains(&trace.has_errors),
                chosen.durations.is_empty() || chosen.durations.contains(&trace.durations),
                chosen.spans.is_empty() || chosen.spans.contains(&trace.spans),
            ];
            match passes.iter().filter(|passes| !**passes).count() {
                0 => {
                    kept.push(at);
                    (0..passes.len()).for_each(|facet| tally.add(facet, trace, own));
                }
                1 => tally.add(passes.iter().position(|passes| !passes).unwrap_or_default(), trace, own),
                _ => {}
            }
        }
        (kept, tally.told(store, self, &services, &operations))
    }
}

fn bucket<T: PartialOrd>(bounds: &[T], value: T) -> u8 {
    bounds.partition_point(|bound| *bound <= value).saturating_sub(1) as u8
}

/// Texts, each once.
#[derive(Default)]
struct Texts {
    /// The place of a text in the list.
    places: Numbers,
    list: Vec<StringId>,
}

impl Texts {
    fn place(&mut self, id: StringId) -> u32 {
        let place = self.places.get_or_set(id.0, self.list.len() as u32);
        if place as usize == self.list.len() {
            self.list.push(id);
        }
        place
    }

    /// Of those that are here.
    fn places_of(&self, ids: &[StringId]) -> Vec<u32> {
        ids.iter().filter_map(|id| self.places.get(id.0)).collect()
    }
}

struct Tally {
    /// By places.
    services: Vec<u32>,
    operations: Vec<u32>,
    errors: [u32; 2],
    durations: [u32; DURATIONS.len()],
    spans: [u32; SPANS.len()],
}

impl Tally {
    fn new(facts: &Facts) -> Tally {
        Tally {
            services: vec![0; facts.services.list.len()],
            operations: vec![0; facts.operations.list.len()],
            errors: [0; 2],
            durations: [0; DURATIONS.len()],
            spans: [0; SPANS.len()],
        }
    }

    /// Counts a trace for a facet: by the places of [`Facts::narrow`].
    fn add(&mut self, facet: usize, trace: &Seen, services: &[u32]) {
        match facet {
            0 => services.iter().for_each(|service| self.services[*service as usize] += 1),
            1 => self.operations[trace.operation as usize] += 1,
            2 => self.errors[usize::from(trace.has_errors)] += 1,
            3 => self.durations[usize::from(trace.durations)] += 1,
            _ => self.spans[usize::from(trace.spans)] += 1,
        }
    }

    fn told(self, store: &Store, facts: &Facts, services: &[StringId], operations: &[StringId]) -> Counts {
        let (services, more_services) = most(store, &facts.services, &self.services, services);
        let (operations, more_operations) = most(store, &facts.operations, &self.operations, operations);
        let errors = [true, false].map(|value| Counted { value, traces: self.errors[usize::from(value)] });
        Counts {
            services,
            operations,
            more_services,
            more_operations,
            errors: errors.into_iter().filter(|counted| counted.traces > 0).collect(),
            durations: buckets(&self.durations),
            spans: buckets(&self.spans),
        }
    }
}

fn buckets(counts: &[u32]) -> Vec<Counted<u8>> {
    let all = counts.iter().zip(0..).map(|(traces, value)| Counted { value, traces: *traces });
    all.filter(|counted| counted.traces > 0).collect()
}

/// The most frequent texts and those that are chosen, by how many traces have them and then by name; and how many others there are.
fn most(store: &Store, texts: &Texts, counts: &[u32], chosen: &[StringId]) -> (Vec<Counted<String>>, u32) {
    let of_any = texts.list.iter().copied().zip(counts.iter().copied()).filter(|(_, traces)| *traces > 0);
    let mut all: Vec<(StringId, u32)> = of_any.collect();
    let others: Vec<_> = chosen.iter().filter(|id| all.iter().all(|(known, _)| known != *id)).collect();
    all.extend(others.into_iter().map(|id| (*id, 0)));
    let all = order::arrange(all, &mut |a, b| b.1.cmp(&a.1).then_with(|| store.text(a.0).cmp(store.text(b.0))));
    let total = all.len();
    let shown = all.into_iter().enumerate().filter(|(at, (id, _))| *at < MOST || chosen.contains(id));
    let told: Vec<_> = shown.map(|(_, (id, traces))| Counted { value: store.text(id).to_owned(), traces }).collect();
    let more = total - told.len();
    (told, more as u32)
}
