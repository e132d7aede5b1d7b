//! The flame graph, the flame chart and the table of one group, and its outline.

use super::*;
use crate::analysis::testing::{any_spans, bush, chain, fan, push_text, span, store_of, traces_of};
use crate::engine::questions::{Compare, Compared, FlameColumn, FlameTable, NextChange, Sameness};
use crate::model::{TraceRow, draw_all};
use proptest::prelude::*;

fn asked(store: &Store, traces: u32) -> CompareFlame {
    let names = (0..traces).map(|row| store.trace_id_text(TraceRow(row))).collect();
    CompareFlame {
        what: Compared { groups: [names, Vec::new()], sameness: Sameness::Names, ..Compared::default() },
        is_by_a: true,
        weight: Weight::Total,
        is_chart: false,
        find: String::new(),
        zoom: None,
        from_depth: 0,
        depths: 40,
        columns: 1_000,
    }
}

/// `operation depth start width own-errors`; times in milliseconds.
fn told(answer: &FlameAnswer) -> Vec<String> {
    let scale = if answer.to > 1_000 { 1_000_000 } else { 1 };
    let line = |it: &FlameBox| {
        let name = answer.names[it.operation as usize].as_str();
        let own = it.own[0] / 1_000_000;
        format!("{name} {} {} {} {own}-{}", it.depth, it.start / scale, it.width / scale, it.errors)
    };
    answer.boxes.iter().map(line).collect()
}

/// Traces of five spans. Two of the same name are side by side; one of them has a child, and failed.
fn store(traces: usize) -> Store {
    let named = |service, name, parent: Option<usize>, from: i64, to: i64| crate::analysis::testing::Given {
        service,
        name,
        ..span(parent, from * 1_000_000, to * 1_000_000)
    };
    let mut one = vec![
        named("shop", "buy", None, 0, 7),
        named("shop", "get", Some(0), 0, 2),
        named("db", "get", Some(0), 2, 4),
        named("shop", "get", Some(0), 2, 5),
        named("db", "get", Some(3), 3, 4),
    ];
    one[3].status = StatusCode::Error;
    traces_of(&vec![one; traces], &mut |_, _, _| {})
}

#[test]
fn weights_of_one_group_are_its_own() {
    let store = store(1);
    let mut memo = Memo::default();
    let mut by = |weight| told(&CompareFlame { weight, ..asked(&store, 1) }.answer(&store, &mut memo));
    // In the order of their names; siblings of a name are one box, with children or without.
    let durations = ["buy 0 0 7 2-0", "get 1 0 2 2-0", "get 1 2 5 4-1", "get 2 2 1 1-0"];
    assert_eq!(by(Weight::Total), durations);
    assert_eq!(by(Weight::Time), ["buy 0 0 9 2-0", "get 1 0 2 2-0", "get 1 2 5 4-1", "get 2 2 1 1-0"]);
    assert_eq!(by(Weight::Spans), ["buy 0 0 5 2-0", "get 1 0 1 2-0", "get 1 1 3 4-1", "get 2 1 1 1-0"]);
    assert_eq!(by(Weight::Errors), ["buy 0 0 1 2-0", "get 1 0 1 4-1"]);
}

#[test]
fn a_parent_that_ends_before_its_children_is_as_wide_as_they_are() {
    let store = draw_all(&["shop buy |===    |\n  mail send |  =====|\n  mail sent |    ===|\n"]);
    let answer = asked(&store, 1).answer(&store, &mut Memo::default());
    assert_eq!(told(&answer)[0], "buy 0 0 8 2-0");
    // What is said of it is what it lasted.
    assert_eq!((answer.boxes[0].wholes[0], answer.boxes[0].total), (3_000_000, 3_000_000));
    assert_eq!(answer.totals, [8_000_000, 3_000_000]);
}

#[test]
fn what_is_found_within_something_found_counts_once() {
    let store = store(1);
    let mut memo = Memo::default();
    let mut find = |text: &str, is_chart| {
        let answer = CompareFlame { find: text.to_owned(), is_chart, ..asked(&store, 1) }.answer(&store, &mut memo);
        let found = answer.boxes.iter().filter(|it| it.is_found).count();
        (answer.found / 1_000_000, found)
    };
    assert_eq!(find("shop: GET", false), (5, 1));
    assert_eq!(find("get", false), (7, 3));
    assert_eq!(find("buy", false), (7, 1));
    assert_eq!(find("nothing of it", false), (0, 0));
    // Of a chart the time in which any of it runs.
    assert_eq!(find("db: get", true), (2, 2));
    assert_eq!(find("get", true), (5, 4));
}

#[test]
fn what_no_name_has_is_found_in_attributes() {
    let spans = vec![span(None, 0, 9), span(0, 1, 3), span(0, 4, 5)];
    let store = traces_of(&[spans], &mut |store, _, place| push_text(store, "tier", ["gold", "gold", "lead"][place]));
    let mut memo = Memo::default();
    let mut find = |is_chart| {
        let answer = CompareFlame { find: "lead".to_owned(), is_chart, ..asked(&store, 1) }.answer(&store, &mut memo);
        (answer.found, answer.boxes.iter().filter(|it| it.is_found).count())
    };
    // Both children are one box.
    assert_eq!((find(false), find(true)), ((3, 1), (1, 1)));
}

#[test]
fn a_chart_has_spans_at_their_times_and_can_be_zoomed() {
    let store = store(1);
    let mut memo = Memo::default();
    let chart = CompareFlame { is_chart: true, ..asked(&store, 1) };
    let answer = chart.answer(&store, &mut memo);
    let all = ["buy 0 0 7 2-0", "get 1 0 2 2-0", "get 1 2 2 2-0", "get 2 2 3 2-1", "get 3 3 1 1-0"];
    assert_eq!(told(&answer), all);
    assert_eq!((answer.totals, answer.levels), ([7_000_000; 2], 4));
    let zoomed = CompareFlame { zoom: Some([answer.boxes[1].nodes[0]; 2]), ..chart }.answer(&store, &mut memo);
    assert_eq!(told(&zoomed), ["buy 0 0 7 2-0", "get 1 0 2 2-0"]);
    assert_eq!((zoomed.to, zoomed.levels), (2_000_000, 4));
}

fn table(store: &Store, traces: u32, by: FlameColumn, falls: bool) -> Vec<(String, u32, u32, i64, i64)> {
    let what = asked(store, traces).what;
    let answer = FlameTable { what, by, falls, from: 0, count: 99 }.answer(store, &mut Memo::default());
    assert_eq!(answer.total as usize, answer.rows.len());
    let line = |it: &crate::engine::questions::FlameLine| {
        ([&it.service, ": ", &it.operation].concat(), it.spans, it.errors, it.total / 1_000_000, it.own / 1_000_000)
    };
    answer.rows.iter().map(line).collect()
}

#[test]
fn the_table_sums_up_by_service_and_operation() {
    let store = store(2);
    let line = |name: &str, spans, errors, total, own| (name.to_owned(), spans, errors, total, own);
    let [buy, db, shop] = [line("shop: buy", 2, 0, 14, 4), line("db: get", 4, 0, 6, 6), line("shop: get", 4, 2, 10, 8)];
    let by = |column, falls| table(&store, 2, column, falls);
    assert_eq!(by(FlameColumn::Own, true), [shop.clone(), db.clone(), buy.clone()]);
    assert_eq!(by(FlameColumn::Total, true), [buy.clone(), shop.clone(), db.clone()]);
    assert_eq!(by(FlameColumn::Total, false), [db.clone(), shop.clone(), buy.clone()]);
    assert_eq!(by(FlameColumn::Name, false), [db.clone(), buy.clone(), shop.clone()]);
    assert_eq!(by(FlameColumn::Spans, true), [db.clone(), shop.clone(), buy.clone()]);
    assert_eq!(by(FlameColumn::Errors, true), [shop, db, buy]);
}

#[test]
fn the_outline_of_one_leads_from_error_to_error() {
    let store = store(1);
    let mut memo = Memo::default();
    let what = Compared { sameness: Sameness::Exact, ..asked(&store, 1).what };
    let all = Compare { what: what.clone(), from: 0, count: 99, from_column: 0, columns: 99 };
    let answer = all.answer(&store, &mut memo);
    assert_eq!((answer.duration, answer.rows, answer.missing.len()), (7_000_000, 3, 0));
    let errors: Vec<u32> = answer.nodes.iter().filter(|it| it.measures[0].errors > 0).map(|it| it.place).collect();
    let next = NextChange { what, traces: None, after: None, goes_back: false }.answer(&store, &mut memo);
    assert_eq!(next.map(|[place, ..]| place), errors.first().copied());
}

#[test]
fn large_traces_are_quick() {
    let began = std::time::Instant::now();
    for spans in [chain(100_000), fan(100_000), bush(100_000)] {
        let store = store_of(&spans);
        let mut memo = Memo::default();
        for is_chart in [false, true] {
            let answer =
                CompareFlame { is_chart, find: "buy".to_owned(), ..asked(&store, 1) }.answer(&store, &mut memo);
            assert!(!answer.boxes.is_empty() && answer.boxes.len() < 60_000);
        }
        assert!(!table(&store, 1, FlameColumn::Own, true).is_empty());
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

proptest! {
    /// Whatever is drawn together: nothing is lost, nothing is wider than what it hangs below.
    #[test]
    fn boxes_hold_all_that_is_below(spans in any_spans(), which in 0_usize..4) {
        let store = store_of(&spans);
        let weight = [Weight::Total, Weight::Time, Weight::Spans, Weight::Errors][which];
        let mut memo = Memo::default();
        let fine = CompareFlame { weight, columns: u32::MAX, ..asked(&store, 1) }.answer(&store, &mut memo);
        let sum = |of: fn(&FlameBox) -> i64| fine.boxes.iter().map(of).sum::<i64>();
        let errors = spans.iter().filter(|it| it.status == StatusCode::Error).count() as i64;
        match weight {
            Weight::Spans => prop_assert_eq!(sum(|it| it.spans[0].into()), spans.len() as i64),
            Weight::Errors => prop_assert_eq!(sum(|it| it.errors.into()), errors),
            Weight::Total => prop_assert_eq!(sum(|it| it.total), spans.iter().map(|it| it.duration).sum::<i64>()),
            Weight::Time => prop_assert_eq!(sum(|it| it.own[0]) as u64, fine.totals[0]),
        }
        for it in fine.boxes.iter().filter(|it| it.depth > 0) {
            let holds = |above: &&FlameBox| above.depth + 1 == it.depth && above.start <= it.start && it.start + it.width <= above.start + above.width;
            prop_assert!(fine.boxes.iter().any(|above| holds(&above)));
        }
        let coarse = CompareFlame { weight, columns: 3, ..asked(&store, 1) }.answer(&store, &mut memo);
        prop_assert_eq!(coarse.boxes.iter().map(|it| it.spans[0]).sum::<u32>(), fine.boxes.iter().map(|it| it.spans[0]).sum::<u32>());
    }
}
