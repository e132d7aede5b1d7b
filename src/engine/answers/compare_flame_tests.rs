use super::*;
use crate::analysis::testing::{Given, bush, chain, traces_of};
use crate::engine::questions::Compared;
use crate::model::{TraceRow, draw_all};

fn asked(store: &Store) -> CompareFlame {
    let ids = [0, 1].map(|row| vec![store.trace_id_text(TraceRow(row))]);
    CompareFlame {
        what: Compared { groups: ids, ..Compared::default() },
        is_by_a: false,
        weight: Weight::Time,
        is_chart: false,
        find: String::new(),
        zoom: None,
        from_depth: 0,
        depths: 40,
        columns: 1_000,
    }
}

/// `operation depth start width A-B`, or how many there are instead of an operation; milliseconds.
fn told(answer: &FlameAnswer) -> Vec<String> {
    let scale = if answer.to > 1_000 { 1_000_000 } else { 1 };
    let line = |it: &FlameBox| {
        let name = match it.count {
            1 => answer.names[it.operation as usize].clone(),
            count => count.to_string(),
        };
        let [start, width, a, b] = [it.start, it.width, it.wholes[0], it.wholes[1]].map(|weight| weight / scale);
        format!("{name} {} {start} {width} {a}-{b}", it.depth)
    };
    answer.boxes.iter().map(line).collect()
}

const A: &str = "shop buy |=======|\n  shop old |==     |\n  shop get |  ==   |\n  db get |    =  |\n";
const B: &str = "shop buy |=======|\n  shop new |===    |\n  shop get |   =   |\n  db get |    =  |\n";

#[test]
fn boxes_have_names_and_both_sides() {
    let store = draw_all(&[A, B]);
    let mut memo = Memo::default();
    let by_b = asked(&store);
    let answer = by_b.answer(&store, &mut memo);
    let names = ["buy 0 0 7 7-7", "get 1 0 1 1-1", "get 1 1 1 2-1", "new 1 2 3 0-3"];
    assert_eq!(told(&answer), names);
    assert_eq!((answer.totals, answer.traces, answer.levels), ([7_000_000; 2], [1, 1], 2));
    assert_eq!(answer.boxes[3].spans, [0, 1]);
    // The same order in the other side.
    let by_a = CompareFlame { is_by_a: true, ..by_b.clone() };
    let names = ["buy 0 0 7 7-7", "get 1 0 1 1-1", "get 1 1 2 2-1", "old 1 3 2 2-0"];
    assert_eq!(told(&by_a.answer(&store, &mut memo)), names);
    let by_spans = CompareFlame { weight: Weight::Spans, ..by_b.clone() };
    assert_eq!(
        told(&by_spans.answer(&store, &mut memo)),
        ["buy 0 0 4 4-4", "get 1 0 1 1-1", "get 1 1 1 1-1", "new 1 2 1 0-1"]
    );
    // Another comparison is another flame graph.
    let [a, b] = by_b.what.groups.clone();
    let turned = CompareFlame { what: Compared { groups: [b, a], ..Compared::default() }, ..by_b };
    assert_eq!(told(&turned.answer(&store, &mut memo))[3], "old 1 3 2 0-2");
}

#[test]
fn zoomed_to_a_node_or_a_run() {
    let store = draw_all(&[A, B]);
    let mut memo = Memo::default();
    let whole = asked(&store);
    let new = whole.answer(&store, &mut memo).boxes[3].nodes;
    let zoomed = CompareFlame { zoom: Some(new), ..whole.clone() };
    let answer = zoomed.answer(&store, &mut memo);
    assert_eq!((answer.from, answer.to), (2_000_000, 5_000_000));
    // What is above it stays.
    assert_eq!(told(&answer), ["buy 0 0 7 7-7", "new 1 2 3 0-3"]);
    // In A it has no box.
    let by_a = CompareFlame { is_by_a: true, ..zoomed };
    assert_eq!(by_a.answer(&store, &mut memo).to, 7_000_000);
    let coarse = CompareFlame { columns: 3, ..whole };
    let answer = coarse.answer(&store, &mut memo);
    assert_eq!(told(&answer), ["buy 0 0 7 7-7", "2 1 0 2 3-2", "new 1 2 3 0-3"]);
    let zoomed = CompareFlame { zoom: Some(answer.boxes[1].nodes), ..coarse };
    let answer = zoomed.answer(&store, &mut memo);
    assert_eq!((answer.from, answer.to, answer.levels), (0, 2_000_000, 2));
    assert_eq!(told(&answer), ["buy 0 0 7 7-7", "get 1 0 1 1-1", "get 1 1 1 2-1"]);
}

#[test]
fn a_window_of_a_deep_one_is_small() {
    let store = traces_of(&[chain(100_000), chain(99_000)], &mut |_, _, _| {});
    let mut memo = Memo::default();
    let whole = CompareFlame { from_depth: 500, ..asked(&store) };
    let answer = whole.answer(&store, &mut memo);
    // Spans without anything to say are folded away: the last ones are left.
    assert!(answer.levels > 0 && answer.boxes.len() <= 40, "{} levels, {} boxes", answer.levels, answer.boxes.len());
    assert!(told(&CompareFlame { what: Compared::default(), ..whole }.answer(&store, &mut memo)).is_empty());
}

/// `cargo test --release --lib compare_flame -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed_of_a_hundred_thousand_nodes() {
    let named = |mut spans: Vec<Given>| {
        spans.iter_mut().for_each(|it| it.status = crate::model::StatusCode::Ok);
        spans
    };
    let store = traces_of(&[named(bush(100_000)), named(bush(90_000))], &mut |_, _, _| {});
    let mut memo = Memo::default();
    let first = asked(&store);
    let mut timed = |what: &str, question: &CompareFlame| {
        let began = std::time::Instant::now();
        let answer = question.answer(&store, &mut memo);
        let bytes = crate::engine::messages::encode(&answer).len();
        println!(
            "  {what}: {:?}, {} boxes, {} levels, {bytes} bytes",
            began.elapsed(),
            answer.boxes.len(),
            answer.levels
        );
    };
    timed("comparison, order and layout", &first);
    timed("another window", &CompareFlame { from_depth: 3, ..first.clone() });
    timed("layout of A", &CompareFlame { is_by_a: true, ..first.clone() });
    timed("by spans", &CompareFlame { weight: Weight::Spans, ..first });
    let (comparison, flames) = memo.compare().flames(&store, &asked(&store)).expect("a comparison");
    println!("  {} nodes", comparison.paths.nodes.len());
    let began = std::time::Instant::now();
    by_name(&store, comparison);
    println!("  order by name: {:?}", began.elapsed());
    let began = std::time::Instant::now();
    let flame = Flame::of(&flames.parents, &flames.wholes[1], &flames.order);
    println!("  layout: {:?}, {} boxes", began.elapsed(), flame.boxes.len());
}
