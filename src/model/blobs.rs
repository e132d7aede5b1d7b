//! Byte values (binary attributes), each kept once. They are rare, so every one has its own allocation.

use super::index::{Index, hash_bytes};

/// Bytes in [`Blobs`]; equal bytes have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobId(pub u32);

#[derive(Debug, Default)]
pub struct Blobs {
    all: Vec<Box<[u8]>>,
    index: Index,
    held: usize,
}

impl Blobs {
    pub fn intern(&mut self, bytes: &[u8]) -> BlobId {
        let hash = hash_bytes(bytes);
        if let Some(id) = self.index.find(hash, |id| *self.all[id as usize] == *bytes) {
            return BlobId(id);
        }
        let id = self.all.len() as u32;
        self.all.push(bytes.into());
        self.held += bytes.len();
        self.index.insert(hash, id);
        BlobId(id)
    }

    pub fn get(&self, id: BlobId) -> &[u8] {
        &self.all[id.0 as usize]
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Forgets all from the id `len` on.
    pub fn truncate(&mut self, len: usize) {
        while self.all.len() > len {
            let Some(last) = self.all.pop() else { return };
            self.index.remove(hash_bytes(&last), self.all.len() as u32);
            self.held -= last.len();
        }
    }

    /// Memory in use, in bytes.
    pub fn bytes(&self) -> usize {
        self.held + self.all.capacity() * size_of::<Box<[u8]>>() + self.index.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_share_an_id_until_truncated() {
        let mut blobs = Blobs::default();
        let (a, b) = (blobs.intern(&[1, 2]), blobs.intern(&[0xff]));
        assert_eq!((blobs.intern(&[1, 2]), blobs.get(b)), (a, &[0xff][..]));
        blobs.truncate(1);
        assert_eq!((blobs.len(), blobs.intern(&[9])), (1, b));
        assert_eq!(blobs.get(b), [9]);
    }
}
