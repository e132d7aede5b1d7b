//! Takes a query apart.

use super::fault::{Expected, Fault, LONGEST};
use crate::query::find::{Number, duration};

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// An operator or a bracket.
    Sign(&'static str),
    /// A name, a keyword, or an attribute with its scope: `name`, `span:name`, `true`.
    Word(String),
    /// An attribute: what stands before its name (`span.`; `.` if nothing does), and the name.
    Attribute(String, String),
    Text(String),
    Number(Number),
    Duration(i64),
    End,
}

/// A token and its bytes in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub token: Token,
    pub from: usize,
    pub to: usize,
}

/// Longer ones first.
const SIGNS: [&str; 35] = [
    "&>>", "&<<", "!>>", "!<<", "&&", "||", ">>", "<<", "&>", "&<", "&~", "!>", "!<", "!~", "!=", "=~", ">=", "<=",
    "{", "}", "(", ")", ",", "|", "=", ">", "<", "~", "+", "-", "*", "/", "%", "^", "!",
];

/// Texts of this many bytes are read; nobody types more.
const LONGEST_QUERY: usize = 1 << 16;

/// What is wrong with some bytes of a text.
pub fn fault(text: &str, from: usize, to: usize, expected: Expected) -> Fault {
    let found = text.get(from..to).unwrap_or_default();
    Fault {
        column: text.get(..from).unwrap_or_default().chars().count() as u32 + 1,
        length: found.chars().count() as u32,
        found: found.chars().take(LONGEST).collect(),
        expected,
    }
}

/// All tokens, the last being the end; or those before the fault, and it.
pub fn tokens(text: &str) -> (Vec<Piece>, Option<Fault>) {
    let mut lexer = Lexer { text, at: 0 };
    let mut pieces = Vec::new();
    if text.len() > LONGEST_QUERY {
        return (pieces, Some(fault(text, text.len(), text.len(), Expected::Shorter)));
    }
    loop {
        lexer.skip_spaces();
        let from = lexer.at;
        match lexer.next() {
            Ok(token) => {
                let is_end = token == Token::End;
                pieces.push(Piece { token, from, to: lexer.at });
                if is_end {
                    return (pieces, None);
                }
            }
            Err(fault) => return (pieces, Some(fault)),
        }
    }
}

/// Whether a name may have this character: all but spaces, brackets and the signs of comparison. So `a-b` is a name, and a
/// difference wants spaces.
pub fn is_of_name(c: char) -> bool {
    !c.is_whitespace() && !"{}()=~!<>&|^,\"`".contains(c)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn fault(&self, from: usize, expected: Expected) -> Fault {
        fault(self.text, from, self.at, expected)
    }

    fn next(&mut self) -> Result<Token, Fault> {
        let Some(first) = self.rest().chars().next() else {
            return Ok(Token::End);
        };
        match first {
            '"' | '`' => self.quoted(first).map(Token::Text),
            '0'..='9' => self.number(),
            '.' | '_' => self.word(),
            c if c.is_ascii_alphabetic() || !c.is_ascii() => self.word(),
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> Result<Token, Fault> {
        let from = self.at;
        match SIGNS.into_iter().find(|sign| self.rest().starts_with(sign)) {
            Some(sign) => {
                self.at += sign.len();
                Ok(Token::Sign(sign))
            }
            None => {
                self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                Err(self.fault(from, Expected::Sign))
            }
        }
    }

    /// A text in double quotes, with escapes, or in backquotes, without.
    fn quoted(&mut self, quote: char) -> Result<String, Fault> {
        let from = self.at;
        match unquote(self.rest(), quote) {
            Ok((text, length)) => {
                self.at += length;
                Ok(text)
            }
            Err(Unquoted::Open) => {
                self.at = self.text.len();
                Err(self.fault(self.at, Expected::Quote))
            }
            Err(Unquoted::Escape(at)) => {
                let to = from + at + self.text[from + at..].chars().take(2).map(char::len_utf8).sum::<usize>();
                Err(fault(self.text, from + at, to, Expected::Escape))
            }
        }
    }

    fn number(&mut self) -> Result<Token, Fault> {
        let (from, rest) = (self.at, self.rest());
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            // The sign of an exponent belongs to the number.
            let before = &rest[..at];
            let is_exponent = matches!(c, '+' | '-')
                && before.ends_with(['e', 'E'])
                && before[..at - 1].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if !(c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace() || c == '.' || is_exponent) {
                break;
            }
            end = at + c.len_utf8();
        }
        self.at += end;
        let word = &rest[..end];
        let number = Number::parse(word).map(Token::Number);
        number.or_else(|| duration(word).map(Token::Duration)).ok_or_else(|| self.fault(from, Expected::Number))
    }

    fn word(&mut self) -> Result<Token, Fault> {
        let (from, rest) = (self.at, self.rest());
        let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        self.at += end;
        let Some(dot) = word.find('.') else {
            return Ok(Token::Word(word.to_owned()));
        };
        let (scope, mut key) = (&word[..=dot], word[dot + 1..].to_owned());
        // A name in quotes may have any character: `span."a b"`.
        if key.is_empty() && self.rest().starts_with('"') {
            key = self.quoted('"')?;
        }
        match key.is_empty() {
            true => Err(fault(self.text, self.at, self.at, Expected::Key)).map_err(|found| Fault {
                length: u32::from(self.at < self.text.len()),
                found: self.rest().chars().take(1).collect(),
                ..found
            }),
            false if scope == "." || super::names::find(&super::names::SCOPES, scope).is_some() => {
                Ok(Token::Attribute(scope.to_owned(), key))
            }
            false => Err(fault(self.text, from, from + scope.len(), Expected::Scope)),
        }
    }
}

/// Why a quoted text cannot be read.
pub enum Unquoted {
    /// It does not end.
    Open,
    /// At this byte an escape begins that means nothing.
    Escape(usize),
}

/// Reads a text from its quote on: what it says, and its bytes with the quotes.
pub fn unquote(rest: &str, quote: char) -> Result<(String, usize), Unquoted> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => return Ok((text, at + 1)),
            '\\' if quote == '"' => text.push(match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, 'r')) => '\r',
                Some((_, 't')) => '\t',
                Some((_, c @ ('"' | '\\'))) => c,
                Some(_) => return Err(Unquoted::Escape(at)),
                None => return Err(Unquoted::Open),
            }),
            _ => text.push(c),
        }
    }
    Err(Unquoted::Open)
}
