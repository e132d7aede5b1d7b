//! The list of findings: of a trace, a view of it; of all loaded traces, or those that a query finds, a page.

use web_sys::{Event, HtmlInputElement};

use super::findings_row::{finding, placed};
use super::findings_rules::{names, rules_off, switches};
use super::format::number;
use super::keyed::Entry;
use super::navigation::{go, parameter, place, with_parameters};
use super::search_form::fault_line;
use super::services_empty::nothing_here;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::timeline_state::Timeline;
use super::trace_views::Viewed;
use super::view::{View, effect, el, empty, optional, when};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{FindingRow, FindingRule, Findings, FindingsAnswer};

/// So many are shown at first, and more each time they are asked for: each is some thirty elements.
const STEP: u32 = 25;
/// The parameter of the address that says which traces: TraceQL.
const QUERY: &str = "q";

/// A view of a trace.
#[inline(never)]
pub fn findings_of_trace(viewed: &Viewed) -> View {
    list(Some(viewed))
}

/// The page over all loaded traces.
#[inline(never)]
pub fn findings_page() -> View {
    list(None)
}

fn list(viewed: Option<&Viewed>) -> View {
    let (here, serious) = (viewed.map(|it| it.timeline.clone()), viewed.map(|it| it.serious));
    let trace = here.as_ref().map(|here| here.head.id.clone());
    let search = place().search;
    let off = Memo::new(move |_| rules_off(&search.get()));
    let answer = RwSignal::new(None::<FindingsAnswer>);
    let count = RwSignal::new(STEP);
    if let Some(client) = client() {
        let slot = Slot::<Findings>::hearing(client, move |bytes| {
            if answer.is_disposed() {
                return;
            }
            let now: Option<FindingsAnswer> = decode(bytes);
            if let (Some(known), Some(now)) = (serious, &now) {
                known.set(now.serious);
            }
            answer.set(now);
        });
        let trace = trace.clone();
        effect(move || {
            app().version.track();
            let query = search.with(|search| parameter(search, QUERY)).filter(|query| !query.is_empty());
            // Of one trace the query is the search's, and means nothing here.
            let query = query.filter(|_| trace.is_none());
            let group = query.into_iter().map(|query| ["q:", &query].concat()).collect();
            slot.ask(Findings { trace: trace.clone(), group, off: off.get(), from: 0, count: count.get() });
        });
    }
    let told = move |tell: fn(&FindingsAnswer, u16) -> View| {
        optional(move || answer.with(|answer| answer.as_ref().map(|answer| tell(answer, off.get()))))
    };
    let is_of_all = trace.is_none();
    let rows = el("div", "finding-list").attr("role", "list").keyed(move || entries(answer, here.as_ref()));
    let has_more = Memo::new(move |_| answer.with(|it| it.as_ref().is_some_and(|it| it.total > it.rows.len() as u32)));
    let more = move || {
        el("button", "button")
            .attr("type", "button")
            .test_id("findings-more")
            .on("click", move |_: Event| count.set(count.get_untracked() + STEP))
            .text_of(move || {
                let left = answer.with(|it| it.as_ref().map_or(0, |it| it.total.saturating_sub(it.rows.len() as u32)));
                fill(words().findings_more, &[&number(left.into())])
            })
    };
    let busy = move || answer.with(|answer| answer.is_none()).then(|| "true".to_owned());
    el("section", "findings")
        .test_id("findings")
        .attr("aria-label", words().findings)
        .attr_of("aria-busy", busy)
        .children(is_of_all.then(query_form))
        .child(told(|answer, off| switches(off, &answer.of_rules)))
        .child(told(summary))
        .child(rows)
        .child(when(move || has_more.get(), more))
}

fn entries(answer: RwSignal<Option<FindingsAnswer>>, here: Option<&Timeline>) -> Vec<Entry> {
    answer.with(|answer| {
        let rows = answer.iter().flat_map(|answer| &answer.rows);
        let entry = |row: &FindingRow| {
            let (count, cost) = (row.count.to_string(), row.cost_nanos.to_string());
            let told = [row.rule.word(), &row.service, &row.operation, &row.text, &row.said];
            let key = [&told[..], &[&row.at.span_id, &count, &cost]].concat().join("\n");
            let (row, here) = (row.clone(), here.cloned());
            Entry::new(key, move || finding(&row, here.as_ref()).attr("role", "listitem"))
        };
        rows.map(entry).collect()
    })
}

/// How much was found in how much; or that nothing was, and what was looked for.
fn summary(answer: &FindingsAnswer, off: u16) -> View {
    let words = words();
    if let Some(fault) = answer.missing.iter().find_map(|it| it.fault.as_ref()) {
        return fault_line(fault);
    }
    if answer.total > 0 {
        let counts = [answer.total, answer.traces].map(|count| number(count.into()));
        let text = if answer.traces == 1 { words.findings_here } else { words.findings_of };
        let (one, many) = text.split_once('|').unwrap_or((text, text));
        let text = placed(if answer.total == 1 { one } else { many }, &[&counts[0], &counts[1]]);
        return el("p", "quiet").test_id("findings-summary").attr("role", "status").text(&text);
    }
    if answer.traces == 0 {
        let query = place().search.with(|search| parameter(search, QUERY)).filter(|query| !query.is_empty());
        let is_empty = app().loads.with(Vec::is_empty);
        return nothing_here(query.filter(|_| !is_empty).map(|query| ["q:", &query].concat()).into_iter().collect());
    }
    let left_out: u32 = answer.of_rules.iter().sum();
    let on = FindingRule::ALL.len() as u32 - off.count_ones();
    let title = match left_out {
        0 => fill(words.findings_none, &[&number(on.into())]),
        count => fill(words.findings_none_off, &[&number(count.into())]),
    };
    el("div", "findings-none")
        .test_id("findings-none")
        .attr("role", "status")
        .child(el("h2", "").text(&title))
        .child(el("p", "quiet").text(&fill(words.findings_looked_for, &[&names()])))
}

/// Which traces: a query, applied when it is entered.
fn query_form() -> View {
    let now = place().search.with_untracked(|search| parameter(search, QUERY)).unwrap_or_default();
    let input = el("input", "finding-query mono").test_id("findings-query").attrs(&[
        ("type", "search"),
        ("value", &now),
        ("spellcheck", "false"),
        ("placeholder", "{ resource.service.name = \"frontend\" }"),
    ]);
    let field: HtmlInputElement = input.element();
    let input = input.on("change", move |_: Event| {
        let query = field.value();
        go(&with_parameters(&[(QUERY, (!query.trim().is_empty()).then_some(query))]), false);
    });
    let label = el("label", "finding-filter").child(el("span", "quiet").text(words().findings_query)).child(input);
    empty().child(label)
}
