//! Reading a text: its documents one after another, each by the reader of its format. What stands between documents (the
//! other output of a program), documents of no format, and broken ones are counted, and reading goes on behind them.

use super::dependencies::Dependencies;
use super::go_stdout::GoStdout;
use super::jaeger::Jaeger;
use super::jaeger_proto::JaegerProto;
use super::json::broken::Broken;
use super::json::walk::{At, Reader, Walk};
use super::notes::piece;
use super::otlp::Otlp;
use super::python_console::PythonConsole;
use super::report::{Fault, FaultKind, Format, NoteKind, Place};
use super::sink::Sink;
use super::sniff::{self, Shape, WINDOW};
use super::tempo_search::TempoSearch;
use super::text::{Invalid, Text};
use super::zipkin::ZipkinReader;
use crate::model::Store;

/// A line without an end is passed over in steps of so many bytes.
const LONGEST_LINE: usize = 1 << 20;
/// Documents of no format in a row, after which less of the next ones is looked at.
const MOST_OTHERS: u32 = 100;
const SHORT_WINDOW: usize = 2048;
/// As many bytes of a document's beginning may tell that it is like the one before.
const LONGEST_SIGNATURE: usize = 80;

/// The reader of a format. A further format is a file, a line here and its rule in `sniff`.
pub(super) fn reader_of(format: Format, store: &mut Store) -> Box<dyn Reader> {
    match format {
        Format::Jaeger | Format::JaegerElasticsearch => Box::new(Jaeger::new(store)),
        Format::JaegerProtoJson => Box::new(JaegerProto::default()),
        Format::GoStdout => Box::new(GoStdout::default()),
        Format::PythonConsole => Box::new(PythonConsole::default()),
        Format::Otlp | Format::OtlpLogs | Format::OtlpMetrics | Format::Tempo => Box::new(Otlp::new(store)),
        Format::TempoSearch => Box::new(TempoSearch),
        Format::ZipkinV1 | Format::ZipkinV2 => Box::new(ZipkinReader::default()),
        Format::Dependencies => Box::new(Dependencies),
    }
}

/// See the module.
#[derive(Default)]
pub struct Reading {
    text: Text,
    walk: Walk,
    readers: Vec<(Format, Box<dyn Reader>)>,
    /// The reader of the document being read.
    current: usize,
    /// How the last document began; one that begins alike is of its format.
    signature: String,
    state: State,
    documents: u64,
    /// Documents of no format in a row.
    others: u32,
    /// The document is no format's, and was counted as such: that it is broken, too, is no news.
    is_counted: bool,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Reading,
    /// Passing over a document of no format.
    Passing,
    /// A document is broken; what stands at the place may not have come yet.
    Broken(Broken),
    /// Looking for the document after a broken one.
    Lost(Box<Fault>),
}

/// Whether there is more to do with what has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Go,
    Wait,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("state", &self.state).field("documents", &self.documents).finish()
    }
}

impl Reading {
    /// Reads what has come. A fault ends the reading.
    pub fn push(&mut self, bytes: &[u8], sink: &mut Sink) -> Result<(), Box<Fault>> {
        let invalid = self.text.push(bytes);
        note_invalid(invalid, sink);
        self.go_on(sink)
    }

    /// The text has ended. What was read stays, whatever comes out.
    pub fn finish(&mut self, sink: &mut Sink) -> Result<(), Box<Fault>> {
        let invalid = self.text.complete();
        note_invalid(invalid, sink);
        let end = self.go_on(sink).and_then(|()| self.end());
        let closed = self.close(sink);
        end.and(closed)
    }

    /// Nothing more will be read: readers put down what they hold.
    pub fn close(&mut self, sink: &mut Sink) -> Result<(), Box<Fault>> {
        self.abandon(sink);
        let mut outcome = Ok(());
        for (_, reader) in &mut self.readers {
            let end = reader.finish(sink);
            sink.intake.notes.commit(&mut Place::default);
            outcome = outcome.and(end.map_err(|kind| Box::new(Fault::of(kind))));
        }
        if self.documents > 1 && self.readers.iter().any(|(format, _)| !format.comes_in_lines()) {
            let _ = sink.intake.notes.count(NoteKind::SeveralDocuments, self.documents);
        }
        outcome
    }

    fn end(&mut self) -> Result<(), Box<Fault>> {
        match std::mem::take(&mut self.state) {
            State::Lost(fault) => Err(fault),
            _ if self.walk.is_inside() => Err(Broken::cut_off(&self.text, self.walk.path()).show(&self.text)),
            _ => Ok(()),
        }
    }

    fn go_on(&mut self, sink: &mut Sink) -> Result<(), Box<Fault>> {
        loop {
            let next = match std::mem::take(&mut self.state) {
                State::Broken(broken) => self.lose(broken)?,
                State::Lost(fault) => self.find_document(fault, sink),
                State::Passing => self.pass(sink),
                State::Reading if self.walk.is_inside() => self.read(sink),
                State::Reading => self.document(sink),
            };
            if next == Next::Wait {
                return Ok(());
            }
        }
    }

    /// Goes on inside the document.
    fn read(&mut self, sink: &mut Sink) -> Next {
        match self.readers.get_mut(self.current) {
            Some((_, reader)) => {
                let at = self.walk.read(&mut self.text, reader.as_mut(), sink);
                self.came_to(at, sink)
            }
            None => Next::Wait,
        }
    }

    fn came_to(&mut self, at: Result<At, Broken>, sink: &mut Sink) -> Next {
        match at {
            Ok(At::Waiting) => Next::Wait,
            Ok(At::Document) => Next::Go,
            Err(broken) => {
                self.abandon(sink);
                self.state = State::Broken(broken);
                Next::Go
            }
        }
    }

    fn abandon(&mut self, sink: &mut Sink) {
        if let Some((_, reader)) = self.readers.get_mut(self.current) {
            self.walk.abandon(reader.as_mut(), sink);
            sink.intake.notes.commit(&mut Place::default);
        }
    }

    /// Between documents: begins the next one, or passes over what is none.
    fn document(&mut self, sink: &mut Sink) -> Next {
        self.text.skip_white();
        match self.text.peek() {
            None => Next::Wait,
            Some(b'{' | b'[') => self.begin(sink),
            Some(_) if self.text.rest().starts_with('\u{feff}') => {
                // Files with byte order marks, joined.
                self.text.advance('\u{feff}'.len_utf8());
                Next::Go
            }
            Some(_) => self.line(sink),
        }
    }

    fn begin(&mut self, sink: &mut Sink) -> Next {
        let rest = self.text.rest();
        let is_alike = !self.signature.is_empty() && rest.starts_with(&self.signature);
        if !is_alike {
            if rest.len() < WINDOW && !self.text.is_complete() {
                return Next::Wait;
            }
            // Among thousands of other documents nobody looks far for one that is a trace.
            let window = if self.others > MOST_OTHERS { SHORT_WINDOW } else { WINDOW };
            let shape = sniff::recognise(&rest[..rest.floor_char_boundary(window)]);
            self.signature.clear();
            let Some(reader) = self.choose(shape, sink) else {
                return self.pass_over(shape, sink);
            };
            self.current = reader;
            self.signature = signature(self.text.rest(), self.readers[reader].0);
        }
        self.documents += 1;
        self.others = 0;
        let (_, reader) = &mut self.readers[self.current];
        let at = self.walk.begin(&mut self.text, reader.as_mut(), sink);
        self.came_to(at, sink)
    }

    /// The number of the reader for a document.
    fn choose(&mut self, shape: Shape, sink: &mut Sink) -> Option<usize> {
        let Shape::Of(format) = shape else {
            return None;
        };
        if let Some(known) = self.readers.iter().position(|(known, _)| known.reader() == format.reader()) {
            return Some(known);
        }
        let reader = reader_of(format, sink.store);
        self.readers.push((format, reader));
        Some(self.readers.len() - 1)
    }

    /// Begins to pass over a document of no format that is read.
    fn pass_over(&mut self, shape: Shape, sink: &mut Sink) -> Next {
        if shape != Shape::EmptyList
            && let Some(note) = sink.intake.notes.count_line(NoteKind::OtherDocument, &|| self.walk.place(&self.text))
        {
            note.example = piece(self.text.rest().lines().next().unwrap_or_default());
        }
        self.others = self.others.saturating_add(1);
        self.is_counted = true;
        self.state = State::Passing;
        Next::Go
    }

    fn pass(&mut self, sink: &mut Sink) -> Next {
        let at = self.walk.pass(&mut self.text);
        match at {
            Ok(At::Waiting) => self.state = State::Passing,
            Ok(At::Document) => self.is_counted = false,
            Err(_) => {}
        }
        self.came_to(at, sink)
    }

    /// A line that is no JSON; but a document may stand behind its beginning, as in a log.
    fn line(&mut self, sink: &mut Sink) -> Next {
        let rest = self.text.rest();
        let end = memchr::memchr(b'\n', rest.as_bytes());
        if end.is_none() && !self.text.is_complete() && rest.len() < LONGEST_LINE {
            return Next::Wait;
        }
        let line = &rest[..end.unwrap_or(rest.len())];
        let inside = memchr::memmem::find(line.as_bytes(), b"{\"")
            .filter(|start| matches!(sniff::recognise(&line[*start..]), Shape::Of(_)));
        let (kind, length) = match inside {
            Some(start) => (NoteKind::LogPrefix, start),
            None => (NoteKind::OtherLine, line.len()),
        };
        let place = || self.text.place(self.text.position());
        if let Some(note) = sink.intake.notes.count_line(kind, &place) {
            note.example = piece(&line[..length]);
        }
        self.text.advance(length);
        Next::Go
    }

    /// A document is broken: the fault, if there is nothing to go on with; else the next document is looked for.
    fn lose(&mut self, broken: Broken) -> Result<Next, Box<Fault>> {
        self.text.keep(broken.kept_from());
        if !broken.is_ripe(&self.text) {
            self.state = State::Broken(broken);
            return Ok(Next::Wait);
        }
        let position = broken.position;
        let fault = broken.show(&self.text);
        if !matches!(fault.kind, FaultKind::Syntax | FaultKind::Shape | FaultKind::ElementTooLong { .. }) {
            return Err(fault);
        }
        self.text.keep(None);
        self.text.advance(position.saturating_sub(self.text.position()) as usize);
        self.state = State::Lost(fault);
        Ok(Next::Go)
    }

    /// Looks for the next line that begins with a bracket: there a document may begin.
    fn find_document(&mut self, fault: Box<Fault>, sink: &mut Sink) -> Next {
        let rest = self.text.rest().as_bytes();
        let is_here = matches!(rest.first(), Some(b'{' | b'[')) && self.text.starts_line(self.text.position());
        let found = match is_here {
            true => Some(0),
            false => memchr::memchr_iter(b'\n', rest)
                .map(|end| end + 1)
                .find(|start| matches!(rest.get(*start), Some(b'{' | b'['))),
        };
        let Some(start) = found else {
            // A line's end may be the last byte that has come.
            let kept = usize::from(rest.last() == Some(&b'\n'));
            self.text.advance(rest.len() - kept);
            self.state = State::Lost(fault);
            return Next::Wait;
        };
        self.text.advance(start);
        let is_counted = std::mem::take(&mut self.is_counted);
        if !is_counted {
            let place = || fault.place.clone().unwrap_or_default();
            if let Some(note) = sink.intake.notes.count_line(NoteKind::BrokenDocument, &place) {
                note.example = fault.found;
            }
        }
        Next::Go
    }
}

/// How a document begins, up to its first key that is not any answer's, if that is enough to tell the next one's format:
/// Zipkin's two begin alike, and of a list the items tell.
fn signature(document: &str, format: Format) -> String {
    let is_telling = document.starts_with('{') && !matches!(format, Format::ZipkinV1 | Format::ZipkinV2);
    let start = &document[..document.floor_char_boundary(LONGEST_SIGNATURE)];
    let mut quotes = start.match_indices('"').map(|(at, _)| at);
    while let (true, Some(open), Some(end)) = (is_telling, quotes.next(), quotes.next()) {
        if !matches!(&start[open + 1..end], "data" | "errors" | "total" | "limit" | "offset") {
            return start[..=end].to_owned();
        }
    }
    String::new()
}

fn note_invalid(invalid: Option<Invalid>, sink: &mut Sink) {
    let Some(Invalid { count, first }) = invalid else {
        return;
    };
    if let Some(note) = sink.intake.notes.count(NoteKind::InvalidUtf8, count) {
        note.place = Some(Place { byte: first, ..Place::default() });
    }
}
