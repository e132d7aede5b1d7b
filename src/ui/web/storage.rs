//! What the browser remembers: preferences for good, and for this tab which trace came from which file. A browser may
//! refuse to remember; then nothing is remembered.

use js_sys::Object;
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::Storage;

/// What the page says when it starts, in this tab.
const SAID: &str = "trackway.said";

fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

pub fn preference(key: &str) -> Option<String> {
    local()?.get_item(&format!("trackway.{key}")).ok().flatten()
}

pub fn set_preference(key: &str, value: &str) {
    if let Some(storage) = local() {
        // A full or closed storage costs the memory of a preference, no more.
        let _ = storage.set_item(&format!("trackway.{key}"), value);
    }
}

/// The name of the file that a trace came from, in this tab, before a reload.
pub fn file_of_trace(id: &str) -> Option<String> {
    session()?.get_item(&format!("trackway.trace.{id}")).ok().flatten()
}

pub fn remember_file_of_trace(id: &str, file: &str) {
    if let Some(storage) = session() {
        let _ = storage.set_item(&format!("trackway.trace.{id}"), file);
    }
}

/// Forgets everything, but for what the page is to say when it starts the next time.
#[inline(never)]
pub fn forget_all(said: &str) {
    for storage in [local(), session()].into_iter().flatten() {
        for key in Object::keys(&storage).to_vec().iter().filter_map(JsValue::as_string) {
            // Other pages of the same origin have keys of their own.
            if key.starts_with("trackway.") {
                let _ = storage.remove_item(&key);
            }
        }
    }
    if let Some(storage) = session() {
        let _ = storage.set_item(SAID, said);
    }
}

/// What is to be said now, once.
pub fn said() -> Option<String> {
    let storage = session()?;
    let said = storage.get_item(SAID).ok().flatten()?;
    let _ = storage.remove_item(SAID);
    Some(said)
}
