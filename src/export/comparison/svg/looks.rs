//! Colours of the light theme (style/tokens.css, `.diff-node` in style/form.css), and how much text fits.

use crate::analysis::comparison::{Kind, Metric};
use crate::analysis::difference::rounded_share;

pub const PAGE: &str = "#f7f8f9";
pub const LINE: &str = "#b9c0c7";
pub const STRONG: &str = "#14181c";
pub const QUIET: &str = "#5b646d";
pub const ERROR: &str = "#c62828";
const RAISED: &str = "#ffffff";
const TEXT: &str = "#333a41";
const SLOWER: [u8; 3] = [0xf0, 0x80, 0x3c];
const FASTER: [u8; 3] = [0x5f, 0xa8, 0xf5];

/// A box.
pub struct Look {
    pub fill: String,
    pub edge: &'static str,
    pub text: &'static str,
    /// Of the service.
    pub strong: &'static str,
    pub flag: &'static str,
    pub is_dashed: bool,
}

impl Look {
    fn plain(fill: &str, edge: &'static str, text: &'static str) -> Look {
        Look { fill: fill.to_owned(), edge, text, strong: text, flag: text, is_dashed: false }
    }
}

/// How a stub looks.
pub fn stub() -> Look {
    Look { is_dashed: true, ..Look::plain("none", LINE, QUIET) }
}

/// How a node looks; by a time the largest difference has the strongest colour.
pub fn look(metric: Metric, kind: Kind, heat: u64) -> Look {
    match (metric, kind) {
        (Metric::Spans, Kind::Same) => Look { strong: STRONG, flag: ERROR, ..Look::plain(RAISED, LINE, TEXT) },
        (Metric::Spans, Kind::Added) => Look::plain("#268204", "#268204", RAISED),
        (Metric::Spans, Kind::Removed) => Look::plain("#cc1616", "#cc1616", RAISED),
        (Metric::Spans, Kind::More) => Look::plain("#78d539", "#2a8f04", STRONG),
        (Metric::Spans, Kind::Less) => Look::plain("#ffa39e", "#cc1616", STRONG),
        (_, Kind::Less) => Look::plain(&mixed(FASTER, heat), LINE, STRONG),
        (_, Kind::Same) => Look::plain(RAISED, LINE, STRONG),
        _ => Look::plain(&mixed(SLOWER, heat), LINE, STRONG),
    }
}

/// What tells a kind besides its colour, around its middle: the page's marks, as shapes, since not every font has them.
pub fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => "M-4-3H4V-1H-4ZM-4 1H4V3H-4Z",
        Kind::Added => "M-4-1H-1V-4H1V-1H4V1H1V4H-1V1H-4Z",
        Kind::Removed => "M-4-1H4V1H-4Z",
        Kind::More => "M0-4L4 3H-4Z",
        Kind::Less => "M0 4L4-3H-4Z",
    }
}

/// The flag of a node below which something is missing.
pub const FLAG: &str = "M-5 7V-7H6L3-3L6 1H-3V7Z";

/// A difference in thousandths of the largest.
pub fn heat(by: u64, largest: i64) -> u64 {
    rounded_share(by, largest.unsigned_abs(), 1_000).min(1_000)
}

/// So many thousandths of a colour, the rest white. The page mixes in oklab; that is never more than 7 of 255 apart.
fn mixed(colour: [u8; 3], heat: u64) -> String {
    let mut text = "#".to_owned();
    for channel in colour {
        let value = 255 - (u64::from(255 - channel) * heat + 500) / 1_000;
        for digit in [value >> 4, value & 15] {
            text.push(char::from(b"0123456789abcdef"[digit as usize]));
        }
    }
    text
}

/// The beginning of a text that fits into so many pixels at 12 pixels' size, with an ellipsis if that is not all.
pub fn fitted(text: &str, room: i64) -> String {
    if room_of(text) <= room {
        return text.to_owned();
    }
    let mut left = room - letter('…');
    let fits = |sign: &char| {
        left -= letter(*sign);
        left >= 0
    };
    let mut start: String = text.chars().take_while(fits).collect();
    start.truncate(start.trim_end().len());
    start.push('…');
    start
}

/// What a text takes at most, of usual fonts.
pub fn room_of(text: &str) -> i64 {
    text.chars().map(letter).sum()
}

/// Pixels of a letter.
fn letter(sign: char) -> i64 {
    match sign {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | ' ' => 4,
        'f' | 'r' | 't' | '/' | '(' | ')' | '[' | ']' | '-' => 5,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 12,
        '<' | '>' | '=' | '+' | '#' | '&' => 10,
        'A'..='Z' => 8,
        '\u{1100}'.. => 13,
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_mixed_with_white() {
        assert_eq!([0, 500, 1_000].map(|heat| mixed(SLOWER, heat)), ["#ffffff", "#f7bf9d", "#f0803c"]);
        assert_eq!([heat(0, 5), heat(5, 5), heat(9, 5), heat(1, 0)], [0, 1_000, 1_000, 1_000]);
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        assert_eq!(fitted("get", 24), "get");
        assert_eq!(fitted("get user", 40), "get…");
        assert_eq!(fitted("数据库查询", 40), "数据…");
        assert_eq!(fitted("get", 0), "…");
    }
}
