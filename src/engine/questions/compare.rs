//! Questions about two groups of traces.

use serde::{Deserialize, Serialize};

pub use crate::analysis::comparison::{Kind, Measure, Metric};
pub use crate::analysis::flame::Weight;

/// What is compared, and how it is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The traces of A and B: ids, or what names several (`file:{name}`, `q:{TraceQL}`). Who is not loaded is left out, and told.
    pub groups: [Vec<String>; 2],
    /// A leaf may have become an inner node, and numbers in names do not count.
    pub is_tolerant: bool,
    /// What does not differ is folded to stubs.
    pub hides_same: bool,
    /// What nodes differ by.
    pub metric: Metric,
}

/// A window of the outline: what stands in the rows `from .. from + count` and the columns `from_column .. from_column + columns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compare {
    pub what: Compared,
    pub from: u32,
    pub count: u32,
    pub from_column: u32,
    pub columns: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareAnswer {
    /// Names of A and B that no loaded trace has.
    pub missing: Vec<String>,
    /// How many traces A and B have.
    pub traces: [u32; 2],
    /// Size of the whole outline.
    pub rows: u32,
    pub columns: u32,
    /// Nodes that are the same, added, removed, more, less.
    pub kinds: [u32; 5],
    /// The largest difference of any node, for each of [`Metric::ALL`].
    pub largest: [i64; 5],
    pub nodes: Vec<DiffNode>,
    /// Lines down from a parent to its children: column of the parent, from row, to row.
    pub lines: Vec<[u32; 3]>,
}

/// A node of the outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffNode {
    /// Place in the outline: rows in order.
    pub place: u32,
    pub row: u32,
    pub column: u32,
    /// How many nodes it stands for; 0: it is a node.
    pub stands_for: u32,
    pub has_children: bool,
    pub service: String,
    pub operation: String,
    pub kind: Kind,
    /// Of A and B.
    pub measures: [Measure; 2],
    /// Whether paths below are missing in A, and in B.
    pub gaps: [bool; 2],
}

/// The next node after a place that differs in A and B, or the last one before it; from the other end if there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextChange {
    pub what: Compared,
    /// The next row of these traces' timelines ([`Aligned::traces`]) instead.
    pub traces: Option<[u32; 2]>,
    /// `None`: the first one, or the last.
    pub after: Option<u32>,
    pub goes_back: bool,
}

/// Spans of a node by its place in the outline: of A and of B at most five, those with an error first, then the longest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSpans {
    pub what: Compared,
    pub place: u32,
}

/// A span of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSpan {
    pub trace: String,
    pub position: u32,
    pub span_id: String,
    pub duration_nanos: i64,
    pub is_error: bool,
}

/// A window of the differential flame graph: call paths as wide as their weight in one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareFlame {
    pub what: Compared,
    /// As wide as in A; else as in B.
    pub is_by_a: bool,
    pub weight: Weight,
    /// The first and the last node of the stretch that fills the width: one node, or a run's. `None`: the whole.
    pub zoom: Option<[u32; 2]>,
    /// Levels `from_depth .. from_depth + depths`.
    pub from_depth: u32,
    pub depths: u32,
    /// Boxes are told apart down to this part of the width.
    pub columns: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlameAnswer {
    pub is_by_a: bool,
    pub weight: Weight,
    /// The weights in view.
    pub from: u64,
    pub to: u64,
    /// The weight of all in A and in B.
    pub totals: [u64; 2],
    /// Traces of A and B.
    pub traces: [u32; 2],
    /// Levels down to the lowest of what is zoomed to.
    pub levels: u32,
    /// Level after level, from left to right.
    pub boxes: Vec<FlameBox>,
    /// Names that boxes name.
    pub names: Vec<String>,
}

/// A node's box, or several nodes' that are too narrow to be told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlameBox {
    /// The first and the last node.
    pub nodes: [u32; 2],
    /// How many nodes.
    pub count: u32,
    pub depth: u32,
    pub start: u64,
    pub width: u64,
    /// Places in the names; of several nodes they say nothing.
    pub service: u32,
    pub operation: u32,
    /// In A and in B, with what is below.
    pub wholes: [u64; 2],
    /// Spans in A and in B.
    pub spans: [u32; 2],
    /// Self times in A and in B, in nanoseconds.
    pub own: [i64; 2],
}

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
