//! The workspace's bytes: a folder of the origin's private file system (OPFS), owned by one tab at a time (Web Locks). What is
//! written and swept is `engine::workspace`'s business. Nothing here runs before the user has agreed.
//!
//! The browser's objects are called by name: typed imports would stand in the worker's first file, and few visitors come here.

use futures::channel::oneshot;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::reading::hand_over;
use super::saving::file_of;
use super::{Held, Shared, State, post};
use crate::engine::messages::{FromEngine, LoadId, encode};
use crate::engine::workspace::{
    Asked, Kept, KeptId, KeptSource, Kind, MANIFESTS, Manifest, Opened, Role, Told, Unkept, key_of,
};

/// The folder's name, and the lock's.
const NAME: &str = "trackway";
/// Bytes written at a time: about a millisecond.
const SLICE: f64 = 1_048_576.0;
/// Milliseconds between two looks whether reading is over: what is read goes first.
const PAUSE: u32 = 30;
/// An answer's pieces are handed to the browser, outside our memory, whenever there are so many bytes of them.
const FOLD: u32 = 8 << 20;

/// There while the user wants things kept.
pub struct Workspace {
    folder: JsValue,
    manifest: Manifest,
    role: Role,
    version: u32,
    left: Option<u64>,
    /// The manifest is to be written.
    is_changed: bool,
    /// Bytes that the manifest, once written, knows no more.
    doomed: Vec<String>,
    is_writing: bool,
    /// The page's question for news that waits.
    asker: Option<u32>,
    /// Lets the lock go.
    release: Option<Function>,
}

/// Takes a question of the page's.
#[inline(never)]
pub fn take(worker: &Shared, id: u32, asked: Asked) {
    match asked {
        Asked::Open => {
            let worker = worker.clone();
            spawn_local(async move { open(&worker, id).await });
        }
        Asked::Next { seen } => match told(worker) {
            told if told.version == seen && told.role != Role::Closed => with(worker, |this| this.asker = Some(id)),
            told => answer(id, &told),
        },
        Asked::Close { clears } => {
            let worker = worker.clone();
            spawn_local(async move { answer(id, &close(&worker, clears).await.map_err(|fault| words(&fault))) });
        }
        Asked::Read => {
            worker.borrow_mut().held.retain(|held| !matches!(held.state, State::Failed(_)));
            changed(worker);
            answer(id, &());
        }
    }
}

fn answer(id: u32, answer: &impl Serialize) {
    post(&FromEngine::Answer { id, answer: encode(answer) });
}

fn with(worker: &Shared, change: impl FnOnce(&mut Workspace)) {
    if let Some(this) = worker.borrow_mut().workspace.as_mut() {
        change(this);
    }
}

/// How it stands.
fn told(worker: &Shared) -> Told {
    let worker = worker.borrow();
    let Some(this) = &worker.workspace else { return Told::default() };
    let mut told = Told {
        version: this.version,
        role: this.role.clone(),
        files: this.manifest.files.iter().filter(|kept| kept.kind != Kind::Demo).count() as u32,
        bytes: this.manifest.bytes(),
        sources: this.manifest.sources.len() as u32,
        left: this.left,
        ..Told::default()
    };
    for held in &worker.held {
        match &held.state {
            State::Waiting if this.role == Role::Owner => told.writing += 1,
            State::Failed(fault) => {
                told.unkept.push(Unkept { name: held.name.clone(), bytes: held.content.0, fault: fault.clone() });
            }
            _ => {}
        }
    }
    told
}

/// Tells the page that something is other than before.
fn changed(worker: &Shared) {
    let mut asker = None;
    with(worker, |this| {
        this.version += 1;
        asker = this.asker.take();
    });
    if let Some(asker) = asker {
        answer(asker, &told(worker));
    }
}

async fn open(worker: &Shared, id: u32) {
    let is_open = worker.borrow().workspace.is_some();
    let opened = match is_open {
        true => Ok(Vec::new()),
        false => open_folder(worker).await,
    };
    let opened = match opened {
        Ok(kept) => Opened { kept, told: told(worker) },
        Err(fault) => {
            let told = Told { role: Role::Denied(words(&fault)), ..Told::default() };
            Opened { kept: Vec::new(), told }
        }
    };
    answer(id, &opened);
    go_on(worker);
}

/// Opens the folder, and says what is in it.
async fn open_folder(worker: &Shared) -> Result<Vec<Kept>, JsValue> {
    let folder = wait(&root().await?, "getDirectoryHandle", &[NAME.into(), option("create")?.into()]).await?;
    let release = lock(worker, &option("ifAvailable")?).await?;
    let manifest = Manifest::newest(&[bytes_of(&folder, 0).await, bytes_of(&folder, 1).await]);
    let role = match (&manifest, &release) {
        (Err(_), _) => Role::Damaged,
        (_, Some(_)) => Role::Owner,
        (_, None) => Role::Reader,
    };
    let manifest = manifest.unwrap_or_default();
    let kept = manifest.files.clone();
    let workspace = Workspace {
        folder,
        manifest,
        role: role.clone(),
        version: 1,
        left: left().await,
        is_changed: false,
        doomed: Vec::new(),
        is_writing: false,
        asker: None,
        release,
    };
    worker.borrow_mut().workspace = Some(Box::new(workspace));
    restore_sources(worker);
    match role {
        Role::Owner => sweep(worker).await,
        Role::Reader => {
            let worker = worker.clone();
            spawn_local(async move { take_over(&worker).await });
        }
        _ => {}
    }
    Ok(kept)
}

/// Waits until the tab that owns the folder is gone; then it is ours, with what was loaded here meanwhile.
async fn take_over(worker: &Shared) {
    let release = match lock(worker, &Object::new()).await {
        Ok(Some(release)) => release,
        _ => return,
    };
    let Some(folder) = worker.borrow().workspace.as_ref().map(|this| this.folder.clone()) else {
        // The user wants nothing kept any more.
        let _ = call(&release, "call", &[]);
        return;
    };
    let manifest = Manifest::newest(&[bytes_of(&folder, 0).await, bytes_of(&folder, 1).await]);
    with(worker, |this| {
        this.release = Some(release);
        this.role = if manifest.is_ok() { Role::Owner } else { Role::Damaged };
        this.manifest = manifest.unwrap_or_default();
    });
    restore_sources(worker);
    sweep(worker).await;
    changed(worker);
    go_on(worker);
}

/// The sources that were kept are there again, beside those that the user has added here.
fn restore_sources(worker: &Shared) {
    let kept = worker.borrow().workspace.as_ref().map(|this| this.manifest.sources.clone()).unwrap_or_default();
    let sources = worker.borrow().sources.clone();
    for source in kept {
        let is_known = sources.borrow().added().any(|known| known.base == source.base);
        let mut sources = sources.borrow_mut();
        if let (false, Ok(added)) = (is_known, sources.add(&source.name, &source.base, source.headers))
            && source.keeps_headers
        {
            sources.keep_headers(&added);
        }
    }
    sources_changed(worker);
}

/// The user added or removed a source.
#[inline(never)]
pub fn sources_changed(worker: &Shared) {
    let sources = KeptSource::all(&worker.borrow().sources.borrow());
    with(worker, |this| {
        if this.role == Role::Owner && this.manifest.sources != sources {
            this.manifest.sources = sources;
            this.is_changed = true;
        }
    });
    go_on(worker);
}

/// A load is removed: its bytes go, and what found no room may find it now.
#[inline(never)]
pub fn removed(worker: &Shared, load: LoadId) {
    let mut this = worker.borrow_mut();
    let Some(at) = this.held.iter().position(|held| held.load == load) else { return };
    let held = this.held.remove(at);
    for held in this.held.iter_mut().filter(|held| matches!(held.state, State::Failed(_))) {
        held.state = State::Waiting;
    }
    drop(this);
    if let State::Kept(id) = held.state {
        with(worker, |this| {
            if this.role == Role::Owner {
                this.forget(id);
            }
        });
    }
    changed(worker);
    go_on(worker);
}

impl Workspace {
    fn forget(&mut self, id: KeptId) {
        self.manifest.remove(id);
        self.doomed.push(id.to_string());
        self.is_changed = true;
    }
}

/// What of the folder belongs to nothing goes.
async fn sweep(worker: &Shared) {
    let Some(folder) = worker.borrow().workspace.as_ref().map(|this| this.folder.clone()) else { return };
    // A folder that cannot be listed is swept another time.
    let Ok(names) = names(&folder).await else { return };
    with(worker, |this| {
        if this.role == Role::Owner {
            this.doomed.extend(this.manifest.to_sweep(&names));
            this.is_changed |= !this.doomed.is_empty();
        }
    });
}

async fn names(folder: &JsValue) -> Result<Vec<String>, JsValue> {
    let entries = call(folder, "keys", &[])?;
    let mut names = Vec::new();
    loop {
        let next = wait(&entries, "next", &[]).await?;
        match get(&next, "value").as_string() {
            Some(name) => names.push(name),
            None => return Ok(names),
        }
    }
}

/// Writes what is to be written, if this tab owns the folder. Called whenever the worker has nothing to read.
#[inline(never)]
pub fn go_on(worker: &Shared) {
    let mut begins = false;
    with(worker, |this| begins = this.role == Role::Owner && !std::mem::replace(&mut this.is_writing, true));
    if begins {
        let worker = worker.clone();
        spawn_local(async move {
            while step(&worker).await {}
            with(&worker, |this| this.is_writing = false);
        });
    }
}

/// One thing at a time; false: nothing is left to do.
async fn step(worker: &Shared) -> bool {
    let (mut is_ours, mut is_changed, mut doomed) = (false, false, Vec::new());
    with(worker, |this| {
        is_ours = this.role == Role::Owner;
        is_changed = std::mem::take(&mut this.is_changed);
        doomed = std::mem::take(&mut this.doomed);
    });
    if !is_ours {
        return false;
    }
    if is_changed {
        let written = write_manifest(worker).await;
        remove_all(worker, &doomed).await;
        if written.is_err() {
            // There was no room. Now there may be.
            let _ = write_manifest(worker).await;
        }
        changed(worker);
        return true;
    }
    let held = {
        let this = worker.borrow();
        let waiting = this.held.iter().find(|held| matches!(held.state, State::Waiting));
        waiting.filter(|_| this.running.is_none()).cloned()
    };
    let Some(held) = held else { return false };
    let state = keep(worker, &held).await;
    let place = worker.borrow_mut().held.iter_mut().find(|other| other.load == held.load).map(|other| {
        if held.kind == Kind::Answer && matches!(state, State::Kept(_)) {
            other.original = JsValue::UNDEFINED;
        }
        other.state = state.clone();
    });
    if let (None, State::Kept(id)) = (place, state) {
        // It was removed while it was written.
        with(worker, |this| this.forget(id));
    }
    changed(worker);
    true
}

async fn remove_all(worker: &Shared, names: &[String]) {
    let Some(folder) = worker.borrow().workspace.as_ref().map(|this| this.folder.clone()) else { return };
    for name in names {
        // One that stays is swept at the next start.
        let _ = wait(&folder, "removeEntry", &[name.as_str().into()]).await;
    }
    let left = left().await;
    with(worker, |this| this.left = left);
}

/// Keeps one thing: first its entry, so that a crash is told at the next start, then its bytes.
async fn keep(worker: &Shared, held: &Held) -> State {
    let original = original(held);
    let key = if held.kind == Kind::Demo { String::from("demo") } else { key_of(held.content) };
    let bytes = original.as_ref().map_or(0, |blob| size(blob) as u64);
    let entry = Kept {
        id: 0,
        name: held.name.clone(),
        bytes,
        kind: held.kind,
        key: key.clone(),
        unix_ms: js_sys::Date::now() as u64,
    };
    let mut known = None;
    let mut id = 0;
    with(worker, |this| match this.manifest.known(&key) {
        Some(same) => known = Some(same),
        None => id = this.manifest.add(entry),
    });
    if let Some(known) = known {
        return State::Kept(known);
    }
    let written = match write_manifest(worker).await {
        Ok(()) => match &original {
            Some(blob) => write(worker, &id.to_string(), blob).await,
            None => Ok(()),
        },
        Err(fault) => Err(fault),
    };
    let left = left().await;
    with(worker, |this| this.left = left);
    match written {
        Ok(()) => State::Kept(id),
        Err(fault) => {
            // The half of it is of no use.
            with(worker, |this| this.forget(id));
            State::Failed(
                (get(&fault, "name").as_string().as_deref() != Some("QuotaExceededError")).then(|| words(&fault)),
            )
        }
    }
}

/// The file, or the text as one.
fn original(held: &Held) -> Option<JsValue> {
    match held.original.as_string() {
        Some(text) => Some(blob_of(text.as_bytes())),
        None => Some(held.original.clone()).filter(JsValue::is_object),
    }
}

fn blob_of(bytes: &[u8]) -> JsValue {
    let mut pieces = Pieces::default();
    pieces.push(bytes);
    pieces.file()
}

/// The length of a file, in bytes.
fn size(blob: &JsValue) -> f64 {
    get(blob, "size").as_f64().unwrap_or_default()
}

async fn bytes_between(blob: &JsValue, from: f64, to: f64) -> Result<JsValue, JsValue> {
    wait(&call(blob, "slice", &[from.into(), to.into()])?, "arrayBuffer", &[]).await
}

async fn write_manifest(worker: &Shared) -> Result<(), JsValue> {
    let mut writing = None;
    with(worker, |this| writing = Some(this.manifest.next_writing()));
    let Some((name, bytes)) = writing else { return Ok(()) };
    write(worker, name, &blob_of(&bytes)).await
}

/// Writes a file of the folder, slice by slice. Messages are taken in between, and what is to be read goes first.
async fn write(worker: &Shared, name: &str, blob: &JsValue) -> Result<(), JsValue> {
    let Some(folder) = worker.borrow().workspace.as_ref().map(|this| this.folder.clone()) else { return Ok(()) };
    let file = wait(&folder, "getFileHandle", &[name.into(), option("create")?.into()]).await?;
    let access = wait(&file, "createSyncAccessHandle", &[]).await?;
    let written = write_slices(worker, &access, blob).await;
    let closed = call(&access, "close", &[]);
    written.and(closed).map(drop)
}

async fn write_slices(worker: &Shared, access: &JsValue, blob: &JsValue) -> Result<(), JsValue> {
    call(access, "truncate", &[JsValue::from(0)])?;
    let (mut at, end) = (0.0, size(blob));
    while at < end {
        while worker.borrow().running.is_some() {
            TimeoutFuture::new(PAUSE).await;
        }
        if worker.borrow().workspace.is_none() {
            return Ok(());
        }
        let to = end.min(at + SLICE);
        let bytes = bytes_between(blob, at, to).await?;
        let written = call(access, "write", &[bytes])?;
        if written.as_f64() != Some(to - at) {
            let full = Object::new();
            Reflect::set(&full, &"name".into(), &"QuotaExceededError".into())?;
            return Err(full.into());
        }
        at = to;
    }
    call(access, "flush", &[]).map(drop)
}

/// The bytes of a kept thing, as a file.
#[inline(never)]
pub fn open_kept(worker: &Shared, load: LoadId, name: &str, id: KeptId) -> oneshot::Receiver<Result<JsValue, String>> {
    let (sender, receiver) = oneshot::channel();
    let held = Held {
        load,
        name: name.to_owned(),
        kind: Kind::File,
        content: (0, 0),
        original: JsValue::UNDEFINED,
        state: State::Kept(id),
    };
    worker.borrow_mut().held.push(held);
    let folder = worker.borrow().workspace.as_ref().map_or(JsValue::UNDEFINED, |this| this.folder.clone());
    spawn_local(async move {
        let file = file(&folder, &id.to_string()).await;
        let _ = sender.send(file.map_err(|fault| words(&fault)));
    });
    receiver
}

async fn file(folder: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    wait(&wait(folder, "getFileHandle", &[name.into()]).await?, "getFile", &[]).await
}

/// A manifest's bytes, if it is there.
async fn bytes_of(folder: &JsValue, which: usize) -> Option<Vec<u8>> {
    let file = file(folder, MANIFESTS[which]).await.ok()?;
    let bytes = wait(&file, "arrayBuffer", &[]).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// Fetches bytes of a kept thing that is being read.
#[inline(never)]
pub fn fetch(worker: &Shared, load: LoadId, blob: &JsValue, from: u64, to: u64) {
    let (worker, blob) = (worker.clone(), blob.clone());
    spawn_local(async move {
        let bytes = bytes_between(&blob, from as f64, to as f64).await;
        let bytes = bytes.map(|bytes| Uint8Array::new(&bytes)).map_err(|fault| words(&fault));
        hand_over(&worker, load, from, bytes);
    });
}

/// Nothing more is kept here; `clears`: what is kept goes, whoever owns it.
async fn close(worker: &Shared, clears: bool) -> Result<(), JsValue> {
    let closed = worker.borrow_mut().workspace.take();
    let asker = closed.as_ref().and_then(|closed| closed.asker);
    if let Some(asker) = asker {
        answer(asker, &Told::default());
    }
    // Should the user think better of it, these can be kept once more. What was read from the folder cannot.
    worker.borrow_mut().held.retain_mut(|held| {
        held.state = State::Waiting;
        !held.original.is_undefined()
    });
    let mut release = closed.and_then(|closed| closed.release);
    let cleared = match clears {
        true => {
            if release.is_none() {
                release = lock(worker, &option("steal")?).await?;
            }
            clear().await
        }
        false => Ok(()),
    };
    if let Some(release) = release {
        let _ = call(&release, "call", &[]);
    }
    cleared
}

/// Removes the folder. Somebody may still be writing for a moment.
async fn clear() -> Result<(), JsValue> {
    let root = root().await?;
    let mut attempts = 0;
    loop {
        match wait(&root, "removeEntry", &[NAME.into(), option("recursive")?.into()]).await {
            Ok(_) => return Ok(()),
            Err(fault) if get(&fault, "name").as_string().as_deref() == Some("NotFoundError") => return Ok(()),
            Err(fault) if attempts == 20 => return Err(fault),
            Err(_) => attempts += 1,
        }
        TimeoutFuture::new(100).await;
    }
}

/// Asks for the lock, and holds it until what it gives is called. `None`: another tab has it.
async fn lock(worker: &Shared, options: &Object) -> Result<Option<Function>, JsValue> {
    let (sender, granted) = oneshot::channel();
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let mut release = None;
        let held = lock.is_object().then(|| Promise::new(&mut |resolve, _| release = Some(resolve)));
        let _ = sender.send(release);
        held.map_or(JsValue::UNDEFINED, JsValue::from)
    });
    let locks = get(&navigator(), "locks");
    let request: Promise = call(&locks, "request", &[NAME.into(), options.into(), callback])?.unchecked_into();
    match select(granted, JsFuture::from(request)).await {
        Either::Left((release, request)) => {
            // It ends with a fault when another tab takes the lock away, to forget all.
            let worker = worker.clone();
            spawn_local(async move {
                if request.await.is_err() {
                    with(&worker, |this| this.role = Role::Reader);
                    changed(&worker);
                }
            });
            Ok(release.unwrap_or_default())
        }
        Either::Right((Err(fault), _)) => Err(fault),
        Either::Right((Ok(_), _)) => Ok(None),
    }
}

/// The bytes of an answer as they come, for the workspace.
#[derive(Default)]
pub struct Pieces {
    parts: Array,
    fresh_bytes: u32,
}

impl Pieces {
    pub fn push(&mut self, bytes: &[u8]) {
        self.parts.push(&Uint8Array::from(bytes));
        self.fresh_bytes += bytes.len() as u32;
        if self.fresh_bytes > FOLD {
            self.parts = Array::of1(&self.file());
            self.fresh_bytes = 0;
        }
    }

    /// All of them, outside our memory.
    pub fn file(&self) -> JsValue {
        file_of(&self.parts, "").map_or(JsValue::UNDEFINED, JsValue::from)
    }
}

fn navigator() -> JsValue {
    get(&js_sys::global(), "navigator")
}

async fn root() -> Result<JsValue, JsValue> {
    wait(&get(&navigator(), "storage"), "getDirectory", &[]).await
}

/// Bytes that the browser would still give us.
async fn left() -> Option<u64> {
    let estimate = wait(&get(&navigator(), "storage"), "estimate", &[]).await.ok()?;
    let (quota, usage) = (get(&estimate, "quota").as_f64()?, get(&estimate, "usage").as_f64()?);
    Some((quota - usage).max(0.0) as u64)
}

fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method by its name; a browser without it says so.
fn call(on: &JsValue, method: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(on, method).dyn_into().map_err(|_| JsValue::from(format!("no {method}")))?;
    Reflect::apply(&function, on, &given.iter().collect())
}

async fn wait(on: &JsValue, method: &str, given: &[JsValue]) -> Result<JsValue, JsValue> {
    JsFuture::from(call(on, method, given)?.unchecked_into::<Promise>()).await
}

/// `{ name: true }`
fn option(name: &str) -> Result<Object, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &name.into(), &JsValue::TRUE)?;
    Ok(options)
}

fn words(fault: &JsValue) -> String {
    fault.as_string().or_else(|| get(fault, "message").as_string()).unwrap_or_default()
}
