//! Two traces side by side. The rows of the last two are kept: scrolling asks for them again and again.

use super::compare::{CompareMemo, next_change};
use super::{Answer, Memo};
use crate::analysis::aligned_rows::{AlignedRows, NONE, ShownRow, change, parent_start};
use crate::analysis::clock::Clock;
use crate::analysis::comparison::Kind;
use crate::engine::questions::{Aligned, AlignedAnswer, AlignedRow, AlignedSpan, Compared, NextChange, Sameness};
use crate::model::{StatusCode, Store, StringId, TraceRow};

/// See the module.
#[derive(Default)]
pub struct AlignedMemo {
    /// What the rows are of: two traces, and how spans are told to be the same.
    of: Option<([TraceRow; 2], Sameness)>,
    rows: AlignedRows,
    hides_same: bool,
    shown: Vec<ShownRow>,
}

impl CompareMemo {
    /// Aligns two traces by their places in the groups, and says which they are; `None`: there are none.
    fn align(&mut self, store: &Store, what: &Compared, places: [u32; 2]) -> Option<[TraceRow; 2]> {
        let mut memo = std::mem::take(&mut self.aligned);
        let (comparison, ..) = self.look(store, what)?;
        let [a, b] = &comparison.groups;
        let last = [a.traces.len().checked_sub(1)?, b.traces.len().checked_sub(1)?];
        let places = [0, 1].map(|side| last[side].min(places[side] as usize));
        let traces = [a.traces[places[0]], b.traces[places[1]]];
        let of = Some((traces, what.sameness));
        if memo.of != of {
            let rows = AlignedRows::of(store, comparison, places);
            memo = AlignedMemo { of, shown: rows.shown(what.hides_same), rows, hides_same: what.hides_same };
        } else if memo.hides_same != what.hides_same {
            memo.hides_same = what.hides_same;
            memo.shown = memo.rows.shown(what.hides_same);
        }
        self.aligned = memo;
        Some(traces)
    }

    /// The next row of two traces that differs, or the last one.
    pub(super) fn next_row(&mut self, store: &Store, question: &NextChange, places: [u32; 2]) -> Option<u32> {
        self.align(store, &question.what, places)?;
        let AlignedMemo { rows, shown, .. } = &self.aligned;
        let is_change = |at: usize| shown[at].stands_for == 0 && rows.differs[shown[at].row as usize];
        next_change(question, shown.len(), &is_change)
    }
}

impl Answer for Aligned {
    fn answer(&self, store: &Store, memo: &mut Memo) -> AlignedAnswer {
        let Some(traces) = memo.compare().align(store, &self.what, self.traces) else {
            return AlignedAnswer::default();
        };
        let clocks = traces.map(|trace| Clock::new(store, trace));
        let AlignedMemo { rows, shown, .. } = &memo.compare().aligned;
        let services = services(&clocks);
        let from = (self.from as usize).min(shown.len());
        let window = &shown[from..shown.len().min(from + self.count as usize)];
        AlignedAnswer {
            traces: traces.map(|trace| store.trace_id_text(trace)),
            total: shown.len() as u32,
            durations: clocks.map(|clock| (clock.trace.end - clock.trace.start).0),
            waits: rows.waits,
            largest: rows.largest,
            from: from as u32,
            rows: window.iter().map(|shown| row(&clocks, rows, *shown, &services)).collect(),
            services: services.iter().map(|service| store.text(*service).to_owned()).collect(),
        }
    }
}

/// A's services in the order of their names, and then those that only B has.
fn services(clocks: &[Clock; 2]) -> Vec<StringId> {
    let mut services = Vec::new();
    for clock in clocks {
        for count in &clock.trace.services {
            if !services.contains(&count.service) {
                services.push(count.service);
            }
        }
    }
    services
}

fn row(clocks: &[Clock; 2], rows: &AlignedRows, shown: ShownRow, services: &[StringId]) -> AlignedRow {
    let row = &rows.rows[shown.row as usize];
    let kind = row.kind();
    let depths = [0, 1].map(|side| clocks[side].trace.tree.depth.get(row.spans[side] as usize).copied());
    AlignedRow {
        depth: depths[0].or(depths[1]).unwrap_or_default(),
        stands_for: shown.stands_for,
        kind,
        spans: [0, 1].map(|side| (row.spans[side] != NONE).then(|| span(&clocks[side], row.spans[side], services))),
        slower: if kind == Kind::Same { change(clocks, row) } else { 0 },
    }
}

#[inline(never)]
fn span(clock: &Clock, position: u32, services: &[StringId]) -> AlignedSpan {
    let row = clock.trace.tree.order[position as usize];
    let (span, service) = (clock.store.span(row), clock.store.service(row));
    AlignedSpan {
        position,
        span_id: span.id_text(),
        service: services.iter().position(|it| *it == service).unwrap_or_default() as u32,
        operation: span.name().to_owned(),
        offset_nanos: clock.start(position),
        parent_nanos: parent_start(clock, position),
        duration_nanos: clock.duration(position),
        is_error: span.status() == StatusCode::Error,
    }
}
