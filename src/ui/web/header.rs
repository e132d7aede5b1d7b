//! The slim bar at the top: name, pages, trace id, theme, language.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlInputElement, HtmlSelectElement};

use super::icons::{Icon, icon};
use super::navigation::{address, go, link, place, span_address, trace_address};
use super::rest::{foresee_rest, with_rest};
use super::services::ServicesPage;
use super::state::{Theme, app, client};
use super::storage::set_preference;
use super::timeline_tools::popover;
use super::view::{View, dynamic, el};
use super::words::{Language, bring, words};
use super::workspace::panel;
use crate::engine::questions::Head;
use crate::ui::trace_id_text::{Named, named};

const SEARCH: &str = "/search";
const COMPARE: &str = "/compare";
const SERVICES: &str = "/dependencies";

pub fn top_bar() -> View {
    let nav = el("nav", "")
        .attr("aria-label", words().main_navigation)
        .child(nav_link("nav-search", SEARCH, words().nav_search))
        .child(nav_link("nav-compare", COMPARE, words().nav_compare))
        .child(nav_link("nav-services", SERVICES, words().nav_services));
    el("header", "top-bar")
        .child(link("brand", address("/search")).test_id("home").text("Trackway"))
        .child(nav)
        .child(trace_id_box())
        .child(popover("workspace-menu", Icon::Drawer, words().workspace, panel))
        .child(theme_toggle())
        .child(language_select())
}

fn nav_link(id: &'static str, path: &'static str, name: &'static str) -> View {
    let here = place().path;
    let view = link("nav-link", address(path));
    if path != SEARCH {
        for event in ["pointerenter", "focus"] {
            view.listen(event, |_: Event| foresee_rest());
        }
    }
    view.test_id(id)
        .attr_of("aria-current", move || {
            let here = here.read();
            // Two traces that are compared have an address of their own.
            let is_pair = path == COMPARE && here.starts_with(&address("/trace/")) && here.contains("...");
            let is_services = path == SERVICES && ServicesPage::ALL.iter().any(|page| *here == address(page.path()));
            (is_pair || is_services || *here == address(path)).then(|| "page".to_owned())
        })
        .text(name)
}

fn trace_id_box() -> View {
    let input = el("input", "").test_id("trace-id-input").attrs(&[
        ("type", "text"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
        ("aria-label", words().trace_id_hint),
        ("placeholder", words().trace_id_hint),
        ("title", words().trace_id_title),
    ]);
    let field: HtmlInputElement = input.element();
    el("form", "trace-id-box")
        .on("submit", move |event: Event| {
            event.prevent_default();
            let text = field.value().trim().to_owned();
            if !text.is_empty() {
                field.set_value("");
                open_named(text);
            }
        })
        .child(icon(Icon::Search))
        .child(input)
}

fn is_dark() -> bool {
    app().theme.get() == Theme::Dark
}

/// Goes to the trace, and the span, that a text names: an id as it is, or what `ui::trace_id_text` makes of it.
fn open_named(text: String) {
    if text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return go(&trace_address(&text), false);
    }
    spawn_local(async move {
        // An id may be any text: a loaded trace of just this one comes first.
        if let Some(client) = client()
            && let Some(Some(_)) = client.ask(Head { trace: text.clone() }).await
        {
            return go(&trace_address(&text), false);
        }
        with_rest(Box::new(move || match named(&text) {
            Some(Named { trace, span }) => go(&span_address(&trace, span.as_deref().unwrap_or_default()), false),
            None => app().toast.set(Some(words().no_trace_named.to_owned())),
        }));
    });
}

fn theme_toggle() -> View {
    let name = || {
        let words = words();
        let name = if is_dark() { words.theme_to_light } else { words.theme_to_dark };
        name.to_owned()
    };
    el("button", "icon-button")
        .attr("type", "button")
        .test_id("theme-toggle")
        .attr_of("title", name)
        .attr_of("aria-label", name)
        .on("click", |_: Event| {
            let (next, tag) = match app().theme.get_untracked() {
                Theme::Dark => (Theme::Light, "light"),
                Theme::Light => (Theme::Dark, "dark"),
            };
            set_preference("theme", tag);
            app().theme.set(next);
        })
        .child(dynamic(|| icon(if is_dark() { Icon::Sun } else { Icon::Moon })))
}

fn language_select() -> View {
    // The whole page is made anew with another language.
    let present = app().language.get_untracked();
    el("select", "language")
        .test_id("language-select")
        .attrs(&[("aria-label", words().language), ("title", words().language)])
        .on("change", |event: Event| {
            let chosen = Language::from_tag(&chosen_value(&event));
            set_preference("language", chosen.tag());
            spawn_local(async move {
                match bring(chosen).await {
                    true => app().language.set(chosen),
                    false => app().toast.set(Some(words().rest_missing.to_owned())),
                }
            });
        })
        .children(
            Language::ALL.into_iter().map(|language| {
                option(language.tag(), language.name(), language == present).attr("lang", language.tag())
            }),
        )
}

/// A choice of a select element.
pub fn option(value: &str, name: &str, is_chosen: bool) -> View {
    let option = el("option", "").attr("value", value).text(name);
    if is_chosen { option.attr("selected", "") } else { option }
}

/// What was chosen in the select element that the event is of.
pub fn chosen_value(event: &Event) -> String {
    let select = event.target().map(JsCast::unchecked_into::<HtmlSelectElement>);
    select.map(|select| select.value()).unwrap_or_default()
}
