//! Reads Jaeger's storage model as protobuf JSON: trace objects (`spans`, `processMap`, `warnings`), as its tools and
//! tests
//! write them, or single spans with their process inside, as its Kafka exporter does. Ids are base64, times RFC 3339,
//! durations texts, tags have a member per type. Source of the format: `proto/api_v2/model.proto` of jaeger-idl.

mod fields_of;

#[cfg(test)]
mod tests;

use super::fields;
use super::inline_resource::InlineResource;
use super::jaeger::known::Known;
use super::jaeger::reference::{self, Reference};
use super::jaeger::span::{PENDING, apply, trace_warnings};
use super::jaeger::tags::{self, Derived};
use super::jaeger::trace::OpenTrace;
use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::report::{FaultKind, NoteKind};
use super::rfc3339;
use super::sink::{Sink, SpanFields};
use super::sniff;
use crate::model::{LinkKind, ResourceRow, SpanFlags, SpanWarning, StringId};

/// Entered.
const LIST: Role = Role(0);
const OBJECT: Role = Role(1);
const SPANS: Role = Role(2);
/// Taken.
const SPAN: Role = Role(10);
const PROCESS_MAP: Role = Role(11);
const WARNINGS: Role = Role(12);
/// What has no business where it stands.
const STRAY: Role = Role(13);

/// See the module.
#[derive(Debug, Default)]
pub struct JaegerProto {
    known: Option<Known>,
    resource: InlineResource,
    references: Vec<Reference>,
    /// The trace object being read.
    trace: OpenTrace,
    /// Of spans that stand in no trace object.
    loose: OpenTrace,
    is_inside: bool,
}

impl JaegerProto {
    fn known(&mut self, sink: &mut Sink) -> Known {
        *self.known.get_or_insert_with(|| Known::intern(&mut sink.store.content.strings))
    }

    fn span(&mut self, object: Value, sink: &mut Sink) {
        if !object.is_object() {
            return sink.note(NoteKind::SkippedEntry, object.words(), &String::new);
        }
        let known = self.known(sink);
        let get = |name| fields_of::get(object, name);
        let process = get("process").filter(|process| !process.is_null());
        let resource = process.and_then(|process| self.process(process, sink, &|| ".process".to_owned()));
        let mut span = SpanFields::new(sink.open(), PENDING);
        span.trace = get("traceId").and_then(|id| fields_of::trace_id(id, sink, &|| ".traceId".to_owned()));
        span.id = get("spanId").and_then(|id| fields_of::span_id(id, sink, &|| ".spanId".to_owned()));
        let name = get("operationName");
        span.name = name.map_or(StringId::EMPTY, |name| fields::text(name, sink, &|| ".operationName".to_owned()));
        span.start = rfc3339::start(get("startTime"), sink, &|| ".startTime".to_owned());
        span.duration = fields_of::duration(get("duration"), sink, &|| ".duration".to_owned());
        let (first, mut derived) = (span.opened.attributes, Derived::default());
        fields_of::tags(get("tags"), sink, &|| ".tags".to_owned(), &mut |key, cell, sink| {
            tags::push(key, cell, first, &mut derived, &known, sink);
        });
        logs(get("logs"), &known, sink);
        self.read_references(get("references"), sink);
        let (parent, follows) = reference::parent_and_links(&self.references, span.trace, None, sink);
        span.parent = parent;
        span.flags = if follows { SpanFlags::FOLLOWS_PARENT } else { SpanFlags::default() };
        apply(&derived, &mut span, sink);
        for text in get("warnings").map_or_else(Vec::new, |list| trace_warnings(list, sink)) {
            sink.warn(SpanWarning::Backend(text));
        }
        let id = get("processId").and_then(|id| fields::words(id, sink, &|| ".processId".to_owned()));
        let trace = if self.is_inside { &mut self.trace } else { &mut self.loose };
        span.resource = resource.unwrap_or_else(|| {
            let process = id.filter(|id| !id.is_empty()).map(|id| trace.process_index(sink.intern(id)));
            trace.pending(process)
        });
        let row = sink.push(&span);
        trace.add(row, sink.store.spans.trace(row));
        sink.intake.pending += u32::from(span.resource.0 >= PENDING.0);
    }

    /// `{serviceName, tags}`; `None` for what is no object.
    fn process(&mut self, value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<ResourceRow> {
        if !value.is_object() {
            sink.note(NoteKind::WrongType, value.words(), path);
            return None;
        }
        self.resource.begin(sink);
        let resource = &mut self.resource;
        fields_of::tags(fields_of::get(value, "tags"), sink, &|| path() + ".tags", &mut |key, cell, sink| {
            resource.push_of_resource(key, cell, sink);
        });
        let name = fields_of::get(value, "serviceName").filter(|name| !name.is_null());
        if let Some(name) = name {
            let name = fields::text(name, sink, &|| path() + ".serviceName");
            resource.set_service(name);
        }
        Some(resource.end_resource("", sink))
    }

    fn read_references(&mut self, list: Option<Value>, sink: &mut Sink) {
        self.references.clear();
        let references = &mut self.references;
        fields::objects(list, sink, &|| ".references".to_owned(), &mut |number, item, sink| {
            let path = |key| format!(".references[{number}].{key}");
            let [trace, span] = ["traceId", "spanId"].map(|key| fields_of::get(item, key));
            let kind = fields_of::get(item, "refType").filter(|kind| !kind.is_null());
            references.push(Reference {
                trace: trace.and_then(|id| fields_of::trace_id(id, sink, &|| path("traceId"))),
                span: span.and_then(|id| fields_of::span_id(id, sink, &|| path("spanId"))),
                kind: match kind.map_or("CHILD_OF", Value::words) {
                    "CHILD_OF" | "0" => LinkKind::ChildOf,
                    "FOLLOWS_FROM" | "1" => LinkKind::FollowsFrom,
                    _ => LinkKind::Link,
                },
            });
        });
    }

    /// `[{processId, process}]`.
    fn process_map(&mut self, list: Value, sink: &mut Sink) {
        fields::objects(Some(list), sink, &String::new, &mut |number, item, sink| {
            let path = |key| format!("[{number}].{key}");
            let id = fields_of::get(item, "processId");
            let id = id.map_or(StringId::EMPTY, |id| fields::text(id, sink, &|| path("processId")));
            let resource = item.get("process").and_then(|value| self.process(value, sink, &|| path("process")));
            let index = self.trace.process_index(id);
            self.trace.set_process(index, resource);
        });
    }

    fn build(&mut self, trace: &mut OpenTrace, sink: &mut Sink) {
        let known = self.known(sink);
        for trace in trace.finish(sink.store, sink.intake, &known) {
            sink.intake.build(sink.store, trace);
        }
    }
}

fn logs(list: Option<Value>, known: &Known, sink: &mut Sink) {
    fields::objects(list, sink, &|| ".logs".to_owned(), &mut |number, log, sink| {
        let path = |key| format!(".logs[{number}].{key}");
        let (attributes, mut name) = (sink.store.events.attributes.end(), None);
        fields_of::tags(log.get("fields"), sink, &|| path("fields"), &mut |key, cell, sink| {
            if key == known.event {
                name = cell.as_text().or(name);
            }
            sink.store.events.attributes.push(key, cell);
        });
        let time = rfc3339::event_time(log.get("timestamp"), sink, &|| path("timestamp"));
        sink.event(time, name.unwrap_or(known.log), attributes);
    });
}

impl Reader for JaegerProto {
    fn meet(&mut self, value: Meeting) -> Step {
        match (value.within, value.key, value.byte) {
            (Some(SPANS), _, _) => Step::Take(SPAN),
            (Some(OBJECT), "spans", b'[') => Step::Enter(SPANS),
            (Some(OBJECT), "spans", b'n') => Step::Pass,
            (Some(OBJECT), "spans", _) => Step::Wrong("an array"),
            (Some(OBJECT), "processMap" | "process_map", _) => Step::Take(PROCESS_MAP),
            (Some(OBJECT), "warnings", _) => Step::Take(WARNINGS),
            (Some(OBJECT), _, _) => Step::Pass,
            (_, _, b'{') => match sniff::is_jaeger_span(value.ahead) {
                Some(true) => Step::Take(SPAN),
                Some(false) => Step::Enter(OBJECT),
                None => Step::Undecided,
            },
            (None, _, b'[') => Step::Enter(LIST),
            _ => Step::Take(STRAY),
        }
    }

    fn begin(&mut self, role: Role, _sink: &mut Sink) {
        if role == OBJECT {
            (self.trace, self.is_inside) = (OpenTrace::default(), true);
        }
    }

    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        match role {
            SPAN => self.span(value, sink),
            PROCESS_MAP => self.process_map(value, sink),
            WARNINGS => self.trace.warnings = trace_warnings(value, sink),
            _ => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
        }
        Ok(())
    }

    fn end(&mut self, role: Role, sink: &mut Sink) -> Result<(), FaultKind> {
        if role == OBJECT {
            let mut trace = std::mem::take(&mut self.trace);
            self.is_inside = false;
            if trace.spans() == 0 {
                sink.note(NoteKind::EmptyTrace, "", &String::new);
            }
            self.build(&mut trace, sink);
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), FaultKind> {
        let mut loose = std::mem::take(&mut self.loose);
        self.build(&mut loose, sink);
        Ok(())
    }
}
