//! The same spans as OTLP and as Jaeger's backend converts them: both files must come to one store.

use super::dump::plain::{PlainTrace, store_of, traces_of};
use super::dump::{dump, projected};
use super::files::{fixtures, load};
use trackway::model::Store;

#[test]
fn otlp_and_jaegers_conversion_are_the_same_spans() {
    let Some(folder) = fixtures() else { return };
    let pairs = [
        ("otlp/jaeger-otlp2jaeger-in.json", "jaeger/jaeger-otlp2jaeger-out.json"),
        ("otlp/jaeger-ui-otlp2jaeger-multi-in.jsonl", "jaeger/jaeger-ui-otlp2jaeger-multi-out.json"),
    ];
    let mut spans = 0;
    for (otlp, jaeger) in pairs {
        let [otlp, jaeger] = [otlp, jaeger].map(|name| {
            let (store, report) = load(name, &std::fs::read(folder.join(name)).expect("a file"), 1 << 20);
            assert_eq!(report.fault, None, "{name}");
            store
        });
        assert_eq!(comparable(projected::for_jaeger(traces_of(&otlp))), comparable(traces_of(&jaeger)));
        spans += otlp.traces().map(|(_, trace)| trace.span_count()).sum::<u32>();
    }
    println!("conversions: {} pairs, {spans} spans", pairs.len());
}

/// The order of attributes is the backend's own (it puts the scope first, we last), and its older releases call a scope a
/// library. The address of a resource's schema is not converted.
fn comparable(mut traces: Vec<PlainTrace>) -> String {
    for span in traces.iter_mut().flat_map(|trace| &mut trace.spans) {
        for (key, _) in &mut span.attributes {
            if let Some(part) = key.strip_prefix("otel.library.") {
                *key = format!("otel.scope.{part}");
            }
        }
        span.attributes.sort_by(|a, b| a.0.cmp(&b.0));
        span.resource.retain(|(key, _)| key != trackway::model::attribute_names::RESOURCE_SCHEMA_URL);
    }
    let store: Store = store_of(&traces);
    dump(&store)
}
