//! Two traces side by side, row by row: spans that are each other's counterparts ([`SpanPairs`]) stand in one row, any other has a row
//! of its own, whose other side is empty.
//!
//! ```text
//! A            B              rows
//! buy          buy            buy  buy
//!   get          get            get  get
//!     db           pay          db   –
//!   pay            mail         pay  pay
//!                               –    mail
//! ```
//!
//! Rows are in pre-order, for either side and for both: parents come before children, and what is below a span follows it. Siblings
//! come in A's order; those that only B has stand before the next sibling that both have, among those of A by how long after their
//! parents they began. Linear, no recursion.

use super::clock::Clock;
use super::comparison::{Comparison, Kind};
use super::span_pairs::{Side, SpanPairs};
use crate::model::{StatusCode, Store};

pub use super::span_pairs::NONE;

/// A row: positions in the traces of A and of B, one of which may be [`NONE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlignedRow {
    pub spans: [u32; 2],
    /// The parent's row, or [`NONE`].
    pub parent: u32,
}

impl AlignedRow {
    pub fn kind(&self) -> Kind {
        match self.spans {
            [NONE, _] => Kind::Added,
            [_, NONE] => Kind::Removed,
            _ => Kind::Same,
        }
    }
}

/// A row that is shown, or a stub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// Of a stub the first that it stands for.
    pub row: u32,
    /// How many rows a stub stands for; 0: it is a row.
    pub stands_for: u32,
}

#[derive(Debug, Default)]
pub struct AlignedRows {
    pub rows: Vec<AlignedRow>,
    /// By row: the sides differ. See [`AlignedRows::of`].
    pub differs: Vec<bool>,
    /// The largest difference of any pair's durations, in nanoseconds.
    pub largest: i64,
    /// Nanoseconds from the parent's start (a root: the trace's) to the earliest start, if that is before it, and to the latest end.
    pub waits: [i64; 2],
}

impl AlignedRows {
    /// Of two traces of a comparison, by their places in the groups. Sides differ if one is empty, if one alone failed, or if the durations
    /// do by a tenth of the largest difference, as times differ in [`Comparison::differs`].
    pub fn of(store: &Store, comparison: &Comparison, traces: [usize; 2]) -> AlignedRows {
        let sides = [0, 1].map(|side| {
            let group = &comparison.groups[side];
            Side { trace: group.traces[traces[side]], nodes: &group.nodes[traces[side]] }
        });
        let clocks = sides.map(|side| Clock::new(store, side.trace));
        let pairs = SpanPairs::new(store, sides, comparison.paths.nodes.len() as u32);
        let rows = Merge { clocks, pairs, rows: Vec::new() }.run();
        let by = |row: &AlignedRow| if row.kind() == Kind::Same { change(&clocks, row).unsigned_abs() } else { 0 };
        let largest = rows.iter().map(&by).max().unwrap_or_default();
        let least = largest.div_ceil(10).max(1);
        let fails = |side: usize, at: u32| {
            let status = store.spans.status(clocks[side].trace.tree.order[at as usize]);
            status == StatusCode::Error
        };
        let mut differs = Vec::with_capacity(rows.len());
        for row in &rows {
            let [a, b] = row.spans;
            differs.push(row.kind() != Kind::Same || by(row) >= least || fails(0, a) != fails(1, b));
        }
        AlignedRows { differs, largest: largest.min(i64::MAX as u64) as i64, waits: waits(&clocks), rows }
    }

    /// The rows to show. `hides_same`: neighbours that do not differ, with all that is below them, are one stub; roots never are.
    pub fn shown(&self, hides_same: bool) -> Vec<ShownRow> {
        let count = self.rows.len();
        let (mut changes, mut size) = (self.differs.clone(), vec![1_u32; count]);
        for at in (0..count).rev() {
            let parent = self.rows[at].parent as usize;
            if parent < count {
                changes[parent] |= changes[at];
                size[parent] += size[at];
            }
        }
        let mut shown: Vec<ShownRow> = Vec::new();
        let mut at = 0;
        while at < count {
            let parent = self.rows[at].parent;
            if !hides_same || changes[at] || parent == NONE {
                shown.push(ShownRow { row: at as u32, stands_for: 0 });
                at += 1;
                continue;
            }
            // What stands right before it, folded and of the same parent, is its neighbour.
            match shown.last_mut().filter(|last| last.stands_for > 0 && self.rows[last.row as usize].parent == parent) {
                Some(last) => last.stands_for += size[at],
                None => shown.push(ShownRow { row: at as u32, stands_for: size[at] }),
            }
            at += size[at] as usize;
        }
        shown
    }
}

/// By how much a pair lasts longer in B, in nanoseconds.
pub fn change(clocks: &[Clock; 2], row: &AlignedRow) -> i64 {
    clocks[1].duration(row.spans[1]).saturating_sub(clocks[0].duration(row.spans[0]))
}

/// When a span's parent begins, in nanoseconds from the trace's start; a root's is the trace.
pub fn parent_start(clock: &Clock, position: u32) -> i64 {
    clock.trace.tree.parent_of(position as usize).map_or(0, |parent| clock.start(parent as u32))
}

fn waits(clocks: &[Clock; 2]) -> [i64; 2] {
    let mut waits = [0; 2];
    for clock in clocks {
        for at in 0..clock.spans() {
            let wait = clock.start(at).saturating_sub(parent_start(clock, at));
            waits = [waits[0].min(wait), waits[1].max(wait.saturating_add(clock.duration(at)))];
        }
    }
    waits
}

/// Both trees walked at once.
struct Merge<'a> {
    clocks: [Clock<'a>; 2],
    pairs: SpanPairs<'a>,
    rows: Vec<AlignedRow>,
}

impl Merge<'_> {
    fn run(mut self) -> Vec<AlignedRow> {
        // What comes next is last.
        let mut waiting = Vec::new();
        self.wait([NONE; 2], NONE, &mut waiting);
        while let Some(row) = waiting.pop() {
            let number = self.rows.len() as u32;
            match row.kind() {
                Kind::Same => {
                    self.rows.push(row);
                    self.wait(row.spans, number, &mut waiting);
                }
                Kind::Removed => self.alone(row, 0),
                _ => self.alone(row, 1),
            }
        }
        self.rows
    }

    /// Puts a row for each child of a pair.
    fn wait(&mut self, parents: [u32; 2], parent: u32, waiting: &mut Vec<AlignedRow>) {
        let [of_a, of_b] = self.pairs.below(parents);
        let (from, mut next) = (waiting.len(), 0);
        let [partners_a, partners_b] = &self.pairs.partners;
        for a in of_a {
            let b = partners_a[a as usize];
            // What only B has: before a sibling of both as B has them, before one of A alone by time.
            while let Some(at) = of_b.get(next).copied() {
                let partner = partners_b[at as usize];
                let comes_first = match (b, partner) {
                    (NONE, NONE) => self.is_first(at, a),
                    (NONE, placed) => placed < a,
                    _ => at < b,
                };
                if !comes_first {
                    break;
                }
                if partner == NONE {
                    waiting.push(AlignedRow { spans: [NONE, at], parent });
                }
                next += 1;
            }
            waiting.push(AlignedRow { spans: [a, b], parent });
        }
        for at in &of_b[next..] {
            if partners_b[*at as usize] == NONE {
                waiting.push(AlignedRow { spans: [NONE, *at], parent });
            }
        }
        waiting[from..].reverse();
    }

    /// A span of B began sooner after its parent than one of A.
    fn is_first(&self, b: u32, a: u32) -> bool {
        let after = |side: usize, at: u32| {
            let clock = &self.clocks[side];
            clock.start(at).saturating_sub(parent_start(clock, at))
        };
        after(1, b) < after(0, a)
    }

    /// Rows of a span that has no counterpart, and of all below it: they have none either.
    fn alone(&mut self, first: AlignedRow, side: usize) {
        let tree = self.pairs.trees[side];
        let (from, row) = (first.spans[side], self.rows.len() as u32);
        for at in from..=from + tree.descendants[from as usize] {
            let mut spans = [NONE; 2];
            spans[side] = at;
            let parent = if at == from { first.parent } else { row + (tree.parent[at as usize] - from) };
            self.rows.push(AlignedRow { spans, parent });
        }
    }
}

#[cfg(test)]
#[path = "aligned_rows_tests.rs"]
mod tests;
