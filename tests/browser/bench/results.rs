//! Repetitions become figures, figures are judged by their budgets, and all of it becomes one table and lines of
//! target/bench/results.tsv.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use super::support::host::variable;

/// What a figure is held to: the ratio where there is a yardstick, the median otherwise.
#[derive(Clone, Copy)]
pub enum Budget {
    AtMost(f64),
    AtLeast(f64),
}

/// One line of the table.
pub struct Row {
    what: String,
    size: String,
    unit: &'static str,
    /// Every repetition's, ascending; never empty.
    values: Vec<f64>,
    /// What it is compared with: its name, median and least, in the same unit.
    yardstick: Option<(String, f64, f64)>,
    budget: Option<Budget>,
}

const HEADS: [&str; 10] = ["what", "size", "median", "min", "max", "unit", "yardstick", "ratio", "budget", "verdict"];

impl Row {
    pub fn new(what: &str, size: &str, unit: &'static str, values: Vec<f64>) -> Row {
        let values = sorted(&values);
        Row { what: what.to_owned(), size: size.to_owned(), unit, values, yardstick: None, budget: None }
    }

    /// The same, compared with a yardstick's repetitions.
    pub fn against(self, yardstick: Option<(String, &[f64])>) -> Row {
        let yardstick = yardstick.map(|(name, values)| {
            let values = sorted(values);
            (name, median(&values), values[0])
        });
        Row { yardstick, ..self }
    }

    pub fn budget(self, budget: Option<Budget>) -> Row {
        Row { budget, ..self }
    }

    /// Median by median.
    fn ratio(&self) -> Option<f64> {
        self.yardstick.as_ref().map(|(_, yardstick, _)| median(&self.values) / yardstick)
    }

    /// Whether it misses its budget, if it has one.
    pub fn is_over(&self) -> Option<bool> {
        let figure = self.ratio().unwrap_or(median(&self.values));
        self.budget.map(|budget| match budget {
            Budget::AtMost(most) => figure > most,
            Budget::AtLeast(least) => figure < least,
        })
    }

    fn cells(&self) -> [String; 10] {
        let budget = self.budget.map(|budget| match budget {
            Budget::AtMost(most) => format!("≤ {}", short(most)),
            Budget::AtLeast(least) => format!("≥ {}", short(least)),
        });
        let verdict = self.is_over().map(|is_over| if is_over { "over" } else { "ok" });
        let yardstick = self.yardstick.as_ref();
        let yardstick = yardstick.map(|(name, median, min)| format!("{name}: {}, min {}", short(*median), short(*min)));
        [
            self.what.clone(),
            self.size.clone(),
            short(median(&self.values)),
            short(self.values[0]),
            short(self.values[self.values.len() - 1]),
            self.unit.to_owned(),
            yardstick.unwrap_or_default(),
            self.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            budget.unwrap_or_default(),
            verdict.unwrap_or_default().to_owned(),
        ]
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// Of ascending values; between the two in the middle if there are two.
fn median(values: &[f64]) -> f64 {
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// As many digits as mean something.
fn short(figure: f64) -> String {
    match figure.abs() {
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

/// The table, as docs/performance.md has them.
pub fn print(rows: &[Row]) {
    let lines: Vec<_> = std::iter::once(HEADS.map(str::to_owned)).chain(rows.iter().map(Row::cells)).collect();
    let widths: [usize; 10] =
        std::array::from_fn(|at| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default());
    for (number, line) in lines.iter().enumerate() {
        let cells = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        if number == 0 {
            println!("| {} |", widths.map(|width| "-".repeat(width)).join(" | "));
        }
    }
}

/// Adds the rows to target/bench/results.tsv, each with the run's date, commit and command, and every repetition's value.
pub fn append(rows: &[Row]) -> io::Result<()> {
    let path = Path::new(&variable("TRACKWAY_BENCH")).join("results.tsv");
    let is_new = !path.exists();
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    if is_new {
        writeln!(file, "date\tcommit\tcommand\t{}\tvalues", HEADS.join("\t"))?;
    }
    let run = ["DATE", "COMMIT", "COMMAND"].map(|name| variable(&format!("TRACKWAY_BENCH_{name}"))).join("\t");
    for row in rows {
        let values: Vec<_> = row.values.iter().map(|value| format!("{value:.2}")).collect();
        writeln!(file, "{run}\t{}\t{}", row.cells().join("\t"), values.join(" "))?;
    }
    Ok(())
}
