//! All of Jaeger's query service, in both dialects (FEATURES §2.2, §2.3): v1, which every release up to 2.20 speaks, and v3,
//! which alone newer ones offer for searching. Dependencies, single traces and the archive have no route but v1's anywhere.

use super::answers::{Name, Partial, ServiceCount, Summary, Unread, add, count, items, names, number, padded, text};
use super::api::{Abilities, Ask, Figure, Kind, Metrics, QueryApi, Series, Told};
use super::conditions::{Conditions, Unasked, go_duration, rfc3339};
use super::request::Request;
use super::{Reply, path_segment};
use crate::ingest::decimal;
use crate::ingest::json::value::Value;
use crate::ingest::report::Calls;
use crate::ingest::rfc3339;

/// Which of its routes a Jaeger has, as a probe found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JaegerApi {
    pub v1: bool,
    pub v3: bool,
    /// `/api/v3/trace-summaries`: since 2.19.
    pub summaries: bool,
    pub dependencies: bool,
}

pub(super) fn v1_services() -> Request {
    Request::get("api/services")
}

pub(super) fn v3_services() -> Request {
    Request::get("api/v3/services")
}

/// A search that finds nothing, to see whether there are summaries.
pub(super) fn probe_summaries() -> Request {
    let nowhere = Conditions { start: 0, end: 1_000_000, limit: 1, ..Conditions::default() };
    v3_search("api/v3/trace-summaries", &nowhere)
}

pub(super) fn dependencies(end: u64, lookback: u64) -> Request {
    let millis = |nanos: u64| (nanos / 1_000_000).to_string();
    Request::get("api/dependencies").with("endTs", millis(end)).with("lookback", millis(lookback.max(1_000_000)))
}

/// As Jaeger UI asks for them: rates are of ten minutes.
fn metrics(wanted: &Metrics) -> Request {
    let millis = |nanos: u64| (nanos / 1_000_000).to_string();
    let (path, quantile) = match wanted.figure {
        Figure::Duration(percent) => ("api/metrics/latencies", ["0.", &percent.to_string()].concat()),
        Figure::Calls => ("api/metrics/calls", String::new()),
        Figure::Errors => ("api/metrics/errors", String::new()),
    };
    Request::get(path)
        .with("service", &wanted.service)
        .with_some("quantile", &quantile)
        .with("groupByOperation", if wanted.by_operation { "true" } else { "false" })
        .with("endTs", millis(wanted.end))
        .with("lookback", millis(wanted.lookback))
        .with("step", millis(wanted.step))
        .with("ratePer", "600000")
        .with("spanKind", wanted.kind.name())
}

/// Whether an answer is a family of metrics, which has no envelope; an empty one may leave its list out.
fn is_family(answer: Value) -> bool {
    match answer.get("metrics") {
        Some(list) => list.is_list() || list.is_null(),
        None => answer.get("type").is_some() && answer.get("name").is_some(),
    }
}

/// `{"metrics":[{"labels":[{name, value}], "metricPoints":[{"gaugeValue":{"doubleValue":0.5}, "timestamp":"2026-…Z"}]}]}`. What is not
/// known then is the text `NaN`.
fn series(answer: Value) -> Vec<Series> {
    let mut all = Vec::new();
    items(answer.get("metrics"), |metric| {
        let mut one = Series::default();
        items(metric.get("labels"), |label| {
            if text(label, "name") == "operation" {
                one.operation = text(label, "value");
            }
        });
        items(metric.get("metricPoints"), |point| {
            let time = point.get("timestamp").and_then(time);
            let value =
                point.get("gaugeValue").and_then(|gauge| gauge.get("doubleValue")).and_then(Value::digits_or_text);
            let value = value.and_then(decimal::float).filter(|value| value.is_finite());
            if let (Some(time), Some(value)) = (time, value) {
                one.points.push((time, value));
            }
        });
        all.push(one);
    });
    all
}

/// Nanoseconds since 1970 of a text as RFC 3339 has it, or of milliseconds.
fn time(value: Value) -> Option<i64> {
    let time = match value.digits() {
        Some(digits) => decimal::from_unit(digits, 6),
        None => rfc3339::parse(value.text()?),
    };
    i64::try_from(time?.value).ok()
}

/// Whether an answer is v3's to [`v3_services`], in a probe. An empty object counts only if it says that it is JSON.
pub(super) fn is_v3(answer: Value, says_json: bool) -> bool {
    says_json && is_empty(answer) || answer.get("services").is_some_and(Value::is_list)
}

/// Whether it is an object without anything in it: proto3 leaves empty lists out.
fn is_empty(answer: Value) -> bool {
    answer.is_object() && answer.members().next().is_none()
}

fn is_v3_services(answer: Value) -> bool {
    is_v3(answer, true)
}

/// Whether an answer has v1's envelope: `data`, and one of its other keys, for some versions write `null` for an empty list.
pub(super) fn is_v1_list(answer: Value) -> bool {
    answer.get("data").is_some_and(|data| {
        data.is_list() || data.is_null() && ["total", "errors", "limit"].iter().any(|key| answer.get(key).is_some())
    })
}

/// Whether an answer is v3's to a search for summaries, or its own complaint: both say that there is such a route.
pub(super) fn knows_summaries(reply: &Reply, answer: Value) -> bool {
    let is_complaint =
        answer.get("error").is_some_and(Value::is_object) || answer.get("errors").is_some_and(Value::is_list);
    match reply.status {
        200 => answer.get("summaries").is_some_and(Value::is_list) || reply.is_json() && is_empty(answer),
        404 | 405 | 501 => false,
        _ => is_complaint,
    }
}

fn v1_search(wanted: &Conditions) -> Request {
    let micros = |nanos: u64| (nanos / 1_000).to_string();
    let (least, most) = durations(wanted);
    let tags = if wanted.tags.is_empty() { String::new() } else { wanted.tags_as_json() };
    Request::get("api/traces")
        .with_some("service", &wanted.service)
        .with_some("operation", &wanted.operation)
        .with("start", micros(wanted.start))
        .with("end", micros(wanted.end.saturating_add(999)))
        .with("limit", wanted.limit.to_string())
        .with_some("minDuration", &least)
        .with_some("maxDuration", &most)
        .with_some("tags", &tags)
}

/// Every parameter has a name in camel case, and one in snake case that old servers know alone: required ones are sent in both.
fn v3_search(path: &str, wanted: &Conditions) -> Request {
    let (from, to) = (rfc3339(wanted.start), rfc3339(wanted.end.max(wanted.start.saturating_add(1))));
    let (least, most) = durations(wanted);
    let depth = wanted.limit.to_string();
    let tags = if wanted.tags.is_empty() { String::new() } else { wanted.tags_as_json() };
    let mut request = Request::get(path);
    for (camel, snake, value) in [
        ("query.serviceName", "query.service_name", &wanted.service),
        ("query.operationName", "query.operation_name", &wanted.operation),
        ("query.startTimeMin", "query.start_time_min", &from),
        ("query.startTimeMax", "query.start_time_max", &to),
        ("query.searchDepth", "query.num_traces", &depth),
        ("query.durationMin", "query.duration_min", &least),
        ("query.durationMax", "query.duration_max", &most),
        ("query.attributes", "query.attributes", &tags),
    ] {
        request = request.with_some(camel, value);
        if camel != snake {
            request = request.with_some(snake, value);
        }
    }
    request
}

/// The least and the greatest duration of a span, as Go writes them; the greatest must exceed the least.
fn durations(wanted: &Conditions) -> (String, String) {
    let most =
        wanted.span_at_most.map(|most| most.max(wanted.span_at_least.map_or(0, |least| least.saturating_add(1))));
    (wanted.span_at_least.map(go_duration).unwrap_or_default(), most.map(go_duration).unwrap_or_default())
}

impl QueryApi for JaegerApi {
    fn kind(&self) -> Kind {
        Kind::Jaeger
    }

    fn version(&self) -> &str {
        match (self.v1, self.v3) {
            (true, true) => "v1, v3",
            (true, false) => "v1",
            _ => "v3",
        }
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            whole_traces: true,
            summaries: self.summaries,
            dependencies: self.dependencies,
            archive: self.v1 || self.dependencies,
            ..Abilities::default()
        }
    }

    fn requests(&self, ask: &Ask) -> Vec<Request> {
        match ask {
            Ask::Services => vec![if self.v3 { v3_services() } else { v1_services() }],
            Ask::Operations { service } if self.v3 => vec![Request::get("api/v3/operations").with("service", service)],
            // The second one is older, and tells no kinds.
            Ask::Operations { service } => vec![
                Request::get("api/operations").with("service", service),
                Request::get(format!("api/services/{}/operations", path_segment(service))),
            ],
            Ask::Dependencies { end, lookback } => vec![dependencies(*end, *lookback)],
            Ask::Metrics(wanted) => vec![metrics(wanted)],
            Ask::Summaries(wanted) if self.summaries => vec![v3_search("api/v3/trace-summaries", wanted)],
            Ask::Archive { id } => vec![Request::post(format!("api/archive/{}", path_segment(id)))],
            Ask::Summaries(_) | Ask::TagKeys | Ask::TagValues { .. } => Vec::new(),
        }
    }

    fn read(&self, ask: &Ask, answer: Value) -> Result<Told, Unread> {
        match ask {
            Ask::Services if is_v3_services(answer) => Ok(Told::Names(listed(answer.get("services")))),
            Ask::Services if is_v1_list(answer) => Ok(Told::Names(listed(answer.get("data")))),
            Ask::Operations { .. } => operations(answer),
            Ask::Dependencies { .. } if is_v1_list(answer) => Ok(Told::Calls(calls(answer.get("data")))),
            Ask::Metrics(_) if is_family(answer) => Ok(Told::Metrics(series(answer))),
            Ask::Summaries(wanted) => summaries(wanted, answer),
            Ask::Archive { .. } if answer.is_object() => Ok(Told::Done),
            _ => Err(Unread::Shape),
        }
    }

    fn search(&self, conditions: &Conditions) -> Vec<Request> {
        match self.v1 {
            true => vec![v1_search(conditions)],
            false => vec![v3_search("api/v3/traces", conditions)],
        }
    }

    fn trace(&self, id: &str) -> Vec<Request> {
        let v1 = Request::get(format!("api/traces/{}", path_segment(id)));
        let v3 = Request::get(format!("api/v3/traces/{}", path_segment(id)));
        if self.v3 { vec![v1, v3] } else { vec![v1] }
    }

    fn unasked(&self, conditions: &Conditions) -> Vec<Unasked> {
        let mut unasked = Vec::new();
        if !conditions.query.is_empty() {
            unasked.push(Unasked::Query);
        }
        if conditions.wants_trace_duration() {
            unasked.push(Unasked::TraceDuration);
        }
        // Two values of one key cannot be said in a map: the last is asked for.
        for (at, (key, _)) in conditions.tags.iter().enumerate() {
            if conditions.tags[at + 1..].iter().any(|(later, _)| later == key) {
                unasked.push(Unasked::Tag(key.clone()));
            }
        }
        unasked
    }
}

fn listed(list: Option<Value>) -> Vec<Name> {
    list.and_then(|list| names(list).ok()).unwrap_or_default()
}

/// `{"operations":[{name, spanKind}]}` of v3, `{"data":[{name, spanKind}]}` or `{"data":[name]}` of v1.
fn operations(answer: Value) -> Result<Told, Unread> {
    let is_v3 = answer.get("operations").is_some_and(Value::is_list) || is_empty(answer);
    if !is_v3 && !is_v1_list(answer) {
        return Err(Unread::Shape);
    }
    let mut names = Vec::new();
    items(answer.get("operations").or_else(|| answer.get("data")), |item| {
        let name = match item.text() {
            Some(name) => Name { name: name.to_owned(), kind: String::new() },
            None => Name { name: text(item, "name"), kind: text(item, "spanKind") },
        };
        add(&mut names, name);
    });
    Ok(Told::Names(names))
}

/// `[{parent, child, callCount, errorCount?}]`: Zipkin's are the same. Entries without both names are left out, as Jaeger UI does.
pub(super) fn calls(list: Option<Value>) -> Vec<Calls> {
    let mut all = Vec::new();
    items(list, |item| {
        let (parent, child) = (text(item, "parent"), text(item, "child"));
        if !parent.trim().is_empty() && !child.trim().is_empty() {
            all.push(Calls { parent, child, calls: number(item, "callCount"), errors: number(item, "errorCount") });
        }
    });
    all
}

/// proto3 drops zeros and empty lists: what is missing is 0.
fn summaries(wanted: &Conditions, answer: Value) -> Result<Told, Unread> {
    let list = match answer.get("summaries") {
        Some(list) if list.is_list() => Some(list),
        None if is_empty(answer) => None,
        _ => return Err(Unread::Shape),
    };
    let mut all = Vec::new();
    items(list, |item| {
        if item.is_object() {
            all.push(summary(item));
        }
    });
    let partial = (all.len() >= wanted.limit as usize).then_some(Partial::LimitReached { limit: wanted.limit });
    Ok(Told::Summaries(all, partial))
}

fn summary(item: Value) -> Summary {
    let id = item.get("traceId").or_else(|| item.get("traceID")).and_then(Value::text).unwrap_or_default();
    let start = number(item, "minStartTimeUnixNano").unwrap_or(0);
    let mut services = Vec::new();
    items(item.get("services"), |service| {
        services.push(ServiceCount {
            name: text(service, "name"),
            spans: count(service, "spanCount").unwrap_or(0),
            errors: count(service, "errorSpanCount").unwrap_or(0),
        });
    });
    Summary {
        id: padded(id),
        service: text(item, "rootServiceName"),
        operation: text(item, "rootOperationName"),
        start,
        duration: number(item, "maxEndTimeUnixNano").unwrap_or(0).saturating_sub(start),
        spans: Some(count(item, "spanCount").unwrap_or(0)),
        errors: Some(count(item, "errorSpanCount").unwrap_or(0)),
        orphans: Some(count(item, "orphanSpanCount").unwrap_or(0)),
        matched: None,
        services,
    }
}
