//! Events and links of spans, as columns. Whose they are is said by the spans' ranges.

use super::attributes::{AttributeTable, Cell, Range};
use super::column::Column;
use super::ids::{SpanId, TraceId};
use super::spans::LinkKind;
use super::strings::StringId;
use super::time::UnixNanos;
use super::value::Entries;

/// An event of a span.
#[derive(Clone, Debug)]
pub struct EventRef<'a> {
    pub time: UnixNanos,
    pub name: &'a str,
    pub attributes: Entries<'a>,
}

/// A link to a span, which may be of another trace and need not be in the store.
#[derive(Clone, Debug)]
pub struct LinkRef<'a> {
    pub trace: TraceId,
    /// `None`: the file names a trace only.
    pub span: Option<SpanId>,
    pub kind: LinkKind,
    pub attributes: Entries<'a>,
}

#[derive(Debug, Default)]
pub struct EventTable {
    time: Column<UnixNanos>,
    name: Column<StringId>,
    /// Starts of the events' attributes; a range ends where the next one starts.
    start: Column<u32>,
    pub attributes: AttributeTable,
}

impl EventTable {
    /// Adds an event whose attributes have been pushed already, from the row `attributes` on.
    pub fn push(&mut self, time: UnixNanos, name: StringId, attributes: u32) {
        self.time.push(time);
        self.name.push(name);
        self.start.push(attributes);
    }

    /// Makes room for so many events and attributes at the end, to be filled with [`EventTable::set`].
    pub(super) fn widen(&mut self, events: usize, attributes: usize) {
        (0..events).for_each(|_| self.push(UnixNanos(0), StringId::EMPTY, 0));
        (0..attributes).for_each(|_| self.attributes.push(StringId::EMPTY, Cell::NULL));
    }

    pub(super) fn set(&mut self, row: usize, time: UnixNanos, name: StringId, attributes: u32) {
        self.time.set(row, time);
        self.name.set(row, name);
        self.start.set(row, attributes);
    }

    /// Moves an event whose attributes end at the row `end` so many rows back, and its attributes too. Their start.
    pub(super) fn shift(&mut self, row: usize, by: usize, end: usize, attributes_by: usize) -> usize {
        let start = self.start[row] as usize;
        self.set(row + by, self.time[row], self.name[row], (start + attributes_by) as u32);
        for attribute in (start..end).rev() {
            let (key, cell) = (self.attributes.key(attribute), self.attributes.cell(attribute));
            self.attributes.set(attribute + attributes_by, key, cell);
        }
        start
    }

    pub fn time(&self, row: usize) -> UnixNanos {
        self.time[row]
    }

    pub fn set_time(&mut self, row: usize, time: UnixNanos) {
        self.time.set(row, time);
    }

    pub fn name(&self, row: usize) -> StringId {
        self.name[row]
    }

    pub fn range(&self, row: usize) -> Range {
        Range { start: self.start[row], end: self.start.get(row + 1).unwrap_or(self.attributes.end()) }
    }

    /// The number of events.
    pub fn end(&self) -> u32 {
        self.time.len() as u32
    }

    /// Forgets events from `end` and attributes from `attributes` on.
    pub fn truncate(&mut self, end: u32, attributes: u32) {
        self.time.truncate(end as usize);
        self.name.truncate(end as usize);
        self.start.truncate(end as usize);
        self.attributes.truncate(attributes);
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.time.bytes() + self.name.bytes() + self.start.bytes() + self.attributes.bytes()
    }
}

#[derive(Debug, Default)]
pub struct LinkTable {
    trace: Column<Option<TraceId>>,
    span: Column<Option<SpanId>>,
    kind: Column<LinkKind>,
    /// Starts of the links' attributes; a range ends where the next one starts.
    start: Column<u32>,
    pub attributes: AttributeTable,
}

impl LinkTable {
    /// Adds a link whose attributes have been pushed already, from the row `attributes` on. No trace: the span's own.
    pub fn push(&mut self, trace: Option<TraceId>, span: Option<SpanId>, kind: LinkKind, attributes: u32) {
        self.trace.push(trace);
        self.span.push(span);
        self.kind.push(kind);
        self.start.push(attributes);
    }

    pub fn trace(&self, row: usize) -> Option<TraceId> {
        self.trace[row]
    }

    pub fn span(&self, row: usize) -> Option<SpanId> {
        self.span[row]
    }

    pub fn kind(&self, row: usize) -> LinkKind {
        self.kind[row]
    }

    pub fn range(&self, row: usize) -> Range {
        Range { start: self.start[row], end: self.start.get(row + 1).unwrap_or(self.attributes.end()) }
    }

    /// The number of links.
    pub fn end(&self) -> u32 {
        self.span.len() as u32
    }

    /// Forgets links from `end` and attributes from `attributes` on.
    pub fn truncate(&mut self, end: u32, attributes: u32) {
        self.trace.truncate(end as usize);
        self.span.truncate(end as usize);
        self.kind.truncate(end as usize);
        self.start.truncate(end as usize);
        self.attributes.truncate(attributes);
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.trace.bytes() + self.span.bytes() + self.kind.bytes() + self.start.bytes() + self.attributes.bytes()
    }
}
