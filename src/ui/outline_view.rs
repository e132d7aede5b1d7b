//! What of an outline of call paths is in view, and at which size.
//!
//! ```text
//! cells    rows and columns of the outline
//! content  pixels of the outline at full size: a cell has its size, its box is smaller by GAP, around all is MARGIN
//! scrolled content times `scale`: what the scroller scrolls; `left` and `top` are in it
//! view     scrolled without `left` and `top`: where the pointer is
//! ```

/// A node's cell in content pixels: of a comparison, and of one group alone. What is between boxes.
pub const CELL: [f64; 2] = [236.0, 44.0];
pub const CELL_OF_ONE: [f64; 2] = [320.0, 64.0];
const GAP: [f64; 2] = [32.0, 6.0];
/// Around the outline.
pub const MARGIN: f64 = 16.0;
/// Below it, at every scale: what floats there hides nothing.
const FOOT: [f64; 2] = [0.0, 44.0];
/// Scales: the least, the largest, and from which on names can be read.
pub const LEAST: f64 = 0.1;
pub const MOST: f64 = 2.0;
pub const READABLE: f64 = 0.5;
/// The window is asked for in steps of so many columns and rows, with a step more on every side.
const STEPS: [u32; 2] = [2, 8];

/// Pairs are across, then down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutlineView {
    /// Scrolled to, in pixels.
    pub from: [f64; 2],
    /// Of the scroller.
    pub size: [f64; 2],
    pub scale: f64,
    /// Of a node's cell: content pixels.
    pub cell: [f64; 2],
}

/// First column and how many, first row and how many.
pub type Area = [(u32, u32); 2];

impl OutlineView {
    /// Pixels of the whole outline, at this scale.
    pub fn whole(self, cells: [u32; 2]) -> [f64; 2] {
        [0, 1].map(|axis| self.content(cells[axis], axis) * self.scale + FOOT[axis])
    }

    /// Another scale; what is below a place of the view stays there, as far as it can.
    pub fn scaled(self, scale: f64, at: [f64; 2], cells: [u32; 2]) -> OutlineView {
        let scale = scale.clamp(LEAST, MOST);
        let from = [0, 1].map(|axis| (self.from[axis] + at[axis]) * (scale / self.scale) - at[axis]);
        OutlineView { scale, from, ..self }.clamped(cells)
    }

    /// The whole outline, but never larger than full size nor smaller than the least.
    pub fn fitted(self, cells: [u32; 2]) -> OutlineView {
        let scale = [0, 1].map(|axis| (self.size[axis] - FOOT[axis]) / self.content(cells[axis], axis));
        let scale = scale[0].min(scale[1]).clamp(LEAST, 1.0);
        OutlineView { scale, ..self }.clamped(cells)
    }

    pub fn moved(self, by: [f64; 2], cells: [u32; 2]) -> OutlineView {
        OutlineView { from: [0, 1].map(|axis| self.from[axis] + by[axis]), ..self }.clamped(cells)
    }

    fn clamped(self, cells: [u32; 2]) -> OutlineView {
        let whole = self.whole(cells);
        let from = [0, 1].map(|axis| self.from[axis].min(whole[axis] - self.size[axis]).max(0.0));
        OutlineView { from, ..self }
    }

    /// Scrolled so that a box is in view; as it is if it is.
    pub fn showing(self, cell: [u32; 2]) -> OutlineView {
        let from = [0, 1].map(|axis| {
            let (at, length) = (self.start(cell[axis], axis) * self.scale, self.inner()[axis] * self.scale);
            let is_in_view = at >= self.from[axis] && at + length <= self.from[axis] + self.size[axis];
            if is_in_view { self.from[axis] } else { (at - (self.size[axis] - length) / 2.0).max(0.0) }
        });
        OutlineView { from, ..self }
    }

    /// Where a box begins in the view.
    pub fn place(self, cell: [u32; 2]) -> [f64; 2] {
        [0, 1].map(|axis| self.start(cell[axis], axis) * self.scale - self.from[axis])
    }

    /// Where its middle is.
    pub fn middle(self, cell: [u32; 2]) -> [f64; 2] {
        let place = self.place(cell);
        [0, 1].map(|axis| place[axis] + self.inner()[axis] * self.scale / 2.0)
    }

    /// The cell whose box is below a place of the view.
    pub fn cell_at(self, at: [f64; 2]) -> Option<[u32; 2]> {
        let content = [0, 1].map(|axis| (at[axis] + self.from[axis]) / self.scale - MARGIN);
        let cell = [0, 1].map(|axis| (content[axis] / self.cell[axis]).floor());
        let is_in_box = [0, 1]
            .map(|axis| content[axis] >= 0.0 && content[axis] - cell[axis] * self.cell[axis] < self.inner()[axis]);
        (is_in_box == [true; 2]).then_some(cell.map(|cell| cell as u32))
    }

    /// The cells that are in view, with some around, in steps.
    pub fn area(self) -> Area {
        [0, 1].map(|axis| {
            let (cell, step) = (self.cell[axis] * self.scale, STEPS[axis]);
            let first = (self.from[axis] / cell) as u32 / step * step;
            let count = ((self.size[axis] / cell) as u32).next_multiple_of(step);
            (first.saturating_sub(step), count + 3 * step)
        })
    }

    /// Whether any of a box is in view.
    pub fn sees(self, cell: [u32; 2]) -> bool {
        let place = self.place(cell);
        [0, 1]
            .iter()
            .all(|axis| place[*axis] < self.size[*axis] && place[*axis] + self.inner()[*axis] * self.scale > 0.0)
    }

    /// A node's box.
    pub fn inner(self) -> [f64; 2] {
        [0, 1].map(|axis| self.cell[axis] - GAP[axis])
    }

    /// Where a cell's box begins: content pixels.
    pub fn start(self, cell: u32, axis: usize) -> f64 {
        MARGIN + f64::from(cell) * self.cell[axis]
    }

    fn content(self, cells: u32, axis: usize) -> f64 {
        f64::from(cells) * self.cell[axis] + 2.0 * MARGIN
    }
}

/// The cells around one: enough to go from it to its neighbours.
pub fn around(cell: [u32; 2]) -> Area {
    [0, 1].map(|axis| {
        let step = STEPS[axis] * 2;
        ((cell[axis] / step * step).saturating_sub(step), 3 * step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VIEW: OutlineView = OutlineView { from: [0.0, 0.0], size: [1000.0, 600.0], scale: 1.0, cell: CELL };

    #[test]
    fn what_is_below_the_pointer_stays_there() {
        let cells = [50, 1000];
        let view = VIEW.moved([3000.0, 9000.0], cells);
        let at = view.place([14, 210]).map(|place| place + 5.0);
        for scale in [0.5, 0.83, 1.7, 2.0] {
            let zoomed = view.scaled(scale, at, cells);
            assert_eq!(zoomed.cell_at(at), Some([14, 210]));
            let back = zoomed.scaled(1.0, at, cells);
            assert!((0..2).all(|axis| (back.from[axis] - view.from[axis]).abs() < 1e-6) && back.scale == 1.0);
        }
        assert_eq!((view.scaled(9.0, at, cells).scale, view.scaled(0.01, at, cells).scale), (MOST, LEAST));
    }

    #[test]
    fn the_whole_fits_if_it_can() {
        assert_eq!(VIEW.fitted([2, 3]).scale, 1.0);
        let view = VIEW.moved([500.0, 500.0], [8, 40]).fitted([8, 40]);
        assert!(view.scale < 1.0 && view.from == [0.0, 0.0]);
        assert!(view.sees([0, 0]) && view.sees([7, 39]));
        assert_eq!(VIEW.fitted([9, 100_000]).scale, LEAST);
    }

    #[test]
    fn a_box_comes_into_view() {
        assert_eq!(VIEW.showing([1, 1]), VIEW);
        let view = VIEW.showing([9, 500]);
        assert!(view.sees([9, 500]) && !VIEW.sees([9, 500]));
        // The gap between boxes is nobody's.
        let [x, y] = view.place([9, 500]);
        assert_eq!(view.cell_at([x + 1.0, y + 1.0]), Some([9, 500]));
        assert_eq!([view.cell_at([x - 1.0, y]), view.cell_at([x, y - 1.0]), VIEW.cell_at([3.0, 40.0])], [None; 3]);
    }

    proptest! {
        #[test]
        fn what_is_in_view_is_asked_for(x in 0.0..9e4, y in 0.0..9e5, scale in LEAST..MOST, cell in [0_u32..999, 0_u32..99_999]) {
            let view = OutlineView { from: [x, y], scale, ..VIEW };
            let is_in = |area: Area| [0, 1].iter().all(|axis| {
                let (from, count) = area[*axis];
                (from..from + count).contains(&cell[*axis])
            });
            prop_assert!(!view.sees(cell) || is_in(view.area()));
            let shown = view.showing(cell);
            prop_assert!(shown.sees(cell) && is_in(shown.area()) && is_in(around(cell)));
            // So much at most, wherever it is: a step more is asked for on either side.
            let [(_, columns), (_, rows)] = view.area();
            prop_assert!(f64::from(columns) <= 1000.0 / 236.0 / scale + 8.0 && f64::from(rows) <= 600.0 / 44.0 / scale + 32.0);
        }
    }
}
