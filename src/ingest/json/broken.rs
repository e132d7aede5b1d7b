//! Faults of a document, with their places.

use crate::ingest::notes::piece;
use crate::ingest::report::{Fault, FaultKind, Place};
use crate::ingest::text::Text;

/// As many characters of the file as a fault shows.
const SHOWN: usize = 24;
/// The bytes that so many characters may take.
const SHOWN_BYTES: u64 = 4 * SHOWN as u64;

/// A fault that still wants to show what stands at its place: that may not have come yet.
#[derive(Debug)]
pub struct Broken {
    fault: Box<Fault>,
    /// The position of the text that it is about.
    pub position: u64,
    shows_text: bool,
}

impl Broken {
    /// A fault at a position of the text; `path` is where that is in the document.
    pub fn at(text: &Text, position: u64, path: String, kind: FaultKind, expected: &str) -> Broken {
        let place = Some(Place { path, ..text.place(position) });
        let fault = Box::new(Fault { place, expected: expected.to_owned(), ..Fault::of(kind) });
        Broken { fault, position, shows_text: true }
    }

    /// A fault without a place.
    pub fn of(kind: FaultKind) -> Broken {
        Broken { fault: Box::new(Fault::of(kind)), position: 0, shows_text: false }
    }

    /// The file ends inside a document.
    pub fn cut_off(text: &Text, path: String) -> Broken {
        let broken = Broken::at(text, text.end(), path, FaultKind::CutOff, "the rest of the document");
        Broken { shows_text: false, ..broken }
    }

    /// Where the text must be kept from.
    pub fn kept_from(&self) -> Option<u64> {
        self.shows_text.then_some(self.position)
    }

    /// Whether there is enough text to show.
    pub fn is_ripe(&self, text: &Text) -> bool {
        !self.shows_text || text.is_complete() || text.end() >= self.position + SHOWN_BYTES
    }

    /// The fault, with what stands at its place. Of a file that ends there, the end is what is wrong: a newline in a text
    /// that was cut, mostly. Only now that can be told however the file came in slices.
    pub fn show(mut self, text: &Text) -> Box<Fault> {
        let found = self.kept_from().map_or("", |from| text.from(from));
        if self.fault.kind == FaultKind::Syntax && text.is_complete() && is_white_end(found) {
            let path = self.fault.place.map(|place| place.path).unwrap_or_default();
            return Broken::cut_off(text, path).fault;
        }
        let end = found.char_indices().nth(SHOWN).map_or(found.len(), |(end, _)| end);
        self.fault.found = piece(&found[..end]);
        self.fault
    }
}

/// Whether nothing but white space is left, and no more than a fault waits for.
fn is_white_end(left: &str) -> bool {
    left.len() as u64 <= SHOWN_BYTES && left.bytes().all(|byte| byte.is_ascii_whitespace())
}
