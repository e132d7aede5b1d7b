//! Web addresses in texts.

/// A piece of a text; its pieces in order make the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// An address of http or https.
    Address(&'a str),
}

/// Splits a text at the addresses in it.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(found) = rest[from..].find("http") {
        let at = from + found;
        let length = address_length(&rest[at..]);
        if length == 0 || rest[..at].ends_with(char::is_alphanumeric) {
            from = at + "http".len();
            continue;
        }
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        pieces.push(Piece::Address(&rest[at..at + length]));
        (rest, from) = (&rest[at + length..], 0);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Bytes of the address that a text begins with; 0 if it is none. Signs that end a sentence or a quote are not part of it, nor
/// is a closing bracket that was not opened in it.
fn address_length(text: &str) -> usize {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme));
    let Some(scheme) = scheme else { return 0 };
    let ends = |letter: char| letter.is_whitespace() || letter.is_control() || "\"'<>`|\\^{}".contains(letter);
    let mut address = &text[..text.find(ends).unwrap_or(text.len())];
    loop {
        let closes = [('(', ')'), ('[', ']')].into_iter().any(|(open, close)| {
            address.ends_with(close) && address.matches(open).count() < address.matches(close).count()
        });
        match address.strip_suffix([',', '.', ';', ':', '!', '?', '。', '，']) {
            Some(shorter) => address = shorter,
            None if closes => address = &address[..address.len() - 1],
            None => break,
        }
    }
    if address.len() > scheme.len() { address.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Address, Text};

    #[test]
    fn addresses_are_found() {
        assert_eq!(pieces("https://a.b/c?d=e#f"), [Address("https://a.b/c?d=e#f")]);
        assert_eq!(
            pieces("see (http://a.b/c_(d)), or \"https://é.x\"."),
            [Text("see ("), Address("http://a.b/c_(d)"), Text("), or \""), Address("https://é.x"), Text("\".")]
        );
        assert_eq!(pieces("http://[::1]:80/x]"), [Address("http://[::1]:80/x"), Text("]")]);
    }

    #[test]
    fn others_are_text() {
        for text in
            ["http://", "ftp://a.b", "javascript:alert(1)", "xhttp://a.b", "https:/a", "http http", "HTTP://A.B"]
        {
            assert_eq!(pieces(text), [Text(text)]);
        }
        assert_eq!(pieces(""), []);
    }
}
