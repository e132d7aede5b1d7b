//! References of a span: which one is its parent, and what the others are.

use crate::ingest::fields::words;
use crate::ingest::json::value::Value;
use crate::ingest::sink::Sink;
use crate::model::{LinkKind, SpanId, TraceId};

/// A reference, read.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    pub trace: Option<TraceId>,
    pub span: Option<SpanId>,
    pub kind: LinkKind,
}

#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn read(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Reference {
    let mut reference = Reference { trace: None, span: None, kind: LinkKind::ChildOf };
    for (key, value) in value.members() {
        match key {
            "traceID" => {
                let text = words(value, sink, &|| path() + ".traceID");
                reference.trace = text.and_then(|text| TraceId::parse(text, &mut sink.store.content.strings));
            }
            "spanID" => {
                let text = words(value, sink, &|| path() + ".spanID");
                reference.span = text.and_then(|text| SpanId::parse(text, &mut sink.store.content.strings));
            }
            "refType" => reference.kind = kind(value),
            _ => {}
        }
    }
    reference
}

fn kind(value: Value) -> LinkKind {
    match value.text() {
        Some(text) if text.eq_ignore_ascii_case("CHILD_OF") => LinkKind::ChildOf,
        Some(text) if text.eq_ignore_ascii_case("FOLLOWS_FROM") => LinkKind::FollowsFrom,
        None if value.is_null() => LinkKind::ChildOf,
        _ => LinkKind::Link,
    }
}

/// The parent, and whether the span only follows from it. The first reference inside the trace is the parent for now (the
/// tree may take another one, if that span is not there); all others become links. `parentSpanID` counts after them.
pub fn parent_and_links(
    references: &[Reference],
    own_trace: Option<TraceId>,
    written: Option<SpanId>,
    sink: &mut Sink,
) -> (Option<SpanId>, bool) {
    let written = written.filter(|id| !id.is_zero());
    let attributes = sink.store.links.attributes.end();
    let mut parent = None;
    for reference in references {
        let is_inside = reference.trace.is_none() || own_trace.is_none() || reference.trace == own_trace;
        match reference.span {
            Some(span) if parent.is_none() && is_inside && reference.kind != LinkKind::Link && !span.is_zero() => {
                parent = Some((span, reference.kind == LinkKind::FollowsFrom));
            }
            span => sink.link(reference.trace.filter(|_| !is_inside), span, reference.kind, attributes),
        }
    }
    let Some((span, follows)) = parent else {
        return (written, false);
    };
    if let Some(written) = written.filter(|written| *written != span) {
        sink.link(None, Some(written), LinkKind::ChildOf, attributes);
    }
    (Some(span), follows)
}
