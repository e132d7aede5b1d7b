//! The workspace on the page: what is kept is loaded again, how it stands, and forgetting it. In the rest: it comes with a yes.

use std::cell::Cell;

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement};

use super::clipboard::icon_button;
use super::format::{bytes, counted};
use super::icons::Icon;
use super::keeping::{Stage, Workspace, button, keep_button, remember, remembered, set_stage, stage};
use super::navigation::{address, place};
use super::searching::look_for_sources;
use super::signal::RwSignal;
use super::state::{app, client};
use super::storage;
use super::view::{View, dynamic, effect, el, on_window};
use super::words::{fill, words};
use crate::engine::messages::What;
use crate::engine::workspace::{Asked, Kept, Kind, Opened, Role, Told};

/// Traces that are chosen, and where that is remembered.
fn choices() -> [(RwSignal<Vec<String>>, &'static str); 3] {
    let [a, b] = app().groups;
    [(app().checked, "checked"), (a, "group-a"), (b, "group-b")]
}

/// Opens the workspace; `is_new`: the user has just said yes.
#[inline(never)]
pub fn open(is_new: bool) {
    if is_new {
        remember(true);
        make_persistent();
    }
    set_stage(Stage::Opening);
    spawn_local(async move {
        let Some(client) = client() else { return };
        let Some(opened) = client.workspace::<Opened>(Asked::Open).await else { return };
        let is_denied = matches!(opened.told.role, Role::Denied(_));
        if is_denied && is_new {
            remember(false);
        }
        load_all(opened.kept);
        // The form may have asked who is there before these were.
        if opened.told.sources > 0 && app().sources.with_untracked(Option::is_some) {
            look_for_sources();
        }
        let mut seen = opened.told.version;
        show(opened.told, if is_denied { Stage::Declined } else { Stage::Open });
        // Who waits for what was kept asks again.
        app().version.update(|version| *version += 1);
        if is_denied {
            return;
        }
        keep_checked();
        on_window("storage", |_: Event| leave());
        while let Some(told) = client.workspace::<Told>(Asked::Next { seen }).await {
            if told.role == Role::Closed {
                break;
            }
            seen = told.version;
            show(told, Stage::Open);
        }
    });
}

/// Asks the browser not to clear it when space gets short. It may say no.
fn make_persistent() {
    let storage = Reflect::get(&window().navigator(), &"storage".into()).unwrap_or_default();
    if let Ok(persist) = Reflect::get(&storage, &"persist".into())
        && let Ok(persist) = persist.dyn_into::<Function>()
    {
        let _ = persist.call0(&storage);
    }
}

fn load_all(kept: Vec<Kept>) {
    for Kept { id, name, bytes, kind, .. } in kept {
        match kind {
            Kind::Demo => app().open_demo(),
            _ => {
                let is_answer = kind == Kind::Answer;
                app().load(What::Kept { file: id, name, bytes, is_answer }, None);
            }
        }
    }
}

fn show(told: Told, stage: Stage) {
    let before = app().workspace.with_untracked(|workspace| workspace.told.clone());
    let is_silent = told.role == Role::Owner && told.unkept.is_empty();
    // The search page says it for as long as it is so; other pages in passing.
    let is_elsewhere = place().path.get_untracked() != address("/search");
    let news = is_elsewhere && (before.role != told.role || before.unkept.len() < told.unkept.len());
    if let Some(line) = lines(&told).pop().filter(|_| news) {
        app().toast.set(Some(line));
    }
    app().workspace.set(Workspace { stage, told, speaks: !is_silent });
}

/// The choice of traces survives, too.
fn keep_checked() {
    for (list, name) in choices() {
        if list.with_untracked(Vec::is_empty) {
            let known = storage::preference(name).unwrap_or_default();
            list.set(known.lines().map(str::to_owned).collect());
        }
        effect(move || {
            let ids = list.get().join("\n");
            let is_ours = app().workspace.with_untracked(|it| it.stage == Stage::Open && it.told.role == Role::Owner);
            if is_ours {
                storage::set_preference(name, &ids);
            }
        });
    }
}

/// Another tab has changed what the browser remembers: if the workspace is not wanted any more, nothing is kept here either.
fn leave() {
    if stage() == Stage::Open && remembered() != Stage::Opening {
        spawn_local(async {
            let Some(client) = client() else { return };
            let _ = client.workspace::<Result<(), String>>(Asked::Close { clears: false }).await;
            set_stage(remembered());
        });
    }
}

/// Clears all that is kept. Without `all`: but not what the browser remembers otherwise, and not what is loaded.
async fn forget(all: bool) {
    let Some(client) = client() else { return };
    let told = app().workspace.with_untracked(|workspace| workspace.told.clone());
    // Other tabs hear of this, and write nothing more.
    remember(false);
    let cleared = client.workspace::<Result<(), String>>(Asked::Close { clears: true }).await;
    if let Some(Err(fault)) = cleared {
        return app().toast.set(Some(fill(words().workspace_not_cleared, &[&fault])));
    }
    let text = fill(words().workspace_forgotten, &[&amount(&told)]);
    if !all {
        choices().into_iter().for_each(|(_, name)| storage::set_preference(name, ""));
        set_stage(Stage::Declined);
        return app().toast.set(Some(text));
    }
    storage::forget_all(&text);
    // A fresh worker: memory of wasm never shrinks.
    let _ = window().location().assign(&address("/search"));
}

/// Files, bytes and sources.
fn amount(told: &Told) -> String {
    let words = words();
    let files = counted(told.files.into(), words.file_one, words.file_many);
    let mut all = vec![files, bytes(told.bytes)];
    if told.sources > 0 {
        all.push(counted(told.sources.into(), words.kept_source_one, words.kept_source_many));
    }
    all.join(" · ")
}

/// What there is to say.
fn lines(told: &Told) -> Vec<String> {
    let words = words();
    let left = told.left.map_or(String::new(), bytes);
    let unkept = told.unkept.iter().map(|unkept| match &unkept.fault {
        None => fill(words.workspace_full, &[&unkept.name, &bytes(unkept.bytes), &left]),
        Some(fault) => fill(words.workspace_failed, &[&unkept.name, &bytes(unkept.bytes), fault]),
    });
    let role = match &told.role {
        Role::Owner | Role::Closed => None,
        Role::Reader => Some(words.workspace_other_tab.to_owned()),
        Role::Damaged => Some(words.workspace_damaged.to_owned()),
        Role::Denied(fault) => Some(fill(words.workspace_denied, &[fault])),
    };
    role.into_iter().chain(unkept).collect()
}

/// The lines, until they are read.
#[inline(never)]
pub fn notice() -> View {
    let told = app().workspace.with_untracked(|workspace| workspace.told.clone());
    let read = |_: Event| {
        let workspace = app().workspace.get_untracked();
        app().workspace.set(Workspace { speaks: false, ..workspace });
        spawn_local(async {
            if let Some(client) = client() {
                let _ = client.workspace::<()>(Asked::Read).await;
            }
        });
    };
    let close = icon_button("icon-button quiet card-dismiss", words().dismiss, Icon::Close).on("click", read);
    el("section", "card workspace-notice")
        .test_id("workspace-notice")
        .attr("role", "status")
        .child(el("header", "card-head").child(el("h3", "").text(words().workspace)).child(close))
        .children(lines(&told).iter().map(|line| el("p", "").text(line)))
}

/// What is kept, and the ways to change that.
#[inline(never)]
pub fn panel() -> View {
    dynamic(|| {
        let workspace = app().workspace.read();
        let told = &workspace.told;
        let words = words();
        let panel = el("div", "workspace-panel").child(el("p", "").text(words.workspace_note));
        let panel = match workspace.stage {
            Stage::Open => {
                let left = told.left.map(|left| el("p", "quiet").text(&fill(words.workspace_left, &[&bytes(left)])));
                let writing = counted(told.writing.into(), words.file_one, words.file_many);
                panel
                    .child(el("p", "").test_id("workspace-size").text(&fill(words.workspace_kept, &[&amount(told)])))
                    .children(left)
                    .children(
                        (told.writing > 0).then(|| el("p", "quiet").text(&fill(words.workspace_writing, &[&writing]))),
                    )
                    .children(lines(told).iter().map(|line| el("p", "").text(line)))
            }
            _ => panel.child(el("p", "").test_id("workspace-size").text(words.workspace_not_kept)),
        };
        let is_open = workspace.stage == Stage::Open;
        let actions = el("div", "form-actions")
            .children((!is_open).then(keep_button))
            .children(is_open.then(|| twice("workspace-decline", words.workspace_decline, told, false)))
            .child(twice("workspace-forget", words.workspace_forget, told, true));
        panel.child(actions)
    })
}

/// A button that wants to be pressed twice.
fn twice(id: &str, name: &'static str, told: &Told, all: bool) -> View {
    let text = if all { words().workspace_sure_all } else { words().workspace_sure };
    let sure = fill(text, &[&amount(told)]);
    let is_sure = Cell::new(false);
    let act = move |itself: &HtmlElement| match is_sure.replace(true) {
        false => itself.set_text_content(Some(&sure)),
        true => spawn_local(forget(all)),
    };
    button(id, "button small", name, Box::new(act)).attr("aria-live", "polite")
}
