//! The other views of a trace: graph, statistics, spans, flame graph, events. One trace is opened by its link; then each view is gone to
//! by a click, from the click to the painted frame.

use axum::body::Bytes;

use super::data::TraceFile;
use super::options::Options;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::timing::{Figures, act, last, open, settle};
use super::{Budget, Row, name_of, tell};

/// Sizes that ../shared/BUDGETS.md speaks of (spans), with what it asks of tables and flame graphs, and of graphs (ms).
const SIZES: [(u64, f64, f64); 3] = [(10_000, 100.0, 500.0), (100_000, 100.0, 2_000.0), (1_000_000, 800.0, 12_000.0)];
/// No task of the page's thread (ms).
const LONGEST: f64 = 50.0;

/// What is told of a view, what shows it, and its place in the switch.
const VIEWS: [(&str, &str, &str); 5] = [
    ("view: statistics", "statistics", "view-statistics"),
    ("view: spans", "spans", "view-spans"),
    ("view: flame graph", "flamegraph", "view-flamegraph"),
    ("view: graph", "graph", "view-graph"),
    ("view: events", "events", "view-events"),
];
const FIRST: &str = "view: the first one, with the code for it";
const TASK: &str = "view: longest task";

pub async fn rows(files: &[TraceFile], options: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in files.iter().filter(|file| !file.only_parsed) {
        let Some((_, table, graph)) = SIZES.into_iter().find(|(spans, ..)| *spans == file.spans) else { continue };
        let mut figures = Figures::default();
        let bytes = Bytes::from(std::fs::read(&file.path).expect("it was provided"));
        for repetition in 0..options.repetitions {
            alone_in_browser(async |page| {
                page.host.service.has_trace(&file.trace_id, bytes.clone());
                measure(page, file, &mut figures).await;
            })
            .await;
            tell(&format!("views, {} of {}", repetition + 1, options.repetitions), file, &last(&figures));
        }
        let line = |name: &&'static str| {
            let budget = match *name {
                FIRST => None,
                TASK => Some(LONGEST),
                "view: graph" => Some(graph),
                _ => Some(table),
            };
            Row::new(name, &name_of(file.spans), "ms", figures.values[name].clone()).budget(budget.map(Budget::AtMost))
        };
        rows.extend(figures.order.iter().map(line));
    }
    rows
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
        let [time, task] = act(page, shows, &format!("one('@{link}')")).await;
        figures.add(name, time);
        longest = longest.max(task);
    }
    figures.add(TASK, longest);
}
