//! The part of the page that few visitors need is a file of its own: `scripts/hooks/rest.txt` says which functions are in it, and
//! `scripts/hooks/name_build.sh` how it is fetched.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::state::{app, client};
use super::words::words;
use crate::engine::client::Client;

/// Runs `act`, which leads to functions of the rest, once that is here; says so if it cannot be had.
pub fn with_rest(act: Box<dyn FnOnce()>) {
    spawn_local(async move {
        match rest().await {
            Ok(()) => act(),
            Err(_) => app().toast.set(Some(words().rest_missing.to_owned())),
        }
    });
}

/// Fetches the page's rest and the worker's, which may be needed soon: the pointer, or the focus, is on what leads there.
pub fn foresee_rest() {
    spawn_local(async { _ = rest().await });
    client().iter().for_each(Client::foresee);
}

/// Whether the page's address is one of the rest's, as the script that started it saw.
pub fn needs_rest() -> bool {
    Reflect::get(&js_sys::global(), &"trackwayNeedsRest".into()).is_ok_and(|it| it.is_truthy())
}

/// Waits until the rest is here. An error: it cannot be had.
pub async fn rest() -> Result<(), JsValue> {
    // A build for development is in one piece, and has no such function.
    let Ok(fetch) = Reflect::get(&js_sys::global(), &"trackwayRest".into())?.dyn_into::<Function>() else {
        return Ok(());
    };
    let fetched: Promise = fetch.call0(&JsValue::UNDEFINED)?.unchecked_into();
    JsFuture::from(fetched).await.map(drop)
}
