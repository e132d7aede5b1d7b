//! The whole trace in a few thousand pixels.
//!
//! Plain meaning: the rows of the timeline are divided evenly among the lanes; a pixel shows the longest span of its lane
//! that covers it, in its service's colour, and is marked if a span with an error covers it. Fast way: spans of a lane are
//! taken longest first and fill what is still empty, so that a pixel is filled once. Only the [`WIDE`] longest of a lane
//! are drawn in full; the others fill the pixel they start in. The cost is linear in spans.

use crate::model::{SpanRow, StatusCode, Store, TraceRow, order};

/// How many spans of a lane are drawn in full.
const WIDE: usize = 256;

/// A stretch of one lane, pixel columns `from ..= to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub lane: u32,
    pub from: u32,
    pub to: u32,
    /// The span that gives the colour.
    pub span: SpanRow,
    pub is_error: bool,
}

/// What is drawn in `lanes` lanes of `width` pixels, and how many lanes are in use: no more than there are spans.
pub fn minimap(store: &Store, trace: TraceRow, width: u32, lanes: u32) -> (u32, Vec<Stretch>) {
    let spans = store.trace(trace).tree.order.len() as u64;
    let lanes = lanes.min(spans as u32);
    let mut stretches = Vec::new();
    if width == 0 {
        return (lanes, stretches);
    }
    for lane in 0..u64::from(lanes) {
        let rows = (lane * spans / u64::from(lanes)) as usize..((lane + 1) * spans / u64::from(lanes)) as usize;
        fill_lane(store, trace, rows, lane as u32, width, &mut stretches);
    }
    (lanes, stretches)
}

/// Pixel columns that a span covers, both ends included.
fn columns(store: &Store, trace: TraceRow, row: SpanRow, width: u32) -> (usize, usize) {
    let trace = store.trace(trace);
    let whole = trace.duration().0.max(1) as f64;
    let column = |nanos: i64| ((nanos as f64 / whole * f64::from(width)) as usize).min(width as usize - 1);
    let from = column((store.spans.start(row) - trace.start).0);
    (from, column((store.spans.end(row) - trace.start).0.saturating_sub(1)).max(from))
}

fn fill_lane(
    store: &Store,
    trace: TraceRow,
    rows: std::ops::Range<usize>,
    lane: u32,
    width: u32,
    out: &mut Vec<Stretch>,
) {
    let spans = store.trace(trace).tree.order[rows].iter();
    // By length, longest first; `!` turns the order around.
    let spans: Vec<(i64, SpanRow)> = spans.map(|row| (!store.spans.duration(*row).0, *row)).collect();
    let mut lane_pixels = Pixels::new(width as usize);
    let mut draw = |row: SpanRow, is_wide: bool| {
        let (from, to) = columns(store, trace, row, width);
        let to = if is_wide { to } else { from };
        lane_pixels.fill(from, to, row);
        if store.spans.status(row) == StatusCode::Error {
            lane_pixels.errors[from..=to].fill(true);
        }
    };
    for at in first(&spans, WIDE) {
        draw(spans[at as usize].1, true);
    }
    // Those that were drawn change nothing when their first column is drawn again.
    for (_, row) in &spans {
        draw(*row, false);
    }
    lane_pixels.stretches(store, lane, out);
}

/// The places of the `most` entries that come first in order, in order. In linear time: a list of twice as many is kept.
fn first(entries: &[(i64, SpanRow)], most: usize) -> Vec<u32> {
    let entry = |at: u32| entries[at as usize];
    let mut places: Vec<u32> = Vec::new();
    let mut bound = None;
    let cut = |places: &mut Vec<u32>| {
        order::sort(places, &mut |a, b| entry(a).cmp(&entry(b)));
        places.truncate(most);
        places.last().map(|last| entry(*last))
    };
    for at in 0..entries.len() as u32 {
        if bound.is_none_or(|bound| entry(at) < bound) {
            places.push(at);
            if places.len() == most * 2 {
                bound = cut(&mut places);
            }
        }
    }
    cut(&mut places);
    places
}

/// One lane while it is filled.
struct Pixels {
    spans: Vec<Option<SpanRow>>,
    errors: Vec<bool>,
    /// For each pixel the first one from there on that may be empty; shortened on the way.
    empty: Vec<usize>,
}

impl Pixels {
    fn new(width: usize) -> Pixels {
        Pixels { spans: vec![None; width], errors: vec![false; width], empty: (0..=width).collect() }
    }

    fn first_empty(&mut self, mut at: usize) -> usize {
        while self.empty[at] != at {
            self.empty[at] = self.empty[self.empty[at]];
            at = self.empty[at];
        }
        at
    }

    fn fill(&mut self, from: usize, to: usize, row: SpanRow) {
        let mut at = self.first_empty(from);
        while at <= to {
            self.spans[at] = Some(row);
            self.empty[at] = at + 1;
            at = self.first_empty(at + 1);
        }
    }

    /// Neighbours of one service become one stretch.
    fn stretches(&self, store: &Store, lane: u32, out: &mut Vec<Stretch>) {
        let mut last: Option<Stretch> = None;
        for (at, span) in self.spans.iter().enumerate() {
            let (at, is_error) = (at as u32, self.errors[at]);
            last = match (last, span) {
                (Some(open), Some(span))
                    if open.is_error == is_error && store.service(open.span) == store.service(*span) =>
                {
                    Some(Stretch { to: at, ..open })
                }
                (open, span) => {
                    out.extend(open);
                    span.map(|span| Stretch { lane, from: at, to: at, span, is_error })
                }
            };
        }
        out.extend(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draw;

    fn picture(store: &Store, width: u32, lanes: u32) -> Vec<String> {
        let (lanes, stretches) = minimap(store, TraceRow(0), width, lanes);
        let mut picture = vec![vec![b' '; width as usize]; lanes as usize];
        for stretch in stretches {
            let letter = store.span(stretch.span).service().as_bytes()[0];
            let letter = if stretch.is_error { letter.to_ascii_uppercase() } else { letter };
            picture[stretch.lane as usize][stretch.from as usize..=stretch.to as usize].fill(letter);
        }
        picture.into_iter().map(|lane| String::from_utf8(lane).unwrap()).collect()
    }

    #[test]
    fn each_span_has_a_lane_while_there_are_enough() {
        let store = draw(
            "
a one       |==========|
  b two     | =====    |
  c three ! |      ====|
",
        );
        assert_eq!(picture(&store, 10, 60), ["aaaaaaaaaa", " bbbbb    ", "      CCCC"]);
    }

    #[test]
    fn in_a_shared_lane_the_longest_span_wins() {
        let store = draw(
            "
a one       |==========|
  b two     | =====    |
  c three ! |      ====|
",
        );
        assert_eq!(picture(&store, 10, 1), ["aaaaaaAAAA"]);
        assert_eq!(picture(&store, 10, 2), ["aaaaaaaaaa", " bbbbbCCCC"]);
    }

    #[test]
    fn a_trace_without_duration_is_drawn() {
        let store = draw(
            "
a one |.
",
        );
        assert_eq!(picture(&store, 4, 9), ["a   "]);
    }
}
