//! What is wrong with a query, precisely. The page has the words.

use serde::{Deserialize, Serialize};

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The place of the character at which the trouble begins, counted from 1.
    pub column: u32,
    /// Characters that are wrong; 0 at the end of the text.
    pub length: u32,
    /// These characters (the first [`LONGEST`] of them); empty at the end of the text.
    pub found: String,
    pub expected: Expected,
}

/// [`Fault::found`] has at most so many characters.
pub const LONGEST: usize = 50;

/// What should stand at a [`Fault`]'s place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expected {
    /// `{`, or `(` before one.
    Spansets,
    /// `&&` `||` `>>` `>` `<<` `<` `~` (with `&` or `!`), `|`, or the end.
    AfterSpansets,
    /// What follows a `|`: `{`, `count()`, `avg(`, `min(`, `max(`, `sum(`, `by(`, `select(` or `coalesce()`.
    Stage,
    /// `=` `!=` `>` `>=` `<` `<=`, after `count()` and the like.
    Comparison,
    /// A number or a duration, or one of `count()`, `avg(`, `min(`, `max(`, `sum(`.
    Scalar,
    /// `span.key`, `.key`, a name such as `duration`, or a value.
    Field,
    /// An attribute or a name such as `duration`: `select` shows them.
    Shown,
    /// An operator, or the end of the braces.
    AfterField,
    /// `(` `)` or `,`.
    Open,
    Close,
    Comma,
    /// The name of an attribute after its scope: `span.`.
    Key,
    /// A scope that there is: `span` `resource` `event` `link` `instrumentation`.
    Scope,
    /// An operator that there is.
    Sign,
    /// The quote that ends a text.
    Quote,
    /// A space, or the end, after a quoted value.
    Space,
    /// After a backslash in a text: `"`, `\`, `n`, `r` or `t`.
    Escape,
    Number,
    /// A text, in quotes.
    Text,
    /// A regular expression (of those that can be read here).
    Regex,
    /// `error`, `ok` or `unset`.
    Status,
    /// `unspecified`, `internal`, `server`, `client`, `producer` or `consumer`.
    Kind,
    /// A length of time, such as `10ms`, or a number of nanoseconds.
    Duration,
    /// Something that is true or false.
    Condition,
    /// Something with a value, where a condition stands.
    Value,
    /// `=` or `!=`: nothing else can be asked of this.
    Equality,
    /// Less nesting.
    Flatter,
    /// A shorter text.
    Shorter,
}
