//! Help for keys, and the palette that reaches every command by its name.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{document, set_timeout, untrack};
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent, Node,
};

use super::commands::{Command, run};
use super::format::lower;
use super::keyed::Entry;
use super::signal::RwSignal;
use super::timeline_state::Timeline;
use super::timeline_tools::look_choices;
use super::trace_views::TraceView;
use super::view::{View, el};
use super::view_keys::show_keys_of_view;
use super::words::{fill, words};
use super::zoom::TimeCommand;

/// Shows a dialog over the page until it is closed; the focus then returns to where it was.
pub fn show(view: View) {
    let dialog: HtmlDialogElement = view.element();
    let removed = dialog.clone();
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    view.listen("close", move |_: Event| {
        removed.remove();
        // What was run may have brought the focus elsewhere.
        let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if let Some(before) = before.as_ref().filter(|_| is_lost) {
            let _ = before.focus();
        }
    });
    // A click beside the panel hits the dialog itself.
    let backdrop = dialog.clone();
    view.listen("click", move |event: Event| {
        if event.target().as_ref() == Some(backdrop.as_ref()) {
            backdrop.close();
        }
    });
    if let Some(body) = document().body() {
        let _ = body.append_child(&dialog);
        let _ = dialog.show_modal();
    }
}

/// All commands that have a key; behind another view its keys.
pub fn show_help(state: &Timeline) {
    let owner = state.owner.clone();
    owner.with(|| {
        let view = TraceView::present();
        if view != TraceView::Timeline {
            return show_keys_of_view(view);
        }
        let words = words();
        let own: Vec<(&str, String)> = Command::all()
            .filter(|command| !command.key().is_empty())
            .map(|command| (command.key(), command.name()))
            .collect();
        let rows = vec![
            ("↑ ↓", words.key_rows),
            ("← →", words.key_fold),
            ("Home End PgUp PgDn", words.key_ends),
            ("Enter", words.key_detail),
            ("e E", words.key_events),
            ("Esc", words.key_leave),
        ];
        let time = vec![
            ("a d", words.key_pan),
            ("↑ ↓", words.key_zoom),
            ("Shift", words.key_fast),
            ("+ − 0", words.key_zoom_plus),
        ];
        let own = own.iter().map(|(key, name)| (*key, name.as_str())).collect();
        show_sections(&[(words.help_rows, rows), (words.help_page, own), (words.help_time, time)]);
    });
}

/// Keys and what they do, in sections.
pub fn show_sections(sections: &[(&str, Vec<(&str, &str)>)]) {
    let words = words();
    let close = el("button", "button").attrs(&[("type", "submit"), ("autofocus", "")]).text(words.close);
    let mut view = el("dialog", "dialog")
        .test_id("keyboard-help")
        .attr("aria-label", words.help_title)
        .child(el("h2", "").text(words.help_title));
    for (title, keys) in sections {
        let mut list = el("div", "key-list");
        for (key, name) in keys {
            let line = el("div", "key-line").child(el("kbd", "").text(key)).child(el("span", "").text(name));
            list = list.child(line);
        }
        view = view.child(el("h3", "").text(title)).child(list);
    }
    show(view.child(el("form", "dialog-foot").attr("method", "dialog").child(close)));
}

/// Something that can be done on the page.
struct Line {
    name: String,
    key: &'static str,
    act: Act,
}

enum Act {
    Command(Command),
    Time(TimeCommand),
    /// Presses what can be pressed; brings the focus to a field.
    Use(HtmlElement),
    /// Chooses of a list of choices.
    Choose(HtmlSelectElement, String),
}

/// Where the controls of the page are; those in rows are for one span each.
const CONTROLS: &str = ":is(.top-bar, .trace-title, .trace-tools, .timeline-head) :is(a, button, select, input)";
/// Lists of more choices than this come last.
const LONG: u32 = 20;
/// Lines that are shown at a time: who looks for more types more.
const MOST_LINES: usize = 200;

/// All that can be done: the commands, what is done to the visible time, and what the controls of the page and of its menu do.
/// A control that does what a command does is left out.
fn lines(state: &Timeline) -> Vec<Line> {
    let words = words();
    let line = |name: &str, key, act| Line { name: name.to_owned(), key, act };
    let mut lines: Vec<Line> =
        Command::all().map(|command| line(&command.name(), command.key(), Act::Command(command))).collect();
    let times = [
        (words.time_in, "+", TimeCommand::ZoomIn),
        (words.time_out, "−", TimeCommand::ZoomOut),
        (words.time_left, "a", TimeCommand::PanLeft),
        (words.time_right, "d", TimeCommand::PanRight),
        (words.time_whole, "0", TimeCommand::Whole),
    ];
    lines.extend(times.map(|(name, key, command)| line(name, key, Act::Time(command))));
    let mut long = Vec::new();
    let menu: Element = look_choices(state).element();
    let on_page = document().query_selector_all(CONTROLS);
    let in_menu = menu.query_selector_all("select, input, .small[data-testid]");
    for found in [on_page, in_menu].into_iter().flatten() {
        for at in 0..found.length() {
            let Some(Ok(element)) = found.get(at).map(Node::dyn_into::<HtmlElement>) else { continue };
            // What the configuration takes away is not on the page either.
            if element.is_connected() && element.offset_width() == 0 {
                continue;
            }
            let name = name_of(&element);
            let Some(select) = element.dyn_ref::<HtmlSelectElement>() else {
                let is_known = |known: &Line| {
                    name.strip_prefix(&known.name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                };
                if !name.is_empty() && !lines.iter().any(is_known) {
                    lines.push(Line { name, key: "", act: Act::Use(element) });
                }
                continue;
            };
            // Colours are commands.
            if test_id(select) == "colour-select" {
                continue;
            }
            // Zones are listed for who comes there.
            let _ = Event::new("focus").map(|event| select.dispatch_event(&event));
            let into = if select.length() > LONG { &mut long } else { &mut lines };
            let options = std::iter::successors(select.first_element_child(), Element::next_element_sibling);
            for option in options {
                let value = option.get_attribute("value").unwrap_or_default();
                if !value.is_empty() {
                    let name = [&name, ": ", &option.text_content().unwrap_or_default()].concat();
                    into.push(Line { name, key: "", act: Act::Choose(select.clone(), value) });
                }
            }
        }
    }
    lines.append(&mut long);
    lines
}

/// What a control is called.
fn name_of(element: &Element) -> String {
    let said = ["aria-label", "title"].into_iter().find_map(|name| element.get_attribute(name));
    let around = || element.closest("label").ok().flatten()?.query_selector("span").ok().flatten()?.text_content();
    let name = said.or_else(around).or_else(|| element.text_content());
    let name = name.unwrap_or_default();
    // A page may be called like a menu.
    match element.class_list().contains("nav-link") {
        true => fill(words().go_to, &[name.trim()]),
        false => name.trim().to_owned(),
    }
}

fn test_id(element: &Element) -> String {
    element.get_attribute("data-testid").unwrap_or_default()
}

fn act_on(state: &Timeline, act: &Act) {
    match act {
        Act::Command(command) => run(state, *command),
        Act::Time(command) => super::zoom::run(*command, false),
        Act::Choose(select, value) => {
            select.set_value(value);
            let _ = Event::new("change").map(|event| select.dispatch_event(&event));
        }
        Act::Use(element) if element.tag_name() != "INPUT" => element.click(),
        Act::Use(element) if element.is_connected() => _ = element.focus(),
        // A field of the menu: it is asked for there.
        Act::Use(element) => {
            let id = format!("[data-testid={}]", test_id(element));
            let find =
                |selector: &str| document().query_selector(selector).ok().flatten()?.dyn_into::<HtmlElement>().ok();
            find("[data-testid=look-menu][aria-expanded=false]").iter().for_each(HtmlElement::click);
            let focus = move || find(&id).iter().for_each(|field| _ = field.focus());
            set_timeout(focus, Duration::from_millis(50));
        }
    }
}

/// All that can be done, by name: type to narrow, arrows to choose, Enter to do it.
pub fn show_palette(state: &Timeline) {
    let owner = state.owner.clone();
    let state = state.clone();
    owner.with(|| {
        let text = RwSignal::new(String::new());
        let chosen = RwSignal::new(0_usize);
        let lines = Rc::new(lines(&state));
        let of = lines.clone();
        let fitting = move || {
            let wanted = lower(&text.get());
            let begins = |at: &usize| lower(&of[*at].name).starts_with(&wanted);
            let fits = |at: &usize| wanted.split_whitespace().all(|word| lower(&of[*at].name).contains(word));
            let (first, rest): (Vec<usize>, Vec<usize>) = (0..of.len()).filter(fits).partition(begins);
            first.into_iter().chain(rest).take(MOST_LINES).collect::<Vec<_>>()
        };
        let input = el("input", "").test_id("palette-input").attrs(&[
            ("type", "text"),
            ("role", "combobox"),
            ("aria-expanded", "true"),
            ("aria-controls", "palette-list"),
            ("aria-label", words().palette_title),
            ("placeholder", words().palette_title),
            ("autofocus", ""),
        ]);
        let field: HtmlInputElement = input.element();
        let view = el("dialog", "dialog palette").test_id("palette").attr("aria-label", words().palette_title);
        let dialog: HtmlDialogElement = view.element();
        let act: Rc<dyn Fn(usize)> = Rc::new({
            let lines = lines.clone();
            move |at| {
                dialog.close();
                act_on(&state, &lines[at].act);
            }
        });
        let (clicked, listed) = (act.clone(), fitting.clone());
        let entries = move || {
            let at = chosen.get();
            let entry = |(index, number): (usize, usize)| {
                let (act, lines) = (clicked.clone(), lines.clone());
                let is_chosen = index == at;
                Entry::new(format!("{number} {index} {is_chosen}"), move || {
                    let line = &lines[number];
                    el("div", if is_chosen { "palette-line chosen" } else { "palette-line" })
                        .attrs(&[
                            ("role", "option"),
                            ("id", &format!("palette-{index}")),
                            ("aria-selected", super::row::yes_no(is_chosen)),
                        ])
                        .child(el("span", "").text(&line.name))
                        .child(el("kbd", "").text(line.key))
                        .on("click", move |_: Event| act(number))
                })
            };
            listed().into_iter().enumerate().map(entry).collect()
        };
        let input = input
            .attr_of("aria-activedescendant", move || format!("palette-{}", chosen.get()))
            .on("input", move |_: Event| {
                text.set(field.value());
                chosen.set(0);
            })
            .on("keydown", move |event: KeyboardEvent| {
                let fitting = untrack(&fitting);
                let last = fitting.len().saturating_sub(1);
                match event.key().as_str() {
                    "ArrowDown" => chosen.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
                    "ArrowUp" => chosen.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
                    "Enter" => fitting.get(chosen.get_untracked()).into_iter().for_each(|at| act(*at)),
                    _ => return,
                }
                event.prevent_default();
            });
        let list = el("div", "palette-list").attrs(&[("role", "listbox"), ("id", "palette-list")]).keyed(entries);
        show(view.child(input).child(list));
    });
}
