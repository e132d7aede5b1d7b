//! tar (POSIX ustar with pax headers, and GNU's long names) as a stream. `.tar.gz` is what Unix tools make of a folder.

use super::{Container, Damage, Entry, TakeEntry, UnpackFault, is_noise};

/// Everything in a tar archive is padded to this many bytes.
pub const BLOCK: usize = 512;
/// A pax header or a long name is not longer than this.
const LONGEST_NOTE: u64 = 1 << 20;

/// A tar archive being read.
#[derive(Debug)]
pub struct Tar {
    stage: Stage,
    /// A header's bytes, or those of a note about the next file.
    held: Vec<u8>,
    /// What such notes say of the next file.
    path: Option<String>,
    size: Option<u64>,
}

#[derive(Debug)]
enum Stage {
    Header,
    Data { what: What, left: u64, padding: u64 },
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    File,
    LongName,
    Pax,
    Nothing,
}

/// Whether an archive begins like this.
pub fn is_start(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

impl Tar {
    pub fn new() -> Tar {
        Tar { stage: Stage::Header, held: Vec::new(), path: None, size: None }
    }

    /// Reads a slice and tells what is in it.
    pub fn push(&mut self, mut bytes: &[u8], take: &mut TakeEntry) -> Result<(), UnpackFault> {
        while !bytes.is_empty() {
            match &mut self.stage {
                Stage::Header => {
                    let (now, rest) = bytes.split_at(bytes.len().min(BLOCK - self.held.len()));
                    self.held.extend_from_slice(now);
                    bytes = rest;
                    if self.held.len() == BLOCK {
                        self.header(take)?;
                        self.end_data(take)?;
                    }
                }
                Stage::Data { left: 0, padding, .. } => {
                    let skipped = bytes.len().min(*padding as usize);
                    *padding -= skipped as u64;
                    bytes = &bytes[skipped..];
                    self.end_padding();
                }
                Stage::Data { what, left, .. } => {
                    let (now, rest) = bytes.split_at(usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len()));
                    *left -= now.len() as u64;
                    match what {
                        What::File => take(Entry::Bytes(now))?,
                        What::LongName | What::Pax => self.held.extend_from_slice(now),
                        What::Nothing => {}
                    }
                    bytes = rest;
                    self.end_data(take)?;
                }
                Stage::Over => return Ok(()),
            }
        }
        Ok(())
    }

    /// The bytes have ended; an error if they ended too early.
    pub fn finish(&self) -> Result<(), UnpackFault> {
        matches!(self.stage, Stage::Over).then_some(()).ok_or(UnpackFault::Cut(Container::Tar))
    }

    fn header(&mut self, take: &mut TakeEntry) -> Result<(), UnpackFault> {
        let header = std::mem::take(&mut self.held);
        // Two empty blocks end an archive; nothing else looks like the first one.
        if header.iter().all(|byte| *byte == 0) {
            self.stage = Stage::Over;
            return Ok(());
        }
        let damaged = UnpackFault::Damaged(Container::Tar, Damage::Header);
        let written = numeric(&header[124..136]).filter(|_| is_sound(&header)).ok_or(damaged.clone())?;
        let (what, size) = match header[156] {
            b'0' | 0 | b'7' => (What::File, self.size.take().unwrap_or(written)),
            b'L' => (What::LongName, written),
            b'x' => (What::Pax, written),
            // Links, devices and directories have no data, whatever they say.
            b'1'..=b'6' => (What::Nothing, 0),
            _ => (What::Nothing, written),
        };
        let is_note = matches!(what, What::LongName | What::Pax);
        if is_note && size > LONGEST_NOTE || size > u64::MAX / 2 {
            return Err(damaged);
        }
        let path = if is_note { None } else { Some(self.path.take().unwrap_or_else(|| path(&header))) };
        let what = match path {
            Some(path) if what == What::File && !is_noise(&path) => {
                take(Entry::Begin(&path))?;
                What::File
            }
            Some(_) => {
                self.size = None;
                What::Nothing
            }
            None => what,
        };
        self.stage = Stage::Data { what, left: size, padding: size.next_multiple_of(BLOCK as u64) - size };
        Ok(())
    }

    /// Does what is to be done when the last byte of a file or note has come.
    fn end_data(&mut self, take: &mut TakeEntry) -> Result<(), UnpackFault> {
        let Stage::Data { what, left: 0, .. } = &mut self.stage else {
            return Ok(());
        };
        let note = std::mem::take(&mut self.held);
        match std::mem::replace(what, What::Nothing) {
            What::File => take(Entry::End)?,
            What::LongName => self.path = Some(text(&note)),
            What::Pax => self.pax(&note),
            What::Nothing => {}
        }
        self.end_padding();
        Ok(())
    }

    fn end_padding(&mut self) {
        if let Stage::Data { left: 0, padding: 0, .. } = self.stage {
            self.stage = Stage::Header;
        }
    }

    /// Lines of `length key=value\n`, the length counting itself.
    fn pax(&mut self, mut note: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', note) {
            let length = std::str::from_utf8(&note[..space]).ok().and_then(|digits| digits.parse().ok());
            let Some(line) = length.and_then(|length: usize| note.get(space + 1..length)) else {
                return;
            };
            note = &note[space + 1 + line.len()..];
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            if let Some(path) = line.strip_prefix(b"path=") {
                self.path = Some(text(path));
            } else if let Some(size) = line.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
            }
        }
    }
}

/// The checksum is the sum of a header's bytes, its own field taken as spaces.
fn is_sound(header: &[u8]) -> bool {
    let sum = header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) });
    numeric(&header[148..156]) == Some(sum.sum())
}

/// Octal digits; or, marked by the highest bit, a big-endian number.
fn numeric(field: &[u8]) -> Option<u64> {
    if let [first, rest @ ..] = field
        && *first >= 0x80
    {
        return rest
            .iter()
            .try_fold(u64::from(first & 0x7f), |number, byte| number.checked_mul(256)?.checked_add(u64::from(*byte)));
    }
    let digits = field.split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii();
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = (b'0'..=b'7').contains(digit).then_some(u64::from(digit & 7))?;
        number.checked_mul(8)?.checked_add(digit)
    })
}

/// The path in the header itself: in POSIX archives it may be split in two.
fn path(header: &[u8]) -> String {
    let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
    match &header[257..263] {
        b"ustar\0" if !prefix.is_empty() => [&prefix, "/", &name].concat(),
        _ => name,
    }
}

fn text(field: &[u8]) -> String {
    let field = field.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(field).into_owned()
}

#[cfg(test)]
pub mod testing {
    use super::BLOCK;

    /// A header as the format has it.
    pub fn header(name: &str, kind: u8, size: usize) -> Vec<u8> {
        let mut header = vec![0; BLOCK];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{size:011o}").as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        header
    }
}

#[cfg(test)]
mod tests {
    use super::testing::header;
    use super::*;

    fn file(name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
        let mut file = [&header(name, kind, data.len()), data].concat();
        file.resize(file.len().next_multiple_of(BLOCK), 0);
        file
    }

    fn read(bytes: &[u8], slice: usize) -> (Vec<(String, String)>, Result<(), UnpackFault>) {
        let (mut tar, mut files) = (Tar::new(), Vec::<(String, String)>::new());
        let mut take = |entry: Entry| {
            match (entry, files.last_mut()) {
                (Entry::Begin(path), _) => files.push((path.to_owned(), String::new())),
                (Entry::Bytes(bytes), Some((_, text))) => text.push_str(std::str::from_utf8(bytes).unwrap()),
                (Entry::End, Some((_, text))) => text.push('.'),
                _ => panic!("out of order"),
            }
            Ok(())
        };
        let pushed = bytes.chunks(slice).try_for_each(|slice| tar.push(slice, &mut take));
        (files, pushed.and_then(|()| tar.finish()))
    }

    #[test]
    fn files_come_with_their_paths_and_nothing_else_does() {
        let long = "d/".repeat(100) + "long.json";
        // Each line's length counts its own digits.
        let pax = format!("20 mtime=1234567890\n{} path={long}\n", long.len() + 10);
        let mut prefixed = header("c.json", b'0', 0);
        prefixed[345..348].copy_from_slice(b"pre");
        prefixed[148..156].fill(b' ');
        let sum: u32 = prefixed.iter().map(|byte| u32::from(*byte)).sum();
        prefixed[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        let archive = [
            file("dir/", b'5', b""),
            file("dir/a.json", b'0', &[b'a'; 600]),
            file("._a.json", b'0', b"mac"),
            file("link", b'2', b""),
            file("././@LongLink", b'L', [long.as_bytes(), b"\0"].concat().as_slice()),
            file("d/d", b'0', b"gnu"),
            file("PaxHeaders/x", b'x', pax.as_bytes()),
            file("d/d", 0, b"pax"),
            file("global", b'g', b"whatever"),
            prefixed,
            vec![0; 1024],
            b"rubbish".to_vec(),
        ]
        .concat();
        let expected = [("dir/a.json", "a".repeat(600) + "."), (&long, "gnu.".to_owned()), (&long, "pax.".to_owned())];
        let mut expected: Vec<_> = expected.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
        expected.push(("pre/c.json".to_owned(), ".".to_owned()));
        for slice in [1, 13, 512, usize::MAX] {
            assert_eq!(read(&archive, slice), (expected.clone(), Ok(())));
        }
    }

    #[test]
    fn cut_and_damaged_archives_say_so() {
        let archive = [file("a", b'0', b"first"), file("b", b'0', b"second"), vec![0; 1024]].concat();
        for length in 0..=4 * BLOCK {
            assert_eq!(read(&archive[..length], 100).1, Err(UnpackFault::Cut(Container::Tar)), "{length}");
        }
        let mut damaged = archive.clone();
        damaged[1024 + 3] ^= 1;
        let (files, end) = read(&damaged, 100);
        assert_eq!(files, [("a".to_owned(), "first.".to_owned())]);
        assert_eq!(end, Err(UnpackFault::Damaged(Container::Tar, Damage::Header)));
    }
}
