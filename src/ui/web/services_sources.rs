//! What pages about services get from query APIs: the calls between services that they counted.

use js_sys::Date;
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

use super::clipboard::icon_button;
use super::icons::Icon;
use super::navigation::{go, with_parameters};
use super::services_choice::COUNTS;
use super::signal::RwSignal;
use super::sources::trouble_card;
use super::state::{app, client};
use super::view::{View, el};
use super::words::{fill, words};
use crate::ingest::report::LoadReport;
use crate::source::list::{SourceId, SourceInfo};
use crate::source::trouble::{Trouble, TroubleKind};

/// Gets the calls between services that a source counted in so many nanoseconds until now; they are loaded under the source's name, in the
/// place of those that it told before, and pages follow (`app().version`). Only sources that are in the list can be asked: those that the
/// user added, and those at the page's own origin.
///
/// ```ignore
/// spawn_local(async move {
///     match load_dependencies(source.id, 7 * 86_400_000_000_000).await {
///         // `report.dependencies` pairs of services are in the store, of the source `report.name` (or of `report.same_as`,
///         // if a file brought just the same). None at all is an answer, too.
///         Ok(report) => …,
///         // `TroubleKind::NotOffered`: Tempo has none, nor has a Jaeger without a storage for them.
///         Err(trouble) => trouble_card(&trouble, again),
///     }
/// });
/// ```
pub async fn load_dependencies(source: SourceId, lookback: u64) -> Result<LoadReport, Trouble> {
    let gone = || Trouble::of(TroubleKind::Cancelled, "");
    let end = (Date::now() * 1e6) as u64;
    let outcome = match client() {
        Some(client) => client.dependencies(app().next_load(), source, end, lookback).await,
        None => None,
    };
    let report = outcome.unwrap_or_else(|| Err(gone()))?;
    app().version.update(|version| *version += 1);
    Ok(report)
}

/// A week, as Jaeger UI asks for, in nanoseconds.
const WEEK: u64 = 7 * 86_400 * 1_000_000_000;

/// What the source that was asked last came to.
#[derive(Clone, Copy)]
pub struct Asked {
    pub is_under_way: RwSignal<bool>,
    /// Its name, and what went wrong; nothing if it just knows of no calls.
    outcome: RwSignal<Option<(String, Option<Box<Trouble>>)>>,
}

impl Asked {
    pub fn new() -> Asked {
        Asked { is_under_way: RwSignal::new(false), outcome: RwSignal::new(None) }
    }

    /// Gets what a query API counted, and shows it.
    pub fn get_from(self, name: &str) {
        let sources = app().sources.get_untracked().unwrap_or_default();
        if let Some(source) = sources.into_iter().find(|source| source.name == name) {
            self.get(source, false);
        }
    }

    /// `is_own_idea`: nobody asked for it; then a source that has no such thing need not be told of.
    pub fn get(self, source: SourceInfo, is_own_idea: bool) {
        self.is_under_way.set(true);
        spawn_local(async move {
            let outcome = load_dependencies(source.id, WEEK).await;
            if self.outcome.is_disposed() {
                return;
            }
            self.is_under_way.set(false);
            self.outcome.set(match outcome {
                Ok(report) if report.dependencies == 0 => Some((source.name, None)),
                Ok(report) => {
                    go(&with_parameters(&[(COUNTS, Some(report.same_as.unwrap_or(report.name)))]), true);
                    None
                }
                Err(trouble) if is_own_idea && trouble.kind == TroubleKind::NotOffered => None,
                Err(trouble) => Some((source.name, Some(Box::new(trouble)))),
            });
        });
    }

    /// Says what went wrong, with ways on: to ask again, and to leave it.
    #[inline(never)]
    pub fn card(self) -> Option<View> {
        let (name, trouble) = self.outcome.get()?;
        let card = match &trouble {
            Some(trouble) => trouble_card(trouble, move || self.get_from(&name)),
            None => el("p", "").text(&fill(words().services_told_none, &[&name])),
        };
        let close = icon_button("icon-button quiet card-close", words().dismiss, Icon::Close)
            .on("click", move |_: Event| self.outcome.set(None));
        Some(el("div", "services-told").test_id("services-told").attr("role", "status").child(card).child(close))
    }
}
