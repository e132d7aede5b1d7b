//! What the spans of a node carry in A and in B: keys whose values are not the same on both sides, and how often each value is there.

use super::super::{Answer, Memo};
use crate::analysis::comparison::Comparison;
use crate::analysis::row_facts::cut;
use crate::engine::questions::{Carrier, KeyDifference, NodeAttributes, NodeAttributesAnswer};
use crate::engine::value_text::plain;
use crate::model::{SpanRow, StatusCode, Store, ValueRef, order};

/// Spans of a side that are looked at.
const MOST_SPANS: usize = 1_000;
/// Values of a key and a side that are told, and bytes of each.
const MOST_VALUES: usize = 3;
const MOST_BYTES: usize = 300;

impl Answer for NodeAttributes {
    fn answer(&self, store: &Store, memo: &mut Memo) -> NodeAttributesAnswer {
        let Some((comparison, outline, _)) = memo.compare().look(store, &self.what) else { return Default::default() };
        let Some(placed) = outline.placed.get(self.place as usize) else { return Default::default() };
        let [a, b] = [0, 1].map(|side| rows(store, comparison, side, placed.node));
        differences(store, [&a, &b])
    }
}

/// The first spans of a node on a side.
fn rows(store: &Store, comparison: &Comparison, side: usize, node: u32) -> Vec<SpanRow> {
    let group = &comparison.groups[side];
    let mut rows = Vec::new();
    for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
        let order = &store.trace(*trace).tree.order;
        rows.extend(nodes.iter().zip(order).filter(|(it, _)| **it == node).map(|(_, row)| *row));
        if rows.len() >= MOST_SPANS {
            rows.truncate(MOST_SPANS);
            break;
        }
    }
    rows
}

/// A value that a span has: where, under which key, and whose.
struct Met {
    carrier: Carrier,
    key: String,
    value: String,
    side: usize,
}

/// In n log n of the values of the spans.
fn differences(store: &Store, sides: [&[SpanRow]; 2]) -> NodeAttributesAnswer {
    let mut met = Vec::new();
    for (side, rows) in sides.iter().enumerate() {
        rows.iter().for_each(|row| meet(store, *row, side, &mut met));
    }
    let met = order::arrange(met, &mut |one, other| {
        one.carrier.cmp(&other.carrier).then_with(|| one.key.cmp(&other.key)).then_with(|| one.value.cmp(&other.value))
    });
    let mut found = NodeAttributesAnswer { spans: sides.map(|rows| rows.len() as u32), ..Default::default() };
    let mut rest = met.as_slice();
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|it| it.carrier != first.carrier || it.key != first.key).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        rest = after;
        match difference(key) {
            Some(difference) => found.different.push(difference),
            None => found.same += 1,
        }
    }
    let rank = |it: &KeyDifference| {
        let is_in_both = it.values.iter().all(|values| !values.is_empty());
        let values: u32 = it.values.iter().zip(it.more).map(|(values, more)| values.len() as u32 + more).sum();
        (it.carrier != Carrier::Error, is_in_both, values)
    };
    found.different = order::arrange(found.different, &mut |one, other| rank(one).cmp(&rank(other)));
    found
}

fn meet(store: &Store, row: SpanRow, side: usize, met: &mut Vec<Met>) {
    let span = store.span(row);
    let mut tell = |carrier: Carrier, key: &str, value: &str| {
        met.push(Met { carrier, key: key.to_owned(), value: cut(value, MOST_BYTES).to_owned(), side });
    };
    let text = |value: ValueRef| plain(&value.to_owned(MOST_BYTES));
    if span.status() == StatusCode::Error {
        tell(Carrier::Error, "status", "ERROR");
    }
    if !span.status_message().is_empty() {
        tell(Carrier::Error, "status.message", span.status_message());
    }
    for event in span.events() {
        // A stack trace is another with every release.
        let of_exception = |key: &str| key.starts_with("exception.") && key != "exception.stacktrace";
        for (key, value) in event.attributes.filter(|(key, _)| of_exception(key)) {
            tell(Carrier::Error, key, &text(value));
        }
    }
    span.attributes().for_each(|(key, value)| tell(Carrier::Span, key, &text(value)));
    span.resource_attributes().for_each(|(key, value)| tell(Carrier::Resource, key, &text(value)));
}

/// Of what was met under one key, in the order of its values; `None` if A and B have the same values.
fn difference(met: &[Met]) -> Option<KeyDifference> {
    let first = met.first()?;
    // Each value with its spans in A and in B.
    let mut counts = Vec::<(&str, [u32; 2])>::new();
    for it in met {
        if counts.last().is_none_or(|(value, _)| *value != it.value) {
            counts.push((&it.value, [0; 2]));
        }
        if let Some((_, spans)) = counts.last_mut() {
            spans[it.side] += 1;
        }
    }
    if counts.iter().all(|(_, [a, b])| *a > 0 && *b > 0) {
        return None;
    }
    let mut more = [0; 2];
    let values = [0, 1].map(|side| {
        let own = counts.iter().filter(|(_, spans)| spans[side] > 0).collect();
        let rank = |(_, spans): &(&str, [u32; 2])| (spans[1 - side] > 0, !spans[side]);
        let own = order::arrange(own, &mut |one, other| rank(one).cmp(&rank(other)));
        more[side] = own.len().saturating_sub(MOST_VALUES) as u32;
        own.into_iter().take(MOST_VALUES).map(|(value, spans)| ((*value).to_owned(), spans[side])).collect()
    });
    Some(KeyDifference { carrier: first.carrier, key: first.key.clone(), values, more })
}
