//! Any bytes through the containers.

use crate::Cut;
use crate::memory::bounded;
use std::hash::{DefaultHasher, Hasher};
use trackway::ingest::unpack::{Container, Layers, MOST_FILES, Piece, UnpackFault};

/// What came out. Not the bytes themselves, which may be many.
#[derive(Debug, PartialEq)]
struct Unpacked {
    files: Vec<File>,
    containers: Vec<Container>,
    lone_surrogates: u64,
    end: Result<(), UnpackFault>,
}

#[derive(Debug, Default)]
struct File {
    path: String,
    length: u64,
    content: DefaultHasher,
    fault: Option<UnpackFault>,
}

impl PartialEq for File {
    fn eq(&self, other: &File) -> bool {
        let facts = |file: &File| (file.path.clone(), file.length, file.content.finish(), file.fault.clone());
        facts(self) == facts(other)
    }
}

/// However the bytes are cut, the same files come out; nothing comes after a file's fault.
pub fn target(input: &[u8]) {
    let cut = Cut::of(input);
    let whole = unpack(cut.content, cut.content.len().max(1));
    let sliced = unpack(cut.content, cut.slice);
    assert_eq!(whole, sliced, "slices of {}", cut.slice);
    assert!(whole.files.len() <= MOST_FILES as usize + 1);
}

fn unpack(bytes: &[u8], slice: usize) -> Unpacked {
    let length = |unpacked: &Unpacked| unpacked.files.iter().map(|file| file.length).sum::<u64>();
    bounded(|| unpack_freely(bytes, slice), |unpacked| length(unpacked).max(bytes.len() as u64))
}

fn unpack_freely(bytes: &[u8], slice: usize) -> Unpacked {
    let mut files = vec![File::default()];
    let mut take = |piece: Piece| match piece {
        Piece::File(path) => files.push(File { path: path.to_owned(), ..File::default() }),
        Piece::Bytes(bytes) => {
            assert!(!bytes.is_empty(), "bytes are never empty");
            let file = files.last_mut().expect("the first is there always");
            assert_eq!(file.fault, None, "no bytes after a fault");
            file.length += bytes.len() as u64;
            file.content.write(bytes);
        }
        Piece::Fault(fault) => {
            let file = files.last_mut().expect("the first is there always");
            assert_eq!(file.fault, None, "one fault");
            file.fault = Some(fault.clone());
        }
    };
    let mut layers = Layers::new();
    let end = bytes.chunks(slice).try_for_each(|slice| layers.push(slice, &mut take));
    let end = end.and_then(|()| layers.finish(&mut take));
    Unpacked { files, containers: layers.containers().to_vec(), lone_surrogates: layers.lone_surrogates(), end }
}
