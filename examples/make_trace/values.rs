//! The values of flags: numbers, times and shapes from text. An error says what is wanted.

use super::options::Shape;
use super::random::hash;
use std::ops::RangeInclusive;

pub fn shape(text: &str) -> Result<Shape, String> {
    match text {
        "tree" => Ok(Shape::Tree),
        "chain" => Ok(Shape::Chain),
        "wide" => Ok(Shape::Wide),
        "star" => Ok(Shape::Star),
        _ => Err("a shape is tree, chain, wide or star".into()),
    }
}

pub fn span_range(text: &str) -> Result<RangeInclusive<u64>, String> {
    let spans = |text: &str| within(1..=1_000_000_000_000, text);
    let Some((low, high)) = text.split_once('-') else {
        return spans(text).map(|n| n..=n);
    };
    let (low, high) = (spans(low)?, spans(high)?);
    if low > high {
        return Err(format!("a range goes from the smaller to the larger: {high}-{low}"));
    }
    Ok(low..=high)
}

pub fn within(range: RangeInclusive<u64>, text: &str) -> Result<u64, String> {
    let n = number(text)?;
    if n < *range.start() {
        return Err(format!("at least {}", range.start()));
    }
    if n > *range.end() {
        return Err(format!("at most {}", range.end()));
    }
    Ok(n)
}

pub fn number(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1_000),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000),
        _ => (text, 1),
    };
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("a whole number is wanted, such as 5000, 100k or 1M".into());
    }
    digits.parse().ok().and_then(|n: u64| n.checked_mul(unit)).ok_or("too large a number".into())
}

pub fn decimal(most: f64, text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if (0.0..=most).contains(&x) => Ok(x),
        _ => Err(format!("a number from 0 to {most} is wanted, such as 0.25")),
    }
}

pub fn seed(text: &str) -> Result<u64, String> {
    Ok(number(text).unwrap_or_else(|_| hash(text)))
}

pub fn micros(text: &str) -> Result<i64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match &text[end..] {
        "us" | "µs" => Some(1),
        "ms" => Some(1_000),
        "s" => Some(1_000_000),
        "" if text == "0" => Some(1),
        _ => None,
    };
    let micros = unit.and_then(|unit| text[..end].parse::<i64>().ok()?.checked_mul(unit));
    micros
        .filter(|&micros| micros <= 86_400_000_000)
        .ok_or("a time with its unit is wanted, such as 300us, 20ms or 2s, up to a day".into())
}

pub fn instant(text: &str) -> Result<i64, String> {
    text.parse()
        .ok()
        .filter(|micros| *micros >= 0)
        .or_else(|| utc(text))
        .ok_or("a time is wanted, such as 2026-10-01T09:00:00Z, or µs since 1970".into())
}

/// `2026-10-01T09:00:00Z`, the only form that is read.
fn utc(text: &str) -> Option<i64> {
    if text.len() != 20 {
        return None;
    }
    let part = |at: usize, width: usize, low: i64, high: i64| -> Option<i64> {
        let digits = text.get(at..at + width)?;
        let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        let n = digits.parse().ok()?;
        (only_digits && (low..=high).contains(&n)).then_some(n)
    };
    let marks = [(4, '-'), (7, '-'), (10, 'T'), (13, ':'), (16, ':'), (19, 'Z')];
    if marks.iter().any(|&(at, mark)| text.as_bytes()[at] != mark as u8) {
        return None;
    }
    let (year, month, day) = (part(0, 4, 1970, 2250)?, part(5, 2, 1, 12)?, part(8, 2, 1, 31)?);
    let (hour, minute, second) = (part(11, 2, 0, 23)?, part(14, 2, 0, 59)?, part(17, 2, 0, 59)?);
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(seconds * 1_000_000)
}

/// Days since 1970; a year is taken to begin in March, which puts the leap day last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}
