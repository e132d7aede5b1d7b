//! How spans of a trace stand to each other: the operators `>>` `>` `<<` `<` `~`, over ascending lists of positions. Each takes time in
//! proportion to the lists (times a logarithm), whatever the size of the trace: `by` makes many small lists.

use crate::model::{SpanTree, order};
use crate::query::traceql::{Join, Relation, Side};

/// What a join finds, ascending.
pub fn join(tree: &SpanTree, left: &[u32], join: Join, right: &[u32]) -> Vec<u32> {
    let related = standing(tree, left, join.relation, right);
    match join.side {
        Side::Right => related,
        Side::Both => {
            let inverse = match join.relation {
                Relation::Child => Relation::Parent,
                Relation::Descendant => Relation::Ancestor,
                Relation::Parent => Relation::Child,
                Relation::Ancestor => Relation::Descendant,
                Relation::Sibling => Relation::Sibling,
            };
            union(vec![standing(tree, right, inverse, left), related])
        }
        Side::Not => right.iter().copied().filter(|position| related.binary_search(position).is_err()).collect(),
    }
}

/// All of several ascending lists, each once, ascending.
pub fn union(mut lists: Vec<Vec<u32>>) -> Vec<u32> {
    if lists.len() == 1 {
        return lists.pop().unwrap_or_default();
    }
    let mut all = lists.concat();
    ascend(&mut all);
    all.dedup();
    all
}

fn ascend(list: &mut [u32]) {
    order::sort(list, &mut |a, b| a.cmp(&b));
}

/// Those of the right side that stand so to any of the left.
fn standing(tree: &SpanTree, left: &[u32], relation: Relation, right: &[u32]) -> Vec<u32> {
    if left.is_empty() || right.is_empty() {
        return Vec::new();
    }
    let parent = |position: u32| tree.parent_of(position as usize).map(|parent| parent as u32);
    let parents_of_left = || {
        let mut parents: Vec<u32> = left.iter().filter_map(|position| parent(*position)).collect();
        ascend(&mut parents);
        parents
    };
    let end_of = |position: u32| position + 1 + tree.descendants[position as usize];
    let only_right =
        |holds: &mut dyn FnMut(u32) -> bool| right.iter().copied().filter(|position| holds(*position)).collect();
    match relation {
        Relation::Child => {
            only_right(&mut |position| parent(position).is_some_and(|parent| left.binary_search(&parent).is_ok()))
        }
        Relation::Descendant => {
            // Descendants follow their ancestor, so it is enough to know how far any of those before reaches.
            let (mut before, mut end) = (left.iter().peekable(), 0);
            only_right(&mut |position| {
                while let Some(ancestor) = before.next_if(|other| **other < position) {
                    end = end.max(end_of(*ancestor));
                }
                position < end
            })
        }
        Relation::Parent => {
            let parents = parents_of_left();
            only_right(&mut |position| parents.binary_search(&position).is_ok())
        }
        Relation::Ancestor => only_right(&mut |position| {
            let next = left.partition_point(|other| *other <= position);
            left.get(next).is_some_and(|other| *other < end_of(position))
        }),
        Relation::Sibling => {
            let parents = parents_of_left();
            only_right(&mut |position| {
                parent(position).is_some_and(|parent| {
                    let from = parents.partition_point(|other| *other < parent);
                    let to = parents.partition_point(|other| *other <= parent);
                    to - from > usize::from(left.binary_search(&position).is_ok())
                })
            })
        }
    }
}
