//! A search through all traces, in pieces: the worker answers other questions in between.

use super::bits::Bits;
use super::conditions::{Conditions, Fault, Place};
use super::program::Program;
use crate::model::index::Numbers;
use crate::model::{Store, Trace, TraceRow, order};
use crate::query::traceql::{self, Query};

/// A trace that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub trace: TraceRow,
    /// Spans that the query finds or, without one, the form does; 0 if neither asks for spans.
    pub matched: u32,
    /// The first of them, by position; at most [`FIRST`].
    pub first: Vec<u32>,
}

/// A [`Hit`] tells the places of so many spans.
pub const FIRST: usize = 3;

/// Spans that are filtered at a time: a multiple of 64.
const BATCH: u32 = 1 << 16;

/// A search that is going on. Good for a store as long as that does not change.
#[derive(Debug)]
pub struct Searching {
    /// The form's, if it asks for spans, and the query's, if there is one.
    programs: Vec<Program>,
    trace_nanos: (Option<i64>, Option<i64>),
    limit: Option<u32>,
    /// Up to here spans were filtered.
    next_span: u32,
    traces: Vec<TraceRow>,
    /// So many of them were looked at.
    done: usize,
    hits: Vec<Hit>,
}

/// The query, or none if the text is blank.
fn read(text: &str) -> Result<Option<Query>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    traceql::parse(text).map(Some).map_err(|fault| Fault { place: Place::Query, fault })
}

fn programs(store: &Store, form: Option<&Query>, query: &str) -> Result<Vec<Program>, Fault> {
    let query = read(query)?;
    Ok(form.into_iter().chain(&query).map(|query| Program::new(store, query)).collect())
}

impl Searching {
    pub fn new(store: &Store, conditions: &Conditions, query: &str) -> Result<Searching, Fault> {
        let form = conditions.understand()?;
        let programs = programs(store, form.query.as_ref(), query)?;
        let mut traces: Vec<TraceRow> = store.traces().map(|(row, _)| row).collect();
        if programs.iter().any(Program::is_never) {
            traces.clear();
        }
        let next_span = if programs.is_empty() || traces.is_empty() { store.spans.len() as u32 } else { 0 };
        let limit = conditions.limit;
        Ok(Searching { programs, trace_nanos: form.trace_nanos, limit, next_span, traces, done: 0, hits: Vec::new() })
    }

    /// Only among these traces, if any are named.
    pub fn within(mut self, rows: Option<Vec<TraceRow>>) -> Searching {
        if let Some(rows) = rows {
            let mut named = Numbers::default();
            rows.iter().for_each(|row| _ = named.add(row.0));
            self.traces.retain(|row| named.get(row.0).is_some());
        }
        self
    }

    /// Goes on for about so many spans. True: it is done.
    pub fn go_on(&mut self, store: &Store, spans: u32) -> bool {
        let mut left = i64::from(spans);
        let end = store.spans.len() as u32;
        while self.next_span < end && left > 0 {
            let mask = Bits::all(self.next_span, BATCH.min(end - self.next_span));
            self.programs.iter_mut().for_each(|program| program.filter(store, &mask));
            self.next_span = mask.to();
            left -= i64::from(mask.length());
        }
        while self.next_span >= end && self.done < self.traces.len() && left > 0 {
            let row = self.traces[self.done];
            self.done += 1;
            let trace = store.trace(row);
            left -= i64::from(trace.span_count());
            if self.is_long_enough(trace) {
                self.hits.extend(hit(&mut self.programs, store, row));
            }
        }
        self.next_span >= end && self.done >= self.traces.len()
    }

    fn is_long_enough(&self, trace: &Trace) -> bool {
        let (nanos, (least, most)) = (trace.duration().0, self.trace_nanos);
        least.is_none_or(|least| nanos >= least) && most.is_none_or(|most| nanos <= most)
    }

    /// What was found, in the order of arrival.
    pub fn finish(mut self, store: &Store) -> Vec<Hit> {
        while !self.go_on(store, u32::MAX) {}
        let limit = self.limit.unwrap_or(u32::MAX) as usize;
        if self.hits.len() <= limit {
            return self.hits;
        }
        let starts: Vec<i64> = self.hits.iter().map(|hit| !store.trace(hit.trace).start.0).collect();
        let mut newest = order::by_number(&starts);
        newest.truncate(limit);
        let mut is_kept = vec![false; self.hits.len()];
        newest.iter().for_each(|at| is_kept[*at as usize] = true);
        self.hits.into_iter().zip(is_kept).filter_map(|(hit, is_kept)| is_kept.then_some(hit)).collect()
    }
}

/// All programs must find something; the last one's spans count.
fn hit(programs: &mut [Program], store: &Store, trace: TraceRow) -> Option<Hit> {
    let mut hit = Hit { trace, matched: 0, first: Vec::new() };
    for program in programs {
        let found = program.matches(store, trace);
        if found.is_empty() {
            return None;
        }
        hit.matched = found.len() as u32;
        hit.first = found.into_iter().take(FIRST).collect();
    }
    Some(hit)
}

/// The spans of one trace that a search finds, by position, ascending; none if it does not find the trace, or asks for no spans.
pub fn matches(store: &Store, trace: TraceRow, conditions: &Conditions, query: &str) -> Result<Vec<u32>, Fault> {
    let form = conditions.understand()?;
    let mut programs = programs(store, form.query.as_ref(), query)?;
    let spans = &store.trace(trace).tree.order;
    let end = store.spans.len() as u32;
    let mut rows = Bits::none(0, end);
    spans.iter().for_each(|row| rows.set(*row));
    for from in (0..end).step_by(BATCH as usize) {
        let mask = rows.part(from, BATCH.min(end - from));
        programs.iter_mut().for_each(|program| program.filter(store, &mask));
    }
    let mut found = Vec::new();
    for program in &mut programs {
        found = program.matches(store, trace);
        if found.is_empty() {
            break;
        }
    }
    Ok(found)
}
