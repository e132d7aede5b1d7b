//! Files to drop and choose. Every test has a folder of its own below target/tmp, empty at first.

use std::path::{Path, PathBuf};

pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        // Tests that share their steps run side by side.
        let test = std::thread::current().name().unwrap_or_default().replace("::", "-");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(format!("{name}-{test}"));
        if path.exists() {
            std::fs::remove_dir_all(&path).expect("an earlier run's folder can be removed");
        }
        std::fs::create_dir_all(&path).expect("target/tmp can be written");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, in folders as its name says.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("target/tmp can be written");
        std::fs::write(&path, content).expect("target/tmp can be written");
        path
    }
}
