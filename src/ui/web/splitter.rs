//! The border between names and bars of the timeline.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::format::fixed;
use super::signal::RwSignal;
use super::storage;
use super::view::{View, el};
use super::words::words;

/// The share of the names in percent, as it was left.
pub fn names_width() -> RwSignal<f64> {
    let known = storage::preference("names").and_then(|width| width.parse::<u8>().ok());
    RwSignal::new(known.map_or(34.0, f64::from))
}

/// The border; dragged, or moved by arrow keys. Remembered.
pub fn splitter(width: RwSignal<f64>) -> View {
    let set = move |percent: f64| {
        let percent = percent.clamp(15.0, 75.0);
        width.set(percent);
        storage::set_preference("names", &fixed(percent, 0));
    };
    let view = el("div", "splitter").attrs(&[
        ("role", "separator"),
        ("tabindex", "0"),
        ("aria-orientation", "vertical"),
        ("aria-label", words().resize_names),
        ("title", words().resize_names),
        ("aria-valuemin", "15"),
        ("aria-valuemax", "75"),
    ]);
    let border: HtmlElement = view.element();
    let is_dragged = Rc::new(Cell::new(false));
    let (begin, end) = (is_dragged.clone(), is_dragged.clone());
    let cancel = is_dragged.clone();
    let grabbed = border.clone();
    view.attr_of("aria-valuenow", move || fixed(width.get(), 0))
        .on("pointerdown", move |event: PointerEvent| {
            // Without capture a fast drag may leave the border behind; it can be dragged again.
            let _ = grabbed.set_pointer_capture(event.pointer_id());
            begin.set(true);
        })
        .on("pointermove", move |event: PointerEvent| {
            if let Some(parent) = border.parent_element().filter(|_| is_dragged.get()) {
                let frame = parent.get_bounding_client_rect();
                set((f64::from(event.client_x()) - frame.left()) / frame.width() * 100.0);
            }
        })
        .on("pointerup", move |_: Event| end.set(false))
        .on("pointercancel", move |_: Event| cancel.set(false))
        .on("keydown", move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => {
                let step = if event.key() == "ArrowLeft" { -2.0 } else { 2.0 };
                set(width.get_untracked() + step);
                // The page's arrow keys pan.
                event.prevent_default();
            }
            _ => {}
        })
}
