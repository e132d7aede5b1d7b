//! A span of Zipkin's v1 JSON (zipkin-api, `zipkin-api.yaml`). Annotations with two letters say what it is and when:
//!
//! ```text
//! client    cs |-------------------------| cr      sent … received
//! server          sr |-----------| ss              received … sent
//! producer  ms |----| ws                           sent … on the wire
//! consumer                  wr |----| mr           off the wire … received
//! ```
//!
//! One record may hold both ends of a call: those are two spans here, with one id, as Zipkin's own `V1SpanConverter` has
//! it; the report counts them as the one record that they are ([`NoteKind::SplitRecord`] tells how many). The times of
//! the record are its first side's; the other side goes by its annotations and is `shared`. All other annotations and the
//! binary ones go to the side whose endpoint has the same service as theirs, or to the first.
//!
//! Unlike the converter: sides are told by their letters alone, so a tag with a third service's endpoint does not become a
//! span of its own; values that are no texts are kept; letters whose time is not the span's start or end are events.

use super::fields::{self, Told};
use super::{Head, ZipkinReader};
use crate::ingest::base64;
use crate::ingest::decimal;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, SpanFields, double, is_integer};
use crate::model::{Cell, Nanos, OpenRows, ResourceRow, SpanKind, UnixNanos};

/// One end of a call or a message.
#[derive(Clone, Copy)]
struct Side<'t> {
    kind: SpanKind,
    /// The annotations.
    begin: Option<Value<'t>>,
    end: Option<Value<'t>>,
}

/// The letters of a side's beginning and end.
const SIDES: [(SpanKind, &str, &str); 4] = [
    (SpanKind::Client, "cs", "cr"),
    (SpanKind::Server, "sr", "ss"),
    (SpanKind::Producer, "ms", "ws"),
    (SpanKind::Consumer, "wr", "mr"),
];

impl<'t> Side<'t> {
    /// Who it is.
    fn endpoint(&self) -> Option<Value<'t>> {
        self.begin.and_then(endpoint).or(self.end.and_then(endpoint))
    }

    /// When it begins and ends, in nanoseconds since 1970, and as written.
    fn times(self) -> [Option<(i128, &'t str)>; 2] {
        let time = |annotation: Value<'t>| {
            let words = annotation.get("timestamp")?.digits_or_text()?;
            decimal::from_micros(words).map(|read| (read.value, words)).filter(|(nanos, _)| *nanos > 0)
        };
        let (begin, end) = (self.begin.and_then(time), self.end.and_then(time));
        // A message that nobody saw on the wire begins when it is received.
        [begin.or(end.filter(|_| self.kind == SpanKind::Consumer)), end]
    }

    /// Whether it is there at all. What goes over the wire does not say so.
    fn is_there(&self) -> bool {
        match self.kind {
            SpanKind::Producer => self.begin.is_some(),
            SpanKind::Consumer => self.end.is_some(),
            _ => self.begin.is_some() || self.end.is_some(),
        }
    }
}

/// A record taken apart.
#[derive(Clone, Copy, Default)]
struct Record<'t> {
    timestamp: Option<Value<'t>>,
    duration: Option<Value<'t>>,
    annotations: Option<Value<'t>>,
    binary: Option<Value<'t>>,
}

/// Addresses among the binary annotations.
#[derive(Clone, Copy, Default)]
struct Addresses<'t> {
    client: Option<Value<'t>>,
    server: Option<Value<'t>>,
    broker: Option<Value<'t>>,
}

/// Reads a record: one span or two.
pub fn take(reader: &mut ZipkinReader, record: Value, sink: &mut Sink) {
    let mut opened = sink.open();
    let (mut head, mut parts) = (Head::default(), Record::default());
    for (key, value) in record.members() {
        if reader.head(&mut head, key, value, sink) {
            continue;
        }
        match key {
            "timestamp" => parts.timestamp = Some(value),
            "duration" => parts.duration = Some(value),
            "annotations" if value.is_list() => parts.annotations = Some(value),
            "binaryAnnotations" if value.is_list() => parts.binary = Some(value),
            "annotations" | "binaryAnnotations" => fields::stray(key, value, sink),
            _ => fields::unknown(key, value, sink),
        }
    }
    let sides: Vec<Side> = parts.sides().collect();
    for number in 0..sides.len().max(1) {
        let span = parts.span(reader, &sides, number, head, opened, sink);
        let row = reader.push(&span, sink);
        if number > 0 {
            sink.intake.count_as_one();
            sink.note(NoteKind::SplitRecord, "", &String::new);
        }
        // A record without an id got one, which is its other half's too.
        head.id = sink.store.spans.id(row);
        opened = sink.open();
    }
}

impl<'t> Record<'t> {
    /// What the letters say, side by side; the first that says a thing counts.
    fn sides(&self) -> impl Iterator<Item = Side<'t>> {
        let mut sides = SIDES.map(|(kind, _, _)| Side { kind, begin: None, end: None });
        for (_, item) in items(self.annotations) {
            if let Some((side, is_begin)) = letters(item) {
                let place = if is_begin { &mut sides[side].begin } else { &mut sides[side].end };
                place.get_or_insert(item);
            }
        }
        sides.into_iter().filter(Side::is_there)
    }

    /// Makes the span of a side, or that of a record without sides.
    fn span(
        &self,
        reader: &mut ZipkinReader,
        sides: &[Side<'t>],
        number: usize,
        head: Head,
        opened: OpenRows,
        sink: &mut Sink,
    ) -> SpanFields {
        let addresses = self.addresses();
        let side = sides.get(number).copied();
        let local = self.local(side, number, addresses);
        let mut span = self.timed(side, number, opened, sink);
        let ends = [span.start, span.start.map(|start| start + span.duration)];
        for (place, item) in items(self.annotations) {
            let is_own = letters(item).is_some_and(|(own, _)| side.is_some_and(|side| side.kind == SIDES[own].0));
            let is_end = is_own && ends.contains(&time_of(item));
            if !is_end && owner(sides, item) == number {
                fields::event(item, place, local, sink);
            }
        }
        let mut told = Told::default();
        for (place, item) in items(self.binary) {
            if owner(sides, item) == number {
                add_tag(item, place, sides, &mut told, sink);
            }
        }
        if let Some(peer) = addresses.peer_of(side) {
            add_peer(reader, peer, side, opened, sink);
        }
        fields::flags(head.is_debug, number > 0 || self.implies_shared(sides), sink);
        span.kind = match side {
            Some(side) => side.kind,
            None if addresses.client.is_some() && addresses.server.is_none() => SpanKind::Server,
            None => SpanKind::Unspecified,
        };
        span.resource = reader.resource(local, sink);
        head.fill(&mut span, told, sink);
        span
    }

    /// Start and duration: the record's own, for its first side, if it has both; else what the side's letters say.
    fn timed(&self, side: Option<Side>, number: usize, opened: OpenRows, sink: &mut Sink) -> SpanFields {
        let mut span = SpanFields::new(opened, ResourceRow::default());
        let given = |value: Option<Value<'t>>| value.filter(|value| number == 0 && is_given(*value));
        let (timestamp, duration) = (given(self.timestamp), given(self.duration));
        let has_both = timestamp.is_some() && duration.is_some();
        let [begin, end] = side.map_or([None; 2], Side::times);
        span.start = match begin.filter(|_| !has_both) {
            Some((nanos, words)) => sink.start(nanos, words, &|| ".annotations".to_owned()),
            None => timestamp.and_then(|timestamp| fields::start(timestamp, sink)),
        };
        match (span.start, end.filter(|_| !has_both)) {
            (Some(start), Some((end, _))) => {
                let nanos = end - i128::from(start.0);
                span.duration = sink.duration(nanos, &(nanos / 1000).to_string(), &|| ".annotations".to_owned());
            }
            _ => span.duration = duration.map_or(Nanos(0), |duration| fields::duration(duration, sink)),
        }
        span
    }

    /// Who a side is. A record without endpoints at its letters is whoever its other annotations are of.
    fn local(&self, side: Option<Side<'t>>, number: usize, addresses: Addresses<'t>) -> Option<Value<'t>> {
        let own = match side {
            Some(side) => side.endpoint(),
            None => addresses.client.filter(|_| addresses.server.is_some()),
        };
        let any = || {
            let binary = items(self.binary).filter(|(_, item)| address_key(*item).is_none());
            items(self.annotations).chain(binary).find_map(|(_, item)| endpoint(item))
        };
        own.or_else(|| if number == 0 { any() } else { None })
    }

    fn addresses(&self) -> Addresses<'t> {
        let mut addresses = Addresses::default();
        for (_, item) in items(self.binary) {
            match address_key(item) {
                Some("ca") => addresses.client = endpoint(item),
                Some("sa") => addresses.server = endpoint(item),
                Some("ma") => addresses.broker = endpoint(item),
                _ => {}
            }
        }
        addresses
    }

    /// v1 has no `shared`: a server that leaves the record's times to its client says so.
    fn implies_shared(&self, sides: &[Side]) -> bool {
        let is_absent = |value: Option<Value>| !value.is_some_and(is_given);
        match sides {
            [Side { kind: SpanKind::Server, begin: Some(_), end }] => {
                is_absent(self.timestamp) || end.is_some() && is_absent(self.duration)
            }
            _ => false,
        }
    }
}

impl<'t> Addresses<'t> {
    fn peer_of(&self, side: Option<Side>) -> Option<Value<'t>> {
        match side.map(|side| side.kind) {
            Some(SpanKind::Client) => self.server,
            Some(SpanKind::Server) => self.client,
            Some(_) => self.broker,
            None => self.server.or(self.client),
        }
    }

    /// Whether a side was told by this address; else it stays an attribute.
    fn is_used(key: &str, sides: &[Side]) -> bool {
        let has = |kind| sides.iter().any(|side| side.kind == kind);
        match key {
            "sa" => sides.is_empty() || has(SpanKind::Client),
            "ca" => sides.is_empty() || has(SpanKind::Server),
            _ => has(SpanKind::Producer) || has(SpanKind::Consumer),
        }
    }
}

/// Adds the other end. Some clients are written with their server's name: only their address is theirs then.
fn add_peer<'t>(reader: &mut ZipkinReader, peer: Value<'t>, side: Option<Side<'t>>, opened: OpenRows, sink: &mut Sink) {
    let own = side.filter(|side| side.kind == SpanKind::Server).and_then(|side| side.endpoint());
    let is_same = |key: &str| {
        let of = |endpoint: Value<'t>| endpoint.get(key).and_then(Value::digits_or_text);
        own.is_some_and(|own| of(own) == of(peer))
    };
    match (is_same("serviceName"), ["ipv4", "ipv6", "port"].into_iter().all(is_same)) {
        (true, true) => {}
        (is_own_name, _) => reader.peer(peer, !is_own_name, opened, sink),
    }
}

/// Adds a binary annotation as a tag, of the type that it says.
fn add_tag(item: Value, number: usize, sides: &[Side], told: &mut Told, sink: &mut Sink) {
    let path = || format!(".binaryAnnotations[{number}]");
    if !item.is_object() {
        return sink.note(NoteKind::SkippedEntry, item.words(), &path);
    }
    if let Some(key) = address_key(item) {
        if let Some(endpoint) = endpoint(item).filter(|_| !Addresses::is_used(key, sides)) {
            fields::unknown(key, endpoint, sink);
        }
        return;
    }
    let Some(value) = item.get("value") else {
        return sink.note(NoteKind::SkippedEntry, item.get("key").map_or("", Value::words), &path);
    };
    let Some(key) = item.get("key").and_then(Value::digits_or_text) else {
        sink.note(NoteKind::MissingKey, value.words(), &path);
        let cell = sink.cell(value);
        return told.tag("", value, cell, sink);
    };
    // An empty local component marks an endpoint and says nothing.
    if key != "lc" || value.text() != Some("") {
        let cell = typed_cell(value, item.get("type").and_then(Value::text).unwrap_or_default(), sink);
        told.tag(key, value, cell, sink);
    }
}

fn typed_cell(value: Value, kind: &str, sink: &mut Sink) -> Cell {
    let text = value.text().unwrap_or_default();
    match kind {
        "BOOL" if matches!(text, "true" | "false") => Cell::bool(text == "true"),
        "I16" | "I32" | "I64" if is_integer(text) => sink.number_cell(text),
        "DOUBLE" => match value.digits_or_text().and_then(double) {
            Some(number) => Cell::double(number),
            None => sink.cell(value),
        },
        "BYTES" => match base64::decode(text) {
            Some(bytes) if !text.is_empty() => Cell::bytes(sink.store.content.blobs.intern(&bytes)),
            _ => sink.cell(value),
        },
        _ => sink.cell(value),
    }
}

/// The key of a binary annotation that only tells an address: its value is true.
fn address_key<'t>(item: Value<'t>) -> Option<&'t str> {
    let key = item.get("key")?.text().filter(|key| matches!(*key, "sa" | "ca" | "ma"))?;
    let value = item.get("value")?;
    let is_true = value.bool() == Some(true) || matches!(value.text(), Some("true" | "AQ==" | "\u{1}"));
    (is_true && endpoint(item).is_some()).then_some(key)
}

/// The side that an annotation's letters are of, as an index into [`SIDES`], and whether they are its beginning.
fn letters(item: Value) -> Option<(usize, bool)> {
    let letters = item.get("value")?.text().filter(|text| text.len() == 2)?;
    let side = SIDES.iter().position(|(_, begin, end)| letters == *begin || letters == *end)?;
    Some((side, letters == SIDES[side].1))
}

/// The number of the side that an annotation is of: by its letters, or by its endpoint's service; else 0.
fn owner(sides: &[Side], item: Value) -> usize {
    if sides.len() < 2 {
        return 0;
    }
    let by_letters = letters(item).and_then(|(letters, _)| sides.iter().position(|side| side.kind == SIDES[letters].0));
    let service = endpoint(item).and_then(fields::service);
    let is_of = |side: &Side| service.is_some() && side.endpoint().and_then(fields::service) == service;
    by_letters.or_else(|| sides.iter().position(is_of)).unwrap_or(0)
}

/// An annotation's time, if it has one.
fn time_of(annotation: Value) -> Option<UnixNanos> {
    let nanos = decimal::from_micros(annotation.get("timestamp")?.digits_or_text()?)?.value;
    Some(UnixNanos(i64::try_from(nanos).ok()?))
}

fn endpoint(item: Value<'_>) -> Option<Value<'_>> {
    item.get("endpoint").filter(|endpoint| endpoint.is_object())
}

/// Whether a time is there: 0 is written for none.
fn is_given(value: Value) -> bool {
    !value.is_null() && value.digits_or_text() != Some("0")
}

fn items(list: Option<Value<'_>>) -> impl Iterator<Item = (usize, Value<'_>)> {
    list.into_iter().flat_map(Value::items).enumerate()
}
