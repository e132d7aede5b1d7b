//! Tags by which Jaeger tells what it has no field for: the kind, the status, the scope, the trace state. They are added
//! only where the span's own attributes do not say the same already; files from Jaeger have them.

use super::losses::{LossKind, Losses};
use crate::model::{SpanKind, SpanRef, StatusCode, ValueRef};

const KIND: &str = "span.kind";
const ERROR: &str = "error";
const STATUS: &str = "otel.status_code";
const DESCRIPTION: &str = "otel.status_description";
const TRACE_STATE: &str = "w3c.tracestate";
const SCOPE_NAME: &str = "otel.scope.name";
const SCOPE_VERSION: &str = "otel.scope.version";

/// What a reader of Jaeger JSON finds in a span's attributes. The last of a key counts.
#[derive(Default)]
struct Told<'a> {
    kind: SpanKind,
    has_error: bool,
    code: StatusCode,
    message: &'a str,
    trace_state: &'a str,
    scope: [&'a str; 2],
    /// The names of scopes before OpenTelemetry 1.0; the first one counts.
    library: [&'a str; 2],
}

impl<'a> Told<'a> {
    fn by(span: SpanRef<'a>) -> Told<'a> {
        let mut told = Told::default();
        for (key, value) in span.attributes() {
            told.add(key, value);
        }
        told
    }

    fn add(&mut self, key: &str, value: ValueRef<'a>) {
        let text = match value {
            ValueRef::Str(text) => text,
            _ => "",
        };
        match key {
            KIND => self.kind = kind(text).unwrap_or(self.kind),
            ERROR => self.has_error |= is_error(value),
            STATUS => {
                self.has_error |= text.eq_ignore_ascii_case("error");
                self.code = if text.eq_ignore_ascii_case("ok") { StatusCode::Ok } else { StatusCode::Unset };
            }
            DESCRIPTION => self.message = text,
            TRACE_STATE => self.trace_state = text,
            SCOPE_NAME => self.scope[0] = text,
            SCOPE_VERSION => self.scope[1] = text,
            "otel.library.name" if self.library[0].is_empty() => self.library[0] = text,
            "otel.library.version" if self.library[1].is_empty() => self.library[1] = text,
            _ => {}
        }
    }

    fn status(&self) -> StatusCode {
        if self.has_error { StatusCode::Error } else { self.code }
    }

    fn scope(&self, part: usize) -> &'a str {
        if self.scope[part].is_empty() { self.library[part] } else { self.scope[part] }
    }
}

/// Hands over the tags to add to a span's own.
pub fn missing(span: SpanRef, losses: &mut Losses, add: &mut dyn FnMut(&'static str, ValueRef)) {
    let told = Told::by(span);
    if told.kind != span.kind() {
        match kind_text(span.kind()) {
            Some(text) => add(KIND, ValueRef::Str(text)),
            None => losses.add(LossKind::Kind, span.name()),
        }
    }
    if told.status() != span.status() {
        match span.status() {
            StatusCode::Error => {
                add(STATUS, ValueRef::Str("ERROR"));
                add(ERROR, ValueRef::Bool(true));
            }
            StatusCode::Ok if !told.has_error => add(STATUS, ValueRef::Str("OK")),
            StatusCode::Ok | StatusCode::Unset => losses.add(LossKind::Status, span.name()),
        }
    }
    let mut add_text = |key, wanted: &str, told: &str| {
        if !wanted.is_empty() && wanted != told {
            add(key, ValueRef::Str(wanted));
        }
    };
    add_text(DESCRIPTION, span.status_message(), told.message);
    add_text(TRACE_STATE, span.trace_state(), told.trace_state);
    let (name, version) = span.scope().unwrap_or_default();
    add_text(SCOPE_NAME, name, told.scope(0));
    add_text(SCOPE_VERSION, version, told.scope(1));
}

/// What the tag `error` means: a text is an error unless it says no.
fn is_error(value: ValueRef) -> bool {
    match value {
        ValueRef::Str(text) => !matches!(text, "" | "0") && !text.eq_ignore_ascii_case("false"),
        ValueRef::Null => false,
        ValueRef::Bool(value) => value,
        ValueRef::Int(value) => value != 0,
        _ => true,
    }
}

fn kind(text: &str) -> Option<SpanKind> {
    let text = text.strip_prefix("SPAN_KIND_").unwrap_or(text);
    let all = [SpanKind::Internal, SpanKind::Server, SpanKind::Client, SpanKind::Producer, SpanKind::Consumer];
    all.into_iter().find(|kind| kind_text(*kind).is_some_and(|name| text.eq_ignore_ascii_case(name)))
}

fn kind_text(kind: SpanKind) -> Option<&'static str> {
    match kind {
        SpanKind::Unspecified => None,
        SpanKind::Internal => Some("internal"),
        SpanKind::Server => Some("server"),
        SpanKind::Client => Some("client"),
        SpanKind::Producer => Some("producer"),
        SpanKind::Consumer => Some("consumer"),
    }
}
