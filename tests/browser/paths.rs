//! The paths through a service, hop by hop.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::page::Page;
use crate::support::traces::{answer, span, trace};

/// web > shop > pay > db, and shop > mail; a job calls the shop, too.
fn shop() -> String {
    let calls = |id: &str, root: &str| {
        let below = [
            span("2", Some("1"), "shop", "buy", 10, 900),
            span("3", Some("2"), "pay", "card", 20, 100),
            span("4", Some("3"), "db", "put", 30, 10),
        ];
        let mail = (root == "web").then(|| span("5", Some("2"), "mail", "send", 200, 10));
        trace(id, std::iter::once(span("1", None, root, "root", 0, 950)).chain(below).chain(mail).collect())
    };
    answer(&[calls("a1", "web"), calls("a2", "cron")])
}

async fn until_nodes(page: &Page, services: &[&str]) {
    let script = "return all('@path-node').map((it) => it.dataset.service).sort().join() === arguments[0]";
    let mut services = services.to_vec();
    services.sort_unstable();
    page.until(&format!("nodes are {services:?}"), script, &[json!(services.join(","))]).await;
}

/// The paths of the service "shop", gone to as users do.
async fn open_shop(page: &Page) {
    page.host.service.has_trace("a1", shop());
    page.open("/trace/a1").await;
    page.until_count_at_least("@span-row", 5).await;
    page.click("@nav-services").await;
    page.click("@services-deep-dependencies").await;
    page.click("@path-offer:nth-of-type(5)").await;
}

#[tokio::test]
async fn hops_are_shown_expanded_hidden_and_kept_in_the_address() {
    in_browser(async |page| {
        open_shop(page).await;
        page.until_address("service=shop").await;
        until_nodes(page, &["web", "cron", "shop", "pay", "db", "mail"]).await;
        // One hop less, and what is beyond one node again.
        page.click("@path-down-2").await;
        page.until_address("down=1").await;
        until_nodes(page, &["web", "cron", "shop", "pay", "mail"]).await;
        page.until_attribute("@path-down-2", "data-state", "empty").await;
        page.click("@path-node[data-service=\"pay\"]").await;
        page.click("@path-expand").await;
        page.until_address("show=").await;
        until_nodes(page, &["web", "cron", "shop", "pay", "db", "mail"]).await;
        page.click("@path-hide").await;
        page.until_address("hide=").await;
        until_nodes(page, &["web", "cron", "shop", "mail"]).await;
        page.until_attribute("@path-down-1", "data-state", "partial").await;
        page.click("@path-reset").await;
        until_nodes(page, &["web", "cron", "shop", "pay", "mail"]).await;
    })
    .await;
}

#[tokio::test]
async fn a_node_leads_to_its_traces_and_becomes_the_focus() {
    in_browser(async |page| {
        open_shop(page).await;
        page.click("@path-node[data-service=\"mail\"]").await;
        page.until_count("@path-trace", 1).await;
        page.click("@path-focus").await;
        page.until_address("service=mail").await;
        until_nodes(page, &["web", "shop", "mail"]).await;
        page.click("@path-node[data-service=\"mail\"]").await;
        page.click("@path-traces").await;
        page.until_address("/search?q=").await;
        page.until_count("@result-row", 1).await;
    })
    .await;
}
