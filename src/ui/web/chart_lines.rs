//! Lines over time, by plotters, on a canvas.

use std::ops::Range;

use leptos::prelude::window;
use plotters::prelude::*;
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::canvas::Colours;
use super::scatter_picture::{Axis, DrawError, colour, time_label};

/// Times that are longer (nanoseconds) have dates at their ticks.
const TWO_DAYS: i64 = 2 * 86_400_000_000_000;

/// What is drawn.
pub struct Lines {
    /// Nanoseconds since 1970.
    pub time: Range<i64>,
    /// The value at the top edge; the bottom is 0.
    pub most: i64,
    /// When each value is.
    pub times: Vec<i64>,
    /// The values of each line, below 0 where there is none, and its colour.
    pub lines: Vec<(Vec<i64>, String)>,
    pub label: Box<dyn Fn(i64) -> String>,
}

/// Where the lines are within the canvas: left, right, top and bottom in CSS pixels.
pub type Edges = [f64; 4];

/// Draws; `None`: the canvas has no size, or cannot be drawn on.
#[inline(never)]
pub fn draw(canvas: &HtmlCanvasElement, what: &Lines) -> Option<Edges> {
    let (context, ..) = super::canvas::fresh(canvas)?;
    // Corners of steep lines would reach beyond the axes.
    context.set_line_join("round");
    let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
    let edges = draw_on(&area, what).ok()?;
    let ratio = window().device_pixel_ratio();
    Some(edges.map(|edge| f64::from(edge) / ratio))
}

fn draw_on(area: &DrawingArea<CanvasBackend, plotters::coord::Shift>, what: &Lines) -> Result<[i32; 4], DrawError> {
    let colours = Colours::read();
    let ratio = window().device_pixel_ratio();
    let px = |css: f64| (css * ratio).round() as i32;
    let (line, text) = (colour(&colours.line, 1.0), colour(&colours.text_quiet, 1.0));
    let font = FontDesc::new(FontFamily::Name("system-ui, sans-serif"), f64::from(px(11.0)), FontStyle::Normal);
    let (width, _) = area.dim_in_pixel();
    let mut chart = ChartBuilder::on(area)
        .margin(px(4.0))
        .margin_top(px(8.0))
        // Half of a time with milliseconds stands there.
        .margin_right(px(38.0))
        .x_label_area_size(px(22.0))
        .y_label_area_size(px(56.0))
        .build_cartesian_2d(
            Axis { range: what.time.clone(), is_log: false },
            Axis { range: 0..what.most.max(1), is_log: false },
        )?;
    let length = what.time.end.saturating_sub(what.time.start);
    // Labels of days are longer.
    let room = if length >= TWO_DAYS { 150.0 } else { 90.0 };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(line)
        .axis_style(line)
        .label_style(font.color(&text))
        .x_labels(((f64::from(width) / ratio / room) as usize).clamp(2, 6))
        .y_labels(4)
        .x_label_formatter(&|x| time_label(*x, length))
        .y_label_formatter(&|y| (what.label)(*y))
        .draw()?;
    for (values, css) in &what.lines {
        let stroke = colour(css, 1.0);
        let place = |at: usize| chart.backend_coord(&(what.times[at], values[at]));
        let mut at = 0;
        while at < values.len() {
            let from = at;
            while at < values.len() && values[at] >= 0 {
                at += 1;
            }
            let points: Vec<(i32, i32)> = (from..at).map(place).collect();
            match points.as_slice() {
                [] => at += 1,
                // What stands alone between gaps is no line.
                [only] => area.draw(&Circle::new(*only, px(2.5), stroke.filled()))?,
                _ => area.draw(&PathElement::new(points, stroke.stroke_width(px(1.5).max(1) as u32)))?,
            }
        }
    }
    area.present()?;
    let (xs, ys) = chart.plotting_area().get_pixel_range();
    Ok([xs.start, xs.end, ys.start, ys.end])
}

/// A sparkline as the path of an SVG that is [`SPARK`] wide and high: from 0 to `most`, with gaps where there is nothing.
pub fn spark_path(values: impl Iterator<Item = i64>, count: usize, most: i64) -> String {
    let (width, height) = SPARK;
    let mut path = String::new();
    let (mut is_down, mut alone) = (false, false);
    for (at, value) in values.enumerate() {
        if value < 0 {
            // A point alone would be invisible.
            path.push_str(if alone { "h1" } else { "" });
            (is_down, alone) = (false, false);
            continue;
        }
        let x = at as i64 * width / (count as i64 - 1).max(1);
        let share = value as f64 / most.max(1) as f64;
        let y = height - (share * height as f64).round() as i64;
        path.push(if is_down { 'L' } else { 'M' });
        path.push_str(&x.to_string());
        path.push(' ');
        path.push_str(&y.to_string());
        alone = !is_down;
        is_down = true;
    }
    path.push_str(if alone { "h1" } else { "" });
    path
}

/// Width and height of a sparkline's picture.
pub const SPARK: (i64, i64) = (120, 32);
