//! The timelines of A and B side by side: spans that are each other's counterparts stand in one row. Of a group one trace at a time.

use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::compare::{Sides, show_same};
use super::compare_graph::Graph;
use super::compare_timelines_head::{head, ticks_of};
use super::compare_timelines_row::{RowOf, row_id, row_view};
use super::format::percent;
use super::keyed::Entry;
use super::navigation::{go, parameter, place, span_address};
use super::service_colours::slots_of;
use super::signal::{Memo, RwSignal};
use super::splitter::Border;
use super::state::{app, client};
use super::view::{View, effect, el};
use super::virtual_rows::{Scrolling, built_rows, observe, virtual_rows};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::questions::{Aligned, AlignedAnswer, AlignedRow, NextAligned, ServiceCount};
use crate::ui::row_layout::RowLayout;

/// Height of a row in CSS pixels: that of the timeline's rows (style/trace.css).
const ROW: f64 = 26.0;

/// Parameters of the address: the places of the traces in their groups, from 0.
pub const PLACES: [&str; 2] = ["ta", "tb"];
/// Bars begin where their parents do.
pub const ALIGN: (&str, &str) = ("align", "parent");

/// What the page shows of two timelines.
#[derive(Clone, Copy)]
pub struct Pair {
    pub sides: Memo<Sides>,
    pub places: Memo<[u32; 2]>,
    /// Bars begin where their parents do, not with the trace.
    pub at_parent: Memo<bool>,
    pub answer: RwSignal<Option<AlignedAnswer>>,
    /// Grows when other traces, or the same ones with other spans, are told.
    number: RwSignal<u32>,
    /// The row that the keyboard is at.
    chosen: RwSignal<Option<u32>>,
    steps: RwSignal<Vec<bool>>,
    layout: Memo<RowLayout>,
    scrolling: Scrolling,
    /// Width of the list in CSS pixels, and the border between its names and bars.
    pub width: RwSignal<f64>,
    pub names: Border,
}

/// The stretch of time that both sides show, in nanoseconds.
#[derive(Clone, Copy, PartialEq)]
pub struct Scale {
    pub from: i64,
    pub to: i64,
}

impl Scale {
    pub fn of(answer: &AlignedAnswer, at_parent: bool) -> Scale {
        let [a, b] = answer.durations;
        let [from, to] = if at_parent { answer.waits } else { [0, a.max(b)] };
        Scale { from, to: to.max(from.saturating_add(1)) }
    }

    /// A time as a share of it.
    pub fn share(self, nanos: i64) -> f64 {
        nanos.saturating_sub(self.from) as f64 / self.to.saturating_sub(self.from) as f64
    }
}

impl Pair {
    fn new(shown: Graph, scroller: &View) -> Pair {
        let (search, sides, answer) = (place().search, shown.sides, RwSignal::new(None::<AlignedAnswer>));
        let places = Memo::new(move |_| {
            let counts = sides.with(|sides| [0, 1].map(|side| sides.groups[side].len() as u32));
            let wanted = |side: usize| parameter(&search.get(), PLACES[side])?.parse::<u32>().ok();
            [0, 1].map(|side| wanted(side).unwrap_or_default().min(counts[side].saturating_sub(1)))
        });
        let at_parent = Memo::new(move |_| parameter(&search.get(), ALIGN.0).is_some_and(|it| it == ALIGN.1));
        let layout = Memo::new(move |_| RowLayout {
            rows: answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.total)),
            row_height: ROW,
            open: Vec::new(),
        });
        Pair {
            sides,
            places,
            at_parent,
            answer,
            number: RwSignal::new(0),
            chosen: RwSignal::new(None),
            steps: shown.row_steps,
            layout,
            scrolling: Scrolling::of(scroller),
            width: RwSignal::new(1200.0),
            names: Border::names(),
        }
    }

    /// Asks for the rows in view, whenever they are others.
    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<Aligned>::new(client, move |answer| {
            if !self.answer.is_disposed() {
                self.take(answer);
            }
        });
        let wanted = self.scrolling.wanted(self.layout);
        effect(move || {
            app().version.track();
            let (what, traces, (from, count)) = (self.sides.with(Sides::compared), self.places.get(), wanted.get());
            slot.ask(Aligned { what, traces, from, count });
        });
        effect(move || {
            // Rows are others among other traces, or without what is the same.
            (self.sides.with(|_| ()), self.places.get());
            self.chosen.set(None);
        });
    }

    fn take(self, answer: AlignedAnswer) {
        let facts = |it: &AlignedAnswer| (it.durations, it.waits, it.largest, it.total);
        let is_same = self.answer.with_untracked(|last| {
            last.as_ref().is_some_and(|last| facts(last) == facts(&answer) && last.traces == answer.traces)
        });
        if !is_same {
            self.number.update(|number| *number = number.wrapping_add(1));
        }
        self.answer.set(Some(answer));
    }

    /// A row that is loaded.
    fn row_at(self, index: u32) -> Option<AlignedRow> {
        self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            answer.rows.get(index.checked_sub(answer.from)? as usize).cloned()
        })
    }

    fn choose(self, index: u32) {
        self.chosen.set(Some(index));
        let (from, to) = self.scrolling.visible(self.layout);
        let y = f64::from(index) * ROW;
        match (from..to).contains(&index) || (from..=to).contains(&(index + 1)) {
            true => self.scrolling.reveal(y, ROW),
            false => self.scrolling.center(y),
        }
    }

    /// Takes the steps that wait: each to the next difference, or the last one.
    fn walk(self) {
        let is_walking = RwSignal::new(false);
        effect(move || {
            if self.steps.with(Vec::is_empty) || is_walking.get_untracked() {
                return;
            }
            is_walking.set(true);
            spawn_local(async move {
                while let Some(goes_back) = self.steps.with_untracked(|steps| steps.first().copied()) {
                    self.step(goes_back).await;
                    if is_walking.is_disposed() {
                        return;
                    }
                    self.steps.update(|steps| _ = steps.remove(0));
                }
                is_walking.set(false);
            });
        });
    }

    async fn step(self, goes_back: bool) {
        let Some(client) = client() else { return };
        let (what, traces) = (self.sides.with_untracked(Sides::compared), self.places.get_untracked());
        let after = self.chosen.get_untracked();
        let next = client.ask(NextAligned { what, traces, after, goes_back }).await.flatten();
        match next {
            _ if self.chosen.is_disposed() => {}
            Some(index) => self.choose(index),
            None => app().toast.set(Some(words().diff_no_row.to_owned())),
        }
    }

    /// Opens the chosen row's span of a side, or of the other one if that is empty; what is folded is shown.
    fn open(self, side: usize) -> bool {
        let Some(row) = self.chosen.get_untracked().and_then(|index| self.row_at(index)) else { return false };
        let side = if row.spans[side].is_some() { side } else { 1 - side };
        if row.stands_for > 0 {
            show_same();
        } else if let Some(span) = &row.spans[side] {
            let trace = self.answer.with_untracked(|answer| answer.as_ref().map(|answer| answer.traces[side].clone()));
            go(&span_address(&trace.unwrap_or_default(), &span.span_id), false);
        }
        true
    }

    /// What a key does; false: nothing.
    fn key(self, event: &KeyboardEvent) -> bool {
        let last = i64::from(self.layout.with_untracked(|layout| layout.rows)) - 1;
        let chosen = self.chosen.get_untracked();
        let page = i64::from(self.scrolling.page_rows(ROW));
        let by = |rows: i64| chosen.map_or(0, |at| i64::from(at) + rows);
        let to = match event.key().as_str() {
            "ArrowDown" => by(1),
            "ArrowUp" => by(-1),
            "PageDown" => by(page),
            "PageUp" => by(-page),
            "Home" => 0,
            "End" => last,
            "n" | "p" => {
                self.steps.update(|steps| steps.push(event.key() == "p"));
                return true;
            }
            "Enter" => return self.open(usize::from(event.shift_key())),
            "Escape" => {
                self.chosen.set(None);
                return true;
            }
            _ => return false,
        };
        if last >= 0 {
            self.choose(to.clamp(0, last) as u32);
        }
        true
    }
}

#[inline(never)]
pub fn timelines(shown: Graph) -> View {
    let scroller = el("div", "timeline").test_id("diff-timelines").attrs(&[
        ("role", "treegrid"),
        ("tabindex", "0"),
        ("aria-label", words().diff_rows_name),
    ]);
    let pair = Pair::new(shown, &scroller);
    pair.ask();
    pair.walk();
    let names = pair.names;
    let rows = move || pair.answer.with(|answer| answer.as_ref().map(|answer| answer.total.to_string()));
    let scroller = scroller
        .attr_of("aria-rowcount", rows)
        .attr_of("aria-activedescendant", move || pair.chosen.get().map(row_id))
        .on("keydown", move |event: KeyboardEvent| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !has_modifier && pair.key(&event) {
                event.prevent_default();
            }
        })
        .child(list(pair));
    let tick = Memo::new(move |_| {
        let (scale, ticks) = ticks_of(pair);
        let first = ticks.times.first().map_or(0.0, |time| scale.share(*time));
        [first, scale.share(scale.from.saturating_add(ticks.step.max(1)))]
    });
    el("div", "timeline-frame aligned")
        .style_of("--names", move || percent(names.share.get() / 100.0))
        .style_of("--first-tick", move || percent(tick.get()[0]))
        .style_of("--tick", move || percent(tick.get()[1]))
        .child(head(pair))
        .child(scroller)
}

fn list(pair: Pair) -> View {
    let have = move || {
        pair.answer.with(|answer| answer.as_ref().map_or((0, 0), |answer| (answer.from, answer.rows.len() as u32)))
    };
    let built = built_rows(pair.scrolling, pair.layout, have);
    let on_page = Memo::new(move |_| built.get().rows);
    let rows = move || entries(pair, on_page.get());
    let list = el("div", "").child(virtual_rows(pair.scrolling, pair.layout, built, |view| view.keyed(rows)));
    let element: HtmlElement = list.element();
    let watched = element.clone();
    observe(&element, move || {
        let width = f64::from(watched.client_width());
        if pair.width.get_untracked() != width {
            pair.width.set(width);
        }
    });
    list
}

/// The rows `from .. to`, those that are loaded.
fn entries(pair: Pair, (from, to): (u32, u32)) -> Vec<Entry> {
    let (chosen, number, at_parent) = (pair.chosen.get(), pair.number.get(), pair.at_parent.get());
    pair.answer.with(|answer| {
        let Some(answer) = answer else { return Vec::new() };
        let of = |name: &String| ServiceCount { name: name.clone(), spans: 0, errors: 0 };
        let slots = slots_of(&answer.services.iter().map(of).collect::<Vec<_>>());
        let (scale, largest) = (Scale::of(answer, at_parent), answer.largest);
        let rows = (answer.from..).zip(&answer.rows).filter(|(index, _)| (from..to).contains(index));
        let entry = |(index, row): (u32, &AlignedRow)| {
            let span = row.spans.iter().flatten().next();
            let service = span.map_or(0, |span| span.service as usize);
            let (slot, name) = (slots[service], answer.services[service].clone());
            let is_chosen = chosen == Some(index);
            let place = |side: usize| row.spans[side].as_ref().map_or(String::new(), |span| span.position.to_string());
            let flags = [if is_chosen { "!" } else { "" }, if at_parent { "p" } else { "s" }].concat();
            let key = [
                &number.to_string(),
                "-",
                &index.to_string(),
                "-",
                &place(0),
                "-",
                &place(1),
                "-",
                &row.stands_for.to_string(),
                &flags,
            ];
            let of = RowOf { traces: answer.traces.clone(), service: name, scale, at_parent, largest };
            let row = row.clone();
            let make = move || {
                let view = row_view(&row, index, &of);
                let class =
                    ["span-row aligned-row service-", &slot.to_string(), if is_chosen { " current" } else { "" }];
                let is_stub = row.stands_for > 0;
                view.attr("class", &class.concat())
                    .attr("aria-selected", if is_chosen { "true" } else { "false" })
                    .on("click", move |_: Event| if is_stub { show_same() } else { pair.choose(index) })
            };
            Entry::new(key.concat(), make)
        };
        rows.map(entry).collect()
    })
}
