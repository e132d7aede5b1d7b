//! What the result list has besides its rows: columns of attributes, table or list, what to do with the traces that are checked, and why
//! it is empty. In the rest; what listeners and effects call is not inlined, for these stay where they are.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, UrlSearchParams};

use super::format::{counted, number};
use super::icons::Icon;
use super::navigation::{address, go, place};
use super::results::Listed;
use super::row::yes_no;
use super::saving::save_button;
use super::signal::RwSignal;
use super::sources::explain;
use super::state::{app, client};
use super::storage;
use super::timeline_tools::{columns_form, popover};
use super::view::{View, el, empty, group, optional};
use super::view_flame::address_of;
use super::words::{fill, words};
use crate::engine::messages::Chosen;
use crate::source::api::{Ask, Told};
use crate::source::list::SourceInfo;
use crate::source::path_segment;

/// Above the list: what to do with what is checked, columns, table or list.
#[inline(never)]
pub fn result_tools(listed: Listed) -> View {
    let list = button("results-list", words().results_list, move || switch(listed.is_list))
        .attr_of("aria-pressed", move || yes_no(listed.is_list.get()).to_owned());
    let bar = el("span", "compare-bar").child(optional(move || checked_bar(listed)));
    group([bar, popover("result-columns", Icon::Options, words().result_columns, columns_of_results), list])
}

/// Table or list; remembered.
fn switch(is_list: RwSignal<bool>) {
    let now = !is_list.get_untracked();
    storage::set_preference("results", if now { "list" } else { "" });
    is_list.set(now);
}

fn button(test_id: &str, name: &str, act: impl Fn() + 'static) -> View {
    el("button", "button small").attr("type", "button").test_id(test_id).text(name).on("click", move |_: Event| act())
}

/// What to do with the traces that are checked; nothing while there are none.
#[inline(never)]
fn checked_bar(listed: Listed) -> Option<View> {
    let ids = app().checked.get();
    if ids.is_empty() {
        return None;
    }
    let count = number(ids.len() as u64);
    let compared = ids.clone();
    let compare =
        button("compare-selected", &fill(words().compare_selected, &[&count]), move || go_to_comparison(&compared));
    let compare = if ids.len() > 1 { compare } else { compare.attr("disabled", "") };
    let drawn = ids.clone();
    let flame = button("flame-selected", words().diff_look_flame, move || go(&address_of(&drawn), false));
    let name = fill(words().save_selected, &[&count]);
    // Not before they are here.
    let save = (!listed.is_told.get()).then(|| {
        let ids = ids.clone();
        save_button("download-checked", &name, Some(&name), None, move || Chosen::Traces(ids.clone()))
    });
    let archive = archive().map(|source| {
        let title = fill(words().archive_title, &[&source.name]);
        button("archive", &fill(words().archive, &[&count]), move || put_away(source.clone(), ids.clone()))
            .attr("title", &title)
    });
    let none = button("deselect-all", words().deselect_all, || app().checked.set(Vec::new()));
    Some(empty().child(compare).child(flame).children(save).children(archive).child(none))
}

#[inline(never)]
fn go_to_comparison(ids: &[String]) {
    if let [a, b, ..] = ids {
        let cohort: Vec<String> = ids.iter().map(|id| format!("cohort={}", path_segment(id))).collect();
        let path = format!("/trace/{}...{}?{}", path_segment(a), path_segment(b), cohort.join("&"));
        go(&address(&path), false);
    }
}

/// The query API that was searched last, if it has an archive.
fn archive() -> Option<SourceInfo> {
    let name = app().remote.with(|remote| remote.source.clone());
    let sources = app().sources.get().unwrap_or_default();
    sources.into_iter().find(|source| source.name == name && source.abilities.archive)
}

/// Puts traces into the archive of a query API, one after another, and says how that ended.
#[inline(never)]
fn put_away(source: SourceInfo, ids: Vec<String>) {
    spawn_local(async move {
        let Some(client) = client() else { return };
        let count = ids.len() as u64;
        for id in ids {
            match client.ask_one(source.id, Ask::Archive { id }).await {
                Some(Ok(Told::Done)) => {}
                Some(Err(trouble)) => return app().toast.set(Some(explain(&trouble).0)),
                _ => return,
            }
        }
        let traces = counted(count, words().trace_one, words().trace_many);
        app().toast.set(Some(fill(words().archived, &[&traces, &source.name])));
    });
}

/// Chooses attributes as columns: in the address.
fn columns_of_results() -> View {
    el("div", "look-choices").child(columns_form(columns, set_columns)).child(optional(chosen_columns))
}

#[inline(never)]
fn chosen_columns() -> Option<View> {
    place().search.track();
    let keys = columns();
    let lines = keys.iter().map(|key| {
        let key = key.clone();
        let name = fill(words().column_remove, &[&key]);
        let line = el("div", "line").child(el("bdi", "quiet").text(&key));
        line.child(button("column-remove", words().remove, move || remove_column(&key)).attr("aria-label", &name))
    });
    (!keys.is_empty()).then(|| el("div", "panel-part").children(lines))
}

#[inline(never)]
fn remove_column(key: &str) {
    set_columns(columns().into_iter().filter(|known| known != key).collect());
}

/// Of the address.
#[inline(never)]
fn columns() -> Vec<String> {
    let search = place().search.get_untracked();
    let all = UrlSearchParams::new_with_str(&search).map(|parameters| parameters.get_all("column"));
    all.unwrap_or_default().iter().filter_map(|key| key.as_string()).collect()
}

#[inline(never)]
fn set_columns(keys: Vec<String>) {
    let Ok(parameters) = UrlSearchParams::new_with_str(&place().search.get_untracked()) else { return };
    parameters.delete("column");
    keys.iter().for_each(|key| parameters.append("column", key));
    go(&format!("{}?{}", place().path.get_untracked(), String::from(parameters.to_string())), true);
}

/// Heads of the columns that were asked for or that the query selects. They also make room for them, and let a list be one.
#[inline(never)]
pub fn column_heads(listed: Listed) -> View {
    optional(move || heads(listed))
}

#[inline(never)]
fn heads(listed: Listed) -> Option<View> {
    let names = listed.found.with(|found| found.as_ref().map(|found| found.columns.clone()).unwrap_or_default());
    let is_list = listed.is_list.get();
    let results = document().query_selector(".results").ok().flatten()?;
    // A class without a blank, and a plain property: neither is refused.
    let _ = results.class_list().toggle_with_force("cards", is_list);
    let more = if names.is_empty() { String::new() } else { format!("repeat({}, minmax(0, 1fr))", names.len()) };
    let _ = results.unchecked_ref::<HtmlElement>().style().set_property("--more", &more);
    Some(empty().children(names.iter().map(|name| el("span", "result-column").attr("title", name).text(name))))
}

/// Values of a row's columns; with their names in a list, which has no heads.
#[inline(never)]
pub fn more_cells(values: &[String], names: &[String]) -> View {
    let cell = |(at, value): (usize, &String)| {
        let name = names.get(at).map(|name| el("span", "quiet").text(name));
        el("span", "result-column").attr("title", value).children(name).text(value)
    };
    el("span", "result-more").children(values.iter().enumerate().map(cell))
}

/// Why nothing is listed, and what to do.
#[inline(never)]
pub fn nothing_notice(listed: Listed) -> View {
    optional(move || nothing(listed))
}

#[inline(never)]
fn nothing(listed: Listed) -> Option<View> {
    let (loaded, total) =
        listed.found.with(|found| found.as_ref().map(|found| (found.loaded, found.total))).unwrap_or_default();
    if total > 0 || !listed.wants.get() {
        return None;
    }
    // What a query API says instead stands beside the form.
    let is_remote = listed.asked.with(|asked| asked.as_ref().is_none_or(|asked| asked.0.within.is_some()));
    let waits =
        app().remote.with(|remote| remote.source.is_empty() || remote.load.is_some() || remote.trouble.is_some());
    let text = match is_remote {
        true if waits || listed.found.read().is_none() => return None,
        false if loaded == 0 => words().nothing_loaded,
        _ => words().nothing_found,
    };
    Some(el("p", "nothing quiet").test_id("nothing-found").text(text))
}
