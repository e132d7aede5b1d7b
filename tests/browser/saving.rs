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
async fn download_into(page: &Page, folder: &Folder) {
    let behavior = json!({ "behavior": "allow", "downloadPath": folder.path() });
    page.cdp("Browser.setDownloadBehavior", behavior).await;
}

/// The file, once it is there as a whole: Chromium gives it its name in the end.
async fn downloaded(folder: &Folder, name: &str) -> PathBuf {
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

/// Picks a format; if something would be lost, agrees.
async fn save_as(page: &Page, button: &str, format: ExportFormat) {
    page.click(button).await;
    page.click(&format!("@save-{}", format.word())).await;
    if format == ExportFormat::ZipkinJson {
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
            let name = format!("trackway-{}-traces.{}.json", traces.len(), format.word());
            page.until_text("@toast", &name).await;
            let path = downloaded(&folder, &name).await;
            assert_eq!(counted(&path), (traces.len() as u32, spans as u32), "{name}");
        }
        assert_eq!(names_in(folder.path()).len(), 3, "and nothing else: {:?}", names_in(folder.path()));
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
        assert!(has_focus(page, "@save-zipkin").await);
        page.keys("@save-zipkin", ESCAPE).await;
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
    let loader = names.find(|name| name.starts_with("engine-") && name.ends_with("_loader.js")).expect("the worker's");
    let script = std::fs::read_to_string(Path::new(&variable("TRACKWAY_DIST")).join(&loader)).expect("it can be read");
    let slow = "const timer = self.setTimeout; self.setTimeout = (act, ms) => timer.call(self, act, ms + 1000);";
    page.host.serve(&format!("/{loader}"), "text/javascript", format!("{slow}\n{script}"));
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
