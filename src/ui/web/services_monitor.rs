//! How often services and operations are called, how many calls fail and how long they take (Jaeger UI's Monitor): of the loaded traces,
//! or as a query API with metrics tells it.
//!
//! ```text
//! address ──▶ Asked ──▶ loaded traces ─────────────────▶ Red ──▶ charts (services_charts), table (services_rates)
//!                       a source ──▶ Client::metrics ──▶
//! ```

use wasm_bindgen_futures::spawn_local;
use web_sys::Event;

use super::format::{duration, number, numbered, short_date_time};
use super::header::{chosen_value, option};
use super::navigation::{go, parameter, place, with_parameters};
use super::row::display_name;
use super::searching::look_for_sources;
use super::services_charts::charts;
use super::services_empty::nothing_here;
use super::services_rates::{find_box, order, table};
use super::signal::{Memo, RwSignal};
use super::sources::trouble_card;
use super::state::{app, client};
use super::time_zone::zone;
use super::view::{View, dynamic, effect, el, empty, optional};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Monitored, Names, Red, RedAnswer, SpanChoice};
use crate::model::SpanKind;
use crate::source::api::{Ask, Told};
use crate::source::list::SourceInfo;
use crate::source::trouble::{Trouble, TroubleKind};
use crate::ui::search_address::LOADED;

/// The kinds of spans that can be chosen, as addresses have them.
const KINDS: [SpanKind; 5] =
    [SpanKind::Server, SpanKind::Client, SpanKind::Internal, SpanKind::Producer, SpanKind::Consumer];
/// The word of addresses for spans that enter a service.
const ENTRY: &str = "entry";
/// Times before the end that can be chosen, in minutes: as in Jaeger UI.
const MINUTES: [i64; 9] = [5, 15, 30, 60, 120, 360, 720, 1_440, 2_880];
const MINUTE: i64 = 60_000_000_000;

/// Whose figures are shown.
#[derive(Clone, PartialEq)]
pub enum Whose {
    Loaded,
    /// Nobody knows yet who is at the page's own origin.
    Unknown,
    Source(Box<SourceInfo>),
    /// The address names a source that was not added here.
    Missing(String),
}

/// What the address says.
#[derive(Clone, Default, PartialEq)]
pub struct Asked {
    pub service: String,
    pub spans: SpanChoice,
    /// Nanoseconds before the end; 0: not said.
    pub last: i64,
    pub source: String,
    /// The operation (or service, of all) whose charts are shown; empty: all of them.
    pub shown: String,
    pub search: String,
}

/// What a source was asked for, and how that ended.
type Brought = (Monitored, Result<(), Box<Trouble>>);

/// The page.
#[derive(Clone, Copy)]
pub struct Monitor {
    pub asked: Memo<Asked>,
    pub whose: Memo<Whose>,
    pub answer: RwSignal<RedAnswer>,
    /// The step that is pointed at, or that the keyboard is at.
    pub at: RwSignal<Option<u32>>,
    services: RwSignal<Vec<String>>,
    /// What a source was asked for, and said.
    brought: RwSignal<Option<Brought>>,
}

fn asked(search: &str) -> Asked {
    let text = |key: &str| parameter(search, key).unwrap_or_default();
    let kind = text("spanKind");
    let known = KINDS.into_iter().find(|known| known.name() == kind).map(SpanChoice::Kind);
    let millis: i64 = text("timeframe").parse().unwrap_or_default();
    Asked {
        service: text("service"),
        spans: if kind == ENTRY { SpanChoice::Entries } else { known.unwrap_or_default() },
        last: millis.clamp(0, MINUTES[8] * 60_000 * 365) * 1_000_000,
        source: text("source"),
        shown: text("operation"),
        search: text("q"),
    }
}

/// Without a name: the loaded traces if there are some, or else who is at the page's own origin and may have metrics, so that a link of
/// Jaeger UI does there what it does at home.
fn whose(named: &str) -> Whose {
    if named == LOADED || named.is_empty() && has_traces() {
        return Whose::Loaded;
    }
    let Some(sources) = app().sources.get() else { return Whose::Unknown };
    let known = sources.iter().find(|source| match named.is_empty() {
        true => source.is_own && can_tell(source),
        false => source.name == named,
    });
    match known {
        Some(source) => Whose::Source(Box::new(source.clone())),
        None if named.is_empty() => Whose::Loaded,
        None => Whose::Missing(named.to_owned()),
    }
}

fn has_traces() -> bool {
    app().version.get() > 0 || app().loads.with(|loads| !loads.is_empty())
}

/// Only Jaegers keep metrics.
fn can_tell(source: &SourceInfo) -> bool {
    source.kind == Some(crate::source::api::Kind::Jaeger)
}

/// The page: what is chosen, charts, and the table.
#[inline(never)]
pub fn monitor() -> View {
    let search = place().search;
    let asked = Memo::new(move |_| asked(&search.read()));
    let monitor = Monitor {
        asked,
        whose: Memo::new(move |_| whose(&asked.read().source)),
        answer: RwSignal::default(),
        at: RwSignal::new(None),
        services: RwSignal::default(),
        brought: RwSignal::new(None),
    };
    monitor.ask_names();
    monitor.bring();
    let (wanted, table) = table(monitor);
    monitor.ask(wanted);
    el("div", "monitor")
        .test_id("monitor")
        .class_if("bare", move || monitor.answer.with(|answer| answer.rows_in_all == 0))
        .attr_of("aria-busy", move || monitor.is_busy().then(|| "true".to_owned()))
        .child(monitor.bar())
        .child(optional(move || monitor.note()))
        .child(charts(monitor))
        .child(el("div", "monitor-tools").child(find_box(monitor)).child(dynamic(move || monitor.count())))
        .child(table)
}

impl Monitor {
    /// What is asked of the engine. A source that keeps no metrics leaves it to the loaded traces.
    pub fn what(self) -> Monitored {
        let asked = self.asked.read();
        let source = match &*self.whose.read() {
            Whose::Source(source) if self.refusal().is_none() => source.id,
            _ => 0,
        };
        let last = if source > 0 && asked.last == 0 { MINUTES[3] * MINUTE } else { asked.last };
        Monitored { source, service: asked.service.clone(), counted: asked.spans, last }
    }

    /// Why a source tells nothing, if it was asked for what is shown.
    fn refusal(self) -> Option<Box<Trouble>> {
        let Whose::Source(source) = self.whose.get() else { return None };
        let brought = self.brought.read();
        let (what, outcome) = brought.as_ref()?;
        let is_it = what.source == source.id && what.service == self.asked.read().service;
        outcome.clone().err().filter(|trouble| is_it && trouble.kind == TroubleKind::NotOffered)
    }

    fn is_busy(self) -> bool {
        self.whose.get() == Whose::Unknown || !self.answer.with(|answer| answer.is_there) && self.needs_answer()
    }

    fn needs_answer(self) -> bool {
        let what = self.what();
        let failed = self.brought.with(|brought| brought.as_ref().is_some_and(|(of, it)| *of == what && it.is_err()));
        !failed && (what.source == 0 || !what.service.is_empty())
    }

    /// Names of services, of whom they are asked for.
    fn ask_names(self) {
        let services = self.services;
        effect(move || {
            app().version.track();
            let whose = self.whose.get();
            spawn_local(async move {
                let Some(client) = client() else { return };
                let names = match whose {
                    Whose::Loaded => client.ask(Names::Services).await.unwrap_or_default(),
                    Whose::Source(source) => match client.ask_one(source.id, Ask::Services).await {
                        Some(Ok(Told::Names(names))) => names.into_iter().map(|name| name.name).collect(),
                        _ => Vec::new(),
                    },
                    Whose::Unknown | Whose::Missing(_) => Vec::new(),
                };
                if !services.is_disposed() {
                    services.set(names);
                }
            });
        });
    }

    /// Gets a source's figures whenever others are wanted.
    fn bring(self) {
        effect(move || {
            if self.whose.get() == Whose::Unknown {
                return look_for_sources();
            }
            let what = self.what();
            let is_asked = self.brought.with_untracked(|brought| brought.as_ref().is_some_and(|(of, _)| *of == what));
            if what.source == 0 || what.service.is_empty() || is_asked {
                return;
            }
            self.fetch(what);
        });
    }

    fn fetch(self, what: Monitored) {
        spawn_local(async move {
            let Some(client) = client() else { return };
            let outcome = client.metrics(what.clone()).await;
            if let (Some(outcome), false) = (outcome, self.brought.is_disposed()) {
                self.brought.set(Some((what, outcome.map_err(Box::new))));
            }
        });
    }

    /// Asks for the rows in view whenever they, or what is shown, are others.
    fn ask(self, wanted: Memo<(u32, u32)>) {
        let Some(client) = client() else { return };
        let slot = Slot::<Red>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.answer.set(decode(bytes).unwrap_or_default());
            }
        });
        let search = place().search;
        effect(move || {
            app().version.track();
            self.brought.track();
            let ((from, count), (by, falls)) = (wanted.get(), order(&search.read()));
            let asked = self.asked.get();
            slot.ask(Red { what: self.what(), shown: asked.shown, search: asked.search, by, falls, from, count });
        });
    }

    /// What can be chosen.
    fn bar(self) -> View {
        let words = words();
        el("div", "monitor-bar")
            .child(self.field(words.search_service, "monitor-service", "service", move || self.service_options()))
            .child(self.field(words.monitor_spans, "monitor-kind", "spanKind", move || self.kind_options()))
            .child(self.field(words.monitor_time, "monitor-time", "timeframe", move || self.time_options()))
            .child(self.field(words.monitor_of, "monitor-source", "source", move || self.source_options()))
    }

    /// A select whose value stands in the address.
    fn field(self, name: &str, id: &'static str, key: &'static str, options: impl FnMut() -> View + 'static) -> View {
        let select = el("select", "").test_id(id).child(dynamic(options)).on("change", move |event: Event| {
            let value = chosen_value(&event);
            let mut changes = vec![(key, (!value.is_empty()).then_some(value))];
            // Other services have other operations.
            if key == "service" || key == "source" {
                changes.push(("operation", None));
            }
            go(&with_parameters(&changes), false);
        });
        el("label", "field").child(el("span", "").text(name)).child(select)
    }

    fn service_options(self) -> View {
        let (names, chosen) = (self.services.read(), self.asked.read().service.clone());
        let is_known = chosen.is_empty() || names.contains(&chosen);
        let all = if self.what().source > 0 { words().monitor_choose } else { words().monitor_all_services };
        empty()
            .child(option("", all, chosen.is_empty()))
            .children((!is_known).then(|| option(&chosen, display_name(&chosen), true)))
            .children(names.iter().map(|name| option(name, display_name(name), *name == chosen)))
    }

    fn kind_options(self) -> View {
        let (chosen, kinds) = (self.asked.read().spans, self.answer.read().kinds);
        let is_counted = kinds.iter().any(|count| *count > 0);
        let name = |name: &str, count: u32| match is_counted {
            true => [name, " (", &number(count.into()), ")"].concat(),
            false => name.to_owned(),
        };
        let of_kind = |kind: SpanKind| {
            option(kind.name(), &name(kind.name(), kinds[kind as usize]), chosen == SpanChoice::Kind(kind))
        };
        let entry = (self.what().source == 0)
            .then(|| option(ENTRY, &name(words().monitor_entry, kinds[6]), chosen == SpanChoice::Entries));
        let usual = if self.what().source > 0 { SpanKind::Server.name() } else { words().monitor_usual };
        empty()
            .child(option("", usual, chosen == SpanChoice::Usual))
            .children(KINDS.into_iter().map(of_kind))
            .children(entry)
    }

    fn time_options(self) -> View {
        let (last, is_source) = (self.asked.read().last, self.what().source > 0);
        let of = |nanos: i64| {
            let is_chosen = last == nanos || last == 0 && is_source && nanos == MINUTES[3] * MINUTE;
            option(&(nanos / 1_000_000).to_string(), &fill(words().last_time, &[&duration(nanos)]), is_chosen)
        };
        let is_known = last == 0 || MINUTES.iter().any(|minutes| minutes * MINUTE == last);
        empty()
            .children((!is_source).then(|| option("", words().monitor_all_time, last == 0)))
            .children(MINUTES.into_iter().map(|minutes| of(minutes * MINUTE)))
            .children((!is_known).then(|| of(last)))
    }

    fn source_options(self) -> View {
        let (named, whose) = (self.asked.read().source.clone(), self.whose.get());
        let sources = app().sources.get().unwrap_or_default();
        let own = |source: &SourceInfo| matches!(&whose, Whose::Source(of) if of.id == source.id);
        let known = sources.iter().filter(|source| can_tell(source));
        let missing = matches!(whose, Whose::Missing(_)).then(|| option(&named, &named, true));
        empty()
            .child(option(LOADED, words().loaded_traces, whose == Whose::Loaded))
            .children(known.map(|source| option(&source.name, &source.name, own(source))))
            .children(missing)
    }

    /// Of how many spans and which time the figures are.
    pub fn summary(self) -> View {
        zone().track();
        let answer = self.answer.read();
        let view = el("p", "monitor-summary quiet").test_id("monitor-summary");
        if answer.step == 0 || answer.shown.points.is_empty() {
            return view;
        }
        let spans = u64::from(answer.shown.spans);
        let spans = (spans > 0).then(|| [&numbered(spans, words().monitor_span_forms), " · "].concat());
        let times = [short_date_time(answer.time.0), short_date_time(answer.time.1)].join(" – ");
        let steps = fill(words().monitor_steps, &[&duration(answer.step)]);
        view.text(&spans.unwrap_or_default()).text(&[times, steps].join(" · "))
    }

    /// What has to be said before the figures can be read rightly.
    fn note(self) -> Option<View> {
        let words = words();
        let note = |text: &str| Some(el("p", "monitor-note").test_id("monitor-note").attr("role", "status").text(text));
        if let Whose::Missing(name) = self.whose.get() {
            return note(&[&name, ": ", words.fault_no_source].concat());
        }
        if let Some(trouble) = self.refusal() {
            return note(&fill(words.monitor_no_metrics, &[&trouble.source]));
        }
        let what = self.what();
        if let Some((of, Err(trouble))) = self.brought.get()
            && of == what
        {
            return Some(trouble_card(&trouble, move || self.fetch(what.clone())));
        }
        let answer = self.answer.read();
        let asked = self.asked.read();
        if what.source > 0 && what.service.is_empty() {
            return note(words.monitor_one_service);
        }
        if !answer.is_there || answer.rows_in_all > 0 {
            let falls_back = answer.is_there && answer.shown.are_entries && !asked.service.is_empty();
            return falls_back.then(|| note(words.monitor_entries_note)).flatten();
        }
        if what.source == 0 && !has_traces() {
            return Some(nothing_here(Vec::new()));
        }
        note(if what.source > 0 { words.monitor_told_nothing } else { words.monitor_nothing })
    }

    fn count(self) -> View {
        let (answer, asked) = (self.answer.read(), self.asked.read());
        let (total, all) = (u64::from(answer.total), u64::from(answer.rows_in_all));
        let forms = if asked.service.is_empty() { words().monitor_services } else { words().monitor_operations };
        let text =
            if total < all { [&number(total), " / ", &numbered(all, forms)].concat() } else { numbered(all, forms) };
        el("span", "quiet").test_id("monitor-count").attr("role", "status").text(&text)
    }
}
