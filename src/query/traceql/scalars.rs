//! Reads what keeps spansets: numbers of them, compared.

use super::ast::{Aggregate, Calculation, Function, Scalar, Stage};
use super::fault::{Expected, Fault};
use super::names;
use super::parse::{CALCULATIONS, COMPARISONS, Parser};
use super::token::Token;
use crate::query::find::Number;

impl Parser<'_> {
    pub fn compare(&mut self) -> Result<Stage, Fault> {
        let from = self.at;
        let left = self.scalar(0).map_err(|fault| match fault.expected {
            Expected::Scalar if self.at == from => self.fault(Expected::Stage),
            _ => fault,
        })?;
        let comparison = self.sign().and_then(|sign| names::find(&COMPARISONS, sign));
        let comparison = comparison.filter(|comparison| !comparison.is_pattern());
        let comparison = comparison.ok_or_else(|| self.fault(Expected::Comparison))?;
        self.advance();
        Ok(Stage::Compare(left, comparison, self.scalar(0)?))
    }

    fn scalar(&mut self, level: usize) -> Result<Scalar, Fault> {
        let Some(calculations) = CALCULATIONS.get(level) else {
            return self.one_scalar();
        };
        let mut left = self.scalar(level + 1)?;
        while let Some(calculation) = self.sign().and_then(|sign| names::find(calculations, sign)) {
            self.advance();
            self.link()?;
            let is_power = calculation == Calculation::Power;
            let right = if is_power { self.scalar(level)? } else { self.scalar(level + 1)? };
            left = Scalar::Calculate(Box::new(left), calculation, Box::new(right));
        }
        Ok(left)
    }

    fn one_scalar(&mut self) -> Result<Scalar, Fault> {
        let scalar = match self.token() {
            Token::Number(Number::Int(number)) => Scalar::Number(*number as f64),
            Token::Number(Number::Double(number)) => Scalar::Number(*number),
            Token::Duration(nanos) => Scalar::Number(*nanos as f64),
            Token::Sign("-") => {
                self.advance();
                let negative = self.nested(Parser::one_scalar)?;
                return Ok(match negative {
                    Scalar::Number(number) => Scalar::Number(-number),
                    other => Scalar::Calculate(Box::new(Scalar::Number(0.0)), Calculation::Subtract, Box::new(other)),
                });
            }
            Token::Sign("(") => {
                self.advance();
                let inner = self.nested(|parser| parser.scalar(0))?;
                self.expect(")", Expected::Close)?;
                return Ok(inner);
            }
            Token::Word(word) => {
                let function = names::find(&names::FUNCTIONS, word).ok_or_else(|| self.fault(Expected::Scalar))?;
                return self.call(|parser| parser.aggregate(function)).map(Scalar::Aggregate);
            }
            _ => return Err(self.fault(Expected::Scalar)),
        };
        self.advance();
        Ok(scalar)
    }

    fn aggregate(&mut self, function: Function) -> Result<Aggregate, Fault> {
        let of = if function == Function::Count { None } else { Some(self.number()?) };
        Ok(Aggregate { function, of })
    }
}
