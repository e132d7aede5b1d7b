//! The whole outline of a comparison in a corner, with a frame around what is in view: a click or a drag moves that.
//! Screen readers have the tree, and keys the scroller: it is a picture.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{Event, HtmlCanvasElement, HtmlElement, PointerEvent};

use super::canvas::fresh;
use super::compare_graph::Graph;
use super::compare_sides::Sides;
use super::compare_sketch::TintColours;
use super::compare_zoom::place_in;
use super::format::percent;
use super::signal::{Memo, RwSignal};
use super::state::{app, client};
use super::view::{View, effect, el, when};
use super::virtual_rows::px;
use super::words::words;
use super::zoom::capture;
use crate::engine::client::Slot;
use crate::engine::messages::decode;
use crate::engine::questions::{OutlinePicture, Sketch, SketchAnswer, Tint};
use crate::ui::outline_view::OutlineView;

/// CSS pixels, and cells, each way at most; pixels at least.
const MOST: [f64; 2] = [160.0, 160.0];
const LEAST: [f64; 2] = [56.0, 40.0];

/// The picture, when not all of the outline is in view.
pub fn minimap(shown: Graph) -> View {
    let is_larger = move || {
        let (whole, view) = (shown.view.with(|view| view.whole(shown.cells())), shown.view.get());
        (0..2).any(|axis| whole[axis] > view.size[axis] + 1.0)
    };
    when(is_larger, move || map(shown))
}

#[inline(never)]
fn map(shown: Graph) -> View {
    let size = Memo::new(move |_| {
        let view = OutlineView { scale: 1.0, ..shown.view.get_untracked() };
        let whole = view.whole(shown.cells());
        let scale = (MOST[0] / whole[0]).min(MOST[1] / whole[1]);
        [0, 1].map(|axis| (whole[axis] * scale).round().max(LEAST[axis]))
    });
    let share = move |axis: usize, of: fn(OutlineView, usize) -> f64| {
        let view = shown.view.get();
        percent((of(view, axis) / view.whole(shown.cells())[axis].max(1.0)).clamp(0.0, 1.0))
    };
    let frame = el("div", "diff-minimap-frame")
        .style_of("left", move || share(0, |view, axis| view.from[axis]))
        .style_of("top", move || share(1, |view, axis| view.from[axis]))
        .style_of("width", move || share(0, |view, axis| view.size[axis]))
        .style_of("height", move || share(1, |view, axis| view.size[axis]));
    let view = el("div", "diff-minimap")
        .test_id("diff-minimap")
        .attrs(&[("role", "img"), ("aria-label", words().diff_minimap), ("title", words().diff_minimap)])
        .style_of("width", move || px(size.get()[0]))
        .style_of("height", move || px(size.get()[1]))
        .child(picture(shown, size))
        .child(frame);
    draggable(shown, view)
}

/// The canvas: asked for and painted anew for another outline or theme.
fn picture(shown: Graph, size: Memo<[f64; 2]>) -> View {
    let view = el("canvas", "");
    let canvas: HtmlCanvasElement = view.element();
    let answer = RwSignal::new(SketchAnswer::default());
    if let Some(client) = client() {
        let slot = Slot::<Sketch>::hearing(client, move |bytes| answer.set(decode(bytes).unwrap_or_default()));
        effect(move || {
            app().version.track();
            let what = shown.sides.with(Sides::compared);
            let picture = MOST.map(|length| length as u32);
            slot.ask(Sketch { what, from: 0, count: 0, from_column: 0, columns: 0, picture });
        });
    }
    effect(move || {
        app().theme.track();
        size.get();
        let services = shown.services();
        answer.with(|answer| paint(&canvas, &answer.picture, &services));
    });
    view
}

/// The quietest first, so that what is new is not painted over where cells are smaller than a pixel.
fn paint(canvas: &HtmlCanvasElement, picture: &OutlinePicture, services: &[(String, usize)]) {
    let Some((context, width, height)) = fresh(canvas).filter(|_| picture.width > 0) else { return };
    let colours = TintColours::read(services);
    let cell = [width / f64::from(picture.width), height / f64::from(picture.height)];
    // A cell has a gap if there is room.
    let filled = cell.map(|length| if length >= 4.0 { length - 1.0 } else { length.max(1.0) });
    for (tint, [inside, edge]) in (0_u8..).zip(&colours.boxes).skip(1) {
        context.set_fill_style_str(if Tint(tint) <= Tint::SAME { edge } else { inside });
        for (at, _) in (0_u32..).zip(&picture.tints).filter(|(_, it)| it.0 == tint) {
            let place = [at % picture.width, at / picture.width];
            let [x, y] = [0, 1].map(|axis| (f64::from(place[axis]) * cell[axis]).floor());
            context.fill_rect(x, y, filled[0], filled[1]);
        }
    }
}

/// The frame is dragged; pressed elsewhere, it comes there first.
fn draggable(shown: Graph, view: View) -> View {
    let drag = Rc::new(Drag { shown, area: view.element(), held: Cell::new(None) });
    let moved = drag.clone();
    for name in ["pointerup", "pointercancel"] {
        let released = drag.clone();
        view.listen(name, move |_: Event| released.held.set(None));
    }
    view.on("pointerdown", move |event: PointerEvent| drag.press(&event))
        .on("pointermove", move |event: PointerEvent| moved.follow(&event))
}

struct Drag {
    shown: Graph,
    area: HtmlElement,
    /// How far the pointer is from the corner of what is in view, in shares of the whole.
    held: Cell<Option<[f64; 2]>>,
}

impl Drag {
    /// Where the pointer is, in shares of the whole.
    fn share(&self, event: &PointerEvent) -> [f64; 2] {
        let size = [self.area.client_width(), self.area.client_height()];
        let at = place_in(&self.area, event.as_ref());
        [0, 1].map(|axis| at[axis] / f64::from(size[axis].max(1)))
    }

    #[inline(never)]
    fn press(&self, event: &PointerEvent) {
        if event.button() != 0 {
            return;
        }
        // Nothing is marked as text.
        event.prevent_default();
        capture(&self.area, event);
        let (at, view) = (self.share(event), self.shown.view.get_untracked());
        let whole = view.whole(self.shown.cells_now());
        let [from, size] = [view.from, view.size].map(|of| [0, 1].map(|axis| of[axis] / whole[axis]));
        let is_inside = (0..2).all(|axis| at[axis] >= from[axis] && at[axis] <= from[axis] + size[axis]);
        self.held.set(Some([0, 1].map(|axis| if is_inside { at[axis] - from[axis] } else { size[axis] / 2.0 })));
        self.follow(event);
    }

    #[inline(never)]
    fn follow(&self, event: &PointerEvent) {
        let (Some(corner), at) = (self.held.get(), self.share(event)) else { return };
        self.shown.look(&|view, cells| {
            let whole = view.whole(cells);
            view.moved([0, 1].map(|axis| (at[axis] - corner[axis]) * whole[axis] - view.from[axis]), cells)
        });
    }
}
