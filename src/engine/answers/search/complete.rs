//! Completion: what may stand at the cursor, in a query and in the form's tags.

use super::words::{Key, Word, Words};
use crate::engine::answers::{Answer, Memo};
use crate::engine::questions::{Complete, Completion, Language, SUGGESTIONS, Suggestion, SuggestionKind};
use crate::model::Store;
use crate::query::find::lowered;
use crate::query::search::logfmt;
use crate::query::traceql::context::{Context, context};
use crate::query::traceql::{Field, Scope, names, quoted, shown};
use std::collections::BTreeSet;

impl Answer for Complete {
    fn answer(&self, store: &Store, memo: &mut Memo) -> Completion {
        let cursor = self.text.char_indices().nth(self.cursor as usize).map_or(self.text.len(), |(at, _)| at);
        let mut list = match self.language {
            Language::TraceQl => traceql(store, &mut memo.search().words, &self.text, cursor),
            Language::Tags => tags(store, &mut memo.search().words, &self.text, cursor),
        };
        let column = |byte: usize| self.text[..byte].chars().count() as u32;
        let (from, to) = (column(list.from), column(list.to));
        // What begins so goes before what has it inside.
        let rest = list.inside.into_iter().take(SUGGESTIONS.saturating_sub(list.starting.len()));
        list.starting.truncate(SUGGESTIONS);
        list.starting.extend(rest);
        Completion { from, to, suggestions: list.starting }
    }
}

/// Suggestions that fit to what is typed already: bytes `from .. to`.
struct List {
    from: usize,
    to: usize,
    /// In small letters.
    typed: String,
    starting: Vec<Suggestion>,
    inside: Vec<Suggestion>,
    seen: BTreeSet<String>,
}

impl List {
    fn new(text: &str, from: usize, cursor: usize, to: usize) -> List {
        let typed = lowered(text[from..cursor].trim_start_matches('"'));
        List { from, to, typed, starting: Vec::new(), inside: Vec::new(), seen: BTreeSet::new() }
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

fn traceql(store: &Store, words: &mut Words, text: &str, cursor: usize) -> List {
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
            let is_unscoped = list.typed.starts_with('.');
            for Key { scope, key, count } in words.keys(store).iter().copied() {
                let scope = if is_unscoped { Scope::None } else { scope };
                let field = Field::Attribute(scope, store.text(key).to_owned());
                list.add(SuggestionKind::Key, shown(&field), count);
            }
        }
        Context::Value(field) => {
            let quote = |word: &Word| if word.is_text { quoted(&word.text) } else { word.text.clone() };
            list.values(&words.values(store, field), &quote);
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

fn tags(store: &Store, words: &mut Words, text: &str, cursor: usize) -> List {
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
        let is_looked_at = |key: &&Key| matches!(key.scope, Scope::Span | Scope::Resource | Scope::Event);
        for key in words.keys(store).iter().filter(is_looked_at) {
            list.add(SuggestionKind::Key, quote(store.text(key.key)) + "=", key.count);
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
            list.values(&words.values(store, &field), &|word| quote(&word.text));
        }
        None => {}
    }
    list
}
