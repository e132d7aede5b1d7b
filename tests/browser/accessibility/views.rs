//! The views of a trace beside its timeline, and the pages about services, with and without what they are of.

use super::Judge;
use crate::support::keys::{DOWN, ESCAPE};
use crate::support::page::Page;
use crate::support::traces::demo_ride;

/// The views of a trace that are no tables.
pub async fn of_a_trace(page: &Page, judge: &mut Judge) {
    page.open_demo_trace(&demo_ride().id).await;
    page.click("@view-findings").await;
    page.until_count_at_least("@finding", 3).await;
    page.click("@finding-rule[data-rule=\"retries\"]").await;
    page.until_address("off=retries").await;
    judge.look(page, "findings").await;
    page.click("@view-graph").await;
    page.until_count_at_least("@graph-node", 5).await;
    page.keys("@graph", "n").await;
    page.until_count("@graph-card", 1).await;
    judge.look(page, "graph, an error chosen").await;
    page.click("@graph-colour-self").await;
    page.until_address("metric=self").await;
    judge.look(page, "graph, by self time").await;
    flame_graph(page, judge).await;
}

async fn flame_graph(page: &Page, judge: &mut Judge) {
    page.click("@view-flamegraph").await;
    page.until_count_at_least("@flamegraph-row", 3).await;
    page.keys("@flamegraph", DOWN).await;
    page.until_count("@flamegraph-tip", 1).await;
    judge.look(page, "flame graph").await;
    page.keys("@flamegraph", "m").await;
    page.until_count("@flamegraph-menu", 1).await;
    judge.look(page, "flame graph, menu").await;
    page.press(ESCAPE).await;
    page.until_count("@flamegraph-menu", 0).await;
    page.click("@flamegraph-mode-times").await;
    page.until_address("flame=times").await;
    page.keys("@flamegraph-find", "redis").await;
    page.until_text("@flamegraph-found", "%").await;
    judge.look(page, "flame graph, spans at their times").await;
}

/// The pages about services beside the graph and the monitor, of the demo.
pub async fn of_many(page: &Page, judge: &mut Judge) {
    page.open("/").await;
    page.open_demo().await;
    page.click("@nav-services").await;
    page.click("@services-deep-dependencies").await;
    page.until_count_at_least("@path-offer", 1).await;
    judge.look(page, "paths, nothing chosen").await;
    page.click("@path-offer").await;
    page.until_count_at_least("@path-node", 2).await;
    page.click("@path-node").await;
    page.until_count("@path-card", 1).await;
    judge.look(page, "paths, a node chosen").await;
    page.keys("@path-graph", "?").await;
    page.element("@keyboard-help").await;
    judge.look(page, "help of paths").await;
    page.keys("@keyboard-help button", ESCAPE).await;
    page.click("@services-dependencies").await;
    page.click("@services-time").await;
    page.element("@services-from").await;
    judge.look(page, "service graph, times").await;
    page.keys("@services-from", ESCAPE).await;
    page.click("@services-findings").await;
    page.until_count_at_least("@finding", 3).await;
    judge.look(page, "findings of all").await;
    page.click("@services-flamegraph").await;
    page.until_count_at_least("@flamegraph-row", 3).await;
    page.keys("@flamegraph", DOWN).await;
    page.until_count("@flamegraph-tip", 1).await;
    judge.look(page, "flame graph of all").await;
}

/// The same pages before anything is loaded.
pub async fn of_nothing(page: &Page, judge: &mut Judge) {
    page.provokes("404");
    for path in ["/deep-dependencies", "/monitor", "/findings", "/flamegraph"] {
        page.open(path).await;
        page.element("@nothing-here, @paths-empty").await;
        judge.look(page, &format!("{path}, empty")).await;
    }
}
