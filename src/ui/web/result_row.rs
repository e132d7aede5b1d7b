//! A row of the list of traces. What it shows can be exchanged: another order of the list changes texts, and no element is made anew.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{document, window};
use rustc_hash::FxHashMap;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlElement, HtmlInputElement, Text};

use super::format::{counted, duration, number, percent, short_date_time};
use super::navigation::{link, parameter, place, trace_address};
use super::result_tools::more_cells;
use super::row::{display_name, title_of};
use super::service_colours::slots_of;
use super::signal::RwSignal;
use super::state::app;
use super::view::{View, effect, el, insert};
use super::words::{fill, words};
use crate::engine::questions::{SearchRow, ServiceCount};
use crate::source::path_segment;

/// What a service's pill takes besides its texts, with the gap before the next one; the most that it takes; and the pill that
/// counts the others: CSS pixels, as style/search.css has them.
const PILL: f64 = 23.0;
const WIDEST: f64 = 164.0;
const REST: f64 = 42.0;
/// What a letter takes where nothing can be measured.
const LETTER: f64 = 6.3;

/// What a row shows.
#[derive(Clone, PartialEq)]
pub struct Shown {
    pub found: SearchRow,
    /// A duration that fills its bar.
    pub longest_nanos: i64,
    /// For services, in CSS pixels.
    pub room: f64,
    /// A list says what its numbers are: it has no heads.
    pub is_list: bool,
    /// The columns' names, of a list.
    pub names: Vec<String>,
}

/// Something of a row that is a text.
enum Spot {
    Text(Text),
    /// Absent where the text is empty.
    Attribute(Element, &'static str),
    Width(HtmlElement),
}

impl Spot {
    fn put(&self, text: &str) {
        // Neither names nor values can be refused.
        let _ = match self {
            Spot::Text(node) => return node.set_data(text),
            Spot::Attribute(element, name) if text.is_empty() => element.remove_attribute(name),
            Spot::Attribute(element, name) => element.set_attribute(name, text),
            Spot::Width(element) => element.style().set_property("width", text),
        };
    }
}

/// How many texts a row has.
const SPOTS: usize = 19;

/// What stands in the spots of a row: the order is that of [`result_line`].
fn texts(shown: &Shown) -> [String; SPOTS] {
    let Shown { found, longest_nanos, is_list, .. } = shown;
    let (row, words) = (&found.row, words());
    let share = row.duration_nanos as f64 / (*longest_nanos).max(1) as f64;
    let services: Vec<_> = row.services.iter().map(|service| format!("{} ({})", service.name, service.spans)).collect();
    let spans = match is_list {
        true => counted(row.spans.into(), words.span_one, words.span_many),
        false => number(row.spans.into()),
    };
    let (spans_id, spans_title, spans) = match found.matched {
        0 => ("", words.column_spans.to_owned(), spans),
        matched => (
            "matched",
            counted(matched.into(), words.matched_one, words.matched_many),
            format!("{} / {spans}", number(matched.into())),
        ),
    };
    let errors = match is_list {
        true => counted(row.errors.into(), words.error_one, words.error_many),
        false => number(row.errors.into()),
    };
    [
        if found.matched > 0 { found_address(&row.id) } else { trace_address(&row.id) },
        row.id.clone(),
        row.spans.to_string(),
        row.errors.to_string(),
        (row.duration_nanos / 1_000).to_string(),
        row.services.len().to_string(),
        title_of(&row.service, &row.operation),
        display_name(&row.service).to_owned(),
        display_name(&row.operation).to_owned(),
        short_id(&row.id).to_owned(),
        services.join(", "),
        spans_id.to_owned(),
        spans_title,
        spans,
        if row.errors > 0 { "right number error-text" } else { "right number quiet" }.to_owned(),
        errors,
        percent(share),
        duration(row.duration_nanos),
        short_date_time(row.start_unix_nanos),
    ]
}

/// A row.
pub fn result_line(shown: RwSignal<Rc<Shown>>) -> View {
    let text = || document().create_text_node("");
    let (service, operation, id, spans, errors, took, start) = (text(), text(), text(), text(), text(), text(), text());
    let put = |view: View, text: &Text| view.child(View::of_text(text));
    let names = el("span", "result-name")
        .child(put(el("bdi", "service-name"), &service))
        .child(put(el("bdi", "operation"), &operation))
        .child(put(el("span", "trace-id mono"), &id));
    let pills = el("span", "result-services");
    let spans_cell = put(el("span", "right number"), &spans);
    let errors_cell = put(el("span", "").attr("title", words().column_errors), &errors);
    let bar = el("span", "duration-bar");
    let width: HtmlElement = bar.element();
    let duration = el("span", "result-duration")
        .child(el("span", "duration-track").child(bar))
        .child(put(el("span", "number"), &took));
    let start_cell = put(el("span", "result-start mono"), &start);
    let line = link("result-row", String::new()).test_id("result-row").attr("role", "listitem");
    let row: Element = line.element();
    let attribute = |element: &View, name| Spot::Attribute(element.element(), name);
    let spots: [Spot; SPOTS] = [
        attribute(&line, "href"),
        attribute(&line, "data-trace-id"),
        attribute(&line, "data-spans"),
        attribute(&line, "data-errors"),
        attribute(&line, "data-duration-us"),
        attribute(&line, "data-services"),
        attribute(&names, "title"),
        Spot::Text(service),
        Spot::Text(operation),
        Spot::Text(id),
        attribute(&pills, "title"),
        attribute(&spans_cell, "data-testid"),
        attribute(&spans_cell, "title"),
        Spot::Text(spans),
        attribute(&errors_cell, "class"),
        Spot::Text(errors),
        Spot::Width(width),
        Spot::Text(took),
        Spot::Text(start),
    ];
    let name_place: Element = names.element();
    let mut shown_pills = Pills::new(pills.element());
    let line = line.children([check_box(shown), names, pills, spans_cell, errors_cell, duration, start_cell]);
    let (mut before, mut known): (Option<Rc<Shown>>, [String; SPOTS]) = Default::default();
    effect(move || {
        let now = shown.get();
        let last = before.replace(now.clone());
        show_texts(&spots, &mut known, &now);
        show_parts(&row, &name_place, &mut shown_pills, last.as_deref(), &now);
    });
    line
}

fn show_texts(spots: &[Spot; SPOTS], known: &mut [String; SPOTS], now: &Shown) {
    let next = texts(now);
    for ((spot, known), next) in spots.iter().zip(known.iter()).zip(&next) {
        if known != next {
            spot.put(next);
        }
    }
    *known = next;
}

/// What is not always there, or not of one number of elements.
fn show_parts(row: &Element, names: &Element, pills: &mut Pills, last: Option<&Shown>, now: &Shown) {
    let (found, before) = (&now.found, last.map(|last| &last.found));
    if last.is_none_or(|last| last.room != now.room || last.found.row.services != found.row.services) {
        pills.show(&found.row.services, now.room);
    }
    if before.is_none_or(|before| before.row.orphans != found.row.orphans) {
        remove_all(names, "badge");
        orphan_badge(found.row.orphans).into_iter().for_each(|badge| badge.put_into(names));
    }
    // There are columns only if the rest asked for them.
    if last.is_none_or(|last| last.names != now.names || last.found.columns != found.columns) {
        remove_all(row, "result-more");
        if !found.columns.is_empty() {
            more_cells(&found.columns, &now.names).put_into(row);
        }
    }
}

fn remove_all(place: &Element, class: &str) {
    let old = place.get_elements_by_class_name(class);
    while let Some(old) = old.item(0) {
        old.remove();
    }
}

/// Where a trace is shown with the spans marked that the search was for.
pub fn found_address(trace: &str) -> String {
    let search = place().search.get_untracked();
    let (find, mode) = match (parameter(&search, "q"), parameter(&search, "operation")) {
        (Some(query), _) => (query, "&findMode=traceql"),
        (None, Some(operation)) => (operation, ""),
        (None, None) => return trace_address(trace),
    };
    [&trace_address(trace), "?uiFind=", &path_segment(&find), mode].concat()
}

/// Chooses a trace for a comparison. It stands in the row, which is a link, and does not follow it.
fn check_box(shown: RwSignal<Rc<Shown>>) -> View {
    let checked = app().checked;
    let input = el("input", "result-check")
        .test_id("result-check")
        .attrs(&[("type", "checkbox"), ("aria-label", words().select_trace)]);
    let field: HtmlInputElement = input.element();
    let shown_box = field.clone();
    effect(move || {
        let shown = shown.get();
        field.set_checked(checked.with(|checked| checked.contains(&shown.found.row.id)));
    });
    input.on("click", move |event: Event| {
        event.stop_propagation();
        let (is_checked, id) = (shown_box.checked(), shown.get_untracked().found.row.id.clone());
        checked.update(|checked| {
            checked.retain(|known| *known != id);
            if is_checked {
                checked.push(id);
            }
        });
    })
}

/// The first seven letters: as many as are told apart at a glance.
pub fn short_id(id: &str) -> &str {
    id.char_indices().nth(7).map_or(id, |(end, _)| &id[..end])
}

pub fn orphan_badge(orphans: u32) -> Option<View> {
    let title = || fill(words().orphan_title, &[&number(orphans.into())]);
    (orphans > 0).then(|| el("span", "badge badge-warning").attr("title", &title()).text(words().orphan_short))
}

/// The services of a trace. Of another trace they change their texts.
pub struct Pills {
    place: Element,
    /// The last one: how many services there is no room for.
    rest: (Element, Text),
    shown: Vec<Pill>,
}

struct Pill {
    element: Element,
    name: Text,
    count: Text,
    /// Its class, its name and its count.
    texts: [String; 3],
}

impl Pills {
    pub fn new(place: Element) -> Pills {
        let text = document().create_text_node("");
        let rest = el("span", "pill pill-rest").child(View::of_text(&text));
        let element = rest.element();
        rest.put_into(&place);
        Pills { place, rest: (element, text), shown: Vec::new() }
    }

    /// Shows as many services as there is room for (CSS pixels), the first one anyway; the others are counted.
    pub fn show(&mut self, services: &[ServiceCount], room: f64) {
        let fitting = fitting(services, room);
        let slots = slots_of(services);
        for (at, (service, slot)) in services.iter().zip(slots).take(fitting).enumerate() {
            let class = if service.errors != 0 { "pill pill-error" } else { "pill" };
            let texts =
                [format!("{class} service-{slot}"), display_name(&service.name).to_owned(), service.spans.to_string()];
            match self.shown.get_mut(at) {
                Some(pill) => pill.show(texts),
                None => self.add(texts),
            }
        }
        for pill in self.shown.drain(fitting.min(self.shown.len())..) {
            pill.element.remove();
        }
        let rest = match services.len() - fitting {
            0 => String::new(),
            rest => fill(words().more_services, &[&rest.to_string()]),
        };
        if self.rest.1.data() != rest {
            self.rest.1.set_data(&rest);
        }
    }

    fn add(&mut self, texts: [String; 3]) {
        let text = |text: &str| document().create_text_node(text);
        let (name, count) = (text(&texts[1]), text(&texts[2]));
        let view = el("span", &texts[0])
            .child(el("bdi", "").child(View::of_text(&name)))
            .child(el("span", "count").child(View::of_text(&count)));
        insert(&self.place, view.node(), Some(&self.rest.0));
        self.shown.push(Pill { element: view.element(), name, count, texts });
    }
}

impl Pill {
    fn show(&mut self, texts: [String; 3]) {
        let [class, name, count] = &texts;
        if *class != self.texts[0] {
            self.element.set_class_name(class);
        }
        if *name != self.texts[1] {
            self.name.set_data(name);
        }
        if *count != self.texts[2] {
            self.count.set_data(count);
        }
        self.texts = texts;
    }
}

/// How many services there is room for.
fn fitting(services: &[ServiceCount], room: f64) -> usize {
    let mut ends = Vec::new();
    let mut end = 0.0;
    WIDTHS.with_borrow_mut(|widths| {
        for service in services {
            let texts = widths.of(display_name(&service.name)) + widths.of(&service.spans.to_string());
            end += (PILL + texts).min(WIDEST);
            ends.push(end);
        }
    });
    let fits_in = |room: f64| ends.iter().take_while(|end| **end <= room).count();
    match fits_in(room) {
        all if all == services.len() => all,
        _ => fits_in(room - REST).max(1),
    }
}

thread_local! {
    static WIDTHS: RefCell<Widths> = RefCell::default();
}

/// Widths of texts in pills.
#[derive(Default)]
struct Widths {
    /// Made when the first text is measured; nothing if the browser gives none.
    canvas: Option<Option<CanvasRenderingContext2d>>,
    known: FxHashMap<String, f64>,
}

/// So many are remembered: services and counts repeat.
const MOST_WIDTHS: usize = 4096;

impl Widths {
    /// In CSS pixels.
    fn of(&mut self, text: &str) -> f64 {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let canvas = self.canvas.get_or_insert_with(canvas);
        let measured = canvas.as_ref().and_then(|canvas| Some(canvas.measure_text(text).ok()?.width()));
        let width = measured.unwrap_or_else(|| text.chars().count() as f64 * LETTER);
        if self.known.len() >= MOST_WIDTHS {
            self.known.clear();
        }
        self.known.insert(text.to_owned(), width);
        width
    }
}

/// A canvas that measures in the font of pills.
fn canvas() -> Option<CanvasRenderingContext2d> {
    let style = window().get_computed_style(document().body()?.as_ref()).ok().flatten()?;
    let value = |name| style.get_property_value(name).ok();
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok().flatten()?.unchecked_into();
    context.set_font(&format!("{} {}", value("--size-small")?, value("font-family")?));
    Some(context)
}
