//! Two traces side by side. The rows of the last two are kept: scrolling asks for them again and again.

use super::compare::CompareMemo;
use super::{Answer, Memo};
use crate::analysis::aligned_rows::{AlignedRows, NONE, ShownRow, change, parent_start};
use crate::analysis::clock::Clock;
use crate::analysis::comparison::Kind;
use crate::engine::questions::{Aligned, AlignedAnswer, AlignedRow, AlignedSpan, Compared, NextAligned};
use crate::model::{StatusCode, Store, TraceRow, order};

/// See the module.
#[derive(Default)]
pub struct AlignedMemo {
    /// What the rows are of: two traces, and how spans are told to be the same.
    of: Option<([TraceRow; 2], bool)>,
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
        let of = Some((traces, what.is_tolerant));
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
            services: services.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// The names of both traces' services, in order.
fn services<'a>(clocks: &[Clock<'a>; 2]) -> Vec<&'a str> {
    let names = clocks.iter().flat_map(|clock| clock.trace.services.iter().map(|it| clock.store.text(it.service)));
    let names: Vec<&str> = names.collect();
    let mut names = order::arrange(names, &mut |one, other| one.cmp(other));
    names.dedup();
    names
}

fn row(clocks: &[Clock; 2], rows: &AlignedRows, shown: ShownRow, services: &[&str]) -> AlignedRow {
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

fn span(clock: &Clock, position: u32, services: &[&str]) -> AlignedSpan {
    let row = clock.trace.tree.order[position as usize];
    let (span, service) = (clock.store.span(row), clock.store.text(clock.store.service(row)));
    AlignedSpan {
        position,
        span_id: span.id_text(),
        service: services.binary_search(&service).unwrap_or_default() as u32,
        operation: span.name().to_owned(),
        offset_nanos: clock.start(position),
        parent_nanos: parent_start(clock, position),
        duration_nanos: clock.duration(position),
        is_error: span.status() == StatusCode::Error,
    }
}

impl Answer for NextAligned {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<u32> {
        memo.compare().align(store, &self.what, self.traces)?;
        let AlignedMemo { rows, shown, .. } = &memo.compare().aligned;
        let count = shown.len();
        let is_change = |at: &usize| shown[*at].stands_for == 0 && rows.differs[shown[*at].row as usize];
        let start = self.after.map_or(if self.goes_back { 0 } else { count.saturating_sub(1) }, |at| at as usize);
        let step = if self.goes_back { count.saturating_sub(1) } else { 1 };
        (1..=count).map(|turn| (start + turn * step) % count).find(is_change).map(|at| at as u32)
    }
}
