//! Trackway: a trace viewer that runs wholly in the browser.
//!
//! Two borders carry the design. *Ingest*: a format's own words stop there; past it everything speaks OpenTelemetry's.
//! *Engine*: it owns every trace, in a worker; the page asks and holds only what is on screen. Start at
//! `engine/questions.rs`: it is the viewer's table of contents.

// What a release marks as hot is told in `reading.rs`.
#![cfg_attr(speed, feature(optimize_attribute))]

pub use trackway_reading::{ingest, model};

pub mod analysis;
pub mod engine;
pub mod export;
pub mod query;
pub mod source;
pub mod ui;
