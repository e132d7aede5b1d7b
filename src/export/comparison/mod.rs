//! A comparison as texts that are shared: a table of all nodes ([`csv()`]), a summary for a ticket ([`markdown()`]), a picture ([`svg()`]).
//! They are in English, as tickets are; marks, labels and differences are the page's ([`crate::analysis::difference`]).

mod csv;
mod markdown;
mod svg;
#[cfg(test)]
mod tests;

pub use csv::csv;
pub use markdown::markdown;
pub use svg::{Drawing, MOST_BOXES, svg};

use crate::analysis::comparison::{Comparison, Kind, Metric};
use crate::model::Store;

/// How A and B are called: a trace by id and name, a group by its size.
#[derive(Clone, Copy, Debug)]
pub struct Titles<'a> {
    pub a: &'a str,
    pub b: &'a str,
}

const KINDS: [Kind; 5] = [Kind::Same, Kind::Added, Kind::Removed, Kind::More, Kind::Less];

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => "Same",
        Kind::Added => "Only in B",
        Kind::Removed => "Only in A",
        Kind::More => "More in B",
        Kind::Less => "Fewer in B",
    }
}

fn metric_name(metric: Metric) -> &'static str {
    match metric {
        Metric::Spans => "Spans",
        Metric::Total => "Total",
        Metric::Mean => "Mean",
        Metric::Own => "Self time",
        Metric::Critical => "Critical path",
    }
}

/// What is said of a node below which something is missing: it is the likely place of a failure.
fn gap_text(gaps: [bool; 2]) -> Option<&'static str> {
    match gaps {
        [false, false] => None,
        [true, false] => Some("paths below are missing in A"),
        [false, true] => Some("paths below are missing in B"),
        _ => Some("paths below are missing in A, others in B"),
    }
}

/// Service and operation of a node, in one line each.
fn names(store: &Store, comparison: &Comparison, node: u32) -> [String; 2] {
    let node = &comparison.paths.nodes[node as usize];
    [node.service, node.operation].map(|text| one_line(comparison.paths.text(store, text)))
}

/// A text from a trace without what would end a line or cannot be seen.
fn one_line(text: &str) -> String {
    let mut line = String::new();
    for sign in text.chars() {
        match sign {
            '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => line.push(' '),
            // Those would turn the rest of the line around.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            _ if sign.is_control() => {}
            _ => line.push(sign),
        }
    }
    if line.trim().is_empty() { "(no name)".to_owned() } else { line }
}
