//! UTF-16 (RFC 2781) to UTF-8 as a stream. PowerShell writes it when a command's output is redirected.

/// Bytes of UTF-8 that are handed over at once.
const STEP: usize = 64 * 1024;

/// A text being turned into UTF-8.
#[derive(Debug)]
pub struct Utf16 {
    is_big_endian: bool,
    /// The first byte of a unit.
    odd: Option<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    is_start: bool,
    lone: u64,
    out: String,
}

impl Utf16 {
    /// A text in this byte order, with or without a byte order mark (which is left out).
    pub fn new(is_big_endian: bool) -> Utf16 {
        Utf16 { is_big_endian, odd: None, high: None, is_start: true, lone: 0, out: String::new() }
    }

    /// Turns a slice and hands over what comes out, in steps.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut dyn FnMut(&[u8])) {
        if let (Some(odd), [first, rest @ ..]) = (self.odd, bytes) {
            bytes = rest;
            self.odd = None;
            self.pair([odd, *first]);
        }
        let (pairs, rest) = bytes.as_chunks::<2>();
        for pairs in pairs.chunks(STEP / 3) {
            pairs.iter().for_each(|pair| self.pair(*pair));
            self.hand_over(take);
        }
        self.odd = rest.first().copied().or(self.odd);
        self.hand_over(take);
    }

    /// The text has ended: half a unit or half a pair becomes U+FFFD.
    pub fn finish(&mut self, take: &mut dyn FnMut(&[u8])) {
        for _ in 0..u8::from(self.high.take().is_some()) + u8::from(self.odd.take().is_some()) {
            self.replace();
        }
        self.hand_over(take);
    }

    /// Halves of surrogate pairs (and of units) that stood alone since the last call: each is a U+FFFD.
    pub fn take_lone(&mut self) -> u64 {
        std::mem::take(&mut self.lone)
    }

    fn hand_over(&mut self, take: &mut dyn FnMut(&[u8])) {
        if !self.out.is_empty() {
            take(self.out.as_bytes());
            self.out.clear();
        }
    }

    fn pair(&mut self, pair: [u8; 2]) {
        let unit = if self.is_big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) };
        let is_mark = std::mem::take(&mut self.is_start) && unit == 0xfeff;
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((u32::from(high) & 0x3ff) << 10 | u32::from(unit) & 0x3ff);
                self.out.extend(char::from_u32(code));
            }
            (Some(_), _) => {
                self.replace();
                self.single(unit);
            }
            (None, _) if is_mark => {}
            (None, _) => self.single(unit),
        }
    }

    /// A unit with no first half of a pair before it.
    fn single(&mut self, unit: u16) {
        match (unit, char::from_u32(u32::from(unit))) {
            (_, Some(character)) => self.out.push(character),
            (0xd800..=0xdbff, None) => self.high = Some(unit),
            (_, None) => self.replace(),
        }
    }

    fn replace(&mut self) {
        self.lone += 1;
        self.out.push(char::REPLACEMENT_CHARACTER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(units: &[u16], is_big_endian: bool) -> Vec<u8> {
        units.iter().flat_map(|unit| if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    fn turn(bytes: &[u8], is_big_endian: bool, slice: usize) -> (String, u64) {
        let (mut utf16, mut out) = (Utf16::new(is_big_endian), Vec::new());
        let mut take = |bytes: &[u8]| out.extend_from_slice(bytes);
        bytes.chunks(slice).for_each(|slice| utf16.push(slice, &mut take));
        utf16.finish(&mut take);
        (String::from_utf8(out).unwrap(), utf16.take_lone())
    }

    #[test]
    fn pairs_survive_any_slicing_in_both_orders() {
        let text = "{\"名\":\"🎉 é\u{feff}\"}".repeat(3000);
        for is_big_endian in [false, true] {
            for mark in [&[][..], &[0xfeff]] {
                let units: Vec<u16> = mark.iter().copied().chain(text.encode_utf16()).collect();
                let bytes = bytes(&units, is_big_endian);
                for slice in [1, 2, 3, 7, 1001, usize::MAX] {
                    assert_eq!(turn(&bytes, is_big_endian, slice), (text.clone(), 0));
                }
            }
        }
    }

    #[test]
    fn lone_halves_are_replaced_and_counted() {
        let a = u16::from(b'a');
        for (units, expected, lone) in [
            (vec![0xd83c, a], "\u{fffd}a", 1),
            (vec![0xdf89, a], "\u{fffd}a", 1),
            (vec![0xd83c, 0xd83c, 0xdf89], "\u{fffd}🎉", 1),
            (vec![a, 0xd83c], "a\u{fffd}", 1),
        ] {
            assert_eq!(turn(&bytes(&units, false), false, 1), (expected.to_owned(), lone), "{units:x?}");
        }
        assert_eq!(turn(b"a\0b", false, 1), ("a\u{fffd}".to_owned(), 1));
        assert_eq!(turn(b"a\0\x3c\xd8b", false, 1), ("a\u{fffd}\u{fffd}".to_owned(), 2));
    }
}
