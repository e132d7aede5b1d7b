//! The spans of one group by service and operation: the table beside its flame graph.

use super::compare_flame::by_names;
use super::{Answer, Memo};
use crate::analysis::comparison::{Comparison, Measure};
use crate::analysis::paths::Text;
use crate::engine::questions::{FlameColumn, FlameLine, FlameTable, FlameTableAnswer};
use crate::model::index::{Index, hash_of};
use crate::model::{Store, order};

/// Sums over all nodes of a name.
pub struct NamedSum {
    names: [Text; 2],
    sum: Measure,
}

/// By name, in the order in which they are met. Linear.
pub fn sums(comparison: &Comparison) -> Vec<NamedSum> {
    let (mut index, mut sums) = (Index::default(), Vec::<NamedSum>::new());
    for (node, [measure, _]) in comparison.paths.nodes.iter().zip(&comparison.measures) {
        let names = [node.service, node.operation];
        let hash = hash_of(names);
        let place = index.find(hash, |at| sums[at as usize].names == names).unwrap_or_else(|| {
            index.insert(hash, sums.len() as u32);
            sums.push(NamedSum { names, sum: Measure::default() });
            sums.len() as u32 - 1
        });
        let sum = &mut sums[place as usize].sum;
        sum.spans = sum.spans.saturating_add(measure.spans);
        sum.errors = sum.errors.saturating_add(measure.errors);
        sum.total = sum.total.saturating_add(measure.total);
        sum.own = sum.own.saturating_add(measure.own);
    }
    sums
}

impl Answer for FlameTable {
    fn answer(&self, store: &Store, memo: &mut Memo) -> FlameTableAnswer {
        let Some((comparison, sums)) = memo.compare().sums(store, &self.what) else {
            return FlameTableAnswer::default();
        };
        let text = |it: &NamedSum| it.names.map(|text| comparison.paths.text(store, text));
        let value = |it: &NamedSum| match self.by {
            FlameColumn::Name => 0,
            FlameColumn::Own => it.sum.own,
            FlameColumn::Total => it.sum.total,
            FlameColumn::Spans => it.sum.spans.into(),
            FlameColumn::Errors => it.sum.errors.into(),
        };
        // What is equal stands by its name, whichever way the others go.
        let texts: Vec<[&str; 2]> = sums.iter().map(text).collect();
        let mut places = by_names(&texts, (0..sums.len() as u32).collect());
        match (self.by, self.falls) {
            (FlameColumn::Name, true) => places.reverse(),
            (FlameColumn::Name, false) => {}
            _ => {
                // `!` turns the order around.
                let sign = |value: i64| if self.falls { !value } else { value };
                let values: Vec<i64> = places.iter().map(|at| sign(value(&sums[*at as usize]))).collect();
                places = order::by_number(&values).into_iter().map(|place| places[place as usize]).collect();
            }
        }
        let most = |of: fn(&Measure) -> i64| sums.iter().map(|it| of(&it.sum)).max().unwrap_or_default();
        let line = |at: &u32| {
            let it = &sums[*at as usize];
            let [service, operation] = text(it).map(str::to_owned);
            let Measure { spans, errors, total, own, .. } = it.sum;
            FlameLine { service, operation, spans, errors, total, own }
        };
        FlameTableAnswer {
            total: sums.len() as u32,
            from: self.from,
            rows: places.iter().skip(self.from as usize).take(self.count as usize).map(line).collect(),
            most: [most(|sum| sum.own), most(|sum| sum.total)],
        }
    }
}
