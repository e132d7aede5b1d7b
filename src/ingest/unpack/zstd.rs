//! Zstandard (RFC 8878) as a stream: frames, blocks and checksums are found here, a block is decoded by ruzstd.
//!
//! ruzstd's own readers pull; here bytes are pushed. A frame is handed to it header by header and block by block, each
//! only when it is whole (a block has at most 128 kB).

use super::{Container, Damage, LARGEST_WINDOW, Take, UnpackFault, number};
use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io::Write;
use std::fmt;
use xxhash_rust::xxh64::Xxh64;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The magic number of a frame with something else than data in it, but for its first byte (`50` to `5f`).
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
const BLOCK_HEADER: usize = 3;
const CHECKSUM: usize = 4;
const LARGEST_BLOCK: usize = 128 * 1024;

/// A zstd stream, of one or several frames, being unpacked.
pub struct Zstd {
    stage: Stage,
    /// The beginning of a header or a block that is not whole yet.
    held: Vec<u8>,
    has_checksum: bool,
    checksum: Xxh64,
}

enum Stage {
    /// A frame's header follows, or nothing if a frame has been.
    Header { is_first: bool },
    /// So many bytes are of no interest.
    Skip(u64),
    /// A block's header, the block, and after the last one the checksum.
    Block(Box<FrameDecoder>),
}

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("held", &self.held.len()).finish_non_exhaustive()
    }
}

/// Whether a stream begins like this.
pub fn is_start(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC) || is_skippable(bytes)
}

fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, rest @ ..] if rest.starts_with(&SKIPPABLE))
}

fn damaged(what: Damage) -> UnpackFault {
    UnpackFault::Damaged(Container::Zstd, what)
}

impl Zstd {
    pub fn new() -> Zstd {
        Zstd { stage: Stage::Header { is_first: true }, held: Vec::new(), has_checksum: false, checksum: Xxh64::new(0) }
    }

    /// Unpacks a slice and hands over what comes out.
    pub fn push(&mut self, mut packed: &[u8], take: &mut Take) -> Result<(), UnpackFault> {
        while !packed.is_empty() {
            if let Stage::Skip(left) = &mut self.stage {
                let skipped = usize::try_from(*left).unwrap_or(usize::MAX).min(packed.len());
                *left -= skipped as u64;
                packed = &packed[skipped..];
                self.end_skipping();
                continue;
            }
            // No copy of a part that the slice holds wholly.
            let whole = if self.held.is_empty() { self.wanted(packed)? } else { usize::MAX };
            if whole <= packed.len() {
                self.part(&packed[..whole], take)?;
                packed = &packed[whole..];
                continue;
            }
            let missing = self.wanted(&self.held)? - self.held.len();
            let (now, rest) = packed.split_at(missing.min(packed.len()));
            self.held.extend_from_slice(now);
            packed = rest;
            if self.wanted(&self.held)? == self.held.len() {
                let held = std::mem::take(&mut self.held);
                self.part(&held, take)?;
            }
        }
        Ok(())
    }

    /// The packed stream has ended; an error if it ended too early.
    pub fn finish(&self) -> Result<(), UnpackFault> {
        let is_whole = matches!(self.stage, Stage::Header { is_first: false }) && self.held.is_empty();
        is_whole.then_some(()).ok_or(UnpackFault::Cut(Container::Zstd))
    }

    /// As many bytes as the header or block that begins like this has, as far as can be told from the beginning.
    fn wanted(&self, start: &[u8]) -> Result<usize, UnpackFault> {
        match &self.stage {
            Stage::Block(_) if start.len() < BLOCK_HEADER => Ok(BLOCK_HEADER),
            Stage::Block(_) => self.wanted_block(start),
            _ if !MAGIC.starts_with(&start[..start.len().min(4)]) && !could_be_skippable(start) => {
                Err(damaged(Damage::Signature))
            }
            _ if start.len() < 4 => Ok(4),
            _ if is_skippable(start) => Ok(8),
            _ => Ok(start.get(4).map_or(5, |descriptor| header_length(*descriptor))),
        }
    }

    fn wanted_block(&self, start: &[u8]) -> Result<usize, UnpackFault> {
        let header = number(start, 0, BLOCK_HEADER) as usize;
        let (is_last, size) = (header & 1 == 1, header >> 3);
        let packed = match header >> 1 & 3 {
            // One byte, repeated.
            1 => 1,
            _ => size,
        };
        if size > LARGEST_BLOCK || header >> 1 & 3 == 3 {
            return Err(damaged(Damage::Header));
        }
        Ok(BLOCK_HEADER + packed + if is_last && self.has_checksum { CHECKSUM } else { 0 })
    }

    /// A whole header or block.
    fn part(&mut self, part: &[u8], take: &mut Take) -> Result<(), UnpackFault> {
        match &mut self.stage {
            Stage::Block(decoder) => {
                let is_last = decode(decoder, &mut self.checksum, part, take)?;
                if is_last {
                    self.stage = Stage::Header { is_first: false };
                    let checksum = part[part.len() - CHECKSUM.min(part.len())..].iter();
                    let is_same = checksum.eq((self.checksum.digest() as u32).to_le_bytes().iter());
                    (is_same || !self.has_checksum).then_some(()).ok_or(damaged(Damage::Checksum))?;
                }
            }
            _ if is_skippable(part) => {
                self.stage = Stage::Skip(number(part, 4, 4));
                self.end_skipping();
            }
            _ => self.stage = Stage::Block(self.begin_frame(part)?),
        }
        Ok(())
    }

    fn end_skipping(&mut self) {
        if let Stage::Skip(0) = self.stage {
            self.stage = Stage::Header { is_first: false };
        }
    }

    fn begin_frame(&mut self, header: &[u8]) -> Result<Box<FrameDecoder>, UnpackFault> {
        const RESERVED: u8 = 8;
        let descriptor = header.get(4).copied().unwrap_or_default();
        if descriptor & RESERVED != 0 {
            return Err(damaged(Damage::Header));
        }
        self.has_checksum = descriptor & 4 != 0;
        self.checksum.reset(0);
        // A new decoder for each frame: a used one makes room for the whole window at once, whatever a header claims.
        let mut decoder = Box::new(FrameDecoder::new());
        decoder.set_max_window_size(LARGEST_WINDOW);
        match decoder.reset(header) {
            Ok(()) => Ok(decoder),
            Err(FrameDecoderError::WindowSizeTooBig { requested, .. }) => Err(UnpackFault::Window { bytes: requested }),
            Err(FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { got })) => {
                Err(UnpackFault::Window { bytes: got })
            }
            Err(FrameDecoderError::DictNotProvided { dict_id }) => Err(UnpackFault::Dictionary(dict_id)),
            Err(_) => Err(damaged(Damage::Header)),
        }
    }
}

/// Decodes one block, and hands over what no later one can look back at. Whether it was the last one.
fn decode(
    decoder: &mut FrameDecoder,
    checksum: &mut Xxh64,
    block: &[u8],
    take: &mut Take,
) -> Result<bool, UnpackFault> {
    let is_last =
        decoder.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1)).map_err(|_| damaged(Damage::Data))?;
    let mut out = Out { take, checksum, result: Ok(()) };
    // Writing there cannot fail.
    let _ = decoder.collect_to_writer(&mut out);
    out.result?;
    Ok(is_last)
}

/// Where ruzstd writes to.
struct Out<'a, 'b> {
    take: &'a mut Take<'b>,
    checksum: &'a mut Xxh64,
    result: Result<(), UnpackFault>,
}

impl Write for Out<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ruzstd::io::Error> {
        self.checksum.update(bytes);
        if self.result.is_ok() {
            self.result = (self.take)(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), ruzstd::io::Error> {
        Ok(())
    }
}

fn could_be_skippable(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, rest @ ..] if SKIPPABLE.starts_with(&rest[..rest.len().min(3)]))
}

/// RFC 8878, 3.1.1.1: magic number, descriptor, window, dictionary, content size.
fn header_length(descriptor: u8) -> usize {
    let is_single = descriptor & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let content = match descriptor >> 6 {
        0 => usize::from(is_single),
        size => 1 << size,
    };
    5 + usize::from(!is_single) + dictionary + content
}
