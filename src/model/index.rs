//! An index of rows by their content. The content stays in the rows' own table: an index holds a hash and a row.
//!
//! All tables share this one type, for its code is large: a hash map per key type would cost the worker tens of
//! kilobytes. Places are tried one after another from where a hash belongs (hashbrown looks at many at once, but only with instructions that
//! WebAssembly does not have).

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// See the module.
#[derive(Debug, Default)]
pub struct Index {
    /// None, or a power of two of them; at most three quarters are taken.
    slots: Vec<Slot>,
    taken: usize,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    row: u32,
}

impl Slot {
    /// No row has this number: there are far fewer, and "none" is `u32::MAX`.
    const FREE: Slot = Slot { hash: 0, row: u32::MAX - 1 };

    #[inline]
    fn is_free(self) -> bool {
        self.row == Slot::FREE.row
    }
}

impl Index {
    /// The place where a hash belongs: by its high bits, once they depend on all.
    #[inline]
    fn home(&self, hash: u32) -> usize {
        let mixed = u64::from(hash.wrapping_mul(0x9E37_79B9));
        ((mixed * self.slots.len() as u64) >> 32) as usize
    }

    #[inline]
    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.slots.len() - 1)
    }

    /// The place of the first row with this hash of which `is` says that it is the one.
    #[inline]
    fn place_of(&self, hash: u32, mut is: impl FnMut(u32) -> bool) -> Option<usize> {
        let mut place = self.home(hash);
        while let Some(slot) = self.slots.get(place).filter(|slot| !slot.is_free()) {
            if slot.hash == hash && is(slot.row) {
                return Some(place);
            }
            place = self.after(place);
        }
        None
    }

    /// The first row with this hash of which `is` says that it is the one.
    #[inline]
    pub fn find(&self, hash: u32, is: impl FnMut(u32) -> bool) -> Option<u32> {
        self.place_of(hash, is).map(|place| self.slots[place].row)
    }

    /// Adds a row that was not found.
    #[inline(never)]
    pub fn insert(&mut self, hash: u32, row: u32) {
        self.reserve(1);
        self.taken += 1;
        self.put(Slot { hash, row });
    }

    /// Puts a row into the first free place from where it belongs.
    fn put(&mut self, slot: Slot) {
        debug_assert!(!slot.is_free());
        let mut place = self.home(slot.hash);
        while !self.slots[place].is_free() {
            place = self.after(place);
        }
        self.slots[place] = slot;
    }

    /// Takes a row out.
    pub fn remove(&mut self, hash: u32, row: u32) {
        self.remove_any(hash, Some(row));
    }

    #[inline(never)]
    fn remove_any(&mut self, hash: u32, row: Option<u32>) {
        let Some(mut hole) = self.place_of(hash, |own| row.is_none_or(|row| own == row)) else {
            return;
        };
        self.taken -= 1;
        // Those behind it move up, but not before the place where they belong.
        let (mut place, mask) = (self.after(hole), self.slots.len() - 1);
        while !self.slots[place].is_free() {
            let home = self.home(self.slots[place].hash);
            if place.wrapping_sub(home) & mask >= place.wrapping_sub(hole) & mask {
                self.slots[hole] = self.slots[place];
                hole = place;
            }
            place = self.after(place);
        }
        self.slots[hole] = Slot::FREE;
    }

    /// Makes room for so many rows more.
    #[inline]
    pub fn reserve(&mut self, rows: usize) {
        let wanted = self.taken + rows;
        if wanted > self.slots.len() / 4 * 3 {
            self.grow(wanted);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, wanted: usize) {
        let places = (wanted + wanted / 3 + 1).next_power_of_two().max(4);
        let old = std::mem::replace(&mut self.slots, vec![Slot::FREE; places]);
        old.into_iter().filter(|slot| !slot.is_free()).for_each(|slot| self.put(slot));
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
    }
}

/// A map of numbers: rows, ids, places in a list.
#[derive(Debug, Default)]
pub struct Numbers {
    index: Index,
}

impl Numbers {
    /// One hash for each number, so that comparing hashes is comparing numbers.
    fn hash(key: u32) -> u32 {
        key.wrapping_mul(0x9E37_79B1)
    }

    #[inline(never)]
    pub fn get(&self, key: u32) -> Option<u32> {
        self.index.find(Numbers::hash(key), |_| true)
    }

    /// The number of a key: the one it has, or from now on the given one.
    pub fn get_or_set(&mut self, key: u32, value: u32) -> u32 {
        self.get(key).unwrap_or_else(|| {
            self.index.insert(Numbers::hash(key), value);
            value
        })
    }

    pub fn set(&mut self, key: u32, value: u32) {
        self.remove(key);
        self.index.insert(Numbers::hash(key), value);
    }

    /// As a set: whether the key is new.
    pub fn add(&mut self, key: u32) -> bool {
        let is_new = self.get(key).is_none();
        if is_new {
            self.index.insert(Numbers::hash(key), 0);
        }
        is_new
    }

    pub fn remove(&mut self, key: u32) {
        if !self.is_empty() {
            self.index.remove_any(Numbers::hash(key), None);
        }
    }

    pub fn len(&self) -> usize {
        self.index.taken
    }

    pub fn is_empty(&self) -> bool {
        self.index.taken == 0
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.index.bytes()
    }
}

/// A hash for [`Index`].
#[inline]
pub fn hash_of(content: impl Hash) -> u32 {
    let mut hasher = FxHasher::default();
    content.hash(&mut hasher);
    fold(hasher.finish())
}

/// 32 bits that depend on all 64.
#[inline]
pub fn fold(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

/// A hash of bytes: eight at a time, a multiplication each. Keys and names are short, so there is little to set up.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = bytes.len() as u64;
    let mut mix = |word: u64| hash = (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    match bytes.last_chunk::<8>() {
        Some(last) => {
            let (words, _) = bytes[..bytes.len() - 1].as_chunks::<8>();
            words.iter().for_each(|word| mix(u64::from_le_bytes(*word)));
            mix(u64::from_le_bytes(*last));
        }
        None => mix(last_word(bytes)),
    }
    let hash = (hash ^ hash >> 29).wrapping_mul(FACTOR);
    (hash >> 32) as u32
}

/// Whether bytes of one length are the same. (WebAssembly has no such instruction, and the standard library's goes byte by
/// byte there.)
#[inline]
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let word = |word: &[u8; 8]| u64::from_le_bytes(*word);
    match (a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(last_a), Some(last_b)) => {
            let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
            a.len() == b.len() && word(last_a) == word(last_b) && words.into_iter().all(|(a, b)| word(a) == word(b))
        }
        _ => a.len() == b.len() && last_word(a) == last_word(b),
    }
}

/// At most seven bytes as one word: of one length, different ones differ.
#[inline]
fn last_word(rest: &[u8]) -> u64 {
    match rest {
        [] => 0,
        [a, b, c, d, ..] => {
            let tail = rest[rest.len() - 4..].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
            u64::from(u32::from_le_bytes([*a, *b, *c, *d])) << 32 | tail
        }
        [a, ..] => u64::from(*a) << 16 | u64::from(rest[rest.len() / 2]) << 8 | u64::from(rest[rest.len() - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_until_removed() {
        let mut index = Index::default();
        (0..1000).for_each(|row| index.insert(row % 10, row));
        assert_eq!(index.find(7, |row| row == 507), Some(507));
        assert_eq!(index.find(7, |row| row == 508), None);
        index.remove(7, 507);
        assert_eq!(index.find(7, |row| row == 507), None);
    }

    #[test]
    fn rows_with_the_same_places_stay_findable_while_others_go() {
        let mut index = Index::default();
        // Few hashes, so that rows stand far from where they belong and around the table's end.
        let hash_of = |row: u32| u32::MAX - row % 7;
        (0..700).for_each(|row| index.insert(hash_of(row), row));
        for gone in (0..700).step_by(3).chain((1..700).step_by(3).rev()) {
            index.remove(hash_of(gone), gone);
            index.remove(hash_of(gone), gone);
        }
        let found = (0..700).filter(|row| index.find(hash_of(*row), |other| other == *row).is_some());
        assert!(found.eq((2..700).step_by(3)));
        (2..700).step_by(3).for_each(|row| index.remove(hash_of(row), row));
        assert_eq!((index.taken, index.slots.iter().filter(|slot| !slot.is_free()).count()), (0, 0));
    }

    #[test]
    fn there_is_room_for_what_was_asked_for() {
        let mut index = Index::default();
        assert_eq!((index.find(0, |_| true), index.bytes()), (None, 0));
        index.reserve(3000);
        let bytes = index.bytes();
        (0..3000).for_each(|row| index.insert(row << 16, row));
        assert_eq!((index.bytes(), index.find(2999 << 16, |_| true)), (bytes, Some(2999)));
    }

    #[test]
    fn numbers_have_the_last_value_set() {
        let mut numbers = Numbers::default();
        (0..5000).for_each(|key| numbers.set(key, key + 1));
        numbers.set(7, 70);
        numbers.remove(8);
        assert_eq!([7, 8, 9, 5000].map(|key| numbers.get(key)), [Some(70), None, Some(10), None]);
        assert_eq!((numbers.get_or_set(9, 5), numbers.get_or_set(8, 5), numbers.len()), (10, 5, 5000));
        assert!(numbers.add(6000) && !numbers.add(6000));
        numbers.set(0, u32::MAX);
        assert_eq!((numbers.get(0), numbers.get(u32::MAX)), (Some(u32::MAX), None));
    }

    #[test]
    fn texts_that_differ_a_little_have_different_hashes() {
        let mut hashes: Vec<u32> = (0..100_000).map(|i| hash_bytes(format!("request {i}").as_bytes())).collect();
        let short: Vec<Vec<u8>> = (0..8).flat_map(|len| [vec![b'a'; len], vec![0; len]]).collect();
        hashes.extend(short[1..].iter().map(|text| hash_bytes(text)));
        hashes.sort_unstable();
        let all = hashes.len();
        hashes.dedup();
        assert!(all - hashes.len() < 10, "{} of {all} collide", all - hashes.len());
    }
}
