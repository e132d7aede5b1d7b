//! Reads what OpenTelemetry Go's `stdouttrace` exporter writes: one object per span, on a line or indented, one after
//! another or in a list. Source of the format: `sdk/trace/tracetest` of opentelemetry-go, whose `SpanStub` it marshals;
//! before 1.0 `sdk/export/trace`, with other names, which are read too.

mod children;
mod context;
mod lists;
mod values;

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
use crate::model::{Cell, LinkKind, ResourceRow, ScopeRow, SpanId, SpanKind, StatusCode, StringId, TraceId};
use children::Children;
use context::Context;

/// Entered.
const LIST: Role = Role(0);
/// Taken.
const SPAN: Role = Role(10);
/// What has no business where it stands.
const STRAY: Role = Role(11);

/// See the module.
#[derive(Debug, Default)]
pub struct GoStdout {
    resource: InlineResource,
    children: Children,
    /// The trace of spans that name none.
    homeless: Option<TraceId>,
}

/// The members of a span; of a repeated one the last counts.
#[derive(Default)]
struct Span<'t> {
    name: Option<Value<'t>>,
    context: Option<Value<'t>>,
    parent: Option<Value<'t>>,
    parent_span_id: Option<Value<'t>>,
    has_remote_parent: Option<Value<'t>>,
    kind: Option<Value<'t>>,
    start: Option<Value<'t>>,
    end: Option<Value<'t>>,
    attributes: Option<Value<'t>>,
    events: Option<Value<'t>>,
    links: Option<Value<'t>>,
    status: Option<Value<'t>>,
    status_code: Option<Value<'t>>,
    status_message: Option<Value<'t>>,
    dropped_attributes: Option<Value<'t>>,
    dropped_events: Option<Value<'t>>,
    dropped_links: Option<Value<'t>>,
    children: Option<Value<'t>>,
    resource: Option<Value<'t>>,
    scope: Option<Value<'t>>,
    library: Option<Value<'t>>,
}

impl<'t> Span<'t> {
    fn of(object: Value<'t>) -> Span<'t> {
        let mut span = Span::default();
        for (key, value) in object.members() {
            let member = match key {
                "Name" => &mut span.name,
                "SpanContext" => &mut span.context,
                "Parent" => &mut span.parent,
                "ParentSpanID" => &mut span.parent_span_id,
                "HasRemoteParent" => &mut span.has_remote_parent,
                "SpanKind" => &mut span.kind,
                "StartTime" => &mut span.start,
                "EndTime" => &mut span.end,
                "Attributes" => &mut span.attributes,
                "Events" | "MessageEvents" => &mut span.events,
                "Links" => &mut span.links,
                "Status" => &mut span.status,
                "StatusCode" => &mut span.status_code,
                "StatusMessage" => &mut span.status_message,
                "DroppedAttributes" | "DroppedAttributeCount" => &mut span.dropped_attributes,
                "DroppedEvents" | "DroppedEventCount" | "DroppedMessageEventCount" => &mut span.dropped_events,
                "DroppedLinks" | "DroppedLinkCount" => &mut span.dropped_links,
                "ChildSpanCount" => &mut span.children,
                "Resource" => &mut span.resource,
                "InstrumentationScope" => &mut span.scope,
                "InstrumentationLibrary" => &mut span.library,
                _ => continue,
            };
            *member = Some(value);
        }
        span
    }
}

impl GoStdout {
    fn span(&mut self, object: Value, sink: &mut Sink) {
        let span = Span::of(object);
        if span.context.is_none() && span.name.is_none() {
            return sink.note(NoteKind::SkippedEntry, object.words(), &String::new);
        }
        let resource = self.resource(span.resource, sink);
        let scope = self.scope(span.scope, sink).or_else(|| self.scope(span.library, sink));
        let mut fields = SpanFields::new(sink.open(), resource);
        fields.scope = scope;
        let own = context::read(span.context, sink, &|| ".SpanContext".to_owned());
        let parent = context::read(span.parent, sink, &|| ".Parent".to_owned());
        fields.trace = Some(own.trace.unwrap_or_else(|| fields::homeless(&mut self.homeless, sink)));
        (fields.id, fields.trace_state) = (own.span, own.trace_state);
        fields.parent = parent_id(&span, parent, own, sink);
        fields.name = span.name.map_or(StringId::EMPTY, |name| fields::text(name, sink, &|| ".Name".to_owned()));
        let times = [span.start, span.end];
        (fields.start, fields.duration) = rfc3339::start_and_duration(times, ["StartTime", "EndTime"], sink);
        values::pairs(span.attributes, sink, &|| ".Attributes".to_owned(), &mut |key, cell, sink| {
            sink.attribute(key, cell);
        });
        lists::events(span.events, sink);
        lists::links(span.links, sink);
        fields.kind = read_kind(span.kind, sink);
        (fields.status, fields.status_message) = read_status(&span, sink);
        let remote = parent.is_remote.or(span.has_remote_parent.and_then(Value::bool));
        append_counts(&span, own.otlp_flags(remote), sink);
        let children = fields::count(span.children, sink, &|| ".ChildSpanCount".to_owned());
        let row = sink.push(&fields);
        self.children.add(row, children as u32);
    }

    fn resource(&mut self, value: Option<Value>, sink: &mut Sink) -> ResourceRow {
        self.resource.begin(sink);
        let push = &mut |key, cell, sink: &mut Sink| self.resource.push_of_resource(key, cell, sink);
        values::pairs(value, sink, &|| ".Resource".to_owned(), push);
        self.resource.end_resource("", sink)
    }

    fn scope(&mut self, value: Option<Value>, sink: &mut Sink) -> Option<ScopeRow> {
        let value = value.filter(|value| !value.is_null())?;
        let path = || ".InstrumentationScope".to_owned();
        if !value.is_object() {
            sink.note(NoteKind::WrongType, value.words(), &path);
            return None;
        }
        self.resource.begin(sink);
        let (mut name, mut version, mut url) = (StringId::EMPTY, StringId::EMPTY, "");
        for (key, value) in value.members() {
            match key {
                "Name" => name = fields::text(value, sink, &path),
                "Version" => version = fields::text(value, sink, &path),
                "SchemaURL" => url = fields::words(value, sink, &path).unwrap_or_default(),
                "Attributes" => {
                    let push = &mut |key, cell, _: &mut Sink| self.resource.push(key, cell);
                    values::pairs(Some(value), sink, &path, push);
                }
                _ => {}
            }
        }
        self.resource.end_scope([name, version], url, sink)
    }
}

/// The parent. One that is said to be of another trace cannot be it, and becomes a link.
fn parent_id(span: &Span, parent: Context, own: Context, sink: &mut Sink) -> Option<SpanId> {
    if parent.trace.is_some() && own.trace.is_some() && parent.trace != own.trace {
        let attributes = sink.store.links.attributes.end();
        sink.link(parent.trace, parent.span, LinkKind::ChildOf, attributes);
        return None;
    }
    parent.span.or_else(|| {
        let id = span.parent_span_id?;
        fields::span_id(id, sink, &|| ".ParentSpanID".to_owned())
    })
}

fn read_kind(value: Option<Value>, sink: &mut Sink) -> SpanKind {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return SpanKind::Unspecified;
    };
    fields::span_kind(value.words()).unwrap_or_else(|| {
        keep_unknown(names::UNKNOWN_KIND, value, sink, &|| ".SpanKind".to_owned());
        SpanKind::Unspecified
    })
}

/// A kind or a status code that OpenTelemetry does not have becomes an attribute.
fn keep_unknown(name: &str, value: Value, sink: &mut Sink, path: &dyn Fn() -> String) {
    sink.note(NoteKind::WrongType, value.words(), path);
    let (key, cell) = (sink.intern(name), sink.cell(value));
    sink.attribute(key, cell);
}

/// `Status: {Code, Description}`, before 1.0 `StatusCode` and `StatusMessage`, and in the first versions a bare
/// `Status`.
fn read_status(span: &Span, sink: &mut Sink) -> (StatusCode, Option<StringId>) {
    let (mut code, mut message) = (span.status_code, span.status_message);
    match span.status {
        Some(status) if status.is_object() => {
            (code, message) = (status.get("Code").or(code), status.get("Description").or(message));
        }
        status => code = status.or(code),
    }
    let message = message.map(|message| fields::text(message, sink, &|| ".Status.Description".to_owned()));
    (read_code(code, sink), message.filter(|message| *message != StringId::EMPTY))
}

fn read_code(value: Option<Value>, sink: &mut Sink) -> StatusCode {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return StatusCode::Unset;
    };
    if let Some(code) = fields::status_code(value.words()) {
        return code;
    }
    match value.digits() {
        Some("0") => StatusCode::Unset,
        // Numbers are gRPC's, as the first versions had them: which error it is stays an attribute.
        Some(_) => {
            let (key, cell) = (sink.intern(names::UNKNOWN_STATUS), sink.cell(value));
            sink.attribute(key, cell);
            StatusCode::Error
        }
        None => {
            keep_unknown(names::UNKNOWN_STATUS, value, sink, &|| ".Status.Code".to_owned());
            StatusCode::Unset
        }
    }
}

/// Appends what OTLP has fields for and the model has not: see [`names`].
fn append_counts(span: &Span, flags: i64, sink: &mut Sink) {
    let counts = [
        (names::DROPPED_ATTRIBUTES, span.dropped_attributes, ".DroppedAttributes"),
        (names::DROPPED_EVENTS, span.dropped_events, ".DroppedEvents"),
        (names::DROPPED_LINKS, span.dropped_links, ".DroppedLinks"),
    ];
    for (name, value, path) in counts {
        let count = fields::count(value, sink, &|| path.to_owned());
        append(name, count, sink);
    }
    append(names::FLAGS, flags, sink);
}

fn append(name: &str, number: i64, sink: &mut Sink) {
    if number != 0 {
        let key = sink.intern(name);
        sink.attribute(key, Cell::int(number));
    }
}

impl Reader for GoStdout {
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

    fn finish(&mut self, sink: &mut Sink) -> Result<(), FaultKind> {
        self.children.finish(sink);
        Ok(())
    }
}
