//! The search page over a real Jaeger, fed by the real HotROD, and a real Zipkin:
//!
//!     scripts/backends.sh -- scripts/test.sh browser -- --ignored backends

use crate::support::browser::in_browser;
use crate::support::page::Page;

/// The address of a backend that scripts/backends.sh started: `host:port`.
fn address(variable: &str) -> String {
    let origin = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run scripts/backends.sh"));
    origin.trim_start_matches("http://").to_owned()
}

async fn numbers(page: &Page, attribute: &str) -> Vec<u64> {
    page.attributes("@result-row", attribute).await.iter().map(|number| number.parse().expect("a number")).collect()
}

/// Sorts by duration and opens the longest.
async fn sort_and_open(page: &Page) -> u64 {
    page.choose("@sort-select", "longest").await;
    let falls = "const times = all('@result-row').map((it) => Number(it.dataset.durationUs));
        return times.length > 1 && times.every((it, at) => at === 0 || times[at - 1] >= it)";
    page.until("the longest come first", falls, &[]).await;
    let id = page.attribute("@result-row", "data-trace-id").await;
    let spans = numbers(page, "data-spans").await[0];
    page.click("@result-row").await;
    page.until_attribute("@trace-header", "data-trace-id", &id).await;
    page.until_attribute("@trace-header", "data-spans", &spans.to_string()).await;
    page.until_count_at_least("@span-row", 1).await;
    spans
}

#[tokio::test]
#[ignore = "wants scripts/backends.sh"]
async fn a_real_jaeger_is_searched() {
    in_browser(async |page| {
        page.provokes("404");
        page.host.pass_on("/api/", &address("TRACKWAY_JAEGER"));
        // A link of Jaeger UI.
        page.open("/search?service=frontend&operation=%2Fdispatch&lookback=1h&limit=7").await;
        page.until_count("@result-row", 7).await;
        page.until_text("@search-partial", "7").await;
        page.shot("real-jaeger-search").await;
        let services: Vec<String> = page.value("return [...one('@service-select').list?.options ?? one('@service-select').options].map((it) => it.value)", &[]).await;
        assert!(services.iter().any(|name| name == "mysql"), "{services:?}");
        assert!(numbers(page, "data-services").await.iter().all(|services| *services >= 5));
        assert!(sort_and_open(page).await > 20, "a ride has many spans");
        page.shot("real-jaeger-trace").await;
        page.driver.back().await.expect("there is a way back");
        page.until_count("@result-row", 7).await;
        // A trace by its link, in a page that knows nothing yet.
        let id = page.attribute("@result-row", "data-trace-id").await;
        page.open(&format!("/trace/{id}")).await;
        page.until_attribute("@trace-header", "data-trace-id", &id).await;
        page.open("/search?service=frontend&tags=%7B%22http.method%22%3A%22BREW%22%7D&lookback=1h").await;
        page.until_count("@nothing-found", 1).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "wants scripts/backends.sh"]
async fn a_real_zipkin_is_searched() {
    in_browser(async |page| {
        page.provokes("404");
        page.host.pass_on("/zipkin/", &address("TRACKWAY_ZIPKIN"));
        page.open("/search?source=Zipkin&service=zipkin-server&lookback=1h&limit=5").await;
        page.until_count("@result-row", 5).await;
        page.shot("real-zipkin-search").await;
        sort_and_open(page).await;
        let id = page.attribute("@trace-header", "data-trace-id").await;
        page.open(&format!("/trace/{id}")).await;
        page.until_attribute("@trace-header", "data-trace-id", &id).await;
    })
    .await;
}
