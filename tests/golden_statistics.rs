//! The statistics of a trace are those of Jaeger UI: every case of its own tests, and of every real export of ../shared/fixtures/jaeger by
//! service, by operation, and by operation within service.
//!
//! Deliberate differences (FEATURES §3.3):
//! * Spans without the attribute are a group at every level, and have groups within; Jaeger UI has one such row at the outer level.
//! * A group within an attribute's value has the spans with that value, not those that are called like it.
//! * The least value is the least; Jaeger UI's never exceeds the trace's duration. No fixture tells the two apart.

mod files;

use files::{fixtures, load};
use serde_json::Value;
use trackway::analysis::clock::Clock;
use trackway::analysis::self_time::self_times;
use trackway::analysis::span_groups::{GroupBy, NONE, SpanGroup, SpanGroups};
use trackway::model::{Cell, Store, TraceRow};

fn groups(store: &Store, trace: TraceRow, by: &[GroupBy]) -> SpanGroups {
    let clock = Clock::new(store, trace);
    let text = |cell: Cell| match store.content.value(cell) {
        trackway::model::ValueRef::Int(value) => value.to_string(),
        trackway::model::ValueRef::Bool(value) => value.to_string(),
        other => panic!("{other:?}"),
    };
    SpanGroups::of(&clock, &mut (0..clock.spans()), by, &self_times(&clock), &text)
}

fn by(name: &str) -> GroupBy<'_> {
    match name {
        "Service Name" => GroupBy::Service,
        "Operation Name" => GroupBy::Operation,
        key => GroupBy::Attribute(key),
    }
}

/// A row's figures: milliseconds, the share in percent.
fn figures(groups: &SpanGroups, group: &SpanGroup) -> [f64; 10] {
    let (total, own) = (&group.total, &group.own);
    let times = [
        total.sum,
        total.mean(group.spans),
        total.least,
        total.most,
        own.sum,
        own.mean(group.spans),
        own.least,
        own.most,
    ];
    let [a, b, c, d, e, f, g, h] = times.map(|nanos| nanos as f64 / 1e6);
    [f64::from(group.spans), a, b, c, d, e, f, g, h, groups.share(group) as f64 / 1e3]
}

const COLUMNS: [&str; 10] =
    ["count", "total", "avg", "min", "max", "selfTotal", "selfAvg", "selfMin", "selfMax", "percent"];

/// Every row that Jaeger UI has is ours, with its figures; how many rows these are.
fn assert_rows(groups: &SpanGroups, expected: &Value, about: &str) -> usize {
    let rows = expected.as_array().expect("rows");
    for row in rows {
        let text = |key: &str| row[key].as_str().expect("a text");
        let is_it = |group: &&SpanGroup| {
            let is_inner = row["isDetail"].as_bool() == Some(true);
            let parent = groups.groups.get(group.parent as usize).and_then(|parent| groups.text(parent.value));
            let name = match groups.text(group.value) {
                Some(name) => name == text("name"),
                None => text("name").starts_with("Without Tag: "),
            };
            name && is_inner == (group.parent != NONE) && (!is_inner || parent == Some(text("parentElement")))
        };
        let found: Vec<&SpanGroup> = groups.groups.iter().filter(is_it).collect();
        assert_eq!(found.len(), 1, "{about}: {row}");
        for (column, ours) in COLUMNS.iter().zip(figures(groups, found[0])) {
            let theirs = row[column].as_f64().expect("a number");
            // Two decimals, of numbers that are halves at times.
            assert!((ours - theirs).abs() < 0.0051, "{about}: {row}: {column} is {ours}");
        }
    }
    rows.len()
}

/// Our rows that Jaeger UI has not are of spans without the attribute.
fn assert_no_others(groups: &SpanGroups, expected: usize, about: &str) {
    let is_without = |group: &SpanGroup| {
        let parent = groups.groups.get(group.parent as usize);
        group.parent != NONE && (group.value == NONE || parent.is_some_and(|parent| parent.value == NONE))
    };
    let ours = groups.groups.iter().filter(|group| !is_without(group)).count();
    assert_eq!(ours, expected, "{about}");
}

#[test]
fn jaeger_uis_own_cases_hold() {
    let Some(folder) = fixtures() else { return };
    let text = std::fs::read_to_string(folder.join("expected/jaeger-trace-statistics.json")).expect("the cases");
    let cases: Value = serde_json::from_str(&text).expect("JSON");
    let (mut calls, mut rows) = (0, 0);
    for case in cases["cases"].as_array().expect("cases") {
        let inputs = case["inputs"].as_object().expect("inputs");
        for call in case["calls"].as_array().expect("calls") {
            let input = call["input"].as_array().expect("input");
            let names = match call["fn"].as_str() {
                Some("getColumnValues") => vec![&input[0]],
                _ => vec![&input[1], &input[2]],
            };
            let names: Vec<&str> = names.into_iter().map(|name| name.as_str().expect("a name")).collect();
            let trace = input.iter().find_map(|it| it["$trace"].as_str()).expect("a trace");
            let file = inputs[trace]["file"].as_str().expect("a file");
            let (store, _) = load(file, &std::fs::read(folder.join(file)).expect("the file"), 1 << 20);
            let grouped: Vec<GroupBy> = names.iter().map(|name| by(name)).collect();
            let groups = groups(&store, TraceRow(0), &grouped);
            let about = format!("{} by {names:?}", case["test"]);
            let expected = assert_rows(&groups, &call["output"], &about);
            assert_no_others(&groups, expected, &about);
            (calls, rows) = (calls + 1, rows + expected);
        }
    }
    assert!(calls >= 20 && rows >= 70, "{calls} calls, {rows} rows");
}

/// Where our rules for traces differ from Jaeger UI's, with the reason.
fn differs(name: &str) -> Option<&'static str> {
    match name {
        "jaeger-otlp2jaeger-out" => Some("Jaeger UI shows an identical copy as a second span; we show it once"),
        _ => None,
    }
}

#[test]
fn statistics_of_every_export_are_those_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let (mut traces, mut rows) = (0, 0);
    for entry in std::fs::read_dir(folder.join("expected/computed")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let expected: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("a file")).expect("JSON");
        let file = expected["file"].as_str().unwrap_or_default();
        let name = file.trim_start_matches("jaeger/").trim_end_matches(".json");
        let Some(expected) = expected["traces"].as_array().filter(|_| differs(name).is_none()) else { continue };
        if expected.iter().all(|trace| trace["statisticsByService"].is_null()) {
            continue;
        }
        let (store, _) = load(file, &std::fs::read(folder.join(file)).expect("the file"), 1 << 20);
        for theirs in expected {
            let id = theirs["traceID"].as_str().expect("an id");
            let trace = store.trace_by_id(id).unwrap_or_else(|| panic!("{file}: {id}"));
            for (key, by) in [
                ("statisticsByService", &[GroupBy::Service][..]),
                ("statisticsByServiceThenOperation", &[GroupBy::Service, GroupBy::Operation]),
                ("statisticsByOperation", &[GroupBy::Operation]),
            ] {
                if theirs[key].is_null() {
                    continue;
                }
                let groups = groups(&store, trace, by);
                let about = format!("{file}: {id}: {key}");
                let expected = assert_rows(&groups, &theirs[key], &about);
                assert_eq!(groups.groups.len(), expected, "{about}");
                rows += expected;
            }
            traces += 1;
        }
    }
    println!("{traces} traces, {rows} rows");
    assert!(traces >= 30, "{traces}");
}
