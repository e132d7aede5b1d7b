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
        if length == 0 || rest[..at].bytes().last().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
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
    let ends = |letter: char| letter <= ' ' || "\u{7f}\u{a0}\u{3000}\"'<>`|\\^{}。，；".contains(letter);
    let mut address = &text.as_bytes()[..text.find(ends).unwrap_or(text.len())];
    let count = |address: &[u8], wanted: u8| address.iter().filter(|byte| **byte == wanted).count();
    loop {
        address = match address {
            [rest @ .., b',' | b'.' | b';' | b':' | b'!' | b'?'] => rest,
            [rest @ .., b')'] if count(address, b'(') < count(address, b')') => rest,
            [rest @ .., b']'] if count(address, b'[') < count(address, b']') => rest,
            _ => break,
        };
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
