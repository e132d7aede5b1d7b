//! The result list and its scatter plot.

use super::{Answer, Memo};
use crate::analysis::operations::nearest_rank;
use crate::engine::questions::{
    Points, ResultRow, Results, ResultsAnswer, SearchPoint, SearchPointsAnswer, ServiceCount,
};
use crate::model::index::Numbers;
use crate::model::{Store, StringId, Trace, TraceRow, order};
use crate::query::sort::{Sort, sorted};

impl Answer for Results {
    fn answer(&self, store: &Store, memo: &mut Memo) -> ResultsAnswer {
        if memo.order.as_ref().is_none_or(|(sort, _)| *sort != self.sort) {
            memo.order = Some((self.sort, sorted(store, self.sort)));
        }
        let order = memo.order.as_ref().map(|(_, order)| order.as_slice()).unwrap_or_default();
        let longest_nanos = store.traces().map(|(_, trace)| trace.duration().0).max().unwrap_or_default();
        let rows = order.iter().skip(self.from as usize).take(self.count as usize);
        ResultsAnswer {
            total: order.len() as u32,
            longest_nanos,
            from: self.from,
            rows: rows.map(|row| result_row(store, *row)).collect(),
        }
    }
}

pub(super) fn result_row(store: &Store, row: TraceRow) -> ResultRow {
    let trace = store.trace(row);
    let name_span = store.span(trace.name_span);
    ResultRow {
        id: store.trace_id_text(row),
        service: name_span.service().to_owned(),
        operation: name_span.name().to_owned(),
        spans: trace.span_count(),
        errors: trace.errors,
        orphans: trace.orphans,
        start_unix_nanos: trace.start.0,
        duration_nanos: trace.duration().0,
        services: service_counts(store, trace),
    }
}

pub(super) fn service_counts(store: &Store, trace: &Trace) -> Vec<ServiceCount> {
    let counts = trace.services.iter();
    counts
        .map(|count| ServiceCount {
            name: store.text(count.service).to_owned(),
            spans: count.spans,
            errors: count.errors,
        })
        .collect()
}

impl Answer for Points {
    fn answer(&self, store: &Store, _: &mut Memo) -> SearchPointsAnswer {
        points(store, sorted(store, Sort::OldestFirst))
    }
}

/// Traces as points of the plot, in their order.
pub(super) fn points(store: &Store, rows: Vec<TraceRow>) -> SearchPointsAnswer {
    let (mut services, mut operations) = (Texts::default(), Texts::default());
    let points = rows.into_iter().map(|row| {
        let trace = store.trace(row);
        SearchPoint {
            id: store.trace_id_text(row),
            start_unix_nanos: trace.start.0,
            duration_nanos: trace.duration().0,
            spans: trace.span_count(),
            errors: trace.errors,
            service: services.place(store, store.service(trace.name_span)),
            operation: operations.place(store, store.spans.name(trace.name_span)),
        }
    });
    let points: Vec<SearchPoint> = points.collect();
    let percentiles = percentiles(&ascending(points.iter().map(|point| point.duration_nanos).collect()));
    SearchPointsAnswer { services: services.list, operations: operations.list, points, percentiles }
}

pub(super) fn ascending(all: Vec<i64>) -> Vec<i64> {
    order::by_number(&all).into_iter().map(|at| all[at as usize]).collect()
}

/// p50, p90 and p99 by nearest rank; 0 of nothing.
pub(super) fn percentiles(sorted: &[i64]) -> [i64; 3] {
    [50, 90, 99].map(|percent| nearest_rank(sorted, percent))
}

/// Texts, each once.
#[derive(Default)]
struct Texts {
    places: Numbers,
    list: Vec<String>,
}

impl Texts {
    fn place(&mut self, store: &Store, id: StringId) -> u32 {
        let place = self.places.get_or_set(id.0, self.list.len() as u32);
        if place as usize == self.list.len() {
            self.list.push(store.text(id).to_owned());
        }
        place
    }
}
