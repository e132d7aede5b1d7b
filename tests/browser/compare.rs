//! The comparison of two traces, and of two groups: colours, labels, what is hidden, and the ways through the differences.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fixtures::fixtures;
use crate::support::browser::in_browser;
use crate::support::keys::ENTER;
use crate::support::page::Page;
use crate::support::traces::{answer, demo, span, tag, trace};

/// A trace of the service `shop`: operations below one root, each as often as it is named.
fn orders(id: &str, below: &[&str]) -> String {
    let child = |(at, name): (usize, &&str)| span(&(at + 2).to_string(), Some("1"), "shop", name, 10 * at as i64, 10);
    let children = below.iter().enumerate().map(child);
    answer(&[trace(id, std::iter::once(span("1", None, "shop", "order", 0, 900)).chain(children).collect())])
}

/// `[kind, operation, label]` of every node, in the order of the page.
async fn nodes(page: &Page) -> Vec<[String; 3]> {
    let script = "return all('@diff-node').map((it) => [it.dataset.kind, it.dataset.operation, it.querySelector('.diff-count').innerText.replace(/\\s+/g, ' ').trim()])";
    page.value(script, &[]).await
}

async fn until_nodes(page: &Page, expected: &[[&str; 3]]) {
    page.until_count("@diff-node", expected.len()).await;
    let mut found = nodes(page).await;
    let mut expected: Vec<[String; 3]> = expected.iter().map(|line| line.map(str::to_owned)).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

/// Jaeger UI's label, and the sign that tells the kind without its colour.
fn label(a: u64, b: u64) -> String {
    if a == b {
        return a.to_string();
    }
    let (sign, share) = (if a < b { '+' } else { '-' }, 100.0 * a.abs_diff(b) as f64 / a.max(b) as f64);
    let mark = match (a, b) {
        (0, _) => '＋',
        (_, 0) => '－',
        _ if a < b => '▲',
        _ => '▼',
    };
    format!("{sign}{} {sign}{}% {mark}", a.abs_diff(b), share.round())
}

/// The pairs that were compared by Jaeger UI, each opened by its link: every node has its counts, label and colour.
#[tokio::test]
async fn real_pairs_have_the_colours_and_labels_of_jaeger_ui() {
    let Some(folder) = fixtures() else { return };
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.join(name)).expect("a fixture")).expect("JSON")
    };
    in_browser(async |page| {
        let expected = read("expected/computed/jaeger-ui-trace-diff.json");
        let mut kinds = BTreeMap::<String, String>::new();
        for pair in expected["pairs"].as_array().expect("pairs") {
            let [a, b] = ["a", "b"].map(|side| {
                let id = pair[side]["traceID"].as_str().expect("an id");
                let file = read(pair[side]["file"].as_str().expect("a file"));
                // Some files are a trace on its own.
                let traces = file["data"].as_array().cloned().unwrap_or_else(|| vec![file]);
                let of_id: Vec<Value> = traces.into_iter().filter(|trace| trace["traceID"] == id).collect();
                page.host.service.has_trace(id, answer(&of_id));
                id.to_owned()
            });
            page.open(&format!("/trace/{a}...{b}")).await;
            let lines = pair["nodes"].as_array().expect("nodes");
            page.until_count("@diff-node", lines.len()).await;
            let count = |line: &Value, side: &str| line[side].as_u64().expect("a count");
            let mut theirs: Vec<[String; 4]> = lines
                .iter()
                .map(|line| {
                    let level = line["path"].as_array().and_then(|path| path.last()).expect("a level");
                    let [a, b] = ["a", "b"].map(|side| count(line, side));
                    let text = |at: usize| level[at].as_str().expect("a text").to_owned();
                    [text(0), text(1), format!("{a} {b}"), label(a, b)]
                })
                .collect();
            let script = "return all('@diff-node').map((it) => [it.dataset.service, it.dataset.operation, `${it.dataset.a} ${it.dataset.b}`, it.querySelector('.diff-count').innerText.replace(/\\s+/g, ' ').trim()])";
            let mut ours: Vec<[String; 4]> = page.value(script, &[]).await;
            ours.sort();
            theirs.sort();
            assert_eq!(ours, theirs, "{a} and {b}");
            assert_eq!(page.count("@diff-edge").await > 0, lines.len() > 1);
            let script = "return Object.fromEntries(all('@diff-node').map((it) => [it.dataset.kind, getComputedStyle(it).backgroundColor]))";
            kinds.extend(page.value::<BTreeMap<String, String>>(script, &[]).await);
        }
        let colours = [("added", "rgb(38, 130, 4)"), ("less", "rgb(255, 163, 158)"), ("more", "rgb(120, 213, 57)"), ("removed", "rgb(204, 22, 22)")];
        for (kind, colour) in colours {
            assert_eq!(kinds.get(kind).map(String::as_str), Some(colour), "{kind} of {kinds:?}");
        }
        assert_eq!(kinds.len(), 5, "{kinds:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_the_same_is_hidden_and_the_differences_are_walked() {
    in_browser(async |page| {
        page.host.service.has_trace("a1", orders("a1", &["get", "list", "pay", "pay", "old"]));
        page.host.service.has_trace("b1", orders("b1", &["get", "list", "pay", "new"]));
        page.open("/trace/a1...b1").await;
        let all = [
            ["same", "order", "1"],
            ["same", "get", "1"],
            ["same", "list", "1"],
            ["less", "pay", "-1 -50% ▼"],
            ["removed", "old", "-1 -100% －"],
            ["added", "new", "+1 +100% ＋"],
        ];
        until_nodes(page, &all).await;
        page.until_text("@diff-legend", "Same 3").await;

        page.click("@diff-hide-same").await;
        page.until_address("same=hide").await;
        until_nodes(page, &[all[0], all[3], all[4], all[5]]).await;
        page.until_text("@diff-stub", "2 the same").await;
        page.reload().await;
        until_nodes(page, &[all[0], all[3], all[4], all[5]]).await;

        // By key from one difference to the next, around, and back.
        page.keys("@diff-graph", "n").await;
        page.until_text("@diff-card", "pay").await;
        page.keys("@diff-graph", "n").await;
        page.until_text("@diff-card", "old").await;
        page.keys("@diff-graph", "nn").await;
        page.until_text("@diff-card", "Fewer in B").await;
        page.keys("@diff-graph", "p").await;
        page.until_text("@diff-card", "Only in B").await;
        let chosen = "return one('@diff-graph').getAttribute('aria-activedescendant') === one('@diff-node[aria-selected=true]').id";
        page.until("the chosen node is named", chosen, &[]).await;
        page.keys("@diff-graph", "\u{e012}").await;
        page.until_text("@diff-card", "order").await;
        page.click("@diff-stub").await;
        until_nodes(page, &all).await;
        page.click("@diff-node[data-operation=pay]").await;
        let card = page.until_text("@diff-card", "pay").await;
        assert!(card.contains("20 µs") && card.contains("-10 µs (-50%)"), "{card}");
    })
    .await;
}

#[tokio::test]
async fn a_and_b_are_chosen_swapped_and_typed() {
    in_browser(async |page| {
        for (id, below) in [("a1", &["get"][..]), ("b1", &["put"]), ("c1", &["get", "get"])] {
            page.host.service.has_trace(id, orders(id, below));
        }
        // As Jaeger UI: who is not named is the first of the cohort that is not the other.
        page.open("/trace/a1...?cohort=a1&cohort=b1&cohort=c1").await;
        until_nodes(
            page,
            &[["same", "order", "1"], ["removed", "get", "-1 -100% －"], ["added", "put", "+1 +100% ＋"]],
        )
        .await;
        page.choose("@diff-b", "c1").await;
        page.until_address_is("/trace/a1...c1?cohort=a1&cohort=b1&cohort=c1").await;
        until_nodes(page, &[["same", "order", "1"], ["more", "get", "+1 +50% ▲"]]).await;
        page.until_text("@diff-a", "shop: order").await;
        let is_taken = "return one('@diff-a option[value=c1]').disabled && !one('@diff-a option[value=b1]').disabled";
        page.until("the other's trace is not to be had", is_taken, &[]).await;
        page.click("@diff-swap").await;
        page.until_address("/trace/c1...a1?").await;
        until_nodes(page, &[["same", "order", "1"], ["less", "get", "-1 -50% ▼"]]).await;
        page.keys("@diff-b-id", ["b1", ENTER].concat()).await;
        page.until_address_is("/trace/c1...b1?cohort=a1&cohort=b1&cohort=c1").await;
        until_nodes(
            page,
            &[["same", "order", "1"], ["removed", "get", "-2 -100% －"], ["added", "put", "+1 +100% ＋"]],
        )
        .await;
        // A trace that nobody has is told by its name.
        page.open("/trace/a1...dead").await;
        page.until_text("@compare-missing", "dead").await;
        // Nobody is named: they can be, one after the other.
        page.open("/compare").await;
        page.keys("@diff-b-id", ["b1", ENTER].concat()).await;
        page.until_address_is("/trace/...b1?cohort=b1").await;
        page.keys("@diff-a-id", ["a1", ENTER].concat()).await;
        page.until_address_is("/trace/a1...b1?cohort=b1&cohort=a1").await;
        until_nodes(
            page,
            &[["same", "order", "1"], ["removed", "get", "-1 -100% －"], ["added", "put", "+1 +100% ＋"]],
        )
        .await;
        page.open("/compare").await;
        page.click("@compare-search").await;
        page.until_address_is("/search").await;
    })
    .await;
}

#[tokio::test]
async fn a_leaf_that_became_an_inner_node_is_tolerantly_the_same() {
    in_browser(async |page| {
        let kind = |mut it: Value| {
            it["tags"].as_array_mut().expect("tags").push(tag("db", json!("x")));
            it
        };
        let one = vec![span("1", None, "shop", "order", 0, 900), kind(span("2", Some("1"), "shop", "user 17", 0, 10))];
        let mut other = one.clone();
        other[1]["operationName"] = json!("user 4");
        other.push(span("3", Some("2"), "db", "get", 1, 5));
        page.host.service.has_trace("a1", answer(&[trace("a1", one)]));
        page.host.service.has_trace("b1", answer(&[trace("b1", other)]));
        page.open("/trace/a1...b1").await;
        page.until_count("@diff-node", 4).await;
        page.click("@diff-tolerant").await;
        page.until_address("match=tolerant").await;
        until_nodes(page, &[["same", "order", "1"], ["same", "user #", "1"], ["added", "get", "+1 +100% ＋"]]).await;
    })
    .await;
}

/// The way to a failure by a comparison, on the demo: grey, light, dark, and what the events of the grey one beside the dark ones say.
#[tokio::test]
async fn the_demo_is_walked_through() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        // Rides are told apart by how far they came.
        let ids = |spans: usize| -> Vec<String> {
            demo().into_iter().filter(|it| it.spans.len() == spans).map(|it| it.id).collect()
        };
        let (whole, fewer, cut, lost) = (ids(40), ids(38), ids(14), ids(4));
        // Work in the background.
        let other = ids(9).remove(0);
        let compare = async |a: &str, b: &str, kinds: &[&str]| {
            let path = json!(format!("/trace/{a}...{b}"));
            let go = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
            page.js(go, &[path]).await;
            let script = "return one('@diff-a')?.value === arguments[0] && one('@diff-b')?.value === arguments[1]
                && [...new Set(all('@diff-node').map((it) => it.dataset.kind))].sort().join() === arguments[2].join()";
            page.until(&format!("{a} and {b} have {kinds:?}"), script, &[json!(a), json!(b), json!(kinds)]).await;
        };
        // Two equal requests: all grey.
        compare(&whole[0], &whole[1], &["same"]).await;
        page.until_count("@diff-equal", 1).await;
        page.shot("compare-equal").await;
        // They differ in retries only: light, at redis, and nothing dark.
        compare(&whole[0], &fewer[0], &["less", "same"]).await;
        assert_eq!(page.attributes("@diff-node[data-kind=less]", "data-service").await, ["redis"]);
        page.shot("compare-retries").await;
        compare(&fewer[0], &whole[0], &["more", "same"]).await;
        // A request of another kind: dark green and dark red.
        compare(&whole[0], &other, &["added", "removed"]).await;
        page.shot("compare-other").await;
        // One that failed: not the dark ones tell why, but the grey one beside them. One key goes there.
        let failed = [
            (&cut[0], &["less", "removed", "same"][..], "redis timeout"),
            (&lost[0], &["removed", "same"], "customer not found"),
        ];
        for (failed, kinds, why) in failed {
            compare(&whole[0], failed, kinds).await;
            assert_eq!(page.attributes("@diff-node:has([data-testid=diff-gap])", "data-kind").await, ["same"]);
            page.keys("@diff-graph", "e").await;
            let card = page.until_text("@diff-card", why).await;
            assert!(card.contains("missing in B") && card.contains("request failed"), "{card}");
        }
        page.shot("compare-failed").await;
        // And on to the span itself: first those of the side where something is missing.
        page.click("@diff-example").await;
        page.until_address(&format!("/trace/{}?span=", lost[0])).await;
        page.until_count_at_least("@span-detail", 1).await;
    })
    .await;
}

#[tokio::test]
async fn nodes_are_compared_by_time() {
    in_browser(async |page| {
        let of = |id: &str, get: i64, put: i64| {
            let spans = vec![
                span("1", None, "shop", "order", 0, 900),
                span("2", Some("1"), "shop", "get", 0, get),
                span("3", Some("1"), "shop", "put", 400, put),
            ];
            answer(&[trace(id, spans)])
        };
        page.host.service.has_trace("a1", of("a1", 100, 200));
        page.host.service.has_trace("b1", of("b1", 300, 100));
        page.open("/trace/a1...b1").await;
        page.until_count("@diff-node", 3).await;
        page.until_count("@diff-equal", 1).await;
        page.choose("@diff-metric-select", "total").await;
        page.until_address("metric=total").await;
        page.until_count("@diff-node[data-change]", 3).await;
        let all = [["same", "order", "900 µs"], ["same", "get", "+200 µs +200% ▲"], ["same", "put", "-100 µs -50% ▼"]];
        until_nodes(page, &all).await;
        let script = "return ['slower', 'faster', 'same'].map((change) => [one(`@diff-node[data-change=${change}]`)].map((it) => [it.style.getPropertyValue('--heat'), getComputedStyle(it).backgroundColor])[0])";
        let colours: Vec<[String; 2]> = page.value(script, &[]).await;
        // The strongest colour is of the largest difference.
        assert_eq!(colours.iter().map(|[heat, _]| heat.as_str()).collect::<Vec<_>>(), ["100.0000%", "50.0000%", "0.0000%"]);
        assert!(colours[0][1] != colours[1][1] && colours[1][1] != colours[2][1], "{colours:?}");
        page.reload().await;
        until_nodes(page, &all).await;
        // Steps, and what is hidden, go by the time, too: the root lasts as long.
        page.until_text("@diff-legend", "Slower in B").await;
        page.keys("@diff-graph", "n").await;
        page.until_text("@diff-card", "get").await;
        page.keys("@diff-graph", "nn").await;
        page.until_text("@diff-card", "get").await;
        page.choose("@diff-metric-select", "self").await;
        until_nodes(page, &[["same", "order", "-100 µs -17% ▼"], all[1], all[2]]).await;
    })
    .await;
}

/// Ids in the address; the same page takes the groups of the plot.
#[tokio::test]
async fn groups_are_compared_as_wholes() {
    in_browser(async |page| {
        for (id, below) in [("a1", &["get"][..]), ("a2", &["get", "put"]), ("b1", &["put"])] {
            page.host.service.has_trace(id, orders(id, below));
        }
        page.open("/compare?a=a1,a2&b=b1").await;
        // By the trace: every second one of A has a put.
        let nodes = [["same", "order", "1"], ["removed", "get", "-1 -100% －"], ["more", "put", "+0.50 +50% ▲"]];
        until_nodes(page, &nodes).await;
        page.until_text("@diff-a", "2 traces").await;
        page.click("@diff-node[data-operation=put]").await;
        page.until_text("@diff-card", "Traces").await;
        page.click("@diff-swap").await;
        page.until_address("a=b1").await;
        page.until_text("@diff-b", "2 traces").await;
    })
    .await;
}
