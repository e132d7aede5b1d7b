//! Keys and values that are in use, for completion. They are counted once and kept until the traces change.

use crate::model::index::Numbers;
use crate::model::{AttributeTable, SpanKind, SpanRow, Store, StringId, order};
use crate::query::search::Values;
use crate::query::traceql::{Field, Intrinsic, Scope};
use std::rc::Rc;

/// A key of a scope, and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub scope: Scope,
    pub key: StringId,
    pub count: u32,
}

/// A value of a field, and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// It is a text, not a number or a truth value.
    pub is_text: bool,
    pub count: u32,
}

#[derive(Default)]
pub struct Words {
    keys: Option<Rc<Vec<Key>>>,
    values: Option<(Field, Rc<Vec<Word>>)>,
}

/// Different values that are counted; there may be as many as spans.
const MOST: usize = 20_000;

impl Words {
    /// All keys, the most frequent first.
    pub fn keys(&mut self, store: &Store) -> Rc<Vec<Key>> {
        self.keys.get_or_insert_with(|| Rc::new(keys(store))).clone()
    }

    /// All values of a field, the most frequent first.
    pub fn values(&mut self, store: &Store, field: &Field) -> Rc<Vec<Word>> {
        if let Some((_, words)) = self.values.as_ref().filter(|(known, _)| known == field) {
            return words.clone();
        }
        let words = Rc::new(values(store, field));
        self.values = Some((field.clone(), words.clone()));
        words
    }
}

fn keys(store: &Store) -> Vec<Key> {
    let tables: [(Scope, &AttributeTable); 5] = [
        (Scope::Span, &store.attributes),
        (Scope::Resource, store.resources.attributes()),
        (Scope::Event, &store.events.attributes),
        (Scope::Link, &store.links.attributes),
        (Scope::Instrumentation, store.scopes.attributes()),
    ];
    let mut all = Vec::new();
    for (scope, table) in tables {
        let mut counts = vec![0; store.strings().len()];
        table.count_keys(&mut counts);
        let used = (0..).map(StringId).zip(counts).filter(|(_, count)| *count > 0);
        all.extend(used.map(|(key, count)| Key { scope, key, count }));
    }
    order::arrange(all, &mut |a, b| b.count.cmp(&a.count).then_with(|| store.text(a.key).cmp(store.text(b.key))))
}

fn values(store: &Store, field: &Field) -> Vec<Word> {
    let mut tally = Tally::default();
    match field {
        Field::Intrinsic(Intrinsic::Name) => {
            (0..store.spans.len() as u32).for_each(|row| tally.text(store, store.spans.name(SpanRow(row))));
        }
        Field::Intrinsic(Intrinsic::RootName) => {
            store.traces().for_each(|(_, trace)| tally.text(store, store.spans.name(trace.name_span)));
        }
        Field::Intrinsic(Intrinsic::RootService) => {
            store.traces().for_each(|(_, trace)| tally.text(store, store.service(trace.name_span)));
        }
        Field::Intrinsic(Intrinsic::Status) => tally.fixed(&["error", "ok", "unset"]),
        Field::Intrinsic(Intrinsic::Kind) => {
            let kinds =
                [SpanKind::Server, SpanKind::Client, SpanKind::Internal, SpanKind::Producer, SpanKind::Consumer];
            tally.fixed(&kinds.map(SpanKind::name));
            tally.fixed(&[SpanKind::Unspecified.name()]);
        }
        field => {
            let values = Values::new(store, field);
            values.each(store, &mut |text, is_text| tally.add(text, is_text));
        }
    }
    order::arrange(tally.words, &mut |a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)))
}

#[derive(Default)]
struct Tally {
    words: Vec<Word>,
    /// Places of texts of the store, by their id.
    by_id: Numbers,
    by_text: std::collections::BTreeMap<String, usize>,
}

impl Tally {
    fn text(&mut self, store: &Store, id: StringId) {
        let place = self.by_id.get_or_set(id.0, self.words.len() as u32) as usize;
        if place == self.words.len() {
            self.words.push(Word { text: store.text(id).to_owned(), is_text: true, count: 0 });
        }
        self.words[place].count += 1;
    }

    /// Words of the language: they need no quotes, and nobody counts them.
    fn fixed(&mut self, words: &[&str]) {
        self.words.extend(words.iter().map(|word| Word { text: (*word).to_owned(), is_text: false, count: 0 }));
    }

    fn add(&mut self, text: &str, is_text: bool) {
        match self.by_text.get(text) {
            Some(place) => self.words[*place].count += 1,
            None if self.words.len() < MOST => {
                self.by_text.insert(text.to_owned(), self.words.len());
                self.words.push(Word { text: text.to_owned(), is_text, count: 1 });
            }
            None => {}
        }
    }
}
