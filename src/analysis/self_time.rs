//! Self time: what is left of a span's duration without its children's.
//!
//! As Jaeger UI has it (`computeSpanSelfTime`): children that overlap count once, and only as far as they lie within the
//! span; whether the span waits for them does not matter.

use super::children::children;
use super::clock::Clock;
use crate::model::{SpanKind, order};

/// Self times in nanoseconds, by position. In linear time if siblings are in order of their starts, as those with unshifted times
/// are.
pub fn self_times(clock: &Clock) -> Vec<i64> {
    let mut room = Vec::new();
    (0..clock.spans()).map(|position| measure(clock, position, &mut room, true)).collect()
}

/// The same, but for children of kind Consumer: their parent does not wait for them, and what they take is its own time. As Jaeger UI's trace
/// graph has it (FEATURES §3.1), but to the nanosecond: there each child is a microsecond shorter.
pub fn self_times_of_waiting(clock: &Clock) -> Vec<i64> {
    let mut room = Vec::new();
    (0..clock.spans()).map(|position| measure(clock, position, &mut room, false)).collect()
}

/// The self time of one span, in nanoseconds.
pub fn self_time(clock: &Clock, position: u32) -> i64 {
    measure(clock, position, &mut Vec::new(), true)
}

/// `room` is memory for the children's times. `counts_all`: those of kind Consumer, too.
fn measure(clock: &Clock, position: u32, room: &mut Vec<(i64, i64)>, counts_all: bool) -> i64 {
    let (start, end) = (clock.start(position), clock.end(position));
    room.clear();
    let tree = &clock.trace.tree;
    let counts = |child: &u32| counts_all || clock.store.spans.kind(tree.order[*child as usize]) != SpanKind::Consumer;
    let children = children(tree, position).filter(counts);
    room.extend(children.map(|child| (clock.start(child), clock.end(child))));
    if !room.is_sorted_by_key(|(start, _)| *start) {
        *room = order::arrange(std::mem::take(room), &mut |a, b| a.0.cmp(&b.0));
    }
    let (mut own, mut covered) = (clock.duration(position), start);
    for (from, to) in room.iter() {
        let (from, to) = (covered.max(*from), end.min(*to));
        if from < to {
            own -= to - from;
            covered = to;
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_spans, chain, fan, span, store_of};
    use super::*;
    use crate::model::{TraceRow, draw};
    use proptest::prelude::*;

    #[test]
    fn children_count_once_and_as_far_as_they_lie_within() {
        let store = draw(
            "
shop a   |  ======  |
  shop b |====      |
  shop c |   ==     |
  shop d |      ====|
  shop e |        ==|
",
        );
        let times = self_times(&Clock::new(&store, TraceRow(0)));
        assert_eq!(times.iter().map(|time| time / 1_000_000).collect::<Vec<_>>(), [1, 4, 2, 4, 2]);
    }

    #[test]
    fn shifted_siblings_need_not_be_in_order() {
        let store = store_of(&[span(None, 0, 10), span(0, 0, 2), span(0, 1, 4)]);
        let clock = Clock::new(&store, TraceRow(0)).shifted(&[0, 7, 0]);
        assert_eq!(self_times(&clock), [5, 2, 3]);
    }

    #[test]
    fn deep_and_wide_traces_are_quick() {
        let began = std::time::Instant::now();
        let of = |store| self_times(&Clock::new(&store, TraceRow(0))).iter().sum::<i64>();
        assert_eq!(of(store_of(&chain(100_000))), 200_000);
        assert_eq!(of(store_of(&fan(100_000))), 1_000_000);
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn it_is_the_time_in_which_no_child_runs(spans in any_spans(), shifts in prop::collection::vec(-9_i64..9, 40)) {
            let store = store_of(&spans);
            for shifts in [&[][..], &shifts] {
                let clock = Clock::new(&store, TraceRow(0)).shifted(shifts);
                let times = self_times(&clock);
                for position in 0..clock.spans() {
                    let runs = |child: u32, moment| (clock.start(child)..clock.end(child)).contains(&moment);
                    let alone = (clock.start(position)..clock.end(position))
                        .filter(|moment| !children(&clock.trace.tree, position).any(|child| runs(child, *moment)));
                    prop_assert_eq!(times[position as usize], alone.count() as i64);
                    prop_assert_eq!(self_time(&clock, position), times[position as usize]);
                }
            }
        }
    }
}
