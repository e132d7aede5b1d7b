//! Filters of a table: a button with a list of names to check, each with its count; what is checked is in the address.

use web_sys::{Event, HtmlInputElement};

use super::format::{lower, number};
use super::icons::Icon;
use super::navigation::{go, with_parameters};
use super::row::display_name;
use super::signal::{Memo, RwSignal};
use super::timeline_tools::popover;
use super::view::{View, dynamic, el};
use super::words::{fill, words};
use crate::engine::questions::Choices;

/// So many names are listed; the others are found by typing.
const LISTED: usize = 100;

/// Several names in one parameter of the address: none has a line's end in it.
pub fn names_in(text: &str) -> Vec<String> {
    text.lines().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The button and its list. `of` are all names; those in `chosen` are checked. `opens` is called when the list opens.
pub fn choices(
    parameter: &'static str,
    name: &'static str,
    of: RwSignal<Choices>,
    chosen: Memo<Vec<String>>,
    opens: impl Fn() + 'static,
) -> View {
    let view = popover(
        ["filter-services", "filter-names"][usize::from(parameter == "names")],
        Icon::Filter,
        name,
        move || {
            opens();
            panel(parameter, of, chosen)
        },
    );
    view.class_if("is-on", move || chosen.with(|chosen| !chosen.is_empty()))
}

#[inline(never)]
fn panel(parameter: &'static str, of: RwSignal<Choices>, chosen: Memo<Vec<String>>) -> View {
    let typed = RwSignal::new(String::new());
    let input = el("input", "").test_id("choices-find").attrs(&[
        ("type", "search"),
        ("autocomplete", "off"),
        ("spellcheck", "false"),
        ("placeholder", words().find_hint),
        ("aria-label", words().find_hint),
    ]);
    let field: HtmlInputElement = input.element();
    let input = input.on("input", move |_: Event| typed.set(lower(field.value().trim())));
    let none = el("button", "button small")
        .attr("type", "button")
        .test_id("choices-none")
        .on("click", move |_: Event| put(parameter, &[]))
        .text(words().spans_reset);
    el("div", "service-panel")
        .child(el("div", "line").child(input).child(none))
        .child(dynamic(move || list(parameter, &of.read(), &typed.read(), chosen)))
}

fn put(parameter: &'static str, names: &[String]) {
    go(&with_parameters(&[(parameter, Some(names.join("\n")).filter(|text| !text.is_empty()))]), true);
}

fn list(parameter: &'static str, of: &Choices, typed: &str, chosen: Memo<Vec<String>>) -> View {
    let fitting: Vec<_> = of.iter().filter(|it| lower(&it.name).contains(typed)).collect();
    let lines = fitting.iter().take(LISTED).map(|it| {
        let name = it.name.clone();
        let input = el("input", "").attrs(&[("type", "checkbox"), ("data-name", &name)]);
        let field: HtmlInputElement = input.element();
        field.set_checked(chosen.with_untracked(|chosen| chosen.contains(&name)));
        let input = input.on("change", move |_: Event| {
            let mut names = chosen.get_untracked();
            match names.iter().position(|known| *known == name) {
                Some(at) => _ = names.remove(at),
                None => names.push(name.clone()),
            }
            put(parameter, &names);
        });
        el("label", "check")
            .child(input)
            .child(el("bdi", "").text(display_name(&it.name)))
            .child(el("span", "count quiet").text(&number(it.spans.into())))
    });
    let more = fitting.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| el("p", "quiet").text(&fill(words().spans_more_names, &[&number(more as u64)])));
    el("div", "panel-list").children(lines).children(more)
}
