//! Values of a field, to be shown.

use super::fields::{Known, Spans};
use super::value::Scalar;
use crate::model::{SpanRow, Store};
use crate::query::traceql::Field;

/// A field of a store. (The number of children is not among those that can be shown.)
pub struct Values {
    known: Known,
}

impl Values {
    pub fn new(store: &Store, field: &Field) -> Values {
        Values { known: Known::new(store, field) }
    }

    /// The first value of a span, as text.
    pub fn first(&self, store: &Store, row: SpanRow) -> Option<String> {
        if self.known.is_absent() {
            return None;
        }
        let mut out = Vec::new();
        self.known.values(Spans { store, children: &[] }, row, &mut out);
        out.iter().find_map(|value| value.words()).map(|words| words.into_owned())
    }

    /// Every value of every span, as text, and whether it is one.
    pub fn each(&self, store: &Store, take: &mut dyn FnMut(&str, bool)) {
        if self.known.is_absent() {
            return;
        }
        let spans = Spans { store, children: &[] };
        let mut out = Vec::new();
        for row in 0..store.spans.len() as u32 {
            self.known.values(spans, SpanRow(row), &mut out);
            for value in out.drain(..) {
                if let Some(words) = value.words() {
                    take(&words, matches!(value, Scalar::Text(_)));
                }
            }
        }
    }
}
