//! Borders that can be moved: between names and bars of the timeline, between the timeline and the panel beside it, and beside the
//! search form.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::format::fixed;
use super::signal::RwSignal;
use super::storage;
use super::view::{View, el};
use super::words::words;

/// What a border divides: its parent element, in two parts.
#[derive(Clone, Copy)]
pub struct Border {
    /// The part that is remembered, in percent of the whole.
    pub share: RwSignal<f64>,
    /// The parts stand one above the other.
    pub is_stacked: RwSignal<bool>,
    /// The part is the one behind the border.
    is_behind: bool,
    least: f64,
    most: f64,
    /// The preference that remembers it.
    key: &'static str,
    name: &'static str,
}

impl Border {
    /// Between names and bars; the part is that of the names, as wide as in Jaeger UI.
    pub fn names() -> Border {
        Border::new("names", words().resize_names, 34.0, (15.0, 85.0), false)
    }

    /// Between the timeline and the panel with a span's detail; the part is the panel's, as wide as in Jaeger UI.
    pub fn panel() -> Border {
        Border::new("panel", words().resize_panel, 40.0, (20.0, 70.0), true)
    }

    /// Between the search form and what is found; the part is the form's, as wide as in Jaeger UI.
    pub fn form() -> Border {
        Border::new("form", words().resize_form, 25.0, (15.0, 55.0), false)
    }

    /// Between the table beside a flame graph and that; the part is the table's, half as in Jaeger UI.
    pub fn table() -> Border {
        Border::new("table", words().resize_table, 40.0, (15.0, 80.0), false)
    }

    fn new(key: &'static str, name: &'static str, usual: f64, (least, most): (f64, f64), is_behind: bool) -> Border {
        let known = storage::preference(key).and_then(|share| share.parse::<u8>().ok());
        let share = known.map_or(usual, f64::from).clamp(least, most);
        Border { share: RwSignal::new(share), is_stacked: RwSignal::new(false), is_behind, least, most, key, name }
    }

    fn set(self, percent: f64) {
        let percent = percent.clamp(self.least, self.most);
        self.share.set(percent);
        storage::set_preference(self.key, &fixed(percent, 0));
    }

    /// The pointer drags the border to where it is.
    fn follow(self, event: &PointerEvent, whole: &HtmlElement) {
        let frame = whole.get_bounding_client_rect();
        let before = match self.is_stacked.get_untracked() {
            true => (f64::from(event.client_y()) - frame.top()) / frame.height(),
            false => (f64::from(event.client_x()) - frame.left()) / frame.width(),
        };
        self.set(100.0 * if self.is_behind { 1.0 - before } else { before });
    }

    /// Moves it by a key; false: the key is none of its.
    fn step(self, key: &str) -> bool {
        let step = match (self.is_stacked.get_untracked(), key) {
            (false, "ArrowLeft") | (true, "ArrowUp") => -2.0,
            (false, "ArrowRight") | (true, "ArrowDown") => 2.0,
            _ => return false,
        };
        self.set(self.share.get_untracked() + if self.is_behind { -step } else { step });
        true
    }
}

/// The border; dragged, or moved by arrow keys. Remembered.
pub fn splitter(border: Border, class: &str) -> View {
    let view = el("div", class).attrs(&[
        ("role", "separator"),
        ("tabindex", "0"),
        ("aria-label", border.name),
        ("title", border.name),
        ("aria-valuemin", &fixed(border.least, 0)),
        ("aria-valuemax", &fixed(border.most, 0)),
    ]);
    let element: HtmlElement = view.element();
    let is_dragged = Rc::new(Cell::new(false));
    let (begin, end) = (is_dragged.clone(), is_dragged.clone());
    let cancel = is_dragged.clone();
    let grabbed = element.clone();
    let orientation = move || if border.is_stacked.get() { "horizontal" } else { "vertical" }.to_owned();
    view.attr_of("aria-valuenow", move || fixed(border.share.get(), 0))
        .attr_of("aria-orientation", orientation)
        .on("pointerdown", move |event: PointerEvent| {
            // Without capture a fast drag may leave the border behind; it can be dragged again.
            let _ = grabbed.set_pointer_capture(event.pointer_id());
            begin.set(true);
        })
        .on("pointermove", move |event: PointerEvent| {
            let parent = element.parent_element().filter(|_| is_dragged.get());
            if let Some(parent) = parent {
                border.follow(&event, wasm_bindgen::JsCast::unchecked_ref(&parent));
            }
        })
        .on("pointerup", move |_: Event| end.set(false))
        .on("pointercancel", move |_: Event| cancel.set(false))
        .on("keydown", move |event: KeyboardEvent| {
            if border.step(&event.key()) {
                // The page's arrow keys pan.
                event.prevent_default();
            }
        })
}
