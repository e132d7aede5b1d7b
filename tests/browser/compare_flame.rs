//! The differential flame graph: widths by B or A, by time or spans, what a box says, and zooming.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{DOWN, ENTER, ESCAPE, RIGHT, UP};
use crate::support::page::Page;
use crate::support::traces::{answer, demo, span, trace};

/// A trace of the service `shop`: calls below one root, by name, one after another; each takes so many microseconds.
fn orders(id: &str, calls: &[(&str, i64)]) -> String {
    let mut spans = vec![span("1", None, "shop", "order", 0, 1_000)];
    let mut start = 0;
    for (at, (name, duration)) in calls.iter().enumerate() {
        spans.push(span(&(at + 2).to_string(), Some("1"), "shop", name, start, *duration));
        start += duration;
    }
    answer(&[trace(id, spans)])
}

async fn open(page: &Page, ways: &str) {
    page.host.service.has_trace("a1", orders("a1", &[("get", 100), ("old", 200), ("put", 300)]));
    page.host.service.has_trace("b1", orders("b1", &[("get", 300), ("new", 200), ("put", 100)]));
    page.open(&format!("/trace/a1...b1?view=flame{ways}")).await;
    until_drawn(page, 4, 2).await;
}

async fn until_drawn(page: &Page, boxes: usize, levels: usize) {
    page.until_attribute("@diff-flame", "data-boxes", &boxes.to_string()).await;
    page.until_attribute("@diff-flame", "data-depth", &levels.to_string()).await;
}

/// The colour in the lower right corner of the box that is told.
async fn colour(page: &Page) -> [u8; 3] {
    let script = "
        const canvas = one('@diff-flame'), frame = one('.diff-flame-mark').getBoundingClientRect();
        const { left, top } = canvas.getBoundingClientRect();
        const at = (css) => Math.round(css * devicePixelRatio);
        // A copy: the browser warns of reading what is drawn on often.
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const data = copy.getImageData(at(frame.right - left - 4), at(frame.bottom - top - 4), 1, 1).data;
        return [...data.slice(0, 3)]";
    page.value(script, &[]).await
}

#[tokio::test]
async fn boxes_are_walked_by_keys_and_say_what_changed() {
    in_browser(async |page| {
        open(page, "").await;
        page.keys("@diff-flame", DOWN).await;
        let tip = page.until_text("@diff-flame-tip", "order").await;
        assert!(tip.contains("1 ms") && tip.contains("="), "{tip}");
        // Siblings stand by their names.
        page.keys("@diff-flame", DOWN).await;
        let tip = page.until_text("@diff-flame-tip", "get").await;
        assert!(tip.contains("Slower in B") && tip.contains("+200 µs (+200%)"), "{tip}");
        let [red, green, blue] = colour(page).await;
        assert!(red > green && green > blue, "orange: {red} {green} {blue}");
        page.keys("@diff-flame", RIGHT).await;
        page.until_text("@diff-flame-tip", "Only in B").await;
        assert_eq!(colour(page).await, [38, 130, 4]);
        page.keys("@diff-flame", RIGHT).await;
        page.until_text("@diff-flame-tip", "Faster in B").await;
        let [red, green, blue] = colour(page).await;
        assert!(blue > green && green > red, "blue: {red} {green} {blue}");
        page.keys("@diff-flame", UP).await;
        page.until_text("@diff-flame-tip", "order").await;
        page.keys("@diff-flame", ESCAPE).await;
        page.until_count("@diff-flame-tip", 0).await;
    })
    .await;
}

#[tokio::test]
async fn widths_are_by_either_side_and_by_time_or_spans() {
    in_browser(async |page| {
        open(page, "").await;
        page.until_text("@diff-flame-summary", "A 1 ms, B 1 ms · 2 levels").await;
        page.click("@diff-flame-by-a").await;
        page.until_address("flame=a").await;
        page.until_text("@diff-flame-legend", "Only in A").await;
        page.keys("@diff-flame", [DOWN, DOWN].concat()).await;
        page.keys("@diff-flame", RIGHT).await;
        page.until_text("@diff-flame-tip", "old").await;
        assert_eq!(colour(page).await, [204, 22, 22]);
        page.click("@diff-flame-weight-spans").await;
        page.until_address("weight=spans").await;
        page.until_text("@diff-flame-summary", "A 4, B 4 · 2 levels").await;
        page.reload().await;
        until_drawn(page, 4, 2).await;
        page.until_text("@diff-flame-summary", "A 4, B 4").await;
        page.until_attribute("@diff-flame-by-a", "aria-pressed", "true").await;
        page.until_attribute("@diff-flame-weight-spans", "aria-pressed", "true").await;
        // Who is compared may change meanwhile.
        page.click("@diff-swap").await;
        page.until_address("flame=a").await;
        page.until_address("view=flame").await;
        page.click("@diff-flame-by-b").await;
        page.click("@diff-flame-weight-time").await;
        page.until_address_is("/trace/b1...a1?cohort=b1&cohort=a1&view=flame").await;
    })
    .await;
}

#[tokio::test]
async fn a_box_is_zoomed_to_and_left_again() {
    in_browser(async |page| {
        open(page, "").await;
        page.keys("@diff-flame", [DOWN, DOWN, RIGHT, ENTER].concat()).await;
        // It and what is above it.
        until_drawn(page, 2, 2).await;
        page.until_text("@diff-flame-zoomed", "shop: new").await;
        page.keys("@diff-flame", ESCAPE).await;
        until_drawn(page, 4, 2).await;
        // By the pointer: the first of the second level.
        let click = "
            const canvas = one('@diff-flame'), { left, top } = canvas.getBoundingClientRect();
            const place = { clientX: left + 20, clientY: top + 50, bubbles: true };
            canvas.dispatchEvent(new PointerEvent('pointermove', place));
            canvas.dispatchEvent(new PointerEvent('click', place))";
        page.js(click, &[]).await;
        page.until_text("@diff-flame-zoomed", "shop: get").await;
        until_drawn(page, 2, 2).await;
        page.until_text("@diff-flame-tip", "Slower in B").await;
        page.click("@diff-flame-whole").await;
        until_drawn(page, 4, 2).await;
        page.until_text("@diff-flame-zoomed", "").await;
        page.until_count("@diff-flame-whole:disabled", 1).await;
    })
    .await;
}

/// A ride with fewer retries than another: redis is called less often, and takes less.
#[tokio::test]
async fn the_demos_retries_are_seen() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        let id = |spans: usize| demo().into_iter().find(|it| it.spans.len() == spans).expect("a ride").id;
        let path = json!(format!("/trace/{}...{}?view=flame&weight=spans", id(40), id(38)));
        let go = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
        page.js(go, &[path]).await;
        page.until_attribute("@diff-flame", "data-depth", "3").await;
        // The root, the driver, and its calls of redis.
        page.keys("@diff-flame", [DOWN, DOWN, RIGHT, DOWN].concat()).await;
        page.keys("@diff-flame", RIGHT).await;
        let tip = page.until_text("@diff-flame-tip", "redis").await;
        assert!(tip.contains("GetDriver") && tip.contains("Fewer in B"), "{tip}");
        page.shot("compare-flame").await;
    })
    .await;
}

/// A chain far deeper than the page is high: only what is in view is drawn.
#[tokio::test]
async fn a_deep_chain_scrolls() {
    in_browser(async |page| {
        let chain = |id: &str, shorter: i64| {
            let spans = (0..3_000_i64).map(|at| {
                let parent = (at > 0).then(|| at.to_string());
                let name = format!("call {at}");
                span(&(at + 1).to_string(), parent.as_deref(), "deep", &name, at, 10_000 - 2 * at - shorter)
            });
            answer(&[trace(id, spans.collect())])
        };
        page.host.service.has_trace("a1", chain("a1", 0));
        page.host.service.has_trace("b1", chain("b1", 100));
        page.open("/trace/a1...b1?view=flame").await;
        let levels = "return Number(one('@diff-flame').dataset.depth)";
        page.until("there are levels", "return Number(one('@diff-flame')?.dataset.depth) > 1000", &[]).await;
        let levels: usize = page.value(levels, &[]).await;
        let drawn: usize = page.value("return Number(one('@diff-flame').dataset.boxes)", &[]).await;
        assert!(drawn > 20 && drawn < 100, "{drawn} of {levels} levels");
        page.js("const it = one('.diff-flame-scroll'); it.scrollTop = it.scrollHeight", &[]).await;
        let hover = "
            const canvas = one('@diff-flame'), { left, bottom } = canvas.getBoundingClientRect();
            canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: left + 20, clientY: bottom - 10, bubbles: true }));
            return one('@diff-flame-tip')?.innerText.includes('call 2999')";
        page.until("the last level is in view", hover, &[]).await;
    })
    .await;
}
