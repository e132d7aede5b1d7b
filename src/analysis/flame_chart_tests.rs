use super::super::testing::{any_spans, chain, fan, span, store_of};
use super::*;
use crate::model::{TraceRow, draw};
use proptest::prelude::*;

/// By position: row, start and width.
fn chart(store: &crate::model::Store) -> (Vec<(u32, u64, u64)>, u32) {
    let clock = Clock::new(store, TraceRow(0));
    let flame = flame_chart(&clock);
    let (mut all, levels) = (Vec::new(), flame.levels());
    flame.runs_in(0..u64::MAX, 0..levels, 1, &mut |run| {
        let places = run.boxes.start as usize..run.boxes.end as usize;
        all.extend(flame.boxes[places].iter().map(|it| (it.node, (run.depth, it.start, it.width))));
    });
    all.sort_unstable();
    assert_eq!(all.len(), clock.spans() as usize);
    (all.into_iter().map(|(_, it)| it).collect(), levels)
}

#[test]
fn spans_that_overlap_stand_in_rows_of_their_level() {
    let store = draw(
        "
s root |==========|
  s a  | ====     |
    s x|  =       |
  s b  |   ===    |
  s c  |      ====|
",
    );
    let ms = |it: &(u32, u64, u64)| (it.0, it.1 / 1_000_000, it.2 / 1_000_000);
    let (all, levels) = chart(&store);
    let told: Vec<_> = all.iter().map(ms).collect();
    assert_eq!((told, levels), (vec![(0, 0, 10), (1, 1, 4), (3, 2, 1), (2, 3, 3), (1, 6, 4)], 4));
}

#[test]
fn what_lasts_no_time_has_a_place() {
    let store = store_of(&[span(None, 0, 9), span(0, 3, 3), span(0, 3, 3)]);
    assert_eq!(chart(&store), (vec![(0, 0, 9), (1, 3, 1), (2, 3, 1)], 3));
}

#[test]
fn deep_and_wide_traces_are_quick() {
    let began = std::time::Instant::now();
    assert_eq!(chart(&store_of(&chain(100_000))).1, 100_000);
    assert_eq!(chart(&store_of(&fan(100_000))).1, 2);
    let beside: Vec<_> = std::iter::once(span(None, 0, 1_000_000)).chain((0..100_000).map(|_| span(0, 0, 9))).collect();
    assert_eq!(chart(&store_of(&beside)).1, 100_001);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

proptest! {
    #[test]
    fn no_two_are_at_one_place_and_no_row_is_wasted(spans in any_spans()) {
        let store = store_of(&spans);
        let clock = Clock::new(&store, TraceRow(0));
        let (all, levels) = chart(&store);
        let overlap = |one: &(u32, u64, u64), other: &(u32, u64, u64)| one.1 < other.1 + other.2 && other.1 < one.1 + one.2;
        for (at, one) in all.iter().enumerate() {
            prop_assert_eq!((one.1, one.2), (clock.start(at as u32) as u64, clock.duration(at as u32).max(1) as u64));
            for (other_at, other) in all.iter().enumerate().filter(|(other, _)| *other != at) {
                prop_assert!(one.0 != other.0 || !overlap(one, other));
                // Levels are one below the other.
                let deeper = clock.trace.tree.depth[at] > clock.trace.tree.depth[other_at];
                prop_assert!(!deeper || one.0 > other.0);
            }
        }
        // As many rows as run at the same time, level by level.
        let most = |depth| (0..all.len())
            .filter(|at| clock.trace.tree.depth[*at] == depth)
            .map(|at| (0..all.len()).filter(|other| {
                let is_of_level = clock.trace.tree.depth[*other] == depth;
                is_of_level && all[*other].1 <= all[at].1 && all[at].1 < all[*other].1 + all[*other].2
            }).count())
            .max().unwrap_or_default();
        let rows: usize = (0..40).map(most).sum();
        prop_assert_eq!(rows, levels as usize);
    }
}
