//! The views of a trace beside its timeline and the pages about services, by the keyboard alone.

use crate::keyboard::{tab_to, until_at, watch_for_mice};
use crate::support::browser::in_browser;
use crate::support::keys::{BACKSPACE, DOWN, END, ENTER, ESCAPE, HOME, LEFT, RIGHT};
use crate::support::page::Page;
use crate::support::traces::demo_ride;

/// `?` lists what keys do here, Escape closes that, and the focus is where it was.
async fn help_tells(page: &Page, key: &str, at: &str) {
    page.press("?").await;
    page.until_text("@keyboard-help", key).await;
    until_at(page, "@keyboard-help button").await;
    page.press(ESCAPE).await;
    page.until_count("@keyboard-help", 0).await;
    until_at(page, at).await;
}

/// Goes from the switch of views to one of them, and on to what it shows.
async fn to_view(page: &Page, link: &str, shown: &str) {
    page.js("document.activeElement.blur(); one('@view-menu a, nav.view-menu a').focus()", &[]).await;
    if !page.value::<bool>("return document.activeElement.matches(css(arguments[0]))", &[link.into()]).await {
        tab_to(page, link).await;
    }
    page.press(ENTER).await;
    page.element(shown).await;
    tab_to(page, shown).await;
}

async fn no_mouse_was_here(page: &Page) {
    assert_eq!(page.value::<Vec<String>>("return mice", &[]).await, Vec::<String>::new());
}

#[tokio::test]
async fn tables_of_a_trace() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        watch_for_mice(page).await;
        to_view(page, "@view-statistics", "@stats-table").await;
        page.until_count_at_least("@stats-row", 3).await;
        page.press(DOWN).await;
        page.until_count("@stats-row.cursor", 1).await;
        help_tells(page, "In the table", "@stats-table").await;
        page.press(ENTER).await;
        page.until_address("findMode=traceql").await;
        page.until_count("@stats-table", 0).await;

        to_view(page, "@view-spans", "@spans-table").await;
        page.press(&DOWN.repeat(3)).await;
        page.until_attribute("@spans-row.cursor", "data-row", "2").await;
        help_tells(page, "In the find box", "@spans-table").await;
        page.press(END).await;
        page.until_attribute("@spans-row.cursor", "data-row", "39").await;
        page.press(ENTER).await;
        page.until_address("span=").await;

        to_view(page, "@view-events", "@events-table").await;
        page.press(&[DOWN, RIGHT].concat()).await;
        page.until_count("@event-attributes", 1).await;
        page.press(LEFT).await;
        page.until_count("@event-attributes", 0).await;
        // Also where the timeline never was.
        page.reload().await;
        page.until_count_at_least("@events-row", 3).await;
        watch_for_mice(page).await;
        page.press("?").await;
        page.until_text("@keyboard-help", "In the table").await;
        page.press(ESCAPE).await;
        page.until_count("@keyboard-help", 0).await;
        no_mouse_was_here(page).await;
    })
    .await;
}

#[tokio::test]
async fn graphs_and_findings_of_a_trace() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        watch_for_mice(page).await;
        to_view(page, "@view-graph", "@graph").await;
        page.until_count_at_least("@graph-node", 5).await;
        page.press("n").await;
        page.until_count("@graph-card", 1).await;
        help_tells(page, "Next and previous box with errors", "@graph").await;
        // From the card's links, too, Escape leads back.
        tab_to(page, "@graph-card a").await;
        page.press(ESCAPE).await;
        page.until_count("@graph-card", 0).await;
        until_at(page, "@graph").await;

        to_view(page, "@view-flamegraph", "@flamegraph").await;
        flame_graph(page).await;

        to_view(page, "@view-findings", "@finding-rule").await;
        page.press("?").await;
        page.until_text("@keyboard-help", "On the page").await;
        page.press(ESCAPE).await;
        page.until_count("@keyboard-help", 0).await;
        tab_to(page, "@finding-open").await;
        page.press(ENTER).await;
        page.until_address("uiFind=").await;
        no_mouse_was_here(page).await;
    })
    .await;
}

/// The keys of a flame graph that has the focus.
async fn flame_graph(page: &Page) {
    page.until("it is drawn", "return Number(one('@flamegraph').dataset.boxes) > 3", &[]).await;
    page.press(&[DOWN, DOWN].concat()).await;
    page.until_count("@flamegraph-tip", 1).await;
    page.press("m").await;
    page.until_count("@flamegraph-menu", 1).await;
    page.press(ESCAPE).await;
    page.until_count("@flamegraph-menu", 0).await;
    until_at(page, "@flamegraph").await;
    help_tells(page, "In the flame graph", "@flamegraph").await;
    page.press(ENTER).await;
    page.until_address("zoom=").await;
    page.press(ESCAPE).await;
    page.until("the whole is shown", "return !location.search.includes('zoom=')", &[]).await;
}

#[tokio::test]
async fn the_service_graph() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.click("@nav-services").await;
        watch_for_mice(page).await;
        to_view(page, "@services-dependencies", "@services-time").await;
        page.press(ENTER).await;
        tab_to(page, "@services-from").await;
        page.press(ESCAPE).await;
        page.until_count("@services-from", 0).await;
        until_at(page, "@services-time").await;
        tab_to(page, "@service-graph").await;
        page.press(RIGHT).await;
        page.until_count("@service-card", 1).await;
        help_tells(page, "In the graph", "@service-graph").await;
        // All calls of a service are reached by way of its card; Escape leads back from there.
        tab_to(page, "@service-callers button, @service-called button").await;
        page.press(ENTER).await;
        page.until_address("caller=").await;
        page.element("@edge-traces").await;
        page.js("one('@service-graph').focus()", &[]).await;
        tab_to(page, "@edge-traces").await;
        page.press(ESCAPE).await;
        page.until_count("@service-card", 0).await;
        until_at(page, "@service-graph").await;
        no_mouse_was_here(page).await;
    })
    .await;
}

#[tokio::test]
async fn pages_about_services() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.click("@nav-services").await;
        watch_for_mice(page).await;
        to_view(page, "@services-deep-dependencies", "@path-offer").await;
        page.press(ENTER).await;
        page.until_address("service=").await;
        page.until_count_at_least("@path-node", 2).await;
        until_at(page, "@path-graph").await;
        page.press(RIGHT).await;
        page.until_count("@path-card", 1).await;
        help_tells(page, "In the graph", "@path-graph").await;
        tab_to(page, "@path-card button").await;
        page.press(ESCAPE).await;
        page.until_count("@path-card", 0).await;
        until_at(page, "@path-graph").await;

        to_view(page, "@services-monitor", "@chart-duration").await;
        page.press(HOME).await;
        page.until("a time is told", "return one('@chart-duration').ariaValueText.length > 0", &[]).await;
        help_tells(page, "In a chart", "@chart-duration").await;

        to_view(page, "@services-flamegraph", "@flamegraph").await;
        flame_graph(page).await;

        to_view(page, "@services-findings", "@findings-query").await;
        // A question mark that is written is no question.
        page.press("?").await;
        assert_eq!(page.count("@keyboard-help").await, 0);
        page.press(BACKSPACE).await;
        tab_to(page, "@finding-trace").await;
        help_tells(page, "On the page", "@finding-trace").await;
        no_mouse_was_here(page).await;
    })
    .await;
}
