//! The nodes of a comparison's graph with their lines, where they have names: they are elements of the page.

use std::cell::RefCell;

use web_sys::Event;

use super::compare_graph::Graph;
use super::compare_tools::kind_name;
use super::format::{fixed, number, percent as percent_text};
use super::keyed::Entry;
use super::row::display_name;
use super::signal::RwSignal;
use super::view::{View, after_frame, el, group};
use super::view_graph::node_of_one;
use super::view_service_colours::slot;
use super::virtual_rows::px;
use super::words::{fill, words};
use crate::analysis::difference::{count_text, label, mark};
use crate::engine::questions::{DiffNode, Kind, Metric};
use crate::ui::outline_view::OutlineView;

/// So many nodes are made in a frame; a screen has some hundred at the most.
const MOST_NEW: usize = 120;

pub fn node_id(place: u32) -> String {
    format!("diff-node-{place}")
}

/// The layer that they stand on: as large as the outline at full size, and scaled.
pub fn cells(shown: Graph) -> View {
    let scale = move || fixed(shown.view.with(|view| view.scale), 4);
    let turn = RwSignal::new(0_u32);
    let built = RefCell::new(Vec::new());
    el("div", "diff-layer")
        .attr("role", "presentation")
        .style_of("--scale", scale)
        .class_if("of-one", move || shown.colours.is_some())
        .class_if("far", move || shown.is_far.get())
        .class_if("finds", move || shown.find.with(|text| !text.trim().is_empty()))
        .keyed(move || {
            turn.track();
            let (entries, is_all) = entries(shown, &mut built.borrow_mut());
            if !is_all {
                after_frame(move || {
                    if !turn.is_disposed() {
                        turn.update(|turn| *turn = turn.wrapping_add(1));
                    }
                });
            }
            entries
        })
}

/// What is to be on the page, and whether that is all: nodes in view come first. `built`: places that have been there the last time, in order.
#[inline(never)]
fn entries(shown: Graph, built: &mut Vec<u32>) -> (Vec<Entry>, bool) {
    let metric = shown.sides.with(|sides| sides.metric);
    let services = shown.colours.map(|colours| colours.get());
    let is_far = shown.is_far.get();
    let chosen = if is_far { shown.chosen.get().map(|[place, ..]| place) } else { None };
    shown.answer.with(|answer| {
        let Some(answer) = answer else { return (Vec::new(), true) };
        let most = if shown.colours.is_some() { answer.duration } else { answer.largest[metric as usize] };
        let at = shown.view.get_untracked();
        let lines = answer.lines.iter().map(|[column, from, to]| {
            let (column, from, to) = (*column, *from, *to);
            Entry::new(key(&[-1, column.into(), from.into(), to.into()], ""), move || trunk(at, column, from, to))
        });
        // From far one is there for those who cannot see: the chosen one.
        let first = answer.nodes.first().map(|node| node.place);
        let is_meant = |node: &DiffNode| !is_far || Some(node.place) == chosen.or(first);
        let wanted: Vec<&DiffNode> = answer.nodes.iter().filter(|node| is_meant(node)).collect();
        let is_all = allow(shown, &wanted, built);
        let nodes = wanted.into_iter().filter(|node| built.binary_search(&node.place).is_ok()).map(|node| {
            let [a, b] = node.measures;
            let numbers = [node.place, node.row, node.column, node.stands_for, metric as u32, a.spans, b.spans];
            let slot = services.as_ref().map_or(0, |services| slot(services, &node.service));
            let key = [key(&numbers.map(i64::from), &node.operation), key(&[most, slot as i64], "")].concat();
            let node = node.clone();
            Entry::new(key, move || cell(shown, &node, metric, most, slot))
        });
        match is_far {
            true => (nodes.collect(), is_all),
            false => (lines.chain(nodes).collect(), is_all),
        }
    })
}

/// Which of the wanted nodes are there this time: those of the last time, and some more. Whether these are all.
fn allow(shown: Graph, wanted: &[&DiffNode], built: &mut Vec<u32>) -> bool {
    let view = shown.view.get_untracked();
    let mut left = MOST_NEW;
    let mut is_there: Vec<bool> = wanted.iter().map(|node| built.binary_search(&node.place).is_ok()).collect();
    for only_seen in [true, false] {
        for (node, is_there) in wanted.iter().zip(&mut is_there) {
            if !*is_there && left > 0 && (!only_seen || view.sees([node.column, node.row])) {
                *is_there = true;
                left -= 1;
            }
        }
    }
    *built = wanted.iter().zip(&is_there).filter(|(_, is_there)| **is_there).map(|(node, _)| node.place).collect();
    built.len() == wanted.len()
}

/// What tells an entry from others.
#[inline(never)]
fn key(numbers: &[i64], text: &str) -> String {
    let mut key = text.to_owned();
    for number in numbers {
        key.push(' ');
        key.push_str(&number.to_string());
    }
    key
}

/// The gap between columns: where lines run down.
fn gap(at: OutlineView, column: u32) -> f64 {
    at.start(column, 0) + (at.cell[0] + at.inner()[0]) / 2.0
}

fn middle(at: OutlineView, row: u32) -> f64 {
    at.start(row, 1) + at.inner()[1] / 2.0
}

#[inline(never)]
fn trunk(at: OutlineView, column: u32, from: u32, to: u32) -> View {
    el("div", "diff-trunk")
        .attr("role", "presentation")
        .style("left", &px(gap(at, column)))
        .style("top", &px(middle(at, from)))
        .style("height", &px(middle(at, to) - middle(at, from)))
}

/// A node with the edges to its parent and to the line of its children. `most`: the largest difference of any node; of one group what its traces
/// lasted, and then `slot` is the service's colour.
#[inline(never)]
fn cell(shown: Graph, node: &DiffNode, metric: Metric, most: i64, slot: usize) -> View {
    let at = shown.view.get_untracked();
    let is_of_one = shown.colours.is_some();
    let left = at.start(node.column, 0);
    let edge = |class: &str, from: f64, to: f64| {
        let edge = el("span", class).attr("aria-hidden", "true");
        edge.style("left", &px(from - left)).style("width", &px(to - from))
    };
    let class = if is_of_one && node.measures[0].consumers > 0 { "diff-edge dashed" } else { "diff-edge" };
    let test_id = if is_of_one { "graph-edge" } else { "diff-edge" };
    let to_parent = (node.column > 0).then(|| edge(class, gap(at, node.column - 1), left).test_id(test_id));
    let to_children = node.has_children.then(|| edge("diff-edge", left + at.inner()[0], gap(at, node.column)));
    let to_children = to_children.map(|edge| if is_of_one { edge } else { edge.test_id(test_id) });
    let view = el("div", "diff-cell")
        .style("left", &px(left))
        .style("top", &px(at.start(node.row, 1)))
        .children(to_parent)
        .children(to_children);
    let node_view =
        if is_of_one { node_of_one(node, metric, most, slot) } else { node_of_two(shown, node, metric, most) };
    let (place, is_stub, spot) = (node.place, node.stands_for > 0, [node.place, node.row, node.column]);
    let level = (node.column + 1).to_string();
    let node_view = node_view
        .attrs(&[
            ("id", &node_id(place)),
            ("role", "treeitem"),
            ("aria-level", &level),
            ("data-service", &node.service),
            ("data-operation", &node.operation),
        ])
        .attr_of("aria-selected", move || is_chosen(shown, place).to_string())
        .class_if("chosen", move || is_chosen(shown, place))
        .class_if("found", move || found_in(shown, place) > 0)
        .on("click", move |_: Event| match is_stub {
            true => super::compare_sides::show_same(),
            false => shown.choose(spot),
        });
    view.child(node_view)
}

/// A node of a comparison.
fn node_of_two(shown: Graph, node: &DiffNode, metric: Metric, most: i64) -> View {
    let [a, b] = node.measures;
    let (service, operation) = (display_name(&node.service).to_owned(), display_name(&node.operation).to_owned());
    let is_stub = node.stands_for > 0;
    let slower = metric.of(&b).saturating_sub(metric.of(&a));
    let text = if is_stub {
        let said = fill(words().diff_stub, &[&number(node.stands_for.into())]);
        stub(shown, node.place, &said)
    } else {
        let [first, second] = label(a, b, metric);
        let count = el("span", "diff-count").child(el("b", "").text(&first));
        let count = count.children((!second.is_empty()).then(|| el("span", "diff-percent").text(&second)));
        let kind = match (metric, slower) {
            (Metric::Spans, _) => node.kind,
            (_, 0) => Kind::Same,
            (_, 1..) => Kind::More,
            _ => Kind::Less,
        };
        let sign = (kind != Kind::Same).then(|| el("span", "diff-mark").attr("aria-hidden", "true").text(mark(kind)));
        let names = el("span", "diff-names")
            .child(el("bdi", "service-name").text(&service))
            .child(el("bdi", "operation").text(&operation));
        let counts = format!(
            "{}, A {}, B {}",
            kind_name(node.kind),
            count_text(Metric::Spans.of(&a)),
            count_text(Metric::Spans.of(&b))
        );
        let gap = gap_text(node).map(|title| {
            el("span", "diff-gap").test_id("diff-gap").attr("title", title).text("⚑").child(hidden(title))
        });
        group([count.children(sign), names, hidden(&counts)]).children(gap)
    };
    let view = el("div", "diff-node").test_id(if is_stub { "diff-stub" } else { "diff-node" }).child(text).attrs(&[
        ("data-kind", node.kind.word()),
        ("data-a", &a.spans.to_string()),
        ("data-b", &b.spans.to_string()),
    ]);
    match metric {
        Metric::Spans => view,
        // The largest difference has the strongest colour.
        _ => view
            .attr("data-change", ["faster", "same", "slower"][(slower.signum() + 1) as usize])
            .style("--heat", &percent_text(slower.saturating_abs() as f64 / most.max(1) as f64)),
    }
}

/// Nodes that are the same and folded: how many they are, and how many of them are found.
#[inline(never)]
fn stub(shown: Graph, place: u32, said: &str) -> View {
    let said = said.to_owned();
    el("span", "diff-stub").text_of(move || match found_in(shown, place) {
        0 => said.clone(),
        found => [&said, " · ", &fill(words().diff_found_in, &[&number(found.into())])].concat(),
    })
}

/// How many of the nodes that a place stands for are found.
#[inline(never)]
fn found_in(shown: Graph, place: u32) -> u32 {
    shown.found.with(|found| {
        let at = found.found.binary_search_by(|[other, _]| other.cmp(&place));
        at.map_or(0, |at| found.found[at][1])
    })
}

pub fn hidden(text: &str) -> View {
    el("span", "visually-hidden").text(text)
}

/// What is said of a node below which something is missing: it is the likely place of a failure.
pub fn gap_text(node: &DiffNode) -> Option<&'static str> {
    match node.gaps {
        [false, false] => None,
        [true, false] => Some(words().diff_gap_a),
        [false, true] => Some(words().diff_gap_b),
        _ => Some(words().diff_gap_both),
    }
}

fn is_chosen(shown: Graph, place: u32) -> bool {
    shown.chosen.get().is_some_and(|[chosen, ..]| chosen == place)
}
