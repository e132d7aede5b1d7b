//! Links out of the viewer by pattern, as Jaeger UI's configuration has them (`linkPatterns`):
//!
//! ```json
//! { "type": "attributes", "key": "user.id", "url": "https://crm/#{user.id}?t=#{trace.traceID}", "text": "User #{user.id}" }
//! ```
//!
//! `type`, `key` and `value` are a text or a list of texts, or absent: then everything matches. A `#{name}` is the value of
//! that name in the same list, else (but for resources) a field or an attribute of the span, else of its ancestors;
//! `#{trace.name}` is a field of the trace. A link of which a name has no value is left out. Values in `url` are
//! percent-encoded. Beyond Jaeger UI: formatters work in every pattern, not only in those of traces.

use crate::engine::questions::Attribute;
use crate::engine::value_text::plain;
use crate::model::Value;
use crate::model::time::civil;

/// Where an attribute stands, in the words of a pattern's `type`: OpenTelemetry's or Jaeger's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Attributes,
    Resource,
    Events,
    /// The trace itself: such patterns have no key.
    Traces,
}

impl Of {
    fn names(self) -> [&'static str; 2] {
        match self {
            Of::Attributes => ["attributes", "tags"],
            Of::Resource => ["resource", "process"],
            Of::Events => ["events", "logs"],
            Of::Traces => ["traces", "traces"],
        }
    }
}

/// A link that a pattern made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    pub text: String,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Pattern {
    types: Option<Vec<String>>,
    keys: Option<Vec<String>>,
    values: Option<Vec<String>>,
    url: Template,
    text: Template,
}

/// The patterns of a configuration file's text, `{"linkPatterns": […]}`. One that is not complete, or whose address is not
/// http, https or a path of this server, is passed over.
pub fn read_patterns(config: &str) -> Vec<Pattern> {
    super::json_text::parse_container(config).map_or_else(Vec::new, |config| patterns_of(&config))
}

/// The same of a configuration that is parsed already.
pub fn patterns_of(config: &Value) -> Vec<Pattern> {
    let Some(Value::Array(items)) = config.entry("linkPatterns") else { return Vec::new() };
    items.iter().filter_map(Pattern::of).collect()
}

impl Pattern {
    fn of(value: &Value) -> Option<Pattern> {
        let (Value::Str(url), Value::Str(text)) = (value.entry("url")?, value.entry("text")?) else {
            return None;
        };
        let is_safe = ["http://", "https://", "/"].iter().any(|start| url.starts_with(start));
        is_safe.then(|| Pattern {
            types: wanted(value, "type"),
            keys: wanted(value, "key"),
            values: wanted(value, "value"),
            url: Template::of(url),
            text: Template::of(text),
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.url.names().chain(self.text.names())
    }

    fn is_of(&self, of: Of) -> bool {
        of.names().iter().any(|name| matches(&self.types, name))
    }

    fn link(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Link> {
        Some(Link { url: self.url.fill(lookup, percent_encoded)?, text: self.text.fill(lookup, str::to_owned)? })
    }
}

fn wanted(pattern: &Value, key: &str) -> Option<Vec<String>> {
    match pattern.entry(key)? {
        Value::Null => None,
        Value::Array(items) => Some(items.iter().map(plain).collect()),
        one => Some(vec![plain(one)]),
    }
}

fn matches(wanted: &Option<Vec<String>>, found: &str) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|one| one == found))
}

/// Names that the patterns want of spans and traces, each once.
pub fn names(patterns: &[Pattern]) -> Vec<String> {
    let mut names = Vec::<String>::new();
    for name in patterns.iter().flat_map(Pattern::names) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The links of an attribute, or with no key and value of a trace. `lookup` tells values by name.
pub fn links(
    patterns: &[Pattern],
    of: Of,
    key: &str,
    value: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Vec<Link> {
    let fitting = patterns.iter().filter(|pattern| pattern.is_of(of));
    let fitting =
        fitting.filter(|pattern| of == Of::Traces || matches(&pattern.keys, key) && matches(&pattern.values, value));
    fitting.filter_map(|pattern| pattern.link(lookup)).collect()
}

/// The links of an attribute of a list. `known` is what the engine says of names (`questions::Parameters`).
pub fn attribute_links(
    patterns: &[Pattern],
    of: Of,
    list: &[Attribute],
    one: &Attribute,
    known: &[(String, Option<String>)],
) -> Vec<Link> {
    let is_cut = matches!(one.value, Value::CutStr { .. } | Value::CutBytes { .. });
    if patterns.is_empty() || is_cut {
        return Vec::new();
    }
    let lookup = |name: &str| {
        if let Some(beside) = list.iter().find(|attribute| attribute.key == name) {
            return Some(plain(&beside.value));
        }
        // A resource is that of many spans: what one of them says is not its own.
        let may_ask = of != Of::Resource || name.starts_with("trace.");
        let (_, value) = known.iter().find(|(known, _)| may_ask && known == name)?;
        value.clone()
    };
    links(patterns, of, &one.key, &plain(&one.value), &lookup)
}

/// A text with places to fill.
#[derive(Clone, Debug)]
struct Template {
    /// What stands before each place, and the place.
    parts: Vec<(String, Place)>,
    rest: String,
}

#[derive(Clone, Debug)]
struct Place {
    name: String,
    formatter: Option<String>,
}

impl Template {
    fn of(text: &str) -> Template {
        let (mut parts, mut rest, mut from) = (Vec::new(), text, 0);
        while let Some(start) = rest[from..].find("#{").map(|start| start + from) {
            let inner = &rest[start + 2..];
            match inner.find(['{', '}']) {
                Some(end) if inner.as_bytes()[end] == b'}' => {
                    parts.push((rest[..start].to_owned(), Place::of(&inner[..end])));
                    (rest, from) = (&inner[end + 1..], 0);
                }
                _ => from = start + 2,
            }
        }
        Template { parts, rest: rest.to_owned() }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(_, place)| place.name.as_str())
    }

    fn fill(&self, lookup: &dyn Fn(&str) -> Option<String>, encode: fn(&str) -> String) -> Option<String> {
        let mut out = String::new();
        for (before, place) in &self.parts {
            out.push_str(before);
            out.push_str(&encode(&place.format(lookup(&place.name)?)?));
        }
        out.push_str(&self.rest);
        Some(out)
    }
}

impl Place {
    fn of(text: &str) -> Place {
        match text.split_once('|') {
            Some((name, formatter)) => {
                Place { name: name.trim().to_owned(), formatter: Some(formatter.trim().to_owned()) }
            }
            None => Place { name: text.to_owned(), formatter: None },
        }
    }

    /// `None`: the formatter is unknown, or not for such a value.
    fn format(&self, value: String) -> Option<String> {
        let Some(formatter) = &self.formatter else { return Some(value) };
        let mut words = formatter.split_ascii_whitespace();
        match words.next()? {
            "epoch_micros_to_date_iso" => Some(iso_date(value.parse().ok()?)),
            "pad_start" => {
                let (length, filling) = (words.next()?.parse::<usize>().ok()?, words.next()?);
                let missing = length.min(1_000).saturating_sub(value.chars().count());
                Some(filling.chars().cycle().take(missing).chain(value.chars()).collect())
            }
            "add" => Some(value.parse::<i64>().ok()?.checked_add(words.next()?.parse().ok()?)?.to_string()),
            _ => None,
        }
    }
}

/// As JavaScript's `encodeURIComponent` does it.
fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Microseconds since 1970 as `2026-10-01T09:00:00.123Z`.
fn iso_date(micros: i64) -> String {
    let millis = micros.div_euclid(1_000);
    let (year, month, day) = civil(millis.div_euclid(86_400_000));
    let rest = millis.rem_euclid(86_400_000);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", rest % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pattern: &str, of: Of, key: &str, value: &str) -> Vec<(String, String)> {
        let patterns = read_patterns(&format!(r#"{{"linkPatterns":[{pattern}]}}"#));
        let lookup = |name: &str| match name {
            "k" => Some("a b/é".to_owned()),
            "n" => Some("41".to_owned()),
            "trace.traceID" => Some("ab".to_owned()),
            _ => None,
        };
        links(&patterns, of, key, value, &lookup).into_iter().map(|link| (link.url, link.text)).collect()
    }

    #[test]
    fn values_are_encoded_in_addresses_only() {
        let pattern = r##"{"key":"k","url":"https://x/#{k}?t=#{trace.traceID}","text":"to #{k}"}"##;
        let expected = [("https://x/a%20b%2F%C3%A9?t=ab".to_owned(), "to a b/é".to_owned())];
        assert_eq!(found(pattern, Of::Attributes, "k", ""), expected);
        assert_eq!(found(pattern, Of::Events, "k", ""), expected);
        assert_eq!(found(pattern, Of::Attributes, "other", ""), []);
    }

    #[test]
    fn type_key_and_value_may_be_lists() {
        let pattern = r##"{"type":["logs","process"],"key":["a","b"],"value":["x",5],"url":"/x","text":"y"}"##;
        let count = |of, key, value| found(pattern, of, key, value).len();
        assert_eq!((count(Of::Events, "a", "x"), count(Of::Resource, "b", "5")), (1, 1));
        assert_eq!(
            (count(Of::Attributes, "a", "x"), count(Of::Events, "c", "x"), count(Of::Events, "a", "y")),
            (0, 0, 0)
        );
    }

    #[test]
    fn formatters() {
        let text = |text: &str| {
            let pattern = format!(r##"{{"url":"/","text":"{text}"}}"##);
            found(&pattern, Of::Traces, "", "").pop().map(|(_, text)| text)
        };
        assert_eq!(text("#{n | pad_start 5 0}").as_deref(), Some("00041"));
        assert_eq!(text("#{n | add -1} #{n|add 1}").as_deref(), Some("40 42"));
        assert_eq!(text("#{k | add 1}"), None);
        assert_eq!(text("#{n | unknown}"), None);
        assert_eq!(text("#{none}"), None);
        assert_eq!(text("# {} #{ #{n}").as_deref(), Some("# {} #{ 41"));
    }

    #[test]
    fn dates() {
        assert_eq!(iso_date(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso_date(1_709_164_799_999_999), "2024-02-28T23:59:59.999Z");
        assert_eq!(iso_date(1_709_208_000_000_000), "2024-02-29T12:00:00.000Z");
        assert_eq!(iso_date(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn patterns_that_are_none_are_passed_over() {
        for pattern in [
            r#"{"url":"javascript:alert(1)","text":"x"}"#,
            r#"{"url":"data:text/html,x","text":"x"}"#,
            r#"{"url":"https://x"}"#,
            r#"{"url":5,"text":"x"}"#,
            "5",
        ] {
            assert_eq!(found(pattern, Of::Attributes, "k", ""), [], "{pattern}");
        }
        assert!(read_patterns("").is_empty() && read_patterns("<html>").is_empty() && read_patterns("[]").is_empty());
    }

    #[test]
    fn names_are_asked_for_once() {
        let patterns = read_patterns(r##"{"linkPatterns":[{"url":"/#{a}#{b | add 1}","text":"#{a}"}]}"##);
        assert_eq!(names(&patterns), ["a", "b"]);
    }
}
