//! How long a span took among those of its operation in the trace.

use super::clock::Clock;
use super::operations::{Operations, nearest_rank};
use crate::model::{SpanFlags, order};

/// The durations of every operation of a trace, sorted. Spans that were written before they ended do not count: nobody knows
/// how long they took.
#[derive(Debug, Default)]
pub struct Ranks {
    operations: Operations,
    /// Where an operation's durations begin; the next one's beginning is the end.
    starts: Vec<u32>,
    /// In nanoseconds, of one operation after another.
    durations: Vec<i64>,
}

/// What an operation's spans took, in nanoseconds: see [`nearest_rank`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durations {
    /// Spans that ended.
    pub count: u32,
    pub min: i64,
    pub median: i64,
    pub p95: i64,
    pub max: i64,
}

impl Ranks {
    /// In O(n log n).
    pub fn of(clock: &Clock) -> Ranks {
        let operations = Operations::of(clock);
        let has_ended = |position: u32| {
            let row = clock.trace.tree.order[position as usize];
            !clock.store.spans.flags(row).has(SpanFlags::UNFINISHED)
        };
        let ended = (0..clock.spans()).filter(|position| has_ended(*position));
        let operation = |position: u32| operations.of_position[position as usize] as usize;
        let mut starts = vec![0_u32; operations.count as usize + 1];
        ended.clone().for_each(|position| starts[operation(position) + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut durations = vec![0; starts.last().copied().unwrap_or_default() as usize];
        for position in ended {
            let place = &mut next[operation(position)];
            durations[*place as usize] = clock.duration(position);
            *place += 1;
        }
        for range in starts.windows(2) {
            sort(&mut durations[range[0] as usize..range[1] as usize]);
        }
        Ranks { operations, starts, durations }
    }

    /// The percentage of the operation's spans, itself included, that are as long as this one or shorter. Equally long ones have
    /// the same. It is rounded down, so 100 means that none is longer. A span that has not ended counts as one that took no time.
    pub fn percent(&self, clock: &Clock, position: u32) -> u8 {
        let (all, own) = (self.sorted(position), clock.duration(position));
        let not_longer = all.partition_point(|duration| *duration <= own);
        (not_longer * 100).checked_div(all.len()).unwrap_or_default() as u8
    }

    /// How many spans of the span's operation ended, and how long they took.
    pub fn durations(&self, position: u32) -> Durations {
        let all = self.sorted(position);
        let [min, median, p95, max] = [0, 50, 95, 100].map(|percent| nearest_rank(all, percent));
        Durations { count: all.len() as u32, min, median, p95, max }
    }

    fn sorted(&self, position: u32) -> &[i64] {
        let operation = self.operations.of_position[position as usize] as usize;
        &self.durations[self.starts[operation] as usize..self.starts[operation + 1] as usize]
    }
}

fn sort(durations: &mut [i64]) {
    if durations.is_sorted() {
        return;
    }
    let unsorted = durations.to_vec();
    let order = order::sorted(unsorted.len(), &mut |a, b| unsorted[a as usize].cmp(&unsorted[b as usize]));
    order.into_iter().zip(durations).for_each(|(from, to)| *to = unsorted[from as usize]);
}

/// [`Ranks::percent`] of one span, and the number of its operation's spans that ended; in one pass, without sorting.
pub fn rank(clock: &Clock, position: u32) -> (u8, u32) {
    let (spans, order) = (&clock.store.spans, &clock.trace.tree.order);
    let row = order[position as usize];
    let (name, service, own) = (spans.name(row), clock.store.service(row), clock.duration(position));
    let (mut count, mut not_longer) = (0_u64, 0_u64);
    for other in order.iter().filter(|other| spans.name(**other) == name && clock.store.service(**other) == service) {
        if !spans.flags(*other).has(SpanFlags::UNFINISHED) {
            count += 1;
            not_longer += u64::from(spans.duration(*other).0 <= own);
        }
    }
    ((not_longer * 100).checked_div(count).unwrap_or_default() as u8, count as u32)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, any_spans, span, store_of};
    use super::*;
    use crate::model::{TraceRow, draw};
    use proptest::prelude::*;

    #[test]
    fn equally_long_spans_have_the_same_rank() {
        let store = draw(
            "
shop a   |==========|
  shop b |==        |
  shop b |  ==      |
  shop b |    ===   |
  pay b  |       =  |
",
        );
        let clock = Clock::new(&store, TraceRow(0));
        let ranks = Ranks::of(&clock);
        let percents: Vec<u8> = (0..5).map(|position| ranks.percent(&clock, position)).collect();
        assert_eq!(percents, [100, 66, 66, 100, 100]);
        let [min, median, p95, max] = [2, 2, 3, 3].map(|millis| millis * 1_000_000);
        assert_eq!(ranks.durations(2), Durations { count: 3, min, median, p95, max });
        assert_eq!(ranks.durations(4).count, 1);
    }

    #[test]
    fn only_the_longest_has_a_hundred() {
        let spans: Vec<Given> = (1..=1000).map(|length| span(None, 0, length)).collect();
        let store = store_of(&spans);
        let clock = Clock::new(&store, TraceRow(0));
        let ranks = Ranks::of(&clock);
        let long = |at: u32| ranks.percent(&clock, at);
        assert_eq!([0, 9, 499, 998, 999].map(long), [0, 1, 50, 99, 100]);
    }

    #[test]
    fn spans_that_have_not_ended_do_not_count() {
        let open = Given { flags: SpanFlags::UNFINISHED, ..span(None, 3, 3) };
        let store = store_of(&[span(None, 0, 5), span(None, 1, 3), open, Given { name: "sell", ..open }]);
        let clock = Clock::new(&store, TraceRow(0));
        let ranks = Ranks::of(&clock);
        assert_eq!((ranks.durations(0).count, ranks.percent(&clock, 1), ranks.percent(&clock, 2)), (2, 50, 0));
        assert_eq!(
            (ranks.durations(3), ranks.percent(&clock, 3)),
            (Durations { count: 0, min: 0, median: 0, p95: 0, max: 0 }, 0)
        );
    }

    proptest! {
        #[test]
        fn it_is_the_share_of_those_that_are_not_longer(spans in any_spans()) {
            let store = store_of(&spans);
            let clock = Clock::new(&store, TraceRow(0));
            let ranks = Ranks::of(&clock);
            let operation = |position: u32| store.spans.name(clock.trace.tree.order[position as usize]);
            for position in 0..clock.spans() {
                let same: Vec<u32> = (0..clock.spans()).filter(|other| operation(*other) == operation(position)).collect();
                let shorter = same.iter().filter(|other| clock.duration(**other) <= clock.duration(position));
                prop_assert_eq!(ranks.percent(&clock, position) as usize, shorter.count() * 100 / same.len());
                let of = ranks.durations(position);
                prop_assert_eq!(of.count as usize, same.len());
                prop_assert_eq!(rank(&clock, position), (ranks.percent(&clock, position), of.count));
                prop_assert_eq!(Some(of.min), same.iter().map(|other| clock.duration(*other)).min());
                prop_assert_eq!(Some(of.max), same.iter().map(|other| clock.duration(*other)).max());
            }
        }
    }
}
