//! Jaeger UI's own tests of its critical path.

use super::{Section, cases, in_order, load_trace, path, read};
use serde_json::{Value as Json, json};
use trackway::model::TraceRow;

#[test]
fn paths_are_those_of_jaeger_uis_cases() {
    let Some(file) = read("jaeger-critical-path.json") else { return };
    let cases = file["cases"].as_array().expect("cases");
    for case in cases {
        let trace = &case["trace"];
        let starts = trace["spans"].as_array().expect("spans").iter().map(|span| span["startTime"].as_i64().unwrap());
        let start = starts.min().expect("a span");
        let expected = case["criticalPathSections"].as_array().expect("sections").iter().map(|section| {
            let number = |key: &str| section[key].as_i64().expect("a time") - start;
            (section["spanID"].as_str().unwrap().to_lowercase(), number("sectionStart"), number("sectionEnd"))
        });
        assert_eq!(path(&load_trace(trace), TraceRow(0)), in_order(expected.collect()), "{}", case["case"]);
    }
    println!("jaeger-critical-path: {} cases", cases.len());
}

/// The trace below a span of a recorded call: children stand in their parents there.
fn trace_below(root: &Json) -> Json {
    let mut spans = Vec::new();
    let mut open = vec![&root["legacySpan"]];
    while let Some(span) = open.pop() {
        open.extend(span["childSpans"].as_array().into_iter().flatten());
        let references: Vec<Json> = span["references"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|reference| json!({ "refType": reference["refType"], "traceID": "t1", "spanID": reference["spanID"] }))
            .collect();
        spans.push(json!({ "traceID": "t1", "spanID": span["spanID"], "operationName": span["operationName"],
            "references": references, "startTime": span["startTime"], "duration": span["duration"], "processID": "p1" }));
    }
    json!({ "traceID": "t1", "spans": spans, "processes": { "p1": { "serviceName": "one" } } })
}

/// The path of the trace of a case's first call. Times are those of the case, whose earliest span starts at `start`.
fn path_of(case: &cases::Case, start: i64) -> Vec<Section> {
    let input = case.input();
    let root = input.as_array().map_or(input, |list| &list[0]);
    let path = path(&load_trace(&trace_below(root)), TraceRow(0));
    path.into_iter().map(|(id, from, to)| (id, from + start, to + start)).collect()
}

fn sections(of: &[(&str, i64, i64)]) -> Vec<Section> {
    of.iter().map(|(id, from, to)| ((*id).to_owned(), *from, *to)).collect()
}

/// The cut children themselves are not told: the path goes where they allow it.
#[test]
fn overflowing_children_are_cut_or_left_out() {
    cases::run("jaeger-critical-path-overflow", &[], |case| {
        let (start, expected): (i64, &[(&str, i64, i64)]) = match case.name.as_str() {
            "should sanitize correctly: child and grandchild start after parent ends - both dropped" => {
                (1, &[("span-a", 1, 31)])
            }
            "should sanitize correctly: child starts before parent and ends after - both truncated" => {
                (1, &[("span-b", 25, 30), ("span-c", 15, 25), ("span-a", 1, 15)])
            }
            "should sanitize correctly: child ends before parent starts - child dropped" => (1, &[("span-a", 10, 30)]),
            _ => return false,
        };
        assert_eq!(path_of(case, start), sections(expected), "{}", case.name);
        // Every section lies within what Jaeger UI left of its span.
        let left = case.calls()[1]["output"]["$map"].as_array().expect("spans");
        for (id, from, to) in expected {
            let span = left.iter().find(|span| span[0].as_str().is_some_and(|span| span.eq_ignore_ascii_case(id)));
            let span = &span.expect("a span that was left")[1];
            assert!(span["startTime"].as_i64().unwrap() <= *from && *to <= span["endTime"].as_i64().unwrap(), "{id}");
        }
        true
    });
}

#[test]
fn the_last_finishing_child_comes_next() {
    cases::run("jaeger-critical-path-last-child", &[], |case| {
        let [last, before] = case.expected();
        let path = path_of(case, 1);
        let next = |at: usize, child: &Json| {
            let (id, _, to) = &path[at];
            assert!(child["spanID"].as_str().unwrap().eq_ignore_ascii_case(id), "{id}");
            assert_eq!(child["endTime"].as_i64(), Some(*to), "{id}");
        };
        next(1, last);
        next(3, before);
        true
    });
}
