//! What tells two groups of traces apart: what is over-represented in B or in A, and of a node how its values spread over the traces of both.

use wasm_bindgen_futures::spawn_local;

use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::compare_table::{p_text, signed};
use super::compare_tools::metric_name;
use super::format::{duration, fixed, number, percent};
use super::navigation::{address, link};
use super::row::display_name;
use super::signal::RwSignal;
use super::state::{app, client};
use super::view::{View, dynamic, effect, el, empty, optional};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{
    Feature, FeatureKind, Metric, NodeSpread, Represented, SpreadAnswer, WhatDiffers, WhatDiffersAnswer,
};
use crate::source::path_segment;

/// Lines that are shown.
const MOST: u32 = 100;
/// In smaller groups chance makes shares that look like findings.
const FEW: u32 = 10;

/// What is over-represented, the most telling first.
#[inline(never)]
pub fn differences(shown: Graph) -> View {
    let answer = RwSignal::new(None::<WhatDiffersAnswer>);
    if let Some(client) = client() {
        let slot = Slot::<WhatDiffers>::hearing(client, move |bytes| {
            if !answer.is_disposed() {
                answer.set(decode(bytes));
            }
        });
        effect(move || {
            app().version.track();
            slot.ask(WhatDiffers { what: shown.sides.with(Sides::compared), most: MOST });
        });
    }
    let body = optional(move || answer.with(|answer| answer.as_ref().map(lines)));
    el("section", "diff-differences")
        .test_id("diff-differences")
        .attr("aria-label", words().diff_look_groups)
        .child(body)
}

fn lines(answer: &WhatDiffersAnswer) -> View {
    let words = words();
    let [a, b] = answer.traces;
    let few = (a.min(b) < FEW).then(|| el("p", "diff-few").text(&fill(words.diff_few, &[&number(FEW.into())])));
    let none = answer.lines.is_empty().then(|| el("p", "quiet").text(words.diff_nothing_over));
    let lead = el("p", "quiet").text(words.diff_over_lead);
    let heads = ["", words.diff_over_what, "A", "B", words.diff_lift, "p"];
    let heads = heads.map(|text| el("th", "").attr("scope", "col").text(text));
    let rows = answer.lines.iter().map(|it| line(it, answer.traces));
    let table = (!answer.lines.is_empty()).then(|| {
        el("table", "diff-over")
            .child(el("thead", "").child(el("tr", "").children(heads)))
            .child(el("tbody", "").children(rows))
    });
    empty().child(lead).children(few).children(none).children(table)
}

fn line(it: &Represented, of: [u32; 2]) -> View {
    let [a, b] = [0, 1].map(|side| f64::from(it.traces[side]) / f64::from(of[side].max(1)));
    let share = |side: usize, share: f64| {
        let text = [&number(it.traces[side].into()), " / ", &number(of[side].into())].concat();
        let bar = el("span", "diff-share-bar").attr("aria-hidden", "true").style("width", &percent(share));
        el("td", "number diff-over-share").child(bar).child(el("span", "").text(&text))
    };
    // How many times as often; nothing can be said of what the other has not.
    let lift = match (it.traces[0], it.traces[1]) {
        (0, _) => words().diff_added.to_owned(),
        (_, 0) => words().diff_removed.to_owned(),
        _ => ["× ", &fixed(b / a, 2)].concat(),
    };
    let also = (!it.also.is_empty()).then(|| {
        let names: Vec<String> = it.also.iter().map(told).collect();
        let more = if it.more > 0 { [" +", &number(it.more.into())].concat() } else { String::new() };
        let text = [&names.join(", "), more.as_str()].concat();
        el("div", "quiet diff-over-also").attr("title", &text).text(words().diff_over_also).text(" ").text(&text)
    });
    let name = link("", search_for(&it.feature))
        .test_id("diff-over")
        .attrs(&[("title", words().diff_over_search), ("data-traces", &format!("{}/{}", it.traces[0], it.traces[1]))])
        .text(&told(&it.feature));
    let more = if b > a { "more" } else { "less" };
    el("tr", "")
        .attr("data-by", more)
        .child(el("td", "").child(el("span", "tag").text(kind_name(it.feature.kind))))
        .child(el("td", "diff-over-name").child(name).children(also))
        .child(share(0, a))
        .child(share(1, b))
        .child(el("td", "number").text(&lift))
        .child(el("td", "number").text(&p_text(it.p)))
}

fn kind_name(kind: FeatureKind) -> &'static str {
    match kind {
        FeatureKind::Operation => words().search_operation,
        FeatureKind::Failed => words().diff_failed,
        FeatureKind::Attribute => words().diff_attribute,
        FeatureKind::Resource => words().diff_resource,
    }
}

fn told(feature: &Feature) -> String {
    let (of, name) = (display_name(&feature.of), display_name(&feature.name));
    match feature.kind {
        FeatureKind::Operation | FeatureKind::Failed => [of, ": ", name].concat(),
        FeatureKind::Attribute | FeatureKind::Resource => [of, " = ", name].concat(),
    }
}

/// The search for the traces that have it.
fn search_for(feature: &Feature) -> String {
    let quoted = |text: &str| ["\"", &text.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat();
    let (of, name) = (quoted(&feature.of), quoted(&feature.name));
    let query = match feature.kind {
        FeatureKind::Operation => ["{ resource.service.name = ", &of, " && name = ", &name, " }"].concat(),
        FeatureKind::Failed => {
            ["{ resource.service.name = ", &of, " && name = ", &name, " && status = error }"].concat()
        }
        FeatureKind::Attribute => ["{ span.", &of, " = ", &literal(&feature.name, name), " }"].concat(),
        FeatureKind::Resource => ["{ resource.", &of, " = ", &literal(&feature.name, name), " }"].concat(),
    };
    address(&["/search?q=", &path_segment(&query)].concat())
}

/// Numbers and truth values stand without quotes.
fn literal(text: &str, quoted: String) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|sign| sign.is_ascii_digit() || sign == b'.');
    if is_number || matches!(text, "true" | "false") { text.to_owned() } else { quoted }
}

/// Of a node: its number of spans, and what they took, over the traces of A and of B.
pub fn spread(shown: Graph, place: u32) -> View {
    let answer = RwSignal::new(Vec::<SpreadAnswer>::new());
    let what = shown.sides.with_untracked(Sides::compared);
    spawn_local(async move {
        let Some(client) = client() else { return };
        let now = client.ask(NodeSpread { what, place }).await.unwrap_or_default();
        if !answer.is_disposed() {
            answer.set(now);
        }
    });
    dynamic(move || empty().children(answer.with(|answer| answer.iter().map(one_spread).collect::<Vec<_>>())))
}

fn one_spread(it: &SpreadAnswer) -> View {
    let words = words();
    let text = |value: i64| {
        if it.metric == Metric::Spans { number(value.unsigned_abs()) } else { duration(value) }
    };
    let [a, b] = &it.spreads;
    let line = |name: &str, of: [i64; 5]| {
        el("tr", "")
            .child(el("th", "").attr("scope", "row").text(name))
            .children(of.map(|value| el("td", "right").text(&text(value))))
    };
    let figures = |it: &crate::engine::questions::Spread| [it.least, it.p50, it.p90, it.p99, it.most];
    let heads = ["", "min", "p50", "p90", "p99", "max"].map(|name| el("th", "right").attr("scope", "col").text(name));
    let table = el("table", "")
        .child(el("thead", "").child(el("tr", "").children(heads)))
        .child(el("tbody", "").child(line("A", figures(a))).child(line("B", figures(b))));
    let verdict = [words.diff_effect, " ", &signed(it.difference.effect), " · p ", &p_text(it.difference.p)].concat();
    el("div", "diff-spread")
        .test_id("diff-spread")
        .attr("data-metric", metric_name(it.metric))
        .child(el("h2", "").text(&fill(words.diff_per_trace, &[metric_name(it.metric)])))
        .child(el("p", "quiet").attr("title", words.diff_effect_title).text(&verdict))
        .child(histogram(it, &text))
        .child(table)
}

/// A's bars upwards, B's downwards, over the same bins. Their heights are shares of their groups: a large group's shape does not flatten
/// a small one's. Where all traces have one value there is nothing to draw.
fn histogram(it: &SpreadAnswer, text: &dyn Fn(i64) -> String) -> View {
    let [a, b] = &it.spreads;
    if [a.least, a.most, b.most] == [b.least; 3] {
        return el("p", "quiet").test_id("diff-constant").text(&fill(words().diff_constant, &[&text(a.least)]));
    }
    let sums = [0, 1].map(|side| f64::from(it.counts[side].iter().sum::<u32>().max(1)));
    let share = |side: usize, count: u32| f64::from(count) / sums[side];
    let shares = (0..2).flat_map(|side| it.counts[side].iter().map(move |count| share(side, *count)));
    let most = shares.fold(f64::MIN_POSITIVE, f64::max);
    let bins = it.edges.windows(2).enumerate().map(|(at, edges)| {
        let [a, b] = [0, 1].map(|side| it.counts[side].get(at).copied().unwrap_or_default());
        let bar = |side: usize, count: u32| {
            let class = ["bar-a", "bar-b"][side];
            el("span", class).style("height", &percent(share(side, count) / most / 2.0))
        };
        let title = [&text(edges[0]), " – ", &text(edges[1]), ": A ", &number(a.into()), ", B ", &number(b.into())];
        el("span", "diff-bin").attr("title", &title.concat()).child(bar(0, a)).child(bar(1, b))
    });
    let [first, last] = [it.edges.first(), it.edges.last()].map(|edge| text(edge.copied().unwrap_or_default()));
    let name = fill(words().diff_histogram, &[&first, &last]);
    let bars = el("div", "diff-histogram").attrs(&[("role", "img"), ("aria-label", &name)]).children(bins);
    let ends =
        el("div", "diff-histogram-ends quiet").child(el("span", "").text(&first)).child(el("span", "").text(&last));
    empty().child(bars).child(ends)
}
