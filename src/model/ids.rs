//! Trace and span ids. A hexadecimal id is a number, whatever its case and leading zeros; any other text is an id in a
//! space of its own, so it never equals a hexadecimal one.

use super::strings::{StringId, Strings};
use std::hash::{Hash, Hasher};

/// A trace's id.
#[derive(Clone, Copy, Debug)]
pub enum TraceId {
    /// `width`: digits as written (1 to 32), for showing; it does not count in comparisons.
    Hex {
        bits: u128,
        width: u8,
    },
    Text(StringId),
}

/// A span's id.
#[derive(Clone, Copy, Debug)]
pub enum SpanId {
    /// `width`: digits as written (1 to 16), for showing; it does not count in comparisons.
    Hex {
        bits: u64,
        width: u8,
    },
    Text(StringId),
}

impl TraceId {
    /// Reads an id; `None` for an empty one.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn parse(text: &str, strings: &mut Strings) -> Option<TraceId> {
        let text = text.trim();
        match hex(text, 32) {
            Some((bits, width)) => Some(TraceId::Hex { bits, width }),
            None => (!text.is_empty()).then(|| TraceId::Text(strings.intern(text))),
        }
    }

    /// Reads an id without keeping it; `None` if it cannot be known here.
    pub fn find(text: &str, strings: &Strings) -> Option<TraceId> {
        let text = text.trim();
        match hex(text, 32) {
            Some((bits, width)) => Some(TraceId::Hex { bits, width }),
            None => strings.find(text).filter(|id| *id != StringId::EMPTY).map(TraceId::Text),
        }
    }

    /// The id as written, but in lower case and without `0x`.
    pub fn text(self, strings: &Strings) -> String {
        match self {
            TraceId::Hex { bits, width } => format!("{bits:0width$x}", width = usize::from(width)),
            TraceId::Text(id) => strings.get(id).to_owned(),
        }
    }
}

impl SpanId {
    /// Reads an id; `None` for an empty one.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn parse(text: &str, strings: &mut Strings) -> Option<SpanId> {
        if let Some((bits, width)) = hex(text, 16) {
            return Some(SpanId::Hex { bits: bits as u64, width });
        }
        let text = text.trim();
        match hex(text, 16) {
            Some((bits, width)) => Some(SpanId::Hex { bits: bits as u64, width }),
            None => (!text.is_empty()).then(|| SpanId::Text(strings.intern(text))),
        }
    }

    /// Reads an id without keeping it; `None` if it cannot be known here.
    pub fn find(text: &str, strings: &Strings) -> Option<SpanId> {
        let text = text.trim();
        match hex(text, 16) {
            Some((bits, width)) => Some(SpanId::Hex { bits: bits as u64, width }),
            None => strings.find(text).filter(|id| *id != StringId::EMPTY).map(SpanId::Text),
        }
    }

    /// The id as written, but in lower case and without `0x`.
    pub fn text(self, strings: &Strings) -> String {
        match self {
            SpanId::Hex { bits, width } => format!("{bits:0width$x}", width = usize::from(width)),
            SpanId::Text(id) => strings.get(id).to_owned(),
        }
    }

    /// Whether it is the number 0, which formats write for "none".
    pub fn is_zero(self) -> bool {
        matches!(self, SpanId::Hex { bits: 0, .. })
    }

    /// As two columns hold it: the bits or the text's id, and the width. See [`SpanId::from_columns`].
    #[inline]
    pub(super) fn to_columns(id: Option<SpanId>) -> (u64, u8) {
        match id {
            Some(SpanId::Hex { bits, width }) => (bits, width),
            Some(SpanId::Text(id)) => (u64::from(id.0), WIDTH_TEXT),
            None => (0, WIDTH_NONE),
        }
    }

    #[inline]
    pub(super) fn from_columns(bits: u64, width: u8) -> Option<SpanId> {
        match width {
            WIDTH_NONE => None,
            WIDTH_TEXT => Some(SpanId::Text(StringId(bits as u32))),
            _ => Some(SpanId::Hex { bits, width }),
        }
    }
}

/// In a width column: the id is a text.
const WIDTH_TEXT: u8 = 0;
/// In a width column: there is no id.
const WIDTH_NONE: u8 = 255;

impl PartialEq for TraceId {
    fn eq(&self, other: &TraceId) -> bool {
        match (self, other) {
            (TraceId::Hex { bits: a, .. }, TraceId::Hex { bits: b, .. }) => a == b,
            (TraceId::Text(a), TraceId::Text(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for TraceId {}

impl Hash for TraceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            TraceId::Hex { bits, .. } => bits.hash(state),
            TraceId::Text(id) => (true, id.0).hash(state),
        }
    }
}

impl PartialEq for SpanId {
    #[inline]
    fn eq(&self, other: &SpanId) -> bool {
        match (self, other) {
            (SpanId::Hex { bits: a, .. }, SpanId::Hex { bits: b, .. }) => a == b,
            (SpanId::Text(a), SpanId::Text(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for SpanId {}

impl Hash for SpanId {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            SpanId::Hex { bits, .. } => bits.hash(state),
            SpanId::Text(id) => (true, id.0).hash(state),
        }
    }
}

/// The number and the digits of a hexadecimal text of at most `most` digits.
#[inline]
fn hex(text: &str, most: usize) -> Option<(u128, u8)> {
    let bytes = text.as_bytes();
    let digits = match bytes {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        all => all,
    };
    if digits.is_empty() || digits.len() > most {
        return None;
    }
    let (high, low) = digits.split_at(digits.len().saturating_sub(16));
    let bits = u128::from(hex_word(high)?) << 64 | u128::from(hex_word(low)?);
    Some((bits, digits.len() as u8))
}

/// At most 16 digits.
#[inline]
fn hex_word(digits: &[u8]) -> Option<u64> {
    let mut word = 0;
    for &digit in digits {
        let value = HEX[usize::from(digit)];
        if value > 15 {
            return None;
        }
        word = word << 4 | u64::from(value);
    }
    Some(word)
}

/// The value of each byte as a digit; 255 for those that are none.
const HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut value = 0;
    while value < 16 {
        let lower = b"0123456789abcdef"[value as usize];
        table[lower as usize] = value;
        table[lower.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_zeros_and_prefix_do_not_count() {
        let mut strings = Strings::default();
        let mut id = |text| SpanId::parse(text, &mut strings).unwrap();
        assert_eq!(id("ABCDEF0123456789"), id("abcdef0123456789"));
        assert_eq!(id("a2"), id("00000000000000A2"));
        assert_eq!(id("0xa2"), id(" a2 "));
        assert_ne!(id("a2"), id("a3"));
    }

    #[test]
    fn other_texts_are_ids_of_their_own() {
        let mut strings = Strings::default();
        for text in ["span-A", "0123456789abcdef0", "0x", "é"] {
            let id = SpanId::parse(text, &mut strings).unwrap();
            assert!(matches!(id, SpanId::Text(_)), "{text}");
            assert_eq!(id.text(&strings), text);
        }
        assert_eq!(SpanId::parse("  ", &mut strings), None);
        assert_eq!(TraceId::find("never seen", &strings), None);
        assert!(matches!(TraceId::find("abc", &strings), Some(TraceId::Hex { bits: 0xabc, width: 3 })));
    }

    #[test]
    fn ids_show_as_written() {
        let mut strings = Strings::default();
        let wide = TraceId::parse("0000000000000000463AC35C9F6413AD", &mut strings).unwrap();
        assert_eq!(wide.text(&strings), "0000000000000000463ac35c9f6413ad");
        assert_eq!(wide, TraceId::parse("463ac35c9f6413ad", &mut strings).unwrap());
        let full = TraceId::parse("ffffffffffffffffffffffffffffffff", &mut strings).unwrap();
        assert_eq!(full.text(&strings), "ffffffffffffffffffffffffffffffff");
    }

    #[test]
    fn columns_give_the_id_back() {
        let mut strings = Strings::default();
        for id in [SpanId::parse("00ff", &mut strings), SpanId::parse("text", &mut strings), None] {
            let (bits, width) = SpanId::to_columns(id);
            assert_eq!(SpanId::from_columns(bits, width), id);
        }
    }
}
