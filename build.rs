//! Names the build by its sources, so that a page can tell a worker of another build.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for part in ["src", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={part}");
        fold(Path::new(part), &mut hash)?;
    }
    println!("cargo:rustc-env=TRACKWAY_BUILD={hash:016x}");
    Ok(())
}

/// FNV-1a over every file below `path`, in the order of names.
fn fold(path: &Path, hash: &mut u64) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path)?.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| fold(entry, hash));
    }
    if path.exists() {
        for byte in fs::read(path)? {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    Ok(())
}
