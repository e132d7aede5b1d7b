//! The files of ../shared/fixtures: the counts that its README has, what Zipkin's own viewer makes of them, and how fast
//! such a file is read.

use super::ZipkinReader;
use crate::ingest::NoteKind;
use crate::ingest::report::LoadReport;
use crate::ingest::testing::read_in_slices;
use crate::model::{SpanFlags, SpanId, SpanKind, SpanRef, SpanRow, StatusCode, Store, ValueRef};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

fn fixture(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("ignored: ../shared/fixtures/{name} is not here");
    }
    text
}

fn json(name: &str) -> Option<Json> {
    Some(serde_json::from_str(&fixture(name)?).expect("JSON"))
}

fn load(text: &str) -> (Store, LoadReport) {
    read_in_slices(&mut ZipkinReader::default(), text, 2 << 20)
}

fn spans(store: &Store) -> impl Iterator<Item = SpanRef<'_>> {
    (0..store.spans.len() as u32).map(|row| store.span(SpanRow(row)))
}

fn count(report: &LoadReport, kind: NoteKind) -> u64 {
    report.notes.iter().find(|note| note.kind == kind).map_or(0, |note| note.count)
}

fn texts(value: &Json) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

#[test]
fn files_have_the_counts_of_the_readme() {
    let Some(counts) = json("expected/counts.json") else { return };
    let files: Vec<&Json> = counts["files"].as_array().unwrap().iter().collect();
    let zipkin: Vec<_> = files.iter().filter(|file| file["file"].as_str().unwrap().starts_with("zipkin/")).collect();
    for file in &zipkin {
        let name = file["file"].as_str().unwrap();
        let (store, report) = load(&fixture(name).unwrap());
        let counted = (report.fault.is_none(), u64::from(report.traces), u64::from(report.spans));
        assert_eq!(counted, (true, file["traces"].as_u64().unwrap(), file["spans"].as_u64().unwrap()), "{name}");
        let services: BTreeSet<&str> =
            spans(&store).map(SpanRef::service).filter(|name| *name != "unknown_service").collect();
        assert_eq!(services, texts(&file["services"]), "{name}");
        let ids: BTreeSet<u64> = spans(&store).map(|span| bits(span.id())).collect();
        assert_eq!(ids.len() as u64, file["distinctSpanIDs"].as_u64().unwrap(), "{name}");
        let rows: usize = store.traces().map(|(_, trace)| trace.tree.len()).sum();
        let (split, copies) = (count(&report, NoteKind::SplitRecord), count(&report, NoteKind::IdenticalCopy));
        assert_eq!(rows as u64, u64::from(report.spans) + split - copies, "{name}");
        println!("{name}: {} spans, {split} split, {copies} copies", report.spans);
    }
    println!("{} files of zipkin/", zipkin.len());
    assert_eq!(zipkin.len(), 13);
}

fn bits(id: Option<SpanId>) -> u64 {
    match id {
        Some(SpanId::Hex { bits, .. }) => bits,
        other => panic!("{other:?}"),
    }
}

#[test]
fn v1_bookings_are_split_into_calls() {
    let Some(text) = fixture("zipkin/train-ticket-v1-success.json") else { return };
    let (store, report) = load(&text);
    let kinds = |kind| spans(&store).filter(|span| span.kind() == kind).count();
    assert_eq!((kinds(SpanKind::Client), kinds(SpanKind::Server), count(&report, NoteKind::SplitRecord)), (78, 79, 78));
    assert_eq!((count(&report, NoteKind::SharedId), count(&report, NoteKind::DuplicateId)), (78, 0));
    let (_, trace) = store.traces().next().unwrap();
    let is_root = |position: &usize| trace.tree.parent_of(*position).is_none();
    assert_eq!((0..trace.tree.len()).filter(is_root).count(), 1);
    // A call's halves are of two services, and a client half is of its parent's service.
    for (position, row) in trace.tree.order.iter().enumerate() {
        let Some(parent) = trace.tree.parent_of(position).map(|parent| store.span(trace.tree.order[parent])) else {
            continue;
        };
        let span = store.span(*row);
        let is_half = span.flags().has(SpanFlags::SERVER_HALF);
        assert_eq!((is_half, parent.kind() == SpanKind::Client), (span.kind() == SpanKind::Server, is_half));
        assert_eq!(is_half, parent.service() != span.service(), "{} {}", span.id_text(), span.service());
        let keys: Vec<&str> = span.attributes().map(|(key, _)| key).collect();
        assert_eq!((keys.contains(&"http.url"), keys.contains(&"mvc.controller.class")), (!is_half, is_half));
    }
}

#[test]
fn v1_times_come_from_annotations() {
    let Some(text) = fixture("zipkin/collector-v2-notimestamp.json") else { return };
    let (store, _) = load(&text);
    let span = spans(&store).next().unwrap();
    assert_eq!((span.start().0, span.duration().0), (1_615_821_510_040_000_000, 1_000_000));
    let told = (span.service(), span.kind(), span.events().len(), span.attributes().count());
    assert_eq!(told, ("baz", SpanKind::Server, 0, 5));
    let (store, report) = load(&fixture("zipkin/collector-v1-single-batch.json").unwrap());
    let told: Vec<_> = spans(&store).map(|span| (span.service(), span.kind(), span.duration().0 / 1000)).collect();
    let expected = [
        ("service1", SpanKind::Server, 12_021),
        ("service1", SpanKind::Client, 3_740),
        ("front-proxy", SpanKind::Client, 12_956),
        ("service2", SpanKind::Server, 2_833),
        ("unknown_service", SpanKind::Unspecified, 3_740),
    ];
    assert_eq!((told, count(&report, NoteKind::SharedId)), (expected.to_vec(), 2));
}

/// Zipkin Lens merges the halves of an id and corrects skew, so it has a row an id; what a row says must be what one of
/// ours says. A client row is named by the service that it calls there.
#[test]
fn lens_has_the_same_spans_parents_and_names() {
    let (mut files, mut rows) = (0, 0);
    for name in [
        "collector-receiver-sample1",
        "envoy",
        "messaging-kafka",
        "order-sim",
        "simple-db-p6",
        "skew",
        "smartthings-mobile-web-install",
        "yelp",
        "zipkin2-chinese",
    ] {
        let Some(expected) = json(&format!("expected/computed/zipkin-lens-{name}.json")) else { return };
        let (store, _) = load(&fixture(&format!("zipkin/{name}.json")).unwrap());
        for trace in expected["traces"].as_array().unwrap() {
            rows += compare_with_lens(&store, trace, name);
        }
        files += 1;
    }
    println!("{files} files, {rows} rows of Zipkin Lens");
    assert_eq!((files, rows), (9, 1468));
}

fn compare_with_lens(store: &Store, expected: &Json, name: &str) -> usize {
    let row = store.trace_by_id(expected["traceId"].as_str().unwrap()).expect("the trace");
    let trace = store.trace(row);
    let mut ours: BTreeMap<u64, Vec<(SpanRef, Option<u64>)>> = BTreeMap::new();
    for (position, row) in trace.tree.order.iter().enumerate() {
        let parent = trace.tree.parent_of(position).map(|parent| store.spans.id(trace.tree.order[parent]));
        // Of an orphan, what is written.
        let parent = parent.unwrap_or(store.parent_id(*row)).map(|id| bits(Some(id)));
        ours.entry(bits(store.spans.id(*row))).or_default().push((store.span(*row), parent));
    }
    let theirs = expected["spans"].as_array().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{name}");
    for row in theirs {
        let number = |value: &Json| value.as_str().map(|text| u64::from_str_radix(text, 16).unwrap());
        let id = number(&row[0]).unwrap();
        let halves = ours.get(&id).unwrap_or_else(|| panic!("{name}: {id:x}"));
        let (_, parent) = halves.iter().find(|(_, parent)| *parent != Some(id)).unwrap();
        assert_eq!(*parent, number(&row[1]), "{name}: parent of {id:x}");
        let (service, title, error) = (row[3].as_str().unwrap(), row[4].as_str().unwrap(), row[7].as_str().unwrap());
        let services = halves.iter().flat_map(|(span, _)| [Some(span.service()), peer(*span)]).flatten();
        let knows = services.map(str::to_lowercase).any(|known| known == service.to_lowercase());
        assert!(knows || service == "unknown", "{name}: service {service} of {id:x}");
        let is_named =
            halves.iter().any(|(span, _)| span.name() == title || title == "unknown" && span.name().is_empty());
        assert!(is_named, "{name}: name {title} of {id:x}");
        let is_error = halves.iter().any(|(span, _)| span.status() == StatusCode::Error);
        assert_eq!(is_error, error == "critical", "{name}: {error} of {id:x}");
        let duration = row[6].as_i64().unwrap_or_default() * 1000;
        assert!(halves.iter().any(|(span, _)| span.duration().0 == duration), "{name}: duration of {id:x}");
    }
    theirs.len()
}

fn peer(span: SpanRef<'_>) -> Option<&str> {
    span.attributes().find_map(|(key, value)| match value {
        ValueRef::Str(text) if key == "peer.service" => Some(text),
        _ => None,
    })
}

/// Trace, id, parent, name in lower case, service, start and duration in microseconds.
type Line = (String, u64, Option<u64>, String, String, i64, i64);

#[test]
fn order_sim_is_the_same_as_in_jaegers_form() {
    let Some(jaeger) = json("jaeger/order-sim.json") else { return };
    let (store, report) = load(&fixture("zipkin/order-sim.json").unwrap());
    assert_eq!((report.traces, report.spans, report.notes.len()), (30, 753, 0));
    let ours: BTreeSet<Line> = store
        .traces()
        .flat_map(|(row, trace)| {
            let store = &store;
            trace.tree.order.iter().map(move |span| store.span(*span)).map(move |span| {
                let (id, parent) = (bits(span.id()), span.parent_id().map(|id| bits(Some(id))));
                let words = (span.name().to_owned(), span.service().to_owned());
                (
                    store.trace_id_text(row),
                    id,
                    parent,
                    words.0,
                    words.1,
                    span.start().0 / 1000,
                    span.duration().0 / 1000,
                )
            })
        })
        .collect();
    let mut theirs = BTreeSet::new();
    for trace in jaeger["data"].as_array().unwrap() {
        for span in trace["spans"].as_array().unwrap() {
            let text = |value: &Json| value.as_str().map(str::to_owned);
            let id = |value: &Json| value.as_str().map(|text| u64::from_str_radix(text, 16).unwrap());
            // Links are references to other traces there, after the parent.
            let own = span["references"].as_array().unwrap().iter().find(|one| one["traceID"] == span["traceID"]);
            let service = text(&trace["processes"][span["processID"].as_str().unwrap()]["serviceName"]).unwrap();
            let (name, number) =
                (text(&span["operationName"]).unwrap().to_lowercase(), |key: &str| span[key].as_i64().unwrap());
            let parent = own.and_then(|own| id(&own["spanID"]));
            theirs.insert((
                text(&span["traceID"]).unwrap(),
                id(&span["spanID"]).unwrap(),
                parent,
                name,
                service,
                number("startTime"),
                number("duration"),
            ));
        }
    }
    assert_eq!((ours.len(), theirs.len()), (753, 753));
    let different: Vec<_> = ours.symmetric_difference(&theirs).take(4).collect();
    assert!(different.is_empty(), "{different:#?}");
    assert!(spans(&store).any(|span| span.scope() == Some(("fixture/stock", "0.1.0"))));
}

#[test]
fn malformed_files_do_what_the_readme_says() {
    let Some(text) = fixture("malformed/zipkin-array-of-traces.json") else { return };
    let told = |text: &str| {
        let (store, report) = load(text);
        assert_eq!(report.fault, None);
        let depth = store.traces().map(|(_, trace)| trace.depth).max().unwrap();
        ((report.traces, report.spans, depth), store, report)
    };
    assert_eq!(told(&text).0, (2, 3, 2));
    let (counts, _, report) = told(&fixture("malformed/zipkin-string-ids-padded.json").unwrap());
    assert_eq!((counts, count(&report, NoteKind::IdLength)), ((1, 2, 2), 2));
    let (counts, store, _) = told(&fixture("malformed/zipkin-missing-fields.json").unwrap());
    let missing: Vec<bool> = spans(&store).map(|span| span.flags().has(SpanFlags::TIME_MISSING)).collect();
    assert_eq!((counts, missing), ((1, 5, 2), vec![true, false, true, false, false]));
    let (counts, store, report) = told(&fixture("malformed/zipkin-odd-values.json").unwrap());
    assert_eq!((counts, count(&report, NoteKind::OwnParent)), ((1, 5, 2), 1));
    assert_eq!((count(&report, NoteKind::NumberAsText), count(&report, NoteKind::MissingTime)), (1, 1));
    let odd: Vec<SpanRef> = spans(&store).collect();
    assert_eq!((odd[1].kind(), odd[2].status(), odd[2].attributes().count()), (SpanKind::Server, StatusCode::Error, 3));
    assert_eq!((odd[3].start().0 % 1_000_000, odd[3].duration().0, odd[3].events().len()), (500, 7_000, 2));
    assert_eq!(
        (odd[4].service(), odd[4].resource_attributes().count(), odd[4].attributes().count()),
        ("unknown_service", 1, 3)
    );
    assert_eq!(told(&fixture("malformed/zipkin-deep-chain-20000.json").unwrap()).0, (1, 20_000, 20_000));
    let mixed = fixture("malformed/mixed-formats.ndjson").unwrap();
    assert_eq!(told(mixed.lines().nth(2).unwrap()).0, (1, 1, 1));
    println!("6 files of malformed/");
}

/// A v2 trace as a browser shop's tracers write it, some 640 bytes a span.
fn file(count: u64) -> String {
    let mut text = "[".to_owned();
    let id = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for number in 0..count {
        let (trace, parent) = (id(number / 1000), number % 1000 / 8 + number / 1000 * 1000);
        let comma = if number == 0 { "" } else { "," };
        let parent = if number % 1000 == 0 { String::new() } else { format!(r#""parentId":"{:016x}","#, id(parent)) };
        let kind = ["CLIENT", "SERVER"][number as usize % 2];
        let _ = write!(
            text,
            r#"{comma}{{"traceId":"{trace:032x}","id":"{:016x}",{parent}"name":"op {}","kind":"{kind}","timestamp":{},"duration":{},"localEndpoint":{{"serviceName":"service-{}","ipv4":"10.0.0.{}","port":8080}},"remoteEndpoint":{{"serviceName":"service-{}","ipv4":"10.0.1.{}","port":9090}},"annotations":[{{"timestamp":{},"value":"wire.send"}}],"tags":{{"http.method":"GET","http.path":"/api/v1/products/{}","http.status_code":"{}","http.host":"shop.example","sql.query":"SELECT id, name FROM product_{} WHERE id = ?","instance":"{:016x}"}}}}"#,
            id(number),
            number % 37,
            1_700_000_000_000_000 + number * 10,
            1 + number % 5000,
            number % 12,
            number % 12,
            number % 11,
            number % 11,
            1_700_000_000_000_003 + number * 10,
            number % 60,
            200 + number % 5,
            number % 60,
            id(number % 64),
        );
    }
    text + "]"
}

/// `cargo test --release --lib zipkin::golden::speed -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let text = file(100_000);
    for _ in 0..5 {
        let start = std::time::Instant::now();
        let (store, report) = load(&text);
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!((report.spans, report.traces, report.notes.len(), store.spans.len()), (100_000, 100, 0, 100_000));
        let megabytes = text.len() as f64 / 1e6;
        println!("{megabytes:.1} MB in {:.0} ms: {:.0} MB/s", seconds * 1e3, megabytes / seconds);
    }
}
