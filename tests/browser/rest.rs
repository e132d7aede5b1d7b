//! What few visitors need is fetched when it is needed (scripts/hooks/rest.txt), and not before.

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::ENTER;
use crate::support::traces::{demo_ride, small_file};

/// A span as OpenTelemetry's Go SDK prints it: a format of the rest.
const GO: &str = r#"{"Name":"tick","SpanContext":{"TraceID":"0102030405060708090a0b0c0d0e0f10","SpanID":"0102030405060708","TraceFlags":"01","TraceState":"","Remote":false},"Parent":{"TraceID":"00000000000000000000000000000000","SpanID":"0000000000000000","TraceFlags":"00","TraceState":"","Remote":false},"SpanKind":1,"StartTime":"2024-05-01T10:00:00Z","EndTime":"2024-05-01T10:00:00.25Z","Attributes":null,"Events":null,"Links":null,"Status":{"Code":"Unset","Description":""},"Resource":[{"Key":"service.name","Value":{"Type":"STRING","Value":"clock"}}]}"#;

#[tokio::test]
async fn a_link_to_a_trace_needs_no_rest() {
    in_browser(async |page| {
        page.open(&format!("/trace/{}", demo_ride().id)).await;
        page.until_count_at_least("@span-row", 5).await;
        page.click("@span-row[data-row=\"2\"] .operation").await;
        page.until_count("@span-detail", 1).await;
        page.keys("@find-input", "http").await;
        page.until_text("@find-count", "/").await;
        page.click("@collapse-all").await;
        assert_eq!(page.host.asked("_rest."), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_rest_is_fetched_once_by_who_needs_it() {
    in_browser(async |page| {
        let folder = Folder::new("rest");
        let files = [folder.write("go.txt", GO), folder.write("go-too.txt", GO.replace("0102", "0a02"))];
        page.open("/").await;
        page.choose_files(&[&files[0]]).await;
        page.until_count("@result-row", 1).await;
        page.choose_files(&[&files[1]]).await;
        page.until_count("@result-row", 2).await;
        page.until_count("@scatter-plot", 1).await;
        for _ in 0..2 {
            page.click("@download-results").await;
            page.until_count("@save-otlp", 1).await;
            page.click("@download-results").await;
            page.until_count("@save-otlp", 0).await;
        }
        let mut asked = page.host.asked("_rest.lzma");
        asked.sort();
        let is_each_once = asked.len() == 2 && asked[0].starts_with("/app-") && asked[1].starts_with("/engine-");
        assert!(is_each_once, "the page's for the plot, the worker's for the format: {asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_rest_that_is_gone_is_told() {
    in_browser(async |page| {
        let folder = Folder::new("rest-gone");
        let files = [folder.write("small.json", small_file("5a1", 3)), folder.write("go.txt", GO)];
        page.provokes("_rest.lzma");
        page.provokes("404");
        page.open("/").await;
        page.host.lose(Some("_rest.lzma"));
        page.choose_files(&[&files[0]]).await;
        page.until_count("@result-row", 1).await;
        page.click("@download-results").await;
        page.until_text("@toast", "could not be fetched").await;
        // It is asked for anew, and this time it is there.
        page.host.lose(None);
        page.click("@download-results").await;
        page.until_count("@save-otlp", 1).await;

        // The worker cannot wait for it while it reads: it ends, and the page says why.
        page.host.lose(Some("_rest.lzma"));
        page.choose_files(&[&files[1]]).await;
        page.until_text("@error", "_rest.lzma: 404").await;
    })
    .await;
}

/// A page that is made by the rest says so where it would be, and comes once the network is back.
#[tokio::test]
async fn a_page_of_the_rest_is_tried_again() {
    in_browser(async |page| {
        page.provokes("_rest.lzma");
        page.provokes("404");
        page.open_demo_trace(&demo_ride().id).await;
        page.host.lose(Some("_rest.lzma"));
        for (link, shown) in [("@view-spans", "@spans-row"), ("@nav-services", "@service-node")] {
            page.host.lose(Some("_rest.lzma"));
            page.reload().await;
            page.click(link).await;
            page.until_text("@rest-missing", "could not be fetched").await;
            assert_eq!(page.attribute("@rest-missing", "role").await, "alert");
            // In vain, as long as the network is away.
            page.click("@rest-again").await;
            page.until_text("@rest-missing", "could not be fetched").await;
            assert_eq!(page.count(shown).await, 0);
            page.host.lose(None);
            page.keys("@rest-again", ENTER).await;
            page.until_count_at_least(shown, 5).await;
            page.until_count("@rest-missing", 0).await;
        }
    })
    .await;
}

/// Of a page that needs the rest both parts are on their way before the page asks (boot-*.js): once each. If they cannot be had then, they are
/// asked for anew.
#[tokio::test]
async fn a_page_of_the_rest_by_its_address_fetches_it_once() {
    in_browser(async |page| {
        page.provokes("_rest.lzma");
        page.provokes("404");
        for address in ["/findings", "/dependencies", "/compare"] {
            let before = page.host.asked("_rest.lzma").len();
            page.open(address).await;
            page.until_count_at_least("main h1", 1).await;
            page.until_count("@rest-missing", 0).await;
            let mut asked = page.host.asked("_rest.lzma").split_off(before);
            asked.sort();
            let is_each_once = asked.len() == 2 && asked[0].starts_with("/app-") && asked[1].starts_with("/engine-");
            assert!(is_each_once, "{address}: {asked:?}");
        }
        page.host.lose(Some("_rest.lzma"));
        page.open("/findings").await;
        page.until_text("@rest-missing", "could not be fetched").await;
        page.host.lose(None);
        page.click("@rest-again").await;
        page.until_count("@nothing-here", 1).await;
    })
    .await;
}
