//! Every real Jaeger export of ../shared/fixtures/jaeger comes out with the order, depths and times that Jaeger UI computes.
//! Counts and disguises are in golden_files.rs.

mod files;

use files::{fixtures, load};
use serde_json::Value;
use std::collections::BTreeMap;
use trackway::ingest::Load;
use trackway::model::{Store, TraceRow};

/// The files by name, without their extension.
fn exports() -> BTreeMap<String, Vec<u8>> {
    let Some(folder) = fixtures() else {
        return BTreeMap::new();
    };
    let entries = std::fs::read_dir(folder.join("jaeger")).expect("the folder jaeger");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).expect("a file")))
        .collect()
}

/// Not what the UI exports.
const OTHERS: [&str; 2] = ["jaeger-domain-proto-01", "jaeger-elasticsearch-span-01"];

fn is_other(name: &str) -> bool {
    OTHERS.contains(&name)
}

#[test]
fn all_files_in_one_store_and_twice() {
    let files = exports();
    let mut store = Store::new();
    let mut read = |name: &str, bytes: &[u8]| {
        let mut load = Load::new(name);
        let _ = load.push(&mut store, bytes);
        let report = load.finish(&mut store);
        (report, store.spans.len(), store.traces().count())
    };
    let mut spans = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| !is_other(name)) {
        let (_, after, _) = read(name, bytes);
        // crisp-err_pattern4-err2.json is crisp-err_pattern3-err1.json under another name.
        assert!(after > spans || name == "crisp-err_pattern4-err2", "{name}");
        spans = after;
    }
    for (name, bytes) in files.iter().filter(|(name, _)| !is_other(name)) {
        let (report, after, _) = read("again.json", bytes);
        assert_eq!(after, spans, "{name} again adds nothing");
        assert!(report.same_as.is_some(), "{name}");
    }
    println!("in one store: {} files", files.len());
}

/// Where our rules differ from Jaeger UI's, with the reason.
fn differs(name: &str) -> Option<&'static str> {
    match name {
        "jaeger-otlp2jaeger-out" => Some("Jaeger UI shows an identical copy as a second span; we show it once"),
        _ => None,
    }
}

#[test]
fn order_depth_and_times_are_those_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let files = exports();
    let (mut covered, mut spans) = (0, 0);
    for (name, bytes) in &files {
        let path = folder.join(format!("expected/computed/jaeger-ui-{name}.json"));
        let Ok(expected) = std::fs::read_to_string(path) else {
            continue;
        };
        if let Some(reason) = differs(name) {
            println!("{name}: not compared: {reason}");
            continue;
        }
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let (store, _) = load(name, bytes, 1 << 20);
        for trace in expected["traces"].as_array().expect("traces") {
            spans += compare(name, &store, trace);
        }
        covered += 1;
    }
    println!("compared with Jaeger UI: {covered} files, {spans} spans");
}

/// `[id, depth, start in µs since the trace's, duration in µs, …]` in display order, and the summary.
fn compare(name: &str, store: &Store, expected: &Value) -> usize {
    let id = expected["traceID"].as_str().expect("an id");
    let row = store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
    let trace = store.trace(row);
    let ours: Vec<(String, u64, i64, i64)> = (0..trace.tree.len())
        .map(|position| {
            let span = store.span(trace.tree.order[position]);
            let depth = u64::from(trace.tree.depth[position]);
            (span.id_text().to_lowercase(), depth, (span.start() - trace.start).0, span.duration().0)
        })
        .collect();
    let theirs: Vec<(String, u64, i64, i64)> = expected["spans"]
        .as_array()
        .expect("spans")
        .iter()
        .map(|span| {
            let micros = |index: usize| (span[index].as_f64().unwrap() * 1000.0).round() as i64;
            (span[0].as_str().unwrap().to_lowercase(), span[1].as_u64().unwrap(), micros(2), micros(3))
        })
        .collect();
    assert_eq!(ours, theirs, "{name}: {id}");
    compare_summary(name, store, row, &expected["summary"]);
    ours.len()
}

fn compare_summary(name: &str, store: &Store, row: TraceRow, expected: &Value) {
    let trace = store.trace(row);
    let root = store.span(trace.name_span);
    assert_eq!(format!("{}: {}", root.service(), root.name()), expected["traceName"].as_str().unwrap(), "{name}");
    assert_eq!(trace.start.0 / 1000, expected["startTime"].as_i64().unwrap(), "{name}");
    assert_eq!(trace.duration().0 / 1000, expected["duration"].as_i64().unwrap(), "{name}");
    assert_eq!(u64::from(trace.errors), expected["errorSpanCount"], "{name}");
    assert_eq!(u64::from(trace.orphans), expected["orphanSpanCount"], "{name}");
    let ours = trace.services.iter().map(|count| (store.text(count.service), [count.spans, count.errors]));
    let theirs = expected["services"].as_array().unwrap().iter().map(|count| {
        let number = |key: &str| count[key].as_u64().unwrap() as u32;
        (count["name"].as_str().unwrap(), [number("spanCount"), number("errorSpanCount")])
    });
    assert_eq!(ours.collect::<BTreeMap<_, _>>(), theirs.collect::<BTreeMap<_, _>>(), "{name}");
}
