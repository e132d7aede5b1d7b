//! Rows and summaries of Zipkin's viewer: what they say of names of services, errors and times must be said by the spans
//! that they are made of. Lens merges the halves of an id into a row; we show both.

use super::zipkin_records::{UNKNOWN, annotations, in_order, local_endpoint, padded_text, remote_endpoint, tags};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use trackway::model::{SpanFlags, SpanRef, StatusCode, Store};

/// The spans of an id.
pub fn halves<'a>(store: &'a Store, id: &Json) -> Vec<SpanRef<'a>> {
    let wanted = json!(padded_text(id));
    in_order(store).into_iter().filter(|span| super::zipkin_records::padded(span.id()) == wanted).collect()
}

/// Own and called services, as Lens has them: in lower case.
fn services(halves: &[SpanRef]) -> BTreeSet<String> {
    let endpoints = halves.iter().flat_map(|span| [local_endpoint(*span), remote_endpoint(*span)]);
    endpoints.filter_map(|endpoint| endpoint["serviceName"].as_str().map(str::to_lowercase)).collect()
}

/// Compares a row with the spans of its id.
pub fn compare(halves: &[SpanRef], row: &Json) {
    let name = row["spanName"].as_str().expect("a name");
    let is_nameless = halves.iter().all(|span| span.name().is_empty()) && name == "unknown";
    assert!(is_nameless || halves.iter().any(|span| span.name() == name), "{name}");
    let named: BTreeSet<String> = serde_json::from_value(row["serviceNames"].clone()).expect("names");
    assert_eq!(services(halves), named);
    let service = row["serviceName"].as_str().expect("a service");
    assert!(named.contains(service) || named.is_empty() && service == "unknown" || is_of_peer(halves), "{service}");
    assert_eq!(is_error(halves), row["errorType"] == "critical");
    let duration = row["duration"].as_i64().unwrap_or_default();
    assert!(halves.iter().any(|span| span.duration().0 / 1000 == duration), "{duration}");
    let starts: Vec<i64> = halves
        .iter()
        .filter(|span| !span.flags().has(SpanFlags::TIME_MISSING))
        .map(|span| span.start().0 / 1000)
        .collect();
    match row["timestamp"].as_i64() {
        Some(start) => assert!(starts.contains(&start), "{start}"),
        None => assert!(starts.is_empty(), "{starts:?}"),
    }
    compare_annotations(halves, row);
    compare_tags(halves, row);
}

/// Nobody but the other end has a name: Lens calls the row unknown.
fn is_of_peer(halves: &[SpanRef]) -> bool {
    halves.iter().all(|span| span.service() == UNKNOWN)
}

fn is_error(halves: &[SpanRef]) -> bool {
    halves.iter().any(|span| span.status() == StatusCode::Error)
}

/// Those that Lens did not make up of the kind and the times. It spells letters out.
fn compare_annotations(halves: &[SpanRef], row: &Json) {
    let spelt = |value: &str| match value {
        "ws" => "Wire Send".to_owned(),
        "wr" => "Wire Receive".to_owned(),
        "cs" => "Client Start".to_owned(),
        other => other.to_owned(),
    };
    let ours = halves.iter().flat_map(|span| annotations(*span));
    let ours: BTreeSet<(i64, String)> =
        ours.map(|one| (one["timestamp"].as_i64().unwrap(), spelt(one["value"].as_str().unwrap()))).collect();
    let theirs = |with_derived: bool| -> BTreeSet<(i64, String)> {
        let all = row["annotations"].as_array().expect("annotations").iter();
        all.filter(|one| with_derived || one["isDerived"] == false)
            .map(|one| (one["timestamp"].as_i64().unwrap(), one["value"].as_str().unwrap().to_owned()))
            .collect()
    };
    assert!(ours.is_superset(&theirs(false)), "{ours:?}");
    assert!(ours.is_subset(&theirs(true)), "{ours:?}");
}

/// Tags with endpoints are the spans'; those without are addresses.
fn compare_tags(halves: &[SpanRef], row: &Json) {
    let mut ours = BTreeSet::new();
    for span in halves {
        let at = address(&local_endpoint(*span));
        ours.extend(tags(*span).into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned(), at.clone())));
    }
    let addresses: BTreeSet<String> = halves
        .iter()
        .flat_map(|span| [local_endpoint(*span), remote_endpoint(*span)])
        .map(|end| address(&end))
        .collect();
    let mut theirs = BTreeSet::new();
    for tag in row["tags"].as_array().expect("tags") {
        let [key, value] = ["key", "value"].map(|key| tag[key].as_str().expect("a text").to_owned());
        match tag["endpoints"].as_array() {
            Some(ends) => ends.iter().for_each(|end| {
                _ = theirs.insert((key.clone(), value.clone(), end.as_str().unwrap().to_owned()));
            }),
            None => assert!(addresses.contains(&value), "{value}: {addresses:?}"),
        }
    }
    assert_eq!(ours, theirs);
}

/// `ip:port (service)`, as Lens writes an endpoint.
fn address(endpoint: &Json) -> String {
    let ip = endpoint["ipv4"].as_str().map(str::to_owned);
    let ip = ip.or(endpoint["ipv6"].as_str().map(|ip| format!("[{ip}]")));
    let service = endpoint["serviceName"].as_str();
    let port = endpoint["port"].as_i64().map(|port| format!(":{port}")).unwrap_or_default();
    match (ip, service) {
        (Some(ip), Some(service)) => format!("{ip}{port} ({service})"),
        (Some(ip), None) => format!("{ip}{port}"),
        // Without an address it has no use for the port.
        (None, Some(service)) => service.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

/// `detailedTraceSummary`: its rows, its root and how many rows name a service.
pub fn compare_details(store: &Store, details: &Json) {
    let rows = details["spans"].as_array().expect("rows");
    let mut counts = BTreeMap::new();
    for row in rows {
        let halves = halves(store, &row["spanId"]);
        compare(&halves, row);
        services(&halves).into_iter().for_each(|service| *counts.entry(service).or_insert(0) += 1);
    }
    let theirs = details["serviceNameAndSpanCounts"].as_array().expect("counts").iter();
    let theirs: BTreeMap<String, i64> = theirs
        .map(|count| (count["serviceName"].as_str().unwrap().to_owned(), count["spanCount"].as_i64().unwrap()))
        .collect();
    assert_eq!(counts, theirs);
    compare_root(store, &details["rootSpan"]);
    let duration = details["duration"].as_i64().unwrap_or_default();
    assert_eq!(store.traces().next().expect("a trace").1.duration().0 / 1000, duration);
}

/// `traceSummary`: the sums over a trace.
pub fn compare_summary(store: &Store, summary: &Json) {
    let (_, trace) = store.traces().next().expect("a trace");
    assert_eq!(trace.span_count(), summary["spanCount"]);
    assert_eq!(trace.start.0 / 1000, summary["timestamp"]);
    assert_eq!(trace.duration().0 / 1000, summary["duration"]);
    assert_eq!(trace.errors > 0, summary["errorType"] == "critical");
    let mut ours: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    for span in in_order(store).into_iter().filter(|span| span.service() != UNKNOWN) {
        let times = json!({ "timestamp": span.start().0 / 1000, "duration": span.duration().0 / 1000 });
        ours.entry(span.service()).or_default().push(times);
    }
    assert_eq!(json!(ours), summary["groupedTimestamps"]);
    compare_root(store, &summary["root"]);
}

/// What gives the trace its name.
fn compare_root(store: &Store, root: &Json) {
    let span = store.span(store.traces().next().expect("a trace").1.name_span);
    let service = if span.service() == UNKNOWN { "unknown" } else { span.service() };
    let name = if span.name().is_empty() { "unknown" } else { span.name() };
    assert_eq!(json!({ "serviceName": service, "spanName": name }), *root);
}
