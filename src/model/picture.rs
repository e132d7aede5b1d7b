//! Traces drawn as text, for tests of every room:
//!
//! ```text
//! frontend GET /dispatch      |==========|
//!   customer SELECT !         |  ====    |
//!   redis Get                 |       .  |
//! ```
//!
//! A line is a span: its service, its name, `!` for an error. Indentation says whose child it is. The bar gives start and
//! duration, one column a millisecond; `.` is a span without length. Spans get the ids 1, 2, … in order of lines.

use super::ids::{SpanId, TraceId};
use super::spans::{SpanDraft, SpanFlags, SpanKind, SpanRow, StatusCode};
use super::store::Store;
use super::time::{Nanos, UnixNanos};
use super::trace::TraceRow;

/// When the bars' first column is.
pub const PICTURE_START: UnixNanos = UnixNanos(1_700_000_000_000_000_000);
const COLUMN: i64 = 1_000_000;

/// A store with the one trace of a picture, whose id is `abc`. Panics on a line without a bar: pictures are part of tests.
pub fn draw(picture: &str) -> Store {
    draw_all(&[picture])
}

/// A store with a trace for each picture; their ids are `abc`, `abd`, …
pub fn draw_all(pictures: &[&str]) -> Store {
    let mut store = Store::new();
    for (number, picture) in (0xabc..).zip(pictures) {
        draw_into(&mut store, TraceId::Hex { bits: number, width: 3 }, picture);
    }
    store
}

fn draw_into(store: &mut Store, id: TraceId, picture: &str) {
    let trace = store.open_trace(id);
    let mut open: Vec<(usize, SpanId)> = Vec::new();
    for (number, line) in picture.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        let line = Line::read(line);
        open.retain(|(indent, _)| *indent < line.indent);
        let id = SpanId::Hex { bits: number as u64 + 1, width: 1 };
        line.push(store, trace, id, open.last().map(|(_, id)| *id));
        open.push((line.indent, id));
    }
    store.build_tree(trace);
}

/// A trace as a picture, in display order: what [`draw`] reads.
pub fn show(store: &Store, trace: TraceRow) -> String {
    let trace = store.trace(trace);
    let tree = &trace.tree;
    let labels: Vec<String> = (0..tree.len()).map(|at| label(store, tree.order[at], tree.depth[at])).collect();
    let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let bars = tree.order.iter().map(|row| bar(store, *row, trace.start, trace.end));
    labels.iter().zip(bars).map(|(label, bar)| format!("{label:width$} |{bar}|\n")).collect()
}

struct Line<'a> {
    indent: usize,
    service: &'a str,
    name: &'a str,
    is_error: bool,
    start: i64,
    duration: i64,
}

impl Line<'_> {
    fn read(line: &str) -> Line<'_> {
        let (label, bar) = line.split_once('|').unwrap_or_else(|| panic!("a line without a bar: {line}"));
        let indent = label.len() - label.trim_start().len();
        let label = label.trim();
        let is_error = label.ends_with('!');
        let (service, name) = label.trim_end_matches('!').trim_end().split_once(' ').unwrap_or((label, ""));
        let start = bar.find(['=', '.']).unwrap_or(0) as i64;
        let duration = bar.matches('=').count() as i64;
        Line { indent, service, name, is_error, start, duration }
    }

    fn push(&self, store: &mut Store, trace: TraceRow, id: SpanId, parent: Option<SpanId>) {
        let service = store.content.strings.intern(self.service);
        let open = store.open_rows();
        let span = SpanDraft {
            trace,
            id: Some(id),
            parent,
            start: PICTURE_START + Nanos(self.start * COLUMN),
            duration: Nanos(self.duration * COLUMN),
            name: store.content.strings.intern(self.name),
            resource: store.resources.intern(&store.content, service, &[]),
            scope: None,
            kind: SpanKind::Unspecified,
            status: if self.is_error { StatusCode::Error } else { StatusCode::Unset },
            flags: SpanFlags::default(),
            attributes: open.attributes,
            events: open.events,
            links: open.links,
        };
        store.push_span(span);
    }
}

fn label(store: &Store, row: SpanRow, depth: u32) -> String {
    let span = store.span(row);
    let error = if span.status() == StatusCode::Error { " !" } else { "" };
    format!("{:indent$}{} {}{error}", "", span.service(), span.name(), indent = 2 * depth as usize)
}

fn bar(store: &Store, row: SpanRow, start: UnixNanos, end: UnixNanos) -> String {
    let columns = |from: UnixNanos, to: UnixNanos| ((to - from).0 / COLUMN) as usize;
    let (before, length) =
        (columns(start, store.spans.start(row)), columns(store.spans.start(row), store.spans.end(row)));
    let body = if length == 0 { ".".to_owned() } else { "=".repeat(length) };
    format!("{:width$}", format!("{}{body}", " ".repeat(before)), width = columns(start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICTURE: &str = "\
frontend GET /dispatch |==========|
  customer SELECT !    |  ====    |
    mysql query        |   ==     |
  redis Get            |       .  |
";

    #[test]
    fn a_picture_read_and_shown_is_the_same() {
        let store = draw(PICTURE);
        assert_eq!(show(&store, TraceRow(0)), PICTURE);
        let trace = store.trace(TraceRow(0));
        assert_eq!((trace.errors, trace.depth, trace.duration()), (1, 3, Nanos(10_000_000)));
    }
}
