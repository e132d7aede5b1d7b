//! Bytes to model: one door, one reader per format. A format's own words stop here.
//!
//! Start at [`door`]: it looks at the first bytes, chooses a reader and hands it the text. A reader takes [`text::Text`]
//! as it comes, puts spans into the store, and tells what it met ([`report`]).

mod decimal;
pub mod door;
mod fields;
mod go_stdout;
mod inline_resource;
mod intake;
mod jaeger;
mod jaeger_proto;
mod json;
mod notes;
mod otlp;
mod python_console;
mod reading;
pub mod report;
mod rfc3339;
mod sink;
mod sniff;
mod tempo_search;
#[cfg(test)]
mod testing;
mod text;
mod text_load;
#[cfg(test)]
mod trials;
pub mod unpack;
mod zipkin;

pub use door::{Load, Over, Progress};
pub use report::{Fault, FaultKind, Format, Grade, LoadReport, Note, NoteKind, Place};
