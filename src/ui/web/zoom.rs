//! The visible window of the trace on the page: who moves it, who follows it, and its place in the address.
//!
//! ```text
//! minimap ┐  set                    ┌ minimap, ruler: every frame
//! ruler   ├──────> `Zoom.window` ──>┤ rows: two custom properties of the timeline
//! rows    │                         └ address: when nothing has moved for a while
//! keys    ┘
//! ```
//!
//! Browsers refuse an address that changes with every frame; so the window is a signal, and the address follows it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent, WheelEvent};

use super::drop::is_in_field;
use super::navigation::{go, parameter, place, with_parameters};
use super::signal::{Memo, RwSignal};
use super::view::{View, effect, on_window};
pub use crate::ui::window::TimeCommand;
use crate::ui::window::Window;

/// The address is written when the window has stood still for so long.
const IDLE: Duration = Duration::from_millis(250);
/// Pixels that a turn of the wheel moves at most: mice tell 100 and more a notch, pinching tells 1 to 10 at a time.
pub const LONGEST_TURN: f64 = 40.0;
/// How much a pixel of the wheel zooms.
pub const ZOOM_OF_PIXEL: f64 = 0.01;

/// The visible window and what is pointed at. One for the page of one trace.
#[derive(Clone, Copy)]
pub struct Zoom {
    pub window: RwSignal<Window>,
    /// The time that the pointer is at, in any of the drawings.
    pub pointed: RwSignal<Option<i64>>,
    /// A window that is being dragged out, not yet let go: two times in any order.
    pub draft: RwSignal<Option<(i64, i64)>>,
}

thread_local! {
    static CURRENT: Cell<Option<Zoom>> = const { Cell::new(None) };
}

/// Applies a command to the trace on the page, if there is one.
pub fn run(command: TimeCommand, is_fast: bool) {
    if let Some(zoom) = CURRENT.get() {
        zoom.change(|window| window.after(command, is_fast));
    }
}

/// The window that the address gives (`from`, `to` in nanoseconds from the trace's start).
fn window_in(search: &str, duration: i64) -> Window {
    let time = |key| parameter(search, key).and_then(|text| text.parse::<i64>().ok());
    match (time("from"), time("to")) {
        (None, None) => Window::whole(duration),
        (from, to) => Window::between(from.unwrap_or(0), to.unwrap_or(duration), duration),
    }
}

impl Zoom {
    /// Of a trace so many nanoseconds long; begins with the address' window, and lives as long as the present owner.
    pub fn new(duration: i64) -> Zoom {
        let search = place().search;
        let in_address = Memo::new(move |_| window_in(&search.get(), duration));
        let zoom = Zoom {
            window: RwSignal::new(in_address.get_untracked()),
            pointed: RwSignal::new(None),
            draft: RwSignal::new(None),
        };
        zoom.follow_address(in_address);
        CURRENT.set(Some(zoom));
        Zoom::listen_to_keys();
        on_cleanup(|| CURRENT.set(None));
        zoom
    }

    /// Both ways between window and address. What was written itself is not followed: the window may have moved on.
    fn follow_address(self, in_address: Memo<Window>) {
        let known = Rc::new(Cell::new(in_address.get_untracked()));
        let written = known.clone();
        effect(move || {
            let window = in_address.get();
            if known.replace(window) != window {
                self.window.set(window);
            }
        });
        let timer = Rc::new(RefCell::new(None::<TimeoutHandle>));
        let last = timer.clone();
        effect(move || {
            let window = self.window.get();
            let written = written.clone();
            let write = move || {
                if written.replace(window) != window {
                    let value = |time: i64| (!window.is_whole()).then(|| time.to_string());
                    go(&with_parameters(&[("from", value(window.from)), ("to", value(window.to))]), true);
                }
            };
            let next = set_timeout_with_handle(write, IDLE).ok();
            if let Some(earlier) = timer.replace(next) {
                earlier.clear();
            }
        });
        // The next page's address is not ours to write.
        let last = StoredValue::new_local(last);
        on_cleanup(move || {
            if let Some(timer) = last.try_with_value(|timer| timer.take()).flatten() {
                timer.clear();
            }
        });
    }

    /// Jaeger UI's keys, wherever the focus is but in a field, or where something else has used the key.
    fn listen_to_keys() {
        on_window("keydown", move |event: KeyboardEvent| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.default_prevented() || has_modifier || is_in_field(&event) {
                return;
            }
            let command = match event.key().as_str() {
                "a" | "A" | "ArrowLeft" => TimeCommand::PanLeft,
                "d" | "D" | "ArrowRight" => TimeCommand::PanRight,
                "ArrowUp" | "+" | "=" => TimeCommand::ZoomIn,
                "ArrowDown" | "-" => TimeCommand::ZoomOut,
                "0" => TimeCommand::Whole,
                _ => return,
            };
            // Plus is a shifted key on many keyboards.
            let is_fast = event.shift_key() && event.key() != "+";
            run(command, is_fast);
            event.prevent_default();
        });
    }

    pub fn change(self, change: impl FnOnce(Window) -> Window) {
        let now = self.window.get_untracked();
        let next = change(now);
        if next != now {
            self.window.set(next);
        }
    }

    /// Shows the part between two times.
    pub fn show(self, one: i64, other: i64) {
        self.change(|window| Window::between(one, other, window.duration));
    }

    pub fn whole(self) -> Window {
        Window::whole(self.window.get_untracked().duration)
    }

    /// The wheel over a drawing: with Ctrl or Meta, and by pinching a touchpad, zooms at the pointer; sideways or with Shift
    /// pans. `area` is the element that the drawing's time spans: `shows_whole` says whether it is the whole trace's.
    pub fn listen_to_wheel(self, view: &View, area: HtmlElement, shows_whole: bool) {
        view.listen("wheel", move |event: WheelEvent| {
            let place = area.get_bounding_client_rect();
            let width = place.width().max(1.0);
            let fraction = (f64::from(event.client_x()) - place.left()) / width;
            // Lines and pages are told by few browsers, in small numbers.
            let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LONGEST_TURN };
            let (across, down) = (event.delta_x() * unit, event.delta_y() * unit);
            let drawn = |window: Window| if shows_whole { Window::whole(window.duration) } else { window };
            if event.ctrl_key() || event.meta_key() {
                let turn = down.clamp(-LONGEST_TURN, LONGEST_TURN);
                self.change(|window| window.zoomed((turn * ZOOM_OF_PIXEL).exp(), drawn(window).time(fraction)));
            } else if event.shift_key() || across.abs() > down.abs() {
                let by = if across == 0.0 { down } else { across } / width;
                self.change(|window| window.moved((drawn(window).length() as f64 * by) as i64));
            } else {
                return;
            }
            event.prevent_default();
        });
    }

    /// Fingers on a drawing of the visible window: one pans sideways, two pinch. (Up and down scrolls: `touch-action`.)
    pub fn listen_to_touch(self, view: &View, area: HtmlElement) {
        let fingers = Rc::new(RefCell::new(Vec::<Finger>::new()));
        let (begin, go_on) = (fingers.clone(), fingers.clone());
        let place = move |event: &PointerEvent| {
            let place = area.get_bounding_client_rect();
            (f64::from(event.client_x()) - place.left()) / place.width().max(1.0)
        };
        let place_of = place.clone();
        view.listen("pointerdown", move |event: PointerEvent| {
            if event.pointer_type() == "touch" {
                let at = place(&event);
                let window = self.window.get_untracked();
                let mut fingers = begin.borrow_mut();
                if event.is_primary() {
                    // The first of a new gesture: what a lost release left behind goes.
                    fingers.clear();
                }
                fingers.push(Finger { id: event.pointer_id(), at, time: window.time(at) });
            }
        });
        view.listen("pointermove", move |event: PointerEvent| {
            let mut fingers = go_on.borrow_mut();
            let Some(finger) = fingers.iter_mut().find(|finger| finger.id == event.pointer_id()) else {
                return;
            };
            finger.at = place_of(&event);
            match fingers.as_slice() {
                [one] => self.change(|window| window.moved(one.time.saturating_sub(window.time(one.at)))),
                [one, two] => self.change(|window| window.held((one.time, two.time), (one.at, two.at))),
                _ => {}
            }
        });
        for name in ["pointerup", "pointercancel"] {
            let fingers = fingers.clone();
            view.listen(name, move |event: PointerEvent| {
                let mut fingers = fingers.borrow_mut();
                fingers.retain(|finger| finger.id != event.pointer_id());
                // Who stays holds the time that is below now.
                let window = self.window.get_untracked();
                fingers.iter_mut().for_each(|finger| finger.time = window.time(finger.at));
            });
        }
    }

    /// Keeps [`Zoom::pointed`] at the pointer while it is over `view`.
    pub fn listen_to_pointer(self, view: &View, area: HtmlElement, shows_whole: bool) {
        view.listen("pointermove", move |event: PointerEvent| {
            if event.pointer_type() == "touch" {
                return;
            }
            let window = if shows_whole { self.whole() } else { self.window.get_untracked() };
            let fraction = fraction_in(&area, f64::from(event.client_x()));
            self.pointed.set((0.0..=1.0).contains(&fraction).then(|| window.time(fraction)));
        });
        view.listen("pointerleave", move |_: Event| self.pointed.set(None));
    }
}

/// Where a finger is, and the time that it holds.
struct Finger {
    id: i32,
    at: f64,
    time: i64,
}

/// How far an `x` of the viewport is into an element: 0 at its left edge, 1 at its right.
pub fn fraction_in(area: &HtmlElement, x: f64) -> f64 {
    let place = area.get_bounding_client_rect();
    (x - place.left()) / place.width().max(1.0)
}

/// Lets an element have all that the pointer does until it is released; also when it leaves the element.
pub fn capture(element: &HtmlElement, event: &PointerEvent) {
    // Without capture a drag ends at the element's edge; that is all.
    let _ = element.set_pointer_capture(event.pointer_id());
}

/// The element that was pressed, or one around it, that has an attribute; its value.
pub fn pressed(event: &Event, attribute: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}
