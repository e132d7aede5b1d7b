//! The order of a table's rows.

use super::{NO_ROW, Sheet};
use crate::engine::questions::{ABSENT, CellKind, Tabled};
use crate::model::index::Numbers;
use crate::model::{Positions, Store, order};
use crate::query::find::lowered;

/// The rows that are shown, in order; those within another one below it.
pub fn order(sheet: &dyn Sheet, store: &Store, what: &Tabled, found: &Positions) -> Vec<u32> {
    let column = what.by.map(|by| by as usize).filter(|by| *by < sheet.columns().len());
    let sorted = match column {
        Some(column) => order::by_number(&keys(sheet, store, column, what.falls)),
        None => (0..sheet.rows()).collect(),
    };
    // Nothing is hidden while nothing is looked for.
    let hides = what.only_found && !what.find.trim().is_empty();
    let is_shown = |row: &u32| !hides || found.has(*row);
    if !sheet.has_levels() {
        return if hides { sorted.into_iter().filter(is_shown).collect() } else { sorted };
    }
    let mut below = vec![Vec::new(); sorted.len()];
    for row in sorted.iter().filter(|row| is_shown(row)) {
        if let Some(list) = below.get_mut(sheet.parent(*row) as usize) {
            list.push(*row);
        }
    }
    let mut arranged = Vec::with_capacity(sorted.len());
    for row in sorted.into_iter().filter(|row| sheet.parent(*row) == NO_ROW && is_shown(row)) {
        arranged.push(row);
        if !is_folded(what, sheet.line(store, row).key) {
            arranged.append(&mut below[row as usize]);
        }
    }
    arranged
}

pub fn is_folded(what: &Tabled, key: u32) -> bool {
    what.is_folded != what.except.contains(&key)
}

/// Numbers by row in whose order the rows come. What is absent comes last.
fn keys(sheet: &dyn Sheet, store: &Store, column: usize, falls: bool) -> Vec<i64> {
    let kind = sheet.columns()[column].kind;
    let ranks = if kind.is_text() { Ranks::of(sheet, store, column) } else { Ranks::default() };
    let key = |row: u32| {
        let cell = sheet.cell(store, row, column);
        if cell == ABSENT || kind == CellKind::Note {
            return i64::MAX;
        }
        let key = match kind.is_text() {
            true => ranks.key(sheet, store, row, column, cell),
            false => cell,
        };
        // Of two that stand in each other's way at the very end: nobody has such numbers.
        (if falls { !key } else { key }).min(i64::MAX - 1)
    };
    (0..sheet.rows()).map(key).collect()
}

/// The alphabetical order of a column's texts; of none where the sheet has numbers for them.
#[derive(Default)]
struct Ranks {
    of_cell: Numbers,
}

impl Ranks {
    fn of(sheet: &dyn Sheet, store: &Store, column: usize) -> Ranks {
        let (mut known, mut cells) = (Numbers::default(), Vec::new());
        if sheet.rows() > 0 && sheet.sort_key(store, 0, column).is_some() {
            return Ranks::default();
        }
        for row in 0..sheet.rows() {
            let cell = sheet.cell(store, row, column);
            if cell != ABSENT && known.add(cell as u32) {
                cells.push(cell);
            }
        }
        let texts: Vec<String> = cells.iter().map(|cell| lowered(&sheet.text(store, column, *cell))).collect();
        let order = order::by_text(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let (mut of_cell, mut rank) = (Numbers::default(), 0);
        for (at, place) in order.iter().enumerate() {
            let is_another = at > 0 && texts[order[at - 1] as usize] != texts[*place as usize];
            rank += u32::from(is_another);
            of_cell.set(cells[*place as usize] as u32, rank);
        }
        Ranks { of_cell }
    }

    fn key(&self, sheet: &dyn Sheet, store: &Store, row: u32, column: usize, cell: i64) -> i64 {
        let own = || self.of_cell.get(cell as u32).map_or(i64::MAX - 1, i64::from);
        sheet.sort_key(store, row, column).unwrap_or_else(own)
    }
}
