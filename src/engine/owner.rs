//! The struct that owns the traces: loads into the store, one load at a time, and answers questions about it.

use std::collections::HashMap;

use super::answers::{Answer, Memo};
use super::content::Content;
use super::messages::{Chosen, Unsaved, encode};
use super::questions::{Ask, Colour, Head, Look, Monitored, Question, Rows, Sought};
use super::rare_answers;
use super::saving::Saving;
use crate::analysis::rates::Rates;
use crate::export::ExportFormat;
use crate::ingest::door::Load;
use crate::ingest::report::{Fault, FaultKind, LoadReport};
use crate::model::{SourceNumber, Store};

/// Memory that traces may take, in bytes, of the 4 GiB that a worker has: the rest is for trees in the building, the text
/// that is being read, and answers. A file of Jaeger JSON takes about a quarter of its length.
const MEMORY_LIMIT: usize = 2_684_354_560;

pub struct Engine {
    store: Store,
    memory_limit: usize,
    /// The load went beyond the limit: it had to stop with so many bytes in use.
    overflow: Option<u64>,
    current: Option<(Load, Content)>,
    /// Digests of the contents that are loaded as a whole, the names they came under, and what they added.
    contents: HashMap<(u64, u64), (String, Vec<SourceNumber>)>,
    /// Length and digest of what the last load read.
    last_content: (u64, u64),
    memo: Memo,
}

impl Default for Engine {
    fn default() -> Engine {
        Engine::with_memory_limit(MEMORY_LIMIT)
    }
}

impl Engine {
    /// An engine whose traces take no more than about so many bytes: a load that goes beyond ends with a fault, and what
    /// it brought until then stays.
    pub fn with_memory_limit(memory_limit: usize) -> Engine {
        Engine {
            store: Store::new(),
            memory_limit,
            overflow: None,
            current: None,
            contents: HashMap::new(),
            last_content: (0, 0),
            memo: Memo::default(),
        }
    }

    /// Starts a load; `name` is what messages call it. One that is still open is ended first, with what came of it.
    pub fn begin(&mut self, name: &str) {
        if self.current.is_some() {
            self.finish();
        }
        self.current = Some((Load::new(name), Content::default()));
    }

    /// Takes the next bytes of the load; false when it wants no more (it ended by a fault: [`Engine::finish`] tells).
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        let Some((load, content)) = &mut self.current else {
            return false;
        };
        content.add(bytes);
        self.memo.clear();
        let goes_on = load.push(&mut self.store, bytes).is_ok();
        let used = self.store.bytes();
        if used > self.memory_limit {
            self.overflow = Some(used as u64);
        }
        goes_on && self.overflow.is_none()
    }

    /// Spans and traces that the load has brought so far.
    pub fn progress(&self) -> (u32, u32) {
        self.current.as_ref().map_or((0, 0), |(load, _)| {
            let progress = load.progress();
            (progress.spans, progress.traces)
        })
    }

    /// The load's bytes are all there.
    pub fn finish(&mut self) -> LoadReport {
        match self.overflow.take() {
            Some(bytes) => self.fail(Fault::of(FaultKind::OutOfMemory { bytes })),
            None => self.end(|load, store| load.finish(store)),
        }
    }

    /// The load's bytes stopped coming. What came stays.
    pub fn fail(&mut self, fault: Fault) -> LoadReport {
        self.end(|load, store| load.fail(store, fault))
    }

    /// Undoes all that the load brought.
    pub fn cancel(&mut self) -> LoadReport {
        self.overflow = None;
        self.end(|load, store| load.cancel(store))
    }

    fn end(&mut self, how: impl FnOnce(Load, &mut Store) -> LoadReport) -> LoadReport {
        self.memo.clear();
        let Some((load, content)) = self.current.take() else {
            return LoadReport::failed(String::new(), Fault::of(FaultKind::Cancelled));
        };
        let report = how(load, &mut self.store);
        self.last_content = content.digest();
        if report.fault.is_none() {
            self.contents.insert(self.last_content, (report.name.clone(), report.sources.clone()));
        }
        report
    }

    /// Length (bytes) and digest of what the last load read.
    pub fn last_content(&self) -> (u64, u64) {
        self.last_content
    }

    /// Removes what a load added ([`LoadReport::sources`]). Its content can be loaded again.
    pub fn remove(&mut self, sources: &[SourceNumber]) {
        self.memo.clear();
        sources.iter().rev().for_each(|source| _ = self.store.remove_source(*source));
        self.contents.retain(|_, (_, added)| !added.iter().any(|source| sources.contains(source)));
    }

    /// Remembers the figures that a query API keeps of a service, for questions about them.
    #[inline(never)]
    pub fn tell_rates(&mut self, what: Monitored, rates: Rates) {
        self.memo.red().tell(what, rates);
    }

    /// Whether what a load added is there.
    pub fn has_source(&self, source: SourceNumber) -> bool {
        self.store.has_source(source)
    }

    /// Whether a content of this length (bytes) is loaded: only then is it worth comparing.
    pub fn has_content_of(&self, bytes: u64) -> bool {
        self.contents.keys().any(|(length, _)| *length == bytes)
    }

    /// The name under which this very content is loaded already.
    pub fn loaded_as(&self, content: &Content) -> Option<String> {
        self.contents.get(&content.digest()).map(|(name, _)| name.clone())
    }

    /// Whether a trace is loaded; its id as a link writes it.
    pub fn has_trace(&self, id: &str) -> bool {
        self.store.trace_by_id(id).is_some()
    }

    /// Answers a question whose type is known.
    pub fn ask<Q: Ask + Answer>(&mut self, question: &Q) -> Q::Answer {
        question.answer(&self.store, &mut self.memo)
    }

    /// Works for about so many spans on what a question needs first: its search. True: it can be answered quickly. A worker that
    /// asks this again and again, and takes messages in between, is never deaf for long.
    pub fn go_on(&mut self, question: &Question, spans: u32) -> bool {
        if let Question::SearchAhead(ahead) = question {
            return self.memo.search().go_ahead(&self.store, &ahead.sought, spans);
        }
        Engine::sought(question).is_none_or(|sought| self.memo.search().go_on(&self.store, sought, spans))
    }

    /// Whether a question needs [`Engine::go_on`].
    pub fn is_search(question: &Question) -> bool {
        Engine::sought(question).is_some()
    }

    fn sought(question: &Question) -> Option<&Sought> {
        match question {
            Question::Search(question) => Some(&question.sought),
            Question::SearchPoints(question) => Some(&question.sought),
            Question::SearchAhead(question) => Some(&question.sought),
            Question::SelectedTraces(question) => Some(&question.sought),
            _ => None,
        }
    }

    /// Answers any question, encoded for the border.
    pub fn answer(&mut self, question: &Question) -> Vec<u8> {
        match question {
            Question::Results(question) => self.encoded(question),
            Question::Points(question) => self.encoded(question),
            Question::Head(question) => self.encoded(question),
            Question::Rows(question) => self.encoded(question),
            Question::RowOf(question) => self.encoded(question),
            Question::PlaceOf(question) => self.encoded(question),
            Question::Found(question) => self.encoded(question),
            Question::NextFound(question) => self.encoded(question),
            Question::FirstFound(question) => self.encoded(question),
            Question::Detail(question) => self.encoded(question),
            Question::FullText(question) => self.encoded(question),
            Question::Parameters(question) => self.encoded(question),
            Question::Overview(question) => self.encoded(question),
            Question::Marks(question) => self.encoded(question),
            Question::LargestShift(question) => self.encoded(question),
            Question::PartSize(question) => self.encoded(question),
            rare => rare_answers::answer(self, rare),
        }
    }

    /// A function for each question: browsers compile a function when it is first called, and again when it is called often; all in one, the
    /// first question of any kind would wait for the code of all.
    #[inline(never)]
    pub(super) fn encoded<Q: Ask + Answer>(&mut self, question: &Q) -> Vec<u8> {
        encode(&self.ask(question))
    }

    /// Works out what is asked for next: who asks for the head of a trace shows its first rows, as soon as the page for them is built.
    pub fn foresee(&mut self, Head { trace }: &Head) {
        let row = self.store.trace_by_id(trace);
        if row.is_some_and(|row| !self.memo.has_looked_at(row)) {
            self.encoded(&Rows {
                trace: trace.clone(),
                look: Look::default(),
                open: Vec::new(),
                focus: None,
                columns: Vec::new(),
                colour: Colour::Service,
                critical_path: true,
                from: 0,
                count: 1,
            });
        }
    }

    /// Starts to write traces; loads and questions may go on meanwhile.
    pub fn save(&mut self, format: ExportFormat, chosen: &Chosen) -> Result<Saving, Unsaved> {
        Saving::begin(&self.store, &mut self.memo, format, chosen)
    }

    /// The next bytes of what is being written; `None` after the last ones.
    pub fn next_piece(&self, saving: &mut Saving) -> Result<Option<Vec<u8>>, Unsaved> {
        saving.next_piece(&self.store)
    }

    /// Memory that the traces use, in bytes.
    pub fn bytes(&self) -> usize {
        self.store.bytes()
    }
}
