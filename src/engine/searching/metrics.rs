//! A service's figures over time, of a query API that keeps such: Jaeger's metrics endpoints.

use std::cell::RefCell;

use super::{Work, all};
use crate::analysis::rates::{NO_VALUE, Point, Rates, SpanChoice};
use crate::analysis::units::round_up;
use crate::engine::questions::Monitored;
use crate::model::SpanKind;
use crate::source::api::{Ask, Figure, Metrics, Series, Told};
use crate::source::carry::{self, Transport};
use crate::source::list::Source;
use crate::source::trouble::{Trouble, TroubleKind};

/// What is asked for, and whether it is of each operation: what the charts and the table show.
const FIGURES: [(Figure, bool); 11] = [
    (Figure::Calls, false),
    (Figure::Errors, false),
    (Figure::Duration(50), false),
    (Figure::Duration(75), false),
    (Figure::Duration(95), false),
    (Figure::Duration(99), false),
    (Figure::Calls, true),
    (Figure::Errors, true),
    (Figure::Duration(50), true),
    (Figure::Duration(95), true),
    (Figure::Duration(99), true),
];
/// Steps are not shorter, in nanoseconds: backends look at what they are told about as often.
const SHORTEST: i64 = 15_000_000_000;
/// The time before the end, if none is said: an hour.
const USUAL: i64 = 3_600_000_000_000;

/// Gets a service's figures over time (`what.last` until `end`, nanoseconds since 1970): of all its operations together, and of each.
pub async fn metrics<T: Transport>(
    transport: &T,
    source: &Source,
    what: &Monitored,
    end: i64,
) -> Result<Rates, Trouble> {
    let brought = RefCell::new(Brought::until(end, if what.last > 0 { what.last } else { USUAL }));
    let trouble = RefCell::new(None);
    let fetch = async |(figure, by_operation): (Figure, bool)| {
        let ask = brought.borrow().ask(what, figure, by_operation);
        match carry::ask(transport, source, &ask).await {
            Ok(Told::Metrics(list)) => {
                list.iter().for_each(|series| brought.borrow_mut().take(series, figure, by_operation))
            }
            Ok(_) => {}
            Err(why) => _ = trouble.borrow_mut().get_or_insert(not_offered(why)),
        }
    };
    // Who has no metrics is asked once.
    fetch(FIGURES[0]).await;
    if trouble.borrow().is_none() {
        let mut fetching: Vec<Work<'_>> = Vec::new();
        for figure in &FIGURES[1..] {
            fetching.push(Box::pin(fetch(*figure)));
        }
        all(fetching).await;
    }
    match trouble.take() {
        Some(trouble) => Err(trouble),
        None => Ok(brought.take().rates()),
    }
}

/// A Jaeger without a storage for metrics says 501, an old one does not know the address, and may answer with its page.
fn not_offered(trouble: Trouble) -> Trouble {
    match trouble.kind {
        TroubleKind::NotFound | TroubleKind::Html { .. } => Trouble { kind: TroubleKind::NotOffered, ..trouble },
        _ => trouble,
    }
}

/// What came, by operation and step.
#[derive(Default)]
struct Brought {
    /// When the first step begins, and how long each is, in nanoseconds.
    from: i64,
    step: i64,
    steps: usize,
    operations: Vec<String>,
    /// Of each operation.
    points: Vec<Vec<Point>>,
    together: Vec<Point>,
}

impl Brought {
    fn until(end: i64, last: i64) -> Brought {
        let step = round_up(last / 60 + i64::from(last % 60 > 0)).max(SHORTEST);
        let steps = (last / step).max(1) as usize;
        let from = (end / step * step).saturating_sub(steps as i64 * step);
        // There is a point at the end, too.
        let steps = steps + 1;
        Brought { from, step, steps, together: vec![Point::default(); steps], ..Brought::default() }
    }

    fn ask(&self, what: &Monitored, figure: Figure, by_operation: bool) -> Ask {
        let nanos = |time: i64| u64::try_from(time).unwrap_or_default();
        let lookback = self.step * (self.steps as i64 - 1);
        let kind = match what.counted {
            SpanChoice::Kind(kind) => kind,
            SpanChoice::Usual | SpanChoice::Entries => SpanKind::Server,
        };
        Ask::Metrics(Box::new(Metrics {
            figure,
            service: what.service.clone(),
            kind,
            by_operation,
            end: nanos(self.from + lookback),
            lookback: nanos(lookback),
            step: nanos(self.step),
        }))
    }

    fn take(&mut self, series: &Series, figure: Figure, by_operation: bool) {
        let (from, step) = (self.from, self.step);
        let own = self.own(series, by_operation);
        for (time, value) in &series.points {
            let at = (time - from + step / 2).div_euclid(step);
            let Some(point) = usize::try_from(at).ok().and_then(|at| own.get_mut(at)) else { continue };
            // Milliseconds become nanoseconds, shares and rates millionths.
            let number = value * 1e6;
            let number = if number >= 0.0 { number.round() as i64 } else { NO_VALUE };
            match figure {
                Figure::Calls => point.rate = number,
                Figure::Errors => point.errors = number,
                Figure::Duration(percent) => {
                    let at = crate::analysis::rates::PERCENTS.iter().position(|it| *it == usize::from(percent));
                    point.durations[at.unwrap_or_default()] = number;
                }
            }
        }
    }

    fn own(&mut self, series: &Series, by_operation: bool) -> &mut [Point] {
        if !by_operation {
            return &mut self.together;
        }
        let known = self.operations.iter().position(|operation| *operation == series.operation);
        let at = known.unwrap_or_else(|| {
            self.operations.push(series.operation.clone());
            self.points.push(vec![Point::default(); self.steps]);
            self.operations.len() - 1
        });
        &mut self.points[at]
    }

    fn rates(self) -> Rates {
        let mut points = self.points.concat();
        points.extend(&self.together);
        let time = self.from..self.from + self.step * (self.steps as i64 - 1);
        Rates::told(time, (self.from, self.step, self.steps as u32), self.operations, points)
    }
}
