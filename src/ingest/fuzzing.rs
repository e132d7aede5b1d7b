//! What fuzz/ wants of the inside. Only there when `--cfg fuzzing` is set, which cargo-fuzz does.

pub use super::json::tape::{Kind, Stop, Tape};
pub use super::json::value::Value;
pub use super::testing::tell;

use super::reading::reader_of;
use super::report::{Format, LoadReport};
use super::testing::read_into;
use crate::model::Store;

/// A text, cut into slices of `slice` bytes, read by the reader of a format alone: neither recognised nor unpacked, so
/// that every input reaches the reader, and in slices as short as one byte.
pub fn read_alone(format: Format, json: &str, slice: usize) -> (Store, LoadReport) {
    let mut store = Store::new();
    let mut reader = reader_of(format, &mut store);
    let report = read_into(&mut store, reader.as_mut(), json, slice);
    (store, report)
}
