//! Every real Jaeger export of ../shared/fixtures/jaeger goes through the door, in many disguises, and comes out with the
//! counts of its README and with the order, depths and times that Jaeger UI computes.

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use trackway::ingest::{FaultKind, Format, Load, LoadReport, NoteKind};
use trackway::model::{SpanWarning, Store, TraceRow};

fn fixtures() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    if !folder.is_dir() {
        println!("ignored: ../shared/fixtures is not here");
        return None;
    }
    Some(folder)
}

/// The files by name, without their extension.
fn files() -> BTreeMap<String, Vec<u8>> {
    let Some(folder) = fixtures() else {
        return BTreeMap::new();
    };
    let entries = std::fs::read_dir(folder.join("jaeger")).expect("the folder jaeger");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).expect("a file")))
        .collect()
}

/// Not what the UI exports: these are named for what they are.
const OTHERS: [(&str, Format); 2] = [
    ("jaeger-domain-proto-01", Format::JaegerProtoJson),
    ("jaeger-elasticsearch-span-01", Format::JaegerElasticsearch),
];

fn is_other(name: &str) -> bool {
    OTHERS.iter().any(|(other, _)| *other == name)
}

fn load(name: &str, bytes: &[u8], slice: usize) -> (Store, LoadReport) {
    let mut store = Store::new();
    let mut load = Load::new(name);
    for slice in bytes.chunks(slice) {
        if load.push(&mut store, slice).is_err() {
            break;
        }
    }
    let report = load.finish(&mut store);
    (store, report)
}

/// All that can be asked about a store, as text.
fn tell(store: &Store) -> String {
    let mut told = String::new();
    for (row, trace) in store.traces() {
        let warnings: Vec<&str> = trace.warnings().map(|text| store.text(text)).collect();
        let head = (store.trace_id_text(row), trace.start, trace.end, trace.errors, trace.orphans, trace.depth);
        writeln!(told, "{head:?} {:?} {warnings:?}", store.span(trace.name_span).name()).unwrap();
        for (position, span) in trace.tree.order.iter().map(|row| store.span(*row)).enumerate() {
            let depth = trace.tree.depth[position];
            let identity =
                (span.id_text(), span.service(), span.name(), span.kind(), span.status(), span.status_message());
            let time = (span.start(), span.duration(), span.flags());
            writeln!(told, "{depth} {identity:?} {time:?} {:?} {:?}", span.scope(), span.attributes()).unwrap();
            writeln!(told, "  {:?}", span.resource_attributes()).unwrap();
            span.warnings().for_each(|warning| writeln!(told, "  {}", warning_text(store, warning)).unwrap());
            span.events().for_each(|event| writeln!(told, "  {event:?}").unwrap());
            span.links().for_each(|link| writeln!(told, "  {link:?}").unwrap());
        }
    }
    told
}

fn warning_text(store: &Store, warning: SpanWarning) -> String {
    match warning {
        SpanWarning::Backend(text) => store.text(text).to_owned(),
        SpanWarning::UnusableStart(text)
        | SpanWarning::ImplausibleStart(text)
        | SpanWarning::UnusableDuration(text) => {
            format!("written {}", store.text(text))
        }
        SpanWarning::NegativeDuration(nanos) => format!("{nanos:?}"),
    }
}

#[test]
fn counts_are_those_of_the_readme() {
    let Some(folder) = fixtures() else { return };
    let counts = std::fs::read_to_string(folder.join("expected/counts.json")).expect("counts.json");
    let counts: Value = serde_json::from_str(&counts).expect("JSON");
    let files = files();
    let mut covered = 0;
    for expected in counts["files"].as_array().expect("files") {
        let file = expected["file"].as_str().expect("a name");
        let Some(name) = file.strip_prefix("jaeger/").and_then(|name| name.strip_suffix(".json")) else {
            continue;
        };
        if is_other(name) {
            continue;
        }
        let (store, report) = load(file, &files[name], 1 << 20);
        assert_eq!(report.fault, None, "{file}");
        assert_eq!(report.format, Some(Format::Jaeger), "{file}");
        assert_eq!(u64::from(report.traces), expected["traces"], "{file}");
        assert_eq!(u64::from(report.spans), expected["spans"], "{file}");
        // jaeger-otlp2jaeger-out.json holds one span twice, byte for byte: it is shown once, and counted.
        let copies = report.notes.iter().find(|note| note.kind == NoteKind::IdenticalCopy).map_or(0, |note| note.count);
        let shown: u64 = store.traces().map(|(_, trace)| u64::from(trace.span_count())).sum();
        assert_eq!(shown + copies, expected["spans"], "{file}");
        assert!(copies == 0 || name == "jaeger-otlp2jaeger-out", "{file}");
        let mut services: Vec<&str> = store
            .traces()
            .flat_map(|(_, trace)| trace.services.iter().map(|count| store.text(count.service)))
            .collect();
        services.sort_unstable();
        services.dedup();
        assert_eq!(
            services,
            expected["services"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect::<Vec<_>>(),
            "{file}"
        );
        let largest = store.traces().map(|(_, trace)| u64::from(trace.arrived())).max().unwrap_or(0);
        assert_eq!(largest, expected["largestTrace"]["spans"], "{file}");
        covered += 1;
    }
    assert_eq!(covered, files.len() - OTHERS.len());
    println!("counts: {covered} files");
}

#[test]
fn other_json_of_jaeger_is_named_for_what_it_is() {
    let files = files();
    for (name, format) in OTHERS.iter().filter(|(name, _)| files.contains_key(*name)) {
        let (_, report) = load("trace.json", &files[*name], 1 << 20);
        assert_eq!(report.fault.map(|fault| fault.kind), Some(FaultKind::NotReadable(*format)), "{name}");
        assert_eq!((report.format, report.spans), (Some(*format), 0), "{name}");
    }
    println!("named: {} files", if files.is_empty() { 0 } else { OTHERS.len() });
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The same document with its keys in alphabetical order, indented, with CRLF.
fn pretty(bytes: &[u8]) -> Vec<u8> {
    let document: Value = serde_json::from_slice(bytes).expect("JSON");
    serde_json::to_string_pretty(&document).unwrap().replace('\n', "\r\n").into_bytes()
}

#[test]
fn names_slices_layout_and_packing_do_not_matter() {
    let files = files();
    for (name, bytes) in &files {
        let (plain, report) = load(&format!("{name}.json"), bytes, usize::MAX);
        let expected = tell(&plain);
        assert_eq!(expected.is_empty(), is_other(name), "{name}");
        let small = if bytes.len() < 100_000 { 1 } else { 4099 };
        let packed = gzip(bytes);
        let disguises: [(&str, &[u8], usize); 5] = [
            ("holiday.png.gz", bytes, 1 << 16),
            ("small slices", bytes, small),
            ("pretty", &pretty(bytes), 1 << 16),
            ("gzip.json", &packed, usize::MAX),
            ("gzip in small slices", &packed, 7),
        ];
        for (disguise, bytes, slice) in disguises {
            let (store, other) = load(disguise, bytes, slice);
            assert_eq!(tell(&store), expected, "{name} as {disguise}");
            assert_eq!((other.traces, other.spans, other.services), (report.traces, report.spans, report.services));
            assert_eq!(other.fault.map(|fault| fault.kind), report.fault.as_ref().map(|fault| fault.kind.clone()));
        }
    }
    println!("disguises: {} files", files.len());
}

#[test]
fn all_files_in_one_store_and_twice() {
    let files = files();
    let mut store = Store::new();
    let mut read = |name: &str, bytes: &[u8]| {
        let mut load = Load::new(name);
        let _ = load.push(&mut store, bytes);
        let report = load.finish(&mut store);
        (report, store.spans.len(), store.traces().count())
    };
    let mut spans = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| !is_other(name)) {
        let (_, after, _) = read(name, bytes);
        // crisp-err_pattern4-err2.json is crisp-err_pattern3-err1.json under another name.
        assert!(after > spans || name == "crisp-err_pattern4-err2", "{name}");
        spans = after;
    }
    for (name, bytes) in files.iter().filter(|(name, _)| !is_other(name)) {
        let (report, after, _) = read("again.json", bytes);
        assert_eq!(after, spans, "{name} again adds nothing");
        assert!(report.same_as.is_some(), "{name}");
    }
    println!("in one store: {} files", files.len());
}

/// Where our rules differ from Jaeger UI's, with the reason.
fn differs(name: &str) -> Option<&'static str> {
    match name {
        "jaeger-otlp2jaeger-out" => Some("Jaeger UI shows an identical copy as a second span; we show it once"),
        _ => None,
    }
}

#[test]
fn order_depth_and_times_are_those_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let files = files();
    let (mut covered, mut spans) = (0, 0);
    for (name, bytes) in &files {
        let path = folder.join(format!("expected/computed/jaeger-ui-{name}.json"));
        let Ok(expected) = std::fs::read_to_string(path) else {
            continue;
        };
        if let Some(reason) = differs(name) {
            println!("{name}: not compared: {reason}");
            continue;
        }
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        let (store, _) = load(name, bytes, 1 << 20);
        for trace in expected["traces"].as_array().expect("traces") {
            spans += compare(name, &store, trace);
        }
        covered += 1;
    }
    println!("compared with Jaeger UI: {covered} files, {spans} spans");
}

/// `[id, depth, start in µs since the trace's, duration in µs, …]` in display order, and the summary.
fn compare(name: &str, store: &Store, expected: &Value) -> usize {
    let id = expected["traceID"].as_str().expect("an id");
    let row = store.trace_by_id(id).unwrap_or_else(|| panic!("{name}: {id}"));
    let trace = store.trace(row);
    let ours: Vec<(String, u64, i64, i64)> = (0..trace.tree.len())
        .map(|position| {
            let span = store.span(trace.tree.order[position]);
            let depth = u64::from(trace.tree.depth[position]);
            (span.id_text().to_lowercase(), depth, (span.start() - trace.start).0, span.duration().0)
        })
        .collect();
    let theirs: Vec<(String, u64, i64, i64)> = expected["spans"]
        .as_array()
        .expect("spans")
        .iter()
        .map(|span| {
            let micros = |index: usize| (span[index].as_f64().unwrap() * 1000.0).round() as i64;
            (span[0].as_str().unwrap().to_lowercase(), span[1].as_u64().unwrap(), micros(2), micros(3))
        })
        .collect();
    assert_eq!(ours, theirs, "{name}: {id}");
    compare_summary(name, store, row, &expected["summary"]);
    ours.len()
}

fn compare_summary(name: &str, store: &Store, row: TraceRow, expected: &Value) {
    let trace = store.trace(row);
    let root = store.span(trace.name_span);
    assert_eq!(format!("{}: {}", root.service(), root.name()), expected["traceName"].as_str().unwrap(), "{name}");
    assert_eq!(trace.start.0 / 1000, expected["startTime"].as_i64().unwrap(), "{name}");
    assert_eq!(trace.duration().0 / 1000, expected["duration"].as_i64().unwrap(), "{name}");
    assert_eq!(u64::from(trace.errors), expected["errorSpanCount"], "{name}");
    assert_eq!(u64::from(trace.orphans), expected["orphanSpanCount"], "{name}");
    let ours = trace.services.iter().map(|count| (store.text(count.service), [count.spans, count.errors]));
    let theirs = expected["services"].as_array().unwrap().iter().map(|count| {
        let number = |key: &str| count[key].as_u64().unwrap() as u32;
        (count["name"].as_str().unwrap(), [number("spanCount"), number("errorSpanCount")])
    });
    assert_eq!(ours.collect::<BTreeMap<_, _>>(), theirs.collect::<BTreeMap<_, _>>(), "{name}");
}
