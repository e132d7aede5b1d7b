//! A smoke test in Firefox: the demo, a trace, a detail. The page uses nothing of one browser only; this says so.

// It uses less than the tests in Chromium do.
#[allow(dead_code)]
mod support;

use serde_json::json;
use support::browser::run;
use support::host::{Host, variable};
use support::traces::demo_ride;
use thirtyfour::prelude::*;

async fn firefox() -> WebDriver {
    let mut wishes = DesiredCapabilities::firefox();
    let arguments = ["-headless", "--width=1600", "--height=1000"];
    let options = json!({ "binary": variable("TRACKWAY_FIREFOX"), "args": arguments });
    wishes.set("moz:firefoxOptions", options).expect("these are wishes that Firefox knows");
    WebDriver::new(variable("GECKODRIVER_URL"), wishes).await.expect("geckodriver starts Firefox")
}

#[tokio::test]
async fn the_demo_opens_with_a_trace_and_a_detail() {
    run(firefox().await, Host::start().await, async |page| {
        let trace = demo_ride();
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", support::traces::demo().len()).await;
        page.shot("firefox-results").await;
        page.click(&format!("@result-row[data-trace-id=\"{}\"]", trace.id)).await;
        page.until_rows(&trace.ids()).await;
        let at = trace.row_of(|span| span.is_error);
        page.click(&format!("@span-row[data-row=\"{at}\"]")).await;
        let detail = format!("@span-detail[data-span-id=\"{}\"]", trace.spans[at].id);
        page.element(&format!("{detail} @attributes dl")).await;
        assert_eq!(page.texts(&format!("{detail} @attributes dt")).await.len(), trace.spans[at].tags().len());
        page.shot("firefox-detail").await;
        page.reload().await;
        page.element(&format!("{detail} @attributes dl")).await;
        assert_eq!(page.count("@error").await, 0);
    })
    .await;
}
