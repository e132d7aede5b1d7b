//! What spans stand in: resources and scopes. Spans are pushed before all is known of them, for keys come in any order
//! (schema addresses mostly come last), so the end of a group may give its spans another row.

use super::values::{Target, attributes};
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::attribute_names as names;
use crate::model::{Cell, Range, ResourceRow, ScopeRow, SpanRow, StringId};

/// The service of a resource that does not name one, as the specification has it.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// A `ResourceSpans`, or a document.
#[derive(Debug, Default)]
pub struct Group {
    resource: Option<ResourceRow>,
    has_service: bool,
    /// Where its spans begin, if it has lists for them.
    pub first_span: Option<u32>,
    schema: StringId,
    /// Something came after the spans.
    is_late: bool,
    /// The backend says that it did not find all.
    pub is_partial: bool,
    pub message: String,
}

impl Group {
    /// The resource for a span.
    #[inline]
    pub fn resource(&mut self, sink: &mut Sink) -> ResourceRow {
        *self.resource.get_or_insert_with(|| intern_resource(None, &[], sink))
    }

    /// Reads the `resource`.
    pub fn read_resource(&mut self, value: Value, sink: &mut Sink) {
        let (mut list, nested) = (Vec::new(), sink.store.content.nested.end());
        for (key, member) in known_members(value) {
            match key {
                "attributes" => {
                    attributes(member, &mut Target::List(&mut list), sink, &|| ".attributes".to_owned());
                }
                "droppedAttributesCount" | "dropped_attributes_count" => {}
                _ => sink.note(NoteKind::UnknownField, key, &String::new),
            }
        }
        push_dropped(value, &mut list, sink);
        note_wrong(value, sink);
        let service = take_service(&mut list, sink);
        self.has_service = service.is_some();
        let known = sink.store.resources.len();
        self.resource = Some(intern_resource(service, &list, sink));
        self.is_late |= self.first_span.is_some();
        if sink.store.resources.len() == known {
            // Its lists and maps are there already.
            sink.store.content.nested.truncate(nested);
        }
    }

    pub fn read_schema(&mut self, value: Value, sink: &mut Sink) {
        self.schema = schema(value, sink);
    }

    /// The group has ended.
    pub fn end(mut self, sink: &mut Sink) {
        if self.is_partial {
            sink.note(NoteKind::PartialTrace, &self.message, &String::new);
        }
        let Some(first) = self.first_span.filter(|first| (*first as usize) < sink.store.spans.len()) else {
            return;
        };
        if !self.has_service {
            sink.note(NoteKind::UnknownProcess, UNKNOWN_SERVICE, &|| ".resource".to_owned());
        }
        if !self.is_late && self.schema == StringId::EMPTY {
            return;
        }
        let mut row = self.resource(sink);
        if self.schema != StringId::EMPTY {
            let resources = &sink.store.resources;
            let mut list = rows(resources.attributes(), resources.range(row));
            list.push((sink.intern(names::RESOURCE_SCHEMA_URL), Cell::text(self.schema)));
            let service = sink.store.resources.service(row);
            row = sink.store.resources.intern(&sink.store.content, service, &list);
        }
        for span in first..sink.store.spans.len() as u32 {
            sink.store.spans.set_resource(SpanRow(span), row);
        }
    }
}

/// A `ScopeSpans`.
#[derive(Debug, Default)]
pub struct Scope {
    pub row: Option<ScopeRow>,
    /// Where its spans begin.
    first_span: u32,
    schema: StringId,
    is_late: bool,
}

impl Scope {
    pub fn begin(sink: &Sink) -> Scope {
        Scope { first_span: sink.store.spans.len() as u32, ..Scope::default() }
    }

    /// Reads the `scope`.
    pub fn read(&mut self, value: Value, sink: &mut Sink) {
        let (mut list, nested) = (Vec::new(), sink.store.content.nested.end());
        let (mut name, mut version) = (StringId::EMPTY, StringId::EMPTY);
        for (key, member) in known_members(value) {
            match key {
                "name" => name = sink.intern(member.words()),
                "version" => version = sink.intern(member.words()),
                "attributes" => {
                    attributes(member, &mut Target::List(&mut list), sink, &|| ".attributes".to_owned());
                }
                "droppedAttributesCount" | "dropped_attributes_count" => {}
                _ => sink.note(NoteKind::UnknownField, key, &String::new),
            }
        }
        push_dropped(value, &mut list, sink);
        note_wrong(value, sink);
        if value.is_object() {
            let known = sink.store.scopes.len();
            self.row = Some(sink.store.scopes.intern(&sink.store.content, name, version, &list));
            self.is_late |= sink.store.spans.len() as u32 > self.first_span;
            if sink.store.scopes.len() == known {
                sink.store.content.nested.truncate(nested);
            }
        }
    }

    pub fn read_schema(&mut self, value: Value, sink: &mut Sink) {
        self.schema = schema(value, sink);
    }

    /// The scope's spans have ended.
    pub fn end(mut self, sink: &mut Sink) {
        if !self.is_late && self.schema == StringId::EMPTY || sink.store.spans.len() as u32 == self.first_span {
            return;
        }
        if self.schema != StringId::EMPTY {
            let scopes = &sink.store.scopes;
            let (names, mut list) = match self.row {
                Some(row) => (scopes.get(row), rows(scopes.attributes(), scopes.range(row))),
                None => Default::default(),
            };
            list.push((sink.intern(names::SCOPE_SCHEMA_URL), Cell::text(self.schema)));
            self.row = Some(sink.store.scopes.intern(&sink.store.content, names.0, names.1, &list));
        }
        for span in self.first_span..sink.store.spans.len() as u32 {
            sink.store.spans.set_scope(SpanRow(span), self.row);
        }
    }
}

fn intern_resource(service: Option<StringId>, list: &[(StringId, Cell)], sink: &mut Sink) -> ResourceRow {
    let service = service.unwrap_or_else(|| sink.intern(UNKNOWN_SERVICE));
    sink.store.resources.intern(&sink.store.content, service, list)
}

/// The first `service.name` that is one.
fn take_service(list: &mut Vec<(StringId, Cell)>, sink: &mut Sink) -> Option<StringId> {
    let name = sink.intern("service.name");
    let is_service = |(key, cell): &(StringId, Cell)| *key == name && cell.as_text().is_some();
    let place = list.iter().position(is_service)?;
    list.remove(place).1.as_text()
}

fn known_members(value: Value<'_>) -> impl Iterator<Item = (&str, Value<'_>)> {
    value.members().filter(|(_, member)| !member.is_null())
}

fn push_dropped(value: Value, list: &mut Vec<(StringId, Cell)>, sink: &mut Sink) {
    let dropped = value.get("droppedAttributesCount").or_else(|| value.get("dropped_attributes_count"));
    let dropped = dropped.filter(|count| !count.is_null());
    let path = || ".droppedAttributesCount".to_owned();
    Target::List(list).push_count(names::DROPPED_ATTRIBUTES, dropped, sink, &path);
}

fn note_wrong(value: Value, sink: &mut Sink) {
    if !value.is_object() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), &String::new);
    }
}

fn schema(value: Value, sink: &mut Sink) -> StringId {
    match value.text() {
        Some(text) => sink.intern(text),
        None => {
            if !value.is_null() {
                sink.note(NoteKind::WrongType, value.words(), &String::new);
            }
            StringId::EMPTY
        }
    }
}

fn rows(table: &crate::model::AttributeTable, range: Range) -> Vec<(StringId, Cell)> {
    range.rows().map(|row| (table.key(row), table.cell(row))).collect()
}
