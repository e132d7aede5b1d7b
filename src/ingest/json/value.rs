//! Looking at a [`Tape`].

use super::tape::{Kind, Tape};

/// A value of a tape, with the text that it was read from.
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tape: &'t Tape,
    text: &'t str,
    node: u32,
}

impl Tape {
    /// The value that was read last; `text` is the same text.
    pub fn root<'t>(&'t self, text: &'t str) -> Value<'t> {
        Value { tape: self, text, node: 0 }
    }
}

impl<'t> Value<'t> {
    #[inline]
    pub fn kind(self) -> Kind {
        match self.tape.nodes.get(self.node as usize) {
            Some(node) => node.kind(),
            None => Kind::Null,
        }
    }

    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    pub fn is_list(self) -> bool {
        self.kind() == Kind::List
    }

    /// A text's content.
    #[inline]
    pub fn text(self) -> Option<&'t str> {
        let node = self.tape.nodes.get(self.node as usize)?;
        let source = match node.kind() {
            Kind::Text => self.text,
            Kind::Unescaped => &self.tape.unescaped,
            _ => return None,
        };
        source.get(node.start as usize..(node.start + node.payload()) as usize)
    }

    /// A number as it is written.
    #[inline]
    pub fn digits(self) -> Option<&'t str> {
        let node = self.tape.nodes.get(self.node as usize)?;
        match node.kind() {
            Kind::Int | Kind::Number => self.text.get(node.start as usize..(node.start + node.payload()) as usize),
            _ => None,
        }
    }

    /// A number, or a text that may be one: ids and 64-bit numbers are written both ways.
    #[inline]
    pub fn digits_or_text(self) -> Option<&'t str> {
        self.digits().or_else(|| self.text())
    }

    pub fn bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// For values that should have been a text, and for examples: what is written, but of lists and objects.
    #[inline(never)]
    #[cfg_attr(speed, optimize(speed))]
    pub fn words(self) -> &'t str {
        match self.kind() {
            Kind::Null => "null",
            Kind::True => "true",
            Kind::False => "false",
            Kind::List => "[…]",
            Kind::Object => "{…}",
            _ => self.digits_or_text().unwrap_or_default(),
        }
    }

    /// The node after this value.
    #[inline]
    fn end(self) -> u32 {
        match self.tape.nodes.get(self.node as usize) {
            Some(node) if matches!(node.kind(), Kind::List | Kind::Object) => node.payload(),
            _ => self.node + 1,
        }
    }

    /// The items of a list; none if it is no list.
    #[inline]
    pub fn items(self) -> Items<'t> {
        let end = if self.is_list() { self.end() } else { 0 };
        Items { next: Value { node: self.node + 1, ..self }, end }
    }

    /// The members of an object in file order, a repeated key as often as it is there; none if it is no object.
    #[inline]
    pub fn members(self) -> Members<'t> {
        let end = if self.is_object() { self.end() } else { 0 };
        Members { next: Value { node: self.node + 1, ..self }, end }
    }

    /// The value of a key: of a repeated one the last, as `JSON.parse` has it.
    pub fn get(self, key: &str) -> Option<Value<'t>> {
        self.members().filter(|(name, _)| *name == key).last().map(|(_, value)| value)
    }
}

/// See [`Value::items`].
pub struct Items<'t> {
    next: Value<'t>,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Value<'t>> {
        if self.next.node >= self.end {
            return None;
        }
        let value = self.next;
        self.next.node = value.end();
        Some(value)
    }
}

/// See [`Value::members`].
pub struct Members<'t> {
    next: Value<'t>,
    end: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, Value<'t>);

    #[inline]
    fn next(&mut self) -> Option<(&'t str, Value<'t>)> {
        if self.next.node >= self.end {
            return None;
        }
        let key = self.next;
        let value = Value { node: key.node + 1, ..key };
        self.next.node = value.end();
        Some((key.text().unwrap_or_default(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tape::{Stop, Tape};
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value as Json;

    /// As serde_json has it, numbers by their digits.
    fn json(value: Value) -> Json {
        match value.kind() {
            Kind::Null => Json::Null,
            Kind::True | Kind::False => Json::Bool(value.bool().unwrap()),
            Kind::Int => serde_json::from_str(value.digits().unwrap()).unwrap(),
            // serde_json does not read every double as it was written.
            Kind::Number => Json::from(value.digits().unwrap().parse::<f64>().unwrap()),
            Kind::Text | Kind::Unescaped => Json::String(value.text().unwrap().to_owned()),
            Kind::List => value.items().map(json).collect(),
            Kind::Object => value.members().map(|(key, value)| (key.to_owned(), json(value))).collect(),
        }
    }

    fn read(text: &str) -> Result<(usize, Json), Stop> {
        let mut tape = Tape::default();
        let length = tape.read(text)?;
        Ok((length, json(tape.root(text))))
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::Bool),
            any::<i64>().prop_map(Json::from),
            (-1e9..1e9_f64).prop_map(Json::from),
            ".{0,20}".prop_map(Json::String),
            "[a-z\"\\\\\u{1}\u{7f}é😀]{0,20}".prop_map(Json::String),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
                prop::collection::btree_map(".{0,9}", inner, 0..6).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_writes(value in any_json(), is_pretty: bool) {
            let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            prop_assert_eq!(read(&text), Ok((text.len(), value.clone())));
            let more = format!("{text} ,");
            prop_assert_eq!(read(&more), Ok((text.len(), value)));
            let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
            for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut) && !is_number) {
                prop_assert_eq!(read(&text[..cut]), Err(Stop::Cut), "cut at {}", cut);
            }
        }

        #[test]
        fn it_takes_what_serde_json_takes_and_nothing_else(text in r#"[\[\]{}:,"\\ntrue0-9.eE+ u]{0,12}"#) {
            let theirs = serde_json::from_str::<Json>(&text);
            let ours = read(&text).ok().filter(|(length, _)| text[*length..].trim_matches([' ', '\n', '\t', '\r']).is_empty());
            // Half a surrogate pair and a number beyond a double are no error here.
            let is_ours_alone = text.contains("\\u") || text.contains(['e', 'E']);
            prop_assert!(ours.is_some() == theirs.is_ok() || is_ours_alone, "{} {:?} {:?}", text, ours, theirs);
        }
    }

    #[test]
    fn faults_have_their_byte_and_what_was_wanted() {
        for (text, at, expected) in [
            ("{\"a\":[1,2,]}", 9, "a value"),
            ("{\"a\":1,}", 6, "a key"),
            ("{a:1}", 1, "a key"),
            ("{\"a\" 1}", 5, "`:`"),
            ("[1 2]", 3, "`,` or `]`"),
            ("{\"a\":1]", 6, "`,` or `}`"),
            ("[nul]", 1, "a value"),
            ("[NaM]", 1, "a value"),
            ("[-x]", 2, "a digit"),
            ("[01]", 2, "`,` or `]`"),
            ("\"a\nb\"", 2, "a text without control characters"),
            (r#""\x""#, 1, "an escape that JSON has"),
            (r#""\u12g4""#, 5, "four hexadecimal digits"),
        ] {
            assert_eq!(read(text), Err(Stop::Wrong { at, expected }), "{text}");
        }
        assert!(matches!(read(&"[".repeat(200_000)), Err(Stop::Wrong { at: 100_000, .. })));
    }

    #[test]
    fn halves_of_surrogate_pairs_are_counted() {
        let text = r#"["\ud83d\ude00","\ud800","\ude00x","\ud800\u0041"]"#;
        let mut tape = Tape::default();
        tape.read(text).unwrap();
        let texts: Vec<_> = tape.root(text).items().map(|item| item.text().unwrap()).collect();
        assert_eq!((texts, tape.lone_surrogates), (vec!["😀", "\u{fffd}", "\u{fffd}x", "\u{fffd}A"], 3));
    }

    #[test]
    fn of_a_repeated_key_the_last_counts() {
        let mut tape = Tape::default();
        let text = r#"{"a":{"b":1},"c":2,"a":3}"#;
        tape.read(text).unwrap();
        let root = tape.root(text);
        assert_eq!(root.get("a").and_then(Value::digits), Some("3"));
        assert_eq!((root.members().count(), root.items().count(), root.get("b").is_none()), (3, 0, true));
    }
}
