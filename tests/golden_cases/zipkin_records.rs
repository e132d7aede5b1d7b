//! Spans of the store in Zipkin's words, to be compared with Zipkin's records.

use super::files::load;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use trackway::model::attribute_names as names;
use trackway::model::{Entries, SpanFlags, SpanId, SpanKind, SpanRef, Store, TraceId, ValueRef};

/// What the reader says where Zipkin's endpoint names no service.
pub const UNKNOWN: &str = "unknown_service";

/// Loads records as a download of Zipkin.
pub fn load_records(records: &[Json]) -> Store {
    let text = Json::from(records).to_string();
    let (store, report) = load("case.json", text.as_bytes(), 1 << 20);
    assert_eq!((report.fault.as_ref(), report.spans as usize), (None, records.len()), "{text}");
    store
}

/// All spans in display order.
pub fn in_order(store: &Store) -> Vec<SpanRef<'_>> {
    store.traces().flat_map(|(_, trace)| &trace.tree.order).map(|row| store.span(*row)).collect()
}

/// 16 digits, as Zipkin pads them.
pub fn padded(id: Option<SpanId>) -> Json {
    match id {
        Some(SpanId::Hex { bits, .. }) => json!(format!("{bits:016x}")),
        None => Json::Null,
        other => panic!("{other:?} is not hexadecimal"),
    }
}

/// An id as a case has it, padded.
pub fn padded_text(id: &Json) -> String {
    format!("{:0>16}", id.as_str().expect("an id"))
}

/// Whether it is the server's half of an id: Zipkin goes by `shared`, which only servers write.
pub fn is_server(record: &Json) -> bool {
    record["shared"] == true
}

/// A span as Zipkin's record.
pub fn record(store: &Store, span: SpanRef) -> Json {
    let mut record = Map::new();
    let mut put = |key: &str, value: Json| {
        if !value.is_null() {
            record.insert(key.to_owned(), value);
        }
    };
    put("traceId", trace_id(store.trace(span.trace()).id));
    put("id", padded(span.id()));
    put("parentId", padded(span.written_parent_id()));
    put("name", Some(span.name()).filter(|name| !name.is_empty()).into());
    put("kind", kind(span.kind()));
    let start = Some(span.start().0 / 1000).filter(|_| !span.flags().has(SpanFlags::TIME_MISSING));
    put("timestamp", start.into());
    put("duration", Some(span.duration().0 / 1000).filter(|duration| *duration > 0).into());
    put("localEndpoint", local_endpoint(span));
    put("remoteEndpoint", remote_endpoint(span));
    put("annotations", annotations(span).into());
    put("tags", tags(span).into());
    put("shared", span.attributes().find(names::ZIPKIN_SHARED).map(|_| true).into());
    Json::Object(record)
}

fn trace_id(id: TraceId) -> Json {
    match id {
        TraceId::Hex { bits, .. } if bits >> 64 == 0 => json!(format!("{bits:016x}")),
        TraceId::Hex { bits, .. } => json!(format!("{bits:032x}")),
        TraceId::Text(_) => panic!("a trace id that is not hexadecimal"),
    }
}

fn kind(kind: SpanKind) -> Json {
    match kind {
        SpanKind::Unspecified => Json::Null,
        other => json!(format!("{other:?}").to_uppercase()),
    }
}

pub fn local_endpoint(span: SpanRef) -> Json {
    let service = Some(span.service()).filter(|name| *name != UNKNOWN);
    endpoint(service, &span.resource_attributes(), [names::HOST_IP, names::HOST_IPV6, names::HOST_PORT])
}

pub fn remote_endpoint(span: SpanRef) -> Json {
    let attributes = span.attributes();
    let service = text(&attributes, names::PEER_SERVICE);
    endpoint(service, &attributes, [names::PEER_IP, names::PEER_IPV6, names::PEER_PORT])
}

fn endpoint(service: Option<&str>, attributes: &Entries, [ip, ipv6, port]: [&str; 3]) -> Json {
    let mut endpoint = Map::new();
    let ip = text(attributes, ip);
    let version = if ip.is_some_and(|ip| ip.contains(':')) { "ipv6" } else { "ipv4" };
    for (key, value) in [("serviceName", service), (version, ip), ("ipv6", text(attributes, ipv6))] {
        value.map(|value| endpoint.insert(key.to_owned(), json!(value)));
    }
    if let Some(ValueRef::Int(port)) = attributes.find(port) {
        endpoint.insert("port".to_owned(), json!(port));
    }
    if endpoint.is_empty() { Json::Null } else { Json::Object(endpoint) }
}

fn text<'a>(attributes: &Entries<'a>, key: &str) -> Option<&'a str> {
    match attributes.find(key)? {
        ValueRef::Str(text) => Some(text),
        other => panic!("{key} is no text: {other:?}"),
    }
}

/// Events in file order.
pub fn annotations(span: SpanRef) -> Vec<Json> {
    span.events().map(|event| json!({ "timestamp": event.time.0 / 1000, "value": event.name })).collect()
}

/// Attributes that the file has as tags.
pub fn tags(span: SpanRef) -> Map<String, Json> {
    let ours = [names::PEER_SERVICE, names::PEER_IP, names::PEER_IPV6, names::PEER_PORT, names::ZIPKIN_SHARED];
    let tags = span.attributes().filter(|(key, _)| !ours.contains(key));
    tags.map(|(key, value)| match value {
        ValueRef::Str(text) => (key.to_owned(), json!(text)),
        other => panic!("the tag {key} is no text: {other:?}"),
    })
    .collect()
}

/// What several records of one half say together. Zipkin makes one record of them.
pub fn together(records: &[&Json]) -> Json {
    let mut all = Map::new();
    let mut annotations = BTreeSet::new();
    for (key, value) in records.iter().flat_map(|record| record.as_object().expect("a record")) {
        match key.as_str() {
            "annotations" => {
                let items = value.as_array().expect("annotations").iter();
                annotations.extend(items.map(|item| (item["timestamp"].as_i64(), item["value"].to_string())));
            }
            "tags" | "localEndpoint" | "remoteEndpoint" => {
                let known = all.entry(key.clone()).or_insert_with(|| json!({}));
                for (key, value) in value.as_object().expect("an object") {
                    known.as_object_mut().unwrap().entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            _ => _ = all.entry(key.clone()).or_insert_with(|| value.clone()),
        }
    }
    let value = |text: &str| serde_json::from_str::<Json>(text).expect("a text");
    let annotations = annotations.iter().map(|(time, text)| json!({ "timestamp": time, "value": value(text) }));
    all.insert("annotations".to_owned(), annotations.collect());
    Json::Object(all)
}
