//! Figures of scipy 1.17.1, by these lines:
//!
//! ```python
//! from scipy.stats import mannwhitneyu, false_discovery_control, chi2_contingency
//! def lcg(seed, n, below):
//!     out = []
//!     for _ in range(n):
//!         seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
//!         out.append((seed >> 33) % below)
//!     return out
//! def test(a, b):
//!     r = mannwhitneyu(b, a)  # U is of the first
//!     return int(2 * r.statistic), float(r.pvalue), float(2 * r.statistic / (len(a) * len(b)) - 1)
//! def g(in_a, of_a, in_b, of_b):
//!     table = [[in_a, of_a - in_a], [in_b, of_b - in_b]]
//!     r = chi2_contingency(table, correction=False, lambda_="log-likelihood")
//!     return float(r.statistic), float(r.pvalue)
//! print(test([1, 2, 2, 3, 3, 3, 4, 9, 9, 12], [2, 3, 3, 5, 9, 9, 10, 12, 12, 15, 20]))  # and so on
//! print(false_discovery_control([0.01, 0.04, 0.03, 0.005, 0.9, 0.04, 1.0, 0.2]))
//! print(g(3, 10, 9, 12))  # and so on
//! ```

use super::*;
use proptest::prelude::*;

/// The same numbers as the lines above make.
fn lcg(mut seed: u64, n: usize, below: u64) -> Vec<i64> {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) % below) as i64
    };
    (0..n).map(|_| next()).collect()
}

fn is_near(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= expected.abs() * 1e-11
}

fn assert_test(a: &[i64], b: &[i64], u2: u64, p: f64, effect: f64) {
    let test = mann_whitney(a, b).expect("two samples");
    assert_eq!(test.u2, u2);
    assert!(is_near(test.p, p), "p {} is not {p}", test.p);
    assert!(is_near(test.effect, effect), "effect {} is not {effect}", test.effect);
}

#[test]
fn ties_are_as_scipys() {
    let (a, b) = ([1, 2, 2, 3, 3, 3, 4, 9, 9, 12], [2, 3, 3, 5, 9, 9, 10, 12, 12, 15, 20]);
    assert_test(&a, &b, 164, 0.05882060427828191, 0.490909090909091);
    assert_test(&[1, 2, 3, 3], &[3, 4, 5, 6], 30, 0.05451447864382861, 0.875);
    assert_test(&[5; 10], &[5; 12], 120, 1.0, 0.0);
}

#[test]
fn single_values_are_as_scipys() {
    assert_test(&[3], &[7], 2, 1.0, 1.0);
    assert_test(&[3], &[3], 1, 1.0, 0.0);
    assert_test(&[7], &[1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13], 12, 1.0, 0.0);
    assert_eq!((mann_whitney(&[], &[1]), mann_whitney(&[1], &[])), (None, None));
}

#[test]
fn few_values_are_exact_as_scipys() {
    assert_test(&[19, 22, 16, 29, 24], &[20, 11, 17, 12], 6, 0.1111111111111111, -0.7);
    let many = [5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 100, 101, 102, 103];
    assert_test(&[-3, 14, 25, 36, 47, 58, 69, 80], &many, 90, 0.3572241461593999, -0.25);
    let few = [5, 10, 15, 20, 25, 30, 35, 700];
    // 802 values: list(range(801, 1600)) + [11, 12, 13].
    let many: Vec<i64> = (801..1600).chain([11, 12, 13]).collect();
    assert_test(&few, &many, 12_796, 5.915538606064398e-16, 0.9943890274314215);
    // 999 values: scipy with method="asymptotic".
    assert_test(&few, &(701..1700).collect::<Vec<_>>(), 15_984, 1.0801218064299164e-6, 1.0);
}

#[test]
fn many_values_are_as_scipys() {
    let b: Vec<i64> = lcg(2, 1_000, 1_000_000).iter().map(|value| value + 30_000).collect();
    assert_test(&lcg(1, 1_000, 1_000_000), &b, 1_026_639, 0.3023404000122005, 0.02663900000000008);
    assert_test(&lcg(3, 1_000, 7), &lcg(4, 700, 8), 761_645, 0.001795283740924055, 0.0880642857142857);
    let disjoint = [(0..20).collect::<Vec<_>>(), (100..130).collect()];
    assert_test(&disjoint[0], &disjoint[1], 1_200, 3.011249584256843e-9, 1.0);
}

#[test]
fn corrected_ps_are_as_scipys() {
    let mut p = [0.01, 0.04, 0.03, 0.005, 0.9, 0.04, 1.0, 0.2];
    corrected(&mut p);
    let expected = [0.04, 0.064, 0.064, 0.04, 1.0, 0.064, 1.0, 0.26666666666666666];
    assert!(p.iter().zip(expected).all(|(p, expected)| is_near(*p, expected)), "{p:?}");
    corrected(&mut []);
}

#[test]
fn shares_are_tested_as_by_scipy() {
    let of_scipy = [
        ([3, 10, 9, 12], 4.603076981023705, 0.031914627485490274),
        ([0, 50, 6, 50], 8.701005372849917, 0.003180345916333329),
        ([10, 1000, 30, 1000], 10.66904804969954, 0.0010894317002244332),
        ([1, 1, 0, 1], 2.772588722239781, 0.09589096714246556),
        ([500, 1000, 510, 1000], 0.20002333746768564, 0.6547020093478154),
        ([0, 1000, 1000, 1000], 2772.588722239781, 0.0),
    ];
    for ([in_a, of_a, in_b, of_b], g, p) in of_scipy {
        let found = g_statistic(in_a, of_a, in_b, of_b);
        assert!(is_near(found, g), "{found} is not {g}");
        let found = g_test(in_a, of_a, in_b, of_b);
        assert!(is_near(found, p), "{found} is not {p}");
    }
    // scipy has no answer for a margin of 0.
    let without = [[0, 0, 0, 0], [0, 5, 0, 9], [5, 5, 9, 9], [0, 0, 3, 9], [7, 20, 7, 20]];
    assert_eq!(without.map(|[in_a, of_a, in_b, of_b]| g_test(in_a, of_a, in_b, of_b)), [1.0; 5]);
}

#[test]
fn a_spread_is_of_values_that_are_there() {
    let values: Vec<i64> = (1..=200).collect();
    let of = |zeros, values| Spread::of(Ascending { zeros, values });
    assert_eq!(of(0, &values), Spread { p50: 100, p90: 180, p99: 198, least: 1, most: 200 });
    assert_eq!(of(3, &[7]), Spread { p50: 0, p90: 7, p99: 7, least: 0, most: 7 });
    assert_eq!(of(0, &[]), Spread::default());
}

#[test]
fn narrow_samples_have_even_bins() {
    let found = histograms(&[10, 19, 20], &[39, 30], 3);
    assert_eq!((found.edges, found.is_logarithmic), (vec![10, 20, 30, 40], false));
    assert_eq!(found.counts, [vec![2, 1, 0], vec![0, 0, 2]]);
    // No more bins than numbers.
    let few = histograms(&[2, 2], &[4], 50);
    assert_eq!((few.edges, few.counts), (vec![2, 3, 4, 5], [vec![2, 0, 0], vec![0, 0, 1]]));
    assert_eq!(histograms(&[], &[], 9), Histograms::default());
    assert_eq!(histograms(&[5], &[], 0).edges, [5, 6]);
}

#[test]
fn wide_samples_have_logarithmic_bins() {
    let found = histograms(&[1, 9, 10, 99], &[100, 999], 3);
    assert_eq!((found.edges, found.is_logarithmic), (vec![1, 10, 100, 1000], true));
    assert_eq!(found.counts, [vec![2, 2, 0], vec![0, 0, 2]]);
    // What is not positive has a bin of its own.
    let found = histograms(&[0, 1], &[-5, 999], 4);
    assert_eq!((found.edges, found.counts), (vec![-5, 1, 10, 100, 1000], [vec![1, 1, 0, 0], vec![1, 0, 0, 1]]));
}

fn samples() -> impl Strategy<Value = Vec<i64>> {
    prop_oneof![prop::collection::vec(-4_i64..12, 0..30), prop::collection::vec(any::<i64>(), 0..30)]
}

proptest! {
    #[test]
    fn exchanged_groups_have_the_opposite_effect(a in samples(), b in samples()) {
        let pairs = |less: &dyn Fn(i64, i64) -> bool| {
            a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y))).filter(|(x, y)| less(*x, *y)).count() as u64
        };
        if let (Some(one), Some(other)) = (mann_whitney(&a, &b), mann_whitney(&b, &a)) {
            prop_assert_eq!((one.effect, one.p), (-other.effect, other.p));
            prop_assert_eq!(one.u2, 2 * pairs(&|x, y| x < y) + pairs(&|x, y| x == y));
            prop_assert!((0.0..=1.0).contains(&one.p) && (-1.0..=1.0).contains(&one.effect));
        }
    }

    #[test]
    fn zeros_need_not_be_written_out(zeros in [0_usize..9, 0_usize..9], values in [samples(), samples()]) {
        let values = values.map(|sample| ascending(&sample.into_iter().filter(|value| *value > 0).collect::<Vec<_>>()));
        let [a, b] = [0, 1].map(|side| [vec![0; zeros[side]], values[side].clone()].concat());
        let [short_a, short_b] = [0, 1].map(|side| Ascending { zeros: zeros[side], values: &values[side] });
        prop_assert_eq!(compare(short_a, short_b), mann_whitney(&a, &b));
        prop_assert_eq!(Spread::of(short_a), Spread::of(Ascending { zeros: 0, values: &a }));
    }

    #[test]
    fn corrected_ps_are_larger_and_in_the_same_order(p in prop::collection::vec(0.0_f64..=1.0, 0..50)) {
        let mut after = p.clone();
        corrected(&mut after);
        for (own, new) in p.iter().zip(&after) {
            prop_assert!(new >= own && *new <= 1.0);
            prop_assert!(p.iter().zip(&after).all(|(other, theirs)| own > other || new <= theirs));
        }
    }

    #[test]
    fn every_value_is_in_its_bin(a in samples(), b in samples(), bins in 1_usize..40) {
        let found = histograms(&a, &b, bins);
        for (sample, counts) in [&a, &b].into_iter().zip(&found.counts) {
            prop_assert!(counts.len() <= bins);
            for (edges, count) in found.edges.windows(2).zip(counts) {
                prop_assert!(edges[0] < edges[1]);
                let is_last = edges[1] == i64::MAX;
                let own = sample.iter().filter(|value| edges[0] <= **value && (**value < edges[1] || is_last));
                prop_assert_eq!(own.count() as u32, *count);
            }
        }
    }

    #[test]
    fn shares_have_a_probability(of in [0_u32..50, 0_u32..50], part in [0.0..=1.0, 0.0..=1.0]) {
        let [in_a, in_b] = [0, 1].map(|side| (f64::from(of[side]) * part[side]) as u32);
        let p = g_test(in_a, of[0], in_b, of[1]);
        prop_assert!((0.0..=1.0).contains(&p));
        prop_assert!((p - g_test(in_b, of[1], in_a, of[0])).abs() < 1e-9);
    }
}
