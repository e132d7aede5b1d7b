//! One deflated stream (RFC 1951), with the checksum and the length of what comes out. Inflating is flate2's.

use super::checksum::Checksum;
use super::{Container, Damage, Take, UnpackFault};
use flate2::{Decompress, FlushDecompress, Status};

/// Unpacked bytes that are handed over at once.
pub const STEP: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub struct Inflate {
    inflate: Decompress,
    out: Vec<u8>,
    /// Of what came out.
    pub checksum: Checksum,
    /// Bytes that came out.
    pub length: u64,
    has_ended: bool,
}

impl Inflate {
    pub fn new() -> Inflate {
        Inflate {
            inflate: Decompress::new(false),
            out: Vec::new(),
            checksum: Checksum::new(),
            length: 0,
            has_ended: false,
        }
    }

    /// Begins another stream.
    pub fn reset(&mut self) {
        self.inflate.reset(false);
        self.checksum.reset();
        (self.length, self.has_ended) = (0, false);
    }

    /// Whether the stream has come to its end.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Bytes that were packed by no method.
    pub fn stored(&mut self, bytes: &[u8]) {
        self.checksum.add(bytes);
        self.length += bytes.len() as u64;
    }

    /// Inflates what of the slice belongs to the stream, and hands over all that can be had by now; the rest of the slice.
    /// `container` is for errors.
    pub fn push<'a>(
        &mut self,
        mut packed: &'a [u8],
        container: Container,
        take: &mut Take,
    ) -> Result<&'a [u8], UnpackFault> {
        self.out.resize(STEP, 0);
        while !self.has_ended {
            let (read, written) = self.step(packed, container, take)?;
            packed = &packed[read..];
            // The decoder stops where the buffer or its own window is full, be there more in the bytes that it has taken.
            if packed.is_empty() && written == 0 {
                break;
            }
            if read == 0 && written == 0 && !self.has_ended {
                return Err(UnpackFault::Damaged(container, Damage::Data));
            }
        }
        Ok(packed)
    }

    /// Fills the buffer once; bytes read and written.
    fn step(&mut self, packed: &[u8], container: Container, take: &mut Take) -> Result<(usize, usize), UnpackFault> {
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(packed, &mut self.out, FlushDecompress::None);
        let (read, written) =
            ((self.inflate.total_in() - read) as usize, (self.inflate.total_out() - written) as usize);
        let out = &self.out[..written];
        self.checksum.add(out);
        self.length += written as u64;
        // What came before damage is good.
        if !out.is_empty() {
            take(out)?;
        }
        let status = status.map_err(|_| UnpackFault::Damaged(container, Damage::Data))?;
        self.has_ended = status == Status::StreamEnd;
        Ok((read, written))
    }
}
