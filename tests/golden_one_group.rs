//! Trace graphs and flame graphs of ../shared/fixtures/jaeger come out as Jaeger UI computes them, and flame graphs add up to what the spans say.

mod files;

use std::collections::BTreeMap;

use files::{fixtures, load, load_into};
use serde_json::{Value, json};
use trackway::analysis::clock::Clock;
use trackway::analysis::comparison::{Comparison, Measure};
use trackway::analysis::flame::{Flame, wholes, widest};
use trackway::analysis::paths::{Paths, Sameness};
use trackway::analysis::self_time::self_times;
use trackway::model::{StatusCode, Store, TraceRow};

fn read(name: &str) -> Option<Value> {
    let file = fixtures()?.join("expected").join(name);
    Some(serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON"))
}

fn texts<'a>(store: &'a Store, comparison: &'a Comparison, node: usize) -> [&'a str; 2] {
    let it = &comparison.paths.nodes[node];
    [it.service, it.operation].map(|text| comparison.paths.text(store, text))
}

/// Of every node its path, count, errors and time (microseconds).
type Line = (String, u64, u64, u64);

fn ours(store: &Store, comparison: &Comparison) -> Vec<(Line, i64)> {
    let mut paths = Vec::<String>::new();
    let mut lines = Vec::new();
    for (at, (node, [own, _])) in comparison.paths.nodes.iter().zip(&comparison.measures).enumerate() {
        let above = paths.get(node.parent as usize).cloned().unwrap_or_default();
        let path = [&above, " / ", &texts(store, comparison, at).join(": ")].concat();
        lines.push(((path.clone(), own.spans.into(), own.errors.into(), own.total as u64 / 1_000), own.own));
        paths.push(path);
    }
    lines.sort();
    lines
}

fn theirs(graph: &Value) -> Vec<(Line, i64)> {
    let nodes = graph["nodes"].as_array().expect("nodes");
    let number = |node: &Value, key: &str| node[key].as_f64().expect("a number") as u64;
    let mut above = BTreeMap::new();
    for edge in graph["edges"].as_array().expect("edges") {
        above.insert(edge[1].as_u64().expect("a node"), edge[0].as_u64().expect("a node"));
    }
    let name = |node: &Value| {
        [" / ", node["service"].as_str().expect("a text"), ": ", node["operation"].as_str().expect("a text")].concat()
    };
    let line = |node: &Value| {
        let (mut at, mut path) = (number(node, "i"), name(node));
        while let Some(parent) = above.get(&at) {
            at = *parent;
            path = [name(&nodes[at as usize]), path].concat();
        }
        let line = (path, number(node, "count"), number(node, "errors"), number(node, "time"));
        (line, number(node, "selfTime") as i64)
    };
    let mut lines: Vec<(Line, i64)> = nodes.iter().map(line).collect();
    lines.sort();
    lines
}

/// The file holds one span twice: Jaeger UI counts both, we one.
const SAME_SPAN_TWICE: &str = "jaeger/jaeger-otlp2jaeger-out.json";

#[test]
fn trace_graphs_are_those_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let (mut traces, mut graphs_with_self_times) = (0, 0);
    for entry in std::fs::read_dir(folder.join("expected/computed")).expect("a folder") {
        let expected: Value =
            serde_json::from_slice(&std::fs::read(entry.expect("a file").path()).expect("a file")).expect("JSON");
        let graphs = expected["traces"].as_array().into_iter().flatten().filter(|it| it["traceGraph"].is_object());
        for graph in graphs {
            let name = expected["file"].as_str().expect("a file");
            let (store, _) = load(name, &std::fs::read(folder.join(name)).expect("a file"), 1 << 20);
            let id = graph["traceID"].as_str().expect("an id");
            let trace = store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
            let comparison = Comparison::of_one(&store, &[trace], Sameness::Exact);
            let (ours, theirs) = (ours(&store, &comparison), theirs(&graph["traceGraph"]));
            let lines = |all: &[(Line, i64)]| all.iter().map(|(line, _)| line.clone()).collect::<Vec<_>>();
            if SAME_SPAN_TWICE == name {
                assert_ne!(lines(&ours), lines(&theirs));
                continue;
            }
            assert_eq!(lines(&ours), lines(&theirs), "{name} {id}");
            traces += 1;
            // Jaeger UI keeps the children that are waited for of the first trace alone that was ever opened, and of all others takes none to have
            // any (FEATURES §3.11): there self times are times. Ours are right for every trace.
            if theirs.iter().all(|((.., time), own)| *time as i64 == *own) {
                continue;
            }
            graphs_with_self_times += 1;
            for (((path, count, ..), own), (_, expected)) in ours.iter().zip(&theirs) {
                // Its children end a microsecond early, so that a moment is counted once: as much as their number is our difference.
                let away = expected - own / 1_000;
                assert!((0..=200 * *count as i64).contains(&away), "{name} {path}: {own} ns, expected {expected} µs");
            }
        }
    }
    assert!(traces > 40 && graphs_with_self_times == 1, "{traces} {graphs_with_self_times}");
    println!("trace graphs as Jaeger UI's: {traces}");
}

/// Edges to what is not waited for are dashed. (Jaeger UI's code says the same; in what was computed of it no edge is, though this trace has a
/// consumer.)
#[test]
fn edges_to_consumers_are_dashed() {
    let Some(folder) = fixtures() else { return };
    let bytes = std::fs::read(folder.join("jaeger/tracegraph-test-trace.json")).expect("a file");
    let (store, _) = load("trace.json", &bytes, 1 << 20);
    let comparison = Comparison::of_one(&store, &[TraceRow(0)], Sameness::Exact);
    let dashed = comparison.measures.iter().enumerate().filter(|(_, [own, _])| own.consumers > 0);
    let dashed: Vec<_> = dashed.map(|(at, _)| texts(&store, &comparison, at)).collect();
    assert_eq!(dashed, [["service2", "op3"]]);
}

/// Boxes of a flame graph below one of them, as Jaeger UI tells them.
fn boxes(store: &Store, comparison: &Comparison, parent: u32) -> Vec<Value> {
    let below = comparison.paths.nodes.iter().enumerate().filter(|(_, node)| node.parent == parent);
    let told = |(at, _): (usize, &trackway::analysis::paths::Node)| {
        let [service, operation] = texts(store, comparison, at);
        let (own, name) = (comparison.measures[at][0], [service, ": ", operation].concat());
        json!({
            "name": name, "serviceName": service, "count": own.spans,
            "duration": own.total / 1_000, "children": boxes(store, comparison, at as u32),
        })
    };
    below.map(told).collect()
}

/// What is alike in both: a box's `value`, which is its width, is compared elsewhere.
fn without_values(mut told: Value) -> Value {
    told.as_object_mut().expect("a box").remove("value");
    let children = told["children"].as_array().cloned().unwrap_or_default().into_iter().map(without_values).collect();
    told["children"] = Value::Array(children);
    told
}

/// The spans of a case, which may be in each other, as Jaeger UI's JSON.
fn spans_of(given: &Value, parent: Option<&str>, out: &mut Vec<Value>) {
    for span in given.as_array().into_iter().flatten() {
        let id = format!("{:x}", out.len() + 1);
        let references = parent.map(|parent| json!({"refType": "CHILD_OF", "traceID": "1", "spanID": parent}));
        out.push(json!({
            "traceID": "1", "spanID": id, "operationName": span["name"], "references": references.into_iter().collect::<Vec<_>>(),
            "startTime": 1_600_000_000_000_000_u64 + span["startTime"].as_u64().unwrap_or_default(),
            "duration": span["duration"], "tags": [], "logs": [],
            "process": {"serviceName": span["resource"]["serviceName"], "tags": []},
        }));
        spans_of(&span["childSpans"], Some(&id), out);
    }
}

/// The trace that a call was given.
fn given(case: &Value, call: &Value) -> Store {
    let input = &call["input"][0];
    let trace = match input["$trace"].as_str() {
        Some(name) => case["inputs"][name]["inline"].clone(),
        None => {
            let mut spans = Vec::new();
            let all = if input["rootSpans"].is_array() { &input["rootSpans"] } else { &input["spans"] };
            spans_of(all, None, &mut spans);
            json!({"traceID": "1", "spans": spans, "processes": {}})
        }
    };
    let mut store = Store::new();
    load_into(&mut store, "case.json", &serde_json::to_vec(&json!({"data": [trace]})).expect("JSON"), 1 << 20);
    assert_eq!(store.traces().count(), 1);
    store
}

fn calls(name: &str) -> Vec<(Value, Value)> {
    let all = read(name).unwrap_or_default();
    let cases = all["cases"].as_array().cloned().unwrap_or_default();
    let calls = |case: Value| {
        let calls = case["calls"].as_array().cloned().unwrap_or_default();
        calls.into_iter().map(move |call| (case.clone(), call))
    };
    cases.into_iter().flat_map(calls).collect()
}

#[test]
fn flame_graphs_are_those_of_jaeger_ui() {
    for (case, call) in calls("jaeger-flamegraph-data.json") {
        let store = given(&case, &call);
        let comparison = Comparison::of_one(&store, &[TraceRow(0)], Sameness::Names);
        let expected = without_values(call["output"].clone());
        assert_eq!(json!(boxes(&store, &comparison, Paths::NO_PARENT)), expected["children"], "{}", case["test"]);
        // The whole is as long as its roots.
        let totals: Vec<i64> = comparison.measures.iter().map(|[own, _]| own.total).collect();
        let parents: Vec<u32> = comparison.paths.nodes.iter().map(|node| node.parent).collect();
        let order: Vec<u32> = (0..parents.len() as u32).collect();
        let flame = Flame::of(&parents, &widest(&parents, &totals), &order);
        assert_eq!(flame.total() / 1_000, call["output"]["value"].as_u64().expect("a number"));
    }
}

/// By service and operation: spans, errors, and sums of durations and self times.
type Sums = BTreeMap<(String, String), (u32, u32, i64, i64)>;

fn add(sums: &mut Sums, [service, operation]: [&str; 2], own: &Measure) {
    let sum = sums.entry((service.to_owned(), operation.to_owned())).or_default();
    *sum = (sum.0 + own.spans, sum.1 + own.errors, sum.2 + own.total, sum.3 + own.own);
}

fn sums_of_nodes(store: &Store, comparison: &Comparison) -> Sums {
    let mut sums = Sums::new();
    for (at, [own, _]) in comparison.measures.iter().enumerate() {
        add(&mut sums, texts(store, comparison, at), own);
    }
    sums
}

#[test]
fn tables_beside_flame_graphs_are_those_of_jaeger_ui() {
    for (case, call) in calls("jaeger-flamegraph-table.json") {
        let store = given(&case, &call);
        let comparison = Comparison::of_one(&store, &[TraceRow(0)], Sameness::Names);
        let sums = sums_of_nodes(&store, &comparison);
        let lines = call["output"].as_array().expect("lines");
        assert_eq!(sums.len(), lines.len(), "{}", case["test"]);
        for line in lines {
            let (service, name) =
                (line["serviceName"].as_str().expect("a text"), line["name"].as_str().expect("a text"));
            let operation = name.strip_prefix(service).and_then(|rest| rest.strip_prefix(": ")).expect("a name");
            let (spans, _, total, own) = sums[&(service.to_owned(), operation.to_owned())];
            let number = |key: &str| line[key].as_i64().expect("a number");
            assert_eq!((spans.into(), total / 1_000, own / 1_000), (number("count"), number("total"), number("self")));
        }
    }
}

/// The flame graph of all traces of a file together: sums over its boxes are sums over the spans, whatever the weight.
#[test]
fn flame_graphs_add_up_to_the_spans() {
    let Some(folder) = fixtures() else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("jaeger")).expect("a folder") {
        let path = entry.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a file");
        if bytes.len() > 8_000_000 || path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let (store, _) = load("trace.json", &bytes, 1 << 20);
        let traces: Vec<TraceRow> = store.traces().map(|(row, _)| row).collect();
        if traces.is_empty() {
            continue;
        }
        let mut expected = Sums::new();
        for trace in &traces {
            let clock = Clock::new(&store, *trace);
            let own = self_times(&clock);
            for (row, own) in clock.trace.tree.order.iter().zip(own) {
                let errors = u32::from(store.spans.status(*row) == StatusCode::Error);
                let total = store.spans.duration(*row).0;
                let names = [store.text(store.service(*row)), store.text(store.spans.name(*row))];
                add(&mut expected, names, &Measure { spans: 1, errors, total, own, ..Measure::default() });
            }
        }
        let comparison = Comparison::of_one(&store, &traces, Sameness::Names);
        assert_eq!(sums_of_nodes(&store, &comparison), expected, "{}", path.display());
        let parents: Vec<u32> = comparison.paths.nodes.iter().map(|node| node.parent).collect();
        let order: Vec<u32> = (0..parents.len() as u32).collect();
        let weights: [fn(&Measure) -> i64; 4] =
            [|own| own.own, |own| own.spans.into(), |own| own.errors.into(), |own| own.total];
        for (at, weight) in weights.iter().enumerate() {
            let own: Vec<i64> = comparison.measures.iter().map(|[own, _]| weight(own)).collect();
            let sum = if at == 3 { widest(&parents, &own) } else { wholes(&parents, &own) };
            let flame = Flame::of(&parents, &sum, &order);
            if at < 3 {
                assert_eq!(flame.total() as i64, own.iter().sum::<i64>(), "{}", path.display());
            }
            for placed in &flame.boxes {
                let parent = flame.boxes.get(placed.parent as usize);
                assert!(parent.is_none_or(|parent| parent.start <= placed.start && placed.end() <= parent.end()));
                assert!(placed.width as i64 >= own[placed.node as usize].max(0));
            }
            // Nothing is lost: who has a weight has a box.
            assert_eq!(flame.boxes.len(), sum.iter().filter(|sum| **sum > 0).count(), "{}", path.display());
        }
        files += 1;
    }
    assert!(files > 20, "{files}");
}
