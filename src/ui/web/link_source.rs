//! What `trackway.json` says, a file beside the app that whoever serves it may fill: links out of the viewer by pattern, which
//! want to know of a span what the engine tells, and which attributes come first. docs/configuration.md

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::configured::apply;
use super::navigation::{address, fetch_text};
use super::rest::rest;
use super::row::title_of;
use super::signal::RwSignal;
use super::state::client;
use super::timeline_state::Timeline;
use super::values::pattern_links;
use super::view::{View, optional};
use crate::engine::questions::{Attribute, AttributePlace, Parameters, TraceHead};
use crate::ui::config::{Config, read_config};
use crate::ui::link_patterns::{self, Link, Of};

thread_local! {
    static CONFIG: RefCell<Option<Rc<Config>>> = const { RefCell::new(None) };
    /// Who waits for it, as soon as it is being fetched.
    static WAITING: RefCell<Option<Vec<oneshot::Sender<Rc<Config>>>>> = const { RefCell::new(None) };
}

/// What `trackway.json` says, fetched once; nothing if there is no such file. A page that will want it asks while it waits for its trace.
pub async fn config() -> Rc<Config> {
    if let Some(known) = CONFIG.with_borrow(Option::clone) {
        return known;
    }
    let fetched = WAITING.with_borrow_mut(|waiting| {
        let Some(waiting) = waiting else {
            *waiting = Some(Vec::new());
            return None;
        };
        let (sender, receiver) = oneshot::channel();
        waiting.push(sender);
        Some(receiver)
    });
    if let Some(fetched) = fetched {
        return fetched.await.unwrap_or_default();
    }
    let mut read = Config::default();
    // What reads it, and what makes links, is in the rest of the page's program: most have nothing configured.
    // A host that answers with a page for whatever it does not have gives no JSON.
    let says_something = |text: &String| text.trim_start().starts_with('{') && text.trim() != "{}";
    if let Some(text) = fetch_text(&address("/trackway.json")).await.filter(says_something)
        && rest().await.is_ok()
    {
        read = read_config(&text);
    }
    let config = Rc::new(read);
    CONFIG.set(Some(config.clone()));
    // Who waited may have been left meanwhile.
    WAITING.take().into_iter().flatten().for_each(|waiting| _ = waiting.send(config.clone()));
    config
}

/// How attributes begin that come first, if the file says so and is there already.
pub fn top_prefixes() -> Option<Vec<String>> {
    CONFIG.with_borrow(|config| config.as_ref()?.top_prefixes.clone())
}

/// The links of a whole trace, as soon as the patterns are there; then the page is as the file wants it, too.
pub fn trace_links(head: &TraceHead, state: Option<Timeline>) -> View {
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
        let config = config().await;
        // What does it is in the rest, which is here if anything is said.
        if let (Some(page), Some(state)) = (&config.page, state.filter(|state| !state.answer.is_disposed())) {
            apply(page, &state);
        }
        if config.patterns.is_empty() {
            return;
        }
        let found = link_patterns::links(&config.patterns, Of::Traces, "", "", &lookup);
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
    config: Option<Rc<Config>>,
    /// Names that patterns want, and what the engine says of them.
    known: Rc<[(String, Option<String>)]>,
}

impl LinkSource {
    /// `None`: there are no patterns.
    pub async fn of(trace: String, position: u32) -> Option<LinkSource> {
        let config = config().await;
        if config.patterns.is_empty() {
            return None;
        }
        let names = link_patterns::names(&config.patterns);
        let values = client()?.ask(Parameters { trace, position, names: names.clone() }).await?;
        Some(LinkSource { config: Some(config), known: names.into_iter().zip(values).collect() })
    }

    /// The links of one of the attributes of a list.
    pub fn links(&self, place: AttributePlace, list: &[Attribute], one: &Attribute) -> Vec<Link> {
        let Some(config) = &self.config else { return Vec::new() };
        let of = match place {
            AttributePlace::Span => Of::Attributes,
            AttributePlace::Resource => Of::Resource,
            AttributePlace::Event(_) | AttributePlace::Link(_) => Of::Events,
        };
        link_patterns::attribute_links(&config.patterns, of, list, one, &self.known)
    }
}
