//! What a round through a format leaves of traces: the documented projections, said a second time and in another way than
//! the writers say them.

use super::plain::{Attributes, PlainEvent, PlainLink, PlainSpan, PlainTrace};
use trackway::model::{LinkKind, SpanKind, StatusCode, Value};

/// Jaeger JSON: see docs/formats-export.md.
pub fn for_jaeger(mut traces: Vec<PlainTrace>) -> Vec<PlainTrace> {
    for trace in &mut traces {
        let id = trace.id.clone();
        trace.spans.iter_mut().for_each(|span| jaeger_span(span, &id));
    }
    traces
}

fn jaeger_span(span: &mut PlainSpan, own_trace: &str) {
    span.start = span.start.div_euclid(1000).max(0) * 1000;
    span.is_time_missing |= span.start == 0;
    span.is_unfinished = false;
    span.duration = span.duration / 1000 * 1000;
    span.warnings.retain(|(kind, _)| matches!(*kind, "backend" | "negative duration"));
    for (kind, words) in &mut span.warnings {
        if *kind == "negative duration" {
            *words = words.parse::<i64>().unwrap().div_euclid(1000).saturating_mul(1000).to_string();
        }
    }
    span.resource.iter_mut().for_each(|(_, value)| jaeger_value(value));
    jaeger_tags(span);
    let start = span.start;
    span.events.iter_mut().for_each(|event| jaeger_event(event, start));
    jaeger_links(span, own_trace);
}

fn jaeger_value(value: &mut Value) {
    match value {
        Value::Null => *value = Value::Str(String::new()),
        Value::Array(_) | Value::Map(_) => *value = Value::Str(json(value)),
        _ => {}
    }
}

fn jaeger_tags(span: &mut PlainSpan) {
    let wanted_scope = span.scope.take().unwrap_or_default();
    let told = |attributes: &Attributes, key: &str| {
        let last = attributes.iter().rev().find(|(other, _)| other == key);
        last.map(|(_, value)| text_of(value)).unwrap_or_default()
    };
    let add = |attributes: &mut Attributes, key: &str, text: &str| {
        attributes.push((key.to_owned(), Value::Str(text.to_owned())));
    };
    let attributes = &mut span.attributes;
    let (kind, status) = (kind_of(attributes), status_of(attributes));
    if kind != span.kind && span.kind != SpanKind::Unspecified {
        add(attributes, "span.kind", &format!("{:?}", span.kind).to_lowercase());
    }
    if status != span.status && span.status == StatusCode::Error {
        add(attributes, "otel.status_code", "ERROR");
        attributes.push(("error".to_owned(), Value::Bool(true)));
    }
    if status == StatusCode::Unset && span.status == StatusCode::Ok {
        add(attributes, "otel.status_code", "OK");
    }
    let texts = [
        ("otel.status_description", "otel.status_description", &span.message),
        ("w3c.tracestate", "w3c.tracestate", &span.trace_state),
        ("otel.scope.name", "otel.library.name", &wanted_scope.0),
        ("otel.scope.version", "otel.library.version", &wanted_scope.1),
    ];
    for (key, older, wanted) in texts {
        if !wanted.is_empty() && told(attributes, key) != *wanted && told(attributes, older) != *wanted {
            add(attributes, key, wanted);
        }
    }
    let mut seen = Vec::new();
    attributes.iter_mut().for_each(|(_, value)| jaeger_value(value));
    attributes.retain(|entry| {
        let entry = format!("{entry:?}");
        let is_new = !seen.contains(&entry);
        seen.push(entry);
        is_new
    });
    (span.kind, span.status) = (kind_of(attributes), status_of(attributes));
    span.message = told(attributes, "otel.status_description");
    span.trace_state = told(attributes, "w3c.tracestate");
    let scope = ["name", "version"].map(|part| {
        let new = told(attributes, &format!("otel.scope.{part}"));
        if new.is_empty() { told(attributes, &format!("otel.library.{part}")) } else { new }
    });
    let [name, version] = scope;
    span.scope = Some((name, version, Vec::new()));
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        _ => String::new(),
    }
}

fn kind_of(attributes: &Attributes) -> SpanKind {
    let kinds = [SpanKind::Internal, SpanKind::Server, SpanKind::Client, SpanKind::Producer, SpanKind::Consumer];
    let mut told = attributes.iter().rev().filter(|(key, _)| key == "span.kind").filter_map(|(_, value)| {
        let text = text_of(value).to_lowercase();
        let text = text.strip_prefix("span_kind_").unwrap_or(&text).to_owned();
        kinds.into_iter().find(|kind| format!("{kind:?}").to_lowercase() == text)
    });
    told.next().unwrap_or_default()
}

fn status_of(attributes: &Attributes) -> StatusCode {
    let mut code = StatusCode::Unset;
    let mut has_error = false;
    for (key, value) in attributes {
        let text = text_of(value).to_lowercase();
        match (key.as_str(), value) {
            ("error", Value::Str(_)) => has_error |= !matches!(text.as_str(), "" | "0" | "false"),
            ("error", value) => has_error |= !matches!(value, Value::Null | Value::Bool(false) | Value::Int(0)),
            ("otel.status_code", _) => {
                has_error |= text == "error";
                code = if text == "ok" { StatusCode::Ok } else { StatusCode::Unset };
            }
            _ => {}
        }
    }
    if has_error { StatusCode::Error } else { code }
}

fn jaeger_event(event: &mut PlainEvent, start: i64) {
    event.time = event.time.div_euclid(1000).max(0) * 1000;
    if event.time == 0 {
        event.time = start;
    }
    let names: Vec<String> = event
        .attributes
        .iter()
        .filter(|(key, _)| key == "event")
        .map(|(_, v)| v)
        .filter_map(|value| match value {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let field = ("event".to_owned(), Value::Str(event.name.clone()));
    match names.last() {
        None if event.name != "log" => event.attributes.insert(0, field),
        Some(last) if *last != event.name => event.attributes.push(field),
        _ => {}
    }
    event.attributes.iter_mut().for_each(|(_, value)| jaeger_value(value));
}

/// All are references; a reader takes the first one inside the trace for the parent.
fn jaeger_links(span: &mut PlainSpan, own_trace: &str) {
    for link in &mut span.links {
        link.attributes.clear();
        if link.kind == LinkKind::Link {
            link.kind = LinkKind::FollowsFrom;
        }
        if link.trace == own_trace {
            link.trace.clear();
        }
    }
    let is_zero = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte == b'0');
    if is_zero(&span.parent) {
        let kind = if span.follows_parent { LinkKind::FollowsFrom } else { LinkKind::ChildOf };
        let link =
            PlainLink { trace: String::new(), span: std::mem::take(&mut span.parent), kind, attributes: Vec::new() };
        span.links.insert(0, link);
        span.follows_parent = false;
    }
    let is_parent = |link: &PlainLink| link.trace.is_empty() && !link.span.is_empty() && !is_zero(&link.span);
    if span.parent.is_empty()
        && let Some(first) = span.links.iter().position(is_parent)
    {
        let link = span.links.remove(first);
        span.parent = link.span;
        span.follows_parent = link.kind == LinkKind::FollowsFrom;
    }
}

/// A value as JSON, as docs/formats-export.md has it.
pub fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Str(text) => serde_json::to_string(text).unwrap(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::BigInt(digits) => digits.clone(),
        Value::Double(value) if value.is_finite() => format!("{value:?}"),
        Value::Double(value) if value.is_nan() => "\"NaN\"".to_owned(),
        Value::Double(value) if *value > 0.0 => "\"Infinity\"".to_owned(),
        Value::Double(_) => "\"-Infinity\"".to_owned(),
        Value::Bytes(bytes) => format!("\"{}\"", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes)),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Map(entries) => {
            let entry =
                |(key, value): &(String, Value)| format!("{}:{}", serde_json::to_string(key).unwrap(), json(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::CutStr { .. } | Value::CutBytes { .. } | Value::More(_) => unreachable!("whole values"),
    }
}
