//! What is said of the chosen node of a comparison's graph, with spans of it to look at.

use wasm_bindgen_futures::spawn_local;

use super::compare_attributes::attributes;
use super::compare_cell::gap_text;
use super::compare_graph::Graph;
use super::compare_groups::spread;
use super::compare_sides::Sides;
use super::compare_tools::{kind_name, metric_name};
use super::event_popover::event_view;
use super::format::{duration, number};
use super::navigation::{link_after, span_address};
use super::row::display_name;
use super::signal::RwSignal;
use super::state::client;
use super::view::{View, dynamic, el, empty};
use super::view_graph::card_of_one;
use super::words::words;
use crate::analysis::difference::{change, count_text, mark};
use crate::engine::questions::{Detail, Measure, Metric, NodeSpan, NodeSpans, SpanDetail};

/// What is said of the chosen node: A, B, and the difference.
pub fn card(shown: Graph) -> Option<View> {
    let [place, ..] = shown.chosen.get()?;
    let node = shown.answer.with(|answer| answer.as_ref()?.nodes.iter().find(|node| node.place == place).cloned())?;
    if shown.colours.is_some() {
        return Some(card_of_one(shown, &node));
    }
    let words = words();
    let [a, b] = node.measures;
    let row = |name: &str, of: &dyn Fn(&Measure) -> String, change: String| {
        let cells = [of(&a), of(&b), change].map(|text| el("td", "right").text(&text));
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).children(cells)
    };
    let times = |metric: Metric| {
        // Who is not there took no time.
        let time = |measure: &Measure| if measure.spans == 0 { "–".to_owned() } else { duration(metric.of(measure)) };
        row(metric_name(metric), &time, change(metric.of(&a), metric.of(&b), &duration))
    };
    let counts = |name: &str, of: fn(&Measure) -> i64| {
        row(name, &|measure| count_text(of(measure)), change(of(&a), of(&b), &count_text))
    };
    let heads = ["", "A", "B", words.diff_change].map(|text| el("th", "right").attr("scope", "col").text(text));
    let are_groups = a.of.max(b.of) > 1;
    let traces = are_groups.then(|| {
        let text = |it: &Measure| [&number(it.traces.into()), " / ", &number(it.of.into())].concat();
        row(words.diff_traces, &text, change(a.count(a.traces), b.count(b.traces), &count_text))
    });
    let note = are_groups.then(|| el("p", "quiet diff-card-note").text(words.diff_means));
    let body = el("tbody", "")
        .children(traces)
        .child(counts(words.diff_spans, |measure| measure.count(measure.spans)))
        .child(counts(words.diff_errors, |measure| measure.count(measure.errors)))
        .children(Metric::ALL[1..].iter().map(|metric| times(*metric)));
    let table = el("table", "").child(el("thead", "").child(el("tr", "").children(heads))).child(body);
    let head = el("div", "diff-card-head")
        .attr("data-kind", node.kind.word())
        .child(el("bdi", "service-name").text(display_name(&node.service)))
        .child(el("bdi", "").text(display_name(&node.operation)))
        .child(el("span", "quiet").text(&[mark(node.kind), " ", kind_name(node.kind)].concat()));
    let gap = gap_text(&node).map(|text| el("p", "diff-card-gap").text("⚑ ").text(text));
    // Where something is missing comes first.
    let order = if node.gaps == [false, true] { [1, 0] } else { [0, 1] };
    let spans = examples(shown, place, order);
    let card = el("section", "diff-card").test_id("diff-card").attr("aria-live", "polite").child(head);
    let spread = shown.sides.with(Sides::has_many).then(|| spread(shown, place));
    let carried = attributes(shown, place);
    let card = card.children(gap).children(note).child(table);
    // Next to something missing, events tell why.
    let card = match node.gaps {
        [false, false] => card.children(spread).child(carried).child(spans),
        _ => card.child(spans).children(spread).child(carried),
    };
    Some(card)
}

/// Spans to look at, as soon as they are known.
pub fn examples(shown: Graph, place: u32, order: [usize; 2]) -> View {
    let spans = RwSignal::new(Vec::new());
    spawn_local(learn(shown, place, order, spans));
    dynamic(move || {
        let lines = spans.with(|spans| spans.iter().map(|it| example(shown, it)).collect::<Vec<_>>());
        let title = (!lines.is_empty()).then(|| el("h2", "diff-examples").text(words().diff_examples));
        empty().children(title).children(lines)
    })
}

/// Side, span of a node, and what is known of it.
type Example = (usize, NodeSpan, Option<SpanDetail>);

/// Gets spans of a node, and the details of the first of A and of B.
async fn learn(shown: Graph, place: u32, order: [usize; 2], spans: RwSignal<Vec<Example>>) {
    let Some(client) = client() else { return };
    let what = shown.sides.with_untracked(Sides::compared);
    let sides = client.ask(NodeSpans { what, place }).await.unwrap_or_default();
    let mut found = Vec::new();
    for side in order {
        for (at, span) in sides[side].iter().cloned().enumerate() {
            let detail = match at {
                0 => {
                    let (trace, position) = (span.trace.clone(), span.position);
                    client.ask(Detail { trace, position, top_prefixes: None }).await.flatten()
                }
                _ => None,
            };
            found.push((side, span, detail));
        }
    }
    if !spans.is_disposed() {
        spans.set(found);
    }
}

/// A link to a span, and the events of it if they are known.
fn example(shown: Graph, (side, span, detail): &Example) -> View {
    let side = if shown.colours.is_some() { "" } else { ["A: ", "B: "][*side] };
    let name = [side, &duration(span.duration_nanos)].concat();
    let error = span.is_error.then(|| el("span", "error-text").text(words().diff_error));
    let (reveal, span_id) = (shown.reveal.get_untracked(), span.span_id.clone());
    let before = move || {
        if let Some(reveal) = &reveal {
            reveal(span_id.clone());
        }
    };
    let line = link_after("diff-example", span_address(&span.trace, &span.span_id), Box::new(before));
    let line = line.test_id("diff-example").text(&name);
    let message = detail.as_ref().filter(|it| !it.status_message.is_empty());
    let message = message.map(|it| el("p", "error-text").text(&it.status_message));
    let events = detail.iter().flat_map(|it| it.events.iter().map(|event| event_view(event, it.start_nanos)));
    el("div", "diff-example-line").child(line).children(error).children(message).children(events)
}
