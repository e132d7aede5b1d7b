//! Log records among traces become events of their spans. A record may come before its span, or long after it, so records
//! wait for the end of the load; then all go to their spans at once ([`Store::insert_events`]). What stands around them
//! (their resource is the span's; their logger) is left out.
//!
//! [`Store::insert_events`]: crate::model::Store::insert_events

use super::fields::{self, Field, Fields};
use super::ids::{LastTrace, span_id};
use super::span::event_time;
use super::values::{Target, attributes, cell};
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::attribute_names as names;
use crate::model::index::{Index, hash_of};
use crate::model::{Cell, LateEvent, Range, SpanId, SpanRow, Store, StringId, TraceId, UnixNanos};

/// Records that wait for their spans.
#[derive(Debug, Default)]
pub struct Logs {
    records: Vec<Record>,
    attributes: Vec<(StringId, Cell)>,
    last_trace: LastTrace,
}

#[derive(Debug)]
struct Record {
    trace: TraceId,
    span: SpanId,
    time: Option<UnixNanos>,
    name: StringId,
    /// Rows of the attributes in [`Logs::attributes`].
    attributes: Range,
}

impl Logs {
    /// Reads a record. One that belongs to no span is counted and left out.
    pub fn read(&mut self, value: Value, sink: &mut Sink) {
        if !value.is_object() {
            return sink.note(NoteKind::SkippedEntry, value.words(), &String::new);
        }
        let fields = Fields::of(value, fields::of_log, sink, &String::new);
        let trace = self.last_trace.read(fields.get(Field::TraceId), sink, &|| ".traceId".to_owned());
        let span = span_id(fields.get(Field::SpanId), sink, &|| ".spanId".to_owned());
        let (Some(trace), Some(span)) = (trace, span) else {
            return sink.note(NoteKind::LooseLog, fields.get(Field::Body).map_or("", short), &String::new);
        };
        let start = self.attributes.len() as u32;
        let name = self.content(&fields, sink);
        let time = event_time(&fields, Field::Time, sink, &String::new)
            .or_else(|| event_time(&fields, Field::ObservedTime, sink, &String::new));
        let attributes = Range { start, end: self.attributes.len() as u32 };
        self.records.push(Record { trace, span, time, name, attributes });
    }

    /// The attributes; the name comes back.
    fn content(&mut self, fields: &Fields, sink: &mut Sink) -> StringId {
        let mut target = Target::List(&mut self.attributes);
        if let Some(list) = fields.get(Field::Attributes) {
            attributes(list, &mut target, sink, &|| ".attributes".to_owned());
        }
        let mut push = |name: &str, cell: Cell, sink: &mut Sink| {
            let name = sink.intern(name);
            target.push(name, cell, sink);
        };
        push(names::IS_LOG, Cell::bool(true), sink);
        let severity = fields.text(Field::SeverityText, sink, &|| ".severityText".to_owned());
        if severity != StringId::EMPTY {
            push(names::LOG_SEVERITY_TEXT, Cell::text(severity), sink);
        }
        if let Some(number) = fields.get(Field::SeverityNumber).filter(|number| number.words() != "0") {
            let cell = sink.cell(number);
            push(names::LOG_SEVERITY_NUMBER, cell, sink);
        }
        let mut name = fields.text(Field::Name, sink, &|| ".eventName".to_owned());
        if let Some(body) = fields.get(Field::Body) {
            let body = cell(body, sink, &|| ".body".to_owned());
            match body.as_text() {
                Some(text) if name == StringId::EMPTY => name = text,
                _ => push(names::LOG_BODY, body, sink),
            }
        }
        target.push_count(names::DROPPED_ATTRIBUTES, fields.get(Field::DroppedAttributes), sink, &String::new);
        target.push_count(names::FLAGS, fields.get(Field::Flags), sink, &String::new);
        name
    }

    /// Gives the records to those of their spans that came in this load, which began with the row `first`.
    pub fn join(&mut self, first: u32, sink: &mut Sink) {
        if self.records.is_empty() {
            return;
        }
        let chains = self.chains(sink);
        let mut is_joined = vec![false; self.records.len()];
        let mut late = Vec::with_capacity(self.records.len());
        for row in (first..sink.store.spans.len() as u32).map(SpanRow) {
            let mut next = chains.first(sink.store, row, &self.records);
            while let Some(place) = next {
                let record = &self.records[place as usize];
                let time = record.time.unwrap_or_else(|| sink.store.spans.start(row));
                late.push(LateEvent { span: row, time, name: record.name, attributes: record.attributes });
                is_joined[place as usize] = true;
                next = chains.next[place as usize];
            }
        }
        let is_loose = |place: &u32| !is_joined[*place as usize] && chains.copies.binary_search(place).is_err();
        for place in (0..self.records.len() as u32).filter(is_loose) {
            count(NoteKind::LooseLog, &self.records[place as usize], sink);
        }
        if late.is_empty() {
            return;
        }
        if let Some(note) = sink.intake.notes.count(NoteKind::LogEvent, late.len() as u64) {
            note.example = crate::ingest::notes::piece(sink.store.text(late[0].name));
        }
        sink.store.insert_events(&late, &self.attributes);
        *self = Logs::default();
    }
}

fn short(body: Value<'_>) -> &str {
    body.members().next().map_or("", |(_, text)| text.words())
}

fn count(kind: NoteKind, record: &Record, sink: &mut Sink) {
    if let Some(note) = sink.intake.notes.count(kind, 1) {
        note.example = crate::ingest::notes::piece(sink.store.text(record.name));
    }
}

/// The records of each span, in their order.
#[derive(Default)]
struct Chains {
    /// The first record of a span.
    first: Index,
    /// Of each record the span's next one.
    next: Vec<Option<u32>>,
    /// Records that stand there twice: the later ones.
    copies: Vec<u32>,
}

impl Chains {
    fn first(&self, store: &Store, row: SpanRow, records: &[Record]) -> Option<u32> {
        let id = (trace_of(store, row)?, store.spans.id(row)?);
        self.first.find(hash_of(id), |place| records[place as usize].id() == id)
    }
}

impl Record {
    fn id(&self) -> (TraceId, SpanId) {
        (self.trace, self.span)
    }
}

impl Logs {
    /// Every span that came gets a record, so that a span that came twice is the same twice; a record that came twice counts
    /// once.
    fn chains(&self, sink: &Sink) -> Chains {
        let mut chains = Chains { next: vec![None; self.records.len()], ..Chains::default() };
        let (mut last, mut known) = (vec![0_u32; self.records.len()], Index::default());
        for (place, record) in self.records.iter().enumerate() {
            let content = hash_of((record.id(), record.time, record.name.0, record.attributes.len()));
            if known.find(content, |other| self.same(sink.store, &self.records[other as usize], record)).is_some() {
                chains.copies.push(place as u32);
                continue;
            }
            known.insert(content, place as u32);
            let hash = hash_of(record.id());
            match chains.first.find(hash, |other| self.records[other as usize].id() == record.id()) {
                Some(first) => {
                    chains.next[last[first as usize] as usize] = Some(place as u32);
                    last[first as usize] = place as u32;
                }
                None => {
                    chains.first.insert(hash, place as u32);
                    last[place] = place as u32;
                }
            }
        }
        chains
    }

    fn same(&self, store: &Store, a: &Record, b: &Record) -> bool {
        let attributes = |record: &Record| &self.attributes[record.attributes.rows()];
        (a.id(), a.time, a.name) == (b.id(), b.time, b.name)
            && attributes(a).len() == attributes(b).len()
            && attributes(a).iter().zip(attributes(b)).all(|(a, b)| a.0 == b.0 && store.content.same(a.1, b.1))
    }
}

/// `None`: another reader has not found out yet.
fn trace_of(store: &Store, row: SpanRow) -> Option<TraceId> {
    let trace = store.spans.trace(row);
    (trace != crate::model::TraceRow::UNKNOWN).then(|| store.trace(trace).id)
}
