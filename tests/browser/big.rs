//! A trace of 100,000 spans: loaded without a standstill, cancelled at once, and paged through without a blank.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::make_trace::options::{Command, parse};
use crate::make_trace::write_shapes;
use crate::support::browser::alone_in_browser;
use crate::support::files::Folder;
use crate::support::page::Page;
use crate::support::traces::demo;

const SPANS: usize = 100_000;
/// A task of the page's thread as long as this is felt (ms). The browser reports none that is shorter.
const LONG_TASK: f64 = 50.0;
/// How soon the page answers while it loads (ms).
const AT_ONCE: f64 = 100.0;

#[tokio::test]
async fn big_trace() {
    let folder = Folder::new("big");
    let (first, second) = tokio::join!(generate(&folder, 1), generate(&folder, 2));
    alone_in_browser(async |page| {
        page.driver.set_script_timeout(std::time::Duration::from_secs(120)).await.expect("a limit can be set");
        let parse_seconds = json_parse(page, &first.path).await;
        loads_without_a_standstill(page, &first, parse_seconds).await;
        a_second_load_is_cancelled_at_once(page, &first, &second).await;
        every_row_is_seen(page, &first).await;
    })
    .await;
}

struct BigFile {
    path: PathBuf,
    trace_id: String,
    bytes: u64,
}

async fn generate(folder: &Folder, seed: u32) -> BigFile {
    let path = folder.path().join(format!("big-{seed}.json"));
    let target = path.clone();
    let write = move || {
        let command = parse(["--spans", "100k", "--seed", &seed.to_string()].map(str::to_owned));
        let Ok(Command::Generate(settings, output)) = command else { panic!("these are flags of the generator") };
        let file =
            std::io::BufWriter::with_capacity(1 << 20, File::create(&target).expect("target/tmp can be written"));
        write_shapes(&mut { file }, &settings, output).expect("there is room for 100 MB");
    };
    tokio::task::spawn_blocking(write).await.expect("the generator does not panic");
    let text = std::fs::read(&path).expect("it was just written");
    let head = String::from_utf8_lossy(&text[..200]).into_owned();
    let id = head
        .split("\"traceID\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("the trace begins with its id");
    BigFile { path, trace_id: id.to_owned(), bytes: text.len() as u64 }
}

/// Seconds that the least of any JavaScript viewer takes: to decode the bytes and to parse them. The median of three.
async fn json_parse(page: &Page, path: &Path) -> f64 {
    page.host.serve("/big.json", "application/json", std::fs::read(path).expect("it was just written"));
    page.open("/").await;
    let script = "
        const done = arguments[0];
        (async () => {
            const bytes = await (await fetch('/big.json')).arrayBuffer();
            const times = [];
            for (let run = 0; run < 3; run += 1) {
                const began = performance.now();
                window.parsed = JSON.parse(new TextDecoder().decode(bytes));
                times.push(performance.now() - began);
                delete window.parsed;
            }
            done(times.sort((one, other) => one - other)[1] / 1000);
        })()";
    page.js_async(script, &[]).await.as_f64().expect("seconds")
}

async fn watch(page: &Page) {
    page.js(include_str!("watch.js"), &[]).await;
}

/// Loads the file in a fresh page, up to three times: a standstill that is the page's own is there every time, one that
/// other programs on the machine bring about is not.
async fn loads_without_a_standstill(page: &Page, file: &BigFile, parse_seconds: f64) {
    let mut longest = f64::INFINITY;
    for _ in 0..3 {
        page.open("/").await;
        watch(page).await;
        page.js("watch.load(arguments[0])", &[json!(file.trace_id)]).await;
        page.choose_files(&[&file.path]).await;
        let wait = "const done = arguments[0]; const look = () => watch.loaded ? done(watch.loaded - watch.began) : setTimeout(look, 100); look()";
        let seconds = page.js_async(wait, &[]).await.as_f64().expect("ms") / 1000.0;
        let values: Vec<f64> = page.value("return [...watch.progress]", &[]).await;
        longest = page.value("return watch.longestTask(watch.began, watch.loaded)", &[]).await;
        println!(
            "big trace: {SPANS} spans, {:.1} MB in {seconds:.2} s ({:.0} MB/s), {:.2} of decode + JSON.parse ({parse_seconds:.2} s); \
             longest task {longest:.0} ms (0: none of 50 or more); {} values of progress",
            file.bytes as f64 / 1e6,
            file.bytes as f64 / 1e6 / seconds,
            seconds / parse_seconds,
            values.len(),
        );
        let moving = values.iter().filter(|value| **value > 0.0 && **value < file.bytes as f64).count();
        assert!(moving >= 3, "the progress bar moves: {values:?}");
        assert!(values.is_sorted(), "and only forwards: {values:?}");
        assert_eq!(page.attribute("@loaded-file", "data-spans").await, SPANS.to_string());
        if longest < LONG_TASK {
            break;
        }
    }
    assert!(longest < LONG_TASK, "a task of the page's thread took {longest} ms");
}

async fn a_second_load_is_cancelled_at_once(page: &Page, first: &BigFile, second: &BigFile) {
    page.open_demo_beside().await;
    let rows = demo().len() + 1;
    page.until_count("@result-row", rows).await;
    begin_second(page, second).await;
    let cancel = "watch.until(() => one('@load-cancel').click(), () => !one('@load-progress'), arguments[0])";
    let cancelled = page.js_async(cancel, &[]).await.as_f64().expect("ms");
    page.until_text("@toast", "Cancelled").await;
    assert_eq!(page.count("@result-row").await, rows, "nothing of it is left");
    assert_eq!(page.count(&format!("@result-row[data-trace-id=\"{}\"]", second.trace_id)).await, 0);
    assert_eq!(page.count(&format!("@result-row[data-trace-id=\"{}\"]", first.trace_id)).await, 1);
    let mut answers = sort_while_it_is_read(page, second).await;
    answers.sort_by(f64::total_cmp);
    println!(
        "big trace: while another is read, the list is sorted in {answers:.0?} ms; it is cancelled in {cancelled:.0} ms"
    );
    assert!(answers.len() >= 2, "the list can be sorted while it is read: {answers:?}");
    assert!(answers[answers.len() / 2] < AT_ONCE, "{answers:?}");
    assert!(cancelled < AT_ONCE, "{cancelled}");
    page.until_count("@load-progress", 0).await;
}

async fn begin_second(page: &Page, second: &BigFile) {
    page.choose_files(&[&second.path]).await;
    page.until("it is being read", "return Number(one('@load-progress')?.getAttribute('aria-valuenow')) > 5e6", &[])
        .await;
}

/// How long sorting the list takes (ms), as often as it is done before the file is read.
async fn sort_while_it_is_read(page: &Page, second: &BigFile) -> Vec<f64> {
    begin_second(page, second).await;
    let script = "
        const [done] = arguments;
        const select = one('@sort-select');
        const spans = () => all('@result-row').map((row) => Number(row.dataset.spans));
        const times = [];
        const sort = (word, pick) => new Promise((sorted) => watch.until(
            () => { select.value = word; select.dispatchEvent(new Event('change', { bubbles: true })) },
            () => spans()[0] === Math[pick](...spans()),
            sorted));
        (async () => {
            for (let turn = 0; turn < 8; turn += 1) {
                const time = await (turn % 2 ? sort('spans', 'max') : sort('fewest-spans', 'min'));
                if (!one('@load-progress')) break;
                times.push(time);
            }
            // The large ones first, for what comes next.
            await sort('spans', 'max');
            done(times);
        })()";
    let times = page.js_async(script, &[]).await;
    times.as_array().expect("a list").iter().map(|time| time.as_f64().expect("ms")).collect()
}

async fn every_row_is_seen(page: &Page, file: &BigFile) {
    page.click(&format!("@result-row[data-trace-id=\"{}\"]", file.trace_id)).await;
    page.until_attribute("@trace-header", "data-spans", &SPANS.to_string()).await;
    page.element("@span-row").await;
    let begin = Instant::now();
    page.js("one('@span-row[tabindex=\"0\"]').focus(); watch.paging()", &[]).await;
    let paged_from: f64 = page.value("return performance.now()", &[]).await;
    let mut at = String::new();
    let mut pages = 0;
    let last = format!("row-{}", SPANS - 1);
    // As a key that is held down.
    let key = json!({ "type": "rawKeyDown", "key": "PageDown", "code": "PageDown", "windowsVirtualKeyCode": 34, "autoRepeat": true });
    while at != last {
        page.cdp("Input.dispatchKeyEvent", key.clone()).await;
        let moved = page.js_async("watch.moved(arguments[0], arguments[1])", &[json!(at)]).await;
        at = moved.as_str().expect("the id of a row").to_owned();
        pages += 1;
        assert!(pages <= SPANS, "every page goes on");
    }
    let script = "return [watch.rows.size, watch.spans.size, watch.frames, watch.blanks, watch.worstFrame, watch.longestTask(arguments[0])]";
    let (rows, spans, frames, blanks, worst, longest): (usize, usize, usize, usize, f64, f64) =
        page.value(script, &[json!(paged_from)]).await;
    println!(
        "big trace: {pages} pages in {:.0} s; {rows} rows and {spans} spans seen; {blanks} of {frames} frames with a blank; \
         worst frame {worst:.0} ms, longest task {longest:.0} ms",
        begin.elapsed().as_secs_f64(),
    );
    assert_eq!(rows, SPANS, "every index from 0 to the last");
    assert_eq!(spans, SPANS, "every span once");
    assert!(frames > pages, "frames were looked at");
    assert_eq!(blanks, 0);
    page.shot("big-trace-end").await;
}
