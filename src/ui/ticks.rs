//! Ticks of a ruler: round times, evenly spaced.

/// Times (nanoseconds) of the ticks between `from` and `to`, both included where they are round: at most `most` of them, at
/// multiples of 1, 2 or 5 times a power of ten. None if the range is empty.
pub fn ticks(from: i64, to: i64, most: usize) -> Vec<i64> {
    let length = to.saturating_sub(from);
    if length <= 0 || most == 0 {
        return Vec::new();
    }
    let step = round_up(length / most as i64 + 1);
    let first = from.div_euclid(step) * step;
    (0..)
        .map(|tick| first.saturating_add(step.saturating_mul(tick)))
        .take_while(|at| *at <= to)
        .filter(|at| *at >= from)
        .take(most + 1)
        .collect()
}

/// The next of 1, 2, 5, 10, 20, 50, …
fn round_up(value: i64) -> i64 {
    let mut power: i64 = 1;
    while power < i64::MAX / 100 && power * 10 < value {
        power *= 10;
    }
    [1, 2, 5, 10].into_iter().map(|factor| factor * power).find(|step| *step >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(0, 1_000, 5), [0, 500, 1_000]);
        assert_eq!(ticks(0, 830_000_000, 10), (0..=8).map(|tick| tick * 100_000_000).collect::<Vec<_>>());
        assert_eq!(ticks(150, 460, 4), [200, 300, 400]);
        assert_eq!(ticks(-30, 30, 4), [-20, 0, 20]);
        assert!(ticks(5, 5, 4).is_empty());
        for length in [1, 7, 99, 12_345, i64::MAX] {
            assert!(ticks(0, length, 8).len() <= 9, "{length}");
        }
    }
}
