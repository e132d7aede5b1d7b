//! Wheel, mouse, fingers and keys on a graph.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::super::compare_zoom::place_in;
use super::super::view::View;
use super::super::zoom::{LONGEST_TURN, ZOOM_OF_PIXEL, capture};
use super::GraphCanvas;
use crate::ui::graph_view::Hit;

/// What is pressed and moved less is clicked, in view pixels.
const CLICK: f64 = 4.0;

/// What an element of the graph is of.
fn hit_of(event: &Event) -> Option<Hit> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let code = target.closest("[data-hit]").ok()??.get_attribute("data-hit")?;
    let number = code[1..].parse().ok()?;
    Some(if code.starts_with('n') { Hit::Box(number) } else { Hit::Line(number) })
}

/// Fingers and the mouse: one moves the graph, two pinch it.
#[derive(Default)]
struct Hold {
    pointers: RefCell<Vec<(i32, [f64; 2])>>,
    way: Cell<f64>,
}

pub fn listen(graph: GraphCanvas, stage: &View) {
    let area: HtmlElement = stage.element();
    let hold = Rc::new(Hold::default());
    let here = area.clone();
    stage.listen("wheel", move |event: WheelEvent| {
        event.prevent_default();
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { LONGEST_TURN };
        let turn = (event.delta_y() * unit).clamp(-LONGEST_TURN, LONGEST_TURN);
        graph.zoom((-turn * ZOOM_OF_PIXEL).exp(), Some(place_in(&here, event.as_ref())));
    });
    let (held, here) = (hold.clone(), area.clone());
    stage.listen("pointerdown", move |event: PointerEvent| {
        if event.button() == 0 {
            let at = place_in(&here, event.as_ref());
            let mut pointers = held.pointers.borrow_mut();
            pointers.retain(|(id, _)| *id != event.pointer_id());
            pointers.push((event.pointer_id(), at));
            held.way.set(0.0);
        }
    });
    let (held, here) = (hold.clone(), area.clone());
    stage.listen("pointermove", move |event: PointerEvent| held.follow(graph, &here, &event));
    for name in ["pointerup", "pointercancel"] {
        let held = hold.clone();
        stage.listen(name, move |event: PointerEvent| {
            held.pointers.borrow_mut().retain(|(id, _)| *id != event.pointer_id());
        });
    }
    stage.listen("pointerleave", move |_: Event| point(graph, None));
    let here = area.clone();
    stage.listen("click", move |event: MouseEvent| {
        if hold.way.get() < CLICK || event.detail() == 0 {
            graph.chosen.set(hit_of(event.as_ref()).or_else(|| graph.hit(place_in(&here, &event))));
        }
        hold.way.set(0.0);
    });
    stage.listen("dblclick", move |event: MouseEvent| graph.zoom(2.0, Some(place_in(&area, &event))));
    stage.listen("keydown", move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
        if !has_modifier && graph.press(&event) {
            event.prevent_default();
        }
    });
}

fn point(graph: GraphCanvas, hit: Option<Hit>) {
    if graph.hovered.get_untracked() != hit {
        graph.hovered.set(hit);
    }
}

impl Hold {
    #[inline(never)]
    fn follow(&self, graph: GraphCanvas, area: &HtmlElement, event: &PointerEvent) {
        let at = place_in(area, event.as_ref());
        let mut pointers = self.pointers.borrow_mut();
        let Some(own) = pointers.iter().position(|(id, _)| *id == event.pointer_id()) else {
            drop(pointers);
            point(graph, hit_of(event.as_ref()).or_else(|| graph.pointed(at)));
            return;
        };
        let last = pointers[own].1;
        let way = (at[0] - last[0]).abs() + (at[1] - last[1]).abs();
        if self.way.get() + way < CLICK {
            return;
        }
        if self.way.get() < CLICK {
            capture(area, event);
        }
        self.way.set(self.way.get() + way);
        pointers[own].1 = at;
        let other = pointers.iter().find(|(id, _)| *id != event.pointer_id()).map(|(_, at)| *at);
        drop(pointers);
        match other {
            Some(other) => {
                let apart = |point: [f64; 2]| ((point[0] - other[0]).powi(2) + (point[1] - other[1]).powi(2)).sqrt();
                graph.zoom(apart(at).max(1.0) / apart(last).max(1.0), Some(other));
            }
            None => graph.look(&|view, size| view.moved([last[0] - at[0], last[1] - at[1]], size)),
        }
    }
}
