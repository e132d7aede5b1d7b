//! A look at a trace, worked out: what scrolling, folding and finding ask for again and again.
//!
//! Each part is kept with what it was made from, and made anew only when that changes: a fold keeps what was found.

use std::ops::Range;
use std::rc::Rc;

use super::Memo;
use crate::analysis::clock::Clock;
use crate::analysis::clock_skew;
use crate::analysis::critical_path::{Section, critical_path, of_positions};
use crate::analysis::folds::{FoldStep, Rule, ancestors_of, collapsed};
use crate::analysis::percentiles::Ranks;
use crate::analysis::siblings::{Groups, groups};
use crate::analysis::visible_rows::{Plan, VisibleRows};
use crate::engine::questions::{Look, REPEATS};
use crate::model::{Positions, SpanTree, StatusCode, Store, StringId, TraceRow};
use crate::query::find::{self, Find, FindMode};
use crate::query::pruned::{Pruned, prune, usable};

/// A part of a look: what it was made from, and itself.
struct Part<K, V> {
    key: K,
    value: Rc<V>,
}

/// Takes the part again if its key is the same.
fn part<K: PartialEq, V>(kept: &mut Option<Part<K, V>>, key: K, make: impl FnOnce(&K) -> V) -> Rc<V> {
    if let Some(part) = kept.as_ref().filter(|part| part.key == key) {
        return part.value.clone();
    }
    let value = Rc::new(make(&key));
    *kept = Some(Part { key, value: value.clone() });
    value
}

/// Whether clocks are corrected, and the root that is looked at.
type PathOf = (bool, Option<u32>);
/// What was found, or why nothing can be.
type Finding = Result<Positions, find::Fault>;
/// The steps of a fold, and the critical path if a step depends on it.
type FoldedBy = (Vec<FoldStep>, Option<PathOf>);

/// What was worked out for a trace.
#[derive(Default)]
pub struct Parts {
    trace: TraceRow,
    shifts: Option<Part<bool, Vec<i64>>>,
    found: Option<Part<Option<Find>, Finding>>,
    pruned: Option<Part<Vec<u32>, Pruned>>,
    siblings: Option<Part<(), Groups>>,
    critical: Option<Part<PathOf, Vec<Section>>>,
    ranks: Option<Part<(), Ranks>>,
    referred: Option<Part<(), Positions>>,
    collapsed: Option<Part<FoldedBy, Positions>>,
    last: Option<Part<Look, Prepared>>,
}

/// A look, and what follows from it.
pub struct Prepared {
    pub collapsed: Rc<Positions>,
    /// What is found, of all spans of the trace.
    pub found: Rc<Finding>,
    pub pruned: Rc<Pruned>,
    pub siblings: Option<Rc<Groups>>,
    open_siblings: Vec<u32>,
    /// By position; empty if no clock is corrected.
    pub shifts: Rc<Vec<i64>>,
    /// Positions that are looked at.
    pub range: Range<u32>,
    /// Depth of the root that is looked at.
    pub top_depth: u32,
    pub rows: VisibleRows,
}

impl Prepared {
    /// Of a span that is one of repeating siblings: the first of them, and whether they are shown one by one.
    pub fn siblings_of(&self, position: u32) -> Option<(u32, bool)> {
        let group = self.siblings.as_ref()?.group_of(position)?;
        Some((group.first, self.open_siblings.contains(&group.first)))
    }

    /// The row of a span, or of what hides it.
    pub fn row_of(&self, tree: &SpanTree, position: u32) -> u32 {
        self.rows.row_of(tree, position, &|position| self.siblings_of(position))
    }

    pub fn clock<'a>(&'a self, store: &'a Store, trace: TraceRow) -> Clock<'a> {
        Clock::new(store, trace).shifted(&self.shifts)
    }

    pub fn is_found(&self, position: u32) -> bool {
        self.found.as_ref().as_ref().is_ok_and(|found| found.has(position))
    }

    /// A span that is found and could be gone to: it is in the part that is looked at, and not pruned.
    pub fn counts(&self, position: u32) -> bool {
        self.range.contains(&position) && self.is_found(position) && !self.pruned.spans.has(position)
    }
}

impl Memo {
    fn parts(&mut self, trace: TraceRow) -> &mut Parts {
        if self.parts.trace != trace {
            self.parts = Parts { trace, ..Parts::default() };
        }
        &mut self.parts
    }

    /// Whether a look at the trace is kept.
    pub fn has_looked_at(&self, trace: TraceRow) -> bool {
        self.parts.trace == trace && self.parts.last.is_some()
    }

    /// A look at a trace, from the last time if it was the same.
    pub fn look(&mut self, store: &Store, trace: TraceRow, look: &Look) -> Rc<Prepared> {
        let parts = self.parts(trace);
        if let Some(last) = parts.last.as_ref().filter(|last| last.key == *look) {
            return last.value.clone();
        }
        let value = Rc::new(parts.prepare(store, look));
        parts.last = Some(Part { key: look.clone(), value: value.clone() });
        value
    }

    /// The critical path of what is looked at.
    pub fn critical_path(&mut self, store: &Store, trace: TraceRow, look: &Look) -> Rc<Vec<Section>> {
        self.parts(trace).critical_path(store, look)
    }

    /// The durations of every operation of the trace.
    pub fn ranks(&mut self, store: &Store, trace: TraceRow) -> Rc<Ranks> {
        part(&mut self.parts(trace).ranks, (), |()| Ranks::of(&Clock::new(store, trace)))
    }

    /// The spans that others link to.
    pub fn referred(&mut self, store: &Store, trace: TraceRow) -> Rc<Positions> {
        part(&mut self.parts(trace).referred, (), |()| super::referrers::referred(store, trace))
    }
}

impl Parts {
    fn shifts(&mut self, store: &Store, look: &Look) -> Rc<Vec<i64>> {
        let trace = self.trace;
        part(&mut self.shifts, look.skew, |skew| match skew {
            true => clock_skew::shifts(store, trace, i64::MAX).by_position,
            false => Vec::new(),
        })
    }

    fn critical_path(&mut self, store: &Store, look: &Look) -> Rc<Vec<Section>> {
        let shifts = self.shifts(store, look);
        let trace = self.trace;
        let root = look.root.as_ref().and_then(|root| store.position_of(trace, root));
        part(&mut self.critical, (look.skew, root), |(_, root)| {
            let tree = &store.trace(trace).tree;
            let roots = || (0..tree.len() as u32).filter(|at| tree.parent_of(*at as usize).is_none()).collect();
            let roots: Vec<u32> = root.map_or_else(roots, |root| vec![root]);
            critical_path(&Clock::new(store, trace).shifted(&shifts), &roots)
        })
    }

    fn prepare(&mut self, store: &Store, look: &Look) -> Prepared {
        let row = self.trace;
        let trace = store.trace(row);
        let tree = &trace.tree;
        let shifts = self.shifts(store, look);
        let clock = Clock::new(store, row).shifted(&shifts);
        let found = part(&mut self.found, look.find.clone(), |text| match text {
            Some(text) => find_in(store, row, text),
            None => Ok(Positions::none(clock.spans())),
        });
        let pruned = part(&mut self.pruned, look.hidden_services.clone(), |hidden| {
            let service = |index: &u32| trace.services.get(*index as usize).map(|known| known.service);
            let hidden: Vec<StringId> = hidden.iter().filter_map(service).collect();
            prune(store, row, &usable(store, row, &hidden))
        });
        let siblings = look.join_siblings.then(|| part(&mut self.siblings, (), |()| groups(&clock, REPEATS)));
        let root = look.root.as_ref().and_then(|root| store.position_of(row, root));
        let range = root.map_or(0..clock.spans(), |root| root..root + tree.descendants[root as usize] + 1);
        let mut prepared = Prepared {
            collapsed: self.collapsed(store, look, &clock),
            found,
            pruned,
            siblings,
            open_siblings: look.open_siblings.clone(),
            shifts: shifts.clone(),
            range: range.clone(),
            top_depth: tree.depth.get(range.start as usize).copied().unwrap_or_default(),
            rows: VisibleRows::All(range),
        };
        let kept = kept(&prepared, look, &clock);
        prepared.rows = prepared.find_rows(tree, kept.as_ref());
        prepared
    }

    fn collapsed(&mut self, store: &Store, look: &Look, clock: &Clock) -> Rc<Positions> {
        let rules = look.folds.iter().filter_map(|step| match step {
            FoldStep::OpenTo(rule) | FoldStep::Collapse(rule) => Some(rule),
            _ => None,
        });
        let by_path = rules.clone().any(|rule| *rule == Rule::CriticalPath);
        let critical = by_path.then(|| self.critical_path(store, look));
        let path_of = self.critical.as_ref().map(|part| part.key).filter(|_| by_path);
        let row = self.trace;
        part(&mut self.collapsed, (look.folds.clone(), path_of), |(folds, _)| {
            let finds = rules.filter_map(|rule| match rule {
                Rule::Found(find) => Some((find, find_in(store, row, find).ok()?)),
                _ => None,
            });
            let finds: Vec<(&Find, Positions)> = finds.collect();
            let holds = |rule: &Rule, position: u32| match rule {
                Rule::CriticalPath => {
                    critical.as_ref().is_some_and(|path| !of_positions(path, position, position + 1).is_empty())
                }
                Rule::Found(find) => finds.iter().any(|(of, found)| *of == find && found.has(position)),
                other => holds(clock, other, position),
            };
            collapsed(&clock.trace.tree, folds, &holds)
        })
    }
}

fn find_in(store: &Store, trace: TraceRow, text: &Find) -> Finding {
    if text.mode == FindMode::TraceQl {
        return super::search::find_in(store, trace, &text.text);
    }
    find::parse(text).map(|query| find::matches(store, trace, &query))
}

/// What has rows if not everything does: what is found, or overlaps the window, and all that leads there.
fn kept(prepared: &Prepared, look: &Look, clock: &Clock) -> Option<Positions> {
    let only_found = prepared.found.as_ref().as_ref().ok().filter(|_| look.only_found && look.find.is_some());
    if look.within.is_none() && only_found.is_none() {
        return None;
    }
    let overlaps = |position, (from, to)| clock.start(position) <= to && clock.end(position) >= from;
    let wanted = Positions::of(clock.spans(), |position| {
        look.within.is_none_or(|window| overlaps(position, window))
            && only_found.is_none_or(|found| found.has(position))
    });
    let mut kept = ancestors_of(&clock.trace.tree, &|position| wanted.has(position));
    wanted.iter().for_each(|position| kept.insert(position));
    Some(kept)
}

impl Prepared {
    fn find_rows(&self, tree: &SpanTree, kept: Option<&Positions>) -> VisibleRows {
        let has_siblings = self.siblings.as_ref().is_some_and(|groups| !groups.groups.is_empty());
        if self.collapsed.is_empty() && kept.is_none() && self.pruned.placeholders.is_empty() && !has_siblings {
            return VisibleRows::All(self.range.clone());
        }
        let is_pruned = |position| self.pruned.spans.has(position);
        VisibleRows::of(&Plan {
            tree,
            range: self.range.clone(),
            is_collapsed: &|position| self.collapsed.has(position),
            is_left_out: &|position| is_pruned(position) || kept.is_some_and(|kept| !kept.has(position)),
            has_pruned: &|parent| self.placeholder(parent).is_some(),
            siblings: &|position| self.siblings_of(position),
        })
    }

    /// What stands for the pruned spans right below a span; `None`: for pruned roots.
    pub fn placeholder(&self, parent: Option<u32>) -> Option<&crate::query::pruned::Placeholder> {
        let list = &self.pruned.placeholders;
        let at = match parent {
            Some(parent) => list.partition_point(|known| known.parent.is_some_and(|known| known < parent)),
            None => list.len().checked_sub(1)?,
        };
        list.get(at).filter(|known| known.parent == parent)
    }
}

/// Whether a rule names a span, by the span alone.
fn holds(clock: &Clock, rule: &Rule, position: u32) -> bool {
    let (store, row) = (clock.store, clock.trace.tree.order[position as usize]);
    match rule {
        Rule::Errors => store.spans.status(row) == StatusCode::Error,
        Rule::ShorterThan(nanos) => clock.duration(position) < *nanos,
        Rule::Kind(kind) => store.spans.kind(row) == *kind,
        Rule::Service(index) => {
            clock.trace.services.get(*index as usize).is_some_and(|known| known.service == store.service(row))
        }
        Rule::CriticalPath | Rule::Found(_) => false,
    }
}
