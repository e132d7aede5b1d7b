//! Tempo's API (FEATURES §2.6). A search gives ids and summaries; each trace is fetched when it is wanted. Times are seconds.

use super::answers::{Name, Partial, ServiceCount, Summary, Unread, add, count, items, number, padded, text};
use super::api::{Abilities, Ask, Kind, QueryApi, Told};
use super::conditions::{Conditions, Unasked, go_duration};
use super::path_segment;
use super::request::Request;
use crate::ingest::json::value::Value;
use crate::query::search::logfmt;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    /// It reads TraceQL: since 2.0. Before, there are tags alone.
    pub traceql: bool,
}

pub(super) fn echo() -> Request {
    Request { headers: Vec::new(), ..Request::get("api/echo") }
}

pub(super) fn build_info() -> Request {
    Request::get("api/status/buildinfo")
}

/// Whether a version, such as `2.4.1` or `v2.4.1` or `main-1a2b3c`, reads TraceQL. A build without a number is a new one.
pub(super) fn reads_traceql(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next().unwrap_or_default();
    major.parse::<u32>().map_or(true, |major| major >= 2)
}

/// The form's conditions in TraceQL, as one set of spans: `{}` if there are none.
fn traceql(wanted: &Conditions) -> String {
    let mut spans = String::new();
    let mut and = |condition: String| {
        spans.push_str(if spans.is_empty() { "{ " } else { " && " });
        spans.push_str(&condition);
    };
    if !wanted.service.is_empty() {
        and(format!("resource.service.name = {}", quoted(&wanted.service)));
    }
    if !wanted.operation.is_empty() {
        and(format!("name = {}", quoted(&wanted.operation)));
    }
    for (key, value) in &wanted.tags {
        and(attribute(key, value));
    }
    for (field, sign, nanos) in [
        ("duration", ">=", wanted.span_at_least),
        ("duration", "<=", wanted.span_at_most),
        // Its old name, which every version knows.
        ("traceDuration", ">=", wanted.trace_at_least),
        ("traceDuration", "<=", wanted.trace_at_most),
    ] {
        if let Some(nanos) = nanos {
            and(format!("{field} {sign} {}", go_duration(nanos)));
        }
    }
    if spans.is_empty() { "{}".to_owned() } else { spans + " }" }
}

/// The form's values are texts and do not say a type; TraceQL compares a number only with numbers, a truth value only with those.
fn attribute(key: &str, value: &str) -> String {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    let name = if is_plain { format!(".{key}") } else { format!(".{}", quoted(key)) };
    let as_text = format!("{name} = {}", quoted(value));
    let digits = value.strip_prefix('-').unwrap_or(value);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && digits.as_bytes().last().is_some_and(u8::is_ascii_digit)
        && digits.bytes().filter(|byte| *byte == b'.').count() <= 1;
    match is_number || value == "true" || value == "false" {
        true => format!("({as_text} || {name} = {value})"),
        false => as_text,
    }
}

/// A text in TraceQL's quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

impl Tempo {
    fn summaries(self, wanted: &Conditions) -> Request {
        const SECOND: u64 = 1_000_000_000;
        let request = Request::get("api/search")
            .with("start", (wanted.start / SECOND).to_string())
            .with("end", wanted.end.div_ceil(SECOND).to_string())
            .with("limit", wanted.limit.to_string());
        match (self.traceql, wanted.query.is_empty()) {
            (true, false) => request.with("q", &wanted.query),
            (true, true) => request.with("q", traceql(wanted)),
            (false, _) => {
                let mut tags = wanted.tags.clone();
                for (key, value) in [("service.name", &wanted.service), ("name", &wanted.operation)] {
                    if !value.is_empty() {
                        tags.push((key.to_owned(), value.clone()));
                    }
                }
                // Here they are the trace's.
                let or_empty = |nanos: Option<u64>| nanos.map(go_duration).unwrap_or_default();
                request
                    .with_some("tags", &logfmt::write(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
                    .with_some("minDuration", &or_empty(wanted.trace_at_least))
                    .with_some("maxDuration", &or_empty(wanted.trace_at_most))
            }
        }
    }
}

impl QueryApi for Tempo {
    fn kind(&self) -> Kind {
        Kind::Tempo
    }

    fn version(&self) -> &str {
        if self.traceql { "TraceQL" } else { "v1" }
    }

    fn abilities(&self) -> Abilities {
        Abilities { summaries: true, traceql: self.traceql, tags: true, ..Abilities::default() }
    }

    fn requests(&self, ask: &Ask) -> Vec<Request> {
        // Names and services are values of attributes here. v2 knows scopes and types, v1 is older.
        let values = |v2: &str, v1: &str| {
            [("api/v2/search/tag/", v2), ("api/search/tag/", v1)]
                .map(|(path, tag)| Request::get(format!("{path}{}/values", path_segment(tag))))
                .to_vec()
        };
        match ask {
            Ask::Services => values("resource.service.name", "service.name"),
            Ask::Operations { service } => {
                let mut requests = values("name", "name");
                if !service.is_empty() {
                    let of_service = format!("{{ resource.service.name = {} }}", quoted(service));
                    requests[0].query.push(("q", of_service));
                }
                requests
            }
            Ask::TagKeys => vec![Request::get("api/v2/search/tags"), Request::get("api/search/tags")],
            // TraceQL wants a scope, or a point where there is none.
            Ask::TagValues { key } => {
                let mut bare = None;
                for scope in ["span.", "resource.", "event.", "link.", "instrumentation.", "."] {
                    bare = bare.or(key.strip_prefix(scope));
                }
                values(&bare.map_or_else(|| format!(".{key}"), |_| key.clone()), bare.unwrap_or(key))
            }
            Ask::Summaries(wanted) => vec![self.summaries(wanted)],
            Ask::Dependencies { .. } | Ask::Metrics(_) | Ask::Archive { .. } => Vec::new(),
        }
    }

    fn read(&self, ask: &Ask, answer: Value) -> Result<Told, Unread> {
        match ask {
            Ask::Services | Ask::Operations { .. } | Ask::TagValues { .. } => values(answer),
            Ask::TagKeys => keys(answer),
            Ask::Summaries(wanted) => summaries(wanted, answer),
            Ask::Dependencies { .. } | Ask::Metrics(_) | Ask::Archive { .. } => Err(Unread::Shape),
        }
    }

    fn search(&self, _: &Conditions) -> Vec<Request> {
        Vec::new()
    }

    fn trace(&self, id: &str) -> Vec<Request> {
        ["api/v2/traces/", "api/traces/"].map(|path| Request::get(format!("{path}{}", path_segment(id)))).to_vec()
    }

    fn unasked(&self, wanted: &Conditions) -> Vec<Unasked> {
        match (self.traceql, wanted.query.is_empty()) {
            (true, true) => Vec::new(),
            (true, false) => wanted.all_unasked(),
            (false, no_query) => {
                // Tags are found anywhere in a text, whatever the case: all must be looked at again.
                let mut unasked = wanted.all_unasked();
                unasked.retain(|unasked| *unasked != Unasked::TraceDuration);
                if !no_query {
                    unasked.push(Unasked::Query);
                }
                unasked
            }
        }
    }
}

/// `{"tagValues":[{type, value}]}` of v2, `{"tagValues":[value]}` of v1. Empty lists are left out.
fn values(answer: Value) -> Result<Told, Unread> {
    let list = answer.get("tagValues");
    if !answer.is_object() || list.is_some_and(|list| !list.is_list() && !list.is_null()) {
        return Err(Unread::Shape);
    }
    if list.is_none() && answer.members().any(|(key, _)| key != "metrics") {
        return Err(Unread::Shape);
    }
    let mut names = Vec::new();
    items(list, |item| {
        let name = match (item.text(), item.get("value")) {
            (Some(name), _) => Name { name: name.to_owned(), kind: String::new() },
            (None, value) => Name { name: value.map_or("", Value::words).to_owned(), kind: text(item, "type") },
        };
        add(&mut names, name);
    });
    Ok(Told::Names(names))
}

/// `{"scopes":[{name, tags:[key]}]}` of v2, `{"tagNames":[key]}` of v1.
fn keys(answer: Value) -> Result<Told, Unread> {
    let (scopes, bare) = (answer.get("scopes"), answer.get("tagNames"));
    if !answer.is_object() || scopes.is_none() && bare.is_none() && answer.members().any(|(key, _)| key != "metrics") {
        return Err(Unread::Shape);
    }
    let mut names = Vec::new();
    let mut add_key = |value: Value, kind: &str| {
        if let Some(name) = value.text() {
            add(&mut names, Name { name: name.to_owned(), kind: kind.to_owned() });
        }
    };
    items(scopes, |scope| {
        let kind = text(scope, "name");
        items(scope.get("tags"), |tag| add_key(tag, &kind));
    });
    items(bare, |tag| add_key(tag, ""));
    Ok(Told::Names(names))
}

fn summaries(wanted: &Conditions, answer: Value) -> Result<Told, Unread> {
    let list = answer.get("traces");
    let is_empty = answer.is_object() && answer.members().all(|(key, _)| key == "metrics");
    if !list.is_some_and(Value::is_list) && !is_empty && !list.is_some_and(Value::is_null) {
        return Err(Unread::Shape);
    }
    let mut all = Vec::new();
    items(list, |item| {
        if item.is_object() {
            all.push(summary(item));
        }
    });
    let partial = partial(wanted, answer, all.len());
    Ok(Told::Summaries(all, partial))
}

/// What the answer says of itself: `status: PARTIAL`, jobs that were not done, or the limit.
fn partial(wanted: &Conditions, answer: Value, found: usize) -> Option<Partial> {
    let is_partial =
        answer.get("status").and_then(Value::text).is_some_and(|status| status.eq_ignore_ascii_case("partial"));
    let metrics = answer.get("metrics");
    let of = |key| metrics.and_then(|metrics| number(metrics, key)).unwrap_or(0);
    // A search that has found enough ends before all jobs are done: then the limit is what to tell.
    match found {
        _ if is_partial => Some(Partial::BackendSays),
        found if found >= wanted.limit as usize => Some(Partial::LimitReached { limit: wanted.limit }),
        _ if of("completedJobs") < of("totalJobs") => {
            Some(Partial::Searched { parts: of("completedJobs"), of: of("totalJobs") })
        }
        _ => None,
    }
}

fn summary(item: Value) -> Summary {
    let (mut services, mut spans, mut errors) = (Vec::new(), None, None);
    if let Some(stats) = item.get("serviceStats") {
        for (name, stats) in stats.members() {
            let service = ServiceCount {
                name: name.to_owned(),
                spans: count(stats, "spanCount").unwrap_or(0),
                errors: count(stats, "errorCount").unwrap_or(0),
            };
            spans = Some(service.spans.saturating_add(spans.unwrap_or(0)));
            errors = Some(service.errors.saturating_add(errors.unwrap_or(0)));
            services.push(service);
        }
    }
    // Old ones have one set.
    let mut matched = item.get("spanSet").and_then(|set| count(set, "matched"));
    if item.get("spanSets").is_some_and(|sets| sets.items().next().is_some()) {
        let mut sum = 0_u32;
        items(item.get("spanSets"), |set| sum = sum.saturating_add(count(set, "matched").unwrap_or(0)));
        matched = Some(sum);
    }
    Summary {
        id: padded(&text(item, "traceID")),
        service: text(item, "rootServiceName"),
        operation: text(item, "rootTraceName"),
        start: number(item, "startTimeUnixNano").unwrap_or(0),
        duration: number(item, "durationMs").unwrap_or(0).saturating_mul(1_000_000),
        spans,
        errors,
        orphans: None,
        matched,
        services,
    }
}
