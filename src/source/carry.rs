//! Carries questions out: probes, asks, brings whole traces. Over any [`Transport`]: the browser's fetch (`fetch.rs`), or what
//! tests have.

use std::future::Future;
use std::rc::Rc;

use futures::future::join;

use super::answers::{Unread, text, with_json};
use super::api::{Ask, Kind, QueryApi, Told};
use super::conditions::Conditions;
use super::jaeger_api::{self, JaegerApi};
use super::list::Source;
use super::request::Request;
use super::tempo::{self, Tempo};
use super::trouble::{Mend, Trouble, TroubleKind, errors_beside, misfit, refusal, unread};
use super::zipkin::{self, Zipkin};
use super::{Reply, place_of};
use crate::ingest::json::value::Value;

/// The most bytes of an answer that is read as a whole: names of a hundred thousand services are 5 MB.
pub const LONGEST: usize = 32 << 20;
/// As many bytes of an error's answer as are looked at.
const HEAD: usize = 1 << 16;

/// Why there is no answer, or no more of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered, or the browser keeps the answer to itself. In its words.
    Network(String),
    /// The page's own content security policy forbids it.
    Policy(String),
    /// Nothing came for so many seconds.
    TimedOut(u32),
    Cancelled,
    /// The address belongs to no source.
    NotAllowed,
}

/// Sends requests.
pub trait Transport {
    type Body: Body;

    /// Sends a request to a source, with the source's headers, and waits for the beginning of the answer. Redirects are not
    /// followed: they come as an answer of status 3xx, or 0 where the browser tells no more.
    fn send(&self, source: &Source, request: &Request) -> impl Future<Output = Result<(Reply, Self::Body), Failure>>;

    /// The page's own origin.
    fn page_origin(&self) -> String;
}

/// The body of an answer, piece by piece.
pub trait Body {
    /// `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, Failure>>;

    /// What the answer says of its length, in bytes; 0 if it says nothing.
    fn total_bytes(&self) -> u64;
}

/// Takes the bytes of an answer, which has so many (0: unknown), until it wants no more. (One code for all who take.)
pub type Take<'t> = &'t mut dyn FnMut(&[u8], u64) -> bool;

/// Asks a source for a small answer.
pub async fn ask<T: Transport>(transport: &T, source: &Source, ask: &Ask) -> Result<Told, Trouble> {
    let api = source.api.as_deref();
    let requests = api.map(|api| api.requests(ask)).unwrap_or_default();
    let mut last = Trouble::of(TroubleKind::NotOffered, &source.name);
    let count = requests.len();
    for (at, request) in requests.iter().enumerate() {
        let asked =
            ask_one(transport, source, request, |answer| api.map_or(Err(Unread::Shape), |api| api.read(ask, answer)));
        match asked.await {
            Err(trouble) if count == 1 && is_switched_off(&trouble) => {
                return Err(Trouble { kind: TroubleKind::NotOffered, ..trouble });
            }
            Err(trouble) if at + 1 < count && is_unknown_route(&trouble) => last = trouble,
            other => return other,
        }
    }
    Err(last)
}

/// Whether a backend knows what it was asked for and does not do it: an archive without a storage answers 501, or 500 and that
/// its storage was not configured.
fn is_switched_off(trouble: &Trouble) -> bool {
    let says_so = |message: &str| place_of(b"not configured", message).is_some();
    trouble.status == 501 || matches!(&trouble.kind, TroubleKind::Backend { message, .. } if says_so(message))
}

/// Whether a backend does not know a request: then an older one is tried.
fn is_unknown_route(trouble: &Trouble) -> bool {
    matches!(trouble.status, 404 | 405 | 501) || matches!(trouble.kind, TroubleKind::Html { .. } | TroubleKind::Shape)
}

async fn ask_one<T: Transport>(
    transport: &T,
    source: &Source,
    request: &Request,
    read: impl FnOnce(Value) -> Result<Told, Unread>,
) -> Result<Told, Trouble> {
    let (reply, body) = whole(transport, source, request).await?;
    let beside = with_json(&body, |answer| Ok(errors_beside(answer))).ok().flatten();
    let told = with_json(&body, read).map_err(|why| {
        let kind = match (&beside, why) {
            // `{"data":null,"errors":[…]}` with status 200: what it says is the reason.
            (Some(message), Unread::Shape) => {
                TroubleKind::Backend { code: i64::from(reply.status), message: message.clone() }
            }
            _ => unread(why),
        };
        Trouble::of(kind, &source.name).at(request, &source.base).about(&reply, &body)
    })?;
    Ok(told)
}

/// A whole answer that is OK and may be JSON.
async fn whole<T: Transport>(transport: &T, source: &Source, request: &Request) -> Result<(Reply, Vec<u8>), Trouble> {
    let (reply, body) = any(transport, source, request).await?;
    let wrong = match reply.is_ok() {
        true => misfit(&reply, &body),
        false => Some(refusal(&reply, &body)),
    };
    match wrong {
        Some(kind) => Err(Trouble::of(kind, &source.name).at(request, &source.base).about(&reply, &body)),
        None => Ok((reply, body)),
    }
}

/// A whole answer, whatever it is; of one that is not OK the beginning.
async fn any<T: Transport>(transport: &T, source: &Source, request: &Request) -> Result<(Reply, Vec<u8>), Trouble> {
    let failed = |failure, began| failed(transport, source, failure, began).at(request, &source.base);
    let (reply, mut pieces) = transport.send(source, request).await.map_err(|failure| failed(failure, false))?;
    let limit = if reply.is_ok() { LONGEST } else { HEAD };
    let mut body = Vec::new();
    loop {
        match pieces.next().await {
            Ok(Some(piece)) => body.extend(piece),
            Ok(None) => return Ok((reply, body)),
            // The beginning of a refusal tells enough.
            Err(_) if !reply.is_ok() => return Ok((reply, body)),
            Err(failure) => return Err(failed(failure, true).about(&reply, &body)),
        }
        if body.len() > limit && !reply.is_ok() {
            return Ok((reply, body));
        }
        if body.len() > limit {
            let kind = TroubleKind::TooLong { limit: limit as u64 };
            return Err(Trouble::of(kind, &source.name).at(request, &source.base).about(&reply, &body));
        }
    }
}

/// What a failure means at this source; `began`: in the middle of an answer.
fn failed<T: Transport>(transport: &T, source: &Source, failure: Failure, began: bool) -> Trouble {
    let page = transport.page_origin();
    let mend = || Mend::of(source.api.as_deref().map(QueryApi::kind), &source.base, &page);
    let is_other = super::request::origin_of(&source.base) != page;
    let (kind, detail) = match failure {
        Failure::Network(detail) if began => (TroubleKind::Broken, detail),
        Failure::Network(detail) if is_other => (TroubleKind::OtherOrigin(mend()), detail),
        Failure::Network(detail) => (TroubleKind::Unreachable, detail),
        Failure::Policy(detail) => (TroubleKind::Policy(mend()), detail),
        Failure::TimedOut(seconds) => (TroubleKind::TimedOut { seconds }, String::new()),
        Failure::Cancelled => (TroubleKind::Cancelled, String::new()),
        Failure::NotAllowed => (TroubleKind::NoSource, String::new()),
    };
    Trouble { detail, ..Trouble::of(kind, &source.name) }
}

/// Brings whole traces that hold the conditions: their bytes go to `take`, with the answer's length (0: unknown), until it
/// wants no more. Says which request was answered; `None`: the backend says in its own way that there are none.
pub async fn search<T: Transport>(
    transport: &T,
    source: &Source,
    conditions: &Conditions,
    take: Take<'_>,
) -> Result<Option<Request>, Trouble> {
    let requests = source.api.as_deref().map(|api| api.search(conditions)).unwrap_or_default();
    match bring(transport, source, requests, take).await {
        Ok(request) => Ok(Some(request)),
        // v3's way to say that nothing was found.
        Err(trouble) if trouble.kind == TroubleKind::NotFound && trouble.found.starts_with('{') => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// Brings one trace.
pub async fn trace<T: Transport>(transport: &T, source: &Source, id: &str, take: Take<'_>) -> Result<Request, Trouble> {
    let requests = source.api.as_deref().map(|api| api.trace(id)).unwrap_or_default();
    bring(transport, source, requests, take).await
}

/// Brings the bytes of a small answer, for `ingest` to read. A backend that does not know the request is one that does not offer that.
pub async fn fetch<T: Transport>(
    transport: &T,
    source: &Source,
    ask: &Ask,
    take: Take<'_>,
) -> Result<Request, Trouble> {
    let requests = source.api.as_deref().map(|api| api.requests(ask)).unwrap_or_default();
    bring(transport, source, requests, take).await.map_err(|trouble| {
        let is_unknown = matches!(trouble.status, 404 | 405);
        match is_unknown || is_switched_off(&trouble) {
            true => Trouble { kind: TroubleKind::NotOffered, ..trouble },
            false => trouble,
        }
    })
}

async fn bring<T: Transport>(
    transport: &T,
    source: &Source,
    requests: Vec<Request>,
    take: Take<'_>,
) -> Result<Request, Trouble> {
    let mut last = Trouble::of(TroubleKind::NotOffered, &source.name);
    let count = requests.len();
    for (at, request) in requests.into_iter().enumerate() {
        match bring_one(transport, source, &request, take).await {
            Err(trouble) if at + 1 < count && is_unknown_route(&trouble) => last = trouble,
            Err(trouble) => return Err(trouble),
            Ok(()) => return Ok(request),
        }
    }
    Err(last)
}

async fn bring_one<T: Transport>(
    transport: &T,
    source: &Source,
    request: &Request,
    take: Take<'_>,
) -> Result<(), Trouble> {
    let failed = |failure, began| failed(transport, source, failure, began).at(request, &source.base);
    let (reply, mut pieces) = transport.send(source, request).await.map_err(|failure| failed(failure, false))?;
    let total = pieces.total_bytes();
    let mut head = Vec::new();
    loop {
        let piece = match pieces.next().await {
            Ok(piece) => piece,
            Err(_) if !reply.is_ok() => None,
            Err(failure) => return Err(failed(failure, true).about(&reply, &head)),
        };
        let is_over = piece.is_none();
        head.extend(piece.unwrap_or_default());
        // An error's answer is looked at as far as it tells something.
        if !is_over && (head.is_empty() || !reply.is_ok() && head.len() < HEAD) {
            continue;
        }
        let wrong = if reply.is_ok() { misfit(&reply, &head) } else { Some(refusal(&reply, &head)) };
        if let Some(kind) = wrong {
            return Err(Trouble::of(kind, &source.name).at(request, &source.base).about(&reply, &head));
        }
        if !take(&head, total) || is_over {
            return Ok(());
        }
        break;
    }
    while let Some(piece) = pieces.next().await.map_err(|failure| failed(failure, true).about(&reply, &head))? {
        if !take(&piece, total) {
            break;
        }
    }
    Ok(())
}

/// Finds out who answers at a source's base. A probe succeeds by content type and shape: a static host answers every path
/// with its page and status 200. Only `kinds` are looked for.
pub async fn probe<T: Transport>(transport: &T, source: &Source, kinds: &[Kind]) -> Result<Rc<dyn QueryApi>, Trouble> {
    let mut first = None;
    for kind in kinds {
        let found = match kind {
            Kind::Jaeger => jaeger(transport, source).await,
            Kind::Zipkin => probe_json(transport, source, &zipkin::services(), |answer, says_json| {
                says_json && zipkin::is_services(answer)
            })
            .await
            .map(|()| Rc::new(Zipkin) as Rc<dyn QueryApi>),
            Kind::Tempo => tempo(transport, source).await,
        };
        match found {
            Ok(api) => return Ok(api),
            Err(trouble) if is_final(&trouble) => return Err(trouble),
            Err(trouble) => _ = first.get_or_insert(trouble),
        }
    }
    Err(first.unwrap_or_else(|| Trouble::of(TroubleKind::NoQueryApi, &source.name)))
}

/// Whether other questions would be answered likewise. (Not so another origin's: Zipkin allows to read below `api/v2` alone.)
fn is_final(trouble: &Trouble) -> bool {
    use TroubleKind::*;
    matches!(trouble.kind, TimedOut { .. } | Unauthorized | Forbidden | Policy(_) | Cancelled | NoSource | Unreachable)
}

/// Asks, and looks whether the answer is JSON of the right shape. `is_right` is told whether the answer says that it is JSON:
/// Jaeger's v3 says `text/plain` (1.62), so there the shape has to be beyond doubt.
async fn probe_json<T: Transport>(
    transport: &T,
    source: &Source,
    request: &Request,
    is_right: fn(Value, bool) -> bool,
) -> Result<(), Trouble> {
    let (reply, body) = whole(transport, source, request).await?;
    let wrong = match with_json(&body, |answer| Ok(is_right(answer, reply.is_json()))) {
        Ok(true) => return Ok(()),
        Ok(false) => TroubleKind::NoQueryApi,
        Err(why) => unread(why),
    };
    Err(Trouble::of(wrong, &source.name).at(request, &source.base).about(&reply, &body))
}

async fn jaeger<T: Transport>(transport: &T, source: &Source) -> Result<Rc<dyn QueryApi>, Trouble> {
    let is_v1 = |answer: Value, says_json| says_json && jaeger_api::is_v1_list(answer);
    let (of_v3, of_v1) = (jaeger_api::v3_services(), jaeger_api::v1_services());
    let (of_summaries, nothing) = (jaeger_api::probe_summaries(), jaeger_api::dependencies(1_000_000, 1_000_000));
    let summaries = async {
        let answer = any(transport, source, &of_summaries).await.ok();
        answer.is_some_and(|(reply, body)| {
            with_json(&body, |answer| Ok(jaeger_api::knows_summaries(&reply, answer))) == Ok(true)
        })
    };
    // All at once: the way there may be long.
    let ((v3, v1), (summaries, dependencies)) = join(
        join(probe_json(transport, source, &of_v3, jaeger_api::is_v3), probe_json(transport, source, &of_v1, is_v1)),
        join(summaries, probe_json(transport, source, &nothing, is_v1)),
    )
    .await;
    if let Err(trouble) = &v3
        && (v1.is_err() || is_final(trouble))
    {
        return Err(trouble.clone());
    }
    let (v1, v3, dependencies) = (v1.is_ok(), v3.is_ok(), dependencies.is_ok());
    Ok(Rc::new(JaegerApi { v1, v3, summaries: summaries && v3, dependencies }))
}

async fn tempo<T: Transport>(transport: &T, source: &Source) -> Result<Rc<dyn QueryApi>, Trouble> {
    let request = tempo::echo();
    let (reply, body) = any(transport, source, &request).await?;
    if !reply.is_ok() || reply.media_type() != "text/plain" || body.trim_ascii() != b"echo" {
        let kind = if reply.is_ok() {
            misfit(&reply, &body).unwrap_or(TroubleKind::NoQueryApi)
        } else {
            refusal(&reply, &body)
        };
        return Err(Trouble::of(kind, &source.name).at(&request, &source.base).about(&reply, &body));
    }
    // Tempo 1 had none: its answer is 404.
    let version = match whole(transport, source, &tempo::build_info()).await {
        Ok((_, body)) => with_json(&body, |answer| Ok(text(answer, "version"))).ok(),
        Err(_) => None,
    };
    Ok(Rc::new(Tempo { traceql: version.is_some_and(|version| tempo::reads_traceql(&version)) }))
}
