//! The search form, as Jaeger UI has it (FEATURES §1.2), and longer or shorter traces besides.

use super::logfmt;
use crate::query::find::{Number, duration};
use crate::query::traceql::token::fault;
use crate::query::traceql::{self, Comparison, Expected, Expr, Field, Intrinsic, Literal, Query, Scope, Spansets};
use serde::{Deserialize, Serialize};

/// What the form says. Empty texts ask for nothing.
///
/// Service, operation, tags, duration and window must hold for one and the same span, as in Jaeger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    pub service: String,
    pub operation: String,
    /// `key=value` pairs (logfmt), all of which the span has: among its attributes, its resource's or its events'.
    pub tags: String,
    /// Of the span, such as `1.2s`, `100ms` or `500us`.
    pub min_duration: String,
    pub max_duration: String,
    /// Of the whole trace.
    pub min_trace_duration: String,
    pub max_trace_duration: String,
    /// The span starts in this time: nanoseconds since 1970.
    pub from_unix_nanos: Option<i64>,
    pub to_unix_nanos: Option<i64>,
    /// At most so many traces, the most recent ones.
    pub limit: Option<u32>,
}

/// Why there is no search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub place: Place,
    pub fault: traceql::Fault,
}

/// Where a [`Fault`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    Query,
    Tags,
    MinDuration,
    MaxDuration,
    MinTraceDuration,
    MaxTraceDuration,
}

/// A form that was understood.
#[derive(Debug, PartialEq)]
pub struct Form {
    /// What a span must be; none if nothing is asked of spans.
    pub query: Option<Query>,
    /// Nanoseconds that a trace lasts at least, and at most.
    pub trace_nanos: (Option<i64>, Option<i64>),
}

/// What a form has as text, taken apart. Durations in nanoseconds: at least, and at most.
#[derive(Debug, PartialEq)]
pub struct Fields {
    pub tags: Vec<(String, String)>,
    pub span_nanos: (Option<i64>, Option<i64>),
    pub trace_nanos: (Option<i64>, Option<i64>),
}

impl Conditions {
    pub fn understand(&self) -> Result<Form, Fault> {
        let mut all = Vec::new();
        let text = |text: &str| Literal::Text(text.to_owned());
        let mut add = |field: Field, comparison, literal| all.push(compared(field, comparison, literal));
        if !self.service.is_empty() {
            let service = Field::Attribute(Scope::Resource, "service.name".to_owned());
            add(service, Comparison::Equal, text(&self.service));
        }
        if !self.operation.is_empty() {
            add(Field::Intrinsic(Intrinsic::Name), Comparison::Equal, text(&self.operation));
        }
        let fields = self.fields()?;
        let bounds = [(fields.span_nanos.0, Comparison::AtLeast), (fields.span_nanos.1, Comparison::AtMost)];
        for (bound, comparison) in bounds {
            if let Some(nanos) = bound {
                add(Field::Intrinsic(Intrinsic::Duration), comparison, Literal::Duration(nanos));
            }
        }
        let window = [(self.from_unix_nanos, Comparison::AtLeast), (self.to_unix_nanos, Comparison::AtMost)];
        for (time, comparison) in window {
            if let Some(time) = time {
                add(Field::Intrinsic(Intrinsic::Start), comparison, Literal::Number(Number::Int(time)));
            }
        }
        all.extend(fields.tags.iter().map(|(key, value)| tag(key, value)));
        let query = (!all.is_empty()).then(|| Query { first: Spansets::Filter(Expr::All(all)), stages: Vec::new() });
        Ok(Form { query, trace_nanos: fields.trace_nanos })
    }

    /// Takes apart what is typed as text.
    pub fn fields(&self) -> Result<Fields, Fault> {
        let pairs = logfmt::parse(&self.tags).map_err(|fault| Fault { place: Place::Tags, fault })?;
        Ok(Fields {
            tags: pairs.into_iter().map(|pair| (pair.key, pair.value)).collect(),
            span_nanos: (
                nanos(Place::MinDuration, &self.min_duration)?,
                nanos(Place::MaxDuration, &self.max_duration)?,
            ),
            trace_nanos: (
                nanos(Place::MinTraceDuration, &self.min_trace_duration)?,
                nanos(Place::MaxTraceDuration, &self.max_trace_duration)?,
            ),
        })
    }
}

fn compared(field: Field, comparison: Comparison, literal: Literal) -> Expr {
    Expr::Compare(Box::new(Expr::Field(field)), comparison, Box::new(Expr::Literal(literal)))
}

/// Jaeger's backends look for tags among the span's, its process' and its logs' fields; and what OpenTelemetry has as a field of the
/// span they have as a tag, too.
fn tag(key: &str, value: &str) -> Expr {
    let attribute = Field::Attribute(Scope::Anywhere, key.to_owned());
    let mut any = vec![compared(attribute, Comparison::Equal, Literal::Text(value.to_owned()))];
    let field = match key {
        "error" if value == "true" => Some((Intrinsic::Status, "error".to_owned())),
        "span.kind" => Some((Intrinsic::Kind, value.to_owned())),
        "otel.status_code" => Some((Intrinsic::Status, value.to_ascii_lowercase())),
        "otel.status_description" => Some((Intrinsic::StatusMessage, value.to_owned())),
        "otel.scope.name" | "otel.library.name" => Some((Intrinsic::ScopeName, value.to_owned())),
        "otel.scope.version" | "otel.library.version" => Some((Intrinsic::ScopeVersion, value.to_owned())),
        _ => None,
    };
    any.extend(
        field.map(|(intrinsic, value)| compared(Field::Intrinsic(intrinsic), Comparison::Equal, Literal::Text(value))),
    );
    Expr::Any(any)
}

/// A length of time; Jaeger UI lets spaces stand before its unit.
fn nanos(place: Place, text: &str) -> Result<Option<i64>, Fault> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let wrong = || Fault { place, fault: fault(text, 0, text.len(), Expected::Duration) };
    duration(&plain).filter(|nanos| *nanos >= 0).map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_form_asks_nothing_of_spans() {
        let form = Conditions { min_trace_duration: "1.5 s".into(), ..Conditions::default() }.understand();
        assert_eq!(form, Ok(Form { query: None, trace_nanos: (Some(1_500_000_000), None) }));
    }

    #[test]
    fn faults_name_their_field() {
        let fault = |conditions: Conditions| {
            let fault = conditions.understand().expect_err("a fault");
            (fault.place, fault.fault.column, fault.fault.expected)
        };
        let empty = Conditions::default;
        assert_eq!(fault(Conditions { tags: "a=1 =2".into(), ..empty() }), (Place::Tags, 5, Expected::Key));
        assert_eq!(
            fault(Conditions { min_duration: "5".into(), ..empty() }),
            (Place::MinDuration, 1, Expected::Duration)
        );
        assert_eq!(fault(Conditions { max_duration: "-5s".into(), ..empty() }).0, Place::MaxDuration);
        assert_eq!(fault(Conditions { min_trace_duration: "x".into(), ..empty() }).0, Place::MinTraceDuration);
        assert_eq!(fault(Conditions { max_trace_duration: "1y".into(), ..empty() }).0, Place::MaxTraceDuration);
    }
}
