//! A row of two timelines side by side: a name, a bar of A, a bar of B, and the difference.

use std::rc::Rc;

use super::compare_timelines::Scale;
use super::compare_tools::kind_name;
use super::format::{duration, fixed, number, percent};
use super::icons::{Icon, icon};
use super::navigation::{link, span_address};
use super::row::{display_name, names_of, signed, title_of};
use super::signal::Held;
use super::view::{View, el};
use super::words::{fill, words};
use crate::analysis::difference::{change, mark};
use crate::engine::questions::{AlignedAnswer, AlignedRow, AlignedSpan, Kind};

/// Levels that are indented; deeper rows show their depth instead of leaving the column.
const LEVELS: u32 = 20;

/// What a row needs to know of its list.
#[derive(Clone)]
pub struct RowsOf {
    pub answer: Rc<Held<Option<AlignedAnswer>>>,
    pub scale: Scale,
    pub at_parent: bool,
}

impl RowsOf {
    /// The row, the service of its spans by its number, and that one's name.
    fn row(&self, index: u32) -> Option<(&AlignedAnswer, &AlignedRow, &str)> {
        let answer = (**self.answer).as_ref()?;
        let row = answer.rows.get(index.checked_sub(answer.from)? as usize)?;
        let service = row.spans.iter().flatten().next()?.service;
        Some((answer, row, answer.services.get(service as usize)?))
    }
}

pub fn row_id(index: u32) -> String {
    ["diff-row-", &index.to_string()].concat()
}

/// A row that is loaded. What a click does is the list's.
#[inline(never)]
pub fn row_view(of: &RowsOf, index: u32) -> View {
    let view =
        el("div", "").attrs(&[("id", &row_id(index)), ("role", "row"), ("aria-rowindex", &(index + 1).to_string())]);
    let Some((answer, row, service)) = of.row(index) else { return view };
    let view = view.attr("aria-level", &(row.depth + 1).to_string());
    if row.stands_for > 0 {
        let text = fill(words().diff_stub, &[&number(row.stands_for.into())]);
        let name = name_cell(row).child(el("span", "aligned-stub").text(&text));
        return view.test_id("diff-timeline-stub").attr("aria-label", &text).child(name);
    }
    let mut names = Vec::new();
    let mut times = Vec::new();
    let mut said = String::new();
    for (span, side) in row.spans.iter().zip([", A ", ", B "]) {
        if let Some(span) = span {
            names.push(span.operation.as_str());
            times.push(span.duration_nanos);
            said = [&said, side, &duration(span.duration_nanos)].concat();
        }
    }
    let title = title_of(service, names[0]);
    let (text, last) = match times[..] {
        [a, b] => (change(a, b, &duration), ""),
        _ => (duration(times[0]), kind_name(row.kind)),
    };
    let label = [title.as_str(), &said, ", ", if last.is_empty() { text.as_str() } else { last }].concat();
    let id = |side: usize| row.spans[side].as_ref().map_or("", |span| &span.span_id);
    view.test_id("diff-timeline-row")
        .attrs(&[("aria-label", &label), ("data-kind", row.kind.word()), ("data-a", id(0)), ("data-b", id(1))])
        .child(name_of(row, &names, &title, service).child(links(row, &answer.traces)))
        .children([0, 1].map(|side| half(row, side, &title, of)))
        .child(change_cell(row, &text, answer.largest))
}

/// The first cell, indented.
fn name_cell(row: &AlignedRow) -> View {
    let chip = (row.depth > LEVELS).then(|| el("span", "depth-chip").text(&row.depth.to_string()));
    let indent = el("span", "aligned-indent").style("--levels", &row.depth.min(LEVELS).to_string());
    el("div", "name-cell").attr("role", "gridcell").children(chip).child(indent)
}

/// `names`: of the operation in A and in B, or of the only one.
fn name_of(row: &AlignedRow, names: &[&str], title: &str, service: &str) -> View {
    let mut view = names_of(el("span", "names"), service, names[0]);
    let mut title = title.to_owned();
    // The tolerant comparison pairs names that differ in numbers.
    if let Some(other) = names.get(1).filter(|other| **other != names[0]) {
        let other = display_name(other);
        title = [&title, " → ", other].concat();
        view = view.child(el("span", "arrow").text("→")).child(el("bdi", "operation").text(other));
    }
    name_cell(row).child(el("span", "aligned-colour")).child(view.attr("title", &title))
}

/// Links to the spans of A and of B.
fn links(row: &AlignedRow, traces: &[String; 2]) -> View {
    let mut view = el("span", "aligned-links");
    for (side, span) in row.spans.iter().enumerate() {
        let Some(span) = span else { continue };
        let title = [words().diff_open_a, words().diff_open_b][side];
        let link = link("aligned-link", span_address(&traces[side], &span.span_id));
        let link = link.test_id(["diff-row-a", "diff-row-b"][side]);
        let link = link.attrs(&[("tabindex", "-1"), ("title", title), ("aria-label", title)]);
        view = view.child(link.text(["A", "B"][side]));
    }
    view
}

/// A side's bar; hatched without a span.
fn half(row: &AlignedRow, side: usize, title: &str, of: &RowsOf) -> View {
    let Some(span) = &row.spans[side] else {
        let title = kind_name(row.kind);
        return el("div", "bar-cell aligned-half aligned-empty").attrs(&[("role", "gridcell"), ("title", title)]);
    };
    let wait = span.offset_nanos.saturating_sub(span.parent_nanos);
    let from = if of.at_parent { wait } else { span.offset_nanos };
    let [from, to] = [from, from.saturating_add(span.duration_nanos)].map(|time| of.scale.share(time));
    let about = [&duration(span.duration_nanos), " | ", title].concat();
    let about = match row.depth {
        0 => about,
        _ => [&about, " | ", &fill(words().diff_wait, &[&signed(wait)])].concat(),
    };
    let class = if span.is_error { "bar-cell aligned-half has-error" } else { "bar-cell aligned-half" };
    el("div", class)
        .attr("role", "gridcell")
        .style("--s", &fixed(from, 9))
        .style("--d", &fixed(to - from, 9))
        .child(el("div", "span-bar").attr("title", &about))
        // A label over a bar would make it look shorter: there is room for it before or behind.
        .child(label(span, if from > 0.22 && to > 0.78 { "bar-label before" } else { "bar-label" }))
}

fn label(span: &AlignedSpan, class: &str) -> View {
    let error = span.is_error.then(|| {
        let name = words().span_error;
        el("span", "mark mark-error")
            .attrs(&[("role", "img"), ("title", name), ("aria-label", name)])
            .child(icon(Icon::Error))
    });
    el("span", class).children(error).text(&duration(span.duration_nanos))
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
