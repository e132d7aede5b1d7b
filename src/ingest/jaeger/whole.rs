//! Reading one whole value with serde_json from the text that has come so far, or finding that more must come.

use super::element::{Element, Scratch};
use super::envelope::Reader;
use super::faults::Broken;
use super::known::Known;
use super::node::Role;
use super::trace::OpenTrace;
use crate::ingest::intake::Intake;
use crate::ingest::report::{FaultKind, NoteKind};
use crate::ingest::text::Text;
use crate::ingest::{exact, surrogates};
use crate::model::Store;
use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny};
use serde_json::Deserializer;

/// The longest element. It must lie in memory as a whole, next to what is read from it.
pub const LONGEST: u64 = 256 * 1024 * 1024;

/// An error this near to the end of what has come may be an error of the cut alone: a `-` without its digits.
const CUT_ZONE: usize = 12;

/// What reading from the text came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It has been read.
    Done,
    /// Nothing has been read: more must come.
    Wait,
}

/// What elements are read with.
pub struct Tools<'a> {
    pub store: &'a mut Store,
    pub intake: &'a mut Intake,
    pub known: &'a Known,
    pub scratch: &'a mut Scratch,
}

/// A failed attempt: the error and the byte of the element it came at.
struct Failure {
    error: serde_json::Error,
    index: usize,
}

impl Reader {
    /// Reads a value of a role into `trace`; `take` is called with the element once it is whole.
    pub(super) fn whole(
        &mut self,
        text: &mut Text,
        tools: &mut Tools,
        trace: &mut OpenTrace,
        role: Role,
        take: &mut dyn FnMut(&mut Element),
    ) -> Result<Flow, Broken> {
        if self.must_wait(text) {
            return Ok(Flow::Wait);
        }
        let mut outcome = attempt(text, tools, trace, role, take);
        if let Err(failure) = &outcome
            && !self.may_be_cut(text, failure)
            && self.repair(text, tools)
        {
            outcome = attempt(text, tools, trace, role, take);
        }
        match outcome {
            Err(failure) => self.failed(text, failure),
            Ok(None) => self.wait(text),
            Ok(Some(length)) => {
                tools.intake.notes.commit(&mut || self.place(text));
                text.advance(length);
                self.retry_at = 0;
                Ok(Flow::Done)
            }
        }
    }

    /// Passes over a value that means nothing here.
    pub(super) fn ignore(&mut self, text: &mut Text) -> Result<Flow, Broken> {
        if self.must_wait(text) {
            return Ok(Flow::Wait);
        }
        match ignored_length(text.rest()) {
            Err(failure) => self.failed(text, failure),
            Ok(length) if !is_closed(text, length) => self.wait(text),
            Ok(length) => {
                text.advance(length);
                self.retry_at = 0;
                Ok(Flow::Done)
            }
        }
    }

    /// An element that was cut is tried again when half as much has come again, so a long one stays linear.
    fn must_wait(&self, text: &Text) -> bool {
        text.rest().len() < self.retry_at && !text.is_complete()
    }

    fn wait(&mut self, text: &Text) -> Result<Flow, Broken> {
        let length = text.rest().len();
        if length as u64 > self.longest {
            return Err(self.broken(text, FaultKind::ElementTooLong { limit: self.longest }, text.position(), ""));
        }
        self.retry_at = length + length / 2 + 1;
        Ok(Flow::Wait)
    }

    fn may_be_cut(&self, text: &Text, failure: &Failure) -> bool {
        failure.error.is_eof() || !text.is_complete() && failure.index + CUT_ZONE >= text.rest().len()
    }

    fn failed(&mut self, text: &Text, failure: Failure) -> Result<Flow, Broken> {
        let is_at_end =
            |index| text.rest().as_bytes().get(index..).unwrap_or_default().iter().all(u8::is_ascii_whitespace);
        match text.is_complete() {
            false if self.may_be_cut(text, &failure) => self.wait(text),
            true if failure.error.is_eof() || is_at_end(failure.index) => Err(self.cut_off(text)),
            _ => Err(self.syntax(text, &failure.error, failure.index)),
        }
    }

    /// Replaces halves of surrogate pairs; whether there were any.
    fn repair(&mut self, text: &mut Text, tools: &mut Tools) -> bool {
        let count = text.repair_rest(surrogates::repair);
        if let Some(note) = tools.intake.notes.count(NoteKind::LoneSurrogate, count) {
            note.place = Some(self.place(text));
        }
        count > 0
    }
}

/// Whether a value of this length is whole: a number or a word at the very end may go on.
fn is_closed(text: &Text, length: usize) -> bool {
    let rest = text.rest().as_bytes();
    text.is_complete() || length < rest.len() || matches!(rest.last(), Some(b'"' | b'}' | b']'))
}

/// Reads the value at the text's front and hands it over; its length, or `None` if it may go on.
fn attempt(
    text: &Text,
    tools: &mut Tools,
    trace: &mut OpenTrace,
    role: Role,
    take: &mut dyn FnMut(&mut Element),
) -> Result<Option<usize>, Failure> {
    let mut element = Element::new(tools.store, tools.intake, tools.known, trace, tools.scratch);
    let mut result = parse(text.rest(), &mut element, role);
    if let Some(length) = inexact_length(text.rest(), &result, element.wants_exact)
        && let Some(marked) = exact::mark_numbers(&text.rest()[..length])
    {
        element = element.restart();
        result = parse(&marked, &mut element, role).map(|_| length);
    }
    match result {
        Ok(length) if is_closed(text, length) => {
            take(&mut element);
            element.scratch.clear();
            Ok(Some(length))
        }
        Ok(_) => {
            element.undo();
            Ok(None)
        }
        Err(failure) => {
            element.undo();
            Err(failure)
        }
    }
}

/// The length of an element that has to be read once more, exactly: it has a number whose digits were lost, or one that
/// is too large even for a double.
fn inexact_length(json: &str, result: &Result<usize, Failure>, wants_exact: bool) -> Option<usize> {
    match result {
        Ok(length) => wants_exact.then_some(*length),
        Err(failure) if failure.error.to_string().starts_with("number out of range") => ignored_length(json).ok(),
        Err(_) => None,
    }
}

/// The length of a value that is passed over.
fn ignored_length(json: &str) -> Result<usize, Failure> {
    let mut parser = Deserializer::from_str(json);
    let result = parser.deserialize_ignored_any(IgnoredAny);
    let index = parser.into_iter::<IgnoredAny>().byte_offset();
    result.map(|_| index).map_err(|error| Failure { error, index })
}

fn parse(json: &str, element: &mut Element, role: Role) -> Result<usize, Failure> {
    let mut parser = Deserializer::from_str(json);
    let result = element.node(role).deserialize(&mut parser);
    let index = parser.into_iter::<IgnoredAny>().byte_offset();
    result.map(|()| index).map_err(|error| Failure { error, index })
}
