//! The statistics of a trace: its spans in groups, with groups within, each with counts, durations and self times.

use std::rc::Rc;

use web_sys::Event;

use super::data_table::{Label, Spec, data_table};
use super::header::{chosen_value, option};
use super::navigation::{go, with_parameters};
use super::signal::{Memo, RwSignal};
use super::state::client;
use super::trace_views::Viewed;
use super::view::{View, dynamic, effect, el};
use super::view_part::{parameter_of, part_notice, part_of, slot_of, timeline_address};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{
    ABSENT, Choices, Find, FindMode, STATISTICS, Statistics, TableLine, TableOf, TablePart, TraceChoices, TracePart,
};
use crate::ui::group_query::{condition, query};

/// Parameters of the address: the groups, those within, and the column that is coloured.
const GROUP: &str = "group";
const THEN: &str = "then";
const COLOUR: &str = "colorBy";

/// What the groups are made by, outer first: the words of the address.
type By = Vec<String>;

#[inline(never)]
pub fn statistics(viewed: &Viewed) -> View {
    let (group, then, colour) = (parameter_of(GROUP), parameter_of(THEN), parameter_of(COLOUR));
    let by: Memo<By> = Memo::new(move |_| {
        let group = group.get();
        let first = if group.is_empty() { "service".to_owned() } else { group };
        let then = then.get();
        let is_another = !then.is_empty() && then != first;
        std::iter::once(first).chain(is_another.then_some(then)).collect()
    });
    let part = part_of(viewed);
    let coloured =
        Memo::new(move |_| colour.with(|word| STATISTICS.iter().position(|column| column.word == word.as_str())));
    let timeline = viewed.timeline.clone();
    let spec = Spec {
        ids: ["stats-table", "stats-row"],
        name: words().view_statistics,
        none: words().table_none,
        columns: &STATISTICS,
        widths: "minmax(170px, 3fr) repeat(2, minmax(62px, 0.7fr)) repeat(8, minmax(76px, 1fr)) minmax(104px, 1fr)",
        least_width: "1040px",
        heading,
        bars: &[3, 7],
        usual: Some((7, true)),
        of: Memo::new(move |_| TableOf::Statistics(Statistics { part: part.get(), by: by.get() })),
        find: viewed.timeline.find,
        coloured,
        link: 0,
        leads_to: Rc::new(move |part, line| {
            let text = query_of(&by.read_untracked(), part, line);
            let changes = [("uiFind", Some(text)), ("findMode", Some("traceql".to_owned())), ("span", None)];
            Some(timeline_address(&changes))
        }),
        then: Rc::new(move |part, line| {
            let text = query_of(&by.read_untracked(), part, line);
            timeline.find.set(Find { text, mode: FindMode::TraceQl });
        }),
        label: label(viewed, by),
        dress: Rc::new(move |view, part, line| {
            view.attr("data-group", &name_of(&by.read_untracked(), part, line)).attr("data-level", level(line))
        }),
        detail: None,
        slot: slot_of(viewed),
        file: "trackway-statistics",
    };
    el("div", "view-page").child(part_notice(viewed)).child(data_table(spec, controls(part, by, coloured)))
}

fn level(line: &TableLine) -> &'static str {
    if line.level == 0 { "0" } else { "1" }
}

fn heading(column: usize) -> [&'static str; 2] {
    let words = words();
    let of_self = words.stats_self_title;
    match column {
        0 => [words.stats_group, ""],
        1 => [words.stats_count, words.stats_count_title],
        2 => [words.diff_errors, words.stats_errors_title],
        3 => [words.stats_total, words.stats_total_title],
        4 => [words.stats_avg, words.stats_avg_title],
        5 => [words.stats_min, words.stats_min_title],
        6 => [words.stats_max, words.stats_max_title],
        7 => [words.stats_self_total, of_self],
        8 => [words.stats_self_avg, of_self],
        9 => [words.stats_self_min, of_self],
        10 => [words.stats_self_max, of_self],
        _ => [words.stats_share, words.stats_share_title],
    }
}

/// The word that the groups of a row's level are made by.
fn by_of<'a>(by: &'a [String], line: &TableLine) -> &'a str {
    by.get(usize::from(line.level)).map_or("", String::as_str)
}

/// What a group is called.
fn name_of(by: &[String], part: &TablePart, line: &TableLine) -> String {
    match line.cells.first() {
        Some(cell) if *cell != ABSENT => part.text(*cell).to_owned(),
        _ => fill(words().stats_without, &[by_of(by, line).trim_start_matches('.')]),
    }
}

fn label(viewed: &Viewed, by: Memo<By>) -> Label {
    let slot = slot_of(viewed);
    Rc::new(move |part, line, column| {
        if column > 0 {
            return None;
        }
        let by = by.read_untracked();
        let name = name_of(&by, part, line);
        let dot = (by_of(&by, line) == "service").then(|| slot(&name));
        Some((name, dot))
    })
}

/// The query that finds a group's spans.
fn query_of(by: &[String], part: &TablePart, line: &TableLine) -> String {
    let one = |by: &str, cell: i64| condition(by, (cell != ABSENT).then(|| part.text(cell)));
    let own = one(by_of(by, line), line.cells.first().copied().unwrap_or(ABSENT));
    let outer = line.within.map(|cell| one(&by[0], cell));
    query(&outer.into_iter().chain([own]).collect::<Vec<_>>())
}

/// What to group by, and which column to colour.
fn controls(part: Memo<TracePart>, by: Memo<By>, coloured: Memo<Option<usize>>) -> View {
    let keys = RwSignal::new(Choices::new());
    if let Some(client) = client() {
        let slot = Slot::<TraceChoices>::hearing(client, move |bytes| {
            if !keys.is_disposed() {
                keys.set(decode(bytes).unwrap_or_default());
            }
        });
        effect(move || {
            let mut part = part.get();
            part.look.find = None;
            slot.ask(TraceChoices { part, are_keys: true, services: Vec::new() });
        });
    }
    let words = words();
    let first = dynamic(move || group_select(&keys.read(), by.with(|by| by[0].clone()), GROUP, ""));
    let then = dynamic(move || {
        let (outer, inner) = by.with(|by| (by[0].clone(), by.get(1).cloned().unwrap_or_default()));
        group_select(&keys.read(), inner, THEN, &outer)
    });
    let colour = dynamic(move || {
        let present = coloured.get();
        let columns = STATISTICS.iter().enumerate().skip(1);
        select(COLOUR, words.stats_colour)
            .child(option("", words.stats_nothing, present.is_none()))
            .children(columns.map(|(at, column)| option(column.word, heading(at)[0], present == Some(at))))
    });
    let field = |name: &str, view: View| el("label", "field-inline").child(el("span", "").text(name)).child(view);
    el("div", "data-controls")
        .child(field(words.stats_by, first))
        .child(field(words.stats_then, then))
        .child(field(words.stats_colour, colour))
}

fn select(parameter: &'static str, name: &str) -> View {
    el("select", "").test_id(&["stats-", parameter].concat()).attr("aria-label", name).on(
        "change",
        move |event: Event| {
            let chosen = chosen_value(&event);
            go(&with_parameters(&[(parameter, Some(chosen).filter(|chosen| !chosen.is_empty()))]), true);
        },
    )
}

/// Service, name, and all keys of attributes; of groups within other ones also none, and not what those are made by.
fn group_select(keys: &Choices, present: String, parameter: &'static str, outer: &str) -> View {
    let words = words();
    let is_inner = parameter == THEN;
    let plain = [("service", words.search_service), ("operation", words.search_operation)];
    let plain = plain.into_iter().filter(|(word, _)| *word != outer);
    let mut all: Vec<String> = keys.iter().map(|key| [".", &key.name].concat()).collect();
    // What a link asks for can be chosen, whether any span has it or not.
    if present.starts_with('.') && !all.contains(&present) {
        all.insert(0, present.clone());
    }
    let keys = all.iter().filter(|word| *word != outer).map(|word| option(word, &word[1..], *word == present));
    select(parameter, if is_inner { words.stats_then } else { words.stats_by })
        .children(is_inner.then(|| option("", words.stats_nothing, present.is_empty())))
        .children(plain.map(|(word, name)| option(word, name, word == present)))
        .child(el("optgroup", "").attr("label", words.stats_keys).children(keys))
}
