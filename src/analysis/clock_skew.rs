//! Clock skew: what to add to a host's times so that children fit into their parents.
//!
//! After the adjuster of Jaeger's backend (`adjuster/clockskew.go`): a span on its parent's host moves with the parent. On another
//! host, a child that lies within its parent stays; one that is not longer is put into the parent's middle, as if the message
//! took as long there as back; a longer one is moved to the parent's start if it begins before it.
//!
//! Zipkin (`clockSkew.js`) knows client and server halves only, moves a server that begins before its client in the same way,
//! and one without a known length, or longer than the client, to a microsecond behind the client's start: so here, for a CLIENT and the
//! SERVER below it.
//!
//! Mended: what its parent does not wait for ([`waits_for`]) need not end within it and is only kept from beginning too early;
//! spans of one service without a known host move together, where Jaeger would put each into its parent's middle; a repeated id
//! or an absent parent does not keep the rest of the trace from being adjusted.

use super::hosts::{Host, Hosts};
use super::waiting::waits_for;
use crate::model::{SpanFlags, SpanKind, SpanRow, SpanTree, Store, TraceRow};

/// The time that Zipkin believes a message to take at least, in nanoseconds.
const SHORTEST_WAY: i64 = 1_000;

/// How a trace's times are to be shifted, all in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shifts {
    /// What to add to start, end and events of the span at a position. Empty if nothing is to be shifted.
    pub by_position: Vec<i64>,
    /// Spans that are shifted.
    pub shifted: u32,
    /// The greatest shift, to either side; the position of the first span that has it.
    pub largest: i64,
    pub largest_at: u32,
    /// Spans that would be shifted by more than the limit, which are left as they are, those that move with them included.
    pub beyond_limit: u32,
    /// Roots whose parent is not in the trace: nobody knows how their clock stands to the others.
    pub unaligned_roots: u32,
}

/// The shifts of a trace, of at most `limit` nanoseconds to either side ([`i64::MAX`]: any; Jaeger's `maxClockSkewAdjust`). In linear time.
pub fn shifts(store: &Store, trace: TraceRow, limit: i64) -> Shifts {
    let trace = store.trace(trace);
    let mut hosts = Hosts::new(store);
    let mut shifts =
        Shifts { by_position: vec![0; trace.tree.len()], unaligned_roots: trace.orphans, ..Shifts::default() };
    // What a span would be shifted by if there were no limit, for those that move with it.
    let mut wanted = vec![0; trace.tree.len()];
    for position in 0..trace.tree.len() {
        let parent = trace.tree.parent[position];
        if parent == SpanTree::NO_PARENT {
            continue;
        }
        let parent = parent as usize;
        let pair = Pair { store, parent: trace.tree.order[parent], child: trace.tree.order[position] };
        let moves_along = pair.share_a_clock(hosts.of(pair.parent), hosts.of(pair.child));
        let shift = if moves_along { wanted[parent] } else { pair.shift(shifts.by_position[parent]) };
        wanted[position] = shift;
        shifts.set(position, shift, limit);
    }
    if shifts.shifted == 0 {
        shifts.by_position = Vec::new();
    }
    shifts
}

impl Shifts {
    fn set(&mut self, position: usize, shift: i64, limit: i64) {
        if shift == 0 {
            return;
        }
        if shift.saturating_abs() > limit {
            self.beyond_limit += 1;
            return;
        }
        self.by_position[position] = shift;
        self.shifted += 1;
        if shift.saturating_abs() > self.largest.saturating_abs() {
            (self.largest, self.largest_at) = (shift, position as u32);
        }
    }
}

/// A span and its parent.
struct Pair<'a> {
    store: &'a Store,
    parent: SpanRow,
    child: SpanRow,
}

impl Pair<'_> {
    fn share_a_clock(&self, parent: Host, child: Host) -> bool {
        let unknown = !parent.is_known() && !child.is_known();
        parent.is_same(child) || unknown && self.store.service(self.parent) == self.store.service(self.child)
    }

    /// What brings the child to its parent, which is shifted itself.
    fn shift(&self, of_parent: i64) -> i64 {
        let spans = &self.store.spans;
        let (parent, child) = (spans.duration(self.parent).0, spans.duration(self.child).0);
        // The child's start after its parent's. A span that has no start of its own has that of its parent.
        let after = (spans.start(self.child) - spans.start(self.parent)).0.saturating_sub(of_parent);
        if self.has_open_end() || child > parent {
            let earliest = if self.is_call() { SHORTEST_WAY } else { 0 };
            return if after < 0 { earliest.saturating_sub(after) } else { 0 };
        }
        let fits = after >= 0 && after <= parent - child;
        if fits { 0 } else { ((parent - child) / 2).saturating_sub(after) }
    }

    /// Whether the child may end after its parent, or the end of one of them is not known: Zipkin has no length of 0.
    fn has_open_end(&self) -> bool {
        let spans = &self.store.spans;
        let unfinished = [self.parent, self.child].iter().any(|row| spans.flags(*row).has(SpanFlags::UNFINISHED));
        let no_length = [self.parent, self.child].iter().any(|row| spans.duration(*row).0 == 0);
        unfinished || self.is_call() && no_length || !waits_for(self.store, self.parent, self.child)
    }

    fn is_call(&self) -> bool {
        let kinds = [self.parent, self.child].map(|row| self.store.spans.kind(row));
        kinds == [SpanKind::Client, SpanKind::Server]
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, any_spans, chain, fan, span, store_of};
    use super::*;
    use proptest::prelude::*;

    const A: &[(&str, &str)] = &[("host.name", "a")];
    const B: &[(&str, &str)] = &[("host.name", "b")];

    fn on(host: &'static [(&'static str, &'static str)], given: Given) -> Given {
        Given { host, ..given }
    }

    fn of(spans: &[Given], limit: i64) -> Shifts {
        shifts(&store_of(spans), TraceRow(0), limit)
    }

    /// The shift of a child on another host.
    fn of_child(given: Given) -> i64 {
        let shifts = of(&[on(A, span(None, 10, 110)), on(B, given)], i64::MAX);
        // A child that starts before its parent is still behind it in the tree.
        shifts.by_position.get(1).copied().unwrap_or_default()
    }

    #[test]
    fn a_child_on_another_host_is_put_into_its_parents_middle() {
        assert_eq!(of_child(span(0, 0, 50)), 35);
        assert_eq!(of_child(span(0, 100, 150)), -65);
        assert_eq!(of_child(span(0, 500, 600)), -490);
        assert_eq!(of_child(span(0, 20, 70)), 0);
        assert_eq!(of_child(span(0, 10, 110)), 0);
    }

    #[test]
    fn a_longer_child_is_only_moved_forward() {
        assert_eq!(of_child(span(0, 0, 500)), 10);
        assert_eq!(of_child(span(0, 50, 500)), 0);
    }

    #[test]
    fn what_is_not_waited_for_is_only_moved_forward() {
        let follows = |given| Given { flags: SpanFlags::FOLLOWS_PARENT, ..given };
        assert_eq!(of_child(follows(span(0, 500, 510))), 0);
        assert_eq!(of_child(follows(span(0, 0, 5))), 10);
        let unfinished = Given { flags: SpanFlags::UNFINISHED, ..span(0, 500, 500) };
        assert_eq!(of_child(unfinished), 0);
    }

    #[test]
    fn spans_of_one_host_move_together() {
        let spans = [
            on(A, span(None, 1000, 2000)),
            on(B, span(0, 200, 400)),
            on(B, span(1, 900, 950)),
            on(A, span(2, 1510, 1520)),
            on(A, span(3, 1000, 1001)),
        ];
        let shifts = of(&spans, i64::MAX);
        // The third ends after its parent, but by the same clock. The fourth is put into the shifted third's middle.
        assert_eq!(shifts.by_position, [0, 1200, 1200, 610, 610]);
        assert_eq!((shifts.shifted, shifts.largest, shifts.largest_at), (4, 1200, 1));
    }

    #[test]
    fn unknown_hosts_are_told_by_their_services() {
        let pay = |given| Given { service: "pay", ..given };
        let shifts = of(&[span(None, 10, 20), span(0, 0, 5), pay(span(0, 0, 5))], i64::MAX);
        assert_eq!(shifts.by_position, [0, 0, 12]);
        let half_known = of(&[on(A, span(None, 10, 20)), span(0, 0, 5)], i64::MAX);
        assert_eq!(half_known.by_position, [0, 12]);
    }

    #[test]
    fn a_shift_beyond_the_limit_is_left_out() {
        let spans = [on(A, span(None, 10, 110)), on(B, span(0, 0, 50)), on(B, span(1, 10, 20))];
        let shifts = of(&spans, 34);
        assert_eq!((shifts.by_position, shifts.beyond_limit, shifts.shifted), (vec![], 2, 0));
        assert_eq!(of(&spans, 35).by_position, [0, 35, 35]);
    }

    #[test]
    fn a_server_without_length_begins_after_its_client() {
        let of = |start: i64, end: i64| {
            let kinds = [SpanKind::Client, SpanKind::Server];
            of_pair(kinds, span(None, 20_000, 40_000), span(0, start, end))
        };
        assert_eq!(of(10_000, 10_000), 11_000);
        assert_eq!(of(10_000, 60_000), 11_000);
        assert_eq!(of(10_000, 20_000), 15_000);
    }

    fn of_pair(kinds: [SpanKind; 2], parent: Given, child: Given) -> i64 {
        let spans = [Given { kind: kinds[0], ..on(A, parent) }, Given { kind: kinds[1], ..on(B, child) }];
        of(&spans, i64::MAX).by_position[1]
    }

    #[test]
    fn an_absent_parent_is_counted() {
        let mut spans = vec![on(A, span(None, 0, 9)), on(A, span(Some(77), 5, 9)), on(B, span(1, 0, 2))];
        let shifts = of(&spans, i64::MAX);
        assert_eq!((shifts.by_position, shifts.unaligned_roots), (vec![0, 0, 6], 1));
        spans.truncate(1);
        assert_eq!(of(&spans, i64::MAX), Shifts::default());
    }

    #[test]
    fn deep_and_wide_traces_are_quick() {
        let began = std::time::Instant::now();
        for mut spans in [chain(100_000), fan(100_000)] {
            spans.iter_mut().enumerate().for_each(|(at, span)| span.host = if at % 2 == 0 { A } else { B });
            assert_eq!(of(&spans, i64::MAX), Shifts::default());
        }
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn shifted_children_on_other_hosts_fit_into_their_parents(spans in any_spans(), hosts in prop::collection::vec(any::<bool>(), 40)) {
            let spans: Vec<Given> = spans.into_iter().zip(hosts).map(|(span, is_a)| on(if is_a { A } else { B }, span)).collect();
            let store = store_of(&spans);
            let found = shifts(&store, TraceRow(0), i64::MAX);
            let clock = super::super::clock::Clock::new(&store, TraceRow(0)).shifted(&found.by_position);
            let mut of = Hosts::new(&store);
            for position in 0..clock.spans() {
                let Some(parent) = clock.trace.tree.parent_of(position as usize) else {
                    prop_assert_eq!(clock.shift(position), 0);
                    continue;
                };
                let pair = Pair { store: &store, parent: clock.trace.tree.order[parent], child: clock.trace.tree.order[position as usize] };
                let parent = parent as u32;
                if of.of(pair.parent).is_same(of.of(pair.child)) {
                    prop_assert_eq!(clock.shift(position), clock.shift(parent));
                    continue;
                }
                prop_assert!(clock.start(position) >= clock.start(parent));
                if !pair.has_open_end() && clock.duration(position) <= clock.duration(parent) {
                    prop_assert!(clock.end(position) <= clock.end(parent));
                }
            }
        }
    }
}
