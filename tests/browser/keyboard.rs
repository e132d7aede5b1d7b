//! The walk from the address bar to a span's detail and back by the keyboard alone.

use serde::Deserialize;
use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{CURRENT, DOWN, END, ENTER, ESCAPE, HOME, ROW, TAB, UP};
use crate::support::page::Page;
use crate::support::traces::{answer, small, span, tag, trace};

/// Nothing on the page is farther away than so many Tabs.
const FARTHEST: usize = 60;

/// Where the keyboard is.
#[derive(Debug, Deserialize)]
struct Stop {
    /// Its test id, else what it is called.
    name: String,
    /// It is on the screen, and looks other than without the focus.
    is_visible: bool,
}

async fn stop(page: &Page) -> Stop {
    // A row draws its frame inside itself, by `::after`: an outline would be cut off by the list.
    let script = "
        const it = document.activeElement;
        const marks = ({ content, outlineStyle, outlineWidth, boxShadow, borderTopStyle, borderTopWidth }) =>
            (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' ||
            (content.startsWith('\"') && borderTopStyle !== 'none' && parseFloat(borderTopWidth) > 0);
        const { width, height, top, bottom, left, right } = it.getBoundingClientRect();
        const isOnScreen = width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
        const isThere = it.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        // A box around a field may be what is marked.
        const around = getComputedStyle(it.parentElement ?? it);
        const isMarked = it.matches(':focus-visible') && (marks(getComputedStyle(it)) || marks(getComputedStyle(it, '::after'))
            || (around.outlineStyle !== 'none' && parseFloat(around.outlineWidth) > 0));
        return {
            name: it.dataset.testid ?? it.getAttribute('aria-label') ?? (it === document.body ? 'body' : it.textContent.trim().slice(0, 40)),
            is_visible: isOnScreen && isThere && isMarked,
        }";
    page.value(script, &[]).await
}

async fn is_at(page: &Page, selector: &str) -> bool {
    page.value("return document.activeElement.matches(css(arguments[0]))", &[json!(selector)]).await
}

/// Presses Tab until the focus is there; every stop on the way can be seen. Returns their names.
pub async fn tab_to(page: &Page, selector: &str) -> Vec<String> {
    let mut passed = Vec::new();
    while passed.len() < FARTHEST {
        page.press(TAB).await;
        let stop = stop(page).await;
        assert_ne!(stop.name, "body", "the focus leaves the page before {selector}, after {passed:?}");
        assert!(
            stop.is_visible,
            "who is at “{}” does not see it; on the way to {selector}, after {passed:?}",
            stop.name
        );
        if is_at(page, selector).await {
            return passed;
        }
        passed.push(stop.name);
    }
    panic!("{selector} is not reached by Tab: {passed:?}");
}

/// Waits until the focus is there, and can be seen.
pub async fn until_at(page: &Page, selector: &str) {
    let script = "return document.activeElement.matches(css(arguments[0]))";
    page.until(&format!("the focus is at {selector}"), script, &[json!(selector)]).await;
    let stop = stop(page).await;
    assert!(stop.is_visible, "who is at “{}” sees it", stop.name);
}

/// An order, two reservations in it, and a query in each; one of them failed.
fn order() -> String {
    let mut failed = span("4", Some("3"), "stock", "UPDATE", 1_500, 2_000);
    failed["tags"] = json!([tag("db.statement", json!("UPDATE stock SET left = left - 1")), tag("error", json!(true))]);
    let spans = vec![
        span("1", None, "shop", "GET /order", 0, 10_000),
        span("2", Some("1"), "shop", "check", 500, 400),
        span("3", Some("1"), "stock", "reserve", 1_000, 3_000),
        failed,
        span("5", Some("1"), "stock", "reserve", 5_000, 3_000),
        span("6", Some("5"), "stock", "UPDATE", 5_500, 2_000),
    ];
    answer(&[trace("0da", spans)])
}

fn row(id: &str) -> String {
    format!("@span-row[data-span-id=\"{id}\"]")
}

/// No event here comes of a mouse, and none of a script that plays one.
pub async fn watch_for_mice(page: &Page) {
    page.js(
        "window.mice = [];
         const note = (event) => { if (event.detail > 0 || event.pointerType || !event.isTrusted) mice.push(event.type) };
         ['pointerdown', 'mousedown', 'mousemove', 'click', 'wheel'].forEach((type) => addEventListener(type, note, true))",
        &[],
    )
    .await;
}

#[tokio::test]
async fn from_the_address_bar_to_a_span_and_back() {
    in_browser(async |page| {
        page.open("/search").await;
        watch_for_mice(page).await;
        open_by_keys(page).await;
        go_through_a_detail(page).await;
        find_by_keys(page).await;
        look_around(page).await;
        assert_eq!(page.value::<Vec<String>>("return mice", &[]).await, Vec::<String>::new(), "no mouse was here");
    })
    .await;
}

/// The file is pasted: the button that opens files is reached and named, but what it opens is the browser's own dialog, which
/// a driver cannot give keys to.
async fn open_by_keys(page: &Page) {
    tab_to(page, "@drop-zone button.primary").await;
    assert_eq!(stop(page).await.name, "Choose files…");
    tab_to(page, "@paste-input").await;
    page.paste(&order()).await;
    page.until_attribute("@result-row", "data-trace-id", "0da").await;
    tab_to(page, "@result-row").await;
    page.press(ENTER).await;
    page.until_attribute("@trace-header", "data-trace-id", "0da").await;
    page.until_count("@span-row", 6).await;
    let passed = tab_to(page, ROW).await;
    assert!(passed.iter().any(|name| name == "find-input"), "find is on the way: {passed:?}");
    assert!(is_at(page, &row("1")).await, "Tab comes to the first row");
}

async fn go_through_a_detail(page: &Page) {
    page.press(&DOWN.repeat(3)).await;
    until_at(page, &row("4")).await;
    page.press(ENTER).await;
    page.until_attribute("@span-detail", "data-span-id", "4").await;
    page.until_attribute("@span-detail", "aria-busy", "false").await;
    until_at(page, &row("4")).await;

    // Into the detail: its first section, the pairs in it, a value copied.
    tab_to(page, "@attributes button.section-head").await;
    assert_eq!(page.attribute("@attributes button.section-head", "aria-expanded").await, "true");
    tab_to(page, "@attributes dd.wide .copy").await;
    page.press(ENTER).await;
    page.until_text("@toast", "Copied").await;
    assert_eq!(page.clipboard().await, "UPDATE stock SET left = left - 1");
    until_at(page, "@attributes dd.wide .copy").await;

    // A closed section opens and stays where the focus is.
    tab_to(page, "@resource button.section-head").await;
    page.press(ENTER).await;
    page.until_attribute("@resource button.section-head", "aria-expanded", "true").await;
    page.until_text("@resource dl", "host.name").await;
    until_at(page, "@resource button.section-head").await;
    tab_to(page, "@copy-span").await;

    // Back to the row that it is the detail of, which is still open, and closes.
    page.press(ESCAPE).await;
    until_at(page, &row("4")).await;
    assert_eq!(page.count("@span-detail").await, 1);
    page.press(ENTER).await;
    page.until_count("@span-detail", 0).await;
    until_at(page, &row("4")).await;
}

async fn find_by_keys(page: &Page) {
    page.press_with_ctrl("b").await;
    until_at(page, "@find-input").await;
    page.press("reserve").await;
    page.until_attribute("@find-count", "data-count", "2").await;
    page.press(ENTER).await;
    // From the row where the keyboard was, the next one is the second.
    page.until_attribute(CURRENT, "data-span-id", "5").await;
    until_at(page, "@find-input").await;
    page.press(ENTER).await;
    page.until_attribute(CURRENT, "data-span-id", "3").await;
    // In the rows a letter does the same, and the focus goes along.
    tab_to(page, ROW).await;
    assert!(is_at(page, &row("3")).await);
    page.press("f").await;
    until_at(page, &row("5")).await;
    page.press("b").await;
    until_at(page, &row("3")).await;
}

async fn look_around(page: &Page) {
    let shown = async || page.attribute("@ruler", "data-end-us").await.parse::<u64>().expect("µs");
    assert_eq!(shown().await, 10_000);
    page.press("++").await;
    page.until("the window is smaller", "return Number(one('@ruler').dataset.endUs) < 10000", &[]).await;
    page.press("0").await;
    page.until_attribute("@ruler", "data-end-us", "10000").await;
    until_at(page, &row("3")).await;

    page.press("?").await;
    until_at(page, "@keyboard-help button").await;
    page.press(ESCAPE).await;
    page.until_count("@keyboard-help", 0).await;
    until_at(page, &row("3")).await;

    page.press_with_ctrl("k").await;
    until_at(page, "@palette-input").await;
    page.press("collapse all").await;
    page.press(ENTER).await;
    page.until_count("@palette", 0).await;
    page.until_count("@span-row", 1).await;
    // The row that the focus was on is folded away: it is at the row that hides it.
    until_at(page, &row("1")).await;
}

/// Jaeger UI's letters work wherever no text is written; who speaks to the computer switches them off.
#[tokio::test]
async fn letters_page_and_are_switched_off() {
    in_browser(async |page| {
        page.host.service.has_trace("fee5", answer(&[small("fee5", 500)]));
        page.open("/trace/fee5").await;
        page.until_attribute("@timeline", "aria-rowcount", "500").await;
        let top = "return one('@timeline').scrollTop";
        page.keys("body", "s").await;
        page.until(
            "it is a page further",
            "const it = one('@timeline'); return it.scrollTop > it.clientHeight * 0.85",
            &[],
        )
        .await;
        page.keys("body", "w").await;
        page.until("it is back at the top", "return one('@timeline').scrollTop === 0", &[]).await;
        page.keys("body", "[").await;
        page.until_count("@span-row", 1).await;
        page.keys("body", "o").await;
        page.until_count_at_least("@span-row", 20).await;
        page.keys("body", "p").await;
        page.until_count("@span-row", 1).await;
        page.keys("body", "]").await;
        page.until_count_at_least("@span-row", 20).await;

        page.press_with_ctrl("k").await;
        page.keys("@palette-input", ["letter", ENTER].concat()).await;
        page.until_text("@toast", "Letter keys are off").await;
        page.keys("body", "[").await;
        page.keys("body", "?").await;
        page.keys("body", "s").await;
        // Arrows are no letters: they come after, and do what they did.
        page.keys("body", UP).await;
        page.until("the window is smaller", "return one('@ruler').dataset.startUs > 0", &[]).await;
        assert_eq!(page.count("@keyboard-help").await, 0);
        assert!(page.count("@span-row").await > 20);
        assert_eq!(page.value::<f64>(top, &[]).await, 0.0);
        page.reload().await;
        page.until_count_at_least("@span-row", 20).await;
        page.keys("body", "[").await;
        page.keys("body", UP).await;
        page.until_attribute("@timeline", "aria-busy", "false").await;
        assert!(page.count("@span-row").await > 20, "it is remembered");
        page.press_with_ctrl("k").await;
        page.keys("@palette-input", ["letter", ENTER].concat()).await;
        page.until_text("@toast", "Letter keys are on").await;
        page.keys("body", "[").await;
        page.until_count("@span-row", 1).await;
    })
    .await;
}

/// PageDown and PageUp move by what is in view less a row; Home and End to the ends.
#[tokio::test]
async fn pages_of_rows() {
    in_browser(async |page| {
        page.host.service.has_trace("fee6", answer(&[small("fee6", 500)]));
        page.open("/trace/fee6").await;
        page.until_attribute("@timeline", "aria-rowcount", "500").await;
        let rows: u32 =
            page.value("return Math.floor(one('@timeline').clientHeight / one('@span-row').offsetHeight)", &[]).await;
        let at = async || page.attribute(CURRENT, "data-row").await.parse::<u32>().expect("a number");
        page.keys(ROW, HOME).await;
        page.until_attribute(CURRENT, "data-row", "0").await;
        page.keys(CURRENT, "\u{e00f}").await;
        page.until("the keyboard is a page further", "return Number(one('@span-row.current').dataset.row) > 0", &[])
            .await;
        let first = at().await;
        assert!(first.abs_diff(rows - 1) <= 1, "{first} of {rows}");
        page.keys(CURRENT, "\u{e00f}").await;
        page.until_attribute(CURRENT, "data-row", &(2 * first).to_string()).await;
        page.keys(CURRENT, "\u{e00e}").await;
        page.until_attribute(CURRENT, "data-row", &first.to_string()).await;
        page.keys(CURRENT, END).await;
        page.until_attribute(CURRENT, "data-row", "499").await;
    })
    .await;
}
