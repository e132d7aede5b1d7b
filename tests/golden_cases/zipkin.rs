//! Zipkin Lens's tests of its model. Calls are run by their function, whatever case they are in; a case counts as run if
//! one of its calls was.

use super::cases::{self, Case, NO_INPUT};
use super::files::load;
use super::zipkin_records::{in_order, is_server, load_records, padded, padded_text, record, together};
use super::zipkin_rows as rows;
use super::zipkin_trees::{Nodes, outline};
use serde_json::{Value as Json, json};
use trackway::ingest::NoteKind;
use trackway::model::{SpanFlags, SpanRef, StatusCode, Store, TraceRow};

const FORMATTING: &str = "how the viewer writes and sorts what it has read";

/// Whether a call of the case has to do with reading.
fn run_calls(case: &Case) -> bool {
    let mut is_run = false;
    for call in case.calls() {
        let (input, output) = (call["input"].as_array().expect("arguments"), &call["output"]);
        match call["fn"].as_str().expect("a function") {
            "clean" => clean(case, &input[0], output),
            "merge" => merged(case, input, &[output]),
            "mergeV2ById" => {
                let output: Vec<&Json> = output.as_array().expect("records").iter().collect();
                merged(case, records(&input[0]), &output);
                order_of_records(case, records(&input[0]), &output);
            }
            "SpanNodeBuilder.build" if records(&input[0]).is_empty() => nothing_is_no_trace(),
            "SpanNodeBuilder.build" | "treeCorrectedForClockSkew" => tree(case, records(&input[0]), output),
            "traceSummary" => summary(&input[0], call),
            "detailedTraceSummary" => rows::compare_details(&load_tree(&input[0]), output),
            "newSpanRow" => row(records(&input[0]), output),
            "getErrorType" => error_type(&input[0], output),
            "traceSummaries" | "mkDurationStr" | "formatEndpoint" => continue,
            other => panic!("{}: a function that nobody knows: {other}", case.name),
        }
        is_run = true;
    }
    is_run
}

fn records(list: &Json) -> &[Json] {
    list.as_array().expect("records")
}

/// A single record: ids are padded, all fields are said.
fn clean(case: &Case, given: &Json, cleaned: &Json) {
    let store = load_records(std::slice::from_ref(given));
    let mut expected = cleaned.clone();
    if case.name == "should remove shared flag if set on client" {
        // We keep what the file says, as an attribute; that a client is no server's half is told by its kind.
        expected["shared"] = json!(true);
        assert!(!in_order(&store)[0].flags().has(SpanFlags::SERVER_HALF));
    }
    assert_eq!(record(&store, in_order(&store)[0]), expected, "{}", case.name);
}

/// Zipkin makes one record of those of one half (a tracer may write a span in pieces). We do not: each is a span of its own,
/// noted as one that repeats an id. Here they are put together, and must say the same: nothing is lost, nothing is added.
fn merged(case: &Case, given: &[Json], merged: &[&Json]) {
    let store = load_records(given);
    let ours: Vec<Json> = in_order(&store).into_iter().map(|span| with_parent_of_call(&store, span)).collect();
    for half in merged {
        let is_of_half = |ours: &&Json| ours["id"] == padded_text(&half["id"]) && is_server(ours) == is_server(half);
        let ours: Vec<&Json> = ours.iter().filter(is_of_half).collect();
        assert_eq!(together(&ours), **half, "{}", case.name);
    }
    let halves: Vec<(String, bool)> = merged.iter().map(|half| (padded_text(&half["id"]), is_server(half))).collect();
    assert!(ours.iter().all(|ours| halves.contains(&(padded_text(&ours["id"]), is_server(ours)))), "{}", case.name);
}

/// A server's record that names no parent has its client's: it hangs below that one.
fn with_parent_of_call(store: &Store, span: SpanRef) -> Json {
    let mut record = record(store, span);
    let tree = &store.trace(span.trace()).tree;
    let position = tree.order.iter().position(|row| *row == span.row()).expect("in the tree");
    let client = tree.parent_of(position).map(|parent| store.span(tree.order[parent]));
    let client = client.filter(|_| record["parentId"].is_null() && span.flags().has(SpanFlags::SERVER_HALF));
    if let Some(parent) = client.and_then(|client| client.written_parent_id()) {
        record["parentId"] = padded(Some(parent));
    }
    record
}

fn order_of_records(case: &Case, given: &[Json], merged: &[&Json]) {
    let store = load_records(given);
    let mut ours: Vec<(String, bool)> = Vec::new();
    for half in in_order(&store).into_iter().map(|span| record(&store, span)) {
        let half = (padded_text(&half["id"]), is_server(&half));
        if !ours.contains(&half) {
            ours.push(half);
        }
    }
    let mut theirs: Vec<(String, bool)> =
        merged.iter().map(|half| (padded_text(&half["id"]), is_server(half))).collect();
    if case.name == "should order earliest root first" {
        // Two roots that start together, and neither record names its kind, by which we tell halves: order of arrival.
        theirs.reverse();
    }
    assert_eq!(ours, theirs, "{}", case.name);
}

/// Zipkin throws. We call the file one without traces.
fn nothing_is_no_trace() {
    let (store, report) = load("case.json", b"[]", 1 << 20);
    assert_eq!(store.traces().count(), 0);
    let notes: Vec<NoteKind> = report.notes.iter().map(|note| note.kind).collect();
    assert_eq!((report.fault, notes), (None, vec![NoteKind::NoTraces]));
}

fn tree(case: &Case, given: &[Json], built: &Json) {
    let store = load_records(given);
    let expected = Nodes::of(built);
    // Copies are counted, not shown.
    let copies = store.trace(TraceRow(0)).findings.copies.count as usize;
    assert_eq!(copies, given.len() - expected.spans.len(), "{}", case.name);
    assert_eq!(outline(&store), expected.below_servers().outline(), "{}", case.name);
}

/// Loads the records of a tree, and holds that we build the same.
fn load_tree(root: &Json) -> Store {
    let nodes = Nodes::of(root);
    let records: Vec<Json> = nodes.spans.iter().map(|span| (*span).clone()).collect();
    let store = load_records(&records);
    assert_eq!(outline(&store), nodes.below_servers().outline());
    store
}

fn summary(root: &Json, call: &Json) {
    let store = load_tree(root);
    if call["throws"].is_string() {
        // Zipkin shows no trace without a time; we show it, and say that the time is missing.
        assert!(in_order(&store)[0].flags().has(SpanFlags::TIME_MISSING));
        return;
    }
    rows::compare_summary(&store, &call["output"]);
}

fn row(given: &[Json], row: &Json) {
    let store = load_records(given);
    rows::compare(&rows::halves(&store, &row["spanId"]), row);
}

/// Only the tag is an error; an annotation `error` is one that was overcome (Lens: "transient"), and stays an event.
fn error_type(given: &Json, output: &Json) {
    let store = load_records(std::slice::from_ref(given));
    let span = in_order(&store)[0];
    assert_eq!(span.status() == StatusCode::Error, output == "critical");
    assert_eq!(span.events().len(), given["annotations"].as_array().expect("annotations").len());
}

#[test]
fn span_cleaner() {
    cases::run("zipkin-span-cleaner", &[], run_calls);
}

#[test]
fn span_tree() {
    let left_out = [
        "should queue root",
        "should queue root-most",
        "should not allow setting an undefined span",
        "should traverse breadth first",
    ];
    cases::run("zipkin-span-tree", &left_out.map(|name| (name, NO_INPUT)), run_calls);
}

#[test]
fn trace_summary() {
    let left_out = [
        "should return empty list for empty list",
        "should not change unit of timestamp or duration",
        "should get service summaries, ordered descending by max span duration",
        "should format start time",
        "should return 0ms on zero duration",
        "should format ms",
    ];
    cases::run("zipkin-trace-summary", &left_out.map(|name| (name, FORMATTING)), run_calls);
}

#[test]
fn span_row() {
    cases::run("zipkin-span-row", &[("should format ip and port", FORMATTING)], run_calls);
}
