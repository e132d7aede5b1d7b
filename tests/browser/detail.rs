//! The detail of a span.

use serde_json::json;

use crate::fixtures::fixtures;
use crate::support::browser::{alone_in_browser, in_browser};
use crate::support::files::Folder;
use crate::support::keys::{CURRENT, DOWN, ENTER, ESCAPE, HOME, ROW};
use crate::support::oracle::{Span, Trace};
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
                 const next = one(arguments[1]).closest('.detail-row').nextElementSibling.getBoundingClientRect();
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
        page.keys(ROW, DOWN.repeat(2)).await;
        page.until_attribute(CURRENT, "data-row", "2").await;
        page.keys(ROW, ENTER).await;
        page.element(&format!("{} dl", detail_of(&trace.spans[2]))).await;
        assert_eq!(page.attribute("@span-row[data-row=\"2\"]", "aria-selected").await, "true");
        page.keys(ROW, ENTER).await;
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

/// A trace that is not loaded says so; its address asks the query service for it, which may have it.
#[tokio::test]
async fn links_lead_to_traces_that_are_not_loaded() {
    in_browser(async |page| {
        let mut two = span("2", Some("1"), "stock", "reserve", 100, 50);
        for id in ["f1", "f2"] {
            let link = json!({ "refType": "FOLLOWS_FROM", "traceID": id, "spanID": "9" });
            two["references"].as_array_mut().expect("a list").push(link);
        }
        page.host.service.has_trace("f1", small_file("f1", 12));
        page.host.service.answer_with(
            "f2",
            404,
            "application/json",
            r#"{"errors":[{"code":404,"msg":"trace not found"}]}"#,
        );
        page.provokes("404");
        let folder = Folder::new("detail-not-loaded");
        let spans = vec![span("1", None, "shop", "GET /order", 0, 5000), two];
        page.open("/").await;
        page.choose_files(&[&folder.write("links.json", answer(&[trace("7d", spans)]))]).await;
        page.click("@result-row").await;
        page.element("@span-row[data-span-id=\"2\"] .mark[title*=\"links\"]").await;
        page.click("@span-row[data-span-id=\"2\"]").await;
        page.until_count("@links li", 2).await;
        assert!(page.texts("@links li").await.iter().all(|line| line.contains("not loaded")));
        assert!(page.attributes("@links a", "href").await.iter().all(|address| address.ends_with("?span=9")));
        page.click("@links li:first-child a").await;
        page.until_attribute("@trace-header", "data-trace-id", "f1").await;
        page.element("@span-detail[data-span-id=\"9\"] dl").await;
        page.until_address_is("/trace/f1?span=9").await;

        // Now it is loaded, and the link says no more that it is not.
        page.driver.back().await.expect("there is a page before");
        page.until_attribute("@trace-header", "data-trace-id", "7d").await;
        page.until_count("@links li", 2).await;
        let lines = page.texts("@links li").await;
        assert_eq!(
            lines.iter().map(|line| line.contains("not loaded")).collect::<Vec<_>>(),
            [false, true],
            "{lines:?}"
        );
        page.click("@links li:last-child a").await;
        page.until_text("@error", "f2").await;
        page.until_address_is("/trace/f2?span=9").await;
    })
    .await;
}

/// How long a span took of its own, of the trace, and among those of its operation.
#[tokio::test]
async fn a_span_is_compared() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        let micros = |span: &Span| span.json["duration"].as_i64().expect("µs");
        let at = ride.row_of(|span| span.name == "GetDriver" && span.is_error);
        let span = &ride.spans[at];
        page.click(&row_of(span)).await;
        page.element("@span-detail .facts").await;
        let facts = page.text("@span-detail .facts").await;
        let same: Vec<&Span> =
            ride.spans.iter().filter(|other| (&other.service, &other.name) == (&span.service, &span.name)).collect();
        let not_longer = same.iter().filter(|other| micros(other) <= micros(span)).count();
        let own = trackway::analysis::units::duration(micros(span) * 1_000);
        let share = format!("{:.1}%", micros(span) as f64 * 100.0 / ride.duration as f64);
        for piece in [
            format!("Self time {own}"),
            share,
            format!("P{}", not_longer * 100 / same.len()),
            format!("of {} spans", same.len()),
        ] {
            assert!(facts.contains(&piece), "{piece}: {facts}");
        }

        // A parent's own time is what is left between its children.
        let parent = ride.row_of(|span| span.service == "driver");
        page.click(&row_of(&ride.spans[parent])).await;
        let start = |span: &Span| span.json["startTime"].as_i64().expect("µs");
        let (mut left, mut until) = (micros(&ride.spans[parent]), start(&ride.spans[parent]));
        for child in ride.spans[parent + 1..=parent + ride.spans[parent].descendants]
            .iter()
            .filter(|child| child.depth == ride.spans[parent].depth + 1)
        {
            let end = start(child) + micros(child);
            left -= (end - until.max(start(child))).max(0);
            until = until.max(end);
        }
        let own = format!("Self time {}", trackway::analysis::units::duration(left * 1_000));
        page.until_text(&format!("{} .facts", detail_of(&ride.spans[parent])), &own).await;
    })
    .await;
}

/// A pair, a list as JSON, the whole span, its id and its address.
#[tokio::test]
async fn all_of_it_can_be_copied() {
    in_browser(async |page| {
        page.allow_clipboard().await;
        open_one(page, "detail-copy", one_span_file("57", vec![tag("a", json!("x y")), tag("b", json!(7))], vec![]))
            .await;
        let copies = async |selector: &str| {
            page.js("navigator.clipboard.writeText('')", &[]).await;
            page.click(selector).await;
            page.until_text("@toast", "Copied").await;
            crate::support::waiting::until("something is copied", async || match page.clipboard().await {
                empty if empty.is_empty() => Err(empty),
                text => Ok(text),
            })
            .await
        };
        assert_eq!(copies("@attributes dt:nth-of-type(1) button.copy").await, "a=x y");
        assert_eq!(copies("@attributes dd:nth-of-type(1) button.copy").await, "x y");
        let list: serde_json::Value =
            serde_json::from_str(&copies("@attributes button[title=\"Copy as JSON\"]").await).expect("JSON");
        assert_eq!((&list["a"], &list["b"]), (&json!("x y"), &json!(7)));
        let span: serde_json::Value = serde_json::from_str(&copies("@copy-span").await).expect("JSON");
        let text = span.to_string();
        assert!(text.contains("GET /order") && text.contains("x y"), "{text}");
        assert_eq!(copies(".detail-foot button[title=\"Copy span ID\"]").await, "1");
        let address = copies(".detail-foot button[title=\"Copy link to this span\"]").await;
        assert_eq!(address, page.host.url("/trace/57?span=1"));
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
        page.until_attribute(CURRENT, "data-row", &(0xbb7 - 1).to_string()).await;
        let in_view = "const [list, row] = ['@timeline', '@span-row[data-span-id=\"bb7\"]'].map((it) => one(it).getBoundingClientRect());
            return row.top >= list.top && row.bottom <= list.bottom";
        page.until("its row is in view", in_view, &[]).await;
        assert_eq!(page.count("@span-detail").await, 1);
    })
    .await;
}

/// A file with one span that has these tags and events, in a trace of 10 ms.
fn one_span_file(id: &str, tags: Vec<serde_json::Value>, logs: Vec<serde_json::Value>) -> String {
    let mut one = span("1", None, "shop", "GET /order", 0, 10_000);
    one["tags"] = tags.into();
    one["logs"] = logs.into();
    answer(&[trace(id, vec![one])])
}

/// Opens such a file and the detail of its span.
async fn open_one(page: &Page, name: &str, file: String) {
    let folder = Folder::new(name);
    page.open("/").await;
    page.choose_files(&[&folder.write("one.json", file)]).await;
    page.click("@result-row").await;
    page.click("@span-row").await;
    page.element("@span-detail h3").await;
}

/// JSON is a tree, SQL has lines, a stack trace keeps its own; what is long is folded. The keyboard opens all of it.
#[tokio::test]
async fn values_have_their_shapes() {
    in_browser(async |page| {
        let frames: String = (0..20).map(|at| format!("\n\tat a.B.c(B.java:{at})")).collect();
        let many: String = (0..12).map(|at| format!("\"k{at}\":{at},")).collect();
        let tags = vec![
            tag("body", json!(r#"{"id":7,"lines":[{"sku":"a"}],"paid":true}"#)),
            tag("db.statement", json!("SELECT a FROM t WHERE b = 'FROM x' AND c")),
            tag("exception.stacktrace", json!(format!("java.lang.Error: no{frames}"))),
            tag("many", json!(format!("{{{many}\"last\":0}}"))),
            tag("otel.flags", json!(1)),
            tag("see", json!("at https://example.com/a?b=c, there")),
            tag("see", json!("at https://example.com/a?b=c, there")),
        ];
        open_one(page, "detail-shapes", one_span_file("5a", tags, vec![])).await;
        let keys = page.texts("@attributes dt > bdi").await;
        let expected = ["exception.stacktrace", "db.statement", "body", "many", "otel.flags", "see"];
        assert_eq!(keys, expected, "known prefixes first, and what repeats stands once");

        let sql: String = page.text("@attributes .sql").await;
        assert_eq!(sql, "SELECT a\nFROM t\nWHERE b = 'FROM x'\n  AND c");
        assert_eq!(page.texts("@attributes .sql b").await, ["SELECT", "FROM", "WHERE", "AND"]);

        let height = "return one('@attributes .stack').getBoundingClientRect().height";
        let folded: f64 = page.value(height, &[]).await;
        page.click("@attributes dd:has(.stack) button.small").await;
        page.until("all lines are shown", &format!("{height} > arguments[0] * 1.3"), &[json!(folded)]).await;
        assert!(page.text("@attributes .stack").await.ends_with("B.java:19)"));

        // The small tree is open, the large one is not until it is asked for, here by the keyboard.
        assert_eq!(page.count("@attributes dd:has(.sql) ~ dd .tree details[open]").await, 3);
        let key = "return all('@attributes .tree .key').map((it) => it.textContent)";
        let keys: Vec<String> = page.value(key, &[]).await;
        assert_eq!(keys, ["id", "lines", "sku", "paid"]);
        page.js("all('@attributes .tree > details:not([open]) > summary')[0].focus()", &[]).await;
        page.keys("@attributes .tree > details:not([open]) > summary", ENTER).await;
        page.until_count("@attributes .tree .key", 4 + 13).await;

        assert_eq!(page.attributes("@attributes a", "href").await, ["https://example.com/a?b=c"]);
        assert_eq!(page.attribute("@attributes a", "rel").await, "noopener noreferrer");
        assert_eq!(page.attribute("@attributes a", "target").await, "_blank");
        assert_eq!(page.text("@attributes dd:has(a) bdi").await, "at https://example.com/a?b=c, there");
        assert_eq!(page.texts("@attributes dt .tag").await, ["synthetic"]);
    })
    .await;
}

/// Patterns of `trackway.json` make links of attributes and of the trace.
#[tokio::test]
async fn patterns_make_links() {
    in_browser(async |page| {
        let patterns = json!({ "linkPatterns": [
            { "type": "tags", "key": "user", "url": "https://crm.test/#{user}?t=#{trace.traceID}", "text": "User #{user}" },
            { "type": "attributes", "key": "order", "url": "https://a.test/#{order}", "text": "A" },
            { "type": "attributes", "key": "order", "url": "https://b.test/#{operationName}", "text": "B" },
            { "type": "attributes", "key": "order", "url": "https://c.test/#{missing}", "text": "C" },
            { "type": "traces", "url": "https://logs.test/#{traceID}", "text": "Logs of #{traceID}" },
        ]});
        page.host.serve("/trackway.json", "application/json", patterns.to_string());
        let tags = vec![tag("order", json!(7)), tag("user", json!("a b")), tag("zone", json!("x"))];
        open_one(page, "detail-patterns", one_span_file("5b", tags, vec![])).await;
        page.until_count("@attributes a", 3).await;
        assert_eq!(page.texts("@attributes dd > bdi a").await, ["a b"], "one link is the value itself");
        assert_eq!(page.attribute("@attributes dd > bdi a", "href").await, "https://crm.test/a%20b?t=5b");
        page.click("@attributes .link-menu summary").await;
        let menu = page.attributes("@attributes .link-menu[open] a", "href").await;
        assert_eq!(menu, ["https://a.test/7", "https://b.test/GET%20%2Forder"]);
        assert_eq!(page.attribute("@trace-header header a.out", "href").await, "https://logs.test/5b");
    })
    .await;
}

/// `topTagPrefixes` of `trackway.json` says which attributes come first: also for a detail that the address opens, which may be
/// asked for before the file is there.
#[tokio::test]
async fn configured_attributes_come_first() {
    in_browser(async |page| {
        let config = json!({ "topTagPrefixes": ["zone", "Order."] });
        page.host.serve("/trackway.json", "application/json", config.to_string());
        let tags = ["error.type", "http.method", "order.id", "a", "zone.b", "zone.a"].map(|key| tag(key, json!("x")));
        page.host.service.has_trace("5d", one_span_file("5d", tags.to_vec(), vec![]));
        page.open("/trace/5d?span=1").await;
        let expected = ["zone.a", "zone.b", "order.id", "a", "error.type", "http.method"];
        let script = "return all('@attributes dt > bdi').map((it) => it.textContent).join() === arguments[0].join()";
        page.until("zone comes first", script, &[json!(expected)]).await;
        page.click("@span-row").await;
        page.until_count("@span-detail", 0).await;
        page.click("@span-row").await;
        page.until("zone comes first again", script, &[json!(expected)]).await;
    })
    .await;
}

/// While the timeline is zoomed, events out of view are left out until they are asked for.
#[tokio::test]
async fn events_out_of_view_are_left_out() {
    in_browser(async |page| {
        let start = crate::support::traces::START;
        let log = |at: i64| json!({ "timestamp": start + at, "fields": [tag("event", json!(format!("at {at}")))] });
        let folder = Folder::new("detail-events");
        let file = one_span_file("5c", vec![], [9_000, 1_000, 5_000].map(log).to_vec());
        page.open("/").await;
        page.choose_files(&[&folder.write("one.json", file)]).await;
        page.click("@result-row").await;
        page.click("@span-row").await;
        let names = ".event-name";
        page.until_count(&format!("@events {names}"), 3).await;
        assert_eq!(page.texts(&format!("@events {names}")).await, ["at 1000", "at 5000", "at 9000"]);
        // The address says what is in view; going there within the app keeps what is loaded.
        let zoom = "history.replaceState(history.state, '', location.pathname + '?span=1&from=4000000&to=6000000');
            dispatchEvent(new PopStateEvent('popstate', { state: history.state }))";
        page.js(zoom, &[]).await;
        page.until_count(&format!("@events {names}"), 1).await;
        assert!(page.text("@events h4").await.contains("1 of 3 in view"));
        page.click("@events h4 button").await;
        page.until_count(&format!("@events {names}"), 3).await;
        page.click("@events h4 button").await;
        page.until_count(&format!("@events {names}"), 1).await;
    })
    .await;
}

/// Who links to a span is listed there, and leads there: in the trace, and from another one.
#[tokio::test]
async fn referrers_lead_to_who_links() {
    in_browser(async |page| {
        let follows = |mut span: serde_json::Value, trace: &str| {
            let link = json!({ "refType": "FOLLOWS_FROM", "traceID": trace, "spanID": "2" });
            span["references"].as_array_mut().expect("a list").push(link);
            span
        };
        let here = vec![
            span("1", None, "shop", "GET /order", 0, 5000),
            span("2", Some("1"), "stock", "reserve", 100, 50),
            follows(span("3", Some("1"), "stock", "again", 300, 50), "5d"),
        ];
        let root = span("1", None, "mail", "send", 0, 5000);
        let there = vec![root, follows(span("4", Some("1"), "mail", "later", 100, 50), "5d")];
        let folder = Folder::new("detail-referrers");
        page.open("/").await;
        page.choose_files(&[&folder.write("all.json", answer(&[trace("5d", here), trace("5e", there)]))]).await;
        page.click("@result-row[data-trace-id=\"5d\"]").await;
        // Rows are marked: who links, and who is linked from elsewhere; the mark names them and leads there.
        page.until_count("@link-mark", 2).await;
        let name = async |id: &str| {
            page.attribute(&format!("@span-row[data-span-id=\"{id}\"] @link-mark"), "aria-label").await
        };
        assert_eq!([name("2").await, name("3").await], ["Other spans link to it", "Has links to other spans"]);
        page.click("@span-row[data-span-id=\"2\"] @link-mark").await;
        page.until_count("@links-dialog @referrers li", 2).await;
        page.shot("links-of-a-row").await;
        assert_eq!(page.count("@span-detail").await, 0, "the detail stays closed");
        page.press(ESCAPE).await;
        page.until_count("@links-dialog", 0).await;
        page.click("@span-row[data-span-id=\"2\"] @link-mark").await;
        page.click("@links-dialog @referrers li:first-child a").await;
        page.element("@span-detail[data-span-id=\"3\"] h3").await;
        page.until_count("@links-dialog", 0).await;
        page.until_address_is("/trace/5d?span=3").await;
        // By the keyboard: the key of the focused row, and back to the row.
        page.until_attribute(CURRENT, "data-span-id", "3").await;
        page.keys(CURRENT, "l").await;
        page.until_count("@links-dialog @links li", 1).await;
        page.press(ESCAPE).await;
        page.until("the focus is on its row", "return document.activeElement?.dataset.spanId === '3'", &[]).await;
        page.keys(CURRENT, ENTER).await;
        page.until_count("@span-detail", 0).await;
        page.keys(CURRENT, HOME).await;
        page.until_attribute(CURRENT, "data-span-id", "1").await;
        page.keys(CURRENT, "l").await;
        page.until_text("@toast", "no links").await;
        page.click("@span-row[data-span-id=\"2\"]").await;
        page.until_count("@referrers li", 2).await;
        assert!(
            page.texts("@referrers li").await[0].contains("stock")
                && page.texts("@referrers li").await[1].contains("mail")
        );
        page.click("@referrers li:first-child a").await;
        page.element("@span-detail[data-span-id=\"3\"] h3").await;
        page.until_address_is("/trace/5d?span=3").await;
        page.click("@span-detail[data-span-id=\"2\"] @referrers li:last-child a").await;
        page.until_attribute("@trace-header", "data-trace-id", "5e").await;
        page.element("@span-detail[data-span-id=\"4\"] h3").await;
    })
    .await;
}

/// A span of generative AI tells its conversation, and shows it as JSON when asked; its other attributes stay below.
#[tokio::test]
async fn a_conversation_is_told() {
    in_browser(async |page| {
        let input = json!([{ "role": "user", "parts": [{ "type": "text", "content": "why? ".repeat(2000) }] }]);
        let output = json!([{ "role": "assistant", "parts": [
            { "type": "tool_call", "name": "find", "arguments": { "window": "1h" } },
        ]}]);
        let tags = vec![
            tag("gen_ai.operation.name", json!("chat")),
            tag("gen_ai.usage.input_tokens", json!(1840)),
            tag("gen_ai.input.messages", json!(input.to_string())),
            tag("gen_ai.output.messages", json!(output.to_string())),
            tag("zone", json!("x")),
        ];
        open_one(page, "detail-gen-ai", one_span_file("5f", tags, vec![])).await;
        assert_eq!(page.texts("@gen-ai .message > .message-role").await, ["user", "assistant"]);
        assert!(page.text("@gen-ai .facts").await.contains("1,840"));
        assert!(page.text("@gen-ai .message").await.contains(&"why? ".repeat(2000)), "also a long one is whole");
        assert!(page.text("@gen-ai .part-call").await.starts_with("find"));
        assert_eq!(page.texts("@attributes dt > bdi").await, ["gen_ai.operation.name", "zone"]);
        page.click("@gen-ai .choice button:last-child").await;
        let keys = page.texts("@gen-ai dt > bdi").await;
        assert_eq!(keys, ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.usage.input_tokens"]);
        assert_eq!(page.count("@gen-ai .message").await, 0);
        assert_eq!(page.attribute("@gen-ai .choice button:last-child", "aria-pressed").await, "true");
    })
    .await;
}

/// Every span of generative AI in a real export has its part of the detail, and no other span has.
#[tokio::test]
async fn a_real_conversation_is_told() {
    let Some(folder) = fixtures() else { return };
    in_browser(async |page| {
        let path = folder.join("jaeger/genai-test-trace.json").canonicalize().expect("the fixture is there");
        let file: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).expect("it can be read")).expect("JSON");
        let list = file["data"].as_array().map_or_else(|| vec![file.clone()], Clone::clone);
        let ride = Trace::read(&list[0]);
        page.open("/").await;
        page.choose_files(&[&path]).await;
        page.click(&format!("@result-row[data-trace-id=\"{}\"]", ride.id)).await;
        page.element("@span-row").await;
        let is_ai = |span: &Span| {
            span.tags().iter().any(|tag| tag["key"].as_str().is_some_and(|key| key.starts_with("gen_ai.")))
        };
        let (ai, other) = (ride.row_of(is_ai), ride.spans.iter().position(|span| !is_ai(span)));
        page.until_count_at_least("@span-row .work-gen-ai", 1).await;
        page.click(&row_of(&ride.spans[ai])).await;
        page.element(&format!("{} @gen-ai", detail_of(&ride.spans[ai]))).await;
        page.shot("gen-ai-real").await;
        if let Some(other) = other {
            page.click(&row_of(&ride.spans[other])).await;
            page.element(&format!("{} h3", detail_of(&ride.spans[other]))).await;
            assert_eq!(page.count(&format!("{} @gen-ai", detail_of(&ride.spans[other]))).await, 0);
        }
    })
    .await;
}

/// Even a thousand attributes open at once.
#[tokio::test]
async fn a_thousand_attributes_open_within_50_ms() {
    alone_in_browser(async |page| {
        let tags = (0..1000).map(|at| tag(&format!("key.number.{at}"), json!(format!("value {at}")))).collect();
        open_one(page, "detail-thousand", one_span_file("60", tags, vec![])).await;
        page.until_count("@attributes dt", 1000).await;
        let script = "const done = arguments[0];
            const open = () => new Promise((opened) => {
                const began = performance.now();
                const look = new MutationObserver(() => {
                    if (!one('@attributes dt')) return;
                    look.disconnect();
                    one('@span-detail').getBoundingClientRect();
                    opened(performance.now() - began);
                });
                look.observe(document.body, { subtree: true, childList: true });
                one('@span-row').click();
            });
            const close = () => new Promise((closed) => {
                one('@span-row').click();
                const look = () => one('@span-detail') ? requestAnimationFrame(look) : setTimeout(closed, 50);
                look();
            });
            const times = [];
            for (let round = 0; round < 5; round++) { await close(); times.push(await open()); }
            done(times)";
        let times = page.js_async(&format!("(async (arguments) => {{ {script} }})(arguments)"), &[]).await;
        let times: Vec<f64> = serde_json::from_value(times).expect("numbers");
        println!("a thousand attributes open in {times:.1?} ms");
        let best = times.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(best < 50.0, "{times:?}");
    })
    .await;
}
