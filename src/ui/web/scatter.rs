//! The loaded traces by start and duration. Points can be pointed at, brushed, and walked with the arrow keys.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::untrack;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlCanvasElement, KeyboardEvent, MouseEvent, PointerEvent};

use super::format::{counted, duration, number, short_date_time};
use super::header::{chosen_value, option};
use super::navigation::{address, go, link};
use super::result_row::found_address;
use super::results::{Listed, Wish};
use super::row::title_of;
use super::scatter_picture::{Hue, Part, Picture, Ways, radius};
use super::signal::RwSignal;
use super::state::{app, client};
use super::storage;
use super::view::{View, after_frame, effect, el, empty, group, optional};
use super::virtual_rows::{observe, px};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::questions::{Points, SearchPoints, SearchPointsAnswer};

/// How near the pointer must be to a point, in CSS pixels.
const REACH: f64 = 10.0;

/// A drawn point: where its centre is (CSS pixels), and which it is.
type Drawn = Vec<(f64, f64)>;

/// What is drawn, and what is pointed at.
#[derive(Clone, Copy)]
struct Plot {
    found: RwSignal<SearchPointsAnswer>,
    picked: RwSignal<Option<usize>>,
    /// Width and height in CSS pixels.
    size: RwSignal<(i32, i32)>,
    drawn: RwSignal<Drawn>,
    ways: RwSignal<Ways>,
    /// Where the pointer was pressed, and where it is, in CSS pixels.
    brush: RwSignal<Option<[f64; 4]>>,
    /// The points in the last brush.
    brushed: RwSignal<Vec<usize>>,
}

/// The groups that were brushed, each a button that forgets it, and the way to their comparison.
fn groups() -> Option<View> {
    let words = words();
    let [a, b] = app().groups;
    let chip = |name: &str, of: RwSignal<Vec<String>>| {
        let count = of.with(Vec::len);
        (count > 0).then(|| {
            let title = fill(words.group_forget, &[name]);
            el("button", "button small")
                .attrs(&[("type", "button"), ("title", &title), ("aria-label", &title)])
                .test_id(&["group-", name].concat())
                .on("click", move |_: Event| of.set(Vec::new()))
                .text(&format!("{name}: {} ×", number(count as u64)))
        })
    };
    let (a, b) = (chip("A", a), chip("B", b));
    let compare = (a.is_some() && b.is_some()).then(|| {
        let to = [&address("/compare"), "?a=sel:A&b=sel:B"].concat();
        link("button small primary", to).test_id("compare-groups").text(words.compare_groups)
    });
    (a.is_some() || b.is_some()).then(|| empty().children(a).children(b).children(compare))
}

/// What stands in the plot's place.
#[inline(never)]
pub fn scatter(listed: Listed) -> View {
    let is_log = storage::preference("scatter").as_deref() == Some("log");
    let plot = Plot {
        found: RwSignal::default(),
        picked: RwSignal::new(None),
        size: RwSignal::new((0, 0)),
        drawn: RwSignal::new(Drawn::new()),
        ways: RwSignal::new(Ways { is_log, hue: Hue::Errors, zoom: None }),
        brush: RwSignal::new(None),
        brushed: RwSignal::new(Vec::new()),
    };
    plot.ask_points(listed);
    let canvas = el("canvas", "").test_id("scatter-plot").attrs(&[
        ("tabindex", "0"),
        ("role", "application"),
        ("aria-label", words().scatter_name),
    ]);
    plot.keep_drawn(canvas.element());
    let canvas = canvas
        .on("pointerdown", move |event: PointerEvent| plot.begin_brush(&event))
        .on("pointermove", move |event: PointerEvent| plot.point(&event))
        .on("pointerup", move |event: PointerEvent| plot.end_brush(&event))
        .on("pointerleave", move |_: Event| plot.picked.set(None))
        .on("keydown", move |event: KeyboardEvent| plot.press(&event));
    let canvas = canvas.class_if("pointing", move || plot.picked.get().is_some());
    group([canvas, plot.tools(), optional(move || plot.brush_box()), optional(move || plot.tip())])
}

impl Plot {
    /// Scale and colour, and what to do with what was brushed.
    fn tools(self) -> View {
        let words = words();
        let log = el("button", "button small")
            .attr("type", "button")
            .test_id("scatter-log")
            .attr_of("aria-pressed", move || self.ways.get().is_log.to_string());
        let log = log.text(words.log_scale).on("click", move |_: Event| {
            self.ways.update(|ways| ways.is_log = !ways.is_log);
            storage::set_preference("scatter", if self.ways.get_untracked().is_log { "log" } else { "linear" });
        });
        let hues =
            [(words.hue_errors, "errors"), (words.search_service, "service"), (words.search_operation, "operation")];
        let hue = el("select", "small").test_id("scatter-colour").attr("aria-label", words.colour_by).on(
            "change",
            move |event: Event| {
                let hue = match chosen_value(&event).as_str() {
                    "service" => Hue::Service,
                    "operation" => Hue::Operation,
                    _ => Hue::Errors,
                };
                self.ways.update(|ways| ways.hue = hue);
            },
        );
        let hue = hue.children(hues.map(|(name, value)| option(value, name, false)));
        let brushed = optional(move || {
            let count = self.brushed.with(Vec::len);
            (count > 0).then(|| {
                let select = el("button", "button small primary")
                    .attr("type", "button")
                    .test_id("brush-select")
                    .on("click", move |_: Event| self.select_brushed(app().checked));
                let zoom = el("button", "button small")
                    .attr("type", "button")
                    .test_id("brush-zoom")
                    .on("click", move |_: Event| self.zoom_to_brushed());
                let into_group = |(into, name): (RwSignal<Vec<String>>, &str)| {
                    el("button", "button small")
                        .attr("type", "button")
                        .test_id(&["brush-group-", name].concat())
                        .on("click", move |_: Event| self.select_brushed(into))
                        .text(&fill(words.brush_group, &[name]))
                };
                let [a, b] = app().groups;
                group([
                    into_group((a, "A")),
                    into_group((b, "B")),
                    select.text(&fill(words.brush_select, &[&number(count as u64)])),
                    zoom.text(words.brush_zoom),
                    el("button", "button small")
                        .attr("type", "button")
                        .on("click", move |_: Event| self.unbrush())
                        .text(words.close),
                ])
            })
        });
        let whole = optional(move || {
            let is_zoomed = self.ways.get().zoom.is_some();
            is_zoomed.then(|| {
                let whole = el("button", "button small").attr("type", "button").test_id("scatter-whole");
                whole.text(words.zoom_whole).on("click", move |_: Event| self.ways.update(|ways| ways.zoom = None))
            })
        });
        el("div", "scatter-tools").child(optional(groups)).child(brushed).child(whole).child(log).child(hue)
    }

    fn unbrush(self) {
        self.brushed.set(Vec::new());
        self.brush.set(None);
    }

    /// What was brushed is chosen for a comparison.
    fn select_brushed(self, into: RwSignal<Vec<String>>) {
        let ids: Vec<String> = self.found.with_untracked(|found| {
            let brushed = self.brushed.get_untracked();
            brushed.iter().filter_map(|at| Some(found.points.get(*at)?.id.clone())).collect()
        });
        into.set(ids);
        self.unbrush();
    }

    fn zoom_to_brushed(self) {
        let part = self.found.with_untracked(|found| {
            let brushed = self.brushed.get_untracked();
            let points = || brushed.iter().map(|at| &found.points[*at]);
            let starts = || points().map(|point| point.start_unix_nanos);
            let durations = || points().map(|point| point.duration_nanos);
            Some(Part {
                starts: (starts().min()?, starts().max()?),
                durations: (durations().min()?, durations().max()?),
            })
        });
        self.unbrush();
        self.ways.update(|ways| ways.zoom = part);
    }

    fn begin_brush(self, event: &PointerEvent) {
        if event.button() == 0 {
            let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            self.brushed.set(Vec::new());
            self.brush.set(Some([x, y, x, y]));
            if let Some(canvas) = event.target().and_then(|target| target.dyn_into::<HtmlCanvasElement>().ok()) {
                // The pointer may leave the plot while it is drawn.
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
        }
    }

    fn point(self, event: &PointerEvent) {
        if event.buttons() & 1 == 1
            && let Some([x, y, ..]) = self.brush.get_untracked()
        {
            self.brush.set(Some([x, y, f64::from(event.offset_x()), f64::from(event.offset_y())]));
            return;
        }
        let at = self.nearest(event);
        if at != self.picked.get_untracked() {
            self.picked.set(at);
        }
    }

    /// A press without a way is a click.
    fn end_brush(self, event: &PointerEvent) {
        let Some([x, y, to_x, to_y]) = self.brush.get_untracked() else { return };
        if (to_x - x).hypot(to_y - y) < 4.0 {
            self.brush.set(None);
            return self.open(self.nearest(event));
        }
        let (left, right, top, bottom) = (x.min(to_x), x.max(to_x), y.min(to_y), y.max(to_y));
        let drawn = self.drawn.read_untracked();
        let is_inside = |at: &(f64, f64)| (left..=right).contains(&at.0) && (top..=bottom).contains(&at.1);
        let inside: Vec<usize> =
            drawn.iter().enumerate().filter(|(_, at)| is_inside(at)).map(|(index, _)| index).collect();
        if inside.is_empty() {
            self.brush.set(None);
        }
        self.brushed.set(inside);
    }

    fn brush_box(self) -> Option<View> {
        let [x, y, to_x, to_y] = self.brush.get()?;
        let lengths =
            [("left", x.min(to_x)), ("top", y.min(to_y)), ("width", (to_x - x).abs()), ("height", (to_y - y).abs())];
        Some(lengths.into_iter().fold(el("div", "brush"), |view, (name, length)| view.style(name, &px(length))))
    }

    fn ask_points(self, listed: Listed) {
        let Some(client) = client() else { return };
        let put = move |answer: SearchPointsAnswer| {
            // What cannot be understood finds nothing; what was found before stays.
            let is_fault = !listed.fault.is_disposed() && listed.fault.with_untracked(Option::is_some);
            if !is_fault && !self.found.is_disposed() && self.found.with_untracked(|known| *known != answer) {
                self.picked.set(None);
                self.found.set(answer);
            }
        };
        let all = Rc::new(Slot::<Points>::new(client.clone(), put));
        let some = Rc::new(Slot::<SearchPoints>::new(client, put));
        let last = RefCell::new((0, Wish::Unknown));
        effect(move || {
            // The list is painted first. What a query API told does not change as its traces come.
            let wish = if listed.is_told.get() {
                app().version.track();
                listed.wish()
            } else {
                listed.found.track();
                untrack(|| listed.wish())
            };
            let next = (app().version.get_untracked(), wish.clone());
            if last.replace(next.clone()) == next {
                return;
            }
            let (all, some) = (all.clone(), some.clone());
            after_frame(move || match wish {
                Wish::Unknown => {}
                Wish::All => all.ask(Points),
                Wish::Search(asked) => {
                    let (sought, chosen) = *asked;
                    some.ask(SearchPoints { sought, chosen });
                }
            });
        });
    }

    /// Draws whenever something is drawn otherwise.
    fn keep_drawn(self, canvas: HtmlCanvasElement) {
        let watched = canvas.clone();
        observe(&canvas, move || {
            let now = (watched.client_width(), watched.client_height());
            if now != self.size.get_untracked() {
                self.size.set(now);
            }
        });
        let turn = Rc::new(Cell::new(0_u32));
        effect(move || {
            app().theme.track();
            app().is_safe_palette.track();
            app().colours.track();
            if self.size.get().0 > 0 {
                let ways = self.ways.get();
                let picture = self.found.with(|found| Picture::new(&canvas, found, ways));
                self.drawn.set(picture.as_ref().map(Picture::places).unwrap_or_default());
                turn.set(turn.get().wrapping_add(1));
                if let Some(picture) = picture {
                    self.draw_points(picture, turn.clone());
                }
            }
        });
    }

    /// Draws the points, the first at once; ends when it is another picture's turn.
    fn draw_points(self, mut picture: Picture, turn: Rc<Cell<u32>>) {
        let own = turn.get();
        let mut go_on = move || self.found.with_untracked(|found| picture.go_on(&found.points));
        if go_on() {
            spawn_local(async move {
                loop {
                    TimeoutFuture::new(0).await;
                    if turn.get() != own || self.found.is_disposed() || !go_on() {
                        break;
                    }
                }
            });
        }
    }

    fn nearest(self, event: &MouseEvent) -> Option<usize> {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let mut nearest = None;
        let mut reach = REACH;
        for (index, at) in self.drawn.read_untracked().iter().enumerate() {
            let distance = (at.0 - x).hypot(at.1 - y);
            if distance < reach {
                (nearest, reach) = (Some(index), distance);
            }
        }
        nearest
    }

    fn open(self, index: Option<usize>) {
        let found = self.found.read_untracked();
        if let Some(point) = index.and_then(|index| found.points.get(index)) {
            go(&found_address(&point.id), false);
        }
    }

    fn press(self, event: &KeyboardEvent) {
        let last = self.found.read_untracked().points.len().saturating_sub(1);
        let at = self.picked.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => at.map_or(0, |at| (at + 1).min(last)),
            "ArrowLeft" | "ArrowDown" => at.map_or(0, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                return self.open(at);
            }
            _ => return,
        };
        event.prevent_default();
        if !self.found.read_untracked().points.is_empty() {
            self.picked.set(Some(next));
        }
    }

    /// What is said about the point that is pointed at.
    fn tip(self) -> Option<View> {
        let words = words();
        let index = self.picked.get()?;
        let found = self.found.read();
        let point = found.points.get(index)?;
        let (x, y) = self.drawn.read_untracked().get(index).copied()?;
        let facts = [
            duration(point.duration_nanos),
            counted(point.spans.into(), words.span_one, words.span_many),
            counted(point.errors.into(), words.error_one, words.error_many),
            short_date_time(point.start_unix_nanos),
        ];
        let is_right = x > f64::from(self.size.get_untracked().0) * 0.6;
        let tip = el("div", if is_right { "tip tip-left" } else { "tip" })
            .attr("role", "status")
            .style("left", &px(x))
            .style("top", &px(y));
        let text = |list: &[String], at: u32| list.get(at as usize).cloned().unwrap_or_default();
        let name = title_of(&text(&found.services, point.service), &text(&found.operations, point.operation));
        let name = el("bdi", "").text(&name);
        let mark = el("div", "scatter-picked").style("left", &px(x)).style("top", &px(y));
        let mark = mark.style("width", &px(2.0 * radius(point) + 4.0));
        let tip = tip.child(name).child(el("span", "quiet").text(&facts.join(" · ")));
        Some(group([mark, tip]))
    }
}
