//! Who takes part: the six services with their machines, the customers, and how each protocol speaks.

use super::super::jaeger::{Process, ProcessId, Tag};
use super::story::{Kind, Scene, Story, Told};
use std::sync::LazyLock;

pub const FRONTEND: ProcessId = ProcessId(0);
pub const CUSTOMER: ProcessId = ProcessId(1);
pub const MYSQL: ProcessId = ProcessId(2);
pub const DRIVER: ProcessId = ProcessId(3);
pub const REDIS: ProcessId = ProcessId(4);
/// One for each of the frontend's three workers.
pub const ROUTE: [ProcessId; 3] = [ProcessId(5), ProcessId(6), ProcessId(7)];

pub static PROCESSES: LazyLock<Vec<Process>> = LazyLock::new(|| {
    vec![
        process("frontend", "hotrod-frontend-6c4f9", "10.42.0.11", 17),
        process("customer", "hotrod-customer-5d7b2", "10.42.0.23", 21),
        process("mysql", "hotrod-customer-5d7b2", "10.42.0.23", 21),
        process("driver", "hotrod-driver-84c6d", "10.42.1.8", 9),
        process("redis", "hotrod-driver-84c6d", "10.42.1.8", 9),
        process("route", "hotrod-route-7f9d4-a", "10.42.2.31", 12),
        process("route", "hotrod-route-7f9d4-b", "10.42.2.32", 12),
        process("route", "hotrod-route-7f9d4-c", "10.42.3.30", 14),
    ]
});

fn process(service: &'static str, host: &'static str, ip: &'static str, pid: i64) -> Process {
    Process {
        service_name: service.into(),
        tags: vec![
            Tag::new("host.name", host),
            Tag::new("ip", ip),
            Tag::new("os.type", "linux"),
            Tag::new("process.pid", pid),
            Tag::new("service.version", "1.76.0"),
            Tag::new("telemetry.sdk.language", "go"),
            Tag::new("telemetry.sdk.name", "opentelemetry"),
            Tag::new("telemetry.sdk.version", "1.38.0"),
        ],
    }
}

pub struct Customer {
    pub id: i64,
    pub name: &'static str,
    pub location: &'static str,
}

pub const RACHEL: Customer = Customer { id: 123, name: "Rachel's Floral Designs", location: "115,277" };
pub const TROM: Customer = Customer { id: 392, name: "Trom Chocolatier 🍫", location: "577,322" };
pub const COFFEE: Customer = Customer { id: 567, name: "Amazing Coffee Roasters ☕", location: "211,653" };
pub const SWEETS: Customer = Customer { id: 731, name: "日式甜品屋 Japanese Desserts 🍡", location: "728,326" };
pub const DUCK: Customer = Customer { id: 888, name: "老北京烤鸭店 🦆", location: "402,118" };

/// The frontend's address, as customers' browsers know it.
pub const SITE: &str = "hotrod.example";

pub fn http_server(
    story: &mut Story,
    scene: Scene,
    at: i64,
    (method, route, target): (&'static str, &'static str, String),
) -> Told {
    let span = story.open(scene, Kind::Server, format!("HTTP {method} {route}"), at);
    story.tag(span, "http.request.method", method);
    story.tag(span, "http.route", route);
    match target.split_once('?') {
        Some((path, query)) => {
            story.tag(span, "url.path", path.to_owned());
            story.tag(span, "url.query", query.to_owned());
        }
        None => story.tag(span, "url.path", target),
    }
    story.tag(span, "otel.scope.name", OTELHTTP);
    span
}

pub fn http_client(
    story: &mut Story,
    parent: Told,
    at: i64,
    (route, host, target): (&'static str, &'static str, String),
) -> Told {
    let scene = Scene::below(parent, FRONTEND);
    let span = story.open(scene, Kind::Client, format!("HTTP GET {route}"), at);
    let port = if host == "customer" { 8081 } else { 8083 };
    story.tags(
        span,
        [
            ("http.request.method", "GET".into()),
            ("url.full", format!("http://{host}:{port}{target}").into()),
            ("server.address", host.into()),
            ("server.port", port.into()),
            ("peer.service", host.into()),
            ("otel.scope.name", OTELHTTP.into()),
        ],
    );
    span
}

const OTELHTTP: &str = "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp";

/// From 400 on a client has failed, from 500 on a server too.
pub fn http_close(story: &mut Story, span: Told, at: i64, status: i64, kind: Kind) {
    story.tag(span, "http.response.status_code", status);
    let fails_from = match kind {
        Kind::Client => 400,
        _ => 500,
    };
    if status >= fails_from {
        story.fail(span, format!("HTTP status {status}"));
    }
    story.close(span, at);
}

pub fn sql(
    story: &mut Story,
    parent: Told,
    at: i64,
    (verb, table, text): (&'static str, &'static str, &'static str),
) -> Told {
    let scene = Scene::below(parent, MYSQL);
    let span = story.open(scene, Kind::Client, format!("SQL {verb}"), at);
    story.tags(
        span,
        [
            ("db.system.name", "mysql".into()),
            ("db.namespace", "hotrod".into()),
            ("db.operation.name", verb.into()),
            ("db.collection.name", table.into()),
            ("db.query.text", text.into()),
            ("peer.service", "mysql".into()),
        ],
    );
    span
}

/// Still in the older convention, `db.system` and `db.statement`, as half of the world.
pub fn redis(story: &mut Story, parent: Told, at: i64, (name, statement): (&'static str, String)) -> Told {
    let span = story.open(Scene::below(parent, REDIS), Kind::Client, name, at);
    story.tag(span, "db.system", "redis");
    story.tag(span, "db.statement", statement);
    span
}

pub fn kafka(
    story: &mut Story,
    scene: Scene,
    at: i64,
    (kind, verb, topic): (Kind, &'static str, &'static str),
) -> Told {
    let span = story.open(scene, kind, format!("{verb} {topic}"), at);
    story.tags(
        span,
        [
            ("messaging.system", "kafka".into()),
            ("messaging.destination.name", topic.into()),
            ("messaging.operation.name", verb.into()),
        ],
    );
    span
}
