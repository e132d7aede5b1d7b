//! The search form, as Jaeger UI has it: what is typed goes into the address when it is sent.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, HtmlInputElement, HtmlSelectElement};

use super::completing::completing;
use super::format::{duration, percent};
use super::header::option;
use super::navigation::{go, parameter, place, with_parameters};
use super::results::Listed;
use super::search_facets::facets;
use super::searching::{
    Remote, Target, cancel, chosen, is_asked, keep_searching, look_for_sources, read, search_address, search_again,
    sought, target, told, usual_lookback,
};
use super::signal::{Memo, RwSignal};
use super::sources::{add_source_form, partial_notes, trouble_card};
use super::splitter::{Border, splitter};
use super::state::{app, client};
use super::view::{View, after_frame, dynamic, effect, el, empty, optional};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::questions::{Chosen, Counts, Language, Names, SearchAhead, SearchFault, SearchPlace, Sort};
use crate::engine::searching::Unsearched;
use crate::source::api::{Ask, Told};
use crate::ui::search_address::{LOADED, LOOKBACKS, SearchAddress, tags_parameter};

/// The value of the choice that adds a source.
const ADD: &str = "\u{0}add";

/// The fields that are read when the form is sent.
#[derive(Clone)]
struct Fields {
    source: HtmlSelectElement,
    lookback: HtmlSelectElement,
    /// By the parameters' names.
    /// (The query's box is a text area, which has all properties that are used here by the same names.)
    texts: Vec<(&'static str, HtmlInputElement)>,
    start: HtmlInputElement,
    end: HtmlInputElement,
}

/// The form and the facets. They tell `listed` what is searched for: they come with the page's rest, and the list is there before.
#[inline(never)]
pub fn search_panel(listed: Listed) -> View {
    let address = search_address();
    keep_searching(address);
    look_for_known_sources();
    effect(move || {
        let address = address.get();
        listed.asked.set(Some((sought(&address, &target(&address)), chosen(&address))));
        if listed.columns.with_untracked(|columns| *columns != address.columns) {
            listed.columns.set(address.columns);
        }
    });
    effect(move || show_told(listed, &address.get()));
    on_cleanup(move || {
        if !listed.asked.is_disposed() {
            listed.asked.set(None);
            listed.is_told.set(false);
            listed.columns.set(Vec::new());
        }
    });
    let shown = facets_shown(listed, address);
    let panel = dynamic(move || match shown.get() {
        Some((counts, chosen)) => facets(listed, &counts, &chosen),
        None => empty(),
    });
    el("div", "search-panel").child(search_form(address, listed.fault)).child(panel)
}

/// The counts of what is found, and what is chosen, as soon as the list is painted. Another order changes none.
fn facets_shown(listed: Listed, address: Memo<SearchAddress>) -> RwSignal<Option<(Counts, Chosen)>> {
    let shown = RwSignal::new(None);
    effect(move || {
        let counts =
            listed.found.with(|found| found.as_ref().filter(|found| found.found > 1).map(|found| found.counts.clone()));
        // What is chosen is shown with the counts that come of it.
        let next = counts.map(|counts| (counts, address.with_untracked(chosen)));
        after_frame(move || {
            if !shown.is_disposed() && shown.with_untracked(|shown| *shown != next) {
                shown.set(next);
            }
        });
    });
    shown
}

/// The border between the form and what is found. The form is as wide as usual without it.
#[inline(never)]
pub fn form_border() -> View {
    let border = Border::form();
    effect(move || widen(border.share));
    splitter(border, "splitter form-splitter")
}

#[inline(never)]
fn widen(share: RwSignal<f64>) {
    let width = percent(share.get() / 100.0);
    let page = document().query_selector(".search-page").ok().flatten();
    // A plain property is not refused.
    page.iter().for_each(|page| _ = page.unchecked_ref::<HtmlElement>().style().set_property("--side", &width));
}

/// Shows what a query API told as long as its traces are on their way.
#[inline(never)]
fn show_told(listed: Listed, address: &SearchAddress) {
    let sort = parameter(&place().search.get(), "sort").and_then(|word| Sort::from_word(&word));
    let told = told(address, sort.unwrap_or_default());
    if told.is_some() != listed.is_told.get_untracked() {
        listed.is_told.set(told.is_some());
    }
    if told.is_some() {
        listed.found.set(told);
    }
}

/// Who is at the page's own origin is asked once somebody searches.
fn look_for_known_sources() {
    if app().sources.with_untracked(Option::is_none) {
        look_for_sources();
    }
}

/// The form. `fault`: why the loaded traces are not searched.
fn search_form(address: Memo<SearchAddress>, fault: RwSignal<Option<SearchFault>>) -> View {
    let words = words();
    let adding = RwSignal::new(false);
    let custom = RwSignal::new(false);
    let source = el("select", "").attr("aria-label", words.search_source).test_id("source-select");
    let lookback = el("select", "").test_id("lookback-select");
    let service = text("service-select", "text", Some("service-names"));
    let operation = text("operation-select", "text", Some("operation-names"));
    let tags = text("tags-input", "text", None)
        .attrs(&[("id", "tags-input"), ("placeholder", "http.status_code=500 error=true")]);
    let bound = |id, hint: &str| text(id, "text", None).attr("placeholder", hint);
    let (min, max) = (bound("min-duration", "≥ 100ms"), bound("max-duration", "≤ 1.2s"));
    let (min_trace, max_trace) = (bound("min-trace-duration", "≥ 5s"), bound("max-trace-duration", "≤ 1m"));
    let limit = text("limit-input", "number", None).attrs(&[("min", "1"), ("max", "1500")]);
    let query = el("textarea", "query").test_id("query-input").attrs(&[
        ("id", "query-input"),
        ("rows", "2"),
        ("spellcheck", "false"),
        ("placeholder", "{ span.http.status_code >= 500 && duration > 1s }"),
    ]);
    let (start, end) = (time_input("search-start"), time_input("search-end"));
    let fields = Fields {
        source: source.element(),
        lookback: lookback.element(),
        texts: vec![
            ("service", service.element()),
            ("operation", operation.element()),
            ("tags", tags.element()),
            ("minDuration", min.element()),
            ("maxDuration", max.element()),
            ("minTraceDuration", min_trace.element()),
            ("maxTraceDuration", max_trace.element()),
            ("limit", limit.element()),
            ("q", query.element()),
        ],
        start: start.element(),
        end: end.element(),
    };
    let source = source.child(dynamic(source_options)).on("change", {
        let fields = fields.clone();
        move |_: Event| fields.change_source(adding)
    });
    let lookback = lookback.children(lookbacks()).on("change", {
        let fields = fields.clone();
        move |_: Event| custom.set(fields.lookback.value() == "custom")
    });
    let typed = fields.clone();
    let ahead = client().map(|client| Slot::<SearchAhead>::new(client, |()| ()));
    let (shown, chosen_source, sent, reset) = (fields.clone(), fields.clone(), fields.clone(), fields.clone());
    effect(move || shown.show(&address.get()));
    effect(move || chosen_source.show_source(&address.get(), custom));
    let chosen_name = RwSignal::new(String::new());
    suggest_names(address, &fields, chosen_name);
    // The list of suggestions is not part of the label.
    let box_of = |id: &str, name: &str, field: View, language: Language| {
        let name = el("label", "").attr("for", id).text(name);
        el("div", "field").child(name).child(completing(field, language, chosen_name))
    };
    let tags = box_of("tags-input", words.search_tags, tags, Language::Tags);
    let query = box_of("query-input", words.search_query, query, Language::TraceQl);
    let label = |name: &str, field: View| el("label", "field").child(el("span", "").text(name)).child(field);
    let pair = |name: &str, title: &str, least: View, most: View| {
        let fields = el("div", "field-pair")
            .child(least.attr("aria-label", words.at_least))
            .child(most.attr("aria-label", words.at_most));
        el("div", "field")
            .attrs(&[("role", "group"), ("aria-label", name), ("title", title)])
            .child(el("span", "").text(name))
            .child(fields)
    };
    let times = el("div", "field-pair")
        .class_if("hidden", move || !custom.get())
        .child(start.attr("aria-label", words.search_from))
        .child(end.attr("aria-label", words.search_to));
    let find = el("button", "button primary").attr("type", "submit").test_id("find-traces").text(words.find_traces);
    let clear = el("button", "button")
        .attr("type", "button")
        .test_id("search-reset")
        .on("click", move |_: Event| reset.clear(address))
        .text(words.search_reset);
    el("form", "search-form")
        .test_id("search-form")
        .attrs(&[("aria-label", words.search_title), ("novalidate", "")])
        .on("submit", move |event: Event| {
            event.prevent_default();
            sent.send(address);
        })
        .on("input", move |_: Event| ahead.iter().for_each(|ahead| typed.look_ahead(ahead)))
        .child(label(words.search_source, source))
        .child(optional(move || adding.get().then(|| add_source_form(adding))))
        .child(label(words.search_service, service))
        .child(label(words.search_operation, operation))
        .child(tags)
        .child(query)
        .child(label(words.search_lookback, lookback))
        .child(times)
        .child(pair(words.search_span_duration, words.search_span_duration_title, min, max))
        .child(pair(words.search_trace_duration, words.search_trace_duration_title, min_trace, max_trace))
        .child(label(words.search_limit, limit))
        .child(el("div", "form-actions").child(find).child(clear))
        .child(optional(move || fault.get().map(|fault| fault_line(&fault))))
        .child(dynamic(move || state_of(&address.get())))
        .children(["service-names", "operation-names"].map(|id| el("datalist", "").attr("id", id)))
}

fn text(id: &'static str, kind: &str, list: Option<&str>) -> View {
    let input = el("input", "").test_id(id).attrs(&[("type", kind), ("spellcheck", "false"), ("autocomplete", "off")]);
    match list {
        Some(list) => input.attr("list", list),
        None => input,
    }
}

fn time_input(id: &'static str) -> View {
    el("input", "").test_id(id).attrs(&[("type", "datetime-local"), ("step", "1")])
}

fn lookbacks() -> impl Iterator<Item = View> {
    let any = [option("", words().any_time, true), option("custom", words().custom_range, false)];
    let spans = LOOKBACKS
        .iter()
        .map(|(name, seconds)| option(name, &fill(words().last_time, &[&duration(seconds * 1_000_000_000)]), false));
    any.into_iter().chain(spans)
}

fn source_options() -> View {
    let sources = app().sources.get().unwrap_or_default();
    let known = sources.iter().map(|source| option(&source.name, &source.name, false));
    empty().child(option("", words().loaded_traces, true)).children(known).child(option(ADD, words().add_source, false))
}

// Not inlined, so that the listeners, which stay where they are, are small.
impl Fields {
    fn field(&self, name: &str) -> Option<&HtmlInputElement> {
        self.texts.iter().find(|(known, _)| *known == name).map(|(_, field)| field)
    }

    /// The form shows what the address says. It must not follow anything else: what is typed meanwhile would be gone.
    #[inline(never)]
    fn show(&self, address: &SearchAddress) {
        for (name, value) in address.form_parameters(address.tags.clone()) {
            if let Some(field) = self.field(name).filter(|field| field.value() != value) {
                field.set_value(&value);
            }
        }
        for (field, time) in [(&self.start, address.start), (&self.end, address.end)] {
            field.set_value(&time.map(local_time).unwrap_or_default());
        }
    }

    /// The source, once it is known who is there, and the time that suits it.
    #[inline(never)]
    fn show_source(&self, address: &SearchAddress, custom: RwSignal<bool>) {
        let target = target(address);
        let source = match &target {
            Target::Source(source) => source.name.clone(),
            _ => String::new(),
        };
        self.source.set_value(&source);
        let has_times = address.start.is_some() || address.end.is_some();
        let is_known = LOOKBACKS.iter().any(|(name, _)| *name == address.lookback);
        let lookback = match (is_known, has_times) {
            (true, _) => address.lookback.as_str(),
            (false, true) => "custom",
            (false, false) => usual_lookback(&target),
        };
        self.lookback.set_value(lookback);
        custom.set(lookback == "custom");
    }

    #[inline(never)]
    fn change_source(&self, adding: RwSignal<bool>) {
        if self.source.value() == ADD {
            self.source.set_value("");
            return adding.set(true);
        }
        // A query API is not asked for all time, and the loaded traces may be of any year.
        let is_loaded = self.source.value().is_empty();
        let lookback = if is_loaded { "" } else { LOOKBACKS[3].0 };
        if self.lookback.value() != "custom" {
            self.lookback.set_value(lookback);
        }
    }

    /// The page's address with what is typed.
    #[inline(never)]
    fn address(&self) -> String {
        let lookback = self.lookback.value();
        let (mut start, mut end) = (String::new(), String::new());
        let now = (js_sys::Date::now() * 1e3) as i64;
        if lookback == "custom" {
            (start, end) = (micros(&self.start.value()), micros(&self.end.value()));
        } else if let Some((_, seconds)) = LOOKBACKS.iter().find(|(name, _)| *name == lookback) {
            // As in Jaeger UI: a link tells these very times.
            (start, end) = ((now - seconds * 1_000_000).to_string(), now.to_string());
        }
        let source = match self.source.value() {
            loaded if loaded.is_empty() => LOADED.to_owned(),
            source => source,
        };
        let some = |value: String| (!value.is_empty()).then_some(value);
        let mut changes =
            vec![("source", Some(source)), ("lookback", some(lookback)), ("start", some(start)), ("end", some(end))];
        changes.extend(self.texts.iter().map(|(name, field)| {
            let value = field.value();
            (*name, some(if *name == "tags" { tags_parameter(value.trim()) } else { value.trim().to_owned() }))
        }));
        changes.push(("facet", None));
        with_parameters(&changes)
    }

    /// Has the loaded traces searched for what is typed, as far as it can be understood: then it is found when the form is sent.
    #[inline(never)]
    fn look_ahead(&self, ahead: &Slot<SearchAhead>) {
        // The last hour will be another one.
        let is_of_any_time = matches!(self.lookback.value().as_str(), "" | "custom");
        if self.source.value().is_empty() && is_of_any_time {
            let next = self.address();
            let address = read(next.split_once('?').map_or("", |(_, search)| search));
            ahead.ask(SearchAhead { sought: sought(&address, &Target::Loaded) });
        }
    }

    /// Writes what is typed into the address; the same again asks again.
    #[inline(never)]
    fn send(&self, address: Memo<SearchAddress>) {
        let next = self.address();
        let is_same = next == with_parameters(&[]);
        go(&next, is_same);
        // An address that asks for something else is followed anyhow.
        let address = address.get_untracked();
        if is_asked(&address) {
            search_again(&address);
        }
    }

    #[inline(never)]
    fn clear(&self, address: Memo<SearchAddress>) {
        self.texts.iter().for_each(|(_, field)| field.set_value(""));
        self.lookback.set_value(if self.source.value().is_empty() { "" } else { LOOKBACKS[3].0 });
        self.send(address);
    }
}

/// As `datetime-local` has it, in the browser's zone.
fn local_time(micros: i64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(micros as f64 / 1e3));
    let shifted = js_sys::Date::new(&JsValue::from_f64(micros as f64 / 1e3 - date.get_timezone_offset() * 60_000.0));
    let text = String::from(shifted.to_iso_string());
    text.chars().take(19).collect()
}

fn micros(local: &str) -> String {
    let time = js_sys::Date::parse(local);
    if time.is_nan() { String::new() } else { format!("{}", (time * 1e3) as i64) }
}

/// Names to choose from, of the source that is chosen: services at once, operations of the service that is typed.
fn suggest_names(address: Memo<SearchAddress>, fields: &Fields, source: RwSignal<String>) {
    let service = RwSignal::new(String::new());
    let select = fields.source.clone();
    listen(&fields.source, "change", move || source.set(select.value()));
    if let Some(field) = fields.field("service").cloned() {
        listen(&field.clone(), "change", move || service.set(field.value()));
    }
    effect(move || {
        let address = address.get();
        service.set(address.service.clone());
        source.set(match target(&address) {
            Target::Source(source) => source.name.clone(),
            _ => String::new(),
        });
    });
    keep_named("service-names", move || (source.get(), None));
    keep_named("operation-names", move || (source.get(), Some(service.get())));
}

/// Keeps a list of names as it is wanted: of a source, and of a service. Sources may answer in another order than they are asked, so
/// only the newest answer counts.
fn keep_named(id: &'static str, wanted: impl Fn() -> (String, Option<String>) + 'static) {
    let newest = Rc::new(Cell::new(0_u32));
    // Another search may want the same names.
    let wanted = Memo::new(move |_| wanted());
    effect(move || {
        app().version.track();
        let (source, service) = wanted.get();
        let (newest, number) = (newest.clone(), newest.get() + 1);
        newest.set(number);
        spawn_local(async move {
            let names = names(&source, service).await;
            if newest.get() == number {
                put_names(id, names);
            }
        });
    });
}

fn listen(element: &HtmlElement, name: &'static str, act: impl Fn() + 'static) {
    View::of(element.clone().into()).listen(name, move |_: Event| act());
}

/// Services, or the operations of one, of a source by its name; of the loaded traces if it is empty.
async fn names(source: &str, service: Option<String>) -> Vec<String> {
    let Some(client) = client() else { return Vec::new() };
    if source.is_empty() {
        let question = service.map_or(Names::Services, Names::Operations);
        return client.ask(question).await.unwrap_or_default();
    }
    let known = app()
        .sources
        .with_untracked(|sources| sources.iter().flatten().find(|known| known.name == source).map(|known| known.id));
    let Some(id) = known else { return Vec::new() };
    let ask = service.map_or(Ask::Services, |service| Ask::Operations { service });
    match client.ask_one(id, ask).await {
        Some(Ok(Told::Names(names))) => names.into_iter().map(|name| name.name).collect(),
        _ => Vec::new(),
    }
}

/// Most names that a browser can list without stopping.
const MOST_NAMES: usize = 1000;

fn put_names(id: &str, names: Vec<String>) {
    let Some(list) = document().get_element_by_id(id) else { return };
    list.set_text_content(None);
    let mut last = "";
    for name in names.iter().take(MOST_NAMES) {
        if name != last {
            el("option", "").attr("value", name).put_into(&list);
        }
        last = name;
    }
}

/// Why the form or the query cannot be understood.
pub fn fault_line(fault: &SearchFault) -> View {
    let words = words();
    let place = match fault.place {
        SearchPlace::Query => words.search_query,
        SearchPlace::Tags => words.search_tags,
        SearchPlace::MinDuration | SearchPlace::MaxDuration => words.search_span_duration,
        SearchPlace::MinTraceDuration | SearchPlace::MaxTraceDuration => words.search_trace_duration,
    };
    let column = fault.fault.column.to_string();
    let text = match fault.fault.found.as_str() {
        "" => fill(words.search_fault_end, &[place, &column]),
        found => fill(words.search_fault, &[place, &column, found]),
    };
    let expected = super::sources::expected_text(fault.fault.expected);
    el("p", "form-fault error-text").test_id("search-fault").attr("role", "alert").text(&text).text(" ").text(&expected)
}

/// How the search of a source stands.
fn state_of(address: &SearchAddress) -> View {
    match target(address) {
        Target::Loaded => empty(),
        Target::Unknown => el("p", "quiet").attr("role", "status").text(words().looking_for_sources),
        Target::Missing(name) => el("p", "form-fault")
            .test_id("search-no-source")
            .attr("role", "alert")
            .text(&fill(words().no_such_source, &[&name])),
        Target::Source(_) => remote_state(&app().remote.get(), address.clone()),
    }
}

fn remote_state(remote: &Remote, address: SearchAddress) -> View {
    let words = words();
    if remote.load.is_some() {
        let stop = el("button", "button small")
            .attr("type", "button")
            .test_id("search-cancel")
            .on("click", |_: Event| cancel())
            .text(words.cancel);
        return el("p", "search-running")
            .attr("role", "status")
            .test_id("search-running")
            .text(&fill(words.searching, &[&remote.source]))
            .child(stop);
    }
    let again = move || search_again(&address);
    match remote.trouble.as_deref() {
        None => partial_notes(remote),
        Some(Unsearched::Form(fault)) => fault_line(fault),
        Some(Unsearched::Trouble(trouble)) => trouble_card(trouble, again),
    }
}
