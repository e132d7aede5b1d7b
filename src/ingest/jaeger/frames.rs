//! Where in a document reading stands.

use super::element::BackendError;
use super::keys::Key;
use super::trace::OpenTrace;

/// An open list or object of the outer structure.
#[derive(Debug)]
pub enum Frame {
    List(List),
    Object(Box<Object>),
}

/// A list of traces, spans or documents (what its items are is seen by their keys), or a trace's `spans`.
#[derive(Debug)]
pub struct List {
    /// Items are spans, without looking.
    pub is_spans: bool,
    /// The number of the item being read.
    pub index: u64,
}

/// An object: an answer (`data`, `errors`), a trace (`spans`, `processes`), or a span until that is seen.
#[derive(Debug)]
pub struct Object {
    /// Where it starts; kept as long as it may turn out to be a span, which is parsed as a whole.
    pub start: u64,
    /// What it is has been seen: it is no span.
    pub is_decided: bool,
    pub key: Key,
    pub key_text: String,
    /// Always there, but for the moment in which a value is read into it.
    pub trace: Option<Box<OpenTrace>>,
    pub has_spans: bool,
    /// `data` has been there and was no `null`.
    pub has_data: bool,
    /// `data` has been there.
    pub is_answer: bool,
    pub errors: Vec<BackendError>,
}

impl Object {
    pub fn at(start: u64) -> Object {
        Object {
            start,
            is_decided: false,
            key: Key::Other,
            key_text: String::new(),
            trace: Some(Box::default()),
            has_spans: false,
            has_data: false,
            is_answer: false,
            errors: Vec::new(),
        }
    }
}

/// What the grammar allows next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expect {
    /// A document, or the end of the file.
    #[default]
    Document,
    /// A list's first item or its end.
    FirstItem,
    Item,
    /// An object's first key or its end.
    FirstKey,
    Key,
    Colon,
    Value,
    /// A span, whose beginning is known to be one.
    Span,
    /// A comma or the end of the list or object.
    Comma,
}

/// The path of what is being read: `data[0].spans[1]`.
pub fn path(frames: &[Frame]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::List(list) => path += &format!("[{}]", list.index),
            Frame::Object(object) if object.key_text.is_empty() => {}
            Frame::Object(object) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path += &object.key_text;
            }
        }
    }
    path
}
