//! Find in the trace: the box, the count, and the way from one span to the next.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement, KeyboardEvent};

use super::clipboard::icon_button;
use super::commands::Command;
use super::format::number;
use super::header::{chosen_value, option};
use super::icons::{Icon, icon};
use super::navigation::{go, parameter, place, with_parameters};
use super::rest::rest;
use super::signal::RwSignal;
use super::sources::expected_text;
use super::state::client;
use super::timeline_state::{FIND_MODES, ROW, Timeline};
use super::view::{View, effect, el, optional};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::questions::{
    Expected, FindFault, FindMode, FirstFound, Focus, FoldStep, Found, FoundAnswer, LineKey, NextFound, PlaceOf,
    QueryExpected, Rule,
};
use crate::ui::window::Window;

/// Details of so many spans are opened at most.
const MOST_OPENED: u32 = 50;

/// The box with its count and buttons.
pub fn find_bar(state: &Timeline) -> View {
    let answer = RwSignal::new(FoundAnswer::default());
    ask_count(state, answer);
    arrive(state);
    let (find, only) = (state.find, state.only_found);
    let words = words();
    let input = el("input", "").test_id("find-input").attrs(&[
        ("type", "search"),
        ("id", "find-input"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.find_hint),
        ("aria-label", words.find_focus),
        ("title", words.find_title),
    ]);
    let field: HtmlInputElement = input.element();
    let shown = field.clone();
    // What tells a query's faults is in the rest.
    effect(move || {
        if find.with(|find| find.mode == FindMode::TraceQl) {
            spawn_local(async { _ = rest().await });
        }
    });
    effect(move || {
        let text = find.with(|find| find.text.clone());
        if shown.value() != text {
            shown.set_value(&text);
        }
    });
    let keys = state.clone();
    let input = input.on("input", move |_: Event| find.update(|find| find.text = field.value())).on(
        "keydown",
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => go_to_found(&keys, !event.shift_key()),
            "Escape" => {
                event.prevent_default();
                clear_find(&keys);
            }
            _ => {}
        },
    );
    let modes = FIND_MODES.map(|(mode, tag)| {
        let name = match mode {
            FindMode::Any => words.find_any,
            FindMode::All => words.find_all,
            FindMode::Regex => words.find_regex,
            FindMode::TraceQl => "TraceQL",
        };
        option(tag, name, find.get_untracked().mode == mode)
    });
    let mode = el("select", "")
        .test_id("find-mode")
        .attrs(&[("aria-label", words.find_mode), ("title", words.find_mode)])
        .on("change", move |event: Event| {
            let chosen = chosen_value(&event);
            let mode = FIND_MODES.iter().find(|(_, tag)| *tag == chosen).map(|(mode, _)| *mode);
            find.update(|find| find.mode = mode.unwrap_or_default());
        })
        .children(modes);
    // Links from other views set it, too.
    let chosen: HtmlSelectElement = mode.element();
    effect(move || {
        let now = find.with(|find| find.mode);
        chosen.set_value(FIND_MODES.iter().find(|(mode, _)| *mode == now).map_or("", |(_, tag)| tag));
    });
    let count = el("span", "find-count mono")
        .test_id("find-count")
        .attrs(&[("role", "status"), ("aria-live", "polite")])
        .attr_of("data-index", move || answer.read().index.to_string())
        .attr_of("data-count", move || answer.read().count.to_string())
        .text_of(move || count_text(find.with(|find| find.text.trim().is_empty()), &answer.read()));
    let button = |id: &str, shape: Icon, command: Command| {
        let state = state.clone();
        let name = match command.key() {
            "" => command.name(),
            key => format!("{} ({key})", command.name()),
        };
        icon_button("icon-button", &name, shape)
            .test_id(id)
            .on("click", move |_: Event| super::commands::run(&state, command))
    };
    let hide = el("button", "icon-button")
        .test_id("find-hide")
        .attrs(&[("type", "button"), ("title", words.find_hide), ("aria-label", words.find_hide)])
        .attr_of("aria-pressed", move || super::row::yes_no(only.get()).to_owned())
        .on("click", move |_: Event| {
            let mode = (!only.get_untracked()).then(|| "hide".to_owned());
            go(&with_parameters(&[("mode", mode)]), true);
        })
        .child(icon(Icon::Hide));
    el("div", "find")
        .attrs(&[("role", "search"), ("aria-label", words.find_focus)])
        .child(icon(Icon::Search))
        .child(input)
        .child(count)
        .child(mode)
        .child(hide)
        .child(button("find-prev", Icon::Up, Command::PreviousFound))
        .child(button("find-next", Icon::Down, Command::NextFound))
        .child(button("find-focus", Icon::Target, Command::OpenFound))
        .child(button("find-clear", Icon::Close, Command::ClearFind))
        .child(optional(move || {
            let fault = answer.read().fault?;
            Some(el("span", "find-fault error-text").attr("role", "alert").text(&fault_text(&fault)))
        }))
}

fn count_text(is_empty: bool, answer: &FoundAnswer) -> String {
    match (is_empty || answer.fault.is_some(), answer.index) {
        (true, _) => String::new(),
        (false, 0) => number(answer.count.into()),
        (false, index) => format!("{} / {}", number(index.into()), number(answer.count.into())),
    }
}

fn fault_text(fault: &FindFault) -> String {
    let words = words();
    let expected = match fault.expected {
        Expected::Regex => words.expected_regex,
        Expected::Order => words.expected_order,
        Expected::Number => words.expected_number,
        Expected::Duration => words.expected_duration,
        Expected::Status => "unset | ok | error",
        Expected::Kind => "server | client | producer | consumer | internal",
        Expected::Query(expected) => return traceql_fault(fault.column, expected),
    };
    fill(words.find_fault, &[&fault.column.to_string(), expected])
}

fn traceql_fault(column: u32, expected: QueryExpected) -> String {
    [&fill(words().find_fault, &[&column.to_string(), "TraceQL"]), " · ", &expected_text(expected)].concat()
}

/// Asks how many there are whenever the look or the keyboard's place changes.
fn ask_count(state: &Timeline, answer: RwSignal<FoundAnswer>) {
    let Some(client) = client() else { return };
    let slot = Slot::<Found>::new(client, move |found| {
        answer.set(found);
    });
    let state = state.clone();
    effect(move || {
        let look = state.look.get();
        let at = match state.cursor.get() {
            Some(Focus::Line(LineKey::Span(position))) => Some(position),
            _ => None,
        };
        if look.find.is_none() {
            answer.set(FoundAnswer::default());
            return;
        }
        slot.ask(Found { trace: state.head.id.clone(), look, at });
    });
}

/// An address that says what to find leads to the first span of it, as in Jaeger UI; one that names a span by its id, as its
/// links do, opens that span. An address that names a span in our way leads there.
fn arrive(state: &Timeline) {
    let find = state.find.get_untracked();
    let text = find.text.trim().to_owned();
    if text.is_empty() || parameter(&place().search.get_untracked(), "span").is_some() {
        return;
    }
    state.reveal_span(text);
    go_to_found(state, true);
}

pub fn focus_find() {
    let field = document().get_element_by_id("find-input");
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        let _ = field.focus();
        field.select();
    }
}

pub fn clear_find(state: &Timeline) {
    if !state.find.with_untracked(|find| find.text.is_empty()) {
        state.find.update(|find| find.text.clear());
    }
}

/// The keyboard goes to the next span that is found; without a search, to the next one there is.
pub fn go_to_found(state: &Timeline, is_forward: bool) {
    let state = state.clone();
    let from = match state.cursor.get_untracked() {
        Some(Focus::Line(LineKey::Span(position))) => Some(position),
        _ => None,
    };
    let (trace, look) = (state.head.id.clone(), state.look.get_untracked());
    let window = state.time_window.get_untracked();
    let within = (!window.is_whole()).then(|| Window::times(window));
    spawn_local(async move {
        let Some(client) = client() else { return };
        let question = NextFound { trace: trace.clone(), look: look.clone(), from, is_forward, within };
        let Some(Some(position)) = client.ask(question).await else {
            return;
        };
        if state.cursor.is_disposed() {
            return;
        }
        // Whatever is folded above it opens.
        let line = LineKey::Span(position);
        let mut look = look;
        let is_searched = look.find.is_some();
        if is_searched {
            let step = FoldStep::Reveal(position);
            look.folds.push(step.clone());
            if !look.folds[..look.folds.len() - 1].is_empty() {
                state.fold(step);
            } else {
                look.folds.pop();
            }
        }
        if let Some(Some(row)) = client.ask(PlaceOf { trace, look, line }).await
            && !state.cursor.is_disposed()
        {
            state.cursor.set(Some(Focus::Line(line)));
            let y = state.layout.with_untracked(|layout| layout.y(row));
            state.scrolling.reveal(y - ROW * 2.0, ROW * 5.0);
        }
    });
}

/// Folds all but the ways to the spans that are found, opens their details, and goes to the first.
pub fn open_found(state: &Timeline) {
    let state = state.clone();
    let (trace, look) = (state.head.id.clone(), state.look.get_untracked());
    let Some(find) = look.find.clone() else { return };
    spawn_local(async move {
        let Some(client) = client() else { return };
        let found = client.ask(FirstFound { trace, look, most: MOST_OPENED }).await.unwrap_or_default();
        if found.is_empty() || state.cursor.is_disposed() {
            return;
        }
        state.fold(FoldStep::OpenTo(Rule::Found(find)));
        state.cursor.set(Some(Focus::Line(LineKey::Span(found[0]))));
        state.open.set(Vec::new());
        state.open_details(&found);
        state.go_to(found[0]);
    });
}
