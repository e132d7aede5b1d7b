//! The whole trace in a strip; the visible window is marked, and dragging chooses another.

use std::rc::Rc;

use leptos::prelude::*;
use web_sys::{Event, HtmlCanvasElement, PointerEvent};

use super::canvas::{Colours, fresh};
use super::format::{duration, percent};
use super::state::{app, client};
use super::view::{View, effect, el, when};
use super::virtual_rows::observe;
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::questions::{Overview, OverviewAnswer, TraceHead};
use crate::ui::ticks::ticks;
use crate::ui::window::Window;

/// Lanes of the strip: one a CSS pixel at most.
const LANES: u32 = 56;
/// A drag shorter than this (CSS pixels) is a click.
const CLICK: f64 = 4.0;

/// The strip of a trace. A drag chooses a window, which `set_window` is told; a double click chooses the whole trace.
pub fn minimap(
    head: &TraceHead,
    slots: Rc<Vec<usize>>,
    time_window: Signal<Window>,
    set_window: Rc<dyn Fn(Window)>,
) -> View {
    let whole = Window::whole(head.duration_nanos);
    let dragged = RwSignal::new(None::<(f64, f64)>);
    let shown = Signal::derive(move || match dragged.get() {
        Some((from, to)) => Window::between(whole.time(from), whole.time(to), whole.duration),
        None => time_window.get(),
    });
    let marks = ticks(0, whole.duration, 4).into_iter().map(|tick| (whole.fraction(tick), tick));
    // Room for the last label; in a narrow strip the style sheet leaves the first and the last one only.
    let marks = marks
        .filter(|(at, _)| *at < 0.85)
        .map(|(at, tick)| el("span", "").style("left", &percent(at)).text(&duration(tick)));
    let frame = el("div", "minimap-frame").child(
        el("div", "minimap-ticks")
            .attr("aria-hidden", "true")
            .children(marks)
            .child(el("span", "last").text(&duration(whole.duration))),
    );
    let start = move || percent(whole.fraction(shown.get().from));
    let end = move || percent(1.0 - whole.fraction(shown.get().to));
    let reset = {
        let set_window = set_window.clone();
        move || {
            let set_window = set_window.clone();
            el("button", "button small minimap-reset")
                .attr("type", "button")
                .on("click", move |_: Event| set_window(whole))
                .text(words().reset_window)
        }
    };
    frame.child(
        el("div", "minimap")
            .class_if("dragging", move || dragged.get().is_some())
            .child(draggable(picture(head, slots), whole, dragged, set_window))
            .child(el("div", "shade").style_of("width", start))
            .child(el("div", "shade shade-right").style_of("width", end))
            .child(when(move || !shown.get().is_whole(), reset)),
    )
}

/// The canvas, painted anew for every width and theme.
fn picture(head: &TraceHead, slots: Rc<Vec<usize>>) -> View {
    let view = el("canvas", "").test_id("minimap").attrs(&[
        ("role", "img"),
        ("aria-label", words().minimap_name),
        ("title", words().minimap_name),
    ]);
    let canvas: HtmlCanvasElement = view.element();
    let answer = RwSignal::new(OverviewAnswer::default());
    if let Some(client) = client() {
        let slot = Slot::<Overview>::new(client, move |overview| {
            // The page may have been left meanwhile.
            answer.try_set(overview);
        });
        let (trace, watched) = (head.id.clone(), canvas.clone());
        observe(&canvas, move || {
            let width = f64::from(watched.client_width()) * leptos::prelude::window().device_pixel_ratio();
            if width >= 1.0 {
                slot.ask(Overview { trace: trace.clone(), width: width as u32, lanes: LANES });
            }
        });
    }
    effect(move || {
        app().theme.track();
        answer.with(|answer| paint(&canvas, answer, &slots));
    });
    view
}

fn draggable(view: View, whole: Window, dragged: RwSignal<Option<(f64, f64)>>, set_window: Rc<dyn Fn(Window)>) -> View {
    let canvas: HtmlCanvasElement = view.element();
    let width = {
        let canvas = canvas.clone();
        move || f64::from(canvas.client_width().max(1))
    };
    let fraction = {
        let width = width.clone();
        move |event: &PointerEvent| (f64::from(event.offset_x()) / width()).clamp(0.0, 1.0)
    };
    let (begin, go_on, end) = (fraction.clone(), fraction.clone(), fraction);
    let set_whole = set_window.clone();
    view.on("pointerdown", move |event: PointerEvent| {
        if event.button() == 0 {
            // Without capture a drag ends at the strip's edge; that is all.
            let _ = canvas.set_pointer_capture(event.pointer_id());
            let at = begin(&event);
            dragged.set(Some((at, at)));
        }
    })
    .on("pointermove", move |event: PointerEvent| {
        if let Some((from, _)) = dragged.get_untracked() {
            dragged.set(Some((from, go_on(&event))));
        }
    })
    .on("pointerup", move |event: PointerEvent| {
        let Some((from, _)) = dragged.get_untracked() else {
            return;
        };
        dragged.set(None);
        let to = end(&event);
        if (to - from).abs() * width() >= CLICK {
            set_window(Window::between(whole.time(from), whole.time(to), whole.duration));
        }
    })
    .on("pointercancel", move |_: Event| dragged.set(None))
    .on("dblclick", move |_: Event| set_whole(whole))
}

/// Paints what the engine put into lanes and pixel columns: the picture is as wide as was asked for, whatever the canvas is
/// by now.
fn paint(canvas: &HtmlCanvasElement, answer: &OverviewAnswer, slots: &[usize]) {
    let Some((context, width, height)) = fresh(canvas) else {
        return;
    };
    if answer.lanes == 0 || answer.width == 0 {
        return;
    }
    let colours = Colours::read();
    let (column, lane) = (width / f64::from(answer.width), height / f64::from(answer.lanes));
    let thickness = (lane * 0.8).clamp(1.0, 8.0);
    let mut last = usize::MAX;
    for run in &answer.runs {
        let slot = slots.get(run.service as usize).copied().unwrap_or_default();
        if slot != last {
            context.set_fill_style_str(&colours.services[slot]);
            last = slot;
        }
        let (x, y) = (f64::from(run.from) * column, f64::from(run.lane) * lane);
        context.fill_rect(x, y, (f64::from(run.to - run.from + 1) * column).max(2.0), thickness);
    }
    context.set_fill_style_str(&colours.error);
    for run in answer.runs.iter().filter(|run| run.is_error) {
        let (x, y) = (f64::from(run.from) * column, f64::from(run.lane) * lane);
        context.fill_rect(x, y, (f64::from(run.to - run.from + 1) * column).max(3.0), thickness.min(3.0));
    }
}
