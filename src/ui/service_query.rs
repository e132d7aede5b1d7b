//! TraceQL that finds the traces behind a link of the service graph: see `analysis/service_graph.rs` for what makes one.

use crate::analysis::service_peers::NodeKind;

/// The ends of a link: names, and what they are.
pub type End<'a> = (&'a str, NodeKind);

/// A query for traces in which the first calls the second.
pub fn behind((parent, parent_kind): End, (child, child_kind): End) -> String {
    if child_kind == NodeKind::Service && parent_kind == NodeKind::Service {
        let is_entered = if parent == child { " && kind = server" } else { "" };
        let child_spans = ["{ resource.service.name = ", &quoted(child), is_entered, " }"].concat();
        return [&of_service(parent), " > ", &child_spans, " || ", &telling(parent, child, child_kind, false)].concat();
    }
    if child_kind != NodeKind::Service {
        return telling(parent, child, child_kind, false);
    }
    // A message's broker is told by its consumer, or by its producer right above.
    let producer = ["{ kind = producer && (", &peer(parent, parent_kind), ") }"].concat();
    [&telling(child, parent, parent_kind, true), " || ", &producer, " > ", &of_service(child)].concat()
}

/// Traces of a service, or with calls of what has no spans.
pub fn with_node((name, kind): End) -> String {
    if kind == NodeKind::Service { of_service(name) } else { ["{ ", &peer(name, kind), " }"].concat() }
}

fn of_service(name: &str) -> String {
    ["{ resource.service.name = ", &quoted(name), " }"].concat()
}

/// Spans of a service that name a peer: one that calls it, or one that it calls.
fn telling(service: &str, name: &str, kind: NodeKind, is_called: bool) -> String {
    let kinds = if is_called { "(kind = consumer || kind = server)" } else { "kind != consumer && kind != server" };
    ["{ resource.service.name = ", &quoted(service), " && ", kinds, " && (", &peer(name, kind), ") }"].concat()
}

fn peer(name: &str, kind: NodeKind) -> String {
    let equal = |keys: &[&str], value: &str| {
        let one = |key: &&str| ["span.", key, " = ", &quoted(value)].concat();
        keys.iter().map(one).collect::<Vec<_>>().join(" || ")
    };
    let by_name = equal(&["peer.service"], name);
    let (systems, parts): (&[&str], &[&str]) = match kind {
        NodeKind::Database => {
            (&["db.system.name", "db.system", "db.type"], &["db.namespace", "db.name", "db.instance"])
        }
        NodeKind::Queue => (&["messaging.system"], &["messaging.destination.name", "messaging.destination"]),
        NodeKind::External | NodeKind::Service => {
            let hosts = [
                "server.address",
                "net.peer.name",
                "peer.hostname",
                "http.host",
                "gen_ai.provider.name",
                "gen_ai.system",
            ];
            let url = ["(.*@)?", &escaped(name), "([:/?#].*)?"].concat();
            let urls = ["url.full", "http.url"]
                .map(|key| ["span.", key, " =~ ", &quoted(&["[^:]+://", &url].concat())].concat());
            let port = ["span.http.host =~ ", &quoted(&[&escaped(name), ":.*"].concat())].concat();
            return [by_name, equal(&hosts, name), port, urls.join(" || ")].join(" || ");
        }
    };
    // A part may have slashes of its own, a system has none.
    let whole = equal(&[systems, parts].concat(), name);
    match name.split_once('/') {
        Some((system, part)) => {
            [&by_name, " || ", &whole, " || ((", &equal(systems, system), ") && (", &equal(parts, part), "))"].concat()
        }
        None => [by_name, whole].join(" || "),
    }
}

fn quoted(text: &str) -> String {
    let escaped =
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    ["\"", &escaped, "\""].concat()
}

/// A text as a regular expression has it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::service_graph::ServiceGraph;
    use crate::analysis::testing::{Given, push_text, span, traces_of};
    use crate::model::SpanKind::{self, Client, Consumer, Producer, Server};
    use crate::model::{Store, TraceRow};
    use crate::query::search::{Conditions, matches};

    fn of(service: &'static str, kind: SpanKind, parent: Option<usize>) -> Given {
        Given { service, kind, ..span(parent, 0, 9) }
    }

    fn finds(store: &Store, query: &str) -> Vec<u32> {
        let found = |row: &u32| !matches(store, TraceRow(*row), &Conditions::default(), query).expect(query).is_empty();
        (0..store.traces().count() as u32).filter(found).collect()
    }

    #[test]
    fn every_links_traces_are_found_and_no_others() {
        const CALLS: [(SpanKind, &[(&str, &str)]); 8] = [
            (Client, &[("db.system", "mysql"), ("db.name", "a/b")]),
            (Client, &[("db.system", "redis")]),
            (Producer, &[("messaging.system", "kafka"), ("messaging.destination.name", "t")]),
            (Consumer, &[("messaging.system", "kafka"), ("messaging.destination.name", "t")]),
            (Client, &[("http.url", "https://me@pay.example:80/a?b")]),
            (Client, &[("http.host", "pay.test:80")]),
            (Client, &[("peer.service", "say \"\\o/\"")]),
            (Client, &[("server.address", "pay.other")]),
        ];
        let mut traces: Vec<Vec<Given>> = CALLS.iter().map(|(kind, _)| vec![of("shop", *kind, None)]).collect();
        traces.push(vec![of("web", Client, None), of("shop", Server, Some(0))]);
        traces.push(vec![of("web", Client, None), of("web", Server, Some(0))]);
        let store = traces_of(&traces, &mut |store, trace, _| {
            for (key, value) in CALLS.get(trace).iter().flat_map(|(_, attributes)| attributes.iter()) {
                push_text(store, key, value);
            }
        });
        let graph = ServiceGraph::of(&store, [i64::MIN, i64::MAX]);
        assert_eq!(graph.links.len(), CALLS.len() + 2);
        for (at, link) in graph.links.iter().enumerate() {
            let [parent, child] = [link.parent, link.child].map(|it| &graph.nodes[it as usize]);
            let query = behind((&parent.name, parent.kind), (&child.name, child.kind));
            assert_eq!(finds(&store, &query), [graph.slowest[at][0].0.0.0], "{query}");
            let node = if child.kind == NodeKind::Service { parent } else { child };
            let query = with_node((&node.name, node.kind));
            assert!(finds(&store, &query).contains(&graph.slowest[at][0].0.0.0), "{query}");
        }
    }
}
