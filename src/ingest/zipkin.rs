//! Reads Zipkin's JSON: lists of spans, lists of such lists, and spans one after another (also as lines). The formats are
//! those of Zipkin's `/api/v2` and `/api/v1`; [`v2`] and [`v1`] read a span of each, here is
//! what they share.
//!
//! One reader serves both: a file that looks like v2 by its first span may hold v1 spans further down, for a v1 span
//! without annotations has nothing that tells it. So every span is asked by itself ([`is_v1`]).
//!
//! Client and server half of a call may have one id. Both are spans of their own here; building the tree hangs the
//! server's (all of them, if several answered) below the client's by their kinds, and what names the id as its parent
//! below the half of its own resource or service, else below the server's.

mod fields;
mod v1;
mod v2;

use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::report::{FaultKind, NoteKind};
use super::sink::{Sink, SpanFields};
use crate::model::attribute_names as names;
use crate::model::{Cell, OpenRows, ResourceRow, SpanId, SpanRow, StringId, TraceId, TraceRow};
use fields::{HOST, PEER, Told};

/// A list of spans or of lists.
const LIST: Role = Role(0);
const SPAN: Role = Role(1);

/// The service of a span whose endpoint names none, as OpenTelemetry calls it.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// A reader for both versions of Zipkin's JSON; see the module.
#[derive(Debug, Default)]
pub struct ZipkinReader {
    /// The last trace id as written and as read: the next span's is mostly the same.
    trace_text: String,
    trace_id: Option<TraceId>,
    /// The trace of the last span of the list being read.
    last: Option<TraceRow>,
    /// The trace of the spans of the list being read that name none.
    nameless: Option<TraceRow>,
    /// Of the endpoint being read. The memory is used again for the next one.
    address: Vec<(StringId, Cell)>,
}

impl Reader for ZipkinReader {
    fn meet(&mut self, value: Meeting) -> Step {
        if value.within.is_none() {
            self.nameless = None;
        }
        match (value.within, value.byte) {
            (_, b'[') => Step::Enter(LIST),
            (Some(_), _) | (None, b'{') => Step::Take(SPAN),
            (None, _) => Step::Wrong("a list of spans"),
        }
    }

    fn begin(&mut self, _role: Role, _sink: &mut Sink) {
        (self.last, self.nameless) = (None, None);
    }

    fn take(&mut self, _role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        match value.is_object() {
            true if is_v1(value) => v1::take(self, value, sink),
            true => v2::take(self, value, sink),
            false => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
        }
        Ok(())
    }

    fn end(&mut self, _role: Role, sink: &mut Sink) -> Result<(), FaultKind> {
        // Most lists are one trace.
        if let Some(trace) = self.last.take() {
            sink.intake.build(sink.store, trace);
        }
        self.nameless = None;
        Ok(())
    }
}

/// Whether a span is one of v1: those have endpoints at their annotations, and nothing that only v2 has.
fn is_v1(span: Value) -> bool {
    let mut is_v1 = false;
    for (key, value) in span.members() {
        match key {
            "kind" | "localEndpoint" | "remoteEndpoint" | "tags" | "shared" if !value.is_null() => return false,
            "binaryAnnotations" => is_v1 |= value.is_list(),
            "annotations" => is_v1 |= value.items().any(|item| item.get("endpoint").is_some_and(Value::is_object)),
            _ => {}
        }
    }
    is_v1
}

/// What spans of both versions have alike.
#[derive(Clone, Copy, Debug, Default)]
pub struct Head {
    pub trace: Option<TraceId>,
    pub id: Option<SpanId>,
    pub parent: Option<SpanId>,
    pub name: StringId,
    pub is_debug: bool,
    /// It has a key that a span has.
    pub is_span: bool,
}

impl Head {
    /// Puts the head, and what the tags say, into a span.
    pub fn fill(self, span: &mut SpanFields, told: Told, sink: &mut Sink) {
        (span.trace, span.id, span.parent, span.name) = (self.trace, self.id, self.parent, self.name);
        span.status = told.status();
        span.status_message = told.error_message.or(told.description);
        span.scope = told.scope_name.or(told.scope_version).map(|_| {
            let (name, version) = (told.scope_name.unwrap_or_default(), told.scope_version.unwrap_or_default());
            sink.store.scopes.intern(&sink.store.content, name, version, &[])
        });
    }
}

impl ZipkinReader {
    /// Reads a member that both versions have; false if it is none of those.
    #[inline]
    pub fn head(&mut self, head: &mut Head, key: &str, value: Value, sink: &mut Sink) -> bool {
        match key {
            "traceId" => head.trace = self.trace_id(value, sink),
            "id" => head.id = fields::span_id("id", value, sink),
            "parentId" => head.parent = fields::span_id("parentId", value, sink),
            "name" => head.name = fields::text("name", value, sink),
            "debug" => head.is_debug = fields::flag("debug", value, sink),
            _ => return false,
        }
        head.is_span = true;
        true
    }

    fn trace_id(&mut self, value: Value, sink: &mut Sink) -> Option<TraceId> {
        let text = fields::id_text("traceId", value, sink)?;
        if text != self.trace_text {
            let id = TraceId::parse(text, &mut sink.store.content.strings);
            self.trace_id = id.filter(|id| !matches!(id, TraceId::Hex { bits: 0, .. }));
            text.clone_into(&mut self.trace_text);
        }
        self.trace_id
    }

    /// The resource that a local endpoint is.
    pub fn resource(&mut self, endpoint: Option<Value>, sink: &mut Sink) -> ResourceRow {
        self.address.clear();
        let service = endpoint.and_then(|endpoint| fields::read_endpoint(endpoint, &HOST, &mut self.address, sink));
        let service = service.unwrap_or_else(|| sink.intern(UNKNOWN_SERVICE));
        let store = &mut *sink.store;
        store.resources.intern(&store.content, service, &self.address)
    }

    /// A remote endpoint as attributes of the span being read, besides those that its tags say already; its
    /// service only if `has_name`.
    pub fn peer(&mut self, endpoint: Value, has_name: bool, opened: OpenRows, sink: &mut Sink) {
        self.address.clear();
        let service = fields::read_endpoint(endpoint, &PEER, &mut self.address, sink);
        if let Some(service) = service.filter(|_| has_name) {
            let key = sink.intern(names::PEER_SERVICE);
            self.address.insert(0, (key, Cell::text(service)));
        }
        for (key, cell) in &self.address {
            let table = &sink.store.attributes;
            let mut rows = opened.attributes as usize..table.end() as usize;
            if !rows.any(|row| table.key(row) == *key && table.cell(row) == *cell) {
                sink.attribute(*key, *cell);
            }
        }
    }

    /// Adds the span. One that names no trace goes to a trace of its list's own.
    pub fn push(&mut self, span: &SpanFields, sink: &mut Sink) -> SpanRow {
        let row = sink.push(span);
        if span.trace.is_none() {
            let trace = self.nameless_trace(sink);
            sink.intake.adopt(sink.store, row, trace);
        }
        self.last = Some(sink.store.spans.trace(row));
        row
    }

    fn nameless_trace(&mut self, sink: &mut Sink) -> TraceRow {
        // Rows are the store's, so no other file's spans get into this trace.
        let text = format!("no-id-{}", sink.store.spans.len());
        sink.note(NoteKind::MissingId, &text, &|| ".traceId".to_owned());
        *self.nameless.get_or_insert_with(|| {
            let id = TraceId::Text(sink.store.content.strings.intern(&text));
            sink.store.open_trace(id)
        })
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod golden;
