//! How long searching takes: `cargo test --release --test golden_search speed -- --ignored --nocapture`.

use std::process::Command;
use std::time::Instant;
use trackway::engine::Engine;
use trackway::engine::questions::*;

/// 10,000 traces of 50 spans with nine attributes each, unless TRACES says otherwise.
fn engine() -> Engine {
    let traces = std::env::var("TRACES").unwrap_or("10000".to_owned());
    let output = Command::new(env!("CARGO"))
        .args(["run", "--release", "--offline", "--quiet", "--example", "make_trace", "--"])
        .args(["--spans", "50", "--attributes", "9", "--traces", &traces])
        .output()
        .expect("the generator runs");
    let mut engine = Engine::default();
    engine.begin("made.json");
    output.stdout.chunks(2 << 20).for_each(|slice| assert!(engine.push(slice)));
    let report = engine.finish();
    println!("{} traces, {} spans, {:.0} MB", report.traces, report.spans, engine.bytes() as f64 / 1e6);
    engine
}

fn search(query: &str, service: &str, tags: &str) -> Search {
    let conditions = Conditions { service: service.into(), tags: tags.into(), ..Conditions::default() };
    let sought = Sought { conditions, query: query.into(), ..Sought::default() };
    Search { sought, count: 50, bars: Bars::Logarithmic, columns: vec!["http.route".into()], ..Search::default() }
}

fn timed<T>(what: &str, mut run: impl FnMut(usize) -> T) -> T {
    let mut best = f64::MAX;
    let mut last = None;
    for turn in 0..5 {
        let began = Instant::now();
        last = Some(run(turn));
        best = best.min(began.elapsed().as_secs_f64());
    }
    print!("{:>8.1} ms  {what}", best * 1e3);
    last.expect("a run")
}

#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut engine = engine();
    // Another search in between, so that nothing is kept.
    let other = search("{ name = \"x\" }", "", "");
    for (query, service, tags) in [
        ("{ span.http.response.status_code >= 500 && span.http.request.method = \"GET\" }", "", ""),
        ("{ .http.response.status_code >= 500 && .http.request.method = \"GET\" }", "", ""),
        ("{ .http.response.status_code >= 500 || .db.system.name = \"redis\" }", "", ""),
        ("{ .app.no.such.key = 1 }", "", ""),
        ("{ duration > 100ms && status = error }", "", ""),
        ("{ name =~ \".*GET.*\" }", "", ""),
        ("{ .http.route =~ \"/.*/[0-9]+\" }", "", ""),
        ("{ kind = server } >> { status = error }", "", ""),
        ("{ } | by(resource.service.name) | count() > 20", "", ""),
        ("{ } | avg(duration) > 100ms", "", ""),
        ("{ duration * 2 > .x + 100 }", "", ""),
        ("{ event.exception.type != nil }", "", ""),
        ("", "edge", "http.response.status_code=500"),
        ("", "", ""),
    ] {
        let mut found = (0, 0);
        let mut parts = Vec::new();
        let text = format!("{query} {service} {tags}");
        timed(&text, |_| ());
        let mut best = f64::MAX;
        for _ in 0..5 {
            engine.ask(&other);
            let began = Instant::now();
            let SearchAnswer::Found(answer) = engine.ask(&search(query, service, tags)) else { panic!("{query}") };
            best = best.min(began.elapsed().as_secs_f64());
            found = (answer.found, answer.rows.len());
        }
        parts.push(best);
        println!("\r{:>8.1} ms  {text}: {} traces", best * 1e3, found.0);
    }
    let all = search("", "", "");
    for (turn, sort) in Sort::ALL.into_iter().enumerate() {
        let began = Instant::now();
        engine.ask(&Search { sort, ..all.clone() });
        println!("{:>8.1} ms  sort {turn} {sort:?}", began.elapsed().as_secs_f64() * 1e3);
    }
    let service = |turn: usize| Chosen {
        errors: vec![turn.is_multiple_of(2)],
        services: vec!["edge".into()],
        ..Chosen::default()
    };
    timed("facet\n", |turn| engine.ask(&Search { chosen: service(turn), ..all.clone() }));
    timed("points\n", |_| engine.ask(&SearchPoints { sought: all.sought.clone(), chosen: Chosen::default() }));
    let complete =
        |text: &str| Complete { language: Language::TraceQl, text: text.into(), cursor: text.len() as u32, told: None };
    let began = Instant::now();
    engine.ask(&complete("{ span.ht"));
    println!("{:>8.1} ms  keys, first time", began.elapsed().as_secs_f64() * 1e3);
    let began = Instant::now();
    engine.ask(&complete("{ .http.route = "));
    println!("{:>8.1} ms  values, first time", began.elapsed().as_secs_f64() * 1e3);
}
