//! Reads everything that is shaped like OTLP JSON: `{"resourceSpans":[…]}`, lists and lines of such, a bare `ResourceSpans`
//! (Java's logging exporter), and the answers of Jaeger's API v3 (`result`) and Tempo (`batches`, `trace`). Names in
//! snake case and the old `instrumentationLibrarySpans` too. Source of the format: opentelemetry-proto's
//! `trace/v1/trace.proto` and the specification's "JSON Protobuf Encoding".
//!
//! A document and a `ResourceSpans` are one role, [`GROUP`]: each may hold what the other holds.

mod fields;
mod groups;
mod ids;
mod logs;
mod marks;
mod span;
mod values;

#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod tests;

use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::notes::piece;
use super::report::{FaultKind, Format, NoteKind};
use super::sink::Sink;
use crate::model::Store;
use groups::{Group, Scope};
use logs::Logs;
use span::Spans;

/// Objects and lists that are entered.
const LIST: Role = Role(0);
const GROUP: Role = Role(1);
const GROUPS: Role = Role(2);
const SCOPES: Role = Role(3);
const SCOPE: Role = Role(4);
const SPANS: Role = Role(5);
const METRICS: Role = Role(6);
const LOG_GROUPS: Role = Role(7);
const LOG_GROUP: Role = Role(8);
const LOG_SCOPES: Role = Role(9);
const LOG_SCOPE: Role = Role(10);
const LOGS: Role = Role(11);
/// Values that are taken.
const SPAN: Role = Role(20);
const RESOURCE: Role = Role(21);
const RESOURCE_SCHEMA: Role = Role(22);
const SCOPE_ITSELF: Role = Role(23);
const SCOPE_SCHEMA: Role = Role(24);
const LOG: Role = Role(25);
const ERROR: Role = Role(26);
const ANSWER_STATUS: Role = Role(27);
const ANSWER_MESSAGE: Role = Role(28);
/// What has no business where it stands: in a list, and under a key.
const STRAY_ENTRY: Role = Role(29);
const STRAY: Role = Role(30);

/// See the module.
#[derive(Debug)]
pub struct Otlp {
    /// The first span of the load.
    first_span: u32,
    spans: Spans,
    /// Each inside the one before it.
    groups: Vec<Group>,
    scope: Scope,
    logs: Logs,
    has_traces: bool,
    has_metrics: bool,
    has_logs: bool,
    error: Option<(i64, String)>,
}

impl Otlp {
    /// A reader for one load.
    pub fn new(store: &Store) -> Otlp {
        Otlp {
            first_span: store.spans.len() as u32,
            spans: Spans::default(),
            groups: Vec::new(),
            scope: Scope::default(),
            logs: Logs::default(),
            has_traces: false,
            has_metrics: false,
            has_logs: false,
            error: None,
        }
    }

    /// A backend's error: `{"httpCode","message"}`, or its text alone.
    fn read_error(&mut self, value: Value) {
        let code = ["httpCode", "http_code", "grpcCode", "grpc_code", "code"].iter().find_map(|key| value.get(key));
        let code = code.and_then(|code| code.digits_or_text()?.parse().ok()).unwrap_or(0);
        let message = value.get("message").and_then(Value::text).or(value.text()).unwrap_or_default();
        if !value.is_null() {
            self.error.get_or_insert_with(|| (code, message.to_owned()));
        }
    }

    /// Why a load without a span has none, if it is none of traces.
    fn nothing(&mut self) -> Result<(), FaultKind> {
        match self.error.take() {
            Some((code, message)) => Err(FaultKind::Backend { code, message }),
            None if self.has_traces => Ok(()),
            None if self.has_metrics => Err(FaultKind::NotReadable(Format::OtlpMetrics)),
            None if self.has_logs => Err(FaultKind::NotReadable(Format::OtlpLogs)),
            None => Ok(()),
        }
    }
}

impl Reader for Otlp {
    fn meet(&mut self, value: Meeting) -> Step {
        let is_object = value.byte == b'{';
        match value.within {
            Some(SPANS) => Step::Take(SPAN),
            Some(SCOPE) => in_scope(value),
            Some(GROUP) => in_group(value),
            Some(GROUPS | LIST) if is_object => Step::Enter(GROUP),
            Some(SCOPES) if is_object => Step::Enter(SCOPE),
            Some(LIST) if value.byte == b'[' => Step::Enter(LIST),
            Some(LOGS) => Step::Take(LOG),
            Some(LOG_SCOPE) => match value.key {
                "logRecords" | "log_records" | "logs" => list(LOGS, value.byte),
                _ => Step::Pass,
            },
            Some(LOG_GROUP) => match value.key {
                "scopeLogs" | "scope_logs" | "instrumentationLibraryLogs" | "instrumentation_library_logs" => {
                    list(LOG_SCOPES, value.byte)
                }
                _ => Step::Pass,
            },
            Some(LOG_SCOPES) if is_object => Step::Enter(LOG_SCOPE),
            Some(LOG_GROUPS) if is_object => Step::Enter(LOG_GROUP),
            Some(METRICS) => Step::Pass,
            Some(_) => Step::Take(STRAY_ENTRY),
            None if is_object => Step::Enter(GROUP),
            None if value.byte == b'[' => Step::Enter(LIST),
            None => Step::Wrong("an object or a list"),
        }
    }

    fn begin(&mut self, role: Role, sink: &mut Sink) {
        match role {
            GROUP => self.groups.push(Group::default()),
            GROUPS => self.has_traces = true,
            SCOPES => {
                self.has_traces = true;
                if let Some(group) = self.groups.last_mut() {
                    group.first_span.get_or_insert(sink.store.spans.len() as u32);
                }
            }
            SCOPE => self.scope = Scope::begin(sink),
            METRICS => {
                self.has_metrics = true;
                sink.note(NoteKind::OtherSignal, "resourceMetrics", &String::new);
            }
            LOG_GROUPS => {
                self.has_logs = true;
                sink.note(NoteKind::OtherSignal, "resourceLogs", &String::new);
            }
            _ => {}
        }
    }

    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        match (role, self.groups.last_mut()) {
            (SPAN, Some(group)) => {
                let resource = group.resource(sink);
                self.spans.read(value, resource, self.scope.row, sink);
            }
            (RESOURCE, Some(group)) => group.read_resource(value, sink),
            (RESOURCE_SCHEMA, Some(group)) => group.read_schema(value, sink),
            (ANSWER_STATUS, Some(group)) => group.is_partial = matches!(value.words(), "PARTIAL" | "1"),
            (ANSWER_MESSAGE, Some(group)) => group.message = piece(value.words()),
            (SCOPE_ITSELF, _) => self.scope.read(value, sink),
            (SCOPE_SCHEMA, _) => self.scope.read_schema(value, sink),
            (LOG, _) => self.logs.read(value, sink),
            (ERROR, _) => self.read_error(value),
            (STRAY_ENTRY, _) => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
            _ => sink.note(NoteKind::WrongType, value.words(), &String::new),
        }
        Ok(())
    }

    fn end(&mut self, role: Role, sink: &mut Sink) -> Result<(), FaultKind> {
        match role {
            GROUP => {
                if let Some(group) = self.groups.pop() {
                    group.end(sink);
                }
            }
            SCOPE => std::mem::take(&mut self.scope).end(sink),
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), FaultKind> {
        self.logs.join(self.first_span, sink);
        if sink.intake.is_empty(sink.store) {
            return self.nothing();
        }
        if let Some((_, message)) = self.error.take()
            && let Some(note) = sink.intake.notes.count(NoteKind::BackendError, 1)
        {
            note.example = piece(&message);
        }
        Ok(())
    }
}

fn in_scope(value: Meeting) -> Step {
    match value.key {
        "spans" => list(SPANS, value.byte),
        "scope" | "instrumentationLibrary" | "instrumentation_library" => Step::Take(SCOPE_ITSELF),
        "schemaUrl" | "schema_url" => Step::Take(SCOPE_SCHEMA),
        _ => Step::Pass,
    }
}

fn in_group(value: Meeting) -> Step {
    match (value.key, value.byte) {
        ("resourceSpans" | "resource_spans" | "batches", b'[') => Step::Enter(GROUPS),
        ("resourceSpans" | "resource_spans" | "batches", b'n') => Step::Pass,
        ("resourceSpans" | "resource_spans" | "batches", _) => Step::Wrong("an array"),
        ("result" | "trace", b'{') => Step::Enter(GROUP),
        ("result" | "trace", b'[') => Step::Enter(LIST),
        ("scopeSpans" | "scope_spans" | "instrumentationLibrarySpans" | "instrumentation_library_spans", byte) => {
            list(SCOPES, byte)
        }
        ("resource", _) => Step::Take(RESOURCE),
        ("schemaUrl" | "schema_url", _) => Step::Take(RESOURCE_SCHEMA),
        ("resourceMetrics" | "resource_metrics", b'[') => Step::Enter(METRICS),
        ("resourceLogs" | "resource_logs", b'[') => Step::Enter(LOG_GROUPS),
        ("error", _) => Step::Take(ERROR),
        ("status", _) => Step::Take(ANSWER_STATUS),
        ("message", _) => Step::Take(ANSWER_MESSAGE),
        _ => Step::Pass,
    }
}

/// A value that should be a list.
fn list(role: Role, byte: u8) -> Step {
    match byte {
        b'[' => Step::Enter(role),
        b'n' => Step::Pass,
        _ => Step::Take(STRAY),
    }
}
