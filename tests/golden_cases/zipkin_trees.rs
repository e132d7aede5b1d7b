//! Trees as Zipkin's tests record them (`{"$spanNode":true,"span":{…},"children":[…]}`), and the store's.

use super::zipkin_records::{UNKNOWN, in_order, is_server, padded, padded_text};
use serde_json::Value as Json;
use trackway::model::{SpanFlags, SpanKind, Store};

/// Depth, id, whether it is a server's half, name and service.
pub type Line = (usize, String, bool, String, String);

/// The spans of a tree, parents first.
#[derive(Debug, Default)]
pub struct Nodes<'a> {
    pub spans: Vec<&'a Json>,
    /// Indexes into `spans`.
    parent: Vec<Option<usize>>,
}

impl<'a> Nodes<'a> {
    /// In display order. A node without a span stands for a root that is not there: its children are roots.
    pub fn of(root: &'a Json) -> Nodes<'a> {
        let mut nodes = Nodes::default();
        let mut stack = vec![(root, None)];
        while let Some((node, parent)) = stack.pop() {
            assert_eq!(node["$spanNode"], true);
            let span = &node["span"];
            let own = if span["id"].is_string() { Some(nodes.spans.len()) } else { None };
            if own.is_some() {
                nodes.spans.push(span);
                nodes.parent.push(parent);
            }
            stack.extend(node["children"].as_array().expect("children").iter().rev().map(|child| (child, own)));
        }
        nodes
    }

    /// Moves children of a client half below its server half, but for those of the client's own service.
    ///
    /// Zipkin hangs a child below the server half only if both name the same address, else below the client half. But the
    /// address often is missing or another one (proxies, several interfaces) where the service is the server's, or is
    /// neither's. We go by the address first, then by the service, and take the server if neither tells: Jaeger's backend
    /// takes it always.
    pub fn below_servers(mut self) -> Nodes<'a> {
        let service = |index: usize| &self.spans[index]["localEndpoint"]["serviceName"];
        let mut moved = self.parent.clone();
        for (index, parent) in self.parent.iter().enumerate() {
            let Some(parent) = *parent else { continue };
            let same_id = |other: usize| self.spans[other]["id"] == self.spans[parent]["id"];
            let is_half = |other: &usize| self.parent[*other] == Some(parent) && same_id(*other);
            let server = (0..self.spans.len()).find(is_half).filter(|_| !same_id(index));
            let is_clients = |server: usize| service(index) == service(parent) && service(index) != service(server);
            if let Some(server) = server.filter(|server| !is_clients(*server)) {
                moved[index] = Some(server);
            }
        }
        self.parent = moved;
        self
    }

    /// Siblings by start; those without one first, as they begin with their parent.
    pub fn outline(&self) -> Vec<Line> {
        let start = |index: &usize| self.spans[*index]["timestamp"].as_i64().unwrap_or_default();
        let below = |parent: Option<usize>, depth: usize| {
            let mut children: Vec<usize> =
                (0..self.spans.len()).filter(|index| self.parent[*index] == parent).collect();
            children.sort_by_key(start);
            children.into_iter().rev().map(move |index| (index, depth))
        };
        let mut lines = Vec::new();
        let mut stack: Vec<_> = below(None, 0).collect();
        while let Some((index, depth)) = stack.pop() {
            let span = self.spans[index];
            let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
            let service = text(&span["localEndpoint"]["serviceName"]);
            // A server's record is a half where its client's is there.
            let is_half = is_server(span) && self.spans.iter().filter(|other| other["id"] == span["id"]).count() > 1;
            lines.push((depth, padded_text(&span["id"]), is_half, text(&span["name"]), service));
            stack.extend(below(Some(index), depth + 1));
        }
        lines
    }
}

/// The store's tree.
pub fn outline(store: &Store) -> Vec<Line> {
    let depths = store.traces().flat_map(|(_, trace)| &trace.tree.depth);
    let lines = in_order(store).into_iter().zip(depths).map(|(span, depth)| {
        let is_half = span.flags().has(SpanFlags::SERVER_HALF);
        assert!(!is_half || span.kind() == SpanKind::Server);
        let id = padded(span.id()).as_str().expect("an id").to_owned();
        let service = Some(span.service()).filter(|service| *service != UNKNOWN);
        (*depth as usize, id, is_half, span.name().to_owned(), service.unwrap_or_default().to_owned())
    });
    lines.collect()
}
