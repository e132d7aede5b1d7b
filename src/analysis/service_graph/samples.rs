//! Durations in groups, and the ranks of each group.

use super::Times;
use crate::analysis::operations::place_of_rank;
use crate::model::order;

/// Durations that belong to groups.
#[derive(Default)]
pub struct Samples {
    pub groups: Vec<u32>,
    pub nanos: Vec<i64>,
}

impl Samples {
    pub fn push(&mut self, group: u32, nanos: i64) {
        self.groups.push(group);
        self.nanos.push(nanos);
    }

    /// By group. All are sorted at once: going through them upwards, each group's ranks come by.
    pub fn times(&self, groups: usize) -> Vec<Times> {
        let mut times = vec![Times::default(); groups];
        self.groups.iter().for_each(|group| times[*group as usize].count += 1);
        let mut seen = vec![0_u32; groups];
        for at in order::by_number(&self.nanos) {
            let (group, nanos) = (self.groups[at as usize] as usize, self.nanos[at as usize]);
            let (place, it) = (seen[group] as usize, &mut times[group]);
            seen[group] += 1;
            let count = it.count as usize;
            for (percent, rank) in [(50, &mut it.p50), (95, &mut it.p95), (99, &mut it.p99)] {
                if place == place_of_rank(count, percent) {
                    *rank = nanos;
                }
            }
        }
        times
    }
}
