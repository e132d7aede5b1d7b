//! Questions about a comparison beyond its graph: its nodes as a table, what a node's spans carry, how whole groups differ, and texts to share.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, Kind, Measure, Metric};
pub use crate::analysis::statistics::Spread;

/// Rows `from .. from + count` of the table of all nodes that the outline shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareTable {
    pub what: Compared,
    pub by: Column,
    /// The largest first.
    pub falls: bool,
    pub from: u32,
    pub count: u32,
}

/// What the table is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// The order of the outline.
    #[default]
    Path,
    Name,
    Of(Metric, Part),
    Errors(Part),
    Traces(Part),
    /// How far and how surely B is above A: see [`Significance`].
    Effect,
    P,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    A,
    B,
    /// B without A.
    Change,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableAnswer {
    pub total: u32,
    pub from: u32,
    pub rows: Vec<TableRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRow {
    /// Place, row and column in the outline.
    pub spot: [u32; 3],
    pub service: String,
    pub operation: String,
    /// Names of the last levels above it, for people.
    pub path: String,
    pub kind: Kind,
    pub measures: [Measure; 2],
    /// Of what the nodes differ by; of groups only.
    pub difference: Option<Significance>,
}

/// How the traces of two groups differ in a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Significance {
    /// From -1 (smaller in B throughout) to 1 (larger): the rank-biserial correlation.
    pub effect: f64,
    /// Mann and Whitney's, corrected for the number of nodes.
    pub p: f64,
}

/// What differs in what a node's spans carry, by its place in the outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAttributes {
    pub what: Compared,
    pub place: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAttributesAnswer {
    /// Errors first, then keys that only one side has, then those with the fewest values: many values are ids and times.
    pub different: Vec<KeyDifference>,
    /// How many keys have the same values in A and B.
    pub same: u32,
    /// Spans that were looked at, of A and B.
    pub spans: [u32; 2],
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Carrier {
    /// The status, or an event that tells of an exception.
    Error,
    Span,
    Resource,
}

/// A key whose values differ in A and B.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyDifference {
    pub carrier: Carrier,
    pub key: String,
    /// Of A and B some values, each with the number of its spans: those that the other side has not come first, then those of most spans.
    pub values: [Vec<(String, u32)>; 2],
    /// Distinct values that are left out.
    pub more: [u32; 2],
}

/// How a node's values spread over the traces of A and of B: the number of its spans, and what they took. By its place in the outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeSpread {
    pub what: Compared,
    pub place: u32,
}

/// A value over the traces of two groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpreadAnswer {
    pub metric: Metric,
    pub difference: Significance,
    pub spreads: [Spread; 2],
    /// Borders of the bins, and how many traces of A and of B are in each.
    pub edges: Vec<i64>,
    pub counts: [Vec<u32>; 2],
}

/// What is over-represented in the traces of B, or of A: at most so many lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatDiffers {
    pub what: Compared,
    pub most: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatDiffersAnswer {
    /// Traces of A and of B.
    pub traces: [u32; 2],
    pub lines: Vec<Represented>,
}

/// Something that traces have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    pub kind: FeatureKind,
    /// Of an operation the service, of an attribute the key.
    pub of: String,
    /// The operation, the value.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeatureKind {
    Operation,
    /// A span of the operation with status Error.
    Failed,
    Attribute,
    Resource,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Represented {
    pub feature: Feature,
    /// Traces of A and B that have it.
    pub traces: [u32; 2],
    /// Of a G-test, corrected.
    pub p: f64,
    /// What the very same traces have as well, and how much more of that there is.
    pub also: Vec<Feature>,
    pub more: u32,
}

/// A comparison as a text to share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareText {
    pub what: Compared,
    pub form: TextForm,
    /// How A and B are called.
    pub titles: [String; 2],
    /// Where it can be seen.
    pub address: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextForm {
    Csv,
    Markdown,
    Svg,
}

/// A text; of a picture with its width and height in CSS pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedText {
    pub text: String,
    pub size: [u32; 2],
    /// Not 0: it would be a picture of so many nodes, which is too many.
    pub too_many: u32,
}
