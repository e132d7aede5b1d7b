//! Reads what OpenTelemetry Python's `ConsoleSpanExporter` writes: one object per span, indented or on a line, one
//! after
//! another. Source of the format: `ReadableSpan.to_json` of opentelemetry-python; tried with 0.17, 1.10, 1.20 and 1.45.
//! It has no scopes, no flags and no counts of what was dropped, and microseconds at best.

#[cfg(test)]
mod tests;

use super::fields;
use super::inline_resource::InlineResource;
use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::report::{FaultKind, NoteKind};
use super::rfc3339;
use super::sink::{Sink, SpanFields};
use crate::model::attribute_names as names;
use crate::model::{Cell, LinkKind, ResourceRow, SpanId, SpanKind, StatusCode, StringId, TraceId};

/// Entered.
const LIST: Role = Role(0);
/// Taken.
const SPAN: Role = Role(10);
/// What has no business where it stands.
const STRAY: Role = Role(11);

/// See the module.
#[derive(Debug, Default)]
pub struct PythonConsole {
    resource: InlineResource,
    /// The trace of spans that name none.
    homeless: Option<TraceId>,
}

/// The members of a span; of a repeated one the last counts.
#[derive(Default)]
struct Span<'t> {
    name: Option<Value<'t>>,
    context: Option<Value<'t>>,
    kind: Option<Value<'t>>,
    parent: Option<Value<'t>>,
    start: Option<Value<'t>>,
    end: Option<Value<'t>>,
    status: Option<Value<'t>>,
    attributes: Option<Value<'t>>,
    events: Option<Value<'t>>,
    links: Option<Value<'t>>,
    resource: Option<Value<'t>>,
}

impl<'t> Span<'t> {
    fn of(object: Value<'t>) -> Span<'t> {
        let mut span = Span::default();
        for (key, value) in object.members() {
            let member = match key {
                "name" => &mut span.name,
                "context" => &mut span.context,
                "kind" => &mut span.kind,
                "parent_id" => &mut span.parent,
                "start_time" => &mut span.start,
                "end_time" => &mut span.end,
                "status" => &mut span.status,
                "attributes" => &mut span.attributes,
                "events" => &mut span.events,
                "links" => &mut span.links,
                "resource" => &mut span.resource,
                _ => continue,
            };
            *member = Some(value);
        }
        span
    }
}

impl PythonConsole {
    fn span(&mut self, object: Value, sink: &mut Sink) {
        let span = Span::of(object);
        if span.context.is_none() && span.name.is_none() {
            return sink.note(NoteKind::SkippedEntry, object.words(), &String::new);
        }
        let resource = self.resource(span.resource, sink);
        let mut fields = SpanFields::new(sink.open(), resource);
        let own = read_context(span.context, sink, &|| ".context".to_owned());
        fields.trace = Some(own.trace.unwrap_or_else(|| fields::homeless(&mut self.homeless, sink)));
        (fields.id, fields.trace_state) = (own.span, own.trace_state);
        fields.parent = span.parent.and_then(|id| fields::span_id(id, sink, &|| ".parent_id".to_owned()));
        fields.name = span.name.map_or(StringId::EMPTY, |name| fields::text(name, sink, &|| ".name".to_owned()));
        let times = [span.start, span.end];
        (fields.start, fields.duration) = rfc3339::start_and_duration(times, ["start_time", "end_time"], sink);
        map(span.attributes, sink, &|| ".attributes".to_owned(), &mut |key, cell, sink| sink.attribute(key, cell));
        read_events(span.events, sink);
        read_links(span.links, sink);
        fields.kind = read_kind(span.kind, sink);
        (fields.status, fields.status_message) = read_status(span.status, sink);
        sink.push(&fields);
    }

    /// `{"attributes": {…}, "schema_url"}`, up to 1.10 or later the attributes themselves.
    fn resource(&mut self, value: Option<Value>, sink: &mut Sink) -> ResourceRow {
        self.resource.begin(sink);
        let inner = value.and_then(|value| value.get("attributes")).filter(|inner| inner.is_object());
        let url = value.filter(|_| inner.is_some()).and_then(|value| value.get("schema_url"));
        let push = &mut |key, cell, sink: &mut Sink| self.resource.push_of_resource(key, cell, sink);
        map(inner.or(value), sink, &|| ".resource".to_owned(), push);
        self.resource.end_resource(url.and_then(Value::text).unwrap_or_default(), sink)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Context {
    trace: Option<TraceId>,
    span: Option<SpanId>,
    trace_state: Option<StringId>,
}

fn read_context(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Context {
    let mut context = Context::default();
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return context;
    };
    if !value.is_object() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    for (key, value) in value.members() {
        let path = || format!("{}.{key}", path());
        match key {
            "trace_id" => context.trace = fields::trace_id(value, sink, &path),
            "span_id" => context.span = fields::span_id(value, sink, &path),
            "trace_state" => {
                let written = fields::words(value, sink, &path).unwrap_or_default();
                let text = trace_state(written);
                context.trace_state = (!text.is_empty()).then(|| sink.intern(&text));
            }
            _ => {}
        }
    }
    context
}

/// W3C trace state from Python's picture of it, `['{key=k, value=v}', …]`.
fn trace_state(written: &str) -> String {
    if matches!(written, "[]" | "{}") {
        return String::new();
    }
    let mut text = String::new();
    for part in written.split("{key=").skip(1) {
        let pair = part.rsplit_once('}').and_then(|(pair, _)| pair.split_once(", value="));
        if let Some((key, value)) = pair {
            text.extend([if text.is_empty() { "" } else { "," }, key, "=", value]);
        }
    }
    if text.is_empty() { written.to_owned() } else { text }
}

/// Hands the entries of a map, null for an empty one, to whoever they are for.
fn map(
    value: Option<Value>,
    sink: &mut Sink,
    path: &dyn Fn() -> String,
    push: &mut dyn FnMut(StringId, Cell, &mut Sink),
) {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return;
    };
    if !value.is_object() {
        return sink.note(NoteKind::WrongType, value.words(), path);
    }
    for (key, value) in value.members() {
        let (key, cell) = (sink.intern(key), sink.cell(value));
        push(key, cell, sink);
    }
}

fn read_kind(value: Option<Value>, sink: &mut Sink) -> SpanKind {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return SpanKind::Unspecified;
    };
    // Python's own numbers are one less than OpenTelemetry's, so a bare one would be a guess.
    let name = value.text().filter(|name| !name.starts_with(|first: char| first.is_ascii_digit()));
    name.and_then(fields::span_kind).unwrap_or_else(|| {
        keep_unknown(names::UNKNOWN_KIND, value, sink, &|| ".kind".to_owned());
        SpanKind::Unspecified
    })
}

/// A kind or a status code that OpenTelemetry does not have becomes an attribute.
fn keep_unknown(name: &str, value: Value, sink: &mut Sink, path: &dyn Fn() -> String) {
    sink.note(NoteKind::WrongType, value.words(), path);
    let (key, cell) = (sink.intern(name), sink.cell(value));
    sink.attribute(key, cell);
}

/// `{"status_code", "description"}`; in the first versions `canonical_code`, one of gRPC's, of which all but `OK` are
/// errors.
fn read_status(value: Option<Value>, sink: &mut Sink) -> (StatusCode, Option<StringId>) {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return (StatusCode::Unset, None);
    };
    let path = || ".status".to_owned();
    let message = value.get("description").map(|text| fields::text(text, sink, &path));
    let message = message.filter(|message| *message != StringId::EMPTY);
    if let Some(code) = value.get("canonical_code").and_then(Value::text) {
        return (if code == "OK" { StatusCode::Unset } else { StatusCode::Error }, message);
    }
    let code = if value.is_object() { value.get("status_code") } else { Some(value) };
    let Some(code) = code.filter(|code| !code.is_null()) else {
        return (StatusCode::Unset, message);
    };
    let name = code.words();
    let status = fields::status_code(name.strip_prefix("StatusCode.").unwrap_or(name));
    let status = status.unwrap_or_else(|| {
        keep_unknown(names::UNKNOWN_STATUS, code, sink, &path);
        StatusCode::Unset
    });
    (status, message)
}

fn read_events(value: Option<Value>, sink: &mut Sink) {
    fields::objects(value, sink, &|| ".events".to_owned(), &mut |number, event, sink| {
        let path = |key| format!(".events[{number}].{key}");
        let attributes = sink.store.events.attributes.end();
        let name = event.get("name").map_or(StringId::EMPTY, |name| fields::text(name, sink, &|| path("name")));
        map(event.get("attributes"), sink, &|| path("attributes"), &mut |key, cell, sink| {
            sink.store.events.attributes.push(key, cell);
        });
        let time = rfc3339::event_time(event.get("timestamp"), sink, &|| path("timestamp"));
        sink.event(time, name, attributes);
    });
}

fn read_links(value: Option<Value>, sink: &mut Sink) {
    fields::objects(value, sink, &|| ".links".to_owned(), &mut |number, link, sink| {
        let path = |key| format!(".links[{number}].{key}");
        let attributes = sink.store.links.attributes.end();
        map(link.get("attributes"), sink, &|| path("attributes"), &mut |key, cell, sink| {
            sink.store.links.attributes.push(key, cell);
        });
        let context = read_context(link.get("context"), sink, &|| path("context"));
        if let Some(trace_state) = context.trace_state {
            let key = sink.intern(names::TRACE_STATE);
            sink.store.links.attributes.push(key, Cell::text(trace_state));
        }
        sink.link(context.trace, context.span, LinkKind::Link, attributes);
    });
}

impl Reader for PythonConsole {
    fn meet(&mut self, value: Meeting) -> Step {
        match (value.within, value.byte) {
            (_, b'{') => Step::Take(SPAN),
            (None, b'[') => Step::Enter(LIST),
            _ => Step::Take(STRAY),
        }
    }

    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        match role {
            SPAN => self.span(value, sink),
            _ => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
        }
        Ok(())
    }
}
