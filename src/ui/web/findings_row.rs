//! One finding: what was seen, what it costs, the spans that show it, and, folded, why it matters.

use super::findings_rules::words_of;
use super::format::{duration, number, percent};
use super::navigation::{link, link_after, span_address, trace_address};
use super::result_row::short_id;
use super::row::{display_name, title_of};
use super::timeline_state::Timeline;
use super::view::{View, el};
use super::words::{fill, words};
use crate::engine::questions::{Find, FindMode, FindingRow, FindingRule, FindingSpan, Severity};
use crate::source::path_segment;

/// So many spans have a link of their own.
const LINKS: usize = 8;

/// The finding; `here`: the timeline of the trace whose page this is.
#[inline(never)]
pub fn finding(row: &FindingRow, here: Option<&Timeline>) -> View {
    let trace = row.examples.first().map(String::as_str).unwrap_or_default();
    let [name, _, why] = words_of(row.rule);
    let why =
        el("details", "finding-why").child(el("summary", "").text(words().findings_why)).child(el("p", "").text(why));
    el("article", "finding")
        .test_id("finding")
        .attrs(&[
            ("data-rule", row.rule.word()),
            ("data-severity", row.severity.word()),
            ("data-spans", &row.count.to_string()),
            ("data-traces", &row.traces.to_string()),
            ("aria-label", name),
        ])
        .child(head(row, name))
        .child(subject(row))
        .child(bars(row))
        .child(links(row, trace, here))
        .children((here.is_none()).then(|| examples(row)))
        .child(why)
}

/// Its rule, what was seen, and what it costs.
fn head(row: &FindingRow, name: &str) -> View {
    let severity = match row.severity {
        Severity::Hint => words().findings_hint,
        Severity::Warning => words().findings_warning,
        Severity::Error => words().findings_error,
    };
    let cost = (row.cost_nanos > 0)
        .then(|| el("span", "finding-cost mono").attr("title", words().findings_cost).text(&duration(row.cost_nanos)));
    el("div", "finding-head")
        .child(el("span", "finding-mark").attrs(&[("role", "img"), ("aria-label", severity), ("title", severity)]))
        .child(el("span", "finding-name").text(name))
        .child(el("span", "finding-said").text(&said(row)))
        .children(cost)
}

/// The sentence: places in it are the number of spans, what it costs, and the rule's own number as a time.
fn said(row: &FindingRow) -> String {
    let text = match row.rule {
        FindingRule::Retries if row.value > 0 => words().finding_retries_gave_up,
        rule => words_of(rule)[1],
    };
    let (one, many) = text.split_once('|').unwrap_or((text, text));
    let text = if row.count == 1 { one } else { many };
    let text = placed(text, &[&number(row.count.into()), &duration(row.cost_nanos), &duration(row.value)]);
    if row.traces > 1 {
        [&text, ", ", &fill(words().findings_in_traces, &[&number(row.traces.into())])].concat()
    } else {
        text
    }
}

/// Puts `parts` in the places of `{0}`, `{1}`, …: languages put them in orders of their own.
pub fn placed(text: &str, parts: &[&str]) -> String {
    let mut text = text.to_owned();
    for (place, part) in ["{0}", "{1}", "{2}"].into_iter().zip(parts) {
        text = text.replace(place, part);
    }
    text
}

/// Whose it is, what was called, and what was said.
fn subject(row: &FindingRow) -> View {
    let names = el("span", "finding-names")
        .child(el("bdi", "service-name").text(display_name(&row.service)))
        .text(" ")
        .child(el("bdi", "operation").text(display_name(&row.operation)));
    let text = (!row.text.is_empty() && row.text != row.operation)
        .then(|| el("code", "finding-text").attr("title", &row.text).text(&row.text));
    let said = (!row.said.is_empty()).then(|| el("bdi", "finding-message").attr("title", &row.said).text(&row.said));
    el("div", "finding-subject").child(names).children(text).children(said)
}

/// The evidence as bars: of calls that belong together on the stretch from the first start to the last end, of others where they are in
/// the trace.
fn bars(row: &FindingRow) -> View {
    let starts = row.evidence.iter().map(|span| span.start_nanos);
    let ends = row.evidence.iter().map(|span| span.start_nanos.saturating_add(span.duration_nanos));
    let (mut from, mut to) = (starts.min().unwrap_or_default(), ends.max().unwrap_or_default());
    use FindingRule::{Gap, NPlusOne, Retries, Sequential};
    if !matches!(row.rule, Gap | NPlusOne | Retries | Sequential) {
        (from, to) = (from.min(0), to.max(row.trace_nanos));
    }
    let whole = to.saturating_sub(from).max(1) as f64;
    let share = |nanos: i64| nanos as f64 / whole;
    let bar = |span: &FindingSpan| {
        // The span that a gap is in, the caller of one that failed: what the others are seen against.
        let class = match is_own(row, span) == (row.rule == Gap) {
            true if is_of_two(row) => "finding-bar around",
            _ if span.is_error => "finding-bar failed",
            _ => "finding-bar",
        };
        el("span", class)
            .style("left", &percent(share(span.start_nanos.saturating_sub(from))))
            .style("width", &percent(share(span.duration_nanos)))
    };
    let name = fill_spans(row, &duration(to.saturating_sub(from)));
    el("div", "finding-bars")
        .attrs(&[("role", "img"), ("aria-label", &name), ("title", &name)])
        .children(row.evidence.iter().map(bar))
}

/// Whether its evidence is of spans and of those around them, or beside them.
fn is_of_two(row: &FindingRow) -> bool {
    matches!(row.rule, FindingRule::Gap | FindingRule::Swallowed | FindingRule::Skew)
}

fn is_own(row: &FindingRow, span: &FindingSpan) -> bool {
    span.service == row.service && span.operation == row.operation
}

fn fill_spans(row: &FindingRow, over: &str) -> String {
    placed(words().findings_bars, &[&number(row.evidence.len() as u64), over])
}

/// Links to the timeline: with all of the spans found, and with each of the first chosen.
fn links(row: &FindingRow, trace: &str, here: Option<&Timeline>) -> View {
    let ids: Vec<&str> = row.evidence.iter().map(|span| span.span_id.as_str()).collect();
    let all = [&span_address(trace, &row.at.span_id), "&uiFind=", &path_segment(&ids.join(" "))].concat();
    let all = link_to(here, &row.at, ids.join(" "), "", all).test_id("finding-open").text(words().findings_open);
    let one = |span: &FindingSpan| {
        let title = title_of(&span.service, &span.operation);
        // Others than those that the line above names.
        let name = if is_own(row, span) { String::new() } else { [display_name(&span.operation), " "].concat() };
        let class = if span.is_error { "finding-span failed" } else { "finding-span" };
        link_to(here, span, String::new(), class, span_address(trace, &span.span_id))
            .test_id("finding-span")
            .attrs(&[("title", &title), ("data-span-id", &span.span_id)])
            .text(&name)
            .text(&duration(span.duration_nanos))
    };
    let more = row.evidence.len().saturating_sub(LINKS) as u64;
    let more = (more > 0).then(|| el("span", "quiet").text(&fill(words().findings_more, &[&number(more)])));
    el("div", "finding-links")
        .child(all)
        .child(el("span", "quiet").text(words().findings_spans))
        .children(row.evidence.iter().take(LINKS).map(one))
        .children(more)
}

/// A link to a trace. If its timeline is on this page already, that shows what another would after opening the link.
fn link_to(here: Option<&Timeline>, span: &FindingSpan, text: String, class: &str, address: String) -> View {
    let (here, span) = (here.cloned(), span.span_id.clone());
    let before = move || {
        if let Some(timeline) = &here {
            timeline.find.set(Find { text: text.clone(), mode: FindMode::default() });
            timeline.reveal_span(span.clone());
        }
    };
    link_after(class, address, Box::new(before))
}

/// The traces that it costs most.
fn examples(row: &FindingRow) -> View {
    let one = |id: &String| {
        let address = [&trace_address(id), "?view=findings"].concat();
        link("mono", address).test_id("finding-trace").attr("title", id).text(short_id(id))
    };
    let more = u64::from(row.traces).saturating_sub(row.examples.len() as u64);
    let more = (more > 0).then(|| el("span", "quiet").text(&fill(words().findings_more, &[&number(more)])));
    el("div", "finding-links")
        .child(el("span", "quiet").text(words().findings_examples))
        .children(row.examples.iter().map(one))
        .children(more)
}
