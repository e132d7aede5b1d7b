//! Conditions made ready for a store: keys and texts are looked up once, and what cannot be true there is known before any span is looked at.

use super::bits::Bits;
use super::fields::{Known, Spans};
use super::leaf::{Leaf, Test};
use super::value::{self, Scalar, is_so};
use crate::model::{SpanRow, Store};
use crate::query::find::Pattern;
use crate::query::traceql::{Calculation, Comparison, Expr, Field, Intrinsic, Literal};
use std::borrow::Cow;

/// Something that is true or false of a span.
#[derive(Debug)]
pub enum Node {
    Always(bool),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Leaf(Box<Leaf>),
    Compare(Calc, Comparison, Calc),
    /// A regular expression of something that is no field.
    Like(Calc, Test, bool),
    Missing(Calc),
}

/// Something with values.
#[derive(Debug)]
pub enum Calc {
    Field(Known),
    Literal(Scalar<'static>),
    Nil,
    Calculate(Box<Calc>, Calculation, Box<Calc>),
    /// A condition as a value.
    Condition(Box<Node>),
}

impl Node {
    pub fn new(store: &Store, expr: &Expr) -> Node {
        match expr {
            Expr::All(all) => Node::all(all.iter().map(|one| Node::new(store, one)).collect()),
            Expr::Any(any) => Node::any(any.iter().map(|one| Node::new(store, one)).collect()),
            Expr::Not(inner) => match Node::new(store, inner) {
                Node::Always(value) => Node::Always(!value),
                other => Node::Not(Box::new(other)),
            },
            Expr::Compare(left, comparison, right) => Node::compare(store, left, *comparison, right),
            Expr::Field(field) => Node::leaf(store, field, Test::Order(Comparison::Equal, Scalar::Bool(true)), false),
            Expr::Literal(literal) => Node::Always(*literal == Literal::Bool(true)),
            // The parser lets no number stand here.
            Expr::Calculate(..) => Node::Always(false),
        }
    }

    fn all(nodes: Vec<Node>) -> Node {
        let mut left: Vec<Node> = nodes.into_iter().filter(|node| !matches!(node, Node::Always(true))).collect();
        if left.iter().any(Node::is_never) {
            return Node::Always(false);
        }
        left.sort_by_key(Node::cost);
        if left.is_empty() { Node::Always(true) } else { Node::All(left) }
    }

    fn any(nodes: Vec<Node>) -> Node {
        let mut left: Vec<Node> = nodes.into_iter().filter(|node| !node.is_never()).collect();
        if left.iter().any(|node| matches!(node, Node::Always(true))) {
            return Node::Always(true);
        }
        left.sort_by_key(Node::cost);
        if left.is_empty() { Node::Always(false) } else { Node::Any(left) }
    }

    /// No span of the store can be meant.
    pub fn is_never(&self) -> bool {
        matches!(self, Node::Always(false))
    }

    fn cost(&self) -> u32 {
        match self {
            Node::Always(_) => 0,
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(Node::cost).sum(),
            Node::Not(inner) => inner.cost(),
            Node::Leaf(leaf) => leaf.cost(),
            Node::Compare(..) | Node::Like(..) | Node::Missing(_) => 20,
        }
    }

    fn compare(store: &Store, left: &Expr, comparison: Comparison, right: &Expr) -> Node {
        match (left, right) {
            (Expr::Field(field), Expr::Literal(literal)) => Node::with_literal(store, field, comparison, literal),
            (Expr::Literal(literal), Expr::Field(field)) => {
                Node::with_literal(store, field, comparison.turned(), literal)
            }
            (value, Expr::Literal(Literal::Nil)) | (Expr::Literal(Literal::Nil), value) => {
                let missing = Node::Missing(Calc::new(store, value));
                if comparison == Comparison::Equal { missing } else { Node::Not(Box::new(missing)) }
            }
            (value, Expr::Literal(Literal::Text(text))) if comparison.is_pattern() => match Pattern::whole(text) {
                Some(pattern) => {
                    Node::Like(Calc::new(store, value), Test::Pattern(Box::new(pattern)), comparison.is_negative())
                }
                None => Node::Always(false),
            },
            _ => Node::Compare(Calc::new(store, left), comparison, Calc::new(store, right)),
        }
    }

    fn with_literal(store: &Store, field: &Field, comparison: Comparison, literal: &Literal) -> Node {
        let Some(operand) = value::literal(literal) else {
            let is_there = Node::leaf(store, field, Test::Any, false);
            return match (comparison, is_there) {
                (Comparison::Equal, Node::Always(value)) => Node::Always(!value),
                (Comparison::Equal, other) => Node::Not(Box::new(other)),
                (_, other) => other,
            };
        };
        let test = match (comparison.is_pattern(), literal) {
            (true, Literal::Text(text)) => match Pattern::whole(text) {
                Some(pattern) => Test::Pattern(Box::new(pattern)),
                None => return Node::Always(false),
            },
            _ => Test::Order(comparison, operand),
        };
        Node::leaf(store, field, test, comparison.is_negative())
    }

    fn leaf(store: &Store, field: &Field, test: Test, is_negative: bool) -> Node {
        let known = Known::new(store, field);
        let is_name = matches!(field, Field::Intrinsic(Intrinsic::Name)) || known.is_only_service();
        // A text that is nowhere in the store is no span's name.
        let is_unknown = match &test {
            Test::Order(Comparison::Equal, Scalar::Text(text)) => store.strings().find(text).is_none(),
            _ => false,
        };
        if known.is_absent() || is_name && is_unknown && !is_negative {
            return Node::Always(false);
        }
        Node::Leaf(Box::new(Leaf::new(known, test, is_negative)))
    }

    /// The spans of the mask for which it is true.
    pub fn eval(&mut self, spans: Spans, mask: &Bits) -> Bits {
        let none = || Bits::none(mask.from, mask.length());
        match self {
            _ if mask.is_empty() => none(),
            Node::Always(value) => {
                if *value {
                    mask.clone()
                } else {
                    none()
                }
            }
            Node::All(nodes) => {
                let mut left = mask.clone();
                nodes.iter_mut().for_each(|node| left = node.eval(spans, &left));
                left
            }
            Node::Any(nodes) => {
                let (mut found, mut rest) = (none(), mask.clone());
                for node in nodes {
                    let next = node.eval(spans, &rest);
                    rest.remove(&next);
                    found.add(&next);
                }
                found
            }
            Node::Not(inner) => {
                let mut left = mask.clone();
                left.remove(&inner.eval(spans, mask));
                left
            }
            Node::Leaf(leaf) => leaf.eval(spans, mask),
            Node::Compare(..) | Node::Like(..) | Node::Missing(_) => {
                let mut found = none();
                mask.rows().filter(|row| self.holds(spans, *row)).for_each(|row| found.set(row));
                found
            }
        }
    }

    pub fn holds(&mut self, spans: Spans, row: SpanRow) -> bool {
        match self {
            Node::Always(value) => *value,
            Node::All(nodes) => nodes.iter_mut().all(|node| node.holds(spans, row)),
            Node::Any(nodes) => nodes.iter_mut().any(|node| node.holds(spans, row)),
            Node::Not(inner) => !inner.holds(spans, row),
            Node::Leaf(leaf) => leaf.holds(spans, row),
            Node::Compare(left, comparison, right) => {
                let (left, right) = (left.values(spans, row), right.values(spans, row));
                let is_any = left.iter().any(|one| right.iter().any(|other| is_so(*comparison, one.compare(other))));
                match comparison.is_negative() {
                    true => !left.is_empty() && !right.is_empty() && !is_any,
                    false => is_any,
                }
            }
            Node::Like(calc, test, is_negative) => {
                let values = calc.values(spans, row);
                !values.is_empty() && values.iter().any(|value| test.holds(value)) != *is_negative
            }
            Node::Missing(calc) => calc.values(spans, row).is_empty(),
        }
    }
}

impl Calc {
    pub fn new(store: &Store, expr: &Expr) -> Calc {
        match expr {
            Expr::Field(field) => Calc::Field(Known::new(store, field)),
            Expr::Literal(literal) => value::literal(literal).map_or(Calc::Nil, Calc::Literal),
            Expr::Calculate(left, calculation, right) => {
                Calc::Calculate(Box::new(Calc::new(store, left)), *calculation, Box::new(Calc::new(store, right)))
            }
            condition => Calc::Condition(Box::new(Node::new(store, condition))),
        }
    }

    pub fn values<'a>(&mut self, spans: Spans<'a>, row: SpanRow) -> Vec<Scalar<'a>> {
        let mut out = Vec::new();
        match self {
            Calc::Field(known) => known.values(spans, row, &mut out),
            Calc::Literal(literal) => out.push(literal.clone()),
            Calc::Nil => {}
            Calc::Calculate(..) => out.extend(
                self.number(spans, row).map(|number| Scalar::Number(crate::query::find::Number::Double(number))),
            ),
            Calc::Condition(node) => out.push(Scalar::Bool(node.holds(spans, row))),
        }
        out
    }

    /// Its first value that is a number.
    pub fn number(&mut self, spans: Spans, row: SpanRow) -> Option<f64> {
        match self {
            Calc::Calculate(left, calculation, right) => {
                value::calculate(left.number(spans, row)?, *calculation, right.number(spans, row)?)
            }
            other => other.values(spans, row).iter().find_map(Scalar::number),
        }
    }

    /// Its first value as words; none if there is no value.
    pub fn words(&mut self, spans: Spans, row: SpanRow) -> Option<String> {
        let values = self.values(spans, row);
        values.first().map(|value| value.words().map_or_else(String::new, Cow::into_owned))
    }
}

/// Whether a query asks for the number of children, which is looked up by trace and not by span.
pub fn asks_children(expr: &Expr) -> bool {
    match expr {
        Expr::All(all) | Expr::Any(all) => all.iter().any(asks_children),
        Expr::Not(inner) => asks_children(inner),
        Expr::Compare(left, _, right) | Expr::Calculate(left, _, right) => asks_children(left) || asks_children(right),
        Expr::Field(field) => *field == Field::Intrinsic(Intrinsic::ChildCount),
        Expr::Literal(_) => false,
    }
}
