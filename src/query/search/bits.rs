//! Spans as bits, for a stretch of the store's rows: conditions are answered for many spans at a time, and joined word by word.

use crate::model::SpanRow;

/// Rows `from .. from + length`, a bit each. `from` is a multiple of 64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    pub from: u32,
    length: u32,
    words: Vec<u64>,
}

impl Bits {
    pub fn none(from: u32, length: u32) -> Bits {
        Bits { from, length, words: vec![0; length.div_ceil(64) as usize] }
    }

    pub fn all(from: u32, length: u32) -> Bits {
        let mut bits = Bits { from, length, words: vec![u64::MAX; length.div_ceil(64) as usize] };
        if let Some(last) = bits.words.last_mut().filter(|_| !length.is_multiple_of(64)) {
            *last = (1 << (length % 64)) - 1;
        }
        bits
    }

    /// The row behind the last.
    pub fn to(&self) -> u32 {
        self.from + self.length
    }

    pub fn length(&self) -> u32 {
        self.length
    }

    #[inline]
    pub fn has(&self, row: SpanRow) -> bool {
        let at = row.0.wrapping_sub(self.from);
        self.words.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Rows outside the stretch are passed over.
    #[inline]
    pub fn set(&mut self, row: SpanRow) {
        let at = row.0.wrapping_sub(self.from);
        if let Some(word) = self.words.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds the bits of the same stretch.
    pub fn add(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Takes away the bits of the same stretch.
    pub fn remove(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// Keeps of the bits those of the other, of the same stretch.
    pub fn keep(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    /// A word for 64 rows each; the lowest bit is the first.
    pub fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Goes on with the stretch right behind this one.
    pub fn append(&mut self, next: Bits) {
        debug_assert!(next.from == self.to() && self.length.is_multiple_of(64));
        self.words.extend(next.words);
        self.length += next.length;
    }

    /// Copies a part: `from` is a multiple of 64.
    pub fn part(&self, from: u32, length: u32) -> Bits {
        let start = ((from - self.from) / 64) as usize;
        let words = self.words.iter().skip(start).take(length.div_ceil(64) as usize).copied().collect();
        Bits { from, length, words }
    }

    /// Rows, ascending.
    pub fn rows(&self) -> impl Iterator<Item = SpanRow> + '_ {
        let from = self.from;
        self.words.iter().zip(0_u32..).flat_map(move |(word, at)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(SpanRow(from + at * 64 + bit))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn they_are_sets(one in proptest::collection::btree_set(128_u32..300, 0..40), other in proptest::collection::btree_set(128_u32..300, 0..40)) {
            let bits = |set: &BTreeSet<u32>| {
                let mut bits = Bits::none(128, 172);
                set.iter().for_each(|row| bits.set(SpanRow(*row)));
                bits
            };
            let rows = |bits: &Bits| bits.rows().map(|row| row.0).collect::<BTreeSet<u32>>();
            let (a, b) = (bits(&one), bits(&other));
            prop_assert_eq!(rows(&a), one.clone());
            prop_assert_eq!((a.count() as usize, a.is_empty()), (one.len(), one.is_empty()));
            prop_assert!((0..400).all(|row| a.has(SpanRow(row)) == one.contains(&row)));
            let (mut sum, mut difference) = (a.clone(), a.clone());
            sum.add(&b);
            difference.remove(&b);
            prop_assert_eq!(rows(&sum), one.union(&other).copied().collect());
            prop_assert_eq!(rows(&difference), one.difference(&other).copied().collect());
            let mut common = a.clone();
            common.keep(&b);
            prop_assert_eq!(rows(&common), one.intersection(&other).copied().collect());
            prop_assert_eq!(rows(&a.part(192, 64)), one.range(192..256).copied().collect());
            let (mut joined, second) = (a.part(128, 128), a.part(256, 44));
            joined.append(second);
            prop_assert_eq!(joined, a);
            prop_assert_eq!(rows(&Bits::all(128, 172)), (128..300).collect());
        }
    }
}
