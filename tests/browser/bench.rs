//! Measures the release build in Chromium and prints one table: how long reading takes, what it needs of memory, whether
//! the page answers meanwhile, how quick a big trace's page is, how quick searching, comparing and the pages about services are. scripts/bench.sh builds and provides what this needs; docs/performance.md says what each row
//! means.
//!
//! `options` reads the command line, `data` provides files, `reading`, `answering`, `memory`, `timeline`, `searching`, `comparing`, `views` and `services` measure one thing once (`graphs` draws what the last two need besides), the
//! last five by what `timing` does on a page, `results` makes figures of repetitions, judges and prints them.

#[path = "bench/answering.rs"]
mod answering;
#[path = "bench/comparing.rs"]
mod comparing;
#[path = "bench/data.rs"]
mod data;
#[path = "bench/graphs.rs"]
mod graphs;
// The generator's inside; its `main` is for the command line, and its tests are no tests without a harness.
#[allow(dead_code, unused_imports)]
#[path = "../../examples/make_trace/main.rs"]
mod make_trace;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/options.rs"]
mod options;
#[path = "bench/reading.rs"]
mod reading;
#[path = "bench/results.rs"]
mod results;
#[path = "bench/searching.rs"]
mod searching;
// It uses less than the tests do.
#[path = "bench/services.rs"]
mod services;
#[allow(dead_code)]
mod support;
#[path = "bench/timeline.rs"]
mod timeline;
#[path = "bench/timing.rs"]
mod timing;
#[path = "bench/views.rs"]
mod views;

use std::process::ExitCode;

use data::TraceFile;
use options::{Part, name_of};
use results::{Budget, Row};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(fault) => {
            eprintln!("bench: {fault}");
            return ExitCode::from(2);
        }
    };
    let files = match data::provide(&options) {
        Ok(files) => files,
        Err(fault) => {
            eprintln!("bench: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let mut rows = Vec::new();
    if options.wants(Part::Reading) {
        rows.extend(reading::measure(&files, &options).await.rows(&files, &options));
        rows.extend(answering::rows(&files, &options).await);
    }
    if options.wants(Part::Memory) {
        rows.extend(memory::rows(&files, &options).await);
    }
    if options.wants(Part::Timeline) {
        rows.extend(timeline::rows(&files, &options).await);
    }
    if options.wants(Part::Search) {
        match data::many_traces() {
            Ok(file) => rows.extend(searching::rows(&file, &options).await),
            Err(fault) => {
                eprintln!("bench: {fault}");
                return ExitCode::FAILURE;
            }
        }
    }
    if options.wants(Part::Compare) {
        match comparing::rows(&options).await {
            Ok(more) => rows.extend(more),
            Err(fault) => {
                eprintln!("bench: {fault}");
                return ExitCode::FAILURE;
            }
        }
    }
    if options.wants(Part::Views) {
        match views::rows(&files, &options).await {
            Ok(more) => rows.extend(more),
            Err(fault) => {
                eprintln!("bench: {fault}");
                return ExitCode::FAILURE;
            }
        }
    }
    if options.wants(Part::Services) {
        match services::rows(&options).await {
            Ok(more) => rows.extend(more),
            Err(fault) => {
                eprintln!("bench: {fault}");
                return ExitCode::FAILURE;
            }
        }
    }
    results::print(&rows);
    if let Err(fault) = results::append(&rows) {
        eprintln!("bench: results.tsv cannot be written: {fault}");
    }
    let is_over = rows.iter().any(|row| row.is_over() == Some(true));
    if options.is_strict && is_over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// One line to standard error, so that somebody who waits sees each repetition.
fn tell(what: &str, file: &TraceFile, figures: &str) {
    tell_line(&format!("{what} {}: {figures}", name_of(file.spans)));
}

fn tell_line(line: &str) {
    eprintln!("{line}");
}
