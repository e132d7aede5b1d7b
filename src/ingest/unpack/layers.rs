//! Peels containers off, one in the other, and keeps account of how much comes out.

use super::gzip::Gzip;
use super::tar::{self, Tar};
use super::utf16::Utf16;
use super::zip::{self, Zip};
use super::zstd::{self, Zstd};
use super::{Container, Entry, GRAIN, MOST_FILES, MOST_NESTED, MOST_RATIO, MOST_UNPACKED, UnpackFault};
use std::mem;

/// As many bytes as tell what a file is: a tar archive's first header.
const WINDOW: usize = tar::BLOCK;

/// What comes out of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A file in an archive begins: its path, through archives in archives. A file that is in none has no such piece.
    File(&'a str),
    /// Bytes of the file: never empty.
    Bytes(&'a [u8]),
    /// The file that began last is damaged, cut off or refused. None of its bytes follow; the next file may be fine.
    Fault(&'a UnpackFault),
}

type Take<'a> = dyn FnMut(Piece) + 'a;

/// Bytes of a file as the user has it in, bytes of the texts in it out. Slices may be of any size. A file that is in no
/// container passes through without being copied.
#[derive(Debug)]
pub struct Layers {
    top: Layer,
    books: Books,
}

/// What holds for all layers of a load.
#[derive(Debug, Default)]
struct Books {
    read: u64,
    unpacked: u64,
    files: u32,
    lone: u64,
    /// The path of the last [`Piece::File`].
    current: String,
    containers: Vec<Container>,
}

/// A file, or what is inside a container.
#[derive(Debug)]
struct Layer {
    /// Inside archives; empty outside.
    path: String,
    /// Containers around it.
    depth: u32,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The first bytes, until there are enough to tell what they are.
    Sniffing(Vec<u8>),
    Plain,
    Utf16(Utf16),
    Gzip(Box<Gzip>, Box<Layer>),
    Zstd(Box<Zstd>, Box<Layer>),
    /// Archives, with the file that is being read.
    Zip(Box<Zip>, Option<Box<Layer>>),
    Tar(Box<Tar>, Option<Box<Layer>>),
    /// Nothing more comes out.
    Over,
}

impl Default for Layers {
    fn default() -> Layers {
        Layers::new()
    }
}

impl Layers {
    pub fn new() -> Layers {
        Layers { top: Layer::new(String::new(), 0), books: Books::default() }
    }

    /// Peels a slice. An error concerns the whole file (of a file in an archive, `take` is told): what came stays, what
    /// follows is ignored.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut Take) -> Result<(), UnpackFault> {
        while !bytes.is_empty() {
            if let Stage::Plain = self.top.stage {
                take(Piece::Bytes(bytes));
                return Ok(());
            }
            let left = GRAIN - (self.books.read % GRAIN as u64) as usize;
            let (now, rest) = bytes.split_at(left.min(bytes.len()));
            self.books.read += now.len() as u64;
            let result = self.top.push(now, &mut self.books, take);
            self.end(result, take)?;
            bytes = rest;
        }
        Ok(())
    }

    /// The file has ended: hands over what is left.
    pub fn finish(&mut self, take: &mut Take) -> Result<(), UnpackFault> {
        let result = self.top.finish(&mut self.books, take);
        self.end(result, take)
    }

    fn end(&mut self, result: Result<(), UnpackFault>, take: &mut Take) -> Result<(), UnpackFault> {
        if let Err(fault) = &result {
            self.top.close(fault, &mut self.books, take);
        }
        result
    }

    /// The kinds of containers that were peeled off so far, in the order of their first one.
    pub fn containers(&self) -> &[Container] {
        &self.books.containers
    }

    /// Halves of surrogate pairs in UTF-16 that stood alone: each became U+FFFD.
    pub fn lone_surrogates(&self) -> u64 {
        self.books.lone
    }
}

impl Books {
    /// Counts bytes that a decoder gave.
    fn unpacked(&mut self, bytes: usize) -> Result<(), UnpackFault> {
        self.unpacked += bytes as u64;
        let packed = self.read.next_multiple_of(GRAIN as u64);
        match self.unpacked {
            unpacked if unpacked > MOST_UNPACKED => Err(UnpackFault::TooLarge { limit: MOST_UNPACKED }),
            unpacked if unpacked / MOST_RATIO > packed => Err(UnpackFault::TooDense { packed, unpacked }),
            _ => Ok(()),
        }
    }

    /// Tells of a file, unless it was the last one told.
    fn announce(&mut self, path: &str, take: &mut Take) {
        if self.current != path {
            path.clone_into(&mut self.current);
            take(Piece::File(path));
        }
    }

    fn begin_file(&mut self) -> Result<(), UnpackFault> {
        self.files += 1;
        // The next one may have the same path.
        self.current.clear();
        if self.files > MOST_FILES { Err(UnpackFault::TooManyFiles { limit: MOST_FILES }) } else { Ok(()) }
    }
}

impl Layer {
    fn new(path: String, depth: u32) -> Layer {
        Layer { path, depth, stage: Stage::Sniffing(Vec::new()) }
    }

    fn push(&mut self, bytes: &[u8], books: &mut Books, take: &mut Take) -> Result<(), UnpackFault> {
        let (path, depth) = (&self.path, self.depth);
        match &mut self.stage {
            Stage::Sniffing(first) if first.is_empty() && bytes.len() >= WINDOW => {
                self.choose(bytes, books, take)?;
                self.push(bytes, books, take)
            }
            Stage::Sniffing(first) => {
                let (now, rest) = bytes.split_at(bytes.len().min(WINDOW - first.len()));
                first.extend_from_slice(now);
                if first.len() < WINDOW {
                    return Ok(());
                }
                self.decide(books, take)?;
                self.push(rest, books, take)
            }
            Stage::Plain => {
                if !bytes.is_empty() {
                    take(Piece::Bytes(bytes));
                }
                Ok(())
            }
            Stage::Utf16(utf16) => {
                utf16.push(bytes, &mut |text| take(Piece::Bytes(text)));
                books.lone += utf16.take_lone();
                Ok(())
            }
            Stage::Gzip(gzip, inner) => gzip.push(bytes, &mut |out| inner.unpacked(out, books, take)),
            Stage::Zstd(zstd, inner) => zstd.push(bytes, &mut |out| inner.unpacked(out, books, take)),
            Stage::Zip(zip, inner) => zip.push(bytes, &mut |entry| {
                if let Entry::Bytes(bytes) = &entry {
                    books.unpacked(bytes.len())?;
                }
                take_entry(entry, (path, depth), inner, books, take)
            }),
            Stage::Tar(tar, inner) => {
                tar.push(bytes, &mut |entry| take_entry(entry, (path, depth), inner, books, take))
            }
            Stage::Over => Ok(()),
        }
    }

    /// Bytes from the decoder around this layer.
    fn unpacked(&mut self, bytes: &[u8], books: &mut Books, take: &mut Take) -> Result<(), UnpackFault> {
        books.unpacked(bytes.len())?;
        self.push(bytes, books, take)
    }

    /// The first bytes are all there: peels them.
    fn decide(&mut self, books: &mut Books, take: &mut Take) -> Result<(), UnpackFault> {
        let Stage::Sniffing(first) = &mut self.stage else {
            return Ok(());
        };
        let first = mem::take(first);
        self.choose(&first, books, take)?;
        self.push(&first, books, take)
    }

    /// Chooses what to do with bytes that begin like this.
    fn choose(&mut self, first: &[u8], books: &mut Books, take: &mut Take) -> Result<(), UnpackFault> {
        let Some(container) = recognise(first) else {
            books.announce(&self.path, take);
            self.stage = Stage::Plain;
            return Ok(());
        };
        if container != Container::Utf16 && self.depth == MOST_NESTED {
            return Err(UnpackFault::TooDeep { limit: MOST_NESTED });
        }
        if !books.containers.contains(&container) {
            books.containers.push(container);
        }
        let inner = || Box::new(Layer::new(self.path.clone(), self.depth + 1));
        self.stage = match container {
            Container::Gzip => Stage::Gzip(Box::new(Gzip::new()), inner()),
            Container::Zstd => Stage::Zstd(Box::new(Zstd::new()), inner()),
            Container::Zip => Stage::Zip(Box::new(Zip::new()), None),
            Container::Tar => Stage::Tar(Box::new(Tar::new()), None),
            Container::Utf16 => {
                books.announce(&self.path, take);
                Stage::Utf16(Utf16::new(matches!(first, [0xfe, ..] | [0, ..])))
            }
        };
        Ok(())
    }

    /// The bytes have ended.
    fn finish(&mut self, books: &mut Books, take: &mut Take) -> Result<(), UnpackFault> {
        self.decide(books, take)?;
        match &mut self.stage {
            Stage::Gzip(gzip, inner) => {
                gzip.finish()?;
                inner.finish(books, take)
            }
            Stage::Zstd(zstd, inner) => {
                zstd.finish()?;
                inner.finish(books, take)
            }
            Stage::Zip(zip, _) => zip.finish(),
            Stage::Tar(tar, _) => tar.finish(),
            Stage::Utf16(utf16) => {
                utf16.finish(&mut |text| take(Piece::Bytes(text)));
                books.lone += utf16.take_lone();
                Ok(())
            }
            Stage::Sniffing(_) | Stage::Plain | Stage::Over => Ok(()),
        }
    }

    /// Nothing more comes, because of `fault`: hands over what waits in inner layers. Their own end is not asked for.
    fn close(&mut self, fault: &UnpackFault, books: &mut Books, take: &mut Take) {
        // A fault in these first bytes is a consequence.
        let _ = self.decide(books, take);
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Gzip(_, mut inner) | Stage::Zstd(_, mut inner) => inner.close(fault, books, take),
            Stage::Zip(_, Some(mut inner)) | Stage::Tar(_, Some(mut inner)) => inner.fail(fault, books, take),
            Stage::Utf16(mut utf16) => {
                utf16.finish(&mut |text| take(Piece::Bytes(text)));
                books.lone += utf16.take_lone();
            }
            _ => {}
        }
    }

    /// A file in an archive is not read further.
    fn fail(&mut self, fault: &UnpackFault, books: &mut Books, take: &mut Take) {
        if !matches!(self.stage, Stage::Over) {
            self.close(fault, books, take);
            books.announce(&self.path, take);
            take(Piece::Fault(fault));
        }
    }
}

/// What the archive at `(path, depth)` tells of its files.
fn take_entry(
    entry: Entry,
    (path, depth): (&str, u32),
    file: &mut Option<Box<Layer>>,
    books: &mut Books,
    take: &mut Take,
) -> Result<(), UnpackFault> {
    let is_end = matches!(entry, Entry::End);
    let result = match (entry, file.as_mut()) {
        (Entry::Begin(name), _) => {
            books.begin_file()?;
            let name = if name.is_empty() { "?" } else { name };
            let path = if path.is_empty() { name.to_owned() } else { [path, "/", name].concat() };
            *file = Some(Box::new(Layer::new(path, depth + 1)));
            Ok(())
        }
        (Entry::Bytes(bytes), Some(layer)) => layer.push(bytes, books, take),
        (Entry::End, Some(layer)) => layer.finish(books, take),
        (Entry::Bad(fault), Some(_)) => Err(fault),
        (_, None) => Ok(()),
    };
    match (result, file.as_mut()) {
        (Err(fault), Some(layer)) if !fault.ends_all() => layer.fail(&fault, books, take),
        (Err(fault), _) => return Err(fault),
        (Ok(()), _) if is_end => *file = None,
        (Ok(()), _) => {}
    }
    Ok(())
}

/// The container that bytes begin with.
fn recognise(first: &[u8]) -> Option<Container> {
    match first {
        [0x1f, 0x8b, ..] => Some(Container::Gzip),
        // With a byte order mark; or JSON without one.
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..] => Some(Container::Utf16),
        _ if zip::is_start(first) => Some(Container::Zip),
        _ if zstd::is_start(first) => Some(Container::Zstd),
        _ if tar::is_start(first) => Some(Container::Tar),
        _ => None,
    }
}
