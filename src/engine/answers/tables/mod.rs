//! Tables: what is the same for all of them. A table is a [`Sheet`]; one of few rows is a [`PlainSheet`]. The last sheet is kept with its
//! order and with what is found in it, so that scrolling asks for no more than the rows in view.

mod choices;
mod csv;
mod events;
mod grouped;
mod order;
mod spans;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use super::{Answer, Memo};
use crate::engine::questions::{ABSENT, NextLine, Table, TableColumn, TableLine, TableOf, TablePart, Tabled};
use crate::model::{Positions, Store};
use crate::query::find::lowered;

/// Rows of cells that are worked out when they are asked for.
pub trait Sheet {
    fn columns(&self) -> &'static [TableColumn];

    fn rows(&self) -> u32;

    /// Of a column of texts a number that [`Sheet::text`] knows, the same for the same text if there are few.
    fn cell(&self, store: &Store, row: u32, column: usize) -> i64;

    fn text(&self, store: &Store, column: usize, cell: i64) -> String;

    /// The row without its cells.
    fn line(&self, store: &Store, row: u32) -> TableLine;

    /// The row that it is within, or [`NO_ROW`]. There are two levels at most.
    fn parent(&self, _row: u32) -> u32 {
        NO_ROW
    }

    fn has_levels(&self) -> bool {
        false
    }

    /// A number for a text where there are too many to be put in order one by one.
    fn sort_key(&self, _store: &Store, _row: u32, _column: usize) -> Option<i64> {
        None
    }

    /// Rows that are found: those that have a text, or what the sheet means by it.
    fn found(&self, store: &Store, find: &str) -> Positions;
}

/// No row.
pub const NO_ROW: u32 = u32::MAX;

/// A table whose rows are there already: cells of texts are numbers of `names`.
pub struct PlainSheet {
    pub columns: &'static [TableColumn],
    pub lines: Vec<TableLine>,
    pub names: Vec<String>,
}

impl Sheet for PlainSheet {
    fn columns(&self) -> &'static [TableColumn] {
        self.columns
    }

    fn rows(&self) -> u32 {
        self.lines.len() as u32
    }

    fn cell(&self, _: &Store, row: u32, column: usize) -> i64 {
        self.lines[row as usize].cells.get(column).copied().unwrap_or(ABSENT)
    }

    fn text(&self, _: &Store, _: usize, cell: i64) -> String {
        self.names.get(cell as usize).cloned().unwrap_or_default()
    }

    fn line(&self, _: &Store, row: u32) -> TableLine {
        TableLine { cells: Vec::new(), ..self.lines[row as usize].clone() }
    }

    fn found(&self, store: &Store, find: &str) -> Positions {
        found_by_text(self, store, find)
    }
}

/// Rows one of whose texts has a text in it, whatever the case; none if there is nothing to be found.
pub fn found_by_text(sheet: &dyn Sheet, store: &Store, find: &str) -> Positions {
    let wanted = lowered(find.trim());
    let texts: Vec<usize> = (0..sheet.columns().len()).filter(|at| sheet.columns()[*at].kind.is_text()).collect();
    Positions::of(if wanted.is_empty() { 0 } else { sheet.rows() }, |row| {
        texts.iter().any(|column| {
            let cell = sheet.cell(store, row, *column);
            cell != ABSENT && lowered(&sheet.text(store, *column, cell)).contains(&wanted)
        })
    })
}

/// The table that was shown last.
#[derive(Default)]
pub struct TablesMemo {
    sheet: Option<(TableOf, Rc<dyn Sheet>)>,
    /// See [`TablePart::most`].
    most: Vec<i64>,
    found: Option<(String, Positions)>,
    order: Option<(Tabled, Vec<u32>)>,
    groups: grouped::GroupsMemo,
}

/// A table as it is asked for.
struct Laid<'m> {
    sheet: Rc<dyn Sheet>,
    most: &'m [i64],
    found: &'m Positions,
    /// Rows of the sheet.
    order: &'m [u32],
}

fn sheet_of(store: &Store, memo: &mut Memo, of: &TableOf) -> Option<Rc<dyn Sheet>> {
    match of {
        TableOf::Statistics(asked) => grouped::sheet(store, memo, asked),
        TableOf::Spans(asked) => spans::sheet(store, memo, asked),
        TableOf::Events(asked) => events::sheet(store, memo, asked),
        TableOf::Calls(asked) => Some(super::services::sheet(store, memo, asked)),
    }
}

impl Memo {
    /// `None`: what the table is of is not loaded.
    fn lay<'m>(&'m mut self, store: &Store, what: &Tabled) -> Option<Laid<'m>> {
        let kept = self.tables().sheet.take().filter(|(of, _)| *of == what.of);
        let (of, sheet) = match kept {
            Some(kept) => kept,
            None => {
                let sheet = sheet_of(store, self, &what.of)?;
                let memo = self.tables();
                (memo.most, memo.found, memo.order) = (most(&*sheet, store), None, None);
                (what.of.clone(), sheet)
            }
        };
        let memo = self.tables();
        memo.sheet = Some((of, sheet.clone()));
        if memo.found.as_ref().is_none_or(|(find, _)| *find != what.find) {
            memo.found = Some((what.find.clone(), sheet.found(store, &what.find)));
        }
        let (_, found) = memo.found.as_ref()?;
        if memo.order.as_ref().is_none_or(|(asked, _)| asked != what) {
            memo.order = Some((what.clone(), order::order(&*sheet, store, what, found)));
        }
        let (_, order) = memo.order.as_ref()?;
        Some(Laid { sheet, most: &memo.most, found, order })
    }
}

fn most(sheet: &dyn Sheet, store: &Store) -> Vec<i64> {
    let of = |(column, it): (usize, &TableColumn)| match it.kind.has_bar() {
        true => (0..sheet.rows()).map(|row| sheet.cell(store, row, column)).max().unwrap_or_default().max(0),
        false => 0,
    };
    sheet.columns().iter().enumerate().map(of).collect()
}

impl Answer for Table {
    fn answer(&self, store: &Store, memo: &mut Memo) -> TablePart {
        let Some(laid) = memo.lay(store, &self.what) else { return TablePart::default() };
        let mut part = TablePart {
            epoch: self.epoch,
            total: laid.order.len() as u32,
            found: laid.found.len(),
            from: self.from,
            most: laid.most.to_vec(),
            ..TablePart::default()
        };
        for at in laid.order.iter().skip(self.from as usize).take(self.count as usize) {
            let mut line = laid.sheet.line(store, *at);
            line.is_found = laid.found.has(*at);
            line.is_folded = line.is_folded.map(|_| order::is_folded(&self.what, line.key));
            for column in 0..laid.sheet.columns().len() {
                line.cells.push(part.cell(&*laid.sheet, store, *at, column));
            }
            let parent = laid.sheet.parent(*at);
            line.within = (parent != NO_ROW).then(|| part.cell(&*laid.sheet, store, parent, 0));
            part.lines.push(line);
        }
        part
    }
}

impl TablePart {
    /// A cell, whose text becomes one of the part's names.
    fn cell(&mut self, sheet: &dyn Sheet, store: &Store, row: u32, column: usize) -> i64 {
        let cell = sheet.cell(store, row, column);
        let has_text = sheet.columns()[column].kind.is_text() && cell != ABSENT;
        if has_text { self.name(sheet.text(store, column, cell)) } else { cell }
    }

    /// A text's number among those of the part.
    fn name(&mut self, text: String) -> i64 {
        let known = self.names.iter().position(|name| *name == text);
        known.unwrap_or_else(|| {
            self.names.push(text);
            self.names.len() - 1
        }) as i64
    }
}

impl Answer for NextLine {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Option<u32> {
        let laid = memo.lay(store, &self.what)?;
        let len = laid.order.len() as u32;
        let is_found = |at: &u32| laid.found.has(laid.order[*at as usize]);
        let from = self.after.filter(|at| *at < len);
        match (self.goes_back, from) {
            (false, None) => (0..len).find(is_found),
            (false, Some(at)) => (at + 1..len).chain(0..=at).find(is_found),
            (true, None) => (0..len).rev().find(is_found),
            (true, Some(at)) => (0..at).rev().chain((at..len).rev()).find(is_found),
        }
    }
}
