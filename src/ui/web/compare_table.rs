//! All call paths of a comparison in a table, sorted by any column. A row leads to its node in the graph.

use web_sys::Event;

use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::compare_tools::metric_name;
use super::format::{fixed, number};
use super::keyed::Entry;
use super::navigation::{go, parameter, place, with_parameters};
use super::row::display_name;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, dynamic, effect, el};
use super::virtual_rows::{Scrolling, built_rows, virtual_rows};
use super::words::{fill, words};
use crate::analysis::difference::{change, count_text, mark, value_text};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Column, CompareTable, Measure, Metric, Part, TableAnswer, TableRow};
use crate::ui::row_layout::RowLayout;

/// Height of a row in CSS pixels; style/form.css has the same.
const ROW: f64 = 40.0;
/// The parameter of the address that names the order: a column's word, with `-` before it if it rises.
const ORDER: &str = "order";

/// Every column with its word in the address.
const COLUMNS: [(&str, Column); 21] = [
    ("path", Column::Path),
    ("name", Column::Name),
    ("spans-a", Column::Of(Metric::Spans, Part::A)),
    ("spans-b", Column::Of(Metric::Spans, Part::B)),
    ("spans", Column::Of(Metric::Spans, Part::Change)),
    ("errors-a", Column::Errors(Part::A)),
    ("errors-b", Column::Errors(Part::B)),
    ("total-a", Column::Of(Metric::Total, Part::A)),
    ("total-b", Column::Of(Metric::Total, Part::B)),
    ("total", Column::Of(Metric::Total, Part::Change)),
    ("mean-a", Column::Of(Metric::Mean, Part::A)),
    ("mean-b", Column::Of(Metric::Mean, Part::B)),
    ("mean", Column::Of(Metric::Mean, Part::Change)),
    ("self-a", Column::Of(Metric::Own, Part::A)),
    ("self-b", Column::Of(Metric::Own, Part::B)),
    ("self", Column::Of(Metric::Own, Part::Change)),
    ("critical", Column::Of(Metric::Critical, Part::Change)),
    ("traces-a", Column::Traces(Part::A)),
    ("traces-b", Column::Traces(Part::B)),
    ("effect", Column::Effect),
    ("p", Column::P),
];
/// So many of them are for groups only.
const OF_GROUPS: usize = 4;

/// The order in the address: the column, and whether the largest comes first.
fn order(search: &str) -> (Column, bool) {
    let word = parameter(search, ORDER).unwrap_or_default();
    let (word, falls) = match word.strip_prefix('-') {
        Some(word) => (word, false),
        None => (word.as_str(), true),
    };
    match COLUMNS.iter().find(|(it, _)| *it == word) {
        Some((_, Column::Path)) | None => (Column::Path, false),
        Some((_, column)) => (*column, falls),
    }
}

/// The table.
#[inline(never)]
pub fn table(shown: Graph) -> View {
    let search = place().search;
    let sorted = Memo::new(move |_| order(&search.get()));
    let answer = RwSignal::new(TableAnswer::default());
    let layout =
        Memo::new(move |_| RowLayout { rows: answer.with(|answer| answer.total), row_height: ROW, open: Vec::new() });
    let scroller = el("div", "diff-table-rows").attr("role", "rowgroup");
    let scrolling = Scrolling::of(&scroller);
    let wanted = scrolling.wanted(layout);
    if let Some(client) = client() {
        let slot = Slot::<CompareTable>::hearing(client, move |bytes| {
            if !answer.is_disposed() {
                answer.set(decode(bytes).unwrap_or_default());
            }
        });
        effect(move || {
            app().version.track();
            let ((from, count), (by, falls)) = (wanted.get(), sorted.get());
            slot.ask(CompareTable { what: shown.sides.with(Sides::compared), by, falls, from, count });
        });
    }
    let have = move || answer.with(|answer| (answer.from, answer.rows.len() as u32));
    let built = built_rows(scrolling, layout, have);
    let are_groups = Memo::new(move |_| shown.sides.with(Sides::has_many));
    let rows = move || {
        let (from, to) = built.get().rows;
        let (are_groups, metric) = (are_groups.get(), shown.sides.with(|sides| sides.metric));
        answer.with(|answer| {
            let rows = (answer.from..).zip(&answer.rows).filter(|(at, _)| (from..to).contains(at));
            rows.map(|(at, row)| {
                let [a, b] = row.measures;
                let key = format!("{at}-{}-{}-{}-{}-{}", row.spot[0], a.spans, b.spans, are_groups, metric as u8);
                let row = row.clone();
                Entry::new(key, move || line(shown, &row, are_groups))
            })
            .collect()
        })
    };
    let list = virtual_rows(scrolling, layout, built, |view| view.keyed(rows));
    let head = dynamic(move || head(sorted.get(), are_groups.get()));
    let rows = move || answer.with(|answer| (answer.total + 1).to_string());
    el("div", "diff-table")
        .class_if("groups", move || are_groups.get())
        .test_id("diff-table")
        .attrs(&[("role", "table"), ("aria-label", words().diff_look_table)])
        .attr_of("aria-rowcount", rows)
        .child(head)
        .child(scroller.child(list))
}

fn columns(are_groups: bool) -> &'static [(&'static str, Column)] {
    &COLUMNS[..COLUMNS.len() - if are_groups { 0 } else { OF_GROUPS }]
}

/// What is in a column, and of whom.
fn heading(column: Column) -> [&'static str; 2] {
    let words = words();
    let part = |part: Part| match part {
        Part::A => "A",
        Part::B => "B",
        Part::Change => "±",
    };
    match column {
        Column::Path => [words.diff_path, ""],
        Column::Name => [words.search_operation, ""],
        Column::Of(metric, it) => [metric_name(metric), part(it)],
        Column::Errors(it) => [words.diff_errors, part(it)],
        Column::Traces(it) => [words.diff_traces, part(it)],
        Column::Effect => [words.diff_effect, ""],
        Column::P => ["p", ""],
    }
}

/// Every heading is a button that sorts: first the largest on top, then the smallest.
fn head((by, falls): (Column, bool), are_groups: bool) -> View {
    let cell = |(word, column): &(&'static str, Column)| {
        let (word, column) = (*word, *column);
        let [name, part] = heading(column);
        let is_by = by == column;
        let direction = match (is_by, falls) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        };
        let title = fill(words().diff_sort_by, &[[name, " ", part].concat().trim()]);
        let button = el("button", "diff-sort")
            .attrs(&[("type", "button"), ("title", &title), ("data-column", word)])
            .test_id("diff-sort")
            .on("click", move |_: Event| {
                // Names read from A to Z.
                let rises = if is_by { falls } else { column == Column::Name };
                let text = if rises { ["-", word].concat() } else { word.to_owned() };
                go(&with_parameters(&[(ORDER, Some(text))]), true);
            })
            .child(el("span", "").text(name))
            .child(el("span", "").text(part).text(match direction {
                "descending" => " ▾",
                "ascending" => " ▴",
                _ => "",
            }));
        el("div", "").attrs(&[("role", "columnheader"), ("aria-sort", direction)]).child(button)
    };
    // The order of the paths has no numbers of its own: its button stands with the names'.
    el("div", "diff-table-row diff-table-head").attr("role", "row").children(columns(are_groups).iter().map(cell))
}

fn line(shown: Graph, row: &TableRow, are_groups: bool) -> View {
    let spot = row.spot;
    let open = el("button", "diff-table-name")
        .attrs(&[("type", "button"), ("title", words().diff_show_node)])
        .on("click", move |_: Event| shown.show_node(spot))
        .child(el("bdi", "service-name").text(display_name(&row.service)))
        .child(el("bdi", "operation").text(display_name(&row.operation)));
    let sign = el("span", "legend-mark").attrs(&[("data-kind", row.kind.word()), ("aria-hidden", "true")]);
    let name = el("div", "diff-table-first").attr("role", "rowheader").child(sign.text(mark(row.kind))).child(
        el("div", "diff-table-names")
            .child(open)
            .child(el("bdi", "diff-table-path quiet").attr("title", &row.path).text(&row.path)),
    );
    let cells = columns(are_groups)[2..].iter().map(|(_, column)| cell(row, *column));
    el("div", "diff-table-row")
        .test_id("diff-table-row")
        .attrs(&[("role", "row"), ("data-kind", row.kind.word()), ("data-operation", &row.operation)])
        .child(name)
        .children(cells)
}

fn cell(row: &TableRow, column: Column) -> View {
    let [a, b] = &row.measures;
    let count = |value: i64| number(value.unsigned_abs());
    let (text, by) = match column {
        Column::Of(metric, part) => {
            let text = |value: i64| value_text(metric, value);
            of_part(part, [metric.of(a), metric.of(b)], [a, b], &text)
        }
        Column::Errors(part) => of_part(part, [a.count(a.errors), b.count(b.errors)], [a, b], &count_text),
        Column::Traces(part) => of_part(part, [a.traces.into(), b.traces.into()], [a, b], &count),
        Column::Effect => {
            let effect = row.difference.map_or(0.0, |it| it.effect);
            (signed(effect), 0)
        }
        _ => (row.difference.map(|it| p_text(it.p)).unwrap_or_default(), 0),
    };
    let cell = el("div", "number").attr("role", "cell").attr("title", &text);
    let cell = match by {
        0 => cell,
        1.. => cell.attr("data-by", "more"),
        _ => cell.attr("data-by", "less"),
    };
    cell.text(text.split(" (").next().unwrap_or_default())
}

/// The text of a cell, and whether it tells of more or of less.
fn of_part(part: Part, [a, b]: [i64; 2], of: [&Measure; 2], text: &dyn Fn(i64) -> String) -> (String, i64) {
    // Who is not there has no figures.
    let own = |value: i64, of: &Measure| if of.spans == 0 { "–".to_owned() } else { text(value) };
    match part {
        Part::A => (own(a, of[0]), 0),
        Part::B => (own(b, of[1]), 0),
        Part::Change => (change(a, b, text), b.saturating_sub(a)),
    }
}

/// `+0.73`
pub fn signed(effect: f64) -> String {
    let sign = if effect > 0.0 { "+" } else { "" };
    [sign, &fixed(effect, 2)].concat()
}

/// A probability; those that nobody would read digit by digit only by their bound.
pub fn p_text(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { fixed(p, 3) }
}
