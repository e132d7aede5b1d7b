//! The whole trace in a few thousand pixels.
//!
//! Plain meaning: the rows of the timeline are divided evenly among the lanes. A pixel shows the longest span of its lane
//! that covers it, in its service's colour; how many spans cover it, and what share of them has an error, are told in
//! [`LEVELS`]. Fast way: spans of a lane are taken longest first and fill what is still empty, so that a pixel is filled
//! once. Only the [`WIDE`] longest of a lane are put in order; the others fill what those left. Counting takes two steps
//! a span, where it begins and where it ends. The cost is linear in spans.

use crate::model::Positions;
use crate::model::{SpanRow, StatusCode, Store, TraceRow, order};

/// How many spans of a lane are put in order.
const WIDE: usize = 256;

/// Levels of density and of errors: enough for the eye, few enough that neighbours are alike.
pub const LEVELS: u8 = 4;

/// A stretch of one lane, pixel columns `from ..= to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub lane: u32,
    pub from: u32,
    pub to: u32,
    /// The span that gives the colour.
    pub span: SpanRow,
    /// 1 to [`LEVELS`]: how many spans are here, on a scale of logarithms up to where most are.
    pub density: u8,
    /// 0 without an error, up to [`LEVELS`] where a tenth of the spans or more have one.
    pub errors: u8,
}

/// What is drawn in `lanes` lanes of `width` pixels, and how many lanes are in use: no more than there are spans.
pub fn minimap(store: &Store, trace: TraceRow, width: u32, lanes: u32) -> (u32, Vec<Stretch>) {
    let spans = store.trace(trace).tree.order.len() as u32;
    let lanes = lanes.min(spans);
    let mut stretches = Vec::new();
    if width == 0 {
        return (lanes, stretches);
    }
    let filled = (0..lanes).map(|lane| fill_lane(store, trace, rows_of(lane, lanes, spans), width));
    let filled: Vec<Pixels> = filled.collect();
    let most = filled.iter().flat_map(|lane| &lane.spans).max().copied().unwrap_or_default();
    for (lane, pixels) in (0..).zip(&filled) {
        pixels.stretches(store, lane, most, &mut stretches);
    }
    (lanes, stretches)
}

/// Where the spans at some positions begin, as lane and pixel column: what is marked in the picture of [`minimap`]. Each
/// place once.
pub fn marks(store: &Store, trace: TraceRow, marked: &Positions, width: u32, lanes: u32) -> Vec<(u32, u32)> {
    let order = &store.trace(trace).tree.order;
    let spans = order.len() as u32;
    let lanes = lanes.min(spans);
    if width == 0 || lanes == 0 {
        return Vec::new();
    }
    let mut marks: Vec<(u32, u32)> = Vec::new();
    let mut lane = 0;
    for position in marked.iter().take_while(|position| *position < spans) {
        while rows_of(lane, lanes, spans).end <= position as usize {
            lane += 1;
        }
        marks.push((lane, columns(store, trace, order[position as usize], width).0 as u32));
    }
    let mut marks = order::arrange(marks, &mut |one, other| one.cmp(other));
    marks.dedup();
    marks
}

/// Positions of the spans that share a lane.
fn rows_of(lane: u32, lanes: u32, spans: u32) -> std::ops::Range<usize> {
    let begin = |lane: u32| (u64::from(lane) * u64::from(spans) / u64::from(lanes)) as usize;
    begin(lane)..begin(lane + 1)
}

/// Pixel columns that a span covers, both ends included.
fn columns(store: &Store, trace: TraceRow, row: SpanRow, width: u32) -> (usize, usize) {
    let trace = store.trace(trace);
    let whole = trace.duration().0.max(1) as f64;
    let column = |nanos: i64| ((nanos as f64 / whole * f64::from(width)) as usize).min(width as usize - 1);
    let from = column((store.spans.start(row) - trace.start).0);
    (from, column((store.spans.end(row) - trace.start).0.saturating_sub(1)).max(from))
}

fn fill_lane(store: &Store, trace: TraceRow, rows: std::ops::Range<usize>, width: u32) -> Pixels {
    let spans = store.trace(trace).tree.order[rows].iter();
    // By length, longest first; `!` turns the order around.
    let spans: Vec<(i64, SpanRow)> = spans.map(|row| (!store.spans.duration(*row).0, *row)).collect();
    let mut pixels = Pixels::new(width as usize);
    for at in first(&spans, WIDE) {
        let (_, row) = spans[at as usize];
        let (from, to) = columns(store, trace, row, width);
        pixels.fill(from, to, row);
    }
    // Those that were filled in already change nothing any more.
    for (_, row) in spans {
        let (from, to) = columns(store, trace, row, width);
        pixels.fill(from, to, row);
        pixels.count(from, to, store.spans.status(row) == StatusCode::Error);
    }
    pixels.add_up();
    pixels
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
    colours: Vec<Option<SpanRow>>,
    /// While spans are counted: how many more begin here than end before it; then how many are here. The same for errors.
    spans: Vec<i32>,
    errors: Vec<i32>,
    /// For each pixel the first one from there on that may be empty; shortened on the way.
    empty: Vec<usize>,
}

impl Pixels {
    fn new(width: usize) -> Pixels {
        Pixels {
            colours: vec![None; width],
            spans: vec![0; width + 1],
            errors: vec![0; width + 1],
            empty: (0..=width).collect(),
        }
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
            self.colours[at] = Some(row);
            self.empty[at] = at + 1;
            at = self.first_empty(at + 1);
        }
    }

    fn count(&mut self, from: usize, to: usize, is_error: bool) {
        self.spans[from] += 1;
        self.spans[to + 1] -= 1;
        self.errors[from] += i32::from(is_error);
        self.errors[to + 1] -= i32::from(is_error);
    }

    fn add_up(&mut self) {
        for counts in [&mut self.spans, &mut self.errors] {
            let mut sum = 0;
            for count in counts {
                sum += *count;
                *count = sum;
            }
        }
    }

    /// Neighbours of one service and alike become one stretch.
    fn stretches(&self, store: &Store, lane: u32, most: i32, out: &mut Vec<Stretch>) {
        let mut last: Option<Stretch> = None;
        for (at, span) in self.colours.iter().enumerate() {
            let (density, errors) = (density(self.spans[at], most), error_level(self.errors[at], self.spans[at]));
            let at = at as u32;
            last = match (last, span) {
                (Some(open), Some(span))
                    if (open.density, open.errors) == (density, errors)
                        && store.service(open.span) == store.service(*span) =>
                {
                    Some(Stretch { to: at, ..open })
                }
                (open, span) => {
                    out.extend(open);
                    span.map(|span| Stretch { lane, from: at, to: at, span, density, errors })
                }
            };
        }
        out.extend(last);
    }
}

/// The level of so many spans, where `most` is the largest number of the picture.
fn density(spans: i32, most: i32) -> u8 {
    if spans >= most {
        return LEVELS;
    }
    let share = f64::from(spans.max(1)).log2() / f64::from(most).log2();
    1 + (share * f64::from(LEVELS)) as u8
}

/// The level of so many errors among so many spans: of a few, of one in fifty, one in twenty, one in ten.
fn error_level(errors: i32, spans: i32) -> u8 {
    match errors {
        0 => 0,
        _ if errors * 10 >= spans => LEVELS,
        _ if errors * 20 >= spans => 3,
        _ if errors * 50 >= spans => 2,
        _ => 1,
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
            let letter = if stretch.errors > 0 { letter.to_ascii_uppercase() } else { letter };
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

    /// Levels of density and errors of each pixel, as digits.
    fn levels(store: &Store, width: u32, lanes: u32, level: impl Fn(&Stretch) -> u8) -> Vec<String> {
        let (lanes, stretches) = minimap(store, TraceRow(0), width, lanes);
        let mut picture = vec![vec![b' '; width as usize]; lanes as usize];
        for stretch in &stretches {
            picture[stretch.lane as usize][stretch.from as usize..=stretch.to as usize].fill(b'0' + level(stretch));
        }
        picture.into_iter().map(|lane| String::from_utf8(lane).unwrap()).collect()
    }

    #[test]
    fn density_tells_how_many_spans_share_a_pixel() {
        let store = draw(
            "
a one       |==========|
  b two     |  ======  |
  c three   |    ==    |
  c four    |    ==    |
",
        );
        assert_eq!(levels(&store, 10, 1, |stretch| stretch.density), ["1133443311"]);
        assert_eq!(
            levels(&store, 10, 60, |stretch| stretch.density),
            ["4444444444", "  444444  ", "    44    ", "    44    "]
        );
    }

    #[test]
    fn errors_are_told_by_their_share() {
        for (errors, spans, level) in
            [(0, 9, 0), (1, 1, 4), (1, 10, 4), (1, 11, 3), (1, 50, 2), (1, 51, 1), (1, 1_000_000, 1)]
        {
            assert_eq!(error_level(errors, spans), level, "{errors} of {spans}");
        }
        let store = draw(
            "
a one       |==========|
  b two   ! |  ===     |
",
        );
        assert_eq!(levels(&store, 10, 1, |stretch| stretch.errors), ["0044400000"]);
    }

    #[test]
    fn every_pixel_that_a_span_covers_is_filled() {
        // As many long ones as are put in order on the left; on the right short ones, side by side.
        let long = (0..WIDE).map(|at| format!("a l{at} |{}{}|\n", "=".repeat(30), " ".repeat(32)));
        let short = (30..62)
            .step_by(2)
            .map(|begin| format!("a s{begin} |{}=={}|\n", " ".repeat(begin), " ".repeat(60 - begin)));
        let text: String = std::iter::once("\n".to_owned()).chain(long).chain(short).collect();
        assert_eq!(picture(&draw(&text), 64, 1), ["a".repeat(64)]);
    }

    #[test]
    fn marks_stand_where_spans_begin() {
        let store = draw(
            "
a one       |==========|
  b two     | =====    |
  c three ! |      ====|
  c four    |      ====|
",
        );
        let found = Positions::of(4, |position| position != 1);
        assert_eq!(marks(&store, TraceRow(0), &found, 10, 60), [(0, 0), (2, 6), (3, 6)]);
        assert_eq!(marks(&store, TraceRow(0), &found, 10, 2), [(0, 0), (1, 6)]);
        assert_eq!(marks(&store, TraceRow(0), &found, 10, 1), [(0, 0), (0, 6)]);
        assert!(marks(&store, TraceRow(0), &found, 0, 2).is_empty());
    }
}
