//! What may stand at a place of a query that is being typed: the tokens before it tell.

use super::ast::{Field, Scope};
use super::fault::Expected;
use super::names;
use super::parse::{CALCULATIONS, COMPARISONS};
use super::token::{Piece, Token, is_of_name, tokens};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Context {
    /// `{` or `(`.
    Spansets,
    AfterSpansets,
    /// After a `|`.
    Stage,
    /// After `count()` and the like.
    Comparison,
    /// A field, a value, a bracket.
    Field,
    /// After a field or a value, which is the right side of a comparison or not.
    AfterField {
        is_compared: bool,
    },
    /// A value of a field.
    Value(Field),
    /// A number or a text that nobody can guess.
    Nothing,
}

/// What may stand somewhere, and the bytes of what stands there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub context: Context,
    pub from: usize,
    pub to: usize,
}

pub fn context(text: &str, cursor: usize) -> Place {
    let before = &text[..cursor];
    let (mut pieces, fault) = tokens(before);
    pieces.retain(|piece| piece.token != Token::End);
    let behind = pieces.last().map_or(0, |last| last.to);
    let behind = cursor - before[behind..].trim_start().len();
    let rest = &text[cursor..];
    let word_end = cursor + rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    let (from, to) = match (&fault, pieces.last()) {
        // In quotes: up to the closing one, if it follows.
        (Some(fault), _) if fault.expected == Expected::Quote => {
            let closing = rest.find('"').filter(|at| !rest[..*at].contains(['}', '{', '|', '&']));
            (behind, closing.map_or(cursor, |at| cursor + at + 1))
        }
        (Some(_), _) => (behind, word_end),
        (
            None,
            Some(Piece {
                token: Token::Word(_) | Token::Attribute(..) | Token::Number(_) | Token::Duration(_),
                from,
                to,
            }),
        ) if *to == cursor => {
            let from = *from;
            pieces.pop();
            (from, word_end)
        }
        _ => (cursor, cursor),
    };
    Place { context: at_end(&pieces), from, to }
}

/// What an open bracket is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Braces,
    /// Of `count`, `by` and the like: fields stand in it, too.
    Call,
    Other,
}

/// What may follow the tokens.
fn at_end(pieces: &[Piece]) -> Context {
    let mut open = Vec::new();
    let mut closed = None;
    for (at, piece) in pieces.iter().enumerate() {
        match piece.token {
            Token::Sign("{") => open.push(Open::Braces),
            Token::Sign("(") => {
                let is_call = at > 0 && matches!(pieces[at - 1].token, Token::Word(_));
                let is_inside = open.last().is_some_and(|last| *last != Open::Other);
                open.push(if is_call || is_inside { Open::Call } else { Open::Other });
            }
            Token::Sign("}" | ")") => closed = open.pop(),
            _ => {}
        }
    }
    let Some(last) = pieces.last() else { return Context::Spansets };
    match open.last() {
        None | Some(Open::Other) => outside(&last.token, closed),
        Some(Open::Braces | Open::Call) => inside(pieces, &last.token),
    }
}

fn outside(last: &Token, closed: Option<Open>) -> Context {
    match last {
        Token::Sign("|") => Context::Stage,
        Token::Sign(")") if closed == Some(Open::Call) => Context::Comparison,
        Token::Sign("}" | ")") => Context::AfterSpansets,
        // `>` may be structure or a comparison with a number, which cannot be guessed.
        Token::Sign(_) => Context::Spansets,
        Token::Number(_) | Token::Duration(_) => Context::AfterSpansets,
        _ => Context::Nothing,
    }
}

fn inside(pieces: &[Piece], last: &Token) -> Context {
    let comparison = |token: &Token| matches!(token, Token::Sign(sign) if names::find(&COMPARISONS, sign).is_some());
    let is_operator = |token: &Token| match token {
        Token::Sign(sign) => CALCULATIONS.iter().any(|level| names::find(level, sign).is_some()),
        _ => false,
    };
    let before = |back: usize| pieces.len().checked_sub(back).map(|at| &pieces[at].token);
    match last {
        last if comparison(last) => before(2).and_then(field).map_or(Context::Nothing, Context::Value),
        Token::Sign("{" | "(" | "," | "&&" | "||" | "!") => Context::Field,
        last if is_operator(last) => Context::Field,
        Token::Sign(_) if before(1).is_some_and(|token| *token != Token::Sign(")")) => Context::Nothing,
        _ => Context::AfterField { is_compared: before(2).is_some_and(comparison) },
    }
}

fn field(token: &Token) -> Option<Field> {
    match token {
        Token::Attribute(scope, key) => {
            let scope = names::find(&names::SCOPES, scope).unwrap_or(Scope::None);
            Some(Field::Attribute(scope, key.clone()))
        }
        Token::Word(word) => names::find(&names::INTRINSICS, word).map(Field::Intrinsic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor is at `^`.
    fn at(text: &str) -> (Context, String) {
        let cursor = text.find('^').expect("a cursor");
        let text = text.replace('^', "");
        let place = context(&text, cursor);
        (place.context, text[place.from..place.to].to_owned())
    }

    #[test]
    fn tokens_before_the_cursor_tell() {
        let value = |field: Field| Context::Value(field);
        let attribute = |scope, key: &str| Field::Attribute(scope, key.to_owned());
        for (text, context, replaced) in [
            ("^", Context::Spansets, ""),
            ("{^", Context::Field, ""),
            ("{ na^", Context::Field, "na"),
            ("{ na^me = 1 }", Context::Field, "name"),
            ("{ span.^", Context::Field, "span."),
            ("{ .ht^tp = 1 }", Context::Field, ".http"),
            ("{ name ^", Context::AfterField { is_compared: false }, ""),
            ("{ name = ^", value(Field::Intrinsic(super::super::Intrinsic::Name)), ""),
            ("{ span.http.method = \"G^", value(attribute(Scope::Span, "http.method")), "\"G"),
            ("{ span.http.method=\"G^ET\" }", value(attribute(Scope::Span, "http.method")), "\"GET\""),
            ("{ .a = 1 ^", Context::AfterField { is_compared: true }, ""),
            ("{ .a = 1 && ^", Context::Field, ""),
            ("{ (^", Context::Field, ""),
            ("{ .a + ^", Context::Field, ""),
            ("{ } ^", Context::AfterSpansets, ""),
            ("{ } >> ^", Context::Spansets, ""),
            ("{ } | ^", Context::Stage, ""),
            ("{ } | co^", Context::Stage, "co"),
            ("{ } | count() ^", Context::Comparison, ""),
            ("{ } | avg(^", Context::Field, ""),
            ("{ } | by(resource.^", Context::Field, "resource."),
            ("({ } ^", Context::AfterSpansets, ""),
            ("({ }) ^", Context::AfterSpansets, ""),
            ("{ } | count() > 2 ^", Context::AfterSpansets, ""),
            ("{ größe = ^", Context::Nothing, ""),
        ] {
            assert_eq!(at(text), (context, replaced.to_owned()), "{text}");
        }
    }
}
