//! The demo's list of traces, and its orders.

use std::cmp::Reverse;

use crate::support::browser::in_browser;
use crate::support::keys::{ENTER, RIGHT};
use crate::support::oracle::Trace;
use crate::support::page::Page;
use crate::support::traces::demo;
use crate::support::waiting::until;

#[tokio::test]
async fn the_demo_lists_its_traces() {
    in_browser(async |page| {
        let traces = demo();
        assert!(traces.len() >= 20, "some twenty requests");
        page.open("/").await;
        page.until_address_is("/search").await;
        page.open_demo().await;
        page.until_count("@result-row", traces.len()).await;
        assert_eq!(page.text("@result-count").await, format!("{} traces", traces.len()));
        assert_eq!(page.attribute("@loaded-file", "data-traces").await, traces.len().to_string());
        let spans: usize = traces.iter().map(|trace| trace.spans.len()).sum();
        assert_eq!(page.attribute("@loaded-file", "data-spans").await, spans.to_string());
        for trace in &traces {
            let row = format!("@result-row[data-trace-id=\"{}\"]", trace.id);
            for (name, value) in [
                ("data-spans", trace.spans.len() as i64),
                ("data-errors", trace.errors() as i64),
                ("data-services", trace.services.len() as i64),
                ("data-duration-us", trace.duration),
            ] {
                assert_eq!(page.attribute(&row, name).await, value.to_string(), "{name} of {}", trace.id);
            }
            let pills = page.texts(&format!("{row} .pill bdi")).await;
            let named: Vec<_> = trace.services.iter().take(pills.len()).cloned().collect();
            assert_eq!(pills, named, "services of {}", trace.id);
        }
        // It is there now: to open it again adds nothing.
        page.click("@open-demo").await;
        page.until_count("@load-progress", 0).await;
        assert_eq!(page.count("@loaded-file").await, 1);
    })
    .await;
}

/// The traces of the rows, in their order.
async fn listed<'a>(page: &Page, traces: &'a [Trace]) -> Vec<&'a Trace> {
    let ids = page.attributes("@result-row", "data-trace-id").await;
    let trace = |id: &String| traces.iter().find(|trace| trace.id == *id).expect("a trace of the demo");
    ids.iter().map(trace).collect()
}

/// Chooses an order and compares what every row orders by with the same sorted.
async fn check_order<K: Ord + Clone + std::fmt::Debug>(page: &Page, word: &str, key: impl Fn(&Trace) -> K) {
    let traces = demo();
    page.choose("@sort-select", word).await;
    let mut expected: Vec<K> = traces.iter().map(&key).collect();
    expected.sort();
    assert_ne!(expected.first(), expected.last(), "the demo's traces differ in what {word} orders by");
    let look = async || {
        let keys: Vec<K> = listed(page, &traces).await.into_iter().map(&key).collect();
        if keys == expected { Ok(()) } else { Err(format!("they stand {keys:?}")) }
    };
    until(&format!("the rows are ordered by {word}"), look).await;
    let parameter = if word == "recent" { String::new() } else { format!("?sort={word}") };
    page.until_address_is(&format!("/search{parameter}")).await;
}

#[tokio::test]
async fn every_order_orders() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        check_order(page, "oldest", |trace| trace.start).await;
        check_order(page, "recent", |trace| Reverse(trace.start)).await;
        check_order(page, "longest", |trace| Reverse(trace.duration)).await;
        check_order(page, "shortest", |trace| trace.duration).await;
        check_order(page, "spans", |trace| Reverse(trace.spans.len())).await;
        check_order(page, "fewest-spans", |trace| trace.spans.len()).await;
        check_order(page, "errors", |trace| Reverse(trace.errors())).await;
        check_order(page, "fewest-errors", |trace| trace.errors()).await;
        check_order(page, "name", Trace::name).await;
        check_order(page, "name-down", |trace| Reverse(trace.name())).await;
        let options = page.attributes("@sort-select option", "value").await;
        assert_eq!(options.len(), 10, "all are tested: {options:?}");
    })
    .await;
}

/// All that rows show, by their elements with sorted attributes.
const ROWS: &str = "
    const told = (node) => node.nodeType === Node.TEXT_NODE ? node.data : [
        node.tagName,
        [...node.attributes].map((attribute) => `${attribute.name}=${attribute.value}`).sort(),
        [...node.childNodes].map(told),
        node.checked ?? null,
    ];
    return JSON.stringify([...document.querySelectorAll('[data-testid=result-row]')].map(told))";

/// Rows stay where they are and show other traces: they are those that would be made anew.
#[tokio::test]
async fn rows_of_another_list_are_as_if_made_anew() {
    in_browser(async |page| {
        let traces = demo();
        for (is_list, query) in [(false, ""), (true, "&q=%7B%20status%20%3D%20error%20%7D")] {
            page.open(&format!("/search?sort=longest{query}")).await;
            page.open_demo().await;
            let count = traces.iter().filter(|trace| query.is_empty() || trace.errors() > 0).count();
            page.until_count("@result-row", count).await;
            page.until_count("@results-list", 1).await;
            if is_list {
                page.click("@results-list").await;
                page.until("a list has taller rows", "return one('@result-row').offsetHeight > 50", &[]).await;
            }
            page.click("@result-row [data-testid=result-check]").await;
            let made = page.value::<String>(ROWS, &[]).await;
            assert!(made.len() > count * 300 && made.contains("true"), "{made}");
            page.choose("@sort-select", "name").await;
            let differs = format!("return (() => {{ {ROWS} }})() !== arguments[0]");
            page.until("another order is shown", &differs, &[made.clone().into()]).await;
            page.choose("@sort-select", "longest").await;
            let is_same = format!("return (() => {{ {ROWS} }})() === arguments[0]");
            page.until("all is as it was", &is_same, &[made.into()]).await;
            // A row leads to the trace that it shows.
            page.choose("@sort-select", "name-down").await;
            page.until_address("sort=name-down").await;
            let by_name = async || {
                let is_so = listed(page, &traces).await.is_sorted_by_key(|trace| Reverse(trace.name()));
                if is_so { Ok(()) } else { Err("another order".to_owned()) }
            };
            until("the names descend", by_name).await;
            let id = page.attribute("@result-row", "data-trace-id").await;
            page.click("@result-row .operation").await;
            page.until_attribute("@trace-header", "data-trace-id", &id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_order_survives_a_reload() {
    in_browser(async |page| {
        let traces = demo();
        page.open("/search?sort=longest").await;
        page.open_demo().await;
        page.until_count("@result-row", traces.len()).await;
        let by_length = |listed: &[&Trace]| listed.is_sorted_by_key(|trace| Reverse(trace.duration));
        assert!(by_length(&listed(page, &traces).await));
        page.reload().await;
        page.until_address_is("/search?sort=longest").await;
        page.open_demo().await;
        page.until_count("@result-row", traces.len()).await;
        assert!(by_length(&listed(page, &traces).await));
        assert_eq!(page.value::<String>("return one('@sort-select').value", &[]).await, "longest");
    })
    .await;
}

/// The list by start and length, as a picture: arrow keys walk it, Enter opens a trace.
#[tokio::test]
async fn the_scatter_plot_leads_to_a_trace() {
    in_browser(async |page| {
        let mut traces = demo();
        traces.sort_by_key(|trace| trace.start);
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", traces.len()).await;
        let is_drawn = "const canvas = one('@scatter-plot');
            if (!canvas?.width) return false;
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
            return pixels.some((value) => value > 0)";
        page.until("the plot is drawn", is_drawn, &[]).await;
        page.keys("@scatter-plot", RIGHT.repeat(2)).await;
        page.until_text(".scatter [role=status]", &format!("{} span", traces[1].spans.len())).await;
        page.keys("@scatter-plot", ENTER).await;
        page.until_attribute("@trace-header", "data-trace-id", &traces[1].id).await;
    })
    .await;
}

/// Rows are links: Tab goes from one to the next, also beyond the list's edge.
#[tokio::test]
async fn focus_brings_a_row_into_view() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        let edges =
            "const [list, first, last] = [one('.result-list'), all('@result-row')[0], all('@result-row').at(-1)]
            .map((it) => it.getBoundingClientRect());
            return [first.top - list.top, last.bottom - list.bottom]";
        let [_, below]: [f64; 2] = page.value(edges, &[]).await;
        assert!(below > 100.0, "the last row is beyond the edge, by {below}");
        page.js("all('@result-row').at(-1).focus()", &[]).await;
        page.until(
            "the last row is in view",
            &format!("const [, below] = (() => {{ {edges} }})(); return below < 1"),
            &[],
        )
        .await;
        page.js("one('.result-list').scrollTop = 0", &[]).await;
        page.until(
            "the first row is where it was",
            &format!("const [above] = (() => {{ {edges} }})(); return Math.abs(above) < 1"),
            &[],
        )
        .await;
    })
    .await;
}
