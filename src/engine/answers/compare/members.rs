//! Who belongs to a group.

use crate::model::index::Numbers;
use crate::model::{Store, TraceRow};
use crate::query::search::{Conditions, Searching};

/// The traces that names stand for, each once: ids, `file:{name}`, `q:{TraceQL}` (../shared/UI.md). What stands for none is `missing`.
pub fn of(store: &Store, names: &[String], missing: &mut Vec<String>) -> Vec<TraceRow> {
    let (mut known, mut members) = (Numbers::default(), Vec::new());
    for name in names {
        let found = named(store, name);
        if found.is_empty() {
            missing.push(name.clone());
        }
        for row in found {
            if known.add(row.0) {
                members.push(row);
            }
        }
    }
    members
}

fn named(store: &Store, name: &str) -> Vec<TraceRow> {
    if let Some(query) = name.strip_prefix("q:") {
        let Ok(searching) = Searching::new(store, &Conditions::default(), query) else { return Vec::new() };
        return searching.finish(store).into_iter().map(|hit| hit.trace).collect();
    }
    match name.strip_prefix("file:") {
        Some(file) => {
            let is_its = |row: &TraceRow| {
                let first = store.trace(*row).tree.order.first();
                first.is_some_and(|span| store.source_of(*span) == Some(file))
            };
            store.traces().map(|(row, _)| row).filter(is_its).collect()
        }
        None => store.trace_by_id(name).into_iter().collect(),
    }
}
