//! A set of positions of one trace, a bit each: what finding, filtering and analyses tell of its spans.

/// Which spans of a trace, by position in its pre-order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    words: Vec<u64>,
    count: u32,
}

impl Positions {
    /// None of so many spans.
    pub fn none(spans: u32) -> Positions {
        Positions { words: vec![0; spans.div_ceil(64) as usize], count: 0 }
    }

    /// The spans for which a condition holds.
    pub fn of(spans: u32, mut holds: impl FnMut(u32) -> bool) -> Positions {
        let mut positions = Positions::none(spans);
        (0..spans).filter(|position| holds(*position)).for_each(|position| positions.insert(position));
        positions
    }

    /// Positions beyond the trace's spans are passed over.
    pub fn insert(&mut self, position: u32) {
        let Some(word) = self.words.get_mut(position as usize / 64) else {
            return;
        };
        let bit = 1 << (position % 64);
        self.count += u32::from(*word & bit == 0);
        *word |= bit;
    }

    pub fn remove(&mut self, position: u32) {
        if self.has(position) {
            self.words[position as usize / 64] &= !(1 << (position % 64));
            self.count -= 1;
        }
    }

    #[inline]
    pub fn has(&self, position: u32) -> bool {
        self.words.get(position as usize / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }

    /// How many there are.
    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().zip(0_u32..).flat_map(|(word, at)| {
            let bits = std::iter::successors((*word != 0).then_some(*word), |rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            });
            bits.map(move |rest| at * 64 + rest.trailing_zeros())
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
        fn it_is_a_set(steps in proptest::collection::vec((0_u32..300, any::<bool>()), 0..200)) {
            let (mut ours, mut plain) = (Positions::none(300), BTreeSet::new());
            for (position, is_in) in steps {
                if is_in {
                    ours.insert(position);
                    plain.insert(position);
                } else {
                    ours.remove(position);
                    plain.remove(&position);
                }
            }
            prop_assert_eq!(ours.iter().collect::<Vec<_>>(), plain.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(ours.len() as usize, plain.len());
            prop_assert!((0..400).all(|position| ours.has(position) == plain.contains(&position)));
            prop_assert_eq!(Positions::of(300, |position| plain.contains(&position)), ours);
        }
    }

    #[test]
    fn what_is_beyond_the_trace_is_passed_over() {
        let mut positions = Positions::none(3);
        positions.insert(64);
        assert!(positions.is_empty() && !positions.has(64));
    }
}
