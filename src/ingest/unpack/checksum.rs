//! CRC-32. Crates for it bring a table of 16 kB that cannot be compressed, a twentieth of all that the page may load.

/// CRC-32 of gzip and zip (RFC 1952, 8), eight bytes at a time.
#[derive(Debug)]
pub struct Checksum {
    /// `tables[n][b]`: what the byte `b` does, `n` bytes later. Made at run time: as data it would be loaded.
    tables: Box<[[u32; 256]; 8]>,
    state: u32,
}

impl Checksum {
    pub fn new() -> Checksum {
        const POLYNOMIAL: u32 = 0xedb8_8320;
        let mut tables = Box::new([[0; 256]; 8]);
        for byte in 0..256 {
            let step = |state: u32, _| state >> 1 ^ if state & 1 == 1 { POLYNOMIAL } else { 0 };
            tables[0][byte] = (0..8).fold(byte as u32, step);
        }
        for later in 1..8 {
            for byte in 0..256 {
                let before = tables[later - 1][byte];
                tables[later][byte] = before >> 8 ^ tables[0][(before & 255) as usize];
            }
        }
        Checksum { tables, state: u32::MAX }
    }

    /// Begins anew.
    pub fn reset(&mut self) {
        self.state = u32::MAX;
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        let tables = &*self.tables;
        let (words, rest) = bytes.as_chunks::<8>();
        let mut state = self.state;
        for word in words {
            let word = u64::from_le_bytes(*word) ^ u64::from(state);
            state = (0..8).fold(0, |sum, at| sum ^ tables[7 - at][(word >> (8 * at)) as usize & 255]);
        }
        for byte in rest {
            state = state >> 8 ^ tables[0][(state as u8 ^ byte) as usize];
        }
        self.state = state;
    }

    /// Of all bytes since the beginning.
    pub fn value(&self) -> u32 {
        !self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_catalogues() {
        let mut checksum = Checksum::new();
        checksum.add(b"12345");
        checksum.add(b"6789");
        assert_eq!(checksum.value(), 0xcbf4_3926);
        checksum.reset();
        assert_eq!(checksum.value(), 0);
    }
}
