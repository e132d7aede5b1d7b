//! Finding spans in one trace. docs/find.md says what can be asked, with examples; FEATURES §3.7 has Jaeger UI's rules.
//!
//! [`parse`] makes a [`Query`] of what was typed, [`matches`] tells the spans. `words` takes the text apart, `parse` makes
//! terms of the words; `text_search` and `comparison` each answer one kind of term, both with verdicts by text (`verdicts`):
//! texts of a store are interned, so each is looked at once and not once for each span.

mod comparison;
mod lower;
mod needle;
mod number;
mod parse;
mod pattern;
mod text_search;
mod value_text;
mod verdicts;
mod walk;
mod words;

use crate::model::{Positions, SpanRow, Store, TraceRow};
use comparison::{Comparison, ComparisonSearch};
pub use lower::lowered;
pub use number::{Number, duration};
pub use parse::parse;
pub(crate) use pattern::Pattern;
use serde::{Deserialize, Serialize};
use text_search::{Excluded, Sought, TextSearch};

/// What a user wants to find.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Find {
    pub text: String,
    pub mode: FindMode,
}

/// How the words of a [`Find`] belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FindMode {
    /// A span matches if any word does: Jaeger UI's rules.
    #[default]
    Any,
    /// A span matches if every word does.
    All,
    /// The whole text is one regular expression.
    Regex,
    /// The whole text is a query in TraceQL (docs/query.md): the spans that it finds in this trace.
    TraceQl,
}

/// Why a text cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The place of the character at which the trouble begins, counted from 1.
    pub column: u32,
    pub expected: Expected,
}

/// What should stand at a [`Fault`]'s place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    Regex,
    /// A sign that compares numbers, not texts: `==` `!=` `>` `>=` `<` `<=`.
    Order,
    Number,
    /// A number with a unit: `10ms`.
    Duration,
    /// `unset`, `ok` or `error`.
    Status,
    /// `unspecified`, `internal`, `server`, `client`, `producer` or `consumer`.
    Kind,
    /// What a query wants there.
    Query(super::traceql::Expected),
}

/// A [`Find`] that was understood.
#[derive(Debug)]
pub struct Query {
    mode: FindMode,
    terms: Vec<Term>,
    excluded: Excluded,
}

#[derive(Debug)]
enum Term {
    Text(Sought),
    Comparison(Comparison),
}

impl Query {
    /// Whether nothing is looked for, so that no span matches: no text at all, or keys to leave out only.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// The spans of a trace that match, by position in its pre-order.
pub fn matches(store: &Store, trace: TraceRow, query: &Query) -> Positions {
    Searches::new(store, query).matches(trace)
}

/// A query on its way through one trace after the other: what was found out about texts is kept.
pub struct Searches<'a> {
    store: &'a Store,
    query: &'a Query,
    /// By term; a comparison begins anew with every trace, whose start it may ask for.
    texts: Vec<Option<TextSearch<'a>>>,
}

impl<'a> Searches<'a> {
    pub fn new(store: &'a Store, query: &'a Query) -> Searches<'a> {
        let texts = query.terms.iter().map(|term| match term {
            Term::Text(sought) => Some(TextSearch::new(store, sought, &query.excluded)),
            Term::Comparison(_) => None,
        });
        Searches { store, query, texts: texts.collect() }
    }

    /// The spans of a trace that match, by position in its pre-order.
    pub fn matches(&mut self, trace: TraceRow) -> Positions {
        let (store, mode) = (self.store, self.query.mode);
        let order = &store.trace(trace).tree.order;
        let spans = order.len() as u32;
        let mut found = Positions::none(spans);
        for (number, (term, text_search)) in self.query.terms.iter().zip(&mut self.texts).enumerate() {
            let is_settled = |position| match mode {
                FindMode::All => number > 0 && !found.has(position),
                FindMode::Any | FindMode::Regex | FindMode::TraceQl => found.has(position),
            };
            let settled = mode != FindMode::All;
            let mut comparison_search;
            let matches: &mut dyn FnMut(SpanRow) -> bool = match (term, text_search) {
                (Term::Text(_), Some(text_search)) => &mut |row| text_search.matches(row),
                (Term::Comparison(comparison), _) => {
                    comparison_search = ComparisonSearch::new(store, store.trace(trace).start, comparison);
                    &mut |row| comparison_search.matches(row)
                }
                (Term::Text(_), None) => &mut |_| false,
            };
            found = Positions::of(spans, |at| if is_settled(at) { settled } else { matches(order[at as usize]) });
        }
        found
    }
}

#[cfg(test)]
mod tests;
