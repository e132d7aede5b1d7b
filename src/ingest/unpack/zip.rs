//! zip (PKWARE's APPNOTE) as a stream, by the headers before the files; the directory at the end is only counted.
//!
//! ```text
//! local header, data, [descriptor] │ … │ directory record │ … │ [zip64 end, locator] │ end
//! ```
//!
//! A descriptor holds the checksum and the sizes that were not known when the header was written. Deflated data knows its
//! own end; where stored data ends, only a descriptor with the right sizes tells.

mod record;

use super::inflate::Inflate;
use super::{Container, Damage, Entry, TakeEntry, UnpackFault, is_noise};
pub use record::is_start;
use record::{DIRECTORY, END, LOCAL, Local, NARROW, WIDE, Written};

/// A zip archive being read.
#[derive(Debug)]
pub struct Zip {
    stage: Stage,
    /// The beginning of a record that is not whole yet, or what may be a descriptor.
    held: Vec<u8>,
    inflate: Inflate,
    /// Records of the directory.
    listed: u64,
}

#[derive(Debug)]
enum Stage {
    Record,
    /// Data of a length that the header told.
    Known(File, u64),
    /// Data that ends where its descriptor begins.
    Unknown(File),
    Descriptor(File),
    Over,
}

#[derive(Debug)]
struct File {
    method: Method,
    /// Packed bytes that have passed.
    passed: u64,
    /// What the header told.
    written: Option<Written>,
    is_wide: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
    /// Not to be read, or damaged, which has been said.
    Passed,
}

fn damaged(what: Damage) -> UnpackFault {
    UnpackFault::Damaged(Container::Zip, what)
}

impl Zip {
    pub fn new() -> Zip {
        Zip { stage: Stage::Record, held: Vec::new(), inflate: Inflate::new(), listed: 0 }
    }

    /// Reads a slice and tells what is in it. After an error nothing more can be found.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut TakeEntry) -> Result<(), UnpackFault> {
        while !bytes.is_empty() {
            // Out for a moment, so that files can be changed beside the other fields.
            bytes = match std::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Record => self.record(bytes, take)?,
                Stage::Known(file, left) => self.known(file, left, bytes, take)?,
                Stage::Unknown(file) if file.method == Method::Deflated => self.deflated(file, bytes, take)?,
                Stage::Unknown(file) => self.search(file, bytes, take)?,
                Stage::Descriptor(file) => self.descriptor(file, bytes, take)?,
                Stage::Over => return Ok(()),
            };
        }
        Ok(())
    }

    /// The bytes have ended; an error if they ended too early.
    pub fn finish(&self) -> Result<(), UnpackFault> {
        matches!(self.stage, Stage::Over).then_some(()).ok_or(UnpackFault::Cut(Container::Zip))
    }

    /// Collects the next record, and reads it once it is whole; the rest of the slice.
    fn record<'a>(&mut self, bytes: &'a [u8], take: &mut TakeEntry) -> Result<&'a [u8], UnpackFault> {
        let missing = record::wanted(&self.held)? - self.held.len();
        let (now, rest) = bytes.split_at(missing.min(bytes.len()));
        self.held.extend_from_slice(now);
        self.stage = Stage::Record;
        if record::wanted(&self.held)? == self.held.len() {
            let record = std::mem::take(&mut self.held);
            match &record[..4] {
                LOCAL => self.stage = self.begin(&record, take)?,
                DIRECTORY => self.listed += 1,
                END => self.stage = self.end(&record)?,
                _ => {}
            }
        }
        Ok(rest)
    }

    fn begin(&mut self, record: &[u8], take: &mut TakeEntry) -> Result<Stage, UnpackFault> {
        let local = Local::read(record);
        self.inflate.reset();
        let refusal = match local.method {
            _ if local.is_encrypted => Some(UnpackFault::Encrypted),
            0 | 8 => None,
            method => Some(UnpackFault::Method(method)),
        };
        let mut method = if local.method == 0 { Method::Stored } else { Method::Deflated };
        if is_noise(&local.path) {
            method = Method::Passed;
        } else {
            take(Entry::Begin(&local.path))?;
            if let Some(refusal) = refusal {
                take(Entry::Bad(refusal))?;
                method = Method::Passed;
            }
        }
        let written = (!local.has_descriptor).then_some(local.written);
        let file = File { method, passed: 0, written, is_wide: local.is_wide };
        match local.written.packed {
            0 if local.has_descriptor => Ok(Stage::Unknown(file)),
            0 => self.end_file(file, take),
            packed => Ok(Stage::Known(file, packed)),
        }
    }

    /// The end record: as many files must have been listed as it says (modulo what it can say).
    fn end(&self, record: &[u8]) -> Result<Stage, UnpackFault> {
        let count = record::end_count(record);
        let is_same = count == 0xffff || count == self.listed & 0xffff;
        is_same.then_some(Stage::Over).ok_or(damaged(Damage::Directory))
    }

    fn known<'a>(
        &mut self,
        mut file: File,
        left: u64,
        bytes: &'a [u8],
        take: &mut TakeEntry,
    ) -> Result<&'a [u8], UnpackFault> {
        let (now, rest) = bytes.split_at(usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len()));
        match file.method {
            Method::Stored => self.stored(now, take)?,
            Method::Deflated => match self.inflate_all(now, take)? {
                Ok([]) => {}
                // More packed data than the stream has, or no such stream.
                Ok(_) => file.fail(damaged(Damage::Length), take)?,
                Err(fault) => file.fail(fault, take)?,
            },
            Method::Passed => {}
        }
        file.passed += now.len() as u64;
        self.stage = match left - now.len() as u64 {
            0 => self.end_file(file, take)?,
            left => Stage::Known(file, left),
        };
        Ok(rest)
    }

    /// Deflated data of unknown length. Damage there ends the archive, for nothing tells where the next file is.
    fn deflated<'a>(&mut self, mut file: File, bytes: &'a [u8], take: &mut TakeEntry) -> Result<&'a [u8], UnpackFault> {
        let rest = match self.inflate_all(bytes, take)? {
            Ok(rest) => rest,
            Err(fault) => {
                file.fail(fault.clone(), take)?;
                return Err(fault);
            }
        };
        file.passed += (bytes.len() - rest.len()) as u64;
        self.stage = if self.inflate.has_ended() { Stage::Descriptor(file) } else { Stage::Unknown(file) };
        Ok(rest)
    }

    /// Inflates as much of the slice as belongs to the stream; what is left, or what is wrong with it. The outer error is
    /// the taker's.
    fn inflate_all<'a>(
        &mut self,
        bytes: &'a [u8],
        take: &mut TakeEntry,
    ) -> Result<Result<&'a [u8], UnpackFault>, UnpackFault> {
        let mut stop = Ok(());
        let rest = self.inflate.push(bytes, Container::Zip, &mut |out| {
            stop = take(Entry::Bytes(out));
            stop.clone()
        });
        stop.map(|()| rest)
    }

    fn stored(&mut self, bytes: &[u8], take: &mut TakeEntry) -> Result<(), UnpackFault> {
        self.inflate.stored(bytes);
        if bytes.is_empty() { Ok(()) } else { take(Entry::Bytes(bytes)) }
    }

    /// Passes data on until a descriptor that fits it; the rest of the slice.
    fn search<'a>(&mut self, mut file: File, bytes: &'a [u8], take: &mut TakeEntry) -> Result<&'a [u8], UnpackFault> {
        if self.held.is_empty() {
            let data = memchr::memchr(b'P', bytes).unwrap_or(bytes.len());
            self.pass(&mut file, &bytes[..data], take)?;
            self.held.extend(bytes.get(data));
            self.stage = Stage::Unknown(file);
            return Ok(bytes.get(data + 1..).unwrap_or_default());
        }
        self.held.push(bytes[0]);
        let rest = &bytes[1..];
        while !self.held.is_empty() {
            match self.fitting(&file) {
                record::Fit::Yes(written) => {
                    self.held.clear();
                    file.written = Some(written);
                    self.stage = self.end_file(file, take)?;
                    return Ok(rest);
                }
                record::Fit::TooShort => break,
                record::Fit::No => {
                    // Up to where a descriptor may begin.
                    let data = memchr::memchr(b'P', &self.held[1..]).map_or(self.held.len(), |at| at + 1);
                    let data: Vec<u8> = self.held.drain(..data).collect();
                    self.pass(&mut file, &data, take)?;
                }
            }
        }
        self.stage = Stage::Unknown(file);
        Ok(rest)
    }

    fn pass(&mut self, file: &mut File, data: &[u8], take: &mut TakeEntry) -> Result<(), UnpackFault> {
        file.passed += data.len() as u64;
        match file.method {
            Method::Passed => Ok(()),
            _ => self.stored(data, take),
        }
    }

    /// Whether what is held is the descriptor of a file that ends here.
    fn fitting(&self, file: &File) -> record::Fit {
        let is_fit = |written: &Written| {
            let is_same = written.unpacked == file.passed && written.checksum == self.inflate.checksum.value();
            written.packed == file.passed && (is_same || file.method == Method::Passed)
        };
        record::signed_descriptor(&self.held, file.is_wide, file.passed, &is_fit)
    }

    /// Collects the descriptor after data that knew its own end; the rest of the slice.
    fn descriptor<'a>(
        &mut self,
        mut file: File,
        bytes: &'a [u8],
        take: &mut TakeEntry,
    ) -> Result<&'a [u8], UnpackFault> {
        self.held.push(bytes[0]);
        let is_signed = record::DESCRIPTOR.starts_with(&self.held[..self.held.len().min(4)]);
        let data = if is_signed { self.held.get(4..).unwrap_or_default() } else { &self.held };
        let lengths = if file.is_wide { [WIDE, WIDE] } else { [NARROW, WIDE] };
        for length in lengths.into_iter().filter(|length| *length == data.len()) {
            let written = Written::read(data);
            if written.packed == file.passed {
                self.held.clear();
                file.written = Some(written);
                self.stage = self.end_file(file, take)?;
                return Ok(&bytes[1..]);
            }
            if length == WIDE {
                file.fail(damaged(Damage::Length), take)?;
                return Err(damaged(Damage::Length));
            }
        }
        self.stage = Stage::Descriptor(file);
        Ok(&bytes[1..])
    }

    /// The data has ended: says so, once it is known what it should have been.
    fn end_file(&mut self, file: File, take: &mut TakeEntry) -> Result<Stage, UnpackFault> {
        let Some(written) = file.written else {
            return Ok(Stage::Descriptor(file));
        };
        let is_whole = file.method == Method::Stored || self.inflate.has_ended();
        let entry = match file.method {
            Method::Passed => return Ok(Stage::Record),
            _ if !is_whole => Entry::Bad(damaged(Damage::Data)),
            _ if written.unpacked != self.inflate.length => Entry::Bad(damaged(Damage::Length)),
            _ if written.checksum != self.inflate.checksum.value() => Entry::Bad(damaged(Damage::Checksum)),
            _ => Entry::End,
        };
        take(entry)?;
        Ok(Stage::Record)
    }
}

impl File {
    /// Says what is wrong; the rest of the data is passed over.
    fn fail(&mut self, fault: UnpackFault, take: &mut TakeEntry) -> Result<(), UnpackFault> {
        self.method = Method::Passed;
        take(Entry::Bad(fault))
    }
}
