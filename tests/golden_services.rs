//! Links between services: Zipkin's cases and what its page computed of fixtures, and an independent count over Jaeger's files.

mod files;

use files::{fixtures, load, load_into};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use trackway::analysis::service_graph::{NodeKind, ServiceGraph};
use trackway::engine::Engine;
use trackway::engine::questions::{CountedCalls, LinkCalls};
use trackway::model::Store;

/// By the names of both ends: calls and errors.
type Links = BTreeMap<(String, String), (u64, u64)>;

fn ours(store: &Store) -> Links {
    let graph = ServiceGraph::of(store, [i64::MIN, i64::MAX]);
    let name = |at: u32| graph.nodes[at as usize].name.clone();
    let links = graph.links.iter();
    links.map(|it| ((name(it.parent), name(it.child)), (it.calls.unwrap_or(0), it.errors.unwrap_or(0)))).collect()
}

fn theirs(links: &Value, sum: &mut Links) {
    for link in links.as_array().expect("a list") {
        let text = |key: &str| link[key].as_str().expect("a name").to_owned();
        let entry = sum.entry((text("parent"), text("child"))).or_default();
        entry.0 += link["callCount"].as_u64().expect("a count");
        entry.1 += link["errorCount"].as_u64().unwrap_or(0);
    }
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("the file")).expect("JSON")
}

/// Cases in which we differ, and why: see the head of `analysis/service_graph.rs`.
const OTHERWISE: [(&str, &str); 2] = [
    ("DependencyLinker > should not interpret client as producer", "a consumer without a broker is its parent's"),
    ("DependencyLinker > should link shared RPC span as one error", "a span that names no parent is a root"),
];

#[test]
fn zipkins_cases_hold() {
    let Some(folder) = fixtures() else { return };
    let file = read(&folder.join("expected/zipkin-dependency-linker.json"));
    let mut held = 0;
    for case in file["cases"].as_array().expect("cases") {
        let name = case["test"].as_str().expect("a name");
        let mut store = Store::new();
        let mut traces = 0;
        for call in case["calls"].as_array().expect("calls") {
            match call["fn"].as_str().expect("a function") {
                "SpanNodeBuilder.build" => {
                    traces += 1;
                    let mut spans = call["input"][0].clone();
                    for span in spans.as_array_mut().expect("spans") {
                        // Our store would take a trace that comes twice for the same.
                        span["traceId"] = format!("a{traces}").into();
                        span["timestamp"] = 1_600_000_000_000_000_u64.into();
                    }
                    load_into(&mut store, "case.json", spans.to_string().as_bytes(), 1 << 16);
                }
                "DependencyLinker.link" => {
                    let mut expected = Links::new();
                    theirs(&call["output"], &mut expected);
                    match OTHERWISE.iter().any(|(other, _)| *other == name) {
                        true => assert_ne!(ours(&store), expected, "{name} holds after all"),
                        false => assert_eq!(ours(&store), expected, "{name}"),
                    }
                    held += 1;
                }
                _ => {}
            }
        }
    }
    assert!(held >= 16, "{held}");
}

/// Links that Zipkin's page does not have of its own fixtures, because nobody told it a broker or a database.
const MORE: [(&str, &str, &str); 4] = [
    ("order-sim.json", "orders", "mailer"),
    ("yelp.json", "routing", "unknown"),
    ("yelp.json", "routing", "yelp-main"),
    ("yelp.json", "yelp_main/api_proxy", "yelp-main"),
];

#[test]
fn zipkins_fixtures_have_zipkins_links() {
    let Some(folder) = fixtures() else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("expected/computed")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let Some(name) = name.strip_prefix("zipkin-lens-") else { continue };
        files += 1;
        let mut expected = Links::new();
        read(&path)["traces"]
            .as_array()
            .expect("traces")
            .iter()
            .for_each(|it| theirs(&it["dependencies"], &mut expected));
        let bytes = std::fs::read(folder.join("zipkin").join(name)).expect("the fixture");
        let (store, _) = load(name, &bytes, 1 << 16);
        let mut links = ours(&store);
        let graph = ServiceGraph::of(&store, [i64::MIN, i64::MAX]);
        let is_peer = |name: &str| graph.nodes.iter().any(|it| it.name == name && it.kind != NodeKind::Service);
        links.retain(|(parent, child), _| {
            let is_more = MORE.contains(&(name, parent.as_str(), child.as_str()));
            expected.contains_key(&(parent.clone(), child.clone())) || !is_more && !is_peer(child)
        });
        if name == "yelp.json" {
            // Clients that name another service than their parent, and spans below both halves of a shared one: see `service_graph.rs`.
            let differ = |pair: &(String, String)| links.get(pair) != expected.get(pair);
            let pairs: std::collections::BTreeSet<_> =
                links.keys().chain(expected.keys()).filter(|it| differ(it)).collect();
            let pairs: Vec<String> = pairs.iter().map(|(parent, child)| format!("{parent}>{child}")).collect();
            let known = ["unknown>yelp-main", "yelp-main>mobile_api"];
            assert_eq!(pairs, known);
            continue;
        }
        assert_eq!(links, expected, "{name}");
    }
    assert_eq!(files, 9);
}

/// A span of a Jaeger file, as the file says it.
struct Raw {
    id: String,
    parent: Option<String>,
    service: String,
    tags: HashMap<String, String>,
    is_error: bool,
}

fn raw(span: &Value, processes: &Value) -> Raw {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let no_list = Vec::new();
    let list = |key: &str| span[key].as_array().unwrap_or(&no_list);
    let tags: HashMap<String, String> =
        list("tags").iter().map(|tag| (text(&tag["key"]), text(&tag["value"]))).collect();
    let in_trace = list("references").iter().find(|it| it["traceID"] == span["traceID"]);
    let process = span["process"].as_object().map_or_else(
        || processes[span["processID"].as_str().unwrap_or_default()]["serviceName"].clone(),
        |process| process["serviceName"].clone(),
    );
    let status = tags.get("otel.status_code").map(String::as_str);
    Raw {
        id: text(&span["spanID"]),
        parent: in_trace.map(|it| text(&it["spanID"])),
        service: text(&process),
        is_error: status == Some("ERROR") || status.is_none() && tags.get("error").is_some_and(|it| it != "false"),
        tags,
    }
}

/// The calls of a trace, from the file alone: each span climbs to who called it, and each client looks for a call anywhere below it.
fn count(spans: &[Raw], links: &mut Links) {
    let by_id: HashMap<&str, &Raw> = spans.iter().rev().map(|span| (span.id.as_str(), span)).collect();
    let parent = |span: &Raw| span.parent.as_deref().and_then(|id| by_id.get(id).copied());
    let kind = |span: &Raw| span.tags.get("span.kind").cloned().unwrap_or_default();
    let is_received = |span: &Raw| {
        let is_by_kind = ["server", "consumer"].contains(&kind(span).as_str());
        let is_messages_own = |above: &Raw| kind(span) == "consumer" && above.service == span.service;
        parent(span).is_some_and(|above| (is_by_kind || above.service != span.service) && !is_messages_own(above))
    };
    let peer = |span: &Raw| {
        let tag = |key: &str| span.tags.get(key).cloned();
        let database = tag("db.system").or_else(|| tag("db.type"));
        let name = tag("db.name").or_else(|| tag("db.instance"));
        let database = database.map(|system| name.map_or(system.clone(), |name| format!("{system}/{name}")));
        let ai = tag("gen_ai.provider.name").or_else(|| tag("gen_ai.system"));
        let host = ["server.address", "net.peer.name", "peer.hostname", "http.host"].iter().find_map(|key| tag(key));
        let url = tag("http.url").and_then(|url| Some(url.split("://").nth(1)?.split('/').next()?.to_owned()));
        let host = host.or(url).map(|host| host.split(':').next().unwrap_or_default().to_owned());
        match kind(span).as_str() {
            "client" => tag("peer.service").or(database).or(ai).or(host),
            "server" | "consumer" | "producer" => None,
            _ => tag("peer.service").or(database),
        }
    };
    let is_calling = |span: &Raw| peer(span).is_some() || is_received(span);
    let is_above = |above: &Raw, span: &Raw| {
        let mut at = parent(span);
        while let Some(it) = at {
            if it.id == above.id {
                return true;
            }
            at = parent(it);
        }
        false
    };
    for span in spans {
        let mut add = |from: &str, to: String, is_error: bool| {
            let entry = links.entry((from.to_owned(), to)).or_default();
            *entry = (entry.0 + 1, entry.1 + u64::from(is_error));
        };
        if is_received(span) {
            let above = parent(span).expect("a caller");
            add(&above.service, span.service.clone(), span.is_error || kind(above) == "client" && above.is_error);
        }
        if let Some(peer) = span.tags.get("peer.service").filter(|_| kind(span) == "server" && parent(span).is_none()) {
            add(peer, span.service.clone(), span.is_error);
        }
        if let Some(peer) = peer(span).filter(|_| !spans.iter().any(|below| is_calling(below) && is_above(span, below)))
        {
            add(&span.service, peer, span.is_error);
        }
    }
}

#[test]
fn counts_are_those_of_an_independent_computation() {
    let Some(folder) = fixtures() else { return };
    let (mut files, mut calls) = (0, 0);
    for entry in std::fs::read_dir(folder.join("jaeger")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("the file");
        let value: Value = serde_json::from_slice(&bytes).expect("JSON");
        let Some(traces) = value["data"].as_array() else { continue };
        let mut expected = Links::new();
        for trace in traces {
            let no_spans = Vec::new();
            let spans = trace["spans"].as_array().unwrap_or(&no_spans);
            // The very same span once more is no further call.
            let spans =
                spans.iter().enumerate().filter(|(at, span)| !spans[..*at].contains(span)).map(|(_, span)| span);
            let spans: Vec<Raw> = spans.map(|span| raw(span, &trace["processes"])).collect();
            count(&spans, &mut expected);
        }
        let (store, _) = load("file.json", &bytes, 1 << 16);
        assert_eq!(ours(&store), expected, "{}", path.display());
        files += 1;
        calls += expected.values().map(|(calls, _)| calls).sum::<u64>();
    }
    assert!(files > 25 && calls > 2_500, "{files} files, {calls} calls");
}

#[test]
fn a_backends_dependencies_are_a_graph() {
    let Some(folder) = fixtures() else { return };
    for name in ["jaeger-ui-small.json", "jaeger-ui-large.json"] {
        let bytes = std::fs::read(folder.join("dependencies").join(name)).expect("the file");
        let rows: Value = serde_json::from_slice(&bytes).expect("JSON");
        let mut expected = Links::new();
        theirs(&rows, &mut expected);
        let (store, _) = load(name, &bytes, 1 << 16);
        let graph = ServiceGraph::of_dependencies(&store, None);
        let name = |at: u32| graph.nodes[at as usize].name.clone();
        let links: Links = graph
            .links
            .iter()
            .map(|it| ((name(it.parent), name(it.child)), (it.calls.unwrap_or(0), it.errors.unwrap_or(0))))
            .collect();
        assert_eq!(links, expected);
        let names: std::collections::BTreeSet<&String> = expected.keys().flat_map(|(a, b)| [a, b]).collect();
        assert_eq!(graph.nodes.len(), names.len());
    }
}

/// The slowest calls are told by how long their caller waited, whatever the spans that were called took.
#[test]
fn slow_calls_are_told_by_how_long_was_waited() {
    let Some(folder) = fixtures() else { return };
    let path = folder.join("jaeger/traceweaver-hotel-reservation-300.json");
    let mut waited = Vec::new();
    for trace in read(&path)["data"].as_array().expect("a list") {
        let spans = trace["spans"].as_array().expect("a list");
        for span in spans
            .iter()
            .filter(|span| trace["processes"][span["processID"].as_str().expect("an id")]["serviceName"] == "profile")
        {
            let parent = &span["references"][0]["spanID"];
            let caller = spans.iter().find(|span| span["spanID"] == *parent).expect("a caller");
            waited.push(caller["duration"].as_i64().expect("µs") * 1_000);
        }
    }
    waited.sort_by(|a, b| b.cmp(a));
    let mut engine = Engine::default();
    engine.begin("hotel.json");
    engine.push(&std::fs::read(&path).expect("the file"));
    engine.finish();
    let [parent, child] = ["frontend", "profile"].map(str::to_owned);
    let [slowest, _] = engine.ask(&LinkCalls { what: CountedCalls::default(), parent, child });
    let told: Vec<i64> = slowest.iter().map(|call| call.duration_nanos).collect();
    assert_eq!(told, waited[..5]);
}
