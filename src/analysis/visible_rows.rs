//! Which rows a timeline has.
//!
//! Plain meaning: a span has a row if it is in the part of the tree that is looked at, and none of its ancestors is
//! collapsed or left out. Where subtrees were pruned, a line says so after the rows of their parent; siblings that repeat may
//! share one line. Fast way: one forward walk that skips the descendants of whatever hides them.

use std::ops::Range;

use crate::model::SpanTree;

/// One row of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// The span at a position.
    Span(u32),
    /// What stands for the pruned subtrees right below the span at a position; without one, for pruned roots.
    Pruned(Option<u32>),
    /// What stands for siblings that repeat: the position of the first one.
    Siblings(u32),
}

/// What decides about rows. Each is asked at most once for a position.
pub struct Plan<'a> {
    pub tree: &'a SpanTree,
    /// The positions that are looked at: all, or a span with all below it.
    pub range: Range<u32>,
    pub is_collapsed: &'a dyn Fn(u32) -> bool,
    /// The span and all below it are left out.
    pub is_left_out: &'a dyn Fn(u32) -> bool,
    /// Children of the span (`None`: roots) were pruned, and a line says so.
    pub has_pruned: &'a dyn Fn(Option<u32>) -> bool,
    /// The first of the repeating siblings that the span is one of, and whether they are shown one by one below their line.
    pub siblings: &'a dyn Fn(u32) -> Option<(u32, bool)>,
}

/// The rows of one timeline. Row numbers count from 0.
pub enum VisibleRows {
    /// Every position of the range has a row and there is nothing else.
    All(Range<u32>),
    /// The lines in order, packed.
    Some(Vec<u32>),
}

const PRUNED: u32 = 1 << 31;
const SIBLINGS: u32 = 1 << 30;
/// Stands for the roots' place in a packed line. Positions stay below: a trace of a billion spans fits no memory.
const ROOTS: u32 = SIBLINGS - 1;

fn pack(line: Line) -> u32 {
    match line {
        Line::Span(position) => position,
        Line::Pruned(parent) => parent.unwrap_or(ROOTS) | PRUNED,
        Line::Siblings(first) => first | SIBLINGS,
    }
}

fn unpack(packed: u32) -> Line {
    let position = packed & !(PRUNED | SIBLINGS);
    match (packed & PRUNED != 0, packed & SIBLINGS != 0) {
        (true, _) => Line::Pruned((position != ROOTS).then_some(position)),
        (false, true) => Line::Siblings(position),
        (false, false) => Line::Span(position),
    }
}

impl VisibleRows {
    /// The rows of a plan that hides something or adds a line.
    pub fn of(plan: &Plan) -> VisibleRows {
        let mut lines = Vec::new();
        // Ends of subtrees behind which a line tells of pruned children.
        let mut open: Vec<(u32, Option<u32>)> = Vec::new();
        let mut position = plan.range.start;
        while position < plan.range.end {
            close(&mut open, position, &mut lines);
            let end = position + plan.tree.descendants[position as usize] + 1;
            if (plan.is_left_out)(position) {
                position = end;
                continue;
            }
            let siblings = (plan.siblings)(position);
            if let Some((first, _)) = siblings.filter(|(first, _)| *first == position) {
                lines.push(pack(Line::Siblings(first)));
            }
            if siblings.is_some_and(|(_, is_open)| !is_open) {
                position = end;
                continue;
            }
            lines.push(position);
            if end > position + 1 && (plan.is_collapsed)(position) {
                position = end;
                continue;
            }
            if (plan.has_pruned)(Some(position)) {
                open.push((end, Some(position)));
            }
            position += 1;
        }
        close(&mut open, plan.range.end, &mut lines);
        if (plan.has_pruned)(None) {
            lines.push(pack(Line::Pruned(None)));
        }
        VisibleRows::Some(lines)
    }

    pub fn len(&self) -> u32 {
        match self {
            VisibleRows::All(range) => range.len() as u32,
            VisibleRows::Some(lines) => lines.len() as u32,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn line(&self, row: u32) -> Option<Line> {
        match self {
            VisibleRows::All(range) => (row < self.len()).then(|| Line::Span(range.start + row)),
            VisibleRows::Some(lines) => lines.get(row as usize).map(|line| unpack(*line)),
        }
    }

    /// Up to `count` lines from a row on.
    pub fn window(&self, from: u32, count: u32) -> impl Iterator<Item = Line> + '_ {
        let end = from.saturating_add(count).min(self.len());
        (from.min(end)..end).filter_map(|row| self.line(row))
    }

    /// The row of a line, if it has one.
    pub fn find(&self, tree: &SpanTree, line: Line) -> Option<u32> {
        match self {
            VisibleRows::All(range) => match line {
                Line::Span(position) => range.contains(&position).then(|| position - range.start),
                _ => None,
            },
            VisibleRows::Some(lines) => {
                let wanted = order(tree, line);
                let at = lines.partition_point(|packed| order(tree, unpack(*packed)) < wanted);
                // Lines for pruned children end in the same place, the innermost first.
                let mut rest = lines[at..].iter().map(|packed| unpack(*packed)).zip(at as u32..);
                let same = rest.by_ref().take_while(|(other, _)| order(tree, *other) == wanted);
                same.into_iter().find(|(other, _)| *other == line).map(|(_, row)| row)
            }
        }
    }

    /// The row of a span, or of what hides it: its nearest ancestor with a row, or the line of its siblings.
    pub fn row_of(&self, tree: &SpanTree, position: u32, siblings: &dyn Fn(u32) -> Option<(u32, bool)>) -> u32 {
        let mut at = Some(position);
        while let Some(position) = at {
            if let Some(row) = self.find(tree, Line::Span(position)) {
                return row;
            }
            let first = siblings(position).and_then(|(first, _)| self.find(tree, Line::Siblings(first)));
            if let Some(row) = first {
                return row;
            }
            at = tree.parent_of(position as usize).map(|parent| parent as u32);
        }
        0
    }
}

/// Ends what is over at a position.
fn close(open: &mut Vec<(u32, Option<u32>)>, position: u32, lines: &mut Vec<u32>) {
    while let Some((_, parent)) = open.pop_if(|(end, _)| *end <= position) {
        lines.push(pack(Line::Pruned(parent)));
    }
}

/// Lines stand in this order.
fn order(tree: &SpanTree, line: Line) -> (u32, u8) {
    match line {
        Line::Pruned(None) => (u32::MAX, 0),
        Line::Pruned(Some(parent)) => (parent + tree.descendants[parent as usize] + 1, 0),
        Line::Siblings(first) => (first, 1),
        Line::Span(position) => (position, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const PICTURE: &str = "
a one    |======|
  a two  |===|
    b x   |=|
    b y    |  =|
  a three   |==|
    c z     |=|
";

    type Set = BTreeSet<u32>;

    /// Rows with some collapsed, some pruned, and repeating siblings: their members, and whether they are shown.
    fn rows(collapsed: &Set, pruned: &Set, siblings: &[(&[u32], bool)]) -> Vec<Line> {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        let member = |position: u32| {
            let group = siblings.iter().find(|(members, _)| members.contains(&position));
            group.map(|(members, is_open)| (members[0], *is_open))
        };
        let plan = Plan {
            tree,
            range: 0..6,
            is_collapsed: &|position| collapsed.contains(&position),
            is_left_out: &|position| pruned.contains(&position),
            has_pruned: &|parent| {
                pruned.iter().any(|child| tree.parent_of(*child as usize).map(|at| at as u32) == parent)
            },
            siblings: &member,
        };
        let rows = VisibleRows::of(&plan);
        for row in 0..rows.len() {
            let line = rows.line(row).expect("it is in the list");
            assert_eq!(rows.find(tree, line), Some(row), "{line:?}");
        }
        for position in 0..6 {
            let row = rows.row_of(tree, position, &member);
            assert!(rows.is_empty() || rows.line(row).is_some());
        }
        rows.window(0, 100).collect()
    }

    fn spans(positions: &[u32]) -> Vec<Line> {
        positions.iter().map(|position| Line::Span(*position)).collect()
    }

    #[test]
    fn a_collapsed_position_hides_its_descendants() {
        let visible = |collapsed: &[u32]| rows(&collapsed.iter().copied().collect(), &Set::new(), &[]);
        assert_eq!(visible(&[]), spans(&[0, 1, 2, 3, 4, 5]));
        assert_eq!(visible(&[1]), spans(&[0, 1, 4, 5]));
        assert_eq!(visible(&[1, 4]), spans(&[0, 1, 4]));
        assert_eq!(visible(&[0, 1]), spans(&[0]));
        assert_eq!(visible(&[2]), spans(&[0, 1, 2, 3, 4, 5]), "a leaf cannot be collapsed");
    }

    #[test]
    fn a_line_tells_what_was_pruned_below_a_parent() {
        let pruned = |pruned: &[u32]| rows(&Set::new(), &pruned.iter().copied().collect(), &[]);
        assert_eq!(pruned(&[2]), [spans(&[0, 1, 3]), vec![Line::Pruned(Some(1))], spans(&[4, 5])].concat());
        let both = [spans(&[0, 1, 2, 3]), vec![Line::Pruned(Some(0))]].concat();
        assert_eq!(pruned(&[4]), both, "with all that is below");
        let nested = [spans(&[0, 1, 2, 3, 4]), vec![Line::Pruned(Some(4))]].concat();
        assert_eq!(pruned(&[5]), nested);
        assert_eq!(pruned(&[0]), [Line::Pruned(None)]);
        let ends_meet = [spans(&[0, 4]), vec![Line::Pruned(Some(4)), Line::Pruned(Some(0))]].concat();
        assert_eq!(pruned(&[1, 5]), ends_meet);
    }

    #[test]
    fn siblings_share_a_line() {
        let folded = [spans(&[0]), vec![Line::Siblings(1)]].concat();
        assert_eq!(rows(&Set::new(), &Set::new(), &[(&[1, 4], false)]), folded);
        let open = [spans(&[0]), vec![Line::Siblings(1)], spans(&[1, 2, 3, 4, 5])].concat();
        assert_eq!(rows(&Set::new(), &Set::new(), &[(&[1, 4], true)]), open);
    }

    #[test]
    fn a_hidden_position_is_found_at_what_hides_it() {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        let plan = Plan {
            tree,
            range: 0..6,
            is_collapsed: &|position| position == 1,
            is_left_out: &|_| false,
            has_pruned: &|_| false,
            siblings: &|_| None,
        };
        let rows = VisibleRows::of(&plan);
        let row = |position| rows.row_of(tree, position, &|_| None);
        assert_eq!((row(3), row(4), row(0)), (1, 2, 0));
    }

    #[test]
    fn a_part_of_the_tree_has_its_own_rows() {
        let store = draw(PICTURE);
        let tree = &store.trace(TraceRow(0)).tree;
        let rows = VisibleRows::All(1..4);
        assert_eq!(rows.window(1, 9).collect::<Vec<_>>(), spans(&[2, 3]));
        assert_eq!(rows.find(tree, Line::Span(3)), Some(2));
        assert_eq!(rows.find(tree, Line::Span(4)), None);
    }

    proptest! {
        #[test]
        fn the_fast_way_equals_the_plain_meaning(
            collapsed in proptest::collection::btree_set(0u32..6, 0..6),
            pruned in proptest::collection::btree_set(1u32..6, 0..3),
        ) {
            let store = draw(PICTURE);
            let tree = &store.trace(TraceRow(0)).tree;
            let plain = (0..6u32).filter(|position| {
                let mut at = *position as usize;
                loop {
                    if pruned.contains(&(at as u32)) {
                        return false;
                    }
                    match tree.parent_of(at) {
                        Some(parent) if collapsed.contains(&(parent as u32)) => return false,
                        Some(parent) => at = parent,
                        None => return true,
                    }
                }
            });
            let is_span = |line: &Line| matches!(line, Line::Span(_));
            let fast: Vec<Line> = rows(&collapsed, &pruned, &[]).into_iter().filter(is_span).collect();
            prop_assert_eq!(fast, spans(&plain.collect::<Vec<_>>()));
        }
    }
}
