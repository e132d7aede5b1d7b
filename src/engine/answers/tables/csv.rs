//! A table as CSV, stretch by stretch: a million rows are no text that the page would bear at once.

use super::super::{Answer, Memo};
use super::{NO_ROW, Sheet};
use crate::analysis::units::fixed;
use crate::engine::questions::{ABSENT, CellKind, TableText, Tabled};
use crate::export::table::TableWriter;
use crate::model::Store;

impl Answer for TableText {
    /// Rows within another one have that one's name in a column of their own, the first.
    fn answer(&self, store: &Store, memo: &mut Memo) -> String {
        let what = Tabled { is_folded: false, except: Vec::new(), ..self.what.clone() };
        let Some(laid) = memo.lay(store, &what) else { return String::new() };
        let sheet = &*laid.sheet;
        let mut writer = TableWriter::default();
        if self.from == 0 {
            heading(sheet, &mut writer);
        }
        for row in laid.order.iter().skip(self.from as usize).take(self.count as usize) {
            if sheet.has_levels() {
                match sheet.parent(*row) {
                    NO_ROW => writer.text(""),
                    parent => writer.text(&text(sheet, store, parent, 0)),
                }
            }
            for (column, it) in sheet.columns().iter().enumerate() {
                match sheet.cell(store, *row, column) {
                    ABSENT => writer.text(""),
                    _ if it.kind.is_text() => writer.text(&text(sheet, store, *row, column)),
                    cell if it.kind == CellKind::Share => writer.plain(&fixed(cell as f64 / 1_000.0, 3)),
                    cell => writer.number(cell),
                }
            }
            writer.end_row();
        }
        writer.take()
    }
}

fn text(sheet: &dyn Sheet, store: &Store, row: u32, column: usize) -> String {
    match sheet.cell(store, row, column) {
        ABSENT => String::new(),
        cell => sheet.text(store, column, cell),
    }
}

/// The columns' words as scripts like them, with units: `st_total_ns`.
fn heading(sheet: &dyn Sheet, writer: &mut TableWriter) {
    if sheet.has_levels() {
        writer.plain("within");
    }
    for column in sheet.columns() {
        let unit = match column.kind {
            CellKind::Nanos | CellKind::Time => "_ns",
            CellKind::Share => "_percent",
            _ => "",
        };
        writer.plain(&[&column.word.to_ascii_lowercase().replace(' ', "_"), unit].concat());
    }
    writer.end_row();
}
