//! Searching: what was found is kept with what was sought, what is left of it with what is chosen, its order with that.

mod columns;
mod complete;
mod spread;
mod words;

use super::results::{ascending, percentiles, points, result_row};
use super::{Answer, Memo};
use crate::engine::questions::{
    Names, Search, SearchAhead, SearchAnswer, SearchFault, SearchFound, SearchPoints, SearchPointsAnswer, SearchRow,
    SelectedTraces, Sought,
};
use crate::model::index::Numbers;
use crate::model::{Positions, Store, StringId, TraceRow, order};
use crate::query::find;
use crate::query::search::facets::{Chosen, Counts, Facts};
use crate::query::search::{Conditions, Hit, Searching, matches};
use crate::query::sort::{Sort, arranged};
use crate::query::traceql;
use columns::Columns;
pub use words::Words;

/// What the last search found, and what it was.
#[derive(Default)]
pub struct SearchMemo {
    sought: Option<Sought>,
    state: State,
    narrowed: Option<Narrowed>,
    /// What will be sought next, most likely.
    ahead: Option<(Sought, State)>,
    pub words: Words,
}

/// Nothing yet.
pub fn kept() -> Box<SearchMemo> {
    Box::default()
}

#[derive(Default)]
enum State {
    #[default]
    Nothing,
    /// It is still going on.
    Searching(Box<Searching>),
    Found(Vec<Hit>, Facts),
    Fault(SearchFault),
}

impl State {
    fn begin(store: &Store, sought: &Sought) -> State {
        match Searching::new(store, &sought.conditions, &sought.query) {
            Ok(searching) => {
                let within = sought.within.as_ref();
                let rows = within.map(|ids| ids.iter().filter_map(|id| store.trace_by_id(id)).collect());
                State::Searching(Box::new(searching.within(rows)))
            }
            Err(fault) => State::Fault(fault),
        }
    }

    /// Searches to the end, unless that was done.
    fn finished(self, store: &Store) -> State {
        let State::Searching(searching) = self else { return self };
        let hits = searching.finish(store);
        let facts = Facts::of(store, &hits);
        State::Found(hits, facts)
    }
}

/// What facets leave of the hits, by their places.
struct Narrowed {
    chosen: Chosen,
    kept: Vec<u32>,
    counts: Counts,
    /// Durations, ascending.
    durations: Vec<i64>,
    order: Option<(Sort, Vec<u32>)>,
}

impl SearchMemo {
    fn begin(&mut self, store: &Store, sought: &Sought) {
        if self.sought.as_ref() == Some(sought) {
            return;
        }
        self.sought = Some(sought.clone());
        self.narrowed = None;
        self.state = match self.ahead.take() {
            Some((known, state)) if known == *sought => state,
            _ => State::begin(store, sought),
        };
    }

    /// The same as [`SearchMemo::go_on`] for what will be sought next, most likely; what was sought last stays.
    pub fn go_ahead(&mut self, store: &Store, sought: &Sought, spans: u32) -> bool {
        if self.sought.as_ref() == Some(sought) {
            return true;
        }
        let known = self.ahead.take().filter(|(known, _)| known == sought);
        let (sought, mut state) = known.unwrap_or_else(|| (sought.clone(), State::begin(store, sought)));
        let is_done = match &mut state {
            State::Searching(searching) => searching.go_on(store, spans),
            _ => true,
        };
        if is_done {
            state = state.finished(store);
        }
        self.ahead = Some((sought, state));
        is_done
    }

    /// Goes on searching for about so many spans. True: the rest of the answer is quick.
    pub fn go_on(&mut self, store: &Store, sought: &Sought, spans: u32) -> bool {
        self.begin(store, sought);
        match &mut self.state {
            State::Searching(searching) => searching.go_on(store, spans),
            _ => true,
        }
    }

    /// Searches to the end, unless that was done.
    fn finish(&mut self, store: &Store, sought: &Sought) -> Result<(), SearchFault> {
        self.begin(store, sought);
        self.state = std::mem::take(&mut self.state).finished(store);
        match &self.state {
            State::Fault(fault) => Err(fault.clone()),
            _ => Ok(()),
        }
    }

    /// What was found, and what facets leave of it.
    fn narrow(
        &mut self,
        store: &Store,
        sought: &Sought,
        chosen: &Chosen,
    ) -> Result<(&[Hit], &mut Narrowed), SearchFault> {
        self.finish(store, sought)?;
        let SearchMemo { state, narrowed, .. } = self;
        let nothing = Facts::default();
        let (hits, facts) =
            if let State::Found(hits, facts) = &*state { (hits.as_slice(), facts) } else { (&[][..], &nothing) };
        if narrowed.as_ref().is_some_and(|narrowed| narrowed.chosen != *chosen) {
            *narrowed = None;
        }
        Ok((hits, narrowed.get_or_insert_with(|| Narrowed::new(store, facts, chosen))))
    }
}

impl Narrowed {
    fn new(store: &Store, facts: &Facts, chosen: &Chosen) -> Narrowed {
        let (kept, counts) = facts.narrow(store, chosen);
        let durations = ascending(facts.durations(&kept));
        Narrowed { chosen: chosen.clone(), kept, counts, durations, order: None }
    }

    /// Places of hits in an order.
    fn ordered(&mut self, store: &Store, hits: &[Hit], sort: Sort) -> &[u32] {
        if self.order.as_ref().is_none_or(|(known, _)| *known != sort) {
            let rows: Vec<TraceRow> = self.kept.iter().map(|at| hits[*at as usize].trace).collect();
            let order = arranged(store, &rows, sort).into_iter().map(|at| self.kept[at as usize]).collect();
            self.order = Some((sort, order));
        }
        self.order.as_ref().map(|(_, order)| order.as_slice()).unwrap_or_default()
    }
}

impl Answer for Search {
    fn answer(&self, store: &Store, memo: &mut Memo) -> SearchAnswer {
        let (hits, narrowed) = match memo.search().narrow(store, &self.sought, &self.chosen) {
            Ok(found) => found,
            Err(fault) => return SearchAnswer::Fault(fault),
        };
        let columns = Columns::new(store, &self.columns, &self.sought.query);
        let total = narrowed.kept.len() as u32;
        let window = narrowed.ordered(store, hits, self.sort).iter().skip(self.from as usize).take(self.count as usize);
        let rows = window.map(|at| search_row(store, &hits[*at as usize], &columns)).collect();
        SearchAnswer::Found(Box::new(SearchFound {
            loaded: store.traces().count() as u32,
            found: hits.len() as u32,
            total,
            columns: columns.names,
            from: self.from,
            rows,
            longest_nanos: narrowed.durations.last().copied().unwrap_or_default(),
            percentiles: percentiles(&narrowed.durations),
            histogram: spread::histogram(&narrowed.durations, self.bars),
            counts: narrowed.counts.clone(),
        }))
    }
}

fn search_row(store: &Store, hit: &Hit, columns: &Columns) -> SearchRow {
    let first = store.trace(hit.trace).tree.order.first();
    SearchRow {
        row: result_row(store, hit.trace),
        source: first.and_then(|row| store.source_of(*row)).unwrap_or_default().to_owned(),
        matched: hit.matched,
        first: hit.first.clone(),
        columns: columns.of(store, hit),
    }
}

impl Answer for SearchPoints {
    fn answer(&self, store: &Store, memo: &mut Memo) -> SearchPointsAnswer {
        let Ok((hits, narrowed)) = memo.search().narrow(store, &self.sought, &self.chosen) else {
            return SearchPointsAnswer::default();
        };
        let rows: Vec<TraceRow> = narrowed.kept.iter().map(|at| hits[*at as usize].trace).collect();
        let order = arranged(store, &rows, Sort::OldestFirst);
        points(store, order.into_iter().map(|at| rows[at as usize]).collect())
    }
}

impl Answer for SearchAhead {
    /// Does no more than was done: who asks for something else must not wait.
    fn answer(&self, _: &Store, _: &mut Memo) {}
}

impl Answer for SelectedTraces {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Vec<String> {
        let Ok((hits, narrowed)) = memo.search().narrow(store, &self.sought, &self.chosen) else {
            return Vec::new();
        };
        let order = narrowed.ordered(store, hits, self.sort).iter().take(self.most as usize);
        order.map(|at| store.trace_id_text(hits[*at as usize].trace)).collect()
    }
}

/// What a query finds in one trace.
#[inline(never)]
pub fn find_in(store: &Store, trace: TraceRow, query: &str) -> Result<Positions, find::Fault> {
    let found = matches(store, trace, &Conditions::default(), query).map_err(|fault| find::Fault {
        column: fault.fault.column,
        expected: find::Expected::Query(fault.fault.expected),
    })?;
    let spans = store.trace(trace).tree.order.len() as u32;
    Ok(Positions::of(spans, |at| found.binary_search(&at).is_ok()))
}

impl Answer for Names {
    fn answer(&self, store: &Store, _: &mut Memo) -> Vec<String> {
        let mut seen = Numbers::default();
        let mut names = Vec::new();
        for (_, trace) in store.traces() {
            match self {
                Names::Services => {
                    names.extend(trace.services.iter().map(|count| count.service).filter(|id| seen.add(id.0)));
                }
                Names::Operations(service) if service.is_empty() => {
                    names.extend(trace.tree.order.iter().map(|row| store.spans.name(*row)).filter(|id| seen.add(id.0)));
                }
                Names::Operations(service) => {
                    let Some(service) = store.strings().find(service) else { break };
                    if trace.services.iter().any(|count| count.service == service) {
                        let rows = trace.tree.order.iter().filter(|row| store.service(**row) == service);
                        names.extend(rows.map(|row| store.spans.name(*row)).filter(|id| seen.add(id.0)));
                    }
                }
            }
        }
        let names = order::arrange(names, &mut |a: &StringId, b| store.text(*a).cmp(store.text(*b)));
        names.into_iter().map(|id| store.text(id).to_owned()).collect()
    }
}

/// What a query selects to be shown, as it is written.
fn selected(query: &str) -> Vec<traceql::Field> {
    let stages = traceql::parse(query).map(|query| query.stages).unwrap_or_default();
    let fields = stages.into_iter().filter_map(|stage| match stage {
        traceql::Stage::Select(fields) => Some(fields),
        _ => None,
    });
    fields.flatten().collect()
}
