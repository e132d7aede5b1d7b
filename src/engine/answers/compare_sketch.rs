//! Pictures of a comparison's outline: boxes in a window, and the whole in a grid.

use super::compare::lines_in;
use super::{Answer, Memo};
use crate::analysis::outline_picture::{OutlinePicture, Tint};
use crate::engine::questions::{Sketch, SketchAnswer, SketchBox};
use crate::model::Store;

/// A picture has at most so many cells each way, whatever is asked for.
const MOST_CELLS: u32 = 160;

impl Answer for Sketch {
    fn answer(&self, store: &Store, memo: &mut Memo) -> SketchAnswer {
        let Some((comparison, outline, _)) = memo.compare().look(store, &self.what) else {
            return SketchAnswer::default();
        };
        let columns = self.from_column..self.from_column.saturating_add(self.columns);
        let places = outline.in_rows(self.from, self.from.saturating_add(self.count));
        let lines = lines_in(outline, places.clone(), self.from, &columns);
        let mut boxes = Vec::new();
        for place in places {
            let placed = &outline.placed[place];
            if columns.contains(&placed.column) {
                let is_failed = comparison.is_of_one && comparison.measures[placed.node as usize][0].errors > 0;
                let gaps = comparison.gaps[placed.node as usize];
                boxes.push(SketchBox {
                    place: place as u32,
                    row: placed.row,
                    column: placed.column,
                    tint: Tint::of(comparison, placed, self.what.metric),
                    has_gap: is_failed || placed.stands_for == 0 && gaps != [false; 2],
                });
            }
        }
        let most = self.picture.map(|cells| cells.min(MOST_CELLS));
        let picture = match most {
            [0, _] | [_, 0] => OutlinePicture::default(),
            most => OutlinePicture::of(comparison, outline, self.what.metric, most),
        };
        SketchAnswer { boxes, lines, picture }
    }
}
