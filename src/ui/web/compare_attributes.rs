//! What the spans of a chosen node carry in A and in B, where that differs.

use wasm_bindgen_futures::spawn_local;

use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::format::number;
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, el, empty, optional};
use super::words::{fill, words};
use crate::engine::questions::{Carrier, KeyDifference, NodeAttributes, NodeAttributesAnswer};

/// Keys that are shown at once.
const SHOWN: usize = 12;

/// Keys whose values differ, each with its values in A and in B.
pub fn attributes(shown: Graph, place: u32) -> View {
    let answer = RwSignal::new(None::<NodeAttributesAnswer>);
    let what = shown.sides.with_untracked(Sides::compared);
    spawn_local(async move {
        let Some(client) = client() else { return };
        let now = client.ask(NodeAttributes { what, place }).await;
        if !answer.is_disposed() {
            answer.set(now);
        }
    });
    optional(move || answer.with(|answer| answer.as_ref().map(section)))
}

fn section(answer: &NodeAttributesAnswer) -> View {
    let words = words();
    let title = el("h2", "diff-examples").text(words.diff_attributes);
    let section = el("div", "diff-attributes").test_id("diff-attributes").child(title);
    let [a, b] = answer.spans;
    if a == 0 || b == 0 {
        // Nothing to compare with; the spans below tell what they carry.
        return empty();
    }
    let line = |it: &KeyDifference| line(it, a + b > 2);
    let same = el("p", "quiet").text(&fill(words.diff_same_keys, &[&number(answer.same.into())]));
    let (first, rest) = answer.different.split_at(answer.different.len().min(SHOWN));
    let heads = ["", "A", "B"].map(|text| el("th", "").attr("scope", "col").text(text));
    let table = (!first.is_empty()).then(|| {
        el("table", "")
            .child(el("thead", "").child(el("tr", "").children(heads)))
            .child(el("tbody", "").children(first.iter().map(line)))
    });
    let more = (!rest.is_empty()).then(|| {
        el("details", "")
            .child(el("summary", "").text(&fill(words.more_values, &[&number(rest.len() as u64)])))
            .child(el("table", "").child(el("tbody", "").children(rest.iter().map(line))))
    });
    section.children(table).children(more).child(same)
}

fn line(it: &KeyDifference, has_counts: bool) -> View {
    let carrier = match it.carrier {
        Carrier::Error => "error",
        Carrier::Span => "span",
        Carrier::Resource => "resource",
    };
    let of = (it.carrier == Carrier::Resource).then(|| el("span", "quiet").text("resource."));
    let cell = |side: usize| {
        let values = it.values[side].iter().map(|(value, spans)| {
            let count = has_counts.then(|| el("span", "quiet").text(&[" × ", &number((*spans).into())].concat()));
            el("div", "diff-value").child(el("bdi", "").attr("title", value).text(value)).children(count)
        });
        let more = (it.more[side] > 0)
            .then(|| el("div", "quiet").text(&fill(words().more_values, &[&number(it.more[side].into())])));
        let none = it.values[side].is_empty().then(|| el("span", "quiet").text("–"));
        el("td", "").children(values).children(more).children(none)
    };
    let name =
        el("th", "").attrs(&[("scope", "row"), ("title", &it.key)]).children(of).child(el("bdi", "").text(&it.key));
    el("tr", "")
        .test_id("diff-attribute")
        .attrs(&[("data-key", &it.key), ("data-carrier", carrier)])
        .child(name)
        .child(cell(0))
        .child(cell(1))
}
