//! The one door: a file's bytes come in slices, containers are peeled off, and each text inside is read.

use super::dependencies;
use super::report::{Fault, FaultKind, LoadReport};
use super::text_load::TextLoad;
use super::unpack::{Layers, Piece, UnpackFault};
use crate::model::index::Numbers;
use crate::model::{Mark, SourceNumber, Store};

/// One file (or pasted text, or answer) being read. Loads of a store come one after another.
#[derive(Debug)]
pub struct Load {
    name: String,
    bytes: u64,
    /// The store before it.
    mark: Option<Mark>,
    layers: Layers,
    /// Nothing more is read.
    is_over: bool,
    texts: Texts,
    fault: Option<Fault>,
}

/// The texts of a load: one, or those of an archive.
#[derive(Debug, Default)]
struct Texts {
    open: Option<TextLoad>,
    over: Vec<(LoadReport, SourceNumber)>,
    is_archive: bool,
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
            mark: None,
            layers: Layers::new(),
            is_over: false,
            texts: Texts::default(),
            fault: None,
        }
    }

    /// Reads a slice of any size. Traces can be asked about as soon as their part of the file has been read.
    pub fn push(&mut self, store: &mut Store, bytes: &[u8]) -> Result<(), Over> {
        self.begin(store);
        self.bytes += bytes.len() as u64;
        if self.is_over {
            return Err(Over);
        }
        let (name, texts) = (&self.name, &mut self.texts);
        let pushed = self.layers.push(bytes, &mut |piece| texts.take(store, name, piece));
        self.is_over = texts.wants_no_more() || pushed.is_err();
        match pushed {
            // Damage behind a text that is over would be another slice's.
            Err(fault) if !texts.wants_no_more() => self.spoil(store, fault),
            _ => {}
        }
        if self.is_over { Err(Over) } else { Ok(()) }
    }

    /// Spans and traces that came so far.
    pub fn progress(&self) -> Progress {
        let over = self.texts.over.iter().map(|(report, _)| (report.spans, report.traces));
        let open = self.texts.open.as_ref().map(TextLoad::progress);
        let (spans, traces) =
            over.chain(open).fold((0, 0), |(spans, traces), (more, others)| (spans + more, traces + others));
        Progress { spans, traces }
    }

    /// The file has ended: reads what is left, builds the trees that are left, and sums up.
    pub fn finish(mut self, store: &mut Store) -> LoadReport {
        self.begin(store);
        if !self.is_over {
            let (name, texts) = (&self.name, &mut self.texts);
            let end = self.layers.finish(&mut |piece| texts.take(store, name, piece));
            if let Err(fault) = end {
                self.spoil(store, fault);
            }
            self.texts.note_lone_surrogates(self.layers.lone_surrogates());
        }
        self.report(store)
    }

    /// The source broke: keeps what came, and says why in the report.
    pub fn fail(mut self, store: &mut Store, fault: Fault) -> LoadReport {
        self.begin(store);
        let (name, texts) = (&self.name, &mut self.texts);
        if !self.is_over {
            // A container that was cut off is no news here.
            let _ = self.layers.finish(&mut |piece| texts.take(store, name, piece));
        }
        match texts.open.as_mut().filter(|_| !texts.is_archive) {
            Some(text) => text.stop(store, fault),
            None => self.fault = Some(fault),
        }
        self.report(store)
    }

    /// The user does not want it any more: undoes all that it added.
    pub fn cancel(mut self, store: &mut Store) -> LoadReport {
        self.begin(store);
        if let Some(mark) = self.mark.take() {
            store.truncate(&mark);
        }
        LoadReport { bytes: self.bytes, ..LoadReport::failed(self.name, Fault::of(FaultKind::Cancelled)) }
    }

    fn begin(&mut self, store: &mut Store) {
        if self.mark.is_none() {
            self.mark = Some(store.mark());
        }
    }

    /// A container cannot be read further.
    fn spoil(&mut self, store: &mut Store, fault: UnpackFault) {
        match self.texts.open.as_mut().filter(|_| !self.texts.is_archive) {
            Some(text) => text.spoil(store, &fault),
            None => self.fault = Some(Fault::of(FaultKind::Unpack(fault))),
        }
    }

    fn report(mut self, store: &mut Store) -> LoadReport {
        if !self.texts.is_archive && self.texts.over.is_empty() && self.fault.is_none() {
            // Even an empty file is a text.
            self.texts.open(store, &self.name);
        }
        self.texts.close(store);
        let containers = self.layers.containers().to_vec();
        let only = if self.texts.is_archive { None } else { self.texts.over.pop() };
        let mut report = match only {
            Some((report, source)) if report.same_as.is_none() => LoadReport { sources: vec![source], ..report },
            Some((report, _)) => report,
            None => self.mark.map_or_else(
                || LoadReport::empty(String::new()),
                |mark| archive(store, &mark, self.name, self.texts.over),
            ),
        };
        report.fault = report.fault.or(self.fault);
        LoadReport { bytes: self.bytes, containers, ..report }
    }
}

/// The report of an archive: its files one by one, and what they came to together. A trace or a service of several files
/// is one.
fn archive(store: &Store, before: &Mark, name: String, texts: Vec<(LoadReport, SourceNumber)>) -> LoadReport {
    let mut report = LoadReport::empty(name);
    let (mut traces, mut services) = (Numbers::default(), Numbers::default());
    for row in store.spans_since(before) {
        traces.add(store.spans.trace(row).0);
        services.add(store.service(row).0);
    }
    dependencies::sum_up(store, before, &mut services, &mut report);
    report.traces = traces.len() as u32;
    report.services = services.len() as u32;
    report.sources = texts.iter().filter(|(text, _)| text.same_as.is_none()).map(|(_, source)| *source).collect();
    for (text, _) in texts {
        report.spans += text.spans;
        report.format = report.format.or(text.format);
        report.text_bytes += text.text_bytes;
        for id in &text.trace_ids {
            if report.trace_ids.len() < LoadReport::MOST_IDS && !report.trace_ids.contains(id) {
                report.trace_ids.push(id.clone());
            }
        }
        report.parts.push(text);
    }
    report
}

impl Texts {
    fn take(&mut self, store: &mut Store, name: &str, piece: Piece) {
        match piece {
            Piece::File(path) => {
                self.close(store);
                self.is_archive = true;
                self.open(store, path);
            }
            Piece::Bytes(bytes) => self.open(store, name).push(store, bytes),
            Piece::Fault(fault) if self.is_archive => self.open(store, name).spoil(store, fault),
            // The load as a whole is told of it.
            Piece::Fault(_) => {}
        }
    }

    /// The text being read, a new one if there is none.
    fn open(&mut self, store: &mut Store, name: &str) -> &mut TextLoad {
        self.open.get_or_insert_with(|| TextLoad::new(store, name))
    }

    fn close(&mut self, store: &mut Store) {
        if let Some(text) = self.open.take() {
            self.over.push(text.finish(store));
        }
    }

    fn wants_no_more(&self) -> bool {
        !self.is_archive && self.open.as_ref().is_some_and(TextLoad::is_over)
    }

    fn note_lone_surrogates(&mut self, count: u64) {
        if let Some(text) = &mut self.open {
            text.note_lone_surrogates(count);
        }
    }
}
