//! What the pointer does on rows: listeners of the whole list, since listeners of every row would be made with every row.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

use super::event_popover::tick_of;
use super::link_list::show_links;
use super::rest::with_rest;
use super::row::row_element_id;
use super::service_colours::Slots;
use super::timeline_state::Timeline;
use super::view::View;
use crate::engine::questions::{FoldStep, Guide, LineKey};
use crate::ui::guide_lines;

/// Clicks on the rows in `list` do what the rows are for, and the pointer marks lines of the tree.
pub fn with_pointer(list: View, state: Timeline, slots: Rc<Slots>) -> View {
    let (clicked, marked) = (state.clone(), Cell::new(None));
    list.on("click", move |event: Event| click(&clicked, &event))
        .on("mousemove", move |event: MouseEvent| mark_guides(&state, &slots, &marked, &event))
}

/// A click on a row: the keyboard is there from now on. Its button folds; elsewhere it opens the span's detail.
fn click(state: &Timeline, event: &Event) {
    let Some((target, key)) = row_at(state, event) else { return };
    let Some(row) = state.row_at(key) else { return };
    state.be_at(key, row.clone());
    if let (LineKey::Span(position), Ok(Some(_))) = (row.key, target.closest(".link-mark")) {
        let state = state.clone();
        return with_rest(Box::new(move || show_links(&state, position)));
    }
    let is_fold = target.closest(".toggle").is_ok_and(|button| button.is_some());
    // A link in the row does its own, and so does an event's tick.
    if !is_fold && (event.default_prevented() || tick_of(event).is_some()) {
        return;
    }
    match row.key {
        LineKey::Span(position) if is_fold => state.fold(FoldStep::Toggle(position)),
        LineKey::Span(position) => state.toggle_detail(position),
        LineKey::Siblings(first) => state.toggle_siblings(first),
        LineKey::Pruned(_) => state.hide_services(Vec::new()),
    }
}

/// What an event happened at, and the number of its row.
fn row_at(state: &Timeline, event: &Event) -> Option<(Element, u32)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row = target.closest(".span-row").ok()??;
    let index = row.get_attribute("data-row")?.parse().ok()?;
    state.row_at(index).map(|_| (target, index))
}

/// Marks the lines of the ancestor whose line, or whose own row, the pointer is on.
fn mark_guides(state: &Timeline, slots: &Slots, marked: &Cell<Option<u32>>, event: &MouseEvent) {
    let wanted = row_at(state, event).and_then(|(target, index)| {
        let row = state.row_at(index)?;
        if target.class_list().contains("guides") {
            return guide_lines::ancestor_at(&row.guides, event.offset_x());
        }
        row.span().map(|span| span.position)
    });
    let before = marked.replace(wanted);
    if before == wanted {
        return;
    }
    let answer = state.answer.read_untracked();
    for row in answer.iter().flat_map(|answer| &answer.rows) {
        let is_touched = |guide: &Guide| [before, wanted].contains(&Some(guide.position));
        if !row.guides.iter().any(is_touched) {
            continue;
        }
        let Some(element) = document().get_element_by_id(&row_element_id(row.key)) else { continue };
        let lines = guide_lines::lines(&row.guides, wanted, |service| slots.slot(service));
        for (class, property, value) in [(".guide-lines", "box-shadow", lines.whole), (".elbow", "color", lines.elbow)]
        {
            let part =
                element.query_selector(class).ok().flatten().and_then(|part| part.dyn_into::<HtmlElement>().ok());
            if let Some(part) = part {
                // The names of both properties are plain.
                let _ = part.style().set_property(property, &value);
            }
        }
    }
}
