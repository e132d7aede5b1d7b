//! Zipkin's API v2 (FEATURES §2.4). Durations are microseconds, times milliseconds.

use super::answers::{Unread, names};
use super::api::{Abilities, Ask, Kind, QueryApi, Told};
use super::conditions::{Conditions, Unasked};
use super::jaeger_api::calls;
use super::request::Request;
use super::{path_segment, place_of};
use crate::ingest::json::value::Value;

/// See the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zipkin;

pub(super) fn services() -> Request {
    Request::get("api/v2/services")
}

/// Whether an answer is a list of names.
pub(super) fn is_services(answer: Value) -> bool {
    answer.is_list() && answer.items().all(|item| item.text().is_some())
}

/// `k=v and word and …`. There are no quotes in it, so a tag that holds ` and ` cannot be said; an empty value is said as the
/// bare key, which finds more.
fn annotation_query(tags: &[(String, String)]) -> String {
    let mut query = String::new();
    for tag @ (key, value) in tags {
        if !can_be_said(tag) {
            continue;
        }
        if !query.is_empty() {
            query.push_str(" and ");
        }
        query.push_str(key);
        if !value.is_empty() {
            query.push('=');
            query.push_str(value);
        }
    }
    query
}

fn can_be_said((key, value): &(String, String)) -> bool {
    // Zipkin splits at the first `=` and trims.
    let is_plain = |text: &str| place_of(b" and ", &format!(" {text} ")).is_none() && text.trim() == text;
    !key.is_empty() && !key.contains('=') && is_plain(key) && is_plain(value)
}

impl QueryApi for Zipkin {
    fn kind(&self) -> Kind {
        Kind::Zipkin
    }

    fn version(&self) -> &str {
        "v2"
    }

    fn abilities(&self) -> Abilities {
        Abilities { whole_traces: true, tags: true, dependencies: true, ..Abilities::default() }
    }

    fn requests(&self, ask: &Ask) -> Vec<Request> {
        let request = match ask {
            Ask::Services => services(),
            Ask::Operations { service } => Request::get("api/v2/spans").with("serviceName", service),
            Ask::TagKeys => Request::get("api/v2/autocompleteKeys"),
            Ask::TagValues { key } => Request::get("api/v2/autocompleteValues").with("key", key),
            Ask::Dependencies { end, lookback } => Request::get("api/v2/dependencies")
                .with("endTs", end.div_ceil(1_000_000).to_string())
                .with("lookback", lookback.div_ceil(1_000_000).max(1).to_string()),
            Ask::Summaries(_) | Ask::Metrics(_) | Ask::Archive { .. } => return Vec::new(),
        };
        vec![request]
    }

    fn read(&self, ask: &Ask, answer: Value) -> Result<Told, Unread> {
        match ask {
            Ask::Dependencies { .. } if answer.is_list() => Ok(Told::Calls(calls(Some(answer)))),
            Ask::Dependencies { .. } => Err(Unread::Shape),
            _ => names(answer).map(Told::Names),
        }
    }

    fn search(&self, wanted: &Conditions) -> Vec<Request> {
        let end = wanted.end.div_ceil(1_000_000);
        let lookback = end.saturating_sub(wanted.start / 1_000_000).max(1);
        // Whole microseconds around what is wanted. A greatest duration is taken only beside a least one.
        let most = wanted.span_at_most.map(|most| most.div_ceil(1_000).max(1));
        let least = wanted.span_at_least.map(|least| (least / 1_000).max(1)).or(most.map(|_| 1));
        let or_empty = |micros: Option<u64>| micros.map(|micros| micros.to_string()).unwrap_or_default();
        let request = Request::get("api/v2/traces")
            .with_some("serviceName", &wanted.service)
            .with_some("spanName", &wanted.operation)
            .with_some("annotationQuery", &annotation_query(&wanted.tags))
            .with_some("minDuration", &or_empty(least))
            .with_some("maxDuration", &or_empty(most))
            .with("endTs", end.to_string())
            .with("lookback", lookback.to_string())
            .with("limit", wanted.limit.to_string());
        vec![request]
    }

    fn trace(&self, id: &str) -> Vec<Request> {
        vec![Request::get(format!("api/v2/trace/{}", path_segment(id)))]
    }

    fn unasked(&self, wanted: &Conditions) -> Vec<Unasked> {
        let is_rounded = |nanos: Option<u64>| nanos.is_some_and(|nanos| nanos % 1_000 > 0);
        let mut unasked = Vec::new();
        if !wanted.query.is_empty() {
            unasked.push(Unasked::Query);
        }
        if is_rounded(wanted.span_at_least) || is_rounded(wanted.span_at_most) {
            unasked.push(Unasked::SpanDuration);
        }
        if wanted.wants_trace_duration() {
            unasked.push(Unasked::TraceDuration);
        }
        for tag in &wanted.tags {
            if !can_be_said(tag) || tag.1.is_empty() {
                unasked.push(Unasked::Tag(tag.0.clone()));
            }
        }
        unasked
    }
}
