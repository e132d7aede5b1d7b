//! Where the rows of a long list are, without the rows: every row has one height, and some have something open below them.
//!
//! ```text
//! y 0   ┌ row 0           All heights in CSS pixels. y(row) is where a row begins;
//!       ├ row 1           what is open below a row belongs to it.
//!       │   detail of 1
//!       └ row 2
//! ```

/// Heights of a list with `rows` rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowLayout {
    pub rows: u32,
    pub row_height: f64,
    /// What is open: row and height, in the order of rows.
    pub open: Vec<(u32, f64)>,
}

impl RowLayout {
    /// Where a row begins.
    pub fn y(&self, row: u32) -> f64 {
        let above: f64 = self.open.iter().take_while(|(open, _)| *open < row).map(|(_, height)| height).sum();
        f64::from(row) * self.row_height + above
    }

    pub fn total(&self) -> f64 {
        self.y(self.rows)
    }

    /// The row that covers a `y`, with what is open below it; the nearest one outside the list.
    pub fn row_at(&self, y: f64) -> u32 {
        let mut above = 0.0;
        for (row, height) in &self.open {
            let end_of_row = f64::from(row + 1) * self.row_height + above;
            if y < end_of_row + height {
                let plain = ((y - above) / self.row_height).max(0.0) as u32;
                return plain.min(*row);
            }
            above += height;
        }
        (((y - above) / self.row_height).max(0.0) as u32).min(self.rows.saturating_sub(1))
    }

    /// Rows that a viewport shows: `from .. to`.
    pub fn visible(&self, top: f64, height: f64) -> (u32, u32) {
        if self.rows == 0 {
            return (0, 0);
        }
        (self.row_at(top), self.row_at(top + height) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layout() -> RowLayout {
        RowLayout { rows: 10, row_height: 20.0, open: vec![(2, 100.0), (5, 50.0)] }
    }

    #[test]
    fn what_is_open_pushes_rows_down() {
        let layout = layout();
        assert_eq!(layout.y(2), 40.0);
        assert_eq!(layout.y(3), 160.0);
        assert_eq!(layout.y(6), 270.0);
        assert_eq!(layout.total(), 350.0);
    }

    #[test]
    fn a_point_in_what_is_open_is_its_rows() {
        let layout = layout();
        for (y, row) in
            [(-5.0, 0), (0.0, 0), (59.0, 2), (60.0, 2), (159.0, 2), (160.0, 3), (269.0, 5), (270.0, 6), (9999.0, 9)]
        {
            assert_eq!(layout.row_at(y), row, "{y}");
        }
    }

    proptest! {
        #[test]
        fn row_at_inverts_y(rows in 1u32..50, open in proptest::collection::btree_map(0u32..50, 1.0f64..300.0, 0..5), pick in 0u32..50, inside in 0.0f64..0.99) {
            let open: Vec<_> = open.into_iter().filter(|(row, _)| *row < rows).collect();
            let layout = RowLayout { rows, row_height: 26.0, open };
            let row = pick % rows;
            let height = layout.y(row + 1) - layout.y(row);
            prop_assert_eq!(layout.row_at(layout.y(row) + height * inside), row);
        }
    }
}
