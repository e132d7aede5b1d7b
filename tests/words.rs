//! The catalogue of texts (`src/ui/web/words.rs`) has no text that nothing shows: each would be fetched by everybody for nobody.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

const CATALOGUE: &str = "src/ui/web/words.rs";

/// The keys of the catalogue: `key: "English", "简体中文";`, each on a line of its own.
fn keys() -> Vec<String> {
    let text = fs::read_to_string(root(CATALOGUE)).expect("the catalogue can be read");
    let key = |line: &str| Some(line.strip_prefix("    ")?.split_once(": \"")?.0.to_owned());
    let keys: Vec<String> = text.lines().filter(|line| line.ends_with("\";")).filter_map(key).collect();
    assert!(keys.len() > 500 && keys.iter().any(|key| key == "nav_search"), "these are the keys: {keys:?}");
    keys
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All other sources below a folder, without their comments.
fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("the sources can be read") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") && path != root(CATALOGUE) {
            let source = fs::read_to_string(&path).expect("a source can be read");
            text.extend(
                source.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]),
            );
        }
    }
    text
}

/// Names that are asked for as a field of the texts, as in `words.key`, `words().key` and `it.key`.
fn fields(source: &str) -> HashSet<&str> {
    let is_name = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
    source.split('.').skip(1).map(|rest| &rest[..rest.find(|sign| !is_name(sign)).unwrap_or(rest.len())]).collect()
}

#[test]
fn every_text_is_shown_somewhere() {
    let source = sources(&root("src/ui/web"));
    let fields = fields(&source);
    let unused: Vec<String> = keys().into_iter().filter(|key| !fields.contains(key.as_str())).collect();
    assert!(unused.is_empty(), "nothing shows {unused:?}");
}

/// A text that only a comment names would be told.
#[test]
fn a_name_alone_is_no_use_of_it() {
    let fields = fields("words.shown; words()\n    .asked(it); let left = 1;");
    assert!(fields.contains("shown") && fields.contains("asked") && !fields.contains("left"), "{fields:?}");
}
