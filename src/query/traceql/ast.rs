//! A query as a tree. Its depth is bounded by the parser, so what walks it may call itself.

use crate::query::find::Number;

/// Spansets, and what is done with them, one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub first: Spansets,
    pub stages: Vec<Stage>,
}

/// What finds spans of a trace.
#[derive(Clone, Debug, PartialEq)]
pub enum Spansets {
    /// `{ … }`: the spans for which the expression is true.
    Filter(Expr),
    /// All of them must find something; what they find together.
    All(Vec<Spansets>),
    /// What any of them finds.
    Any(Vec<Spansets>),
    Join(Box<Spansets>, Join, Box<Spansets>),
    /// A whole query in parentheses.
    Query(Box<Query>),
}

/// Spans of the right side by how they stand to spans of the left side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    pub relation: Relation,
    pub side: Side,
}

/// What a span of the right side is to one of the left side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Child,
    Descendant,
    Parent,
    Ancestor,
    Sibling,
}

/// Which spans a [`Join`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those of the right side that stand so to any of the left.
    Right,
    /// These, and those of the left side to which they stand so (`&>>`).
    Both,
    /// Those of the right side that stand so to none of the left (`!>>`).
    Not,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The spans of each spanset that are found among them.
    Spansets(Spansets),
    /// `by(…)`: a spanset for each value, and one of the spans that have none.
    Group(Expr),
    /// `coalesce()`: one spanset again.
    Coalesce,
    /// `select(…)`: what is to be shown of spans. Finds nothing and hides nothing.
    Select(Vec<Field>),
    /// Spansets stay for which it is true.
    Compare(Scalar, Comparison, Scalar),
}

/// A number of a spanset.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Number(f64),
    Aggregate(Aggregate),
    Calculate(Box<Scalar>, Calculation, Box<Scalar>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub function: Function,
    /// None for `count()`.
    pub of: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Count,
    Avg,
    Min,
    Max,
    Sum,
}

/// What stands in braces: true or false, or a value, of one span.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Compare(Box<Expr>, Comparison, Box<Expr>),
    Calculate(Box<Expr>, Calculation, Box<Expr>),
    Field(Field),
    Literal(Literal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Unequal,
    More,
    AtLeast,
    Less,
    AtMost,
    /// `=~`: a regular expression matches the whole text.
    Like,
    Unlike,
}

impl Comparison {
    /// `!=` is true if no value is equal, `!~` if none matches; the others if any value is as asked for.
    pub fn is_negative(self) -> bool {
        matches!(self, Comparison::Unequal | Comparison::Unlike)
    }

    pub fn is_pattern(self) -> bool {
        matches!(self, Comparison::Like | Comparison::Unlike)
    }

    /// The same with the sides exchanged.
    pub fn turned(self) -> Comparison {
        match self {
            Comparison::More => Comparison::Less,
            Comparison::AtLeast => Comparison::AtMost,
            Comparison::Less => Comparison::More,
            Comparison::AtMost => Comparison::AtLeast,
            other => other,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calculation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    Number(Number),
    /// Nanoseconds.
    Duration(i64),
    Bool(bool),
    /// A status or a kind, by its word.
    Status(&'static str),
    Kind(&'static str),
    Nil,
}

/// Something that a span has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Intrinsic(Intrinsic),
    Attribute(Scope, String),
}

/// Where an attribute is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `.key`: the first of the scopes below, in their order, that has it.
    None,
    Span,
    Resource,
    Event,
    Link,
    Instrumentation,
    /// Span, resource and events at once: tags of the search form. Cannot be written.
    Anywhere,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intrinsic {
    Name,
    Status,
    StatusMessage,
    Kind,
    Duration,
    SpanId,
    ParentId,
    ChildCount,
    TraceDuration,
    RootName,
    RootService,
    TraceId,
    EventName,
    EventTimeSinceStart,
    LinkTraceId,
    LinkSpanId,
    ScopeName,
    ScopeVersion,
    /// Start in nanoseconds since 1970: the window of the search form. Cannot be written.
    Start,
}
