//! TraceQL, Grafana Tempo's query language for traces: its core, read into a tree. docs/query.md has the grammar and where we differ.
//!
//! [`parse`] makes a [`Query`] of a text or says what is wrong with it, and where ([`Fault`]). `token` takes the text apart, `names`
//! knows the words, `parse` reads spansets and what follows them (`scalars`), `fields` what stands in braces; `context` tells what
//! may stand at a cursor. Nothing here knows a store:
//! `query::search` evaluates.

mod ast;
pub mod context;
mod fault;
mod fields;
pub mod names;
mod parse;
mod scalars;
pub mod token;

pub use ast::{Aggregate, Calculation, Comparison, Expr, Field, Intrinsic, Literal, Query, Relation, Scalar, Scope};
pub use ast::{Function, Join, Side, Spansets, Stage};
pub use fault::{Expected, Fault};
pub use names::{quoted, shown};
pub use parse::parse;

#[cfg(test)]
mod tests;
