//! 64-bit trace ids as the lower half of 128-bit ones: a tracer that knows 64 bits only keeps that half of the id (W3C
//! Trace Context, section "interoperating with systems which use shorter identifiers"; Zipkin's non-strict ids).

use super::ids::TraceId;
use super::order;
use super::store::Store;
use super::trace::TraceRow;

/// Smaller numbers are nobody's random ids but somebody's examples: that two of them are alike says nothing.
const SMALLEST: u64 = u32::MAX as u64;

impl Store {
    /// Gives the spans of traces with a 64-bit id to the trace whose 128-bit id ends in it, where there is exactly one.
    /// The trees of both are built anew. How many were joined, and the first such id.
    pub fn join_short_ids(&mut self) -> (u32, Option<TraceId>) {
        let short = self.rows_of_half(|high| high == 0);
        if short.is_empty() {
            return (0, None);
        }
        let long = order::arrange(self.rows_of_half(|high| high != 0), &mut |a, b| a.0.cmp(&b.0));
        let (mut count, mut first) = (0, None);
        for (low, row) in short {
            let at = long.partition_point(|(other, _)| *other < low);
            let same = long[at..].iter().take_while(|(other, _)| *other == low);
            if let [(_, only)] = same.take(2).collect::<Vec<_>>()[..] {
                self.join(row, *only);
                first = first.or(Some(self.trace(row).id));
                count += 1;
            }
        }
        (count, first)
    }

    /// The lower halves of hexadecimal ids whose upper half is as wanted, of traces with spans of their own.
    fn rows_of_half(&self, wanted: fn(u64) -> bool) -> Vec<(u64, TraceRow)> {
        let half = |(row, trace): (TraceRow, &super::trace::Trace)| match trace.id {
            TraceId::Hex { bits, .. } if wanted((bits >> 64) as u64) && bits as u64 > SMALLEST => {
                Some((bits as u64, row))
            }
            _ => None,
        };
        self.traces().filter_map(half).collect()
    }

    fn join(&mut self, short: TraceRow, long: TraceRow) {
        let rows: Vec<_> = self.trace(short).rows().collect();
        rows.into_iter().for_each(|row| self.spans.set_trace(row, long));
        let ranges = self.trace(short).ranges.clone();
        self.traces[long.0 as usize].attach_all(&ranges);
        // Its ranges stay, to part them again.
        self.traces[short.0 as usize].tree = Default::default();
        self.joined.push((short, long));
        self.long_of.set(short.0, long.0);
        self.build_tree(long);
    }

    /// Undoes what was joined to traces from the row `traces` on: those traces will be gone.
    pub(super) fn part_short_ids(&mut self, traces: usize) {
        let (kept, parted): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.joined).into_iter().partition(|(_, long)| (long.0 as usize) < traces);
        for (short, _) in &parted {
            self.long_of.remove(short.0);
        }
        for (short, long) in kept {
            match (short.0 as usize) < traces {
                true => self.joined.push((short, long)),
                false => self.long_of.remove(short.0),
            }
        }
        for (short, _) in parted {
            let rows: Vec<_> = self.trace(short).rows().collect();
            rows.into_iter().for_each(|row| self.spans.set_trace(row, short));
            self.build_tree(short);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SpanDraft, SpanFlags, SpanId, SpanKind, SpanRow, StatusCode, StringId, UnixNanos};

    const LOW: u128 = 0x246b_221d_5bc9_e649;
    const LONG: TraceId = TraceId::Hex { bits: 0x4848_5a39_53bb_6124 << 64 | LOW, width: 32 };
    const SHORT: TraceId = TraceId::Hex { bits: LOW, width: 16 };

    /// A source with one span.
    fn bring(store: &mut Store, trace: TraceId, id: u64, parent: Option<u64>) -> crate::model::SourceNumber {
        let source = store.begin_source(&format!("{id}.json"));
        let trace = store.open_trace(trace);
        let open = store.open_rows();
        let id = |bits| SpanId::Hex { bits, width: 16 };
        let resource = store.resources.intern(&store.content, StringId::EMPTY, &[]);
        store.push_span(SpanDraft {
            trace,
            id: Some(id(open.attributes as u64 + 1 + store.spans.len() as u64)),
            parent: parent.map(id),
            start: UnixNanos(5),
            duration: crate::model::Nanos(1),
            name: StringId::EMPTY,
            resource,
            scope: None,
            kind: SpanKind::Internal,
            status: StatusCode::Unset,
            flags: SpanFlags::default(),
            attributes: open.attributes,
            events: open.events,
            links: open.links,
        });
        store.build_tree(trace);
        source
    }

    fn sizes(store: &Store) -> Vec<(String, u32)> {
        store.traces().map(|(row, trace)| (store.trace_id_text(row), trace.span_count())).collect()
    }

    #[test]
    fn a_short_id_is_joined_to_the_only_long_one_and_parted_again() {
        let mut store = Store::new();
        bring(&mut store, SHORT, 1, None);
        let second = bring(&mut store, LONG, 2, Some(1));
        assert_eq!(store.join_short_ids(), (1, Some(SHORT)));
        assert_eq!(store.join_short_ids(), (0, None));
        let id = LONG.text(store.strings());
        assert_eq!(sizes(&store), [(id.clone(), 2)]);
        assert_eq!(store.trace_by_id("246b221d5bc9e649"), store.trace_by_id(&id));
        assert_eq!(store.spans.trace(SpanRow(0)), TraceRow(1));
        // What comes later with the short id goes there, too.
        let third = bring(&mut store, SHORT, 3, None);
        assert_eq!(sizes(&store)[0].1, 3);
        assert!(store.remove_source(third) && store.remove_source(second) && !store.remove_source(second));
        assert_eq!(sizes(&store), [("246b221d5bc9e649".to_owned(), 1)]);
        assert_eq!(store.spans.trace(SpanRow(0)), TraceRow(0));
    }

    #[test]
    fn where_two_end_alike_nothing_is_joined() {
        let mut store = Store::new();
        let other = TraceId::Hex { bits: 7 << 64 | LOW, width: 32 };
        [SHORT, LONG, other].into_iter().for_each(|id| _ = bring(&mut store, id, 1, None));
        assert_eq!(store.join_short_ids(), (0, None));
        assert_eq!(sizes(&store).len(), 3);
    }

    #[test]
    fn a_source_in_the_middle_goes_with_all_it_brought() {
        let mut store = Store::new();
        let first = bring(&mut store, LONG, 1, None);
        let middle = bring(&mut store, LONG, 2, Some(1));
        let other = bring(&mut store, TraceId::Hex { bits: 9, width: 1 }, 3, None);
        let before = store.spans.len();
        assert!(store.remove_source(middle));
        assert_eq!(sizes(&store).iter().map(|size| size.1).collect::<Vec<_>>(), [1, 1]);
        assert!(store.remove_source(first));
        assert_eq!((sizes(&store).len(), store.spans.len()), (1, before));
        assert!(store.trace_by_id(&LONG.text(store.strings())).is_none());
        assert!(store.remove_source(other));
        assert_eq!((sizes(&store).len(), store.spans.len()), (0, 0), "all is given back at the end");
        bring(&mut store, LONG, 4, None);
        assert_eq!(sizes(&store).len(), 1);
    }
}
