//! Rates, errors and durations of files of ../shared/fixtures/jaeger come out as they do from the files' own JSON, counted here anew.

mod files;

use std::collections::{BTreeMap, HashMap};

use files::{fixtures, load};
use serde_json::Value;
use trackway::analysis::rates::{NO_VALUE, PERCENTS, Rates, Scope, SpanChoice};

/// A span of a file: nanoseconds, and whether it failed.
struct Span {
    start: i64,
    duration: i64,
    is_error: bool,
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn tag<'v>(span: &'v Value, key: &str) -> Option<&'v Value> {
    list(&span["tags"]).iter().find(|tag| tag["key"] == key).map(|tag| &tag["value"])
}

fn parent(span: &Value) -> Option<&str> {
    let reference = list(&span["references"]).iter().find(|it| it["refType"] == "CHILD_OF");
    reference.map(|reference| text(&reference["spanID"]))
}

/// The spans that count, by service, or by the operations of one: server spans, or entries of services without those.
fn counted(file: &Value, of: Option<&str>) -> BTreeMap<String, Vec<Span>> {
    let service =
        |trace: &Value, span: &Value| text(&trace["processes"][text(&span["processID"])]["serviceName"]).to_owned();
    let is_server = |span: &Value| tag(span, "span.kind").is_some_and(|kind| kind == "server");
    let traces = list(&file["data"]);
    let all = traces.iter().flat_map(|trace| list(&trace["spans"]).iter().map(move |span| (trace, span)));
    let with_servers: Vec<String> =
        all.filter(|(_, span)| is_server(span)).map(|(trace, span)| service(trace, span)).collect();
    let mut groups = BTreeMap::<String, Vec<Span>>::new();
    for trace in traces {
        let services: HashMap<&str, String> =
            list(&trace["spans"]).iter().map(|span| (text(&span["spanID"]), service(trace, span))).collect();
        for span in list(&trace["spans"]) {
            let own = service(trace, span);
            let is_entry = parent(span).and_then(|parent| services.get(parent)) != Some(&own);
            let counts = if with_servers.contains(&own) { is_server(span) } else { is_entry };
            if counts && of.is_none_or(|of| of == own) {
                let name = if of.is_some() { text(&span["operationName"]).to_owned() } else { own };
                let nanos = |key: &str| span[key].as_i64().expect("whole microseconds") * 1_000;
                let is_error = tag(span, "error").is_some_and(|error| error == true || error == "true");
                groups.entry(name).or_default().push(Span {
                    start: nanos("startTime"),
                    duration: nanos("duration"),
                    is_error,
                });
            }
        }
    }
    groups
}

/// The least duration that so many percent of the spans do not exceed.
fn rank(spans: &[&Span], percent: usize) -> i64 {
    let mut durations: Vec<i64> = spans.iter().map(|span| span.duration).collect();
    durations.sort_unstable();
    durations.get((durations.len() * percent).div_ceil(100).saturating_sub(1)).copied().unwrap_or(NO_VALUE)
}

fn compare(rates: &Rates, groups: &BTreeMap<String, Vec<Span>>, what: &str) {
    let mut names: Vec<&str> = rates.rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, groups.keys().map(String::as_str).collect::<Vec<_>>(), "{what}");
    for (at, row) in rates.rows.iter().enumerate() {
        let spans: Vec<&Span> = groups[&row.name].iter().collect();
        let failed = spans.iter().filter(|span| span.is_error).count();
        assert_eq!((row.spans as usize, row.failed as usize), (spans.len(), failed), "{what}: {}", row.name);
        assert_eq!(row.point.durations, PERCENTS.map(|percent| rank(&spans, percent)), "{what}: {}", row.name);
        for (step, point) in rates.points(Some(at)).iter().enumerate() {
            let from = rates.from + step as i64 * rates.step;
            let is_inside = |span: &&&Span| (from..from + rates.step).contains(&span.start);
            let inside: Vec<&Span> = spans.iter().filter(is_inside).copied().collect();
            assert_eq!(point.durations, PERCENTS.map(|percent| rank(&inside, percent)), "{what}: {} {step}", row.name);
        }
    }
}

#[test]
fn figures_are_those_of_the_file() {
    let Some(folder) = fixtures() else { return };
    let mut services = 0;
    for name in
        ["traceweaver-hotel-reservation-300", "order-sim", "deathstarbench-social-network", "traceweaver-nodejs-100"]
    {
        let bytes = std::fs::read(folder.join(format!("jaeger/{name}.json"))).expect("a fixture");
        let file: Value = serde_json::from_slice(&bytes).expect("JSON");
        let (store, report) = load(name, &bytes, 1 << 20);
        assert_eq!(report.fault, None);
        let all = counted(&file, None);
        compare(&Rates::of(&store, Scope::default()), &all, name);
        for of in all.keys() {
            let scope = Scope { service: store.strings().find(of), counted: SpanChoice::Usual, last: 0 };
            compare(&Rates::of(&store, scope), &counted(&file, Some(of)), of);
            services += 1;
        }
    }
    assert!(services > 20, "{services}");
}
