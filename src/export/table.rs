//! Any table as CSV, cell by cell; quoting, and what is done about formulas, as in the table of spans.

use super::csv::Row;
use super::losses::Losses;

/// Rows of a table as they are written.
#[derive(Default)]
pub struct TableWriter {
    line: String,
    /// Apostrophes before formulas are the only losses, and told nowhere.
    losses: Losses,
}

impl TableWriter {
    fn row(&mut self) -> Row<'_> {
        Row { line: &mut self.line, losses: &mut self.losses }
    }

    /// A cell from data.
    pub fn text(&mut self, text: &str) {
        self.row().text(text);
    }

    /// A cell of our own making, without anything that would have to be quoted.
    pub fn plain(&mut self, text: &str) {
        self.row().plain(text);
    }

    pub fn number(&mut self, value: i64) {
        self.row().number(value);
    }

    pub fn end_row(&mut self) {
        // A line ends where its last comma stands.
        self.line.pop();
        self.line.push_str("\r\n");
    }

    pub fn take(self) -> String {
        self.line
    }
}
