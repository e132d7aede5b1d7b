//! A span with very many children, and a trace of very many levels.
//!
//! A hundred children: more than anybody reads, and each costs its caller something. Ten calls from service to service one below the
//! other, or a hundred levels of any kind: published studies of call graphs (Luo et al., "Characterizing microservice dependency and performance:
//! Alibaba trace analysis", 2021; Huye et al., "Lifting the veil on Meta's microservice architecture", 2023) find most traces much shallower, and
//! every hop adds its own latency and failures. Nothing is said of what it costs. The value of a depth is its number of hops.

use super::{Rule, Say, Subject, Told};

const CHILDREN: u32 = 100;
const LEVELS: u32 = 100;
const HOPS: u32 = 10;

pub(super) fn find(subject: &Subject, told: &mut Told) {
    let tree = &subject.clock.trace.tree;
    for position in (0..subject.clock.spans()).filter(|at| tree.children[*at as usize] >= CHILDREN) {
        let count = tree.children[position as usize];
        told.say(subject, of(Rule::FanOut, position, &[position], count, 0));
    }
    let mut hops = vec![0_u32; tree.len()];
    let mut deepest = 0;
    for position in 0..subject.clock.spans() {
        let at = position as usize;
        if let Some(parent) = subject.parent(position) {
            hops[at] = hops[parent as usize] + u32::from(subject.service(parent) != subject.service(position));
        }
        if (hops[at], tree.depth[at]) > (hops[deepest], tree.depth[deepest]) {
            deepest = at;
        }
    }
    if hops.get(deepest).is_some_and(|hops| *hops >= HOPS) || subject.clock.trace.depth >= LEVELS {
        let position = if hops[deepest] >= HOPS { deepest } else { lowest(&tree.depth) };
        let evidence = [position as u32];
        told.say(subject, of(Rule::Depth, position as u32, &evidence, tree.depth[position] + 1, hops[position].into()));
    }
}

fn lowest(depths: &[u32]) -> usize {
    let mut lowest = 0;
    for (at, depth) in depths.iter().enumerate() {
        if *depth > depths[lowest] {
            lowest = at;
        }
    }
    lowest
}

fn of(rule: Rule, position: u32, evidence: &[u32], count: u32, value: i64) -> Say<'_> {
    Say { rule, at: position, of: position, text: 0, said: 0, evidence, count, cost: 0, value }
}
