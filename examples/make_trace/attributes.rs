//! What a span carries: attributes in OpenTelemetry's semantic conventions, then the company's own (`app.…`), its
//! status and its events.

use super::catalogue::{Operation, Query, REGIONS, Service, Style};
use super::jaeger::{Log, Tag, Text, Value};
use super::random::Random;

/// What a span does.
#[derive(Clone, Copy)]
pub enum Act<'a> {
    Serve(&'a Service, &'a Operation),
    Call(&'a Service, &'a Operation),
    Query(&'a Query),
    Work(&'static str),
}

impl Act<'_> {
    pub fn name(&self) -> Text {
        match self {
            Act::Serve(service, operation) | Act::Call(service, operation) => {
                let Operation { subject, verb } = operation;
                match service.style {
                    // By the convention a client's name is the method alone; a route says more.
                    Style::Http => format!("{verb} {subject}").into(),
                    Style::Grpc => format!("{subject}/{verb}").into(),
                    Style::Kafka if matches!(self, Act::Call(..)) => format!("send {subject}").into(),
                    Style::Kafka => format!("process {subject}").into(),
                }
            }
            Act::Query(Query { verb, table, .. }) => format!("{verb} {table}").into(),
            Act::Work(name) => (*name).into(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Act::Serve(service, _) if service.style == Style::Kafka => "consumer",
            Act::Serve(..) => "server",
            Act::Call(service, _) if service.style == Style::Kafka => "producer",
            Act::Call(..) | Act::Query(_) => "client",
            Act::Work(_) => "internal",
        }
    }
}

/// `count` attributes: up to two thirds conventional, the rest the company's own; kind and status come on top.
pub fn tags(act: Act, failed: bool, count: u64, bytes: u64, random: &mut Random) -> Vec<Tag> {
    let mut tags = Vec::with_capacity(count as usize + 4);
    tags.push(Tag::new("span.kind", act.kind()));
    conventional(act, failed, random, &mut tags);
    tags.truncate(1 + (count - count.div_ceil(3)) as usize);
    let own = count + 1 - tags.len() as u64;
    tags.extend((0..own).map(|n| own_tag(n, bytes, random)));
    if failed {
        tags.push(Tag::new("error", true));
        tags.push(Tag::new("otel.status_code", "ERROR"));
        tags.push(Tag::new("otel.status_description", fault(act).1));
    }
    tags
}

fn conventional(act: Act, failed: bool, random: &mut Random, tags: &mut Vec<Tag>) {
    let mut tag = |key: &'static str, value: Value| tags.push(Tag::new(key, value));
    match act {
        Act::Serve(service, operation) | Act::Call(service, operation) => {
            let serves = matches!(act, Act::Serve(..));
            let Operation { subject, verb } = operation;
            let address = service.name.clone();
            match service.style {
                Style::Http => {
                    let status = if failed {
                        *random.pick(&[500, 502, 503, 504])
                    } else {
                        *random.pick(&[200, 200, 200, 201, 204, 304])
                    };
                    let id = random.below(1_000_000).to_string();
                    let path = subject.replace("{id}", &id);
                    tag("http.request.method", (*verb).into());
                    tag("http.response.status_code", status.into());
                    if serves {
                        tag("http.route", subject.clone().into());
                        tag("url.path", path.into());
                    } else {
                        tag("url.full", format!("https://{address}{path}?lang=en").into());
                        tag("http.request.resend_count", 0.into());
                    }
                    tag("server.address", address.into());
                    tag("server.port", 8080.into());
                    tag("network.protocol.version", "1.1".into());
                    tag("user_agent.original", "okhttp/4.12.0".into());
                }
                Style::Grpc => {
                    let status = if failed { 14 } else { 0 };
                    tag("rpc.system", "grpc".into());
                    tag("rpc.service", subject.clone().into());
                    tag("rpc.method", (*verb).into());
                    tag("rpc.grpc.status_code", status.into());
                    tag("server.address", address.into());
                    tag("server.port", 9090.into());
                }
                Style::Kafka => {
                    let verb = if serves { "process" } else { "send" };
                    tag("messaging.system", "kafka".into());
                    tag("messaging.destination.name", subject.clone().into());
                    tag("messaging.operation.name", verb.into());
                    let partition = random.below(48).to_string();
                    tag("messaging.destination.partition.id", partition.into());
                    tag("messaging.kafka.offset", random.between(1_000_000, 9_999_999).into());
                    tag("messaging.message.body.size", random.between(80, 9000).into());
                }
            }
        }
        Act::Query(query) => {
            tag("db.system.name", query.system.into());
            tag("db.operation.name", query.verb.into());
            tag("db.collection.name", query.table.into());
            tag("db.query.text", query.text.clone().into());
            tag("server.address", (if query.system == "redis" { "redis-main" } else { "pg-main" }).into());
            tag("db.response.returned_rows", random.between(0, 200).into());
        }
        Act::Work(name) => {
            tag("code.function.name", name.replace(' ', "_").into());
            tag("code.file.path", format!("src/{}.rs", name.replace(' ', "/")).into());
            tag("code.line.number", random.between(10, 900).into());
            tag("thread.id", random.between(1, 64).into());
            tag("thread.name", format!("worker-{}", random.below(64)).into());
        }
    }
}

/// The n-th of the company's own attributes: a third free texts, the rest numbers, truths and words.
fn own_tag(n: u64, bytes: u64, random: &mut Random) -> Tag {
    let (key, value): (&'static str, Value) = match n % 6 {
        0 => ("app.note", free_text(bytes, random).into()),
        1 => ("app.customer", random.between(1, 20_000).into()),
        2 => ("app.express", random.chance(0.3).into()),
        3 => ("app.comment", free_text(bytes, random).into()),
        4 => ("app.weight_kg", (random.between(1, 3000) as f64 / 100.0).into()),
        _ => ("app.region", (*random.pick(&REGIONS)).into()),
    };
    match n / 6 {
        0 => Tag::new(key, value),
        round => Tag::new(format!("{key}.{round}"), value),
    }
}

/// Words of `mean` bytes, a quarter more or less.
fn free_text(mean: u64, random: &mut Random) -> String {
    const WORDS: [&str; 16] = [
        "leave",
        "at",
        "the",
        "door",
        "fragile",
        "parcel",
        "second",
        "floor",
        "ring",
        "twice",
        "before",
        "noon",
        "neighbour",
        "signed",
        "depot",
        "gate",
    ];
    let length = (mean - mean / 4 + random.below(mean / 2 + 1)) as usize;
    let mut text = String::with_capacity(length + 10);
    while text.len() < length {
        // Four words for each draw: long texts are asked for by the megabyte.
        let mut draw = random.next();
        for _ in 0..4 {
            text.push_str(WORDS[(draw & 15) as usize]);
            text.push(' ');
            draw >>= 16;
        }
    }
    text.truncate(length);
    text
}

fn fault(act: Act) -> (&'static str, &'static str) {
    match act {
        Act::Serve(service, _) | Act::Call(service, _) => match service.style {
            Style::Http => ("UpstreamError", "upstream connect error before headers"),
            Style::Grpc => ("io.grpc.StatusRuntimeException", "UNAVAILABLE: connection refused"),
            Style::Kafka => ("SerializationException", "unknown magic byte"),
        },
        Act::Query(query) if query.system == "redis" => ("RedisTimeout", "no answer in 30 ms"),
        Act::Query(_) => ("DeadlockDetected", "deadlock detected while updating tuple"),
        Act::Work(_) => ("IllegalStateException", "depot has no free slot"),
    }
}

/// `mean` events in the mean, and the fault's, all between `begin` and `end`.
pub fn logs(act: Act, failed: bool, mean: f64, (begin, end): (i64, i64), random: &mut Random) -> Vec<Log> {
    let count = mean as u64 + u64::from(random.chance(mean - (mean as u64) as f64));
    let step = (end - begin) / (count as i64 + 1);
    let mut logs: Vec<Log> =
        (1..=count as i64).map(|n| Log { timestamp: begin + n * step, fields: event(random) }).collect();
    if failed {
        let (kind, message) = fault(act);
        logs.push(Log {
            timestamp: end,
            fields: vec![
                Tag::new("event", "exception"),
                Tag::new("exception.type", kind),
                Tag::new("exception.message", message),
            ],
        });
    }
    logs
}

fn event(random: &mut Random) -> Vec<Tag> {
    match random.below(3) {
        0 => vec![Tag::new("event", "connection acquired"), Tag::new("pool.wait_us", random.between(3, 5000))],
        1 => vec![Tag::new("event", "cache miss"), Tag::new("cache.key", format!("tariff:{}", random.below(5000)))],
        _ => vec![
            Tag::new("event", "progress"),
            Tag::new("level", *random.pick(&["info", "debug", "warn"])),
            Tag::new("message", format!("{} of 400 handled", random.below(400))),
        ],
    }
}
