//! The worker's side of the border: takes messages, has read what is to be loaded, posts answers. It only moves bytes; the [`Engine`]
//! understands them. Loads run one after another; between two slices messages are taken, so that questions and a cancel are answered
//! meanwhile.

mod reading;
mod saving;
mod sources;
mod workspace;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::messages::{BUILD, FromEngine, LoadId, SaveId, SourceAsk, ToEngine, What, decode, encode};
use super::questions::{Head, Question};
use super::workspace::{KeptId, Kind};
use super::{Engine, warm_up};
use crate::ingest::report::{Fault, FaultKind, LoadReport};
use crate::model::SourceNumber;
use crate::source::list::{SourceId, Sources};
use reading::{DEMO, Slice, hand_over, read};
use workspace::Workspace;

/// Spans searched at a time: some ten milliseconds.
const SEARCHED: u32 = 100_000;
/// Milliseconds until the worker warms up: a page that was opened by a link has asked for its trace by then.
const IDLE_MS: u32 = 50;
/// The same where the page needs the rest at once (boot-HASH.js): that is unpacked, and asks query APIs, before.
const IDLE_WITH_REST_MS: u32 = 1_000;
/// Milliseconds between two progress messages.
const PROGRESS_MS: f64 = 60.0;

struct Worker {
    engine: Engine,
    waiting: VecDeque<Job>,
    running: Option<Running>,
    /// Something was read, or is.
    has_worked: bool,
    /// Slices of the file being read that are on their way: of which load, where they begin, and who waits for them.
    slices: Vec<(LoadId, u64, oneshot::Sender<Slice>)>,
    /// Files that are being written.
    saves: Vec<SaveId>,
    sources: Rc<RefCell<Sources>>,
    /// What the last load of a source's dependencies added.
    dependencies: Vec<(SourceId, Vec<SourceNumber>)>,
    /// Questions to query APIs that are under way, by what ends them.
    asking: Vec<(u32, AbortController)>,
    /// Query APIs are being looked for.
    is_probing: bool,
    /// Questions to the engine that wait behind one that takes longer.
    asked: VecDeque<(u32, Box<Question>)>,
    is_searching: bool,
    /// What was loaded, for the workspace.
    held: Vec<Held>,
    /// There while the user wants things kept.
    workspace: Option<Box<Workspace>>,
}

/// Something that was loaded, and what it was loaded from.
#[derive(Clone)]
struct Held {
    load: LoadId,
    name: String,
    kind: Kind,
    /// Length (bytes) and digest.
    content: (u64, u64),
    /// The file, or the text; nothing if it is kept already.
    original: JsValue,
    state: State,
}

#[derive(Clone)]
enum State {
    Waiting,
    Kept(KeptId),
    /// It could not be kept: the browser's words, or there was no room.
    Failed(Option<String>),
}

struct Job {
    load: LoadId,
    work: Work,
}

enum Work {
    /// With the file, if it is one.
    Read(What, JsValue),
    /// A question to query APIs that loads what it brings.
    Ask(u32, Box<SourceAsk>),
}

struct Running {
    load: LoadId,
    abort: AbortController,
    /// What is read from the workspace; other files are with the page.
    kept: Option<JsValue>,
}

type Shared = Rc<RefCell<Worker>>;

/// Starts listening, then says so: a message sent earlier would be lost.
pub fn start() {
    let worker = Rc::new(RefCell::new(Worker {
        engine: Engine::default(),
        waiting: VecDeque::new(),
        running: None,
        has_worked: false,
        slices: Vec::new(),
        saves: Vec::new(),
        sources: Rc::default(),
        dependencies: Vec::new(),
        asking: Vec::new(),
        is_probing: false,
        asked: VecDeque::new(),
        is_searching: false,
        held: Vec::new(),
        workspace: None,
    }));
    let taker = worker.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| take(&taker, &event));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    // A release has no texts of panics (scripts/setup.sh): there a panic is an error like any other, which the page hears of.
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(&FromEngine::Died { detail: panic.to_string() });
    }));
    post(&FromEngine::Ready { build: BUILD.to_owned() });
    // What the page is going to need is in the name that boot-HASH.js gave.
    let name = scope().name();
    let needs_rest = name.contains("rest");
    let warmed = worker.clone();
    spawn_local(async move { warm_up(&warmed, if needs_rest { IDLE_WITH_REST_MS } else { IDLE_MS }).await });
    if needs_rest {
        spawn_local(async move {
            bring_rest().await;
            if name.contains("sources") {
                sources::foresee(&worker).await;
            }
        });
    }
}

/// Warms up while nobody wants anything, until something real is read: what a page was opened for has the processor for itself, and
/// what it makes the browser compile needs no sample.
async fn warm_up(worker: &Shared, idle_ms: u32) {
    TimeoutFuture::new(idle_ms).await;
    for _ in 0..warm_up::ROUNDS {
        while !worker.borrow().asking.is_empty() {
            TimeoutFuture::new(IDLE_MS).await;
        }
        if worker.borrow().has_worked {
            return;
        }
        warm_up::round();
        TimeoutFuture::new(0).await;
    }
}

/// Lets the messages in that wait. A timer would do so, too, but browsers make one that follows others wait four milliseconds.
async fn let_messages_in() {
    let Ok(channel) = MessageChannel::new() else { return };
    let (here, there) = (channel.port1(), channel.port2());
    let come = Promise::new(&mut |resolve, _| here.set_onmessage(Some(&resolve)));
    if there.post_message(&JsValue::NULL).is_ok() {
        // A promise of ours is not rejected.
        let _ = JsFuture::from(come).await;
    }
    here.close();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Posts one message as one transferred buffer.
fn post(message: &FromEngine) {
    post_with(message, None);
}

/// The same with a file beside it.
fn post_with(message: &FromEngine, file: Option<&Blob>) {
    let buffer = Uint8Array::from(encode(message).as_slice()).buffer();
    let parts = Array::of1(&buffer);
    file.into_iter().for_each(|file| _ = parts.push(file));
    // Posting our own buffer can only fail when the worker is being shut down.
    let _ = scope().post_message_with_transfer(&parts, &Array::of1(&buffer));
}

fn take(worker: &Shared, event: &MessageEvent) {
    let parts: Array = event.data().unchecked_into();
    let bytes = Uint8Array::new(&parts.get(0)).to_vec();
    match decode::<ToEngine>(&bytes) {
        Some(ToEngine::Ask { id, question }) => {
            worker.borrow_mut().asked.push_back((id, question));
            answer_all(worker);
        }
        Some(ToEngine::Load { load, what }) => {
            enqueue(worker, Job { load, work: Work::Read(what, parts.get(1)) });
            go_on(worker);
        }
        Some(ToEngine::Slice { load, from, fault }) => {
            let bytes = fault.map_or_else(|| Ok(Uint8Array::new(&parts.get(1))), Err);
            hand_over(worker, load, from, bytes);
        }
        Some(ToEngine::Cancel { load }) => cancel(worker, load),
        Some(ToEngine::Remove { load, sources }) => {
            worker.borrow_mut().engine.remove(&sources);
            let is_kept = worker.borrow().workspace.is_some();
            match is_kept {
                true => workspace::removed(worker, load),
                false => worker.borrow_mut().held.retain(|held| held.load != load),
            }
            post(&FromEngine::Removed { load });
        }
        Some(ToEngine::Save { id, format, chosen }) => saving::begin(worker, id, format, chosen),
        Some(ToEngine::StopSaving { id }) => saving::end(worker, id),
        Some(ToEngine::AskSource { id, ask }) => sources::take(worker, id, &ask),
        Some(ToEngine::StopAsking { id }) => sources::stop(worker, id),
        Some(ToEngine::Foresee) => spawn_local(bring_rest()),
        None => post(&FromEngine::Ready { build: BUILD.to_owned() }),
    }
}

/// Brings the worker's rest (scripts/hooks/name_build.sh). If it cannot be had, who needs it says so.
async fn bring_rest() {
    let fetch = Reflect::get(&js_sys::global(), &"trackwayRest".into()).and_then(JsValue::dyn_into::<Function>);
    // A build for development is in one piece.
    if let Ok(coming) = fetch.and_then(|fetch| fetch.call0(&JsValue::UNDEFINED)) {
        _ = JsFuture::from(coming.unchecked_into::<Promise>()).await;
    }
}

/// What is read from the workspace lets others go first.
fn enqueue(worker: &Shared, job: Job) {
    let is_kept = |job: &Job| matches!(job.work, Work::Read(What::Kept { .. }, _));
    let waiting = &mut worker.borrow_mut().waiting;
    let mut at = waiting.len();
    while at > 0 && is_kept(&waiting[at - 1]) && !is_kept(&job) {
        at -= 1;
    }
    waiting.insert(at, job);
}

/// Answers what was asked, in turn. A search is done in parts, and between two of them messages are taken: those that want no search
/// do not wait for it.
fn answer_all(worker: &Shared) {
    let mut this = worker.borrow_mut();
    let mut waiting = VecDeque::new();
    let is_ahead = |question: &Question| matches!(question, Question::SearchAhead(_));
    let hurries = this.asked.iter().any(|(_, question)| Engine::is_search(question) && !is_ahead(question));
    while let Some((id, question)) = this.asked.pop_front() {
        if hurries && is_ahead(&question) {
            post(&FromEngine::Answer { id, answer: this.engine.answer(&question) });
            continue;
        }
        let waits = Engine::is_search(&question) && (this.is_searching || !waiting.is_empty());
        if waits || !this.engine.go_on(&question, SEARCHED) {
            waiting.push_back((id, question));
        } else {
            let answer = this.engine.answer(&question);
            post(&FromEngine::Answer { id, answer });
            if let Question::Head(head) = &*question {
                this.engine.foresee(head);
            }
        }
    }
    this.asked = waiting;
    if this.asked.is_empty() || this.is_searching {
        return;
    }
    this.is_searching = true;
    let worker = worker.clone();
    spawn_local(async move {
        let_messages_in().await;
        worker.borrow_mut().is_searching = false;
        answer_all(&worker);
    });
}

fn cancel(worker: &Shared, load: LoadId) {
    let mut this = worker.borrow_mut();
    if let Some(running) = this.running.as_ref().filter(|running| running.load == load) {
        running.abort.abort();
    } else if let Some(at) = this.waiting.iter().position(|job| job.load == load) {
        let Some(job) = this.waiting.remove(at) else { return };
        match job.work {
            Work::Read(what, _) => {
                let report = LoadReport::failed(name_of(&what), Fault::of(FaultKind::Cancelled));
                post(&FromEngine::Loaded { load, report: Box::new(report), head: None });
            }
            Work::Ask(id, ask) => sources::was_cancelled(id, &ask),
        }
    }
}

fn name_of(what: &What) -> String {
    match what {
        What::File { name, .. } | What::Text { name, .. } | What::Kept { name, .. } => name.clone(),
        What::Demo => DEMO.to_owned(),
        What::Trace { id, .. } => id.clone(),
    }
}

/// Starts the next waiting load unless one is running.
fn go_on(worker: &Shared) {
    let mut this = worker.borrow_mut();
    if this.running.is_some() {
        return;
    }
    let (Some(job), Ok(abort)) = (this.waiting.pop_front(), AbortController::new()) else {
        let is_kept = this.workspace.is_some();
        drop(this);
        if is_kept {
            workspace::go_on(worker);
        }
        return;
    };
    this.has_worked = true;
    this.running = Some(Running { load: job.load, abort: abort.clone(), kept: None });
    let worker = worker.clone();
    spawn_local(async move {
        let load = job.load;
        match job.work {
            Work::Read(what, file) => {
                let (is_link, original) = (matches!(what, What::Trace { .. }), original(&what, file));
                let report = read(&worker, load, what, &abort).await;
                worker.borrow_mut().running = None;
                if let Some((kind, original)) = original {
                    hold(&worker, load, kind, original, &report);
                }
                let head = report.trace_ids.first().filter(|_| is_link).cloned().map(|trace| Head { trace });
                let known = head.clone().and_then(|head| worker.borrow_mut().engine.ask(&head)).map(Box::new);
                post(&FromEngine::Loaded { load, report: Box::new(report), head: known });
                if let Some(head) = head {
                    worker.borrow_mut().engine.foresee(&head);
                }
            }
            Work::Ask(id, ask) => {
                sources::carry_out(&worker, id, *ask, abort).await;
                worker.borrow_mut().running = None;
            }
        }
        go_on(&worker);
    });
}

/// What the workspace would keep of a load. The answer to a link is not kept: its address asks for it again, for what is new.
fn original(what: &What, file: JsValue) -> Option<(Kind, JsValue)> {
    match what {
        What::File { .. } => Some((Kind::File, file)),
        What::Text { text, .. } => Some((Kind::Text, JsValue::from_str(text))),
        What::Demo => Some((Kind::Demo, JsValue::NULL)),
        What::Trace { .. } | What::Kept { .. } => None,
    }
}

/// Remembers what a load that brought something was loaded from.
fn hold(worker: &Shared, load: LoadId, kind: Kind, original: JsValue, report: &LoadReport) {
    if !report.sources.is_empty() {
        let mut this = worker.borrow_mut();
        let content = this.engine.last_content();
        let name = report.name.clone();
        this.held.push(Held { load, name, kind, content, original, state: State::Waiting });
    }
}
