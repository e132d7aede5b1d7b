//! All events of a trace's spans as a table, by their time.

use std::rc::Rc;

use super::super::Memo;
use super::super::looks::Prepared;
use super::Sheet;
use super::spans::id_key;
use crate::engine::questions::{ABSENT, EVENTS, LONG_VALUE, TableColumn, TableLine, TracePart};
use crate::engine::value_text::plain;
use crate::model::{Cell, Positions, SpanRow, Store, StringId, TraceRow, order};
use crate::query::find::lowered;

struct EventSheet {
    trace: TraceRow,
    look: Rc<Prepared>,
    /// Positions of spans, and rows of events, by time.
    events: Vec<(u32, u32)>,
}

pub fn sheet(store: &Store, memo: &mut Memo, asked: &TracePart) -> Option<Rc<dyn Sheet>> {
    let trace = store.trace_by_id(&asked.trace)?;
    let look = memo.look(store, trace, &asked.look);
    let tree = &store.trace(trace).tree;
    let mut events = Vec::new();
    for position in look.range.clone().filter(|position| !look.pruned.spans.has(*position)) {
        let range = store.event_range(tree.order[position as usize]);
        events.extend((range.start..range.end).map(|event| (position, event)));
    }
    let mut sheet = EventSheet { trace, look, events };
    let times: Vec<i64> = (0..sheet.rows()).map(|row| sheet.time(store, row)).collect();
    sheet.events = order::by_number(&times).into_iter().map(|at| sheet.events[at as usize]).collect();
    Some(Rc::new(sheet))
}

/// Of a summary of attributes, in bytes.
const SUMMARY: usize = 300;

impl EventSheet {
    fn time(&self, store: &Store, row: u32) -> i64 {
        let (position, event) = self.events[row as usize];
        let time = store.events.time(event as usize) - store.trace(self.trace).start;
        time.0.saturating_add(self.look.clock(store, self.trace).shift(position))
    }

    fn span(&self, store: &Store, row: u32) -> SpanRow {
        store.trace(self.trace).tree.order[self.events[row as usize].0 as usize]
    }

    /// OpenTelemetry's exceptions, and what OpenTracing's libraries log.
    fn tells_of_error(&self, store: &Store, event: usize) -> bool {
        let tells = |at: usize| {
            let value = store.events.attributes.cell(at).as_text().map_or("", |text| store.text(text));
            let key = store.text(store.events.attributes.key(at));
            key.starts_with("exception.") || key.starts_with("error") || (key == "level" && value == "error")
        };
        store.text(store.events.name(event)) == "exception" || store.events.range(event).rows().any(tells)
    }

    /// `key=value key=value …`
    fn summary(&self, store: &Store, row: u32) -> String {
        let mut text = String::new();
        let event = self.events[row as usize].1 as usize;
        for at in store.events.range(event).rows() {
            // Jaeger keeps the name there, which has a column.
            let value = store.events.attributes.cell(at).as_text();
            if value == Some(store.events.name(event)) && store.text(store.events.attributes.key(at)) == "event" {
                continue;
            }
            if text.len() > SUMMARY {
                text.push('…');
                break;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(store.text(store.events.attributes.key(at)));
            text.push('=');
            text.push_str(&plain(&store.content.value(store.events.attributes.cell(at)).to_owned(SUMMARY)));
        }
        text
    }
}

impl Sheet for EventSheet {
    fn columns(&self) -> &'static [TableColumn] {
        &EVENTS
    }

    fn rows(&self) -> u32 {
        self.events.len() as u32
    }

    fn cell(&self, store: &Store, row: u32, column: usize) -> i64 {
        let (position, event) = self.events[row as usize];
        match column {
            0 => self.time(store, row),
            1 => store.service(self.span(store, row)).0.into(),
            2 => store.spans.name(self.span(store, row)).0.into(),
            3 => store.events.name(event as usize).0.into(),
            4 if store.events.range(event as usize).is_empty() => ABSENT,
            4 => row.into(),
            _ => position.into(),
        }
    }

    fn text(&self, store: &Store, column: usize, cell: i64) -> String {
        match column {
            4 => self.summary(store, cell as u32),
            5 => store.span_id_text(store.trace(self.trace).tree.order[cell as usize]),
            _ => store.text(StringId(cell as u32)).to_owned(),
        }
    }

    fn line(&self, store: &Store, row: u32) -> TableLine {
        let (key, event) = self.events[row as usize];
        let part = event - store.event_range(self.span(store, row)).start;
        let is_error = self.tells_of_error(store, event as usize);
        TableLine { key, part, is_error, ..TableLine::default() }
    }

    fn sort_key(&self, store: &Store, row: u32, column: usize) -> Option<i64> {
        (column == 5).then(|| id_key(store, self.span(store, row)))
    }

    /// Events whose name, key, value, span or service has the text.
    fn found(&self, store: &Store, find: &str) -> Positions {
        let wanted = lowered(find.trim());
        // Each text is looked at once: 1 if it has not got it, 2 if it has.
        let mut known = vec![0_u8; if wanted.is_empty() { 0 } else { store.strings().len() }];
        let mut has = |id: StringId| {
            let known = &mut known[id.0 as usize];
            if *known == 0 {
                *known = if lowered(store.text(id)).contains(&wanted) { 2 } else { 1 };
            }
            *known == 2
        };
        let other = |cell: Cell| lowered(&plain(&store.content.value(cell).to_owned(LONG_VALUE))).contains(&wanted);
        Positions::of(if wanted.is_empty() { 0 } else { self.rows() }, |row| {
            let (span, event) = (self.span(store, row), self.events[row as usize].1 as usize);
            let attributes = &store.events.attributes;
            has(store.events.name(event))
                || has(store.spans.name(span))
                || has(store.service(span))
                || store.events.range(event).rows().any(|at| {
                    let cell = attributes.cell(at);
                    has(attributes.key(at)) || cell.as_text().map_or_else(|| other(cell), &mut has)
                })
        })
    }
}
