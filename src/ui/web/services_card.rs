//! What is said of the chosen service, or of the calls between two, beside the graph.

use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

use super::format::{duration, number};
use super::navigation::{address, link, span_address};
use super::row::display_name;
use super::services_choice::{Chosen, FOCUS, choose, put};
use super::services_graph::Services;
use super::services_picture::{count_text, ends_of, kind_name, name_of, share_of, share_text, wait};
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, dynamic, el, empty};
use super::words::{fill, words};
use crate::engine::questions::{LinkCalls, MapLink, MapNode, NodeSpan, ServiceMapAnswer, Times};
use crate::source::path_segment;
use crate::ui::service_query::{behind, with_node};

/// So many rows of callers, or of called, are shown.
const MOST_ROWS: usize = 50;

#[inline(never)]
pub fn card(services: Services) -> Option<View> {
    let chosen = services.choice.with(|choice| choice.chosen.clone());
    let answer = services.answer.get();
    match &chosen {
        Chosen::Nothing => None,
        Chosen::Node(name) => {
            let at = Services::node(&answer, name)?;
            Some(node_card(services, &answer, at))
        }
        Chosen::Link(caller, called) => {
            let ends = [caller.as_str(), called.as_str()];
            let link = answer.links.iter().find(|link| ends_of(&answer, link) == ends)?;
            Some(link_card(services, &answer, link))
        }
    }
}

fn frame(services: Services, head: View) -> View {
    let close = el("button", "icon-button card-close")
        .attrs(&[("type", "button"), ("aria-label", words().close), ("title", words().close)])
        .test_id("service-card-close")
        .on("click", move |_: Event| services.graph.leave())
        .text("×");
    el("section", "diff-card service-card").test_id("service-card").attr("aria-live", "polite").child(close).child(head)
}

/// Names and values, one below the other.
pub fn facts(rows: &[(&str, String)]) -> View {
    let row = |(name, value): &(&str, String)| {
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).child(el("td", "right").text(value))
    };
    el("table", "").child(el("tbody", "").children(rows.iter().map(row)))
}

/// Ranks of durations, a column each.
fn times_table(rows: &[(&str, Times)]) -> View {
    let cell = |text: &str| el("td", "right").text(text);
    let row = |(name, times): &(&str, Times)| {
        let cells = [times.p50, times.p95, times.p99].map(|nanos| match times.count {
            0 => cell("–"),
            _ => cell(&duration(nanos)),
        });
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).children(cells)
    };
    let heads = ["", "p50", "p95", "p99"].map(|text| el("th", "right").attr("scope", "col").text(text));
    el("table", "")
        .child(el("thead", "").child(el("tr", "").children(heads)))
        .child(el("tbody", "").children(rows.iter().map(row)))
}

#[inline(never)]
fn node_card(services: Services, answer: &ServiceMapAnswer, at: u32) -> View {
    let words = words();
    let node = &answer.nodes[at as usize];
    let name = name_of(answer, node).to_owned();
    let head = el("div", "diff-card-head")
        .child(el("bdi", "service-name").text(display_name(&name)))
        .child(el("span", "quiet").text(kind_name(node.kind)));
    let mut rows = vec![
        (words.services_calls, count_text(node.calls)),
        (
            words.services_share,
            [&share_text(share_of(node.failed, node.calls)), " (", &count_text(node.failed), ")"].concat(),
        ),
    ];
    if node.spans > 0 {
        rows.push((words.diff_spans, number(node.spans.into())));
        rows.push((words.services_span_errors, number(node.errors.into())));
        rows.push((words.diff_self, duration(node.own_nanos)));
    }
    let focus = {
        let name = name.clone();
        el("button", "button small")
            .attr("type", "button")
            .test_id("service-focus")
            .on("click", move |_: Event| put(FOCUS, &name))
            .text(words.services_focus_on)
    };
    let traces = services.question.with_untracked(|question| question.what.counted_by.is_none());
    let traces = traces.then(|| query_link("service-traces", words.services_traces, &with_node((&name, node.kind))));
    let ends = |title: &str, id: &str, own: fn(&MapLink) -> u32, other: fn(&MapLink) -> u32| {
        let mut links: Vec<&MapLink> = answer.links.iter().filter(|link| own(link) == at).collect();
        let calls: Vec<i64> = links.iter().map(|link| -(link.calls.unwrap_or_default() as i64)).collect();
        links = crate::model::order::by_number(&calls).into_iter().map(|at| links[at as usize]).collect();
        neighbours(answer, title, id, &links, other)
    };
    frame(services, head)
        .child(facts(&rows))
        .child(times_table(&[(words.services_took, node.times)]))
        .child(el("div", "card-actions").child(focus).children(traces))
        .child(ends(words.services_callers, "service-callers", |link| link.child, |link| link.parent))
        .child(ends(words.services_called, "service-called", |link| link.parent, |link| link.child))
}

/// Who calls, or is called: each row chooses its link.
fn neighbours(
    answer: &ServiceMapAnswer,
    title: &str,
    id: &str,
    links: &[&MapLink],
    other: fn(&MapLink) -> u32,
) -> View {
    if links.is_empty() {
        return empty();
    }
    let words = words();
    let heads = [title, words.services_calls, words.diff_errors, "p95"]
        .map(|text| el("th", "right").attr("scope", "col").text(text));
    let row = |link: &&MapLink| {
        let name = name_of(answer, &answer.nodes[other(link) as usize]);
        let chosen = ends_of(answer, link).map(str::to_owned);
        let button = el("button", "link-button")
            .attr("type", "button")
            .on("click", move |_: Event| choose(&Chosen::Link(chosen[0].clone(), chosen[1].clone())))
            .child(el("bdi", "").text(display_name(name)));
        let nanos = wait(link);
        let time = if link.call.count + link.callee.count == 0 { "–".to_owned() } else { duration(nanos) };
        let cells = [count_text(link.calls), count_text(link.errors), time].map(|text| el("td", "right").text(&text));
        el("tr", "").child(el("th", "").attr("scope", "row").child(button)).children(cells)
    };
    let more = (links.len() > MOST_ROWS).then(|| {
        el("p", "quiet diff-card-note").text(&fill(words.services_more, &[&number((links.len() - MOST_ROWS) as u64)]))
    });
    let table = el("table", "service-ends")
        .test_id(id)
        .child(el("thead", "").child(el("tr", "").children(heads)))
        .child(el("tbody", "").children(links.iter().take(MOST_ROWS).map(row)));
    empty().child(table).children(more)
}

/// A link to the search for traces.
pub fn query_link(id: &str, name: &str, query: &str) -> View {
    let target = address(&["/search?q=", &path_segment(query)].concat());
    link("button small", target).test_id(id).text(name)
}

#[inline(never)]
fn link_card(services: Services, answer: &ServiceMapAnswer, link: &MapLink) -> View {
    let words = words();
    let [caller, called] = ends_of(answer, link).map(str::to_owned);
    let end = |name: &str| {
        let chosen = name.to_owned();
        el("button", "link-button")
            .attr("type", "button")
            .on("click", move |_: Event| choose(&Chosen::Node(chosen.clone())))
            .child(el("bdi", "service-name").text(display_name(name)))
    };
    let head = el("div", "diff-card-head").child(end(&caller)).child(el("span", "quiet").text("↓")).child(end(&called));
    let rows = [
        (words.services_calls, count_text(link.calls)),
        (
            words.services_share,
            [&share_text(share_of(link.errors, link.calls)), " (", &count_text(link.errors), ")"].concat(),
        ),
    ];
    let card = frame(services, head).child(facts(&rows));
    let what = services.question.get_untracked().what;
    if what.counted_by.is_some() {
        return card.child(el("p", "quiet diff-card-note").text(words.services_no_times));
    }
    let kind = |end: u32| answer.nodes.get(end as usize).map(|node: &MapNode| node.kind).unwrap_or_default();
    let query = behind((&caller, kind(link.parent)), (&called, kind(link.child)));
    let examples = RwSignal::new(<[Vec<NodeSpan>; 2]>::default());
    spawn_local(async move {
        let Some(client) = client() else { return };
        let found = client.ask(LinkCalls { what, parent: caller, child: called }).await.unwrap_or_default();
        if !examples.is_disposed() {
            examples.set(found);
        }
    });
    let examples = dynamic(move || {
        let list = |title: &'static str, spans: &Vec<NodeSpan>| {
            let title = (!spans.is_empty()).then(|| el("h2", "diff-examples").text(title));
            empty().children(title).children(spans.iter().map(example))
        };
        examples.with(|[slowest, failed]| {
            empty().child(list(words.services_failed, failed)).child(list(words.services_slowest, slowest))
        })
    });
    card.child(times_table(&[(words.services_waited, link.call), (words.services_worked, link.callee)]))
        .child(el("div", "card-actions").child(query_link("edge-traces", words.services_traces_of_link, &query)))
        .child(examples)
}

fn example(span: &NodeSpan) -> View {
    let error = span.is_error.then(|| el("span", "error-text").text(words().diff_error));
    let id = el("span", "quiet mono").text(span.trace.get(..7).unwrap_or(&span.trace));
    let line = link("diff-example", span_address(&span.trace, &span.span_id))
        .test_id("service-example")
        .text(&duration(span.duration_nanos));
    el("div", "diff-example-line").child(line).child(id).children(error)
}
