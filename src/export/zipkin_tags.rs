//! Zipkin's tags: one text for each key. They take the span's attributes, those of its resource, and what Zipkin has no
//! field for, in this order; the first of a key stays.

use super::json::Json;
use super::losses::{LossKind, Losses};
use super::value;
use crate::model::attribute_names as names;
use crate::model::index::Numbers;
use crate::model::{AttributeTable, Range, SpanRef, StatusCode, Store, StringId, ValueRef};

/// Whether the value of `otel.status_code` is one that readers know.
fn says_a_status(value: &ValueRef) -> bool {
    matches!(value, ValueRef::Str(text) if ["ok", "error"].iter().any(|word| text.eq_ignore_ascii_case(word)))
}

/// An end of a call, and the rows of the attributes that say so.
#[derive(Default)]
pub struct Endpoint<'a> {
    pub service: &'a str,
    pub ip: &'a str,
    /// 0: not known.
    pub port: i64,
    rows: [Option<usize>; 3],
}

impl<'a> Endpoint<'a> {
    /// Reads the first attributes of these names (service, address, port) that are what they should be.
    pub fn read(store: &'a Store, table: &'a AttributeTable, range: Range, names: [&str; 3]) -> Endpoint<'a> {
        let mut endpoint = Endpoint::default();
        for (row, (key, value)) in range.rows().zip(store.content.entries(table, range)) {
            let Some(part) = names.iter().position(|name| *name == key) else { continue };
            if endpoint.rows[part].is_some() {
                continue;
            }
            match (part, value) {
                (0, ValueRef::Str(text)) if !text.is_empty() => endpoint.service = text,
                (1, ValueRef::Str(text)) if is_ip(text) => endpoint.ip = text,
                (2, ValueRef::Int(port)) if (1..=65_535).contains(&port) => endpoint.port = port,
                _ => continue,
            }
            endpoint.rows[part] = Some(row);
        }
        endpoint
    }

    fn has(&self, row: usize) -> bool {
        self.rows.contains(&Some(row))
    }

    /// Writes it under a key, if there is anything to say.
    pub fn write(&self, key: &'static str, out: &mut Json) {
        if self.service.is_empty() && self.ip.is_empty() && self.port == 0 {
            return;
        }
        out.key(key);
        out.open(b'{');
        if !self.service.is_empty() {
            out.key("serviceName");
            out.text(self.service);
        }
        if !self.ip.is_empty() {
            out.key(if self.ip.contains(':') { "ipv6" } else { "ipv4" });
            out.text(self.ip);
        }
        if self.port != 0 {
            out.key("port");
            out.int(self.port);
        }
        out.close(b'}');
    }
}

/// Whether a text looks like an address: Zipkin drops what is none.
fn is_ip(text: &str) -> bool {
    let parts = text.split('.');
    let is_v4 = parts.clone().count() == 4 && parts.into_iter().all(|part| part.parse::<u8>().is_ok());
    let is_v6 = text.contains(':') && text.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
    is_v4 || is_v6
}

/// The object `tags` being written.
pub struct Tags<'a> {
    pub store: &'a Store,
    pub out: &'a mut Json,
    pub losses: &'a mut Losses,
    seen: Numbers,
}

impl<'a> Tags<'a> {
    pub fn new(store: &'a Store, out: &'a mut Json, losses: &'a mut Losses) -> Tags<'a> {
        Tags { store, out, losses, seen: Numbers::default() }
    }

    /// Attributes of the span, but for those that are its endpoint's or have fields of their own.
    pub fn of_span(&mut self, span: SpanRef, remote: &Endpoint) {
        let table = &self.store.attributes;
        for row in self.store.attribute_range(span.row()).rows() {
            let (key, cell) = (table.key(row), self.store.content.value(table.cell(row)));
            match self.store.text(key) {
                _ if remote.has(row) => {}
                names::ZIPKIN_DEBUG | names::ZIPKIN_SHARED if matches!(cell, ValueRef::Bool(true)) => {}
                "error" if span.status() != StatusCode::Error => self.losses.add(LossKind::ErrorAttribute, span.name()),
                // An attribute that says otherwise than the status does would be believed.
                "otel.status_code" if span.status() == StatusCode::Unset && says_a_status(&cell) => {
                    self.losses.add(LossKind::Status, span.name());
                    self.attribute(key, cell);
                }
                _ => self.attribute(key, cell),
            }
        }
    }

    /// Attributes of the resource, but for those that are its endpoint's.
    pub fn of_resource(&mut self, span: SpanRef, local: &Endpoint) {
        let table = self.store.resources.attributes();
        let range = self.store.resources.range(self.store.spans.resource(span.row()));
        for row in range.rows().filter(|row| !local.has(*row)) {
            let key = table.key(row);
            self.losses.add(LossKind::ResourceAttribute, self.store.text(key));
            if self.seen.get(key.0).is_none() && self.store.text(key) != "error" {
                self.attribute(key, self.store.content.value(table.cell(row)));
            }
        }
    }

    /// Status, scope and trace state.
    pub fn of_fields(&mut self, span: SpanRef) {
        let message = span.status_message();
        match span.status() {
            StatusCode::Unset => {}
            StatusCode::Ok => self.text("otel.status_code", "OK"),
            StatusCode::Error => {
                self.text("otel.status_code", "ERROR");
                if !self.has("error") {
                    self.write("error", message);
                } else {
                    self.text("otel.status_description", message);
                }
            }
        }
        if span.status() != StatusCode::Error {
            self.text("otel.status_description", message);
        }
        let (name, version) = span.scope().unwrap_or_default();
        self.text("otel.scope.name", name);
        self.text("otel.scope.version", version);
        self.text(names::TRACE_STATE, span.trace_state());
    }

    fn attribute(&mut self, key: StringId, value: ValueRef) {
        let name = self.store.text(key);
        if !self.seen.add(key.0) {
            return self.losses.add(LossKind::RepeatedKey, name);
        }
        match value {
            ValueRef::Str(_) => {}
            ValueRef::Null => self.losses.add(LossKind::NullAsText, name),
            ValueRef::Array(_) | ValueRef::Map(_) => self.losses.add(LossKind::ListAsText, name),
            _ => self.losses.add(LossKind::ValueAsText, name),
        }
        self.out.any_key(name);
        match value {
            ValueRef::Str(text) => self.out.text(text),
            other => self.out.text(&value::text(other)),
        }
    }

    /// A text that is not empty, if there is no tag of the key.
    fn text(&mut self, key: &'static str, text: &str) {
        if !text.is_empty() && !self.has(key) {
            self.write(key, text);
        }
    }

    fn write(&mut self, key: &'static str, text: &str) {
        self.out.key(key);
        self.out.text(text);
    }

    fn has(&self, key: &str) -> bool {
        self.store.strings().find(key).is_some_and(|id| self.seen.get(id.0).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::is_ip;

    #[test]
    fn addresses_are_told_from_names() {
        let (good, bad) =
            (["10.0.0.1", "::1", "fe80::1", "::ffff:1.2.3.4"], ["", "localhost", "1.2.3", "1.2.3.256", "a:b/c"]);
        assert!(good.into_iter().all(is_ip) && !bad.into_iter().any(is_ip));
    }
}
