//! One row of a table: a cell for each column, and below it what folds out.

use web_sys::HtmlElement;

use super::data_table::{ROW, Shown, row_id};
use super::format::{duration, fixed, number, percent};
use super::icons::{Icon, icon};
use super::navigation::link_after;
use super::row::{display_name, signed, yes_no};
use super::view::{View, el};
use super::virtual_rows::observe;
use super::words::words;
use crate::engine::questions::{ABSENT, CellKind, TableLine, TablePart};

#[inline(never)]
pub fn line(shown: &Shown, part: &TablePart, it: &TableLine, row: u32, is_open: bool) -> View {
    let spec = &shown.spec;
    let cursor = shown.cursor;
    // Rows stand side by side, unless something is folded out below.
    let detail = spec.detail.as_ref().filter(|_| is_open).map(|detail| below(shown, detail(it), row));
    let mut class = if detail.is_some() { "data-row" } else { "data-row data-entry" }.to_owned();
    let marks = [(it.is_found, " found"), (it.level > 0, " inner"), (it.is_error, " error"), (is_open, " open")];
    marks.iter().filter(|(holds, _)| *holds).for_each(|(_, mark)| class.push_str(mark));
    let cells = (0..spec.columns.len()).map(|column| cell(shown, part, it, column, is_open));
    let view = el("div", &class)
        .test_id(spec.ids[1])
        .attrs(&[("role", "row"), ("id", &row_id(row)), ("aria-rowindex", &(row + 2).to_string())])
        .attr("data-row", &row.to_string())
        .class_if("cursor", move || cursor.get() == Some(row))
        .children(cells);
    let view = (spec.dress)(view, part, it);
    let foldable = it.is_folded.map(|is_folded| !is_folded).or(spec.detail.is_some().then_some(is_open));
    let view = match foldable {
        Some(is_open) => view.attrs(&[("aria-expanded", yes_no(is_open)), ("aria-level", "1")]),
        None if it.level > 0 => view.attr("aria-level", "2"),
        None => view,
    };
    match detail {
        None => view,
        detail => el("div", "data-entry").attr("role", "presentation").child(view).children(detail),
    }
}

/// What is folded out below a row; the list is told how high it is.
fn below(shown: &Shown, detail: View, row: u32) -> View {
    let cell = el("div", "").attr("role", "gridcell").child(detail);
    let view = el("div", "data-detail").attr("role", "row").child(cell);
    let (element, open): (HtmlElement, _) = (view.element(), shown.open);
    let measured = element.clone();
    observe(&element, move || {
        let height = f64::from(measured.offset_height()).max(ROW);
        let is_known = |known: &(u32, f64)| *known == (row, height) || known.0 != row;
        if !open.is_disposed() && !open.with_untracked(|open| open.iter().all(is_known)) {
            open.update(|open| {
                open.iter_mut().filter(|(known, _)| *known == row).for_each(|known| known.1 = height);
            });
        }
    });
    view
}

fn cell(shown: &Shown, part: &TablePart, it: &TableLine, column: usize, is_open: bool) -> View {
    let spec = &shown.spec;
    let TableColumnOf { word, kind } = TableColumnOf::at(shown, column);
    let value = it.cells.get(column).copied().unwrap_or(ABSENT);
    let class = match kind {
        CellKind::Id | CellKind::Note => "data-cell mono",
        kind if kind.is_text() => "data-cell",
        _ => "data-cell number",
    };
    let role = if column == spec.link { "rowheader" } else { "gridcell" };
    let mut view = el("div", class).attrs(&[("role", role), ("data-column", word)]);
    if column == 0 {
        view = view.children(fold_button(shown, it, is_open));
    }
    if value != ABSENT && kind.has_bar() {
        view = weighed(shown, view, part, column, kind, value);
    }
    let own = (spec.label)(part, it, column);
    let text = own.as_ref().map_or_else(|| text_of(part, kind, value), |(text, _)| text.clone());
    let slot = match own {
        Some((_, slot)) => slot,
        None => (kind == CellKind::Service).then(|| (spec.slot)(&text)),
    };
    let dot = slot.map(|slot| {
        let class = ["data-dot service-", &slot.to_string()].concat();
        el("span", &class).attr("aria-hidden", "true")
    });
    let shown_text = if kind.is_text() && value != ABSENT { display_name(&text) } else { &text };
    let view = if kind.is_text() { view.attr("title", &text) } else { view }.children(dot);
    match (spec.leads_to)(part, it).filter(|_| column == spec.link) {
        Some(address) => view.child(name_link(shown, part, it, address).child(el("bdi", "").text(shown_text))),
        None => view.child(el("bdi", "data-text").text(shown_text)),
    }
}

/// A bar behind a length of time, or the colour that says how large a number is.
fn weighed(shown: &Shown, view: View, part: &TablePart, column: usize, kind: CellKind, value: i64) -> View {
    let most = if kind == CellKind::Share { 100_000 } else { part.most.get(column).copied().unwrap_or_default() };
    let share = if most > 0 { (value as f64 / most as f64).clamp(0.0, 1.0) } else { 0.0 };
    if shown.spec.coloured.get_untracked() == Some(column) {
        // As Jaeger UI has it: the least is faint, the greatest not too strong to be read.
        return view.attr("data-weighed", "").style("--weight", &percent(0.08 + 0.52 * share));
    }
    let has_bar = shown.spec.bars.contains(&column);
    let bar = has_bar.then(|| el("span", "data-bar").style("--share", &percent(share)));
    view.children(bar)
}

fn name_link(shown: &Shown, part: &TablePart, it: &TableLine, address: String) -> View {
    let (then, part, it) = (shown.spec.then.clone(), part.clone(), it.clone());
    link_after("data-link", address, Box::new(move || then(&part, &it))).attr("tabindex", "-1")
}

/// A column of the table.
struct TableColumnOf {
    word: &'static str,
    kind: CellKind,
}

impl TableColumnOf {
    fn at(shown: &Shown, column: usize) -> TableColumnOf {
        let it = shown.spec.columns[column];
        TableColumnOf { word: it.word, kind: it.kind }
    }
}

/// Folds rows within, or what is below.
fn fold_button(shown: &Shown, it: &TableLine, is_open: bool) -> Option<View> {
    let is_open = match it.is_folded {
        Some(is_folded) => !is_folded,
        None if shown.spec.detail.is_some() => is_open,
        None => return None,
    };
    let name = if is_open { words().table_fold } else { words().table_unfold };
    let button = el("button", "data-fold").attrs(&[
        ("type", "button"),
        ("tabindex", "-1"),
        ("aria-label", name),
        ("title", name),
        ("data-open", yes_no(is_open)),
    ]);
    Some(button.child(icon(Icon::Caret)))
}

/// A cell as text.
pub fn text_of(part: &TablePart, kind: CellKind, value: i64) -> String {
    match kind {
        _ if value == ABSENT => String::new(),
        kind if kind.is_text() => part.text(value).to_owned(),
        CellKind::Count => number(value.unsigned_abs()),
        CellKind::Time if value < 0 => signed(value),
        CellKind::Share => [&fixed(value as f64 / 1_000.0, 2), " %"].concat(),
        _ => duration(value),
    }
}
