//! A trace object being read. Its keys come in any order, so spans are given their resources, and a trace where they
//! name none, when the object ends.

use super::known::Known;
use super::span::PENDING;
use crate::ingest::intake::Intake;
use crate::ingest::notes::piece;
use crate::ingest::report::NoteKind;
use crate::model::index::{Numbers, same_bytes};
use crate::model::{ResourceRow, SpanRow, Store, StringId, Strings, TraceId, TraceRow};

/// See the module.
#[derive(Debug, Default)]
pub struct OpenTrace {
    pub id: Option<TraceId>,
    pub warnings: Vec<StringId>,
    processes: Vec<Process>,
    by_id: Numbers,
    last: Option<(StringId, u32)>,
    /// The trace id that was read last, and its text: nearly all in a trace are the same.
    last_id: Option<TraceId>,
    last_id_text: String,
    /// The spans read from it, in ranges: other traces may come between when files are odd.
    first: Option<SpanRow>,
    spans: u32,
    homeless: Vec<SpanRow>,
}

#[derive(Debug)]
struct Process {
    id: StringId,
    resource: Option<ResourceRow>,
}

/// In a [`PENDING`] resource: the span names no process.
const NO_PROCESS: u32 = PENDING.0 - 1;

impl OpenTrace {
    /// The number of a process by its id, known or not.
    #[inline]
    pub fn process_index(&mut self, id: StringId) -> u32 {
        if let Some((last, index)) = self.last
            && last == id
        {
            return index;
        }
        let index = self.by_id.get_or_set(id.0, self.processes.len() as u32);
        if index as usize == self.processes.len() {
            self.processes.push(Process { id, resource: None });
        }
        self.last = Some((id, index));
        index
    }

    /// Reads a trace id.
    pub fn read_id(&mut self, text: &str, strings: &mut Strings) -> Option<TraceId> {
        if !same_bytes(self.last_id_text.as_bytes(), text.as_bytes()) {
            self.last_id = TraceId::parse(text, strings);
            text.clone_into(&mut self.last_id_text);
        }
        self.last_id
    }

    pub fn set_process(&mut self, index: u32, resource: Option<ResourceRow>) {
        self.processes[index as usize].resource = resource;
    }

    /// The resource of a span until [`OpenTrace::finish`].
    #[inline]
    pub fn pending(&self, process: Option<u32>) -> ResourceRow {
        ResourceRow(PENDING.0 | process.unwrap_or(NO_PROCESS))
    }

    /// Number of spans read.
    pub fn spans(&self) -> u32 {
        self.spans
    }

    #[inline]
    pub fn add(&mut self, row: SpanRow, trace: TraceRow) {
        self.first.get_or_insert(row);
        self.spans += 1;
        if trace == TraceRow::UNKNOWN {
            self.homeless.push(row);
        }
    }

    /// The object has ended, or the file in its midst: gives spans what they lack. The traces that got spans.
    pub fn finish(&mut self, store: &mut Store, intake: &mut Intake, known: &Known) -> Vec<TraceRow> {
        let Some(first) = self.first.take() else {
            return Vec::new();
        };
        let own = self.id.map(|id| intake.trace_for(store, id));
        self.house(store, intake, own);
        let (mut traces, mut seen) = (Vec::new(), Numbers::default());
        let mut others = 0;
        for row in (first.0..store.spans.len() as u32).map(SpanRow) {
            self.give_resource(store, intake, known, row);
            let trace = store.spans.trace(row);
            others += u64::from(own.is_some_and(|own| own != trace));
            if traces.last() != Some(&trace) && seen.add(trace.0) {
                traces.push(trace);
            }
        }
        if let Some(note) = intake.notes.count(NoteKind::OtherTrace, others) {
            note.example = self.id.map_or_else(String::new, |id| id.text(store.strings()));
        }
        for text in self.warnings.drain(..) {
            if let Some(trace) = own.or(traces.first().copied()) {
                store.warn_of_trace(trace, text);
            }
        }
        traces
    }

    fn house(&mut self, store: &mut Store, intake: &mut Intake, own: Option<TraceRow>) {
        if self.homeless.is_empty() {
            return;
        }
        let trace = own.unwrap_or_else(|| {
            let text = format!("no-id-{}", intake.trace_count() + 1);
            if let Some(note) = intake.notes.count(NoteKind::MissingId, 1) {
                note.example.clone_from(&text);
            }
            let id = TraceId::Text(store.content.strings.intern(&text));
            intake.trace_for(store, id)
        });
        self.homeless.drain(..).for_each(|row| intake.adopt(store, row, trace));
    }

    fn give_resource(&mut self, store: &mut Store, intake: &mut Intake, known: &Known, row: SpanRow) {
        let pending = store.spans.resource(row).0;
        if pending < PENDING.0 {
            return;
        }
        intake.pending -= 1;
        let process = self.processes.get_mut((pending & !PENDING.0) as usize);
        let resource = match process {
            Some(Process { resource: Some(resource), .. }) => *resource,
            unknown => {
                let service = unknown.map_or(known.unknown, |process| process.id);
                if let Some(note) = intake.notes.count(NoteKind::UnknownProcess, 1) {
                    note.example = piece(store.text(service));
                }
                store.resources.intern(&store.content, service, &[])
            }
        };
        store.spans.set_resource(row, resource);
    }
}
