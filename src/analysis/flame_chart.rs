//! A trace as a flame chart: each span a bar at its real time, levels from the top down. Where spans of a level overlap, the level has as many
//! rows as run at the same time, and each span stands in the first row that is free when it begins.
//!
//! ```text
//!     root |==========|      row 0   |root      |
//!       a  | ====     |          1   | a   |c   |
//!       b  |   ===    |          2   |   b |
//!       c  |      ====|
//! ```

use super::clock::Clock;
use super::flame::Flame;
use crate::model::{SpanTree, order};

/// Of a trace, its spans by position. In n log n of the spans that run at the same time, no recursion.
pub fn flame_chart(clock: &Clock) -> Flame {
    let spans = clock.spans();
    let starts: Vec<i64> = (0..spans).map(|at| clock.start(at)).collect();
    // A moment is a nanosecond wide: there is something to point at.
    let stretch = |at: u32| (clock.start(at).max(0) as u64, clock.duration(at).max(1) as u64);
    let stretches: Vec<(u64, u64)> = (0..spans).map(stretch).collect();
    let by_start = order::by_number(&starts);
    let tree = &clock.trace.tree;
    let levels = tree.depth.iter().max().map_or(0, |depth| *depth + 1);
    let (mut row, mut rows) = (vec![0_u32; spans as usize], 0);
    for level in by_level(tree, levels, &by_start) {
        let mut lanes = Lanes::default();
        for at in &level {
            let (start, width) = stretches[*at as usize];
            row[*at as usize] = rows + lanes.take(start, start + width);
        }
        rows += lanes.used;
    }
    Flame::in_rows(&row, rows, &stretches, &tree.parent, &by_start)
}

/// The positions of each level, in their order.
fn by_level(tree: &SpanTree, levels: u32, order: &[u32]) -> Vec<Vec<u32>> {
    let mut of_level = vec![Vec::new(); levels as usize];
    order.iter().for_each(|at| of_level[tree.depth[*at as usize] as usize].push(*at));
    of_level
}

/// Rows of a level, each with the time from which on it is free: the leaves of a tree in which every inner place has the least of what is
/// below it. Place 1 is the root, the places below `at` are `2 * at` and `2 * at + 1`.
#[derive(Default)]
struct Lanes {
    free_from: Vec<u64>,
    used: u32,
}

impl Lanes {
    /// The first row that is free from a start on; it is taken until the end.
    fn take(&mut self, start: u64, end: u64) -> u32 {
        if self.free_from.get(1).is_none_or(|least| *least > start) {
            self.grow();
        }
        let leaves = self.free_from.len() / 2;
        let mut at = 1;
        while at < leaves {
            at = 2 * at + usize::from(self.free_from[2 * at] > start);
        }
        let lane = (at - leaves) as u32;
        self.free_from[at] = end;
        while at > 1 {
            at /= 2;
            self.free_from[at] = self.free_from[2 * at].min(self.free_from[2 * at + 1]);
        }
        self.used = self.used.max(lane + 1);
        lane
    }

    /// Twice as many rows.
    fn grow(&mut self) {
        let leaves = self.free_from.len() / 2;
        let mut grown = vec![0; (leaves * 4).max(2)];
        let from = grown.len() / 2;
        grown[from..from + leaves].copy_from_slice(&self.free_from[leaves..]);
        for at in (1..from).rev() {
            grown[at] = grown[2 * at].min(grown[2 * at + 1]);
        }
        self.free_from = grown;
    }
}

#[cfg(test)]
#[path = "flame_chart_tests.rs"]
mod tests;
