//! Finding as it is told in docs/find.md, with plain loops over the texts of each span. It shares nothing with the viewer
//! but the model, and reads no query: it is given what the query says.

use std::cmp::Ordering;
use trackway::engine::value_text::plain;
use trackway::model::{Positions, SpanKind, SpanRef, StatusCode, Store, TraceRow, Value};
use trackway::query::find::FindMode;

/// A part of a query.
#[derive(Clone, Debug)]
pub enum Part {
    Word(String),
    Exclude(String),
    Comparison(&'static str, &'static str, Operand),
}

#[derive(Clone, Debug)]
pub enum Operand {
    Number(f64),
    /// Nanoseconds.
    Duration(i64),
    Text(String),
}

impl Operand {
    pub fn text(text: &str) -> Operand {
        Operand::Text(text.to_owned())
    }
}

impl Part {
    pub fn word(text: &str) -> Part {
        Part::Word(text.to_owned())
    }

    pub fn exclude(text: &str) -> Part {
        Part::Exclude(text.to_owned())
    }
}

/// A query as text.
pub fn written(mode: FindMode, parts: &[Part]) -> String {
    let texts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Word(text) if mode == FindMode::Regex => text.clone(),
            // A quote cannot be written; without white space the word stands bare.
            Part::Word(text) if text.contains('"') => text.replace('"', ""),
            Part::Word(text) => format!("\"{text}\""),
            Part::Exclude(text) => format!("-{text}"),
            Part::Comparison(key, op, Operand::Number(number)) => format!("{key}{op}{number}"),
            Part::Comparison(key, op, Operand::Duration(nanos)) => format!("{key} {op}{nanos}ns"),
            Part::Comparison(key, op, Operand::Text(text)) => format!("{key}{op}\"{text}\""),
        })
        .collect();
    texts.join(" ")
}

pub fn matches(store: &Store, trace: TraceRow, mode: FindMode, parts: &[Part]) -> Positions {
    let trace = store.trace(trace);
    // Made once: making one takes longer than looking at a span.
    let regexes: Vec<Option<Regex>> = parts.iter().map(|part| regex(mode, part)).collect();
    let excluded: Vec<String> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Exclude(text) => Some(text.to_lowercase()),
            _ => None,
        })
        .collect();
    Positions::of(trace.span_count(), |at| {
        let row = trace.tree.order[at as usize];
        let span = Texts::of(store.span(row), (store.spans.start(row) - trace.start).0);
        let asked = parts.iter().zip(&regexes).filter(|(part, _)| !matches!(part, Part::Exclude(_)));
        let mut verdicts = asked.map(|(part, regex)| match (part, regex) {
            (Part::Word(_), Some(regex)) => span.has_pattern(regex),
            (Part::Word(text), None) => span.has_word(&text.replace('"', ""), &excluded),
            (Part::Comparison(key, op, operand), regex) => span.compares(key, op, operand, regex.as_ref()),
            (Part::Exclude(_), _) => unreachable!(),
        });
        match mode {
            FindMode::All => verdicts.clone().next().is_some() && verdicts.all(|verdict| verdict),
            _ => verdicts.any(|verdict| verdict),
        }
    })
}

/// A span's texts.
struct Texts<'a> {
    span: SpanRef<'a>,
    start: i64,
    pairs: Vec<(String, Value)>,
}

impl<'a> Texts<'a> {
    fn of(span: SpanRef<'a>, start: i64) -> Texts<'a> {
        let mut pairs: Vec<(String, Value)> = Vec::new();
        let mut add = |key: &str, value: Value| match value {
            Value::Null => {}
            value => pairs.push((key.to_owned(), value)),
        };
        span.attributes().for_each(|(key, value)| add(key, value.to_owned(usize::MAX)));
        span.resource_attributes().for_each(|(key, value)| add(key, value.to_owned(usize::MAX)));
        for event in span.events() {
            if !event.name.is_empty() && event.name != "log" {
                add("event", Value::Str(event.name.to_owned()));
            }
            event.attributes.for_each(|(key, value)| add(key, value.to_owned(usize::MAX)));
        }
        Texts { span, start, pairs }
    }

    fn has_word(&self, word: &str, excluded: &[String]) -> bool {
        let word = word.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&word);
        let of_pairs = self.pairs.iter().any(|(key, value)| {
            let (key, value) = (key.to_lowercase(), plain(value));
            let is_excluded = excluded.iter().any(|part| key.contains(part));
            !is_excluded && (has(&key) || has(&value) || has(&format!("{key}={value}")))
        });
        has(self.span.name()) || has(self.span.service()) || of_pairs || self.span.id_text().to_lowercase() == word
    }

    fn has_pattern(&self, regex: &Regex) -> bool {
        let of_pairs = self.pairs.iter().any(|(key, value)| {
            let value = plain(value);
            let of_both = regex.0.as_str().contains('=') && regex.is_match(&format!("{key}={value}"));
            regex.is_match(key) || regex.is_match(&value) || of_both
        });
        regex.is_match(self.span.name()) || regex.is_match(self.span.service()) || of_pairs
    }

    fn compares(&self, key: &str, op: &str, operand: &Operand, regex: Option<&Regex>) -> bool {
        let text = |text: &str| Value::Str(text.to_owned());
        let kind = match self.span.kind() {
            SpanKind::Unspecified => "unspecified",
            SpanKind::Internal => "internal",
            SpanKind::Server => "server",
            SpanKind::Client => "client",
            SpanKind::Producer => "producer",
            SpanKind::Consumer => "consumer",
        };
        let status = match self.span.status() {
            StatusCode::Unset => "unset",
            StatusCode::Ok => "ok",
            StatusCode::Error => "error",
        };
        let values: Vec<Value> = match key {
            "name" => vec![text(self.span.name())],
            "service" => vec![text(self.span.service())],
            "kind" => vec![text(kind)],
            "status" => vec![text(status)],
            "events" => vec![Value::Int(self.span.events().len() as i64)],
            "duration" => vec![text(&format!("{}ns", self.span.duration().0))],
            "start" => vec![text(&format!("{}ns", self.start))],
            key => {
                let own = self.pairs.iter().filter(|(other, _)| other.to_lowercase() == key.to_lowercase());
                own.map(|(_, value)| value.clone()).collect()
            }
        };
        values.iter().any(|value| compare(value, op, operand, regex))
    }
}

fn compare(value: &Value, op: &str, operand: &Operand, regex: Option<&Regex>) -> bool {
    let text = plain(value);
    if let Some(regex) = regex {
        return regex.is_match(&text) == (op == "=~");
    }
    let is_text = matches!(value, Value::Str(_) | Value::BigInt(_));
    let order = match operand {
        Operand::Number(number) if is_text || matches!(value, Value::Int(_) | Value::Double(_)) => {
            text.parse::<f64>().ok().filter(|value| value.is_finite()).and_then(|value| value.partial_cmp(number))
        }
        Operand::Duration(nanos) if is_text => {
            text.strip_suffix("ns").and_then(|digits| digits.parse::<i64>().ok()).map(|value| value.cmp(nanos))
        }
        Operand::Number(_) | Operand::Duration(_) => None,
        Operand::Text(operand) => Some(text.to_lowercase().cmp(&operand.to_lowercase())),
    };
    match op {
        "==" => order == Some(Ordering::Equal),
        "!=" => order != Some(Ordering::Equal),
        ">" => order == Some(Ordering::Greater),
        "<" => order == Some(Ordering::Less),
        ">=" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        _ => panic!("{op}"),
    }
}

fn regex(mode: FindMode, part: &Part) -> Option<Regex> {
    match part {
        Part::Word(pattern) if mode == FindMode::Regex => Some(Regex::new(pattern)),
        Part::Comparison(_, "=~" | "!~", Operand::Text(pattern)) => Some(Regex::new(pattern)),
        _ => None,
    }
}

/// Another engine; its case is ASCII's.
struct Regex(regex_lite::Regex);

impl Regex {
    fn new(pattern: &str) -> Regex {
        Regex(regex_lite::RegexBuilder::new(pattern).case_insensitive(true).build().expect("a pattern"))
    }

    fn is_match(&self, text: &str) -> bool {
        self.0.is_match(&text.to_lowercase())
    }
}
