//! What the tables of a trace have in common: which part of it they show, its services' colours, and the way to the timeline.

use std::rc::Rc;

use web_sys::Event;

use super::navigation::{place, with_parameters};
use super::signal::Memo;
use super::trace_views::Viewed;
use super::view::{View, el, optional};
use super::words::{fill, words};
use crate::engine::questions::{Look, TracePart};

/// Parameters of the address that are a table's, not the timeline's.
const OWN: [&str; 8] = ["view", "order", "group", "then", "colorBy", "services", "names", "errors"];

/// The part of the trace that is looked at. Folds and the window are the timeline's.
pub fn part_of(viewed: &Viewed) -> Memo<TracePart> {
    let (look, trace) = (viewed.timeline.look, viewed.head.id.clone());
    Memo::new(move |_| {
        let Look { root, hidden_services, find, skew, .. } = look.get();
        TracePart { trace: trace.clone(), look: Look { root, hidden_services, find, skew, ..Look::default() } }
    })
}

/// Says that only a part is shown.
pub fn part_notice(viewed: &Viewed) -> View {
    let state = viewed.timeline.clone();
    optional(move || {
        let root = state.root.get()?;
        let back = state.clone();
        let button = el("button", "button small")
            .test_id("root-leave")
            .attr("type", "button")
            .on("click", move |_: Event| back.look_at(None))
            .text(words().look_at_whole);
        let text = el("span", "").text(&fill(words().look_at_part, &[&root]));
        Some(el("div", "notice").test_id("root-notice").attr("role", "status").child(text).child(button))
    })
}

/// The palette slot of a service by its name.
pub fn slot_of(viewed: &Viewed) -> Rc<dyn Fn(&str) -> usize> {
    let (head, slots) = (viewed.head.clone(), viewed.slots.clone());
    Rc::new(move |name| {
        let at = head.services.iter().position(|service| service.name == name);
        slots.slot(at.unwrap_or_default() as u32)
    })
}

/// The address of the timeline with some parameters.
pub fn timeline_address(changes: &[(&str, Option<String>)]) -> String {
    let mut all: Vec<(&str, Option<String>)> = OWN.iter().map(|own| (*own, None)).collect();
    all.extend_from_slice(changes);
    with_parameters(&all)
}

/// A parameter of the address, as it changes.
pub fn parameter_of(name: &'static str) -> Memo<String> {
    let search = place().search;
    Memo::new(move |_| super::navigation::parameter(&search.read(), name).unwrap_or_default())
}
