//! The contract with real backends: a Jaeger fed by HotROD and a Zipkin, as scripts/backends.sh starts them:
//!
//!     scripts/backends.sh -- cargo test --test backends -- --ignored

mod backend;

use std::rc::Rc;
use std::time::SystemTime;

use backend::{Loads, Loopback};
use trackway::engine::searching::{self, Fetched};
use trackway::source::answers::Partial;
use trackway::source::api::{Ask, Kind, Told};
use trackway::source::carry;
use trackway::source::conditions::Conditions;
use trackway::source::list::{Source, Sources};
use trackway::source::trouble::TroubleKind;

const ALL: [Kind; 3] = [Kind::Jaeger, Kind::Zipkin, Kind::Tempo];

async fn source(variable: &str) -> Source {
    let address =
        std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run it by scripts/backends.sh"));
    let source = Sources::default().add("real", &address, Vec::new()).unwrap();
    let api = carry::probe(&Loopback::default(), &source, &ALL).await.unwrap_or_else(|trouble| panic!("{trouble:?}"));
    Source { api: Some(api), ..(*source).clone() }
}

fn last_hour() -> Conditions {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    Conditions { start: now - 3_600_000_000_000, end: now, limit: 10, ..Conditions::default() }
}

async fn names(source: &Source, ask: Ask) -> Vec<String> {
    match carry::ask(&Loopback::default(), source, &ask).await {
        Ok(Told::Names(names)) => names.into_iter().map(|name| name.name).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
#[ignore = "wants scripts/backends.sh"]
async fn a_real_jaeger() {
    let source = source("TRACKWAY_JAEGER").await;
    let api = source.api.clone().unwrap();
    assert_eq!((api.kind(), api.version(), api.abilities().summaries), (Kind::Jaeger, "v1, v3", false));
    let services = names(&source, Ask::Services).await;
    assert!(
        ["frontend", "driver", "customer", "mysql"].iter().all(|name| services.iter().any(|other| other == name)),
        "{services:?}"
    );
    let operations = names(&source, Ask::Operations { service: "frontend".to_owned() }).await;
    assert!(operations.contains(&"/dispatch".to_owned()), "{operations:?}");

    let transport = Loopback::default();
    let dispatches = Conditions { service: "frontend".to_owned(), operation: "/dispatch".to_owned(), ..last_hour() };
    let v3 = trackway::source::jaeger_api::JaegerApi { v3: true, ..Default::default() };
    for source in [source.clone(), Source { api: Some(Rc::new(v3)), ..source.clone() }] {
        let loads = Loads::default();
        let found = searching::search(&transport, &source, &dispatches, true, &loads).await.unwrap();
        let report = found.report.unwrap();
        assert_eq!((report.traces, found.partial), (10, vec![Partial::LimitReached { limit: 10 }]));
        assert!(report.spans > 200 && report.services >= 5, "{report:?}");
        let sources = [Rc::new(source)];
        let id = &report.trace_ids[0];
        assert_eq!(searching::trace(&transport, &sources, id, false, &loads).await, Ok(Fetched::Loaded));
        let fetched = searching::trace(&transport, &sources, id, false, &Loads::default()).await.unwrap();
        let Fetched::From { report, .. } = fetched else { panic!() };
        assert!(report.spans > 20);
        let none = searching::trace(&transport, &sources, "deadbeef", false, &loads).await.unwrap_err();
        assert_eq!(none[0].kind, TroubleKind::NotFound);
        if sources[0].api.as_deref().is_some_and(|api| api.abilities().archive) {
            assert_eq!(carry::ask(&transport, &sources[0], &Ask::Archive { id: id.clone() }).await, Ok(Told::Done));
        }
    }

    // Every condition is one that Jaeger understands.
    let tags = vec![("http.method".to_owned(), "GET".to_owned())];
    let all = Conditions {
        tags: tags.clone(),
        span_at_least: Some(1_000_000),
        span_at_most: Some(60_000_000_001),
        ..dispatches.clone()
    };
    assert_eq!(
        searching::search(&transport, &source, &all, true, &Loads::default()).await.unwrap().report.unwrap().traces,
        10
    );
    let short = Conditions { span_at_least: None, span_at_most: Some(1_000), ..all };
    assert_eq!(
        searching::search(&transport, &source, &short, true, &Loads::default()).await.unwrap().report.unwrap().traces,
        0
    );
    let trouble = searching::search(&transport, &source, &last_hour(), true, &Loads::default()).await.unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Backend { code: 400, message: "parameter 'service' is required".to_owned() });

    let now = last_hour().end;
    let Ok(Told::Calls(calls)) =
        carry::ask(&transport, &source, &Ask::Dependencies { end: now, lookback: 3_600_000_000_000 }).await
    else {
        panic!()
    };
    assert!(calls.iter().any(|calls| calls.parent == "frontend" && calls.child == "driver"), "{calls:?}");
}

#[tokio::test]
#[ignore = "wants scripts/backends.sh"]
async fn a_real_zipkin() {
    let source = source("TRACKWAY_ZIPKIN").await;
    assert_eq!(source.api.clone().unwrap().kind(), Kind::Zipkin);
    assert_eq!(names(&source, Ask::Services).await, ["zipkin-server"]);
    let operations = names(&source, Ask::Operations { service: "zipkin-server".to_owned() }).await;
    assert!(operations.iter().any(|name| name.starts_with("get ")), "{operations:?}");
    assert_eq!(names(&source, Ask::TagKeys).await, [""; 0]);
    assert_eq!(names(&source, Ask::TagValues { key: "env".to_owned() }).await, [""; 0]);

    let transport = Loopback::default();
    let loads = Loads::default();
    let tags = vec![("http.method".to_owned(), "GET".to_owned())];
    let wanted =
        Conditions { service: "zipkin-server".to_owned(), tags, span_at_least: Some(1_000), limit: 2, ..last_hour() };
    let found = searching::search(&transport, &source, &wanted, true, &loads).await.unwrap();
    let report = found.report.unwrap();
    assert_eq!((report.traces, found.partial), (2, vec![Partial::LimitReached { limit: 2 }]));
    let sources = [Rc::new(source.clone())];
    let fetched = searching::trace(&transport, &sources, &report.trace_ids[0], false, &Loads::default()).await.unwrap();
    assert!(matches!(fetched, Fetched::From { .. }));
    let none = searching::trace(&transport, &sources, "deadbeef", false, &loads).await.unwrap_err();
    assert_eq!(none[0].kind, TroubleKind::NotFound);
    let tags = vec![("http.method".to_owned(), "BREW".to_owned())];
    let nothing = Conditions { tags, span_at_most: Some(5_000_000_000), ..wanted };
    assert_eq!(searching::search(&transport, &source, &nothing, true, &loads).await.unwrap().report.unwrap().traces, 0);
    let asked =
        carry::ask(&transport, &source, &Ask::Dependencies { end: last_hour().end, lookback: 3_600_000_000_000 }).await;
    assert!(matches!(asked, Ok(Told::Calls(_))), "{asked:?}");
}
