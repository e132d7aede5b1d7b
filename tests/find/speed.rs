//! How long finding takes: `cargo test --release --test golden_find speed -- --ignored --nocapture`.

use super::files::load;
use std::process::Command;
use std::time::Instant;
use trackway::model::TraceRow;
use trackway::query::find::{Find, FindMode, matches, parse};

#[test]
#[ignore = "a measurement"]
fn speed() {
    let sizes = std::env::var("SPANS").unwrap_or("100000,1000000".to_owned());
    for spans in sizes.split(',') {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--release", "--offline", "--quiet", "--example", "make_trace", "--", "--spans", spans])
            .output()
            .expect("the generator runs");
        let (store, report) = load("made.json", &output.stdout, 2 << 20);
        drop(output);
        println!("{} spans, {} texts, {} attributes", report.spans, store.strings().len(), store.attributes.end());
        let queries = [
            (FindMode::Any, "redis"),
            (FindMode::Any, "\"no such word\""),
            (FindMode::Any, "zzzz"),
            (FindMode::Any, "http.status_code=500"),
            (FindMode::Any, "500"),
            (FindMode::Any, "e"),
            (FindMode::Any, "=7"),
            (FindMode::All, "get server"),
            (FindMode::All, "http.status_code>=500"),
            (FindMode::All, "duration>10ms"),
            (FindMode::All, "name=~\"^get\""),
            (FindMode::Regex, "time(d )?out"),
            (FindMode::Regex, "^[a-z]+-[0-9]{3}$"),
            (FindMode::Regex, "status_code=5\\d\\d"),
        ];
        for (mode, text) in queries {
            let query = parse(&Find { text: text.to_owned(), mode }).expect("a query");
            let mut best = f64::MAX;
            let mut found = 0;
            for _ in 0..3 {
                let began = Instant::now();
                found = matches(&store, TraceRow(0), &query).len();
                best = best.min(began.elapsed().as_secs_f64());
            }
            println!("{:>9.1} ms {found:>8} found  {mode:?} {text}", best * 1e3);
        }
    }
}
