//! Containers in each other, cut, damaged, oversized, in slices of every kind. Archives are made here, byte by byte.

use super::checksum::Checksum;
use super::*;
use flate2::{Compression, write::DeflateEncoder, write::GzEncoder};
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::{Read, Write};

/// What came out of a file, its pieces put together.
#[derive(Clone, Debug, PartialEq)]
struct Peeled {
    /// Path (empty outside of archives), text, fault.
    files: Vec<(String, Vec<u8>, Option<UnpackFault>)>,
    end: Result<(), UnpackFault>,
    containers: Vec<&'static str>,
    lone: u64,
}

impl Peeled {
    fn texts(&self) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        self.files.iter().map(|(path, bytes, _)| (&path[..], text(bytes))).collect()
    }

    fn faults(&self) -> Vec<(&str, &UnpackFault)> {
        self.files.iter().filter_map(|(path, _, fault)| Some((&path[..], fault.as_ref()?))).collect()
    }
}

fn take_piece(files: &mut Vec<(String, Vec<u8>, Option<UnpackFault>)>, piece: Piece) {
    if let (Piece::Bytes(_), true) = (piece, files.is_empty()) {
        files.push((String::new(), Vec::new(), None));
    }
    match (piece, files.last_mut()) {
        (Piece::File(path), _) => files.push((path.to_owned(), Vec::new(), None)),
        (Piece::Bytes(bytes), Some((_, all, None))) if !bytes.is_empty() => all.extend_from_slice(bytes),
        (Piece::Fault(fault), Some((_, _, none @ None))) => *none = Some(fault.clone()),
        _ => panic!("a piece out of order: {piece:?}"),
    }
}

fn peel_slices<'a>(slices: impl IntoIterator<Item = &'a [u8]>) -> Peeled {
    let (mut layers, mut files) = (Layers::new(), Vec::new());
    let mut take = |piece: Piece| take_piece(&mut files, piece);
    let pushed = slices.into_iter().try_for_each(|slice| layers.push(slice, &mut take));
    let end = pushed.and_then(|()| layers.finish(&mut take));
    let containers = layers.containers().iter().map(|container| container.name()).collect();
    Peeled { files, end, containers, lone: layers.lone_surrogates() }
}

fn peel(bytes: &[u8]) -> Peeled {
    peel_slices([bytes])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, data) in files {
        archive.extend_from_slice(&super::tar::testing::header(name, b'0', data.len()));
        archive.extend_from_slice(data);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

/// How a file is put into an archive.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Known,
    /// Sizes after the data, in four bytes.
    Descriptor,
    /// The same without a signature.
    Unsigned,
    /// Sizes of eight bytes, in the header.
    Wide,
    WideDescriptor,
}

#[derive(Clone)]
struct InZip<'a> {
    path: &'a str,
    data: &'a [u8],
    method: u16,
    how: How,
    flags: u16,
}

fn in_zip<'a>(path: &'a str, data: &'a [u8], method: u16, how: How) -> InZip<'a> {
    InZip { path, data, method, how, flags: 0 }
}

fn bytes_of(numbers: &[(u64, usize)]) -> Vec<u8> {
    numbers.iter().flat_map(|(number, length)| number.to_le_bytes().into_iter().take(*length)).collect()
}

/// The file's header, data and descriptor.
fn local(file: &InZip) -> Vec<u8> {
    let mut checksum = Checksum::new();
    checksum.add(file.data);
    let packed = if file.method == 8 { deflate(file.data) } else { file.data.to_vec() };
    let sums = (u64::from(checksum.value()), packed.len() as u64, file.data.len() as u64);
    let wide = bytes_of(&[(1, 2), (16, 2), (sums.2, 8), (sums.1, 8)]);
    let (has_descriptor, is_wide) =
        (!matches!(file.how, How::Known | How::Wide), matches!(file.how, How::Wide | How::WideDescriptor));
    let extra = [&[7, 7, 1, 0, 9][..], if is_wide { &wide } else { &[] }].concat();
    let written = match file.how {
        How::Known => sums,
        How::Wide => (sums.0, 0xffff_ffff, 0xffff_ffff),
        _ => (0, 0, 0),
    };
    let flags = u64::from(file.flags) | if has_descriptor { 8 } else { 0 };
    let lengths = [(file.path.len() as u64, 2), (extra.len() as u64, 2)];
    let head = bytes_of(&[(0x0403_4b50, 4), (45, 2), (flags, 2), (u64::from(file.method), 2), (0, 4)]);
    let head = [head, bytes_of(&[(written.0, 4), (written.1, 4), (written.2, 4)]), bytes_of(&lengths)].concat();
    let size = if is_wide { 8 } else { 4 };
    let descriptor = bytes_of(&[(sums.0, 4), (sums.1, size), (sums.2, size)]);
    let descriptor = match file.how {
        How::Known | How::Wide => Vec::new(),
        How::Unsigned => descriptor,
        How::Descriptor | How::WideDescriptor => [b"PK\x07\x08".to_vec(), descriptor].concat(),
    };
    [head, file.path.as_bytes().to_vec(), extra, packed, descriptor].concat()
}

/// An archive with a directory that no reader of ours looks at closely.
fn zip(files: &[InZip]) -> Vec<u8> {
    let mut archive: Vec<u8> = files.iter().flat_map(local).collect();
    for file in files {
        archive.extend(bytes_of(&[
            (0x0201_4b50, 4),
            (0, 8),
            (0, 8),
            (0, 8),
            (file.path.len() as u64, 2),
            (2, 2),
            (3, 2),
        ]));
        archive.resize(archive.len() + 12, 0);
        archive.extend_from_slice(&[file.path.as_bytes(), b"xxccc"].concat());
    }
    let count = files.len() as u64;
    archive.extend(bytes_of(&[(0x0606_4b50, 4), (44, 8)]));
    archive.resize(archive.len() + 44, 0);
    archive.extend(bytes_of(&[(0x0706_4b50, 4), (0, 8), (0, 8)]));
    archive.extend(bytes_of(&[(0x0605_4b50, 4), (0, 4), (count, 2), (count, 2), (0, 8), (4, 2)]));
    [archive, b"note".to_vec()].concat()
}

const HOWS: [How; 5] = [How::Known, How::Descriptor, How::Unsigned, How::Wide, How::WideDescriptor];
const JSON: &[u8] = br#"{"data":[{"traceID":"1","spans":[]},{"traceID":"2","spans":[]}]}"#;

/// Data with as many false beginnings of descriptors as fit.
fn misleading() -> Vec<u8> {
    [b"PPKPK\x07PK\x07\x08PK\x07\x08PK\x07\x08".repeat(9), b"PK\x07".to_vec()].concat()
}

/// One of every kind, by name; small.
fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let long: Vec<u8> = (0..40_u32).flat_map(|i| format!("{{\"id\":{}}}\n", i * i).into_bytes()).collect();
    let misleading = misleading();
    let every: Vec<InZip> = HOWS
        .iter()
        .flat_map(|how| [0, 8].map(|method| in_zip("long.json", &long, method, *how)))
        .filter(|file| file.method == 8 || file.how != How::Unsigned)
        .chain([in_zip("p", &misleading, 0, How::Descriptor), in_zip("empty", b"", 0, How::WideDescriptor)])
        .collect();
    let utf16: Vec<u8> = "{\"é\":\"🎉\"}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let skippable = [&[0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"tools"].concat();
    let tarred = tar(&[("a.json", JSON), ("dir/b.json", &long)]);
    vec![
        ("plain", long.clone()),
        ("gzip", [gzip(JSON), gzip(&long)].concat()),
        ("zstd", [&skippable[..], &zstd(&long), &zstd(b""), &skippable, &zstd(JSON)].concat()),
        ("zip", zip(&every)),
        ("tar.gz", gzip(&tarred)),
        ("tar.zst", zstd(&tarred)),
        (
            "nested",
            zip(&[in_zip("in.zip", &zip(&[in_zip("a.json.gz", &gzip(&long), 0, How::Known)]), 8, How::Descriptor)]),
        ),
        ("utf16", utf16),
    ]
}

#[test]
fn what_is_in_no_container_is_not_touched() {
    for text in [&b""[..], b" ", b"{", b"{}", b"\x1f", b"P", b"PK", b"PK\x01\x02", b"(\xb5/", b"\xff", &[b' '; 600]] {
        let peeled = peel(text);
        assert_eq!((peeled.end, peeled.containers), (Ok(()), vec![]));
        assert_eq!(peeled.files.concat_text(), text);
    }
}

trait ConcatText {
    fn concat_text(&self) -> Vec<u8>;
}

impl ConcatText for Vec<(String, Vec<u8>, Option<UnpackFault>)> {
    fn concat_text(&self) -> Vec<u8> {
        self.iter().flat_map(|(_, text, _)| text.clone()).collect()
    }
}

#[test]
fn a_large_plain_file_comes_in_the_slices_it_was_pushed_in() {
    let bytes = vec![b' '; 1 << 20];
    let (mut layers, mut at) = (Layers::new(), Vec::new());
    for _ in 0..2 {
        let mut take = |piece: Piece| match piece {
            Piece::Bytes(bytes) => at.push((bytes.as_ptr(), bytes.len())),
            _ => panic!("{piece:?}"),
        };
        assert_eq!(layers.push(&bytes, &mut take), Ok(()));
    }
    let rest = &bytes[GRAIN..];
    assert_eq!(at, [(bytes.as_ptr(), GRAIN), (rest.as_ptr(), rest.len()), (bytes.as_ptr(), bytes.len())]);
}

#[test]
fn every_way_to_put_a_file_into_a_zip_is_read() {
    let misleading = misleading();
    for how in HOWS {
        for (method, data) in [(0, JSON), (8, JSON), (0, b""), (8, b""), (0, &misleading)] {
            let files =
                [in_zip("dir/", b"", 0, how), in_zip("dir/a.json", data, method, how), in_zip("b", b"{}", 8, how)];
            let peeled = peel(&zip(&files));
            if how == How::Unsigned && method == 0 {
                // Nothing tells where such a file ends; even the directory before it cannot be passed.
                assert_eq!(peeled.end, Err(UnpackFault::Cut(Container::Zip)));
                continue;
            }
            if how == How::Unsigned {
                continue;
            }
            assert_eq!(peeled.texts(), [("dir/a.json", std::str::from_utf8(data).unwrap()), ("b", "{}")], "{how:?}");
            assert_eq!((peeled.faults(), &peeled.end), (vec![], &Ok(())), "{how:?} {method}");
            assert_eq!(peeled.containers, ["zip"]);
        }
    }
    let unsigned = peel(&zip(&[in_zip("a", JSON, 8, How::Unsigned), in_zip("b", b"", 8, How::Unsigned)]));
    assert_eq!((unsigned.files.len(), unsigned.faults(), &unsigned.end), (2, vec![], &Ok(())));
    let empty = peel(&bytes_of(&[(0x0605_4b50, 4), (0, 8), (0, 8), (0, 2)]));
    assert_eq!((empty.files, empty.end, empty.containers), (vec![], Ok(()), vec!["zip"]));
}

#[test]
fn what_nobody_packed_is_left_out() {
    let names = ["__MACOSX/._a.json", "dir/.DS_Store", "dir/", "._a", "a.json", ".hidden"];
    let files: Vec<InZip> = names.iter().map(|name| in_zip(name, b"{}", 0, How::Descriptor)).collect();
    assert_eq!(peel(&zip(&files)).texts(), [("a.json", "{}"), (".hidden", "{}")]);
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_others_come() {
    for how in [How::Known, How::Descriptor, How::WideDescriptor] {
        let secret = InZip { flags: 1, ..in_zip("secret", JSON, 8, how) };
        let archive = zip(&[secret, in_zip("lzma", JSON, 14, how), in_zip("good", JSON, 8, how)]);
        let peeled = peel(&archive);
        let expected = [("secret", &UnpackFault::Encrypted), ("lzma", &UnpackFault::Method(14))];
        assert_eq!((peeled.faults(), &peeled.end), (expected.to_vec(), &Ok(())), "{how:?}");
        assert_eq!(peeled.texts()[2], ("good", std::str::from_utf8(JSON).unwrap()));
    }
}

#[test]
fn damage_in_a_zip_stays_with_its_file_where_sizes_are_known() {
    let files = [in_zip("a", JSON, 8, How::Known), in_zip("b", JSON, 0, How::Known)];
    let archive = zip(&files);
    let first = local(&files[0]).len();
    let damage = |place: usize, what| {
        let mut archive = archive.clone();
        archive[place] ^= 0x55;
        let peeled = peel(&archive);
        assert_eq!(peeled.end, Ok(()));
        let (path, fault) = peeled.faults()[0];
        assert_eq!((path, fault), (if place < first { "a" } else { "b" }, &UnpackFault::Damaged(Container::Zip, what)));
        assert_eq!(peeled.faults().len(), 1);
    };
    damage(14, Damage::Checksum);
    damage(22, Damage::Length);
    damage(30 + 1 + 5, Damage::Data);
    damage(first + 30 + 1 + 5 + 3, Damage::Checksum);
    let mut wrong_count = archive;
    let end = wrong_count.len() - 16;
    wrong_count[end] += 1;
    assert_eq!(peel(&wrong_count).end, Err(UnpackFault::Damaged(Container::Zip, Damage::Directory)));
    assert_eq!(peel(b"PK\x03\x04 and nothing of the kind, at any length").end, Err(UnpackFault::Cut(Container::Zip)));
}

#[test]
fn a_directory_that_was_never_written_is_missed() {
    // As ../shared/fixtures/malformed/zip-archive.json: an empty file, then an end that tells of one file in the directory.
    let header = local(&in_zip("a.json", b"", 0, How::Known));
    let end = bytes_of(&[(0x0605_4b50, 4), (0, 4), (1, 2), (1, 2), (0, 8), (0, 2)]);
    let peeled = peel(&[header, end].concat());
    assert_eq!(peeled.end, Err(UnpackFault::Damaged(Container::Zip, Damage::Directory)));
}

/// `printf` of the text below through `zstd -19 --check`.
const REAL_ZSTD: &str = concat!(
    "28b52ffd24826d020072040f11907d76ec5039f1cbbe2bd36b909aee5e21db6db75d0086921b8ff317ad32ff8db67af0f1ba",
    "90b05d338ee95becc1871b3f2abebfd97533fef9a1eb05003a055aee0183015bd0b9f90414b74174"
);
const REAL_TEXT: &str = concat!(
    r#"{"data":[{"traceID":"1","spans":[]},{"traceID":"2","spans":[]},"#,
    r#"{"traceID":"3","spans":[{"spanID":"a1","operationName":"GET /"}]}]}"#
);

fn real_zstd() -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&REAL_ZSTD[at..at + 2], 16).unwrap();
    (0..REAL_ZSTD.len()).step_by(2).map(byte).collect()
}

#[test]
fn what_the_zstd_tool_writes_is_read_and_its_checksum_checked() {
    let packed = real_zstd();
    let peeled = peel(&packed);
    assert_eq!((peeled.texts(), &peeled.end), (vec![("", REAL_TEXT)], &Ok(())));
    let damage = |place: usize, change: u8| {
        let mut damaged = packed.clone();
        damaged[place] ^= change;
        peel(&damaged).end.unwrap_err()
    };
    let damaged = |what| UnpackFault::Damaged(Container::Zstd, what);
    assert_eq!(damage(packed.len() - 1, 1), damaged(Damage::Checksum));
    assert_eq!(damage(4, 8), damaged(Damage::Header));
    assert_eq!(peel(&[&packed[..], b"rubbish"].concat()).end, Err(damaged(Damage::Signature)));
    // As ../shared/fixtures/malformed/zstd-magic.json: the magic number, then anything.
    let anything: Vec<u8> = [0x28, 0xb5, 0x2f, 0xfd].into_iter().chain(0..60).collect();
    assert_eq!(peel(&anything).end, Err(damaged(Damage::Data)));
}

#[test]
fn zstd_frames_that_want_too_much_are_refused_before_they_get_it() {
    let frame = |rest: &[u8]| peel(&[&[0x28, 0xb5, 0x2f, 0xfd], rest].concat()).end;
    // 2^(10+18) bytes; then 4 GB in one segment; then dictionary 7.
    assert_eq!(frame(&[0, 18 << 3, 1, 0, 0]), Err(UnpackFault::Window { bytes: 1 << 28 }));
    assert_eq!(frame(&[0xa0, 255, 255, 255, 255, 1, 0, 0]), Err(UnpackFault::Window { bytes: 0xffff_ffff }));
    assert_eq!(frame(&[1, 0, 7, 1, 0, 0]), Err(UnpackFault::Dictionary(7)));
    assert_eq!(frame(&[0, 17 << 3, 1, 0, 0]), Ok(()));
}

#[test]
fn utf16_is_told_with_and_without_a_mark() {
    for (mark, order) in [("\u{feff}", false), ("\u{feff}", true), ("", false), ("", true)] {
        for text in ["{\"a\":\"é🎉\"}", "[1]"] {
            let bytes: Vec<u8> = [mark, text]
                .concat()
                .encode_utf16()
                .flat_map(|unit| if order { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let peeled = peel(&bytes);
            assert_eq!((peeled.texts(), peeled.lone, &peeled.containers[..]), (vec![("", text)], 0, &["UTF-16"][..]));
        }
    }
    assert_eq!(peel(b"{\0\x3c\xd8}\0").lone, 1);
}

#[test]
fn containers_nest_and_paths_join() {
    let inner = zip(&[in_zip("x.json.gz", &gzip(JSON), 0, How::Known), in_zip("y.json", b"[]", 8, How::Known)]);
    let tarred = tar(&[("in.zip", &inner), ("z.json", b"{}")]);
    let peeled = peel(&gzip(&tarred));
    let json = std::str::from_utf8(JSON).unwrap();
    assert_eq!(peeled.texts(), [("in.zip/x.json.gz", json), ("in.zip/y.json", "[]"), ("z.json", "{}")]);
    assert_eq!((peeled.containers, peeled.end), (vec!["gzip", "tar", "zip"], Ok(())));
}

#[test]
fn four_in_each_other_are_read_and_a_fifth_is_refused() {
    let nest =
        |count: u32| (0..count).fold(JSON.to_vec(), |bytes, at| if at % 2 == 0 { gzip(&bytes) } else { zstd(&bytes) });
    assert_eq!(peel(&nest(MOST_NESTED)).files.concat_text(), JSON);
    let too_deep = UnpackFault::TooDeep { limit: MOST_NESTED };
    assert_eq!(peel(&nest(MOST_NESTED + 1)).end, Err(too_deep.clone()));
    // In an archive it concerns one file.
    let archive = zip(&[in_zip("deep", &nest(MOST_NESTED), 0, How::Known), in_zip("good", JSON, 8, How::Known)]);
    let peeled = peel(&archive);
    assert_eq!((peeled.faults(), &peeled.end), (vec![("deep", &too_deep)], &Ok(())));
    assert_eq!(peeled.files[1].1, JSON);
}

#[test]
fn a_damaged_archive_in_an_archive_spares_the_next_file() {
    let inner = zip(&[in_zip("a", JSON, 0, How::Known), in_zip("b", JSON, 0, How::Known)]);
    let cut = &inner[..inner.len() / 2 - 40];
    let peeled = peel(&zip(&[in_zip("in.zip", cut, 8, How::Known), in_zip("c", b"{}", 8, How::Known)]));
    let fault = UnpackFault::Cut(Container::Zip);
    assert_eq!(peeled.faults(), [("in.zip/b", &fault), ("in.zip", &fault)]);
    assert_eq!((peeled.files[3].1.as_slice(), peeled.end), (&b"{}"[..], Ok(())));
}

#[test]
fn too_much_for_too_little_is_refused_with_its_numbers() {
    let zeros = vec![0; 16_500_000];
    let packed = gzip(&zeros);
    let expected = |peeled: Peeled, fault: &dyn Fn(&UnpackFault) -> bool| {
        assert!(peeled.end.as_ref().is_err_and(fault), "{:?}", peeled.end);
        assert!(peeled.files.concat_text().len() <= 17_000_000);
    };
    // Twice: 16.5 MB of zeros in some 100 bytes. Once in a zip, where it would end all files.
    let is_dense = |fault: &UnpackFault| matches!(fault, UnpackFault::TooDense { packed, unpacked } if packed * MOST_RATIO < *unpacked && *packed <= GRAIN as u64);
    expected(peel(&gzip(&packed)), &is_dense);
    expected(peel(&zstd(&gzip(&packed))), &is_dense);
    expected(peel(&zip(&[in_zip("a.gz", &packed, 8, How::Known), in_zip("b", JSON, 8, How::Known)])), &is_dense);
    // Deflated zeros of any length are refused at a thousand; the first 16 MB are free.
    assert_eq!(peel(&gzip(&zeros[..GRAIN * 1000])).end, Ok(()));
    let files = vec![in_zip("a", b"", 0, How::Known); MOST_FILES as usize + 1];
    let peeled = peel(&zip(&files));
    assert_eq!(peeled.end, Err(UnpackFault::TooManyFiles { limit: MOST_FILES }));
    assert_eq!(peeled.files.len(), MOST_FILES as usize);
}

#[test]
fn every_cut_is_told_and_what_came_before_it_is_right() {
    // Cuts that leave a whole: between gzip members, between zstd frames, within a zip's closing comment.
    let untold = [("gzip", 1), ("zstd", 4), ("zip", 4), ("tar.gz", 0), ("tar.zst", 0), ("nested", 4)];
    let mut cuts = 0;
    for (name, bytes) in archives() {
        let Some((_, untold)) = untold.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        let whole = peel(&bytes);
        assert_eq!((&whole.end, whole.faults()), (&Ok(()), vec![]), "{name}");
        let cut: Vec<Peeled> = (4..bytes.len()).map(|length| peel(&bytes[..length])).collect();
        cut.iter().for_each(|cut| has_prefix(&whole, cut));
        assert!(cut.iter().all(|cut| matches!(cut.end, Ok(()) | Err(UnpackFault::Cut(_)))), "{name}");
        assert_eq!(cut.iter().filter(|cut| cut.end.is_ok()).count(), *untold, "{name}");
        cuts += cut.len();
    }
    println!("{cuts} cuts");
}

fn has_prefix(whole: &Peeled, cut: &Peeled) {
    // A container that is cut before it can be recognised is a text; a cut archive in an archive is named.
    let is_file = |path: &str| !path.is_empty() && path != "in.zip" || whole.files[0].0.is_empty();
    let is_known = |text: &[u8], fault: &Option<UnpackFault>| fault.is_none() || text.len() > 3;
    let files = cut.files.iter().filter(|(path, text, fault)| is_file(path) && is_known(text, fault));
    for (at, (path, text, _)) in files.enumerate() {
        assert!(whole.files[at].0 == *path && whole.files[at].1.starts_with(text), "{cut:?}");
    }
}

#[test]
fn nothing_stays_in_the_decoder() {
    // Much comes out of few bytes: more than one step for the last of them.
    let zeros = vec![0; 3 * super::inflate::STEP + 300];
    let archives = [
        gzip(&zeros),
        zip(&[in_zip("a", &zeros, 8, How::Known)]),
        zip(&[in_zip("a", &gzip(&zeros), 8, How::Descriptor)]),
    ];
    for archive in archives {
        assert_eq!((peel(&archive).files[0].1.len(), peel(&archive).end), (zeros.len(), Ok(())));
        for length in (20..archive.len()).step_by(7) {
            let cut = &archive[..length];
            let (whole, sliced) = (peel(cut), peel_slices(cut.chunks(1)));
            let lengths = |peeled: &Peeled| peeled.files.iter().map(|(_, text, _)| text.len()).collect::<Vec<_>>();
            assert_eq!(lengths(&whole), lengths(&sliced), "{length} of {} bytes", archive.len());
            assert_eq!(whole, sliced);
        }
    }
}

#[test]
fn nothing_stays_in_the_decoder_when_its_window_is_full() {
    // Found by fuzzing: the decoder stops where its window of 32 kB is full, be there more in the bytes that it has taken.
    let zeros = vec![0; super::inflate::STEP + 300];
    let archive = gzip(&zeros);
    for length in 20..archive.len() {
        let cut = &archive[..length];
        let mut expected = Vec::new();
        // Cut, it ends with an error; what it has until then is all that there is.
        let _ = flate2::read::GzDecoder::new(cut).read_to_end(&mut expected);
        for slice in [1, 8, cut.len()] {
            let text = peel_slices(cut.chunks(slice)).files.concat_text();
            assert_eq!(text.len(), expected.len(), "{length} bytes, slices of {slice}");
        }
    }
}

/// A generator of numbers, so that each run damages the same (Marsaglia's xorshift64).
fn next(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize
}

fn mutate(bytes: &mut Vec<u8>, state: &mut u64) {
    for _ in 0..1 + next(state) % 3 {
        let place = next(state) % bytes.len();
        match next(state) % 6 {
            0 => bytes[place] = [0, 1, 0x7f, 0x80, 0xff, b'P'][next(state) % 6],
            1 => bytes[place] ^= 1 << (next(state) % 8),
            2 => bytes.truncate(place + 1),
            3 => drop(bytes.drain(place..(place + 1 + next(state) % 30).min(bytes.len() - 1).max(place))),
            4 => {
                let copied = bytes[place..(place + next(state) % 60).min(bytes.len())].to_vec();
                let to = next(state) % bytes.len();
                drop(bytes.splice(to..to, copied));
            }
            _ => bytes[place] = next(state) as u8,
        }
    }
}

fn mutations(archives: Vec<(&str, Vec<u8>)>, rounds: usize, mut state: u64) -> usize {
    let mut faults = 0;
    for (name, bytes) in archives {
        for round in 0..rounds {
            let mut bytes = bytes.clone();
            mutate(&mut bytes, &mut state);
            let (whole, sliced) = (peel(&bytes), peel_slices(bytes.chunks(1 + round % 700)));
            assert_eq!(whole, sliced, "{name}, round {round}");
            assert!(whole.files.concat_text().len() < 32 << 20, "{name}, round {round}");
            faults += usize::from(whole.end.is_err() || !whole.faults().is_empty());
        }
    }
    faults
}

#[test]
fn no_damage_makes_it_panic_hang_or_depend_on_slices() {
    let mut archives = archives();
    archives.push(("real.zst", real_zstd()));
    let faults = mutations(archives, 250, 0x9e37_79b9_7f4a_7c15);
    assert!(faults > 1000, "{faults} of 2250 damages were seen");
}

/// `SEED=7 ROUNDS=9 FILE=x.zst cargo test --release --lib unpack::tests::many -- --ignored`: as long as you like, of one
/// real file or of all kinds.
#[test]
#[ignore = "long"]
fn many_more_damages() {
    let variable = |name| std::env::var(name).ok();
    let number = |name, default| variable(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let archives = variable("FILE").map_or_else(archives, |path| vec![("file", std::fs::read(path).unwrap())]);
    println!("{} faults", mutations(archives, number("ROUNDS", 20_000) as usize, number("SEED", 1)));
}

/// `FILE=x.zip cargo test --release --lib unpack::tests::what_is_in -- --ignored --nocapture`: a real file, and how fast.
#[test]
#[ignore = "wants a file"]
fn what_is_in_a_file() {
    let bytes = std::fs::read(std::env::var("FILE").unwrap()).unwrap();
    let (mut layers, mut count) = (Layers::new(), 0);
    let begin = std::time::Instant::now();
    let mut take = |piece: Piece| match piece {
        Piece::Bytes(bytes) => count += bytes.len(),
        other => println!("{count}: {other:?}"),
    };
    let pushed = bytes.chunks(1 << 20).try_for_each(|slice| layers.push(slice, &mut take));
    let end = pushed.and_then(|()| layers.finish(&mut take));
    let seconds = begin.elapsed().as_secs_f64();
    println!("{end:?}, {:?}, {} bytes packed, {count} unpacked", layers.containers(), bytes.len());
    println!("{seconds:.3} s, {:.0} MB/s unpacked", count as f64 / seconds / 1e6);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_slicing_gives_the_same(cuts in prop::collection::vec(1_usize..900, 1..60)) {
        for (name, bytes) in archives() {
            let (mut slices, mut rest, mut at) = (Vec::new(), &bytes[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let (now, later) = rest.split_at((*at.next().unwrap()).min(rest.len()));
                slices.push(now);
                rest = later;
            }
            prop_assert_eq!(peel_slices(slices), peel(&bytes), "{}", name);
        }
    }
}
