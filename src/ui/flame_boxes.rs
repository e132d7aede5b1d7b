//! Where the boxes of a flame graph are on the page, which one is at a place or next to another, and how they are coloured.
//!
//! ```text
//!   weight   from ................ to       x_css = 0 ...... width
//!   level    0, 1, 2 …                      y_css = level * row height - scrolled
//! ```

use crate::engine::questions::{FlameAnswer, FlameBox, Kind};

/// The height of a level, in CSS pixels.
pub const ROW: f64 = 20.0;
/// While all levels fit: there is room for a second line of text.
pub const TALL_ROW: f64 = 36.0;

pub fn row_height(levels: u32, height: f64) -> f64 {
    if f64::from(levels) * TALL_ROW <= height { TALL_ROW } else { ROW }
}

/// Weights to CSS pixels and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub from: u64,
    pub to: u64,
    /// In CSS pixels.
    pub width: f64,
}

impl Scale {
    pub fn of(answer: &FlameAnswer, width: f64) -> Scale {
        Scale { from: answer.from, to: answer.to, width }
    }

    /// Not beyond the edges.
    pub fn x(&self, weight: u64) -> f64 {
        let part = weight.clamp(self.from, self.to.max(self.from)) - self.from;
        part as f64 / self.length() * self.width
    }

    pub fn weight(&self, x: f64) -> u64 {
        self.from + (x.max(0.0) / self.width.max(1.0) * self.length()) as u64
    }

    fn length(&self) -> f64 {
        self.to.saturating_sub(self.from).max(1) as f64
    }
}

/// The place of the box of a level at a weight, or of one that ends less than `slack` before it. Boxes are in their order.
pub fn box_at(boxes: &[FlameBox], depth: u32, weight: u64, slack: u64) -> Option<usize> {
    let after = boxes.partition_point(|it| (it.depth, it.start) <= (depth, weight));
    let at = after.checked_sub(1)?;
    let it = &boxes[at];
    (it.depth == depth && weight < it.start.saturating_add(it.width.max(slack).max(1))).then_some(at)
}

/// The place of the box that an arrow key leads to.
pub fn step(boxes: &[FlameBox], at: usize, key: &str) -> Option<usize> {
    let it = boxes.get(at)?;
    match key {
        // Where there are times, the next row may be empty there.
        "ArrowUp" => (0..it.depth).rev().find_map(|depth| box_at(boxes, depth, it.start, 0)),
        // The first one below: children stand at the left edge.
        "ArrowDown" => (it.depth + 1..=boxes.last()?.depth).find_map(|depth| {
            let below = boxes.partition_point(|other| (other.depth, other.start) < (depth, it.start));
            let is_below = |other: &&FlameBox| other.depth == depth && other.start < it.start + it.width;
            boxes.get(below).filter(is_below).map(|_| below)
        }),
        "ArrowLeft" => at.checked_sub(1).filter(|before| boxes[*before].depth == it.depth),
        "ArrowRight" => boxes.get(at + 1).filter(|next| next.depth == it.depth).map(|_| at + 1),
        _ => None,
    }
}

/// A box's weights in A and B, each for one trace.
pub fn weights(it: &FlameBox, traces: [u32; 2]) -> [i64; 2] {
    [0, 1].map(|side: usize| (it.wholes[side] / u64::from(traces[side].max(1))).min(i64::MAX as u64) as i64)
}

/// How much a box has changed from A to B, as its colour tells: in percent of the larger of both, each for one trace; from half of it on the
/// colour is full (100).
pub fn change(it: &FlameBox, traces: [u32; 2]) -> (Kind, u32) {
    match it.spans {
        [0, _] => return (Kind::Added, 100),
        [_, 0] => return (Kind::Removed, 100),
        _ => {}
    }
    // Multiplied by the other's traces, so that counts lose nothing.
    let [a, b] = [0, 1].map(|side: usize| it.wholes[side] as f64 * f64::from(traces[1 - side].max(1)));
    match ((a - b).abs() / a.max(b).max(1.0) * 200.0).round().min(100.0) as u32 {
        0 => (Kind::Same, 0),
        share if a < b => (Kind::More, share),
        share => (Kind::Less, share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_box(depth: u32, start: u64, width: u64) -> FlameBox {
        FlameBox { count: 1, depth, start, width, spans: [1; 2], ..FlameBox::default() }
    }

    fn boxes() -> Vec<FlameBox> {
        // |0            |
        // |1   |2  | |3 |
        //      |4|
        [(0, 0, 100), (1, 0, 40), (1, 40, 30), (1, 80, 20), (2, 40, 15)].map(|(d, s, w)| some_box(d, s, w)).to_vec()
    }

    #[test]
    fn weights_have_places() {
        let scale = Scale { from: 100, to: 300, width: 400.0 };
        assert_eq!([0, 100, 150, 300, 999].map(|weight| scale.x(weight)), [0.0, 0.0, 100.0, 400.0, 400.0]);
        assert_eq!([-3.0, 0.0, 100.0, 399.0].map(|x| scale.weight(x)), [100, 100, 150, 299]);
        let nothing = Scale { from: 0, to: 0, width: 0.0 };
        assert_eq!((nothing.x(5), nothing.weight(5.0)), (0.0, 5));
    }

    #[test]
    fn rows_are_tall_while_all_fit() {
        assert_eq!([row_height(20, 720.0), row_height(21, 720.0), row_height(0, 0.0)], [TALL_ROW, ROW, TALL_ROW]);
    }

    #[test]
    fn boxes_are_found_by_place() {
        let boxes = boxes();
        let at = |depth, weight| box_at(&boxes, depth, weight, 0);
        assert_eq!([at(0, 0), at(0, 99), at(0, 100), at(1, 39), at(1, 40)], [Some(0), Some(0), None, Some(1), Some(2)]);
        assert_eq!([at(1, 75), at(2, 0), at(2, 54), at(2, 55), at(3, 0)], [None, None, Some(4), None, None]);
        // What is narrower than it is drawn.
        assert_eq!(box_at(&boxes, 2, 58, 20), Some(4));
        assert_eq!(box_at(&[], 0, 0, 9), None);
    }

    #[test]
    fn arrow_keys_lead_along_the_tree() {
        let boxes = boxes();
        let by = |at, key| step(&boxes, at, key);
        assert_eq!([by(0, "ArrowDown"), by(2, "ArrowDown"), by(1, "ArrowDown")], [Some(1), Some(4), None]);
        assert_eq!([by(4, "ArrowUp"), by(3, "ArrowUp"), by(0, "ArrowUp")], [Some(2), Some(0), None]);
        assert_eq!([by(1, "ArrowRight"), by(3, "ArrowRight"), by(0, "ArrowRight")], [Some(2), None, None]);
        assert_eq!([by(3, "ArrowLeft"), by(1, "ArrowLeft"), by(9, "ArrowLeft")], [Some(2), None, None]);
    }

    #[test]
    fn a_change_is_a_share_of_the_larger_side() {
        let of = |a, b| change(&FlameBox { wholes: [a, b], ..some_box(0, 0, 1) }, [1, 1]);
        assert_eq!(of(100, 100), (Kind::Same, 0));
        assert_eq!([of(75, 100), of(100, 75)], [(Kind::More, 50), (Kind::Less, 50)]);
        assert_eq!([of(10, 100), of(0, 100), of(100, 0)], [(Kind::More, 100), (Kind::More, 100), (Kind::Less, 100)]);
        assert_eq!(weights(&FlameBox { wholes: [10, 21], ..some_box(0, 0, 1) }, [2, 4]), [5, 5]);
        assert_eq!([of(0, 0), of(1_000, 1_001)], [(Kind::Same, 0); 2]);
        // Twice as many traces take twice as long.
        assert_eq!(change(&FlameBox { wholes: [10, 20], ..some_box(0, 0, 1) }, [2, 4]), (Kind::Same, 0));
        let [mut added, mut removed] = [some_box(0, 0, 1), some_box(0, 0, 1)];
        (added.spans[0], removed.spans[1]) = (0, 0);
        assert_eq!([change(&added, [1, 1]), change(&removed, [1, 1])], [(Kind::Added, 100), (Kind::Removed, 100)]);
    }
}
