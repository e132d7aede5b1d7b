//! A span's detail, in the list below its row or in the panel beside it.

mod events;
mod gen_ai;
pub mod links;
mod sections;

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement};

use super::clipboard::copy_button;
use super::format::{duration, fixed, number};
use super::icons::Icon;
use super::link_source::{LinkSource, top_prefixes};
use super::navigation::{go, span_address, with_parameters};
use super::rest::rest;
use super::row::{RowContext, display_name, yes_no};
use super::signal::{RwSignal, Signal};
use super::state::{app, client};
use super::values::Place;
use super::view::{View, el, empty, optional};
use super::virtual_rows::observe;
use super::words::{fill, words};
use crate::engine::questions::{Attribute, AttributePlace, Detail, FullPart, SpanDetail, SpanWarning};
use crate::model::StatusCode;
use crate::ui::conversation::Conversation;
use crate::ui::window::Window;
use sections::{section, section_head};

type Answer = Pin<Box<dyn Future<Output = Option<Option<SpanDetail>>>>>;

thread_local! {
    /// What was asked for before there is a place for it.
    static EARLY: RefCell<Option<(Detail, Answer)>> = const { RefCell::new(None) };
}

/// Height of a detail that was not measured yet, in CSS pixels.
pub const FIRST_HEIGHT: f64 = 190.0;

/// The timeline that a detail stands in.
pub struct Around {
    pub time_window: Signal<Window>,
    /// It has a panel to itself: the resource is open, too.
    pub in_panel: bool,
    /// Opens the span of an id and brings it into view.
    pub reveal_span: Rc<dyn Fn(String)>,
}

/// Asks for a span's detail while the list is still asked where it goes: both answers come at once.
pub fn ask_early(trace: &str, position: u32) {
    let question = Detail { trace: trace.to_owned(), position, top_prefixes: top_prefixes() };
    let asked = client().map(|client| (question.clone(), Box::pin(client.ask(question)) as Answer));
    EARLY.set(asked);
}

/// The detail of a span, as soon as the engine has told it. `on_size` is called whenever its size
/// changes.
pub fn detail_view(
    position: u32,
    context: &RowContext,
    in_panel: bool,
    on_size: impl Fn(&HtmlElement) + 'static,
) -> View {
    let detail = RwSignal::new(None::<SpanDetail>);
    // A cell and a number that says when it changes: a signal of a type of its own is kilobytes of code.
    let (links, links_version) = (Rc::new(RefCell::new(LinkSource::default())), RwSignal::new(0_u32));
    let brought = links.clone();
    let trace = context.head.id.clone();
    spawn_local(async move {
        let Some(client) = client() else { return };
        let mut question = Detail { trace, position, top_prefixes: top_prefixes() };
        let mut early = EARLY.take().filter(|(asked, _)| *asked == question);
        let source = loop {
            let answer = match early.take() {
                Some((_, answer)) => answer.await,
                None => client.ask(question.clone()).await,
            };
            let answer = answer.flatten();
            if answer.as_ref().is_some_and(|detail| detail.gen_ai.is_some()) {
                // If it cannot be had now, it is fetched once more where it is needed.
                let _ = rest().await;
            }
            detail.set(answer);
            // It comes after: nobody waits for a file that is mostly not there.
            let source = LinkSource::of(question.trace.clone(), position).await;
            let told = top_prefixes();
            if told == question.top_prefixes {
                break source;
            }
            question.top_prefixes = told;
        };
        if let Some(source) = source {
            brought.replace(source);
            // The detail may have been closed meanwhile.
            links_version.set(1);
        }
    });
    let context = context.clone();
    let trace = context.head.id.clone();
    let around = Around { time_window: context.time_window, in_panel, reveal_span: context.reveal_span.clone() };
    let class = move || {
        app().colours.track();
        let detail = detail.read();
        let service = detail.as_ref().map_or("", |detail| &detail.service);
        let services = &context.head.services;
        let index = services.iter().position(|known| known.name == service);
        format!("span-detail service-{}", context.slot(index.unwrap_or_default() as u32))
    };
    let body = move || {
        links_version.track();
        let links = links.borrow().clone();
        let place = Place { trace: trace.clone(), position, place: AttributePlace::Span, links };
        detail.with(|detail| detail.as_ref().map(|detail| detail_body(detail, &place, &around)))
    };
    let view = el("div", "")
        .test_id("span-detail")
        .attr("role", "group")
        .attr_of("class", class)
        .attr_of("data-span-id", move || detail.with(|detail| detail.as_ref().map(|detail| detail.span_id.clone())))
        .attr_of("aria-label", move || detail.with(|detail| detail.as_ref().map(|detail| detail.operation.clone())))
        .attr_of("aria-busy", move || yes_no(detail.read().is_none()).to_owned())
        .child(optional(body));
    let watched: HtmlElement = view.element();
    observe(&view.element(), move || on_size(&watched));
    view
}

pub fn detail_body(detail: &SpanDetail, place: &Place, around: &Around) -> View {
    let words = words();
    let head = el("header", "detail-head")
        .child(el("h3", "").child(el("bdi", "").text(display_name(&detail.operation))))
        .child(facts(detail));
    let conversation = detail.gen_ai.map(|kind| (kind, Conversation::of(&detail.attributes)));
    let told = conversation.as_ref().map_or(&[][..], |(_, conversation)| &conversation.told);
    let rest: Vec<Attribute> =
        detail.attributes.iter().filter(|attribute| !told.contains(&attribute.index)).cloned().collect();
    let attributes = section(words.attributes, "attributes", &rest, place.clone(), true);
    let resource =
        section(words.resource, "resource", &detail.resource, place.at(AttributePlace::Resource), around.in_panel);
    let left_out =
        (detail.left_out > 0).then(|| el("p", "quiet").text(&fill(words.left_out, &[&number(detail.left_out)])));
    let gen_ai = conversation.map(|(kind, conversation)| gen_ai::gen_ai(kind, conversation, &detail.attributes, place));
    let sections = el("div", "detail-sections")
        .children((!detail.warnings.is_empty()).then(|| warnings(&detail.warnings)))
        .children(gen_ai)
        .children(attributes)
        .children(resource)
        .children((!detail.events.is_empty()).then(|| events::events(&detail.events, place, around.time_window)))
        .children((!detail.links.is_empty()).then(|| links::links(&detail.links, place, around)))
        .children((!detail.referrers.is_empty()).then(|| links::referrers(&detail.referrers, around)))
        .children(left_out);
    empty().child(head).child(sections).child(foot(&detail.span_id, place))
}

fn foot(span: &str, place: &Place) -> View {
    let origin = window().location().origin().unwrap_or_default();
    let link = format!("{origin}{}", span_address(&place.trace, span));
    let of = place.clone();
    let root = span.to_owned();
    let look_at = el("button", "button small")
        .test_id("look-at")
        .attr("type", "button")
        .on("click", move |_: Event| go(&with_parameters(&[("root", Some(root.clone()))]), false))
        .text(words().look_at_this);
    // In a narrow panel it stays together.
    let id = el("span", "detail-id")
        .child(el("span", "quiet").text(words().detail_span_id))
        .child(el("span", "mono").text(span))
        .child(copy_button(span.to_owned(), words().copy_span_id, Icon::Copy))
        .child(copy_button(link, words().copy_link, Icon::Link));
    el("footer", "detail-foot").child(look_at).child(id).child(
        el("button", "button small")
            .test_id("copy-span")
            .attr("type", "button")
            .on("click", move |_: Event| of.copy(FullPart::Span))
            .text(words().copy_span),
    )
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
    let own = detail.self_nanos.map(duration).unwrap_or_default();
    let list = [
        (words.detail_service, display_name(&detail.service), "fact-value"),
        (words.detail_duration, &duration(detail.duration_nanos), "fact-value mono"),
        (words.detail_self, &own, "fact-value mono"),
        (words.detail_share, &share(detail.duration_nanos, detail.trace_nanos), "fact-value mono"),
        (words.detail_start, &duration(detail.start_nanos), "fact-value mono"),
        (words.detail_kind, detail.kind.name(), "fact-value"),
        (words.detail_status, &status, status_class),
        (words.detail_scope, scope.trim(), "fact-value mono"),
    ];
    let said = list.into_iter().filter(|(_, value, _)| !value.is_empty());
    el("div", "facts")
        .children(said.map(|(name, value, class)| fact("bdi", name, value, class)))
        .children(detail.percentile.map(percentile))
}

/// A part of the whole, in percent.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return String::new();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    match part > 0 && percent < 0.1 {
        true => "<0.1%".to_owned(),
        false => [&fixed(percent, 1), "%"].concat(),
    }
}

fn percentile((percent, spans): (u8, u32)) -> View {
    let words = words();
    let numbers = [percent.to_string(), number(spans.into())];
    let numbers = [numbers[0].as_str(), numbers[1].as_str()];
    let value = fill(words.percentile_of, &[&["P", numbers[0]].concat(), numbers[1]]);
    fact("bdi", words.detail_percentile, &value, "fact-value mono")
        .attr("title", &fill(words.percentile_title, &numbers))
}

/// A name and what it is; `tag` holds the value.
pub fn fact(tag: &str, name: &str, value: &str, class: &str) -> View {
    el("span", "fact").child(el("span", "fact-name").text(name)).text(" ").child(el(tag, class).text(value))
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
