//! Questions about how often services and operations are called, how many calls fail and how long they take.

use serde::{Deserialize, Serialize};

pub use crate::analysis::rates::{NO_VALUE, PERCENTS, Point, SpanChoice};

/// Whose figures, and of which time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitored {
    /// The query API whose figures were brought ([`Client::metrics`](crate::engine::client::Client)); 0: those of the loaded traces.
    pub source: u32,
    /// Its operations; empty: all services.
    pub service: String,
    pub counted: SpanChoice,
    /// Only this long before the end, in nanoseconds; 0: all.
    pub last: i64,
}

/// What the rows are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedColumn {
    Name,
    Spans,
    /// By its place in [`PERCENTS`].
    Duration(u8),
    Rate,
    Errors,
    #[default]
    Impact,
}

/// A window of the rows, and the figures of all of them or of one over time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Red {
    pub what: Monitored,
    /// The row that is shown over time; empty: all as one.
    pub shown: String,
    /// Only rows with this in their names, whatever the case.
    pub search: String,
    pub by: RedColumn,
    /// The largest comes first.
    pub falls: bool,
    pub from: u32,
    pub count: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedAnswer {
    /// What was asked for is here; a source's figures may have to be brought first.
    pub is_there: bool,
    /// The time that is told of, in nanoseconds since 1970.
    pub time: (i64, i64),
    /// When the first step begins, and how long each is, in nanoseconds.
    pub first: i64,
    pub step: i64,
    /// See [`Rates::kinds`](crate::analysis::rates::Rates::kinds).
    pub kinds: [u32; 7],
    /// What is shown over time.
    pub shown: RedRow,
    /// How many rows there are, and how many were sought.
    pub rows_in_all: u32,
    pub total: u32,
    pub from: u32,
    pub rows: Vec<RedRow>,
}

/// See [`Row`](crate::analysis::rates::Row).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedRow {
    pub name: String,
    pub are_entries: bool,
    pub spans: u32,
    pub failed: u32,
    pub whole: Point,
    pub impact: u16,
    /// At each step.
    pub points: Vec<Point>,
}
