//! Resources and scopes of formats that write them anew in every span.

use super::sink::Sink;
use crate::model::attribute_names::{RESOURCE_SCHEMA_URL, SCOPE_SCHEMA_URL};
use crate::model::{Cell, ResourceRow, ScopeRow, StringId};

/// Reads one after another, in memory that the next one uses again.
#[derive(Debug, Default)]
pub struct InlineResource {
    service: Option<StringId>,
    attributes: Vec<(StringId, Cell)>,
    /// The end of the table of nested values before it.
    nested: u32,
}

impl InlineResource {
    /// A resource or a scope begins. Until it ends nobody else may add nested values.
    pub fn begin(&mut self, sink: &Sink) {
        self.attributes.clear();
        self.service = None;
        self.nested = sink.store.content.nested.end();
    }

    /// Adds an attribute of a scope.
    #[inline]
    pub fn push(&mut self, key: StringId, cell: Cell) {
        self.attributes.push((key, cell));
    }

    /// Adds an attribute of a resource. The service's name (of a repeated one the last) is none.
    #[inline]
    pub fn push_of_resource(&mut self, key: StringId, cell: Cell, sink: &Sink) {
        match cell.as_text() {
            Some(name) if sink.store.text(key) == "service.name" => self.service = Some(name),
            _ => self.push(key, cell),
        }
    }

    /// Says the service's name, of formats where it is no attribute.
    pub fn set_service(&mut self, name: StringId) {
        self.service = Some(name);
    }

    /// What came was a resource, or nothing where one should be.
    pub fn end_resource(&mut self, schema_url: &str, sink: &mut Sink) -> ResourceRow {
        self.push_text(RESOURCE_SCHEMA_URL, schema_url, sink);
        let service = self.service.unwrap_or_else(|| sink.intern("unknown_service"));
        let store = &mut *sink.store;
        let known = store.resources.len();
        let row = store.resources.intern(&store.content, service, &self.attributes);
        let is_known = store.resources.len() == known;
        self.forget_nested(is_known, sink);
        row
    }

    /// What came was a scope; `None` if it says nothing.
    pub fn end_scope(&mut self, [name, version]: [StringId; 2], schema_url: &str, sink: &mut Sink) -> Option<ScopeRow> {
        self.push_text(SCOPE_SCHEMA_URL, schema_url, sink);
        if name == StringId::EMPTY && version == StringId::EMPTY && self.attributes.is_empty() {
            return None;
        }
        let store = &mut *sink.store;
        let known = store.scopes.len();
        let row = store.scopes.intern(&store.content, name, version, &self.attributes);
        let is_known = store.scopes.len() == known;
        self.forget_nested(is_known, sink);
        Some(row)
    }

    fn push_text(&mut self, key: &str, text: &str, sink: &mut Sink) {
        if !text.is_empty() {
            let (key, text) = (sink.intern(key), sink.intern(text));
            self.push(key, Cell::text(text));
        }
    }

    /// Lists and maps of one that was there already are there already.
    fn forget_nested(&self, is_known: bool, sink: &mut Sink) {
        if is_known {
            sink.store.content.nested.truncate(self.nested);
        }
    }
}
