//! The engine as the page meets it: loads the demo and small files, asks every question.

use trackway::engine::messages::{Chosen, Saved, Unsaved};
use trackway::engine::questions::*;
use trackway::engine::{Content, Engine};
use trackway::export::{ExportFormat, LossKind};
use trackway::model::{SpanKind, StatusCode, Value};

const DEMO: &[u8] = include_bytes!("../assets/demo.json.gz");

fn load(engine: &mut Engine, name: &str, bytes: &[u8]) -> trackway::ingest::LoadReport {
    engine.begin(name);
    for slice in bytes.chunks(10_000) {
        if !engine.push(slice) {
            break;
        }
    }
    engine.finish()
}

fn demo() -> Engine {
    let mut engine = Engine::default();
    let report = load(&mut engine, "demo.json.gz", DEMO);
    assert_eq!((report.traces, report.spans), (22, 451), "{report:?}");
    assert_eq!(report.fault, None);
    engine
}

fn results(engine: &mut Engine, sort: Sort) -> Vec<ResultRow> {
    engine.ask(&Results { sort, from: 0, count: 100 }).rows
}

/// The failing dispatch: 14 spans, 7 errors.
fn failing(engine: &mut Engine) -> ResultRow {
    results(engine, Sort::MostErrors).remove(0)
}

fn folded(folds: &[FoldStep]) -> Look {
    Look { folds: folds.to_vec(), ..Look::default() }
}

fn question(trace: &str, look: &Look) -> Rows {
    let (trace, look) = (trace.to_owned(), look.clone());
    let colour = Colour::Service;
    Rows { trace, look, open: vec![], focus: None, columns: vec![], colour, critical_path: true, from: 0, count: 1000 }
}

fn rows(engine: &mut Engine, trace: &str, look: &Look, open: &[u32]) -> RowsAnswer {
    engine.ask(&Rows { open: open.into(), ..question(trace, look) })
}

fn spans(answer: &RowsAnswer) -> Vec<&SpanRow> {
    answer.rows.iter().filter_map(Row::span).collect()
}

#[test]
fn results_come_in_windows_and_in_every_order() {
    let mut engine = demo();
    let all = results(&mut engine, Sort::LongestFirst);
    assert_eq!(all.len(), 22);
    assert!(all.is_sorted_by(|one, other| one.duration_nanos >= other.duration_nanos));
    let window = engine.ask(&Results { sort: Sort::LongestFirst, from: 5, count: 3 });
    assert_eq!((window.total, window.from, &window.rows[..]), (22, 5, &all[5..8]));
    assert_eq!(window.longest_nanos, all[0].duration_nanos);
    assert!(results(&mut engine, Sort::NameUp).is_sorted_by_key(|row| (row.service.clone(), row.operation.clone())));
    assert!(results(&mut engine, Sort::FewestSpans).is_sorted_by_key(|row| row.spans));
    assert!(results(&mut engine, Sort::OldestFirst).is_sorted_by_key(|row| row.start_unix_nanos));
    assert_eq!(engine.ask(&Results { sort: Sort::NameUp, from: 1000, count: 5 }).rows, []);
}

#[test]
fn points_are_the_traces_in_the_order_of_time() {
    let mut engine = demo();
    let points = engine.ask(&Points).points;
    assert_eq!(points.len(), 22);
    assert!(points.is_sorted_by_key(|point| point.start_unix_nanos));
    assert!(points.iter().any(|point| point.errors == 7 && point.spans == 14));
}

#[test]
fn the_head_agrees_with_the_result() {
    let mut engine = demo();
    let result = failing(&mut engine);
    let head = engine.ask(&Head { trace: result.id.to_uppercase() }).expect("ids are numbers: case does not matter");
    assert_eq!((head.spans, head.errors, head.depth), (14, 7, 4));
    assert_eq!((head.service.as_str(), head.operation.as_str()), ("frontend", "HTTP GET /dispatch"));
    assert_eq!(head.services, result.services);
    assert_eq!(head.source, "demo.json.gz");
    assert_eq!(engine.ask(&Head { trace: "no such trace".into() }), None);
}

#[test]
fn rows_follow_the_fold() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    assert_eq!(all.total, 14);
    assert!(spans(&all).iter().zip(0..).all(|(row, position)| row.position == position));
    assert_eq!(spans(&all)[0].descendants, 13);
    let collapsed = rows(&mut engine, &trace, &folded(&[FoldStep::All(true)]), &[]);
    assert_eq!((collapsed.total, spans(&collapsed)[0].is_collapsed), (1, true));
    assert!(spans(&collapsed)[0].hides_error);
    let look = folded(&[FoldStep::Toggle(1)]);
    let one = rows(&mut engine, &trace, &look, &[2, 5]);
    assert_eq!(one.total, 14 - spans(&all)[1].descendants);
    let row_of_five = spans(&one).iter().position(|row| row.position == 5).expect("not below the fold") as u32;
    assert_eq!(one.open, [(row_of_five, 5)], "what is hidden has no row");
    let window = engine.ask(&Rows { from: 2, count: 2, ..question(&trace, &look) });
    assert_eq!(window.rows, &one.rows[2..4]);
}

#[test]
fn the_focused_row_is_told_wherever_it_is() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    let look = folded(&[FoldStep::Toggle(1)]);
    let mut focus = |look: &Look, focus| {
        let question = Rows { focus: Some(focus), count: 1, ..question(&trace, look) };
        let (row, content) = engine.ask(&question).focus.expect("there are rows");
        (row, content.key)
    };
    let span = |position| LineKey::Span(position);
    assert_eq!(focus(&Look::default(), Focus::Row(7)), (7, span(7)));
    assert_eq!(focus(&Look::default(), Focus::Row(99)), (13, span(13)), "the last one");
    assert_eq!(focus(&Look::default(), Focus::Line(span(5))), (5, span(5)));
    assert_eq!(focus(&look, Focus::Line(span(2))), (1, span(1)), "what hides it");
    assert_eq!(focus(&look, Focus::Line(span(99))), (0, span(0)));
    assert!(spans(&all)[1].descendants > 1);
}

#[test]
fn a_look_at_one_span_has_its_subtree_only() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    let root = spans(&all)[1];
    let look = Look { root: Some(root.span_id.clone()), ..Look::default() };
    let part = rows(&mut engine, &trace, &look, &[]);
    assert_eq!(part.total, root.descendants + 1);
    assert_eq!((part.rows[0].depth, spans(&part)[0].position), (0, 1));
    assert!(part.rows[0].guides.is_empty(), "its ancestors are not there");
    assert!(part.rows.iter().zip(&all.rows[1..]).all(|(one, other)| one.depth + 1 == other.depth));
}

#[test]
fn rows_outside_the_window_leave_but_for_ancestors() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    let last = *spans(&all).iter().max_by_key(|span| span.start_nanos).expect("there are spans");
    let window = (last.start_nanos, last.start_nanos + last.duration_nanos);
    let look = Look { within: Some(window), ..Look::default() };
    let part = rows(&mut engine, &trace, &look, &[]);
    assert!(part.total < all.total, "{} rows", part.total);
    let overlaps = |span: &&SpanRow| span.start_nanos <= window.1 && span.start_nanos + span.duration_nanos >= window.0;
    let inside = spans(&all).iter().filter(|span| overlaps(span)).count();
    assert_eq!(spans(&part).iter().filter(|span| overlaps(span)).count(), inside);
    for span in spans(&part).iter().filter(|span| !overlaps(span)) {
        assert!(span.children > 0, "{} is there for what is below it", span.span_id);
    }
}

#[test]
fn a_span_is_found_whatever_hides_it() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    let deepest = all.rows.iter().max_by_key(|row| row.depth).and_then(Row::span).expect("there are rows");
    let is_other_leaf = |span: &&SpanRow| span.children == 0 && span.position != deepest.position;
    let other = spans(&all).into_iter().find(is_other_leaf).expect("another leaf");
    for look in [
        folded(&[FoldStep::All(true)]),
        Look { root: Some(other.span_id.clone()), ..Look::default() },
        Look { within: Some((-2, -1)), ..Look::default() },
    ] {
        let question = RowOf { trace: trace.clone(), look, span_id: deepest.span_id.clone() };
        let place = engine.ask(&question).expect("the span is there");
        assert_eq!(place.position, deepest.position);
        let rows = rows(&mut engine, &trace, &place.look, &[]);
        assert_eq!(rows.rows[place.row as usize].span().expect("a span").span_id, deepest.span_id);
        assert_eq!(engine.ask(&RowOf { span_id: "nope".into(), ..question }), None);
    }
}

#[test]
fn a_detail_has_everything_in_order() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let all = rows(&mut engine, &trace, &Look::default(), &[]);
    let driver = spans(&all).into_iter().find(|row| row.is_error && row.kind == SpanKind::Server && row.position > 0);
    let driver = driver.expect("the driver");
    let detail = engine
        .ask(&Detail { trace: trace.clone(), position: driver.position, top_prefixes: None })
        .expect("it is there");
    assert_eq!(detail.service, "driver");
    assert_eq!(detail.status, StatusCode::Error);
    let group = |key: &str| TOP_PREFIXES.iter().position(|prefix| key.starts_with(prefix)).unwrap_or(99);
    let key = |attribute: &Attribute| (group(&attribute.key), attribute.key.to_ascii_lowercase());
    let keys: Vec<_> = detail.attributes.iter().map(key).collect();
    assert!(keys.is_sorted() && !keys.is_empty(), "{keys:?}");
    assert!(detail.events.is_sorted_by_key(|event| event.nanos));
    let names_the_error = |event: &EventDetail| {
        event.attributes.iter().any(|attribute| attribute.value == Value::Str("redis timeout".into()))
    };
    assert!(detail.events.iter().any(names_the_error), "{:?}", detail.events);
    assert_eq!(engine.ask(&Detail { trace, position: 99, top_prefixes: None }), None);
}

#[test]
fn a_long_value_is_cut_and_can_be_had_in_full() {
    let text = "é".repeat(5_000);
    let file = format!(
        r#"{{"data":[{{"traceID":"a","spans":[{{"traceID":"a","spanID":"1","operationName":"x","references":[],"startTime":1700000000000000,"duration":5,"tags":[{{"key":"k","type":"string","value":"{text}"}}],"logs":[],"processID":"p1"}}],"processes":{{"p1":{{"serviceName":"s","tags":[]}}}}}}]}}"#
    );
    let mut engine = Engine::default();
    assert_eq!(load(&mut engine, "long.json", file.as_bytes()).spans, 1);
    let detail = engine.ask(&Detail { trace: "a".into(), position: 0, top_prefixes: None }).expect("it is there");
    let Value::CutStr { start, bytes } = &detail.attributes[0].value else { panic!("{:?}", detail.attributes) };
    assert_eq!((start.len(), *bytes), (LONG_VALUE, 10_000));
    let (trace, place) = ("a".into(), AttributePlace::Span);
    let whole = FullText { trace, position: 0, place, part: FullPart::Value(0) };
    assert_eq!(engine.ask(&whole), Some(text));
    assert_eq!(engine.ask(&FullText { part: FullPart::Value(7), ..whole }), None);
}

/// A span of Jaeger's JSON that refers to others, each `[trace, span]`, the first of them as its parent.
fn referring(trace: &str, id: &str, to: &[[&str; 2]], tags: &str) -> String {
    let kinds = std::iter::once("CHILD_OF").chain(std::iter::repeat("FOLLOWS_FROM"));
    let references: Vec<String> = { to.iter().zip(kinds) }
        .filter(|([trace, _], _)| !trace.is_empty())
        .map(|([trace, span], kind)| format!(r#"{{"refType":"{kind}","traceID":"{trace}","spanID":"{span}"}}"#))
        .collect();
    format!(
        r#"{{"traceID":"{trace}","spanID":"{id}","operationName":"o{id}","references":[{}],"startTime":1700000000000000,"duration":5,"tags":[{tags}],"logs":[],"processID":"p1"}}"#,
        references.join(",")
    )
}

fn trace_of(id: &str, spans: &[String]) -> String {
    let processes = r#"{"p1":{"serviceName":"s","tags":[]}}"#;
    format!(r#"{{"data":[{{"traceID":"{id}","spans":[{}],"processes":{processes}}}]}}"#, spans.join(","))
}

/// Ids of the spans whose rows say that others link to them.
fn referred(engine: &mut Engine, trace: &str) -> Vec<String> {
    let answer = rows(engine, trace, &Look::default(), &[]);
    spans(&answer).iter().filter(|span| span.is_referred).map(|span| span.span_id.clone()).collect()
}

#[test]
fn a_span_knows_who_links_to_it() {
    let mut engine = Engine::default();
    let none = ["", ""];
    let first = [
        referring("aa", "1", &[], ""),
        referring("aa", "2", &[["aa", "1"]], ""),
        referring("aa", "3", &[["aa", "1"], ["aa", "2"]], ""),
    ];
    let second =
        [referring("bb", "1", &[none, ["aa", "2"], ["aa", "9"]], ""), referring("bb", "2", &[["bb", "1"]], "")];
    load(&mut engine, "b.json", trace_of("bb", &second).as_bytes());
    load(&mut engine, "a.json", trace_of("aa", &first).as_bytes());
    let mut referrers = |trace: &str, position: u32| {
        let detail = engine.ask(&Detail { trace: trace.into(), position, top_prefixes: None }).expect("it is there");
        let named = |from: Referrer| (from.trace_id, from.span_id, from.operation, from.in_this_trace);
        detail.referrers.into_iter().map(named).collect::<Vec<_>>()
    };
    let expected = [("aa", "3", "o3", true), ("bb", "1", "o1", false)];
    let expected = expected.map(|(trace, span, name, own)| (trace.to_owned(), span.to_owned(), name.to_owned(), own));
    assert_eq!(referrers("aa", 1), expected);
    // Its children are no links; and a span of the same id in another trace is another span.
    assert_eq!(referrers("aa", 0), []);
    assert_eq!(referrers("bb", 1), []);
    assert_eq!([referred(&mut engine, "aa"), referred(&mut engine, "bb")], [vec!["2"], vec![]]);
}

#[test]
fn who_linked_is_gone_with_its_file() {
    let mut engine = Engine::default();
    load(&mut engine, "a.json", trace_of("aa", &[referring("aa", "1", &[], "")]).as_bytes());
    let brought =
        load(&mut engine, "b.json", trace_of("bb", &[referring("bb", "1", &[["", ""], ["aa", "1"]], "")]).as_bytes());
    load(&mut engine, "c.json", trace_of("cc", &[referring("cc", "1", &[], "")]).as_bytes());
    let question = Detail { trace: "aa".into(), position: 0, top_prefixes: None };
    assert_eq!(engine.ask(&question).expect("it is there").referrers.len(), 1);
    assert_eq!(referred(&mut engine, "aa"), ["1"]);
    engine.remove(&brought.sources);
    assert_eq!(engine.ask(&question).expect("it is there").referrers, []);
    assert_eq!(referred(&mut engine, "aa"), [""; 0]);
}

#[test]
fn a_detail_can_be_had_as_json() {
    let mut engine = Engine::default();
    let long = "x".repeat(9_000);
    let tags = format!(
        r#"{{"key":"b","type":"string","value":"{long}"}},{{"key":"a","type":"int64","value":9007199254740993}}"#
    );
    load(&mut engine, "a.json", trace_of("aa", &[referring("aa", "1", &[], &tags)]).as_bytes());
    let question = FullText { trace: "aa".into(), position: 0, place: AttributePlace::Span, part: FullPart::List };
    assert_eq!(engine.ask(&question), Some(format!(r#"{{"b":"{long}","a":9007199254740993}}"#)));
    let whole = engine.ask(&FullText { part: FullPart::Span, ..question.clone() }).expect("it is there");
    let mut other = Engine::default();
    assert_eq!(load(&mut other, "copied.json", whole.as_bytes()).spans, 1, "what is copied can be opened: {whole}");
    assert_eq!(engine.ask(&FullText { place: AttributePlace::Event(3), ..question.clone() }), None);
    assert_eq!(engine.ask(&FullText { position: 9, ..question }), None);
}

#[test]
fn the_overview_covers_the_whole_trace() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let overview = engine.ask(&Overview { trace, width: 500, lanes: 60 });
    assert_eq!(overview.lanes, 14);
    assert_eq!(overview.runs.iter().map(|run| run.from).min(), Some(0));
    assert_eq!(overview.runs.iter().map(|run| run.to).max(), Some(499));
    assert!(overview.runs.iter().any(|run| run.errors > 0));
}

#[test]
fn the_same_content_is_known_again() {
    let engine = demo();
    assert!(engine.has_content_of(DEMO.len() as u64));
    assert_eq!(engine.loaded_as(&Content::of(DEMO)).as_deref(), Some("demo.json.gz"));
    assert_eq!(engine.loaded_as(&Content::of(b"something else")), None);
}

#[test]
fn the_same_traces_from_another_file_double_nothing() {
    let mut engine = demo();
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(DEMO), &mut plain).expect("the demo is good gzip");
    load(&mut engine, "demo.json", &plain);
    let rows = results(&mut engine, Sort::MostRecent);
    assert_eq!((rows.len(), rows.iter().map(|row| row.spans).sum::<u32>()), (22, 451));
}

#[test]
fn a_cancelled_load_leaves_what_was_there() {
    let mut engine = demo();
    engine.begin("half.json");
    let span = r#"{"traceID":"77","spanID":"1","operationName":"x","startTime":1700000000000000,"duration":5,"processID":"p1"}"#;
    // What a file is, is decided on its first 64 kB: the blanks are beyond that.
    let half = format!(r#"{{"data":[{{"traceID":"77","spans":[{span}],"processes":{{}}}},{}"#, " ".repeat(70_000));
    assert!(engine.push(half.as_bytes()));
    assert!(
        engine.ask(&Head { trace: "77".into() }).is_some(),
        "a finished trace can be asked about while the rest comes"
    );
    engine.cancel();
    assert_eq!(engine.ask(&Head { trace: "77".into() }), None);
    assert_eq!(results(&mut engine, Sort::MostRecent).len(), 22);
}

#[test]
fn a_removed_load_is_gone_and_can_be_loaded_again() {
    let mut engine = Engine::default();
    let report = load(&mut engine, "demo.json.gz", DEMO);
    let span = |id| {
        format!(r#"{{"traceID":"77","spanID":"{id}","operationName":"x","startTime":1700000000000000,"duration":5}}"#)
    };
    let other = load(&mut engine, "other.json", format!("[{}]", span(1)).as_bytes());
    let last = load(&mut engine, "last.json", format!("[{}]", span(2)).as_bytes());
    assert_eq!((report.sources.len(), other.sources.len(), results(&mut engine, Sort::MostRecent).len()), (1, 1, 23));
    engine.remove(&report.sources);
    assert_eq!(results(&mut engine, Sort::MostRecent).len(), 1);
    assert_eq!(engine.loaded_as(&Content::of(DEMO)), None);
    engine.remove(&other.sources);
    let rows = results(&mut engine, Sort::MostRecent);
    assert_eq!((rows.len(), rows[0].spans), (1, 1), "the other file's span of the trace stays");
    let again = load(&mut engine, "demo.json.gz", DEMO);
    assert_eq!((again.same_as, again.traces), (None, 22));
    engine.remove(&[&last.sources[..], &again.sources[..]].concat());
    assert_eq!(results(&mut engine, Sort::MostRecent), []);
}

#[test]
fn a_load_beyond_the_memory_stops_and_stays_usable() {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(DEMO), &mut plain).expect("the demo is good gzip");
    // A store's columns begin with whole segments.
    let mut empty = Engine::default();
    load(&mut empty, "demo.json", &plain);
    let mut engine = Engine::with_memory_limit(empty.bytes() / 2);
    let report = load(&mut engine, "demo.json", &plain);
    let fault = report.fault.expect("it does not fit");
    assert!(
        matches!(fault.kind, trackway::ingest::FaultKind::OutOfMemory { bytes } if bytes as usize > empty.bytes() / 2)
    );
    assert!(report.traces > 0 && report.traces < 22, "{}", report.traces);
    assert_eq!(results(&mut engine, Sort::MostRecent).len(), report.traces as usize);
    engine.remove(&report.sources);
    assert_eq!(results(&mut engine, Sort::MostRecent), []);
}

fn saved(engine: &mut Engine, format: ExportFormat, chosen: &Chosen) -> (Vec<u8>, Saved) {
    let mut saving = engine.save(format, chosen).expect("the traces are loaded");
    let mut bytes = Vec::new();
    while let Some(piece) = engine.next_piece(&mut saving).expect("they stay loaded") {
        bytes.extend(piece);
    }
    (bytes, saving.saved())
}

#[test]
fn all_traces_are_saved_in_the_order_of_the_list() {
    let mut engine = demo();
    for format in ExportFormat::ALL {
        let (bytes, saved) = saved(&mut engine, format, &Chosen::All(Sort::LongestFirst));
        assert_eq!((saved.traces, saved.spans, saved.bytes), (22, 451, bytes.len() as u64), "{format:?}");
        let is_lossy = matches!(format, ExportFormat::ZipkinJson | ExportFormat::Csv);
        assert_eq!(saved.losses.iter().any(|loss| loss.kind == LossKind::ValueAsText), is_lossy, "{saved:?}");
        assert!(format != ExportFormat::OtlpJson || saved.losses.is_empty(), "{saved:?}");
    }
    let (bytes, _) = saved(&mut engine, ExportFormat::JaegerJson, &Chosen::All(Sort::LongestFirst));
    let mut other = Engine::default();
    assert_eq!(load(&mut other, "saved.json", &bytes).fault, None);
    let listed = results(&mut engine, Sort::LongestFirst);
    assert_eq!(results(&mut other, Sort::LongestFirst), listed, "they read back the same");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let ids = json["data"].as_array().expect("a list").iter().map(|trace| trace["traceID"].as_str().expect("a text"));
    assert!(ids.eq(listed.iter().map(|row| row.id.as_str())));
}

#[test]
fn one_trace_is_saved_by_its_id() {
    let mut engine = demo();
    let trace = failing(&mut engine);
    let chosen = Chosen::Traces(vec![trace.id.to_uppercase()]);
    let (bytes, saved) = saved(&mut engine, ExportFormat::JaegerJson, &chosen);
    assert_eq!((saved.traces, saved.spans), (1, 14));
    let mut other = Engine::default();
    load(&mut other, "saved.json", &bytes);
    assert_eq!(results(&mut other, Sort::MostRecent), [trace]);
    let unknown = Chosen::Traces(vec!["no such trace".into()]);
    assert_eq!(engine.save(ExportFormat::OtlpJson, &unknown).err(), Some(Unsaved::Gone));
}

#[test]
fn the_largest_shift_is_told_before_clocks_are_corrected() {
    let mut engine = Engine::default();
    let process = |host: &str| {
        format!(r#"{{"serviceName":"{host}","tags":[{{"key":"hostname","type":"string","value":"{host}"}}]}}"#)
    };
    let span = |id: &str, parent: &str, start: u64, process: &str| {
        format!(
            r#"{{"traceID":"77","spanID":"{id}","references":[{parent}],"operationName":"x","startTime":{start},"duration":100,"processID":"{process}"}}"#
        )
    };
    let start = 1_700_000_000_000_000;
    let child = span("2", r#"{"refType":"CHILD_OF","traceID":"77","spanID":"1"}"#, start + 5_000, "b");
    let file = format!(
        r#"{{"data":[{{"traceID":"77","spans":[{},{child}],"processes":{{"a":{},"b":{}}}}}]}}"#,
        span("1", "", start, "a"),
        process("a"),
        process("b"),
    );
    load(&mut engine, "skewed.json", file.as_bytes());
    let told = engine.ask(&LargestShift { trace: "77".into() });
    assert_eq!(told, -5_000_000, "nanoseconds, to the left");
    let corrected = rows(&mut engine, "77", &Look { skew: true, ..Look::default() }, &[]);
    assert_eq!(spans(&corrected).iter().map(|span| span.shift_nanos).collect::<Vec<_>>(), [0, told]);
    assert_eq!(demo().ask(&LargestShift { trace: "no such trace".into() }), 0);
}

/// The spans that a look finds, or those below the span that is looked at.
#[test]
fn a_part_of_a_trace_is_saved() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let mut spans_of = |look: Look| {
        let counted = engine.ask(&PartSize { trace: trace.clone(), look: look.clone() });
        let part = Chosen::Part(trace.clone(), Box::new(look.clone()));
        let (bytes, saved) = saved(&mut engine, ExportFormat::Csv, &part);
        let all = rows(&mut engine, &trace, &Look { root: look.root, ..Look::default() }, &[]).total;
        let lines = String::from_utf8(bytes).expect("it is text").lines().count() as u32 - 1;
        assert_eq!((saved.traces, saved.spans, counted), (1, lines, lines));
        (lines, all)
    };
    let find = |text: &str| Some(Find { text: text.into(), mode: FindMode::Any });
    assert_eq!(spans_of(Look::default()), (14, 14));
    let (found, _) = spans_of(Look { find: find("service==redis"), ..Look::default() });
    assert!(found > 0 && found < 14, "{found}");
    let root = rows(&mut engine, &trace, &Look::default(), &[]).rows[1].span().expect("a span").clone();
    let below = Look { root: Some(root.span_id.clone()), ..Look::default() };
    let mut spans_of = |look: Look| {
        let part = Chosen::Part(trace.clone(), Box::new(look));
        saved(&mut engine, ExportFormat::JaegerJson, &part).1.spans
    };
    assert_eq!(spans_of(below.clone()), root.descendants + 1);
    assert_eq!(spans_of(Look { find: find("no such word"), ..below }), 0);
    let unknown = Chosen::Part("no such trace".into(), Box::default());
    assert_eq!(engine.save(ExportFormat::OtlpJson, &unknown).err(), Some(Unsaved::Gone));
}

/// What is being written ends when what brought it goes, and only then.
#[test]
fn nothing_is_saved_of_what_was_removed_meanwhile() {
    let mut engine = Engine::default();
    let demo = load(&mut engine, "demo.json.gz", DEMO);
    let span = r#"[{"traceID":"77","spanID":"1","operationName":"x","startTime":1700000000000000,"duration":5}]"#;
    let other = load(&mut engine, "other.json", span.as_bytes());
    let begin = |engine: &mut Engine, ids: &[&str]| {
        let chosen = Chosen::Traces(ids.iter().map(|id| (*id).to_owned()).collect());
        engine.save(ExportFormat::JaegerJson, &chosen).expect("they are loaded")
    };
    let first = results(&mut engine, Sort::MostSpans).remove(0).id;
    let [mut of_demo, mut of_other, mut of_both] =
        [&[first.as_str()][..], &["77"], &["77", &first]].map(|ids| begin(&mut engine, ids));
    engine.begin("more.json");
    assert!(engine.push(span.replace("77", "78").as_bytes()));
    engine.cancel();
    engine.remove(&demo.sources);
    assert_eq!(engine.next_piece(&mut of_demo), Err(Unsaved::Gone));
    assert_eq!(engine.next_piece(&mut of_both), Err(Unsaved::Gone));
    assert!(
        matches!(engine.next_piece(&mut of_other), Ok(Some(_))),
        "a file's load and another's removal are no matter"
    );
    // The same content again is another source.
    load(&mut engine, "demo.json.gz", DEMO);
    assert_eq!(engine.next_piece(&mut of_demo), Err(Unsaved::Gone));
    engine.remove(&other.sources);
    assert_eq!(engine.next_piece(&mut of_other), Err(Unsaved::Gone));
}

#[test]
fn nothing_is_saved_of_a_load_that_was_cancelled_meanwhile() {
    let mut engine = demo();
    engine.begin("half.json");
    let span = r#"{"traceID":"77","spanID":"1","operationName":"x","startTime":1700000000000000,"duration":5,"processID":"p1"}"#;
    let half = format!(r#"{{"data":[{{"traceID":"77","spans":[{span}],"processes":{{}}}},{}"#, " ".repeat(70_000));
    assert!(engine.push(half.as_bytes()));
    let mut half =
        engine.save(ExportFormat::OtlpJson, &Chosen::Traces(vec!["77".into()])).expect("it is there already");
    let mut all = engine.save(ExportFormat::OtlpJson, &Chosen::All(Sort::MostRecent)).expect("there are some");
    engine.cancel();
    assert_eq!(engine.next_piece(&mut half), Err(Unsaved::Gone));
    assert_eq!(engine.next_piece(&mut all), Err(Unsaved::Gone));
    assert_eq!(saved(&mut engine, ExportFormat::OtlpJson, &Chosen::All(Sort::MostRecent)).1.traces, 22);
}

/// A fold by what is found is of what was looked for then: clearing the box, or looking for something else, folds nothing anew.
#[test]
fn a_fold_by_what_is_found_outlives_the_search() {
    let mut engine = demo();
    let trace = failing(&mut engine).id;
    let find = |text: &str| Find { text: text.into(), mode: FindMode::Any };
    let folds = vec![FoldStep::OpenTo(Rule::Found(find("service==mysql")))];
    let mut keys = |text: Option<&str>| {
        let look = Look { folds: folds.clone(), find: text.map(find), ..Look::default() };
        rows(&mut engine, &trace, &look, &[]).rows.iter().map(|row| row.key).collect::<Vec<_>>()
    };
    let then = keys(Some("service==mysql"));
    assert!(then.len() > 2, "the way to mysql is open");
    assert_eq!(keys(None), then);
    assert_eq!(keys(Some("service==redis")), then);
    assert_eq!(keys(Some("duration>fast")), then, "a text that cannot be understood");
}

/// A Jaeger file of one trace: each span by its parent's number, service, start and duration (µs).
fn file_of(spans: impl Iterator<Item = (Option<usize>, usize, u64, u64)>) -> String {
    let (mut text, mut services) = (String::new(), 0);
    for (at, (parent, service, start, duration)) in spans.enumerate() {
        let parent =
            parent.map(|parent| format!(r#"{{"refType":"CHILD_OF","traceID":"c","spanID":"{:x}"}}"#, parent + 1));
        text.push_str(if at == 0 { "" } else { "," });
        text.push_str(&format!(
            r#"{{"traceID":"c","spanID":"{:x}","operationName":"o","references":[{}],"startTime":{},"duration":{duration},"processID":"p{service}"}}"#,
            at + 1,
            parent.unwrap_or_default(),
            1_700_000_000_000_000 + start,
        ));
        services = services.max(service + 1);
    }
    let processes: Vec<String> =
        (0..services).map(|service| format!(r#""p{service}":{{"serviceName":"service-{service}"}}"#)).collect();
    format!(r#"{{"data":[{{"traceID":"c","spans":[{text}],"processes":{{{}}}}}]}}"#, processes.join(","))
}

const MANY: usize = 100_000;

/// Everything that the timeline asks is answered for a trace of any shape, and soon.
#[test]
fn odd_shapes_are_usable() {
    const YEAR: u64 = 31_536_000_000_000;
    type Shape = (&'static str, Box<dyn Iterator<Item = (Option<usize>, usize, u64, u64)>>);
    let shapes: [Shape; 5] = [
        ("a chain", Box::new((0..MANY).map(|at| (at.checked_sub(1), at % 3, at as u64, (2 * (MANY - at)) as u64)))),
        ("siblings", Box::new((0..MANY).map(|at| ((at > 0).then_some(0), at.min(1), at as u64, MANY as u64)))),
        ("services", Box::new((0..5_000).map(|at| ((at > 0).then_some(0), at, at as u64, 10)))),
        ("no length", Box::new((0..50).map(|at| ((at > 0).then_some(at / 2), 0, 0, 0)))),
        ("a year", Box::new((0..50).map(|at| ((at > 0).then_some(at / 2), 0, at as u64 * YEAR / 60, YEAR)))),
    ];
    for (name, shape) in shapes {
        let mut engine = Engine::default();
        let report = load(&mut engine, name, file_of(shape).as_bytes());
        assert_eq!((report.traces, report.fault.as_ref()), (1, None), "{name}");
        let spans = report.spans;
        let begin = std::time::Instant::now();
        let find = Find { text: "o".into(), mode: FindMode::Any };
        let looks = [
            Look::default(),
            folded(&[FoldStep::All(true), FoldStep::ExpandLevel]),
            folded(&[FoldStep::OpenTo(Rule::CriticalPath)]),
            Look { find: Some(find.clone()), only_found: true, join_siblings: true, skew: true, ..Look::default() },
            Look { hidden_services: vec![1], within: Some((0, 1_000)), ..Look::default() },
        ];
        for look in looks {
            for colour in [Colour::SelfTime, Colour::Percentile] {
                let last = Some(Focus::Row(u32::MAX));
                let answer = engine.ask(&Rows { colour, focus: last, count: 50, ..question("c", &look) });
                assert!(answer.total >= 1 && answer.focus.is_some(), "{name}: {look:?}");
            }
            let found = engine.ask(&Found { trace: "c".into(), look: look.clone(), at: Some(0) });
            assert_eq!(found.count, if look.find.is_some() { spans } else { 0 }, "{name}");
            let next = NextFound { trace: "c".into(), look, from: None, is_forward: false, within: None };
            assert!(engine.ask(&next).is_some(), "{name}");
        }
        let last = format!("{spans:x}");
        let place = engine.ask(&RowOf { trace: "c".into(), look: folded(&[FoldStep::All(true)]), span_id: last });
        let place = place.expect("every span can be gone to");
        assert!(
            engine.ask(&Detail { trace: "c".into(), position: place.position, top_prefixes: None }).is_some(),
            "{name}"
        );
        // Debug builds are some thirty times slower than what users have.
        assert!(begin.elapsed().as_secs() < 60, "{name} took {:?}", begin.elapsed());
    }
}

/// A whole ride beside one that failed early, and beside itself.
#[test]
fn two_traces_stand_side_by_side() {
    let mut engine = demo();
    let all = results(&mut engine, Sort::MostSpans);
    let [whole, cut] = [40, 14].map(|spans| all.iter().find(|row| row.spans == spans).unwrap().id.clone());
    let groups = [vec![all[21].id.clone(), whole.clone()], vec![cut.clone()]];
    let what = Compared { groups, ..Compared::default() };
    let question = Aligned { what: what.clone(), traces: [1, 7], from: 0, count: 100 };
    let answer = engine.ask(&question);
    assert_eq!(answer.traces, [whole.clone(), cut], "the last one stands for those that are not there");
    let has = |side: usize| answer.rows.iter().filter(|row| row.spans[side].is_some()).count();
    assert_eq!([has(0), has(1)], [40, 14]);
    assert_eq!((answer.total as usize, answer.from), (answer.rows.len(), 0));
    let root = &answer.rows[0];
    let [a, b] = root.spans.each_ref().map(|span| span.as_ref().unwrap());
    assert_eq!((a.service, &a.operation, a.is_error, b.is_error), (b.service, &b.operation, false, true));
    assert_eq!(root.slower, b.duration_nanos - a.duration_nanos);
    assert_eq!(answer.durations, [a.duration_nanos, b.duration_nanos]);
    // A window of the same.
    let window = engine.ask(&Aligned { from: 3, count: 2, ..question.clone() });
    assert_eq!((window.from, &window.rows[..]), (3, &answer.rows[3..5]));
    // Steps meet every difference, and come around.
    let mut steps = Vec::new();
    let mut after = None;
    let traces = Some([1, 0]);
    while let Some([next, ..]) = engine.ask(&NextChange { what: what.clone(), traces, after, goes_back: false }) {
        if steps.contains(&next) {
            break;
        }
        steps.push(next);
        after = Some(next);
    }
    let alone = answer.rows.iter().filter(|row| row.kind != Kind::Same).count();
    assert!(steps.len() >= alone && steps.is_sorted(), "{steps:?}");
    let back = NextChange { what: what.clone(), traces, after: Some(steps[0]), goes_back: true };
    assert_eq!(engine.ask(&back).map(|[row, ..]| row), steps.last().copied());
    // Beside itself nothing differs: a root and a stub.
    let same = Compared { groups: [vec![whole.clone()], vec![whole]], hides_same: true, ..Compared::default() };
    let answer = engine.ask(&Aligned { what: same.clone(), ..question.clone() });
    assert_eq!(answer.rows.iter().map(|row| row.stands_for).collect::<Vec<_>>(), [0, 39]);
    assert_eq!(engine.ask(&NextChange { what: same, traces: Some([0, 0]), after: None, goes_back: false }), None);
    // Nobody is there.
    let none = Compared { groups: [vec!["dead".to_owned()], vec![]], ..Compared::default() };
    assert_eq!(engine.ask(&Aligned { what: none, ..question }), AlignedAnswer::default());
}
