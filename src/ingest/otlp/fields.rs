//! The fields of OTLP's messages: their values by name, whatever their order.

use crate::ingest::decimal;
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::Sink;
use crate::model::StringId;

/// A field of a span, an event, a link or a log record.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    TraceId,
    SpanId,
    ParentSpanId,
    Name,
    Kind,
    Start,
    End,
    Attributes,
    Status,
    Flags,
    Events,
    Links,
    TraceState,
    DroppedAttributes,
    DroppedEvents,
    DroppedLinks,
    /// Of an event or a log record.
    Time,
    ObservedTime,
    SeverityNumber,
    SeverityText,
    Body,
}

const FIELDS: usize = Field::Body as usize + 1;

/// The values of an object by their fields. A null is as good as no value; of a repeated field the last one counts.
pub struct Fields<'v> {
    values: [Option<Value<'v>>; FIELDS],
}

impl<'v> Fields<'v> {
    /// Sorts the members of an object with the names of one kind of message. Others are noted: they are left out.
    #[inline]
    pub fn of(
        object: Value<'v>,
        name: impl Fn(&str) -> Option<Field>,
        sink: &mut Sink,
        path: &dyn Fn() -> String,
    ) -> Fields<'v> {
        let mut fields = Fields { values: [None; FIELDS] };
        for (key, value) in object.members() {
            match name(key) {
                _ if value.is_null() => {}
                Some(field) => fields.values[field as usize] = Some(value),
                None => sink.note(NoteKind::UnknownField, key, path),
            }
        }
        fields
    }

    #[inline]
    pub fn get(&self, field: Field) -> Option<Value<'v>> {
        self.values[field as usize]
    }

    /// A text that is to be kept; a number or a word is taken as it is written.
    #[inline]
    pub fn text(&self, field: Field, sink: &mut Sink, path: &dyn Fn() -> String) -> StringId {
        let Some(value) = self.get(field) else {
            return StringId::EMPTY;
        };
        if value.text().is_none() {
            sink.note(NoteKind::WrongType, value.words(), path);
        }
        sink.intern(value.words())
    }

    /// A time in nanoseconds; `Err` with what is written if it is none.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn nanos(&self, field: Field, sink: &mut Sink, path: &dyn Fn() -> String) -> Result<Option<i128>, &'v str> {
        let Some(value) = self.get(field) else {
            return Ok(None);
        };
        match value.digits_or_text() {
            Some("") => Ok(None),
            Some(digits) => match decimal::from_nanos(digits) {
                Some(nanos) => Ok(Some(sink.nanos(nanos, digits, path))),
                None => wrong(value, sink, path),
            },
            None => wrong(value, sink, path),
        }
    }
}

#[cold]
fn wrong<'v, T>(value: Value<'v>, sink: &mut Sink, path: &dyn Fn() -> String) -> Result<T, &'v str> {
    sink.note(NoteKind::WrongType, value.words(), path);
    Err(value.words())
}

/// Names of a span's fields.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn of_span(key: &str) -> Option<Field> {
    Some(match key {
        "traceId" | "trace_id" | "traceID" => Field::TraceId,
        "spanId" | "span_id" | "spanID" => Field::SpanId,
        "parentSpanId" | "parent_span_id" | "parentSpanID" => Field::ParentSpanId,
        "name" => Field::Name,
        "kind" => Field::Kind,
        "startTimeUnixNano" | "start_time_unix_nano" => Field::Start,
        "endTimeUnixNano" | "end_time_unix_nano" => Field::End,
        "attributes" => Field::Attributes,
        "status" => Field::Status,
        "flags" => Field::Flags,
        "events" => Field::Events,
        "links" => Field::Links,
        "traceState" | "trace_state" => Field::TraceState,
        "droppedAttributesCount" | "dropped_attributes_count" => Field::DroppedAttributes,
        "droppedEventsCount" | "dropped_events_count" => Field::DroppedEvents,
        "droppedLinksCount" | "dropped_links_count" => Field::DroppedLinks,
        _ => return None,
    })
}

/// Names of an event's fields.
pub fn of_event(key: &str) -> Option<Field> {
    Some(match key {
        "timeUnixNano" | "time_unix_nano" => Field::Time,
        "name" => Field::Name,
        "attributes" => Field::Attributes,
        "droppedAttributesCount" | "dropped_attributes_count" => Field::DroppedAttributes,
        _ => return None,
    })
}

/// Names of a link's fields.
pub fn of_link(key: &str) -> Option<Field> {
    of_span(key).filter(|field| {
        matches!(
            field,
            Field::TraceId
                | Field::SpanId
                | Field::TraceState
                | Field::Attributes
                | Field::DroppedAttributes
                | Field::Flags
        )
    })
}

/// Names of a log record's fields.
pub fn of_log(key: &str) -> Option<Field> {
    Some(match key {
        "observedTimeUnixNano" | "observed_time_unix_nano" => Field::ObservedTime,
        "severityNumber" | "severity_number" => Field::SeverityNumber,
        "severityText" | "severity_text" => Field::SeverityText,
        "body" => Field::Body,
        "eventName" | "event_name" => Field::Name,
        "timeUnixNano" | "time_unix_nano" => Field::Time,
        other => of_link(other).filter(|field| *field != Field::TraceState)?,
    })
}
