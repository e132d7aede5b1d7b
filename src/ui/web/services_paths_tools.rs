//! The row above the path graph: whose paths, how hops become nodes, how many of them, find.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use super::format::{counted, number};
use super::header::{chosen_value, option};
use super::navigation::{go, with_parameters};
use super::row::display_name;
use super::services_paths::{
    BY_OPERATION, DENSITIES, DENSITY, FIND, HOPS, OPERATION, PathsPage, SERVICE, USUAL_HOPS, put_focus,
};
use super::storage::set_preference;
use super::view::{View, dynamic, effect, el, optional};
use super::words::{fill, words};
use crate::engine::questions::{Density, Fullness};
use crate::ui::graph_view::Hit;

/// So many hops have a button each; the last one shows all that are farther.
const MOST_BUTTONS: usize = 8;
const ALL_HOPS: u32 = 100;

#[inline(never)]
pub fn tools(page: PathsPage) -> View {
    let words = words();
    let field = |name: &str, field: View| el("label", "field-inline").text(name).child(field);
    el("div", "services-tools")
        .test_id("path-tools")
        .child(field(words.search_service, dynamic(move || service_select(page))))
        .child(field(words.search_operation, dynamic(move || operation_select(page))))
        .child(field(words.paths_density, dynamic(move || density_select(page))))
        .child(by_operation(page))
        .child(dynamic(move || levels(page, 0)))
        .child(dynamic(move || levels(page, 1)))
        .child(find(page))
        .child(optional(move || reset(page)))
        .child(
            el("span", "quiet services-summary")
                .test_id("path-summary")
                .attr("role", "status")
                .text_of(move || summary(page)),
        )
}

/// Names to choose from, and the chosen one, which may be none of them.
fn names(id: &str, first: &str, names: &[String], chosen: &str) -> View {
    let unknown =
        (!chosen.is_empty() && !names.iter().any(|name| name == chosen)).then(|| option(chosen, chosen, true));
    let all = names.iter().map(|name| option(name, display_name(name), name == chosen));
    el("select", "").test_id(id).child(option("", first, chosen.is_empty())).children(unknown).children(all)
}

#[inline(never)]
fn service_select(page: PathsPage) -> View {
    let chosen = page.asked.with(|asked| asked.focus.service.clone());
    names("path-service", words().paths_choose_service, &page.services.read(), &chosen)
        .on("change", |event: Event| put_focus(&[(SERVICE, &chosen_value(&event)), (OPERATION, "")]))
}

#[inline(never)]
fn operation_select(page: PathsPage) -> View {
    let chosen = page.asked.with(|asked| asked.focus.operation.clone());
    names("path-operation", words().paths_any_operation, &page.operations.read(), &chosen)
        .on("change", |event: Event| put_focus(&[(OPERATION, &chosen_value(&event))]))
}

#[inline(never)]
fn density_select(page: PathsPage) -> View {
    let chosen = page.asked.with(|asked| asked.focus.density);
    let words = words();
    let name = |density: Density| match density {
        Density::Concise => words.paths_concise,
        Density::UpAndDown => words.paths_up_and_down,
        Density::Level => words.paths_level,
        Density::Path => words.paths_path,
        Density::External => words.paths_external,
    };
    let options = DENSITIES.map(|(density, word)| option(word, name(density), density == chosen));
    let select = el("select", "path-density").test_id("path-density").on("change", |event: Event| {
        let word = chosen_value(&event);
        set_preference(DENSITY, &word);
        put_focus(&[(DENSITY, &word)]);
    });
    select.children(options)
}

fn by_operation(page: PathsPage) -> View {
    let input = el("input", "").test_id("path-show-operations").attr("type", "checkbox");
    let field: HtmlInputElement = input.element();
    effect(move || field.set_checked(page.asked.with(|asked| asked.focus.by_operation)));
    let input = input.on("change", |event: Event| {
        let is_on = event.target().is_some_and(|it| it.unchecked_into::<HtmlInputElement>().checked());
        let word = if is_on { "1" } else { "0" };
        set_preference(BY_OPERATION, word);
        put_focus(&[(BY_OPERATION, word)]);
    });
    el("label", "check").child(input).text(words().paths_operations)
}

/// A button for each hop in a direction, which tells how much of it is shown. The farthest shown one is taken back by another press.
#[inline(never)]
fn levels(page: PathsPage, side: usize) -> View {
    let words = words();
    let name = [words.paths_upstream, words.paths_downstream][side];
    let levels = page.answer.with(|answer| answer.levels[side].clone());
    let wanted = page.asked.with(|asked| asked.hops[side]);
    let count = levels.len().min(MOST_BUTTONS);
    let button = |at: usize| {
        let is_last = at + 1 == MOST_BUTTONS && levels.len() > MOST_BUTTONS;
        let (state, told) = match levels[at] {
            Fullness::Empty => ("empty", words.paths_shown_none),
            Fullness::Partial => ("partial", words.paths_shown_partly),
            Fullness::Full => ("full", words.paths_shown),
        };
        let hops = if is_last { ALL_HOPS } else { at as u32 + 1 };
        let text = if is_last { [&number(at as u64 + 1), "+"].concat() } else { number(hops.into()) };
        let title = [name, " ", &text, ": ", told].concat();
        el("button", "path-level")
            .test_id(&["path-", HOPS[side], "-", &(at + 1).to_string()].concat())
            .attrs(&[
                ("type", "button"),
                ("data-state", state),
                ("title", &title),
                ("aria-label", &title),
                ("aria-pressed", if hops <= wanted { "true" } else { "false" }),
            ])
            .on("click", move |_: Event| {
                let next = if hops == wanted { at as u32 } else { hops };
                go(&with_parameters(&[(HOPS[side], (next != USUAL_HOPS).then(|| next.to_string()))]), false);
            })
            .text(&text)
    };
    let none = (count == 0).then(|| el("span", "quiet").text("–"));
    let buttons: Vec<View> = (0..count).map(button).collect();
    el("span", "field-inline")
        .attrs(&[("role", "group"), ("aria-label", name)])
        .text(name)
        .child(el("span", "path-levels").children(buttons).children(none))
}

fn find(page: PathsPage) -> View {
    let words = words();
    let input = el("input", "").test_id("path-find").attrs(&[
        ("type", "search"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.paths_find),
        ("aria-label", words.paths_find),
    ]);
    let field: HtmlInputElement = input.element();
    let typed = field.clone();
    effect(move || {
        let text = page.asked.with(|asked| asked.find.clone());
        if field.value() != text {
            field.set_value(&text);
        }
    });
    let put = |text: String| go(&with_parameters(&[(FIND, Some(text).filter(|it| !it.is_empty()))]), true);
    let input = input.on("input", move |_: Event| put(typed.value())).on("keydown", move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => step(page, event.shift_key()),
            "Escape" => put(String::new()),
            _ => return,
        }
        event.prevent_default();
    });
    let count = move || {
        let [all, shown] = page.answer.with(|answer| answer.found);
        match (page.asked.with(|asked| asked.find.trim().is_empty()), all - shown) {
            (true, _) => String::new(),
            (false, 0) => number(all.into()),
            (false, hidden) => fill(words.paths_found, &[&number(shown.into()), &number(hidden.into())]),
        }
    };
    el("div", "diff-find")
        .attr("role", "search")
        .child(input)
        .child(el("span", "find-count mono").test_id("path-find-count").attr("role", "status").text_of(count))
}

/// Goes to the next node that is found.
fn step(page: PathsPage, goes_back: bool) {
    let found = page.graph.marked.get_untracked();
    let count = found.len().max(1);
    let at = match page.graph.chosen.get_untracked() {
        Some(Hit::Box(node)) => found.iter().position(|it| *it == node),
        _ => None,
    };
    let next = match (at, goes_back) {
        (None, false) => 0,
        (None, true) => count - 1,
        (Some(at), false) => at + 1,
        (Some(at), true) => at + count - 1,
    };
    if let Some(node) = found.get(next % count) {
        page.graph.go_to(*node);
    }
}

/// Takes back what was hidden, shown and focused.
fn reset(page: PathsPage) -> Option<View> {
    let asked = page.asked.read();
    let is_usual = asked.hidden.is_empty() && asked.shown.is_empty() && asked.through.is_none();
    let words = words();
    let is_of_others = page.answer.with(|answer| answer.is_of_others);
    let name = if is_of_others { words.paths_of_others } else { words.paths_reset };
    (!is_usual).then(|| {
        el("button", "button small")
            .attr("type", "button")
            .test_id("path-reset")
            .on("click", |_: Event| put_focus(&[]))
            .text(name)
    })
}

/// What is shown, and of how many traces.
fn summary(page: PathsPage) -> String {
    let words = words();
    page.answer.with(|answer| {
        if answer.nodes.is_empty() {
            return String::new();
        }
        let [shown, all] = [answer.nodes.len() as u64, answer.all.into()].map(number);
        let traces = counted(answer.traces.into(), words.trace_one, words.trace_many);
        let text = fill(words.paths_summary, &[&shown, &all, &traces]);
        match answer.left_out {
            0 => text,
            left_out => [&text, " · ", &fill(words.paths_left_out, &[&number(left_out.into())])].concat(),
        }
    })
}
