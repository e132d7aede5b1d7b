//! Values that few spans have, sorted by span: they come in with their spans, so they are only ever appended.

use super::spans::SpanRow;

/// Values by span; a span may have several.
#[derive(Debug)]
pub struct Sparse<T> {
    all: Vec<(SpanRow, T)>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Sparse { all: Vec::new() }
    }
}

impl<T: Copy> Sparse<T> {
    /// Adds a value of the newest span.
    pub fn push(&mut self, row: SpanRow, value: T) {
        debug_assert!(self.all.last().is_none_or(|(last, _)| *last <= row));
        self.all.push((row, value));
    }

    pub fn of(&self, row: SpanRow) -> impl Iterator<Item = T> + '_ {
        let first = self.all.partition_point(|(other, _)| *other < row);
        self.all[first..].iter().take_while(move |(other, _)| *other == row).map(|(_, value)| *value)
    }

    pub fn first(&self, row: SpanRow) -> Option<T> {
        self.of(row).next()
    }

    /// Forgets the values of all spans from the row `len` on.
    pub fn truncate(&mut self, len: usize) {
        while self.all.last().is_some_and(|(row, _)| row.0 as usize >= len) {
            self.all.pop();
        }
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.all.capacity() * size_of::<(SpanRow, T)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_values_of_a_span() {
        let mut sparse = Sparse::default();
        [(2, 'a'), (5, 'b'), (5, 'c'), (9, 'd')].iter().for_each(|(row, value)| sparse.push(SpanRow(*row), *value));
        assert_eq!(sparse.of(SpanRow(5)).collect::<String>(), "bc");
        assert_eq!((sparse.first(SpanRow(3)), sparse.first(SpanRow(9))), (None, Some('d')));
        sparse.truncate(9);
        assert_eq!(sparse.first(SpanRow(9)), None);
    }
}
