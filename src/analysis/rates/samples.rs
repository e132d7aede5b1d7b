//! The spans that count, as columns.

use super::{NO_VALUE, Scope, SpanChoice};
use crate::model::index::Numbers;
use crate::model::{ResourceRow, SpanFlags, SpanKind, SpanRow, StatusCode, Store, StringId, Trace};

/// One row for each span that counts.
#[derive(Debug, Default)]
pub struct Samples {
    /// The number of its service or operation.
    pub groups: Vec<u32>,
    /// Nanoseconds since 1970.
    pub starts: Vec<i64>,
    /// Nanoseconds; [`NO_VALUE`] if it has not ended.
    pub durations: Vec<i64>,
    pub failed: Vec<bool>,
    /// The names of the groups, and whether entries count in them, since they have no server spans.
    pub names: Vec<u32>,
    pub are_entries: Vec<bool>,
    /// The first start and the last end.
    pub begin: i64,
    pub end: i64,
    /// How many spans of the scope each kind has, and how many are entries.
    pub kinds: [u32; 7],
}

/// Where spans of no parent, or of another service's, are counted.
const ENTRIES: usize = 6;

/// What services are there, by the number of a resource.
struct Services {
    name: Vec<StringId>,
    has_server: Numbers,
}

impl Services {
    fn of(store: &Store) -> Services {
        let name = (0..store.resources.len() as u32).map(|row| store.resources.service(ResourceRow(row))).collect();
        let mut services = Services { name, has_server: Numbers::default() };
        let mut last = None;
        for (_, trace) in store.traces() {
            for row in &trace.tree.order {
                let resource = store.spans.resource(*row);
                if last != Some(resource) && store.spans.kind(*row) == SpanKind::Server {
                    services.has_server.add(services.of_row(store, *row).0);
                    last = Some(resource);
                }
            }
        }
        services
    }

    fn of_row(&self, store: &Store, row: SpanRow) -> StringId {
        self.name[store.spans.resource(row).0 as usize]
    }
}

impl Samples {
    /// In linear time.
    pub fn of(store: &Store, scope: Scope) -> Samples {
        let services = Services::of(store);
        let mut samples = Samples { begin: i64::MAX, end: i64::MIN, ..Samples::default() };
        let mut numbers = Numbers::default();
        for (_, trace) in store.traces() {
            for position in 0..trace.tree.len() {
                let row = trace.tree.order[position];
                let service = services.of_row(store, row);
                if scope.service.is_some_and(|wanted| wanted != service) {
                    continue;
                }
                let is_entry = is_entry(store, &services, trace, position, service);
                let kind = store.spans.kind(row);
                samples.kinds[kind as usize] += 1;
                samples.kinds[ENTRIES] += u32::from(is_entry);
                let (counts, are_entries) = match scope.counted {
                    SpanChoice::Kind(wanted) => (kind == wanted, false),
                    SpanChoice::Entries => (is_entry, false),
                    SpanChoice::Usual if services.has_server.get(service.0).is_some() => {
                        (kind == SpanKind::Server, false)
                    }
                    SpanChoice::Usual => (is_entry, true),
                };
                if counts {
                    let name = if scope.service.is_some() { store.spans.name(row) } else { service };
                    let group = numbers.get_or_set(name.0, samples.names.len() as u32);
                    if group as usize == samples.names.len() {
                        samples.names.push(name.0);
                        samples.are_entries.push(are_entries);
                    }
                    samples.push(store, row, group);
                }
            }
        }
        if samples.groups.is_empty() {
            (samples.begin, samples.end) = (0, 0);
        }
        samples
    }

    fn push(&mut self, store: &Store, row: SpanRow, group: u32) {
        let (start, end) = (store.spans.start(row).0, store.spans.end(row).0);
        let has_ended = !store.spans.flags(row).has(SpanFlags::UNFINISHED);
        self.groups.push(group);
        self.starts.push(start);
        self.durations.push(if has_ended { store.spans.duration(row).0 } else { NO_VALUE });
        self.failed.push(store.spans.status(row) == StatusCode::Error);
        (self.begin, self.end) = (self.begin.min(start), self.end.max(end).max(start.saturating_add(1)));
    }

    /// Leaves out what started before a time, and groups of which nothing is left.
    pub fn keep_from(&mut self, time: i64) {
        let mut numbers = Numbers::default();
        let (mut names, mut are_entries) = (Vec::new(), Vec::new());
        let mut kept = 0;
        for sample in 0..self.groups.len() {
            if self.starts[sample] < time {
                continue;
            }
            let group = self.groups[sample] as usize;
            let number = numbers.get_or_set(group as u32, names.len() as u32);
            if number as usize == names.len() {
                names.push(self.names[group]);
                are_entries.push(self.are_entries[group]);
            }
            self.groups[kept] = number;
            self.starts[kept] = self.starts[sample];
            self.durations[kept] = self.durations[sample];
            self.failed[kept] = self.failed[sample];
            kept += 1;
        }
        self.groups.truncate(kept);
        self.starts.truncate(kept);
        self.durations.truncate(kept);
        self.failed.truncate(kept);
        (self.names, self.are_entries) = (names, are_entries);
    }
}

/// Whether a service is entered by a span.
fn is_entry(store: &Store, services: &Services, trace: &Trace, position: usize, service: StringId) -> bool {
    let parent = trace.tree.parent_of(position);
    parent.is_none_or(|parent| services.of_row(store, trace.tree.order[parent]) != service)
}
