//! What readers are put through in tests besides their own cases: every way to cut a text, broken texts, and real
//! files.

use super::json::walk::Reader;
use super::report::LoadReport;
use super::testing::{read, read_in_slices};
use crate::model::Store;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The text of a file of ../shared/fixtures; `None`, with a word, where they are not.
pub fn fixture(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures").join(name);
    let text = std::fs::read_to_string(path).ok();
    println!("{}: {name}", if text.is_some() { "covered" } else { "ignored" });
    text
}

/// All spans and dependencies of a store, as text.
pub fn tell((store, report): &(Store, LoadReport)) -> String {
    let mut told = String::new();
    for (row, trace) in store.traces() {
        writeln!(told, "trace {} {} {}", store.trace_id_text(row), trace.start.0, trace.end.0).unwrap();
        for span in trace.tree.order.iter().map(|row| store.span(*row)) {
            let ids = (span.id_text(), span.parent_id().map(|id| id.text(store.strings())), span.trace_state());
            let what = (span.name(), span.kind(), span.status(), span.status_message(), span.flags());
            writeln!(told, "{ids:?} {what:?} {:?} {:?}", span.start(), span.duration()).unwrap();
            writeln!(told, "  {:?} {:?}", span.service(), span.resource_attributes()).unwrap();
            writeln!(told, "  {:?} {:?}", span.scope(), span.scope_attributes()).unwrap();
            writeln!(told, "  {:?}", span.attributes()).unwrap();
            span.events().for_each(|event| writeln!(told, "  {event:?}").unwrap());
            span.links().for_each(|link| writeln!(told, "  {link:?}").unwrap());
            writeln!(told, "  {:?}", span.warnings().collect::<Vec<_>>()).unwrap();
        }
    }
    for edge in store.dependencies() {
        let names = (store.text(edge.parent), store.text(edge.child));
        writeln!(told, "{names:?} {:?} {:?}", edge.calls, edge.errors).unwrap();
    }
    let notes: Vec<_> = report.notes.iter().map(|note| (note.kind, note.count, &note.example)).collect();
    writeln!(told, "{} {} {notes:?} {:?}", report.traces, report.spans, report.fault).unwrap();
    told
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
