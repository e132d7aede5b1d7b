//! Small spans by the shape of the real exporters 1.45, 1.10 and 0.17, and broken inputs.

use super::*;
use crate::ingest::report::LoadReport;
use crate::ingest::testing::read;
use crate::ingest::trials::{every_slicing, mutations};
use crate::model::{SpanRow, Store, UnixNanos};

const NEW: &str = r#"{
    "name": "child",
    "context": {
        "trace_id": "0x5767bc4f81981eb2ad83532cad2c61cc",
        "span_id": "0xc6308b72fd45433f",
        "trace_state": "['{key=k, value=v}', '{key=k2, value=v}2}']"
    },
    "kind": "SpanKind.CLIENT",
    "parent_id": "0x9563f356f490445c",
    "start_time": "2026-11-21T09:52:19.808539Z",
    "end_time": "2026-11-21T09:52:19.808563Z",
    "status": {
        "status_code": "ERROR",
        "description": "bad"
    },
    "attributes": {
        "s": "t", "b": true, "i": 1152921504606846976, "f": 2.0, "a": ["x", "y"], "nan": NaN, "inf": -Infinity
    },
    "events": [
        {"name": "ev", "timestamp": "2026-11-21T09:52:19.808553Z", "attributes": {"k": 1}}
    ],
    "links": [
        {
            "context": {"trace_id": "0x01", "span_id": "0x02", "trace_state": "['{key=k, value=v}']"},
            "attributes": {"l": "x"}
        }
    ],
    "resource": {
        "attributes": {"telemetry.sdk.language": "python", "service.name": "shop", "n": 3},
        "schema_url": "http://s"
    }
}"#;

/// On a line, with a flat resource, a bare parent and an old status.
const OLD: &str = r#"{"name": "root", "context": {"trace_id": "0x5767bc4f81981eb2ad83532cad2c61cc", "span_id": "0x9563f356f490445c", "trace_state": "[]"}, "kind": "SpanKind.SERVER", "parent_id": null, "start_time": "2026-11-21T09:52:19.808463Z", "end_time": "2026-11-21T09:52:19.809775Z", "status": {"canonical_code": "OK"}, "attributes": {}, "events": [], "links": [], "resource": {"telemetry.sdk.language": "python", "service.name": "shop", "n": 3}}
{"name": "old", "context": {"trace_id": "5767bc4f81981eb2ad83532cad2c61cc", "span_id": "0x1", "trace_state": "{}"}, "kind": "SpanKind.INTERNAL", "parent_id": "9563f356f490445c", "start_time": "2026-11-21T09:52:19.808463Z", "end_time": null, "status": {"canonical_code": "NOT_FOUND", "description": "gone"}, "attributes": null, "events": [], "links": [], "resource": {}}"#;

fn load(json: &str) -> (Store, LoadReport) {
    read(&mut PythonConsole::default(), json)
}

fn notes(report: &LoadReport) -> Vec<(NoteKind, u64)> {
    report.notes.iter().map(|note| (note.kind, note.count)).collect()
}

#[test]
fn every_field_of_a_span_is_read() {
    let (store, report) = load(NEW);
    assert_eq!((report.traces, report.spans, report.fault.is_none()), (1, 1, true));
    assert_eq!(notes(&report), [(NoteKind::Orphan, 1)]);
    let span = store.span(SpanRow(0));
    assert_eq!((span.id_text().as_str(), span.name(), span.service()), ("c6308b72fd45433f", "child", "shop"));
    assert_eq!(store.trace_id_text(span.trace()), "5767bc4f81981eb2ad83532cad2c61cc");
    assert_eq!(span.parent_id().map(|id| id.text(store.strings())).as_deref(), Some("9563f356f490445c"));
    assert_eq!((span.start(), span.duration().0), (UnixNanos(1_795_254_739_808_539_000), 24_000));
    assert_eq!((span.kind(), span.status(), span.status_message()), (SpanKind::Client, StatusCode::Error, "bad"));
    assert_eq!((span.trace_state(), span.scope()), ("k=v,k2=v}2", None));
    let attributes = r#"{"s": Str("t"), "b": Bool(true), "i": Int(1152921504606846976), "f": Double(2.0), "#.to_owned()
        + r#""a": Array({"": Str("x"), "": Str("y")}), "nan": Double(NaN), "inf": Double(-inf)}"#;
    assert_eq!(format!("{:?}", span.attributes()), attributes);
    let resource =
        r#"{"telemetry.sdk.language": Str("python"), "n": Int(3), "otel.resource.schema_url": Str("http://s")}"#;
    assert_eq!(format!("{:?}", span.resource_attributes()), resource);
    let event = span.events().next().unwrap();
    assert_eq!((event.name, event.time), ("ev", UnixNanos(1_795_254_739_808_553_000)));
    assert_eq!(format!("{:?}", event.attributes), r#"{"k": Int(1)}"#);
    let link = span.links().next().unwrap();
    assert_eq!((link.trace.text(store.strings()).as_str(), link.kind), ("01", LinkKind::Link));
    assert_eq!(format!("{:?}", link.attributes), r#"{"l": Str("x"), "w3c.tracestate": Str("k=v")}"#);
}

#[test]
fn older_forms_are_read() {
    let (store, report) = load(&format!("{NEW}\n{OLD}"));
    assert_eq!((report.traces, report.spans, report.services), (1, 3, 2));
    assert_eq!(notes(&report), [(NoteKind::MissingTime, 1)]);
    assert_eq!(report.notes[0].place.as_ref().unwrap().path, ".end_time");
    let [child, root, old] = [0, 1, 2].map(|row| store.span(SpanRow(row)));
    assert_eq!((child.parent_id(), root.parent_id(), old.parent_id()), (root.id(), None, root.id()));
    assert_eq!((root.kind(), root.status(), root.service()), (SpanKind::Server, StatusCode::Unset, "shop"));
    assert_eq!(
        format!("{:?}", root.resource_attributes()),
        r#"{"telemetry.sdk.language": Str("python"), "n": Int(3)}"#
    );
    assert_eq!((old.kind(), old.status(), old.status_message()), (SpanKind::Internal, StatusCode::Error, "gone"));
    assert_eq!((old.service(), old.duration().0, old.trace_state()), ("unknown_service", 0, ""));
}

#[test]
fn what_is_odd_is_noted_and_loses_no_span() {
    let odd = r#"{"name": 7, "context": null, "kind": 1, "parent_id": 5, "start_time": "now", "status": "OK",
        "attributes": [1], "events": [{"name": "e", "timestamp": ""}], "links": {}, "resource": "shop"} {"a": 1} 3"#;
    let (store, report) = load(odd);
    assert_eq!(report.spans, 1);
    let span = store.span(SpanRow(0));
    assert_eq!((span.name(), span.kind(), span.status()), ("7", SpanKind::Unspecified, StatusCode::Ok));
    assert_eq!(format!("{:?}", span.attributes()), r#"{"otel.span_kind": Int(1)}"#);
    let count = |kind| report.notes.iter().find(|note| note.kind == kind).map_or(0, |note| note.count);
    assert_eq!([NoteKind::WrongType, NoteKind::SkippedEntry, NoteKind::MissingId].map(count), [7, 2, 2]);
}

#[test]
fn every_slicing_gives_the_same() {
    every_slicing::<PythonConsole>(&format!("{NEW}\n{OLD}\n[{NEW}]"));
}

#[test]
fn broken_texts_do_no_harm() {
    mutations::<PythonConsole>(&format!("{NEW}\n{OLD}"));
}
