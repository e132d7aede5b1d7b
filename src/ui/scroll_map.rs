//! A list that is higher than an element can be: places of the list, and places of the thumb that stands for them.
//!
//! ```text
//! list   0 ┄┄┄┄┄┄┄┄┄┄┄┄ top ┄┄┄┄┄┄┄┄┄┄┄┄ total − view      CSS pixels of all rows together
//! thumb  0 ┄┄┄┄┄┄ scrollTop ┄┄┄┄┄┄ highest − view           CSS pixels of the element
//! ```

/// The two ends of both are the same place; between, one is proportional to the other. A list that fits is its thumb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScrollMap {
    list: f64,
    thumb: f64,
}

impl ScrollMap {
    /// Of a list of a height, seen through a viewport, in an element that may be so high at most.
    pub fn new(total: f64, view: f64, highest: f64) -> ScrollMap {
        let way = |height: f64| (height - view).max(0.0);
        ScrollMap { list: way(total), thumb: way(total.min(highest)) }
    }

    /// List and thumb are the same.
    pub fn is_exact(self) -> bool {
        self.list == self.thumb
    }

    /// The thumb's place for a place of the list.
    pub fn thumb(self, list: f64) -> f64 {
        if self.is_exact() { list } else { list / self.list * self.thumb }
    }

    /// The list's place for a place of the thumb.
    pub fn list(self, thumb: f64) -> f64 {
        if self.is_exact() || self.thumb <= 0.0 { thumb } else { thumb / self.thumb * self.list }
    }

    /// The nearest place that can be scrolled to.
    pub fn clamp(self, list: f64) -> f64 {
        list.clamp(0.0, self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_list_that_fits_is_its_thumb() {
        let map = ScrollMap::new(1_000.0, 400.0, 8_000_000.0);
        assert!(map.is_exact());
        assert_eq!((map.thumb(123.0), map.list(123.0), map.clamp(900.0)), (123.0, 123.0, 600.0));
        assert_eq!(ScrollMap::new(100.0, 400.0, 8_000_000.0).clamp(5.0), 0.0);
    }

    #[test]
    fn the_ends_are_the_ends() {
        let map = ScrollMap::new(26.0 * 3_000_000.0, 700.0, 8_000_000.0);
        assert!(!map.is_exact());
        assert_eq!(map.list(0.0), 0.0);
        assert_eq!(map.list(8_000_000.0 - 700.0), 78_000_000.0 - 700.0, "the last row is reachable");
        assert_eq!(map.thumb(78_000_000.0 - 700.0), 8_000_000.0 - 700.0);
    }

    proptest! {
        #[test]
        fn one_inverts_the_other(rows in 1_u32..5_000_000, at in 0.0_f64..1.0, view in 100.0_f64..2_000.0) {
            let total = f64::from(rows) * 26.0;
            let map = ScrollMap::new(total, view, 8_000_000.0);
            let list = map.clamp(at * total);
            prop_assert!((map.list(map.thumb(list)) - list).abs() < 1e-6 * total.max(1.0));
            prop_assert!(map.thumb(list) <= 8_000_000.0);
        }
    }
}
