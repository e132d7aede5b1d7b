//! One big trace on its page: opened from a query service, scrolled, folded, zoomed, searched. As a person does it, by real
//! input; timed in the page, from the input event to the painted frame.

use std::time::Duration;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::data::{LARGEST_PARSED, TraceFile};
use super::options::Options;
use super::reading::{YARDSTICK, fresh_tab};
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::timing::{Figures, act, acted, click, last, mouse, open, settle, typed};
use super::{Budget, Row, name_of, tell};

/// Sizes that ../shared/BUDGETS.md speaks of (spans).
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
/// Up to this size the stricter of two bounds holds (spans).
const SMALLER: u64 = 100_000;
/// More than a fifth of the generator's spans have it among their attributes.
const TERM: &str = "postgresql";
/// No task of the page's thread, no frame of a movement (ms).
const LONGEST: Budget = Budget::AtMost(50.0);
const SMOOTH: Budget = Budget::AtMost(20.0);
/// Between two movements of the hand (ms): a frame.
pub const PACE: Duration = Duration::from_millis(16);

pub async fn rows(files: &[TraceFile], options: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    if !files.iter().any(|file| SIZES.contains(&file.spans)) {
        eprintln!("The timeline is measured at {} spans.", SIZES.map(name_of).join(", "));
    }
    // What a million spans are compared with: they cannot be parsed.
    let mut parse_a_megabyte = None;
    for file in files.iter().filter(|file| SIZES.contains(&file.spans) || file.spans == LARGEST_PARSED) {
        let mut figures = Figures::default();
        let bytes = Bytes::from(std::fs::read(&file.path).expect("it was provided"));
        for repetition in 0..options.repetitions {
            alone_in_browser(async |page| {
                page.host.service.has_trace(&file.trace_id, bytes.clone());
                load_search(page).await;
                measure(page, file, &mut figures).await;
            })
            .await;
            tell(&format!("timeline, {} of {}", repetition + 1, options.repetitions), file, &last(&figures));
        }
        if let Some(parse) = figures.median(PARSE) {
            parse_a_megabyte = Some(parse / file.megabytes());
        }
        if SIZES.contains(&file.spans) {
            rows.extend(table(file, &figures, parse_a_megabyte));
        }
    }
    rows
}

const FETCH: &str = "open: fetching the bytes alone";
const PARSE: &str = "open: decode + JSON.parse alone";
const SEARCH: &str = "open: cold load of /search";
const OPEN: &str = "open: /trace/{id}, less that of /search";

fn table(file: &TraceFile, figures: &Figures, parse_a_megabyte: Option<f64>) -> Vec<Row> {
    let size = format!("{} ({:.1} MB)", name_of(file.spans), file.megabytes());
    let parse = parse_a_megabyte.map(|parse| parse * file.megabytes());
    let opening = figures.median(FETCH).zip(parse).map(|(fetch, parse)| Budget::AtMost(fetch + parse / 2.0 + 100.0));
    let line = |name: &&'static str| {
        let unit = if name.ends_with("blank") { "frames" } else { "ms" };
        let budget = if *name == OPEN { opening } else { budget(name, file.spans) };
        Row::new(name, &size, unit, figures.values[name].clone()).budget(budget)
    };
    figures.order.iter().map(line).collect()
}

/// What ../shared/BUDGETS.md asks; between its sizes the larger one's bound.
fn budget(name: &str, spans: u64) -> Option<Budget> {
    let by_size = |small: f64, large: f64| Some(Budget::AtMost(if spans <= SMALLER { small } else { large }));
    match name {
        FETCH | PARSE | SEARCH => None,
        _ if name.ends_with("longest task") || name.ends_with("worst frame") => Some(LONGEST),
        _ if name.ends_with("p99 frame") || name.ends_with("p99 work") => Some(SMOOTH),
        _ if name.ends_with("blank") => Some(Budget::AtMost(0.0)),
        _ if name.contains("frame") || name.contains("work") => None,
        "find" => by_size(60.0, 300.0),
        "detail opens" => Some(LONGEST),
        _ => by_size(50.0, 150.0),
    }
}

/// Everything once, in a browser that has been there for a while.
async fn measure(page: &Page, file: &TraceFile, figures: &mut Figures) {
    if file.spans <= LARGEST_PARSED {
        let [fetch, parse] = yardstick(page, file, true).await;
        figures.add(FETCH, fetch);
        figures.add(PARSE, parse);
    } else {
        figures.add(FETCH, yardstick(page, file, false).await[0]);
    }
    if !SIZES.contains(&file.spans) {
        return;
    }
    let search = load_search(page).await;
    figures.add(SEARCH, search);
    let [opened, task] = open(page, &format!("/trace/{}", file.trace_id), "rows").await;
    figures.add(OPEN, opened - search);
    figures.add("open: longest task", task);
    assert_eq!(page.attribute("@trace-header", "data-spans").await, file.spans.to_string(), "every span is there");
    settle(page).await;
    scroll(page, figures).await;
    fold(page, figures).await;
    zoom(page, figures).await;
    let time = act(page, "detail", "all('@span-row')[3].querySelector('.bar-cell')").await;
    figures.add("detail opens", time[0]);
    figures.add("detail: longest task", time[1]);
    find(page, file, figures).await;
}

/// Milliseconds to fetch the trace, and to decode and parse it, in a page without the app.
async fn yardstick(page: &Page, file: &TraceFile, parses: bool) -> [f64; 2] {
    page.host.serve("/yardstick.html", "text/html", YARDSTICK);
    fresh_tab(page).await;
    // By another name the host is another site, with a renderer process of its own.
    let elsewhere = page.host.url("/yardstick.html").replace("127.0.0.1", "localhost");
    page.driver.goto(elsewhere).await.expect("the host answers");
    let script = "
        const [id, parses, done] = arguments;
        (async () => {
            const began = performance.now();
            const bytes = await (await fetch(`/api/traces/${id}`)).arrayBuffer();
            const fetched = performance.now();
            if (parses) window.parsed = JSON.parse(new TextDecoder().decode(bytes));
            done([fetched - began, performance.now() - fetched]);
        })()";
    typed(page.js_async(script, &[json!(file.trace_id), json!(parses)]).await)
}

async fn load_search(page: &Page) -> f64 {
    open(page, "/search", "form").await[0]
}

/// Presses at one place and lets go at another, a frame for each step on the way.
pub async fn drag(page: &Page, from: [f64; 2], to: [f64; 2], steps: u32) {
    mouse(page, "mousePressed", from).await;
    for step in 1..=steps {
        let share = f64::from(step) / f64::from(steps);
        let at = |axis: usize| from[axis] + (to[axis] - from[axis]) * share;
        mouse(page, "mouseMoved", [at(0), at(1)]).await;
        tokio::time::sleep(PACE).await;
    }
    mouse(page, "mouseReleased", to).await;
}

/// What was seen of the frames of a movement (ms).
#[derive(Deserialize)]
pub struct Frames {
    /// From one to the next.
    pub frames: Vec<f64>,
    /// From the beginning of a frame for which something was moved until the page was done with it.
    work: Vec<f64>,
    /// Frames with a row missing.
    blanks: f64,
    pub task: f64,
}

pub async fn watch(page: &Page, looks_for_blanks: bool) {
    settle(page).await;
    page.js("bench.watch(arguments[0])", &[json!(looks_for_blanks)]).await;
}

pub async fn watched(page: &Page) -> Frames {
    let seen: Frames = page.value("return bench.stop()", &[]).await;
    assert!(seen.work.len() > 20, "something moved: in {} of {} frames", seen.work.len(), seen.frames.len());
    seen
}

/// The value below which so many of a hundred are.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[(values.len() * percent / 100).min(values.len() - 1)]
}

async fn scroll(page: &Page, figures: &mut Figures) {
    let top = async || page.value::<f64>("return one('@timeline').scrollTop", &[]).await;
    let [x, y]: [f64; 2] = page.value("return bench.middle(one('@timeline'))", &[]).await;
    watch(page, true).await;
    let gesture = json!({ "x": x, "y": y, "yDistance": -9000, "speed": 3000, "gestureSourceType": "mouse", "preventFling": true });
    page.cdp("Input.synthesizeScrollGesture", gesture).await;
    let seen = watched(page).await;
    assert!(top().await > 0.0, "the wheel scrolls");
    figures.add("wheel: median frame", percentile(&seen.frames, 50));
    figures.add("wheel: p99 frame", percentile(&seen.frames, 99));
    figures.add("wheel: worst frame", percentile(&seen.frames, 100));
    figures.add("wheel: p99 work", percentile(&seen.work, 99));
    figures.add("wheel: longest task", seen.task);
    figures.add("wheel: blank", seen.blanks);

    // The thumb, from the top to three quarters of the way.
    page.js("one('@timeline').scrollTop = 0", &[]).await;
    let place = "const list = one('@timeline'), { right, top, bottom } = list.getBoundingClientRect();
        return [right - (list.offsetWidth - list.clientWidth) / 2, top, bottom, list.offsetWidth - list.clientWidth]";
    let [x, above, below, width]: [f64; 4] = page.value(place, &[]).await;
    assert!(width > 4.0, "there is a bar to scroll by: {width} px");
    watch(page, true).await;
    // Above the thumb are the bar's arrow or nothing.
    let height = below - above;
    drag(page, [x, above + 22.0], [x, above + height * 0.75], 120).await;
    let seen = watched(page).await;
    assert!(top().await > height, "the thumb scrolls: to {} px", top().await);
    figures.add("thumb: median frame", percentile(&seen.frames, 50));
    figures.add("thumb: p99 frame", percentile(&seen.frames, 99));
    figures.add("thumb: worst frame", percentile(&seen.frames, 100));
    figures.add("thumb: p99 work", percentile(&seen.work, 99));
    figures.add("thumb: longest task", seen.task);
    figures.add("thumb: blank", seen.blanks);
    page.js("one('@timeline').scrollTop = 0", &[]).await;
}

async fn fold(page: &Page, figures: &mut Figures) {
    let mut longest = 0.0_f64;
    for (name, shows, button) in [
        ("collapse all", "collapsed", "one('@collapse-all')"),
        ("expand all", "expanded", "one('@expand-all')"),
        ("collapse one level", "otherRows", "one('@collapse-one')"),
        ("expand one level", "expanded", "one('@expand-one')"),
    ] {
        let [time, task] = act(page, shows, button).await;
        figures.add(name, time);
        longest = longest.max(task);
    }
    figures.add("folds: longest task", longest);
}

async fn zoom(page: &Page, figures: &mut Figures) {
    let window = "const { startUs, endUs } = one('@ruler').dataset; return endUs - startUs";
    let whole: f64 = page.value(window, &[]).await;
    let [x, y]: [f64; 2] = page.value("return bench.middle(all('@span-row')[5].querySelector('.bar-cell'))", &[]).await;
    watch(page, false).await;
    for turn in 0..120 {
        let delta = if turn < 60 { -30.0 } else { 30.0 };
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": delta, "modifiers": 2 });
        page.cdp("Input.dispatchMouseEvent", event).await;
        tokio::time::sleep(PACE).await;
        if turn == 59 {
            assert!(page.value::<f64>(window, &[]).await < whole, "the wheel zooms");
        }
    }
    let seen = watched(page).await;
    figures.add("zoom by wheel: median frame", percentile(&seen.frames, 50));
    figures.add("zoom by wheel: p99 frame", percentile(&seen.frames, 99));
    figures.add("zoom by wheel: worst frame", percentile(&seen.frames, 100));
    figures.add("zoom by wheel: median work", percentile(&seen.work, 50));
    figures.add("zoom by wheel: p99 work", percentile(&seen.work, 99));
    figures.add("zoom by wheel: longest task", seen.task);

    page.keys("body", "0").await;
    let strip = "const { left, top, width, height } = one('@minimap').getBoundingClientRect(); return [left, top + height / 2, width]";
    let [left, y, width]: [f64; 3] = page.value(strip, &[]).await;
    watch(page, false).await;
    drag(page, [left + width * 0.2, y], [left + width * 0.5, y], 90).await;
    let seen = watched(page).await;
    let chosen: f64 = page.value(window, &[]).await;
    assert!((chosen / whole - 0.3).abs() < 0.02, "the drag chose a window: {chosen} of {whole} µs");
    figures.add("minimap drag: median frame", percentile(&seen.frames, 50));
    figures.add("minimap drag: p99 frame", percentile(&seen.frames, 99));
    figures.add("minimap drag: worst frame", percentile(&seen.frames, 100));
    figures.add("minimap drag: median work", percentile(&seen.work, 50));
    figures.add("minimap drag: p99 work", percentile(&seen.work, 99));
    figures.add("minimap drag: longest task", seen.task);
    page.keys("body", "0").await;
}

async fn find(page: &Page, file: &TraceFile, figures: &mut Figures) {
    click(page, "one('@find-input')").await;
    settle(page).await;
    page.js("bench.act('found')", &[]).await;
    page.cdp("Input.insertText", json!({ "text": TERM })).await;
    let [time, task] = acted(page).await;
    figures.add("find", time);
    figures.add("find: longest task", task);
    let found: u64 = page.attribute("@find-count", "data-count").await.parse().expect("a number");
    assert!(found > file.spans / 5, "“{TERM}” is in {found} spans");
}
