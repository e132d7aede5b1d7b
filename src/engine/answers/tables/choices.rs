//! What a table of a trace can be grouped and narrowed by, and the attributes of one event.

use super::super::{Answer, Memo, detail};
use super::spans::chosen;
use crate::engine::questions::{AttributesAnswer, Choices, EventAttributes, ServiceCount, TraceChoices};
use crate::model::index::Numbers;
use crate::model::{AttributeTable, Range, StatusCode, Store, StringId, order};

impl Answer for TraceChoices {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Choices {
        let Some(trace) = store.trace_by_id(&self.part.trace) else { return Vec::new() };
        let look = memo.look(store, trace, &self.part.look);
        let (mut texts, mut resources) = (Counts::default(), Counts::default());
        let services = chosen(store, &self.services);
        for position in look.range.clone().filter(|position| !look.pruned.spans.has(*position)) {
            let row = store.trace(trace).tree.order[position as usize];
            let errors = u32::from(store.spans.status(row) == StatusCode::Error);
            if self.are_keys {
                texts.add_keys(&store.attributes, store.attribute_range(row), 1, errors);
                resources.add(store.spans.resource(row).0, 1, errors);
            } else if services.as_ref().is_none_or(|it| it.get(store.service(row).0).is_some()) {
                texts.add(store.spans.name(row).0, 1, errors);
            }
        }
        for (resource, spans, errors) in resources.all {
            let range = store.resources.range(crate::model::ResourceRow(resource));
            texts.add_keys(store.resources.attributes(), range, spans, errors);
        }
        let names: Vec<&str> = texts.all.iter().map(|(text, ..)| store.text(StringId(*text))).collect();
        let told = |at: u32| {
            let (_, spans, errors) = texts.all[at as usize];
            ServiceCount { name: names[at as usize].to_owned(), spans, errors }
        };
        order::by_text(&names).into_iter().map(told).collect()
    }
}

/// How many spans, and errors, there are by a number.
#[derive(Default)]
struct Counts {
    places: Numbers,
    all: Vec<(u32, u32, u32)>,
}

impl Counts {
    fn add(&mut self, number: u32, spans: u32, errors: u32) {
        let at = self.places.get_or_set(number, self.all.len() as u32) as usize;
        if at == self.all.len() {
            self.all.push((number, 0, 0));
        }
        self.all[at].1 += spans;
        self.all[at].2 += errors;
    }

    fn add_keys(&mut self, table: &AttributeTable, range: Range, spans: u32, errors: u32) {
        range.rows().for_each(|at| self.add(table.key(at).0, spans, errors));
    }
}

impl Answer for EventAttributes {
    fn answer(&self, store: &Store, _: &mut Memo) -> AttributesAnswer {
        detail::event_attributes(store, self).unwrap_or_default()
    }
}
