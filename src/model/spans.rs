//! Spans as columns: 66 bytes each, besides attributes, events and links.

use super::attributes::Range;
use super::column::Column;
use super::ids::SpanId;
use super::resources::{ResourceRow, ScopeRow};
use super::strings::StringId;
use super::time::{Nanos, UnixNanos};
use super::trace::TraceRow;
use serde::{Deserialize, Serialize};

/// A row of [`SpanTable`]: one span of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SpanRow(pub u32);

/// The part a span plays in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SpanKind {
    #[default]
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl SpanKind {
    /// OpenTelemetry's name, in small letters; not translated.
    pub fn name(self) -> &'static str {
        match self {
            SpanKind::Unspecified => "unspecified",
            SpanKind::Internal => "internal",
            SpanKind::Server => "server",
            SpanKind::Client => "client",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StatusCode {
    #[default]
    Unset,
    Ok,
    Error,
}

/// How a span relates to another one that is not its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LinkKind {
    /// A further parent, which waits for the span.
    ChildOf,
    /// A further parent, which does not wait for the span.
    FollowsFrom,
    Link,
}

/// What is particular about a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SpanFlags(pub u16);

impl SpanFlags {
    /// Its parent is not in the store: it is a further root.
    pub const ORPHAN: SpanFlags = SpanFlags(1);
    /// It was part of a circle of parents, which was cut above it.
    pub const CYCLE_CUT: SpanFlags = SpanFlags(2);
    /// Another span has the same id; it is shown with a number appended.
    pub const DUPLICATE_ID: SpanFlags = SpanFlags(4);
    /// The very same span is there already, or its final version is; this one is not in the tree.
    pub const COPY: SpanFlags = SpanFlags(8);
    /// The file gives no usable start; `start` is the parent's.
    pub const TIME_MISSING: SpanFlags = SpanFlags(16);
    /// It names itself as its parent.
    pub const OWN_PARENT: SpanFlags = SpanFlags(32);
    /// The server half of a call whose client half has the same id.
    pub const SERVER_HALF: SpanFlags = SpanFlags(64);
    /// The parent was written as one that it follows from, not as one that waits for it.
    pub const FOLLOWS_PARENT: SpanFlags = SpanFlags(128);

    /// It was written before it ended: its duration is not known.
    pub const UNFINISHED: SpanFlags = SpanFlags(256);

    /// Those that building the tree sets.
    pub(super) const OF_TREE: SpanFlags = SpanFlags(1 | 2 | 4 | 8 | 32 | 64);

    #[inline]
    pub fn has(self, other: SpanFlags) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub fn with(self, other: SpanFlags) -> SpanFlags {
        SpanFlags(self.0 | other.0)
    }

    pub fn without(self, other: SpanFlags) -> SpanFlags {
        SpanFlags(self.0 & !other.0)
    }
}

/// A span about to be pushed. Its attributes, events and links have been pushed to their tables already: they reach
/// from the given starts to the tables' ends.
#[derive(Clone, Copy, Debug)]
pub struct SpanDraft {
    pub trace: TraceRow,
    pub id: Option<SpanId>,
    pub parent: Option<SpanId>,
    pub start: UnixNanos,
    pub duration: Nanos,
    pub name: StringId,
    pub resource: ResourceRow,
    pub scope: Option<ScopeRow>,
    pub kind: SpanKind,
    pub status: StatusCode,
    pub flags: SpanFlags,
    /// The first row of its attributes.
    pub attributes: u32,
    /// The first row of its events.
    pub events: u32,
    /// The first row of its links.
    pub links: u32,
}

/// The columns. Rows are in order of arrival.
#[derive(Debug, Default)]
pub struct SpanTable {
    trace: Column<TraceRow>,
    id: Column<u64>,
    id_width: Column<u8>,
    parent: Column<u64>,
    parent_width: Column<u8>,
    start: Column<UnixNanos>,
    duration: Column<Nanos>,
    name: Column<StringId>,
    resource: Column<ResourceRow>,
    scope: Column<u32>,
    kind: Column<SpanKind>,
    status: Column<StatusCode>,
    flags: Column<SpanFlags>,
    attributes: Column<u32>,
    events: Column<u32>,
    links: Column<u32>,
}

impl SpanTable {
    pub(super) fn push(&mut self, span: SpanDraft) -> SpanRow {
        let row = SpanRow(self.trace.len() as u32);
        let (id, id_width) = SpanId::to_columns(span.id);
        let (parent, parent_width) = SpanId::to_columns(span.parent);
        self.trace.push(span.trace);
        self.id.push(id);
        self.id_width.push(id_width);
        self.parent.push(parent);
        self.parent_width.push(parent_width);
        self.start.push(span.start);
        self.duration.push(span.duration);
        self.name.push(span.name);
        self.resource.push(span.resource);
        self.scope.push(span.scope.map_or(ScopeRow::NONE, |scope| scope.0));
        self.kind.push(span.kind);
        self.status.push(span.status);
        self.flags.push(span.flags);
        self.attributes.push(span.attributes);
        self.events.push(span.events);
        self.links.push(span.links);
        row
    }

    /// The number of spans, copies included.
    #[inline]
    pub fn len(&self) -> usize {
        self.trace.len()
    }

    pub fn is_empty(&self) -> bool {
        self.trace.is_empty()
    }

    #[inline]
    pub fn trace(&self, row: SpanRow) -> TraceRow {
        self.trace[row.0 as usize]
    }

    pub(super) fn set_trace(&mut self, row: SpanRow, trace: TraceRow) {
        self.trace.set(row.0 as usize, trace);
    }

    #[inline]
    pub fn id(&self, row: SpanRow) -> Option<SpanId> {
        SpanId::from_columns(self.id[row.0 as usize], self.id_width[row.0 as usize])
    }

    /// The parent as the file names it; the tree may know better. See `Store::parent_id`.
    #[inline]
    pub(super) fn written_parent(&self, row: SpanRow) -> Option<SpanId> {
        SpanId::from_columns(self.parent[row.0 as usize], self.parent_width[row.0 as usize])
    }

    #[inline]
    pub fn start(&self, row: SpanRow) -> UnixNanos {
        self.start[row.0 as usize]
    }

    pub(super) fn set_start(&mut self, row: SpanRow, start: UnixNanos) {
        self.start.set(row.0 as usize, start);
    }

    /// Never negative.
    #[inline]
    pub fn duration(&self, row: SpanRow) -> Nanos {
        self.duration[row.0 as usize]
    }

    #[inline]
    pub fn end(&self, row: SpanRow) -> UnixNanos {
        self.start(row) + self.duration(row)
    }

    #[inline]
    pub fn name(&self, row: SpanRow) -> StringId {
        self.name[row.0 as usize]
    }

    #[inline]
    pub fn resource(&self, row: SpanRow) -> ResourceRow {
        self.resource[row.0 as usize]
    }

    /// For readers whose resources come after their spans.
    pub fn set_resource(&mut self, row: SpanRow, resource: ResourceRow) {
        self.resource.set(row.0 as usize, resource);
    }

    #[inline]
    pub fn scope(&self, row: SpanRow) -> Option<ScopeRow> {
        let scope = self.scope[row.0 as usize];
        (scope != ScopeRow::NONE).then_some(ScopeRow(scope))
    }

    /// For readers whose scopes come after their spans.
    pub fn set_scope(&mut self, row: SpanRow, scope: Option<ScopeRow>) {
        self.scope.set(row.0 as usize, scope.map_or(ScopeRow::NONE, |scope| scope.0));
    }

    #[inline]
    pub fn kind(&self, row: SpanRow) -> SpanKind {
        self.kind[row.0 as usize]
    }

    #[inline]
    pub fn status(&self, row: SpanRow) -> StatusCode {
        self.status[row.0 as usize]
    }

    #[inline]
    pub fn flags(&self, row: SpanRow) -> SpanFlags {
        self.flags[row.0 as usize]
    }

    pub(super) fn set_flags(&mut self, row: SpanRow, flags: SpanFlags) {
        self.flags.set(row.0 as usize, flags);
    }

    pub(super) fn add_flags(&mut self, row: SpanRow, flags: SpanFlags) {
        self.set_flags(row, self.flags(row).with(flags));
    }

    /// Rows of the span's attributes; `end` is the end of their table.
    #[inline]
    pub(super) fn attributes(&self, row: SpanRow, end: u32) -> Range {
        range(&self.attributes, row, end)
    }

    /// Rows of the span's events; `end` is the end of their table.
    #[inline]
    pub(super) fn events(&self, row: SpanRow, end: u32) -> Range {
        range(&self.events, row, end)
    }

    /// Rows of the span's links; `end` is the end of their table.
    #[inline]
    pub(super) fn links(&self, row: SpanRow, end: u32) -> Range {
        range(&self.links, row, end)
    }

    /// The first row of its events.
    pub(super) fn first_event(&self, row: SpanRow) -> u32 {
        self.events[row.0 as usize]
    }

    pub(super) fn set_first_event(&mut self, row: SpanRow, event: u32) {
        self.events.set(row.0 as usize, event);
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.trace.truncate(len);
        self.id.truncate(len);
        self.id_width.truncate(len);
        self.parent.truncate(len);
        self.parent_width.truncate(len);
        self.start.truncate(len);
        self.duration.truncate(len);
        self.name.truncate(len);
        self.resource.truncate(len);
        self.scope.truncate(len);
        self.kind.truncate(len);
        self.status.truncate(len);
        self.flags.truncate(len);
        self.attributes.truncate(len);
        self.events.truncate(len);
        self.links.truncate(len);
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        let wide = self.id.bytes() + self.parent.bytes() + self.start.bytes() + self.duration.bytes();
        let rows = self.trace.bytes() + self.name.bytes() + self.resource.bytes() + self.scope.bytes();
        let starts = self.attributes.bytes() + self.events.bytes() + self.links.bytes();
        let small = self.id_width.bytes() + self.parent_width.bytes() + self.kind.bytes() + self.status.bytes();
        wide + rows + starts + small + self.flags.bytes()
    }
}

/// A row's range: from its own start to the next row's.
#[inline]
pub(super) fn range(starts: &Column<u32>, row: SpanRow, table_end: u32) -> Range {
    let row = row.0 as usize;
    Range { start: starts[row], end: starts.get(row + 1).unwrap_or(table_end) }
}
