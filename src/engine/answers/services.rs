//! Who calls whom: the counts are kept, so that another focus or layout does not count anew.

use std::rc::Rc;

use super::compare::node_span;
use super::tables::{PlainSheet, Sheet};
use super::{Answer, Memo};
use crate::analysis::force_layout::forced;
use crate::analysis::layered_layout::layered;
use crate::analysis::layout::{Graph, Layout, Options};
use crate::analysis::service_graph::{Example, ServiceGraph, ServiceLink};
use crate::engine::questions::{
    ABSENT, CALLS, CountedCalls, LinkCalls, MapLink, MapNode, NodeSpan, ServiceMap, ServiceMapAnswer, TableLine,
};
use crate::model::{Store, order};

/// Sizes of nodes in the drawing: the height, the least and the largest width, and of a character (wide ones count as two).
const HEIGHT: f32 = 40.0;
const WIDTHS: [f32; 2] = [92.0, 260.0];
const CHARACTER: f32 = 9.0;
const PADDING: f32 = 26.0;
/// Room between nodes.
const GAPS: [f32; 2] = [72.0, 22.0];
const RATIO: f32 = 1.7;

/// What was counted last.
#[derive(Default)]
pub struct ServicesMemo {
    counted: Option<(CountedCalls, ServiceGraph)>,
}

impl ServicesMemo {
    fn graph(&mut self, store: &Store, what: &CountedCalls) -> &ServiceGraph {
        let what = meant(store, what);
        if self.counted.as_ref().is_some_and(|(known, _)| *known != what) {
            self.counted = None;
        }
        let (_, graph) = self.counted.get_or_insert_with(|| {
            let graph = counted(store, &what);
            (what, graph)
        });
        graph
    }
}

/// Whose counts these are, if that is left open.
fn meant(store: &Store, what: &CountedCalls) -> CountedCalls {
    let is_open = what.or_counted && what.counted_by.is_none() && store.traces().next().is_none();
    let first = store.sources_of_dependencies().into_iter().next().filter(|_| is_open);
    let window = what.window.filter(|_| first.is_none());
    let counted_by = first.map(|name| store.text(name).to_owned()).or_else(|| what.counted_by.clone());
    CountedCalls { counted_by, or_counted: false, window }
}

fn counted(store: &Store, what: &CountedCalls) -> ServiceGraph {
    match what.counted_by.as_deref() {
        None => ServiceGraph::of(store, what.window.unwrap_or([i64::MIN, i64::MAX])),
        Some("") => ServiceGraph::of_dependencies(store, None),
        Some(name) => match store.strings().find(name) {
            Some(name) => ServiceGraph::of_dependencies(store, Some(name)),
            None => ServiceGraph::default(),
        },
    }
}

/// Which nodes are reached from a service in so many steps, whichever way calls go.
fn reached(graph: &ServiceGraph, focus: &str, depth: Option<u32>) -> Vec<bool> {
    let mut is_reached = vec![false; graph.nodes.len()];
    let Some(start) = graph.nodes.iter().position(|node| node.name == focus) else { return is_reached };
    let mut near = vec![Vec::new(); graph.nodes.len()];
    for link in &graph.links {
        near[link.parent as usize].push(link.child as usize);
        near[link.child as usize].push(link.parent as usize);
    }
    is_reached[start] = true;
    let mut queue = vec![(start, 0)];
    let mut at = 0;
    while let Some((node, steps)) = queue.get(at).copied().filter(|(_, steps)| depth.is_none_or(|most| *steps < most)) {
        for next in &near[node] {
            if !std::mem::replace(&mut is_reached[*next], true) {
                queue.push((*next, steps + 1));
            }
        }
        at += 1;
    }
    is_reached
}

/// The width of a node with this name.
pub fn width(name: &str) -> f32 {
    let units: usize = name.chars().map(|letter| if letter < '\u{1100}' { 1 } else { 2 }).sum();
    (units as f32 * CHARACTER + PADDING).clamp(WIDTHS[0], WIDTHS[1])
}

/// Nodes, by their numbers, and links that are shown.
fn shown<'g>(graph: &'g ServiceGraph, asked: &ServiceMap) -> (Vec<bool>, Vec<&'g ServiceLink>) {
    let is_shown = match asked.focus.as_str() {
        "" => vec![true; graph.nodes.len()],
        focus => reached(graph, focus, asked.depth),
    };
    let is_in = |link: &&ServiceLink| {
        let are_shown = is_shown[link.parent as usize] && is_shown[link.child as usize];
        are_shown && (asked.with_loops || link.parent != link.child)
    };
    let links = graph.links.iter().filter(is_in).collect();
    (is_shown, links)
}

/// The links as a table.
pub fn sheet(store: &Store, memo: &mut Memo, asked: &ServiceMap) -> Rc<dyn Sheet> {
    let graph = memo.services().graph(store, &asked.what);
    let count = |count: Option<u64>| count.map_or(ABSENT, |count| count.min(i64::MAX as u64) as i64);
    let share = |link: &ServiceLink| match (link.calls, link.errors) {
        (Some(calls), Some(errors)) if calls > 0 => (errors as f64 / calls as f64 * 100_000.0) as i64,
        _ => ABSENT,
    };
    let line = |(at, link): (usize, &&ServiceLink)| {
        let mut cells = vec![link.parent.into(), link.child.into(), count(link.calls), count(link.errors), share(link)];
        for times in [link.call, link.callee] {
            let ranks = [times.p50, times.p95, times.p99];
            cells.extend(ranks.map(|nanos| if times.count == 0 { ABSENT } else { nanos }));
        }
        TableLine {
            key: at as u32,
            is_error: link.errors.is_some_and(|errors| errors > 0),
            cells,
            ..TableLine::default()
        }
    };
    let lines = shown(graph, asked).1.iter().enumerate().map(line).collect();
    let names = graph.nodes.iter().map(|node| node.name.clone()).collect();
    Rc::new(PlainSheet { columns: &CALLS, lines, names })
}

impl Answer for ServiceMap {
    fn answer(&self, store: &Store, memo: &mut Memo) -> ServiceMapAnswer {
        let graph = memo.services().graph(store, &self.what);
        let (is_shown, links) = shown(graph, self);
        let shown: Vec<u32> = (0..graph.nodes.len() as u32).filter(|at| is_shown[*at as usize]).collect();
        let mut place = vec![0; graph.nodes.len()];
        (0..).zip(&shown).for_each(|(at, node)| place[*node as usize] = at);
        let sizes: Vec<[f32; 2]> = shown.iter().map(|at| [width(&graph.nodes[*at as usize].name), HEIGHT]).collect();
        let edges: Vec<[u32; 2]> =
            links.iter().map(|link| [link.parent, link.child].map(|end| place[end as usize])).collect();
        let layout = lay(&sizes, &edges, self.is_forced);
        let names = order::sorted(graph.nodes.len(), &mut |a, b| {
            graph.nodes[a as usize].name.cmp(&graph.nodes[b as usize].name)
        });
        let mut rank = vec![0; names.len()];
        (0..).zip(&names).for_each(|(at, node)| rank[*node as usize] = at);
        let node = |(at, number): (usize, &u32)| {
            let node = &graph.nodes[*number as usize];
            MapNode {
                name: rank[*number as usize],
                kind: node.kind,
                spans: node.spans,
                errors: node.errors,
                own_nanos: node.own_nanos,
                calls: node.calls,
                failed: node.failed,
                times: node.times,
                middle: layout.positions[at],
                size: sizes[at],
            }
        };
        let link = |(at, link): (usize, &&ServiceLink)| MapLink {
            parent: edges[at][0],
            child: edges[at][1],
            calls: link.calls,
            errors: link.errors,
            call: link.call,
            callee: link.callee,
            bends: layout.bends[at].clone(),
        };
        ServiceMapAnswer {
            number: self.number,
            counted_by: store.sources_of_dependencies().into_iter().map(|name| store.text(name).to_owned()).collect(),
            loaded: loaded(store),
            all: [graph.nodes.len() as u32, graph.links.len() as u32],
            nodes: shown.iter().enumerate().map(node).collect(),
            links: links.iter().enumerate().map(link).collect(),
            names: names.into_iter().map(|at| graph.nodes[at as usize].name.clone()).collect(),
            size: layout.size,
        }
    }
}

fn lay(sizes: &[[f32; 2]], edges: &[[u32; 2]], is_forced: bool) -> Layout {
    let graph = Graph { sizes, edges };
    let options = Options { ratio: RATIO, gap: GAPS, is_downward: false, layers: &[] };
    if is_forced { forced(graph, &options) } else { layered(graph, &options) }
}

/// When the first span starts, and when the last trace ends.
fn loaded(store: &Store) -> [i64; 2] {
    let mut loaded = [i64::MAX, i64::MIN];
    for (_, trace) in store.traces() {
        loaded = [loaded[0].min(trace.start.0), loaded[1].max(trace.end.0)];
    }
    if loaded[0] > loaded[1] { [0; 2] } else { loaded }
}

impl Answer for LinkCalls {
    fn answer(&self, store: &Store, memo: &mut Memo) -> [Vec<NodeSpan>; 2] {
        let graph = memo.services().graph(store, &self.what);
        let name = |at: u32| &graph.nodes[at as usize].name;
        let is_it = |link: &ServiceLink| *name(link.parent) == self.parent && *name(link.child) == self.child;
        let Some(at) = graph.links.iter().position(is_it) else { return Default::default() };
        // By what they are the slowest, which is not the time of the span that is led to.
        let told = |(call, nanos): &(Example, i64)| NodeSpan { duration_nanos: *nanos, ..node_span(store, *call) };
        [&graph.slowest[at], &graph.failed[at]].map(|calls| calls.iter().map(told).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draw;

    fn ask(store: &Store, focus: &str, depth: Option<u32>) -> ServiceMapAnswer {
        let what = CountedCalls::default();
        let question =
            ServiceMap { what, focus: focus.to_owned(), depth, with_loops: true, is_forced: false, number: 0 };
        question.answer(store, &mut Memo::default())
    }

    /// Without traces an open question is one for what the first source counted; with traces, or if the loaded ones are asked for, it is not.
    #[test]
    fn what_is_left_open_is_what_there_is() {
        let told = |spans: &str, or_counted: bool| {
            let mut store = if spans.is_empty() { Store::new() } else { draw(spans) };
            store.begin_source("jaeger");
            let [parent, child] = ["a", "b"].map(|name| store.content.strings.intern(name));
            store.dependencies.push(crate::model::Dependency { parent, child, calls: Some(3), errors: None });
            let what = CountedCalls { or_counted, ..CountedCalls::default() };
            let question =
                ServiceMap { what, focus: String::new(), depth: None, with_loops: true, is_forced: false, number: 0 };
            edges(&question.answer(&store, &mut Memo::default()))
        };
        let spans = "web |==|\n  shop |=|\n";
        assert_eq!(
            [told("", true), told("", false), told(spans, true)],
            [vec!["a>b".to_owned()], vec![], vec!["web>shop".to_owned()]]
        );
    }

    fn edges(answer: &ServiceMapAnswer) -> Vec<String> {
        let name = |node: u32| answer.names[answer.nodes[node as usize].name as usize].as_str();
        let mut edges: Vec<String> =
            answer.links.iter().map(|link| [name(link.parent), ">", name(link.child)].concat()).collect();
        edges.sort();
        edges
    }

    /// a calls b and c, b calls c, c calls d, and d e.
    fn store() -> Store {
        draw(
            "
a x      |=====|
  b x    |===  |
    c x  |==   |
      d x|=    |
        e|.    |
  c x    |    =|
",
        )
    }

    #[test]
    fn all_calls_among_the_reached_services_are_kept() {
        let store = store();
        let all = ask(&store, "", None);
        assert_eq!((edges(&all).join(" "), all.all), ("a>b a>c b>c c>d d>e".to_owned(), [5, 5]));
        let near = ask(&store, "a", Some(1));
        // Jaeger UI would not show that b calls c.
        assert_eq!((edges(&near).join(" "), near.all, near.names.len()), ("a>b a>c b>c".to_owned(), [5, 5], 5));
        assert_eq!(edges(&ask(&store, "d", Some(1))).join(" "), "c>d d>e");
        assert_eq!(edges(&ask(&store, "d", None)).len(), 5);
        assert_eq!((ask(&store, "d", Some(0)).nodes.len(), ask(&store, "nobody", None).nodes.len()), (1, 0));
    }

    #[test]
    fn nodes_stand_beside_each_other() {
        let answer = ask(&store(), "", None);
        for (at, node) in answer.nodes.iter().enumerate() {
            let is_apart = |other: &MapNode| {
                (0..2).any(|axis| {
                    (node.middle[axis] - other.middle[axis]).abs() >= (node.size[axis] + other.size[axis]) / 2.0
                })
            };
            assert!(answer.nodes[at + 1..].iter().all(is_apart), "{answer:?}");
            assert!((0..2).all(|axis| node.middle[axis] + node.size[axis] / 2.0 <= answer.size[axis] + 0.5));
        }
    }

    #[test]
    fn a_links_calls_are_the_slowest_first() {
        let store = store();
        let [parent, child] = ["a", "c"].map(str::to_owned);
        let [slowest, failed] =
            LinkCalls { what: CountedCalls::default(), parent, child }.answer(&store, &mut Memo::default());
        assert_eq!((slowest.len(), slowest[0].span_id.as_str(), failed.len()), (1, "6", 0));
    }
}
