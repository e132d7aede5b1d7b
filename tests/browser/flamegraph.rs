//! The flame graph of a trace and of many, the graph of a trace, and what is told beside them.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{DOWN, ENTER, ESCAPE, RIGHT};
use crate::support::page::Page;
use crate::support::traces::{answer, span, tag, trace};

/// A shop: two calls of the same name, one of which asks a database and failed; and a mail that nobody waits for.
fn order(id: &str) -> String {
    let mut spans = vec![
        span("1", None, "shop", "order", 0, 1_000),
        span("2", Some("1"), "shop", "get", 0, 200),
        span("3", Some("1"), "shop", "get", 200, 300),
        span("4", Some("3"), "db", "SELECT", 250, 100),
        span("5", Some("1"), "mail", "send", 600, 900),
    ];
    // What has nothing to say is folded away in the graph.
    for span in &mut spans {
        span["tags"].as_array_mut().expect("tags").push(tag("component", json!("x")));
    }
    spans[2]["tags"].as_array_mut().expect("tags").push(tag("error", json!(true)));
    spans[4]["tags"].as_array_mut().expect("tags").push(tag("span.kind", json!("consumer")));
    answer(&[trace(id, spans)])
}

async fn open(page: &Page, ways: &str) {
    page.host.service.has_trace("a1", order("a1"));
    page.open(&format!("/trace/a1?view={ways}")).await;
}

async fn until_drawn(page: &Page, boxes: usize, levels: usize) {
    page.until_attribute("@flamegraph", "data-boxes", &boxes.to_string()).await;
    page.until_attribute("@flamegraph", "data-depth", &levels.to_string()).await;
}

async fn until_names(page: &Page, names: &[&str]) {
    let script = "return all('@flamegraph-row').map((it) => it.dataset.operation).join() === arguments[0]";
    page.until("the rows stand in this order", script, &[json!(names.join(","))]).await;
}

#[tokio::test]
async fn boxes_are_walked_zoomed_and_found() {
    in_browser(async |page| {
        open(page, "flamegraph").await;
        until_drawn(page, 4, 3).await;
        // The root, its first child by name, the next one, and what is below that.
        page.keys("@flamegraph", &[DOWN, DOWN, RIGHT, DOWN].concat()).await;
        let tip = page.until_text("@flamegraph-tip", "SELECT").await;
        assert!(tip.contains("100 µs") && tip.contains("10.0%"), "{tip}");
        page.until_address("view=flamegraph").await;
        // Zoomed: it is in the address, and named.
        page.keys("@flamegraph", ENTER).await;
        page.until_address("zoom=").await;
        let name = page.text("@diff-flame-zoomed").await;
        assert!(name.contains(": "), "{name}");
        page.reload().await;
        page.until_address("zoom=").await;
        page.until_count("@diff-flame-whole:not([disabled])", 1).await;
        page.click("@diff-flame-whole").await;
        until_drawn(page, 4, 3).await;
        // Half of a second in all; what is found within something found counts once.
        page.keys("@flamegraph-find", "shop: get").await;
        page.until_text("@flamegraph-found", "500 µs found").await;
        page.until_address("uiFind=shop").await;
        page.until_attribute("@flamegraph-row[data-operation=get] button", "aria-pressed", "true").await;
    })
    .await;
}

#[tokio::test]
async fn spans_stand_at_their_times_and_lead_to_the_timeline() {
    in_browser(async |page| {
        open(page, "flamegraph").await;
        until_drawn(page, 4, 3).await;
        page.click("@flamegraph-mode-times").await;
        page.until_address("flame=times").await;
        until_drawn(page, 5, 3).await;
        page.keys("@flamegraph", &[DOWN, DOWN].concat()).await;
        page.until_text("@flamegraph-tip", "200 µs").await;
        page.keys("@flamegraph", "m").await;
        page.until_count("@flamegraph-menu", 1).await;
        page.click("@flamegraph-similar").await;
        page.until_text("@flamegraph-found", "500 µs found").await;
        page.keys("@flamegraph", "m").await;
        page.click("@flamegraph-span").await;
        page.until_address("span=2").await;
        page.until_count("@flamegraph", 0).await;
    })
    .await;
}

#[tokio::test]
async fn the_table_beside_it_is_sorted_and_marks() {
    in_browser(async |page| {
        open(page, "flamegraph").await;
        until_names(page, &["send", "get", "SELECT", "order"]).await;
        page.click("@flamegraph-sort[data-column=total]").await;
        page.until_address("order=total").await;
        until_names(page, &["order", "send", "get", "SELECT"]).await;
        let cells = page.texts("@flamegraph-row[data-operation=get] [role=cell]").await;
        assert_eq!(cells, ["400 µs", "500 µs", "2", "1"]);
        page.click("@flamegraph-row[data-operation=send] button").await;
        page.until_text("@flamegraph-found", "900 µs found").await;
        page.click("@flamegraph-show-graph").await;
        page.until_count("@flamegraph-table", 0).await;
    })
    .await;
}

#[tokio::test]
async fn many_traces_are_one_flame_graph() {
    in_browser(async |page| {
        page.host.service.has_trace("a1", order("a1"));
        page.host.service.has_trace("b1", order("b1"));
        page.open("/trace/a1...b1").await;
        page.until_count_at_least("@diff-node", 3).await;
        page.click("@nav-services").await;
        page.click("@services-flamegraph").await;
        until_drawn(page, 4, 3).await;
        let cells = page.texts("@flamegraph-row[data-operation=get] [role=cell]").await;
        assert_eq!(cells, ["800 µs", "1 ms", "4", "2"]);
        // There is no time that all have in common.
        page.until_count("@flamegraph-mode", 0).await;
    })
    .await;
}

#[tokio::test]
async fn the_graph_of_a_trace_has_counts_errors_and_times() {
    in_browser(async |page| {
        // The timeline was there before: it does not read the address again.
        open(page, "timeline").await;
        page.until_count("@span-row", 5).await;
        page.click("@view-graph").await;
        page.until_count("@graph-node", 5).await;
        let of = |name: &str| format!("@graph-node[data-operation=\"{name}\"]");
        let root = of("order");
        let facts = ["data-count", "data-errors", "data-time-us", "data-self-us"];
        let expected = ["1", "0", "1000", "500"];
        for (name, value) in facts.iter().zip(expected) {
            page.until_attribute(&root, name, value).await;
        }
        // With children or without are two.
        assert_eq!(page.attributes(&of("get"), "data-errors").await, ["0", "1"]);
        assert_eq!(page.count("@graph-edge").await, 4);
        assert_eq!(page.count("@graph-edge.dashed").await, 1);
        // The next error; its spans lead to the timeline.
        page.keys("@graph", "n").await;
        page.until_text("@graph-card", "300 µs").await;
        page.keys("@graph", ESCAPE).await;
        page.until_count("@graph-card", 0).await;
        page.click("@graph-colour-self").await;
        page.until_address("metric=self").await;
        page.until_text("@graph-legend", "Self time").await;
        page.keys("@diff-find", "SELECT").await;
        page.until_count("@graph-node.found", 1).await;
        page.click(&of("SELECT")).await;
        page.click("@diff-example").await;
        page.until_address("span=4").await;
        page.until_count("@span-detail", 1).await;
    })
    .await;
}

/// Goes to an address of the app without a reload, which would forget what is loaded.
async fn go_to(page: &Page, address: &str) {
    let go = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
    page.js(go, &[json!(address)]).await;
}

/// How often the operations of the traces are that the page is of, as `name count`.
async fn until_counts(page: &Page, expected: &[&str]) {
    let script = "const count = (row) => row.querySelectorAll('[role=cell]')[2].textContent;
        return all('@flamegraph-row').map((it) => `${it.dataset.operation} ${count(it)}`).sort().join() === arguments[0]";
    page.until(&format!("there are {expected:?}"), script, &[json!(expected.join(","))]).await;
}

#[tokio::test]
async fn a_flame_graph_is_of_whom_the_address_names() {
    let folder = Folder::new("flamegraph-of");
    in_browser(async |page| {
        page.host.service.has_trace("c3", order("c3"));
        let mail = answer(&[trace("b2", vec![span("1", None, "mail", "send", 0, 900)])]);
        page.open("/").await;
        page.choose_files(&[&folder.write("a.json", order("a1")), &folder.write("b.json", mail)]).await;
        page.until_count("@result-row", 2).await;
        select_all(page).await;
        for (of, expected) in [
            ("file:a.json", &["SELECT 1", "get 2", "order 1", "send 1"][..]),
            ("file:b.json", &["send 1"]),
            ("sel:A", &["SELECT 1", "get 2", "order 1", "send 2"]),
            ("q:{ name = \"SELECT\" }", &["SELECT 1", "get 2", "order 1", "send 1"]),
            ("b2", &["send 1"]),
            // What is not loaded is brought.
            ("a1,c3", &["SELECT 2", "get 4", "order 2", "send 2"]),
            ("", &["SELECT 2", "get 4", "order 2", "send 3"]),
        ] {
            let of: String = of.bytes().map(|byte| format!("%{byte:02x}")).collect();
            go_to(page, &format!("/flamegraph?of={of}")).await;
            until_counts(page, expected).await;
            assert_eq!(page.count("@nothing-here").await, 0);
        }
    })
    .await;
}

/// Draws a frame around all points of the plot, and makes them group A.
async fn select_all(page: &Page) {
    let place = "const it = one('@scatter-plot')?.getBoundingClientRect(); return it?.width > 0 && [it.left, it.top, it.right, it.bottom]";
    page.until("the plot is there", place, &[]).await;
    let [left, top, right, bottom]: [f64; 4] = page.value(place, &[]).await;
    let ways = [
        ("mouseMoved", left + 70.0, top + 3.0),
        ("mousePressed", left + 70.0, top + 3.0),
        ("mouseMoved", right - 60.0, bottom - 5.0),
        ("mouseReleased", right - 60.0, bottom - 5.0),
    ];
    for (kind, x, y) in ways {
        let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", event).await;
    }
    page.click("@brush-group-A").await;
    page.until_count("@group-A", 1).await;
}

#[tokio::test]
async fn who_is_not_here_is_named_with_ways_to_bring_some() {
    in_browser(async |page| {
        page.provokes("404");
        // Before anything is loaded.
        for (address, shown) in [
            ("/flamegraph", "@flamegraph-row"),
            ("/findings", "@finding"),
            ("/monitor", "@red-row"),
            ("/deep-dependencies", "@path-offer"),
        ] {
            page.open(address).await;
            page.until_text("@nothing-here, @paths-empty", "Nothing is loaded").await;
            assert_eq!(page.count(shown).await, 0);
            page.click("@open-demo").await;
            page.until_count_at_least(shown, 2).await;
            page.until_count("@nothing-here, @paths-empty @open-demo", 0).await;
        }
        // Whom nobody has, and what finds nothing.
        go_to(page, "/flamegraph?of=f00").await;
        page.until_text("@nothing-here", "Trace f00 is not loaded").await;
        page.until_count("@nothing-here @error", 1).await;
        go_to(page, "/flamegraph?of=q:%7B%20name%20%3D%20%22nobody%22%20%7D").await;
        page.until_text("@nothing-here", "No loaded trace belongs to q:{ name = \"nobody\" }").await;
        go_to(page, "/findings?q=%7B%20name%20%3D%20%22nobody%22%20%7D").await;
        page.until_text("@nothing-here", "No loaded trace belongs to q:{ name = \"nobody\" }").await;
        // Nothing failed: that is no fault.
        go_to(page, "/flamegraph").await;
        page.until_count_at_least("@flamegraph-row", 2).await;
    })
    .await;
}

/// The border between table and graph can be taken, by the pointer and by keys.
#[tokio::test]
async fn the_table_is_made_wider() {
    in_browser(async |page| {
        open(page, "flamegraph").await;
        until_drawn(page, 4, 3).await;
        let middle =
            "const it = one('.flame-border').getBoundingClientRect(); return [it.left + it.width / 2, it.top + 60]";
        let width = "return one('@flamegraph-table').getBoundingClientRect().width";
        let ([x, y], before): ([f64; 2], f64) = (page.value(middle, &[]).await, page.value(width, &[]).await);
        for (kind, x) in
            [("mouseMoved", x), ("mousePressed", x), ("mouseMoved", x + 100.0), ("mouseReleased", x + 100.0)]
        {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            page.cdp("Input.dispatchMouseEvent", event).await;
        }
        let wider = "return Math.abs(one('@flamegraph-table').getBoundingClientRect().width - arguments[0]) < 3";
        page.until("the table is wider", wider, &[json!(before + 100.0)]).await;
        page.keys(".flame-border", RIGHT).await;
        let now: f64 = page.value(width, &[]).await;
        assert!(now > before + 103.0, "{before}, {now}");
    })
    .await;
}
