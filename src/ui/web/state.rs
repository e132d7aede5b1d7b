//! What the whole page shares: the engine's client, the loads, theme and language. Signals for the view; no trace.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::*;
use web_sys::File;

use super::format::warm_up;
use super::keeping::{self, Workspace};
use super::rest::needs_rest;
use super::searching::Remote;
use super::signal::RwSignal;
use super::storage;
use super::time_zone::remembered_zone;
use super::words::{Language, fill, words};
use crate::engine::client::{Client, Event};
use crate::engine::messages::{LoadId, Progress, What};
use crate::engine::questions::TraceHead;
use crate::ingest::report::{FaultKind, LoadReport};
use crate::source::list::SourceInfo;

/// How long after the worker what a page of the rest does not need is made.
const LATER: Duration = Duration::from_secs(1);

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
    static APP: Cell<Option<App>> = const { Cell::new(None) };
    static NEXT_LOAD: Cell<LoadId> = const { Cell::new(1) };
}

/// The way to the engine; `None` if the worker could not be started, which the page says.
pub fn client() -> Option<Client> {
    CLIENT.with_borrow(|client| client.clone())
}

/// One load of this session.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadView {
    pub id: LoadId,
    pub what: What,
    pub progress: Option<Progress>,
    pub report: Option<LoadReport>,
    /// Milliseconds of the page's clock: when it began to be read, and when it was over.
    pub began_ms: Option<f64>,
    pub ended_ms: Option<f64>,
}

impl LoadView {
    /// The name that users know it by.
    pub fn name(&self) -> String {
        match &self.what {
            What::File { name, .. } | What::Text { name, .. } | What::Kept { name, .. } => name.clone(),
            What::Demo => words().demo_name.to_owned(),
            What::Trace { id, .. } => id.clone(),
        }
    }

    pub fn is_over(&self) -> bool {
        self.report.is_some()
    }

    pub fn is_failed(&self) -> bool {
        self.report.as_ref().is_some_and(|report| report.fault.is_some())
    }

    pub fn seconds(&self) -> Option<f64> {
        Some((self.ended_ms? - self.began_ms?) / 1000.0)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    Light,
    Dark,
}

#[derive(Clone, Copy)]
pub struct App {
    pub loads: RwSignal<Vec<LoadView>>,
    /// Grows whenever the engine has other traces than before.
    pub version: RwSignal<u32>,
    /// Came with the last load, for the page that wanted it.
    pub brought: RwSignal<Option<Box<TraceHead>>>,
    /// Set when only a reload helps.
    pub broken: RwSignal<Option<String>>,
    /// What the system wants, unless the user chose.
    pub theme: RwSignal<Theme>,
    /// See [`zone`](super::time_zone::zone).
    pub zone: RwSignal<String>,
    pub language: RwSignal<Language>,
    /// Services have the colours that colour-blind people tell apart.
    pub is_safe_palette: RwSignal<bool>,
    /// What users chose as colours of services, as `ui::colour` writes it.
    pub colours: RwSignal<String>,
    /// A short message that goes away by itself.
    pub toast: RwSignal<Option<String>>,
    /// Ids of the traces that are chosen for a comparison, in the order in which they were.
    pub checked: RwSignal<Vec<String>>,
    /// Ids of the traces of the groups A and B, which are compared as wholes: `sel:A` and `sel:B` in addresses.
    pub groups: [RwSignal<Vec<String>>; 2],
    /// Query APIs; `None` until somebody needed to know.
    pub sources: RwSignal<Option<Vec<SourceInfo>>>,
    /// The query API that was searched last.
    pub remote: RwSignal<Remote>,
    /// Whether and how what is loaded is kept.
    pub workspace: RwSignal<Workspace>,
}

/// What the page shares. A thread-local, not a context: event handlers and answers need it, too.
pub fn app() -> App {
    APP.get().expect("App::new comes first")
}

impl App {
    /// Makes the one there is.
    pub fn new() -> App {
        let wants_dark =
            window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches());
        let theme = match storage::preference("theme").as_deref() {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            _ if wants_dark => Theme::Dark,
            _ => Theme::Light,
        };
        let tag = storage::preference("language").or_else(|| window().navigator().language()).unwrap_or_default();
        let app = App {
            loads: RwSignal::default(),
            version: RwSignal::default(),
            brought: RwSignal::default(),
            broken: RwSignal::default(),
            theme: RwSignal::new(theme),
            zone: RwSignal::new(remembered_zone()),
            language: RwSignal::new(Language::from_tag(&tag)),
            is_safe_palette: RwSignal::new(storage::preference("palette").as_deref() == Some("safe")),
            colours: RwSignal::new(super::service_colours::remembered()),
            toast: RwSignal::new(storage::said()),
            checked: RwSignal::default(),
            groups: Default::default(),
            sources: RwSignal::default(),
            remote: RwSignal::default(),
            workspace: RwSignal::new(Workspace { stage: keeping::remembered(), ..Workspace::default() }),
        };
        APP.set(Some(app));
        app
    }

    /// Chooses the palette of services; remembered.
    pub fn use_safe_palette(self, is_safe: bool) {
        storage::set_preference("palette", if is_safe { "safe" } else { "usual" });
        self.is_safe_palette.set(is_safe);
    }

    /// Starts the worker that this very build brought along.
    pub fn start_engine(self) {
        let script = document().query_selector("meta[name=trackway-worker]").ok().flatten();
        let name = script.and_then(|meta| meta.get_attribute("content")).unwrap_or_default();
        let url = super::navigation::address(&format!("/{name}"));
        match Client::start(&url, move |event| self.take(event)) {
            Ok(client) => CLIENT.set(Some(client)),
            Err(error) => self.broken.set(Some(format!("{url}: {error:?}"))),
        }
        keeping::start();
    }

    fn take(self, event: Event) {
        match event {
            // A page of the rest has that unpacked now (boot-HASH.js).
            Event::Ready if needs_rest() => set_timeout(warm_up, LATER),
            Event::Ready => warm_up(),
            Event::Progress(progress) => self.take_progress(progress),
            Event::Loaded(load, report, head) => {
                self.brought.set(head);
                self.take_report(load, *report);
            }
            Event::Removed(load) => self.take_removed(load),
            Event::Broken(detail) => self.broken.set(Some(detail)),
        }
    }

    fn take_progress(self, progress: Progress) {
        let traces = progress.traces;
        let mut has_more = false;
        self.update_load(progress.load, |load| {
            has_more = load.progress.as_ref().map_or(0, |known| known.traces) != traces;
            load.began_ms.get_or_insert_with(now_ms);
            load.progress = Some(progress);
        });
        if has_more {
            self.version.update(|version| *version += 1);
        }
    }

    fn take_report(self, id: LoadId, report: LoadReport) {
        let was_cancelled = report.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Cancelled);
        if was_cancelled {
            self.loads.update(|loads| loads.retain(|load| load.id != id));
            self.toast.set(Some(words().fault_cancelled.to_owned()));
        } else {
            self.update_load(id, |load| {
                load.began_ms.get_or_insert_with(now_ms);
                load.ended_ms = Some(now_ms());
                load.report = Some(report);
            });
            keeping::after_load();
        }
        self.version.update(|version| *version += 1);
    }

    fn update_load(self, id: LoadId, change: impl FnOnce(&mut LoadView)) {
        self.loads.update(|loads| {
            if let Some(load) = loads.iter_mut().find(|load| load.id == id) {
                change(load);
            }
        });
    }

    /// A number for a load.
    pub fn next_load(self) -> LoadId {
        NEXT_LOAD.replace(NEXT_LOAD.get() + 1)
    }

    /// Starts a load.
    pub fn load(self, what: What, file: Option<&File>) -> LoadId {
        let id = self.next_load();
        let view = LoadView { id, what: what.clone(), progress: None, report: None, began_ms: None, ended_ms: None };
        self.loads.update(|loads| loads.push(view));
        if let Some(client) = client() {
            client.load(id, what, file);
        }
        id
    }

    pub fn load_files(self, files: &[File]) {
        for file in files {
            let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
            let name = path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name());
            self.load_file(file, name);
        }
    }

    pub fn load_file(self, file: &File, name: String) {
        self.load(What::File { name, bytes: file.size() as u64 }, Some(file));
    }

    pub fn load_text(self, text: String) {
        if !text.is_empty() {
            self.load(What::Text { name: words().paste_name.to_owned(), text }, None);
        }
    }

    pub fn cancel(self, load: LoadId) {
        if let Some(client) = client() {
            client.cancel(load);
        }
    }

    /// Removes a finished load with all that it brought.
    pub fn remove(self, load: LoadId) {
        let loads = self.loads.get_untracked();
        let report = loads.iter().find(|view| view.id == load).and_then(|view| view.report.as_ref());
        if let (Some(report), Some(client)) = (report, client()) {
            client.remove(load, report.sources.clone());
        }
    }

    fn take_removed(self, load: LoadId) {
        let name = self.loads.with_untracked(|loads| loads.iter().find(|view| view.id == load).map(LoadView::name));
        self.dismiss(load);
        self.toast.set(name.map(|name| fill(words().removed, &[&name])));
        self.version.update(|version| *version += 1);
    }

    /// Takes a finished load off the list of loads (not its traces).
    pub fn dismiss(self, load: LoadId) {
        self.loads.update(|loads| loads.retain(|view| view.id != load));
    }

    /// The demo is loaded or on its way.
    pub fn has_demo(self) -> bool {
        self.loads.with_untracked(|loads| {
            loads
                .iter()
                .any(|load| load.what == What::Demo && load.report.as_ref().is_none_or(|report| report.fault.is_none()))
        })
    }

    pub fn open_demo(self) {
        if !self.has_demo() {
            self.load(What::Demo, None);
        }
    }
}

pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
