//! Going through the keys and values of a span: its own attributes, its resource's and its events'.

use super::verdicts::Answers;
use crate::model::{AttributeTable, Cell, Range, SpanRow, Store, StringId};

/// The key under which an event's name takes part: Jaeger writes it as such a field.
pub const EVENT: &str = "event";
/// The name that the Jaeger reader gives to an event that has none: nobody wrote it.
const NO_NAME: &str = "log";

/// What looks at a key with its value.
pub trait Pairs {
    fn pair(&mut self, key: StringId, cell: Cell) -> bool;

    /// The same for the key [`EVENT`] with the name of an event.
    fn event(&mut self, name: StringId) -> bool;
}

/// Goes through spans; resources are remembered, since many spans share one.
pub struct Walk<'a> {
    store: &'a Store,
    resources: Answers,
    no_name: Option<StringId>,
}

impl<'a> Walk<'a> {
    pub fn new(store: &'a Store) -> Walk<'a> {
        let resources = Answers::new(store.resources.len());
        Walk { store, resources, no_name: store.strings().find(NO_NAME) }
    }

    /// Whether any pair of the span is the one.
    #[inline]
    pub fn any(&mut self, row: SpanRow, pairs: &mut impl Pairs) -> bool {
        self.resource(row, pairs)
            || any_row(&self.store.attributes, self.store.attribute_range(row), pairs)
            || self.store.event_range(row).rows().any(|event| self.event(event, pairs))
    }

    #[inline(never)]
    fn resource(&mut self, row: SpanRow, pairs: &mut impl Pairs) -> bool {
        let resource = self.store.spans.resource(row);
        self.resources.get(resource.0).unwrap_or_else(|| {
            let table = &self.store.resources;
            self.resources.set(resource.0, any_row(table.attributes(), table.range(resource), pairs))
        })
    }

    #[inline(never)]
    fn event(&self, event: usize, pairs: &mut impl Pairs) -> bool {
        let events = &self.store.events;
        let name = events.name(event);
        let has_name = name != StringId::EMPTY && Some(name) != self.no_name;
        has_name && pairs.event(name) || any_row(&events.attributes, events.range(event), pairs)
    }
}

/// Out of line: it is called from three places, once for each span.
#[inline(never)]
fn any_row(table: &AttributeTable, range: Range, pairs: &mut impl Pairs) -> bool {
    range.rows().any(|row| pairs.pair(table.key(row), table.cell(row)))
}
