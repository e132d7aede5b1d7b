//! The pages about services: graphs of ever more services, and each page over 10,000 loaded traces (500,000 spans). From the click to the
//! painted frame, the page's longest task until it is quiet again, and frames while a graph is moved.

use std::path::Path;

use serde_json::json;

use super::options::Options;
use super::support::keys::{DOWN, UP};
use super::support::page::Page;
use super::timeline::{PACE, drag, percentile, watch, watched};
use super::timing::{Figures, act, acted, last, open, settle};
use super::{Budget, Row, data, graphs, tell_line};
use crate::support::browser::alone_in_browser;

/// How many services, and what ../shared/BUDGETS.md asks (ms).
const GRAPHS: [(u64, f64); 4] = [(30, 100.0), (100, 150.0), (300, 400.0), (1_238, 3_000.0)];
/// No task of the page's thread, and no frame (ms).
const LONGEST: f64 = 50.0;
/// A bound of ours for the pages over many traces.
const ANSWERED: f64 = 1_000.0;

const TASK: &str = "services: longest task";
const MOVED: &str = "services: longest task while moved";
const WORST: &str = "services: worst frame";

/// The pages over many traces: what is told of each, what shows it, and what is clicked.
const PAGES: [(&str, &str, &str); 6] = [
    ("of many: graph", "services", "one('@nav-services')"),
    ("of many: paths, without a focus", "pathsOffered", "one('@services-deep-dependencies')"),
    ("of many: paths of a service", "paths", "all('@path-offer')[1]"),
    ("of many: monitor", "monitor", "one('@services-monitor')"),
    ("of many: findings", "findings", "one('@services-findings')"),
    ("of many: flame graph", "flamegraph", "one('@services-flamegraph')"),
];
const TASK_OF_MANY: &str = "of many: longest task";

pub async fn rows(options: &Options) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for (count, budget) in GRAPHS {
        let file = if count > 1_000 { graphs::many_services()? } else { graphs::services(count)? };
        let mut figures = Figures::default();
        for repetition in 0..options.repetitions {
            alone_in_browser(async |page| graph(page, &file, count, &mut figures).await).await;
            tell_line(&format!("{count} services, {} of {}: {}", repetition + 1, options.repetitions, last(&figures)));
        }
        let of = |name: &str| if matches!(name, TASK | MOVED | WORST) { LONGEST } else { budget };
        rows.extend(lines(&figures, &count.to_string(), &of));
    }
    let file = data::many_traces()?;
    let mut figures = Figures::default();
    for repetition in 0..options.repetitions {
        alone_in_browser(async |page| many(page, &file, &mut figures).await).await;
        tell_line(&format!("services of many, {} of {}: {}", repetition + 1, options.repetitions, last(&figures)));
    }
    rows.extend(lines(&figures, "10k × 50", &|name| if name == TASK_OF_MANY { LONGEST } else { ANSWERED }));
    Ok(rows)
}

fn lines(figures: &Figures, size: &str, budget: &dyn Fn(&str) -> f64) -> Vec<Row> {
    let line = |name: &&'static str| {
        Row::new(name, size, "ms", figures.values[name].clone()).budget(Some(Budget::AtMost(budget(name))))
    };
    figures.order.iter().map(line).collect()
}

async fn load(page: &Page, file: &Path) {
    open(page, "/search", "form").await;
    page.choose_files(&[file]).await;
    page.until_count("@loaded-file", 1).await;
    page.until_count("@load-progress", 0).await;
    settle(page).await;
}

/// The longest task since the last action began, once the page is quiet.
async fn longest(page: &Page) -> f64 {
    settle(page).await;
    page.value("return bench.longestSince()", &[]).await
}

async fn graph(page: &Page, file: &Path, count: u64, figures: &mut Figures) {
    load(page, file).await;
    let [time, _] = act(page, "services", "one('@nav-services')").await;
    let mut task = longest(page).await;
    let shown: u64 = page.attribute("@service-graph", "data-nodes").await.parse().expect("a number");
    assert_eq!(shown, count, "all services are there");
    figures.add("services: graph in layers", time);
    let is_large = count > 1_000;
    let mut seen = if is_large { moved(page).await } else { [0.0; 2] };
    for (name, key) in [("services: by forces instead", DOWN), ("services: in layers again", UP)] {
        settle(page).await;
        page.js("one('@layout-select').focus(); bench.act('otherLayout')", &[]).await;
        page.keys("@layout-select", key).await;
        let [time, _] = acted(page).await;
        figures.add(name, time);
        task = task.max(longest(page).await);
        if key == DOWN && is_large {
            let other = moved(page).await;
            seen = [0, 1].map(|at| seen[at].max(other[at]));
        }
    }
    figures.add(TASK, task);
    if is_large {
        figures.add(MOVED, seen[0]);
        figures.add(WORST, seen[1]);
    }
}

/// The pointer passes over the graph; the wheel goes in and out; it is dragged: the longest task, and the worst frame.
async fn moved(page: &Page) -> [f64; 2] {
    let corners = "const { left, top, width, height } = one('@service-graph').getBoundingClientRect(); return [left, top, width, height]";
    let [left, top, width, height]: [f64; 4] = page.value(corners, &[]).await;
    let at = |x: f64, y: f64| [left + width * x, top + height * y];
    let scale = "return document.querySelector('.graph-nodes').style.transform";
    let (began, mut zoomed): (String, _) = (page.value(scale, &[]).await, String::new());
    watch(page, false).await;
    for step in 0..60 {
        let share = f64::from(step) / 60.0;
        let [x, y] = at(0.1 + share * 0.8, 0.2 + share * 0.6);
        page.cdp("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y })).await;
        tokio::time::sleep(PACE).await;
    }
    let [x, y] = at(0.5, 0.5);
    for turn in 0..80 {
        let delta = if turn < 40 { -60.0 } else { 60.0 };
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta });
        page.cdp("Input.dispatchMouseEvent", event).await;
        // It rests now and then, so that what waits for that comes, too.
        tokio::time::sleep(if turn % 20 == 19 { PACE * 20 } else { PACE }).await;
        if turn == 39 {
            zoomed = page.value(scale, &[]).await;
            drag(page, at(0.7, 0.7), at(0.2, 0.3), 60).await;
        }
    }
    let seen = watched(page).await;
    assert_ne!(began, zoomed, "the wheel zooms");
    page.keys("@service-graph", "0").await;
    [seen.task, percentile(&seen.frames, 100)]
}

async fn many(page: &Page, file: &Path, figures: &mut Figures) {
    load(page, file).await;
    page.until("all traces are listed", "return one('@result-count').textContent.startsWith('10,000')", &[]).await;
    settle(page).await;
    let mut task = 0.0_f64;
    for (name, shows, element) in PAGES {
        let [time, _] = act(page, shows, element).await;
        figures.add(name, time);
        let longest = longest(page).await;
        if longest > LONGEST {
            tell_line(&format!("{name}: a task of {longest:.0} ms"));
        }
        task = task.max(longest);
    }
    figures.add(TASK_OF_MANY, task);
}
