//! Reads Jaeger's query service JSON: `{"data":[trace]}`, a bare trace, a bare list of traces or spans, one span, and any
//! of these one after another (also as lines); and its span documents in Elasticsearch or OpenSearch: a search answer
//! (`hits.hits[]._source`), lines of a dump, or the bare documents. Source of the format: Jaeger's `internal/uimodel` and
//! `internal/storage/elasticsearch`.

pub(super) mod known;
pub(super) mod reference;
pub(super) mod span;
pub(super) mod tags;
pub(super) mod trace;

#[cfg(test)]
mod tests;

use super::json::value::Value;
use super::json::walk::{Meeting, Reader, Role, Step};
use super::notes::piece;
use super::report::{FaultKind, NoteKind};
use super::sink::Sink;
use super::sniff;
use crate::model::{Store, TraceId};
use known::Known;
use span::Scratch;
use trace::OpenTrace;

/// Lists and objects that are entered.
const LIST: Role = Role(0);
const OBJECT: Role = Role(1);
const SPANS: Role = Role(2);
/// Values that are taken.
const SPAN: Role = Role(10);
const TRACE_ID: Role = Role(11);
const PROCESSES: Role = Role(12);
const WARNINGS: Role = Role(13);
const ERRORS: Role = Role(14);
/// What has no business where it stands.
const STRAY: Role = Role(15);

/// See the module.
#[derive(Debug)]
pub struct Jaeger {
    known: Known,
    scratch: Scratch,
    /// Answers and trace objects, each inside the one before it.
    objects: Vec<Object>,
    /// Of spans that stand in no trace object.
    loose: OpenTrace,
}

/// An object: an answer (`data`, `errors`), a trace (`spans`, `processes`), or something else.
#[derive(Debug, Default)]
struct Object {
    trace: OpenTrace,
    /// It has a key by which Jaeger's are known.
    is_known: bool,
    has_spans: bool,
    /// `data` has been there.
    is_answer: bool,
    /// `data` has been there and was no `null`.
    has_data: bool,
    errors: Vec<BackendError>,
}

/// An error in a backend's answer.
#[derive(Clone, Debug, Default)]
struct BackendError {
    code: i64,
    message: String,
}

impl Jaeger {
    pub fn new(store: &mut Store) -> Jaeger {
        Jaeger {
            known: Known::intern(&mut store.content.strings),
            scratch: Scratch::default(),
            objects: Vec::new(),
            loose: OpenTrace::default(),
        }
    }

    fn object(&mut self, key: &str, byte: u8) -> Step {
        let Some(object) = self.objects.last_mut() else {
            return Step::Pass;
        };
        object.is_known |= matches!(key, "data" | "spans" | "processes" | "errors" | "hits" | "_source");
        object.is_answer |= matches!(key, "data" | "hits");
        object.has_data |= matches!(key, "data" | "hits") && byte != b'n';
        object.has_spans |= key == "spans";
        match (key, byte) {
            ("data" | "spans" | "hits", b'n') => Step::Pass,
            ("data" | "hits", b'[') => Step::Enter(LIST),
            ("data" | "hits", b'{') => Step::Enter(OBJECT),
            ("spans", b'[') => Step::Enter(SPANS),
            ("data" | "spans", _) => Step::Wrong("an array"),
            ("_source", _) => Step::Take(SPAN),
            ("traceID", _) => Step::Take(TRACE_ID),
            ("processes", _) => Step::Take(PROCESSES),
            ("warnings", _) => Step::Take(WARNINGS),
            ("errors", _) => Step::Take(ERRORS),
            _ => Step::Pass,
        }
    }

    /// Gives the spans of a trace object what they lack, and builds the traces.
    fn build(&self, trace: &mut OpenTrace, sink: &mut Sink) {
        for trace in trace.finish(sink.store, sink.intake, &self.known) {
            sink.intake.build(sink.store, trace);
        }
    }

    fn end_object(&self, object: &Object, sink: &mut Sink) -> Result<(), FaultKind> {
        let is_trace = object.has_spans || !object.is_answer && object.errors.is_empty();
        if (is_trace || !object.is_known) && object.trace.spans() == 0 {
            self.note_empty(object, sink);
        }
        let Some(first) = object.errors.first() else {
            return Ok(());
        };
        if !object.has_data || sink.intake.span_count() == 0 {
            return Err(FaultKind::Backend { code: first.code, message: first.message.clone() });
        }
        if let Some(note) = sink.intake.notes.count(NoteKind::BackendError, object.errors.len() as u64) {
            note.example = piece(&first.message);
        }
        Ok(())
    }

    /// A trace without spans, or an object that is nothing of Jaeger's.
    fn note_empty(&self, object: &Object, sink: &mut Sink) {
        match (object.trace.id, object.is_known) {
            (None, false) => sink.note(NoteKind::SkippedEntry, "{…}", &String::new),
            (id, _) => {
                let example = id.map_or_else(String::new, |id| id.text(sink.store.strings()));
                sink.note(NoteKind::EmptyTrace, &example, &String::new);
            }
        }
    }

    fn backend_errors(value: Value) -> Vec<BackendError> {
        let error = |item: Value| BackendError {
            code: item.get("code").and_then(Value::digits).and_then(|code| code.parse().ok()).unwrap_or(0),
            message: match item.get("msg") {
                Some(message) => message.words().to_owned(),
                None if item.is_object() => String::new(),
                None => item.words().to_owned(),
            },
        };
        match value.is_list() {
            true => value.items().map(error).collect(),
            false if value.is_null() => Vec::new(),
            false => vec![error(value)],
        }
    }
}

impl Reader for Jaeger {
    fn meet(&mut self, value: Meeting) -> Step {
        match (value.within, value.byte) {
            (Some(SPANS), _) => Step::Take(SPAN),
            (Some(OBJECT), byte) => self.object(value.key, byte),
            (_, b'{') => match sniff::is_jaeger_span(value.ahead) {
                Some(true) => Step::Take(SPAN),
                Some(false) => Step::Enter(OBJECT),
                None => Step::Undecided,
            },
            (None, b'[') => Step::Enter(LIST),
            (_, b'[') => Step::Wrong("a trace"),
            _ => Step::Take(STRAY),
        }
    }

    fn begin(&mut self, role: Role, _sink: &mut Sink) {
        if role == OBJECT {
            self.objects.push(Object::default());
        }
    }

    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind> {
        let Jaeger { known, scratch, objects, loose } = self;
        let Some(object) = objects.last_mut() else {
            match role {
                SPAN => span::take(value, loose, known, scratch, sink),
                _ => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
            }
            return Ok(());
        };
        match role {
            SPAN => span::take(value, &mut object.trace, known, scratch, sink),
            TRACE_ID => {
                object.trace.id =
                    TraceId::parse(value.words(), &mut sink.store.content.strings).filter(|_| !value.is_null());
                if value.text().is_none() && !value.is_null() {
                    sink.note(NoteKind::WrongType, value.words(), &String::new);
                }
            }
            PROCESSES => span::processes(value, &mut object.trace, known, scratch, sink),
            WARNINGS => object.trace.warnings = span::trace_warnings(value, sink),
            ERRORS => object.errors = Jaeger::backend_errors(value),
            _ => sink.note(NoteKind::SkippedEntry, value.words(), &String::new),
        }
        Ok(())
    }

    fn end(&mut self, role: Role, sink: &mut Sink) -> Result<(), FaultKind> {
        if role != OBJECT {
            return Ok(());
        }
        let Some(mut object) = self.objects.pop() else {
            return Ok(());
        };
        let outcome = self.end_object(&object, sink);
        self.build(&mut object.trace, sink);
        outcome
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), FaultKind> {
        let mut loose = std::mem::take(&mut self.loose);
        self.build(&mut loose, sink);
        Ok(())
    }
}
