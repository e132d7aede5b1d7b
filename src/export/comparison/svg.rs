//! The outline of a comparison as a picture that needs nothing but itself: the page's graph in the light theme.
//!
//! ```text
//! A, B                        HEAD
//! legend
//! [+2   service   ] ─┬─ [ … ]
//! [+50% operation ]  └─ [ … ]
//! ```
//!
//! All places are whole pixels; lines are moved by a half, so that they are sharp.

mod head;
mod looks;

use super::{Titles, gap_text, kind_name, metric_name, names, one_line};
use crate::analysis::comparison::{Comparison, Kind, Metric};
use crate::analysis::difference::{count_text, kind_by, label};
use crate::analysis::outline::{Outline, Placed};
use crate::analysis::units::{duration, grouped};
use crate::export::svg::Svg;
use crate::model::Store;
use head::Entry;
use looks::{FLAG, LINE, Look, PAGE, QUIET, fitted, look, mark, room_of};

/// Browsers and editors get slow beyond.
pub const MOST_BOXES: usize = 5_000;

/// A picture with its size in CSS pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub text: String,
    pub width: u32,
    pub height: u32,
}

/// A node's cell and its box in it, and what is free around the graph: the page's.
const CELL: [i64; 2] = [236, 44];
const BOX: [i64; 2] = [204, 38];
const MARGIN: i64 = 16;
/// What stands above the graph.
const HEAD: i64 = 88;
/// A picture of few nodes has room for the titles.
const LEAST_WIDTH: i64 = 640;

/// The whole outline, stubs too; how many boxes it has if those are too many.
#[inline(never)]
pub fn svg(
    store: &Store,
    comparison: &Comparison,
    outline: &Outline,
    metric: Metric,
    titles: Titles,
) -> Result<Drawing, usize> {
    if outline.placed.len() > MOST_BOXES {
        return Err(outline.placed.len());
    }
    let mut out = Svg::default();
    let mut picture = Picture { store, comparison, outline, metric, out: &mut out };
    let legend = picture.legend();
    // The last column needs no gap behind it.
    let graph = |cells: u32, axis: usize| i64::from(cells) * CELL[axis] - (CELL[axis] - BOX[axis]) + 2 * MARGIN;
    let width = graph(outline.columns, 0).max(LEAST_WIDTH).max(legend.iter().map(Entry::width).sum::<i64>() + MARGIN);
    let height = HEAD - MARGIN + graph(outline.rows.max(1), 1);
    picture.begin([width, height], titles);
    picture.head(width, titles, &legend);
    picture.edges();
    outline.placed.iter().for_each(|placed| picture.node(placed));
    out.end("svg");
    Ok(Drawing { text: out.into_text(), width: width as u32, height: height as u32 })
}

struct Picture<'a> {
    store: &'a Store,
    comparison: &'a Comparison,
    outline: &'a Outline,
    metric: Metric,
    out: &'a mut Svg,
}

impl Picture<'_> {
    fn begin(&mut self, size: [i64; 2], titles: Titles) {
        let [width, height] = size;
        self.out.open("svg");
        self.out.attr("xmlns", "http://www.w3.org/2000/svg");
        self.out.numbers(&[("width", width), ("height", height)]);
        self.out.attr("viewBox", &["0 0 ", &width.to_string(), " ", &height.to_string()].concat());
        self.out.attr("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif");
        self.out.attr("font-size", "12");
        self.out.begin();
        self.out.element("title", &["A: ", &one_line(titles.a), " · B: ", &one_line(titles.b)].concat());
        self.out.open("rect");
        self.out.numbers(&[("width", width), ("height", height)]);
        self.out.attr("fill", PAGE);
        self.out.close();
    }

    fn gap(&self, placed: &Placed) -> Option<&'static str> {
        gap_text(self.comparison.gaps[placed.node as usize]).filter(|_| placed.stands_for == 0)
    }

    /// From every parent to the line along its children, and from there to each of them.
    fn edges(&mut self) {
        let mut path = String::new();
        let mut push = |command: char, number: i64| {
            path.push(command);
            path.push_str(&number.to_string());
        };
        let placed = &self.outline.placed;
        for (place, it) in placed.iter().enumerate() {
            let y = middle(it.row);
            if it.column > 0 {
                push('M', gap(it.column - 1));
                push(' ', y);
                push('H', left(it.column));
            }
            if placed.get(place + 1).is_some_and(|next| next.parent == place as u32) {
                push('M', left(it.column) + BOX[0]);
                push(' ', y);
                push('H', gap(it.column));
                push('V', middle(it.last_row));
            }
        }
        self.out.open("path");
        self.out.attr("d", &path);
        self.out.attr("transform", "translate(.5 .5)");
        self.out.attr("fill", "none");
        self.out.attr("stroke", LINE);
        self.out.close();
    }

    fn node(&mut self, placed: &Placed) {
        // A picture of its own: what is too wide after all ends at the edge.
        self.out.open("svg");
        self.out.numbers(&[("x", left(placed.column)), ("y", top(placed.row)), ("width", BOX[0]), ("height", BOX[1])]);
        if placed.stands_for == 0 {
            self.out.attr("data-kind", self.comparison.kind(placed.node).word());
        }
        self.out.begin();
        match placed.stands_for {
            0 => self.path(placed),
            more => self.stub(more),
        }
        self.out.end("svg");
    }

    fn stub(&mut self, more: u32) {
        self.frame(BOX, &looks::stub());
        let text = [&grouped(more.into()), " the same"].concat();
        self.words([BOX[0] / 2, 23], &[("text-anchor", "middle"), ("fill", QUIET)], &text);
    }

    /// A node that is one: counts, names, and what is missing below.
    fn path(&mut self, placed: &Placed) {
        let [a, b] = self.comparison.measures[placed.node as usize];
        let kind = kind_by(self.metric, &[a, b]);
        let by = self.metric.of(&b).abs_diff(self.metric.of(&a));
        let look = look(self.metric, kind, looks::heat(by, self.comparison.largest[self.metric as usize]));
        let [service, operation] = names(self.store, self.comparison, placed.node);
        let gap = self.gap(placed);
        self.out.element("title", &self.told(placed.node, [&service, &operation], gap));
        self.frame(BOX, &look);
        let (counts, size) = if self.metric == Metric::Spans { (56, "13") } else { (76, "11") };
        self.counts(label(a, b, self.metric), counts, size, &look);
        if kind != Kind::Same {
            self.shape([9, 8], look.text, mark(kind));
        }
        let (names, flag) = (counts + 7, if gap.is_some() { 22 } else { 0 });
        let room = BOX[0] - names - flag - 5;
        // Bold letters are wider.
        let bold_room = room * 9 / 10;
        self.words([names, 16], &[("font-weight", "600"), ("fill", look.strong)], &fitted(&service, bold_room));
        self.words([names, 31], &[("fill", look.text)], &fitted(&operation, room));
        if flag > 0 {
            self.shape([BOX[0] - 13, 19], look.flag, FLAG);
        }
    }

    /// The label in its two lines, and the line behind it.
    fn counts(&mut self, [first, second]: [String; 2], width: i64, size: &str, look: &Look) {
        // The mark stands at the left.
        let middle = (width + 9) / 2;
        let size = if room_of(&first) <= width - 14 { size } else { "9" };
        let y = if second.is_empty() { 24 } else { 18 };
        let [anchor, fill] = [("text-anchor", "middle"), ("fill", look.text)];
        self.words([middle, y], &[anchor, fill, ("font-weight", "600"), ("font-size", size)], &first);
        if !second.is_empty() {
            self.words([middle, 31], &[anchor, fill, ("font-size", "10")], &second);
        }
        self.out.open("rect");
        self.out.numbers(&[("x", width), ("y", 1), ("width", 1), ("height", BOX[1] - 2)]);
        self.out.attr("fill", look.text);
        self.out.attr("fill-opacity", ".3");
        self.out.close();
    }

    /// All that is known of a node, in full.
    fn told(&self, node: u32, [service, operation]: [&str; 2], gap: Option<&str>) -> String {
        let [a, b] = self.comparison.measures[node as usize];
        let counts = [a, b].map(|it| count_text(Metric::Spans.of(&it)));
        let kind = kind_name(self.comparison.kind(node));
        let mut told = [service, ": ", operation, ", ", kind, ", A ", &counts[0], ", B ", &counts[1]].concat();
        if self.metric != Metric::Spans {
            let times = [a, b].map(|it| duration(self.metric.of(&it)));
            let parts = ["; ", metric_name(self.metric), ": A ", &times[0], ", B ", &times[1]];
            parts.iter().for_each(|part| told.push_str(part));
        }
        if let Some(gap) = gap {
            told.push_str("; ");
            told.push_str(gap);
        }
        told
    }

    /// A box with its edge inside.
    fn frame(&mut self, [width, height]: [i64; 2], look: &Look) {
        self.out.open("rect");
        self.out.numbers(&[("width", width - 1), ("height", height - 1), ("rx", 4)]);
        let looks = [("x", ".5"), ("y", ".5"), ("fill", &look.fill), ("stroke", look.edge)];
        looks.iter().for_each(|(name, value)| self.out.attr(name, value));
        if look.is_dashed {
            self.out.attr("stroke-dasharray", "3 3");
        }
        self.out.close();
    }

    /// A shape around its middle.
    fn shape(&mut self, [x, y]: [i64; 2], fill: &str, path: &str) {
        self.out.open("path");
        self.out.attr("d", path);
        self.out.attr("transform", &["translate(", &x.to_string(), " ", &y.to_string(), ")"].concat());
        self.out.attr("fill", fill);
        self.out.close();
    }

    fn words(&mut self, [x, y]: [i64; 2], looks: &[(&str, &str)], text: &str) {
        self.out.open("text");
        self.out.numbers(&[("x", x), ("y", y)]);
        looks.iter().for_each(|(name, value)| self.out.attr(name, value));
        self.out.begin();
        self.out.escaped(text);
        self.out.end("text");
    }
}

fn left(column: u32) -> i64 {
    MARGIN + i64::from(column) * CELL[0]
}

fn top(row: u32) -> i64 {
    HEAD + i64::from(row) * CELL[1]
}

/// The gap between columns: where lines run down.
fn gap(column: u32) -> i64 {
    left(column) + (CELL[0] + BOX[0]) / 2
}

fn middle(row: u32) -> i64 {
    top(row) + BOX[1] / 2 - 1
}
