//! A trace's spans in groups as a table.

use std::rc::Rc;

use super::super::Memo;
use super::super::looks::Prepared;
use super::{NO_ROW, Sheet};
use crate::analysis::self_time::self_times;
use crate::analysis::span_groups::{GroupBy, NONE, SpanGroups};
use crate::engine::questions::{ABSENT, LONG_VALUE, Look, STATISTICS, Statistics, TableColumn, TableLine, TracePart};
use crate::engine::value_text::plain;
use crate::model::{Positions, Store, TraceRow};

/// The groups and self times that were worked out last: finding, sorting and folding need no others.
#[derive(Default)]
pub struct GroupsMemo {
    groups: Option<(Statistics, Rc<SpanGroups>)>,
    /// Of a trace, with clocks corrected or not.
    own: Option<OwnTimes>,
}

/// What they are of, and self times by position.
type OwnTimes = ((TraceRow, bool), Rc<Vec<i64>>);

struct GroupSheet {
    groups: Rc<SpanGroups>,
    look: Rc<Prepared>,
    has_levels: bool,
}

pub fn sheet(store: &Store, memo: &mut Memo, asked: &Statistics) -> Option<Rc<dyn Sheet>> {
    let trace = store.trace_by_id(&asked.part.trace)?;
    let look = memo.look(store, trace, &asked.part.look);
    let groups = groups(store, memo, trace, &look, asked)?;
    Some(Rc::new(GroupSheet { groups, look, has_levels: asked.by.len() > 1 }))
}

fn groups(
    store: &Store,
    memo: &mut Memo,
    trace: TraceRow,
    look: &Prepared,
    asked: &Statistics,
) -> Option<Rc<SpanGroups>> {
    let TracePart { trace: id, look: of } = &asked.part;
    let of_what = Statistics {
        part: TracePart { trace: id.clone(), look: Look { find: None, only_found: false, ..of.clone() } },
        by: asked.by.clone(),
    };
    let kept = &mut memo.tables().groups;
    if let Some((_, groups)) = kept.groups.as_ref().filter(|(known, _)| *known == of_what) {
        return Some(groups.clone());
    }
    let by: Vec<GroupBy> = asked.by.iter().filter_map(|word| GroupBy::of_word(word)).take(2).collect();
    let clock = look.clock(store, trace);
    let known = kept.own.take().filter(|(of_which, _)| *of_which == (trace, of.skew));
    let (_, own) = kept.own.insert(known.unwrap_or_else(|| ((trace, of.skew), Rc::new(self_times(&clock)))));
    let mut members = look.range.clone().filter(|position| !look.pruned.spans.has(*position));
    let text = |cell| plain(&store.content.value(cell).to_owned(LONG_VALUE));
    let groups = Rc::new(SpanGroups::of(&clock, &mut members, &by, own, &text));
    kept.groups = Some((of_what, groups.clone()));
    Some(groups)
}

impl Sheet for GroupSheet {
    fn columns(&self) -> &'static [TableColumn] {
        &STATISTICS
    }

    fn rows(&self) -> u32 {
        self.groups.groups.len() as u32
    }

    fn cell(&self, _: &Store, row: u32, column: usize) -> i64 {
        let group = &self.groups.groups[row as usize];
        match column {
            0 if group.value == NONE => ABSENT,
            0 => group.value.into(),
            1 => group.spans.into(),
            2 => group.errors.into(),
            3 => group.total.sum,
            4 => group.total.mean(group.spans),
            5 => group.total.least,
            6 => group.total.most,
            7 => group.own.sum,
            8 => group.own.mean(group.spans),
            9 => group.own.least,
            10 => group.own.most,
            _ => self.groups.share(group),
        }
    }

    fn text(&self, _: &Store, _: usize, cell: i64) -> String {
        let text = self.groups.text(cell as u32).unwrap_or_default();
        // A whole statement of SQL may stand here.
        text[..text.floor_char_boundary(LONG_VALUE)].to_owned()
    }

    fn line(&self, _: &Store, row: u32) -> TableLine {
        let group = &self.groups.groups[row as usize];
        let is_inner = group.parent != NONE;
        TableLine {
            key: row,
            part: group.first,
            level: is_inner.into(),
            is_folded: (self.has_levels && !is_inner).then_some(false),
            is_error: group.errors > 0,
            ..TableLine::default()
        }
    }

    fn parent(&self, row: u32) -> u32 {
        match self.groups.groups[row as usize].parent {
            NONE => NO_ROW,
            parent => parent,
        }
    }

    fn has_levels(&self) -> bool {
        self.has_levels
    }

    /// Groups that have a span which the look finds.
    fn found(&self, _: &Store, _: &str) -> Positions {
        let mut found = Positions::none(self.rows());
        for position in self.look.range.clone().filter(|position| self.look.counts(*position)) {
            let inner = self.groups.of_position[position as usize];
            found.insert(inner);
            match self.groups.groups[inner as usize].parent {
                NONE => {}
                parent => found.insert(parent),
            }
        }
        found
    }
}
