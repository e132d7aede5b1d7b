//! A span's detail beside the timeline, or below it where the page is narrow: the other way to show it than in the list.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Event, FocusOptions, HtmlElement, KeyboardEvent};

use super::clipboard::icon_button;
use super::detail::detail_view;
use super::event_popover::reveal_events;
use super::format::percent;
use super::icons::Icon;
use super::row::RowContext;
use super::splitter::{Border, splitter};
use super::timeline_state::{ROW, Timeline};
use super::view::{View, dynamic, el, empty, group, when};
use super::virtual_rows::observe;
use super::words::words;

/// Below this width (CSS pixels) the panel is below the timeline.
const NARROW: i32 = 820;

/// The timeline, and beside it the panel while it shows a span.
pub fn with_side_panel(state: &Timeline, timeline: View, context: RowContext) -> View {
    let border = Border::panel();
    let (open, in_panel, state) = (state.open, state.side_panel, state.clone());
    let split = el("div", "timeline-split");
    let watched: HtmlElement = split.element();
    observe(&split.element(), move || {
        let is_stacked = watched.client_width() < NARROW;
        if border.is_stacked.get_untracked() != is_stacked {
            border.is_stacked.set(is_stacked);
        }
    });
    split
        .class_if("stacked", move || border.is_stacked.get())
        .style_of("--side", move || percent(border.share.get() / 100.0))
        .child(timeline)
        .child(when(
            move || in_panel.get() && !open.read().is_empty(),
            move || group([splitter(border, "splitter panel-splitter"), panel(&state, &context)]),
        ))
}

fn panel(state: &Timeline, context: &RowContext) -> View {
    let words = words();
    let (open, context) = (state.open, context.clone());
    let revealing = state.clone();
    let detail = move || {
        let Some(position) = open.read().last().copied() else { return empty() };
        let state = revealing.clone();
        detail_view(position, &context, true, move |detail| reveal_events(&state, position, detail))
    };
    let (by_button, by_key) = (state.clone(), state.clone());
    let close_name = [words.close, " (Esc)"].concat();
    let head = el("div", "side-panel-head").child(el("span", "quiet").text(words.side_panel)).child(
        icon_button("icon-button", &close_name, Icon::Close)
            .test_id("panel-close")
            .on("click", move |_: Event| close(&by_button)),
    );
    el("section", "side-panel")
        .test_id("side-panel")
        .attr("aria-label", words.side_panel)
        .on("keydown", move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // Elsewhere it clears what is looked for.
                event.prevent_default();
                close(&by_key);
            }
        })
        .child(head)
        .child(el("div", "side-panel-body").child(dynamic(detail)))
}

/// Closes the panel; the keyboard returns to the row that it came from, or to the first.
fn close(state: &Timeline) {
    state.close_details();
    if let Some((index, _)) = state.focused() {
        state.scrolling.reveal(state.layout.get_untracked().y(index), ROW);
    }
    let row = document().query_selector(".span-row[tabindex=\"0\"]").ok().flatten();
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = row.focus_with_options(&options);
    }
}
