//! Small documents of both versions, and what becomes of them.

use super::*;
use crate::ingest::report::LoadReport;
use crate::ingest::testing::{read, read_in_slices};
use crate::model::{SpanFlags, SpanKind, SpanRef, SpanWarning, StatusCode, Store, ValueRef};

fn load(json: &str) -> (Store, LoadReport) {
    read(&mut ZipkinReader::default(), json)
}

fn count(report: &LoadReport, kind: NoteKind) -> u64 {
    report.notes.iter().find(|note| note.kind == kind).map_or(0, |note| note.count)
}

/// The spans in order of arrival.
fn spans(store: &Store) -> Vec<SpanRef<'_>> {
    (0..store.spans.len() as u32).map(|row| store.span(SpanRow(row))).collect()
}

/// The tree of every trace: an indented line for each span.
fn tree(store: &Store) -> String {
    let mut told = String::new();
    for (row, trace) in store.traces() {
        told += &format!("trace {}\n", store.trace_id_text(row));
        for (position, row) in trace.tree.order.iter().enumerate() {
            let span = store.span(*row);
            let depth = trace.tree.depth[position] as usize + 1;
            told += &format!("{:depth$}{} {} {:?}\n", "", span.id_text(), span.service(), span.kind());
        }
    }
    told
}

fn attributes(span: SpanRef) -> String {
    written(ValueRef::Map(span.attributes()))
}

fn written(value: ValueRef) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Str(text) => format!("{text:?}"),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::Int(value) => value.to_string(),
        ValueRef::BigInt(digits) => digits.to_owned(),
        ValueRef::Double(value) => value.to_string(),
        ValueRef::Bytes(bytes) => format!("bytes {bytes:?}"),
        ValueRef::Array(items) => {
            format!("[{}]", items.map(|(_, item)| written(item)).collect::<Vec<_>>().join(", "))
        }
        ValueRef::Map(entries) => {
            let entry = |(key, value): (&str, ValueRef)| format!("{key}: {}", written(value));
            format!("{{{}}}", entries.map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

const V2: &str = r#"[[
 {"traceId":"a","id":"1","name":"get","kind":"CLIENT","timestamp":1700000000000000,"duration":100,
  "localEndpoint":{"serviceName":"web","ipv4":"10.0.0.1","ipv6":"::1","port":80},
  "remoteEndpoint":{"serviceName":"shop","ipv6":"::2","port":"443"},
  "tags":{"http.method":"GET","n":5,"peer.service":"shop","error":"no stock"},
  "annotations":[{"timestamp":1700000000000001,"value":"retry"},{"value":"no time"},7],"debug":true},
 {"traceId":"a","id":"2","parentId":"1","localEndpoint":{"serviceName":"db"}},
 {"traceId":"a","id":"1","kind":"server","shared":true,"timestamp":1700000000000010,"duration":50,
  "localEndpoint":{"serviceName":"shop"},"tags":{"error":""}}],
 [{"traceId":"b","id":"3","parentId":"9","kind":"SERVER","shared":true,"name":null,"localEndpoint":null}, "x"]]"#;

#[test]
fn a_v2_span_is_in_its_columns() {
    let (store, report) = load(V2);
    assert_eq!((report.traces, report.spans, report.fault.as_ref()), (2, 4, None));
    let span = spans(&store)[0];
    assert_eq!((span.name(), span.service(), span.kind()), ("get", "web", SpanKind::Client));
    assert_eq!((span.start().0, span.duration().0), (1_700_000_000_000_000_000, 100_000));
    assert_eq!((span.status(), span.status_message()), (StatusCode::Error, "no stock"));
    let resource = r#"{net.host.ip: "10.0.0.1", net.host.ipv6: "::1", net.host.port: 80}"#;
    assert_eq!(written(ValueRef::Map(span.resource_attributes())), resource);
    let own = r#"{http.method: "GET", n: 5, peer.service: "shop", error: "no stock", net.peer.ip: "::2", net.peer.port: 443, zipkin.debug: true}"#;
    assert_eq!(attributes(span), own);
    let events: Vec<_> = span.events().map(|event| (event.name, event.time.0)).collect();
    assert_eq!(events, [("retry", 1_700_000_000_000_001_000), ("no time", 1_700_000_000_000_000_000)]);
    assert_eq!((count(&report, NoteKind::MissingTime), count(&report, NoteKind::SkippedEntry)), (3, 2));
}

#[test]
fn halves_hang_together_and_a_lone_half_keeps_its_parent() {
    let (store, report) = load(V2);
    let expected = "trace a\n 1 web Client\n  1_1 shop Server\n   2 db Unspecified\n\
                    trace b\n 3 unknown_service Server\n";
    assert_eq!(tree(&store), expected);
    assert_eq!((count(&report, NoteKind::SharedId), count(&report, NoteKind::Orphan)), (1, 1));
    let all = spans(&store);
    assert_eq!(all[3].parent_id().map(|id| id.text(store.strings())).as_deref(), Some("9"));
    assert_eq!(attributes(all[2]), r#"{error: "", zipkin.shared: true}"#);
    assert_eq!((all[2].status(), all[2].status_message()), (StatusCode::Error, ""));
    assert!(all[1].flags().has(SpanFlags::TIME_MISSING));
}

#[test]
fn an_error_tag_is_an_error_unless_it_says_false() {
    for (tags, status, message) in [
        (r#"{"error":""}"#, StatusCode::Error, ""),
        (r#"{"error":"true"}"#, StatusCode::Error, ""),
        (r#"{"error":true}"#, StatusCode::Error, ""),
        (r#"{"error":404}"#, StatusCode::Error, "404"),
        (r#"{"error":"false"}"#, StatusCode::Unset, ""),
        (r#"{"error":null}"#, StatusCode::Unset, ""),
        (r#"{"otel.status_code":"OK"}"#, StatusCode::Ok, ""),
        (r#"{"otel.status_code":"ERROR","otel.status_description":"why"}"#, StatusCode::Error, "why"),
        (r#"{"error.kind":"x"}"#, StatusCode::Unset, ""),
    ] {
        let (store, _) = load(&format!(r#"{{"traceId":"1","id":"1","tags":{tags}}}"#));
        assert_eq!((spans(&store)[0].status(), spans(&store)[0].status_message()), (status, message), "{tags}");
    }
}

#[test]
fn ids_of_all_sorts_are_read() {
    let json = r#"{"traceId":"0x00000000000000000000000000000ABC","id":"my-span"}
        {"traceId":"abc","id":"2","parentId":"my-span"}
        {"traceId":123456789012345678901234567890,"id":-5}
        {"traceId":"0000","id":"","parentId":"0000000000000000"}
        {"id":"7","parentId":"8"} [{"id":"8"},{"id":"9","parentId":"8"}]"#;
    let (store, report) = load(json);
    let expected = "trace 00000000000000000000000000000abc\n my-span unknown_service Unspecified\n  2 unknown_service Unspecified\n\
                    trace 123456789012345678901234567890\n -5 unknown_service Unspecified\n\
                    trace no-id-4\n no-id-4 unknown_service Unspecified\n\
                    trace no-id-5\n 7 unknown_service Unspecified\n\
                    trace no-id-6\n 8 unknown_service Unspecified\n  9 unknown_service Unspecified\n";
    assert_eq!(tree(&store), expected);
    assert_eq!((report.spans, count(&report, NoteKind::MissingId), count(&report, NoteKind::WrongType)), (7, 5, 2));
}

#[test]
fn wrong_types_keep_the_span() {
    let json = r#"[{"traceId":"1","id":"1","name":7,"kind":"ROUTER","timestamp":"soon","duration":"7","tags":"none",
        "annotations":{},"localEndpoint":"web","remoteEndpoint":[1],"shared":"yes","extra":{"a":1}},
        {"traceId":"1","id":"2","timestamp":1700000000000000.5,"duration":-1,"localEndpoint":{"serviceName":"","port":0,"zone":"z"}},
        {"hello":"world"}, null]"#;
    let (store, report) = load(json);
    let all = spans(&store);
    assert_eq!((report.spans, all[0].name(), all[0].duration().0), (2, "7", 7000));
    let kept = r#"{otel.span_kind: "ROUTER", tags: "none", annotations: {}, localEndpoint: "web", remoteEndpoint: [1], shared: "yes", extra: {a: 1}}"#;
    assert_eq!(attributes(all[0]), kept);
    assert!(all[0].warnings().any(|warning| matches!(warning, SpanWarning::UnusableStart(_))));
    assert_eq!(count(&report, NoteKind::WrongType), 8);
    assert_eq!((count(&report, NoteKind::NumberAsText), count(&report, NoteKind::SkippedEntry)), (1, 2));
    assert_eq!((all[1].start().0, all[1].duration().0), (1_700_000_000_000_000_500, 0));
    assert_eq!(written(ValueRef::Map(all[1].resource_attributes())), r#"{localEndpoint.zone: "z"}"#);
    let place =
        report.notes.iter().find(|note| note.kind == NoteKind::NumberAsText).and_then(|note| note.place.clone());
    assert_eq!(place.unwrap().path, "[0].duration");
}

/// A v1 record with these annotations, `letters@micros after the start of 2023-11-14@service`, and what follows them.
fn v1(annotations: &str, more: &str) -> String {
    let items: Vec<String> = annotations
        .split_ascii_whitespace()
        .map(|item| {
            let [value, time, service] = item.split('@').collect::<Vec<_>>()[..] else { panic!("{item}") };
            let endpoint = format!(r#""endpoint":{{"serviceName":"{service}","port":0}}"#);
            format!(r#"{{"timestamp":17000000000{time:0>5},"value":"{value}",{endpoint}}}"#)
        })
        .collect();
    format!(
        r#"{{"traceId":"1","id":"2","name":"get","annotations":[{}],"binaryAnnotations":[]{more}}}"#,
        items.join(",")
    )
}

/// Every span on a line: kind, service, start and duration in microseconds, attributes, events.
fn drawn(store: &Store) -> String {
    let lines = spans(store).into_iter().map(|span| {
        let events: Vec<_> = span.events().map(|event| event.name).collect();
        let start = (span.start().0 - 1_700_000_000_000_000).max(0) / 1000;
        let times = format!("{}+{}", start % 100_000, span.duration().0 / 1000);
        format!("{:?} {} {times} {} {}\n", span.kind(), span.service(), attributes(span), events.join(","))
    });
    lines.collect()
}

#[test]
fn v1_letters_give_kinds_and_times() {
    for (annotations, more, expected) in [
        ("cs@100@a cr@300@a", "", "Client a 100+200 {} \n"),
        ("sr@100@b hit@150@b ss@300@b", "", "Server b 100+200 {zipkin.shared: true} hit\n"),
        ("sr@100@b ss@300@b", r#","timestamp":1700000000000100,"duration":200"#, "Server b 100+200 {} \n"),
        ("ms@100@a ws@120@a", "", "Producer a 100+20 {} \n"),
        ("mr@100@b", "", "Consumer b 100+0 {} \n"),
        ("wr@90@b mr@100@b", "", "Consumer b 90+10 {} \n"),
        ("ws@90@b wr@100@b", "", "Unspecified b 0+0 {} ws,wr\n"),
        ("cr@300@a", r#","timestamp":1700000000000100,"duration":200"#, "Client a 100+200 {} \n"),
        ("cr@310@a", r#","timestamp":1700000000000100,"duration":200"#, "Client a 100+200 {} cr\n"),
        ("cs@100@a cs@110@a", "", "Client a 100+0 {} cs\n"),
        (
            "cs@100@a sr@150@b x@160@b y@170@c ss@250@b cr@300@a",
            r#","timestamp":1700000000000100,"duration":200,"debug":true"#,
            "Client a 100+200 {zipkin.debug: true} y\nServer b 150+100 {zipkin.debug: true, zipkin.shared: true} x\n",
        ),
        ("cs@100@a sr@150@a ss@250@a cr@300@a", "", "Client a 100+200 {} \nServer a 150+100 {zipkin.shared: true} \n"),
        ("ms@100@a mr@400@b", "", "Producer a 100+0 {} \nConsumer b 400+0 {zipkin.shared: true} \n"),
    ] {
        let (store, report) = load(&v1(annotations, more));
        assert_eq!(drawn(&store), expected, "{annotations}");
        assert_eq!((report.spans, count(&report, NoteKind::SplitRecord)), (1, store.spans.len() as u64 - 1));
    }
}

#[test]
fn a_split_record_is_a_call_and_children_hang_below_its_server() {
    let call = v1("cs@100@a sr@150@b ss@250@b cr@300@a", r#","parentId":"9""#);
    let child = r#"{"traceId":"1","id":"3","parentId":"2","annotations":[],"binaryAnnotations":[{"key":"lc","value":"disk","endpoint":{"serviceName":"b"}}]}"#;
    let (store, report) = load(&format!("[{child},{call}]"));
    assert_eq!(tree(&store), "trace 1\n 2 a Client\n  2_1 b Server\n   3 b Unspecified\n");
    assert_eq!((report.spans, report.traces, report.services), (2, 1, 2));
    assert_eq!(attributes(spans(&store)[0]), r#"{lc: "disk"}"#);
    // Two records of one id are halves as well.
    let (store, report) = load(&[v1("sr@150@b ss@250@b", ""), v1("cs@100@a cr@300@a", "")].join("\n"));
    assert_eq!(tree(&store), "trace 1\n 2_1 a Client\n  2 b Server\n");
    assert_eq!((report.spans, count(&report, NoteKind::SplitRecord)), (2, 0));
}

#[test]
fn v1_binary_annotations_become_tags_and_addresses() {
    let binary = |items: &str| format!(r#","binaryAnnotations":[{items}]"#);
    let endpoint = |name: &str| format!(r#""endpoint":{{"serviceName":"{name}","ipv4":"10.0.0.7","port":0}}"#);
    let address = |key: &str, name: &str| format!(r#"{{"key":"{key}","value":true,{}}}"#, endpoint(name));
    let typed = r#"{"key":"b","value":"true","type":"BOOL"},{"key":"i","value":"5","type":"I64"},{"key":"j","value":5,"type":"I16"},
        {"key":"d","value":"0.5","type":"DOUBLE"},{"key":"y","value":"AQI=","type":"BYTES"},{"key":"t","value":"x","type":"STRING"},
        {"key":"lc","value":""},{"value":"keyless"},{"key":"empty"},9"#;
    for (annotations, items, expected) in [
        (
            "cs@1@a cr@2@a",
            typed.to_owned(),
            r#"Client a 1+1 {b: true, i: 5, j: 5, d: 0.5, y: bytes [1, 2], t: "x", : "keyless"} "#,
        ),
        ("cs@1@a cr@2@a", address("sa", "b"), r#"Client a 1+1 {peer.service: "b", net.peer.ip: "10.0.0.7"} "#),
        ("sr@1@b ss@2@b", address("ca", "b"), r#"Server b 1+1 {net.peer.ip: "10.0.0.7", zipkin.shared: true} "#),
        ("ms@1@a", address("ma", "kafka"), r#"Producer a 1+0 {peer.service: "kafka", net.peer.ip: "10.0.0.7"} "#),
        ("x@1@a", address("sa", "db"), r#"Unspecified a 0+0 {peer.service: "db", net.peer.ip: "10.0.0.7"} x"#),
        ("x@1@a", address("ca", "u"), r#"Server a 0+0 {peer.service: "u", net.peer.ip: "10.0.0.7"} x"#),
        (
            "",
            [address("ca", "u"), address("sa", "v")].join(","),
            r#"Unspecified u 0+0 {peer.service: "v", net.peer.ip: "10.0.0.7"} "#,
        ),
        (
            "sr@1@b ss@2@b",
            address("sa", "b"),
            r#"Server b 1+1 {sa: {serviceName: "b", ipv4: "10.0.0.7", port: 0}, zipkin.shared: true} "#,
        ),
    ] {
        let (store, _) = load(&v1(annotations, &binary(&items)));
        assert_eq!(drawn(&store).trim_end_matches('\n'), expected, "{items}");
    }
    let error = format!(r#"{{"key":"error","value":"late",{}}}"#, endpoint("b"));
    let (store, _) = load(&v1("cs@100@a sr@150@b ss@250@b cr@300@a", &binary(&error)));
    let statuses: Vec<_> = spans(&store).iter().map(|span| (span.status(), span.status_message())).collect();
    assert_eq!(statuses, [(StatusCode::Unset, ""), (StatusCode::Error, "late")]);
}

#[test]
fn versions_may_be_mixed() {
    let plain = r#"{"traceId":"1","id":"5","annotations":[]}"#;
    let newer = r#"{"traceId":"1","id":"6","localEndpoint":{"serviceName":"c"},"annotations":[{"timestamp":1700000000000000,"value":"cs","endpoint":{"serviceName":"c"}}]}"#;
    let (store, _) = load(&format!("[{plain},{},{newer}]", v1("cs@100@a cr@300@a", "")));
    let told: Vec<_> = spans(&store).iter().map(|span| (span.service(), span.kind(), span.events().len())).collect();
    let expected =
        [("unknown_service", SpanKind::Unspecified, 0), ("a", SpanKind::Client, 0), ("c", SpanKind::Unspecified, 1)];
    assert_eq!(told, expected);
}

#[test]
fn slices_change_nothing() {
    let json = format!("{V2}\n[{}]\n{{\"id\":\"5\"}}", v1("cs@100@a sr@150@b ss@250@b cr@300@a", ""));
    let (whole, report) = load(&json);
    for slice in 1..json.len() {
        let (store, same) = read_in_slices(&mut ZipkinReader::default(), &json, slice);
        assert_eq!((tree(&store), drawn(&store)), (tree(&whole), drawn(&whole)), "slices of {slice}");
        assert_eq!((same.spans, same.notes), (report.spans, report.notes.clone()), "slices of {slice}");
    }
}

/// Numbers that look random (splitmix64), the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ mixed >> 31) as usize % sides.max(1)
    }
}

#[test]
fn broken_documents_do_no_harm() {
    const TOKENS: [&str; 16] = [
        "null",
        "true",
        "-1",
        "1e999",
        "\"\"",
        "[]",
        "{}",
        "[",
        "}",
        ",",
        "\"cs\"",
        "\"endpoint\":",
        "99999999999999999999",
        "\"\\ud800\"",
        "0",
        "\"id\":",
    ];
    let binary = r#","binaryAnnotations":[{"key":"sa","value":true,"endpoint":{"serviceName":"b"}},{"key":"error","value":"1","type":"I64"}]"#;
    let seeds = [V2.to_owned(), v1("cs@100@a sr@150@b ss@250@b cr@300@a", binary), v1("ms@1@a wr@2@b mr@3@b", binary)];
    let (mut dice, mut spans, mut faults) = (Dice(11), 0, 0);
    for round in 0..3000 {
        let mut bytes = seeds[round % seeds.len()].clone().into_bytes();
        for _ in 0..1 + dice.roll(4) {
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes[at] ^= 1 << dice.roll(7),
                1 => _ = bytes.remove(at),
                2 => bytes.insert(at, b"{}[],:\"0e.-\\ a"[dice.roll(14)]),
                _ => _ = bytes.splice(at..(at + dice.roll(9)).min(bytes.len()), TOKENS[dice.roll(16)].bytes()),
            }
        }
        let json = String::from_utf8_lossy(&bytes);
        let (store, report) = read_in_slices(&mut ZipkinReader::default(), &json, 1 + dice.roll(400));
        let shown: usize = store.traces().map(|(_, trace)| trace.tree.len()).sum();
        let copies = store.spans.len() - shown;
        assert_eq!(copies as u64, count(&report, NoteKind::IdenticalCopy), "{json}");
        spans += shown;
        faults += usize::from(report.fault.is_some());
    }
    assert!(spans > 2000 && faults > 1000, "{spans} {faults}");
}
