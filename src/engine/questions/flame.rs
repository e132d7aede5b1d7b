//! Questions about flame graphs: of a comparison, and of one group of traces.

use serde::{Deserialize, Serialize};

use super::compare::Compared;
pub use crate::analysis::flame::Weight;

/// A window of a flame graph: call paths as wide as their weight in one side; or a trace's spans at their times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareFlame {
    pub what: Compared,
    /// As wide as in A; else as in B.
    pub is_by_a: bool,
    pub weight: Weight,
    /// The spans of A's first trace as a flame chart: weights are nanoseconds from its start, and nodes are positions.
    pub is_chart: bool,
    /// What is to be marked: a part of a `service: operation`, whatever the case, or else what find in a trace understands (docs/find.md).
    pub find: String,
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
    /// The weight of all in A and in B; of one group how wide all of it is, and what its roots are: that is what boxes are shares of.
    pub totals: [u64; 2],
    /// Traces of A and B.
    pub traces: [u32; 2],
    /// How much of A's weight (of a chart: of its time) is found. What is found within something found counts once.
    pub found: u64,
    /// Levels down to the lowest of what is zoomed to.
    pub levels: u32,
    /// Level after level, from left to right.
    pub boxes: Vec<FlameBox>,
    /// Names that boxes name.
    pub names: Vec<String>,
}

/// A node's box, or several nodes' that are too narrow to be told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// In A: the sum of durations, in nanoseconds, and spans with status Error.
    pub total: i64,
    pub errors: u32,
    /// Any of it is found.
    pub is_found: bool,
}

/// Rows `from .. from + count` of the table beside a flame graph of one group: its spans by service and operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlameTable {
    pub what: Compared,
    pub by: FlameColumn,
    /// The largest first; of names the last.
    pub falls: bool,
    pub from: u32,
    pub count: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlameColumn {
    Name,
    #[default]
    Own,
    Total,
    Spans,
    Errors,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlameTableAnswer {
    /// Rows in all.
    pub total: u32,
    pub from: u32,
    pub rows: Vec<FlameLine>,
    /// The largest self time and sum of durations of any row: full bars.
    pub most: [i64; 2],
}

/// All spans of a service and operation, wherever they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlameLine {
    pub service: String,
    pub operation: String,
    pub spans: u32,
    pub errors: u32,
    /// Sums of durations and of self times, in nanoseconds.
    pub total: i64,
    pub own: i64,
}
