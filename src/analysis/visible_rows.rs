//! Which rows of a tree are visible under a fold.
//!
//! Plain meaning: a position is visible if none of its ancestors is collapsed. Fast way: one forward walk that skips the
//! descendants of every collapsed position.

use crate::model::SpanTree;

/// Visible rows of one tree under one fold. Row numbers count visible rows from 0.
pub enum VisibleRows {
    /// Nothing is collapsed: row and position are the same.
    All(u32),
    /// The visible positions, ascending.
    Some(Vec<u32>),
}

impl VisibleRows {
    pub fn of(tree: &SpanTree, has_folds: bool, is_collapsed: impl Fn(u32) -> bool) -> VisibleRows {
        let count = tree.len() as u32;
        if !has_folds {
            return VisibleRows::All(count);
        }
        let mut positions = Vec::new();
        let mut position = 0;
        while position < count {
            positions.push(position);
            let descendants = tree.descendants[position as usize];
            position += if descendants > 0 && is_collapsed(position) { descendants + 1 } else { 1 };
        }
        VisibleRows::Some(positions)
    }

    pub fn len(&self) -> u32 {
        match self {
            VisibleRows::All(count) => *count,
            VisibleRows::Some(positions) => positions.len() as u32,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The positions of up to `count` rows from a row on.
    pub fn window(&self, from: u32, count: u32) -> impl Iterator<Item = u32> + '_ {
        let end = from.saturating_add(count).min(self.len());
        (from.min(end)..end).map(move |row| match self {
            VisibleRows::All(_) => row,
            VisibleRows::Some(positions) => positions[row as usize],
        })
    }

    /// The row of a position, or of its nearest visible ancestor.
    pub fn row_of(&self, position: u32) -> u32 {
        match self {
            VisibleRows::All(_) => position,
            VisibleRows::Some(positions) => {
                (positions.partition_point(|visible| *visible <= position) as u32).saturating_sub(1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};
    use proptest::prelude::*;

    const PICTURE: &str = "
a one    |======|
  a two  |===|
    b x   |=|
    b y    |
  a three   |==|
    c z     |=|
";

    fn visible(collapsed: &[u32]) -> Vec<u32> {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        VisibleRows::of(tree, true, |position| collapsed.contains(&position)).window(0, 100).collect()
    }

    #[test]
    fn a_collapsed_position_hides_its_descendants() {
        assert_eq!(visible(&[]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(visible(&[1]), [0, 1, 4, 5]);
        assert_eq!(visible(&[1, 4]), [0, 1, 4]);
        assert_eq!(visible(&[0, 1]), [0]);
        assert_eq!(visible(&[2]), [0, 1, 2, 3, 4, 5], "a leaf cannot be collapsed");
    }

    #[test]
    fn a_hidden_position_is_found_at_its_visible_ancestor() {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        let rows = VisibleRows::of(tree, true, |position| position == 1);
        assert_eq!((rows.row_of(3), rows.row_of(4), rows.row_of(0)), (1, 2, 0));
    }

    proptest! {
        #[test]
        fn the_fast_way_equals_the_plain_meaning(collapsed in proptest::collection::btree_set(0u32..6, 0..6)) {
            let store = draw(PICTURE);
            let tree = &store.trace(TraceRow(0)).tree;
            let plain: Vec<u32> = (0..6u32).filter(|position| {
                let mut at = *position as usize;
                loop {
                    match tree.parent_of(at) {
                        Some(parent) if collapsed.contains(&(parent as u32)) => return false,
                        Some(parent) => at = parent,
                        None => return true,
                    }
                }
            }).collect();
            let rows = VisibleRows::of(tree, true, |position| collapsed.contains(&position));
            prop_assert_eq!(rows.window(0, 100).collect::<Vec<_>>(), plain.clone());
            for (row, position) in plain.iter().enumerate() {
                prop_assert_eq!(rows.row_of(*position), row as u32);
                prop_assert_eq!(rows.window(row as u32, 1).collect::<Vec<_>>(), vec![*position]);
            }
        }
    }
}
