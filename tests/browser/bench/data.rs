//! The files that are read: made by the project's generator, and kept, since the same flags make the same bytes.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::make_trace::{options as generator, write_shapes};
use super::options::{Options, Part, name_of};
use super::support::host::variable;

/// V8's texts end at 512 MB, and so does `JSON.parse`: larger files are compared with this size.
pub const LARGEST_PARSED: u64 = 500_000;
/// What the generator makes of a span, and what gzip leaves of that, generously (bytes).
const BYTES_A_SPAN: u64 = 960;
const PACKED_BYTES_A_SPAN: u64 = 100;

pub struct TraceFile {
    pub spans: u64,
    pub path: PathBuf,
    /// The same gzipped, if asked for.
    pub packed: Option<PathBuf>,
    pub trace_id: String,
    /// Not gzipped.
    pub bytes: u64,
    /// Not asked for, but a larger one is compared with parsing it.
    pub only_parsed: bool,
}

impl TraceFile {
    pub fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }
}

/// Every file that the options need, by size; makes what is not there.
pub fn provide(options: &Options) -> Result<Vec<TraceFile>, String> {
    let folder = Path::new(&variable("TRACKWAY_BENCH")).join("data");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Searching, comparing and services have files of their own.
    let mut sizes = if matches!(options.only, Some(Part::Search | Part::Compare | Part::Services)) {
        Vec::new()
    } else {
        options.sizes.clone()
    };
    if (options.wants(Part::Reading) || options.wants(Part::Timeline)) && sizes.last() > Some(&LARGEST_PARSED) {
        sizes.push(LARGEST_PARSED);
        sizes.sort_unstable();
        sizes.dedup();
    }
    let wanted: Vec<_> =
        sizes.into_iter().map(|spans| (spans, options.with_gzip && options.sizes.contains(&spans))).collect();
    has_room(&folder, &wanted)?;
    let files = wanted.into_iter().map(|(spans, with_gzip)| {
        let file = trace_file(&folder, spans, with_gzip);
        let file = file.map_err(|error| format!("the trace of {} spans: {error}", name_of(spans)))?;
        Ok(TraceFile { only_parsed: !options.sizes.contains(&spans), ..file })
    });
    files.collect()
}

fn plain_path(folder: &Path, spans: u64) -> PathBuf {
    folder.join(format!("{}.json", name_of(spans)))
}

fn packed_path(folder: &Path, spans: u64) -> PathBuf {
    folder.join(format!("{}.json.gz", name_of(spans)))
}

/// Says what will be written, and how much room there is.
fn has_room(folder: &Path, wanted: &[(u64, bool)]) -> Result<(), String> {
    let mut needed = 0;
    for &(spans, with_gzip) in wanted {
        needed += if plain_path(folder, spans).exists() { 0 } else { spans * BYTES_A_SPAN };
        needed += if !with_gzip || packed_path(folder, spans).exists() { 0 } else { spans * PACKED_BYTES_A_SPAN };
    }
    if needed == 0 {
        return Ok(());
    }
    let free = free_bytes(folder).ok_or("df does not say how much room the disk has")?;
    let (needed, free) = (needed / 1_000_000, free / 1_000_000);
    eprintln!("{} will hold up to {needed} MB more; {free} MB are free.", folder.display());
    if needed < free { Ok(()) } else { Err(format!("{needed} MB do not fit there: name smaller --sizes")) }
}

fn free_bytes(folder: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let kilobytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn trace_file(folder: &Path, spans: u64, with_gzip: bool) -> io::Result<TraceFile> {
    let path = plain_path(folder, spans);
    if !path.exists() {
        eprintln!("Making {}.", path.display());
        at_once(&path, |file| generate(file, &["--spans", &spans.to_string()]))?;
    }
    let packed = packed_path(folder, spans);
    if with_gzip && !packed.exists() {
        eprintln!("Making {}.", packed.display());
        at_once(&packed, |file| gzip(&path, file))?;
    }
    let trace_id = first_id(&path)?;
    let bytes = path.metadata()?.len();
    Ok(TraceFile { spans, path, packed: with_gzip.then_some(packed), trace_id, bytes, only_parsed: false })
}

pub fn first_id(path: &Path) -> io::Result<String> {
    let mut head = [0; 200];
    File::open(path)?.read_exact(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let id = head.split("\"traceID\":\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(id.ok_or_else(|| io::Error::other("the file does not begin with the trace's id"))?.to_owned())
}

/// 10,000 traces of 50 spans in one file; makes it if it is not there.
pub fn many_traces() -> Result<PathBuf, String> {
    const TRACES: &str = "10000";
    const SPANS: &str = "50";
    let folder = Path::new(&variable("TRACKWAY_BENCH")).join("data");
    let path = folder.join("10k-traces.json");
    if !path.exists() {
        eprintln!("Making {}.", path.display());
        at_once(&path, |file| generate(file, &["--traces", TRACES, "--spans", SPANS]))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(path)
}

/// Two different traces of so many spans: their ids and files.
pub fn pair(spans: u64) -> Result<[(String, PathBuf); 2], String> {
    let folder = Path::new(&variable("TRACKWAY_BENCH")).join("data");
    let one = |seed: &str| {
        let path = folder.join(format!("{}-seed-{seed}.json", name_of(spans)));
        if !path.exists() {
            eprintln!("Making {}.", path.display());
            at_once(&path, |file| generate(file, &["--spans", &spans.to_string(), "--seed", seed]))?;
        }
        Ok((first_id(&path)?, path))
    };
    let fault = |error: io::Error| format!("the traces of {} spans: {error}", name_of(spans));
    Ok([one("1").map_err(fault)?, one("2").map_err(fault)?])
}

/// The file of this name; `write` makes it if it is not there.
pub fn made(name: &str, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<PathBuf, String> {
    let path = Path::new(&variable("TRACKWAY_BENCH")).join("data").join(name);
    if !path.exists() {
        eprintln!("Making {}.", path.display());
        let write = |file| {
            let mut file = BufWriter::with_capacity(1 << 20, file);
            write(&mut file)?;
            file.flush()
        };
        at_once(&path, write).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(path)
}

/// A run that is stopped leaves no half file under the name.
fn at_once(path: &Path, write: impl FnOnce(File) -> io::Result<()>) -> io::Result<()> {
    let part = path.with_extension("part");
    write(File::create(&part)?)?;
    std::fs::rename(part, path)
}

fn generate(file: File, flags: &[&str]) -> io::Result<()> {
    let command = generator::parse(flags.iter().map(|flag| (*flag).to_owned()));
    let Ok(generator::Command::Generate(settings, output)) = command else {
        panic!("these are flags of the generator")
    };
    write_shapes(&mut BufWriter::with_capacity(1 << 20, file), &settings, output)
}

/// As a person would: with the program, at its usual level.
fn gzip(plain: &Path, file: File) -> io::Result<()> {
    let status = Command::new("gzip").args(["-n", "-c"]).arg(plain).stdout(Stdio::from(file)).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("gzip: {status}"))) }
}
