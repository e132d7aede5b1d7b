//! Finding in traces that were drawn by lot.

use super::check;
use super::naive::{Operand, Part};
use proptest::prelude::*;
use trackway::model::{
    Cell, Content, Nanos, Range, SpanDraft, SpanFlags, SpanId, SpanKind, StatusCode, Store, TraceId, TraceRow,
    UnixNanos,
};
use trackway::query::find::FindMode;

/// Few texts with much in common, so that words are often found: some have a `=`, and some letters whose lower case is
/// longer, shorter, or depends on what comes after.
const TEXTS: [&str; 18] =
    ["a", "A=b", "b", "ab", "a=", "=b", "B", "k", "\u{212a}", "İ", "i̇", "ΑΣ", "ας", "Straße", "10", "5ns", "true", ""];

fn text() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&TEXTS[..])
}

#[derive(Clone, Debug)]
enum Drawn {
    Null,
    Text(&'static str),
    Bool(bool),
    Int(i64),
    Double(f64),
    Array(Vec<&'static str>),
    Map(Vec<(&'static str, i64)>),
}

fn value() -> impl Strategy<Value = Drawn> {
    prop_oneof![
        1 => Just(Drawn::Null),
        6 => text().prop_map(Drawn::Text),
        1 => any::<bool>().prop_map(Drawn::Bool),
        2 => (-12_i64..200).prop_map(Drawn::Int),
        1 => (-20_i32..20).prop_map(|quarters| Drawn::Double(f64::from(quarters) / 4.0)),
        1 => proptest::collection::vec(text(), 0..3).prop_map(Drawn::Array),
        1 => proptest::collection::vec((text(), 0_i64..20), 0..3).prop_map(Drawn::Map),
    ]
}

fn cell(content: &mut Content, value: &Drawn) -> Cell {
    let list = |content: &mut Content, entries: &[(&str, Cell)]| {
        let keys: Vec<_> = entries.iter().map(|(key, _)| content.strings.intern(key)).collect();
        let start = content.nested.end();
        keys.iter().zip(entries).for_each(|(key, (_, cell))| content.nested.push(*key, *cell));
        Range { start, end: content.nested.end() }
    };
    match value {
        Drawn::Null => Cell::NULL,
        Drawn::Text(text) => Cell::text(content.strings.intern(text)),
        Drawn::Bool(value) => Cell::bool(*value),
        Drawn::Int(value) => Cell::int(*value),
        Drawn::Double(value) => Cell::double(*value),
        Drawn::Array(items) => {
            let cells: Vec<_> = items.iter().map(|item| ("", Cell::text(content.strings.intern(item)))).collect();
            Cell::array(list(content, &cells))
        }
        Drawn::Map(entries) => {
            let cells: Vec<_> = entries.iter().map(|(key, value)| (*key, Cell::int(*value))).collect();
            Cell::map(list(content, &cells))
        }
    }
}

type Pairs = Vec<(&'static str, Drawn)>;

fn pairs() -> impl Strategy<Value = Pairs> {
    proptest::collection::vec((text(), value()), 0..3)
}

#[derive(Clone, Debug)]
struct DrawnSpan {
    id: &'static str,
    name: &'static str,
    service: &'static str,
    resource: Pairs,
    attributes: Pairs,
    events: Vec<(&'static str, Pairs)>,
    start: i64,
}

fn span() -> impl Strategy<Value = DrawnSpan> {
    let events = proptest::collection::vec((text(), pairs()), 0..2);
    (text(), text(), text(), pairs(), pairs(), events, 0_i64..9).prop_map(
        |(id, name, service, resource, attributes, events, start)| DrawnSpan {
            id,
            name,
            service,
            resource,
            attributes,
            events,
            start,
        },
    )
}

fn store_of(spans: &[DrawnSpan]) -> Store {
    let mut store = Store::new();
    let trace = store.open_trace(TraceId::Hex { bits: 1, width: 1 });
    for span in spans {
        let rows = store.open_rows();
        let pairs = |store: &mut Store, pairs: &Pairs| -> Vec<_> {
            let intern =
                |(key, value): &(&str, Drawn)| (store.content.strings.intern(key), cell(&mut store.content, value));
            pairs.iter().map(intern).collect()
        };
        let attributes = pairs(&mut store, &span.attributes);
        attributes.iter().for_each(|(key, cell)| store.attributes.push(*key, *cell));
        for (name, drawn) in &span.events {
            let attributes = pairs(&mut store, drawn);
            let start = store.events.attributes.end();
            attributes.iter().for_each(|(key, cell)| store.events.attributes.push(*key, *cell));
            let name = store.content.strings.intern(name);
            store.events.push(UnixNanos(5), name, start);
        }
        let resource = pairs(&mut store, &span.resource);
        let service = store.content.strings.intern(span.service);
        let draft = SpanDraft {
            trace,
            id: SpanId::parse(span.id, &mut store.content.strings),
            parent: None,
            start: UnixNanos(span.start),
            duration: Nanos(span.start * 3),
            name: store.content.strings.intern(span.name),
            resource: store.resources.intern(&store.content, service, &resource),
            scope: None,
            kind: SpanKind::Internal,
            status: StatusCode::Ok,
            flags: SpanFlags::default(),
            attributes: rows.attributes,
            events: rows.events,
            links: rows.links,
        };
        store.push_span(draft);
    }
    store.build_tree(trace);
    store
}

fn part() -> impl Strategy<Value = Part> {
    let word = (text(), text()).prop_filter_map("no word", |(a, b)| {
        let word = format!("{a}{b}");
        (!word.is_empty() && !word.starts_with('-')).then_some(Part::Word(word))
    });
    let exclude = text().prop_filter_map("no key", |key| (!key.is_empty()).then(|| Part::exclude(key)));
    let operand = prop_oneof![
        (-3_i32..20).prop_map(|number| Operand::Number(f64::from(number) / 2.0)),
        (0_i64..9).prop_map(Operand::Duration),
        text().prop_filter_map("no text", |text| (!text.is_empty()).then(|| Operand::text(text))),
    ];
    let ops = proptest::sample::select(vec!["==", "!=", ">", "<", ">=", "<="]);
    let keys = proptest::sample::select(vec!["a", "AB", "k", "10", "ας", "event"]);
    let comparison = (keys, ops, operand).prop_map(|(key, op, operand)| Part::Comparison(key, op, operand));
    prop_oneof![5 => word, 1 => exclude, 2 => comparison]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn drawn_traces_as_plain_loops_find(
        spans in proptest::collection::vec(span(), 1..8),
        parts in proptest::collection::vec(part(), 0..4),
    ) {
        let store = store_of(&spans);
        for mode in [FindMode::Any, FindMode::All] {
            check(&store, TraceRow(0), mode, &parts, "drawn");
        }
        for pattern in ["a=", "^a?b$", "k|[0-9]$", "=b"] {
            check(&store, TraceRow(0), FindMode::Regex, &[Part::word(pattern)], "drawn");
        }
    }
}
