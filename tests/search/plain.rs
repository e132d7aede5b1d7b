//! A store as plain structures: what the oracle searches through.

use trackway::model::{SpanRow, Store, ValueRef};

#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    Text(String),
    Number(f64),
    Bool(bool),
    Nanos(i64),
    /// Bytes, maps, lists in lists, empty lists.
    Other,
}

pub type Pairs = Vec<(String, Vec<Val>)>;

#[derive(Debug)]
pub struct Span {
    pub name: String,
    pub service: String,
    pub kind: String,
    pub status: String,
    pub message: String,
    pub nanos: i64,
    pub start: i64,
    pub id: Option<String>,
    pub parent_id: Option<String>,
    /// Index in the trace.
    pub parent: Option<usize>,
    pub own: Pairs,
    pub resource: Pairs,
    pub events: Vec<(String, i64, Pairs)>,
    pub links: Vec<(String, Option<String>, Pairs)>,
    pub scope: Option<(String, String, Pairs)>,
}

#[derive(Debug)]
pub struct Trace {
    pub id: String,
    pub nanos: i64,
    pub root_name: String,
    pub root_service: String,
    pub spans: Vec<Span>,
}

fn vals(value: ValueRef) -> Vec<Val> {
    let one = |value: ValueRef| match value {
        ValueRef::Null => None,
        ValueRef::Str(text) => Some(Val::Text(text.to_owned())),
        ValueRef::Bool(value) => Some(Val::Bool(value)),
        ValueRef::Int(value) => Some(Val::Number(value as f64)),
        ValueRef::BigInt(digits) => Some(Val::Number(digits.parse().expect("digits"))),
        ValueRef::Double(value) => Some(Val::Number(value)),
        ValueRef::Bytes(_) | ValueRef::Array(_) | ValueRef::Map(_) => Some(Val::Other),
    };
    match value {
        ValueRef::Array(items) => {
            let all: Vec<Val> = items.filter_map(|(_, item)| one(item)).collect();
            if all.is_empty() { vec![Val::Other] } else { all }
        }
        other => one(other).into_iter().collect(),
    }
}

fn pairs<'a>(entries: impl Iterator<Item = (&'a str, ValueRef<'a>)>) -> Pairs {
    entries.map(|(key, value)| (key.to_owned(), vals(value))).filter(|(_, values)| !values.is_empty()).collect()
}

pub fn traces(store: &Store) -> Vec<Trace> {
    let traces = store.traces().map(|(row, trace)| {
        let span = |at: usize, row: SpanRow| {
            let span = store.span(row);
            Span {
                name: span.name().to_owned(),
                service: span.service().to_owned(),
                kind: span.kind().name().to_owned(),
                status: format!("{:?}", span.status()).to_lowercase(),
                message: span.status_message().to_owned(),
                nanos: span.duration().0,
                start: span.start().0,
                id: span.id().map(|_| span.id_text()),
                parent_id: span.parent_id().map(|id| id.text(store.strings())),
                parent: trace.tree.parent_of(at),
                own: pairs(span.attributes()),
                resource: pairs(span.resource_attributes()),
                events: span
                    .events()
                    .map(|event| (event.name.to_owned(), (event.time - span.start()).0, pairs(event.attributes)))
                    .collect(),
                links: span
                    .links()
                    .map(|link| {
                        (
                            link.trace.text(store.strings()),
                            link.span.map(|id| id.text(store.strings())),
                            pairs(link.attributes),
                        )
                    })
                    .collect(),
                scope: span.scope().map(|(name, version)| {
                    (name.to_owned(), version.to_owned(), span.scope_attributes().map(pairs).unwrap_or_default())
                }),
            }
        };
        let root = store.span(trace.name_span);
        Trace {
            id: store.trace_id_text(row),
            nanos: trace.duration().0,
            root_name: root.name().to_owned(),
            root_service: root.service().to_owned(),
            spans: trace.tree.order.iter().enumerate().map(|(at, row)| span(at, *row)).collect(),
        }
    });
    traces.collect()
}
