//! Knows a content again: the same file dropped twice doubles nothing.

use xxhash_rust::xxh64::Xxh64;

/// Length and 64-bit XXH64 of all bytes of a load.
#[derive(Clone, Default)]
pub struct Content {
    bytes: u64,
    hash: Xxh64,
}

impl Content {
    pub fn of(bytes: &[u8]) -> Content {
        let mut content = Content::default();
        content.add(bytes);
        content
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A name for the content; two contents share it only if they are equal (but for one chance in 2^64).
    pub fn digest(&self) -> (u64, u64) {
        (self.bytes, self.hash.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn slices_do_not_matter_and_bytes_do() {
        let whole = Content::of(b"a trace");
        let mut sliced = Content::of(b"a t");
        sliced.add(b"race");
        assert_eq!(whole.digest(), sliced.digest());
        assert_ne!(whole.digest(), Content::of(b"a Trace").digest());
        assert_ne!(Content::of(b"").digest(), Content::of(b"\0").digest());
    }
}
