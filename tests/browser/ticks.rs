//! Ticks of events on the bars: what they tell, by the pointer and by keys.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{CURRENT, DOWN, ENTER, ESCAPE, ROW};
use crate::support::page::Page;
use crate::support::traces::{START, answer, span, tag, trace};

/// A trace of 10 ms. Its second span, from 2 ms to 8 ms, has an event at 3 ms with six attributes, seven events at 5 ms that
/// are a microsecond apart, and one at 7 ms.
async fn open(page: &Page, name: &str) {
    let log = |at: i64, name: String, mut fields: Vec<Value>| {
        fields.push(tag("event", json!(name)));
        json!({ "timestamp": START + at, "fields": fields })
    };
    let many = (0..5).map(|at| tag(&format!("key{at}"), json!("long ".repeat(40)))).collect();
    let mut logs = vec![log(3000, "first".into(), many), log(7000, "last".into(), vec![])];
    logs.extend((0..7).map(|at| log(5000 + at, format!("near {at}"), vec![])));
    let mut second = span("2", Some("1"), "shop", "pay", 2000, 6000);
    second["logs"] = logs.into();
    let spans = vec![span("1", None, "shop", "GET /order", 0, 10_000), second];
    let folder = Folder::new(name);
    page.open("/").await;
    page.choose_files(&[&folder.write("one.json", answer(&[trace("71", spans)]))]).await;
    page.click("@result-row").await;
    page.until_count(".event-tick", 9).await;
}

/// Moves the pointer onto the tick at a time, given as a share of the trace.
async fn point(page: &Page, share: f64, click: bool) {
    // After scrolling the rows move with the next frame: until then, something else is there.
    let place = "const row = one('@span-row[data-span-id=\"2\"]'), cell = row.querySelector('.bar-cell').getBoundingClientRect();
        const [x, y] = [cell.left + cell.width * arguments[0], cell.top + 13];
        return row.contains(document.elementFromPoint(x, y)) ? [x, y] : null";
    page.until("the row is in view", place, &[json!(share)]).await;
    let [x, y]: [f64; 2] = page.value(place, &[json!(share)]).await;
    let kinds: &[&str] = if click { &["mouseMoved", "mousePressed", "mouseReleased"] } else { &["mouseMoved"] };
    for kind in kinds {
        let button = if *kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "clickCount": 1 });
        page.cdp("Input.dispatchMouseEvent", event).await;
    }
}

const NAMES: &str = "@event-popover .event-name";

#[tokio::test]
async fn the_pointer_on_a_tick_tells_its_event() {
    in_browser(async |page| {
        open(page, "ticks-pointer").await;
        point(page, 0.3, false).await;
        let text = page.until_text("@event-popover", "first").await;
        assert!(text.contains("+1 ms in the span · 3 ms in the trace"), "{text}");
        let shown = page.texts("@event-popover .pair .key").await;
        assert_eq!(shown, ["event", "key0", "key1", "key2"]);
        assert!(text.contains("and 2 more"), "{text}");
        let longest =
            page.texts("@event-popover .pair .value").await.into_iter().map(|value| value.chars().count()).max();
        assert!(longest <= Some(81), "values are shortened");
        // Those that look like one are told together, the first five of them.
        point(page, 0.5, false).await;
        page.until_text(NAMES, "near 0").await;
        assert_eq!(page.texts(NAMES).await, ["near 0", "near 1", "near 2", "near 3", "near 4"]);
        page.until_text("@event-popover", "and 2 more").await;
        // The popover itself can be reached, and goes when the pointer has left.
        let inside = "const it = one('@event-popover').getBoundingClientRect(); return [it.left + 20, it.top + 10]";
        let [x, y]: [f64; 2] = page.value(inside, &[]).await;
        page.cdp("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y })).await;
        page.js_async("setTimeout(arguments[0], 400)", &[]).await;
        assert_eq!(page.count(NAMES).await, 5);
        page.cdp("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": 5, "y": 5 })).await;
        page.until_count(NAMES, 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_click_on_a_tick_shows_the_events_of_the_detail() {
    in_browser(async |page| {
        open(page, "ticks-click").await;
        let in_view = "const [list, it] = ['@timeline', '@events'].map((it) => one(it)?.getBoundingClientRect());
            return it && it.top >= list.top - 1 && it.top < list.bottom && it.bottom <= list.bottom + 1";
        // So low that the detail does not fit.
        let metrics = json!({ "width": 1000, "height": 560, "deviceScaleFactor": 1, "mobile": false });
        page.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        point(page, 0.7, true).await;
        page.element("@span-detail[data-span-id=\"2\"] @events").await;
        page.until("the events are in view", in_view, &[]).await;
        page.until_count(NAMES, 0).await;
        page.until_address("span=2").await;
        // Once more: the detail stays open, and its events come back into view.
        page.js("one('@timeline').scrollTop = 0", &[]).await;
        page.until(
            "the list is at its top",
            "return one('@span-row').getBoundingClientRect().top >= one('@timeline').getBoundingClientRect().top",
            &[],
        )
        .await;
        point(page, 0.7, true).await;
        page.until("the events are in view again", in_view, &[]).await;
        assert_eq!(page.count("@span-detail").await, 1);
    })
    .await;
}

#[tokio::test]
async fn keys_go_from_event_to_event() {
    in_browser(async |page| {
        open(page, "ticks-keys").await;
        page.keys(ROW, DOWN).await;
        page.until_attribute(CURRENT, "data-span-id", "2").await;
        page.keys(CURRENT, "e").await;
        page.until_text(NAMES, "first").await;
        // A pointer that is elsewhere does not take it away.
        point(page, 0.9, false).await;
        page.js_async("setTimeout(arguments[0], 400)", &[]).await;
        assert_eq!(page.count(NAMES).await, 1);
        page.keys(CURRENT, "e").await;
        page.until_text(NAMES, "near 0").await;
        page.keys(CURRENT, "e").await;
        page.until_text(NAMES, "last").await;
        page.keys(CURRENT, "E").await;
        page.until_text(NAMES, "near 0").await;
        assert_eq!(page.count(NAMES).await, 5);
        assert_eq!(page.attribute("@event-popover", "role").await, "status", "it is said");
        page.keys(CURRENT, ESCAPE).await;
        page.until_count(NAMES, 0).await;
        page.keys(CURRENT, "E").await;
        page.until_text(NAMES, "last").await;
        page.keys(CURRENT, "e").await;
        page.until_count(NAMES, 0).await;
        page.keys(CURRENT, "e").await;
        page.until_text(NAMES, "first").await;
        page.keys(CURRENT, DOWN).await;
        page.until_count(NAMES, 0).await;
        page.keys(CURRENT, "e").await;
        page.until_text(NAMES, "first").await;
        page.keys(CURRENT, ENTER).await;
        page.element("@span-detail[data-span-id=\"2\"] @events").await;
        page.until_count(NAMES, 0).await;
    })
    .await;
}
