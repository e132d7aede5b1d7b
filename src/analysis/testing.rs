//! Traces for this room's tests, where a drawn one says too little: kinds, flags, hosts, and sizes beyond a picture.

use crate::model::{
    Cell, Nanos, SpanDraft, SpanFlags, SpanId, SpanKind, StatusCode, Store, TraceId, TraceRow, UnixNanos,
};
use proptest::prelude::*;

const START: i64 = 1_700_000_000_000_000_000;

/// A span of a test; its id is its place in the list, and 1.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    /// The parent's place in the list.
    pub parent: Option<usize>,
    /// In nanoseconds.
    pub start: i64,
    pub duration: i64,
    pub service: &'static str,
    pub name: &'static str,
    pub kind: SpanKind,
    pub status: StatusCode,
    pub flags: SpanFlags,
    /// Attributes of the resource.
    pub host: &'static [(&'static str, &'static str)],
}

pub fn span(parent: impl Into<Option<usize>>, start: i64, end: i64) -> Given {
    Given {
        parent: parent.into(),
        start,
        duration: end - start,
        service: "shop",
        name: "buy",
        kind: SpanKind::Unspecified,
        status: StatusCode::Unset,
        flags: SpanFlags::default(),
        host: &[],
    }
}

/// A store with one trace, whose spans arrive in the order of the list.
pub fn store_of(spans: &[Given]) -> Store {
    let places: Vec<usize> = (0..spans.len()).collect();
    store_in_order(spans, &places)
}

/// The same, where the spans arrive in the order of `places`.
pub fn store_in_order(spans: &[Given], places: &[usize]) -> Store {
    let mut store = Store::new();
    let trace = store.open_trace(TraceId::Hex { bits: 1, width: 1 });
    places.iter().for_each(|place| push(&mut store, trace, *place, &spans[*place], &mut |_| {}));
    store.build_tree(trace);
    store
}

/// A store with a trace for each list. `attributes` pushes those of the span that is told, by its trace's number and its place in the list: see
/// [`push_text`].
pub fn traces_of(traces: &[Vec<Given>], attributes: &mut dyn FnMut(&mut Store, usize, usize)) -> Store {
    let mut store = Store::new();
    for (number, spans) in traces.iter().enumerate() {
        let trace = store.open_trace(TraceId::Hex { bits: number as u128 + 1, width: 1 });
        for (place, given) in spans.iter().enumerate() {
            push(&mut store, trace, place, given, &mut |store| attributes(store, number, place));
        }
        store.build_tree(trace);
    }
    store
}

/// Pushes an attribute of the next span.
pub fn push_text(store: &mut Store, key: &str, text: &str) {
    let [key, text] = [key, text].map(|text| store.content.strings.intern(text));
    store.attributes.push(key, Cell::text(text));
}

fn push(store: &mut Store, trace: TraceRow, place: usize, given: &Given, attributes: &mut dyn FnMut(&mut Store)) {
    let id = |place: usize| SpanId::Hex { bits: place as u64 + 1, width: 1 };
    let strings = &mut store.content.strings;
    let host: Vec<_> = given.host.iter().map(|(key, value)| (strings.intern(key), strings.intern(value))).collect();
    let host: Vec<_> = host.into_iter().map(|(key, value)| (key, Cell::text(value))).collect();
    let (service, name) = (strings.intern(given.service), strings.intern(given.name));
    let open = store.open_rows();
    attributes(store);
    let draft = SpanDraft {
        trace,
        id: Some(id(place)),
        parent: given.parent.map(id),
        start: UnixNanos(START + given.start),
        duration: Nanos(given.duration),
        name,
        resource: store.resources.intern(&store.content, service, &host),
        scope: None,
        kind: given.kind,
        status: given.status,
        flags: given.flags,
        attributes: open.attributes,
        events: open.events,
        links: open.links,
    };
    store.push_span(draft);
}

/// The place in the list that the span at a position has.
pub fn place(store: &Store, position: u32) -> usize {
    match store.spans.id(store.trace(TraceRow(0)).tree.order[position as usize]) {
        Some(SpanId::Hex { bits, .. }) => bits as usize - 1,
        other => panic!("{other:?}"),
    }
}

/// Any trace: every span but the first hangs below an earlier one, or is a root. Times are small, so that spans touch,
/// overlap, are equal and have no length.
pub fn any_spans() -> impl Strategy<Value = Vec<Given>> {
    let kinds = [SpanKind::Unspecified, SpanKind::Producer, SpanKind::Consumer, SpanKind::Client, SpanKind::Server];
    let one = (any::<prop::sample::Index>(), 0_u8..10, 0_i64..40, 0_i64..20, 0_usize..5, 0_u8..8);
    prop::collection::vec(one, 1..40).prop_map(move |list| {
        let spans = list.into_iter().enumerate().map(|(at, (parent, is_root, start, length, kind, odd))| Given {
            parent: (at > 0 && is_root > 0).then(|| parent.index(at)),
            kind: if odd < 4 { SpanKind::Unspecified } else { kinds[kind] },
            flags: if odd == 7 { SpanFlags::FOLLOWS_PARENT } else { SpanFlags::default() },
            status: if odd == 6 { StatusCode::Error } else { StatusCode::Unset },
            name: ["buy", "sell"][usize::from(odd) % 2],
            ..span(None, start, start + length)
        });
        spans.collect()
    })
}

/// So many spans, each below the one before it; each a nanosecond shorter at both ends.
pub fn chain(spans: usize) -> Vec<Given> {
    let one = |at: usize| span(at.checked_sub(1), at as i64, (2 * spans - at) as i64);
    (0..spans).map(one).collect()
}

/// One span with so many children, one after another, each beginning when the one before it ends.
pub fn fan(children: usize) -> Vec<Given> {
    let child = |at: usize| span(0, at as i64 * 10, at as i64 * 10 + 10);
    std::iter::once(span(None, 0, children as i64 * 10)).chain((0..children).map(child)).collect()
}

/// A trace as services write them: each span has up to nine children within it, of fifty services and a thousand names.
pub fn bush(spans: usize) -> Vec<Given> {
    const SERVICES: [&str; 8] = ["shop", "pay", "mail", "stock", "cart", "user", "ads", "log"];
    const NAMES: [&str; 8] = ["get", "put", "list", "find", "send", "read", "write", "check"];
    let mut random = 1_u64;
    let mut next = |below: i64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as i64 % below
    };
    let mut made: Vec<Given> = vec![span(None, 0, 1 << 50)];
    for at in 1..spans {
        let parent = (at - 1) / 6;
        let Given { start, duration, .. } = made[parent];
        let length = 1 + next(duration / 3 + 1);
        let start = start + next(duration.max(1));
        let (service, name) = (SERVICES[next(8) as usize], NAMES[next(8) as usize]);
        made.push(Given { service, name, ..span(parent, start, start + length) });
    }
    made
}
