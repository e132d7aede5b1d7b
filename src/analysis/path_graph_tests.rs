use super::super::testing::{Given, bush, span, traces_of};
use super::*;
use crate::model::draw_all;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DENSITIES: [Density; 5] =
    [Density::Concise, Density::UpAndDown, Density::Level, Density::Path, Density::External];

fn focus(store: &Store, service: &str, operation: Option<&str>) -> Focus {
    let id = |name: &str| store.strings().find(name).expect("a name");
    Focus { service: id(service), operation: operation.map(id) }
}

/// Paths as Jaeger UI tells them, one by one.
fn naive_paths(store: &Store, focus: Focus) -> Vec<(Vec<(StringId, StringId)>, usize, u32)> {
    let mut told = Vec::new();
    for (row, trace) in store.traces() {
        let tree = &trace.tree;
        for leaf in (0..tree.len()).filter(|at| tree.children[*at] == 0) {
            let mut spans = vec![leaf];
            while let Some(parent) = tree.parent_of(spans[spans.len() - 1]) {
                spans.push(parent);
            }
            let mut kept: Vec<usize> = Vec::new();
            for span in spans.into_iter().rev() {
                let resource = |at: usize| store.spans.resource(tree.order[at]);
                let is_other = kept.last().is_none_or(|last| resource(*last) != resource(span));
                if is_other || store.spans.kind(tree.order[span]) == SpanKind::Server {
                    kept.push(span);
                }
            }
            let name = |at: &usize| (store.service(tree.order[*at]), store.spans.name(tree.order[*at]));
            let path: Vec<_> = kept.iter().map(name).collect();
            let is_it = |name: &(StringId, StringId)| {
                name.0 == focus.service && focus.operation.is_none_or(|operation| operation == name.1)
            };
            if let Some(focal) = path.iter().position(is_it) {
                told.push((path, focal, row.0));
            }
        }
    }
    told
}

/// The node of a hop as a text, by Jaeger UI's way of telling them apart.
fn naive_key(
    path: &[(StringId, StringId)],
    focal: usize,
    at: usize,
    density: Density,
    by_operation: bool,
    focal_operations: &BTreeSet<StringId>,
) -> String {
    let name = |at: usize| match at == focal {
        true => "focus".to_owned(),
        false if by_operation => format!("{:?} {:?}", path[at].0, path[at].1),
        false => format!("{:?}", path[at].0),
    };
    let distance = at as i32 - focal as i32;
    let way = || (at.min(focal)..=at.max(focal)).map(name).collect::<Vec<_>>().join(" > ");
    let is_outer = distance != 0 && (at == 0 || at + 1 == path.len());
    match density {
        _ if distance == 0 => "focus".to_owned(),
        Density::Concise
            if path[at].0 == path[focal].0 && (!by_operation || focal_operations.contains(&path[at].1)) =>
        {
            "focus".to_owned()
        }
        Density::Concise => name(at),
        Density::UpAndDown => format!("{} {}", name(at), distance.signum()),
        Density::Level => format!("{} {distance}", name(at)),
        Density::Path => way(),
        Density::External => format!("{} {is_outer}", way()),
    }
}

/// By node its traces, and by edge.
type Counted = (BTreeMap<String, BTreeSet<u32>>, BTreeMap<(String, String), BTreeSet<u32>>);

fn naive(store: &Store, focus: Focus, density: Density, by_operation: bool) -> Counted {
    let paths = naive_paths(store, focus);
    let operations: BTreeSet<StringId> = paths.iter().map(|(path, focal, _)| path[*focal].1).collect();
    let (mut nodes, mut edges) = Counted::default();
    for (path, focal, trace) in &paths {
        let keys: Vec<String> =
            (0..path.len()).map(|at| naive_key(path, *focal, at, density, by_operation, &operations)).collect();
        keys.iter().for_each(|key| _ = nodes.entry(key.clone()).or_default().insert(*trace));
        keys.windows(2)
            .for_each(|pair| _ = edges.entry((pair[0].clone(), pair[1].clone())).or_default().insert(*trace));
    }
    (nodes, edges)
}

/// Lines of what is drawn: each edge by its callers, callees and traces.
fn told(store: &Store, graph: &PathGraph) -> Vec<String> {
    let name = |node: u32| {
        let node = &graph.nodes[node as usize];
        format!("{}{:+}", store.text(node.service), node.distance)
    };
    let mut lines: Vec<String> =
        graph.edges.iter().map(|([from, to], traces)| format!("{} > {} {traces}", name(*from), name(*to))).collect();
    lines.sort();
    lines
}

const SHOP: &str = "
web get      |==========|
  shop buy   | ======== |
    pay card |  ===     |
      db put |   =      |
    mail send|      ==  |
";

const JOB: &str = "
cron run     |==========|
  web get    | ======== |
    shop buy |  ======  |
      pay ask|   ==     |
";

#[test]
fn hops_are_counted_from_the_focus() {
    let store = draw_all(&[SHOP, JOB, SHOP]);
    let paths = AllPaths::of(&store);
    let graph = PathGraph::of(&paths, focus(&store, "shop", None), Density::Path, false);
    assert_eq!(
        told(&store, &graph),
        ["cron-2 > web-1 1", "pay+1 > db+2 2", "shop+0 > mail+1 2", "shop+0 > pay+1 3", "web-1 > shop+0 3"]
    );
    assert_eq!((graph.traces, graph.nodes[0].traces, graph.operations(&paths)[0]), (3, 3, 1));
    let by_operation = PathGraph::of(&paths, focus(&store, "shop", Some("buy")), Density::Path, true);
    assert_eq!(by_operation.nodes.len(), graph.nodes.len() + 1, "pay has two operations");
    let other = PathGraph::of(&paths, focus(&store, "cron", None), Density::Path, false);
    assert_eq!((other.traces, other.nodes.len()), (1, 4));
    assert_eq!(PathGraph::of(&paths, focus(&store, "shop", Some("get")), Density::Path, true).nodes.len(), 0);
}

#[test]
fn spans_of_one_resource_are_one_hop_unless_they_are_servers() {
    let child = |parent: usize, at: i64, service, name, kind| Given { service, name, kind, ..span(parent, at, 90) };
    let spans = vec![
        Given { service: "web", name: "get", ..span(None, 0, 100) },
        child(0, 1, "web", "render", SpanKind::Unspecified),
        child(1, 2, "web", "call", SpanKind::Client),
        child(2, 3, "shop", "buy", SpanKind::Server),
        child(3, 4, "shop", "inner", SpanKind::Unspecified),
        child(4, 5, "shop", "again", SpanKind::Server),
    ];
    let store = traces_of(&[spans], &mut |_, _, _| {});
    let paths = AllPaths::of(&store);
    let graph = PathGraph::of(&paths, focus(&store, "web", None), Density::Path, true);
    let names: Vec<&str> = graph.nodes.iter().map(|node| store.text(node.operation)).collect();
    assert_eq!(names, ["get", "buy", "again"]);
}

#[test]
fn what_is_far_or_hidden_is_not_shown() {
    let store = draw_all(&[SHOP, JOB]);
    let paths = AllPaths::of(&store);
    let graph = PathGraph::of(&paths, focus(&store, "shop", None), Density::Path, false);
    let number = |service: &str| {
        let it = |node: &Node| store.text(node.service) == service;
        graph.nodes.iter().position(it).expect("a node") as u32
    };
    let shown = |wanted: &Wanted| -> Vec<&str> {
        let seen = graph.seen(wanted).nodes;
        graph.nodes.iter().zip(seen).filter(|(_, seen)| *seen).map(|(node, _)| store.text(node.service)).collect()
    };
    let one = Wanted { hops: [1, 1], ..Wanted::default() };
    assert_eq!(shown(&one), ["shop", "web", "pay", "mail"]);
    let seen = graph.seen(&one);
    assert_eq!(seen.beyond[number("pay") as usize], [number("db")]);
    assert_eq!(seen.levels, [vec![Fullness::Full, Fullness::Empty], vec![Fullness::Full, Fullness::Empty]]);
    let expanded = Wanted { shown: vec![number("db")], ..one.clone() };
    assert_eq!(shown(&expanded), ["shop", "web", "pay", "db", "mail"]);
    let hidden = Wanted { hidden: vec![number("pay")], hops: [2, 2], ..Wanted::default() };
    assert_eq!(shown(&hidden), ["shop", "web", "mail", "cron"], "what hangs on it goes, too");
    assert_eq!(graph.seen(&hidden).levels[1], [Fullness::Partial, Fullness::Empty]);
    let through = Wanted { hops: [2, 2], through: Some(number("cron")), ..Wanted::default() };
    assert_eq!(shown(&through), ["shop", "web", "pay", "cron"], "the job asks nobody to send");
    assert_eq!(graph.traces_of(number("cron"), 9), [TraceRow(1)]);
    assert_eq!(graph.traces_of(0, 1), [TraceRow(0)]);
}

#[test]
fn very_deep_traces() {
    let chain: Vec<Given> = (0..60_000)
        .map(|at: usize| Given { service: ["a", "b"][at % 2], ..span(at.checked_sub(1), at as i64, 200_000) })
        .collect();
    let store = traces_of(&[chain], &mut |_, _, _| {});
    let graph = PathGraph::of(&AllPaths::of(&store), focus(&store, "b", None), Density::Level, false);
    assert_eq!((graph.nodes.len(), graph.nodes[1].distance), (2 + MOST_HOPS as usize, -1));
}

/// `cargo test --release --lib path_graph -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut traces = vec![bush(50); 10_000];
    for (number, trace) in traces.iter_mut().enumerate() {
        // Ninety-one shapes.
        trace.iter_mut().skip(1 + number % 7).step_by(2 + number % 13).for_each(|span| span.name = "other");
    }
    let store = traces_of(&traces, &mut |_, _, _| {});
    let began = std::time::Instant::now();
    let paths = AllPaths::of(&store);
    println!(
        "{} spans: paths {:.0} ms, {} steps",
        store.spans.len(),
        began.elapsed().as_secs_f64() * 1e3,
        paths.steps.len()
    );
    for density in DENSITIES {
        let began = std::time::Instant::now();
        let graph = PathGraph::of(&paths, focus(&store, "shop", None), density, true);
        let made = began.elapsed().as_secs_f64() * 1e3;
        let seen = graph.seen(&Wanted { hops: [2, 2], ..Wanted::default() });
        let all = began.elapsed().as_secs_f64() * 1e3;
        println!(
            "  {density:?}: {made:.0} ms, with what is shown {all:.0} ms; {} hops, {} nodes, {} shown",
            graph.hops.len(),
            graph.nodes.len(),
            seen.nodes.iter().filter(|it| **it).count()
        );
    }
}

fn any_traces() -> impl Strategy<Value = Vec<Vec<Given>>> {
    let one = (any::<prop::sample::Index>(), 0_u8..12, 0_usize..4, 0_usize..3, any::<bool>());
    let trace = prop::collection::vec(one, 1..14).prop_map(|list| {
        let spans = list.into_iter().enumerate().map(|(at, (parent, is_root, service, name, is_server))| Given {
            parent: (at > 0 && is_root > 0).then(|| parent.index(at)),
            service: ["web", "shop", "pay", "db"][service],
            name: ["get", "put", "ask"][name],
            kind: if is_server { SpanKind::Server } else { SpanKind::Client },
            ..span(None, at as i64, 100)
        });
        spans.collect()
    });
    prop::collection::vec(trace, 1..5)
}

proptest! {
    #[test]
    fn it_is_what_all_paths_one_by_one_say(traces in any_traces(), service in 0_usize..4, by_operation: bool, one: bool) {
        let store = traces_of(&traces, &mut |_, _, _| {});
        let id = |name: &str| store.strings().find(name);
        let Some(service) = id(["web", "shop", "pay", "db"][service]) else { return Ok(()) };
        let wanted = Focus { service, operation: id("get").filter(|_| one) };
        let paths = AllPaths::of(&store);
        for density in DENSITIES {
            let graph = PathGraph::of(&paths, wanted, density, by_operation);
            let (nodes, edges) = naive(&store, wanted, density, by_operation);
            let counts = |counts: Vec<u32>| {
                let mut counts = counts;
                counts.sort();
                counts
            };
            prop_assert_eq!(
                counts(graph.nodes.iter().map(|node| node.traces).collect()),
                counts(nodes.values().map(|traces| traces.len() as u32).collect()), "{:?}", density
            );
            prop_assert_eq!(
                counts(graph.edges.iter().map(|edge| edge.1).collect()),
                counts(edges.values().map(|traces| traces.len() as u32).collect()), "{:?}", density
            );
            for (number, node) in (0..).zip(&graph.nodes) {
                let traces = graph.traces_of(number, usize::MAX);
                prop_assert_eq!(traces.len() as u32, node.traces);
            }
        }
    }

    #[test]
    fn paths_through_a_node_are_those_that_have_it(traces in any_traces(), node: prop::sample::Index) {
        let store = traces_of(&traces, &mut |_, _, _| {});
        let Some(service) = store.strings().find("shop") else { return Ok(()) };
        let wanted = Focus { service, operation: None };
        let graph = PathGraph::of(&AllPaths::of(&store), wanted, Density::External, true);
        if graph.nodes.is_empty() {
            return Ok(());
        }
        let through = node.index(graph.nodes.len()) as u32;
        let seen = graph.seen(&Wanted { hops: [99, 99], through: Some(through), ..Wanted::default() });
        // The same of the paths one by one; nodes are told apart by their keys, and come in some order.
        let key_of = |path: &[(StringId, StringId)], focal: usize, at: usize| naive_key(path, focal, at, Density::External, true, &BTreeSet::new());
        let paths = naive_paths(&store, wanted);
        let own = |number: u32| {
            let node = &graph.nodes[number as usize];
            (node.service, node.operation, node.distance, node.traces)
        };
        let (nodes, _) = naive(&store, wanted, Density::External, true);
        let mut candidates: BTreeMap<String, usize> = BTreeMap::new();
        for (path, focal, _) in &paths {
            for at in 0..path.len() {
                let key = key_of(path, *focal, at);
                let same = (path[at].0, path[at].1, at as i32 - *focal as i32, nodes[&key].len() as u32) == own(through);
                if same || (through == 0 && at == *focal) {
                    candidates.insert(key, 0);
                }
            }
        }
        let shown = seen.nodes.iter().filter(|it| **it).count();
        for (key, count) in &mut candidates {
            let through = paths.iter().filter(|(path, focal, _)| (0..path.len()).any(|at| key_of(path, *focal, at) == *key));
            let keys: BTreeSet<String> = through.flat_map(|(path, focal, _)| (0..path.len()).map(|at| key_of(path, *focal, at))).collect();
            *count = keys.len();
        }
        prop_assert!(candidates.values().any(|count| *count == shown), "{shown} {candidates:?}");
    }
}
