//! Which spans of two traces are each other's counterparts: of the same call path, below spans that are each other's.
//!
//! Among the children of a pair, the k-th span of a path in A is paired with the k-th one in B, in order of their starts: what repeats is
//! told apart by nothing else. A span that was folded away has no path ([`Paths::FOLDED`]); it goes by its own service and operation, as
//! the other's span does if only one of both was folded: the call whose answer is missing in B is still the call.

use super::children::end_of;
use super::paths::Paths;
use crate::model::index::{Index, hash_of};
use crate::model::{SpanRow, SpanTree, Store, TraceRow};

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
        let mut labels = Labels { store, nodes, index: Index::default(), known: Vec::new() };
        let names = trees.map(|tree| labels.of(tree));
        let (mut paths, mut has_folded) = (names.clone(), false);
        for (side, labels) in sides.iter().zip(&mut paths) {
            for (node, label) in side.nodes.iter().zip(labels) {
                match *node {
                    Paths::FOLDED => has_folded = true,
                    node => *label = node,
                }
            }
        }
        let labels = nodes as usize + labels.known.len();
        SpanPairs {
            trees,
            paths,
            names,
            has_folded,
            partners: trees.map(|tree| vec![NONE; tree.len()]),
            first: vec![NONE; labels],
            next: vec![NONE; trees[0].len()],
        }
    }

    /// The children of a pair in order, paired with each other; the roots of both, if `parents` are [`NONE`].
    pub fn below(&mut self, parents: [u32; 2]) -> [Vec<u32>; 2] {
        let both = [siblings(self.trees[0], parents[0]), siblings(self.trees[1], parents[1])];
        pair(&both, [&self.paths[0], &self.paths[1]], &mut self.partners, &mut self.first, &mut self.next);
        if self.has_folded {
            // Folded ones with those that were not: a path is never a name.
            pair(&both, [&self.paths[0], &self.names[1]], &mut self.partners, &mut self.first, &mut self.next);
            pair(&both, [&self.names[0], &self.paths[1]], &mut self.partners, &mut self.first, &mut self.next);
        }
        both
    }
}

/// The positions of a span's children, ascending; of the roots, if it is [`NONE`].
fn siblings(tree: &SpanTree, parent: u32) -> Vec<u32> {
    let (mut at, end) = if parent == NONE { (0, tree.len() as u32) } else { (parent + 1, end_of(tree, parent)) };
    let mut siblings = Vec::new();
    while at < end {
        siblings.push(at);
        at = end_of(tree, at);
    }
    siblings
}

/// Numbers for service and operation, behind those of `nodes` nodes.
struct Labels<'a> {
    store: &'a Store,
    nodes: u32,
    index: Index,
    /// A span of each.
    known: Vec<SpanRow>,
}

impl Labels<'_> {
    /// Of the spans of a trace, by position.
    fn of(&mut self, tree: &SpanTree) -> Vec<u32> {
        let name = |row: SpanRow| (self.store.service(row), self.store.spans.name(row));
        let mut labels = Vec::with_capacity(tree.len());
        for row in &tree.order {
            let hash = hash_of(name(*row));
            let found = self.index.find(hash, |at| name(self.known[at as usize]) == name(*row));
            let number = found.unwrap_or(self.known.len() as u32);
            if found.is_none() {
                self.known.push(*row);
                self.index.insert(hash, number);
            }
            labels.push(self.nodes + number);
        }
        labels
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
