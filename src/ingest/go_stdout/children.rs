//! Children that spans counted and that did not come: they had not ended, were not sampled, or stand in another file.

use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::index::{Index, hash_of};
use crate::model::{SpanId, SpanRow, Store, TraceRow};

/// What spans say about their children: their rows, and how many they started.
#[derive(Debug, Default)]
pub struct Children {
    first: Option<SpanRow>,
    expected: Vec<(SpanRow, u32)>,
}

impl Children {
    /// A span that started so many.
    pub fn add(&mut self, row: SpanRow, children: u32) {
        self.first.get_or_insert(row);
        if children > 0 {
            self.expected.push((row, children));
        }
    }

    /// Notes how many are not in the load. Linear: one look per span.
    pub fn finish(&mut self, sink: &mut Sink) {
        let Some(first) = self.first.filter(|_| !self.expected.is_empty()) else {
            return;
        };
        let (store, mut index) = (&*sink.store, Index::default());
        let mut missing: Vec<u32> = vec![0; self.expected.len()];
        for (number, (row, children)) in self.expected.iter().enumerate() {
            let key = key(store, *row, store.spans.id(*row));
            // Of copies the first one counts.
            if self.find(store, &index, key).is_none() {
                index.insert(hash_of(key), number as u32);
                missing[number] = *children;
            }
        }
        for row in (first.0..store.spans.len() as u32).map(SpanRow) {
            let parent = store.span(row).written_parent_id();
            if let Some(number) = parent.and_then(|id| self.find(store, &index, key(store, row, Some(id)))) {
                missing[number as usize] = missing[number as usize].saturating_sub(1);
            }
        }
        let sum = missing.iter().map(|missing| u64::from(*missing)).sum();
        let example = missing.iter().position(|missing| *missing > 0).map(|number| self.expected[number].0);
        if let Some(note) = sink.intake.notes.count(NoteKind::MissingChildren, sum)
            && let Some(row) = example
        {
            note.example = sink.store.span_id_text(row);
        }
        *self = Children::default();
    }

    fn find(&self, store: &Store, index: &Index, wanted: (TraceRow, Option<SpanId>)) -> Option<u32> {
        index.find(hash_of(wanted), |number| {
            let row = self.expected[number as usize].0;
            key(store, row, store.spans.id(row)) == wanted
        })
    }
}

fn key(store: &Store, row: SpanRow, id: Option<SpanId>) -> (TraceRow, Option<SpanId>) {
    (store.spans.trace(row), id)
}
