//! Small documents through the door: shapes, orders of keys, slices, cuts.

use crate::ingest::report::{FaultKind, Grade, LoadReport, NoteKind};
use crate::ingest::{Fault, Load};
use crate::model::{SpanFlags, SpanKind, StatusCode, Store, TraceRow, Value};
use proptest::prelude::*;

fn load_slices(slices: &[&[u8]]) -> (Store, LoadReport) {
    let mut store = Store::new();
    let mut load = Load::new("test.json");
    for slice in slices {
        if load.push(&mut store, slice).is_err() {
            break;
        }
    }
    let report = load.finish(&mut store);
    (store, report)
}

fn load(text: &str) -> (Store, LoadReport) {
    load_slices(&[text.as_bytes()])
}

/// `service name` of all spans in display order, with their depths.
fn outline(store: &Store) -> Vec<String> {
    let mut lines = Vec::new();
    for (_, trace) in store.traces() {
        for (row, depth) in trace.tree.order.iter().zip(&trace.tree.depth) {
            let span = store.span(*row);
            lines.push(format!("{depth} {} {}", span.service(), span.name()));
        }
    }
    lines
}

fn kinds(report: &LoadReport) -> Vec<NoteKind> {
    report.notes.iter().map(|note| note.kind).collect()
}

/// A span with a start, further fields as given.
fn span(id: &str, fields: &str) -> String {
    format!(
        r#"{{"traceID":"ab","spanID":"{id}","operationName":"op-{id}","startTime":1700000000000000,"duration":5,{fields}"processID":"p1"}}"#
    )
}

const PROCESSES: &str = r#"{"p1":{"serviceName":"shop","tags":[{"key":"host","value":"h1"}]}}"#;

fn trace(spans: &[String]) -> String {
    format!(r#"{{"traceID":"ab","spans":[{}],"processes":{PROCESSES}}}"#, spans.join(","))
}

#[test]
fn all_shapes_of_the_format_come_to_the_same() {
    let spans = [span("1", ""), span("2", r#""parentSpanID":"1","#)];
    let whole = trace(&spans);
    let joined = spans.join(",");
    let loose = joined
        .replace(r#""processID":"p1""#, r#""process":{"serviceName":"shop","tags":[{"key":"host","value":"h1"}]}"#);
    for document in [
        whole.clone(),
        format!("[{whole}]"),
        format!(r#"{{"data":[{whole}]}}"#),
        format!(r#"{{"data":{whole},"total":1}}"#),
        format!(r#"{{"_comment":{{"data":[1]}},"total":1,"errors":null,"data":[{whole}]}}"#),
        format!(r#"{{"processes":{PROCESSES},"spans":[{joined}],"traceID":"ab"}}"#),
        format!(r#"{{"spans":[{joined}],"processes":{PROCESSES},"traceID":"ab","warnings":null}}"#),
        format!("[{loose}]"),
        format!(r#"{{"data":[{loose}]}}"#),
        loose.replace("},{", "}\n{"),
        format!(r#"{{"data":[{}]}}"#, whole.replace("spans", "sp\\u0061ns")),
    ] {
        let (store, report) = load(&document);
        assert_eq!(report.fault, None, "{document}");
        assert_eq!(outline(&store), ["0 shop op-1", "1 shop op-2"], "{document}");
        assert_eq!((report.traces, report.spans, report.services), (1, 2, 1), "{document}");
        let host = store.span(store.trace(TraceRow(0)).tree.order[0]).resource_attributes().find("host");
        assert_eq!(host.map(|host| host.to_owned(9)), Some(Value::Str("h1".into())), "{document}");
    }
}

#[test]
fn documents_one_after_another_are_all_read() {
    let lines = format!("{}\r\n\r\n{}\n", trace(&[span("1", "")]), trace(&[span("2", "")]).replace("ab", "cd"));
    let (store, report) = load(&lines);
    assert_eq!((report.traces, kinds(&report)), (2, vec![NoteKind::SeveralDocuments]));
    assert!(store.trace_by_id("cd").is_some());
}

#[test]
fn spans_go_to_the_trace_they_name() {
    let other = span("2", "").replace(r#""ab""#, r#""cd""#);
    let unnamed = span("3", "").replace(r#""traceID":"ab","#, "");
    let document =
        format!(r#"{{"spans":[{},{other},{unnamed}],"processes":{PROCESSES},"traceID":"ab"}}"#, span("1", ""));
    let (store, report) = load(&document);
    assert_eq!((report.traces, kinds(&report)), (2, vec![NoteKind::OtherTrace]));
    let sizes = ["ab", "cd"].map(|id| store.trace(store.trace_by_id(id).unwrap()).span_count());
    assert_eq!(sizes, [2, 1]);
}

#[test]
fn a_trace_without_any_id_is_shown() {
    let document = trace(&[span("1", "")]).replace(r#""traceID":"ab","#, "");
    let (store, report) = load(&document);
    assert_eq!((report.spans, report.trace_ids.len()), (1, 1));
    assert!(kinds(&report).contains(&NoteKind::MissingId));
    assert!(store.trace_by_id(&report.trace_ids[0]).is_some());
}

#[test]
fn a_span_without_an_id_gets_one() {
    let bare = |n: u32| format!(r#"{{"traceID":"ab","operationName":"n{n}","startTime":1700000000000000}}"#);
    let (store, report) = load(&trace(&[bare(1), bare(2)]));
    assert_eq!((report.spans, store.trace(TraceRow(0)).findings.duplicate_ids.count), (2, 0));
    assert_eq!(report.notes.iter().find(|note| note.kind == NoteKind::MissingId).unwrap().count, 2);
}

#[test]
fn tags_say_kind_status_and_scope() {
    let tags = r#""tags":[
        {"key":"span.kind","type":"string","value":"server"},{"key":"error","type":"bool","value":true},
        {"key":"otel.status_description","value":"no money"},{"key":"otel.library.name","value":"old"},
        {"key":"otel.scope.name","value":"lib"},{"key":"otel.scope.version","value":"2"},
        {"key":"w3c.tracestate","value":"a=b"},{"value":"AAEC","type":"binary","key":"raw"}],"#;
    let (store, report) = load(&trace(&[span("1", tags)]));
    let span = store.span(store.trace(TraceRow(0)).tree.order[0]);
    assert_eq!((span.kind(), span.status(), span.status_message()), (SpanKind::Server, StatusCode::Error, "no money"));
    assert_eq!((span.scope(), span.trace_state()), (Some(("lib", "2")), "a=b"));
    assert_eq!(span.attributes().count(), 8, "all of them are still attributes");
    assert_eq!(
        span.attributes().find("raw").unwrap().to_owned(9),
        Value::Bytes(vec![0, 1, 2]),
        "the type may come last"
    );
    assert_eq!(report.notes, []);
}

#[test]
fn doubles_and_their_words() {
    let tags = r#""tags":[{"key":"a","type":"float64","value":"NaN"},{"key":"b","type":"float64","value":"-Infinity"},
        {"key":"c","type":"float64","value":"2.5"},{"key":"d","type":"float64","value":3},{"key":"e","type":"float64","value":"fast"},
        {"key":"f","type":"int64","value":"-99999999999999999999"},{"key":"g","type":"int64","value":"1.5"}],"#;
    let (store, _) = load(&trace(&[span("1", tags)]));
    let attributes = store.span(store.trace(TraceRow(0)).tree.order[0]).attributes();
    let value = |key: &str| attributes.find(key).unwrap().to_owned(99);
    assert!(matches!(value("a"), Value::Double(nan) if nan.is_nan()));
    assert_eq!([value("b"), value("c"), value("d")], [f64::NEG_INFINITY, 2.5, 3.0].map(Value::Double));
    assert_eq!(value("e"), Value::Str("fast".into()));
    assert_eq!([value("f"), value("g")], [Value::BigInt("-99999999999999999999".into()), Value::Str("1.5".into())]);
}

#[test]
fn the_last_of_repeated_keys_counts() {
    let fields = r#""tags":[{"key":"error","value":true},{"key":"x","value":1}],"logs":[{"timestamp":1700000000000000,"fields":[]}],
        "tags":[{"key":"y","value":2}],"logs":[],"references":[{"refType":"CHILD_OF","spanID":"9"}],"references":[],"#;
    let (store, report) = load(&trace(&[span("1", fields)]));
    let span = store.span(store.trace(TraceRow(0)).tree.order[0]);
    assert_eq!(span.attributes().map(|(key, _)| key).collect::<Vec<_>>(), ["y"]);
    assert_eq!((span.status(), span.events().len(), span.parent_id()), (StatusCode::Unset, 0, None));
    assert_eq!(report.notes, []);
}

#[test]
fn values_nested_too_deep_are_left_out_with_a_note() {
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let tags = format!(r#""unknown":{deep},"tags":[{{"key":"deep","value":{deep}}},{{"key":"after","value":1}}],"#);
    let (store, report) = load(&trace(&[span("1", &tags)]));
    assert_eq!((report.fault.as_ref(), kinds(&report)), (None, vec![NoteKind::WrongType]));
    assert!(store.span(store.trace(TraceRow(0)).tree.order[0]).attributes().find("after").is_some());
}

#[test]
fn wrong_types_anywhere_are_no_faults() {
    for wrong in ["null", "true", "-7", "1e99", "\"text\"", "[]", "[1,[2]]", "{}", "{\"key\":{\"key\":1}}"] {
        let keys = [
            "traceID",
            "spanID",
            "operationName",
            "references",
            "startTime",
            "duration",
            "tags",
            "logs",
            "processID",
            "process",
            "warnings",
        ];
        let whole = trace(&[span("1", ""), span("2", r#""parentSpanID":"1","#)]);
        for key in keys {
            let fields = format!(r#""{key}":{wrong},"#);
            let (_, report) = load(&trace(&[span("1", &fields), span("2", "")]));
            assert_eq!((report.fault.as_ref(), report.spans), (None, 2), "{fields}");
        }
        for list in ["tags", "logs", "references", "warnings"] {
            let fields = format!(
                r#""{list}":[{wrong},{{"key":{wrong},"value":{wrong},"type":{wrong},"timestamp":{wrong},"fields":[{wrong}],"refType":{wrong},"spanID":{wrong}}}],"#
            );
            let (_, report) = load(&trace(&[span("1", &fields), span("2", "")]));
            assert_eq!((report.fault.as_ref(), report.spans), (None, 2), "{fields}");
        }
        for processes in [
            wrong.to_owned(),
            format!(r#"{{"p1":{wrong}}}"#),
            format!(r#"{{"p1":{{"serviceName":{wrong},"tags":{wrong}}}}}"#),
        ] {
            let (_, report) = load(&whole.replace(PROCESSES, &processes));
            assert_eq!((report.fault.as_ref(), report.spans), (None, 2), "{processes}");
        }
    }
}

#[test]
fn numbers_beyond_all_doubles_are_kept_as_texts() {
    let tags = r#""tags":[{"key":"a","value":1e400},{"key":"b","value":0.5}],"duration":1e500,"#;
    let (store, report) = load(&trace(&[span("1", "").replace(r#""duration":5,"#, tags)]));
    assert_eq!(report.fault, None);
    let span = store.span(store.trace(TraceRow(0)).tree.order[0]);
    let value = |key: &str| span.attributes().find(key).unwrap().to_owned(99);
    assert_eq!([value("a"), value("b")], [Value::Str("1e400".into()), Value::Double(0.5)]);
    assert_eq!(span.duration().0, i64::MAX);
}

#[test]
fn notes_on_every_span_cost_no_search_for_lines() {
    let spans: Vec<String> =
        (1..20_000).map(|i| span(&format!("{i:x}"), "").replace(r#""duration":5"#, r#""duration":"5""#)).collect();
    let began = std::time::Instant::now();
    let (_, report) = load(&trace(&spans));
    assert_eq!((report.notes[0].kind, report.notes[0].count), (NoteKind::NumberAsText, 19_999));
    let (_, report) = load(&format!(r#"{{"data":[{},{}]}}"#, trace(&spans), "7,".repeat(50_000) + "7"));
    assert_eq!(report.notes.iter().find(|note| note.kind == NoteKind::SkippedEntry).unwrap().count, 50_001);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

#[test]
fn an_error_beside_data_is_a_note() {
    let errors = r#""errors":[{"code":500,"msg":"one shard is down"}]"#;
    let (_, report) = load(&format!(r#"{{"data":[{}],{errors}}}"#, trace(&[span("1", "")])));
    assert_eq!((report.fault, report.spans, report.notes[0].kind), (None, 1, NoteKind::BackendError));
    assert_eq!((report.notes[0].example.as_str(), report.notes[0].kind.grade()), ("one shard is down", Grade::Lost));
    let (_, report) = load(&format!(r#"{{"data":[],{errors}}}"#));
    assert_eq!(report.fault.unwrap().kind, FaultKind::Backend { code: 500, message: "one shard is down".into() });
}

#[test]
fn other_lengths_of_a_list_entry_are_skipped_and_counted() {
    let (store, report) = load(&format!(r#"{{"data":[7,"x",{},null,{{"odd":1}}]}}"#, trace(&[span("1", "")])));
    assert_eq!(outline(&store), ["0 shop op-1"]);
    assert_eq!((kinds(&report), report.notes[0].count), (vec![NoteKind::SkippedEntry], 4));
    assert_eq!(report.notes[0].place.as_ref().unwrap().path, "data[0]");
}

#[test]
fn cancelling_leaves_the_store_as_it_was() {
    let (mut store, _) = load(&trace(&[span("1", ""), span("2", r#""parentSpanID":"9","#)]));
    let (before, texts) = (outline(&store), store.strings().len());
    let mut load = Load::new("more.json");
    let more = trace(&[span("9", ""), span("3", r#""parentSpanID":"2","tags":[{"key":"new","value":"text"}],"#)]);
    assert!(load.push(&mut store, more.as_bytes()).is_ok());
    let report = load.cancel(&mut store);
    assert_eq!(report.fault.map(|fault| fault.kind), Some(FaultKind::Cancelled));
    assert_eq!((outline(&store), store.strings().len()), (before, texts));
    assert!(store.span(store.trace(TraceRow(0)).tree.order[1]).flags().has(SpanFlags::ORPHAN));
}

#[test]
fn a_broken_source_keeps_what_came() {
    let whole = trace(&[span("1", ""), span("2", "")]);
    let mut store = Store::new();
    let mut load = Load::new("answer");
    // More than the window of recognition, so that reading has begun.
    let padded = whole.replacen("[{", &format!("[{}{{", " ".repeat(70_000)), 1);
    assert!(load.push(&mut store, &padded.as_bytes()[..padded.len() - 100]).is_ok());
    assert!(load.progress().spans >= 1);
    let fault = Fault { detail: "gone".into(), ..Fault::of(FaultKind::Unreadable) };
    let report = load.fail(&mut store, fault.clone());
    assert_eq!((report.fault, report.spans >= 1), (Some(fault), true));
    assert_eq!(outline(&store)[0], "0 p1 op-1");
}

#[test]
fn a_source_that_breaks_early_keeps_what_came_too() {
    let whole = trace(&[span("1", ""), span("2", "")]);
    let (mut store, mut load) = (Store::new(), Load::new("answer"));
    assert!(load.push(&mut store, &whole.as_bytes()[..whole.len() - 150]).is_ok());
    let report = load.fail(&mut store, Fault::of(FaultKind::Unreadable));
    assert_eq!((report.fault.map(|fault| fault.kind), report.spans), (Some(FaultKind::Unreadable), 1));
}

#[test]
fn finished_traces_can_be_asked_about_while_more_comes() {
    let first = trace(&[span("1", "")]);
    let padding = format!(r#"{{"data":[{first},{}"#, " ".repeat(70_000));
    let mut store = Store::new();
    let mut load = Load::new("long.json");
    assert!(load.push(&mut store, padding.as_bytes()).is_ok());
    assert_eq!(outline(&store), ["0 shop op-1"]);
    assert!(load.push(&mut store, format!("{}]}}", first.replace("ab", "cd")).as_bytes()).is_ok());
    assert_eq!(load.finish(&mut store).traces, 2);
}

#[test]
fn an_element_beyond_the_limit_is_a_fault() {
    use crate::ingest::{intake::Intake, json::walk::Walk, sink::Sink, text::Text};
    let mut store = Store::new();
    let mut reader = super::Jaeger::new(&mut store);
    let (mut intake, mut text) = (Intake::new(&store), Text::default());
    text.push(format!(r#"{{"traceID":"ab","spans":[{{"spanID":"{}"#, "1".repeat(2000)).as_bytes());
    let mut sink = Sink { store: &mut store, intake: &mut intake };
    let broken = Walk::with_longest(1000).begin(&mut text, &mut reader, &mut sink).unwrap_err();
    let fault = broken.show(&text);
    assert_eq!(fault.kind, FaultKind::ElementTooLong { limit: 1000 });
    assert_eq!(fault.place.unwrap().path, "spans[0]");
}

/// Everything that slices could spoil: escapes, pairs, long and inexact numbers, white space, several documents.
fn odd_document() -> String {
    let fields = r#""tags" : [ {"key":"é\ud83d\ude00\"\\","type":"string","value":"\ud800 lone"}, {"key":"big","type":"int64","value":123456789012345678901},
        {"key":"list","value":[1.5,{"a":-2e3},null,true,"x"]} ], "logs":[{"timestamp":1700000000000001.5,"fields":[{"key":"event","value":"hit"}]}],
        "references":[{"refType":"FOLLOWS_FROM","traceID":"ab","spanID":"1"},{"refType":"CHILD_OF","traceID":"ff","spanID":"7"}],"#;
    let second = span("2", fields).replace("1700000000000000", "1.700000000000000125e15");
    let whole = trace(&[span("1", ""), second, span("1", ""), "7".into()]);
    format!(
        "\u{feff}{{\"data\" :\r\n[ {whole} , {}],\"total\":12,\"errors\":[]}}\n{}\n",
        whole.replace("ab", "cd"),
        whole.replace("ab", "ef")
    )
}

/// All that a load comes to, as text.
fn tell(store: &Store, report: &LoadReport) -> String {
    let mut told = format!("{report:?}\n");
    for (row, trace) in store.traces() {
        for position in trace.tree.order.iter() {
            let span = store.span(*position);
            let links: Vec<_> = span.links().collect();
            let events: Vec<_> = span.events().collect();
            told += &format!(
                "{} {} {:?}",
                store.trace_id_text(row),
                span.id_text(),
                (span.start(), span.duration(), span.service())
            );
            told += &format!("{:?} {links:?} {events:?}\n", span.attributes());
        }
    }
    told
}

#[test]
fn the_odd_document_is_read_rightly() {
    let (store, report) = load(&odd_document());
    assert_eq!((report.fault.as_ref(), report.traces, report.spans), (None, 3, 9));
    let span = store.span(store.trace(TraceRow(0)).tree.order[1]);
    assert_eq!(span.start().0, 1_700_000_000_000_000_125);
    assert_eq!(span.attributes().find("é😀\"\\").unwrap().to_owned(99), Value::Str("\u{fffd} lone".into()));
    assert_eq!(span.attributes().find("big").unwrap().to_owned(99), Value::BigInt("123456789012345678901".into()));
    assert_eq!(span.events().next().unwrap().time.0, 1_700_000_000_000_001_500);
    let mut found = kinds(&report);
    found.sort();
    use NoteKind::*;
    assert_eq!(found, [IdenticalCopy, SkippedEntry, LoneSurrogate, SeveralDocuments]);
}

#[test]
fn single_bytes_come_to_the_same() {
    let document = odd_document();
    let (store, report) = load(&document);
    let bytes: Vec<&[u8]> = document.as_bytes().chunks(1).collect();
    let (sliced_store, sliced_report) = load_slices(&bytes);
    assert_eq!(tell(&sliced_store, &sliced_report), tell(&store, &report));
}

#[test]
fn a_document_cut_anywhere_is_a_fault_and_keeps_what_is_whole() {
    let document = trace(&[span("1", ""), span("2", r#""tags":[{"key":"k","value":"\ud83d\ude00é"}],"#)]);
    let key = document.find("\"spans\"").unwrap();
    for cut in key + 8..document.len() {
        let (store, report) = load_slices(&[&document.as_bytes()[..cut]]);
        let kind = report.fault.map(|fault| fault.kind);
        assert_eq!(kind, Some(FaultKind::CutOff), "{}", String::from_utf8_lossy(&document.as_bytes()[..cut]));
        let ends = document.match_indices(r#""p1"}"#).filter(|(at, _)| at + 5 <= cut).count();
        assert_eq!(outline(&store).len(), ends);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Any slicing of the bytes gives the same result.
    #[test]
    fn slices_do_not_matter(mut cuts in prop::collection::vec(0_usize..3000, 0..12)) {
        let document = odd_document();
        let bytes = document.as_bytes();
        cuts.sort_unstable();
        let (mut slices, mut start) = (Vec::new(), 0);
        for cut in cuts {
            let cut = cut.min(bytes.len());
            slices.push(&bytes[start..cut]);
            start = cut;
        }
        slices.push(&bytes[start..]);
        let (store, report) = load(&document);
        let (sliced_store, sliced_report) = load_slices(&slices);
        prop_assert_eq!(tell(&sliced_store, &sliced_report), tell(&store, &report));
    }

    /// Changed bytes never panic, and are a fault at the same place (or none) for all slices.
    #[test]
    fn damage_is_told_the_same_for_all_slices(damage in prop::collection::vec((0_usize..1400, any::<u8>()), 1..4), size in 1_usize..400) {
        let mut bytes = odd_document().into_bytes();
        damage.iter().for_each(|(at, byte)| bytes[*at] = *byte);
        let (store, report) = load_slices(&[&bytes]);
        let (sliced_store, sliced_report) = load_slices(&bytes.chunks(size).collect::<Vec<_>>());
        prop_assert_eq!(&sliced_report.fault, &report.fault);
        prop_assert_eq!(outline(&sliced_store), outline(&store));
    }
}

/// Found by mutations: the inner object's trace was built while a span of the outer one had no resource yet.
#[test]
fn a_trace_inside_a_trace_is_built_when_all_resources_are_known() {
    let inner = trace(&[span("2", "")]);
    let document =
        format!(r#"{{"traceID":"ab","spans":[{}],"data":[{inner}],"processes":{PROCESSES}}}"#, span("1", ""));
    let (store, report) = load(&document);
    assert_eq!((report.fault.as_ref(), report.traces, report.spans), (None, 1, 2));
    assert_eq!(outline(&store), ["0 shop op-1", "0 shop op-2"]);
}
