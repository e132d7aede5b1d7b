//! One span of OTLP JSON, and the attributes for what OTLP has no field for: see `model::attribute_names`.

use super::fields::{self, Field};
use super::ids::{span_bits, trace_bits};
use super::json::Json;
use super::losses::{LossKind, Losses};
use super::otlp_json::{entries, text_field};
use super::value::otlp_entry;
use crate::model::attribute_names as names;
use crate::model::{
    AttributeTable, LinkKind, Nanos, Range, SpanFlags, SpanId, SpanKind, SpanRef, SpanWarning, StatusCode, Store,
    TraceId, UnixNanos, ValueRef,
};

/// A span being written.
pub struct OtlpSpan<'a> {
    pub store: &'a Store,
    pub span: SpanRef<'a>,
    pub out: &'a mut Json,
    pub losses: &'a mut Losses,
    /// Whether it is the first one of its trace: that one tells what is to be said of the trace.
    pub is_first: bool,
}

/// What is left of an id's field: the attribute that holds the id, if the field cannot.
type Mark = Option<String>;

impl OtlpSpan<'_> {
    pub fn write(mut self) {
        let (store, span) = (self.store, self.span);
        let own = store.trace(span.trace()).id;
        let ids = [
            (names::TRACE_ID, self.trace_id(own)),
            (names::SPAN_ID, self.span_id("spanId", span.id())),
            (names::PARENT_SPAN_ID, span.written_parent_id().and_then(|id| self.span_id("parentSpanId", Some(id)))),
        ];
        text_field(self.out, "traceState", span.trace_state());
        self.out.key("name");
        self.out.text(span.name());
        if let Some(kind) = kind(span.kind()) {
            self.out.key("kind");
            self.out.int(kind);
        }
        let negative = self.times();
        let (rest, fields) =
            fields::split(store, &store.attributes, store.attribute_range(span.row()), fields::OF_SPAN);
        self.out.key("attributes");
        self.out.open(b'[');
        entries(store, &store.attributes, rest, self.out, self.losses);
        self.marks(&ids, negative);
        self.out.close(b']');
        fields::write(store, &store.attributes, fields, fields::OF_SPAN, self.out);
        self.events();
        self.links(own);
        self.status();
    }

    fn trace_id(&mut self, id: TraceId) -> Mark {
        let (bits, is_made) = trace_bits(id, self.store.strings());
        self.out.key("traceId");
        self.out.hex(bits, 32);
        is_made.then(|| id.text(self.store.strings()))
    }

    fn span_id(&mut self, key: &'static str, id: Option<SpanId>) -> Mark {
        self.out.key(key);
        let Some(id) = id else {
            self.losses.add_if(key == "spanId" && self.span.id().is_none(), LossKind::MissingId, self.span.name());
            self.out.text("");
            return None;
        };
        let (bits, is_made) = span_bits(id, self.store.strings());
        self.out.hex(bits.into(), 16);
        is_made.then(|| id.text(self.store.strings()))
    }

    /// Start and end. A negative duration that they cannot tell is given back.
    fn times(&mut self) -> Option<i64> {
        let span = self.span;
        let is_missing = span.flags().has(SpanFlags::TIME_MISSING);
        let start = if is_missing { 0 } else { span.start().0.max(0) as u64 };
        let negative = span.warnings().find_map(|warning| match warning {
            SpanWarning::NegativeDuration(nanos) if nanos.0 < 0 => Some(nanos.0),
            _ => None,
        });
        let earlier = negative.and_then(|nanos| start.checked_sub(nanos.unsigned_abs()));
        // An end of 0 would be none.
        let earlier = earlier.filter(|end| *end > 0);
        self.out.key("startTimeUnixNano");
        self.out.uint_text(start);
        self.out.key("endTimeUnixNano");
        // A span that had not ended has no end: 0.
        let is_open = span.flags().has(SpanFlags::UNFINISHED) && span.duration() == Nanos(0);
        let end = if is_open { 0 } else { start + span.duration().0.max(0) as u64 };
        self.out.uint_text(earlier.unwrap_or(end));
        negative.filter(|_| earlier.is_none())
    }

    /// Attributes for what OTLP has no field for.
    fn marks(&mut self, ids: &[(&str, Mark)], negative: Option<i64>) {
        let (span, flags) = (self.span, self.span.flags());
        for (name, id) in ids {
            self.mark_text(name, id.as_deref());
        }
        if flags.has(SpanFlags::FOLLOWS_PARENT) {
            self.mark(names::FOLLOWS_PARENT, ValueRef::Bool(true));
        }
        if flags.has(SpanFlags::TIME_MISSING) {
            self.mark(names::TIME_MISSING, ValueRef::Bool(true));
        } else if span.start() <= UnixNanos(0) {
            self.mark(names::TIME, ValueRef::Int(span.start().0));
        }
        if let Some(nanos) = negative {
            self.mark(names::NEGATIVE_DURATION, ValueRef::Int(nanos));
        }
        self.warnings();
    }

    fn warnings(&mut self) {
        let (store, span) = (self.store, self.span);
        let backend = span.warnings().filter_map(|warning| match warning {
            SpanWarning::Backend(text) => Some(store.text(text)),
            _ => None,
        });
        self.mark_list(names::WARNINGS, backend.collect());
        for warning in span.warnings() {
            match warning {
                SpanWarning::UnusableStart(text) => self.mark_text(names::UNUSABLE_START, Some(store.text(text))),
                SpanWarning::ImplausibleStart(text) => self.mark_text(names::IMPLAUSIBLE_START, Some(store.text(text))),
                SpanWarning::UnusableDuration(text) => self.mark_text(names::UNUSABLE_DURATION, Some(store.text(text))),
                SpanWarning::Backend(_) | SpanWarning::NegativeDuration(_) => {}
            }
        }
        if self.is_first {
            let warnings = store.trace(span.trace()).warnings().map(|text| store.text(text));
            self.mark_list(names::TRACE_WARNINGS, warnings.collect());
        }
    }

    fn mark(&mut self, name: &str, value: ValueRef) {
        otlp_entry(self.out, name, value, self.losses);
    }

    fn mark_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.mark(name, ValueRef::Str(text));
        }
    }

    fn mark_list(&mut self, name: &str, texts: Vec<&str>) {
        if texts.is_empty() {
            return;
        }
        self.out.open(b'{');
        self.out.key("key");
        self.out.text(name);
        self.out.key("value");
        self.out.open(b'{');
        self.out.key("arrayValue");
        self.out.open(b'{');
        self.out.key("values");
        self.out.open(b'[');
        for text in texts {
            self.out.open(b'{');
            self.out.key("stringValue");
            self.out.text(text);
            self.out.close(b'}');
        }
        self.out.close(b']');
        self.out.close(b'}');
        self.out.close(b'}');
        self.out.close(b'}');
    }

    fn events(&mut self) {
        let (store, range) = (self.store, self.store.event_range(self.span.row()));
        if range.is_empty() {
            return;
        }
        self.out.key("events");
        self.out.open(b'[');
        for row in range.rows() {
            let time = store.events.time(row);
            let is_missing = time == UnixNanos(0) && self.span.flags().has(SpanFlags::TIME_MISSING);
            let mark = (time <= UnixNanos(0) && !is_missing).then_some((names::TIME, ValueRef::Int(time.0)));
            self.out.open(b'{');
            self.out.key("timeUnixNano");
            self.out.uint_text(time.0.max(0) as u64);
            self.out.key("name");
            self.out.text(store.text(store.events.name(row)));
            self.part(&store.events.attributes, store.events.range(row), fields::OF_EVENT, mark.as_slice());
            self.out.close(b'}');
        }
        self.out.close(b']');
    }

    fn links(&mut self, own: TraceId) {
        let (store, range) = (self.store, self.store.link_range(self.span.row()));
        if range.is_empty() {
            return;
        }
        self.out.key("links");
        self.out.open(b'[');
        for row in range.rows() {
            self.out.open(b'{');
            let trace = self.trace_id(store.links.trace(row).unwrap_or(own));
            let span = self.span_id("spanId", store.links.span(row));
            let kind = match store.links.kind(row) {
                LinkKind::ChildOf => Some(names::CHILD_OF),
                LinkKind::FollowsFrom => Some(names::FOLLOWS_FROM),
                LinkKind::Link => None,
            };
            let marks =
                [(names::TRACE_ID, trace.as_deref()), (names::SPAN_ID, span.as_deref()), (names::REF_TYPE, kind)];
            let marks: Vec<_> =
                marks.into_iter().filter_map(|(name, text)| Some((name, ValueRef::Str(text?)))).collect();
            self.part(&store.links.attributes, store.links.range(row), fields::OF_LINK, &marks);
            self.out.close(b'}');
        }
        self.out.close(b']');
    }

    /// Attributes of an event or a link: those of the file, marks, and fields.
    fn part(&mut self, table: &AttributeTable, all: Range, of: &[Field], marks: &[(&str, ValueRef)]) {
        let (rest, fields) = fields::split(self.store, table, all, of);
        if !rest.is_empty() || !marks.is_empty() {
            self.out.key("attributes");
            self.out.open(b'[');
            entries(self.store, table, rest, self.out, self.losses);
            marks.iter().for_each(|(name, value)| self.mark(name, value.clone()));
            self.out.close(b']');
        }
        fields::write(self.store, table, fields, of, self.out);
    }

    fn status(&mut self) {
        let (code, message) = (self.span.status(), self.span.status_message());
        if code == StatusCode::Unset && message.is_empty() {
            return;
        }
        self.out.key("status");
        self.out.open(b'{');
        text_field(self.out, "message", message);
        if code != StatusCode::Unset {
            self.out.key("code");
            self.out.int(if code == StatusCode::Ok { 1 } else { 2 });
        }
        self.out.close(b'}');
    }
}

fn kind(kind: SpanKind) -> Option<i64> {
    match kind {
        SpanKind::Unspecified => None,
        SpanKind::Internal => Some(1),
        SpanKind::Server => Some(2),
        SpanKind::Client => Some(3),
        SpanKind::Producer => Some(4),
        SpanKind::Consumer => Some(5),
    }
}
