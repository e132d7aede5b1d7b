//! Operations: what a service does, under one name.

use super::clock::Clock;
use crate::model::index::{Index, hash_of};
use crate::model::{SpanRow, Store, StringId};

/// The operations of a trace, numbered in display order.
#[derive(Debug, Default)]
pub struct Operations {
    /// By position: the number of the span's operation.
    pub of_position: Vec<u32>,
    /// How many there are.
    pub count: u32,
}

impl Operations {
    /// In linear time.
    pub fn of(clock: &Clock) -> Operations {
        let operation = |row: SpanRow| operation(clock.store, row);
        let (mut index, mut firsts) = (Index::default(), Vec::<SpanRow>::new());
        let mut of_position = Vec::with_capacity(clock.spans() as usize);
        for row in &clock.trace.tree.order {
            let own = operation(*row);
            let hash = hash_of(own);
            let number = index.find(hash, |number| operation(firsts[number as usize]) == own);
            of_position.push(number.unwrap_or_else(|| {
                let number = firsts.len() as u32;
                index.insert(hash, number);
                firsts.push(*row);
                number
            }));
        }
        Operations { of_position, count: firsts.len() as u32 }
    }
}

fn operation(store: &Store, row: SpanRow) -> (StringId, StringId) {
    (store.service(row), store.spans.name(row))
}

/// The smallest of sorted values that at least so many percent of them do not exceed ("nearest rank"): one that is really there.
/// 50 is the median, of an even number the lower one. 0 if there are none.
pub fn nearest_rank(sorted: &[i64], percent: usize) -> i64 {
    sorted.get(place_of_rank(sorted.len(), percent)).copied().unwrap_or_default()
}

/// Where [`nearest_rank`] is among so many sorted values.
pub fn place_of_rank(len: usize, percent: usize) -> usize {
    (len * percent).div_ceil(100).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{TraceRow, draw};

    #[test]
    fn an_operation_is_a_service_and_a_name() {
        let store = draw("shop a |==|\n  shop b |=|\n  pay a |=|\n  shop a |=|\n  shop b |=|\n");
        let operations = Operations::of(&Clock::new(&store, TraceRow(0)));
        assert_eq!((operations.of_position, operations.count), (vec![0, 1, 2, 0, 1], 3));
    }

    #[test]
    fn ranks_are_of_values_that_are_there() {
        let values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100];
        assert_eq!([1, 10, 11, 50, 95, 100].map(|percent| nearest_rank(&values, percent)), [1, 1, 2, 5, 100, 100]);
        assert_eq!((nearest_rank(&[7], 50), nearest_rank(&[], 50)), (7, 0));
    }
}
