//! A node of a comparison's graph enlarged, when the pointer rests on it: names in full, counts and times. It stands above or below the node,
//! never under the pointer. (Keys have the card, by choosing.)

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::compare_tools::{kind_name, metric_name};
use super::compare_zoom::place_in;
use super::format::duration;
use super::row::display_name;
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, effect, el, on_window, optional};
use super::view_graph::{facts, head_of_one};
use super::virtual_rows::px;
use super::words::words;
use crate::analysis::difference::{change, count_text, label, mark};
use crate::engine::questions::{Compare, DiffNode, Measure, Metric};

/// The pointer rests so long before something is told.
const RESTS: Duration = Duration::from_millis(300);
/// What is told stays so long after the pointer has left: it can be reached.
const STAYS: Duration = Duration::from_millis(180);
/// CSS pixels: its width at most, and how far it is from the node and from the edge.
const WIDTH: f64 = 380.0;
const AWAY: f64 = 6.0;

#[derive(Clone)]
struct Hover {
    shown: Graph,
    told: RwSignal<Option<DiffNode>>,
    /// The cell below the pointer: column and row.
    at: Rc<Cell<Option<[u32; 2]>>>,
    /// Grows with everything that the pointer does: what was begun before is not wanted any more.
    turn: Rc<Cell<u32>>,
}

/// A frame, in which what is told is placed, for the nodes in a scroller.
pub fn with_hover(shown: Graph, frame: View, scroller: &View) -> View {
    let hover = Hover { shown, told: RwSignal::new(None), at: Rc::default(), turn: Rc::default() };
    let (moved, left, pressed, escaped) = (hover.clone(), hover.clone(), hover.clone(), hover.clone());
    let area: HtmlElement = scroller.element();
    scroller.listen("pointermove", move |event: PointerEvent| {
        if event.pointer_type() != "touch" {
            let is_free = event.buttons() == 0;
            moved.point(shown.view.get_untracked().cell_at(place_in(&area, event.as_ref())).filter(|_| is_free));
        }
    });
    scroller.listen("pointerleave", move |_: Event| left.point(None));
    scroller.listen("pointerdown", move |_: Event| pressed.hide());
    // It would not be beside its node any more.
    let changed = hover.clone();
    effect(move || {
        shown.view.track();
        shown.sides.with(|_| ());
        changed.hide();
    });
    on_window("keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && escaped.told.with_untracked(Option::is_some) {
            escaped.hide();
        }
    });
    frame.child(optional(move || {
        let (reached, left) = (hover.clone(), hover.clone());
        let view = popover(shown, &hover.told.get()?)?;
        // It stays while the pointer is on it.
        let view = view.on("pointerenter", move |_: Event| _ = reached.next_turn());
        Some(view.on("pointerleave", move |_: Event| left.hide_soon()))
    }))
}

impl Hover {
    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }

    #[inline(never)]
    fn hide(&self) {
        self.next_turn();
        self.at.set(None);
        if !self.told.is_disposed() && self.told.with_untracked(Option::is_some) {
            self.told.set(None);
        }
    }

    #[inline(never)]
    fn hide_soon(&self) {
        let (this, turn) = (self.clone(), self.next_turn());
        let leave = move || {
            if this.turn.get() == turn {
                this.hide();
            }
        };
        set_timeout(leave, STAYS);
    }

    /// The pointer is at a cell, or at none.
    #[inline(never)]
    fn point(&self, cell: Option<[u32; 2]>) {
        if self.at.get() == cell {
            return;
        }
        self.at.set(cell);
        let Some(cell) = cell else { return self.hide_soon() };
        let (this, turn) = (self.clone(), self.next_turn());
        let tell = move || {
            if this.turn.get() == turn && !this.told.is_disposed() {
                spawn_local(this.tell(cell, turn));
            }
        };
        set_timeout(tell, RESTS);
        if self.told.with_untracked(Option::is_some) {
            self.told.set(None);
        }
    }

    /// Tells the node of a cell. From far its name is not known yet.
    async fn tell(self, [column, row]: [u32; 2], turn: u32) {
        let find = |nodes: &[DiffNode]| nodes.iter().find(|it| (it.column, it.row) == (column, row)).cloned();
        let known = self.shown.answer.with_untracked(|answer| answer.as_ref().and_then(|it| find(&it.nodes)));
        let node = match known {
            None if self.shown.is_far.get_untracked() => {
                let what = self.shown.sides.with_untracked(Sides::compared);
                let Some(client) = client() else { return };
                let one = Compare { what, from: row, count: 1, from_column: column, columns: 1 };
                client.ask(one).await.and_then(|answer| find(&answer.nodes))
            }
            known => known,
        };
        if self.turn.get() == turn && !self.told.is_disposed() {
            self.told.set(node.filter(|node| node.stands_for == 0));
        }
    }
}

/// What is told of a node, beside it: where there is more room, above or below.
#[inline(never)]
fn popover(shown: Graph, node: &DiffNode) -> Option<View> {
    let view = shown.view.get_untracked();
    let [x, y] = view.place([node.column, node.row]);
    let height = view.inner()[1] * view.scale;
    let left = x.min(view.size[0] - WIDTH - AWAY).max(AWAY);
    let popover = el("div", "diff-hover").test_id("diff-hover").attr("role", "tooltip").style("left", &px(left));
    let popover = match y + height / 2.0 > view.size[1] / 2.0 {
        true => popover.style("top", &px(y - AWAY)).attr("data-side", "above"),
        false => popover.style("top", &px(y + height + AWAY)),
    };
    if shown.colours.is_some() {
        return Some(popover.child(head_of_one(node)).child(facts(shown, node)));
    }
    let metric = shown.sides.with_untracked(|sides| sides.metric);
    Some(popover.child(enlarged(node, metric)).child(times(node)))
}

/// The node's colours, label and names.
fn enlarged(node: &DiffNode, metric: Metric) -> View {
    let [a, b] = node.measures;
    let said = label(a, b, metric);
    let said = said.iter().filter(|text| !text.is_empty()).map(|text| el("b", "").text(text));
    el("div", "diff-card-head")
        .attr("data-kind", node.kind.word())
        .child(el("bdi", "service-name").text(display_name(&node.service)))
        .child(el("bdi", "").text(display_name(&node.operation)))
        .child(el("span", "diff-hover-label").text(mark(node.kind)).children(said).text(kind_name(node.kind)))
}

/// Counts and times of A and of B.
fn times(node: &DiffNode) -> View {
    let [a, b] = &node.measures;
    let line = |name: &str, texts: [String; 3]| {
        let cells = texts.map(|text| el("td", "right").text(&text));
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).children(cells)
    };
    let time = |metric: Metric| {
        let text = |of: &Measure| if of.spans == 0 { "–".to_owned() } else { duration(metric.of(of)) };
        line(metric_name(metric), [text(a), text(b), change(metric.of(a), metric.of(b), &duration)])
    };
    let spans = [a, b].map(|of| Metric::Spans.of(of));
    let spans = [count_text(spans[0]), count_text(spans[1]), change(spans[0], spans[1], &count_text)];
    let heads = ["", "A", "B", words().diff_change].map(|text| el("th", "right").attr("scope", "col").text(text));
    el("table", "").child(el("thead", "").child(el("tr", "").children(heads))).child(
        el("tbody", "").child(line(words().diff_spans, spans)).children(Metric::ALL[1..].iter().map(|it| time(*it))),
    )
}
