//! A span's own fields, its references and its logs, and how they become a row.

use super::element::{Element, List};
use super::node::Role;
use super::scalar::Scalar;
use super::tag::Derived;
use crate::ingest::decimal::{self, Nanoseconds};
use crate::ingest::report::NoteKind;
use crate::model::{
    LinkKind, Nanos, ResourceRow, SpanDraft, SpanFlags, SpanId, SpanRow, SpanWarning, StringId, TraceId, TraceRow,
    UnixNanos,
};

/// What is known of the span being read.
#[derive(Debug, Default)]
pub struct SpanState {
    trace: Option<TraceId>,
    id: Option<SpanId>,
    parent: Option<SpanId>,
    name: StringId,
    start: Option<UnixNanos>,
    duration: Nanos,
    /// The number of its process in the trace.
    process: Option<u32>,
    pub derived: Derived,
}

/// The log being read.
#[derive(Debug, Default)]
pub struct LogState {
    pub attributes: u32,
    pub name: Option<StringId>,
    time: Option<UnixNanos>,
}

impl LogState {
    /// A log whose fields come to the row `attributes` and after.
    pub fn at(attributes: u32) -> LogState {
        LogState { attributes, name: None, time: None }
    }
}

/// The reference being read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReferenceState {
    trace: Option<TraceId>,
    span: Option<SpanId>,
    kind: Option<LinkKind>,
}

impl Element<'_> {
    pub(super) fn own_trace(&self) -> Option<TraceId> {
        self.span.trace
    }

    /// A scalar of a role that only spans have.
    pub(super) fn span_scalar(&mut self, role: Role, value: Scalar) {
        match role {
            Role::TraceId => self.span.trace = self.trace_id(role, value),
            Role::SpanId => self.span.id = self.span_id(role, value),
            Role::ParentSpanId => self.span.parent = self.span_id(role, value),
            Role::Name => self.span.name = self.text_id(role, value),
            Role::Start => self.start(value),
            Role::Duration => self.duration(value),
            Role::ProcessId => {
                let id = (!matches!(value, Scalar::Null)).then(|| self.text_id(role, value));
                self.span.process = id.map(|id| self.trace.process_index(id));
            }
            Role::RefTrace => self.reference.trace = self.trace_id(role, value),
            Role::RefSpan => self.reference.span = self.span_id(role, value),
            Role::RefType => self.reference.kind = Some(reference_kind(value)),
            Role::LogTime => self.log.time = self.log_time(value),
            Role::Warning if matches!(value, Scalar::Null) => {}
            Role::Warning => {
                let text = self.text_id(role, value);
                self.scratch.warnings.push(text);
            }
            Role::Span => {
                self.is_skipped = true;
                self.note(NoteKind::SkippedEntry, role, value);
            }
            _ => self.stray_scalar(role, value),
        }
    }

    /// A text; another scalar as a text, with a note.
    fn text_id(&mut self, role: Role, value: Scalar) -> StringId {
        match value {
            Scalar::Text(text) => self.store.content.strings.intern(text),
            Scalar::Null => StringId::EMPTY,
            other => {
                self.wrong_type(role, other);
                self.store.content.strings.intern(&other.words())
            }
        }
    }

    fn trace_id(&mut self, role: Role, value: Scalar) -> Option<TraceId> {
        let strings = &mut self.store.content.strings;
        match value {
            Scalar::Text(text) => self.trace.read_id(text, strings),
            Scalar::Null => None,
            other => {
                let id = TraceId::parse(&other.words(), strings);
                self.wrong_type(role, other);
                id
            }
        }
    }

    fn span_id(&mut self, role: Role, value: Scalar) -> Option<SpanId> {
        let strings = &mut self.store.content.strings;
        match value {
            Scalar::Text(text) => SpanId::parse(text, strings),
            Scalar::Null => None,
            other => {
                let id = SpanId::parse(&other.words(), strings);
                self.wrong_type(role, other);
                id
            }
        }
    }

    /// A number of microseconds.
    fn micros(&mut self, role: Role, value: Scalar) -> Option<i128> {
        let read = match value {
            Scalar::Uint(micros) => Some(Nanoseconds { value: i128::from(micros) * 1000, is_rounded: false }),
            Scalar::Int(micros) => Some(Nanoseconds { value: i128::from(micros) * 1000, is_rounded: false }),
            Scalar::Double(micros) => {
                self.wants_exact = true;
                Some(Nanoseconds { value: (micros * 1000.0) as i128, is_rounded: false })
            }
            Scalar::Digits(digits) => decimal::from_micros(digits),
            Scalar::Text(text) => {
                let read = decimal::from_micros(text);
                if read.is_some() {
                    self.note(NoteKind::NumberAsText, role, value);
                }
                read
            }
            Scalar::Null | Scalar::Bool(_) => None,
        };
        if read.is_some_and(|read| read.is_rounded) {
            self.note(NoteKind::RoundedTime, role, value);
        }
        if read.is_none() && !matches!(value, Scalar::Null) {
            self.wrong_type(role, value);
        }
        read.map(|read| read.value)
    }

    fn start(&mut self, value: Scalar) {
        self.span.start = None;
        let Some(nanos) = self.micros(Role::Start, value) else {
            if !matches!(value, Scalar::Null) {
                self.warn(SpanWarning::UnusableStart, value);
            }
            return;
        };
        if nanos <= 0 {
            if nanos < 0 {
                self.warn(SpanWarning::UnusableStart, value);
            }
            return;
        }
        let start = point_in_time(nanos);
        if i128::from(start.0) != nanos {
            self.warn(SpanWarning::ImplausibleStart, value);
        }
        if !start.is_plausible() || i128::from(start.0) != nanos {
            self.note(NoteKind::ImplausibleTime, Role::Start, value);
        }
        self.span.start = Some(start);
    }

    fn duration(&mut self, value: Scalar) {
        self.span.duration = Nanos(0);
        let Some(nanos) = self.micros(Role::Duration, value) else {
            if !matches!(value, Scalar::Null) {
                self.warn(SpanWarning::UnusableDuration, value);
            }
            return;
        };
        let nanos = nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        if nanos < 0 {
            self.scratch.span_warnings.push(SpanWarning::NegativeDuration(Nanos(nanos)));
            self.note(NoteKind::NegativeDuration, Role::Duration, value);
        }
        self.span.duration = Nanos(nanos.max(0));
    }

    fn warn(&mut self, warning: fn(StringId) -> SpanWarning, value: Scalar) {
        let text = self.store.content.strings.intern(&value.words());
        self.scratch.span_warnings.push(warning(text));
    }

    fn log_time(&mut self, value: Scalar) -> Option<UnixNanos> {
        let nanos = self.micros(Role::LogTime, value).filter(|nanos| *nanos > 0)?;
        let time = point_in_time(nanos);
        if i128::from(time.0) != nanos {
            self.note(NoteKind::ImplausibleTime, Role::LogTime, value);
        }
        Some(time)
    }

    pub(super) fn end_log(&mut self) {
        self.list = List::Span;
        let log = std::mem::take(&mut self.log);
        if log.time.is_none() {
            self.scratch.untimed.push(self.store.events.end());
            self.note(NoteKind::MissingTime, Role::LogTime, Scalar::Text(""));
        }
        let name = log.name.unwrap_or(self.known.log);
        self.store.events.push(log.time.unwrap_or_default(), name, log.attributes);
    }

    pub(super) fn end_reference(&mut self) {
        let reference = std::mem::take(&mut self.reference);
        match reference.span.is_some() || reference.trace.is_some() {
            true => self.scratch.references.push(reference),
            false => self.note(NoteKind::SkippedEntry, Role::Reference, Scalar::Text("")),
        }
    }

    /// The span is whole: it becomes a row.
    pub fn finish_span(&mut self) {
        let own_trace = self.span.trace.or(self.trace.id);
        let (parent, follows) = self.parent_and_links(own_trace);
        let strays = std::mem::take(&mut self.scratch.strays);
        strays.iter().for_each(|(key, cell)| self.store.attributes.push(*key, *cell));
        self.scratch.strays = strays;
        let id = self.own_id();
        let span = std::mem::take(&mut self.span);
        let mut flags = if follows { SpanFlags::FOLLOWS_PARENT } else { SpanFlags::default() };
        if span.start.is_none() {
            flags = flags.with(SpanFlags::TIME_MISSING);
            self.note(NoteKind::MissingTime, Role::Start, Scalar::Text(""));
        }
        let start = span.start.unwrap_or_default();
        self.scratch.untimed.iter().for_each(|event| self.store.events.set_time(*event as usize, start));
        let derived = span.derived;
        let scope = derived.scope_name.or(derived.scope_version).map(|_| {
            let (name, version) = (derived.scope_name.unwrap_or_default(), derived.scope_version.unwrap_or_default());
            self.store.scopes.intern(name, version)
        });
        let draft = SpanDraft {
            trace: own_trace.map_or(TraceRow::UNKNOWN, |id| self.intake.trace_for(self.store, id)),
            id: Some(id),
            parent,
            start,
            duration: span.duration,
            name: span.name,
            resource: self.process.unwrap_or(self.trace.pending(span.process)),
            scope,
            kind: derived.kind,
            status: derived.status(),
            flags,
            attributes: self.opened.attributes,
            events: self.opened.events,
            links: self.opened.links,
        };
        let row = self.intake.push(self.store, draft);
        self.finish_sparse(row, derived.message, derived.trace_state);
        self.trace.add(row, draft.trace);
    }

    fn finish_sparse(&mut self, row: SpanRow, message: Option<StringId>, trace_state: Option<StringId>) {
        let store = &mut *self.store;
        if let Some(message) = message {
            store.status_messages.push(row, message);
        }
        if let Some(trace_state) = trace_state {
            store.trace_states.push(row, trace_state);
        }
        self.scratch.warnings.drain(..).for_each(|text| store.warnings.push(row, SpanWarning::Backend(text)));
        self.scratch.span_warnings.drain(..).for_each(|warning| store.warnings.push(row, warning));
    }

    fn own_id(&mut self) -> SpanId {
        match self.span.id {
            Some(id @ SpanId::Hex { .. }) => id,
            Some(SpanId::Text(text)) => {
                let example = self.store.text(text).to_owned();
                self.note(NoteKind::TextId, Role::SpanId, Scalar::Text(&example));
                SpanId::Text(text)
            }
            None => {
                let number = self.intake.span_count() + 1;
                let id = format!("no-id-{number}");
                let text = self.store.content.strings.intern(&id);
                self.note(NoteKind::MissingId, Role::SpanId, Scalar::Text(&id));
                SpanId::Text(text)
            }
        }
    }

    /// The first reference inside the trace is the parent for now (the tree may take another one, if that span is not
    /// there); all others become links. `parentSpanID` counts after the references.
    fn parent_and_links(&mut self, own_trace: Option<TraceId>) -> (Option<SpanId>, bool) {
        let written = self.span.parent.filter(|id| !id.is_zero());
        let mut parent = None;
        for reference in self.scratch.references.drain(..) {
            let kind = reference.kind.unwrap_or(LinkKind::ChildOf);
            let is_inside = reference.trace.is_none() || own_trace.is_none() || reference.trace == own_trace;
            match reference.span {
                Some(span) if parent.is_none() && is_inside && kind != LinkKind::Link && !span.is_zero() => {
                    parent = Some((span, kind == LinkKind::FollowsFrom));
                }
                span => {
                    let attributes = self.store.links.attributes.end();
                    let trace = reference.trace.filter(|_| !is_inside);
                    self.store.links.push(trace, span, kind, attributes);
                }
            }
        }
        match (parent, written) {
            (Some((span, follows)), Some(written)) => {
                if span != written {
                    let attributes = self.store.links.attributes.end();
                    self.store.links.push(None, Some(written), LinkKind::ChildOf, attributes);
                }
                (Some(span), follows)
            }
            (Some((span, follows)), None) => (Some(span), follows),
            (None, written) => (written, false),
        }
    }
}

fn reference_kind(value: Scalar) -> LinkKind {
    match value {
        Scalar::Text(text) if text.eq_ignore_ascii_case("CHILD_OF") => LinkKind::ChildOf,
        Scalar::Text(text) if text.eq_ignore_ascii_case("FOLLOWS_FROM") => LinkKind::FollowsFrom,
        Scalar::Null => LinkKind::ChildOf,
        _ => LinkKind::Link,
    }
}

/// Nanoseconds since 1970, from what was taken for microseconds. What is beyond the year 2262 then, but is a time of our
/// days as nanoseconds, was written so.
fn point_in_time(nanos: i128) -> UnixNanos {
    if let Ok(nanos) = i64::try_from(nanos) {
        return UnixNanos(nanos);
    }
    match i64::try_from(nanos / 1000).map(UnixNanos) {
        Ok(written) if written.is_plausible() => written,
        _ => UnixNanos(i64::MAX),
    }
}

/// Never a row: marks resources that are only known at the trace's end.
pub const PENDING: ResourceRow = ResourceRow(1 << 31);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beyond_the_range_are_nanoseconds_or_saturate() {
        assert_eq!(point_in_time(1_700_000_000_000_000_000_000), UnixNanos(1_700_000_000_000_000_000));
        assert_eq!(point_in_time(i128::MAX), UnixNanos(i64::MAX));
        assert_eq!(point_in_time(5), UnixNanos(5));
    }
}
