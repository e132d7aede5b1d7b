//! Draws the graph. Lengths are graph lengths: the canvas does the scaling.
//!
//! ```text
//! over    what is meant (hovered or chosen) and marked: a few boxes and lines, drawn in an instant
//! front   all of the graph, for the view in which it was painted; it is moved along with the view, and pale while something is meant
//! back    where it is painted anew, a few milliseconds a frame; when it is done, it is the front
//! ```
//!
//! So that thousands of lines hold up no frame: without a graphics card the browser draws on a canvas in the page's own thread.

use std::cell::{Cell, RefCell};
use std::f64::consts::PI;
use std::rc::Rc;

use js_sys::{Array, Date};
use leptos::prelude::request_animation_frame;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::super::canvas::fresh;
use super::super::format::fixed;
use super::super::signal::{Memo, RwSignal};
use super::super::view::{View, effect, el};
use super::{CROWD, GraphCanvas, Picture, Shape, inks};
use crate::ui::graph_view::{GraphView, Hit, Line, Place};

/// How much is left of lines where there are so many that only their crowds tell anything.
const THIN: f64 = 0.5;
/// The radius of corners; how far a cylinder's ends bulge and a slanted box leans.
const CORNER: f64 = 6.0;
const LEAN: f64 = 8.0;
/// An arrow's length, and from which scale on there are any, and bends are round.
const ARROW: f64 = 8.0;
const ARROWS_FROM: f64 = 0.2;
/// So many lines or boxes are drawn at a time, and for so many milliseconds a frame: the browser takes as long again for its part.
const AT_A_TIME: usize = 200;
const SLICE: f64 = 5.0;

/// The canvases, and what is to be painted on them.
struct Easel {
    graph: GraphCanvas,
    settled: RwSignal<GraphView>,
    inks: Memo<Vec<String>>,
    /// The front and the back, in turns.
    sides: [HtmlCanvasElement; 2],
    front: Cell<usize>,
    over: HtmlCanvasElement,
    /// The view that the front shows.
    painted: Cell<GraphView>,
    /// What is left to be painted on the back.
    left: RefCell<Option<Left>>,
    wants_all: Cell<bool>,
    /// Something is, or was, on the front, and on what is over it: an empty canvas needs no pixels.
    is_begun: Cell<bool>,
    has_over: Cell<bool>,
    is_waiting: Cell<bool>,
}

/// A painting under way: lines by their looks, then boxes by theirs.
struct Left {
    picture: Rc<Picture>,
    view: GraphView,
    context: CanvasRenderingContext2d,
    lines: Vec<u32>,
    boxes: Vec<u32>,
    done: usize,
}

/// The canvases, which are painted whenever something is drawn otherwise.
pub fn canvases(graph: GraphCanvas, settled: RwSignal<GraphView>, stage: &View) -> [View; 3] {
    let views = ["graph-canvas", "graph-canvas back", "graph-over"]
        .map(|class| el("canvas", class).attr("aria-hidden", "true"));
    let easel = Rc::new(Easel {
        graph,
        settled,
        inks: inks(graph),
        sides: [views[0].element(), views[1].element()],
        front: Cell::new(0),
        over: views[2].element(),
        painted: Cell::new(GraphView::default()),
        left: RefCell::default(),
        wants_all: Cell::new(false),
        is_begun: Cell::new(false),
        has_over: Cell::new(false),
        is_waiting: Cell::new(false),
    });
    let here = easel.clone();
    effect(move || here.follow(graph.view.get()));
    let here = easel.clone();
    effect(move || {
        graph.picture.track();
        settled.track();
        here.inks.with(|_| ());
        here.wants_all.set(true);
        here.wake();
    });
    effect(move || {
        graph.hovered.track();
        graph.chosen.track();
        graph.marked.track();
        easel.wake();
    });
    let stage: web_sys::Element = stage.element();
    effect(move || {
        let is_meant = graph.hovered.get().or(graph.chosen.get()).is_some();
        // A plain word is always taken.
        let _ = stage.class_list().toggle_with_force("meant", is_meant);
    });
    views
}

impl Easel {
    /// Once a frame.
    fn wake(self: &Rc<Self>) {
        if !self.is_waiting.replace(true) {
            let here = self.clone();
            request_animation_frame(move || {
                here.is_waiting.set(false);
                if !here.graph.view.is_disposed() {
                    here.frame();
                }
            });
        }
    }

    #[inline(never)]
    fn frame(self: &Rc<Self>) {
        if self.wants_all.replace(false) {
            self.begin();
        }
        if self.go_on() {
            return self.wake();
        }
        self.paint_over();
        self.follow(self.graph.view.get_untracked());
    }

    /// Takes a clean back.
    fn begin(&self) {
        let picture = self.graph.picture.get_untracked();
        let view = self.settled.get_untracked();
        // Before the stage knows its size nothing is where it will be.
        if view.size[0] < 1.0 || (picture.nodes.is_empty() && !self.is_begun.get()) {
            return;
        }
        self.is_begun.set(true);
        let back = &self.sides[1 - self.front.get()];
        *self.left.borrow_mut() = fresh(back).map(|(context, width, _)| {
            stand(&context, width, view);
            let area = view.area();
            let lines = together(picture.drawing.lines_in(area), &|a, b| picture.edges[a] == picture.edges[b]);
            let alike = |a: usize, b: usize| {
                let [a, b] = [&picture.nodes[a], &picture.nodes[b]];
                (a.shape, a.inks) == (b.shape, b.inks)
            };
            let boxes = together(picture.drawing.boxes_in(area), &alike);
            Left { context, view, lines, boxes, done: 0, picture: picture.clone() }
        });
    }

    /// Paints for a while; whether something is left. When nothing is, the back becomes the front.
    fn go_on(&self) -> bool {
        let mut left = self.left.borrow_mut();
        let Some(work) = left.as_mut() else { return false };
        let until = Date::now() + SLICE;
        let inks = self.inks.read_untracked();
        let is_left = loop {
            if !work.step(&inks) {
                break false;
            }
            if Date::now() >= until {
                break true;
            }
        };
        let stage = self.over.parent_element();
        let _ = stage.map(|stage| stage.toggle_attribute_with_force("data-painting", is_left));
        if !is_left {
            self.painted.set(work.view);
            *left = None;
            let front = 1 - self.front.get();
            self.front.set(front);
            for (at, side) in self.sides.iter().enumerate() {
                let _ = side.class_list().toggle_with_force("back", at != front);
            }
        }
        is_left
    }

    /// Moves what was painted for a view to where it is in the present one.
    fn follow(&self, now: GraphView) {
        let painted = self.painted.get();
        let grown = now.scale / painted.scale;
        let [x, y] = [0, 1].map(|axis| fixed(painted.from[axis] * grown - now.from[axis], 2));
        let moved = ["translate(", &x, "px,", &y, "px) scale(", &fixed(grown, 5), ")"].concat();
        let moved = if painted == now { "none" } else { &moved };
        for canvas in [&self.sides[self.front.get()], &self.over] {
            // A plain property is always taken.
            let _ = canvas.style().set_property("transform", moved);
        }
    }

    /// What is meant and what is next to it, and what is marked.
    fn paint_over(&self) {
        let graph = self.graph;
        let picture = graph.picture.get_untracked();
        let (chosen, marked) = (graph.chosen.get_untracked(), graph.marked.get_untracked());
        let meant = graph.hovered.get_untracked().or(chosen);
        let has_some = meant.is_some() || !marked.is_empty();
        if !self.has_over.replace(has_some) && !has_some {
            return;
        }
        let Some((context, width, _)) = fresh(&self.over) else { return };
        let view = self.painted.get();
        stand(&context, width, view);
        let inks = self.inks.read_untracked();
        let painter = Painter { context: &context, picture: &picture, view, inks: &inks };
        painter.over(meant, chosen, &marked);
    }
}

/// Graph lengths to device pixels. Only numbers that are none could be refused.
fn stand(context: &CanvasRenderingContext2d, width: f64, view: GraphView) {
    let ratio = width / view.size[0].max(1.0);
    let scale = ratio * view.scale;
    let _ = context.set_transform(scale, 0.0, 0.0, scale, -view.from[0] * ratio, -view.from[1] * ratio);
}

/// Those that look alike after each other: a canvas takes its time to understand a colour, and a stroke has one width. There are few looks.
fn together(list: Vec<u32>, are_alike: &dyn Fn(usize, usize) -> bool) -> Vec<u32> {
    let (mut ordered, mut rest) = (Vec::with_capacity(list.len()), list);
    while let Some(first) = rest.first().copied() {
        rest.retain(|at| {
            let is_alike = are_alike(*at as usize, first as usize);
            if is_alike {
                ordered.push(*at);
            }
            !is_alike
        });
    }
    ordered
}

impl Left {
    /// Draws some of the next that look alike; whether any are left.
    fn step(&mut self, inks: &[String]) -> bool {
        let painter = Painter { context: &self.context, picture: &self.picture, view: self.view, inks };
        let in_lines = self.done.min(self.lines.len());
        let lines = &self.lines[in_lines..];
        if let Some(first) = lines.first() {
            let look = self.picture.edges[*first as usize];
            let alike = lines.iter().take(AT_A_TIME).take_while(|line| self.picture.edges[**line as usize] == look);
            let count = alike.count();
            self.context.set_global_alpha(if self.lines.len() > CROWD { THIN } else { 1.0 });
            painter.lines(&lines[..count]);
            self.done += count;
            return true;
        }
        let boxes = &self.boxes[self.done - self.lines.len()..];
        let Some(first) = boxes.first() else { return false };
        let look = |at: u32| {
            let look = &self.picture.nodes[at as usize];
            (look.shape, look.inks)
        };
        let count = boxes.iter().take(AT_A_TIME).take_while(|at| look(**at) == look(*first)).count();
        self.context.set_global_alpha(1.0);
        painter.boxes(&boxes[..count]);
        self.done += count;
        true
    }
}

struct Painter<'a> {
    context: &'a CanvasRenderingContext2d,
    picture: &'a Picture,
    view: GraphView,
    inks: &'a [String],
}

impl Painter<'_> {
    fn over(&self, meant: Option<Hit>, chosen: Option<Hit>, marked: &[u32]) {
        let drawing = &self.picture.drawing;
        let mut boxes = Vec::new();
        for (at, line) in (0..).zip(&drawing.lines) {
            let is_meant = match meant {
                Some(Hit::Line(meant)) => meant == at,
                Some(Hit::Box(node)) => line.ends.contains(&node),
                None => break,
            };
            if is_meant {
                self.lines(&[at]);
                boxes.extend(line.ends);
            }
        }
        if let Some(Hit::Box(node)) = meant {
            boxes.push(node);
        }
        let chosen = if let Some(Hit::Box(node)) = chosen { Some(node) } else { None };
        for (list, ink) in [(marked, 1), (chosen.as_slice(), 0)] {
            self.context.set_stroke_style_str(self.own_ink(ink));
            self.context.set_line_width(6.0_f64.max(3.0 / self.view.scale));
            self.context.begin_path();
            list.iter().for_each(|at| self.outline(*at));
            self.context.stroke();
            boxes.extend(list);
        }
        for at in boxes.into_iter().filter(|at| (*at as usize) < drawing.boxes.len()) {
            self.boxes(&[at]);
        }
    }

    fn ink(&self, ink: u8) -> &str {
        self.inks.get(usize::from(ink)).map_or("", String::as_str)
    }

    /// The inks after those of the picture: of what is chosen, and of what is marked.
    fn own_ink(&self, which: usize) -> &str {
        &self.inks[self.inks.len() - 2 + which]
    }

    /// Lines of one look.
    fn lines(&self, lines: &[u32]) {
        let Some(first) = lines.first() else { return };
        let look = self.picture.edges[*first as usize];
        let line = |at: &u32| &self.picture.drawing.lines[*at as usize];
        self.context.set_stroke_style_str(self.ink(look.ink));
        // A line stays visible from far.
        let width = f64::from(look.width).max(0.6 / self.view.scale);
        self.context.set_line_width(width);
        self.context.begin_path();
        lines.iter().for_each(|at| self.line(line(at)));
        self.context.stroke();
        if self.view.scale >= ARROWS_FROM {
            self.context.set_fill_style_str(self.ink(look.ink));
            self.context.begin_path();
            lines.iter().for_each(|at| self.arrow(line(at), width));
            self.context.fill();
        }
    }

    /// Bends are rounded; from far they are not, and those that are less than a few pixels from the last one are left out.
    fn line(&self, line: &Line) {
        let point = |at: usize| line.points[at].map(f64::from);
        let last = line.points.len() - 1;
        let [x, y] = point(0);
        self.context.move_to(x, y);
        let is_far = self.view.scale < ARROWS_FROM;
        let mut before = [x, y];
        for at in 1..last {
            let ([x, y], next) = (point(at), point(at + 1));
            if is_far {
                if ((x - before[0]).abs() + (y - before[1]).abs()) * self.view.scale > 4.0 {
                    self.context.line_to(x, y);
                    before = [x, y];
                }
                continue;
            }
            let end = if at + 1 == last { next } else { [(x + next[0]) / 2.0, (y + next[1]) / 2.0] };
            self.context.quadratic_curve_to(x, y, end[0], end[1]);
        }
        if last == 1 || is_far {
            let [x, y] = point(last);
            self.context.line_to(x, y);
        }
    }

    fn arrow(&self, line: &Line, width: f64) {
        let last = line.points.len() - 1;
        let ([x, y], before) = (line.points[last].map(f64::from), line.points[last - 1].map(f64::from));
        let way = [x - before[0], y - before[1]];
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt();
        if length < 0.1 {
            return;
        }
        let [along, half] = [ARROW + width, (ARROW + width) * 0.45];
        let [dx, dy] = way.map(|it| it / length);
        self.context.move_to(x, y);
        self.context.line_to(x - dx * along - dy * half, y - dy * along + dx * half);
        self.context.line_to(x - dx * along + dy * half, y - dy * along - dx * half);
    }

    /// Boxes of one look. What lies below them does not shine through.
    fn boxes(&self, boxes: &[u32]) {
        let Some(first) = boxes.first() else { return };
        let (look, context) = (&self.picture.nodes[*first as usize], self.context);
        context.set_fill_style_str(self.ink(look.inks[1]));
        context.set_stroke_style_str(self.ink(look.inks[0]));
        context.set_line_width(1.5_f64.max(0.8 / self.view.scale));
        context.begin_path();
        boxes.iter().for_each(|at| self.outline(*at));
        context.fill();
        if look.shape == Shape::Dashed {
            // A list of numbers is always taken.
            let _ = context.set_line_dash(&Array::of2(&5.into(), &4.into()));
        }
        context.stroke();
        let _ = context.set_line_dash(&Array::new());
        if look.shape == Shape::Cylinder {
            context.begin_path();
            boxes.iter().for_each(|at| self.lid(self.picture.drawing.boxes[*at as usize]));
            context.stroke();
        }
    }

    /// Adds a box's outline to the path.
    fn outline(&self, at: u32) {
        let Some(Place { middle, size }) = self.picture.drawing.boxes.get(at as usize).copied() else { return };
        let [x, y] = [0, 1].map(|axis| f64::from(middle[axis] - size[axis] / 2.0));
        let [width, height] = size.map(f64::from);
        let (right, low) = (x + width, y + height);
        let context = self.context;
        match self.picture.nodes[at as usize].shape {
            // From far corners are none.
            Shape::Rounded | Shape::Dashed if self.view.scale < ARROWS_FROM => context.rect(x, y, width, height),
            Shape::Rounded | Shape::Dashed => {
                let corners = [[right, y], [right, low], [x, low], [x, y]];
                context.move_to(x + CORNER, y);
                for (at, [to_x, to_y]) in corners.iter().enumerate() {
                    let [next_x, next_y] = corners[(at + 1) % 4];
                    let _ = context.arc_to(*to_x, *to_y, next_x, next_y, CORNER);
                }
            }
            Shape::Cylinder => {
                let middle = x + width / 2.0;
                context.move_to(x, y + LEAN / 2.0);
                let _ = context.ellipse(middle, y + LEAN / 2.0, width / 2.0, LEAN / 2.0, 0.0, PI, 2.0 * PI);
                let _ = context.ellipse(middle, low - LEAN / 2.0, width / 2.0, LEAN / 2.0, 0.0, 0.0, PI);
            }
            Shape::Slanted => {
                context.move_to(x + LEAN, y);
                context.line_to(right, y);
                context.line_to(right - LEAN, low);
                context.line_to(x, low);
            }
        }
        context.close_path();
    }

    /// The front of a cylinder's upper end.
    fn lid(&self, Place { middle, size }: Place) {
        let [width, height] = size.map(f64::from);
        let (x, y) = (f64::from(middle[0]), f64::from(middle[1]) - height / 2.0 + LEAN / 2.0);
        self.context.move_to(x + width / 2.0, y);
        let _ = self.context.ellipse(x, y, width / 2.0, LEAN / 2.0, 0.0, 0.0, PI);
    }
}
