//! Spans in groups, by service, name or the value of any attribute, and groups within groups: how many, how long, and of their own how
//! long. What Jaeger UI calls the statistics of a trace.
//!
//! Where it differs from Jaeger UI: the least values are those of spans (there they never exceed the trace's duration); a group within a
//! group has those members of it that have the value (there also such as have the group's name as their service or name); spans without
//! the attribute are a group at every level (there only at the first).

use super::clock::Clock;
use crate::model::index::{Index, Numbers, hash_of};
use crate::model::{AttributeTable, Cell, Range, StatusCode, Store, StringId, Strings};

/// What spans are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy<'a> {
    Service,
    Operation,
    /// The value of an attribute of the span or, where it has none such, of its resource.
    Attribute(&'a str),
}

impl<'a> GroupBy<'a> {
    /// As the address writes it: `service`, `operation`, or a key after a dot.
    pub fn of_word(word: &'a str) -> Option<GroupBy<'a>> {
        match word {
            "service" => Some(GroupBy::Service),
            "operation" => Some(GroupBy::Operation),
            _ => word.strip_prefix('.').map(GroupBy::Attribute),
        }
    }
}

/// A group, or a group within one. Times in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanGroup {
    /// What its spans share: a text of [`SpanGroups::texts`], or [`NONE`] where they lack the attribute.
    pub value: u32,
    /// The group that it is within, or [`NONE`].
    pub parent: u32,
    /// The position of its first span.
    pub first: u32,
    pub spans: u32,
    pub errors: u32,
    pub total: Figures,
    pub own: Figures,
}

/// No value, no group.
pub const NONE: u32 = u32::MAX;

/// Of durations, or of self times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub sum: i64,
    pub least: i64,
    pub most: i64,
}

impl Figures {
    fn add(&mut self, value: i64, is_first: bool) {
        self.sum = self.sum.saturating_add(value);
        self.least = if is_first { value } else { self.least.min(value) };
        self.most = if is_first { value } else { self.most.max(value) };
    }

    /// Rounded to the nearest; of so many.
    pub fn mean(&self, count: u32) -> i64 {
        let count = i64::from(count.max(1));
        self.sum.saturating_add(count / 2) / count
    }
}

/// The groups in the order of their first spans, outer ones before those within.
#[derive(Debug, Default)]
pub struct SpanGroups {
    pub groups: Vec<SpanGroup>,
    pub texts: Strings,
    /// By position: the innermost group of the span, or [`NONE`] of those that were left out.
    pub of_position: Vec<u32>,
    /// From the first start to the last end of all members.
    pub extent: i64,
}

impl SpanGroups {
    /// Groups `members` (positions in order) by one or two things; `own` are self times by position; `text` writes values that are no texts.
    /// In linear time.
    pub fn of(
        clock: &Clock,
        members: &mut dyn Iterator<Item = u32>,
        by: &[GroupBy],
        own: &[i64],
        text: &dyn Fn(Cell) -> String,
    ) -> SpanGroups {
        let mut groups = SpanGroups { of_position: vec![NONE; clock.spans() as usize], ..SpanGroups::default() };
        let mut values: Vec<Values> = by.iter().map(|by| Values::new(clock.store, *by)).collect();
        let mut index = Index::default();
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for position in members {
            let row = clock.trace.tree.order[position as usize];
            let is_error = clock.store.spans.status(row) == StatusCode::Error;
            let (duration, own) = (clock.duration(position), own[position as usize]);
            let mut parent = NONE;
            for values in &mut values {
                let value = values.of(clock.store, row, &mut groups.texts, text);
                let at = groups.place(&mut index, parent, value, position);
                let group = &mut groups.groups[at as usize];
                let is_first = group.spans == 0;
                group.spans += 1;
                group.errors += u32::from(is_error);
                group.total.add(duration, is_first);
                group.own.add(own, is_first);
                parent = at;
            }
            groups.of_position[position as usize] = parent;
            from = from.min(clock.start(position));
            to = to.max(clock.end(position));
        }
        groups.extent = to.saturating_sub(from).max(0);
        groups
    }

    fn place(&mut self, index: &mut Index, parent: u32, value: u32, first: u32) -> u32 {
        let hash = hash_of((parent, value));
        let is = |at: u32| {
            let group = &self.groups[at as usize];
            (group.parent, group.value) == (parent, value)
        };
        index.find(hash, is).unwrap_or_else(|| {
            let at = self.groups.len() as u32;
            index.insert(hash, at);
            let (total, own) = (Figures::default(), Figures::default());
            self.groups.push(SpanGroup { value, parent, first, spans: 0, errors: 0, total, own });
            at
        })
    }

    /// The text that the spans of a group share; `None`: they lack it.
    pub fn text(&self, value: u32) -> Option<&str> {
        (value != NONE).then(|| self.texts.get(StringId(value)))
    }

    /// The share of a group's self time in the time that all spans are within, in thousandths of a percent. Spans that run side by side
    /// take it above the whole.
    pub fn share(&self, group: &SpanGroup) -> i64 {
        match self.extent {
            0 => 0,
            extent => (group.own.sum as f64 * 100_000.0 / extent as f64 + 0.5) as i64,
        }
    }
}

/// What spans are grouped by, as numbers of texts.
struct Values<'a> {
    by: GroupBy<'a>,
    /// The attribute's key, if any span has it.
    key: Option<StringId>,
    /// By text of the store: the group's text.
    known: Numbers,
    /// By resource: the text of its attribute.
    resources: Numbers,
}

impl<'a> Values<'a> {
    fn new(store: &Store, by: GroupBy<'a>) -> Values<'a> {
        let key = match by {
            GroupBy::Attribute(key) => store.strings().find(key),
            _ => None,
        };
        Values { by, key, known: Numbers::default(), resources: Numbers::default() }
    }

    fn of(
        &mut self,
        store: &Store,
        row: crate::model::SpanRow,
        texts: &mut Strings,
        text: &dyn Fn(Cell) -> String,
    ) -> u32 {
        let key = match (self.by, self.key) {
            (GroupBy::Service, _) => return self.shared(store, store.service(row), texts),
            (GroupBy::Operation, _) => return self.shared(store, store.spans.name(row), texts),
            (_, Some(key)) => key,
            _ => return NONE,
        };
        if let Some(cell) = value_in(&store.attributes, store.attribute_range(row), key) {
            return self.cell(store, cell, texts, text);
        }
        let resource = store.spans.resource(row);
        if let Some(known) = self.resources.get(resource.0) {
            return known;
        }
        let cell = value_in(store.resources.attributes(), store.resources.range(resource), key);
        let value = cell.map_or(NONE, |cell| self.cell(store, cell, texts, text));
        self.resources.set(resource.0, value);
        value
    }

    fn cell(&mut self, store: &Store, cell: Cell, texts: &mut Strings, text: &dyn Fn(Cell) -> String) -> u32 {
        match cell.as_text() {
            Some(id) => self.shared(store, id, texts),
            None => texts.intern(&text(cell)).0,
        }
    }

    fn shared(&mut self, store: &Store, id: StringId, texts: &mut Strings) -> u32 {
        self.known.get(id.0).unwrap_or_else(|| {
            let own = texts.intern(store.text(id)).0;
            self.known.set(id.0, own);
            own
        })
    }
}

fn value_in(table: &AttributeTable, range: Range, key: StringId) -> Option<Cell> {
    range.rows().find(|at| table.key(*at) == key).map(|at| table.cell(at))
}

#[cfg(test)]
#[path = "span_groups_tests.rs"]
mod tests;
