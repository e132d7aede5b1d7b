//! A growing list in segments of fixed size.
//!
//! A `Vec` that doubles needs its old and its new memory at the same time, and WebAssembly never gives memory back: a
//! column of a million spans would leave a hole of half its size. Segments are allocated whole and never move.

use std::ops::Index;

const SHIFT: u32 = 14;
/// Elements of a segment: 128 KiB of `u64`, small enough for a store of one trace, large enough to be few.
const SEGMENT: usize = 1 << SHIFT;
const MASK: usize = SEGMENT - 1;

/// A growing list of plain values. Indexing is a shift and a mask; beyond [`Column::len`] it panics or returns a left-over.
#[derive(Debug)]
pub struct Column<T: Copy> {
    segments: Vec<Box<[T; SEGMENT]>>,
    len: usize,
}

impl<T: Copy> Default for Column<T> {
    fn default() -> Self {
        Column { segments: Vec::new(), len: 0 }
    }
}

impl<T: Copy> Column<T> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn push(&mut self, value: T) {
        match self.segments.get_mut(self.len >> SHIFT) {
            Some(segment) => segment[self.len & MASK] = value,
            None => self.grow(value),
        }
        self.len += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, first: T) {
        let Ok(segment) = vec![first; SEGMENT].into_boxed_slice().try_into() else {
            unreachable!("a slice of SEGMENT elements is an array of them")
        };
        self.segments.push(segment);
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        (index < self.len).then(|| self[index])
    }

    #[inline]
    pub fn set(&mut self, index: usize, value: T) {
        debug_assert!(index < self.len);
        match self.segments.get_mut(index >> SHIFT) {
            Some(segment) => segment[index & MASK] = value,
            None => no_such_row(),
        }
    }

    /// Forgets all from `len` on. Memory goes back, but for one spare segment: what is undone is mostly read again.
    #[inline(never)]
    pub fn truncate(&mut self, len: usize) {
        if len < self.len {
            self.len = len;
            self.segments.truncate(len.div_ceil(SEGMENT) + 1);
        }
    }

    /// The elements `from..to` in stretches that lie together, each with the index of its first: for going through many of them.
    pub fn stretches(&self, from: usize, to: usize) -> impl Iterator<Item = (usize, &[T])> + '_ {
        let to = to.min(self.len);
        let segments = (from >> SHIFT)..to.div_ceil(SEGMENT);
        self.segments.iter().enumerate().take(segments.end).skip(segments.start).map(move |(number, segment)| {
            let start = number << SHIFT;
            let (first, last) = (from.max(start) - start, (to - start).min(SEGMENT));
            (start + first, segment.get(first..last).unwrap_or_default())
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.segments.iter().flat_map(|segment| segment.iter().copied()).take(self.len)
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.segments.len() * SEGMENT * size_of::<T>()
    }
}

/// A call instead of a loop at every place where a table is given up: a store has some thirty columns.
impl<T: Copy> Drop for Column<T> {
    #[inline(never)]
    fn drop(&mut self) {
        self.segments = Vec::new();
    }
}

impl<T: Copy> Index<usize> for Column<T> {
    type Output = T;
    #[inline]
    fn index(&self, index: usize) -> &T {
        debug_assert!(index < self.len);
        match self.segments.get(index >> SHIFT) {
            Some(segment) => &segment[index & MASK],
            None => no_such_row(),
        }
    }
}

/// Without the place and the figures that an index out of bounds tells: these calls are everywhere.
#[cold]
#[inline(never)]
fn no_such_row() -> ! {
    panic!("no such row")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_pushed_over_several_segments() {
        let mut column = Column::default();
        for i in 0..40_000_u32 {
            column.push(i);
        }
        assert_eq!(column.len(), 40_000);
        assert!(column.iter().eq(0..40_000));
        assert_eq!((column[16_383], column[16_384], column[39_999]), (16_383, 16_384, 39_999));
        assert_eq!((column.get(39_999), column.get(40_000)), (Some(39_999), None));
    }

    #[test]
    fn truncates_gives_back_and_grows_again() {
        let mut column = Column::default();
        (0..100_000_u32).for_each(|i| column.push(i));
        let full = column.bytes();
        column.truncate(10);
        assert!(column.bytes() < full / 2);
        column.push(7);
        column.set(0, 9);
        assert_eq!(column.iter().collect::<Vec<_>>(), [9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 7]);
    }

    #[test]
    fn stretches_are_the_elements() {
        let mut column = Column::default();
        (0..2 * SEGMENT + 5).for_each(|value| column.push(value));
        for (from, to) in
            [(0, 0), (0, 3), (SEGMENT - 1, SEGMENT + 1), (7, 2 * SEGMENT + 5), (SEGMENT, 2 * SEGMENT), (5, 5)]
        {
            let all: Vec<usize> = column.stretches(from, to).flat_map(|(_, stretch)| stretch.to_vec()).collect();
            assert_eq!(all, (from..to).collect::<Vec<_>>());
            assert!(column.stretches(from, to).all(|(start, stretch)| stretch.is_empty() || stretch[0] == start));
        }
        assert_eq!(column.stretches(2 * SEGMENT, usize::MAX).map(|(_, stretch)| stretch.len()).sum::<usize>(), 5);
    }
}
