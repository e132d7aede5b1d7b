//! What a search wants: the form's fields as plain data, and the ways in which dialects write them.

use serde::{Deserialize, Serialize};

use super::answers::Summary;
use crate::model::time::civil;

/// The conditions of a search. Empty texts and `None` ask for nothing; all that is asked for must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    pub service: String,
    pub operation: String,
    /// Attributes of one span: key and value, compared as text.
    pub tags: Vec<(String, String)>,
    /// The duration of that span, in nanoseconds.
    pub span_at_least: Option<u64>,
    pub span_at_most: Option<u64>,
    /// The duration of the whole trace, in nanoseconds.
    pub trace_at_least: Option<u64>,
    pub trace_at_most: Option<u64>,
    /// From when to when, in nanoseconds since 1970.
    pub start: u64,
    pub end: u64,
    /// The most traces that are wanted.
    pub limit: u32,
    /// A text in TraceQL. A source that reads it gets it as it is, and of the rest only times and limit.
    pub query: String,
}

/// A condition that a dialect cannot say. It was not asked for, and must be applied to what came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unasked {
    /// The text in TraceQL.
    Query,
    Service,
    Operation,
    SpanDuration,
    TraceDuration,
    /// The attribute of this key.
    Tag(String),
}

impl Conditions {
    /// What is asked for about the trace's duration.
    pub fn wants_trace_duration(&self) -> bool {
        self.trace_at_least.is_some() || self.trace_at_most.is_some()
    }

    pub fn wants_span_duration(&self) -> bool {
        self.span_at_least.is_some() || self.span_at_most.is_some()
    }

    /// Whether a summary is within the wanted durations of a trace: all that a summary can tell of what was not asked for.
    /// The trace may be longer than its summary says by `slack` nanoseconds.
    pub fn admits(&self, summary: &Summary, slack: u64) -> bool {
        self.trace_at_least.is_none_or(|least| summary.duration.saturating_add(slack) >= least)
            && self.trace_at_most.is_none_or(|most| summary.duration <= most)
    }

    /// All form fields, as things that were not asked for: of a source that got the query's text instead.
    pub(super) fn all_unasked(&self) -> Vec<Unasked> {
        let mut unasked = Vec::new();
        for (is_given, condition) in [
            (!self.service.is_empty(), Unasked::Service),
            (!self.operation.is_empty(), Unasked::Operation),
            (self.wants_span_duration(), Unasked::SpanDuration),
            (self.wants_trace_duration(), Unasked::TraceDuration),
        ] {
            if is_given {
                unasked.push(condition);
            }
        }
        for (key, _) in &self.tags {
            unasked.push(Unasked::Tag(key.clone()));
        }
        unasked
    }

    /// Attributes as a JSON map of texts, as Jaeger's `tags` and `query.attributes` have them; of a repeated key the last.
    pub fn tags_as_json(&self) -> String {
        let mut json = String::from("{");
        for (at, (key, value)) in self.tags.iter().enumerate() {
            if self.tags[at + 1..].iter().any(|(later, _)| later == key) {
                continue;
            }
            if json.len() > 1 {
                json.push(',');
            }
            json_text(&mut json, key);
            json.push(':');
            json_text(&mut json, value);
        }
        json.push('}');
        json
    }
}

/// Writes a text in JSON's quotes (RFC 8259 §7).
fn json_text(json: &mut String, text: &str) {
    json.push('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => json.extend(['\\', sign]),
            '\u{0}'..='\u{1f}' => json.push_str(&format!("\\u{:04x}", u32::from(sign))),
            _ => json.push(sign),
        }
    }
    json.push('"');
}

/// A duration as Go's `time.ParseDuration` reads it, exactly: `1500ms` of 1,500,000,000 ns.
pub fn go_duration(nanos: u64) -> String {
    match nanos {
        0 => "0s".to_owned(),
        _ if nanos.is_multiple_of(1_000_000_000) => format!("{}s", nanos / 1_000_000_000),
        _ if nanos.is_multiple_of(1_000_000) => format!("{}ms", nanos / 1_000_000),
        _ if nanos.is_multiple_of(1_000) => format!("{}us", nanos / 1_000),
        _ => format!("{nanos}ns"),
    }
}

/// A time as RFC 3339 with nanoseconds, in UTC.
pub(super) fn rfc3339(nanos: u64) -> String {
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, date) = civil(day as i64);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}.{fraction:09}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_exactly() {
        for (nanos, text) in
            [(0, "0s"), (3_000_000_000, "3s"), (1_500_000_000, "1500ms"), (7_000, "7us"), (1_000_001, "1000001ns")]
        {
            assert_eq!(go_duration(nanos), text);
        }
    }

    #[test]
    fn times_are_written_to_the_nanosecond() {
        assert_eq!(rfc3339(1_709_251_199_000_000_007), "2024-02-29T23:59:59.000000007Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000000000Z");
    }

    #[test]
    fn tags_become_a_json_map() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let tags = vec![pair("a", "1"), pair("say \"hi\"", "a\\b\n"), pair("a", "2")];
        let conditions = Conditions { tags, ..Conditions::default() };
        assert_eq!(conditions.tags_as_json(), r#"{"say \"hi\"":"a\\b\u000a","a":"2"}"#);
        let read: std::collections::BTreeMap<String, String> =
            serde_json::from_str(&conditions.tags_as_json()).unwrap();
        assert_eq!(read["say \"hi\""], "a\\b\n");
    }

    #[test]
    fn a_summary_is_admitted_by_its_duration() {
        let conditions = Conditions { trace_at_least: Some(5), trace_at_most: Some(9), ..Conditions::default() };
        let of = |duration| Summary { duration, ..Summary::default() };
        assert_eq!([4, 5, 9, 10].map(|duration| conditions.admits(&of(duration), 0)), [false, true, true, false]);
    }
}
