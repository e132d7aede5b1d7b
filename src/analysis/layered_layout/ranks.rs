//! Which layer a box is in.

use super::super::layout::Fans;
use crate::model::order;

/// An edge of a graph without circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arc {
    pub upper: u32,
    pub lower: u32,
    /// It ran the other way.
    pub is_turned: bool,
}

/// A place in a line for each node so that few edges lead back: sources from the front, sinks from the back, and of what is left the one with
/// most edges out against edges in. (Eades, Lin, Smyth: A fast and effective heuristic for the feedback arc set problem, 1993.)
pub fn line(nodes: usize, edges: &[[u32; 2]]) -> Vec<u32> {
    let fans = [0, 1].map(|end| Fans::of(nodes, edges, end));
    // Edges out, and in, of those that are left.
    let mut degrees: [Vec<u32>; 2] = [0, 1].map(|end: usize| {
        let degree = |node: u32| fans[end].at(node).len() as u32;
        (0..nodes as u32).map(degree).collect()
    });
    const LEFT: u32 = u32::MAX;
    let mut places = vec![LEFT; nodes];
    let (mut front, mut back) = (0, nodes as u32);
    let mut ready: Vec<u32> =
        (0..nodes as u32).rev().filter(|at| degrees.iter().any(|of| of[*at as usize] == 0)).collect();
    while front < back {
        let surplus = |node: &u32| degrees[0][*node as usize] as i32 - degrees[1][*node as usize] as i32;
        // Of equals the first.
        let next = ready
            .pop()
            .or_else(|| (0..nodes as u32).rev().filter(|at| places[*at as usize] == LEFT).max_by_key(surplus));
        let Some(node) = next else { break };
        if places[node as usize] != LEFT {
            continue;
        }
        let is_sink = degrees[0][node as usize] == 0 && degrees[1][node as usize] > 0;
        places[node as usize] = if is_sink { back - 1 } else { front };
        *(if is_sink { &mut back } else { &mut front }) = if is_sink { back - 1 } else { front + 1 };
        for end in [0, 1] {
            for edge in fans[end].at(node) {
                let other = edges[*edge as usize][1 - end] as usize;
                degrees[1 - end][other] -= 1;
                if degrees[1 - end][other] == 0 && places[other] == LEFT {
                    ready.push(other as u32);
                }
            }
        }
    }
    places
}

/// The edges, those that lead back turned.
pub fn arcs(edges: &[[u32; 2]], places: &[u32]) -> Vec<Arc> {
    let arc = |[from, to]: &[u32; 2]| {
        let is_turned = places[*from as usize] > places[*to as usize];
        let [upper, lower] = if is_turned { [*to, *from] } else { [*from, *to] };
        Arc { upper, lower, is_turned }
    };
    edges.iter().map(arc).collect()
}

/// The layer of each node: below all that lead to it, then moved towards where more of its edges are.
pub fn ranks(places: &[u32], arcs: &[Arc]) -> Vec<u32> {
    let nodes = places.len();
    let ends: Vec<[u32; 2]> = arcs.iter().map(|arc| [arc.upper, arc.lower]).collect();
    let fans = [0, 1].map(|end| Fans::of(nodes, &ends, end));
    let order = order::sorted(nodes, &mut |a, b| places[a as usize].cmp(&places[b as usize]));
    let mut ranks = vec![0_u32; nodes];
    let lowest_above = |ranks: &[u32], node: u32| {
        fans[1].at(node).iter().map(|arc| ranks[arcs[*arc as usize].upper as usize] + 1).max().unwrap_or_default()
    };
    for node in &order {
        ranks[*node as usize] = lowest_above(&ranks, *node);
    }
    for _ in 0..4 {
        for node in order.iter().rev() {
            let (above, below) = (fans[1].at(*node), fans[0].at(*node));
            let least = lowest_above(&ranks, *node);
            let most = below.iter().map(|arc| ranks[arcs[*arc as usize].lower as usize] - 1).min();
            ranks[*node as usize] = most.filter(|_| below.len() > above.len()).unwrap_or(least);
        }
    }
    ranks
}

/// Breaks layers that are longer than `most` into several: what nothing leads to first, what leads to nothing last. `lengths` are those of the nodes within their layer.
pub fn broken(ranks: &[u32], arcs: &[Arc], lengths: &[f32], most: f32) -> Vec<u32> {
    let mut degrees = vec![[0_i32; 2]; ranks.len()];
    for arc in arcs {
        degrees[arc.upper as usize][0] += 1;
        degrees[arc.lower as usize][1] += 1;
    }
    let kind = |node: u32| match degrees[node as usize] {
        [_, 0] => 0,
        [0, _] => 2,
        _ => 1,
    };
    let key = |node: u32| (ranks[node as usize], kind(node));
    let order = order::sorted(ranks.len(), &mut |a, b| key(a).cmp(&key(b)));
    let mut result = vec![0; ranks.len()];
    let mut rank = 0;
    for layer in order.chunk_by(|a, b| ranks[*a as usize] == ranks[*b as usize]) {
        let length: f32 = layer.iter().map(|node| lengths[*node as usize]).sum();
        let part = length / (length / most).ceil();
        let mut filled = 0.0;
        for node in layer {
            if filled >= part {
                (rank, filled) = (rank + 1, 0.0);
            }
            result[*node as usize] = rank;
            filled += lengths[*node as usize];
        }
        rank += 1;
    }
    result
}
