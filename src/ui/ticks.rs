//! Ticks of a ruler: round times, evenly spaced, and what is written at them.

use crate::analysis::units::{duration, round_up};
use crate::model::time::civil;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Round times between two others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticks {
    /// Nanoseconds between two ticks.
    pub step: i64,
    /// Ascending.
    pub times: Vec<i64>,
}

/// Times (nanoseconds) of the ticks between `from` and `to`, both included where they are round: at most `most` of them
/// and one. They are round once `shift` is added: the trace's start as the clock on the wall had it, or 0. None if the
/// range is empty.
pub fn ticks(from: i64, to: i64, most: usize, shift: i64) -> Ticks {
    let length = to.saturating_sub(from);
    if length <= 0 || most == 0 {
        return Ticks::default();
    }
    let step = round_up(length / most as i64 + 1);
    // Where the first one at or after `from` is.
    let behind = (i128::from(from) + i128::from(shift)).rem_euclid(i128::from(step)) as i64;
    let first = if behind == 0 { from } else { from.saturating_add(step - behind) };
    let times = (0..=most as i64).map(|tick| first.saturating_add(step.saturating_mul(tick)));
    Ticks { step, times: times.take_while(|at| *at <= to && *at < i64::MAX).collect() }
}

/// A time from the trace's start, so exact that it differs from one a `step` away: `830 ms`, `1.23456 s`,
/// `2 min 5.003 s`.
pub fn relative_label(time: i64, step: i64) -> String {
    let size = time.unsigned_abs();
    let (unit, name) = match size {
        _ if size < 1_000 => (1, "ns"),
        _ if size < 1_000_000 => (1_000, "µs"),
        _ if size < SECOND as u64 => (1_000_000, "ms"),
        _ => (SECOND as u64, "s"),
    };
    // Three digits tell the time to a hundredth and a tenth of the unit; longer ones to a second, a minute or an hour.
    let told = match size {
        _ if size < 10 * unit => unit / 100,
        _ if size < 100 * unit => unit / 10,
        _ if size < MINUTE as u64 => unit,
        _ if size < HOUR as u64 => SECOND as u64,
        _ if size < DAY as u64 => MINUTE as u64,
        _ => HOUR as u64,
    };
    if size == 0 || told.max(1) <= step.unsigned_abs() && size.is_multiple_of(told.max(1)) {
        return duration(time);
    }
    let sign = if time < 0 { "−" } else { "" };
    let seconds = if size >= MINUTE as u64 { size % MINUTE as u64 } else { size };
    let minutes = size / MINUTE as u64;
    let rest = [&with_digits(seconds, unit, step.unsigned_abs()), " ", name].concat();
    // Where ticks are whole minutes apart, seconds say nothing.
    let rest = if seconds == 0 && step >= MINUTE { "" } else { &rest };
    let text = match minutes {
        0 => rest.to_owned(),
        1..60 => format!("{minutes} min {rest}"),
        60..1_440 => format!("{} h {} min {rest}", minutes / 60, minutes % 60),
        _ => format!("{} d {} h {} min {rest}", minutes / 1_440, minutes / 60 % 24, minutes % 60),
    };
    [sign, text.trim_end()].concat()
}

/// `value / unit` with as many digits as a `step` takes, without zeros at the end.
fn with_digits(value: u64, unit: u64, step: u64) -> String {
    let (mut digits, mut last) = (0, unit);
    while last > step.max(1) {
        last /= 10;
        digits += 1;
    }
    let last = last.max(1);
    let rounded = (value + last / 2) / last;
    let per_unit = unit / last;
    let (whole, rest) = (rounded / per_unit, rounded % per_unit);
    if rest == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{rest:0digits$}");
    text.trim_end_matches('0').to_owned()
}

/// A time of the clock on the wall (nanoseconds from 1970 in its zone) in as many digits as a `step` takes: `14:05`,
/// `14:05:09.120`, and the day `11-21` where ticks are days apart.
pub fn clock_label(local_nanos: i64, step: i64) -> String {
    let (day, time) = (local_nanos.div_euclid(DAY), local_nanos.rem_euclid(DAY));
    if step >= DAY {
        let (_, month, day) = civil(day);
        return format!("{month:02}-{day:02}");
    }
    let text = format!("{:02}:{:02}", time / HOUR, time / MINUTE % 60);
    if step >= MINUTE {
        return text;
    }
    let (second, rest) = (time / SECOND % 60, time % SECOND);
    match step {
        SECOND.. => format!("{text}:{second:02}"),
        1_000_000.. => format!("{text}:{second:02}.{:03}", rest / 1_000_000),
        1_000.. => format!("{text}:{second:02}.{:06}", rest / 1_000),
        _ => format!("{text}:{second:02}.{rest:09}"),
    }
}

/// Nanoseconds that a zone is ahead of UTC, as `Intl` writes its `longOffset`: `… GMT+05:30`, `… GMT-08:00`, `… GMT`.
/// `None` if it is written otherwise.
pub fn zone_offset(text: &str) -> Option<i64> {
    let offset = text.rsplit_once("GMT")?.1;
    if offset.is_empty() {
        return Some(0);
    }
    let sign = if offset.starts_with('+') { 1 } else { -1 };
    let mut parts = offset.trim_start_matches(['+', '-', '−']).split(':');
    let mut seconds = 0;
    for unit in [3_600, 60, 1] {
        seconds += parts.next().map_or(Some(0), |part| part.parse::<i64>().ok().filter(|part| *part < 100))? * unit;
    }
    Some(sign * seconds * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn times(from: i64, to: i64, most: usize) -> Vec<i64> {
        ticks(from, to, most, 0).times
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(times(0, 1_000, 5), [0, 500, 1_000]);
        assert_eq!(times(0, 830_000_000, 10), (0..=8).map(|tick| tick * 100_000_000).collect::<Vec<_>>());
        assert_eq!(times(150, 460, 4), [200, 300, 400]);
        assert_eq!(times(-30, 30, 4), [-20, 0, 20]);
        assert!(times(5, 5, 4).is_empty());
        for length in [1, 7, 99, 12_345, i64::MAX] {
            assert!(times(0, length, 8).len() <= 9, "{length}");
        }
    }

    #[test]
    fn above_a_second_they_are_round_as_clocks_are() {
        let step = |length: i64| ticks(0, length, 8, 0).step;
        assert_eq!(step(60 * SECOND), 10 * SECOND);
        assert_eq!(step(10 * MINUTE), 2 * MINUTE);
        assert_eq!(step(3 * HOUR), 30 * MINUTE);
        assert_eq!(step(3 * DAY), 12 * HOUR);
        assert_eq!(step(365 * DAY), 50 * DAY);
        assert_eq!(ticks(0, SECOND, 1, 0).step, 2 * SECOND, "the end belongs to it");
    }

    #[test]
    fn a_shift_makes_them_round_on_the_wall() {
        // The trace began 3 s after a full minute.
        assert_eq!(
            ticks(0, 60 * SECOND, 4, 3 * SECOND),
            Ticks { step: 30 * SECOND, times: vec![27 * SECOND, 57 * SECOND] }
        );
        let unix = 1_790_000_000_123_456_789;
        for time in ticks(0, 10_000, 5, unix).times {
            assert_eq!((unix + time) % 5_000, 0);
        }
    }

    proptest! {
        #[test]
        fn ticks_are_within_and_evenly_spaced(from in any::<i64>(), length in 0..=i64::MAX, most in 0usize..40, shift in any::<i64>()) {
            let to = from.saturating_add(length);
            let ticks = ticks(from, to, most, shift);
            prop_assert!(ticks.times.len() <= most + 1);
            prop_assert!(ticks.times.iter().all(|time| (from..=to).contains(time)));
            prop_assert!(ticks.times.windows(2).all(|pair| pair[1] - pair[0] == ticks.step));
            prop_assert!(ticks.times.iter().all(|time| (i128::from(*time) + i128::from(shift)) % i128::from(ticks.step) == 0));
        }

        #[test]
        fn neighbours_are_told_apart(from in 0..400 * DAY, length in 1..400 * DAY) {
            let ticks = ticks(from, from.saturating_add(length), 8, 0);
            let labels: Vec<_> = ticks.times.iter().map(|time| relative_label(*time, ticks.step)).collect();
            prop_assert!(labels.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", labels);
            let labels: Vec<_> = ticks.times.iter().map(|time| clock_label(*time, ticks.step)).collect();
            prop_assert!(ticks.step > DAY || labels.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", labels);
        }
    }

    #[test]
    fn a_label_has_the_digits_that_its_step_takes() {
        let cases = [
            (0, 1, "0 s"),
            (830_000_000, 10_000_000, "830 ms"),
            (1_234_560_000, 10_000, "1.23456 s"),
            (1_234_560_000, 20_000, "1.23456 s"),
            (1_500_000_000, 500_000_000, "1.5 s"),
            (830_200_000, 100_000, "830.2 ms"),
            (12_345, 5, "12.345 µs"),
            (125_003_000_000, 1_000_000, "2 min 5.003 s"),
            (120_000_000_000, 60_000_000_000, "2 min"),
            (2 * HOUR + 5 * SECOND, SECOND, "2 h 0 min 5 s"),
            (26 * HOUR + 30 * MINUTE, 30 * MINUTE, "1 d 2 h 30 min"),
            (-1_500, 500, "−1.5 µs"),
        ];
        for (time, step, label) in cases {
            assert_eq!(relative_label(time, step), label, "{time} {step}");
        }
    }

    #[test]
    fn a_clock_has_the_digits_that_its_step_takes() {
        // 2026-11-21 14:05:09.123456789
        let time = 1_795_269_909_123_456_789;
        for (step, label) in [
            (HOUR, "14:05"),
            (30 * SECOND, "14:05:09"),
            (20_000_000, "14:05:09.123"),
            (5_000, "14:05:09.123456"),
            (1, "14:05:09.123456789"),
            (DAY, "11-21"),
        ] {
            assert_eq!(clock_label(time, step), label);
        }
        assert_eq!(clock_label(-1, 1), "23:59:59.999999999", "before 1970");
    }

    #[test]
    fn days_are_the_calendars() {
        for (day, date) in [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29)), (20_778, (2026, 11, 21))]
        {
            assert_eq!(civil(day), date);
        }
    }

    #[test]
    fn offsets_are_read_as_browsers_write_them() {
        for (text, seconds) in [
            ("11/21/2026, GMT", Some(0)),
            ("11/21/2026, GMT+05:30", Some(19_800)),
            ("GMT-08:00", Some(-28_800)),
            ("GMT−08:00", Some(-28_800)),
            ("11/21/1900, GMT-00:01:15", Some(-75)),
            ("CET", None),
            ("GMT+x", None),
        ] {
            assert_eq!(zone_offset(text), seconds.map(|seconds: i64| seconds * SECOND), "{text}");
        }
    }
}
