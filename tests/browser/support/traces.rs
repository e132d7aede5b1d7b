//! Traces for tests, as Jaeger's JSON.

use std::io::Read;

use serde_json::{Value, json};

use super::oracle;

/// µs since 1970: 2026-10-01 09:00 UTC.
pub const START: i64 = 1_790_845_200_000_000;

/// One span under a parent's id (none: a root). Times in µs, the start counted from [`START`].
pub fn span(id: &str, parent: Option<&str>, process: &str, name: &str, start: i64, duration: i64) -> Value {
    let references = parent.map(|parent| json!({ "refType": "CHILD_OF", "traceID": "0", "spanID": parent }));
    json!({
        "traceID": "0", "spanID": id, "operationName": name, "references": Vec::from_iter(references),
        "startTime": START + start, "duration": duration, "tags": [tag("span.kind", json!("internal"))], "logs": [], "processID": process, "warnings": null,
    })
}

/// A tag, its type told by its value.
pub fn tag(key: &str, value: Value) -> Value {
    let kind = match &value {
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        _ => "string",
    };
    json!({ "key": key, "type": kind, "value": value })
}

/// A trace of `spans`. Its processes are named as the spans say: process `shop` is of the service `shop`.
pub fn trace(id: &str, spans: Vec<Value>) -> Value {
    let names = spans.iter().map(|span| span["processID"].as_str().expect("every span names its process"));
    let process = |name: &str| {
        (name.to_owned(), json!({ "serviceName": name, "tags": [tag("host.name", json!(format!("{name}-1")))] }))
    };
    let processes = serde_json::Map::from_iter(names.map(process));
    let of_trace = |mut span: Value| {
        span["traceID"] = json!(id);
        for reference in span["references"].as_array_mut().expect("a list") {
            if reference["traceID"] == "0" {
                reference["traceID"] = json!(id);
            }
        }
        span
    };
    json!({ "traceID": id, "spans": spans.into_iter().map(of_trace).collect::<Vec<_>>(), "processes": processes, "warnings": null })
}

/// The query service's answer that holds `traces`.
pub fn answer(traces: &[Value]) -> String {
    json!({ "data": traces, "total": 0, "limit": 0, "offset": 0, "errors": null }).to_string()
}

/// A trace of `spans` spans: a root in `shop`, the others below it, one after another, in `stock`.
pub fn small(id: &str, spans: usize) -> Value {
    let first = span("1", None, "shop", "GET /order", 0, 1000 * spans as i64);
    let others = (1..spans)
        .map(|at| span(&format!("{:x}", at + 1), Some("1"), "stock", &format!("reserve {at}"), 1000 * at as i64, 500));
    trace(id, std::iter::once(first).chain(others).collect())
}

/// [`small`] as a file.
pub fn small_file(id: &str, spans: usize) -> String {
    answer(&[small(id, spans)])
}

/// The traces of the demo, as they should look.
pub fn demo() -> Vec<oracle::Trace> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo.json.gz");
    let packed = std::fs::File::open(path).expect("the demo is there");
    let mut json = String::new();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut json).expect("it is gzip of a text");
    let answer: Value = serde_json::from_str(&json).expect("it is JSON");
    answer["data"].as_array().expect("it is Jaeger's envelope").iter().map(oracle::Trace::read).collect()
}

/// The first request for a ride in the demo: forty spans in six services, three of them failed.
pub fn demo_ride() -> oracle::Trace {
    demo().into_iter().find(|trace| trace.spans.len() == 40).expect("the demo has rides of forty spans")
}
