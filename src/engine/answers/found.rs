//! What is found in a trace: how many spans, and the way from one to the next.

use super::{Answer, Memo};
use crate::engine::questions::{FirstFound, Found, FoundAnswer, Look, NextFound, PartSize};
use crate::model::{Store, TraceRow};

impl Answer for Found {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FoundAnswer {
        let Some(trace) = store.trace_by_id(&self.trace) else {
            return FoundAnswer::default();
        };
        let prepared = memo.look(store, trace, &self.look);
        let positions = match prepared.found.as_ref() {
            Ok(positions) => positions,
            Err(fault) => return FoundAnswer { fault: Some(*fault), ..FoundAnswer::default() },
        };
        let found = || positions.iter().filter(|position| prepared.counts(*position));
        let at = self.at.filter(|at| prepared.counts(*at));
        let index = at.map_or(0, |at| found().take_while(|position| *position <= at).count());
        FoundAnswer { count: found().count() as u32, index: index as u32, fault: None }
    }
}

impl Answer for NextFound {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<u32> {
        let trace = store.trace_by_id(&self.trace)?;
        let prepared = memo.look(store, trace, &self.look);
        let clock = prepared.clock(store, trace);
        let tree = &store.trace(trace).tree;
        let in_time = |position: u32| {
            self.within.is_none_or(|(from, to)| clock.start(position) <= to && clock.end(position) >= from)
        };
        let is_shown =
            |position: u32| prepared.rows.find(tree, crate::analysis::visible_rows::Line::Span(position)).is_some();
        let searches = self.look.find.is_some();
        let is_next = |position: &u32| {
            in_time(*position) && if searches { prepared.counts(*position) } else { is_shown(*position) }
        };
        let range = prepared.range.clone();
        let from = self.from.filter(|from| range.contains(from));
        match (self.is_forward, from) {
            (true, None) => range.clone().find(is_next),
            (true, Some(from)) => (from + 1..range.end).chain(range.start..=from).find(is_next),
            (false, None) => range.clone().rev().find(is_next),
            (false, Some(from)) => (range.start..from).rev().chain((from..range.end).rev()).find(is_next),
        }
    }
}

impl Answer for FirstFound {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Vec<u32> {
        let Some(trace) = store.trace_by_id(&self.trace) else {
            return Vec::new();
        };
        let prepared = memo.look(store, trace, &self.look);
        let found = prepared.range.clone().filter(|position| prepared.counts(*position));
        found.take(self.most as usize).collect()
    }
}

/// Positions of what a look finds or, if it looks for nothing, of all that is below its root, with the root.
pub fn part(store: &Store, memo: &mut Memo, trace: TraceRow, look: &Look) -> Vec<u32> {
    let prepared = memo.look(store, trace, look);
    prepared.range.clone().filter(|position| look.find.is_none() || prepared.counts(*position)).collect()
}

impl Answer for PartSize {
    fn answer(&self, store: &Store, memo: &mut Memo) -> u32 {
        let trace = store.trace_by_id(&self.trace);
        trace.map_or(0, |trace| part(store, memo, trace, &self.look).len() as u32)
    }
}
