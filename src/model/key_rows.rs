//! Where a key occurs: the quick way to the spans that have an attribute. It lies here because this package is compiled for speed.

use super::attributes::{AttributeTable, Cell, Tag};
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

/// What is known of a value, or of all values of a span: nothing yet (0), or one of [`ABSENT`], [`PRESENT`] and [`HIT`]. Of several values these
/// are joined as bits.
pub type Verdict = u8;
/// There is none.
pub const ABSENT: Verdict = 1;
/// There is one, and what is asked of it does not hold.
pub const PRESENT: Verdict = 2;
/// There is one, and what is asked of it holds.
pub const HIT: Verdict = PRESENT | 4;

/// How values are judged: what is quick is said, the rest is asked.
pub struct Judge<'a> {
    /// Integers that hold: from the least to the greatest; `None`: each is asked.
    pub ints: Option<(i64, i64)>,
    /// What is known of texts, by their ids; those that are asked are added.
    pub texts: &'a mut [Verdict],
    pub ask: &'a mut dyn FnMut(Cell) -> Verdict,
}

impl Judge<'_> {
    #[inline]
    fn of(&mut self, cell: Cell) -> Verdict {
        match (cell.tag, self.ints) {
            (Tag::Int, Some((least, greatest))) => {
                let value = cell.payload as i64;
                if least <= value && value <= greatest { HIT } else { PRESENT }
            }
            (Tag::Text, _) => match self.texts.get(cell.payload as usize) {
                Some(known) if *known != 0 => *known,
                _ => self.of_new_text(cell),
            },
            _ => (self.ask)(cell),
        }
    }

    #[cold]
    fn of_new_text(&mut self, cell: Cell) -> Verdict {
        let verdict = (self.ask)(cell);
        if let Some(known) = self.texts.get_mut(cell.payload as usize) {
            *known = verdict;
        }
        verdict
    }
}

impl Store {
    /// Judges the values of a key, of the spans `from..to` (rows, copies included). `present` and `hit` have a bit for each of them, which is set
    /// if there is a value, and if what is asked holds for one.
    #[inline(never)]
    pub fn judge_key(
        &self,
        key: StringId,
        (from, to): (u32, u32),
        judge: &mut Judge,
        present: &mut [u64],
        hit: &mut [u64],
    ) {
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
            let verdict = judge.of(cell);
            let at = span - from;
            let (word, bit) = ((at / 64) as usize, at % 64);
            if let (Some(present), Some(hit)) = (present.get_mut(word), hit.get_mut(word)) {
                *present |= u64::from(verdict >> 1 & 1) << bit;
                *hit |= u64::from(verdict >> 2) << bit;
            }
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
        let [k, l, text] = ["k", "l", "text"].map(|text| store.content.strings.intern(text));
        let cells = [(k, Cell::int(1)), (l, Cell::int(2)), (k, Cell::text(text))];
        cells.iter().for_each(|(key, value)| store.attributes.push(*key, *value));
        let judged = |key, spans, ints, answer| {
            let (mut present, mut hit, mut asked) = ([0; 1], [0; 1], Vec::new());
            let mut texts = vec![0; store.strings().len()];
            for _ in 0..2 {
                let mut ask = |cell| {
                    asked.push(cell);
                    answer
                };
                let mut judge = Judge { ints, texts: &mut texts, ask: &mut ask };
                store.judge_key(key, spans, &mut judge, &mut present, &mut hit);
            }
            (present[0], hit[0], asked)
        };
        let (int, text) = (Cell::int(1), Cell::text(text));
        // A text is asked once, an integer only if its bounds are not known.
        assert_eq!(judged(k, (0, 3), Some((1, 5)), PRESENT), (4, 4, vec![text]));
        assert_eq!(judged(k, (0, 3), Some((2, 5)), PRESENT), (4, 0, vec![text]));
        assert_eq!(judged(k, (0, 3), Some((2, 5)), HIT), (4, 4, vec![text]));
        assert_eq!(judged(k, (2, 3), None, ABSENT), (0, 0, vec![int, text, int]));
        assert_eq!(judged(k, (0, 2), None, HIT), (0, 0, vec![]));
        assert_eq!(judged(l, (0, 3), Some((2, 2)), ABSENT), (4, 4, vec![]));
        assert!(store.attributes.has_key(l) && !store.attributes.has_key(StringId::EMPTY));
        let mut counts = vec![0; store.strings().len()];
        store.attributes.count_keys(&mut counts);
        assert_eq!((counts[k.0 as usize], counts[l.0 as usize]), (2, 1));
    }
}
