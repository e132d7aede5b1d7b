//! Two groups of traces compared. What was compared last is kept with its outline.

use std::ops::Range;

use super::compare_find::FoundMemo;
use super::{Answer, Memo};
use crate::analysis::comparison::Comparison;
use crate::analysis::outline::Outline;
use crate::analysis::paths::Sameness;
use crate::engine::questions::{Compare, CompareAnswer, Compared, DiffNode, NextChange, NodeSpan, NodeSpans};
use crate::model::{StatusCode, Store, TraceRow};

/// The last comparison.
#[derive(Default)]
pub struct CompareMemo {
    what: Compared,
    missing: Vec<String>,
    comparison: Option<Comparison>,
    outline: Outline,
    pub found: FoundMemo,
}

impl CompareMemo {
    pub fn look(&mut self, store: &Store, what: &Compared) -> Option<(&Comparison, &Outline, &[String])> {
        let is_known = self.comparison.is_some();
        let is_same = is_known && self.what.groups == what.groups && self.what.is_tolerant == what.is_tolerant;
        if !is_same {
            self.missing.clear();
            let groups = [0, 1].map(|side| {
                let ids = &what.groups[side];
                let found = ids.iter().filter_map(|id| {
                    let row = store.trace_by_id(id);
                    self.missing.extend(row.is_none().then(|| id.clone()));
                    row
                });
                found.collect::<Vec<TraceRow>>()
            });
            let sameness = if what.is_tolerant { Sameness::Tolerant } else { Sameness::Exact };
            self.comparison = Some(Comparison::of(store, [&groups[0], &groups[1]], sameness));
        }
        let comparison = self.comparison.as_ref()?;
        let hides = |what: &Compared| what.hides_same.then_some(what.metric);
        if !is_same || hides(&self.what) != hides(what) {
            self.outline = Outline::of(comparison, hides(what));
        }
        self.what = what.clone();
        Some((comparison, &self.outline, &self.missing))
    }
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
    /// The node's place, row and column.
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<[u32; 3]> {
        let (comparison, outline, _) = memo.compare().look(store, &self.what)?;
        let count = outline.placed.len();
        let is_change = |at: &usize| {
            let placed = &outline.placed[*at];
            placed.stands_for == 0 && comparison.differs(placed.node, self.what.metric)
        };
        let start = self.after.map_or(if self.goes_back { 0 } else { count.saturating_sub(1) }, |at| at as usize);
        let step = if self.goes_back { count.saturating_sub(1) } else { 1 };
        let place = (1..=count).map(|turn| (start + turn * step) % count).find(is_change)?;
        let placed = &outline.placed[place];
        Some([place as u32, placed.row, placed.column])
    }
}

/// So many spans of a node are told for each side.
const EXAMPLES: usize = 5;

impl Answer for NodeSpans {
    fn answer(&self, store: &Store, memo: &mut Memo) -> [Vec<NodeSpan>; 2] {
        let Some((comparison, outline, _)) = memo.compare().look(store, &self.what) else { return Default::default() };
        let Some(placed) = outline.placed.get(self.place as usize) else { return Default::default() };
        comparison.examples(store, placed.node, EXAMPLES).map(|spans| {
            let told = spans.into_iter().map(|(trace, position)| {
                let span = store.span(store.trace(trace).tree.order[position as usize]);
                NodeSpan {
                    trace: store.trace_id_text(trace),
                    position,
                    span_id: span.id_text(),
                    duration_nanos: span.duration().0,
                    is_error: span.status() == StatusCode::Error,
                }
            });
            told.collect()
        })
    }
}
