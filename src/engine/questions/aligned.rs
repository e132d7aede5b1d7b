//! Questions about two traces side by side.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, Kind};

/// A window of the timelines of a trace of A and one of B side by side: rows `from .. from + count`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aligned {
    pub what: Compared,
    /// The places of the traces in their groups; the last one if there are fewer.
    pub traces: [u32; 2],
    pub from: u32,
    pub count: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignedAnswer {
    /// Ids of the traces. Empty: there is none.
    pub traces: [String; 2],
    /// A's in the order of their names, then those that only B has.
    pub services: Vec<String>,
    /// Rows in all.
    pub total: u32,
    /// Of the traces, in nanoseconds.
    pub durations: [i64; 2],
    /// Nanoseconds from a span's parent's start (a root's is the trace's) to its own start, if any begins before its parent, and to its end:
    /// the least and the most of all.
    pub waits: [i64; 2],
    /// The largest difference of any pair's durations, in nanoseconds.
    pub largest: i64,
    pub from: u32,
    pub rows: Vec<AlignedRow>,
}

/// Spans that are each other's counterparts, one that has none, or what is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignedRow {
    /// Levels below the root.
    pub depth: u32,
    /// How many rows it stands for; 0: it is a row.
    pub stands_for: u32,
    /// Same: both sides have a span.
    pub kind: Kind,
    /// Of A and of B.
    pub spans: [Option<AlignedSpan>; 2],
    /// By how much B lasts longer, in nanoseconds; 0 if a side is empty.
    pub slower: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignedSpan {
    pub position: u32,
    pub span_id: String,
    /// Index into [`AlignedAnswer::services`].
    pub service: u32,
    pub operation: String,
    /// From the trace's start, in nanoseconds; and when its parent begins, for a root 0.
    pub offset_nanos: i64,
    pub parent_nanos: i64,
    pub duration_nanos: i64,
    pub is_error: bool,
}
