//! Every real file of ../shared/fixtures, whatever its format, comes out with the counts of the README, in many disguises:
//! renamed, in other slices, packed, with one element a line, joined to itself and to a file of another format.

mod dump;
mod files;

use dump::dump;
use files::{fixtures, load, load_into};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use trackway::ingest::{Format, LoadReport, NoteKind};
use trackway::model::Store;

const FOLDERS: [&str; 6] = ["jaeger", "otlp", "zipkin", "stdouttrace", "tempo", "dependencies"];
/// It holds no spans: see `others_are_called_by_their_names`.
const OTHERS: [&str; 1] = ["tempo/kiali-search-response.json"];
/// Not what Jaeger's UI exports, so counts.json has nothing of them: traces, spans and services.
const NOT_EXPORTS: [(&str, [u64; 3]); 2] =
    [("jaeger/jaeger-domain-proto-01.json", [1, 5, 2]), ("jaeger/jaeger-elasticsearch-span-01.json", [1, 1, 1])];

/// The files by their paths.
fn all_files() -> BTreeMap<String, Vec<u8>> {
    let Some(fixtures) = fixtures() else {
        return BTreeMap::new();
    };
    let mut files = BTreeMap::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(fixtures.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
    files.retain(|name, _| !OTHERS.contains(&name.as_str()));
    files
}

fn counts(report: &LoadReport) -> [u64; 3] {
    [report.traces, report.spans, report.services].map(u64::from)
}

/// What counts.json says: traces, spans, and services, of which it does not count the unnamed one.
fn expected_counts() -> BTreeMap<String, [u64; 3]> {
    let Some(fixtures) = fixtures() else {
        return BTreeMap::new();
    };
    let text = std::fs::read_to_string(fixtures.join("expected/counts.json")).expect("counts.json");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let files = all["files"].as_array().expect("files").iter().map(|file| {
        let services = file["services"].as_array().expect("services").len() as u64;
        let counts = [file["traces"].as_u64().unwrap(), file["spans"].as_u64().unwrap(), services];
        (file["file"].as_str().expect("a name").to_owned(), counts)
    });
    files.chain(NOT_EXPORTS.map(|(name, counts)| (name.to_owned(), counts))).collect()
}

fn names_of_services(store: &Store) -> Vec<&str> {
    let services = store.traces().flat_map(|(_, trace)| trace.services.iter().map(|count| store.text(count.service)));
    let mut services: Vec<&str> = services.filter(|name| !name.is_empty() && *name != "unknown_service").collect();
    services.sort_unstable();
    services.dedup();
    services
}

#[test]
fn counts_are_those_of_the_readme() {
    let expected = expected_counts();
    let files = all_files();
    for (name, bytes) in &files {
        let (store, report) = load(name, bytes, 1 << 20);
        assert_eq!(report.fault, None, "{name}");
        let [traces, spans, services] = expected.get(name).copied().unwrap_or_default();
        assert_eq!(counts(&report)[..2], [traces, spans], "{name}");
        assert_eq!(names_of_services(&store).len() as u64, services, "{name}: {:?}", names_of_services(&store));
        let copies = report.notes.iter().find(|note| note.kind == NoteKind::IdenticalCopy).map_or(0, |note| note.count);
        let shown: u64 = store.traces().map(|(_, trace)| u64::from(trace.span_count())).sum();
        // A Zipkin v1 record of both halves of a call is two spans.
        let split = report.notes.iter().find(|note| note.kind == NoteKind::SplitRecord).map_or(0, |note| note.count);
        assert_eq!(shown + copies, spans + split, "{name}");
    }
    println!("counts: {} files", files.len());
}

#[test]
fn service_graphs_have_the_counts_of_the_readme() {
    let files = all_files();
    // Edges and services; the sum of all calls.
    for (name, expected, calls) in [("small", (7, 8), 290_225), ("large", (4_271, 1_238), 2_985_281)] {
        let Some(bytes) = files.get(&format!("dependencies/jaeger-ui-{name}.json")) else { return };
        let (store, report) = load(name, bytes, 1 << 20);
        assert_eq!((report.format, report.notes.len(), report.spans), (Some(Format::Dependencies), 0, 0), "{name}");
        assert_eq!((report.dependencies, report.services), expected, "{name}");
        let edges = store.dependencies();
        assert_eq!(edges.len(), expected.0 as usize, "{name}");
        assert_eq!(edges.iter().map(|edge| edge.calls.expect("a count")).sum::<u64>(), calls, "{name}");
        assert_eq!(Some(report.most_calls[0].calls), edges.iter().map(|edge| edge.calls).max(), "{name}");
    }
    println!("service graphs: {} files", files.keys().filter(|name| name.starts_with("dependencies/")).count());
}

#[test]
fn others_are_called_by_their_names() {
    let Some(fixtures) = fixtures() else { return };
    for name in OTHERS {
        let (_, report) = load("x.json", &std::fs::read(fixtures.join(name)).unwrap(), 1 << 20);
        let kind = report.fault.expect("no spans").kind;
        assert_eq!(kind, trackway::ingest::FaultKind::NotReadable(Format::TempoSearch), "{name}");
        assert!(!report.trace_ids.is_empty(), "{name}: its traces are listed");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The documents of a file; what is no JSON between them is left out.
fn documents(bytes: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    serde_json::Deserializer::from_str(text).into_iter().map(|document| document.expect("JSON")).collect()
}

/// The list whose items may as well stand alone, each a line: of a list its items, of an answer its traces, …
fn elements(document: &Value) -> Vec<Value> {
    if let Some(list) = document.as_array() {
        return list.clone();
    }
    for key in ["data", "resourceSpans", "batches"] {
        if let Some(list) = document[key].as_array() {
            return match key {
                "data" => list.clone(),
                _ => list.iter().map(|item| json!({ key: [item] })).collect(),
            };
        }
    }
    vec![document.clone()]
}

fn in_lines(bytes: &[u8]) -> Vec<u8> {
    let lines =
        documents(bytes).iter().flat_map(elements).map(|element| element.to_string() + "\n").collect::<String>();
    lines.into_bytes()
}

fn pretty(bytes: &[u8]) -> Vec<u8> {
    let documents = documents(bytes);
    let pretty = documents.iter().map(|document| serde_json::to_string_pretty(document).unwrap());
    pretty.collect::<Vec<_>>().join("\n").replace('\n', "\r\n").into_bytes()
}

#[test]
fn names_slices_layout_and_packing_do_not_matter() {
    let files = all_files();
    for (name, bytes) in &files {
        let (plain, report) = load(name, bytes, usize::MAX);
        let expected = dump(&plain);
        let small = if bytes.len() < 100_000 { 1 } else { 4099 };
        let packed = gzip(bytes);
        let disguises: [(&str, &[u8], usize); 6] = [
            ("holiday.png.gz", bytes, 1 << 16),
            ("small slices", bytes, small),
            ("pretty", &pretty(bytes), 1 << 16),
            ("one element a line", &in_lines(bytes), 1 << 16),
            ("gzip.json", &packed, usize::MAX),
            ("gzip in small slices", &packed, 7),
        ];
        for (disguise, bytes, slice) in disguises {
            let (store, other) = load(disguise, bytes, slice);
            assert_eq!(dump(&store), expected, "{name} as {disguise}");
            assert_eq!(counts(&other), counts(&report), "{name} as {disguise}");
            assert_eq!(other.fault, None, "{name} as {disguise}");
        }
    }
    println!("disguises: {} files", files.len());
}

#[test]
fn a_file_joined_to_itself_adds_nothing() {
    let files = all_files();
    for (name, bytes) in &files {
        if name.starts_with("dependencies/") {
            // Counts of a pair that stands twice in a file are added up, so this file tells twice the calls.
            continue;
        }
        let (plain, report) = load(name, bytes, 1 << 20);
        let (store, joined) = load("joined", &[&bytes[..], bytes].join(&b'\n'), 1 << 20);
        assert_eq!(joined.fault, None, "{name}");
        assert_eq!(dump(&store), dump(&plain), "{name}");
        assert_eq!((joined.traces, joined.spans), (report.traces, 2 * report.spans), "{name}");
    }
    println!("joined to themselves: {} files", files.len());
}

#[test]
fn files_of_two_formats_may_be_joined() {
    let files = all_files();
    let firsts = FOLDERS.map(|folder| {
        let of_folder = files.iter().filter(|(name, _)| name.starts_with(folder));
        of_folder.min_by_key(|(_, bytes)| bytes.len())
    });
    let mut joined = 0;
    for (name, bytes) in &files {
        for (other_name, other) in firsts.into_iter().flatten().filter(|(other, _)| *other != name) {
            let mut apart = Store::new();
            let reports = [(name, bytes), (other_name, other)].map(|(name, b)| load_into(&mut apart, name, b, 1 << 20));
            let (together, report) = load("joined", &[&bytes[..], other].join(&b'\n'), 1 << 20);
            assert_eq!(report.fault, None, "{name} and {other_name}");
            assert_eq!(dump(&together), dump(&apart), "{name} and {other_name}");
            assert_eq!(report.spans, reports.iter().map(|report| report.spans).sum::<u32>(), "{name} and {other_name}");
            joined += 1;
        }
    }
    println!("joined to others: {joined} pairs");
}

#[test]
fn a_file_between_others_is_removed_with_all_it_brought() {
    let files: Vec<_> = all_files().into_iter().collect();
    for three in files.windows(3) {
        let mut store = Store::new();
        let reports: Vec<_> = three.iter().map(|(name, bytes)| load_into(&mut store, name, bytes, 1 << 20)).collect();
        if reports.iter().any(|report| report.same_as.is_some()) {
            // The content of one is another's: it added nothing of its own.
            continue;
        }
        let mut expected = Store::new();
        [&three[0], &three[2]].iter().for_each(|(name, bytes)| _ = load_into(&mut expected, name, bytes, 1 << 20));
        for source in &reports[1].sources {
            assert!(store.remove_source(*source));
        }
        assert_eq!(dump(&store), dump(&expected), "without {}", three[1].0);
        for report in [&reports[2], &reports[0]] {
            report.sources.iter().for_each(|source| _ = store.remove_source(*source));
        }
        assert_eq!((dump(&store), store.spans.len()), (String::new(), 0));
    }
    println!("removed: {} files", files.len().saturating_sub(2));
}
