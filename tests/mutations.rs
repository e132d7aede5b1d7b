//! Broken bytes: inputs of all readers and containers, changed at random but by a seed. No panic, no hang, and no more
//! memory than 16 MB and twenty times the unpacked input. The ordinary run tries some thousands; a long one is
//!
//! `MUTATIONS=1000000 cargo test --release --test mutations -- --nocapture`

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use trackway::ingest::Load;
use trackway::model::Store;

/// Counts what is allocated, and the most there was.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: it hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Small numbers from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }
}

/// Inputs of our own, one of each format, so that the test has something without ../shared.
const OWN: [&str; 7] = [
    r#"{"data":[{"traceID":"ab","spans":[{"traceID":"ab","spanID":"1","operationName":"o","references":[{"refType":"CHILD_OF","traceID":"ab","spanID":"2"}],"startTime":1700000000000000,"duration":5,"tags":[{"key":"k","type":"int64","value":"7"}],"logs":[{"timestamp":1700000000000001,"fields":[{"key":"event","value":"e"}]}],"processID":"p1"}],"processes":{"p1":{"serviceName":"s","tags":[]}}}]}"#,
    "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"s\"}}]},\"scopeSpans\":[{\"scope\":{\"name\":\"l\"},\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b173\",\"name\":\"n\",\"kind\":2,\"startTimeUnixNano\":\"1700000000000000000\",\"endTimeUnixNano\":\"1700000000001000000\",\"attributes\":[{\"key\":\"a\",\"value\":{\"arrayValue\":{\"values\":[{\"intValue\":\"1\"},{\"kvlistValue\":{\"values\":[]}}]}}}],\"events\":[{\"name\":\"e\"}],\"links\":[{\"traceId\":\"07\",\"spanId\":\"08\"}],\"status\":{\"code\":2}}]}]}]}\n{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b173\",\"body\":{\"stringValue\":\"b\"}}]}]}]}\n",
    r#"[[{"traceId":"463ac35c9f6413ad","id":"1","kind":"CLIENT","name":"z","timestamp":1700000000000000,"duration":7,"localEndpoint":{"serviceName":"s","ipv4":"1.2.3.4"},"annotations":[{"timestamp":1700000000000001,"value":"a"}],"tags":{"error":""},"shared":true}]]"#,
    r#"[{"traceId":"463ac35c9f6413ad","id":"1","name":"z","annotations":[{"timestamp":1700000000000000,"value":"cs","endpoint":{"serviceName":"s"}},{"timestamp":1700000000000009,"value":"sr","endpoint":{"serviceName":"t"}}],"binaryAnnotations":[{"key":"k","value":"v"}]}]"#,
    "listening\n{\"Name\":\"g\",\"SpanContext\":{\"TraceID\":\"5b8efff798038103d269b633813fc60c\",\"SpanID\":\"eee19b7ec3c1b173\"},\"Parent\":{\"TraceID\":\"00000000000000000000000000000000\",\"SpanID\":\"0000000000000000\"},\"SpanKind\":1,\"StartTime\":\"2023-11-14T22:13:20.5+01:00\",\"EndTime\":\"2023-11-14T22:13:21Z\",\"Attributes\":[{\"Key\":\"k\",\"Value\":{\"Type\":\"INT64SLICE\",\"Value\":[1]}}],\"Status\":{\"Code\":\"Error\"},\"Resource\":null}\npanic\n",
    "{\n \"name\":\"p\",\"context\":{\"trace_id\":\"0x5b8efff798038103d269b633813fc60c\",\"span_id\":\"0xeee19b7ec3c1b173\",\"trace_state\":\"[]\"},\"kind\":\"SpanKind.SERVER\",\"parent_id\":null,\"start_time\":\"2023-11-14T22:13:20.5Z\",\"end_time\":\"2023-11-14T22:13:21.000001Z\",\"status\":{\"status_code\":\"ERROR\"},\"attributes\":{\"a\":[1,NaN]},\"events\":[],\"links\":[],\"resource\":{\"attributes\":{\"service.name\":\"s\"}}}\n",
    r#"{"data":[{"parent":"a","child":"b","callCount":5},{"parent":"b","child":"b","callCount":"7","errorCount":1},{"parent":"b","child":"c"}],"total":0,"errors":[{"code":500,"msg":"m"}]}"#,
];
/// Files of ../shared that are longer are left out: a mutation is tried in a millisecond.
const LONGEST: u64 = 60_000;

fn inputs() -> Vec<(String, Vec<u8>)> {
    let mut inputs: Vec<_> = OWN.iter().map(|text| (text[..20].to_owned(), text.as_bytes().to_vec())).collect();
    inputs.push(("demo".into(), include_bytes!("../assets/demo.json.gz").to_vec()));
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    let own = inputs.len();
    for folder in ["jaeger", "otlp", "zipkin", "stdouttrace", "tempo", "dependencies", "malformed"] {
        let Ok(entries) = std::fs::read_dir(shared.join(folder)) else { continue };
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths.into_iter().filter(|path| path.metadata().is_ok_and(|file| file.len() < LONGEST)) {
            inputs.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    match inputs.len() - own {
        0 => println!("ignored: ../shared/fixtures is not here; {own} inputs of our own"),
        files => println!("covered: {files} files, {own} inputs of our own"),
    }
    inputs
}

/// Changes a few places: other bytes, pieces taken out, doubled, swapped, numbers and brackets put in, two inputs joined.
fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8]) {
    const WORDS: [&[u8]; 14] = [
        b"null",
        b"{}",
        b"[]",
        b"\"\"",
        b"-1",
        b"1e999",
        b"18446744073709551616",
        b"\\ud800",
        b"[[[[[[[[",
        b"}",
        b"\"",
        b"\n{",
        b"\xff\xfe",
        b"0",
    ];
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(40)).min(bytes.len());
        match dice.below(8) {
            0 if !bytes.is_empty() => bytes[at] = dice.roll() as u8,
            1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            4 => drop(bytes.splice(at..end, WORDS[dice.below(WORDS.len())].to_vec())),
            5 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].repeat(1 + dice.below(50)))),
            6 => bytes.truncate(at),
            _ => bytes.extend_from_slice(&other[dice.below(other.len())..]),
        }
    }
}

/// A hang is what takes longer; unoptimised code is some ten times slower.
const LONGEST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

struct Cost {
    time: Duration,
    memory: usize,
    unpacked: u64,
}

fn load(bytes: &[u8], slice: usize) -> Cost {
    let held = HELD.load(Ordering::Relaxed);
    PEAK.store(held, Ordering::Relaxed);
    let began = Instant::now();
    let mut store = Store::new();
    let mut load = Load::new("mutated");
    for slice in bytes.chunks(slice.max(1)) {
        if load.push(&mut store, slice).is_err() {
            break;
        }
    }
    let report = load.finish(&mut store);
    let cost = Cost {
        time: began.elapsed(),
        memory: PEAK.load(Ordering::Relaxed) - held,
        unpacked: report.text_bytes.max(bytes.len() as u64),
    };
    for source in &report.sources {
        store.remove_source(*source);
    }
    assert_eq!((store.spans.len(), store.dependencies.len()), (0, 0), "all of it can be removed");
    cost
}

#[test]
fn broken_bytes_are_survived() {
    let rounds: usize = std::env::var("MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(4_000);
    let mut dice = Dice(20_261_121);
    let inputs = inputs();
    let (mut slowest, mut largest) = (Duration::ZERO, 0.0_f64);
    for round in 0..rounds {
        let (name, bytes) = &inputs[round % inputs.len()];
        let seed = dice.0;
        let mut mutated = bytes.clone();
        let other = dice.below(inputs.len());
        mutate(&mut dice, &mut mutated, &inputs[other].1);
        // Single bytes of a long input are many; nobody cuts like that.
        let slice = if round % 7 == 0 { 1 + dice.below(100) + mutated.len() / 500 } else { 1 << 20 };
        let what = || format!("{name}, round {round}, seed {seed}");
        let cost = std::panic::catch_unwind(|| load(&mutated, slice)).unwrap_or_else(|_| panic!("{}: a panic", what()));
        slowest = slowest.max(cost.time);
        assert!(cost.time < LONGEST_TIME, "{}: {:?}", what(), cost.time);
        let allowed = 16_000_000 + 20 * cost.unpacked;
        largest = largest.max(cost.memory as f64 / allowed as f64);
        assert!(cost.memory as u64 <= allowed, "{}: {} bytes for {}", what(), cost.memory, cost.unpacked);
    }
    println!(
        "{rounds} broken inputs; the slowest took {slowest:?}; at most {:.0} % of the memory allowed",
        100.0 * largest
    );
}
