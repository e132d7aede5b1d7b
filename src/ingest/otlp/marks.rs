//! Attributes by which Trackway's own OTLP files say what OTLP has no field for. They are taken out of the attributes and
//! fill columns: the table in `model::attribute_names`. One that is not of the type it should be stays an attribute.

use crate::ingest::json::value::Value;
use crate::ingest::sink::Sink;
use crate::model::attribute_names as names;
use crate::model::{LinkKind, SpanId, SpanWarning, StringId, TraceId};

/// The marks of one span, event or link.
#[derive(Debug, Default)]
pub struct Marks {
    pub trace: Option<TraceId>,
    pub span: Option<SpanId>,
    pub parent: Option<SpanId>,
    /// A time that is 0 or before 1970.
    pub time: Option<i64>,
    pub is_time_missing: bool,
    pub negative_duration: Option<i64>,
    pub follows_parent: bool,
    pub link_kind: Option<LinkKind>,
    pub trace_warnings: Vec<StringId>,
}

impl Marks {
    /// Whether a key may be a mark's: a quick look.
    #[inline]
    pub fn may_be(key: &str) -> bool {
        match key.as_bytes().first() {
            Some(b't') => key.starts_with("trackway."),
            Some(b'@') => key == names::WARNINGS,
            Some(b'o') => key == names::REF_TYPE,
            _ => false,
        }
    }

    /// Takes an attribute of a span; `false`: it is none of these.
    #[cold]
    pub fn of_span(&mut self, key: &str, value: Value, sink: &mut Sink) -> bool {
        match key {
            names::TRACE_ID | names::SPAN_ID | names::PARENT_SPAN_ID => self.id(key, value, sink),
            names::FOLLOWS_PARENT => set(&mut self.follows_parent, bool(value)),
            names::TIME_MISSING => set(&mut self.is_time_missing, bool(value)),
            names::TIME => set(&mut self.time, int(value).map(Some)),
            names::NEGATIVE_DURATION => set(&mut self.negative_duration, int(value).map(Some)),
            names::UNUSABLE_START => warn(SpanWarning::UnusableStart, value, sink),
            names::IMPLAUSIBLE_START => warn(SpanWarning::ImplausibleStart, value, sink),
            names::UNUSABLE_DURATION => warn(SpanWarning::UnusableDuration, value, sink),
            names::WARNINGS => match texts(value, sink) {
                Some(texts) => {
                    texts.into_iter().for_each(|text| sink.warn(SpanWarning::Backend(text)));
                    true
                }
                None => false,
            },
            names::TRACE_WARNINGS => set(&mut self.trace_warnings, texts(value, sink)),
            _ => false,
        }
    }

    /// Takes an attribute of an event.
    #[cold]
    pub fn of_event(&mut self, key: &str, value: Value) -> bool {
        key == names::TIME && set(&mut self.time, int(value).map(Some))
    }

    /// Takes an attribute of a link.
    #[cold]
    pub fn of_link(&mut self, key: &str, value: Value, sink: &mut Sink) -> bool {
        let kind = match text(value) {
            Some(names::CHILD_OF) => Some(LinkKind::ChildOf),
            Some(names::FOLLOWS_FROM) => Some(LinkKind::FollowsFrom),
            _ => None,
        };
        match key {
            names::TRACE_ID | names::SPAN_ID => self.id(key, value, sink),
            names::REF_TYPE => set(&mut self.link_kind, kind.map(Some)),
            _ => false,
        }
    }

    fn id(&mut self, key: &str, value: Value, sink: &mut Sink) -> bool {
        let Some(text) = text(value) else { return false };
        let strings = &mut sink.store.content.strings;
        match key {
            names::TRACE_ID => set(&mut self.trace, TraceId::parse(text, strings).map(Some)),
            names::SPAN_ID => set(&mut self.span, SpanId::parse(text, strings).map(Some)),
            _ => set(&mut self.parent, SpanId::parse(text, strings).map(Some)),
        }
    }
}

/// Whether there is a value to set.
fn set<T>(place: &mut T, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    is_there
}

fn warn(warning: fn(StringId) -> SpanWarning, value: Value, sink: &mut Sink) -> bool {
    let Some(text) = text(value) else { return false };
    let text = sink.intern(text);
    sink.warn(warning(text));
    true
}

fn text(value: Value<'_>) -> Option<&str> {
    value.get("stringValue")?.text()
}

fn bool(value: Value) -> Option<bool> {
    value.get("boolValue")?.bool()
}

fn int(value: Value) -> Option<i64> {
    value.get("intValue")?.digits_or_text()?.parse().ok()
}

fn texts(value: Value, sink: &mut Sink) -> Option<Vec<StringId>> {
    let values = value.get("arrayValue")?.get("values")?;
    values.items().map(|item| text(item).map(|text| sink.intern(text))).collect()
}
