//! What differs, for a ticket: counts by kind, then tables of the nodes that differ most, in GitHub's Markdown.
//!
//! Texts from traces are code spans: in those nothing is Markdown but the fence itself, and in a table the line between cells.

use super::{KINDS, Titles, gap_text, kind_name, names, one_line};
use crate::analysis::comparison::{Comparison, Kind, Measure, Metric};
use crate::analysis::difference::{change, count_text, mark};
use crate::analysis::paths::Paths;
use crate::analysis::units::{duration, grouped};
use crate::model::{Store, order};

/// Each table has so many nodes at most.
const MOST: usize = 10;
/// Longer names are cut: some are whole statements of SQL.
const LONGEST: usize = 200;

/// A summary that begins with a heading and ends with the address, which is absolute, if there is one.
#[inline(never)]
pub fn markdown(store: &Store, comparison: &Comparison, titles: Titles, address: &str) -> String {
    let mut summary = Summary { store, comparison, sizes: sizes(&comparison.paths), text: String::new() };
    summary.head(titles);
    summary.one_sided();
    summary.counted();
    summary.timed();
    if !address.is_empty() {
        summary.text.push('\n');
        link(&mut summary.text, address);
    }
    summary.text
}

struct Summary<'a> {
    store: &'a Store,
    comparison: &'a Comparison,
    /// By node: it, and how many are below it.
    sizes: Vec<u32>,
    text: String,
}

impl Summary<'_> {
    fn head(&mut self, titles: Titles) {
        let text = &mut self.text;
        text.push_str("## Comparison of A ");
        code(text, &one_line(titles.a), false);
        text.push_str(" with B ");
        code(text, &one_line(titles.b), false);
        text.push_str("\n\n| Call paths | |\n| --- | ---: |\n");
        let kinds = self.comparison.kinds;
        for kind in KINDS {
            text.push('|');
            cell(text, &[mark(kind), " ", kind_name(kind)].concat());
            cell(text, &grouped(kinds[kind as usize].into()));
            text.push('\n');
        }
        if kinds[1..] == [0; 4] {
            text.push_str("\nA and B have the same paths, equally often.\n");
        }
    }

    /// Where paths begin that are in one side only: those with the most below them first.
    fn one_sided(&mut self) {
        let comparison = self.comparison;
        let is_one_sided = |node: u32| matches!(comparison.kind(node), Kind::Added | Kind::Removed);
        let begins = |node: u32| {
            let parent = comparison.paths.nodes[node as usize].parent;
            is_one_sided(node) && (parent == Paths::NO_PARENT || !is_one_sided(parent))
        };
        let sizes = self.sizes.clone();
        let nodes = self.ranked(&begins, &|node| sizes[node as usize].into());
        let heads = [" Paths below it | Begins below |", " ---: | --- |"];
        self.table("Only in A or only in B (spans)", heads, &nodes, |summary, node| {
            summary.spans(node);
            cell(&mut summary.text, &grouped((summary.sizes[node as usize] - 1).into()));
            summary.parent(node);
        });
    }

    fn counted(&mut self) {
        let comparison = self.comparison;
        let by = |node: u32| {
            let [a, b] = &comparison.measures[node as usize];
            Metric::Spans.of(a).abs_diff(Metric::Spans.of(b))
        };
        let has_changed = |node: u32| matches!(comparison.kind(node), Kind::More | Kind::Less);
        let nodes = self.ranked(&has_changed, &by);
        self.table("More or fewer in B (spans)", ["", ""], &nodes, Summary::spans);
    }

    fn timed(&mut self) {
        let comparison = self.comparison;
        let by = |node: u32| {
            let [a, b] = &comparison.measures[node as usize];
            Metric::Total.of(a).abs_diff(Metric::Total.of(b))
        };
        let nodes = self.ranked(&|node| comparison.differs_much(node, Metric::Total), &by);
        self.table("Largest differences (total time)", ["", ""], &nodes, |summary, node| {
            let [a, b] = &summary.comparison.measures[node as usize];
            // Who is not there took no time.
            let total = |it: &Measure| Metric::Total.of(it);
            let time = |it: &Measure| if it.spans == 0 { "–".to_owned() } else { duration(total(it)) };
            [time(a), time(b), change(total(a), total(b), &duration)].iter().for_each(|it| cell(&mut summary.text, it));
        });
    }

    /// Those of the nodes, the heaviest first; equal ones as they stand.
    fn ranked(&self, is_one: &dyn Fn(u32) -> bool, weight: &dyn Fn(u32) -> u64) -> Vec<u32> {
        let mut nodes: Vec<u32> = (0..self.sizes.len() as u32).filter(|node| is_one(*node)).collect();
        order::sort(&mut nodes, &mut |one, other| weight(other).cmp(&weight(one)));
        nodes
    }

    /// Nothing without nodes. `heads`: of what `row` writes after the difference.
    fn table(&mut self, title: &str, heads: [&str; 2], nodes: &[u32], row: fn(&mut Self, u32)) {
        if nodes.is_empty() {
            return;
        }
        let [names, rule] = heads;
        let all = ["\n### ", title, "\n\n| Service | Operation | A | B | Difference |", names];
        all.iter().for_each(|part| self.text.push_str(part));
        self.text.push_str("\n| --- | --- | ---: | ---: | ---: |");
        self.text.push_str(rule);
        self.text.push('\n');
        for node in nodes.iter().take(MOST) {
            self.text.push('|');
            for name in names_of(self, *node) {
                self.text.push(' ');
                code(&mut self.text, &name, true);
                self.text.push_str(" |");
            }
            row(self, *node);
            self.text.push('\n');
        }
        if nodes.len() > MOST {
            let more = grouped((nodes.len() - MOST) as u64);
            ["\nand ", &more, " more\n"].iter().for_each(|part| self.text.push_str(part));
        }
    }

    fn spans(&mut self, node: u32) {
        let [a, b] = self.comparison.measures[node as usize].map(|it| Metric::Spans.of(&it));
        [count_text(a), count_text(b), change(a, b, &count_text)].iter().for_each(|it| cell(&mut self.text, it));
    }

    /// Where a missing path would begin: what happened there may tell why.
    fn parent(&mut self, node: u32) {
        let parent = self.comparison.paths.nodes[node as usize].parent;
        if parent == Paths::NO_PARENT {
            return cell(&mut self.text, "–");
        }
        for name in names_of(self, parent) {
            self.text.push(' ');
            code(&mut self.text, &name, true);
        }
        let gap = gap_text(self.comparison.gaps[parent as usize]).unwrap_or_default();
        let [a, b] = self.comparison.measures[parent as usize].map(|it| grouped(it.errors.into()));
        let parts = ["⚑ ", gap, "; errors: A ", &a, ", B ", &b];
        cell(&mut self.text, &parts.concat());
    }
}

fn names_of(summary: &Summary, node: u32) -> [String; 2] {
    names(summary.store, summary.comparison, node)
}

/// By node: how many it is with all below it.
fn sizes(paths: &Paths) -> Vec<u32> {
    let mut sizes = vec![1; paths.nodes.len()];
    for (at, node) in paths.nodes.iter().enumerate().rev().filter(|(_, node)| node.parent != Paths::NO_PARENT) {
        sizes[node.parent as usize] += sizes[at];
    }
    sizes
}

/// The rest of a cell with a text of ours.
fn cell(text: &mut String, content: &str) {
    text.push(' ');
    text.push_str(content);
    text.push_str(" |");
}

/// A name as a code span. Its fence is longer than any run of backticks in it; a blank keeps it off those at its ends.
fn code(text: &mut String, name: &str, is_in_table: bool) {
    let name: String = match name.char_indices().nth(LONGEST) {
        Some((end, _)) => [&name[..end], "…"].concat(),
        None => name.to_owned(),
    };
    let longest = name.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let is_edge = |sign| sign == '`' || sign == ' ';
    let blank = if name.starts_with(is_edge) || name.ends_with(is_edge) { " " } else { "" };
    text.push_str(&fence);
    text.push_str(blank);
    for (at, part) in name.split('|').enumerate() {
        if at > 0 {
            // Some readers take `\\|` for a backslash and the end of the cell.
            let escaped = if text.ends_with('\\') { " \\|" } else { "\\|" };
            text.push_str(if is_in_table { escaped } else { "|" });
        }
        text.push_str(part);
    }
    text.push_str(blank);
    text.push_str(&fence);
}

fn link(text: &mut String, address: &str) {
    text.push('<');
    for sign in address.chars() {
        match sign {
            '<' => text.push_str("%3C"),
            '>' => text.push_str("%3E"),
            _ if sign.is_whitespace() || sign.is_control() => text.push_str("%20"),
            _ => text.push(sign),
        }
    }
    text.push_str(">\n");
}
