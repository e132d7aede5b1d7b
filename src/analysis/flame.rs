//! A weighted tree as a flame graph hanging down (an icicle): a box for each node, as wide as its own weight and that of all below it,
//! its children beneath it from its left edge on. What of a box has nothing beneath is its own weight.
//!
//! ```text
//!     own weights:  root 2        |root                |
//!                     a 1         |a          |b    |        two of root's own
//!                       c 4       |c      |                  one of a's own
//!                     b 3
//! ```
//!
//! Weights are self times in nanoseconds, or counts. With self times children never exceed their parent, however much they overlap; where
//! spans run beside each other a box is therefore not as wide as the parent's duration, nor as the sum of durations.
//! Of call paths the self times of spans that were folded away (`paths.rs`) are missing.
//! Weights may also be durations: then a box whose children last longer than its own spans is as wide as these ([`widest`]).
//! It knows nothing of comparisons: any tree whose parents come before their children will do.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What boxes are as wide as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weight {
    /// Self times, in nanoseconds.
    #[default]
    Time,
    /// Counts.
    Spans,
    /// Durations, in nanoseconds; of one group only.
    Total,
    /// Counts of spans with status Error; of one group only.
    Errors,
}

/// A node's box. Nodes without any weight have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub node: u32,
    /// The parent's place in [`Flame::boxes`]; [`NONE`] for a root.
    pub parent: u32,
    /// The place of its first child: children are next to each other, and end where those of the next box begin.
    pub children: u32,
    /// Weight left of it.
    pub start: u64,
    /// Its own weight and that of all below.
    pub width: u64,
}

impl Placed {
    pub fn end(&self) -> u64 {
        self.start + self.width
    }
}

/// No place, and no node.
pub const NONE: u32 = u32::MAX;

/// Boxes of one level that are drawn as one, being too narrow to be told apart; or one alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub depth: u32,
    /// Their places.
    pub boxes: Range<u32>,
}

/// A layout: level after level, each from left to right.
#[derive(Debug, Default)]
pub struct Flame {
    pub boxes: Vec<Placed>,
    /// Where each level begins in [`Flame::boxes`], and where the last one ends.
    levels: Vec<u32>,
    /// By node: its place.
    place: Vec<u32>,
}

/// Of every node its own weight and that of all below it. `parents`: of each node, parents before children; a root's is none of the nodes.
/// A weight below zero counts as none; sums end at the largest number there is for a time.
pub fn wholes(parents: &[u32], own: &[i64]) -> Vec<u64> {
    let mut whole: Vec<u64> = own.iter().map(|own| (*own).max(0) as u64).collect();
    for at in (0..whole.len()).rev() {
        let below = whole[at];
        if let Some(parent) = whole.get_mut(parents[at] as usize) {
            *parent = parent.saturating_add(below).min(MOST);
        }
    }
    whole
}

/// Of every node its own sum, or that of its children's where they last longer: what a parent's spans do not wait for is drawn below them all
/// the same, as in Jaeger UI (FEATURES §3.5).
pub fn widest(parents: &[u32], totals: &[i64]) -> Vec<u64> {
    let (mut whole, mut below) = (vec![0_u64; totals.len()], vec![0_u64; totals.len()]);
    for at in (0..totals.len()).rev() {
        whole[at] = below[at].max(totals[at].max(0) as u64);
        if let Some(below) = below.get_mut(parents[at] as usize) {
            *below = below.saturating_add(whole[at]).min(MOST);
        }
    }
    whole
}

/// Three centuries of nanoseconds.
const MOST: u64 = i64::MAX as u64;

impl Flame {
    /// `wholes` as the function of this name tells them; `order`: all nodes, siblings in the order in which they stand. Linear, no recursion.
    pub fn of(parents: &[u32], wholes: &[u64], order: &[u32]) -> Flame {
        let count = parents.len();
        // Lists of children, each made from its end; the last list is of roots.
        let (mut first, mut next) = (vec![NONE; count + 1], vec![NONE; count]);
        for node in order.iter().rev().filter(|node| wholes[**node as usize] > 0) {
            let parent = (parents[*node as usize] as usize).min(count);
            next[*node as usize] = std::mem::replace(&mut first[parent], *node);
        }
        let mut flame = Flame { place: vec![NONE; count], ..Flame::default() };
        flame.place_all(
            first[count],
            Placed { node: NONE, parent: NONE, children: 0, start: 0, width: MOST },
            &next,
            wholes,
        );
        let mut level = 0..flame.boxes.len();
        while !level.is_empty() {
            flame.levels.push(level.start as u32);
            for at in level.clone() {
                flame.boxes[at].children = flame.boxes.len() as u32;
                let parent = flame.boxes[at];
                flame.place_all(first[parent.node as usize], Placed { parent: at as u32, ..parent }, &next, wholes);
            }
            level = level.end..flame.boxes.len();
        }
        flame
    }

    /// Boxes that stand at starts of their own: by node a row (of so many), the start, and the width. `order`: all nodes by their starts; in a
    /// row none begins before the one before it has ended. Nobody's children stand next to each other.
    pub fn in_rows(row: &[u32], rows: u32, stretches: &[(u64, u64)], parents: &[u32], order: &[u32]) -> Flame {
        let mut levels = vec![0_u32; rows as usize + 1];
        row.iter().for_each(|row| levels[*row as usize + 1] += 1);
        (0..rows as usize).for_each(|row| levels[row + 1] += levels[row]);
        let mut next = levels.clone();
        let none = Placed { node: NONE, parent: NONE, children: row.len() as u32, start: 0, width: 0 };
        let mut flame = Flame { boxes: vec![none; row.len()], place: vec![NONE; row.len()], ..Flame::default() };
        for node in order {
            let at = *node as usize;
            let (start, width) = stretches[at];
            flame.place[at] = next[row[at] as usize];
            next[row[at] as usize] += 1;
            flame.boxes[flame.place[at] as usize] = Placed { node: *node, parent: parents[at], start, width, ..none };
        }
        levels.pop();
        flame.levels = levels;
        flame
    }

    /// Puts a list of nodes beneath a box, whose place is told as `above.parent`. Nothing is wider than what is above it, however large sums are.
    fn place_all(&mut self, mut node: u32, above: Placed, next: &[u32], wholes: &[u64]) {
        let mut start = above.start;
        while node != NONE && start < above.end() {
            let width = wholes[node as usize].min(above.end() - start);
            self.place[node as usize] = self.boxes.len() as u32;
            self.boxes.push(Placed { node, parent: above.parent, children: 0, start, width });
            start += width;
            node = next[node as usize];
        }
    }

    /// The weight of all.
    pub fn total(&self) -> u64 {
        self.level(0).last().map_or(0, Placed::end)
    }

    /// Boxes of the first level.
    pub fn roots(&self) -> u32 {
        self.places(0).len() as u32
    }

    pub fn levels(&self) -> u32 {
        self.levels.len() as u32
    }

    /// The place of a node's box, if it has one.
    pub fn place_of(&self, node: u32) -> Option<u32> {
        self.place.get(node as usize).copied().filter(|place| *place != NONE)
    }

    /// Where the boxes of a level are.
    fn places(&self, depth: u32) -> Range<usize> {
        let begins = |depth: usize| self.levels.get(depth).map_or(self.boxes.len(), |at| *at as usize);
        begins(depth as usize)..begins(depth as usize + 1)
    }

    fn level(&self, depth: u32) -> &[Placed] {
        &self.boxes[self.places(depth)]
    }

    /// Levels from the roots down to the lowest box below these, which are of one level.
    pub fn levels_above(&self, boxes: Range<u32>) -> u32 {
        let mut depth = self.levels.partition_point(|begin| *begin <= boxes.start) as u32;
        let children = |place: u32| self.boxes.get(place as usize).map_or(self.boxes.len() as u32, |it| it.children);
        let mut below = children(boxes.start)..children(boxes.end);
        while !below.is_empty() {
            depth += 1;
            below = children(below.start)..children(below.end);
        }
        depth
    }

    /// What is to be drawn of a window of weights and levels, level after level from left to right. Neighbours that are narrower than `least`,
    /// all in a stretch no wider than that, are one run: there are at most two runs or boxes for every `least` of a level, and two more.
    pub fn runs_in(&self, window: Range<u64>, depths: Range<u32>, least: u64, tell: &mut dyn FnMut(Run)) {
        for depth in depths.start..depths.end.min(self.levels()) {
            let level = self.level(depth);
            let begin = self.places(depth).start;
            let upto = level.partition_point(|it| it.start < window.end);
            let mut at = level.partition_point(|it| it.end() <= window.start);
            while at < upto {
                let end = level[at].start.saturating_add(least);
                let fits = |it: &&Placed| it.width < least && it.end() <= end;
                let many = level[at..upto].iter().take_while(fits).count().max(1);
                tell(Run { depth, boxes: (begin + at) as u32..(begin + at + many) as u32 });
                at += many;
            }
        }
    }
}

#[cfg(test)]
#[path = "flame_tests.rs"]
mod tests;
