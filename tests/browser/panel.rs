//! The detail of a span in a panel beside the list.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{CURRENT, DOWN, ENTER, ESCAPE, LEFT, ROW};
use crate::support::oracle::Span;
use crate::support::page::Page;
use crate::support::traces::demo_ride;

/// Opens the demo's ride, and the panel for its details.
async fn open_with_panel(page: &Page) {
    let ride = demo_ride();
    page.open_demo_trace(&ride.id).await;
    page.until_rows(&ride.ids()).await;
    page.click("@look-menu").await;
    page.click("@side-panel-toggle input").await;
    page.keys("@look-menu", ESCAPE).await;
}

fn row_of(span: &Span) -> String {
    format!("@span-row[data-span-id=\"{}\"]", span.id)
}

fn in_panel(span: &Span) -> String {
    format!("@side-panel @span-detail[data-span-id=\"{}\"]", span.id)
}

/// The element that has the focus: its test id, and the span that its row is of.
async fn focused(page: &Page) -> (String, String) {
    let script = "const it = document.activeElement; return [it.dataset.testid ?? '', it.dataset.spanId ?? '']";
    page.value(script, &[]).await
}

#[tokio::test]
async fn it_shows_one_span_and_the_list_stays_as_it_is() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_with_panel(page).await;
        assert_eq!(page.count("@side-panel").await, 0, "nothing is shown yet");
        let height = "return one('@timeline .sizer').offsetHeight";
        let before: f64 = page.value(height, &[]).await;
        let (first, second) = (&ride.spans[2], &ride.spans[5]);
        page.click(&row_of(first)).await;
        page.element(&format!("{} dl", in_panel(first))).await;
        page.until_attribute(&row_of(first), "aria-selected", "true").await;
        page.until_address_is(&format!("/trace/{}?span={}", ride.id, first.id)).await;
        page.click(&row_of(second)).await;
        page.element(&format!("{} dl", in_panel(second))).await;
        page.until_attribute(&row_of(first), "aria-selected", "false").await;
        page.until_attribute(&row_of(second), "aria-selected", "true").await;
        page.until_address_is(&format!("/trace/{}?span={}", ride.id, second.id)).await;
        assert_eq!(page.count("@span-detail").await, 1);
        assert_eq!(page.count(".detail-row").await, 0);
        assert_eq!(page.value::<f64>(height, &[]).await, before, "the list does not grow");
        // Jaeger UI's panel has attributes and resource open.
        page.element("@side-panel @resource dl").await;
        assert_ne!(page.attribute("@side-panel", "aria-label").await, "");

        page.click("@panel-close").await;
        page.until_count("@side-panel", 0).await;
        page.until_attribute(&row_of(second), "aria-selected", "false").await;
        page.until_address_is(&format!("/trace/{}", ride.id)).await;
    })
    .await;
}

/// What stood open in the list last moves into the panel, and back.
#[tokio::test]
async fn the_form_is_switched_and_remembered() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.click(&row_of(&ride.spans[1])).await;
        page.click(&row_of(&ride.spans[3])).await;
        page.until_count(".detail-row dl", 2).await;
        page.keys("body", "\u{e009}k\u{e009}").await;
        page.keys("@palette-input", "panel beside").await;
        page.until_count(".palette-line", 1).await;
        page.keys("@palette-input", ENTER).await;
        page.element(&in_panel(&ride.spans[3])).await;
        page.until_count(".detail-row", 0).await;
        page.until_count("@span-detail", 1).await;
        page.reload().await;
        page.element(&format!("{} dl", in_panel(&ride.spans[3]))).await;
        assert_eq!(page.count(".detail-row").await, 0);
        page.click("@look-menu").await;
        page.click("@side-panel-toggle input").await;
        page.until_count("@side-panel", 0).await;
        page.until_attribute(".detail-row @span-detail", "data-span-id", &ride.spans[3].id).await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_goes_in_and_comes_back() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_with_panel(page).await;
        page.keys(ROW, DOWN.repeat(2)).await;
        page.until_attribute(CURRENT, "data-row", "2").await;
        page.keys(CURRENT, ENTER).await;
        page.element(&format!("{} dl", in_panel(&ride.spans[2]))).await;
        let row = ("span-row".to_owned(), ride.spans[2].id.clone());
        assert_eq!(focused(page).await, row, "the row keeps the keyboard");
        // Tab goes to the border, then into the panel.
        page.keys(CURRENT, "\u{e004}").await;
        assert_eq!(page.value::<String>("return document.activeElement.role", &[]).await, "separator");
        page.keys(".panel-splitter", "\u{e004}").await;
        assert_eq!(focused(page).await.0, "panel-close");
        page.keys("@panel-close", ESCAPE).await;
        page.until_count("@side-panel", 0).await;
        assert_eq!(focused(page).await, row);
        // Escape on the row closes it, too, before it clears what is looked for.
        page.keys(CURRENT, ENTER).await;
        page.element("@side-panel").await;
        page.keys(CURRENT, ESCAPE).await;
        page.until_count("@side-panel", 0).await;
        page.until_address_is(&format!("/trace/{}", ride.id)).await;
    })
    .await;
}

#[tokio::test]
async fn its_size_is_changed_by_pointer_and_keys_and_remembered() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_with_panel(page).await;
        page.click(&row_of(&ride.spans[1])).await;
        page.until_attribute(".panel-splitter", "aria-valuenow", "40").await;
        page.keys(".panel-splitter", LEFT.repeat(3)).await;
        page.until_attribute(".panel-splitter", "aria-valuenow", "46").await;
        let drag = "const [border, whole] = ['.panel-splitter', '.timeline-split'].map((it) => one(it).getBoundingClientRect());
            return [border.left + 3, border.top + 100, whole.left + whole.width * 0.7]";
        let [from, y, to]: [f64; 3] = page.value(drag, &[]).await;
        for (kind, x) in [("mousePressed", from), ("mouseMoved", to), ("mouseReleased", to)] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            page.cdp("Input.dispatchMouseEvent", event).await;
        }
        page.until_attribute(".panel-splitter", "aria-valuenow", "30").await;
        page.reload().await;
        page.element("@side-panel dl").await;
        assert_eq!(page.attribute(".panel-splitter", "aria-valuenow").await, "30");
        let share = "const [panel, whole] = ['@side-panel', '.timeline-split'].map((it) => one(it).getBoundingClientRect());
            return Math.abs(panel.width / whole.width - 0.3) < 0.01 && Math.abs(panel.right - whole.right) < 1";
        page.until("the panel takes its share at the right", share, &[]).await;
        // Where the page is narrow it stands below the list, and the border between them lies.
        let metrics = json!({ "width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        page.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        page.until_attribute(".panel-splitter", "aria-orientation", "horizontal").await;
        let below = "const [panel, list] = ['@side-panel', '@timeline'].map((it) => one(it).getBoundingClientRect());
            return panel.top >= list.bottom && Math.abs(panel.width - list.width) < 1 && panel.bottom <= innerHeight + 1";
        page.until("the panel is below the list", below, &[]).await;
    })
    .await;
}

/// The panel's size was once kept under the name of a colour, and rows lost what has that colour.
#[tokio::test]
async fn rows_keep_the_colours_of_the_theme() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        page.until_rows(&demo_ride().ids()).await;
        let script = "return ['.toggle', '.bar-label'].map((it) => getComputedStyle(one(it)).backgroundColor)";
        for colour in page.value::<Vec<String>>(script, &[]).await {
            assert_ne!(colour, "rgba(0, 0, 0, 0)");
        }
    })
    .await;
}
