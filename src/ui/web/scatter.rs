//! The loaded traces by start and duration. Drawn by plotters; points can be pointed at, and walked with the arrow keys.

use std::ops::Range;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlCanvasElement, KeyboardEvent, MouseEvent, PointerEvent};

use super::canvas::Colours;
use super::format::{counted, duration, number, short_date_time};
use super::header::{chosen_value, option};
use super::navigation::go;
use super::results::found_address;
use super::results::{Listed, Wish};
use super::row::title_of;
use super::signal::RwSignal;
use super::state::{app, client};
use super::storage;
use super::view::{View, effect, el, group, optional};
use super::virtual_rows::{observe, px};
use super::words::{fill, words};
use crate::engine::client::Slot;
use crate::engine::questions::{Points, SearchPoint, SearchPoints, SearchPointsAnswer};
use crate::model::order;
use crate::ui::colour::service_slots;
use crate::ui::ticks::ticks;

/// How near the pointer must be to a point, in CSS pixels.
const REACH: f64 = 10.0;

/// A drawn point: where its centre is (CSS pixels), and which it is.
type Drawn = Vec<(f64, f64)>;

/// What points are coloured by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hue {
    Errors,
    Service,
    Operation,
}

/// A part of the plot: starts and durations, in nanoseconds.
#[derive(Clone, Copy, PartialEq)]
struct Part {
    starts: (i64, i64),
    durations: (i64, i64),
}

/// How the plot is looked at.
#[derive(Clone, Copy, PartialEq)]
struct Ways {
    is_log: bool,
    hue: Hue,
    zoom: Option<Part>,
}

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
    el("div", "scatter")
        .class_if("pointing", move || plot.picked.get().is_some())
        .child(canvas)
        .child(plot.tools())
        .child(optional(move || plot.brush_box()))
        .child(optional(move || plot.tip()))
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
                    .on("click", move |_: Event| self.select_brushed());
                let zoom = el("button", "button small")
                    .attr("type", "button")
                    .test_id("brush-zoom")
                    .on("click", move |_: Event| self.zoom_to_brushed());
                group([
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
        el("div", "scatter-tools").child(brushed).child(whole).child(log).child(hue)
    }

    fn unbrush(self) {
        self.brushed.set(Vec::new());
        self.brush.set(None);
    }

    /// What was brushed is chosen for a comparison.
    fn select_brushed(self) {
        let ids: Vec<String> = self.found.with_untracked(|found| {
            self.brushed.get_untracked().iter().map(|at| found.points[*at].id.clone()).collect()
        });
        app().checked.set(ids);
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
        let take = move |answer: SearchPointsAnswer| {
            // What cannot be understood finds nothing; what was found before stays.
            let is_fault = !listed.fault.is_disposed() && listed.fault.with_untracked(Option::is_some);
            if !is_fault && !self.found.is_disposed() && self.found.with_untracked(|known| *known != answer) {
                self.picked.set(None);
                self.found.set(answer);
            }
        };
        let (all, some) = (Slot::<Points>::new(client.clone(), take), Slot::<SearchPoints>::new(client, take));
        effect(move || {
            app().version.track();
            match listed.wish() {
                Wish::Unknown => {}
                Wish::All => all.ask(Points),
                Wish::Search(asked) => {
                    let (sought, chosen) = *asked;
                    some.ask(SearchPoints { sought, chosen });
                }
            }
        });
    }

    /// Draws whenever something is drawn otherwise.
    fn keep_drawn(self, canvas: HtmlCanvasElement) {
        let watched = canvas.clone();
        observe(&canvas, move || {
            let now = (watched.client_width(), watched.client_height());
            let before = self.size.get_untracked();
            if before.0 == 0 {
                // The list first: the frame that shows a file's traces does not wait for the plot.
                spawn_local(async move {
                    TimeoutFuture::new(0).await;
                    self.size.set(now);
                });
            } else if now != before {
                self.size.set(now);
            }
        });
        effect(move || {
            app().theme.track();
            app().is_safe_palette.track();
            if self.size.get().0 > 0 {
                let (picked, ways) = (self.picked.get(), self.ways.get());
                let places = self.found.with(|found| draw(&canvas, &Scene { found, picked, ways }));
                self.drawn.set(places);
            }
        });
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
        Some(tip.child(name).child(el("span", "quiet").text(&facts.join(" · "))))
    }
}

/// What is to be drawn.
struct Scene<'f> {
    found: &'f SearchPointsAnswer,
    picked: Option<usize>,
    ways: Ways,
}

/// Draws, and tells where the points are. A canvas that cannot be drawn on stays empty.
fn draw(canvas: &HtmlCanvasElement, scene: &Scene) -> Drawn {
    let Some((_, _, _)) = super::canvas::fresh(canvas) else {
        return Drawn::new();
    };
    if scene.found.points.is_empty() {
        return Drawn::new();
    }
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else {
        return Drawn::new();
    };
    let area = backend.into_drawing_area();
    let drawn = plot(&area, scene, &Colours::read()).unwrap_or_default();
    let ratio = window().device_pixel_ratio();
    drawn.into_iter().map(|(x, y)| (x / ratio, y / ratio)).collect()
}

/// A colour as plotters takes it, from `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`.
fn colour(css: &str, opacity: f64) -> RGBAColor {
    let inside = css.split_once('(').map(|(_, rest)| rest.trim_end_matches(')')).unwrap_or_default();
    let mut parts = inside.split([',', ' ']).filter_map(|part| part.trim().parse::<u8>().ok());
    let mut channel = || parts.next().unwrap_or_default();
    RGBAColor(channel(), channel(), channel(), opacity)
}

/// A range of nanoseconds with round ticks. (The one of plotters for numbers reckons and formats by floating point.)
struct Axis {
    range: Range<i64>,
    /// Each ten times as long as the one before, from [`SHORTEST`].
    is_log: bool,
}

/// A logarithmic axis begins here, in nanoseconds: durations of 0 have a place, too.
const SHORTEST: i64 = 1_000;

impl Axis {
    /// Where a time is: a share of the axis.
    fn share(&self, value: i64) -> f64 {
        let place = |value: i64| match self.is_log {
            true => (value.max(SHORTEST) as f64).log10(),
            false => value.saturating_sub(self.range.start) as f64,
        };
        let (from, to) = (place(self.range.start), place(self.range.end));
        (place(value) - from) / (to - from).max(f64::MIN_POSITIVE)
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i64;

    fn map(&self, value: &i64, (from, to): (i32, i32)) -> i32 {
        from + (f64::from(to - from) * self.share(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<i64> {
        if self.is_log {
            let powers = std::iter::successors(Some(SHORTEST), |power| power.checked_mul(10));
            return powers.filter(|power| self.range.contains(power)).collect();
        }
        ticks(self.range.start, self.range.end, hint.max_num_points(), 0).times
    }

    fn range(&self) -> Range<i64> {
        self.range.clone()
    }
}

impl ValueFormatter<i64> for Axis {}

type DrawError = DrawingAreaErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>;

/// Bars of the histogram at the right edge, and its width in CSS pixels.
const BARS: usize = 32;
const HISTOGRAM: f64 = 84.0;

fn plot(area: &DrawingArea<CanvasBackend, Shift>, scene: &Scene, colours: &Colours) -> Result<Drawn, DrawError> {
    let (points, ways) = (&scene.found.points, scene.ways);
    let ratio = window().device_pixel_ratio();
    let px = |css: f64| (css * ratio).round() as i32;
    let starts = || points.iter().map(|point| point.start_unix_nanos);
    let durations = || points.iter().map(|point| point.duration_nanos);
    let whole = Part {
        starts: (starts().min().unwrap_or_default(), starts().max().unwrap_or_default()),
        durations: (
            if ways.is_log { durations().min().unwrap_or_default() } else { 0 },
            durations().max().unwrap_or_default(),
        ),
    };
    let Part { starts: (first, last), durations: (least, most) } = ways.zoom.unwrap_or(whole);
    let room = (last.saturating_sub(first) / 40).max(1_000_000);
    // What is longest and what is shortest keeps clear of the edges.
    let durations = match ways.is_log {
        true => (least.max(SHORTEST) * 4 / 5).max(SHORTEST)..most.max(SHORTEST).saturating_mul(5) / 4 + 1,
        false => {
            least.saturating_sub((most - least) / 12).max(0)..most.max(1).saturating_add((most - least).max(12) / 12)
        }
    };
    let line = colour(&colours.line, 1.0);
    let text = colour(&colours.text_quiet, 1.0);
    let font =
        FontDesc::new(FontFamily::Name("system-ui, sans-serif"), f64::from(px(11.0)), FontStyle::Normal).color(&text);
    let (width, _) = area.dim_in_pixel();
    let mut chart = ChartBuilder::on(area)
        .margin(px(8.0))
        .margin_right(px(8.0 + HISTOGRAM))
        .x_label_area_size(px(24.0))
        .y_label_area_size(px(64.0))
        .build_cartesian_2d(
            Axis { range: first.saturating_sub(room)..last.saturating_add(room), is_log: false },
            Axis { range: durations, is_log: ways.is_log },
        )?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(line)
        .axis_style(line)
        .label_style(font.clone())
        .x_labels(((f64::from(width) / ratio / 190.0) as usize).clamp(2, 8))
        .y_labels(4)
        .x_label_formatter(&|x| time_label(*x, last.saturating_sub(first)))
        .y_label_formatter(&|y| duration(*y))
        .draw()?;
    let (xs, ys) = chart.plotting_area().get_pixel_range();
    let is_inside = |(x, y): (i32, i32)| xs.contains(&x) && (ys.start..=ys.end).contains(&y);
    let nanos = |at: u32| points[at as usize].duration_nanos;
    let ranked = order::sorted(points.len(), &mut |a, b| nanos(a).cmp(&nanos(b)));
    for (name, percent) in [("p50", 50), ("p90", 90), ("p99", 99)] {
        // The nearest rank: a duration that there is.
        let nanos = nanos(ranked[(ranked.len() * percent).div_ceil(100) - 1]);
        let (_, y) = chart.backend_coord(&(first, nanos));
        if points.len() > 9 && ys.contains(&y) {
            area.draw(&PathElement::new(
                vec![(xs.start, y), (xs.end, y)],
                colour(&colours.accent, 0.35).stroke_width(px(1.0) as u32),
            ))?;
            area.draw(&Text::new(name, (xs.start + px(4.0), y - px(12.0)), font.clone()))?;
        }
    }
    let mut drawn = Drawn::new();
    let mut bars = [0_u32; BARS];
    let height = f64::from((ys.end - ys.start).max(1));
    for (index, point) in points.iter().enumerate() {
        let at = (point.start_unix_nanos, point.duration_nanos);
        let (x, y) = chart.backend_coord(&at);
        drawn.push((f64::from(x), f64::from(y)));
        if !is_inside((x, y)) {
            continue;
        }
        bars[((f64::from(ys.end - y) / height * BARS as f64) as usize).min(BARS - 1)] += 1;
        let is_picked = scene.picked == Some(index);
        let fill = colour(hue_of(scene, point, colours), if is_picked { 1.0 } else { 0.55 });
        let radius = px(3.0 + f64::from(point.spans.max(1)).log10() * 1.6 + if is_picked { 2.0 } else { 0.0 });
        area.draw(&Circle::new((x, y), radius, fill.filled()))?;
    }
    let most = f64::from(bars.iter().copied().max().unwrap_or_default().max(1));
    for (count, at) in bars.into_iter().zip(0..) {
        let y = |at: i32| ys.end - (height * f64::from(at) / BARS as f64) as i32;
        let from = xs.end + px(8.0);
        // Few are seen beside many.
        let to = from
            + if count > 0 { px(2.0) } else { 0 }
            + (f64::from(px(HISTOGRAM - 16.0)) * f64::from(count) / most) as i32;
        area.draw(&Rectangle::new([(from, y(at + 1) + 1), (to, y(at))], colour(&colours.text_quiet, 0.45).filled()))?;
    }
    area.present()?;
    Ok(drawn)
}

/// The colour of a point as the style sheet has it.
fn hue_of<'c>(scene: &Scene, point: &SearchPoint, colours: &'c Colours) -> &'c str {
    let name = |list: &'_ [String], at: u32| list.get(at as usize).map_or(0, |name| slot_of_name(name));
    let slot = match scene.ways.hue {
        Hue::Errors if point.errors > 0 => return &colours.error,
        Hue::Errors => return &colours.accent,
        Hue::Service => name(&scene.found.services, point.service),
        Hue::Operation => name(&scene.found.operations, point.operation),
    };
    colours.services.get(slot).map_or(&colours.accent, |colour| colour.as_str())
}

fn slot_of_name(name: &str) -> usize {
    app()
        .colours
        .with_untracked(|chosen| service_slots(std::iter::once(name), chosen))
        .first()
        .copied()
        .unwrap_or_default()
}

/// As much of a time as tells the ticks of a range (nanoseconds) apart: the date, the time of day, or that with
/// milliseconds.
fn time_label(unix_nanos: i64, range: i64) -> String {
    const SECOND: i64 = 1_000_000_000;
    const DAY: i64 = 86_400 * SECOND;
    let text = short_date_time(unix_nanos);
    let (date, time) = text.rsplit_once(' ').unwrap_or_default();
    match range {
        range if range < 8 * SECOND => time.to_owned(),
        range if range < 2 * DAY => time.split('.').next().unwrap_or_default().to_owned(),
        range if range < 12 * DAY => format!("{date} {}", time.get(..5).unwrap_or_default()),
        _ => date.to_owned(),
    }
}
