//! Siblings that repeat: children of one span with the same service and name, which a list may show as one row.
//!
//! They need not stand next to each other, and may have children of their own. (Sentry does so for five and more.)

use super::children::children;
use super::clock::Clock;
use super::operations::{Operations, nearest_rank};
use crate::model::{StatusCode, order};

/// Siblings of one operation. Times are durations in nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The position of the first member, where the group's row is.
    pub first: u32,
    /// Positions, ascending.
    pub members: Vec<u32>,
    pub sum: i64,
    pub min: i64,
    pub max: i64,
    /// Of an even number the lower one.
    pub median: i64,
    /// Members with status Error; what is below them does not count.
    pub errors: u32,
}

/// The groups of a trace, by the position of their parents, then of their first members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    pub groups: Vec<Group>,
    /// By position: the number of the span's group and 1, or 0. Empty if there are no groups.
    of_position: Vec<u32>,
}

impl Groups {
    /// The number of the group that a span is a member of.
    pub fn number_of(&self, position: u32) -> Option<u32> {
        self.of_position.get(position as usize)?.checked_sub(1)
    }

    /// The group that a span is a member of.
    pub fn group_of(&self, position: u32) -> Option<&Group> {
        self.groups.get(self.number_of(position)? as usize)
    }

    fn add(&mut self, group: Group, spans: u32) {
        self.of_position.resize(spans as usize, 0);
        self.groups.push(group);
        let number = self.groups.len() as u32;
        let Some(group) = self.groups.last() else { return };
        group.members.iter().for_each(|member| self.of_position[*member as usize] = number);
    }
}

/// The groups of at least so many (and two) siblings. In linear time, but for the medians. Roots are nobody's children.
pub fn groups(clock: &Clock, least: usize) -> Groups {
    let (tree, least) = (&clock.trace.tree, least.max(2));
    let operations = Operations::of(clock);
    // By operation: its members below the parent at hand. Emptied after each parent.
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); operations.count as usize];
    let mut groups = Groups::default();
    for parent in (0..clock.spans()).filter(|parent| tree.children[*parent as usize] as usize >= least) {
        let operation = |child: u32| operations.of_position[child as usize] as usize;
        children(tree, parent).for_each(|child| members[operation(child)].push(child));
        for child in children(tree, parent) {
            let of_child = &mut members[operation(child)];
            // Empty: another member of its group came before.
            if of_child.len() >= least {
                groups.add(group(clock, std::mem::take(of_child)), clock.spans());
            } else {
                of_child.clear();
            }
        }
    }
    groups
}

/// There is at least one member.
fn group(clock: &Clock, members: Vec<u32>) -> Group {
    let duration = |at: u32| clock.duration(members[at as usize]);
    let sorted = order::sorted(members.len(), &mut |a, b| duration(a).cmp(&duration(b)));
    let sorted: Vec<i64> = sorted.into_iter().map(duration).collect();
    let is_error =
        |member: &&u32| clock.store.spans.status(clock.trace.tree.order[**member as usize]) == StatusCode::Error;
    Group {
        first: members.first().copied().unwrap_or_default(),
        sum: sorted.iter().fold(0, |sum: i64, duration| sum.saturating_add(*duration)),
        min: nearest_rank(&sorted, 0),
        max: nearest_rank(&sorted, 100),
        median: nearest_rank(&sorted, 50),
        errors: members.iter().filter(is_error).count() as u32,
        members,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Given, any_spans, fan, span, store_of};
    use super::*;
    use crate::model::{SpanTree, TraceRow, draw};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn siblings_of_one_operation_are_a_group() {
        let store = draw(
            "
shop a      |==========|
  redis get |=         |
  redis get | ==       |
    disk io | =        |
  redis set |    =     |
  redis get !|    ===   |
  redis get |       ===|
    redis get |    =   |
",
        );
        let clock = Clock::new(&store, TraceRow(0));
        let millis = |millis: i64| millis * 1_000_000;
        let expected = Group {
            first: 1,
            members: vec![1, 2, 5, 6],
            sum: millis(9),
            min: millis(1),
            max: millis(3),
            median: millis(2),
            errors: 1,
        };
        let found = groups(&clock, 4);
        assert_eq!(found.groups, [expected]);
        let members: Vec<bool> = (0..9).map(|position| found.group_of(position).is_some()).collect();
        assert_eq!(members, [false, true, true, false, false, true, true, false, false]);
        assert_eq!(groups(&clock, 5), Groups::default());
        assert_eq!(groups(&clock, 5).group_of(1), None);
    }

    #[test]
    fn one_is_no_group_and_roots_are_none() {
        let store = store_of(&[span(None, 0, 1), span(None, 0, 1), span(1, 0, 1)]);
        assert_eq!(groups(&Clock::new(&store, TraceRow(0)), 0).groups, []);
    }

    #[test]
    fn a_hundred_thousand_siblings_are_quick() {
        let store = store_of(&fan(100_000));
        let began = std::time::Instant::now();
        let found = groups(&Clock::new(&store, TraceRow(0)), 5);
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
        assert_eq!(
            (found.groups.len(), found.groups[0].members.len(), found.number_of(100_000)),
            (1, 100_000, Some(0))
        );
    }

    proptest! {
        #[test]
        fn groups_are_all_siblings_of_one_operation(spans in any_spans(), least in 2_usize..5) {
            let store = store_of(&spans);
            let clock = Clock::new(&store, TraceRow(0));
            let tree = &clock.trace.tree;
            let mut expected: BTreeMap<(u32, &str), Vec<u32>> = BTreeMap::new();
            for position in (0..clock.spans()).filter(|at| tree.parent[*at as usize] != SpanTree::NO_PARENT) {
                let name = store.span(tree.order[position as usize]).name();
                expected.entry((tree.parent[position as usize], name)).or_default().push(position);
            }
            let mut expected: Vec<Vec<u32>> = expected.into_values().filter(|members| members.len() >= least).collect();
            let found = groups(&clock, least);
            let mut ours: Vec<Vec<u32>> = found.groups.iter().map(|group| group.members.clone()).collect();
            expected.sort();
            ours.sort();
            prop_assert_eq!(ours, expected);
            for position in 0..clock.spans() {
                let of = found.groups.iter().position(|group| group.members.contains(&position));
                prop_assert_eq!(found.number_of(position), of.map(|number| number as u32));
            }
            for group in &found.groups {
                let errors = group.members.iter().filter(|at| store.spans.status(tree.order[**at as usize]) == StatusCode::Error);
                prop_assert_eq!((group.errors as usize, group.first), (errors.count(), group.members[0]));
                prop_assert_eq!(group.sum, group.members.iter().map(|member| clock.duration(*member)).sum::<i64>());
            }
        }
    }

    #[test]
    fn services_tell_operations_apart() {
        let child = |service| Given { service, ..span(0, 0, 1) };
        let store = store_of(&[span(None, 0, 9), child("a"), child("b"), child("a"), child("b"), child("a")]);
        let found = groups(&Clock::new(&store, TraceRow(0)), 2);
        assert_eq!(found.groups.iter().map(|group| group.members.len()).collect::<Vec<_>>(), [3, 2]);
    }
}
