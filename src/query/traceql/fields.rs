//! Reads what stands in braces: conditions and values of one span.

use super::ast::{Calculation, Comparison, Expr, Field, Intrinsic, Literal, Scope};
use super::fault::{Expected, Fault};
use super::names;
use super::parse::{CALCULATIONS, COMPARISONS, Parser};
use super::token::Token;
use crate::query::find::{Number, Pattern};
use std::ops::Range;

/// The tokens of an expression.
type Tokens = Range<usize>;

impl Expr {
    /// It can be nothing but true or false.
    fn is_condition(&self) -> bool {
        matches!(self, Expr::All(_) | Expr::Any(_) | Expr::Not(_) | Expr::Compare(..))
    }

    /// It is never true or false.
    fn is_value(&self) -> bool {
        match self {
            Expr::Field(Field::Intrinsic(_)) | Expr::Calculate(..) => true,
            Expr::Literal(literal) => !matches!(literal, Literal::Bool(_)),
            _ => false,
        }
    }

    /// It is never a number.
    fn is_no_number(&self) -> bool {
        match self {
            Expr::Field(Field::Intrinsic(intrinsic)) => !intrinsic.is_number(),
            Expr::Literal(literal) => !matches!(literal, Literal::Number(_) | Literal::Duration(_)),
            _ => false,
        }
    }
}

impl Parser<'_> {
    /// Something that is true or false.
    pub fn condition(&mut self) -> Result<Expr, Fault> {
        let from = self.at;
        let expr = self.expr()?;
        self.check_condition(&expr, from..self.at)?;
        Ok(expr)
    }

    fn check_condition(&self, expr: &Expr, at: Tokens) -> Result<(), Fault> {
        if expr.is_value() { Err(self.fault_of(at.start, at.end, Expected::Condition)) } else { Ok(()) }
    }

    /// Something that is a number in some spans at least.
    pub fn number(&mut self) -> Result<Expr, Fault> {
        let from = self.at;
        let expr = self.calculated(0)?;
        self.check_number(&expr, from..self.at)?;
        Ok(expr)
    }

    fn check_number(&self, expr: &Expr, at: Tokens) -> Result<(), Fault> {
        let is_wrong = expr.is_no_number() || expr.is_condition();
        if is_wrong { Err(self.fault_of(at.start, at.end, Expected::Number)) } else { Ok(()) }
    }

    /// `&&` and `||` bind alike, from left to right.
    pub fn expr(&mut self) -> Result<Expr, Fault> {
        let from = self.at;
        let mut left = self.compared()?;
        while let Some(sign @ ("&&" | "||")) = self.sign() {
            self.check_condition(&left, from..self.at)?;
            self.advance();
            let at = self.at;
            let right = self.compared()?;
            self.check_condition(&right, at..self.at)?;
            left = match (left, sign) {
                (Expr::All(mut all), "&&") => {
                    all.push(right);
                    Expr::All(all)
                }
                (Expr::Any(mut any), "||") => {
                    any.push(right);
                    Expr::Any(any)
                }
                (left, sign) => {
                    self.link()?;
                    let both = vec![left, right];
                    if sign == "&&" { Expr::All(both) } else { Expr::Any(both) }
                }
            };
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Expr, Fault> {
        let from = self.at;
        let left = self.calculated(0)?;
        let Some(comparison) = self.sign().and_then(|sign| names::find(&COMPARISONS, sign)) else {
            return Ok(left);
        };
        let sign = self.at;
        self.advance();
        let right = self.calculated(0)?;
        let sides = [(&left, from..sign), (&right, sign + 1..self.at)];
        for (side, at) in &sides {
            if side.is_condition() {
                return Err(self.fault_of(at.start, at.end, Expected::Value));
            }
        }
        self.check_pattern(&sides, comparison, sign)?;
        let [one, other] = &sides;
        self.check_sides(one.0, comparison, sign, other)?;
        self.check_sides(other.0, comparison, sign, one)?;
        Ok(Expr::Compare(Box::new(left), comparison, Box::new(right)))
    }

    fn check_pattern(&self, sides: &[(&Expr, Tokens); 2], comparison: Comparison, sign: usize) -> Result<(), Fault> {
        if !comparison.is_pattern() {
            return Ok(());
        }
        let [(left, _), (right, at)] = sides;
        let Expr::Literal(Literal::Text(text)) = right else {
            return Err(self.fault_of(at.start, at.end, Expected::Text));
        };
        if matches!(left, Expr::Field(Field::Intrinsic(intrinsic)) if intrinsic.is_number()) {
            return Err(self.fault_of(sign, sign + 1, Expected::Comparison));
        }
        match Pattern::whole(text) {
            Some(_) => Ok(()),
            None => Err(self.fault_of(at.start, at.end, Expected::Regex)),
        }
    }

    /// Whether the other side can be compared with this one at all.
    fn check_sides(
        &self,
        one: &Expr,
        comparison: Comparison,
        sign: usize,
        (other, at): &(&Expr, Tokens),
    ) -> Result<(), Fault> {
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::Unequal);
        let Expr::Literal(literal) = other else {
            return Ok(());
        };
        let wrong = |expected| Err(self.fault_of(at.start, at.end, expected));
        match (one, literal) {
            (_, Literal::Nil | Literal::Status(_) | Literal::Kind(_)) if !is_equality => {
                Err(self.fault_of(sign, sign + 1, Expected::Equality))
            }
            (_, Literal::Nil) => Ok(()),
            (Expr::Field(Field::Intrinsic(Intrinsic::Status)), literal) => match literal {
                Literal::Status(_) => Ok(()),
                _ => wrong(Expected::Status),
            },
            (Expr::Field(Field::Intrinsic(Intrinsic::Kind)), literal) => match literal {
                Literal::Kind(_) => Ok(()),
                _ => wrong(Expected::Kind),
            },
            (_, Literal::Status(_) | Literal::Kind(_)) => wrong(Expected::Text),
            (Expr::Field(Field::Intrinsic(intrinsic)), Literal::Text(_) | Literal::Bool(_))
                if intrinsic.is_number() =>
            {
                wrong(if intrinsic.is_duration() { Expected::Duration } else { Expected::Number })
            }
            (Expr::Field(Field::Intrinsic(intrinsic)), Literal::Text(_)) if !intrinsic.is_number() => Ok(()),
            (Expr::Field(Field::Intrinsic(intrinsic)), _) if !intrinsic.is_number() => wrong(Expected::Text),
            _ => Ok(()),
        }
    }

    fn calculated(&mut self, level: usize) -> Result<Expr, Fault> {
        let Some(calculations) = CALCULATIONS.get(level) else {
            return self.unary();
        };
        let from = self.at;
        let mut left = self.calculated(level + 1)?;
        while let Some(calculation) = self.sign().and_then(|sign| names::find(calculations, sign)) {
            self.check_number(&left, from..self.at)?;
            self.advance();
            self.link()?;
            let at = self.at;
            let is_power = calculation == Calculation::Power;
            let right = if is_power { self.calculated(level)? } else { self.calculated(level + 1)? };
            self.check_number(&right, at..self.at)?;
            left = Expr::Calculate(Box::new(left), calculation, Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let from = self.at + 1;
        if self.eat("!") {
            let inner = self.nested(Parser::unary)?;
            self.check_condition(&inner, from..self.at)?;
            return Ok(Expr::Not(Box::new(inner)));
        }
        if !self.eat("-") {
            return self.primary();
        }
        let inner = self.nested(Parser::unary)?;
        self.check_number(&inner, from..self.at)?;
        Ok(match inner {
            Expr::Literal(Literal::Number(Number::Int(number))) => {
                Expr::Literal(Literal::Number(Number::Int(number.saturating_neg())))
            }
            Expr::Literal(Literal::Number(Number::Double(number))) => {
                Expr::Literal(Literal::Number(Number::Double(-number)))
            }
            Expr::Literal(Literal::Duration(nanos)) => Expr::Literal(Literal::Duration(nanos.saturating_neg())),
            other => {
                let zero = Expr::Literal(Literal::Number(Number::Int(0)));
                Expr::Calculate(Box::new(zero), Calculation::Subtract, Box::new(other))
            }
        })
    }

    pub fn primary(&mut self) -> Result<Expr, Fault> {
        self.part()?;
        let expr = match self.token() {
            Token::Sign("(") => {
                self.advance();
                let inner = self.nested(Parser::expr)?;
                self.expect(")", Expected::Close)?;
                return Ok(inner);
            }
            Token::Attribute(scope, key) => {
                let scope = names::find(&names::SCOPES, scope).unwrap_or(Scope::None);
                Expr::Field(Field::Attribute(scope, key.clone()))
            }
            Token::Text(text) => Expr::Literal(Literal::Text(text.clone())),
            Token::Number(number) => Expr::Literal(Literal::Number(*number)),
            Token::Duration(nanos) => Expr::Literal(Literal::Duration(*nanos)),
            Token::Word(word) => named(word).ok_or_else(|| self.fault(Expected::Field))?,
            Token::Sign(_) | Token::End => return Err(self.fault(Expected::Field)),
        };
        self.advance();
        Ok(expr)
    }
}

/// What a bare word is.
fn named(word: &str) -> Option<Expr> {
    let literal = |literal| Some(Expr::Literal(literal));
    match word {
        "true" | "false" => literal(Literal::Bool(word == "true")),
        "nil" => literal(Literal::Nil),
        _ => {
            let of = |words: &[&'static str]| words.iter().copied().find(|known| *known == word);
            if let Some(status) = of(&names::STATUSES) {
                return literal(Literal::Status(status));
            }
            if let Some(kind) = of(&names::KINDS) {
                return literal(Literal::Kind(kind));
            }
            names::find(&names::INTRINSICS, word).map(|intrinsic| Expr::Field(Field::Intrinsic(intrinsic)))
        }
    }
}
