//! Zooming the graph of a comparison, by keys, buttons and the wheel, and moving it by dragging what is behind the nodes.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent, PointerEvent, WheelEvent};

use super::compare_graph::Graph;
use super::compare_sides::show_same;
use super::format::number;
use super::signal::RwSignal;
use super::view::{View, effect, el};
use super::words::words;
use super::zoom::{LONGEST_TURN, ZOOM_OF_PIXEL, capture};
use crate::engine::questions::Tint;
use crate::ui::outline_view::OutlineView;

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
    /// Around the chosen node if it is in view; else around the middle or, from far, what is next to it: there may be nothing.
    #[inline(never)]
    pub fn zoom(self, zoom: Zoom) {
        self.look(&|view, cells| {
            let at = self.anchor(view);
            match zoom {
                Zoom::In => view.scaled(view.scale * STEP, at, cells),
                Zoom::Out => view.scaled(view.scale / STEP, at, cells),
                Zoom::Whole => view.fitted(cells),
                Zoom::Full => view.scaled(1.0, at, cells),
            }
        });
    }

    fn anchor(self, view: OutlineView) -> [f64; 2] {
        let middle = view.size.map(|length| length / 2.0);
        let chosen = self.chosen.get_untracked().map(|[_, row, column]| [column, row]).filter(|cell| view.sees(*cell));
        let nearest = || {
            let away = |cell: [u32; 2]| {
                let place = view.middle(cell);
                (place[0] - middle[0]).abs() + (place[1] - middle[1]).abs()
            };
            let sketch = self.sketch.read_untracked();
            let mut nearest = None;
            for cell in sketch.boxes.iter().map(|it| [it.column, it.row]) {
                if nearest.is_none_or(|(least, _)| away(cell) < least) {
                    nearest = Some((away(cell), cell));
                }
            }
            nearest.map(|(_, cell)| cell)
        };
        let cell = if self.is_far.get_untracked() { chosen.or_else(nearest) } else { chosen };
        cell.map_or(middle, |cell| view.middle(cell))
    }

    /// The wheel and the mouse in the scroller.
    pub fn listen_to_pointer(self, scroller: &View) {
        let area: HtmlElement = scroller.element();
        let drag = Drag { shown: self, area, held: Cell::new(None), way: Cell::new(0.0), is_on: RwSignal::new(false) };
        let drag = Rc::new(drag);
        let [pressed, moved, turned, clicked] = [&drag, &drag, &drag, &drag].map(Rc::clone);
        scroller.listen("wheel", move |event: WheelEvent| turned.turn(&event));
        scroller.listen("pointerdown", move |event: PointerEvent| pressed.press(&event));
        scroller.listen("pointermove", move |event: PointerEvent| moved.follow(&event));
        scroller.listen("click", move |event: MouseEvent| clicked.click(&event));
        let classes = scroller.element::<Element>().class_list();
        let is_on = drag.is_on;
        effect(move || _ = classes.toggle_with_force("dragged", is_on.get()));
        for name in ["pointerup", "pointercancel"] {
            let drag = drag.clone();
            scroller.listen(name, move |_: Event| drag.release());
        }
    }

    /// Chooses what is drawn at a place of the view.
    #[inline(never)]
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

/// The mouse moves what it has hold of between the nodes; from far, also at a node: a click is no drag. (Fingers scroll anyway.)
struct Drag {
    shown: Graph,
    area: HtmlElement,
    /// Where the mouse was last.
    held: Cell<Option<[f64; 2]>>,
    /// How far it has come since it was pressed: CSS pixels.
    way: Cell<f64>,
    is_on: RwSignal<bool>,
}

impl Drag {
    /// With Ctrl or Meta, and by pinching a touchpad, it zooms at the pointer.
    #[inline(never)]
    fn turn(&self, event: &WheelEvent) {
        if !event.ctrl_key() && !event.meta_key() {
            return;
        }
        event.prevent_default();
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LONGEST_TURN };
        let turn = (event.delta_y() * unit).clamp(-LONGEST_TURN, LONGEST_TURN);
        let at = place_in(&self.area, event.as_ref());
        self.shown.look(&|view, cells| view.scaled(view.scale * (-turn * ZOOM_OF_PIXEL).exp(), at, cells));
    }

    #[inline(never)]
    fn press(&self, event: &PointerEvent) {
        self.way.set(0.0);
        let at = place_in(&self.area, event.as_ref());
        // Not at the scrollbars.
        let is_inside = at[0] < f64::from(self.area.client_width()) && at[1] < f64::from(self.area.client_height());
        if event.button() == 0 && event.pointer_type() == "mouse" && is_inside && !is_on_node(event) {
            capture(&self.area, event);
            self.held.set(Some(at));
        }
    }

    #[inline(never)]
    fn follow(&self, event: &PointerEvent) {
        let Some(last) = self.held.get() else { return };
        let at = place_in(&self.area, event.as_ref());
        let by = [last[0] - at[0], last[1] - at[1]];
        let way = by[0].abs() + by[1].abs();
        if self.way.get() + way >= CLICK {
            self.held.set(Some(at));
            self.way.set(self.way.get() + way);
            self.is_on.set(true);
            self.shown.look(&|view, cells| view.moved(by, cells));
        }
    }

    fn release(&self) {
        self.held.set(None);
        self.is_on.set(false);
    }

    fn click(&self, event: &MouseEvent) {
        if self.shown.is_far.get_untracked() && self.way.get() < CLICK {
            self.shown.choose_at(place_in(&self.area, event));
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
    let button = |id: &str, title: &str, zoom: Zoom| {
        el("button", "button small")
            .attrs(&[("type", "button"), ("title", title)])
            .test_id(id)
            .on("click", move |_: Event| shown.zoom(zoom))
    };
    // A sign is no name; the others are named by what they say.
    let sign =
        |id: &str, title: &str, zoom: Zoom, text: &str| button(id, title, zoom).attr("aria-label", title).text(text);
    let scale = move || [&number((shown.view.with(|view| view.scale) * 100.0).round() as u64), "%"].concat();
    el("div", "diff-zoom")
        .attrs(&[("role", "group"), ("aria-label", words.diff_zoom)])
        .child(sign("diff-zoom-out", words.diff_zoom_out, Zoom::Out, "−"))
        .child(button("diff-zoom-full", words.diff_zoom_full, Zoom::Full).text_of(scale))
        .child(sign("diff-zoom-in", words.diff_zoom_in, Zoom::In, "+"))
        .child(button("diff-zoom-whole", words.diff_zoom_whole, Zoom::Whole).text(words.zoom_whole))
}
