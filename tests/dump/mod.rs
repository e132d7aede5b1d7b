//! A store as text, for tests that compare stores: traces by id, spans in display order, every column, attribute, event,
//! link and warning; and its service dependencies. Ids stand by value, in full length. A scope without name, version and attributes is none.
//!
//! [`plain`] has the same as plain structs, to make stores, [`made`] makes such up, and [`projected`] is what a format leaves.

// Each test uses its part.
#![allow(dead_code)]

pub mod made;
pub mod plain;
pub mod projected;

use plain::Attributes;
use std::fmt::Write;
use trackway::model::{
    Dependency, Entries, SpanFlags, SpanId, SpanKind, SpanWarning, StatusCode, Store, TraceId, TraceRow,
};

/// See the module.
pub fn dump(store: &Store) -> String {
    let mut traces: Vec<(String, TraceRow)> =
        store.traces().map(|(row, trace)| (trace_id(store, trace.id), row)).collect();
    traces.sort();
    let traces = traces.iter().map(|(id, row)| dump_trace(store, id, *row));
    traces.chain(dump_dependencies(store)).collect()
}

/// The dump of the store after a round through Jaeger JSON; see [`projected::for_jaeger`].
pub fn projected_for_jaeger(store: &Store) -> String {
    dump(&plain::store_of(&projected::for_jaeger(plain::traces_of(store))))
}

/// What a round through Zipkin JSON keeps of every span, in no order: its place, its times to the microsecond, its kind
/// where Zipkin has it, whether it is an error, its events. It is the same before and after the round, if all ids are
/// hexadecimal. Links, and what becomes of attributes, are not among it.
pub fn projected_for_zipkin(store: &Store) -> String {
    let mut lines = Vec::new();
    for (_, trace) in store.traces() {
        for span in trace.tree.order.iter().map(|row| store.span(*row)) {
            let ids = [span.id(), span.parent_id()].map(|id| span_id(store, id));
            let start =
                (!span.flags().has(SpanFlags::TIME_MISSING)).then(|| span.start().0 / 1000).filter(|start| *start > 0);
            let duration = if span.duration().0 > 0 { (span.duration().0 / 1000).max(1) } else { 0 };
            let kind = if span.kind() == SpanKind::Internal { SpanKind::Unspecified } else { span.kind() };
            // Within the first microsecond of 1970 it is none.
            let micros = |time: i64| if time / 1000 == 0 { span.start().0 / 1000 } else { time / 1000 };
            let events: Vec<i64> = span.events().map(|event| micros(event.time.0)).collect();
            let state = (kind, span.status() == StatusCode::Error, span.service(), span.name());
            lines.push(format!("{} {ids:?} {start:?} {duration} {state:?} {events:?}", trace_id(store, trace.id)));
        }
    }
    lines.sort();
    lines.join("\n")
}

fn dump_dependencies(store: &Store) -> Vec<String> {
    let line = |edge: &Dependency| {
        let names = (store.text(edge.parent), store.text(edge.child));
        format!("dependency {names:?} {:?} {:?}\n", edge.calls, edge.errors)
    };
    let mut lines: Vec<String> = store.dependencies().iter().map(line).collect();
    lines.sort();
    lines
}

fn dump_trace(store: &Store, id: &str, row: TraceRow) -> String {
    let trace = store.trace(row);
    let warnings: Vec<&str> = trace.warnings().map(|text| store.text(text)).collect();
    let times = (trace.start.0, trace.end.0);
    let mut told = format!("trace {id} {times:?} {:?} {warnings:?}\n", store.span(trace.name_span).name());
    for (position, row) in trace.tree.order.iter().enumerate() {
        let span = store.span(*row);
        let ids = [span.id(), span.parent_id(), span.written_parent_id()].map(|id| span_id(store, id));
        let indent = trace.tree.depth[position];
        writeln!(told, "{indent} {ids:?} {:?} {:?}", span.id_text().split('_').nth(1), span.name()).unwrap();
        let columns = (span.start().0, span.duration().0, span.flags(), span.kind(), span.status());
        writeln!(told, "  {columns:?} {:?} {:?}", span.status_message(), span.trace_state()).unwrap();
        writeln!(told, "  in {:?} {:?}", span.service(), values(span.resource_attributes())).unwrap();
        let scope = (span.scope().unwrap_or_default(), span.scope_attributes().map(values).unwrap_or_default());
        writeln!(told, "  by {scope:?}").unwrap();
        values(span.attributes()).iter().for_each(|entry| writeln!(told, "  {entry:?}").unwrap());
        for event in span.events() {
            writeln!(told, "  event {} {:?} {:?}", event.time.0, event.name, values(event.attributes)).unwrap();
        }
        for link in span.links() {
            let ids = (trace_id(store, link.trace), span_id(store, link.span));
            writeln!(told, "  link {ids:?} {:?} {:?}", link.kind, values(link.attributes)).unwrap();
        }
        let mut warnings: Vec<_> = span.warnings().map(|warning| warning_text(store, warning)).collect();
        // Stable: the backend's own stay in order.
        warnings.sort_by_key(|(kind, _)| *kind);
        warnings.iter().for_each(|warning| writeln!(told, "  warning {warning:?}").unwrap());
    }
    told
}

pub fn values(entries: Entries) -> Attributes {
    entries.map(|(key, value)| (key.to_owned(), value.to_owned(usize::MAX))).collect()
}

/// 32 digits, or the text.
pub fn trace_id(store: &Store, id: TraceId) -> String {
    match id {
        TraceId::Hex { bits, .. } => format!("{bits:032x}"),
        TraceId::Text(text) => store.text(text).to_owned(),
    }
}

/// 16 digits, or the text; empty for none.
pub fn span_id(store: &Store, id: Option<SpanId>) -> String {
    match id {
        Some(SpanId::Hex { bits, .. }) => format!("{bits:016x}"),
        Some(SpanId::Text(text)) => store.text(text).to_owned(),
        None => String::new(),
    }
}

/// Kind and words of a warning.
pub fn warning_text(store: &Store, warning: SpanWarning) -> (&'static str, String) {
    match warning {
        SpanWarning::Backend(text) => ("backend", store.text(text).to_owned()),
        SpanWarning::NegativeDuration(nanos) => ("negative duration", nanos.0.to_string()),
        SpanWarning::UnusableStart(text) => ("unusable start", store.text(text).to_owned()),
        SpanWarning::ImplausibleStart(text) => ("implausible start", store.text(text).to_owned()),
        SpanWarning::UnusableDuration(text) => ("unusable duration", store.text(text).to_owned()),
    }
}
