//! gzip (RFC 1952) as a stream. Positions in reports are those of the unpacked text.
//!
//! flate2 has a gzip reader too, but its checksum brings a table of 16 kB that cannot be compressed, a twentieth of all
//! that the page may load. Members and checksums are few lines; inflating is flate2's.

use flate2::{Decompress, FlushDecompress, Status};

/// Unpacked bytes that are handed over at once.
const STEP: usize = 256 * 1024;
/// Magic number, method, flags, time, extra flags, system.
const FIXED_HEADER: usize = 10;
/// Checksum and length.
const TRAILER: usize = 8;

/// A gzip stream, of one or several members, being unpacked.
#[derive(Debug)]
pub struct Unpack {
    stage: Stage,
    inflate: Decompress,
    out: Vec<u8>,
    checksum: Checksum,
    length: u32,
}

#[derive(Debug)]
enum Stage {
    /// The bytes of a header that have come.
    Header(Vec<u8>),
    Body,
    /// The bytes of a trailer that have come.
    Trailer(Vec<u8>),
    /// A member has ended; another one or nothing may follow.
    Between,
}

/// The stream is not gzip, at least from some point on.
#[derive(Debug, PartialEq, Eq)]
pub struct Damaged;

impl Unpack {
    pub fn new() -> Unpack {
        Unpack {
            stage: Stage::Header(Vec::new()),
            inflate: Decompress::new(false),
            out: vec![0; STEP],
            checksum: Checksum::new(),
            length: 0,
        }
    }

    /// Unpacks a slice and hands over what comes out, in steps.
    pub fn push(&mut self, mut packed: &[u8], take: &mut dyn FnMut(&[u8])) -> Result<(), Damaged> {
        while !packed.is_empty() {
            match &mut self.stage {
                Stage::Header(header) => {
                    header.push(packed[0]);
                    packed = &packed[1..];
                    if is_whole_header(header)? {
                        self.inflate.reset(false);
                        self.checksum.reset();
                        self.length = 0;
                        self.stage = Stage::Body;
                    }
                }
                Stage::Body => packed = self.inflate(packed, take)?,
                Stage::Trailer(trailer) => {
                    trailer.push(packed[0]);
                    packed = &packed[1..];
                    if trailer.len() == TRAILER {
                        let expected = [self.checksum.value().to_le_bytes(), self.length.to_le_bytes()].concat();
                        let is_whole = *trailer == expected;
                        self.stage = Stage::Between;
                        is_whole.then_some(()).ok_or(Damaged)?;
                    }
                }
                // Tapes and block devices pad with zeros.
                Stage::Between if packed[0] == 0 => packed = &packed[1..],
                Stage::Between => self.stage = Stage::Header(Vec::new()),
            }
        }
        Ok(())
    }

    /// Inflates some of the slice; the rest of it.
    fn inflate<'a>(&mut self, packed: &'a [u8], take: &mut dyn FnMut(&[u8])) -> Result<&'a [u8], Damaged> {
        let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(packed, &mut self.out, FlushDecompress::None).map_err(|_| Damaged)?;
        let (read, written) =
            ((self.inflate.total_in() - read) as usize, (self.inflate.total_out() - written) as usize);
        let out = &self.out[..written];
        self.checksum.add(out);
        self.length = self.length.wrapping_add(written as u32);
        take(out);
        match status {
            Status::StreamEnd => self.stage = Stage::Trailer(Vec::new()),
            _ if read == 0 && written == 0 => return Err(Damaged),
            _ => {}
        }
        Ok(&packed[read..])
    }

    /// The packed stream has ended: hands over the rest; an error if it ended too early.
    pub fn finish(mut self, take: &mut dyn FnMut(&[u8])) -> Result<(), Damaged> {
        while matches!(self.stage, Stage::Body) {
            // Nothing more to read, but the decoder may hold output back.
            self.inflate(&[], take)?;
        }
        matches!(self.stage, Stage::Between).then_some(()).ok_or(Damaged)
    }
}

/// Whether a header is complete. After its fixed part come those optional fields that its flags tell of.
fn is_whole_header(header: &[u8]) -> Result<bool, Damaged> {
    const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    if !MAGIC.starts_with(&header[..header.len().min(MAGIC.len())]) {
        return Err(Damaged);
    }
    let Some(flags) = header.get(3).filter(|_| header.len() >= FIXED_HEADER) else {
        return Ok(false);
    };
    let mut end = FIXED_HEADER;
    if flags & EXTRA != 0 {
        let Some([low, high]) = header.get(end..end + 2) else {
            return Ok(false);
        };
        end += 2 + usize::from(u16::from_le_bytes([*low, *high]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let rest = header.get(end..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| *byte == 0) else {
                return Ok(false);
            };
            end += length + 1;
        }
    }
    end += if flags & CHECKSUM != 0 { 2 } else { 0 };
    Ok(header.len() >= end)
}

/// CRC-32 of gzip, eight bytes at a time.
#[derive(Debug)]
struct Checksum {
    /// `tables[n][b]`: what the byte `b` does, `n` bytes later. Made at run time: as data it would be loaded.
    tables: Box<[[u32; 256]; 8]>,
    state: u32,
}

impl Checksum {
    fn new() -> Checksum {
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

    fn reset(&mut self) {
        self.state = u32::MAX;
    }

    fn add(&mut self, bytes: &[u8]) {
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

    fn value(&self) -> u32 {
        !self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8], slice: usize) -> (Vec<u8>, Result<(), Damaged>) {
        let (mut unpack, mut out) = (Unpack::new(), Vec::new());
        let mut take = |bytes: &[u8]| out.extend_from_slice(bytes);
        let pushed: Result<(), Damaged> = packed.chunks(slice).try_for_each(|slice| unpack.push(slice, &mut take));
        let end = pushed.and_then(|()| unpack.finish(&mut take));
        (out, end)
    }

    #[test]
    fn members_of_any_slicing_come_out_whole() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(|i| i.to_string().into_bytes()).collect();
        let named = GzBuilder::new().filename("a.json").comment("made by hand").extra(b"extra".to_vec());
        let mut second = named.write(Vec::new(), Compression::best());
        second.write_all(b"and more").unwrap();
        let packed = [pack(&text), second.finish().unwrap(), pack(b""), vec![0; 20]].concat();
        let expected = [&text[..], b"and more"].concat();
        for slice in [1, 1000, usize::MAX] {
            assert_eq!(unpack(&packed, slice), (expected.clone(), Ok(())));
        }
    }

    #[test]
    fn a_cut_stream_gives_what_is_there_and_an_error() {
        let text = b"some text that is packed".repeat(100);
        let packed = pack(&text);
        for length in 0..packed.len() {
            let (out, end) = unpack(&packed[..length], 7);
            assert!(text.starts_with(&out));
            assert_eq!(end, Err(Damaged), "{length} bytes");
        }
    }

    #[test]
    fn damage_is_seen() {
        let packed = pack(&b"some text that is packed".repeat(100));
        for (place, what) in [(2, "method"), (15, "body"), (packed.len() - 6, "checksum"), (packed.len() - 1, "length")]
        {
            let mut damaged = packed.clone();
            damaged[place] ^= 0x55;
            assert_eq!(unpack(&damaged, 100).1, Err(Damaged), "{what}");
        }
        assert_eq!(unpack(&[&packed[..], b"more"].concat(), 100).1, Err(Damaged));
    }

    #[test]
    fn zeros_come_out_in_steps() {
        let packed = pack(&vec![0; 50_000_000]);
        let (mut unpack, mut total, mut largest) = (Unpack::new(), 0, 0);
        let mut take = |bytes: &[u8]| (total, largest) = (total + bytes.len(), largest.max(bytes.len()));
        assert_eq!(unpack.push(&packed, &mut take), Ok(()));
        assert_eq!((total, largest), (50_000_000, STEP));
    }
}
