//! What readers are put through in tests besides their own cases: every way to cut a text, broken texts, and real
//! files.

use super::json::walk::Reader;
use super::testing::{read, read_in_slices, tell};
use std::path::PathBuf;

/// The text of a file of ../shared/fixtures; `None`, with a word, where they are not.
pub fn fixture(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures").join(name);
    let text = std::fs::read_to_string(path).ok();
    println!("{}: {name}", if text.is_some() { "covered" } else { "ignored" });
    text
}

/// However a text is cut, it gives the same.
pub fn every_slicing<R: Reader + Default>(json: &str) {
    let whole = tell(&read(&mut R::default(), json));
    for slice in (1..40).chain([64, 100, 333, 1000, 1001]) {
        assert_eq!(tell(&read_in_slices(&mut R::default(), json, slice)), whole, "slices of {slice}");
    }
}

/// 2,000 texts that are nearly the given one: none makes a reader panic or hang.
pub fn mutations<R: Reader + Default>(json: &str) {
    const TOKENS: [&str; 12] = [
        "null",
        "{}",
        "[]",
        "\"\"",
        "-1",
        "1e999",
        "NaN",
        "true",
        "{\"Type\":\"MAP\",\"Value\":[1]}",
        "\"é\"",
        ",",
        "}",
    ];
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    let mut loaded = 0;
    for _ in 0..2000 {
        let mut text = json.as_bytes().to_vec();
        for _ in 0..1 + random(3) {
            let at = random(text.len());
            match random(4) {
                0 => text[at] = b" \"{}[]:,0a-\\"[random(12)],
                1 => _ = text.remove(at),
                2 => text.insert(at, b"\"{}[]:,019."[random(11)]),
                _ => swap_value(&mut text, at, TOKENS[random(TOKENS.len())]),
            }
        }
        let (_, report) = read(&mut R::default(), &String::from_utf8_lossy(&text));
        loaded += report.spans + report.dependencies;
    }
    assert!(loaded > 500, "most are still read: {loaded}");
}

/// Puts a token in the place of the value after the next colon.
fn swap_value(text: &mut Vec<u8>, at: usize, token: &str) {
    let Some(colon) = text[at..].iter().position(|byte| *byte == b':').map(|place| at + place + 1) else {
        return;
    };
    let length = text[colon..].iter().position(|byte| b",}]".contains(byte)).unwrap_or(0);
    text.splice(colon..colon + length, token.bytes());
}
