//! Traces of a shape that nothing else has: 5,000 services, a year beside no time at all, 100,000 levels, 100,000 siblings.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::keys::{CURRENT, END, ENTER, ESCAPE, HOME, LEFT, RIGHT, ROW};
use crate::support::page::Page;
use crate::support::traces::{answer, span, trace};

/// Two elements that show a text never lie on one another.
const APART: &str = "const shown = all(arguments[0]).filter((it) => it.textContent).map((it) => it.getBoundingClientRect());
    return shown.length > 1 && shown.every((one, at) => shown.every((other, to) => at === to || one.right <= other.left + 1 || other.right <= one.left + 1))";

/// Colours on the page: those of the bars, and those of the pixels of the minimap.
const COLOURS: &str = "const bars = new Set(all('@span-bar').map((it) => getComputedStyle(it).backgroundColor));
    const canvas = one('@minimap');
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer);
    return [bars.size, new Set(pixels).size]";

const BACK: &str = "\u{e003}";

fn service(at: usize) -> String {
    format!("service-{at:04}")
}

/// A gateway that calls 5,000 services, each of which queries itself once.
fn very_many_services(id: &str) -> Value {
    let mut spans = vec![span("1", None, "gateway", "GET /all", 0, 10_000_000)];
    for at in 0..5_000_usize {
        let (parent, start) = (format!("a{at:04}"), 2_000 * at as i64);
        spans.push(span(&parent, Some("1"), &service(at), "handle", start, 1_500));
        spans.push(span(&format!("b{at:04}"), Some(&parent), &service(at), "query", start + 100, 1_000));
    }
    trace(id, spans)
}

#[tokio::test]
async fn five_thousand_services() {
    in_browser(async |page| {
        page.host.service.has_trace("5e7", answer(&[very_many_services("5e7")]));
        page.open("/trace/5e7").await;
        page.until_attribute("@trace-header", "data-services", "5001").await;
        page.until_attribute("@timeline", "aria-rowcount", "10001").await;
        // Of two rows each: those of 17 and more services are in view, and no two of these have one colour.
        page.until_count_at_least("@span-row", 30).await;
        page.until("the minimap is painted", &format!("return (() => {{ {COLOURS} }})()[1] > 10"), &[]).await;
        // At one moment: rows around those in view are still being added.
        let both = format!("return [(() => {{ {COLOURS} }})()[0], new Set(all('@span-row').map((it) => it.dataset.service)).size]");
        let [bars, names]: [usize; 2] = page.value(&both, &[]).await;
        assert!(names > 15, "{names}");
        assert_eq!(bars, names.min(20), "twenty colours, one after another");
        page.shot("services-5000").await;

        // The list of them takes one away; the address holds all of that.
        page.click("@service-filter").await;
        page.until_count(".service-panel input[data-service]", 5_001).await;
        assert_eq!(page.count("input[data-service=\"gateway\"]:disabled").await, 1, "the only root stays");
        page.keys("@service-search", "ice-0002").await;
        let shown = "return all('.service-panel .check-line').filter((it) => it.checkVisibility()).length === arguments[0]";
        page.until("one of them is left", shown, &[json!(1)]).await;
        page.click("input[data-service=\"service-0002\"]").await;
        page.keys("@service-search", BACK.repeat(4)).await;
        page.until("there are all again", shown, &[json!(5_000)]).await;
        page.click("@service-apply").await;
        page.until_attribute("@timeline", "aria-rowcount", "10000").await;
        page.keys(".span-row[tabindex=\"0\"]", END).await;
        page.until_text("@pruned-row", "2 spans").await;
        let address = page.until_address("svcFilter=").await;
        assert!(address.len() < 2_000, "{} characters", address.len());
        page.reload().await;
        page.until_attribute("@timeline", "aria-rowcount", "10000").await;
        page.keys(ROW, END).await;
        page.click("@pruned-row").await;
        page.until_attribute("@timeline", "aria-rowcount", "10001").await;

        // The last is reached by the keyboard, and its service by find.
        page.keys(ROW, END).await;
        page.until_attribute(CURRENT, "data-span-id", "b4999").await;
        let last = page.value::<Vec<String>>(
            "const list = one('@timeline').getBoundingClientRect();
             return all('@span-row').filter((it) => it.getBoundingClientRect().bottom <= list.bottom + 1).map((it) => it.dataset.service)",
            &[],
        );
        assert_eq!(last.await.last().map(String::as_str), Some("service-4999"));
        page.keys("@find-input", "service==service-2500").await;
        page.until_attribute("@find-count", "data-count", "2").await;
        page.keys("@find-input", ENTER).await;
        page.until_attribute(CURRENT, "data-service", "service-2500").await;
        page.keys("@find-input", ESCAPE).await;
        page.click("@look-menu").await;
        page.until_count("@fold-service option", 5_002).await;
    })
    .await;
}

/// µs
const YEAR: i64 = 365 * 24 * 3600 * 1_000_000;

#[tokio::test]
async fn a_year_beside_no_time_at_all() {
    in_browser(async |page| {
        let spans = vec![
            span("1", None, "batch", "archive", 0, YEAR),
            span("2", Some("1"), "batch", "mark", YEAR / 4, 0),
            span("3", Some("1"), "store", "put", YEAR / 2, 1_000),
            span("4", Some("1"), "batch", "end", YEAR, 0),
            span("5", Some("2"), "batch", "tick", YEAR / 4 + 3, 1),
        ];
        page.host.service.has_trace("4ea4", answer(&[trace("4ea4", spans)]));
        page.open("/trace/4ea4").await;
        page.until_count("@span-row", 5).await;
        assert_eq!(page.attribute("@trace-header", "data-duration-us").await, YEAR.to_string());
        readable(page, "365 d").await;
        page.shot("a-year").await;

        // Whatever has no length can be seen, and says so, also at the very end.
        assert_eq!(page.texts(".bar-label").await, ["365 d", "0 s", "1 µs", "1 ms", "0 s"]);
        for id in ["2", "5", "3", "4"] {
            let script = "const bar = one(`@span-row[data-span-id=\"${arguments[0]}\"] @span-bar`).getBoundingClientRect();
                const label = one(`@span-row[data-span-id=\"${arguments[0]}\"] .bar-label`).getBoundingClientRect();
                const list = one('@timeline').getBoundingClientRect();
                return [bar.width >= 1 && bar.height > 4, bar.left <= list.right - 1.5, label.right <= list.right && label.left > list.left]";
            assert_eq!(page.value::<[bool; 3]>(script, &[json!(id)]).await, [true; 3], "span {id}");
        }

        // As near as it goes: it stays below the pointer, the ruler can be read, and the address leads there.
        let place = "const bar = one('@span-row[data-span-id=\"2\"] @span-bar').getBoundingClientRect();
            return [bar.left, bar.top + 5]";
        let length = "const it = one('@ruler').dataset; return it.endUs - it.startUs";
        let mut before = f64::INFINITY;
        loop {
            // Pixels are coarse from far away: who goes near keeps the pointer at the bar.
            let [x, y]: [f64; 2] = page.value(place, &[]).await;
            let turn = json!({ "type": "mouseWheel", "x": x.round(), "y": y, "deltaX": 0, "deltaY": -120, "modifiers": 2 });
            page.cdp("Input.dispatchMouseEvent", turn).await;
            let now: f64 = page.value(length, &[]).await;
            if now == before {
                break;
            }
            before = now;
        }
        assert!(before <= 2.0, "{before} µs");
        let [near, _]: [f64; 2] = page.value(place, &[]).await;
        let kept = "const { startUs, endUs } = one('@ruler').dataset; return startUs <= arguments[0] && arguments[0] <= endUs";
        assert!(page.value::<bool>(kept, &[json!(YEAR / 4)]).await, "the span is in view");
        let ruler: [f64; 2] = page.value("const it = one('@ruler').getBoundingClientRect(); return [it.left, it.right]", &[]).await;
        assert!(ruler[0] - 1.0 <= near && near <= ruler[1] + 1.0, "its bar is at {near}, of {ruler:?}");
        readable(page, "").await;
        page.shot("a-year-near").await;
        page.until_address("from=").await;
        // To the microsecond beside it, many windows away, and far out again: bars stand where they are in time, at every depth.
        for _ in 0..3 {
            bars_stand_right(page).await;
            page.press(&"d".repeat(10)).await;
        }
        let at = YEAR / 4 * 1_000;
        for (from, to) in [(1_500, 4_500), (-100, 3_200), (-90_000, 200_000), (-7_000_000, 9_000_000), (-900_000_000_000, 900_000_000_000)] {
            page.open(&format!("/trace/4ea4?from={}&to={}", at + from, at + to)).await;
            page.until_count_at_least("@span-row", 2).await;
            bars_stand_right(page).await;
        }
        page.open(&format!("/trace/4ea4?from={at}&to={}", at + 1_000)).await;
        page.until_count_at_least("@span-row", 1).await;
        let before: f64 = page.value(length, &[]).await;
        page.reload().await;
        page.until_count_at_least("@span-row", 1).await;
        assert_eq!(page.value::<f64>(length, &[]).await, before);
        page.keys("body", "0").await;
        page.until_count("@span-row", 5).await;
        bars_stand_right(page).await;
        // Labels are longest at the end; windows of many lengths have steps that hardly fit.
        for minutes in [60, 65, 69, 75, 95, 130, 400, 700, 1_000, 1_400, 2_000] {
            let to = (YEAR - 60_000_000) * 1_000;
            page.open(&format!("/trace/4ea4?from={}&to={to}", to - minutes * 60_000_000_000)).await;
            page.element("@ruler .tick").await;
            readable(page, "").await;
        }
    })
    .await;
}

/// Of all rows on the page: bars begin and end where the window of the address has their times, and the ticks on them.
async fn bars_stand_right(page: &Page) {
    let script = format!(
        "const asked = new URL(location).searchParams;
        const [from, to] = [['from', 0], ['to', {YEAR}]].map(([name, whole]) => asked.has(name) ? BigInt(asked.get(name)) : BigInt(whole) * 1000n);
        const ruler = one('@ruler').getBoundingClientRect();
        const at = (micros) => ruler.left + Number(BigInt(micros) * 1000n - from) / Number(to - from) * ruler.width;
        const times = {{ 1: [0, {YEAR}], 2: [{YEAR} / 4, 0], 3: [{YEAR} / 2, 1000], 4: [{YEAR}, 0], 5: [{YEAR} / 4 + 3, 1] }};
        const off = all('@span-row').flatMap((row) => {{
            const bar = row.querySelector('.span-bar').getBoundingClientRect(), [start, length] = times[Number('0x' + row.dataset.spanId)];
            return [[start, bar.left], [start + length, bar.left + Math.max(bar.width, 2) - (length ? 0 : 2)]].map(([time, drawn]) => {{
                const wanted = at(time), inside = wanted > ruler.left - 1 && wanted < ruler.right - 3;
                const isRight = inside ? Math.abs(wanted - drawn) <= 2.5 : wanted < ruler.left ? drawn < ruler.left + 2.5 : drawn > ruler.right - 3;
                return isRight ? '' : row.dataset.spanId + ' ' + wanted + ' ' + drawn;
            }});
        }});
        return off.filter((text) => text).join()"
    );
    page.until("all bars stand right", &format!("return (() => {{ {script} }})() === ''"), &[]).await;
}

/// The labels of the ruler differ and do not touch; nor do those above the minimap.
async fn readable(page: &Page, last: &str) {
    for labels in ["@ruler .tick", ".minimap-ticks span"] {
        page.until(&format!("{labels} stand apart"), APART, &[json!(labels)]).await;
    }
    let mut texts: Vec<String> = page.texts("@ruler .tick").await.into_iter().filter(|text| !text.is_empty()).collect();
    assert!(page.text(".minimap-ticks .last").await.contains(last));
    let many = texts.len();
    texts.sort();
    texts.dedup();
    assert!(many > 1 && texts.len() == many, "{texts:?}");
}

/// A file of one trace without anything but ids and times; `parent` tells each span's parent.
fn bare(id: &str, spans: usize, place: impl Fn(usize) -> (Option<usize>, usize, usize)) -> String {
    let mut file =
        format!("{{\"data\":[{{\"traceID\":\"{id}\",\"processes\":{{\"p\":{{\"serviceName\":\"s\"}}}},\"spans\":[");
    for at in 0..spans {
        let comma = if at == 0 { "" } else { "," };
        let (parent, start, length) = place(at);
        let parent = parent.map_or(String::new(), |parent| {
            format!(
                ",\"references\":[{{\"refType\":\"CHILD_OF\",\"traceID\":\"{id}\",\"spanID\":\"{:x}\"}}]",
                parent + 1
            )
        });
        file.push_str(&format!(
            "{comma}{{\"traceID\":\"{id}\",\"spanID\":\"{:x}\",\"operationName\":\"o\",\"startTime\":{},\"duration\":{length},\"processID\":\"p\"{parent}}}",
            at + 1,
            1_700_000_000_000_000_usize + start,
        ));
    }
    file.push_str("]}]}");
    file
}

const MANY: usize = 100_000;

#[tokio::test]
async fn a_hundred_thousand_levels() {
    in_browser(async |page| {
        let file = bare("deeb", MANY, |at| (at.checked_sub(1), at, 2 * (MANY - at)));
        page.host.service.has_trace("deeb", file);
        page.open("/trace/deeb").await;
        page.until_attribute("@trace-header", "data-depth", &MANY.to_string()).await;
        page.until_attribute("@timeline", "aria-rowcount", &MANY.to_string()).await;
        page.keys(ROW, END).await;
        page.until_attribute(CURRENT, "data-row", &(MANY - 1).to_string()).await;
        assert_eq!(page.attribute(CURRENT, "aria-level").await, MANY.to_string());
        let fits = "const row = one('@span-row.current'), name = row?.querySelector('.operation')?.getBoundingClientRect();
            return Boolean(name) && name.width > 0 && name.right <= row.querySelector('.name-cell').getBoundingClientRect().right + 1";
        page.until("its name can be read", fits, &[]).await;
        page.until_text("@span-row.current .depth-chip", "99999").await;
        page.shot("levels-100000").await;

        // To its parent, which folds; the row of the keyboard stays in view.
        page.keys(CURRENT, LEFT).await;
        page.until_attribute(CURRENT, "data-row", &(MANY - 2).to_string()).await;
        page.keys(CURRENT, LEFT).await;
        page.until_attribute("@timeline", "aria-rowcount", &(MANY - 1).to_string()).await;
        page.keys(CURRENT, ENTER).await;
        page.element("@span-detail h3").await;
        page.keys(CURRENT, ENTER).await;
        page.until_count("@span-detail", 0).await;
        page.keys(CURRENT, "[").await;
        page.until_attribute("@timeline", "aria-rowcount", "1").await;
        page.until_attribute(CURRENT, "data-row", "0").await;
        // One level at a time, then all.
        page.keys(CURRENT, "o").await;
        page.until_attribute("@timeline", "aria-rowcount", "2").await;
        page.keys(CURRENT, "]").await;
        page.until_attribute("@timeline", "aria-rowcount", &MANY.to_string()).await;
        page.keys("@find-input", "duration<=2us").await;
        page.until_attribute("@find-count", "data-count", "1").await;
        page.keys("@find-input", ENTER).await;
        page.until_attribute(CURRENT, "data-row", &(MANY - 1).to_string()).await;
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_siblings() {
    in_browser(async |page| {
        let file = bare("b0ad", MANY + 1, |at| match at {
            0 => (None, 0, 10 * MANY),
            at => (Some(0), 10 * (at - 1), 5),
        });
        page.host.service.has_trace("b0ad", file);
        page.open("/trace/b0ad").await;
        page.until_attribute("@timeline", "aria-rowcount", &(MANY + 1).to_string()).await;
        page.keys(ROW, END).await;
        page.until_attribute(CURRENT, "data-row", &MANY.to_string()).await;
        assert_eq!(page.attribute(CURRENT, "aria-level").await, "2");
        page.click("@look-menu").await;
        page.click("@siblings-join input").await;
        page.until_attribute("@siblings-row", "data-count", &MANY.to_string()).await;
        page.until_attribute("@timeline", "aria-rowcount", "2").await;
        page.until_text("@siblings-row .bar-label", "500 ms in all").await;
        page.keys("@look-menu", ESCAPE).await;
        page.click("@siblings-toggle").await;
        page.until_attribute("@timeline", "aria-rowcount", &(MANY + 2).to_string()).await;
        page.click("@siblings-toggle").await;
        page.until_attribute("@timeline", "aria-rowcount", "2").await;
        page.keys(".span-row[tabindex=\"0\"]", HOME).await;
        page.until_attribute(CURRENT, "data-row", "0").await;
        page.keys(CURRENT, LEFT).await;
        page.until_attribute("@timeline", "aria-rowcount", "1").await;
        page.keys(CURRENT, RIGHT).await;
        page.until_attribute("@timeline", "aria-rowcount", "2").await;
    })
    .await;
}
