//! Links out of the viewer by pattern: the patterns come from `trackway.json`, a file beside the app that whoever serves it
//! may fill, and what they want to know of a span from the engine. docs/configuration.md

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;

use super::navigation::address;
use super::row::title_of;
use super::signal::RwSignal;
use super::state::client;
use super::values::pattern_links;
use super::view::{View, optional};
use crate::engine::questions::{Attribute, AttributePlace, Parameters, TraceHead};
use crate::ui::link_patterns::{self, Link, Of, Pattern};

thread_local! {
    static PATTERNS: RefCell<Option<Rc<[Pattern]>>> = const { RefCell::new(None) };
}

/// The patterns of `trackway.json`, fetched once; none if there is no such file.
async fn patterns() -> Rc<[Pattern]> {
    if let Some(known) = PATTERNS.with_borrow(Option::clone) {
        return known;
    }
    let patterns: Rc<[Pattern]> = link_patterns::read_patterns(&fetch_config().await.unwrap_or_default()).into();
    PATTERNS.set(Some(patterns.clone()));
    patterns
}

/// A host that answers with a page for whatever it does not have gives no JSON: no patterns.
async fn fetch_config() -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str(&address("/trackway.json"))).await.ok()?;
    let response = response.dyn_into::<Response>().ok().filter(Response::ok)?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The links of a whole trace, as soon as the patterns are there.
pub fn trace_links(head: &TraceHead) -> View {
    let (links, links_version) = (Rc::new(RefCell::new(Vec::<Link>::new())), RwSignal::new(0_u32));
    let brought = links.clone();
    let (start, duration) = (head.start_unix_nanos / 1_000, head.duration_nanos / 1_000);
    let fields = [
        ("traceID", head.id.clone()),
        ("traceName", title_of(&head.service, &head.operation)),
        ("startTime", start.to_string()),
        ("endTime", (start + duration).to_string()),
        ("duration", duration.to_string()),
    ];
    spawn_local(async move {
        let lookup = |name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let found = link_patterns::links(&patterns().await, Of::Traces, "", "", &lookup);
        if !found.is_empty() {
            brought.replace(found);
            // The page may have been left meanwhile.
            links_version.set(1);
        }
    });
    optional(move || {
        links_version.track();
        pattern_links(&links.borrow())
    })
}

/// What makes the links of one span's attributes. The default makes none.
#[derive(Clone, Default)]
pub struct LinkSource {
    patterns: Option<Rc<[Pattern]>>,
    /// Names that patterns want, and what the engine says of them.
    known: Rc<[(String, Option<String>)]>,
}

impl LinkSource {
    /// `None`: there are no patterns.
    pub async fn of(trace: String, position: u32) -> Option<LinkSource> {
        let patterns = patterns().await;
        let names = link_patterns::names(&patterns);
        if patterns.is_empty() {
            return None;
        }
        let values = client()?.ask(Parameters { trace, position, names: names.clone() }).await?;
        Some(LinkSource { patterns: Some(patterns), known: names.into_iter().zip(values).collect() })
    }

    /// The links of one of the attributes of a list.
    pub fn links(&self, place: AttributePlace, list: &[Attribute], one: &Attribute) -> Vec<Link> {
        let Some(patterns) = &self.patterns else { return Vec::new() };
        let of = match place {
            AttributePlace::Span => Of::Attributes,
            AttributePlace::Resource => Of::Resource,
            AttributePlace::Event(_) | AttributePlace::Link(_) => Of::Events,
        };
        link_patterns::attribute_links(patterns, of, list, one, &self.known)
    }
}
