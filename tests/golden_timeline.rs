//! Critical path, self time and clock skew as Jaeger UI, CRISP, Jaeger's backend and Zipkin Lens have them
//! (../shared/fixtures/expected). Where we differ, the test names the case, says why, and asserts ours.

#[path = "golden_cases/cases.rs"]
mod cases;
#[path = "golden_timeline/computed.rs"]
mod computed;
#[path = "golden_timeline/critical_path.rs"]
mod critical_path;
mod files;
#[path = "golden_timeline/self_time.rs"]
mod self_time;
#[path = "golden_timeline/skew.rs"]
mod skew;

use files::load;
use serde_json::{Value as Json, json};
use trackway::analysis::children::roots;
use trackway::analysis::clock::Clock;
use trackway::analysis::critical_path::critical_path;
use trackway::model::{Store, TraceRow};

/// Cases begin with the year 1970, where a file's times would be called implausible: in microseconds.
const SHIFT: i64 = 1_700_000_000_000_000;

fn read(path: &str) -> Option<Json> {
    let text = std::fs::read_to_string(files::fixtures()?.join("expected").join(path)).expect("the file");
    Some(serde_json::from_str(&text).expect("JSON"))
}

/// Loads a trace object as a download of Jaeger UI, with its times in our days.
fn load_trace(trace: &Json) -> Store {
    let mut trace = trace.clone();
    for span in trace["spans"].as_array_mut().expect("spans") {
        span["startTime"] = json!(span["startTime"].as_i64().expect("a start") + SHIFT);
    }
    let (store, report) = load("case.json", json!({ "data": [trace] }).to_string().as_bytes(), 1 << 20);
    assert_eq!(report.fault, None);
    store
}

/// A section: the span, from and to in microseconds from the trace's start.
type Section = (String, i64, i64);

/// The critical path of all roots, from the latest section to the first.
fn path(store: &Store, trace: TraceRow) -> Vec<Section> {
    let clock = Clock::new(store, trace);
    let roots: Vec<u32> = roots(&clock.trace.tree).collect();
    let sections = critical_path(&clock, &roots);
    let id = |position: u32| store.span_id_text(clock.trace.tree.order[position as usize]).to_lowercase();
    let sections = sections.iter().map(|section| (id(section.position), section.from / 1000, section.to / 1000));
    in_order(sections.collect())
}

/// From the latest section to the first. Sections of one span that touch are one: Jaeger UI cuts them where a child without
/// length is.
fn in_order(mut sections: Vec<Section>) -> Vec<Section> {
    sections.sort_by(|a, b| (b.2, b.1, &a.0).cmp(&(a.2, a.1, &b.0)));
    let mut joined: Vec<Section> = Vec::new();
    for section in sections {
        match joined.last_mut() {
            Some(later) if later.0 == section.0 && later.1 == section.2 => later.1 = section.1,
            _ => joined.push(section),
        }
    }
    joined
}
