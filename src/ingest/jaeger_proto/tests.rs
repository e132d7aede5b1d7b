//! Small traces, Jaeger's own pair of files (the same trace in both of its JSON forms), and broken inputs.

use super::*;
use crate::ingest::report::LoadReport;
use crate::ingest::testing::read;
use crate::ingest::trials::{every_slicing, fixture, mutations};
use crate::model::{SpanId, SpanKind, SpanRow, StatusCode, Store, UnixNanos};

const TRACE: &str = r#"{"spans":[
{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI=","operationName":"a","startTime":"2017-01-26T16:46:31.639875139-05:00","duration":"1.5s","processId":"p1","warnings":["odd"],
 "tags":[{"key":"span.kind","vStr":"server"},{"key":"error","vType":"BOOL","vBool":true},{"key":"i","vType":"INT64","vInt64":"9223372036854775807"},{"key":"zero","vType":"INT64"},{"key":"f","vType":"FLOAT64","vFloat64":3},{"key":"nan","v_type":"FLOAT64","v_float64":"NaN"},{"key":"b","vType":"BINARY","vBinary":"AAAwOQ"},{"key":"none"},{"key":"otel.scope.name","vType":"STRING","vStr":"lib"}],
 "logs":[{"timestamp":"2017-01-26T21:46:32Z","fields":[{"key":"event","vStr":"e"}]},{"timestamp":"2017-01-26T21:46:32Z"}]},
{"trace_id":"AAAAAAAAAAAAAAAAAAAAAQ","span_id":"AAAAAAAAAAM","operation_name":"b","start_time":"2017-01-26T21:46:32Z","duration":"5000ns","process":{"serviceName":"inline","tags":[{"key":"h","vStr":"x"}]},
 "references":[{"refType":"FOLLOWS_FROM","traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI="},{"traceId":"AAAAAAAAAAAAAAAAAAAA_w","spanId":"AAAAAAAAAP8="}]}],
"processMap":[{"processId":"p1","process":{"serviceName":"mapped","tags":[{"key":"n","vType":"INT64","vInt64":5}]}}],"warnings":["whole"]}"#;

/// As in Kafka.
const BARE: &str = r#"{"traceId":"AQAAAAAAAAAAAAAAAAAAAQ==","spanId":"000000000000000a","operationName":"bare","startTime":"2017-01-26T21:46:32Z","duration":7,"process":{"serviceName":"inline"}}"#;

fn load(json: &str) -> (Store, LoadReport) {
    read(&mut JaegerProto::default(), json)
}

fn notes(report: &LoadReport) -> Vec<(NoteKind, u64)> {
    report.notes.iter().map(|note| (note.kind, note.count)).collect()
}

#[test]
fn every_field_of_a_span_is_read() {
    let (store, report) = load(&format!("{TRACE}{BARE}"));
    assert_eq!((report.traces, report.spans, report.services), (2, 3, 2));
    assert_eq!(notes(&report), []);
    let [a, b, bare] = [0, 1, 2].map(|row| store.span(SpanRow(row)));
    assert_eq!(
        (store.trace_id_text(a.trace()).as_str(), a.id_text().as_str()),
        ("0000000000000001", "0000000000000002")
    );
    assert_eq!((a.name(), a.service(), a.scope()), ("a", "mapped", Some(("lib", ""))));
    assert_eq!((a.kind(), a.status()), (SpanKind::Server, StatusCode::Error));
    assert_eq!((a.start(), a.duration().0), (UnixNanos(1_485_467_191_639_875_139), 1_500_000_000));
    let attributes = r#"{"span.kind": Str("server"), "error": Bool(true), "i": Int(9223372036854775807), "#.to_owned()
        + r#""zero": Int(0), "f": Double(3.0), "nan": Double(NaN), "b": Bytes([0, 0, 48, 57]), "none": Str(""), "#
        + r#""otel.scope.name": Str("lib")}"#;
    assert_eq!(format!("{:?}", a.attributes()), attributes);
    assert_eq!(a.events().map(|event| event.name.to_owned()).collect::<Vec<_>>(), ["e", "log"]);
    assert!(matches!(a.warnings().next(), Some(SpanWarning::Backend(text)) if store.text(text) == "odd"));
    assert_eq!(format!("{:?}", a.resource_attributes()), r#"{"n": Int(5)}"#);
    assert_eq!((b.service(), b.parent_id(), b.duration().0), ("inline", a.id(), 5000));
    assert!(b.flags().has(SpanFlags::FOLLOWS_PARENT));
    let link = b.links().next().unwrap();
    assert_eq!((link.trace.text(store.strings()).as_str(), link.kind), ("00000000000000ff", LinkKind::ChildOf));
    assert_eq!(store.trace(a.trace()).warnings().map(|text| store.text(text)).collect::<Vec<_>>(), ["whole"]);
    assert_eq!(store.trace_id_text(bare.trace()), "01000000000000000000000000000001");
    assert_eq!((bare.id(), bare.duration().0), (Some(SpanId::Hex { bits: 10, width: 16 }), 7));
}

#[test]
fn what_is_odd_is_noted_and_loses_no_span() {
    let odd = r#"[{"spans":[{"traceId":7,"spanId":"!","operationName":null,"startTime":"x","duration":"y","tags":{"a":1},"logs":[1],"references":"r","process":[],"warnings":5},
        {"traceId":"7","spanId":"8","startTime":"2017-01-26T21:46:32Z","processId":"gone","tags":[{"vType":"BOOL","vBool":"x"}]},3]},{"spans":null},4]"#;
    let (store, report) = load(odd);
    assert_eq!(
        (report.spans, store.span(SpanRow(1)).service(), store.span(SpanRow(0)).service()),
        (2, "gone", "unknown")
    );
    let count = |kind| report.notes.iter().find(|note| note.kind == kind).map_or(0, |note| note.count);
    let kinds =
        [NoteKind::WrongType, NoteKind::SkippedEntry, NoteKind::MissingKey, NoteKind::TextId, NoteKind::EmptyTrace];
    assert_eq!(kinds.map(count), [8, 3, 1, 1, 1]);
    assert_eq!(count(NoteKind::UnknownProcess), 2);
}

#[test]
fn every_slicing_gives_the_same() {
    every_slicing::<JaegerProto>(&format!("{TRACE}{BARE}[{TRACE},{BARE}]"));
}

#[test]
fn broken_texts_do_no_harm() {
    mutations::<JaegerProto>(&format!("{TRACE}{BARE}"));
}

/// What both forms tell of a span; the UI's has microseconds.
fn picture(store: &Store) -> Vec<String> {
    let spans = (0..store.spans.len() as u32).map(|row| store.span(SpanRow(row)));
    let tell = |span: crate::model::SpanRef| {
        let ids = (store.trace_id_text(span.trace()), span.id_text(), span.parent_id());
        let times = (span.start().0 / 1000, span.duration());
        let what = (span.name(), span.service(), span.status(), span.attributes());
        let events: Vec<_> = span
            .events()
            .map(|event| (event.name.to_owned(), event.time.0 / 1000, format!("{:?}", event.attributes)))
            .collect();
        let links: Vec<_> = span.links().map(|link| (link.trace, link.span, link.kind)).collect();
        format!("{ids:?} {times:?} {what:?} {events:?} {links:?} {}", span.warnings().count())
    };
    spans.map(tell).collect()
}

#[test]
fn the_same_trace_as_in_the_uis_form() {
    let Some(proto) = fixture("jaeger/jaeger-domain-proto-01.json") else { return };
    let Some(ui) = fixture("jaeger/jaeger-ui-model-01.json") else { return };
    let (store, report) = load(&proto);
    assert_eq!((report.traces, report.spans, report.services), (1, 5, 2));
    let mut other = Store::new();
    let mut load = crate::ingest::Load::new("ui.json");
    load.push(&mut other, ui.as_bytes()).unwrap();
    load.finish(&mut other);
    assert_eq!(picture(&store), picture(&other));
}
