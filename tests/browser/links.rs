//! Links, reloads, and the app below a path.

use crate::support::browser::{in_browser, in_browser_below};
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::{demo, demo_ride, small_file};

#[tokio::test]
async fn a_link_to_a_demo_trace_loads_the_demo() {
    in_browser(async |page| {
        let trace = demo_ride();
        let span = &trace.spans[trace.row_of(|span| span.is_error)];
        let link = format!("/trace/{}?span={}", trace.id, span.id);
        page.open(&link).await;
        for _ in 0..2 {
            page.until_attribute("@trace-header", "data-trace-id", &trace.id).await;
            page.element(&format!("@span-detail[data-span-id=\"{}\"] dl", span.id)).await;
            page.until_address_is(&link).await;
            page.reload().await;
        }
        page.click("@nav-search").await;
        page.until_count("@result-row", demo().len()).await;
        assert!(page.host.service.asked().is_empty(), "the demo is no matter of the query service");
    })
    .await;
}

/// Opens a dropped file's trace and reloads.
async fn lose_a_file(page: &Page, folder: &Folder) {
    page.open("/").await;
    page.choose_files(&[&folder.write("orders.json", small_file("0d1", 5))]).await;
    page.click("@result-row").await;
    page.until_attribute("@trace-header", "data-trace-id", "0d1").await;
    page.reload().await;
}

#[tokio::test]
async fn a_trace_of_a_dropped_file_is_gone_after_a_reload() {
    in_browser(async |page| {
        let folder = Folder::new("links-gone");
        lose_a_file(page, &folder).await;
        let error = page.until_text("@error", "orders.json").await;
        assert!(error.contains("no longer open") && error.contains("Open the file again"), "{error}");
        assert_eq!(page.attribute("@error", "role").await, "alert");
        assert!(!error.contains("has no trace"), "{error}");
        assert!(page.host.service.asked().is_empty(), "nobody else has it");
        // Opened again, right here, it is shown.
        page.choose_files(&[&folder.path().join("orders.json")]).await;
        page.until_attribute("@trace-header", "data-trace-id", "0d1").await;
        page.until_count("@error", 0).await;
        page.until_address_is("/trace/0d1").await;
    })
    .await;
}

/// Nobody but a Zipkin is beside the page, and the trace is there.
#[tokio::test]
async fn a_link_asks_every_source() {
    const SPAN: &str = r#"[{"traceId":"5b8efff798038103","id":"00000000000000a1","kind":"CLIENT","name":"get","timestamp":1700000000000000,"duration":9,"localEndpoint":{"serviceName":"shop"}}]"#;
    const JSON: &str = "application/json";
    in_browser(async |page| {
        page.provokes("404");
        page.host.serve("/zipkin/api/v2/services", JSON, r#"["shop"]"#);
        page.host.serve("/zipkin/api/v2/trace/5b8efff798038103", JSON, SPAN);
        page.open("/trace/5b8efff798038103").await;
        page.until_attribute("@trace-header", "data-trace-id", "5b8efff798038103").await;
        page.until_count("@span-row", 1).await;
        // The address may name the source: then it alone is asked.
        let before = page.host.service.asked().len();
        page.open("/trace/5b8efff798038103?source=Zipkin").await;
        page.until_attribute("@trace-header", "data-trace-id", "5b8efff798038103").await;
        let traces = page.host.service.asked().split_off(before);
        assert!(!traces.iter().any(|path| path.contains("traces/")), "{traces:?}");
        // This host has a page for every address: each source is named with what it said.
        page.open("/trace/5b8efff798038104").await;
        let error = page.until_text("@error", "web page").await;
        assert!(error.contains("Zipkin · GET ") && error.contains("/zipkin/api/v2/trace/5b8efff798038104"), "{error}");
        page.open("/trace/5b8efff798038103?source=Elsewhere").await;
        let error = page.until_text("@error", "was not added here").await;
        assert!(error.contains("Search page"), "{error}");
    })
    .await;
}

/// The way back leads through what was seen, forth and back.
#[tokio::test]
async fn the_browsers_history_works() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open("/search?sort=longest").await;
        page.open_demo().await;
        page.click(&format!("@result-row[data-trace-id=\"{}\"]", trace.id)).await;
        page.until_attribute("@trace-header", "data-trace-id", &trace.id).await;
        page.driver.back().await.expect("there is a page before");
        page.until_count("@result-row", demo().len()).await;
        page.until_address_is("/search?sort=longest").await;
        page.driver.forward().await.expect("there is a page after");
        page.until_attribute("@trace-header", "data-trace-id", &trace.id).await;
        page.until_rows(&trace.ids()).await;
    })
    .await;
}

/// Pages that later versions bring, and addresses that lead nowhere, say so.
#[tokio::test]
async fn other_addresses() {
    in_browser(async |page| {
        for (path, words) in [
            ("/compare", "Choose two traces to compare"),
            ("/no/such/page", "There is no such page"),
            // A release has no gallery.
            ("/gallery", "There is no such page"),
        ] {
            page.open(path).await;
            page.until_text(".page-message", words).await;
        }
        page.click(".page-message a.button").await;
        page.element("@drop-zone").await;
        page.until_address_is("/search").await;
        assert!(page.host.service.asked().is_empty());
    })
    .await;
}

/// Everything by addresses relative to the path that the app lives below.
#[tokio::test]
async fn all_works_below_a_path() {
    in_browser_below(async |page| {
        let trace = demo_ride();
        page.open("/").await;
        page.until_address("/below/search").await;
        page.open_demo().await;
        page.choose("@sort-select", "longest").await;
        page.until_address("/below/search?sort=longest").await;
        page.click(&format!("@result-row[data-trace-id=\"{}\"]", trace.id)).await;
        page.until_rows(&trace.ids()).await;
        page.click("@span-row[data-row=\"1\"]").await;
        let link = format!("/below/trace/{}?span={}", trace.id, trace.spans[1].id);
        page.until_address(&link).await;
        page.reload().await;
        page.element(&format!("@span-detail[data-span-id=\"{}\"] dl", trace.spans[1].id)).await;

        page.host.service.has_trace("b10", small_file("b10", 3));
        page.open("/trace/b10").await;
        page.until_attribute("@trace-header", "data-trace-id", "b10").await;
        assert_eq!(page.host.service.asked(), ["traces/b10"]);
        page.click(".trace-title .back").await;
        page.until_address("/below/search").await;
        page.until_count("@result-row", 1).await;
    })
    .await;
}
