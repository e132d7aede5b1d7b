//! The owner of all traces.

use super::attributes::{AttributeTable, Range};
use super::content::Content;
use super::dependencies::Dependency;
use super::events::{EventTable, LinkTable};
use super::ids::{SpanId, TraceId};
use super::index::{Index, Numbers, hash_of};
use super::resources::{ResourceTable, ScopeTable};
use super::span_ref::SpanWarning;
use super::spans::{SpanDraft, SpanRow, SpanTable};
use super::sparse::Sparse;
use super::strings::{StringId, Strings};
use super::trace::{Trace, TraceRow};
use super::tree;
use serde::{Deserialize, Serialize};

/// All traces, and all that they share. Readers push columns and build trees; everyone else reads.
#[derive(Debug, Default)]
pub struct Store {
    pub content: Content,
    pub spans: SpanTable,
    /// Attributes of spans.
    pub attributes: AttributeTable,
    pub events: EventTable,
    pub links: LinkTable,
    pub resources: ResourceTable,
    pub scopes: ScopeTable,
    pub status_messages: Sparse<StringId>,
    pub trace_states: Sparse<StringId>,
    pub warnings: Sparse<SpanWarning>,
    /// As they came: [`Store::dependencies`] has each pair of services once. No column, for a segment of one would be half
    /// a megabyte, and most files have none.
    pub dependencies: Vec<Dependency>,
    pub(super) traces: Vec<Trace>,
    by_id: Index,
    /// Of spans that repeat an id: their number, shown as `id_1`, `id_2`, ….
    pub(super) ordinals: Numbers,
    /// Of spans whose parent is not what the file names first: the row of the link that is.
    pub(super) chosen_links: Numbers,
    pub(super) sources: Vec<Source>,
    /// Sources that there ever were: the next one's number.
    source_numbers: u32,
    /// 64-bit traces that were taken for the lower half of a 128-bit one: see [`Store::join_short_ids`].
    pub(super) joined: Vec<(TraceRow, TraceRow)>,
    /// The same, to be looked up.
    pub(super) long_of: Numbers,
}

/// What names a source (a file, an answer) as long as the store lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceNumber(pub u32);

#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: StringId,
    number: SourceNumber,
    first_span: SpanRow,
    /// The state before it.
    pub(super) before: Mark,
    /// What it brought is gone but for its columns, behind which other sources' lie.
    pub(super) is_removed: bool,
}

/// A state of a [`Store`] to return to.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    strings: usize,
    blobs: usize,
    resources: usize,
    scopes: usize,
    spans: usize,
    traces: usize,
    pub(super) dependencies: usize,
    pub(super) sources: usize,
    open: OpenRows,
}

/// Ends of the tables that a span fills before it is pushed itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenRows {
    pub attributes: u32,
    pub events: u32,
    pub event_attributes: u32,
    pub links: u32,
    pub link_attributes: u32,
    pub nested: u32,
}

impl Store {
    pub fn new() -> Store {
        Store::default()
    }

    #[inline]
    pub fn text(&self, id: StringId) -> &str {
        self.content.strings.get(id)
    }

    pub fn strings(&self) -> &Strings {
        &self.content.strings
    }

    /// The trace with an id as a link or a user writes it, if its tree is finished.
    pub fn trace_by_id(&self, text: &str) -> Option<TraceRow> {
        let row = self.find_trace(TraceId::find(text, self.strings())?)?;
        (!self.trace(row).tree.is_empty()).then_some(row)
    }

    fn find_trace(&self, id: TraceId) -> Option<TraceRow> {
        let found = self.by_id.find(hash_of(id), |row| self.traces[row as usize].id == id).map(TraceRow)?;
        Some(self.joined_to(found))
    }

    /// The trace that holds the spans of a trace: the one with the 128-bit id, if a 64-bit one was joined to it.
    pub fn joined_to(&self, trace: TraceRow) -> TraceRow {
        match self.long_of.is_empty() {
            true => trace,
            false => self.long_of.get(trace.0).map_or(trace, TraceRow),
        }
    }

    pub fn trace(&self, row: TraceRow) -> &Trace {
        &self.traces[row.0 as usize]
    }

    /// The traces with a finished tree, in order of arrival.
    pub fn traces(&self) -> impl Iterator<Item = (TraceRow, &Trace)> {
        let all = self.traces.iter().enumerate().map(|(row, trace)| (TraceRow(row as u32), trace));
        all.filter(|(_, trace)| !trace.tree.is_empty())
    }

    /// The id of a trace as text.
    pub fn trace_id_text(&self, row: TraceRow) -> String {
        self.trace(row).id.text(self.strings())
    }

    /// The id of a span as shown and linked: `id`, or `id_1`, … for those that repeat it.
    pub fn span_id_text(&self, row: SpanRow) -> String {
        let id = self.spans.id(row).map(|id| id.text(self.strings())).unwrap_or_default();
        match self.ordinals.get(row.0) {
            Some(ordinal) => format!("{id}_{ordinal}"),
            None => id,
        }
    }

    /// The span of a trace with an id as [`Store::span_id_text`] gives it.
    pub fn span_by_id(&self, trace: TraceRow, text: &str) -> Option<SpanRow> {
        self.position_of(trace, text).map(|position| self.trace(trace).tree.order[position as usize])
    }

    /// The position of the span with an id as it is shown and linked.
    pub fn position_of(&self, trace: TraceRow, text: &str) -> Option<u32> {
        let (plain, ordinal) = match text.rsplit_once('_') {
            Some((plain, ordinal)) => (SpanId::find(plain, self.strings()), ordinal.parse::<u32>().ok()),
            None => (None, None),
        };
        let whole = SpanId::find(text, self.strings());
        let mut order = self.trace(trace).tree.order.iter();
        let position = order.position(|row| {
            let (id, own) = (self.spans.id(*row), self.ordinals.get(row.0));
            id.is_some() && (id == whole && own.is_none() || id == plain && own.is_some() && own == ordinal)
        });
        position.map(|position| position as u32)
    }

    /// The service's name.
    #[inline]
    pub fn service(&self, row: SpanRow) -> StringId {
        self.resources.service(self.spans.resource(row))
    }

    /// The id of the parent in the tree or, without one there, as the file names it.
    pub fn parent_id(&self, row: SpanRow) -> Option<SpanId> {
        match self.chosen_link(row) {
            Some(link) => self.links.span(link as usize),
            None => self.spans.written_parent(row),
        }
    }

    pub(super) fn chosen_link(&self, row: SpanRow) -> Option<u32> {
        self.chosen_links.get(row.0)
    }

    /// Rows of a span's attributes in [`Store::attributes`].
    #[inline]
    pub fn attribute_range(&self, row: SpanRow) -> Range {
        self.spans.attributes(row, self.attributes.end())
    }

    /// Rows of a span's events in [`Store::events`].
    #[inline]
    pub fn event_range(&self, row: SpanRow) -> Range {
        self.spans.events(row, self.events.end())
    }

    /// Rows of a span's links in [`Store::links`].
    #[inline]
    pub fn link_range(&self, row: SpanRow) -> Range {
        self.spans.links(row, self.links.end())
    }

    /// Says that what comes next comes from a source (a file, an answer) of this name.
    pub fn begin_source(&mut self, name: &str) -> SourceNumber {
        let before = self.mark();
        let name = self.content.strings.intern(name);
        self.source_numbers += 1;
        let number = SourceNumber(self.source_numbers);
        let first_span = SpanRow(self.spans.len() as u32);
        self.sources.push(Source { name, number, first_span, before, is_removed: false });
        number
    }

    /// Removes a source: its spans leave their traces, and traces that have no others are gone. Memory comes back once
    /// all that came later is gone, too; until then columns keep their places. False: there is no such source.
    pub fn remove_source(&mut self, number: SourceNumber) -> bool {
        let Some(at) = self.sources.iter().position(|source| source.number == number && !source.is_removed) else {
            return false;
        };
        self.sources[at].is_removed = true;
        let kept = self.sources.iter().rposition(|source| !source.is_removed).map_or(0, |last| last + 1);
        if kept <= at {
            let before = self.sources[kept].before;
            self.truncate(&before);
            return true;
        }
        let end = self.sources.get(at + 1).map_or(self.spans.len() as u32, |next| next.first_span.0);
        let gone = Range { start: self.sources[at].first_span.0, end };
        for row in 0..self.traces.len() {
            let trace = &mut self.traces[row];
            // Warnings count sources from 1: they are given when the source is the newest.
            trace.warnings.retain(|(source, _)| *source as usize != at + 1);
            if trace.detach(gone) {
                self.rebuild(TraceRow(row as u32));
            }
        }
        true
    }

    /// The name of the source that brought a span.
    pub fn source_of(&self, row: SpanRow) -> Option<&str> {
        let after = self.sources.partition_point(|source| source.first_span <= row);
        Some(self.text(self.sources.get(after.checked_sub(1)?)?.name))
    }

    /// The sources that brought these spans.
    pub fn sources_of(&self, rows: &[SpanRow]) -> Vec<SourceNumber> {
        let mut numbers = Vec::new();
        // Neighbours are mostly of one source.
        let mut last = 0..0;
        for row in rows {
            if last.contains(&row.0) {
                continue;
            }
            let after = self.sources.partition_point(|source| source.first_span <= *row);
            let Some(source) = after.checked_sub(1).and_then(|at| self.sources.get(at)) else {
                continue;
            };
            last = source.first_span.0..self.sources.get(after).map_or(u32::MAX, |next| next.first_span.0);
            if !numbers.contains(&source.number) {
                numbers.push(source.number);
            }
        }
        numbers
    }

    /// Whether a source is still there: not removed, and its load not undone.
    pub fn has_source(&self, number: SourceNumber) -> bool {
        self.sources.iter().any(|source| source.number == number && !source.is_removed)
    }

    /// The trace with an id, a new one if there is none yet.
    pub fn open_trace(&mut self, id: TraceId) -> TraceRow {
        self.find_trace(id).unwrap_or_else(|| {
            let row = self.traces.len() as u32;
            self.traces.push(Trace::new(id));
            self.by_id.insert(hash_of(id), row);
            TraceRow(row)
        })
    }

    /// Adds a span to its trace. The tree does not know it before [`Store::build_tree`].
    #[inline]
    pub fn push_span(&mut self, span: SpanDraft) -> SpanRow {
        let row = self.spans.push(span);
        if let Some(trace) = self.traces.get_mut(span.trace.0 as usize) {
            trace.attach(row);
        }
        row
    }

    /// Gives a span that was pushed before its trace was known ([`TraceRow::UNKNOWN`]) to a trace.
    pub fn adopt_span(&mut self, row: SpanRow, trace: TraceRow) {
        self.spans.set_trace(row, trace);
        self.traces[trace.0 as usize].attach(row);
    }

    /// Adds a warning of the backend about a trace as a whole; the same words once.
    pub fn warn_of_trace(&mut self, trace: TraceRow, text: StringId) {
        let source = self.sources.len() as u32;
        let warnings = &mut self.traces[trace.0 as usize].warnings;
        if warnings.iter().all(|(_, known)| *known != text) {
            warnings.push((source, text));
        }
    }

    /// Builds a trace's tree from all its spans, anew if there was one. A trace without spans has none.
    pub fn build_tree(&mut self, trace: TraceRow) {
        match self.trace(trace).arrived() {
            0 => self.traces[trace.0 as usize].clear(),
            _ => tree::build(self, trace),
        }
    }

    /// The ends of the tables that a span fills before it is pushed.
    #[inline]
    pub fn open_rows(&self) -> OpenRows {
        OpenRows {
            attributes: self.attributes.end(),
            events: self.events.end(),
            event_attributes: self.events.attributes.end(),
            links: self.links.end(),
            link_attributes: self.links.attributes.end(),
            nested: self.content.nested.end(),
        }
    }

    /// Undoes what a broken span left behind. Texts and resources stay: they are likely to come again.
    pub fn close_rows(&mut self, at: OpenRows) {
        self.attributes.truncate(at.attributes);
        self.events.truncate(at.events, at.event_attributes);
        self.links.truncate(at.links, at.link_attributes);
        self.content.nested.truncate(at.nested);
    }

    /// The state as it is now, to return to with [`Store::truncate`].
    pub fn mark(&self) -> Mark {
        Mark {
            strings: self.content.strings.len(),
            blobs: self.content.blobs.len(),
            resources: self.resources.len(),
            scopes: self.scopes.len(),
            spans: self.spans.len(),
            traces: self.traces.len(),
            dependencies: self.dependencies.len(),
            sources: self.sources.len(),
            open: self.open_rows(),
        }
    }

    /// The spans that came after the mark, copies included.
    pub fn spans_since(&self, mark: &Mark) -> impl Iterator<Item = SpanRow> + use<> {
        (mark.spans as u32..self.spans.len() as u32).map(SpanRow)
    }

    /// Undoes all that came after the mark; trees that had grown since are built anew.
    pub fn truncate(&mut self, mark: &Mark) {
        self.part_short_ids(mark.traces);
        while self.traces.len() > mark.traces {
            let Some(gone) = self.traces.pop() else {
                return;
            };
            self.by_id.remove(hash_of(gone.id), self.traces.len() as u32);
        }
        for row in mark.spans..self.spans.len() {
            self.ordinals.remove(row as u32);
            self.chosen_links.remove(row as u32);
        }
        self.close_rows(mark.open);
        self.spans.truncate(mark.spans);
        self.status_messages.truncate(mark.spans);
        self.trace_states.truncate(mark.spans);
        self.warnings.truncate(mark.spans);
        self.dependencies.truncate(mark.dependencies);
        self.resources.truncate(mark.resources);
        self.scopes.truncate(mark.scopes);
        self.content.strings.truncate(mark.strings);
        self.content.blobs.truncate(mark.blobs);
        self.sources.truncate(mark.sources);
        for row in 0..self.traces.len() {
            let trace = &mut self.traces[row];
            trace.warnings.retain(|(source, _)| *source as usize <= mark.sources);
            if trace.detach(Range { start: mark.spans as u32, end: u32::MAX }) {
                self.rebuild(TraceRow(row as u32));
            }
        }
    }

    /// Builds a tree anew, unless the spans are in another trace's.
    fn rebuild(&mut self, trace: TraceRow) {
        if self.joined_to(trace) == trace {
            self.build_tree(trace);
        }
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        let tables = self.spans.bytes() + self.attributes.bytes() + self.events.bytes() + self.links.bytes();
        let shared = self.content.bytes() + self.resources.bytes() + self.scopes.bytes();
        let numbers = self.ordinals.bytes() + self.chosen_links.bytes() + self.by_id.bytes();
        let sparse = self.status_messages.bytes() + self.trace_states.bytes() + self.warnings.bytes();
        let traces: usize = self.traces.iter().map(|trace| size_of::<Trace>() + trace.tree.bytes()).sum();
        let dependencies = self.dependencies.capacity() * size_of::<Dependency>();
        tables + shared + numbers + sparse + traces + dependencies
    }
}
