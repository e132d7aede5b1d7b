//! The events of a span in the order of time. While the timeline is zoomed, those in view, until all are asked for.

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::Event;

use super::sections::{folding, section_head};
use crate::engine::questions::{AttributePlace, EventDetail};
use crate::ui::web::format::{duration, number};
use crate::ui::web::keyed::Entry;
use crate::ui::web::row::display_name;
use crate::ui::web::values::Place;
use crate::ui::web::view::{View, el, optional, when};
use crate::ui::web::words::{fill, words};
use crate::ui::window::Window;

/// Events shown at first.
const FIRST_EVENTS: usize = 5;

pub fn events(events: &[EventDetail], place: &Place, time_window: Signal<Window>) -> View {
    let total = events.len();
    let shown = RwSignal::new(FIRST_EVENTS);
    let shows_all = RwSignal::new(false);
    let (events, place): (Rc<[EventDetail]>, _) = (events.into(), place.clone());
    let times: Vec<i64> = events.iter().map(|event| event.nanos).collect();
    let in_view = Memo::new(move |_| {
        let window = time_window.get();
        let seen = times.iter().filter(|time| (window.from..=window.to).contains(time)).count();
        (!window.is_whole()).then_some(seen)
    });
    let is_chosen = move |event: &EventDetail| {
        let window = time_window.get();
        shows_all.get() || window.is_whole() || (window.from..=window.to).contains(&event.nanos)
    };
    let count = move || in_view.get().filter(|_| !shows_all.get()).unwrap_or(total);
    let entries = move || {
        let visible = events.iter().filter(|event| is_chosen(event)).take(shown.get()).cloned();
        let entry = |event: EventDetail| {
            let place = place.at(AttributePlace::Event(event.index));
            Entry::new(event.index.to_string(), move || event_line(&event, place))
        };
        visible.map(entry).collect()
    };
    let more = move || {
        el("button", "button small")
            .attr("type", "button")
            .on("click", move |_: Event| shown.set(usize::MAX))
            .text_of(move || fill(words().show_more, &[&number(count().saturating_sub(shown.get()) as u64)]))
    };
    let head = section_head(words().events, Some(total)).child(optional(move || {
        let seen = in_view.get().filter(|seen| *seen < total)?;
        Some(view_toggle(seen, total, shows_all))
    }));
    el("section", "detail-section")
        .test_id("events")
        .child(head)
        .child(el("div", "events").keyed(entries))
        .child(when(move || shown.get() < count(), more))
        .child(el("p", "quiet small-text").text(words().events_relative))
}

/// How many are in view, and a button that shows all or only these.
fn view_toggle(seen: usize, total: usize, shows_all: RwSignal<bool>) -> View {
    let total = number(total as u64);
    let name = fill(words().events_all, &[&total]);
    el("span", "events-in-view")
        .child(el("span", "quiet").text(&fill(words().events_in_view, &[&number(seen as u64), &total])))
        .child(
            el("button", "button small")
                .attr("type", "button")
                .on("click", move |_: Event| shows_all.update(|all| *all = !*all))
                .text_of(move || if shows_all.get() { words().events_only.to_owned() } else { name.clone() }),
        )
}

fn event_line(event: &EventDetail, place: Place) -> View {
    let head = |head: View| {
        head.child(el("span", "event-time mono").text(&duration(event.nanos)))
            .child(el("bdi", "event-name").text(display_name(&event.name)))
    };
    folding(el("div", "event"), el("button", "event-head"), head, &event.attributes, place, false)
}
