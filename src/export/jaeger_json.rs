//! Jaeger JSON, as Jaeger's query service answers `/api/traces`: `{"data":[{"traceID","spans","processes","warnings"}]}`.
//!
//! What becomes of the model (the counted losses are those of [`LossKind`]):
//! * Times are cut to microseconds. A start or an event that is missing, or before 1970, is 0.
//! * The first parent and the links are references; a link is one of the kind `FOLLOWS_FROM`, and loses its attributes.
//!   A reader that looks for a parent among the references may find one there.
//! * Kind, status, scope and trace state are tags, if no tag says the same: see `jaeger_tags`. Attributes of scopes are lost.
//! * An event's name is the field `event`.
//! * Arrays and maps are JSON text, a null an empty text; bytes stay bytes, integers beyond 53 bits are strings.
//! * Ids have 16 or 32 digits; ids that are texts stay texts.
//! * Warnings of the backend stay. A negative duration stays; other times that were none are lost as written.

use super::jaeger_tags;
use super::json::Json;
use super::losses::{LossKind, Losses};
use super::value;
use crate::model::index::Numbers;
use crate::model::{
    Entries, LinkKind, ResourceRow, SpanFlags, SpanId, SpanRef, SpanWarning, Store, TraceId, TraceRow, UnixNanos,
    ValueRef,
};

/// See the module.
#[derive(Default)]
pub struct JaegerJson {
    has_begun: bool,
    /// The trace that is open.
    trace: Option<TraceRow>,
    /// Its processes: `p1` and so on.
    processes: Vec<ResourceRow>,
    numbers: Numbers,
}

impl JaegerJson {
    pub fn span(&mut self, store: &Store, span: SpanRef, out: &mut Json, losses: &mut Losses) {
        self.begin(out);
        if self.trace != Some(span.trace()) {
            self.leave(store, out, losses);
            self.trace = Some(span.trace());
            out.open(b'{');
            out.key("traceID");
            trace_id(store, store.trace(span.trace()).id, out);
            out.key("spans");
            out.open(b'[');
        }
        let resource = store.spans.resource(span.row());
        let number = self.numbers.get_or_set(resource.0, self.processes.len() as u32);
        if number as usize == self.processes.len() {
            self.processes.push(resource);
        }
        out.open(b'{');
        Span { store, span, out, losses }.write(number);
        out.close(b'}');
    }

    pub fn end(&mut self, store: &Store, out: &mut Json, losses: &mut Losses) {
        self.begin(out);
        self.leave(store, out, losses);
        out.close(b']');
        for key in ["total", "limit", "offset"] {
            out.key(key);
            out.int(0);
        }
        out.key("errors");
        out.raw("null");
        out.close(b'}');
    }

    fn begin(&mut self, out: &mut Json) {
        if !self.has_begun {
            self.has_begun = true;
            out.open(b'{');
            out.key("data");
            out.open(b'[');
        }
    }

    /// Ends the open trace with what its spans refer to.
    fn leave(&mut self, store: &Store, out: &mut Json, losses: &mut Losses) {
        let Some(trace) = self.trace.take() else { return };
        out.close(b']');
        out.key("processes");
        out.open(b'{');
        for (number, row) in self.processes.drain(..).enumerate() {
            out.any_key(&process_id(number as u32));
            process(store, row, out, losses);
        }
        self.numbers = Numbers::default();
        out.close(b'}');
        out.key("warnings");
        texts(store.trace(trace).warnings().map(|text| store.text(text)), out);
        out.close(b'}');
    }
}

fn process_id(number: u32) -> String {
    format!("p{}", number + 1)
}

fn process(store: &Store, row: ResourceRow, out: &mut Json, losses: &mut Losses) {
    out.open(b'{');
    out.key("serviceName");
    out.text(store.text(store.resources.service(row)));
    out.key("tags");
    out.open(b'[');
    tags(store.content.entries(store.resources.attributes(), store.resources.range(row)), out, losses);
    out.close(b']');
    out.close(b'}');
}

/// A list of texts; `null` if there are none, as Jaeger has it.
fn texts<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Json) {
    let mut texts = texts.peekable();
    if texts.peek().is_none() {
        return out.raw("null");
    }
    out.open(b'[');
    texts.for_each(|text| out.text(text));
    out.close(b']');
}

fn tags(entries: Entries, out: &mut Json, losses: &mut Losses) {
    entries.for_each(|(key, value)| tag(key, value, out, losses));
}

/// Integers beyond 53 bits are strings: JavaScript would round them.
const SAFE: u64 = 1 << 53;

fn tag(key: &str, value: ValueRef, out: &mut Json, losses: &mut Losses) {
    out.open(b'{');
    out.key("key");
    out.text(key);
    out.key("type");
    out.text(match value {
        ValueRef::Bool(_) => "bool",
        ValueRef::Int(_) | ValueRef::BigInt(_) => "int64",
        ValueRef::Double(_) => "float64",
        ValueRef::Bytes(_) => "binary",
        ValueRef::Null | ValueRef::Str(_) | ValueRef::Array(_) | ValueRef::Map(_) => "string",
    });
    out.key("value");
    match value {
        ValueRef::Str(text) | ValueRef::BigInt(text) => out.text(text),
        ValueRef::Bool(value) => out.bool(value),
        ValueRef::Int(value) if value.unsigned_abs() < SAFE => out.int(value),
        ValueRef::Int(value) => out.int_text(value),
        ValueRef::Double(value) => value::double(out, value),
        ValueRef::Bytes(bytes) => out.bytes(bytes),
        ValueRef::Null => {
            losses.add(LossKind::NullAsText, key);
            out.text("");
        }
        list @ (ValueRef::Array(_) | ValueRef::Map(_)) => {
            losses.add(LossKind::ListAsText, key);
            out.text(&value::text(list));
        }
    }
    out.close(b'}');
}

/// 16 digits if they are enough, as Jaeger writes it; a text as it is.
fn trace_id(store: &Store, id: TraceId, out: &mut Json) {
    match id {
        TraceId::Text(text) => out.text(store.text(text)),
        TraceId::Hex { bits, .. } => out.hex(bits, if bits >> 64 == 0 { 16 } else { 32 }),
    }
}

fn span_id(store: &Store, id: Option<SpanId>, out: &mut Json) {
    match id {
        Some(SpanId::Hex { bits, .. }) => out.hex(bits.into(), 16),
        Some(SpanId::Text(text)) => out.text(store.text(text)),
        None => out.text(""),
    }
}

/// A span being written.
struct Span<'a> {
    store: &'a Store,
    span: SpanRef<'a>,
    out: &'a mut Json,
    losses: &'a mut Losses,
}

impl Span<'_> {
    fn write(mut self, process: u32) {
        let (store, span) = (self.store, self.span);
        self.losses.add_if(span.id().is_none(), LossKind::MissingId, span.name());
        self.out.key("traceID");
        trace_id(store, store.trace(span.trace()).id, self.out);
        self.out.key("spanID");
        span_id(store, span.id(), self.out);
        self.out.key("operationName");
        self.out.text(span.name());
        self.references();
        self.times();
        self.tags();
        self.logs();
        self.out.key("processID");
        self.out.text(&process_id(process));
        self.warnings();
    }

    fn references(&mut self) {
        let (store, span) = (self.store, self.span);
        let own = store.trace(span.trace()).id;
        self.out.key("references");
        self.out.open(b'[');
        if let Some(parent) = span.written_parent_id() {
            let follows = span.flags().has(SpanFlags::FOLLOWS_PARENT);
            self.reference(if follows { LinkKind::FollowsFrom } else { LinkKind::ChildOf }, own, Some(parent));
        }
        for row in store.link_range(span.row()).rows() {
            let kind = store.links.kind(row);
            self.losses.add_if(kind == LinkKind::Link, LossKind::LinkKind, span.name());
            self.losses.add_if(!store.links.range(row).is_empty(), LossKind::LinkAttributes, span.name());
            self.reference(kind, store.links.trace(row).unwrap_or(own), store.links.span(row));
        }
        self.out.close(b']');
    }

    fn reference(&mut self, kind: LinkKind, trace: TraceId, span: Option<SpanId>) {
        self.out.open(b'{');
        self.out.key("refType");
        self.out.text(if kind == LinkKind::ChildOf { "CHILD_OF" } else { "FOLLOWS_FROM" });
        self.out.key("traceID");
        trace_id(self.store, trace, self.out);
        self.out.key("spanID");
        span_id(self.store, span, self.out);
        self.out.close(b'}');
    }

    fn times(&mut self) {
        let span = self.span;
        let is_missing = span.flags().has(SpanFlags::TIME_MISSING);
        let negative = span.warnings().find_map(|warning| match warning {
            SpanWarning::NegativeDuration(nanos) => Some(nanos),
            _ => None,
        });
        self.out.key("startTime");
        match is_missing {
            true => self.out.int(0),
            false => self.time(span.start()),
        }
        let duration = negative.unwrap_or(span.duration()).0;
        self.losses.add_if(duration % 1000 != 0, LossKind::Nanoseconds, span.name());
        self.out.key("duration");
        self.out.int(duration.div_euclid(1000));
    }

    fn time(&mut self, time: UnixNanos) {
        let micros = time.0.div_euclid(1000);
        self.losses.add_if(time.0 % 1000 != 0, LossKind::Nanoseconds, self.span.name());
        self.losses.add_if(micros <= 0, LossKind::EarlyTime, self.span.name());
        self.out.int(micros.max(0));
    }

    fn tags(&mut self) {
        let Span { span, out, losses, .. } = self;
        out.key("tags");
        out.open(b'[');
        tags(span.attributes(), out, losses);
        let mut unused = Losses::default();
        jaeger_tags::missing(*span, losses, &mut |key, value| tag(key, value, out, &mut unused));
        out.close(b']');
        losses.add_if(span.scope_attributes().is_some_and(|all| all.len() > 0), LossKind::ScopeAttributes, span.name());
    }

    fn logs(&mut self) {
        let is_missing = self.span.flags().has(SpanFlags::TIME_MISSING);
        self.out.key("logs");
        self.out.open(b'[');
        for event in self.span.events() {
            self.out.open(b'{');
            self.out.key("timestamp");
            match is_missing && event.time == UnixNanos(0) {
                true => self.out.int(0),
                false => self.time(event.time),
            }
            self.out.key("fields");
            self.out.open(b'[');
            // The last field `event` is the name. Without one it is "log".
            let told = event.attributes.clone().filter_map(|(key, value)| match value {
                ValueRef::Str(text) if key == "event" => Some(text),
                _ => None,
            });
            let told = told.last();
            let is_told = told.unwrap_or("log") == event.name;
            if told.is_none() && !is_told {
                tag("event", ValueRef::Str(event.name), self.out, self.losses);
            }
            tags(event.attributes, self.out, self.losses);
            if told.is_some() && !is_told {
                tag("event", ValueRef::Str(event.name), self.out, self.losses);
            }
            self.out.close(b']');
            self.out.close(b'}');
        }
        self.out.close(b']');
    }

    fn warnings(&mut self) {
        let (store, span) = (self.store, self.span);
        let backend = span.warnings().filter_map(|warning| match warning {
            SpanWarning::Backend(text) => Some(store.text(text)),
            _ => None,
        });
        self.out.key("warnings");
        texts(backend, self.out);
        for warning in span.warnings() {
            match warning {
                SpanWarning::UnusableStart(text)
                | SpanWarning::ImplausibleStart(text)
                | SpanWarning::UnusableDuration(text) => self.losses.add(LossKind::WrittenTime, store.text(text)),
                SpanWarning::Backend(_) | SpanWarning::NegativeDuration(_) => {}
            }
        }
    }
}
