//! The flame graph of the last comparison, or of one group, or the flame chart of a trace: laid out once for a side and a weight, told by
//! windows.

use std::ops::Range;

use super::{Answer, Memo};
use crate::analysis::clock::Clock;
use crate::analysis::comparison::{Comparison, Measure};
use crate::analysis::flame::{Flame, Run, Weight, wholes, widest};
use crate::analysis::flame_chart::flame_chart;
use crate::analysis::paths::{Node, Text};
use crate::analysis::self_time::self_times;
use crate::engine::questions::{CompareFlame, FlameAnswer, FlameBox};
use crate::model::index::{Index, hash_of};
use crate::model::{SpanRow, StatusCode, Store, TraceRow, order};
use crate::query::find::{Find, FindMode, Searches, lowered, parse};

/// A layout, and what it was made of.
pub struct Flames {
    is_by_a: bool,
    weight: Weight,
    is_chart: bool,
    parents: Vec<u32>,
    /// All nodes by name, so that who is where stays the same from side to side. Of a chart none.
    order: Vec<u32>,
    /// By node, of A and of B; of a chart durations.
    wholes: [Vec<u64>; 2],
    /// Of a chart: self times by position.
    own: Vec<i64>,
    flame: Flame,
    /// The weight of all: where the last box ends.
    end: u64,
    found: Found,
}

/// What was found last.
#[derive(Default)]
struct Found {
    text: String,
    /// By node; empty if nothing is looked for.
    nodes: Vec<bool>,
    weight: u64,
}

impl Flames {
    pub fn is_of(&self, asked: &CompareFlame) -> bool {
        self.is_chart == asked.is_chart
            && (self.is_chart || self.is_by_a == asked.is_by_a && self.weight == asked.weight)
    }

    /// `known`: another one of the same comparison.
    pub fn of(store: &Store, comparison: &Comparison, asked: &CompareFlame, known: Option<Flames>) -> Flames {
        if asked.is_chart {
            return Flames::chart(store, comparison);
        }
        let nodes = &comparison.paths.nodes;
        let (parents, order) = match known.filter(|known| !known.is_chart) {
            Some(known) => (known.parents, known.order),
            None => (nodes.iter().map(|node| node.parent).collect(), by_name(store, comparison)),
        };
        let own = |measure: &Measure| match asked.weight {
            Weight::Time => measure.own,
            Weight::Total => measure.total,
            Weight::Spans => measure.spans.into(),
            Weight::Errors => measure.errors.into(),
        };
        let wholes = [0, 1].map(|side: usize| {
            if side == 1 && comparison.is_of_one {
                return vec![0; nodes.len()];
            }
            let own: Vec<i64> = comparison.measures.iter().map(|measures| own(&measures[side])).collect();
            let sum = if asked.weight == Weight::Total { widest } else { wholes };
            sum(&parents, &own)
        });
        let flame = Flame::of(&parents, &wholes[usize::from(!asked.is_by_a)], &order);
        let end = flame.total();
        Flames {
            is_by_a: asked.is_by_a,
            weight: asked.weight,
            is_chart: false,
            parents,
            order,
            wholes,
            own: Vec::new(),
            flame,
            end,
            found: Found::default(),
        }
    }

    fn chart(store: &Store, comparison: &Comparison) -> Flames {
        let mut chart = Flames {
            is_by_a: true,
            weight: Weight::Total,
            is_chart: true,
            parents: Vec::new(),
            order: Vec::new(),
            wholes: [Vec::new(), Vec::new()],
            own: Vec::new(),
            flame: Flame::default(),
            end: 0,
            found: Found::default(),
        };
        let Some(trace) = comparison.groups[0].traces.first() else { return chart };
        let clock = Clock::new(store, *trace);
        chart.parents = clock.trace.tree.parent.to_vec();
        chart.wholes[0] = (0..clock.spans()).map(|at| clock.duration(at).max(0) as u64).collect();
        chart.own = self_times(&clock);
        chart.flame = flame_chart(&clock);
        chart.end = clock.trace.duration().0.max(0) as u64;
        chart
    }

    /// The places of the boxes that fill the width. Of nodes that have no box in this side: the whole.
    fn zoomed(&self, zoom: Option<[u32; 2]>) -> Option<Range<u32>> {
        let [first, last] = zoom?.map(|node| self.flame.place_of(node));
        // Several are of one level, but may hang below others.
        let (first, last) = (first.or(last)?, last.or(first)?);
        Some(first.min(last)..first.max(last) + 1)
    }

    /// The weights that fill the width, and the levels there are then.
    fn window(&self, zoom: Option<[u32; 2]>) -> (Range<u64>, u32) {
        let Some(zoomed) = self.zoomed(zoom) else { return (0..self.end, self.flame.levels()) };
        let boxes = &self.flame.boxes[zoomed.start as usize..zoomed.end as usize];
        let window = boxes[0].start..boxes[boxes.len() - 1].end();
        (window, if self.is_chart { self.flame.levels() } else { self.flame.levels_above(zoomed) })
    }

    /// What the roots are of A, as it is said of boxes: durations may be less than what is below them is wide.
    fn of_roots(&self, comparison: &Comparison) -> u64 {
        if self.weight != Weight::Total {
            return self.end;
        }
        let count = self.parents.len();
        let roots = comparison.measures.iter().zip(&self.parents).filter(|(_, parent)| **parent as usize >= count);
        roots.fold(0, |sum: u64, ([own, _], _)| sum.saturating_add(own.total.max(0) as u64))
    }

    /// Looks for a text, unless that was the last one.
    fn find(&mut self, store: &Store, comparison: &Comparison, text: &str) {
        let text = text.trim();
        if self.found.text == text {
            return;
        }
        self.found = Found { text: text.to_owned(), ..Found::default() };
        if !text.is_empty() {
            self.found.nodes = match self.is_chart {
                true => found_spans(store, comparison, text),
                false => found_paths(store, comparison, text),
            };
            self.found.weight = self.weight_found();
        }
    }

    /// What is found within something found counts once: of paths those that nothing above is found of, of a chart the time that any takes.
    fn weight_found(&self) -> u64 {
        let found = &self.found.nodes;
        if self.is_chart {
            let mut stretches: Vec<(u64, u64)> = Vec::new();
            self.flame
                .boxes
                .iter()
                .filter(|it| found[it.node as usize])
                .for_each(|it| stretches.push((it.start, it.end())));
            let (mut sum, mut upto) = (0, 0);
            for (from, to) in order::arrange(stretches, &mut |one, other| one.cmp(other)) {
                let (from, to) = (from.max(upto), to.min(self.end));
                sum += to.saturating_sub(from);
                upto = upto.max(to);
            }
            return sum;
        }
        let (mut is_within, mut sum) = (found.clone(), 0_u64);
        for (node, parent) in self.parents.iter().enumerate() {
            let is_below = is_within.get(*parent as usize) == Some(&true);
            if is_within[node] && !is_below {
                sum = sum.saturating_add(self.wholes[usize::from(!self.is_by_a)][node]);
            }
            is_within[node] |= is_below;
        }
        sum
    }
}

/// By position of A's first trace: those whose names have a text, or else what find in a trace finds.
fn found_spans(store: &Store, comparison: &Comparison, text: &str) -> Vec<bool> {
    let group = &comparison.groups[0];
    let (Some(trace), Some(nodes)) = (group.traces.first(), group.nodes.first()) else { return Vec::new() };
    let by_name = found_names(store, comparison, text);
    if by_name.contains(&true) {
        return nodes.iter().map(|node| by_name.get(*node as usize) == Some(&true)).collect();
    }
    let mut found = vec![false; nodes.len()];
    matches(store, text, *trace, &mut |position| found[position as usize] = true);
    found
}

/// By node: those whose names have a text, or else what find in a trace finds of them.
fn found_paths(store: &Store, comparison: &Comparison, text: &str) -> Vec<bool> {
    let mut found = found_names(store, comparison, text);
    if found.contains(&true) {
        return found;
    }
    for group in &comparison.groups {
        for (trace, nodes) in group.traces.iter().zip(&group.nodes) {
            matches(store, text, *trace, &mut |position| {
                if let Some(found) = found.get_mut(nodes[position as usize] as usize) {
                    *found = true;
                }
            });
        }
    }
    found
}

fn found_names(store: &Store, comparison: &Comparison, text: &str) -> Vec<bool> {
    let (paths, wanted) = (&comparison.paths, lowered(text));
    let has_it = |node: &Node| {
        let title = [paths.text(store, node.service), ": ", paths.text(store, node.operation)].concat();
        lowered(&title).contains(&*wanted)
    };
    paths.nodes.iter().map(has_it).collect()
}

fn matches(store: &Store, text: &str, trace: TraceRow, tell: &mut dyn FnMut(u32)) {
    if let Ok(query) = parse(&Find { text: text.to_owned(), mode: FindMode::Any }) {
        Searches::new(store, &query).matches(trace).iter().for_each(tell);
    }
}

/// Names are few, whatever the number of nodes: they are sorted, and nodes by the places of their names.
fn by_name(store: &Store, comparison: &Comparison) -> Vec<u32> {
    let paths = &comparison.paths;
    let key = |node: &Node| (node.service, node.operation, node.is_leaf);
    let (mut index, mut names) = (Index::default(), Vec::new());
    let mut place = |node: &Node| {
        let (own, hash) = (key(node), hash_of(key(node)));
        index.find(hash, |at| names[at as usize] == own).unwrap_or_else(|| {
            index.insert(hash, names.len() as u32);
            names.push(own);
            names.len() as u32 - 1
        })
    };
    let of_nodes: Vec<u32> = paths.nodes.iter().map(&mut place).collect();
    let texts: Vec<[&str; 2]> = names
        .iter()
        .map(|(service, operation, _)| [*service, *operation].map(|text| paths.text(store, text)))
        .collect();
    let mut sorted: Vec<u32> = (0..names.len() as u32).filter(|at| !names[*at as usize].2).collect();
    sorted.extend((0..names.len() as u32).filter(|at| names[*at as usize].2));
    let sorted = by_names(&texts, sorted);
    let mut rank = vec![0; names.len()];
    sorted.iter().zip(0..).for_each(|(at, place)| rank[*at as usize] = place);
    let ranks: Vec<i64> = of_nodes.iter().map(|at| rank[*at as usize]).collect();
    order::by_number(&ranks)
}

/// Numbers of pairs of a service and an operation by service, then operation; equal ones keep their order.
pub fn by_names(texts: &[[&str; 2]], numbers: Vec<u32>) -> Vec<u32> {
    let mut numbers = numbers;
    for part in [1, 0] {
        let list: Vec<&str> = numbers.iter().map(|at| texts[*at as usize][part]).collect();
        numbers = order::by_text(&list).into_iter().map(|place| numbers[place as usize]).collect();
    }
    numbers
}

/// Texts that were told, each once.
#[derive(Default)]
struct Names {
    index: Index,
    texts: Vec<Text>,
}

impl Names {
    fn place(&mut self, text: Text) -> u32 {
        let hash = hash_of(text);
        let known = self.index.find(hash, |at| self.texts[at as usize] == text);
        known.unwrap_or_else(|| {
            let place = self.texts.len() as u32;
            self.texts.push(text);
            self.index.insert(hash, place);
            place
        })
    }
}

impl Answer for CompareFlame {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FlameAnswer {
        let Some((comparison, flames)) = memo.compare().flames(store, self) else { return FlameAnswer::default() };
        flames.find(store, comparison, &self.find);
        let flames = &*flames;
        let (window, levels) = flames.window(self.zoom);
        let least = (window.end - window.start).div_ceil(u64::from(self.columns.max(1)));
        let depths = self.from_depth..self.from_depth.saturating_add(self.depths);
        let mut teller = Teller { store, comparison, flames, names: Names::default() };
        let mut boxes = Vec::new();
        flames.flame.runs_in(window.clone(), depths, least, &mut |run| boxes.push(teller.told(run)));
        let total = |whole: &[u64]| {
            let roots = whole.iter().zip(&flames.parents).filter(|(_, parent)| **parent as usize >= whole.len());
            roots.fold(0_u64, |sum, (whole, _)| sum.saturating_add(*whole))
        };
        let totals = match (self.is_chart, self.what.is_of_one()) {
            (true, _) => [flames.end; 2],
            (_, true) => [flames.end, flames.of_roots(comparison)],
            _ => [0, 1].map(|side: usize| total(&flames.wholes[side])),
        };
        let names = teller.names.texts.iter().map(|text| comparison.paths.text(store, *text).to_owned()).collect();
        FlameAnswer {
            is_by_a: self.is_by_a,
            weight: self.weight,
            from: window.start,
            to: window.end,
            totals,
            traces: [0, 1].map(|side: usize| comparison.groups[side].traces.len() as u32),
            found: flames.found.weight,
            levels,
            boxes,
            names,
        }
    }
}

/// Tells boxes; of several as one their sums.
struct Teller<'a> {
    store: &'a Store,
    comparison: &'a Comparison,
    flames: &'a Flames,
    names: Names,
}

impl Teller<'_> {
    fn told(&mut self, run: Run) -> FlameBox {
        let flames = self.flames;
        let placed = &flames.flame.boxes[run.boxes.start as usize..run.boxes.end as usize];
        let (first, last) = (&placed[0], &placed[placed.len() - 1]);
        let mut told = FlameBox {
            nodes: [first.node, last.node],
            count: placed.len() as u32,
            depth: run.depth,
            start: first.start,
            width: last.end() - first.start,
            ..FlameBox::default()
        };
        if placed.len() == 1 {
            let names = self.names_of(first.node);
            [told.service, told.operation] = names.map(|text| self.names.place(text));
        }
        let sides = if self.comparison.is_of_one { 1 } else { 2 };
        for node in placed.iter().map(|it| it.node as usize) {
            told.is_found |= flames.found.nodes.get(node) == Some(&true);
            for side in 0..sides {
                let measure = self.measure(node, side);
                let whole = match flames.weight {
                    Weight::Total => measure.total.max(0) as u64,
                    _ => flames.wholes[side][node],
                };
                told.wholes[side] = told.wholes[side].saturating_add(whole);
                told.spans[side] = told.spans[side].saturating_add(measure.spans);
                told.own[side] = told.own[side].saturating_add(measure.own);
                if side == 0 {
                    told.total = told.total.saturating_add(measure.total);
                    told.errors = told.errors.saturating_add(measure.errors);
                }
            }
        }
        told
    }

    /// The span at a position of a chart.
    fn row(&self, position: usize) -> Option<SpanRow> {
        let trace = self.comparison.groups[0].traces.first()?;
        self.store.trace(*trace).tree.order.get(position).copied()
    }

    fn names_of(&self, node: u32) -> [Text; 2] {
        let store = self.store;
        match self.row(node as usize).filter(|_| self.flames.is_chart) {
            Some(row) => [Text::Of(store.service(row)), Text::Of(store.spans.name(row))],
            None => {
                let node = &self.comparison.paths.nodes[node as usize];
                [node.service, node.operation]
            }
        }
    }

    fn measure(&self, node: usize, side: usize) -> Measure {
        if !self.flames.is_chart {
            return self.comparison.measures[node][side];
        }
        let Some(row) = self.row(node).filter(|_| side == 0) else { return Measure::default() };
        let errors = u32::from(self.store.spans.status(row) == StatusCode::Error);
        let total = self.flames.wholes[0][node].min(i64::MAX as u64) as i64;
        Measure { spans: 1, errors, total, own: self.flames.own[node], ..Measure::default() }
    }
}

#[cfg(test)]
#[path = "compare_flame_tests.rs"]
mod tests;
#[cfg(test)]
#[path = "flame_one_tests.rs"]
mod tests_of_one;
