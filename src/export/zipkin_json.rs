//! Zipkin v2 JSON: one list of spans, as Zipkin's collector takes it, after OpenTelemetry's mapping.
//!
//! What becomes of the model (the counted losses are those of [`LossKind`]):
//! * Times are cut to microseconds; a duration below one is one, and one of 0 is left out.
//! * All attributes are texts, one for each key. Those of the resource become the span's own, but for `service.name`,
//!   `net.host.ip` and `net.host.port`: the local endpoint. `peer.service`, `net.peer.ip` and `net.peer.port` are the
//!   remote one.
//! * The kinds internal and unspecified are left out. The server half of a call is `shared`.
//! * An error is the tag `error` with the status message; a tag `error` of a span without one is left out.
//! * The parent is the one in the tree. Links are lost.
//! * An event is an annotation: its name or, with attributes, `"name": {…}`.
//! * Scope and trace state are tags; attributes of the scope are lost, and warnings are.
//! * Ids that are texts become digits.

use super::ids::{span_bits, trace_bits};
use super::json::Json;
use super::losses::{LossKind, Losses};
use super::value;
use super::zipkin_tags::{Endpoint, Tags};
use crate::model::attribute_names as names;
use crate::model::index::Numbers;
use crate::model::{EventRef, SpanFlags, SpanId, SpanKind, SpanRef, Store, UnixNanos, ValueRef};

/// See the module.
#[derive(Default)]
pub struct ZipkinJson {
    has_begun: bool,
    /// Traces of which a span has been written.
    seen: Numbers,
}

impl ZipkinJson {
    pub fn span(&mut self, store: &Store, span: SpanRef, out: &mut Json, losses: &mut Losses) {
        self.begin(out);
        if self.seen.add(span.trace().0) {
            let warnings = store.trace(span.trace()).warnings();
            warnings.for_each(|text| losses.add(LossKind::Warning, store.text(text)));
        }
        count_losses(store, span, losses);
        out.open(b'{');
        Span { store, span, out, losses }.write();
        out.close(b'}');
    }

    pub fn end(&mut self, out: &mut Json) {
        self.begin(out);
        out.close(b']');
    }

    fn begin(&mut self, out: &mut Json) {
        if !self.has_begun {
            self.has_begun = true;
            out.open(b'[');
        }
    }
}

/// What has no place at all.
fn count_losses(store: &Store, span: SpanRef, losses: &mut Losses) {
    let name = span.name();
    losses.add_if(span.id().is_none(), LossKind::MissingId, name);
    losses.add_if(span.kind() == SpanKind::Internal, LossKind::Kind, name);
    losses.add_if(span.flags().has(SpanFlags::FOLLOWS_PARENT), LossKind::ParentKind, name);
    losses.add_if(span.scope_attributes().is_some_and(|all| all.len() > 0), LossKind::ScopeAttributes, name);
    span.links().for_each(|_| losses.add(LossKind::Link, name));
    losses.add_warnings(store, span);
}

/// A span being written.
struct Span<'a> {
    store: &'a Store,
    span: SpanRef<'a>,
    out: &'a mut Json,
    losses: &'a mut Losses,
}

impl Span<'_> {
    fn write(mut self) {
        let (store, span) = (self.store, self.span);
        self.ids();
        if let Some(kind) = kind(span.kind()) {
            self.out.key("kind");
            self.out.text(kind);
        }
        if !span.name().is_empty() {
            self.out.key("name");
            self.out.text(span.name());
        }
        self.times();
        let resource = store.spans.resource(span.row());
        let mut local = Endpoint::read(
            store,
            store.resources.attributes(),
            store.resources.range(resource),
            ["", names::HOST_IP, names::HOST_PORT],
        );
        local.service = span.service();
        local.write("localEndpoint", self.out);
        let attributes = store.attribute_range(span.row());
        let remote = Endpoint::read(
            store,
            &store.attributes,
            attributes,
            [names::PEER_SERVICE, names::PEER_IP, names::PEER_PORT],
        );
        remote.write("remoteEndpoint", self.out);
        self.annotations();
        self.out.key("tags");
        self.out.open(b'{');
        let mut tags = Tags::new(store, self.out, self.losses);
        tags.of_span(span, &remote);
        tags.of_resource(span, &local);
        tags.of_fields(span);
        self.out.close(b'}');
        self.marks();
    }

    fn ids(&mut self) {
        let (store, span) = (self.store, self.span);
        let (bits, is_made) = trace_bits(store.trace(span.trace()).id, store.strings());
        self.losses.add_if(is_made, LossKind::TextId, &store.trace_id_text(span.trace()));
        self.out.key("traceId");
        self.out.hex(bits, if bits >> 64 == 0 { 16 } else { 32 });
        self.id("id", span.id());
        self.id("parentId", span.parent_id().filter(|id| !id.is_zero()));
    }

    fn id(&mut self, key: &'static str, id: Option<SpanId>) {
        let Some(id) = id else { return };
        let (bits, is_made) = span_bits(id, self.store.strings());
        self.losses.add_if(is_made, LossKind::TextId, &id.text(self.store.strings()));
        self.out.key(key);
        self.out.hex(bits.into(), 16);
    }

    fn times(&mut self) {
        let (start, duration) = (self.span.start(), self.span.duration().0);
        if !self.span.flags().has(SpanFlags::TIME_MISSING) {
            self.time(start);
        }
        self.losses.add_if(duration % 1000 != 0, LossKind::Nanoseconds, self.span.name());
        if duration > 0 {
            self.out.key("duration");
            self.out.int((duration / 1000).max(1));
        }
    }

    /// The key `timestamp`; not for times that are none.
    fn time(&mut self, time: UnixNanos) {
        let micros = time.0.div_euclid(1000);
        self.losses.add_if(time.0 % 1000 != 0, LossKind::Nanoseconds, self.span.name());
        self.losses.add_if(micros <= 0, LossKind::EarlyTime, self.span.name());
        if micros > 0 {
            self.out.key("timestamp");
            self.out.int(micros);
        }
    }

    fn annotations(&mut self) {
        if self.span.events().len() == 0 {
            return;
        }
        self.out.key("annotations");
        self.out.open(b'[');
        for event in self.span.events() {
            self.out.open(b'{');
            if !self.span.flags().has(SpanFlags::TIME_MISSING) || event.time != UnixNanos(0) {
                self.time(event.time);
            }
            self.out.key("value");
            match with_attributes(&event) {
                None => self.out.text(event.name),
                Some(text) => {
                    self.losses.add(LossKind::EventAttributes, event.name);
                    self.out.text(&text);
                }
            }
            self.out.close(b'}');
        }
        self.out.close(b']');
    }

    fn marks(&mut self) {
        let is_true = |name| matches!(self.span.attributes().find(name), Some(ValueRef::Bool(true)));
        if is_true(names::ZIPKIN_DEBUG) {
            self.out.key("debug");
            self.out.bool(true);
        }
        if self.span.flags().has(SpanFlags::SERVER_HALF) || is_true(names::ZIPKIN_SHARED) {
            self.out.key("shared");
            self.out.bool(true);
        }
    }
}

/// An event's name and attributes in one text, as OpenTelemetry has it for Zipkin: `"name": {"key":"value"}`. `None` if
/// it has none but the field `event` by which Jaeger tells the name.
fn with_attributes(event: &EventRef) -> Option<String> {
    let is_name =
        |key: &str, value: &ValueRef| key == "event" && matches!(value, ValueRef::Str(text) if *text == event.name);
    let mut others = event.attributes.clone().filter(|(key, value)| !is_name(key, value)).peekable();
    others.peek()?;
    let (mut name, mut map) = (Json::default(), Json::default());
    name.text(event.name);
    map.open(b'{');
    for (key, value) in others {
        map.any_key(key);
        value::plain(&mut map, value);
    }
    map.close(b'}');
    // The writer writes UTF-8.
    String::from_utf8([&name.take()[..], b": ", &map.take()[..]].concat()).ok()
}

fn kind(kind: SpanKind) -> Option<&'static str> {
    match kind {
        SpanKind::Unspecified | SpanKind::Internal => None,
        SpanKind::Server => Some("SERVER"),
        SpanKind::Client => Some("CLIENT"),
        SpanKind::Producer => Some("PRODUCER"),
        SpanKind::Consumer => Some("CONSUMER"),
    }
}
