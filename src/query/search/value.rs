//! A value that conditions compare.

use crate::model::ValueRef;
use crate::query::find::{Number, duration};
use crate::query::traceql::{Calculation, Comparison, Literal};
use std::borrow::Cow;
use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(Number),
    /// Nanoseconds.
    Duration(i64),
    Bool(bool),
    /// There is a value, but it equals nothing: bytes, maps, lists in lists.
    Opaque,
}

impl<'a> Scalar<'a> {
    pub fn text(text: &'a str) -> Scalar<'a> {
        Scalar::Text(Cow::Borrowed(text))
    }

    /// Adds what a value is: nothing for a null, each item of a list.
    pub fn push(value: ValueRef<'a>, out: &mut Vec<Scalar<'a>>) {
        let ValueRef::Array(items) = value else {
            out.extend(Scalar::of(value));
            return;
        };
        let before = out.len();
        out.extend(items.filter_map(|(_, item)| Scalar::of(item)));
        if out.len() == before {
            out.push(Scalar::Opaque);
        }
    }

    fn of(value: ValueRef<'a>) -> Option<Scalar<'a>> {
        Some(match value {
            ValueRef::Null => return None,
            ValueRef::Str(text) => Scalar::text(text),
            ValueRef::Bool(value) => Scalar::Bool(value),
            ValueRef::Int(value) => Scalar::Number(Number::Int(value)),
            ValueRef::BigInt(digits) => Number::parse(digits).map_or(Scalar::Opaque, Scalar::Number),
            ValueRef::Double(value) => Scalar::Number(Number::Double(value)),
            ValueRef::Bytes(_) | ValueRef::Array(_) | ValueRef::Map(_) => Scalar::Opaque,
        })
    }

    /// A number, or a text that is one; nanoseconds of a length of time.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Scalar::Text(text) => Number::parse(text)?,
            Scalar::Number(number) => *number,
            Scalar::Duration(nanos) => Number::Int(*nanos),
            Scalar::Bool(_) | Scalar::Opaque => return None,
        };
        Some(match number {
            Number::Int(value) => value as f64,
            Number::Double(value) => value,
        })
    }

    /// What regular expressions see, and what spansets are grouped by.
    pub fn words(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Scalar::Text(text) => Cow::Borrowed(text),
            Scalar::Number(Number::Int(value)) => Cow::Owned(value.to_string()),
            Scalar::Number(Number::Double(value)) => Cow::Owned(value.to_string()),
            Scalar::Duration(nanos) => Cow::Owned(nanos.to_string()),
            Scalar::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Scalar::Opaque => return None,
        })
    }

    /// `None`: they are of different sorts, so they differ and have no order. A text is read as what it is compared with: files of Zipkin
    /// and old ones of Jaeger write every number as a text.
    pub fn compare(&self, other: &Scalar) -> Option<Ordering> {
        let bool_of = |text: &str| match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        match (self, other) {
            (Scalar::Text(a), Scalar::Text(b)) => Some(a.cmp(b)),
            (Scalar::Number(a), Scalar::Number(b)) => a.compare(*b),
            (Scalar::Duration(a), Scalar::Duration(b)) => Some(a.cmp(b)),
            (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
            (Scalar::Duration(a), Scalar::Number(b)) => Number::Int(*a).compare(*b),
            (Scalar::Text(a), Scalar::Number(b)) => Number::parse(a)?.compare(*b),
            (Scalar::Text(a), Scalar::Duration(b)) => match duration(a) {
                Some(a) => Some(a.cmp(b)),
                None => Number::parse(a)?.compare(Number::Int(*b)),
            },
            (Scalar::Text(a), Scalar::Bool(b)) => Some(bool_of(a)?.cmp(b)),
            (Scalar::Number(_), Scalar::Text(_) | Scalar::Duration(_))
            | (Scalar::Duration(_) | Scalar::Bool(_), Scalar::Text(_)) => other.compare(self).map(Ordering::reverse),
            (Scalar::Number(_) | Scalar::Duration(_), Scalar::Bool(_))
            | (Scalar::Bool(_), Scalar::Number(_) | Scalar::Duration(_))
            | (Scalar::Opaque, _)
            | (_, Scalar::Opaque) => None,
        }
    }
}

/// `None` for nil.
pub fn literal(literal: &Literal) -> Option<Scalar<'static>> {
    Some(match literal {
        Literal::Text(text) => Scalar::Text(Cow::Owned(text.clone())),
        Literal::Number(number) => Scalar::Number(*number),
        Literal::Duration(nanos) => Scalar::Duration(*nanos),
        Literal::Bool(value) => Scalar::Bool(*value),
        Literal::Status(word) | Literal::Kind(word) => Scalar::text(word),
        Literal::Nil => return None,
    })
}

/// Whether an order is the one asked for; of `!=` whether they are equal, which is then denied.
pub fn is_so(comparison: Comparison, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return false };
    match comparison {
        Comparison::Equal | Comparison::Unequal => order.is_eq(),
        Comparison::More => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Like | Comparison::Unlike => false,
    }
}

/// `None`: an exponent that is no whole number. (Others would be kilobytes of code.)
pub fn calculate(left: f64, calculation: Calculation, right: f64) -> Option<f64> {
    Some(match calculation {
        Calculation::Add => left + right,
        Calculation::Subtract => left - right,
        Calculation::Multiply => left * right,
        Calculation::Divide => left / right,
        Calculation::Remainder => left % right,
        Calculation::Power if right as i32 as f64 == right => left.powi(right as i32),
        Calculation::Power => return None,
    })
}
