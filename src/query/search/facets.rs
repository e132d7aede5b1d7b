//! Facets: what was found by service, operation, errors, duration and number of spans, each with counts, and choices that narrow it without a
//! new search. A facet's own choice does not count for its counts, as in shops: one sees what else could be chosen.

use super::run::Hit;
use crate::model::index::Numbers;
use crate::model::{Store, StringId, Trace, order};
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

/// What stays of the hits, by their places, and the counts.
pub fn narrow(store: &Store, hits: &[Hit], chosen: &Chosen) -> (Vec<u32>, Counts) {
    let ids = |names: &[String]| names.iter().filter_map(|name| store.strings().find(name)).collect::<Vec<_>>();
    let (services, operations) = (ids(&chosen.services), ids(&chosen.operations));
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    for (hit, at) in hits.iter().zip(0..) {
        let trace = store.trace(hit.trace);
        let of = Facts::of(store, trace);
        let passes = [
            chosen.services.is_empty() || trace.services.iter().any(|count| services.contains(&count.service)),
            chosen.operations.is_empty() || operations.contains(&of.operation),
            chosen.errors.is_empty() || chosen.errors.contains(&of.has_errors),
            chosen.durations.is_empty() || chosen.durations.contains(&of.duration),
            chosen.spans.is_empty() || chosen.spans.contains(&of.spans),
        ];
        match passes.iter().filter(|passes| !**passes).count() {
            0 => {
                kept.push(at);
                (0..passes.len()).for_each(|facet| tally.add(facet, trace, &of));
            }
            1 => tally.add(passes.iter().position(|passes| !passes).unwrap_or_default(), trace, &of),
            _ => {}
        }
    }
    (kept, tally.told(store, &services, &operations))
}

/// What facets see of a trace.
struct Facts {
    operation: StringId,
    has_errors: bool,
    duration: u8,
    spans: u8,
}

impl Facts {
    fn of(store: &Store, trace: &Trace) -> Facts {
        Facts {
            operation: store.spans.name(trace.name_span),
            has_errors: trace.errors > 0,
            duration: bucket(&DURATIONS, trace.duration().0),
            spans: bucket(&SPANS, trace.span_count()),
        }
    }
}

fn bucket<T: PartialOrd>(bounds: &[T], value: T) -> u8 {
    bounds.partition_point(|bound| *bound <= value).saturating_sub(1) as u8
}

/// Texts, each with a count.
#[derive(Default)]
struct Texts {
    /// The place of a text in the list.
    places: Numbers,
    list: Vec<(StringId, u32)>,
}

impl Texts {
    fn add(&mut self, id: StringId, count: u32) {
        let place = self.places.get_or_set(id.0, self.list.len() as u32) as usize;
        if place == self.list.len() {
            self.list.push((id, 0));
        }
        self.list[place].1 += count;
    }
}

#[derive(Default)]
struct Tally {
    services: Texts,
    operations: Texts,
    errors: [u32; 2],
    durations: [u32; DURATIONS.len()],
    spans: [u32; SPANS.len()],
}

impl Tally {
    /// Counts a trace for a facet: by the places of [`narrow`].
    fn add(&mut self, facet: usize, trace: &Trace, of: &Facts) {
        match facet {
            0 => trace.services.iter().for_each(|count| self.services.add(count.service, 1)),
            1 => self.operations.add(of.operation, 1),
            2 => self.errors[usize::from(of.has_errors)] += 1,
            3 => self.durations[usize::from(of.duration)] += 1,
            _ => self.spans[usize::from(of.spans)] += 1,
        }
    }

    fn told(self, store: &Store, services: &[StringId], operations: &[StringId]) -> Counts {
        let (services, more_services) = most(store, self.services, services);
        let (operations, more_operations) = most(store, self.operations, operations);
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
fn most(store: &Store, mut counts: Texts, chosen: &[StringId]) -> (Vec<Counted<String>>, u32) {
    chosen.iter().for_each(|id| counts.add(*id, 0));
    let all = order::arrange(counts.list, &mut |a, b| b.1.cmp(&a.1).then_with(|| store.text(a.0).cmp(store.text(b.0))));
    let total = all.len();
    let shown = all.into_iter().enumerate().filter(|(at, (id, _))| *at < MOST || chosen.contains(id));
    let told: Vec<_> = shown.map(|(_, (id, traces))| Counted { value: store.text(id).to_owned(), traces }).collect();
    let more = total - told.len();
    (told, more as u32)
}
