//! The flame graph of one trace, or of many together: call paths as wide as their time (or their self time, spans, errors), or the spans of a trace
//! at their times; with a table of services and operations beside it. Boxes, keys and the picture are the comparison's (`compare_flame`).

use std::rc::Rc;

use web_sys::{Event, HtmlDialogElement, HtmlInputElement, KeyboardEvent, MouseEvent};

use wasm_bindgen_futures::spawn_local;

use super::clipboard::copy;
use super::compare_flame::{Drawn, Flame, ZOOM, amount, canvas, foot, name_of, placed_tip, share_text, stage, switch};
use super::compare_graph::FIND;
use super::compare_sides::{is_of_loaded, members};
use super::format::{duration, number};
use super::header::{chosen_value, option};
use super::navigation::{address, go, parameter, place, span_address, with_parameters};
use super::palette::show;
use super::saving::choice;
use super::services_empty::nothing_here;
use super::signal::Memo;
use super::splitter::{Border, splitter};
use super::state::client;
use super::timeline_state::Timeline;
use super::trace_page::bring_trace;
use super::trace_views::Viewed;
use super::view::{View, effect, el, group, optional, when};
use super::view_flame_table::table;
use super::view_service_colours::{Named, named};
use super::virtual_rows::px;
use super::words::{fill, words};
use crate::engine::questions::{Compared, Detail, FlameBox, Head, Metric, Sameness, Weight};
use crate::source::path_segment;

/// Weights with their words in the address.
const WEIGHTS: [(&str, Weight); 4] =
    [("", Weight::Total), ("self", Weight::Time), ("spans", Weight::Spans), ("errors", Weight::Errors)];
const WEIGHT: &str = "weight";
/// Spans at their times.
const CHART: (&str, &str) = ("flame", "times");
/// What is shown: both, or one of them.
const SHOWN: &str = "show";
/// Whose flame graph it is, of many traces.
const OF: &str = "of";

/// All loaded traces.
const ALL: &str = "q:{}";

/// What a parameter of the address says; nothing without it.
fn said(key: &'static str) -> Memo<String> {
    Memo::new(move |_| parameter(&place().search.get(), key).unwrap_or_default())
}

/// One group of traces by these names, looked at alone.
pub fn one_group(names: Vec<String>, sameness: Sameness) -> Compared {
    Compared { groups: [names, Vec::new()], sameness, hides_same: false, metric: Metric::default() }
}

/// The view of a trace.
#[inline(never)]
pub fn flame_view(viewed: &Viewed) -> View {
    let id = viewed.head.id.clone();
    view(Memo::new(move |_| vec![id.clone()]), named(Some(viewed.head.clone())), Some(viewed.timeline.clone()))
}

/// The page of many traces: those that `of` names as in `/compare`; without it, all that are loaded.
#[inline(never)]
pub fn flame_of_many() -> View {
    let of = said(OF);
    let names = Memo::new(move |_| match of.with(|of| members(of)) {
        names if names.is_empty() => vec![ALL.to_owned()],
        names => names,
    });
    // What is not loaded is brought, if a source has it.
    effect(move || {
        for name in names.get().into_iter().filter(|name| !is_of_loaded(name)) {
            spawn_local(async move {
                let Some(client) = client() else { return };
                if client.ask(Head { trace: name.clone() }).await == Some(None) {
                    _ = bring_trace(&name);
                }
            });
        }
    });
    view(names, named(None), None)
}

/// The address of the flame graph of some traces.
pub fn address_of(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| path_segment(id)).collect();
    [&address("/flamegraph?"), OF, "=", &ids.join(",")].concat()
}

/// `names`: of the group. `timeline`: it is one trace, and can be shown at its times.
#[inline(never)]
pub fn view(names: Memo<Vec<String>>, colours: Named, timeline: Option<Timeline>) -> View {
    let is_trace = timeline.is_some();
    let by_key = timeline.clone();
    let (weight, mode, find) = (said(WEIGHT), said(CHART.0), said(FIND));
    let drawn = Memo::new(move |_| {
        let word = weight.get();
        let weight = WEIGHTS.iter().find(|(it, _)| *it == word).map_or(Weight::Total, |(_, weight)| *weight);
        let what = one_group(names.get(), Sameness::Names);
        let is_chart = is_trace && mode.with(|mode| mode == CHART.1);
        Drawn { what, is_by_a: true, weight: if is_chart { Weight::Total } else { weight }, is_chart }
    });
    let flame = Flame::new(drawn, Some(colours), find);
    let zoomed = parameter(&place().search.get_untracked(), ZOOM).unwrap_or_default();
    let mut numbers = zoomed.split('.').filter_map(|number| number.parse::<u32>().ok());
    if let (Some(first), Some(last), Some(depth)) = (numbers.next(), numbers.next(), numbers.next()) {
        flame.zoom.set(Some([first, last, depth]));
    }
    let shown = said(SHOWN);
    let has = move |other: &'static str| shown.with(|shown| shown != other);
    // Of a trace there is always one.
    let is_without = Memo::new(move |_| flame.answer.with(|it| it.as_ref().is_some_and(|it| it.traces[0] == 0)));
    let nobody = move || {
        let names = names.get();
        is_without.get().then(|| nothing_here(if names[..] == [ALL] { Vec::new() } else { names }))
    };
    // Where both are shown the graph comes first.
    let waits = Memo::new(move |_| has("table") && flame.answer.with(Option::is_none));
    let border = Border::table();
    let menu_of = canvas(flame, "flamegraph", words().flame_canvas);
    let menu = menu_of
        .on("contextmenu", move |event: MouseEvent| {
            if show_menu(flame, [event.client_x(), event.client_y()].map(f64::from), &timeline) {
                event.prevent_default();
            }
        })
        .on("keydown", move |event: KeyboardEvent| {
            if event.key() == "m"
                && !event.ctrl_key()
                && !event.meta_key()
                && show_menu(flame, place_of_chosen(&event), &by_key)
            {
                event.prevent_default();
            }
        });
    let graph = el("div", "flame-graph").child(stage(flame, menu, tip)).child(foot(flame));
    let body = el("div", "flame-body")
        .style_of("--share", move || format_share(border, shown))
        .child(when(move || has("graph"), move || table(flame, colours, waits)))
        .child(when(move || shown.with(String::is_empty), move || splitter(border, "splitter flame-border")))
        .child(graph.attr_of("hidden", move || (!has("table")).then(String::new)));
    let body = body.child(optional(nobody));
    el("div", "flame-view").child(tools(flame, weight, is_trace)).child(body)
}

/// How much of the width the table has.
fn format_share(border: Border, shown: Memo<String>) -> String {
    match shown.with(|shown| shown == "table") {
        true => "100%".to_owned(),
        false => super::format::percent(border.share.get() / 100.0),
    }
}

/// What boxes are, what they are as wide as, what is found, what is shown.
fn tools(flame: Flame, weight: Memo<String>, is_trace: bool) -> View {
    let words = words();
    let modes = [("", "-merged", words.flame_merged), (CHART.1, "-times", words.flame_times)];
    let modes = is_trace.then(|| switch(CHART.0, "flamegraph-mode", words.flame_mode, &modes));
    let names = [words.flame_duration, words.diff_self, words.diff_spans, words.diff_errors];
    let select = el("select", "")
        .test_id("flamegraph-weight")
        .attr_of("disabled", move || flame.drawn.with(|drawn| drawn.is_chart).then(String::new))
        .on("change", move |event: Event| {
            let word = chosen_value(&event);
            go(&with_parameters(&[(WEIGHT, (!word.is_empty()).then_some(word))]), true);
        })
        .children(
            WEIGHTS
                .iter()
                .zip(names)
                .map(|((word, _), name)| option(word, name, weight.with_untracked(|weight| weight == word))),
        );
    let mark = el("span", "graph-error-mark").attr("aria-hidden", "true");
    let errors = el("span", "legend-line").child(mark).text(words.flame_has_errors);
    let select = el("label", "field-inline").text(words.diff_flame_by).child(select);
    let looks = [
        ("", "-both", words.flame_both),
        ("table", "-table", words.diff_look_table),
        ("graph", "-graph", words.diff_look_flame),
    ];
    let looks = switch(SHOWN, "flamegraph-show", words.diff_looks, &looks);
    el("div", "compare-tools").children(modes).child(select).child(find_box(flame)).child(errors).child(looks)
}

/// What to mark; and how much of the whole that is.
fn find_box(flame: Flame) -> View {
    let words = words();
    let input = el("input", "").test_id("flamegraph-find").attrs(&[
        ("type", "search"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.flame_find),
        ("aria-label", words.flame_find),
        ("title", words.flame_find_title),
    ]);
    let field: HtmlInputElement = input.element();
    let typed = field.clone();
    effect(move || {
        let text = flame.find.get();
        if field.value() != text {
            field.set_value(&text);
        }
    });
    let input = input.on("input", move |_: Event| find(&typed.value()));
    let found =
        el("span", "find-count").test_id("flamegraph-found").attrs(&[("role", "status"), ("aria-live", "polite")]);
    let found = found.text_of(move || found_text(flame));
    el("div", "flame-find").child(input).child(found)
}

fn found_text(flame: Flame) -> String {
    if flame.find.with(|text| text.trim().is_empty()) {
        return String::new();
    }
    flame.answer.with(|answer| match answer {
        None => String::new(),
        Some(answer) if answer.found == 0 => words().diff_find_none.to_owned(),
        Some(answer) => {
            let found = amount(answer.found.min(i64::MAX as u64) as i64, answer.weight);
            fill(words().flame_found, &[&found, &share_text(answer.found, answer.totals[0])])
        }
    })
}

/// Marks all that has a text.
pub fn find(text: &str) {
    go(&with_parameters(&[(FIND, (!text.is_empty()).then(|| text.to_owned()))]), true);
}

/// What is said of the box that is pointed at or chosen.
#[inline(never)]
fn tip(flame: Flame) -> Option<View> {
    let (it, _) = flame.told()?;
    let (totals, weight) = flame.answer.with(|answer| answer.as_ref().map(|answer| (answer.totals, answer.weight)))?;
    placed_tip(flame, "flamegraph-tip", |tip| tip.child(figures(&it, totals[1], weight)))
}

fn figures(it: &FlameBox, whole: u64, weight: Weight) -> View {
    let words = words();
    let row = |name: &str, text: String| {
        el("tr", "").child(el("th", "").attr("scope", "row").text(name)).child(el("td", "right").text(&text))
    };
    let below = matches!(weight, Weight::Time | Weight::Spans | Weight::Errors)
        .then(|| row(words.diff_flame_below, amount(it.wholes[0].min(i64::MAX as u64) as i64, weight)));
    let rows = [
        row(words.flame_share, share_text(it.wholes[0], whole)),
        row(words.flame_duration, duration(it.total)),
        row(words.diff_self, duration(it.own[0])),
        row(words.diff_spans, number(it.spans[0].into())),
        row(words.diff_errors, number(it.errors.into())),
    ];
    el("table", "").child(el("tbody", "").children(below).children(rows))
}

/// Below the chosen box, as far as can be told: at the canvas' corner.
fn place_of_chosen(event: &KeyboardEvent) -> [f64; 2] {
    use wasm_bindgen::JsCast;
    let canvas = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let corner = canvas.map(|canvas| canvas.get_bounding_client_rect());
    corner.map_or([0.0; 2], |corner| [corner.left() + 24.0, corner.top() + 24.0])
}

/// What can be done with the box that is pointed at or chosen; false: there is none.
#[inline(never)]
fn show_menu(flame: Flame, [left, top]: [f64; 2], timeline: &Option<Timeline>) -> bool {
    let words = words();
    let spot = flame.pointed.get_untracked().or(flame.chosen.get_untracked());
    let Some((it, spot)) = spot.and_then(|spot| Some((flame.box_of(spot)?, spot))) else { return false };
    flame.choose(spot.depth, spot.start);
    let name =
        flame.answer.with_untracked(|answer| answer.as_ref().map(|answer| name_of(answer, &it))).unwrap_or_default();
    let view = el("dialog", "dialog diff-share")
        .test_id("flamegraph-menu")
        .attr("aria-label", &name)
        .style("--left", &px(left))
        .style("--top", &px(top));
    let dialog: HtmlDialogElement = view.element();
    let line = |id: &str, name: &str, text: &str, act: Rc<dyn Fn()>| {
        let dialog = dialog.clone();
        choice(id, name, text).on("click", move |_: Event| {
            dialog.close();
            act();
        })
    };
    let (copied, similar, node) = (name.clone(), name.clone(), it.nodes[0]);
    let reset = line("flamegraph-reset", words.flame_reset, "Esc", Rc::new(move || flame.press_key("Escape")));
    let hide = line(
        "flamegraph-hide-above",
        words.flame_hide_above,
        "",
        Rc::new(move || {
            flame.zoom_to(spot);
            flame.hides_above.set(true);
        }),
    );
    let copy = line("flamegraph-copy", words.flame_copy_name, "", Rc::new(move || copy(copied.clone())));
    let mark = line("flamegraph-similar", words.flame_similar, "", Rc::new(move || find(&similar)));
    let is_span = it.count == 1 && flame.drawn.with_untracked(|drawn| drawn.is_chart);
    let open = timeline.clone().filter(|_| is_span).map(|timeline| {
        let act = move || spawn_local(open_span(flame, node, timeline.clone()));
        line("flamegraph-span", words.flame_span, "", Rc::new(act))
    });
    show(view.child(reset).children((it.count == 1).then(|| group([hide, copy, mark]))).children(open));
    true
}

/// Goes to a span of a trace's chart in the timeline.
async fn open_span(flame: Flame, position: u32, timeline: Timeline) {
    let trace = flame.drawn.with_untracked(|drawn| drawn.what.groups[0].first().cloned()).unwrap_or_default();
    let Some(client) = client() else { return };
    let detail = client.ask(Detail { trace: trace.clone(), position, top_prefixes: None }).await.flatten();
    if let Some(detail) = detail {
        go(&span_address(&trace, &detail.span_id), false);
        // It may be there already.
        timeline.reveal_span(detail.span_id);
    }
}
