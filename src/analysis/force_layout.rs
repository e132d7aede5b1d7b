//! A graph as if edges were springs and boxes pushed each other away (Fruchterman and Reingold, 1991): what hangs together lies together.
//!
//! It begins on a spiral, without chance, so that the same graph always looks the same. Boxes far away push by the cell of a grid that they are in,
//! so that a step costs less than all pairs. At last boxes are set in rows, where none covers another.

use super::layout::{Fans, Graph, Layout, Options, by_parts, spread};
use crate::model::order;

/// Lays a graph out by forces.
pub fn forced(graph: Graph, options: &Options) -> Layout {
    let mut layout = by_parts(graph, options, &mut |part, _| {
        let mut springs = Springs::of(part, options);
        springs.relax();
        springs.rows(part, options)
    });
    part_twins(graph, &mut layout);
    layout
}

/// Where there is an edge back and forth, each gets a bend at its right hand, so that both are seen.
fn part_twins(graph: Graph, layout: &mut Layout) {
    let outs = Fans::of(graph.sizes.len(), graph.edges, 0);
    for (number, [from, to]) in graph.edges.iter().enumerate() {
        let has_twin = outs.at(*to).iter().any(|edge| graph.edges[*edge as usize][1] == *from);
        let ([a, b], [c, d]) = (layout.positions[*from as usize], layout.positions[*to as usize]);
        let far = ((c - a) * (c - a) + (d - b) * (d - b)).sqrt();
        if has_twin && from != to && far > 0.0 {
            let aside = 10.0 / far;
            let middle = [(a + c) / 2.0 - (d - b) * aside, (b + d) / 2.0 + (c - a) * aside];
            layout.bends[number] = vec![middle];
        }
    }
}

struct Springs<'a> {
    edges: &'a [[u32; 2]],
    places: Vec<[f32; 2]>,
    /// The length that a spring wants to have. Everything else is in terms of it.
    rest: f32,
    degrees: Vec<f32>,
}

/// Sum of the places in a cell of the grid, and how many they are.
type Cell = ([f32; 2], f32);

impl<'a> Springs<'a> {
    fn of(graph: Graph<'a>, options: &Options) -> Springs<'a> {
        let nodes = graph.sizes.len();
        let mut degrees = vec![1.0; nodes];
        graph.edges.iter().flatten().for_each(|node| degrees[*node as usize] += 1.0);
        // A box's share of the room, with as much again for the lines.
        let area: f32 = graph.sizes.iter().map(|size| (size[0] + options.gap[0]) * (size[1] + options.gap[1])).sum();
        let rest = (2.0 * area / nodes as f32).sqrt();
        // Turned by the golden angle from one to the next.
        let (cos, sin) = (-0.737_368_9, 0.675_490_3);
        let mut turn = [1.0_f32, 0.0];
        let places = (0..nodes).map(|at| {
            turn = [turn[0] * cos - turn[1] * sin, turn[0] * sin + turn[1] * cos];
            let far = rest * (at as f32).sqrt();
            [turn[0] * far, turn[1] * far]
        });
        Springs { edges: graph.edges, places: places.collect(), rest, degrees }
    }

    /// Steps that get smaller and smaller; large graphs get fewer.
    fn relax(&mut self) {
        let nodes = self.places.len();
        let steps = (300_000 / nodes).clamp(60, 300);
        let largest = self.rest * (nodes as f32).sqrt() / 4.0;
        for step in 0..steps {
            let left = 1.0 - step as f32 / steps as f32;
            let moves = self.moves();
            let most = largest * left * left + self.rest * 0.01;
            for (place, [x, y]) in self.places.iter_mut().zip(moves) {
                let far = (x * x + y * y).sqrt();
                let share = if far > most { most / far } else { 1.0 };
                *place = [place[0] + x * share, place[1] + y * share];
            }
        }
    }

    fn moves(&self) -> Vec<[f32; 2]> {
        let mut moves = self.pushes();
        for [from, to] in self.edges {
            let ([a, b], [c, d]) = (self.places[*from as usize], self.places[*to as usize]);
            let (x, y) = (c - a, d - b);
            // As long again, four times the pull; less for boxes with many springs, which would draw all into one heap.
            let pull = (x * x + y * y).sqrt() / self.rest;
            for (node, sign) in [(*from as usize, 1.0), (*to as usize, -1.0)] {
                let share = sign * pull / self.degrees[node].sqrt();
                moves[node] = [moves[node][0] + x * share, moves[node][1] + y * share];
            }
        }
        moves
    }

    /// Who pushes whom: those in the cells around one by one, others as a cell.
    fn pushes(&self) -> Vec<[f32; 2]> {
        let bound =
            |axis: usize, sign: f32| self.places.iter().map(|place| sign * place[axis]).fold(f32::MIN, f32::max) + 0.5;
        let low = [0, 1].map(|axis| -bound(axis, -1.0));
        let side = (self.places.len() as f32).sqrt().sqrt().ceil() * 2.0;
        let wide = [0, 1].map(|axis: usize| (bound(axis, 1.0) - low[axis]) / side);
        let side = side as u32;
        let cell = |place: &[f32; 2]| {
            [0, 1].map(|axis: usize| (((place[axis] - low[axis]) / wide[axis]) as u32).min(side - 1))
        };
        let number = |[column, row]: [u32; 2]| row * side + column;
        let members: Vec<[u32; 2]> =
            self.places.iter().enumerate().map(|(at, place)| [number(cell(place)), at as u32]).collect();
        let by_cell = Fans::of((side * side) as usize, &members, 0);
        let mut cells: Vec<Cell> = vec![([0.0; 2], 0.0); (side * side) as usize];
        for ([cell, _], [x, y]) in members.iter().zip(&self.places) {
            let (sum, count) = &mut cells[*cell as usize];
            (*sum, *count) = ([sum[0] + x, sum[1] + y], *count + 1.0);
        }
        let centres: Vec<Cell> = cells.iter().map(|(sum, count)| (sum.map(|it| it / count.max(1.0)), *count)).collect();
        let one = |(at, place): (usize, &[f32; 2])| {
            let [column, row] = cell(place);
            let mut sum = [0.0; 2];
            for (other, (centre, count)) in (0..).zip(&centres) {
                if *count == 0.0 {
                    continue;
                }
                let is_near = (other % side).abs_diff(column) < 2 && (other / side).abs_diff(row) < 2;
                if !is_near {
                    self.push(place, centre, *count, &mut sum);
                    continue;
                }
                for member in by_cell.at(other).iter().filter(|member| **member as usize != at) {
                    self.push(place, &self.places[*member as usize], 1.0, &mut sum);
                }
            }
            // What has no other bound stays near the middle.
            [0, 1].map(|axis: usize| sum[axis] - place[axis] * 0.3)
        };
        self.places.iter().enumerate().map(one).collect()
    }

    fn push(&self, place: &[f32; 2], from: &[f32; 2], count: f32, sum: &mut [f32; 2]) {
        let (x, y) = (place[0] - from[0], place[1] - from[1]);
        let share = count * self.rest * self.rest / (x * x + y * y + 0.01);
        *sum = [sum[0] + x * share, sum[1] + y * share];
    }

    /// Boxes in rows, side by side, each as near to its place as can be; the whole as wide and high as is asked for.
    fn rows(&self, graph: Graph, options: &Options) -> Layout {
        let sizes = graph.sizes;
        let reach = |axis: usize| {
            let mut far: f32 = self.places.iter().map(|place| place[axis] * place[axis]).sum();
            far = (far / sizes.len() as f32).sqrt();
            far.max(1.0)
        };
        let area: f32 = sizes.iter().map(|size| (size[0] + options.gap[0]) * (size[1] + options.gap[1])).sum();
        let height = (3.0 * area / options.ratio).sqrt();
        let pitch = sizes.iter().map(|size| size[1]).fold(0.0, f32::max) + options.gap[1];
        // Even spread has a deviation of the 3.5th part of its width.
        let scale = [height * options.ratio / (3.5 * reach(0)), height / (3.5 * reach(1))];
        let row_of = |node: u32| (self.places[node as usize][1] * scale[1] / pitch).round() as i32;
        let key = |node: u32| (row_of(node), self.places[node as usize][0]);
        let order = order::sorted(sizes.len(), &mut |a, b| key(a).0.cmp(&key(b).0).then(key(a).1.total_cmp(&key(b).1)));
        let mut positions = vec![[0.0; 2]; sizes.len()];
        let (mut left, mut right) = (f32::MAX, f32::MIN);
        for row in order.chunk_by(|a, b| row_of(*a) == row_of(*b)) {
            let mut before = 0.0;
            let wanted = row.iter().map(|node| {
                let half = (sizes[*node as usize][0] + options.gap[0]) / 2.0;
                let distance = std::mem::replace(&mut before, half) + half;
                [self.places[*node as usize][0] * scale[0], 1.0, distance]
            });
            let wanted: Vec<[f32; 3]> = wanted.collect();
            for (node, x) in row.iter().zip(spread(&wanted)) {
                positions[*node as usize] = [x, row_of(*node) as f32 * pitch];
                let half = sizes[*node as usize][0] / 2.0;
                (left, right) = (left.min(x - half), right.max(x + half));
            }
        }
        let [top, bottom] = [order.first(), order.last()].map(|node| row_of(*node.unwrap_or(&0)) as f32 * pitch);
        let half = (pitch - options.gap[1]) / 2.0;
        positions.iter_mut().for_each(|[x, y]| (*x, *y) = (*x - left, *y - top + half));
        Layout {
            positions,
            bends: vec![Vec::new(); graph.edges.len()],
            size: [right - left, bottom - top + half * 2.0],
        }
    }
}
