//! The one door: a file's bytes come in slices, and what it is decides who reads them.

use super::intake::Intake;
use super::jaeger;
use super::report::{Fault, FaultKind, Format, LoadReport, NoteKind, Place};
use super::sniff::{self, Shape, Start, WINDOW};
use super::text::{Invalid, Text};
use super::unpack::{Damaged, Unpack};
use crate::model::{Mark, Store};

/// One file (or pasted text, or answer) being read. Loads of a store come one after another.
#[derive(Debug)]
pub struct Load {
    name: String,
    bytes: u64,
    begun: Option<Begun>,
    is_packed: bool,
    unpack: Option<Unpack>,
    stage: Stage,
    format: Option<Format>,
    fault: Option<Fault>,
}

/// What is known once the store is.
#[derive(Debug)]
struct Begun {
    mark: Mark,
    intake: Intake,
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

#[derive(Debug)]
struct Reading {
    text: Text,
    reader: jaeger::Reader,
}

/// The load has ended: nothing more will be read, [`Load::finish`] tells what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

/// How far a load has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub spans: u32,
    pub traces: u32,
}

impl Load {
    /// A load; `name` is the file's, for reports.
    pub fn new(name: &str) -> Load {
        Load {
            name: name.to_owned(),
            bytes: 0,
            begun: None,
            is_packed: false,
            unpack: None,
            stage: Stage::Sniffing(Vec::new()),
            format: None,
            fault: None,
        }
    }

    /// Reads a slice of any size. Traces can be asked about as soon as their part of the file has been read.
    pub fn push(&mut self, store: &mut Store, bytes: &[u8]) -> Result<(), Over> {
        self.begin(store);
        self.bytes += bytes.len() as u64;
        match self.unpack.take() {
            Some(unpack) => self.unpack(store, unpack, bytes),
            None => self.take(store, bytes),
        }
        match self.stage {
            Stage::Over => Err(Over),
            _ => Ok(()),
        }
    }

    /// Spans and traces that came so far.
    pub fn progress(&self) -> Progress {
        let Some(begun) = &self.begun else {
            return Progress::default();
        };
        Progress { spans: begun.intake.span_count(), traces: begun.intake.trace_count() }
    }

    /// The file has ended: reads what is left, builds the trees that are left, and sums up.
    pub fn finish(mut self, store: &mut Store) -> LoadReport {
        self.begin(store);
        // A short file is recognised only now, and may be packed.
        self.recognise(store);
        let is_cut = match self.unpack.take() {
            Some(unpack) => {
                let mut rest = Vec::new();
                let end = unpack.finish(&mut |bytes| rest.extend_from_slice(bytes));
                self.take(store, &rest);
                self.recognise(store);
                end == Err(Damaged)
            }
            None => false,
        };
        self.complete(store);
        if is_cut {
            self.blame_cut_gzip();
        }
        self.report(store)
    }

    /// The packed stream ended too early: whatever is wrong with the text at its end comes from that.
    fn blame_cut_gzip(&mut self) {
        let kind = self.fault.as_ref().map(|fault| &fault.kind);
        if let None | Some(FaultKind::CutOff | FaultKind::Empty | FaultKind::UnknownFormat) = kind {
            self.fault = Some(Fault::of(FaultKind::CutGzip));
        }
    }

    /// The source broke: keeps what came, and says why in the report.
    pub fn fail(mut self, store: &mut Store, fault: Fault) -> LoadReport {
        self.begin(store);
        self.recognise(store);
        self.fault = Some(fault.clone());
        self.stop(store, fault);
        self.report(store)
    }

    /// The user does not want it any more: undoes all that it added.
    pub fn cancel(mut self, store: &mut Store) -> LoadReport {
        self.begin(store);
        if let Some(begun) = self.begun.take() {
            store.truncate(&begun.mark);
        }
        self.fault = Some(Fault::of(FaultKind::Cancelled));
        self.report(store)
    }

    fn begin(&mut self, store: &mut Store) {
        if self.begun.is_none() {
            let (mark, intake) = (store.mark(), Intake::new(store));
            store.begin_source(&self.name);
            self.begun = Some(Begun { mark, intake });
        }
    }

    fn unpack(&mut self, store: &mut Store, mut unpack: Unpack, packed: &[u8]) {
        match unpack.push(packed, &mut |bytes| self.take(store, bytes)) {
            Ok(()) => self.unpack = Some(unpack),
            Err(Damaged) if self.fault.is_none() => {
                self.recognise(store);
                self.fault = None;
                self.stop(store, Fault::of(FaultKind::DamagedGzip));
            }
            Err(Damaged) => {}
        }
    }

    /// Bytes of the text itself.
    fn take(&mut self, store: &mut Store, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Sniffing(first) => {
                first.extend_from_slice(bytes);
                if first.trim_ascii_start().len() >= WINDOW {
                    self.recognise(store);
                }
            }
            Stage::Reading(reading) => {
                let Some(begun) = &mut self.begun else { return };
                if let Err(fault) = reading.push(store, &mut begun.intake, bytes) {
                    self.stop(store, *fault);
                }
            }
            Stage::Empty | Stage::Over => {}
        }
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
            Start::Gzip if !self.is_packed => self.begin_unpacking(store, &first),
            Start::Gzip => self.refuse(FaultKind::Container { name: "gzip".to_owned(), damaged: false }, &first),
            Start::Refused(kind) => self.refuse(kind, &first),
            Start::Json(Shape::Unknown) => self.refuse(FaultKind::UnknownFormat, &first),
            Start::Json(Shape::EmptyList) => self.stage = Stage::Empty,
            Start::Json(Shape::Of(format)) => {
                self.format = Some(format);
                if !format.is_readable() {
                    return self.refuse(FaultKind::NotReadable(format), &first);
                }
                self.stage =
                    Stage::Reading(Box::new(Reading { text: Text::default(), reader: jaeger::Reader::new(store) }));
                self.take(store, &first);
            }
        }
    }

    fn begin_unpacking(&mut self, store: &mut Store, packed: &[u8]) {
        self.is_packed = true;
        self.stage = Stage::Sniffing(Vec::new());
        self.unpack(store, Unpack::new(), packed);
    }

    /// The file is not read; `found` shows its first bytes.
    fn refuse(&mut self, kind: FaultKind, first: &[u8]) {
        let start = String::from_utf8_lossy(&first[..first.len().min(64)]);
        self.fault = Some(Fault { found: super::notes::piece(&start), ..Fault::of(kind) });
    }

    /// No more bytes of text will come.
    fn complete(&mut self, store: &mut Store) {
        let Stage::Reading(reading) = &mut self.stage else {
            return;
        };
        let Some(begun) = &mut self.begun else { return };
        match reading.complete(store, &mut begun.intake) {
            Ok(()) => self.stage = Stage::Over,
            Err(fault) => self.stop(store, *fault),
        }
    }

    /// Reading ends here; what came before stays.
    fn stop(&mut self, store: &mut Store, fault: Fault) {
        if let (Stage::Reading(reading), Some(begun)) = (&mut self.stage, &mut self.begun) {
            reading.reader.close(store, &mut begun.intake);
        }
        self.fault.get_or_insert(fault);
        self.stage = Stage::Over;
    }

    fn report(mut self, store: &mut Store) -> LoadReport {
        let mut report = LoadReport {
            name: self.name,
            format: self.format,
            bytes: self.bytes,
            traces: 0,
            spans: 0,
            services: 0,
            notes: Vec::new(),
            fault: self.fault,
            same_as: None,
            trace_ids: Vec::new(),
        };
        let Some(Begun { mark, mut intake }) = self.begun.take() else {
            return report;
        };
        if report.fault.is_none() && intake.span_count() == 0 && !intake.notes.has(NoteKind::EmptyTrace) {
            let _ = intake.notes.count(NoteKind::NoTraces, 1);
        }
        intake.finish(store, &mut report);
        if report.same_as.is_some() {
            store.truncate(&mark);
        }
        report
    }
}

impl Reading {
    fn push(&mut self, store: &mut Store, intake: &mut Intake, bytes: &[u8]) -> Result<(), Box<Fault>> {
        let invalid = self.text.push(bytes);
        note_invalid(intake, invalid);
        self.reader.read(&mut self.text, store, intake)
    }

    fn complete(&mut self, store: &mut Store, intake: &mut Intake) -> Result<(), Box<Fault>> {
        let invalid = self.text.complete();
        note_invalid(intake, invalid);
        self.reader.read(&mut self.text, store, intake)?;
        self.reader.finish(&self.text, store, intake)
    }
}

fn note_invalid(intake: &mut Intake, invalid: Option<Invalid>) {
    let Some(Invalid { count, first }) = invalid else {
        return;
    };
    if let Some(note) = intake.notes.count(NoteKind::InvalidUtf8, count) {
        note.place = Some(Place { byte: first, ..Place::default() });
    }
}
