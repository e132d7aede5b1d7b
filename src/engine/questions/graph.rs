//! Questions about the graph of a comparison: where a text is, and the whole in little.

use serde::{Deserialize, Serialize};

use super::compare::Compared;
pub use crate::analysis::outline_picture::{OutlinePicture, Tint};

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
    /// Paths below are missing in A or in B; of one group, some of its spans failed.
    pub has_gap: bool,
}
