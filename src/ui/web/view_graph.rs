//! The graph of one trace: its call paths as an outline, each with count, errors and times. The outline, find, size and keys are the
//! comparison's (`compare_graph`); here is what is about one side alone.

use std::rc::Rc;

use web_sys::Event;

use super::compare_card::examples;
use super::compare_cell::hidden;
use super::compare_flame::{share_text, switch};
use super::compare_graph::{Graph, graph};
use super::compare_sides::{Sides, word_of};
use super::format::{counted, duration, number, percent};
use super::navigation::{parameter, place};
use super::row::display_name;
use super::signal::{Memo, RwSignal};
use super::trace_views::Viewed;
use super::view::{View, dynamic, el, group};
use super::view_service_colours::named;
use super::words::words;
use crate::engine::questions::{DiffNode, Measure, Metric, heat};

/// The parameter of the address that says what colours mean: a metric's word.
const METRIC: &str = "metric";

/// The view.
#[inline(never)]
pub fn graph_view(viewed: &Viewed) -> View {
    let id = viewed.head.id.clone();
    let search = place().search;
    let sides = Memo::new(move |_| {
        let word = parameter(&search.get(), METRIC).unwrap_or_default();
        let metric = [Metric::Total, Metric::Own].into_iter().find(|metric| word_of(*metric) == word);
        Sides {
            groups: [vec![id.clone()], Vec::new()],
            is_one: true,
            metric: metric.unwrap_or_default(),
            ..Sides::default()
        }
    });
    let shown = Graph::new(sides, RwSignal::default(), Some(named(Some(viewed.head.clone()))));
    let timeline = viewed.timeline.clone();
    // It may be there already: then it does not look at the address any more.
    shown.reveal.set(Some(Rc::new(move |span| timeline.reveal_span(span))));
    el("div", "flame-view").child(tools(shown)).child(graph(shown))
}

/// What colours and lines mean, and the way from error to error.
fn tools(shown: Graph) -> View {
    let words = words();
    let modes = [
        ("", "-service", words.graph_service),
        (word_of(Metric::Total), "-time", words.diff_flame_time),
        (word_of(Metric::Own), "-self", words.diff_self),
    ];
    let step = |id: &str, name: &str, goes_back: bool| {
        let button = el("button", "button small").attr("type", "button").test_id(id).text(name);
        button.on("click", move |_: Event| shown.step(goes_back))
    };
    let label = el("span", "field-inline").text(words.graph_colour);
    el("div", "compare-tools")
        .child(label)
        .child(switch(METRIC, "graph-colour", words.graph_colour, &modes))
        .child(dynamic(move || legend(shown.sides.with(|sides| sides.metric))))
        .child(step("graph-previous", words.graph_previous_error, true))
        .child(step("graph-next", words.graph_next_error, false))
}

fn legend(metric: Metric) -> View {
    let words = words();
    let text = match metric {
        Metric::Total => words.graph_legend_time,
        Metric::Own => words.graph_legend_self,
        _ => words.graph_legend_service,
    };
    let heat = (metric != Metric::Spans).then(|| el("span", "graph-heat").attr("aria-hidden", "true"));
    let line = |mark: View, text: &str| el("span", "legend-line").attr("role", "listitem").child(mark).text(text);
    let edge = |class: &str| el("span", class).attr("aria-hidden", "true");
    el("div", "legend").test_id("graph-legend").attr("role", "list").children([
        el("span", "legend-line").attr("role", "listitem").children(heat).text(text),
        line(edge("graph-line"), words.graph_child),
        line(edge("graph-line dashed"), words.graph_not_waited),
    ])
}

/// A view in a service's colour.
pub fn in_colour(view: View, slot: usize) -> View {
    view.attr("class", "diff-node of-service")
        .style("--service", &["var(--service-", &number(slot as u64), ")"].concat())
}

/// How many spans, and how many of them failed.
fn counts(of: &Measure) -> View {
    let errors = (of.errors > 0).then(|| {
        let text = counted(of.errors.into(), words().error_one, words().error_many);
        el("span", "graph-errors").text(&text)
    });
    el("span", "graph-counts").child(el("b", "").text(&["×", &number(of.spans.into())].concat())).children(errors)
}

/// A node: its service, count and errors; its operation; its mean, its total and self time with their shares.
#[inline(never)]
pub fn node_of_one(node: &DiffNode, metric: Metric, whole: i64, slot: usize) -> View {
    let [of, _] = &node.measures;
    let words = words();
    let head = el("span", "graph-line-of")
        .child(el("bdi", "service-name").text(display_name(&node.service)))
        .child(counts(of));
    let time = |title: &str, texts: [&str; 2]| {
        let quiet = el("span", "quiet").text(texts[1]);
        el("span", "").attr("title", title).child(hidden(&[title, " "].concat())).text(texts[0]).text(" ").child(quiet)
    };
    let [total, own] = shares(of, whole);
    // Of one span the mean is the total.
    let mean = (of.spans > 1).then(|| time(words.diff_mean, [&["⌀ ", &duration(of.mean())].concat(), ""]));
    let times = el("span", "graph-line-of graph-times").children(mean).children([
        time(words.diff_total, [&duration(of.total), &total]),
        time(words.diff_self, [&["↳ ", &duration(of.own)].concat(), &own]),
    ]);
    let view = el("div", "diff-node")
        .test_id("graph-node")
        .attrs(&[
            ("data-count", &of.spans.to_string()),
            ("data-errors", &of.errors.to_string()),
            ("data-time-us", &(of.total / 1_000).to_string()),
            ("data-self-us", &(of.own / 1_000).to_string()),
        ])
        .child(group([head, el("bdi", "operation").text(display_name(&node.operation)), times]));
    match metric {
        Metric::Spans => in_colour(view, slot),
        _ => {
            let heat = percent(heat(of, metric, whole) as f64 / 1000.0);
            view.attr("data-change", "slower").style("--heat", &heat)
        }
    }
}

/// Of the total what it is of the whole, and of the self time what it is of the total.
fn shares(of: &Measure, whole: i64) -> [String; 2] {
    let [own, total, whole] = [of.own, of.total, whole].map(|time| time.max(0) as u64);
    [share_text(total, whole), share_text(own, total)]
}

/// A node's names in full.
pub fn head_of_one(node: &DiffNode) -> View {
    el("div", "diff-card-head")
        .child(el("bdi", "service-name").text(display_name(&node.service)))
        .child(el("bdi", "").text(display_name(&node.operation)))
}

/// All that is known of a node's spans in sum.
#[inline(never)]
pub fn facts(shown: Graph, node: &DiffNode) -> View {
    let whole = shown.answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.duration));
    let [of, _] = &node.measures;
    let words = words();
    let [total, own] = shares(of, whole);
    let row = |name: &str, text: &str, share: &str| {
        let cells = [text, share].map(|text| el("td", "right").text(text));
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).children(cells)
    };
    let rows = [
        row(words.diff_spans, &number(of.spans.into()), ""),
        row(words.diff_errors, &number(of.errors.into()), &share_text(of.errors.into(), of.spans.into())),
        row(words.diff_mean, &duration(of.mean()), ""),
        row(words.diff_total, &duration(of.total), &[&total, " ", words.graph_of_trace].concat()),
        row(words.diff_self, &duration(of.own), &[&own, " ", words.graph_of_total].concat()),
    ];
    el("table", "").child(el("tbody", "").children(rows))
}

/// What is said of the chosen node, with spans of it that lead to the timeline.
#[inline(never)]
pub fn card_of_one(shown: Graph, node: &DiffNode) -> View {
    el("section", "diff-card")
        .test_id("graph-card")
        .attr("aria-live", "polite")
        .child(head_of_one(node))
        .child(facts(shown, node))
        .child(examples(shown, node.place, [0, 1]))
}
