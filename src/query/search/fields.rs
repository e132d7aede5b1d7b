//! What a span has of a field.

use super::value::Scalar;
use crate::model::{
    AttributeTable, Cell, LinkRef, Range, SpanId, SpanRow, StatusCode, Store, StringId, Trace, TraceRow,
};
use crate::query::traceql::{Field, Intrinsic, Scope};
use std::borrow::Cow;

/// The attribute that is a resource's service.
const SERVICE: &str = "service.name";
/// The key under which Jaeger keeps an event's name.
const EVENT: &str = "event";

/// A store, and what is looked up in it besides.
#[derive(Clone, Copy)]
pub struct Spans<'a> {
    pub store: &'a Store,
    /// Children of each span, by row; empty if nothing asks for them.
    pub children: &'a [u32],
}

impl<'a> Spans<'a> {
    /// The trace that a span is in. `None`: it has come, but its trace has not.
    pub fn trace_of(&self, row: SpanRow) -> Option<TraceRow> {
        let trace = self.store.spans.trace(row);
        (trace != TraceRow::UNKNOWN).then(|| self.store.joined_to(trace))
    }
}

/// A field, its key looked up once: texts of a store are interned, so keys are compared by number.
#[derive(Clone, Debug)]
pub struct Known {
    pub field: Field,
    pub key: Option<StringId>,
    is_service: bool,
    is_event_name: bool,
    /// Where the key occurs at all.
    pub in_spans: bool,
    pub in_resources: bool,
    in_events: bool,
    in_links: bool,
    in_scopes: bool,
}

impl Known {
    pub fn new(store: &Store, field: &Field) -> Known {
        let (scope, name) = match field {
            Field::Attribute(scope, name) => (Some(*scope), name.as_str()),
            Field::Intrinsic(_) => (None, ""),
        };
        let key = store.strings().find(name).filter(|_| scope.is_some());
        let looks_in = |own: Scope| match scope {
            Some(Scope::None) => true,
            Some(Scope::Anywhere) => matches!(own, Scope::Span | Scope::Resource | Scope::Event),
            Some(scope) => scope == own,
            None => false,
        };
        let occurs = |own: Scope, table: &AttributeTable| looks_in(own) && key.is_some_and(|key| table.has_key(key));
        let is_service = looks_in(Scope::Resource) && name == SERVICE;
        Known {
            field: field.clone(),
            key,
            is_service,
            is_event_name: scope == Some(Scope::Anywhere) && name == EVENT,
            in_spans: occurs(Scope::Span, &store.attributes),
            in_resources: is_service || occurs(Scope::Resource, store.resources.attributes()),
            in_events: occurs(Scope::Event, &store.events.attributes),
            in_links: occurs(Scope::Link, &store.links.attributes),
            in_scopes: occurs(Scope::Instrumentation, store.scopes.attributes()),
        }
    }

    /// No span of the store has it.
    pub fn is_absent(&self) -> bool {
        let is_anywhere = self.in_spans || self.in_resources || self.is_beyond();
        matches!(self.field, Field::Attribute(..)) && !is_anywhere
    }

    /// It may be found elsewhere than in the span and its resource.
    pub fn is_beyond(&self) -> bool {
        self.in_events || self.in_links || self.in_scopes || self.is_event_name
    }

    /// The first scope that has it is enough.
    pub fn is_first(&self) -> bool {
        matches!(self.field, Field::Attribute(Scope::None, _))
    }

    /// It is the resource's service and nothing else.
    pub fn is_only_service(&self) -> bool {
        self.is_service && !self.in_spans && !self.is_beyond()
    }

    /// Adds all values of a span.
    pub fn values<'a>(&self, spans: Spans<'a>, row: SpanRow, out: &mut Vec<Scalar<'a>>) {
        if let Field::Intrinsic(intrinsic) = self.field {
            return intrinsic_values(spans, row, intrinsic, out);
        }
        let before = out.len();
        let is_done = |out: &Vec<Scalar<'a>>| self.is_first() && out.len() > before;
        let store = spans.store;
        if self.in_spans {
            self.of_rows(store, &store.attributes, store.attribute_range(row), out);
        }
        if self.in_resources && !is_done(out) {
            self.of_resource(store, row, out);
        }
        if self.is_beyond() && !is_done(out) {
            self.beyond(store, row, out);
        }
    }

    pub fn of_resource<'a>(&self, store: &'a Store, row: SpanRow, out: &mut Vec<Scalar<'a>>) {
        let resource = store.spans.resource(row);
        let service = store.resources.service(resource);
        if self.is_service && service != StringId::EMPTY {
            out.push(Scalar::text(store.text(service)));
        }
        self.of_rows(store, store.resources.attributes(), store.resources.range(resource), out);
    }

    /// Values of events, of links and of the instrumentation scope: of the first of these that has any, if one is enough.
    pub fn beyond<'a>(&self, store: &'a Store, row: SpanRow, out: &mut Vec<Scalar<'a>>) {
        let before = out.len();
        for event in store.event_range(row).rows() {
            if self.is_event_name {
                out.push(Scalar::text(store.text(store.events.name(event))));
            }
            if self.in_events {
                self.of_rows(store, &store.events.attributes, store.events.range(event), out);
            }
        }
        let is_done = |out: &Vec<Scalar<'a>>| self.is_first() && out.len() > before;
        if self.in_links && !is_done(out) {
            for link in store.link_range(row).rows() {
                self.of_rows(store, &store.links.attributes, store.links.range(link), out);
            }
        }
        if let Some(scope) = store.spans.scope(row).filter(|_| self.in_scopes && !is_done(out)) {
            self.of_rows(store, store.scopes.attributes(), store.scopes.range(scope), out);
        }
    }

    fn of_rows<'a>(&self, store: &'a Store, table: &'a AttributeTable, range: Range, out: &mut Vec<Scalar<'a>>) {
        for row in range.rows().filter(|row| Some(table.key(*row)) == self.key) {
            Scalar::push(store.content.value(table.cell(row)), out);
        }
    }

    /// The cells of a span's own attributes with the key.
    pub fn own_cells<'a>(&self, store: &'a Store, row: SpanRow) -> impl Iterator<Item = Cell> + 'a {
        let key = self.key;
        let rows = store.attribute_range(row).rows().filter(move |row| Some(store.attributes.key(*row)) == key);
        rows.map(|row| store.attributes.cell(row))
    }
}

fn intrinsic_values<'a>(spans: Spans<'a>, row: SpanRow, intrinsic: Intrinsic, out: &mut Vec<Scalar<'a>>) {
    let store = spans.store;
    let span = store.span(row);
    let number = |number: i64| Scalar::Number(crate::query::find::Number::Int(number));
    let owned = |text: String| Scalar::Text(Cow::Owned(text));
    // What is empty is not there.
    let some = |text: &'a str| (!text.is_empty()).then(|| Scalar::text(text));
    let one = match intrinsic {
        Intrinsic::Name => Some(Scalar::text(span.name())),
        Intrinsic::Status => Some(Scalar::text(status_word(span.status()))),
        Intrinsic::StatusMessage => some(span.status_message()),
        Intrinsic::Kind => Some(Scalar::text(span.kind().name())),
        Intrinsic::Duration => Some(Scalar::Duration(span.duration().0)),
        Intrinsic::Start => Some(number(span.start().0)),
        Intrinsic::SpanId => span.id().map(|_| owned(span.id_text())),
        Intrinsic::ParentId => span.parent_id().map(|id| owned(id.text(store.strings()))),
        Intrinsic::ChildCount => spans.children.get(row.0 as usize).map(|count| number(i64::from(*count))),
        Intrinsic::ScopeName => span.scope().and_then(|(name, _)| some(name)),
        Intrinsic::ScopeVersion => span.scope().and_then(|(_, version)| some(version)),
        Intrinsic::EventName => {
            out.extend(span.events().map(|event| Scalar::text(event.name)));
            None
        }
        Intrinsic::EventTimeSinceStart => {
            out.extend(span.events().map(|event| Scalar::Duration((event.time - span.start()).0)));
            None
        }
        Intrinsic::LinkTraceId => {
            out.extend(span.links().map(|link: LinkRef| owned(link.trace.text(store.strings()))));
            None
        }
        Intrinsic::LinkSpanId => {
            let id = |id: SpanId| owned(id.text(store.strings()));
            out.extend(span.links().filter_map(|link| link.span.map(id)));
            None
        }
        Intrinsic::TraceId | Intrinsic::TraceDuration | Intrinsic::RootName | Intrinsic::RootService => {
            spans.trace_of(row).and_then(|trace| trace_value(store, trace, store.trace(trace), intrinsic))
        }
    };
    out.extend(one);
}

/// What is the same for all spans of a trace.
fn trace_value<'a>(store: &'a Store, row: TraceRow, trace: &'a Trace, intrinsic: Intrinsic) -> Option<Scalar<'a>> {
    let root = (!trace.tree.is_empty()).then(|| store.span(trace.name_span));
    match intrinsic {
        Intrinsic::TraceId => Some(Scalar::Text(Cow::Owned(store.trace_id_text(row)))),
        Intrinsic::TraceDuration => Some(Scalar::Duration(trace.duration().0)),
        Intrinsic::RootName => root.map(|root| Scalar::text(root.name())),
        Intrinsic::RootService => {
            root.map(|root| Scalar::text(root.service())).filter(|text| *text != Scalar::text(""))
        }
        _ => None,
    }
}

pub fn status_word(status: StatusCode) -> &'static str {
    match status {
        StatusCode::Unset => "unset",
        StatusCode::Ok => "ok",
        StatusCode::Error => "error",
    }
}
