use super::super::testing::{Given, bush, push_text, span, traces_of};
use super::*;
use crate::model::{draw, draw_all};

const ALWAYS: [i64; 2] = [i64::MIN, i64::MAX];

/// Each link as `a>b calls errors`, sorted.
fn links(store: &Store, window: [i64; 2]) -> Vec<String> {
    told(&ServiceGraph::of(store, window))
}

fn told(graph: &ServiceGraph) -> Vec<String> {
    let name = |at: u32| graph.nodes[at as usize].name.as_str();
    let line = |link: &ServiceLink| {
        let [calls, errors] = [link.calls, link.errors].map(|count| count.map_or("?".to_owned(), |it| it.to_string()));
        format!("{}>{} {calls} {errors}", name(link.parent), name(link.child))
    };
    let mut lines: Vec<String> = graph.links.iter().map(line).collect();
    lines.sort();
    lines
}

fn node<'a>(graph: &'a ServiceGraph, name: &str) -> &'a ServiceNode {
    graph.nodes.iter().find(|node| node.name == name).expect("a node")
}

/// Spans of one trace with attributes.
fn graph(spans: &[(Given, &[(&str, &str)])]) -> ServiceGraph {
    let givens = spans.iter().map(|(given, _)| *given).collect();
    let store = traces_of(&[givens], &mut |store, _, place| {
        spans[place].1.iter().for_each(|(key, value)| push_text(store, key, value));
    });
    ServiceGraph::of(&store, ALWAYS)
}

fn of(service: &'static str, kind: SpanKind, it: Given) -> Given {
    Given { service, kind, ..it }
}

use SpanKind::{Client, Consumer, Internal, Producer, Server, Unspecified};

#[test]
fn spans_of_other_services_are_calls_even_without_kinds() {
    let store = draw(
        "
web get     |========|
  web render|=       |
  shop buy  | ====   |
    pay pay!|  ==    |
  shop list |      = |
",
    );
    assert_eq!(links(&store, ALWAYS), ["shop>pay 1 1", "web>shop 2 0"]);
    let graph = ServiceGraph::of(&store, ALWAYS);
    let web = node(&graph, "web");
    assert_eq!((web.spans, web.calls, web.times.p50), (2, Some(1), 8_000_000));
    let shop = node(&graph, "shop");
    assert_eq!((shop.spans, shop.calls, shop.failed, shop.errors), (2, Some(2), Some(0), 0));
    assert_eq!((shop.times.p50, shop.times.p99, shop.own_nanos), (1_000_000, 4_000_000, 3_000_000));
}

#[test]
fn a_database_that_callers_speak_for_is_called_once() {
    let redis: &[(&str, &str)] = &[("db.system", "redis")];
    let graph = graph(&[
        (of("driver", Server, span(None, 0, 100)), &[]),
        (of("redis", Client, span(0, 10, 60)), redis),
        (of("redis", Client, span(1, 20, 30)), redis),
    ]);
    // The second call is within redis: the service calls itself.
    assert_eq!(told(&graph), ["driver>redis 1 0", "redis>redis 1 0"]);
    let redis = node(&graph, "redis");
    assert_eq!((redis.calls, redis.times), (Some(2), times(1, 50, 50)));
    let link = graph.links.iter().find(|link| link.parent != link.child).expect("a link");
    assert_eq!((link.call, link.callee), (times(1, 50, 50), Times::default()));
}

#[test]
fn a_call_has_two_halves() {
    let error = |it: Given| Given { status: StatusCode::Error, ..it };
    let graph = graph(&[
        (of("web", Server, span(None, 0, 100)), &[]),
        (of("web", Client, span(0, 10, 60)), &[("peer.service", "elephant")]),
        (of("shop", Server, span(1, 20, 50)), &[]),
        (error(of("web", Client, span(0, 60, 90))), &[]),
        (of("shop", Server, span(3, 65, 70)), &[]),
    ]);
    assert_eq!(told(&graph), ["web>shop 2 1"], "the server's own name is better");
    let link = &graph.links[0];
    assert_eq!((link.call, link.callee), (times(2, 30, 50), times(2, 5, 30)));
    assert_eq!(
        (&graph.slowest[0], &graph.failed[0]),
        (&vec![((TraceRow(0), 2), 50), ((TraceRow(0), 4), 30)], &vec![((TraceRow(0), 4), 30)])
    );
    assert_eq!((node(&graph, "shop").failed, node(&graph, "shop").calls), (Some(0), Some(2)), "it did not fail itself");
}

fn times(count: u32, p50: i64, p99: i64) -> Times {
    Times { count, p50, p95: p99, p99 }
}

#[test]
fn the_innermost_client_leads_to_the_peer() {
    let graph = graph(&[
        (of("web", Server, span(None, 0, 100)), &[]),
        (of("web", Client, span(0, 10, 60)), &[("db.system", "mysql"), ("db.name", "shop")]),
        (of("web", Client, span(1, 20, 50)), &[("db.system", "mysql"), ("db.name", "shop")]),
        (of("web", Internal, span(2, 20, 30)), &[]),
        (of("web", Client, span(0, 60, 70)), &[("http.host", "pay.example:80")]),
        (of("web", Internal, span(4, 60, 61)), &[("server.address", "dns")]),
        (of("web", Unspecified, span(0, 80, 90)), &[("db.type", "redis")]),
        (of("web", Client, span(0, 90, 91)), &[]),
    ]);
    assert_eq!(told(&graph), ["web>mysql/shop 1 0", "web>pay.example 1 0", "web>redis 1 0"]);
    let kinds = ["web", "mysql/shop", "pay.example", "redis"].map(|name| node(&graph, name).kind);
    assert_eq!(kinds, [NodeKind::Service, NodeKind::Database, NodeKind::External, NodeKind::Database]);
    let mysql = node(&graph, "mysql/shop");
    assert_eq!((mysql.spans, mysql.calls, mysql.times), (0, Some(1), times(1, 30, 30)));
}

#[test]
fn messages_go_by_way_of_their_broker() {
    let kafka: &[(&str, &str)] = &[("messaging.system", "kafka"), ("messaging.destination.name", "orders")];
    let sent = of("web", Producer, span(None, 0, 10));
    let graph_of = |producer: &[(&str, &str)], consumer: &[(&str, &str)]| {
        told(&graph(&[(sent, producer), (of("mail", Consumer, span(0, 20, 30)), consumer)]))
    };
    let both = ["kafka/orders>mail 1 0", "web>kafka/orders 1 0"];
    assert_eq!(graph_of(kafka, kafka), both);
    assert_eq!(graph_of(kafka, &[]), both, "the consumer's broker is its producer's");
    assert_eq!(graph_of(&[], &[]), ["web>mail 1 0"], "nobody names a broker");
    assert_eq!(graph_of(&[], kafka), ["kafka/orders>mail 1 0"]);
    let alone = graph(&[(of("mail", Consumer, span(None, 20, 30)), kafka)]);
    assert_eq!(
        (told(&alone), node(&alone, "kafka/orders").kind),
        (vec!["kafka/orders>mail 1 0".to_owned()], NodeKind::Queue)
    );
}

#[test]
fn a_service_calls_itself_by_a_servers_span_only() {
    let graph = graph(&[
        (of("web", Server, span(None, 0, 100)), &[]),
        (of("web", Client, span(0, 0, 100)), &[]),
        (of("web", Server, span(1, 0, 100)), &[]),
        (of("web", Internal, span(2, 0, 100)), &[]),
        (of("web", Unspecified, span(3, 0, 100)), &[]),
    ]);
    assert_eq!((told(&graph), node(&graph, "web").calls), (vec!["web>web 1 0".to_owned()], Some(2)));
}

#[test]
fn spans_without_a_service_are_of_the_one_above() {
    let graph = graph(&[
        (of("web", Server, span(None, 0, 100)), &[]),
        (of("unknown_service", Internal, span(0, 0, 100)), &[]),
        (of("shop", Server, span(1, 0, 100)), &[]),
        (of("", Client, span(2, 0, 100)), &[("peer.service", "pay")]),
    ]);
    assert_eq!(told(&graph), ["shop>pay 1 0", "web>shop 1 0"]);
}

#[test]
fn what_has_spans_is_a_service() {
    let pictures = ["shop buy |==|\n", "pay pay |==|\n"];
    let mut store = draw_all(&pictures);
    assert_eq!(links(&store, ALWAYS), Vec::<String>::new());
    let spans = vec![of("web", Client, span(None, 0, 7))];
    store = traces_of(&[spans, vec![of("shop", Server, span(None, 0, 3))]], &mut |store, trace, _| {
        if trace == 0 {
            push_text(store, "db.system", "shop");
        }
    });
    let graph = ServiceGraph::of(&store, ALWAYS);
    let shop = node(&graph, "shop");
    assert_eq!((shop.kind, shop.spans, shop.calls, shop.times), (NodeKind::Service, 1, Some(2), times(1, 3, 3)));
}

#[test]
fn a_window_has_the_spans_that_start_in_it() {
    let store = draw(
        "
web get   |==========|
  shop a  |==        |
  shop b  |  ==      |
  pay c   |     =    |
",
    );
    let at = |column: i64| 1_700_000_000_000_000_000 + column * 1_000_000;
    assert_eq!(links(&store, [at(0), at(2)]), ["web>shop 1 0"]);
    assert_eq!(links(&store, [at(2), at(6)]), ["web>pay 1 0", "web>shop 1 0"]);
    let graph = ServiceGraph::of(&store, [at(2), at(6)]);
    assert_eq!((node(&graph, "web").spans, node(&graph, "shop").spans), (0, 1));
    assert_eq!(links(&store, [at(6), at(99)]), Vec::<String>::new());
}

#[test]
fn backends_counts_are_links_too() {
    let mut store = Store::new();
    for (source, rows) in
        [("one", vec![("a", "b", Some(5), None), ("b", "c", None, None)]), ("two", vec![("a", "b", Some(1), Some(1))])]
    {
        store.begin_source(source);
        for (parent, child, calls, errors) in rows {
            let [parent, child] = [parent, child].map(|name| store.content.strings.intern(name));
            store.dependencies.push(crate::model::Dependency { parent, child, calls, errors });
        }
    }
    let name = |name| store.strings().find(name);
    let told_of = |source| told(&ServiceGraph::of_dependencies(&store, source));
    assert_eq!(told_of(None), ["a>b 6 1", "b>c ? ?"]);
    assert_eq!(
        (told_of(name("one")), told_of(name("two"))),
        (vec!["a>b 5 ?".to_owned(), "b>c ? ?".to_owned()], vec!["a>b 1 1".to_owned()])
    );
    let graph = ServiceGraph::of_dependencies(&store, None);
    assert_eq!((node(&graph, "b").calls, node(&graph, "c").calls, node(&graph, "a").calls), (Some(6), None, None));
}

#[test]
fn many_spans_are_quick() {
    let spans = bush(200_000);
    let store = traces_of(&[spans], &mut |_, _, _| {});
    let began = std::time::Instant::now();
    let graph = ServiceGraph::of(&store, ALWAYS);
    assert_eq!(graph.nodes.iter().map(|node| node.spans).sum::<u32>(), 200_000);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
