//! For readers' own tests: a text through a reader, without the door.

use super::intake::Intake;
use super::json::walk::{At, Reader, Walk};
use super::report::{Fault, LoadReport};
use super::sink::Sink;
use super::text::Text;
use crate::model::Store;

/// All documents of a text, cut into slices of `slice` bytes, read by one reader. What the door adds (recognising,
/// going on after a broken document, containers) is not here.
pub fn read_in_slices(reader: &mut dyn Reader, json: &str, slice: usize) -> (Store, LoadReport) {
    let mut store = Store::new();
    let mut intake = Intake::new(&store);
    store.begin_source("test");
    let (mut text, mut walk) = (Text::default(), Walk::default());
    let mut fault = None;
    let slices: Vec<&[u8]> = json.as_bytes().chunks(slice.max(1)).collect();
    for at in 0..=slices.len() {
        match slices.get(at) {
            Some(bytes) => _ = text.push(bytes),
            None => _ = text.complete(),
        }
        let mut sink = Sink { store: &mut store, intake: &mut intake };
        fault = fault.or_else(|| documents(&mut text, &mut walk, reader, &mut sink));
    }
    let mut sink = Sink { store: &mut store, intake: &mut intake };
    walk.abandon(reader, &mut sink);
    let end = reader.finish(&mut sink).err().map(Fault::of);
    let mut report = LoadReport::failed("test".to_owned(), Fault::of(super::report::FaultKind::Empty));
    report.fault = fault.or(end);
    intake.finish(&mut store, &mut report);
    (store, report)
}

fn documents(text: &mut Text, walk: &mut Walk, reader: &mut dyn Reader, sink: &mut Sink) -> Option<Fault> {
    loop {
        let at = match walk.is_inside() {
            true => walk.read(text, reader, sink),
            false => {
                text.skip_white();
                text.peek()?;
                walk.begin(text, reader, sink)
            }
        };
        match at {
            Ok(At::Document) => {}
            Ok(At::Waiting) => return None,
            Err(broken) => return Some(*broken.show(text)),
        }
    }
}

/// As [`read_in_slices`], in one piece.
pub fn read(reader: &mut dyn Reader, json: &str) -> (Store, LoadReport) {
    read_in_slices(reader, json, json.len())
}
