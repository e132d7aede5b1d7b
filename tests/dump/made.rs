//! Made-up traces for property tests: odd ids, ties, circles, every kind of value, event, link and warning. What is made
//! keeps the model's own rules (a negative duration shows as 0, a missing start is 0).

use super::plain::{Attributes, PlainEvent, PlainLink, PlainSpan, PlainTrace};
use proptest::collection::vec;
use proptest::prelude::*;
use trackway::model::{LinkKind, SpanKind, StatusCode, Value};

const DAY: i64 = 1_700_000_000_000_000_000;

/// One to three traces.
pub fn traces() -> impl Strategy<Value = Vec<PlainTrace>> {
    let ids = ["000000000000000000000000000000a1", "f00000000000000000000000000000a2", "trace-Ä"];
    let trace = (vec(span(), 1..9), vec(words(), 0..2));
    vec(trace, 1..4).prop_map(move |all| {
        let numbered = all.into_iter().zip(ids);
        numbered
            .map(|((spans, mut warnings), id)| {
                warnings.dedup();
                PlainTrace { id: id.to_owned(), warnings, spans }
            })
            .collect()
    })
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (1_u64..9).prop_map(|bits| format!("{bits:016x}")),
        1 => Just("ffffffffffffffff".to_owned()),
        1 => Just("span-Ä".to_owned()),
        1 => Just("0000000000000000".to_owned()),
    ]
}

fn maybe_id() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just(String::new()), 3 => id()]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,4}",
        1 => "\\PC{0,6}",
        1 => Just("\u{0}\n\t\"\\/ </script> \u{202e}🦀".to_owned()),
        1 => Just(String::new()),
    ]
}

fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => (0_i64..4).prop_map(|tick| DAY + tick * 1_000_000),
        3 => (0_i64..5000).prop_map(|nanos| DAY + nanos),
        1 => prop_oneof![Just(0), Just(-5), Just(999), Just(i64::MAX), Just(1_000_000)],
    ]
}

fn span() -> impl Strategy<Value = PlainSpan> {
    let identity = (id(), maybe_id(), any::<bool>(), words());
    let times = (time(), prop::bool::weighted(0.1), prop_oneof![Just(0), Just(1), 0_i64..5_000_000, Just(i64::MAX)]);
    let makers = (prop_oneof![Just("shop"), Just("Zahlung 💶"), Just("")], 0_usize..3, prop::option::of(0_usize..4));
    let state = (0_usize..6, 0_usize..3, words(), words());
    let parts = (attributes(), vec(event(), 0..3), vec(link(), 0..3), vec(warning(), 0..3));
    (identity, times, makers, state, parts).prop_map(|(identity, times, makers, state, parts)| {
        let kinds = [
            SpanKind::Unspecified,
            SpanKind::Internal,
            SpanKind::Server,
            SpanKind::Client,
            SpanKind::Producer,
            SpanKind::Consumer,
        ];
        // No reader takes an id of 0 for a parent: it means none.
        let parent = if identity.1.bytes().all(|byte| byte == b'0') { String::new() } else { identity.1 };
        let mut span = PlainSpan {
            id: identity.0,
            follows_parent: identity.2 && !parent.is_empty(),
            parent,
            name: identity.3,
            start: times.0,
            is_time_missing: times.1,
            is_unfinished: !times.1 && times.0 > 0 && times.2 == 0 && state.1 == 1 && parts.3.is_empty(),
            duration: times.2,
            service: makers.0.to_owned(),
            resource: resource(makers.1),
            scope: makers.2.map(scope),
            kind: kinds[state.0],
            status: [StatusCode::Unset, StatusCode::Ok, StatusCode::Error][state.1],
            message: state.2,
            trace_state: state.3,
            attributes: parts.0,
            events: parts.1,
            links: parts.2,
            warnings: parts.3,
        };
        keep_rules(&mut span);
        span
    })
}

fn keep_rules(span: &mut PlainSpan) {
    if span.is_time_missing {
        span.start = 0;
    }
    span.warnings.sort();
    span.warnings.dedup_by_key(|(kind, _)| if *kind == "backend" { "" } else { *kind });
    if span.warnings.iter().any(|(kind, _)| *kind == "negative duration") {
        span.duration = 0;
    }
}

fn resource(number: usize) -> Attributes {
    let text = |key: &str, text: &str| (key.to_owned(), Value::Str(text.to_owned()));
    let int = |key: &str, value| (key.to_owned(), Value::Int(value));
    match number {
        0 => Vec::new(),
        1 => vec![text("net.host.ip", "10.0.0.1"), int("net.host.port", 80), text("host", "ä")],
        _ => vec![
            ("tags".to_owned(), Value::Array(vec![Value::Int(1)])),
            int("otel.dropped_attributes_count", 3),
            text("otel.resource.schema_url", "https://example.org/1"),
        ],
    }
}

fn scope(number: usize) -> (String, String, Attributes) {
    let schema = ("otel.scope.schema_url".to_owned(), Value::Str("https://example.org/2".to_owned()));
    let dropped = ("otel.dropped_attributes_count".to_owned(), Value::Int(1));
    match number {
        0 => ("lib".to_owned(), "1.0".to_owned(), Vec::new()),
        1 => ("lib".to_owned(), String::new(), vec![("k".to_owned(), Value::Bool(true)), dropped, schema]),
        2 => ("lib".to_owned(), "1.0".to_owned(), vec![schema, dropped]),
        _ => (String::new(), "2".to_owned(), Vec::new()),
    }
}

/// Ordinary keys, and those from which readers and writers derive something.
fn attributes() -> impl Strategy<Value = Attributes> {
    let any = (words(), value());
    let told = prop_oneof![
        Just(("span.kind", "SERVER")),
        Just(("span.kind", "odd")),
        Just(("error", "true")),
        Just(("error", "false")),
        Just(("otel.status_code", "OK")),
        Just(("otel.status_code", "ERROR")),
        Just(("otel.status_description", "ab")),
        Just(("otel.library.name", "lib")),
        Just(("otel.scope.version", "1.0")),
        Just(("w3c.tracestate", "a=b")),
        Just(("event", "named")),
        Just(("peer.service", "db")),
        Just(("net.peer.ip", "::1")),
    ];
    let told = told.prop_map(|(key, text)| (key.to_owned(), Value::Str(text.to_owned())));
    let counted = (
        prop_oneof![
            Just("otel.dropped_attributes_count"),
            Just("otel.dropped_events_count"),
            Just("otel.dropped_links_count"),
            Just("otel.flags"),
            Just("net.peer.port"),
            Just("error"),
        ],
        prop_oneof![Just(0_i64), Just(1), Just(257), Just(i64::from(u32::MAX)), Just(1 << 32), Just(-1)],
    );
    let counted = counted.prop_map(|(key, count)| (key.to_owned(), Value::Int(count)));
    vec(prop_oneof![4 => any, 1 => told, 2 => counted], 0..6)
}

/// Values of every kind, some levels deep.
pub fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        1 => Just(Value::Null),
        4 => words().prop_map(Value::Str),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => prop_oneof![any::<i64>(), -9_i64..9, Just(i64::MIN), Just(1 << 53), Just((1 << 53) - 1)].prop_map(Value::Int),
        1 => prop_oneof![Just("18446744073709551616"), Just("-9223372036854775809")].prop_map(|digits| Value::BigInt(digits.to_owned())),
        2 => double().prop_map(Value::Double),
        1 => vec(any::<u8>(), 0..5).prop_map(Value::Bytes),
    ];
    scalar.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..4).prop_map(Value::Array), vec((words(), inner), 0..4).prop_map(Value::Map),]
    })
}

/// serde_json reads some doubles with a last bit that differs (its feature `float_roundtrip` is off): not those.
fn double() -> impl Strategy<Value = f64> {
    const SPECIAL: [f64; 7] = [0.0, -0.0, 1.0, 0.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    prop_oneof![prop::sample::select(&SPECIAL[..]), any::<f64>()]
        .prop_map(|value| {
            let read = serde_json::from_str::<f64>(&format!("{value:?}")).unwrap_or(value);
            if read.is_nan() { f64::NAN } else { read }
        })
        .prop_filter("read exactly", |value| {
            !value.is_finite()
                || serde_json::from_str::<f64>(&format!("{value:?}")).unwrap().to_bits() == value.to_bits()
        })
}

fn event() -> impl Strategy<Value = PlainEvent> {
    let name = prop_oneof![3 => words(), 1 => Just("log".to_owned()), 1 => Just("named".to_owned())];
    (time(), name, attributes()).prop_map(|(time, name, attributes)| PlainEvent { time, name, attributes })
}

fn link() -> impl Strategy<Value = PlainLink> {
    let trace = prop_oneof![
        Just(""),
        Just("000000000000000000000000000000a1"),
        Just("00000000000000000000000000000000"),
        Just("other trace")
    ];
    let kind = prop_oneof![Just(LinkKind::ChildOf), Just(LinkKind::FollowsFrom), Just(LinkKind::Link)];
    (trace, id(), kind, attributes()).prop_map(|(trace, span, kind, attributes)| PlainLink {
        trace: trace.to_owned(),
        span,
        kind,
        attributes,
    })
}

fn warning() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        3 => words().prop_map(|words| ("backend", words)),
        2 => prop_oneof![-9_000_000_i64..0, Just(-DAY - 5_000_000), Just(i64::MIN + 1)].prop_map(|nanos| ("negative duration", nanos.to_string())),
        1 => words().prop_map(|words| ("unusable start", words)),
        1 => words().prop_map(|words| ("implausible start", words)),
        1 => words().prop_map(|words| ("unusable duration", words)),
    ]
}
