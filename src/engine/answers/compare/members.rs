//! Who belongs to a group.

use crate::engine::questions::{Missing, SearchFault};
use crate::model::index::Numbers;
use crate::model::{Store, TraceRow};
use crate::query::search::{Conditions, Searching};

/// The traces that names stand for, each once: ids, `file:{name}`, `q:{TraceQL}` (../shared/UI.md). What stands for none is `missing`.
pub fn of(store: &Store, names: &[String], missing: &mut Vec<Missing>) -> Vec<TraceRow> {
    let (mut known, mut members) = (Numbers::default(), Vec::new());
    for name in names {
        let (found, fault) = match named(store, name) {
            Ok(found) => (found, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        if found.is_empty() {
            missing.push(Missing { name: name.clone(), fault });
        }
        for row in found {
            if known.add(row.0) {
                members.push(row);
            }
        }
    }
    members
}

fn named(store: &Store, name: &str) -> Result<Vec<TraceRow>, SearchFault> {
    if let Some(query) = name.strip_prefix("q:") {
        let searching = Searching::new(store, &Conditions::default(), query)?;
        return Ok(searching.finish(store).into_iter().map(|hit| hit.trace).collect());
    }
    Ok(match name.strip_prefix("file:") {
        Some(file) => {
            let is_its = |row: &TraceRow| {
                let first = store.trace(*row).tree.order.first();
                first.is_some_and(|span| store.source_of(*span) == Some(file))
            };
            store.traces().map(|(row, _)| row).filter(is_its).collect()
        }
        None => store.trace_by_id(name).into_iter().collect(),
    })
}
