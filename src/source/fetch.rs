//! The one file that fetches. Runs in the worker. [`get`] asks below the app's own folder; [`Fetch`] asks sources.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, select};
use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader, RequestRedirect, Url, WorkerGlobalScope};

use super::Reply;
use super::carry::{self, Failure, Transport};
use super::list::{Source, Sources};
use super::request::{self, Method, origin_of};

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
pub fn base() -> String {
    let href = scope().location().href();
    href[..href.rfind('/').map_or(href.len(), |slash| slash + 1)].to_owned()
}

/// Resolves a path against the app's folder. `None` for an address at another origin: those are asked by [`Fetch`] alone,
/// which looks at the list of sources.
fn allowed(path: &str) -> Option<Url> {
    let url = Url::new_with_base(path, &base()).ok()?;
    (url.origin() == scope().location().origin()).then_some(url)
}

/// Asks for `path`, relative to the app's folder.
pub async fn get(path: &str, signal: &AbortSignal) -> Result<(Reply, Body), Unreachable> {
    let url = allowed(path).ok_or_else(|| Unreachable(format!("{path} is not at an allowed origin")))?;
    let response = Request::get(&url.href()).abort_signal(Some(signal)).send().await;
    let response = response.map_err(|error| Unreachable(error.to_string()))?;
    Ok(opened(&response))
}

fn opened(response: &Response) -> (Reply, Body) {
    let header = |name| response.headers().get(name).unwrap_or_default();
    let is_packed = !header("content-encoding").is_empty();
    let total_bytes = if is_packed { 0 } else { header("content-length").parse().unwrap_or(0) };
    let reader = response.body().map(|stream| stream.get_reader().unchecked_into());
    (Reply { status: response.status(), content_type: header("content-type") }, Body { reader, total_bytes })
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

thread_local! {
    /// Addresses that the page's content security policy kept us from, as the browser told.
    static FORBIDDEN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Begins to listen to what the policy forbids, once.
fn listen_to_the_policy() {
    if FORBIDDEN.with_borrow(Option::is_some) {
        return;
    }
    FORBIDDEN.set(Some(Vec::new()));
    let listener = Closure::<dyn FnMut(JsValue)>::new(|event: JsValue| {
        let blocked =
            Reflect::get(&event, &JsValue::from_str("blockedURI")).ok().and_then(|blocked| blocked.as_string());
        FORBIDDEN.with_borrow_mut(|forbidden| forbidden.get_or_insert_default().extend(blocked));
    });
    // Only a wrong type of listener makes this fail.
    let _ = scope().add_event_listener_with_callback("securitypolicyviolation", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Whether the policy forbade an address; forgets it.
fn was_forbidden(address: &str) -> bool {
    FORBIDDEN.with_borrow_mut(|forbidden| {
        let list = forbidden.get_or_insert_default();
        let before = list.len();
        list.retain(|blocked| origin_of(blocked) != origin_of(address));
        list.len() < before
    })
}

/// Asks sources, and nobody else.
pub struct Fetch {
    pub sources: Rc<RefCell<Sources>>,
    /// Aborts what is under way.
    pub abort: AbortController,
    /// After so many seconds of silence it is given up.
    pub silence_seconds: u32,
}

async fn in_time<T>(
    abort: &AbortController,
    seconds: u32,
    work: impl Future<Output = Result<T, Unreachable>>,
) -> Result<T, Failure> {
    match select(pin!(work), TimeoutFuture::new(seconds * 1000)).await {
        Either::Left((Ok(done), _)) => Ok(done),
        Either::Left((Err(_), _)) if abort.signal().aborted() => Err(Failure::Cancelled),
        Either::Left((Err(error), _)) => Err(Failure::Network(error.0)),
        Either::Right(_) => {
            abort.abort();
            Err(Failure::TimedOut(seconds))
        }
    }
}

/// A request of gloo's with all that ours says. A redirect is not followed: it could carry a source's headers to an address
/// that the user never named.
fn builder(address: &str, source: &Source, request: &request::Request) -> RequestBuilder {
    let mut builder = match request.method {
        Method::Get => RequestBuilder::new(address),
        Method::Post => Request::post(address),
    };
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    for (name, value) in &source.headers {
        builder = builder.header(name, value);
    }
    builder.redirect(RequestRedirect::Manual)
}

impl Transport for Fetch {
    type Body = FetchBody;

    async fn send(&self, source: &Source, request: &request::Request) -> Result<(Reply, FetchBody), Failure> {
        let address = request.address(&source.base);
        if !self.sources.borrow().allows(&address) {
            return Err(Failure::NotAllowed);
        }
        listen_to_the_policy();
        // One for each request: giving one up must not end those that follow.
        let Ok(abort) = AbortController::new() else { return Err(Failure::Cancelled) };
        if self.abort.signal().aborted() {
            return Err(Failure::Cancelled);
        }
        abort_together(&self.abort, &abort);
        let builder = builder(&address, source, request).abort_signal(Some(&abort.signal()));
        let sent = in_time(&abort, self.silence_seconds, async move {
            builder.send().await.map_err(|error| Unreachable(error.to_string()))
        });
        let response = match sent.await {
            Err(Failure::Network(detail)) => {
                // What the policy forbids is told in a task of its own.
                TimeoutFuture::new(0).await;
                let is_policy = was_forbidden(&address);
                return Err(if is_policy { Failure::Policy(detail) } else { Failure::Network(detail) });
            }
            other => other?,
        };
        let (reply, body) = opened(&response);
        Ok((reply, FetchBody { body, abort, silence_seconds: self.silence_seconds }))
    }

    fn page_origin(&self) -> String {
        scope().location().origin()
    }
}

/// Lets a request end with the question that it belongs to.
fn abort_together(outer: &AbortController, inner: &AbortController) {
    let inner = inner.clone();
    let listener = Closure::once_into_js(move || inner.abort());
    // Only a wrong type of listener makes this fail.
    let _ = outer.signal().add_event_listener_with_callback("abort", listener.unchecked_ref());
}

/// See [`carry::Body`].
pub struct FetchBody {
    body: Body,
    abort: AbortController,
    silence_seconds: u32,
}

impl carry::Body for FetchBody {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let piece = in_time(&self.abort, self.silence_seconds, self.body.next()).await?;
        Ok(piece.map(|piece| piece.to_vec()))
    }

    fn total_bytes(&self) -> u64 {
        self.body.total_bytes
    }
}

impl Drop for FetchBody {
    /// An answer that is read to its end knows nothing of it; of others nothing more is to come.
    fn drop(&mut self) {
        self.abort.abort();
    }
}
