//! The row above a comparison: ways to look at it, what colours mean, what it goes by.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::compare_flame::flame_tools;
use super::compare_graph::Graph;
use super::compare_sides::{HIDDEN, LOOK, Look, Sides, TOLERANT, word_of};
use super::format::number;
use super::header::{chosen_value, option};
use super::navigation::{go, with_parameters};
use super::signal::Memo;
use super::view::{View, dynamic, effect, el, empty, group, when};
use super::words::words;
use crate::analysis::difference::mark;
use crate::engine::questions::{Kind, Metric};

pub fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Spans => words().diff_spans,
        Metric::Total => words().diff_total,
        Metric::Mean => words().diff_mean,
        Metric::Own => words().diff_self,
        Metric::Critical => words().diff_critical,
    }
}

/// The ways to look at it.
fn looks(shown: Graph) -> View {
    let tab = move |look: Look| {
        let word = look.word();
        el("button", "button small")
            .attr("type", "button")
            .test_id(&["diff-look-", if word.is_empty() { "graph" } else { word }].concat())
            .attr_of("aria-pressed", move || shown.sides.with(|sides| sides.look == look).to_string())
            .on("click", move |_: Event| {
                go(&with_parameters(&[(LOOK, (!word.is_empty()).then(|| word.to_owned()))]), false);
            })
            .text(look.name())
    };
    let of_groups = when(move || shown.sides.with(Sides::has_many), move || tab(Look::Groups));
    el("div", "diff-looks")
        .attrs(&[("role", "group"), ("aria-label", words().diff_looks)])
        .children(Look::ALL[..4].iter().map(|look| tab(*look)))
        .child(of_groups)
}

/// What differs in sum, and how it is looked at.
pub fn tools(shown: Graph) -> View {
    let toggle = move |id: &str,
                       (key, value): (&'static str, &'static str),
                       name: &str,
                       title: &str,
                       is_on: fn(&Sides) -> bool| {
        let input = el("input", "").test_id(id).attr("type", "checkbox");
        let field: HtmlInputElement = input.element();
        effect(move || field.set_checked(shown.sides.with(is_on)));
        let input = input.on("change", move |event: Event| {
            let is_on = event.target().is_some_and(|it| it.unchecked_into::<HtmlInputElement>().checked());
            go(&with_parameters(&[(key, is_on.then(|| value.to_owned()))]), true);
        });
        el("label", "check").attr("title", title).child(input).text(name)
    };
    let words = words();
    let step = move |id: &str, name: &str, goes_back: bool| {
        el("button", "button small")
            .attr("type", "button")
            .test_id(id)
            .on("click", move |_: Event| shown.step(goes_back))
            .text(name)
    };
    let select = move || {
        let metrics = Metric::ALL.map(|metric| {
            option(word_of(metric), metric_name(metric), shown.sides.with_untracked(|sides| sides.metric == metric))
        });
        let select = el("select", "").test_id("diff-metric-select").on("change", move |event: Event| {
            let word = chosen_value(&event);
            go(&with_parameters(&[("metric", (!word.is_empty()).then_some(word))]), true);
        });
        select.children(metrics)
    };
    let steps =
        move || group([step("diff-previous", words.diff_previous, true), step("diff-next", words.diff_next, false)]);
    let hide = move || {
        toggle("diff-hide-same", HIDDEN, words.diff_hide_same, words.diff_hide_same_title, |sides| sides.hides_same)
    };
    let tolerant = move || {
        toggle("diff-tolerant", TOLERANT, words.diff_tolerant, words.diff_tolerant_title, |sides| sides.is_tolerant)
    };
    let by = move || el("label", "field-inline").text(words.diff_by).child(select());
    let look = Memo::new(move |_| shown.sides.with(|sides| sides.look));
    // What has an effect on the look; the flame graph has ways and colours of its own.
    let own = move || match look.get() {
        Look::Graph => group([legend(shown), by(), hide(), tolerant(), steps()]),
        Look::Table => group([legend(shown), by(), hide(), tolerant()]),
        Look::Flame => group([flame_tools(), tolerant()]),
        Look::Timelines => group([legend(shown), hide(), tolerant(), steps()]),
        Look::Groups => empty(),
    };
    el("div", "compare-tools").child(looks(shown)).child(dynamic(own))
}

/// The kinds with their counts: it explains the colours, and what stands for them where colours cannot be told.
fn legend(shown: Graph) -> View {
    let kinds = [Kind::Same, Kind::Added, Kind::Removed, Kind::More, Kind::Less];
    let lines = move || {
        let (look, metric) = shown.sides.with(|sides| (sides.look, sides.metric));
        let is_timelines = look == Look::Timelines;
        // A row of the table has its kind, whatever it is compared by.
        if is_timelines || look != Look::Table && metric != Metric::Spans {
            let line = |change: &str, kind: Kind, name: &str| {
                let swatch =
                    el("span", "legend-mark diff-node").attrs(&[("data-change", change), ("aria-hidden", "true")]);
                el("span", "legend-line").attr("role", "listitem").child(swatch.text(mark(kind))).text(name)
            };
            let words = words();
            let alone = [Kind::Added, Kind::Removed].into_iter().filter(|_| is_timelines).map(|kind| {
                let swatch = el("span", "legend-mark").attrs(&[("data-kind", kind.word()), ("aria-hidden", "true")]);
                el("span", "legend-line").attr("role", "listitem").child(swatch.text(mark(kind))).text(kind_name(kind))
            });
            let both = [line("slower", Kind::More, words.diff_slower), line("faster", Kind::Less, words.diff_faster)];
            return group(both).children(alone);
        }
        let counts = shown.answer.with(|answer| answer.as_ref().map(|answer| answer.kinds)).unwrap_or_default();
        let line = |kind: Kind| {
            let count = counts[kind as usize];
            el("span", "legend-line")
                .attrs(&[("data-kind", kind.word()), ("role", "listitem")])
                .child(
                    el("span", "legend-mark")
                        .attrs(&[("data-kind", kind.word()), ("aria-hidden", "true")])
                        .text(mark(kind)),
                )
                .text(&format!("{} {}", kind_name(kind), number(count.into())))
        };
        let is_equal = shown.answer.with(Option::is_some) && counts[1..] == [0; 4];
        let note = is_equal
            .then(|| el("span", "quiet").attr("role", "listitem").test_id("diff-equal").text(words().diff_none));
        empty().children(kinds.map(line)).children(note)
    };
    el("div", "legend").attr("role", "list").test_id("diff-legend").child(dynamic(lines))
}

pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => words().diff_same,
        Kind::Added => words().diff_added,
        Kind::Removed => words().diff_removed,
        Kind::More => words().diff_more,
        Kind::Less => words().diff_less,
    }
}
