//! One span, read from the store's columns.

use super::events::{EventRef, LinkRef};
use super::ids::SpanId;
use super::spans::{LinkKind, SpanFlags, SpanKind, SpanRow, StatusCode};
use super::store::Store;
use super::strings::StringId;
use super::time::{Nanos, UnixNanos};
use super::trace::TraceRow;
use super::value::Entries;
use serde::{Deserialize, Serialize};

/// What is to be said about one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpanWarning {
    /// The backend's own words.
    Backend(StringId),
    /// It ended before it started: the duration as written. It is shown as 0.
    NegativeDuration(Nanos),
    /// The start as written, which is no time.
    UnusableStart(StringId),
    /// The start as written, which is a time outside the years 1990 to 2099.
    ImplausibleStart(StringId),
    /// The duration as written, which is no length of time. It is shown as 0.
    UnusableDuration(StringId),
}

/// A span of a store.
#[derive(Clone, Copy)]
pub struct SpanRef<'a> {
    store: &'a Store,
    row: SpanRow,
}

impl Store {
    /// A span to read from.
    pub fn span(&self, row: SpanRow) -> SpanRef<'_> {
        SpanRef { store: self, row }
    }
}

impl<'a> SpanRef<'a> {
    pub fn row(self) -> SpanRow {
        self.row
    }

    pub fn trace(self) -> TraceRow {
        self.store.spans.trace(self.row)
    }

    pub fn id(self) -> Option<SpanId> {
        self.store.spans.id(self.row)
    }

    /// The id as shown and linked: `id`, or `id_1`, … for those that repeat it.
    pub fn id_text(self) -> String {
        self.store.span_id_text(self.row)
    }

    /// The id of the parent in the tree or, without one there, as the file names it.
    pub fn parent_id(self) -> Option<SpanId> {
        self.store.parent_id(self.row)
    }

    /// The id of the parent as the file names it first.
    pub fn written_parent_id(self) -> Option<SpanId> {
        self.store.spans.written_parent(self.row)
    }

    pub fn name(self) -> &'a str {
        self.store.text(self.store.spans.name(self.row))
    }

    pub fn start(self) -> UnixNanos {
        self.store.spans.start(self.row)
    }

    pub fn duration(self) -> Nanos {
        self.store.spans.duration(self.row)
    }

    pub fn end(self) -> UnixNanos {
        self.store.spans.end(self.row)
    }

    pub fn kind(self) -> SpanKind {
        self.store.spans.kind(self.row)
    }

    pub fn status(self) -> StatusCode {
        self.store.spans.status(self.row)
    }

    /// Empty if there is none.
    pub fn status_message(self) -> &'a str {
        self.store.text(self.store.status_messages.first(self.row).unwrap_or_default())
    }

    /// W3C trace state; empty if there is none.
    pub fn trace_state(self) -> &'a str {
        self.store.text(self.store.trace_states.first(self.row).unwrap_or_default())
    }

    pub fn flags(self) -> SpanFlags {
        self.store.spans.flags(self.row)
    }

    pub fn service(self) -> &'a str {
        self.store.text(self.store.service(self.row))
    }

    pub fn attributes(self) -> Entries<'a> {
        self.store.content.entries(&self.store.attributes, self.store.attribute_range(self.row))
    }

    /// Attributes of the resource; the service's name is not among them.
    pub fn resource_attributes(self) -> Entries<'a> {
        let resources = &self.store.resources;
        self.store.content.entries(resources.attributes(), resources.range(self.store.spans.resource(self.row)))
    }

    /// Name and version of the instrumentation scope.
    pub fn scope(self) -> Option<(&'a str, &'a str)> {
        let (name, version) = self.store.scopes.get(self.store.spans.scope(self.row)?);
        Some((self.store.text(name), self.store.text(version)))
    }

    /// Attributes of the instrumentation scope; `None` if the span has no scope.
    pub fn scope_attributes(self) -> Option<Entries<'a>> {
        let scopes = &self.store.scopes;
        let range = scopes.range(self.store.spans.scope(self.row)?);
        Some(self.store.content.entries(scopes.attributes(), range))
    }

    /// Events in file order.
    pub fn events(self) -> impl ExactSizeIterator<Item = EventRef<'a>> + 'a {
        let SpanRef { store, row } = self;
        store.event_range(row).rows().map(move |event| EventRef {
            time: store.events.time(event),
            name: store.text(store.events.name(event)),
            attributes: store.content.entries(&store.events.attributes, store.events.range(event)),
        })
    }

    /// Links, and references that did not become the parent, in file order.
    pub fn links(self) -> impl ExactSizeIterator<Item = LinkRef<'a>> + 'a {
        let SpanRef { store, row } = self;
        let chosen = store.chosen_link(row);
        store.link_range(row).rows().map(move |link| {
            let attributes = store.content.entries(&store.links.attributes, store.links.range(link));
            let own_trace = store.trace(store.spans.trace(row)).id;
            match chosen == Some(link as u32) {
                // This one became the parent; what the file names first stands in its place.
                true => LinkRef {
                    trace: own_trace,
                    span: store.spans.written_parent(row),
                    kind: written_kind(self.flags()),
                    attributes,
                },
                false => LinkRef {
                    trace: store.links.trace(link).unwrap_or(own_trace),
                    span: store.links.span(link),
                    kind: store.links.kind(link),
                    attributes,
                },
            }
        })
    }

    pub fn warnings(self) -> impl Iterator<Item = SpanWarning> + 'a {
        self.store.warnings.of(self.row)
    }
}

fn written_kind(flags: SpanFlags) -> LinkKind {
    match flags.has(SpanFlags::FOLLOWS_PARENT) {
        true => LinkKind::FollowsFrom,
        false => LinkKind::ChildOf,
    }
}
