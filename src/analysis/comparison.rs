//! Two groups of traces side by side, by call paths: what is only in A, only in B, more or less often, quicker or slower.
//!
//! Kinds and numbers are Jaeger UI's (FEATURES §1.17, §3.2), which compares two traces by their counts of spans.

use serde::{Deserialize, Serialize};

use super::clock::Clock;
use super::critical_path::critical_path;
use super::difference::rounded_share;
use super::paths::{Paths, Sameness};
use super::self_time::{self_times, self_times_of_waiting};
use crate::model::{SpanKind, StatusCode, Store, StringId, TraceRow, order};

/// What is said of a node's spans in one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub spans: u32,
    /// Traces that have any.
    pub traces: u32,
    /// Spans with status Error.
    pub errors: u32,
    /// Spans of kind Consumer: who sent them something does not wait for them.
    pub consumers: u32,
    /// Nanoseconds, summed up: the spans' durations, self times, and shares in the critical path.
    pub total: i64,
    pub own: i64,
    pub critical: i64,
    /// How many traces the group has; 0 says as much as 1.
    pub of: u32,
}

/// Counts are compared in thousandths: those of groups are means.
pub const COUNT: i64 = 1_000;

impl Measure {
    /// A sum over the group for each of its traces, rounded.
    fn per_trace(&self, sum: i64) -> i64 {
        let of = i64::from(self.of.max(1));
        let half = if sum < 0 { -of / 2 } else { of / 2 };
        sum.saturating_add(half) / of
    }

    /// Spans of a trace, in thousandths.
    pub fn count(&self, number: u32) -> i64 {
        self.per_trace(i64::from(number) * COUNT)
    }

    /// Nanoseconds a span; 0 of none.
    pub fn mean(&self) -> i64 {
        self.total / i64::from(self.spans.max(1))
    }
}

/// What nodes are compared by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    #[default]
    Spans,
    Total,
    Mean,
    Own,
    Critical,
}

impl Metric {
    pub const ALL: [Metric; 5] = [Metric::Spans, Metric::Total, Metric::Mean, Metric::Own, Metric::Critical];

    /// What nodes are compared by: of a trace, for groups may be of any size. Spans in thousandths, times in nanoseconds.
    pub fn of(self, measure: &Measure) -> i64 {
        match self {
            Metric::Spans => measure.count(measure.spans),
            Metric::Total => measure.per_trace(measure.total),
            Metric::Mean => measure.mean(),
            Metric::Own => measure.per_trace(measure.own),
            Metric::Critical => measure.per_trace(measure.critical),
        }
    }
}

/// A node by its counts in A and B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Same,
    /// Only in B.
    Added,
    /// Only in A.
    Removed,
    /// More in B.
    More,
    /// Fewer in B.
    Less,
}

impl Kind {
    /// By the counts of two traces, or by what a trace of each group has in the mean: there less than a hundredth is no difference.
    pub fn of_measures([a, b]: &[Measure; 2]) -> Kind {
        let [mean_a, mean_b] = [a, b].map(|measure| Metric::Spans.of(measure));
        let is_close = a.of.max(b.of) > 1
            && a.spans > 0
            && b.spans > 0
            && mean_a.abs_diff(mean_b).saturating_mul(100) < mean_a.max(mean_b).unsigned_abs();
        match (a.spans, b.spans) {
            (0, _) | (_, 0) => Kind::of(a.spans, b.spans),
            _ if is_close || mean_a == mean_b => Kind::Same,
            _ if mean_a < mean_b => Kind::More,
            _ => Kind::Less,
        }
    }

    pub fn of(a: u32, b: u32) -> Kind {
        match (a, b) {
            _ if a == b => Kind::Same,
            (0, _) => Kind::Added,
            (_, 0) => Kind::Removed,
            _ if a < b => Kind::More,
            _ => Kind::Less,
        }
    }

    /// As in `data-kind`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Same => "same",
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::More => "more",
            Kind::Less => "less",
        }
    }
}

/// By how many percent the larger number exceeds the other, of the larger one, rounded: 100 if one is 0. (Jaeger UI's.)
pub fn percent(a: u64, b: u64) -> u64 {
    let most = a.max(b).max(1);
    (a.abs_diff(b).saturating_mul(200).saturating_add(most)) / (2 * most)
}

/// The traces of a group, and which node each of their spans is of.
#[derive(Debug, Default)]
pub struct Group {
    pub traces: Vec<TraceRow>,
    /// By trace, then by the span's position.
    pub nodes: Vec<Vec<u32>>,
}

/// Two groups over one tree of call paths.
#[derive(Debug)]
pub struct Comparison {
    pub paths: Paths,
    /// A and B.
    pub groups: [Group; 2],
    /// By node: of A and of B.
    pub measures: Vec<[Measure; 2]>,
    /// Nodes that are the same, added, removed, more, less.
    pub kinds: [u32; 5],
    /// The largest difference of any node, for each of [`Metric::ALL`].
    pub largest: [i64; 5],
    /// By node: whether paths that begin below it are missing in A, and in B. What is missing was not reached because of something that
    /// happened here.
    pub gaps: Vec<[bool; 2]>,
    /// There is no B: A is looked at alone.
    pub is_of_one: bool,
    /// What the traces of A lasted, in nanoseconds, summed up.
    pub duration: i64,
    /// Of one group the services of its first trace, in the order of their names.
    pub services: Vec<StringId>,
}

impl Comparison {
    /// In linear time, but for what the critical path sorts.
    pub fn of(store: &Store, traces: [&[TraceRow]; 2], sameness: Sameness) -> Comparison {
        Comparison::built(store, traces, sameness, false)
    }

    /// One group alone, in linear time; nothing is known of the critical path. Self times are what no child takes that is waited for (with
    /// [`Sameness::Names`]: no child at all), as in Jaeger UI's trace graph and flame graph.
    pub fn of_one(store: &Store, traces: &[TraceRow], sameness: Sameness) -> Comparison {
        Comparison::built(store, [traces, &[]], sameness, true)
    }

    fn built(store: &Store, traces: [&[TraceRow]; 2], sameness: Sameness, is_of_one: bool) -> Comparison {
        let mut duration = 0_i64;
        let mut paths = Paths::new(sameness);
        let groups = traces.map(|traces| Group {
            traces: traces.to_vec(),
            nodes: traces.iter().map(|trace| paths.add(store, *trace)).collect(),
        });
        let of_group = groups.each_ref().map(|group| Measure { of: group.traces.len() as u32, ..Measure::default() });
        let mut measures = vec![of_group; paths.nodes.len()];
        for (side, group) in groups.iter().enumerate() {
            let mut seen = vec![usize::MAX; paths.nodes.len()];
            for (number, (trace, nodes)) in group.traces.iter().zip(&group.nodes).enumerate() {
                let clock = Clock::new(store, *trace);
                duration = duration.saturating_add(if side == 0 { clock.trace.duration().0 } else { 0 });
                for (position, node) in nodes.iter().enumerate().filter(|(_, node)| **node != Paths::FOLDED) {
                    let measure = &mut measures[*node as usize][side];
                    measure.spans += 1;
                    measure.traces += u32::from(std::mem::replace(&mut seen[*node as usize], number) != number);
                    let row = clock.trace.tree.order[position];
                    measure.errors += u32::from(store.spans.status(row) == StatusCode::Error);
                    measure.consumers += u32::from(store.spans.kind(row) == SpanKind::Consumer);
                    measure.total = measure.total.saturating_add(clock.duration(position as u32));
                }
                match is_of_one {
                    true => measure_own(&clock, nodes, &mut measures, sameness),
                    false => measure_time(&clock, nodes, &mut measures, side),
                }
            }
        }
        let mut kinds = [0; 5];
        measures.iter().for_each(|measures| kinds[Kind::of_measures(measures) as usize] += 1);
        let (largest, gaps) = match is_of_one {
            // There is nothing that they differ from, or lack.
            true => ([0; 5], vec![[false; 2]; measures.len()]),
            false => (largest(&measures), gaps(&paths, &measures)),
        };
        let first = traces[0].first().filter(|_| is_of_one);
        let services = first.map(|trace| store.trace(*trace).services.iter().map(|it| it.service).collect());
        let services = services.unwrap_or_default();
        Comparison { paths, groups, measures, kinds, largest, gaps, is_of_one, duration, services }
    }

    /// How a node of one group is coloured by a time, in thousandths: see [`heat`].
    pub fn heat(&self, node: u32, metric: Metric) -> u64 {
        heat(&self.measures[node as usize][0], metric, self.duration)
    }

    /// Whether A and B differ in a node: one that only one of them has always does, whatever it is compared by. Of A alone: whether it has
    /// errors.
    pub fn differs(&self, node: u32, metric: Metric) -> bool {
        if self.is_of_one {
            return self.measures[node as usize][0].errors > 0;
        }
        match self.kind(node) {
            Kind::Added | Kind::Removed => true,
            kind if metric == Metric::Spans => kind != Kind::Same,
            _ => self.differs_much(node, metric),
        }
    }

    /// Whether a node is among those that differ most. A time hardly ever is the same twice: a difference counts from a tenth of the largest on.
    pub fn differs_much(&self, node: u32, metric: Metric) -> bool {
        let [a, b] = &self.measures[node as usize];
        let least = self.largest[metric as usize].unsigned_abs().div_ceil(10);
        metric.of(b).abs_diff(metric.of(a)) >= least.max(1)
    }

    /// Spans of a node as trace and position, of A and of B: at most so many, those with an error first, then the longest.
    pub fn examples(&self, store: &Store, node: u32, most: usize) -> [Vec<(TraceRow, u32)>; 2] {
        [0, 1].map(|side| {
            let group: &Group = &self.groups[side];
            let mut spans = Vec::new();
            for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
                let own = (0..).zip(nodes).filter(|(_, it)| **it == node).map(|(position, _)| (*trace, position));
                spans.extend(own);
            }
            let rank = |(trace, position): &(TraceRow, u32)| {
                let row = store.trace(*trace).tree.order[*position as usize];
                let is_error = store.spans.status(row) == StatusCode::Error;
                // `!` turns the order around.
                (!is_error, !store.spans.duration(row).0)
            };
            let mut spans = order::arrange(spans, &mut |one, other| rank(one).cmp(&rank(other)));
            spans.truncate(most);
            spans
        })
    }

    pub fn kind(&self, node: u32) -> Kind {
        Kind::of_measures(&self.measures[node as usize])
    }
}

/// How strong a node's colour is by a time, in thousandths, as in Jaeger UI's trace graph: by its total in full from a fifth of what the traces
/// lasted on, by its self time as much as that is of its total.
pub fn heat(of: &Measure, metric: Metric, duration: i64) -> u64 {
    let [own, total, duration] = [of.own, of.total, duration].map(|time| time.max(0) as u64);
    match metric {
        Metric::Own => rounded_share(own, total, 1000).min(1000),
        _ => rounded_share(total, duration, 1000).saturating_mul(5).min(1000),
    }
}

fn largest(measures: &[[Measure; 2]]) -> [i64; 5] {
    Metric::ALL.map(|metric| {
        let by = |[a, b]: &[Measure; 2]| metric.of(b).saturating_sub(metric.of(a)).saturating_abs();
        measures.iter().map(by).max().unwrap_or_default()
    })
}

fn gaps(paths: &Paths, measures: &[[Measure; 2]]) -> Vec<[bool; 2]> {
    let mut gaps = vec![[false; 2]; measures.len()];
    for (node, [a, b]) in paths.nodes.iter().zip(measures) {
        let parent = measures.get(node.parent as usize).filter(|[a, b]| a.spans > 0 && b.spans > 0);
        if parent.is_some() {
            let [in_a, in_b] = &mut gaps[node.parent as usize];
            *in_a |= a.spans == 0;
            *in_b |= b.spans == 0;
        }
    }
    gaps
}

fn measure_time(clock: &Clock, nodes: &[u32], measures: &mut [[Measure; 2]], side: usize) {
    each_time(clock, nodes, Metric::Own, &mut |node, time| {
        let measure = &mut measures[node as usize][side];
        measure.own = measure.own.saturating_add(time);
    });
    each_time(clock, nodes, Metric::Critical, &mut |node, time| {
        let measure = &mut measures[node as usize][side];
        measure.critical = measure.critical.saturating_add(time);
    });
}

fn measure_own(clock: &Clock, nodes: &[u32], measures: &mut [[Measure; 2]], sameness: Sameness) {
    let times = if sameness == Sameness::Names { self_times(clock) } else { self_times_of_waiting(clock) };
    for (node, own) in nodes.iter().zip(times) {
        if let Some([measure, _]) = measures.get_mut(*node as usize) {
            measure.own = measure.own.saturating_add(own);
        }
    }
}

/// Tells, of a trace whose spans are of these nodes, what each span takes of a metric's time, in nanoseconds: its duration, its self time
/// or, of the critical path, each of its sections. Of [`Metric::Spans`] nothing.
pub(super) fn each_time(clock: &Clock, nodes: &[u32], metric: Metric, tell: &mut dyn FnMut(u32, i64)) {
    let mut tell = |position: u32, time| match nodes[position as usize] {
        Paths::FOLDED => {}
        node => tell(node, time),
    };
    match metric {
        Metric::Spans => {}
        Metric::Total | Metric::Mean => (0..clock.spans()).for_each(|at| tell(at, clock.duration(at))),
        Metric::Own => (0..).zip(self_times(clock)).for_each(|(at, own)| tell(at, own)),
        Metric::Critical => {
            let roots: Vec<u32> = (0..clock.spans()).filter(|at| clock.trace.tree.depth[*at as usize] == 0).collect();
            critical_path(clock, &roots).iter().for_each(|section| tell(section.position, section.length()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, any_spans, span, store_of};
    use super::*;
    use crate::model::{SpanKind, draw_all};
    use proptest::prelude::*;

    fn compared(a: &str, b: &str, sameness: Sameness) -> Vec<String> {
        let store = draw_all(&[a, b]);
        let [a, b] = [TraceRow(0), TraceRow(1)];
        let comparison = Comparison::of(&store, [&[a], &[b]], sameness);
        let nodes = comparison.paths.nodes.iter().zip(&comparison.measures);
        nodes
            .map(|(node, [a, b])| {
                let [service, name] = [node.service, node.operation].map(|text| comparison.paths.text(&store, text));
                let indent = "  ".repeat(node.depth as usize);
                format!("{indent}{service} {name} {} {}-{}", Kind::of(a.spans, b.spans).word(), a.spans, b.spans)
            })
            .collect()
    }

    #[test]
    fn percents_are_jaegers() {
        let all = [(0, 0), (3, 3), (0, 4), (4, 0), (5, 10), (10, 5), (1, 3), (199, 200), (8, 7)];
        assert_eq!(all.map(|(a, b)| percent(a, b)), [0, 0, 100, 100, 50, 50, 67, 1, 13]);
        assert_eq!(percent(u64::from(u32::MAX), 1), 100);
    }

    #[test]
    fn folded_spans_hand_their_children_on() {
        let call = |parent, kind, service, name| Given { kind, service, name, ..span(parent, 0, 9) };
        let spans = [
            call(None, SpanKind::Server, "shop", "buy"),
            call(Some(0), SpanKind::Client, "shop", "pay: charge"),
            call(Some(1), SpanKind::Server, "pay", "charge"),
        ];
        let store = store_of(&spans);
        let mut paths = Paths::new(Sameness::Exact);
        // The client's call and the server's answer are one.
        assert_eq!(paths.add(&store, TraceRow(0)), [0, Paths::FOLDED, 1]);
        assert_eq!((paths.nodes[1].parent, paths.nodes[1].depth, paths.nodes[1].is_leaf), (0, 1, true));
    }

    #[test]
    fn siblings_of_one_name_are_one_node() {
        let a = "shop buy |====|\n  shop get |=|\n  shop get |=|\n  shop old |=|\n";
        let b = "shop buy |====|\n  shop get |=|\n  shop new |=|\n  shop new |=|\n";
        assert_eq!(
            compared(a, b, Sameness::Exact),
            ["shop buy same 1-1", "  shop get less 2-1", "  shop old removed 1-0", "  shop new added 0-2"]
        );
    }

    #[test]
    fn a_leaf_is_tolerantly_the_same_as_a_node_with_children() {
        let a = "shop buy |====|\n  shop user-17 |=|\n  shop /user/4 |=|\n";
        let b = "shop buy |====|\n  shop user-17 |=|\n    db get |=|\n    db put |=|\n  shop /user/17 |=|\n  shop /user/3f2a-99bc |=|\n";
        assert_eq!(
            compared(a, b, Sameness::Tolerant),
            [
                "shop buy same 1-1",
                "  shop user-17 same 1-1",
                "  shop /user/# more 1-2",
                "    db get added 0-1",
                "    db put added 0-1"
            ]
        );
        let exact = compared(a, b, Sameness::Exact);
        assert_eq!(exact.len(), 8, "{exact:?}");
        assert!(exact.contains(&"  shop user-17 removed 1-0".to_owned()), "{exact:?}");
    }

    #[test]
    fn times_are_summed_up_for_each_side() {
        let a = "shop buy |====|\n  shop get |==  |\n";
        let b = "shop buy |=====|\n  shop get |==   |\n  shop get | ===!|\n";
        let store = draw_all(&[a, &b.replace('!', " ")]);
        let traces = [[TraceRow(0)], [TraceRow(1)]];
        let comparison = Comparison::of(&store, [&traces[0], &traces[1]], Sameness::Exact);
        let times = |node: usize| {
            comparison.measures[node].map(|it| [it.total, it.own, it.critical].map(|time| time / 1_000_000))
        };
        assert_eq!(times(0), [[4, 2, 2], [5, 1, 2]]);
        assert_eq!(times(1), [[2, 2, 2], [5, 5, 3]]);
        // A time differs from a tenth of the largest difference on.
        let differs = |metric: Metric| [0, 1].map(|node| comparison.differs(node, metric));
        assert_eq!(Metric::ALL.map(differs), [[false, true], [true, true], [true, true], [true, true], [false, true]]);
        assert_eq!(comparison.largest, [1_000, 3_000_000, 1_000_000, 3_000_000, 1_000_000]);
    }

    #[test]
    fn what_only_one_side_has_differs_by_any_measure() {
        let a = "shop buy |==========|\n  shop get |==========|\n";
        let b = "shop buy |==========|\n  shop get |=         |\n    shop ask |.  |\n";
        let store = draw_all(&[a, b]);
        let comparison = Comparison::of(&store, [&[TraceRow(0)], &[TraceRow(1)]], Sameness::Tolerant);
        let ask = comparison.paths.nodes.len() as u32 - 1;
        assert_eq!(comparison.kind(ask), Kind::Added);
        for metric in Metric::ALL {
            assert!(comparison.differs(ask, metric), "{metric:?}");
            // It takes no time: by that it is none of the greatest differences.
            assert_eq!(comparison.differs_much(ask, metric), metric == Metric::Spans);
        }
    }

    #[test]
    fn what_is_missing_points_to_where_it_would_begin() {
        let a = "shop buy |====|\n  shop pay ! |=|\n  shop get |=|\n  shop get |==|\n";
        let b = "shop buy |====|\n  shop pay |=|\n    bank charge |=|\n    bank book |=|\n      db put |=|\n      db get |=|\n  shop get |=|\n";
        let store = draw_all(&[a, b]);
        let [a, b] = [[TraceRow(0)], [TraceRow(1)]];
        let comparison = Comparison::of(&store, [&a, &b], Sameness::Tolerant);
        let name = |node: usize| comparison.paths.text(&store, comparison.paths.nodes[node].operation);
        let gaps = &comparison.gaps;
        let found: Vec<_> =
            (0..gaps.len()).filter(|node| gaps[*node] != [false; 2]).map(|at| (name(at), gaps[at])).collect();
        // Not below what is missing itself.
        assert_eq!(found, [("pay", [true, false])]);
        let node = |wanted: &str| (0..gaps.len()).find(|node| name(*node) == wanted).unwrap() as u32;
        // The longest first.
        assert_eq!(
            comparison.examples(&store, node("get"), 9),
            [vec![(TraceRow(0), 3), (TraceRow(0), 2)], vec![(TraceRow(1), 6)]]
        );
        assert_eq!(comparison.examples(&store, node("get"), 1)[0].len(), 1);
        assert_eq!(comparison.examples(&store, node("charge"), 9)[0], []);
    }

    proptest! {
        #[test]
        fn every_span_counts_once_and_a_trace_is_the_same_as_itself(spans in any_spans(), tolerant in any::<bool>()) {
            let store = store_of(&spans);
            let sameness = if tolerant { Sameness::Tolerant } else { Sameness::Exact };
            let trace = [TraceRow(0)];
            let comparison = Comparison::of(&store, [&trace, &trace], sameness);
            let folded = comparison.groups[0].nodes[0].iter().filter(|node| **node == Paths::FOLDED).count();
            let counted: u32 = comparison.measures.iter().map(|[a, _]| a.spans).sum();
            prop_assert_eq!(counted as usize + folded, spans.len());
            for (node, [a, b]) in (0..).zip(&comparison.measures) {
                prop_assert_eq!(a, b);
                prop_assert_eq!(comparison.kind(node), Kind::Same);
                prop_assert!(a.traces == 1 && a.own <= a.total && a.critical <= a.total);
                let parent = comparison.paths.nodes[node as usize].parent;
                prop_assert!(parent == Paths::NO_PARENT || parent < node);
            }
        }
    }
}
