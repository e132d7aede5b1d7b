//! What the timeline of one trace shows: what is folded and open, where the keyboard is, and the rows that the engine answered.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::detail::{FIRST_HEIGHT, ask_early};
use super::navigation::{go, parameter, place, with_parameters};
use super::signal::{Memo, RwSignal, Signal};
use super::state::client;
use super::storage;
use super::view::effect;
use super::virtual_rows::Scrolling;
use crate::engine::client::Slot;
use crate::engine::questions::{
    Colour, Find, FindMode, Focus, FoldStep, LineKey, Look, PlaceOf, Row, RowOf, Rows, RowsAnswer, SpanRow, TraceHead,
};
use crate::ui::row_layout::RowLayout;
use crate::ui::service_filter::{self, ServiceFilter};
use crate::ui::window::Window;

/// Height of a row in CSS pixels; style/trace.css has the same.
pub const ROW: f64 = 26.0;
/// Wait so long for the window to rest before rows outside leave.
const REST_MS: u32 = 200;

/// The state of one timeline, shared by its parts.
#[derive(Clone)]
pub struct Timeline {
    pub head: Rc<TraceHead>,
    pub folds: RwSignal<Vec<FoldStep>>,
    /// The id of the span that is looked at with what is below it.
    pub root: Memo<Option<String>>,
    /// Only rows inside the visible window are shown.
    pub only_window: RwSignal<bool>,
    /// What the find box holds; the address follows when it rests.
    pub find: RwSignal<Find>,
    /// Spans that are not found have no rows.
    pub only_found: Memo<bool>,
    /// Indexes of services that are pruned.
    pub hidden: Memo<Vec<u32>>,
    /// Names of services that are hidden in every trace whose address does not say otherwise.
    pub hidden_default: RwSignal<Vec<String>>,
    /// Repeating siblings share a row.
    pub join_siblings: RwSignal<bool>,
    pub open_siblings: RwSignal<Vec<u32>>,
    pub colour: Memo<Colour>,
    pub skew: Memo<bool>,
    pub critical_path: RwSignal<bool>,
    /// Names and columns have the whole width.
    pub hides_bars: RwSignal<bool>,
    /// A stretch of time that is measured: two times, in the order of measuring; the same twice while the second is awaited.
    pub stretch: RwSignal<Option<(i64, i64)>>,
    /// The facts and the minimap are hidden.
    pub is_slim: RwSignal<bool>,
    /// Details stand in a panel beside the timeline, one at a time, instead of below their rows.
    pub side_panel: RwSignal<bool>,
    /// Keys of attributes that are shown as columns.
    pub columns: RwSignal<Vec<String>>,
    /// Positions of spans whose detail is open, in the order of opening.
    pub open: RwSignal<Vec<u32>>,
    /// The span whose events come into view as soon as its detail has them.
    pub events_wanted: Rc<Cell<Option<u32>>>,
    /// Heights of open details, by position, in CSS pixels.
    pub heights: RwSignal<Vec<(u32, f64)>>,
    /// The row that the keyboard is at.
    pub cursor: RwSignal<Option<Focus>>,
    pub answer: RwSignal<Option<RowsAnswer>>,
    pub scrolling: Scrolling,
    pub layout: Signal<RowLayout>,
    pub look: Signal<Look>,
    pub time_window: Signal<Window>,
    /// What places of bars are shares of ([`Window::frame`]).
    pub frame: RwSignal<Window>,
    /// What dialogs that outlive an event belong to.
    pub owner: Owner,
}

impl Timeline {
    pub fn new(head: Rc<TraceHead>, scrolling: Scrolling, time_window: Signal<Window>) -> Timeline {
        let (spans, duration) = (head.spans, head.duration_nanos);
        let heights = RwSignal::new(Vec::<(u32, f64)>::new());
        let answer = RwSignal::new(None::<RowsAnswer>);
        let side_panel = preference("side-panel", false);
        let layout = Memo::new(move |_| {
            let heights = heights.read();
            let height = |position: u32| {
                let known = heights.iter().find(|(known, _)| *known == position);
                known.map_or(FIRST_HEIGHT, |(_, height)| *height)
            };
            let answer = answer.read();
            let open = answer.iter().filter(|_| !side_panel.get()).flat_map(|answer| &answer.open);
            RowLayout {
                rows: answer.as_ref().map_or(spans, |answer| answer.total),
                row_height: ROW,
                open: open.map(|(row, position)| (*row, height(*position))).collect(),
            }
        });
        let search = place().search;
        let root = Memo::new(move |_| parameter(&search.read(), "root"));
        let folds = RwSignal::new(Vec::new());
        let only_window = preference("only-window", true);
        let find = RwSignal::new(find_in(&search.get_untracked()));
        let only_found = Memo::new(move |_| parameter(&search.read(), "mode").as_deref() == Some("hide"));
        let (names, roots) = (names_in(&head), head.root_services.clone());
        let known = storage::preference("services-hidden").unwrap_or_default();
        let hidden_default = RwSignal::new(known.lines().map(str::to_owned).collect::<Vec<_>>());
        let hidden = Memo::new(move |_| match parameter(&search.read(), "svcFilter") {
            Some(filter) => hidden_in(&filter, &names),
            None => service_filter::by_default(&names, &roots, &hidden_default.read()),
        });
        let join_siblings = preference("join-siblings", false);
        let open_siblings = RwSignal::new(Vec::new());
        let colour = Memo::new(move |_| colour_of(parameter(&search.read(), "color").as_deref()));
        let skew = Memo::new(move |_| parameter(&search.read(), "skew").as_deref() == Some("1"));
        find_in_address(find);
        let within = resting(time_window);
        let look = Memo::new(move |_| Look {
            folds: folds.get(),
            root: root.get(),
            hidden_services: hidden.get(),
            find: Some(find.get()).filter(|find| !find.text.trim().is_empty()),
            only_found: only_found.get(),
            join_siblings: join_siblings.get(),
            open_siblings: open_siblings.get(),
            skew: skew.get(),
            within: Some(within.get()).filter(|window| only_window.get() && !window.is_whole()).map(Window::times),
        });
        let columns = storage::preference("columns").unwrap_or_default();
        let columns = columns.lines().map(str::to_owned).collect();
        Timeline {
            head,
            folds,
            root,
            only_window,
            find,
            only_found,
            hidden,
            hidden_default,
            join_siblings,
            open_siblings,
            colour,
            skew,
            critical_path: preference("critical-path", true),
            hides_bars: preference("hide-bars", false),
            stretch: RwSignal::new(None),
            is_slim: preference("slim", false),
            side_panel,
            columns: RwSignal::new(columns),
            open: RwSignal::new(Vec::new()),
            events_wanted: Rc::default(),
            heights,
            cursor: RwSignal::new(None),
            answer,
            scrolling,
            layout,
            look,
            time_window,
            frame: RwSignal::new(Window::whole(duration)),
            owner: Owner::current().unwrap_or_default(),
        }
    }

    /// Asks for the rows in view, whenever they are others.
    pub fn ask_rows(&self) {
        let Some(client) = client() else { return };
        let this = self.clone();
        let slot = Slot::<Rows>::new(client, move |rows| this.take(rows));
        let wanted = self.scrolling.wanted(self.layout);
        let (this, asked) = (self.clone(), RefCell::new(None::<Rows>));
        effect(move || {
            let (from, count) = wanted.get();
            let question = Rows {
                trace: this.head.id.clone(),
                look: this.look.get(),
                open: this.open.get(),
                focus: this.cursor.get(),
                columns: this.columns.get(),
                colour: this.colour.get(),
                critical_path: this.critical_path.get(),
                from,
                count,
            };
            let mut asked = asked.borrow_mut();
            // That the keyboard went to a row which is known changes no row.
            let is_known = question.focus == this.focused().map(|(_, row)| Focus::Line(row.key));
            let is_as_asked = |asked: &Rows| *asked == Rows { focus: asked.focus.clone(), ..question.clone() };
            if is_known && asked.as_ref().is_some_and(is_as_asked) {
                return;
            }
            *asked = Some(question.clone());
            slot.ask(question);
        });
    }

    fn take(&self, mut rows: RowsAnswer) {
        // The page may have been left meanwhile.
        if self.answer.is_disposed() {
            return;
        }
        if rows.asked == self.cursor.get_untracked() {
            // From now on the keyboard is at that row, wherever it goes.
            let at = rows.focus.as_ref().map(|(_, row)| Focus::Line(row.key));
            if at.is_some() && at != rows.asked {
                self.cursor.set(at);
            }
        } else {
            // The keyboard has moved on since: it stays where it is until that is answered.
            rows.focus = self.focused().or(rows.focus);
        }
        self.answer.set(Some(rows));
    }

    pub fn fold(&self, step: FoldStep) {
        self.folds.update(|folds| {
            // A step that sets every span makes those before it meaningless.
            if matches!(step, FoldStep::All(_) | FoldStep::OpenTo(_)) {
                folds.clear();
            }
            // The same twice is nothing.
            match (&step, folds.last()) {
                (FoldStep::Toggle(_), Some(last)) if *last == step => _ = folds.pop(),
                _ => folds.push(step),
            }
        });
    }

    /// Looks at one span and what is below it, or at the whole trace; in the address.
    pub fn look_at(&self, span: Option<String>) {
        self.folds.set(Vec::new());
        go(&with_parameters(&[("root", span)]), false);
        self.scrolling.reveal(0.0, ROW);
    }

    /// Opens a span, whatever hides it, and brings it into view.
    pub fn reveal_span(&self, span_id: String) {
        let this = self.clone();
        spawn_local(async move {
            let question = RowOf { trace: this.head.id.clone(), look: this.look.get_untracked(), span_id };
            let Some(client) = client() else { return };
            let Some(Some(place)) = client.ask(question).await else {
                return;
            };
            if this.folds.is_disposed() {
                // The page was left meanwhile.
                return;
            }
            if place.look.root != this.look.get_untracked().root {
                go(&with_parameters(&[("root", place.look.root)]), true);
            }
            if place.look.within.is_none() && this.look.get_untracked().within.is_some() {
                this.only_window.set(false);
            }
            this.folds.set(place.look.folds);
            this.cursor.set(Some(Focus::Line(LineKey::Span(place.position))));
            this.open_details(&[place.position]);
            this.scrolling.center(f64::from(place.row) * ROW);
        });
    }

    /// The row that the keyboard is at, with its number.
    pub fn focused(&self) -> Option<(u32, Row)> {
        self.answer.with_untracked(|answer| answer.as_ref()?.focus.clone())
    }

    /// The row of a number, if it is loaded.
    pub fn row_at(&self, index: u32) -> Option<Row> {
        let answer = self.answer.read_untracked();
        let answer = answer.as_ref()?;
        let at = index.checked_sub(answer.from)? as usize;
        answer.rows.get(at).cloned()
    }

    /// Opens details below their rows besides those that are open, or the first of them in the panel.
    pub fn open_details(&self, positions: &[u32]) {
        positions.first().iter().for_each(|position| ask_early(&self.head.id, **position));
        let in_panel = self.side_panel.get_untracked();
        let room = if in_panel { 1 } else { positions.len() };
        self.open.update(|open| {
            open.retain(|known| !in_panel && !positions.contains(known));
            open.extend(&positions[..room.min(positions.len())]);
        });
    }

    /// Details in the panel instead of the list, or the other way round; remembered.
    pub fn toggle_side_panel(&self) {
        self.toggle(self.side_panel, "side-panel");
        // The panel has room for one: what was opened last.
        self.open.update(|open| {
            let last = open.pop();
            open.clear();
            open.extend(last);
        });
    }

    /// Closes all details.
    pub fn close_details(&self) {
        self.open.set(Vec::new());
        go(&with_parameters(&[("span", None)]), true);
    }

    /// Opens or closes a span's detail; the address names what was opened last.
    pub fn toggle_detail(&self, position: u32) {
        let is_open = self.open.read_untracked().contains(&position);
        let span = self.answer.with_untracked(|answer| {
            let answer = answer.as_ref()?;
            let mut loaded = answer.rows.iter().chain(answer.focus.iter().map(|(_, row)| row)).filter_map(Row::span);
            loaded.find(|span| span.position == position).map(|span| span.span_id.clone())
        });
        match is_open {
            true => self.open.update(|open| open.retain(|known| *known != position)),
            false => self.open_details(&[position]),
        }
        go(&with_parameters(&[("span", span.filter(|_| !is_open))]), true);
    }

    /// The span whose row the keyboard is at.
    pub fn focused_span(&self) -> Option<(u32, SpanRow)> {
        self.focused().and_then(|(index, row)| Some((index, row.span()?.clone())))
    }

    /// The keyboard is at a row that is loaded. The next key may come before the engine's answer does.
    pub fn be_at(&self, index: u32, row: Row) {
        let cursor = Some(Focus::Line(row.key));
        if self.focused().is_none_or(|(at, known)| at != index || known.key != row.key) {
            self.answer.update(|answer| {
                if let Some(answer) = answer {
                    answer.focus = Some((index, row));
                }
            });
        }
        self.cursor.set(cursor);
    }

    /// Brings the keyboard to a row; to the nearest there is.
    pub fn move_to(&self, index: i64) {
        let layout = self.layout.get_untracked();
        let last = i64::from(layout.rows) - 1;
        let index = index.clamp(0, last.max(0)) as u32;
        match self.row_at(index) {
            Some(row) => self.be_at(index, row),
            None => self.cursor.set(Some(Focus::Row(index))),
        }
        self.scrolling.reveal(layout.y(index), ROW);
    }

    /// Brings the keyboard to a span, wherever its row is.
    pub fn go_to(&self, position: u32) {
        let this = self.clone();
        let look = self.look.get_untracked();
        let question = PlaceOf { trace: self.head.id.clone(), look, line: LineKey::Span(position) };
        spawn_local(async move {
            let Some(client) = client() else { return };
            if let Some(Some(row)) = client.ask(question).await
                && !this.cursor.is_disposed()
            {
                this.move_to(row.into());
            }
        });
    }

    /// Scrolls by pages.
    pub fn scroll_page(&self, pages: f64, row_height: f64) {
        self.scrolling.scroll_pages(pages * 0.95, row_height);
    }

    pub fn toggle_siblings(&self, first: u32) {
        self.open_siblings.update(|open| match open.iter().position(|known| *known == first) {
            Some(at) => _ = open.remove(at),
            None => open.push(first),
        });
    }

    /// Prunes other services than before; in the address.
    pub fn hide_services(&self, hidden: Vec<u32>) {
        let mut names = names_in(&self.head);
        let gone: Vec<String> = hidden.iter().filter_map(|at| names.get(*at as usize).cloned()).collect();
        let is_shown = |name: &str| !gone.iter().any(|known| known == name);
        // Where a default hides some, the address has to say that all are shown.
        let roots = &self.head.root_services;
        let overrules = !service_filter::by_default(&names, roots, &self.hidden_default.read_untracked()).is_empty();
        service_filter::sort(&mut names);
        let filter = match overrules {
            true => Some(service_filter::mask(&names, is_shown)),
            false => service_filter::encode(&names, is_shown),
        };
        go(&with_parameters(&[("svcFilter", filter)]), true);
    }

    /// Prunes these services in every trace from now on, unless an address says otherwise; remembered.
    pub fn hide_by_default(&self, hidden: &[u32]) {
        let before = self.hidden_default.get_untracked();
        self.set_default(service_filter::new_default(&names_in(&self.head), hidden, &before));
    }

    /// Other services are pruned by default: at once, the address says nothing of its own.
    pub fn set_default(&self, names: Vec<String>) {
        storage::set_preference("services-hidden", &names.join("\n"));
        self.hidden_default.set(names);
        go(&with_parameters(&[("svcFilter", None)]), true);
    }

    pub fn colour_by(&self, colour: Colour) {
        let name = Some(colour_tag(colour).to_owned()).filter(|_| colour != Colour::Service);
        go(&with_parameters(&[("color", name)]), true);
    }

    pub fn toggle_skew(&self) {
        let skew = (!self.skew.get_untracked()).then(|| "1".to_owned());
        go(&with_parameters(&[("skew", skew)]), true);
    }

    /// Switches something on or off, for good.
    pub fn toggle(&self, what: RwSignal<bool>, name: &str) {
        what.update(|is_on| *is_on = !*is_on);
        storage::set_preference(name, if what.get_untracked() { "yes" } else { "no" });
    }

    /// Shows other attributes as columns; remembered.
    pub fn set_columns(&self, columns: Vec<String>) {
        storage::set_preference("columns", &columns.join("\n"));
        self.columns.set(columns);
    }
}

/// The window once it did not change for a moment: rows leave when it rests, not while it is dragged.
fn resting(time_window: Signal<Window>) -> RwSignal<Window> {
    let rest = RwSignal::new(time_window.get_untracked());
    effect(move || {
        let now = time_window.get();
        if rest.get_untracked() == now {
            return;
        }
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(REST_MS).await;
            if !rest.is_disposed() && time_window.get_untracked() == now {
                rest.set(now);
            }
        });
    });
    rest
}

fn names_in(head: &TraceHead) -> Vec<String> {
    head.services.iter().map(|service| service.name.clone()).collect()
}

/// The services that a filter in the address hides: indexes into `names`. None if it is of another state of the trace.
fn hidden_in(filter: &str, names: &[String]) -> Vec<u32> {
    let mut sorted = names.to_vec();
    service_filter::sort(&mut sorted);
    match service_filter::decode(&sorted, filter) {
        Some(ServiceFilter::Hidden(hidden)) => {
            let places = names.iter().zip(0..).filter(|(name, _)| hidden.contains(name));
            places.map(|(_, at)| at).collect()
        }
        Some(ServiceFilter::Stale) | None => Vec::new(),
    }
}

fn preference(name: &str, usual: bool) -> RwSignal<bool> {
    let known = storage::preference(name).map(|known| known == "yes");
    RwSignal::new(known.unwrap_or(usual))
}

/// The names of colourings in the address.
const COLOURS: [(Colour, &str); 5] = [
    (Colour::Service, "service"),
    (Colour::Status, "status"),
    (Colour::Kind, "kind"),
    (Colour::SelfTime, "self"),
    (Colour::Percentile, "percentile"),
];

fn colour_of(tag: Option<&str>) -> Colour {
    COLOURS.iter().find(|(_, known)| Some(*known) == tag).map(|(colour, _)| *colour).unwrap_or_default()
}

pub fn colour_tag(colour: Colour) -> &'static str {
    COLOURS.iter().find(|(known, _)| *known == colour).map(|(_, tag)| *tag).unwrap_or_default()
}

/// The names of the ways to find in the address.
pub const FIND_MODES: [(FindMode, &str); 4] =
    [(FindMode::Any, "any"), (FindMode::All, "all"), (FindMode::Regex, "regex"), (FindMode::TraceQl, "traceql")];

/// What the address says is looked for.
fn find_in(search: &str) -> Find {
    let mode = parameter(search, "findMode");
    let mode = FIND_MODES.iter().find(|(_, tag)| Some(*tag) == mode.as_deref()).map(|(mode, _)| *mode);
    Find { text: parameter(search, "uiFind").unwrap_or_default(), mode: mode.unwrap_or_default() }
}

/// The address says what is looked for, as soon as the typing rests.
fn find_in_address(find: RwSignal<Find>) {
    effect(move || {
        let now = find.get();
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(REST_MS).await;
            let in_address = find_in(&place().search.get_untracked());
            if find.is_disposed() || find.get_untracked() != now || in_address == now {
                return;
            }
            let tag = FIND_MODES.iter().find(|(mode, _)| *mode == now.mode).map(|(_, tag)| (*tag).to_owned());
            let mode = tag.filter(|_| now.mode != FindMode::default());
            let text = Some(now.text).filter(|text| !text.is_empty());
            go(&with_parameters(&[("uiFind", text), ("findMode", mode)]), true);
        });
    });
}
