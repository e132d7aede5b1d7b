//! How a difference between A and B is said, on the page and in what is shared of it: `+2`, `+50%`, `▲`.

use super::comparison::{COUNT, Kind, Measure, Metric, percent};
use super::units::{duration, grouped};

/// What tells a kind besides its colour.
pub fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => "=",
        Kind::Added => "＋",
        Kind::Removed => "－",
        Kind::More => "▲",
        Kind::Less => "▼",
    }
}

/// How a node is coloured: a time is the same, more, or less.
pub fn kind_by(metric: Metric, [a, b]: &[Measure; 2]) -> Kind {
    match metric {
        Metric::Spans => Kind::of_measures(&[*a, *b]),
        _ if metric.of(a) == metric.of(b) => Kind::Same,
        _ if metric.of(a) < metric.of(b) => Kind::More,
        _ => Kind::Less,
    }
}

/// As Jaeger UI: the count, or by how much it is another and how many percent that are. A time: by how much, and how many percent of A's.
pub fn label(a: Measure, b: Measure, metric: Metric) -> [String; 2] {
    let [from, to] = [a, b].map(|measure| metric.of(&measure));
    let text = |value: i64| value_text(metric, value);
    let by = to.saturating_sub(from);
    if by == 0 || (metric == Metric::Spans && Kind::of_measures(&[a, b]) == Kind::Same) {
        return [text(to), String::new()];
    }
    let share = match metric {
        Metric::Spans => Some([sign(by), &percent(from.unsigned_abs(), to.unsigned_abs()).to_string(), "%"].concat()),
        _ => share(from, by),
    };
    [[sign(by), &text(by.saturating_abs())].concat(), share.unwrap_or_default()]
}

/// What [`Metric::of`] gives, for people: a count or a duration.
pub fn value_text(metric: Metric, value: i64) -> String {
    if metric == Metric::Spans { count_text(value) } else { duration(value) }
}

/// A count in thousandths: `12`, and below a hundred of what is no whole number two digits after the point.
pub fn count_text(thousandths: i64) -> String {
    let value = thousandths.unsigned_abs();
    let one = COUNT.unsigned_abs();
    let (whole, part) = (value / one, (value % one + 5) / 10);
    match part {
        0 => grouped(whole),
        _ if value >= 100 * one => grouped((value + one / 2) / one),
        100 => grouped(whole + 1),
        _ => [&grouped(whole), ".", &grouped(part / 10), &grouped(part % 10)].concat(),
    }
}

/// `+12 ms (+50%)`: from A to B, in percent of A.
pub fn change(a: i64, b: i64, text: &dyn Fn(i64) -> String) -> String {
    let by = b.saturating_sub(a);
    if by == 0 {
        return "=".to_owned();
    }
    let amount = [sign(by), &text(by.saturating_abs())].concat();
    match share(a, by) {
        Some(share) => [&amount, " (", &share, ")"].concat(),
        None => amount,
    }
}

/// A difference in percent of A's; `None` if that is nothing.
fn share(a: i64, by: i64) -> Option<String> {
    let share = || rounded_share(by.unsigned_abs(), a.unsigned_abs(), 100);
    (a != 0).then(|| [sign(by), &grouped(share()), "%"].concat())
}

fn sign(by: i64) -> &'static str {
    if by > 0 { "+" } else { "-" }
}

/// How many of `parts` (a thousand at most) a part is of the whole, rounded. Whole numbers only.
pub fn rounded_share(mut part: u64, mut whole: u64, parts: u64) -> u64 {
    // Six years of nanoseconds on, their last bits do not count.
    while part.max(whole) > u64::MAX / 2_000 {
        (part, whole) = (part >> 1, whole >> 1);
    }
    let whole = whole.max(1);
    (part * parts + whole / 2) / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_compared_by_the_trace() {
        let of = |spans, of| Measure { spans, of, total: i64::from(spans) * 1_000, ..Measure::default() };
        let said = |a, b| label(a, b, Metric::Spans).join(" ");
        assert_eq!(said(of(2, 2), of(193, 193)), "1 ");
        assert_eq!(said(of(2, 4), of(3, 4)), "+0.25 +33%");
        // Less than a hundredth is no difference: of a thousand traces one has a span more.
        assert_eq!(
            [said(of(1_000, 1_000), of(1_001, 1_000)), said(of(1_000, 1_000), of(1_020, 1_000))],
            ["1 ", "+0.02 +2%"]
        );
        assert_eq!(kind_by(Metric::Spans, &[of(0, 5), of(1, 900)]), Kind::Added);
        assert_eq!(label(of(2, 2), of(6, 3), Metric::Total).join(" "), "+1 µs +100%");
        assert_eq!(
            [0, 1_000, 1_996, 1_234, 99_500, 123_456, 5].map(count_text),
            ["0", "1", "2", "1.23", "99.50", "123", "0.01"]
        );
    }

    fn spans(spans: u32) -> Measure {
        Measure { spans, ..Measure::default() }
    }

    fn took(total: i64) -> Measure {
        Measure { spans: 1, total, ..Measure::default() }
    }

    #[test]
    fn counts_are_labelled_as_jaeger_does() {
        let of = |a, b| label(spans(a), spans(b), Metric::Spans).join(" ");
        assert_eq!(of(1_234, 1_234), "1,234 ");
        assert_eq!([of(5, 10), of(10, 5), of(0, 4), of(4, 0)], ["+5 +50%", "-5 -50%", "+4 +100%", "-4 -100%"]);
        assert_eq!(of(0, 0), "0 ");
    }

    #[test]
    fn times_are_in_percent_of_a() {
        let of = |a, b| label(took(a), took(b), Metric::Total).join(" ");
        assert_eq!(of(10_000_000, 22_000_000), "+12 ms +120%");
        assert_eq!([of(22_000, 10_000), of(0, 7), of(7, 0)], ["-12 µs -55%", "+7 ns ", "-7 ns -100%"]);
        assert_eq!(of(1_000, 1_000), "1 µs ");
        assert_eq!(change(10_000, 22_000, &duration), "+12 µs (+120%)");
        assert_eq!([change(0, 5, &duration), change(5, 5, &duration)], ["+5 ns", "="]);
    }

    #[test]
    fn shares_are_rounded_and_never_too_large() {
        assert_eq!(
            [(1, 3), (2, 3), (1, 8), (5, 5), (7, 0)].map(|(a, b)| rounded_share(a, b, 100)),
            [33, 67, 13, 100, 700]
        );
        assert_eq!(rounded_share(u64::MAX, u64::MAX, 1_000), 1_000);
        assert_eq!(rounded_share(u64::MAX / 2, u64::MAX, 1_000), 500);
        let most = change(i64::MIN, i64::MAX, &duration);
        assert!(most.starts_with('+') && most.ends_with("(+100%)"), "{most}");
    }

    #[test]
    fn slower_is_more() {
        let of = |a, b| kind_by(Metric::Total, &[took(a), took(b)]);
        assert_eq!([of(1, 1), of(1, 2), of(2, 1)], [Kind::Same, Kind::More, Kind::Less]);
        assert_eq!(kind_by(Metric::Spans, &[spans(0), spans(2)]), Kind::Added);
    }
}
