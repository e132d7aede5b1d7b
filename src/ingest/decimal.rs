//! Decimal numbers as text, to whole nanoseconds by integer arithmetic: 1.7e18 ns needs 61 bits, and a double has 53.

use lexical_parse_float::FromLexical;

/// A number read from text, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nanoseconds {
    /// Far beyond any time in the store, but not endless: it saturates at 10^36.
    pub value: i128,
    /// Whether a part of a nanosecond was rounded.
    pub is_rounded: bool,
}

const LIMIT: i128 = 10_i128.pow(36);

/// The double nearest to a decimal number, as the standard library reads it. Not by it: its tables are ten kilobytes that do not
/// compress, and those of `lexical-parse-float` in its compact form one.
pub fn float(text: &str) -> Option<f64> {
    f64::from_lexical(text.as_bytes()).ok()
}

/// Reads a JSON number (or the same as text) of microseconds: `1700000000000000`, `300.75`, `1.7e15`.
pub fn from_micros(text: &str) -> Option<Nanoseconds> {
    from_unit(text, 3)
}

/// Reads a number of nanoseconds.
pub fn from_nanos(text: &str) -> Option<Nanoseconds> {
    from_unit(text, 0)
}

/// Reads a number of a unit that is `10^digits` nanoseconds.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn from_unit(text: &str, digits: i64) -> Option<Nanoseconds> {
    // Nearly all are plain digits, and so few of them that 64 bits hold the product.
    if text.len() as i64 + digits <= 19
        && let Ok(number) = text.parse::<u64>()
    {
        return Some(Nanoseconds { value: i128::from(number * 10_u64.pow(digits as u32)), is_rounded: false });
    }
    slow(text.trim(), digits)
}

#[cold]
fn slow(text: &str, unit: i64) -> Option<Nanoseconds> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut significand = 0_i128;
    let mut dropped = 0_i64;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = digit.is_ascii_digit().then(|| i128::from(digit - b'0'))?;
        match significand < LIMIT {
            true => significand = significand * 10 + digit,
            false => dropped += 1,
        }
    }
    let shift = exponent.saturating_add(unit + dropped).saturating_sub(fraction.len() as i64);
    let (value, is_rounded) = scale(significand, shift);
    Some(Nanoseconds { value: if is_negative { -value } else { value }, is_rounded })
}

/// `significand * 10^shift`, rounded half up.
fn scale(significand: i128, shift: i64) -> (i128, bool) {
    match shift {
        _ if significand == 0 => (0, false),
        0.. => {
            let power = 10_i128.checked_pow(shift.min(40) as u32).unwrap_or(LIMIT);
            (significand.saturating_mul(power).min(LIMIT), false)
        }
        _ => {
            let Some(power) = 10_i128.checked_pow(shift.unsigned_abs().min(40) as u32) else {
                return (0, true);
            };
            let (value, rest) = (significand / power, significand % power);
            (value + i128::from(rest * 2 >= power), rest != 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn doubles_are_read_as_the_standard_library_reads_them(
            text in r"-?([0-9]{1,24}(\.[0-9]{0,24})?|\.[0-9]{1,9})([eE][+-]?[0-9]{1,3})?|[-+.eE0-9]{0,9}", bits in any::<u64>(),
        ) {
            for text in [text, f64::from_bits(bits).to_string(), format!("{:e}", f64::from_bits(bits))] {
                let is_number = text.bytes().all(|byte| !byte.is_ascii_alphabetic() || matches!(byte, b'e' | b'E'));
                if is_number {
                    prop_assert_eq!(float(&text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits), "{}", text);
                }
            }
        }
    }

    #[test]
    fn numbers_are_exact_to_the_nanosecond() {
        let nanos = |text| from_micros(text).map(|n| n.value);
        assert_eq!(nanos("1700000000000000"), Some(1_700_000_000_000_000_000));
        assert_eq!(nanos("1700000000000000.123"), Some(1_700_000_000_000_000_123));
        assert_eq!(nanos("1.7000000000001e15"), Some(1_700_000_000_000_100_000));
        assert_eq!(nanos("300.75"), Some(300_750));
        assert_eq!(nanos("-50"), Some(-50_000));
        assert_eq!(nanos("1E-3"), Some(1));
        assert_eq!(nanos("0"), Some(0));
        assert_eq!(from_nanos("1700000000000000001").map(|n| n.value), Some(1_700_000_000_000_000_001));
        assert_eq!(from_unit("1700000000.5", 9).map(|n| n.value), Some(1_700_000_000_500_000_000));
    }

    #[test]
    fn rounding_is_told() {
        let read = |text| from_micros(text).map(|n| (n.value, n.is_rounded));
        assert_eq!(read("0.0004"), Some((0, true)));
        assert_eq!(read("0.0005"), Some((1, true)));
        assert_eq!(read("1.0010"), Some((1001, false)));
        assert_eq!(read("1e-999999999999"), Some((0, true)));
    }

    #[test]
    fn wild_numbers_saturate_and_words_are_none() {
        for text in ["1e400", "9e99999999999", &"9".repeat(400)] {
            assert_eq!(from_micros(text).map(|n| n.value), Some(LIMIT), "{text}");
        }
        for text in ["", "-", ".", "fast", "1e", "0x10", "1.2.3", "NaN", "1 2"] {
            assert_eq!(from_micros(text), None, "{text}");
        }
    }
}
