//! Each rule on drawn traces: what it tells of, and what looks like it and is none.

use super::*;
use crate::analysis::testing::{Given, chain, fan, push_text, span, traces_of};
use crate::model::{SpanFlags, SpanKind, StatusCode};

/// A millisecond.
const MS: i64 = 1_000_000;
/// What a span carries: at its place in the list, a key and a value.
type Carried<'a> = (usize, &'a str, &'a str);

fn ms(parent: impl Into<Option<usize>>, from: i64, to: i64) -> Given {
    span(parent, from * MS, to * MS)
}

fn client(from: i64, to: i64) -> Given {
    Given { kind: SpanKind::Client, ..ms(0, from, to) }
}

fn failed(given: Given) -> Given {
    Given { status: StatusCode::Error, ..given }
}

/// What is found in a trace whose spans carry attributes.
fn look(spans: &[Given], carried: &[Carried]) -> Vec<(Finding, String)> {
    let store = traces_of(&[spans.to_vec()], &mut |store, _, place| {
        let own = carried.iter().filter(|(at, ..)| *at == place);
        own.for_each(|(_, key, value)| push_text(store, key, value));
    });
    let mut finder = Finder::new(&store);
    let findings = finder.look(TraceRow(0));
    findings.into_iter().map(|finding| (finding.clone(), finder.text(finding.text).to_owned())).collect()
}

/// The one finding of a rule, if there is one.
fn one(rule: Rule, spans: &[Given], carried: &[Carried]) -> Option<Finding> {
    let found: Vec<Finding> = look(spans, carried).into_iter().map(|(it, _)| it).filter(|it| it.rule == rule).collect();
    assert!(found.len() < 2, "{found:?}");
    found.into_iter().next()
}

/// A root of 100 ms with so many calls of 5 ms every 10 ms, asking for these.
fn calls<'a>(texts: &[&'a str]) -> (Vec<Given>, Vec<Carried<'a>>) {
    let root = Given { kind: SpanKind::Server, ..ms(None, 0, 100) };
    let call = |at: usize| client(at as i64 * 10, at as i64 * 10 + 5);
    let spans = std::iter::once(root).chain((0..texts.len()).map(call)).collect();
    (spans, texts.iter().enumerate().map(|(at, text)| (at + 1, "db.statement", *text)).collect())
}

const BY_ID: [&str; 6] = [
    "SELECT a FROM t WHERE id = 1",
    "SELECT a FROM t WHERE id = 2",
    "SELECT a  FROM t WHERE id = 3",
    "SELECT a FROM t WHERE id = 4 -- from here",
    "SELECT a FROM t WHERE id = 5",
    "SELECT a FROM t WHERE id = 6",
];

#[test]
fn alike_statements_below_one_span_are_n_plus_one() {
    let (spans, carried) = calls(&BY_ID);
    let found = look(&spans, &carried);
    let (it, text) = found.iter().find(|(it, _)| it.rule == Rule::NPlusOne).expect("a finding");
    assert_eq!((text.as_str(), it.count, it.cost, it.at), ("SELECT a FROM t WHERE id = ?", 6, 25 * MS, 0));
    assert_eq!((it.evidence.as_slice(), it.severity), (&[1, 2, 3, 4, 5, 6][..], Severity::Warning));
    // Four may be chance.
    let (spans, carried) = calls(&BY_ID[..4]);
    assert_eq!(one(Rule::NPlusOne, &spans, &carried), None);
}

#[test]
fn n_plus_one_is_found_between_other_calls_and_below_wrappers() {
    let other = "SELECT b FROM u WHERE id = ?";
    let (mut spans, carried) =
        calls(&[BY_ID[0], other, BY_ID[1], "GET x", BY_ID[2], BY_ID[3], "COMMIT", BY_ID[4], BY_ID[5]]);
    assert_eq!(one(Rule::NPlusOne, &spans, &carried).map(|it| it.count), Some(6));
    // Each call in a method of its own.
    let (first, mut moved) = (spans.len(), Vec::new());
    for (at, key, text) in &carried {
        let around = Given { kind: SpanKind::Internal, ..spans[*at] };
        spans.push(Given { parent: Some(*at), ..spans[*at] });
        spans[*at] = around;
        moved.push((first + at - 1, *key, *text));
    }
    let found = one(Rule::NPlusOne, &spans, &moved).expect("a finding");
    assert_eq!((found.count, found.at), (6, 0));
}

#[test]
fn transactions_and_parallel_requests_are_no_n_plus_one() {
    let (spans, carried) = calls(&["COMMIT"; 8]);
    assert_eq!(one(Rule::NPlusOne, &spans, &carried), None);
    let (mut spans, carried) = calls(&["http://a/x/1", "http://a/x/2", "http://a/x/3", "http://a/x/4", "http://a/x/5"]);
    let urls: Vec<Carried> = carried.iter().map(|(at, _, url)| (*at, "http.url", *url)).collect();
    assert_eq!(one(Rule::NPlusOne, &spans, &urls).map(|it| it.count), Some(5));
    spans[1..].iter_mut().for_each(|it| (it.start, it.duration) = (MS, 40 * MS));
    assert_eq!(one(Rule::NPlusOne, &spans, &urls), None);
}

#[test]
fn posts_to_one_address_are_n_plus_one_but_gets_of_it_are_repeated() {
    let (spans, carried) = calls(&["http://a/stock"; 6]);
    let with = |method: &'static str| {
        let urls = carried.iter().map(|(at, _, url)| (*at, "url.full", *url));
        let methods = carried.iter().map(|(at, ..)| (*at, "http.request.method", method));
        urls.chain(methods).collect::<Vec<Carried>>()
    };
    assert_eq!(one(Rule::NPlusOne, &spans, &with("POST")).map(|it| it.count), Some(6));
    assert_eq!(one(Rule::Repeated, &spans, &with("POST")), None);
    assert_eq!(one(Rule::NPlusOne, &spans, &with("GET")), None);
    assert_eq!(one(Rule::Repeated, &spans, &with("GET")).map(|it| it.count), Some(6));
}

/// Three calls that touch.
fn in_turn() -> Vec<Given> {
    vec![ms(None, 0, 100), client(10, 30), client(30, 55), client(56, 80)]
}

#[test]
fn alike_calls_in_turn_could_be_parallel() {
    let texts = ["GET a:1", "GET a:2", "GET a:3"];
    let carried = |texts: [&'static str; 3]| [0, 1, 2].map(|at| (at + 1, "db.statement", texts[at]));
    let found = one(Rule::Sequential, &in_turn(), &carried(texts)).expect("a finding");
    assert_eq!((found.count, found.cost), (3, 45 * MS));
    let none = |spans: &[Given], texts| assert_eq!(one(Rule::Sequential, spans, &carried(texts)), None);
    // Of other kinds, writing, or page after page.
    none(&in_turn(), ["GET a:1", "LLEN a", "GET a:2"]);
    none(&in_turn(), ["SET a:1", "SET a:2", "SET a:3"]);
    none(&in_turn(), ["SCAN 0", "SCAN 5", "SCAN 9"]);
    let mut spans = in_turn();
    // At the same time.
    spans[2].start = 20 * MS;
    none(&spans, texts);
    // With work between.
    (spans[2].start, spans[2].duration) = (45 * MS, 9 * MS);
    none(&spans, texts);
    // Nothing to speak of.
    none(&[ms(None, 0, 10_000), client(10, 30), client(30, 55), client(56, 80)], texts);
}

#[test]
fn a_call_with_its_attempts_is_one_of_those_in_turn() {
    let mut spans = in_turn();
    spans[1] = failed(spans[1]);
    let carried = [(1, "db.statement", "GET a:1"), (2, "db.statement", "GET a:1"), (3, "db.statement", "GET a:2")];
    assert_eq!(one(Rule::Sequential, &spans, &carried), None);
    spans.push(client(80, 90));
    let all = [carried[0], carried[1], carried[2], (4, "db.statement", "GET a:3")];
    let found = one(Rule::Sequential, &spans, &all).expect("a finding");
    assert_eq!((found.count, found.cost), (3, 35 * MS));
}

#[test]
fn the_same_call_after_an_error_is_a_retry() {
    let texts = ["GET a:1", "GET a:2", "GET a:1", "GET a:1"];
    let (mut spans, carried) = calls(&texts);
    spans[1] = failed(spans[1]);
    spans[3] = failed(spans[3]);
    let found = one(Rule::Retries, &spans, &carried).expect("a finding");
    assert_eq!((found.count, found.cost, found.value, found.severity), (2, 30 * MS, 0, Severity::Warning));
    assert_eq!(found.evidence, [1, 3, 4]);
    // In vain: up to the end of the last one.
    spans[4] = failed(spans[4]);
    let found = one(Rule::Retries, &spans, &carried).expect("a finding");
    assert_eq!((found.count, found.cost, found.value, found.severity), (2, 35 * MS, 1, Severity::Error));
    // What recovered is not swallowed; what others asked is no retry.
    assert_eq!(one(Rule::Swallowed, &spans[..4], &carried[..3]), one(Rule::Swallowed, &[], &[]));
    let (mut spans, carried) = calls(&["GET a:1", "GET a:2", "GET a:3"]);
    spans[1] = failed(spans[1]);
    assert_eq!(one(Rule::Retries, &spans, &carried), None);
}

#[test]
fn calls_that_do_not_tell_their_values_are_retried_soon_or_not() {
    let spans = |pause: i64| {
        let root = Given { kind: SpanKind::Server, ..ms(None, 0, 9_000) };
        vec![root, failed(client(10, 20)), client(20 + pause, 30 + pause)]
    };
    assert_eq!(one(Rule::Retries, &spans(900), &[]).map(|it| it.cost), Some(910 * MS));
    assert_eq!(one(Rule::Retries, &spans(1_001), &[]), None);
}

#[test]
fn the_very_same_read_could_be_kept() {
    let texts = ["SELECT a FROM t WHERE id = 7"; 3];
    let (spans, carried) = calls(&texts);
    let found = one(Rule::Repeated, &spans, &carried).expect("a finding");
    assert_eq!((found.count, found.cost), (3, 10 * MS));
    assert_eq!(one(Rule::NPlusOne, &spans, &carried), None);
    for other in ["SELECT a FROM t WHERE id = ?", "UPDATE t SET a = 7", "SELECT a FROM t WHERE id = $1"] {
        let (spans, carried) = calls(&[other; 3]);
        assert_eq!(one(Rule::Repeated, &spans, &carried), None, "{other}");
    }
    let (spans, carried) = calls(&["SELECT a FROM t WHERE id = ?"; 3]);
    let valued = |values: [&'static str; 3]| {
        let values = [0, 1, 2].map(|at| (at + 1, "db.query.parameter.0", values[at]));
        carried.iter().copied().chain(values).collect::<Vec<Carried>>()
    };
    assert_eq!(one(Rule::Repeated, &spans, &valued(["7", "7", "7"])).map(|it| it.count), Some(3));
    assert_eq!(one(Rule::Repeated, &spans, &valued(["7", "8", "7"])).map(|it| it.count), Some(2));
    assert_eq!(one(Rule::Repeated, &spans, &valued(["7", "8", "9"])), None);
}

#[test]
fn requests_and_looks_for_news_do_not_share_what_they_read() {
    // Two requests of one trace.
    let entry = |from: i64| Given { kind: SpanKind::Server, ..ms(0, from, from + 40) };
    let call = |parent: usize, from: i64| Given { parent: Some(parent), ..client(from, from + 10) };
    let spans = [ms(None, 0, 100), entry(0), entry(50), call(1, 10), call(2, 60)];
    let carried = [(3, "db.statement", "GET a"), (4, "db.statement", "GET a")];
    assert_eq!(one(Rule::Repeated, &spans, &carried), None);
    let spans = [ms(None, 0, 100), entry(0), entry(50), call(1, 10), call(1, 25)];
    assert_eq!(one(Rule::Repeated, &spans, &carried).map(|it| it.cost), Some(10 * MS));
    let (mut spans, carried) = calls(&["GET a"; 4]);
    spans[0].duration = 9_000 * MS;
    spans[1..].iter_mut().for_each(|it| it.duration = 200 * MS);
    (1..5).for_each(|at| spans[at].start = at as i64 * 1_500 * MS);
    assert_eq!(one(Rule::Repeated, &spans, &carried), None);
}

#[test]
fn what_no_child_covers_is_a_gap() {
    let found = one(Rule::Gap, &[ms(None, 0, 100), ms(0, 0, 30), ms(0, 20, 35), ms(0, 75, 100)], &[]);
    let found = found.expect("a finding");
    assert_eq!((found.cost, found.value, found.evidence.as_slice()), (40 * MS, 35 * MS, &[0, 2, 3][..]));
    // Behind the last child, and before the first one.
    assert_eq!(one(Rule::Gap, &[ms(None, 0, 100), ms(0, 0, 50)], &[]).map(|it| it.value), Some(50 * MS));
    assert_eq!(one(Rule::Gap, &[ms(None, 0, 100), ms(0, 60, 99)], &[]).map(|it| it.value), Some(0));
    // Own work, little of the span, little of the trace, nothing at all.
    for spans in [
        vec![ms(None, 0, 100)],
        vec![ms(None, 0, 100), ms(0, 0, 40), ms(0, 60, 100)],
        vec![ms(None, 0, 1_000), ms(0, 0, 900), ms(0, 910, 1_000), ms(2, 910, 950)],
        vec![ms(None, 0, 9), ms(0, 0, 1)],
    ] {
        assert_eq!(one(Rule::Gap, &spans, &[]), None);
    }
}

#[test]
fn the_way_to_another_host_counts_half_on_either_side() {
    let server = |from, to| Given { service: "pay", kind: SpanKind::Server, ..ms(0, from, to) };
    let root = Given { kind: SpanKind::Client, ..ms(None, 0, 100) };
    // All of it before the server: its clock may be off.
    assert_eq!(one(Rule::Gap, &[root, server(40, 100)], &[]), None);
    assert_eq!(one(Rule::Gap, &[root, server(80, 100)], &[]).map(|it| it.cost), Some(40 * MS));
}

#[test]
fn spans_named_by_getting_hold_of_something_are_waits() {
    let named = |name| Given { name, kind: SpanKind::Internal, ..ms(0, 10, 40) };
    let of = |name| one(Rule::Acquisition, &[ms(None, 0, 100), named(name)], &[]).map(|it| it.cost);
    assert_eq!([of("pool.acquire"), of("HikariDataSource.getConnection")], [Some(30 * MS); 2]);
    assert_eq!([of("checkout"), of("GET /connect/x")], [None; 2]);
    let quick = Given { name: "tcp.connect", ..ms(0, 10, 11) };
    assert_eq!(one(Rule::Acquisition, &[ms(None, 0, 100), quick], &[]), None);
}

#[test]
fn an_error_that_its_parent_does_not_share_is_swallowed() {
    let found = one(Rule::Swallowed, &[ms(None, 0, 100), failed(ms(0, 10, 50)), failed(ms(1, 20, 30))], &[]);
    let found = found.expect("a finding");
    assert_eq!((found.at, found.cost, found.severity), (1, 40 * MS, Severity::Warning));
    let decided = Given { status: StatusCode::Ok, ..ms(None, 0, 100) };
    assert_eq!(
        one(Rule::Swallowed, &[decided, failed(ms(0, 10, 50))], &[]).map(|it| it.severity),
        Some(Severity::Hint)
    );
    assert_eq!(one(Rule::Swallowed, &[failed(ms(None, 0, 100)), failed(ms(0, 10, 50))], &[]), None);
    let apart = Given { flags: SpanFlags::FOLLOWS_PARENT, ..failed(ms(0, 10, 50)) };
    assert_eq!(one(Rule::Swallowed, &[ms(None, 0, 100), apart], &[]), None);
}

#[test]
fn a_child_before_its_parent_tells_of_clocks() {
    const A: &[(&str, &str)] = &[("host.name", "a")];
    const B: &[(&str, &str)] = &[("host.name", "b")];
    let root = Given { host: A, ..ms(None, 100, 200) };
    let child = |from, to, host| Given { host, service: "pay", ..ms(0, from, to) };
    let found = one(Rule::Skew, &[root, child(80, 120, B)], &[]).expect("a finding");
    assert_eq!((found.value, found.severity), (20 * MS, Severity::Warning));
    // By one clock, within, or late: who gave up does not wait for the end.
    for other in [child(80, 120, A), child(110, 150, B), child(150, 210, B)] {
        assert_eq!(one(Rule::Skew, &[root, other], &[]), None);
    }
}

#[test]
fn absent_parents_are_told() {
    let found = one(Rule::MissingParents, &[ms(None, 0, 100), ms(77, 10, 20), ms(78, 10, 20)], &[]).expect("a finding");
    assert_eq!((found.count, found.severity), (2, Severity::Warning));
    let alone = one(Rule::MissingParents, &[ms(77, 0, 100), ms(0, 10, 20)], &[]);
    assert_eq!(alone.map(|it| it.severity), Some(Severity::Hint));
    assert_eq!(one(Rule::MissingParents, &[ms(None, 0, 100), ms(None, 10, 20)], &[]), None);
}

#[test]
fn wide_and_deep_traces_are_told() {
    assert_eq!(one(Rule::FanOut, &fan(100), &[]).map(|it| it.count), Some(100));
    assert_eq!(one(Rule::FanOut, &fan(99), &[]), None);
    assert_eq!(one(Rule::Depth, &chain(100), &[]).map(|it| it.count), Some(100));
    assert_eq!(one(Rule::Depth, &chain(99), &[]), None);
    let mut hops = chain(12);
    hops.iter_mut().enumerate().for_each(|(at, it)| it.service = if at % 2 == 0 { "shop" } else { "pay" });
    assert_eq!(one(Rule::Depth, &hops, &[]).map(|it| (it.count, it.value)), Some((12, 11)));
    assert_eq!(one(Rule::Depth, &hops[..10], &[]), None);
}

#[test]
fn alike_findings_of_one_trace_are_one() {
    let (mut spans, mut carried) = calls(&BY_ID);
    let (first, more) = (spans.len(), carried.clone());
    let again = Given { kind: SpanKind::Server, service: "pay", ..ms(0, 60, 100) };
    spans.push(again);
    spans.extend((0..6).map(|at| Given { parent: Some(first), ..client(60 + at * 6, 65 + at * 6) }));
    carried.extend(more.iter().map(|(at, key, text)| (first + at, *key, *text)));
    let found = one(Rule::NPlusOne, &spans, &carried).expect("a finding");
    assert_eq!((found.count, found.places, found.cost), (12, 2, 50 * MS));
}

#[test]
fn deep_and_wide_traces_are_quick() {
    let began = std::time::Instant::now();
    for spans in [chain(100_000), fan(100_000)] {
        look(&spans, &[]);
    }
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
