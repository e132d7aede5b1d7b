//! What every query API can be asked, and the one trait of its dialects.

use serde::{Deserialize, Serialize};

use super::answers::{Name, Partial, Summary, Unread};
use super::conditions::{Conditions, Unasked};
use super::request::Request;
use crate::ingest::json::value::Value;
use crate::ingest::report::Calls;
use crate::model::SpanKind;

/// The backends that are spoken with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Jaeger,
    Zipkin,
    Tempo,
}

impl Kind {
    /// A proper name, not translated.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Jaeger => "Jaeger",
            Kind::Zipkin => "Zipkin",
            Kind::Tempo => "Tempo",
        }
    }

    /// The folder below the app in which a proxy has the backend: Jaeger's own paths begin with `api/` already.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Jaeger => "",
            Kind::Zipkin => "zipkin/",
            Kind::Tempo => "tempo/",
        }
    }
}

/// What a source can be asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// A search answers with whole traces.
    pub whole_traces: bool,
    /// A search answers with ids and summaries; each trace is fetched when it is wanted.
    pub summaries: bool,
    /// It reads a query in TraceQL.
    pub traceql: bool,
    /// It knows the keys of attributes and their values.
    pub tags: bool,
    pub dependencies: bool,
    /// A trace can be put into its archive. A backend without an archive says so when it is asked.
    pub archive: bool,
}

/// A question to a query API whose answer is small: it is read as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    Services,
    Operations {
        service: String,
    },
    /// Keys of attributes.
    TagKeys,
    TagValues {
        key: String,
    },
    /// Calls between services in the time before `end`, both in nanoseconds.
    Dependencies {
        end: u64,
        lookback: u64,
    },
    /// Figures of a service over time.
    Metrics(Box<Metrics>),
    /// Ids and summaries of traces.
    Summaries(Box<Conditions>),
    /// Puts a trace into the archive.
    Archive {
        id: String,
    },
}

/// What figures of a service are asked for. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    pub figure: Figure,
    pub service: String,
    pub kind: SpanKind,
    /// Of each of its operations, not of all together.
    pub by_operation: bool,
    pub end: u64,
    pub lookback: u64,
    pub step: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Figure {
    /// The duration that so many percent of the spans do not exceed, in milliseconds.
    Duration(u8),
    /// Calls a second.
    Calls,
    /// The share of calls that failed.
    Errors,
}

/// A figure over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Empty: of all together.
    pub operation: String,
    /// Nanoseconds since 1970, and what it was then. Where the backend has no number there is no point.
    pub points: Vec<(i64, f64)>,
}

/// The answer to an [`Ask`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    Names(Vec<Name>),
    Calls(Vec<Calls>),
    Metrics(Vec<Series>),
    Summaries(Vec<Summary>, Option<Partial>),
    Done,
}

/// A dialect: builds requests and reads answers. Requests of a list are made one after another until one is known to the
/// backend; an empty list means that the dialect cannot be asked for that. Whole traces come as bytes for `ingest`.
pub trait QueryApi {
    fn kind(&self) -> Kind;

    /// What of it the backend speaks, as people name it: `v1, v3`.
    fn version(&self) -> &str;

    fn abilities(&self) -> Abilities;

    /// The requests for a small answer.
    fn requests(&self, ask: &Ask) -> Vec<Request>;

    /// Takes a small answer apart. `Shape`: it is JSON, but not this dialect's.
    fn read(&self, ask: &Ask, answer: Value) -> Result<Told, Unread>;

    /// The requests for whole traces that hold the conditions.
    fn search(&self, conditions: &Conditions) -> Vec<Request>;

    /// The requests for one trace; `id` is hexadecimal.
    fn trace(&self, id: &str) -> Vec<Request>;

    /// What of the conditions such a search does not ask for.
    fn unasked(&self, conditions: &Conditions) -> Vec<Unasked>;
}
