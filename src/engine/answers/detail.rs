//! Everything about one span.

use super::detail_order::{self, Prefixes};
use super::{Answer, Memo};
use crate::analysis::clock::Clock;
use crate::analysis::gen_ai;
use crate::analysis::percentiles::rank;
use crate::analysis::self_time::self_time;
use crate::engine::questions::{
    Attribute, AttributePlace, Detail, EventAttributes, EventDetail, FullPart, FullText, LONG_CONVERSATION, LONG_LIST,
    LONG_VALUE, LinkDetail, Parameters, SpanDetail, SpanWarning,
};
use crate::engine::value_text::{json, plain};
use crate::export::{Export, ExportFormat, Selection};
use crate::model::span_ref::SpanWarning as Written;
use crate::model::{Entries, LinkRef, SpanFlags, SpanRef, Store, TraceRow, Value, ValueRef, order};

/// A whole value is shown up to this many bytes: the page would not bear more in one text.
const FULL_VALUE: usize = 64 << 20;

fn span_at<'a>(store: &'a Store, trace: &str, position: u32) -> Option<(TraceRow, SpanRef<'a>)> {
    let row = store.trace_by_id(trace)?;
    let span = store.trace(row).tree.order.get(position as usize)?;
    Some((row, store.span(*span)))
}

impl Answer for Detail {
    fn answer(&self, store: &Store, _: &mut Memo) -> Option<SpanDetail> {
        let (trace, span) = span_at(store, &self.trace, self.position)?;
        let origin = store.trace(trace).start;
        let clock = Clock::new(store, trace);
        let (scope_name, scope_version) = span.scope().unwrap_or_default();
        let mut left_out = 0;
        let top = detail_order::prefixes(self.top_prefixes.as_deref());
        let attributes = attributes(span.attributes(), &top, &mut left_out);
        let resource = self::attributes(span.resource_attributes(), &top, &mut left_out);
        left_out += span.events().len().saturating_sub(LONG_LIST) as u64;
        left_out += span.links().len().saturating_sub(LONG_LIST) as u64;
        let mut events: Vec<EventDetail> = Vec::new();
        for (index, event) in span.events().take(LONG_LIST).enumerate() {
            events.push(EventDetail {
                name: event.name.to_owned(),
                nanos: (event.time - origin).0,
                attributes: self::attributes(event.attributes, &top, &mut left_out),
                index: index as u32,
            });
        }
        let events = order::arrange(events, &mut |a, b| a.nanos.cmp(&b.nanos));
        let links =
            span.links().take(LONG_LIST).map(|link| link_detail(store, trace, link, &top, &mut left_out)).collect();
        Some(SpanDetail {
            span_id: span.id_text(),
            parent_id: span.parent_id().map(|id| id.text(store.strings())),
            service: span.service().to_owned(),
            operation: span.name().to_owned(),
            kind: span.kind(),
            status: span.status(),
            status_message: span.status_message().to_owned(),
            start_nanos: (span.start() - origin).0,
            duration_nanos: span.duration().0,
            trace_nanos: store.trace(trace).duration().0,
            self_nanos: Some(self_time(&clock, self.position)),
            percentile: Some(rank(&clock, self.position)).filter(|(_, count)| *count > 1),
            gen_ai: gen_ai::classify(span.attributes().map(|(key, value)| (key, text_of(value)))),
            scope_name: scope_name.to_owned(),
            scope_version: scope_version.to_owned(),
            attributes,
            resource,
            events,
            links,
            referrers: super::referrers::referrers(store, trace, span),
            warnings: warnings(store, span),
            left_out,
        })
    }
}

fn attributes(entries: Entries, top: &Prefixes, left_out: &mut u64) -> Vec<Attribute> {
    *left_out += entries.len().saturating_sub(LONG_LIST) as u64;
    let list: Vec<Attribute> = entries
        .take(LONG_LIST)
        .enumerate()
        .map(|(index, (key, value))| {
            let limit = if gen_ai::is_conversation(key) { LONG_CONVERSATION } else { LONG_VALUE };
            Attribute { key: key.to_owned(), value: value.to_owned(limit), index: index as u32 }
        })
        .collect();
    detail_order::in_order(list, top)
}

/// The attributes of one event.
pub fn event_attributes(store: &Store, asked: &EventAttributes) -> Option<Vec<Attribute>> {
    let (_, span) = span_at(store, &asked.trace, asked.position)?;
    let entries = entries_at(span, AttributePlace::Event(asked.event))?;
    Some(attributes(entries, &detail_order::prefixes(None), &mut 0))
}

fn text_of(value: ValueRef<'_>) -> Option<&str> {
    match value {
        ValueRef::Str(text) => Some(text),
        _ => None,
    }
}

fn link_detail(store: &Store, own: TraceRow, link: LinkRef, top: &Prefixes, left_out: &mut u64) -> LinkDetail {
    let trace_id = link.trace.text(store.strings());
    let span_id = link.span.map(|span| span.text(store.strings())).unwrap_or_default();
    let trace = store.trace_by_id(&trace_id);
    let is_loaded = trace.is_some_and(|trace| span_id.is_empty() || store.span_by_id(trace, &span_id).is_some());
    let attributes = attributes(link.attributes, top, left_out);
    LinkDetail {
        in_this_trace: link.trace == store.trace(own).id,
        trace_id,
        span_id,
        kind: link.kind,
        is_loaded,
        attributes,
    }
}

fn warnings(store: &Store, span: SpanRef) -> Vec<SpanWarning> {
    let parent_id = || span.parent_id().map(|id| id.text(store.strings())).unwrap_or_default();
    let flags = [
        (SpanFlags::ORPHAN, SpanWarning::Orphan { parent_id: parent_id() }),
        (SpanFlags::CYCLE_CUT, SpanWarning::CycleCut),
        (SpanFlags::OWN_PARENT, SpanWarning::OwnParent),
        (SpanFlags::SERVER_HALF, SpanWarning::SharedId),
        (SpanFlags::DUPLICATE_ID, SpanWarning::DuplicateId),
    ];
    let is_half = span.flags().has(SpanFlags::SERVER_HALF);
    let flagged = flags.into_iter().filter(|(flag, _)| span.flags().has(*flag));
    // Both halves of a call share their id on purpose: one word about it is enough.
    let flagged =
        flagged.map(|(_, warning)| warning).filter(|warning| !(is_half && *warning == SpanWarning::DuplicateId));
    let written = span.warnings().map(|warning| match warning {
        Written::Backend(text) => SpanWarning::Said(store.text(text).to_owned()),
        Written::NegativeDuration(length) => SpanWarning::NegativeDuration(length.0),
        Written::UnusableStart(text) => SpanWarning::UnusableStart(store.text(text).to_owned()),
        Written::ImplausibleStart(text) => SpanWarning::ImplausibleStart(store.text(text).to_owned()),
        Written::UnusableDuration(text) => SpanWarning::UnusableDuration(store.text(text).to_owned()),
    });
    flagged.chain(written).collect()
}

/// The attributes of a place in file order; `None`: there is no such event or link.
fn entries_at(span: SpanRef<'_>, place: AttributePlace) -> Option<Entries<'_>> {
    Some(match place {
        AttributePlace::Span => span.attributes(),
        AttributePlace::Resource => span.resource_attributes(),
        AttributePlace::Event(event) => span.events().nth(event as usize)?.attributes,
        AttributePlace::Link(link) => span.links().nth(link as usize)?.attributes,
    })
}

impl Answer for FullText {
    fn answer(&self, store: &Store, _: &mut Memo) -> Option<String> {
        let (trace, span) = span_at(store, &self.trace, self.position)?;
        let index = match self.part {
            FullPart::Value(index) => index,
            FullPart::List => {
                let entries = entries_at(span, self.place)?;
                let entries = entries.map(|(key, value)| (key.to_owned(), value.to_owned(FULL_VALUE)));
                return Some(json(&Value::Map(entries.collect())));
            }
            FullPart::Span => return Some(otlp_json(store, trace, span)),
        };
        let (_, value) = entries_at(span, self.place)?.nth(index as usize)?;
        Some(match value {
            ValueRef::Str(text) | ValueRef::BigInt(text) => text.to_owned(),
            other => plain(&other.to_owned(FULL_VALUE)),
        })
    }
}

fn otlp_json(store: &Store, trace: TraceRow, span: SpanRef) -> String {
    let mut export = Export::new(store, ExportFormat::OtlpJson, &Selection::Spans(trace, vec![span.row()]));
    let mut bytes = Vec::new();
    while let Some(chunk) = export.next_chunk(store) {
        bytes.extend(chunk);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Answer for Parameters {
    fn answer(&self, store: &Store, _: &mut Memo) -> Vec<Option<String>> {
        let Some(trace) = store.trace_by_id(&self.trace) else { return Vec::new() };
        self.names.iter().map(|name| parameter(store, trace, self.position as usize, name)).collect()
    }
}

/// The value of a name for a span, as text; `None` as well if it is too long for an address.
fn parameter(store: &Store, row: TraceRow, position: usize, name: &str) -> Option<String> {
    let trace = store.trace(row);
    if let Some(name) = name.strip_prefix("trace.") {
        let first = store.span(trace.name_span);
        return Some(match name {
            "traceID" => store.trace_id_text(row),
            "traceName" => format!("{}: {}", first.service(), first.name()),
            "duration" => (trace.duration().0 / 1_000).to_string(),
            "startTime" => (trace.start.0 / 1_000).to_string(),
            "endTime" => (trace.end.0 / 1_000).to_string(),
            _ => return None,
        });
    }
    let known = (position < trace.tree.len()).then_some(position);
    std::iter::successors(known, |position| trace.tree.parent_of(*position)).find_map(|position| {
        let span = store.span(trace.tree.order[position]);
        match name {
            "spanID" => return Some(span.id_text()),
            "operationName" => return Some(span.name().to_owned()),
            "duration" => return Some((span.duration().0 / 1_000).to_string()),
            "startTime" => return Some((span.start().0 / 1_000).to_string()),
            _ => {}
        }
        let found = span.attributes().find(name).or_else(|| span.resource_attributes().find(name))?;
        let value = found.to_owned(LONG_VALUE);
        (!matches!(value, Value::CutStr { .. } | Value::CutBytes { .. })).then(|| plain(&value))
    })
}
