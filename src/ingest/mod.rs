//! Bytes to model: one door, one reader per format. A format's own words stop here.
//!
//! Start at [`door`]: it peels containers off ([`unpack`]) and loads each text in them. `reading` recognises the documents
//! of a text by their keys and chooses a reader; `json` follows a document and hands values to it; the reader puts spans
//! into the store by way of `sink`, and tells what it met ([`report`]). docs/formats.md lists the formats.

pub mod base64;
pub mod decimal;
mod dependencies;
pub mod door;
mod fields;
#[cfg(fuzzing)]
pub mod fuzzing;
mod go_stdout;
mod inline_resource;
mod intake;
mod jaeger;
mod jaeger_proto;
pub mod json;
mod notes;
mod otlp;
mod python_console;
mod reading;
pub mod report;
pub mod rfc3339;
mod sink;
mod sniff;
mod tempo_search;
#[cfg(any(test, fuzzing))]
mod testing;
mod text;
mod text_load;
#[cfg(test)]
mod trials;
pub mod unpack;
mod zipkin;

pub use door::{Load, Over, Progress};
pub use report::{Fault, FaultKind, Format, Grade, LoadReport, Note, NoteKind, Place};
