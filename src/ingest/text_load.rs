//! One text being loaded, from its first bytes to its report.

use super::intake::Intake;
use super::reading::Reading;
use super::report::{Fault, FaultKind, Format, LoadReport, NoteKind};
use super::sink::Sink;
use super::sniff::{self, Shape, Start, WINDOW};
use super::unpack::UnpackFault;
use crate::model::{Mark, SourceNumber, Store};

/// See the module.
#[derive(Debug)]
pub struct TextLoad {
    name: String,
    /// The store before it.
    mark: Mark,
    source: SourceNumber,
    intake: Intake,
    bytes: u64,
    stage: Stage,
    format: Option<Format>,
    fault: Option<Fault>,
}

#[derive(Debug)]
enum Stage {
    /// The first bytes, until there are enough to tell what they are.
    Sniffing(Vec<u8>),
    Reading(Box<Reading>),
    /// A list without anything in it.
    Empty,
    Over,
}

impl TextLoad {
    pub fn new(store: &mut Store, name: &str) -> TextLoad {
        let mark = store.mark();
        TextLoad {
            name: name.to_owned(),
            mark,
            intake: Intake::new(store),
            source: store.begin_source(name),
            bytes: 0,
            stage: Stage::Sniffing(Vec::new()),
            format: None,
            fault: None,
        }
    }

    /// Reads a slice.
    pub fn push(&mut self, store: &mut Store, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        match &mut self.stage {
            Stage::Sniffing(first) => {
                first.extend_from_slice(bytes);
                if first.trim_ascii_start().len() >= WINDOW {
                    self.recognise(store);
                }
            }
            Stage::Reading(reading) => {
                let mut sink = Sink { store, intake: &mut self.intake };
                if let Err(fault) = reading.push(bytes, &mut sink) {
                    // The first fault counts.
                    let _ = reading.close(&mut sink);
                    self.end(*fault);
                }
            }
            Stage::Empty | Stage::Over => {}
        }
    }

    /// Spans and traces that came so far.
    pub fn progress(&self) -> (u32, u32) {
        (self.intake.span_count(), self.intake.trace_count())
    }

    /// Whether nothing more is read.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// No more bytes will come, for this reason: what has come is read, and stays.
    pub fn stop(&mut self, store: &mut Store, fault: Fault) {
        self.complete(store);
        self.fault = Some(fault);
    }

    /// The container that the text lies in cannot be read further. Whatever is wrong with the text's end comes from that.
    pub fn spoil(&mut self, store: &mut Store, fault: &UnpackFault) {
        self.complete(store);
        let kind = self.fault.as_ref().map(|fault| &fault.kind);
        if let None | Some(FaultKind::CutOff | FaultKind::Empty | FaultKind::UnknownFormat) = kind {
            self.fault = Some(Fault::of(FaultKind::Unpack(fault.clone())));
        }
    }

    pub fn note_lone_surrogates(&mut self, count: u64) {
        let _ = self.intake.notes.count(NoteKind::LoneSurrogate, count);
    }

    /// Enough bytes are there, or all: chooses what to do with them, if that is still open.
    fn recognise(&mut self, store: &mut Store) {
        let Stage::Sniffing(first) = &mut self.stage else {
            return;
        };
        let first = std::mem::take(first);
        self.stage = Stage::Over;
        let start = first.trim_ascii_start();
        match sniff::look(&start[..start.len().min(WINDOW)]) {
            Start::Refused(kind) => self.refuse(kind, &first),
            Start::Json(Shape::Unknown) => self.refuse(FaultKind::UnknownFormat, &first),
            Start::Json(Shape::EmptyList) => self.stage = Stage::Empty,
            Start::Json(Shape::Of(format)) => {
                self.format = Some(format);
                self.stage = Stage::Reading(Box::default());
                self.bytes -= first.len() as u64;
                self.push(store, &first);
            }
        }
    }

    /// The text is not read; `found` shows its first bytes.
    fn refuse(&mut self, kind: FaultKind, first: &[u8]) {
        let start = String::from_utf8_lossy(&first[..first.len().min(64)]);
        self.end(Fault { found: super::notes::piece(&start), ..Fault::of(kind) });
    }

    /// No more bytes will come.
    fn complete(&mut self, store: &mut Store) {
        self.recognise(store);
        if let Stage::Reading(reading) = &mut self.stage {
            match reading.finish(&mut Sink { store, intake: &mut self.intake }) {
                Ok(()) => self.stage = Stage::Over,
                Err(fault) => self.end(*fault),
            }
        }
    }

    fn end(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.stage = Stage::Over;
    }

    /// Reads what is left, and sums up. The source is gone if it brought nothing new.
    pub fn finish(mut self, store: &mut Store) -> (LoadReport, SourceNumber) {
        self.complete(store);
        let TextLoad { mut intake, .. } = self;
        let mut report = LoadReport::empty(self.name);
        // A file that begins with logs or metrics and holds spans as well is a file of spans.
        let is_of_spans =
            matches!(self.format, Some(Format::OtlpLogs | Format::OtlpMetrics)) && intake.span_count() > 0;
        report.format = if is_of_spans { Some(Format::Otlp) } else { self.format };
        report.text_bytes = self.bytes;
        report.bytes = self.bytes;
        report.fault = self.fault;
        if report.fault.is_none() && intake.is_empty(store) && !intake.notes.has(NoteKind::EmptyTrace) {
            let _ = intake.notes.count(NoteKind::NoTraces, 1);
        }
        intake.finish(store, &mut report);
        if report.same_as.is_some() {
            store.truncate(&self.mark);
        }
        (report, self.source)
    }
}
