//! Who is at the other end of a call when no span of it is there: a database, a queue, or a service without instrumentation, named by what the
//! caller says of it (OpenTelemetry's semantic conventions, old and new, and Zipkin's remote endpoint, which ingest keeps as `peer.service`).

use serde::{Deserialize, Serialize};

use crate::model::{SpanKind, SpanRow, Store, StringId};

/// What a node of the service graph is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeKind {
    /// It has spans, or a backend says so.
    #[default]
    Service,
    Database,
    /// A broker, or a queue or topic of it.
    Queue,
    /// Anything else that is called and has no spans.
    External,
}

/// Attributes that name a peer, in groups: of a group the first that is there counts.
const NAMES: [&str; 19] = [
    "peer.service",
    "db.system.name",
    "db.system",
    "db.type",
    "db.namespace",
    "db.name",
    "db.instance",
    "messaging.system",
    "messaging.destination.name",
    "messaging.destination",
    "message_bus.destination",
    "gen_ai.provider.name",
    "gen_ai.system",
    "server.address",
    "net.peer.name",
    "peer.hostname",
    "http.host",
    "url.full",
    "http.url",
];
const SERVICE: [usize; 2] = [0, 1];
const DB_SYSTEM: [usize; 2] = [1, 4];
const DB_NAME: [usize; 2] = [4, 7];
const QUEUE_SYSTEM: [usize; 2] = [7, 8];
const QUEUE_NAME: [usize; 2] = [8, 11];
const AI: [usize; 2] = [11, 13];
const HOST: [usize; 2] = [13, 17];
const URL: [usize; 2] = [17, 19];

/// Reads the peers of spans.
pub struct Peers {
    keys: [Option<StringId>; NAMES.len()],
}

impl Peers {
    pub fn new(store: &Store) -> Peers {
        Peers { keys: NAMES.map(|name| store.strings().find(name)) }
    }

    /// What a span says of its peer, whose name is put into `name`. Of a client that is who is called; of a producer or consumer its broker; of a
    /// server who calls; of other spans a database or a service that they name outright.
    pub fn of(&self, store: &Store, span: SpanRow, name: &mut String) -> Option<NodeKind> {
        let mut facts = [None; NAMES.len()];
        for row in store.attribute_range(span).rows() {
            let key = Some(store.attributes.key(row));
            if let Some(at) = self.keys.iter().position(|known| *known == key) {
                facts[at] =
                    store.attributes.cell(row).as_text().map(|text| store.text(text)).filter(|it| !it.is_empty());
            }
        }
        let first = |[from, to]: [usize; 2]| facts[from..to].iter().flatten().next().copied();
        let span_kind = store.spans.kind(span);
        let is_message = matches!(span_kind, SpanKind::Producer | SpanKind::Consumer);
        let kind = match span_kind {
            SpanKind::Server => NodeKind::External,
            _ if is_message || span_kind == SpanKind::Client && first(QUEUE_SYSTEM).is_some() => NodeKind::Queue,
            _ if first(DB_SYSTEM).is_some() => NodeKind::Database,
            _ => NodeKind::External,
        };
        name.clear();
        let (system, part) = match kind {
            _ if first(SERVICE).is_some() => (first(SERVICE), None),
            NodeKind::Queue => (first(QUEUE_SYSTEM), first(QUEUE_NAME)),
            NodeKind::Database => (first(DB_SYSTEM), first(DB_NAME)),
            _ if span_kind == SpanKind::Client => (first(AI), None),
            _ => return None,
        };
        let address = || first(HOST).map(bare_host).or_else(|| first(URL).and_then(host_of));
        let parts = match (system, part) {
            (None, None) if is_message || span_kind == SpanKind::Client => [address(), None],
            parts => [parts.0, parts.1],
        };
        for part in parts.into_iter().flatten() {
            if !name.is_empty() {
                name.push('/');
            }
            name.push_str(part);
        }
        (!name.is_empty()).then_some(kind)
    }
}

/// A host without its port.
fn bare_host(host: &str) -> &str {
    match host.rsplit_once(':') {
        // An address of version 6 has several colons.
        Some((bare, port)) if !bare.contains(':') && port.bytes().all(|digit| digit.is_ascii_digit()) => bare,
        _ => host,
    }
}

/// The host of a URL.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(bare_host(host)).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, push_text, span, traces_of};
    use super::*;

    fn peer(kind: SpanKind, attributes: &[(&str, &str)]) -> Option<(NodeKind, String)> {
        let store = traces_of(&[vec![Given { kind, ..span(None, 0, 1) }]], &mut |store, _, _| {
            attributes.iter().for_each(|(key, value)| push_text(store, key, value));
        });
        let mut name = String::new();
        let kind = Peers::new(&store).of(&store, SpanRow(0), &mut name);
        kind.map(|kind| (kind, name))
    }

    fn is(kind: SpanKind, attributes: &[(&str, &str)], node: NodeKind, name: &str) {
        assert_eq!(peer(kind, attributes), Some((node, name.to_owned())), "{attributes:?}");
    }

    #[test]
    fn databases_are_named_by_system_and_namespace() {
        let client = SpanKind::Client;
        is(client, &[("db.system", "redis")], NodeKind::Database, "redis");
        is(client, &[("db.name", "shop"), ("db.system", "mysql")], NodeKind::Database, "mysql/shop");
        is(client, &[("db.system.name", "postgresql"), ("db.namespace", "s")], NodeKind::Database, "postgresql/s");
        is(client, &[("db.system", "mysql"), ("peer.service", "orders-db")], NodeKind::Database, "orders-db");
        is(SpanKind::Internal, &[("db.type", "sql")], NodeKind::Database, "sql");
    }

    #[test]
    fn queues_are_named_by_system_and_destination() {
        let both = [("messaging.system", "kafka"), ("messaging.destination.name", "orders")];
        for kind in [SpanKind::Producer, SpanKind::Consumer, SpanKind::Client] {
            is(kind, &both, NodeKind::Queue, "kafka/orders");
        }
        is(SpanKind::Producer, &[("peer.service", "kafka")], NodeKind::Queue, "kafka");
        is(SpanKind::Consumer, &[("server.address", "broker:9092")], NodeKind::Queue, "broker");
        assert_eq!(peer(SpanKind::Internal, &both), None, "work on a message is no call");
    }

    #[test]
    fn others_are_named_by_their_address() {
        let client = SpanKind::Client;
        is(client, &[("server.address", "pay.example"), ("http.url", "x://y/")], NodeKind::External, "pay.example");
        is(client, &[("http.host", "pay.example:8080")], NodeKind::External, "pay.example");
        is(client, &[("url.full", "https://me@pay.example:8080/a?b")], NodeKind::External, "pay.example");
        is(client, &[("server.address", "::1")], NodeKind::External, "::1");
        is(client, &[("gen_ai.system", "openai"), ("server.address", "10.0.0.1")], NodeKind::External, "openai");
        is(SpanKind::Unspecified, &[("peer.service", "pay")], NodeKind::External, "pay");
    }

    #[test]
    fn a_servers_own_address_is_no_peer() {
        for kind in [SpanKind::Server, SpanKind::Unspecified, SpanKind::Internal] {
            assert_eq!(peer(kind, &[("server.address", "me"), ("http.host", "me")]), None);
        }
        is(SpanKind::Server, &[("peer.service", "web")], NodeKind::External, "web");
        assert_eq!(peer(SpanKind::Client, &[("net.peer.ip", "10.0.0.1")]), None, "a bare address names nobody");
    }
}
