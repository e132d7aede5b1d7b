//! Links inside the app. They work below a sub-path, and carry ids that are not hexadecimal percent-encoded.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{Router, RouterProps};
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MouseEvent, Response};

use super::signal::Memo;
use super::view::{View, el};

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

/// The router's address, as signals.
#[derive(Clone, Copy)]
pub struct Place {
    pub path: Memo<String>,
    /// The query, without its question mark.
    pub search: Memo<String>,
}

type Navigate = Box<dyn Fn(&str, NavigateOptions)>;

thread_local! {
    static PLACE: Cell<Option<Place>> = const { Cell::new(None) };
    static NAVIGATE: RefCell<Option<Navigate>> = const { RefCell::new(None) };
}

/// Starts the router. Its context is the present owner's.
pub fn start_router() {
    // What it returns is the view of its children: none.
    let children = ToChildren::to_children(|| ());
    let _ = Router(RouterProps::builder().base(base()).children(children).build());
    let location = use_location();
    let path = Memo::new(move |_| location.pathname.get());
    let search = Memo::new(move |_| location.search.get());
    PLACE.set(Some(Place { path, search }));
    NAVIGATE.set(Some(Box::new(use_navigate())));
}

/// Where the page is.
pub fn place() -> Place {
    PLACE.get().expect("start_router comes first")
}

/// Goes to an address of the app. (The router's own way to follow a link decodes percent signs once too often.)
pub fn go(address: &str, replace: bool) {
    NAVIGATE.with_borrow(|navigate| {
        if let Some(navigate) = navigate {
            let options = NavigateOptions { resolve: false, replace, scroll: false, ..Default::default() };
            navigate(address, options);
        }
    });
}

/// A link that the app follows itself.
pub fn link(class: &str, address: String) -> View {
    el("a", class).attr("href", &address).on("click", move |event: MouseEvent| {
        if is_plain_click(&event) {
            event.prevent_default();
            go(&address, false);
        }
    })
}

/// A plain left click. Others are the browser's (new tab, new window, …).
fn is_plain_click(event: &MouseEvent) -> bool {
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
