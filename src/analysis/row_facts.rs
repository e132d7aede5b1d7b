//! What a span's row tells besides its names: short facts ("pills"), the kind of work, and who was called.
//!
//! Keys are OpenTelemetry's semantic conventions, the present spelling before the older one.

use serde::{Deserialize, Serialize};

use crate::model::{SpanKind, SpanRef, ValueRef};

/// A short fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pill {
    pub key: String,
    pub value: String,
    /// An HTTP status of 500 and above.
    pub is_error: bool,
}

/// The kind of work that a span's attributes tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Namespace {
    Database,
    Http,
    Messaging,
    Rpc,
    GenAi,
}

/// Keys of pills, in the order they are shown; of the keys in one group the first that has a value counts.
const PILLS: [&[&str]; 5] = [
    &["http.response.status_code", "http.status_code"],
    &["http.request.method", "http.method"],
    &["db.system.name", "db.system"],
    &["rpc.system.name", "rpc.system"],
    &["gen_ai.request.model", "gen_ai.response.model"],
];

/// Longer values are cut.
const LONGEST: usize = 40;

/// The pills of a span.
pub fn pills(span: SpanRef) -> Vec<Pill> {
    let mut found: [Option<(usize, Pill)>; PILLS.len()] = Default::default();
    for (key, value) in span.attributes() {
        let Some((group, rank)) = place_of(key) else { continue };
        let is_better = found[group].as_ref().is_none_or(|(known, _)| rank < *known);
        if let Some(value) = short(value, LONGEST).filter(|_| is_better) {
            let is_error = group == 0 && value.parse::<u32>().is_ok_and(|status| status >= 500);
            found[group] = Some((rank, Pill { key: key.to_owned(), value, is_error }));
        }
    }
    found.into_iter().flatten().map(|(_, pill)| pill).collect()
}

fn place_of(key: &str) -> Option<(usize, usize)> {
    let groups = PILLS.iter().enumerate();
    groups.into_iter().find_map(|(group, keys)| keys.iter().position(|known| *known == key).map(|rank| (group, rank)))
}

/// A plain value as a short text; `None` for none, for an empty one and for lists.
fn short(value: ValueRef, most: usize) -> Option<String> {
    let text = match value {
        ValueRef::Str(text) | ValueRef::BigInt(text) => text.to_owned(),
        ValueRef::Int(value) => value.to_string(),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::Double(value) => value.to_string(),
        ValueRef::Null | ValueRef::Bytes(_) | ValueRef::Array(_) | ValueRef::Map(_) => return None,
    };
    let text = cut(text.trim(), most);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The beginning of a text, at most so many bytes.
pub fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most.min(text.len()))]
}

/// The kind of work: GenAI before databases, those before HTTP, then messaging, then calls.
pub fn namespace(span: SpanRef) -> Option<Namespace> {
    let rank = |key: &str| match key.split_once('.')?.0 {
        "gen_ai" => Some((0, Namespace::GenAi)),
        "db" => Some((1, Namespace::Database)),
        "http" => Some((2, Namespace::Http)),
        "messaging" => Some((3, Namespace::Messaging)),
        "rpc" => Some((4, Namespace::Rpc)),
        _ => None,
    };
    let best = span.attributes().filter_map(|(key, _)| rank(key)).min_by_key(|(rank, _)| *rank);
    best.map(|(_, namespace)| namespace)
}

/// Who a client or producer without children called, by its own word; empty if it does not say.
pub fn peer(span: SpanRef, children: u32) -> String {
    if children > 0 || !matches!(span.kind(), SpanKind::Client | SpanKind::Producer) {
        return String::new();
    }
    span.attributes().find("peer.service").and_then(|value| short(value, LONGEST)).unwrap_or_default()
}

/// The value of an attribute of the span or else of its resource.
pub fn value_of<'a>(span: SpanRef<'a>, key: &str) -> Option<ValueRef<'a>> {
    span.attributes().find(key).or_else(|| span.resource_attributes().find(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Store, TraceRow};

    /// A span by its kind and attributes, as Jaeger writes them.
    fn span(kind: &str, tags: &[(&str, &str)]) -> Store {
        let all: Vec<(&str, &str)> = [("span.kind", kind)].into_iter().chain(tags.iter().copied()).collect();
        let tags: Vec<String> = all
            .iter()
            .map(|(key, value)| {
                let kind = if value.parse::<i64>().is_ok() { "int64" } else { "string" };
                format!(r#"{{"key":"{key}","type":"{kind}","value":"{value}"}}"#)
            })
            .collect();
        let text = format!(
            r#"{{"data":[{{"traceID":"a","spans":[{{"traceID":"a","spanID":"1","operationName":"x","startTime":1700000000000000,"duration":5,"tags":[{}],"processID":"p"}}],"processes":{{"p":{{"serviceName":"s"}}}}}}]}}"#,
            tags.join(",")
        );
        {
            let mut store = Store::new();
            let mut load = crate::ingest::door::Load::new("t");
            let _ = load.push(&mut store, text.as_bytes());
            load.finish(&mut store);
            store
        }
    }

    fn of<T>(store: &Store, what: impl Fn(SpanRef) -> T) -> T {
        what(store.span(store.trace(TraceRow(0)).tree.order[0]))
    }

    #[test]
    fn pills_are_short_facts_in_a_fixed_order() {
        let store = span("server", &[("http.method", "GET"), ("http.status_code", "503"), ("db.system", "redis")]);
        let pills = of(&store, pills);
        let texts: Vec<_> = pills.iter().map(|pill| (pill.value.as_str(), pill.is_error)).collect();
        assert_eq!(texts, [("503", true), ("GET", false), ("redis", false)]);
    }

    #[test]
    fn the_present_spelling_of_a_key_counts() {
        let store = span("server", &[("http.status_code", "200"), ("http.response.status_code", "404")]);
        let pills = of(&store, pills);
        assert_eq!(pills.len(), 1);
        assert_eq!((pills[0].key.as_str(), pills[0].value.as_str()), ("http.response.status_code", "404"));
        let store = span("server", &[("http.status_code", "500"), ("http.response.status_code", " ")]);
        assert_eq!(of(&store, super::pills)[0].value, "500", "an empty one does not count");
    }

    #[test]
    fn namespaces_have_an_order() {
        let kind_of_work = |keys: &[&str]| {
            let tags: Vec<_> = keys.iter().map(|key| (*key, "v")).collect();
            of(&span("client", &tags), namespace)
        };
        assert_eq!(kind_of_work(&["http.method", "db.system"]), Some(Namespace::Database));
        assert_eq!(kind_of_work(&["rpc.system", "messaging.system"]), Some(Namespace::Messaging));
        assert_eq!(kind_of_work(&["db.system", "gen_ai.system"]), Some(Namespace::GenAi));
        assert_eq!(kind_of_work(&["http", "custom.db.system"]), None);
    }

    #[test]
    fn a_leaf_client_names_its_peer() {
        let tags = [("peer.service", "mysql")];
        assert_eq!(of(&span("client", &tags), |span| peer(span, 0)), "mysql");
        assert_eq!(of(&span("client", &tags), |span| peer(span, 1)), "", "it has children: they say more");
        assert_eq!(of(&span("server", &tags), |span| peer(span, 0)), "");
    }
}
