//! Spans as they are told: opened, tagged, closed. Times are µs since the trace began.

use super::super::jaeger::{Log, ProcessId, RefType, Reference, Span, SpanId, Tag, Text, Trace, TraceId, Value};
use super::super::random::{hash, nth_id};
use super::{DemoTrace, START, TRACE_ID_LOWER_HALF, cast};

pub struct Story {
    trace: TraceId,
    begin: i64,
    spans: Vec<Span>,
}

/// A span of a story.
#[derive(Clone, Copy)]
pub struct Told(usize);

#[derive(Clone, Copy)]
pub enum Kind {
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

/// Who does it, below what.
#[derive(Clone, Copy)]
pub struct Scene {
    pub by: ProcessId,
    pub parent: Option<Told>,
}

impl Scene {
    pub fn root(by: ProcessId) -> Self {
        Self { by, parent: None }
    }

    pub fn below(parent: Told, by: ProcessId) -> Self {
        Self { by, parent: Some(parent) }
    }
}

impl Story {
    /// `slug` makes the ids; `after` is µs since the demo's start.
    pub fn new(slug: &str, after: i64) -> Self {
        Self {
            trace: TraceId(u128::from(hash(slug)) << 64 | u128::from(TRACE_ID_LOWER_HALF)),
            begin: START + after,
            spans: Vec::new(),
        }
    }

    pub fn open(&mut self, scene: Scene, kind: Kind, name: impl Into<Text>, at: i64) -> Told {
        let place = self.spans.len();
        let parent = scene.parent.map(|parent| Reference {
            ref_type: RefType::ChildOf,
            trace: self.trace,
            span: self.spans[parent.0].id,
        });
        let kind = match kind {
            Kind::Internal => "internal",
            Kind::Server => "server",
            Kind::Client => "client",
            Kind::Producer => "producer",
            Kind::Consumer => "consumer",
        };
        self.spans.push(Span {
            trace: self.trace,
            id: SpanId(nth_id((self.trace.0 >> 64) as u64, place as u64)),
            operation_name: name.into(),
            references: parent.into_iter().collect(),
            start_time: self.begin + at,
            duration: 0,
            tags: vec![Tag::new("span.kind", kind)],
            logs: Vec::new(),
            process: scene.by,
            warnings: None,
        });
        Told(place)
    }

    pub fn close(&mut self, span: Told, at: i64) {
        let span = &mut self.spans[span.0];
        span.duration = self.begin + at - span.start_time;
    }

    pub fn tag(&mut self, span: Told, key: &'static str, value: impl Into<Value>) {
        self.spans[span.0].tags.push(Tag::new(key, value));
    }

    pub fn tags<const N: usize>(&mut self, span: Told, tags: [(&'static str, Value); N]) {
        for (key, value) in tags {
            self.tag(span, key, value);
        }
    }

    pub fn event<const N: usize>(
        &mut self,
        span: Told,
        at: i64,
        name: &'static str,
        fields: [(&'static str, Value); N],
    ) {
        let name = Tag::new("event", name);
        let fields = fields.map(|(key, value)| Tag::new(key, value));
        self.spans[span.0]
            .logs
            .push(Log { timestamp: self.begin + at, fields: std::iter::once(name).chain(fields).collect() });
    }

    pub fn fail(&mut self, span: Told, why: impl Into<Text>) {
        self.tag(span, "error", true);
        self.tag(span, "otel.status_code", "ERROR");
        self.tag(span, "otel.status_description", why.into());
    }

    /// What another trace says to point at `span`.
    pub fn link_to(&self, span: Told) -> Reference {
        Reference { ref_type: RefType::FollowsFrom, trace: self.trace, span: self.spans[span.0].id }
    }

    pub fn follow(&mut self, span: Told, link: Reference) {
        self.spans[span.0].references.push(link);
    }

    pub fn finish(mut self) -> DemoTrace {
        self.spans.sort_by_key(|span| span.start_time);
        Trace { id: self.trace, spans: self.spans.into_iter(), processes: &cast::PROCESSES }
    }
}
