//! OTLP JSON (opentelemetry-proto, `TracesData`): everything the model holds. What OTLP has no field for is an attribute;
//! `model::attribute_names` lists them.
//!
//! For strict readers: ids of 32 and 16 lower-case digits, 64-bit numbers as strings, enums as numbers, lists left out
//! where they are empty. Keys whose value counts for all spans of a group stand before its spans.

use super::fields;
use super::json::Json;
use super::losses::Losses;
use super::otlp_span::OtlpSpan;
use super::value::otlp_entry;
use crate::model::index::Numbers;
use crate::model::{AttributeTable, Range, ResourceRow, ScopeRow, SpanRef, Store, ValueRef};

/// See the module.
#[derive(Default)]
pub struct OtlpJson {
    has_begun: bool,
    /// The group that is open.
    group: Option<(ResourceRow, Option<ScopeRow>)>,
    /// Traces of which a span has been written.
    seen: Numbers,
}

impl OtlpJson {
    pub fn span(&mut self, store: &Store, span: SpanRef, out: &mut Json, losses: &mut Losses) {
        self.begin(out);
        self.enter(store, span, out, losses);
        let is_first = self.seen.add(span.trace().0);
        out.open(b'{');
        OtlpSpan { store, span, out, losses, is_first }.write();
        out.close(b'}');
    }

    pub fn end(&mut self, out: &mut Json) {
        self.begin(out);
        self.leave_scope(out);
        self.leave_resource(out);
        out.close(b']');
        out.close(b'}');
    }

    fn begin(&mut self, out: &mut Json) {
        if !self.has_begun {
            self.has_begun = true;
            out.open(b'{');
            out.key("resourceSpans");
            out.open(b'[');
        }
    }

    /// Opens the group of a span, if it is not the one that is open.
    fn enter(&mut self, store: &Store, span: SpanRef, out: &mut Json, losses: &mut Losses) {
        let row = span.row();
        let (resource, scope) = (store.spans.resource(row), store.spans.scope(row));
        if self.group == Some((resource, scope)) {
            return;
        }
        self.leave_scope(out);
        if self.group.is_none_or(|(open, _)| open != resource) {
            self.leave_resource(out);
            open_resource(store, resource, out, losses);
        }
        open_scope(store, scope, out, losses);
        self.group = Some((resource, scope));
    }

    fn leave_scope(&self, out: &mut Json) {
        if self.group.is_some() {
            out.close(b']');
            out.close(b'}');
        }
    }

    fn leave_resource(&self, out: &mut Json) {
        if self.group.is_some() {
            out.close(b']');
            out.close(b'}');
        }
    }
}

/// Up to the scopes of the group.
fn open_resource(store: &Store, row: ResourceRow, out: &mut Json, losses: &mut Losses) {
    let table = store.resources.attributes();
    let (all, schema) = fields::split(store, table, store.resources.range(row), fields::RESOURCE_SCHEMA);
    let (rest, dropped) = fields::split(store, table, all, fields::DROPPED_ONLY);
    let service = store.text(store.resources.service(row));
    out.open(b'{');
    out.key("resource");
    out.open(b'{');
    out.key("attributes");
    out.open(b'[');
    // Also an empty one: without it readers take their own word for "unknown".
    otlp_entry(out, "service.name", ValueRef::Str(service), losses);
    entries(store, table, rest, out, losses);
    out.close(b']');
    fields::write(store, table, dropped, fields::DROPPED_ONLY, out);
    out.close(b'}');
    fields::write(store, table, schema, fields::RESOURCE_SCHEMA, out);
    out.key("scopeSpans");
    out.open(b'[');
}

/// Up to the spans of the group.
fn open_scope(store: &Store, row: Option<ScopeRow>, out: &mut Json, losses: &mut Losses) {
    out.open(b'{');
    if let Some(row) = row {
        let table = store.scopes.attributes();
        let (all, schema) = fields::split(store, table, store.scopes.range(row), fields::SCOPE_SCHEMA);
        let (rest, dropped) = fields::split(store, table, all, fields::DROPPED_ONLY);
        let (name, version) = store.scopes.get(row);
        out.key("scope");
        out.open(b'{');
        text_field(out, "name", store.text(name));
        text_field(out, "version", store.text(version));
        attributes(store, table, rest, out, losses);
        fields::write(store, table, dropped, fields::DROPPED_ONLY, out);
        out.close(b'}');
        fields::write(store, table, schema, fields::SCOPE_SCHEMA, out);
    }
    out.key("spans");
    out.open(b'[');
}

/// A text that is left out where it is empty.
pub fn text_field(out: &mut Json, key: &'static str, text: &str) {
    if !text.is_empty() {
        out.key(key);
        out.text(text);
    }
}

fn attributes(store: &Store, table: &AttributeTable, range: Range, out: &mut Json, losses: &mut Losses) {
    if !range.is_empty() {
        out.key("attributes");
        out.open(b'[');
        entries(store, table, range, out, losses);
        out.close(b']');
    }
}

/// Attributes, one after another.
pub fn entries(store: &Store, table: &AttributeTable, range: Range, out: &mut Json, losses: &mut Losses) {
    store.content.entries(table, range).for_each(|(key, value)| otlp_entry(out, key, value, losses));
}
