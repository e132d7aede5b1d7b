//! SQL broken into lines before its clauses, with its keywords told apart. Only blanks outside of quotes change; the letters of
//! a statement never do. A statement that has lines already keeps them: somebody wrote them so.
//!
//! (The crate `sqlformat` would do more, for 56 kB of the download.)

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    pub text: &'a str,
    pub is_keyword: bool,
}

/// A line: how far it is indented, and its pieces, blanks included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    pub indent: usize,
    pub pieces: Vec<Piece<'a>>,
}

/// What begins a statement that is worth the trouble.
const STATEMENTS: [&str; 8] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "REPLACE", "CREATE"];
/// Words that begin a line, at the left edge.
const CLAUSES: [&str; 17] = [
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "VALUES",
    "SET",
    "RETURNING",
    "WINDOW",
    "FETCH",
    "WHEN",
];
/// Words that begin the line of a join; of several in a row the first one does.
const JOINS: [&str; 8] = ["JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "NATURAL", "OUTER"];
/// Further words that are told apart.
const WORDS: [&str; 36] = [
    "INSERT",
    "INTO",
    "UPDATE",
    "DELETE",
    "WITH",
    "AS",
    "ON",
    "AND",
    "OR",
    "NOT",
    "NULL",
    "IS",
    "IN",
    "LIKE",
    "ILIKE",
    "BETWEEN",
    "EXISTS",
    "CASE",
    "THEN",
    "ELSE",
    "END",
    "BY",
    "ASC",
    "DESC",
    "DISTINCT",
    "ALL",
    "USING",
    "CREATE",
    "TABLE",
    "MERGE",
    "REPLACE",
    "CONFLICT",
    "DO",
    "NOTHING",
    "FOR",
    "RECURSIVE",
];

/// Whether an attribute of this key holds a statement.
pub fn is_sql_key(key: &str) -> bool {
    matches!(key, "db.statement" | "db.query.text" | "sql.query")
}

/// Whether a text begins as a statement does: `db.statement` also holds what other databases speak.
pub fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    let end = run_length(text, |byte| byte.is_ascii_alphabetic());
    end < text.len() && is_one_of(&text[..end], &STATEMENTS)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The lines of a statement.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let keeps_lines = text.trim().contains('\n');
    let mut lines = Lines { done: Vec::new(), line: Line::default(), depth: 0, is_after_between: false, last: "" };
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token_length(rest));
        lines.token(token, keeps_lines);
        rest = after;
    }
    lines.end_line(0);
    lines.done
}

struct Lines<'a> {
    done: Vec<Line<'a>>,
    line: Line<'a>,
    /// How many parentheses are open.
    depth: usize,
    /// The next AND belongs to a BETWEEN.
    is_after_between: bool,
    /// The word before.
    last: &'a str,
}

impl<'a> Lines<'a> {
    fn token(&mut self, token: &'a str, keeps_lines: bool) {
        if keeps_lines {
            for (at, piece) in token.split('\n').enumerate() {
                if at > 0 {
                    self.end_line(0);
                }
                self.push(piece);
            }
            return;
        }
        if token.as_bytes()[0].is_ascii_whitespace() {
            self.push(" ");
            return;
        }
        match token {
            "(" => self.depth += 1,
            ")" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if let Some(indent) = self.break_before(token) {
            self.end_line(indent);
        }
        if is_word(token) {
            self.is_after_between = match token {
                word if word.eq_ignore_ascii_case("BETWEEN") => true,
                word if word.eq_ignore_ascii_case("AND") => false,
                _ => self.is_after_between,
            };
            self.last = token;
        }
        self.push(token);
    }

    /// The indent of the line that a word begins, if it begins one.
    fn break_before(&self, word: &str) -> Option<usize> {
        if self.depth > 0 || self.line.pieces.is_empty() {
            return None;
        }
        let follows = |words: &[&str]| is_one_of(self.last, words);
        match word {
            _ if is_one_of(word, &CLAUSES) => (!follows(&["DELETE", "DISTINCT"])).then_some(0),
            _ if is_one_of(word, &JOINS) => (!follows(&JOINS)).then_some(0),
            _ if word.eq_ignore_ascii_case("AND") => (!self.is_after_between).then_some(1),
            _ if word.eq_ignore_ascii_case("OR") => Some(1),
            _ => None,
        }
    }

    fn push(&mut self, text: &'a str) {
        if !text.is_empty() {
            let is_keyword = is_word(text) && [&CLAUSES[..], &JOINS, &WORDS].iter().any(|words| is_one_of(text, words));
            self.line.pieces.push(Piece { text, is_keyword });
        }
    }

    fn end_line(&mut self, next_indent: usize) {
        let mut line = std::mem::replace(&mut self.line, Line { indent: next_indent, pieces: Vec::new() });
        while line.pieces.last().is_some_and(|piece| piece.text == " ") {
            line.pieces.pop();
        }
        self.done.push(line);
    }
}

fn is_word(token: &str) -> bool {
    token.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii())
}

/// Bytes at the start of a text for which something holds. All that matters here is ASCII; what is not belongs to words.
fn run_length(text: &str, holds: fn(u8) -> bool) -> usize {
    text.bytes().position(|byte| !holds(byte)).unwrap_or(text.len())
}

/// Bytes of the first token: blanks, a word, something quoted, a comment, or one sign.
fn token_length(text: &str) -> usize {
    match text.as_bytes() {
        [b' ' | b'\t' | b'\n' | b'\r' | 0x0c, ..] => run_length(text, |byte| byte.is_ascii_whitespace()),
        [quote @ (b'\'' | b'"' | b'`'), ..] => quoted_length(text, *quote),
        [b'-', b'-', ..] => run_length(text, |byte| byte != b'\n'),
        [b'/', b'*', ..] => text.find("*/").map_or(text.len(), |end| end + 2),
        _ => run_length(text, |byte| byte.is_ascii_alphanumeric() || b"_@$:#.".contains(&byte) || !byte.is_ascii())
            .max(1),
    }
}

/// Up to the quote that ends it; a doubled one and one behind a backslash do not. What is never ended goes on to the end.
fn quoted_length(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\\' if quote == b'\'' => 2,
            byte if *byte != quote => 1,
            _ if bytes.get(at + 1) == Some(&quote) => 2,
            _ => return at + 1,
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lines with two blanks of indent, keywords in angle brackets.
    fn drawn(text: &str) -> Vec<String> {
        let draw = |line: &Line| {
            let pieces = line.pieces.iter().map(|piece| match piece.is_keyword {
                true => format!("<{}>", piece.text),
                false => piece.text.to_owned(),
            });
            format!("{}{}", "  ".repeat(line.indent), pieces.collect::<String>())
        };
        lines(text).iter().map(draw).collect()
    }

    #[test]
    fn clauses_begin_lines() {
        assert_eq!(
            drawn(
                "SELECT a, b  FROM t left outer join u ON t.id = u.id WHERE a = 'x FROM y' AND b BETWEEN 1 AND 2 OR c ORDER BY a"
            ),
            [
                "<SELECT> a, b",
                "<FROM> t",
                "<left> <outer> <join> u <ON> t.id = u.id",
                "<WHERE> a = 'x FROM y'",
                "  <AND> b <BETWEEN> 1 <AND> 2",
                "  <OR> c",
                "<ORDER> <BY> a",
            ]
        );
        assert_eq!(
            drawn("INSERT INTO t (a, b) VALUES ($1, ?) ON CONFLICT DO UPDATE SET a = 1 RETURNING id"),
            [
                "<INSERT> <INTO> t (a, b)",
                "<VALUES> ($1, ?) <ON> <CONFLICT> <DO> <UPDATE>",
                "<SET> a = 1",
                "<RETURNING> id"
            ]
        );
        assert_eq!(drawn("DELETE FROM t WHERE id = 5"), ["<DELETE> <FROM> t", "<WHERE> id = 5"]);
    }

    #[test]
    fn what_is_in_parentheses_and_quotes_stays_in_line() {
        assert_eq!(
            drawn(r#"SELECT (SELECT 1 FROM u WHERE x) FROM "FROM""WHERE" -- FROM here"#),
            [r#"<SELECT> (<SELECT> 1 <FROM> u <WHERE> x)"#, r#"<FROM> "FROM""WHERE" -- FROM here"#]
        );
        assert_eq!(drawn(r"SELECT 'it\'s FROM' /* FROM */ FROM t"), [r"<SELECT> 'it\'s FROM' /* FROM */", "<FROM> t"]);
        assert_eq!(drawn("SELECT 'open FROM t"), ["<SELECT> 'open FROM t"]);
    }

    #[test]
    fn a_statement_with_lines_keeps_them() {
        assert_eq!(drawn("SELECT a\n    FROM t WHERE x\n"), ["<SELECT> a", "    <FROM> t <WHERE> x"]);
    }

    #[test]
    fn statements_are_told_from_other_queries() {
        assert!(is_statement("  select 1") && is_statement("WITH x AS (SELECT 1) SELECT 2"));
        assert!(!is_statement("SELECT") && !is_statement("GET user:5") && !is_statement("{\"find\":\"x\"}"));
        assert!(!is_statement("selected") && !is_statement(""));
    }

    proptest! {
        #[test]
        fn nothing_but_blanks_changes(text in r#"(SELECT|FROM|AND|[a-z'"`()\\ \n,;é-]|--|/\*){0,40}"#) {
            let bare = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            let shown: String = lines(&text).iter().flat_map(|line| line.pieces.iter().map(|piece| piece.text)).collect();
            prop_assert_eq!(bare(&shown), bare(&text));
        }
    }
}
