//! Fields of Zipkin's spans, alike in v1 and v2: endpoints, tags, times, annotations, flags and ids.

use crate::ingest::decimal;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, is_integer};
use crate::model::attribute_names as names;
use crate::model::{Cell, Nanos, SpanId, StatusCode, StringId, UnixNanos};

/// Names of the attributes that an endpoint becomes, and the field that it stands in.
pub struct AddressNames {
    field: &'static str,
    ip: &'static str,
    ipv6: &'static str,
    port: &'static str,
}

/// Of the local endpoint, for a resource.
pub const HOST: AddressNames =
    AddressNames { field: "localEndpoint", ip: names::HOST_IP, ipv6: names::HOST_IPV6, port: names::HOST_PORT };
/// Of the remote endpoint, for a span.
pub const PEER: AddressNames =
    AddressNames { field: "remoteEndpoint", ip: names::PEER_IP, ipv6: names::PEER_IPV6, port: names::PEER_PORT };

/// Reads an endpoint's address into attributes; its service, if it names one.
pub fn read_endpoint(
    endpoint: Value,
    names: &AddressNames,
    attributes: &mut Vec<(StringId, Cell)>,
    sink: &mut Sink,
) -> Option<StringId> {
    let (mut service, mut ipv4, mut ipv6, mut port) = (StringId::EMPTY, None, None, None);
    for (key, value) in endpoint.members() {
        match key {
            _ if value.is_null() => {}
            "serviceName" => service = text("serviceName", value, sink),
            "ipv4" => ipv4 = address_cell(value, sink),
            "ipv6" => ipv6 = address_cell(value, sink),
            "port" => port = port_cell(value, sink),
            _ => {
                let key = sink.intern(&format!("{}.{key}", names.field));
                attributes.push((key, sink.cell(value)));
            }
        }
    }
    let both = ipv4.and(ipv6);
    for (key, cell) in [(names.ip, ipv4.or(ipv6)), (names.ipv6, both), (names.port, port)] {
        if let Some(cell) = cell {
            attributes.push((sink.intern(key), cell));
        }
    }
    (service != StringId::EMPTY).then_some(service)
}

fn address_cell(value: Value, sink: &mut Sink) -> Option<Cell> {
    (value.text() != Some("")).then(|| sink.cell(value))
}

/// A port; 0 is written for none.
fn port_cell(value: Value, sink: &mut Sink) -> Option<Cell> {
    match value.digits_or_text() {
        Some("" | "0") => None,
        Some(digits) if is_integer(digits) => Some(sink.number_cell(digits)),
        _ => Some(sink.cell(value)),
    }
}

/// What tags say about their span. They stay attributes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    is_error: bool,
    pub error_message: Option<StringId>,
    code: StatusCode,
    pub description: Option<StringId>,
    pub scope_name: Option<StringId>,
    pub scope_version: Option<StringId>,
}

impl Told {
    /// An error told by either tag is an error.
    pub fn status(self) -> StatusCode {
        if self.is_error { StatusCode::Error } else { self.code }
    }

    /// Adds a tag to the span being read. The names with `otel.` are those that OpenTelemetry's exporters for Zipkin
    /// write (specification/trace/sdk_exporters/zipkin.md).
    #[inline]
    pub fn tag(&mut self, key: &str, value: Value, cell: Cell, sink: &mut Sink) {
        match key {
            "error" => self.error(value, sink),
            "otel.status_code" => match value.text() {
                Some(code) if code.eq_ignore_ascii_case("error") => self.is_error = true,
                Some(code) if code.eq_ignore_ascii_case("ok") => self.code = StatusCode::Ok,
                _ => {}
            },
            "otel.status_description" => self.description = cell.as_text(),
            "otel.scope.name" => self.scope_name = cell.as_text(),
            "otel.scope.version" => self.scope_version = cell.as_text(),
            "otel.library.name" => self.scope_name = self.scope_name.or(cell.as_text()),
            "otel.library.version" => self.scope_version = self.scope_version.or(cell.as_text()),
            _ => {}
        }
        let key = sink.intern(key);
        sink.attribute(key, cell);
    }

    /// That the tag is there is an error, whatever it says. Only a plain "false" is believed: Zipkin would not, but who
    /// writes it means it.
    fn error(&mut self, value: Value, sink: &mut Sink) {
        if value.is_null() || value.words().eq_ignore_ascii_case("false") {
            return;
        }
        self.is_error = true;
        let words = value.digits_or_text().filter(|words| !matches!(*words, "" | "true"));
        self.error_message = words.map(|words| sink.intern(words));
    }
}

/// A number of microseconds, in nanoseconds.
pub fn micros(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<i128> {
    let words = value.digits_or_text().unwrap_or_default();
    let Some(read) = decimal::from_micros(words) else {
        if !value.is_null() {
            sink.note(NoteKind::WrongType, value.words(), path);
        }
        return None;
    };
    if value.digits().is_none() {
        sink.note(NoteKind::NumberAsText, words, path);
    }
    Some(sink.nanos(read, words, path))
}

/// The start of the span being read.
pub fn start(value: Value, sink: &mut Sink) -> Option<UnixNanos> {
    let path = || ".timestamp".to_owned();
    match micros(value, sink, &path) {
        Some(nanos) => sink.start(nanos, value.words(), &path),
        None => {
            if !value.is_null() {
                sink.unusable_start(value.words());
            }
            None
        }
    }
}

/// The duration of the span being read; 0 if there is none.
pub fn duration(value: Value, sink: &mut Sink) -> Nanos {
    let path = || ".duration".to_owned();
    match micros(value, sink, &path) {
        Some(nanos) => sink.duration(nanos, value.words(), &path),
        None => {
            if !value.is_null() {
                sink.unusable_duration(value.words());
            }
            Nanos(0)
        }
    }
}

/// The service that an endpoint names.
pub fn service(endpoint: Value<'_>) -> Option<&str> {
    endpoint.get("serviceName").and_then(Value::text).filter(|name| !name.is_empty())
}

/// Adds an annotation as an event of the span being read; its name is what the annotation says. `number` is its place in
/// the list, `own` the span's endpoint: only another service's is kept.
pub fn event(annotation: Value, number: usize, own: Option<Value>, sink: &mut Sink) {
    if !annotation.is_object() {
        return sink.note(NoteKind::SkippedEntry, annotation.words(), &|| format!(".annotations[{number}]"));
    }
    let attributes = sink.store.events.attributes.end();
    let (mut time, mut name) = (None, StringId::EMPTY);
    for (key, value) in annotation.members() {
        match key {
            "timestamp" => time = event_time(value, number, sink),
            "value" if value.is_null() => {}
            "endpoint" if own.is_some_and(|own| service(own) == service(value)) => {}
            "value" if value.text().is_some() => name = sink.intern(value.words()),
            _ => {
                let (key, cell) = (sink.intern(key), sink.cell(value));
                sink.store.events.attributes.push(key, cell);
            }
        }
    }
    if time.is_none() {
        sink.note(NoteKind::MissingTime, "", &|| format!(".annotations[{number}].timestamp"));
    }
    sink.event(time, name, attributes);
}

fn event_time(value: Value, number: usize, sink: &mut Sink) -> Option<UnixNanos> {
    let nanos = micros(value, sink, &|| format!(".annotations[{number}].timestamp"))?;
    (nanos > 0).then(|| UnixNanos(nanos.min(i64::MAX.into()) as i64))
}

/// Adds `zipkin.debug` and `zipkin.shared` where they are true.
pub fn flags(is_debug: bool, is_shared: bool, sink: &mut Sink) {
    for (key, _) in [(names::ZIPKIN_DEBUG, is_debug), (names::ZIPKIN_SHARED, is_shared)].iter().filter(|(_, is)| *is) {
        let key = sink.intern(key);
        sink.attribute(key, Cell::bool(true));
    }
}

/// A bool; anything else is kept as an attribute of the span being read.
pub fn flag(key: &'static str, value: Value, sink: &mut Sink) -> bool {
    match value.bool() {
        Some(flag) => flag,
        None => {
            stray(key, value, sink);
            false
        }
    }
}

/// Keeps a value of a wrong type as an attribute of the span being read.
pub fn stray(key: &str, value: Value, sink: &mut Sink) {
    if value.is_null() {
        return;
    }
    sink.note(NoteKind::WrongType, value.words(), &|| format!(".{key}"));
    let (key, cell) = (sink.intern(key), sink.cell(value));
    sink.attribute(key, cell);
}

/// Keeps a member that Zipkin's format does not have as an attribute of the span being read.
pub fn unknown(key: &str, value: Value, sink: &mut Sink) {
    if !value.is_null() {
        let (key, cell) = (sink.intern(key), sink.cell(value));
        sink.attribute(key, cell);
    }
}

/// A text; another scalar by its words.
pub fn text(key: &'static str, value: Value, sink: &mut Sink) -> StringId {
    if value.text().is_none() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), &|| format!(".{key}"));
    }
    match value.is_null() {
        true => StringId::EMPTY,
        false => sink.intern(value.words()),
    }
}

/// A span's id; none if it is 0 or empty.
pub fn span_id(key: &'static str, value: Value, sink: &mut Sink) -> Option<SpanId> {
    let text = id_text(key, value, sink)?;
    SpanId::parse(text, &mut sink.store.content.strings).filter(|id| !id.is_zero())
}

/// An id as written. A number is taken by its digits.
pub fn id_text<'t>(key: &'static str, value: Value<'t>, sink: &mut Sink) -> Option<&'t str> {
    if value.text().is_none() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), &|| format!(".{key}"));
    }
    value.digits_or_text()
}
