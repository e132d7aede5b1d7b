//! Samples put into cells (rows, steps, or both), and the figures of a cell.

use super::samples::Samples;
use super::{NO_VALUE, PERCENTS, Point, Row};
use crate::analysis::operations::nearest_rank;

/// What is in each cell.
#[derive(Debug)]
pub struct Cells {
    /// Where a cell's durations begin; the next one's beginning is the end.
    starts: Vec<u32>,
    /// Of spans that ended, in nanoseconds: ascending in each cell.
    durations: Vec<i64>,
    spans: Vec<u32>,
    failed: Vec<u32>,
}

impl Cells {
    /// Each sample is in the cell of `cell_of`; `ascending` are the samples by their durations. In linear time.
    pub fn of(samples: &Samples, ascending: &[u32], cells: usize, cell_of: &dyn Fn(usize) -> usize) -> Cells {
        let (mut starts, mut spans, mut failed) = (vec![0_u32; cells + 1], vec![0; cells], vec![0; cells]);
        for sample in 0..samples.groups.len() {
            let cell = cell_of(sample);
            spans[cell] += 1;
            failed[cell] += u32::from(samples.failed[sample]);
            starts[cell + 1] += u32::from(samples.durations[sample] != NO_VALUE);
        }
        (1..starts.len()).for_each(|cell| starts[cell] += starts[cell - 1]);
        let mut next = starts.clone();
        let mut durations = vec![0; starts[cells] as usize];
        for sample in ascending {
            let duration = samples.durations[*sample as usize];
            if duration != NO_VALUE {
                let place = &mut next[cell_of(*sample as usize)];
                durations[*place as usize] = duration;
                *place += 1;
            }
        }
        Cells { starts, durations, spans, failed }
    }

    fn durations(&self, cell: usize) -> &[i64] {
        &self.durations[self.starts[cell] as usize..self.starts[cell + 1] as usize]
    }

    /// The figures of a cell that stands for a time of `length` nanoseconds.
    pub fn point(&self, cell: usize, length: i64) -> Point {
        let spans = i128::from(self.spans[cell]);
        if spans == 0 {
            // Nothing began, and that is known.
            return Point { rate: 0, ..Point::default() };
        }
        let sorted = self.durations(cell);
        let durations = match sorted.is_empty() {
            true => [NO_VALUE; 4],
            false => PERCENTS.map(|percent| nearest_rank(sorted, percent)),
        };
        let errors = i128::from(self.failed[cell]) * 1_000_000 / spans;
        let rate = spans * 1_000_000_000_000_000 / i128::from(length.max(1));
        Point { durations, errors: errors as i64, rate: i64::try_from(rate).unwrap_or(i64::MAX) }
    }

    /// The row that a cell is.
    pub fn row(&self, cell: usize, length: i64, name: String, are_entries: bool) -> Row {
        let sorted = self.durations(cell);
        let sum: i128 = sorted.iter().map(|duration| i128::from(*duration)).sum();
        let mean = if sorted.is_empty() { NO_VALUE } else { (sum / sorted.len() as i128) as i64 };
        let (spans, failed) = (self.spans[cell], self.failed[cell]);
        Row { name, are_entries, spans, failed, point: self.point(cell, length), mean, impact: 0 }
    }
}
