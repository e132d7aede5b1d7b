//! Who links to a span.

use crate::engine::questions::{LONG_LIST, Referrer};
use crate::model::index::{Index, hash_of};
use crate::model::{LinkRef, Positions, SpanFlags, SpanRef, SpanRow, Store, TraceId, TraceRow};

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
    for owner in owners.into_iter().filter(|owner| is_there(store, *owner)) {
        let from = store.span(owner);
        let owner_trace = store.joined_to(from.trace());
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

/// The span is in a trace that is shown.
fn is_there(store: &Store, span: SpanRow) -> bool {
    let is_removed = store.sources_of(&[span]).iter().any(|source| !store.has_source(*source));
    !is_removed && !store.trace(store.joined_to(store.span(span).trace())).tree.is_empty()
}

/// The spans of a trace that others link to: those of which [`referrers`] tells any. One pass over the table of all links, and one
/// over the trace's spans if a link leads there.
pub fn referred(store: &Store, trace: TraceRow) -> Positions {
    let tree = &store.trace(trace).tree;
    let own = store.trace(trace).id;
    let mut last: Option<(TraceId, bool)> = None;
    let mut is_own = |id: TraceId| match last {
        Some((known, is_own)) if known == id => is_own,
        _ => {
            let is_own = id == own || store.trace_by_id(&id.text(store.strings())) == Some(trace);
            last = Some((id, is_own));
            is_own
        }
    };
    // Links, by the id of the span that they lead to.
    let (mut targets, mut is_empty) = (Index::default(), true);
    for link in 0..store.links.end() {
        let Some(id) = store.links.span(link as usize) else { continue };
        let is_known = |known: u32| store.links.span(known as usize) == Some(id);
        if targets.find(hash_of(id), is_known).is_some() {
            continue;
        }
        let owner = owner_of(store, link);
        let to = store.links.trace(link as usize).unwrap_or_else(|| store.trace(store.span(owner).trace()).id);
        if is_own(to) && !store.spans.flags(owner).has(SpanFlags::COPY) && is_there(store, owner) {
            targets.insert(hash_of(id), link);
            is_empty = false;
        }
    }
    if is_empty {
        return Positions::none(tree.len() as u32);
    }
    Positions::of(tree.len() as u32, |position| {
        let Some(id) = store.spans.id(tree.order[position as usize]) else { return false };
        targets.find(hash_of(id), |link| store.links.span(link as usize) == Some(id)).is_some()
    })
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
