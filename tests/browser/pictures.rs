//! Screenshots of every state in both themes, at three sizes and in Chinese, for people to look at; and what a program can
//! tell of them: nothing is cut off at the side.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::{demo_ride, small_file};

const SIZES: [(u32, u32); 3] = [(1600, 900), (800, 600), (390, 844)];

#[tokio::test]
async fn light() {
    in_browser(async |page| pictures(page, "light", &SIZES).await).await;
}

#[tokio::test]
async fn dark() {
    in_browser(async |page| pictures(page, "dark", &SIZES).await).await;
}

#[tokio::test]
async fn chinese() {
    in_browser(async |page| {
        page.open("/").await;
        page.choose("@language-select", "zh-CN").await;
        page.until_attribute("html", "lang", "zh-CN").await;
        pictures(page, "light-zh", &[SIZES[0], SIZES[2]]).await;
    })
    .await;
}

/// Goes through the states in one look, which is named in the pictures' files.
async fn pictures(page: &Page, look: &str, sizes: &[(u32, u32)]) {
    let folder = Folder::new(&format!("pictures-{look}"));
    let trace = demo_ride();
    page.provokes("status of 404");
    page.open("/").await;
    if look == "dark" {
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "dark").await;
    }
    let mut complaints = picture(page, "first", look, sizes).await;

    page.open_demo().await;
    complaints.extend(picture(page, "results", look, sizes).await);

    let whole = small_file("bad", 30);
    let files = [
        folder.write("orders of Monday.json", &whole[..whole.len() * 2 / 3]),
        folder.write("diary.txt", "Dear diary, today I dropped a file."),
    ];
    page.choose_files(&[&files[0], &files[1]]).await;
    page.until_count("@error", 2).await;
    complaints.extend(picture(page, "error", look, sizes).await);

    page.click(&format!("@result-row[data-trace-id=\"{}\"]", trace.id)).await;
    page.until_rows(&trace.ids()).await;
    complaints.extend(picture(page, "trace", look, sizes).await);

    let span = &trace.spans[trace.row_of(|span| span.is_error && span.depth > 0)];
    page.click(&format!("@span-row[data-span-id=\"{}\"]", span.id)).await;
    page.element("@span-detail dl").await;
    complaints.extend(picture(page, "detail", look, sizes).await);

    page.open("/trace/404").await;
    page.element("@error").await;
    complaints.extend(picture(page, "trace-error", look, sizes).await);
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Takes the picture in every size; what is wrong with it.
async fn picture(page: &Page, state: &str, look: &str, sizes: &[(u32, u32)]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (width, height) in sizes {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        let script = "return innerWidth === arguments[0] && innerHeight === arguments[1] && !one('[aria-busy=true]')";
        page.until("the window has its size", script, &[json!(width), json!(height)]).await;
        // Two frames: one to lay out, one to paint what that asked for.
        page.js_async("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))", &[]).await;
        let name = format!("{state}-{look}-{width}x{height}");
        page.shot(&name).await;
        let seen: Vec<String> = page.value(COMPLAINTS, &[]).await;
        complaints.extend(seen.into_iter().map(|complaint| format!("{name}: {complaint}")));
    }
    page.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await;
    complaints
}

/// The page never scrolls sideways, nor does a list in it; nothing in the bar is covered, and no button or field is beyond the
/// edge; rows show what they are there for; times on a scale do not run into each other.
const COMPLAINTS: &str = "
    const visible = (selector) => all(selector).filter((it) => it.checkVisibility() && it.getBoundingClientRect().width > 1);
    const short = (it) => it.outerHTML.slice(0, 120);
    const complaints = [];
    for (const it of visible('button, input, select, textarea, h1, h2, h3, @error')) {
        if (it.getBoundingClientRect().right > innerWidth + 1) complaints.push(`beyond the right edge: ${short(it)}`);
    }
    for (const it of visible('html, main *')) {
        const scrolls = it === document.documentElement || ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
        if (scrolls && it.tagName !== 'PRE' && it.scrollWidth > it.clientWidth + 1) {
            complaints.push(`scrolls sideways, ${it.scrollWidth} in ${it.clientWidth}: ${short(it)}`);
        }
    }
    for (const it of visible('.top-bar a, .top-bar button, .top-bar select, .top-bar input, .results-head select')) {
        const { left, right, top, bottom } = it.getBoundingClientRect();
        const isItself = (there) => there && (it.contains(there) || there.contains(it));
        const isFree = [left + 3, right - 3].every((x) => isItself(document.elementFromPoint(x, (top + bottom) / 2)));
        if (!isFree) complaints.push(`covered or cut off: ${short(it)}`);
    }
    for (const row of visible('@result-row').slice(0, 3)) {
        const parts = [row.querySelector('.pill'), row.querySelector('.result-duration .number'), row.querySelector('.result-start')];
        for (const part of parts.filter((part) => part.checkVisibility())) {
            const edge = Math.min(part.parentElement.getBoundingClientRect().right, row.getBoundingClientRect().right);
            if (part.getBoundingClientRect().right > edge + 1) complaints.push(`cut off in its row: ${part.textContent}`);
        }
    }
    for (const scale of ['.minimap-ticks span', '@ruler .tick']) {
        const places = visible(scale).map((it) => it.getBoundingClientRect()).sort((one, other) => one.left - other.left);
        places.slice(1).forEach((place, at) => {
            if (place.left < places[at].right) complaints.push(`times run into each other: ${scale}`);
        });
    }
    return complaints";
