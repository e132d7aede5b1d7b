//! What alike texts have in common: a statement without its literals, an address without its ids, a message without its numbers.
//! Equal shapes are one kind of call, whatever it asked for.

/// A text with `?` for what differs from call to call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub text: String,
    /// The text has places for parameters (`?`, `$1`, `:name`, `{id}`) whose values it does not tell.
    pub is_open: bool,
}

/// What begins a statement of SQL.
const SQL: [&str; 13] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "MERGE", "REPLACE", "CREATE", "ALTER", "DROP", "SHOW", "CALL",
    "EXEC",
];

/// The first word of a text, in its own letters.
pub fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The shape of a statement: of SQL, or of what other databases speak. Literals, lists of them and parameters become `?`, blanks one
/// blank, and comments go: some carry the trace's id. In SQL a word is a name, numbers in it included; elsewhere a word with a digit is a
/// value, but for the first.
pub fn statement_shape(text: &str) -> Shape {
    let is_sql = SQL.iter().any(|word| word.eq_ignore_ascii_case(first_word(text)));
    let mut shape = Shaping { out: String::with_capacity(text.len()), is_sql, is_open: false };
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (token, after) = rest.split_at(token_length(rest, is_sql));
        shape.take(token, after);
        rest = after;
    }
    let text = shape.out.trim_end_matches([' ', ';']).to_owned();
    Shape { text, is_open: shape.is_open }
}

struct Shaping {
    out: String,
    is_sql: bool,
    is_open: bool,
}

impl Shaping {
    fn take(&mut self, token: &str, after: &str) {
        match token.as_bytes()[0] {
            b' ' | b'\t' | b'\n' | b'\r' => {
                if !self.out.is_empty() && !self.out.ends_with(' ') {
                    self.out.push(' ');
                }
            }
            b'-' | b'/' if self.is_sql && (token.starts_with("--") || token.starts_with("/*")) => {}
            b'\'' => self.value(),
            b'"' => {
                let is_compared = self.out.trim_end().ends_with(['=', '<', '>']) && !after.starts_with('.');
                let is_name = if self.is_sql { !is_compared } else { after.trim_start().starts_with(':') };
                if is_name { self.out.push_str(token) } else { self.value() }
            }
            b'?' | b'$' | b'@' | b'%' | b':' if is_parameter(token) && (self.is_sql || token == "?") => {
                self.is_open = true;
                self.value();
            }
            first if first.is_ascii_digit() => self.value(),
            first if is_of_word(first) && !self.is_sql && !self.out.is_empty() && has_digit(token) => self.value(),
            b')' => {
                // Rows of values: one stands for all.
                for row in ["(?), (?", "(?),(?"] {
                    if self.out.ends_with(row) {
                        self.out.truncate(self.out.len() - row.len() + 2);
                    }
                }
                self.out.push(')');
            }
            _ => self.out.push_str(token),
        }
    }

    /// A value; of a list of values the first stands for all.
    fn value(&mut self) {
        let before = self.out.trim_end();
        let list = before.strip_suffix(',').map(str::trim_end).filter(|list| list.ends_with('?'));
        let listed = list.or(if self.is_sql { None } else { Some(before) }.filter(|list| list.ends_with('?')));
        match listed.map(str::len) {
            Some(length) => self.out.truncate(length),
            None => self.out.push('?'),
        }
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// `?`, `$1`, `@name`, `:name`, `%s`, `%(name)s`.
fn is_parameter(token: &str) -> bool {
    token == "?" || token.len() > 1 && token != "::"
}

/// Bytes of the first token: blanks, something quoted, a comment, a parameter, a word, or one sign.
fn token_length(text: &str, is_sql: bool) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize, holds: fn(u8) -> bool| {
        from + bytes[from..].iter().position(|byte| !holds(*byte)).unwrap_or(bytes.len() - from)
    };
    match bytes {
        [b' ' | b'\t' | b'\n' | b'\r', ..] => run(0, |byte| byte.is_ascii_whitespace()).max(1),
        [quote @ (b'\'' | b'"'), ..] => quoted_length(bytes, *quote),
        [b'-', b'-', ..] if is_sql => run(0, |byte| byte != b'\n'),
        [b'/', b'*', ..] if is_sql => text.find("*/").map_or(text.len(), |end| end + 2),
        // A cast, `a::text`.
        [b':', b':', ..] => 2,
        [b'%', b'(', ..] if is_sql => text.find(')').map_or(1, |end| (end + 2).min(text.len())),
        [b'%', b's', ..] if is_sql => 2,
        [b'$' | b'@' | b':', next, ..] if is_sql && is_of_word(*next) => run(1, is_of_word),
        // A number with its point and its exponent; elsewhere also dates, addresses and ids.
        [first, ..] if first.is_ascii_digit() && is_sql => run(0, |byte| is_of_word(byte) || byte == b'.'),
        [first, ..] if is_of_word(*first) && is_sql => run(0, is_of_word),
        [first, ..] if is_of_word(*first) => run(0, |byte| is_of_word(byte) || byte == b'-' || byte == b'.'),
        _ => 1,
    }
}

fn quoted_length(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'\\' => 2,
            byte if *byte != quote => 1,
            _ if bytes.get(at + 1) == Some(&quote) => 2,
            _ => return at + 1,
        };
    }
    bytes.len()
}

/// The shape of an address: without scheme and fragment, `?` for ids in the path and for all values of the query.
pub fn url_shape(url: &str) -> Shape {
    let url = url.split('#').next().unwrap_or_default();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    let mut text = String::with_capacity(url.len());
    let mut is_open = false;
    for (at, part) in path.split('/').enumerate() {
        if at > 0 {
            text.push('/');
        }
        is_open |= part.starts_with([':', '{', '<']);
        // The first is the host.
        text.push_str(if at > 0 && is_id(part) { "?" } else { part });
    }
    for (at, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        let (key, value) = pair.split_once('=').map_or((pair, None), |(key, value)| (key, Some(value)));
        text.push_str(key);
        text.push_str(if value.is_some() { "=?" } else { "" });
    }
    Shape { text, is_open }
}

/// Whether a word stands for one thing among many: a number, a list of them, at least eight hexadecimal digits, or a long word with
/// digits in it.
fn is_id(word: &str) -> bool {
    let of = |is: fn(u8) -> bool| word.bytes().all(is);
    let is_number = of(|byte| byte.is_ascii_digit() || b",.;:-".contains(&byte));
    let is_hex = word.len() >= 8 && of(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    has_digit(word) && (is_number || is_hex || word.len() >= 20)
}

/// The shape of a name or a message: `?` for words that stand for one thing among many. Numbers of up to three digits stay: a status,
/// a port's neighbour, a count that people chose.
pub fn message_shape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = rest.starts_with(is_of_word);
        let end = rest.find(|c| is_of_word(c) != is_word).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(if is_word && word.len() > 3 && is_id(word) { "?" } else { word });
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sql(text: &str, shape: &str, is_open: bool) {
        assert_eq!(statement_shape(text), Shape { text: shape.to_owned(), is_open }, "{text}");
    }

    #[test]
    fn literals_of_sql_become_places() {
        sql("SELECT * FROM t1 WHERE id = 5 AND n = 'it''s'", "SELECT * FROM t1 WHERE id = ? AND n = ?", false);
        sql("select a from t where id in (1, 2,3) ;", "select a from t where id in (?)", false);
        sql("SELECT \"a\".\"b\" FROM t WHERE c = \"x\"", "SELECT \"a\".\"b\" FROM t WHERE c = ?", false);
        sql("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'),(3, 'z')", "INSERT INTO t (a, b) VALUES (?)", false);
        sql("SELECT 1.5e3, a FROM t LIMIT 10 -- trace 4bf9", "SELECT ?, a FROM t LIMIT ?", false);
        sql("SELECT a /*traceparent='00-1'*/\n  FROM t", "SELECT a FROM t", false);
    }

    #[test]
    fn places_for_parameters_are_known() {
        for text in ["$1", "?", ":id", "@id", "%s", "%(id)s"] {
            sql(&format!("SELECT a FROM t WHERE id = {text}"), "SELECT a FROM t WHERE id = ?", true);
        }
        sql("SELECT a::text FROM t", "SELECT a::text FROM t", false);
        sql("SELECT '?' FROM t", "SELECT ? FROM t", false);
    }

    #[test]
    fn what_is_no_sql_has_values_too() {
        sql("HGETALL driver:T700123C", "HGETALL driver:?", false);
        sql("MGET a1 a2 a3", "MGET ?", false);
        sql(
            "GEOSEARCH drivers FROMLONLAT 577,322 BYRADIUS 5 km",
            "GEOSEARCH drivers FROMLONLAT ? BYRADIUS ? km",
            false,
        );
        sql(r#"{"find": "users", "filter": {"id": 5}}"#, r#"{"find": ?, "filter": {"id": ?}}"#, false);
    }

    #[test]
    fn addresses_lose_ids_and_values() {
        let shape = |url: &str| url_shape(url).text;
        assert_eq!(shape("http://shop:80/users/15/cart?a=1&b#x"), "shop:80/users/?/cart?a=?&b");
        assert_eq!(shape("/v2/items/4bf92f35-77b34da6"), "/v2/items/?");
        assert_eq!(shape("/map/577,322/tiles"), "/map/?/tiles");
        assert!(url_shape("/users/{id}").is_open && !url_shape("/users/5").is_open);
    }

    #[test]
    fn messages_keep_what_people_chose() {
        assert_eq!(message_shape("HTTP status 504 for 123456"), "HTTP status 504 for ?");
        assert_eq!(message_shape("order 4bf92f3577b34da6 gone"), "order ? gone");
    }

    proptest! {
        #[test]
        fn any_text_has_a_shape_that_is_its_own(text in r#"(SELECT |MGET |[a-z0-9'"`()\\ \n,;é:@$%?{}/-]|--|/\*){0,40}"#) {
            for shape in [statement_shape(&text).text, url_shape(&text).text, message_shape(&text)] {
                prop_assert!(shape.len() <= text.len() + text.matches('=').count() + 1, "{} {}", text, shape);
            }
        }
    }
}
