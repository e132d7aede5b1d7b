//! Three charts over time: durations, the share of errors, the rate. Each says what its lines are worth at the step that is pointed at or
//! walked to by the arrow keys, or else in all; the steps can be read as a table, too.

use leptos::prelude::untrack;
use web_sys::{Event, HtmlCanvasElement, HtmlElement, KeyboardEvent, PointerEvent};

use super::canvas::Colours;
use super::chart_lines::{Edges, Lines, draw};
use super::format::{duration, fixed, number, short_date_time};
use super::row::display_name;
use super::services_monitor::Monitor;
use super::signal::RwSignal;
use super::state::app;
use super::time_zone::zone;
use super::view::{View, dynamic, effect, el, empty, optional};
use super::virtual_rows::{observe, px};
use super::words::words;
use crate::engine::questions::{PERCENTS, Point, RedAnswer};

/// What a chart shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    Duration,
    Errors,
    Rate,
}

/// The palette's slots of the percentiles' lines.
const SLOTS: [usize; 4] = [0, 2, 1, 3];
/// All there is of a share, in millionths.
const WHOLE: i64 = 1_000_000;

impl Figure {
    const ALL: [Figure; 3] = [Figure::Duration, Figure::Errors, Figure::Rate];

    fn word(self) -> &'static str {
        match self {
            Figure::Duration => "duration",
            Figure::Errors => "errors",
            Figure::Rate => "rate",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Figure::Duration => words().monitor_duration,
            Figure::Errors => words().monitor_errors,
            Figure::Rate => words().monitor_rate,
        }
    }

    /// The values of its lines at a time.
    fn values(self, point: &Point) -> Vec<i64> {
        match self {
            Figure::Duration => point.durations.to_vec(),
            Figure::Errors => vec![point.errors],
            Figure::Rate => vec![point.rate],
        }
    }

    /// The names of its lines.
    fn lines(self) -> &'static [&'static str] {
        match self {
            Figure::Duration => &["p50", "p75", "p95", "p99"],
            Figure::Errors | Figure::Rate => &[""],
        }
    }

    /// A value as text, in the unit that suits the greatest one.
    pub fn text(self, value: i64, most: i64) -> String {
        match self {
            _ if value < 0 => "–".to_owned(),
            Figure::Duration => duration(value),
            Figure::Errors => share_text(value),
            Figure::Rate => {
                let (factor, unit) = rate_unit(most);
                rate_text(value.saturating_mul(factor), unit)
            }
        }
    }
}

/// Millionths as percent: `0 %`, `12.3 %`, `< 0.1 %`.
fn share_text(millionths: i64) -> String {
    match millionths {
        1..1_000 => "< 0.1 %".to_owned(),
        _ if millionths % 10_000 == 0 => [&(millionths / 10_000).to_string(), " %"].concat(),
        _ => [&fixed(millionths as f64 / 10_000.0, 1), " %"].concat(),
    }
}

/// What a rate is told by: so many seconds and their sign. A second, or what makes the greatest rate (millionths of a span a second) one.
fn rate_unit(most: i64) -> (i64, &'static str) {
    match most {
        _ if most >= WHOLE => (1, "/s"),
        _ if most.saturating_mul(60) >= WHOLE => (60, "/min"),
        _ => (3_600, "/h"),
    }
}

/// A rate with three significant digits: `12.3/min`; millionths of the unit.
fn rate_text(value: i64, unit: &str) -> String {
    let digits = match value {
        _ if value >= 100 * WHOLE => 0,
        _ if value >= 10 * WHOLE => 1,
        _ => 2,
    };
    let rounded = (value as f64 / WHOLE as f64).round();
    let text = match digits {
        0 => number(rounded as u64),
        _ => {
            let text = fixed(value as f64 / WHOLE as f64, digits);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    // Something is not nothing.
    if value > 0 && text == "0" { ["< 0.01", unit].concat() } else { [&text, unit].concat() }
}

/// The charts side by side, and what is theirs as a table.
#[inline(never)]
pub fn charts(monitor: Monitor) -> View {
    let all = Figure::ALL.map(|figure| chart(monitor, figure));
    el("div", "monitor-charts")
        .class_if("empty", move || monitor.answer.with(|answer| answer.shown.points.is_empty()))
        .child(dynamic(move || title(monitor)))
        .child(el("div", "monitor-chart-row").children(all))
        .child(values(monitor))
}

/// Whose charts these are, and the way back to all.
fn title(monitor: Monitor) -> View {
    let asked = monitor.asked.read();
    let all = if asked.service.is_empty() { words().monitor_all_services } else { display_name(&asked.service) };
    let shown = (!asked.shown.is_empty()).then(|| {
        let back = super::navigation::with_parameters(&[("operation", None)]);
        empty()
            .child(el("bdi", "").text(" › ").text(display_name(&asked.shown)))
            .child(super::navigation::link("button small", back).test_id("monitor-all").text(words().monitor_show_all))
    });
    let title = el("h2", "").child(el("bdi", "").text(all)).children(shown);
    el("div", "monitor-title").child(title).child(monitor.summary())
}

fn most(figure: Figure, answer: &RedAnswer) -> i64 {
    let values = answer.shown.points.iter().flat_map(|point| figure.values(point));
    values.max().unwrap_or_default()
}

fn lines(figure: Figure, answer: &RedAnswer, colours: &Colours) -> Lines {
    let points = &answer.shown.points;
    let most = if figure == Figure::Errors { WHOLE } else { most(figure, answer) };
    // Ticks are to be round in the unit that is shown.
    let (factor, unit) = if figure == Figure::Rate { rate_unit(most) } else { (1, "") };
    let css = |line: usize| match figure {
        Figure::Duration => colours.services.get(SLOTS[line]).unwrap_or(&colours.accent).clone(),
        Figure::Errors => colours.error.clone(),
        Figure::Rate => colours.accent.clone(),
    };
    let values = |line: usize| {
        points
            .iter()
            .map(|point| figure.values(point)[line])
            .map(|value| value.max(-1).saturating_mul(factor))
            .collect()
    };
    let last = answer.first.saturating_add(answer.step.saturating_mul(points.len() as i64));
    let most = most.saturating_mul(factor);
    Lines {
        time: answer.first..last,
        // What is greatest keeps clear of the edge.
        most: most.saturating_add(most / 12),
        times: (0..points.len()).map(|step| time_of(answer, step as u32)).collect(),
        lines: (0..figure.lines().len()).rev().map(|line| (values(line), css(line))).collect(),
        label: Box::new(move |value| match figure {
            Figure::Rate => rate_text(value, unit),
            _ => figure.text(value, value),
        }),
    }
}

/// The middle of a step.
fn time_of(answer: &RedAnswer, step: u32) -> i64 {
    answer.first.saturating_add(answer.step.saturating_mul(step.into())).saturating_add(answer.step / 2)
}

fn chart(monitor: Monitor, figure: Figure) -> View {
    let edges = RwSignal::new(None::<Edges>);
    let canvas = el("canvas", "").attr("aria-hidden", "true");
    keep_drawn(monitor, figure, canvas.element(), edges);
    let steps = move || monitor.answer.with(|answer| answer.shown.points.len() as u32);
    let plot = el("div", "monitor-plot")
        .test_id(&["chart-", figure.word()].concat())
        .attrs(&[("role", "slider"), ("tabindex", "0"), ("aria-label", figure.name()), ("aria-valuemin", "0")])
        .attr_of("aria-valuemax", move || steps().saturating_sub(1).to_string())
        .attr_of("aria-valuenow", move || monitor.at.get().unwrap_or_default().to_string())
        .attr_of("aria-valuetext", move || spoken(monitor, figure))
        .on("keydown", move |event: KeyboardEvent| step_by_key(monitor, &event))
        .on("pointermove", move |event: PointerEvent| point(monitor, edges, &event))
        .on("pointerleave", move |_: Event| monitor.at.set(None))
        .on("blur", move |_: Event| monitor.at.set(None))
        .child(canvas)
        .child(optional(move || cursor(monitor, edges)));
    el("figure", "monitor-chart").child(dynamic(move || readout(monitor, figure))).child(plot)
}

fn keep_drawn(monitor: Monitor, figure: Figure, canvas: HtmlCanvasElement, edges: RwSignal<Option<Edges>>) {
    let size = RwSignal::new((0, 0));
    let watched = canvas.clone();
    observe(&canvas, move || {
        let now = (watched.client_width(), watched.client_height());
        if now != size.get_untracked() {
            size.set(now);
        }
    });
    effect(move || {
        app().theme.track();
        app().is_safe_palette.track();
        zone().track();
        let answer = monitor.answer.read();
        if size.get().0 > 0 && !answer.shown.points.is_empty() {
            let drawn = draw(&canvas, &lines(figure, &answer, &Colours::read()));
            edges.set(drawn);
        }
    });
}

/// The step that the pointer is at.
fn point(monitor: Monitor, edges: RwSignal<Option<Edges>>, event: &PointerEvent) {
    let Some([left, right, ..]) = edges.get_untracked() else { return };
    let steps = monitor.answer.with_untracked(|answer| answer.shown.points.len());
    let share = (f64::from(event.offset_x()) - left) / (right - left).max(1.0);
    let at = (share * steps as f64).floor().clamp(0.0, steps.max(1) as f64 - 1.0) as u32;
    if monitor.at.get_untracked() != Some(at) {
        monitor.at.set(Some(at));
    }
}

fn step_by_key(monitor: Monitor, event: &KeyboardEvent) {
    let steps = monitor.answer.with_untracked(|answer| answer.shown.points.len() as u32);
    let Some(last) = steps.checked_sub(1) else { return };
    let at = monitor.at.get_untracked();
    let next = match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => at.map_or(last, |at| at.saturating_sub(1)),
        "ArrowRight" | "ArrowUp" => at.map_or(0, |at| (at + 1).min(last)),
        "Home" => 0,
        "End" => last,
        "PageUp" => at.map_or(last, |at| (at + 10).min(last)),
        "PageDown" => at.map_or(0, |at| at.saturating_sub(10)),
        "Escape" => return monitor.at.set(None),
        _ => return,
    };
    event.prevent_default();
    monitor.at.set(Some(next));
}

/// The line at the step that is pointed at: in all charts the same.
fn cursor(monitor: Monitor, edges: RwSignal<Option<Edges>>) -> Option<View> {
    let ([left, right, top, bottom], at) = (edges.get()?, monitor.at.get()?);
    let steps = monitor.answer.with(|answer| answer.shown.points.len()).max(1);
    let x = left + (right - left) * (f64::from(at) + 0.5) / steps as f64;
    let line = el("div", "monitor-cursor").style("left", &px(x)).style("top", &px(top));
    Some(line.style("height", &px(bottom - top)))
}

/// What the lines are worth: at a step, or in all.
fn present(monitor: Monitor) -> (Option<i64>, Point) {
    let answer = monitor.answer.read();
    let at = monitor.at.get().filter(|at| (*at as usize) < answer.shown.points.len());
    match at {
        Some(at) => (Some(time_of(&answer, at) - answer.step / 2), answer.shown.points[at as usize]),
        None => (None, answer.shown.whole),
    }
}

/// Above a chart: its name, when, and the values with the lines' colours.
fn readout(monitor: Monitor, figure: Figure) -> View {
    zone().track();
    let (time, point) = present(monitor);
    let most = monitor.answer.with(|answer| most(figure, answer));
    let when = time.map(short_date_time);
    let entry = |(line, name): (usize, &&str)| {
        let colour = match figure {
            Figure::Duration => ["var(--service-", &SLOTS[line].to_string(), ")"].concat(),
            Figure::Errors => "var(--error)".to_owned(),
            Figure::Rate => "var(--accent)".to_owned(),
        };
        el("span", "monitor-value")
            .attr("data-line", name)
            .child(el("span", "monitor-key").style("background", &colour))
            .children((!name.is_empty()).then(|| el("span", "quiet").text(name)))
            .child(el("b", "").text(&figure.text(figure.values(&point)[line], most)))
    };
    let values = figure.lines().iter().enumerate().map(entry);
    el("figcaption", "monitor-readout")
        .child(el("span", "monitor-name").text(figure.name()))
        .child(el("span", "quiet").text(&when.unwrap_or_else(|| words().monitor_whole.to_owned())))
        .child(el("span", "monitor-values").children(values))
}

fn spoken(monitor: Monitor, figure: Figure) -> String {
    zone().track();
    let (time, point) = present(monitor);
    let most = monitor.answer.with(|answer| most(figure, answer));
    let mut text = time.map_or_else(|| words().monitor_whole.to_owned(), short_date_time);
    for (name, value) in figure.lines().iter().zip(figure.values(&point)) {
        text = [&text, " ", name, " ", &figure.text(value, most)].concat();
    }
    text
}

/// All steps as a table: what the charts show, for who cannot see them or wants the numbers.
fn values(monitor: Monitor) -> View {
    let is_open = RwSignal::new(false);
    let table = optional(move || is_open.get().then(|| values_table(monitor)));
    let details = el("details", "monitor-details").test_id("monitor-values");
    let element: HtmlElement = details.element();
    let toggle = move |_: Event| is_open.set(element.has_attribute("open"));
    details.child(el("summary", "").text(words().monitor_values)).child(table).on("toggle", toggle)
}

fn values_table(monitor: Monitor) -> View {
    zone().track();
    let answer = monitor.answer.read();
    let head = |name: &str| el("th", "").attr("scope", "col").text(name);
    let mut heads = vec![words().monitor_time];
    heads.extend(Figure::Duration.lines());
    heads.extend([Figure::Errors.name(), Figure::Rate.name()]);
    let most = untrack(|| most(Figure::Rate, &answer));
    let row = |(step, point): (usize, &Point)| {
        let cells = Figure::ALL.into_iter().flat_map(|figure| {
            let values = figure.values(point).into_iter();
            values.map(move |value| el("td", "").text(&figure.text(value, most)))
        });
        let time = short_date_time(time_of(&answer, step as u32) - answer.step / 2);
        el("tr", "").child(el("th", "").attr("scope", "row").text(&time)).children(cells.collect::<Vec<_>>())
    };
    let rows = answer.shown.points.iter().enumerate().map(row);
    let table = el("table", "monitor-steps")
        .child(el("thead", "").child(el("tr", "").children(heads.into_iter().map(head))))
        .child(el("tbody", "").children(rows));
    el("div", "monitor-values-box")
        .attrs(&[("tabindex", "0"), ("role", "region"), ("aria-label", words().monitor_values)])
        .child(table)
}

/// How many lines a chart of durations has: as many as there are percentiles.
const _: () = assert!(SLOTS.len() == PERCENTS.len());
