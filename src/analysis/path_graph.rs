//! The paths through a service or an operation: who leads to it, and what it leads to, hop by hop (Jaeger UI's deep dependencies).
//!
//! A path is what lies between a root and a leaf of a trace, as (service, operation); of spans in a row of the same resource only the first is told,
//! and those that are servers (`transformTracesToPaths`). The focus is the first of a path that is what was asked for; all else is so many hops up- or downstream of it.
//!
//! ```text
//! paths    web > shop > pay > db        hops of `pay`   -2   -1    0   +1
//!          web > shop > pay                            web  shop  pay   db
//! ```
//!
//! Paths are kept as a tree of prefixes, so that all is linear in the number of spans. Each prefix that ends with the focus has hops of its own: upstream its
//! ancestors, downstream what is below it. Hops become the nodes of a drawing by a [`Density`].

use crate::model::index::{Index, hash_of};
use crate::model::{SpanKind, Store, StringId, TraceRow};

pub const NONE: u32 = u32::MAX;

/// Hops farther away than so many are not told: in each direction.
const MOST_HOPS: i32 = 100;

/// All paths of all traces: a tree of prefixes.
#[derive(Debug, Default)]
pub struct AllPaths {
    steps: Vec<Step>,
    /// The trace and the last step of each path, in the order of the traces; of a trace each path once.
    ends: Vec<(TraceRow, u32)>,
    index: Index,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    /// Smaller than its own number; [`NONE`] of a root.
    parent: u32,
    service: StringId,
    operation: StringId,
    is_end: bool,
    has_more: bool,
}

impl AllPaths {
    pub fn of(store: &Store) -> AllPaths {
        let mut paths = AllPaths::default();
        // The last trace that a path was met in, by its last step.
        let mut met = Vec::new();
        store.traces().for_each(|(row, _)| paths.add(store, row, &mut met));
        paths
    }

    fn add(&mut self, store: &Store, trace: TraceRow, met: &mut Vec<u32>) {
        let tree = &store.trace(trace).tree;
        // The step that each span is told by, and who told it first.
        let mut told: Vec<(u32, u32)> = Vec::with_capacity(tree.len());
        for (position, row) in tree.order.iter().enumerate() {
            let resource = store.spans.resource(*row).0;
            let above = tree.parent_of(position).map(|parent| told[parent]);
            let own = match above {
                Some((step, of)) if of == resource && store.spans.kind(*row) != SpanKind::Server => (step, of),
                _ => {
                    let parent = above.map_or(NONE, |(step, _)| step);
                    (self.step(parent, store.service(*row), store.spans.name(*row)), resource)
                }
            };
            told.push(own);
            if tree.children[position] == 0 {
                met.resize(self.steps.len(), NONE);
                if std::mem::replace(&mut met[own.0 as usize], trace.0) != trace.0 {
                    self.steps[own.0 as usize].is_end = true;
                    self.ends.push((trace, own.0));
                }
            }
        }
    }

    fn step(&mut self, parent: u32, service: StringId, operation: StringId) -> u32 {
        let key = |step: &Step| (step.parent, step.service, step.operation);
        let wanted = (parent, service, operation);
        let hash = hash_of(wanted);
        if let Some(known) = self.index.find(hash, |at| key(&self.steps[at as usize]) == wanted) {
            return known;
        }
        let number = self.steps.len() as u32;
        self.steps.push(Step { parent, service, operation, is_end: false, has_more: false });
        if let Some(parent) = self.steps.get_mut(parent as usize) {
            parent.has_more = true;
        }
        self.index.insert(hash, number);
        number
    }
}

/// Which hops are one node. In Jaeger UI's order and by its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Density {
    /// Those of one service or operation, wherever they are.
    Concise,
    /// The same, apart upstream and downstream.
    UpAndDown,
    /// The same, apart by their distance.
    Level,
    /// Those with the same way to the focus.
    #[default]
    Path,
    /// The same, apart from those where a path begins or ends.
    External,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    pub service: StringId,
    /// Any of the service's.
    pub operation: Option<StringId>,
}

/// One hop of paths.
#[derive(Clone, Copy, Debug)]
struct Hop {
    step: u32,
    /// Less than 0: upstream.
    distance: i32,
    /// The next hop towards the focus, which has a smaller number.
    inner: u32,
    /// Number of the focus.
    group: u32,
    /// A path begins or ends here.
    is_outer: bool,
}

/// A node of the drawing. The first is the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub service: StringId,
    /// Of one of its hops.
    pub operation: StringId,
    /// The hop that is nearest to the focus.
    pub distance: i32,
    /// Traces that have a path through it.
    pub traces: u32,
}

#[derive(Debug, Default)]
pub struct PathGraph {
    hops: Vec<Hop>,
    /// Of each hop its node, and its edge to the next hop inward.
    node_of: Vec<u32>,
    edge_of: Vec<u32>,
    /// Of each focus its hops upstream.
    upstream: Vec<std::ops::Range<u32>>,
    pub nodes: Vec<Node>,
    /// From caller to callee, and how many traces have it.
    pub edges: Vec<([u32; 2], u32)>,
    /// Of each path through the focus its trace and its last hop.
    ends: Vec<(TraceRow, u32)>,
    /// Traces with such paths.
    pub traces: u32,
}

impl PathGraph {
    pub fn of(paths: &AllPaths, focus: Focus, density: Density, by_operation: bool) -> PathGraph {
        let mut graph = PathGraph::default();
        let ends = graph.find_hops(paths, focus);
        for (trace, end) in &paths.ends {
            if ends[*end as usize] != NONE {
                graph.ends.push((*trace, ends[*end as usize]));
            }
        }
        graph.make_nodes(paths, density, by_operation);
        graph.count_traces();
        graph
    }

    /// Makes the hops. For each step that a path ends with: the last hop.
    fn find_hops(&mut self, paths: &AllPaths, focus: Focus) -> Vec<u32> {
        let is_focus =
            |step: &Step| step.service == focus.service && focus.operation.is_none_or(|it| it == step.operation);
        // Of each step the hop that further steps hang on, and the one that paths end with.
        let mut hop_of = vec![NONE; paths.steps.len()];
        let mut ends = vec![NONE; paths.steps.len()];
        for (number, step) in (0..).zip(&paths.steps) {
            let inner = hop_of.get(step.parent as usize).copied().unwrap_or(NONE);
            if inner == NONE {
                if is_focus(step) {
                    hop_of[number as usize] = self.hops.len() as u32;
                    ends[number as usize] = self.hops.len() as u32;
                    self.add_focus(paths, number);
                }
                continue;
            }
            let Hop { distance, group, .. } = self.hops[inner as usize];
            if distance >= MOST_HOPS {
                (hop_of[number as usize], ends[number as usize]) = (inner, inner);
                continue;
            }
            for (is_outer, is_there) in [(false, step.has_more), (true, step.is_end)] {
                if is_there {
                    ends[number as usize] = self.hops.len() as u32;
                    self.hops.push(Hop { step: number, distance: distance + 1, inner, group, is_outer });
                }
            }
            hop_of[number as usize] =
                if step.has_more && step.is_end { ends[number as usize] - 1 } else { ends[number as usize] };
        }
        ends
    }

    fn add_focus(&mut self, paths: &AllPaths, step: u32) {
        let group = self.upstream.len() as u32;
        let mut inner = self.hops.len() as u32;
        self.hops.push(Hop { step, distance: 0, inner: NONE, group, is_outer: false });
        let mut at = paths.steps[step as usize].parent;
        let mut distance = 0;
        while at != NONE && distance > -MOST_HOPS {
            distance -= 1;
            let parent = paths.steps[at as usize].parent;
            self.hops.push(Hop { step: at, distance, inner, group, is_outer: parent == NONE });
            (inner, at) = (self.hops.len() as u32 - 1, parent);
        }
        let last = self.hops.len() as u32;
        self.upstream.push(last - distance.unsigned_abs()..last);
    }

    fn make_nodes(&mut self, paths: &AllPaths, density: Density, by_operation: bool) {
        let mut focal = Keys::default();
        for hop in self.hops.iter().filter(|hop| hop.distance == 0) {
            focal.number([paths.steps[hop.step as usize].operation.0, 0, 0, 0]);
        }
        let mut keys = Keys::default();
        let mut node_keys = Keys::default();
        let mut edges = Keys::default();
        // Of each hop the way to the focus, as a number.
        let mut ways: Vec<u32> = Vec::with_capacity(self.hops.len());
        let service = self.hops.first().map(|hop| paths.steps[hop.step as usize].service);
        for hop in &self.hops {
            let step = &paths.steps[hop.step as usize];
            let name = [step.service.0, if by_operation { step.operation.0 } else { NONE }];
            let inner_way = ways.get(hop.inner as usize).copied().unwrap_or(NONE);
            let way = match hop.distance {
                0 => keys.number([NONE; 4]),
                distance => keys.number([inner_way, name[0], name[1], distance.signum() as u32]),
            };
            ways.push(way);
            let is_focus = density == Density::Concise
                && Some(step.service) == service
                && (!by_operation || focal.find([step.operation.0, 0, 0, 0]).is_some());
            let apart = match density {
                Density::Concise => 0,
                Density::UpAndDown => hop.distance.signum() as u32,
                Density::Level => hop.distance as u32,
                Density::Path => 0,
                Density::External => hop.is_outer.into(),
            };
            let node = match density {
                _ if hop.distance == 0 || is_focus => node_keys.number([NONE; 4]),
                Density::Path | Density::External => node_keys.number([way, apart, NONE, 0]),
                _ => node_keys.number([name[0], name[1], apart, 1]),
            };
            self.node_of.push(node);
            if node as usize == self.nodes.len() {
                let (service, operation, distance) = (step.service, step.operation, hop.distance);
                self.nodes.push(Node { service, operation, distance, traces: 0 });
            }
            let known = &mut self.nodes[node as usize];
            if hop.distance.abs() < known.distance.abs() {
                known.distance = hop.distance;
            }
            let Some(inner) = self.node_of.get(hop.inner as usize) else {
                self.edge_of.push(NONE);
                continue;
            };
            let ends = if hop.distance < 0 { [node, *inner] } else { [*inner, node] };
            let edge = edges.number([ends[0], ends[1], 0, 0]);
            self.edge_of.push(edge);
            if edge as usize == self.edges.len() {
                self.edges.push((ends, 0));
            }
        }
    }

    /// Calls `visit` for each trace with each hop of its paths, each once.
    fn visit(&self, visit: &mut dyn FnMut(TraceRow, u32)) {
        let mut met = vec![NONE; self.hops.len()];
        for (trace, end) in &self.ends {
            let mut at = *end;
            while at != NONE && std::mem::replace(&mut met[at as usize], trace.0) != trace.0 {
                visit(*trace, at);
                let Hop { distance, inner, group, .. } = self.hops[at as usize];
                if distance == 0 {
                    self.upstream[group as usize].clone().for_each(|hop| visit(*trace, hop));
                }
                at = inner;
            }
        }
    }

    fn count_traces(&mut self) {
        let mut counts = [vec![(NONE, 0); self.nodes.len()], vec![(NONE, 0); self.edges.len()]];
        let mut all = (NONE, 0);
        let count = |(last, traces): &mut (u32, u32), trace: TraceRow| {
            *traces += u32::from(std::mem::replace(last, trace.0) != trace.0);
        };
        self.visit(&mut |trace, hop| {
            count(&mut all, trace);
            count(&mut counts[0][self.node_of[hop as usize] as usize], trace);
            if let Some(edge) = counts[1].get_mut(self.edge_of[hop as usize] as usize) {
                count(edge, trace);
            }
        });
        self.traces = all.1;
        self.nodes.iter_mut().zip(&counts[0]).for_each(|(node, (_, traces))| node.traces = *traces);
        self.edges.iter_mut().zip(&counts[1]).for_each(|(edge, (_, traces))| edge.1 = *traces);
    }

    /// Traces with a path through a node, in the order in which they were loaded; at most so many.
    pub fn traces_of(&self, node: u32, most: usize) -> Vec<TraceRow> {
        let mut traces = Vec::new();
        self.visit(&mut |trace, hop| {
            if self.node_of[hop as usize] == node && traces.len() < most && traces.last() != Some(&trace) {
                traces.push(trace);
            }
        });
        traces
    }

    /// How many different operations the hops of each node have; more than one only if nodes are services, or of the focus.
    pub fn operations(&self, paths: &AllPaths) -> Vec<u32> {
        let mut keys = Keys::default();
        let mut counts = vec![0; self.nodes.len()];
        for (hop, node) in self.hops.iter().zip(&self.node_of) {
            let known = keys.names.len();
            let number = keys.number([*node, paths.steps[hop.step as usize].operation.0, 0, 0]);
            counts[*node as usize] += u32::from(number as usize == known);
        }
        counts
    }

    /// What is shown.
    pub fn seen(&self, wanted: &Wanted) -> Seen {
        let is_on_path = self.through(wanted.through);
        let mut seen = Seen {
            nodes: vec![false; self.nodes.len()],
            edges: vec![false; self.edges.len()],
            beyond: vec![Vec::new(); self.nodes.len()],
            levels: [Vec::new(), Vec::new()],
        };
        let mut is_seen = Vec::with_capacity(self.hops.len());
        let mut counts = [Vec::new(), Vec::new()];
        for (number, hop) in self.hops.iter().enumerate() {
            let node = self.node_of[number];
            let inner = is_seen.get(hop.inner as usize).copied();
            let side = usize::from(hop.distance > 0);
            let far = hop.distance.unsigned_abs();
            let is_near = far <= wanted.hops[side] || wanted.shown.contains(&node);
            let sees = hop.distance == 0
                || inner == Some(true) && is_near && is_on_path[number] && !wanted.hidden.contains(&node);
            is_seen.push(sees);
            seen.nodes[node as usize] |= sees;
            if sees && hop.distance != 0 {
                seen.edges[self.edge_of[number] as usize] = true;
            }
            if far > 0 && is_on_path[number] {
                let levels: &mut Vec<[u32; 2]> = &mut counts[side];
                levels.resize(levels.len().max(far as usize), [0; 2]);
                let [all, shown] = &mut levels[far as usize - 1];
                (*all, *shown) = (*all + 1, *shown + u32::from(sees));
            }
        }
        let mut pairs = Keys::default();
        for (number, hop) in self.hops.iter().enumerate().filter(|(_, hop)| hop.distance != 0) {
            let [node, inner] = [number, hop.inner as usize].map(|hop| self.node_of[hop]);
            if is_seen[hop.inner as usize] && is_on_path[number] && !seen.nodes[node as usize] {
                let known = pairs.names.len();
                if pairs.number([inner, node, 0, 0]) as usize == known {
                    seen.beyond[inner as usize].push(node);
                }
            }
        }
        let fullness = |[all, shown]: &[u32; 2]| match shown {
            0 => Fullness::Empty,
            shown if shown < all => Fullness::Partial,
            _ => Fullness::Full,
        };
        seen.levels = counts.map(|levels| levels.iter().map(fullness).collect());
        seen
    }

    /// Which hops are on a path with a hop of the node; all if there is none.
    fn through(&self, node: Option<u32>) -> Vec<bool> {
        let Some(node) = node else { return vec![true; self.hops.len()] };
        let is_it = |hop: usize| self.node_of[hop] == node;
        // Whether it is met outward (or here), and on the way inward.
        let mut outward: Vec<bool> = (0..self.hops.len()).map(is_it).collect();
        let mut inward = outward.clone();
        let mut sides = vec![[false; 2]; self.upstream.len()];
        for (number, hop) in self.hops.iter().enumerate().rev() {
            if outward[number] {
                sides[hop.group as usize][usize::from(hop.distance > 0)] |= hop.distance != 0;
                if let Some(inner) = outward.get_mut(hop.inner as usize) {
                    *inner = true;
                }
            }
        }
        for (number, hop) in self.hops.iter().enumerate() {
            let is_below = inward.get(hop.inner as usize).copied().unwrap_or_default();
            // What is met on the other side of the focus is on the same path.
            let is_beyond = hop.distance != 0 && sides[hop.group as usize][usize::from(hop.distance < 0)];
            inward[number] |= is_below && hop.distance != 0;
            outward[number] |= inward[number] || is_beyond;
        }
        outward
    }
}

/// What is to be shown: nodes by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Upstream and downstream.
    pub hops: [u32; 2],
    pub hidden: Vec<u32>,
    /// However far they are.
    pub shown: Vec<u32>,
    /// Only paths through this one.
    pub through: Option<u32>,
}

/// How much of a level is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Fullness {
    Empty,
    Partial,
    Full,
}

#[derive(Clone, Debug)]
pub struct Seen {
    pub nodes: Vec<bool>,
    pub edges: Vec<bool>,
    /// Of each node those right beyond it that are not shown.
    pub beyond: Vec<Vec<u32>>,
    /// Upstream and downstream, from one hop on.
    pub levels: [Vec<Fullness>; 2],
}

/// Numbers for keys, in the order in which they are met.
#[derive(Default)]
struct Keys {
    names: Vec<[u32; 4]>,
    index: Index,
}

impl Keys {
    #[inline(never)]
    fn number(&mut self, key: [u32; 4]) -> u32 {
        self.find(key).unwrap_or_else(|| {
            self.names.push(key);
            self.index.insert(hash_of(key), self.names.len() as u32 - 1);
            self.names.len() as u32 - 1
        })
    }

    fn find(&self, key: [u32; 4]) -> Option<u32> {
        self.index.find(hash_of(key), |at| self.names[at as usize] == key)
    }
}

#[cfg(test)]
#[path = "path_graph_tests.rs"]
mod tests;
