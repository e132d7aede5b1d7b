//! Reading what is to be loaded: files in slices, which the page fetches, texts, and answers of query APIs. Between two pieces messages are
//! taken.

use std::collections::VecDeque;

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::{PROGRESS_MS, Shared, let_messages_in, name_of, now_ms, post, sources, workspace};
use crate::engine::Content;
use crate::engine::messages::{FromEngine, LoadId, Progress, What};
use crate::ingest::report::{Fault, FaultKind, LoadReport};
use crate::source::fetch::{self, Body, Unreachable};
use crate::source::jaeger;

/// Bytes read from a file at a time: some ten milliseconds of reading, so messages wait no longer than that.
const SLICE: u64 = 2 << 20;
/// Bytes of a file's first slice; each is twice as long as the one before, up to [`SLICE`]. A browser hands a slice over
/// when it is whole, and until the first one comes nothing is read.
const FIRST_SLICE: u64 = 128 << 10;
/// The demo's place in the app's folder.
pub(super) const DEMO: &str = "demo.json.gz";

/// Why the bytes of a load stopped.
enum Stop {
    End,
    Cancelled,
    Broken(Fault),
}

/// Reads what is to be loaded. The worker goes on to the next load when it is done.
pub(super) async fn read(worker: &Shared, load: LoadId, what: What, abort: &AbortController) -> LoadReport {
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
            read_whole(worker, text.as_bytes(), abort, &mut pace).await
        }
        What::Demo => {
            worker.borrow_mut().engine.begin(&name);
            match unpacked_demo().await {
                Some(Ok(bytes)) => read_whole(worker, &bytes.to_vec(), abort, &mut pace).await,
                Some(Err(error)) => {
                    let detail = js_sys::Error::from(error).to_string().into();
                    Stop::Broken(Fault { detail, ..Fault::of(FaultKind::Unreachable) })
                }
                None => read_answer(worker, DEMO, abort, &mut pace).await,
            }
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

/// The demo as a release has it: packed with what unpacks it (scripts/hooks/name_build.sh). `None`: in a build for development it is a file.
async fn unpacked_demo() -> Option<Result<Uint8Array, JsValue>> {
    let unpack = Reflect::get(&js_sys::global(), &"trackwayDemo".into()).ok()?.dyn_into::<Function>().ok()?;
    let bytes = unpack.call0(&JsValue::UNDEFINED).map(JsCast::unchecked_into::<Promise>);
    Some(match bytes {
        Ok(bytes) => JsFuture::from(bytes).await.map(JsCast::unchecked_into),
        Err(error) => Err(error),
    })
}

/// Reads what is there as a whole.
async fn read_whole(worker: &Shared, bytes: &[u8], abort: &AbortController, pace: &mut Pace) -> Stop {
    for piece in bytes.chunks(SLICE as usize) {
        if abort.signal().aborted() {
            return Stop::Cancelled;
        }
        if !pace.push(worker, piece) {
            return Stop::End;
        }
        // Nothing else lets messages in.
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
pub(super) struct Pace {
    pub(super) load: LoadId,
    name: String,
    read_bytes: u64,
    pub(super) total_bytes: u64,
    told_ms: f64,
}

impl Pace {
    pub(super) fn new(load: LoadId, name: &str) -> Pace {
        Pace { load, name: name.to_owned(), total_bytes: 0, read_bytes: 0, told_ms: f64::NEG_INFINITY }
    }

    /// Hands the bytes to the engine; false when it wants no more.
    pub(super) fn push(&mut self, worker: &Shared, bytes: &[u8]) -> bool {
        let goes_on = worker.borrow_mut().engine.push(bytes);
        self.read_bytes += bytes.len() as u64;
        if now_ms() - self.told_ms >= PROGRESS_MS {
            self.tell(worker);
        }
        goes_on
    }

    pub(super) fn tell(&mut self, worker: &Shared) {
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
pub(super) type Slice = Result<Uint8Array, String>;

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
pub(super) fn hand_over(worker: &Shared, load: LoadId, from: u64, slice: Slice) {
    let slices = &mut worker.borrow_mut().slices;
    if let Some(at) = slices.iter().position(|wanted| (wanted.0, wanted.1) == (load, from)) {
        let _ = slices.swap_remove(at).2.send(slice);
    }
}
