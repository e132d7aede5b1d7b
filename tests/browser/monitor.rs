//! The monitor: how often services and operations are called, how many calls fail and how long they take.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{END, HOME, LEFT};
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

const SECOND: i64 = 1_000_000;

/// Four orders, which take 10 to 40 ms and begin at these seconds; the last one fails. Each makes a payment, whose span is a server's.
fn orders() -> String {
    let order = |(at, second): (i64, i64)| {
        let start = second * SECOND;
        let mut root = span("1", None, "shop", "order", start, (at + 1) * 10_000);
        if at == 3 {
            root["tags"].as_array_mut().expect("tags").push(tag("error", json!(true)));
        }
        let inner = span("2", Some("1"), "shop", "check", start + 1, 5);
        let mut pay = span("3", Some("1"), "pay", "charge", start + 10, 2_000);
        pay["tags"] = json!([tag("span.kind", json!("server"))]);
        trace(&format!("{}", at + 1), vec![root, inner, pay])
    };
    answer(&(0..4).zip([0, 10, 20, 60]).map(order).collect::<Vec<_>>())
}

async fn open(page: &Page, folder: &Folder) {
    let path = folder.write("orders.json", orders());
    page.open("/").await;
    page.choose_files(&[&path]).await;
    page.until_count("@result-row", 4).await;
    page.click("@nav-services").await;
    page.click("@services-monitor").await;
    page.until_address("/monitor").await;
}

async fn until_rows(page: &Page, names: &[&str]) {
    let script = "return all('@red-row').map((it) => it.dataset.name).join() === arguments[0]";
    page.until("the rows stand in this order", script, &[json!(names.join(","))]).await;
}

async fn cells(page: &Page, name: &str) -> Vec<String> {
    page.texts(&format!("@red-row[data-name=\"{name}\"] [role=cell]")).await
}

#[tokio::test]
async fn the_loaded_traces_are_told_by_service_and_by_operation() {
    in_browser(async |page| {
        let folder = Folder::new("monitor");
        open(page, &folder).await;
        until_rows(page, &["shop", "pay"]).await;
        assert_eq!(cells(page, "shop").await[..7], ["4", "4/min", "25 %", "20 ms", "40 ms", "40 ms", "1.00"]);
        assert_eq!(cells(page, "pay").await[..7], ["4", "4/min", "0 %", "2 ms", "2 ms", "2 ms", "0.00"]);
        page.until_text("@red-row[data-name=shop]", "entry").await;
        assert!(!page.text("@red-row[data-name=pay]").await.contains("entry"), "it has server spans");

        // The headings sort, and the address keeps it.
        page.click("@red-sort[data-column=name]").await;
        page.until_address("order=-name").await;
        until_rows(page, &["pay", "shop"]).await;
        page.keys("@monitor-find", "SHO").await;
        until_rows(page, &["shop"]).await;
        page.until_text("@monitor-count", "1 / 2").await;

        // A service's operations; its charts, step by step.
        page.click("@red-row[data-name=shop] button").await;
        page.until_address("service=shop").await;
        until_rows(page, &["order"]).await;
        page.until_text("@monitor-note", "No span says").await;
        page.keys("@chart-duration", HOME).await;
        let told = page.attribute("@chart-duration", "aria-valuetext").await;
        assert!(told.contains("p50 10 ms p75 10 ms"), "{told}");
        page.keys("@chart-duration", END).await;
        page.until("the last step", "return one('@chart-errors').ariaValueText.includes('100 %')", &[]).await;
        page.keys("@chart-duration", LEFT).await;
        page.until("nothing began then", "return one('@chart-duration').ariaValueText.includes('p50 –')", &[]).await;
        page.click("@monitor-values summary").await;
        page.until("a row a step", "return all('@monitor-values tbody tr').length > 30", &[]).await;
        page.choose("@monitor-kind", "internal").await;
        page.until_address("spanKind=internal").await;
        // Still by their names.
        until_rows(page, &["check", "order"]).await;
        page.click("@red-row[data-name=check] button").await;
        page.until_address("operation=check").await;
        page.until_text("@monitor h2", "check").await;
        page.reload().await;
        page.until_count("@red-row", 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_figure_leads_to_the_traces_behind_it() {
    in_browser(async |page| {
        let folder = Folder::new("monitor-links");
        open(page, &folder).await;
        page.click("@red-row[data-name=shop] button").await;
        until_rows(page, &["order"]).await;
        page.click("@red-row [data-column=p95] a").await;
        page.until_address("minDuration=40ms").await;
        page.until_count("@result-row", 1).await;
        page.js("history.back()", &[]).await;
        until_rows(page, &["order"]).await;
        page.click("@red-row [data-column=errors] a").await;
        page.until_count("@result-row", 1).await;
        page.js("history.back()", &[]).await;
        page.click("@red-traces").await;
        page.until_count("@result-row", 4).await;
        page.js("history.back()", &[]).await;
        // Only the last of them is that late.
        page.choose("@monitor-time", "300000").await;
        page.until_address("timeframe=300000").await;
        page.until_text("@monitor-summary", "4 spans").await;
    })
    .await;
}

/// A family of metrics of the last minutes: of each operation (`None`: of all together) one number.
fn family(series: &[(Option<&str>, Value)]) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    let point =
        |value: &Value, back: u128| json!({ "gaugeValue": { "doubleValue": value }, "timestamp": (now - back) as u64 });
    let one = |(operation, value): &(Option<&str>, Value)| {
        let mut labels = vec![json!({ "name": "service_name", "value": "shop" })];
        labels.extend(operation.map(|name| json!({ "name": "operation", "value": name })));
        let points = [point(value, 600_000), point(&json!("NaN"), 900_000), point(value, 1_200_000)];
        json!({ "labels": labels, "metricPoints": points })
    };
    let metrics: Vec<Value> = series.iter().map(one).collect();
    json!({ "name": "service_call_rate", "type": "GAUGE", "help": "", "metrics": metrics }).to_string()
}

fn names(page: &Page) {
    page.provokes("status of 404");
    let names = json!({ "data": ["shop", "pay"], "total": 2, "limit": 0, "offset": 0, "errors": null });
    page.host.service.answer_path_with("services", 200, "application/json", names.to_string());
}

fn asked(page: &Page) -> Vec<String> {
    page.host.service.asked().into_iter().filter(|path| path.starts_with("metrics/")).collect()
}

#[tokio::test]
async fn a_jaeger_tells_its_own_metrics() {
    in_browser(async |page| {
        names(page);
        let service = &page.host.service;
        for (path, together, get, put) in [
            ("metrics/calls", json!(8), json!(6), json!(2)),
            ("metrics/errors", json!(0.25), json!(0), json!("NaN")),
            ("metrics/latencies", json!(20), json!(12.5), json!(80)),
        ] {
            service.answer_query_with(path, "groupByOperation=false", 200, family(&[(None, together)]));
            let both = family(&[(Some("get"), get), (Some("put"), put)]);
            service.answer_query_with(path, "groupByOperation=true", 200, both);
        }
        page.open("/monitor?service=shop").await;
        until_rows(page, &["put", "get"]).await;
        assert_eq!(cells(page, "put").await[..7], ["–", "2/s", "–", "80 ms", "80 ms", "80 ms", "1.00"]);
        assert_eq!(cells(page, "get").await[..7], ["–", "6/s", "0 %", "12.5 ms", "12.5 ms", "12.5 ms", "0.00"]);
        page.until("an hour", "return one('@monitor-time').value === '3600000'", &[]).await;
        let first = asked(page);
        assert_eq!(first.len(), 11);
        assert!(
            first.iter().all(|path| path.contains("service=shop&") && path.contains("lookback=3600000")),
            "{first:?}"
        );
        page.choose("@monitor-time", "300000").await;
        page.until_address("timeframe=300000").await;
        page.until("nothing is on its way", "return !one('@monitor[aria-busy=true]')", &[]).await;
        assert!(asked(page)[11..].iter().all(|path| path.contains("lookback=300000")));
        // The loaded traces are never far: here there are none.
        page.choose("@monitor-source", "loaded").await;
        page.until_address("source=loaded").await;
        page.until_text("@nothing-here", "Nothing is loaded").await;
        page.until_count("@red-row", 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_jaeger_without_metrics_says_so() {
    in_browser(async |page| {
        names(page);
        page.provokes("status of 501");
        let off = json!({ "data": null, "errors": [{ "code": 501, "msg": "metrics querying is currently disabled" }] });
        page.host.service.answer_path_with("metrics/calls", 501, "application/json", off.to_string());
        page.open("/monitor?service=shop").await;
        page.until_text("@monitor-note", "Jaeger keeps no metrics").await;
        assert_eq!(asked(page).len(), 1);
    })
    .await;
}
