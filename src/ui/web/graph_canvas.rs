//! A graph on the page: lines and boxes on a canvas, and above it elements for what is in view, as far as these are few.
//!
//! How to use it: make a [`GraphCanvas`] with [`GraphCanvas::new`], set its `picture` whenever there is another graph (boxes and lines from a layout by
//! `graph_view::Line::of`; their inks are numbers in the list of custom properties of style/tokens.css that `new` was given), and put
//! [`stage`] on the page. `node` and `edge` make the elements, which get their places here; they need no listeners: what is clicked, hovered and walked
//! to by keys is told by `chosen` and `hovered`. `marked` are boxes with a frame (what was found); what is neither chosen (or hovered) nor next to it is
//! pale. Keys: arrows go from box to box, `+`, `-`, `0` (the whole), `1` (full size), Escape. [`zoom_buttons`] is a bar of buttons for it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{TimeoutHandle, document, set_timeout_with_handle};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

use super::canvas::Probe;
use super::format::{fixed, number};
use super::keyed::Entry;
use super::signal::{Memo, RwSignal};
use super::state::app;
use super::view::{View, after_frame, effect, el};
use super::virtual_rows::{observe, px};
use super::words::words;
use crate::ui::graph_view::{Drawing, GraphView, Hit, READABLE, with_room};

mod paint;
mod pointer;

/// A graph, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    pub drawing: Drawing,
    pub nodes: Vec<NodeLook>,
    pub edges: Vec<EdgeLook>,
    /// Another number for another graph: its elements are made anew.
    pub number: u32,
}

/// How a box looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeLook {
    pub text: String,
    pub shape: Shape,
    /// Of its edge, and of what fills it.
    pub inks: [u8; 2],
    /// The larger, the sooner its name stands there when not all have room.
    pub weight: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    Rounded,
    /// A database's.
    Cylinder,
    /// A queue's.
    Slanted,
    /// Of what is not seen itself.
    Dashed,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EdgeLook {
    /// In graph lengths.
    pub width: f32,
    pub ink: u8,
}

/// Makes the element of a node or an edge, by its place in the picture's list.
pub type Make = Rc<dyn Fn(u32) -> View>;

/// At most so many nodes, and so many edges, are elements.
const MOST_ELEMENTS: usize = 250;
/// Of more edges these are.
const THICKEST: usize = 40;
/// Room of a name where boxes are too small for theirs: view pixels.
const NAME: [f64; 2] = [116.0, 18.0];
/// Within so many view pixels of a line it is meant.
const SLACK: f64 = 6.0;
/// So many new elements come at a time.
const AT_A_TIME: usize = 40;
/// More lines than these are a crowd.
const CROWD: usize = 1_000;
/// How long a large graph stands still before it has other elements.
const STILL: Duration = Duration::from_millis(70);
/// What a step of the zoom multiplies the scale by; how far an arrow key moves the view.
const STEP: f64 = 1.25;
const MOVE: f64 = 80.0;

#[derive(Clone, Copy)]
pub struct GraphCanvas {
    pub picture: RwSignal<Rc<Picture>>,
    pub view: RwSignal<GraphView>,
    pub hovered: RwSignal<Option<Hit>>,
    pub chosen: RwSignal<Option<Hit>>,
    /// Boxes with a frame.
    pub marked: RwSignal<Rc<Vec<u32>>>,
    inks: &'static [&'static str],
    /// Names are readable in their boxes.
    is_near: Memo<bool>,
}

impl GraphCanvas {
    pub fn new(inks: &'static [&'static str]) -> GraphCanvas {
        let view = RwSignal::new(GraphView::default());
        GraphCanvas {
            picture: RwSignal::default(),
            view,
            hovered: RwSignal::new(None),
            chosen: RwSignal::new(None),
            marked: RwSignal::default(),
            inks,
            is_near: Memo::new(move |_| view.with(|view| view.scale >= READABLE)),
        }
    }

    /// Shows another graph: as a whole, unless the view was moved and the graph has the same size.
    pub fn show(self, picture: Picture) {
        let is_same_size = self.picture.with_untracked(|old| old.drawing.size == picture.drawing.size);
        let view = self.view.get_untracked();
        let size = picture.drawing.size;
        self.hovered.set(None);
        self.picture.set(Rc::new(picture));
        if !is_same_size || view.is_fitted {
            self.view.set(view.fitted(size));
        }
    }

    fn look(self, change: &dyn Fn(GraphView, [f32; 2]) -> GraphView) {
        let size = self.picture.with_untracked(|picture| picture.drawing.size);
        let now = self.view.get_untracked();
        let next = change(now, size);
        if next != now {
            self.view.set(next);
        }
    }

    pub fn fit(self) {
        self.look(&|view, size| view.fitted(size));
    }

    fn zoom(self, by: f64, at: Option<[f64; 2]>) {
        self.look(&|view, size| view.scaled(view.scale * by, at.unwrap_or(view.size.map(|it| it / 2.0)), size));
    }

    /// Chooses a box and brings it into view.
    pub fn go_to(self, node: u32) {
        let place = self.picture.with_untracked(|picture| picture.drawing.boxes.get(node as usize).copied());
        if let Some(place) = place {
            self.chosen.set(Some(Hit::Box(node)));
            self.look(&|view, size| view.showing(place, size));
        }
    }

    /// What the pointer is on. From far the lines of a large graph are too many to be meant by passing over them.
    fn pointed(self, at: [f64; 2]) -> Option<Hit> {
        let is_crowd = self.picture.with_untracked(|picture| picture.edges.len() > CROWD);
        let hit = self.hit(at);
        hit.filter(|hit| !is_crowd || self.is_near.get_untracked() || matches!(hit, Hit::Box(_)))
    }

    fn hit(self, at: [f64; 2]) -> Option<Hit> {
        let view = self.view.get_untracked();
        let slack = (SLACK / view.scale) as f32;
        self.picture.with_untracked(|picture| picture.drawing.hit(view.point(at), slack))
    }

    #[inline(never)]
    fn press(self, event: &KeyboardEvent) -> bool {
        let way = match event.key().as_str() {
            "ArrowRight" => [1.0, 0.0],
            "ArrowLeft" => [-1.0, 0.0],
            "ArrowDown" => [0.0, 1.0],
            "ArrowUp" => [0.0, -1.0],
            key => return self.press_other(key),
        };
        if event.shift_key() {
            self.look(&|view, size| view.moved(way.map(|it| f64::from(it) * MOVE), size));
            return true;
        }
        let view = self.view.get_untracked();
        let next = self.picture.with_untracked(|picture| match self.chosen.get_untracked() {
            Some(Hit::Box(from)) => picture.drawing.next_box(from, way),
            Some(Hit::Line(line)) => picture.drawing.lines.get(line as usize).map(|line| line.ends[1]),
            None => {
                let middle = view.point(view.size.map(|it| it / 2.0));
                let away = |at: &usize| {
                    let place = picture.drawing.boxes[*at].middle;
                    ((place[0] - middle[0]).abs() + (place[1] - middle[1]).abs()) as u32
                };
                (0..picture.drawing.boxes.len()).min_by_key(away).map(|at| at as u32)
            }
        });
        if let Some(next) = next {
            self.go_to(next);
        }
        true
    }

    fn press_other(self, key: &str) -> bool {
        match key {
            "+" | "=" => self.zoom(STEP, None),
            "-" | "_" => self.zoom(1.0 / STEP, None),
            "0" => self.fit(),
            "1" => self.look(&|view, size| view.scaled(1.0, view.size.map(|it| it / 2.0), size)),
            "Escape" if self.chosen.get_untracked().is_some() => self.chosen.set(None),
            _ => return false,
        }
        true
    }

    /// Nothing is chosen any more; the keyboard is at the graph.
    pub fn leave(self) {
        self.chosen.set(None);
        let stage = document().query_selector(".graph-stage").ok().flatten();
        if let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
            let _ = stage.focus();
        }
    }

    /// The nodes and edges that are elements now.
    fn elements(self, view: GraphView) -> [Vec<u32>; 2] {
        let picture = self.picture.get();
        if view.size[0] < 1.0 {
            return [Vec::new(), Vec::new()];
        }
        let mut nodes = picture.drawing.boxes_in(view.area());
        if !self.is_near.get() || nodes.len() > MOST_ELEMENTS {
            let order = by_weight(&picture, nodes);
            nodes = with_room(view, &picture.drawing, &order, NAME, MOST_ELEMENTS);
        }
        let mut edges = picture.drawing.lines_in(view.area());
        if edges.len() > MOST_ELEMENTS {
            edges = thickest(&picture, edges);
        }
        // What is chosen is there, however many there are.
        if let Some(Hit::Line(line)) =
            self.chosen.get().filter(|hit| matches!(hit, Hit::Line(line) if !edges.contains(line)))
        {
            edges.push(line);
        }
        [nodes, edges]
    }
}

/// Of a crowd of lines those that stand for most.
fn thickest(picture: &Picture, edges: Vec<u32>) -> Vec<u32> {
    let widths: Vec<i64> = edges.iter().map(|at| -(picture.edges[*at as usize].width * 4.0) as i64).collect();
    let order = crate::model::order::by_number(&widths);
    order.into_iter().take(THICKEST).map(|at| edges[at as usize]).collect()
}

/// The most important first.
fn by_weight(picture: &Picture, nodes: Vec<u32>) -> Vec<u32> {
    let weights: Vec<i64> = nodes.iter().map(|at| -(picture.nodes[*at as usize].weight as i64)).collect();
    crate::model::order::by_number(&weights).into_iter().map(|at| nodes[at as usize]).collect()
}

/// What is around a graph: Escape leaves what is chosen from wherever it is pressed there, a card's buttons, too.
pub fn around(graph: GraphCanvas, view: View) -> View {
    view.on("keydown", move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && graph.chosen.get_untracked().is_some() {
            event.prevent_default();
            graph.leave();
        }
    })
}

/// The graph. `name`: what it is, for who cannot see it.
#[inline(never)]
pub fn stage(graph: GraphCanvas, test_id: &str, name: &str, node: Make, edge: Make) -> View {
    let stage = el("div", "graph-stage")
        .test_id(test_id)
        .attrs(&[("role", "group"), ("tabindex", "0"), ("aria-label", name)])
        .class_if("far", move || !graph.is_near.get())
        .class_if("over", move || graph.hovered.get().is_some());
    let settled = settled(graph);
    let canvases = paint::canvases(graph, settled, &stage);
    let element: HtmlElement = stage.element();
    let watched = element.clone();
    observe(&element, move || {
        let size = [watched.client_width(), watched.client_height()].map(f64::from);
        graph.look(&|view, whole| {
            let view = GraphView { size, ..view };
            if view.is_fitted { view.fitted(whole) } else { view }
        });
    });
    pointer::listen(graph, &stage);
    let elements = Memo::new(move |_| graph.elements(settled.get()));
    let layer = |at: usize, make: Make| {
        let few = Few::default();
        let entries = move || {
            let picture = graph.picture.get();
            let elements = few.of(elements.with(|elements| elements[at].clone()), picture.number);
            let entry = |number: u32| {
                let (picture, make) = (picture.clone(), make.clone());
                let key = [&picture.number.to_string(), "-", &number.to_string()].concat();
                Entry::new(key, move || placed(graph, &picture, at, number, &make))
            };
            elements.into_iter().map(entry).collect()
        };
        let transform = move || {
            let view = graph.view.get();
            let [x, y] = view.from.map(|it| fixed(-it, 2));
            ["translate(", &x, "px,", &y, "px) scale(", &fixed(view.scale, 4), ")"].concat()
        };
        let layer = el("div", if at == 0 { "graph-nodes" } else { "graph-edges" });
        let element: HtmlElement = layer.element();
        effect(move || {
            // Names of far boxes keep their size.
            let unscaled = fixed(1.0 / graph.view.with(|view| view.scale), 4);
            let _ = element.style().set_property("--unscaled", &unscaled);
        });
        layer.style_of("transform", transform).keyed(entries)
    };
    stage.children(canvases).child(layer(1, edge)).child(layer(0, node))
}

/// Lets a few new elements come at a time, others a frame later: each takes the browser a third of a millisecond.
struct Few {
    /// Those that are there, of which picture.
    there: RefCell<(u32, Vec<u32>)>,
    turn: RwSignal<u32>,
}

impl Default for Few {
    fn default() -> Few {
        Few { there: RefCell::default(), turn: RwSignal::new(0) }
    }
}

impl Few {
    #[inline(never)]
    fn of(&self, wanted: Vec<u32>, picture: u32) -> Vec<u32> {
        self.turn.track();
        let mut there = self.there.borrow_mut();
        if there.0 != picture {
            *there = (picture, Vec::new());
        }
        let mut known = vec![false; wanted.iter().chain(&there.1).max().map_or(0, |most| *most as usize + 1)];
        there.1.iter().for_each(|at| known[*at as usize] = true);
        let (all, mut room) = (wanted.len(), AT_A_TIME);
        there.1 = wanted;
        there.1.retain(|at| {
            let is_new = !known[*at as usize];
            room = room.saturating_sub(usize::from(is_new));
            !is_new || room > 0
        });
        if there.1.len() < all {
            let turn = self.turn;
            after_frame(move || {
                if !turn.is_disposed() {
                    turn.set(turn.get_untracked() + 1);
                }
            });
        }
        there.1.clone()
    }
}

/// The view, of a large graph once it has not moved for a moment: then other names have room.
fn settled(graph: GraphCanvas) -> RwSignal<GraphView> {
    let settled = RwSignal::new(graph.view.get_untracked());
    let waiting: Rc<Cell<Option<TimeoutHandle>>> = Rc::default();
    let last = Cell::new(0);
    effect(move || {
        let view = graph.view.get();
        let (is_large, number) = graph.picture.with(|picture| (picture.nodes.len() > MOST_ELEMENTS, picture.number));
        let is_new = last.replace(number) != number;
        if let Some(timer) = waiting.take() {
            timer.clear();
        }
        if !is_large || is_new || settled.with_untracked(|settled| settled.size != view.size) {
            settled.set(view);
            return;
        }
        let later = move || {
            if !settled.is_disposed() {
                settled.set(graph.view.get_untracked());
            }
        };
        waiting.set(set_timeout_with_handle(later, STILL).ok());
    });
    settled
}

/// An element at its place.
fn placed(graph: GraphCanvas, picture: &Picture, layer: usize, number: u32, make: &Make) -> View {
    let view = make(number);
    let (hit, middle) = match layer {
        0 => {
            let place = picture.drawing.boxes[number as usize];
            let size = place.size.map(|it| px(f64::from(it)));
            let view = view.style("width", &size[0]).style("height", &size[1]);
            return finish(
                graph,
                view,
                Hit::Box(number),
                [0, 1].map(|axis| place.middle[axis] - place.size[axis] / 2.0),
            );
        }
        _ => (Hit::Line(number), picture.drawing.lines[number as usize].label),
    };
    finish(graph, view, hit, middle)
}

fn finish(graph: GraphCanvas, view: View, hit: Hit, at: [f32; 2]) -> View {
    let code = match hit {
        Hit::Box(number) => ["n", &number.to_string()].concat(),
        Hit::Line(number) => ["e", &number.to_string()].concat(),
    };
    let [x, y] = at.map(|it| px(f64::from(it)));
    view.style("left", &x)
        .style("top", &y)
        .attr("data-hit", &code)
        .class_if("chosen", move || graph.chosen.get() == Some(hit))
}

/// Smaller, the scale, larger, the whole.
pub fn zoom_buttons(graph: GraphCanvas) -> View {
    let words = words();
    let button = |id: &str, title: &str, act: fn(GraphCanvas)| {
        el("button", "button small")
            .attrs(&[("type", "button"), ("title", title)])
            .test_id(id)
            .on("click", move |_: Event| act(graph))
    };
    let scale = move || [&number((graph.view.with(|view| view.scale) * 100.0).round() as u64), "%"].concat();
    el("div", "diff-zoom graph-zoom")
        .attrs(&[("role", "group"), ("aria-label", words.diff_zoom)])
        .child(
            button("graph-zoom-out", words.diff_zoom_out, |graph| graph.zoom(1.0 / STEP, None))
                .attr("aria-label", words.diff_zoom_out)
                .text("−"),
        )
        .child(button("graph-zoom-full", words.diff_zoom_full, |graph| _ = graph.press_other("1")).text_of(scale))
        .child(
            button("graph-zoom-in", words.diff_zoom_in, |graph| graph.zoom(STEP, None))
                .attr("aria-label", words.diff_zoom_in)
                .text("+"),
        )
        .child(button("graph-zoom-whole", words.diff_zoom_whole, GraphCanvas::fit).text(words.zoom_whole))
}

/// The colours of the present theme, by ink.
fn inks(graph: GraphCanvas) -> Memo<Vec<String>> {
    Memo::new(move |_| {
        app().theme.track();
        app().is_safe_palette.track();
        let probe = Probe::new();
        graph.inks.iter().chain(&["--accent", "--found-edge"]).map(|name| probe.colour(name)).collect()
    })
}
