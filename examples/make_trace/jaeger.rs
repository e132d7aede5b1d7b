//! Jaeger JSON as the query service answers it, written as a stream: spans are asked for one by one while they are
//! written, so a trace of any size needs the memory of one span.

use base64::Engine as _;
use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, Write};

pub type Text = Cow<'static, str>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceId(pub u128);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpanId(pub u64);

/// Place in the list of processes; written as `p1`, `p2`, …
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ProcessId(pub u32);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    #[serde(rename = "traceID")]
    pub trace: TraceId,
    #[serde(rename = "spanID")]
    pub id: SpanId,
    pub operation_name: Text,
    pub references: Vec<Reference>,
    /// µs since 1970
    pub start_time: i64,
    /// µs
    pub duration: i64,
    pub tags: Vec<Tag>,
    pub logs: Vec<Log>,
    #[serde(rename = "processID")]
    pub process: ProcessId,
    pub warnings: Option<Vec<Text>>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    pub ref_type: RefType,
    #[serde(rename = "traceID")]
    pub trace: TraceId,
    #[serde(rename = "spanID")]
    pub span: SpanId,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefType {
    ChildOf,
    FollowsFrom,
}

#[derive(Serialize)]
pub struct Log {
    /// µs since 1970
    pub timestamp: i64,
    pub fields: Vec<Tag>,
}

#[derive(Clone)]
pub struct Tag {
    pub key: Text,
    pub value: Value,
}

#[derive(Clone)]
pub enum Value {
    Text(Text),
    Bool(bool),
    Int(i64),
    Double(f64),
    Binary(Vec<u8>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Process {
    pub service_name: Text,
    pub tags: Vec<Tag>,
}

pub struct Trace<'a, S> {
    pub id: TraceId,
    pub spans: S,
    /// Only those that a span names are written.
    pub processes: &'a [Process],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    Compact,
    Pretty,
}

/// Writes `{"data": [traces], …}` and a line end.
pub fn write<'a, S>(mut out: impl Write, layout: Layout, traces: impl Iterator<Item = Trace<'a, S>>) -> io::Result<()>
where
    S: Iterator<Item = Span>,
{
    let answer = Answer { data: Once::new(traces.map(Once::new)), total: 0, limit: 0, offset: 0, errors: None };
    match layout {
        Layout::Compact => serde_json::to_writer(&mut out, &answer)?,
        Layout::Pretty => serde_json::to_writer_pretty(&mut out, &answer)?,
    }
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize)]
struct Answer<D> {
    data: D,
    total: u64,
    limit: u64,
    offset: u64,
    errors: Option<&'static str>,
}

/// Something that is used up by writing it, though serde only lends it.
struct Once<T>(Cell<Option<T>>);

impl<T> Once<T> {
    fn new(value: T) -> Self {
        Self(Cell::new(Some(value)))
    }

    fn take(&self) -> T {
        self.0.take().expect("serde writes each part once")
    }
}

impl<I> Serialize for Once<I>
where
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        writer.collect_seq(self.take())
    }
}

impl<S: Iterator<Item = Span>> Serialize for Once<Trace<'_, S>> {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let Trace { id, spans, processes } = self.take();
        let mut used = BTreeSet::new();
        let mut trace = writer.serialize_struct("Trace", 4)?;
        trace.serialize_field("traceID", &id)?;
        let spans = spans.inspect(|span| {
            used.insert(span.process);
        });
        trace.serialize_field("spans", &Once::new(spans))?;
        trace.serialize_field("processes", &UsedProcesses(&used, processes))?;
        trace.serialize_field("warnings", &None::<&str>)?;
        trace.end()
    }
}

struct UsedProcesses<'a>(&'a BTreeSet<ProcessId>, &'a [Process]);

impl Serialize for UsedProcesses<'_> {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let Self(used, all) = self;
        writer.collect_map(used.iter().map(|id| (id, &all[id.0 as usize])))
    }
}

impl Serialize for TraceId {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        writer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl Serialize for SpanId {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        writer.collect_str(&format_args!("{:016x}", self.0))
    }
}

impl Serialize for ProcessId {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        writer.collect_str(&format_args!("p{}", self.0 + 1))
    }
}

/// Integers beyond this are texts in Jaeger JSON, as JavaScript would round them.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

impl Serialize for Tag {
    fn serialize<W: Serializer>(&self, writer: W) -> Result<W::Ok, W::Error> {
        let mut tag = writer.serialize_map(Some(3))?;
        tag.serialize_entry("key", &self.key)?;
        let kind = match self.value {
            Value::Text(_) => "string",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int64",
            Value::Double(_) => "float64",
            Value::Binary(_) => "binary",
        };
        tag.serialize_entry("type", kind)?;
        match &self.value {
            Value::Text(text) => tag.serialize_entry("value", text)?,
            Value::Bool(bool) => tag.serialize_entry("value", bool)?,
            Value::Int(int) if int.unsigned_abs() > MAX_SAFE_INTEGER => {
                tag.serialize_entry("value", &int.to_string())?;
            }
            Value::Int(int) => tag.serialize_entry("value", int)?,
            Value::Double(double) => tag.serialize_entry("value", double)?,
            Value::Binary(bytes) => {
                let text = base64::engine::general_purpose::STANDARD.encode(bytes);
                tag.serialize_entry("value", &text)?;
            }
        }
        tag.end()
    }
}

impl Tag {
    pub fn new(key: impl Into<Text>, value: impl Into<Value>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<f64> for Value {
    fn from(double: f64) -> Self {
        Self::Double(double)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}
