//! Keys and clicks of a table.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use super::data_table::{ROW, Shown};

/// An arrow goes so many CSS pixels to the side.
const ASIDE: i32 = 96;

/// A key that is pressed while the table itself has the focus.
pub fn key(shown: &Shown, table: &Element, event: &KeyboardEvent) {
    let is_own = event.target().is_some_and(|target| target.unchecked_ref::<Element>() == table);
    if !is_own || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let total = shown.part.with_untracked(|part| part.total);
    if total == 0 {
        return;
    }
    let present = shown.cursor.get_untracked();
    let at = present.unwrap_or_default().min(total - 1);
    let page = shown.scrolling.page_rows(ROW);
    let to = match event.key().as_str() {
        // The first key shows where the keyboard is.
        "ArrowDown" => at + u32::from(present.is_some()),
        "ArrowUp" => at.saturating_sub(1),
        "PageDown" => at + page,
        "PageUp" => at.saturating_sub(page),
        "Home" => 0,
        "End" => total - 1,
        "ArrowRight" => return turn(shown, table, at, true, event),
        "ArrowLeft" => return turn(shown, table, at, false, event),
        "Enter" | " " => {
            event.prevent_default();
            return shown.open(at);
        }
        _ => return,
    };
    event.prevent_default();
    shown.go_to(to.min(total - 1));
}

/// Unfolds or folds a row; where there is nothing to fold, goes to what is beside.
fn turn(shown: &Shown, table: &Element, row: u32, opens: bool, event: &KeyboardEvent) {
    let Some(line) = shown.line(row) else { return };
    event.prevent_default();
    match line.is_folded {
        Some(is_folded) if is_folded == opens => shown.fold(line.key),
        None if shown.spec.detail.is_some() => {
            let is_open = shown.open.with_untracked(|open| open.iter().any(|(known, _)| *known == row));
            if is_open != opens {
                shown.fold_out(row);
            }
        }
        _ => {
            if let Ok(Some(rows)) = table.query_selector(".data-rows") {
                rows.set_scroll_left(rows.scroll_left() + if opens { ASIDE } else { -ASIDE });
            }
        }
    }
}

/// A click on a row goes there; on its caret, or anywhere in a row that folds out, it folds.
pub fn click(shown: &Shown, event: &Event) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let closest = |selector: &str| target.closest(selector).ok().flatten();
    if closest("a, .data-detail").is_some() {
        return;
    }
    let row = closest("[data-row]").and_then(|row| row.get_attribute("data-row"));
    let Some(row) = row.and_then(|row| row.parse::<u32>().ok()) else { return };
    shown.cursor.set(Some(row));
    let Some(line) = shown.line(row) else { return };
    if shown.spec.detail.is_some() {
        shown.fold_out(row);
    } else if line.is_folded.is_some() && closest(".data-fold").is_some() {
        shown.fold(line.key);
    }
}
