//! Points in time and lengths of time, as whole nanoseconds. They saturate: a wild time in a file must not overflow.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnixNanos(pub i64);

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Nanos(pub i64);

impl UnixNanos {
    /// 1990-01-01, the earliest time that looks like a real one.
    pub const YEAR_1990: UnixNanos = UnixNanos(631_152_000_000_000_000);
    /// 2100-01-01, the end of times that look like real ones.
    pub const YEAR_2100: UnixNanos = UnixNanos(4_102_444_800_000_000_000);

    /// Whether the time lies in the years 1990 to 2099.
    pub fn is_plausible(self) -> bool {
        (Self::YEAR_1990..Self::YEAR_2100).contains(&self)
    }
}

impl Sub for UnixNanos {
    type Output = Nanos;
    fn sub(self, earlier: UnixNanos) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Nanos> for UnixNanos {
    type Output = UnixNanos;
    fn add(self, length: Nanos) -> UnixNanos {
        UnixNanos(self.0.saturating_add(length.0))
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar. The year begins in March, so that the
/// leap day is its last: https://howardhinnant.github.io/date_algorithms.html#civil_from_days
pub fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_saturate() {
        assert_eq!(UnixNanos(i64::MAX) + Nanos(10), UnixNanos(i64::MAX));
        assert_eq!(UnixNanos(i64::MIN) - UnixNanos(1), Nanos(i64::MIN));
        assert_eq!(UnixNanos(7) - UnixNanos(5), Nanos(2));
    }

    #[test]
    fn a_plausible_time_is_of_our_days() {
        assert!(UnixNanos(1_700_000_000_000_000_000).is_plausible());
        assert!(!UnixNanos(1_700_000_000_000_000).is_plausible());
        assert!(!UnixNanos(i64::MAX).is_plausible());
    }
}
