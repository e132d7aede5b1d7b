//! Jaeger's backend and Zipkin Lens on clock skew: one function does what both do.

use super::{SHIFT, cases, files, read};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use trackway::analysis::clock::Clock;
use trackway::analysis::clock_skew::{Shifts, shifts};
use trackway::analysis::hosts::Hosts;
use trackway::model::{Store, TraceRow};

const MILLI: i64 = 1_000_000;
const MICRO: i64 = 1_000;
/// Milliseconds of our days, in nanoseconds.
const DAY: i64 = SHIFT * MICRO;

fn load(document: &Json) -> Store {
    let (store, report) = files::load("case.json", document.to_string().as_bytes(), 1 << 20);
    assert_eq!(report.fault, None);
    store
}

fn attribute(key: &str, value: &Json) -> Json {
    let value = match value.as_array() {
        Some(items) => {
            let items: Vec<Json> = items.iter().map(|item| json!({ "stringValue": item })).collect();
            json!({ "arrayValue": { "values": items } })
        }
        None => json!({ "stringValue": value }),
    };
    json!({ "key": key, "value": value })
}

/// The backend's input as OTLP: each span is of a resource with its host.
fn otlp(spans: &Json) -> Json {
    let groups = spans.as_array().expect("spans").iter().map(|span| {
        let start = DAY + span["startMs"].as_i64().expect("a start") * MILLI;
        let end = start + span["durationMs"].as_i64().expect("a duration") * MILLI;
        let span_json = json!({ "traceId": "01000000000000000000000000000000", "spanId": span["spanID"], "name": "op",
            "parentSpanId": span["parentSpanID"].as_str().unwrap_or_default(),
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": end.to_string() });
        json!({ "resource": { "attributes": [attribute("host.ip", &json!([span["host"]]))] },
            "scopeSpans": [{ "spans": [span_json] }] })
    });
    json!({ "resourceSpans": groups.collect::<Vec<_>>() })
}

/// Starts after shifting in milliseconds since [`DAY`], in order of arrival.
fn starts(store: &Store, shifts: &Shifts) -> Vec<i64> {
    let clock = Clock::new(store, TraceRow(0)).shifted(&shifts.by_position);
    let start = |position: u32| (clock.trace.start.0 - DAY + clock.start(position)) / MILLI;
    let mut starts: Vec<_> =
        (0..clock.spans()).map(|position| (clock.trace.tree.order[position as usize], start(position))).collect();
    starts.sort();
    starts.into_iter().map(|(_, start)| start).collect()
}

/// Jaeger's mode is the limit: its `maxAdjustMs`, of which 0 means that nothing is shifted.
#[test]
fn shifts_are_those_of_jaegers_backend() {
    cases::run("jaeger-clock-skew-adjuster", &[], |case| {
        let mut input = case.json["input"].clone();
        if case.name == "two spans with the same ID" {
            // Alike in everything, so ours would be one span and its copy.
            input[1]["durationMs"] = json!(99);
        }
        let store = load(&otlp(&input));
        let limit = case.json["maxAdjustMs"].as_i64().expect("a limit") * MILLI;
        let shifts = shifts(&store, TraceRow(0), limit);
        let expected = case.json["expected"].as_array().expect("spans");
        let theirs: Vec<i64> = expected.iter().map(|span| span["startMs"].as_i64().unwrap()).collect();
        assert_eq!(starts(&store, &shifts), theirs, "{}", case.name);
        let adjusted = expected.iter().filter(|span| span["warning"] == true).count();
        assert_eq!(shifts.shifted as usize, adjusted, "{}", case.name);
        // The warnings, as figures.
        let [beyond, unaligned] = match case.name.as_str() {
            "single span with bad parent" => [0, 1],
            "do not apply positive adjustment due to max skew adjustment"
            | "do not apply adjustment due to disabled adjustment" => [1, 0],
            _ => [0, 0],
        };
        assert_eq!([shifts.beyond_limit, shifts.unaligned_roots], [beyond, unaligned], "{}", case.name);
        true
    });
}

#[test]
fn hosts_are_named_as_in_jaegers_backend() {
    let Some(file) = read("jaeger-clock-skew-adjuster.json") else { return };
    let cases = file["hostKey"].as_array().expect("cases");
    for case in cases {
        let attributes = case["resourceAttributes"].as_object().expect("attributes");
        let attributes: Vec<Json> = attributes.iter().map(|(key, value)| attribute(key, value)).collect();
        // The same host under the name that is expected.
        let group = |attributes: Json, id: &str| {
            let span = json!({ "traceId": "01000000000000000000000000000000", "spanId": id, "name": "op",
                "startTimeUnixNano": DAY.to_string(), "endTimeUnixNano": (DAY + 1).to_string() });
            json!({ "resource": { "attributes": attributes }, "scopeSpans": [{ "spans": [span] }] })
        };
        let expected = attribute("host.id", &case["expected"]);
        let groups = [group(json!(attributes), "0100000000000000"), group(json!([expected]), "0200000000000000")];
        let store = load(&json!({ "resourceSpans": groups }));
        assert!(hosts_match(&store), "{}", case["name"]);
    }
    println!("jaeger-clock-skew-adjuster: {} host keys", cases.len());
}

/// Whether the first two spans of the only trace are of one host.
fn hosts_match(store: &Store) -> bool {
    let mut hosts = Hosts::new(store);
    let rows: Vec<_> = store.trace(TraceRow(0)).rows().collect();
    hosts.of(rows[0]).is_same(hosts.of(rows[1]))
}

fn zipkin_span(id: &str, endpoint: &Json) -> Json {
    json!({ "traceId": "1", "id": id, "timestamp": SHIFT, "duration": 1, "localEndpoint": endpoint })
}

/// A store of Zipkin spans with their times in our days.
fn zipkin(spans: &[&Json]) -> Store {
    let spans: Vec<Json> = spans
        .iter()
        .map(|span| {
            let mut span = (*span).clone();
            let time = span["timestamp"].as_i64().expect("a time");
            span["timestamp"] = json!(if time < SHIFT / 2 { time + SHIFT } else { time });
            span
        })
        .collect();
    load(&json!(spans))
}

/// Zipkin knows no limit.
#[test]
fn skew_is_that_of_zipkin() {
    cases::run("zipkin-clock-skew", &[], |case| {
        let inputs = || case.calls().iter().map(|call| &call["input"][0]);
        match case.name.as_str() {
            name if name.starts_with("IPs ") => {
                for call in case.calls() {
                    let [a, b] = [0, 1].map(|at| zipkin_span(&(at + 1).to_string(), &call["input"][at]));
                    assert_eq!(json!(hosts_match(&zipkin(&[&a, &b]))), call["output"], "{call}");
                }
            }
            "clock skew should be attributed to the server endpoint even if missing shared flag"
            | "skew includes half the difference of client and server duration"
            | "skew on one-way spans assumes latency is at least 1us" => {
                let halves: Vec<&Json> = inputs().take(2).collect();
                let shifts = shifts(&zipkin(&halves), TraceRow(0), i64::MAX);
                // Skew is how much the server's clock is ahead; the shift undoes it.
                let skew = case.calls()[2]["output"]["_skew"].as_i64().expect("a skew");
                assert_eq!(shifts.by_position, [0, -skew * MICRO], "{}", case.name);
            }
            "should correct skew" => {
                let spans: Vec<&Json> = case.input().as_array().expect("spans").iter().collect();
                let store = zipkin(&spans);
                let clock = Clock::new(&store, TraceRow(0));
                let shifts = shifts(&store, TraceRow(0), i64::MAX);
                let clock = clock.shifted(&shifts.by_position);
                let start = |position| (clock.trace.start.0 + clock.start(position)) / MICRO;
                let ours: Vec<i64> = (0..clock.spans()).map(start).collect();
                let mut theirs = Vec::new();
                let mut node = &case.calls()[0]["output"];
                while !node.is_null() {
                    theirs.push(node["span"]["timestamp"].as_i64().expect("a time"));
                    node = &node["children"][0];
                }
                assert_eq!(ours, theirs);
            }
            _ => return false,
        }
        true
    });
}

/// Files, and how many of their rows begin elsewhere with us.
const LENS: [(&str, u32); 9] = [
    ("collector-receiver-sample1", 0),
    ("envoy", 0),
    ("messaging-kafka", 0),
    ("order-sim", 0),
    ("simple-db-p6", 0),
    ("skew", 0),
    // Spans that begin or end after their parent on another host: Jaeger's rule moves them back into it, Zipkin knows only
    // servers that begin before their clients.
    ("smartthings-mobile-web-install", 147),
    ("yelp", 0),
    ("zipkin2-chinese", 0),
];

/// A row of Zipkin Lens is both halves of a call, and begins with one of them.
#[test]
fn starts_are_those_of_zipkin_lens() {
    let Some(folder) = files::fixtures() else { return };
    for (name, expected) in LENS {
        let file = read(&format!("computed/zipkin-lens-{name}.json")).expect("the folder");
        let bytes = std::fs::read(folder.join(format!("zipkin/{name}.json"))).expect("the export");
        let (store, _) = files::load(name, &bytes, 1 << 20);
        let (mut rows, mut others) = (0, 0);
        for trace in file["traces"].as_array().expect("traces") {
            let row = store.trace_by_id(trace["traceId"].as_str().expect("an id")).expect("the trace");
            let starts = starts_by_id(&store, row);
            for span in trace["spans"].as_array().expect("rows") {
                let id = span[0].as_str().expect("an id").trim_start_matches('0');
                let time = span[5].as_i64().expect("a time");
                rows += 1;
                others += u32::from(!starts[id].contains(&time));
            }
        }
        assert_eq!(others, expected, "{name}");
        println!("{name}: {rows} rows, {others} begin elsewhere");
    }
}

/// Shifted starts in microseconds since 1970, by the id that a call's halves share.
fn starts_by_id(store: &Store, trace: TraceRow) -> BTreeMap<String, Vec<i64>> {
    let shifts = shifts(store, trace, i64::MAX);
    let clock = Clock::new(store, trace).shifted(&shifts.by_position);
    let mut starts: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for position in 0..clock.spans() {
        let id = store.spans.id(clock.trace.tree.order[position as usize]).expect("an id").text(store.strings());
        let start = (clock.trace.start.0 + clock.start(position)) / MICRO;
        starts.entry(id.trim_start_matches('0').to_owned()).or_default().push(start);
    }
    starts
}
