//! What stands above a table: the view's own controls, how many rows there are, find, and the whole as CSV.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, Event, HtmlInputElement, KeyboardEvent};

use super::clipboard::icon_button;
use super::data_table::Shown;
use super::format::{number, numbered};
use super::icons::{Icon, icon};
use super::navigation::{go, with_parameters};
use super::row::yes_no;
use super::saving::download;
use super::state::client;
use super::view::{View, effect, el, when};
use super::words::words;
use crate::engine::questions::{NextLine, TableText};

pub fn tools(shown: &Shown, controls: View) -> View {
    let part = shown.part;
    let rows = move || numbered(part.with(|part| part.total).into(), words().table_rows);
    let csv = shown.clone();
    let csv = el("button", "button small")
        .test_id("table-csv")
        .attrs(&[("type", "button"), ("title", words().table_csv)])
        .on("click", move |_: Event| save(&csv))
        .text("CSV");
    let of = shown.clone();
    let has_levels = move || part.with(|part| part.lines.iter().any(|line| line.is_folded.is_some()));
    el("div", "data-tools")
        .child(controls)
        .child(when(has_levels, move || fold_all(&of)))
        .child(el("span", "data-count quiet").test_id("table-rows").attr("role", "status").text_of(rows))
        .child(find(shown))
        .child(csv)
}

/// Folds or unfolds all rows that have rows below them.
fn fold_all(shown: &Shown) -> View {
    let folds = shown.folds;
    let is_folded = move || folds.with(|(is_folded, _)| *is_folded);
    let name = move || if is_folded() { words().table_unfold_all } else { words().table_fold_all };
    el("button", "button small")
        .test_id("table-fold-all")
        .attr("type", "button")
        .on("click", move |_: Event| folds.set((!folds.with_untracked(|(is_folded, _)| *is_folded), Vec::new())))
        .text_of(move || name().to_owned())
}

/// The box, how many rows are found, and the way from one to the next.
fn find(shown: &Shown) -> View {
    let (words, find, only, part) = (words(), shown.spec.find, shown.only_found, shown.part);
    let input = el("input", "").test_id("table-find").attrs(&[
        ("type", "search"),
        ("id", "find-input"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.find_hint),
        ("aria-label", words.find_hint),
    ]);
    let (field, written): (HtmlInputElement, HtmlInputElement) = (input.element(), input.element());
    effect(move || {
        let text = find.with(|find| find.text.clone());
        if written.value() != text {
            written.set_value(&text);
        }
    });
    let keys = shown.clone();
    let input = input.on("input", move |_: Event| find.update(|find| find.text = field.value())).on(
        "keydown",
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => next(&keys, event.shift_key()),
            "Escape" => find.update(|find| find.text.clear()),
            _ => {}
        },
    );
    let found = move || part.with(|part| part.found);
    let is_empty = move || find.with(|find| find.text.trim().is_empty());
    let count = el("span", "find-count mono")
        .test_id("table-found")
        .attrs(&[("role", "status"), ("aria-live", "polite")])
        .attr_of("data-count", move || found().to_string())
        .text_of(move || if is_empty() { String::new() } else { number(found().into()) });
    let hide = el("button", "icon-button")
        .test_id("table-only-found")
        .attrs(&[("type", "button"), ("title", words.table_only_found), ("aria-label", words.table_only_found)])
        .attr_of("aria-pressed", move || yes_no(only.get()).to_owned())
        .on("click", move |_: Event| {
            let mode = (!only.get_untracked()).then(|| "hide".to_owned());
            go(&with_parameters(&[("mode", mode)]), true);
        })
        .child(icon(Icon::Hide));
    let step = |id: &str, name: &str, shape: Icon, goes_back: bool| {
        let shown = shown.clone();
        icon_button("icon-button", name, shape).test_id(id).on("click", move |_: Event| next(&shown, goes_back))
    };
    el("div", "find data-find")
        .attrs(&[("role", "search"), ("aria-label", words.find_hint)])
        .child(icon(Icon::Search))
        .child(input)
        .child(count)
        .child(hide)
        .child(step("table-previous", words.table_previous, Icon::Up, true))
        .child(step("table-next", words.table_next, Icon::Down, false))
}

/// Goes to the next row that is found.
fn next(shown: &Shown, goes_back: bool) {
    let shown = shown.clone();
    let what = shown.what.with_untracked(|(_, what)| what.clone());
    let after = shown.cursor.get_untracked();
    spawn_local(async move {
        let Some(client) = client() else { return };
        if let Some(Some(row)) = client.ask(NextLine { what, after, goes_back }).await
            && !shown.cursor.is_disposed()
        {
            shown.go_to(row);
        }
    });
}

/// Rows that are asked for at once: the page would not bear a million in one text.
const STRETCH: u32 = 10_000;

/// Saves the whole table.
fn save(shown: &Shown) {
    let what = shown.what.with_untracked(|(_, what)| what.clone());
    let name = [shown.spec.file, ".csv"].concat();
    spawn_local(async move {
        let Some(client) = client() else { return };
        let parts = js_sys::Array::new();
        let mut from = 0;
        while let Some(text) = client.ask(TableText { what: what.clone(), from, count: STRETCH }).await {
            if text.is_empty() {
                break;
            }
            parts.push(&text.into());
            from += STRETCH;
        }
        let options = BlobPropertyBag::new();
        options.set_type("text/csv");
        if let Ok(file) = Blob::new_with_str_sequence_and_options(&parts, &options) {
            download(&file, &name);
        }
    });
}
