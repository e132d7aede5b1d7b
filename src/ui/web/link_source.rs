//! Links out of the viewer by pattern: the patterns come from `trackway.json`, a file beside the app that whoever serves it
//! may fill, and what they want to know of a span from the engine. docs/configuration.md

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::navigation::address;
use super::state::client;
use crate::engine::questions::{Attribute, AttributePlace, Parameters};
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
