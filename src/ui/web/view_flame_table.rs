//! The table beside a flame graph: what the spans of each service and operation take, wherever they are.

use web_sys::Event;

use super::compare_flame::Flame;
use super::format::{duration, number, percent};
use super::keyed::Entry;
use super::navigation::{go, parameter, place, with_parameters};
use super::row::{display_name, title_of};
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, dynamic, effect, el};
use super::view_flame::find;
use super::view_service_colours::{Named, slot};
use super::virtual_rows::{Scrolling, built_rows, virtual_rows};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{FlameColumn, FlameLine, FlameTable, FlameTableAnswer};
use crate::ui::row_layout::RowLayout;

/// Height of a row in CSS pixels; style/views.css has the same.
const ROW: f64 = 28.0;
/// The parameter of the address that names the order: a column's word, with `-` before it if it is turned around.
const ORDER: &str = "order";

const COLUMNS: [(&str, FlameColumn); 5] = [
    ("name", FlameColumn::Name),
    ("", FlameColumn::Own),
    ("total", FlameColumn::Total),
    ("spans", FlameColumn::Spans),
    ("errors", FlameColumn::Errors),
];

/// The order in the address: the column, and whether it falls. Numbers fall and names rise, unless they are turned around.
fn order(search: &str) -> (FlameColumn, bool) {
    let word = parameter(search, ORDER).unwrap_or_default();
    let (word, is_turned) = word.strip_prefix('-').map_or((word.as_str(), false), |word| (word, true));
    let column = COLUMNS.iter().find(|(it, _)| *it == word).map_or(FlameColumn::Own, |(_, column)| *column);
    (column, is_turned == (column == FlameColumn::Name))
}

fn heading(column: FlameColumn) -> &'static str {
    let words = words();
    match column {
        FlameColumn::Name => words.search_operation,
        FlameColumn::Own => words.diff_self,
        FlameColumn::Total => words.diff_total,
        FlameColumn::Spans => words.diff_spans,
        FlameColumn::Errors => words.diff_errors,
    }
}

/// The table; a row marks its spans in the graph. It asks nothing as long as it `waits`.
#[inline(never)]
pub fn table(flame: Flame, colours: Named, waits: Memo<bool>) -> View {
    let search = place().search;
    let sorted = Memo::new(move |_| order(&search.get()));
    let answer = RwSignal::new(FlameTableAnswer::default());
    let layout =
        Memo::new(move |_| RowLayout { rows: answer.with(|answer| answer.total), row_height: ROW, open: Vec::new() });
    let scroller = el("div", "flame-rows").attr("role", "rowgroup");
    let scrolling = Scrolling::of(&scroller);
    let wanted = scrolling.wanted(layout);
    let what = Memo::new(move |_| flame.drawn.with(|drawn| drawn.what.clone()));
    if let Some(client) = client() {
        let slot = Slot::<FlameTable>::hearing(client, move |bytes| {
            if !answer.is_disposed() {
                answer.set(decode(bytes).unwrap_or_default());
            }
        });
        effect(move || {
            app().version.track();
            let ((from, count), (by, falls)) = (wanted.get(), sorted.get());
            if !waits.get() {
                slot.ask(FlameTable { what: what.get(), by, falls, from, count });
            }
        });
    }
    let have = move || answer.with(|answer| (answer.from, answer.rows.len() as u32));
    let built = built_rows(scrolling, layout, have);
    let rows = move || {
        let ((from, to), services) = (built.get().rows, colours.get());
        answer.with(|answer| {
            let rows = (answer.from..).zip(&answer.rows).filter(|(at, _)| (from..to).contains(at));
            rows.map(|(at, row)| {
                let slot = slot(&services, &row.service);
                let numbers = [at as u64, slot as u64, row.own as u64, row.total as u64, row.spans.into()];
                let key = numbers.map(|number| number.to_string()).join(" ");
                let (row, most) = (row.clone(), answer.most);
                Entry::new([&key, row.operation.as_str()].concat(), move || line(&row, most, slot, flame))
            })
            .collect()
        })
    };
    let list = virtual_rows(scrolling, layout, built, |view| view.keyed(rows));
    let count = move || answer.with(|answer| (answer.total + 1).to_string());
    el("div", "flame-table")
        .test_id("flamegraph-table")
        .attrs(&[("role", "table"), ("aria-label", words().diff_look_table)])
        .attr_of("aria-rowcount", count)
        .child(dynamic(move || head(sorted.get())))
        .child(scroller.child(list))
}

/// Every heading is a button that sorts, and when it does, turns around.
fn head((by, falls): (FlameColumn, bool)) -> View {
    let cell = |(word, column): &(&'static str, FlameColumn)| {
        let (word, column) = (*word, *column);
        let name = heading(column);
        let (direction, arrow) = match (by == column, falls) {
            (false, _) => ("none", ""),
            (true, true) => ("descending", " ▾"),
            (true, false) => ("ascending", " ▴"),
        };
        let button = el("button", "diff-sort")
            .attrs(&[("type", "button"), ("title", &fill(words().diff_sort_by, &[name])), ("data-column", word)])
            .test_id("flamegraph-sort")
            .on("click", move |_: Event| {
                let is_usual = falls != (column == FlameColumn::Name);
                let text = if by == column && is_usual { ["-", word].concat() } else { word.to_owned() };
                go(&with_parameters(&[(ORDER, (!text.is_empty()).then_some(text))]), true);
            })
            .child(el("span", "").text(name).text(arrow));
        el("div", "").attrs(&[("role", "columnheader"), ("aria-sort", direction)]).child(button)
    };
    el("div", "flame-row flame-head").attr("role", "row").children(COLUMNS.iter().map(cell))
}

fn line(row: &FlameLine, most: [i64; 2], slot: usize, flame: Flame) -> View {
    let title = title_of(&row.service, &row.operation);
    let (sought, marked) = (title.clone(), title.clone());
    let name = el("button", "flame-name")
        .attrs(&[("type", "button"), ("title", &title)])
        .attr_of("aria-pressed", move || flame.find.with(|text| *text == marked).to_string())
        .style("--service", &["var(--service-", &number(slot as u64), ")"].concat())
        // Once more, and it is not marked any more.
        .on("click", move |_: Event| {
            let is_marked = flame.find.with_untracked(|text| *text == sought);
            find(if is_marked { "" } else { &sought });
        })
        .child(el("bdi", "service-name").text(display_name(&row.service)))
        .child(el("bdi", "operation").text(display_name(&row.operation)));
    let time = |value: i64, most: i64| {
        let share = percent(value.max(0) as f64 / most.max(1) as f64);
        el("div", "number flame-bar").attr("role", "cell").style("--part", &share).text(&duration(value))
    };
    let count = |value: u32, class: &str| el("div", class).attr("role", "cell").text(&number(value.into()));
    el("div", "flame-row")
        .test_id("flamegraph-row")
        .attrs(&[("role", "row"), ("data-service", &row.service), ("data-operation", &row.operation)])
        .child(el("div", "flame-first").attr("role", "rowheader").child(name))
        .child(time(row.own, most[0]))
        .child(time(row.total, most[1]))
        .child(count(row.spans, "number"))
        .child(count(row.errors, if row.errors > 0 { "number error-text" } else { "number quiet" }))
}
