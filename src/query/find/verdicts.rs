//! What was found out about texts: a byte for each text of the store, filled in when a text is first met.

use crate::model::{Store, StringId};

/// Flags of a text, by its id.
#[derive(Debug)]
pub struct Verdicts {
    flags: Vec<u8>,
}

/// What a text is as a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyVerdict(u8);

/// What a text is as a value, a name or a service.
#[derive(Clone, Copy, Debug)]
pub struct ValueVerdict(u8);

const KEY_SEEN: u8 = 1;
const VALUE_SEEN: u8 = 16;

impl KeyVerdict {
    pub const NONE: KeyVerdict = KeyVerdict(0);
    /// It matches.
    pub const HIT: KeyVerdict = KeyVerdict(2);
    /// Pairs with this key do not take part.
    pub const EXCLUDED: KeyVerdict = KeyVerdict(4);
    /// It ends as what stands before a `=` of the word.
    pub const ENDS: KeyVerdict = KeyVerdict(8);

    #[inline]
    pub fn has(self, other: KeyVerdict) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: KeyVerdict, is_so: bool) -> KeyVerdict {
        if is_so { KeyVerdict(self.0 | other.0) } else { self }
    }
}

impl ValueVerdict {
    pub const NONE: ValueVerdict = ValueVerdict(0);
    /// It matches.
    pub const HIT: ValueVerdict = ValueVerdict(32);
    /// It begins as what stands after a `=` of the word.
    pub const STARTS: ValueVerdict = ValueVerdict(64);

    #[inline]
    pub fn has(self, other: ValueVerdict) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: ValueVerdict, is_so: bool) -> ValueVerdict {
        if is_so { ValueVerdict(self.0 | other.0) } else { self }
    }
}

impl Verdicts {
    pub fn new(store: &Store) -> Verdicts {
        Verdicts { flags: vec![0; store.strings().len()] }
    }

    #[inline]
    pub fn key(&mut self, id: StringId, judge: impl FnOnce() -> KeyVerdict) -> KeyVerdict {
        let flags = &mut self.flags[id.0 as usize];
        if *flags & KEY_SEEN == 0 {
            *flags |= KEY_SEEN | judge().0;
        }
        KeyVerdict(*flags)
    }

    #[inline]
    pub fn value(&mut self, id: StringId, judge: impl FnOnce() -> ValueVerdict) -> ValueVerdict {
        let flags = &mut self.flags[id.0 as usize];
        if *flags & VALUE_SEEN == 0 {
            *flags |= VALUE_SEEN | judge().0;
        }
        ValueVerdict(*flags)
    }
}

/// Yes or no for each row of a small table, once it is known.
#[derive(Debug)]
pub struct Answers {
    rows: Vec<Option<bool>>,
}

impl Answers {
    pub fn new(rows: usize) -> Answers {
        Answers { rows: vec![None; rows] }
    }

    pub fn get(&self, row: u32) -> Option<bool> {
        self.rows[row as usize]
    }

    pub fn set(&mut self, row: u32, answer: bool) -> bool {
        self.rows[row as usize] = Some(answer);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_judged_once_as_a_key_and_once_as_a_value() {
        let mut store = Store::new();
        let id = store.content.strings.intern("k");
        let mut verdicts = Verdicts::new(&store);
        let hit = || KeyVerdict::NONE.with(KeyVerdict::HIT, true);
        assert!(verdicts.key(id, hit).has(KeyVerdict::HIT));
        assert!(verdicts.key(id, || unreachable!()).has(KeyVerdict::HIT));
        assert!(!verdicts.value(id, || ValueVerdict::NONE).has(ValueVerdict::HIT));
        assert!(!verdicts.value(id, || unreachable!()).has(ValueVerdict::STARTS));
    }
}
