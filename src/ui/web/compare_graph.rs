//! The graph of a comparison: an outline of call paths, of which only what is in view exists.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::compare::{Sides, kind_name};
use super::compare_card::card;
use super::format::{number, percent as percent_text};
use super::keyed::Entry;
use super::row::display_name;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, effect, el, group, optional};
use super::virtual_rows::{observe, px};
use super::words::{fill, words};
use crate::analysis::difference::{label, mark};
use crate::engine::client::Slot;
use crate::engine::questions::{Compare, CompareAnswer, DiffNode, Kind, Metric, NextChange};

/// A node's cell and its box in it, in CSS pixels.
const CELL: [f64; 2] = [236.0, 44.0];
const BOX: [f64; 2] = [204.0, 38.0];
/// Around the graph.
const MARGIN: f64 = 16.0;
/// The window is asked for in steps of so many cells, and one step more on every side.
const STEP: u32 = 8;

/// What the page shows of a comparison.
#[derive(Clone, Copy)]
pub struct Graph {
    pub sides: Memo<Sides>,
    pub answer: RwSignal<Option<CompareAnswer>>,
    /// Place, row and column of the chosen node.
    pub chosen: RwSignal<Option<[u32; 3]>>,
    /// Steps to take from there: whether each goes back.
    steps: RwSignal<Vec<bool>>,
    /// Left, top, width and height of what is in view.
    view: RwSignal<[f64; 4]>,
    /// Where to scroll to: left, top.
    target: RwSignal<Option<[f64; 2]>>,
}

impl Graph {
    pub fn new(sides: Memo<Sides>) -> Graph {
        let shown = Graph {
            sides,
            answer: RwSignal::new(None),
            chosen: RwSignal::new(None),
            steps: RwSignal::default(),
            view: RwSignal::new([0.0, 0.0, 1600.0, 900.0]),
            target: RwSignal::new(None),
        };
        effect(move || {
            // Places are others in another outline.
            sides.with(|_| ());
            shown.chosen.set(None);
        });
        shown.ask();
        shown
    }

    /// Asks for what is in view, whenever that is something else.
    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<Compare>::new(client, move |answer| {
            if !self.answer.is_disposed() {
                self.answer.set(Some(answer));
            }
        });
        let window = Memo::new(move |_| {
            let [left, top, width, height] = self.view.get();
            let cells = |from: f64, length: f64, cell: f64| {
                let first = (from / cell) as u32 / STEP * STEP;
                (first.saturating_sub(STEP), (length / cell) as u32 + 4 * STEP)
            };
            (cells(top, height, CELL[1]), cells(left, width, CELL[0]))
        });
        effect(move || {
            app().version.track();
            let what = self.sides.with(Sides::compared);
            let ((from, count), (from_column, columns)) = window.get();
            if what.groups.iter().all(|group| !group.is_empty()) {
                slot.ask(Compare { what, from, count, from_column, columns });
            }
        });
    }

    /// Goes to the next node that is not the same, or back to the last one. Steps wait for each other.
    pub fn step(self, goes_back: bool) {
        let is_walking = self.steps.with_untracked(|steps| !steps.is_empty());
        self.steps.update(|steps| steps.push(goes_back));
        if is_walking {
            return;
        }
        spawn_local(async move {
            let Some(client) = client() else { return };
            while let Some(goes_back) = self.steps.with_untracked(|steps| steps.first().copied()) {
                let what = self.sides.with_untracked(Sides::compared);
                let after = self.chosen.get_untracked().map(|[place, ..]| place);
                let next = client.ask(NextChange { what, after, goes_back }).await.flatten();
                if self.chosen.is_disposed() {
                    return;
                }
                match next {
                    Some(spot) => self.choose(spot),
                    None => app().toast.set(Some(words().diff_none.to_owned())),
                }
                self.steps.update(|steps| _ = steps.remove(0));
            }
        });
    }

    /// Chooses the node in view below which something is missing, the next one after the chosen; its card has its events.
    fn go_to_gap(self) {
        let after = self.chosen.get_untracked().map(|[place, ..]| place);
        let spot = self.answer.with_untracked(|answer| {
            let gaps = || answer.iter().flat_map(|answer| &answer.nodes).filter(|node| node.gaps != [false; 2]);
            let next = gaps().find(|node| after.is_none_or(|after| node.place > after)).or_else(|| gaps().next());
            next.map(|node| [node.place, node.row, node.column])
        });
        match spot {
            Some(spot) => self.choose(spot),
            None => app().toast.set(Some(words().diff_no_gap.to_owned())),
        }
    }

    fn choose(self, [place, row, column]: [u32; 3]) {
        self.chosen.set(Some([place, row, column]));
        let [left, top, width, height] = self.view.get_untracked();
        let into_view = |at: f64, from: f64, length: f64, size: f64| {
            let is_in_view = at >= from && at + size <= from + length;
            if is_in_view { from } else { (at - (length - size) / 2.0).max(0.0) }
        };
        let x = into_view(MARGIN + f64::from(column) * CELL[0], left, width, BOX[0]);
        let y = into_view(MARGIN + f64::from(row) * CELL[1], top, height, BOX[1]);
        self.target.set(Some([x, y]));
    }

    /// The arrow keys go to the parent, the first child, and along the column.
    fn move_by_key(self, key: &str) -> bool {
        let Some([place, row, column]) = self.chosen.get_untracked() else {
            let is_arrow = key.starts_with("Arrow");
            if is_arrow {
                self.choose([0, 0, 0]);
            }
            return is_arrow;
        };
        let next = self.answer.with_untracked(|answer| {
            let nodes = &answer.as_ref()?.nodes;
            let spot = |node: &DiffNode| [node.place, node.row, node.column];
            match key {
                "ArrowRight" => nodes.iter().find(|it| it.place == place + 1 && it.column > column).map(spot),
                "ArrowLeft" => nodes.iter().rev().find(|it| it.place < place && it.column + 1 == column).map(spot),
                "ArrowDown" => nodes.iter().find(|it| it.row > row && it.column == column).map(spot),
                "ArrowUp" => nodes.iter().rev().find(|it| it.row < row && it.column == column).map(spot),
                "Home" => Some([0, 0, 0]),
                _ => None,
            }
        });
        let is_ours = matches!(key, "ArrowRight" | "ArrowLeft" | "ArrowDown" | "ArrowUp" | "Home");
        if let Some(spot) = next {
            self.choose(spot);
        }
        is_ours
    }
}

/// The graph.
#[inline(never)]
pub fn graph(shown: Graph) -> View {
    let scroller = el("div", "diff-graph")
        .test_id("diff-graph")
        .attrs(&[("role", "tree"), ("tabindex", "0"), ("aria-label", words().diff_graph)])
        .attr_of("aria-activedescendant", move || shown.chosen.get().map(|[place, ..]| node_id(place)));
    let element: HtmlElement = scroller.element();
    let watched = element.clone();
    let look = move || {
        let (left, top) = (f64::from(watched.scroll_left()), f64::from(watched.scroll_top()));
        let now = [left, top, f64::from(watched.client_width()), f64::from(watched.client_height())];
        if shown.view.get_untracked() != now {
            shown.view.set(now);
        }
    };
    let look = Rc::new(look);
    let scrolled = look.clone();
    observe(&element, move || look());
    let target = element.clone();
    effect(move || {
        if let Some([left, top]) = shown.target.get() {
            target.set_scroll_left(left as i32);
            target.set_scroll_top(top as i32);
        }
    });
    let size = move |axis: usize| {
        let cells = shown.answer.with(|answer| answer.as_ref().map_or(0, |answer| [answer.columns, answer.rows][axis]));
        px(f64::from(cells) * CELL[axis] + 2.0 * MARGIN)
    };
    let sizer = el("div", "diff-sizer")
        .style_of("width", move || size(0))
        .style_of("height", move || size(1))
        .child(el("div", "diff-layer").attr("role", "presentation").keyed(move || entries(shown)));
    let scroller = scroller
        .on("scroll", move |_: Event| scrolled())
        .on("keydown", move |event: KeyboardEvent| {
            let key = event.key();
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            let is_done = match key.as_str() {
                _ if has_modifier => false,
                "n" => {
                    shown.step(false);
                    true
                }
                "p" => {
                    shown.step(true);
                    true
                }
                "Escape" => {
                    shown.chosen.set(None);
                    true
                }
                "e" => {
                    shown.go_to_gap();
                    true
                }
                key => shown.move_by_key(key),
            };
            if is_done {
                event.prevent_default();
            }
        })
        .child(sizer);
    el("div", "diff-place").child(scroller).child(optional(move || card(shown)))
}

fn node_id(place: u32) -> String {
    format!("diff-node-{place}")
}

fn entries(shown: Graph) -> Vec<Entry> {
    let metric = shown.sides.with(|sides| sides.metric);
    shown.answer.with(|answer| {
        let Some(answer) = answer else { return Vec::new() };
        let most = answer.largest[metric as usize];
        let lines = answer.lines.iter().map(|[column, from, to]| {
            let (column, from, to) = (*column, *from, *to);
            Entry::new(format!("l{column}-{from}-{to}"), move || trunk(column, from, to))
        });
        let nodes = answer.nodes.iter().map(|node| {
            let [a, b] = node.measures;
            let place = format!("{}-{}-{}-{}", node.place, node.row, node.column, node.stands_for);
            let key = format!("{place}-{}-{most}-{}-{}-{}", metric as u8, a.spans, b.spans, node.operation);
            let node = node.clone();
            Entry::new(key, move || cell(shown, &node, metric, most))
        });
        lines.chain(nodes).collect()
    })
}

fn left(column: u32) -> f64 {
    MARGIN + f64::from(column) * CELL[0]
}

fn top(row: u32) -> f64 {
    MARGIN + f64::from(row) * CELL[1]
}

/// The gap between columns: where lines run down.
fn gap(column: u32) -> f64 {
    left(column) + (CELL[0] + BOX[0]) / 2.0
}

fn middle(row: u32) -> f64 {
    top(row) + BOX[1] / 2.0
}

fn trunk(column: u32, from: u32, to: u32) -> View {
    el("div", "diff-trunk")
        .attr("role", "presentation")
        .style("left", &px(gap(column)))
        .style("top", &px(middle(from)))
        .style("height", &px(middle(to) - middle(from)))
}

/// A node with the edges to its parent and to the line of its children. `most`: the largest difference of any node.
fn cell(shown: Graph, node: &DiffNode, metric: Metric, most: i64) -> View {
    let place = node.place;
    let spot = [place, node.row, node.column];
    let [a, b] = node.measures;
    let (service, operation) = (display_name(&node.service).to_owned(), display_name(&node.operation).to_owned());
    let is_stub = node.stands_for > 0;
    let edge = |from: f64, to: f64| {
        el("span", "diff-edge")
            .test_id("diff-edge")
            .attr("aria-hidden", "true")
            .style("left", &px(from - left(node.column)))
            .style("width", &px(to - from))
    };
    let to_parent = (node.column > 0).then(|| edge(gap(node.column - 1), left(node.column)));
    let to_children = node.has_children.then(|| edge(left(node.column) + BOX[0], gap(node.column)));
    let view = el("div", "diff-cell")
        .style("left", &px(left(node.column)))
        .style("top", &px(top(node.row)))
        .children(to_parent)
        .children(to_children);
    let level = (node.column + 1).to_string();
    let slower = metric.of(&b).saturating_sub(metric.of(&a));
    let text = if is_stub {
        el("span", "diff-stub").text(&fill(words().diff_stub, &[&number(node.stands_for.into())]))
    } else {
        let [first, second] = label(a, b, metric);
        let count = el("span", "diff-count").child(el("b", "").text(&first));
        let count = count.children((!second.is_empty()).then(|| el("span", "diff-share").text(&second)));
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
        let counts = format!("{}, A {}, B {}", kind_name(node.kind), number(a.spans.into()), number(b.spans.into()));
        let gap = gap_text(node).map(|title| {
            el("span", "diff-gap").test_id("diff-gap").attr("title", title).text("⚑").child(hidden(title))
        });
        group([count.children(sign), names, hidden(&counts)]).children(gap)
    };
    let said = match is_stub {
        true => fill(words().diff_stub, &[&number(node.stands_for.into())]),
        false => format!("{service}: {operation}, {}, A {}, B {}", kind_name(node.kind), a.spans, b.spans),
    };
    let node_view = el("div", "diff-node")
        .test_id(if is_stub { "diff-stub" } else { "diff-node" })
        .attrs(&[
            ("id", &node_id(place)),
            ("role", "treeitem"),
            ("aria-level", &level),
            ("title", &said),
            ("data-kind", node.kind.word()),
            ("data-a", &a.spans.to_string()),
            ("data-b", &b.spans.to_string()),
            ("data-service", &node.service),
            ("data-operation", &node.operation),
        ])
        .attr_of("aria-selected", move || is_chosen(shown, place).to_string())
        .class_if("chosen", move || is_chosen(shown, place))
        .on("click", move |_: Event| match is_stub {
            true => super::compare::show_same(),
            false => shown.choose(spot),
        })
        .child(text);
    let node_view = match metric {
        Metric::Spans => node_view,
        // The largest difference has the strongest colour.
        _ => node_view
            .attr("data-change", ["faster", "same", "slower"][(slower.signum() + 1) as usize])
            .style("--heat", &percent_text(slower.saturating_abs() as f64 / most.max(1) as f64)),
    };
    view.child(node_view)
}

fn hidden(text: &str) -> View {
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
