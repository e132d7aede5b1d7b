//! Where the nodes of a comparison stand: an outline from left to right. A level is a column, a leaf is a row; a node stands in the
//! row of its first child, so that the way to a node reads as one line, and every subtree has rows of its own. Linear, no
//! recursion; edges run in the gaps between columns and meet no node. (Decision 0008.)

use super::comparison::{Comparison, Metric};
use super::paths::Paths;

/// A node, or a stub that stands for nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Number of the node; of a stub the first that it stands for.
    pub node: u32,
    /// How many nodes a stub stands for; 0: it is a node.
    pub stands_for: u32,
    /// The parent's place in the list; [`Paths::NO_PARENT`] for a root.
    pub parent: u32,
    pub column: u32,
    pub row: u32,
    /// The row of its last child; its own without children.
    pub last_row: u32,
}

/// In pre-order: rows never get smaller.
#[derive(Debug, Default)]
pub struct Outline {
    pub placed: Vec<Placed>,
    pub rows: u32,
    pub columns: u32,
}

impl Outline {
    /// `hides`: neighbours that do not differ in A and B by that, with all that is below them, are one stub. Roots never are.
    pub fn of(comparison: &Comparison, hides: Option<Metric>) -> Outline {
        let nodes = &comparison.paths.nodes;
        let count = nodes.len();
        // Backwards, for parents come first: sizes, what is the same throughout, and children in order.
        let (mut size, mut is_same) = (vec![1_u32; count], vec![true; count]);
        let (mut first_child, mut next) = (vec![NONE; count], vec![NONE; count]);
        let mut first_root = NONE;
        for at in (0..count).rev() {
            is_same[at] &= hides.is_some_and(|metric| !comparison.differs(at as u32, metric));
            let parent = nodes[at].parent as usize;
            let first = if parent < count { &mut first_child[parent] } else { &mut first_root };
            next[at] = std::mem::replace(first, at as u32);
            if parent < count {
                size[parent] += size[at];
                is_same[parent] &= is_same[at];
            }
        }
        let mut outline = Outline::default();
        // What is to be placed next comes last: a node, and the place of its parent.
        let mut waiting = vec![(first_root, Paths::NO_PARENT)];
        while let Some((at, parent)) = waiting.pop().filter(|_| count > 0) {
            if at == NONE {
                continue;
            }
            let folds = |at: u32| parent != Paths::NO_PARENT && is_same[at as usize];
            let mut stands_for = 0;
            let mut after = next[at as usize];
            if folds(at) {
                stands_for = size[at as usize];
                while after != NONE && folds(after) {
                    stands_for += size[after as usize];
                    after = next[after as usize];
                }
            }
            let place = outline.place(Placed { node: at, stands_for, parent, column: 0, row: 0, last_row: 0 });
            waiting.push((after, parent));
            let child = first_child[at as usize];
            if stands_for == 0 && child != NONE {
                waiting.push((child, place));
            } else {
                outline.rows += 1;
            }
        }
        outline
    }

    fn place(&mut self, placed: Placed) -> u32 {
        let row = self.rows;
        let column = match self.placed.get_mut(placed.parent as usize) {
            Some(parent) => {
                parent.last_row = row;
                parent.column + 1
            }
            None => 0,
        };
        self.columns = self.columns.max(column + 1);
        self.placed.push(Placed { column, row, last_row: row, ..placed });
        self.placed.len() as u32 - 1
    }

    /// Places of what stands in the rows `from .. to`.
    pub fn in_rows(&self, from: u32, to: u32) -> std::ops::Range<usize> {
        let place = |row: u32| self.placed.partition_point(|placed| placed.row < row);
        place(from)..place(to).max(place(from))
    }

    /// The place of every node of the comparison that the outline is of: its own, or the stub's that stands for it.
    pub fn place_of_nodes(&self, comparison: &Comparison) -> Vec<u32> {
        let nodes = &comparison.paths.nodes;
        let mut places = vec![NONE; nodes.len()];
        self.placed.iter().zip(0..).for_each(|(placed, place)| places[placed.node as usize] = place);
        // The stub that was met last below a node that is shown: siblings come in the order of their numbers.
        let mut stubs = vec![NONE; nodes.len()];
        for (at, node) in nodes.iter().enumerate() {
            let parent = node.parent as usize;
            let Some(above) = places.get(parent).copied() else { continue };
            let is_hidden = self.placed.get(above as usize).is_some_and(|above| above.stands_for > 0);
            match self.placed.get(places[at] as usize) {
                Some(placed) if placed.stands_for > 0 => stubs[parent] = places[at],
                Some(_) => {}
                None if is_hidden => places[at] = above,
                None => places[at] = stubs[parent],
            }
        }
        places
    }

    /// Those above a place, the nearest first.
    pub fn above(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |at: usize| self.placed.get(at).map(|placed| placed.parent as usize);
        std::iter::successors(parent(place), move |at| parent(*at)).take_while(|at| *at < self.placed.len())
    }
}

const NONE: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::super::paths::Sameness;
    use super::super::testing::{any_spans, chain, fan, store_of};
    use super::*;
    use crate::model::{Store, TraceRow, draw_all};
    use proptest::prelude::*;

    fn outline(store: &Store, hides_same: bool) -> (Comparison, Outline) {
        let last = TraceRow(store.traces().count() as u32 - 1);
        let comparison = Comparison::of(store, [&[TraceRow(0)], &[last]], Sameness::Exact);
        let outline = Outline::of(&comparison, hides_same.then_some(Metric::Spans));
        (comparison, outline)
    }

    fn shown(store: &Store, hides_same: bool) -> Vec<String> {
        let (comparison, outline) = outline(store, hides_same);
        let name = |placed: &Placed| match placed.stands_for {
            0 => comparison.paths.text(store, comparison.paths.nodes[placed.node as usize].operation).to_owned(),
            more => format!("+{more}"),
        };
        outline.placed.iter().map(|it| format!("{} {},{}-{}", name(it), it.column, it.row, it.last_row)).collect()
    }

    const A: &str = "s root |===|\n  s a |=|\n    s a1 |=|\n    s a2 |=|\n  s b |=|\n  s c |=|\n    s c1 |=|\n    s c2 |=|\n  s d |=|\n";

    #[test]
    fn a_node_stands_beside_its_first_child() {
        let store = draw_all(&[A]);
        let all =
            ["root 0,0-4", "a 1,0-1", "a1 2,0-0", "a2 2,1-1", "b 1,2-2", "c 1,3-4", "c1 2,3-3", "c2 2,4-4", "d 1,5-5"];
        let mut expected = all.map(str::to_owned);
        expected[0] = "root 0,0-5".to_owned();
        assert_eq!(shown(&store, false), expected);
    }

    #[test]
    fn what_is_the_same_is_one_stub() {
        let changed = A.replace("    s c2 |=|\n", "    s c2 |=|\n    s c2 |=|\n");
        let store = draw_all(&[A, &changed]);
        assert_eq!(shown(&store, true), ["root 0,0-3", "+4 1,0-0", "c 1,1-2", "+1 2,1-1", "c2 2,2-2", "+1 1,3-3"]);
        // Nothing has changed: the root stays.
        assert_eq!(shown(&draw_all(&[A, A]), true), ["root 0,0-0", "+8 1,0-0"]);
    }

    #[test]
    fn deep_and_wide_ones_are_quick() {
        let began = std::time::Instant::now();
        let size = |store: &Store| {
            let (_, outline) = outline(store, false);
            (outline.rows, outline.columns)
        };
        assert_eq!(size(&store_of(&chain(100_000))).0, 1);
        assert_eq!(size(&store_of(&fan(100_000))), (1, 2));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_is_lost(spans in any_spans(), hides_same in any::<bool>()) {
            let store = store_of(&spans);
            let (comparison, outline) = outline(&store, hides_same);
            let of_nodes: u32 = outline.placed.iter().map(|placed| placed.stands_for.max(1)).sum();
            prop_assert_eq!(of_nodes as usize, comparison.paths.nodes.len());
            let mut cells: Vec<_> = outline.placed.iter().map(|placed| (placed.row, placed.column)).collect();
            cells.sort_unstable();
            cells.dedup();
            prop_assert_eq!(cells.len(), outline.placed.len());
            prop_assert!(outline.placed.is_sorted_by_key(|placed| placed.row));
            for (at, placed) in outline.placed.iter().enumerate() {
                prop_assert!(placed.row <= placed.last_row && placed.last_row < outline.rows && placed.column < outline.columns);
                prop_assert_eq!(outline.above(at).count() as u32, placed.column);
            }
            // Every node has a place: its own, or one of a stub that stands for as many.
            let mut held = vec![0; outline.placed.len()];
            for (node, place) in outline.place_of_nodes(&comparison).into_iter().enumerate() {
                held[place as usize] += 1;
                let placed = outline.placed[place as usize];
                prop_assert!(placed.stands_for > 0 || placed.node as usize == node);
            }
            let expected: Vec<u32> = outline.placed.iter().map(|placed| placed.stands_for.max(1)).collect();
            prop_assert_eq!(held, expected);
        }
    }
}
