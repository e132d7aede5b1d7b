//! Events and links.

use super::{context, values};
use crate::ingest::fields;
use crate::ingest::json::value::Value;
use crate::ingest::rfc3339;
use crate::ingest::sink::Sink;
use crate::model::attribute_names as names;
use crate::model::{Cell, LinkKind, StringId};

/// Adds the events of the span being read.
pub fn events(value: Option<Value>, sink: &mut Sink) {
    fields::objects(value, sink, &|| ".Events".to_owned(), &mut |number, event, sink| {
        let path = |key| format!(".Events[{number}].{key}");
        let attributes = sink.store.events.attributes.end();
        let (mut name, mut time, mut dropped) = (StringId::EMPTY, None, None);
        for (key, value) in event.members() {
            match key {
                "Name" => name = fields::text(value, sink, &|| path("Name")),
                "Time" => time = Some(value),
                "DroppedAttributeCount" => dropped = Some(value),
                "Attributes" => {
                    sink.store.events.attributes.truncate(attributes);
                    values::pairs(Some(value), sink, &|| path("Attributes"), &mut |key, cell, sink| {
                        sink.store.events.attributes.push(key, cell);
                    });
                }
                _ => {}
            }
        }
        let dropped = fields::count(dropped, sink, &|| path("DroppedAttributeCount"));
        if dropped != 0 {
            let key = sink.intern(names::DROPPED_ATTRIBUTES);
            sink.store.events.attributes.push(key, Cell::int(dropped));
        }
        let time = rfc3339::event_time(time, sink, &|| path("Time"));
        sink.event(time, name, attributes);
    });
}

/// Adds the links of the span being read. Before 1.0 the members of the context stood in the link itself, and its
/// attributes were not written.
pub fn links(value: Option<Value>, sink: &mut Sink) {
    fields::objects(value, sink, &|| ".Links".to_owned(), &mut |number, link, sink| {
        let path = |key| format!(".Links[{number}].{key}");
        let attributes = sink.store.links.attributes.end();
        let (mut target, mut dropped) = (link, None);
        for (key, value) in link.members() {
            match key {
                "SpanContext" => target = value,
                "DroppedAttributeCount" => dropped = Some(value),
                "Attributes" => {
                    sink.store.links.attributes.truncate(attributes);
                    values::pairs(Some(value), sink, &|| path("Attributes"), &mut |key, cell, sink| {
                        sink.store.links.attributes.push(key, cell);
                    });
                }
                _ => {}
            }
        }
        let dropped = fields::count(dropped, sink, &|| path("DroppedAttributeCount"));
        let context = context::read(Some(target), sink, &|| path("SpanContext"));
        if let Some(trace_state) = context.trace_state {
            let key = sink.intern(names::TRACE_STATE);
            sink.store.links.attributes.push(key, Cell::text(trace_state));
        }
        for (name, number) in
            [(names::DROPPED_ATTRIBUTES, dropped), (names::FLAGS, context.otlp_flags(context.is_remote))]
        {
            if number != 0 {
                let key = sink.intern(name);
                sink.store.links.attributes.push(key, Cell::int(number));
            }
        }
        sink.link(context.trace, context.span, LinkKind::Link, attributes);
    });
}
