//! The graph of a comparison: an outline of call paths, of which only what is in view exists. What is in view is asked for here, and the
//! chosen node is moved; a node is `compare_cell`, and what is around the outline has files of its own.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::compare_card::card;
use super::compare_cell::{cells, node_id};
use super::compare_chooser::Heads;
use super::compare_find::{find_box, focus_find, focus_graph};
use super::compare_hover::with_hover;
use super::compare_minimap::minimap;
use super::compare_sides::{Look, Sides};
use super::compare_sketch::sketch;
use super::compare_timelines::places;
use super::compare_zoom::{Zoom, zoom_buttons};
use super::navigation::{parameter, place};
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, effect, el, optional};
use super::view_service_colours::Named;
use super::virtual_rows::{observe, px};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{
    Compare, CompareAnswer, DiffNode, FindNodes, FoundNodes, NextChange, Sketch, SketchAnswer,
};
use crate::ui::outline_view::{CELL, CELL_OF_ONE, OutlineView, READABLE, around};

/// The parameter of the address that says what is to be found: Jaeger UI's.
pub const FIND: &str = "uiFind";

/// Brings a span, by its id, into view in the timeline.
type Reveal = Rc<dyn Fn(String)>;

/// What the page shows of a comparison.
#[derive(Clone, Copy)]
pub struct Graph {
    pub sides: Memo<Sides>,
    pub heads: Heads,
    pub answer: RwSignal<Option<CompareAnswer>>,
    /// Place, row and column of the chosen node.
    pub chosen: RwSignal<Option<[u32; 3]>>,
    /// Steps to take from there.
    steps: RwSignal<Vec<Step>>,
    /// The row of the timelines that the keyboard is at, and the places of their traces in the groups.
    pub row: RwSignal<Option<u32>>,
    pub places: Memo<[u32; 2]>,
    pub view: RwSignal<OutlineView>,
    /// Where to scroll to.
    target: RwSignal<Option<[f64; 2]>>,
    /// Boxes have no names: there are too many in view, and they would be too small.
    pub is_far: Memo<bool>,
    /// What is drawn then.
    pub sketch: RwSignal<SketchAnswer>,
    /// What to find, as the address says it.
    pub find: Memo<String>,
    pub found: RwSignal<FoundNodes>,
    /// One group alone is shown: the colours of its services.
    pub colours: Option<Named>,
    /// Brings a span into view in the timeline of the page that the graph is on, if it has one.
    pub reveal: RwSignal<Option<Reveal>>,
}

/// To the next node that differs, or that is found; or back to the last one.
#[derive(Clone, Copy, PartialEq)]
pub struct Step {
    pub finds: bool,
    pub goes_back: bool,
}

impl Graph {
    pub fn new(sides: Memo<Sides>, heads: Heads, colours: Option<Named>) -> Graph {
        let cell = if colours.is_some() { CELL_OF_ONE } else { CELL };
        let view = RwSignal::new(OutlineView { from: [0.0; 2], size: [1600.0, 900.0], scale: 1.0, cell });
        let shown = Graph {
            sides,
            heads,
            answer: RwSignal::new(None),
            chosen: RwSignal::new(None),
            steps: RwSignal::default(),
            row: RwSignal::new(None),
            places: places(sides),
            view,
            target: RwSignal::new(None),
            is_far: Memo::new(move |_| view.with(|view| view.scale < READABLE)),
            sketch: RwSignal::default(),
            find: Memo::new(|_| place().search.with(|search| parameter(search, FIND)).unwrap_or_default()),
            found: RwSignal::default(),
            colours,
            reveal: RwSignal::new(None),
        };
        let outlined = Memo::new(move |_| sides.with(Sides::compared));
        effect(move || {
            // Places are others in another outline.
            outlined.with(|_| ());
            shown.chosen.set(None);
        });
        shown.ask();
        shown.ask_for_more();
        shown
    }

    /// Asks for what is in view, whenever that is something else.
    fn ask(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<Compare>::hearing(client, move |bytes| {
            if !self.answer.is_disposed() {
                self.answer.set(decode(bytes));
            }
        });
        // From far only the chosen node has its name, and those that keys lead to from there.
        let area = Memo::new(move |_| match (self.is_far.get(), self.chosen.get()) {
            (false, _) => self.view.with(|view| view.area()),
            (true, Some([_, row, column])) => around([column, row]),
            (true, None) => around([0, 0]),
        });
        effect(move || {
            app().version.track();
            let what = self.sides.with(Sides::compared);
            let [(from_column, columns), (from, count)] = area.get();
            if self.sides.with(Sides::is_complete) {
                slot.ask(Compare { what, from, count, from_column, columns });
            }
        });
    }

    /// Asks for what is drawn without names, and for what is found.
    fn ask_for_more(self) {
        let Some(client) = client() else { return };
        let sketches = Slot::<Sketch>::hearing(client.clone(), move |bytes| {
            self.sketch.set(decode(bytes).unwrap_or_default());
        });
        let area = Memo::new(move |_| self.view.with(|view| view.area()));
        effect(move || {
            app().version.track();
            let what = self.sides.with(Sides::compared);
            let [(from_column, columns), (from, count)] = area.get();
            if self.is_far.get() {
                sketches.ask(Sketch { what, from, count, from_column, columns, picture: [0, 0] });
            }
        });
        let finds = Slot::<FindNodes>::hearing(client, move |bytes| {
            let answer = decode(bytes).unwrap_or_default();
            if !self.found.is_disposed() && self.found.with_untracked(|known| *known != answer) {
                self.found.set(answer);
            }
        });
        effect(move || {
            app().version.track();
            let (what, text) = (self.sides.with(Sides::compared), self.find.get());
            let at = self.chosen.get().map(|[place, ..]| place);
            let [(from_column, columns), (from, count)] = area.get();
            // Nothing is asked, too: the last answer would come late.
            let is_known = self.found.with_untracked(|found| *found == FoundNodes::default());
            if !text.trim().is_empty() || !is_known {
                finds.ask(FindNodes { what, text, at, goes_back: false, from, count, from_column, columns });
            }
        });
    }

    /// Goes to the next node that is not the same, or back to the last one.
    pub fn step(self, goes_back: bool) {
        self.take(Step { finds: false, goes_back });
    }

    /// Steps wait for each other.
    #[inline(never)]
    pub fn take(self, step: Step) {
        let is_walking = self.steps.with_untracked(|steps| !steps.is_empty());
        self.steps.update(|steps| steps.push(step));
        if is_walking {
            return;
        }
        spawn_local(async move {
            while let Some(step) = self.steps.with_untracked(|steps| steps.first().copied()) {
                let next = self.after(step).await;
                if self.chosen.is_disposed() {
                    return;
                }
                let is_of_rows = self.is_of_rows(step);
                match next {
                    Some([row, ..]) if is_of_rows => self.row.set(Some(row)),
                    None if is_of_rows => app().toast.set(Some(words().diff_no_row.to_owned())),
                    Some(spot) => self.choose(spot),
                    None if step.finds => {}
                    None if self.colours.is_some() => app().toast.set(Some(words().graph_no_errors.to_owned())),
                    None => app().toast.set(Some(words().diff_none.to_owned())),
                }
                self.steps.update(|steps| _ = steps.remove(0));
            }
        });
    }

    /// Differences are those of the timelines while these are shown.
    fn is_of_rows(self, step: Step) -> bool {
        !step.finds && self.sides.with_untracked(|sides| sides.look == Look::Timelines)
    }

    async fn after(self, step: Step) -> Option<[u32; 3]> {
        let Step { finds, goes_back } = step;
        let client = client()?;
        let what = self.sides.with_untracked(Sides::compared);
        let is_of_rows = self.is_of_rows(step);
        let place = self.chosen.get_untracked().map(|[place, ..]| place);
        let after = if is_of_rows { self.row.get_untracked() } else { place };
        if !finds {
            let traces = is_of_rows.then(|| self.places.get_untracked());
            return client.ask(NextChange { what, traces, after, goes_back }).await.flatten();
        }
        let text = self.find.get_untracked();
        let none = FindNodes { what, text, at: after, goes_back, from: 0, count: 0, from_column: 0, columns: 0 };
        client.ask(none).await?.next
    }

    /// Chooses the node in view below which something is missing, the next one after the chosen; its card has its events.
    #[inline(never)]
    fn go_to_gap(self) {
        let after = self.chosen.get_untracked().map(|[place, ..]| place);
        let gaps: Vec<[u32; 3]> = if self.is_far.get_untracked() {
            self.sketch.with_untracked(|sketch| {
                let gaps = sketch.boxes.iter().filter(|it| it.has_gap);
                gaps.map(|it| [it.place, it.row, it.column]).collect()
            })
        } else {
            self.answer.with_untracked(|answer| {
                let nodes = answer.iter().flat_map(|answer| &answer.nodes);
                nodes.filter(|node| node.gaps != [false; 2]).map(spot).collect()
            })
        };
        let next = gaps.iter().find(|[place, ..]| after.is_none_or(|after| *place > after)).or(gaps.first());
        match next {
            Some(spot) => self.choose(*spot),
            None => app().toast.set(Some(words().diff_no_gap.to_owned())),
        }
    }

    /// Chooses a node from elsewhere: shows it in the graph.
    pub fn show_node(self, spot: [u32; 3]) {
        super::compare_sides::show_graph();
        self.choose(spot);
    }

    #[inline(never)]
    pub fn choose(self, [place, row, column]: [u32; 3]) {
        self.chosen.set(Some([place, row, column]));
        self.show([row, column]);
    }

    /// Scrolls to a node: row and column.
    pub fn show(self, [row, column]: [u32; 2]) {
        let view = self.view.get_untracked().showing([column, row]);
        // Once more, even if it is the same: the reader may have scrolled meanwhile.
        self.target.set(Some(view.from));
    }

    /// Names and palette slots of services, if one group is shown.
    pub fn services(self) -> Vec<(String, usize)> {
        self.colours.map(|colours| colours.get()).unwrap_or_default()
    }

    /// Columns and rows of the outline.
    pub fn cells(self) -> [u32; 2] {
        self.answer.with(size_of)
    }

    pub fn cells_now(self) -> [u32; 2] {
        self.answer.with_untracked(size_of)
    }

    /// Looks at it otherwise.
    pub fn look(self, change: &dyn Fn(OutlineView, [u32; 2]) -> OutlineView) {
        let now = self.view.get_untracked();
        let next = change(now, self.cells_now());
        if next != now {
            // First the size of what is scrolled, then the scrolling: effects run in the order in which they were told.
            self.view.set(next);
            self.target.set(Some(next.from));
        }
    }

    /// The arrow keys go to the parent, the first child, and along the column.
    #[inline(never)]
    fn move_by_key(self, key: &str) -> bool {
        let Some([place, row, column]) = self.chosen.get_untracked() else {
            let is_arrow = key.starts_with("Arrow");
            if is_arrow {
                self.choose([0, 0, 0]);
            }
            return is_arrow;
        };
        let next = self.answer.with_untracked(|answer| {
            let nodes = &answer.as_ref()?.nodes;
            match key {
                "ArrowRight" => nodes.iter().find(|it| it.place == place + 1 && it.column > column).map(spot),
                "ArrowLeft" => nodes.iter().rev().find(|it| it.place < place && it.column + 1 == column).map(spot),
                "ArrowDown" => nodes.iter().find(|it| it.row > row && it.column == column).map(spot),
                "ArrowUp" => nodes.iter().rev().find(|it| it.row < row && it.column == column).map(spot),
                "Home" => Some([0, 0, 0]),
                _ => None,
            }
        });
        let is_ours = matches!(key, "ArrowRight" | "ArrowLeft" | "ArrowDown" | "ArrowUp" | "Home");
        if let Some(spot) = next {
            self.choose(spot);
        }
        is_ours
    }

    /// A key in the graph; false: it is none of ours.
    #[inline(never)]
    fn press(self, key: &str) -> bool {
        match key {
            "n" => self.step(false),
            "p" => self.step(true),
            "e" if self.colours.is_none() => self.go_to_gap(),
            "f" | "/" => focus_find(),
            "Escape" => self.chosen.set(None),
            "+" | "=" => self.zoom(Zoom::In),
            "-" | "_" => self.zoom(Zoom::Out),
            "0" => self.zoom(Zoom::Whole),
            "1" => self.zoom(Zoom::Full),
            key => return self.move_by_key(key),
        }
        true
    }
}

fn size_of(answer: &Option<CompareAnswer>) -> [u32; 2] {
    answer.as_ref().map_or([0; 2], |answer| [answer.columns, answer.rows])
}

fn spot(node: &DiffNode) -> [u32; 3] {
    [node.place, node.row, node.column]
}

/// The graph.
#[inline(never)]
pub fn graph(shown: Graph) -> View {
    let is_of_one = shown.colours.is_some();
    let name = if is_of_one { words().graph_name } else { words().diff_graph };
    let scroller = el("div", "diff-graph")
        .test_id(if is_of_one { "graph" } else { "diff-graph" })
        .attrs(&[("role", "tree"), ("tabindex", "0"), ("aria-label", name)])
        .attr_of("aria-activedescendant", move || shown.chosen.get().map(|[place, ..]| node_id(place)));
    let size = move |axis: usize| px(shown.view.with(|view| view.whole(shown.cells())[axis]));
    let sizer = el("div", "diff-sizer")
        .style_of("width", move || size(0))
        .style_of("height", move || size(1))
        .child(cells(shown));
    follow(shown, &scroller);
    shown.listen_to_pointer(&scroller);
    let scroller = scroller
        .on("keydown", move |event: KeyboardEvent| {
            let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !has_modifier && shown.press(&event.key()) {
                event.prevent_default();
            }
        })
        .child(sizer);
    let frame = el("div", "diff-frame");
    let frame = with_hover(shown, frame, &scroller).child(scroller).child(sketch(shown));
    let bar = el("div", "diff-bar").child(zoom_buttons(shown)).child(find_box(shown));
    let frame = frame.child(bar).child(minimap(shown));
    show_first(shown);
    // From a button of the card, too.
    let place = el("div", "diff-place").on("keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && shown.chosen.get_untracked().is_some() {
            event.prevent_default();
            shown.chosen.set(None);
            focus_graph();
        }
    });
    place.child(frame).child(optional(move || card(shown)))
}

/// What is in view follows the scroller, and it what is asked for.
fn follow(shown: Graph, scroller: &View) {
    let element: HtmlElement = scroller.element();
    let watched = element.clone();
    let look = Rc::new(move || look_at(shown, &watched));
    let scrolled = look.clone();
    observe(&element, move || look());
    scroller.listen("scroll", move |_: Event| scrolled());
    effect(move || {
        if let Some([left, top]) = shown.target.get() {
            element.scroll_to_with_x_and_y(left, top);
        }
    });
}

/// Takes over what the scroller shows.
#[inline(never)]
fn look_at(shown: Graph, scroller: &HtmlElement) {
    let now = shown.view.get_untracked();
    let from = [scroller.scroll_left(), scroller.scroll_top()].map(f64::from);
    let size = [scroller.client_width(), scroller.client_height()].map(f64::from);
    // Scrollers know whole pixels only: what was asked for is more exact.
    let is_there = (0..2).all(|axis| (from[axis] - now.from[axis]).abs() <= 1.0);
    let next = OutlineView { from: if is_there { now.from } else { from }, size, ..now };
    if next != now {
        shown.view.set(next);
    }
}

/// An address that says what to find shows the first of it.
fn show_first(shown: Graph) {
    if shown.find.with_untracked(|text| text.trim().is_empty()) {
        return;
    }
    spawn_local(async move {
        let next = shown.after(Step { finds: true, goes_back: false }).await;
        if let Some([_, row, column]) = next.filter(|_| !shown.chosen.is_disposed()) {
            shown.show([row, column]);
        }
    });
}
