//! The critical path: for each moment of a root span the one span below it that made it take so long.
//!
//! After Jaeger UI (`TracePage/CriticalPath`): a child is cut to its parent's time, one fully outside is left out with all
//! below it, and so is one that its parent does not wait for. Then backwards from the root's end: the child that ended last
//! is what its parent waited for; before it began, the one that ended last before that; in between it was the parent itself.
//! Mended: a child that ends exactly when the next one begins is followed; a start at 0 is a time like others; siblings are
//! sorted once; nothing recurses.
//!
//! So the sections of a root cover its time without gap and overlap, and those of a span and all below it are one stretch
//! without gap: the walk enters a span once, at its end, and leaves it at its start.

use super::children::{children, end_of};
use super::clock::Clock;
use super::waiting::waits_for;
use crate::model::index::Numbers;
use crate::model::{SpanId, StringId, order};
use std::cmp::Ordering;

/// A part of the critical path: in this time it was this span that the root waited for. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    pub position: u32,
    /// Nanoseconds from the trace's start; `to` is the first that is not in it.
    pub from: i64,
    pub to: i64,
}

impl Section {
    pub fn length(&self) -> i64 {
        self.to.saturating_sub(self.from)
    }
}

/// The critical path below each root, by position and time. Roots are any positions: those of the trace, or the one span that a
/// view shows; one that is below another of them counts as part of that one's path.
pub fn critical_path(clock: &Clock, roots: &[u32]) -> Vec<Section> {
    let mut roots = roots.to_vec();
    order::sort(&mut roots, &mut |a, b| a.cmp(&b));
    let mut walk = Walk { clock, waiting: Vec::new(), open: Vec::new(), sections: Vec::new() };
    let (mut first, mut end) = (None, 0);
    for root in roots.into_iter().filter(|root| *root < clock.spans()) {
        if first.is_some() && root < end {
            continue;
        }
        walk.root(root);
        first = first.or(Some(root));
        end = end_of(&clock.trace.tree, root);
    }
    by_position(&walk.sections, first.unwrap_or_default(), end)
}

/// A child as long as its parent could wait for it.
#[derive(Clone, Copy)]
struct Cut {
    position: u32,
    from: i64,
    to: i64,
}

/// A span that the path is in.
struct Open {
    position: u32,
    from: i64,
    /// Where its children begin in [`Walk::waiting`]; they end where those of the next open span begin.
    children: usize,
}

struct Walk<'a> {
    clock: &'a Clock<'a>,
    /// The children that are still to come of every open span; of a span the one that ended last is last.
    waiting: Vec<Cut>,
    open: Vec<Open>,
    /// From the end to the start.
    sections: Vec<Section>,
}

impl Walk<'_> {
    fn root(&mut self, root: u32) {
        let (from, to) = (self.clock.start(root), self.clock.end(root));
        let mut time = to;
        self.enter(Cut { position: root, from, to });
        while let Some(open) = self.open.last() {
            let Open { position, from, children } = *open;
            match self.next_child(children, time) {
                Some(child) => {
                    self.add(position, child.to, time);
                    time = child.to;
                    self.enter(child);
                }
                None => {
                    self.add(position, from, time);
                    time = from;
                    self.open.pop();
                }
            }
        }
    }

    /// The child that ended last, of those that ended by then. The others were not waited for.
    fn next_child(&mut self, children: usize, time: i64) -> Option<Cut> {
        while self.waiting.len() > children {
            let child = self.waiting.pop()?;
            if child.to <= time {
                return Some(child);
            }
        }
        None
    }

    fn add(&mut self, position: u32, from: i64, to: i64) {
        if from < to {
            self.sections.push(Section { position, from, to });
        }
    }

    fn enter(&mut self, span: Cut) {
        let clock = self.clock;
        self.open.push(Open { position: span.position, from: span.from, children: self.waiting.len() });
        let row = |position: u32| clock.trace.tree.order[position as usize];
        let all = children(&clock.trace.tree, span.position);
        let cut = all
            .map(|position| {
                let (from, to) = (clock.start(position).max(span.from), clock.end(position).min(span.to));
                Cut { position, from, to }
            })
            .filter(|child| child.from < child.to && waits_for(clock.store, row(span.position), row(child.position)));
        let mut cut: Vec<Cut> = cut.collect();
        let mut compare = |a: &Cut, b: &Cut| by_end(clock, a, b);
        if !cut.is_sorted_by(|a, b| compare(a, b).is_le()) {
            cut = order::arrange(cut, &mut compare);
        }
        self.waiting.extend(cut);
    }
}

/// By end; of those that end together the longest is last, then the one with most below it: it tells most. Whole equals are told
/// apart by their ids, so that the path does not depend on the order in which a file has them.
fn by_end(clock: &Clock, a: &Cut, b: &Cut) -> Ordering {
    let tree = &clock.trace.tree;
    let below = |child: &Cut| tree.descendants[child.position as usize];
    let id = |child: &Cut| match clock.store.spans.id(tree.order[child.position as usize]) {
        Some(SpanId::Hex { bits, .. }) => bits,
        Some(SpanId::Text(text)) => u64::from(text.0),
        None => 0,
    };
    (a.to, b.from, below(a)).cmp(&(b.to, a.from, below(b))).then_with(|| id(b).cmp(&id(a)))
}

/// Sections sorted by position and time, in linear time: those of a position come latest first. All are in `first..end`.
fn by_position(sections: &[Section], first: u32, end: u32) -> Vec<Section> {
    let place = |section: &Section| (section.position - first) as usize;
    let mut next = vec![0_u32; (end - first) as usize + 1];
    sections.iter().for_each(|section| next[place(section) + 1] += 1);
    (1..next.len()).for_each(|at| next[at] += next[at - 1]);
    let mut sorted = vec![Section { position: 0, from: 0, to: 0 }; sections.len()];
    for section in sections.iter().rev() {
        let at = &mut next[place(section)];
        sorted[*at as usize] = *section;
        *at += 1;
    }
    sorted
}

/// The sections of the positions `from..to`.
pub fn of_positions(sections: &[Section], from: u32, to: u32) -> &[Section] {
    let place = |position: u32| sections.partition_point(|section| section.position < position);
    let start = place(from);
    &sections[start..place(to).max(start)]
}

/// When the path was in one of the positions `from_position..to_position`: sorted by time; what touches or overlaps is one.
pub fn merged(sections: &[Section], from_position: u32, to_position: u32) -> Vec<(i64, i64)> {
    let sections = of_positions(sections, from_position, to_position);
    let sorted = order::sorted(sections.len(), &mut |a, b| {
        let [a, b] = [a, b].map(|at| sections[at as usize]);
        (a.from, a.to).cmp(&(b.from, b.to))
    });
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for section in sorted.into_iter().map(|at| sections[at as usize]) {
        match merged.last_mut() {
            Some((_, end)) if section.from <= *end => *end = section.to.max(*end),
            _ => merged.push((section.from, section.to)),
        }
    }
    merged
}

/// When the path was in a span or below it, which is one stretch: what [`merged`] gives for the positions of one subtree, without
/// sorting.
pub fn stretch_below(clock: &Clock, sections: &[Section], position: u32) -> Option<(i64, i64)> {
    let below = of_positions(sections, position, end_of(&clock.trace.tree, position));
    Some((below.iter().map(|section| section.from).min()?, below.iter().map(|section| section.to).max()?))
}

/// How long the path was in a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceTime {
    pub service: StringId,
    /// Nanoseconds.
    pub time: i64,
}

/// How long the path was in each service, longest first, then by name. Shares are of their sum.
pub fn by_service(clock: &Clock, sections: &[Section]) -> Vec<ServiceTime> {
    let (mut places, mut times) = (Numbers::default(), Vec::<ServiceTime>::new());
    for section in sections {
        let service = clock.store.service(clock.trace.tree.order[section.position as usize]);
        let place = places.get_or_set(service.0, times.len() as u32) as usize;
        if place == times.len() {
            times.push(ServiceTime { service, time: 0 });
        }
        times[place].time = times[place].time.saturating_add(section.length());
    }
    let name = |time: &ServiceTime| clock.store.text(time.service);
    order::arrange(times, &mut |a, b| b.time.cmp(&a.time).then_with(|| name(a).cmp(name(b))))
}

#[cfg(test)]
#[path = "critical_path_tests.rs"]
mod tests;
