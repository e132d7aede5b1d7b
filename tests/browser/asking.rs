//! The worker asks query APIs: what only a browser can show of it. The page has no part in this; a worker of the test's own is
//! spoken with in the engine's messages. (tests/sources.rs has the dialects and their faults, natively.)

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::json;

use trackway::engine::messages::{FromEngine, Progress, SourceAsk, ToEngine, decode, encode};
use trackway::engine::searching::{Fetched, Found, Unsearched};
use trackway::query::search::Conditions as Form;
use trackway::source::api::{Ask, Kind, Told};
use trackway::source::list::SourceInfo;
use trackway::source::trouble::{Trouble, TroubleKind};

use crate::support::browser::in_browser;
use crate::support::headers;
use crate::support::host::Host;
use crate::support::page::Page;
use crate::support::traces::small_file;
use crate::support::waiting::until;

const JSON: &str = "application/json";
const ZIPKIN: &str = r#"[[{"traceId":"5b8efff798038103d269b633813fc60c","id":"00000000000000a1","kind":"CLIENT","name":"get","timestamp":1700000000000000,"duration":9,"localEndpoint":{"serviceName":"shop"}}]]"#;
const SERVICES: &str = r#"{"data":["shop"],"total":1,"limit":0,"offset":0,"errors":null}"#;

/// A worker of the test's own.
struct Engine<'p> {
    page: &'p Page,
    next: Cell<u32>,
    /// What it said and nobody asked for yet.
    said: RefCell<Vec<FromEngine>>,
}

impl Engine<'_> {
    async fn start(page: &Page) -> Engine<'_> {
        page.open("/").await;
        let start = "window.inbox = []; window.engine = new Worker(one('meta[name=trackway-worker]').content, { type: 'module' }); \
             window.engine.onmessage = (event) => window.inbox.push([...new Uint8Array(event.data[0])])";
        page.js(start, &[]).await;
        let engine = Engine { page, next: Cell::new(1), said: RefCell::default() };
        engine.until_said("it is ready", |said| matches!(said, FromEngine::Ready { .. })).await;
        engine
    }

    async fn send(&self, message: &ToEngine) {
        let send = "const buffer = new Uint8Array(arguments[0]).buffer; window.engine.postMessage([buffer], [buffer])";
        self.page.js(send, &[json!(encode(message))]).await;
    }

    /// Sends a question; its number.
    async fn begin(&self, ask: SourceAsk) -> u32 {
        let id = self.next.get();
        self.next.set(id + 1);
        self.send(&ToEngine::AskSource { id, ask: encode(&ask) }).await;
        id
    }

    async fn answer<A: DeserializeOwned>(&self, id: u32) -> A {
        let is_it = |said: &FromEngine| matches!(said, FromEngine::Answer { id: other, .. } if *other == id);
        let FromEngine::Answer { answer, .. } = self.until_said("it answers", is_it).await else { unreachable!() };
        decode(&answer).expect("the answer is of the type that the client says")
    }

    async fn ask<A: DeserializeOwned>(&self, ask: SourceAsk) -> A {
        let id = self.begin(ask).await;
        self.answer(id).await
    }

    async fn until_said(&self, what: &str, is_it: impl Fn(&FromEngine) -> bool) -> FromEngine {
        until(what, async || {
            let inbox: Vec<Vec<u8>> = self.page.value("return window.inbox.splice(0)", &[]).await;
            let mut said = self.said.borrow_mut();
            said.extend(inbox.iter().map(|bytes| decode(bytes).expect("a message of this build")));
            match said.iter().position(&is_it) {
                Some(at) => Ok(said.remove(at)),
                None => Err(format!("{said:?}")),
            }
        })
        .await
    }

    async fn sources(&self, probe: bool) -> Vec<SourceInfo> {
        self.ask(SourceAsk::List { probe }).await
    }

    async fn search(&self, load: u32, source: u32) -> Result<Found, Unsearched> {
        self.ask(search(load, source)).await
    }
}

fn search(load: u32, source: u32) -> SourceAsk {
    let form = Form { service: "shop".to_owned(), ..Form::default() };
    SourceAsk::Search { load, source, form: Box::new(form), query: String::new(), whole: true }
}

fn trouble(outcome: Result<Found, Unsearched>) -> Trouble {
    match outcome {
        Err(Unsearched::Trouble(trouble)) => *trouble,
        other => panic!("{other:?}"),
    }
}

fn services(source: u32) -> SourceAsk {
    SourceAsk::Ask { source, ask: Ask::Services }
}

/// The host answers `/tempo/api/echo` with its index page and status 200, as static hosts do; a query service is not there.
#[tokio::test]
async fn own_backends_are_found_when_asked_for_and_searched() {
    in_browser(async |page| {
        page.provokes("404");
        page.host.serve("/zipkin/api/v2/services", JSON, r#"["shop"]"#);
        page.host.serve("/zipkin/api/v2/traces", JSON, ZIPKIN);
        let engine = Engine::start(page).await;
        assert_eq!(engine.sources(false).await, []);
        assert!(page.host.asked("zipkin").is_empty() && page.host.service.asked().is_empty(), "nobody asked yet");
        let sources = engine.sources(true).await;
        let [zipkin] = &sources[..] else { panic!("{sources:?}") };
        assert_eq!((zipkin.kind, zipkin.is_own, zipkin.name.as_str()), (Some(Kind::Zipkin), true, "Zipkin"));
        assert_eq!(page.host.asked("/tempo/"), ["/tempo/api/echo"]);
        assert_eq!(engine.sources(true).await, sources);
        assert_eq!(page.host.asked("/tempo/").len(), 1, "it is looked for once");
        let names: Result<Told, Trouble> = engine.ask(services(zipkin.id)).await;
        assert!(matches!(&names, Ok(Told::Names(names)) if names[0].name == "shop"), "{names:?}");
        let found = engine.search(7, zipkin.id).await.expect("it is found");
        let report = found.report.expect("whole traces");
        assert_eq!((report.name.as_str(), report.traces, report.spans), ("Zipkin", 1, 1));
        let id = report.trace_ids[0].clone();
        let fetched: Result<Fetched, Vec<Trouble>> = engine.ask(SourceAsk::Trace { load: 8, id, only: None }).await;
        assert_eq!(fetched, Ok(Fetched::Loaded));
        let progress = engine
            .said
            .borrow()
            .iter()
            .filter(|said| matches!(said, FromEngine::Progress(Progress { load: 7, .. })))
            .count();
        assert!(progress > 0, "the search tells how far it is");
        assert_eq!(page.host.asked("_rest.lzma").len(), 1, "the code for it comes with the rest");
    })
    .await;
}

#[tokio::test]
async fn a_trace_nobody_has_loaded_comes_from_the_source_that_has_it() {
    in_browser(async |page| {
        page.provokes("404");
        page.host.service.answer_path_with("services", 200, JSON, SERVICES);
        page.host.service.has_trace("b10", small_file("b10", 3));
        let engine = Engine::start(page).await;
        let trace = |id: &str| SourceAsk::Trace { load: 1, id: id.to_owned(), only: None };
        let fetched: Result<Fetched, Vec<Trouble>> = engine.ask(trace("b10")).await;
        let Ok(Fetched::From { source, report }) = fetched else { panic!("{fetched:?}") };
        assert_eq!((source.as_str(), report.spans), ("Jaeger", 3));
        let none: Result<Fetched, Vec<Trouble>> = engine.ask(trace("c11")).await;
        assert_eq!(none.unwrap_err()[0].kind, TroubleKind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn silence_redirects_and_broken_answers_are_told() {
    in_browser(async |page| {
        page.provokes("404");
        page.provokes("net::");
        let service = &page.host.service;
        service.answer_path_with("services", 200, JSON, SERVICES);
        let engine = Engine::start(page).await;
        let source = engine.sources(true).await[0].id;

        service.answer_path_with("traces", 302, "text/html", "");
        let trouble = trouble(engine.search(1, source).await);
        assert_eq!((trouble.kind, trouble.status), (TroubleKind::Redirect, 0));

        let tap = service.answer_path_piecewise("traces");
        let id = engine.begin(search(2, source)).await;
        tap.give(r#"{"data":["#).await;
        tap.break_off().await;
        let broken: Result<Found, Unsearched> = engine.answer(id).await;
        assert_eq!(self::trouble(broken).kind, TroubleKind::Broken);

        // The search is given up after 30 s. Meanwhile others are answered.
        let silent = service.answer_path_piecewise("traces");
        let began = Instant::now();
        let id = engine.begin(search(3, source)).await;
        silent.give(r#"{"data":["#).await;
        let names: Result<Told, Trouble> = engine.ask(services(source)).await;
        assert!(names.is_ok() && began.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_secs(25)).await;
        let timed_out: Result<Found, Unsearched> = engine.answer(id).await;
        assert_eq!(self::trouble(timed_out).kind, TroubleKind::TimedOut { seconds: 30 });
        assert!(began.elapsed() >= Duration::from_secs(29));
        silent.left_alone().await;
    })
    .await;
}

#[tokio::test]
async fn a_search_is_cancelled_and_leaves_nothing() {
    in_browser(async |page| {
        page.provokes("404");
        let service = &page.host.service;
        service.answer_path_with("services", 200, JSON, SERVICES);
        let engine = Engine::start(page).await;
        let source = engine.sources(true).await[0].id;
        let whole = small_file("b10", 3);
        for stop in [ToEngine::Cancel { load: 5 }, ToEngine::StopAsking { id: engine.next.get() + 1 }] {
            let tap = service.answer_path_piecewise("traces");
            let id = engine.begin(search(5, source)).await;
            tap.give(whole[..whole.len() / 4].to_owned()).await;
            // It tells of itself every 60 ms.
            tokio::time::sleep(Duration::from_millis(200)).await;
            tap.give(whole[whole.len() / 4..whole.len() / 2].to_owned()).await;
            engine
                .until_said(
                    "it reads",
                    |said| matches!(said, FromEngine::Progress(progress) if progress.read_bytes > 0),
                )
                .await;
            engine.send(&stop).await;
            let cancelled: Result<Found, Unsearched> = engine.answer(id).await;
            assert_eq!(trouble(cancelled).kind, TroubleKind::Cancelled);
            tap.left_alone().await;
        }
        // Nothing of it is loaded: it has to be asked for.
        service.has_trace("b10", whole);
        let trace = SourceAsk::Trace { load: 6, id: "b10".to_owned(), only: None };
        let fetched: Result<Fetched, Vec<Trouble>> = engine.ask(trace).await;
        assert!(matches!(fetched, Ok(Fetched::From { .. })), "{fetched:?}");
    })
    .await;
}

/// A backend elsewhere that does not allow the page to read it, or that the page's own policy forbids to ask.
#[tokio::test]
async fn another_origin_is_told_with_what_mends_it() {
    in_browser(async |page| {
        page.provokes("404");
        page.provokes("Content Security Policy");
        page.provokes("CORS");
        page.provokes("net::");
        let other = Host::start().await;
        other.service.answer_path_with("services", 200, JSON, SERVICES);
        let engine = Engine::start(page).await;
        let add = |address: &str| SourceAsk::Add {
            name: "there".to_owned(),
            address: address.to_owned(),
            headers: Vec::new(),
            keeps_headers: false,
        };
        let added: Result<SourceInfo, Trouble> = engine.ask(add(&format!("{}/api", other.origin))).await;
        let added = added.expect("the address is one");
        let trouble = added.trouble.clone().expect("nobody may read it");
        let is_forbidden = !headers::policy().contains("connect-src 'self' http: https:");
        let mend = match &trouble.kind {
            TroubleKind::Policy(mend) if is_forbidden => mend,
            TroubleKind::OtherOrigin(mend) if !is_forbidden => mend,
            _ => panic!("{trouble:?}"),
        };
        assert!(mend.proxy.contains(&other.origin) && mend.policy.contains(&other.origin), "{mend:?}");
        assert!(mend.backend.iter().all(|(_, line)| line.contains(&page.host.origin)), "{mend:?}");
        assert_eq!((added.base.clone(), added.kind), (format!("{}/", other.origin), None));
        assert_eq!(engine.sources(false).await, std::slice::from_ref(&added), "it is listed, to be mended");
        let left: Vec<SourceInfo> = engine.ask(SourceAsk::Remove { source: added.id }).await;
        assert_eq!(left, []);
        let gone: Result<Told, Trouble> = engine.ask(services(added.id)).await;
        assert_eq!(gone.unwrap_err().kind, TroubleKind::NoSource);
        page.host.take_violations();
        other.stop();
    })
    .await;
}
