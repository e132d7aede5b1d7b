//! The questions about a comparison, over drawn and planted traces.

use super::super::{Answer, Memo};
use crate::analysis::testing::{Given, push_text, span, traces_of};
use crate::engine::questions::{
    Carrier, Column, CompareTable, CompareText, Compared, FeatureKind, KeyDifference, Metric, NodeAttributes,
    NodeSpread, Part, TextForm, WhatDiffers,
};
use crate::model::{StatusCode, Store, draw_all};

fn compared(a: &[&str], b: &[&str]) -> Compared {
    Compared { groups: [a, b].map(|names| names.iter().map(|it| (*it).to_owned()).collect()), ..Compared::default() }
}

/// Operations of the table from top to bottom.
fn table(store: &Store, what: &Compared, by: Column, falls: bool) -> Vec<String> {
    let question = CompareTable { what: what.clone(), by, falls, from: 0, count: 99 };
    question.answer(store, &mut Memo::default()).rows.into_iter().map(|row| row.operation).collect()
}

#[test]
fn the_table_is_sorted_by_any_column() {
    let a = "shop buy |=====|\n  cart get |==   |\n    db find |=    |\n  shop pay | =   |\n";
    let b = "shop buy |=====|\n  cart get |=    |\n    db find |=    |\n  shop pay | ====|\n  shop pay | =   |\n";
    let store = draw_all(&[a, b]);
    let what = compared(&["abc"], &["abd"]);
    let by = |by: Column, falls: bool| table(&store, &what, by, falls);
    assert_eq!(by(Column::Path, false), ["buy", "get", "find", "pay"]);
    assert_eq!(by(Column::Name, false), ["buy", "find", "get", "pay"]);
    assert_eq!(by(Column::Name, true), ["pay", "get", "find", "buy"]);
    assert_eq!(by(Column::Of(Metric::Spans, Part::Change), true), ["pay", "buy", "get", "find"]);
    assert_eq!(by(Column::Of(Metric::Total, Part::Change), false), ["get", "buy", "find", "pay"]);
    assert_eq!(by(Column::Of(Metric::Total, Part::A), true), ["buy", "get", "find", "pay"]);
    let hiding = Compared { hides_same: true, ..what };
    assert_eq!(table(&store, &hiding, Column::Path, false), ["buy", "pay"]);
    let window = CompareTable { what: hiding, by: Column::Path, falls: true, from: 1, count: 1 };
    let answer = window.answer(&store, &mut Memo::default());
    assert_eq!((answer.total, answer.rows[0].operation.as_str(), answer.rows[0].path.as_str()), (2, "buy", ""));
}

/// A shop's trace: what it asks a database takes as long as is told.
fn trace(nanos: i64, fails: bool) -> Vec<Given> {
    let status = if fails { StatusCode::Error } else { StatusCode::Unset };
    vec![span(None, 0, nanos + 10), Given { service: "db", name: "find", status, ..span(0, 5, nanos + 5) }]
}

/// Twenty quick traces of the one region and twenty slow ones of the other.
fn regions() -> Store {
    let traces: Vec<_> = (0..40).map(|at| trace(if at < 20 { 100 + at } else { 300 + at }, at == 39)).collect();
    traces_of(&traces, &mut |store, trace, place| {
        push_text(store, "region", if trace < 20 { "us" } else { "eu" });
        if place == 1 {
            push_text(store, "query", "select");
        }
    })
}

#[test]
fn groups_are_named_by_queries_and_files_and_tell_who_is_missing() {
    let store = regions();
    let mut memo = Memo::default();
    let what = compared(&["q:{ .region = \"us\" }"], &["q:{ .region = \"eu\" }", "q:{", "file:gone", "dead", "28"]);
    let (comparison, _, missing) = memo.compare().look(&store, &what).expect("a comparison");
    let sizes = [0, 1].map(|side| comparison.groups[side].traces.len());
    assert_eq!(sizes, [20, 20], "the trace 28 is of the second query, too");
    let names: Vec<_> = missing.iter().map(|it| (it.name.as_str(), it.fault.is_some())).collect();
    assert_eq!(names, [("q:{", true), ("file:gone", false), ("dead", false)], "a query that cannot be read says why");
}

#[test]
fn what_the_slow_ones_have_is_found() {
    let store = regions();
    let what = compared(&["q:{ .region = \"us\" }"], &["q:{ .region = \"eu\" }"]);
    let answer = WhatDiffers { what, most: 9 }.answer(&store, &mut Memo::default());
    assert_eq!(answer.traces, [20, 20]);
    let lines: Vec<_> = answer.lines.iter().map(|it| (it.feature.kind, it.feature.name.as_str(), it.traces)).collect();
    assert_eq!(lines, [(FeatureKind::Attribute, "eu", [0, 20]), (FeatureKind::Attribute, "us", [20, 0])]);
}

#[test]
fn a_nodes_times_over_both_groups() {
    let store = regions();
    let what = compared(&["q:{ .region = \"us\" }"], &["q:{ .region = \"eu\" }"]);
    let answer = NodeSpread { what: what.clone(), place: 1 }.answer(&store, &mut Memo::default());
    let [spans, total] = answer.as_slice() else { panic!("{answer:?}") };
    assert_eq!((spans.metric, spans.difference.effect, spans.difference.p), (Metric::Spans, 0.0, 1.0));
    assert_eq!((total.metric, total.difference.effect), (Metric::Total, 1.0));
    assert!(total.difference.p < 1e-6);
    assert_eq!(total.spreads.map(|it| (it.p50, it.p99)), [(109, 119), (329, 339)]);
    assert_eq!(total.counts.clone().map(|bins| bins.iter().sum::<u32>()), [20, 20]);
    // The table says the same; of single traces nothing can be said.
    let by_effect = |what: Compared| CompareTable { what, by: Column::Effect, falls: true, from: 0, count: 9 };
    let times = Compared { metric: Metric::Total, ..what };
    let rows = by_effect(times).answer(&store, &mut Memo::default()).rows;
    assert_eq!(rows.iter().map(|row| row.difference.map(|it| it.effect)).collect::<Vec<_>>(), [Some(1.0); 2]);
    let rows = by_effect(compared(&["1"], &["2"])).answer(&store, &mut Memo::default()).rows;
    assert!(rows.iter().all(|row| row.difference.is_none()));
}

#[test]
fn what_a_nodes_spans_carry_is_told_where_it_differs() {
    let store = regions();
    let what = compared(&["1", "2", "3"], &["28", "27"]);
    let answer = NodeAttributes { what, place: 1 }.answer(&store, &mut Memo::default());
    let value = |value: &str, spans: u32| vec![(value.to_owned(), spans)];
    let expected = [
        KeyDifference {
            carrier: Carrier::Error,
            key: "status".to_owned(),
            values: [Vec::new(), value("ERROR", 1)],
            more: [0; 2],
        },
        KeyDifference {
            carrier: Carrier::Span,
            key: "region".to_owned(),
            values: [value("us", 3), value("eu", 2)],
            more: [0; 2],
        },
    ];
    assert_eq!(answer.different, expected);
    assert_eq!((answer.same, answer.spans), (1, [3, 2]), "the query is the same");
}

#[test]
fn texts_to_share_are_of_what_is_compared() {
    let store = regions();
    let text = |form: TextForm| {
        let titles = ["us", "eu"].map(str::to_owned);
        let what = compared(&["1"], &["28"]);
        CompareText { what, form, titles, address: "http://a/b".to_owned() }.answer(&store, &mut Memo::default())
    };
    assert_eq!(text(TextForm::Csv).text.lines().count(), 3);
    let markdown = text(TextForm::Markdown).text;
    assert!(markdown.contains("us") && markdown.contains("<http://a/b>"), "{markdown}");
    let svg = text(TextForm::Svg);
    assert!(svg.text.starts_with("<svg") && svg.size[0] > 100 && svg.too_many == 0);
}
