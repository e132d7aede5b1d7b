//! Jaeger UI's tests of the self time of a span.

use super::{cases, load_trace};
use serde_json::json;
use trackway::analysis::clock::Clock;
use trackway::analysis::self_time::{self_time, self_times};
use trackway::model::TraceRow;

#[test]
fn self_times_are_those_of_jaeger_ui() {
    cases::run("jaeger-self-time", &[], |case| {
        let parent = case.input();
        let mut spans = vec![json!({ "traceID": "t1", "spanID": "p", "operationName": "parent", "processID": "p1",
            "startTime": parent["startTime"], "duration": parent["duration"] })];
        for (number, child) in parent["childSpans"].as_array().expect("children").iter().enumerate() {
            spans.push(
                json!({ "traceID": "t1", "spanID": format!("c{number}"), "operationName": "child", "processID": "p1",
                "references": [{ "refType": "CHILD_OF", "traceID": "t1", "spanID": "p" }],
                "startTime": child["startTime"], "duration": child["duration"] }),
            );
        }
        let processes = json!({ "p1": { "serviceName": "one" } });
        let store = load_trace(&json!({ "traceID": "t1", "spans": spans, "processes": processes }));
        let clock = Clock::new(&store, TraceRow(0));
        let [expected] = case.expected();
        assert_eq!(json!(self_time(&clock, 0) / 1000), *expected, "{}", case.name);
        assert_eq!(self_times(&clock)[0], self_time(&clock, 0));
        true
    });
}
