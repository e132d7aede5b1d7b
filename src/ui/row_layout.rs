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
    /// Where the rows `built` (`from .. to`) stand in a viewport `height` high that is scrolled to `top`: pixels from its upper edge.
    /// They follow the scrolling as far as there are rows: those that are not in view stand where the list leaves them no blank.
    pub fn shift(&self, (from, to): (u32, u32), top: f64, height: f64) -> f64 {
        let (first, end) = self.visible(top, height);
        let place = self.y(from) - top;
        if from <= first && end.min(self.rows) <= to {
            return place;
        }
        let length = self.y(to) - self.y(from);
        place.clamp((height - length).min(0.0), 0.0)
    }

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

/// The rows on the page, `from .. to`: all of them, and those with everything that belongs to a row. The others are in flight: a
/// name and a bar, all that can be seen of a list that flies past, and what a frame has time for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Built {
    pub rows: (u32, u32),
    pub full: (u32, u32),
}

/// Rows on either side that a frame adds, and those in flight on either side that it completes.
const MORE: u32 = 4;
const COMPLETED: u32 = 10;

impl Built {
    /// Which of the loaded rows to have on the page next; `loaded` and `visible` are `from .. to`.
    ///
    /// At least those in view; where none of them is loaded, those that are there, or, lacking these, as many that are nearest. To those that are on the page already and
    /// still loaded, a few are added on either side. So a jump costs no more than what it shows, and little of that; the rows
    /// around, and what the rows lack, follow frame by frame.
    pub fn next(last: Built, loaded: (u32, u32), visible: (u32, u32)) -> Built {
        let wanted = visible.1.saturating_sub(visible.0).min(loaded.1 - loaded.0);
        let from = visible.0.clamp(loaded.0, loaded.1 - wanted);
        let to = from + wanted;
        let kept = clamp(last.rows, loaded);
        let is_loaded = visible.0 < loaded.1 && loaded.0 < visible.1;
        if !is_loaded && !is_empty(kept) && kept.1 - kept.0 >= wanted {
            return Built { rows: kept, full: clamp(last.full, kept) };
        }
        if is_empty(kept) || kept.0 > to || from > kept.1 {
            // The first rows of all are shown as they are.
            let full = if is_empty(last.rows) { (from, to) } else { (from, from) };
            return Built { rows: (from, to), full };
        }
        let rows = around((from.min(kept.0), to.max(kept.1)), MORE, loaded);
        let full = clamp(last.full, rows);
        let full = if is_empty(full) { (from, from) } else { full };
        Built { rows, full: around(full, COMPLETED, rows) }
    }

    /// Nothing is left to be added or completed.
    pub fn is_whole(self, loaded: (u32, u32)) -> bool {
        is_empty(self.rows) || (self.rows == loaded && self.full == loaded)
    }
}

fn is_empty((from, to): (u32, u32)) -> bool {
    from >= to
}

/// The part of a stretch that is within another one; empty at its beginning if there is none.
fn clamp((from, to): (u32, u32), whole: (u32, u32)) -> (u32, u32) {
    let (from, to) = (from.max(whole.0), to.min(whole.1));
    if from < to { (from, to) } else { (whole.0, whole.0) }
}

/// A stretch with `more` on either side, as far as there is.
fn around((from, to): (u32, u32), more: u32, whole: (u32, u32)) -> (u32, u32) {
    (from.saturating_sub(more).max(whole.0), to.saturating_add(more).min(whole.1))
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

    /// Found by `scripts/bench.sh`: rows that are not those in view were left where earlier, other rows had stood.
    #[test]
    fn rows_fill_the_view_wherever_they_are_from() {
        let layout = RowLayout { rows: 10_000, row_height: 26.0, open: Vec::new() };
        // In view, with 24 rows above.
        assert_eq!(layout.shift((76, 160), 2_600.0, 936.0), -624.0);
        // The view has gone on: its lower edge has the last of them, or, coming from below, its upper edge the first.
        assert_eq!(layout.shift((76, 112), 26_000.0, 936.0), 0.0);
        assert_eq!(layout.shift((76, 160), 26_000.0, 936.0), 936.0 - 84.0 * 26.0);
        assert_eq!(layout.shift((5_000, 5_036), 26_000.0, 936.0), 0.0);
        // Fewer than a view holds, at its top.
        assert_eq!(layout.shift((0, 10), 26_000.0, 936.0), 0.0);
        assert_eq!(layout.shift((0, 0), 26_000.0, 936.0), 0.0);
    }

    fn rows(last: (u32, u32), loaded: (u32, u32), visible: (u32, u32)) -> (u32, u32) {
        Built::next(Built { rows: last, full: last }, loaded, visible).rows
    }

    #[test]
    fn a_jump_builds_what_it_shows_and_then_what_is_around() {
        assert_eq!(rows((0, 0), (1_000, 1_096), (1_024, 1_060)), (1_024, 1_060));
        assert_eq!(rows((1_024, 1_060), (1_000, 1_096), (1_024, 1_060)), (1_020, 1_064));
        assert_eq!(rows((1_000, 1_090), (1_000, 1_096), (1_024, 1_060)), (1_000, 1_094));
        // Rows that are not loaded any more leave; a jump elsewhere leaves nothing.
        assert_eq!(rows((1_000, 1_096), (1_008, 1_104), (1_030, 1_066)), (1_008, 1_100));
        assert_eq!(rows((1_000, 1_096), (5_000, 5_096), (5_024, 5_060)), (5_024, 5_060));
        // Nothing in view is loaded yet: as many as a page holds, on the side that is nearer.
        assert_eq!(rows((0, 0), (0, 96), (500, 536)), (60, 96));
        assert_eq!(rows((0, 0), (400, 496), (0, 36)), (400, 436));
        // Some of those in view are: the others' places are not left blank (found by `scripts/bench.sh`).
        assert_eq!(rows((0, 0), (0, 96), (90, 126)), (60, 96));
        assert_eq!(rows((0, 10), (0, 0), (0, 36)), (0, 0));
        // None of those in view is loaded: what is there serves as well as anything else until they are.
        assert_eq!(rows((10, 50), (0, 96), (500, 536)), (10, 50));
        assert_eq!(rows((0, 30), (0, 96), (500, 536)), (60, 96));
    }

    #[test]
    fn rows_in_flight_are_completed_frame_by_frame() {
        let first = Built::next(Built::default(), (0, 96), (0, 36));
        assert_eq!(first, Built { rows: (0, 36), full: (0, 36) });
        let jump = |last| Built::next(last, (1_000, 1_096), (1_024, 1_060));
        let flight = jump(first);
        assert_eq!(flight, Built { rows: (1_024, 1_060), full: (1_024, 1_024) });
        let (second, third) = (jump(flight), jump(jump(flight)));
        assert_eq!(second, Built { rows: (1_020, 1_064), full: (1_020, 1_034) });
        assert_eq!(third, Built { rows: (1_016, 1_068), full: (1_016, 1_044) });
        // Wheel and keys bring rows that are complete at once.
        let near = Built::next(Built { rows: (0, 52), full: (0, 52) }, (0, 96), (4, 40));
        assert_eq!(near, Built { rows: (0, 56), full: (0, 56) });
    }

    proptest! {
        #[test]
        fn built_rows_are_loaded_cover_the_view_and_become_all(
            built in (0u32..200, 0u32..200),
            full in (0u32..200, 0u32..200),
            loaded in (0u32..200, 0u32..100),
            visible in (0u32..300, 1u32..50),
        ) {
            let loaded = (loaded.0, loaded.0 + loaded.1);
            let visible = (visible.0, visible.0 + visible.1);
            let ordered = |(from, to): (u32, u32)| (from.min(to), from.max(to));
            let mut now = Built::next(Built { rows: ordered(built), full: ordered(full) }, loaded, visible);
            let is_within = |(from, to): (u32, u32), whole: (u32, u32)| whole.0 <= from && from <= to && to <= whole.1;
            prop_assert!(is_within(now.rows, loaded) && is_within(now.full, now.rows), "{:?}", now);
            let (from, to) = (visible.0.max(loaded.0), visible.1.min(loaded.1));
            prop_assert!(from >= to || (now.rows.0 <= from && to <= now.rows.1));
            prop_assert!(now.rows.1 - now.rows.0 >= (visible.1 - visible.0).min(loaded.1 - loaded.0));
            for _ in 0..300 {
                now = Built::next(now, loaded, visible);
            }
            let is_loaded = visible.0 < loaded.1 && loaded.0 < visible.1;
            prop_assert!(!is_loaded || now.is_whole(loaded), "{:?}", now);
        }

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
