//! What Jaeger UI and CRISP made of the real exports of ../shared/fixtures/jaeger.

use super::{Section, files, in_order, path, read};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use trackway::analysis::children::roots;
use trackway::analysis::clock::Clock;
use trackway::analysis::critical_path::critical_path;
use trackway::analysis::self_time::self_times;
use trackway::model::{Store, TraceRow};

fn load(name: &str) -> Store {
    let path = files::fixtures().expect("the folder").join(format!("jaeger/{name}.json"));
    files::load(name, &std::fs::read(path).expect("the export"), 1 << 20).0
}

/// Each computed file of Jaeger UI with its export's name, and the traces of it.
fn each_trace(run: &mut dyn FnMut(&str, &Store, TraceRow, &Json)) {
    let Some(folder) = files::fixtures() else { return };
    let entries = std::fs::read_dir(folder.join("expected/computed")).expect("the folder");
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in names.iter().filter(|name| name.starts_with("jaeger-ui-")) {
        let file = read(&format!("computed/{name}")).expect("the folder");
        let Some(traces) = file["traces"].as_array() else { continue };
        let export =
            name.strip_prefix("jaeger-ui-").and_then(|name| name.strip_suffix(".json")).expect("a file's name");
        let store = load(export);
        for trace in traces {
            let id = trace["traceID"].as_str().expect("an id");
            let row = store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
            run(export, &store, row, trace);
        }
    }
}

/// Sections of Jaeger UI, which are in microseconds since 1970.
fn expected_path(trace: &Json) -> Vec<Section> {
    let start = trace["summary"]["startTime"].as_i64().expect("a start");
    let sections = trace["criticalPath"]["sections"].as_array().expect("sections").iter();
    in_order(sections.map(|section| section_of(section, start)).collect())
}

fn section_of(section: &Json, start: i64) -> Section {
    let time = |at: usize| section[at].as_i64().expect("a time") - start;
    (section[0].as_str().expect("an id").to_lowercase(), time(1), time(2))
}

/// Where our paths are others than Jaeger UI's, with the reason, and how long the path is in one span: ours and theirs, in
/// microseconds. What it has less, others have.
fn other_path(trace: &str) -> Option<(&'static str, &'static str, [i64; 2])> {
    const TOUCH: &str = "siblings touch: Jaeger UI passes over a child that ends when the next one begins";
    const EQUAL: &str = "children of one time: Jaeger UI takes the first, we the one with more below it";
    let (reason, span, times) = match trace {
        "f89f6ef48cd59bf4ac84a93589859e6e" => (TOUCH, "6878a593b7b63707", [5017, 11728]),
        "a8c43f926ebbbd97cf29c372cd0e57fd" => (TOUCH, "90fd30dd6b15e7be", [6413, 9779]),
        "70835d46a4f8dbcc04ad316ecc3fe950" => (TOUCH, "3160719b4e6f4bbb", [4634, 6683]),
        "af4abdf5effcdc73decdf43187033b85" => (TOUCH, "d9d451c6a30ada0d", [3649, 7988]),
        "0000000000000001" => (EQUAL, "0000000000000003", [0, 5]),
        _ => return None,
    };
    Some((reason, span, times))
}

fn time_in(path: &[Section], span: &str) -> i64 {
    path.iter().filter(|section| section.0 == span).map(|section| section.2 - section.1).sum()
}

#[test]
fn paths_are_those_of_jaeger_ui() {
    let (mut same, mut other) = (0, 0);
    each_trace(&mut |name, store, row, trace| {
        let ours = path(store, row);
        let id = trace["traceID"].as_str().expect("an id");
        if let Some(reason) = differs(name) {
            println!("{name}: not compared: {reason}");
        } else if trace["criticalPath"]["failed"] == true {
            assert_eq!(ours, path_where_jaeger_ui_gives_up(name), "{name}");
            other += 1;
        } else if let Some((reason, span, times)) = other_path(id) {
            println!("{name} {id}: {reason}");
            assert_eq!([time_in(&ours, span), time_in(&expected_path(trace), span)], times, "{id}");
            other += 1;
        } else {
            assert_eq!(ours, expected_path(trace), "{name}: {id}");
            same += 1;
        }
    });
    println!("critical paths: {same} as Jaeger UI's, {other} others");
}

/// It overflows its stack when a time is 0.
fn path_where_jaeger_ui_gives_up(name: &str) -> Vec<Section> {
    let section = |id: &str, from, to| (id.to_owned(), from, to);
    match name {
        "crisp-03" => vec![section("b", 0, 100)],
        "crisp-err_pattern3-err1" | "crisp-err_pattern4-err2" => vec![section("c", 70, 100), section("b", 0, 70)],
        _ => panic!("{name} has a path"),
    }
}

/// How long the path is in each call path, in microseconds, as CRISP counts; call paths without any are left out.
fn times_by_call_path(store: &Store) -> BTreeMap<String, i64> {
    let clock = Clock::new(store, TraceRow(0));
    let tree = &clock.trace.tree;
    let roots: Vec<u32> = roots(tree).collect();
    let mut times = BTreeMap::new();
    for section in critical_path(&clock, &roots) {
        let mut names = Vec::new();
        let mut at = Some(section.position as usize);
        while let Some(position) = at {
            let span = store.span(tree.order[position]);
            names.push(format!("[{}] {}", span.service(), span.name()));
            at = tree.parent_of(position);
        }
        names.reverse();
        *times.entry(names.join("->")).or_default() += section.length() / 1000;
    }
    times
}

#[test]
fn times_are_those_of_crisp() {
    let Some(file) = read("computed/crisp-critical-path.json") else { return };
    let cases = file["cases"].as_array().expect("cases");
    for case in cases {
        let name = case["file"].as_str().and_then(|file| file.strip_prefix("jaeger/")).expect("a file");
        let name = name.trim_end_matches(".json");
        let theirs = case["exclusiveTimeByCallPath"].as_object().expect("times").iter();
        let mut theirs: BTreeMap<String, i64> =
            theirs.map(|(path, time)| (path.clone(), time.as_i64().expect("a time"))).collect();
        theirs.retain(|_, time| *time > 0);
        if ["crisp-19", "crisp-21"].contains(&name) {
            // B ends 5 after C has begun, and C 5 after D has. CRISP repairs that: one after another. We believe the times, as
            // Jaeger UI does: C was not what D or A waited for.
            let c = theirs.remove("[S1] O1->[S3] O3").expect("C");
            theirs.insert("[S1] O1".to_owned(), c);
        }
        assert_eq!(times_by_call_path(&load(name)), theirs, "{name}");
    }
    println!("crisp-critical-path: {} cases", cases.len());
}

/// Where our spans are others than Jaeger UI's, with the reason.
fn differs(name: &str) -> Option<&'static str> {
    match name {
        "jaeger-otlp2jaeger-out" => Some("Jaeger UI shows an identical copy as a second span; we show it once"),
        _ => None,
    }
}

#[test]
fn self_times_are_those_of_jaeger_ui() {
    let mut spans = 0;
    each_trace(&mut |name, store, row, trace| {
        if let Some(reason) = differs(name) {
            println!("{name}: not compared: {reason}");
            return;
        }
        let ours: Vec<i64> = self_times(&Clock::new(store, row)).iter().map(|time| time / 1000).collect();
        let theirs = trace["spans"].as_array().expect("spans").iter();
        let theirs: Vec<i64> = theirs.map(|span| span[4].as_f64().expect("a self time").round() as i64).collect();
        assert_eq!(ours, theirs, "{name}: {}", trace["traceID"]);
        spans += ours.len();
    });
    println!("self times as in Jaeger UI: {spans} spans");
}
