//! JSON values that are no lists and no objects.

/// A JSON value that is no list and no object.
#[derive(Clone, Copy, Debug)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Uint(u64),
    Int(i64),
    Double(f64),
    Text(&'a str),
    /// A number that a double cannot hold, as written: see `exact`.
    Digits(&'a str),
}

impl Scalar<'_> {
    /// As a text, for values that should have been one and for examples.
    pub fn words(self) -> String {
        match self {
            Scalar::Null => "null".to_owned(),
            Scalar::Bool(true) => "true".to_owned(),
            Scalar::Bool(false) => "false".to_owned(),
            Scalar::Uint(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            // The element is read again for its digits: see `Node::visit_f64`.
            Scalar::Double(_) => String::new(),
            Scalar::Text(text) | Scalar::Digits(text) => text.to_owned(),
        }
    }
}

/// Stands for a list or an object in examples.
pub const LIST: Scalar = Scalar::Text("[…]");
