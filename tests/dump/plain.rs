//! Traces as plain structs: easy to make up, to change and to turn into a store.

use super::{span_id, trace_id, values, warning_text};
use trackway::model::{
    AttributeTable, Cell, Content, LinkKind, Nanos, Range, SpanDraft, SpanFlags, SpanId, SpanKind, SpanWarning,
    StatusCode, Store, StringId, TraceId, UnixNanos, Value,
};

pub type Attributes = Vec<(String, Value)>;

/// Ids are texts: those of hexadecimal digits are numbers. An empty one is none.
#[derive(Clone, Debug, Default)]
pub struct PlainTrace {
    pub id: String,
    pub warnings: Vec<String>,
    /// In order of arrival.
    pub spans: Vec<PlainSpan>,
}

#[derive(Clone, Debug, Default)]
pub struct PlainSpan {
    pub id: String,
    pub parent: String,
    pub follows_parent: bool,
    pub name: String,
    /// 0 if it is missing.
    pub start: i64,
    pub is_time_missing: bool,
    /// It was written before it ended.
    pub is_unfinished: bool,
    pub duration: i64,
    pub service: String,
    pub resource: Attributes,
    pub scope: Option<(String, String, Attributes)>,
    pub kind: SpanKind,
    pub status: StatusCode,
    pub message: String,
    pub trace_state: String,
    pub attributes: Attributes,
    pub events: Vec<PlainEvent>,
    pub links: Vec<PlainLink>,
    /// Kind and words, as in the dump.
    pub warnings: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug)]
pub struct PlainEvent {
    pub time: i64,
    pub name: String,
    pub attributes: Attributes,
}

#[derive(Clone, Debug)]
pub struct PlainLink {
    /// Empty: the span's own trace.
    pub trace: String,
    pub span: String,
    pub kind: LinkKind,
    pub attributes: Attributes,
}

/// The traces of a store, without copies.
pub fn traces_of(store: &Store) -> Vec<PlainTrace> {
    let plain = store.traces().map(|(_, trace)| PlainTrace {
        id: trace_id(store, trace.id),
        warnings: trace.warnings().map(|text| store.text(text).to_owned()).collect(),
        spans: trace
            .rows()
            .filter(|row| !store.spans.flags(*row).has(SpanFlags::COPY))
            .map(|row| span_of(store, store.span(row)))
            .collect(),
    });
    plain.collect()
}

fn span_of(store: &Store, span: trackway::model::SpanRef) -> PlainSpan {
    let is_time_missing = span.flags().has(SpanFlags::TIME_MISSING);
    PlainSpan {
        id: span_id(store, span.id()),
        parent: span_id(store, span.written_parent_id()),
        follows_parent: span.flags().has(SpanFlags::FOLLOWS_PARENT),
        name: span.name().to_owned(),
        start: if is_time_missing { 0 } else { span.start().0 },
        is_time_missing,
        is_unfinished: span.flags().has(SpanFlags::UNFINISHED),
        duration: span.duration().0,
        service: span.service().to_owned(),
        resource: values(span.resource_attributes()),
        scope: span.scope().map(|(name, version)| {
            (name.to_owned(), version.to_owned(), span.scope_attributes().map(values).unwrap_or_default())
        }),
        kind: span.kind(),
        status: span.status(),
        message: span.status_message().to_owned(),
        trace_state: span.trace_state().to_owned(),
        attributes: values(span.attributes()),
        events: span
            .events()
            .map(|event| PlainEvent {
                time: event.time.0,
                name: event.name.to_owned(),
                attributes: values(event.attributes),
            })
            .collect(),
        links: store
            .link_range(span.row())
            .rows()
            .map(|row| PlainLink {
                trace: store.links.trace(row).map(|id| trace_id(store, id)).unwrap_or_default(),
                span: span_id(store, store.links.span(row)),
                kind: store.links.kind(row),
                attributes: values(store.content.entries(&store.links.attributes, store.links.range(row))),
            })
            .collect(),
        warnings: span.warnings().map(|warning| warning_text(store, warning)).collect(),
    }
}

/// A store with these traces, their trees built.
pub fn store_of(traces: &[PlainTrace]) -> Store {
    let mut store = Store::new();
    for trace in traces {
        let id = TraceId::parse(&trace.id, &mut store.content.strings).expect("a trace id");
        let row = store.open_trace(id);
        for span in &trace.spans {
            push(&mut store, row, span);
        }
        for warning in &trace.warnings {
            let text = store.content.strings.intern(warning);
            store.warn_of_trace(row, text);
        }
        store.build_tree(row);
    }
    store
}

fn push(store: &mut Store, trace: trackway::model::TraceRow, span: &PlainSpan) {
    let open = store.open_rows();
    push_all(&mut store.content, &mut store.attributes, &span.attributes);
    for event in &span.events {
        let start = store.events.attributes.end();
        push_all(&mut store.content, &mut store.events.attributes, &event.attributes);
        let name = store.content.strings.intern(&event.name);
        store.events.push(UnixNanos(event.time), name, start);
    }
    for link in &span.links {
        let start = store.links.attributes.end();
        push_all(&mut store.content, &mut store.links.attributes, &link.attributes);
        let strings = &mut store.content.strings;
        let (trace, span) = (TraceId::parse(&link.trace, strings), SpanId::parse(&link.span, strings));
        store.links.push(trace, span, link.kind, start);
    }
    let service = store.content.strings.intern(&span.service);
    let resource = cells(&mut store.content, &span.resource);
    let scope = span.scope.as_ref().map(|(name, version, attributes)| {
        let [name, version] = [name, version].map(|text| store.content.strings.intern(text));
        let attributes = cells(&mut store.content, attributes);
        store.scopes.intern(&store.content, name, version, &attributes)
    });
    let mut flags = SpanFlags::default();
    if span.follows_parent {
        flags = flags.with(SpanFlags::FOLLOWS_PARENT);
    }
    if span.is_time_missing {
        flags = flags.with(SpanFlags::TIME_MISSING);
    }
    if span.is_unfinished {
        flags = flags.with(SpanFlags::UNFINISHED);
    }
    let draft = SpanDraft {
        trace,
        id: SpanId::parse(&span.id, &mut store.content.strings),
        parent: SpanId::parse(&span.parent, &mut store.content.strings),
        start: UnixNanos(span.start),
        duration: Nanos(span.duration),
        name: store.content.strings.intern(&span.name),
        resource: store.resources.intern(&store.content, service, &resource),
        scope,
        kind: span.kind,
        status: span.status,
        flags,
        attributes: open.attributes,
        events: open.events,
        links: open.links,
    };
    let row = store.push_span(draft);
    let mut text = |text: &str| Some(store.content.strings.intern(text)).filter(|id| *id != StringId::EMPTY);
    let (message, trace_state) = (text(&span.message), text(&span.trace_state));
    message.into_iter().for_each(|message| store.status_messages.push(row, message));
    trace_state.into_iter().for_each(|state| store.trace_states.push(row, state));
    for (kind, words) in &span.warnings {
        let text = store.content.strings.intern(words);
        store.warnings.push(
            row,
            match *kind {
                "backend" => SpanWarning::Backend(text),
                "negative duration" => SpanWarning::NegativeDuration(Nanos(words.parse().expect("a number"))),
                "unusable start" => SpanWarning::UnusableStart(text),
                "implausible start" => SpanWarning::ImplausibleStart(text),
                _ => SpanWarning::UnusableDuration(text),
            },
        );
    }
}

fn push_all(content: &mut Content, table: &mut AttributeTable, attributes: &Attributes) {
    cells(content, attributes).into_iter().for_each(|(key, cell)| table.push(key, cell));
}

fn cells(content: &mut Content, attributes: &Attributes) -> Vec<(StringId, Cell)> {
    attributes.iter().map(|(key, value)| (content.strings.intern(key), cell(content, value))).collect()
}

fn cell(content: &mut Content, value: &Value) -> Cell {
    match value {
        Value::Null => Cell::NULL,
        Value::Str(text) => Cell::text(content.strings.intern(text)),
        Value::Bool(value) => Cell::bool(*value),
        Value::Int(value) => Cell::int(*value),
        Value::BigInt(digits) => Cell::big_int(content.strings.intern(digits)),
        Value::Double(value) => Cell::double(*value),
        Value::Bytes(bytes) => Cell::bytes(content.blobs.intern(bytes)),
        Value::Array(items) => {
            let cells: Vec<_> = items.iter().map(|item| (StringId::EMPTY, cell(content, item))).collect();
            Cell::array(nested(content, cells))
        }
        Value::Map(entries) => {
            let cells = cells(content, entries);
            Cell::map(nested(content, cells))
        }
        Value::CutStr { .. } | Value::CutBytes { .. } | Value::More(_) => unreachable!("whole values"),
    }
}

fn nested(content: &mut Content, cells: Vec<(StringId, Cell)>) -> Range {
    let start = content.nested.end();
    cells.into_iter().for_each(|(key, cell)| content.nested.push(key, cell));
    Range { start, end: content.nested.end() }
}
