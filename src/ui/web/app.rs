//! The shell: routes, theme, language, and what floats above all pages.

use std::time::Duration;

use leptos::mount::mount_to_renderer;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::compare::compare_page;
use super::drop;
use super::header::top_bar;
use super::icons::{Icon, icon};
use super::keeping::{Stage, stage};
use super::loading::{broken_notice, error_card};
use super::navigation::{address, base, go, link, parameter, place, start_router, with_parameters};
use super::rest::rest;
use super::search_page::search_page;
use super::services::{ServicesPage, services_page};
use super::signal::{Memo, RwSignal};
use super::state::{App, Theme, app, client};
use super::trace_page::{bring_trace, retry_button, trace_page};
use super::view::{View, dynamic, effect, el, empty, group, optional, when};
use super::words::{Language, bring, words};
use crate::engine::client::Client;

/// How long a toast stays.
const TOAST: Duration = Duration::from_secs(4);

/// Starts the page: first the worker, so that it starts up while the page is built.
pub fn start() {
    let owner = Owner::new();
    owner.set();
    App::new().start_engine();
    let language = app().language;
    spawn_local(async move {
        if !bring(language.get_untracked()).await {
            language.set(Language::English);
        }
        owner.with(|| {
            let body = document().body().expect("the page has a body");
            mount_to_renderer(&body, shell).forget();
        });
        // The owner of the page's state lives as long as the page.
        std::mem::forget(owner);
    });
}

fn shell() -> View {
    start_router();
    let is_over = drop::listen();
    effect(|| {
        let is_dark = app().theme.get() == Theme::Dark;
        set_root_attribute("data-theme", if is_dark { "dark" } else { "light" });
    });
    effect(|| {
        let is_safe = app().is_safe_palette.get();
        set_root_attribute("data-palette", if is_safe { "safe" } else { "usual" });
    });
    let search = place().search.get_untracked();
    let is_embedded = parameter(&search, "uiEmbed").as_deref() == Some("v0");
    if is_embedded {
        match parameter(&search, "uiTheme").as_deref() {
            Some("dark") => app().theme.set(Theme::Dark),
            Some("light") => app().theme.set(Theme::Light),
            _ => {}
        }
    }
    effect(|| set_root_attribute("lang", app().language.get().tag()));
    group([
        // A page of another language is another page: texts are no signals.
        dynamic(move || {
            app().language.track();
            let bar = if is_embedded { standalone_link() } else { top_bar() };
            group([bar, el("main", "").attr("id", "content").child(page())])
        }),
        toast(),
        when(move || is_over.get(), drop_overlay),
        optional(|| app().broken.get().map(|detail| broken_notice(&detail))),
    ])
}

/// Inside another page there is no bar, but the way to the whole app.
fn standalone_link() -> View {
    let address = with_parameters(&[
        ("uiEmbed", None),
        ("uiTimelineCollapseTitle", None),
        ("uiTimelineHideMinimap", None),
        ("uiTimelineHideSummary", None),
        ("uiTheme", None),
    ]);
    el("a", "standalone")
        .test_id("standalone")
        .attrs(&[("href", &address), ("target", "_blank"), ("rel", "noopener")])
        .child(icon(Icon::Link))
        .text(words().open_standalone)
}

fn drop_overlay() -> View {
    let text = el("span", "").text(words().drop_now);
    el("div", "overlay drop-overlay")
        .attr("aria-hidden", "true")
        .child(el("div", "drop-now").child(icon(Icon::Drop)).child(text))
}

/// The pages, by their addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    Home,
    Search,
    Trace,
    Compare,
    Services,
    Gallery,
    None,
}

impl Route {
    fn of(path: &str) -> Route {
        match path.strip_prefix(base().as_str()).unwrap_or(path) {
            "/" | "" => Route::Home,
            "/search" => Route::Search,
            "/compare" => Route::Compare,
            "/gallery" => Route::Gallery,
            // `/trace/{a}...{b}` is Jaeger UI's address of a comparison.
            path if path.starts_with("/trace/") && path.contains("...") => Route::Compare,
            path if path.starts_with("/trace/") => Route::Trace,
            path if ServicesPage::at(path).is_some() => Route::Services,
            _ => Route::None,
        }
    }
}

/// The page that the address names. A `match` in place of the router's `Routes`, which cost 30 kB more for the same.
fn page() -> View {
    let path = place().path;
    let route = Memo::new(move |_| Route::of(&path.get()));
    dynamic(move || match route.get() {
        Route::Home => {
            // A task: the address must not change while the page is being built for it.
            spawn_local(async { go(&address("/search"), true) });
            empty()
        }
        Route::Search => search_page(),
        Route::Trace => trace_page(),
        Route::Compare => {
            spawn_local(async { bring_pair() });
            with_the_rest(compare_page)
        }
        Route::Services => with_the_rest(services_page),
        #[cfg(debug_assertions)]
        Route::Gallery => super::gallery::gallery(),
        _ => message(words().no_page_title, ""),
    })
}

/// The traces that a link compares are asked for while the code for it is fetched, unless they may be here already.
fn bring_pair() {
    let is_empty = app().loads.with_untracked(Vec::is_empty) && app().remote.with_untracked(|it| it.key.is_empty());
    if !is_empty || stage() == Stage::Opening {
        return;
    }
    let path = place().path.get_untracked();
    // `/compare` names no trace.
    let ids = path.strip_prefix(&address("/trace/")).and_then(|ids| js_sys::decode_uri_component(ids).ok());
    let ids = ids.map(String::from).unwrap_or_default();
    for id in ids.split("...").filter(|id| !id.is_empty()) {
        // The demo brings all of its traces.
        if bring_trace(id).is_none() {
            break;
        }
    }
}

/// A page that is made by functions of the rest, as soon as that is here; if it cannot be had, that is said where the page would be.
pub fn with_the_rest(page: impl Fn() -> View + 'static) -> View {
    let has_rest = RwSignal::new(None::<bool>);
    bring_rest(has_rest);
    let is = move |outcome| move || has_rest.get() == Some(outcome);
    group([when(is(true), page), when(is(false), move || rest_missing(has_rest))])
}

fn bring_rest(has_rest: RwSignal<Option<bool>>) {
    // Such a page asks what the worker's rest answers: both are fetched side by side.
    client().iter().for_each(Client::foresee);
    spawn_local(async move {
        let is_here = rest().await.is_ok();
        if !has_rest.is_disposed() {
            has_rest.set(Some(is_here));
        }
    });
}

/// In the place of a page of the rest. It stays while it is tried again.
#[inline(never)]
fn rest_missing(has_rest: RwSignal<Option<bool>>) -> View {
    let again = retry_button(words().try_again, move || bring_rest(has_rest)).test_id("rest-again");
    let head = el("header", "card-head").child(icon(Icon::Error)).child(el("p", "").text(words().rest_missing));
    let card = error_card("card card-error").test_id("rest-missing").child(head).child(again);
    el("div", "page-message").child(card)
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Only a malformed name could be refused.
        let _ = root.set_attribute(name, value);
    }
}

/// A page that only says something.
pub fn message(title: &str, text: &str) -> View {
    let text = (!text.is_empty()).then(|| el("p", "").text(text));
    let back = link("button", address("/search")).text(words().back_to_search);
    let card = el("section", "card").child(el("h1", "").text(title));
    el("div", "page-message").child(card.children(text).child(back))
}

fn toast() -> View {
    let toast = app().toast;
    let mut last: Option<TimeoutHandle> = None;
    effect(move || {
        if let Some(timer) = last.take() {
            timer.clear();
        }
        if toast.read().is_some() {
            last = set_timeout_with_handle(move || toast.set(None), TOAST).ok();
        }
    });
    el("div", "toast-place")
        .attr("role", "status")
        .test_id("toast")
        .child(optional(move || toast.get().map(|text| el("div", "toast").text(&text))))
}
