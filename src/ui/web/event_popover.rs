//! What the ticks on a bar stand for: under the pointer, or by a key of the focused row, a tick tells its event, and those so
//! near that they look like one. A click on a tick opens the span's detail at its events.
//!
//! One listener on the timeline serves all ticks; the engine is asked for a span's events when they are wanted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{document, on_cleanup, set_timeout};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement};

use super::format::{duration, number};
use super::link_source::top_prefixes;
use super::rest::with_rest;
use super::row::{display_name, row_element_id, signed};
use super::state::client;
use super::timeline_state::{ROW, Timeline};
use super::values::short;
use super::view::{View, effect, el};
use super::virtual_rows::px;
use super::words::{fill, words};
use crate::engine::questions::{Detail, EventDetail, LineKey, SpanDetail, SpanRow};
use crate::engine::value_text::plain;

/// Events nearer to each other than this (CSS pixels) are told together.
const NEAR: f64 = 4.0;
/// Told at most; the rest is counted.
const MOST_EVENTS: usize = 5;
const MOST_ATTRIBUTES: usize = 4;
/// Letters of a value.
const MOST_LETTERS: usize = 80;
/// The popover stays so long after the pointer has left: it can be reached.
const STAYS: Duration = Duration::from_millis(180);

thread_local! {
    static CURRENT: RefCell<Option<Rc<Popover>>> = const { RefCell::new(None) };
}

struct Popover {
    state: Timeline,
    /// The timeline, which the popover is placed in.
    frame: HtmlElement,
    /// Empty while nothing is told. It is always there, so that screen readers say what comes into it.
    element: HtmlElement,
    /// The detail that was asked for last, with its span's position.
    known: RefCell<Option<(u32, Rc<SpanDetail>)>>,
    /// What is told: position of the span and time of the event, without a correction of its clock.
    told: Cell<Option<(u32, i64)>>,
    /// A key asked for it: a pointer that rests elsewhere does not take it away, whatever moves below it.
    is_by_key: Cell<bool>,
    /// Grows with everything that the pointer or a key does: what was begun before is not wanted any more.
    turn: Cell<u32>,
}

/// The tick that an event happened at.
pub fn tick_of(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.class_list().contains("event-tick").then_some(target)
}

/// Ticks of a timeline tell their events.
pub fn with_event_popover(frame: View, scroller: &View, state: &Timeline) -> View {
    let view = el("div", "event-popover").test_id("event-popover").attr("role", "status");
    let popover = Rc::new(Popover {
        state: state.clone(),
        frame: frame.element(),
        element: view.element(),
        known: RefCell::default(),
        told: Cell::default(),
        is_by_key: Cell::default(),
        turn: Cell::default(),
    });
    let (over, leave, clicked) = (popover.clone(), popover.clone(), popover.clone());
    let (scrolled, zoomed, window) = (popover.clone(), popover.clone(), state.time_window);
    scroller.listen("scroll", move |_: Event| _ = scrolled.hide());
    effect(move || {
        window.get();
        zoomed.hide();
    });
    CURRENT.set(Some(popover));
    on_cleanup(|| CURRENT.set(None));
    frame
        .on("mouseover", move |event: Event| over.point(&event))
        .on("mouseleave", move |_: Event| leave.hide_soon())
        .on("click", move |event: Event| match tick_of(&event).and_then(|tick| clicked.event_at(&tick)) {
            Some((span, _)) => clicked.open(&span),
            None if clicked.holds(&event) => {}
            None => _ = clicked.hide(),
        })
        .child(view)
}

/// Takes away what is told; false: nothing was.
pub fn hide() -> bool {
    CURRENT.with_borrow(|current| current.as_ref().is_some_and(|popover| popover.hide()))
}

/// Tells the next event of the focused row, or the one before; after the last one nothing.
pub fn step(is_back: bool) {
    let current = CURRENT.with_borrow(Clone::clone);
    if let Some(popover) = current {
        popover.step(is_back);
    }
}

/// Opens the detail of the span of which an event is told; false: none is.
pub fn open_told(span: &SpanRow) -> bool {
    let current = CURRENT.with_borrow(Clone::clone);
    let told = current.filter(|popover| popover.told.get().is_some_and(|(position, _)| position == span.position));
    told.is_some_and(|popover| {
        popover.open(span);
        true
    })
}

impl Popover {
    fn point(self: &Rc<Self>, event: &Event) {
        if self.holds(event) {
            // It stays while the pointer is on it.
            if !self.is_by_key.get() {
                self.next_turn();
            }
        } else if let Some((span, time)) = tick_of(event).and_then(|tick| self.event_at(&tick)) {
            self.is_by_key.set(false);
            self.tell(&span, time);
        } else {
            self.hide_soon();
        }
    }

    /// It happened in what is told: texts there can be chosen.
    fn holds(&self, event: &Event) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|target| self.element.contains(Some(&target)))
    }

    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }

    /// The span of a tick, and the time of its event.
    fn event_at(&self, tick: &Element) -> Option<(SpanRow, i64)> {
        let row = tick.closest(".span-row").ok()??.get_attribute("data-row")?;
        let row = self.state.row_at(row.parse().ok()?)?;
        let before = std::iter::successors(tick.previous_element_sibling(), Element::previous_element_sibling);
        let before = before.take_while(|other| other.class_list().contains("event-tick")).count();
        let span = row.span()?;
        Some((span.clone(), span.event_nanos.get(before)? - span.shift_nanos))
    }

    /// The row of a span with its bar's cell.
    fn row(&self, position: u32) -> Option<(Element, Element)> {
        let row = document().get_element_by_id(&row_element_id(LineKey::Span(position)))?;
        let cell = row.query_selector(".bar-cell").ok()??;
        Some((row, cell))
    }

    /// How long [`NEAR`] is, in nanoseconds.
    fn near(&self, cell: &Element) -> i64 {
        let length = self.state.time_window.get_untracked().length() as f64;
        (NEAR * length / f64::from(cell.client_width().max(1))) as i64
    }

    fn step(self: &Rc<Self>, is_back: bool) {
        let Some((_, span)) = self.state.focused_span() else { return };
        let Some((_, cell)) = self.row(span.position) else { return };
        let (near, window) = (self.near(&cell), self.state.time_window.get_untracked());
        let told = self.told.get().filter(|(position, _)| *position == span.position).map(|(_, time)| time);
        let seen = span.event_nanos.iter().filter(|time| (window.from..=window.to).contains(*time));
        let times = seen.map(|time| time - span.shift_nanos);
        let next = match is_back {
            false => times.filter(|time| told.is_none_or(|told| *time > told + near)).min(),
            true => times.filter(|time| told.is_none_or(|told| *time < told - near)).max(),
        };
        match next {
            Some(time) => {
                self.is_by_key.set(true);
                self.tell(&span, time);
            }
            None => _ = self.hide(),
        }
    }

    fn tell(self: &Rc<Self>, span: &SpanRow, time: i64) {
        let turn = self.next_turn();
        if self.told.get() == Some((span.position, time)) {
            return;
        }
        let known = self.known.borrow().clone().filter(|(position, _)| *position == span.position);
        let (this, position, shift) = (self.clone(), span.position, span.shift_nanos);
        spawn_local(async move {
            let detail = match known {
                Some((_, detail)) => detail,
                None => {
                    let question = Detail { trace: this.state.head.id.clone(), position, top_prefixes: top_prefixes() };
                    let Some(client) = client() else { return };
                    let Some(Some(detail)) = client.ask(question).await else { return };
                    Rc::new(detail)
                }
            };
            this.known.replace(Some((position, detail.clone())));
            with_rest(Box::new(move || {
                // The pointer may be elsewhere by now, or the page left.
                if this.turn.get() == turn && !this.state.answer.is_disposed() {
                    this.show(position, &detail, time, shift);
                }
            }));
        });
    }

    // A function of its own, so that it can be in the rest.
    #[inline(never)]
    fn show(&self, position: u32, detail: &SpanDetail, time: i64, shift: i64) {
        let Some((row, cell)) = self.row(position) else { return };
        let near = self.near(&cell);
        let events: Vec<&EventDetail> =
            detail.events.iter().filter(|event| (event.nanos - time).abs() <= near).collect();
        let rest = events.len().saturating_sub(MOST_EVENTS);
        let lines = events.iter().take(MOST_EVENTS).map(|event| event_view(event, detail.start_nanos));
        self.element.set_text_content(None);
        el("div", "event-popover-inner").children(lines).children(more(rest)).put_into(&self.element);
        self.told.set(Some((position, time)));
        let at = self.state.time_window.get_untracked().fraction(time + shift);
        let (frame, row, cell) =
            (self.frame.get_bounding_client_rect(), row.get_bounding_client_rect(), cell.get_bounding_client_rect());
        let own = self.element.get_bounding_client_rect();
        let left = (cell.left() + at * cell.width() - frame.left() - 16.0).min(frame.width() - own.width() - 4.0);
        let below = row.bottom() - frame.top() + 2.0;
        let above = row.top() - frame.top() - own.height() - 2.0;
        let top = if below + own.height() > frame.height() && above > 0.0 { above } else { below };
        for (name, length) in [("left", left.max(4.0)), ("top", top)] {
            let _ = self.element.style().set_property(name, &px(length));
        }
    }

    fn hide(&self) -> bool {
        self.next_turn();
        self.is_by_key.set(false);
        if self.told.take().is_none() {
            return false;
        }
        self.element.set_text_content(None);
        true
    }

    fn hide_soon(self: &Rc<Self>) {
        if self.is_by_key.get() {
            return;
        }
        let turn = self.next_turn();
        if self.told.get().is_none() {
            return;
        }
        let this = self.clone();
        let leave = move || {
            if this.turn.get() == turn {
                this.hide();
            }
        };
        set_timeout(leave, STAYS);
    }

    /// Opens the detail of a span and brings its events into view.
    fn open(&self, span: &SpanRow) {
        self.hide();
        let state = &self.state;
        state.events_wanted.set(Some(span.position));
        if !state.open.read_untracked().contains(&span.position) {
            state.toggle_detail(span.position);
            return;
        }
        // It is open already.
        let details = self.frame.parent_element().map(|all| all.get_elements_by_class_name("span-detail"));
        for at in 0..details.as_ref().map_or(0, |details| details.length()) {
            let detail = details.as_ref().and_then(|details| details.item(at));
            let own = detail.filter(|detail| detail.get_attribute("data-span-id").as_ref() == Some(&span.span_id));
            if let Some(detail) = own {
                reveal_events(state, span.position, &detail);
            }
        }
    }
}

/// An event in short.
pub fn event_view(event: &EventDetail, span_start: i64) -> View {
    let words = words();
    let attributes = event.attributes.iter().take(MOST_ATTRIBUTES).map(|attribute| {
        el("span", "pair")
            .child(el("bdi", "key").text(&attribute.key))
            .child(el("bdi", "value mono").text(&short(&plain(&attribute.value), MOST_LETTERS)))
    });
    let times = [
        fill(words.event_in_span, &[&signed(event.nanos - span_start)]),
        fill(words.event_in_trace, &[&duration(event.nanos)]),
    ];
    el("div", "popover-event")
        .child(el("bdi", "event-name").text(display_name(&event.name)))
        .child(el("span", "quiet").text(&times.join(" · ")))
        .children(attributes)
        .children(more(event.attributes.len().saturating_sub(MOST_ATTRIBUTES)))
}

fn more(count: usize) -> Option<View> {
    (count > 0).then(|| el("span", "quiet").text(&fill(words().and_more, &[&number(count as u64)])))
}

/// The events of a detail, once they are there, if they are wanted: brings them into view.
pub fn reveal_events(state: &Timeline, position: u32, detail: &Element) {
    if state.events_wanted.get() != Some(position) {
        return;
    }
    let Some(events) = detail.query_selector("[data-testid=events]").ok().flatten() else { return };
    state.events_wanted.set(None);
    if state.side_panel.get_untracked() {
        events.scroll_into_view();
        return;
    }
    let place = events.get_bounding_client_rect();
    let (below, height) = (place.top() - detail.get_bounding_client_rect().top(), place.height());
    let state = state.clone();
    let reveal = move || {
        if state.answer.is_disposed() {
            return;
        }
        let open = state.answer.with_untracked(|answer| {
            answer.as_ref()?.open.iter().find(|(_, known)| *known == position).map(|(row, _)| *row)
        });
        if let Some(row) = open {
            state.scrolling.reveal(state.layout.get_untracked().y(row) + ROW + below, height);
        }
    };
    // The list takes the detail's height into account first.
    set_timeout(reveal, Duration::ZERO);
}
