//! The children of a span, by position.

use crate::model::SpanTree;

/// The positions of a span's children, ascending: by their written start. Needs nothing but the tree: a child's subtree is
/// followed by the next child.
pub fn children(tree: &SpanTree, position: u32) -> impl Iterator<Item = u32> + '_ {
    let end = end_of(tree, position);
    let below = move |child: u32| (child < end).then_some(child);
    std::iter::successors(below(position + 1), move |child| below(end_of(tree, *child)))
}

/// The first position behind a span and all below it.
pub fn end_of(tree: &SpanTree, position: u32) -> u32 {
    position + 1 + tree.descendants[position as usize]
}

/// The positions of the roots, ascending.
pub fn roots(tree: &SpanTree) -> impl Iterator<Item = u32> + '_ {
    let below = move |root: u32| ((root as usize) < tree.len()).then_some(root);
    std::iter::successors(below(0), move |root| below(end_of(tree, *root)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_spans, store_of};
    use super::*;
    use crate::model::TraceRow;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_that_have_the_span_as_parent(spans in any_spans()) {
            let store = store_of(&spans);
            let tree = &store.trace(TraceRow(0)).tree;
            let below = |parent: u32| (0..tree.len() as u32).filter(|at| tree.parent[*at as usize] == parent).collect::<Vec<_>>();
            for position in 0..tree.len() as u32 {
                prop_assert_eq!(children(tree, position).collect::<Vec<_>>(), below(position));
            }
            prop_assert_eq!(roots(tree).collect::<Vec<_>>(), below(SpanTree::NO_PARENT));
        }
    }
}
