//! The timeline: name column and ruler above, rows below. It keeps what is folded and what is open, and asks for the rows
//! in view.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, KeyboardEvent};

use super::clipboard::icon_button;
use super::detail::{FIRST_HEIGHT, detail_view};
use super::drop::is_in_field;
use super::format::{fixed, percent};
use super::icons::Icon;
use super::keyed::Entry;
use super::row::{RowContext, RowState, row_element_id, row_view, yes_no};
use super::ruler::ruler;
use super::splitter::{names_width, splitter};
use super::state::client;
use super::view::{View, dynamic, effect, el, empty, on_window};
use super::virtual_rows::{Scrolling, virtual_rows};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::questions::{Fold, Row, RowOf, Rows, RowsAnswer, TraceHead};
use crate::ui::row_layout::RowLayout;
use crate::ui::window::Window;

/// Height of a row in CSS pixels; style/trace.css has the same.
const ROW: f64 = 26.0;

/// What the timeline of one trace shows, and what its parts do to it.
#[derive(Clone)]
struct State {
    head: Rc<TraceHead>,
    fold: RwSignal<Fold>,
    /// Positions of spans whose detail is open, in the order of opening.
    open: RwSignal<Vec<u32>>,
    /// Heights of open details, by position, in CSS pixels.
    heights: RwSignal<Vec<(u32, f64)>>,
    current: RwSignal<Option<u32>>,
    answer: RwSignal<Option<RowsAnswer>>,
    scrolling: Scrolling,
    layout: Signal<RowLayout>,
    /// Told of the span whose detail was opened last, or none.
    on_span: Rc<dyn Fn(Option<String>)>,
}

/// The timeline. `linked_span` is the span that the address names, to be opened and brought into view.
pub fn timeline(
    head: Rc<TraceHead>,
    slots: Rc<Vec<usize>>,
    time_window: Signal<Window>,
    linked_span: Option<String>,
    on_span: Rc<dyn Fn(Option<String>)>,
) -> View {
    let scroller = el("div", "timeline").test_id("timeline").attrs(&[
        ("role", "tree"),
        ("tabindex", "0"),
        ("aria-label", words().timeline_name),
    ]);
    let state = State::new(head, Scrolling::of(&scroller), on_span);
    state.ask_rows();
    if let Some(span) = linked_span {
        state.reveal_span(span);
    }
    page_keys(state.fold);
    let marks = RwSignal::new(Vec::<f64>::new());
    let names = names_width();
    let (keys, current, answer) = (state.clone(), state.current, state.answer);
    let scroller = scroller
        .attr_of("aria-activedescendant", move || current.get().map(row_element_id))
        .attr_of("aria-busy", move || yes_no(answer.read().is_none()).to_owned())
        .on("keydown", move |event: KeyboardEvent| keys.press(&event))
        .child(tick_lines(marks))
        .child(state.rows(slots, time_window));
    let fold = state.fold;
    let head = el("div", "timeline-head")
        .child(
            el("div", "names-head")
                .child(el("span", "names-title").text(words().name_column))
                .child(fold_button("expand-all", Icon::ExpandAll, words().expand_all, " ( ] )", fold, false))
                .child(fold_button("collapse-all", Icon::CollapseAll, words().collapse_all, " ( [ )", fold, true)),
        )
        .child(splitter(names))
        .child(ruler(time_window, marks));
    el("div", "timeline-frame")
        .style_of("--names", move || percent(names.get() / 100.0))
        .style_of("--from", move || fixed(time_window.get().offset(), 12))
        .style_of("--scale", move || fixed(time_window.get().scale(), 12))
        .child(head)
        .child(scroller)
}

fn tick_lines(marks: RwSignal<Vec<f64>>) -> View {
    let lines = dynamic(move || {
        let marks = marks.read();
        empty().children(marks.iter().map(|at| el("span", "").style("left", &percent(*at))))
    });
    el("div", "tick-lines").attr("aria-hidden", "true").child(el("div", "tick-lines-inner").child(lines))
}

fn fold_button(id: &str, icon: Icon, name: &str, key: &str, fold: RwSignal<Fold>, folded: bool) -> View {
    icon_button("icon-button", &[name, key].concat(), icon)
        .test_id(id)
        .on("click", move |_: Event| fold.set(Fold::all(folded)))
}

/// `]` expands all and `[` collapses all, as in Jaeger UI's keys, wherever the focus is but in a field.
fn page_keys(fold: RwSignal<Fold>) {
    on_window("keydown", move |event: KeyboardEvent| {
        if is_in_field(&event) || has_modifier(&event) {
            return;
        }
        match event.key().as_str() {
            "]" => fold.set(Fold::all(false)),
            "[" => fold.set(Fold::all(true)),
            _ => {}
        }
    });
}

fn has_modifier(event: &KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

impl State {
    fn new(head: Rc<TraceHead>, scrolling: Scrolling, on_span: Rc<dyn Fn(Option<String>)>) -> State {
        let spans = head.spans;
        let heights = RwSignal::new(Vec::<(u32, f64)>::new());
        let answer = RwSignal::new(None::<RowsAnswer>);
        let layout = Memo::new(move |_| {
            let heights = heights.read();
            let height = |position: u32| {
                let known = heights.iter().find(|(known, _)| *known == position);
                known.map_or(FIRST_HEIGHT, |(_, height)| *height)
            };
            let answer = answer.read();
            let open = answer.iter().flat_map(|answer| &answer.open);
            RowLayout {
                rows: answer.as_ref().map_or(spans, |answer| answer.total),
                row_height: ROW,
                open: open.map(|(row, position)| (*row, height(*position))).collect(),
            }
        });
        State {
            head,
            fold: RwSignal::new(Fold::default()),
            open: RwSignal::new(Vec::new()),
            heights,
            current: RwSignal::new(None),
            answer,
            scrolling,
            layout: layout.into(),
            on_span,
        }
    }

    /// Asks for the rows in view, whenever they are others.
    fn ask_rows(&self) {
        let Some(client) = client() else { return };
        let answer = self.answer;
        let slot = Slot::<Rows>::new(client, move |rows| {
            // The page may have been left meanwhile.
            answer.try_set(Some(rows));
        });
        let wanted = self.scrolling.wanted(self.layout);
        let state = self.clone();
        effect(move || {
            let (from, count) = wanted.get();
            slot.ask(Rows {
                trace: state.head.id.clone(),
                fold: state.fold.get(),
                open: state.open.get(),
                from,
                count,
            });
        });
    }

    /// A link to a span opens it, whatever is folded above.
    fn reveal_span(&self, span_id: String) {
        let state = self.clone();
        spawn_local(async move {
            let question = RowOf { trace: state.head.id.clone(), fold: state.fold.get_untracked(), span_id };
            let Some(client) = client() else { return };
            let Some(Some(place)) = client.ask(question).await else {
                return;
            };
            if state.fold.try_set(place.fold).is_some() {
                // The page was left meanwhile.
                return;
            }
            state.current.set(Some(place.row));
            state.open.update(|open| {
                if !open.contains(&place.position) {
                    open.push(place.position);
                }
            });
            state.scrolling.center(f64::from(place.row) * ROW);
        });
    }

    fn rows(&self, slots: Rc<Vec<usize>>, time_window: Signal<Window>) -> View {
        let (one, other, third) = (self.clone(), self.clone(), self.clone());
        let context = RowContext {
            head: self.head.clone(),
            slots,
            time_window,
            current: self.current,
            toggle_fold: Rc::new(move |position| one.toggle_fold(position)),
            toggle_detail: Rc::new(move |position| other.toggle_detail(position)),
            reveal_span: Rc::new(move |span_id| third.reveal_span(span_id)),
        };
        let (state, answer) = (self.clone(), self.answer);
        let have = move || {
            let answer = answer.read();
            answer.as_ref().map_or((0, 0), |answer| (answer.from, answer.rows.len() as u32))
        };
        virtual_rows(self.scrolling, self.layout, have, move |view| view.keyed(move || state.entries(&context)))
    }

    /// The loaded rows, and what is open below them. A row is made anew when it shows something else; an open detail stays
    /// whatever happens around it.
    fn entries(&self, context: &RowContext) -> Vec<Entry> {
        let answer = self.answer.read();
        let Some(answer) = answer.as_ref() else {
            return Vec::new();
        };
        let current = self.current.get();
        let mut entries = Vec::new();
        for (index, row) in (answer.from..).zip(&answer.rows) {
            let position = row.position;
            let state =
                RowState { is_open: answer.open.contains(&(index, position)), is_current: current == Some(index) };
            let key = [position, index, row.is_collapsed.into(), state.is_open.into(), state.is_current.into()];
            let key = key.map(|part| part.to_string()).join(" ");
            let (shown, of) = (row.clone(), context.clone());
            entries.push(Entry::new(key, move || row_view(&shown, index, state, &of)));
            if state.is_open {
                let (of, heights) = (context.clone(), self.heights);
                let keep = move |height| {
                    heights.update(|heights| {
                        heights.retain(|(known, _)| *known != position);
                        heights.push((position, height));
                    })
                };
                entries.push(Entry::new(position.to_string(), move || detail_view(position, &of, keep)));
            }
        }
        entries
    }

    fn row_at(&self, index: u32) -> Option<Row> {
        let answer = self.answer.read_untracked();
        let answer = answer.as_ref()?;
        let at = index.checked_sub(answer.from)? as usize;
        answer.rows.get(at).cloned()
    }

    fn toggle_detail(&self, position: u32) {
        let is_open = self.open.read_untracked().contains(&position);
        let span = self.answer.with_untracked(|answer| {
            let mut rows = answer.as_ref()?.rows.iter();
            rows.find(|row| row.position == position).map(|row| row.span_id.clone())
        });
        self.open.update(|open| {
            open.retain(|known| *known != position);
            if !is_open {
                open.push(position);
            }
        });
        (self.on_span)(span.filter(|_| !is_open));
    }

    fn toggle_fold(&self, position: u32) {
        self.fold.update(|fold| fold.toggle(position));
    }

    fn move_to(&self, index: i64) {
        let layout = self.layout.get_untracked();
        let last = i64::from(layout.rows) - 1;
        let index = index.clamp(0, last.max(0)) as u32;
        self.current.set(Some(index));
        self.scrolling.reveal(layout.y(index), ROW);
    }

    fn press(&self, event: &KeyboardEvent) {
        if event.target() != event.current_target() || has_modifier(event) {
            return;
        }
        let at = self.current.get_untracked();
        let first_visible = self.scrolling.first_visible(self.layout);
        let index = i64::from(at.unwrap_or(first_visible));
        let page = i64::from(self.scrolling.page_rows(ROW).saturating_sub(1).max(1));
        let row = at.and_then(|at| self.row_at(at));
        let target = match event.key().as_str() {
            "ArrowDown" if at.is_none() => Some(index),
            "ArrowDown" => Some(index + 1),
            "ArrowUp" => Some(index - 1),
            "PageDown" => Some(index + page),
            "PageUp" => Some(index - page),
            "Home" => Some(0),
            "End" => Some(i64::MAX),
            "Enter" | " " => {
                row.iter().for_each(|row| self.toggle_detail(row.position));
                None
            }
            "ArrowRight" => row.and_then(|row| self.unfold_or_enter(&row, index)),
            "ArrowLeft" => row.and_then(|row| self.fold_or_leave(&row, index)),
            _ => return,
        };
        if let Some(target) = target {
            self.move_to(target);
        }
        event.prevent_default();
    }

    /// Opens a folded row; of an open one, tells its first child.
    fn unfold_or_enter(&self, row: &Row, index: i64) -> Option<i64> {
        if row.is_collapsed {
            self.toggle_fold(row.position);
            return None;
        }
        (row.children > 0).then_some(index + 1)
    }

    /// Folds an open row; of others, tells their parent: the next row above that is less deep, or is not loaded.
    fn fold_or_leave(&self, row: &Row, index: i64) -> Option<i64> {
        if row.children > 0 && !row.is_collapsed {
            self.toggle_fold(row.position);
            return None;
        }
        let is_above = |at: &i64| self.row_at(*at as u32).is_none_or(|above| above.depth < row.depth);
        (0..index).rev().find(is_above)
    }
}
