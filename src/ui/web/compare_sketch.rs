//! The graph of a comparison from far: boxes and lines on a canvas, since so many elements would hold the page up.

use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement};

use leptos::prelude::{document, window};

use super::canvas::{Probe, fresh};
use super::compare_graph::Graph;
use super::format::percent;
use super::signal::Memo;
use super::state::app;
use super::view::{View, effect, el};
use super::view_graph::in_colour;
use super::virtual_rows::px;
use crate::analysis::comparison::Kind;
use crate::engine::questions::{FoundNodes, SketchAnswer, Tint};
use crate::ui::outline_view::OutlineView;

/// How much is left of what is not found.
const PALE: f64 = 0.35;

/// Colours of boxes as canvases take them.
#[derive(Clone, PartialEq)]
pub struct TintColours {
    /// By tint: inside, and its edge.
    pub boxes: Vec<[String; 2]>,
    line: String,
    accent: String,
    gap: String,
}

impl TintColours {
    /// Reads them off nodes that are there for a moment. `services`: names and slots of the services that have tints.
    pub fn read(services: &[(String, usize)]) -> TintColours {
        let probe = Probe::new();
        let count = (Tint::ALL + services.len()).min(usize::from(u8::MAX));
        let boxes = (0..count).map(|tint| {
            let service = tint.checked_sub(Tint::ALL).and_then(|at| services.get(at));
            let node = service.map_or_else(
                || sample(Tint(tint as u8)),
                |(_, slot)| in_colour(el("div", ""), *slot).attr("data-far", ""),
            );
            let element: Element = node.element();
            if let Some(body) = document().body() {
                node.put_into(&body);
            }
            let style = window().get_computed_style(&element).ok().flatten();
            let colour = |name: &str| style.as_ref().and_then(|style| style.get_property_value(name).ok());
            let both = ["background-color", "border-top-color"].map(|name| colour(name).unwrap_or_default());
            element.remove();
            both
        });
        TintColours {
            boxes: boxes.collect(),
            line: probe.colour("--line-strong"),
            accent: probe.colour("--accent"),
            gap: probe.colour("--error"),
        }
    }
}

/// A node as it is when it has a name.
fn sample(tint: Tint) -> View {
    let node = el("div", "diff-node");
    if let Some((is_slower, quarters)) = tint.change() {
        let change = if is_slower { "slower" } else { "faster" };
        return node.attr("data-change", change).style("--heat", &percent(f64::from(quarters) / 4.0));
    }
    match tint {
        Tint::STUB => node.test_id("diff-stub"),
        Tint::MORE => node.attr("data-kind", Kind::More.word()),
        Tint::LESS => node.attr("data-kind", Kind::Less.word()),
        Tint::ADDED => node.attr("data-kind", Kind::Added.word()),
        Tint::REMOVED => node.attr("data-kind", Kind::Removed.word()),
        _ => node.attr("data-kind", Kind::Same.word()),
    }
}

/// The canvas above the scroller; the pointer does not see it.
pub fn sketch(shown: Graph) -> View {
    let size = move |axis: usize| px(shown.view.with(|view| view.size[axis]));
    let view = el("canvas", "diff-sketch")
        .test_id("diff-sketch")
        .attr("aria-hidden", "true")
        .class_if("far", move || shown.is_far.get())
        .style_of("width", move || size(0))
        .style_of("height", move || size(1));
    let canvas: HtmlCanvasElement = view.element();
    let colours = Memo::new(move |_| {
        app().theme.track();
        TintColours::read(&shown.services())
    });
    effect(move || {
        if !shown.is_far.get() {
            return;
        }
        let (view, chosen) = (shown.view.get(), shown.chosen.get());
        let finds = shown.find.with(|text| !text.trim().is_empty());
        let (sketch, found, colours) = (shown.sketch.read(), shown.found.read(), colours.read());
        let Some((context, width, _)) = fresh(&canvas) else { return };
        let painter = Painter { context, ratio: width / view.size[0].max(1.0), view, colours: &colours };
        painter.lines(&sketch);
        painter.boxes(&sketch, finds.then_some(&*found));
        painter.gaps(&sketch);
        if let Some([_, row, column]) = chosen {
            painter.frame([column, row], 3.0);
        }
    });
    view
}

/// Draws what is in view; sizes are CSS pixels until they are drawn.
struct Painter<'a> {
    context: CanvasRenderingContext2d,
    /// Device pixels of a CSS pixel.
    ratio: f64,
    view: OutlineView,
    colours: &'a TintColours,
}

impl Painter<'_> {
    fn fill(&self, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let ratio = self.ratio;
        self.context.fill_rect(x * ratio, y * ratio, width * ratio, height * ratio);
    }

    fn size(&self) -> [f64; 2] {
        self.view.inner().map(|length| length * self.view.scale)
    }

    /// How far the line between two columns is left of a box.
    fn gap(&self) -> f64 {
        (self.view.cell[0] - self.view.inner()[0]) / 2.0 * self.view.scale
    }

    fn lines(&self, sketch: &SketchAnswer) {
        let (gap, [width, height]) = (self.gap(), self.size());
        self.context.set_fill_style_str(&self.colours.line);
        for [column, from, to] in &sketch.lines {
            let [x, y] = self.view.place([*column, *from]);
            let [_, end] = self.view.place([*column, *to]);
            let (from, to) = (y.max(-height), end.min(self.view.size[1]));
            self.fill([x + width + gap, from + height / 2.0], [1.0, (to - from).max(0.0)]);
        }
        for (at, it) in sketch.boxes.iter().enumerate() {
            let [x, y] = self.view.place([it.column, it.row]);
            let middle = y + height / 2.0;
            if it.column > 0 {
                self.fill([x - gap, middle], [gap, 1.0]);
            }
            if sketch.boxes.get(at + 1).is_some_and(|next| next.place == it.place + 1 && next.column > it.column) {
                self.fill([x + width, middle], [gap, 1.0]);
            }
        }
    }

    /// A tint after the other: a canvas takes its time to understand a colour. `found`: the others are pale.
    fn boxes(&self, sketch: &SketchAnswer, found: Option<&FoundNodes>) {
        let size = self.size();
        let is_found = |place: u32| {
            found.is_some_and(|found| found.found.binary_search_by(|[other, _]| other.cmp(&place)).is_ok())
        };
        let edge = (1.0 / self.ratio).max(size[1] / 20.0);
        for (tint, [inside, around]) in self.colours.boxes.iter().enumerate().skip(1) {
            for (colour, inset) in [(around, 0.0), (inside, edge)] {
                self.context.set_fill_style_str(colour);
                for it in sketch.boxes.iter().filter(|it| usize::from(it.tint.0) == tint) {
                    let [x, y] = self.view.place([it.column, it.row]);
                    self.context.set_global_alpha(if found.is_none() || is_found(it.place) { 1.0 } else { PALE });
                    self.fill([x + inset, y + inset], size.map(|length| (length - 2.0 * inset).max(1.0)));
                }
            }
        }
        self.context.set_global_alpha(1.0);
        for it in sketch.boxes.iter().filter(|it| is_found(it.place)) {
            self.frame([it.column, it.row], 2.0);
        }
    }

    /// A square at the end of what tells why something is missing.
    fn gaps(&self, sketch: &SketchAnswer) {
        let [width, height] = self.size();
        let side = (height / 2.0).max(2.0);
        self.context.set_fill_style_str(&self.colours.gap);
        for it in sketch.boxes.iter().filter(|it| it.has_gap) {
            let [x, y] = self.view.place([it.column, it.row]);
            self.fill([x + width - side * 1.5, y + (height - side) / 2.0], [side; 2]);
        }
    }

    /// An outline in the accent.
    fn frame(&self, cell: [u32; 2], thickness: f64) {
        let ([x, y], [width, height]) = (self.view.place(cell), self.size());
        self.context.set_stroke_style_str(&self.colours.accent);
        self.context.set_line_width(thickness * self.ratio);
        let ratio = self.ratio;
        self.context.stroke_rect((x - 1.0) * ratio, (y - 1.0) * ratio, (width + 2.0) * ratio, (height + 2.0) * ratio);
    }
}
