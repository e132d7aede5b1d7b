//! The text that waits to be read: bytes come in slices of any size, a reader takes from the front.
//!
//! Positions are in *text bytes* (what was pushed here, after repair), counted from the file's start; [`Text::place`]
//! turns them into the file's own bytes, lines and columns. The front is given back once per slice, so nothing is moved
//! more than once.

use super::report::Place;
use wide::u8x16;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// See the module.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    /// Up to here `text` has been read.
    at: usize,
    /// What was dropped before `text`.
    dropped: Dropped,
    /// Bytes of a character that is not complete yet.
    carry: Vec<u8>,
    /// Where bytes were replaced in `text`, and by how much the file's positions are ahead since then.
    replaced: Vec<(u64, i64)>,
    /// What has been read is kept from here on.
    kept: Option<u64>,
    is_complete: bool,
}

#[derive(Debug, Default)]
struct Dropped {
    text_bytes: u64,
    /// File bytes before `text`, less `text_bytes`.
    ahead: i64,
    lines: u64,
    /// Characters of the line that `text` starts in.
    columns: u64,
}

/// Bytes that are not UTF-8: how many runs of them, and where the first one is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub count: u64,
    pub first: u64,
}

impl Text {
    /// Adds bytes. Those that are not UTF-8 become U+FFFD. A byte order mark is left out if it is whole in the first slice.
    pub fn push(&mut self, mut bytes: &[u8]) -> Option<Invalid> {
        self.drop_read();
        let is_start = self.dropped.text_bytes == 0 && self.text.is_empty() && self.carry.is_empty();
        if is_start && let Some(rest) = bytes.strip_prefix(BYTE_ORDER_MARK) {
            self.dropped.ahead = BYTE_ORDER_MARK.len() as i64;
            bytes = rest;
        }
        let mut invalid = None;
        while let ([_, ..], [first, rest @ ..]) = (&self.carry[..], bytes) {
            bytes = rest;
            let mut character = std::mem::take(&mut self.carry);
            character.push(*first);
            self.append(&character, &mut invalid);
        }
        self.append(bytes, &mut invalid);
        invalid
    }

    /// Says that no bytes will come any more.
    pub fn complete(&mut self) -> Option<Invalid> {
        let mut invalid = None;
        if !self.carry.is_empty() {
            let length = self.carry.len();
            self.carry.clear();
            self.replace(length, &mut invalid);
        }
        self.is_complete = true;
        invalid
    }

    /// Whether all of the file is here.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn append(&mut self, mut bytes: &[u8], invalid: &mut Option<Invalid>) {
        loop {
            // The standard library's takes eight bytes at a time in WebAssembly, this one sixty-four.
            match simdutf8::compat::from_utf8(bytes) {
                Ok(text) => return self.text.push_str(text),
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    self.text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(length) = error.error_len() else {
                        return self.carry.extend_from_slice(rest);
                    };
                    self.replace(length, invalid);
                    bytes = &rest[length..];
                }
            }
        }
    }

    fn replace(&mut self, length: usize, invalid: &mut Option<Invalid>) {
        let here = self.end();
        // Counting through all that was replaced before, for the first one only.
        invalid.get_or_insert_with(|| Invalid { count: 0, first: self.file_byte(here) }).count += 1;
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.replaced.push((here, length as i64 - char::REPLACEMENT_CHARACTER.len_utf8() as i64));
    }

    /// What has not been read.
    #[inline]
    pub fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// The next byte that has not been read.
    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes `count` bytes as read.
    pub fn advance(&mut self, count: usize) {
        self.at += count;
    }

    /// Takes white space as read.
    pub fn skip_white(&mut self) {
        let bytes = &self.text.as_bytes()[self.at..];
        self.at += bytes.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(bytes.len());
    }

    /// The position of the next byte.
    pub fn position(&self) -> u64 {
        self.dropped.text_bytes + self.at as u64
    }

    /// The position after the last byte that has come.
    pub fn end(&self) -> u64 {
        self.dropped.text_bytes + self.text.len() as u64
    }

    /// Whether a position is at a line's beginning. Of what was dropped already, only the end is known.
    pub fn starts_line(&self, position: u64) -> bool {
        let index = position.saturating_sub(self.dropped.text_bytes) as usize;
        match index.checked_sub(1) {
            Some(before) => self.text.as_bytes().get(before) == Some(&b'\n'),
            None => self.dropped.columns == 0,
        }
    }

    /// What stands at a position that is still here, to the end.
    pub fn from(&self, position: u64) -> &str {
        self.text.get(position.saturating_sub(self.dropped.text_bytes) as usize..).unwrap_or("")
    }

    /// Gives back what has been read; called before a slice is added.
    fn drop_read(&mut self) {
        let dropped = &mut self.dropped;
        let kept = self.kept.map_or(self.at, |position| (position - dropped.text_bytes) as usize);
        let end = self.at.min(kept);
        let read = &self.text[..end];
        match memchr::memrchr(b'\n', read.as_bytes()) {
            Some(last) => {
                dropped.lines += memchr::memchr_iter(b'\n', read.as_bytes()).count() as u64;
                dropped.columns = characters(&read[last + 1..]);
            }
            None => dropped.columns += characters(read),
        }
        dropped.text_bytes += end as u64;
        let before = self.replaced.partition_point(|(position, _)| *position < dropped.text_bytes);
        dropped.ahead += self.replaced.drain(..before).map(|(_, ahead)| ahead).sum::<i64>();
        self.text.drain(..end);
        self.at -= end;
    }

    /// Keeps what was read from a position on: it may have to be read again. `None`: no longer.
    pub fn keep(&mut self, from: Option<u64>) {
        self.kept = from;
    }

    fn file_byte(&self, position: u64) -> u64 {
        let since = self.replaced.iter().take_while(|(at, _)| *at < position).map(|(_, ahead)| ahead).sum::<i64>();
        position.saturating_add_signed(self.dropped.ahead + since)
    }

    /// Where a position is in the file. Of what was dropped already, only the end is known.
    pub fn place(&self, position: u64) -> Place {
        let position = position.max(self.dropped.text_bytes);
        let mut index = ((position - self.dropped.text_bytes) as usize).min(self.text.len());
        while !self.text.is_char_boundary(index) {
            index -= 1;
        }
        let before = &self.text[..index];
        let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64;
        let columns = match before.rfind('\n') {
            Some(last) => characters(&before[last + 1..]),
            None => self.dropped.columns + characters(before),
        };
        Place {
            byte: self.file_byte(self.dropped.text_bytes + index as u64),
            line: self.dropped.lines + lines + 1,
            column: columns + 1,
            path: String::new(),
        }
    }
}

/// The number of characters. Blocks of ASCII, which are most, are told by an OR over their bytes, sixteen at a time: the standard
/// library's count takes four.
fn characters(text: &str) -> u64 {
    let blocks = text.as_bytes().chunks(512).map(|block| match is_ascii(block) {
        true => block.len(),
        false => block.iter().filter(|byte| !matches!(byte, 0x80..0xc0)).count(),
    });
    blocks.sum::<usize>() as u64
}

/// In so many words, for the compiler makes it of a loop over bytes only where it does not look at size.
fn is_ascii(block: &[u8]) -> bool {
    let (chunks, rest) = block.as_chunks::<16>();
    let all = chunks.iter().fold(u8x16::splat(0), |all, chunk| all | u8x16::new(*chunk));
    all.to_bitmask() == 0 && rest.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(slices: &[&[u8]]) -> (String, Vec<Invalid>) {
        let mut text = Text::default();
        let mut invalid: Vec<Invalid> = slices.iter().filter_map(|slice| text.push(slice)).collect();
        invalid.extend(text.complete());
        (text.rest().to_owned(), invalid)
    }

    #[test]
    fn characters_cut_by_slices_come_whole() {
        let bytes = "aé€😀b".as_bytes();
        for cut in 0..=bytes.len() {
            assert_eq!(read(&[&bytes[..cut], &bytes[cut..]]), ("aé€😀b".to_owned(), vec![]));
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single).0, "aé€😀b");
    }

    #[test]
    fn wrong_bytes_are_replaced_and_places_stay_right() {
        let bytes = b"ab\xff\xfecd\xe2\x82";
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        for slices in [&single[..], &[&bytes[..]]] {
            let (text, invalid) = read(slices);
            assert_eq!(text, "ab\u{fffd}\u{fffd}cd\u{fffd}");
            assert_eq!((invalid.iter().map(|i| i.count).sum::<u64>(), invalid[0].first), (3, 2));
        }
        let mut text = Text::default();
        text.push(bytes);
        let d = text.rest().find('d').unwrap() as u64;
        assert_eq!((text.place(d).byte, text.place(d).column), (5, 6));
    }

    #[test]
    fn places_count_bytes_lines_and_characters() {
        let mut text = Text::default();
        text.push("\u{feff}é1\nx".as_bytes());
        text.advance(3);
        text.push("y€z\n\nq".as_bytes());
        let position = |text: &Text, c| text.position() + text.rest().find(c).unwrap() as u64;
        let place = |text: &Text, c| {
            let place = text.place(position(text, c));
            (place.byte, place.line, place.column)
        };
        assert_eq!(place(&text, 'z'), (12, 2, 4));
        assert_eq!(place(&text, 'q'), (15, 4, 1));
        text.advance(6);
        text.push(b"");
        assert_eq!(place(&text, 'z'), (12, 2, 4));
    }
}
