//! Reads spansets and what follows them.

use super::ast::{Calculation, Comparison, Expr, Field, Join, Literal, Query, Relation, Side, Spansets, Stage};
use super::fault::{Expected, Fault};
use super::names;
use super::token::{Piece, Token, fault, tokens};

/// Brackets in brackets: the parser calls itself for each, and so does what walks the tree.
const DEEPEST: u32 = 100;
/// Operators that make the tree deeper by one each: `>>` and the like, `+` and the like, `&&` after `||`.
const MOST_LINKS: u32 = 200;
/// Braces, comparisons and values: each wants memory for a search.
const MOST_PARTS: u32 = 1000;

/// Reads a query. See docs/query.md.
pub fn parse(text: &str) -> Result<Query, Fault> {
    let mut parser = Parser::new(text);
    let query = parser.query()?;
    match parser.token() {
        Token::End => parser.lexed(query),
        _ => Err(parser.fault(Expected::AfterSpansets)),
    }
}

pub(super) struct Parser<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    pub at: usize,
    depth: u32,
    links: u32,
    parts: u32,
    /// What ended the tokens too early.
    broken: Option<Fault>,
}

const JOINS: [(&str, Join); 15] = {
    const fn join(relation: Relation, side: Side) -> Join {
        Join { relation, side }
    }
    [
        (">>", join(Relation::Descendant, Side::Right)),
        (">", join(Relation::Child, Side::Right)),
        ("<<", join(Relation::Ancestor, Side::Right)),
        ("<", join(Relation::Parent, Side::Right)),
        ("~", join(Relation::Sibling, Side::Right)),
        ("&>>", join(Relation::Descendant, Side::Both)),
        ("&>", join(Relation::Child, Side::Both)),
        ("&<<", join(Relation::Ancestor, Side::Both)),
        ("&<", join(Relation::Parent, Side::Both)),
        ("&~", join(Relation::Sibling, Side::Both)),
        ("!>>", join(Relation::Descendant, Side::Not)),
        ("!>", join(Relation::Child, Side::Not)),
        ("!<<", join(Relation::Ancestor, Side::Not)),
        ("!<", join(Relation::Parent, Side::Not)),
        ("!~", join(Relation::Sibling, Side::Not)),
    ]
};

pub(super) const COMPARISONS: [(&str, Comparison); 8] = [
    ("=", Comparison::Equal),
    ("!=", Comparison::Unequal),
    (">", Comparison::More),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    ("<=", Comparison::AtMost),
    ("=~", Comparison::Like),
    ("!~", Comparison::Unlike),
];

/// By how tightly they bind, the loosest first. `^` binds to the right.
pub(super) const CALCULATIONS: [&[(&str, Calculation)]; 3] = [
    &[("+", Calculation::Add), ("-", Calculation::Subtract)],
    &[("*", Calculation::Multiply), ("/", Calculation::Divide), ("%", Calculation::Remainder)],
    &[("^", Calculation::Power)],
];

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Parser<'a> {
        let (mut pieces, broken) = tokens(text);
        if pieces.last().is_none_or(|last| last.token != Token::End) {
            pieces.push(Piece { token: Token::End, from: text.len(), to: text.len() });
        }
        Parser { text, pieces, at: 0, depth: 0, links: 0, parts: 0, broken }
    }

    pub fn token(&self) -> &Token {
        &self.pieces[self.at].token
    }

    /// The next token; the end stays.
    pub fn advance(&mut self) {
        self.at += usize::from(self.at + 1 < self.pieces.len());
    }

    pub fn sign(&self) -> Option<&'static str> {
        match self.token() {
            Token::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    pub fn eat(&mut self, sign: &str) -> bool {
        let is_it = self.sign() == Some(sign);
        if is_it {
            self.advance();
        }
        is_it
    }

    pub fn expect(&mut self, sign: &str, expected: Expected) -> Result<(), Fault> {
        if self.eat(sign) { Ok(()) } else { Err(self.fault(expected)) }
    }

    /// Something else should stand at the token that is next.
    pub fn fault(&self, expected: Expected) -> Fault {
        self.fault_of(self.at, self.at + 1, expected)
    }

    /// The same of the tokens `from..to`.
    pub fn fault_of(&self, from: usize, to: usize, expected: Expected) -> Fault {
        match (&self.broken, &self.pieces[from].token) {
            (Some(broken), Token::End) => broken.clone(),
            _ => fault(self.text, self.pieces[from].from, self.pieces[to.max(from + 1) - 1].to, expected),
        }
    }

    /// What was read, unless the text could not be read to its end.
    fn lexed<T>(&mut self, value: T) -> Result<T, Fault> {
        self.broken.take().map_or(Ok(value), Err)
    }

    /// Reads what stands in brackets.
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == DEEPEST {
            return Err(self.fault(Expected::Flatter));
        }
        self.depth += 1;
        let inner = read(self)?;
        self.depth -= 1;
        Ok(inner)
    }

    /// An operator was read that makes the tree deeper.
    pub fn link(&mut self) -> Result<(), Fault> {
        self.links += 1;
        if self.links > MOST_LINKS { Err(self.fault(Expected::Flatter)) } else { Ok(()) }
    }

    /// A part of the query begins.
    pub fn part(&mut self) -> Result<(), Fault> {
        self.parts += 1;
        if self.parts > MOST_PARTS { Err(self.fault(Expected::Shorter)) } else { Ok(()) }
    }

    fn query(&mut self) -> Result<Query, Fault> {
        let first = self.spansets()?;
        let mut stages = Vec::new();
        while self.eat("|") {
            stages.push(self.stage()?);
        }
        Ok(Query { first, stages })
    }

    /// `&&` and `||` bind alike, from left to right.
    fn spansets(&mut self) -> Result<Spansets, Fault> {
        let mut left = self.joined()?;
        while let Some(sign @ ("&&" | "||")) = self.sign() {
            self.advance();
            let right = self.joined()?;
            left = match (left, sign) {
                (Spansets::All(mut all), "&&") => {
                    all.push(right);
                    Spansets::All(all)
                }
                (Spansets::Any(mut any), "||") => {
                    any.push(right);
                    Spansets::Any(any)
                }
                (left, sign) => {
                    self.link()?;
                    let both = vec![left, right];
                    if sign == "&&" { Spansets::All(both) } else { Spansets::Any(both) }
                }
            };
        }
        Ok(left)
    }

    fn joined(&mut self) -> Result<Spansets, Fault> {
        let mut left = self.one()?;
        while let Some(join) = self.sign().and_then(|sign| names::find(&JOINS, sign)) {
            self.advance();
            self.link()?;
            left = Spansets::Join(Box::new(left), join, Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Spansets, Fault> {
        self.part()?;
        if self.eat("{") {
            if self.eat("}") {
                return Ok(Spansets::Filter(Expr::Literal(Literal::Bool(true))));
            }
            let condition = self.condition()?;
            self.expect("}", Expected::AfterField)?;
            return Ok(Spansets::Filter(condition));
        }
        self.expect("(", Expected::Spansets)?;
        let query = self.nested(Parser::query)?;
        self.expect(")", Expected::AfterSpansets)?;
        Ok(if query.stages.is_empty() { query.first } else { Spansets::Query(Box::new(query)) })
    }

    fn stage(&mut self) -> Result<Stage, Fault> {
        let inner = self.pieces[self.at..].iter().find(|piece| piece.token != Token::Sign("("));
        if inner.is_some_and(|piece| piece.token == Token::Sign("{")) {
            return self.spansets().map(Stage::Spansets);
        }
        let word = match self.token() {
            Token::Word(word) => word.as_str(),
            _ => "",
        };
        match word {
            "by" => self.call(|parser| parser.expr().map(Stage::Group)),
            "select" => self.call(|parser| parser.fields().map(Stage::Select)),
            "coalesce" => self.call(|_| Ok(Stage::Coalesce)),
            _ => self.compare(),
        }
    }

    /// A name, and what stands in its parentheses.
    pub fn call<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.advance();
        self.expect("(", Expected::Open)?;
        let inner = self.nested(read)?;
        self.expect(")", Expected::Close)?;
        Ok(inner)
    }

    fn fields(&mut self) -> Result<Vec<Field>, Fault> {
        let mut fields = Vec::new();
        loop {
            let from = self.at;
            match self.primary() {
                Ok(Expr::Field(field)) => fields.push(field),
                _ => return Err(self.fault_of(from, from + 1, Expected::Shown)),
            }
            if !self.eat(",") {
                return Ok(fields);
            }
        }
    }
}
