//! Questions about the paths through a service or an operation.

use serde::{Deserialize, Serialize};

pub use crate::analysis::path_graph::{Density, Fullness};

/// Whose paths, and how their hops become nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathFocus {
    pub service: String,
    /// Empty: any of the service's.
    pub operation: String,
    pub density: Density,
    /// Nodes are operations, and not services.
    pub by_operation: bool,
}

/// The paths through a service or an operation, drawn: columns are hops, callers to the left. Nodes are named by numbers, which are the same as long as
/// the traces and the focus are: [`PathsAnswer::guard`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paths {
    pub focus: PathFocus,
    /// So many are shown upstream and downstream.
    pub hops: [u32; 2],
    /// Nodes that are not shown, nor what is beyond them.
    pub hidden: Vec<u32>,
    /// Nodes that are shown farther away, too.
    pub shown: Vec<u32>,
    /// Only paths through this node.
    pub through: Option<u32>,
    /// What of the three above is of: another number than the answer's, and they count for nothing. 0: not known.
    pub guard: u32,
    /// A part of the name of a service or an operation.
    pub find: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PathsAnswer {
    /// Services and operations.
    pub names: Vec<String>,
    pub nodes: Vec<PathNode>,
    pub edges: Vec<PathEdge>,
    /// Of the drawing.
    pub size: [f32; 2],
    /// Of each node.
    pub box_size: [f32; 2],
    /// How much is shown of each hop upstream and downstream, from the first on.
    pub levels: [Vec<Fullness>; 2],
    /// Traces with such paths.
    pub traces: u32,
    /// Nodes in all, shown or not.
    pub all: u32,
    /// Found nodes in all, and of these those that are shown.
    pub found: [u32; 2],
    /// Nodes that were to be shown, but are too many.
    pub left_out: u32,
    pub guard: u32,
    /// [`Paths::guard`] was another one.
    pub is_of_others: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathNode {
    /// Its name in [`Paths`]; 0 is the focus.
    pub number: u32,
    pub middle: [f32; 2],
    /// Indexes into [`PathsAnswer::names`].
    pub service: u32,
    /// Of one of its operations, of which there are so many.
    pub operation: u32,
    pub operations: u32,
    /// Hops from the focus; less than 0: upstream.
    pub distance: i32,
    pub traces: u32,
    pub is_found: bool,
    /// Nodes right beyond it that are not shown.
    pub beyond: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathEdge {
    /// Caller and callee, as places in [`PathsAnswer::nodes`].
    pub ends: [u32; 2],
    pub traces: u32,
    pub bends: Vec<[f32; 2]>,
}

/// Ids of traces with a path through a node, in the order in which they were loaded; at most [`MOST_PATH_TRACES`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathTraces {
    pub focus: PathFocus,
    pub node: u32,
}

/// As Jaeger UI has it.
pub const MOST_PATH_TRACES: usize = 35;
