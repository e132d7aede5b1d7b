//! Questions about a comparison as a flame graph.

use serde::{Deserialize, Serialize};

use super::compare::Compared;
pub use crate::analysis::flame::Weight;

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
