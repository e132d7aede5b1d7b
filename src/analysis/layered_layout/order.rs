//! Who stands beside whom within a layer, so that few lines cross.

use super::super::layout::Fans;
use super::ranks::Arc;
use crate::model::order;

/// Boxes in layers, and between them the points where lines pass through a layer. Lines lead from layer to next layer only.
pub struct Layers {
    /// The layer of each vertex: first the nodes, then the points.
    pub ranks: Vec<u32>,
    /// From the upper vertex to the lower.
    pub lines: Vec<[u32; 2]>,
    /// Of each layer its vertices, in order.
    pub layers: Vec<Vec<u32>>,
    /// Of each vertex its place in its layer.
    pub places: Vec<u32>,
    /// Lines by their upper and by their lower ends.
    fans: [Fans; 2],
    /// Of each arc the points that it passes, from the upper end to the lower.
    pub ways: Vec<Vec<u32>>,
}

impl Layers {
    /// Long edges of one node share their points, so that they look like a tree, and hundreds of them need the room of one: those out of a node,
    /// or those into it, whichever are more.
    pub fn of(mut ranks: Vec<u32>, arcs: &[Arc]) -> Layers {
        let nodes = ranks.len();
        let span = |arc: &Arc| ranks[arc.lower as usize].saturating_sub(ranks[arc.upper as usize]) as usize;
        let mut long = vec![[0_u32; 2]; nodes];
        for arc in arcs.iter().filter(|arc| span(arc) > 1) {
            long[arc.upper as usize][0] += 1;
            long[arc.lower as usize][1] += 1;
        }
        // For each node the points of its turned edges and others, out and in, from near to far.
        let mut trunks: Vec<Vec<u32>> = vec![Vec::new(); nodes * 4];
        let mut lines = Vec::new();
        let mut ways = Vec::with_capacity(arcs.len());
        for arc in arcs {
            let span = ranks[arc.lower as usize].saturating_sub(ranks[arc.upper as usize]);
            let is_in = long[arc.lower as usize][1] > long[arc.upper as usize][0];
            let own = if is_in { arc.lower } else { arc.upper };
            let line = |near: u32, far: u32| if is_in { [far, near] } else { [near, far] };
            let trunk = &mut trunks[own as usize * 4 + usize::from(is_in) * 2 + usize::from(arc.is_turned)];
            while trunk.len() + 1 < span as usize {
                let far = trunk.len() as u32 + 1;
                let point = ranks.len() as u32;
                let rank = ranks[own as usize];
                ranks.push(if is_in { rank - far } else { rank + far });
                lines.push(line(trunk.last().copied().unwrap_or(own), point));
                trunk.push(point);
            }
            let mut way = trunk[..span.saturating_sub(1) as usize].to_vec();
            if span > 0 {
                let other = if is_in { arc.upper } else { arc.lower };
                lines.push(line(way.last().copied().unwrap_or(own), other));
            }
            if is_in {
                way.reverse();
            }
            ways.push(way);
        }
        let lines = each_once(lines);
        let fans = [0, 1].map(|end| Fans::of(ranks.len(), &lines, end));
        let layers = vec![Vec::new(); ranks.iter().max().map_or(0, |most| *most as usize + 1)];
        let mut made = Layers { places: vec![0; ranks.len()], ranks, lines, layers, fans, ways };
        made.begin();
        made
    }

    /// The vertices that lines of a vertex lead to, below it (0) or above (1).
    pub fn next(&self, vertex: u32, end: usize) -> impl Iterator<Item = u32> {
        self.fans[end].at(vertex).iter().map(move |line| self.lines[*line as usize][1 - end])
    }

    /// Depth first, so that what hangs together stands together.
    fn begin(&mut self) {
        let mut is_met = vec![false; self.ranks.len()];
        let by_rank = order::sorted(self.ranks.len(), &mut |a, b| self.ranks[a as usize].cmp(&self.ranks[b as usize]));
        for first in by_rank {
            let mut stack = vec![first];
            while let Some(vertex) = stack.pop() {
                if std::mem::replace(&mut is_met[vertex as usize], true) {
                    continue;
                }
                self.layers[self.ranks[vertex as usize] as usize].push(vertex);
                let from = stack.len();
                stack.extend(self.next(vertex, 1).filter(|next| !is_met[*next as usize]));
                stack.extend(self.next(vertex, 0).filter(|next| !is_met[*next as usize]));
                stack[from..].reverse();
            }
        }
        (0..self.layers.len()).for_each(|layer| self.number(layer));
    }

    fn number(&mut self, layer: usize) {
        for (place, vertex) in self.layers[layer].iter().enumerate() {
            self.places[*vertex as usize] = place as u32;
        }
    }

    /// Sweeps down and up, so that each vertex comes to the middle of those that its lines lead to; then neighbours change places wherever fewer
    /// lines cross then. The best order met is kept. So many sweeps at most.
    pub fn untangle(&mut self, sweeps: usize) {
        let mut best = (self.crossings(), self.layers.clone());
        let mut worse = 0;
        for sweep in 0..sweeps {
            let end = 1 - sweep % 2;
            for step in 0..self.layers.len() {
                self.sort_layer(if end == 1 { step } else { self.layers.len() - 1 - step }, end);
            }
            if sweep % 4 > 1 {
                self.switch(2);
            }
            let crossings = self.crossings();
            worse += 1;
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
                worse = 0;
            }
            if worse > 5 || best.0 == 0 {
                break;
            }
        }
        self.layers = best.1;
        (0..self.layers.len()).for_each(|layer| self.number(layer));
        self.switch(10);
    }

    /// By the mean place of those that lines lead to at one end; who has none stays about where it is.
    fn sort_layer(&mut self, layer: usize, end: usize) {
        let mut means = Vec::with_capacity(self.layers[layer].len());
        let others = if end == 1 { layer.wrapping_sub(1) } else { layer + 1 };
        let scale =
            self.layers.get(others).map_or(1.0, |others| others.len() as f32) / self.layers[layer].len().max(1) as f32;
        for (place, vertex) in self.layers[layer].iter().enumerate() {
            let (mut sum, mut count) = (0, 0);
            for other in self.next(*vertex, end) {
                (sum, count) = (sum + self.places[other as usize], count + 1);
            }
            means.push(if count > 0 { sum as f32 / count as f32 } else { place as f32 * scale });
        }
        let order = order::sorted(means.len(), &mut |a, b| means[a as usize].total_cmp(&means[b as usize]));
        self.layers[layer] = order.into_iter().map(|at| self.layers[layer][at as usize]).collect();
        self.number(layer);
    }

    /// The places that lines of a vertex lead to, in order.
    fn ends(&self, vertex: u32, end: usize) -> Vec<u32> {
        let mut ends: Vec<u32> = self.next(vertex, end).map(|other| self.places[other as usize]).collect();
        let order = order::sorted(ends.len(), &mut |a, b| ends[a as usize].cmp(&ends[b as usize]));
        ends = order.into_iter().map(|at| ends[at as usize]).collect();
        ends
    }

    /// Lets neighbours change places while that saves crossings; so many rounds at most.
    fn switch(&mut self, rounds: usize) {
        for _ in 0..rounds {
            let mut has_changed = false;
            for layer in 0..self.layers.len() {
                let mut ends: Vec<[Vec<u32>; 2]> =
                    self.layers[layer].iter().map(|it| [0, 1].map(|end| self.ends(*it, end))).collect();
                for at in 1..ends.len() {
                    let crossed = |one: usize, other: usize| -> u32 {
                        (0..2).map(|end: usize| above(&ends[one][end], &ends[other][end])).sum()
                    };
                    if crossed(at, at - 1) < crossed(at - 1, at) {
                        self.layers[layer].swap(at - 1, at);
                        ends.swap(at - 1, at);
                        has_changed = true;
                    }
                }
                self.number(layer);
            }
            if !has_changed {
                break;
            }
        }
    }

    /// How many pairs of lines cross. (Barth, Mutzel, Jünger: Simple and efficient bilayer cross counting, 2004.)
    pub fn crossings(&self) -> u64 {
        let mut crossings = 0;
        for layers in self.layers.windows(2) {
            // A tree of sums over the places below.
            let mut sums = vec![0_u64; layers[1].len() + 1];
            let mut lines = 0;
            for vertex in &layers[0] {
                let ends = self.ends(*vertex, 0);
                for end in &ends {
                    let (mut at, mut not_beyond) = (end + 1, 0);
                    while at > 0 {
                        not_beyond += sums[at as usize];
                        at &= at - 1;
                    }
                    crossings += lines - not_beyond;
                }
                for end in &ends {
                    let mut at = *end as usize + 1;
                    while at < sums.len() {
                        sums[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                }
                lines += ends.len() as u64;
            }
        }
        crossings
    }
}

/// How many pairs there are of a number of the first list that is greater than one of the second. Both are in order.
fn above(first: &[u32], second: &[u32]) -> u32 {
    let (mut pairs, mut less) = (0, 0);
    for number in first {
        while second.get(less).is_some_and(|other| other < number) {
            less += 1;
        }
        pairs += less as u32;
    }
    pairs
}

fn each_once(lines: Vec<[u32; 2]>) -> Vec<[u32; 2]> {
    let order = order::sorted(lines.len(), &mut |a, b| lines[a as usize].cmp(&lines[b as usize]));
    let mut once: Vec<[u32; 2]> = order.into_iter().map(|at| lines[at as usize]).collect();
    once.dedup();
    once
}
