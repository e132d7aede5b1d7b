//! Who links to a span.

use crate::engine::questions::{LONG_LIST, Referrer};
use crate::model::{LinkRef, SpanFlags, SpanRef, SpanRow, Store, TraceRow};

/// The spans that link to one of a trace, those of the same trace first. One pass over the table of all links.
pub fn referrers(store: &Store, trace: TraceRow, span: SpanRef) -> Vec<Referrer> {
    let Some(id) = span.id() else { return Vec::new() };
    let own = store.trace(trace).id;
    let is_meant = |link: &LinkRef| {
        link.span == Some(id)
            && (link.trace == own || store.trace_by_id(&link.trace.text(store.strings())) == Some(trace))
    };
    let mut owners: Vec<SpanRow> = Vec::new();
    for link in (0..store.links.end()).filter(|link| store.links.span(*link as usize) == Some(id)) {
        let owner = owner_of(store, link);
        if owners.last() != Some(&owner) && !store.spans.flags(owner).has(SpanFlags::COPY) {
            owners.push(owner);
        }
    }
    let mut found: [Vec<Referrer>; 2] = Default::default();
    for owner in owners {
        let from = store.span(owner);
        let owner_trace = store.joined_to(from.trace());
        let is_removed = store.sources_of(&[owner]).iter().any(|source| !store.has_source(*source));
        if is_removed || store.trace(owner_trace).tree.is_empty() {
            continue;
        }
        for link in from.links().filter(is_meant) {
            let in_this_trace = owner_trace == trace;
            found[usize::from(!in_this_trace)].push(Referrer {
                trace_id: store.trace_id_text(owner_trace),
                span_id: from.id_text(),
                service: from.service().to_owned(),
                operation: from.name().to_owned(),
                kind: link.kind,
                in_this_trace,
            });
        }
    }
    let mut all = found.concat();
    all.truncate(LONG_LIST);
    all
}

/// The span of a row of the table of links: spans' ranges lie one after another.
fn owner_of(store: &Store, link: u32) -> SpanRow {
    let (mut from, mut to) = (0, store.spans.len() as u32);
    while to - from > 1 {
        let middle = from.midpoint(to);
        match store.link_range(SpanRow(middle)).start <= link {
            true => from = middle,
            false => to = middle,
        }
    }
    SpanRow(from)
}
