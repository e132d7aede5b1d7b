//! A span's detail, in the list below its row.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement};

use super::clipboard::copy_button;
use super::format::{duration, number};
use super::icons::Icon;
use super::keyed::Entry;
use super::navigation::{link, span_address};
use super::row::{RowContext, display_name, kind_name, yes_no};
use super::state::client;
use super::values::{Place, attribute_list, summary};
use super::view::{View, el, empty, optional, when};
use super::virtual_rows::observe;
use super::words::{fill, words};
use crate::engine::questions::{
    Attribute, AttributePlace, Detail, EventDetail, LinkDetail, LinkKind, SpanDetail, SpanWarning,
};
use crate::model::StatusCode;

/// Height of a detail that was not measured yet, in CSS pixels.
pub const FIRST_HEIGHT: f64 = 190.0;
/// Events shown at first.
const FIRST_EVENTS: usize = 5;

/// The detail of a span, as soon as the engine has told it. `on_height` is told its height in CSS pixels.
pub fn detail_view(position: u32, context: &RowContext, on_height: impl Fn(f64) + 'static) -> View {
    let detail = RwSignal::new(None::<SpanDetail>);
    let place = Place { trace: context.head.id.clone(), position, place: AttributePlace::Span };
    let trace = place.trace.clone();
    spawn_local(async move {
        if let Some(client) = client() {
            let answer = client.ask(Detail { trace, position }).await;
            detail.try_set(answer.flatten());
        }
    });
    let context = context.clone();
    let class = move || {
        let detail = detail.read();
        let service = detail.as_ref().map_or("", |detail| &detail.service);
        let services = &context.head.services;
        let index = services.iter().position(|known| known.name == service);
        format!("span-detail service-{}", context.slot(index.unwrap_or_default() as u32))
    };
    let view = el("div", "")
        .test_id("span-detail")
        .attr("role", "group")
        .attr_of("class", class)
        .attr_of("data-span-id", move || detail.with(|detail| detail.as_ref().map(|detail| detail.span_id.clone())))
        .attr_of("aria-busy", move || yes_no(detail.read().is_none()).to_owned())
        .child(optional(move || detail.with(|detail| detail.as_ref().map(|detail| detail_body(detail, &place)))));
    let watched: HtmlElement = view.element();
    observe(&view.element(), move || on_height(f64::from(watched.offset_height())));
    view
}

pub fn detail_body(detail: &SpanDetail, place: &Place) -> View {
    let words = words();
    let at = |of: AttributePlace| Place { place: of, ..place.clone() };
    let head = el("header", "detail-head")
        .child(el("h3", "").child(el("bdi", "").text(display_name(&detail.operation))))
        .child(facts(detail));
    let attributes = section(words.attributes, "attributes", &detail.attributes, at(AttributePlace::Span), true);
    let resource = section(words.resource, "resource", &detail.resource, at(AttributePlace::Resource), false);
    let left_out =
        (detail.left_out > 0).then(|| el("p", "quiet").text(&fill(words.left_out, &[&number(detail.left_out)])));
    let sections = el("div", "detail-sections")
        .children((!detail.warnings.is_empty()).then(|| warnings(&detail.warnings)))
        .children(attributes)
        .children(resource)
        .children((!detail.events.is_empty()).then(|| events(&detail.events, place)))
        .children((!detail.links.is_empty()).then(|| links(&detail.links, place)))
        .children(left_out);
    empty().child(head).child(sections).child(foot(&detail.span_id, place))
}

fn foot(span: &str, place: &Place) -> View {
    let origin = window().location().origin().unwrap_or_default();
    let link = format!("{origin}{}", span_address(&place.trace, span));
    el("footer", "detail-foot")
        .child(el("span", "quiet").text(words().detail_span_id))
        .child(el("span", "mono").text(span))
        .child(copy_button(span.to_owned(), words().copy_span_id, Icon::Copy))
        .child(copy_button(link, words().copy_link, Icon::Link))
}

fn facts(detail: &SpanDetail) -> View {
    let words = words();
    let status = match (detail.status, detail.status_message.as_str()) {
        (StatusCode::Unset, message) => message.to_owned(),
        (StatusCode::Ok, _) => "OK".to_owned(),
        (StatusCode::Error, "") => "ERROR".to_owned(),
        (StatusCode::Error, message) => format!("ERROR: {message}"),
    };
    let status_class = match detail.status {
        StatusCode::Error => "fact-value error-text",
        _ => "fact-value",
    };
    let scope = format!("{} {}", detail.scope_name, detail.scope_version);
    let list = [
        (words.detail_service, display_name(&detail.service), "fact-value"),
        (words.detail_duration, &duration(detail.duration_nanos), "fact-value mono"),
        (words.detail_start, &duration(detail.start_nanos), "fact-value mono"),
        (words.detail_kind, kind_name(detail.kind), "fact-value"),
        (words.detail_status, &status, status_class),
        (words.detail_scope, scope.trim(), "fact-value mono"),
    ];
    let said = list.into_iter().filter(|(_, value, _)| !value.is_empty());
    el("div", "facts").children(said.map(|(name, value, class)| fact("bdi", name, value, class)))
}

/// A name and what it is; `tag` holds the value.
pub fn fact(tag: &str, name: &str, value: &str, class: &str) -> View {
    el("span", "fact").child(el("span", "fact-name").text(name)).text(" ").child(el(tag, class).text(value))
}

/// A list of attributes that folds to one line; nothing if it is empty.
fn section(name: &str, id: &str, attributes: &[Attribute], place: Place, is_open: bool) -> Option<View> {
    if attributes.is_empty() {
        return None;
    }
    let head = |head: View| {
        head.child(el("span", "section-name").text(name)).child(el("span", "count").text(&attributes.len().to_string()))
    };
    let view = el("section", "detail-section").test_id(id);
    Some(folding(view, el("button", "section-head"), head, attributes, place, is_open))
}

/// A button that opens and closes what is below it: attributes, or their summary in the button while they are closed.
fn folding(
    view: View,
    button: View,
    head: impl FnOnce(View) -> View,
    attributes: &[Attribute],
    place: Place,
    is_open: bool,
) -> View {
    let open = RwSignal::new(is_open);
    let has_more = !attributes.is_empty();
    let attributes: Rc<[Attribute]> = attributes.into();
    let line = attributes.clone();
    let caret = el("span", if has_more { "caret" } else { "caret hidden" });
    let button = button
        .attr("type", "button")
        .attr_of("aria-expanded", move || has_more.then(|| yes_no(open.get()).to_owned()))
        .on("click", move |_: Event| open.update(|open| *open = !*open))
        .child(caret.class_if("open", move || open.get()));
    let button = if has_more { button } else { button.attr("disabled", "") };
    view.child(head(button).child(when(move || !open.get(), move || summary(&line))))
        .child(when(move || open.get(), move || attribute_list(&attributes, &place)))
}

/// The head of a section that does not fold.
fn section_head(name: &str, count: Option<usize>) -> View {
    let count = count.map(|count| el("span", "count").text(&count.to_string()));
    el("h4", "section-head").child(el("span", "section-name").text(name)).children(count)
}

fn events(events: &[EventDetail], place: &Place) -> View {
    let count = events.len();
    let shown = RwSignal::new(FIRST_EVENTS);
    let (events, place): (Rc<[EventDetail]>, _) = (events.into(), place.clone());
    let entries = move || {
        let visible = events.iter().take(shown.get()).cloned();
        let entry = |event: EventDetail| {
            let place = Place { place: AttributePlace::Event(event.index), ..place.clone() };
            Entry::new(event.index.to_string(), move || event_line(&event, place))
        };
        visible.map(entry).collect()
    };
    let more = move || {
        let rest = (count - shown.get_untracked()) as u64;
        el("button", "button small")
            .attr("type", "button")
            .on("click", move |_: Event| shown.set(count))
            .text(&fill(words().show_more, &[&number(rest)]))
    };
    el("section", "detail-section")
        .test_id("events")
        .child(section_head(words().events, Some(count)))
        .child(el("div", "events").keyed(entries))
        .child(when(move || shown.get() < count, more))
        .child(el("p", "quiet small-text").text(words().events_relative))
}

fn event_line(event: &EventDetail, place: Place) -> View {
    let head = |head: View| {
        head.child(el("span", "event-time mono").text(&duration(event.nanos)))
            .child(el("bdi", "event-name").text(display_name(&event.name)))
    };
    folding(el("div", "event"), el("button", "event-head"), head, &event.attributes, place, false)
}

fn links(links: &[LinkDetail], place: &Place) -> View {
    let lines = links.iter().zip(0..).map(|(link, index)| {
        let place = Place { place: AttributePlace::Link(index), ..place.clone() };
        link_line(link, &place)
    });
    el("section", "detail-section")
        .test_id("links")
        .child(section_head(words().links, Some(links.len())))
        .child(el("ul", "links").children(lines))
}

fn link_line(line: &LinkDetail, place: &Place) -> View {
    let words = words();
    let kind = match line.kind {
        LinkKind::ChildOf => words.link_child_of,
        LinkKind::FollowsFrom => words.link_follows_from,
        LinkKind::Link => words.link_link,
    };
    let note = match (line.in_this_trace, line.is_loaded) {
        (true, true) => words.link_in_trace,
        (_, false) => words.link_not_loaded,
        _ => "",
    };
    let target = link("mono", span_address(&line.trace_id, &line.span_id));
    let target = if line.in_this_trace { target } else { target.text(&line.trace_id).text(" / ") };
    let target = target.text(if line.span_id.is_empty() { words.link_whole_trace } else { &line.span_id });
    el("li", "")
        .child(el("span", "quiet").text(kind))
        .child(target)
        .child(el("span", "quiet").text(note))
        .children((!line.attributes.is_empty()).then(|| attribute_list(&line.attributes, place)))
}

fn warnings(warnings: &[SpanWarning]) -> View {
    let lines = warnings.iter().map(|warning| note_repaired(&warning_text(warning)));
    el("section", "detail-section")
        .test_id("warnings")
        .child(section_head(words().warnings, None))
        .child(el("ul", "notes").children(lines))
}

/// An entry of a list of notes, of what was repaired.
pub fn note_repaired(text: &str) -> View {
    el("li", "note note-repaired").text(text)
}

fn warning_text(warning: &SpanWarning) -> String {
    let words = words();
    match warning {
        SpanWarning::Orphan { parent_id } => fill(words.warning_orphan, &[parent_id]),
        SpanWarning::CycleCut => words.warning_cycle.to_owned(),
        SpanWarning::OwnParent => words.warning_own_parent.to_owned(),
        SpanWarning::SharedId => words.warning_shared.to_owned(),
        SpanWarning::DuplicateId => words.warning_duplicate.to_owned(),
        SpanWarning::UnusableStart(text) if text.is_empty() => words.warning_start_missing.to_owned(),
        SpanWarning::UnusableStart(text) => fill(words.warning_start, &[text]),
        SpanWarning::ImplausibleStart(text) => fill(words.warning_implausible, &[text]),
        SpanWarning::UnusableDuration(text) => fill(words.warning_duration, &[text]),
        SpanWarning::NegativeDuration(nanos) => fill(words.warning_negative, &[&duration(nanos.saturating_abs())]),
        SpanWarning::Said(text) => text.clone(),
    }
}
