//! Two samples of whole numbers (nanoseconds, counts) side by side: how far B is above A, how likely chance alone does that, and how each
//! spreads. Nothing supposes that values are normally distributed: durations never are.

use super::operations::place_of_rank;
use crate::model::order;
use serde::{Deserialize, Serialize};

/// A sample in ascending order: zeros that are only counted, then values, which must be positive if there are zeros.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ascending<'a> {
    pub zeros: usize,
    pub values: &'a [i64],
}

impl Ascending<'_> {
    pub fn len(&self) -> usize {
        self.zeros + self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn get(&self, place: usize) -> Option<i64> {
        match place.checked_sub(self.zeros) {
            Some(place) => self.values.get(place).copied(),
            None => Some(0),
        }
    }

    /// The first place from `from` on that has another value.
    fn end_of(&self, value: i64, from: usize) -> usize {
        let mut end = if self.get(from) == Some(value) { from.max(self.zeros) } else { from };
        while self.get(end) == Some(value) {
            end += 1;
        }
        end
    }
}

/// The values in ascending order.
pub fn ascending(values: &[i64]) -> Vec<i64> {
    order::by_number(values).into_iter().map(|place| values[place as usize]).collect()
}

/// What [`mann_whitney`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Twice U of B over A: two for each pair of values of which B's is larger, one for each pair of equal ones.
    pub u2: u64,
    /// How likely samples of one and the same distribution are at least that far apart, to either side.
    pub p: f64,
    /// Rank-biserial correlation, which is Cliff's delta: the share of pairs of which B's is larger without the share of those of which A's is.
    /// From -1 (all of B are smaller) over 0 to 1 (all of B are larger).
    pub effect: f64,
}

/// The test of Mann and Whitney (Wilcoxon's rank sum), of samples in any order; `None` if one is empty.
///
/// As scipy's `mannwhitneyu(b, a, method="auto")`: exact if one sample has at most [`FEW`] values and no two values are equal, otherwise by the
/// normal distribution, corrected for ties and continuity. With ties among fewer than eight values that is coarse: the exact distribution of
/// the values that are there would be better. Beyond [`MANY`] values it is never exact.
pub fn mann_whitney(a: &[i64], b: &[i64]) -> Option<Test> {
    let [a, b] = [a, b].map(ascending);
    compare(Ascending { zeros: 0, values: &a }, Ascending { zeros: 0, values: &b })
}

/// [`mann_whitney`] of samples in order, in linear time.
pub fn compare(a: Ascending, b: Ascending) -> Option<Test> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (mut in_a, mut in_b) = (0, 0);
    let (mut u2, mut ties) = (0, 0.0);
    while let Some(value) = [a.get(in_a), b.get(in_b)].into_iter().flatten().min() {
        let (end_a, end_b) = (a.end_of(value, in_a), b.end_of(value, in_b));
        // Two for each value of A before them, one for each that is equal.
        u2 += (end_b - in_b) as u64 * (in_a + end_a) as u64;
        let equal = (end_a - in_a + end_b - in_b) as f64;
        ties += equal * equal * equal - equal;
        (in_a, in_b) = (end_a, end_b);
    }
    let pairs = in_a as u64 * in_b as u64;
    let (few, many) = (in_a.min(in_b), in_a.max(in_b));
    let smaller = u2.min(2 * pairs - u2);
    let p = match ties == 0.0 && few <= FEW && many <= MANY {
        true => exact_p(few, many, smaller as usize / 2),
        false => normal_p(few as f64, many as f64, smaller as f64 / 2.0, ties),
    };
    // This way around, exchanging A and B only changes the sign.
    Some(Test { u2, p, effect: (u2 as f64 - pairs as f64) / pairs as f64 })
}

/// The smaller sample's size up to which [`mann_whitney`] is exact: scipy's bound.
pub const FEW: usize = 8;
/// The same of the larger one: up to here the numbers of ways fit into 64 bits.
pub const MANY: usize = 900;

/// How likely U is at most `u` or as far above its mean. The ways to get each U are the coefficients of the Gaussian binomial
/// (1 - x^(many + i)) / (1 - x^i), multiplied over i = 1..=few.
fn exact_p(few: usize, many: usize, u: usize) -> f64 {
    let mut ways = vec![0_u64; u + 1];
    ways[0] = 1;
    let mut all = 1.0;
    for i in 1..=few {
        // What is subtracted for the moment may exceed what is there; after the division all is right again.
        for at in (many + i..=u).rev() {
            ways[at] = ways[at].wrapping_sub(ways[at - many - i]);
        }
        for at in i..=u {
            ways[at] = ways[at].wrapping_add(ways[at - i]);
        }
        all *= (many + i) as f64 / i as f64;
    }
    let as_far: u64 = ways.iter().sum();
    (2.0 * as_far as f64 / all).min(1.0)
}

/// `u` is the smaller one; `ties`: the sum of t^3 - t over the numbers t of equal values.
fn normal_p(few: f64, many: f64, u: f64, ties: f64) -> f64 {
    let (pairs, all) = (few * many, few + many);
    let variance = pairs / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    let z = (pairs / 2.0 - u - 0.5) / variance.sqrt();
    // Of equal values alone z is minus infinity or nothing at all: 1 either way.
    libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2).min(1.0)
}

/// Corrects the p values of several tests in place, so that of those that are called findings below 0.05 no more than 5 % are expected to be
/// chance (Benjamini and Hochberg's false discovery rate; scipy's `false_discovery_control`).
pub fn corrected(p: &mut [f64]) {
    // Numbers from 0 on have the order of their bits.
    let bits: Vec<i64> = p.iter().map(|p| p.to_bits() as i64).collect();
    let mut least = 1.0_f64;
    for (at, place) in order::by_number(&bits).iter().enumerate().rev() {
        let own = &mut p[*place as usize];
        least = least.min(*own * (bits.len() as f64 / (at + 1) as f64));
        *own = least;
    }
}

/// How a sample spreads: see [`super::operations::nearest_rank`]. All 0 of an empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    pub p50: i64,
    pub p90: i64,
    pub p99: i64,
    pub least: i64,
    pub most: i64,
}

impl Spread {
    pub fn of(sample: Ascending) -> Spread {
        let percentile = |percent| sample.get(place_of_rank(sample.len(), percent)).unwrap_or_default();
        let [least, p50, p90, p99, most] = [0, 50, 90, 99, 100].map(percentile);
        Spread { p50, p90, p99, least, most }
    }
}

/// Two samples counted into the same bins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histograms {
    /// Ascending, one more than bins: a bin has the values from its edge to before the next one, so the last edge is the greatest value and 1.
    pub edges: Vec<i64>,
    /// Each bin is as much larger than the one before it as that is; but for a first one that has what is not positive.
    pub is_logarithmic: bool,
    /// By bin, of A and of B.
    pub counts: [Vec<u32>; 2],
}

/// From this ratio of the greatest value to the least positive one on bins are logarithmic.
const WIDE: i64 = 20;

/// Counts two samples (in any order) into at most so many bins; fewer where whole numbers between the edges are. None for empty samples.
pub fn histograms(a: &[i64], b: &[i64], bins: usize) -> Histograms {
    let both = || a.iter().chain(b).copied();
    let (Some(least), Some(most)) = (both().min(), both().max()) else {
        return Histograms::default();
    };
    let end = most.saturating_add(1);
    let (mut edges, mut is_logarithmic) = (Vec::new(), false);
    match both().filter(|value| *value > 0).min() {
        Some(positive) if most / positive >= WIDE && bins > 1 => {
            is_logarithmic = true;
            if least < positive {
                edges.push(least);
            }
            add_logarithmic(&mut edges, positive, end, bins - usize::from(least < positive));
        }
        _ => add_linear(&mut edges, least, end, bins.max(1)),
    }
    let count = |sample: &[i64]| {
        let mut counts = vec![0; edges.len() - 1];
        for value in sample {
            // The last edge is the value itself where there is no greater number.
            let bin = edges.partition_point(|edge| edge <= value).min(counts.len()) - 1;
            counts[bin] += 1;
        }
        counts
    };
    let counts = [a, b].map(count);
    Histograms { edges, is_logarithmic, counts }
}

/// Edges from `from` to `end`, evenly apart as far as whole numbers are.
fn add_linear(edges: &mut Vec<i64>, from: i64, end: i64, bins: usize) {
    let length = end.abs_diff(from).max(1);
    let bins = (bins as u64).min(length);
    // In two steps, for the product may exceed 64 bits.
    let offset = |at: u64| length / bins * at + length % bins * at / bins;
    edges.extend((0..=bins).map(|at| from.saturating_add_unsigned(offset(at))));
}

/// Edges from `from` to `end`, each as many times the one before; those that round to the same are one.
fn add_logarithmic(edges: &mut Vec<i64>, from: i64, end: i64, bins: usize) {
    let step = libm::log(end as f64 / from as f64) / bins as f64;
    edges.push(from);
    for at in 1..bins {
        let edge = (from as f64 * libm::exp(step * at as f64) + 0.5) as i64;
        if edges.last().is_some_and(|last| edge > *last) && edge < end {
            edges.push(edge);
        }
    }
    edges.push(end);
}

/// Whether something is in as many of A as of B: how likely chance alone makes shares that differ as much, if it is in `in_a` of `of_a` and in
/// `in_b` of `of_b`. 1 if it is in none or in all. The [`g_statistic`] with one degree of freedom.
pub fn g_test(in_a: u32, of_a: u32, in_b: u32, of_b: u32) -> f64 {
    p_of_g(g_statistic(in_a, of_a, in_b, of_b))
}

/// How likely a G with one degree of freedom is at least that large.
pub fn p_of_g(g: f64) -> f64 {
    libm::erfc((g / 2.0).sqrt())
}

/// The logarithm of a likelihood ratio, doubled: G = 2 sum O ln(O / E) over with and without, in A and in B, where E is what is expected if A
/// and B are alike. As scipy's `chi2_contingency(table, correction=False, lambda_="log-likelihood")`. Where less than five are expected in a
/// field of the table it is too large, and p too small.
pub fn g_statistic(in_a: u32, of_a: u32, in_b: u32, of_b: u32) -> f64 {
    let all = f64::from(of_a) + f64::from(of_b);
    let with = f64::from(in_a) + f64::from(in_b);
    let part = |observed: u32, share: f64, of: u32| match observed {
        0 => 0.0,
        _ => f64::from(observed) * libm::log(f64::from(observed) * all / (share * f64::from(of))),
    };
    let without = all - with;
    // In this order the sum is the same, to the last bit, for what the others have.
    let a = part(in_a, with, of_a) + part(of_a.saturating_sub(in_a), without, of_a);
    let b = part(in_b, with, of_b) + part(of_b.saturating_sub(in_b), without, of_b);
    (2.0 * (a + b)).max(0.0)
}

#[cfg(test)]
#[path = "statistics_tests.rs"]
mod tests;
