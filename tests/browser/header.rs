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
        assert_eq!(names.len(), many, "{names:?}");
        for part in [
            "Critical path",
            "Links of",
            "clock skew",
            "percentile",
            "Hide the bars",
            "Letter keys",
            "Slim",
            "below it",
            "Measure",
        ] {
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

/// What can be done by the page's menus, as they name it: buttons, switches, fields, and the choices of lists.
const MENUS: &str = "one('@look-menu').click();
    await until(() => one('.look-panel'));
    one('@time-zone').dispatchEvent(new Event('focus'));
    const named = (it) => it.classList.contains('nav-link') ? `Go to ${it.textContent}` : (it.getAttribute('aria-label') ?? it.title ?? '').trim() || it.closest('label')?.querySelector('span').textContent || it.textContent;
    const controls = ['.top-bar', '.trace-title', '.trace-tools > :not(.popover)', '.trace-tools > .popover > button', '.timeline-head', '.look-panel']
        .flatMap((place) => all(`${place} :is(a, button, select, input), ${place}:is(a, button)`));
    const names = controls.filter((it) => it.type !== 'submit')
        .flatMap((it) => it.localName !== 'select' ? [named(it)] : [...it.options].filter((one) => one.value).map((one) => `${named(it)}: ${one.text}`));
    one('@look-menu').click();
    return names.map((name) => name.replace(/ [(](?:.|Esc|Ctrl[+].)[)]$/, ''));";

/// Whatever the menus of the page can do is in the palette, too.
#[tokio::test]
async fn the_palette_reaches_what_the_menus_do() {
    in_browser(async |page| {
        page.open_demo_trace(&demo_ride().id).await;
        page.element("@span-row").await;
        let script = format!(
            "const done = arguments[0], until = async (holds) => {{ while (!holds()) await new Promise((next) => setTimeout(next, 20)); }};
            (async () => {{ {MENUS} }})().then(done)"
        );
        let wanted: Vec<String> = serde_json::from_value(page.js_async(&script, &[]).await).expect("a list of names");
        assert!(wanted.len() > 400, "with all time zones: {}", wanted.len());
        for known in ["Services", "Go to Services", "Colour by: status", "Collapse spans of kind: client", "Collapse spans of service: redis", "Time zone: Europe/Paris"] {
            assert!(wanted.iter().any(|name| name == known), "{known}: {wanted:?}");
        }
        page.press_with_ctrl("k").await;
        page.element("@palette-input").await;
        // What commands do by another name: the colours.
        let script = "const [wanted, done] = arguments, field = one('@palette-input'), missing = [];
            const find = async (name) => {
                field.value = name.replace('Colour by: ', 'Colour by ');
                field.dispatchEvent(new Event('input'));
                for (let turn = 0; turn < 100; turn += 1) {
                    await new Promise((next) => setTimeout(next, 4));
                    if (all('.palette-line > span:first-child')[0]?.textContent.startsWith(field.value)) return;
                }
                missing.push(name);
            };
            (async () => { for (const name of wanted) await find(name); })().then(() => done(missing))";
        let missing: Vec<String> =
            serde_json::from_value(page.js_async(script, &[json!(wanted)]).await).expect("a list of names");
        assert!(missing.is_empty(), "{missing:?}");
    })
    .await;
}

/// Types into the palette and runs what comes first.
async fn command(page: &Page, text: &str) {
    page.press_with_ctrl("k").await;
    page.keys("@palette-input", [text, ENTER].concat()).await;
    page.until_count("@palette", 0).await;
}

#[tokio::test]
async fn the_palette_does_what_the_menus_do() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        command(page, "zoom in").await;
        page.until_address("from=").await;
        command(page, "all of the trace’s time").await;
        page.until_address_is(&format!("/trace/{}", ride.id)).await;
        command(page, "time zone: utc").await;
        page.until_address("tz=UTC").await;
        let redis = ride.spans.iter().filter(|span| span.service == "redis").count();
        assert!(redis > 0);
        command(page, "kind: client").await;
        page.until_count_at_least("@span-toggle.collapsed", 1).await;
        command(page, "expand all").await;
        page.until_count("@span-toggle.collapsed", 0).await;
        // What has to be asked is asked where the menu asks it.
        command(page, "shorter than").await;
        page.until("it is asked", "return document.activeElement === one('@fold-shorter')", &[]).await;
        page.press(&["1h", ENTER].concat()).await;
        page.until_attribute("@timeline", "aria-rowcount", "1").await;
        page.press(ESCAPE).await;
        command(page, "attribute as a column").await;
        page.until("it is asked", "return document.activeElement === one('@column-input')", &[]).await;
        page.press(&["http.method", ENTER, ESCAPE].concat()).await;
        page.until_count(".column-head", 1).await;
        command(page, "remove the column").await;
        page.until_count(".column-head", 0).await;
        command(page, "find in").await;
        page.until("the box has the focus", "return document.activeElement === one('@find-input')", &[]).await;
        page.press("redis").await;
        command(page, "do not match").await;
        page.until_address("mode=hide").await;
        command(page, "dark theme").await;
        page.until("it is dark", "return one('@theme-toggle').title.includes('light')", &[]).await;
        command(page, "save this trace").await;
        page.element(".save [role=dialog]").await;
        command(page, "services").await;
        page.element(".service-panel").await;
        command(page, "中文").await;
        page.until_text("@look-menu", "视图").await;
    })
    .await;
}

/// Buttons that fold say when there is nothing left to fold, and keep the focus.
#[tokio::test]
async fn folds_that_would_do_nothing_say_so() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        let off = "return ['expand-one', 'collapse-one', 'expand-all', 'collapse-all'].map((id) => one('@' + id).getAttribute('aria-disabled') === 'true').join() === arguments[0].join()";
        page.until("nothing can be expanded", off, &[json!([true, false, true, false])]).await;
        page.click("@collapse-one").await;
        page.until("all four do something", off, &[json!([false, false, false, false])]).await;
        page.click("@collapse-all").await;
        page.until("nothing can be collapsed", off, &[json!([false, true, false, true])]).await;
        page.until("it keeps the focus", "return document.activeElement === one('@collapse-all')", &[]).await;
        page.click("@expand-all").await;
        page.until("nothing can be expanded", off, &[json!([true, false, true, false])]).await;
    })
    .await;
}

/// One click shows the trace as JSON, all of it, in a tab of its own.
#[tokio::test]
async fn a_trace_is_shown_as_json() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.element("@span-row").await;
        let own = page.driver.window().await.expect("there is a window");
        page.click("@show-json").await;
        let all = page.driver.windows().await.expect("there are windows");
        let other = all.into_iter().find(|window| *window != own).expect("a click opens it at once");
        page.driver.switch_to_window(other).await.expect("it is there");
        page.until("JSON is shown", "return document.body?.innerText.includes('resourceSpans')", &[]).await;
        let text: String = page.value("return document.body.innerText", &[]).await;
        let json: serde_json::Value =
            serde_json::from_str(text.trim_start_matches("Pretty-print").trim()).expect("it is JSON");
        assert!(json["resourceSpans"].is_array());
        for id in ride.ids() {
            assert!(text.contains(&format!("\"{id}\"")), "{id}");
        }
        page.driver.close_window().await.expect("it closes");
        page.driver.switch_to_window(own).await.expect("it is there");
    })
    .await;
}

/// Jaeger UI's keys of the page of a trace.
#[tokio::test]
async fn the_page_is_as_it_is_configured() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_count_at_least(".row-pill", 1).await;
        page.until_count_at_least("@critical-path", 1).await;
        let config = json!({
            "traceIdDisplayLength": 12, "criticalPathEnabled": false, "disableJsonView": true,
            "traceTimeline": { "spanPillsEnabled": false, "defaultDetailPanelMode": "sidepanel" }
        });
        page.host.serve("/trackway.json", "application/json", config.to_string());
        page.reload().await;
        page.until_text(".trace-title .trace-id", &ride.id[..12]).await;
        page.until_count("@critical-path", 0).await;
        let hidden = "return all('.row-pill, .show-json').every((it) => it.offsetWidth === 0)";
        page.until("neither pills nor JSON", hidden, &[]).await;
        page.click("@span-row").await;
        page.element("@side-panel").await;
        page.press_with_ctrl("k").await;
        page.keys("@palette-input", ["critical path on", ENTER].concat()).await;
        page.until_count_at_least("@critical-path", 1).await;
        page.reload().await;
        page.until_text(".trace-title .trace-id", &ride.id[..12]).await;
        page.until_count_at_least("@critical-path", 1).await;
    })
    .await;
}
