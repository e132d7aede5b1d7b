//! Draws the graph. Lengths are graph lengths: the canvas does the scaling.

use std::cell::Cell;
use std::f64::consts::PI;
use std::rc::Rc;

use js_sys::Array;
use leptos::prelude::request_animation_frame;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::super::canvas::fresh;
use super::super::format::fixed;
use super::super::signal::{Memo, RwSignal};
use super::super::view::effect;
use super::{CROWD, GraphCanvas, Picture, Shape, inks};
use crate::ui::graph_view::{GraphView, Hit, Line, Place};

/// How much is left of what is not meant.
const PALE: f64 = 0.18;
/// And of lines, where there are so many that only their crowds tell anything.
const THIN: f64 = 0.5;
/// The radius of corners; how far a cylinder's ends bulge and a slanted box leans.
const CORNER: f64 = 6.0;
const LEAN: f64 = 8.0;
/// An arrow's length, and from which scale on there are any.
const ARROW: f64 = 8.0;
const ARROWS_FROM: f64 = 0.2;

/// Draws whenever something is drawn otherwise, once a frame. While a large graph moves, what was painted last moves along, and is painted anew when
/// it stands still: see [`super::settled`].
pub fn keep_painted(graph: GraphCanvas, settled: RwSignal<GraphView>, canvas: HtmlCanvasElement) {
    let inks: Memo<Vec<String>> = inks(graph);
    let is_waiting = Rc::new(Cell::new(false));
    let painted = Rc::new(Cell::new(GraphView::default()));
    let (moving, last) = (canvas.clone(), painted.clone());
    effect(move || shift(&moving, last.get(), graph.view.get()));
    effect(move || {
        graph.picture.track();
        settled.track();
        graph.hovered.track();
        graph.chosen.track();
        graph.marked.track();
        inks.with(|_| ());
        if !is_waiting.replace(true) {
            let (is_waiting, canvas, painted) = (is_waiting.clone(), canvas.clone(), painted.clone());
            request_animation_frame(move || {
                is_waiting.set(false);
                if !graph.view.is_disposed() {
                    painted.set(settled.get_untracked());
                    paint(graph, painted.get(), &canvas, &inks.read_untracked());
                    shift(&canvas, painted.get(), graph.view.get_untracked());
                }
            });
        }
    });
}

/// Moves what was painted for a view to where it is in another one.
fn shift(canvas: &HtmlCanvasElement, painted: GraphView, now: GraphView) {
    let grown = now.scale / painted.scale;
    let [x, y] = [0, 1].map(|axis| fixed(painted.from[axis] * grown - now.from[axis], 2));
    let moved = ["translate(", &x, "px,", &y, "px) scale(", &fixed(grown, 5), ")"].concat();
    // A plain property is always taken.
    let _ = canvas.style().set_property("transform", if painted == now { "none" } else { &moved });
}

#[inline(never)]
fn paint(graph: GraphCanvas, view: GraphView, canvas: &HtmlCanvasElement, inks: &[String]) {
    let picture = graph.picture.get_untracked();
    let chosen = graph.chosen.get_untracked();
    let meant = graph.hovered.get_untracked().or(chosen);
    let Some((context, width, _)) = fresh(canvas) else { return };
    let ratio = width / view.size[0].max(1.0);
    let scale = ratio * view.scale;
    // Only numbers that are none could be refused.
    let _ = context.set_transform(scale, 0.0, 0.0, scale, -view.from[0] * ratio, -view.from[1] * ratio);
    let painter = Painter { context, picture: &picture, view, inks };
    painter.all(meant, chosen, &graph.marked.get_untracked());
}

struct Painter<'a> {
    context: CanvasRenderingContext2d,
    picture: &'a Picture,
    view: GraphView,
    inks: &'a [String],
}

impl Painter<'_> {
    /// Of each line, and of each box, whether it is what is meant, or next to it.
    fn meant(&self, meant: Option<Hit>) -> [Vec<bool>; 2] {
        let drawing = &self.picture.drawing;
        let mut lines = vec![meant.is_none(); drawing.lines.len()];
        let mut boxes = vec![meant.is_none(); drawing.boxes.len()];
        for (at, line) in drawing.lines.iter().enumerate() {
            let is_meant = match meant {
                Some(Hit::Line(meant)) => meant as usize == at,
                Some(Hit::Box(node)) => line.ends.contains(&node),
                None => false,
            };
            if is_meant {
                lines[at] = true;
                line.ends.iter().for_each(|end| boxes[*end as usize] = true);
            }
        }
        if let Some(node) =
            meant.and_then(|it| if let Hit::Box(node) = it { boxes.get_mut(node as usize) } else { None })
        {
            *node = true;
        }
        [lines, boxes]
    }

    fn all(&self, meant: Option<Hit>, chosen: Option<Hit>, marked: &[u32]) {
        let area = self.view.area();
        let lines = self.picture.drawing.lines_in(area);
        let [meant_lines, meant_boxes] = self.meant(meant);
        // An ink and a width after the other: a canvas takes its time to understand a colour, and a stroke has one width.
        for is_meant in [false, true] {
            let whole = if lines.len() > CROWD { THIN } else { 1.0 };
            self.context.set_global_alpha(if is_meant { whole } else { PALE });
            let lines: Vec<u32> =
                lines.iter().copied().filter(|line| meant_lines[*line as usize] == is_meant).collect();
            self.lines(&lines);
        }
        for node in self.picture.drawing.boxes_in(area) {
            let is_meant = meant_boxes[node as usize];
            let is_chosen = chosen == Some(Hit::Box(node));
            self.node(node, is_meant, is_chosen, marked.contains(&node));
        }
    }

    fn ink(&self, ink: u8) -> &str {
        self.inks.get(usize::from(ink)).map_or("", String::as_str)
    }

    /// The inks after those of the picture: of what is chosen, and of what is marked.
    fn own_ink(&self, which: usize) -> &str {
        &self.inks[self.inks.len() - 2 + which]
    }

    fn lines(&self, lines: &[u32]) {
        let mut rest: Vec<u32> = lines.to_vec();
        while let Some(first) = rest.first() {
            let look = self.picture.edges[*first as usize];
            let (same, others): (Vec<u32>, Vec<u32>) =
                rest.into_iter().partition(|line| self.picture.edges[*line as usize] == look);
            rest = others;
            self.context.set_stroke_style_str(self.ink(look.ink));
            // A line stays visible from far.
            let width = f64::from(look.width).max(0.6 / self.view.scale);
            self.context.set_line_width(width);
            self.context.begin_path();
            same.iter().for_each(|line| self.line(&self.picture.drawing.lines[*line as usize]));
            self.context.stroke();
            if self.view.scale >= ARROWS_FROM {
                self.context.set_fill_style_str(self.ink(look.ink));
                self.context.begin_path();
                same.iter().for_each(|line| self.arrow(&self.picture.drawing.lines[*line as usize], width));
                self.context.fill();
            }
        }
    }

    /// Bends are rounded.
    fn line(&self, line: &Line) {
        let point = |at: usize| line.points[at].map(f64::from);
        let last = line.points.len() - 1;
        let [x, y] = point(0);
        self.context.move_to(x, y);
        for at in 1..last {
            let ([x, y], next) = (point(at), point(at + 1));
            let end = if at + 1 == last { next } else { [(x + next[0]) / 2.0, (y + next[1]) / 2.0] };
            self.context.quadratic_curve_to(x, y, end[0], end[1]);
        }
        if last == 1 {
            let [x, y] = point(1);
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

    fn node(&self, node: u32, is_meant: bool, is_chosen: bool, is_marked: bool) {
        let (place, look) = (self.picture.drawing.boxes[node as usize], &self.picture.nodes[node as usize]);
        let context = &self.context;
        context.set_global_alpha(1.0);
        if is_marked || is_chosen {
            context.set_stroke_style_str(self.own_ink(usize::from(!is_chosen)));
            context.set_line_width(6.0_f64.max(3.0 / self.view.scale));
            self.outline(place, look.shape);
            context.stroke();
        }
        // What is pale lets no line shine through.
        context.set_fill_style_str(self.ink(look.inks[1]));
        context.set_stroke_style_str(self.ink(look.inks[0]));
        context.set_line_width(1.5_f64.max(0.8 / self.view.scale));
        self.outline(place, look.shape);
        context.fill();
        context.set_global_alpha(if is_meant { 1.0 } else { PALE });
        if look.shape == Shape::Dashed {
            // A list of numbers is always taken.
            let _ = context.set_line_dash(&Array::of2(&5.into(), &4.into()));
        }
        context.stroke();
        let _ = context.set_line_dash(&Array::new());
        if look.shape == Shape::Cylinder {
            self.lid(place);
        }
        context.set_global_alpha(1.0);
    }

    fn outline(&self, Place { middle, size }: Place, shape: Shape) {
        let [x, y] = [0, 1].map(|axis| f64::from(middle[axis] - size[axis] / 2.0));
        let [width, height] = size.map(f64::from);
        let (right, low) = (x + width, y + height);
        let context = &self.context;
        context.begin_path();
        match shape {
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
        self.context.begin_path();
        let _ = self.context.ellipse(x, y, width / 2.0, LEAN / 2.0, 0.0, 0.0, PI);
        self.context.stroke();
    }
}
