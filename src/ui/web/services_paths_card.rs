//! What is said of the chosen node of the path graph, and what can be done with it.

use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

use super::format::{counted, number};
use super::navigation::{address, link};
use super::row::display_name;
use super::services_card::{facts, query_link};
use super::services_paths::{OPERATION, PathsPage, SERVICE, hops_text, name_in, operation_text, put_focus};
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, dynamic, el, empty};
use super::words::{fill, words};
use crate::engine::questions::{MOST_PATH_TRACES, PathNode, PathTraces};
use crate::source::path_segment;
use crate::ui::graph_view::Hit;

#[inline(never)]
pub fn card(page: PathsPage) -> Option<View> {
    let Some(Hit::Box(at)) = page.graph.chosen.get() else { return None };
    let answer = page.answer.get();
    let node = answer.nodes.get(at as usize)?;
    let words = words();
    let service = name_in(&answer, node.service);
    let head = el("div", "diff-card-head")
        .child(el("bdi", "service-name").text(display_name(service)))
        .child(el("bdi", "").text(&operation_text(page, &answer, node)));
    let traces = counted(node.traces.into(), words.trace_one, words.trace_many);
    let mut rows = vec![
        (words.paths_where, hops_text(node.distance)),
        (words.paths_traces, fill(words.paths_of, &[&traces, &number(answer.traces.into())])),
    ];
    if !node.beyond.is_empty() {
        rows.push((words.paths_not_shown, number(node.beyond.len() as u64)));
    }
    let close = el("button", "icon-button card-close")
        .attrs(&[("type", "button"), ("aria-label", words.close), ("title", words.close)])
        .on("click", move |_: Event| page.graph.leave())
        .text("×");
    let card = el("section", "diff-card service-card").test_id("path-card").attr("aria-live", "polite");
    Some(
        card.child(close)
            .child(head)
            .child(facts(&rows))
            .child(actions(page, node, service))
            .child(traces_of(page, node)),
    )
}

fn action(id: &str, name: &str, act: impl FnMut(Event) + 'static) -> View {
    el("button", "button small").attr("type", "button").test_id(id).on("click", act).text(name)
}

#[inline(never)]
fn actions(page: PathsPage, node: &PathNode, service: &str) -> View {
    let words = words();
    let (number_of, beyond) = (node.number, node.beyond.clone());
    let is_through = page.asked.with_untracked(|asked| asked.through == Some(number_of));
    let name = if is_through { words.paths_all } else { words.paths_through };
    let through = action("path-through", name, move |_| {
        let mut wanted = page.exceptions();
        wanted.through = (!is_through).then_some(number_of);
        page.put(&wanted);
    });
    let expand = (!beyond.is_empty()).then(|| {
        let name = fill(words.paths_expand, &[&number(beyond.len() as u64)]);
        action("path-expand", &name, move |_| {
            let mut wanted = page.exceptions();
            wanted.hidden.retain(|it| !beyond.contains(it));
            wanted.shown.extend(beyond.iter().filter(|it| !wanted.shown.contains(it)).copied().collect::<Vec<u32>>());
            page.put(&wanted);
        })
    });
    let is_focus = number_of == 0;
    let hide = (!is_focus).then(|| {
        action("path-hide", words.paths_hide, move |_| {
            let mut wanted = page.exceptions();
            wanted.shown.retain(|it| *it != number_of);
            wanted.hidden.push(number_of);
            page.put(&wanted);
        })
    });
    let by_operation = page.asked.with_untracked(|asked| asked.focus.by_operation);
    let service = service.to_owned();
    let operation = page.answer.with_untracked(|answer| name_in(answer, node.operation).to_owned());
    let focus = (!is_focus).then(|| {
        action("path-focus", words.paths_set_focus, move |_| {
            let operation = if by_operation { &*operation } else { "" };
            put_focus(&[(SERVICE, &service), (OPERATION, operation)]);
        })
    });
    el("div", "card-actions").children(focus).child(through).children(expand).children(hide)
}

/// The traces behind it: a link to all that can be named in one, and the first of them.
fn traces_of(page: PathsPage, node: &PathNode) -> View {
    let focus = page.asked.with_untracked(|asked| asked.focus.clone());
    let traces = RwSignal::new(Vec::<String>::new());
    let node = node.number;
    spawn_local(async move {
        let Some(client) = client() else { return };
        let ids = client.ask(PathTraces { focus, node }).await.unwrap_or_default();
        if !traces.is_disposed() {
            traces.set(ids);
        }
    });
    dynamic(move || {
        let ids = traces.read();
        if ids.is_empty() {
            return empty();
        }
        let conditions: Vec<String> = ids.iter().map(|id| ["trace:id = \"", id, "\""].concat()).collect();
        let query = ["{ ", &conditions.join(" || "), " }"].concat();
        let words = words();
        let name = match ids.len() {
            MOST_PATH_TRACES => fill(words.paths_first_traces, &[&number(ids.len() as u64)]),
            count => fill(words.paths_view_traces, &[&number(count as u64)]),
        };
        let line = |id: &String| {
            let target = address(&["/trace/", &path_segment(id)].concat());
            el("div", "diff-example-line").child(link("diff-example mono", target).test_id("path-trace").text(id))
        };
        el("div", "path-traces")
            .child(el("div", "card-actions").child(query_link("path-traces", &name, &query)))
            .children(ids.iter().take(5).map(line))
    })
}
