use super::super::testing::{Given, span, traces_of};
use super::*;
use crate::model::{SpanFlags, StatusCode, draw_all};
use proptest::prelude::*;
use std::collections::BTreeMap;

const MILLI: i64 = 1_000_000;
const SECOND: i64 = 1_000_000_000;

fn row<'a>(rates: &'a Rates, name: &str) -> &'a Row {
    rates.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name}: {:?}", rates.rows))
}

fn service(store: &Store, name: &str) -> Option<StringId> {
    store.strings().find(name)
}

#[test]
fn services_that_say_no_kinds_are_told_by_their_entries() {
    let store = draw_all(&[
        "
shop a     |==========|
  shop b   |==        |
  pay c    |  ====    |
    pay d! |   ==     |
",
        "
pay c!     |==========|
",
    ]);
    let rates = Rates::of(&store, Scope::default());
    let names: Vec<&str> = rates.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["shop", "pay"]);
    assert_eq!(rates.kinds, [5, 0, 0, 0, 0, 0, 3], "five of no kind, three entries");
    let pay = row(&rates, "pay");
    assert_eq!((pay.are_entries, pay.spans, pay.failed, pay.mean), (true, 2, 1, 7 * MILLI));
    assert_eq!((pay.point.durations, pay.point.errors), ([4, 10, 10, 10].map(|millis| millis * MILLI), 500_000));
    // Two in ten milliseconds.
    assert_eq!((rates.time.end - rates.time.start, pay.point.rate), (10 * MILLI, 200 * 1_000_000));
    assert_eq!((rates.all.spans, rates.all.failed), (3, 1));
    let of_pay = Rates::of(&store, Scope { service: service(&store, "pay"), ..Scope::default() });
    assert_eq!((of_pay.rows.len(), of_pay.rows[0].name.as_str(), of_pay.rows[0].spans), (1, "c", 2));
    assert_eq!(of_pay.rows[0].impact, 1000, "the only one");
    let servers = Scope { counted: SpanChoice::Kind(SpanKind::Server), ..Scope::default() };
    assert!(Rates::of(&store, servers).rows.is_empty());
}

fn of_kind(kind: SpanKind, service: &'static str, given: Given) -> Given {
    Given { kind, service, ..given }
}

#[test]
fn server_spans_go_before_entries_where_there_are_some() {
    let store = traces_of(
        &[vec![
            span(None, 0, 9),
            of_kind(SpanKind::Client, "shop", span(0, 1, 8)),
            of_kind(SpanKind::Server, "pay", span(1, 2, 7)),
            of_kind(SpanKind::Unspecified, "pay", span(0, 3, 4)),
        ]],
        &mut |_, _, _| {},
    );
    let told = |counted| {
        let rates = Rates::of(&store, Scope { counted, ..Scope::default() });
        rates.rows.iter().map(|row| (row.name.clone(), row.spans, row.are_entries)).collect::<Vec<_>>()
    };
    let line = |name: &str, spans, are_entries| (name.to_owned(), spans, are_entries);
    assert_eq!(told(SpanChoice::Usual), [line("shop", 1, true), line("pay", 1, false)]);
    assert_eq!(told(SpanChoice::Entries), [line("shop", 1, false), line("pay", 2, false)]);
    assert_eq!(told(SpanChoice::Kind(SpanKind::Client)), [line("shop", 1, false)]);
}

#[test]
fn where_nothing_began_there_are_no_numbers() {
    let open = Given { flags: SpanFlags::UNFINISHED, ..span(None, 30 * SECOND, 30 * SECOND) };
    let spans = [span(None, 0, SECOND), span(None, 0, 3 * SECOND), open, span(None, 59 * SECOND, 60 * SECOND)];
    let store = traces_of(&spans.map(|span| vec![span]), &mut |_, _, _| {});
    let rates = Rates::of(&store, Scope::default());
    assert_eq!((rates.step, rates.steps), (SECOND, 60));
    let points = rates.points(Some(0));
    assert_eq!(points, rates.points(None));
    let nothing = Point { rate: 0, ..Point::default() };
    assert_eq!((points[0].durations, points[0].rate), ([SECOND, 3 * SECOND, 3 * SECOND, 3 * SECOND], 2_000_000));
    assert_eq!(points[30], Point { durations: [NO_VALUE; 4], errors: 0, rate: 1_000_000 }, "it has not ended");
    assert!(points[1..30].iter().chain(&points[31..59]).all(|point| *point == nothing));
    assert_eq!((rates.rows[0].spans, rates.rows[0].mean), (4, 5 * SECOND / 3));

    let last = Rates::of(&store, Scope { last: 30 * SECOND, ..Scope::default() });
    assert_eq!((last.rows[0].spans, last.time.end - last.time.start), (2, 30 * SECOND));
    let empty = Rates::of(&Store::new(), Scope::default());
    assert_eq!((empty.rows.len(), empty.all.spans, empty.points(None).len()), (0, 0, 0));
}

#[test]
fn steps_are_round_and_cover_the_time() {
    for (from, length, step, count) in [
        (0, 1, 1, 1),
        (17, 600 * SECOND, 10 * SECOND, 61),
        (0, 3_600 * SECOND, 60 * SECOND, 60),
        (-5, 7, 1, 7),
        (0, 2 * 86_400 * SECOND, 3_600 * SECOND, 48),
    ] {
        assert_eq!(steps_of(&(from..from + length)), (from.div_euclid(step) * step, step, count), "{from} {length}");
    }
    let (from, step, count) = steps_of(&(i64::MIN / 2..i64::MAX / 2));
    assert!(step > 0 && count <= 61 && from <= i64::MIN / 2);
}

#[test]
fn what_a_backend_told_is_averaged_over_what_is_there() {
    let point = |p95: i64, errors, rate| Point { durations: [1, NO_VALUE, p95, NO_VALUE], errors, rate };
    let points =
        vec![point(10, 0, 4), Point::default(), point(30, 500, 2), Point::default(), Point::default(), point(7, 1, 1)];
    let rates = Rates::told(0..20, (0, 10, 2), vec!["a".to_owned(), "b".to_owned()], points.clone());
    assert_eq!(rates.rows[0].point, points[0]);
    assert_eq!((rates.rows[1].point, rates.all.point), (point(30, 500, 2), point(7, 1, 1)));
    assert_eq!((rates.rows[0].impact, rates.rows[1].impact), (0, 1000), "10 × 4 and 30 × 2");
    assert_eq!((rates.points(Some(1)), rates.points(None)), (points[2..4].to_vec(), points[4..].to_vec()));
}

/// Traces of several services and kinds, with spans that have not ended.
fn any_traces() -> impl Strategy<Value = Vec<Vec<Given>>> {
    const KINDS: [SpanKind; 4] = [SpanKind::Unspecified, SpanKind::Server, SpanKind::Client, SpanKind::Internal];
    let one = (any::<prop::sample::Index>(), 0_i64..5_000, 0_i64..900, 0_usize..24, 0_usize..6);
    let trace = prop::collection::vec(one, 1..12).prop_map(|list| {
        let spans = list.into_iter().enumerate().map(|(at, (parent, start, length, kind, odd))| Given {
            parent: (at > 0 && odd > 0).then(|| parent.index(at)),
            kind: KINDS[kind % 4],
            service: ["shop", "pay", "mail"][kind % 3],
            name: ["get", "put"][odd % 2],
            status: if odd == 3 { StatusCode::Error } else { StatusCode::Unset },
            flags: if odd == 4 { SpanFlags::UNFINISHED } else { SpanFlags::default() },
            ..span(None, start * MILLI, (start + length) * MILLI)
        });
        spans.collect()
    });
    prop::collection::vec(trace, 1..8)
}

/// What is to come out, from the spans as they were drawn.
fn expected(traces: &[Vec<Given>], counted: SpanChoice, of: Option<&str>) -> BTreeMap<&'static str, Vec<Given>> {
    let all = || traces.iter().flatten();
    let mut groups: BTreeMap<&str, Vec<Given>> = BTreeMap::new();
    for trace in traces {
        for given in trace {
            let is_entry = given.parent.is_none_or(|parent| trace[parent].service != given.service);
            let has_server = all().any(|it| it.service == given.service && it.kind == SpanKind::Server);
            let counts = match counted {
                SpanChoice::Usual if has_server => given.kind == SpanKind::Server,
                SpanChoice::Usual | SpanChoice::Entries => is_entry,
                SpanChoice::Kind(kind) => given.kind == kind,
            };
            if counts && of.is_none_or(|of| of == given.service) {
                let name = if of.is_some() { given.name } else { given.service };
                groups.entry(name).or_default().push(*given);
            }
        }
    }
    groups
}

/// The nearest rank of an unsorted list, by counting.
fn rank(spans: &[&Given], percent: usize) -> i64 {
    let ended: Vec<i64> =
        spans.iter().filter(|span| !span.flags.has(SpanFlags::UNFINISHED)).map(|span| span.duration).collect();
    let enough = |limit: &i64| ended.iter().filter(|it| *it <= limit).count() * 100 >= percent * ended.len();
    ended.iter().copied().filter(enough).min().unwrap_or(NO_VALUE)
}

proptest! {
    #[test]
    fn figures_are_those_of_an_independent_computation(
        traces in any_traces(), is_one in any::<bool>(), which in 0_usize..4,
    ) {
        let store = traces_of(&traces, &mut |_, _, _| {});
        let counted = [SpanChoice::Usual, SpanChoice::Entries, SpanChoice::Kind(SpanKind::Client), SpanChoice::Kind(SpanKind::Server)][which];
        let of = is_one.then_some("pay");
        prop_assume!(of.is_none_or(|of| service(&store, of).is_some()));
        let rates = Rates::of(&store, Scope { service: of.and_then(|of| service(&store, of)), counted, last: 0 });
        let groups = expected(&traces, counted, of);
        prop_assert_eq!(rates.rows.len(), groups.len());
        prop_assert_eq!(rates.all.spans as usize, groups.values().map(Vec::len).sum::<usize>());
        for (name, spans) in &groups {
            let row = row(&rates, name);
            let at = rates.rows.iter().position(|other| other.name == row.name);
            let all: Vec<&Given> = spans.iter().collect();
            prop_assert_eq!(row.point.durations, PERCENTS.map(|percent| rank(&all, percent)));
            prop_assert_eq!((row.spans as usize, row.impact <= 1000), (spans.len(), true));
            let points = rates.points(at);
            prop_assert_eq!(points.len(), rates.steps as usize);
            for (step, point) in points.iter().enumerate() {
                const START: i64 = 1_700_000_000_000_000_000;
                let from = rates.from + step as i64 * rates.step - START;
                let inside: Vec<&Given> = spans.iter().filter(|it| (from..from + rates.step).contains(&it.start)).collect();
                let failed = inside.iter().filter(|it| it.status == StatusCode::Error).count();
                prop_assert_eq!(point.durations, PERCENTS.map(|percent| rank(&inside, percent)));
                prop_assert_eq!(point.rate, (inside.len() as i128 * 1_000_000_000_000_000 / i128::from(rates.step)) as i64);
                let share = (failed * 1_000_000).checked_div(inside.len());
                prop_assert_eq!(point.errors, share.map_or(NO_VALUE, |share| share as i64));
            }
        }
        let weights: Vec<u16> = rates.rows.iter().map(|row| row.impact).collect();
        prop_assert!(weights.len() < 2 || weights.contains(&0));
    }
}
