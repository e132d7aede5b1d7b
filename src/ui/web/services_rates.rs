//! The table of services, or of one's operations: figures, how they went over time, and the way to the traces behind them.

use web_sys::{Event, HtmlInputElement};

use super::chart_lines::{SPARK, spark_path};
use super::format::{fixed, number};
use super::keyed::Entry;
use super::navigation::{address, go, link, parameter, place, with_parameters};
use super::row::display_name;
use super::services_charts::Figure;
use super::services_monitor::{Asked, Monitor, Whose};
use super::signal::Memo;
use super::view::{View, dynamic, effect, el, svg};
use super::virtual_rows::{Scrolling, built_rows, virtual_rows};
use super::words::{fill, words};
use crate::engine::questions::{Point, RedColumn, RedRow};
use crate::source::conditions::go_duration;
use crate::source::path_segment;
use crate::ui::row_layout::RowLayout;
use crate::ui::search_address::LOADED;

/// Height of a row in CSS pixels; style/views.css has the same.
const ROW: f64 = 32.0;
/// The parameter of the address that names the order: a column's word, with `-` before it if it rises.
const ORDER: &str = "order";
/// Every column with its word in the address.
const COLUMNS: [(&str, RedColumn); 8] = [
    ("name", RedColumn::Name),
    ("spans", RedColumn::Spans),
    ("rate", RedColumn::Rate),
    ("errors", RedColumn::Errors),
    ("p50", RedColumn::Duration(0)),
    ("p95", RedColumn::Duration(2)),
    ("p99", RedColumn::Duration(3)),
    ("impact", RedColumn::Impact),
];

/// The order in the address: the column, and whether the largest comes first.
pub fn order(search: &str) -> (RedColumn, bool) {
    let word = parameter(search, ORDER).unwrap_or_default();
    let (word, falls) = match word.strip_prefix('-') {
        Some(word) => (word, false),
        None => (word.as_str(), true),
    };
    let known = COLUMNS.iter().find(|(it, _)| *it == word);
    known.map_or((RedColumn::Impact, true), |(_, column)| (*column, falls))
}

/// Narrows the table by a name.
pub fn find_box(monitor: Monitor) -> View {
    let view = el("input", "").test_id("monitor-find").attrs(&[
        ("type", "text"),
        ("placeholder", words().monitor_find),
        ("aria-label", words().monitor_find),
        ("spellcheck", "false"),
    ]);
    let (field, typed): (HtmlInputElement, HtmlInputElement) = (view.element(), view.element());
    effect(move || {
        let sought = monitor.asked.read().search.clone();
        if field.value() != sought {
            field.set_value(&sought);
        }
    });
    view.on("input", move |_: Event| {
        let text = typed.value();
        go(&with_parameters(&[("q", (!text.is_empty()).then_some(text))]), true);
    })
}

/// The rows to have, and the table.
#[inline(never)]
pub fn table(monitor: Monitor) -> (Memo<(u32, u32)>, View) {
    let answer = monitor.answer;
    let layout =
        Memo::new(move |_| RowLayout { rows: answer.with(|answer| answer.total), row_height: ROW, open: Vec::new() });
    let scroller = el("div", "red-rows").attr("role", "rowgroup");
    let scrolling = Scrolling::of(&scroller);
    let wanted = scrolling.wanted(layout);
    let have = move || answer.with(|answer| (answer.from, answer.rows.len() as u32));
    let built = built_rows(scrolling, layout, have);
    let rows = move || {
        let (from, to) = built.get().rows;
        let (asked, is_source) = (monitor.asked.get(), monitor.what().source > 0);
        let source = match monitor.whose.get() {
            Whose::Source(source) if is_source => source.name.clone(),
            _ => LOADED.to_owned(),
        };
        let answer = answer.read();
        let most = answer.rows.iter().map(|row| row.whole.rate).max().unwrap_or_default();
        let rows = (answer.from..).zip(&answer.rows).filter(|(at, _)| (from..to).contains(at));
        let entry = |(at, row): (u32, &RedRow)| {
            let (row, asked, source) = (row.clone(), asked.clone(), source.clone());
            let numbers =
                [i64::from(at), row.spans.into(), row.whole.rate, answer.first, answer.step, most, row.impact.into()];
            let numbers = numbers.map(|number| number.to_string()).join("-");
            let key = [&numbers, " ", &asked.service, " ", &asked.shown, " ", &row.name].concat();
            Entry::new(key, move || line(&row, &asked, &source, most))
        };
        rows.map(entry).collect()
    };
    let list = virtual_rows(scrolling, layout, built, |view| view.keyed(rows));
    let search = place().search;
    let sorted = Memo::new(move |_| order(&search.read()));
    let total = move || answer.with(|answer| (answer.total + 1).to_string());
    let view = el("div", "red-table")
        .test_id("red-table")
        .attrs(&[("role", "table"), ("aria-label", words().monitor_table)])
        .attr_of("aria-rowcount", total)
        .style_of("--rows", move || answer.with(|answer| answer.total.max(1).to_string()))
        .child(dynamic(move || head(sorted.get())))
        .child(scroller.child(list));
    (wanted, view)
}

fn heading(column: RedColumn) -> [&'static str; 2] {
    let words = words();
    match column {
        RedColumn::Name => [words.monitor_name, ""],
        RedColumn::Spans => [words.monitor_spans, ""],
        RedColumn::Rate => [Figure::Rate.name(), words.monitor_rate_title],
        RedColumn::Errors => [Figure::Errors.name(), ""],
        RedColumn::Duration(0) => ["p50", words.monitor_percentile_title],
        RedColumn::Duration(2) => ["p95", words.monitor_percentile_title],
        RedColumn::Duration(_) => ["p99", words.monitor_percentile_title],
        RedColumn::Impact => [words.monitor_impact, words.monitor_impact_title],
    }
}

/// Every heading is a button that sorts: first the largest on top, then the smallest; names from A to Z.
fn head((by, falls): (RedColumn, bool)) -> View {
    let cell = |(word, column): &(&'static str, RedColumn)| {
        let (word, column) = (*word, *column);
        let [name, says] = heading(column);
        let is_by = by == column;
        let (direction, arrow) = match (is_by, falls) {
            (false, _) => ("none", ""),
            (true, true) => ("descending", " ▾"),
            (true, false) => ("ascending", " ▴"),
        };
        let title = [says, if says.is_empty() { "" } else { "\n" }, &fill(words().diff_sort_by, &[name])].concat();
        let button = el("button", "red-sort")
            .attrs(&[("type", "button"), ("title", &title), ("data-column", word)])
            .test_id("red-sort")
            .on("click", move |_: Event| {
                let rises = if is_by { falls } else { column == RedColumn::Name };
                let text = if rises { ["-", word].concat() } else { word.to_owned() };
                go(&with_parameters(&[(ORDER, Some(text))]), true);
            })
            .text(name)
            .text(arrow);
        let class = if column == RedColumn::Name { "" } else { "number" };
        el("div", class).attrs(&[("role", "columnheader"), ("aria-sort", direction)]).child(button)
    };
    let last =
        el("div", "").attr("role", "columnheader").child(el("span", "visually-hidden").text(words().diff_traces));
    el("div", "red-row red-head").attr("role", "row").children(COLUMNS.iter().map(cell)).child(last)
}

/// Where the traces behind a row are: with what else is wanted of them.
fn traces_address(row: &RedRow, asked: &Asked, source: &str, more: &str) -> String {
    let (service, operation) = match asked.service.is_empty() {
        true => (row.name.as_str(), ""),
        false => (asked.service.as_str(), row.name.as_str()),
    };
    let operation =
        if operation.is_empty() { String::new() } else { ["&operation=", &path_segment(operation)].concat() };
    let parts = ["/search?source=", &path_segment(source), "&service=", &path_segment(service), &operation, more];
    address(&parts.concat())
}

fn line(row: &RedRow, asked: &Asked, source: &str, most: i64) -> View {
    let is_shown = asked.shown == row.name;
    let name = display_name(&row.name).to_owned();
    let open = el("button", "red-name")
        .attrs(&[("type", "button"), ("title", &name)])
        .attr("aria-pressed", if is_shown { "true" } else { "false" })
        .on("click", {
            let (name, of_all) = (row.name.clone(), asked.service.is_empty());
            move |_: Event| {
                let changes = match of_all {
                    true => [("service", Some(name.clone())), ("operation", None), ("q", None)].to_vec(),
                    false => [("operation", (!is_shown).then(|| name.clone()))].to_vec(),
                };
                go(&with_parameters(&changes), false);
            }
        })
        .child(el("bdi", "").text(&name));
    let entries = (row.are_entries && asked.service.is_empty())
        .then(|| el("span", "red-mark quiet").attr("title", words().monitor_entries_note).text(words().monitor_entry));
    let first = el("div", "red-first").attr("role", "rowheader").child(open).children(entries);
    let traces =
        link("red-traces", traces_address(row, asked, source, "")).test_id("red-traces").text(words().diff_traces);
    el("div", "red-row")
        .class_if("chosen", move || is_shown)
        .test_id("red-row")
        .attrs(&[("role", "row"), ("data-name", &row.name)])
        .child(first)
        .children(COLUMNS[1..].iter().map(|(word, column)| cell(row, asked, source, most, word, *column)))
        .child(el("div", "").attr("role", "cell").child(traces))
}

fn cell(row: &RedRow, asked: &Asked, source: &str, most: i64, word: &str, column: RedColumn) -> View {
    let cell = el("div", "number").attrs(&[("role", "cell"), ("data-column", word)]);
    let more_link = |text: &str, more: &str, title: &str| {
        link("red-link", traces_address(row, asked, source, more)).attr("title", title).text(text)
    };
    match column {
        RedColumn::Name => cell,
        RedColumn::Spans if row.spans == 0 => cell.text("–"),
        RedColumn::Spans => cell.text(&number(row.spans.into())),
        RedColumn::Rate => {
            let text = Figure::Rate.text(row.whole.rate, most);
            let top = row.points.iter().map(|point| point.rate).max().unwrap_or_default();
            cell.child(spark(&row.points, "rate", top, |point| point.rate)).child(el("span", "").text(&text))
        }
        RedColumn::Errors => {
            let text = Figure::Errors.text(row.whole.errors, 0);
            let class = if row.whole.errors > 0 { "errors" } else { "errors none" };
            let cell = cell.child(spark(&row.points, class, 1_000_000, |point| point.errors));
            match row.whole.errors > 0 {
                true => cell.child(more_link(&text, "&tags=error%3Dtrue", words().monitor_failed_title)),
                false => cell.child(el("span", "").text(&text)),
            }
        }
        RedColumn::Duration(at) => {
            let nanos = row.whole.durations[usize::from(at)];
            let text = Figure::Duration.text(nanos, 0);
            let cell = match at {
                2 => {
                    let top = row.points.iter().map(|point| point.durations[2]).max().unwrap_or_default();
                    cell.child(spark(&row.points, "duration", top, |point| point.durations[2]))
                }
                _ => cell,
            };
            if nanos <= 0 {
                return cell.child(el("span", "").text(&text));
            }
            let least = ["&minDuration=", &go_duration(nanos as u64)].concat();
            cell.child(more_link(&text, &least, &fill(words().monitor_slow_title, &[&text])))
        }
        RedColumn::Impact => {
            let share = f64::from(row.impact) / 1000.0;
            let bar = el("span", "red-impact").style("--share", &super::format::percent(share));
            cell.child(bar).child(el("span", "").text(&fixed(share, 2)))
        }
    }
}

/// How a figure went, as a small line: the numbers are in the charts once the row is chosen.
fn spark(points: &[Point], class: &str, most: i64, value: fn(&Point) -> i64) -> View {
    let (width, height) = SPARK;
    let path = spark_path(points.iter().map(value), points.len(), most);
    let size = ["0 -2 ", &(width + 1).to_string(), " ", &(height + 4).to_string()].concat();
    svg("svg", &["red-spark ", class].concat())
        .attrs(&[("viewBox", &size), ("preserveAspectRatio", "none"), ("aria-hidden", "true")])
        .child(svg("path", "").attr("d", &path))
}
