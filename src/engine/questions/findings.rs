//! Questions about what is wrong with traces, or worth a look.

use serde::{Deserialize, Serialize};

use super::compare::Missing;

pub use crate::analysis::findings::{Rule as FindingRule, Severity};

/// Findings `from .. from + count`, by what they cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Of one trace.
    pub trace: Option<String>,
    /// If it is not of one trace, alike findings of several are one: of the traces that these names stand for, as in a comparison's groups
    /// (ids, `file:{name}`, `q:{TraceQL}`); without any, of all that are loaded.
    pub group: Vec<String>,
    /// Bits of the rules that are switched off ([`FindingRule::bit`]).
    pub off: u16,
    pub from: u32,
    pub count: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FindingsAnswer {
    /// Traces that were looked at.
    pub traces: u32,
    /// Names that stand for no trace.
    pub missing: Vec<Missing>,
    /// How many findings there are of each of [`FindingRule::ALL`], whether it is switched on or not.
    pub of_rules: Vec<u32>,
    /// Of the rules that are switched on.
    pub total: u32,
    /// Those of them that are no mere hints.
    pub serious: u32,
    pub from: u32,
    pub rows: Vec<FindingRow>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingRow {
    pub rule: FindingRule,
    pub severity: Severity,
    pub service: String,
    pub operation: String,
    /// What was called: a statement, address or name without its values. Cut where it is longer than [`LONGEST_SHAPE`].
    pub text: String,
    /// The message of an error, or an event that tells of waiting.
    pub said: String,
    /// Spans (levels, children) in all, and at how many places.
    pub count: u32,
    pub places: u32,
    pub cost_nanos: i64,
    /// See `analysis::findings`, the rule's file.
    pub value: i64,
    /// How many traces have it.
    pub traces: u32,
    /// Of these the ones that it costs most, at most [`EXAMPLES`]; the evidence is of the first.
    pub examples: Vec<String>,
    /// How long the first of them is.
    pub trace_nanos: i64,
    /// The span that it is at.
    pub at: FindingSpan,
    pub evidence: Vec<FindingSpan>,
}

/// A finding names so many traces.
pub const EXAMPLES: usize = 5;
/// Bytes.
pub const LONGEST_SHAPE: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingSpan {
    pub span_id: String,
    pub service: String,
    pub operation: String,
    /// From the trace's start.
    pub start_nanos: i64,
    pub duration_nanos: i64,
    pub is_error: bool,
}
