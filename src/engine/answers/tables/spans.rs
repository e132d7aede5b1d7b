//! The spans of a trace as a table.

use std::rc::Rc;

use super::super::Memo;
use super::super::looks::Prepared;
use super::Sheet;
use crate::engine::questions::{ABSENT, SPANS, SpansListed, TableColumn, TableLine};
use crate::model::index::Numbers;
use crate::model::{Positions, SpanId, SpanKind, SpanRow, StatusCode, Store, StringId, TraceRow};

struct SpanSheet {
    trace: TraceRow,
    look: Rc<Prepared>,
    /// Positions, in the trace's order.
    positions: Vec<u32>,
}

pub fn sheet(store: &Store, memo: &mut Memo, asked: &SpansListed) -> Option<Rc<dyn Sheet>> {
    let trace = store.trace_by_id(&asked.part.trace)?;
    let look = memo.look(store, trace, &asked.part.look);
    let order = &store.trace(trace).tree.order;
    let (services, names) = (chosen(store, &asked.services), chosen(store, &asked.names));
    let is_shown = |position: &u32| {
        let row = order[*position as usize];
        !look.pruned.spans.has(*position)
            && services.as_ref().is_none_or(|it| it.get(store.service(row).0).is_some())
            && names.as_ref().is_none_or(|it| it.get(store.spans.name(row).0).is_some())
            && (!asked.only_errors || store.spans.status(row) == StatusCode::Error)
    };
    let positions = look.range.clone().filter(is_shown).collect();
    Some(Rc::new(SpanSheet { trace, look, positions }))
}

/// The texts of a filter; `None`: it lets all pass.
pub fn chosen(store: &Store, names: &[String]) -> Option<Numbers> {
    let mut chosen = Numbers::default();
    names.iter().filter_map(|name| store.strings().find(name)).for_each(|id| _ = chosen.add(id.0));
    (!names.is_empty()).then_some(chosen)
}

impl SpanSheet {
    fn row(&self, store: &Store, position: u32) -> SpanRow {
        store.trace(self.trace).tree.order[position as usize]
    }
}

impl Sheet for SpanSheet {
    fn columns(&self) -> &'static [TableColumn] {
        &SPANS
    }

    fn rows(&self) -> u32 {
        self.positions.len() as u32
    }

    fn cell(&self, store: &Store, row: u32, column: usize) -> i64 {
        let position = self.positions[row as usize];
        let span = self.row(store, position);
        match column {
            0 => store.service(span).0.into(),
            1 => store.spans.name(span).0.into(),
            2 => position.into(),
            3 => store.spans.duration(span).0,
            4 => self.look.clock(store, self.trace).start(position),
            5 => match store.spans.kind(span) {
                SpanKind::Unspecified => ABSENT,
                kind => kind as i64,
            },
            _ => match store.spans.status(span) {
                StatusCode::Unset => ABSENT,
                status => status as i64,
            },
        }
    }

    fn text(&self, store: &Store, column: usize, cell: i64) -> String {
        match column {
            0 | 1 => store.text(StringId(cell as u32)).to_owned(),
            2 => store.span_id_text(self.row(store, cell as u32)),
            5 => KINDS[cell as usize % KINDS.len()].name().to_owned(),
            _ => (if cell == StatusCode::Error as i64 { "error" } else { "ok" }).to_owned(),
        }
    }

    fn line(&self, store: &Store, row: u32) -> TableLine {
        let key = self.positions[row as usize];
        let is_error = store.spans.status(self.row(store, key)) == StatusCode::Error;
        TableLine { key, is_error, ..TableLine::default() }
    }

    fn sort_key(&self, store: &Store, row: u32, column: usize) -> Option<i64> {
        (column == 2).then(|| id_key(store, self.row(store, self.positions[row as usize])))
    }

    fn found(&self, _: &Store, _: &str) -> Positions {
        Positions::of(self.rows(), |row| self.look.is_found(self.positions[row as usize]))
    }
}

const KINDS: [SpanKind; 6] = [
    SpanKind::Unspecified,
    SpanKind::Internal,
    SpanKind::Server,
    SpanKind::Client,
    SpanKind::Producer,
    SpanKind::Consumer,
];

/// In the order of ids; of those that are texts by their first letters.
pub fn id_key(store: &Store, row: SpanRow) -> i64 {
    let bits = match store.spans.id(row) {
        Some(SpanId::Hex { bits, .. }) => bits,
        Some(SpanId::Text(text)) => {
            let mut first = [0; 8];
            first.iter_mut().zip(store.text(text).bytes()).for_each(|(to, from)| *to = from);
            u64::from_be_bytes(first)
        }
        None => u64::MAX,
    };
    (bits ^ 1 << 63) as i64
}
