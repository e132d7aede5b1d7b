//! Forms drawn by lot, over real exports, against plain loops.

use super::plain::{Pairs, Span, Trace, Val};
use super::properties::stores;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use trackway::query::search::{Conditions, Searching};

/// Values as tags name them; those that equal a text.
fn tags(span: &Span) -> Vec<(String, String)> {
    let of = |pairs: &Pairs| {
        let all = pairs.iter().flat_map(|(key, values)| values.iter().map(|value| (key.clone(), value.clone())));
        all.collect::<Vec<_>>()
    };
    let mut all = of(&span.own);
    all.extend(of(&span.resource));
    span.events.iter().for_each(|(_, _, pairs)| all.extend(of(pairs)));
    let words = all.into_iter().filter_map(|(key, value)| match value {
        Val::Text(text) => Some((key, text)),
        // Beyond, doubles have not all digits.
        Val::Number(number) if number.abs() < 1e15 => Some((key, number.to_string())),
        Val::Bool(value) => Some((key, value.to_string())),
        Val::Number(_) | Val::Nanos(_) | Val::Other => None,
    });
    words.filter(|(key, _)| !key.contains(['"', '=', ' ', '\\'])).collect()
}

/// What Jaeger's backends would find besides, of spans whose source wrote it otherwise.
fn derived(span: &Span) -> Vec<(String, String)> {
    let mut all = vec![("span.kind".to_owned(), span.kind.clone()), ("service.name".to_owned(), span.service.clone())];
    if span.status == "error" {
        all.push(("error".to_owned(), "true".to_owned()));
    }
    all.push(("otel.status_code".to_owned(), span.status.to_uppercase()));
    all
}

#[derive(Clone, Debug)]
struct Drawn {
    service: Option<String>,
    operation: Option<String>,
    tags: Vec<(String, String)>,
    nanos: (Option<i64>, Option<i64>),
    trace_nanos: (Option<i64>, Option<i64>),
    window: (Option<i64>, Option<i64>),
}

impl Drawn {
    fn conditions(&self) -> Conditions {
        let duration = |nanos: Option<i64>| nanos.map(|nanos| format!("{nanos} ns")).unwrap_or_default();
        let tag = |(key, value): &(String, String)| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            format!("{key}=\"{value}\"")
        };
        Conditions {
            service: self.service.clone().unwrap_or_default(),
            operation: self.operation.clone().unwrap_or_default(),
            tags: self.tags.iter().map(tag).collect::<Vec<_>>().join(" "),
            min_duration: duration(self.nanos.0),
            max_duration: duration(self.nanos.1),
            min_trace_duration: duration(self.trace_nanos.0),
            max_trace_duration: duration(self.trace_nanos.1),
            from_unix_nanos: self.window.0,
            to_unix_nanos: self.window.1,
            limit: None,
        }
    }

    fn asks_spans(&self) -> bool {
        let Drawn { service, operation, tags, nanos, window, .. } = self;
        let options = [nanos.0, nanos.1, window.0, window.1];
        service.is_some() || operation.is_some() || !tags.is_empty() || options.iter().any(Option::is_some)
    }

    fn is(&self, span: &Span) -> bool {
        let within = |value: i64, bounds: (Option<i64>, Option<i64>)| {
            bounds.0.is_none_or(|least| value >= least) && bounds.1.is_none_or(|most| value <= most)
        };
        let mut known = tags(span);
        known.extend(derived(span));
        let scope = |key: &str, text: &str| match key {
            "otel.scope.name" | "otel.library.name" => span.scope.as_ref().is_some_and(|(name, _, _)| name == text),
            "otel.scope.version" | "otel.library.version" => {
                span.scope.as_ref().is_some_and(|(_, version, _)| version == text)
            }
            "otel.status_description" => span.message == text,
            _ => false,
        };
        self.service.as_ref().is_none_or(|service| *service == span.service)
            && self.operation.as_ref().is_none_or(|name| *name == span.name)
            && self
                .tags
                .iter()
                .all(|(key, value)| scope(key, value) || known.iter().any(|(k, v)| k == key && same(v, value)))
            && within(span.nanos, self.nanos)
            && within(span.start, self.window)
    }
}

/// Numbers are equal however they are written.
fn same(one: &str, other: &str) -> bool {
    // Beyond 2^53, doubles have not all digits: 9007199254741007 and …08 would be one.
    if let (Ok(one), Ok(other)) = (one.parse::<i128>(), other.parse::<i128>()) {
        return one == other;
    }
    let number = |text: &str| text.parse::<f64>().ok().filter(|_| !text.starts_with(['i', 'n', 'N', 'I']));
    one == other || number(one).is_some_and(|value| number(other) == Some(value))
}

fn drawn(traces: &[Trace]) -> impl Strategy<Value = Drawn> + use<> {
    let spans: Vec<_> = traces
        .iter()
        .take(30)
        .flat_map(|trace| {
            trace.spans.iter().map(|span| {
                let mut all = tags(span);
                all.extend(derived(span).into_iter().filter(|(_, value)| !value.is_empty()));
                (span.service.clone(), span.name.clone(), all, span.nanos, trace.nanos, span.start)
            })
        })
        .collect();
    let span = proptest::sample::select(spans);
    (span.clone(), span, proptest::collection::vec(any::<proptest::sample::Index>(), 0..3), any::<u8>(), any::<u8>())
        .prop_map(|(one, other, picks, asked, odd)| {
            let asks = |bit: u8| asked >> bit & 1 == 1;
            // Now and then something of another span.
            let of = |bit: u8| if odd >> bit & 1 == 1 && asks(bit) { &other } else { &one };
            Drawn {
                service: (asks(0) && !one.0.is_empty()).then(|| of(0).0.clone()).filter(|text| !text.is_empty()),
                operation: (asks(1) && asks(2)).then(|| of(1).1.clone()).filter(|text| !text.is_empty()),
                tags: picks.iter().filter(|_| !one.2.is_empty()).map(|pick| pick.get(&one.2).clone()).collect(),
                nanos: (asks(3).then_some(one.3), (asks(3) && asks(4)).then_some(other.3)),
                trace_nanos: ((asks(5) && asks(6)).then_some(of(5).4), (asks(5) && asks(7)).then_some(one.4)),
                window: ((asks(6) && asks(7)).then_some(of(6).5), (asks(2) && asks(7)).then_some(one.5)),
            }
        })
}

#[test]
fn forms_find_what_plain_loops_find() {
    let mut found = (0, 0);
    for (name, store, traces, rows) in &stores() {
        let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
        let counts = std::cell::RefCell::new((0, 0));
        TestRunner::new(config)
            .run(&drawn(traces), |form| {
                let hits = Searching::new(store, &form.conditions(), "").expect("a form").finish(store);
                for (trace, row) in traces.iter().zip(rows) {
                    let matched = trace.spans.iter().filter(|span| form.asks_spans() && form.is(span)).count();
                    let is_long_enough = form.trace_nanos.0.is_none_or(|least| trace.nanos >= least)
                        && form.trace_nanos.1.is_none_or(|most| trace.nanos <= most);
                    let expected = (is_long_enough && (matched > 0 || !form.asks_spans())).then_some(matched);
                    let hit = hits.iter().find(|hit| hit.trace == *row).map(|hit| hit.matched as usize);
                    prop_assert_eq!(hit, expected, "{}: trace {}", name, trace.id);
                    let counts = &mut *counts.borrow_mut();
                    *counts = (counts.0 + u32::from(expected.is_some()), counts.1 + 1);
                }
                Ok(())
            })
            .unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let counts = counts.into_inner();
        found = (found.0 + counts.0, found.1 + counts.1);
    }
    println!("{} traces found of {} asked", found.0, found.1);
    assert!(found.1 == 0 || found.0 * 20 > found.1, "forms that find nothing test nothing");
}
