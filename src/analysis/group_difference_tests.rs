//! Traces are planted with a difference; small ones at random are counted a second time, plainly.

use super::super::paths::Sameness;
use super::super::statistics::{ascending, g_test, mann_whitney};
use super::super::testing::{Given, any_spans, push_text, span, traces_of};
use super::*;
use crate::model::{Value, draw_all};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn rows(numbers: std::ops::Range<u32>) -> Vec<TraceRow> {
    numbers.map(TraceRow).collect()
}

/// As a test reads it: `shop buy`, `shop buy !`, `region=eu`, `host=a of the resource`.
fn words(store: &Store, what: What) -> String {
    let text = |id| store.text(id);
    match what {
        What::Operation { service, operation } => format!("{} {}", text(service), text(operation)),
        What::Failed { service, operation } => format!("{} {} !", text(service), text(operation)),
        What::Attribute { key, value, is_resource } => {
            let value = match store.content.value(value).to_owned(1_000) {
                Value::Str(text) => text,
                other => format!("{other:?}"),
            };
            format!("{}={value}{}", text(key), if is_resource { " of the resource" } else { "" })
        }
    }
}

fn found(store: &Store, a: &[TraceRow], b: &[TraceRow]) -> Vec<(String, [u32; 2])> {
    let of = |over: &Over| {
        let all = std::iter::once(&over.what).chain(&over.also).map(|what| words(store, *what));
        (all.collect::<Vec<_>>().join(", "), over.traces)
    };
    over_represented(store, [a, b], 99).iter().map(of).collect()
}

/// Traces of two spans: of a shop and of a bank, whose error every second trace has.
fn pair(number: usize) -> Vec<Given> {
    let status = if number.is_multiple_of(2) { StatusCode::Error } else { StatusCode::Unset };
    vec![span(None, 0, 100), Given { service: "bank", name: "pay", status, ..span(0, 10, 20) }]
}

#[test]
fn what_was_planted_is_found_first() {
    let traces: Vec<_> = (0..80).map(pair).collect();
    // The second half is slow.
    let store = traces_of(&traces, &mut |store, trace, place| {
        let is_slow = trace >= 40;
        push_text(store, "id", &format!("{trace}-{place}"));
        push_text(store, "shard", ["x", "y", "z"][trace % 3]);
        push_text(store, "region", if is_slow && trace % 8 != 0 { "eu" } else { "us" });
        push_text(store, "zone", if is_slow && trace % 8 != 0 { "eu-1" } else { "us-1" });
        if !is_slow && trace % 5 == 0 {
            push_text(store, "cache", "hit");
        }
    });
    let (a, b) = (rows(0..40), rows(40..80));
    assert_eq!(
        found(&store, &a, &b),
        [
            ("region=eu, zone=eu-1".to_owned(), [0, 35]),
            ("region=us, zone=us-1".to_owned(), [40, 5]),
            ("cache=hit".to_owned(), [8, 0])
        ]
    );
    let all = over_represented(&store, [&a, &b], 1);
    assert!(all.len() == 1 && all[0].p < 1e-15, "{all:?}");
    // Groups that are mixed evenly, equal or empty.
    let even = |is: usize| a.iter().chain(&b).copied().filter(|row| row.0 as usize / 2 % 2 == is).collect::<Vec<_>>();
    assert_eq!(found(&store, &even(0), &even(1)), []);
    assert_eq!(found(&store, &a, &a), []);
    assert_eq!((found(&store, &[], &b), found(&store, &[], &[])), (vec![], vec![]));
}

#[test]
fn operations_errors_and_resources_are_told_apart() {
    let slow = |trace: usize| trace >= 20;
    let host = |name| Given { host: name, ..span(None, 0, 9) };
    let traces: Vec<Vec<Given>> = (0..40)
        .map(|trace| {
            let status = if trace % 10 < 2 || slow(trace) { StatusCode::Error } else { StatusCode::Ok };
            let retry = Given { name: "retry", ..span(0, 1, 2) };
            let mut spans =
                vec![Given { status, ..host(if slow(trace) { &[("host", "b")] } else { &[("host", "a")] }) }];
            // Many times in a trace count once.
            spans.extend(vec![retry; if slow(trace) && trace % 5 > 0 { 7 } else { 0 }]);
            spans
        })
        .collect();
    let store = traces_of(&traces, &mut |_, _, _| {});
    let found = found(&store, &rows(0..20), &rows(20..40));
    let told: Vec<_> = found.iter().map(|(what, traces)| (what.as_str(), *traces)).collect();
    assert_eq!(
        told,
        [
            ("host=b of the resource", [0, 20]),
            ("host=a of the resource", [20, 0]),
            ("shop buy !", [4, 20]),
            ("shop retry", [0, 16])
        ]
    );
}

#[test]
fn keys_of_ids_and_sizes_are_left_out() {
    // Each value is in two traces of A or of B; in A one more, which all have.
    let of = |values: usize| {
        let traces = vec![vec![span(None, 0, 9)]; values * 2 - 2 + 30];
        let store = traces_of(&traces, &mut |store, trace, _| {
            let value = if trace < 30 { "all of A".to_owned() } else { (trace / 2).to_string() };
            push_text(store, "size", &value);
        });
        let end = traces.len() as u32;
        found(&store, &rows(0..30), &rows(30..end)).first().map(|(what, traces)| (what.clone(), *traces))
    };
    assert_eq!(of(1_000), Some(("size=all of A".to_owned(), [30, 0])));
    assert_eq!(of(1_001), None);
}

#[test]
fn equal_lists_are_one_value() {
    let traces = vec![vec![span(None, 0, 9)]; 40];
    let store = traces_of(&traces, &mut |store, trace, _| {
        let start = store.content.nested.end();
        store.content.nested.push(StringId::EMPTY, Cell::int(i64::from(trace >= 20)));
        let key = store.content.strings.intern("types");
        store.attributes.push(key, Cell::array(Range { start, end: start + 1 }));
    });
    let found = found(&store, &rows(0..20), &rows(20..40));
    assert_eq!(found.iter().map(|(_, traces)| *traces).collect::<Vec<_>>(), [[0, 20], [20, 0]]);
}

#[test]
fn samples_of_nodes_are_told_by_trace() {
    let one = "shop buy |=====|\n  shop get |==   |\n  shop get |  === |\n";
    let none = "shop buy |===|\n";
    let store = draw_all(&[one, none, one]);
    let comparison = Comparison::of(&store, [&rows(0..2), &rows(1..3)], Sameness::Tolerant);
    let of = |node, metric| node_samples(&store, &comparison, node, metric);
    let ms = |times: &[i64]| times.iter().map(|time| time * 1_000_000).collect::<Vec<_>>();
    assert_eq!(of(0, Metric::Total), [ms(&[5, 3]), ms(&[3, 5])]);
    assert_eq!(of(0, Metric::Own), [ms(&[0, 3]), ms(&[3, 0])]);
    assert_eq!(of(1, Metric::Spans), [[2, 0], [0, 2]]);
    assert_eq!(of(1, Metric::Total), [ms(&[5]), ms(&[5])]);
    assert_eq!(of(1, Metric::Mean), [[2_500_000], [2_500_000]]);
    // It is on the way in one trace, and in the other there is nothing of it.
    assert_eq!(of(1, Metric::Critical), [ms(&[5]), ms(&[5])]);
    assert_eq!(of(0, Metric::Critical), [ms(&[0, 3]), ms(&[3, 0])]);
}

#[test]
fn a_slower_node_is_found_among_others() {
    // In B the bank takes some 30 longer, and the shop's own time is as before.
    let traces: Vec<Vec<Given>> = (0..60)
        .map(|trace| {
            let (jitter, more) = (trace * 7 % 31, if trace < 30 { 0 } else { 30 });
            let bank = Given { service: "bank", name: "pay", ..span(0, 10, 50 + jitter + more) };
            vec![span(None, 0, 100 + jitter + more), bank]
        })
        .collect();
    let store = traces_of(&traces, &mut |_, _, _| {});
    let comparison = Comparison::of(&store, [&rows(0..30), &rows(30..60)], Sameness::Exact);
    let [shop, bank] = node_differences(&store, &comparison, Metric::Own)[..] else { panic!() };
    assert!(bank.effect > 0.9 && bank.p < 1e-9, "{bank:?}");
    assert_eq!((shop.effect, shop.p, shop.spreads[0]), (0.0, 1.0, shop.spreads[1]));
    assert_eq!((bank.spreads[0].least, bank.spreads[0].most, bank.spreads[1].p50), (40, 70, 84));
    let all = node_differences(&store, &comparison, Metric::Spans);
    assert!(all.iter().all(|node| node.p == 1.0 && node.spreads[0].p50 == 1));
}

#[test]
fn nodes_of_one_group_alone_have_counts_but_no_times() {
    let traces: Vec<_> = (0..40).map(|trace| vec![pair(trace), vec![span(None, 0, 9)]][trace / 20].clone()).collect();
    let store = traces_of(&traces, &mut |_, _, _| {});
    let comparison = Comparison::of(&store, [&rows(0..20), &rows(20..40)], Sameness::Tolerant);
    let bank = |metric| node_differences(&store, &comparison, metric)[1];
    assert_eq!((bank(Metric::Total).effect, bank(Metric::Total).p), (0.0, 1.0));
    assert_eq!(bank(Metric::Spans).effect, -1.0);
    assert!(bank(Metric::Spans).p < 1e-6);
}

/// What may tell something, with the traces that have it.
fn plainly(store: &Store, traces: &[TraceRow]) -> BTreeMap<String, BTreeSet<TraceRow>> {
    let mut all = BTreeMap::<String, BTreeSet<TraceRow>>::new();
    for trace in traces {
        let mut has = Vec::new();
        for row in &store.trace(*trace).tree.order {
            let span = store.span(*row);
            has.push(format!("{} {}", span.service(), span.name()));
            has.extend((span.status() == StatusCode::Error).then(|| format!("{} {} !", span.service(), span.name())));
            let text = |value: crate::model::ValueRef| match value.to_owned(99) {
                Value::Str(text) => text,
                other => format!("{other:?}"),
            };
            has.extend(span.attributes().map(|(key, value)| format!("{key}={}", text(value))));
            has.extend(span.resource_attributes().map(|(key, value)| format!("{key}={} of the resource", text(value))));
        }
        for what in has {
            all.entry(what).or_default().insert(*trace);
        }
    }
    all.retain(|_, of| of.len() > 1 && of.len() < traces.len());
    all
}

fn any_traces() -> impl Strategy<Value = Store> {
    (prop::collection::vec(any_spans(), 2..12), any::<u64>()).prop_map(|(mut traces, mut random)| {
        let mut next = move |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        const HOSTS: [&[(&str, &str)]; 3] = [&[], &[("host", "a")], &[("host", "b"), ("k", "1")]];
        traces.iter_mut().flatten().for_each(|given| given.host = HOSTS[next(3) as usize]);
        traces_of(&traces, &mut |store, _, _| {
            for key in ["k", "l"] {
                if next(3) > 0 {
                    push_text(store, key, &next(4).to_string());
                }
            }
        })
    })
}

proptest! {
    #[test]
    fn traces_are_counted_as_plainly(store in any_traces(), cut in 0_u32..12) {
        let end = store.traces().count() as u32;
        let (a, b) = (rows(0..cut.min(end)), rows(cut.min(end)..end));
        let mut candidates = Candidates::new(&store);
        for (number, trace) in a.iter().chain(&b).enumerate() {
            candidates.add(*trace, Met { number: number as u32, side: usize::from(number >= a.len()) });
        }
        let mut expected = plainly(&store, &rows(0..end));
        let mut sets = BTreeSet::new();
        for over in candidates.merged(end) {
            let all = std::iter::once(over.what).chain(over.also);
            let of: Vec<_> = all.map(|what| expected.remove(&words(&store, what)).expect("it may tell something")).collect();
            let in_a = of[0].iter().filter(|trace| trace.0 < a.len() as u32).count() as u32;
            prop_assert_eq!(over.traces, [in_a, of[0].len() as u32 - in_a]);
            // Merged is what the very same traces have, and all of it.
            prop_assert!(of.iter().all(|other| *other == of[0]) && sets.insert(of[0].clone()));
        }
        prop_assert!(expected.is_empty(), "{expected:?}");
        for over in over_represented(&store, [&a, &b], 99) {
            let [in_a, in_b] = over.traces;
            prop_assert!(over.p < SIGNIFICANT && over.p >= g_test(in_a, a.len() as u32, in_b, b.len() as u32));
        }
    }

    #[test]
    fn differences_are_those_of_the_samples(store in any_traces(), cut in 0_u32..12, metric in 0_usize..5) {
        let end = store.traces().count() as u32;
        let metric = Metric::ALL[metric];
        let comparison = Comparison::of(&store, [&rows(0..cut.min(end)), &rows(cut.min(end)..end)], Sameness::Tolerant);
        let found = node_differences(&store, &comparison, metric);
        prop_assert_eq!(found.len(), comparison.paths.nodes.len());
        let samples: Vec<_> = (0..found.len() as u32).map(|node| node_samples(&store, &comparison, node, metric)).collect();
        let tests: Vec<_> = samples.iter().map(|[a, b]| mann_whitney(a, b)).collect();
        let mut p: Vec<f64> = tests.iter().flatten().map(|test| test.p).collect();
        corrected(&mut p);
        let mut p = p.into_iter();
        for ((node, samples), test) in found.iter().zip(&samples).zip(&tests) {
            prop_assert_eq!(node.effect, test.map_or(0.0, |test| test.effect));
            prop_assert_eq!(node.p, if test.is_some() { p.next().unwrap() } else { 1.0 });
            let spreads = [0, 1].map(|side: usize| Spread::of(Ascending { zeros: 0, values: &ascending(&samples[side]) }));
            prop_assert_eq!(node.spreads, spreads);
            // What the comparison sums up is what the samples do.
            if metric != Metric::Mean {
                let sums = [0, 1].map(|side: usize| samples[side].iter().sum::<i64>());
                let summed = comparison.measures[node.node as usize].map(|measure| match metric {
                    Metric::Spans => measure.spans.into(),
                    Metric::Total => measure.total,
                    Metric::Own => measure.own,
                    _ => measure.critical,
                });
                prop_assert_eq!(sums, summed);
            }
        }
    }
}
