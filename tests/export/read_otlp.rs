//! A reader of OTLP JSON for tests, as `model::attribute_names` describes it: slow, strict, and written apart from the
//! writer. It panics on whatever a strict reader would refuse.

use super::dump::plain::{Attributes, PlainEvent, PlainLink, PlainSpan, PlainTrace};
use serde_json::Value as Json;
use trackway::model::attribute_names as names;
use trackway::model::{LinkKind, SpanKind, StatusCode, Value};

pub fn read(bytes: &[u8]) -> Vec<PlainTrace> {
    let document: Json = serde_json::from_slice(bytes).expect("JSON");
    let mut traces: Vec<PlainTrace> = Vec::new();
    for group in list(&document, "resourceSpans") {
        let mut resource = attributes(&group["resource"]);
        let service = match resource.first() {
            Some((key, _)) if key == "service.name" => text(&resource.remove(0).1),
            _ => String::new(),
        };
        append(&mut resource, &group["resource"], "droppedAttributesCount", names::DROPPED_ATTRIBUTES);
        append(&mut resource, group, "schemaUrl", names::RESOURCE_SCHEMA_URL);
        for group in list(group, "scopeSpans") {
            let scope = group.get("scope").map(|scope| {
                let mut attributes = attributes(scope);
                append(&mut attributes, scope, "droppedAttributesCount", names::DROPPED_ATTRIBUTES);
                append(&mut attributes, group, "schemaUrl", names::SCOPE_SCHEMA_URL);
                (string(scope, "name"), string(scope, "version"), attributes)
            });
            for json in list(group, "spans") {
                let (trace, warnings, mut span) = read_span(json);
                (span.service, span.resource, span.scope) = (service.clone(), resource.clone(), scope.clone());
                let at = traces.iter().position(|known| known.id == trace).unwrap_or_else(|| {
                    traces.push(PlainTrace { id: trace, ..PlainTrace::default() });
                    traces.len() - 1
                });
                traces[at].warnings.extend(warnings);
                traces[at].spans.push(span);
            }
        }
    }
    traces
}

fn read_span(json: &Json) -> (String, Vec<String>, PlainSpan) {
    let mut attributes = attributes(json);
    let mut take = |name: &str| attributes.iter().position(|(key, _)| key == name).map(|at| attributes.remove(at).1);
    let mut id_or = |mark: &str, id: String| take(mark).map_or(id, |value| text(&value));
    let trace = id_or(names::TRACE_ID, hex(json, "traceId", 32));
    let (id, parent) = (id_or(names::SPAN_ID, hex(json, "spanId", 16)), hex(json, "parentSpanId", 16));
    let parent = id_or(names::PARENT_SPAN_ID, parent);
    let follows_parent = take(names::FOLLOWS_PARENT).is_some();
    let is_time_missing = take(names::TIME_MISSING).is_some();
    let (start, end) = (number(json, "startTimeUnixNano"), number(json, "endTimeUnixNano"));
    let mut warnings: Vec<(&'static str, String)> = Vec::new();
    let is_unfinished = !is_time_missing && end == 0 && start > 0;
    if end < start && !is_unfinished {
        warnings.push(("negative duration", format!("-{}", start - end)));
    }
    if let Some(Value::Int(nanos)) = take(names::NEGATIVE_DURATION) {
        warnings.push(("negative duration", nanos.to_string()));
    }
    let written = match take(names::TIME) {
        Some(Value::Int(nanos)) => nanos,
        _ => start as i64,
    };
    let texts = |value: Value| match value {
        Value::Array(items) => items.iter().map(text).collect(),
        other => panic!("{other:?}"),
    };
    let backend: Vec<String> = take(names::WARNINGS).map(texts).unwrap_or_default();
    warnings.extend(backend.into_iter().map(|words| ("backend", words)));
    for (name, kind) in [
        (names::UNUSABLE_START, "unusable start"),
        (names::IMPLAUSIBLE_START, "implausible start"),
        (names::UNUSABLE_DURATION, "unusable duration"),
    ] {
        warnings.extend(take(name).map(|value| (kind, text(&value))));
    }
    let trace_warnings = take(names::TRACE_WARNINGS).map(texts).unwrap_or_default();
    append(&mut attributes, json, "droppedAttributesCount", names::DROPPED_ATTRIBUTES);
    append(&mut attributes, json, "droppedEventsCount", names::DROPPED_EVENTS);
    append(&mut attributes, json, "droppedLinksCount", names::DROPPED_LINKS);
    append(&mut attributes, json, "flags", names::FLAGS);
    let span = PlainSpan {
        id,
        parent,
        follows_parent,
        name: string(json, "name"),
        start: written,
        is_time_missing,
        is_unfinished,
        duration: end.saturating_sub(start) as i64,
        kind: kind(json.get("kind")),
        status: status(json),
        message: json.get("status").map(|status| string(status, "message")).unwrap_or_default(),
        trace_state: string(json, "traceState"),
        attributes,
        events: list(json, "events").iter().map(|event| read_event(event, written)).collect(),
        links: list(json, "links").iter().map(read_link).collect(),
        warnings,
        ..PlainSpan::default()
    };
    (trace, trace_warnings, span)
}

fn read_event(json: &Json, start: i64) -> PlainEvent {
    let mut attributes = attributes(json);
    let mark = attributes.iter().position(|(key, _)| key == names::TIME);
    let time = match (mark.map(|at| attributes.remove(at).1), number(json, "timeUnixNano")) {
        (Some(Value::Int(time)), _) => time,
        (_, 0) => start,
        (_, time) => time as i64,
    };
    append(&mut attributes, json, "droppedAttributesCount", names::DROPPED_ATTRIBUTES);
    PlainEvent { time, name: string(json, "name"), attributes }
}

fn read_link(json: &Json) -> PlainLink {
    let mut attributes = attributes(json);
    let mut take =
        |name: &str| attributes.iter().position(|(key, _)| key == name).map(|at| text(&attributes.remove(at).1));
    let trace = take(names::TRACE_ID).unwrap_or_else(|| hex(json, "traceId", 32));
    let span = take(names::SPAN_ID).unwrap_or_else(|| hex(json, "spanId", 16));
    let kind = match take(names::REF_TYPE).as_deref() {
        Some(names::CHILD_OF) => LinkKind::ChildOf,
        Some(names::FOLLOWS_FROM) => LinkKind::FollowsFrom,
        _ => LinkKind::Link,
    };
    append(&mut attributes, json, "traceState", names::TRACE_STATE);
    append(&mut attributes, json, "droppedAttributesCount", names::DROPPED_ATTRIBUTES);
    append(&mut attributes, json, "flags", names::FLAGS);
    PlainLink { trace, span, kind, attributes }
}

fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json.get(key).map_or(&[], |list| list.as_array().expect("a list"))
}

fn string(json: &Json, key: &str) -> String {
    json.get(key).map(|text| text.as_str().expect("a text").to_owned()).unwrap_or_default()
}

/// Digits of an id: none, or all of them, in lower case, and not only zeros.
fn hex(json: &Json, key: &str, width: usize) -> String {
    let id = string(json, key);
    let is_hex = id.len() == width && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    assert!(id.is_empty() || is_hex && id.bytes().any(|byte| byte != b'0'), "{key}: {id}");
    id
}

/// A 64-bit number, as a string of decimal digits.
fn number(json: &Json, key: &str) -> u64 {
    json[key].as_str().expect("a string").parse().expect("a number")
}

fn append(attributes: &mut Attributes, json: &Json, field: &str, name: &str) {
    match json.get(field) {
        None => {}
        Some(Json::String(text)) => attributes.push((name.to_owned(), Value::Str(text.clone()))),
        Some(count) => {
            let count = count.as_u64().and_then(|count| u32::try_from(count).ok()).expect("32 bits");
            attributes.push((name.to_owned(), Value::Int(count.into())));
        }
    }
}

fn kind(json: Option<&Json>) -> SpanKind {
    match json.map(|kind| kind.as_u64().expect("a number")) {
        None => SpanKind::Unspecified,
        Some(1) => SpanKind::Internal,
        Some(2) => SpanKind::Server,
        Some(3) => SpanKind::Client,
        Some(4) => SpanKind::Producer,
        Some(5) => SpanKind::Consumer,
        other => panic!("kind {other:?}"),
    }
}

fn status(json: &Json) -> StatusCode {
    match json.get("status").and_then(|status| status.get("code")).map(|code| code.as_u64().expect("a number")) {
        None => StatusCode::Unset,
        Some(1) => StatusCode::Ok,
        Some(2) => StatusCode::Error,
        other => panic!("code {other:?}"),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        other => panic!("a text: {other:?}"),
    }
}

fn attributes(json: &Json) -> Attributes {
    entries(list(json, "attributes"))
}

fn entries(list: &[Json]) -> Attributes {
    list.iter().map(|entry| (entry["key"].as_str().expect("a key").to_owned(), value(&entry["value"]))).collect()
}

fn value(json: &Json) -> Value {
    let object = json.as_object().expect("an object");
    assert!(object.len() <= 1, "{json}");
    let Some((kind, json)) = object.iter().next() else { return Value::Null };
    match kind.as_str() {
        "stringValue" => Value::Str(json.as_str().expect("a text").to_owned()),
        "boolValue" => Value::Bool(json.as_bool().expect("a bool")),
        "intValue" => {
            let digits = json.as_str().expect("a string");
            digits.parse().map_or_else(|_| Value::BigInt(digits.to_owned()), Value::Int)
        }
        "doubleValue" => match json.as_str() {
            None => Value::Double(json.as_f64().expect("a number")),
            Some("NaN") => Value::Double(f64::NAN),
            Some("Infinity") => Value::Double(f64::INFINITY),
            Some("-Infinity") => Value::Double(f64::NEG_INFINITY),
            Some(other) => panic!("{other}"),
        },
        "bytesValue" => {
            let text = json.as_str().expect("a string");
            Value::Bytes(base64::Engine::decode(&base64::prelude::BASE64_STANDARD, text).expect("base64"))
        }
        "arrayValue" => Value::Array(json["values"].as_array().expect("a list").iter().map(value).collect()),
        "kvlistValue" => Value::Map(entries(json["values"].as_array().expect("a list"))),
        other => panic!("{other}"),
    }
}
