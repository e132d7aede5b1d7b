//! An outline of call paths as a picture: what is drawn where no names can be read, and of the whole in a small frame.

use serde::{Deserialize, Serialize};

use super::comparison::{Comparison, Kind, Metric};
use super::outline::{Outline, Placed};
use super::paths::Text;

/// How a box is painted. The larger, the more it says; 0 is nothing at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tint(pub u8);

impl Tint {
    pub const STUB: Tint = Tint(1);
    pub const SAME: Tint = Tint(2);
    /// By counts: more in B, fewer, only in B, only in A.
    pub const MORE: Tint = Tint(3);
    pub const LESS: Tint = Tint(4);
    pub const ADDED: Tint = Tint(5);
    pub const REMOVED: Tint = Tint(6);
    /// How strong differences of times are, in quarters of the largest. From here on faster and slower take turns: a quarter faster, a quarter
    /// slower, two quarters faster, …
    pub const TIMES: u8 = 7;
    /// There are so many.
    pub const ALL: usize = 15;

    /// Of one group alone: as much as its heat, or the colour of its service (from [`Tint::ALL`] on, in the order of their names).
    fn of_one(comparison: &Comparison, placed: &Placed, metric: Metric) -> Tint {
        if metric != Metric::Spans {
            let heat = comparison.heat(placed.node, metric);
            let quarters = heat.div_ceil(250).min(4) as u8;
            return quarters.checked_sub(1).map_or(Tint::SAME, |least| Tint(Tint::TIMES + 2 * least + 1));
        }
        let Text::Of(service) = comparison.paths.nodes[placed.node as usize].service else { return Tint::SAME };
        let at = comparison.services.iter().position(|it| *it == service).map(|at| at + Tint::ALL);
        at.and_then(|at| u8::try_from(at).ok()).map_or(Tint::SAME, Tint)
    }

    pub fn of(comparison: &Comparison, placed: &Placed, metric: Metric) -> Tint {
        if placed.stands_for > 0 {
            return Tint::STUB;
        }
        if comparison.is_of_one {
            return Tint::of_one(comparison, placed, metric);
        }
        if metric == Metric::Spans {
            return match comparison.kind(placed.node) {
                Kind::Same => Tint::SAME,
                Kind::More => Tint::MORE,
                Kind::Less => Tint::LESS,
                Kind::Added => Tint::ADDED,
                Kind::Removed => Tint::REMOVED,
            };
        }
        let [a, b] = &comparison.measures[placed.node as usize];
        let (by, most) = (metric.of(b).saturating_sub(metric.of(a)), comparison.largest[metric as usize]);
        if by == 0 {
            return Tint::SAME;
        }
        let quarters = (u128::from(by.unsigned_abs()) * 4).div_ceil(u128::from(most.unsigned_abs().max(1))).clamp(1, 4);
        Tint(Tint::TIMES + 2 * (quarters as u8 - 1) + u8::from(by > 0))
    }

    /// Of a time: whether it is slower in B, and by how many quarters of the largest difference.
    pub fn change(self) -> Option<(bool, u8)> {
        let at = self.0.checked_sub(Tint::TIMES)?;
        Some((at % 2 == 1, at / 2 + 1))
    }
}

/// A grid over the whole outline: of every cell the tint that says most. Row after row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlinePicture {
    pub width: u32,
    pub height: u32,
    pub tints: Vec<Tint>,
}

impl OutlinePicture {
    /// At most so many cells each way. Linear.
    pub fn of(comparison: &Comparison, outline: &Outline, metric: Metric, most: [u32; 2]) -> OutlinePicture {
        let size = [outline.columns, outline.rows];
        let [width, height] = [0, 1].map(|axis| size[axis].min(most[axis]));
        let mut tints = vec![Tint::default(); width as usize * height as usize];
        let cell = |at: u32, cells: u32, of: u32| u64::from(at) * u64::from(cells) / u64::from(of.max(1));
        for placed in &outline.placed {
            let (x, y) = (cell(placed.column, width, size[0]), cell(placed.row, height, size[1]));
            if let Some(tint) = tints.get_mut((y * u64::from(width) + x) as usize) {
                *tint = (*tint).max(Tint::of(comparison, placed, metric));
            }
        }
        OutlinePicture { width, height, tints }
    }
}

#[cfg(test)]
mod tests {
    use super::super::paths::Sameness;
    use super::super::testing::{any_spans, chain, fan, store_of};
    use super::*;
    use crate::model::{Store, TraceRow, draw_all};
    use proptest::prelude::*;

    fn compared(store: &Store, hides: Option<Metric>) -> (Comparison, Outline) {
        let last = TraceRow(store.traces().count() as u32 - 1);
        let comparison = Comparison::of(store, [&[TraceRow(0)], &[last]], Sameness::Exact);
        let outline = Outline::of(&comparison, hides);
        (comparison, outline)
    }

    const A: &str = "s root |====|\n  s a |=|\n  s b |=|\n  s b |=|\n  s old |=|\n";
    const B: &str = "s root |====|\n  s a |=|\n  s b |=|\n  s new |==|\n";

    fn numbers(picture: &OutlinePicture) -> Vec<u8> {
        picture.tints.iter().map(|tint| tint.0).collect()
    }

    #[test]
    fn what_says_most_is_seen() {
        let store = draw_all(&[A, B]);
        let (comparison, outline) = compared(&store, None);
        let picture = |metric, most| OutlinePicture::of(&comparison, &outline, metric, most);
        let whole = picture(Metric::Spans, [9, 9]);
        assert_eq!((whole.width, whole.height), (2, 4));
        // The root stands beside its first child.
        assert_eq!(numbers(&whole), [2, 2, 0, 4, 0, 6, 0, 5]);
        assert_eq!(numbers(&picture(Metric::Spans, [1, 2])), [4, 6]);
        // Times: `new` is two slower, `b` and `old` are one faster.
        assert_eq!(numbers(&picture(Metric::Total, [2, 4])), [2, 2, 0, 9, 0, 9, 0, 14]);
        assert_eq!(Tint(9).change(), Some((false, 2)));
        assert_eq!(Tint(14).change(), Some((true, 4)));
        assert_eq!(Tint::REMOVED.change(), None);
        let (comparison, outline) = compared(&store, Some(Metric::Spans));
        let picture = OutlinePicture::of(&comparison, &outline, Metric::Spans, [2, 1]);
        assert_eq!(numbers(&picture), [2, 6]);
    }

    #[test]
    fn large_ones_are_quick_and_small() {
        let began = std::time::Instant::now();
        for spans in [chain(100_000), fan(100_000)] {
            let store = store_of(&spans);
            let (comparison, outline) = compared(&store, None);
            let picture = OutlinePicture::of(&comparison, &outline, Metric::Spans, [160, 160]);
            assert!(picture.tints.len() <= 160 * 160);
            assert!(picture.tints.iter().all(|tint| *tint == Tint::SAME));
        }
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    proptest! {
        #[test]
        fn a_tint_is_seen_wherever_a_node_stands(spans in any_spans(), width in 1_u32..9, height in 1_u32..9) {
            let store = store_of(&spans);
            let (comparison, outline) = compared(&store, None);
            let picture = OutlinePicture::of(&comparison, &outline, Metric::Critical, [width, height]);
            prop_assert!(picture.width <= width && picture.height <= height);
            let mut seen = vec![false; picture.tints.len()];
            for placed in &outline.placed {
                let (x, y) = (placed.column * picture.width / outline.columns, placed.row * picture.height / outline.rows);
                seen[(y * picture.width + x) as usize] = true;
            }
            prop_assert!(seen.iter().zip(&picture.tints).all(|(seen, tint)| *seen == (tint.0 > 0)));
            prop_assert!(picture.tints.iter().all(|tint| usize::from(tint.0) < Tint::ALL));
        }
    }
}
