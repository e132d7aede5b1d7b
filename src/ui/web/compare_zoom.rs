//! Zooming the graph of a comparison, by keys, buttons and the wheel, and moving it by dragging what is behind the nodes.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent, PointerEvent, WheelEvent};

use super::compare::show_same;
use super::compare_graph::Graph;
use super::format::number;
use super::signal::RwSignal;
use super::view::{View, effect, el};
use super::words::words;
use super::zoom::{LONGEST_TURN, ZOOM_OF_PIXEL, capture};
use crate::engine::questions::Tint;

/// What a key or a button does to the size.
#[derive(Clone, Copy)]
pub enum Zoom {
    In,
    Out,
    /// The whole outline, if it is not too large.
    Whole,
    /// As large as names are meant to be.
    Full,
}

/// Scales from one step to the next.
const STEP: f64 = 1.25;
/// A drag shorter than this (CSS pixels) is a click.
const CLICK: f64 = 4.0;

impl Graph {
    /// Around the middle of the view.
    pub fn zoom(self, zoom: Zoom) {
        self.look(|view, cells| {
            let middle = view.size.map(|length| length / 2.0);
            match zoom {
                Zoom::In => view.scaled(view.scale * STEP, middle, cells),
                Zoom::Out => view.scaled(view.scale / STEP, middle, cells),
                Zoom::Whole => view.fitted(cells),
                Zoom::Full => view.scaled(1.0, middle, cells),
            }
        });
    }

    /// With Ctrl or Meta, and by pinching a touchpad, it zooms at the pointer.
    pub fn listen_to_wheel(self, scroller: &View) {
        let area: HtmlElement = scroller.element();
        scroller.listen("wheel", move |event: WheelEvent| {
            if !event.ctrl_key() && !event.meta_key() {
                return;
            }
            event.prevent_default();
            let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LONGEST_TURN };
            let turn = (event.delta_y() * unit).clamp(-LONGEST_TURN, LONGEST_TURN);
            let at = place_in(&area, &event);
            self.look(|view, cells| view.scaled(view.scale * (-turn * ZOOM_OF_PIXEL).exp(), at, cells));
        });
    }

    /// The mouse moves what it has hold of between the nodes; from far, also at a node: a click is no drag. (Fingers scroll anyway.)
    pub fn listen_to_drag(self, scroller: &View) {
        let area: HtmlElement = scroller.element();
        // Where it was last, and how far it has come.
        let held = Rc::new(Cell::new(None::<([f64; 2], f64)>));
        let (begin, go_on) = (held.clone(), held.clone());
        let is_dragged = RwSignal::new(false);
        let (frame, moved) = (area.clone(), Rc::new(Cell::new(false)));
        let (was_moved, has_moved) = (moved.clone(), moved.clone());
        scroller.listen("pointerdown", move |event: PointerEvent| {
            moved.set(false);
            let at = place_in(&frame, event.as_ref());
            let size = [frame.client_width(), frame.client_height()].map(f64::from);
            let is_inside = at[0] < size[0] && at[1] < size[1];
            if event.button() == 0 && event.pointer_type() == "mouse" && is_inside && !is_on_node(&event) {
                capture(&frame, &event);
                begin.set(Some((at, 0.0)));
            }
        });
        let frame = area.clone();
        scroller.listen("pointermove", move |event: PointerEvent| {
            let Some((last, way)) = go_on.get() else { return };
            let at = place_in(&frame, event.as_ref());
            let by = [last[0] - at[0], last[1] - at[1]];
            let way = way + by[0].abs() + by[1].abs();
            if way < CLICK {
                return;
            }
            go_on.set(Some((at, way)));
            has_moved.set(true);
            is_dragged.set(true);
            self.look(|view, cells| view.moved(by, cells));
        });
        for name in ["pointerup", "pointercancel"] {
            let held = held.clone();
            scroller.listen(name, move |_: Event| {
                held.set(None);
                is_dragged.set(false);
            });
        }
        scroller.listen("click", move |event: MouseEvent| {
            if self.is_far.get_untracked() && !was_moved.get() {
                self.choose_at(place_in(&area, &event));
            }
        });
        let classes = scroller.element::<Element>().class_list();
        effect(move || _ = classes.toggle_with_force("dragged", is_dragged.get()));
    }

    /// Chooses what is drawn at a place of the view.
    fn choose_at(self, at: [f64; 2]) {
        let Some([column, row]) = self.view.get_untracked().cell_at(at) else { return };
        let there = self.sketch.with_untracked(|sketch| {
            let mut boxes = sketch.boxes.iter();
            boxes.find(|it| (it.row, it.column) == (row, column)).map(|it| (it.place, it.tint))
        });
        match there {
            Some((_, Tint::STUB)) => show_same(),
            Some((place, _)) => self.choose([place, row, column]),
            None => {}
        }
    }
}

fn is_on_node(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(".diff-node").ok().flatten().is_some())
}

/// Where the pointer is in an element: CSS pixels from its corner.
pub fn place_in(area: &HtmlElement, event: &MouseEvent) -> [f64; 2] {
    let place = area.get_bounding_client_rect();
    [f64::from(event.client_x()) - place.left(), f64::from(event.client_y()) - place.top()]
}

/// Smaller, the scale, larger, the whole.
pub fn zoom_buttons(shown: Graph) -> View {
    let words = words();
    let button = |id: &str, name: &str, zoom: Zoom| {
        el("button", "button small")
            .attrs(&[("type", "button"), ("title", name), ("aria-label", name)])
            .test_id(id)
            .on("click", move |_: Event| shown.zoom(zoom))
    };
    let scale = move || [&number((shown.view.with(|view| view.scale) * 100.0).round() as u64), "%"].concat();
    el("div", "diff-zoom")
        .attrs(&[("role", "group"), ("aria-label", words.diff_zoom)])
        .child(button("diff-zoom-out", words.diff_zoom_out, Zoom::Out).text("−"))
        .child(button("diff-zoom-full", words.diff_zoom_full, Zoom::Full).text_of(scale))
        .child(button("diff-zoom-in", words.diff_zoom_in, Zoom::In).text("+"))
        .child(button("diff-zoom-whole", words.diff_zoom_whole, Zoom::Whole).text(words.zoom_whole))
}
