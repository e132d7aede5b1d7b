//! The one file that fetches. Runs in the worker.

use gloo_net::http::Request;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, Url, WorkerGlobalScope};

use super::Reply;

/// A body that arrives piece by piece.
pub struct Body {
    reader: Option<ReadableStreamDefaultReader>,
    /// What the answer says of its length, in bytes; 0 if it says nothing or is compressed on the way.
    pub total_bytes: u64,
}

/// Why there is no answer, in the browser's words.
#[derive(Debug)]
pub struct Unreachable(pub String);

fn scope() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Where the app lives, as a URL that ends in `/`: the folder of the worker's script. Works under a sub-path.
fn base() -> String {
    let href = scope().location().href();
    href[..href.rfind('/').map_or(href.len(), |slash| slash + 1)].to_owned()
}

/// Resolves a path against the app's folder. `None` for any address that is not on the list of allowed origins; today the
/// list is the page's own origin, and sources that the user adds will join it here.
fn allowed(path: &str) -> Option<Url> {
    let url = Url::new_with_base(path, &base()).ok()?;
    (url.origin() == scope().location().origin()).then_some(url)
}

/// Asks for `path`, relative to the app's folder.
pub async fn get(path: &str, signal: &AbortSignal) -> Result<(Reply, Body), Unreachable> {
    let url = allowed(path).ok_or_else(|| Unreachable(format!("{path} is not at an allowed origin")))?;
    let response = Request::get(&url.href()).abort_signal(Some(signal)).send().await;
    let response = response.map_err(|error| Unreachable(error.to_string()))?;
    let header = |name| response.headers().get(name).unwrap_or_default();
    let is_packed = !header("content-encoding").is_empty();
    let total_bytes = if is_packed { 0 } else { header("content-length").parse().unwrap_or(0) };
    let reader = response.body().map(|stream| stream.get_reader().unchecked_into());
    Ok((Reply { status: response.status(), content_type: header("content-type") }, Body { reader, total_bytes }))
}

impl Body {
    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, Unreachable> {
        let Some(reader) = &self.reader else { return Ok(None) };
        let piece = JsFuture::from(reader.read()).await.map_err(in_words)?;
        let value = Reflect::get(&piece, &JsValue::from_str("value")).unwrap_or(JsValue::UNDEFINED);
        Ok(value.dyn_into::<Uint8Array>().ok())
    }

    /// The beginning of the body, up to some 64 kB: enough to tell what an error says.
    pub async fn head(mut self) -> Vec<u8> {
        let mut head = Vec::new();
        while let (true, Ok(Some(piece))) = (head.len() < 1 << 16, self.next().await) {
            head.extend(piece.to_vec());
        }
        head
    }
}

fn in_words(error: JsValue) -> Unreachable {
    Unreachable(
        error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| String::from(error.message())),
    )
}
