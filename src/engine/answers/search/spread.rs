//! How the durations of traces are spread.

use crate::engine::questions::{BARS, Bars, Histogram};

/// On a logarithmic axis nothing is shorter than this.
const SHORTEST: i64 = 1_000;

pub fn histogram(sorted: &[i64], bars: Bars) -> Histogram {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Histogram::default() };
    let (from, to, bounds) = match bars {
        Bars::None => return Histogram::default(),
        Bars::Linear => (*first, *last, linear(*first, *last)),
        Bars::Logarithmic => {
            let (from, to) = ((*first).max(SHORTEST), (*last).max(SHORTEST));
            (from, to, logarithmic(from, to))
        }
    };
    let mut counts = Vec::with_capacity(BARS);
    let mut before = 0;
    for (number, bound) in (1..).zip(bounds) {
        // The last bar has its end.
        let upto = if number == BARS { sorted.len() } else { sorted.partition_point(|nanos| (*nanos as f64) < bound) };
        counts.push((upto.max(before) - before) as u32);
        before = upto.max(before);
    }
    Histogram { from_nanos: from, to_nanos: to, bars: counts }
}

/// Upper bounds.
fn linear(from: i64, to: i64) -> Vec<f64> {
    let width = (to as f64 - from as f64) / BARS as f64;
    (1..=BARS).map(|number| from as f64 + width * number as f64).collect()
}

/// Upper bounds, each so many times the one before. The root is taken by halves, for there are a power of two: logarithms would be kilobytes.
fn logarithmic(from: i64, to: i64) -> Vec<f64> {
    let mut factor = to as f64 / from as f64;
    (0..BARS.trailing_zeros()).for_each(|_| factor = factor.sqrt());
    std::iter::successors(Some(from as f64 * factor), |bound| Some(bound * factor)).take(BARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_count_everything_once() {
        let sorted: Vec<i64> = (0..1000).map(|number: i64| number * number * 1_000).collect();
        for bars in [Bars::Linear, Bars::Logarithmic] {
            let histogram = histogram(&sorted, bars);
            assert_eq!((histogram.bars.len(), histogram.bars.iter().sum::<u32>()), (BARS, 1000), "{bars:?}");
            assert_eq!(histogram.to_nanos, 998_001_000);
        }
        // Of a square's root, half of the numbers lie below a quarter of the end.
        let linear = histogram(&sorted, Bars::Linear);
        assert_eq!(linear.bars[..BARS / 4].iter().sum::<u32>(), 500);
        let logarithmic = histogram(&sorted, Bars::Logarithmic);
        assert_eq!(logarithmic.from_nanos, SHORTEST);
        // Half of the bars reach to the root of 1 µs and 998 s, 31.6 ms: to the square of 32.
        assert_eq!(logarithmic.bars[..BARS / 2].iter().sum::<u32>(), 32);
        assert_eq!(histogram(&[], Bars::Linear), Histogram::default());
        assert_eq!(histogram(&[5, 5], Bars::Logarithmic).bars.iter().sum::<u32>(), 2);
        assert_eq!(histogram(&[5, 5], Bars::Linear).bars.iter().sum::<u32>(), 2);
        assert_eq!(super::super::super::results::percentiles(&sorted), [499 * 499_000, 899 * 899_000, 989 * 989_000]);
    }
}
