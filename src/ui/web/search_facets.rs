//! Facets of what was found: values with their counts, and choices that narrow the list without asking anew. In the rest: it comes
//! after the list.

use std::rc::Rc;

use web_sys::{Event, UrlSearchParams};

use super::format::{duration, number};
use super::navigation::{go, place};
use super::results::{Foreseen, Listed};
use super::row::display_name;
use super::searching::{chosen as chosen_in, read};
use super::view::{View, el};
use super::words::{fill, words};
use crate::engine::questions::{Chosen, Counted, Counts, DURATION_BUCKETS, SPAN_BUCKETS};

/// Values of a facet that are shown at once.
const SHOWN: usize = 8;

/// All facets that tell something apart.
#[inline(never)]
pub fn facets(listed: Listed, counts: &Counts, chosen: &Chosen) -> View {
    let words = words();
    let text = |list: &[Counted<String>], chosen: &[String]| -> Vec<Line> {
        list.iter()
            .map(|counted| Line {
                value: counted.value.clone(),
                name: display_name(&counted.value).to_owned(),
                traces: counted.traces,
                is_chosen: chosen.contains(&counted.value),
            })
            .collect()
    };
    let errors = counts.errors.iter().map(|counted| Line {
        value: if counted.value { "1" } else { "0" }.to_owned(),
        name: if counted.value { words.facet_with_errors } else { words.facet_without_errors }.to_owned(),
        traces: counted.traces,
        is_chosen: chosen.errors.contains(&counted.value),
    });
    let bucket = |list: &[Counted<u8>], chosen: &[u8], name: &dyn Fn(usize) -> String| -> Vec<Line> {
        list.iter()
            .map(|counted| Line {
                value: counted.value.to_string(),
                name: name(counted.value.into()),
                traces: counted.traces,
                is_chosen: chosen.contains(&counted.value),
            })
            .collect()
    };
    let durations = bucket(&counts.durations, &chosen.durations, &|at| {
        range(
            DURATION_BUCKETS.get(at).map(|nanos| duration(*nanos)),
            DURATION_BUCKETS.get(at + 1).map(|nanos| duration(*nanos)),
        )
    });
    let spans = bucket(&counts.spans, &chosen.spans, &|at| {
        range(
            SPAN_BUCKETS.get(at).map(|spans| number((*spans).into())),
            SPAN_BUCKETS.get(at + 1).map(|spans| number((*spans).into())),
        )
    });
    el("section", "facets").test_id("facets").attr("aria-label", words.facets).children(
        [
            facet(
                listed,
                "service",
                words.search_service,
                &text(&counts.services, &chosen.services),
                counts.more_services,
            ),
            facet(
                listed,
                "operation",
                words.search_operation,
                &text(&counts.operations, &chosen.operations),
                counts.more_operations,
            ),
            facet(listed, "errors", words.facet_status, &errors.collect::<Vec<_>>(), 0),
            facet(listed, "duration", words.column_duration, &durations, 0),
            facet(listed, "spans", words.column_spans, &spans, 0),
        ]
        .into_iter()
        .flatten(),
    )
}

struct Line {
    value: String,
    name: String,
    traces: u32,
    is_chosen: bool,
}

fn range(from: Option<String>, to: Option<String>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (from, _) => format!("≥ {}", from.unwrap_or_default()),
    }
}

/// One facet; nothing if it has one value that all have.
fn facet(listed: Listed, name: &'static str, title: &str, lines: &[Line], more: u32) -> Option<View> {
    if lines.len() < 2 && !lines.iter().any(|line| line.is_chosen) {
        return None;
    }
    let (chosen, others) = lines.iter().partition::<Vec<&Line>, _>(|line| line.is_chosen);
    let ordered = [chosen, others].concat();
    let left_out = ordered.len().saturating_sub(SHOWN);
    let line = |line: &&Line| {
        let (value, next) = (line.value.clone(), line.value.clone());
        let input = el("input", "").attr("type", "checkbox").on("change", move |_: Event| {
            let path = place().path.get_untracked();
            go(&format!("{path}?{}", toggled(name, &value)), true);
        });
        let foresee = Rc::new(move |_: Event| {
            listed.foreseen.set(Some(Foreseen::Facets(chosen_in(&read(&toggled(name, &next))))))
        });
        let (on_focus, on_enter) = (foresee.clone(), foresee.clone());
        let input = if line.is_chosen { input.attr("checked", "") } else { input };
        el("label", "check facet-line")
            .test_id("facet")
            .attrs(&[("data-facet", name), ("data-value", &line.value), ("title", &line.name)])
            .on("pointerenter", move |event: Event| on_enter(event))
            .on("pointermove", move |event: Event| foresee(event))
            .on("focusin", move |event: Event| on_focus(event))
            .child(input)
            .child(el("bdi", "").text(&line.name))
            .child(el("span", "number quiet").text(&number(line.traces.into())))
    };
    let shown = el("div", "facet-lines").children(ordered.iter().take(SHOWN).map(line));
    let rest = (left_out > 0 || more > 0).then(|| {
        let all = u64::from(more) + left_out as u64;
        el("details", "")
            .child(el("summary", "quiet small-text").text(&fill(words().more_values, &[&number(all)])))
            .children(ordered.iter().skip(SHOWN).map(line))
    });
    Some(el("fieldset", "facet").child(el("legend", "").text(title)).child(shown).children(rest))
}

/// The address' parameters with a value chosen, or with the choice taken back.
fn toggled(name: &str, value: &str) -> String {
    let text = format!("{name}:{value}");
    let search = place().search.get_untracked();
    let Ok(before) = UrlSearchParams::new_with_str(&search) else { return search };
    let all: Vec<String> = before.get_all("facet").iter().filter_map(|facet| facet.as_string()).collect();
    before.delete("facet");
    let was_chosen = all.contains(&text);
    all.iter().filter(|facet| **facet != text).for_each(|facet| before.append("facet", facet));
    if !was_chosen {
        before.append("facet", &text);
    }
    before.to_string().into()
}
