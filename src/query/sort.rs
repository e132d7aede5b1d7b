//! The orders of the result list (FEATURES §3.8).

use serde::{Deserialize, Serialize};

use crate::model::{Store, Trace, TraceRow, order};

/// An order. Ties keep the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    #[default]
    MostRecent,
    OldestFirst,
    LongestFirst,
    ShortestFirst,
    MostSpans,
    FewestSpans,
    MostErrors,
    FewestErrors,
    NameUp,
    NameDown,
}

impl Sort {
    pub const ALL: [Sort; 10] = [
        Sort::MostRecent,
        Sort::OldestFirst,
        Sort::LongestFirst,
        Sort::ShortestFirst,
        Sort::MostSpans,
        Sort::FewestSpans,
        Sort::MostErrors,
        Sort::FewestErrors,
        Sort::NameUp,
        Sort::NameDown,
    ];

    /// The word for the order in a URL.
    pub fn word(self) -> &'static str {
        match self {
            Sort::MostRecent => "recent",
            Sort::OldestFirst => "oldest",
            Sort::LongestFirst => "longest",
            Sort::ShortestFirst => "shortest",
            Sort::MostSpans => "spans",
            Sort::FewestSpans => "fewest-spans",
            Sort::MostErrors => "errors",
            Sort::FewestErrors => "fewest-errors",
            Sort::NameUp => "name",
            Sort::NameDown => "name-down",
        }
    }

    pub fn from_word(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.word() == word)
    }
}

/// All traces of the store in an order.
pub fn sorted(store: &Store, sort: Sort) -> Vec<TraceRow> {
    let rows: Vec<TraceRow> = store.traces().map(|(row, _)| row).collect();
    arranged(store, &rows, sort).into_iter().map(|at| rows[at as usize]).collect()
}

/// The places of a list of traces in an order; the list is in the order of arrival, which breaks ties.
pub fn arranged(store: &Store, rows: &[TraceRow], sort: Sort) -> Vec<u32> {
    if matches!(sort, Sort::NameUp | Sort::NameDown) {
        let names: Vec<_> = rows.iter().map(|row| name_key(store, *row)).collect();
        let name = |at: u32| &names[at as usize];
        return order::sorted(rows.len(), &mut |a, b| match sort {
            Sort::NameUp => name(a).cmp(name(b)),
            _ => name(b).cmp(name(a)),
        });
    }
    let keys: Vec<_> = rows.iter().map(|row| key(store.trace(*row), sort)).collect();
    order::by_number(&keys)
}

/// What an order by number sorts by, smallest first.
fn key(trace: &Trace, sort: Sort) -> i64 {
    // `!` turns the order of integers around without an overflow.
    match sort {
        Sort::MostRecent => !trace.start.0,
        Sort::OldestFirst => trace.start.0,
        Sort::LongestFirst => !trace.duration().0,
        Sort::ShortestFirst => trace.duration().0,
        Sort::MostSpans => !i64::from(trace.span_count()),
        Sort::FewestSpans => i64::from(trace.span_count()),
        Sort::MostErrors => !i64::from(trace.errors),
        Sort::FewestErrors => i64::from(trace.errors),
        Sort::NameUp | Sort::NameDown => 0,
    }
}

/// Service and operation of the span that names the trace, without regard to the case of Latin letters. (All of Unicode's
/// cases would be 12 kB of tables.)
fn name_key(store: &Store, row: TraceRow) -> String {
    let span = store.span(store.trace(row).name_span);
    format!("{}\0{}", span.service(), span.name()).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Nanos, ResourceRow, SpanDraft, SpanFlags, SpanId, SpanKind, StatusCode, TraceId, UnixNanos};

    /// One trace of one span per entry: name, start, duration, errors (0 or 1).
    fn store_of(traces: &[(&str, i64, i64, bool)]) -> Store {
        let mut store = Store::new();
        let resource: ResourceRow = store.resources.intern(&store.content, Default::default(), &[]);
        for (at, (name, start, duration, is_error)) in traces.iter().enumerate() {
            let trace = store.open_trace(TraceId::Hex { bits: at as u128 + 1, width: 16 });
            let name = store.content.strings.intern(name);
            let rows = store.open_rows();
            store.push_span(SpanDraft {
                trace,
                id: Some(SpanId::Hex { bits: 1, width: 16 }),
                parent: None,
                start: UnixNanos(*start),
                duration: Nanos(*duration),
                name,
                resource,
                scope: None,
                kind: SpanKind::Unspecified,
                status: if *is_error { StatusCode::Error } else { StatusCode::Unset },
                flags: SpanFlags::default(),
                attributes: rows.attributes,
                events: rows.events,
                links: rows.links,
            });
            store.build_tree(trace);
        }
        store
    }

    fn names(store: &Store, sort: Sort) -> String {
        sorted(store, sort)
            .iter()
            .map(|row| store.span(store.trace(*row).name_span).name().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn every_order_orders_and_ties_keep_their_arrival() {
        let store = store_of(&[("b", 100, 5, false), ("C", 300, 9, true), ("a", 200, 5, false)]);
        assert_eq!(names(&store, Sort::MostRecent), "C a b");
        assert_eq!(names(&store, Sort::OldestFirst), "b a C");
        assert_eq!(names(&store, Sort::LongestFirst), "C b a");
        assert_eq!(names(&store, Sort::ShortestFirst), "b a C");
        assert_eq!(names(&store, Sort::MostErrors), "C b a");
        assert_eq!(names(&store, Sort::FewestErrors), "b a C");
        assert_eq!(names(&store, Sort::NameUp), "a b C");
        assert_eq!(names(&store, Sort::NameDown), "C b a");
        assert_eq!(names(&store, Sort::MostSpans), "b C a");
    }

    #[test]
    fn words_name_their_orders() {
        for sort in Sort::ALL {
            assert_eq!(Sort::from_word(sort.word()), Some(sort));
        }
        assert_eq!(Sort::from_word("no such order"), None);
    }
}
