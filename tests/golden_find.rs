//! Finding spans against Jaeger UI's own tests, and against plain loops over texts (`find/naive.rs`) on real exports, on
//! drawn traces, and for speed.

#[path = "golden_cases/cases.rs"]
mod cases;
mod files;
#[path = "find/naive.rs"]
mod naive;
#[path = "find/properties.rs"]
mod properties;
#[path = "find/speed.rs"]
mod speed;

use cases::Case;
use files::{fixtures, load};
use naive::{Operand, Part};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use trackway::model::{Positions, Store, TraceRow};
use trackway::query::find::{Find, FindMode, matches, parse};

fn find(store: &Store, trace: TraceRow, text: &str, mode: FindMode) -> Positions {
    let query = parse(&Find { text: text.to_owned(), mode }).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    matches(store, trace, &query)
}

/// All cases of the peer, of both of its kinds of spans.
#[test]
fn jaegers_cases() {
    cases::run("jaeger-filter-spans", &[], |case| {
        let calls = case.calls().iter().filter(|call| call["fn"] == "filterSpans");
        assert!(calls.map(|call| golden_call(case, call)).count() > 0, "{}", case.name);
        true
    });
}

fn golden_call(case: &Case, call: &Json) {
    let text = call["input"][0].as_str().expect("a text");
    let store = load_spans(&call["input"][1]);
    let order = &store.trace(TraceRow(0)).tree.order;
    let found = find(&store, TraceRow(0), text, FindMode::Any);
    let found: BTreeSet<String> = found.iter().map(|at| store.span_id_text(order[at as usize])).collect();
    let expected = call["output"]["$set"].as_array().expect("a set");
    let expected: BTreeSet<String> = expected.iter().map(|id| id.as_str().expect("an id").to_owned()).collect();
    assert_eq!(found, expected, "{}: {text}", case.name);
}

/// Spans of the peer's two kinds as a trace in Jaeger's format.
fn load_spans(spans: &Json) -> Store {
    let spans = spans.as_array().expect("spans");
    let mut processes = serde_json::Map::new();
    let data: Vec<Json> = spans
        .iter()
        .enumerate()
        .map(|(at, span)| {
            let entries = |attributes: &Json| attributes["_entries"].clone();
            let is_legacy = span.get("operationName").is_some();
            let (name, tags, logs, process) = match is_legacy {
                true => (&span["operationName"], span["tags"].clone(), span["logs"].clone(), span["process"].clone()),
                false => {
                    let resource = &span["resource"];
                    let process =
                        json!({"serviceName": resource["serviceName"], "tags": entries(&resource["attributes"])});
                    assert_eq!(span["events"], json!([]));
                    (&span["name"], entries(&span["attributes"]), json!([]), process)
                }
            };
            processes.insert(format!("p{at}"), process);
            json!({"traceID": "1", "spanID": span["spanID"], "operationName": name, "processID": format!("p{at}"),
            "tags": tags, "logs": logs, "startTime": 1_700_000_000_000_000_u64, "duration": 1})
        })
        .collect();
    let file = json!({"data": [{"traceID": "1", "spans": data, "processes": processes}]});
    let (store, report) = load("case.json", file.to_string().as_bytes(), 1 << 20);
    assert_eq!((report.fault, report.spans as usize), (None, spans.len()));
    store
}

/// What is asked of every export.
fn queries() -> Vec<(FindMode, Vec<Part>)> {
    let mut queries = Vec::new();
    let words = [
        "GET",
        "http",
        "error",
        "2",
        "200",
        "500",
        "true",
        "=",
        "e=",
        "=t",
        "span.kind=server",
        "http.status_code=200",
        "http.method=get",
        "internal.span.format=proto",
        "a",
        "1",
        "0.",
        "[",
        "{\"",
        "null",
        "driver",
        "os",
        "sampler",
        "log",
        "event=",
        "event",
        "component=net/http",
        "/",
        "127.0.0.1",
        "service",
        "no such thing anywhere",
    ];
    for word in words {
        queries.push((FindMode::Any, vec![Part::word(word)]));
        queries.push((FindMode::Any, vec![Part::word(word), Part::exclude("http"), Part::exclude("KIND")]));
        queries.push((FindMode::All, vec![Part::word(word), Part::word("server")]));
    }
    queries.push((FindMode::Any, vec![Part::word("GET"), Part::word("driver"), Part::word("sql")]));
    queries.push((FindMode::All, vec![Part::word("GET"), Part::word("e"), Part::exclude("a")]));
    queries.push((FindMode::Any, vec![Part::exclude("http")]));
    queries.push((FindMode::All, vec![Part::exclude("http")]));
    let comparisons = [
        ("http.status_code", ">=", Operand::Number(300.0)),
        ("http.status_code", "==", Operand::Number(200.0)),
        ("http.status_code", "!=", Operand::Number(200.0)),
        ("sampler.param", "<", Operand::Number(1.5)),
        ("http.method", "==", Operand::text("get")),
        ("http.method", "!=", Operand::text("GET")),
        ("http.method", "<=", Operand::text("p")),
        ("HTTP.URL", "=~", Operand::text("^/|//")),
        ("http.url", "!~", Operand::text("a.*e")),
        ("event", "=~", Operand::text("e")),
        ("name", "=~", Operand::text("^[a-f]")),
        ("service", "!=", Operand::text("frontend")),
        ("duration", ">", Operand::Duration(1_000_000)),
        ("duration", "<=", Operand::Duration(250_000)),
        ("start", ">=", Operand::Duration(5_000_000)),
        ("events", ">", Operand::Number(0.0)),
        ("kind", "==", Operand::text("server")),
        ("kind", "!=", Operand::text("CLIENT")),
        ("status", "==", Operand::text("error")),
    ];
    for (key, op, operand) in comparisons {
        let comparison = Part::Comparison(key, op, operand);
        queries.push((FindMode::Any, vec![comparison.clone()]));
        queries.push((FindMode::Any, vec![Part::word("sql"), comparison.clone()]));
        queries.push((FindMode::All, vec![comparison, Part::word("e")]));
    }
    for pattern in ["^get", "get|post", r"\d{3}$", "kind=(server|client)", "=true$", "[äöü]", "^$", "a.c", r"\bhttp\b"]
    {
        queries.push((FindMode::Regex, vec![Part::word(pattern)]));
    }
    queries
}

/// On all exports of the fixtures: as plain loops find.
#[test]
fn real_exports_as_plain_loops_find() {
    let Some(folder) = fixtures() else { return };
    let (mut files, mut spans, mut hits) = (0, 0, 0);
    let queries = queries();
    for part in ["jaeger", "otlp", "zipkin"] {
        let mut paths: Vec<_> = std::fs::read_dir(folder.join(part))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        for path in paths {
            let (store, _) = load("x", &std::fs::read(&path).expect("a file"), 1 << 20);
            files += 1;
            // The first traces of a file: there are hundreds alike.
            for (trace, about) in store.traces().take(20) {
                spans += about.span_count();
                for (mode, parts) in &queries {
                    hits += check(&store, trace, *mode, parts, &path.display().to_string());
                }
            }
        }
    }
    println!("{files} files, {spans} spans, {} queries, {hits} hits", queries.len());
    assert!(files > 60 && hits > 10_000);
}

/// Finds as plain loops do, whatever the case of ASCII letters; what all words find any word finds. How many are found.
fn check(store: &Store, trace: TraceRow, mode: FindMode, parts: &[Part], what: &str) -> u32 {
    let text = naive::written(mode, parts);
    let found = find(store, trace, &text, mode);
    let plain = naive::matches(store, trace, mode, parts);
    let name = |at: &u32| store.span_id_text(store.trace(trace).tree.order[*at as usize]);
    let told = |positions: &Positions| positions.iter().map(|at| name(&at)).collect::<Vec<_>>();
    assert_eq!(told(&found), told(&plain), "{what}: {mode:?} {text}");
    if mode != FindMode::Regex && !text.contains('~') {
        for text in [text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
            assert_eq!(find(store, trace, &text, mode), found, "{what}: {text}");
        }
    }
    if mode == FindMode::All {
        let any = find(store, trace, &text, FindMode::Any);
        assert!(found.iter().all(|at| any.has(at)), "{what}: {text}");
    }
    found.len()
}
