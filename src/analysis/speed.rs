//! `cargo test --release --lib analysis::speed -- --ignored --nocapture`; the number of spans is that of the environment's SPANS.

use super::aligned_rows::AlignedRows;
use super::children::roots;
use super::clock::Clock;
use super::clock_skew::shifts;
use super::comparison::{Comparison, Metric};
use super::critical_path::{by_service, critical_path, merged, stretch_below};
use super::findings::Finder;
use super::group_difference::{node_differences, over_represented};
use super::paths::Sameness;
use super::percentiles::Ranks;
use super::rates::{Rates, Scope, SpanChoice};
use super::self_time::self_times;
use super::service_graph::ServiceGraph;
use super::siblings::groups;
use super::testing::{Given, bush, chain, fan, push_text, store_of, traces_of};
use crate::model::TraceRow;
use std::time::Instant;

fn timed<T>(what: &str, run: impl Fn() -> T) -> T {
    let mut best = f64::INFINITY;
    let mut result = None;
    for _ in 0..3 {
        let began = Instant::now();
        result = Some(run());
        best = best.min(began.elapsed().as_secs_f64());
    }
    println!("  {what}: {:.0} ms", best * 1e3);
    result.expect("a result")
}

fn measure(shape: &str, spans: &[Given]) {
    let store = store_of(spans);
    let clock = Clock::new(&store, TraceRow(0));
    println!("{shape}: {} spans", clock.spans());
    let roots: Vec<u32> = roots(&clock.trace.tree).collect();
    let sections = timed("critical path", || critical_path(&clock, &roots));
    println!("    {} sections", sections.len());
    let services = timed("by service", || by_service(&clock, &sections));
    assert_eq!(services.iter().map(|service| service.time).sum::<i64>(), clock.duration(0));
    assert_eq!(timed("merged", || merged(&sections, 0, clock.spans())).len(), 1);
    assert!(timed("stretch below", || stretch_below(&clock, &sections, 0)).is_some());
    assert_eq!(timed("self times", || self_times(&clock)).len(), spans.len());
    assert_eq!(timed("ranks", || Ranks::of(&clock)).percent(&clock, 0), 100);
    timed("clock skew", || shifts(&store, TraceRow(0), i64::MAX));
    timed("groups of siblings", || groups(&clock, 5));
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let spans = std::env::var("SPANS").ok().and_then(|spans| spans.parse().ok()).unwrap_or(1_000_000);
    measure("bush", &bush(spans));
    measure("chain", &chain(spans));
    measure("fan", &fan(spans - 1));
}

/// Services of a million spans in traces of a thousand, then the operations of one.
#[test]
#[ignore = "a measurement"]
fn speed_of_rates() {
    let store = traces_of(&vec![bush(1_000); 1_000], &mut |_, _, _| {});
    let rates = timed("rates of services", || {
        Rates::of(&store, Scope { counted: SpanChoice::Kind(Default::default()), ..Scope::default() })
    });
    assert_eq!(rates.all.spans, 1_000_000);
    let service = store.strings().find("shop");
    timed("rates of operations", || Rates::of(&store, Scope { service, ..Scope::default() }));
}

/// A million spans in traces of a thousand, each with five attributes, a third of them clients that name a database.
#[test]
#[ignore = "a measurement"]
fn speed_of_service_graph() {
    let mut spans = bush(1_000);
    spans.iter_mut().step_by(3).for_each(|span| span.kind = crate::model::SpanKind::Client);
    let store = traces_of(&vec![spans; 1_000], &mut |store, trace, place| {
        (0..4).for_each(|key| push_text(store, &format!("key {key}"), &format!("value {}", (trace + place) % 99)));
        push_text(store, "db.system", ["redis", "mysql"][place % 2]);
    });
    let graph = timed("service graph", || ServiceGraph::of(&store, [i64::MIN, i64::MAX]));
    assert_eq!(graph.nodes.iter().map(|node| node.spans).sum::<u32>(), 1_000_000);
    println!("    {} nodes, {} links", graph.nodes.len(), graph.links.len());
}

/// Two groups of a thousand traces of fifty spans with ten attributes, one of which is an id and one is in half of B alone.
#[test]
#[ignore = "a measurement"]
fn speed_of_group_differences() {
    let traces = vec![bush(50); 2_000];
    let store = traces_of(&traces, &mut |store, trace, place| {
        push_text(store, "id", &format!("{trace}-{place}"));
        (0..9).for_each(|key| {
            let value = (trace * 7 + place * 13 + key) % (2 << key);
            push_text(store, &format!("key {key}"), &format!("value {value}"));
        });
        if trace > 1_000 && trace % 2 > 0 {
            push_text(store, "region", "eu");
        }
    });
    let rows: Vec<TraceRow> = (0..2_000).map(TraceRow).collect();
    let groups = [&rows[..1_000], &rows[1_000..]];
    println!("two groups: {} spans", store.spans.len());
    let found = timed("over-represented", || over_represented(&store, groups, 20));
    assert_eq!(found[0].traces, [0, 500]);
    let comparison = timed("comparison", || Comparison::of(&store, groups, Sameness::Exact));
    println!("    {} nodes", comparison.paths.nodes.len());
    for metric in Metric::ALL {
        timed(&format!("nodes by {metric:?}"), || node_differences(&store, &comparison, metric));
    }
}

/// Two traces side by side, of the same shape but for every hundredth span, and of another shape.
#[test]
#[ignore = "a measurement"]
fn speed_of_aligned_rows() {
    let spans = std::env::var("SPANS").ok().and_then(|spans| spans.parse().ok()).unwrap_or(100_000);
    let mut changed = bush(spans);
    changed.iter_mut().skip(1).step_by(100).for_each(|span| span.name = "changed");
    let shapes = [bush(spans), changed, chain(spans), fan(spans - 1)];
    let store = traces_of(&shapes, &mut |_, _, _| {});
    for (name, [a, b]) in [("bushes", [0, 1]), ("chain and bush", [2, 0]), ("chains", [2, 2]), ("fans", [3, 3])] {
        println!("{name}: twice {spans} spans");
        let (a, b) = ([TraceRow(a)], [TraceRow(b)]);
        let comparison = timed("comparison", || Comparison::of(&store, [&a, &b], Sameness::Exact));
        let rows = timed("aligned", || AlignedRows::of(&store, &comparison, [0, 0]));
        let shown = timed("what differs", || rows.shown(true));
        println!("    {} rows, {} without what is the same", rows.rows.len(), shown.len());
    }
}

/// All rules at once: over one trace of all shapes whose leaves are calls with a statement each, and over many small traces.
#[test]
#[ignore = "a measurement"]
fn speed_of_findings() {
    let spans = std::env::var("SPANS").ok().and_then(|spans| spans.parse().ok()).unwrap_or(1_000_000);
    let calls = |mut spans: Vec<Given>| {
        let length = spans.len();
        spans.iter_mut().skip(length / 6).for_each(|it| it.kind = crate::model::SpanKind::Client);
        spans
    };
    let carry = |store: &mut crate::model::Store, trace: usize, place: usize| {
        push_text(store, "db.system", "postgresql");
        push_text(
            store,
            "db.statement",
            &format!("SELECT a, b FROM t{} WHERE id = {}", place % 7, (trace + place) % 50_000),
        );
        (0..6).for_each(|key| push_text(store, &format!("key {key}"), &format!("value {}", place % (2 << key))));
    };
    for (name, traces) in [
        ("bush", vec![calls(bush(spans))]),
        ("chain", vec![calls(chain(spans))]),
        ("fan", vec![calls(fan(spans - 1))]),
        ("small traces", vec![calls(bush(50)); spans / 50]),
    ] {
        let store = traces_of(&traces, &mut |store, trace, place| carry(store, trace, place));
        println!("{name}: {} spans", store.spans.len());
        let found = timed("findings", || {
            let mut finder = Finder::new(&store);
            (0..traces.len() as u32).map(|trace| finder.look(TraceRow(trace)).len()).sum::<usize>()
        });
        println!("    {found} findings");
    }
}
