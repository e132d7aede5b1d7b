//! Comparisons of two traces of ../shared/fixtures/jaeger come out as Jaeger UI computes them: every call path with its counts in A and B.

mod files;

use files::{fixtures, load_into};
use serde_json::Value;
use trackway::analysis::comparison::{Comparison, Measure};
use trackway::analysis::flame::{Flame, wholes};
use trackway::analysis::paths::{Paths, Sameness};
use trackway::export::comparison::csv;
use trackway::model::{Store, TraceRow};

/// Service and operation of each level, `LEAF` after a path that ends in a leaf, and the counts.
type Line = (Vec<String>, u32, u32);

fn ours(store: &Store, pair: [TraceRow; 2]) -> Vec<Line> {
    let comparison = Comparison::of(store, [&pair[..1], &pair[1..]], Sameness::Exact);
    let paths = &comparison.paths;
    assert_eq!(csv(store, &comparison).matches("\r\n").count(), paths.nodes.len() + 1);
    let mut lines = Vec::<Line>::new();
    for (node, [a, b]) in paths.nodes.iter().zip(&comparison.measures) {
        let mut path = match node.parent {
            Paths::NO_PARENT => Vec::new(),
            parent => lines[parent as usize].0.clone(),
        };
        path.push(format!("{}: {}", paths.text(store, node.service), paths.text(store, node.operation)));
        path.extend(node.is_leaf.then(|| "LEAF".to_owned()));
        lines.push((path, a.spans, b.spans));
    }
    lines.sort();
    lines
}

/// The flame graph of either side is as wide as what the comparison has summed up, and no box is wider than its parent.
fn flames_add_up(store: &Store, pair: [TraceRow; 2]) {
    let comparison = Comparison::of(store, [&pair[..1], &pair[1..]], Sameness::Exact);
    let parents: Vec<u32> = comparison.paths.nodes.iter().map(|node| node.parent).collect();
    let order: Vec<u32> = (0..parents.len() as u32).collect();
    let weights: [fn(&Measure) -> i64; 2] = [|measure| measure.own, |measure| measure.spans.into()];
    for (side, own) in [(0, weights[0]), (0, weights[1]), (1, weights[0]), (1, weights[1])] {
        let own: Vec<i64> = comparison.measures.iter().map(|measures| own(&measures[side])).collect();
        let flame = Flame::of(&parents, &wholes(&parents, &own), &order);
        assert_eq!(flame.total(), own.iter().sum::<i64>() as u64);
        for placed in &flame.boxes {
            let parent = flame.boxes.get(placed.parent as usize);
            assert!(parent.is_none_or(|parent| parent.start <= placed.start && placed.end() <= parent.end()));
        }
    }
}

fn theirs(pair: &Value) -> Vec<Line> {
    let count = |node: &Value, side: &str| node[side].as_u64().expect("a count") as u32;
    let path = |node: &Value| {
        let level = |level: &Value| {
            let texts: Vec<&str> =
                level.as_array().expect("a level").iter().map(|it| it.as_str().expect("a text")).collect();
            let mut words = vec![format!("{}: {}", texts[0], texts[1])];
            words.extend(texts.get(2).map(|_| "LEAF".to_owned()));
            words
        };
        node["path"].as_array().expect("a path").iter().flat_map(level).collect()
    };
    let nodes = pair["nodes"].as_array().expect("nodes").iter();
    let mut lines: Vec<Line> = nodes.map(|node| (path(node), count(node, "a"), count(node, "b"))).collect();
    lines.sort();
    lines
}

#[test]
fn nodes_and_counts_are_those_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let file = folder.join("expected/computed/jaeger-ui-trace-diff.json");
    let expected: Value = serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON");
    let (mut pairs, mut nodes) = (0, 0);
    for pair in expected["pairs"].as_array().expect("pairs") {
        let mut store = Store::new();
        let rows = ["a", "b"].map(|side| {
            let name = pair[side]["file"].as_str().expect("a file");
            let id = pair[side]["traceID"].as_str().expect("an id");
            if store.trace_by_id(id).is_none() {
                load_into(&mut store, name, &std::fs::read(folder.join(name)).expect("a file"), 1 << 20);
            }
            store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"))
        });
        let expected = theirs(pair);
        assert_eq!(ours(&store, rows), expected, "{} and {}", pair["a"], pair["b"]);
        flames_add_up(&store, rows);
        (pairs, nodes) = (pairs + 1, nodes + expected.len());
    }
    assert!(pairs > 0);
    println!("compared as Jaeger UI does: {pairs} pairs, {nodes} nodes");
}
