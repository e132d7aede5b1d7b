//! A row of two timelines side by side: a name, a bar of A, a bar of B, and the difference.

use super::compare::kind_name;
use super::compare_timelines::Scale;
use super::format::{duration, fixed, number, percent};
use super::navigation::{link, span_address};
use super::row::{display_name, names_of, signed, title_of};
use super::view::{View, el, group};
use super::words::{fill, words};
use crate::analysis::difference::{change, mark};
use crate::engine::questions::{AlignedRow, AlignedSpan, Kind};

/// Levels that are indented; deeper rows show their depth instead of leaving the column.
const LEVELS: u32 = 20;

/// What a row needs to know of its traces.
#[derive(Clone)]
pub struct RowOf {
    /// Ids of A's trace and B's.
    pub traces: [String; 2],
    /// The service of the row's spans.
    pub service: String,
    pub scale: Scale,
    pub at_parent: bool,
    /// The largest difference of any row.
    pub largest: i64,
}

pub fn row_id(index: u32) -> String {
    ["diff-row-", &index.to_string()].concat()
}

/// The row. What a click does is the list's.
pub fn row_view(row: &AlignedRow, index: u32, of: &RowOf) -> View {
    let view = el("div", "").attrs(&[
        ("id", &row_id(index)),
        ("role", "row"),
        ("aria-rowindex", &(index + 1).to_string()),
        ("aria-level", &(row.depth + 1).to_string()),
    ]);
    if row.stands_for > 0 {
        let text = fill(words().diff_stub, &[&number(row.stands_for.into())]);
        let name = name_cell(row).child(el("span", "aligned-stub").text(&text));
        return view.test_id("diff-timeline-stub").attr("aria-label", &text).child(name);
    }
    let operation = |side: usize| row.spans[side].as_ref().map_or("", |span| &span.operation);
    let [a, b] = [operation(0), operation(1)];
    let title = title_of(&of.service, if row.spans[0].is_some() { a } else { b });
    let [from, to] = row.spans.each_ref().map(|span| span.as_ref().map(|span| span.duration_nanos));
    let text = match row.kind {
        Kind::Same => change(from.unwrap_or_default(), to.unwrap_or_default(), &duration),
        _ => duration(from.or(to).unwrap_or_default()),
    };
    let said = [(" A ", from), (" B ", to)].map(|(name, time)| match time {
        Some(time) => [",", name, &duration(time)].concat(),
        None => String::new(),
    });
    let last = if row.kind == Kind::Same { &text } else { kind_name(row.kind) };
    let label = [&title, &said[0], &said[1], ", ", last].concat();
    let id = |side: usize| row.spans[side].as_ref().map_or("", |span| &span.span_id);
    view.test_id("diff-timeline-row")
        .attrs(&[("aria-label", &label), ("data-kind", row.kind.word()), ("data-a", id(0)), ("data-b", id(1))])
        .attr("data-depth", &row.depth.to_string())
        .child(names(row, [a, b], &title, of))
        .children([0, 1].map(|side| half(row, side, &title, of)))
        .child(change_cell(row, &text, of.largest))
}

/// The first cell, indented.
fn name_cell(row: &AlignedRow) -> View {
    let chip = (row.depth > LEVELS).then(|| el("span", "depth-chip").text(&row.depth.to_string()));
    let indent = el("span", "aligned-indent").style("--levels", &row.depth.min(LEVELS).to_string());
    el("div", "name-cell").attr("role", "gridcell").children(chip).child(indent)
}

fn names(row: &AlignedRow, [a, b]: [&str; 2], title: &str, of: &RowOf) -> View {
    let names = names_of(el("span", "names"), &of.service, if row.spans[0].is_some() { a } else { b });
    // The tolerant comparison pairs names that differ in numbers.
    let is_other = row.kind == Kind::Same && a != b;
    let other = is_other.then(|| group([el("span", "arrow").text("→"), el("bdi", "operation").text(display_name(b))]));
    let title = if is_other { [title, " → ", display_name(b)].concat() } else { title.to_owned() };
    let links = [0, 1].into_iter().filter_map(|side| {
        let span = row.spans[side].as_ref()?;
        let title = [words().diff_open_a, words().diff_open_b][side];
        let link = link("aligned-link", span_address(&of.traces[side], &span.span_id));
        let link = link.test_id(["diff-row-a", "diff-row-b"][side]);
        Some(link.attrs(&[("tabindex", "-1"), ("title", title), ("aria-label", title)]).text(["A", "B"][side]))
    });
    name_cell(row)
        .child(el("span", "aligned-colour"))
        .child(names.children(other).attr("title", &title))
        .child(el("span", "aligned-links").children(links))
}

/// A side's bar; hatched without a span.
fn half(row: &AlignedRow, side: usize, title: &str, of: &RowOf) -> View {
    let Some(span) = &row.spans[side] else {
        let title = kind_name(row.kind);
        return el("div", "bar-cell aligned-half aligned-empty").attrs(&[("role", "gridcell"), ("title", title)]);
    };
    let wait = span.offset_nanos.saturating_sub(span.parent_nanos);
    let from = if of.at_parent { wait } else { span.offset_nanos };
    let share = of.scale.share(from.saturating_add(span.duration_nanos)) - of.scale.share(from);
    let about = [&duration(span.duration_nanos), " | ", title].concat();
    let about = match row.depth {
        0 => about,
        _ => [&about, " | ", &fill(words().diff_wait, &[&signed(wait)])].concat(),
    };
    let class = if span.is_error { "bar-cell aligned-half has-error" } else { "bar-cell aligned-half" };
    el("div", class)
        .attr("role", "gridcell")
        .style("--s", &fixed(of.scale.share(from), 9))
        .style("--d", &fixed(share, 9))
        .child(el("div", "span-bar").attr("title", &about))
        .child(label(span))
}

fn label(span: &AlignedSpan) -> View {
    let error = span.is_error.then(|| el("span", "error-text").text(" ").text(words().diff_error));
    el("span", "bar-label").text(&duration(span.duration_nanos)).children(error)
}

/// By how much B lasts longer, or that a side is empty.
fn change_cell(row: &AlignedRow, text: &str, largest: i64) -> View {
    let cell = el("div", "aligned-change").attr("role", "gridcell");
    if row.kind != Kind::Same {
        let sign = el("span", "legend-mark").attrs(&[("data-kind", row.kind.word()), ("title", kind_name(row.kind))]);
        return cell.child(sign.text(mark(row.kind))).child(el("span", "").text(text));
    }
    let heat = row.slower.saturating_abs() as f64 / largest.max(1) as f64;
    cell.attr("data-change", ["faster", "same", "slower"][(row.slower.signum() + 1) as usize])
        .style("--heat", &percent(heat))
        .text(text)
}
