//! Findings of a trace, and of all that are loaded.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::keys::ENTER;
use crate::support::page::Page;
use crate::support::traces::{answer, demo_ride, span, tag, trace};

/// The rules of the findings on the page, in their order.
async fn rules(page: &Page) -> Vec<String> {
    page.attributes("@finding", "data-rule").await
}

async fn until_rules(page: &Page, expected: &[&str]) {
    let script = "return all('@finding').map((it) => it.dataset.rule).join() === arguments[0]";
    page.until(&format!("findings are {expected:?}"), script, &[json!(expected.join(","))]).await;
}

#[tokio::test]
async fn the_demos_ride_tells_what_it_lost_and_leads_to_the_spans() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.click("@view-findings").await;
        page.until_address("view=findings").await;
        page.until_count_at_least("@finding", 3).await;
        let found = rules(page).await;
        for rule in ["n-plus-one", "sequential", "retries"] {
            assert!(found.iter().any(|it| it == rule), "{rule} of {found:?}");
        }
        page.until_text("@finding[data-rule=\"retries\"]", "redis timeout").await;
        let shown = page.text("@finding[data-rule=\"sequential\"]").await;
        assert!(shown.contains("10 alike calls one after the other") && shown.contains("HGETALL driver:?"), "{shown}");
        // The spans are found in the timeline, and the one that it is at is chosen.
        let spans = page.count("@finding[data-rule=\"retries\"] [data-testid=\"finding-span\"]").await;
        assert!(spans > 1, "a failed attempt and the next one");
        page.click("@finding[data-rule=\"retries\"] [data-testid=\"finding-open\"]").await;
        page.until_address("uiFind=").await;
        page.until_attribute("@find-count", "data-count", &spans.to_string()).await;
        page.until_count_at_least("@span-detail", 1).await;
    })
    .await;
}

/// What is wrong is counted beside the view's name once it was looked for, and not before.
#[tokio::test]
async fn what_is_no_mere_hint_is_counted_beside_the_view() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        assert_eq!(page.text("@findings-badge").await, "");
        page.click("@view-findings").await;
        page.until_count_at_least("@finding", 3).await;
        let serious = "@finding:is([data-severity=warning], [data-severity=error])";
        let count = page.count(serious).await;
        assert!(count > 0);
        page.until_text("@findings-badge", &count.to_string()).await;
        page.click("@view-timeline").await;
        page.until_count_at_least("@span-row", 3).await;
        assert_eq!(page.text("@findings-badge").await, count.to_string());
        // Those of rules that are off do not count.
        page.click("@view-findings").await;
        let rule = page.attribute(serious, "data-rule").await;
        page.click(&format!("@finding-rule[data-rule=\"{rule}\"]")).await;
        page.until_address("off=").await;
        let fewer = "return Number(one('@findings-badge').textContent) < arguments[0]";
        page.until("fewer are counted", fewer, &[json!(count)]).await;
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_switched_off_in_the_address_and_for_next_time() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        page.click("@view-findings").await;
        page.until_count_at_least("@finding", 3).await;
        let before = rules(page).await;
        page.click("@finding-rule[data-rule=\"retries\"]").await;
        page.until_address("off=retries").await;
        let left: Vec<&str> = before.iter().map(String::as_str).filter(|rule| *rule != "retries").collect();
        until_rules(page, &left).await;
        page.until_attribute("@finding-rule[data-rule=\"retries\"]", "aria-pressed", "false").await;
        page.reload().await;
        until_rules(page, &left).await;
        page.click("@finding-rule[data-rule=\"retries\"]").await;
        until_rules(page, &before.iter().map(String::as_str).collect::<Vec<_>>()).await;
    })
    .await;
}

/// A trace with so many statements below one span, each for another row of a table.
fn loaded(id: &str, calls: i64) -> Value {
    let mut spans = vec![span("1", None, "shop", "list", 0, calls * 10_000)];
    for at in 0..calls {
        let mut call = span(&(at + 2).to_string(), Some("1"), "shop", "select", at * 10_000, 9_000);
        let statement = format!("SELECT name FROM item WHERE id = {at}");
        call["tags"] = json!([tag("span.kind", json!("client")), tag("db.statement", json!(statement))]);
        spans.push(call);
    }
    trace(id, spans)
}

#[tokio::test]
async fn alike_findings_of_all_traces_are_one_and_a_query_narrows_them() {
    in_browser(async |page| {
        page.host.service.has_trace("a3", answer(&[loaded("a1", 8), loaded("a2", 6), loaded("a3", 1)]));
        page.open("/trace/a3?view=findings").await;
        page.until_text("@findings-none", "Nothing found by 11 rules").await;
        page.click("@nav-services").await;
        page.click("@services-findings").await;
        // The pauses between calls count for what takes turns: it is the dearer.
        until_rules(page, &["sequential", "n-plus-one"]).await;
        let first = "@finding[data-rule=\"n-plus-one\"]";
        page.until_attribute(first, "data-spans", "14").await;
        page.until_attribute(first, "data-traces", "2").await;
        page.until_text(first, "SELECT name FROM item WHERE id = ?").await;
        page.until_text("@findings-summary", "2 findings in 3 traces").await;
        // The dearer one comes first.
        assert_eq!(page.attributes("@finding-trace", "title").await[..2], ["a1", "a2"]);
        page.keys("@findings-query", format!("{{ trace:duration < 70ms }}{ENTER}")).await;
        page.until_address("q=").await;
        page.until_attribute(first, "data-traces", "1").await;
        page.keys("@findings-query", format!(" && {ENTER}")).await;
        page.until_count("@search-fault", 1).await;
        page.until_count("@finding", 0).await;
    })
    .await;
}
