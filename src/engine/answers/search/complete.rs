//! Completion: what may stand at the cursor, in a query and in the form's tags.

use super::words::{Key, Word, Words};
use crate::engine::answers::{Answer, Memo};
use crate::engine::messages::decode;
use crate::engine::questions::{
    Complete, Completion, Language, SUGGESTIONS, Suggestion, SuggestionKind, ToldWords, WordsOf,
};
use crate::model::Store;
use crate::query::find::lowered;
use crate::query::search::logfmt;
use crate::query::traceql::context::{Context, context};
use crate::query::traceql::{Field, Intrinsic, Scope, names, quoted, shown};
use crate::source::answers::Name;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Answer for Complete {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Completion {
        let cursor = self.text.char_indices().nth(self.cursor as usize).map_or(self.text.len(), |(at, _)| at);
        let told = self.told.as_ref().map(|told| decode(told).unwrap_or_default());
        let known = Known { store, words: &mut memo.search().words, told };
        let mut list = match self.language {
            Language::TraceQl => traceql(known, &self.text, cursor),
            Language::Tags => tags(known, &self.text, cursor),
        };
        let column = |byte: usize| self.text[..byte].chars().count() as u32;
        let (from, to) = (column(list.from), column(list.to));
        // What begins so goes before what has it inside.
        let rest = list.inside.into_iter().take(SUGGESTIONS.saturating_sub(list.starting.len()));
        list.starting.truncate(SUGGESTIONS);
        list.starting.extend(rest);
        Completion { from, to, of: list.of, suggestions: list.starting }
    }
}

/// Keys and values: of the loaded traces, or what a query API has told.
struct Known<'k> {
    store: &'k Store,
    words: &'k mut Words,
    told: Option<ToldWords>,
}

impl Known<'_> {
    /// What was told, if it is that; nothing if it is something else. `None`: the loaded traces are to be looked at.
    fn told(&self, of: &WordsOf) -> Option<&[Name]> {
        self.told.as_ref().map(|told| if told.of == *of { told.words.as_slice() } else { &[] })
    }

    /// All keys, as fields, and how often they occur.
    fn keys(&mut self) -> Vec<(Field, u32)> {
        if let Some(told) = self.told(&WordsOf::Keys) {
            let mut keys = Vec::new();
            // (Intrinsics are told, too; they are offered anyhow.)
            for name in told {
                let scope = match name.kind.as_str() {
                    "" => Some(Scope::None),
                    kind => names::find(&names::SCOPES, &format!("{kind}.")),
                };
                keys.extend(scope.map(|scope| (Field::Attribute(scope, name.name.clone()), 0)));
            }
            return keys;
        }
        let field = |key: &Key| (Field::Attribute(key.scope, self.store.text(key.key).to_owned()), key.count);
        self.words.keys(self.store).iter().map(field).collect()
    }

    /// All values of a field.
    fn values(&mut self, field: &Field, of: &WordsOf) -> Rc<Vec<Word>> {
        let is_fixed = matches!(field, Field::Intrinsic(Intrinsic::Status | Intrinsic::Kind));
        match self.told(of).filter(|_| !is_fixed) {
            Some(told) => Rc::new(told.iter().map(told_value).collect()),
            None => self.words.values(self.store, field),
        }
    }
}

/// A value as Tempo tells it; old versions do not tell types.
fn told_value(name: &Name) -> Word {
    let is_text = !matches!(name.kind.as_str(), "int" | "float" | "bool" | "keyword" | "duration");
    Word { text: name.name.clone(), is_text, count: 0 }
}

/// What the values of a field are.
fn words_of(field: &Field) -> WordsOf {
    match field {
        Field::Intrinsic(Intrinsic::Name) => WordsOf::SpanNames,
        Field::Intrinsic(_) => WordsOf::Nothing,
        Field::Attribute(scope, key) => {
            let scope = names::SCOPES.iter().find(|(_, known)| known == scope).map_or(".", |(name, _)| name);
            WordsOf::Values([scope, key].concat())
        }
    }
}

/// Suggestions that fit to what is typed already: bytes `from .. to`.
struct List {
    from: usize,
    to: usize,
    of: WordsOf,
    /// In small letters.
    typed: String,
    starting: Vec<Suggestion>,
    inside: Vec<Suggestion>,
    seen: BTreeSet<String>,
}

impl List {
    fn new(text: &str, from: usize, cursor: usize, to: usize) -> List {
        let typed = lowered(text[from..cursor].trim_start_matches('"'));
        List { from, to, of: WordsOf::Nothing, typed, starting: Vec::new(), inside: Vec::new(), seen: BTreeSet::new() }
    }

    fn add(&mut self, kind: SuggestionKind, text: String, count: u32) {
        let plain = lowered(text.trim_start_matches('"'));
        let list = match plain.find(&self.typed) {
            Some(0) => &mut self.starting,
            Some(_) => &mut self.inside,
            None => return,
        };
        if list.len() < SUGGESTIONS && self.seen.insert(text.clone()) {
            list.push(Suggestion { text, kind, count });
        }
    }

    fn add_all(&mut self, kind: SuggestionKind, texts: &[&str]) {
        texts.iter().for_each(|text| self.add(kind, (*text).to_owned(), 0));
    }

    fn values(&mut self, words: &[Word], quote: &dyn Fn(&Word) -> String) {
        words.iter().for_each(|word| self.add(SuggestionKind::Value, quote(word), word.count));
    }
}

fn traceql(mut known: Known, text: &str, cursor: usize) -> List {
    let place = context(text, cursor);
    let mut list = List::new(text, place.from, cursor, place.to);
    use SuggestionKind::{Function, Intrinsic, Sign};
    match &place.context {
        Context::Spansets => list.add_all(Sign, &["{ ", "("]),
        Context::AfterSpansets => {
            list.add_all(Sign, &["|", "&&", "||", ">>", ">", "<<", "<", "~", "&>>", "!>>", "!>", "!<<", "!<", "!~"]);
        }
        Context::Stage => {
            let calls = ["count()", "avg(", "min(", "max(", "sum(", "by(", "select(", "coalesce()"];
            list.add_all(Function, &calls);
            list.add_all(Sign, &["{ "]);
        }
        Context::Comparison => list.add_all(Sign, &[">", ">=", "<", "<=", "=", "!="]),
        Context::AfterField { is_compared: true } => list.add_all(Sign, &["&&", "||", "}"]),
        Context::AfterField { is_compared: false } => {
            list.add_all(Sign, &["=", "!=", "=~", "!~", ">", ">=", "<", "<=", "&&", "||", "}"]);
        }
        Context::Field => {
            let intrinsics: Vec<&str> = names::INTRINSICS[..names::OFFERED].iter().map(|(name, _)| *name).collect();
            list.add_all(Intrinsic, &intrinsics);
            let service = Field::Attribute(Scope::Resource, "service.name".to_owned());
            list.add(SuggestionKind::Key, shown(&service), 0);
            list.of = WordsOf::Keys;
            let is_unscoped = list.typed.starts_with('.');
            for (mut field, count) in known.keys() {
                if let Field::Attribute(scope, _) = &mut field
                    && is_unscoped
                {
                    *scope = Scope::None;
                }
                list.add(SuggestionKind::Key, shown(&field), count);
            }
        }
        Context::Value(field) => {
            list.of = words_of(field);
            let quote = |word: &Word| if word.is_text { quoted(&word.text) } else { word.text.clone() };
            list.values(&known.values(field, &list.of), &quote);
        }
        Context::Nothing => {}
    }
    list
}

/// Bytes of the pair that the cursor is in: where it begins, and where its value does, if there is a `=`.
fn pair_at(text: &str, cursor: usize) -> (usize, Option<usize>) {
    let (mut start, mut value, mut is_quoted, mut before) = (0, None, false, ' ');
    for (at, c) in text[..cursor].char_indices() {
        match c {
            '"' if before != '\\' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => (start, value) = (at + c.len_utf8(), None),
            '=' if !is_quoted && value.is_none() => value = Some(at + 1),
            _ => {}
        }
        before = c;
    }
    (start, value)
}

fn tags(mut known: Known, text: &str, cursor: usize) -> List {
    let (start, value) = pair_at(text, cursor);
    let rest = &text[cursor..];
    let to = cursor + rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
    let quote = |text: &str| {
        let is_plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "\"=".contains(c));
        if is_plain { text.to_owned() } else { quoted(text) }
    };
    let Some(value) = value else {
        let mut list = List::new(text, start, cursor, to);
        ["error", "span.kind", "service.name"]
            .iter()
            .for_each(|key| list.add(SuggestionKind::Key, format!("{key}="), 0));
        list.of = WordsOf::Keys;
        for (field, count) in known.keys() {
            // Links and instrumentation scopes are not looked at.
            if let Field::Attribute(Scope::None | Scope::Span | Scope::Resource | Scope::Event, key) = &field {
                list.add(SuggestionKind::Key, quote(key) + "=", count);
            }
        }
        return list;
    };
    let mut list = List::new(text, value, cursor, to);
    let key = logfmt::parse(&text[start..value - 1]).ok().and_then(|mut pairs| pairs.pop()).map(|pair| pair.key);
    match key.as_deref() {
        Some("error") => list.add_all(SuggestionKind::Value, &["true"]),
        Some("span.kind") => list.add_all(SuggestionKind::Value, &names::KINDS),
        Some(key) => {
            let field = Field::Attribute(Scope::Anywhere, key.to_owned());
            list.of = words_of(&field);
            list.values(&known.values(&field, &list.of), &|word| quote(&word.text));
        }
        None => {}
    }
    list
}
