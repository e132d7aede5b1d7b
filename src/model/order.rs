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

/// The places of a list of numbers in ascending order; equal ones keep theirs. By their bytes, the lowest first: thousands are sorted in the time
/// of a few passes, without a comparison.
#[inline(never)]
#[cfg_attr(speed, optimize(speed))]
pub fn by_number(numbers: &[i64]) -> Vec<u32> {
    // Bits in which any differs from the first.
    let first = numbers.first().copied().unwrap_or_default();
    let differing = numbers.iter().fold(0, |bits, number| bits | (number ^ first) as u64);
    let mut places: Vec<u32> = (0..numbers.len() as u32).collect();
    let mut next = places.clone();
    let byte = |place: u32, shift: u32| {
        // Negative numbers come before the others.
        let number = numbers[place as usize] as u64 ^ 1 << 63;
        (number >> shift) as u8 as usize
    };
    for shift in (0..64).step_by(8) {
        if (differing >> shift) & 0xff == 0 {
            continue;
        }
        let mut ends = [0_u32; 256];
        places.iter().for_each(|place| ends[byte(*place, shift)] += 1);
        let mut sum = 0;
        for end in &mut ends {
            let count = std::mem::replace(end, sum);
            sum += count;
        }
        for place in &places {
            let end = &mut ends[byte(*place, shift)];
            next[*end as usize] = *place;
            *end += 1;
        }
        std::mem::swap(&mut places, &mut next);
    }
    places
}

/// The places of a list of texts in the order of their bytes; equal ones keep theirs. Eight bytes at a time are a number: a hundred thousand names
/// that begin alike are sorted in a few passes, where comparing them by pairs reads each of them twenty times.
#[inline(never)]
pub fn by_text(texts: &[&str]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..texts.len() as u32).collect();
    // Stretches of texts that are alike up to that byte.
    let mut alike = vec![(0, texts.len(), 0)];
    while let Some((from, to, byte)) = alike.pop() {
        let rest = |place: u32| texts[place as usize].as_bytes().get(byte..).unwrap_or_default();
        if to - from <= FEW {
            sort(&mut places[from..to], &mut |a, b| rest(a).cmp(rest(b)));
            continue;
        }
        let keys: Vec<i64> = places[from..to].iter().map(|place| key(rest(*place))).collect();
        let order = by_number(&keys);
        let sorted: Vec<u32> = order.iter().map(|at| places[from + *at as usize]).collect();
        places[from..to].copy_from_slice(&sorted);
        let mut begin = 0;
        for stretch in order.chunk_by(|a, b| keys[*a as usize] == keys[*b as usize]) {
            let end = begin + stretch.len();
            if stretch.len() > 1 && sorted[begin..end].iter().any(|place| rest(*place).len() > 8) {
                alike.push((from + begin, from + end, byte + 8));
            }
            begin = end;
        }
    }
    places
}

/// So few texts are compared.
const FEW: usize = 64;

/// Eight bytes as a number that stands as they do. (A text's end is as a zero byte, which names have none of.)
fn key(text: &[u8]) -> i64 {
    let mut bytes = [0; 8];
    let count = text.len().min(8);
    bytes[..count].copy_from_slice(&text[..count]);
    (u64::from_be_bytes(bytes) ^ 1 << 63) as i64
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
        fn numbers_are_sorted_by_their_bytes(values in proptest::collection::vec(prop_oneof![any::<i64>(), -300_i64..300, Just(i64::MIN), Just(i64::MAX)], 0..300)) {
            let mut expected: Vec<u32> = (0..values.len() as u32).collect();
            expected.sort_by_key(|at| values[*at as usize]);
            prop_assert_eq!(by_number(&values), expected);
        }

        #[test]
        fn texts_are_sorted_by_their_bytes(values in proptest::collection::vec(prop_oneof!["[ab\u{e9}]{0,20}", "operation-[0-9]{1,3}"], 0..300)) {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            let mut expected: Vec<u32> = (0..values.len() as u32).collect();
            expected.sort_by_key(|at| texts[*at as usize]);
            prop_assert_eq!(by_text(&texts), expected);
        }

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
