//! The tree's guides: for one row, which of its ancestors have more children below it.
//!
//! ```text
//! a              row c has the ancestors a, b: a's line goes on (d comes), b's ends here
//! ├─ b
//! │  └─ c
//! └─ d
//! ```

use crate::model::SpanTree;

/// An ancestor of a row, and whether its line goes on below the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AncestorLine {
    pub position: u32,
    pub goes_on: bool,
}

/// The nearest `limit` ancestors of a position, outermost first.
pub fn ancestor_lines(tree: &SpanTree, position: u32, limit: usize) -> Vec<AncestorLine> {
    let end = |position: usize| position + tree.descendants[position] as usize;
    let mut lines = Vec::new();
    let mut child = position as usize;
    while let (Some(parent), true) = (tree.parent_of(child), lines.len() < limit) {
        lines.push(AncestorLine { position: parent as u32, goes_on: end(child) < end(parent) });
        child = parent;
    }
    lines.reverse();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};

    #[test]
    fn lines_go_on_while_children_come() {
        let store = draw(
            "
s a      |======|
  s b    |==|
    s c  |=|
  s d       |==|
",
        );
        let tree = &store.trace(TraceRow(0)).tree;
        let lines = |position, limit| -> Vec<(u32, bool)> {
            ancestor_lines(tree, position, limit).iter().map(|line| (line.position, line.goes_on)).collect()
        };
        assert_eq!(lines(0, 9), []);
        assert_eq!(lines(2, 9), [(0, true), (1, false)]);
        assert_eq!(lines(2, 1), [(1, false)]);
        assert_eq!(lines(3, 9), [(0, false)]);
    }
}
