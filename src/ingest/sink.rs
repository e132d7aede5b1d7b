//! Where readers put what they read: the store and the load's notes, with what all formats do alike. Ids, times,
//! attributes and whole spans pass here, so that what is repaired is repaired in one way.

use super::decimal::{Nanoseconds, float};
use super::intake::Intake;
use super::json::tape::Kind;
use super::json::value::Value;
use super::notes::piece;
use super::report::NoteKind;
use crate::model::{
    Cell, LinkKind, Nanos, OpenRows, Range, ResourceRow, ScopeRow, SpanDraft, SpanFlags, SpanId, SpanKind, SpanRow,
    SpanWarning, StatusCode, Store, StringId, TraceId, TraceRow, UnixNanos,
};

/// Values nested deeper than this are left out.
const DEEPEST: u32 = 64;

/// See the module.
#[derive(Debug)]
pub struct Sink<'a> {
    pub store: &'a mut Store,
    pub intake: &'a mut Intake,
}

/// A span about to be pushed: what a reader found. Attributes, events and links are in their tables already, since
/// [`Sink::open`].
#[derive(Clone, Copy, Debug)]
pub struct SpanFields {
    pub opened: OpenRows,
    /// `None`: it is not known yet; see [`Intake::adopt`].
    pub trace: Option<TraceId>,
    pub id: Option<SpanId>,
    pub parent: Option<SpanId>,
    pub name: StringId,
    /// `None`: not given, or no time.
    pub start: Option<UnixNanos>,
    pub duration: Nanos,
    pub resource: ResourceRow,
    pub scope: Option<ScopeRow>,
    pub kind: SpanKind,
    pub status: StatusCode,
    pub status_message: Option<StringId>,
    pub trace_state: Option<StringId>,
    pub flags: SpanFlags,
}

impl SpanFields {
    /// Fields of a span without anything.
    pub fn new(opened: OpenRows, resource: ResourceRow) -> SpanFields {
        SpanFields {
            opened,
            trace: None,
            id: None,
            parent: None,
            name: StringId::EMPTY,
            start: None,
            duration: Nanos(0),
            resource,
            scope: None,
            kind: SpanKind::Unspecified,
            status: StatusCode::Unset,
            status_message: None,
            trace_state: None,
            flags: SpanFlags::default(),
        }
    }
}

impl Sink<'_> {
    #[inline]
    pub fn intern(&mut self, text: &str) -> StringId {
        self.store.content.strings.intern(text)
    }

    /// Counts something about the value being taken. Of the first of a kind, `example` is kept (a short piece of it) and
    /// the path of it inside the value, such as `.tags[3].key`.
    #[cold]
    pub fn note(&mut self, kind: NoteKind, example: &str, path: &dyn Fn() -> String) {
        if let Some((first, place)) = self.intake.notes.count_open(kind) {
            *first = piece(example);
            *place = path();
        }
    }

    /// The ends of the tables: where the next span's attributes, events and links begin.
    #[inline]
    pub fn open(&self) -> OpenRows {
        self.store.open_rows()
    }

    /// Adds an attribute of the span being read.
    #[inline]
    pub fn attribute(&mut self, key: StringId, cell: Cell) {
        self.store.attributes.push(key, cell);
    }

    /// Adds an event of the span being read; its attributes are in `store.events.attributes`, from the row `attributes`
    /// on. `None`: the file gives no time, so it gets the span's start.
    pub fn event(&mut self, time: Option<UnixNanos>, name: StringId, attributes: u32) {
        if time.is_none() {
            self.intake.untimed.push(self.store.events.end());
        }
        self.store.events.push(time.unwrap_or_default(), name, attributes);
    }

    /// Adds a link of the span being read; its attributes are in `store.links.attributes`, from the row `attributes` on.
    pub fn link(&mut self, trace: Option<TraceId>, span: Option<SpanId>, kind: LinkKind, attributes: u32) {
        self.store.links.push(trace, span, kind, attributes);
    }

    /// Adds a warning of the span being read.
    pub fn warn(&mut self, warning: SpanWarning) {
        self.intake.warnings.push(warning);
    }

    /// The start of the span being read, from nanoseconds since 1970; `words` is how it is written. A time that cannot be
    /// is kept in a warning.
    pub fn start(&mut self, nanos: i128, words: &str, path: &dyn Fn() -> String) -> Option<UnixNanos> {
        if nanos <= 0 {
            if nanos < 0 {
                self.unusable_start(words);
            }
            return None;
        }
        let start = UnixNanos(nanos.min(i64::MAX.into()) as i64);
        let is_beyond = i128::from(start.0) != nanos;
        if is_beyond {
            let text = self.intern(words);
            self.warn(SpanWarning::ImplausibleStart(text));
        }
        if !start.is_plausible() || is_beyond {
            self.note(NoteKind::ImplausibleTime, words, path);
        }
        Some(start)
    }

    /// The start of the span being read is no time.
    pub fn unusable_start(&mut self, words: &str) {
        let text = self.intern(words);
        self.warn(SpanWarning::UnusableStart(text));
    }

    /// The duration of the span being read is no length of time.
    pub fn unusable_duration(&mut self, words: &str) {
        let text = self.intern(words);
        self.warn(SpanWarning::UnusableDuration(text));
    }

    /// The duration of the span being read, in nanoseconds. A negative one is 0 and kept in a warning.
    pub fn duration(&mut self, nanos: i128, words: &str, path: &dyn Fn() -> String) -> Nanos {
        let nanos = nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        if nanos < 0 {
            self.warn(SpanWarning::NegativeDuration(Nanos(nanos)));
            self.note(NoteKind::NegativeDuration, words, path);
        }
        Nanos(nanos.max(0))
    }

    /// Notes that a time was not a whole number of nanoseconds.
    pub fn nanos(&mut self, read: Nanoseconds, words: &str, path: &dyn Fn() -> String) -> i128 {
        if read.is_rounded {
            self.note(NoteKind::RoundedTime, words, path);
        }
        read.value
    }

    /// A JSON value as an attribute's value: lists and objects as such, numbers with all their digits.
    pub fn cell(&mut self, value: Value) -> Cell {
        self.cell_at(value, 0)
    }

    fn cell_at(&mut self, value: Value, depth: u32) -> Cell {
        match value.kind() {
            Kind::Null => Cell::NULL,
            Kind::True => Cell::bool(true),
            Kind::False => Cell::bool(false),
            Kind::Int | Kind::Number => self.number_cell(value.digits().unwrap_or_default()),
            Kind::Text | Kind::Unescaped => Cell::text(self.intern(value.text().unwrap_or_default())),
            Kind::List | Kind::Object if depth >= DEEPEST => {
                self.note(NoteKind::WrongType, value.words(), &String::new);
                Cell::NULL
            }
            Kind::List => {
                let base = self.begin_nested();
                for item in value.items() {
                    let cell = self.cell_at(item, depth + 1);
                    self.push_nested(StringId::EMPTY, cell);
                }
                Cell::array(self.end_nested(base))
            }
            Kind::Object => {
                let base = self.begin_nested();
                for (key, item) in value.members() {
                    let (key, cell) = (self.intern(key), self.cell_at(item, depth + 1));
                    self.push_nested(key, cell);
                }
                Cell::map(self.end_nested(base))
            }
        }
    }

    /// A number as JSON writes it: an integer of 64 bits, digits beyond that, or a double. One that is too large even for
    /// a double stays a text.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn number_cell(&mut self, digits: &str) -> Cell {
        match digits.parse() {
            Ok(number) => Cell::int(number),
            Err(_) if is_integer(digits) => Cell::big_int(self.intern(digits)),
            Err(_) => match double(digits) {
                Some(number) => Cell::double(number),
                None => Cell::text(self.intern(digits)),
            },
        }
    }

    /// Begins a list or map value; entries follow, then [`Sink::end_nested`] with the number that this gives.
    pub fn begin_nested(&mut self) -> usize {
        self.intake.nested.len()
    }

    /// Adds an entry of the innermost open list (whose keys are empty) or map.
    pub fn push_nested(&mut self, key: StringId, cell: Cell) {
        self.intake.nested.push((key, cell));
    }

    /// Moves entries to the store's table, where those of one list lie together.
    pub fn end_nested(&mut self, base: usize) -> Range {
        let table = &mut self.store.content.nested;
        let start = table.end();
        self.intake.nested.drain(base..).for_each(|(key, cell)| table.push(key, cell));
        Range { start, end: table.end() }
    }

    /// Adds the span. What it lacks is noted: an id (it gets one of its own), a start.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn push(&mut self, span: &SpanFields) -> SpanRow {
        let id = self.own_id(span.id);
        let mut flags = span.flags;
        if span.start.is_none() {
            flags = flags.with(SpanFlags::TIME_MISSING);
            self.note(NoteKind::MissingTime, "", &String::new);
        }
        let start = span.start.unwrap_or_default();
        let store = &mut *self.store;
        self.intake.untimed.drain(..).for_each(|event| store.events.set_time(event as usize, start));
        let trace = span.trace.map_or(TraceRow::UNKNOWN, |id| self.intake.trace_for(self.store, id));
        let draft = SpanDraft {
            trace,
            id: Some(id),
            parent: span.parent.filter(|id| !id.is_zero()),
            start,
            duration: span.duration,
            name: span.name,
            resource: span.resource,
            scope: span.scope,
            kind: span.kind,
            status: span.status,
            flags,
            attributes: span.opened.attributes,
            events: span.opened.events,
            links: span.opened.links,
        };
        let row = self.intake.push(self.store, draft);
        if let Some(message) = span.status_message {
            self.store.status_messages.push(row, message);
        }
        if let Some(trace_state) = span.trace_state {
            self.store.trace_states.push(row, trace_state);
        }
        self.intake.warnings.drain(..).for_each(|warning| self.store.warnings.push(row, warning));
        row
    }

    fn own_id(&mut self, id: Option<SpanId>) -> SpanId {
        match id {
            Some(id @ SpanId::Hex { .. }) => id,
            Some(SpanId::Text(text)) => {
                let example = self.store.text(text).to_owned();
                self.note(NoteKind::TextId, &example, &String::new);
                SpanId::Text(text)
            }
            None => {
                let text = format!("no-id-{}", self.intake.span_count() + 1);
                self.note(NoteKind::MissingId, &text, &String::new);
                SpanId::Text(self.intern(&text))
            }
        }
    }
}

/// Whether a text is a whole number in decimal digits.
pub fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A double from its digits or from the words that JSON has no number for; `None` if it is none or too large.
pub fn double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" | "+Infinity" | "Inf" | "+Inf" => Some(f64::INFINITY),
        "-Infinity" | "-Inf" => Some(f64::NEG_INFINITY),
        // Not the other words that Rust knows.
        _ if !text.starts_with(|first: char| first == '-' || first == '.' || first.is_ascii_digit()) => None,
        _ => float(text).filter(|number| number.is_finite()),
    }
}
