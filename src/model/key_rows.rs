//! Where a key occurs: the quick way to the spans that have an attribute. It lies here because this package is compiled for speed.

use super::attributes::{AttributeTable, Cell};
use super::spans::SpanRow;
use super::store::Store;
use super::strings::StringId;

impl AttributeTable {
    /// Whether any row has the key.
    #[inline(never)]
    pub fn has_key(&self, key: StringId) -> bool {
        let mut has = false;
        self.find_key(key, 0, self.end(), |_, _| {
            has = true;
            true
        });
        has
    }

    /// Counts the keys of all rows into a list that has a place for each text of the store.
    #[inline(never)]
    pub fn count_keys(&self, counts: &mut [u32]) {
        for row in 0..self.end() as usize {
            if let Some(count) = counts.get_mut(self.key(row).0 as usize) {
                *count += 1;
            }
        }
    }
}

impl Store {
    /// The values of a key, of the spans `from..to` (rows, copies included), each with its span; in order.
    #[inline(never)]
    pub fn cells_of_key(&self, key: StringId, from: u32, to: u32, take: &mut dyn FnMut(SpanRow, Cell)) {
        if from >= to {
            return;
        }
        let mut span = from;
        let mut end = self.attribute_range(SpanRow(span)).end;
        let rows = (self.attribute_range(SpanRow(from)).start, self.attribute_range(SpanRow(to - 1)).end);
        self.attributes.find_key(key, rows.0, rows.1, |row, cell| {
            while row >= end {
                span += 1;
                end = self.attribute_range(SpanRow(span)).end;
            }
            take(SpanRow(span), cell);
            false
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::draw;
    use super::*;

    #[test]
    fn keys_are_found_with_their_spans() {
        let mut store = draw("a one |=|\n  a two |=|\n  a three |=|\n");
        // The pictures have no attributes: these are the last span's.
        let [k, l] = ["k", "l"].map(|text| store.content.strings.intern(text));
        let cells = [(k, 1), (l, 2), (k, 3)];
        cells.iter().for_each(|(key, value)| store.attributes.push(*key, Cell::int(*value)));
        let found = |key, from, to| {
            let mut found = Vec::new();
            store.cells_of_key(key, from, to, &mut |span, cell| found.push((span.0, cell)));
            found
        };
        assert_eq!(found(k, 0, 3), [(2, Cell::int(1)), (2, Cell::int(3))]);
        assert_eq!(found(k, 0, 2), []);
        assert!(store.attributes.has_key(l) && !store.attributes.has_key(StringId::EMPTY));
        let mut counts = vec![0; store.strings().len()];
        store.attributes.count_keys(&mut counts);
        assert_eq!((counts[k.0 as usize], counts[l.0 as usize]), (2, 1));
    }
}
