//! Tables: rows of typed cells, of which the page has those in view. Who adds one gives it columns here, a variant of [`TableOf`], and a
//! `Sheet` (`engine/answers/tables`); order, window, finding, folding and CSV are the same for all.

use serde::{Deserialize, Serialize};

use super::{Attribute, Look, ServiceCount, ServiceMap};

/// A column: the word for it in the address, in `data-column` and in CSV, and what its cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableColumn {
    pub word: &'static str,
    pub kind: CellKind,
}

/// What the cells of a column are, each one number. [`ABSENT`]: there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Number of a text in [`TablePart::names`].
    Text,
    /// The same, of a service's name: with its colour.
    Service,
    /// The same, of an id.
    Id,
    /// The same, a long one: it has the room that others leave.
    Long,
    /// The same without an order.
    Note,
    Count,
    /// A length of time in nanoseconds, with a bar.
    Nanos,
    /// A time in nanoseconds from the trace's start.
    Time,
    /// In thousandths of a percent.
    Share,
}

impl CellKind {
    /// Its cells can be compared by how much they are.
    pub fn has_bar(self) -> bool {
        matches!(self, CellKind::Count | CellKind::Nanos | CellKind::Share)
    }

    pub fn is_text(self) -> bool {
        matches!(self, CellKind::Text | CellKind::Service | CellKind::Id | CellKind::Long | CellKind::Note)
    }
}

/// An empty cell. It is last in every order.
pub const ABSENT: i64 = i64::MIN;

const fn column(word: &'static str, kind: CellKind) -> TableColumn {
    TableColumn { word, kind }
}

/// The columns of [`TableOf::Statistics`].
pub const STATISTICS: [TableColumn; 12] = [
    column("Group", CellKind::Long),
    column("Count", CellKind::Count),
    column("Errors", CellKind::Count),
    column("Total", CellKind::Nanos),
    column("Avg", CellKind::Nanos),
    column("Min", CellKind::Nanos),
    column("Max", CellKind::Nanos),
    column("ST Total", CellKind::Nanos),
    column("ST Avg", CellKind::Nanos),
    column("ST Min", CellKind::Nanos),
    column("ST Max", CellKind::Nanos),
    column("ST in Duration", CellKind::Share),
];

/// The columns of [`TableOf::Spans`].
pub const SPANS: [TableColumn; 7] = [
    column("Service", CellKind::Service),
    column("Name", CellKind::Long),
    column("Span ID", CellKind::Id),
    column("Duration", CellKind::Nanos),
    column("Start", CellKind::Time),
    column("Kind", CellKind::Text),
    column("Status", CellKind::Text),
];

/// The columns of [`TableOf::Events`].
pub const EVENTS: [TableColumn; 6] = [
    column("Time", CellKind::Time),
    column("Service", CellKind::Service),
    column("Span", CellKind::Text),
    column("Event", CellKind::Text),
    column("Attributes", CellKind::Note),
    column("Span ID", CellKind::Id),
];

/// The columns of [`TableOf::Calls`].
pub const CALLS: [TableColumn; 11] = [
    column("Caller", CellKind::Text),
    column("Called", CellKind::Text),
    column("Calls", CellKind::Count),
    column("Errors", CellKind::Count),
    column("Error share", CellKind::Share),
    column("Call p50", CellKind::Nanos),
    column("Call p95", CellKind::Nanos),
    column("Call p99", CellKind::Nanos),
    column("Called p50", CellKind::Nanos),
    column("Called p95", CellKind::Nanos),
    column("Called p99", CellKind::Nanos),
];

/// What a table is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TableOf {
    Statistics(Statistics),
    Spans(SpansListed),
    /// All events of a trace's spans, by their time.
    Events(TracePart),
    /// The links of a service graph.
    Calls(ServiceMap),
}

/// The spans of a trace that a look has: below its root, not pruned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TracePart {
    pub trace: String,
    pub look: Look,
}

/// Groups of spans. A row's key is its group's number; what the look finds is found in a group that has such a span.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    pub part: TracePart,
    /// `service`, `operation`, or a key after a dot; the second for groups within groups.
    pub by: Vec<String>,
}

/// Spans; a row's key is the span's position.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpansListed {
    pub part: TracePart,
    /// Only spans of one of these services, or names; of any if there are none.
    pub services: Vec<String>,
    pub names: Vec<String>,
    pub only_errors: bool,
}

/// A table in an order, and what is looked for in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tabled {
    pub of: TableOf,
    /// The number of the column it is sorted by; `None`: its own order.
    pub by: Option<u32>,
    /// The largest first.
    pub falls: bool,
    /// A text that is looked for in the rows' texts, whatever its case. (Spans and their groups are found by the look instead.)
    pub find: String,
    /// Only rows that are found, if something is looked for.
    pub only_found: bool,
    /// Rows with rows below them are folded, but those of `except`; or those are.
    pub is_folded: bool,
    pub except: Vec<u32>,
}

/// Rows `from .. from + count` of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub what: Tabled,
    pub from: u32,
    pub count: u32,
    /// Comes back with the answer, so that the asker knows to which table a row belongs.
    pub epoch: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePart {
    pub epoch: u32,
    /// Rows in all, as they are folded and hidden.
    pub total: u32,
    /// How many of all rows are found.
    pub found: u32,
    pub from: u32,
    pub lines: Vec<TableLine>,
    /// By column: the greatest number of all its cells, which a full bar stands for; 0 of texts.
    pub most: Vec<i64>,
    /// What cells of texts name.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLine {
    /// What the row is of: see [`TableOf`]. Of an event the position of its span,
    pub key: u32,
    /// and its number among that span's events.
    pub part: u32,
    /// 1 of a row within another one.
    pub level: u8,
    /// Of a row within another one that one's first cell.
    pub within: Option<i64>,
    /// Whether its rows are folded away; `None`: it has none.
    pub is_folded: Option<bool>,
    pub is_found: bool,
    pub is_error: bool,
    pub cells: Vec<i64>,
}

impl TablePart {
    /// The text of a cell of texts.
    pub fn text(&self, cell: i64) -> &str {
        self.names.get(cell as usize).map_or("", String::as_str)
    }
}

/// The row of the next one that is found, after (or before) a row; goes round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextLine {
    pub what: Tabled,
    pub after: Option<u32>,
    pub goes_back: bool,
}

/// Rows `from .. from + count` of a table as CSV, all that is folded with it; the first ones with a heading. Empty beyond the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableText {
    pub what: Tabled,
    pub from: u32,
    pub count: u32,
}

/// What spans of a trace can be chosen or grouped by, in alphabetical order, each with the number of its spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceChoices {
    pub part: TracePart,
    /// Keys of attributes of spans and resources; otherwise names of spans of these services (of any if there are none).
    pub are_keys: bool,
    pub services: Vec<String>,
}

/// All attributes of an event, in the order of a span's detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventAttributes {
    pub trace: String,
    pub position: u32,
    pub event: u32,
}

/// Answers of [`TraceChoices`] and [`EventAttributes`].
pub type Choices = Vec<ServiceCount>;
pub type AttributesAnswer = Vec<Attribute>;
