//! Groups of traces compared: who belongs to them, what tells them apart, and how a node's values spread.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::ENTER;
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

/// Twelve quick traces of one region, twelve slow ones of another; every trace has an id of its own.
fn regions() -> String {
    let one = |at: i64| -> Value {
        let is_slow = at >= 12;
        let takes = if is_slow { 900 + at } else { 300 + at };
        let mut find = span("2", Some("1"), "db", "find", 10, takes);
        let region = if is_slow { "eu" } else { "us" };
        let tags =
            [tag("region", json!(region)), tag("request", json!(format!("r-{at}"))), tag("table", json!("orders"))];
        find["tags"].as_array_mut().expect("tags").extend(tags);
        trace(&format!("{:x}", 0xa00 + at), vec![span("1", None, "shop", "order", 0, takes + 20), find])
    };
    answer(&(0..24).map(one).collect::<Vec<_>>())
}

const GROUPS: &str = "/compare?a=q:%7B.region=%22us%22%7D&b=q:%7B.region=%22eu%22%7D";

async fn open(page: &Page, folder: &Folder) {
    page.open("/").await;
    page.choose_files(&[&folder.write("regions.json", regions())]).await;
    page.until_count_at_least("@result-row", 10).await;
    page.js(
        "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))",
        &[json!(GROUPS)],
    )
    .await;
    page.until_text("@diff-a-size", "12 traces").await;
    page.until_text("@diff-b-size", "12 traces").await;
}

#[tokio::test]
async fn what_the_slow_ones_have_is_ranked_and_searched() {
    let folder = Folder::new("groups");
    in_browser(async |page| {
        open(page, &folder).await;
        page.click("@diff-look-groups").await;
        page.until_address("view=groups").await;
        page.until_count("@diff-over", 2).await;
        assert_eq!(page.texts("@diff-over").await, ["region = eu", "region = us"]);
        assert_eq!(page.attributes("@diff-over", "data-traces").await, ["0/12", "12/0"]);
        page.click("@diff-over").await;
        page.until_text("@result-count", "12 traces of 24").await;
    })
    .await;
}

#[tokio::test]
async fn a_node_tells_how_its_times_spread_and_the_table_how_surely_they_differ() {
    let folder = Folder::new("spread");
    in_browser(async |page| {
        open(page, &folder).await;
        page.click("@diff-node[data-operation=\"find\"]").await;
        page.until_count("@diff-spread", 2).await;
        let texts = page.texts("@diff-spread").await;
        // Every slow one is slower than every quick one; each trace has one span of it.
        assert!(texts[0].contains("Effect 0.00") && texts[0].contains("p 1.000"), "{}", texts[0]);
        assert!(texts[1].contains("Effect +1.00") && texts[1].contains("p < 0.001"), "{}", texts[1]);
        assert!(texts[1].contains("305 µs") && texts[1].contains("917 µs"), "{}", texts[1]);
        page.until_text("@diff-attribute[data-key=\"region\"]", "us × 12").await;
        page.choose("@diff-metric-select", "total").await;
        page.click("@diff-look-table").await;
        page.click("@diff-sort[data-column=\"effect\"]").await;
        let cells = page.texts("@diff-table-row:first-child [role=cell]").await;
        assert_eq!(cells[cells.len() - 4..], ["12", "12", "+1.00", "< 0.001"]);
    })
    .await;
}

#[tokio::test]
async fn groups_are_files_queries_and_ids() {
    let folder = Folder::new("group-names");
    in_browser(async |page| {
        open(page, &folder).await;
        page.choose("@diff-a", "file:regions.json").await;
        page.until_text("@diff-a-size", "24 traces").await;
        page.keys("@diff-a-id", ["{ duration > 1ms }", ENTER].concat()).await;
        page.until_address("a=q%3A%7B+duration+%3E+1ms+%7D").await;
        page.until_text("@compare-missing", "q:{ duration > 1ms }").await;
        page.keys("@diff-a-id", ["a01,a02,a02", ENTER].concat()).await;
        page.until_text("@diff-a-size", "2 traces").await;
        page.click("@diff-swap").await;
        page.until_text("@diff-b-size", "2 traces").await;
        // Who is not here is left out, and told; a query that cannot be read says why.
        page.keys("@diff-a-id", ["a01,file:gone.json", ENTER].concat()).await;
        page.until_text("@compare-lacking", "Compared without file:gone.json").await;
        page.until_count_at_least("@diff-node", 1).await;
        page.keys("@diff-a-id", ["{ broken", ENTER].concat()).await;
        page.until_count("@compare-missing @search-fault", 1).await;
        // A colleague has not my selection: it is said.
        page.open("/compare?a=sel:A&b=q:{}").await;
        page.until_text("@compare-missing", "No loaded trace belongs to sel:A").await;
    })
    .await;
}
