//! Two groups of traces compared. What was compared last is kept with its outline.

mod attributes;
mod groups;
pub(super) mod members;
mod tables;

use std::ops::Range;

use super::aligned::AlignedMemo;
use super::compare_find::FoundMemo;
use super::compare_flame::Flames;
use super::flame_table::{NamedSum, sums};
use super::{Answer, Memo};
use crate::analysis::comparison::Comparison;
use crate::analysis::group_difference::{NodeDifference, node_differences};
use crate::analysis::outline::Outline;
use crate::engine::questions::{
    Compare, CompareAnswer, CompareFlame, Compared, DiffNode, Metric, Missing, NextChange, NodeSpan, NodeSpans,
};
use crate::model::{StatusCode, Store, TraceRow};

/// The last comparison.
#[derive(Default)]
pub struct CompareMemo {
    what: Compared,
    missing: Vec<Missing>,
    comparison: Option<Comparison>,
    /// Made when it is needed: flame graphs have none.
    outline: Option<Outline>,
    /// How groups differ by what was asked of them.
    differences: Vec<(Metric, Vec<NodeDifference>)>,
    /// The last flame graph of it.
    flames: Option<Flames>,
    /// By service and operation.
    sums: Option<Vec<NamedSum>>,
    /// The last two traces that stood side by side.
    pub(super) aligned: AlignedMemo,
    /// What was found in it last.
    pub found: FoundMemo,
}

impl CompareMemo {
    /// Tests how the values of all nodes differ, unless that was done, or A or B is one trace: then there is nothing to test.
    fn test(&mut self, store: &Store, metric: Metric) {
        let Some(comparison) = &self.comparison else { return };
        let are_groups = comparison.groups.iter().all(|group| group.traces.len() > 1);
        if are_groups && self.tested(metric).is_none() {
            self.differences.push((metric, node_differences(store, comparison, metric)));
        }
    }

    /// By node; `None` if it was not tested.
    fn tested(&self, metric: Metric) -> Option<&[NodeDifference]> {
        self.differences.iter().find(|(it, _)| *it == metric).map(|(_, nodes)| nodes.as_slice())
    }

    /// Compares, and lays out, unless that was done.
    #[inline(never)]
    pub fn look(&mut self, store: &Store, what: &Compared) -> Option<(&Comparison, &Outline, &[Missing])> {
        self.compare(store, what);
        let comparison = self.comparison.as_ref()?;
        self.outline.get_or_insert_with(|| Outline::of(comparison, hidden(what)));
        self.looked()
    }

    /// The comparison alone.
    #[inline(never)]
    fn compare(&mut self, store: &Store, what: &Compared) {
        let is_known = self.comparison.is_some();
        let is_same = is_known && self.what.groups == what.groups && self.what.sameness == what.sameness;
        if !is_same {
            self.missing.clear();
            self.differences.clear();
            let groups = [0, 1].map(|side| members::of(store, &what.groups[side], &mut self.missing));
            self.flames = None;
            self.sums = None;
            self.comparison = Some(match what.is_of_one() {
                true => Comparison::of_one(store, &groups[0], what.sameness),
                false => Comparison::of(store, [&groups[0], &groups[1]], what.sameness),
            });
        }
        if !is_same || hidden(&self.what) != hidden(what) {
            self.outline = None;
        }
        self.what = what.clone();
    }

    /// What was compared last.
    fn looked(&self) -> Option<(&Comparison, &Outline, &[Missing])> {
        Some((self.comparison.as_ref()?, self.outline.as_ref()?, &self.missing))
    }

    pub(super) fn sums(&mut self, store: &Store, what: &Compared) -> Option<(&Comparison, &[NamedSum])> {
        self.compare(store, what);
        let comparison = self.comparison.as_ref()?;
        Some((comparison, self.sums.get_or_insert_with(|| sums(comparison))))
    }

    pub(super) fn flames(&mut self, store: &Store, asked: &CompareFlame) -> Option<(&Comparison, &mut Flames)> {
        self.compare(store, &asked.what);
        let comparison = self.comparison.as_ref()?;
        let flames = match self.flames.take() {
            Some(known) if known.is_of(asked) => known,
            known => Flames::of(store, comparison, asked, known),
        };
        Some((comparison, self.flames.insert(flames)))
    }
}

/// By which metric nodes that are the same are left out, if they are.
fn hidden(what: &Compared) -> Option<Metric> {
    what.hides_same.then_some(what.metric)
}

impl Answer for Compare {
    fn answer(&self, store: &Store, memo: &mut Memo) -> CompareAnswer {
        let Some((comparison, outline, missing)) = memo.compare().look(store, &self.what) else {
            return CompareAnswer::default();
        };
        let (to, to_column) = (self.from.saturating_add(self.count), self.from_column.saturating_add(self.columns));
        let places = outline.in_rows(self.from, to);
        let columns = self.from_column..to_column;
        let node = |place: usize| {
            let placed = &outline.placed[place];
            let node = &comparison.paths.nodes[placed.node as usize];
            let text = |text| comparison.paths.text(store, text).to_owned();
            DiffNode {
                place: place as u32,
                row: placed.row,
                column: placed.column,
                stands_for: placed.stands_for,
                has_children: outline.placed.get(place + 1).is_some_and(|next| next.parent == place as u32),
                service: text(node.service),
                operation: text(node.operation),
                kind: comparison.kind(placed.node),
                measures: comparison.measures[placed.node as usize],
                gaps: if placed.stands_for == 0 { comparison.gaps[placed.node as usize] } else { [false; 2] },
            }
        };
        CompareAnswer {
            missing: missing.to_vec(),
            traces: [0, 1].map(|side| comparison.groups[side].traces.len() as u32),
            duration: comparison.duration,
            rows: outline.rows,
            columns: outline.columns,
            kinds: comparison.kinds,
            largest: comparison.largest,
            lines: lines_in(outline, places.clone(), self.from, &columns),
            nodes: places.filter(|at| columns.contains(&outline.placed[*at].column)).map(node).collect(),
        }
    }
}

/// Lines down from a parent to its children in a window: column, from row, to row.
pub fn lines_in(outline: &Outline, places: Range<usize>, from: u32, columns: &Range<u32>) -> Vec<[u32; 3]> {
    // Those that begin above the window belong to what is above its first node.
    let above: Vec<usize> = outline.above(places.start).collect();
    let line = |at: usize| {
        let placed = &outline.placed[at];
        let is_in_view = placed.last_row >= from && columns.contains(&placed.column);
        (is_in_view && placed.last_row > placed.row).then_some([placed.column, placed.row, placed.last_row])
    };
    above.into_iter().chain(places).filter_map(line).collect()
}

impl Answer for NextChange {
    /// The node's place, row and column; of a row of timelines it is the first.
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<[u32; 3]> {
        let memo = memo.compare();
        if let Some(traces) = self.traces {
            return memo.next_row(store, self, traces).map(|row| [row, row, 0]);
        }
        let (comparison, outline, _) = memo.look(store, &self.what)?;
        let is_change = |at: usize| {
            let placed = &outline.placed[at];
            placed.stands_for == 0 && comparison.differs(placed.node, self.what.metric)
        };
        let place = next_change(self, outline.placed.len(), &is_change)?;
        let placed = &outline.placed[place as usize];
        Some([place, placed.row, placed.column])
    }
}

/// The next of `count` places where something has changed.
pub(super) fn next_change(question: &NextChange, count: usize, is_change: &dyn Fn(usize) -> bool) -> Option<u32> {
    let last = count.saturating_sub(1);
    let start = question.after.map_or(if question.goes_back { 0 } else { last }, |at| at as usize);
    let step = if question.goes_back { last } else { 1 };
    (1..=count).map(|turn| (start + turn * step) % count).find(|at| is_change(*at)).map(|at| at as u32)
}

/// So many spans of a node are told for each side.
const EXAMPLES: usize = 5;

impl Answer for NodeSpans {
    fn answer(&self, store: &Store, memo: &mut Memo) -> [Vec<NodeSpan>; 2] {
        let Some((comparison, outline, _)) = memo.compare().look(store, &self.what) else { return Default::default() };
        let Some(placed) = outline.placed.get(self.place as usize) else { return Default::default() };
        let examples = comparison.examples(store, placed.node, EXAMPLES);
        examples.map(|spans| spans.into_iter().map(|at| node_span(store, at)).collect())
    }
}

/// What is told of a span, by its trace and position.
pub(super) fn node_span(store: &Store, (trace, position): (TraceRow, u32)) -> NodeSpan {
    let span = store.span(store.trace(trace).tree.order[position as usize]);
    NodeSpan {
        trace: store.trace_id_text(trace),
        position,
        span_id: span.id_text(),
        duration_nanos: span.duration().0,
        is_error: span.status() == StatusCode::Error,
    }
}

#[cfg(test)]
mod tests;
