//! The contract with query APIs: every endpoint of every dialect, with the requests that are made and recorded or literal
//! answers, and every fault, against a small server on loopback.

mod backend;
mod files;

use std::rc::Rc;

use backend::{Answer, Backend, Loads, Loopback, json};
use trackway::analysis::rates::{NO_VALUE, SpanChoice};
use trackway::engine::questions::Monitored;
use trackway::engine::searching::metrics::metrics;
use trackway::engine::searching::{self, Fetched, Found};
use trackway::ingest::LoadReport;
use trackway::source::answers::{Name, Partial, ServiceCount, Summary};
use trackway::source::api::{Ask, Kind, QueryApi, Told};
use trackway::source::carry;
use trackway::source::conditions::{Conditions, Unasked};
use trackway::source::jaeger_api::JaegerApi;
use trackway::source::list::{Source, Sources};
use trackway::source::tempo::Tempo;
use trackway::source::trouble::{Advice, Trouble, TroubleKind};
use trackway::source::zipkin::Zipkin;

const ALL: [Kind; 3] = [Kind::Jaeger, Kind::Zipkin, Kind::Tempo];
const V1: JaegerApi = JaegerApi { v1: true, v3: false, summaries: false, dependencies: true };
const V3: JaegerApi = JaegerApi { v1: false, v3: true, summaries: true, dependencies: true };
const TEMPO: Tempo = Tempo { traceql: true };
const INDEX: &str = "<!doctype html><html><head><title>Some app</title></head></html>";

fn text(status: u16, body: &str) -> Answer {
    Answer::Whole(status, "text/plain; charset=utf-8", body.into())
}

fn html() -> Answer {
    Answer::Whole(200, "text/html; charset=utf-8", INDEX.into())
}

/// A source at a backend, with a dialect as if it had been probed.
fn source(backend: &Backend, api: impl QueryApi + 'static) -> Source {
    Source { api: Some(Rc::new(api)), ..(*unprobed(backend)).clone() }
}

fn unprobed(backend: &Backend) -> Rc<Source> {
    Sources::default().add("prod", &backend.base, Vec::new()).unwrap()
}

async fn search(source: &Source, conditions: &Conditions) -> (Loads, Result<Found, Trouble>) {
    let loads = Loads::default();
    let found = searching::search(&Loopback::default(), source, conditions, true, &loads).await;
    (loads, found)
}

async fn ask(source: &Source, what: &Ask) -> Result<Told, Trouble> {
    carry::ask(&Loopback::default(), source, what).await
}

async fn probe(backend: &Backend) -> Result<Rc<dyn QueryApi>, Trouble> {
    carry::probe(&Loopback::default(), &unprobed(backend), &ALL).await
}

fn names(told: &Told) -> Vec<(&str, &str)> {
    let Told::Names(names) = told else { panic!("{told:?}") };
    names.iter().map(|Name { name, kind }| (name.as_str(), kind.as_str())).collect()
}

/// A search of an hour, with everything that a form can say.
fn everything() -> Conditions {
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    Conditions {
        service: "shop & co".to_owned(),
        operation: "GET /".to_owned(),
        tags: vec![tag("error", "true"), tag("msg", "a \"b\"")],
        span_at_least: Some(1_500_000),
        span_at_most: Some(2_000_000_001),
        trace_at_least: Some(5_000_000),
        trace_at_most: Some(3_000_000_000),
        start: 1_700_000_000_123_456_789,
        end: 1_700_003_600_123_456_789,
        limit: 20,
        query: String::new(),
    }
}

fn an_hour() -> Conditions {
    Conditions {
        start: 1_700_000_000_000_000_000,
        end: 1_700_003_600_000_000_000,
        limit: 1000,
        ..Conditions::default()
    }
}

fn decoded(asked: &[String]) -> Vec<String> {
    let unescape = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            match (first, after.get(..2)) {
                (b'%', Some(digits)) => {
                    bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                    rest = &after[2..];
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    asked.iter().map(|line| unescape(line)).collect()
}

fn fixture(path: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(files::fixtures()?.join(path)).expect("a fixture"))
}

// ---- who answers -----------------------------------------------------------------------------------------------------

const V1_SERVICES: &str = r#"{"data":["b","a"],"total":2,"limit":0,"offset":0,"errors":null}"#;

#[tokio::test]
async fn a_jaeger_is_known_by_its_dialects() {
    let envelope = r#"{"data":null,"total":0,"limit":0,"offset":0,"errors":null}"#;
    let backend = Backend::start(&[("GET /api/services", json(envelope)), ("GET /api/dependencies", json(envelope))]);
    let api = probe(&backend).await.unwrap();
    assert_eq!(
        (api.kind(), api.version(), api.abilities().summaries, api.abilities().dependencies),
        (Kind::Jaeger, "v1", false, true)
    );

    backend.route("GET /api/v3/services", json("{}"));
    backend.route("GET /api/v3/trace-summaries", json(r#"{"summaries":[]}"#));
    let api = probe(&backend).await.unwrap();
    assert_eq!((api.version(), api.abilities().summaries), ("v1, v3", true));

    let backend = Backend::start(&[("GET /api/v3/services", json(r#"{"services":["a"]}"#))]);
    // Its complaint about what was asked says as well that there is such a route.
    let complaint = r#"{"error":{"httpCode":400,"message":"service name is required"}}"#;
    backend.route("GET /api/v3/trace-summaries", Answer::Whole(400, "application/json", complaint.into()));
    let api = probe(&backend).await.unwrap();
    assert_eq!((api.version(), api.abilities().summaries, api.abilities().archive), ("v3", true, false));
    for other in [text(404, "404 page not found"), html(), text(200, "{}")] {
        backend.route("GET /api/v3/trace-summaries", other);
        assert!(!probe(&backend).await.unwrap().abilities().summaries);
    }
    // Jaeger 1.62 says of its JSON that it is plain text.
    backend.route("GET /api/v3/services", text(200, r#"{"services":[]}"#));
    backend.route("GET /api/v3/trace-summaries", text(200, r#"{"summaries":[]}"#));
    assert!(probe(&backend).await.unwrap().abilities().summaries);
}

#[tokio::test]
async fn a_zipkin_and_a_tempo_are_known() {
    let backend = Backend::start(&[("GET /api/v2/services", json("[]"))]);
    assert_eq!(probe(&backend).await.unwrap().kind(), Kind::Zipkin);

    let backend = Backend::start(&[("GET /api/echo", text(200, "echo"))]);
    let api = probe(&backend).await.unwrap();
    assert_eq!((api.kind(), api.abilities().traceql), (Kind::Tempo, false), "an old one has no version");
    for (version, traceql) in [("2.4.1", true), ("v1.5.0", false), ("main-1a2b3c", true)] {
        backend.route("GET /api/status/buildinfo", json(format!(r#"{{"version":"{version}"}}"#)));
        assert_eq!(probe(&backend).await.unwrap().abilities().traceql, traceql, "{version}");
    }
}

/// A static host answers every address with its page, and status 200; others answer `{}` or `[]` in the clothes of a text.
#[tokio::test]
async fn status_200_is_no_backend() {
    let trouble = probe(&Backend::start(&[("*", html())])).await.err().unwrap();
    assert_eq!(trouble.kind, TroubleKind::Html { title: "Some app".to_owned() });
    assert_eq!((trouble.status, trouble.content_type.as_str()), (200, "text/html; charset=utf-8"));
    assert!(
        trouble.found.starts_with("<!doctype html>") && trouble.request.ends_with("/api/v3/services"),
        "{trouble:?}"
    );
    for (answer, kind) in [
        (text(200, "[]"), TroubleKind::NoQueryApi),
        (text(200, "{}"), TroubleKind::NoQueryApi),
        (json(r#"{"status":"ok"}"#), TroubleKind::NoQueryApi),
        (json("[1,2]"), TroubleKind::NoQueryApi),
        (json(""), TroubleKind::CutOff),
        (json("echo"), TroubleKind::NoJson),
        (text(404, "not here"), TroubleKind::NotFound),
        (text(401, "who are you"), TroubleKind::Unauthorized),
        (Answer::Redirect, TroubleKind::Redirect),
        (Answer::Silence, TroubleKind::TimedOut { seconds: 30 }),
    ] {
        assert_eq!(probe(&Backend::start(&[("*", answer)])).await.err().unwrap().kind, kind);
    }
}

#[tokio::test]
async fn who_is_not_there_is_told_apart_from_another_origin() {
    let backend = Backend::start(&[("GET /api/services", json(V1_SERVICES))]);
    let nobody = Sources::default().own(Kind::Jaeger, "http://127.0.0.1:1/");
    let trouble = carry::probe(&Loopback::default(), &nobody, &ALL).await.err().unwrap();
    assert_eq!((trouble.kind.clone(), trouble.kind.advice()), (TroubleKind::Unreachable, Advice::Address));

    let page = Loopback { other_origin: Some("https://page".to_owned()) };
    let trouble = carry::probe(&page, &unprobed(&backend), &ALL).await.err().unwrap();
    let TroubleKind::OtherOrigin(mend) = &trouble.kind else { panic!("{trouble:?}") };
    assert!(
        mend.proxy.contains(&backend.base) && mend.backend.iter().any(|(_, line)| line.contains("https://page")),
        "{mend:?}"
    );
    assert_eq!((trouble.kind.advice(), trouble.detail.as_str()), (Advice::Mend, "Failed to fetch"));
}

// ---- names, tags, dependencies ---------------------------------------------------------------------------------------

#[tokio::test]
async fn jaeger_tells_names_in_both_dialects() {
    let kinds =
        r#"[{"name":"get","spanKind":"server"},{"name":"get","spanKind":"client"},{"name":"get","spanKind":"server"}]"#;
    let backend = Backend::start(&[
        ("GET /api/services", json(V1_SERVICES)),
        ("GET /api/v3/services", json(r#"{"services":["b","a"]}"#)),
        ("GET /api/operations", json(format!(r#"{{"data":{kinds},"total":3,"errors":null}}"#))),
        ("GET /api/v3/operations", json(format!(r#"{{"operations":{kinds}}}"#))),
    ]);
    let operations = Ask::Operations { service: "a/b c".to_owned() };
    for api in [V1, V3] {
        let source = source(&backend, api);
        assert_eq!(names(&ask(&source, &Ask::Services).await.unwrap()), [("a", ""), ("b", "")]);
        assert_eq!(names(&ask(&source, &operations).await.unwrap()), [("get", "client"), ("get", "server")]);
    }
    assert_eq!(
        backend.asked(),
        [
            "GET /api/services",
            "GET /api/operations?service=a%2Fb%20c",
            "GET /api/v3/services",
            "GET /api/v3/operations?service=a%2Fb%20c"
        ]
    );
    // Before 1.18 there was only this, without kinds.
    backend.route("GET /api/operations", text(404, "404 page not found"));
    backend.route("GET /api/services/a%2Fb%20c/operations", json(r#"{"data":["put","get"],"total":2,"errors":null}"#));
    assert_eq!(names(&ask(&source(&backend, V1), &operations).await.unwrap()), [("get", ""), ("put", "")]);
    // proto3 leaves empty lists out.
    backend.route("GET /api/v3/operations", json("{}"));
    backend.route("GET /api/v3/services", json("{}"));
    for what in [Ask::Services, operations] {
        assert_eq!(names(&ask(&source(&backend, V3), &what).await.unwrap()), []);
    }
}

#[tokio::test]
async fn zipkin_tells_names_and_tags() {
    let backend = Backend::start(&[("*", json(r#"["b","a","b"]"#))]);
    let source = source(&backend, Zipkin);
    for what in [
        Ask::Services,
        Ask::Operations { service: "a b".to_owned() },
        Ask::TagKeys,
        Ask::TagValues { key: "http.path".to_owned() },
    ] {
        assert_eq!(names(&ask(&source, &what).await.unwrap()), [("a", ""), ("b", "")]);
    }
    assert_eq!(
        backend.asked(),
        [
            "GET /api/v2/services",
            "GET /api/v2/spans?serviceName=a%20b",
            "GET /api/v2/autocompleteKeys",
            "GET /api/v2/autocompleteValues?key=http.path"
        ]
    );
}

#[tokio::test]
async fn tempo_tells_names_and_tags_in_v2_and_in_v1() {
    let backend = Backend::start(&[
        (
            "GET /api/v2/search/tag/resource.service.name/values",
            json(r#"{"tagValues":[{"type":"string","value":"shop"}],"metrics":{}}"#),
        ),
        ("GET /api/v2/search/tag/name/values", json(r#"{"metrics":{}}"#)),
        (
            "GET /api/v2/search/tags",
            json(
                r#"{"scopes":[{"name":"span","tags":["k"]},{"name":"intrinsic","tags":["duration"]},{"name":"event"}]}"#,
            ),
        ),
        (
            "GET /api/v2/search/tag/.k/values",
            json(r#"{"tagValues":[{"type":"int","value":"200"},{"type":"string","value":"x"}]}"#),
        ),
    ]);
    let source = source(&backend, TEMPO);
    let operations = Ask::Operations { service: "a\"b".to_owned() };
    let values = Ask::TagValues { key: "k".to_owned() };
    assert_eq!(names(&ask(&source, &Ask::Services).await.unwrap()), [("shop", "string")]);
    assert_eq!(names(&ask(&source, &operations).await.unwrap()), []);
    assert_eq!(names(&ask(&source, &Ask::TagKeys).await.unwrap()), [("duration", "intrinsic"), ("k", "span")]);
    assert_eq!(names(&ask(&source, &values).await.unwrap()), [("200", "int"), ("x", "string")]);
    let asked = decoded(&backend.asked());
    assert_eq!(asked[1], r#"GET /api/v2/search/tag/name/values?q={ resource.service.name = "a\"b" }"#);

    let backend = Backend::start(&[
        ("GET /api/search/tag/service.name/values", json(r#"{"tagValues":["shop","bank"]}"#)),
        ("GET /api/search/tags", json(r#"{"tagNames":["k"]}"#)),
        ("GET /api/search/tag/k/values", json(r#"{"tagValues":["1"]}"#)),
        ("GET /api/search/tag/name/values", json(r#"{"tagValues":["get"]}"#)),
    ]);
    let source = self::source(&backend, Tempo { traceql: false });
    assert_eq!(names(&ask(&source, &Ask::Services).await.unwrap()), [("bank", ""), ("shop", "")]);
    assert_eq!(names(&ask(&source, &operations).await.unwrap()), [("get", "")]);
    assert_eq!(names(&ask(&source, &Ask::TagKeys).await.unwrap()), [("k", "")]);
    assert_eq!(names(&ask(&source, &values).await.unwrap()), [("1", "")]);
}

#[tokio::test]
async fn dependencies_are_told_in_milliseconds() {
    let list = r#"[{"parent":"a","child":"b","callCount":5},{"parent":"a","child":" ","callCount":1},{"parent":"b","child":"b","callCount":2,"errorCount":1}]"#;
    let backend = Backend::start(&[
        ("GET /api/dependencies", json(format!(r#"{{"data":{list},"total":0,"errors":null}}"#))),
        ("GET /api/v2/dependencies", json(list)),
    ]);
    let what = Ask::Dependencies { end: 1_700_000_000_000_000_000, lookback: 604_800_000_000_000 };
    for source in [source(&backend, V1), source(&backend, V3), source(&backend, Zipkin)] {
        let Told::Calls(calls) = ask(&source, &what).await.unwrap() else { panic!() };
        let calls: Vec<_> = calls.iter().map(|c| (c.parent.as_str(), c.child.as_str(), c.calls, c.errors)).collect();
        assert_eq!(calls, [("a", "b", Some(5), None), ("b", "b", Some(2), Some(1))]);
    }
    assert_eq!(backend.asked()[0], "GET /api/dependencies?endTs=1700000000000&lookback=604800000");
    assert_eq!(ask(&source(&backend, TEMPO), &what).await.unwrap_err().kind, TroubleKind::NotOffered);
    let Some(small) = fixture("dependencies/jaeger-ui-small.json") else { return };
    backend.route("GET /api/v2/dependencies", json(small));
    let Told::Calls(calls) = ask(&source(&backend, Zipkin), &what).await.unwrap() else { panic!() };
    assert_eq!(calls.len(), 7);
}

async fn load_dependencies(loads: &Loads, source: &Source, lookback: u64) -> Result<LoadReport, Trouble> {
    let end = 1_700_000_000_000_000_000;
    searching::dependencies(&Loopback::default(), source, end, lookback, loads).await
}

/// Caller, called, calls and errors.
type Pair<'a> = (&'a str, &'a str, Option<u64>, Option<u64>);

/// What a load of dependencies is: its name, the pairs of services, and whether it was there before.
fn told(report: &LoadReport) -> (&str, Vec<Pair<'_>>, Option<&str>) {
    let calls = report.most_calls.iter().map(|it| (it.parent.as_str(), it.child.as_str(), it.calls, it.errors));
    (&report.name, calls.collect(), report.same_as.as_deref())
}

#[tokio::test]
async fn dependencies_are_loaded_and_another_lookback_takes_their_place() {
    const HOUR: u64 = 3_600_000_000_000;
    let one = r#"[{"parent":"a","child":"b","callCount":5},{"parent":"b","child":"b","callCount":2,"errorCount":1}]"#;
    let other = r#"[{"parent":"a","child":"c","callCount":7}]"#;
    let envelope = |list: &str| json(format!(r#"{{"data":{list},"total":0,"limit":0,"offset":0,"errors":null}}"#));
    let backend =
        Backend::start(&[("GET /api/dependencies", envelope(one)), ("GET /api/v2/dependencies", json(other))]);
    let (loads, jaeger, zipkin) = (Loads::default(), source(&backend, V3), source(&backend, Zipkin));
    let first = load_dependencies(&loads, &jaeger, HOUR).await.unwrap();
    assert_eq!(told(&first), ("prod", vec![("a", "b", Some(5), None), ("b", "b", Some(2), Some(1))], None));
    assert_eq!(backend.asked(), ["GET /api/dependencies?endTs=1700000000000&lookback=3600000"]);
    assert!(loads.has(&first));
    // The same once more is what is there.
    let again = load_dependencies(&loads, &jaeger, HOUR).await.unwrap();
    assert_eq!((again.sources == first.sources, loads.has(&again)), (true, true));
    // What it told before goes when there is something else, and stays when there is a fault.
    backend.route(
        "GET /api/dependencies",
        Answer::Whole(500, "application/json", br#"{"errors":[{"code":500,"msg":"no"}]}"#.to_vec()),
    );
    let trouble = load_dependencies(&loads, &jaeger, 2 * HOUR).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Backend { code: 500, message: "no".to_owned() });
    for broken in [json("[{\"parent\":\"a\","), json(r#"{"something":"else"}"#), html(), text(200, "hello")] {
        backend.route("GET /api/dependencies", broken);
        load_dependencies(&loads, &jaeger, 2 * HOUR).await.unwrap_err();
        assert!(loads.has(&first));
    }
    backend.route("GET /api/dependencies", envelope(other));
    let second = load_dependencies(&loads, &jaeger, 2 * HOUR).await.unwrap();
    assert_eq!(told(&second), ("prod", vec![("a", "c", Some(7), None)], None));
    assert!(!loads.has(&first) && loads.has(&second));
    // Another source has its own; none at all is an answer, too.
    let zipkin = Source { id: 99, name: "other".to_owned(), ..zipkin };
    let third = load_dependencies(&loads, &zipkin, HOUR).await.unwrap();
    assert_eq!(told(&third).2, Some("prod"), "they are the same calls");
    for none in [envelope("[]"), envelope("null"), json("[]")] {
        backend.route("GET /api/dependencies", none);
        let none = load_dependencies(&loads, &jaeger, HOUR).await.unwrap();
        assert_eq!((none.dependencies, loads.has(&second)), (0, false));
    }
}

#[tokio::test]
async fn who_has_no_dependencies_says_so() {
    let loads = Loads::default();
    for answer in [text(404, "404 page not found"), Answer::Whole(501, "application/json", Vec::new()), text(405, "")] {
        let backend = Backend::start(&[("*", answer)]);
        for source in [source(&backend, V1), source(&backend, Zipkin), source(&backend, TEMPO)] {
            assert_eq!(load_dependencies(&loads, &source, 1).await.unwrap_err().kind, TroubleKind::NotOffered);
        }
    }
}

#[tokio::test]
async fn a_trace_is_archived_where_there_is_an_archive() {
    let what = Ask::Archive { id: "1a".to_owned() };
    let backend = Backend::start(&[("POST /api/archive/1a", json(r#"{"data":[],"total":0,"errors":null}"#))]);
    assert_eq!(ask(&source(&backend, V1), &what).await, Ok(Told::Done));
    for code in [501, 500] {
        let off = format!(r#"{{"errors":[{{"code":{code},"msg":"archive span storage was not configured"}}]}}"#);
        backend.route("POST /api/archive/1a", Answer::Whole(code, "application/json", off.into()));
        assert_eq!(ask(&source(&backend, V1), &what).await.unwrap_err().kind, TroubleKind::NotOffered);
    }
    assert_eq!(ask(&source(&backend, Zipkin), &what).await.unwrap_err().kind, TroubleKind::NotOffered);
    assert_eq!(backend.asked(), ["POST /api/archive/1a"; 3]);
}

// ---- searching -------------------------------------------------------------------------------------------------------

#[tokio::test]
async fn jaeger_v1_is_searched_in_its_units() {
    let backend = Backend::start(&[("GET /api/traces", json(r#"{"data":[],"total":0,"errors":null}"#))]);
    let source = source(&backend, V1);
    let (_, found) = search(&source, &everything()).await;
    let found = found.unwrap();
    assert_eq!((found.unasked, found.partial), (vec![Unasked::TraceDuration], vec![]));
    assert_eq!(
        decoded(&backend.asked()),
        [concat!(
            "GET /api/traces?service=shop & co&operation=GET /&start=1700000000123456&end=1700003600123457&limit=20",
            "&minDuration=1500us&maxDuration=2000000001ns&tags={\"error\":\"true\",\"msg\":\"a \\\"b\\\"\"}"
        )]
    );
    // Of equal bounds Jaeger would say that the greater one must be greater.
    let equal =
        Conditions { span_at_least: Some(5_000), span_at_most: Some(5_000), query: "{}".to_owned(), ..an_hour() };
    assert_eq!(search(&source, &equal).await.1.unwrap().unasked, [Unasked::Query]);
    assert!(backend.asked()[0].ends_with("&minDuration=5us&maxDuration=5001ns"));
}

#[tokio::test]
async fn what_jaeger_found_is_loaded_under_the_sources_name() {
    let Some(traces) = fixture("jaeger/traceweaver-nodejs-100.json") else { return };
    let backend = Backend::start(&[("GET /api/traces", json(traces))]);
    let (loads, found) = search(&source(&backend, V1), &an_hour()).await;
    let found = found.unwrap();
    let report = found.report.unwrap();
    assert_eq!((report.name.as_str(), report.traces, report.spans, report.trace_ids.len()), ("prod", 100, 600, 100));
    assert_eq!((loads.traces(), found.partial), (100, vec![]));
    let few = Conditions { limit: 100, ..an_hour() };
    assert_eq!(search(&source(&backend, V1), &few).await.1.unwrap().partial, [Partial::LimitReached { limit: 100 }]);
}

#[tokio::test]
async fn errors_beside_the_data_are_told() {
    let body = r#"{"data":[{"traceID":"1a","spans":[{"traceID":"1a","spanID":"b","operationName":"o","startTime":1700000000000000,"duration":5,"processID":"p"}],"processes":{"p":{"serviceName":"s"}}}],"errors":[{"code":500,"msg":"shard 3 is down"}]}"#;
    let backend = Backend::start(&[("GET /api/traces", json(body))]);
    let (loads, found) = search(&source(&backend, V1), &an_hour()).await;
    assert_eq!(found.unwrap().partial, [Partial::Errors("shard 3 is down".to_owned())]);
    assert_eq!(loads.traces(), 1);
}

const SUMMARIES: &str = r#"{"summaries":[
    {"traceId":"000000000000000000000000000000a1","rootServiceName":"shop","rootOperationName":"get","minStartTimeUnixNano":"1700000000000000000","maxEndTimeUnixNano":"1700000000004000001","spanCount":7,"errorSpanCount":1,"orphanSpanCount":2,"services":[{"name":"shop","spanCount":5},{"name":"bank","spanCount":2,"errorSpanCount":1}]},
    {"traceID":"b2","minStartTimeUnixNano":1700000000000000000,"maxEndTimeUnixNano":1700000000006000000,"spanCount":1}]}"#;

#[tokio::test]
async fn jaeger_v3_gives_summaries() {
    let backend = Backend::start(&[("GET /api/v3/trace-summaries", json(SUMMARIES))]);
    let source = source(&backend, V3);
    let found = searching::search(&Loopback::default(), &source, &an_hour(), false, &Loads::default()).await.unwrap();
    assert_eq!((found.report, found.partial.len(), found.summaries.len()), (None, 0, 2));
    let services = vec![
        ServiceCount { name: "shop".to_owned(), spans: 5, errors: 0 },
        ServiceCount { name: "bank".to_owned(), spans: 2, errors: 1 },
    ];
    let expected = Summary {
        id: "000000000000000000000000000000a1".to_owned(),
        service: "shop".to_owned(),
        operation: "get".to_owned(),
        start: 1_700_000_000_000_000_000,
        duration: 4_000_001,
        spans: Some(7),
        errors: Some(1),
        orphans: Some(2),
        matched: None,
        services,
    };
    assert_eq!(found.summaries[0], expected);
    assert_eq!((found.summaries[1].id.as_str(), found.summaries[1].errors), ("00000000000000b2", Some(0)));
    backend.asked();
    // What it cannot be asked is applied to what it told.
    let found =
        searching::search(&Loopback::default(), &source, &everything(), false, &Loads::default()).await.unwrap();
    let ids: Vec<_> = found.summaries.iter().map(|summary| summary.id.as_str()).collect();
    assert_eq!((ids, found.unasked), (vec!["00000000000000b2"], vec![Unasked::TraceDuration]));
    let asked = decoded(&backend.asked()).remove(0);
    for (name, value) in [
        ("query.serviceName", "shop & co"),
        ("query.service_name", "shop & co"),
        ("query.operationName", "GET /"),
        ("query.startTimeMin", "2023-11-14T22:13:20.123456789Z"),
        ("query.start_time_max", "2023-11-14T23:13:20.123456789Z"),
        ("query.searchDepth", "20"),
        ("query.durationMin", "1500us"),
        ("query.duration_max", "2000000001ns"),
        ("query.attributes", "{\"error\":\"true\",\"msg\":\"a \\\"b\\\"\"}"),
    ] {
        assert!(asked.contains(&format!("{name}={value}")), "{name} in {asked}");
    }
    assert_eq!(asked.matches("query.attributes").count(), 1);
    let two = Conditions { limit: 2, ..an_hour() };
    let found = searching::search(&Loopback::default(), &source, &two, false, &Loads::default()).await.unwrap();
    assert_eq!(found.partial, [Partial::LimitReached { limit: 2 }]);
}

#[tokio::test]
async fn jaeger_v3_gives_whole_traces_and_says_404_for_none() {
    let none = r#"{"error":{"httpCode":404,"message":"No traces found"}}"#;
    let backend = Backend::start(&[("GET /api/v3/traces", Answer::Whole(404, "application/json", none.into()))]);
    let (loads, found) = search(&source(&backend, V3), &an_hour()).await;
    assert_eq!((found.unwrap().report.unwrap().traces, loads.traces()), (0, 0));
    // A host that has no such route says 404, too.
    backend.route("GET /api/v3/traces", text(404, "404 page not found"));
    assert_eq!(search(&source(&backend, V3), &an_hour()).await.1.unwrap_err().kind, TroubleKind::NotFound);

    let Some(one) = fixture("otlp/jaeger-apiv3-gettrace.json") else { return };
    backend.route("GET /api/v3/traces", json(one.clone()));
    assert_eq!(search(&source(&backend, V3), &an_hour()).await.0.traces(), 1);
    // Old gateways sent one document after another.
    let other = String::from_utf8(one.clone())
        .unwrap()
        .replace("00000000000000000000000000000001", "00000000000000000000000000000002");
    backend.route("GET /api/v3/traces", json([one.as_slice(), b"\n", other.as_bytes()].concat()));
    assert_eq!(search(&source(&backend, V3), &an_hour()).await.0.traces(), 2);
}

#[tokio::test]
async fn zipkin_is_searched_in_its_units() {
    let backend = Backend::start(&[("GET /api/v2/traces", json("[]"))]);
    let source = source(&backend, Zipkin);
    let (loads, found) = search(&source, &everything()).await;
    // Whole microseconds around what is wanted, so it has to be looked at again.
    let found = found.unwrap();
    assert_eq!(found.unasked, [Unasked::SpanDuration, Unasked::TraceDuration]);
    assert_eq!((loads.traces(), found.report.unwrap().fault), (0, None));
    assert_eq!(
        decoded(&backend.asked()),
        [concat!(
            "GET /api/v2/traces?serviceName=shop & co&spanName=GET /&annotationQuery=error=true and msg=a \"b\"",
            "&minDuration=1500&maxDuration=2000001&endTs=1700003600124&lookback=3600001&limit=20"
        )]
    );
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let tags = vec![tag("sql", "a and b"), tag("empty", ""), tag("k", "v")];
    let odd = Conditions { tags, span_at_most: Some(1), ..an_hour() };
    let unasked = search(&source, &odd).await.1.unwrap().unasked;
    assert_eq!(unasked, [Unasked::SpanDuration, Unasked::Tag("sql".to_owned()), Unasked::Tag("empty".to_owned())]);
    let asked = decoded(&backend.asked()).remove(0);
    assert!(asked.contains("?annotationQuery=empty and k=v&minDuration=1&maxDuration=1&"), "{asked}");
    let Some(traces) = fixture("zipkin/order-sim.json") else { return };
    backend.route("GET /api/v2/traces", json(traces));
    let (loads, found) = search(&source, &an_hour()).await;
    assert_eq!((loads.traces(), found.unwrap().report.unwrap().spans), (30, 753));
}

#[tokio::test]
async fn tempo_is_searched_by_traceql() {
    let backend = Backend::start(&[("GET /api/search", json(r#"{"metrics":{}}"#))]);
    let source = source(&backend, TEMPO);
    assert_eq!(search(&source, &everything()).await.1.unwrap().unasked, []);
    let text = Conditions { query: "{ .a = \"x\" } | count() > 2".to_owned(), ..everything() };
    let found = search(&source, &text).await.1.unwrap();
    let tag = |key: &str| Unasked::Tag(key.to_owned());
    assert_eq!(
        found.unasked,
        [Unasked::Service, Unasked::Operation, Unasked::SpanDuration, Unasked::TraceDuration, tag("error"), tag("msg")]
    );
    let odd = vec![("a key".to_owned(), "200".to_owned()), ("n".to_owned(), "1e3".to_owned())];
    search(&source, &Conditions { tags: odd, ..an_hour() }).await.1.unwrap();
    search(&source, &an_hour()).await.1.unwrap();
    assert_eq!(
        decoded(&backend.asked()),
        [
            concat!(
                "GET /api/search?start=1700000000&end=1700003601&limit=20&q={ resource.service.name = \"shop & co\" && name = \"GET /\"",
                " && (.error = \"true\" || .error = true) && .msg = \"a \\\"b\\\"\" && duration >= 1500us && duration <= 2000000001ns",
                " && traceDuration >= 5ms && traceDuration <= 3s }"
            ),
            "GET /api/search?start=1700000000&end=1700003601&limit=20&q={ .a = \"x\" } | count() > 2",
            "GET /api/search?start=1700000000&end=1700003600&limit=1000&q={ (.\"a key\" = \"200\" || .\"a key\" = 200) && .n = \"1e3\" }",
            "GET /api/search?start=1700000000&end=1700003600&limit=1000&q={}",
        ]
    );
    // Before 2.0 there are tags in logfmt, and durations of traces.
    let old = self::source(&backend, Tempo { traceql: false });
    let unasked = search(&old, &everything()).await.1.unwrap().unasked;
    assert!(!unasked.contains(&Unasked::TraceDuration) && unasked.contains(&Unasked::SpanDuration), "{unasked:?}");
    assert!(decoded(&backend.asked())[0].ends_with(
        r#"&tags=error=true msg="a \"b\"" service.name="shop & co" name="GET /"&minDuration=5ms&maxDuration=3s"#
    ));
}

#[tokio::test]
async fn tempo_tells_what_is_partial() {
    let trace = r#"{"traceID":"2f3e0cee77ae5dc9c17ade3689eb2e54","rootServiceName":"shop","rootTraceName":"get","startTimeUnixNano":"1684778327699392724","durationMs":557,"spanSets":[{"spans":[],"matched":3},{"matched":1}],"serviceStats":{"shop":{"spanCount":5,"errorCount":1},"bank":{"spanCount":2}}}"#;
    let short = r#"{"traceID":"cee77ae5dc9c17ade3689eb2e54","spanSet":{"matched":2}}"#;
    let body = |more: &str| json(format!(r#"{{"traces":[{trace},{short}]{more}}}"#));
    let backend = Backend::start(&[("GET /api/search", body(""))]);
    let source = source(&backend, TEMPO);
    let found = search(&source, &an_hour()).await.1.unwrap();
    assert_eq!(found.partial, []);
    let [whole, short] = &found.summaries[..] else { panic!("{found:?}") };
    assert_eq!(
        (whole.start, whole.duration, whole.spans, whole.errors, whole.matched),
        (1_684_778_327_699_392_724, 557_000_000, Some(7), Some(1), Some(4))
    );
    assert_eq!(
        (short.id.as_str(), short.duration, short.spans, short.matched),
        ("00000cee77ae5dc9c17ade3689eb2e54", 0, None, Some(2))
    );
    for (more, partial) in [
        (r#","metrics":{"completedJobs":3,"totalJobs":5}"#, Partial::Searched { parts: 3, of: 5 }),
        (r#","status":"PARTIAL","metrics":{"completedJobs":5,"totalJobs":5}"#, Partial::BackendSays),
    ] {
        backend.route("GET /api/search", body(more));
        assert_eq!(search(&source, &an_hour()).await.1.unwrap().partial, [partial]);
    }
    let two = Conditions { limit: 2, ..an_hour() };
    backend.route("GET /api/search", body(r#","metrics":{"completedJobs":3,"totalJobs":5}"#));
    assert_eq!(search(&source, &two).await.1.unwrap().partial, [Partial::LimitReached { limit: 2 }]);
    let Some(kiali) = fixture("tempo/kiali-search-response.json") else { return };
    backend.route("GET /api/search", json(kiali));
    let found = search(&source, &an_hour()).await.1.unwrap();
    assert_eq!(
        (found.summaries[0].id.as_str(), found.summaries[0].duration),
        ("100cb753c787ed5657c8d88dafc176ed", 9_000_000)
    );
}

// ---- one trace -------------------------------------------------------------------------------------------------------

fn span(trace: &str) -> String {
    format!(
        r#"{{"data":[{{"traceID":"{trace}","spans":[{{"traceID":"{trace}","spanID":"b","operationName":"o","startTime":1700000000000000,"duration":5,"processID":"p"}}],"processes":{{"p":{{"serviceName":"s"}}}}}}]}}"#
    )
}

async fn trace(sources: &[Rc<Source>], id: &str, loads: &Loads) -> Result<Fetched, Vec<Trouble>> {
    searching::trace(&Loopback::default(), sources, id, false, loads).await
}

#[tokio::test]
async fn a_trace_is_asked_of_the_loaded_ones_then_of_every_source() {
    let (first, second) = (Backend::start(&[]), Backend::start(&[("GET /api/traces/1a", json(span("1a")))]));
    let sources =
        [Rc::new(source(&first, Zipkin)), Rc::new(Source { name: "second".to_owned(), ..source(&second, V1) })];
    let loads = Loads::default();
    let Ok(Fetched::From { source, report }) = trace(&sources, "1a", &loads).await else { panic!() };
    assert_eq!((source.as_str(), report.spans, loads.traces()), ("second", 1, 1));
    assert_eq!(first.asked(), ["GET /api/v2/trace/1a"]);
    assert_eq!(trace(&sources, "1a", &loads).await, Ok(Fetched::Loaded));
    assert_eq!((first.asked().len(), second.asked().len()), (0, 1));
    let troubles = trace(&sources, "2b", &loads).await.unwrap_err();
    let told: Vec<_> = troubles.iter().map(|trouble| (trouble.source.as_str(), trouble.kind.clone())).collect();
    assert_eq!(told, [("prod", TroubleKind::NotFound), ("second", TroubleKind::NotFound)]);
    assert_eq!(loads.traces(), 1);
    assert_eq!(trace(&[], "2b", &loads).await, Err(vec![]));
}

#[tokio::test]
async fn several_traces_are_had_together() {
    let backend = Backend::start(&[
        ("GET /api/traces/1a", json(span("1a"))),
        ("GET /api/traces/3c", json("{\"data\":[".to_owned())),
        ("GET /api/traces/4d", json(span("4d"))),
    ]);
    let source = source(&backend, V1);
    let loads = Loads::default();
    let traces = async |ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        searching::traces(&Loopback::default(), &source, &ids, &loads).await
    };
    // One is not there, one is cut off.
    assert_eq!(traces(&["1a", "2b", "3c", "4d"]).await, [true, false, false, true]);
    assert_eq!((loads.traces(), backend.asked().len()), (2, 4));
    assert_eq!(traces(&["4d", "1a"]).await, [true, true]);
    assert_eq!((loads.traces(), backend.asked().len()), (2, 0), "what is here is not asked for");
}

#[tokio::test]
async fn every_dialect_gives_a_trace() {
    let (Some(tempo), Some(zipkin)) = (fixture("tempo/kiali-bookinfo-trace.json"), fixture("zipkin/yelp.json")) else {
        return;
    };
    let v3 = fixture("otlp/jaeger-apiv3-gettrace.json").unwrap();
    let resources = String::from_utf8(tempo.clone()).unwrap().replacen("\"batches\"", "\"resourceSpans\"", 1);
    let v2 = |status: &str| json(format!(r#"{{"trace":{resources},"metrics":{{}},"status":"{status}"}}"#));
    let backend = Backend::start(&[
        ("GET /api/traces/1a", json(tempo)),
        ("GET /api/v2/traces/2b", v2("COMPLETE")),
        ("GET /api/v2/traces/3c", v2("PARTIAL")),
        ("GET /api/v2/trace/1a", json(zipkin)),
        ("GET /api/v3/traces/4d", json(v3)),
    ]);
    let apis: [(Rc<dyn QueryApi>, &str, u32); 5] = [
        (Rc::new(TEMPO), "1a", 8),
        (Rc::new(TEMPO), "2b", 8),
        (Rc::new(TEMPO), "3c", 8),
        (Rc::new(Zipkin), "1a", 16),
        (Rc::new(V3), "4d", 1),
    ];
    for (api, id, spans) in apis {
        let sources = [Rc::new(Source { api: Some(api), ..(*unprobed(&backend)).clone() })];
        let Ok(Fetched::From { report, .. }) = trace(&sources, id, &Loads::default()).await else { panic!("{id}") };
        assert_eq!(report.spans, spans, "{id}");
    }
    let asked = backend.asked();
    assert_eq!(asked[..2], ["GET /api/v2/traces/1a", "GET /api/traces/1a"], "v2 first, then v1");
}

#[tokio::test]
async fn a_source_gets_its_headers_and_nobody_sees_them() {
    let backend = Backend::start(&[("*", text(403, "no such tenant"))]);
    let headers =
        vec![("X-Scope-OrgID".to_owned(), "one".to_owned()), ("Authorization".to_owned(), "Bearer s3cret".to_owned())];
    let added = Sources::default().add("prod", &backend.base, headers).unwrap();
    let trouble = carry::probe(&Loopback::default(), &added, &ALL).await.err().unwrap();
    assert_eq!((trouble.kind.clone(), trouble.kind.advice()), (TroubleKind::Forbidden, Advice::Credentials));
    let asked = backend.asked();
    assert_eq!(asked.len(), 4, "all that tells a Jaeger, at once: {asked:?}");
    let has_headers = |line: &String| line.ends_with(" [x-scope-orgid: one] [authorization: Bearer s3cret]");
    assert!(asked.iter().all(has_headers), "{asked:?}");
    assert!(!format!("{trouble:?} {:?}", added.info()).contains("s3cret"));
}

// ---- faults ----------------------------------------------------------------------------------------------------------

/// Every fault, of a small answer and of a search; nothing of it stays loaded.
#[tokio::test]
async fn every_fault_is_told_for_what_it_is() {
    let half = span("1a").as_bytes()[..60].to_vec();
    let own = r#"{"data":null,"errors":[{"code":500,"msg":"storage is down"}]}"#;
    let backend_says = TroubleKind::Backend { code: 500, message: "storage is down".to_owned() };
    for (answer, kind, advice) in [
        (Answer::Whole(500, "application/json", own.into()), backend_says, Advice::Again),
        (Answer::Whole(500, "application/octet-stream", vec![0, 1]), TroubleKind::Status, Advice::Again),
        (text(502, "bad gateway"), TroubleKind::Gateway, Advice::Again),
        (html(), TroubleKind::Html { title: "Some app".to_owned() }, Advice::Address),
        (json(half.clone()), TroubleKind::CutOff, Advice::Again),
        (Answer::Broken("application/json", half.clone()), TroubleKind::Broken, Advice::Again),
        (Answer::Silence, TroubleKind::TimedOut { seconds: 30 }, Advice::Narrow),
        (Answer::Stuck(half), TroubleKind::TimedOut { seconds: 30 }, Advice::Narrow),
        (Answer::Redirect, TroubleKind::Redirect, Advice::Address),
        (Answer::Whole(200, "application/protobuf", vec![10, 3]), TroubleKind::ContentType, Advice::Address),
        (Answer::Whole(200, "image/png", b"\x89PNG".to_vec()), TroubleKind::ContentType, Advice::Address),
        (Answer::Whole(401, "text/html", INDEX.into()), TroubleKind::Unauthorized, Advice::Credentials),
        (json(r#"{"something":"else"}"#), TroubleKind::Shape, Advice::Address),
    ] {
        let backend = Backend::start(&[("*", answer)]);
        let source = source(&backend, V1);
        let asked = ask(&source, &Ask::Services).await.unwrap_err();
        let (loads, found) = search(&source, &an_hour()).await;
        let found = found.unwrap_err();
        for (trouble, path) in [(&asked, "api/services"), (&found, "api/traces?start=")] {
            assert_eq!((&trouble.kind, trouble.kind.advice()), (&kind, advice), "{path}");
            assert_eq!(trouble.source, "prod");
            assert!(trouble.request.starts_with(&format!("GET {}{path}", backend.base)), "{trouble:?}");
        }
        assert_eq!(loads.traces(), 0, "{kind:?}");
    }
}

#[tokio::test]
async fn the_backends_words_beside_no_data_are_the_reason() {
    let body = r#"{"data":"?","errors":[{"code":500,"msg":"shard 3 is down"}]}"#;
    let backend = Backend::start(&[("*", json(body))]);
    let trouble = ask(&source(&backend, V1), &Ask::Services).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Backend { code: 200, message: "shard 3 is down".to_owned() });
}

/// 50 MB of traces go straight into the engine; 50 MB of names are no names.
#[tokio::test]
async fn an_answer_of_50_mb() {
    let one = r#"{"traceID":"@","spans":[{"traceID":"@","spanID":"b","operationName":"o","startTime":1700000000000000,"duration":5,"processID":"p","tags":[{"key":"k","type":"string","value":"!"}]}],"processes":{"p":{"serviceName":"s"}}}"#;
    let one = one.replace('!', &"x".repeat(50_000));
    let traces: Vec<_> = (1..=1000).map(|id| one.replace('@', &format!("{id:032x}"))).collect();
    let body = format!(r#"{{"data":[{}],"errors":null}}"#, traces.join(","));
    assert!(body.len() > 50_000_000);
    let backend = Backend::start(&[("GET /api/traces", json(body.clone())), ("GET /api/services", json(body))]);
    let (loads, found) = search(&source(&backend, V1), &Conditions { limit: 1500, ..an_hour() }).await;
    assert_eq!((found.unwrap().report.unwrap().bytes > 50_000_000, loads.traces()), (true, 1000));
    let trouble = ask(&source(&backend, V1), &Ask::Services).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::TooLong { limit: carry::LONGEST as u64 });
}

// ---- figures over time -----------------------------------------------------------------------------------------------

/// A family of metrics as Jaeger answers: series by their labels, points by their times.
fn family(series: &[(&str, &[(i64, &str)])]) -> Answer {
    let point = |(second, value): &(i64, &str)| {
        let number = if value.starts_with('"') { (*value).to_owned() } else { format!("{value}.0") };
        // Seconds from 22:10.
        let time = format!("2023-11-14T22:{:02}:{:02}Z", 10 + second / 60, second % 60);
        format!(r#"{{"gaugeValue":{{"doubleValue":{number}}},"timestamp":"{time}"}}"#)
    };
    let one = |(operation, points): &(&str, &[(i64, &str)])| {
        let label = match operation.is_empty() {
            true => String::new(),
            false => format!(r#",{{"name":"operation","value":"{operation}"}}"#),
        };
        let points: Vec<String> = points.iter().map(point).collect();
        format!(
            r#"{{"labels":[{{"name":"service_name","value":"shop"}}{label}],"metricPoints":[{}]}}"#,
            points.join(",")
        )
    };
    let series: Vec<String> = series.iter().map(one).collect();
    json(format!(r#"{{"name":"service_call_rate","type":"GAUGE","help":"calls","metrics":[{}]}}"#, series.join(",")))
}

fn monitored(last: i64) -> Monitored {
    Monitored { source: 1, service: "shop & co".to_owned(), counted: SpanChoice::Usual, last }
}

#[tokio::test]
async fn jaegers_metrics_are_brought() {
    const MINUTE: i64 = 60_000_000_000;
    // 22:13:20: the last step ends at 22:13:15.
    let end = 1_700_000_000_000_000_000;
    let backend = Backend::start(&[
        ("GET /api/metrics/calls", family(&[("", &[(0, "2"), (15, "\"NaN\""), (45, "4")])])),
        ("GET /api/metrics/errors", family(&[("get", &[(0, "0")]), ("put", &[(0, "\"NaN\"")])])),
        ("GET /api/metrics/latencies", family(&[("get", &[(0, "12"), (15, "18")]), ("put", &[(0, "7")])])),
    ]);
    let rates = metrics(&Loopback::default(), &source(&backend, V1), &monitored(5 * MINUTE), end).await.unwrap();
    let asked = decoded(&backend.asked());
    assert_eq!(asked.len(), 11);
    assert_eq!(
        asked[0],
        concat!(
            "GET /api/metrics/calls?service=shop & co&groupByOperation=false&endTs=1699999995000&lookback=300000",
            "&step=15000&ratePer=600000&spanKind=server"
        )
    );
    assert!(asked.iter().any(|line| line.contains("latencies?service=shop & co&quantile=0.95&groupByOperation=true")));
    assert_eq!((rates.step, rates.steps), (15_000_000_000, 21));
    let names: Vec<&str> = rates.rows.iter().map(|row| row.name.as_str()).collect();
    // The answer to the calls was the same with and without groups.
    assert_eq!(names.iter().filter(|name| **name == "get" || **name == "put").count(), 2, "{names:?}");
    let together = rates.points(None);
    let told: Vec<(usize, i64)> = together
        .iter()
        .enumerate()
        .filter(|(_, point)| point.rate != NO_VALUE)
        .map(|(at, point)| (at, point.rate))
        .collect();
    assert_eq!(told.iter().map(|(_, rate)| *rate).collect::<Vec<_>>(), [2_000_000, 4_000_000]);
    let get = rates.rows.iter().position(|row| row.name == "get").unwrap();
    assert_eq!(
        rates.rows[get].point.durations,
        [15_000_000, NO_VALUE, 15_000_000, 15_000_000],
        "no 75th was asked for"
    );
    assert_eq!((rates.rows[get].point.errors, rates.rows[get].point.rate), (0, NO_VALUE));
}

#[tokio::test]
async fn who_has_no_metrics_is_asked_once() {
    let off = r#"{"data":null,"errors":[{"code":501,"msg":"metrics querying is currently disabled"}]}"#;
    for answer in [Answer::Whole(501, "application/json", off.into()), text(404, "404 page not found"), html()] {
        let backend = Backend::start(&[("*", answer)]);
        let outcome = metrics(&Loopback::default(), &source(&backend, V1), &monitored(0), 0).await;
        assert_eq!((outcome.unwrap_err().kind, backend.asked().len()), (TroubleKind::NotOffered, 1));
    }
    let backend = Backend::start(&[("*", json(r#"{"name":"x","type":"GAUGE","help":""}"#))]);
    let rates = metrics(&Loopback::default(), &source(&backend, V1), &monitored(0), 0).await.unwrap();
    assert_eq!((rates.rows.len(), rates.all.point.rate), (0, NO_VALUE), "nothing was called");
    for source in [source(&backend, Zipkin), source(&backend, TEMPO)] {
        let outcome = metrics(&Loopback::default(), &source, &monitored(0), 0).await;
        assert_eq!(outcome.unwrap_err().kind, TroubleKind::NotOffered);
    }
}
