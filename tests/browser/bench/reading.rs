//! A file is chosen and its row painted; against the least that any JavaScript viewer must do with the same bytes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::data::{LARGEST_PARSED, TraceFile};
use super::options::Options;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::{Budget, Row, name_of, tell};

/// What the budgets count growth from (spans).
const GROWTH_FROM: u64 = 100_000;
/// From here on growth shows (spans).
const MILLION: u64 = 1_000_000;

/// A page with nothing in it; it asks for no icon, either.
pub const YARDSTICK: &str = "<!doctype html><link rel=icon href=data:,><title>Yardstick</title>";

/// Every repetition's figures, by the file's spans.
#[derive(Default)]
pub struct Readings {
    /// Decode and `JSON.parse` (ms).
    parse: BTreeMap<u64, Vec<f64>>,
    plain: BTreeMap<u64, Vec<Reading>>,
    packed: BTreeMap<u64, Vec<Reading>>,
}

/// One file, read once.
pub struct Reading {
    /// From the input's `change` to the row's frame.
    milliseconds: f64,
    /// The longest task of the page's thread meanwhile; 0 if none took 50 ms.
    longest_task: f64,
    /// Different values of the progress bar.
    progress_a_second: f64,
}

/// All repetitions. The yardstick goes first in one, last in the next, so that what drifts hits both alike.
pub async fn measure(files: &[TraceFile], options: &Options) -> Readings {
    let mut readings = Readings::default();
    for repetition in 0..options.repetitions {
        alone_in_browser(async |page| {
            warm_up(page, &files[0]).await;
            for file in files {
                let parse_first = repetition % 2 == 0;
                if parse_first {
                    readings.add_parse(page, file).await;
                }
                readings.add_readings(page, file).await;
                if !parse_first {
                    readings.add_parse(page, file).await;
                }
            }
        })
        .await;
    }
    readings
}

/// Both once, not counted: a browser that has just started works beside its first tab, and the smallest file's parse took
/// half as long again there.
async fn warm_up(page: &Page, smallest: &TraceFile) {
    parse(page, smallest).await;
    read(page, smallest, &smallest.path).await;
}

impl Readings {
    async fn add_parse(&mut self, page: &Page, file: &TraceFile) {
        if file.spans > LARGEST_PARSED {
            return;
        }
        let milliseconds = parse(page, file).await;
        tell("parse", file, &format!("{milliseconds:.0} ms"));
        self.parse.entry(file.spans).or_default().push(milliseconds);
    }

    async fn add_readings(&mut self, page: &Page, file: &TraceFile) {
        if file.only_parsed {
            return;
        }
        let reading = read(page, file, &file.path).await;
        tell("read", file, &reading.to_string());
        self.plain.entry(file.spans).or_default().push(reading);
        if let Some(packed) = &file.packed {
            let reading = read(page, file, packed).await;
            tell("read .gz", file, &reading.to_string());
            self.packed.entry(file.spans).or_default().push(reading);
        }
    }

    /// What the table says of reading.
    pub fn rows(&self, files: &[TraceFile], options: &Options) -> Vec<Row> {
        let mut rows = Vec::new();
        for file in files {
            let size = format!("{} ({:.1} MB)", name_of(file.spans), file.megabytes());
            let parse_of = file.spans.min(LARGEST_PARSED);
            let parse =
                self.parse.get(&parse_of).map(|values| (format!("parse {}", name_of(parse_of)), values.as_slice()));
            if let Some(values) = self.parse.get(&file.spans) {
                rows.push(Row::new("decode + JSON.parse", &size, "ms", values.clone()));
            }
            for (kind, readings) in [("", &self.plain), (" .gz", &self.packed)] {
                let Some(readings) = readings.get(&file.spans) else { continue };
                let row = Row::new(
                    &format!("reading{kind}"),
                    &size,
                    "ms",
                    readings.iter().map(|it| it.milliseconds).collect(),
                );
                rows.push(row.against(parse.clone()).budget(ratio_budget(file.spans, !kind.is_empty())));
                let tasks = readings.iter().map(|it| it.longest_task).collect();
                rows.push(
                    Row::new(&format!("longest task{kind}"), &size, "ms", tasks).budget(Some(Budget::AtMost(50.0))),
                );
                let values = readings.iter().map(|it| it.progress_a_second).collect();
                let budget = (file.spans >= MILLION).then_some(Budget::AtLeast(4.0));
                rows.push(Row::new(&format!("progress{kind}"), &size, "values/s", values).budget(budget));
            }
        }
        rows.extend(self.growth(options));
        rows
    }

    fn growth(&self, options: &Options) -> Option<Row> {
        let largest = *options.sizes.last().filter(|&&largest| largest > GROWTH_FROM)?;
        let a_span = |spans: u64| -> Option<Vec<f64>> {
            Some(self.plain.get(&spans)?.iter().map(|it| it.milliseconds * 1000.0 / spans as f64).collect())
        };
        let (from, to) = (a_span(GROWTH_FROM)?, a_span(largest)?);
        let row = Row::new("growth: time a span", &name_of(largest), "µs", to);
        Some(row.against(Some((format!("at {}", name_of(GROWTH_FROM)), &from))).budget(Some(Budget::AtMost(1.3))))
    }
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Reading { milliseconds, longest_task, progress_a_second } = self;
        write!(
            f,
            "{milliseconds:.0} ms, longest task {longest_task:.0} ms, {progress_a_second:.0} values of progress/s"
        )
    }
}

/// The budgets of ../shared/BUDGETS.md; it has none for other sizes.
fn ratio_budget(spans: u64, is_packed: bool) -> Option<Budget> {
    match spans {
        10_000..=LARGEST_PARSED if is_packed => Some(Budget::AtMost(1.3)),
        10_000..=LARGEST_PARSED => Some(Budget::AtMost(1.0)),
        MILLION if !is_packed => Some(Budget::AtMost(2.2)),
        _ => None,
    }
}

/// A new tab instead of the one that is there: a renderer process of its own, without what was there before.
pub async fn fresh_tab(page: &Page) {
    let tab = page.driver.new_tab().await.expect("the browser opens a tab");
    page.driver.close_window().await.expect("a tab can be closed");
    page.driver.switch_to_window(tab).await.expect("the new tab is there");
}

/// Milliseconds to decode and parse the file's bytes, fetching them not counted, in a page without the app.
async fn parse(page: &Page, file: &TraceFile) -> f64 {
    page.host.serve("/yardstick.html", "text/html", YARDSTICK);
    page.host.serve("/yardstick.json", "application/json", std::fs::read(&file.path).expect("it was provided"));
    fresh_tab(page).await;
    // By another name the host is another site, with a renderer process of its own: clearing up what was parsed is not the app's task.
    let elsewhere = page.host.url("/yardstick.html").replace("127.0.0.1", "localhost");
    page.driver.goto(elsewhere).await.expect("the host answers");
    let script = "
        const done = arguments[0];
        (async () => {
            const bytes = await (await fetch('/yardstick.json')).arrayBuffer();
            const began = performance.now();
            window.parsed = JSON.parse(new TextDecoder().decode(bytes));
            done(performance.now() - began);
        })()";
    page.js_async(script, &[]).await.as_f64().expect("ms")
}

/// Chooses the file in a fresh page and waits for the frame with its row.
async fn read(page: &Page, file: &TraceFile, path: &Path) -> Reading {
    fresh_tab(page).await;
    page.open("/").await;
    choose_and_wait(page, file, path).await;
    let script =
        "return [watch.painted - watch.began, watch.longestTask(watch.began, watch.painted), watch.progress.size]";
    let (milliseconds, longest_task, values): (f64, f64, f64) = page.value(script, &[]).await;
    Reading { milliseconds, longest_task, progress_a_second: values * 1000.0 / milliseconds }
}

/// Chooses `path`, the file or the same gzipped, in the page that is open; afterwards `watch` knows when it began and was
/// painted. Every span must be there: half a file is soon read.
pub async fn choose_and_wait(page: &Page, file: &TraceFile, path: &Path) {
    page.element("@open-demo").await;
    page.js(include_str!("../watch.js"), &[]).await;
    // Just after the frame: a message that a frame's callback sends is handled when that frame is done.
    let paint = "
        watch.load(arguments[0]);
        const look = () => {
            if (!watch.loaded) return requestAnimationFrame(look);
            const channel = new MessageChannel();
            channel.port1.onmessage = () => (watch.painted = performance.now());
            channel.port2.postMessage(0);
        };
        requestAnimationFrame(look)";
    page.js(paint, &[json!(file.trace_id)]).await;
    page.choose_files(&[path]).await;
    // Scripts may take two minutes; a million spans on a busy machine may take longer.
    let wait = "
        const done = arguments[0];
        const until = performance.now() + 60000;
        const look = () => (watch.painted || performance.now() > until ? done(watch.painted ?? null) : setTimeout(look, 20));
        look()";
    for _ in 0..10 {
        if page.js_async(wait, &[]).await != Value::Null {
            assert_eq!(page.attribute("@loaded-file", "data-spans").await, file.spans.to_string());
            return;
        }
    }
    panic!("{} was not read within {:?}", path.display(), Duration::from_secs(600));
}
