//! The timeline's keys: a row with the focus follows the ARIA tree grid; elsewhere on the page Jaeger UI's letters work.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::commands::{Command, run};
use super::drop::is_in_field;
use super::event_popover;
use super::row::row_element_id;
use super::state::app;
use super::storage;
use super::timeline_state::{ROW, Timeline};
use super::trace_views::TraceView;
use super::view::on_window;
use super::words::words;
use crate::engine::questions::{Focus, FoldStep, Row, RowContent, SpanRow};

/// Keys of one letter work; users of speech input may want them off (WCAG 2.1.4).
pub fn letters_work() -> bool {
    storage::preference("letter-keys").as_deref() != Some("off")
}

/// Switches them off or on again, and says so.
pub fn toggle_letters() {
    let is_on = !letters_work();
    storage::set_preference("letter-keys", if is_on { "on" } else { "off" });
    let words = words();
    app().toast.set(Some(if is_on { words.letter_keys_on } else { words.letter_keys_off }.to_owned()));
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// `?` was pressed, and not to be written.
pub fn asks_for_help(event: &KeyboardEvent) -> bool {
    event.key() == "?" && !has_modifier(event) && !is_in_field(event) && letters_work()
}

/// Letters, wherever the focus is but in a field.
pub fn page_keys(state: &Timeline) {
    let state = state.clone();
    on_window("keydown", move |event: KeyboardEvent| {
        // Behind another view the timeline is hidden.
        if event.default_prevented() || TraceView::present() != TraceView::Timeline {
            return;
        }
        let key = event.key();
        if key == "Escape" && event_popover::hide() {
            event.prevent_default();
            return;
        }
        let command = match (has_modifier(&event), key.as_str()) {
            (true, "b" | "B") if event.ctrl_key() => Some(Command::FocusFind),
            (true, "k" | "K") if event.ctrl_key() || event.meta_key() => Some(Command::Palette),
            (true, _) => None,
            (false, _) if is_in_field(&event) => None,
            (false, "Escape") => Some(Command::ClearFind),
            (false, key) => Command::of_letter(key).filter(|_| letters_work()),
        };
        if let Some(command) = command {
            // Escape closes dialogs, too.
            if command != Command::ClearFind {
                event.prevent_default();
            }
            run(&state, command);
        }
    });
}

/// A key on a row (<https://www.w3.org/WAI/ARIA/apg/patterns/treegrid/>).
pub fn row_key(state: &Timeline, event: &KeyboardEvent) {
    let Some((index, row)) = state.focused() else { return };
    let Some(own) = event.target().map(JsCast::unchecked_into::<Element>).filter(|_| !has_modifier(event)) else {
        return;
    };
    // Keys in a row's detail, or on a button in it, are theirs; but Escape leads back to the row.
    if own.id() != row_element_id(row.key) {
        if event.key() == "Escape" && !event.default_prevented() {
            leave_detail(state, &own, event);
        }
        return;
    }
    // Keys may be faster than the engine: then the row they lead to is not told yet.
    let index = match state.cursor.get_untracked() {
        Some(Focus::Row(pending)) => i64::from(pending),
        _ => i64::from(index),
    };
    let page = i64::from(state.scrolling.page_rows(ROW).saturating_sub(1).max(1));
    let target = match event.key().as_str() {
        "ArrowDown" => Some(index + 1),
        "ArrowUp" => Some(index - 1),
        "PageDown" => Some(index + page),
        "PageUp" => Some(index - page),
        "Home" => Some(0),
        "End" => Some(i64::MAX),
        // What is told of an event goes before what is open.
        "Escape" if event_popover::hide() => None,
        "e" | "E" if letters_work() => {
            event_popover::step(event.shift_key());
            None
        }
        "Enter" | " " if row.span().is_some_and(event_popover::open_told) => None,
        "Enter" | " " => {
            open(state, &row);
            None
        }
        "Escape" if state.side_panel.get_untracked() && !state.open.read_untracked().is_empty() => {
            state.close_details();
            None
        }
        "ArrowRight" => row.span().and_then(|span| unfold_or_enter(state, span, index)),
        "ArrowLeft" => row.span().and_then(|span| fold_or_leave(state, &row, span)),
        _ => return,
    };
    if let Some(target) = target {
        event_popover::hide();
        state.move_to(target);
    }
    event.prevent_default();
}

/// From anywhere in a detail to the row that it is of, just above it.
fn leave_detail(state: &Timeline, inside: &Element, event: &KeyboardEvent) {
    let detail = inside.closest(".detail-row").ok().flatten();
    let Some(row) = detail.and_then(|detail| detail.previous_element_sibling()) else { return };
    let _ = row.clone().unchecked_into::<HtmlElement>().focus();
    let index = row.get_attribute("data-row").and_then(|index| index.parse().ok());
    index.into_iter().for_each(|index| state.move_to(index));
    event.prevent_default();
}

fn open(state: &Timeline, row: &Row) {
    match &row.content {
        RowContent::Span(span) => state.toggle_detail(span.position),
        RowContent::Siblings(_) => {
            if let crate::engine::questions::LineKey::Siblings(first) = row.key {
                state.toggle_siblings(first);
            }
        }
        RowContent::Pruned(_) => state.hide_services(Vec::new()),
    }
}

/// Opens a folded row; of an open one, tells its first child.
fn unfold_or_enter(state: &Timeline, span: &SpanRow, index: i64) -> Option<i64> {
    if span.is_collapsed {
        state.fold(FoldStep::Toggle(span.position));
        return None;
    }
    (span.children > 0).then_some(index + 1)
}

/// Folds an open row; of others, goes to their parent.
fn fold_or_leave(state: &Timeline, row: &Row, span: &SpanRow) -> Option<i64> {
    if span.children > 0 && !span.is_collapsed {
        state.fold(FoldStep::Toggle(span.position));
        return None;
    }
    if let Some(parent) = row.guides.last().filter(|_| row.depth > 0) {
        state.go_to(parent.position);
    }
    // The keyboard is at the parent as soon as the engine has told its row.
    None
}
