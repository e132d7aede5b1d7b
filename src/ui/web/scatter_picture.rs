//! The picture of the scatter plot, by plotters: axes, lines, bars, and then the points, some at a time.

use std::ops::Range;

use leptos::prelude::window;
use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::canvas::Colours;
use super::format::{duration, short_date_time};
use super::state::app;
use crate::engine::questions::{SearchPoint, SearchPointsAnswer};
use crate::ui::colour::service_slots;
use crate::ui::ticks::ticks;

/// So many points are drawn at a time: some ten milliseconds.
const AT_A_TIME: usize = 3_000;
/// More points than this are drawn smaller and paler, so that crowds show where they are densest.
const MANY: usize = 2_000;

/// What points are coloured by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    Errors,
    Service,
    Operation,
}

/// A part of the plot: starts and durations, in nanoseconds.
#[derive(Clone, Copy, PartialEq)]
pub struct Part {
    pub starts: (i64, i64),
    pub durations: (i64, i64),
}

/// How the plot is looked at.
#[derive(Clone, Copy, PartialEq)]
pub struct Ways {
    pub is_log: bool,
    pub hue: Hue,
    pub zoom: Option<Part>,
}

/// A picture with its axes; its points come after.
pub struct Picture {
    area: DrawingArea<CanvasBackend, Shift>,
    /// Where each point is: pixels of the canvas.
    places: Vec<(i32, i32)>,
    /// The points in the picture, as they are drawn: those with errors above the others.
    order: Vec<u32>,
    /// So many are there.
    drawn: usize,
    hue: Hue,
    /// Colours without and with errors, or by service or operation.
    fills: Vec<RGBAColor>,
    ratio: f64,
}

/// Half of a point's width, in CSS pixels.
pub fn radius(point: &SearchPoint) -> f64 {
    3.0 + f64::from(point.spans.max(1)).log10() * 1.6
}

impl Picture {
    /// The picture without its points. `None`: there is nothing to draw, or a canvas that cannot be drawn on.
    pub fn new(canvas: &HtmlCanvasElement, found: &SearchPointsAnswer, ways: Ways) -> Option<Picture> {
        super::canvas::fresh(canvas)?;
        if found.points.is_empty() {
            return None;
        }
        let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
        let colours = Colours::read();
        let (places, is_inside) = frame(&area, found, ways, &colours).ok()?;
        let with_errors = |at: &u32| found.points[*at as usize].errors > 0;
        let inside = || (0..places.len() as u32).filter(|at| is_inside[*at as usize]);
        let order = inside().filter(|at| !with_errors(at)).chain(inside().filter(with_errors)).collect();
        let fills = fills(found, ways.hue, &colours);
        Some(Picture { area, places, order, drawn: 0, hue: ways.hue, fills, ratio: window().device_pixel_ratio() })
    }

    /// Where each point is, in CSS pixels.
    pub fn places(&self) -> Vec<(f64, f64)> {
        let css = |(x, y): &(i32, i32)| (f64::from(*x) / self.ratio, f64::from(*y) / self.ratio);
        self.places.iter().map(css).collect()
    }

    /// Draws some more; false when all are there.
    pub fn go_on(&mut self, points: &[SearchPoint]) -> bool {
        let upto = (self.drawn + AT_A_TIME).min(self.order.len());
        for at in &self.order[self.drawn..upto] {
            let (Some(point), Some(place)) = (points.get(*at as usize), self.places.get(*at as usize)) else {
                continue;
            };
            let fill = match self.hue {
                Hue::Errors => usize::from(point.errors > 0),
                Hue::Service => point.service as usize,
                Hue::Operation => point.operation as usize,
            };
            let radius = (radius(point) * self.ratio * if self.order.len() > MANY { 0.6 } else { 1.0 }).round() as i32;
            let fill = self.fills.get(fill).copied().unwrap_or(TRANSPARENT);
            // A canvas takes every circle.
            let _ = self.area.draw(&Circle::new(*place, radius, fill.filled()));
        }
        self.drawn = upto;
        upto < self.order.len()
    }
}

/// The colours of points, as the style sheet has them.
fn fills(found: &SearchPointsAnswer, hue: Hue, colours: &Colours) -> Vec<RGBAColor> {
    let opacity = if found.points.len() > MANY { 0.35 } else { 0.55 };
    let names = match hue {
        Hue::Errors => return [&colours.accent, &colours.error].map(|css| colour(css, opacity)).to_vec(),
        Hue::Service => &found.services,
        Hue::Operation => &found.operations,
    };
    let slots = app().colours.with_untracked(|chosen| service_slots(names.iter().map(String::as_str), chosen));
    let css = |slot: &usize| colours.services.get(*slot).unwrap_or(&colours.accent);
    slots.iter().map(|slot| colour(css(slot), opacity)).collect()
}

/// A colour as plotters takes it, from `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`.
pub(super) fn colour(css: &str, opacity: f64) -> RGBAColor {
    let inside = css.split_once('(').map(|(_, rest)| rest.trim_end_matches(')')).unwrap_or_default();
    let mut parts = inside.split([',', ' ']).filter_map(|part| part.trim().parse::<u8>().ok());
    let mut channel = || parts.next().unwrap_or_default();
    RGBAColor(channel(), channel(), channel(), opacity)
}

/// A range of nanoseconds with round ticks. (The one of plotters for numbers reckons and formats by floating point.)
pub(super) struct Axis {
    pub range: Range<i64>,
    /// Each ten times as long as the one before, from [`SHORTEST`].
    pub is_log: bool,
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

/// Places of points, and whether each is in the picture.
type Framed = (Vec<(i32, i32)>, Vec<bool>);

pub(super) type DrawError = DrawingAreaErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>;

/// Bars of the histogram at the right edge, and its width in CSS pixels.
const BARS: usize = 32;
const HISTOGRAM: f64 = 84.0;

/// Axes, lines and bars. Where points are, and whether that is in the picture.
fn frame(
    area: &DrawingArea<CanvasBackend, Shift>,
    found: &SearchPointsAnswer,
    ways: Ways,
    colours: &Colours,
) -> Result<Framed, DrawError> {
    let points = &found.points;
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
    let mut named = None;
    for (name, nanos) in ["p50", "p90", "p99"].into_iter().zip(found.percentiles) {
        let (_, y) = chart.backend_coord(&(first, nanos));
        if points.len() > 9 && ys.contains(&y) {
            area.draw(&PathElement::new(
                vec![(xs.start, y), (xs.end, y)],
                colour(&colours.accent, 0.35).stroke_width(px(1.0) as u32),
            ))?;
            // Where two lines are one for the eye, the first is named.
            if named.is_none_or(|other: i32| other - y > px(13.0)) {
                named = Some(y);
                area.draw(&Text::new(name, (xs.start + px(4.0), y - px(12.0)), font.clone()))?;
            }
        }
    }
    let mut bars = [0_u32; BARS];
    let height = f64::from((ys.end - ys.start).max(1));
    let places: Vec<(i32, i32)> =
        points.iter().map(|point| chart.backend_coord(&(point.start_unix_nanos, point.duration_nanos))).collect();
    let inside: Vec<bool> = places.iter().map(|place| is_inside(*place)).collect();
    for ((_, y), _) in places.iter().zip(&inside).filter(|(_, is_inside)| **is_inside) {
        bars[((f64::from(ys.end - y) / height * BARS as f64) as usize).min(BARS - 1)] += 1;
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
    Ok((places, inside))
}

/// As much of a time as tells the ticks of a range (nanoseconds) apart: the date, the time of day, or that with
/// milliseconds.
pub(super) fn time_label(unix_nanos: i64, range: i64) -> String {
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
