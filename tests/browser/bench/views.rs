//! The other views of a trace: graph, statistics, spans, flame graph, events, findings. One trace is opened by its link; then each view is gone to
//! by a click, from the click to the painted frame.

use axum::body::Bytes;

use super::data::TraceFile;
use super::options::Options;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::timing::{Figures, act, last, open, settle};
use super::{Budget, Row, data, graphs, name_of, tell};

/// Sizes that ../shared/BUDGETS.md speaks of (spans), with what it asks of tables and flame graphs, and of graphs, and what we ask of findings (ms).
const SIZES: [(u64, [f64; 3]); 3] =
    [(10_000, [100.0, 500.0, 100.0]), (100_000, [100.0, 2_000.0, 100.0]), (1_000_000, [800.0, 12_000.0, 1_000.0])];
/// No task of the page's thread (ms).
const LONGEST: f64 = 50.0;

/// What is told of a view, what shows it, and its place in the switch.
const VIEWS: [(&str, &str, &str); 8] = [
    ("view: statistics", "statistics", "view-statistics"),
    ("view: findings", "findings", "view-findings"),
    ("view: spans", "spans", "view-spans"),
    ("view: flame graph", "flamegraph", "view-flamegraph"),
    ("view: flame graph at times", "otherFlame", "flamegraph-mode-times"),
    ("view: flame graph merged again", "otherFlame", "flamegraph-mode-merged"),
    ("view: graph", "graph", "view-graph"),
    ("view: events", "events", "view-events"),
];
const FIRST: &str = "view: the first one, with the code for it";
const TASK: &str = "view: longest task";

/// The trace of which no two spans have the same way from the root.
const DISTINCT: u64 = 100_000;

pub async fn rows(files: &[TraceFile], options: &Options) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for file in files.iter().filter(|file| !file.only_parsed) {
        rows.extend(rows_of(file, options, "").await);
    }
    if files.iter().any(|file| file.spans == DISTINCT && !file.only_parsed) {
        rows.extend(rows_of(&distinct()?, options, " paths").await);
    }
    Ok(rows)
}

fn distinct() -> Result<TraceFile, String> {
    let path = graphs::distinct(DISTINCT)?;
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let (bytes, trace_id) = (path.metadata().map_err(fault)?.len(), data::first_id(&path).map_err(fault)?);
    Ok(TraceFile { spans: DISTINCT, path, packed: None, trace_id, bytes, only_parsed: false })
}

async fn rows_of(file: &TraceFile, options: &Options, kind: &str) -> Vec<Row> {
    let Some((_, [table, graph, findings])) = SIZES.into_iter().find(|(spans, _)| *spans == file.spans) else {
        return Vec::new();
    };
    let mut figures = Figures::default();
    let bytes = Bytes::from(std::fs::read(&file.path).expect("it was provided"));
    for repetition in 0..options.repetitions {
        alone_in_browser(async |page| {
            page.host.service.has_trace(&file.trace_id, bytes.clone());
            measure(page, file, &mut figures).await;
        })
        .await;
        tell(&format!("views{kind}, {} of {}", repetition + 1, options.repetitions), file, &last(&figures));
    }
    let size = [&name_of(file.spans), kind].concat();
    let line = |name: &&'static str| {
        let budget = match *name {
            FIRST => None,
            TASK => Some(LONGEST),
            "view: graph" => Some(graph),
            "view: findings" => Some(findings),
            _ => Some(table),
        };
        Row::new(name, &size, "ms", figures.values[name].clone()).budget(budget.map(Budget::AtMost))
    };
    figures.order.iter().map(line).collect()
}

async fn measure(page: &Page, file: &TraceFile, figures: &mut Figures) {
    open(page, &format!("/trace/{}", file.trace_id), "rows").await;
    settle(page).await;
    // What all of them need comes with the first; its own work is done again, for another one comes between.
    let [time, mut longest] = act(page, "events", "one('@view-events')").await;
    figures.add(FIRST, time);
    for (name, shows, link) in VIEWS {
        if page.count(&format!("@{link}")).await == 0 {
            continue;
        }
        let [time, _] = act(page, shows, &format!("one('@{link}')")).await;
        figures.add(name, time);
        settle(page).await;
        longest = longest.max(page.value("return bench.longestSince()", &[]).await);
    }
    figures.add(TASK, longest);
}
