//! Values of chosen attributes, for the rows of the result list.

use super::selected;
use crate::analysis::row_facts::cut;
use crate::engine::questions::{COLUMN_BYTES, LOOKED_AT};
use crate::model::{SpanRow, Store};
use crate::query::search::{Hit, Values};
use crate::query::traceql::{Field, Scope, shown};

pub struct Columns {
    pub names: Vec<String>,
    fields: Vec<Values>,
}

impl Columns {
    /// Keys of attributes, wherever they are, and what a query selects.
    pub fn new(store: &Store, keys: &[String], query: &str) -> Columns {
        let mut names = keys.to_vec();
        let mut fields: Vec<Field> = keys.iter().map(|key| Field::Attribute(Scope::None, key.clone())).collect();
        for field in selected(query) {
            if !fields.contains(&field) {
                names.push(shown(&field));
                fields.push(field);
            }
        }
        Columns { names, fields: fields.iter().map(|field| Values::new(store, field)).collect() }
    }

    /// The first value of each: of the first spans that were found or, lacking these, of the trace's.
    pub fn of(&self, store: &Store, hit: &Hit) -> Vec<String> {
        let order = &store.trace(hit.trace).tree.order;
        let first = hit.first.iter().filter_map(|at| order.get(*at as usize)).copied();
        let all = order.iter().copied().take(LOOKED_AT);
        let rows: Vec<SpanRow> = first.chain(all).collect();
        let value = |field: &Values| rows.iter().find_map(|row| field.first(store, *row)).unwrap_or_default();
        self.fields.iter().map(|field| cut(&value(field), COLUMN_BYTES).to_owned()).collect()
    }
}
