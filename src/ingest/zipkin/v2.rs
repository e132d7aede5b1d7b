//! A span of Zipkin's v2 JSON (zipkin-api, `zipkin2-api.yaml`): one half of a call at most, of one service.
//!
//! | Zipkin | here |
//! | --- | --- |
//! | `localEndpoint` | the resource: its service, `net.host.ip`, `net.host.port` |
//! | `remoteEndpoint` | `peer.service`, `net.peer.ip`, `net.peer.port` |
//! | `tags` | attributes; `error` is the status too |
//! | `annotations` | events, named by what they say |
//! | `debug`, `shared` | `zipkin.debug`, `zipkin.shared` |
//! | `timestamp`, `duration` in microseconds | start and duration; absent: unknown, and 0 |

use super::fields::{self, Told};
use super::{Head, ZipkinReader};
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, SpanFields};
use crate::model::attribute_names::UNKNOWN_KIND;
use crate::model::{Nanos, SpanKind};

/// Reads a span.
pub fn take(reader: &mut ZipkinReader, span: Value, sink: &mut Sink) {
    let opened = sink.open();
    let (mut head, mut told, mut kind) = (Head::default(), Told::default(), SpanKind::Unspecified);
    let (mut start, mut duration, mut is_shared) = (None, Nanos(0), false);
    let (mut local, mut remote) = (None, None);
    for (key, value) in span.members() {
        if reader.head(&mut head, key, value, sink) {
            continue;
        }
        match key {
            "timestamp" => start = fields::start(value, sink),
            "duration" => duration = fields::duration(value, sink),
            "kind" => kind = read_kind(value, sink),
            "shared" => is_shared = fields::flag("shared", value, sink),
            "tags" if value.is_object() => {
                for (key, value) in value.members() {
                    let cell = sink.cell(value);
                    told.tag(key, value, cell, sink);
                }
            }
            "annotations" if value.is_list() => {
                value.items().enumerate().for_each(|(number, item)| fields::event(item, number, None, sink));
            }
            "localEndpoint" if value.is_object() => local = Some(value),
            "remoteEndpoint" if value.is_object() => remote = Some(value),
            "tags" | "annotations" | "localEndpoint" | "remoteEndpoint" => fields::stray(key, value, sink),
            _ => {
                fields::unknown(key, value, sink);
                continue;
            }
        }
        head.is_span = true;
    }
    if !head.is_span {
        sink.store.close_rows(opened);
        return sink.note(NoteKind::SkippedEntry, span.words(), &String::new);
    }
    if let Some(remote) = remote {
        reader.peer(remote, true, opened, sink);
    }
    fields::flags(head.is_debug, is_shared, sink);
    let resource = reader.resource(local, sink);
    let mut row = SpanFields { start, duration, kind, ..SpanFields::new(opened, resource) };
    head.fill(&mut row, told, sink);
    reader.push(&row, sink);
}

/// A kind in any case; one that is none of them becomes an attribute.
fn read_kind(value: Value, sink: &mut Sink) -> SpanKind {
    let kind = match value.text() {
        Some("CLIENT") => Some(SpanKind::Client),
        Some("SERVER") => Some(SpanKind::Server),
        Some(text) => other_kind(text),
        None => value.is_null().then_some(SpanKind::Unspecified),
    };
    kind.unwrap_or_else(|| {
        let (key, cell) = (sink.intern(UNKNOWN_KIND), sink.cell(value));
        sink.attribute(key, cell);
        sink.note(NoteKind::WrongType, value.words(), &|| ".kind".to_owned());
        SpanKind::Unspecified
    })
}

fn other_kind(text: &str) -> Option<SpanKind> {
    let kinds = [
        ("", SpanKind::Unspecified),
        ("client", SpanKind::Client),
        ("server", SpanKind::Server),
        ("producer", SpanKind::Producer),
        ("consumer", SpanKind::Consumer),
        ("internal", SpanKind::Internal),
    ];
    kinds.into_iter().find(|(name, _)| text.eq_ignore_ascii_case(name)).map(|(_, kind)| kind)
}
