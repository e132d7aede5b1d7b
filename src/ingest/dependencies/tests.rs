use super::super::door::Load;
use super::super::report::{Fault, FaultKind, Format, LoadReport, NoteKind};
use super::super::trials;
use crate::model::Store;
use serde_json::Value;
use std::collections::BTreeMap;

const JAEGER_ANSWER: &str = r#"{"data":[{"parent":"a","child":"b","callCount":5},{"parent":"b","child":"c","callCount":1}],"total":0,"limit":0,"offset":0,"errors":null}"#;
const TRACE_ANSWER: &str = r#"{"data":[{"traceID":"7","spans":[{"traceID":"7","spanID":"1","operationName":"o","startTime":1700000000000000,"duration":9,"processID":"p1"}],"processes":{"p1":{"serviceName":"a"}}}],"total":0,"limit":0,"offset":0,"errors":null}"#;

fn load_into(store: &mut Store, text: &str) -> LoadReport {
    let mut load = Load::new("list.json");
    let _ = load.push(store, text.as_bytes());
    load.finish(store)
}

fn load(text: &str) -> (Store, LoadReport) {
    let mut store = Store::new();
    let report = load_into(&mut store, text);
    (store, report)
}

type Counts = (Option<u64>, Option<u64>);

/// Calls and errors by the names of both services.
fn edges(store: &Store) -> BTreeMap<(String, String), Counts> {
    let named = store.dependencies().into_iter().map(|edge| {
        let names = (store.text(edge.parent).to_owned(), store.text(edge.child).to_owned());
        (names, (edge.calls, edge.errors))
    });
    named.collect()
}

fn calls(store: &Store) -> Vec<(String, Option<u64>)> {
    edges(store).into_iter().map(|((parent, child), (calls, _))| (format!("{parent}>{child}"), calls)).collect()
}

fn notes(report: &LoadReport) -> Vec<(NoteKind, u64, &str)> {
    report.notes.iter().map(|note| (note.kind, note.count, note.example.as_str())).collect()
}

#[test]
fn answers_lists_and_lines_are_the_same() {
    let list = r#"[{"parent":"a","child":"b","callCount":5},{"parent":"b","child":"c","callCount":1}]"#;
    let lines =
        "{\"parent\":\"a\",\"child\":\"b\",\"callCount\":5}\n{\"callCount\":1,\"child\":\"c\",\"parent\":\"b\"}\n";
    let late = r#"{"errors":[],"total":2,"data":[{"child":"b","callCount":5,"parent":"a"},{"parent":"b","child":"c","callCount":1}]}"#;
    for text in [JAEGER_ANSWER, list, lines, late, &format!("[{list}]"), &format!("2026-01-01 INFO {late}")] {
        let (store, report) = load(text);
        assert_eq!((&report.fault, report.format), (&None, Some(Format::Dependencies)), "{text}");
        assert_eq!(calls(&store), [("a>b".to_owned(), Some(5)), ("b>c".to_owned(), Some(1))], "{text}");
        assert_eq!((report.dependencies, report.services, report.spans), (2, 3, 0), "{text}");
        let kinds: Vec<_> = report.notes.iter().map(|note| note.kind).collect();
        assert!(kinds.is_empty() || text.starts_with("2026") && kinds == [NoteKind::LogPrefix], "{text}: {kinds:?}");
    }
}

#[test]
fn errors_are_counted_where_zipkin_does() {
    let (store, report) = load(r#"[{"parent":"a","child":"b","callCount":5,"errorCount":2}]"#);
    assert_eq!(edges(&store)[&("a".to_owned(), "b".to_owned())], (Some(5), Some(2)));
    assert_eq!((report.most_calls[0].calls, report.most_calls[0].errors), (Some(5), Some(2)));
}

#[test]
fn odd_counts_are_read_or_left_out_with_a_note() {
    let entry = |count: &str| format!(r#"[{{"parent":"a","child":"b","callCount":{count}}}]"#);
    let pair = "a → b";
    type Noted<'a> = &'a [(NoteKind, u64, &'a str)];
    let cases: [(&str, Option<Option<u64>>, Noted); 11] = [
        ("\"7\"", Some(Some(7)), &[(NoteKind::NumberAsText, 1, "7")]),
        ("3.0", Some(Some(3)), &[]),
        ("1e3", Some(Some(1000)), &[]),
        ("0", Some(Some(0)), &[]),
        ("18446744073709551616", Some(Some(u64::MAX)), &[]),
        ("null", Some(None), &[(NoteKind::UnknownCount, 1, pair)]),
        ("2.5", Some(None), &[(NoteKind::WrongType, 1, "2.5"), (NoteKind::UnknownCount, 1, pair)]),
        ("\"many\"", Some(None), &[(NoteKind::WrongType, 1, "many"), (NoteKind::UnknownCount, 1, pair)]),
        ("[1]", Some(None), &[(NoteKind::WrongType, 1, "[…]"), (NoteKind::UnknownCount, 1, pair)]),
        ("-1", None, &[(NoteKind::NegativeCount, 1, pair), (NoteKind::NoTraces, 1, "")]),
        ("1,\"errorCount\":-1", None, &[(NoteKind::NegativeCount, 1, pair), (NoteKind::NoTraces, 1, "")]),
    ];
    for (count, expected, noted) in cases {
        let (store, report) = load(&entry(count));
        assert_eq!(store.dependencies().first().map(|edge| edge.calls), expected, "{count}");
        assert_eq!((notes(&report), report.fault.as_ref()), (noted.to_vec(), None), "{count}");
    }
}

#[test]
fn what_is_no_entry_is_left_out_with_a_note() {
    let text = r#"{"data":[{"parent":"a","child":"b","callCount":1,"source":"jaeger","extra":null},7,
        {"parent":" ","child":"b","callCount":1},{"parent":"a","child":5,"callCount":1},{"parent":"a"}],
        "errors":[{"code":500,"msg":"a shard is down"}]}"#;
    let (store, report) = load(text);
    assert_eq!((calls(&store), &report.fault), (vec![("a>b".to_owned(), Some(1))], &None));
    let expected = [
        (NoteKind::MissingService, 3, "  → b"),
        (NoteKind::UnknownField, 1, "source"),
        (NoteKind::SkippedEntry, 1, "7"),
        (NoteKind::BackendError, 1, "a shard is down"),
    ];
    assert_eq!(notes(&report), expected);
    let paths = report.notes.iter().map(|note| note.place.as_ref().expect("a place").path.as_str());
    assert_eq!(paths.collect::<Vec<_>>(), ["data[2]", "data[0].source", "data[1]", "errors"]);
}

#[test]
fn other_files_with_a_parent_and_a_child_are_none() {
    for text in [
        r#"[{"parent":{"x":"parent"},"child":{"y":"child"}}]"#,
        r#"[{"parent":1,"child":2}]"#,
        r#"[{"parent":["a"],"child":["b"]}]"#,
        r#"[{"id":"1","parent":"a","child":"b"}]"#,
        r#"{"data":[{"parent":"a","child":"b","startTime":5}],"more":1}"#,
        r#"[{"parent":"a","callCount":1}]"#,
    ] {
        let (store, report) = load(text);
        assert_eq!(report.fault.map(|fault| fault.kind), Some(FaultKind::UnknownFormat), "{text}");
        assert!(store.dependencies().is_empty(), "{text}");
    }
    let (store, report) = load(r#"[{"traceId":"1","id":"2","parent":"a","child":"b","timestamp":1700000000000000}]"#);
    assert_eq!((report.format, store.spans.len(), report.dependencies), (Some(Format::ZipkinV2), 1, 0));
}

/// Jaeger's answers begin alike, whatever is in them.
#[test]
fn answers_of_both_kinds_may_be_joined() {
    let both = [JAEGER_ANSWER, TRACE_ANSWER];
    for texts in [[both[0], both[1], both[0]], [both[1], both[0], both[1]], [both[1], both[1], both[0]]] {
        for text in [texts.join("\n"), texts.join("")] {
            let (store, report) = load(&text);
            assert_eq!((&report.fault, report.traces, report.dependencies), (&None, 1, 2), "{text}");
            let times = texts.iter().filter(|text| **text == JAEGER_ANSWER).count() as u64;
            assert_eq!(calls(&store)[0], ("a>b".to_owned(), Some(5 * times)), "{text}");
            assert_eq!(report.services, 3, "the span's service is one of the list's");
        }
    }
    let logs = r#"{"resourceLogs":[{"scopeLogs":[]}]}"#;
    let search = r#"{"traces":[{"traceID":"1"}],"metrics":{}}"#;
    for other in [logs, search] {
        let (_, report) = load(&format!("{other}\n{JAEGER_ANSWER}"));
        assert_eq!((report.fault, report.dependencies), (None, 2), "{other}: not a file that brought nothing");
    }
}

#[test]
fn a_broken_list_keeps_what_came_before() {
    let (store, report) = load(&JAEGER_ANSWER[..80]);
    assert_eq!(report.fault.map(|fault| fault.kind), Some(FaultKind::CutOff));
    assert_eq!((calls(&store).len(), report.dependencies, report.notes.len()), (1, 1, 0));
    let (_, report) =
        load("[{\"parent\":\"a\",\"child\":\"b\",\"callCount\":1},oops]\n[{\"parent\":\"b\",\"child\":\"c\"}]");
    assert_eq!((report.fault.as_ref(), report.dependencies), (None, 2));
    assert!(report.notes.iter().any(|note| note.kind == NoteKind::BrokenDocument));
}

#[test]
fn the_report_names_those_with_the_most_calls() {
    let entries: Vec<String> = (0..50).map(|i| format!(r#"{{"parent":"p","child":"c{i}","callCount":{i}}}"#)).collect();
    let long = format!(r#"{{"parent":"{}","child":"c","callCount":99}}"#, "é".repeat(500));
    let (_, report) = load(&format!("[{},{long},{{\"parent\":\"x\",\"child\":\"y\"}}]", entries.join(",")));
    assert_eq!((report.dependencies, report.services, report.most_calls.len()), (52, 55, 20));
    assert_eq!(report.most_calls[0].parent, format!("{}…", "é".repeat(60)));
    let counts: Vec<_> = report.most_calls.iter().map(|calls| calls.calls.unwrap()).collect();
    assert_eq!((counts[1], counts[19]), (49, 31), "unknown counts come last");
}

#[test]
fn the_same_list_twice_counts_once() {
    let mut store = Store::new();
    let first = load_into(&mut store, JAEGER_ANSWER);
    let turned = r#"[{"parent":"b","child":"c","callCount":1},{"parent":"a","child":"b","callCount":5}]"#;
    let again = load_into(&mut store, turned);
    assert_eq!((again.same_as.as_deref(), again.sources.len()), (Some("list.json"), 0));
    assert_eq!(calls(&store)[0].1, Some(5));
    let other = load_into(&mut store, &turned.replace('5', "6"));
    assert_eq!((other.same_as, calls(&store)[0].1), (None, Some(11)));
    assert!(store.remove_source(first.sources[0]));
    assert_eq!(calls(&store)[0].1, Some(6));
    assert_eq!(load_into(&mut store, JAEGER_ANSWER).same_as, None, "it was removed: it is loaded again");

    // Copies of spans beside new dependencies are no copy of the file.
    load_into(&mut store, TRACE_ANSWER);
    let mixed = format!("{TRACE_ANSWER}\n[{{\"parent\":\"x\",\"child\":\"y\",\"callCount\":1}}]");
    assert_eq!(load_into(&mut store, &mixed).same_as, None);
    assert_eq!(load_into(&mut store, &mixed).same_as.as_deref(), Some("list.json"));
    assert_eq!(calls(&store).len(), 3);
}

#[test]
fn a_cancelled_load_leaves_nothing() {
    let mut store = Store::new();
    load_into(&mut store, JAEGER_ANSWER);
    let before = edges(&store);
    let mut load = Load::new("other.json");
    let many: Vec<String> = (0..5000).map(|i| format!(r#"{{"parent":"a","child":"b","callCount":{i}}}"#)).collect();
    assert!(load.push(&mut store, format!("[{},", many.join(",")).as_bytes()).is_ok());
    assert!(store.dependencies.len() > 1000, "some were read already");
    let report = load.cancel(&mut store);
    assert_eq!(report.fault, Some(Fault::of(FaultKind::Cancelled)));
    assert_eq!((edges(&store), store.dependencies.len()), (before, 2));
}

#[test]
fn slices_and_mutations_do_no_harm() {
    let odd = r#"{"data":[{"parent":"a","child":"b","callCount":5},{"parent":"é\n","child":"b","callCount":"7","errorCount":1},{"parent":"b","child":"c"},3],"errors":[{"msg":"m"}]}"#;
    for text in [
        JAEGER_ANSWER,
        odd,
        "{\"parent\":\"a\",\"child\":\"b\",\"callCount\":5}\n{\"source\":1,\"child\":\"b\",\"parent\":\"c\"}",
    ] {
        trials::every_slicing::<super::Dependencies>(text);
        trials::mutations::<super::Dependencies>(text);
    }
}

/// The links that Zipkin's own page counts in traces, as its API would answer them.
#[test]
fn zipkins_links_are_read() {
    let mut lists = 0;
    for name in ["collector-receiver-sample1", "envoy", "messaging-kafka", "order-sim", "simple-db-p6", "skew"]
        .into_iter()
        .chain(["smartthings-mobile-web-install", "yelp", "zipkin2-chinese"])
    {
        let Some(text) = trials::fixture(&format!("expected/computed/zipkin-lens-{name}.json")) else { return };
        let computed: Value = serde_json::from_str(&text).expect("JSON");
        for trace in computed["traces"].as_array().expect("traces") {
            let links = trace["dependencies"].as_array().expect("links");
            let (store, report) = load(&trace["dependencies"].to_string());
            let word = |link: &Value, key: &str| link[key].as_str().expect("a name").to_owned();
            let expected: BTreeMap<_, _> = links
                .iter()
                .map(|link| {
                    let counts = (link["callCount"].as_u64(), link["errorCount"].as_u64());
                    ((word(link, "parent"), word(link, "child")), counts)
                })
                .collect();
            assert_eq!((edges(&store), &report.fault), (expected, &None), "{name}");
            assert_eq!(report.dependencies as usize, links.len(), "{name}");
            lists += usize::from(!links.is_empty());
        }
    }
    assert_eq!(lists, 37, "the other trace has none");
}
