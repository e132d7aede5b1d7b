//! A trace as a whole: its facts, and the minimap.

use super::results::service_counts;
use super::{Answer, Memo, service_index};
use crate::analysis::clock_skew;
use crate::analysis::minimap::{marks, minimap};
use crate::engine::questions::{Head, LargestShift, Marks, Overview, OverviewAnswer, Run, TraceHead};
use crate::model::Store;
use crate::query::pruned::root_services;

impl Answer for Head {
    fn answer(&self, store: &Store, _: &mut Memo) -> Option<TraceHead> {
        let row = store.trace_by_id(&self.trace)?;
        let trace = store.trace(row);
        let name_span = store.span(trace.name_span);
        Some(TraceHead {
            id: store.trace_id_text(row),
            generation: trace.generation,
            source: store.source_of(trace.name_span).unwrap_or_default().to_owned(),
            service: name_span.service().to_owned(),
            operation: name_span.name().to_owned(),
            start_unix_nanos: trace.start.0,
            duration_nanos: trace.duration().0,
            spans: trace.span_count(),
            depth: trace.depth,
            errors: trace.errors,
            orphans: trace.orphans,
            services: service_counts(store, trace),
            root_services: root_services(store, row)
                .into_iter()
                .map(|known| service_index(store, trace, known))
                .collect(),
            warnings: trace.warnings().map(|text| store.text(text).to_owned()).collect(),
        })
    }
}

impl Answer for Overview {
    fn answer(&self, store: &Store, _: &mut Memo) -> OverviewAnswer {
        let Some(row) = store.trace_by_id(&self.trace) else {
            return OverviewAnswer::default();
        };
        // Pixels are sent as 16 bits: no screen is wider.
        let width = self.width.min(u32::from(u16::MAX));
        let (lanes, stretches) = minimap(store, row, width, self.lanes.min(u32::from(u16::MAX)));
        let trace = store.trace(row);
        let runs = stretches.into_iter().map(|stretch| Run {
            lane: stretch.lane as u16,
            from: stretch.from as u16,
            to: stretch.to as u16,
            service: service_index(store, trace, store.service(stretch.span)),
            density: stretch.density,
            errors: stretch.errors,
        });
        OverviewAnswer { width, lanes, runs: runs.collect() }
    }
}

impl Answer for Marks {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Vec<(u16, u16)> {
        let Some(row) = store.trace_by_id(&self.trace) else {
            return Vec::new();
        };
        let prepared = memo.look(store, row, &self.look);
        let most = u32::from(u16::MAX);
        let (width, lanes) = (self.width.min(most), self.lanes.min(most));
        let found = prepared.found.as_ref().as_ref();
        let marks = found.map_or_else(|_| Vec::new(), |found| marks(store, row, found, width, lanes));
        marks.into_iter().map(|(lane, column)| (lane as u16, column as u16)).collect()
    }
}

impl Answer for LargestShift {
    fn answer(&self, store: &Store, _: &mut Memo) -> i64 {
        let trace = store.trace_by_id(&self.trace);
        trace.map_or(0, |trace| clock_skew::shifts(store, trace, i64::MAX).largest)
    }
}
