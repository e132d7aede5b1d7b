//! An index of rows by their content. The content stays in the rows' own table: an index holds a hash and a row.
//!
//! All tables share this one type, for its code is large: a hash map per key type would cost the worker tens of
//! kilobytes.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// See the module.
#[derive(Debug, Default)]
pub struct Index {
    table: HashTable<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    row: u32,
}

impl Slot {
    /// hashbrown takes the place from the low bits and a tag from the high ones.
    #[inline]
    fn spread(hash: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(hash)
    }
}

impl Index {
    /// The first row with this hash of which `is` says that it is the one.
    #[inline]
    pub fn find(&self, hash: u32, mut is: impl FnMut(u32) -> bool) -> Option<u32> {
        self.table.find(Slot::spread(hash), |slot| slot.hash == hash && is(slot.row)).map(|slot| slot.row)
    }

    /// Adds a row that was not found.
    #[inline(never)]
    pub fn insert(&mut self, hash: u32, row: u32) {
        self.table.insert_unique(Slot::spread(hash), Slot { hash, row }, |slot| Slot::spread(slot.hash));
    }

    /// Takes a row out.
    pub fn remove(&mut self, hash: u32, row: u32) {
        self.remove_any(hash, Some(row));
    }

    #[inline(never)]
    fn remove_any(&mut self, hash: u32, row: Option<u32>) {
        let is_it = |slot: &Slot| slot.hash == hash && row.is_none_or(|row| slot.row == row);
        if let Ok(entry) = self.table.find_entry(Slot::spread(hash), is_it) {
            entry.remove();
        }
    }

    /// Makes room for so many rows more.
    #[inline(never)]
    pub fn reserve(&mut self, rows: usize) {
        self.table.reserve(rows, |slot| Slot::spread(slot.hash));
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.table.allocation_size()
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
        self.index.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.index.table.is_empty()
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
    fn numbers_have_the_last_value_set() {
        let mut numbers = Numbers::default();
        (0..5000).for_each(|key| numbers.set(key, key + 1));
        numbers.set(7, 70);
        numbers.remove(8);
        assert_eq!([7, 8, 9, 5000].map(|key| numbers.get(key)), [Some(70), None, Some(10), None]);
        assert_eq!((numbers.get_or_set(9, 5), numbers.get_or_set(8, 5), numbers.len()), (10, 5, 5000));
        assert!(numbers.add(6000) && !numbers.add(6000));
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
