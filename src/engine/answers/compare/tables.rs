//! The nodes of a comparison as a table, and texts to share.

use super::super::{Answer, Memo};
use crate::analysis::comparison::Comparison;
use crate::analysis::outline::{Outline, Placed};
use crate::analysis::paths::Paths;
use crate::engine::questions::{
    Column, CompareTable, CompareText, Metric, Part, SharedText, Significance, TableAnswer, TableRow, TextForm,
};
use crate::export::comparison::{Titles, csv, markdown, svg};
use crate::model::{Store, order};

/// Levels above a node that its path names.
const LEVELS: usize = 4;

impl Answer for CompareTable {
    fn answer(&self, store: &Store, memo: &mut Memo) -> TableAnswer {
        let memo = memo.compare();
        if memo.look(store, &self.what).is_none() {
            return TableAnswer::default();
        }
        memo.test(store, self.what.metric);
        let Some((comparison, outline, _)) = memo.looked() else { return TableAnswer::default() };
        let differences = memo.tested(self.what.metric);
        let significance = |node: u32| {
            let it = differences?.get(node as usize)?;
            Some(Significance { effect: it.effect, p: it.p })
        };
        let nodes: Vec<(usize, &Placed)> =
            outline.placed.iter().enumerate().filter(|(_, placed)| placed.stands_for == 0).collect();
        let order = self.order(store, comparison, &nodes, &significance);
        let window = order.iter().skip(self.from as usize).take(self.count as usize);
        let row = |at: &u32| {
            let (place, placed) = nodes[*at as usize];
            let node = &comparison.paths.nodes[placed.node as usize];
            let text = |text| comparison.paths.text(store, text).to_owned();
            TableRow {
                spot: [place as u32, placed.row, placed.column],
                service: text(node.service),
                operation: text(node.operation),
                path: path(store, comparison, placed.node),
                kind: comparison.kind(placed.node),
                measures: comparison.measures[placed.node as usize],
                difference: significance(placed.node),
            }
        };
        TableAnswer { total: nodes.len() as u32, from: self.from, rows: window.map(row).collect() }
    }
}

impl CompareTable {
    /// Places in the list of nodes, in the order that is wanted; equal ones in the outline's.
    fn order(
        &self,
        store: &Store,
        comparison: &Comparison,
        nodes: &[(usize, &Placed)],
        significance: &dyn Fn(u32) -> Option<Significance>,
    ) -> Vec<u32> {
        if self.by == Column::Name {
            let name = |at: u32| {
                let node = &comparison.paths.nodes[nodes[at as usize].1.node as usize];
                comparison.paths.text(store, node.operation)
            };
            return order::sorted(nodes.len(), &mut |one, other| {
                let (one, other) = if self.falls { (other, one) } else { (one, other) };
                name(one).cmp(name(other))
            });
        }
        let key = |(place, placed): &(usize, &Placed)| {
            let key = match (self.by, significance(placed.node)) {
                (Column::Effect, Some(it)) => (it.effect * 1e12) as i64,
                // Bits of what is not negative are in its order.
                (Column::P, Some(it)) => it.p.to_bits() as i64,
                (column, _) => number(column, comparison, placed.node).unwrap_or(*place as i64),
            };
            if self.falls { !key } else { key }
        };
        order::by_number(&nodes.iter().map(key).collect::<Vec<i64>>())
    }
}

/// A node's number in a column; `None` of those that have none.
fn number(column: Column, comparison: &Comparison, node: u32) -> Option<i64> {
    let [a, b] = &comparison.measures[node as usize];
    let part = |part: Part, a: i64, b: i64| match part {
        Part::A => a,
        Part::B => b,
        Part::Change => b.saturating_sub(a),
    };
    match column {
        Column::Of(metric, it) => Some(part(it, metric.of(a), metric.of(b))),
        Column::Errors(it) => Some(part(it, a.count(a.errors), b.count(b.errors))),
        Column::Traces(it) => Some(part(it, a.traces.into(), b.traces.into())),
        _ => None,
    }
}

/// `GET / › find › SQL SELECT`, without the node itself; with an ellipsis before what is left out.
fn path(store: &Store, comparison: &Comparison, node: u32) -> String {
    let nodes = &comparison.paths.nodes;
    let mut names = Vec::new();
    let mut at = nodes[node as usize].parent;
    while at != Paths::NO_PARENT && names.len() < LEVELS {
        names.push(comparison.paths.text(store, nodes[at as usize].operation));
        at = nodes[at as usize].parent;
    }
    if at != Paths::NO_PARENT {
        names.push("…");
    }
    names.reverse();
    names.join(" › ")
}

impl Answer for CompareText {
    fn answer(&self, store: &Store, memo: &mut Memo) -> SharedText {
        let Some((comparison, outline, _)) = memo.compare().look(store, &self.what) else {
            return SharedText::default();
        };
        let [a, b] = &self.titles;
        let titles = Titles { a, b };
        match self.form {
            TextForm::Csv => SharedText { text: csv(store, comparison), ..SharedText::default() },
            TextForm::Markdown => {
                SharedText { text: markdown(store, comparison, titles, &self.address), ..SharedText::default() }
            }
            TextForm::Svg => picture(store, comparison, outline, self.what.metric, titles),
        }
    }
}

fn picture(store: &Store, comparison: &Comparison, outline: &Outline, metric: Metric, titles: Titles) -> SharedText {
    match svg(store, comparison, outline, metric, titles) {
        Ok(drawing) => {
            SharedText { text: drawing.text, size: [drawing.width, drawing.height], ..SharedText::default() }
        }
        Err(nodes) => SharedText { too_many: nodes as u32, ..SharedText::default() },
    }
}
