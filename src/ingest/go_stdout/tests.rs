//! Small spans by the shape of the real exporters (1.47, 0.20 and the first ones), the fixtures, and broken inputs.

use super::*;
use crate::ingest::report::LoadReport;
use crate::ingest::testing::{read, tell};
use crate::ingest::trials::{every_slicing, fixture, mutations};
use crate::model::{SpanFlags, SpanRow, SpanWarning, Store, UnixNanos};

const NEW: &str = r#"{"Name":"child","SpanContext":{"TraceID":"01000000000000000000000000000000","SpanID":"4480455aef13b759","TraceFlags":"01","TraceState":"k=v","Remote":false},"Parent":{"TraceID":"01000000000000000000000000000000","SpanID":"3E33848e1c48694e","TraceFlags":"01","TraceState":"k=v","Remote":false},"SpanKind":3,"StartTime":"2026-11-21T10:52:45.102394716+01:00","EndTime":"2026-11-21T09:52:45.10240411Z","Attributes":[{"Key":"b","Value":{"Type":"BOOL","Value":true}},{"Key":"i","Value":{"Type":"INT64","Value":9223372036854775807}},{"Key":"f","Value":{"Type":"FLOAT64","Value":1e+21}},{"Key":"f3","Value":{"Type":"FLOAT64","Value":3}},{"Key":"bs","Value":{"Type":"BOOLSLICE","Value":[true,false]}},{"Key":"fs","Value":{"Type":"FLOAT64SLICE","Value":[1,2.5]}},{"Key":"ss","Value":{"Type":"STRINGSLICE","Value":["a"]}},{"Key":"inv","Value":{"Type":"EMPTY","Value":null}},{"Key":"by","Value":{"Type":"BYTESLICE","Value":"AQL/"}},{"Key":"sl","Value":{"Type":"SLICE","Value":[{"Type":"INT64","Value":1},{"Type":"MAP","Value":[{"Key":"in","Value":{"Type":"FLOAT64","Value":1}}]}]}},{"Key":"mp","Value":{"Type":"MAP","Value":[{"Key":"q","Value":{"Type":"STRING","Value":"r"}}]}}],"Events":[{"Name":"e2","Attributes":[{"Key":"a","Value":{"Type":"INT64","Value":1}}],"DroppedAttributeCount":1,"Time":"2026-11-21T09:52:45.102403648Z"}],"Links":[{"SpanContext":{"TraceID":"02000000000000000000000000000000","SpanID":"0200000000000000","TraceFlags":"01","TraceState":"k=v","Remote":true},"Attributes":[{"Key":"l","Value":{"Type":"STRING","Value":"1"}}],"DroppedAttributeCount":2}],"Status":{"Code":"Error","Description":"bad"},"DroppedAttributes":4,"DroppedEvents":5,"DroppedLinks":6,"ChildSpanCount":0,"Resource":[{"Key":"service.name","Value":{"Type":"STRING","Value":"shop"}},{"Key":"l","Value":{"Type":"INT64SLICE","Value":[1]}}],"InstrumentationScope":{"Name":"lib","Version":"1","SchemaURL":"http://s","Attributes":[{"Key":"x","Value":{"Type":"INT64","Value":1}}]},"InstrumentationLibrary":{"Name":"old","Version":"1","SchemaURL":"","Attributes":null}}"#;

/// 0.20, and the first versions.
const OLD: &str = r#"[{"SpanContext":{"TraceID":"01000000000000000000000000000000","SpanID":"f5e40f08434202e2","TraceFlags":"01","TraceState":[{"Key":"k","Value":{"Type":"STRING","Value":"v"}},{"Key":"k2","Value":{"Type":"STRING","Value":"v2"}}],"Remote":false},"Parent":{"TraceID":"01000000000000000000000000000000","SpanID":"ab012b4552561c4b","TraceFlags":"01","TraceState":[],"Remote":true},"SpanKind":1,"Name":"child","StartTime":"2026-11-21T09:55:10Z","EndTime":"2026-11-21T09:55:11Z","Attributes":[{"Key":"a","Value":{"Type":"ARRAY","Value":[1,2]}}],"MessageEvents":[{"Name":"e1","Attributes":null,"DroppedAttributeCount":0,"Time":"2026-11-21T09:55:10Z"}],"Links":[{"TraceID":"01000000000000000000000000000000","SpanID":"0200000000000000","TraceFlags":"01","TraceState":[],"Remote":false}],"StatusCode":"Error","StatusMessage":"bad","DroppedAttributeCount":1,"DroppedMessageEventCount":2,"DroppedLinkCount":3,"ChildSpanCount":0,"Resource":null,"InstrumentationLibrary":{"Name":"lib","Version":"1"}}]
[{"SpanContext":{"TraceID":"01000000000000000000000000000000","SpanID":"ab012b4552561c4b","TraceFlags":1},"ParentSpanID":"00f067aa0ba902b7","SpanKind":"server","Name":"first","StartTime":"2020-01-27T16:32:14+02:00","EndTime":"2020-01-27T16:32:15+02:00","Attributes":null,"MessageEvents":null,"Links":null,"Status":5,"HasRemoteParent":true,"ChildSpanCount":0}]"#;

fn load(json: &str) -> (Store, LoadReport) {
    read(&mut GoStdout::default(), json)
}

fn notes(report: &LoadReport) -> Vec<(NoteKind, u64)> {
    report.notes.iter().map(|note| (note.kind, note.count)).collect()
}

#[test]
fn every_field_of_a_span_is_read() {
    let (store, report) = load(NEW);
    assert_eq!((report.traces, report.spans, report.services), (1, 1, 1));
    assert_eq!(notes(&report), [(NoteKind::Orphan, 1)]);
    let span = store.span(SpanRow(0));
    assert_eq!((span.id_text().as_str(), span.name(), span.service()), ("4480455aef13b759", "child", "shop"));
    assert_eq!(span.parent_id().map(|id| id.text(store.strings())).as_deref(), Some("3e33848e1c48694e"));
    assert_eq!((span.start(), span.duration().0), (UnixNanos(1_795_254_765_102_394_716), 9394));
    assert_eq!((span.kind(), span.status(), span.status_message()), (SpanKind::Client, StatusCode::Error, "bad"));
    assert_eq!((span.trace_state(), span.scope()), ("k=v", Some(("lib", "1"))));
    let attributes = format!("{:?}", span.attributes());
    assert_eq!(
        attributes,
        r#"{"b": Bool(true), "i": Int(9223372036854775807), "f": Double(1e21), "f3": Double(3.0), "#.to_owned()
            + r#""bs": Array({"": Bool(true), "": Bool(false)}), "fs": Array({"": Double(1.0), "": Double(2.5)}), "#
            + r#""ss": Array({"": Str("a")}), "inv": Null, "by": Bytes([1, 2, 255]), "#
            + r#""sl": Array({"": Int(1), "": Map({"in": Double(1.0)})}), "mp": Map({"q": Str("r")}), "#
            + r#""otel.dropped_attributes_count": Int(4), "otel.dropped_events_count": Int(5), "#
            + r#""otel.dropped_links_count": Int(6), "otel.flags": Int(257)}"#
    );
    assert_eq!(format!("{:?}", span.resource_attributes()), r#"{"l": Array({"": Int(1)})}"#);
    assert_eq!(
        format!("{:?}", span.scope_attributes().unwrap()),
        r#"{"x": Int(1), "otel.scope.schema_url": Str("http://s")}"#
    );
    let event = span.events().next().unwrap();
    assert_eq!((event.name, event.time), ("e2", UnixNanos(1_795_254_765_102_403_648)));
    assert_eq!(format!("{:?}", event.attributes), r#"{"a": Int(1), "otel.dropped_attributes_count": Int(1)}"#);
    let link = span.links().next().unwrap();
    assert_eq!(link.trace.text(store.strings()), "02000000000000000000000000000000");
    assert_eq!(
        format!("{:?}", link.attributes),
        r#"{"l": Str("1"), "w3c.tracestate": Str("k=v"), "otel.dropped_attributes_count": Int(2), "otel.flags": Int(769)}"#
    );
}

#[test]
fn names_of_before_1_0_are_read() {
    let (store, report) = load(OLD);
    assert_eq!((report.traces, report.spans, report.services), (1, 2, 1));
    let (span, first) = (store.span(SpanRow(0)), store.span(SpanRow(1)));
    assert_eq!(
        (span.trace_state(), span.scope(), span.service()),
        ("k=v,k2=v2", Some(("lib", "1")), "unknown_service")
    );
    assert_eq!((span.status(), span.status_message(), span.events().len()), (StatusCode::Error, "bad", 1));
    let counts = r#""otel.dropped_attributes_count": Int(1), "otel.dropped_events_count": Int(2), "otel.dropped_links_count": Int(3), "otel.flags": Int(769)"#;
    assert_eq!(format!("{:?}", span.attributes()), format!(r#"{{"a": Array({{"": Int(1), "": Int(2)}}), {counts}}}"#));
    assert_eq!(span.links().next().unwrap().span.unwrap().text(store.strings()), "0200000000000000");
    assert_eq!(span.parent_id(), first.id());
    assert_eq!((first.kind(), first.status()), (SpanKind::Server, StatusCode::Error));
    assert_eq!(first.parent_id().unwrap().text(store.strings()), "00f067aa0ba902b7");
    assert_eq!(format!("{:?}", first.attributes()), r#"{"otel.status_code": Int(5), "otel.flags": Int(769)}"#);
}

#[test]
fn missing_children_are_counted() {
    let span = |id: u32, parent: u32, children: u32| {
        format!(
            r#"{{"Name":"n","SpanContext":{{"TraceID":"1","SpanID":"{id}"}},"Parent":{{"TraceID":"1","SpanID":"{parent}"}},"StartTime":"2026-01-01T00:00:00Z","EndTime":"2026-01-01T00:00:00Z","ChildSpanCount":{children}}}"#
        )
    };
    // 1 has 2 of 3 children, 2 none of 2, 3 all of its one; 1 came twice.
    let json = [span(4, 3, 0), span(3, 1, 1), span(2, 1, 2), span(1, 0, 3), span(1, 0, 3)].join("\n");
    let (_, report) = load(&json);
    assert_eq!(notes(&report), [(NoteKind::IdenticalCopy, 1), (NoteKind::MissingChildren, 3)]);
    assert_eq!(report.notes[1].example, "2");
    let complete = [span(2, 1, 0), span(1, 0, 1)].join("\n");
    assert_eq!(notes(&load(&complete).1), []);
}

#[test]
fn what_is_odd_is_noted_and_loses_no_span() {
    let odd = r#"{"Name":7,"SpanContext":{"TraceID":"00000000000000000000000000000000","SpanID":"00","TraceFlags":"zz"},"Parent":[],"SpanKind":9,"StartTime":17,"EndTime":"soon","Attributes":{"a":1},"Events":[3,{"Name":"e"}],"Links":"x","Status":{"Code":"Fine"},"DroppedLinks":"2","Resource":[{"Value":{"Type":"INT64","Value":"5"}},{"Key":"k","Value":"bare"}],"InstrumentationScope":4}
{"level":"info"} [1, [2]]"#;
    let (store, report) = load(odd);
    assert_eq!(report.spans, 1);
    let span = store.span(SpanRow(0));
    assert_eq!(
        (span.name(), span.id_text().as_str(), store.trace_id_text(span.trace()).as_str()),
        ("7", "no-id-1", "no-id-1")
    );
    assert!(span.flags().has(SpanFlags::TIME_MISSING));
    let attributes =
        r#"{"otel.span_kind": Int(9), "otel.status_code": Str("Fine"), "otel.dropped_links_count": Int(2)}"#;
    assert_eq!(format!("{:?}", span.attributes()), attributes);
    assert_eq!(format!("{:?}", span.resource_attributes()), r#"{"": Int(5), "k": Str("bare")}"#);
    let count = |kind| report.notes.iter().find(|note| note.kind == kind).map_or(0, |note| note.count);
    let kinds = [NoteKind::WrongType, NoteKind::SkippedEntry, NoteKind::MissingTime, NoteKind::MissingKey];
    assert_eq!(kinds.map(count), [11, 4, 2, 1]);
    assert_eq!((count(NoteKind::NumberAsText), count(NoteKind::MissingId)), (2, 2));
}

#[test]
fn a_parent_of_another_trace_is_a_link() {
    let json = r#"{"Name":"n","SpanContext":{"TraceID":"1","SpanID":"1"},"Parent":{"TraceID":"2","SpanID":"3"},"StartTime":"2026-01-01T00:00:00Z","EndTime":"2026-01-01T00:00:00Z"}"#;
    let (store, _) = load(json);
    let span = store.span(SpanRow(0));
    assert_eq!((span.parent_id(), span.links().next().unwrap().kind), (None, LinkKind::ChildOf));
}

#[test]
fn deep_values_are_cut_and_not_recursed_into() {
    let deep = r#"{"Type":"SLICE","Value":["#.repeat(150) + r#"{"Type":"INT64","Value":1}"# + &"]}".repeat(150);
    let json = format!(r#"{{"Name":"n","SpanContext":{{}},"Attributes":[{{"Key":"k","Value":{deep}}}]}}"#);
    let (store, report) = load(&json);
    assert_eq!((report.spans, store.span(SpanRow(0)).attributes().len()), (1, 1));
    assert!(report.notes.iter().any(|note| note.kind == NoteKind::WrongType));
}

#[test]
fn a_resource_is_kept_once() {
    let (store, _) = load(&NEW.repeat(3));
    let once = load(NEW).0;
    // Of the repeated spans only the attributes' own nested values are there again.
    assert_eq!((store.resources.len(), store.scopes.len()), (1, 1));
    assert_eq!(store.content.nested.end() - 1, (once.content.nested.end() - 1) * 3);
}

#[test]
fn every_slicing_gives_the_same() {
    every_slicing::<GoStdout>(&format!("{NEW}\n{OLD}\n[{NEW},{NEW}]"));
}

#[test]
fn broken_texts_do_no_harm() {
    mutations::<GoStdout>(&format!("{NEW}\n{OLD}"));
}

#[test]
fn the_exporters_own_test_output_is_one_span_twice() {
    let Some(text) = fixture("stdouttrace/opentelemetry-go-exporter-test.txt") else { return };
    let (store, report) = load(&text);
    assert_eq!((report.traces, report.spans, report.fault.is_none()), (1, 2, true));
    assert_eq!(notes(&report), [(NoteKind::IdenticalCopy, 1)]);
    let span = store.span(SpanRow(0));
    assert_eq!((span.status_message(), span.trace_state(), span.events().len()), ("interesting", "key=val", 2));
    assert_eq!((span.scope(), span.resource_attributes().len()), (None, 1));
    assert_eq!(span.start(), UnixNanos(1_767_323_045_678_901_234));
}

#[test]
fn both_forms_of_the_exporter_load_whole() {
    let Some(pretty) = fixture("stdouttrace/order-sim-pretty.txt") else { return };
    let Some(compact) = fixture("stdouttrace/order-sim-compact.jsonl") else { return };
    let (pretty, compact) = (load(&pretty), load(&compact));
    assert_eq!((pretty.1.traces, pretty.1.spans, pretty.1.services), (4, 94, 5));
    assert_eq!((compact.1.traces, compact.1.spans, compact.1.services), (30, 753, 5));
    assert_eq!((notes(&pretty.1), notes(&compact.1)), (vec![], vec![]));
}

#[test]
fn the_pretty_form_tells_the_same() {
    let Some(compact) = fixture("stdouttrace/order-sim-compact.jsonl") else { return };
    let indented = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        serde_json::to_string_pretty(&value).unwrap()
    };
    // A hundred whole lines; serde_json sorts the keys, which must not matter.
    let lines: Vec<&str> = compact.lines().take(100).collect();
    let pretty: String = lines.iter().map(|line| indented(line)).collect();
    assert_eq!(tell(&load(&pretty)), tell(&load(&lines.join("\n"))));
}

/// Spans by trace and id: name, parent, start and duration in µs, service, status.
fn picture(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for (row, trace) in store.traces() {
        for span in trace.tree.order.iter().map(|row| store.span(*row)) {
            let parent = span.parent_id().map(|id| id.text(store.strings()));
            let times = (span.start().0 / 1000, span.end().0 / 1000 - span.start().0 / 1000);
            let what = (span.name(), span.service(), span.status(), span.kind());
            all.push(format!("{} {} {parent:?} {times:?} {what:?}", store.trace_id_text(row), span.id_text()));
        }
    }
    all.sort();
    all
}

#[test]
fn the_same_traces_as_in_jaeger_json() {
    let Some(go) = fixture("stdouttrace/order-sim-compact.jsonl") else { return };
    let Some(jaeger) = fixture("jaeger/order-sim.json") else { return };
    let go = load(&go).0;
    let mut store = Store::new();
    let mut load = crate::ingest::Load::new("order-sim.json");
    load.push(&mut store, jaeger.as_bytes()).unwrap();
    load.finish(&mut store);
    let (go, jaeger) = (picture(&go), picture(&store));
    assert_eq!(go.len(), 753);
    for (go, jaeger) in go.iter().zip(&jaeger) {
        assert_eq!(go, jaeger);
    }
    assert_eq!(go.len(), jaeger.len());
}

#[test]
fn malformed_files_do_what_they_should() {
    let Some(text) = fixture("malformed/stdouttrace-array.json") else { return };
    let (store, report) = load(&text);
    assert_eq!((report.traces, report.spans), (1, 2));
    let mut warnings = store.span(SpanRow(1)).warnings();
    assert!(matches!(warnings.next(), Some(SpanWarning::UnusableStart(text)) if store.text(text) == "yesterday"));
    let note = report.notes.iter().find(|note| note.kind == NoteKind::WrongType).unwrap();
    assert_eq!((note.example.as_str(), note.place.as_ref().unwrap().path.as_str()), ("yesterday", "[1].StartTime"));

    let Some(text) = fixture("malformed/stdouttrace-zero-times.json") else { return };
    let (store, report) = load(&text);
    assert_eq!(notes(&report), [(NoteKind::MissingTime, 1)]);
    let span = store.span(SpanRow(0));
    assert!(span.flags().has(SpanFlags::TIME_MISSING) && span.start().0 >= 0);

    // The log lines are the door's; here are the documents that it takes out of them.
    let Some(text) = fixture("malformed/stdouttrace-with-log-lines.txt") else { return };
    let lines = text.lines().filter(|line| !line.starts_with("2023/") && !line.starts_with("panic"));
    let (store, report) = load(&lines.collect::<Vec<_>>().join("\n"));
    assert_eq!((report.spans, notes(&report)), (2, vec![(NoteKind::SkippedEntry, 1)]));
    assert_eq!(store.span(SpanRow(1)).parent_id(), store.span(SpanRow(0)).id());
}
