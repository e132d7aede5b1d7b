//! The ruler above the bars: round times of the visible window.

use leptos::prelude::*;
use web_sys::HtmlElement;

use super::format::{duration, percent};
use super::view::{View, dynamic, el, empty};
use super::virtual_rows::observe;
use crate::ui::ticks::ticks;
use crate::ui::window::Window;

/// CSS pixels that a tick and its label take at least.
const TICK_WIDTH: f64 = 110.0;

/// The ruler; `marks` is told where its ticks are, as fractions of the visible window.
pub fn ruler(time_window: Signal<Window>, marks: RwSignal<Vec<f64>>) -> View {
    let width = RwSignal::new(800.0);
    let times = move || {
        let window = time_window.get();
        let most = (width.get() / TICK_WIDTH).floor().max(2.0) as usize;
        ticks(window.from, window.to, most)
    };
    let labels = move || {
        let window = time_window.get();
        let at = |time: &i64| window.fraction(*time);
        let times = times();
        marks.set(times.iter().map(at).collect());
        empty().children(times.iter().map(|time| {
            let class = if at(time) > 0.93 { "tick tick-last" } else { "tick" };
            el("span", class).style("left", &percent(at(time))).text(&duration(*time))
        }))
    };
    let micros = |time: i64| (time / 1_000).to_string();
    let view = el("div", "ruler")
        .test_id("ruler")
        .attr_of("data-start-us", move || micros(time_window.get().from))
        .attr_of("data-end-us", move || micros(time_window.get().to))
        .child(dynamic(labels));
    let watched: HtmlElement = view.element();
    observe(&view.element(), move || {
        let now = f64::from(watched.client_width());
        if now != width.get_untracked() {
            width.set(now);
        }
    });
    view
}
