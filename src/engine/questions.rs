//! What the page can ask, and what it gets: read this and you know what the viewer can do.
//!
//! A question names its answer in its type ([`Ask::Answer`]). Traces are named by their id as text, as in the URL; spans
//! by their position in the trace's pre-order, which is stable as long as the trace's [`TraceHead::generation`] is.
//! Times are nanoseconds: `start` of a trace since 1970, everything inside a trace relative to the trace's start.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::model::{SpanKind, StatusCode, Value};

mod aligned;
mod compare;
mod differences;
mod findings;
mod flame;
mod graph;
mod path_graph;
mod red;
mod search;
mod services;
mod tables;
mod timeline;

pub use aligned::*;
pub use compare::*;
pub use differences::*;
pub use findings::*;
pub use flame::*;
pub use graph::*;
pub use path_graph::*;
pub use red::*;
pub use search::*;
pub use services::*;
pub use tables::*;
pub use timeline::*;

/// A question with the type of its answer.
pub trait Ask: Into<Question> {
    type Answer: Serialize + DeserializeOwned + 'static;
}

/// Declares the questions: the enum that crosses the border and the answer type of each.
macro_rules! questions {
    ($($name:ident -> $answer:ty),+ $(,)?) => {
        /// Any question, as it crosses the border.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum Question { $($name($name)),+ }

        $(
            impl From<$name> for Question {
                fn from(question: $name) -> Question { Question::$name(question) }
            }
            impl Ask for $name { type Answer = $answer; }
        )+
    };
}

questions! {
    Results -> ResultsAnswer,
    Points -> SearchPointsAnswer,
    Head -> Option<TraceHead>,
    Rows -> RowsAnswer,
    RowOf -> Option<RowPlace>,
    PlaceOf -> Option<u32>,
    Found -> FoundAnswer,
    NextFound -> Option<u32>,
    FirstFound -> Vec<u32>,
    Detail -> Option<SpanDetail>,
    FullText -> Option<String>,
    Parameters -> Vec<Option<String>>,
    Overview -> OverviewAnswer,
    Marks -> Vec<(u16, u16)>,
    LargestShift -> i64,
    PartSize -> u32,
    Search -> SearchAnswer,
    SearchPoints -> SearchPointsAnswer,
    SearchAhead -> (),
    SelectedTraces -> Vec<String>,
    Names -> Vec<String>,
    Complete -> Completion,
    Compare -> CompareAnswer,
    NextChange -> Option<[u32; 3]>,
    NodeSpans -> [Vec<NodeSpan>; 2],
    NodeAttributes -> NodeAttributesAnswer,
    NodeSpread -> Vec<SpreadAnswer>,
    WhatDiffers -> WhatDiffersAnswer,
    CompareTable -> TableAnswer,
    CompareText -> SharedText,
    CompareFlame -> FlameAnswer,
    FlameTable -> FlameTableAnswer,
    Aligned -> AlignedAnswer,
    FindNodes -> FoundNodes,
    Sketch -> SketchAnswer,
    Red -> RedAnswer,
    ServiceMap -> ServiceMapAnswer,
    LinkCalls -> [Vec<NodeSpan>; 2],
    Table -> TablePart,
    NextLine -> Option<u32>,
    TableText -> String,
    TraceChoices -> Choices,
    EventAttributes -> AttributesAnswer,
    Findings -> FindingsAnswer,
    Paths -> PathsAnswer,
    PathTraces -> Vec<String>,
}

/// A window of the sorted list of traces: rows `from .. from + count`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    pub sort: Sort,
    pub from: u32,
    pub count: u32,
}

pub use crate::query::sort::Sort;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResultsAnswer {
    /// Traces in all.
    pub total: u32,
    /// The longest duration of all traces: the full width of a duration bar.
    pub longest_nanos: i64,
    pub from: u32,
    pub rows: Vec<ResultRow>,
}

/// One trace in the result list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    pub id: String,
    pub service: String,
    pub operation: String,
    pub spans: u32,
    pub errors: u32,
    pub orphans: u32,
    pub start_unix_nanos: i64,
    pub duration_nanos: i64,
    /// In the order of their names.
    pub services: Vec<ServiceCount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCount {
    pub name: String,
    pub spans: u32,
    pub errors: u32,
}

/// All traces as points of the scatter plot, in the order of their starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points;

/// The facts of one trace; `None` when it is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub trace: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TraceHead {
    /// The id as the trace's source wrote it.
    pub id: String,
    /// Changes when the trace's spans do (a further file brought some): positions are then new.
    pub generation: u32,
    /// The name of the load that brought it: a file's name, for one.
    pub source: String,
    pub service: String,
    pub operation: String,
    pub start_unix_nanos: i64,
    pub duration_nanos: i64,
    pub spans: u32,
    /// Number of levels.
    pub depth: u32,
    pub errors: u32,
    pub orphans: u32,
    /// In the order of their names; [`SpanRow::service`] is an index into this.
    pub services: Vec<ServiceCount>,
    /// Services of spans without a parent: indexes into [`TraceHead::services`].
    pub root_services: Vec<u32>,
    /// What the backend or the reader said of the trace as a whole.
    pub warnings: Vec<String>,
}

/// Everything about one span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    pub trace: String,
    pub position: u32,
    /// Attributes that begin like these come first, in this order, whatever the case; `None`: those of [`TOP_PREFIXES`].
    pub top_prefixes: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpanDetail {
    pub span_id: String,
    /// The id that the span names as its parent, if it names one.
    pub parent_id: Option<String>,
    pub service: String,
    pub operation: String,
    pub kind: SpanKind,
    pub status: StatusCode,
    pub status_message: String,
    pub start_nanos: i64,
    pub duration_nanos: i64,
    /// Of the whole trace.
    pub trace_nanos: i64,
    /// Its duration without what its children cover.
    pub self_nanos: Option<i64>,
    /// How many percent of the spans of its service and operation in this trace last no longer, and how many these are.
    pub percentile: Option<(u8, u32)>,
    /// What it does, if it is a span of generative AI.
    pub gen_ai: Option<GenAi>,
    pub scope_name: String,
    pub scope_version: String,
    /// Sorted by key, ignoring case, after those of [`Detail::top_prefixes`]; the same key with the same value stands once. Long
    /// values are cut to [`LONG_VALUE`] bytes and say so: [`FullText`] brings the whole.
    pub attributes: Vec<Attribute>,
    pub resource: Vec<Attribute>,
    /// Sorted by time.
    pub events: Vec<EventDetail>,
    pub links: Vec<LinkDetail>,
    /// Spans of loaded traces that link to this one, those of its own trace first; at most [`LONG_LIST`].
    pub referrers: Vec<Referrer>,
    pub warnings: Vec<SpanWarning>,
    /// Entries of the lists above that were left out for length, in all.
    pub left_out: u64,
}

/// Attributes that begin like these come first unless the configuration says others: what went wrong, then what was called.
pub const TOP_PREFIXES: [&str; 11] =
    ["error", "exception.", "http.", "url.", "rpc.", "db.", "sql.", "messaging.", "gen_ai.", "server.", "peer."];

pub use crate::analysis::gen_ai::GenAi;

/// Values longer than this (bytes) are cut in a [`SpanDetail`]; [`FullText`] brings the whole.
pub const LONG_VALUE: usize = 4096;
/// The same for messages of generative AI, which are of no use in part.
pub const LONG_CONVERSATION: usize = 1 << 20;
/// A [`SpanDetail`] has at most so many entries in a list; the rest is counted.
pub const LONG_LIST: usize = 1000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    pub key: String,
    pub value: Value,
    /// Index of the attribute in its list as the file has it: names it in [`FullText`].
    pub index: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventDetail {
    pub name: String,
    /// Relative to the trace's start.
    pub nanos: i64,
    pub attributes: Vec<Attribute>,
    /// Index of the event in its span.
    pub index: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkDetail {
    pub trace_id: String,
    pub span_id: String,
    pub kind: LinkKind,
    /// The linked trace is loaded, and the span is in it.
    pub is_loaded: bool,
    pub in_this_trace: bool,
    pub attributes: Vec<Attribute>,
}

pub use crate::model::LinkKind;

/// A span that links to the one in question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referrer {
    pub trace_id: String,
    pub span_id: String,
    pub service: String,
    pub operation: String,
    pub kind: LinkKind,
    pub in_this_trace: bool,
}

/// Something odd about one span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpanWarning {
    /// Its parent is not among the loaded spans.
    Orphan { parent_id: String },
    /// It was part of a circle of parents, which was cut above it.
    CycleCut,
    /// Its id is used by several spans of the trace.
    DuplicateId,
    /// It names itself as its parent.
    OwnParent,
    /// The server half of a call whose client half has the same id.
    SharedId,
    /// Its start, as written, is no time: it stands at its parent's start. Empty when nothing was written.
    UnusableStart(String),
    /// Its start, as written, is outside the years 1990 to 2099.
    ImplausibleStart(String),
    /// Its duration, as written, is no length of time: shown as 0.
    UnusableDuration(String),
    /// It ended before it started (by so many nanoseconds): shown as 0.
    NegativeDuration(i64),
    /// In the words of its source.
    Said(String),
}

/// Something of a span in full, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullText {
    pub trace: String,
    pub position: u32,
    pub place: AttributePlace,
    pub part: FullPart,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FullPart {
    /// The value of one attribute of the place: a text as it is, anything else as JSON.
    Value(u32),
    /// All attributes of the place, as a JSON object in file order.
    List,
    /// The whole span wherever the place is, as a document of OTLP JSON.
    Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttributePlace {
    Span,
    Resource,
    Event(u32),
    Link(u32),
}

/// What link patterns want to know of a span, by name: fields and attributes of the span or, lacking these, of its
/// ancestors, and fields of its trace (`trace.traceID`). As many answers as names; the names are those of Jaeger UI, as are
/// the units: microseconds. None at all: there is no such span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    pub trace: String,
    pub position: u32,
    pub names: Vec<String>,
}

/// The whole trace, for the minimap: `lanes` rows of `width` pixel columns each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub trace: String,
    pub width: u32,
    pub lanes: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewAnswer {
    pub width: u32,
    /// Lanes in use: fewer than asked for when the trace has fewer spans.
    pub lanes: u32,
    pub runs: Vec<Run>,
}

/// Where found spans begin in the picture of an [`Overview`] of the same size: lane and pixel column, each place once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    pub trace: String,
    pub look: Look,
    pub width: u32,
    pub lanes: u32,
}

/// A stretch of one colour in one lane of the minimap: pixel columns `from ..= to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub lane: u16,
    pub from: u16,
    pub to: u16,
    pub service: u32,
    /// 1 to 4: how many spans share these pixels.
    pub density: u8,
    /// 0 to 4: what share of them has an error; 0 for none.
    pub errors: u8,
}
