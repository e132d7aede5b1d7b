//! gzip (RFC 1952) as a stream: members and their headers. flate2 has a reader too, but see `checksum.rs`.

use super::inflate::Inflate;
use super::{Container, Damage, Take, UnpackFault};

/// Magic number, method, flags, time, extra flags, system.
const FIXED_HEADER: usize = 10;
/// The format bounds an extra field (64 kB), but no name or comment; and a header is looked at anew with each byte.
const LONGEST_HEADER: usize = 80 * 1024;
/// Checksum and length.
const TRAILER: usize = 8;

/// A gzip stream, of one or several members, being unpacked.
#[derive(Debug)]
pub struct Gzip {
    stage: Stage,
    inflate: Inflate,
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

impl Gzip {
    pub fn new() -> Gzip {
        Gzip { stage: Stage::Header(Vec::new()), inflate: Inflate::new() }
    }

    /// Unpacks a slice and hands over what comes out, in steps.
    pub fn push(&mut self, mut packed: &[u8], take: &mut Take) -> Result<(), UnpackFault> {
        while !packed.is_empty() {
            match &mut self.stage {
                Stage::Header(header) => {
                    header.push(packed[0]);
                    packed = &packed[1..];
                    if is_whole_header(header)? {
                        self.inflate.reset();
                        self.stage = Stage::Body;
                    }
                }
                Stage::Body => packed = self.inflate(packed, take)?,
                Stage::Trailer(trailer) => {
                    trailer.push(packed[0]);
                    packed = &packed[1..];
                    if trailer.len() == TRAILER {
                        check(trailer, &self.inflate)?;
                        self.stage = Stage::Between;
                    }
                }
                // Tapes and block devices pad with zeros.
                Stage::Between if packed[0] == 0 => packed = &packed[1..],
                Stage::Between => self.stage = Stage::Header(Vec::new()),
            }
        }
        Ok(())
    }

    fn inflate<'a>(&mut self, packed: &'a [u8], take: &mut Take) -> Result<&'a [u8], UnpackFault> {
        let rest = self.inflate.push(packed, Container::Gzip, take)?;
        if self.inflate.has_ended() {
            self.stage = Stage::Trailer(Vec::new());
        }
        Ok(rest)
    }

    /// The packed stream has ended; an error if it ended too early.
    pub fn finish(&self) -> Result<(), UnpackFault> {
        matches!(self.stage, Stage::Between).then_some(()).ok_or(UnpackFault::Cut(Container::Gzip))
    }
}

fn damaged(what: Damage) -> UnpackFault {
    UnpackFault::Damaged(Container::Gzip, what)
}

fn check(trailer: &[u8], inflate: &Inflate) -> Result<(), UnpackFault> {
    let (checksum, length) = trailer.split_at(TRAILER / 2);
    match () {
        () if checksum != inflate.checksum.value().to_le_bytes() => Err(damaged(Damage::Checksum)),
        () if length != (inflate.length as u32).to_le_bytes() => Err(damaged(Damage::Length)),
        () => Ok(()),
    }
}

/// Whether a header is complete. After its fixed part come those optional fields that its flags tell of.
fn is_whole_header(header: &[u8]) -> Result<bool, UnpackFault> {
    const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
    const CHECKSUM: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    if !MAGIC.starts_with(&header[..header.len().min(MAGIC.len())]) {
        let is_method = header.len() == MAGIC.len() && header.starts_with(&MAGIC[..2]);
        return Err(damaged(if is_method { Damage::Header } else { Damage::Signature }));
    }
    if header.len() > LONGEST_HEADER {
        return Err(damaged(Damage::Header));
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
            let Some(length) = memchr::memchr(0, rest) else {
                return Ok(false);
            };
            end += length + 1;
        }
    }
    end += if flags & CHECKSUM != 0 { 2 } else { 0 };
    Ok(header.len() >= end)
}

#[cfg(test)]
mod tests {
    use super::super::inflate::STEP;
    use super::*;
    use flate2::{Compression, GzBuilder};
    use std::io::Write;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(packed: &[u8], slice: usize) -> (Vec<u8>, Result<(), UnpackFault>) {
        let (mut gzip, mut out) = (Gzip::new(), Vec::new());
        let mut take = |bytes: &[u8]| {
            out.extend_from_slice(bytes);
            Ok(())
        };
        let pushed = packed.chunks(slice).try_for_each(|slice| gzip.push(slice, &mut take));
        let end = pushed.and_then(|()| gzip.finish());
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
            assert_eq!(end, Err(UnpackFault::Cut(Container::Gzip)), "{length} bytes");
        }
    }

    #[test]
    fn damage_is_seen() {
        let packed = pack(&b"some text that is packed".repeat(100));
        let (checksum, length) = (packed.len() - 6, packed.len() - 1);
        for (place, what) in [
            (1, Damage::Signature),
            (2, Damage::Header),
            (15, Damage::Data),
            (checksum, Damage::Checksum),
            (length, Damage::Length),
        ] {
            let mut broken = packed.clone();
            broken[place] ^= 0x55;
            assert_eq!(unpack(&broken, 100).1, Err(damaged(what)));
        }
        assert_eq!(unpack(&[&packed[..], b"more"].concat(), 100).1, Err(damaged(Damage::Signature)));
        let endless_name = [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0][..], &[b'a'; 1 << 20]].concat();
        assert_eq!(unpack(&endless_name, 1 << 20).1, Err(damaged(Damage::Header)));
    }

    #[test]
    fn zeros_come_out_in_steps() {
        let packed = pack(&vec![0; 50_000_000]);
        let (mut gzip, mut total, mut largest) = (Gzip::new(), 0, 0);
        let mut take = |bytes: &[u8]| {
            (total, largest) = (total + bytes.len(), largest.max(bytes.len()));
            Ok(())
        };
        assert_eq!(gzip.push(&packed, &mut take), Ok(()));
        assert_eq!((total, largest), (50_000_000, STEP));
    }
}
