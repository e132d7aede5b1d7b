//! What stands above the graph: who is compared, and what colours and marks mean.

use super::looks::{ERROR, FLAG, Look, QUIET, STRONG, fitted, look, mark, room_of};
use super::{MARGIN, Picture};
use crate::analysis::comparison::{Kind, Metric};
use crate::analysis::outline::Placed;
use crate::analysis::units::grouped;
use crate::export::comparison::{KINDS, Titles, kind_name, metric_name, one_line};

/// A part of the legend: a box with a mark, or a mark alone.
pub struct Entry {
    look: Option<Look>,
    /// A shape.
    mark: &'static str,
    text: String,
}

impl Entry {
    pub fn width(&self) -> i64 {
        24 + room_of(&self.text) + 16
    }
}

impl Picture<'_> {
    pub fn head(&mut self, width: i64, titles: Titles, legend: &[Entry]) {
        for (name, title, y) in [("A", titles.a, 25), ("B", titles.b, 43)] {
            self.words([MARGIN, y], &[("font-weight", "600"), ("fill", QUIET)], name);
            // Bold letters are wider.
            let title = fitted(&one_line(title), (width - 2 * MARGIN - 18) * 9 / 10);
            self.words([MARGIN + 18, y], &[("font-weight", "600"), ("fill", STRONG)], &title);
        }
        let mut x = MARGIN;
        for entry in legend {
            self.out.open("g");
            self.out.attr("transform", &["translate(", &x.to_string(), " 56)"].concat());
            self.out.begin();
            let ink = match &entry.look {
                Some(look) => {
                    self.frame([18, 16], look);
                    look.text
                }
                None => ERROR,
            };
            self.shape([9, 8], ink, entry.mark);
            self.words([24, 12], &[("fill", QUIET)], &entry.text);
            self.out.end("g");
            x += entry.width();
        }
    }

    pub fn legend(&self) -> Vec<Entry> {
        let comparison = self.comparison;
        let mut legend: Vec<Entry> = match self.metric {
            Metric::Spans => {
                let entry = |kind: Kind| {
                    let text = [kind_name(kind), " ", &grouped(comparison.kinds[kind as usize].into())].concat();
                    Entry { look: Some(look(Metric::Spans, kind, 0)), mark: mark(kind), text }
                };
                KINDS.map(entry).into()
            }
            metric => {
                let entry = |kind: Kind, text: &str| {
                    let text = [metric_name(metric), ": ", text].concat();
                    Entry { look: Some(look(metric, kind, 700)), mark: mark(kind), text }
                };
                vec![entry(Kind::More, "slower in B"), entry(Kind::Less, "faster in B")]
            }
        };
        let is_gap = |placed: &Placed| self.gap(placed).is_some();
        if self.outline.placed.iter().any(is_gap) {
            legend.push(Entry { look: None, mark: FLAG, text: "Paths below are missing in A or B".to_owned() });
        }
        legend
    }
}
