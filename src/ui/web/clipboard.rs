//! Copying.

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Event;

use super::icons::{Icon, icon};
use super::state::app;
use super::view::{View, el};
use super::words::words;

/// Copies a text and says so.
pub fn copy(text: String) {
    spawn_local(async move {
        // A page that is not served securely has no clipboard; asking for it then throws where web-sys cannot catch it.
        let is_secure = window().is_secure_context();
        let is_done = is_secure && JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
        app().toast.set(Some(if is_done { words().copied } else { words().not_copied }.to_owned()));
    });
}

/// A small button that copies `text`; `name` says what that is.
pub fn copy_button(text: String, name: &str, shape: Icon) -> View {
    icon_button("icon-button quiet", name, shape).on("click", move |event: Event| {
        event.stop_propagation();
        copy(text.clone());
    })
}

/// A button that is an icon; `name` says what it does.
pub fn icon_button(class: &str, name: &str, shape: Icon) -> View {
    el("button", class).attrs(&[("type", "button"), ("title", name), ("aria-label", name)]).child(icon(shape))
}
