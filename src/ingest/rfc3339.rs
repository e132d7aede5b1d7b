//! Times as RFC 3339 writes them, `2026-03-14T09:26:53.591493238+01:00`, to whole nanoseconds.
//!
//! Our own, for the layout is fixed and the arithmetic fits a page: the crates that read offsets bring calendars, zones
//! and layouts along, and none reads Go's year 1 as "no time".

use super::decimal::Nanoseconds;
use super::json::value::Value;
use super::report::NoteKind;
use super::sink::Sink;
use crate::model::{Nanos, UnixNanos};

const NANOS: i128 = 1_000_000_000;
/// `0001-01-01T00:00:00Z`, Go's zero time: there is none.
const GO_ZERO: i128 = -62_135_596_800 * NANOS;

/// Nanoseconds since 1970-01-01T00:00:00Z of a text; `None` if it is no such time. Further digits than nine are
/// rounded.
/// Lower-case letters and a space for the `T` are taken, a time without an offset is not: nobody knows when that was.
pub fn parse(text: &str) -> Option<Nanoseconds> {
    let [y, y2, y3, y4, b'-', m, m2, b'-', d, d2, b'T' | b't' | b' ', time @ ..] = text.as_bytes() else {
        return None;
    };
    let [h, h2, b':', min, min2, b':', s, s2, rest @ ..] = time else {
        return None;
    };
    let year = pair(*y, *y2)? * 100 + pair(*y3, *y4)?;
    let (month, day) = (pair(*m, *m2)?, pair(*d, *d2)?);
    let (hour, minute, second) = (pair(*h, *h2)?, pair(*min, *min2)?, pair(*s, *s2)?);
    // A leap second is the next minute's first.
    if !is_date(year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction, is_rounded, zone) = fraction(rest);
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset(zone?)?;
    Some(Nanoseconds { value: i128::from(seconds) * NANOS + i128::from(fraction), is_rounded })
}

#[inline]
fn pair(tens: u8, ones: u8) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn is_date(year: i64, month: i64, day: i64) -> bool {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap),
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Days since 1970-01-01, Gregorian. Years begin in March here, so that a leap day is their last day.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Nanoseconds of a fraction, whether there were more digits that count, and what stands behind it (`None`: the point
/// has no digits).
fn fraction(text: &[u8]) -> (i64, bool, Option<&[u8]>) {
    let [b'.' | b',', digits @ ..] = text else {
        return (0, false, Some(text));
    };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, zone) = digits.split_at(length);
    let mut nanos = 0;
    for place in 0..9 {
        nanos = nanos * 10 + digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
    }
    let more = digits.get(9..).unwrap_or_default();
    nanos += i64::from(more.first().is_some_and(|digit| *digit >= b'5'));
    (nanos, more.iter().any(|digit| *digit != b'0'), (length > 0).then_some(zone))
}

/// Seconds that a zone is ahead of UTC: `Z`, `+01:00`.
fn offset(zone: &[u8]) -> Option<i64> {
    match zone {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h, h2, b':', m, m2] => {
            let (hours, minutes) = (pair(*h, *h2)?, pair(*m, *m2)?);
            let seconds = hours * 3600 + minutes * 60;
            (hours < 24 && minutes < 60).then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// A time as a file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written<'t> {
    /// Absent, null, empty or Go's zero time.
    Missing,
    Unreadable(&'t str),
    /// Nanoseconds since 1970, and how they are written.
    At(i128, &'t str),
}

fn read<'t>(value: Option<Value<'t>>, sink: &mut Sink, path: &dyn Fn() -> String) -> Written<'t> {
    let Some(value) = value.filter(|value| !value.is_null() && value.text() != Some("")) else {
        return Written::Missing;
    };
    let words = value.words();
    match value.text().and_then(parse) {
        Some(time) if time.value == GO_ZERO => Written::Missing,
        Some(time) => Written::At(sink.nanos(time, words, path), words),
        None => {
            sink.note(NoteKind::WrongType, words, path);
            Written::Unreadable(words)
        }
    }
}

/// The start of the span being read.
pub fn start(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    let written = read(value, sink, path);
    usable_start(written, sink, path)
}

fn usable_start(written: Written, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    match written {
        Written::At(nanos, words) => sink.start(nanos, words, path),
        Written::Unreadable(words) => {
            sink.unusable_start(words);
            None
        }
        Written::Missing => None,
    }
}

/// Start and duration of the span being read, of which a file has the start and the end under these keys.
pub fn start_and_duration(
    [start, end]: [Option<Value>; 2],
    [start_key, end_key]: [&str; 2],
    sink: &mut Sink,
) -> (Option<UnixNanos>, Nanos) {
    let (start_path, end_path) = (|| format!(".{start_key}"), || format!(".{end_key}"));
    let (start, end) = (read(start, sink, &start_path), read(end, sink, &end_path));
    let usable = usable_start(start, sink, &start_path);
    let duration = match (start, end) {
        (Written::At(start, _), Written::At(end, words)) => sink.duration(end - start, words, &end_path),
        // Without the other one an end says nothing; it is kept as it is written.
        (_, Written::At(_, words) | Written::Unreadable(words)) => {
            sink.unusable_duration(words);
            Nanos(0)
        }
        (Written::Missing, Written::Missing) => Nanos(0),
        (_, Written::Missing) => {
            sink.note(NoteKind::MissingTime, "", &end_path);
            Nanos(0)
        }
    };
    (usable, duration)
}

/// The time of an event; one that is missing or no time is noted.
pub fn event_time(value: Option<Value>, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    match read(value, sink, path) {
        Written::At(nanos, words) => {
            let time = nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
            if i128::from(time) != nanos {
                sink.note(NoteKind::ImplausibleTime, words, path);
            }
            Some(UnixNanos(time))
        }
        Written::Unreadable(_) => None,
        Written::Missing => {
            sink.note(NoteKind::MissingTime, "", path);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(text: &str) -> Option<i128> {
        parse(text).map(|time| time.value)
    }

    #[test]
    fn times_are_exact_to_the_nanosecond() {
        assert_eq!(nanos("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(nanos("2023-11-14T22:13:20.000000123Z"), Some(1_700_000_000_000_000_123));
        assert_eq!(nanos("2023-11-14T23:13:20.5+01:00"), Some(1_700_000_000_500_000_000));
        assert_eq!(nanos("2017-01-26T16:46:31.639875139-05:00"), Some(1_485_467_191_639_875_139));
        assert_eq!(nanos("2020-06-12T13:41:50.127709+05:30"), Some(1_591_949_510_127_709_000));
        assert_eq!(nanos("0001-01-01T00:00:00Z"), Some(GO_ZERO));
        assert_eq!(nanos("9999-12-31 23:59:59.999999999z"), Some(253_402_300_799_999_999_999));
        assert_eq!(nanos("2000-02-29T00:00:00Z"), Some(951_782_400_000_000_000));
        assert_eq!(nanos("2016-12-31T23:59:60Z"), nanos("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let (mut expected, mut count) = (days(1600, 1, 1), 0);
        for year in 1600..2400 {
            for (month, day) in (1..13).flat_map(|month| (1..32).map(move |day| (month, day))) {
                if is_date(year, month, day) {
                    assert_eq!(days(year, month, day), expected, "{year}-{month}-{day}");
                    (expected, count) = (expected + 1, count + 1);
                }
            }
        }
        assert_eq!(count, 2 * 146_097);
    }

    #[test]
    fn further_digits_are_rounded_and_told() {
        let read = |text| parse(text).map(|time| (time.value, time.is_rounded));
        assert_eq!(read("1970-01-01T00:00:00.0000000014Z"), Some((1, true)));
        assert_eq!(read("1970-01-01T00:00:00.9999999995Z"), Some((NANOS, true)));
        assert_eq!(read("1970-01-01T00:00:00.1000000000Z"), Some((100_000_000, false)));
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "yesterday",
            "2023-11-14",
            "2023-11-14T22:13:20",
            "2023-11-14T22:13:20.Z",
            "2023-02-29T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-11-14T24:00:00Z",
            "2023-11-14T22:60:00Z",
            "2023-11-14T22:13:20+24:00",
            "2023-11-14T22:13:20+0100",
            "2023-11-14T22:13:20Zx",
            "+023-11-14T22:13:20Z",
            "2023-11-14T22:13:2é0Z",
            "1700000000",
        ] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }
}
