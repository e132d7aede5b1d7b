//! The detail of a span.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{DOWN, ENTER};
use crate::support::oracle::Span;
use crate::support::page::Page;
use crate::support::traces::{answer, demo, demo_ride, small_file, span, tag, trace};

/// The selector of what is open below a span's row.
fn detail_of(span: &Span) -> String {
    format!("@span-detail[data-span-id=\"{}\"]", span.id)
}

fn row_of(span: &Span) -> String {
    format!("@span-row[data-span-id=\"{}\"]", span.id)
}

/// Keys and values of a list of attributes, as shown.
async fn attributes(page: &Page, list: &str) -> Vec<(String, String)> {
    page.element(&format!("{list} dl.attributes")).await;
    let keys = page.texts(&format!("{list} dl.attributes dt bdi")).await;
    let values = page.texts(&format!("{list} dl.attributes dd bdi")).await;
    assert_eq!(keys.len(), values.len());
    keys.into_iter().zip(values).collect()
}

#[tokio::test]
async fn a_click_opens_and_closes_it() {
    in_browser(async |page| {
        let trace = demo_ride();
        let span = &trace.spans[trace.row_of(|span| span.is_error && !span.logs().is_empty())];
        page.open_demo_trace(&trace.id).await;
        page.click(&row_of(span)).await;
        let detail = detail_of(span);
        page.element(&detail).await;
        assert_eq!(page.count("@span-detail").await, 1);
        page.until_address_is(&format!("/trace/{}?span={}", trace.id, span.id)).await;
        // It stands right below its row, and the rows go on below it.
        let order: [bool; 2] = page
            .value(
                "const [row, detail] = [one(arguments[0]), one(arguments[1])].map((it) => it.getBoundingClientRect());
                 const next = one(arguments[1]).nextElementSibling.getBoundingClientRect();
                 return [Math.abs(detail.top - row.bottom) < 1, Math.abs(next.top - detail.bottom) < 1]",
                &[json!(row_of(span)), json!(detail)],
            )
            .await;
        assert_eq!(order, [true, true]);

        let mut shown = attributes(page, &format!("{detail} @attributes")).await;
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut expected: Vec<_> = span.tags().iter().map(|tag| (text(&tag["key"]), text(&tag["value"]))).collect();
        shown.sort();
        expected.sort();
        assert_eq!(shown, expected);

        page.click(&row_of(span)).await;
        page.until_count("@span-detail", 0).await;
        page.until_address_is(&format!("/trace/{}", trace.id)).await;
    })
    .await;
}

#[tokio::test]
async fn enter_opens_and_closes_it() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        page.until_rows(&trace.ids()).await;
        page.keys("@timeline", DOWN.repeat(3)).await;
        page.until_attribute("@timeline", "aria-activedescendant", "row-2").await;
        page.keys("@timeline", ENTER).await;
        page.element(&format!("{} dl", detail_of(&trace.spans[2]))).await;
        assert_eq!(page.attribute("@span-row[data-row=\"2\"]", "aria-selected").await, "true");
        page.keys("@timeline", ENTER).await;
        page.until_count("@span-detail", 0).await;
    })
    .await;
}

/// Times of events count from the trace's start, and say so.
#[tokio::test]
async fn events_have_relative_times() {
    in_browser(async |page| {
        let trace = demo_ride();
        let span = &trace.spans[trace.row_of(|span| span.logs().len() > 5)];
        page.open_demo_trace(&trace.id).await;
        page.click(&row_of(span)).await;
        let events = format!("{} @events", detail_of(span));
        page.until_count(&format!("{events} .event"), 5).await;
        page.click(&format!("{events} > button")).await;
        page.until_count(&format!("{events} .event"), span.logs().len()).await;
        let micros = |log: &serde_json::Value| log["timestamp"].as_i64().expect("µs") - trace.start;
        let mut logs: Vec<_> = span.logs().iter().collect();
        logs.sort_by_key(|log| micros(log));
        let times: Vec<_> = logs.iter().map(|log| trackway::analysis::units::duration(micros(log) * 1000)).collect();
        assert_eq!(page.texts(&format!("{events} .event-time")).await, times);
        assert!(page.text(&events).await.contains("from the start of the trace"));

        page.click(&format!("{events} .event-head")).await;
        let shown = attributes(page, &events).await;
        let fields = logs[0]["fields"].as_array().expect("a list");
        assert_eq!(shown.len(), fields.len());
    })
    .await;
}

#[tokio::test]
async fn every_type_of_value_is_shown() {
    in_browser(async |page| {
        let mut one = span("1", None, "shop", "GET /order", 0, 5000);
        one["tags"] = json!([
            tag("a.flag", json!(true)),
            tag("b.big", json!(9_007_199_254_740_993_i64)),
            { "key": "c.bigger", "type": "int64", "value": "92033720368547758089999" },
            tag("d.ratio", json!(0.25)),
            { "key": "e.bytes", "type": "binary", "value": "AAEC/w==" },
            { "key": "f.list", "type": "string", "value": ["x", 1, null] },
            tag("g.long", json!("long ".repeat(2000))),
            tag("h.empty", json!("")),
        ]);
        let folder = Folder::new("detail-types");
        page.open("/").await;
        page.choose_files(&[&folder.write("types.json", answer(&[trace("7e", vec![one])]))]).await;
        page.click("@result-row").await;
        page.click("@span-row").await;
        let shown = attributes(page, "@attributes").await;
        let long = "long ".repeat(2000);
        assert_eq!(shown.len(), 8);
        let expected = ["true", "9007199254740993", "92033720368547758089999", "0.25", "AAEC/w==", r#"["x",1,null]"#];
        for ((key, value), expected) in shown.iter().zip(expected) {
            assert_eq!(value, expected, "{key}");
        }
        assert_eq!(shown[7], ("h.empty".into(), String::new()));
        // A long one is cut first and shown whole on demand.
        assert!(shown[6].1.len() < long.len() && long.starts_with(&shown[6].1));
        page.click("@attributes dd button.small").await;
        let script = "return all('@attributes dd bdi').some((it) => it.textContent === arguments[0])";
        page.until("the whole value is shown", script, &[json!(long)]).await;
    })
    .await;
}

#[tokio::test]
async fn resource_warnings_and_links_are_shown() {
    in_browser(async |page| {
        let mut two = span("2", Some("1"), "stock", "reserve", 100, 50);
        two["warnings"] = json!(["clock skew was too large to adjust"]);
        two["references"]
            .as_array_mut()
            .expect("a list")
            .push(json!({ "refType": "FOLLOWS_FROM", "traceID": "f0", "spanID": "9" }));
        let lost = span("3", Some("77"), "stock", "orphan", 200, 50);
        let spans = vec![span("1", None, "shop", "GET /order", 0, 5000), two, lost];
        let folder = Folder::new("detail-links");
        page.open("/").await;
        let files = [
            folder.write("links.json", answer(&[trace("7f", spans)])),
            folder.write("other.json", small_file("f0", 12)),
        ];
        page.choose_files(&[&files[0], &files[1]]).await;
        page.until_count("@result-row", 2).await;
        page.click("@result-row[data-trace-id=\"7f\"]").await;

        page.click("@span-row[data-span-id=\"2\"]").await;
        assert!(page.text("@warnings").await.contains("clock skew was too large to adjust"));
        assert!(page.text("@resource").await.contains("stock-1"), "folded, it shows its first pairs");
        page.click("@resource button").await;
        assert_eq!(attributes(page, "@resource").await, [("host.name".into(), "stock-1".into())]);
        assert!(page.text("@links li").await.contains("follows from"));
        page.click("@links a").await;
        page.until_attribute("@trace-header", "data-trace-id", "f0").await;
        page.element("@span-detail[data-span-id=\"9\"] dl").await;
        page.until_address_is("/trace/f0?span=9").await;

        page.driver.back().await.expect("there is a page before");
        page.until_attribute("@trace-header", "data-trace-id", "7f").await;
        page.click("@span-row[data-span-id=\"3\"]").await;
        let warning = page.until_text("@warnings", "77").await;
        assert!(warning.contains("is not loaded"), "{warning}");
        assert!(page.count(".trace-title .badge-warning").await == 1, "the trace is incomplete, its title says");
    })
    .await;
}

/// The demo has a span that follows from three others.
#[tokio::test]
async fn links_of_the_demo_lead_to_other_traces() {
    in_browser(async |page| {
        let traces = demo();
        let follows = |span: &Span| span.json["references"].as_array().is_some_and(|references| references.len() == 3);
        let trace = traces.iter().find(|trace| trace.spans.iter().any(follows)).expect("the demo has such a span");
        let span = &trace.spans[trace.row_of(follows)];
        page.open_demo_trace(&trace.id).await;
        page.click(&row_of(span)).await;
        page.until_count(&format!("{} @links li", detail_of(span)), 3).await;
        let target = &span.json["references"][1];
        let [to_trace, to_span] = ["traceID", "spanID"].map(|key| target[key].as_str().expect("a text"));
        page.click("@links li:nth-child(2) a").await;
        page.until_attribute("@trace-header", "data-trace-id", to_trace).await;
        page.element(&format!("@span-detail[data-span-id=\"{to_span}\"] dl")).await;
    })
    .await;
}

/// A link to a span far down opens it and brings it into view.
#[tokio::test]
async fn a_deep_link_opens_it() {
    in_browser(async |page| {
        page.host.service.has_trace("fee1", small_file("fee1", 4000));
        page.open("/trace/fee1?span=bb7").await;
        page.element("@span-detail[data-span-id=\"bb7\"] dl").await;
        page.until_attribute("@timeline", "aria-activedescendant", &format!("row-{}", 0xbb7 - 1)).await;
        let in_view = "const [list, row] = ['@timeline', '@span-row[data-span-id=\"bb7\"]'].map((it) => one(it).getBoundingClientRect());
            return row.top >= list.top && row.bottom <= list.bottom";
        page.until("its row is in view", in_view, &[]).await;
        assert_eq!(page.count("@span-detail").await, 1);
    })
    .await;
}
