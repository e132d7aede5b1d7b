//! The table of spans, read back by a reader of CSV that is not ours.

use super::*;
use std::collections::HashSet;
use trackway::analysis::{clock::Clock, self_time::self_times};

/// The heading's names and the cells, as the crate `csv` reads them.
fn table(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
    let names = reader.headers().expect("a heading").iter().map(str::to_owned).collect();
    let row = |row: csv::Result<csv::StringRecord>| row.expect("a row").iter().map(str::to_owned).collect();
    (names, reader.records().map(row).collect())
}

/// A text as its cell has it: what a spreadsheet would take for a formula has an apostrophe before it.
fn cell_of(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    format!("{}{text}", if is_formula { "'" } else { "" })
}

/// Every span of every trace has its row, in the order of the timeline, and every cell says what the model does.
fn check(store: &Store, bytes: &[u8]) {
    let (names, rows) = table(bytes);
    assert!(bytes.ends_with(b"\r\n"));
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), 21, "{names:?}");
    let column = |name: &str| names.iter().position(|known| known == name).expect("a column");
    let mut rows = rows.iter();
    for (trace_row, trace) in store.traces() {
        let times = self_times(&Clock::new(store, trace_row));
        for (position, row) in trace.tree.order.iter().enumerate() {
            let (span, cells) = (store.span(*row), rows.next().expect("a row"));
            let cell = |name: &str| cells[column(name)].as_str();
            let id = |id: Option<trackway::model::SpanId>| id.map(|id| id.text(store.strings())).unwrap_or_default();
            assert_eq!(cell("trace_id"), cell_of(&store.trace_id_text(trace_row)));
            assert_eq!(cell("span_id"), cell_of(&id(span.id())));
            assert_eq!(cell("parent_span_id"), cell_of(&id(span.parent_id())));
            assert_eq!(cell("service"), cell_of(span.service()));
            assert_eq!(cell("operation"), cell_of(span.name()));
            assert_eq!(cell("status_message"), cell_of(span.status_message()));
            assert_eq!(cell("trace_state"), cell_of(span.trace_state()));
            for text in ["service", "operation", "status_message", "scope_name"] {
                assert!(!cell(text).starts_with(['=', '+', '-', '@']), "{}", cell(text));
            }
            assert_eq!(cell("kind"), format!("{:?}", span.kind()).to_lowercase());
            assert_eq!(cell("status"), format!("{:?}", span.status()).to_lowercase());
            let is_missing = span.flags().has(SpanFlags::TIME_MISSING);
            let start = if is_missing { String::new() } else { (span.start() - trace.start).0.to_string() };
            assert_eq!((cell("start_ns"), cell("start").is_empty()), (start.as_str(), is_missing));
            assert_eq!(cell("duration_ns"), span.duration().0.to_string());
            assert_eq!(cell("self_ns"), times[position].to_string());
            assert_eq!(cell("depth"), trace.tree.depth[position].to_string());
            let counts = [span.events().len(), span.links().len(), span.warnings().count()];
            assert_eq!(["events", "links", "warnings"].map(|name| cell(name).parse::<usize>().unwrap()), counts);
            let keys = |entries: trackway::model::Entries| entries.map(|(key, _)| key.to_owned()).collect();
            let all: [(&str, HashSet<String>); 2] =
                [("attributes", keys(span.attributes())), ("resource", keys(span.resource_attributes()))];
            for (name, keys) in all {
                let object: Json = serde_json::from_str(cell(name)).expect("JSON");
                assert_eq!(object.as_object().expect("an object").keys().cloned().collect::<HashSet<_>>(), keys);
            }
        }
    }
    assert_eq!(rows.next(), None);
}

#[test]
fn real_files_are_tables() {
    let files = fixtures();
    for (name, store) in &files {
        check(store, &write(store, ExportFormat::Csv));
        println!("{name}: {:?}", kinds(store, ExportFormat::Csv));
    }
    println!("CSV: {} files", files.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn made_up_traces_are_tables(traces in made::traces()) {
        let store = store_of(&traces);
        check(&store, &write(&store, ExportFormat::Csv));
    }

    /// Whatever stands in a name, it is read back, and begins no formula.
    #[test]
    fn any_text_comes_back(
        name in "[=+@＝\t\r\n-]{0,2}[\"',;a\r\n= ]{0,8}",
        service in "\\PC{0,8}",
        message in ".{0,8}",
    ) {
        let store = one(PlainSpan { name, service, message, status: StatusCode::Error, ..PlainSpan::default() });
        check(&store, &write(&store, ExportFormat::Csv));
    }
}

#[test]
fn a_table_is_as_documented() {
    let store = one(PlainSpan {
        name: "=cmd|'/c calc'!A1".into(),
        service: "shop, \"main\"".into(),
        kind: SpanKind::Client,
        status: StatusCode::Error,
        message: "no".into(),
        duration: 2_001,
        attributes: vec![
            ("http.route".into(), Value::Str("/a".into())),
            ("n".into(), Value::Int(1 << 60)),
            ("n".into(), Value::Int(2)),
            ("raw".into(), Value::Bytes(vec![1, 2])),
        ],
        resource: vec![("host".into(), Value::Str("x".into()))],
        ..PlainSpan::default()
    });
    assert_eq!(
        String::from_utf8(write(&store, ExportFormat::Csv)).unwrap(),
        concat!(
            "trace_id,span_id,parent_span_id,service,operation,kind,status,status_message,start,start_ns,duration_ns,self_ns,",
            "depth,events,links,warnings,scope_name,scope_version,trace_state,attributes,resource\r\n",
            r#"0000000000000000000000000000abcd,00000000000000b1,,"shop, ""main""",'=cmd|'/c calc'!A1,client,error,no,"#,
            r#"2023-11-14T22:13:20.000000000Z,0,2001,2001,0,0,0,0,,,,"#,
            r#""{""http.route"":""/a"",""n"":1152921504606846976,""raw"":""AQI=""}","#,
            "\"{\"\"host\"\":\"\"x\"\"}\"\r\n",
        )
    );
    use LossKind::*;
    assert_eq!(kinds(&store, ExportFormat::Csv), [(Formula, 1), (RepeatedKey, 1), (ValueAsText, 1)]);
}

#[test]
fn events_links_and_warnings_are_counted_and_told() {
    let files = fixtures_of("otlp");
    for (name, store) in &files {
        let spans = || store.traces().flat_map(|(_, trace)| trace.tree.order.iter().map(|row| store.span(*row)));
        let told = kinds(store, ExportFormat::Csv);
        let count = |kind| told.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count);
        assert_eq!(count(LossKind::Event), spans().map(|span| span.events().len() as u64).sum::<u64>(), "{name}");
        assert_eq!(count(LossKind::Link), spans().map(|span| span.links().len() as u64).sum::<u64>(), "{name}");
    }
    println!("CSV: {} files", files.len());
}

/// Another file brings a span to a trace while its table is written: it is not in the table, but the others' places change.
#[test]
fn a_trace_may_grow_while_it_is_written() {
    let span = |id: usize, start: usize, name: &str| {
        let parent = r#"{"refType":"CHILD_OF","traceID":"77","spanID":"1"}"#;
        let parent = if id == 1 { "" } else { parent };
        format!(
            r#"{{"traceID":"77","spanID":"{id:x}","references":[{parent}],"operationName":"{name}","startTime":{},"duration":100000,"processID":"p"}}"#,
            1_700_000_000_000_000 + start
        )
    };
    let load = |store: &mut Store, spans: Vec<String>| {
        let process = r#"{"p":{"serviceName":"s"}}"#;
        let file = format!(r#"{{"data":[{{"traceID":"77","spans":[{}],"processes":{process}}}]}}"#, spans.join(","));
        let mut load = Load::new("file.json");
        load.push(store, file.as_bytes()).expect("it is read");
        assert_eq!(load.finish(store).fault, None);
    };
    let mut store = Store::new();
    load(&mut store, (1..=1_000).map(|id| span(id, id * 10, &"x".repeat(1_000))).collect());
    let mut export = Export::new(&store, ExportFormat::Csv, &everything(&store));
    let mut bytes = export.next_chunk(&store).expect("a first piece");
    // It begins before all of its siblings.
    load(&mut store, vec![span(5_000, 15, "late")]);
    assert!(export.is_intact(&store));
    bytes.extend(std::iter::from_fn(|| export.next_chunk(&store)).flatten());
    let (names, rows) = table(&bytes);
    let cells = |name: &str| {
        let at = names.iter().position(|known| known == name).expect("a column");
        rows.iter().map(move |row| row[at].clone())
    };
    assert_eq!(cells("span_id").collect::<Vec<_>>(), (1..=1_000).map(|id| format!("{id:x}")).collect::<Vec<_>>());
    assert!(cells("depth").eq((1..=1_000).map(|id| if id == 1 { "0" } else { "1" }.to_owned())));
    assert!(cells("self_ns").skip(1).all(|time| time == "100000000"));
}

/// Spans may be chosen in any order.
#[test]
fn a_part_comes_in_the_order_of_the_timeline() {
    let store = trackway::model::draw(
        "
        shop checkout |======|
          db SELECT   | ==   |
          db UPDATE   |   == |
        ",
    );
    let order = store.trace(TraceRow(0)).tree.order.to_vec();
    let part = Selection::Spans(TraceRow(0), vec![order[2], order[1], order[2]]);
    let (names, rows) = table(&write_part(&store, ExportFormat::Csv, &part));
    let at = names.iter().position(|name| name == "operation").expect("a column");
    assert_eq!(rows.iter().map(|row| row[at].as_str()).collect::<Vec<_>>(), ["SELECT", "UPDATE"]);
    let none = write_part(&store, ExportFormat::Csv, &Selection::Traces(Vec::new()));
    assert_eq!(table(&none).1.len(), 0);
    assert!(none.starts_with(b"trace_id,"), "a table of nothing has its heading");
}
