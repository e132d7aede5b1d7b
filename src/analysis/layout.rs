//! What drawings of a graph have in common: boxes are placed, edges get their bends, parts that hang together stand side by side.

use crate::model::order;

/// Where boxes and edges of a graph are. Lengths are those of the boxes' sizes; nothing is left of or above the origin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The centre of each box.
    pub positions: Vec<[f32; 2]>,
    /// Of each edge the points from its first box to its second. Empty: a straight line between the centres, to be cut at the boxes' borders. Otherwise
    /// the first and the last lie on the borders of the boxes.
    pub bends: Vec<Vec<[f32; 2]>>,
    pub size: [f32; 2],
}

/// What is wanted of a drawing.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Width by height, about.
    pub ratio: f32,
    /// Least room between boxes, to the right and downward.
    pub gap: [f32; 2],
    /// Of layers: edges run downward, and not to the right.
    pub is_downward: bool,
    /// Of layers: the layer of each box, where these mean something; otherwise empty.
    pub layers: &'a [u32],
}

/// A graph: the boxes' sizes, and edges from box to box. Loops and edges that repeat are allowed.
#[derive(Clone, Copy, Debug)]
pub struct Graph<'a> {
    pub sizes: &'a [[f32; 2]],
    pub edges: &'a [[u32; 2]],
}

/// Of each node those that a list of edges leads to: places in that list, by one of their ends.
pub struct Fans {
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Fans {
    pub fn of(nodes: usize, edges: &[[u32; 2]], end: usize) -> Fans {
        let mut starts = vec![0_u32; nodes + 2];
        edges.iter().for_each(|edge| starts[edge[end] as usize + 2] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut list = vec![0_u32; edges.len()];
        for (number, edge) in edges.iter().enumerate() {
            let next = &mut starts[edge[end] as usize + 1];
            list[*next as usize] = number as u32;
            *next += 1;
        }
        Fans { starts, edges: list }
    }

    pub fn at(&self, node: u32) -> &[u32] {
        let [from, to] = [node, node + 1].map(|at| self.starts[at as usize] as usize);
        &self.edges[from..to]
    }
}

/// The nodes that hang together, part by part, in the order of their first ones.
pub fn parts(nodes: usize, edges: &[[u32; 2]]) -> Vec<Vec<u32>> {
    let fans = [0, 1].map(|end| Fans::of(nodes, edges, end));
    let mut is_met = vec![false; nodes];
    let mut parts = Vec::new();
    for first in 0..nodes as u32 {
        if std::mem::replace(&mut is_met[first as usize], true) {
            continue;
        }
        let mut part = vec![first];
        let mut at = 0;
        while at < part.len() {
            for end in [0, 1] {
                for edge in fans[end].at(part[at]) {
                    let next = edges[*edge as usize][1 - end];
                    if !std::mem::replace(&mut is_met[next as usize], true) {
                        part.push(next);
                    }
                }
            }
            at += 1;
        }
        parts.push(part);
    }
    parts
}

/// Lays each part of the graph out by itself, and puts them side by side. `lay` gets one with numbers of its own, without loops.
#[inline(never)]
pub fn by_parts(graph: Graph, options: &Options, lay: &mut dyn FnMut(Graph, &[u32]) -> Layout) -> Layout {
    let parts = match options.layers {
        [] => parts(graph.sizes.len(), graph.edges),
        _ => vec![(0..graph.sizes.len() as u32).collect()],
    };
    let mut own = vec![[0_u32; 2]; graph.sizes.len()];
    for (number, part) in parts.iter().enumerate() {
        part.iter().enumerate().for_each(|(at, node)| own[*node as usize] = [number as u32, at as u32]);
    }
    let mut edges = vec![Vec::new(); parts.len()];
    for (number, [from, to]) in graph.edges.iter().enumerate().filter(|(_, [from, to])| from != to) {
        let ([part, from], [_, to]) = (own[*from as usize], own[*to as usize]);
        edges[part as usize].push((number, [from, to]));
    }
    let mut whole = Layout {
        positions: vec![[0.0; 2]; graph.sizes.len()],
        bends: vec![Vec::new(); graph.edges.len()],
        size: [0.0; 2],
    };
    let lay_part = |number: usize| {
        let part: &[u32] = &parts[number];
        let sizes: Vec<[f32; 2]> = part.iter().map(|node| graph.sizes[*node as usize]).collect();
        let ends: Vec<[u32; 2]> = edges[number].iter().map(|(_, ends)| *ends).collect();
        match sizes[..] {
            [size] => Layout { positions: vec![size.map(|it| it / 2.0)], bends: Vec::new(), size },
            _ => lay(Graph { sizes: &sizes, edges: &ends }, part),
        }
    };
    let laid: Vec<Layout> = (0..parts.len()).map(lay_part).collect();
    let sizes: Vec<[f32; 2]> = laid.iter().map(|part| part.size).collect();
    let (corners, size) = packed(&sizes, options);
    whole.size = size;
    for ((mut part, [left, top]), number) in laid.into_iter().zip(corners).zip(0..) {
        let moved = |[x, y]: [f32; 2]| [x + left, y + top];
        parts[number].iter().zip(&part.positions).for_each(|(node, at)| whole.positions[*node as usize] = moved(*at));
        for ((edge, _), bends) in edges[number].iter().zip(&mut part.bends) {
            bends.iter_mut().for_each(|point| *point = moved(*point));
            whole.bends[*edge] = std::mem::take(bends);
        }
    }
    for (edge, [node, _]) in graph.edges.iter().enumerate().filter(|(_, [from, to])| from == to) {
        whole.bends[edge] = self_loop(whole.positions[*node as usize], graph.sizes[*node as usize], options.gap);
    }
    whole
}

/// Out of the right side of a box and into its top, within half the gap around it.
fn self_loop([x, y]: [f32; 2], size: [f32; 2], gap: [f32; 2]) -> Vec<[f32; 2]> {
    let out = gap[0].min(gap[1]) * 0.4;
    let (right, top) = (x + size[0] / 2.0, y - size[1] / 2.0);
    let (side, above) = (y - size[1] / 4.0, right - size[1] / 4.0);
    vec![[right, side], [right + out, side], [right + out, top - out], [above, top - out], [above, top]]
}

/// Where rectangles stand, half a gap apart from the border: in rows, the highest first, low ones above each other.
fn packed(sizes: &[[f32; 2]], options: &Options) -> (Vec<[f32; 2]>, [f32; 2]) {
    let [across, down] = options.gap;
    let room = |at: u32| [sizes[at as usize][0] + across, sizes[at as usize][1] + down];
    let area: f32 = (0..sizes.len() as u32).map(|at| room(at)[0] * room(at)[1]).sum();
    let widest = (0..sizes.len() as u32).map(|at| room(at)[0]).fold(0.0, f32::max);
    // Some room is lost.
    let width = (area * 1.1 * options.ratio).sqrt().max(widest);
    let order = order::sorted(sizes.len(), &mut |a, b| room(b)[1].total_cmp(&room(a)[1]));
    let mut corners = vec![[0.0; 2]; sizes.len()];
    let mut size = [0.0_f32; 2];
    // The row's top and height; the column's left, width and filled height.
    let (mut top, mut height, mut left, mut column, mut filled) = (0.0, 0.0, 0.0, 0.0_f32, 0.0);
    for at in order {
        let [wide, high] = room(at);
        if filled + high > height || left + wide > width {
            (left, column, filled) = (left + column, 0.0, 0.0);
            if left + wide > width || height == 0.0 {
                (top, height, left) = (top + height, high, 0.0);
            }
        }
        corners[at as usize] = [left + across / 2.0, top + filled + down / 2.0];
        (column, filled) = (column.max(wide), filled + high);
        size = [size[0].max(left + column), top + height];
    }
    (corners, size)
}

/// Numbers in the order of the list, at least so far apart as it says, and as near as can be to where they are wanted: the sum of the squared
/// distances, times the weights, is the least. (Pool adjacent violators.) `wanted`: place, weight, and distance from the one before.
pub fn spread(wanted: &[[f32; 3]]) -> Vec<f32> {
    // Blocks of equal numbers, once the distances are taken off: sum, weight, members.
    let mut blocks: Vec<(f32, f32, u32)> = Vec::with_capacity(wanted.len());
    let mut before = 0.0;
    for [place, weight, distance] in wanted {
        before += distance;
        let mut block = ((place - before) * weight, *weight, 1);
        while let Some(last) = blocks.pop_if(|last| last.0 * block.1 >= block.0 * last.1) {
            block = (last.0 + block.0, last.1 + block.1, last.2 + block.2);
        }
        blocks.push(block);
    }
    let mut places = Vec::with_capacity(wanted.len());
    let mut before = 0.0;
    for (sum, weight, members) in blocks {
        for _ in 0..members {
            before += wanted[places.len()][2];
            places.push(sum / weight + before);
        }
    }
    places
}
