//! Faults in words: what failed, why, and what to do.

use super::format::{bytes, number};
use super::view::{View, el, empty};
use super::words::{fill, words};
use crate::engine::messages::What;
use crate::ingest::report::{Fault, FaultKind, Place};
use crate::ingest::unpack::UnpackFault;

/// What a fault says: a sentence, and the way out if there is one.
pub fn explain(fault: &Fault, what: &What) -> (String, Option<&'static str>) {
    let words = words();
    let from_api = matches!(what, What::Trace { .. });
    let text = match &fault.kind {
        FaultKind::Empty => words.fault_empty.to_owned(),
        FaultKind::UnknownFormat => {
            return (fill(words.fault_unknown, &[&fault.found]), Some(words.fault_unknown_way_out));
        }
        FaultKind::NotReadable(format) => fill(words.fault_no_spans_in_format, &[format.name()]),
        FaultKind::HtmlPage { .. } if from_api => {
            return (words.fault_answer_is_page.to_owned(), Some(words.fault_unreachable_way_out));
        }
        FaultKind::HtmlPage { title } => fill(words.fault_html, &[title]),
        FaultKind::Unpack(fault) => unpack_text(fault),
        FaultKind::CutOff => words.fault_cut.to_owned(),
        FaultKind::Syntax => words.fault_syntax.to_owned(),
        FaultKind::Shape => words.fault_shape.to_owned(),
        FaultKind::ElementTooLong { limit } => fill(words.fault_too_long, &[&bytes(*limit)]),
        FaultKind::Backend { code: 404, .. } if from_api => words.fault_not_found.to_owned(),
        FaultKind::Backend { code, message } => fill(words.fault_backend, &[message, &code.to_string()]),
        FaultKind::Unreadable if from_api => words.fault_connection.to_owned(),
        FaultKind::Unreadable => words.fault_unreadable.to_owned(),
        FaultKind::Cancelled => words.fault_cancelled.to_owned(),
        FaultKind::OutOfMemory { bytes: used } => fill(words.fault_memory, &[&bytes(*used)]),
        FaultKind::Http { status: 404 } if from_api => words.fault_not_found.to_owned(),
        FaultKind::Http { status } => fill(words.fault_http, &[&status.to_string()]),
        FaultKind::NoSource => return (words.fault_no_source.to_owned(), Some(words.fault_no_source_way_out)),
        FaultKind::Unreachable => {
            return (words.fault_unreachable.to_owned(), Some(words.fault_unreachable_way_out));
        }
    };
    (text, None)
}

fn unpack_text(fault: &UnpackFault) -> String {
    let words = words();
    match fault {
        UnpackFault::Damaged(container, _) => fill(words.unpack_damaged, &[container.name()]),
        UnpackFault::Cut(container) => fill(words.unpack_cut, &[container.name()]),
        UnpackFault::Encrypted => words.unpack_encrypted.to_owned(),
        UnpackFault::Method(method) => fill(words.unpack_method, &[&number((*method).into())]),
        UnpackFault::Dictionary(id) => fill(words.unpack_dictionary, &[&number((*id).into())]),
        UnpackFault::Window { bytes: window } => fill(words.unpack_window, &[&bytes(*window)]),
        UnpackFault::TooDense { packed, unpacked } => fill(words.unpack_dense, &[&bytes(*packed), &bytes(*unpacked)]),
        UnpackFault::TooLarge { limit } => fill(words.unpack_large, &[&bytes(*limit)]),
        UnpackFault::TooManyFiles { limit } => fill(words.unpack_files, &[&number((*limit).into())]),
        UnpackFault::TooDeep { limit } => fill(words.unpack_deep, &[&number((*limit).into())]),
    }
}

pub fn place_text(place: &Place) -> String {
    let text = fill(words().report_place, &[&number(place.line), &number(place.column), &number(place.byte)]);
    if place.path.is_empty() { text } else { format!("{} · {text}", place.path) }
}

/// The body of an error: sentence, place, expected and found, way out, and a library's words folded away.
pub fn fault_body(fault: &Fault, what: &What) -> View {
    let (text, way_out) = explain(fault, what);
    // Where the sentence says what was found, it is not said again.
    let is_named = matches!(
        fault.kind,
        FaultKind::UnknownFormat | FaultKind::NotReadable(_) | FaultKind::HtmlPage { .. } | FaultKind::Backend { .. }
    );
    let says_found = !is_named && !fault.found.is_empty();
    let place = fault.place.as_ref();
    let facts = el("p", "fault-facts")
        .children(place.map(|place| el("span", "fault-place").text(&place_text(place))))
        .children(
            (!fault.expected.is_empty())
                .then(|| el("span", "").text(&fill(words().fault_expected, &[&fault.expected]))),
        )
        .children(says_found.then(|| el("span", "mono").text(&fill(words().fault_found, &[&fault.found]))));
    let details = (!fault.detail.is_empty()).then(|| {
        el("details", "").child(el("summary", "").text(words().details)).child(el("pre", "").text(&fault.detail))
    });
    empty()
        .child(el("p", "").text(&text))
        .children(way_out.map(|way_out| el("p", "").text(way_out)))
        .child(facts)
        .children(details)
}
