//! The timeline: name column and ruler above, rows below. See `timeline_state` for what it shows, `timeline_keys` for the
//! keyboard, `timeline_tools` for the buttons above.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use rustc_hash::FxHasher;
use std::hash::Hasher;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleRule, CssStyleSheet, Element, Event, FocusEvent, HtmlElement, KeyboardEvent, Node};

use super::detail::detail_view;
use super::event_popover::{reveal_events, with_event_popover};
use super::format::{fixed, percent};
use super::keyed::Entry;
use super::measuring::Measuring;
use super::row::{RowContext, complete, place_again, row_element_id, row_view, yes_no};
use super::row_pointer::with_pointer;
use super::ruler::ruler;
use super::service_colours::Slots;
use super::side_panel::with_side_panel;
use super::signal::{RwSignal, Signal};
use super::splitter::{Border, splitter};
use super::state::app;
use super::time_zone::TimeScale;
use super::timeline_keys::{page_keys, row_key};
use super::timeline_state::Timeline;
use super::timeline_tools::{column_heads, empty_notice, names_head};
use super::view::{View, dynamic, el, empty};
use super::virtual_rows::{Scrolling, built_rows, px, virtual_rows};
use super::words::words;
use super::zoom::Zoom;
use crate::engine::messages::encode;
use crate::engine::questions::{Colour, TraceHead};
use crate::ui::row_layout::Built;
use crate::ui::window::Window;

/// The scrolling element of a timeline, which its state follows.
pub fn scroller() -> View {
    el("div", "timeline").test_id("timeline").attrs(&[("role", "treegrid"), ("aria-label", words().timeline_name)])
}

/// The timeline. `linked_span` is the span that the address names, to be opened and brought into view.
pub fn timeline(
    state: &Timeline,
    scroller: View,
    slots: Rc<Slots>,
    zoom: Zoom,
    scale: TimeScale,
    linked_span: Option<String>,
) -> View {
    state.ask_rows();
    if let Some(span) = linked_span {
        state.reveal_span(span);
    }
    page_keys(state);
    bars_follow(state, &slots, zoom);
    let marks = RwSignal::new(Vec::<f64>::new());
    let ruler = ruler(zoom, scale, marks);
    // The ruler stands above the bars: what is left and right there is so in the rows.
    let bars = ruler.element::<HtmlElement>();
    let measuring = Measuring::new(zoom, scale, state);
    zoom.listen_to_wheel(&scroller, bars.clone(), false);
    zoom.listen_to_touch(&scroller, bars.clone());
    zoom.listen_to_pointer(&scroller, bars.clone(), false);
    let names = Border::names();
    let context = row_context(state, &slots, Colour::Service);
    let (keys, answer, layout, scrolling) = (state.clone(), state.answer, state.layout, state.scrolling);
    let focus = FocusKeeper::new(&scroller, state);
    let scroller = scroller
        .style_of("--view", move || px(scrolling.height()))
        .attr_of("aria-busy", move || yes_no(answer.read().is_none()).to_owned())
        .attr_of("aria-rowcount", move || layout.with(|layout| layout.rows).to_string())
        .on("keydown", move |event: KeyboardEvent| row_key(&keys, &event))
        .child(tick_lines(marks))
        .child(measuring.overlay())
        .child(rows(state, slots, focus));
    let scroller = measuring.listen(scroller, &bars);
    let (columns, hides_bars) = (state.columns, state.hides_bars);
    let head = el("div", "timeline-head")
        .child(names_head(state, scale, measuring))
        .child(column_heads(state))
        .child(splitter(names, "splitter names-splitter"))
        .child(ruler);
    let frame = el("div", "timeline-frame")
        .class_if("names-only", move || hides_bars.get())
        .class_if("zoomed", move || !zoom.window.read().is_whole())
        .style_of("--names", move || percent(names.share.get() / 100.0))
        .style_of("--columns", move || columns.read().len().to_string())
        .style_of("--tracks", move || "110px ".repeat(columns.read().len()))
        .child(head)
        // Here it moves nothing that the pointer may hold: the minimap stays where it is.
        .child(empty_notice(state));
    let frame = with_event_popover(frame, &scroller, state).child(scroller);
    with_side_panel(state, frame, context)
}

/// Bars follow the visible window by two custom properties. They stand in a rule for bars alone: on an element above, every
/// name and detail would be styled anew with each frame of zooming, too.
fn bars_follow(state: &Timeline, slots: &Rc<Slots>, zoom: Zoom) {
    let Ok(sheet) = CssStyleSheet::new() else { return };
    // The rule is well-formed, and a document always takes sheets that were made for it.
    let _ = sheet.insert_rule(".bar-cell {}");
    let _ = js_sys::Reflect::set(&document(), &"adoptedStyleSheets".into(), &js_sys::Array::of1(&sheet));
    let rule = sheet.css_rules().ok().and_then(|rules| rules.item(0));
    let Some(rule) = rule.map(JsCast::unchecked_into::<CssStyleRule>) else {
        return;
    };
    let (state, slots) = (state.clone(), slots.clone());
    super::view::effect(move || {
        let (window, style) = (zoom.window.get(), rule.style());
        let frame = window.frame(state.frame.get_untracked());
        if frame != state.frame.get_untracked() {
            state.frame.set(frame);
            place_bars(&state, &slots);
        }
        let _ = style.set_property("--from", &fixed(frame.share(window.from), 12));
        let _ = style.set_property("--scale", &fixed(frame.length() as f64 / window.length() as f64, 12));
    });
}

/// Bars that are on the page are told in shares of another frame: a hundred times nearer, or as far to the side.
fn place_bars(state: &Timeline, slots: &Rc<Slots>) {
    let context = row_context(state, slots, state.colour.get_untracked());
    let answer = state.answer.read_untracked();
    let Some(answer) = answer.as_ref() else { return };
    for row in answer.rows.iter().chain(answer.focus.iter().map(|(_, row)| row)) {
        if let Some(element) = document().get_element_by_id(&row_element_id(row.key)) {
            place_again(&element, row, &context);
        }
    }
}

fn tick_lines(marks: RwSignal<Vec<f64>>) -> View {
    let lines = dynamic(move || {
        let marks = marks.read();
        empty().children(marks.iter().map(|at| el("span", "").style("left", &percent(*at))))
    });
    el("div", "tick-lines").attr("aria-hidden", "true").child(el("div", "tick-lines-inner").child(lines))
}

fn rows(state: &Timeline, slots: Rc<Slots>, focus: FocusKeeper) -> View {
    let answer = state.answer;
    let have = move || {
        let answer = answer.read();
        answer.as_ref().map_or((0, 0), |answer| (answer.from, answer.rows.len() as u32))
    };
    let (listed, settled) = (state.clone(), state.clone());
    let built = built_rows(state.scrolling, state.layout, have);
    let (shown, of, to_complete) = (state.clone(), slots.clone(), slots.clone());
    let entries = move || entries(&shown, built.get(), &slots);
    virtual_rows(state.scrolling, state.layout, built, move |view| {
        let list: Element = view.element();
        with_pointer(view, listed, of).keyed_then(entries, move || {
            let built = built.get_untracked();
            complete_rows(&list, &settled, built.full, &to_complete);
            focus.settle(&settled, built.rows);
        })
    })
}

/// Gives the rows that were in flight what they lack, those of `full` (`from .. to`).
fn complete_rows(list: &Element, state: &Timeline, full: (u32, u32), slots: &Rc<Slots>) {
    let in_flight = list.get_elements_by_class_name("in-flight");
    if in_flight.length() == 0 {
        return;
    }
    let context = row_context(state, slots, state.colour.get_untracked());
    // The collection is live: a row that is complete leaves it.
    for at in (0..in_flight.length()).rev() {
        let Some(element) = in_flight.item(at) else { continue };
        let index = element.get_attribute("data-row").and_then(|index| index.parse().ok());
        let Some(index) = index.filter(|index| (full.0..full.1).contains(index)) else { continue };
        if let Some(row) = state.row_at(index) {
            let is_open = element.class_list().contains("selected");
            complete(element, &row, is_open, &context);
        }
    }
}

/// What rows and details need to know of the timeline.
fn row_context(state: &Timeline, slots: &Rc<Slots>, colour: Colour) -> RowContext {
    let revealing = state.clone();
    RowContext {
        head: state.head.clone(),
        slots: slots.clone(),
        colour,
        frame: state.frame.get_untracked(),
        time_window: state.time_window,
        reveal_span: Rc::new(move |span| revealing.reveal_span(span)),
    }
}

/// The loaded rows of `built`, and what is open below them. A row is made anew when it shows something else; an open detail stays
/// whatever happens around it.
fn entries(state: &Timeline, built: Built, slots: &Rc<Slots>) -> Vec<Entry> {
    let colour = state.colour.get();
    let colours = app().colours.get();
    let context = row_context(state, slots, colour);
    let in_panel = state.side_panel.get();
    let answer = state.answer.read();
    let Some(answer) = answer.as_ref() else {
        return Vec::new();
    };
    let Built { rows: built, full } = built;
    let mut entries = Vec::new();
    let mut push = |index: u32, row: &crate::engine::questions::Row| {
        let position = row.span().map(|span| span.position);
        let opened = position.filter(|position| answer.open.contains(&(index, *position)));
        let mut hasher = FxHasher::default();
        hasher.write(&encode(row));
        hasher.write(colours.as_bytes());
        let key = format!(
            "{} {index} {} {} {:?}",
            row_element_id(row.key),
            opened.is_some(),
            hasher.finish(),
            context.colour
        );
        let (shown, of) = (row.clone(), context.clone());
        let is_in_flight = (built.0..built.1).contains(&index) && !(full.0..full.1).contains(&index);
        entries.push(Entry::new(key, move || row_view(&shown, index, opened.is_some(), is_in_flight, &of)));
        if let Some(position) = opened.filter(|_| !in_panel) {
            let (of, heights, revealing) = (context.clone(), state.heights, state.clone());
            let level = row.depth + 2;
            let keep = move |detail: &HtmlElement| {
                heights.update(|heights| {
                    heights.retain(|(known, _)| *known != position);
                    heights.push((position, f64::from(detail.offset_height())));
                });
                reveal_events(&revealing, position, detail);
            };
            entries.push(Entry::new(position.to_string(), move || {
                let cell = el("div", "").attr("role", "gridcell").child(detail_view(position, &of, false, keep));
                el("div", "detail-row").attrs(&[("role", "row"), ("aria-level", &level.to_string())]).child(cell)
            }));
        }
    };
    // The row with the keyboard's focus stays, wherever the list is scrolled to.
    let is_built = |index: &u32| (built.0..built.1).contains(index);
    let away = answer.focus.as_ref().filter(|(index, _)| !is_built(index));
    let is_above = |index: u32| index < built.0;
    away.iter().filter(|(index, _)| is_above(*index)).for_each(|(index, row)| push(*index, row));
    (answer.from..).zip(&answer.rows).filter(|(index, _)| is_built(index)).for_each(|(index, row)| push(index, row));
    away.iter().filter(|(index, _)| !is_above(*index)).for_each(|(index, row)| push(*index, row));
    entries
}

/// Keeps the keyboard's focus on its row while rows are made anew: one row at a time can be reached by Tab.
#[derive(Clone)]
struct FocusKeeper {
    scroller: HtmlElement,
    /// The focus is on a row, or was until the row was made anew.
    is_inside: Rc<Cell<bool>>,
    /// The row that Tab reaches.
    stop: Rc<RefCell<Option<HtmlElement>>>,
}

impl FocusKeeper {
    fn new(scroller: &View, state: &Timeline) -> FocusKeeper {
        let keeper = FocusKeeper { scroller: scroller.element(), is_inside: Rc::default(), stop: Rc::default() };
        let (enter, leave, cursor) = (keeper.clone(), keeper.clone(), state.cursor);
        let state = state.clone();
        scroller.listen("focusin", move |event: FocusEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let row = target.filter(|target| target.class_list().contains("span-row"));
            enter.is_inside.set(row.is_some());
            // Tab came to the first row: the keyboard is there from now on.
            if let Some(row) = row.filter(|_| cursor.get_untracked().is_none()) {
                let index = row.get_attribute("data-row").and_then(|index| index.parse().ok());
                index.into_iter().for_each(|index: i64| state.move_to(index));
            }
        });
        scroller.listen("focusout", move |event: FocusEvent| {
            // Without a new place of the focus its row was made anew, most likely.
            let next = event.related_target().and_then(|next| next.dyn_into::<Node>().ok());
            if next.is_some_and(|next| !leave.scroller.contains(Some(&next))) {
                leave.is_inside.set(false);
            }
        });
        let elsewhere = keeper.clone();
        super::view::on_window("pointerdown", move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if target.is_none_or(|target| !elsewhere.scroller.contains(Some(&target))) {
                elsewhere.is_inside.set(false);
            }
        });
        keeper
    }

    /// The rows on the page are those of the answer: marks the current one, and brings the focus back to it.
    fn settle(&self, state: &Timeline, built: (u32, u32)) {
        let current = state.answer.with_untracked(|answer| {
            let (index, row) = answer.as_ref()?.focus.as_ref()?;
            Some((row.key, !(built.0..built.1).contains(index)))
        });
        let first = || Some(state.row_at(built.0)?.key);
        let id = current.map(|(key, _)| key).or_else(first).map(row_element_id);
        let element = id.and_then(|id| document().get_element_by_id(&id));
        let element = element.and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(old) = self.stop.take().filter(|old| element.as_ref() != Some(old)) {
            old.set_tab_index(-1);
            let _ = old.class_list().remove_2("current", "away");
        }
        let Some(element) = element else { return };
        element.set_tab_index(0);
        let _ = element.class_list().toggle_with_force("current", current.is_some());
        let _ = element.class_list().toggle_with_force("away", current.is_some_and(|(_, is_away)| is_away));
        // It may have gone elsewhere while there was no row to tell of it.
        let active = document().active_element();
        if active.as_ref().is_some_and(|active| active.tag_name() != "BODY" && !self.scroller.contains(Some(active))) {
            self.is_inside.set(false);
        }
        if self.is_inside.get() && current.is_some() && active.as_ref() != Some(&element) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = element.focus_with_options(&options);
        }
        *self.stop.borrow_mut() = Some(element);
    }
}

/// The state of a timeline with its scrolling element.
pub fn timeline_state(head: Rc<TraceHead>, time_window: Signal<Window>) -> (Timeline, View) {
    let scroller = scroller();
    let state = Timeline::new(head, Scrolling::of(&scroller), time_window);
    (state, scroller)
}
