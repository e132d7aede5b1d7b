//! Answers over the model: a file per part of the page. Each is a function of the store; [`Memo`] keeps what the next
//! question will most likely need again.

mod aligned;
mod compare;
mod compare_find;
mod compare_flame;
mod compare_sketch;
mod detail;
mod detail_order;
mod findings;
mod flame_table;
mod found;
mod looks;
mod path_graph;
pub mod red;
mod referrers;
mod results;
mod rows;
mod search;
mod services;
pub mod tables;
mod trace;

pub use found::part;

use super::questions::Ask;
use crate::model::{Store, StringId, Trace, TraceRow};
use crate::query::sort::Sort;

/// How a question is answered.
pub trait Answer: Ask {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Self::Answer;
}

/// The last order of the result list, and what was worked out for the last trace: scrolling asks for them again and again.
#[derive(Default)]
pub struct Memo {
    order: Option<(Sort, Vec<TraceRow>)>,
    parts: looks::Parts,
    /// Boxed, so that nothing of it is touched (and fetched: scripts/hooks/rest.txt) before somebody searches.
    search: Option<Box<search::SearchMemo>>,
    compare: Option<Box<compare::CompareMemo>>,
    red: Option<Box<red::RedMemo>>,
    services: Option<Box<services::ServicesMemo>>,
    tables: Option<Box<tables::TablesMemo>>,
    findings: Option<Box<findings::FindingsMemo>>,
    paths: Option<Box<path_graph::PathsMemo>>,
}

impl Memo {
    /// What was searched for last.
    pub fn search(&mut self) -> &mut search::SearchMemo {
        self.search.get_or_insert_with(search::kept)
    }

    /// What was compared last.
    pub fn compare(&mut self) -> &mut compare::CompareMemo {
        self.compare.get_or_insert_default()
    }

    /// Rates of services and operations.
    pub fn red(&mut self) -> &mut red::RedMemo {
        self.red.get_or_insert_default()
    }

    /// The calls between services that were counted last.
    pub fn services(&mut self) -> &mut services::ServicesMemo {
        self.services.get_or_insert_default()
    }

    /// The table that was shown last.
    pub fn tables(&mut self) -> &mut tables::TablesMemo {
        self.tables.get_or_insert_default()
    }

    /// The paths that were asked for last.
    pub fn paths(&mut self) -> &mut path_graph::PathsMemo {
        self.paths.get_or_insert_default()
    }

    /// Forgets: the traces have changed. What query APIs told has not.
    pub fn clear(&mut self) {
        let mut red = self.red.take();
        red.iter_mut().for_each(|red| red.forget_counted());
        *self = Memo { red, ..Memo::default() };
    }
}

/// Index of a service in the trace's list, which is in alphabetical order.
fn service_index(store: &Store, trace: &Trace, service: StringId) -> u32 {
    let name = store.text(service);
    let found = trace.services.binary_search_by(|count| store.text(count.service).cmp(name));
    found.unwrap_or_default() as u32
}
