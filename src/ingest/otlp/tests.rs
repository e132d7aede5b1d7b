//! Small documents: what OTLP says, and what it does not.

use super::Otlp;
use crate::ingest::report::{FaultKind, Format, LoadReport, NoteKind};
use crate::ingest::testing;
use crate::model::{LinkKind, SpanFlags, SpanKind, SpanRef, SpanRow, SpanWarning, StatusCode, Store, UnixNanos, Value};

pub fn read(json: &str) -> (Store, LoadReport) {
    testing::read(&mut Otlp::new(&Store::new()), json)
}

pub fn notes(report: &LoadReport) -> Vec<(NoteKind, u64)> {
    report.notes.iter().map(|note| (note.kind, note.count)).collect()
}

/// All that can be asked about a store, as text.
pub fn tell(store: &Store) -> String {
    let mut told = String::new();
    for (row, trace) in store.traces() {
        let warnings: Vec<&str> = trace.warnings().map(|text| store.text(text)).collect();
        told += &format!("{} {warnings:?}\n", store.trace_id_text(row));
        for span in trace.tree.order.iter().map(|row| store.span(*row)) {
            told += &tell_span(store, span);
        }
    }
    told
}

fn tell_span(store: &Store, span: SpanRef) -> String {
    let parent = span.parent_id().map(|id| id.text(store.strings()));
    let identity = (span.id_text(), parent, span.service(), span.name(), span.kind(), span.status());
    let rest = (span.start(), span.duration(), span.flags(), span.status_message(), span.trace_state());
    let mut told = format!("{identity:?} {rest:?} {:?} {:?}\n", span.scope(), span.scope_attributes());
    told += &format!("  {:?} {:?}\n", span.attributes(), span.resource_attributes());
    for event in span.events() {
        told += &format!("  {} {:?} {:?}\n", event.name, event.time, event.attributes);
    }
    for link in span.links() {
        let ids = (link.trace.text(store.strings()), link.span.map(|id| id.text(store.strings())));
        told += &format!("  {ids:?} {:?} {:?}\n", link.kind, link.attributes);
    }
    for warning in span.warnings() {
        told += &match warning {
            SpanWarning::Backend(text) | SpanWarning::UnusableStart(text) => format!("  {}\n", store.text(text)),
            SpanWarning::ImplausibleStart(text) | SpanWarning::UnusableDuration(text) => {
                format!("  {}\n", store.text(text))
            }
            other => format!("  {other:?}\n"),
        };
    }
    told
}

/// A document with these members of one span besides ids and times.
fn document(span: &str) -> String {
    format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s"}}}}]}},
        "scopeSpans":[{{"spans":[{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b173",
        "startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000011"{span}}}]}}]}}]}}"#
    )
}

/// The first span of a document with these members.
fn span_of(span: &str) -> (Store, LoadReport) {
    let (store, report) = read(&document(span));
    assert_eq!((report.spans, &report.fault), (1, &None), "{span}");
    (store, report)
}

fn attributes(store: &Store) -> Vec<(String, Value)> {
    store.span(SpanRow(0)).attributes().map(|(key, value)| (key.to_owned(), value.to_owned(1000))).collect()
}

const ALL: &str = r#"{"resourceSpans":[{"schemaUrl":"https://r","scopeSpans":[{"spans":[
    {"flags":257,"droppedLinksCount":1,"droppedAttributesCount":"3","droppedEventsCount":2,"traceState":"a=b",
     "endTimeUnixNano":1700000000000000011,"name":"child","kind":3,"spanId":"EEE19B7EC3C1B174","parentSpanId":
     "eee19b7ec3c1b173","traceId":"5b8efff798038103d269b633813fc60c","startTimeUnixNano":1700000000000000001,
     "status":{"message":"bad","code":2},
     "events":[{"name":"e","timeUnixNano":"1700000000000000005","droppedAttributesCount":1,"attributes":
     [{"key":"n","value":{"intValue":1}}]},{"name":"no time"}],
     "links":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000002","traceState":"x=y","flags":1,
     "attributes":[{"value":{"boolValue":true},"key":"b"}]}],
     "attributes":[{"key":"z","value":{"arrayValue":{"values":[{"stringValue":"é"},{}]}}},{"key":"a","value":{}}]}],
    "scope":{"name":"lib","version":"1","attributes":[{"key":"k","value":{"doubleValue":2}}],
    "droppedAttributesCount":4},"schemaUrl":"https://s"}],
    "resource":{"droppedAttributesCount":5,"attributes":[{"key":"host","value":{"stringValue":"h"}},
    {"key":"service.name","value":{"stringValue":"shop"}}]}},{"scopeSpans":[{"scope":{},"spans":[]}]}]}"#;

#[test]
fn all_fields_in_any_order() {
    let (store, report) = read(ALL);
    assert_eq!(report.fault, None);
    assert_eq!(notes(&report), [(NoteKind::Orphan, 1)]);
    let span = store.span(SpanRow(0));
    assert_eq!((span.service(), span.name(), span.kind()), ("shop", "child", SpanKind::Client));
    assert_eq!((span.status(), span.status_message(), span.trace_state()), (StatusCode::Error, "bad", "a=b"));
    assert_eq!((span.start(), span.duration().0), (UnixNanos(1_700_000_000_000_000_001), 10));
    let of = |text: String| text.replace(['\n', ' '], "");
    assert_eq!(
        of(format!("{:?}", span.attributes())),
        r#"{"z":Array({"":Str("é"),"":Null}),"a":Null,"otel.dropped_attributes_count":Int(3),"otel.dropped_events_count":Int(2),"otel.dropped_links_count":Int(1),"otel.flags":Int(257)}"#
    );
    assert_eq!(
        of(format!("{:?}", span.resource_attributes())),
        r#"{"host":Str("h"),"otel.dropped_attributes_count":Int(5),"otel.resource.schema_url":Str("https://r")}"#
    );
    assert_eq!(span.scope(), Some(("lib", "1")));
    assert_eq!(
        of(format!("{:?}", span.scope_attributes().unwrap())),
        r#"{"k":Double(2.0),"otel.dropped_attributes_count":Int(4),"otel.scope.schema_url":Str("https://s")}"#
    );
    let events: Vec<_> = span.events().map(|event| (event.name, event.time.0 % 100, event.attributes.len())).collect();
    assert_eq!(events, [("e", 5, 2), ("no time", 1, 0)]);
    let link = span.links().next().unwrap();
    assert_eq!((link.trace.text(store.strings()).len(), link.kind), (32, LinkKind::Link));
    assert_eq!(
        of(format!("{:?}", link.attributes)),
        r#"{"b":Bool(true),"w3c.tracestate":Str("x=y"),"otel.flags":Int(1)}"#
    );
}

#[test]
fn every_slicing_gives_the_same() {
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"5b8efff798038103d269b633813fc60c",
        "spanId":"eee19b7ec3c1b174","body":{"stringValue":"hello"},"severityNumber":9,"timeUnixNano":"7"}]}]}]}"#;
    let text = format!("{logs}\n{ALL}{ALL}");
    let (whole, report) = read(&text);
    assert_eq!((report.spans, report.traces), (2, 1));
    for slice in (1..80).chain([500, 1000]) {
        let (store, cut) = testing::read_in_slices(&mut Otlp::new(&Store::new()), &text, slice);
        assert_eq!((tell(&store), notes(&cut)), (tell(&whole), notes(&report)), "{slice}");
    }
}

#[test]
fn values_of_every_type() {
    let cases = [
        (r#"{"intValue":"18446744073709551616"}"#, Value::BigInt("18446744073709551616".into()), false),
        (r#"{"intValue":-9223372036854775808}"#, Value::Int(i64::MIN), false),
        (r#"{"intValue":1.5}"#, Value::Double(1.5), true),
        (r#"{"intValue":"x"}"#, Value::Str("x".into()), true),
        (r#"{"doubleValue":"-Infinity"}"#, Value::Double(f64::NEG_INFINITY), false),
        (r#"{"doubleValue":1}"#, Value::Double(1.0), false),
        (r#"{"double_value":"1e3"}"#, Value::Double(1000.0), false),
        (r#"{"boolValue":"true"}"#, Value::Str("true".into()), true),
        (r#"{"bytesValue":"AP8"}"#, Value::Bytes(vec![0, 255]), false),
        (r#"{"bytesValue":"?"}"#, Value::Str("?".into()), true),
        (r#"{"stringValue":5}"#, Value::Int(5), true),
        (r#"{"stringValue":null}"#, Value::Null, false),
        (r#"{"arrayValue":{}}"#, Value::Array(vec![]), false),
        (r#"{"kvlistValue":{"values":[{"key":"a"}]}}"#, Value::Map(vec![("a".into(), Value::Null)]), false),
        (r#"{"otherValue":[1]}"#, Value::Map(vec![("otherValue".into(), Value::Array(vec![Value::Int(1)]))]), true),
        (r#""plain""#, Value::Str("plain".into()), true),
        ("null", Value::Null, false),
        (r#"{"stringValue":"a","intValue":2}"#, Value::Int(2), true),
    ];
    for (json, expected, is_odd) in cases {
        let (store, report) = span_of(&format!(r#","attributes":[{{"key":"k","value":{json}}}]"#));
        assert_eq!(attributes(&store), [("k".to_owned(), expected)], "{json}");
        let odd = if is_odd { vec![(NoteKind::OddValue, 1)] } else { vec![] };
        assert_eq!(notes(&report), odd, "{json}");
    }
    let deep = format!("{}{{}}{}", r#"{"arrayValue":{"values":["#.repeat(100), "]}}".repeat(100));
    let (_, report) = span_of(&format!(r#","attributes":[{{"key":"k","value":{deep}}}]"#));
    assert_eq!(notes(&report), [(NoteKind::WrongType, 1)]);
}

#[test]
fn attributes_may_be_an_object() {
    let (store, report) = span_of(r#","attributes":{"b":1,"a":{"stringValue":"x"},"c":{"d":null}}"#);
    let map = Value::Map(vec![("d".into(), Value::Null)]);
    let expected = [("b".to_owned(), Value::Int(1)), ("a".to_owned(), Value::Str("x".into())), ("c".to_owned(), map)];
    assert_eq!(attributes(&store), expected);
    assert_eq!(notes(&report), [(NoteKind::OddValue, 1)]);
}

#[test]
fn wrong_types_lose_no_span() {
    for (members, kind) in [
        (r#","attributes":5"#, NoteKind::WrongType),
        (r#","attributes":[5]"#, NoteKind::SkippedEntry),
        (r#","attributes":[{"value":{}}]"#, NoteKind::MissingKey),
        (r#","events":{}"#, NoteKind::WrongType),
        (r#","events":["x"]"#, NoteKind::SkippedEntry),
        (r#","links":[7]"#, NoteKind::SkippedEntry),
        (r#","parentSpanId":{}"#, NoteKind::WrongType),
        (r#","name":[]"#, NoteKind::WrongType),
        (r#","kind":{}"#, NoteKind::UnknownEnum),
        (r#","flags":"x""#, NoteKind::WrongType),
        (r#","color":"red""#, NoteKind::UnknownField),
    ] {
        let (_, report) = span_of(members);
        assert_eq!(notes(&report), [(kind, 1)], "{members}");
    }
    let (store, _) = span_of(r#","kind":9,"status":{"code":"Error"}"#);
    let expected = [("otel.span_kind", Value::Int(9)), ("otel.status_code", Value::Str("Error".into()))];
    assert_eq!(attributes(&store), expected.map(|(key, value)| (key.to_owned(), value)));
}

#[test]
fn marks_fill_columns() {
    let text = |key: &str, value: &str| format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#);
    let marks = [
        text("trackway.trace_id", "trace one"),
        text("trackway.span_id", "0000000000000000"),
        text("trackway.parent_span_id", "p"),
        r#"{"key":"trackway.follows_parent","value":{"boolValue":true}}"#.to_owned(),
        r#"{"key":"trackway.time_unix_nano","value":{"intValue":"-5"}}"#.to_owned(),
        r#"{"key":"@jaeger@warnings","value":{"arrayValue":{"values":[{"stringValue":"w"}]}}}"#.to_owned(),
        r#"{"key":"trackway.trace_warnings","value":{"arrayValue":{"values":[{"stringValue":"t"}]}}}"#.to_owned(),
        text("trackway.unusable_start", "soon"),
        text("trackway.follows_parent", "of a wrong type"),
        text("plain", "x"),
    ];
    let link = format!(r#"{{"attributes":[{}]}}"#, text("opentracing.ref_type", "follows_from"));
    let event = r#"{"name":"e","attributes":[{"key":"trackway.time_unix_nano","value":{"intValue":"-9"}}]}"#;
    let (store, _) = read(
        &document(&format!(r#","attributes":[{}],"links":[{link}],"events":[{event}]"#, marks.join(",")))
            .replace("1700000000000000001", "0")
            .replace("1700000000000000011", "30"),
    );
    let span = store.span(SpanRow(0));
    assert_eq!((span.start(), span.duration().0, span.id_text().as_str()), (UnixNanos(-5), 30, "0000000000000000"));
    assert_eq!(store.trace_id_text(span.trace()), "trace one");
    assert!(span.flags().has(SpanFlags::FOLLOWS_PARENT) && !span.flags().has(SpanFlags::TIME_MISSING));
    assert_eq!(span.warnings().count(), 2);
    let warnings: Vec<&str> = store.trace(span.trace()).warnings().map(|text| store.text(text)).collect();
    assert_eq!(warnings, ["t"]);
    let keys: Vec<String> = attributes(&store).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["trackway.follows_parent", "plain"]);
    let link = span.links().next().unwrap();
    assert_eq!((link.kind, link.attributes.len()), (LinkKind::FollowsFrom, 0));
    let event = span.events().next().unwrap();
    assert_eq!((event.time, event.attributes.len()), (UnixNanos(-9), 0));
}

#[test]
fn times_that_are_missing() {
    for (start, end, duration, kinds) in [
        ("5", "3", 0, vec![NoteKind::ImplausibleTime, NoteKind::NegativeDuration]),
        ("1700000000000000000", "0", 0, vec![NoteKind::OpenSpan]),
        ("1700000000000000000", "never", 0, vec![NoteKind::WrongType, NoteKind::OpenSpan]),
        ("0", "1700000000000000000", 0, vec![NoteKind::MissingTime]),
        ("1.7e18", "1700000000000000000.5", 1, vec![NoteKind::RoundedTime]),
    ] {
        let document = document("").replace("1700000000000000001", start).replace("1700000000000000011", end);
        let (store, report) = read(&document);
        let mut found: Vec<NoteKind> = report.notes.iter().map(|note| note.kind).collect();
        found.sort();
        let mut kinds = kinds;
        kinds.sort();
        assert_eq!((store.span(SpanRow(0)).duration().0, found), (duration, kinds), "{start} {end}");
    }
    let (store, _) = read(&document("").replace("1700000000000000001", ""));
    assert_eq!(attributes(&store), [("otel.end_time_unix_nano".to_owned(), Value::Int(1_700_000_000_000_000_011))]);
}

#[test]
fn answers_of_backends() {
    let group = document("");
    let bare = group.strip_prefix(r#"{"resourceSpans":["#).unwrap().strip_suffix("]}").unwrap();
    let batches = group.replace("resourceSpans", "batches");
    for text in [
        group.clone(),
        format!("[{group}]"),
        format!("[{bare}]"),
        bare.to_owned(),
        format!(r#"{{"result":{group}}}"#),
        batches,
        format!(r#"{{"trace":{group},"status":"COMPLETE","message":""}}"#),
        bare[bare.find(r#""scopeSpans""#).unwrap()..].replacen('"', "{\"", 1),
    ] {
        let (store, report) = read(&text);
        assert_eq!((report.spans, report.fault), (1, None), "{text}");
        assert_eq!(store.span(SpanRow(0)).duration().0, 10);
    }
    let partial = format!(r#"{{"trace":{group},"status":"PARTIAL","message":"too large"}}"#);
    let note = &read(&partial).1.notes[0];
    assert_eq!((note.kind, note.example.as_str()), (NoteKind::PartialTrace, "too large"));
    let error = r#"{"error":{"httpCode":404,"message":"trace not found"}}"#;
    let fault = read(error).1.fault.unwrap();
    assert_eq!(fault.kind, FaultKind::Backend { code: 404, message: "trace not found".into() });
    assert_eq!(notes(&read(&format!("{group}\n{error}")).1), [(NoteKind::BackendError, 1)]);
}

#[test]
fn logs_become_events_of_their_spans() {
    let log = |trace: &str, span: &str, body: &str| {
        format!(
            r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"traceId":"{trace}","spanId":"{span}",
            "body":{body},"severityText":"WARN","attributes":[{{"key":"k","value":{{"intValue":1}}}}]}}]}}]}}]}}"#
        )
    };
    let (trace, span) = ("5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b173");
    let text = [
        log(trace, span, r#"{"stringValue":"early"}"#),
        document(r#","events":[{"name":"own","timeUnixNano":"9"}]"#),
        document("").replace(span, "eee19b7ec3c1b174"),
        log(trace, span, r#"{"intValue":"5"}"#),
        log("", "", r#"{"stringValue":"of no trace"}"#),
        log(trace, "eee19b7ec3c1b17f", r#"{"stringValue":"of no span here"}"#),
    ];
    let (store, report) = read(&text.join("\n"));
    let counts = [(NoteKind::LooseLog, 2), (NoteKind::OtherSignal, 4), (NoteKind::LogEvent, 2)];
    assert_eq!(notes(&report), counts);
    let events: Vec<_> = store.span(SpanRow(0)).events().collect();
    let names: Vec<_> = events.iter().map(|event| (event.name, event.time.0)).collect();
    assert_eq!(names, [("own", 9), ("early", 1_700_000_000_000_000_001), ("", 1_700_000_000_000_000_001)]);
    assert_eq!(
        format!("{:?}", events[2].attributes),
        r#"{"k": Int(1), "otel.event.is_log": Bool(true), "log.severity_text": Str("WARN"), "log.body": Int(5)}"#
    );
    assert_eq!(store.span(SpanRow(1)).events().count(), 0);
    let only = read(&text[0]).1.fault.unwrap();
    assert_eq!(only.kind, FaultKind::NotReadable(Format::OtlpLogs));
}
