//! The head of a trace's page: its id, the slim form, what is incomplete; and the page inside another one.

use serde_json::json;

use crate::fixtures::fixtures;
use crate::support::browser::in_browser;
use crate::support::keys::{ENTER, ESCAPE};
use crate::support::page::Page;
use crate::support::traces::demo_ride;

#[tokio::test]
async fn the_id_is_copied_whole() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.allow_clipboard().await;
        assert_eq!(page.text(".trace-title .trace-id").await, ride.id[..7]);
        assert_eq!(page.attribute(".trace-title .trace-id", "title").await, ride.id);
        page.click(&format!("button[aria-label=\"Copy trace ID {}\"]", ride.id)).await;
        page.until_text("@toast", "Copied").await;
        assert_eq!(page.clipboard().await, ride.id);
    })
    .await;
}

/// Heights of the head's facts and of the minimap; 0 for what is not shown.
async fn heights(page: &Page) -> [f64; 2] {
    page.value("return ['.trace-title .facts', '@minimap'].map((it) => one(it)?.offsetHeight ?? 0)", &[]).await
}

#[tokio::test]
async fn the_slim_form_leaves_room_for_rows() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        let [facts, minimap] = heights(page).await;
        assert!(facts > 0.0 && minimap > 0.0);
        let top = "return one('@timeline').getBoundingClientRect().top";
        let before: f64 = page.value(top, &[]).await;
        page.click("@look-menu").await;
        page.click("@slim-toggle input").await;
        page.until_count("@minimap", 0).await;
        assert_eq!(heights(page).await, [0.0, 0.0]);
        assert!(before - page.value::<f64>(top, &[]).await > minimap);
        page.keys("@look-menu", ESCAPE).await;
        page.shot("slim").await;
        page.reload().await;
        page.element("@span-row").await;
        assert_eq!(heights(page).await, [0.0, 0.0], "it is remembered");
        page.press_with_ctrl("k").await;
        page.keys("@palette-input", ["slim", ENTER].concat()).await;
        page.until_count("@minimap", 1).await;
    })
    .await;
}

/// Each of Jaeger UI's parameters for a page inside another one; they are nothing outside.
#[tokio::test]
async fn an_embedded_page_hides_what_it_is_told_to() {
    in_browser(async |page| {
        let id = demo_ride().id;
        for (parameters, shown) in [
            ("uiEmbed=v0", [true, true]),
            ("uiEmbed=v0&uiTimelineHideSummary=1", [false, true]),
            ("uiEmbed=v0&uiTimelineHideMinimap=1", [true, false]),
            ("uiEmbed=v0&uiTimelineCollapseTitle=1", [false, false]),
            ("uiTimelineCollapseTitle=1", [true, true]),
        ] {
            page.driver.goto(page.host.url(&format!("/trace/{id}?{parameters}"))).await.expect("the host answers");
            page.element("@span-row").await;
            assert_eq!(heights(page).await.map(|height| height > 0.0), shown, "{parameters}");
            let is_embedded = parameters.starts_with("uiEmbed");
            assert_eq!(page.count("@nav-search").await, usize::from(!is_embedded), "{parameters}");
            assert_eq!(page.count("@standalone").await, usize::from(is_embedded), "{parameters}");
        }
    })
    .await;
}

/// Real exports whose spans have lost parents say so; those of whole traces do not.
#[tokio::test]
async fn what_is_incomplete_says_so() {
    let Some(folder) = fixtures() else { return };
    in_browser(async |page| {
        for (file, is_incomplete) in
            [("jaeger/traceweaver-hotel-one.json", false), ("malformed/jaeger-orphan-spans.json", true)]
        {
            page.open("/").await;
            let path = folder.join(file).canonicalize().expect("the fixture is there");
            page.choose_files(&[&path]).await;
            page.click("@result-row").await;
            page.element("@span-row").await;
            assert_eq!(page.count(".trace-title .badge-warning").await, usize::from(is_incomplete), "{file}");
        }
        page.until_text(".trace-title .badge-warning", "incomplete").await;
        let title = page.attribute(".trace-title .badge-warning", "title").await;
        let orphans: usize = page.value("return all('@span-row[data-depth=\"0\"]').length", &[]).await;
        assert!(title.starts_with(|sign: char| sign.is_ascii_digit()), "{title}, {orphans} rows without a parent");
    })
    .await;
}

/// Every command is in the palette, once, and those with a key show it; the arrows choose.
#[tokio::test]
async fn the_palette_lists_every_command() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        page.press_with_ctrl("k").await;
        page.element("@palette-input").await;
        let mut names: Vec<String> = page.texts(".palette-line > span:first-child").await;
        let many = names.len();
        names.sort();
        names.dedup();
        assert_eq!((names.len(), many), (32, 32), "{names:?}");
        for part in
            ["Critical path", "clock skew", "percentile", "Hide the bars", "Letter keys", "Slim", "below it", "Measure"]
        {
            assert!(names.iter().any(|name| name.contains(part)), "{part}: {names:?}");
        }
        page.keys("@palette-input", "colour by").await;
        page.until_count(".palette-line", 5).await;
        page.press("\u{e015}").await;
        page.until("the second is chosen", "return all('.palette-line')[1].classList.contains('chosen')", &[]).await;
        page.press(ENTER).await;
        page.until_address("color=status").await;
        assert_eq!(page.js("return one('@palette')", &[]).await, json!(null));
    })
    .await;
}
