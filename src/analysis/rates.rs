//! Rate, errors and durations ("RED") of every service, or of every operation of one: over time and in all. From loaded spans
//! ([`Rates::of`]), or as a backend tells them ([`Rates::told`]).
//!
//! A span belongs to the time at which it started. Numbers are whole: nanoseconds, and millionths of shares and of spans a second; what is
//! not known, because no span of the kind started then, is [`NO_VALUE`] and never a number.

mod cells;
mod samples;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::units::round_up;
use crate::model::{SpanKind, Store, StringId, order};
use cells::Cells;
use samples::Samples;

/// There is no such number.
pub const NO_VALUE: i64 = -1;
/// Times are divided into so many steps or some fewer.
const STEPS: i64 = 60;
/// What durations are told by, in percent.
pub const PERCENTS: [usize; 4] = [50, 75, 95, 99];

/// The spans that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpanChoice {
    /// Server spans; of a service that has none, [`SpanChoice::Entries`].
    #[default]
    Usual,
    /// Spans that have no parent, or one of another service: where a service is entered, whatever it says of kinds.
    Entries,
    Kind(SpanKind),
}

/// What is told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Its operations; `None`: all services.
    pub service: Option<StringId>,
    pub counted: SpanChoice,
    /// Only this long before the last span ended, in nanoseconds; 0: all.
    pub last: i64,
}

/// Figures of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// By [`PERCENTS`]: nearest rank, of spans that ended.
    pub durations: [i64; 4],
    /// Millionths of the spans that have the status Error.
    pub errors: i64,
    /// Millionths of a span a second.
    pub rate: i64,
}

impl Default for Point {
    fn default() -> Point {
        Point { durations: [NO_VALUE; 4], errors: NO_VALUE, rate: NO_VALUE }
    }
}

/// Figures of the whole time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Of the service, or of the operation.
    pub name: String,
    /// Its server spans would count, but there are none: entries do.
    pub are_entries: bool,
    /// How many there are, and how many with an error; 0: a backend does not tell.
    pub spans: u32,
    pub failed: u32,
    pub point: Point,
    /// Mean duration.
    pub mean: i64,
    /// How much of the waiting is its: mean duration times rate, from the least of all rows (0) to the greatest (1000). 1000 if it is the only
    /// row, 0 if all are the same (FEATURES §1.20).
    pub impact: u16,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Rates {
    /// From the first start to the last end, in nanoseconds since 1970: what rates are of.
    pub time: Range<i64>,
    /// When the first step begins. All are as long, and begin at whole multiples of that.
    pub from: i64,
    pub step: i64,
    pub steps: u32,
    /// How many spans of the service, or of all, each kind has, by [`SpanKind`]'s order, and how many are entries.
    pub kinds: [u32; 7],
    /// All rows as one.
    pub all: Row,
    /// In the order in which they were met.
    pub rows: Vec<Row>,
    points: Points,
}

/// Figures by row and step, and by step of all rows as one.
#[derive(Debug)]
enum Points {
    Counted([Cells; 2]),
    /// All rows' steps one after another; those of all as one behind them.
    Told(Vec<Point>),
}

impl Default for Points {
    fn default() -> Points {
        Points::Told(Vec::new())
    }
}

/// Where steps begin that cover a time, how long they are, and how many.
pub fn steps_of(time: &Range<i64>) -> (i64, i64, u32) {
    let length = time.end.saturating_sub(time.start).max(1);
    let step = round_up(length / STEPS + i64::from(length % STEPS > 0));
    let first = time.start.div_euclid(step);
    let last = time.end.saturating_sub(1).max(time.start).div_euclid(step);
    (first.saturating_mul(step), step, (last - first + 1) as u32)
}

impl Rates {
    /// Of the loaded spans; in linear time.
    pub fn of(store: &Store, scope: Scope) -> Rates {
        let mut samples = Samples::of(store, scope);
        let end = samples.end;
        let mut begin = samples.begin;
        if scope.last > 0 {
            begin = end.saturating_sub(scope.last);
            samples.keep_from(begin);
        }
        let (time, kinds) = (begin..end.max(begin.saturating_add(1)), samples.kinds);
        let (from, step, steps) = steps_of(&time);
        let mut rates = Rates { time, from, step, steps, kinds, ..Rates::default() };
        if samples.groups.is_empty() {
            return rates;
        }
        let (rows, steps) = (samples.names.len(), steps as usize);
        let ascending = order::by_number(&samples.durations);
        let at = |sample: usize| ((samples.starts[sample].saturating_sub(from) / step) as usize).min(steps - 1);
        let group = |sample: usize| samples.groups[sample] as usize;
        let whole = Cells::of(&samples, &ascending, rows, &group);
        let together = Cells::of(&samples, &ascending, 1, &|_| 0);
        let cells = Cells::of(&samples, &ascending, rows * steps, &|sample| group(sample) * steps + at(sample));
        let by_step = Cells::of(&samples, &ascending, steps, &at);
        let length = rates.time.end - rates.time.start;
        let name = |row: usize| store.text(StringId(samples.names[row])).to_owned();
        let are_entries = |row: usize| samples.are_entries[row];
        rates.rows = (0..rows).map(|row| whole.row(row, length, name(row), are_entries(row))).collect();
        rates.all = together.row(0, length, String::new(), (0..rows).any(are_entries));
        weigh(&mut rates.rows);
        rates.points = Points::Counted([cells, by_step]);
        rates
    }

    /// As a backend tells them: `points` are of every row's steps, one row after another, and behind them those of all rows as one. What a row
    /// is in all is the mean of its points.
    pub fn told(
        time: Range<i64>,
        (from, step, steps): (i64, i64, u32),
        names: Vec<String>,
        points: Vec<Point>,
    ) -> Rates {
        let of = |row: usize| points.get(row * steps as usize..(row + 1) * steps as usize).unwrap_or_default();
        let mut rows = Vec::with_capacity(names.len());
        for (row, name) in names.into_iter().enumerate() {
            rows.push(Row::told(name, of(row)));
        }
        let all = Row::told(String::new(), of(rows.len()));
        weigh(&mut rows);
        Rates { time, from, step, steps, kinds: [0; 7], all, rows, points: Points::Told(points) }
    }

    /// The figures of a row at each step; `None`: of all rows as one.
    pub fn points(&self, row: Option<usize>) -> Vec<Point> {
        let steps = self.steps as usize;
        match &self.points {
            Points::Counted([cells, by_step]) => {
                let (cells, first) = row.map_or((by_step, 0), |row| (cells, row * steps));
                (first..first + steps).map(|cell| cells.point(cell, self.step)).collect()
            }
            Points::Told(points) => {
                let first = row.unwrap_or(self.rows.len()) * steps;
                points.get(first..first + steps).unwrap_or_default().to_vec()
            }
        }
    }
}

impl Row {
    /// Of points that a backend told: their means. Its weight goes by the 95th percentile, as in Jaeger UI: there is no mean duration.
    fn told(name: String, points: &[Point]) -> Row {
        let mean = |number: &dyn Fn(&Point) -> i64| {
            let (mut sum, mut count) = (0_i128, 0);
            for number in points.iter().map(number).filter(|number| *number != NO_VALUE) {
                (sum, count) = (sum + i128::from(number), count + 1);
            }
            if count == 0 { NO_VALUE } else { (sum / count) as i64 }
        };
        let durations = [0, 1, 2, 3].map(|at: usize| mean(&|point| point.durations[at]));
        let point = Point { durations, errors: mean(&|point| point.errors), rate: mean(&|point| point.rate) };
        Row { name, point, mean: durations[2], ..Row::default() }
    }
}

/// Gives every row its [`Row::impact`].
fn weigh(rows: &mut [Row]) {
    let weight = |row: &Row| row.mean.max(0) as f64 * row.point.rate.max(0) as f64;
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    for row in rows.iter() {
        (least, most) = (least.min(weight(row)), most.max(weight(row)));
    }
    let is_only = rows.len() == 1;
    for row in rows {
        let share = if most > least { (weight(row) - least) / (most - least) } else { 0.0 };
        row.impact = if is_only { 1000 } else { (share * 1000.0).round() as u16 };
    }
}

#[cfg(test)]
#[path = "rates_tests.rs"]
mod tests;
