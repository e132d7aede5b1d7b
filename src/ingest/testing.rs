//! For readers' own tests and for fuzz/: a text through a reader, without the door.

use super::intake::Intake;
use super::json::broken::Broken;
use super::json::walk::{At, Reader, Walk};
use super::report::{Fault, LoadReport};
use super::sink::Sink;
use super::text::Text;
use crate::model::Store;
use std::fmt::Write as _;

/// All documents of a text, cut into slices of `slice` bytes, read by one reader into the store that it was made for.
/// What the door adds (recognising, going on after a broken document, containers) is not here.
pub fn read_into(store: &mut Store, reader: &mut dyn Reader, json: &str, slice: usize) -> LoadReport {
    let mut intake = Intake::new(store);
    store.begin_source("test");
    let (mut text, mut walk) = (Text::default(), Walk::default());
    let mut broken = None;
    let slices: Vec<&[u8]> = json.as_bytes().chunks(slice.max(1)).collect();
    for at in 0..=slices.len() {
        match slices.get(at) {
            Some(bytes) => _ = text.push(bytes),
            None => _ = text.complete(),
        }
        let mut sink = Sink { store, intake: &mut intake };
        broken = broken.or_else(|| documents(&mut text, &mut walk, reader, &mut sink));
        text.keep(broken.as_ref().and_then(Broken::kept_from));
    }
    let mut sink = Sink { store, intake: &mut intake };
    walk.abandon(reader, &mut sink);
    let end = reader.finish(&mut sink).err().map(Fault::of);
    let mut report = LoadReport::failed("test".to_owned(), Fault::of(super::report::FaultKind::Empty));
    report.fault = broken.map(|broken| *broken.show(&text)).or(end);
    intake.finish(store, &mut report);
    report
}

fn documents(text: &mut Text, walk: &mut Walk, reader: &mut dyn Reader, sink: &mut Sink) -> Option<Broken> {
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
            Err(broken) => return Some(broken),
        }
    }
}

/// As [`read_into`], into a new store.
#[cfg(test)]
pub fn read_in_slices(reader: &mut dyn Reader, json: &str, slice: usize) -> (Store, LoadReport) {
    let mut store = Store::new();
    let report = read_into(&mut store, reader, json, slice);
    (store, report)
}

/// As [`read_in_slices`], in one piece.
#[cfg(test)]
pub fn read(reader: &mut dyn Reader, json: &str) -> (Store, LoadReport) {
    read_in_slices(reader, json, json.len())
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
