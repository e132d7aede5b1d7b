//! Numbers and durations, as a user writes them into a comparison and as texts of attributes hold them.

use std::cmp::Ordering;

use crate::ingest::decimal::float;

/// A number: an integer of 64 bits keeps all its digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    Int(i64),
    Double(f64),
}

impl Number {
    /// Reads digits with an optional sign, fraction and exponent; no `inf`, no `nan`, no white space.
    #[inline(never)]
    pub fn parse(text: &str) -> Option<Number> {
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
        // Most texts are told by their first byte.
        if !begins(text) || !text.as_bytes().iter().all(is_part) {
            return None;
        }
        text.parse().map(Number::Int).ok().or_else(|| float(text).map(Number::Double))
    }

    fn double(self) -> f64 {
        match self {
            Number::Int(value) => value as f64,
            Number::Double(value) => value,
        }
    }

    /// `None` if one of them is not a number (NaN).
    pub fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(&b)),
            _ => self.double().partial_cmp(&other.double()),
        }
    }
}

/// Whether a text begins as a number or a duration does.
pub fn begins(text: &str) -> bool {
    match text.as_bytes() {
        [b'-' | b'+', b'0'..=b'9' | b'.', ..] | [b'0'..=b'9', ..] => true,
        [b'.', second, ..] => second.is_ascii_digit(),
        _ => false,
    }
}

/// Nanoseconds of each unit. `u` is written for µ (both Unicode's sign and the Greek letter) where a keyboard has none.
const UNITS: [(&str, f64); 9] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 60e9),
    ("h", 3600e9),
    ("d", 86_400e9),
];

/// Nanoseconds of a duration such as `10ms`, `1.5s` or `1h30m`. A number needs a unit.
#[inline(never)]
pub fn duration(text: &str) -> Option<i64> {
    if !begins(text) {
        return None;
    }
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let (_, length) = UNITS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        total += decimal(number)? * length;
        rest = after;
    }
    // A wild number saturates, as times do.
    Some((sign * total).round() as i64)
}

/// Digits with at most one point. (The page reads no other fractions: the standard library's reader would be 13 kB of it.)
fn decimal(text: &str) -> Option<f64> {
    let (mut value, mut scale, mut has_point, mut has_digit) = (0.0, 1.0, false, false);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                has_digit = true;
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= if has_point { 10.0 } else { 1.0 };
            }
            b'.' if !has_point => has_point = true,
            _ => return None,
        }
    }
    has_digit.then_some(value / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decimals_are_read_as_the_standard_library_reads_them(text in "[0-9]{0,12}(\\.[0-9]{0,9})?|\\PC{0,5}") {
            let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            match text.parse::<f64>().ok().filter(|_| plain) {
                Some(wanted) => prop_assert!((decimal(&text).unwrap() - wanted).abs() <= wanted.abs() * 1e-15),
                None => prop_assert_eq!(decimal(&text), None),
            }
        }
    }

    #[test]
    fn numbers_are_read_and_compared() {
        assert_eq!(Number::parse("-12"), Some(Number::Int(-12)));
        assert_eq!(Number::parse("1.5e3"), Some(Number::Double(1500.0)));
        assert_eq!(Number::parse("18446744073709551615"), Some(Number::Double(18_446_744_073_709_551_615.0)));
        for no in ["", "-", ".", "inf", "NaN", "1.2.3", "12ms", "0x10", " 1", "e5", "+-1"] {
            assert_eq!(Number::parse(no), None, "{no}");
        }
        let large = Number::Int(i64::MAX);
        assert_eq!(large.compare(Number::Int(i64::MAX - 1)), Some(Ordering::Greater));
        assert_eq!(Number::Int(2).compare(Number::Double(2.0)), Some(Ordering::Equal));
        assert_eq!(large.compare(Number::Double(f64::NAN)), None);
    }

    #[test]
    fn durations_have_units() {
        let cases = [
            ("10ms", 10_000_000),
            ("1.5s", 1_500_000_000),
            ("250µs", 250_000),
            ("250μs", 250_000),
            ("250US", 250_000),
            ("2m", 120_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1d", 86_400_000_000_000),
            ("-3ns", -3),
            (".5us", 500),
            ("9999999999h", i64::MAX),
        ];
        for (text, nanos) in cases {
            assert_eq!(duration(text), Some(nanos), "{text}");
        }
        for no in ["", "10", "ms", "10 ms", "1x", "1s2", "1..5s", "-", "5ms-3ms"] {
            assert_eq!(duration(no), None, "{no}");
        }
    }
}
