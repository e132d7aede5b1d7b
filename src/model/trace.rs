//! A trace: which spans it has, its tree, and what a result list shows of it.

use super::attributes::Range;
use super::ids::TraceId;
use super::order;
use super::spans::SpanRow;
use super::strings::StringId;
use super::time::{Nanos, UnixNanos};
use super::tree::SpanTree;
use serde::{Deserialize, Serialize};

/// A trace of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TraceRow(pub u32);

impl TraceRow {
    /// Of a span whose trace is not known yet.
    pub const UNKNOWN: TraceRow = TraceRow(u32::MAX);
}

/// How much of a trace is a service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceCount {
    pub service: StringId,
    pub spans: u32,
    pub errors: u32,
}

/// What was odd about the spans of a trace, counted when its tree was built.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How often, and the first span.
    pub orphans: Finding,
    pub cycles: Finding,
    pub own_parents: Finding,
    pub duplicate_ids: Finding,
    pub shared_ids: Finding,
    pub copies: Finding,
    /// Parents named with other leading zeros than they have.
    pub id_lengths: Finding,
    /// Spans that were written before they ended, of which the final version is there, too.
    pub superseded: Finding,
}

/// How often something was found, and the first span it was found at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Finding {
    pub count: u32,
    pub first: SpanRow,
}

impl Finding {
    pub(super) fn add(&mut self, row: SpanRow) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }
}

#[derive(Debug)]
pub struct Trace {
    pub id: TraceId,
    /// Empty until the spans' element (or file) has ended.
    pub tree: SpanTree,
    /// The earliest start of its spans.
    pub start: UnixNanos,
    /// The latest end of its spans.
    pub end: UnixNanos,
    /// The span that gives the trace its name: of those that refer to no span of the trace the one with the fewest
    /// references, then the earliest.
    pub name_span: SpanRow,
    /// In alphabetical order.
    pub services: Vec<ServiceCount>,
    /// Spans with status Error.
    pub errors: u32,
    /// Spans whose parent is not in the store.
    pub orphans: u32,
    /// Levels: the deepest span's depth and one.
    pub depth: u32,
    pub findings: Findings,
    /// How often the tree was built: positions of spans are good for one generation.
    pub generation: u32,
    /// Warnings that the backend wrote, each with the number of the source that brought it.
    pub(super) warnings: Vec<(u32, StringId)>,
    /// Its spans' rows, copies included, in order of arrival.
    pub(super) ranges: Vec<Range>,
    arrived: u32,
    /// How many of them the tree was built from.
    pub(super) built_from: u32,
}

impl Trace {
    pub(super) fn new(id: TraceId) -> Trace {
        Trace {
            id,
            tree: SpanTree::default(),
            start: UnixNanos(0),
            end: UnixNanos(0),
            name_span: SpanRow(0),
            services: Vec::new(),
            errors: 0,
            orphans: 0,
            depth: 0,
            findings: Findings::default(),
            generation: 0,
            warnings: Vec::new(),
            ranges: Vec::new(),
            arrived: 0,
            built_from: 0,
        }
    }

    pub fn duration(&self) -> Nanos {
        self.end - self.start
    }

    /// Number of spans in the tree; copies do not count.
    pub fn span_count(&self) -> u32 {
        self.tree.len() as u32
    }

    /// Warnings about the trace as a whole, as the backend wrote them.
    pub fn warnings(&self) -> impl Iterator<Item = StringId> + '_ {
        self.warnings.iter().map(|(_, text)| *text)
    }

    /// Every span that arrived, copies included, in order of arrival.
    pub fn rows(&self) -> impl Iterator<Item = SpanRow> + '_ {
        self.ranges.iter().flat_map(|range| range.start..range.end).map(SpanRow)
    }

    /// Spans that arrived, copies included.
    pub fn arrived(&self) -> u32 {
        self.arrived
    }

    /// Spans that arrived since the tree was built.
    pub fn unbuilt(&self) -> u32 {
        self.arrived - self.built_from
    }

    pub(super) fn attach(&mut self, row: SpanRow) {
        self.arrived += 1;
        match self.ranges.last_mut() {
            Some(last) if last.end == row.0 => last.end += 1,
            _ => self.ranges.push(Range { start: row.0, end: row.0 + 1 }),
        }
    }

    /// Takes away the spans of the rows `gone`; tells whether there were such.
    pub(super) fn detach(&mut self, gone: Range) -> bool {
        let before = self.arrived;
        let outside = |range: &Range| {
            let left = Range { start: range.start, end: range.end.min(gone.start).max(range.start) };
            let right = Range { start: range.start.max(gone.end).min(range.end), end: range.end };
            [left, right].into_iter().filter(|range| !range.is_empty())
        };
        self.ranges = self.ranges.iter().flat_map(outside).collect();
        self.count();
        self.arrived != before
    }

    /// Takes over the spans of another trace.
    pub(super) fn attach_all(&mut self, ranges: &[Range]) {
        self.ranges.extend_from_slice(ranges);
        let all = std::mem::take(&mut self.ranges);
        self.ranges = order::arrange(all, &mut |a, b| a.start.cmp(&b.start));
        self.count();
    }

    fn count(&mut self) {
        self.arrived = self.ranges.iter().map(|range| range.len() as u32).sum();
    }

    /// Nothing is left of it: it is listed no more.
    pub(super) fn clear(&mut self) {
        let (ranges, warnings) = (std::mem::take(&mut self.ranges), std::mem::take(&mut self.warnings));
        let generation = self.generation + 1;
        *self = Trace { generation, ranges, warnings, ..Trace::new(self.id) };
        self.count();
    }
}
