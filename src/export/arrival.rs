//! The order in which OTLP's spans are written: by resource and scope, and still so that they are read in an order of
//! arrival that means the same.
//!
//! Arrival decides between spans of one trace that have the same id (which is `id`, which `id_1`, where children hang) or
//! the same start (which sibling comes first, which root names the trace, where a circle is cut). All other spans may change places. So spans go
//! into rounds: in a round resource follows resource, and a span that must come after one whose resource comes later goes
//! into the next round. Nearly always one round is enough, and every resource is written once.

use crate::model::index::{Index, hash_of};
use crate::model::{SpanFlags, SpanRow, Store, UnixNanos, order};

/// Sorts rows, given in order of arrival, by round, resource and scope.
pub fn group_by_resource(store: &Store, rows: &mut Vec<SpanRow>) {
    let rounds = rounds(store, rows);
    let key = |place: u32| (rounds[place as usize], group(store, rows[place as usize]), place);
    let places = order::sorted(rows.len(), &mut |a, b| key(a).cmp(&key(b)));
    *rows = places.into_iter().map(|place| rows[place as usize]).collect();
}

/// The place of a span's resource and scope in a round. Rows of resources and scopes are numbered as they came.
fn group(store: &Store, row: SpanRow) -> u64 {
    let scope = store.spans.scope(row).map_or(0, |scope| u64::from(scope.0) + 1);
    u64::from(store.spans.resource(row).0) << 32 | scope
}

fn rounds(store: &Store, rows: &[SpanRow]) -> Vec<u32> {
    let (mut by_start, mut untimed, mut by_id) = (Latest::default(), Latest::default(), Latest::default());
    let spans = &store.spans;
    let mut rounds: Vec<u32> = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let (trace, start) = (spans.trace(*row), spans.start(*row));
        let of_start = by_start.replace(hash_of((trace, start)), place, &mut |other| {
            (spans.trace(rows[other]), spans.start(rows[other])) == (trace, start)
        });
        // Circles are cut before spans without a start are lent one: until then they all start at 0.
        let is_untimed = start == UnixNanos(0) || spans.flags(*row).has(SpanFlags::TIME_MISSING);
        let of_untimed = match is_untimed {
            true => untimed.replace(hash_of(trace), place, &mut |other| spans.trace(rows[other]) == trace),
            false => None,
        };
        let of_id = spans.id(*row).and_then(|id| {
            by_id.replace(hash_of((trace, id)), place, &mut |other| {
                (spans.trace(rows[other]), spans.id(rows[other])) == (trace, Some(id))
            })
        });
        let before = [of_start, of_untimed, of_id].into_iter().flatten();
        let after = |other: usize| rounds[other] + u32::from(group(store, rows[other]) > group(store, *row));
        rounds.push(before.map(after).max().unwrap_or(0));
    }
    rounds
}

/// The latest place of each content.
#[derive(Default)]
struct Latest {
    index: Index,
}

impl Latest {
    /// Puts a place in the stead of the one with the same content, which is given back.
    fn replace(&mut self, hash: u32, place: usize, is: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        let former = self.index.find(hash, |other| is(other as usize));
        if let Some(former) = former {
            self.index.remove(hash, former);
        }
        self.index.insert(hash, place as u32);
        former.map(|former| former as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};

    fn groups(picture: &str) -> Vec<String> {
        let store = draw(picture);
        let mut rows: Vec<SpanRow> = store.trace(TraceRow(0)).rows().collect();
        group_by_resource(&store, &mut rows);
        rows.iter().map(|row| format!("{} {}", store.span(*row).service(), store.span(*row).name())).collect()
    }

    #[test]
    fn a_resource_comes_once_where_order_does_not_matter() {
        let picture = "
            a one   |=====|
              b two | === |
              a three |  ===|
        ";
        assert_eq!(groups(picture), ["a one", "a three", "b two"]);
    }

    #[test]
    fn spans_of_one_start_stay_in_order() {
        let picture = "
            a one     |=====|
              b two   | === |
              a three | =   |
              b four  |  =  |
        ";
        assert_eq!(groups(picture), ["a one", "b two", "b four", "a three"]);
    }
}
