//! Saving traces into files, as a person does it: by the button and the panel below it.

use std::path::{Path, PathBuf};

use serde_json::json;
use trackway::export::ExportFormat;
use trackway::ingest::Load;
use trackway::model::Store;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::host::variable;
use crate::support::keys::{DOWN, ENTER, ESCAPE, UP};
use crate::support::page::Page;
use crate::support::traces::{demo, demo_ride, small_file};
use crate::support::waiting::until;

/// Lets the browser put downloads into a folder.
pub async fn download_into(page: &Page, folder: &Folder) {
    let behavior = json!({ "behavior": "allow", "downloadPath": folder.path() });
    page.cdp("Browser.setDownloadBehavior", behavior).await;
}

/// The file, once it is there as a whole: Chromium gives it its name in the end.
pub async fn downloaded(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    let look = async || if path.is_file() { Ok(()) } else { Err(format!("there are {:?}", names_in(folder.path()))) };
    until(&format!("{name} is saved"), look).await;
    path
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Traces and spans of a saved file, read as any other file.
fn counted(path: &Path) -> (u32, u32) {
    let bytes = std::fs::read(path).expect("it can be read");
    let mut store = Store::new();
    let mut load = Load::new("saved.json");
    let pushed = load.push(&mut store, &bytes);
    let report = load.finish(&mut store);
    assert!(pushed.is_ok() && report.fault.is_none(), "{:?}", report.fault);
    (report.traces, report.spans)
}

/// Span ids of a saved table.
fn table(path: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).expect("it can be read");
    let at = reader.headers().expect("a heading").iter().position(|name| name == "span_id").expect("a column");
    reader.records().map(|row| row.expect("a row")[at].to_owned()).collect()
}

/// Picks a format; if something would be lost, agrees.
async fn save_as(page: &Page, button: &str, format: ExportFormat) {
    page.click(button).await;
    page.click(&format!("@save-{}", format.word())).await;
    if matches!(format, ExportFormat::ZipkinJson | ExportFormat::Csv) {
        page.click("@save-anyway").await;
    }
    page.until_count(".save-panel", 0).await;
}

#[tokio::test]
async fn the_demo_is_saved_in_each_format() {
    in_browser(async |page| {
        let traces = demo();
        let spans: usize = traces.iter().map(|trace| trace.spans.len()).sum();
        let folder = Folder::new("saving-all");
        download_into(page, &folder).await;
        page.open("/").await;
        page.open_demo().await;
        for format in ExportFormat::ALL {
            save_as(page, "@download-results", format).await;
            let name = format!("trackway-{}-traces.{}", traces.len(), format.ending());
            page.until_text("@toast", &name).await;
            let path = downloaded(&folder, &name).await;
            match format {
                ExportFormat::Csv => assert_eq!(table(&path).len(), spans),
                _ => assert_eq!(counted(&path), (traces.len() as u32, spans as u32), "{name}"),
            }
        }
        assert_eq!(names_in(folder.path()).len(), 4, "and nothing else: {:?}", names_in(folder.path()));
    })
    .await;
}

#[tokio::test]
async fn checked_traces_are_saved() {
    in_browser(async |page| {
        let folder = Folder::new("saving-checked");
        download_into(page, &folder).await;
        page.open("/").await;
        page.open_demo().await;
        let (one, other) = (demo_ride(), demo().into_iter().find(|trace| trace.spans.len() < 40).expect("a small one"));
        for id in [&one.id, &other.id] {
            page.click(&format!("@result-row[data-trace-id=\"{id}\"] @result-check")).await;
        }
        page.until_text("@download-checked", "Save 2 as").await;
        save_as(page, "@download-checked", ExportFormat::OtlpJson).await;
        let path = downloaded(&folder, "trackway-2-traces.otlp.json").await;
        assert_eq!(counted(&path), (2, (one.spans.len() + other.spans.len()) as u32));
    })
    .await;
}

#[tokio::test]
async fn one_trace_is_saved_from_its_page() {
    in_browser(async |page| {
        let ride = demo_ride();
        let folder = Folder::new("saving-one");
        download_into(page, &folder).await;
        page.open_demo_trace(&ride.id).await;
        save_as(page, "@download-trace", ExportFormat::JaegerJson).await;
        let path = downloaded(&folder, &format!("trackway-{}.jaeger.json", ride.id)).await;
        assert_eq!(counted(&path), (1, 40));
        // What was saved opens as a file, and is the same trace.
        page.open("/").await;
        page.choose_files(&[&path]).await;
        page.until_attribute("@result-row", "data-trace-id", &ride.id).await;
        assert_eq!(page.attribute("@result-row", "data-errors").await, ride.errors().to_string());
    })
    .await;
}

/// Spans that are found, or those that are looked at.
#[tokio::test]
async fn a_part_of_a_trace_is_saved_from_its_page() {
    in_browser(async |page| {
        let ride = demo_ride();
        let folder = Folder::new("saving-part");
        download_into(page, &folder).await;
        page.open_demo_trace(&ride.id).await;
        page.click("@download-trace").await;
        page.until_count("@save-csv", 1).await;
        assert_eq!(page.count(".save-which").await, 0, "there is nothing to choose from");
        page.keys("@save-csv", ESCAPE).await;

        page.keys("@find-input", "service==redis").await;
        let redis: Vec<String> =
            ride.spans.iter().filter(|span| span.service == "redis").map(|span| span.id.clone()).collect();
        page.until_attribute("@find-count", "data-count", &redis.len().to_string()).await;
        page.click("@download-trace").await;
        page.until_text("@save-whole", "(40)").await;
        page.until_text("@save-found", &format!("({})", redis.len())).await;
        assert_eq!(page.attribute("@save-whole", "aria-pressed").await, "true");
        page.click("@save-found").await;
        page.until_attribute("@save-found", "aria-pressed", "true").await;
        page.shot("save-part").await;
        page.click("@save-csv").await;
        page.click("@save-anyway").await;
        let name = format!("trackway-{}-part.csv", ride.id);
        assert_eq!(table(&downloaded(&folder, &name).await), redis);
        std::fs::remove_file(folder.path().join(&name)).expect("it is there");

        page.keys("@find-input", ESCAPE).await;
        let at = ride.row_of(|span| span.depth == 1 && span.descendants > 3);
        let below = &ride.spans[at..=at + ride.spans[at].descendants];
        page.click(&format!("@span-row[data-span-id=\"{}\"]", below[0].id)).await;
        page.click("@look-at").await;
        page.until_count("@root-leave", 1).await;
        page.click("@download-trace").await;
        page.until_text("@save-below", &format!("({})", below.len())).await;
        page.click("@save-below").await;
        page.click("@save-csv").await;
        page.click("@save-anyway").await;
        let ids: Vec<String> = below.iter().map(|span| span.id.clone()).collect();
        assert_eq!(table(&downloaded(&folder, &name).await), ids);
    })
    .await;
}

/// Width and height of a picture as a browser decodes it, and how many colours its pixels have.
async fn decoded(page: &Page, path: &Path) -> [u32; 3] {
    use base64::Engine;
    let bytes = std::fs::read(path).expect("it can be read");
    let url = format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(bytes));
    let script = "const [url, done] = arguments, image = new Image();
        image.onload = () => {
            const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
            done([image.width, image.height, new Set(pixels).size]);
        };
        image.onerror = () => done(null);
        image.src = url";
    serde_json::from_value(page.js_async(script, &[json!(url)]).await).expect("the browser can decode it")
}

#[tokio::test]
async fn the_timeline_is_saved_as_a_picture() {
    in_browser(async |page| {
        let ride = demo_ride();
        let folder = Folder::new("saving-picture");
        download_into(page, &folder).await;
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        page.click("@download-trace").await;
        page.click("@save-svg").await;
        let path = downloaded(&folder, &format!("trackway-{}.svg", ride.id)).await;
        page.until_text("@toast", ".svg").await;
        let text = std::fs::read_to_string(path).expect("it can be read");
        let document = roxmltree::Document::parse(&text).expect("well-formed XML");
        let bars = document.descendants().filter(|node| node.attribute("class") == Some("bar"));
        let bars: Vec<_> = bars.map(|bar| bar.attribute("fill").expect("a colour")).collect();
        assert_eq!(bars.len(), 40);
        assert!(bars.iter().all(|fill| fill.starts_with("rgb(")), "the theme's colours: {bars:?}");
        let size = ["width", "height"].map(|name| document.root_element().attribute(name).expect("a length"));
        let size = size.map(|length| length.parse::<f64>().expect("a number"));
        let frame: f64 = page.value("return one('.timeline-frame').offsetWidth", &[]).await;
        assert_eq!(size[0], frame, "as wide as it is on the page");

        // In the other theme, of what is looked at: two rows.
        page.click("@theme-toggle").await;
        page.click("@collapse-all").await;
        page.click("@expand-one").await;
        let shown = ride.spans.iter().filter(|span| span.depth <= 1).count();
        page.until_count("@span-row", shown).await;
        page.click("@download-trace").await;
        page.click("@save-png").await;
        let path = downloaded(&folder, &format!("trackway-{}.png", ride.id)).await;
        let [width, height, colours] = decoded(page, &path).await;
        let expected = size[1] - 22.0 * (40 - shown) as f64;
        assert_eq!([width, height].map(f64::from), [size[0] * 2.0, (expected * 2.0).floor()], "two pixels for each");
        assert!(colours > 20, "{colours} colours: names and bars are there");
        if let Some(shots) = std::env::var_os("TRACKWAY_SHOTS") {
            std::fs::copy(&path, Path::new(&shots).join("picture.png")).expect("it can be copied");
        }
    })
    .await;
}

/// A picture has a limit, which is told before.
#[tokio::test]
async fn a_picture_of_very_many_rows_says_what_it_leaves_out() {
    in_browser(async |page| {
        let folder = Folder::new("saving-long-picture");
        download_into(page, &folder).await;
        page.host
            .service
            .has_trace("fee2", crate::support::traces::answer(&[crate::support::traces::small("fee2", 4000)]));
        page.open("/trace/fee2").await;
        page.until_attribute("@timeline", "aria-rowcount", "4000").await;
        page.click("@download-trace").await;
        page.until_text("@save-svg", "first 2,000 of 4,000 rows").await;
        let text = page.text("@save-png").await;
        assert!(text.contains(" of 4,000 rows"), "{text}");
        page.click("@save-png").await;
        let path = downloaded(&folder, "trackway-fee2.png").await;
        let [_, height, _] = decoded(page, &path).await;
        assert!((16_000..=16_384).contains(&height), "{height}");
    })
    .await;
}

/// What is lost is told first; who does not want that gets no file.
#[tokio::test]
async fn losses_are_told_before_anything_is_saved() {
    in_browser(async |page| {
        let folder = Folder::new("saving-losses");
        download_into(page, &folder).await;
        page.open("/").await;
        page.open_demo().await;
        page.click("@download-results").await;
        page.click("@save-zipkin").await;
        page.until_text("@save-losses", "numbers, booleans and bytes become text").await;
        assert!(page.text(".save-head").await.starts_with("Zipkin v2 JSON"));
        let lines = page.texts("@save-losses li > span:first-child").await;
        let numbered = |line: &String| line.starts_with(|sign: char| sign.is_ascii_digit());
        assert!(lines.len() > 2 && lines.iter().all(numbered), "{lines:?}");
        assert!(page.texts("@save-losses .note-example").await.iter().all(|text| text.starts_with("first: ")));
        assert!(has_focus(page, "@save-anyway").await);
        page.shot("save-losses").await;
        page.click("@save-cancel").await;
        page.until_count(".save-panel", 0).await;
        assert_eq!(names_in(folder.path()), Vec::<String>::new());

        // Said in the other language, too.
        page.choose("@language-select", "zh-CN").await;
        page.until_attribute("html", "lang", "zh-CN").await;
        page.click("@download-results").await;
        page.click("@save-zipkin").await;
        page.until_text("@save-losses", "将变为文本").await;
        page.keys("@save-anyway", ESCAPE).await;
        page.until_count(".save-panel", 0).await;
        assert_eq!(names_in(folder.path()), Vec::<String>::new());
    })
    .await;
}

async fn has_focus(page: &Page, selector: &str) -> bool {
    let script = "return document.activeElement === one(arguments[0])";
    page.until(&format!("{selector} has the focus"), script, &[json!(selector)]).await == json!(true)
}

#[tokio::test]
async fn the_panel_is_worked_by_the_keyboard() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        assert_eq!(page.attribute("@download-results", "aria-expanded").await, "false");
        page.keys("@download-results", ENTER).await;
        assert!(has_focus(page, "@save-otlp").await);
        assert_eq!(page.attribute("@download-results", "aria-expanded").await, "true");
        page.keys("@save-otlp", DOWN).await;
        assert!(has_focus(page, "@save-jaeger").await);
        page.keys("@save-jaeger", UP.repeat(2)).await;
        assert!(has_focus(page, "@save-csv").await);
        page.keys("@save-csv", ESCAPE).await;
        page.until_count(".save-panel", 0).await;
        assert!(has_focus(page, "@download-results").await, "the focus returns");

        page.keys("@download-results", " ").await;
        assert!(has_focus(page, "@save-otlp").await);
        // To leave it closes it.
        page.click("@result-count").await;
        page.until_count(".save-panel", 0).await;
        page.click("@download-results").await;
        page.until_count("@save-otlp", 1).await;
        page.click("@download-results").await;
        page.until_count(".save-panel", 0).await;
    })
    .await;
}

/// Makes the worker pause for a second whenever it lets messages in, so that what takes long takes long on any machine.
fn slow_worker_down(page: &Page) {
    let files = std::fs::read_dir(variable("TRACKWAY_DIST")).expect("the release is there");
    let mut names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let worker = names.find(|name| name.starts_with("engine-") && name.ends_with(".js")).expect("the worker's");
    let script = std::fs::read_to_string(Path::new(&variable("TRACKWAY_DIST")).join(&worker)).expect("it can be read");
    let slow = "const post = MessagePort.prototype.postMessage; \
        MessagePort.prototype.postMessage = function (message) { setTimeout(() => post.call(this, message), 1000); };";
    page.host.serve(&format!("/{worker}"), "text/javascript", format!("{slow}\n{script}"));
}

/// A large file shows how far it is, lets other things be done meanwhile, and can be stopped.
#[tokio::test]
async fn what_takes_long_shows_progress_and_can_be_stopped() {
    in_browser(async |page| {
        let folder = Folder::new("saving-long");
        let source = Folder::new("saving-long-source");
        download_into(page, &folder).await;
        slow_worker_down(page);
        let large = source.write("large.json", small_file("1a", 150_000));
        page.open("/").await;
        page.choose_files(&[&large]).await;
        page.until_count("@loaded-file", 1).await;
        page.click("@download-results").await;
        page.click("@save-otlp").await;
        page.until_text(".save-panel", "Writing OTLP JSON").await;
        page.until_text(".save-panel", "of 150,000 spans").await;
        assert!(has_focus(page, "@save-cancel").await);
        page.choose_files(&[&source.write("small.json", small_file("1b", 3))]).await;
        page.until_count("@result-row", 2).await;
        assert_eq!(page.count("@save-progress").await, 1, "it is still being written");
        page.keys("@save-cancel", ESCAPE).await;
        page.until_count(".save-panel", 0).await;
        assert!(has_focus(page, "@download-results").await);

        // What it is written of goes away meanwhile.
        page.click("@download-results").await;
        page.click("@save-otlp").await;
        page.until_count("@save-progress", 1).await;
        page.click("@loaded-file[data-file=\"large.json\"] @load-remove").await;
        page.until_text(".save-panel", "removed meanwhile").await;
        page.shot("save-gone").await;
        page.click("@save-cancel").await;
        page.until_count(".save-panel", 0).await;
        assert_eq!(names_in(folder.path()), Vec::<String>::new());
    })
    .await;
}
