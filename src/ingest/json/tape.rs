//! One JSON value (RFC 8259) as a list of nodes: eight bytes each, in the order of the text.

use wide::u8x16;

/// Lists and objects inside one another; more are no trace, and the list of open ones must stay small (400 kB).
const DEEPEST: usize = 100_000;
/// A node's payload has so many bits.
const PAYLOAD_BITS: u32 = 28;
const PAYLOAD: u32 = (1 << PAYLOAD_BITS) - 1;
/// The longest value, in bytes: positions must fit a payload.
pub const LONGEST: usize = PAYLOAD as usize;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Null,
    False,
    True,
    /// A number of digits only, maybe with a minus.
    Int,
    /// A number with a point or an exponent, or one of `NaN`, `Infinity` and `-Infinity`.
    Number,
    Text,
    /// A text that had escapes: it lies in the tape, not in the text that was read.
    Unescaped,
    List,
    Object,
}

/// By number. Four bits can say no more than sixteen, so that none has to be looked up with care.
const KINDS: [Kind; 16] = {
    let mut kinds = [Kind::Null; 16];
    let all = [Kind::False, Kind::True, Kind::Int, Kind::Number, Kind::Text, Kind::Unescaped, Kind::List, Kind::Object];
    let mut at = 0;
    while at < all.len() {
        kinds[all[at] as usize] = all[at];
        at += 1;
    }
    kinds
};

/// A node: where its text starts, and its kind with a payload. The payload is the length of its text or, of a list or an
/// object, the number of the node after its last one. In an object, keys and values take turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub start: u32,
    kind_and_payload: u32,
}

impl Node {
    fn new(kind: Kind, start: usize, payload: usize) -> Node {
        Node { start: start as u32, kind_and_payload: (kind as u32) << PAYLOAD_BITS | payload as u32 & PAYLOAD }
    }

    #[inline]
    pub fn kind(self) -> Kind {
        KINDS[(self.kind_and_payload >> PAYLOAD_BITS) as usize]
    }

    #[inline]
    pub fn payload(self) -> u32 {
        self.kind_and_payload & PAYLOAD
    }
}

/// See the module. The memory is used again for the next value.
#[derive(Debug, Default)]
pub struct Tape {
    pub(super) nodes: Vec<Node>,
    pub(super) unescaped: String,
    /// The nodes of lists and objects that have not ended, each with a bit for lists: `node << 1 | is_list`.
    open: Vec<u32>,
    /// Halves of surrogate pairs in the value; they became U+FFFD.
    pub lone_surrogates: u64,
}

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The text ends inside it.
    Cut,
    /// Something else stands at this byte than what JSON wants there.
    Wrong { at: usize, expected: &'static str },
}

fn wrong<T>(at: usize, expected: &'static str) -> Result<T, Stop> {
    Err(Stop::Wrong { at, expected })
}

impl Tape {
    /// Reads the value at the text's front; its length. A number at the text's very end may go on in what is to come.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn read(&mut self, text: &str) -> Result<usize, Stop> {
        self.nodes.clear();
        self.unescaped.clear();
        self.open.clear();
        self.lone_surrogates = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        loop {
            at = skip_white(bytes, at);
            let depth = self.open.len();
            at = self.value(text, at)?;
            if self.open.len() > depth {
                // A list or an object with something in it: its first value comes.
                continue;
            }
            match self.after_value(text, at)? {
                Next::Value(next) => at = next,
                Next::End(end) => return Ok(end),
            }
        }
    }

    /// Reads a scalar, an empty list or object, or the beginning of one up to its first value.
    #[inline]
    fn value(&mut self, text: &str, at: usize) -> Result<usize, Stop> {
        let bytes = text.as_bytes();
        match bytes.get(at) {
            Some(b'"') => self.text(text, at),
            Some(b'{') => self.begin_object(text, at),
            Some(b'[') => self.begin_list(bytes, at),
            // Not JSON, but what Python writes.
            Some(b'N') => self.word(bytes, at, b"NaN", Kind::Number),
            Some(b'I') => self.word(bytes, at, b"Infinity", Kind::Number),
            Some(b'-') if bytes.get(at + 1) == Some(&b'I') => self.word(bytes, at, b"-Infinity", Kind::Number),
            Some(b'-' | b'0'..=b'9') => self.number(bytes, at),
            Some(b't') => self.word(bytes, at, b"true", Kind::True),
            Some(b'f') => self.word(bytes, at, b"false", Kind::False),
            Some(b'n') => self.word(bytes, at, b"null", Kind::Null),
            Some(_) => wrong(at, "a value"),
            None => Err(Stop::Cut),
        }
    }

    /// Goes on after a value: closes what ends, up to where the next value starts.
    #[inline]
    fn after_value(&mut self, text: &str, mut at: usize) -> Result<Next, Stop> {
        let bytes = text.as_bytes();
        while let Some(open) = self.open.last() {
            let is_list = open & 1 != 0;
            at = skip_white(bytes, at);
            match (is_list, bytes.get(at)) {
                (true, Some(b',')) => return next_item(bytes, at),
                (false, Some(b',')) => return self.next_key(text, at),
                (true, Some(b']')) | (false, Some(b'}')) => at = self.close(at),
                (_, None) => return Err(Stop::Cut),
                (true, _) => return wrong(at, "`,` or `]`"),
                (false, _) => return wrong(at, "`,` or `}`"),
            }
        }
        Ok(Next::End(at))
    }

    fn open(&mut self, kind: Kind, at: usize) -> Result<(), Stop> {
        if self.open.len() >= DEEPEST {
            return wrong(at, "no more than 100,000 levels");
        }
        self.open.push((self.nodes.len() as u32) << 1 | u32::from(kind == Kind::List));
        self.nodes.push(Node::new(kind, at, 0));
        Ok(())
    }

    /// The innermost list or object ends at this byte.
    fn close(&mut self, at: usize) -> usize {
        let end = self.nodes.len();
        if let Some(open) = self.open.pop()
            && let Some(node) = self.nodes.get_mut(open as usize >> 1)
        {
            // Begun with a payload of 0.
            node.kind_and_payload |= end as u32 & PAYLOAD;
        }
        at + 1
    }

    fn begin_list(&mut self, bytes: &[u8], at: usize) -> Result<usize, Stop> {
        self.open(Kind::List, at)?;
        let inner = skip_white(bytes, at + 1);
        Ok(if bytes.get(inner) == Some(&b']') { self.close(inner) } else { inner })
    }

    fn begin_object(&mut self, text: &str, at: usize) -> Result<usize, Stop> {
        self.open(Kind::Object, at)?;
        let bytes = text.as_bytes();
        let inner = skip_white(bytes, at + 1);
        match bytes.get(inner) {
            Some(b'}') => Ok(self.close(inner)),
            Some(b'"') => self.key(text, inner),
            Some(_) => wrong(inner, "a key"),
            None => Err(Stop::Cut),
        }
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self, text: &str, at: usize) -> Result<usize, Stop> {
        let bytes = text.as_bytes();
        let end = skip_white(bytes, self.text(text, at)?);
        match bytes.get(end) {
            Some(b':') => Ok(end + 1),
            Some(_) => wrong(end, "`:`"),
            None => Err(Stop::Cut),
        }
    }

    #[inline]
    fn next_key(&mut self, text: &str, comma: usize) -> Result<Next, Stop> {
        let bytes = text.as_bytes();
        let at = skip_white(bytes, comma + 1);
        match bytes.get(at) {
            Some(b'"') => Ok(Next::Value(self.key(text, at)?)),
            Some(b'}') => wrong(comma, "a key"),
            Some(_) => wrong(at, "a key"),
            None => Err(Stop::Cut),
        }
    }

    /// Reads a text; `at` is its opening quote.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    fn text(&mut self, text: &str, at: usize) -> Result<usize, Stop> {
        let start = at + 1;
        let end = special(text.as_bytes(), start);
        match text.as_bytes().get(end) {
            Some(b'"') => {
                self.nodes.push(Node::new(Kind::Text, start, end - start));
                Ok(end + 1)
            }
            Some(b'\\') => self.escaped_text(text, start, end),
            Some(_) => wrong(end, "a text without control characters"),
            None => Err(Stop::Cut),
        }
    }

    /// Reads a text whose first backslash is at `at`.
    #[cold]
    fn escaped_text(&mut self, text: &str, start: usize, mut at: usize) -> Result<usize, Stop> {
        let unescaped = self.unescaped.len();
        self.unescaped.push_str(text.get(start..at).unwrap_or_default());
        loop {
            match text.as_bytes().get(at) {
                Some(b'"') => break,
                Some(b'\\') => at = self.escape(text, at)?,
                Some(_) => return wrong(at, "a text without control characters"),
                None => return Err(Stop::Cut),
            }
            let end = special(text.as_bytes(), at);
            self.unescaped.push_str(text.get(at..end).unwrap_or_default());
            at = end;
        }
        self.nodes.push(Node::new(Kind::Unescaped, unescaped, self.unescaped.len() - unescaped));
        Ok(at + 1)
    }

    /// Reads one escape, or two that are a surrogate pair; `at` is the backslash.
    fn escape(&mut self, text: &str, at: usize) -> Result<usize, Stop> {
        let bytes = text.as_bytes();
        let simple = match bytes.get(at + 1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'u') => return self.unicode_escape(bytes, at),
            Some(_) => return wrong(at, "an escape that JSON has"),
            None => return Err(Stop::Cut),
        };
        self.unescaped.push(simple);
        Ok(at + 2)
    }

    fn unicode_escape(&mut self, bytes: &[u8], at: usize) -> Result<usize, Stop> {
        let first = code_unit(bytes, at)?;
        if let Some(character) = char::from_u32(first) {
            self.unescaped.push(character);
            return Ok(at + 6);
        }
        let second = match (first, bytes.get(at + 6), bytes.get(at + 7)) {
            (0xd800..0xdc00, Some(b'\\'), Some(b'u')) => code_unit(bytes, at + 6)?,
            (0xd800..0xdc00, Some(b'\\'), None) | (0xd800..0xdc00, None, _) => return Err(Stop::Cut),
            _ => 0,
        };
        if !(0xdc00..0xe000).contains(&second) {
            self.lone_surrogates += 1;
            self.unescaped.push(char::REPLACEMENT_CHARACTER);
            return Ok(at + 6);
        }
        let character = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        self.unescaped.push(char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(at + 12)
    }

    fn number(&mut self, bytes: &[u8], start: usize) -> Result<usize, Stop> {
        let mut at = start + usize::from(bytes[start] == b'-');
        let mut kind = Kind::Int;
        at = match bytes.get(at) {
            Some(b'0') => at + 1,
            _ => digits(bytes, at)?,
        };
        if bytes.get(at) == Some(&b'.') {
            (at, kind) = (digits(bytes, at + 1)?, Kind::Number);
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            (at, kind) = (digits(bytes, at + 1 + sign)?, Kind::Number);
        }
        self.nodes.push(Node::new(kind, start, at - start));
        Ok(at)
    }

    fn word(&mut self, bytes: &[u8], at: usize, word: &'static [u8], kind: Kind) -> Result<usize, Stop> {
        let rest = &bytes[at..];
        let known = &rest[..rest.len().min(word.len())];
        if !word.starts_with(known) {
            return wrong(at, "a value");
        }
        if known.len() < word.len() {
            return Err(Stop::Cut);
        }
        self.nodes.push(Node::new(kind, at, word.len()));
        Ok(at + word.len())
    }
}

/// What follows a value.
enum Next {
    /// The next value of a list or an object starts here, or after white space.
    Value(usize),
    /// All has been read, up to here.
    End(usize),
}

#[inline]
fn next_item(bytes: &[u8], comma: usize) -> Result<Next, Stop> {
    let at = skip_white(bytes, comma + 1);
    match bytes.get(at) {
        Some(b']') => wrong(comma, "a value"),
        Some(_) => Ok(Next::Value(at)),
        None => Err(Stop::Cut),
    }
}

/// At least one digit: where they end.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Stop> {
    let mut at = start;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    match bytes.get(at) {
        None if at == start => Err(Stop::Cut),
        Some(_) if at == start => wrong(at, "a digit"),
        _ => Ok(at),
    }
}

/// The number of the escape `\uXXXX` at `at`.
fn code_unit(bytes: &[u8], at: usize) -> Result<u32, Stop> {
    let mut unit = 0;
    for place in at + 2..at + 6 {
        let byte = *bytes.get(place).ok_or(Stop::Cut)?;
        let Some(digit) = char::from(byte).to_digit(16) else {
            return wrong(place, "four hexadecimal digits");
        };
        unit = unit << 4 | digit;
    }
    Ok(unit)
}

#[inline]
pub(super) fn skip_white(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Where the next quote, backslash or control character is, or the end: sixteen bytes at a time.
#[inline]
fn special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let chunk = u8x16::new(*chunk);
        let control = chunk.min(u8x16::splat(0x1f)).simd_eq(chunk);
        let hits = control | chunk.simd_eq(u8x16::splat(b'"')) | chunk.simd_eq(u8x16::splat(b'\\'));
        let hits = hits.to_bitmask();
        if hits != 0 {
            return at + hits.trailing_zeros() as usize;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
        at += 1;
    }
    at.min(bytes.len())
}
