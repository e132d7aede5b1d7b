//! Real files of ../shared/fixtures, and damaged ones.

use super::Otlp;
use super::tests::{notes, read, tell};
use crate::ingest::report::{FaultKind, Format, NoteKind};
use crate::ingest::testing;
use crate::model::{SpanKind, SpanRow, StatusCode, Store};
use std::path::PathBuf;

fn fixture(name: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    if !folder.is_dir() {
        println!("ignored: ../shared/fixtures is not here");
        return None;
    }
    Some(std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// Traces, spans, services and the spans of the largest trace, as the README has them.
fn counts(store: &Store) -> [usize; 4] {
    let rows = (0..store.spans.len() as u32).map(|row| store.span(SpanRow(row)));
    let mut services: Vec<&str> = rows.map(|span| span.service()).filter(|name| *name != "unknown_service").collect();
    services.sort_unstable();
    services.dedup();
    // As written: copies are shown once.
    let largest = store.traces().map(|(_, trace)| trace.rows().count()).max().unwrap_or(0);
    [store.traces().count(), store.spans.len(), services.len(), largest]
}

#[test]
fn every_file_loads_with_the_counts_of_the_readme() {
    let Some(readme) = fixture("README.md") else { return };
    let mut covered = 0;
    let mut folder = "";
    for line in readme.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            folder = heading.trim_end_matches('/');
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let is_file = matches!(folder, "otlp" | "tempo") && cells.len() > 8 && cells[1].contains('.');
        if !is_file || cells[1] == "kiali-search-response.json" {
            continue;
        }
        let name = format!("{folder}/{}", cells[1]);
        let expected: Vec<usize> = cells[5..9].iter().map(|cell| cell.parse().unwrap()).collect();
        let Some(text) = fixture(&name) else { return };
        let (store, report) = read(&text);
        assert_eq!((counts(&store).as_slice(), &report.fault), (&expected[..], &None), "{name}");
        println!("{name}: {:?}", notes(&report));
        let (cut, _) = testing::read_in_slices(&mut Otlp::new(&Store::new()), &text, 4099);
        assert_eq!(tell(&cut), tell(&store), "{name}");
        covered += 1;
    }
    println!("{covered} files");
    assert_eq!(covered, 22);
}

/// Trace and span ids, parents, services, names, and times in microseconds, as Jaeger's conversion has them.
#[test]
fn conversions_of_jaeger_show_the_same_spans() {
    for (otlp, jaeger) in [
        ("otlp/jaeger-otlp2jaeger-in.json", "jaeger/jaeger-otlp2jaeger-out.json"),
        ("otlp/jaeger-ui-otlp2jaeger-multi-in.jsonl", "jaeger/jaeger-ui-otlp2jaeger-multi-out.json"),
    ] {
        let (Some(otlp), Some(jaeger)) = (fixture(otlp), fixture(jaeger)) else { return };
        let store = read(&otlp).0;
        let mut ours: Vec<String> = (0..store.spans.len() as u32)
            .map(|row| store.span(SpanRow(row)))
            .map(|span| {
                let parent = span.written_parent_id().map_or(String::new(), |id| id.text(store.strings()));
                let time = (span.start().0 / 1000, span.duration().0 / 1000);
                format!(
                    "{:?}",
                    (store.trace_id_text(span.trace()), span.id_text(), parent, span.service(), span.name(), time)
                )
            })
            .collect();
        let jaeger: serde_json::Value = serde_json::from_str(&jaeger).unwrap();
        let mut theirs = Vec::new();
        for trace in jaeger["data"].as_array().unwrap() {
            for span in trace["spans"].as_array().unwrap() {
                let text = |key: &str| span[key].as_str().unwrap_or_default().to_owned();
                let service = trace["processes"][text("processID")]["serviceName"].as_str().unwrap();
                let parent = span["references"][0]["spanID"].as_str().unwrap_or_default().to_owned();
                let time = (span["startTime"].as_i64().unwrap(), span["duration"].as_i64().unwrap());
                theirs.push(format!(
                    "{:?}",
                    (text("traceID"), text("spanID"), parent, service, text("operationName"), time)
                ));
            }
        }
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs);
    }
}

/// A kind of note, and how often.
type Count = (NoteKind, u64);

fn malformed(name: &str) -> Option<(Store, Vec<Count>, Option<FaultKind>)> {
    let (store, report) = read(&fixture(&format!("malformed/{name}"))?);
    Some((store, notes(&report), report.fault.map(|fault| fault.kind)))
}

#[test]
fn malformed_files_do_what_the_readme_says() {
    use NoteKind::*;
    let cases: [(&str, usize, &[Count]); 19] = [
        ("otlp-attribute-types.json", 1, &[(OddValue, 1)]),
        ("otlp-base64-ids.json", 2, &[]),
        ("otlp-empty-ids.json", 3, &[(MissingId, 4), (TextId, 1)]),
        ("otlp-end-before-start.json", 4, &[(MissingTime, 2), (NegativeDuration, 1), (OpenSpan, 1)]),
        ("otlp-enum-integers.json", 6, &[]),
        ("otlp-enum-strings.json", 6, &[]),
        ("otlp-enum-unknown.json", 3, &[(UnknownEnum, 5)]),
        ("otlp-hex-ids.json", 2, &[]),
        ("otlp-links-and-events.json", 1, &[]),
        ("otlp-mixed-signals.ndjson", 2, &[(OtherSignal, 2)]),
        ("otlp-no-service-name.json", 2, &[(UnknownProcess, 1)]),
        ("otlp-odd-length-ids.json", 2, &[(IdLength, 2)]),
        ("otlp-old-instrumentationlibraryspans.json", 2, &[]),
        ("otlp-snake-case.json", 2, &[]),
        ("otlp-times-as-numbers.json", 2, &[]),
        ("otlp-upper-hex-ids.json", 2, &[]),
        ("peer-otlp-invalid-kind.json", 1, &[(UnknownEnum, 1)]),
        ("peer-otlp-invalid-base64.json", 1, &[(TextId, 2)]),
        ("peer-otlp-mixed-encoding.json", 1, &[(TextId, 2)]),
    ];
    for (name, spans, expected) in cases {
        let Some((store, notes, fault)) = malformed(name) else { return };
        let mut notes: Vec<_> = notes.into_iter().filter(|(kind, _)| *kind != Orphan).collect();
        notes.sort();
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!((store.spans.len(), notes, fault), (spans, expected, None), "{name}");
    }
    let told = |name: &str| malformed(name).map(|(store, ..)| tell(&store)).unwrap();
    assert_eq!(told("otlp-enum-integers.json"), told("otlp-enum-strings.json"));
    assert_eq!(told("otlp-hex-ids.json"), told("otlp-base64-ids.json"));
    assert_eq!(told("otlp-hex-ids.json"), told("otlp-snake-case.json"));
    // The old file gives no version of the scope.
    let old = told("otlp-old-instrumentationlibraryspans.json");
    assert_eq!(told("otlp-hex-ids.json").replace("1.0", ""), old);
    let (store, ..) = malformed("otlp-enum-integers.json").unwrap();
    let spans: Vec<_> = (0..6).map(|row| store.span(SpanRow(row))).collect();
    let kinds: Vec<_> = spans.iter().map(|span| span.kind()).collect();
    use SpanKind::*;
    assert_eq!(kinds, [Unspecified, Internal, Server, Client, Producer, Consumer]);
    assert_eq!(
        spans[..3].iter().map(|span| span.status()).collect::<Vec<_>>(),
        [StatusCode::Unset, StatusCode::Ok, StatusCode::Error]
    );
    let (store, ..) = malformed("otlp-times-as-numbers.json").unwrap();
    let [root, child] = [0, 1].map(|row| store.span(SpanRow(row)));
    assert_eq!(((child.start() - root.start()).0, child.duration().0), (100_123, 200_334));
    let (store, ..) = malformed("otlp-attribute-types.json").unwrap();
    assert_eq!(store.span(SpanRow(0)).attributes().len(), 13);
    let (store, ..) = malformed("otlp-links-and-events.json").unwrap();
    let span = store.span(SpanRow(0));
    assert_eq!((span.links().len(), span.events().len(), span.attributes().len()), (3, 4, 4));
    let (store, ..) = malformed("otlp-upper-hex-ids.json").unwrap();
    assert_eq!(store.traces().next().unwrap().1.depth, 2);
}

#[test]
fn files_that_hold_no_traces_say_so() {
    for (name, expected) in [
        ("otlp-logs-only.json", FaultKind::NotReadable(Format::OtlpLogs)),
        ("otlp-metrics-only.json", FaultKind::NotReadable(Format::OtlpMetrics)),
        ("otlp-resource-spans-not-array.json", FaultKind::Shape),
    ] {
        let Some((store, _, fault)) = malformed(name) else { return };
        assert_eq!((store.spans.len(), fault), (0, Some(expected)), "{name}");
    }
}

/// xorshift64*: the same bytes on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }
}

const TOKENS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "0",
    "-1",
    "1e400",
    "\"\"",
    "{}",
    "[]",
    "\"traceId\"",
    "\"value\"",
    "99999999999999999999",
];

#[test]
fn two_thousand_mutations_neither_panic_nor_hang() {
    let names = ["otlp-links-and-events.json", "otlp-attribute-types.json", "otlp-mixed-signals.ndjson"];
    let texts: Vec<String> = names.iter().filter_map(|name| fixture(&format!("malformed/{name}"))).collect();
    if texts.is_empty() {
        return;
    }
    let mut random = Random(0x7261_6e64);
    let (mut whole, mut with_spans) = (0, 0);
    for turn in 0..2_000 {
        let mut bytes = texts[turn % texts.len()].clone().into_bytes();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            let token = TOKENS[random.below(TOKENS.len())].bytes();
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(7),
                1 => drop(bytes.drain(at..(at + 1 + random.below(9)).min(bytes.len()))),
                2 => drop(bytes.splice(at..at, token)),
                _ => {
                    // The next token becomes another one.
                    let end = at + bytes[at..].iter().position(|byte| b",:]}".contains(byte)).unwrap_or(0);
                    drop(bytes.splice(at..end, token));
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let (store, report) = testing::read_in_slices(&mut Otlp::new(&Store::new()), &text, 1 + random.below(3000));
        tell(&store);
        whole += usize::from(report.fault.is_none());
        with_spans += usize::from(report.spans > 0);
    }
    println!("{whole} whole, {with_spans} with spans");
    assert!(whole > 50 && with_spans > 200, "{whole} {with_spans}");
}

/// A document of this many spans, of the size and the order of fields of the Collector's file exporter.
fn many(spans: usize) -> String {
    let mut text = String::from(
        r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"#,
    ) + r#""scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":["#;
    for number in 0..spans {
        let (trace, root) = (number / 100 + 1, number - number % 100 + 1);
        let parent = if number + 1 == root { String::new() } else { format!("{root:016x}") };
        let start = 1_700_000_000_000_000_000 + number * 1_000;
        let (id, end) = (number + 1, start + 123_456);
        text += &format!(
            r#"{{"traceId":"{trace:032x}","spanId":"{id:016x}","parentSpanId":"{parent}","flags":257,"name":"GET /cart/{}","kind":2,"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}","attributes":[{{"key":"http.request.method","value":{{"stringValue":"GET"}}}},{{"key":"url.full","value":{{"stringValue":"http://shop.example/cart/{number}"}}}},{{"key":"http.response.status_code","value":{{"intValue":"200"}}}},{{"key":"server.address","value":{{"stringValue":"shop.example"}}}},{{"key":"server.port","value":{{"intValue":"8080"}}}},{{"key":"thread.id","value":{{"intValue":"{}"}}}},{{"key":"cache.hit","value":{{"boolValue":true}}}}],"events":[{{"timeUnixNano":"{start}","name":"message","attributes":[{{"key":"message.id","value":{{"intValue":"{number}"}}}}]}}],"status":{{}}}},"#,
            number % 50,
            number % 16
        );
    }
    text.pop();
    text + "]}]}]}"
}

/// Prints the speed: `cargo test --release --lib otlp::golden_tests::speed -- --ignored --nocapture`; the number of
/// spans is that of the environment's SPANS.
#[test]
#[ignore = "a measurement"]
fn speed() {
    let spans = std::env::var("SPANS").ok().and_then(|spans| spans.parse().ok()).unwrap_or(100_000);
    let text = many(spans);
    for _ in 0..if spans < 50_000 { 1 } else { 5 } {
        let start = std::time::Instant::now();
        let (store, report) = testing::read_in_slices(&mut Otlp::new(&Store::new()), &text, 1 << 20);
        let seconds = start.elapsed().as_secs_f64();
        assert_eq!((store.spans.len(), report.notes.len()), (spans, 0));
        println!("{} bytes, {:.1} MB/s", text.len(), text.len() as f64 / 1e6 / seconds);
    }
}
