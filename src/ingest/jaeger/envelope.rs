//! The outer structure: documents, the list in `data`, trace objects, their `spans`. A small state machine over the
//! text as it comes; see [`Expect`] for its states.

use super::element::{BackendError, Element, Scratch};
use super::faults::Broken;
use super::frames::{Expect, Frame, List, Object, path};
use super::keys::Key;
use super::known::Known;
use super::node::Role;
use super::trace::OpenTrace;
use super::whole::{Flow, LONGEST, Tools};
use crate::ingest::intake::Intake;
use crate::ingest::notes::piece;
use crate::ingest::report::{Fault, FaultKind, Format, NoteKind, Place};
use crate::ingest::sniff::{self, Shape};
use crate::ingest::text::Text;
use crate::model::Store;

/// Reads Jaeger JSON from a [`Text`] into a store.
#[derive(Debug)]
pub struct Reader {
    pub(super) frames: Vec<Frame>,
    expect: Expect,
    /// Where the last comma of the outer structure is.
    comma: u64,
    /// The text must be this long before the element at its front is tried again.
    pub(super) retry_at: usize,
    /// The longest element that is read, in bytes.
    pub(super) longest: u64,
    documents: u64,
    /// Reading has ended here.
    broken: Option<Broken>,
    scratch: Option<Box<Scratch>>,
    known: Known,
    /// Of spans that stand in no trace object.
    loose: Option<Box<OpenTrace>>,
}

/// Objects and lists around a span; more are no Jaeger JSON.
const DEEPEST: usize = 12;

impl Reader {
    pub fn new(store: &mut Store) -> Reader {
        Reader {
            frames: Vec::new(),
            expect: Expect::Document,
            comma: 0,
            retry_at: 0,
            longest: LONGEST,
            documents: 0,
            broken: None,
            scratch: Some(Box::default()),
            known: Known::intern(&mut store.content.strings),
            loose: Some(Box::default()),
        }
    }

    /// Reads what has come.
    pub fn read(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake) -> Result<(), Box<Fault>> {
        while self.broken.is_none() {
            match self.step(text, store, intake) {
                Ok(Flow::Done) => {}
                Ok(Flow::Wait) => break,
                Err(broken) => self.broken = Some(broken),
            }
        }
        let kept = match &self.broken {
            Some(broken) => broken.kept_from(),
            None => self.undecided_from(),
        };
        text.keep(kept);
        match self.broken.take_if(|broken| broken.is_ripe(text)) {
            Some(broken) => Err(broken.show(text)),
            None => Ok(()),
        }
    }

    /// Where the outermost object starts that may still turn out to be a span.
    fn undecided_from(&self) -> Option<u64> {
        self.frames.iter().find_map(|frame| match frame {
            Frame::Object(object) if !object.is_decided => Some(object.start),
            _ => None,
        })
    }

    /// The file has ended: closes what is open. A fault if it ended in the midst of a document.
    pub fn finish(&mut self, text: &Text, store: &mut Store, intake: &mut Intake) -> Result<(), Box<Fault>> {
        let end = match self.expect == Expect::Document {
            true => Ok(()),
            false => Err(self.cut_off(text).show(text)),
        };
        self.close(store, intake);
        let documents = self.documents;
        if documents > 1 {
            let _ = intake.notes.count(NoteKind::SeveralDocuments, documents);
        }
        end
    }

    /// Nothing more will be read: traces in the midst of reading get what they have.
    pub fn close(&mut self, store: &mut Store, intake: &mut Intake) {
        while let Some(frame) = self.frames.pop() {
            if let Frame::Object(mut object) = frame {
                self.build(&mut object.trace, store, intake);
            }
        }
        if let Some(loose) = &mut self.loose {
            loose.finish(store, intake, &self.known);
        }
    }

    fn build(&mut self, trace: &mut Option<Box<OpenTrace>>, store: &mut Store, intake: &mut Intake) {
        let Some(trace) = trace else { return };
        for trace in trace.finish(store, intake, &self.known) {
            intake.build(store, trace);
        }
    }

    fn step(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake) -> Result<Flow, Broken> {
        text.skip_white();
        if self.expect == Expect::Document && text.rest().starts_with('\u{feff}') {
            // Files with byte order marks, joined.
            text.advance('\u{feff}'.len_utf8());
            text.skip_white();
        }
        let Some(byte) = text.peek() else {
            return Ok(Flow::Wait);
        };
        match (self.expect, byte) {
            (Expect::Document, b'{' | b'[') => {
                self.documents += 1;
                self.open(text, byte)
            }
            (Expect::Document, _) => Err(self.broken(text, FaultKind::Syntax, text.position(), "a document")),
            (Expect::FirstItem, b']') | (Expect::FirstKey, b'}') => self.end(text, store, intake),
            (Expect::Item, b']') | (Expect::Key, b'}') => {
                Err(self.broken(text, FaultKind::Syntax, self.comma, if byte == b']' { "a value" } else { "a key" }))
            }
            (Expect::FirstItem | Expect::Item, _) => self.item(text, store, intake, byte),
            (Expect::FirstKey | Expect::Key, b'"') => self.key(text, store, intake),
            (Expect::FirstKey | Expect::Key, _) => Err(self.broken(text, FaultKind::Syntax, text.position(), "a key")),
            (Expect::Colon, b':') => {
                text.advance(1);
                self.expect = Expect::Value;
                Ok(Flow::Done)
            }
            (Expect::Colon, _) => Err(self.broken(text, FaultKind::Syntax, text.position(), "`:`")),
            (Expect::Span, _) => self.span(text, store, intake),
            (Expect::Value, _) => self.value(text, store, intake, byte),
            (Expect::Comma, _) => self.comma(text, store, intake, byte),
        }
    }

    fn comma(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake, byte: u8) -> Result<Flow, Broken> {
        match (self.frames.last_mut(), byte) {
            (Some(Frame::List(list)), b',') => {
                list.index += 1;
                self.expect = Expect::Item;
            }
            (Some(Frame::Object(_)), b',') => self.expect = Expect::Key,
            (Some(Frame::List(_)), b']') | (Some(Frame::Object(_)), b'}') => {
                return self.end(text, store, intake);
            }
            (Some(Frame::List(_)), _) => {
                return Err(self.broken(text, FaultKind::Syntax, text.position(), "`,` or `]`"));
            }
            _ => return Err(self.broken(text, FaultKind::Syntax, text.position(), "`,` or `}`")),
        }
        self.comma = text.position();
        text.advance(1);
        Ok(Flow::Done)
    }

    fn open(&mut self, text: &mut Text, byte: u8) -> Result<Flow, Broken> {
        if self.frames.len() >= DEEPEST {
            return Err(self.broken(text, FaultKind::Shape, text.position(), "a trace"));
        }
        let start = text.position();
        text.advance(1);
        (self.expect, _) = match byte {
            b'{' => (Expect::FirstKey, self.frames.push(Frame::Object(Box::new(Object::at(start))))),
            _ => (Expect::FirstItem, self.frames.push(Frame::List(List { is_spans: false, index: 0 }))),
        };
        Ok(Flow::Done)
    }

    fn item(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake, byte: u8) -> Result<Flow, Broken> {
        let is_span = matches!(self.frames.last(), Some(Frame::List(list)) if list.is_spans);
        match (is_span, byte) {
            (true, _) => self.span(text, store, intake),
            (false, b'{') => self.open(text, byte),
            (false, b'[') => Err(self.broken(text, FaultKind::Shape, text.position(), "a trace")),
            (false, _) => {
                let position = text.position();
                let flow = self.ignore(text)?;
                if flow == Flow::Done {
                    self.expect = Expect::Comma;
                    self.note_skipped(text, intake, position);
                }
                Ok(flow)
            }
        }
    }

    /// A span: an item of a trace's `spans`, or an object that turned out to be one.
    fn span(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake) -> Result<Flow, Broken> {
        let flow = self.read_value(text, store, intake, Role::Span, &mut |element| {
            if !element.is_skipped {
                element.finish_span();
            }
        })?;
        if flow == Flow::Done {
            self.expect = if self.frames.is_empty() { Expect::Document } else { Expect::Comma };
        }
        Ok(flow)
    }

    /// Reads a whole value into the innermost trace object, or into the loose one.
    fn read_value(
        &mut self,
        text: &mut Text,
        store: &mut Store,
        intake: &mut Intake,
        role: Role,
        take: &mut dyn FnMut(&mut Element),
    ) -> Result<Flow, Broken> {
        // The parts are taken out for as long as `self` lends its frames to paths of faults and notes.
        let mut trace = self.innermost().take().unwrap_or_default();
        let mut scratch = self.scratch.take().unwrap_or_default();
        let known = self.known;
        let mut tools = Tools { store, intake, known: &known, scratch: &mut scratch };
        let flow = self.whole(text, &mut tools, &mut trace, role, take);
        self.scratch = Some(scratch);
        *self.innermost() = Some(trace);
        flow
    }

    /// The trace that values belong to: the innermost object's, or the one of loose spans.
    fn innermost(&mut self) -> &mut Option<Box<OpenTrace>> {
        let objects = self.frames.iter_mut().rev().filter_map(|frame| match frame {
            Frame::Object(object) => Some(&mut object.trace),
            Frame::List(_) => None,
        });
        objects.into_iter().next().unwrap_or(&mut self.loose)
    }

    /// The place of the value at the text's front.
    pub(super) fn place(&self, text: &Text) -> Place {
        Place { path: path(&self.frames), ..text.place(text.position()) }
    }

    fn object(&mut self) -> Option<&mut Object> {
        match self.frames.last_mut() {
            Some(Frame::Object(object)) => Some(object),
            _ => None,
        }
    }

    fn key(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake) -> Result<Flow, Broken> {
        let mut key = String::new();
        let flow = self.read_value(text, store, intake, Role::OuterKey, &mut |element| {
            key = std::mem::take(&mut element.text);
        })?;
        let Some(object) = self.object().filter(|_| flow == Flow::Done) else {
            return Ok(flow);
        };
        object.key = Key::of(&key);
        object.key_text = piece(&key);
        let (start, is_decided) = (object.start, object.is_decided);
        let is_of_span = matches!(
            object.key,
            Key::SpanId | Key::OperationName | Key::ParentSpanId | Key::References | Key::ProcessId | Key::Process
        );
        if is_of_span && !is_decided {
            // It is a span: from its beginning, as a whole.
            self.frames.pop();
            text.go_back(start);
            self.expect = Expect::Span;
            return Ok(Flow::Done);
        }
        self.expect = Expect::Colon;
        Ok(Flow::Done)
    }

    fn value(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake, byte: u8) -> Result<Flow, Broken> {
        let Some(object) = self.object() else {
            return Ok(Flow::Wait);
        };
        let key = object.key;
        object.is_decided |= matches!(key, Key::Data | Key::Spans | Key::Processes | Key::Errors);
        object.is_answer |= key == Key::Data;
        object.has_data |= key == Key::Data && byte != b'n';
        object.has_spans |= key == Key::Spans;
        match (key, byte) {
            (Key::Data, b'[' | b'{') => self.open(text, byte),
            (Key::Spans, b'[') => {
                text.advance(1);
                self.frames.push(Frame::List(List { is_spans: true, index: 0 }));
                self.expect = Expect::FirstItem;
                Ok(Flow::Done)
            }
            (Key::Data | Key::Spans, b'n') => self.pass(text),
            (Key::Data | Key::Spans, _) => Err(self.broken(text, FaultKind::Shape, text.position(), "an array")),
            (Key::TraceId, _) => self.trace_value(text, store, intake, Role::TraceId),
            (Key::Processes, _) => self.trace_value(text, store, intake, Role::Processes),
            (Key::Warnings, _) => self.trace_value(text, store, intake, Role::Warnings),
            (Key::Errors, _) => self.trace_value(text, store, intake, Role::Errors),
            _ => self.pass(text),
        }
    }

    fn pass(&mut self, text: &mut Text) -> Result<Flow, Broken> {
        let flow = self.ignore(text)?;
        if flow == Flow::Done {
            self.expect = Expect::Comma;
        }
        Ok(flow)
    }

    /// A value of a trace object or an answer that is read as a whole.
    fn trace_value(
        &mut self,
        text: &mut Text,
        store: &mut Store,
        intake: &mut Intake,
        role: Role,
    ) -> Result<Flow, Broken> {
        let mut errors: Vec<BackendError> = Vec::new();
        let flow = self.read_value(text, store, intake, role, &mut |element| {
            element.finish_trace_value(role);
            errors = std::mem::take(&mut element.errors);
        })?;
        if flow == Flow::Done {
            self.expect = Expect::Comma;
            if let Some(object) = self.object()
                && role == Role::Errors
            {
                object.errors = errors;
            }
        }
        Ok(flow)
    }

    /// A list or an object ends.
    fn end(&mut self, text: &mut Text, store: &mut Store, intake: &mut Intake) -> Result<Flow, Broken> {
        text.advance(1);
        if let Some(Frame::Object(mut object)) = self.frames.pop() {
            self.end_object(text, store, intake, &mut object)?;
        }
        self.expect = if self.frames.is_empty() { Expect::Document } else { Expect::Comma };
        Ok(Flow::Done)
    }

    fn end_object(
        &mut self,
        text: &Text,
        store: &mut Store,
        intake: &mut Intake,
        object: &mut Object,
    ) -> Result<(), Broken> {
        if !object.is_decided {
            return self.end_unknown(text, store, intake, object);
        }
        let is_trace = object.has_spans || !object.is_answer && object.errors.is_empty();
        if is_trace && object.trace.as_ref().is_none_or(|trace| trace.spans() == 0) {
            self.note_empty(text, store, intake, object);
        }
        self.build(&mut object.trace, store, intake);
        let Some(first) = object.errors.first().cloned() else {
            return Ok(());
        };
        if !object.has_data || intake.span_count() == 0 {
            return Err(Broken::of(FaultKind::Backend { code: first.code, message: first.message }));
        }
        if let Some(note) = intake.notes.count(NoteKind::BackendError, object.errors.len() as u64) {
            note.example = piece(&first.message);
        }
        Ok(())
    }

    /// An object without any key that Jaeger's have.
    fn end_unknown(&mut self, text: &Text, store: &Store, intake: &mut Intake, object: &Object) -> Result<(), Broken> {
        if object.trace.as_ref().is_some_and(|trace| trace.id.is_some()) {
            self.note_empty(text, store, intake, object);
            return Ok(());
        }
        match sniff::recognise(text.from(object.start)) {
            Shape::Of(format) if format != Format::Jaeger => {
                Err(self.broken(text, FaultKind::NotReadable(format), object.start, Format::Jaeger.name()))
            }
            _ if self.frames.is_empty() => {
                Err(self.broken(text, FaultKind::UnknownFormat, object.start, Format::Jaeger.name()))
            }
            _ => {
                self.note_skipped(text, intake, object.start);
                Ok(())
            }
        }
    }

    /// An entry of a list has been left out.
    fn note_skipped(&self, text: &Text, intake: &mut Intake, position: u64) {
        if let Some(note) = intake.notes.count(NoteKind::SkippedEntry, 1) {
            (note.example, note.place) = self.broken(text, FaultKind::Shape, position, "").into_example(text);
        }
    }

    fn note_empty(&self, text: &Text, store: &Store, intake: &mut Intake, object: &Object) {
        if let Some(note) = intake.notes.count(NoteKind::EmptyTrace, 1) {
            let id = object.trace.as_ref().and_then(|trace| trace.id);
            note.example = id.map_or_else(String::new, |id| id.text(store.strings()));
            note.place = Some(Place { path: path(&self.frames), ..text.place(object.start) });
        }
    }
}
