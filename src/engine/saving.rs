//! Traces on their way into a file: which ones, and the document of them piece by piece.

use super::answers::{Answer, Memo, part};
use super::messages::{Chosen, Saved, Unsaved};
use crate::export::{Export, ExportFormat, Selection};
use crate::model::Store;
use crate::query::sort::sorted;

/// A document that is being written. The engine that began it gives its pieces.
pub struct Saving {
    export: Export,
    traces: u32,
    bytes: u64,
}

impl Saving {
    pub(super) fn begin(
        store: &Store,
        memo: &mut Memo,
        format: ExportFormat,
        chosen: &Chosen,
    ) -> Result<Saving, Unsaved> {
        let selection = selection(store, memo, chosen).ok_or(Unsaved::Gone)?;
        let traces = match &selection {
            Selection::Traces(rows) => rows.len() as u32,
            Selection::Spans(..) => 1,
        };
        Ok(Saving { export: Export::new(store, format, &selection), traces, bytes: 0 })
    }

    pub(super) fn next_piece(&mut self, store: &Store) -> Result<Option<Vec<u8>>, Unsaved> {
        if !self.export.is_intact(store) {
            return Err(Unsaved::Gone);
        }
        let piece = self.export.next_chunk(store);
        self.bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Ok(piece)
    }

    /// Spans written so far, and spans in all.
    pub fn progress(&self) -> (u32, u32) {
        let (written, spans) = self.export.progress();
        (written as u32, spans as u32)
    }

    /// What came of it, after the last piece.
    pub fn saved(&self) -> Saved {
        Saved {
            traces: self.traces,
            spans: self.progress().1,
            bytes: self.bytes,
            losses: self.export.losses().to_vec(),
        }
    }
}

/// `None`: one of the traces is not loaded.
fn selection(store: &Store, memo: &mut Memo, chosen: &Chosen) -> Option<Selection> {
    match chosen {
        Chosen::All(sort) => Some(Selection::Traces(sorted(store, *sort))),
        Chosen::Traces(ids) => {
            let rows = ids.iter().map(|id| store.trace_by_id(id)).collect::<Option<_>>();
            rows.map(Selection::Traces)
        }
        Chosen::Sought(question) => {
            let ids = question.answer(store, memo);
            let rows = ids.iter().map(|id| store.trace_by_id(id)).collect::<Option<_>>();
            rows.map(Selection::Traces)
        }
        Chosen::Part(id, look) => {
            let trace = store.trace_by_id(id)?;
            let tree = &store.trace(trace).tree;
            let rows = part(store, memo, trace, look).into_iter().map(|position| tree.order[position as usize]);
            Some(Selection::Spans(trace, rows.collect()))
        }
    }
}
