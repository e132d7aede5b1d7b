//! The page of one trace: how it is found, its facts, minimap and timeline.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, KeyboardEvent};

use super::clipboard::{copy_button, icon_button};
use super::commands::{Command, run};
use super::configured::show_json;
use super::detail::{fact, note_repaired};
use super::faults::fault_body;
use super::find::find_bar;
use super::format::{date_time, duration, number};
use super::icons::{Icon, icon};
use super::keeping::{Stage, stage};
use super::link_source::{config, trace_links};
use super::loading::{error_card, progress_bar};
use super::minimap::minimap;
use super::navigation::{address, go, link, parameter, place, trace_address};
use super::picture::Seen;
use super::rest::with_rest;
use super::result_row::{orphan_badge, short_id};
use super::row::{display_name, names_of};
use super::saving::save_button;
use super::search_page::open_files;
use super::service_colours::Slots;
use super::service_panel::{default_notice, service_menu};
use super::signal::{Memo, RwSignal};
use super::state::{App, LoadView, app, client};
use super::storage;
use super::time_zone::{TimeScale, zone};
use super::timeline::{timeline, timeline_state};
use super::timeline_keys::asks_for_help;
use super::timeline_tools::{look_menu, root_notice};
use super::trace_views::{TraceView, Viewed, other_view, view_menu};
use super::view::{View, dynamic, effect, el, on_window, optional, when};
use super::words::{fill, words};
use super::zoom::Zoom;
use crate::engine::messages::{Chosen, LoadId, What};
use crate::engine::questions::{Head, TraceHead};

/// The lower half of every demo trace's id: links to them load the demo.
const DEMO_SUFFIX: &str = "7472616b77617900";

/// The id in the address, decoded once.
fn id_in(path: &str) -> String {
    let id = path.strip_prefix(&address("/trace/")).unwrap_or_default();
    js_sys::decode_uri_component(id).map(String::from).unwrap_or_else(|_| id.to_owned())
}

/// What is known about the trace that the address names.
#[derive(Clone, PartialEq)]
enum Known {
    /// The engine was not asked yet, or a load may still bring it.
    Waiting,
    Loaded(Box<TraceHead>),
    /// It came from a file that is gone since.
    Gone(String),
    Missing,
}

/// The load that this page started for its trace.
#[derive(Clone, PartialEq)]
enum Own {
    None,
    Running,
    Failed(Box<LoadView>),
}

/// What the engine said about a trace, with its id.
type Told = RwSignal<(String, Known)>;
/// The load that this page started, with the id of its trace.
type OwnLoad = RwSignal<Option<(String, LoadId)>>;

pub fn trace_page() -> View {
    let path = place().path;
    let id = Memo::new(move |_| id_in(&path.get()));
    spawn_local(async { _ = config().await });
    let told: Told = RwSignal::new((String::new(), Known::Waiting));
    let own_load: OwnLoad = RwSignal::new(None);
    effect(move || {
        app().version.track();
        let id = id.get();
        spawn_local(ask(id, told, own_load));
    });
    let retry = move || {
        let id = id.get_untracked();
        let load = app().load(wanted(&id), None);
        own_load.set(Some((id, load)));
    };
    let state = Memo::new(move |_| {
        let known = told.with(|(told_id, known)| (*told_id == id.get()).then(|| known.clone()));
        (known.unwrap_or(Known::Waiting), own(own_load, &id.get()))
    });
    dynamic(move || match state.get() {
        (Known::Loaded(head), _) => loaded_trace(*head),
        (Known::Gone(file), _) => gone_trace(&file),
        (_, Own::Failed(load)) => failed_trace(&load, retry),
        (Known::Missing, Own::None) => missing_trace(&id.get(), retry),
        _ => waiting_trace(&id.get()),
    })
}

async fn ask(id: String, told: Told, own_load: OwnLoad) {
    let Some(client) = client() else { return };
    // Where nothing was loaded but what is on its way for this page, nothing needs to be asked: a link is opened a question earlier.
    let own = own_load.get_untracked().filter(|(own_id, _)| *own_id == id).map(|(_, load)| load);
    let is_own = |view: &LoadView| Some(view.id) == own && !view.is_over();
    let is_empty = app().loads.with_untracked(|loads| loads.iter().all(is_own))
        && app().remote.with_untracked(|remote| remote.key.is_empty());
    let brought = app().brought.get_untracked().filter(|head| head.id == id);
    app().brought.set(None);
    let head = match brought {
        Some(head) => Some(*head),
        None if is_empty => None,
        None => match client.ask(Head { trace: id.clone() }).await {
            Some(head) => head,
            None => return,
        },
    };
    if told.is_disposed() {
        return;
    }
    let next = match head {
        Some(head) => {
            remember_source(app(), &head);
            Known::Loaded(Box::new(head))
        }
        None => look_for(app(), &id, own_load),
    };
    let next = (id, next);
    if *told.read_untracked() != next {
        told.set(next);
    }
}

/// How far the page's own load for a trace is.
fn own(own_load: OwnLoad, id: &str) -> Own {
    let own = own_load.get().filter(|(load_id, _)| load_id == id);
    let loads = app().loads.read();
    match own.and_then(|(_, load)| loads.iter().find(|view| view.id == load)) {
        Some(view) if view.is_failed() => Own::Failed(Box::new(view.clone())),
        Some(view) if !view.is_over() => Own::Running,
        _ => Own::None,
    }
}

/// Where a trace that is not loaded may come from. Starts getting it, if there is a way.
fn look_for(app: App, id: &str, own_load: OwnLoad) -> Known {
    let others_are_running = app.loads.with_untracked(|loads| loads.iter().any(|load| !load.is_over()));
    let own = own_load.get_untracked().filter(|(own_id, _)| own_id == id).map(|(_, load)| load);
    if let Some(load) = own {
        let is_running = |view: &LoadView| view.id == load && !view.is_over();
        if app.loads.with_untracked(|loads| loads.iter().any(is_running)) {
            return Known::Waiting;
        }
        // The backend may know it by another spelling of its id, such as base64: then that is its address.
        let brought = app.loads.with_untracked(|loads| {
            loads.iter().find(|view| view.id == load)?.report.as_ref()?.trace_ids.first().cloned()
        });
        if let Some(other) = brought.filter(|other| other != id) {
            go(&trace_address(&other), true);
        }
        return Known::Missing;
    }
    // What was kept is asked first.
    if others_are_running || stage() == Stage::Opening {
        return Known::Waiting;
    }
    if let Some(file) = storage::file_of_trace(id) {
        return Known::Gone(file);
    }
    if let Some(load) = bring_trace(id) {
        own_load.set(Some((id.to_owned(), load)));
    }
    Known::Waiting
}

pub fn is_of_demo(id: &str) -> bool {
    id.to_ascii_lowercase().ends_with(DEMO_SUFFIX)
}

/// Gets a trace, from the source that the address may name; or the demo, if it is of that (`None`).
pub fn bring_trace(id: &str) -> Option<LoadId> {
    let is_demo = is_of_demo(id) && !app().has_demo();
    let load = app().load(if is_demo { What::Demo } else { wanted(id) }, None);
    (!is_demo).then_some(load)
}

/// The trace, from the source that the address may name.
fn wanted(id: &str) -> What {
    let source = parameter(&place().search.get_untracked(), "source").unwrap_or_default();
    What::Trace { id: id.to_owned(), source }
}

/// A reload forgets dropped files: then the page can say which one to open again.
fn remember_source(app: App, head: &TraceHead) {
    let is_local = app.loads.with_untracked(|loads| {
        loads.iter().any(|load| match &load.what {
            What::File { name, .. } | What::Text { name, .. } | What::Kept { name, .. } => *name == head.source,
            _ => false,
        })
    });
    if is_local {
        storage::remember_file_of_trace(&head.id, &head.source);
    }
}

fn waiting_trace(id: &str) -> View {
    el("div", "page-message")
        .attr("aria-busy", "true")
        .child(el("p", "quiet").text(&fill(words().getting_trace, &[id])))
        .child(progress_bar())
}

/// A card with a way to open files below it.
fn card_page(card: View) -> View {
    el("div", "page-message").child(card).child(open_files())
}

pub fn retry_button(name: &str, retry: impl Fn() + 'static) -> View {
    el("button", "button primary").attr("type", "button").on("click", move |_: Event| retry()).text(name)
}

fn failed_trace(load: &LoadView, retry: impl Fn() + 'static) -> View {
    let head = el("header", "card-head")
        .child(icon(Icon::Error))
        .child(el("h2", "").text(&fill(words().fault_title_api, &[&load.name()])));
    let fault = load.report.as_ref().and_then(|report| report.fault.as_ref());
    let card = error_card("card card-error")
        .child(head)
        .children(fault.map(|fault| fault_body(fault, &load.what)))
        .child(retry_button(words().try_again, retry));
    card_page(card)
}

/// Nothing brought it: the load was cancelled, or brought something else.
fn missing_trace(id: &str, retry: impl Fn() + 'static) -> View {
    let card = el("section", "card")
        .attr("role", "status")
        .child(el("h2", "").text(&fill(words().missing_title, &[id])))
        .child(el("p", "").text(words().missing_text))
        .child(retry_button(words().ask_service, retry));
    card_page(card)
}

fn gone_trace(file: &str) -> View {
    let head = el("header", "card-head")
        .child(icon(Icon::Warning))
        .child(el("h2", "").text(&fill(words().gone_title, &[file])));
    let card = error_card("card card-error").child(head).child(el("p", "").text(words().gone_text));
    card_page(card)
}

fn loaded_trace(head: TraceHead) -> View {
    let head = Rc::new(head);
    let search = place().search;
    let zoom = Zoom::new(head.duration_nanos);
    let scale = TimeScale::new(head.start_unix_nanos, zoom.window);
    let (state, scroller) = timeline_state(head.clone(), zoom.window.into());
    let linked_span = parameter(&search.get_untracked(), "span");
    let slots = Slots::new(head.clone());
    let name = format!("{} ({})", display_name(&head.operation), display_name(&head.service));
    set_title(&format!("{} {}: {name}", emblem(&head.id), short_id(&head.id)));
    let warnings = (!head.warnings.is_empty()).then(|| {
        let notes = head.warnings.iter().map(|text| note_repaired(text));
        el("details", "trace-warnings")
            .child(el("summary", "").text(words().trace_warnings))
            .child(el("ul", "notes").children(notes))
    });
    let embed = Embed::of(&search.get_untracked());
    let (is_slim, look) = (state.is_slim, state.look);
    let shows_minimap = move || !is_slim.get() && !embed.hides_minimap;
    let hides_facts = move || is_slim.get() || embed.hides_facts;
    let view = TraceView::of_address();
    let is_timeline = move || view.get() == TraceView::Timeline;
    // Once it was shown it stays as it is, hidden behind other views.
    let was_shown = Memo::new(move |was| was == Some(&true) || is_timeline());
    let viewed = Viewed { head: head.clone(), slots, timeline: state.clone(), serious: RwSignal::new(0) };
    let (shown, scroller) = (viewed.clone(), RefCell::new(Some(scroller)));
    let timeline = when(
        move || was_shown.get(),
        move || {
            let Viewed { head, slots, timeline: state, .. } = shown.clone();
            let rows = scroller
                .take()
                .map(|scroller| timeline(&state, scroller, slots.clone(), zoom, scale, linked_span.clone()));
            el("div", "trace-timeline")
                .attr_of("hidden", move || (!is_timeline()).then(String::new))
                .child(root_notice(&state))
                .child(default_notice(&state))
                .child(when(shows_minimap, move || minimap(&head, slots.clone(), look, zoom, scale)))
                .children(rows)
        },
    );
    el("article", "trace-page")
        .class_if("slim", hides_facts)
        .test_id("trace-header")
        .attrs(&[
            ("data-trace-id", &head.id),
            ("data-spans", &head.spans.to_string()),
            ("data-services", &head.services.len().to_string()),
            ("data-depth", &head.depth.to_string()),
            ("data-errors", &head.errors.to_string()),
            ("data-duration-us", &(head.duration_nanos / 1_000).to_string()),
        ])
        .child(trace_header(&head, Some(Seen { state: state.clone(), scale })))
        .children(warnings)
        .child(tools(&viewed, view))
        .child(timeline)
        .child(optional(move || {
            Some(view.get()).filter(|view| *view != TraceView::Timeline).map(|view| other_view(view, viewed.clone()))
        }))
}

/// The views, and of the timeline find, services and the menu of what is shown.
fn tools(viewed: &Viewed, view: Memo<TraceView>) -> View {
    let state = &viewed.timeline;
    let (help, asked) = (state.clone(), state.clone());
    // The timeline has keys of its own, among them this one; it may not be there.
    on_window("keydown", move |event: KeyboardEvent| {
        let is_other = view.get_untracked() != TraceView::Timeline;
        if is_other && !event.default_prevented() && asks_for_help(&event) {
            event.prevent_default();
            run(&asked, Command::Help);
        }
    });
    let name = format!("{} (?)", words().help_title);
    let help = icon_button("icon-button", &name, Icon::Keyboard)
        .test_id("help-button")
        .on("click", move |_: Event| run(&help, Command::Help));
    let of_timeline = el("div", "timeline-tools")
        .attr_of("hidden", move || (view.get() != TraceView::Timeline).then(String::new))
        .child(find_bar(state))
        .children(service_menu(state))
        .child(look_menu(state));
    el("div", "trace-tools").child(view_menu(view, viewed.serious)).child(of_timeline).child(help)
}

/// Jaeger UI's parameters for a trace inside another page (FEATURES §1.21).
#[derive(Clone, Copy, Default)]
struct Embed {
    hides_minimap: bool,
    hides_facts: bool,
}

impl Embed {
    fn of(search: &str) -> Embed {
        if parameter(search, "uiEmbed").as_deref() != Some("v0") {
            return Embed::default();
        }
        let is_set = |key| parameter(search, key).as_deref() == Some("1");
        let collapses = is_set("uiTimelineCollapseTitle");
        Embed {
            hides_minimap: collapses || is_set("uiTimelineHideMinimap"),
            hides_facts: collapses || is_set("uiTimelineHideSummary"),
        }
    }
}

/// A small picture that tells tabs apart, always the same for a trace: its id modulo 72, as Jaeger UI has it.
fn emblem(id: &str) -> char {
    let number = id.chars().filter_map(|digit| digit.to_digit(16)).fold(0, |number, digit| (number * 16 + digit) % 72);
    // 63 animals, and nine more that came to Unicode later.
    let code = if number < 63 { 0x1F400 + number } else { 0x1F980 + number - 63 };
    char::from_u32(code).unwrap_or('•')
}

fn set_title(title: &str) {
    document().set_title(&format!("{title} · Trackway"));
    on_cleanup(|| document().set_title("Trackway"));
}

/// The trace's facts; with the timeline below it, that can be saved as well.
pub fn trace_header(head: &TraceHead, seen: Option<Seen>) -> View {
    let words = words();
    let back = link("back", address("/search"))
        .attrs(&[("title", words.back_to_search), ("aria-label", words.back_to_search)])
        .child(icon(Icon::Caret));
    let error_class = if head.errors > 0 { "fact-value error-text" } else { "fact-value" };
    let start_unix_nanos = head.start_unix_nanos;
    let start = dynamic(move || {
        zone().track();
        fact("span", words.fact_start, &date_time(start_unix_nanos), "fact-value mono")
    });
    let facts = [
        (words.fact_duration, duration(head.duration_nanos), "fact-value mono"),
        (words.fact_spans, number(head.spans.into()), "fact-value"),
        (words.fact_services, number(head.services.len() as u64), "fact-value"),
        (words.fact_depth, number(head.depth.into()), "fact-value"),
        (words.fact_errors, number(head.errors.into()), error_class),
    ];
    let facts = facts.iter().map(|(name, value, class)| fact("span", name, value, class));
    let (trace, shown) = (head.id.clone(), head.id.clone());
    let state = seen.as_ref().map(|seen| seen.state.clone());
    let json = el("button", "button small show-json")
        .test_id("show-json")
        .attrs(&[("type", "button"), ("title", words.json_title), ("aria-label", words.json_title)])
        .on("click", move |_: Event| {
            let (trace, tab) = (shown.clone(), window().open_with_url_and_target("", "_blank").ok().flatten());
            with_rest(Box::new(move || show_json(trace, tab)));
        })
        .text("JSON");
    let save =
        save_button("download-trace", words.save_one_title, None, seen, move || Chosen::Traces(vec![trace.clone()]));
    let copy_name = fill(words.copy_trace_id, &[&head.id]);
    let id = el("span", "trace-id mono").attr("title", &head.id).text(short_id(&head.id));
    el("header", "trace-title")
        .child(back)
        .child(names_of(el("h1", ""), &head.service, &head.operation))
        .child(id)
        .child(copy_button(head.id.clone(), &copy_name, Icon::Copy))
        .children(orphan_badge(head.orphans).or_else(|| cut_badge(head)))
        .child(trace_links(head, state))
        .child(json)
        .child(save)
        .child(el("div", "facts").child(start).children(facts))
}

/// Marks a trace whose file ended too early: there may be more of it.
fn cut_badge(head: &TraceHead) -> Option<View> {
    let is_cut =
        |load: &LoadView| load.is_failed() && load.report.as_ref().is_some_and(|report| report.name == head.source);
    let is_cut = app().loads.with_untracked(|loads| loads.iter().any(is_cut));
    let title = fill(words().fault_title_partly, &[&head.source]);
    is_cut.then(|| el("span", "badge badge-warning").attr("title", &title).text(words().orphan_short))
}
