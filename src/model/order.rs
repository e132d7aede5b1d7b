//! One sort for all that is sorted here: the standard library's is ten kilobytes for every type and order it is used with.

use std::cmp::Ordering;

/// Shorter stretches are sorted by insertion.
const SHORT: usize = 12;

/// Sorts numbers (of rows, or places in a list) by an order over what they stand for. Equal ones keep their order.
#[inline(never)]
pub fn sort(numbers: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    for stretch in numbers.chunks_mut(SHORT) {
        insert_all(stretch, compare);
    }
    if numbers.len() <= SHORT {
        return;
    }
    let mut left = Vec::with_capacity(numbers.len());
    let mut width = SHORT;
    while width < numbers.len() {
        for stretch in numbers.chunks_mut(width * 2).filter(|stretch| stretch.len() > width) {
            merge(stretch, width, &mut left, compare);
        }
        width *= 2;
    }
}

fn insert_all(stretch: &mut [u32], compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    for end in 1..stretch.len() {
        let number = stretch[end];
        let mut at = end;
        while at > 0 && compare(number, stretch[at - 1]).is_lt() {
            stretch[at] = stretch[at - 1];
            at -= 1;
        }
        stretch[at] = number;
    }
}

/// Merges the sorted first `middle` numbers with the sorted rest; `left` is room for work.
fn merge(stretch: &mut [u32], middle: usize, left: &mut Vec<u32>, compare: &mut dyn FnMut(u32, u32) -> Ordering) {
    if compare(stretch[middle], stretch[middle - 1]).is_ge() {
        return;
    }
    left.clear();
    left.extend_from_slice(&stretch[..middle]);
    let (mut from_left, mut from_right, mut to) = (0, middle, 0);
    while from_left < left.len() {
        let takes_right = from_right < stretch.len() && compare(stretch[from_right], left[from_left]).is_lt();
        let from = if takes_right { &mut from_right } else { &mut from_left };
        let number = if takes_right { stretch[*from] } else { left[*from] };
        *from += 1;
        stretch[to] = number;
        to += 1;
    }
}

/// The places of a list of `len` in order.
pub fn sorted(len: usize, compare: &mut dyn FnMut(u32, u32) -> Ordering) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..len as u32).collect();
    sort(&mut numbers, compare);
    numbers
}

/// The list in order; equal ones keep theirs.
pub fn arrange<T>(list: Vec<T>, compare: &mut dyn FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let order = sorted(list.len(), &mut |a, b| compare(&list[a as usize], &list[b as usize]));
    let mut list: Vec<Option<T>> = list.into_iter().map(Some).collect();
    let take = |at: u32| list[at as usize].take();
    order.into_iter().filter_map(take).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(values in proptest::collection::vec(0_u8..20, 0..400)) {
            let mut numbers: Vec<u32> = (0..values.len() as u32).collect();
            let mut expected = numbers.clone();
            expected.sort_by_key(|at| values[*at as usize]);
            sort(&mut numbers, &mut |a, b| values[a as usize].cmp(&values[b as usize]));
            prop_assert_eq!(&numbers, &expected);
            let pairs: Vec<_> = values.iter().copied().zip(0_u32..).collect();
            let arranged = arrange(pairs, &mut |a, b| a.0.cmp(&b.0));
            let places: Vec<u32> = arranged.into_iter().map(|(_, at)| at).collect();
            prop_assert_eq!(places, expected);
        }
    }
}
