//! Spans and processes: from the tape into columns.

use super::known::Known;
use super::reference::{self, Reference};
use super::tags::{self, Derived};
use super::trace::OpenTrace;
use crate::ingest::decimal;
use crate::ingest::fields::{text, words};
use crate::ingest::json::value::Value;
use crate::ingest::report::NoteKind;
use crate::ingest::sink::{Sink, SpanFields};
use crate::model::{Cell, Nanos, ResourceRow, SpanFlags, SpanId, StringId, UnixNanos};

/// Never a row: marks resources that are only known at the trace's end.
pub const PENDING: ResourceRow = ResourceRow(1 << 31);

/// Memory that spans use one after another.
#[derive(Debug, Default)]
pub struct Scratch {
    references: Vec<Reference>,
    process: Vec<(StringId, Cell)>,
    warnings: Vec<StringId>,
    /// Values of wrong types, to be kept as attributes.
    strays: Vec<(StringId, Cell)>,
}

/// Reads a span.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn take(value: Value, trace: &mut OpenTrace, known: &Known, scratch: &mut Scratch, sink: &mut Sink) {
    if !value.is_object() {
        return sink.note(NoteKind::SkippedEntry, value.words(), &String::new);
    }
    let opened = sink.open();
    let mut span = SpanFields::new(opened, PENDING);
    let (mut derived, mut parent, mut process, mut inline) = (Derived::default(), None, None, None);
    let mut process_tags = None;
    scratch.references.clear();
    scratch.warnings.clear();
    scratch.strays.clear();
    for (key, value) in value.members() {
        let path = || format!(".{key}");
        match key {
            "traceID" => {
                let text = words(value, sink, &path);
                span.trace = text.and_then(|text| trace.read_id(text, &mut sink.store.content.strings));
            }
            "spanID" => span.id = span_id(value, sink, &path),
            "parentSpanID" => parent = span_id(value, sink, &path),
            "operationName" => span.name = text(value, sink, &path),
            "startTime" => span.start = start(value, sink, &path),
            "duration" => span.duration = duration(value, sink, &path),
            "processID" => process = (!value.is_null()).then(|| text(value, sink, &path)),
            "process" => inline = inline_process(value, known, scratch, sink),
            "tags" => {
                sink.store.attributes.truncate(opened.attributes);
                derived = Derived::default();
                span_tags(value, opened.attributes, &mut derived, known, scratch, sink);
            }
            "tag" => process_tags = Some(value),
            "logs" => {
                sink.store.events.truncate(opened.events, opened.event_attributes);
                sink.intake.untimed.clear();
                logs(value, known, scratch, sink);
            }
            "references" => references(value, scratch, sink),
            "warnings" => warnings(value, &mut scratch.warnings, &mut scratch.strays, sink),
            _ => {}
        }
    }
    if let Some(value) = process_tags {
        fields(value, sink, &mut |key, cell, sink| tags::push(key, cell, opened.attributes, &mut derived, known, sink));
    }
    scratch.strays.drain(..).for_each(|(key, cell)| sink.attribute(key, cell));
    let own_trace = span.trace.or(trace.id);
    let (parent, follows) = reference::parent_and_links(&scratch.references, own_trace, parent, sink);
    span.trace = own_trace;
    span.parent = parent;
    span.flags = if follows { SpanFlags::FOLLOWS_PARENT } else { SpanFlags::default() };
    span.resource = inline.unwrap_or_else(|| {
        let process = process.map(|id| trace.process_index(id));
        trace.pending(process)
    });
    apply(&derived, &mut span, sink);
    for text in scratch.warnings.drain(..) {
        sink.warn(crate::model::SpanWarning::Backend(text));
    }
    let row = sink.push(&span);
    trace.add(row, sink.store.spans.trace(row));
    sink.intake.pending += u32::from(span.resource.0 >= PENDING.0);
}

/// Fills in what a span's tags said about it.
#[inline(never)]
pub fn apply(derived: &Derived, span: &mut SpanFields, sink: &mut Sink) {
    span.kind = derived.kind;
    span.status = derived.status();
    span.status_message = derived.message;
    span.trace_state = derived.trace_state;
    span.scope = derived.scope_name.or(derived.scope_version).map(|_| {
        let (name, version) = (derived.scope_name.unwrap_or_default(), derived.scope_version.unwrap_or_default());
        let store = &mut *sink.store;
        store.scopes.intern(&store.content, name, version, &[])
    });
}

fn span_id(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<SpanId> {
    let text = words(value, sink, path)?;
    SpanId::parse(text, &mut sink.store.content.strings)
}

/// A number of microseconds as nanoseconds.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn micros(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<i128> {
    let Some(read) = value.digits_or_text().and_then(decimal::from_micros) else {
        if !value.is_null() {
            sink.note(NoteKind::WrongType, value.words(), path);
        }
        return None;
    };
    if value.digits().is_none() {
        sink.note(NoteKind::NumberAsText, value.words(), path);
    }
    Some(sink.nanos(read, value.words(), path))
}

#[inline(never)]
fn start(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    let Some(nanos) = micros(value, sink, path) else {
        if !value.is_null() {
            sink.unusable_start(value.words());
        }
        return None;
    };
    match written_in_nanos(nanos) {
        Some(time) => {
            let words = sink.intern(value.words());
            sink.warn(crate::model::SpanWarning::ImplausibleStart(words));
            sink.note(NoteKind::ImplausibleTime, value.words(), path);
            Some(time)
        }
        None => sink.start(nanos, value.words(), path),
    }
}

/// A time that is beyond the year 2262 when taken for microseconds, but a time of our days as nanoseconds, was written
/// so. `nanos` is what it comes to as microseconds.
fn written_in_nanos(nanos: i128) -> Option<UnixNanos> {
    if nanos <= i64::MAX.into() {
        return None;
    }
    i64::try_from(nanos / 1000).ok().map(UnixNanos).filter(|time| time.is_plausible())
}

fn duration(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Nanos {
    let Some(nanos) = micros(value, sink, path) else {
        if !value.is_null() {
            sink.unusable_duration(value.words());
        }
        return Nanos(0);
    };
    sink.duration(nanos, value.words(), path)
}

/// A value where a list was wanted: kept as an attribute, with a note. Whether it was a list.
fn is_list(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> bool {
    if !value.is_list() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), path);
    }
    value.is_list()
}

fn keep_stray(key: &str, value: Value, strays: &mut Vec<(StringId, Cell)>, sink: &mut Sink) {
    if !value.is_null() {
        strays.push((sink.intern(key), sink.cell(value)));
    }
}

fn span_tags(value: Value, first: u32, derived: &mut Derived, known: &Known, scratch: &mut Scratch, sink: &mut Sink) {
    if !is_list(value, sink, &|| ".tags".to_owned()) {
        return keep_stray("tags", value, &mut scratch.strays, sink);
    }
    tag_list(value, sink, &|| ".tags".to_owned(), &mut |key, cell, sink| {
        tags::push(key, cell, first, derived, known, sink);
    });
}

/// Tags one after another, to whoever they are for.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn tag_list(list: Value, sink: &mut Sink, path: &dyn Fn() -> String, push: &mut dyn FnMut(StringId, Cell, &mut Sink)) {
    for (number, tag) in list.items().enumerate() {
        let path = || format!("{}[{number}]", path());
        if !tag.is_object() {
            sink.note(NoteKind::SkippedEntry, tag.words(), &path);
            continue;
        }
        let (key, cell) = tags::read(tag, sink, &path);
        let key = key.unwrap_or_else(|| {
            sink.note(NoteKind::MissingKey, "", &path);
            StringId::EMPTY
        });
        push(key, cell, sink);
    }
}

/// Tags as Elasticsearch keeps them when they are made fields: an object, with `@` for the dots of its keys.
#[inline(never)]
fn fields(value: Value, sink: &mut Sink, push: &mut dyn FnMut(StringId, Cell, &mut Sink)) {
    for (key, value) in value.members() {
        let key = if key.contains('@') { sink.intern(&key.replace('@', ".")) } else { sink.intern(key) };
        let cell = sink.cell(value);
        push(key, cell, sink);
    }
}

#[inline(never)]
fn logs(value: Value, known: &Known, scratch: &mut Scratch, sink: &mut Sink) {
    if !is_list(value, sink, &|| ".logs".to_owned()) {
        return keep_stray("logs", value, &mut scratch.strays, sink);
    }
    for (number, item) in value.items().enumerate() {
        let path = || format!(".logs[{number}]");
        match item.is_object() {
            true => log(item, known, sink, &path),
            false => sink.note(NoteKind::SkippedEntry, item.words(), &path),
        }
    }
}

#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn log(value: Value, known: &Known, sink: &mut Sink, path: &dyn Fn() -> String) {
    let attributes = sink.store.events.attributes.end();
    let (mut time, mut name) = (None, None);
    for (key, value) in value.members() {
        match key {
            "timestamp" => time = log_time(value, sink, &|| path() + ".timestamp"),
            "fields" if value.is_list() => {
                sink.store.events.attributes.truncate(attributes);
                tag_list(value, sink, &|| path() + ".fields", &mut |key, cell, sink| {
                    if key == known.event {
                        name = cell.as_text().or(name);
                    }
                    sink.store.events.attributes.push(key, cell);
                });
            }
            "fields" if !value.is_null() => {
                sink.note(NoteKind::WrongType, value.words(), &|| path() + ".fields");
                let (key, cell) = (sink.intern(key), sink.cell(value));
                sink.store.events.attributes.push(key, cell);
            }
            _ => {}
        }
    }
    if time.is_none() {
        sink.note(NoteKind::MissingTime, "", &|| path() + ".timestamp");
    }
    sink.event(time, name.unwrap_or(known.log), attributes);
}

fn log_time(value: Value, sink: &mut Sink, path: &dyn Fn() -> String) -> Option<UnixNanos> {
    let nanos = micros(value, sink, path).filter(|nanos| *nanos > 0)?;
    let time = written_in_nanos(nanos).unwrap_or(UnixNanos(nanos.min(i64::MAX.into()) as i64));
    if i128::from(time.0) != nanos {
        sink.note(NoteKind::ImplausibleTime, value.words(), path);
    }
    Some(time)
}

#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
fn references(value: Value, scratch: &mut Scratch, sink: &mut Sink) {
    scratch.references.clear();
    if !is_list(value, sink, &|| ".references".to_owned()) {
        return keep_stray("references", value, &mut scratch.strays, sink);
    }
    for (number, item) in value.items().enumerate() {
        let path = || format!(".references[{number}]");
        match item.is_object() {
            true => scratch.references.push(reference::read(item, sink, &path)),
            false => sink.note(NoteKind::SkippedEntry, item.words(), &path),
        }
    }
}

#[inline(never)]
fn warnings(value: Value, warnings: &mut Vec<StringId>, strays: &mut Vec<(StringId, Cell)>, sink: &mut Sink) {
    warnings.clear();
    if !is_list(value, sink, &|| ".warnings".to_owned()) {
        return keep_stray("warnings", value, strays, sink);
    }
    for (number, item) in value.items().enumerate().filter(|(_, item)| !item.is_null()) {
        let path = || format!(".warnings[{number}]");
        match item.is_object() || item.is_list() {
            true => sink.note(NoteKind::SkippedEntry, item.words(), &path),
            false => warnings.push(text(item, sink, &path)),
        }
    }
}

/// Warnings of a trace as a whole.
pub fn trace_warnings(value: Value, sink: &mut Sink) -> Vec<StringId> {
    let mut all = Vec::new();
    match value.is_list() {
        true => warnings(value, &mut all, &mut Vec::new(), sink),
        false if value.is_null() => {}
        false => sink.note(NoteKind::WrongType, value.words(), &String::new),
    }
    all
}

/// The processes of a trace, by their ids.
pub fn processes(value: Value, trace: &mut OpenTrace, known: &Known, scratch: &mut Scratch, sink: &mut Sink) {
    if !value.is_object() && !value.is_null() {
        sink.note(NoteKind::WrongType, value.words(), &String::new);
    }
    for (id, value) in value.members() {
        let resource = inline_process(value, known, scratch, sink);
        let index = trace.process_index(sink.intern(id));
        trace.set_process(index, resource);
    }
}

#[inline(never)]
fn inline_process(value: Value, known: &Known, scratch: &mut Scratch, sink: &mut Sink) -> Option<ResourceRow> {
    if !value.is_object() {
        if !value.is_null() {
            sink.note(NoteKind::WrongType, value.words(), &|| ".process".to_owned());
        }
        return None;
    }
    let (mut service, mut tagged_service) = (None, None);
    let process = &mut scratch.process;
    process.clear();
    let mut push = |key: StringId, cell: Cell, _: &mut Sink| match key == known.service_name {
        true => tagged_service = tagged_service.or(cell.as_text()),
        false => process.push((key, cell)),
    };
    for (key, value) in value.members() {
        match key {
            "serviceName" if !value.is_null() => {
                if value.text().is_none() {
                    sink.note(NoteKind::WrongType, value.words(), &|| ".serviceName".to_owned());
                }
                service = value.text().map(|text| sink.intern(text)).or(service);
            }
            "tags" if value.is_list() => tag_list(value, sink, &|| ".tags".to_owned(), &mut push),
            "tags" if !value.is_null() => {
                sink.note(NoteKind::WrongType, value.words(), &|| ".tags".to_owned());
                let (key, cell) = (sink.intern(key), sink.cell(value));
                push(key, cell, sink);
            }
            "tag" => fields(value, sink, &mut push),
            _ => {}
        }
    }
    let service = service.or(tagged_service).unwrap_or_default();
    let store = &mut *sink.store;
    Some(store.resources.intern(&store.content, service, &scratch.process))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beyond_the_range_may_be_nanoseconds() {
        let written = written_in_nanos(1_700_000_000_000_000_000_000);
        assert_eq!(written, Some(UnixNanos(1_700_000_000_000_000_000)));
        assert_eq!((written_in_nanos(i128::MAX), written_in_nanos(5)), (None, None));
    }
}
