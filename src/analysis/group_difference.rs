//! What tells two groups of traces apart, beyond sums: of each node of their call paths how its samples (a value for each trace) differ, and
//! what is in more of one group's traces than of the other's.

use super::clock::Clock;
use super::comparison::{Comparison, Group, Metric, each_time};
use super::paths::Paths;
use super::statistics::{Ascending, Spread, compare, corrected, g_statistic, p_of_g};
use crate::model::index::{Index, Numbers, fold, hash_of};
use crate::model::{Cell, Range, SpanRow, StatusCode, Store, StringId, TraceRow, order};
use serde::{Deserialize, Serialize};
use std::mem::take;

/// How a node's values in the traces of A differ from those in the traces of B.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeDifference {
    pub node: u32,
    /// From -1 (smaller in B throughout) to 1 (larger): see [`super::statistics::Test`]. 0 if A or B has no values.
    pub effect: f64,
    /// Corrected over all nodes that could be tested; 1 of those that could not, having no values in A or B.
    pub p: f64,
    /// Of A and of B.
    pub spreads: [Spread; 2],
}

/// By node of the comparison. A trace's value is the number of the node's spans, 0 included, for [`Metric::Spans`]; otherwise what those spans
/// took together (for [`Metric::Mean`], each), in nanoseconds, and traces without the node have none. One pass over all spans; memory
/// is linear in them, for zeros are only counted.
pub fn node_differences(store: &Store, comparison: &Comparison, metric: Metric) -> Vec<NodeDifference> {
    let count = comparison.paths.nodes.len();
    let [a, b] = [0, 1].map(|side| Samples::of(store, &comparison.groups[side], count, metric));
    let (mut tested, mut p) = (Vec::new(), Vec::new());
    let mut nodes: Vec<NodeDifference> = Vec::with_capacity(count);
    for node in 0..count {
        let (a, b) = (a.of_node(node), b.of_node(node));
        let test = compare(a, b);
        if let Some(test) = test {
            tested.push(node);
            p.push(test.p);
        }
        let effect = test.map_or(0.0, |test| test.effect);
        nodes.push(NodeDifference { node: node as u32, effect, p: 1.0, spreads: [a, b].map(Spread::of) });
    }
    corrected(&mut p);
    tested.iter().zip(p).for_each(|(node, p)| nodes[*node].p = p);
    nodes
}

/// The values of one node that [`node_differences`] is about, of A and of B, in the order of the groups' traces.
pub fn node_samples(store: &Store, comparison: &Comparison, node: u32, metric: Metric) -> [Vec<i64>; 2] {
    let mut sums = Sums::new(comparison.paths.nodes.len());
    [0, 1].map(|side| {
        let group: &Group = &comparison.groups[side];
        let mut sample = Vec::new();
        for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
            match nodes.contains(&node) {
                true => sums.each(store, *trace, nodes, metric, &mut |other, value| {
                    sample.extend((other == node).then_some(value));
                }),
                false => sample.extend((metric == Metric::Spans).then_some(0)),
            }
        }
        sample
    })
}

/// The samples of all nodes in one group, one node's after another's, each ascending.
struct Samples {
    /// Where a node's values begin; the next one's beginning is the end.
    starts: Vec<u32>,
    values: Vec<i64>,
    /// So many values each sample must have: what it lacks is zeros.
    least: usize,
}

impl Samples {
    fn of(store: &Store, group: &Group, count: usize, metric: Metric) -> Samples {
        let mut sums = Sums::new(count);
        let (mut of_node, mut unsorted) = (Vec::new(), Vec::new());
        for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
            sums.each(store, *trace, nodes, metric, &mut |node, value| {
                of_node.push(node);
                unsorted.push(value);
            });
        }
        let mut starts = vec![0; count + 1];
        of_node.iter().for_each(|node| starts[*node as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut values = vec![0; unsorted.len()];
        // All in order, and then dealt out in this order.
        for place in order::by_number(&unsorted) {
            let to = &mut next[of_node[place as usize] as usize];
            values[*to as usize] = unsorted[place as usize];
            *to += 1;
        }
        Samples { starts, values, least: if metric == Metric::Spans { group.traces.len() } else { 0 } }
    }

    fn of_node(&self, node: usize) -> Ascending<'_> {
        let values = &self.values[self.starts[node] as usize..self.starts[node + 1] as usize];
        Ascending { zeros: self.least.saturating_sub(values.len()), values }
    }
}

/// Sums over a trace's spans, by node; between traces all are 0.
struct Sums {
    spans: Vec<u32>,
    times: Vec<i64>,
    /// Nodes that the trace has.
    met: Vec<u32>,
}

impl Sums {
    fn new(nodes: usize) -> Sums {
        Sums { spans: vec![0; nodes], times: vec![0; nodes], met: Vec::new() }
    }

    /// Tells the value of each node that a trace has.
    fn each(&mut self, store: &Store, trace: TraceRow, nodes: &[u32], metric: Metric, tell: &mut dyn FnMut(u32, i64)) {
        let Sums { spans, times, met } = self;
        for node in nodes.iter().filter(|node| **node != Paths::FOLDED) {
            let spans = &mut spans[*node as usize];
            if *spans == 0 {
                met.push(*node);
            }
            *spans += 1;
        }
        each_time(&Clock::new(store, trace), nodes, metric, &mut |node, time| {
            let sum = &mut times[node as usize];
            *sum = sum.saturating_add(time);
        });
        for node in met.drain(..) {
            let (spans, time) = (take(&mut spans[node as usize]), take(&mut times[node as usize]));
            let value = match metric {
                Metric::Spans => spans.into(),
                Metric::Mean => time / i64::from(spans),
                Metric::Total | Metric::Own | Metric::Critical => time,
            };
            tell(node, value);
        }
    }
}

/// What a trace may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    /// A span of it.
    Operation { service: StringId, operation: StringId },
    /// A span of it with status Error.
    Failed { service: StringId, operation: StringId },
    /// A span with it, or a span whose resource has it. The value is read with [`crate::model::Content::value`].
    Attribute { key: StringId, value: Cell, is_resource: bool },
}

/// What is in more of one group's traces than of the other's.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    pub what: What,
    /// How many traces of A and of B have it.
    pub traces: [u32; 2],
    /// Of the [`g_statistic`], corrected.
    pub p: f64,
    /// What else the very same traces have, and no others.
    pub also: Vec<What>,
}

/// Findings have a corrected p below this.
pub const SIGNIFICANT: f64 = 0.05;
/// A key of spans, or of resources, that has more distinct values than this in both groups together is left out: they are ids, times, sizes.
pub const MOST_VALUES: u32 = 1_000;

/// What is over-represented in B, or in A: the most telling first, at most so many.
///
/// Left out is what only one trace has (ids), what all have, and keys of more than [`MOST_VALUES`] values. What the very same traces have is one
/// finding, tested once.
///
/// Ordered by G, for it weighs how far the shares are apart by how many traces say so: 9 of 10 against 1 of 10 comes before 2 of 10 against
/// none, and so does 90 of 1,000 against 10. G makes no difference between more and fewer. What has the same G is ordered by the difference
/// of the shares; then comes what B has more of. In small groups (under ten traces or so) too much is found: see [`g_statistic`].
///
/// In linear time, but for sorting what is found.
pub fn over_represented(store: &Store, traces: [&[TraceRow]; 2], most: usize) -> Vec<Over> {
    let mut candidates = Candidates::new(store);
    let mut number = 0;
    for (side, traces) in traces.iter().enumerate() {
        for trace in *traces {
            candidates.add(*trace, Met { number, side });
            number += 1;
        }
    }
    let of = traces.map(|traces| traces.len() as u32);
    let found = candidates.merged(number);
    let g: Vec<f64> = found.iter().map(|Over { traces: [a, b], .. }| g_statistic(*a, of[0], *b, of[1])).collect();
    let mut p: Vec<f64> = g.iter().map(|g| p_of_g(*g)).collect();
    corrected(&mut p);
    // The difference of the shares, times both groups' sizes: whole numbers, so that what is as far apart is equal.
    let apart = |over: &Over| {
        let [a, b] = over.traces.map(i64::from);
        b * i64::from(of[0]) - a * i64::from(of[1])
    };
    let ranked = found.into_iter().zip(g).zip(p).filter(|(_, p)| *p < SIGNIFICANT);
    let ranked = ranked.map(|((over, g), p)| (g, apart(&over), Over { p, ..over })).collect();
    let ranked = order::arrange(ranked, &mut |one, other| {
        let [(g, apart, _), (other_g, other_apart, _)] = [one, other];
        let by_shares = other_apart.unsigned_abs().cmp(&apart.unsigned_abs());
        other_g.total_cmp(g).then(by_shares).then(other_apart.cmp(apart))
    });
    ranked.into_iter().take(most).map(|(_, _, over)| over).collect()
}

/// The trace that is read: its number, over both groups, and its group's.
#[derive(Clone, Copy)]
struct Met {
    number: u32,
    side: usize,
}

struct Candidate {
    what: What,
    traces: [u32; 2],
    /// The number of the trace that had it last.
    last: u32,
    /// The sum of its traces' [`mixed`] numbers: sets of traces with the same sum are taken for the same.
    members: u64,
}

struct Candidates<'a> {
    store: &'a Store,
    all: Vec<Candidate>,
    index: Index,
    /// Places of keys in `values`: see [`Candidates::values_of`].
    keys: Numbers,
    /// How many values a key has; beyond [`MOST_VALUES`] at least so many.
    values: Vec<u32>,
    /// By resource the number of the trace that had it last.
    resources: Vec<u32>,
}

const NO_TRACE: u32 = u32::MAX;

impl<'a> Candidates<'a> {
    fn new(store: &'a Store) -> Candidates<'a> {
        let resources = vec![NO_TRACE; store.resources.len()];
        let (index, keys) = (Index::default(), Numbers::default());
        Candidates { store, all: Vec::new(), index, keys, values: Vec::new(), resources }
    }

    fn add(&mut self, trace: TraceRow, met: Met) {
        let store = self.store;
        for row in &store.trace(trace).tree.order {
            self.add_span(*row, met);
            let resource = store.spans.resource(*row);
            let last = &mut self.resources[resource.0 as usize];
            if std::mem::replace(last, met.number) != met.number {
                self.add_attributes(store.resources.range(resource), true, met);
            }
        }
    }

    fn add_span(&mut self, row: SpanRow, met: Met) {
        let (service, operation) = (self.store.service(row), self.store.spans.name(row));
        self.meet(What::Operation { service, operation }, met);
        if self.store.spans.status(row) == StatusCode::Error {
            self.meet(What::Failed { service, operation }, met);
        }
        self.add_attributes(self.store.attribute_range(row), false, met);
    }

    fn add_attributes(&mut self, range: Range, is_resource: bool, met: Met) {
        let store = self.store;
        let table = if is_resource { store.resources.attributes() } else { &store.attributes };
        for row in range.rows() {
            self.meet(What::Attribute { key: table.key(row), value: table.cell(row), is_resource }, met);
        }
    }

    fn meet(&mut self, what: What, met: Met) {
        let hash = self.hash(what);
        let known = self.index.find(hash, |at| self.is_same(self.all[at as usize].what, what));
        let Some(at) = known.or_else(|| self.insert(what, hash)) else { return };
        let candidate = &mut self.all[at as usize];
        if candidate.last != met.number {
            candidate.last = met.number;
            candidate.traces[met.side] += 1;
            candidate.members = candidate.members.wrapping_add(mixed(met.number));
        }
    }

    /// The place of what was not met before; `None` if its key has too many values.
    fn insert(&mut self, what: What, hash: u32) -> Option<u32> {
        if let What::Attribute { key, is_resource, .. } = what {
            let values = self.values_of(key, is_resource);
            *values += 1;
            if *values > MOST_VALUES {
                return None;
            }
        }
        let at = self.all.len() as u32;
        self.all.push(Candidate { what, traces: [0; 2], last: NO_TRACE, members: 0 });
        self.index.insert(hash, at);
        Some(at)
    }

    fn values_of(&mut self, key: StringId, is_resource: bool) -> &mut u32 {
        let place = self.keys.get_or_set(key.0 << 1 | u32::from(is_resource), self.values.len() as u32) as usize;
        if place == self.values.len() {
            self.values.push(0);
        }
        &mut self.values[place]
    }

    fn hash(&self, what: What) -> u32 {
        match what {
            What::Operation { service, operation } => hash_of((0_u32, service.0, operation.0)),
            What::Failed { service, operation } => hash_of((1_u32, service.0, operation.0)),
            What::Attribute { key, value, is_resource } => {
                hash_of((2 + u32::from(is_resource), key.0, self.store.content.hash(value)))
            }
        }
    }

    fn is_same(&self, one: What, other: What) -> bool {
        match (one, other) {
            (
                What::Attribute { key, value, is_resource },
                What::Attribute { key: other_key, value: other_value, is_resource: is_other },
            ) => key == other_key && is_resource == is_other && self.store.content.same(value, other_value),
            _ => one == other,
        }
    }

    /// Those that may tell something in so many traces; what the very same traces have is one.
    fn merged(mut self, traces: u32) -> Vec<Over> {
        let (mut merged, mut members) = (Vec::<Over>::new(), Vec::<u64>::new());
        let mut index = Index::default();
        for candidate in take(&mut self.all) {
            let Candidate { what, traces: own, members: its, .. } = candidate;
            let has_ids = match what {
                What::Attribute { key, is_resource, .. } => *self.values_of(key, is_resource) > MOST_VALUES,
                _ => false,
            };
            let count = own[0] + own[1];
            if has_ids || count < 2 || count == traces {
                continue;
            }
            match index.find(fold(its), |at| members[at as usize] == its && merged[at as usize].traces == own) {
                Some(at) => merged[at as usize].also.push(what),
                None => {
                    index.insert(fold(its), merged.len() as u32);
                    members.push(its);
                    merged.push(Over { what, traces: own, p: 1.0, also: Vec::new() });
                }
            }
        }
        merged
    }
}

/// A number's bits spread over 64, so that sums of them tell sets apart (the last steps of SplitMix64).
fn mixed(number: u32) -> u64 {
    let mut bits = (u64::from(number) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ bits >> 31
}

#[cfg(test)]
#[path = "group_difference_tests.rs"]
mod tests;
