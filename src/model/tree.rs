//! The tree of a trace's spans in display order, and how it is built. Loops only: traces can be very deep.

use super::index::Numbers;
use super::order;
use super::spans::{SpanFlags, SpanRow, StatusCode};
use super::store::Store;
use super::time::UnixNanos;
use super::trace::{Findings, ServiceCount, TraceRow};
use super::tree_parents::{self, NONE, Parents};

/// Spans in pre-order: a position is a row of the timeline with nothing collapsed.
///
/// Parents come before their children, and the descendants of a position are the `descendants[position]` positions right
/// after it: one forward (or backward) pass replaces recursion, and a collapsed span skips a known number of rows.
#[derive(Debug, Default)]
pub struct SpanTree {
    pub order: Box<[SpanRow]>,
    /// Levels below the root; a root has 0.
    pub depth: Box<[u32]>,
    /// Number of spans anywhere below.
    pub descendants: Box<[u32]>,
    /// Number of spans right below.
    pub children: Box<[u32]>,
    /// The parent's position; [`SpanTree::NO_PARENT`] for a root.
    pub parent: Box<[u32]>,
}

impl SpanTree {
    pub const NO_PARENT: u32 = u32::MAX;

    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The position of a span's parent.
    pub fn parent_of(&self, position: usize) -> Option<usize> {
        let parent = self.parent[position];
        (parent != SpanTree::NO_PARENT).then_some(parent as usize)
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.len() * 5 * size_of::<u32>()
    }
}

/// Builds the tree of a trace and what is summed up over it. Its steps are functions of their own in the wasm, too: browsers compile
/// what has run a while anew, function by function, and one large one takes as long as reading ten thousand spans.
pub(super) fn build(store: &mut Store, trace: TraceRow) {
    let parents = tree_parents::find(store, trace);
    let mut children = Children::of(&parents.parent);
    if parents.rows.iter().any(|row| store.spans.flags(*row).has(SpanFlags::TIME_MISSING)) {
        lend_starts(store, &parents, &children);
    }
    children.sort(store, &parents.rows);
    let tree = lay_out(&parents, &children);
    sum_up(store, trace, tree, parents.findings);
}

/// The children of every span: ranges of one list. The last range holds the roots.
struct Children {
    starts: Vec<u32>,
    list: Vec<u32>,
}

impl Children {
    #[inline(never)]
    fn of(parent: &[u32]) -> Children {
        let count = parent.len();
        let slot = |parent: u32| {
            if parent == NONE { count } else { parent as usize }
        };
        let mut starts = vec![0_u32; count + 2];
        parent.iter().for_each(|parent| starts[slot(*parent) + 1] += 1);
        (0..=count).for_each(|i| starts[i + 1] += starts[i]);
        let (mut next, mut list) = (starts.clone(), vec![0; count]);
        for (index, parent) in parent.iter().enumerate() {
            let place = &mut next[slot(*parent)];
            list[*place as usize] = index as u32;
            *place += 1;
        }
        Children { starts, list }
    }

    fn range(&self, index: usize) -> std::ops::Range<usize> {
        self.starts[index] as usize..self.starts[index + 1] as usize
    }

    fn below(&self, index: u32) -> &[u32] {
        &self.list[self.range(index as usize)]
    }

    fn roots(&self) -> &[u32] {
        &self.list[self.range(self.starts.len() - 2)]
    }

    /// Siblings by start, then by arrival. Most files are sorted already.
    #[inline(never)]
    fn sort(&mut self, store: &Store, rows: &[SpanRow]) {
        let key = |index: u32| (store.spans.start(rows[index as usize]), index);
        for index in 0..self.starts.len() - 1 {
            let range = self.range(index);
            let siblings = &mut self.list[range];
            if !siblings.is_sorted_by_key(|index| key(*index)) {
                order::sort(siblings, &mut |a, b| key(a).cmp(&key(b)));
            }
        }
    }
}

/// Spans without a start begin with their parents; such roots with the earliest span that has a believable start.
#[inline(never)]
fn lend_starts(store: &mut Store, parents: &Parents, children: &Children) {
    let rows = &parents.rows;
    let is_missing = |store: &Store, row| store.spans.flags(row).has(SpanFlags::TIME_MISSING);
    let known = rows.iter().filter(|row| !is_missing(store, **row)).map(|row| store.spans.start(*row)).min();
    let earliest = known.filter(|start| *start >= UnixNanos::YEAR_1990).unwrap_or_default();
    let mut queue: Vec<u32> = children.roots().to_vec();
    let mut next = 0;
    while let Some(index) = queue.get(next).copied() {
        next += 1;
        let row = rows[index as usize];
        if is_missing(store, row) {
            let parent = parents.parent[index as usize];
            let start = if parent == NONE { earliest } else { store.spans.start(rows[parent as usize]) };
            store.spans.set_start(row, start);
        }
        queue.extend_from_slice(children.below(index));
    }
}

#[inline(never)]
fn lay_out(parents: &Parents, children: &Children) -> SpanTree {
    let count = parents.rows.len();
    let mut tree = Columns::with_capacity(count);
    let mut stack: Vec<(u32, u32)> = children.roots().iter().rev().map(|root| (*root, SpanTree::NO_PARENT)).collect();
    while let Some((index, parent)) = stack.pop() {
        let position = tree.order.len() as u32;
        let below = children.below(index);
        let depth = if parent == SpanTree::NO_PARENT { 0 } else { tree.depth[parent as usize] + 1 };
        tree.order.push(parents.rows[index as usize]);
        tree.depth.push(depth);
        tree.children.push(below.len() as u32);
        tree.parent.push(parent);
        stack.extend(below.iter().rev().map(|child| (*child, position)));
    }
    debug_assert_eq!(tree.order.len(), count);
    tree.finish()
}

struct Columns {
    order: Vec<SpanRow>,
    depth: Vec<u32>,
    children: Vec<u32>,
    parent: Vec<u32>,
}

impl Columns {
    fn with_capacity(count: usize) -> Columns {
        let column = || Vec::with_capacity(count);
        Columns { order: Vec::with_capacity(count), depth: column(), children: column(), parent: column() }
    }

    #[inline(never)]
    fn finish(self) -> SpanTree {
        let mut descendants = vec![0; self.order.len()];
        for position in (0..self.order.len()).rev() {
            let parent = self.parent[position];
            if parent != SpanTree::NO_PARENT {
                descendants[parent as usize] += 1 + descendants[position];
            }
        }
        SpanTree {
            order: self.order.into(),
            depth: self.depth.into(),
            descendants: descendants.into(),
            children: self.children.into(),
            parent: self.parent.into(),
        }
    }
}

#[inline(never)]
fn sum_up(store: &mut Store, row: TraceRow, tree: SpanTree, findings: Findings) {
    let services = count_services(store, &tree);
    let starts = tree.order.iter().map(|span| store.spans.start(*span));
    let (start, end) = (starts.min(), tree.order.iter().map(|span| store.spans.end(*span)).max());
    let name_span = name_span(store, &tree);
    let trace = &mut store.traces[row.0 as usize];
    trace.start = start.unwrap_or_default();
    trace.end = end.unwrap_or_default();
    trace.name_span = name_span;
    trace.errors = services.iter().map(|service| service.errors).sum();
    trace.services = services;
    trace.orphans = findings.orphans.count;
    trace.depth = tree.depth.iter().max().map_or(0, |depth| depth + 1);
    trace.findings = findings;
    trace.generation += 1;
    trace.built_from = trace.arrived();
    trace.tree = tree;
}

#[inline(never)]
fn count_services(store: &Store, tree: &SpanTree) -> Vec<ServiceCount> {
    let (mut places, mut counts) = (Numbers::default(), Vec::<ServiceCount>::new());
    for row in &tree.order {
        let service = store.service(*row);
        let place = places.get_or_set(service.0, counts.len() as u32);
        if place as usize == counts.len() {
            counts.push(ServiceCount { service, spans: 0, errors: 0 });
        }
        let count = &mut counts[place as usize];
        count.spans += 1;
        count.errors += u32::from(store.spans.status(*row) == StatusCode::Error);
    }
    let name = |place: u32| store.text(counts[place as usize].service);
    let sorted = order::sorted(counts.len(), &mut |a, b| name(a).cmp(name(b)));
    sorted.into_iter().map(|place| counts[place as usize]).collect()
}

/// See [`super::Trace::name_span`]. A trace that is one circle is named by its first span.
#[inline(never)]
fn name_span(store: &Store, tree: &SpanTree) -> SpanRow {
    let refers_inside = SpanFlags::CYCLE_CUT.with(SpanFlags::OWN_PARENT);
    let roots = (0..tree.len()).filter(|position| tree.parent[*position] == SpanTree::NO_PARENT);
    let free = roots.map(|position| tree.order[position]).filter(|row| !store.spans.flags(*row).has(refers_inside));
    let references = |row: &SpanRow| store.parent_id(*row).iter().len() + store.link_range(*row).len();
    let best = free.min_by_key(|row| (references(row), store.spans.start(*row), *row));
    best.or(tree.order.first().copied()).unwrap_or_default()
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
