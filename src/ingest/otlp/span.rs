//! A span, with its events and links, into columns.

use super::fields::{self, Field, Fields};
use super::ids::{LastTrace, span_id};
use super::marks::Marks;
use super::values::{Target, attributes};
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, SpanFields};
use crate::model::attribute_names as names;
use crate::model::{
    Cell, LinkKind, Nanos, ResourceRow, ScopeRow, SpanFlags, SpanKind, StatusCode, StringId, TraceId, UnixNanos,
};

/// What spans share while they are read.
#[derive(Debug, Default)]
pub struct Spans {
    pub last_trace: LastTrace,
    /// The trace of the spans that name none.
    homeless: Option<TraceId>,
}

impl Spans {
    /// Reads a span and adds it.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn read(&mut self, value: Value, resource: ResourceRow, scope: Option<ScopeRow>, sink: &mut Sink) {
        if !value.is_object() {
            return sink.note(NoteKind::SkippedEntry, value.words(), &String::new);
        }
        let fields = Fields::of(value, fields::of_span, sink, &String::new);
        let mut marks = Marks::default();
        let mut span = SpanFields { scope, ..SpanFields::new(sink.open(), resource) };
        if let Some(list) = fields.get(Field::Attributes) {
            attributes(list, &mut Target::Span(&mut marks), sink, &|| ".attributes".to_owned());
        }
        let trace = self.last_trace.read(fields.get(Field::TraceId), sink, &|| ".traceId".to_owned());
        span.trace = marks.trace.or(trace).or_else(|| self.homeless(sink));
        let id = span_id(fields.get(Field::SpanId), sink, &|| ".spanId".to_owned());
        span.id = marks.span.or(id);
        let parent = span_id(fields.get(Field::ParentSpanId), sink, &|| ".parentSpanId".to_owned());
        span.parent = marks.parent.or(parent);
        span.name = fields.text(Field::Name, sink, &|| ".name".to_owned());
        span.trace_state = some(fields.text(Field::TraceState, sink, &|| ".traceState".to_owned()));
        kind(&fields, &mut span, sink);
        status(&fields, &mut span, sink);
        times(&fields, &marks, &mut span, sink);
        if marks.follows_parent {
            span.flags = span.flags.with(SpanFlags::FOLLOWS_PARENT);
        }
        counts(&fields, &mut Target::Span(&mut marks), sink, &String::new);
        events(&fields, sink);
        self.links(&fields, sink);
        let row = sink.push(&span);
        for text in marks.trace_warnings {
            sink.store.warn_of_trace(sink.store.spans.trace(row), text);
        }
    }

    #[cold]
    fn homeless(&mut self, sink: &mut Sink) -> Option<TraceId> {
        let text = format!("no-id-{}", sink.intake.trace_count() + 1);
        sink.note(NoteKind::MissingId, &text, &|| ".traceId".to_owned());
        Some(*self.homeless.get_or_insert_with(|| TraceId::Text(sink.intern(&text))))
    }

    fn links(&mut self, fields: &Fields, sink: &mut Sink) {
        let Some(list) = list(fields, Field::Links, sink) else { return };
        for (number, link) in list.items().enumerate() {
            self.link(link, sink, &|| format!(".links[{number}]"));
        }
    }

    fn link(&mut self, value: Value, sink: &mut Sink, path: &dyn Fn() -> String) {
        if !value.is_object() {
            return sink.note(NoteKind::SkippedEntry, value.words(), path);
        }
        let fields = Fields::of(value, fields::of_link, sink, path);
        let (mut marks, start) = (Marks::default(), sink.store.links.attributes.end());
        if let Some(list) = fields.get(Field::Attributes) {
            attributes(list, &mut Target::Link(&mut marks), sink, &|| path() + ".attributes");
        }
        let trace_state = fields.text(Field::TraceState, sink, path);
        if trace_state != StringId::EMPTY {
            let name = sink.intern(names::TRACE_STATE);
            sink.store.links.attributes.push(name, Cell::text(trace_state));
        }
        counts(&fields, &mut Target::Link(&mut marks), sink, path);
        let trace = self.last_trace.read(fields.get(Field::TraceId), sink, path);
        let span = span_id(fields.get(Field::SpanId), sink, path);
        let kind = marks.link_kind.unwrap_or(LinkKind::Link);
        sink.link(marks.trace.or(trace), marks.span.or(span), kind, start);
    }
}

fn some(text: StringId) -> Option<StringId> {
    (text != StringId::EMPTY).then_some(text)
}

/// Fields that are kept as attributes, in the order of `model::attribute_names`.
fn counts(fields: &Fields, target: &mut Target, sink: &mut Sink, path: &dyn Fn() -> String) {
    for (name, field) in [
        (names::DROPPED_ATTRIBUTES, Field::DroppedAttributes),
        (names::DROPPED_EVENTS, Field::DroppedEvents),
        (names::DROPPED_LINKS, Field::DroppedLinks),
        (names::FLAGS, Field::Flags),
    ] {
        target.push_count(name, fields.get(field), sink, path);
    }
}

/// A field that should be a list.
fn list<'v>(fields: &Fields<'v>, field: Field, sink: &mut Sink) -> Option<Value<'v>> {
    let value = fields.get(field)?;
    if !value.is_list() {
        sink.note(NoteKind::WrongType, value.words(), &String::new);
    }
    Some(value)
}

fn kind(fields: &Fields, span: &mut SpanFields, sink: &mut Sink) {
    let Some(value) = fields.get(Field::Kind) else { return };
    span.kind = match value.words() {
        "2" | "SPAN_KIND_SERVER" => SpanKind::Server,
        "3" | "SPAN_KIND_CLIENT" => SpanKind::Client,
        "1" | "SPAN_KIND_INTERNAL" => SpanKind::Internal,
        "4" | "SPAN_KIND_PRODUCER" => SpanKind::Producer,
        "5" | "SPAN_KIND_CONSUMER" => SpanKind::Consumer,
        "0" | "" | "SPAN_KIND_UNSPECIFIED" => SpanKind::Unspecified,
        _ => return unknown(names::UNKNOWN_KIND, value, sink),
    };
}

fn status(fields: &Fields, span: &mut SpanFields, sink: &mut Sink) {
    let Some(status) = fields.get(Field::Status) else { return };
    if !status.is_object() {
        return code(status, span, sink);
    }
    for (key, value) in status.members().filter(|(_, value)| !value.is_null()) {
        match key {
            "code" => code(value, span, sink),
            "message" => span.status_message = some(sink.intern(value.words())),
            _ => sink.note(NoteKind::UnknownField, key, &|| ".status".to_owned()),
        }
    }
}

fn code(value: Value, span: &mut SpanFields, sink: &mut Sink) {
    span.status = match value.words() {
        "2" | "STATUS_CODE_ERROR" => StatusCode::Error,
        "1" | "STATUS_CODE_OK" => StatusCode::Ok,
        "0" | "" | "STATUS_CODE_UNSET" => StatusCode::Unset,
        _ => return unknown(names::UNKNOWN_STATUS, value, sink),
    };
}

/// A kind or a status code that OpenTelemetry does not have.
#[cold]
fn unknown(name: &str, value: Value, sink: &mut Sink) {
    sink.note(NoteKind::UnknownEnum, value.words(), &String::new);
    let (name, cell) = (sink.intern(name), sink.cell(value));
    sink.attribute(name, cell);
}

fn times(fields: &Fields, marks: &Marks, span: &mut SpanFields, sink: &mut Sink) {
    let start = fields.nanos(Field::Start, sink, &|| ".startTimeUnixNano".to_owned());
    let end = fields.nanos(Field::End, sink, &|| ".endTimeUnixNano".to_owned());
    let start = start.unwrap_or_else(|words| {
        sink.unusable_start(words);
        None
    });
    let end = end.unwrap_or_else(|words| {
        sink.unusable_duration(words);
        None
    });
    // The start that the duration counts from.
    let from = match (marks.time, start) {
        (Some(time), _) => {
            span.start = Some(UnixNanos(time));
            0
        }
        _ if marks.is_time_missing => 0,
        (None, Some(nanos)) => {
            let words = fields.get(Field::Start).map_or("", Value::words);
            span.start = sink.start(nanos, words, &|| ".startTimeUnixNano".to_owned());
            nanos
        }
        (None, None) => 0,
    };
    let is_marked = marks.time.is_some() || marks.is_time_missing;
    let words = || fields.get(Field::End).map_or("", Value::words);
    span.duration = match end.filter(|end| *end != 0 || is_marked) {
        _ if marks.negative_duration.is_some() => {
            let nanos = marks.negative_duration.unwrap_or_default();
            sink.duration(nanos.into(), words(), &String::new)
        }
        Some(end) if span.start.is_some() || is_marked => {
            sink.duration(end - from, words(), &|| ".endTimeUnixNano".to_owned())
        }
        Some(_) => end_without_start(words(), sink),
        None if span.start.is_some() && !is_marked => {
            sink.note(NoteKind::OpenSpan, words(), &|| ".endTimeUnixNano".to_owned());
            span.flags = span.flags.with(SpanFlags::UNFINISHED);
            Nanos(0)
        }
        None => Nanos(0),
    };
}

/// There is no duration without a start: the end is kept as it is written.
#[cold]
fn end_without_start(words: &str, sink: &mut Sink) -> Nanos {
    let (name, text) = (sink.intern(names::END_TIME), sink.number_cell(words));
    sink.attribute(name, text);
    Nanos(0)
}

fn events(fields: &Fields, sink: &mut Sink) {
    let Some(list) = list(fields, Field::Events, sink) else { return };
    for (number, event_value) in list.items().enumerate() {
        event(event_value, sink, &|| format!(".events[{number}]"));
    }
}

#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn event(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) {
    if !value.is_object() {
        return sink.note(NoteKind::SkippedEntry, value.words(), path);
    }
    let fields = Fields::of(value, fields::of_event, sink, path);
    let (mut marks, start) = (Marks::default(), sink.store.events.attributes.end());
    if let Some(list) = fields.get(Field::Attributes) {
        attributes(list, &mut Target::Event(&mut marks), sink, &|| path() + ".attributes");
    }
    counts(&fields, &mut Target::Event(&mut marks), sink, path);
    let name = fields.text(Field::Name, sink, path);
    let time = marks.time.map(UnixNanos).or_else(|| event_time(&fields, Field::Time, sink, path));
    sink.event(time, name, start);
}

/// The time of an event or a log record; `None` if it has none of its own.
pub fn event_time(fields: &Fields, field: Field, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    let nanos = fields.nanos(field, sink, path).ok().flatten()?;
    (nanos > 0).then(|| UnixNanos(nanos.min(i64::MAX.into()) as i64))
}
