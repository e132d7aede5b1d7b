//! What the search page searches for: the address in the engine's words, and the query API that is asked, if one is.
//!
//! ```text
//! address ──▶ Target: loaded traces ──────────────────────────▶ Sought ──▶ list, plot, facets
//!                     a source ──▶ Remote: asked once per form ──▶ its traces, loaded; `Sought::within` them
//! ```
//! What a source found is kept while other pages are shown, and until another form is sent.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::UrlSearchParams;

use super::keeping::Stage;
use super::navigation::place;
use super::signal::Memo;
use super::state::{LoadView, app, client};
use crate::engine::messages::{LoadId, What};
use crate::engine::questions::{Chosen, Conditions, SearchFound, Sort, Sought};
use crate::engine::searching::{Found, Unsearched};
use crate::source::answers::{Partial, Summary};
use crate::source::api::Kind;
use crate::source::conditions::Unasked;
use crate::source::list::SourceInfo;
use crate::source::trouble::TroubleKind;
use crate::ui::search_address::{LOADED, LOOKBACKS, SearchAddress};
use crate::ui::summary_rows::summary_list;

/// Traces that are fetched at the same time, as in Jaeger UI.
const AT_ONCE: usize = 6;

/// A query API that is or was asked.
#[derive(Clone, Default, PartialEq)]
pub struct Remote {
    /// What it was asked for: the form's parameters.
    pub key: String,
    pub source: String,
    /// While it is asked.
    pub load: Option<LoadId>,
    pub found: RemoteFound,
    pub trouble: Option<Box<Unsearched>>,
}

#[derive(Clone, Default, PartialEq)]
pub struct RemoteFound {
    /// Of the traces that it found and that are loaded.
    pub ids: Vec<String>,
    /// What it told of all traces, if they have to be fetched one by one.
    pub summaries: Rc<[Summary]>,
    pub partial: Vec<Partial>,
    pub unasked: Vec<Unasked>,
    /// Traces that it told of, but could not be had.
    pub missing: u32,
}

/// Who is asked.
#[derive(Clone, PartialEq)]
pub enum Target {
    Loaded,
    /// Nobody knows yet who is at the page's own origin.
    Unknown,
    Source(Box<SourceInfo>),
    /// The address names a source that was not added here.
    Missing(String),
}

/// The address of the search page, as a signal.
pub fn search_address() -> Memo<SearchAddress> {
    let search = place().search;
    Memo::new(move |_| read(&search.get()))
}

/// What the query of an address (after the question mark) says.
pub fn read(search: &str) -> SearchAddress {
    let Ok(parameters) = UrlSearchParams::new_with_str(search) else {
        return SearchAddress::default();
    };
    let pair = |pair: JsValue| {
        let pair: js_sys::Array = pair.unchecked_into();
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    };
    let pairs: Vec<_> = js_sys::Array::from(&parameters).iter().filter_map(pair).collect();
    SearchAddress::read(pairs, |text| {
        let object = js_sys::JSON::parse(text).ok().filter(JsValue::is_object)?;
        let pairs = js_sys::Object::entries(object.unchecked_ref());
        let text = |value: JsValue| value.as_string().unwrap_or_else(|| js_sys::JsString::from(value).into());
        Some(
            pairs
                .iter()
                .map(|entry| entry.unchecked_into::<js_sys::Array>())
                .map(|entry| (text(entry.get(0)), text(entry.get(1))))
                .collect(),
        )
    })
}

/// Who is asked for what the address says. Without a name: the loaded traces if there are files, or else who is at the page's own
/// origin, so that a link of Jaeger UI does there what it does at home.
pub fn target(address: &SearchAddress) -> Target {
    let sources = app().sources.get();
    if address.source == LOADED || app().workspace.read().stage == Stage::Opening {
        return Target::Loaded;
    }
    // Kept answers are no files: whoever gave them is asked again.
    let is_file = |load: &LoadView| !matches!(load.what, What::Kept { is_answer: true, .. });
    if address.source.is_empty() && (!address.asks() || app().loads.with(|loads| loads.iter().any(is_file))) {
        return Target::Loaded;
    }
    let Some(sources) = sources else { return Target::Unknown };
    let known = match address.source.as_str() {
        "" => sources.iter().find(|source| source.kind.is_some()),
        name => sources.iter().find(|source| source.name == name),
    };
    match known {
        Some(source) => Target::Source(Box::new(source.clone())),
        None if address.source.is_empty() => Target::Loaded,
        None => Target::Missing(address.source.clone()),
    }
}

/// The form's conditions in the engine's words.
fn conditions(address: &SearchAddress) -> Conditions {
    let (from, to) = address.window((js_sys::Date::now() * 1e3) as i64);
    Conditions {
        service: address.service.clone(),
        operation: address.operation.clone(),
        tags: address.tags.clone(),
        min_duration: address.min_duration.clone(),
        max_duration: address.max_duration.clone(),
        min_trace_duration: address.min_trace_duration.clone(),
        max_trace_duration: address.max_trace_duration.clone(),
        from_unix_nanos: from.map(|micros| micros.saturating_mul(1_000)),
        to_unix_nanos: to.map(|micros| micros.saturating_mul(1_000)),
        limit: address.limit.parse().ok(),
    }
}

/// What the engine is asked for. Of a source: the traces that it found, and what it could not be asked for.
pub fn sought(address: &SearchAddress, target: &Target) -> Sought {
    if *target == Target::Loaded {
        return Sought { conditions: conditions(address), query: address.query.clone(), within: None };
    }
    let remote = app().remote.get();
    let mut sought = Sought { within: Some(remote.found.ids), ..Sought::default() };
    let all = conditions(address);
    for unasked in &remote.found.unasked {
        match unasked {
            Unasked::Query => sought.query = address.query.clone(),
            Unasked::Service => sought.conditions.service = all.service.clone(),
            Unasked::Operation => sought.conditions.operation = all.operation.clone(),
            Unasked::SpanDuration => {
                sought.conditions.min_duration = all.min_duration.clone();
                sought.conditions.max_duration = all.max_duration.clone();
            }
            Unasked::TraceDuration => {
                sought.conditions.min_trace_duration = all.min_trace_duration.clone();
                sought.conditions.max_trace_duration = all.max_trace_duration.clone();
            }
            Unasked::Tag(_) => sought.conditions.tags = all.tags.clone(),
        }
    }
    sought
}

/// The facets' choices in the engine's words.
pub fn chosen(address: &SearchAddress) -> Chosen {
    let mut chosen = Chosen::default();
    for (name, value) in &address.facets {
        match name.as_str() {
            "service" => chosen.services.push(value.clone()),
            "operation" => chosen.operations.push(value.clone()),
            "errors" => chosen.errors.push(value == "1"),
            "duration" => chosen.durations.extend(value.parse::<u8>()),
            "spans" => chosen.spans.extend(value.parse::<u8>()),
            _ => {}
        }
    }
    chosen
}

/// Asks who is to be asked, and then them, whenever the address says so.
pub fn keep_searching(address: Memo<SearchAddress>) {
    super::view::effect(move || {
        let address = address.get();
        // Sources that were kept are to be had in the form.
        let has_kept = app().workspace.read().told.sources > 0;
        if has_kept && app().sources.with(Option::is_none) {
            return look_for_sources();
        }
        match target(&address) {
            Target::Unknown => look_for_sources(),
            Target::Source(source) => {
                let key = key(&address);
                if app().remote.with_untracked(|remote| remote.key != key) {
                    begin(key, &address, *source);
                }
            }
            Target::Loaded | Target::Missing(_) => {}
        }
    });
}

/// The same form again.
pub fn search_again(address: &SearchAddress) {
    if let Target::Source(source) = untrack(|| target(address)) {
        begin(key(address), address, *source);
    }
}

/// Whether a query API was asked for just this, or is asked right now.
pub fn is_asked(address: &SearchAddress) -> bool {
    app().remote.with_untracked(|remote| remote.key == key(address))
}

fn key(address: &SearchAddress) -> String {
    let parameters = address.form_parameters(address.tags.clone());
    parameters.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n")
}

/// Looks who is at the page's own origin.
pub fn look_for_sources() {
    spawn_local(async {
        let sources = match client() {
            Some(client) => client.sources(true).await,
            None => None,
        };
        app().sources.set(Some(sources.unwrap_or_default()));
    });
}

fn begin(key: String, address: &SearchAddress, source: SourceInfo) {
    let before = app().remote.get_untracked();
    if let Some(load) = before.load {
        app().cancel(load);
    }
    let load = app().next_load();
    app().remote.set(Remote { key: key.clone(), source: source.name.clone(), load: Some(load), ..Remote::default() });
    let (conditions, query) = (conditions(address), address.query.clone());
    spawn_local(async move {
        let Some(client) = client() else { return };
        let outcome = client.search(load, source.id, conditions, query, source.abilities.whole_traces).await;
        let is_wanted = || app().remote.with_untracked(|remote| remote.load == Some(load));
        match outcome {
            _ if !is_wanted() => {}
            Some(Ok(found)) => {
                app().remote.update(|remote| remote.found = take(&found));
                app().version.update(|version| *version += 1);
                for some in found.summaries.chunks(AT_ONCE) {
                    let ids: Vec<String> = some.iter().map(|summary| summary.id.clone()).collect();
                    let are_here = client.traces(load, source.id, ids.clone()).await.unwrap_or_default();
                    if !is_wanted() {
                        return;
                    }
                    app().remote.update(|remote| {
                        let here = ids.into_iter().zip(&are_here).filter(|(_, is_here)| **is_here);
                        let before = remote.found.ids.len();
                        remote.found.ids.extend(here.map(|(id, _)| id));
                        remote.found.missing += (some.len() + before - remote.found.ids.len()) as u32;
                    });
                    app().version.update(|version| *version += 1);
                }
                app().remote.update(|remote| remote.load = None);
            }
            Some(Err(trouble)) => {
                let was_cancelled =
                    matches!(&trouble, Unsearched::Trouble(trouble) if trouble.kind == TroubleKind::Cancelled);
                app().remote.update(|remote| {
                    remote.load = None;
                    remote.trouble = (!was_cancelled).then(|| Box::new(trouble));
                });
            }
            None => app().remote.update(|remote| remote.load = None),
        }
    });
}

fn take(found: &Found) -> RemoteFound {
    let ids = found.report.as_ref().map(|report| report.trace_ids.clone()).unwrap_or_default();
    let summaries = found.summaries.as_slice().into();
    RemoteFound { ids, summaries, partial: found.partial.clone(), unasked: found.unasked.clone(), missing: 0 }
}

/// What a query API told of the traces that are still on their way, as a list. Nothing if it could not be asked for all that is wanted,
/// or if its traces are narrowed: then they have to be looked at.
pub fn told(address: &SearchAddress, sort: Sort) -> Option<SearchFound> {
    let remote = app().remote.get();
    let found = &remote.found;
    let tells = remote.load.is_some() && found.unasked.is_empty() && address.facets.is_empty();
    (tells && !found.summaries.is_empty() && is_asked(address))
        .then(|| summary_list(&remote.source, &found.summaries, sort))
}

/// Ends asking; what came stays.
pub fn cancel() {
    if let Some(load) = app().remote.with_untracked(|remote| remote.load) {
        app().cancel(load);
        app().remote.update(|remote| remote.load = None);
    }
}

/// The lookback that a form for a source begins with: a query API is not asked for all time.
pub fn usual_lookback(target: &Target) -> &'static str {
    match target {
        Target::Source(_) => LOOKBACKS[3].0,
        _ => "",
    }
}

/// What the source speaks, for people.
pub fn kind_name(kind: Option<Kind>) -> &'static str {
    kind.map_or("", Kind::name)
}
