//! The whole trace in a strip: a picture of density and errors, with the visible window marked. The window is dragged out,
//! moved by its top edge, and changed at its handles, by the pointer or by keys.

use std::cell::Cell;
use std::rc::Rc;

use web_sys::{CanvasRenderingContext2d, Event, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::canvas::{Colours, fresh};
use super::format::{duration, percent};
use super::service_colours::Slots;
use super::signal::{Memo, RwSignal, Signal};
use super::state::{app, client};
use super::time_zone::TimeScale;
use super::view::{View, after_frame, effect, el, optional, when};
use super::virtual_rows::observe;
use super::words::{fill, words};
use super::zoom::{Zoom, capture, fraction_in, pressed};
use crate::engine::client::Slot;
use crate::engine::questions::{Look, Marks, Overview, OverviewAnswer, TraceHead};
use crate::ui::ticks::ticks;
use crate::ui::window::{TimeCommand, Window};

/// Lanes of the strip: one a CSS pixel at most.
const LANES: u32 = 58;
/// A drag shorter than this (CSS pixels) is a click.
const CLICK: f64 = 4.0;
/// How strongly the levels of density and of errors are painted, from none.
const DENSITY: [f64; 5] = [0.0, 0.42, 0.6, 0.78, 0.95];
const ERRORS: [f64; 5] = [0.0, 0.35, 0.5, 0.7, 0.95];

/// The strip of a trace.
pub fn minimap(head: &TraceHead, slots: Rc<Slots>, look: Signal<Look>, zoom: Zoom, scale: TimeScale) -> View {
    let whole = zoom.whole();
    let shown = Memo::new(move |_| match zoom.draft.get() {
        Some((one, other)) => Window::between(one, other, whole.duration),
        None => zoom.window.get(),
    });
    let start = move || percent(whole.fraction(shown.get().from));
    let end = move || percent(1.0 - whole.fraction(shown.get().to));
    let reset = move || {
        el("button", "button small minimap-reset")
            .attr("type", "button")
            .on("click", move |_: Event| zoom.show(0, whole.duration))
            .text(words().reset_window)
    };
    let grip = move || {
        el("div", "minimap-grip")
            .attrs(&[("data-grab", "window"), ("title", words().pan_window)])
            .style_of("left", start)
            .style_of("right", end)
    };
    let strip = el("div", "minimap")
        .class_if("dragging", move || zoom.draft.read().is_some())
        .child(picture(head, slots, look))
        .child(el("div", "shade").style_of("width", start))
        .child(el("div", "shade shade-right").style_of("width", end))
        .child(pointer_line(zoom, whole, scale))
        .child(when(move || !shown.get().is_whole(), grip))
        .child(scrubber(zoom, Edge::From, shown))
        .child(scrubber(zoom, Edge::To, shown))
        .child(when(move || !shown.get().is_whole(), reset));
    let area: HtmlElement = strip.element();
    zoom.listen_to_wheel(&strip, area.clone(), true);
    zoom.listen_to_pointer(&strip, area, true);
    el("div", "minimap-frame").child(scale_of(whole)).child(draggable(strip, zoom))
}

/// Round times above the strip, and how long the whole is.
fn scale_of(whole: Window) -> View {
    let marks = ticks(0, whole.duration, 4, 0).times.into_iter().map(|tick| (whole.fraction(tick), tick));
    // Room for the last label; in a narrow strip the style sheet leaves the first and the last one only.
    let marks = marks
        .filter(|(at, _)| *at < 0.85)
        .map(|(at, tick)| el("span", "").style("left", &percent(at)).text(&duration(tick)));
    el("div", "minimap-ticks")
        .attr("aria-hidden", "true")
        .children(marks)
        .child(el("span", "last").text(&duration(whole.duration)))
}

/// The canvas, painted anew for every width and theme.
fn picture(head: &TraceHead, slots: Rc<Slots>, look: Signal<Look>) -> View {
    let view = el("canvas", "").test_id("minimap").attrs(&[
        ("role", "img"),
        ("aria-label", words().minimap_name),
        ("title", words().minimap_name),
    ]);
    let canvas: HtmlCanvasElement = view.element();
    let answer = RwSignal::new(OverviewAnswer::default());
    let found = RwSignal::new(Vec::<(u16, u16)>::new());
    if let Some(client) = client() {
        let marks = Slot::<Marks>::new(client.clone(), move |marks| {
            found.set(marks);
        });
        let trace = head.id.clone();
        effect(move || {
            let (look, width) = (look.get(), answer.with(|answer| answer.width));
            if look.find.is_some() && width > 0 {
                marks.ask(Marks { trace: trace.clone(), look, width, lanes: LANES });
            } else if !found.read_untracked().is_empty() {
                found.set(Vec::new());
            }
        });
        let slot = Rc::new(Slot::<Overview>::new(client, move |overview| {
            // The page may have been left meanwhile.
            answer.set(overview);
        }));
        let (trace, watched) = (head.id.clone(), canvas.clone());
        observe(&canvas, move || {
            let width = f64::from(watched.client_width()) * leptos::prelude::window().device_pixel_ratio();
            if width < 1.0 {
                return;
            }
            let (slot, question) = (slot.clone(), Overview { trace: trace.clone(), width: width as u32, lanes: LANES });
            // The first rows come before it.
            after_frame(move || slot.ask(question));
        });
    }
    effect(move || {
        app().theme.track();
        app().is_safe_palette.track();
        app().colours.track();
        answer.with(|answer| found.with(|found| paint(&canvas, answer, found, &slots.all())));
    });
    view
}

/// Where the pointer is, here or in the timeline, and its time.
fn pointer_line(zoom: Zoom, whole: Window, scale: TimeScale) -> View {
    optional(move || {
        let time = zoom.pointed.get()?;
        let at = whole.fraction(time);
        let class = if at > 0.8 { "pointer-time before" } else { "pointer-time" };
        let label = el("span", class).text(&scale.label(time, whole.length() / 1_000));
        Some(el("div", "pointer-line").attr("aria-hidden", "true").style("left", &percent(at)).child(label))
    })
}

/// An end of the visible window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    From,
    To,
}

impl Edge {
    fn time(self, window: Window) -> i64 {
        if self == Edge::From { window.from } else { window.to }
    }

    /// Puts the end at a time; it stops before the other end.
    fn put(self, zoom: Zoom, time: i64) {
        zoom.change(|window| match self {
            Edge::From => Window::between(time.min(window.to - window.shortest()), window.to, window.duration),
            Edge::To => Window::between(window.from, time.max(window.from + window.shortest()), window.duration),
        });
    }
}

/// A handle: dragged, or moved by arrow keys in the steps of [`TimeCommand`].
fn scrubber(zoom: Zoom, edge: Edge, shown: Signal<Window>) -> View {
    let (grab, id, name) = match edge {
        Edge::From => ("from", "scrubber-from", words().window_start),
        Edge::To => ("to", "scrubber-to", words().window_end),
    };
    let whole = zoom.whole();
    let press = move |event: KeyboardEvent| {
        let step = |is_fast| whole.length() - whole.after(TimeCommand::ZoomIn, is_fast).length();
        let step = step(event.shift_key()) / 2;
        let fast = (whole.length() - whole.after(TimeCommand::ZoomIn, true).length()) / 2;
        let now = edge.time(zoom.window.get_untracked());
        let time = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now.saturating_sub(step),
            "ArrowRight" | "ArrowUp" => now.saturating_add(step),
            "PageDown" => now.saturating_sub(fast),
            "PageUp" => now.saturating_add(fast),
            "Home" => 0,
            "End" => whole.duration,
            _ => return,
        };
        edge.put(zoom, time);
        event.prevent_default();
    };
    el("div", "scrubber")
        .test_id(id)
        .attrs(&[
            ("role", "slider"),
            ("tabindex", "0"),
            ("data-grab", grab),
            ("aria-label", name),
            ("aria-valuemin", "0"),
            ("aria-valuemax", &whole.duration.to_string()),
        ])
        .attr_of("aria-valuenow", move || edge.time(shown.get()).to_string())
        .attr_of("aria-valuetext", move || {
            let time = edge.time(shown.get());
            fill(words().time_of, &[&duration(time), &duration(whole.duration)])
        })
        .style_of("left", move || percent(whole.fraction(edge.time(shown.get()))))
        .on("keydown", press)
}

/// What the pointer has hold of.
#[derive(Clone, Copy)]
enum Grab {
    /// Drags out a window from a time.
    New(i64),
    Edge(Edge),
    /// The whole window, from the time where it was taken and the place where it was.
    Window(i64, Window),
}

fn draggable(view: View, zoom: Zoom) -> View {
    let strip: HtmlElement = view.element();
    let whole = zoom.whole();
    let grabbed = Rc::new(Cell::new(None::<Grab>));
    let (begin, go_on, end, cancel) = (grabbed.clone(), grabbed.clone(), grabbed.clone(), grabbed);
    let (area, width) = (strip.clone(), strip.clone());
    let time = move |event: &PointerEvent| whole.time(fraction_in(&area, f64::from(event.client_x())).clamp(0.0, 1.0));
    let time_at = time.clone();
    view.on("pointerdown", move |event: PointerEvent| {
        let target = pressed(&event, "data-grab");
        let is_button = pressed(&event, "type").is_some();
        if event.button() != 0 || is_button {
            return;
        }
        capture(&strip, &event);
        begin.set(Some(match target.as_deref() {
            Some("from") => Grab::Edge(Edge::From),
            Some("to") => Grab::Edge(Edge::To),
            Some(_) => Grab::Window(time(&event), zoom.window.get_untracked()),
            None => Grab::New(time(&event)),
        }));
    })
    .on("pointermove", move |event: PointerEvent| {
        let time = time_at(&event);
        match go_on.get() {
            Some(Grab::New(from)) => zoom.draft.set(Some((from, time))),
            Some(Grab::Edge(edge)) => edge.put(zoom, time),
            Some(Grab::Window(from, window)) => zoom.change(|_| window.moved(time - from)),
            None => {}
        }
    })
    .on("pointerup", move |_: Event| {
        let draft = zoom.draft.get_untracked();
        zoom.draft.set(None);
        if let (Some(Grab::New(_)), Some((one, other))) = (end.take(), draft) {
            let pixels = (whole.fraction(other) - whole.fraction(one)).abs() * f64::from(width.client_width());
            if pixels >= CLICK {
                zoom.show(one, other);
            }
        }
    })
    .on("pointercancel", move |_: Event| {
        cancel.set(None);
        zoom.draft.set(None);
    })
    .on("dblclick", move |_: Event| zoom.show(0, whole.duration))
}

/// Paints what the engine put into lanes and pixel columns: the picture is as wide as was asked for, whatever the canvas is
/// by now. Lanes begin at whole pixels: what lies between two would be smeared over both.
fn paint(canvas: &HtmlCanvasElement, answer: &OverviewAnswer, found: &[(u16, u16)], slots: &[usize]) {
    let Some((context, width, height)) = fresh(canvas) else {
        return;
    };
    if answer.lanes == 0 || answer.width == 0 {
        return;
    }
    let colours = Colours::read();
    let (column, lane) = (width / f64::from(answer.width), height / f64::from(answer.lanes));
    // Lanes of three pixels or more have a gap; one span alone is a bar, not a slab.
    let thickness = if lane >= 3.0 { (lane * 0.75).round().clamp(2.0, 8.0) } else { lane.ceil() };
    let painter = Painter { context, column, lane, thickness };
    let mut last = (usize::MAX, 0);
    for run in &answer.runs {
        let slot = slots.get(run.service as usize).copied().unwrap_or_default();
        if (slot, run.density) != last {
            painter.choose(&colours.services[slot], DENSITY[usize::from(run.density.min(4))]);
            last = (slot, run.density);
        }
        painter.bar(run.lane, run.from, run.to, 2.0);
    }
    // Above all services, so that no error is hidden; the rarest first. A bar with room keeps its service's colour beside.
    let (painter, least) = match lane >= 3.0 {
        true => (Painter { thickness: painter.thickness.min(3.0), ..painter }, 3.0),
        false => (painter, 2.0),
    };
    for level in 1..=4 {
        painter.choose(&colours.error, ERRORS[usize::from(level)]);
        for run in answer.runs.iter().filter(|run| run.errors == level) {
            painter.bar(run.lane, run.from, run.to, least);
        }
    }
    painter.choose(&colours.accent, 1.0);
    for (lane, column) in found {
        painter.mark(*lane, *column);
    }
}

/// Draws in lanes and columns; sizes are device pixels.
struct Painter {
    context: CanvasRenderingContext2d,
    column: f64,
    lane: f64,
    thickness: f64,
}

impl Painter {
    fn choose(&self, colour: &str, strength: f64) {
        self.context.set_fill_style_str(colour);
        self.context.set_global_alpha(strength);
    }

    fn bar(&self, lane: u16, from: u16, to: u16, least: f64) {
        let (x, y) = (f64::from(from) * self.column, (f64::from(lane) * self.lane).floor());
        self.context.fill_rect(x, y, (f64::from(to - from + 1) * self.column).max(least), self.thickness);
    }

    /// Higher than its lane, to be found among many.
    fn mark(&self, lane: u16, column: u16) {
        let (x, y) = (f64::from(column) * self.column, f64::from(lane) * self.lane + self.thickness / 2.0);
        self.context.fill_rect(x - 1.0, y - 3.0, 3.0, 6.0);
    }
}
