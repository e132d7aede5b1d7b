//! A query made ready for a store: conditions are answered for all spans first, and then traces are gone through one by one.

use super::bits::Bits;
use super::fields::Spans;
use super::plan::{Calc, Node, asks_children};
use super::structure;
use super::value;
use crate::model::{SpanTree, Store, TraceRow};
use crate::query::traceql::{Aggregate, Calculation, Comparison, Expr, Function, Join, Query, Scalar, Spansets, Stage};
use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Program {
    /// The conditions in braces, and the spans for which they are true, as far as they were asked.
    filters: Vec<Node>,
    bits: Vec<Bits>,
    pipe: Pipe,
    children: Vec<u32>,
}

#[derive(Debug)]
struct Pipe {
    first: Sets,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Sets {
    /// By its number.
    Filter(usize),
    All(Vec<Sets>),
    Any(Vec<Sets>),
    Join(Box<Sets>, Join, Box<Sets>),
    Pipe(Box<Pipe>),
}

#[derive(Debug)]
enum Step {
    Sets(Sets),
    Group(Calc),
    Coalesce,
    Compare(Sum, Comparison, Sum),
}

/// A number of a spanset.
#[derive(Debug)]
enum Sum {
    Number(f64),
    Count,
    Of(Function, Calc),
    Calculate(Box<Sum>, Calculation, Box<Sum>),
}

/// Makes a program of a query.
struct Builder<'a> {
    store: &'a Store,
    filters: Vec<Node>,
    asks_children: bool,
}

impl Program {
    pub fn new(store: &Store, query: &Query) -> Program {
        let mut builder = Builder { store, filters: Vec::new(), asks_children: false };
        let pipe = builder.pipe(query);
        let children = if builder.asks_children { children(store) } else { Vec::new() };
        let bits = builder.filters.iter().map(|_| Bits::default()).collect();
        Program { filters: builder.filters, bits, pipe, children }
    }

    /// Nothing can be found: a key or a text is nowhere in the store, for one.
    pub fn is_never(&self) -> bool {
        self.never(&self.pipe.first)
    }

    fn never(&self, sets: &Sets) -> bool {
        match sets {
            Sets::Filter(number) => self.filters[*number].is_never(),
            Sets::All(all) => all.iter().any(|one| self.never(one)),
            Sets::Any(any) => any.iter().all(|one| self.never(one)),
            Sets::Join(left, join, right) => {
                let needs_left = join.side != crate::query::traceql::Side::Not;
                self.never(right) || needs_left && self.never(left)
            }
            Sets::Pipe(pipe) => self.never(&pipe.first),
        }
    }

    /// Asks the conditions of the spans of the mask, which begins where the last one ended.
    pub fn filter(&mut self, store: &Store, mask: &Bits) {
        let spans = Spans { store, children: &self.children };
        for (node, bits) in self.filters.iter_mut().zip(&mut self.bits) {
            bits.append(node.eval(spans, mask));
        }
    }

    /// The spans of a trace that are found, by position, ascending; empty if the trace is not. All its spans were filtered.
    pub fn matches(&mut self, store: &Store, trace: TraceRow) -> Vec<u32> {
        let scene = Scene {
            spans: Spans { store, children: &self.children },
            bits: &self.bits,
            tree: &store.trace(trace).tree,
        };
        self.pipe.run(&scene, None)
    }
}

fn children(store: &Store) -> Vec<u32> {
    let mut children = vec![0; store.spans.len()];
    for (_, trace) in store.traces() {
        trace.tree.order.iter().zip(&trace.tree.children).for_each(|(row, count)| children[row.0 as usize] = *count);
    }
    children
}

impl Builder<'_> {
    fn pipe(&mut self, query: &Query) -> Pipe {
        let first = self.sets(&query.first);
        Pipe { first, steps: query.stages.iter().filter_map(|stage| self.step(stage)).collect() }
    }

    fn sets(&mut self, sets: &Spansets) -> Sets {
        match sets {
            Spansets::Filter(expr) => {
                self.asks_children |= asks_children(expr);
                self.filters.push(Node::new(self.store, expr));
                Sets::Filter(self.filters.len() - 1)
            }
            Spansets::All(all) => Sets::All(all.iter().map(|one| self.sets(one)).collect()),
            Spansets::Any(any) => Sets::Any(any.iter().map(|one| self.sets(one)).collect()),
            Spansets::Join(left, join, right) => {
                let left = Box::new(self.sets(left));
                Sets::Join(left, *join, Box::new(self.sets(right)))
            }
            Spansets::Query(query) => Sets::Pipe(Box::new(self.pipe(query))),
        }
    }

    fn step(&mut self, stage: &Stage) -> Option<Step> {
        Some(match stage {
            Stage::Spansets(sets) => Step::Sets(self.sets(sets)),
            Stage::Group(expr) => Step::Group(self.calc(expr)),
            Stage::Coalesce => Step::Coalesce,
            Stage::Select(_) => return None,
            Stage::Compare(left, comparison, right) => {
                let left = self.sum(left);
                Step::Compare(left, *comparison, self.sum(right))
            }
        })
    }

    fn calc(&mut self, expr: &Expr) -> Calc {
        self.asks_children |= asks_children(expr);
        Calc::new(self.store, expr)
    }

    fn sum(&mut self, scalar: &Scalar) -> Sum {
        match scalar {
            Scalar::Number(number) => Sum::Number(*number),
            Scalar::Aggregate(Aggregate { of: None, .. }) => Sum::Count,
            Scalar::Aggregate(Aggregate { function, of: Some(expr) }) => Sum::Of(*function, self.calc(expr)),
            Scalar::Calculate(left, calculation, right) => {
                let left = Box::new(self.sum(left));
                Sum::Calculate(left, *calculation, Box::new(self.sum(right)))
            }
        }
    }
}

/// A trace that is gone through.
struct Scene<'a> {
    spans: Spans<'a>,
    bits: &'a [Bits],
    tree: &'a SpanTree,
}

/// Positions of a trace, ascending.
type Spanset = Vec<u32>;

impl Pipe {
    /// What is found, among some spans or all.
    fn run(&mut self, scene: &Scene, within: Option<&Spanset>) -> Spanset {
        let first = self.first.find(scene, within);
        if self.steps.is_empty() || first.is_empty() {
            return first;
        }
        let mut groups = vec![first];
        for step in &mut self.steps {
            groups = step.run(scene, groups);
            groups.retain(|group| !group.is_empty());
            if groups.is_empty() {
                break;
            }
        }
        structure::union(groups)
    }
}

impl Sets {
    fn find(&mut self, scene: &Scene, within: Option<&Spanset>) -> Spanset {
        match self {
            Sets::Filter(number) => {
                let (bits, order) = (&scene.bits[*number], &scene.tree.order);
                match within {
                    Some(within) => {
                        let is_so = |position: &u32| bits.has(order[*position as usize]);
                        within.iter().copied().filter(is_so).collect()
                    }
                    None => order.iter().zip(0..).filter(|(row, _)| bits.has(**row)).map(|(_, at)| at).collect(),
                }
            }
            Sets::All(all) => {
                let mut found = Vec::new();
                for one in all {
                    let next = one.find(scene, within);
                    if next.is_empty() {
                        return next;
                    }
                    found.push(next);
                }
                structure::union(found)
            }
            Sets::Any(any) => structure::union(any.iter_mut().map(|one| one.find(scene, within)).collect()),
            Sets::Join(left, join, right) => {
                let right = right.find(scene, within);
                if right.is_empty() {
                    return right;
                }
                structure::join(scene.tree, &left.find(scene, within), *join, &right)
            }
            Sets::Pipe(pipe) => pipe.run(scene, within),
        }
    }
}

impl Step {
    fn run(&mut self, scene: &Scene, mut groups: Vec<Spanset>) -> Vec<Spanset> {
        match self {
            Step::Sets(sets) => groups.iter().map(|group| sets.find(scene, Some(group))).collect(),
            Step::Coalesce => vec![structure::union(groups)],
            Step::Group(calc) => groups.iter().flat_map(|group| grouped(scene, group, calc)).collect(),
            Step::Compare(left, comparison, right) => {
                groups.retain(|group| {
                    let (left, right) = (left.of(scene, group), right.of(scene, group));
                    let (Some(left), Some(right)) = (left, right) else { return false };
                    value::is_so(*comparison, left.partial_cmp(&right)) != comparison.is_negative()
                });
                groups
            }
        }
    }
}

/// A spanset for each value, in their order.
fn grouped(scene: &Scene, group: &Spanset, calc: &mut Calc) -> Vec<Spanset> {
    let mut by_value = BTreeMap::<Option<String>, Spanset>::new();
    for position in group {
        let value = calc.words(scene.spans, scene.tree.order[*position as usize]);
        by_value.entry(value).or_default().push(*position);
    }
    by_value.into_values().collect()
}

impl Sum {
    fn of(&mut self, scene: &Scene, group: &Spanset) -> Option<f64> {
        match self {
            Sum::Number(number) => Some(*number),
            Sum::Count => Some(group.len() as f64),
            Sum::Of(function, calc) => {
                let of = |position: &u32| calc.number(scene.spans, scene.tree.order[*position as usize]);
                let numbers: Vec<f64> = group.iter().filter_map(of).collect();
                let sum = || numbers.iter().sum::<f64>();
                let first = *numbers.first()?;
                Some(match function {
                    Function::Count => numbers.len() as f64,
                    Function::Avg => sum() / numbers.len() as f64,
                    Function::Min => numbers.iter().fold(first, |least, number| least.min(*number)),
                    Function::Max => numbers.iter().fold(first, |most, number| most.max(*number)),
                    Function::Sum => sum(),
                })
            }
            Sum::Calculate(left, calculation, right) => {
                value::calculate(left.of(scene, group)?, *calculation, right.of(scene, group)?)
            }
        }
    }
}
