//! Texts, each kept once. This is the hot path of reading: every key, name and text value of a file passes here.
//!
//! Texts lie in `String`s of a fixed capacity that never grow, so nothing moves; a long text gets one of its own.

use super::column::Column;
use super::index::{Index, hash_bytes, same_bytes};
use serde::{Deserialize, Serialize};

/// Bytes of a shared segment. A text longer than an eighth of it gets a segment of its own.
const SEGMENT: usize = 256 * 1024;

/// A text in [`Strings`]. Equal texts have equal ids; 0 is the empty text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StringId(pub u32);

impl StringId {
    pub const EMPTY: StringId = StringId(0);
}

#[derive(Clone, Copy, Debug)]
struct Spot {
    segment: u32,
    offset: u32,
    len: u32,
}

/// The interner.
#[derive(Debug)]
pub struct Strings {
    spots: Column<Spot>,
    index: Index,
    segments: Vec<String>,
    /// The segment that short texts go to.
    open: usize,
}

impl Default for Strings {
    fn default() -> Self {
        let mut strings = Strings { spots: Column::default(), index: Index::default(), segments: Vec::new(), open: 0 };
        strings.intern("");
        strings
    }
}

impl Strings {
    /// The id of a text, kept from now on.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn intern(&mut self, text: &str) -> StringId {
        let hash = hash_bytes(text.as_bytes());
        match self.index.find(hash, |id| self.is(id, text)) {
            Some(id) => StringId(id),
            None => self.add(text, hash),
        }
    }

    /// The id of a text if it is known.
    pub fn find(&self, text: &str) -> Option<StringId> {
        self.index.find(hash_bytes(text.as_bytes()), |id| self.is(id, text)).map(StringId)
    }

    #[inline]
    pub fn get(&self, id: StringId) -> &str {
        let spot = self.spots[id.0 as usize];
        &self.segments[spot.segment as usize][spot.offset as usize..][..spot.len as usize]
    }

    /// Length of a text in bytes, without touching it.
    pub fn len_of(&self, id: StringId) -> usize {
        self.spots[id.0 as usize].len as usize
    }

    /// The number of texts, the empty one included. Ids are `0..len`.
    pub fn len(&self) -> usize {
        self.spots.len()
    }

    /// Never: the empty text is always there.
    pub fn is_empty(&self) -> bool {
        self.spots.is_empty()
    }

    #[inline]
    fn is(&self, id: u32, text: &str) -> bool {
        let spot = self.spots[id as usize];
        let segment = self.segments[spot.segment as usize].as_bytes();
        spot.len as usize == text.len() && same_bytes(&segment[spot.offset as usize..][..text.len()], text.as_bytes())
    }

    #[cold]
    #[inline(never)]
    fn add(&mut self, text: &str, hash: u32) -> StringId {
        let id = self.spots.len() as u32;
        let segment = self.segment_for(text.len());
        let offset = self.segments[segment].len() as u32;
        self.segments[segment].push_str(text);
        self.spots.push(Spot { segment: segment as u32, offset, len: text.len() as u32 });
        self.index.insert(hash, id);
        StringId(id)
    }

    fn segment_for(&mut self, len: usize) -> usize {
        if len > SEGMENT / 8 {
            self.segments.push(String::with_capacity(len));
            return self.segments.len() - 1;
        }
        let fits = self.segments.get(self.open).is_some_and(|open| open.capacity() - open.len() >= len);
        if !fits {
            self.segments.push(String::with_capacity(SEGMENT));
            self.open = self.segments.len() - 1;
        }
        self.open
    }

    /// Forgets all texts from the id `len` on.
    pub fn truncate(&mut self, len: usize) {
        let len = len.max(1);
        for id in (len..self.spots.len()).rev() {
            let spot = self.spots[id];
            self.index.remove(hash_bytes(self.get(StringId(id as u32)).as_bytes()), id as u32);
            self.segments[spot.segment as usize].truncate(spot.offset as usize);
        }
        self.spots.truncate(len);
        while self.segments.len() > 1 && self.segments.last().is_some_and(String::is_empty) {
            self.segments.pop();
        }
        self.open = (0..self.segments.len())
            .rev()
            .find(|&s| self.segments[s].capacity() == SEGMENT)
            .unwrap_or(self.segments.len());
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.segments.iter().map(String::capacity).sum();
        texts + self.spots.bytes() + self.index.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_an_id() {
        let mut strings = Strings::default();
        let (a, b) = (strings.intern("alpha"), strings.intern("beta"));
        assert_ne!(a, b);
        assert_eq!(strings.intern("alpha"), a);
        assert_eq!(strings.intern(""), StringId::EMPTY);
        assert_eq!((strings.get(a), strings.get(b)), ("alpha", "beta"));
        assert_eq!((strings.find("beta"), strings.find("gamma")), (Some(b), None));
    }

    #[test]
    fn many_and_long_texts_stay_as_they_are() {
        let mut strings = Strings::default();
        let ids: Vec<_> = (0..60_000).map(|i| strings.intern(&format!("text {i}"))).collect();
        let long = "é".repeat(200_000);
        let long_id = strings.intern(&long);
        let after = strings.intern("after the long one");
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(strings.get(*id), format!("text {i}"));
        }
        assert_eq!((strings.get(long_id), strings.get(after)), (long.as_str(), "after the long one"));
    }

    #[test]
    fn truncating_forgets_later_texts_only() {
        let mut strings = Strings::default();
        let kept = strings.intern("kept");
        let len = strings.len();
        (0..50_000).for_each(|i| _ = strings.intern(&format!("gone {i}")));
        strings.intern(&"long".repeat(100_000));
        strings.truncate(len);
        assert_eq!((strings.len(), strings.find("gone 7"), strings.find("kept")), (len, None, Some(kept)));
        let back = strings.intern("gone 7");
        assert_eq!((back, strings.get(back), strings.get(kept)), (StringId(len as u32), "gone 7", "kept"));
    }
}
