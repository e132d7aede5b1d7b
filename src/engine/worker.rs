//! The worker's side of the border: takes messages, reads what is to be loaded slice by slice, posts answers. It only moves
//! bytes; the [`Engine`] understands them. Loads run one after another; between two slices messages are taken, so that
//! questions and a cancel are answered meanwhile.

mod saving;
mod sources;
mod workspace;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use super::messages::{BUILD, FromEngine, LoadId, Progress, SaveId, SourceAsk, ToEngine, What, decode, encode};
use super::questions::{Head, Question};
use super::workspace::{KeptId, Kind};
use super::{Content, Engine, warm_up};
use crate::ingest::report::{Fault, FaultKind, LoadReport};
use crate::source::fetch::{self, Body, Unreachable};
use crate::source::jaeger;
use crate::source::list::Sources;
use workspace::Workspace;

/// Bytes read from a file at a time: some ten milliseconds of reading, so messages wait no longer than that.
const SLICE: u64 = 2 << 20;
/// Bytes of a file's first slice; each is twice as long as the one before, up to [`SLICE`]. A browser hands a slice over
/// when it is whole, and until the first one comes nothing is read.
const FIRST_SLICE: u64 = 128 << 10;
/// Spans searched at a time: some ten milliseconds.
const SEARCHED: u32 = 100_000;
/// The demo's place in the app's folder.
const DEMO: &str = "demo.json.gz";
/// Milliseconds until the worker warms up: a page that was opened by a link has asked for its trace by then.
const IDLE_MS: u32 = 50;
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
    /// Questions to query APIs that are under way, by what ends them.
    asking: Vec<(u32, AbortController)>,
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
    content: (u64, u128),
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

/// Why the bytes of a load stopped.
enum Stop {
    End,
    Cancelled,
    Broken(Fault),
}

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
        asking: Vec::new(),
        asked: VecDeque::new(),
        is_searching: false,
        held: Vec::new(),
        workspace: None,
    }));
    let taker = worker.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| take(&taker, &event));
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        post(&FromEngine::Died { detail: panic.to_string() });
    }));
    post(&FromEngine::Ready { build: BUILD.to_owned() });
    spawn_local(async move { warm_up(&worker).await });
}

/// Warms up while nobody wants anything, until something real is read: what a page was opened for has the processor for itself, and
/// what it makes the browser compile needs no sample.
async fn warm_up(worker: &Shared) {
    TimeoutFuture::new(IDLE_MS).await;
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
        None => post(&FromEngine::Ready { build: BUILD.to_owned() }),
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

async fn read(worker: &Shared, load: LoadId, what: What, abort: &AbortController) -> LoadReport {
    let name = name_of(&what);
    let mut pace = Pace::new(load, &name);
    let stop = match &what {
        What::File { bytes, .. } | What::Kept { bytes, .. } => {
            match known_file(worker, &what, *bytes, abort, &mut pace).await {
                Ok(Some(known)) => return LoadReport::same_as(name, known, pace.total_bytes),
                Err(stop) => {
                    worker.borrow_mut().engine.begin(&name);
                    stop
                }
                Ok(None) => {
                    worker.borrow_mut().engine.begin(&name);
                    read_file(worker, *bytes, abort, &mut pace).await
                }
            }
        }
        What::Text { text, .. } => {
            let content = Content::of(text.as_bytes());
            if let Some(known) = worker.borrow().engine.loaded_as(&content) {
                return LoadReport::same_as(name, known, text.len() as u64);
            }
            pace.total_bytes = text.len() as u64;
            worker.borrow_mut().engine.begin(&name);
            read_text(worker, text, abort, &mut pace).await
        }
        What::Demo => {
            worker.borrow_mut().engine.begin(&name);
            read_answer(worker, DEMO, abort, &mut pace).await
        }
        What::Trace { id, source } => {
            if !source.is_empty() {
                return sources::elsewhere(worker, load, id, source, None, abort).await;
            }
            worker.borrow_mut().engine.begin(&name);
            let stop = read_answer(worker, &format!("api/{}", jaeger::trace_path(id)), abort, &mut pace).await;
            let fault = match stop {
                Stop::Cancelled => return worker.borrow_mut().engine.cancel(),
                Stop::End => {
                    let engine = &mut worker.borrow_mut().engine;
                    let report = engine.finish();
                    if report.spans > 0 {
                        return report;
                    }
                    // It may be a web page: that of a host that answers unknown addresses with it.
                    engine.remove(&report.sources);
                    report.fault
                }
                Stop::Broken(fault) => {
                    // The half of an answer is worth nothing when the whole can be asked for again.
                    worker.borrow_mut().engine.cancel();
                    Some(fault)
                }
            };
            return match fault {
                // It has the trace: nobody else needs to be asked.
                Some(fault) if matches!(fault.kind, FaultKind::Unreadable | FaultKind::OutOfMemory { .. }) => {
                    LoadReport::failed(name, fault)
                }
                fault => sources::elsewhere(worker, load, id, "", fault, abort).await,
            };
        }
    };
    let engine = &mut worker.borrow_mut().engine;
    match stop {
        Stop::End => engine.finish(),
        Stop::Cancelled => engine.cancel(),
        // The half of a file is all there is.
        Stop::Broken(fault) => engine.fail(fault),
    }
}

/// Whether the file's very content is loaded already, and under which name. Costs a pass over the file, but only when a
/// loaded file has the same length.
async fn known_file(
    worker: &Shared,
    what: &What,
    bytes: u64,
    abort: &AbortController,
    pace: &mut Pace,
) -> Result<Option<String>, Stop> {
    if let What::Kept { file, name, .. } = what {
        let opened = workspace::open_kept(worker, pace.load, name, *file).await;
        let opened = opened.unwrap_or_else(|_| Err(String::new()));
        let blob = opened.map_err(|detail| Stop::Broken(Fault { detail, ..Fault::of(FaultKind::Unreadable) }))?;
        worker.borrow_mut().running.iter_mut().for_each(|running| running.kept = Some(blob.clone()));
    }
    if !worker.borrow().engine.has_content_of(bytes) {
        return Ok(None);
    }
    let mut content = Content::default();
    let mut slices = Slices::new(worker, pace.load, bytes);
    let mut buffer = Vec::new();
    while slices.next(&mut buffer).await.map_err(Stop::Broken)? {
        if abort.signal().aborted() {
            return Err(Stop::Cancelled);
        }
        content.add(&buffer);
    }
    pace.total_bytes = bytes;
    Ok(worker.borrow().engine.loaded_as(&content))
}

async fn read_file(worker: &Shared, bytes: u64, abort: &AbortController, pace: &mut Pace) -> Stop {
    pace.total_bytes = bytes;
    let mut slices = Slices::new(worker, pace.load, bytes);
    let mut buffer = Vec::new();
    loop {
        match slices.next(&mut buffer).await {
            Ok(true) if abort.signal().aborted() => return Stop::Cancelled,
            Ok(true) => {
                if !pace.push(worker, &buffer) {
                    return Stop::End;
                }
            }
            Ok(false) => return Stop::End,
            Err(fault) => return Stop::Broken(fault),
        }
    }
}

async fn read_text(worker: &Shared, text: &str, abort: &AbortController, pace: &mut Pace) -> Stop {
    for piece in text.as_bytes().chunks(SLICE as usize) {
        if abort.signal().aborted() {
            return Stop::Cancelled;
        }
        if !pace.push(worker, piece) {
            return Stop::End;
        }
        // A pasted text is whole already, so nothing else lets messages in.
        let_messages_in().await;
    }
    Stop::End
}

async fn read_answer(worker: &Shared, path: &str, abort: &AbortController, pace: &mut Pace) -> Stop {
    pace.tell(worker);
    let broken = |error: Unreachable, kind| match abort.signal().aborted() {
        true => Stop::Cancelled,
        false => Stop::Broken(Fault { detail: error.0, ..Fault::of(kind) }),
    };
    let (reply, mut body) = match fetch::get(path, &abort.signal()).await {
        Ok(answer) => answer,
        Err(error) => return broken(error, FaultKind::Unreachable),
    };
    if !reply.is_ok() {
        return Stop::Broken(jaeger::fault(&reply, &body.head().await));
    }
    pace.total_bytes = body.total_bytes;
    match read_body(worker, &mut body, pace).await {
        Ok(()) => Stop::End,
        Err(error) => broken(error, FaultKind::Unreadable),
    }
}

async fn read_body(worker: &Shared, body: &mut Body, pace: &mut Pace) -> Result<(), Unreachable> {
    while let Some(piece) = body.next().await? {
        if !pace.push(worker, &piece.to_vec()) {
            break;
        }
    }
    Ok(())
}

/// Counts a load's bytes and tells the page now and then.
struct Pace {
    load: LoadId,
    name: String,
    read_bytes: u64,
    total_bytes: u64,
    told_ms: f64,
}

impl Pace {
    fn new(load: LoadId, name: &str) -> Pace {
        Pace { load, name: name.to_owned(), total_bytes: 0, read_bytes: 0, told_ms: f64::NEG_INFINITY }
    }

    /// Hands the bytes to the engine; false when it wants no more.
    fn push(&mut self, worker: &Shared, bytes: &[u8]) -> bool {
        let goes_on = worker.borrow_mut().engine.push(bytes);
        self.read_bytes += bytes.len() as u64;
        if now_ms() - self.told_ms >= PROGRESS_MS {
            self.tell(worker);
        }
        goes_on
    }

    fn tell(&mut self, worker: &Shared) {
        self.told_ms = now_ms();
        let (spans, traces) = worker.borrow().engine.progress();
        post(&FromEngine::Progress(Progress {
            load: self.load,
            name: self.name.clone(),
            read_bytes: self.read_bytes,
            total_bytes: self.total_bytes,
            spans,
            traces,
        }));
    }
}

/// Slices that are on their way while the engine reads one.
const AHEAD: usize = 3;

/// A file in slices, which the page fetches.
struct Slices {
    worker: Shared,
    load: LoadId,
    /// Up to here slices are on their way.
    at: u64,
    length: u64,
    total: u64,
    /// The file is shorter than it should be.
    is_cut: bool,
    /// With their lengths.
    next: VecDeque<(u64, oneshot::Receiver<Slice>)>,
}

/// Bytes, or the browser's words why there are none.
type Slice = Result<Uint8Array, String>;

impl Slices {
    fn new(worker: &Shared, load: LoadId, total: u64) -> Slices {
        let worker = worker.clone();
        let mut slices =
            Slices { worker, load, at: 0, length: FIRST_SLICE, total, is_cut: false, next: VecDeque::new() };
        slices.order();
        slices
    }

    fn order(&mut self) {
        while self.next.len() < AHEAD && self.at < self.total {
            let (from, to) = (self.at, (self.at + self.length).min(self.total));
            let (sender, receiver) = oneshot::channel();
            self.worker.borrow_mut().slices.push((self.load, from, sender));
            self.next.push_back((to - from, receiver));
            let kept = self.worker.borrow().running.as_ref().and_then(|running| running.kept.clone());
            match kept {
                Some(kept) => workspace::fetch(&self.worker, self.load, &kept, from, to),
                None => post(&FromEngine::Want { load: self.load, from, to }),
            }
            self.at = to;
            self.length = (self.length * 2).min(SLICE);
        }
    }

    /// Fills the buffer with the next slice; false at the end.
    async fn next(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Fault> {
        let Some((length, slice)) = self.next.pop_front() else {
            return if self.is_cut { Err(Fault::of(FaultKind::Unreadable)) } else { Ok(false) };
        };
        let bytes = match slice.await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(detail)) => return Err(Fault { detail, ..Fault::of(FaultKind::Unreadable) }),
            Err(oneshot::Canceled) => return Err(Fault::of(FaultKind::Unreadable)),
        };
        self.is_cut = u64::from(bytes.length()) < length;
        match self.is_cut {
            true => self.next.clear(),
            false => self.order(),
        }
        buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(buffer);
        Ok(true)
    }
}

impl Drop for Slices {
    /// What is still on its way is not wanted any more.
    fn drop(&mut self) {
        self.worker.borrow_mut().slices.clear();
    }
}

/// A slice has come. Nobody waits for one of a load that was cancelled.
fn hand_over(worker: &Shared, load: LoadId, from: u64, slice: Slice) {
    let slices = &mut worker.borrow_mut().slices;
    if let Some(at) = slices.iter().position(|wanted| (wanted.0, wanted.1) == (load, from)) {
        let _ = slices.swap_remove(at).2.send(slice);
    }
}
