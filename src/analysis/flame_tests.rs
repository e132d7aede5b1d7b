use super::super::comparison::{Comparison, Measure};
use super::super::paths::Sameness;
use super::super::testing::{any_spans, bush, chain, fan, store_of};
use super::*;
use crate::model::{Store, TraceRow, draw_all};
use proptest::prelude::*;

fn laid_out(parents: &[u32], own: &[i64]) -> Flame {
    let order: Vec<u32> = (0..parents.len() as u32).collect();
    Flame::of(parents, &wholes(parents, own), &order)
}

/// `node start-end`, a text for each level.
fn drawn(flame: &Flame) -> Vec<String> {
    let level = |depth| flame.level(depth).iter().map(|it| format!("{} {}-{}", it.node, it.start, it.end()));
    (0..flame.levels()).map(|depth| level(depth).collect::<Vec<_>>().join(", ")).collect()
}

fn runs(flame: &Flame, window: Range<u64>, depths: Range<u32>, least: u64) -> Vec<(u32, Range<u32>)> {
    let mut found = Vec::new();
    flame.runs_in(window, depths, least, &mut |run| found.push((run.depth, run.boxes)));
    found
}

/// The picture at the head of the file, and a node without any weight.
const PARENTS: [u32; 5] = [NONE, 0, 0, 1, 1];
const OWN: [i64; 5] = [2, 1, 3, 4, 0];

#[test]
fn children_stand_below_their_parent_from_its_left_edge_on() {
    let flame = laid_out(&PARENTS, &OWN);
    assert_eq!(drawn(&flame), ["0 0-10", "1 0-5, 2 5-8", "3 0-4"]);
    assert_eq!((flame.total(), flame.levels()), (10, 3));
    assert_eq!([0, 3, 4].map(|node| flame.place_of(node)), [Some(0), Some(3), None]);
    let turned = Flame::of(&PARENTS, &wholes(&PARENTS, &OWN), &[0, 2, 1, 3, 4]);
    assert_eq!(drawn(&turned), ["0 0-10", "2 0-3, 1 3-8", "3 3-7"]);
    // Some levels of it, below one box each.
    assert_eq!([0..1, 1..2, 2..3, 1..3].map(|boxes| turned.levels_above(boxes)), [3, 2, 3, 3]);
    assert_eq!(drawn(&laid_out(&[], &[])), [""; 0]);
    assert_eq!(laid_out(&[NONE], &[-4]).total(), 0);
}

#[test]
fn what_is_too_narrow_is_one_run() {
    // Below a root ten boxes of 1, one of 20, ten of 1.
    let own: Vec<i64> = [vec![50], vec![1; 10], vec![20], vec![1; 10]].concat();
    let flame = laid_out(&[vec![NONE], vec![0; 21]].concat(), &own);
    let below =
        |window, least| runs(&flame, window, 1..9, least).into_iter().map(|(_, boxes)| boxes).collect::<Vec<_>>();
    assert_eq!(below(0..90, 0).len(), 21);
    assert_eq!(below(0..90, 1).len(), 21);
    assert_eq!(below(0..90, 4), [1..5, 5..9, 9..11, 11..12, 12..16, 16..20, 20..22]);
    assert_eq!(below(0..90, 12), [1..11, 11..12, 12..22]);
    // Only what is in the window.
    assert_eq!(below(9..31, 4), [10..11, 11..12, 12..13]);
    assert_eq!(below(40..90, 4), []);
    assert_eq!(runs(&flame, 0..90, 0..1, 100), [(0, 0..1)]);
}

#[test]
fn sums_that_are_too_large_stay_within_their_parent() {
    let flame = laid_out(&[NONE, 0, 0, NONE], &[i64::MAX; 4]);
    assert_eq!(flame.total(), MOST);
    assert!(flame.boxes.iter().all(|it| it.end() <= MOST));
}

#[test]
fn deep_and_wide_ones_are_quick() {
    let began = std::time::Instant::now();
    let deep: Vec<u32> = (0..100_000_u32).map(|at| at.wrapping_sub(1)).collect();
    let flame = laid_out(&deep, &[1; 100_000]);
    assert_eq!((flame.levels(), flame.total()), (100_000, 100_000));
    assert_eq!(flame.levels_above(0..1), 100_000);
    assert_eq!(runs(&flame, 0..100_000, 99_990..200_000, 1_000).len(), 10);
    let wide: Vec<u32> = (0..100_000_u32).map(|at| if at == 0 { NONE } else { 0 }).collect();
    let flame = laid_out(&wide, &[1; 100_000]);
    assert!(runs(&flame, 0..100_000, 0..9, 100).len() <= 2_003);
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

/// Of the comparison's nodes: parents, and a weight of each in a side.
fn of(comparison: &Comparison, side: usize, own: fn(&Measure) -> i64) -> (Vec<u32>, Vec<i64>) {
    let parents = comparison.paths.nodes.iter().map(|node| node.parent).collect();
    (parents, comparison.measures.iter().map(|measures| own(&measures[side])).collect())
}

fn compared(store: &Store) -> Comparison {
    let last = TraceRow(store.traces().count() as u32 - 1);
    Comparison::of(store, [&[TraceRow(0)], &[last]], Sameness::Exact)
}

#[test]
fn self_times_of_what_does_not_overlap_add_up_to_the_total() {
    let a = "shop buy |======|\n  shop get |==    |\n    db find |=     |\n    db read | =    |\n  shop put |   == |\n";
    let store = draw_all(&[a, &a.replace("  shop put |   == |\n", "  shop new |   ===|\n")]);
    let comparison = compared(&store);
    for side in [0, 1] {
        let (parents, own) = of(&comparison, side, |measure| measure.own);
        let flame = laid_out(&parents, &own);
        for placed in &flame.boxes {
            assert_eq!(placed.width, comparison.measures[placed.node as usize][side].total as u64);
        }
        // What is only in the other side has no box.
        assert_eq!(flame.boxes.len(), 5);
    }
}

#[test]
fn real_shapes_keep_their_sums() {
    for spans in [bush(5_000), chain(5_000), fan(5_000)] {
        let store = store_of(&spans);
        let (parents, own) = of(&compared(&store), 1, |measure| measure.own);
        assert_eq!(laid_out(&parents, &own).total() as i64, own.iter().sum::<i64>());
    }
}

fn any_tree() -> impl Strategy<Value = (Vec<u32>, Vec<i64>)> {
    prop::collection::vec((any::<prop::sample::Index>(), 0_u8..10, -3_i64..40), 1..60).prop_map(|list| {
        let parent = |(at, (parent, is_root, _)): (usize, &(prop::sample::Index, u8, i64))| match at {
            0 => NONE,
            _ if *is_root == 0 => NONE,
            _ => parent.index(at) as u32,
        };
        (list.iter().enumerate().map(parent).collect(), list.iter().map(|(.., own)| *own).collect())
    })
}

proptest! {
    #[test]
    fn nothing_overlaps_and_nothing_is_lost((parents, own) in any_tree(), least in 0_u64..30) {
        let flame = laid_out(&parents, &own);
        let whole = wholes(&parents, &own);
        prop_assert_eq!(flame.total(), own.iter().map(|own| (*own).max(0) as u64).sum::<u64>());
        prop_assert_eq!(flame.boxes.len(), whole.iter().filter(|whole| **whole > 0).count());
        for (at, placed) in flame.boxes.iter().enumerate() {
            prop_assert_eq!(placed.width, whole[placed.node as usize]);
            prop_assert_eq!(flame.place_of(placed.node), Some(at as u32));
            let parent = parents[placed.node as usize];
            prop_assert_eq!(flame.boxes.get(placed.parent as usize).map_or(NONE, |it| it.node), parent);
            if let Some(above) = flame.boxes.get(placed.parent as usize) {
                prop_assert!(above.start <= placed.start && placed.end() <= above.end());
            }
            let next = flame.boxes.get(at + 1).map_or(flame.boxes.len() as u32, |it| it.children);
            prop_assert!(flame.boxes[placed.children as usize..next as usize].iter().all(|it| it.parent == at as u32));
        }
        let mut seen = Vec::new();
        let mut of_level = vec![0_u64; flame.levels() as usize];
        flame.runs_in(0..flame.total(), 0..u32::MAX, least, &mut |run| {
            let boxes = &flame.boxes[run.boxes.start as usize..run.boxes.end as usize];
            assert!(boxes.len() == 1 || boxes[boxes.len() - 1].end() - boxes[0].start <= least);
            seen.extend(run.boxes);
            of_level[run.depth as usize] += 1;
        });
        // Each box once, in order.
        prop_assert_eq!(seen, (0..flame.boxes.len() as u32).collect::<Vec<_>>());
        for (depth, count) in of_level.into_iter().enumerate() {
            let level = flame.level(depth as u32);
            prop_assert!(level.windows(2).all(|two| two[0].end() <= two[1].start));
            prop_assert!(least == 0 || count <= 2 * flame.total() / least + 2);
        }
    }

    #[test]
    fn both_sides_count_what_the_comparison_does(spans in any_spans()) {
        let store = store_of(&spans);
        let comparison = compared(&store);
        let (parents, counts) = of(&comparison, 0, |measure| measure.spans.into());
        let flame = laid_out(&parents, &counts);
        prop_assert_eq!(flame.total(), comparison.measures.iter().map(|[a, _]| u64::from(a.spans)).sum::<u64>());
    }
}
