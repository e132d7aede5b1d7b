//! Numbers with units: durations and sizes, with three significant digits.

/// A length of time: `880 µs`, `1.24 s`, `2 min 5 s`, `3 h 12 min`. Exact where three digits allow it; `0 s` for nothing.
pub fn duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "−" } else { "" };
    let nanos = nanos.unsigned_abs();
    const MINUTE: u64 = 60_000_000_000;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let text = match nanos {
        0 => "0 s".to_owned(),
        _ if nanos < 1_000 => format!("{nanos} ns"),
        _ if nanos < 999_500 => scaled(nanos, 1_000, "µs"),
        _ if nanos < 999_500_000 => scaled(nanos, 1_000_000, "ms"),
        _ if nanos < 59_950_000_000 => scaled(nanos, 1_000_000_000, "s"),
        _ if nanos < HOUR - 500_000_000 => two(nanos, MINUTE, "min", 1_000_000_000, "s"),
        _ if nanos < DAY - 30_000_000_000 => two(nanos, HOUR, "h", MINUTE, "min"),
        _ => two(nanos, DAY, "d", HOUR, "h"),
    };
    format!("{sign}{text}")
}

/// A size: `512 B`, `94.1 MB`. Decimal units, as browsers and disks count.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        _ if bytes < 1_000 => format!("{bytes} B"),
        _ if bytes < 999_500 => scaled(bytes, 1_000, "kB"),
        _ if bytes < 999_500_000 => scaled(bytes, 1_000_000, "MB"),
        _ => scaled(bytes, 1_000_000_000, "GB"),
    }
}

/// Three significant digits, no zeros at the end. Whole numbers only: floating-point formatting is 10 kB of code.
fn scaled(value: u64, unit: u64, name: &str) -> String {
    let digits = match value {
        _ if value < unit.saturating_mul(9_995) / 1_000 => 2,
        _ if value < unit.saturating_mul(9_995) / 100 => 1,
        _ => 0,
    };
    let scaled = (value * 10_u64.pow(digits) + unit / 2) / unit;
    let text = with_point(scaled, digits);
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {name}")
}

/// A number with so many digits after its point, 12 at most; for numbers up to a million.
pub fn fixed(value: f64, digits: u32) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let scaled = (value.abs() * 10_u64.pow(digits) as f64).round() as u64;
    format!("{sign}{}", with_point(scaled, digits))
}

/// A whole number in groups of three digits, as both English and Chinese write it: `1,234,567`.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn with_point(scaled: u64, digits: u32) -> String {
    let power = 10_u64.pow(digits);
    let (whole, rest) = (scaled / power, scaled % power);
    match digits {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:0width$}", width = digits as usize),
    }
}

fn two(value: u64, big: u64, big_name: &str, small: u64, small_name: &str) -> String {
    let smalls = (value + small / 2) / small;
    let (whole, rest) = (smalls / (big / small), smalls % (big / small));
    match rest {
        0 => format!("{whole} {big_name}"),
        _ => format!("{whole} {big_name} {rest} {small_name}"),
    }
}

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Round times above a second and below a day; the others are 1, 2 and 5 times a power of ten.
const STEPS: [i64; 15] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
];

/// The next round length of time, in nanoseconds: 1, 2 or 5 times a power of ten up to a second, then as clocks divide theirs, then days.
pub fn round_up(least: i64) -> i64 {
    let decimal = |least: i64| {
        let mut power: i64 = 1;
        while power < i64::MAX / 100 && power * 10 < least {
            power *= 10;
        }
        [1, 2, 5, 10].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(least)
    };
    match least {
        _ if least <= SECOND => decimal(least),
        _ if least <= 6 * HOUR => STEPS.into_iter().find(|step| *step >= least).unwrap_or(DAY),
        _ if least <= 12 * HOUR => 12 * HOUR,
        _ => decimal(least / DAY + i64::from(least % DAY > 0)).saturating_mul(DAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_000_007, "1,000,007")];
        cases.iter().for_each(|(value, expected)| assert_eq!(grouped(*value), *expected));
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn fixed_has_all_its_digits() {
        let cases = [
            (0.0, 4, "0.0000"),
            (0.05, 2, "0.05"),
            (12.5, 4, "12.5000"),
            (99.99996, 4, "100.0000"),
            (-3.25, 1, "-3.3"),
            (34.4, 0, "34"),
            (0.000_000_000_7, 12, "0.000000000700"),
        ];
        for (value, digits, text) in cases {
            assert_eq!(fixed(value, digits), text);
        }
    }

    #[test]
    fn durations_have_three_digits_and_the_fitting_unit() {
        let cases = [
            (0, "0 s"),
            (7, "7 ns"),
            (1_000, "1 µs"),
            (880_000, "880 µs"),
            (999_499, "999 µs"),
            (999_999, "1 ms"),
            (1_240_000_000, "1.24 s"),
            (12_345_000, "12.3 ms"),
            (100_000_000, "100 ms"),
            (59_949_000_000, "59.9 s"),
            (59_990_000_000, "1 min"),
            (125_000_000_000, "2 min 5 s"),
            (3_599_900_000_000, "1 h"),
            (11_520_000_000_000, "3 h 12 min"),
            (90_000_000_000_000, "1 d 1 h"),
            (-5_000_000, "−5 ms"),
            (i64::MIN, "−106752 d"),
        ];
        for (nanos, text) in cases {
            assert_eq!(duration(nanos), text, "{nanos}");
        }
    }

    #[test]
    fn sizes_are_decimal() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(94_100_000), "94.1 MB");
        assert_eq!(bytes(999_999), "1 MB");
        assert_eq!(bytes(3_000_000_000), "3 GB");
    }
}
