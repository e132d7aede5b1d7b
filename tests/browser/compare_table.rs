//! The comparison as a table, what a node's spans carry, and what is shared.

use std::fs::read_to_string;

use serde_json::{Value, json};

use crate::saving::{download_into, downloaded};
use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

/// A trace of the service `shop`: operations below one root, each with what it takes (µs) and its attributes.
fn order(id: &str, below: &[(&str, i64, Value)]) -> String {
    let mut spans = vec![span("1", None, "shop", "order", 0, 900)];
    for (at, (name, takes, tags)) in below.iter().enumerate() {
        let mut child = span(&(at + 2).to_string(), Some("1"), "shop", name, 10 * at as i64, *takes);
        let own = tags.as_object().expect("attributes by their keys").iter();
        child["tags"].as_array_mut().expect("tags").extend(own.map(|(key, value)| tag(key, value.clone())));
        spans.push(child);
    }
    answer(&[trace(id, spans)])
}

async fn serve(page: &Page) {
    let a = [
        ("pay", 100, json!({ "card": "gold", "tries": 1, "shop.id": "s-1" })),
        ("get", 300, json!({})),
        ("old", 20, json!({})),
    ];
    let failed = json!({ "card": "gold", "tries": 2, "error": true, "coupon": "=SUM(A1)", "shop.id": "s-1" });
    let b = [("pay", 250, failed), ("get", 200, json!({}))];
    page.host.service.has_trace("a1", order("a1", &a));
    page.host.service.has_trace("b1", order("b1", &b));
}

async fn until_rows(page: &Page, operations: &[&str]) {
    let script = "return all('@diff-table-row').map((it) => it.dataset.operation).join() === arguments[0]";
    page.until("the rows stand in this order", script, &[json!(operations.join(","))]).await;
}

#[tokio::test]
async fn the_table_is_sorted_by_its_headings_and_leads_to_the_graph() {
    in_browser(async |page| {
        serve(page).await;
        page.open("/trace/a1...b1").await;
        page.click("@diff-look-table").await;
        page.until_address("view=table").await;
        until_rows(page, &["order", "pay", "get", "old"]).await;
        let head = |word: &str| format!("@diff-sort[data-column=\"{word}\"]");
        page.click(&head("total")).await;
        page.until_address("order=total").await;
        until_rows(page, &["pay", "order", "old", "get"]).await;
        let texts = page.texts("@diff-table-row[data-operation=\"pay\"] [role=cell]").await;
        assert_eq!(texts[..8], ["1", "1", "=", "0", "1", "100 µs", "250 µs", "+150 µs"]);
        let gone = page.texts("@diff-table-row[data-operation=\"old\"] [role=cell]").await;
        assert_eq!(gone[..3], ["1", "–", "-1"]);
        page.click(&head("total")).await;
        page.until_address("order=-total").await;
        until_rows(page, &["get", "old", "order", "pay"]).await;
        page.reload().await;
        until_rows(page, &["get", "old", "order", "pay"]).await;
        page.until_attribute("[role=columnheader]:has([data-column=\"total\"])", "aria-sort", "ascending").await;
        page.click(&head("name")).await;
        until_rows(page, &["get", "old", "order", "pay"]).await;
        // What is the same is not in it, either.
        page.click("@diff-hide-same").await;
        until_rows(page, &["old", "order"]).await;
        page.click("@diff-hide-same").await;
        until_rows(page, &["get", "old", "order", "pay"]).await;
        page.click("@diff-table-row[data-operation=\"pay\"] button").await;
        page.until_count("@diff-graph", 1).await;
        page.until_text("@diff-card", "pay").await;
    })
    .await;
}

#[tokio::test]
async fn a_nodes_attributes_are_told_where_they_differ() {
    in_browser(async |page| {
        serve(page).await;
        page.open("/trace/a1...b1").await;
        page.click("@diff-node[data-operation=\"pay\"]").await;
        page.until_count("@diff-attribute", 4).await;
        let script = "return all('@diff-attribute').map((it) => [it.dataset.carrier, it.dataset.key, ...[...it.querySelectorAll('td')].map((cell) => cell.innerText)])";
        let lines: Vec<[String; 4]> = page.value(script, &[]).await;
        // Errors first, then what only one side has, then what has few values.
        let expected = [
            ["error", "status", "–", "ERROR"],
            ["span", "coupon", "–", "=SUM(A1)"],
            ["span", "error", "–", "true"],
            ["span", "tries", "1", "2"],
        ];
        assert_eq!(lines, expected);
        // Kind, card, shop and host are the same.
        page.until_text("@diff-attributes", "4 keys have the same values").await;
    })
    .await;
}

#[tokio::test]
async fn a_comparison_is_shared_as_link_summary_table_and_picture() {
    let folder = Folder::new("shared");
    in_browser(async |page| {
        page.allow_clipboard().await;
        download_into(page, &folder).await;
        serve(page).await;
        page.open("/trace/a1...b1?metric=total").await;
        page.until_count("@diff-node", 4).await;
        let share = async |how: &str| {
            page.click("@diff-share").await;
            page.click(how).await;
            page.until_count("@diff-share-menu", 0).await;
        };
        share("@diff-link").await;
        page.until_text("@toast", "Copied").await;
        assert!(page.clipboard().await.ends_with("/trace/a1...b1?metric=total"));
        share("@diff-markdown").await;
        let mut summary = String::new();
        while !summary.contains("Only in A") {
            summary = page.clipboard().await;
        }
        assert!(summary.contains("`old`") && summary.contains("/trace/a1...b1?metric=total>"), "{summary}");
        share("@diff-csv").await;
        let table = read_to_string(downloaded(&folder, "trackway-comparison.csv").await).expect("a table");
        assert_eq!(table.lines().count(), 5, "{table}");
        assert!(table.contains(",shop,pay,same,1,1,0,100000,"), "{table}");
        share("@diff-svg").await;
        let svg = read_to_string(downloaded(&folder, "trackway-comparison.svg").await).expect("a picture");
        assert!(svg.starts_with("<svg") && svg.contains("order"), "{svg}");
        share("@diff-png").await;
        let png = std::fs::read(downloaded(&folder, "trackway-comparison.png").await).expect("a picture");
        assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    })
    .await;
}
