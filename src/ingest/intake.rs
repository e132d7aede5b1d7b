//! What a load has brought so far: the traces it touched and the notes on them. Shared by the readers of all formats.

use super::dependencies;
use super::notes::Notes;
use super::report::{LoadReport, NoteKind};
use crate::model::index::Numbers;
use crate::model::{
    Cell, Finding, Mark, SpanDraft, SpanFlags, SpanRow, SpanWarning, Store, StringId, TraceId, TraceRow,
};

/// See the module.
#[derive(Debug)]
pub struct Intake {
    pub notes: Notes,
    /// In order of first appearance.
    traces: Vec<TraceRow>,
    seen: Numbers,
    /// The trace that the last span went to: the next one mostly goes there too.
    last: Option<(TraceId, TraceRow)>,
    /// The store before it.
    before: Mark,
    spans: u32,
    /// Spans whose resource is not known yet, for it may come after them. No tree is built meanwhile.
    pub pending: u32,
    /// Of the span being read: entries of lists and maps that are still open, events without a time, and warnings.
    pub nested: Vec<(StringId, Cell)>,
    pub untimed: Vec<u32>,
    pub warnings: Vec<SpanWarning>,
    /// Ids of traces that are named only.
    mentioned: Vec<String>,
}

impl Intake {
    pub fn new(store: &Store) -> Intake {
        Intake {
            notes: Notes::default(),
            traces: Vec::new(),
            seen: Numbers::default(),
            last: None,
            before: store.mark(),
            spans: 0,
            pending: 0,
            nested: Vec::new(),
            untimed: Vec::new(),
            warnings: Vec::new(),
            mentioned: Vec::new(),
        }
    }

    /// Traces that got spans.
    pub fn trace_count(&self) -> u32 {
        self.traces.len() as u32
    }

    /// Spans that came, copies included.
    pub fn span_count(&self) -> u32 {
        self.spans
    }

    /// Whether nothing came that is shown.
    pub fn is_empty(&self, store: &Store) -> bool {
        self.spans == 0 && store.dependencies_since(&self.before).is_empty()
    }

    /// The trace for a span with this trace id.
    pub fn trace_for(&mut self, store: &mut Store, id: TraceId) -> TraceRow {
        if let Some((last, row)) = self.last
            && last == id
            && width(last) == width(id)
        {
            return row;
        }
        let row = store.open_trace(id);
        let first_id = store.trace(row).id;
        if width(first_id) != width(id) {
            self.note(NoteKind::IdLength, store, id);
        }
        if matches!(id, TraceId::Text(_)) {
            self.note(NoteKind::TextId, store, id);
        }
        self.last = Some((id, row));
        row
    }

    fn note(&mut self, kind: NoteKind, store: &Store, id: TraceId) {
        if let Some(note) = self.notes.count(kind, 1) {
            note.example = id.text(store.strings());
        }
    }

    /// Adds a span, of a trace from [`Intake::trace_for`] or [`TraceRow::UNKNOWN`].
    pub fn push(&mut self, store: &mut Store, span: SpanDraft) -> SpanRow {
        if span.trace != TraceRow::UNKNOWN {
            self.touch(span.trace);
        }
        self.spans += 1;
        store.push_span(span)
    }

    /// The span pushed last is a further half of a record that was counted already.
    pub fn count_as_one(&mut self) {
        self.spans -= 1;
    }

    /// A trace is named of which no span is there.
    pub fn mention(&mut self, id: &str) {
        if self.mentioned.len() < LoadReport::MOST_IDS {
            self.mentioned.push(id.to_owned());
        }
    }

    /// Gives a span that was pushed without a trace to one.
    pub fn adopt(&mut self, store: &mut Store, row: SpanRow, trace: TraceRow) {
        self.touch(trace);
        store.adopt_span(row, trace);
    }

    fn touch(&mut self, trace: TraceRow) {
        if self.traces.last() != Some(&trace) && self.seen.add(trace.0) {
            self.traces.push(trace);
        }
    }

    /// A trace's element has ended: builds its tree, so that it can be asked about, unless spans wait for their resources. If little came to a large tree it waits
    /// for the end of the load; a file of a thousand pieces of one trace would else build a thousand trees.
    pub fn build(&mut self, store: &mut Store, trace: TraceRow) {
        let unbuilt = store.trace(trace).unbuilt();
        if self.pending == 0 && unbuilt > 0 && unbuilt as usize * 2 >= store.trace(trace).tree.len() {
            store.build_tree(trace);
        }
    }

    /// Builds what is left, and sums up.
    pub fn finish(mut self, store: &mut Store, report: &mut LoadReport) {
        for trace in &self.traces {
            if store.trace(*trace).unbuilt() > 0 {
                store.build_tree(*trace);
            }
        }
        let (joined, first) = store.join_short_ids();
        if let (Some(note), Some(first)) = (self.notes.count(NoteKind::ShortId, joined.into()), first) {
            note.example = first.text(store.strings());
        }
        self.resolve(store);
        self.note_findings(store);
        let kept = store.spans_since(&self.before).filter(|row| !store.spans.flags(*row).has(SpanFlags::COPY));
        let (mut kept_spans, mut services) = (0, Numbers::default());
        for row in kept {
            kept_spans += 1;
            services.add(store.service(row).0);
        }
        dependencies::sum_up(store, &self.before, &mut services, report);
        report.spans = self.spans;
        report.traces = self.traces.len() as u32;
        report.services = services.len() as u32;
        report.trace_ids =
            self.traces.iter().take(LoadReport::MOST_IDS).map(|trace| store.trace_id_text(*trace)).collect();
        report.trace_ids.append(&mut self.mentioned);
        report.same_as = self.repeated_source(store, kept_spans);
        report.notes = self.notes.finish();
    }

    /// Traces that were joined to others are one with them.
    fn resolve(&mut self, store: &Store) {
        let mut seen = Numbers::default();
        let resolved = self.traces.iter().map(|trace| store.joined_to(*trace)).filter(|trace| seen.add(trace.0));
        self.traces = resolved.collect();
    }

    /// The name of the source that brought all this before: the spans are copies, the dependencies the same.
    fn repeated_source(&self, store: &Store, kept: u32) -> Option<String> {
        if !store.dependencies_since(&self.before).is_empty() {
            let source = store.source_of_dependencies(&self.before)?.to_owned();
            return (kept == 0).then_some(source);
        }
        let first = self.traces.first().filter(|_| kept == 0)?;
        store.source_of(store.trace(*first).rows().next()?).map(str::to_owned)
    }

    fn note_findings(&mut self, store: &Store) {
        for trace in &self.traces {
            let findings = &store.trace(*trace).findings;
            let all: [(NoteKind, Finding); 8] = [
                (NoteKind::Orphan, findings.orphans),
                (NoteKind::Cycle, findings.cycles),
                (NoteKind::OwnParent, findings.own_parents),
                (NoteKind::DuplicateId, findings.duplicate_ids),
                (NoteKind::SharedId, findings.shared_ids),
                (NoteKind::IdenticalCopy, findings.copies),
                (NoteKind::IdLength, findings.id_lengths),
                (NoteKind::Superseded, findings.superseded),
            ];
            for (kind, finding) in all {
                if let Some(note) = self.notes.count(kind, finding.count.into()) {
                    note.example = store.span_id_text(finding.first);
                }
            }
        }
    }
}

fn width(id: TraceId) -> u8 {
    match id {
        TraceId::Hex { width, .. } => width,
        TraceId::Text(_) => 0,
    }
}
