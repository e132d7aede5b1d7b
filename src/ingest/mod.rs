//! Bytes to model: one door, one reader per format. A format's own words stop here.
//!
//! Start at [`door`]: it looks at the first bytes, chooses a reader and hands it the text. A reader takes [`text::Text`]
//! as it comes, puts spans into the store, and tells what it met ([`report`]).

mod decimal;
pub mod door;
mod intake;
mod jaeger;
mod json;
mod notes;
mod reading;
pub mod report;
mod sink;
mod sniff;
#[cfg(test)]
mod testing;
mod text;
mod text_load;
pub mod unpack;

pub use door::{Load, Over, Progress};
pub use report::{Fault, FaultKind, Format, Grade, LoadReport, Note, NoteKind, Place};
