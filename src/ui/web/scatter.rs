//! The loaded traces by start and duration. Drawn by plotters; points can be pointed at, and walked with the arrow keys.

use std::ops::Range;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlCanvasElement, KeyboardEvent, MouseEvent, PointerEvent};

use super::canvas::Colours;
use super::format::{counted, duration, short_date_time};
use super::navigation::{go, trace_address};
use super::signal::RwSignal;
use super::state::{app, client};
use super::view::{View, effect, el, optional};
use super::virtual_rows::{observe, px};
use super::words::words;
use crate::engine::client::Slot;
use crate::engine::questions::{Point, Points};
use crate::ui::ticks::ticks;

/// How near the pointer must be to a point, in CSS pixels.
const REACH: f64 = 10.0;

/// A drawn point: where its centre is (CSS pixels), and which it is.
type Drawn = Vec<(f64, f64)>;

/// What is drawn, and what is pointed at.
#[derive(Clone, Copy)]
struct Plot {
    points: RwSignal<Vec<Point>>,
    picked: RwSignal<Option<usize>>,
    /// Width and height in CSS pixels.
    size: RwSignal<(i32, i32)>,
    drawn: RwSignal<Drawn>,
}

pub fn scatter() -> View {
    let plot = Plot {
        points: RwSignal::new(Vec::new()),
        picked: RwSignal::new(None),
        size: RwSignal::new((0, 0)),
        drawn: RwSignal::new(Drawn::new()),
    };
    plot.ask_points();
    let canvas = el("canvas", "").test_id("scatter-plot").attrs(&[
        ("tabindex", "0"),
        ("role", "application"),
        ("aria-label", words().scatter_name),
    ]);
    plot.keep_drawn(canvas.element());
    let canvas = canvas
        .on("pointermove", move |event: PointerEvent| {
            let at = plot.nearest(&event);
            if at != plot.picked.get_untracked() {
                plot.picked.set(at);
            }
        })
        .on("pointerleave", move |_: Event| plot.picked.set(None))
        .on("click", move |event: MouseEvent| plot.open(plot.nearest(&event)))
        .on("keydown", move |event: KeyboardEvent| plot.press(&event));
    el("div", "scatter")
        .class_if("pointing", move || plot.picked.get().is_some())
        .child(canvas)
        .child(optional(move || plot.tip()))
}

impl Plot {
    fn ask_points(self) {
        let Some(client) = client() else { return };
        let slot = Slot::<Points>::new(client, move |answer| {
            if self.points.try_with_untracked(|known| *known != answer) == Some(true) {
                self.picked.set(None);
                self.points.set(answer);
            }
        });
        effect(move || {
            app().version.track();
            slot.ask(Points);
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
            if self.size.get().0 > 0 {
                let picked = self.picked.get();
                let places = self.points.with(|points| draw(&canvas, points, picked));
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
        let points = self.points.read_untracked();
        if let Some(point) = index.and_then(|index| points.get(index)) {
            go(&trace_address(&point.id), false);
        }
    }

    fn press(self, event: &KeyboardEvent) {
        let last = self.points.read_untracked().len().saturating_sub(1);
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
        if !self.points.read_untracked().is_empty() {
            self.picked.set(Some(next));
        }
    }

    /// What is said about the point that is pointed at.
    fn tip(self) -> Option<View> {
        let words = words();
        let index = self.picked.get()?;
        let points = self.points.read();
        let point = points.get(index)?;
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
        let name = el("bdi", "").text(&point.name);
        Some(tip.child(name).child(el("span", "quiet").text(&facts.join(" · "))))
    }
}

/// Draws, and tells where the points are. A canvas that cannot be drawn on stays empty.
fn draw(canvas: &HtmlCanvasElement, points: &[Point], picked: Option<usize>) -> Drawn {
    let Some((_, _, _)) = super::canvas::fresh(canvas) else {
        return Drawn::new();
    };
    if points.is_empty() {
        return Drawn::new();
    }
    let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) else {
        return Drawn::new();
    };
    let area = backend.into_drawing_area();
    let drawn = plot(&area, points, picked, &Colours::read()).unwrap_or_default();
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
struct Axis(Range<i64>);

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = i64;

    fn map(&self, value: &i64, (from, to): (i32, i32)) -> i32 {
        let length = |to: i64| to.saturating_sub(self.0.start) as f64;
        let share = length(*value) / length(self.0.end).max(1.0);
        from + (f64::from(to - from) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<i64> {
        ticks(self.0.start, self.0.end, hint.max_num_points(), 0).times
    }

    fn range(&self) -> Range<i64> {
        self.0.clone()
    }
}

impl ValueFormatter<i64> for Axis {}

type DrawError = DrawingAreaErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>;

fn plot(
    area: &DrawingArea<CanvasBackend, Shift>,
    points: &[Point],
    picked: Option<usize>,
    colours: &Colours,
) -> Result<Drawn, DrawError> {
    let ratio = window().device_pixel_ratio();
    let px = |css: f64| (css * ratio).round() as i32;
    let starts = || points.iter().map(|point| point.start_unix_nanos);
    let (first, last) = (starts().min().unwrap_or_default(), starts().max().unwrap_or_default());
    let room = (last.saturating_sub(first) / 40).max(1_000_000);
    let longest = points.iter().map(|point| point.duration_nanos).max().unwrap_or_default().max(1);
    let line = colour(&colours.line, 1.0);
    let text = colour(&colours.text_quiet, 1.0);
    let font =
        FontDesc::new(FontFamily::Name("system-ui, sans-serif"), f64::from(px(11.0)), FontStyle::Normal).color(&text);
    let mut chart = ChartBuilder::on(area)
        .margin(px(8.0))
        .x_label_area_size(px(24.0))
        .y_label_area_size(px(64.0))
        .build_cartesian_2d(
            Axis(first.saturating_sub(room)..last.saturating_add(room)),
            Axis(0..longest.saturating_add(longest / 12)),
        )?;
    let (width, _) = area.dim_in_pixel();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(line)
        .axis_style(line)
        .label_style(font)
        .x_labels(((f64::from(width) / ratio / 170.0) as usize).clamp(2, 8))
        .y_labels(4)
        .x_label_formatter(&|x| time_label(*x, last.saturating_sub(first)))
        .y_label_formatter(&|y| duration(*y))
        .draw()?;
    let mut drawn = Drawn::new();
    for (index, point) in points.iter().enumerate() {
        let at = (point.start_unix_nanos, point.duration_nanos);
        let is_picked = picked == Some(index);
        let fill =
            colour(if point.errors > 0 { &colours.error } else { &colours.accent }, if is_picked { 1.0 } else { 0.55 });
        let radius = px(3.0 + f64::from(point.spans.max(1)).log10() * 1.6 + if is_picked { 2.0 } else { 0.0 });
        chart.draw_series(std::iter::once(Circle::new(at, radius, fill.filled())))?;
        let (x, y) = chart.backend_coord(&at);
        drawn.push((f64::from(x), f64::from(y)));
    }
    area.present()?;
    Ok(drawn)
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
