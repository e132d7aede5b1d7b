//! Finding in a trace by more than one word, by patterns and numbers, from an address, and beside what else is shown.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{CURRENT, DOWN, ENTER, ESCAPE, ROW};
use crate::support::oracle::{Span, Trace};
use crate::support::page::Page;
use crate::support::traces::{demo_ride, small_file};

async fn open_demo_ride(page: &Page) -> Trace {
    let ride = demo_ride();
    page.open_demo_trace(&ride.id).await;
    page.until_rows(&ride.ids()).await;
    ride
}

fn ids(trace: &Trace, holds: impl Fn(&Span) -> bool) -> Vec<String> {
    trace.spans.iter().filter(|span| holds(span)).map(|span| span.id.clone()).collect()
}

/// Types a question and waits until exactly these spans are marked.
async fn until_found(page: &Page, question: &str, ids: &[String]) {
    page.keys("@find-input", ESCAPE).await;
    page.keys("@find-input", question).await;
    assert!(!ids.is_empty() && ids.len() < demo_ride().spans.len(), "“{question}” tells some from others");
    page.until_attribute("@find-count", "data-count", &ids.len().to_string()).await;
    let script = "return all('@span-row.found').map((row) => row.dataset.spanId).join() === arguments[0].join()";
    page.until(&format!("“{question}” finds {ids:?}"), script, &[json!(ids)]).await;
}

#[tokio::test]
async fn words_patterns_and_numbers() {
    in_browser(async |page| {
        let ride = open_demo_ride(page).await;
        let micros = |span: &Span| span.json["duration"].as_i64().expect("µs");
        let has = |span: &Span, word: &str| {
            let text = format!("{} {} {}", span.service, span.name, json!([span.tags(), span.logs()])).to_lowercase();
            text.contains(word)
        };
        // Any word, as in Jaeger UI; a phrase; a key that does not take part.
        until_found(page, "mysql getdriver", &ids(&ride, |span| has(span, "mysql") || has(span, "getdriver"))).await;
        until_found(page, "\"SQL SELECT\"", &ids(&ride, |span| has(span, "sql select"))).await;
        until_found(page, "db.system=redis", &ids(&ride, |span| span.service == "redis")).await;
        // Durations and attributes are compared as what they are.
        until_found(page, "duration>100ms", &ids(&ride, |span| micros(span) > 100_000)).await;
        until_found(page, "duration<=9ms", &ids(&ride, |span| micros(span) <= 9_000)).await;
        until_found(page, "status==error", &ids(&ride, |span| span.is_error)).await;
        let answered = |span: &Span| span.tags().iter().any(|tag| tag["key"] == "http.response.status_code");
        until_found(page, "http.response.status_code>=200", &ids(&ride, answered)).await;

        page.choose("@find-mode", "all").await;
        let slow_redis = |span: &Span| span.service == "redis" && micros(span) > 30_000;
        until_found(page, "service==redis duration>30ms", &ids(&ride, slow_redis)).await;
        page.until_address("findMode=all").await;
        page.choose("@find-mode", "regex").await;
        until_found(page, "^GetDr.*r$", &ids(&ride, |span| span.name == "GetDriver")).await;
        page.until_address("uiFind=%5EGetDr").await;
        // A colleague who opens the address sees the same.
        page.reload().await;
        let found = ids(&ride, |span| span.name == "GetDriver");
        page.until_attribute("@find-count", "data-count", &found.len().to_string()).await;
        page.keys("@find-input", [ESCAPE, "("].concat()).await;
        page.until_text(".find-fault", "regular expression").await;
    })
    .await;
}

/// What is pruned is not counted, and nothing outside the visible time is gone to; what is folded away opens.
#[tokio::test]
async fn what_is_not_shown_is_not_found() {
    in_browser(async |page| {
        let ride = open_demo_ride(page).await;
        until_found(page, "service==redis", &ids(&ride, |span| span.service == "redis")).await;
        page.click("@service-filter").await;
        page.click("input[data-service=\"driver\"]").await;
        page.click("@service-apply").await;
        page.until_attribute("@find-count", "data-count", "0").await;
        page.keys("@service-filter", ESCAPE).await;
        page.click("@pruned-row").await;
        let found = ids(&ride, |span| span.service == "redis");
        page.until_attribute("@find-count", "data-count", &found.len().to_string()).await;

        page.click("@collapse-all").await;
        page.until_count("@span-row", 1).await;
        page.keys("@find-input", ENTER).await;
        page.until_attribute(CURRENT, "data-span-id", &found[0]).await;

        // The last tenth of the ride has calls of `route` alone: those before it are passed over.
        page.click("@expand-all").await;
        page.until_rows(&ride.ids()).await;
        page.keys("@find-input", [ESCAPE, "service==route"].concat()).await;
        let end = |span: &Span| span.json["startTime"].as_i64().expect("µs") - ride.start + span.json["duration"].as_i64().expect("µs");
        let from = ride.duration * 9 / 10;
        let late = ids(&ride, |span| span.service == "route" && end(span) >= from);
        let all = ids(&ride, |span| span.service == "route");
        assert!(!late.is_empty() && late.len() < all.len());
        let zoom = "history.replaceState(history.state, '', location.pathname + `?uiFind=service%3D%3Droute&from=${arguments[0]}&to=${arguments[1]}`);
            dispatchEvent(new PopStateEvent('popstate', { state: history.state }))";
        page.js(zoom, &[json!(from * 1_000), json!(ride.duration * 1_000)]).await;
        page.until("it is zoomed in", "return one('@ruler').dataset.startUs > 0", &[]).await;
        for _ in 0..2 {
            for id in &late {
                page.keys("@find-input", ENTER).await;
                page.until_attribute(CURRENT, "data-span-id", id).await;
            }
        }
    })
    .await;
}

/// Ctrl+B goes to the box from anywhere; letters in it are text.
#[tokio::test]
async fn the_box_is_a_key_away() {
    in_browser(async |page| {
        let ride = open_demo_ride(page).await;
        page.keys(ROW, DOWN).await;
        page.press_with_ctrl("b").await;
        page.until("the box has the focus", "return document.activeElement === one('@find-input')", &[]).await;
        page.press("[paws]").await;
        assert_eq!(page.value::<String>("return one('@find-input').value", &[]).await, "[paws]");
        page.until_rows(&ride.ids()).await;
        page.press(ESCAPE).await;
        page.until("it is empty", "return one('@find-input').value === ''", &[]).await;
        page.keys("@find-input", "mysql").await;
        page.until_count_at_least("@span-row.found", 1).await;
        page.click("@find-clear").await;
        page.until_count("@span-row.found", 0).await;
    })
    .await;
}

/// An address of Jaeger UI's that names a span by `uiFind`: the span is in view with its detail, however far down it is.
#[tokio::test]
async fn a_link_of_jaeger_uis_leads_to_its_span() {
    in_browser(async |page| {
        page.host.service.has_trace("fee3", small_file("fee3", 4000));
        page.open("/trace/fee3?uiFind=bb7").await;
        page.element("@span-detail[data-span-id=\"bb7\"] dl").await;
        let in_view = "const [list, row] = ['@timeline', '@span-row[data-span-id=\"bb7\"]'].map((it) => one(it).getBoundingClientRect());
            return row.top >= list.top && row.bottom <= list.bottom";
        page.until("its row is in view", in_view, &[]).await;
        page.until_attribute("@find-count", "data-count", "1").await;
        // Words lead to the first of what they find.
        page.open("/trace/fee3?uiFind=%22reserve%203000%22").await;
        page.until_attribute(CURRENT, "data-row", "3000").await;
        assert_eq!(page.count("@span-detail").await, 0);
    })
    .await;
}
