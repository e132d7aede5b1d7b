//! The notes of a load report in words.

use super::faults::place_text;
use super::format::{number, numbered};
use super::view::{View, el};
use super::words::{fill, words};
use crate::ingest::report::{Grade, Note, NoteKind};

/// What happened, as it goes after a number.
fn words_of(kind: NoteKind) -> &'static str {
    let words = words();
    match kind {
        NoteKind::Orphan => words.note_orphan,
        NoteKind::Cycle => words.note_cycle,
        NoteKind::OwnParent => words.note_own_parent,
        NoteKind::DuplicateId => words.note_duplicate_id,
        NoteKind::SharedId => words.note_shared_id,
        NoteKind::IdenticalCopy => words.note_copy,
        NoteKind::UnknownProcess => words.note_unknown_process,
        NoteKind::NegativeDuration => words.note_negative_duration,
        NoteKind::MissingTime => words.note_missing_time,
        NoteKind::ImplausibleTime => words.note_implausible_time,
        NoteKind::RoundedTime => words.note_rounded_time,
        NoteKind::NumberAsText => words.note_number_text,
        NoteKind::WrongType => words.note_wrong_type,
        NoteKind::SkippedEntry => words.note_skipped,
        NoteKind::MissingKey => words.note_missing_key,
        NoteKind::DuplicateAttribute => words.note_duplicate_attribute,
        NoteKind::IdLength => words.note_id_length,
        NoteKind::TextId => words.note_text_id,
        NoteKind::MissingId => words.note_missing_id,
        NoteKind::InvalidUtf8 => words.note_utf8,
        NoteKind::LoneSurrogate => words.note_surrogate,
        NoteKind::EmptyTrace => words.note_empty_trace,
        NoteKind::OtherTrace => words.note_other_trace,
        NoteKind::SeveralDocuments => words.note_documents,
        NoteKind::NoTraces => words.note_no_traces,
        NoteKind::BackendWarning => words.note_backend_warning,
        NoteKind::BackendError => words.note_backend_error,
        NoteKind::OtherLine => words.note_other_line,
        NoteKind::LogPrefix => words.note_log_prefix,
        NoteKind::OtherDocument => words.note_other_document,
        NoteKind::BrokenDocument => words.note_broken_document,
        NoteKind::SplitRecord => words.note_split_record,
        NoteKind::MissingChildren => words.note_missing_children,
        NoteKind::OpenSpan => words.note_open_span,
        NoteKind::OddValue => words.note_odd_value,
        NoteKind::UnknownField => words.note_unknown_field,
        NoteKind::UnknownEnum => words.note_unknown_enum,
        NoteKind::OtherSignal => words.note_other_signal,
        NoteKind::LogEvent => words.note_log_event,
        NoteKind::LooseLog => words.note_loose_log,
        NoteKind::PartialTrace => words.note_partial_trace,
        NoteKind::ShortId => words.note_short_id,
        NoteKind::Superseded => words.note_superseded,
        NoteKind::MissingService => words.note_missing_service,
        NoteKind::NegativeCount => words.note_negative_count,
        NoteKind::UnknownCount => words.note_unknown_count,
    }
}

fn class_of(kind: NoteKind) -> &'static str {
    match kind.grade() {
        Grade::Info => "note",
        Grade::Repaired => "note note-repaired",
        Grade::Lost => "note note-lost",
    }
}

/// The lines that a note is about, as many as are known.
fn lines_text(note: &Note) -> String {
    let mut lines: Vec<String> = note.lines.iter().map(|line| number(*line)).collect();
    if note.count > note.lines.len() as u64 {
        lines.push("…".to_owned());
    }
    fill(words().report_lines, &[&lines.join(", ")])
}

/// One line: how many, of what, and where the first one is.
pub fn note_line(note: &Note) -> View {
    let kind = note.kind;
    let text = match kind {
        NoteKind::NoTraces | NoteKind::PartialTrace => words_of(kind).to_owned(),
        _ => numbered(note.count, words_of(kind)),
    };
    let example = (!note.example.is_empty())
        .then(|| el("span", "note-example mono").text(&fill(words().report_example, &[&note.example])));
    let place = note.place.as_ref();
    let place = match &note.lines[..] {
        [_, _, ..] => Some(lines_text(note)),
        _ => place.map(place_text),
    };
    el("li", class_of(kind))
        .child(el("span", "").text(&text))
        .children(example)
        .children(place.map(|place| el("span", "note-example").text(&place)))
}
