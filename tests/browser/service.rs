//! Traces that the query service behind `api/` has: found by their address.

use std::time::Duration;

use crate::support::browser::in_browser;
use crate::support::keys::ENTER;
use crate::support::page::Page;
use crate::support::query_service::{Tap, error_envelope};
use crate::support::traces::small_file;

#[tokio::test]
async fn a_trace_by_its_address() {
    in_browser(async |page| {
        page.host.service.has_trace("5e1", small_file("5e1", 9));
        page.open("/trace/5e1").await;
        page.until_attribute("@trace-header", "data-trace-id", "5e1").await;
        page.until_count("@span-row", 9).await;
        assert_eq!(page.host.service.asked(), ["traces/5e1"], "asked once");
        // It is loaded now, and in the list.
        page.click("@nav-search").await;
        page.until_count("@result-row", 1).await;
        page.click("@result-row").await;
        page.until_count("@span-row", 9).await;
        assert_eq!(page.host.service.asked().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_trace_by_the_box_in_the_bar() {
    in_browser(async |page| {
        page.host.service.has_trace("5e2", small_file("5e2", 4));
        page.open("/").await;
        page.keys("@trace-id-input", ["  5e2", ENTER].concat()).await;
        page.until_attribute("@trace-header", "data-trace-id", "5e2").await;
        page.until_address_is("/trace/5e2").await;
    })
    .await;
}

/// What a log has: the whole header, which names the span, too.
#[tokio::test]
async fn a_trace_by_a_header_from_a_log() {
    in_browser(async |page| {
        const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        page.host.service.has_trace(ID, small_file(ID, 4));
        page.open("/").await;
        let header = format!("traceparent: 00-{}-0000000000000002-01", ID.to_uppercase());
        page.keys("@trace-id-input", [&header, ENTER].concat()).await;
        page.until_attribute("@trace-header", "data-trace-id", ID).await;
        page.until_address_is(&format!("/trace/{ID}?span=0000000000000002")).await;
        page.element("@span-detail").await;
        page.keys("@trace-id-input", ["b3: 0", ENTER].concat()).await;
        page.until_text("@toast", "names no trace").await;
        assert_eq!(page.attribute("@trace-header", "data-trace-id").await, ID);
        page.keys("@trace-id-input", ["S/kvNXezTaajzpKdDg5HNg==", ENTER].concat()).await;
        page.until_address_is(&format!("/trace/{ID}")).await;
    })
    .await;
}

/// An id that is a text: shown as it is, and percent-encoded in addresses.
#[tokio::test]
async fn a_trace_whose_id_is_a_text() {
    in_browser(async |page| {
        const ID: &str = "order 7/é%";
        const ENCODED: &str = "order%207%2F%C3%A9%25";
        page.host.service.has_trace(ID, small_file(ID, 3));
        page.open(&format!("/trace/{ENCODED}")).await;
        page.until_attribute("@trace-header", "data-trace-id", ID).await;
        assert_eq!(page.host.service.asked(), [format!("traces/{ENCODED}")]);
        page.until_address_is(&format!("/trace/{ENCODED}")).await;
        page.click("@nav-search").await;
        assert_eq!(page.attribute("@result-row", "data-trace-id").await, ID);
        page.click("@result-row").await;
        page.until_attribute("@trace-header", "data-trace-id", ID).await;
        page.click("@span-row[data-row=\"2\"]").await;
        page.until_address("?span=3").await;
        page.until_address_is(&format!("/trace/{ENCODED}?span=3")).await;
        page.reload().await;
        page.element("@span-detail[data-span-id=\"3\"]").await;
    })
    .await;
}

/// A trace that cannot be had: says why, and after a repair Try again brings it.
async fn fails(page: &Page, id: &str, words: &[&str]) {
    page.open(&format!("/trace/{id}")).await;
    let error = page.until_text("@error", id).await;
    assert_eq!(page.attribute("@error", "role").await, "alert");
    for piece in words {
        assert!(error.contains(piece), "{piece}: {error}");
    }
    assert_eq!(page.count("@load-progress, [aria-busy=true]").await, 0, "nothing is on its way");
    page.host.service.has_trace(id, small_file(id, 6));
    page.click("@error button.primary").await;
    page.until_attribute("@trace-header", "data-trace-id", id).await;
    page.until_count("@span-row", 6).await;
    page.until_count("@error", 0).await;
}

#[tokio::test]
async fn a_trace_that_is_not_there() {
    in_browser(async |page| {
        page.provokes("status of 404");
        fails(page, "404a", &["Could not get trace 404a", "has no trace with this ID", "trace not found"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_service_with_an_error_of_its_own() {
    in_browser(async |page| {
        page.provokes("status of 500");
        page.host.service.answer_with("500a", 500, "application/json", error_envelope(500, "span store is down"));
        fails(page, "500a", &["The query service says: span store is down (500)"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_web_page_instead_of_an_answer() {
    in_browser(async |page| {
        let html = "<!doctype html><html><head><title>Jaeger UI</title></head><body></body></html>";
        page.host.service.answer_with("200a", 200, "text/html", html);
        fails(page, "200a", &["answers with a web page", "--backend URL"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_proxy_with_nobody_behind() {
    in_browser(async |page| {
        page.provokes("status of 502");
        page.host.service.answer_with("502a", 502, "text/plain", "error trying to connect: Connection refused");
        fails(page, "502a", &["No query service answers at this address", "--backend URL", "HTTP 502"]).await;
    })
    .await;
}

#[tokio::test]
async fn another_status() {
    in_browser(async |page| {
        page.provokes("status of 403");
        page.host.service.answer_with("403a", 403, "text/plain", "no");
        fails(page, "403a", &["answered with HTTP status 403"]).await;
    })
    .await;
}

/// Bytes read so far and bytes in all, as the progress bar says.
async fn progress(page: &Page) -> Option<(usize, usize)> {
    let script = "const bar = one('@load-progress'); return bar && ['aria-valuenow', 'aria-valuemax'].map((name) => +bar.getAttribute(name))";
    page.value(script, &[]).await
}

/// Lets bytes out until the progress bar has moved beyond `before`; returns where it stands.
async fn give_until_seen(page: &Page, tap: &Tap, bytes: &mut std::slice::Chunks<'_, u8>, before: usize) -> usize {
    loop {
        tap.give(bytes.next().expect("the bar moves before the answer ends").to_vec()).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Some((read, _)) = progress(page).await.filter(|(read, _)| *read > before) {
            return read;
        }
    }
}

#[tokio::test]
async fn a_slow_answer_shows_its_progress() {
    in_browser(async |page| {
        let answer = small_file("510a", 2000);
        let tap = page.host.service.answer_piecewise("510a", Some(answer.len()));
        page.open("/trace/510a").await;
        page.element("@load-progress[role=progressbar]").await;
        page.element("[aria-busy=true]").await;
        let mut pieces = answer.as_bytes().chunks(2000);
        let mut seen = vec![0];
        for _ in 0..3 {
            seen.push(give_until_seen(page, &tap, &mut pieces, *seen.last().expect("not empty")).await);
            assert_eq!(progress(page).await.expect("it is still coming").1, answer.len());
        }
        assert!(seen[3] < answer.len(), "{seen:?} of {}", answer.len());
        for piece in pieces {
            tap.give(piece.to_vec()).await;
        }
        drop(tap);
        page.until_attribute("@trace-header", "data-spans", "2000").await;
        page.until_count("@load-progress", 0).await;
    })
    .await;
}

/// An answer without a length is as good.
#[tokio::test]
async fn a_slow_answer_of_unknown_length() {
    in_browser(async |page| {
        let answer = small_file("510b", 1000);
        let tap = page.host.service.answer_piecewise("510b", None);
        page.open("/trace/510b").await;
        let mut pieces = answer.as_bytes().chunks(2000);
        give_until_seen(page, &tap, &mut pieces, 0).await;
        for piece in pieces {
            tap.give(piece.to_vec()).await;
        }
        drop(tap);
        page.until_attribute("@trace-header", "data-spans", "1000").await;
    })
    .await;
}

#[tokio::test]
async fn a_slow_answer_can_be_cancelled() {
    in_browser(async |page| {
        let answer = small_file("510c", 2000);
        let tap = page.host.service.answer_piecewise("510c", Some(answer.len()));
        page.open("/trace/510c").await;
        give_until_seen(page, &tap, &mut answer.as_bytes().chunks(2000), 0).await;
        page.click("@load-cancel").await;
        page.until_count("@load-progress", 0).await;
        tokio::time::timeout(Duration::from_secs(20), tap.left_alone()).await.expect("the answer is not read any more");
        page.until_count("@trace-header", 0).await;
        // Nothing is on its way any more, and the page does not say so.
        page.until_count("[aria-busy=true]", 0).await;
        assert_eq!(page.host.service.asked().len(), 1, "a cancelled load is not begun again");
        // Nothing of it is left.
        page.click("@nav-search").await;
        page.element("@drop-zone").await;
        assert_eq!(page.count("@result-row, @loaded-file, @error").await, 0);
        // Nor is it in the way of another attempt.
        page.host.service.has_trace("510c", answer);
        page.keys("@trace-id-input", ["510c", ENTER].concat()).await;
        page.until_attribute("@trace-header", "data-spans", "2000").await;
    })
    .await;
}

/// What came before a connection broke is there, but nobody can take it for the whole.
#[tokio::test]
async fn a_connection_that_breaks() {
    in_browser(async |page| {
        page.provokes("ERR_INCOMPLETE_CHUNKED_ENCODING");
        let answer = small_file("510d", 2000);
        let tap = page.host.service.answer_piecewise("510d", None);
        page.open("/trace/510d").await;
        give_until_seen(page, &tap, &mut answer.as_bytes().chunks(2000), 20_000).await;
        tap.break_off().await;
        let error = page.until_text("@error", "510d").await;
        assert!(error.contains("connection broke"), "{error}");
        page.host.service.has_trace("510d", answer);
        page.click("@error button.primary").await;
        page.until_attribute("@trace-header", "data-spans", "2000").await;
        page.until_count("@error", 0).await;
        assert_eq!(page.host.service.asked(), ["traces/510d"; 2]);
    })
    .await;
}
