//! A look at a trace, worked out: what scrolling and folding ask for again and again.

use std::ops::Range;

use super::Memo;
use crate::analysis::clock::Clock;
use crate::analysis::folds::{Rule, ancestors_of, collapsed};
use crate::analysis::positions::Positions;
use crate::analysis::visible_rows::{Plan, VisibleRows};
use crate::engine::questions::Look;
use crate::model::{SpanTree, StatusCode, Store, TraceRow};

/// A look, and what follows from it.
pub struct Prepared {
    trace: TraceRow,
    look: Look,
    pub collapsed: Positions,
    /// Positions that are looked at.
    pub range: Range<u32>,
    /// Depth of the root that is looked at.
    pub top_depth: u32,
    pub rows: VisibleRows,
}

impl Prepared {
    /// The row of a span, or of what hides it.
    pub fn row_of(&self, tree: &SpanTree, position: u32) -> u32 {
        self.rows.row_of(tree, position, &|_| None)
    }
}

impl Memo {
    /// A look at a trace, from the last time if it was the same.
    pub fn look(&mut self, store: &Store, trace: TraceRow, look: &Look) -> &Prepared {
        let last = self.look.take();
        let is_known = last.as_ref().is_some_and(|last| last.trace == trace && last.look == *look);
        let prepared = match last {
            Some(last) if is_known => last,
            last => prepare(store, trace, look, last.filter(|last| last.trace == trace)),
        };
        self.look.insert(prepared)
    }
}

fn prepare(store: &Store, trace: TraceRow, look: &Look, last: Option<Prepared>) -> Prepared {
    let tree = &store.trace(trace).tree;
    let spans = tree.len() as u32;
    let clock = Clock::new(store, trace);
    let collapsed = match last {
        Some(last) if last.look.folds == look.folds => last.collapsed,
        _ => collapsed(tree, &look.folds, &|rule, position| holds(&clock, rule, position)),
    };
    let root = look.root.as_ref().and_then(|root| store.position_of(trace, root));
    let range = root.map_or(0..spans, |root| root..root + tree.descendants[root as usize] + 1);
    let inside = look.within.map(|(from, to)| {
        let overlaps = |position| clock.start(position) <= to && clock.end(position) >= from;
        let mut inside = ancestors_of(tree, &overlaps);
        (0..spans).filter(|position| overlaps(*position)).for_each(|position| inside.insert(position));
        inside
    });
    let rows = if collapsed.is_empty() && inside.is_none() {
        VisibleRows::All(range.clone())
    } else {
        VisibleRows::of(&Plan {
            tree,
            range: range.clone(),
            is_collapsed: &|position| collapsed.has(position),
            is_left_out: &|position| inside.as_ref().is_some_and(|inside| !inside.has(position)),
            has_pruned: &|_| false,
            siblings: &|_| None,
        })
    };
    let top_depth = tree.depth.get(range.start as usize).copied().unwrap_or_default();
    Prepared { trace, look: look.clone(), collapsed, range, top_depth, rows }
}

/// Whether a rule names a span.
fn holds(clock: &Clock, rule: &Rule, position: u32) -> bool {
    let (store, row) = (clock.store, clock.trace.tree.order[position as usize]);
    match rule {
        Rule::Errors => store.spans.status(row) == StatusCode::Error,
        Rule::ShorterThan(nanos) => clock.duration(position) < *nanos,
        Rule::Kind(kind) => store.spans.kind(row) == *kind,
        Rule::Service(index) => {
            clock.trace.services.get(*index as usize).is_some_and(|known| known.service == store.service(row))
        }
        Rule::CriticalPath | Rule::Found => false,
    }
}
