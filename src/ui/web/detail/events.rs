//! The events of a span in the order of time. While the timeline is zoomed, those in view, until all are asked for.

use std::rc::Rc;

use web_sys::Event;

use super::sections::{folding, section_head};
use crate::engine::questions::{AttributePlace, EventDetail};
use crate::ui::web::format::{duration, number};
use crate::ui::web::keyed::Entry;
use crate::ui::web::row::display_name;
use crate::ui::web::signal::{RwSignal, Signal};
use crate::ui::web::values::Place;
use crate::ui::web::view::{View, el, optional};
use crate::ui::web::words::{fill, words};
use crate::ui::window::Window;

/// Events shown at first.
const FIRST_EVENTS: usize = 5;

pub fn events(events: &[EventDetail], place: &Place, time_window: Signal<Window>) -> View {
    let total = events.len();
    let shown = RwSignal::new(FIRST_EVENTS);
    let shows_all = RwSignal::new(false);
    let (events, place): (Rc<[EventDetail]>, _) = (events.into(), place.clone());
    let is_in_view = move |event: &EventDetail| {
        let window = time_window.get();
        window.is_whole() || (window.from..=window.to).contains(&event.nanos)
    };
    let all = events.clone();
    let seen: Rc<dyn Fn() -> usize> = Rc::new(move || all.iter().filter(|event| is_in_view(event)).count());
    let entries = move || {
        let chosen = events.iter().filter(|event| shows_all.get() || is_in_view(event));
        let entry = |event: EventDetail| {
            let place = place.at(AttributePlace::Event(event.index));
            Entry::new(event.index.to_string(), move || event_line(&event, place))
        };
        chosen.take(shown.get()).cloned().map(entry).collect()
    };
    let count = seen.clone();
    let more = optional(move || {
        let count = if shows_all.get() { total } else { count() };
        let rest = count.checked_sub(shown.get()).filter(|rest| *rest > 0)?;
        let button = el("button", "button small").attr("type", "button");
        let button = button.on("click", move |_: Event| shown.set(usize::MAX));
        Some(button.text(&fill(words().show_more, &[&number(rest as u64)])))
    });
    let toggle = optional(move || {
        let seen = seen();
        (seen < total).then(|| view_toggle(seen, total, shows_all))
    });
    let head = section_head(words().events, Some(total)).child(toggle);
    el("section", "detail-section")
        .test_id("events")
        .child(head)
        .child(el("div", "events").keyed(entries))
        .child(more)
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
