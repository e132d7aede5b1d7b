//! How often services and operations are called, how many calls fail and how long they take.

use std::cmp::Ordering;

use super::{Answer, Memo};
use crate::analysis::rates::{Rates, Row, Scope};
use crate::engine::questions::{Monitored, Red, RedAnswer, RedColumn, RedRow};
use crate::model::{Store, order};
use crate::query::find::lowered;

/// What was asked about last, and what a query API told last.
#[derive(Default)]
pub struct RedMemo {
    /// Of the loaded traces.
    counted: Option<(Monitored, Rates)>,
    told: Option<(Monitored, Rates)>,
}

impl RedMemo {
    /// Remembers what a query API told, in the place of what one told before.
    #[inline(never)]
    pub fn tell(&mut self, what: Monitored, rates: Rates) {
        self.told = Some((what, rates));
    }

    #[inline(never)]
    pub fn forget_counted(&mut self) {
        self.counted = None;
    }

    fn rates(&mut self, store: &Store, what: &Monitored) -> Option<&Rates> {
        let of = |kept: &Option<(Monitored, Rates)>| kept.as_ref().is_some_and(|(of, _)| of == what);
        if what.source > 0 {
            return of(&self.told).then(|| self.told.as_ref().map(|(_, rates)| rates)).flatten();
        }
        if !of(&self.counted) {
            self.counted = Some((what.clone(), counted(store, what)));
        }
        self.counted.as_ref().map(|(_, rates)| rates)
    }
}

fn counted(store: &Store, what: &Monitored) -> Rates {
    let service = store.strings().find(&what.service);
    match service {
        // Nobody has this name.
        None if !what.service.is_empty() => Rates::default(),
        service => {
            let service = service.filter(|_| !what.service.is_empty());
            Rates::of(store, Scope { service, counted: what.counted, last: what.last })
        }
    }
}

impl Answer for Red {
    fn answer(&self, store: &Store, memo: &mut Memo) -> RedAnswer {
        let Some(rates) = memo.red().rates(store, &self.what) else { return RedAnswer::default() };
        let sorted = sorted(rates, self);
        let shown = rates.rows.iter().position(|row| !self.shown.is_empty() && row.name == self.shown);
        let window = sorted.iter().skip(self.from as usize).take(self.count as usize);
        RedAnswer {
            is_there: true,
            time: (rates.time.start, rates.time.end),
            first: rates.from,
            step: rates.step,
            kinds: rates.kinds,
            shown: told(rates, shown),
            rows_in_all: rates.rows.len() as u32,
            total: sorted.len() as u32,
            from: self.from,
            rows: window.map(|row| told(rates, Some(*row as usize))).collect(),
        }
    }
}

fn told(rates: &Rates, at: Option<usize>) -> RedRow {
    let row = at.map_or(&rates.all, |at| &rates.rows[at]);
    RedRow {
        name: row.name.clone(),
        are_entries: row.are_entries,
        spans: row.spans,
        failed: row.failed,
        whole: row.point,
        impact: row.impact,
        points: rates.points(at),
    }
}

/// The rows that are sought, in order.
fn sorted(rates: &Rates, red: &Red) -> Vec<u32> {
    let sought = lowered(&red.search);
    let is_sought = |row: &Row| sought.is_empty() || lowered(&row.name).contains(&sought);
    let mut rows: Vec<u32> = (0..rates.rows.len() as u32).filter(|at| is_sought(&rates.rows[*at as usize])).collect();
    order::sort(&mut rows, &mut |a, b| {
        let (a, b) = (&rates.rows[a as usize], &rates.rows[b as usize]);
        let by = match red.by {
            RedColumn::Name => a.name.cmp(&b.name),
            _ => figure(a, red.by).cmp(&figure(b, red.by)),
        };
        let by = if red.falls { by.reverse() } else { by };
        if by == Ordering::Equal { a.name.cmp(&b.name) } else { by }
    });
    rows
}

fn figure(row: &Row, by: RedColumn) -> i64 {
    match by {
        RedColumn::Name => 0,
        RedColumn::Spans => row.spans.into(),
        RedColumn::Duration(at) => row.point.durations.get(usize::from(at)).copied().unwrap_or_default(),
        RedColumn::Rate => row.point.rate,
        RedColumn::Errors => row.point.errors,
        RedColumn::Impact => row.impact.into(),
    }
}
