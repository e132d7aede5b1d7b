//! How whole groups differ: a node's values over their traces, and what is over-represented.

use super::super::{Answer, Memo};
use crate::analysis::group_difference::{What, node_samples, over_represented};
use crate::analysis::row_facts::cut;
use crate::analysis::statistics::histograms;
use crate::engine::questions::{
    Feature, FeatureKind, Metric, NodeSpread, Represented, Significance, SpreadAnswer, WhatDiffers, WhatDiffersAnswer,
};
use crate::engine::value_text::plain;
use crate::model::Store;

/// Bars of a small histogram.
const BINS: usize = 24;
/// What the very same traces have as well: so many are named.
const MOST_ALSO: usize = 6;
/// Bytes of a value.
const MOST_BYTES: usize = 300;

impl Answer for NodeSpread {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Vec<SpreadAnswer> {
        let memo = memo.compare();
        let time = if self.what.metric == Metric::Spans { Metric::Total } else { self.what.metric };
        let metrics = [Metric::Spans, time];
        if memo.look(store, &self.what).is_none() {
            return Vec::new();
        }
        metrics.iter().for_each(|metric| memo.test(store, *metric));
        let Some((comparison, outline, _)) = memo.looked() else { return Vec::new() };
        let Some(placed) = outline.placed.get(self.place as usize) else { return Vec::new() };
        let one = |metric: Metric| {
            let it = memo.tested(metric)?.get(placed.node as usize)?;
            let [a, b] = node_samples(store, comparison, placed.node, metric);
            let bins = histograms(&a, &b, BINS);
            let difference = Significance { effect: it.effect, p: it.p };
            Some(SpreadAnswer { metric, difference, spreads: it.spreads, edges: bins.edges, counts: bins.counts })
        };
        metrics.into_iter().filter_map(one).collect()
    }
}

impl Answer for WhatDiffers {
    fn answer(&self, store: &Store, memo: &mut Memo) -> WhatDiffersAnswer {
        let Some((comparison, ..)) = memo.compare().look(store, &self.what) else { return Default::default() };
        let [a, b] = &comparison.groups;
        let found = over_represented(store, [&a.traces, &b.traces], self.most as usize);
        let lines = found.into_iter().map(|over| Represented {
            feature: feature(store, over.what),
            traces: over.traces,
            p: over.p,
            more: over.also.len().saturating_sub(MOST_ALSO) as u32,
            also: over.also.into_iter().take(MOST_ALSO).map(|what| feature(store, what)).collect(),
        });
        WhatDiffersAnswer { traces: [a, b].map(|group| group.traces.len() as u32), lines: lines.collect() }
    }
}

fn feature(store: &Store, what: What) -> Feature {
    let text = |text| store.text(text).to_owned();
    match what {
        What::Operation { service, operation } => {
            Feature { kind: FeatureKind::Operation, of: text(service), name: text(operation) }
        }
        What::Failed { service, operation } => {
            Feature { kind: FeatureKind::Failed, of: text(service), name: text(operation) }
        }
        What::Attribute { key, value, is_resource } => {
            let value = plain(&store.content.value(value).to_owned(MOST_BYTES));
            let kind = if is_resource { FeatureKind::Resource } else { FeatureKind::Attribute };
            Feature { kind, of: text(key), name: cut(&value, MOST_BYTES).to_owned() }
        }
    }
}
