//! The outer structure of a file: documents one after another, and in each the lists and objects that a [`Reader`] wants
//! to go into, for they may be as large as the file. A small state machine over the text as it comes; see [`Expect`].
//!
//! ```text
//! {"data":[{"traceID":"1","spans":[{…},{…},   entered: the object, `data`, the trace object, `spans`
//!                                  ^^^ ^^^    taken: each span, as soon as it is whole
//! ```

use super::broken::Broken;
use super::tape::{LONGEST, Stop, Tape};
use super::value::Value;
use crate::ingest::notes::piece;
use crate::ingest::report::{FaultKind, NoteKind, Place};
use crate::ingest::sink::Sink;
use crate::ingest::text::Text;

/// What a list, an object or a value is to its reader. Every reader has its own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role(pub u8);

/// A value that comes, and where.
#[derive(Clone, Copy)]
pub struct Meeting<'a> {
    /// What it stands in; `None`: it is a document.
    pub within: Option<Role>,
    /// Its key, if it stands in an object.
    pub key: &'a str,
    /// Its first byte: what it is.
    pub byte: u8,
    /// The text from its first byte on, as far as it has come.
    pub ahead: &'a str,
}

/// What is to be done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To go into it: what is in it will be met one by one. For lists and objects only.
    Enter(Role),
    /// To take it as a whole.
    Take(Role),
    /// To pass over it.
    Pass,
    /// It cannot be told yet: more must come.
    Undecided,
    /// Nothing: the document is not what it should be; what was expected.
    Wrong(&'static str),
}

/// A reader of a format. It says where to go and puts what it takes into columns.
pub trait Reader {
    /// What to do with a value. Asked anew when the value could not be taken because it had not all come.
    fn meet(&mut self, value: Meeting) -> Step;

    /// A list or an object has been entered.
    fn begin(&mut self, _role: Role, _sink: &mut Sink) {}

    /// A whole value. Notes on it get its place. A fault ends the document.
    fn take(&mut self, role: Role, value: Value, sink: &mut Sink) -> Result<(), FaultKind>;

    /// A list or an object that was entered has ended, or the text ends inside it.
    fn end(&mut self, _role: Role, _sink: &mut Sink) -> Result<(), FaultKind> {
        Ok(())
    }

    /// Nothing more will come.
    fn finish(&mut self, _sink: &mut Sink) -> Result<(), FaultKind> {
        Ok(())
    }
}

/// An open list or object.
#[derive(Debug)]
struct Frame {
    role: Role,
    is_list: bool,
    /// The number of the item being read.
    index: u64,
    /// The key of the value being read.
    key: String,
}

/// What the grammar allows next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Document,
    /// A list's first item or its end.
    FirstItem,
    Item,
    /// An object's first key or its end.
    FirstKey,
    Key,
    Colon,
    Value,
    /// A comma or the end of the list or object.
    Comma,
}

/// Where reading stands when it cannot go on alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// More must come.
    Waiting,
    /// Between two documents, or at the file's start.
    Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Done,
    Wait,
}

/// Lists and objects that are entered inside one another; more are no trace.
const DEEPEST: usize = 32;

/// See the module.
#[derive(Debug)]
pub struct Walk {
    frames: Vec<Frame>,
    expect: Expect,
    /// Where the last comma of the outer structure is.
    comma: u64,
    /// The text must be this long before the value at its front is tried again.
    retry_at: usize,
    /// The longest value that is taken, in bytes.
    longest: usize,
    tape: Tape,
}

impl Default for Walk {
    fn default() -> Walk {
        let tape = Tape::default();
        Walk { frames: Vec::new(), expect: Expect::Document, comma: 0, retry_at: 0, longest: LONGEST, tape }
    }
}

impl Walk {
    /// Another limit for the length of a taken value, in bytes.
    #[cfg(test)]
    pub fn with_longest(longest: usize) -> Walk {
        Walk { longest, ..Walk::default() }
    }

    /// Whether the text's front is inside a document.
    pub fn is_inside(&self) -> bool {
        self.expect != Expect::Document
    }

    /// Begins the document at the text's front.
    pub fn begin(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink) -> Result<At, Broken> {
        debug_assert!(!self.is_inside());
        self.expect = Expect::Value;
        self.read(text, reader, sink)
    }

    /// Goes on inside a document, as far as the text has come or to the document's end.
    pub fn read(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink) -> Result<At, Broken> {
        while self.expect != Expect::Document {
            text.skip_white();
            let Some(byte) = text.peek() else {
                return Ok(At::Waiting);
            };
            if self.step(text, reader, sink, byte)? == Flow::Wait {
                return Ok(At::Waiting);
            }
        }
        Ok(At::Document)
    }

    /// Gives up the document: a fault was found, or the text has ended. The innermost of what was entered ends first.
    pub fn abandon(&mut self, reader: &mut dyn Reader, sink: &mut Sink) {
        while let Some(frame) = self.frames.pop() {
            // What is wrong with a document that is given up is known already.
            let _ = reader.end(frame.role, sink);
        }
        self.expect = Expect::Document;
        self.retry_at = 0;
    }

    /// Passes over the document at the text's front, whatever it is.
    pub fn pass(&mut self, text: &mut Text) -> Result<At, Broken> {
        let Some(length) = self.whole(text)? else {
            return Ok(At::Waiting);
        };
        text.advance(length);
        Ok(At::Document)
    }

    /// The path of what is being read: `data[0].spans[1]`.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for frame in &self.frames {
            if frame.is_list {
                path += &format!("[{}]", frame.index);
            } else if !frame.key.is_empty() {
                path += if path.is_empty() { "" } else { "." };
                path += &piece(&frame.key);
            }
        }
        path
    }

    fn step(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink, byte: u8) -> Result<Flow, Broken> {
        match (self.expect, byte) {
            (Expect::FirstItem, b']') | (Expect::FirstKey, b'}') => self.end(text, reader, sink),
            (Expect::Item, b']') => Err(self.wrong(text, self.comma, "a value")),
            (Expect::Key, b'}') => Err(self.wrong(text, self.comma, "a key")),
            (Expect::FirstKey | Expect::Key, b'"') => self.key(text),
            (Expect::FirstKey | Expect::Key, _) => Err(self.wrong(text, text.position(), "a key")),
            (Expect::Colon, b':') => {
                text.advance(1);
                self.expect = Expect::Value;
                Ok(Flow::Done)
            }
            (Expect::Colon, _) => Err(self.wrong(text, text.position(), "`:`")),
            (Expect::Comma, _) => self.comma(text, reader, sink, byte),
            _ => self.value(text, reader, sink, byte),
        }
    }

    fn comma(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink, byte: u8) -> Result<Flow, Broken> {
        let Some(frame) = self.frames.last_mut() else {
            self.expect = Expect::Document;
            return Ok(Flow::Done);
        };
        // A comma with nothing behind it stays: if an end follows, the comma is what is wrong, and its place is asked for.
        if byte == b',' && !text.is_complete() && text.rest()[1..].bytes().all(is_white) {
            return Ok(Flow::Wait);
        }
        match (frame.is_list, byte) {
            (true, b',') => {
                frame.index += 1;
                self.expect = Expect::Item;
            }
            (false, b',') => self.expect = Expect::Key,
            (true, b']') | (false, b'}') => return self.end(text, reader, sink),
            (true, _) => return Err(self.wrong(text, text.position(), "`,` or `]`")),
            (false, _) => return Err(self.wrong(text, text.position(), "`,` or `}`")),
        }
        self.comma = text.position();
        text.advance(1);
        Ok(Flow::Done)
    }

    fn key(&mut self, text: &mut Text) -> Result<Flow, Broken> {
        let Some(length) = self.whole(text)? else {
            return Ok(Flow::Wait);
        };
        if let Some(frame) = self.frames.last_mut() {
            let key = self.tape.root(text.rest()).text().unwrap_or_default();
            key.clone_into(&mut frame.key);
        }
        text.advance(length);
        self.expect = Expect::Colon;
        Ok(Flow::Done)
    }

    fn value(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink, byte: u8) -> Result<Flow, Broken> {
        if self.must_wait(text) {
            return Ok(Flow::Wait);
        }
        let frame = self.frames.last();
        let key = frame.filter(|frame| !frame.is_list).map_or("", |frame| &frame.key);
        let step = reader.meet(Meeting { within: frame.map(|frame| frame.role), key, byte, ahead: text.rest() });
        match (step, byte) {
            (Step::Enter(role), b'{' | b'[') => self.enter(text, reader, sink, role, byte == b'['),
            (Step::Enter(_), _) => Err(self.wrong(text, text.position(), "a list or an object")),
            (Step::Take(role), _) => self.take(text, reader, sink, role),
            (Step::Pass, _) => match self.whole(text)? {
                Some(length) => Ok(self.is_read(text, length)),
                None => Ok(Flow::Wait),
            },
            (Step::Undecided, _) if text.is_complete() => Err(Broken::cut_off(text, self.path())),
            (Step::Undecided, _) => Ok(self.wait(text)),
            (Step::Wrong(expected), _) => {
                Err(Broken::at(text, text.position(), self.path(), FaultKind::Shape, expected))
            }
        }
    }

    fn enter(
        &mut self,
        text: &mut Text,
        reader: &mut dyn Reader,
        sink: &mut Sink,
        role: Role,
        is_list: bool,
    ) -> Result<Flow, Broken> {
        if self.frames.len() >= DEEPEST {
            return Err(Broken::at(text, text.position(), self.path(), FaultKind::Shape, "a trace"));
        }
        self.retry_at = 0;
        self.frames.push(Frame { role, is_list, index: 0, key: String::new() });
        reader.begin(role, sink);
        text.advance(1);
        self.expect = if is_list { Expect::FirstItem } else { Expect::FirstKey };
        Ok(Flow::Done)
    }

    fn take(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink, role: Role) -> Result<Flow, Broken> {
        let Some(length) = self.whole(text)? else {
            return Ok(Flow::Wait);
        };
        let outcome = reader.take(role, self.tape.root(text.rest()), sink);
        sink.intake.notes.commit(&mut || self.place(text));
        if self.tape.lone_surrogates > 0
            && let Some(note) = sink.intake.notes.count(NoteKind::LoneSurrogate, self.tape.lone_surrogates)
        {
            note.place = Some(self.place(text));
        }
        match outcome {
            Ok(()) => Ok(self.is_read(text, length)),
            Err(kind) => Err(Broken::at(text, text.position(), self.path(), kind, "")),
        }
    }

    fn is_read(&mut self, text: &mut Text, length: usize) -> Flow {
        text.advance(length);
        self.expect = if self.frames.is_empty() { Expect::Document } else { Expect::Comma };
        Flow::Done
    }

    /// A list or an object ends.
    fn end(&mut self, text: &mut Text, reader: &mut dyn Reader, sink: &mut Sink) -> Result<Flow, Broken> {
        if let Some(frame) = self.frames.pop() {
            let outcome = reader.end(frame.role, sink);
            // Of the object as a whole, where it is in the list that it stands in.
            sink.intake.notes.commit(&mut || self.place(text));
            outcome.map_err(Broken::of)?;
        }
        Ok(self.is_read(text, 1))
    }

    /// Puts the value at the text's front on the tape, once it is whole; its length.
    fn whole(&mut self, text: &Text) -> Result<Option<usize>, Broken> {
        if self.must_wait(text) {
            return Ok(None);
        }
        let rest = text.rest();
        match self.tape.read(rest) {
            Ok(length) if is_closed(text, length) && length <= self.longest => {
                self.retry_at = 0;
                Ok(Some(length))
            }
            Ok(_) | Err(Stop::Cut) if rest.len() > self.longest => {
                let kind = FaultKind::ElementTooLong { limit: self.longest as u64 };
                Err(Broken::at(text, text.position(), self.path(), kind, ""))
            }
            Ok(_) | Err(Stop::Cut) if text.is_complete() => Err(Broken::cut_off(text, self.path())),
            Ok(_) | Err(Stop::Cut) => {
                self.wait(text);
                Ok(None)
            }
            Err(Stop::Wrong { at, expected }) => Err(self.wrong(text, text.position() + at as u64, expected)),
        }
    }

    fn wait(&mut self, text: &Text) -> Flow {
        let length = text.rest().len();
        self.retry_at = length + length / 2 + 1;
        Flow::Wait
    }

    /// A value that was cut is tried again when half as much has come again, so a long one stays linear.
    fn must_wait(&self, text: &Text) -> bool {
        text.rest().len() < self.retry_at && !text.is_complete()
    }

    fn wrong(&self, text: &Text, position: u64, expected: &str) -> Broken {
        Broken::at(text, position, self.path(), FaultKind::Syntax, expected)
    }

    /// The place of the value at the text's front.
    pub fn place(&self, text: &Text) -> Place {
        Place { path: self.path(), ..text.place(text.position()) }
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a value of this length is whole: a number or a word at the very end may go on.
fn is_closed(text: &Text, length: usize) -> bool {
    let rest = text.rest().as_bytes();
    text.is_complete() || length < rest.len() || matches!(rest.last(), Some(b'"' | b'}' | b']'))
}

#[cfg(test)]
mod tests {
    use crate::ingest::python_console::PythonConsole;
    use crate::ingest::trials::every_slicing;

    #[test]
    fn a_comma_before_an_end_has_its_place_however_the_text_is_cut() {
        // Found by fuzzing: the comma was given back with its slice, and the place was that of the bracket.
        for text in ["[1, ] and so on", "[{},\n\n]", "[1,", "[1 , ", "[1,2"] {
            every_slicing::<PythonConsole>(text);
        }
    }
}
