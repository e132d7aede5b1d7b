//! Find in the graph of a comparison: the box, the count, and the way from one node to the next.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::clipboard::icon_button;
use super::compare_graph::{FIND, Graph, Step};
use super::format::number;
use super::icons::{Icon, icon};
use super::navigation::{go, with_parameters};
use super::view::{View, effect, el, on_window};
use super::words::{fill, words};
use crate::engine::questions::FoundNodes;

const FIELD: &str = "diff-find";

/// The box with its count and buttons. What is typed stands in the address, and is read from there.
pub fn find_box(shown: Graph) -> View {
    let words = words();
    let input = el("input", "").test_id("diff-find").attrs(&[
        ("type", "search"),
        ("id", FIELD),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.find_hint),
        ("aria-label", words.diff_find),
        ("title", words.diff_find_title),
    ]);
    let field: HtmlInputElement = input.element();
    let typed = field.clone();
    effect(move || {
        let text = shown.find.get();
        if field.value() != text {
            field.set_value(&text);
        }
    });
    let input = input
        .on("input", move |_: Event| find(&typed.value()))
        .on("keydown", move |event: KeyboardEvent| press(shown, &event));
    let count = el("span", "find-count mono")
        .test_id("diff-find-count")
        .attrs(&[("role", "status"), ("aria-live", "polite")])
        .text_of(move || count_text(shown.find.with(|text| text.trim().is_empty()), &shown.found.read()));
    let step = |id: &str, name: &str, shape: Icon, goes_back: bool| {
        icon_button("icon-button", name, shape)
            .test_id(id)
            .on("click", move |_: Event| shown.take(Step { finds: true, goes_back }))
    };
    on_window("keydown", move |event: KeyboardEvent| {
        let is_asked = (event.ctrl_key() || event.meta_key()) && event.key() == "f";
        // A second time it is the browser's.
        if is_asked && !has_focus() {
            event.prevent_default();
            focus_find();
        }
    });
    el("div", "diff-find")
        .attrs(&[("role", "search"), ("aria-label", words.diff_find)])
        .child(icon(Icon::Search))
        .child(input)
        .child(count)
        .child(step("diff-find-previous", words.diff_find_previous, Icon::Up, true))
        .child(step("diff-find-next", words.diff_find_next, Icon::Down, false))
}

/// A key in the box.
#[inline(never)]
fn press(shown: Graph, event: &KeyboardEvent) {
    match event.key().as_str() {
        "Enter" => shown.take(Step { finds: true, goes_back: event.shift_key() }),
        "Escape" if shown.find.with_untracked(String::is_empty) => focus_graph(),
        "Escape" => find(""),
        _ => return,
    }
    event.prevent_default();
}

#[inline(never)]
fn find(text: &str) {
    go(&with_parameters(&[(FIND, (!text.is_empty()).then(|| text.to_owned()))]), true);
}

#[inline(never)]
fn count_text(is_empty: bool, found: &FoundNodes) -> String {
    match (is_empty, found.total, found.index) {
        (true, ..) => String::new(),
        (_, 0, _) => words().diff_find_none.to_owned(),
        (_, total, 0) => number(total.into()),
        (_, total, index) => fill(words().diff_find_at, &[&number(index.into()), &number(total.into())]),
    }
}

fn has_focus() -> bool {
    document().active_element().is_some_and(|element| element.id() == FIELD)
}

/// The keyboard goes to the box.
#[inline(never)]
pub fn focus_find() {
    let field = document().get_element_by_id(FIELD);
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        let _ = field.focus();
        field.select();
    }
}

/// Back from the box, or from the card, to the graph.
pub fn focus_graph() {
    let graph = document().query_selector(".diff-graph").ok().flatten();
    if let Some(graph) = graph.and_then(|graph| graph.dyn_into::<HtmlElement>().ok()) {
        let _ = graph.focus();
    }
}
