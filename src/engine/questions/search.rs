//! The search page: which traces there are, by form, query and facets; completion of what is typed.

use serde::{Deserialize, Serialize};

use super::ResultRow;
pub use crate::query::search::facets::{Chosen, Counted, Counts, DURATIONS as DURATION_BUCKETS, SPANS as SPAN_BUCKETS};
pub use crate::query::search::{Conditions, Fault as SearchFault, Place as SearchPlace};
use crate::query::sort::Sort;
pub use crate::query::traceql::{Expected as QueryExpected, Fault as QueryFault};
use crate::source::answers::Name;

/// What is searched for. What was found is kept until the search or the traces change: sorting, narrowing and scrolling do not search anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    /// The form.
    pub conditions: Conditions,
    /// TraceQL; blank for none. Both must find a trace.
    pub query: String,
    /// Only these traces, by their ids: those that a query API has found. `None`: all that are loaded.
    pub within: Option<Vec<String>>,
}

/// A window of what is found: rows `from .. from + count`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub sought: Sought,
    pub chosen: Chosen,
    pub sort: Sort,
    pub from: u32,
    pub count: u32,
    /// Keys of attributes whose values rows tell.
    pub columns: Vec<String>,
    /// How the histogram's bars lie.
    pub bars: Bars,
}

/// Bars of a histogram of durations, equally wide from the shortest to the longest trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bars {
    #[default]
    None,
    Linear,
    /// Equally wide on a logarithmic axis; durations below a microsecond count as one.
    Logarithmic,
}

/// A histogram has so many bars. (A power of two: see `answers/search/spread.rs` for why.)
pub const BARS: usize = 64;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SearchAnswer {
    Found(Box<SearchFound>),
    /// The form or the query cannot be understood.
    Fault(SearchFault),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchFound {
    /// Traces that are loaded.
    pub loaded: u32,
    /// Traces that are found, before facets.
    pub found: u32,
    /// Traces after facets: the list's rows.
    pub total: u32,
    /// Keys of [`SearchRow::columns`]: those that were asked for, and what the query selects.
    pub columns: Vec<String>,
    pub from: u32,
    pub rows: Vec<SearchRow>,
    /// The longest duration after facets: the full width of a duration bar.
    pub longest_nanos: i64,
    /// Durations that 50, 90 and 99 of a hundred traces do not exceed, after facets. 0 if there are none.
    pub percentiles: [i64; 3],
    pub histogram: Histogram,
    pub counts: Counts,
}

/// How many traces last how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Where the first bar begins and the last one ends, in nanoseconds.
    pub from_nanos: i64,
    pub to_nanos: i64,
    /// [`BARS`] numbers of traces; none if nothing was found or no histogram asked for.
    pub bars: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchRow {
    pub row: ResultRow,
    /// The file, or the source, that brought the trace's first span.
    pub source: String,
    /// Spans of the trace that are found; 0 if nothing was asked of spans.
    pub matched: u32,
    /// The first of them, by position.
    pub first: Vec<u32>,
    /// A value for each of [`SearchFound::columns`], as short text: of [`SearchRow::first`] or, where these have none, of the trace's first
    /// [`LOOKED_AT`] spans. Empty where there is none.
    pub columns: Vec<String>,
}

/// So many spans of a trace are looked at for a value of a column.
pub const LOOKED_AT: usize = 1000;

/// The same selection as points of the scatter plot, in the order of their starts; none if it cannot be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPoints {
    pub sought: Sought,
    pub chosen: Chosen,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPointsAnswer {
    /// Names that points refer to, each once.
    pub services: Vec<String>,
    pub operations: Vec<String>,
    pub points: Vec<SearchPoint>,
    /// Of the durations, p50, p90 and p99 by nearest rank, in nanoseconds; 0 without points.
    pub percentiles: [i64; 3],
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPoint {
    pub id: String,
    pub start_unix_nanos: i64,
    pub duration_nanos: i64,
    pub spans: u32,
    pub errors: u32,
    /// Of the span that names the trace: indexes into [`SearchPointsAnswer::services`] and [`SearchPointsAnswer::operations`].
    pub service: u32,
    pub operation: u32,
}

/// Searches for what will be asked for next, most likely, and keeps what it finds until it is. Whatever else is searched for goes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchAhead {
    pub sought: Sought,
}

/// Ids of the traces of a selection, in an order, at most so many: to save or compare them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedTraces {
    pub sought: Sought,
    pub chosen: Chosen,
    pub sort: Sort,
    pub most: u32,
}

/// Names for the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Names {
    /// All services, in alphabetical order.
    Services,
    /// Names of spans, of one service or (empty) of all, in alphabetical order.
    Operations(String),
}

/// What can stand where the cursor is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complete {
    pub language: Language,
    pub text: String,
    /// Characters before the cursor.
    pub cursor: u32,
    /// Keys and values of a query API, encoded [`ToldWords`] (what decodes them is fetched with the rest of the code); `None`: those
    /// of the loaded traces.
    pub told: Option<Vec<u8>>,
}

/// What a query API has told of its attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldWords {
    /// What these are.
    pub of: WordsOf,
    pub words: Vec<Name>,
}

/// Words that cannot be known without looking at traces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WordsOf {
    #[default]
    Nothing,
    /// Keys of attributes.
    Keys,
    /// Values of the attribute of this key, which begins with its scope: `span.http.method`, or `.http.method` without one.
    Values(String),
    /// Names of spans.
    SpanNames,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    TraceQl,
    /// Tags of the form: logfmt.
    Tags,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// Characters `from .. to` are replaced by what is chosen.
    pub from: u32,
    pub to: u32,
    /// What may stand there, among others.
    pub of: WordsOf,
    /// At most [`SUGGESTIONS`].
    pub suggestions: Vec<Suggestion>,
}

/// So many suggestions are made.
pub const SUGGESTIONS: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What is put in, quoted where that is needed.
    pub text: String,
    pub kind: SuggestionKind,
    /// How often it occurs, of keys and values; 0 where that is not counted.
    pub count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SuggestionKind {
    /// `{`, `&&`, `>=`.
    Sign,
    /// `count()`, `by(`.
    Function,
    /// `name`, `duration`.
    Intrinsic,
    Key,
    Value,
}
