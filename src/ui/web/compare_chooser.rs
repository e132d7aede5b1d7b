//! Choosing what is compared: traces of the cohort, ids, groups.

use std::collections::BTreeMap;
use std::rc::Rc;

use web_sys::{Event, HtmlInputElement, KeyboardEvent, UrlSearchParams};

use super::clipboard::icon_button;
use super::compare_graph::Graph;
use super::compare_sides::{Sides, compare, is_of_loaded};
use super::compare_timelines::PLACES;
use super::format::{counted, duration, short_date_time};
use super::header::{chosen_value, option};
use super::icons::{Icon, icon};
use super::navigation::{go, link, place, trace_address, with_parameters};
use super::result_row::short_id;
use super::row::display_name;
use super::signal::{Memo, RwSignal};
use super::state::app;
use super::view::{View, dynamic, el, group};
use super::words::{fill, words};
use crate::engine::questions::TraceHead;
use crate::ui::trace_id_text::named;

/// Facts of the traces that are chosen among, as far as they are loaded.
pub type Heads = RwSignal<BTreeMap<String, TraceHead>>;

/// A trace, or a group, and how to take another.
pub fn chooser(side: usize, shown: Graph) -> View {
    let Graph { sides, heads, .. } = shown;
    let name = ["A", "B"][side];
    let test_id = ["diff-a", "diff-b"][side];
    let body = dynamic(move || {
        let now = sides.get();
        let own = now.groups[side].first().cloned().unwrap_or_default();
        if now.are_groups {
            return group_chooser(side, &now).child(group_size(shown, side));
        }
        let other = now.groups[1 - side].first().cloned().unwrap_or_default();
        let mut ids = now.cohort.clone();
        if !own.is_empty() && !ids.contains(&own) {
            ids.push(own.clone());
        }
        let cohort = now.cohort.clone();
        let choose = move |id: &str| match side {
            0 => compare(id, &other, &cohort),
            _ => compare(&other, id, &cohort),
        };
        let choose = Rc::new(choose);
        let by_name = choose.clone();
        let taken = &now.groups[1 - side];
        let options = ids.iter().map(|id| {
            let text = heads.with(|heads| heads.get(id).map(told)).unwrap_or_else(|| id.clone());
            let option = option(id, &text, *id == own);
            // A trace that is chosen already cannot be, as in Jaeger UI.
            if taken.contains(id) { option.attr("disabled", "") } else { option }
        });
        let select = el("select", "")
            .test_id(test_id)
            .attr("aria-label", &fill(words().compare_choose, &[name]))
            .on("change", move |event: Event| by_name(&chosen_value(&event)))
            .children(own.is_empty().then(|| option("", "", true)))
            .children(options);
        let typed = el("input", "")
            .test_id(&[test_id, "-id"].concat())
            .attrs(&[("type", "text"), ("spellcheck", "false"), ("placeholder", words().compare_other)])
            .attr("aria-label", &fill(words().compare_other_of, &[name]));
        let field: HtmlInputElement = typed.element();
        let typed = typed.on("keydown", move |event: KeyboardEvent| {
            let text = field.value().trim().to_owned();
            if event.key() == "Enter" && !text.is_empty() {
                choose(&named(&text).map_or_else(|| text.clone(), |named| named.trace));
            }
        });
        let open = (!own.is_empty()).then(|| {
            link("icon-button", trace_address(&own))
                .attrs(&[("title", words().compare_open), ("aria-label", words().compare_open)])
                .child(icon(Icon::Link))
        });
        if ids.is_empty() { typed } else { group([select, typed]).children(open) }
    });
    el("div", "compare-side").child(el("span", "side-name").text(name)).child(body)
}

/// How many traces a group has.
fn group_size(shown: Graph, side: usize) -> View {
    let traces = move || {
        let traces = shown.answer.with(|answer| answer.as_ref().map(|answer| answer.traces[side]));
        traces.map(|traces| counted(traces.into(), words().trace_one, words().trace_many)).unwrap_or_default()
    };
    el("span", "quiet diff-group-size").test_id(["diff-a-size", "diff-b-size"][side]).text_of(traces)
}

/// A group, and others to take: selections on the plot, files, the result of a query, ids.
fn group_chooser(side: usize, now: &Sides) -> View {
    let (name, key, test_id) = (["A", "B"][side], ["a", "b"][side], ["diff-a", "diff-b"][side]);
    let own = now.names[side].clone().unwrap_or_default();
    let take = move |name: String| go(&with_parameters(&[(key, Some(name))]), false);
    let of_plot = ["sel:A", "sel:B"].into_iter().zip(app().groups).filter_map(|(name, ids)| {
        let ids = ids.get();
        let title = [&fill(words().compare_plot_group, &[&name[4..]]), ": ", &group_title(&ids, None)].concat();
        (!ids.is_empty()).then(|| (name.to_owned(), title))
    });
    let files = app().loads.with(|loads| loads.iter().map(|load| ["file:", &load.name()].concat()).collect::<Vec<_>>());
    let mut names: Vec<(String, String)> = of_plot.collect();
    names.extend(files.into_iter().map(|name| (name.clone(), name)));
    if names.iter().all(|(name, _)| *name != own) {
        names.insert(0, (own.clone(), group_title(&now.groups[side], Some(&own))));
    }
    names.dedup();
    let select = el("select", "")
        .test_id(test_id)
        .attr("aria-label", &fill(words().compare_choose, &[name]))
        .on("change", move |event: Event| take(chosen_value(&event)))
        .children(names.iter().map(|(name, title)| option(name, title, *name == own)));
    let typed = el("input", "")
        .test_id(&[test_id, "-id"].concat())
        .attrs(&[("type", "text"), ("spellcheck", "false"), ("placeholder", words().compare_group_other)])
        .attr("aria-label", &fill(words().compare_other_of, &[name]));
    let field: HtmlInputElement = typed.element();
    let typed = typed.on("keydown", move |event: KeyboardEvent| {
        let text = field.value().trim().to_owned();
        if event.key() == "Enter" && !text.is_empty() {
            take(if text.starts_with('{') { ["q:", &text].concat() } else { text });
        }
    });
    group([select, typed])
}

/// A trace in a line.
pub fn told(head: &TraceHead) -> String {
    let spans = counted(head.spans.into(), words().span_one, words().span_many);
    let name = [display_name(&head.service), ": ", display_name(&head.operation)].concat();
    let date = short_date_time(head.start_unix_nanos);
    [&name, &duration(head.duration_nanos), &spans, date.as_str(), short_id(&head.id)].join(" · ")
}

/// A group in a line: what names it, or how many traces it has.
pub fn group_title(ids: &[String], name: Option<&str>) -> String {
    match name {
        Some(name) if is_of_loaded(name) => name.to_owned(),
        _ => counted(ids.len() as u64, words().trace_one, words().trace_many),
    }
}

pub fn swap_button(sides: Memo<Sides>) -> View {
    icon_button("icon-button", words().compare_swap, Icon::Swap).test_id("diff-swap").on("click", move |_: Event| {
        let now = sides.get_untracked();
        if now.are_groups {
            let search = UrlSearchParams::new_with_str(&place().search.get_untracked()).ok();
            let [a, b, at_a, at_b] =
                ["a", "b", PLACES[0], PLACES[1]].map(|key| search.as_ref().and_then(|search| search.get(key)));
            return go(&with_parameters(&[("a", b), ("b", a), (PLACES[0], at_b), (PLACES[1], at_a)]), false);
        }
        let [a, b] = now.groups.map(|group| group.first().cloned().unwrap_or_default());
        compare(&b, &a, &now.cohort);
    })
}
