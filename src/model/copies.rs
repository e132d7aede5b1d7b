//! Telling whether two spans are one span that arrived twice.

use super::attributes::AttributeTable;
use super::index::fold;
use super::spans::{SpanFlags, SpanRow};
use super::store::Store;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// A number that equal spans share, and that different ones hardly ever do. Lists and maps count by their kind only.
pub(super) fn fingerprint(store: &Store, row: SpanRow) -> u32 {
    let mut hasher = FxHasher::default();
    let spans = &store.spans;
    (spans.id(row), spans.written_parent(row), written_start(store, row), spans.duration(row).0).hash(&mut hasher);
    (spans.name(row).0, spans.resource(row).0, spans.kind(row) as u8, spans.status(row) as u8).hash(&mut hasher);
    let (attributes, events) = (store.attribute_range(row), store.event_range(row));
    (attributes.len(), events.len(), store.link_range(row).len()).hash(&mut hasher);
    attributes.rows().for_each(|row| hash_attribute(&store.attributes, row, &mut hasher));
    for event in events.rows() {
        (store.events.time(event), store.events.name(event)).hash(&mut hasher);
        store.events.range(event).rows().for_each(|row| hash_attribute(&store.events.attributes, row, &mut hasher));
    }
    fold(hasher.finish())
}

fn hash_attribute(table: &AttributeTable, row: usize, hasher: &mut FxHasher) {
    let cell = table.cell(row);
    (table.key(row), cell.tag as u8).hash(hasher);
    if !cell.is_list() {
        cell.payload.hash(hasher);
    }
}

/// The start as the file gives it: one that is missing equals another missing one.
fn written_start(store: &Store, row: SpanRow) -> Option<i64> {
    let is_missing = store.spans.flags(row).has(SpanFlags::TIME_MISSING);
    (!is_missing).then(|| store.spans.start(row).0)
}

/// Whether two spans of a trace are equal in all columns, attributes, events, links and warnings.
pub(super) fn same(store: &Store, a: SpanRow, b: SpanRow) -> bool {
    same_columns(store, a, b)
        && store.content.same_rows(&store.attributes, store.attribute_range(a), store.attribute_range(b))
        && same_events(store, a, b)
        && same_links(store, a, b)
        && store.warnings.of(a).eq(store.warnings.of(b))
}

fn same_columns(store: &Store, a: SpanRow, b: SpanRow) -> bool {
    let spans = &store.spans;
    let flags = |row| spans.flags(row).without(SpanFlags::OF_TREE);
    written_start(store, a) == written_start(store, b)
        && spans.id(a) == spans.id(b)
        && spans.written_parent(a) == spans.written_parent(b)
        && spans.duration(a) == spans.duration(b)
        && spans.name(a) == spans.name(b)
        && spans.resource(a) == spans.resource(b)
        && spans.scope(a) == spans.scope(b)
        && spans.kind(a) == spans.kind(b)
        && spans.status(a) == spans.status(b)
        && flags(a) == flags(b)
        && store.status_messages.first(a) == store.status_messages.first(b)
        && store.trace_states.first(a) == store.trace_states.first(b)
}

fn same_events(store: &Store, a: SpanRow, b: SpanRow) -> bool {
    let (a, b, events) = (store.event_range(a), store.event_range(b), &store.events);
    a.len() == b.len()
        && a.rows().zip(b.rows()).all(|(a, b)| {
            events.time(a) == events.time(b)
                && events.name(a) == events.name(b)
                && store.content.same_rows(&events.attributes, events.range(a), events.range(b))
        })
}

fn same_links(store: &Store, a: SpanRow, b: SpanRow) -> bool {
    let (a, b, links) = (store.link_range(a), store.link_range(b), &store.links);
    a.len() == b.len()
        && a.rows().zip(b.rows()).all(|(a, b)| {
            links.trace(a) == links.trace(b)
                && links.span(a) == links.span(b)
                && links.kind(a) == links.kind(b)
                && store.content.same_rows(&links.attributes, links.range(a), links.range(b))
        })
}
