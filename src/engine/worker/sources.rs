//! Questions to query APIs. Small ones are carried out at once, side by side; those that load take their turn among the loads.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use gloo_timers::future::TimeoutFuture;
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;

use super::reading::Pace;
use super::workspace::{self, Pieces};
use super::{Job, Shared, Work, enqueue, go_on, hold, post};
use crate::analysis::rates::Rates;
use crate::engine::messages::{FromEngine, LoadId, SourceAsk, decode, encode};
use crate::engine::questions::Monitored;
use crate::engine::searching::{self, Fetched, Intake, Unsearched};
use crate::engine::workspace::Kind as KeptKind;
use crate::ingest::report::{Fault, FaultKind, LoadReport};
use crate::model::SourceNumber;
use crate::source::api::Kind;
use crate::source::carry;
use crate::source::fetch::{self, Fetch};
use crate::source::list::{Source, SourceId, SourceInfo};
use crate::source::trouble::{Trouble, TroubleKind};

/// Seconds of silence after which a probe or a small question is given up, and a search or a trace.
const SHORT_SILENCE: u32 = 10;
const LONG_SILENCE: u32 = 30;
/// Milliseconds between two looks whether others are done looking.
const WAIT_MS: u32 = 10;
/// Who may be at the page's own origin.
const OWN: [Kind; 3] = [Kind::Jaeger, Kind::Zipkin, Kind::Tempo];

/// Takes a question. Not inlined, so that what decodes it is split off with this module.
#[inline(never)]
pub fn take(worker: &Shared, id: u32, ask: &[u8]) {
    let Some(ask) = decode::<SourceAsk>(ask) else { return };
    match ask {
        SourceAsk::Search { load, .. }
        | SourceAsk::Trace { load, .. }
        | SourceAsk::Traces { load, .. }
        | SourceAsk::Dependencies { load, .. } => {
            enqueue(worker, Job { load, work: Work::Ask(id, Box::new(ask)) });
            go_on(worker);
        }
        _ => begin(worker, id, ask),
    }
}

/// Carries a question out that loads nothing.
fn begin(worker: &Shared, id: u32, ask: SourceAsk) {
    let Ok(abort) = AbortController::new() else { return };
    let worker = worker.clone();
    spawn_local(async move { carry_out(&worker, id, ask, abort).await });
}

/// The answer is not wanted any more.
#[inline(never)]
pub fn stop(worker: &Shared, id: u32) {
    let mut this = worker.borrow_mut();
    this.waiting.retain(|job| !matches!(job.work, Work::Ask(waiting, _) if waiting == id));
    this.asking.iter().filter(|(asking, _)| *asking == id).for_each(|(_, abort)| abort.abort());
}

/// Answers a question that was cancelled before its turn came.
#[inline(never)]
pub fn was_cancelled(id: u32, ask: &SourceAsk) {
    let trouble = Trouble::of(TroubleKind::Cancelled, "");
    match ask {
        SourceAsk::Trace { .. } => answer(id, &Err::<searching::Fetched, _>(vec![trouble])),
        SourceAsk::Traces { .. } => answer(id, &Vec::<bool>::new()),
        SourceAsk::Dependencies { .. } => answer(id, &Err::<LoadReport, _>(trouble)),
        _ => answer(id, &Err::<searching::Found, _>(Unsearched::Trouble(Box::new(trouble)))),
    }
}

fn answer(id: u32, answer: &impl Serialize) {
    post(&FromEngine::Answer { id, answer: encode(answer) });
}

pub async fn carry_out(worker: &Shared, id: u32, ask: SourceAsk, abort: AbortController) {
    worker.borrow_mut().asking.push((id, abort.clone()));
    carry_out_any(worker, id, ask, abort).await;
    worker.borrow_mut().asking.retain(|(asking, _)| *asking != id);
}

async fn carry_out_any(worker: &Shared, id: u32, ask: SourceAsk, abort: AbortController) {
    let short = transport(worker, &abort, SHORT_SILENCE);
    let long = transport(worker, &abort, LONG_SILENCE);
    let sources = short.sources.clone();
    match ask {
        SourceAsk::List { probe } => {
            if probe {
                probe_all(worker, &short).await;
            }
            answer(id, &sources.borrow().infos());
        }
        SourceAsk::Add { name, address, headers, keeps_headers } => {
            let mut added = sources.borrow_mut().add(&name, &address, headers);
            if let (true, Ok(source)) = (keeps_headers, &mut added) {
                *source = sources.borrow_mut().keep_headers(source);
            }
            workspace::sources_changed(worker);
            let outcome: Result<SourceInfo, Trouble> = match added {
                Ok(source) => Ok(probe(&short, source, &OWN).await),
                Err(fault) => Err(Trouble::of(TroubleKind::Address(fault), &name)),
            };
            answer(id, &outcome);
        }
        SourceAsk::Remove { source } => {
            sources.borrow_mut().remove(source);
            workspace::sources_changed(worker);
            answer(id, &sources.borrow().infos());
        }
        SourceAsk::Probe { source } => {
            let outcome: Result<SourceInfo, Trouble> = match found(&short, source) {
                Ok(source) => Ok(probe(&short, source, &OWN).await),
                Err(trouble) => Err(trouble),
            };
            answer(id, &outcome);
        }
        SourceAsk::Ask { source, ask } => {
            let outcome = match found(&short, source) {
                // A search may take its time, whatever it answers with.
                Ok(source) => carry::ask(&long, &source, &ask).await,
                Err(trouble) => Err(trouble),
            };
            answer(id, &outcome);
        }
        SourceAsk::Search { load, source, form, query, whole } => {
            let now = (js_sys::Date::now() * 1e6) as i64;
            let outcome = match (searching::asked(&form, &query, now), found(&short, source)) {
                (Err(fault), _) => Err(Unsearched::Form(fault)),
                (_, Err(trouble)) => Err(Unsearched::Trouble(Box::new(trouble))),
                (Ok(conditions), Ok(source)) => {
                    let intake = Load::new(worker, load, &source.name);
                    let outcome = searching::search(&long, &source, &conditions, whole, &intake).await;
                    if let Ok(searching::Found { report: Some(report), .. }) = &outcome {
                        intake.keep(report);
                    }
                    outcome.map_err(|trouble| Unsearched::Trouble(Box::new(trouble)))
                }
            };
            answer(id, &outcome);
        }
        SourceAsk::Trace { load, id: trace, only } => {
            let intake = Load::new(worker, load, &trace);
            if only.is_none() && !intake.has_trace(&trace) {
                probe_all(worker, &short).await;
            }
            let asked = match only {
                Some(only) => sources.borrow().get(only).into_iter().collect(),
                None => sources.borrow().usable(),
            };
            let outcome = searching::trace(&long, &asked, &trace, only.is_some(), &intake).await;
            if let Ok(searching::Fetched::From { report, .. }) = &outcome {
                intake.keep(report);
            }
            answer(id, &outcome);
        }
        SourceAsk::Traces { load, source, ids } => {
            let are_here = match found(&short, source) {
                Ok(source) => {
                    let intake = Load::new(worker, load, &source.name);
                    searching::traces(&long, &source, &ids, &intake).await
                }
                Err(_) => Vec::new(),
            };
            answer(id, &are_here);
        }
        SourceAsk::Dependencies { load, source, end, lookback } => {
            let outcome = match found(&short, source) {
                Ok(source) => dependencies(worker, &long, load, &source, (end, lookback)).await,
                Err(trouble) => Err(trouble),
            };
            answer(id, &outcome);
        }
        SourceAsk::Metrics(what) => {
            let end = (js_sys::Date::now() * 1e6) as i64;
            let outcome = match found(&short, what.source) {
                Ok(source) => metrics(&long, &source, &what, end).await,
                Err(trouble) => Err(trouble),
            };
            let outcome = outcome.map(|rates| worker.borrow_mut().engine.tell_rates(what, rates));
            answer(id, &outcome);
        }
        SourceAsk::Workspace(asked) => workspace::take(worker, id, asked),
    }
}

/// Something that is carried out, apart from what else can be: in one function with that it was twice as long.
type Task<'t, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + 't>>;

#[inline(never)]
fn dependencies<'t>(
    worker: &'t Shared,
    transport: &'t Fetch,
    load: LoadId,
    source: &'t Source,
    (end, lookback): (u64, u64),
) -> Task<'t, LoadReport> {
    let intake = Load::new(worker, load, &source.name);
    Box::pin(async move { searching::dependencies(transport, source, end, lookback, &intake).await })
}

#[inline(never)]
fn metrics<'t>(transport: &'t Fetch, source: &'t Source, what: &'t Monitored, end: i64) -> Task<'t, Rates> {
    Box::pin(searching::metrics::metrics(transport, source, what, end))
}

/// Gets a trace that the Jaeger beside the page does not have (`fault`: what it said) from the other sources, or from the one
/// that `name` names.
#[inline(never)]
pub async fn elsewhere(
    worker: &Shared,
    load: LoadId,
    id: &str,
    name: &str,
    fault: Option<Fault>,
    abort: &AbortController,
) -> LoadReport {
    probe_all(worker, &transport(worker, abort, SHORT_SILENCE)).await;
    let long = transport(worker, abort, LONG_SILENCE);
    let mut asked = long.sources.borrow().usable();
    if !name.is_empty() {
        asked.retain(|source| source.name == name);
        if asked.is_empty() {
            let fault = Fault { found: name.to_owned(), ..Fault::of(FaultKind::NoSource) };
            return LoadReport::failed(id.to_owned(), fault);
        }
    }
    let intake = Load::new(worker, load, id);
    match searching::trace(&long, &asked, id, true, &intake).await {
        Ok(Fetched::From { report, .. }) => *report,
        // It is asked for anew.
        Ok(Fetched::Loaded) => LoadReport::failed(id.to_owned(), Fault::of(FaultKind::Unreadable)),
        Err(_) if abort.signal().aborted() => LoadReport::failed(id.to_owned(), Fault::of(FaultKind::Cancelled)),
        Err(troubles) => LoadReport::failed(id.to_owned(), searching::not_there(fault, &troubles)),
    }
}

fn transport(worker: &Shared, abort: &AbortController, silence_seconds: u32) -> Fetch {
    Fetch { sources: worker.borrow().sources.clone(), abort: abort.clone(), silence_seconds }
}

fn found(transport: &Fetch, source: SourceId) -> Result<Rc<Source>, Trouble> {
    transport.sources.borrow().get(source).ok_or_else(|| Trouble::of(TroubleKind::NoSource, ""))
}

/// Looks who is at the page's own origin, and at the addresses that the workspace kept, all at once; whoever was found already is not asked
/// again. While others look, what they find is waited for.
async fn probe_all(worker: &Shared, transport: &Fetch) {
    while worker.borrow().is_probing {
        if transport.abort.signal().aborted() {
            return;
        }
        TimeoutFuture::new(WAIT_MS).await;
    }
    worker.borrow_mut().is_probing = true;
    let kept = transport.sources.borrow().unknown().into_iter().map(|source| (source, OWN.as_slice()));
    let mut asked: Vec<_> = kept.collect();
    for kind in &OWN {
        let own = transport.sources.borrow_mut().own(*kind, &fetch::base());
        if own.api.is_none() && own.trouble.is_none() {
            asked.push((own, std::slice::from_ref(kind)));
        }
    }
    let mut probes: Vec<_> =
        asked.into_iter().map(|(source, kinds)| Box::pin(probe(transport, source, kinds))).collect();
    poll_fn(|context| {
        probes.retain_mut(|probe| probe.as_mut().poll(context).is_pending());
        if probes.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    worker.borrow_mut().is_probing = false;
}

/// Looks who is at the page's own origin before the page asks.
pub async fn foresee(worker: &Shared) {
    // Without it there is no asking at all.
    if let Ok(abort) = AbortController::new() {
        probe_all(worker, &transport(worker, &abort, SHORT_SILENCE)).await;
    }
}

/// Finds out who answers, and keeps it with the source.
async fn probe(transport: &Fetch, source: Rc<Source>, kinds: &[Kind]) -> SourceInfo {
    let outcome = carry::probe(transport, &source, kinds).await;
    if let Err(trouble) = &outcome
        && trouble.kind == TroubleKind::Cancelled
    {
        return source.info();
    }
    let kept = transport.sources.borrow_mut().probed(&source, outcome);
    kept.unwrap_or(source).info()
}

/// Loads what comes into the engine, and tells the page how far it is.
struct Load<'w> {
    worker: &'w Shared,
    pace: RefCell<Pace>,
    /// The answer as it came, while things are kept.
    pieces: RefCell<Option<Pieces>>,
}

impl Load<'_> {
    fn new<'w>(worker: &'w Shared, load: LoadId, name: &str) -> Load<'w> {
        Load { worker, pace: RefCell::new(Pace::new(load, name)), pieces: RefCell::default() }
    }

    /// The answer brought something: the workspace keeps it.
    fn keep(&self, report: &LoadReport) {
        if let Some(pieces) = self.pieces.take() {
            hold(self.worker, self.pace.borrow().load, KeptKind::Answer, pieces.file(), report);
        }
    }
}

impl Intake for Load<'_> {
    fn begin(&self, name: &str) {
        self.worker.borrow_mut().engine.begin(name);
        *self.pieces.borrow_mut() = self.worker.borrow().workspace.is_some().then(Pieces::default);
        self.pace.borrow_mut().tell(self.worker);
    }

    fn push(&self, bytes: &[u8], total: u64) -> bool {
        let mut pace = self.pace.borrow_mut();
        pace.total_bytes = total;
        self.pieces.borrow_mut().iter_mut().for_each(|pieces| pieces.push(bytes));
        pace.push(self.worker, bytes)
    }

    fn finish(&self) -> LoadReport {
        self.worker.borrow_mut().engine.finish()
    }

    fn cancel(&self) {
        self.worker.borrow_mut().engine.cancel();
    }

    fn undo(&self, added: &[SourceNumber]) {
        self.worker.borrow_mut().engine.remove(added);
    }

    fn has_trace(&self, id: &str) -> bool {
        self.worker.borrow().engine.has_trace(id)
    }

    fn swap_dependencies(&self, source: SourceId, added: &[SourceNumber]) -> Vec<SourceNumber> {
        let last = &mut self.worker.borrow_mut().dependencies;
        if let Some((_, known)) = last.iter_mut().find(|(of, _)| *of == source) {
            return std::mem::replace(known, added.to_vec());
        }
        last.push((source, added.to_vec()));
        Vec::new()
    }
}
