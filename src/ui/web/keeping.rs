//! Whether what is loaded is kept in this browser: asked once, remembered. All that follows a yes is `workspace.rs`, in the rest.

use web_sys::{Event, HtmlElement};

use super::rest::with_rest;
use super::state::app;
use super::storage::{preference, set_preference};
use super::view::{View, dynamic, el, empty};
use super::words::words;
use super::workspace;
use crate::engine::messages::What;
use crate::engine::workspace::Told;

/// How far the user and the worker are about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    #[default]
    Undecided,
    /// The question stands on the page.
    Asks,
    /// What was kept is not known yet.
    Opening,
    Open,
    Declined,
}

/// What the page knows of the workspace.
#[derive(Clone, Default)]
pub struct Workspace {
    pub stage: Stage,
    pub told: Told,
    /// Something is to be said: another tab, no room, or the like.
    pub speaks: bool,
}

/// The user's answer, for good.
const KEY: &str = "workspace";

pub fn remember(keeps: bool) {
    set_preference(KEY, if keeps { "keep" } else { "no" });
}

pub fn remembered() -> Stage {
    match preference(KEY).as_deref() {
        Some("keep") => Stage::Opening,
        Some(_) => Stage::Declined,
        None => Stage::Undecided,
    }
}

pub fn stage() -> Stage {
    app().workspace.with_untracked(|workspace| workspace.stage)
}

/// What was kept before is loaded again, if the user wanted that. Nobody else asks the browser for anything here.
pub fn start() {
    if stage() == Stage::Opening {
        with_rest(Box::new(|| workspace::open(false)));
    }
}

/// Asks, once something of the user's is there. (Another tab may have an answer by now.)
pub fn after_load() {
    let is_the_users = |what: &What| matches!(what, What::File { .. } | What::Text { .. });
    let has_some = app().loads.with_untracked(|loads| {
        loads.iter().any(|load| is_the_users(&load.what) && load.is_over() && !load.is_failed())
    });
    if has_some && stage() == Stage::Undecided && remembered() == Stage::Undecided {
        set_stage(Stage::Asks);
    }
}

/// Of other stages than [`Stage::Open`] there is nothing more to tell.
pub fn set_stage(stage: Stage) {
    app().workspace.set(Workspace { stage, ..Workspace::default() });
}

/// The question, or what there is to say.
pub fn notice() -> View {
    dynamic(|| {
        let workspace = app().workspace.read();
        match workspace.stage {
            Stage::Asks => question(),
            _ if workspace.speaks => workspace::notice(),
            _ => empty(),
        }
    })
}

fn question() -> View {
    let words = words();
    let decline = |_: &HtmlElement| {
        remember(false);
        set_stage(Stage::Declined);
    };
    let decline = button("workspace-decline", "button small", words.workspace_decline, Box::new(decline));
    el("section", "card")
        .test_id("workspace-ask")
        .attr("role", "status")
        .child(el("p", "").text(words.workspace_ask))
        .child(el("div", "form-actions").child(keep_button()).child(decline))
}

pub fn keep_button() -> View {
    let keep = |_: &HtmlElement| with_rest(Box::new(|| workspace::open(true)));
    button("workspace-keep", "button small primary", words().workspace_keep, Box::new(keep))
}

/// A plain button; `act` is handed the button itself. One listener serves all: each of its own would stand in the page's first file.
pub fn button(id: &str, class: &str, name: &str, act: Box<dyn Fn(&HtmlElement)>) -> View {
    let view = el("button", class).attr("type", "button").test_id(id).text(name);
    let itself: HtmlElement = view.element();
    view.on("click", move |_: Event| act(&itself))
}
