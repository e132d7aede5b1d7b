//! Measuring a stretch of time over the rows: with Alt held, or after its button or `m`, a drag shows two times and what
//! is between. Near an end of a bar it takes the bar's. By keyboard `t` takes the start of the focused row's span, `T` its end:
//! on one row, then on another. Escape ends it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent, PointerEvent};

use super::clipboard::icon_button;
use super::drop::is_in_field;
use super::format::{duration, percent};
use super::icons::Icon;
use super::row::yes_no;
use super::ruler::draft_band;
use super::signal::RwSignal;
use super::time_zone::TimeScale;
use super::timeline_state::Timeline;
use super::view::{View, el, on_window, optional};
use super::words::{fill, words};
use super::zoom::{Zoom, capture, fraction_in};
use crate::engine::questions::RowContent;
use crate::ui::ticks::relative_label;
use crate::ui::window::Window;

/// How near (CSS pixels) an end of a bar is taken for it.
const REACH: f64 = 6.0;

#[derive(Clone, Copy)]
pub struct Measuring {
    zoom: Zoom,
    scale: TimeScale,
    /// The next drag measures.
    is_on: RwSignal<bool>,
    /// What is measured: two times, in the order of the drag.
    stretch: RwSignal<Option<(i64, i64)>>,
    /// What places of bars are shares of.
    frame: RwSignal<Window>,
}

impl Measuring {
    pub fn new(zoom: Zoom, scale: TimeScale, state: &Timeline) -> Measuring {
        let measuring =
            Measuring { zoom, scale, is_on: RwSignal::new(false), stretch: state.stretch, frame: state.frame };
        on_window("keydown", move |event: KeyboardEvent| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.default_prevented() || has_modifier || is_in_field(&event) {
                return;
            }
            match event.key().as_str() {
                "m" => measuring.is_on.update(|is_on| *is_on = !*is_on),
                "Escape" => {
                    measuring.is_on.set(false);
                    measuring.stretch.set(None);
                }
                _ => {}
            }
        });
        measuring
    }

    pub fn button(self) -> View {
        icon_button("icon-button", words().measure, Icon::Measure)
            .test_id("measure")
            .attr_of("aria-pressed", move || yes_no(self.is_on.get()).to_owned())
            .on("click", move |_: Event| self.is_on.update(|is_on| *is_on = !*is_on))
    }

    /// Measures what is dragged over `rows`, whose time lies across `area`.
    pub fn listen(self, rows: View, area: &HtmlElement) -> View {
        let element: HtmlElement = rows.element();
        let is_dragged = Rc::new(Cell::new(false));
        let (begin, go_on) = (is_dragged.clone(), is_dragged.clone());
        let (first, next) = (area.clone(), area.clone());
        let rows = rows
            .class_if("measuring", move || self.is_on.get() || self.stretch.read().is_some())
            .on("pointerdown", move |event: PointerEvent| {
                let is_over = (0.0..=1.0).contains(&fraction_in(&first, f64::from(event.client_x())));
                if event.button() == 0 && is_over && (event.alt_key() || self.is_on.get_untracked()) {
                    // What is captured clicks no row either.
                    capture(&element, &event);
                    begin.set(true);
                    let time = self.time_at(&event, &first);
                    self.stretch.set(Some((time, time)));
                }
            })
            .on("pointermove", move |event: PointerEvent| {
                let from = self.stretch.get_untracked().filter(|_| go_on.get());
                if let Some((from, _)) = from {
                    self.stretch.set(Some((from, self.time_at(&event, &next))));
                }
            });
        let end = move |_: Event| {
            if is_dragged.take() {
                self.is_on.set(false);
                self.stretch.update(|stretch| *stretch = stretch.filter(|(one, other)| one != other));
            }
        };
        rows.on("pointerup", end.clone()).on("pointercancel", end)
    }

    /// The time at the pointer, or an end of the bar in its row.
    fn time_at(self, event: &PointerEvent, area: &HtmlElement) -> i64 {
        let window = self.zoom.window.get_untracked();
        let fraction = fraction_in(area, f64::from(event.client_x())).clamp(0.0, 1.0);
        let reach = window.time(REACH / f64::from(area.client_width().max(1))) - window.from;
        let ends = ends_of_bar(event, self.frame.get_untracked()).unwrap_or_default();
        window.snapped(window.time(fraction), &ends, reach)
    }

    /// What lies over the rows: the pointer's line, a window that is being dragged out, and what is measured.
    pub fn overlay(self) -> View {
        let zoom = self.zoom;
        let line = optional(move || {
            let at = zoom.window.get().fraction(zoom.pointed.get()?);
            (0.0..=1.0).contains(&at).then(|| el("div", "pointer-line").style("left", &percent(at)))
        });
        let measured =
            optional(move || self.stretch.get().map(|(one, other)| self.band(one.min(other), one.max(other))));
        let inner = el("div", "time-overlay-inner").child(draft_band(zoom)).child(line).child(measured);
        el("div", "time-overlay").attr("aria-hidden", "true").child(inner)
    }

    fn band(self, from: i64, to: i64) -> View {
        let window = self.zoom.window.get();
        let (left, right) = (window.fraction(from).clamp(-0.1, 1.1), window.fraction(to).clamp(-0.1, 1.1));
        let step = window.length() / 2_000;
        let label = el("span", "measured").test_id("measured").attr("data-nanos", &(to - from).to_string());
        let label = if from == to {
            label.text(&fill(words().measure_from, &[&self.scale.label(from, step)]))
        } else {
            let times = [" ", &self.scale.label(from, step), " – ", &self.scale.label(to, step)].concat();
            label.child(el("strong", "").text(&duration(to - from))).text(&times)
        };
        let class = if (left + right) / 2.0 > 0.5 { "measure-band before" } else { "measure-band" };
        el("div", class).style("left", &percent(left)).style("width", &percent(right - left)).child(label)
    }
}

/// Takes an end of the focused row's bar for the first or, where that is known, the second point, and says what is measured.
pub fn take_point(state: &Timeline, is_end: bool) {
    let words = words();
    let ends = state.focused().and_then(|(_, row)| match &row.content {
        RowContent::Span(span) => Some((span.start_nanos, span.start_nanos.saturating_add(span.duration_nanos))),
        RowContent::Siblings(siblings) => Some((siblings.from_nanos, siblings.to_nanos)),
        RowContent::Pruned(_) => None,
    });
    let Some((start, end)) = ends else {
        return super::state::app().toast.set(Some(words.measure_no_row.to_owned()));
    };
    let time = if is_end { end } else { start };
    // A third point begins anew.
    let first = state.stretch.get_untracked().filter(|(one, other)| one == other).map_or(time, |(one, _)| one);
    state.stretch.set(Some((first, time)));
    let label = |time: i64| relative_label(time, state.head.duration_nanos / 2_000);
    let text = if first == time {
        fill(words.measure_from, &[&label(time)])
    } else {
        let (from, to) = (first.min(time), first.max(time));
        fill(words.measured, &[&duration(to - from), &label(from), &label(to)])
    };
    super::state::app().toast.set(Some(text));
}

/// Start and end of the bar in the row under the pointer, as the row's style has them.
fn ends_of_bar(event: &PointerEvent, frame: Window) -> Option<[i64; 2]> {
    let (x, y) = (event.client_x() as f32, event.client_y() as f32);
    let row = document().element_from_point(x, y)?.closest(".span-row").ok()??;
    let bar = row.query_selector(".bar-cell").ok()??.dyn_into::<HtmlElement>().ok()?;
    let time = |name| {
        // The browser's reader of numbers: Rust's is 10 kB of code.
        let share = js_sys::parse_float(&bar.style().get_property_value(name).ok()?);
        Some((share * frame.length() as f64).round() as i64)
    };
    let start = frame.from + time("--s")?;
    Some([start, start + time("--d")?])
}
