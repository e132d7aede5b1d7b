//! The timelines of A and B side by side: spans that are each other's counterparts stand in one row. Of a group one trace at a time.

use std::rc::Rc;

use web_sys::{Event, KeyboardEvent};

use super::compare_graph::Graph;
use super::compare_sides::{Sides, show_same};
use super::compare_timelines_head::{head, ticks_of};
use super::compare_timelines_row::{RowsOf, row_id, row_view};
use super::format::percent;
use super::keyed::Entry;
use super::navigation::{go, parameter, place, span_address};
use super::row::yes_no;
use super::service_colours::slots_of;
use super::signal::{Memo, RwSignal};
use super::splitter::Border;
use super::state::{app, client};
use super::view::{View, effect, el};
use super::virtual_rows::{Scrolling, built_rows, virtual_rows};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{Aligned, AlignedAnswer, AlignedRow, ServiceCount};
use crate::ui::row_layout::RowLayout;

/// Height of a row in CSS pixels: that of the timeline's rows (style/trace.css).
const ROW: f64 = 26.0;

/// Parameters of the address: the places of the traces in their groups, from 0.
pub const PLACES: [&str; 2] = ["ta", "tb"];
/// Bars begin where their parents do.
pub const ALIGN: (&str, &str) = ("align", "parent");

/// The places of the traces in their groups, as the address says.
pub fn places(sides: Memo<Sides>) -> Memo<[u32; 2]> {
    let search = place().search;
    Memo::new(move |_| {
        let search = search.get();
        let at = |side: usize| {
            let last = sides.with(|sides| sides.groups[side].len()).saturating_sub(1);
            let wanted = parameter(&search, PLACES[side]).and_then(|place| place.parse::<u32>().ok());
            wanted.unwrap_or_default().min(last as u32)
        };
        [at(0), at(1)]
    })
}

/// What the page shows of two timelines.
#[derive(Clone, Copy)]
pub struct Pair {
    pub shown: Graph,
    /// Bars begin where their parents do, not with the trace.
    pub at_parent: Memo<bool>,
    pub answer: RwSignal<Option<AlignedAnswer>>,
    /// Grows when other traces, or the same ones with other spans, are told.
    number: RwSignal<u32>,
    layout: Memo<RowLayout>,
    scrolling: Scrolling,
    /// Between names and bars.
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
        let (search, answer) = (place().search, RwSignal::new(None::<AlignedAnswer>));
        let at_parent = Memo::new(move |_| parameter(&search.get(), ALIGN.0).is_some_and(|it| it == ALIGN.1));
        let layout = Memo::new(move |_| RowLayout {
            rows: answer.with(|answer| answer.as_ref().map_or(0, |answer| answer.total)),
            row_height: ROW,
            open: Vec::new(),
        });
        let (number, names, scrolling) = (RwSignal::new(0), Border::names(), Scrolling::of(scroller));
        Pair { shown, at_parent, answer, number, layout, scrolling, names }
    }

    /// Asks for the rows in view, whenever they are others.
    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<Aligned>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.take(decode(bytes).unwrap_or_default());
            }
        });
        let wanted = self.scrolling.wanted(self.layout);
        effect(move || {
            app().version.track();
            let Graph { sides, places, .. } = self.shown;
            let (what, traces, (from, count)) = (sides.with(Sides::compared), places.get(), wanted.get());
            slot.ask(Aligned { what, traces, from, count });
        });
        effect(move || {
            // Rows are others among other traces, or without what is the same.
            self.shown.sides.with(|_| ());
            self.shown.places.get();
            self.shown.row.set(None);
        });
        effect(move || {
            if let Some(index) = self.shown.row.get() {
                self.reveal(index);
            }
        });
    }

    #[inline(never)]
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

    /// A row that is in view stays where it is.
    fn reveal(self, index: u32) {
        let (from, to) = self.scrolling.visible(self.layout);
        let y = f64::from(index) * ROW;
        // The first and the last one may be in view in part, and keys go on to the next one.
        match (from.saturating_sub(1)..=to).contains(&index) {
            true => self.scrolling.reveal(y, ROW),
            false => self.scrolling.center(y),
        }
    }

    /// Opens the chosen row's span of a side, or of the other one if that is empty; what is folded is shown.
    fn open(self, side: usize) -> bool {
        let Some(row) = self.shown.row.get_untracked().and_then(|index| self.row_at(index)) else { return false };
        let side = if row.spans[side].is_some() { side } else { 1 - side };
        if row.stands_for > 0 {
            show_same();
        } else if let Some(span) = &row.spans[side] {
            let trace = self.answer.with_untracked(|answer| answer.as_ref().map(|answer| answer.traces[side].clone()));
            go(&span_address(&trace.unwrap_or_default(), &span.span_id), false);
        }
        true
    }

    /// A row with what a click does.
    #[inline(never)]
    fn row(self, of: &RowsOf, index: u32, class: &str, is_stub: bool) -> View {
        row_view(of, index)
            .attr("class", class)
            .attr("aria-selected", yes_no(class.ends_with("current")))
            .on("click", move |_: Event| if is_stub { show_same() } else { self.shown.row.set(Some(index)) })
    }

    /// What a key does; false: nothing.
    #[inline(never)]
    fn key(self, event: &KeyboardEvent) -> bool {
        let last = i64::from(self.layout.with_untracked(|layout| layout.rows)) - 1;
        let chosen = self.shown.row.get_untracked();
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
                self.shown.step(event.key() == "p");
                return true;
            }
            "Enter" => return self.open(usize::from(event.shift_key())),
            "Escape" => {
                self.shown.row.set(None);
                return true;
            }
            _ => return false,
        };
        if last >= 0 {
            self.shown.row.set(Some(to.clamp(0, last) as u32));
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
    let names = pair.names;
    let rows = move || pair.answer.with(|answer| answer.as_ref().map(|answer| answer.total.to_string()));
    let scroller = scroller
        .attr_of("aria-rowcount", rows)
        .attr_of("aria-activedescendant", move || pair.shown.row.get().map(row_id))
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
    el("div", "").child(virtual_rows(pair.scrolling, pair.layout, built, |view| view.keyed(rows)))
}

/// The rows `from .. to`, those that are loaded.
#[inline(never)]
fn entries(pair: Pair, (from, to): (u32, u32)) -> Vec<Entry> {
    let (chosen, number, at_parent) = (pair.shown.row.get(), pair.number.get(), pair.at_parent.get());
    let held = Rc::new(pair.answer.read());
    let Some(answer) = held.as_ref().as_ref() else { return Vec::new() };
    let of = |name: &String| ServiceCount { name: name.clone(), spans: 0, errors: 0 };
    let slots = slots_of(&answer.services.iter().map(of).collect::<Vec<_>>());
    let of = RowsOf { answer: held.clone(), scale: Scale::of(answer, at_parent), at_parent };
    let mut entries = Vec::new();
    for (index, row) in (answer.from..).zip(&answer.rows) {
        if index < from || index >= to {
            continue;
        }
        let span = row.spans.iter().flatten().next();
        let slot = span.and_then(|span| slots.get(span.service as usize)).copied().unwrap_or_default();
        let current = if chosen == Some(index) { " current" } else { "" };
        let class = ["span-row aligned-row service-", &slot.to_string(), current].concat();
        let place = |side: usize| row.spans[side].as_ref().map_or(String::new(), |span| span.position.to_string());
        let at = [index, number, row.stands_for].map(|number| number.to_string());
        let key = [&at.join("-"), "-", &place(0), "-", &place(1), yes_no(at_parent), &class].concat();
        let (of, is_stub) = (of.clone(), row.stands_for > 0);
        entries.push(Entry::new(key, move || pair.row(&of, index, &class, is_stub)));
    }
    entries
}
