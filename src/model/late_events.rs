//! Events that come after their spans have been pushed.

use super::attributes::{Cell, Range};
use super::spans::SpanRow;
use super::store::Store;
use super::strings::StringId;
use super::time::UnixNanos;

/// An event of a span that is there already.
#[derive(Clone, Copy, Debug)]
pub struct LateEvent {
    pub span: SpanRow,
    pub time: UnixNanos,
    pub name: StringId,
    /// Where its attributes are in the list that comes with it.
    pub attributes: Range,
}

impl Store {
    /// Adds events, sorted by span, after those that their spans have. Trees of these spans must be built afterwards.
    ///
    /// A span's events lie together, so those of all spans after the first one concerned move: in place, the last one
    /// first, so this takes one pass and no memory but for what is new.
    pub fn insert_events(&mut self, mut late: &[LateEvent], attributes: &[(StringId, Cell)]) {
        let Some(first) = late.first() else { return };
        let (mut end, mut attributes_end) = (self.events.end() as usize, self.events.attributes.end() as usize);
        // How far things move: as much as is still to be put before them.
        let mut gap = late.len();
        let mut attribute_gap = late.iter().map(|event| event.attributes.len()).sum::<usize>();
        self.events.widen(gap, attribute_gap);
        for row in (first.span.0..self.spans.len() as u32).rev().map(SpanRow) {
            while let Some((event, rest)) = late.split_last().filter(|(event, _)| event.span == row) {
                let list = &attributes[event.attributes.rows()];
                (late, gap, attribute_gap) = (rest, gap - 1, attribute_gap - list.len());
                let start = attributes_end + attribute_gap;
                self.events.set(end + gap, event.time, event.name, start as u32);
                for (place, (key, cell)) in list.iter().enumerate() {
                    self.events.attributes.set(start + place, *key, *cell);
                }
            }
            let start = self.spans.first_event(row) as usize;
            for event in (start..end).rev() {
                attributes_end = self.events.shift(event, gap, attributes_end, attribute_gap);
            }
            self.spans.set_first_event(row, (start + gap) as u32);
            end = start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Nanos, SpanDraft, TraceId};

    /// Events as `span: name name`, with the number of their attributes.
    fn tell(store: &Store) -> Vec<String> {
        let rows = (0..store.spans.len() as u32).map(SpanRow);
        rows.map(|row| {
            let events = store.span(row).events();
            let names: Vec<String> = events.map(|event| format!("{}{:?}", event.name, event.attributes)).collect();
            format!("{}: {}", store.span(row).name(), names.join(" "))
        })
        .collect()
    }

    #[test]
    fn events_go_behind_those_of_their_span() {
        let mut store = Store::new();
        let [x, y, z, key] = ["x", "y", "z", "key"].map(|text| store.content.strings.intern(text));
        let trace = store.open_trace(TraceId::Hex { bits: 1, width: 1 });
        for (name, events) in [("a", 1), ("b", 0), ("c", 2), ("d", 0)] {
            let (name, first) = (store.content.strings.intern(name), store.events.end());
            for number in 0..events {
                let start = store.events.attributes.end();
                store.events.attributes.push(key, Cell::int(number));
                store.events.push(UnixNanos(number), x, start);
            }
            store.push_span(SpanDraft {
                trace,
                id: None,
                parent: None,
                start: UnixNanos(1),
                duration: Nanos(1),
                name,
                resource: Default::default(),
                scope: None,
                kind: Default::default(),
                status: Default::default(),
                flags: Default::default(),
                attributes: 0,
                events: first,
                links: 0,
            });
        }
        let list = [(key, Cell::int(7)), (key, Cell::int(8)), (key, Cell::int(9))];
        let late = |span, name, start, end| {
            let attributes = Range { start, end };
            LateEvent { span: SpanRow(span), time: UnixNanos(5), name, attributes }
        };
        store.insert_events(&[late(1, y, 0, 2), late(1, z, 2, 2), late(2, z, 2, 3), late(3, y, 0, 0)], &list);
        let expected = [
            "a: x{\"key\": Int(0)}",
            "b: y{\"key\": Int(7), \"key\": Int(8)} z{}",
            "c: x{\"key\": Int(0)} x{\"key\": Int(1)} z{\"key\": Int(9)}",
            "d: y{}",
        ];
        assert_eq!(tell(&store), expected);
        store.insert_events(&[], &list);
        store.insert_events(&[late(0, y, 0, 1)], &list);
        assert_eq!(tell(&store)[0], "a: x{\"key\": Int(0)} y{\"key\": Int(7)}");
        assert_eq!(tell(&store)[1..], expected[1..]);
    }
}
