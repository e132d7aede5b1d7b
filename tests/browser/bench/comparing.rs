//! Comparing: two traces of one size, opened by their link from a query service, and two groups of 1,000 traces of 50 spans each that are
//! loaded. Until the first nodes are painted.

use std::path::PathBuf;

use axum::body::Bytes;
use serde_json::json;

use super::data::{many_traces, pair};
use super::options::Options;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::timing::{Figures, acted, last, open, settle};
use super::{Budget, Row, name_of, tell_line};

/// Sizes that ../shared/BUDGETS.md speaks of (spans), with what it asks (ms).
const SIZES: [(u64, f64); 3] = [(1_000, 300.0), (10_000, 800.0), (100_000, 3_000.0)];
const GROUPS: f64 = 1_500.0;
/// No task of the page's thread (ms).
const LONGEST: f64 = 50.0;

const OPEN: &str = "compare: two traces by link, less /search";
const TASK: &str = "compare: longest task";
const OF_GROUPS: &str = "compare: 1,000 against 1,000 traces";
const AGAIN: &str = "compare: the groups, by time";
const WHY: &str = "compare: what differs in them";

pub async fn rows(options: &Options) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (spans, most) in SIZES {
        let mut figures = Figures::default();
        let files = pair(spans)?;
        for repetition in 0..options.repetitions {
            alone_in_browser(async |page| by_link(page, &files, &mut figures).await).await;
            tell_line(&format!(
                "comparing {}, {} of {}: {}",
                name_of(spans),
                repetition + 1,
                options.repetitions,
                last(&figures)
            ));
        }
        rows.extend(table(&figures, &name_of(spans), |name| if name == TASK { LONGEST } else { most }));
    }
    let (mut figures, file) = (Figures::default(), many_traces()?);
    for repetition in 0..options.repetitions {
        alone_in_browser(async |page| groups(page, &file, &mut figures).await).await;
        tell_line(&format!("groups, {} of {}: {}", repetition + 1, options.repetitions, last(&figures)));
    }
    rows.extend(table(&figures, "2 × 1,000 × 50", |name| if name == TASK { LONGEST } else { GROUPS }));
    Ok(rows)
}

fn table(figures: &Figures, size: &str, budget: impl Fn(&str) -> f64) -> Vec<Row> {
    let line = |name: &&'static str| {
        Row::new(name, size, "ms", figures.values[name].clone()).budget(Some(Budget::AtMost(budget(name))))
    };
    figures.order.iter().map(line).collect()
}

async fn by_link(page: &Page, files: &[(String, PathBuf); 2], figures: &mut Figures) {
    for (id, path) in files {
        page.host.service.has_trace(id, Bytes::from(std::fs::read(path).expect("it was provided")));
    }
    let [search, _] = open(page, "/search", "form").await;
    let [at, task] = open(page, &format!("/trace/{}...{}", files[0].0, files[1].0), "compared").await;
    figures.add(OPEN, at - search);
    figures.add(TASK, task);
}

/// The first and the last thousand of ten thousand loaded traces.
async fn groups(page: &Page, file: &PathBuf, figures: &mut Figures) {
    open(page, "/search", "form").await;
    page.choose_files(&[file]).await;
    page.until("all traces are listed", "return one('@result-count').textContent.startsWith('10,000')", &[]).await;
    page.until_count("@load-progress", 0).await;
    let ids = ids(file);
    let address = format!("/compare?a={}&b={}", ids[..1_000].join(","), ids[ids.len() - 1_000..].join(","));
    let mut longest = 0.0_f64;
    for (name, shows, address) in [
        (OF_GROUPS, "compared", address.clone()),
        (AGAIN, "comparedByTime", format!("{address}&metric=total")),
        (WHY, "comparedGroups", format!("{address}&view=groups")),
    ] {
        settle(page).await;
        let go = "bench.act(arguments[0]); bench.input = performance.now(); history.pushState(null, '', arguments[1]); dispatchEvent(new PopStateEvent('popstate'))";
        page.js(go, &[json!(shows), json!(address)]).await;
        let [time, task] = acted(page).await;
        figures.add(name, time);
        longest = longest.max(task);
    }
    figures.add(TASK, longest);
}

/// The traces' ids, in the order of the file.
fn ids(file: &PathBuf) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("it was provided");
    let mut ids: Vec<String> = Vec::new();
    for piece in text.split("{\"traceID\":\"").skip(1) {
        let id = piece.split('"').next().unwrap_or_default();
        if ids.last().is_none_or(|last| last != id) {
            ids.push(id.to_owned());
        }
    }
    ids.sort();
    ids.dedup();
    ids
}
