//! Searches over real exports whose answers were counted from the raw files: `python3 tests/search/count.py`.

use super::files::{fixtures, load};
use trackway::model::Store;
use trackway::query::search::{Conditions, Searching};

/// Traces, and spans that match.
fn found(store: &Store, conditions: &Conditions, query: &str) -> (usize, u32) {
    let hits = Searching::new(store, conditions, query).expect("a search").finish(store);
    (hits.len(), hits.iter().map(|hit| hit.matched).sum())
}

#[test]
fn counts_are_those_of_the_raw_files() {
    let Some(folder) = fixtures() else { return };
    let store = |name: &str| load(name, &std::fs::read(folder.join("jaeger").join(name)).expect("a file"), 1 << 20).0;
    let (hotel, orders) = (store("traceweaver-hotel-reservation-300.json"), store("order-sim.json"));
    let form = Conditions::default();
    for (store, query, expected) in [
        (&hotel, "{ span.component = \"gRPC\" && duration > 10ms }", (230, 770)),
        (&hotel, "{ resource.service.name = \"search\" } > { resource.service.name = \"geo\" }", (300, 300)),
        (&orders, "{ name = \"stock.Reserve\" && .service.name = \"stock\" } | count() > 6", (15, 113)),
        (&orders, "{ .item.index >= 5 }", (18, 41)),
        (&orders, "{ kind = client } > { kind = server }", (30, 241)),
        (&orders, "{ status = error }", (4, 16)),
    ] {
        assert_eq!(found(store, &form, query), expected, "{query}");
    }
    let form = Conditions {
        service: "stock".into(),
        tags: "db.system=postgresql".into(),
        min_duration: "1ms".into(),
        ..Conditions::default()
    };
    assert_eq!(found(&orders, &form, ""), (30, 161));
    // Both must find a trace, and the query's spans count.
    assert_eq!(found(&orders, &form, "{ status = error }").1, found(&orders, &Conditions::default(), "{ status = error } && { resource.service.name = \"stock\" && span.db.system = \"postgresql\" && duration >= 1ms } | { status = error }").1);
    // Nothing asked: every trace.
    assert_eq!(found(&orders, &Conditions::default(), " "), (30, 0));
    let long = Conditions { min_trace_duration: "1h".into(), ..Conditions::default() };
    assert_eq!(found(&orders, &long, ""), (0, 0));
    assert_eq!(found(&orders, &Conditions { limit: Some(7), ..Conditions::default() }, "").0, 7);
}
