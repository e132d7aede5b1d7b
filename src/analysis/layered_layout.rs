//! A graph in layers: edges run from layer to layer in one direction, as far as they make no circle.
//!
//! The way of Sugiyama, Tagawa and Toda (1981) in four steps: turn few edges so that no circle is left and give every box a layer ([`ranks`]), order
//! the layers so that few lines cross ([`order`]), find the boxes' places, draw the lines. Why not a library's, and what was
//! chosen for each step: docs/decisions/0009.

mod order;
mod ranks;
#[cfg(test)]
mod tests;

use super::layout::{Graph, Layout, Options, by_parts, spread};
use order::Layers;
use ranks::{Arc, arcs, broken, line, ranks};

/// Lays a graph out in layers. The same graph always looks the same.
pub fn layered(graph: Graph, options: &Options) -> Layout {
    by_parts(graph, options, &mut |part, nodes| {
        let layers: Vec<u32> = match options.layers {
            [] => Vec::new(),
            layers => nodes.iter().map(|node| layers[*node as usize]).collect(),
        };
        lay(part, layers, options)
    })
}

fn lay(graph: Graph, layers: Vec<u32>, options: &Options) -> Layout {
    let along = usize::from(options.is_downward);
    let (arcs, ranks) = match layers.is_empty() {
        true => own_layers(graph, options),
        false => (arcs(graph.edges, &layers), layers),
    };
    let mut layers = Layers::of(ranks, &arcs);
    let lines = layers.lines.len();
    // Large ones get fewer sweeps: they are never without crossings.
    layers.untangle((400_000 / (lines + 1)).clamp(8, 40));
    Drawing { graph, options, along, layers: &layers }.drawn(&arcs)
}

fn own_layers(graph: Graph, options: &Options) -> (Vec<Arc>, Vec<u32>) {
    let along = usize::from(options.is_downward);
    let places = line(graph.sizes.len(), graph.edges);
    let arcs = arcs(graph.edges, &places);
    let ranks = ranks(&places, &arcs);
    let room = |axis: usize, size: &[f32; 2]| size[axis] + options.gap[axis];
    let lengths: Vec<f32> = graph.sizes.iter().map(|size| room(1 - along, size)).collect();
    let area: f32 = graph.sizes.iter().map(|size| room(0, size) * room(1, size)).sum();
    let ratio = if options.is_downward { options.ratio } else { 1.0 / options.ratio };
    // Lines between the boxes take room, too, so that the drawing is larger than the boxes.
    let most = (area * 3.0 * ratio).sqrt();
    let ranks = broken(&ranks, &arcs, &lengths, most);
    (arcs, ranks)
}

/// A part in the making. `along` is the axis that edges run along; `across` the other one, that of a layer.
struct Drawing<'a> {
    graph: Graph<'a>,
    options: &'a Options<'a>,
    along: usize,
    layers: &'a Layers,
}

impl Drawing<'_> {
    fn is_point(&self, vertex: u32) -> bool {
        vertex as usize >= self.graph.sizes.len()
    }

    /// Length within the layer, with the room around it.
    fn length(&self, vertex: u32) -> f32 {
        let gap = self.options.gap[1 - self.along];
        self.graph.sizes.get(vertex as usize).map_or(gap / 2.0, |size| size[1 - self.along] + gap)
    }

    /// The place of each vertex within its layer: the mean of those that its lines lead to, as near as the neighbours let it. Lines between points
    /// pull more, so that long edges are straight. Begins with all layers centred at 0, and draws them there while they drift apart like stairs.
    fn across(&self) -> Vec<f32> {
        let mut places = vec![0.0_f32; self.layers.ranks.len()];
        let mut longest = 0.0_f32;
        for layer in &self.layers.layers {
            let whole: f32 = layer.iter().map(|vertex| self.length(*vertex)).sum();
            longest = longest.max(whole);
            let mut at = whole / -2.0;
            for vertex in layer {
                places[*vertex as usize] = at + self.length(*vertex) / 2.0;
                at += self.length(*vertex);
            }
        }
        let count = self.layers.layers.len();
        let mut homeward = 0.0;
        for pass in 0..24 {
            for step in 0..count {
                let layer = &self.layers.layers[if pass % 2 == 0 { step } else { count - 1 - step }];
                self.settle(layer, homeward, &mut places);
            }
            let [low, high] = self.borders(&places);
            homeward = if high - low > longest * 1.4 { homeward * 1.5 + 0.1 } else { homeward * 0.5 };
        }
        places
    }

    /// The least and the greatest place that a vertex covers, with the room around it.
    fn borders(&self, places: &[f32]) -> [f32; 2] {
        let border = |sign: f32| {
            let one = |vertex: u32| sign * places[vertex as usize] + self.length(vertex) / 2.0;
            (0..places.len() as u32).map(one).fold(f32::MIN, f32::max)
        };
        [-border(-1.0), border(1.0)]
    }

    fn settle(&self, layer: &[u32], homeward: f32, places: &mut [f32]) {
        let mut wanted = Vec::with_capacity(layer.len());
        let mut before = 0.0;
        for vertex in layer {
            // Who has no lines stays, if the others let it.
            let mut weight = 0.01;
            let mut sum = places[*vertex as usize] * weight;
            weight += homeward;
            for other in [0, 1].into_iter().flat_map(|end| self.layers.next(*vertex, end)) {
                let pull = match usize::from(self.is_point(*vertex)) + usize::from(self.is_point(other)) {
                    2 => 8.0,
                    1 => 2.0,
                    _ => 1.0,
                };
                (sum, weight) = (sum + pull * places[other as usize], weight + pull);
            }
            let half = self.length(*vertex) / 2.0;
            wanted.push([sum / weight, weight, before + half]);
            before = half;
        }
        for (vertex, place) in layer.iter().zip(spread(&wanted)) {
            places[*vertex as usize] = place;
        }
    }

    /// Where each layer begins and ends.
    fn bands(&self, across: &[f32]) -> Vec<[f32; 2]> {
        let thick = |layer: &Vec<u32>| {
            let sizes = layer.iter().filter_map(|vertex| self.graph.sizes.get(*vertex as usize));
            sizes.map(|size| size[self.along]).fold(0.0, f32::max)
        };
        let gap = self.options.gap[self.along];
        let mut at = 0.0;
        let band = |layer: &Vec<u32>| {
            let band = [at, at + thick(layer)];
            // Long lines across get more room, so that they do not run too flat.
            let far = layer.iter().flat_map(|vertex| {
                self.layers.next(*vertex, 0).map(|other| across[other as usize] - across[*vertex as usize])
            });
            let farthest = far.fold(0.0, |most: f32, far| most.max(far.abs()));
            at = band[1] + gap + (farthest * 0.1).min(gap * 2.0);
            band
        };
        self.layers.layers.iter().map(band).collect()
    }

    fn drawn(&self, arcs: &[Arc]) -> Layout {
        let mut across = self.across();
        let bands = self.bands(&across);
        let gap = self.options.gap[1 - self.along] / 2.0;
        let [low, high] = self.borders(&across);
        let (first, last) = (low + gap, high - gap);
        across.iter_mut().for_each(|place| *place -= first);
        let middle = |vertex: usize| {
            let [from, to] = bands[self.layers.ranks[vertex] as usize];
            (from + to) / 2.0
        };
        let positions = (0..self.graph.sizes.len()).map(|node| self.point(middle(node), across[node])).collect();
        let bends = arcs.iter().zip(&self.layers.ways).map(|(arc, way)| self.way(arc, way, &across, &bands)).collect();
        Layout { positions, bends, size: self.point(bands.last().map_or(0.0, |band| band[1]), last - first) }
    }

    fn point(&self, along: f32, across: f32) -> [f32; 2] {
        if self.along == 0 { [along, across] } else { [across, along] }
    }

    /// An edge's points: out of its box, through the layers' gaps to the points that it passes, into the other box. Turned ones have a side of the
    /// box's middle of their own, for there may be an edge back and forth.
    fn way(&self, arc: &Arc, way: &[u32], across: &[f32], bands: &[[f32; 2]]) -> Vec<[f32; 2]> {
        let port = |node: u32, side: usize| {
            let size = self.graph.sizes[node as usize];
            let band = bands[self.layers.ranks[node as usize] as usize];
            let border = (band[0] + band[1]) / 2.0 + size[self.along] * (side as f32 - 0.5);
            let at = across[node as usize] + if arc.is_turned { size[1 - self.along] / 4.0 } else { 0.0 };
            (border, band[side], at)
        };
        let is_beside = self.layers.ranks[arc.upper as usize] == self.layers.ranks[arc.lower as usize];
        let mut points = Vec::with_capacity(way.len() * 2 + 4);
        let (border, band, at) = port(arc.upper, 1);
        let out = if is_beside { self.options.gap[self.along] / 3.0 } else { 0.0 };
        points.extend([[border, at], [band + out, at]]);
        for vertex in way {
            points.extend(
                bands[self.layers.ranks[*vertex as usize] as usize].map(|edge| [edge, across[*vertex as usize]]),
            );
        }
        let (border, band, at) = port(arc.lower, usize::from(is_beside));
        points.extend([[band + out, at], [border, at]]);
        points.dedup_by(|a, b| (a[0] - b[0]).abs() + (a[1] - b[1]).abs() < 0.1);
        let mut points: Vec<[f32; 2]> = points.into_iter().map(|[along, across]| self.point(along, across)).collect();
        if arc.is_turned {
            points.reverse();
        }
        points
    }
}
