//! The row above the service graph: whose counts, layout, focus, time, colours, find; and what stands there when there is nothing.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::request_animation_frame;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlInputElement, HtmlSelectElement, KeyboardEvent};

use super::format::{number, short_date_time};
use super::header::{chosen_value, option};
use super::icons::Icon;
use super::navigation::{address, go, link, with_parameters};
use super::services_choice::{
    COLOUR, COUNTS, ColourBy, DEPTH, FIND, FOCUS, FORCE, FROM, LAYOUT, LOADED, LOOPS, TABLE, TO, VIEW, put,
};
use super::services_graph::Services;
use super::signal::Memo;
use super::state::app;
use super::timeline_tools::popover;
use super::view::{View, after_frame, dynamic, effect, el, empty, group, optional, when};
use super::words::{fill, words};
use crate::source::list::SourceInfo;

/// Before the name of a query API that is to be asked; no file is called so.
const GET: &str = "\u{1}";

#[inline(never)]
pub fn tools(services: Services) -> View {
    let is_loaded = Memo::new(move |_| services.question.with(|question| question.what.counted_by.is_none()));
    // A table has neither layout nor colours, and a box of its own to find with.
    let is_graph = Memo::new(move |_| services.choice.with(|choice| !choice.is_table));
    el("div", "services-tools")
        .child(looks(services))
        .child(labelled(words().services_counts, dynamic(move || counts_select(services))))
        .child(when(
            move || is_graph.get(),
            move || labelled(words().services_layout, dynamic(move || layout_select(services))),
        ))
        .child(labelled(words().services_focus, focal_select(services)))
        .child(optional(move || depth(services)))
        .child(when(
            move || is_graph.get(),
            move || labelled(words().services_colour, dynamic(move || colour_select(services))),
        ))
        .child(loops(services))
        .child(when(move || is_loaded.get(), move || window(services)))
        .child(when(move || is_graph.get(), move || find(services)))
        .child(
            el("span", "quiet services-summary")
                .test_id("service-summary")
                .attr("role", "status")
                .text_of(move || summary(services)),
        )
}

fn labelled(name: &str, field: View) -> View {
    el("label", "field-inline").text(name).child(field)
}

/// Graph or table.
fn looks(services: Services) -> View {
    let is_table = Memo::new(move |_| services.choice.with(|choice| choice.is_table));
    let tab = move |id: &str, name: &str, table: bool| {
        el("button", "button small")
            .attr("type", "button")
            .test_id(id)
            .attr_of("aria-pressed", move || (is_table.get() == table).to_string())
            .on("click", move |_: Event| put(VIEW, if table { TABLE } else { "" }))
            .text(name)
    };
    let words = words();
    el("div", "diff-looks")
        .attrs(&[("role", "group"), ("aria-label", words.views)])
        .child(tab("services-look-graph", words.services_look_graph, false))
        .child(tab("services-look-table", words.services_look_table, true))
}

/// A choice of few, which puts its word into the address.
fn select(id: &str, key: &'static str, options: impl IntoIterator<Item = View>) -> View {
    el("select", "").test_id(id).on("change", move |event: Event| put(key, &chosen_value(&event))).children(options)
}

#[inline(never)]
fn counts_select(services: Services) -> View {
    let words = words();
    let present = services.question.with(|question| question.what.counted_by.clone());
    let is = |name: &str| present.as_deref() == Some(name);
    let counted = services.answer.with(|answer| answer.counted_by.clone());
    let by = |name: &String| option(name, &fill(words.services_counted_by, &[name]), is(name));
    let all = (counted.len() > 1).then(|| option("", words.services_counted_all, is("")));
    let sources = app().sources.get().unwrap_or_default();
    let can = |source: &&SourceInfo| source.kind.is_some();
    let get = sources
        .iter()
        .filter(can)
        .map(|source| option(&[GET, &source.name].concat(), &fill(words.services_get, &[&source.name]), false));
    let select = el("select", "").test_id("counts-select").on("change", move |event: Event| {
        let chosen = chosen_value(&event);
        match chosen.strip_prefix(GET) {
            Some(name) => services.told.get_from(name),
            None => go(&with_parameters(&[(COUNTS, Some(chosen))]), true),
        }
    });
    select
        .child(option(LOADED, words.loaded_traces, present.is_none()))
        .children(all)
        .children(counted.iter().map(by))
        .children(get)
}

fn layout_select(services: Services) -> View {
    let is_forced = services.choice.with(|choice| choice.is_forced);
    let words = words();
    select(
        "layout-select",
        LAYOUT,
        [option("", words.services_layered, !is_forced), option(FORCE, words.services_forced, is_forced)],
    )
}

/// All names: there may be thousands, so that they come after the graph.
#[inline(never)]
fn focal_select(services: Services) -> View {
    let focus = Memo::new(move |_| services.choice.with(|choice| choice.focus.clone()));
    let names = Memo::new(move |_| services.answer.with(|answer| answer.names.clone()));
    let select =
        el("select", "").test_id("focal-select").on("change", |event: Event| put(FOCUS, &chosen_value(&event)));
    let field: HtmlSelectElement = select.element();
    let turn = Rc::new(Cell::new(0));
    effect(move || {
        let (focus, names, field) = (focus.get(), names.get(), field.clone());
        let now = turn.get() + 1;
        turn.set(now);
        let turn = turn.clone();
        after_frame(move || {
            let is_known = focus.is_empty() || names.contains(&focus);
            let unknown = (!is_known).then(|| option(&focus, &focus, true));
            field.set_inner_text("");
            empty().child(option("", words().services_all, focus.is_empty())).children(unknown).put_into(&field);
            add_names(Names { field, names, focus, now, turn }, 0);
        });
    });
    select
}

/// Names that become options.
struct Names {
    field: HtmlSelectElement,
    names: Vec<String>,
    focus: String,
    /// It is the turn of these; later there may be others.
    now: u32,
    turn: Rc<Cell<u32>>,
}

/// A hundred at a time, others in the next frame.
fn add_names(list: Names, from: usize) {
    if list.turn.get() != list.now {
        return;
    }
    let names = list.names.iter().skip(from).take(100);
    empty().children(names.map(|name| option(name, name, *name == list.focus))).put_into(&list.field);
    let next = from + 100;
    if next < list.names.len() {
        request_animation_frame(move || add_names(list, next));
    }
}

fn depth(services: Services) -> Option<View> {
    let (is_focused, depth) = services.choice.with(|choice| (!choice.focus.is_empty(), choice.depth));
    let input = el("input", "depth-input")
        .test_id("depth-input")
        .attrs(&[("type", "number"), ("min", "0"), ("max", "99"), ("title", words().services_depth_title)])
        .attr("value", &depth.map(|depth| depth.to_string()).unwrap_or_default())
        .on("change", |event: Event| {
            let text = event.target().map(|it| it.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default();
            go(&with_parameters(&[(DEPTH, Some(text))]), true);
        });
    is_focused.then(|| labelled(words().services_depth, input))
}

fn colour_select(services: Services) -> View {
    let present = services.choice.with(|choice| choice.colour);
    let words = words();
    let name = |colour: ColourBy| match colour {
        ColourBy::Errors => words.services_share,
        ColourBy::Latency => words.services_latency,
        ColourBy::Nothing => words.services_plain,
    };
    select("services-colour", COLOUR, ColourBy::ALL.map(|it| option(it.word(), name(it), it == present)))
}

fn loops(services: Services) -> View {
    let input = el("input", "").test_id("self-calls").attr("type", "checkbox");
    let field: HtmlInputElement = input.element();
    effect(move || field.set_checked(services.choice.with(|choice| choice.with_loops)));
    let input = input.on("change", move |event: Event| {
        let is_on = event.target().is_some_and(|it| it.unchecked_into::<HtmlInputElement>().checked());
        put(LOOPS, if is_on { "1" } else { "" });
    });
    el("label", "check").child(input).text(words().services_loops)
}

/// From when to when spans count.
#[inline(never)]
fn window(services: Services) -> View {
    let is_limited = Memo::new(move |_| services.choice.with(|choice| choice.window != [None; 2]));
    let limits = popover("services-time", Icon::Clock, words().monitor_time, move || {
        let words = words();
        let fields = [
            time_field(services, 0, "services-from", FROM, words.services_from),
            time_field(services, 1, "services-to", TO, words.services_to),
        ];
        el("div", "services-times").children(fields)
    });
    group([limits, when(move || is_limited.get(), move || any_time(services))])
}

/// Says which time it is, and takes that back.
fn any_time(services: Services) -> View {
    let text = move || {
        let [from, to] = services.choice.with(|choice| choice.window);
        let time = |nanos: Option<i64>| nanos.map_or("…".to_owned(), short_date_time);
        [&time(from), " – ", &time(to), " ×"].concat()
    };
    el("button", "button small")
        .attrs(&[("type", "button"), ("title", words().any_time)])
        .attr_of("aria-label", move || [&text(), " ", words().any_time].concat())
        .test_id("services-any-time")
        .on("click", |_: Event| go(&with_parameters(&[(FROM, None), (TO, None)]), true))
        .text_of(text)
}

/// The first or the last time, in the browser's zone. The field stays as it is while it is written in.
fn time_field(services: Services, at: usize, id: &str, key: &'static str, name: &str) -> View {
    let input = el("input", "time-input").test_id(id).attrs(&[("type", "datetime-local"), ("step", "1")]);
    let (shown, typed): (HtmlInputElement, HtmlInputElement) = (input.element(), input.element());
    effect(move || {
        let chosen = services.choice.with(|choice| choice.window[at]);
        let loaded = services.answer.with(|answer| answer.loaded[at]);
        // Seconds: the end is the next one.
        let millis = chosen.map_or(loaded / 1_000_000 + if at == 1 { 999 } else { 0 }, |nanos| nanos / 1_000_000);
        let now = local_time(millis);
        if shown.value() != now {
            shown.set_value(&now);
        }
    });
    let input = input.on("change", move |_: Event| {
        let millis = js_sys::Date::parse(&typed.value());
        let micros = if millis.is_nan() { String::new() } else { ((millis * 1e3) as i64).to_string() };
        put(key, &micros);
    });
    el("label", "field").child(el("span", "").text(name)).child(input)
}

/// As `datetime-local` has it, in the browser's zone; milliseconds since 1970.
fn local_time(millis: i64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(millis as f64));
    let shifted = js_sys::Date::new(&JsValue::from_f64(millis as f64 - date.get_timezone_offset() * 60_000.0));
    String::from(shifted.to_iso_string()).chars().take(19).collect()
}

/// Names that are sought, how many there are, and the way from one to the next.
fn find(services: Services) -> View {
    let words = words();
    let input = el("input", "").test_id("services-find").attrs(&[
        ("type", "search"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("placeholder", words.services_find),
        ("aria-label", words.services_find),
    ]);
    let field: HtmlInputElement = input.element();
    let typed = field.clone();
    effect(move || {
        let text = services.choice.with(|choice| choice.find.clone());
        if field.value() != text {
            field.set_value(&text);
        }
    });
    let input =
        input.on("input", move |_: Event| put(FIND, &typed.value())).on("keydown", move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Enter" => step(services, event.shift_key()),
                "Escape" => put(FIND, ""),
                _ => return,
            }
            event.prevent_default();
        });
    let count = move || {
        let is_empty = services.choice.with(|choice| choice.find.trim().is_empty());
        if is_empty { String::new() } else { number(services.graph.marked.with(|found| found.len() as u64)) }
    };
    el("div", "diff-find")
        .attr("role", "search")
        .child(input)
        .child(el("span", "find-count mono").test_id("services-find-count").attr("role", "status").text_of(count))
}

/// Goes to the next node that is found.
fn step(services: Services, goes_back: bool) {
    use crate::ui::graph_view::Hit;
    let found = services.graph.marked.get_untracked();
    let at = match services.graph.chosen.get_untracked() {
        Some(Hit::Box(node)) => found.iter().position(|it| *it == node),
        _ => None,
    };
    let count = found.len();
    let next = match (at, goes_back) {
        (None, false) => 0,
        (None, true) => count.saturating_sub(1),
        (Some(at), false) => at + 1,
        (Some(at), true) => at + count - 1,
    };
    if let Some(node) = found.get(next % count.max(1)) {
        services.graph.go_to(*node);
    }
}

/// What is shown, and what it was counted from.
fn summary(services: Services) -> String {
    let words = words();
    services.answer.with(|answer| {
        let [nodes, links] = [answer.nodes.len(), answer.links.len()].map(|count| number(count as u64));
        let text = fill(words.services_summary, &[&nodes, &links]);
        let all = answer.all[0] as usize;
        let of =
            if all == answer.nodes.len() { String::new() } else { fill(words.services_of, &[&number(all as u64)]) };
        let by = services.question.with(|question| match question.what.counted_by.as_deref() {
            None => words.services_from_traces.to_owned(),
            Some("") => words.services_counted_all.to_owned(),
            Some(name) => fill(words.services_counted_by, &[name]),
        });
        [&text, &of, " · ", &by].concat()
    })
}

/// What would be here, and the way to get it.
pub fn empty_note(services: Services) -> View {
    let words = words();
    let is_loaded = services.answer.with_untracked(|answer| answer.loaded != [0; 2] || !answer.counted_by.is_empty());
    let text = if is_loaded { words.services_none_here } else { words.services_none };
    let ways = (!is_loaded).then(|| {
        let demo = el("button", "button primary")
            .attr("type", "button")
            .test_id("open-demo")
            .on("click", |_: Event| app().open_demo())
            .text(words.open_demo);
        el("div", "form-actions").child(demo).child(link("button", address("/search")).text(words.back_to_search))
    });
    el("div", "graph-empty")
        .attr("role", "status")
        .test_id("services-empty")
        .child(el("p", "").text(text))
        .children(ways)
        .child(empty())
}
