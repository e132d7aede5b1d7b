//! All nodes as a table (CSV after RFC 4180), in the graph's order: parents first, below each what it calls.
//!
//! A node's number is its place in that order; with the parent's number the tree can be built again. Times are nanoseconds.

use crate::analysis::comparison::Comparison;
use crate::analysis::outline::Outline;
use crate::analysis::paths::Paths;
use crate::export::csv::Row;
use crate::export::losses::Losses;
use crate::model::Store;

const COLUMNS: &str = "node,parent,depth,service,operation,kind,\
                       a_traces,a_spans,a_errors,a_total_ns,a_mean_ns,a_self_ns,a_critical_ns,\
                       b_traces,b_spans,b_errors,b_total_ns,b_mean_ns,b_self_ns,b_critical_ns,\
                       spans_difference,total_difference_ns\r\n";

/// A heading, and a row for each node.
#[inline(never)]
pub fn csv(store: &Store, comparison: &Comparison) -> String {
    let mut text = COLUMNS.to_owned();
    // Apostrophes before formulas are the only losses, and told nowhere.
    let mut losses = Losses::default();
    for (place, placed) in Outline::of(comparison, None).placed.iter().enumerate() {
        let node = &comparison.paths.nodes[placed.node as usize];
        let measures = &comparison.measures[placed.node as usize];
        let mut row = Row { line: &mut text, losses: &mut losses };
        row.number(place as i64);
        match placed.parent {
            Paths::NO_PARENT => row.plain(""),
            parent => row.number(parent.into()),
        }
        row.number(node.depth.into());
        row.text(comparison.paths.text(store, node.service));
        row.text(comparison.paths.text(store, node.operation));
        row.plain(comparison.kind(placed.node).word());
        for it in measures {
            let counts = [it.traces, it.spans, it.errors].map(i64::from);
            let times = [it.total, it.mean(), it.own, it.critical];
            counts.into_iter().chain(times).for_each(|number| row.number(number));
        }
        let [a, b] = measures;
        row.number(i64::from(b.spans) - i64::from(a.spans));
        row.number(b.total.saturating_sub(a.total));
        // A line ends where its last comma stands.
        text.pop();
        text.push_str("\r\n");
    }
    text
}
