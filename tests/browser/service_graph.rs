//! The service graph: what it shows of loaded traces and of what a backend counted, and how one gets about in it.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{DOWN, ENTER, ESCAPE, RIGHT};
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

fn with(mut span: Value, tags: &[(&str, Value)]) -> Value {
    let own = tags.iter().map(|(key, value)| tag(key, value.clone()));
    span["tags"].as_array_mut().expect("tags").extend(own);
    span
}

/// web calls shop (and fails if so asked), shop calls pay and mysql, web calls pay, and pay calls log.
fn order(id: &str, fails: bool) -> Value {
    let client = ("span.kind", json!("client"));
    trace(
        id,
        vec![
            span("1", None, "web", "GET /", 0, 900),
            with(span("2", Some("1"), "web", "buy", 10, 500), std::slice::from_ref(&client)),
            with(span("3", Some("2"), "shop", "buy", 20, 400), &[("error", json!(fails))]),
            with(span("4", Some("3"), "shop", "SELECT", 30, 100), &[client, ("db.system", json!("mysql"))]),
            span("5", Some("3"), "pay", "pay", 200, 100),
            span("6", Some("5"), "log", "write", 210, 10),
            span("7", Some("1"), "pay", "check", 600, 100),
        ],
    )
}

async fn open_orders(page: &Page) {
    let folder = Folder::new("service-graph");
    page.open("/search").await;
    let file = folder.write("orders.json", answer(&[order("a1", false), order("b1", true)]));
    page.choose_files(&[&file]).await;
    page.until_count("@result-row", 2).await;
    page.click("@nav-services").await;
    page.until_count("@service-node", 5).await;
}

/// Each edge as `caller>called calls errors`.
async fn until_edges(page: &Page, edges: &[&str]) {
    let script = "const text = ({ dataset: it }) => `${it.parent}>${it.child} ${it.calls} ${it.errors}`;
        return all('@service-edge').map(text).sort().join() === arguments[0]";
    page.until("the edges are these", script, &[json!(edges.join(","))]).await;
}

const EDGES: [&str; 5] = ["pay>log 2 0", "shop>mysql 2 0", "shop>pay 2 0", "web>pay 2 0", "web>shop 2 1"];

#[tokio::test]
async fn loaded_traces_are_counted_and_their_calls_told() {
    in_browser(async |page| {
        open_orders(page).await;
        until_edges(page, &EDGES).await;
        page.until_attribute("@service-node[data-service=\"mysql\"]", "data-kind", "database").await;
        page.until_text("@service-summary", "5 services and peers, 5 links").await;
        // The calls between two: counts, times of both sides, examples, and the traces behind them.
        page.click("@service-edge[data-parent=\"web\"][data-child=\"shop\"]").await;
        page.until_address("caller=web&called=shop").await;
        page.until_text("@service-card", "50.0% (1)").await;
        page.until_text("@service-card", "500 µs").await;
        page.until_text("@service-card", "400 µs").await;
        page.until_count("@service-example", 3).await;
        page.click("@edge-traces").await;
        page.until_address("/search?q=").await;
        page.until_count("@result-row", 2).await;
        page.js("history.back()", &[]).await;
        // A service: who calls it, and whom it calls.
        page.until_count("@service-example", 3).await;
        page.click("@service-card .diff-card-head button:last-child").await;
        page.until_address("node=shop").await;
        assert_eq!(page.texts("@service-callers tbody th").await, ["web"]);
        page.until_count("@service-called tbody tr", 2).await;
        page.click("@service-called tbody button").await;
        page.until_address("caller=shop").await;
        page.click("@service-card-close").await;
        page.until_count("@service-card", 0).await;
        page.until_address_is("/dependencies").await;
    })
    .await;
}

#[tokio::test]
async fn a_focus_keeps_all_edges_among_the_reached() {
    in_browser(async |page| {
        open_orders(page).await;
        page.choose("@focal-select", "web").await;
        page.until_address("focus=web").await;
        let depth =
            "const input = one('@depth-input'); input.value = arguments[0]; input.dispatchEvent(new Event('change'))";
        page.element("@depth-input").await;
        page.js(depth, &[json!("1")]).await;
        // Jaeger UI would not show that shop calls pay.
        until_edges(page, &["shop>pay 2 0", "web>pay 2 0", "web>shop 2 1"]).await;
        page.until_text("@service-summary", "of 5 in all").await;
        page.js(depth, &[json!("")]).await;
        until_edges(page, &EDGES).await;
        page.choose("@layout-select", "force").await;
        page.until_address("layout=force").await;
        until_edges(page, &EDGES).await;
        page.choose("@focal-select", "").await;
        page.until_count("@depth-input", 0).await;
        // What is sought is counted, and Enter goes there.
        page.js(
            "const it = one('@services-find'); it.focus(); it.value = 'PA'; it.dispatchEvent(new Event('input'))",
            &[],
        )
        .await;
        page.until_text("@services-find-count", "1").await;
        page.until_address("uiFind=PA").await;
        page.keys("@services-find", ENTER).await;
        page.until_text("@service-card", "pay").await;
    })
    .await;
}

#[tokio::test]
async fn keys_lead_through_the_graph() {
    in_browser(async |page| {
        open_orders(page).await;
        page.click("@service-node[data-service=\"web\"]").await;
        page.until_address("node=web").await;
        page.keys("@service-graph", RIGHT).await;
        page.until(
            "another is chosen",
            "return !/node=web$/.test(location.search) && /node=/.test(location.search)",
            &[],
        )
        .await;
        page.keys("@service-graph", DOWN).await;
        page.keys("@service-graph", ESCAPE).await;
        page.until_count("@service-card", 0).await;
        let scale = page.text("@graph-zoom-full").await;
        page.keys("@service-graph", "+").await;
        page.until("it is larger", "return one('@graph-zoom-full').textContent !== arguments[0]", &[json!(scale)])
            .await;
        page.keys("@service-graph", "0").await;
        page.until_text("@graph-zoom-full", &scale).await;
    })
    .await;
}

#[tokio::test]
async fn all_links_are_a_table_too() {
    in_browser(async |page| {
        open_orders(page).await;
        page.click("@services-look-table").await;
        page.until_address("view=table").await;
        page.until_count("@service-link", 5).await;
        page.click("@service-link[data-parent=\"web\"][data-child=\"shop\"] a").await;
        page.until_address("caller=web&called=shop").await;
        page.until_text("@service-card", "50.0% (1)").await;
        page.until_count("@service-graph", 1).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_backend_counted_is_shown_and_said() {
    in_browser(async |page| {
        let folder = Folder::new("service-graph-counted");
        let link =
            |parent: &str, child: &str, calls: u32| json!({ "parent": parent, "child": child, "callCount": calls });
        let file = folder.write("counted.json", json!([link("a", "b", 30_489), link("b", "c", 7)]).to_string());
        page.open("/search").await;
        page.choose_files(&[&file]).await;
        page.element("@load-report, @loaded-file").await;
        page.click("@nav-services").await;
        until_edges(page, &["a>b 30489 ", "b>c 7 "]).await;
        page.until_text("@service-summary", "Counted by counted.json").await;
        page.until_text("@service-edge[data-child=\"b\"]", "30.5k").await;
        // Loaded traces come first as soon as there are some; the choice is the reader's.
        page.click("@nav-search").await;
        page.choose_files(&[&folder.write("orders.json", answer(&[order("a1", false)]))]).await;
        page.until_count("@result-row", 1).await;
        page.click("@nav-services").await;
        page.until_text("@service-summary", "counted from the loaded traces").await;
        page.choose("@counts-select", "counted.json").await;
        until_edges(page, &["a>b 30489 ", "b>c 7 "]).await;
        page.until_address("counts=counted.json").await;
    })
    .await;
}

#[tokio::test]
async fn of_a_crowd_of_calls_the_most_frequent_are_elements() {
    let folder = Folder::new("service-crowd");
    let link = |caller: usize, step: usize| {
        let called = (caller + step) % 120;
        json!({ "parent": format!("s{caller}"), "child": format!("s{called}"), "callCount": if step == 1 { 1_000 } else { 1 } })
    };
    let links: Vec<Value> = (0..120).flat_map(|caller| [1, 7, 31].map(|step| link(caller, step))).collect();
    let file = folder.write("crowd.json", json!({ "data": links }).to_string());
    in_browser(async |page| {
        page.open("/search").await;
        page.choose_files(&[&file]).await;
        page.click("@nav-services").await;
        page.until_text("@service-summary", "120 services and peers, 360 links").await;
        page.until_count("@service-edge", 40).await;
        let calls = page.attributes("@service-edge", "data-calls").await;
        assert!(calls.iter().all(|calls| calls == "1000"), "{calls:?}");
        page.until_count_at_least("@service-node", 10).await;
    })
    .await;
}

/// A Jaeger at the page's own origin, which has counted these calls.
fn counts(page: &Page, status: u16, links: &[(&str, &str, u32)]) {
    let service = &page.host.service;
    let names = json!({ "data": ["web", "shop"], "total": 2, "limit": 0, "offset": 0, "errors": null });
    service.answer_path_with("services", 200, "application/json", names.to_string());
    let link =
        |(parent, child, calls): &(&str, &str, u32)| json!({ "parent": parent, "child": child, "callCount": calls });
    let links: Vec<Value> = links.iter().map(link).collect();
    service.answer_path_with("dependencies", status, "application/json", json!({ "data": links }).to_string());
}

#[tokio::test]
async fn a_backend_is_asked_for_what_it_counted() {
    in_browser(async |page| {
        page.provokes("404");
        counts(page, 200, &[("web", "shop", 120), ("shop", "db", 7)]);
        // A link of Jaeger UI's: nothing is loaded, and who is at home is asked.
        page.open("/dependencies").await;
        until_edges(page, &["shop>db 7 ", "web>shop 120 "]).await;
        let summary = page.until_text("@service-summary", "Counted by").await;
        let name = page.value::<String>("return one('@counts-select').selectedOptions[0].value", &[]).await;
        assert!(!name.is_empty() && summary.contains(&name), "{name}: {summary}");
        let asked: Vec<String> = page
            .host
            .service
            .asked()
            .into_iter()
            .filter(|path| path.starts_with("dependencies?") && !path.ends_with("lookback=1"))
            .collect();
        assert!(asked.len() == 1 && asked[0].contains("lookback=604800000"), "{asked:?}");
        // Loaded traces are one choice, the backend another, and what it says now is shown.
        page.click("@nav-search").await;
        let folder = Folder::new("service-graph-asked");
        page.choose_files(&[&folder.write("orders.json", answer(&[order("a1", false), order("b1", true)]))]).await;
        page.until_count("@result-row", 2).await;
        page.click("@nav-services").await;
        until_edges(page, &EDGES).await;
        page.until_text("@service-summary", "counted from the loaded traces").await;
        counts(page, 200, &[("web", "shop", 121)]);
        page.choose("@counts-select", &format!("\u{1}{name}")).await;
        until_edges(page, &["web>shop 121 "]).await;
        page.until_text("@service-summary", &format!("Counted by {name}")).await;
        page.until_address("counts=").await;
    })
    .await;
}

#[tokio::test]
async fn a_backend_that_fails_says_so_and_is_asked_again() {
    in_browser(async |page| {
        page.provokes("404");
        page.provokes("500");
        counts(page, 500, &[]);
        page.open("/dependencies").await;
        page.until_text("@services-told", "500").await;
        page.element("@services-empty @open-demo").await;
        // In vain, then not any more.
        page.click("@services-told @search-again").await;
        page.until_text("@services-told", "500").await;
        counts(page, 200, &[("web", "shop", 9)]);
        page.click("@services-told @search-again").await;
        until_edges(page, &["web>shop 9 "]).await;
        page.until_count("@services-told", 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_backend_that_knows_of_no_calls_says_so() {
    in_browser(async |page| {
        page.provokes("404");
        counts(page, 200, &[]);
        page.open("/dependencies").await;
        page.until_text("@services-told", "knows of no calls in the last seven days").await;
        page.click("@services-told button").await;
        page.until_count("@services-told", 0).await;
        page.element("@services-empty @open-demo").await;
    })
    .await;
}

/// The tools stand in one row where there is room, and wrap within the window where there is not.
#[tokio::test]
async fn tools_stand_in_a_row_and_a_time_is_chosen() {
    in_browser(async |page| {
        let width = async |width: u32| {
            let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            page.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        };
        width(1440).await;
        open_orders(page).await;
        let rows = "const tops = all('.services-tools > :not(.services-summary)').map((it) => { const { top, height } = it.getBoundingClientRect(); return top + height / 2 });
            return Math.max(...tops) - Math.min(...tops)";
        let apart: f64 = page.value(rows, &[]).await;
        assert!(apart < 4.0, "one row: {apart}");
        width(800).await;
        let beyond = "return all('.services-tools *').filter((it) => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth).length";
        assert_eq!(page.value::<u32>(beyond, &[]).await, 0);
        page.click("@services-time").await;
        page.until_text(".services-times", "Spans that start from").await;
        page.js("const it = one('@services-from'); it.value = '2030-01-01T00:00:00'; it.dispatchEvent(new Event('change'))", &[]).await;
        page.until_address("start=").await;
        page.until_count("@service-node", 0).await;
        assert_eq!(page.count("@services-from").await, 1, "the field stays as it is");
        page.keys("@services-from", ESCAPE).await;
        page.until_count("@services-from", 0).await;
        page.until_text("@services-any-time", "2030").await;
        page.click("@services-any-time").await;
        page.until_count("@service-node", 5).await;
        page.until_count("@services-any-time", 0).await;
    })
    .await;
}
