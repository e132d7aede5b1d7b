//! Queries and forms drawn by lot, over real exports.

use super::files::{fixtures, load};
use super::naive::{self, Cond, Lit, Set, Stage};
use super::plain::{self, Trace, Val};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeSet;
use trackway::model::{Store, TraceRow};
use trackway::query::search::{Conditions, Searching, matches};

/// What there is in a file to ask for: fields as they are written, each with a value.
fn vocabulary(traces: &[Trace]) -> Vec<(String, Lit)> {
    let mut words = BTreeSet::new();
    let mut all = Vec::new();
    let mut add = |field: String, value: &Val| {
        let lit = match value {
            Val::Text(text) if text.len() < 60 && !text.contains(['\0', '\u{1b}']) => Lit::Text(text.clone()),
            Val::Number(number) if number.abs() < 1e15 => Lit::Number(*number),
            Val::Bool(value) => Lit::Bool(*value),
            Val::Nanos(nanos) => Lit::Nanos(*nanos),
            _ => return,
        };
        if words.insert(format!("{field} {lit}")) {
            all.push((field, lit));
        }
    };
    for trace in traces.iter().take(20) {
        for (at, span) in trace.spans.iter().enumerate().take(60) {
            let mut pairs = |scope: &str, pairs: &plain::Pairs| {
                for (key, values) in pairs.iter().filter(|(key, _)| !key.contains(['"', '\\'])) {
                    for value in values {
                        add(format!("{scope}.\"{key}\""), value);
                        add(format!(".\"{key}\""), value);
                    }
                }
            };
            pairs("span", &span.own);
            pairs("resource", &span.resource);
            span.events.iter().for_each(|(_, _, own)| pairs("event", own));
            span.links.iter().for_each(|(_, _, own)| pairs("link", own));
            span.scope.iter().for_each(|(_, _, own)| pairs("instrumentation", own));
            add("resource.service.name".to_owned(), &Val::Text(span.service.clone()));
            for field in INTRINSICS {
                naive::values(trace, at, field).iter().for_each(|value| add((*field).to_owned(), value));
            }
        }
    }
    all
}

const INTRINSICS: &[&str] = &[
    "name",
    "span:name",
    "statusMessage",
    "duration",
    "span:id",
    "span:parentID",
    "childCount",
    "traceDuration",
    "rootName",
    "rootServiceName",
    "trace:id",
    "event:name",
    "event:timeSinceStart",
    "link:traceID",
    "link:spanID",
    "instrumentation:name",
    "instrumentation:version",
];

fn is_number(field: &str) -> bool {
    ["duration", "childCount", "traceDuration", "event:timeSinceStart"].contains(&field)
}

fn is_text(field: &str) -> bool {
    INTRINSICS.contains(&field) && !is_number(field)
}

fn sign() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["=", "=", "=", "!=", ">", ">=", "<", "<="])
}

/// A part of a text as a regular expression.
fn pattern(text: &str) -> String {
    let start: String = text.chars().take(4).filter(|c| c.is_ascii_alphanumeric()).collect();
    format!("{start}.*|[a-m]+|.*[0-9]")
}

fn leaf(words: Vec<(String, Lit)>) -> BoxedStrategy<Cond> {
    let word = proptest::sample::select(words);
    let turned = |sign: &'static str| match sign {
        ">" => "<",
        other => other,
    };
    let one =
        (word.clone(), word.clone(), sign(), 0..13_u8).prop_map(move |((field, lit), (other, wrong), sign, how)| {
            let fits = !(is_number(&field) && matches!(wrong, Lit::Text(_) | Lit::Bool(_))
                || is_text(&field) && !matches!(wrong, Lit::Text(_)));
            match how {
                0 if !is_number(&field) => {
                    let text = match &lit {
                        Lit::Text(text) => text.clone(),
                        other => other.to_string(),
                    };
                    Cond::Is(field, if sign == "=" { "=~" } else { "!~" }, Lit::Text(pattern(&text)))
                }
                1 => Cond::Is(field, if sign == "=" { "=" } else { "!=" }, Lit::Nil),
                2 if fits => Cond::Is(field, sign, wrong),
                3 => Cond::Turned(lit, turned(sign), field),
                4 => Cond::Both(field, sign, other),
                5 if field.contains('.') || is_number(&field) => Cond::Sum(field, 2, -3, sign, 100),
                6 if field.contains('.') => Cond::Bare(field),
                7 if field.contains('.') => Cond::Is(field, sign, Lit::Text(lit.to_string().replace('"', ""))),
                8 => Cond::Is(field.replace('"', "\"no "), "!=", lit).fixed(),
                _ => Cond::Is(field, sign, lit),
            }
        });
    let word = |field: &'static str, words: &[&'static str]| {
        let words = proptest::sample::select(words.to_vec());
        (words, any::<bool>()).prop_map(move |(word, is)| {
            Cond::Is(field.to_owned(), if is { "=" } else { "!=" }, Lit::Word(word.to_owned()))
        })
    };
    let status = word("status", &["error", "ok", "unset"]);
    let kind = word("kind", &["server", "client", "internal", "unspecified", "producer"]);
    prop_oneof![12 => one, 1 => status, 1 => kind, 1 => Just(Cond::Everything)].boxed()
}

impl Cond {
    /// A key that is nowhere, written as it should be.
    fn fixed(self) -> Cond {
        match self {
            Cond::Is(field, sign, lit) if field.matches('"').count() == 2 && field.contains('.') => {
                let (scope, key) = field.split_once('.').expect("a scope");
                Cond::Is(format!("{scope}.\"{}\"", key.replace('"', "")), sign, lit)
            }
            other => other,
        }
    }
}

fn cond(words: Vec<(String, Lit)>) -> impl Strategy<Value = Cond> {
    leaf(words).prop_recursive(3, 8, 3, |inner| {
        let list = proptest::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => list.clone().prop_map(Cond::All),
            2 => list.prop_map(Cond::Any),
            1 => inner.prop_map(|inner| Cond::Not(Box::new(inner))),
        ]
    })
}

const JOINS: &[&str] =
    &["&&", "||", ">>", ">", "<<", "<", "~", "&>>", "&>", "&<<", "&<", "&~", "!>>", "!>", "!<<", "!<", "!~"];

fn set(words: Vec<(String, Lit)>) -> impl Strategy<Value = Set> {
    let fields: Vec<String> = words.iter().map(|(field, _)| field.clone()).collect();
    let filter = cond(words).prop_map(Set::Filter);
    filter.prop_recursive(3, 8, 2, move |inner| {
        let join = proptest::sample::select(JOINS.to_vec());
        let field = proptest::sample::select(fields.clone());
        let number = proptest::sample::select(fields.iter().filter(|field| !is_text(field)).cloned().collect::<Vec<_>>());
        let function = proptest::sample::select(vec!["avg", "min", "max", "sum"]);
        let stage = prop_oneof![
            (sign(), 0..5).prop_map(|(sign, count)| Stage::Count(sign, count)),
            (function, number, sign(), 0..200_i32).prop_map(|(function, field, sign, number)| Stage::Of(function, field, sign, f64::from(number))),
            field.prop_map(Stage::By),
            Just(Stage::Coalesce),
            inner.clone().prop_map(Stage::Filter),
        ];
        let pipe = (inner.clone(), proptest::collection::vec(stage, 1..4));
        prop_oneof![
            2 => (inner.clone(), join, inner).prop_map(|(left, sign, right)| Set::Op(Box::new(left), sign, Box::new(right))),
            1 => pipe.prop_map(|(first, stages)| Set::Pipe(Box::new(first), stages)),
        ]
    })
}

/// Both ways of the viewer, the whole search and the spans of each trace, against the plain loops.
/// How many traces were found.
fn check(store: &Store, traces: &[Trace], rows: &[TraceRow], set: &Set, name: &str) -> usize {
    let text = set.to_string();
    let nothing = Conditions::default();
    let mut searching =
        Searching::new(store, &nothing, &text).unwrap_or_else(|fault| panic!("{name}: {text}: {fault:?}"));
    // In pieces of any size.
    while !searching.go_on(store, 7) {}
    let hits = searching.finish(store);
    let mut found = 0;
    for (trace, row) in traces.iter().zip(rows) {
        let expected: Vec<u32> =
            naive::find(trace, set, &(0..trace.spans.len()).collect()).into_iter().map(|at| at as u32).collect();
        let ours = matches(store, *row, &nothing, &text).expect("it was read before");
        assert_eq!(ours, expected, "{name}: {text}: trace {}", trace.id);
        let hit = hits.iter().find(|hit| hit.trace == *row);
        assert_eq!(hit.map_or(0, |hit| hit.matched as usize), expected.len(), "{name}: {text}");
        assert_eq!(hit.map_or(&[][..], |hit| &hit.first), &expected[..expected.len().min(3)], "{name}: {text}");
        found += usize::from(!expected.is_empty());
    }
    assert_eq!(hits.len(), found, "{name}: {text}");
    found
}

/// Every export that has spans, up to a size: large ones are searched for speed elsewhere.
pub fn stores() -> Vec<(String, Store, Vec<Trace>, Vec<TraceRow>)> {
    let Some(fixtures) = fixtures() else { return Vec::new() };
    let mut all = Vec::new();
    for folder in ["jaeger", "otlp", "zipkin", "tempo", "stdouttrace"] {
        let mut paths: Vec<_> = std::fs::read_dir(fixtures.join(folder))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        for path in paths {
            let bytes = std::fs::read(&path).expect("a file");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let (store, report) = load(&name, &bytes, 1 << 20);
            if (1..2_000).contains(&report.spans) {
                let traces = plain::traces(&store);
                let rows = store.traces().map(|(row, _)| row).collect();
                all.push((name, store, traces, rows));
            }
        }
    }
    all
}

#[test]
fn queries_find_what_plain_loops_find() {
    let stores = stores();
    let cases = std::env::var("QUERIES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60);
    let counts = std::cell::RefCell::new(0);
    for (name, store, traces, rows) in &stores {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&set(vocabulary(traces)), |set| {
                let found = check(store, traces, rows, &set, name);
                *counts.borrow_mut() +=
                    u32::from(found > 0 && found < traces.len()) + u32::from(traces.len() == 1 && found == 1);
                Ok(())
            })
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }
    let telling = counts.into_inner();
    println!("{} files, {cases} queries each; {telling} found some traces and not others", stores.len());
    assert!(stores.is_empty() || telling > stores.len() as u32 * cases / 5, "queries that find nothing test nothing");
}
