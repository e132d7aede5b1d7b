//! The differential flame graph of the last comparison: laid out once for a side and a weight, told by windows.

use super::{Answer, Memo};
use crate::analysis::comparison::{Comparison, Measure};
use crate::analysis::flame::{Flame, Run, Weight, wholes};
use crate::analysis::paths::{Node, Text};
use crate::engine::questions::{CompareFlame, FlameAnswer, FlameBox};
use crate::model::index::{Index, hash_of};
use crate::model::{Store, order};

/// A layout, and what it was made of.
pub struct Flames {
    is_by_a: bool,
    weight: Weight,
    parents: Vec<u32>,
    /// All nodes by name, so that who is where stays the same from side to side.
    order: Vec<u32>,
    /// By node, of A and of B.
    wholes: [Vec<u64>; 2],
    flame: Flame,
}

impl Flames {
    pub fn is_of(&self, asked: &CompareFlame) -> bool {
        self.is_by_a == asked.is_by_a && self.weight == asked.weight
    }

    /// `known`: another one of the same comparison.
    pub fn of(store: &Store, comparison: &Comparison, asked: &CompareFlame, known: Option<Flames>) -> Flames {
        let nodes = &comparison.paths.nodes;
        let (parents, order) = match known {
            Some(known) => (known.parents, known.order),
            None => (nodes.iter().map(|node| node.parent).collect(), by_name(store, comparison)),
        };
        let own = |measure: &Measure| match asked.weight {
            Weight::Time => measure.own,
            Weight::Spans => measure.spans.into(),
        };
        let wholes = [0, 1].map(|side: usize| {
            let own: Vec<i64> = comparison.measures.iter().map(|measures| own(&measures[side])).collect();
            wholes(&parents, &own)
        });
        let flame = Flame::of(&parents, &wholes[usize::from(!asked.is_by_a)], &order);
        Flames { is_by_a: asked.is_by_a, weight: asked.weight, parents, order, wholes, flame }
    }

    /// The places of the boxes that fill the width. Of nodes that have no box in this side: the whole.
    fn zoomed(&self, zoom: Option<[u32; 2]>) -> Option<std::ops::Range<u32>> {
        let [first, last] = zoom?.map(|node| self.flame.place_of(node));
        // Several are of one level, but may hang below others.
        let (first, last) = (first.or(last)?, last.or(first)?);
        Some(first.min(last)..first.max(last) + 1)
    }
}

fn by_name(store: &Store, comparison: &Comparison) -> Vec<u32> {
    let paths = &comparison.paths;
    let key = |at: u32| {
        let node: &Node = &paths.nodes[at as usize];
        (paths.text(store, node.service), paths.text(store, node.operation), node.is_leaf)
    };
    order::sorted(paths.nodes.len(), &mut |one, other| key(one).cmp(&key(other)))
}

/// Texts that were told, each once.
#[derive(Default)]
struct Names {
    index: Index,
    texts: Vec<Text>,
}

impl Names {
    fn place(&mut self, text: Text) -> u32 {
        let hash = hash_of(text);
        let known = self.index.find(hash, |at| self.texts[at as usize] == text);
        known.unwrap_or_else(|| {
            let place = self.texts.len() as u32;
            self.texts.push(text);
            self.index.insert(hash, place);
            place
        })
    }
}

impl Answer for CompareFlame {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FlameAnswer {
        let Some((comparison, flames)) = memo.compare().flames(store, self) else { return FlameAnswer::default() };
        let Flames { flame, .. } = flames;
        let zoomed = flames.zoomed(self.zoom).unwrap_or(0..flame.roots());
        let window = match flame.boxes.get(zoomed.start as usize..zoomed.end as usize) {
            Some([first, .., last]) => first.start..last.end(),
            Some([one]) => one.start..one.end(),
            _ => 0..0,
        };
        let least = (window.end - window.start).div_ceil(u64::from(self.columns.max(1)));
        let depths = self.from_depth..self.from_depth.saturating_add(self.depths);
        let mut names = Names::default();
        let mut boxes = Vec::new();
        flame.runs_in(window.clone(), depths, least, &mut |run| boxes.push(told(comparison, flames, &mut names, run)));
        let total = |whole: &[u64]| {
            let roots = whole.iter().zip(&flames.parents).filter(|(_, parent)| **parent as usize >= whole.len());
            roots.fold(0_u64, |sum, (whole, _)| sum.saturating_add(*whole))
        };
        FlameAnswer {
            is_by_a: self.is_by_a,
            weight: self.weight,
            from: window.start,
            to: window.end,
            totals: [0, 1].map(|side: usize| total(&flames.wholes[side])),
            traces: [0, 1].map(|side: usize| comparison.groups[side].traces.len() as u32),
            levels: flame.levels_above(zoomed),
            boxes,
            names: names.texts.iter().map(|text| comparison.paths.text(store, *text).to_owned()).collect(),
        }
    }
}

fn told(comparison: &Comparison, flames: &Flames, names: &mut Names, run: Run) -> FlameBox {
    let placed = &flames.flame.boxes[run.boxes.start as usize..run.boxes.end as usize];
    let (first, last) = (&placed[0], &placed[placed.len() - 1]);
    let mut told = FlameBox {
        nodes: [first.node, last.node],
        count: placed.len() as u32,
        depth: run.depth,
        start: first.start,
        width: last.end() - first.start,
        service: 0,
        operation: 0,
        wholes: [0; 2],
        spans: [0; 2],
        own: [0; 2],
    };
    if placed.len() == 1 {
        let node = &comparison.paths.nodes[first.node as usize];
        (told.service, told.operation) = (names.place(node.service), names.place(node.operation));
    }
    for node in placed.iter().map(|it| it.node as usize) {
        for side in [0, 1] {
            told.wholes[side] = told.wholes[side].saturating_add(flames.wholes[side][node]);
            let measure = &comparison.measures[node][side];
            told.spans[side] = told.spans[side].saturating_add(measure.spans);
            told.own[side] = told.own[side].saturating_add(measure.own);
        }
    }
    told
}

#[cfg(test)]
#[path = "compare_flame_tests.rs"]
mod tests;
