//! A long list of which only the visible rows exist.
//!
//! ```text
//! ┌ scroller ─────────┐   scrolls natively; inside it
//! │ sizer             │   is as high as all rows together, and in it
//! │ ┌ layer ────────┐ │   sticks to the viewport and clips; in it
//! │ │ rows          │ │   are rows, shifted to where the scrolling is: of the loaded ones those in view, and, frame by
//! │ │               │ │   frame, those around
//! │ └───────────────┘ │
//! └───────────────────┘
//! ```
//!
//! Browsers cap an element's height (33,554,428 px in Chromium). The sizer is never higher than [`HIGHEST`]: beyond, the
//! scroller's thumb stands for a place in the list, and wheel, keys and touch move the list itself (see `ui::scroll_map`).
//!
//! The layer stays where it is while the scroller scrolls, so that rows that are not loaded yet leave the last ones on
//! screen instead of a blank: the shift follows the scrolling only as far as there are rows.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement, ResizeObserver, TouchEvent, WheelEvent};

use super::format::fixed;
use super::signal::{Memo, RwSignal, Signal};
use super::view::{View, after_frame, effect, el, keep};
use crate::ui::row_layout::{Built, RowLayout};
use crate::ui::scroll_map::ScrollMap;

/// No element is higher, in CSS pixels.
const HIGHEST: f64 = 8_000_000.0;
/// Rows asked for beyond the visible ones, on either side.
const MARGIN: u32 = 16;
/// Rows are asked for in steps, so that scrolling by a row does not ask anew.
const STEP: u32 = 8;

/// The scrolling of one list, shared by the list and who steers it.
#[derive(Clone, Copy)]
pub struct Scrolling {
    element: StoredValue<HtmlElement, LocalStorage>,
    /// Where the list is scrolled to, and how high its viewport is: CSS pixels.
    top: RwSignal<f64>,
    height: RwSignal<f64>,
    /// Height of all rows together.
    total: RwSignal<f64>,
    /// Where the thumb was put last: the scrolling event that comes of it is no news.
    thumb: StoredValue<f64>,
}

impl Scrolling {
    /// Follows the scrolling and the size of an element.
    pub fn of(scroller: &View) -> Scrolling {
        let element: HtmlElement = scroller.element();
        let scrolling = Scrolling {
            element: StoredValue::new_local(element.clone()),
            top: RwSignal::new(0.0),
            height: RwSignal::new(900.0),
            total: RwSignal::new(0.0),
            thumb: StoredValue::new(0.0),
        };
        let height = scrolling.height;
        scroller.listen("scroll", move |_: Event| scrolling.read_top());
        scrolling.move_by_wheel_and_touch(scroller);
        let watched = element.clone();
        observe(&element, move || {
            let now = f64::from(watched.client_height());
            if (height.get_untracked() - now).abs() > 0.5 && now > 0.0 {
                height.set(now);
            }
        });
        scrolling
    }

    fn map(self) -> ScrollMap {
        ScrollMap::new(self.total.get_untracked(), self.height.get_untracked(), HIGHEST)
    }

    fn read_top(self) {
        let Some(thumb) = self.element.try_with_value(scroll_top) else {
            return;
        };
        let map = self.map();
        if map.is_exact() {
            self.top.set(thumb);
        } else if (thumb - self.thumb.get_value()).abs() > 1.0 {
            self.thumb.set_value(thumb);
            self.top.set(map.list(thumb));
        }
    }

    fn scroll_to(self, top: f64) {
        let map = self.map();
        let top = map.clamp(top);
        self.element.with_value(|element| {
            // Setting a number property of an element cannot fail.
            let _ = js_sys::Reflect::set(element, &"scrollTop".into(), &map.thumb(top).into());
            // Reading it back makes the browser lay the page out at once; where nothing depends on it, its event tells soon.
            if !map.is_exact() {
                self.thumb.set_value(scroll_top(element));
            }
        });
        self.top.set(top);
    }

    /// Scrolls by so many viewports.
    pub fn scroll_pages(self, pages: f64, row_height: f64) {
        let step = pages * self.height.get_untracked().max(row_height);
        self.scroll_to(self.top.get_untracked() + step);
    }

    /// In a list that is higher than an element can be, wheel and touch move the list by as much as in any other.
    fn move_by_wheel_and_touch(self, scroller: &View) {
        let wheel = move |event: WheelEvent| {
            if event.ctrl_key()
                || event.meta_key()
                || event.shift_key()
                || self.map().is_exact()
                || event.default_prevented()
            {
                return;
            }
            let unit = match event.delta_mode() {
                WheelEvent::DOM_DELTA_LINE => 16.0,
                WheelEvent::DOM_DELTA_PAGE => self.height.get_untracked(),
                _ => 1.0,
            };
            event.prevent_default();
            self.scroll_to(self.top.get_untracked() + event.delta_y() * unit);
        };
        scroller.listen("wheel", wheel);
        let finger = StoredValue::new(None::<f64>);
        let y_of = |event: &TouchEvent| event.touches().item(0).map(|touch| f64::from(touch.client_y()));
        scroller.listen("touchstart", move |event: TouchEvent| {
            finger.set_value(y_of(&event).filter(|_| event.touches().length() == 1));
        });
        scroller.listen("touchmove", move |event: TouchEvent| {
            if let (Some(before), Some(now)) = (finger.get_value(), y_of(&event))
                && !self.map().is_exact()
            {
                event.prevent_default();
                finger.set_value(Some(now));
                self.scroll_to(self.top.get_untracked() + before - now);
            }
        });
    }

    /// The window of rows to have: the visible ones with a margin. Changes in steps only.
    pub fn wanted(self, layout: Signal<RowLayout>) -> Memo<(u32, u32)> {
        Memo::new(move |_| {
            let (first, last) = layout.with(|layout| layout.visible(self.top.get(), self.height.get()));
            let from = first.saturating_sub(MARGIN) / STEP * STEP;
            let to = (last + MARGIN).div_ceil(STEP) * STEP;
            (from, to - from)
        })
    }

    /// The rows in view, `from .. to`, as it is now.
    pub fn visible(self, layout: Signal<RowLayout>) -> (u32, u32) {
        layout.with_untracked(|layout| layout.visible(self.top.get_untracked(), self.height.get_untracked()))
    }

    /// Scrolls so that a stretch from `y`, `height` long, is in view; not at all if it is.
    pub fn reveal(self, y: f64, height: f64) {
        let (top, view) = (self.top.get_untracked(), self.height.get_untracked());
        if y < top {
            self.scroll_to(y);
        } else if y + height > top + view {
            self.scroll_to((y + height - view).min(y));
        }
    }

    /// Scrolls so that a stretch from `y` stands in the middle.
    pub fn center(self, y: f64) {
        if !self.element.is_disposed() {
            self.scroll_to((y - self.height.get_untracked() / 3.0).max(0.0));
        }
    }

    /// Height of the viewport in CSS pixels.
    pub fn height(self) -> f64 {
        self.height.get()
    }

    /// Rows that fit on a page.
    pub fn page_rows(self, row_height: f64) -> u32 {
        (self.height.get_untracked() / row_height).floor().max(1.0) as u32
    }
}

/// web-sys reads the scroll position as an integer; fractions matter when the page is zoomed.
fn scroll_top(element: &HtmlElement) -> f64 {
    js_sys::Reflect::get(element, &"scrollTop".into()).ok().and_then(|top| top.as_f64()).unwrap_or_default()
}

/// Which of the loaded rows (`have`: `from`, `count`) are to be on the page.
pub fn built_rows(
    scrolling: Scrolling,
    layout: Signal<RowLayout>,
    have: impl Fn() -> (u32, u32) + 'static,
) -> Memo<Built> {
    let loaded = Memo::new(move |_| {
        let (from, count) = have();
        (from, from + count)
    });
    let rest = RwSignal::new(0_u32);
    let built = Memo::new(move |last: Option<&Built>| {
        rest.track();
        let visible = layout.with(|layout| layout.visible(scrolling.top.get(), scrolling.height.get()));
        Built::next(last.copied().unwrap_or_default(), loaded.get(), visible)
    });
    let is_waiting = Rc::new(Cell::new(false));
    effect(move || {
        if !built.get().is_whole(loaded.get()) {
            at_rest(scrolling.top, rest, is_waiting.clone());
        }
    });
    built
}

/// Tells `rest` when a frame has passed in which the list was not scrolled: until then there are better things to do.
fn at_rest(top: RwSignal<f64>, rest: RwSignal<u32>, is_waiting: Rc<Cell<bool>>) {
    if rest.is_disposed() || is_waiting.replace(true) {
        return;
    }
    let before = top.get_untracked();
    after_frame(move || {
        is_waiting.set(false);
        if rest.is_disposed() {
            return;
        }
        if top.get_untracked() == before {
            rest.update(|rest| *rest = rest.wrapping_add(1));
        } else {
            at_rest(top, rest, is_waiting);
        }
    });
}

/// The list. `fill` puts the rows that are to be on the page (`built`) into their element, in normal flow.
pub fn virtual_rows(
    scrolling: Scrolling,
    layout: Signal<RowLayout>,
    built: Memo<Built>,
    fill: impl FnOnce(View) -> View,
) -> View {
    let Scrolling { top, height, total: known, .. } = scrolling;
    effect(move || {
        let total = layout.with(RowLayout::total);
        if known.get_untracked() != total {
            known.set(total);
            // Fewer rows: the list must not be scrolled beyond its end.
            let at = top.get_untracked();
            if scrolling.map().clamp(at) != at {
                scrolling.scroll_to(at);
            }
        }
    });
    let shift = Memo::new(move |_| layout.with(|layout| layout.shift(built.get().rows, top.get(), height.get())));
    let total = move || layout.with(RowLayout::total);
    let rows = el("div", "rows").style_of("transform", move || format!("translateY({}px)", fixed(shift.get(), 3)));
    let layer = el("div", "layer").style_of("height", move || px(height.get().min(total()))).child(fill(rows));
    el("div", "sizer").style_of("height", move || px(total().min(HIGHEST))).child(layer)
}

/// A length as the style sheet takes it.
pub fn px(length: f64) -> String {
    format!("{}px", fixed(length, 3))
}

/// Calls back whenever the element's size changes, and once at first; ends with the owner.
pub fn observe(element: &HtmlElement, on_change: impl Fn() + 'static) {
    watch(element, Closure::wrap(Box::new(on_change)));
}

fn watch(element: &HtmlElement, callback: Closure<dyn Fn()>) {
    let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    keep(Box::new(Watch { observer, _callback: callback }));
}

struct Watch {
    observer: ResizeObserver,
    _callback: Closure<dyn Fn()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
