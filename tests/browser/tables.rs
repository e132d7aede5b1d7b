//! The views of a trace that are tables: its statistics, its spans, its events.

use std::fs::read_to_string;

use serde_json::json;

use crate::saving::{download_into, downloaded};
use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{DOWN, ENTER, LEFT, RIGHT};
use crate::support::page::Page;
use crate::support::traces::{START, answer, span, tag, trace};

/// Of 10 ms: `shop` asks the database twice and a queue once; one answer is an error with an event.
async fn serve(page: &Page) {
    let mut spans = vec![
        span("1", None, "shop", "order", 0, 10_000),
        span("2", Some("1"), "stock", "find", 1_000, 4_000),
        span("3", Some("2"), "db", "SELECT", 2_000, 1_000),
        span("4", Some("2"), "db", "SELECT", 3_000, 500),
        span("5", Some("1"), "db", "UPDATE", 6_000, 3_000),
    ];
    for (at, table) in [(2, "items"), (3, "items"), (4, "stock's \"own\"")] {
        spans[at]["tags"].as_array_mut().expect("tags").push(tag("db.table", json!(table)));
    }
    spans[4]["tags"].as_array_mut().expect("tags").push(tag("error", json!(true)));
    let event = |at: i64, fields: &[(&str, &str)]| {
        let fields: Vec<_> = fields.iter().map(|(key, value)| tag(key, json!(value))).collect();
        json!({ "timestamp": START + at, "fields": fields })
    };
    spans[4]["logs"] = json!([event(8_000, &[("event", "exception"), ("message", "deadlock")])]);
    spans[1]["logs"] = json!([event(1_500, &[("event", "cache miss"), ("key", "item-7")])]);
    page.host.service.has_trace("a1", answer(&[trace("a1", spans)]));
}

async fn until_groups(page: &Page, groups: &[&str]) {
    let script = "return all('@stats-row').map((it) => it.dataset.group).join('|') === arguments[0]";
    page.until(&format!("the groups are {groups:?}"), script, &[json!(groups.join("|"))]).await;
}

async fn cells(page: &Page, group: &str) -> Vec<String> {
    let script = "return all('@stats-row').find((it) => it.dataset.group === arguments[0]).querySelectorAll('[data-column]').values().map((it) => it.innerText.trim()).toArray()";
    page.value(script, &[json!(group)]).await
}

#[tokio::test]
async fn statistics_group_sort_find_and_lead_to_the_timeline() {
    in_browser(async |page| {
        serve(page).await;
        page.open("/trace/a1").await;
        page.click("@view-statistics").await;
        page.until_count("@stats-table:not([aria-busy])", 1).await;
        // What takes most of the time itself comes first.
        until_groups(page, &["db", "shop", "stock"]).await;
        let expected =
            ["db", "3", "1", "4.5 ms", "1.5 ms", "500 µs", "3 ms", "4.5 ms", "1.5 ms", "500 µs", "3 ms", "45.00 %"];
        assert_eq!(cells(page, "db").await, expected);
        assert_eq!(page.attribute("@stats-row [data-column=\"ST in Duration\"]", "role").await, "gridcell");
        page.choose("@stats-group", ".db.table").await;
        page.choose("@stats-then", "operation").await;
        page.until_address("group=.db.table").await;
        page.until_address("then=operation").await;
        let all = ["Without db.table", "order", "find", "stock's \"own\"", "UPDATE", "items", "SELECT"];
        until_groups(page, &all).await;
        page.click("[data-sort=\"Count\"]").await;
        page.until_address("order=Count").await;
        until_groups(page, &["Without db.table", "order", "find", "items", "SELECT", "stock's \"own\"", "UPDATE"])
            .await;
        page.choose("@stats-colorBy", "Total").await;
        page.until_count("[data-column=\"Total\"][data-weighed]", 7).await;
        page.reload().await;
        until_groups(page, &["Without db.table", "order", "find", "items", "SELECT", "stock's \"own\"", "UPDATE"])
            .await;
        page.until_count("[data-column=\"Total\"][data-weighed]", 7).await;
        page.click("@stats-row[data-group=\"items\"] .data-fold").await;
        until_groups(page, &["Without db.table", "order", "find", "items", "stock's \"own\"", "UPDATE"]).await;
        page.keys("@table-find", "deadlock").await;
        page.until_count("@stats-row.found", 2).await;
        page.until_attribute("@table-found", "data-count", "2").await;
        page.click("@table-only-found").await;
        until_groups(page, &["stock's \"own\"", "UPDATE"]).await;
        page.click("@table-only-found").await;
        page.click("@stats-row[data-group=\"UPDATE\"] a").await;
        page.until_count("@span-row.found", 1).await;
        page.until_attribute("@span-row.found", "data-span-id", "5").await;
        page.until_attribute("@find-count", "data-count", "1").await;
        let query =
            "return one('@find-input').value.includes('name = \"UPDATE\"') && one('@find-mode').value === 'traceql'";
        page.until("the timeline finds by the group's query", query, &[]).await;
    })
    .await;
}

async fn until_spans(page: &Page, ids: &[&str]) {
    let script = "return all('@spans-row').map((it) => it.dataset.spanId).join() === arguments[0]";
    page.until(&format!("the spans are {ids:?}"), script, &[json!(ids.join(","))]).await;
}

#[tokio::test]
async fn spans_are_sorted_narrowed_and_opened() {
    let folder = Folder::new("spans-table");
    in_browser(async |page| {
        download_into(page, &folder).await;
        serve(page).await;
        page.open("/trace/a1?view=spans").await;
        until_spans(page, &["1", "2", "3", "4", "5"]).await;
        // Rows stand side by side, for who looks for the next one.
        assert_eq!(page.count("@spans-table [role=row] ~ @spans-row").await, 4);
        page.click("[data-sort=\"Duration\"]").await;
        until_spans(page, &["1", "2", "5", "3", "4"]).await;
        page.click("[data-sort=\"Duration\"]").await;
        page.until_address("order=-Duration").await;
        until_spans(page, &["4", "3", "5", "2", "1"]).await;
        page.until_attribute("[data-heading=\"Duration\"]", "aria-sort", "ascending").await;
        page.click("@filter-services").await;
        page.click("[data-name=\"db\"]").await;
        until_spans(page, &["4", "3", "5"]).await;
        page.click("[data-name=\"stock\"]").await;
        until_spans(page, &["4", "3", "5", "2"]).await;
        page.click("@filter-names").await;
        // Only names of the chosen services can be chosen.
        page.until_count("@filter-names ~ * [data-name]", 3).await;
        page.click("@filter-names ~ * [data-name=\"SELECT\"]").await;
        until_spans(page, &["4", "3"]).await;
        page.reload().await;
        until_spans(page, &["4", "3"]).await;
        page.click("@table-csv").await;
        let table = read_to_string(downloaded(&folder, "trackway-spans.csv").await).expect("a table");
        assert_eq!(
            table,
            "service,name,span_id,duration_ns,start_ns,kind,status\r\ndb,SELECT,4,500000,3000000,internal,\r\ndb,SELECT,3,1000000,2000000,internal,\r\n"
        );
        page.open("/trace/a1?view=spans&errors=1").await;
        until_spans(page, &["5"]).await;
        page.open("/trace/a1?view=spans&root=2").await;
        until_spans(page, &["2", "3", "4"]).await;
        page.js("one('@spans-table').focus()", &[]).await;
        for key in [DOWN, DOWN, DOWN] {
            page.press(key).await;
        }
        page.until_count("@spans-row.cursor[data-span-id=\"4\"]", 1).await;
        page.press(ENTER).await;
        page.until_count("@span-detail[data-span-id=\"4\"]", 1).await;
        assert!(!page.until_address("span=4").await.contains("view="));
    })
    .await;
}

#[tokio::test]
async fn events_stand_by_time_and_fold_out() {
    in_browser(async |page| {
        serve(page).await;
        page.open("/trace/a1?view=events").await;
        page.until_count("@events-row", 2).await;
        let texts = page.texts("@events-row [data-column=\"Event\"]").await;
        assert_eq!(texts, ["cache miss", "exception"]);
        assert_eq!(page.texts("@events-row [data-column=\"Time\"]").await, ["1.5 ms", "8 ms"]);
        page.click("@events-row").await;
        page.until_text("@event-attributes", "item-7").await;
        // What is below a row pushes the others down.
        let script = "const [first, other] = all('@events-row').map((it) => it.getBoundingClientRect().top); return other - first > 50";
        page.until("there is room for the attributes", script, &[]).await;
        page.js("one('@events-table').focus()", &[]).await;
        page.press(LEFT).await;
        page.until_count("@event-attributes", 0).await;
        page.press(DOWN).await;
        page.press(RIGHT).await;
        page.until_text("@event-attributes", "deadlock").await;
        // Values of attributes are found, and only in their own event.
        page.keys("@table-find", "DEADLOCK").await;
        page.until_count("@events-row.found", 1).await;
        page.until_address("uiFind=DEADLOCK").await;
        page.click("@table-only-found").await;
        page.until_count("@events-row", 1).await;
        page.click("@events-row a").await;
        page.until_count("@span-detail[data-span-id=\"5\"]", 1).await;
    })
    .await;
}

/// Where a table is wider than the window, its rows scroll within it, the head with them, and the first column stays.
#[tokio::test]
async fn a_narrow_window_scrolls_the_rows_and_not_the_page() {
    in_browser(async |page| {
        serve(page).await;
        let metrics = json!({ "width": 800, "height": 600, "deviceScaleFactor": 1, "mobile": false });
        page.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        page.open("/trace/a1?view=statistics").await;
        page.until_count("@stats-row", 3).await;
        assert!(page.value::<bool>("return document.scrollingElement.scrollWidth <= innerWidth", &[]).await);
        let left = "const left = (it) => one(it).getBoundingClientRect().left;
            const of = (column) => left(`@stats-row [data-column='${column}']`);
            return [of('Group'), of('Count'), of('Count') - left('[data-heading=Count]')].map(Math.round)";
        let [group, count, apart]: [i32; 3] = page.value(left, &[]).await;
        assert!(count > group && apart.abs() <= 1, "a heading stands above its column: {apart}");
        page.keys("@stats-table", &[DOWN, RIGHT, RIGHT].concat()).await;
        page.until("the rows are scrolled", "return one('.data-rows').scrollLeft > 100", &[]).await;
        let together = "return one('.data-headings').scrollLeft === one('.data-rows').scrollLeft";
        page.until("the head is, too", together, &[]).await;
        let [now, moved, apart]: [i32; 3] = page.value(left, &[]).await;
        assert!(moved < count && apart.abs() <= 1, "{count} to {moved}, {apart} beside its heading");
        assert!((0..=group).contains(&now), "the first column is still there: {now}");
        // A heading that the keyboard comes to brings its column along.
        page.js("one('[data-sort=\"ST in Duration\"]').focus()", &[]).await;
        let last =
            "return one('@stats-row [data-column=\"ST in Duration\"]').getBoundingClientRect().right <= innerWidth";
        page.until("the last column is in view", last, &[]).await;
    })
    .await;
}
