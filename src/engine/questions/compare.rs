//! Questions about two groups of traces.

use serde::{Deserialize, Serialize};

pub use crate::analysis::comparison::{Kind, Measure, Metric};
pub use crate::analysis::outline_picture::{OutlinePicture, Tint};

/// What is compared, and how it is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Ids of the traces of A and B. Those that are not loaded are left out, and told.
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
    /// Ids of A and B that are not loaded.
    pub missing: Vec<String>,
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

/// Where a text is found in the outline: in a node's service or operation, whatever the case, or in a span of it, by Jaeger UI's rules
/// (docs/find.md). What is told of single nodes is that of a window, as of [`Compare`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindNodes {
    pub what: Compared,
    pub text: String,
    /// A place, to go on from; `None`: the first one, or the last.
    pub at: Option<u32>,
    pub goes_back: bool,
    pub from: u32,
    pub count: u32,
    pub from_column: u32,
    pub columns: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundNodes {
    /// Places where something is found: a stub is one.
    pub total: u32,
    /// Which of them the place that was asked from is, from 1; 0: none.
    pub index: u32,
    /// The next one in that direction, around the end: place, row and column.
    pub next: Option<[u32; 3]>,
    /// In the window, in order: place, and how many of the nodes that it stands for are found.
    pub found: Vec<[u32; 2]>,
}

/// What stands in a window of the outline without its names, and the whole as a picture: for what is too small to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    pub what: Compared,
    pub from: u32,
    pub count: u32,
    pub from_column: u32,
    pub columns: u32,
    /// At most so many cells across and down; 0: no picture is wanted.
    pub picture: [u32; 2],
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SketchAnswer {
    /// In the order of their places.
    pub boxes: Vec<SketchBox>,
    /// As in [`CompareAnswer`].
    pub lines: Vec<[u32; 3]>,
    pub picture: OutlinePicture,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SketchBox {
    pub place: u32,
    pub row: u32,
    pub column: u32,
    pub tint: Tint,
    /// Paths below are missing in A or in B.
    pub has_gap: bool,
}
