//! Questions about two groups of traces.

use serde::{Deserialize, Serialize};

use super::search::SearchFault;
pub use crate::analysis::comparison::{Kind, Measure, Metric, heat};
pub use crate::analysis::paths::Sameness;

/// What is compared, and how it is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The traces of A and B: ids, or what names several (`file:{name}`, `q:{TraceQL}`). Who is not loaded is left out, and told. If B has no
    /// names at all, A is looked at alone.
    pub groups: [Vec<String>; 2],
    /// Which spans are of the same node.
    pub sameness: Sameness,
    /// What does not differ is folded to stubs.
    pub hides_same: bool,
    /// What nodes differ by.
    pub metric: Metric,
}

impl Compared {
    /// A alone is looked at.
    pub fn is_of_one(&self) -> bool {
        self.groups[1].is_empty()
    }
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

/// A name of a group that stands for no loaded trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub name: String,
    /// Why its query cannot be read, if that is why.
    pub fault: Option<SearchFault>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareAnswer {
    /// Names of A and B that stand for no loaded trace.
    pub missing: Vec<Missing>,
    /// How many traces A and B have.
    pub traces: [u32; 2],
    /// What the traces of A lasted, in nanoseconds, summed up.
    pub duration: i64,
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
