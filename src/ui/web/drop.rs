//! Files and folders dropped anywhere on the window, and text pasted anywhere that is not a text field.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    ClipboardEvent, DataTransfer, DomException, DragEvent, Event, File, FileList, FileSystemDirectoryEntry,
    FileSystemEntry, FileSystemFileEntry, HtmlElement,
};

use super::signal::RwSignal;
use super::state::app;
use super::view::on_window;
use crate::model::order::arrange;

/// Listens for as long as the page lives. The signal is true while something droppable is over the window.
pub fn listen() -> RwSignal<bool> {
    let is_over = RwSignal::new(false);
    // dragenter and dragleave come for every element passed: only their balance tells.
    let depth = Rc::new(RefCell::new(0_i32));
    let enter = depth.clone();
    on_window("dragenter", move |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
            *enter.borrow_mut() += 1;
            is_over.set(true);
        }
    });
    on_window("dragover", |event: DragEvent| {
        if has_files(&event) {
            event.prevent_default();
        }
    });
    let leave = depth.clone();
    on_window("dragleave", move |event: DragEvent| {
        if has_files(&event) {
            let mut depth = leave.borrow_mut();
            *depth = (*depth - 1).max(0);
            is_over.set(*depth > 0);
        }
    });
    on_window("drop", move |event: DragEvent| {
        *depth.borrow_mut() = 0;
        is_over.set(false);
        if let Some(data) = event.data_transfer().filter(|_| has_files(&event)) {
            event.prevent_default();
            take(&data);
        }
    });
    on_window("paste", |event: ClipboardEvent| {
        if !is_in_field(&event)
            && let Some(data) = event.clipboard_data()
        {
            paste(&data);
        }
    });
    is_over
}

/// Takes a paste: files if there are any, else its text.
pub fn paste(data: &DataTransfer) {
    let files = files_of(data);
    if files.is_empty() {
        app().load_text(data.get_data("text/plain").unwrap_or_default());
    } else {
        app().load_files(&files);
    }
}

/// The event belongs to a field that text is written into.
pub fn is_in_field(event: &Event) -> bool {
    let target = event.target();
    let element = target.as_ref().and_then(|target| target.dyn_ref::<HtmlElement>());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

fn files_of(data: &DataTransfer) -> Vec<File> {
    files_in(data.files())
}

pub fn files_in(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else {
        return Vec::new();
    };
    (0..files.length()).filter_map(|at| files.get(at)).collect()
}

/// Entries must be asked for while the event lasts; what is in folders comes later.
fn take(data: &DataTransfer) {
    let items = data.items();
    let entries: Vec<FileSystemEntry> =
        (0..items.length()).filter_map(|at| items.get(at)?.webkit_get_as_entry().ok().flatten()).collect();
    if entries.is_empty() {
        // A drop made by a script has files, but no entries.
        return app().load_files(&files_of(data));
    }
    spawn_local(async move {
        for (file, path) in walk(entries).await {
            app().load_file(&file, path);
        }
    });
}

/// All files of the entries, folders searched through, in the order of their paths. Hidden files are left out: nobody
/// means `.DS_Store`.
async fn walk(mut waiting: Vec<FileSystemEntry>) -> Vec<(File, String)> {
    let mut files = Vec::new();
    while let Some(entry) = waiting.pop() {
        if entry.is_directory() {
            let children = children(entry.unchecked_into()).await;
            waiting.extend(children.into_iter().filter(|child| !child.name().starts_with('.')));
        } else if let Some(file) = file(entry.clone().unchecked_into()).await {
            files.push((file, entry.full_path().trim_start_matches('/').to_owned()));
        }
    }
    arrange(files, &mut |one, other| one.1.cmp(&other.1))
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let (resolve, reject, receiver) = callbacks::<File>();
    entry.file_with_callback_and_callback(resolve.as_ref().unchecked_ref(), reject.as_ref().unchecked_ref());
    receiver.await.ok().flatten()
}

/// A folder is read in batches, until one is empty.
async fn children(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut all = Vec::new();
    loop {
        let (resolve, reject, receiver) = callbacks::<js_sys::Array>();
        let asked = reader
            .read_entries_with_callback_and_callback(resolve.as_ref().unchecked_ref(), reject.as_ref().unchecked_ref());
        let batch = if asked.is_ok() { receiver.await.ok().flatten() } else { None };
        match batch {
            Some(batch) if batch.length() > 0 => all.extend(batch.iter().map(FileSystemEntry::unchecked_from_js)),
            _ => return all,
        }
    }
}

type Resolve<T> = Closure<dyn FnMut(T)>;
type Reject = Closure<dyn FnMut(DomException)>;

/// The two callbacks of an old-style asynchronous function, and what they come to.
fn callbacks<T: wasm_bindgen::convert::FromWasmAbi + 'static>() -> (Resolve<T>, Reject, oneshot::Receiver<Option<T>>) {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let answer = move |sender: &Rc<RefCell<Option<oneshot::Sender<Option<T>>>>>, value| {
        if let Some(sender) = sender.borrow_mut().take() {
            let _ = sender.send(value);
        }
    };
    let resolve = Closure::new({
        let sender = sender.clone();
        move |value| answer(&sender, Some(value))
    });
    let reject = Closure::new(move |_| answer(&sender, None));
    (resolve, reject, receiver)
}
