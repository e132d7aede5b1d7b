//! Reads Jaeger's query service JSON: `{"data":[trace]}`, a bare trace, a bare list of traces or spans, one span, and any
//! of these one after another (also as lines). Source of the format: Jaeger's `internal/uimodel`.
//!
//! [`Reader`] walks the outer structure itself, so that a trace of any size comes in as a stream; each whole value inside
//! (a span, a trace's processes) is parsed by serde_json straight into columns. See docs/decisions/0002.

mod element;
mod envelope;
mod faults;
mod frames;
mod keys;
mod known;
mod node;
mod scalar;
mod span;
mod tag;
mod trace;
mod values;
mod whole;

#[cfg(test)]
mod cost;
#[cfg(test)]
mod tests;

pub use envelope::Reader;
