//! Help for keys, and the palette that reaches every command by its name.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::commands::{Command, run};
use super::keyed::Entry;
use super::signal::RwSignal;
use super::timeline_state::Timeline;
use super::view::{View, el};
use super::words::words;

/// Shows a dialog over the page until it is closed; the focus then returns to where it was.
fn show(view: View) {
    let dialog: HtmlDialogElement = view.element();
    let removed = dialog.clone();
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    view.listen("close", move |_: Event| {
        removed.remove();
        if let Some(before) = &before {
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

/// All commands that have a key.
pub fn show_help(state: &Timeline) {
    let owner = state.owner.clone();
    owner.with(|| {
        let words = words();
        let line = |key: &str, name: &str| {
            el("div", "key-line").child(el("kbd", "").text(key)).child(el("span", "").text(name))
        };
        let own = Command::all().filter(|command| !command.key().is_empty());
        let rows = [
            ("↑ ↓", words.key_rows),
            ("← →", words.key_fold),
            ("Home End PgUp PgDn", words.key_ends),
            ("Enter", words.key_detail),
            ("e E", words.key_events),
            ("Esc", words.key_leave),
        ];
        let time = [
            ("a d", words.key_pan),
            ("↑ ↓", words.key_zoom),
            ("Shift", words.key_fast),
            ("+ − 0", words.key_zoom_plus),
        ];
        let close = el("button", "button").attrs(&[("type", "submit"), ("autofocus", "")]).text(words.close);
        let view = el("dialog", "dialog")
            .test_id("keyboard-help")
            .attr("aria-label", words.help_title)
            .child(el("h2", "").text(words.help_title))
            .child(el("h3", "").text(words.help_rows))
            .child(el("div", "key-list").children(rows.iter().map(|(key, name)| line(key, name))))
            .child(el("h3", "").text(words.help_page))
            .child(el("div", "key-list").children(own.map(|command| line(command.key(), &command.name()))))
            .child(el("h3", "").text(words.help_time))
            .child(el("div", "key-list").children(time.iter().map(|(key, name)| line(key, name))))
            .child(el("form", "dialog-foot").attr("method", "dialog").child(close));
        show(view);
    });
}

/// Every command by name: type to narrow, arrows to choose, Enter to run.
pub fn show_palette(state: &Timeline) {
    let owner = state.owner.clone();
    let state = state.clone();
    owner.with(|| {
        let text = RwSignal::new(String::new());
        let chosen = RwSignal::new(0_usize);
        let fitting = move || {
            let wanted = text.get().to_lowercase();
            let fits =
                |command: &Command| wanted.split_whitespace().all(|word| command.name().to_lowercase().contains(word));
            Command::all().filter(fits).collect::<Vec<_>>()
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
        let (clicked, pressed) = (dialog.clone(), dialog);
        let (by_click, by_key) = (state.clone(), state);
        let entries = move || {
            let at = chosen.get();
            let entry = |(index, command): (usize, Command)| {
                let (state, dialog) = (by_click.clone(), clicked.clone());
                let is_chosen = index == at;
                Entry::new(format!("{command:?} {is_chosen}"), move || {
                    el("div", if is_chosen { "palette-line chosen" } else { "palette-line" })
                        .attrs(&[
                            ("role", "option"),
                            ("id", &format!("palette-{index}")),
                            ("aria-selected", super::row::yes_no(is_chosen)),
                        ])
                        .on("click", move |_: Event| {
                            dialog.close();
                            run(&state, command);
                        })
                        .child(el("span", "").text(&command.name()))
                        .child(el("kbd", "").text(command.key()))
                })
            };
            fitting().into_iter().enumerate().map(entry).collect()
        };
        let input = input
            .attr_of("aria-activedescendant", move || format!("palette-{}", chosen.get()))
            .on("input", move |_: Event| {
                text.set(field.value());
                chosen.set(0);
            })
            .on("keydown", move |event: KeyboardEvent| {
                let commands = untrack(fitting);
                let last = commands.len().saturating_sub(1);
                match event.key().as_str() {
                    "ArrowDown" => chosen.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
                    "ArrowUp" => chosen.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
                    "Enter" => {
                        if let Some(command) = commands.get(chosen.get_untracked()) {
                            pressed.close();
                            run(&by_key, *command);
                        }
                    }
                    _ => return,
                }
                event.prevent_default();
            });
        let list = el("div", "palette-list").attrs(&[("role", "listbox"), ("id", "palette-list")]).keyed(entries);
        show(view.child(input).child(list));
    });
}
