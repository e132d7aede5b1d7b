//! Questions about services: who calls whom.

use serde::{Deserialize, Serialize};

pub use crate::analysis::service_graph::{NodeKind, Times};

/// Which calls are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedCalls {
    /// `None`: those of the loaded spans. Otherwise what a file or a query API of that name counted; empty: all of these.
    pub counted_by: Option<String>,
    /// While no trace is loaded, what the first of those that counted told.
    pub or_counted: bool,
    /// Only spans that start in it: nanoseconds since 1970, the end excluded.
    pub window: Option<[i64; 2]>,
}

/// The graph of services, laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceMap {
    pub what: CountedCalls,
    /// Only what can be reached from this service, up or down, in so many steps (`None`: any number), with all calls in between. Empty: all.
    pub focus: String,
    pub depth: Option<u32>,
    /// With calls of a service to itself.
    pub with_loops: bool,
    /// By forces, not in layers.
    pub is_forced: bool,
    /// Comes back with the answer, so that the asker knows what it is of.
    pub number: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceMapAnswer {
    pub number: u32,
    /// Files and query APIs whose counts are there.
    pub counted_by: Vec<String>,
    /// When the first loaded span starts, and when the last one has.
    pub loaded: [i64; 2],
    /// Nodes and links of the whole.
    pub all: [u32; 2],
    /// The names of all nodes, in alphabetical order.
    pub names: Vec<String>,
    pub nodes: Vec<MapNode>,
    pub links: Vec<MapLink>,
    /// Of the drawing.
    pub size: [f32; 2],
}

/// See [`crate::analysis::service_graph::ServiceNode`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapNode {
    /// Its place in [`ServiceMapAnswer::names`].
    pub name: u32,
    pub kind: NodeKind,
    pub spans: u32,
    pub errors: u32,
    pub own_nanos: i64,
    pub calls: Option<u64>,
    pub failed: Option<u64>,
    pub times: Times,
    /// Its middle and its size in the drawing.
    pub middle: [f32; 2],
    pub size: [f32; 2],
}

/// See [`crate::analysis::service_graph::ServiceLink`]. `parent` and `child` are places in [`ServiceMapAnswer::nodes`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapLink {
    pub parent: u32,
    pub child: u32,
    pub calls: Option<u64>,
    pub errors: Option<u64>,
    pub call: Times,
    pub callee: Times,
    /// See [`crate::analysis::layout::Layout`].
    pub bends: Vec<[f32; 2]>,
}

/// Spans of a link by the names of its ends: its slowest calls, then its slowest failed ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCalls {
    pub what: CountedCalls,
    pub parent: String,
    pub child: String,
}
