//! Attributes that are fields of OTLP, such as dropped counts: see `model::attribute_names`.

use super::json::Json;
use crate::model::attribute_names as names;
use crate::model::{AttributeTable, Range, Store, Tag};

/// A field that is kept as an attribute.
pub struct Field {
    attribute: &'static str,
    key: &'static str,
    is_text: bool,
}

const fn count(attribute: &'static str, key: &'static str) -> Field {
    Field { attribute, key, is_text: false }
}

const fn text(attribute: &'static str, key: &'static str) -> Field {
    Field { attribute, key, is_text: true }
}

const DROPPED: Field = count(names::DROPPED_ATTRIBUTES, "droppedAttributesCount");

/// In the order in which readers append them.
pub const OF_SPAN: &[Field] = &[
    DROPPED,
    count(names::DROPPED_EVENTS, "droppedEventsCount"),
    count(names::DROPPED_LINKS, "droppedLinksCount"),
    count(names::FLAGS, "flags"),
];
pub const OF_EVENT: &[Field] = &[DROPPED];
pub const OF_LINK: &[Field] = &[text(names::TRACE_STATE, "traceState"), DROPPED, count(names::FLAGS, "flags")];
/// Besides the schema's address, which is a field of the group.
pub const DROPPED_ONLY: &[Field] = &[DROPPED];
pub const RESOURCE_SCHEMA: &[Field] = &[text(names::RESOURCE_SCHEMA_URL, "schemaUrl")];
pub const SCOPE_SCHEMA: &[Field] = &[text(names::SCOPE_SCHEMA_URL, "schemaUrl")];

/// Attributes in two parts: those before, and the last ones, which are fields in their order.
pub fn split(store: &Store, table: &AttributeTable, all: Range, fields: &[Field]) -> (Range, Range) {
    let mut middle = all.end;
    for field in fields.iter().rev() {
        if middle > all.start && is_field(store, table, middle as usize - 1, field) {
            middle -= 1;
        }
    }
    (Range { start: all.start, end: middle }, Range { start: middle, end: all.end })
}

/// Whether an attribute is what a reader makes of the field: not 0 or empty, and within 32 bits.
fn is_field(store: &Store, table: &AttributeTable, row: usize, field: &Field) -> bool {
    let cell = table.cell(row);
    let fits = match cell.tag {
        Tag::Text => field.is_text && cell.as_text().is_some_and(|text| !store.text(text).is_empty()),
        Tag::Int => !field.is_text && (1..=u64::from(u32::MAX)).contains(&cell.payload),
        _ => false,
    };
    fits && store.text(table.key(row)) == field.attribute
}

/// Writes the second part of [`split`] as keys and values.
pub fn write(store: &Store, table: &AttributeTable, range: Range, fields: &[Field], out: &mut Json) {
    for row in range.rows() {
        let attribute = store.text(table.key(row));
        let Some(field) = fields.iter().find(|field| field.attribute == attribute) else { continue };
        let cell = table.cell(row);
        out.key(field.key);
        match cell.as_text() {
            Some(text) => out.text(store.text(text)),
            None => out.int(cell.payload as i64),
        }
    }
}
