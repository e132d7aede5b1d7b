//! The demo that the page carries tells what its walk-through promises, and is what the generator makes.

// The test uses the generator's inside; its `main` is for the command line.
#[allow(dead_code)]
#[path = "../examples/make_trace/main.rs"]
mod make_trace;

use make_trace::demo::TRACE_ID_LOWER_HALF;
use make_trace::jaeger::Layout;
use make_trace::options::Output;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

const ASSET: &[u8] = include_bytes!("../assets/demo.json.gz");
const PLAIN: Output = Output { layout: Layout::Compact, gzip: false };

fn demo_json() -> Vec<u8> {
    let mut json = Vec::new();
    make_trace::write_demo(&mut json, PLAIN).expect("memory takes all");
    json
}

struct Trace {
    id: String,
    spans: Vec<Span>,
}

#[derive(Clone)]
struct Span {
    id: String,
    parent: Option<String>,
    service: String,
    name: String,
    begin: i64,
    end: i64,
    error: bool,
    json: Value,
}

fn demo() -> Vec<Trace> {
    let answer: Value = serde_json::from_slice(&demo_json()).expect("the generator writes JSON");
    let traces = answer["data"].as_array().expect("a list of traces");
    traces.iter().map(read_trace).collect()
}

fn read_trace(trace: &Value) -> Trace {
    let spans = trace["spans"].as_array().expect("a list of spans");
    Trace {
        id: text(&trace["traceID"]),
        spans: spans.iter().map(|span| read_span(span, &trace["processes"])).collect(),
    }
}

fn read_span(span: &Value, processes: &Value) -> Span {
    let begin = span["startTime"].as_i64().expect("µs");
    let child_of = |reference: &&Value| reference["refType"] == "CHILD_OF" && reference["traceID"] == span["traceID"];
    Span {
        id: text(&span["spanID"]),
        parent: list(&span["references"]).iter().find(child_of).map(|reference| text(&reference["spanID"])),
        service: text(&processes[text(&span["processID"])]["serviceName"]),
        name: text(&span["operationName"]),
        begin,
        end: begin + span["duration"].as_i64().expect("µs"),
        error: tag(span, "error") == Some(&Value::Bool(true)),
        json: span.clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn tag<'a>(span: &'a Value, key: &str) -> Option<&'a Value> {
    let tag = list(&span["tags"]).iter().find(|tag| tag["key"] == key)?;
    Some(&tag["value"])
}

impl Trace {
    fn root(&self) -> &Span {
        let mut roots = self.spans.iter().filter(|span| span.parent.is_none());
        let root = roots.next().expect("a root");
        assert!(roots.next().is_none(), "{} has one root", self.id);
        root
    }

    fn is_dispatch(&self) -> bool {
        self.root().name == "HTTP GET /dispatch"
    }

    fn of<'a>(&'a self, service: &'a str, name: &'a str) -> impl Iterator<Item = &'a Span> {
        let wanted = move |span: &&Span| span.service == service && span.name == name;
        self.spans.iter().filter(wanted)
    }

    fn get_drivers(&self) -> (usize, usize) {
        let gets: Vec<_> = self.of("redis", "GetDriver").collect();
        (gets.len(), gets.iter().filter(|get| get.error).count())
    }

    fn calls_routes(&self) -> bool {
        self.of("route", "HTTP GET /route").next().is_some()
    }

    /// Service, name and error of each span under those of its ancestors, with what `also` says of it.
    fn structure<T: Ord>(&self, also: impl Fn(&Span) -> T) -> Vec<(Vec<String>, T)> {
        let by_id: HashMap<&str, &Span> = self.spans.iter().map(|s| (&*s.id, s)).collect();
        let path = |span: &Span| {
            let mut path = Vec::new();
            let mut next = Some(span);
            while let Some(span) = next {
                path.push(format!("{} {} {}", span.service, span.name, span.error));
                next = span.parent.as_deref().map(|parent| by_id[parent]);
            }
            path.reverse();
            path
        };
        let mut structure: Vec<_> = self.spans.iter().map(|s| (path(s), also(s))).collect();
        structure.sort();
        structure
    }
}

fn pairs(traces: &[Trace], alike: impl Fn(&Trace, &Trace) -> bool) -> Vec<(&Trace, &Trace)> {
    let mut pairs = Vec::new();
    for (n, left) in traces.iter().enumerate() {
        for right in &traces[n + 1..] {
            if left.is_dispatch() && right.is_dispatch() && alike(left, right) {
                pairs.push((left, right));
            }
        }
    }
    pairs
}

#[test]
fn the_asset_is_what_the_generator_makes() {
    assert!(ASSET.len() <= 60_000, "{} bytes", ASSET.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(ASSET).read_to_end(&mut unpacked).expect("gzip");
    assert!(
        unpacked == demo_json(),
        "make it anew: cargo run --release --example make_trace -- --demo --gzip > assets/demo.json.gz"
    );
}

#[test]
fn some_twenty_requests_of_several_kinds_within_twenty_minutes() {
    let demo = demo();
    assert!((18..=25).contains(&demo.len()), "{} traces", demo.len());
    let kinds: BTreeSet<_> = demo.iter().map(|trace| trace.root().name.clone()).collect();
    assert!(kinds.len() >= 8, "{kinds:?}");
    let services: BTreeSet<_> =
        demo.iter().flat_map(|trace| trace.spans.iter().map(|span| span.service.as_str())).collect();
    let six = ["customer", "driver", "frontend", "mysql", "redis", "route"];
    assert_eq!(services, BTreeSet::from(six));
    let begins: Vec<_> = demo.iter().map(|trace| trace.root().begin).collect();
    assert!(begins.is_sorted());
    assert!(begins[0] >= make_trace::demo::START);
    assert!(begins[begins.len() - 1] - begins[0] <= 20 * 60 * 1_000_000);
}

#[test]
fn ids_are_marked_and_unique() {
    let mut seen = BTreeSet::new();
    for trace in demo() {
        assert_eq!(trace.id[16..], format!("{TRACE_ID_LOWER_HALF:016x}"));
        assert!(seen.insert(trace.id));
        for span in trace.spans {
            assert!(seen.insert(span.id));
        }
    }
}

#[test]
fn every_reference_leads_to_a_span() {
    let demo = demo();
    let all: BTreeSet<_> =
        demo.iter().flat_map(|trace| trace.spans.iter().map(|span| (&*trace.id, &*span.id))).collect();
    let mut into_other_traces = 0;
    for trace in &demo {
        for reference in trace.spans.iter().flat_map(|s| list(&s.json["references"])) {
            let (to, span) = (text(&reference["traceID"]), text(&reference["spanID"]));
            assert!(all.contains(&(&*to, &*span)), "{reference}");
            if to != trace.id {
                assert_eq!(reference["refType"], "FOLLOWS_FROM");
                into_other_traces += 1;
            }
        }
    }
    assert!(into_other_traces >= 3);
}

#[test]
fn children_and_events_lie_within_their_spans() {
    for trace in demo() {
        let by_id: HashMap<_, _> = trace.spans.iter().map(|s| (&s.id, s)).collect();
        for span in &trace.spans {
            assert!(span.begin < span.end, "{} {}", trace.id, span.name);
            if let Some(parent) = span.parent.as_ref().map(|parent| by_id[parent]) {
                let inside = parent.begin <= span.begin && span.end <= parent.end;
                assert!(inside, "{} {} {}", trace.id, parent.name, span.name);
            }
            let times = list(&span.json["logs"]).iter().map(|log| log["timestamp"].as_i64().expect("µs"));
            let times: Vec<_> = times.collect();
            let inside = times.iter().all(|at| (span.begin..=span.end).contains(at));
            assert!(inside, "{} {} {times:?}", trace.id, span.name);
            assert!(times.is_sorted(), "{} {} {times:?}", trace.id, span.name);
        }
    }
}

#[test]
fn a_usual_dispatch_looks_up_13_drivers_and_10_routes_three_at_a_time() {
    let mut usual = 0;
    for trace in demo().iter().filter(|t| t.is_dispatch() && t.calls_routes()) {
        if trace.get_drivers() == (13, 3) {
            usual += 1;
        }
        let retries = trace.of("driver", "driver.DriverService/FindNearest");
        let retries = retries
            .flat_map(|span| list(&span.json["logs"]))
            .filter(|log| log["fields"][0]["value"] == "Retrying GetDriver after error");
        assert_eq!(retries.count(), trace.get_drivers().1);
        for service in ["frontend", "route"] {
            let routes: Vec<_> = trace.of(service, "HTTP GET /route").collect();
            assert_eq!(routes.len(), 10);
            let at_once = |at: i64| {
                let runs = |span: &&&Span| span.begin <= at && at < span.end;
                routes.iter().filter(runs).count()
            };
            let most = routes.iter().map(|route| at_once(route.begin)).max();
            assert_eq!(most, Some(3), "{}", trace.id);
        }
        let length = trace.root().end - trace.root().begin;
        let sound = trace.spans.iter().filter(|span| span.error).count() == 3;
        if sound && length < 1_000_000 {
            assert!((700_000..=900_000).contains(&length), "{length} µs");
        }
    }
    assert!(usual >= 6, "{usual} usual dispatches");
}

#[test]
fn two_dispatches_are_equal_in_structure_and_times() {
    let demo = demo();
    let times = |trace: &Trace| {
        let begin = trace.root().begin;
        trace.structure(|span| (span.begin - begin, span.end - begin))
    };
    let equal = pairs(&demo, |left, right| times(left) == times(right));
    assert_eq!(equal.len(), 1);
}

#[test]
fn two_dispatches_differ_only_in_retries() {
    let demo = demo();
    // What waits for the look-ups takes longer with each.
    let waits = |span: &Span| span.name.ends_with("/FindNearest") || span.parent.is_none();
    let without_retries = |trace: &Trace| {
        let mut tree = trace.structure(|span| if waits(span) { 0 } else { span.end - span.begin });
        tree.retain(|(path, _)| !path[path.len() - 1].ends_with("GetDriver true"));
        tree
    };
    let alike = pairs(&demo, |left, right| {
        left.get_drivers() != right.get_drivers() && without_retries(left) == without_retries(right)
    });
    assert_eq!(alike.len(), 1);
    let (left, right) = alike[0];
    assert_eq!((left.get_drivers(), right.get_drivers()), ((13, 3), (11, 1)));
}

#[test]
fn one_dispatch_fails_before_its_routes_and_its_driver_span_says_why() {
    let demo = demo();
    let failed: Vec<_> = demo
        .iter()
        .filter(|t| t.is_dispatch() && t.root().error && !t.calls_routes())
        .filter_map(|t| t.of("driver", "driver.DriverService/FindNearest").next())
        .collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].error);
    let named = list(&failed[0].json["logs"])
        .iter()
        .flat_map(|log| list(&log["fields"]))
        .any(|field| field["key"] == "error" && field["value"] == "redis timeout");
    assert!(named);
}

#[test]
fn every_kind_of_attribute_and_span_occurs() {
    let demo = demo();
    let spans = || demo.iter().flat_map(|trace| &trace.spans);
    let tags: Vec<&Value> = spans().flat_map(|span| list(&span.json["tags"])).collect();
    let mut types = BTreeMap::new();
    for tag in &tags {
        *types.entry(text(&tag["type"])).or_insert(0) += 1;
    }
    let all = ["binary", "bool", "float64", "int64", "string"];
    assert!(types.keys().eq(all), "{types:?}");
    let kinds: BTreeSet<_> = spans().filter_map(|span| tag(&span.json, "span.kind")?.as_str()).collect();
    let all = ["client", "consumer", "internal", "producer", "server"];
    assert_eq!(kinds, BTreeSet::from(all));
    let with = |what: &dyn Fn(&str) -> bool, kind: &str| {
        tags.iter().any(|tag| tag["type"] == kind && tag["value"].as_str().is_some_and(what))
    };
    let beyond_doubles = |text: &str| text.parse::<i64>().is_ok_and(|n| n > 1 << 53);
    assert!(with(&beyond_doubles, "int64"));
    assert!(with(&|text| text.len() > 2000 && text.contains("SELECT"), "string"));
    assert!(with(&|text| text.starts_with("{\""), "string"));
    let json = String::from_utf8(demo_json()).expect("UTF-8");
    assert!(json.contains("老北京烤鸭店 🦆"));
}
