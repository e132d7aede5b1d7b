//! The page that compares two traces, or two groups of them: gets what is not loaded, and shows it in one of its looks.

use std::cell::RefCell;

use wasm_bindgen_futures::spawn_local;

use super::compare_chooser::{Heads, chooser, swap_button};
use super::compare_flame::flame;
use super::compare_graph::{Graph, graph};
use super::compare_groups::differences;
use super::compare_share::share_button;
use super::compare_sides::{Look, Sides, is_of_loaded, read};
use super::compare_table::table;
use super::compare_timelines::timelines;
use super::compare_tools::tools;
use super::loading::{load_reports, progress_bar};
use super::navigation::{address, link, place};
use super::search_form::fault_line;
use super::search_page::open_files;
use super::signal::{Memo, RwSignal};
use super::state::{LoadView, app, client};
use super::trace_page::{bring_trace, is_of_demo};
use super::view::{View, dynamic, effect, el, group, optional, when};
use super::words::{fill, words};
use crate::engine::messages::What;
use crate::engine::questions::{CompareAnswer, Head, Missing};

/// The page.
#[inline(never)]
pub fn compare_page() -> View {
    let here = place();
    let sides = Memo::new(move |_| read(&here.path.get(), &here.search.get()));
    let heads: Heads = RwSignal::default();
    effect(move || {
        app().version.track();
        let ids = sides.with(|sides| match sides.are_groups {
            true => Vec::new(),
            false => sides.cohort.iter().chain(sides.groups.iter().flatten()).cloned().collect::<Vec<_>>(),
        });
        spawn_local(learn(ids, heads));
    });
    let shown = Graph::new(sides, heads, None);
    keep_bringing(shown);
    let head = el("header", "compare-head")
        .child(chooser(0, shown))
        .child(swap_button(sides))
        .child(chooser(1, shown))
        .child(when(move || sides.with(Sides::is_complete), move || share_button(shown)));
    let is_complete = move || sides.with(Sides::is_complete);
    // A part of a group is enough to compare; what of it is missing is told above.
    let blocks = |answer: &CompareAnswer| !answer.missing.is_empty() && answer.traces.contains(&0);
    let is_blocked = move || shown.answer.with(|answer| answer.as_ref().is_some_and(blocks));
    let lacks = move || shown.answer.with(|answer| answer.as_ref().is_some_and(|it| !it.missing.is_empty()));
    let is_here = move || is_complete() && !is_blocked();
    el("div", "compare-page")
        .child(el("h1", "visually-hidden").text(words().nav_compare))
        .child(head)
        .child(optional(move || (is_complete() && lacks() && !is_blocked()).then(|| lacking(shown))))
        .child(when(is_here, move || group([tools(shown), look(shown)])))
        .child(when(move || !is_complete(), nobody))
        .child(optional(move || (is_complete() && is_blocked()).then(|| missing_view(shown))))
}

async fn learn(ids: Vec<String>, heads: Heads) {
    let Some(client) = client() else { return };
    for id in ids {
        let Some(Some(head)) = client.ask(Head { trace: id.clone() }).await else { continue };
        if heads.is_disposed() {
            return;
        }
        if heads.with_untracked(|heads| heads.get(&id) != Some(&head)) {
            heads.update(|heads| _ = heads.insert(id, head));
        }
    }
}

/// Gets what is compared and not loaded, all at once and once, when nothing else is being read.
fn keep_bringing(shown: Graph) {
    let asked = RefCell::new(Vec::<String>::new());
    effect(move || {
        let is_idle = app().loads.with(|loads| loads.iter().all(|load| load.is_over()));
        let missing = missing(shown);
        if !is_idle {
            return;
        }
        for Missing { name: id, .. } in missing {
            // Queries and files are of what is loaded.
            let is_its = |load: &LoadView| matches!(&load.what, What::Trace { id: of, .. } if *of == id);
            let was_asked = asked.borrow().contains(&id) || app().loads.with_untracked(|all| all.iter().any(is_its));
            if was_asked || is_of_loaded(&id) {
                continue;
            }
            asked.borrow_mut().push(id.clone());
            // Not while this effect reads what is loaded. The demo brings all of its traces.
            let is_demo = is_of_demo(&id);
            spawn_local(async move { _ = bring_trace(&id) });
            if is_demo {
                break;
            }
        }
    });
}

/// Names of A and B that stand for no loaded trace.
fn missing(shown: Graph) -> Vec<Missing> {
    shown.answer.with(|answer| answer.as_ref().map(|answer| answer.missing.clone())).unwrap_or_default()
}

/// What is left out of a comparison, above it.
#[inline(never)]
fn lacking(shown: Graph) -> View {
    let missing = missing(shown);
    let names: Vec<&str> = missing.iter().map(|it| it.name.as_str()).collect();
    let text = fill(words().compare_without, &[&names.join(", ")]);
    let faults = missing.iter().filter_map(|it| it.fault.as_ref()).map(fault_line);
    el("div", "compare-lacking").test_id("compare-lacking").attr("role", "status").text(&text).children(faults)
}

fn missing_view(shown: Graph) -> View {
    let is_over = app().loads.with(|loads| loads.iter().all(|load| load.is_over()));
    if !is_over {
        return el("div", "page-message").attr("aria-busy", "true").child(progress_bar());
    }
    let missing = missing(shown);
    let names: Vec<&str> = missing.iter().map(|it| it.name.as_str()).collect();
    let (ids, is_of_loaded) = (names.join(", "), names.iter().any(|name| is_of_loaded(name)));
    let (title, text) = match is_of_loaded {
        true => (words().compare_no_group, words().compare_no_group_text),
        false => (words().missing_title, words().compare_missing),
    };
    let card = el("section", "card")
        .attr("role", "alert")
        .test_id("compare-missing")
        .child(el("h2", "").text(&fill(title, &[&ids])))
        .children(missing.iter().filter_map(|it| it.fault.as_ref()).map(fault_line))
        .child(el("p", "").text(text));
    el("div", "page-message").child(card).child(open_files()).child(load_reports())
}

/// Nobody is named: how to choose.
fn nobody() -> View {
    let card = el("section", "card")
        .child(el("h2", "").text(words().compare_nobody))
        .child(el("p", "").text(words().compare_how))
        .child(link("button primary", address("/search")).test_id("compare-search").text(words().back_to_search));
    el("div", "page-message").child(card)
}

/// The comparison as it is looked at.
fn look(shown: Graph) -> View {
    let look = Memo::new(move |_| shown.sides.with(|sides| sides.look));
    dynamic(move || match look.get() {
        Look::Graph => graph(shown),
        Look::Table => table(shown),
        Look::Flame => flame(shown),
        Look::Timelines => timelines(shown),
        Look::Groups => differences(shown),
    })
}
