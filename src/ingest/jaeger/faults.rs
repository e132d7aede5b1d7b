//! Faults of a document, with their places.

use super::envelope::Reader;
use super::frames::path;
use crate::ingest::notes::piece;
use crate::ingest::report::{Fault, FaultKind, Place};
use crate::ingest::text::Text;
use serde_json::error::Category;

/// As many characters of the file as a fault shows.
const SHOWN: usize = 24;
/// The bytes that so many characters may take.
const SHOWN_BYTES: u64 = 4 * SHOWN as u64;

/// A fault that still wants to show what stands at its place: that may not have come yet.
#[derive(Debug)]
pub struct Broken {
    fault: Box<Fault>,
    shown_from: Option<u64>,
}

impl Broken {
    /// A fault without a place.
    pub(super) fn of(kind: FaultKind) -> Broken {
        let fault = Box::new(Fault::of(kind));
        Broken { fault, shown_from: None }
    }

    /// Where the text must be kept from.
    pub(super) fn kept_from(&self) -> Option<u64> {
        self.shown_from
    }

    /// Whether there is enough text to show.
    pub(super) fn is_ripe(&self, text: &Text) -> bool {
        text.is_complete() || self.shown_from.is_none_or(|from| text.end() >= from + SHOWN_BYTES)
    }

    /// The fault, with what stands at its place.
    pub(super) fn show(mut self, text: &Text) -> Box<Fault> {
        let found = self.shown_from.map_or("", |from| text.from(from));
        let end = found.char_indices().nth(SHOWN).map_or(found.len(), |(end, _)| end);
        self.fault.found = piece(&found[..end]);
        self.fault
    }

    /// As a note's example and place.
    pub(super) fn into_example(self, text: &Text) -> (String, Option<Place>) {
        let fault = self.show(text);
        (fault.found, fault.place)
    }
}

impl Reader {
    /// A fault at a position of the text.
    pub(super) fn broken(&self, text: &Text, kind: FaultKind, position: u64, expected: &str) -> Broken {
        let mut broken = Broken { shown_from: Some(position), ..Broken::of(kind) };
        broken.fault.place = Some(Place { path: path(&self.frames), ..text.place(position) });
        broken.fault.expected = expected.to_owned();
        broken
    }

    /// The file ends inside a document.
    pub(super) fn cut_off(&self, text: &Text) -> Broken {
        Broken { shown_from: None, ..self.broken(text, FaultKind::CutOff, text.end(), "the rest of the document") }
    }

    /// serde_json stopped at a byte of the element that starts at the text's front.
    pub(super) fn syntax(&self, text: &Text, error: &serde_json::Error, index: usize) -> Broken {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        let bytes = text.rest().as_bytes();
        let index = match words {
            "trailing comma" => bytes[..index.min(bytes.len())].iter().rposition(|byte| *byte == b',').unwrap_or(index),
            _ => index,
        };
        let expected = match words {
            "trailing comma" | "expected value" => "a value",
            "key must be a string" => "a key",
            words => words.strip_prefix("expected ").unwrap_or_default(),
        };
        let kind = match error.classify() {
            Category::Data => FaultKind::Shape,
            _ => FaultKind::Syntax,
        };
        let mut broken = self.broken(text, kind, text.position() + index as u64, expected);
        broken.fault.detail = words.to_owned();
        broken
    }
}
