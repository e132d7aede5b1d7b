//! What a query API tells of the traces that it found, as rows of the result list, while the traces themselves are on their way.

use crate::engine::questions::{ResultRow, SearchFound, SearchRow, ServiceCount, Sort};
use crate::model::order;
use crate::source::answers::Summary;

/// The list of all of them, in an order.
pub fn summary_list(source: &str, summaries: &[Summary], sort: Sort) -> SearchFound {
    let rows: Vec<SearchRow> = summaries.iter().map(|summary| row(source, summary)).collect();
    let name = |at: u32| {
        let row = &rows[at as usize].row;
        (&row.service, &row.operation)
    };
    let number = |at: u32| key(&rows[at as usize].row, sort);
    let places = order::sorted(rows.len(), &mut |a, b| match sort {
        Sort::NameUp => name(a).cmp(&name(b)),
        Sort::NameDown => name(b).cmp(&name(a)),
        _ => number(a).cmp(&number(b)),
    });
    let count = rows.len() as u32;
    let longest_nanos = rows.iter().map(|row| row.row.duration_nanos).max().unwrap_or_default();
    let rows = places.into_iter().map(|at| rows[at as usize].clone()).collect();
    SearchFound { loaded: count, found: count, total: count, rows, longest_nanos, ..SearchFound::default() }
}

/// What an order by number sorts by, smallest first.
fn key(row: &ResultRow, sort: Sort) -> i64 {
    match sort {
        Sort::MostRecent => -row.start_unix_nanos,
        Sort::LongestFirst => -row.duration_nanos,
        Sort::ShortestFirst => row.duration_nanos,
        Sort::MostSpans => -i64::from(row.spans),
        Sort::FewestSpans => row.spans.into(),
        Sort::MostErrors => -i64::from(row.errors),
        Sort::FewestErrors => row.errors.into(),
        Sort::OldestFirst | Sort::NameUp | Sort::NameDown => row.start_unix_nanos,
    }
}

fn row(source: &str, summary: &Summary) -> SearchRow {
    let nanos = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
    let services = &summary.services;
    let places = order::sorted(services.len(), &mut |a, b| services[a as usize].name.cmp(&services[b as usize].name));
    let service = |at: u32| {
        let service = &services[at as usize];
        ServiceCount { name: service.name.clone(), spans: service.spans, errors: service.errors }
    };
    SearchRow {
        row: ResultRow {
            id: summary.id.clone(),
            service: summary.service.clone(),
            operation: summary.operation.clone(),
            spans: summary.spans.unwrap_or_default(),
            errors: summary.errors.unwrap_or_default(),
            orphans: summary.orphans.unwrap_or_default(),
            start_unix_nanos: nanos(summary.start),
            duration_nanos: nanos(summary.duration),
            services: places.into_iter().map(service).collect(),
        },
        source: source.to_owned(),
        matched: summary.matched.unwrap_or_default(),
        first: Vec::new(),
        columns: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_listed_in_every_order() {
        let summary = |id: &str, operation: &str, start, duration, spans, errors| Summary {
            id: id.to_owned(),
            service: "shop".to_owned(),
            operation: operation.to_owned(),
            start,
            duration,
            spans: Some(spans),
            errors: Some(errors),
            ..Summary::default()
        };
        let all = [summary("a", "y", 3, 10, 5, 1), summary("b", "x", 1, 30, 4, 0), summary("c", "z", 2, 20, 9, 2)];
        let ids = |sort| {
            let found = summary_list("prod", &all, sort);
            assert_eq!((found.total, found.longest_nanos), (3, 30));
            found.rows.iter().map(|row| row.row.id.clone()).collect::<String>()
        };
        for (sort, order) in
            Sort::ALL.into_iter().zip(["acb", "bca", "bca", "acb", "cab", "bac", "cab", "bac", "bac", "cab"])
        {
            assert_eq!(ids(sort), order, "{sort:?}");
        }
    }
}
