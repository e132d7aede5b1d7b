//! The paths through a service or an operation. All paths are kept, and the last focus.

use super::services::width;
use super::{Answer, Memo};
use crate::analysis::layered_layout::layered;
use crate::analysis::layout::{Graph, Options};
use crate::analysis::path_graph::{AllPaths, Focus, PathGraph, Seen, Wanted};
use crate::engine::questions::{MOST_PATH_TRACES, PathEdge, PathFocus, PathNode, PathTraces, Paths, PathsAnswer};
use crate::model::index::{Numbers, hash_of};
use crate::model::{Store, StringId};
use crate::query::find::lowered;

/// More nodes are not drawn.
const MOST_NODES: usize = 2_000;
/// The least of a box with an operation, and without, in CSS pixels. All are as wide as the longest name needs, within bounds.
const SIZES: [[f32; 2]; 2] = [[200.0, 58.0], [120.0, 42.0]];
const GAP: [f32; 2] = [64.0, 14.0];

/// What was asked for last.
#[derive(Default)]
pub struct PathsMemo {
    all: Option<AllPaths>,
    focus: PathFocus,
    graph: PathGraph,
    operations: Vec<u32>,
    guard: u32,
}

impl PathsMemo {
    fn look(&mut self, store: &Store, wanted: &PathFocus) {
        let is_known = self.all.is_some() && self.focus == *wanted;
        if is_known {
            return;
        }
        let paths = self.all.get_or_insert_with(|| AllPaths::of(store));
        self.focus = wanted.clone();
        self.graph = PathGraph::default();
        let operation = match &*wanted.operation {
            "" => Some(None),
            name => store.strings().find(name).map(Some),
        };
        if let (Some(service), Some(operation)) = (store.strings().find(&wanted.service), operation) {
            self.graph = PathGraph::of(paths, Focus { service, operation }, wanted.density, wanted.by_operation);
        }
        self.operations = self.graph.operations(paths);
        // Names, since numbers of texts are others when files come in another order.
        let mut guard = 1_u32;
        for node in &self.graph.nodes {
            let hash = hash_of((store.text(node.service), store.text(node.operation), node.distance));
            guard = guard.wrapping_mul(31).wrapping_add(hash);
        }
        self.guard = guard;
    }
}

impl Answer for Paths {
    fn answer(&self, store: &Store, memo: &mut Memo) -> PathsAnswer {
        let memo = memo.paths();
        memo.look(store, &self.focus);
        let graph = &memo.graph;
        if graph.nodes.is_empty() {
            return PathsAnswer::default();
        }
        let is_of_others = self.guard != 0 && self.guard != memo.guard;
        let mut wanted = Wanted { hops: self.hops, ..Wanted::default() };
        if !is_of_others {
            (wanted.hidden, wanted.shown, wanted.through) = (self.hidden.clone(), self.shown.clone(), self.through);
        }
        let seen = graph.seen(&wanted);
        let find = lowered(self.find.trim());
        let is_found: Vec<bool> = graph
            .nodes
            .iter()
            .map(|node| {
                let has = |name: StringId| lowered(store.text(name)).contains(&*find);
                !find.is_empty() && (has(node.service) || self.focus.by_operation && has(node.operation))
            })
            .collect();
        let mut answer = PathsAnswer {
            levels: seen.levels.clone(),
            traces: graph.traces,
            all: graph.nodes.len() as u32,
            guard: memo.guard,
            is_of_others,
            box_size: SIZES[usize::from(!self.focus.by_operation)],
            ..PathsAnswer::default()
        };
        for (seen, _) in seen.nodes.iter().zip(&is_found).filter(|(_, is_found)| **is_found) {
            answer.found = [answer.found[0] + 1, answer.found[1] + u32::from(*seen)];
        }
        draw(store, memo, seen, &is_found, &mut answer);
        answer
    }
}

/// Lays out what is seen. Of too many nodes the nearest are.
fn draw(store: &Store, memo: &PathsMemo, seen: Seen, is_found: &[bool], answer: &mut PathsAnswer) {
    let graph = &memo.graph;
    let mut farthest = 0;
    let mut kept = 0;
    loop {
        let at_level = |level: u32| {
            let nodes = graph.nodes.iter().zip(&seen.nodes);
            nodes.filter(|(node, seen)| **seen && node.distance.unsigned_abs() == level).count()
        };
        let next = at_level(farthest);
        if next == 0 {
            break;
        }
        kept += next;
        if kept > MOST_NODES {
            break;
        }
        farthest += 1;
    }
    // Of each node its place among the shown ones, and 1.
    let mut places = vec![0_u32; graph.nodes.len()];
    let mut names = Numbers::default();
    let mut layers = Vec::new();
    let first = graph.nodes.iter().zip(&seen.nodes).filter(|(_, seen)| **seen).map(|(node, _)| node.distance).min();
    let first = first.unwrap_or_default().max(-(farthest as i32));
    let mut beyond = seen.beyond;
    for (number, node) in graph.nodes.iter().enumerate().filter(|(number, _)| seen.nodes[*number]) {
        if node.distance.unsigned_abs() > farthest || answer.nodes.len() >= MOST_NODES {
            answer.left_out += 1;
            continue;
        }
        let [service, operation] = [node.service, node.operation].map(|text| name(store, &mut names, answer, text));
        layers.push((node.distance - first) as u32);
        answer.nodes.push(PathNode {
            number: number as u32,
            middle: [0.0; 2],
            service,
            operation,
            operations: memo.operations[number],
            distance: node.distance,
            traces: node.traces,
            is_found: is_found[number],
            beyond: std::mem::take(&mut beyond[number]),
        });
        places[number] = answer.nodes.len() as u32;
    }
    for ((ends, traces), _) in graph.edges.iter().zip(&seen.edges).filter(|(_, seen)| **seen) {
        let ends = ends.map(|end| places[end as usize]);
        if ends.iter().all(|end| *end > 0) {
            answer.edges.push(PathEdge { ends: ends.map(|end| end - 1), traces: *traces, bends: Vec::new() });
        }
    }
    answer.box_size[0] = answer.names.iter().map(|name| width(name)).fold(answer.box_size[0], f32::max);
    let sizes = vec![answer.box_size; answer.nodes.len()];
    let edges: Vec<[u32; 2]> = answer.edges.iter().map(|edge| edge.ends).collect();
    let options = Options { ratio: 1.6, gap: GAP, is_downward: false, layers: &layers };
    let layout = layered(Graph { sizes: &sizes, edges: &edges }, &options);
    answer.size = layout.size;
    answer.nodes.iter_mut().zip(layout.positions).for_each(|(node, middle)| node.middle = middle);
    answer.edges.iter_mut().zip(layout.bends).for_each(|(edge, bends)| edge.bends = bends);
}

fn name(store: &Store, names: &mut Numbers, answer: &mut PathsAnswer, text: StringId) -> u32 {
    let next = answer.names.len() as u32;
    let place = names.get_or_set(text.0, next);
    if place == next {
        answer.names.push(store.text(text).to_owned());
    }
    place
}

impl Answer for PathTraces {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Vec<String> {
        let memo = memo.paths();
        memo.look(store, &self.focus);
        let traces = memo.graph.traces_of(self.node, MOST_PATH_TRACES);
        traces.into_iter().map(|trace| store.trace_id_text(trace)).collect()
    }
}

#[cfg(test)]
#[path = "path_graph_tests.rs"]
mod tests;
