//! Links inside the app. They work below a sub-path, and carry ids that are not hexadecimal percent-encoded.

use std::cell::Cell;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, MouseEvent, Response};

use super::signal::RwSignal;
use super::view::{View, el, on_window};

use crate::source::path_segment;

/// The folder that the app lives in, without the slash at its end: `""` or `"/x"`.
pub fn base() -> String {
    let uri = document().base_uri().ok().flatten().unwrap_or_default();
    let path = web_sys::Url::new(&uri).map(|url| url.pathname()).unwrap_or_default();
    path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default()
}

/// The address of a page: `path` begins with a slash.
pub fn address(path: &str) -> String {
    format!("{}{path}", base())
}

pub fn trace_address(id: &str) -> String {
    address(&format!("/trace/{}", path_segment(id)))
}

/// The address of a trace with one of its spans opened.
pub fn span_address(trace: &str, span: &str) -> String {
    if span.is_empty() {
        return trace_address(trace);
    }
    format!("{}?span={}", trace_address(trace), path_segment(span))
}

/// Where the page is, as signals.
#[derive(Clone, Copy)]
pub struct Place {
    /// Percent-encoded, as the browser has it.
    pub path: RwSignal<String>,
    /// The query, without its question mark.
    pub search: RwSignal<String>,
}

thread_local! {
    static PLACE: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Starts to follow the address. (By the browser's history alone: leptos_router cost 8 kB for a path and a query.)
pub fn start_router() {
    PLACE.set(Some(Place { path: RwSignal::default(), search: RwSignal::default() }));
    follow();
    on_window("popstate", |_: Event| follow());
}

/// Reads the address.
fn follow() {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let Place { path, search: query } = place();
    let parts = [(path, location.pathname().unwrap_or_default()), (query, search.trim_start_matches('?').to_owned())];
    for (signal, now) in parts {
        if signal.with_untracked(|before| *before != now) {
            signal.set(now);
        }
    }
}

/// Where the page is.
pub fn place() -> Place {
    PLACE.get().expect("start_router comes first")
}

/// Goes to an address of the app.
pub fn go(address: &str, replace: bool) {
    if let Ok(history) = window().history() {
        // Refused only to an address of another origin.
        let _ = match replace {
            true => history.replace_state_with_url(&JsValue::NULL, "", Some(address)),
            false => history.push_state_with_url(&JsValue::NULL, "", Some(address)),
        };
    }
    follow();
}

/// A link that the app follows itself.
pub fn link(class: &str, address: String) -> View {
    link_after(class, address, Box::new(|| {}))
}

/// [`link`], with something to do before it is followed: afterwards what it is on may be gone, and its listeners with it.
pub fn link_after(class: &str, address: String, before: Box<dyn Fn()>) -> View {
    let view = el("a", class).attr("href", &address);
    let element: Element = view.element();
    view.on("click", move |event: MouseEvent| {
        if is_plain_click(&event) {
            event.prevent_default();
            before();
            // It may lead elsewhere by now.
            go(&element.get_attribute("href").unwrap_or_default(), false);
        }
    })
}

/// A plain left click. Others are the browser's (new tab, new window, …).
pub fn is_plain_click(event: &MouseEvent) -> bool {
    event.button() == 0 && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key())
}

/// The present address with query parameters set (`Some`) or taken away (`None`).
pub fn with_parameters(changes: &[(&str, Option<String>)]) -> String {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let parameters = web_sys::UrlSearchParams::new_with_str(&search).expect("a text is always taken");
    for (key, value) in changes {
        match value {
            Some(value) => parameters.set(key, value),
            None => parameters.delete(key),
        }
    }
    let query = String::from(parameters.to_string());
    let path = location.pathname().unwrap_or_default();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The text of a file of the app; `None` if it cannot be had.
pub async fn fetch_text(address: &str) -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str(address)).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// Parameters of the present address, decoded once. Tracks the address.
pub fn parameter(search: &str, key: &str) -> Option<String> {
    web_sys::UrlSearchParams::new_with_str(search).ok()?.get(key)
}
