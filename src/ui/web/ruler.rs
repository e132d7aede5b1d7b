//! The ruler above the bars: round times of the visible window, from the trace's start or of the clock. Dragging along it
//! chooses a window.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{Event, HtmlElement, PointerEvent};

use super::format::percent;
use super::signal::RwSignal;
use super::time_zone::TimeScale;
use super::view::{View, dynamic, el, empty, optional};
use super::virtual_rows::observe;
use super::words::words;
use super::zoom::{Zoom, capture, fraction_in};
use crate::ui::ticks::Ticks;

/// CSS pixels that a tick and its label take at least.
const TICK_WIDTH: f64 = 110.0;
/// CSS pixels that a letter of a label takes at most, on average.
const LETTER_WIDTH: f64 = 7.0;
/// A drag shorter than this (CSS pixels) is a click.
const CLICK: f64 = 4.0;

/// The ruler; `marks` is told where its ticks are, as fractions of the visible window.
pub fn ruler(zoom: Zoom, scale: TimeScale, marks: RwSignal<Vec<f64>>) -> View {
    let width = RwSignal::new(800.0);
    let labels = move || {
        let window = zoom.window.get();
        let ticks_of = |room: f64| scale.ticks(window, (width.get() / room).floor().max(2.0) as usize);
        let Ticks { step, times } = ticks_of(TICK_WIDTH);
        // Far into a long trace labels are long: then there are fewer.
        let letters = times.last().map_or(0, |time| scale.label(*time, step).chars().count());
        let Ticks { step, times } = ticks_of(TICK_WIDTH.max(LETTER_WIDTH * letters as f64 + 12.0));
        let at = |time: &i64| window.fraction(*time);
        marks.set(times.iter().map(at).collect());
        empty().children(times.iter().map(|time| {
            // The last label stands before its tick; one of the clock would reach its neighbour there, and is left out.
            let is_last = at(time) > 0.9;
            let class = if is_last && !scale.is_clock() { "tick tick-last" } else { "tick" };
            let label = if is_last && scale.is_clock() { String::new() } else { scale.label(*time, step) };
            el("span", class).style("left", &percent(at(time))).text(&label)
        }))
    };
    let micros = |time: i64| (time / 1_000).to_string();
    let view = el("div", "ruler")
        .test_id("ruler")
        .attr("title", words().ruler_name)
        .attr_of("data-start-us", move || micros(zoom.window.get().from))
        .attr_of("data-end-us", move || micros(zoom.window.get().to))
        .child(dynamic(labels))
        .child(draft_band(zoom))
        .child(pointer_label(zoom, scale));
    let area: HtmlElement = view.element();
    let watched = area.clone();
    observe(&area, move || {
        let now = f64::from(watched.client_width());
        if now != width.get_untracked() {
            width.set(now);
        }
    });
    zoom.listen_to_wheel(&view, area.clone(), false);
    zoom.listen_to_pointer(&view, area.clone(), false);
    draggable(view, area, zoom)
}

/// The window that is being dragged out, here or in the minimap.
pub fn draft_band(zoom: Zoom) -> View {
    optional(move || {
        let (one, other) = zoom.draft.get()?;
        let window = zoom.window.get();
        let (left, right) = (window.fraction(one.min(other)), window.fraction(one.max(other)));
        let (left, right) = (left.clamp(0.0, 1.0), right.clamp(0.0, 1.0));
        Some(el("div", "draft-band").style("left", &percent(left)).style("width", &percent(right - left)))
    })
}

/// The time at the pointer, where that is in the visible window.
fn pointer_label(zoom: Zoom, scale: TimeScale) -> View {
    optional(move || {
        let window = zoom.window.get();
        let time = zoom.pointed.get()?;
        let at = window.fraction(time);
        let class = if at > 0.85 { "pointer-time before" } else { "pointer-time" };
        let label = el("span", class).text(&scale.label(time, window.length() / 2_000));
        (0.0..=1.0)
            .contains(&at)
            .then(|| el("div", "pointer-line").attr("aria-hidden", "true").style("left", &percent(at)).child(label))
    })
}

fn draggable(view: View, area: HtmlElement, zoom: Zoom) -> View {
    let from = Rc::new(Cell::new(None::<i64>));
    let (begin, go_on, end, cancel) = (from.clone(), from.clone(), from.clone(), from);
    let (moving, width) = (area.clone(), area.clone());
    let time = move |event: &PointerEvent| {
        let fraction = fraction_in(&moving, f64::from(event.client_x())).clamp(0.0, 1.0);
        zoom.window.get_untracked().time(fraction)
    };
    let time_at = time.clone();
    view.on("pointerdown", move |event: PointerEvent| {
        if event.button() == 0 {
            capture(&area, &event);
            begin.set(Some(time(&event)));
        }
    })
    .on("pointermove", move |event: PointerEvent| {
        if let Some(from) = go_on.get() {
            zoom.draft.set(Some((from, time_at(&event))));
        }
    })
    .on("pointerup", move |_: Event| {
        let draft = zoom.draft.get_untracked();
        zoom.draft.set(None);
        if let (Some(_), Some((one, other))) = (end.take(), draft) {
            let window = zoom.window.get_untracked();
            let pixels = (window.fraction(other) - window.fraction(one)).abs() * f64::from(width.client_width());
            if pixels >= CLICK {
                zoom.show(one, other);
            }
        }
    })
    .on("pointercancel", move |_: Event| {
        cancel.set(None);
        zoom.draft.set(None);
    })
    .on("dblclick", move |_: Event| zoom.show(0, zoom.whole().duration))
}
