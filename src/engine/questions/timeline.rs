//! The timeline: how a trace is looked at, and its rows.

use serde::{Deserialize, Serialize};

pub use crate::analysis::folds::{FoldStep, Rule};
pub use crate::analysis::row_facts::{Namespace, Pill};
use crate::model::SpanKind;
pub use crate::query::find::{Expected, Fault as FindFault, Find, FindMode, duration as duration_nanos};

/// How a trace is looked at: which of its spans have rows, and when they are shown to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// What was collapsed and expanded, in order.
    pub folds: Vec<FoldStep>,
    /// The id of the span that is looked at with all below it; of all roots when there is none.
    pub root: Option<String>,
    /// Services whose spans are pruned with all below them: indexes into [`super::TraceHead::services`].
    pub hidden_services: Vec<u32>,
    /// What is looked for.
    pub find: Option<Find>,
    /// Only spans that are found have rows, and their ancestors.
    pub only_found: bool,
    /// Siblings that repeat ([`REPEATS`] or more of one service and name) share one row.
    pub join_siblings: bool,
    /// Of those the ones that are shown one by one, by the position of the first sibling.
    pub open_siblings: Vec<u32>,
    /// Times are corrected for clocks that differ.
    pub skew: bool,
    /// Only spans that overlap this time have rows, and their ancestors: nanoseconds from the trace's start.
    pub within: Option<(i64, i64)>,
}

/// By how many nanoseconds the times of a span would be corrected at most ([`Look::skew`]), to either side; 0 for none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LargestShift {
    pub trace: String,
}

/// A window of a trace's rows: `from .. from + count`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    pub trace: String,
    pub look: Look,
    /// Positions that have something open below them: the answer says where they are.
    pub open: Vec<u32>,
    /// The row with the keyboard's focus: it is answered wherever it is.
    pub focus: Option<Focus>,
    /// Keys of attributes that are shown as columns.
    pub columns: Vec<String>,
    /// What bars are coloured by: it decides about [`SpanRow::shade`].
    pub colour: Colour,
    /// Rows tell their part of the critical path.
    pub critical_path: bool,
    pub from: u32,
    pub count: u32,
}

/// How many spans a part of a trace has: those that a look finds or, if it looks for nothing, those below its root, and it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSize {
    pub trace: String,
    pub look: Look,
}

/// What bars are coloured by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Colour {
    #[default]
    Service,
    Status,
    Kind,
    /// The share of a span's own time in its duration.
    SelfTime,
    /// The rank of a span's duration among those of its operation in the trace.
    Percentile,
}

/// So many siblings of one service and name repeat.
pub const REPEATS: usize = 5;

/// A row that is wanted besides the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Focus {
    /// By its number; the nearest there is.
    Row(u32),
    /// The row of a line or, when it has none, of what hides it.
    Line(LineKey),
}

/// What a row is of; stays the same whatever happens around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LineKey {
    /// The span at a position.
    Span(u32),
    /// What stands for pruned spans right below a position; without one, for pruned roots.
    Pruned(Option<u32>),
    /// What stands for repeating siblings: the position of the first.
    Siblings(u32),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsAnswer {
    /// Rows in all.
    pub total: u32,
    /// Row and position of those of [`Rows::open`] that have a row, in the order of rows.
    pub open: Vec<(u32, u32)>,
    /// [`Rows::focus`], as it was asked for: the keyboard may be elsewhere by now.
    pub asked: Option<Focus>,
    /// The row of [`Rows::focus`], with its number.
    pub focus: Option<(u32, Row)>,
    pub from: u32,
    pub rows: Vec<Row>,
    /// Is a span collapsed? Is one expanded that has children?
    pub some_collapsed: bool,
    pub some_expanded: bool,
}

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub key: LineKey,
    /// Levels below the root that is looked at.
    pub depth: u32,
    /// The nearest ancestors, outermost first (at most [`GUIDES`]), for the tree's guides.
    pub guides: Vec<Guide>,
    pub content: RowContent,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RowContent {
    Span(Box<SpanRow>),
    Pruned(Pruned),
    Siblings(Box<Siblings>),
}

/// What stands for spans of hidden services and what was below them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    pub spans: u32,
    pub errors: u32,
}

/// Siblings of one service and name that share a row. Times in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Siblings {
    /// Index into [`super::TraceHead::services`].
    pub service: u32,
    pub operation: String,
    pub count: u32,
    pub errors: u32,
    pub sum_nanos: i64,
    pub least_nanos: i64,
    pub median_nanos: i64,
    pub most_nanos: i64,
    /// Start of the first and end of the last, from the trace's start.
    pub from_nanos: i64,
    pub to_nanos: i64,
    /// They are shown one by one below.
    pub is_open: bool,
}

impl Row {
    /// The span of a span's row.
    pub fn span(&self) -> Option<&SpanRow> {
        match &self.content {
            RowContent::Span(span) => Some(span),
            RowContent::Pruned(_) | RowContent::Siblings(_) => None,
        }
    }
}

/// What a span's row shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpanRow {
    pub position: u32,
    /// Unique in the trace: repeated ids carry a suffix (`id_1`).
    pub span_id: String,
    /// Index into [`super::TraceHead::services`].
    pub service: u32,
    pub operation: String,
    pub start_nanos: i64,
    pub duration_nanos: i64,
    pub kind: SpanKind,
    pub is_error: bool,
    /// A span below this one, hidden by a fold, is an error.
    pub hides_error: bool,
    pub is_orphan: bool,
    pub has_warning: bool,
    pub children: u32,
    pub descendants: u32,
    pub is_collapsed: bool,
    /// Of a collapsed client span: the first server span right below it, which its row shows as well.
    pub called: Option<Called>,
    /// Of a client or producer without children: who it called, by its attribute `peer.service`.
    pub peer: String,
    /// Short facts for the row, such as an HTTP status.
    pub pills: Vec<Pill>,
    /// What kind of work its attributes tell of.
    pub namespace: Option<Namespace>,
    /// Links, and references that are not its parent.
    pub links: u32,
    /// Other spans link to it.
    pub is_referred: bool,
    /// Values of [`Rows::columns`], as short text; empty where there is none.
    pub columns: Vec<String>,
    /// What the text in the find box finds.
    pub is_found: bool,
    /// 0 to 100, by [`Rows::colour`], where that is a number.
    pub shade: Option<u8>,
    /// Nanoseconds that are added to its times because its clock differs.
    pub shift_nanos: i64,
    /// Its parts of the critical path, and those of what a fold hides below it: from and to, in nanoseconds from the trace's start.
    pub critical: Vec<(i64, i64)>,
    /// Times of its events, relative to the trace's start; at most [`EVENT_TICKS`].
    pub event_nanos: Vec<i64>,
}

/// The server's half of a collapsed call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// Index into [`super::TraceHead::services`].
    pub service: u32,
    pub operation: String,
    pub start_nanos: i64,
    pub duration_nanos: i64,
}

/// How many ancestors a row's guides show at most: deeper trees shift instead of leaving the screen.
pub const GUIDES: usize = 20;
/// How many event ticks a row shows at most.
pub const EVENT_TICKS: usize = 50;
/// Values in columns are cut to so many bytes; the detail has the whole.
pub const COLUMN_BYTES: usize = 200;

/// One vertical guide: an ancestor, its service, and whether its line goes on below this row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    pub position: u32,
    pub service: u32,
    pub goes_on: bool,
}

/// Where a span's row is; `None` when the trace has no such span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowOf {
    pub trace: String,
    pub look: Look,
    pub span_id: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowPlace {
    pub position: u32,
    /// Its row once [`RowPlace::look`] holds.
    pub row: u32,
    /// The look with every ancestor of the span expanded, and without what hides the span.
    pub look: Look,
}

/// The row of a line or, when it has none, of what hides it; `None` when the trace has no such span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceOf {
    pub trace: String,
    pub look: Look,
    pub line: LineKey,
}

/// How many spans are found in what is looked at, pruned ones left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub trace: String,
    pub look: Look,
    /// The span that the keyboard is at: the answer says which of those found it is.
    pub at: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FoundAnswer {
    pub count: u32,
    /// Of the found spans up to and with [`Found::at`], how many; 0 if it is none of them.
    pub index: u32,
    /// Why nothing can be found.
    pub fault: Option<FindFault>,
}

/// The next span to go to, after or before a position: one that is found, or any without a search. Spans outside `within`
/// (nanoseconds from the trace's start) and, without a search, those hidden by folds are passed over. Goes round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextFound {
    pub trace: String,
    pub look: Look,
    pub from: Option<u32>,
    pub is_forward: bool,
    pub within: Option<(i64, i64)>,
}

/// Positions of the first spans that are found, at most so many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstFound {
    pub trace: String,
    pub look: Look,
    pub most: u32,
}
