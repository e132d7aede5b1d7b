//! Which spans of two traces are each other's counterparts: of the same call path, below spans that are each other's.
//!
//! Among the children of a pair, the k-th span of a path in A is paired with the k-th one in B, in order of their starts: what repeats is
//! told apart by nothing else. A span that was folded away has no path ([`Paths::FOLDED`]); it goes by its own service and operation, as
//! the other's span does if only one of both was folded: the call whose answer is missing in B is still the call.

use super::children::{children, roots};
use super::paths::Paths;
use crate::model::index::{Index, hash_of};
use crate::model::{SpanTree, Store, TraceRow};

/// In the place of a position or a label: none.
pub const NONE: u32 = u32::MAX;

/// A trace with the node of each of its spans by position.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub trace: TraceRow,
    pub nodes: &'a [u32],
}

/// Counterparts, found children by children.
pub struct SpanPairs<'a> {
    pub trees: [&'a SpanTree; 2],
    /// By position, of A and of B: the node, or the name's label for what was folded.
    paths: [Vec<u32>; 2],
    /// By position: the label of service and operation. No node has such a number.
    names: [Vec<u32>; 2],
    has_folded: bool,
    /// By position: the counterpart's, or [`NONE`].
    pub partners: [Vec<u32>; 2],
    /// By label: the first span of A that waits for a counterpart; and by position of A: the next one. Empty between two calls.
    first: Vec<u32>,
    next: Vec<u32>,
}

impl<'a> SpanPairs<'a> {
    /// Nobody is paired yet. `nodes`: how many there are.
    pub fn new(store: &'a Store, sides: [Side; 2], nodes: u32) -> SpanPairs<'a> {
        let trees = sides.map(|side| &store.trace(side.trace).tree);
        let (mut index, mut known) = (Index::default(), Vec::new());
        let names = trees.map(|tree| {
            let name = |row| (store.service(row), store.spans.name(row));
            let label = |row| {
                let wanted = name(row);
                let hash = hash_of(wanted);
                let found = index.find(hash, |at| name(known[at as usize]) == wanted);
                nodes
                    + found.unwrap_or_else(|| {
                        known.push(row);
                        index.insert(hash, known.len() as u32 - 1);
                        known.len() as u32 - 1
                    })
            };
            tree.order.iter().copied().map(label).collect::<Vec<u32>>()
        });
        let has_folded = sides.iter().any(|side| side.nodes.contains(&Paths::FOLDED));
        let paths = [0, 1].map(|side| {
            let spans = sides[side].nodes.iter().zip(&names[side]);
            spans.map(|(node, name)| if *node == Paths::FOLDED { *name } else { *node }).collect::<Vec<u32>>()
        });
        SpanPairs {
            trees,
            paths,
            names,
            has_folded,
            partners: trees.map(|tree| vec![NONE; tree.len()]),
            first: vec![NONE; nodes as usize + known.len()],
            next: vec![NONE; trees[0].len()],
        }
    }

    /// The children of a pair in order, paired with each other; the roots of both, if `parents` are [`NONE`].
    pub fn below(&mut self, parents: [u32; 2]) -> [Vec<u32>; 2] {
        let both = [0, 1].map(|side| match parents[side] {
            NONE => roots(self.trees[side]).collect::<Vec<u32>>(),
            parent => children(self.trees[side], parent).collect(),
        });
        pair(&both, [&self.paths[0], &self.paths[1]], &mut self.partners, &mut self.first, &mut self.next);
        if self.has_folded {
            // Folded ones with those that were not: a path is never a name.
            pair(&both, [&self.paths[0], &self.names[1]], &mut self.partners, &mut self.first, &mut self.next);
            pair(&both, [&self.names[0], &self.paths[1]], &mut self.partners, &mut self.first, &mut self.next);
        }
        both
    }
}

/// Pairs those that have no counterpart yet and the same label, in their order.
fn pair(both: &[Vec<u32>; 2], labels: [&[u32]; 2], partners: &mut [Vec<u32>; 2], first: &mut [u32], next: &mut [u32]) {
    let free = |partners: &[Vec<u32>; 2], side: usize, at: u32| partners[side][at as usize] == NONE;
    for at in both[0].iter().rev().filter(|at| free(partners, 0, **at)) {
        let waiting = &mut first[labels[0][*at as usize] as usize];
        next[*at as usize] = std::mem::replace(waiting, *at);
    }
    for at in &both[1] {
        let waiting = &mut first[labels[1][*at as usize] as usize];
        if *waiting != NONE && free(partners, 1, *at) {
            let partner = *waiting;
            *waiting = next[partner as usize];
            (partners[0][partner as usize], partners[1][*at as usize]) = (*at, partner);
        }
    }
    both[0].iter().for_each(|at| first[labels[0][*at as usize] as usize] = NONE);
}
