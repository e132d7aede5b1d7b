//! Files that are broken, or no traces at all.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::host::variable;
use crate::support::page::Page;
use crate::support::traces::{small, small_file};

/// Traces in many lines, so that a place has a line and a column.
fn pretty(trace: Value) -> String {
    serde_json::to_string_pretty(&json!({ "data": [trace] })).expect("a value can be written")
}

fn card(file: &str) -> String {
    format!("@loaded-file[data-file=\"{file}\"]")
}

/// The text of the error that names a file.
async fn error_about(page: &Page, file: &str) -> String {
    page.until_text("@error", &format!("“{file}”")).await
}

/// As the page writes numbers in English.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(",")
}

#[tokio::test]
async fn a_cut_file_keeps_what_came_before() {
    in_browser(async |page| {
        let folder = Folder::new("broken-cut");
        let whole = pretty(small("ca1", 60));
        // In the middle of the forty-first span.
        let name = whole.find("\"reserve 40\"").expect("the span is there");
        let cut = &whole[..name + 4];
        assert!(cut.len() > 10_000, "long enough for a number with groups");
        let files = [folder.write("cut.json", cut), folder.write("good.json", small_file("ca2", 5))];
        page.open("/").await;
        page.choose_files(&[&files[0], &files[1]]).await;

        let error = error_about(page, "cut.json").await;
        assert_eq!(page.attribute("@error", "role").await, "alert");
        let line = cut.lines().count();
        assert!(error.contains(&format!("line {}, column ", grouped(line))), "line {line}: {error}");
        assert!(error.contains(&format!("(byte {})", grouped(cut.len()))), "byte {}: {error}", cut.len());
        assert!(error.contains("cut off"), "{error}");
        assert!(error.contains("1 trace · 40 spans · "), "what is kept: {error}");
        assert_eq!(page.attribute(&card("cut.json"), "data-spans").await, "40");
        assert!(page.text(&format!("{} @load-report", card("cut.json"))).await.contains("Incomplete"));

        // The other file is none the worse for it.
        assert_eq!(page.attribute(&card("good.json"), "data-spans").await, "5");
        page.until_count("@result-row", 2).await;
        page.click("@result-row[data-trace-id=ca1]").await;
        page.until_attribute("@trace-header", "data-spans", "40").await;
        page.until_count("@span-row", 40).await;
        page.until_text(".trace-title .badge-warning", "incomplete").await;
    })
    .await;
}

#[tokio::test]
async fn a_fault_in_the_middle_says_what_was_expected() {
    in_browser(async |page| {
        let folder = Folder::new("broken-syntax");
        let wrong =
            pretty(small("cb1", 20)).replacen("\"operationName\": \"reserve 10\"", "\"operationName\": oops", 1);
        let at = wrong.find("oops").expect("it was replaced");
        let line = wrong[..at].lines().count();
        let column = at - wrong[..at].rfind('\n').expect("several lines");
        page.open("/").await;
        page.choose_files(&[&folder.write("wrong.json", &wrong)]).await;
        let error = error_about(page, "wrong.json").await;
        assert!(
            error.contains(&format!("line {line}, column {column} (byte {})", grouped(at))),
            "line {line}, column {column}, byte {at}: {error}"
        );
        assert!(error.contains("Not valid JSON"), "{error}");
        assert!(error.contains("Expected") && error.contains("oops"), "{error}");
        assert_eq!(page.attribute(&card("wrong.json"), "data-spans").await, "10");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_trace_is_named_for_what_it_is() {
    in_browser(async |page| {
        let folder = Folder::new("broken-other");
        let cases = [
            ("notes.txt", "Dear diary, today I dropped a file.".into(), "No known trace format"),
            ("package.json", r#"{"name": "left-pad", "version": "1.0.0"}"#.into(), "No known trace format"),
            (
                "login.json",
                "<!doctype html><html><head><title>Sign in</title></head><body></body></html>".into(),
                "web page (“Sign in”)",
            ),
            ("nothing.json", String::new(), "The file is empty"),
            ("tempo.json", r#"{"traces":[{"traceID":"1","rootServiceName":"a"}],"metrics":{}}"#.into(), "Tempo"),
            ("cut.json.gz", "\u{1f}\u{8b}".into(), "No known trace format"),
        ];
        page.open("/").await;
        let paths: Vec<_> =
            cases.iter().map(|(name, content, _): &(_, String, _)| folder.write(name, content)).collect();
        let paths: Vec<_> = paths.iter().map(|path| path.as_path()).collect();
        page.choose_files(&paths).await;
        for (name, _, words) in &cases {
            let error = error_about(page, name).await;
            assert!(error.contains(words), "{name}: {error}");
        }
        page.until_count("@load-progress", 0).await;
        assert_eq!(page.count("@error").await, cases.len());
        assert_eq!(page.count("@result-row, @loaded-file").await, 0);
        // Read and understood, an error can be put away.
        page.click("@error button[aria-label=Dismiss]").await;
        page.until_count("@error", cases.len() - 1).await;
    })
    .await;
}

#[tokio::test]
async fn damaged_gzip_is_said_to_be_damaged() {
    in_browser(async |page| {
        use std::io::Write;
        let folder = Folder::new("broken-gzip");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packed.write_all(small_file("cc1", 200).as_bytes()).expect("memory takes all");
        let packed = packed.finish().expect("memory takes all");
        let mut damaged = packed.clone();
        *damaged.last_mut().expect("not empty") ^= 1;
        let files =
            [folder.write("half.json.gz", &packed[..packed.len() / 2]), folder.write("damaged.json.gz", damaged)];
        page.open("/").await;
        page.choose_files(&[&files[0], &files[1]]).await;
        let half = error_about(page, "half.json.gz").await;
        assert!(half.contains("gzip data is cut off"), "{half}");
        let damaged = error_about(page, "damaged.json.gz").await;
        assert!(damaged.contains("gzip data is damaged"), "{damaged}");
    })
    .await;
}

/// Whether its program cannot be had, or is none: the page says so.
#[tokio::test]
async fn a_worker_that_cannot_start_is_told() {
    in_browser(async |page| {
        let files = std::fs::read_dir(variable("TRACKWAY_DIST")).expect("the release is there");
        let mut names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        let is_program = |name: &String| name.starts_with("engine-") && name.ends_with("_bg.lzma");
        let program = names.find(is_program).expect("the worker's");
        page.provokes("came broken");
        page.host.serve(&format!("/{program}"), "application/octet-stream", "no program");
        page.open("/").await;
        page.until_text(".card-error", "came broken").await;
    })
    .await;
}

/// What the worker runs besides its own: it breaks down when it is told to, as it does where a release panics.
const BREAKS_DOWN: &str = r#"
const panic = () => wasm.__wbindgen_malloc(1, 3);
new BroadcastChannel("panic").onmessage = ({ data }) => {
    if (data === "in a task") panic();
    else Promise.resolve().then(panic);
};
"#;

/// Releases have no words for panics: the program just stops (`panic = "immediate-abort"`). Whether that is while it takes a message or in a
/// promise, where a browser tells nobody but the worker itself, the page says so and offers to begin anew.
#[tokio::test]
async fn a_worker_that_panics_is_told() {
    in_browser(async |page| {
        let files = std::fs::read_dir(variable("TRACKWAY_DIST")).expect("the release is there");
        let mut names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
        let script = names.find(|name| name.starts_with("engine-") && name.ends_with(".js")).expect("the worker's");
        let path = std::path::Path::new(&variable("TRACKWAY_DIST")).join(&script);
        let own = std::fs::read_to_string(path).expect("the worker's script can be read");
        page.host.serve(&format!("/{script}"), "text/javascript", own + BREAKS_DOWN);
        page.provokes("unreachable");
        page.open("/").await;
        for place in ["in a task", "in a promise"] {
            page.open_demo().await;
            assert_eq!(page.count(".card-error").await, 0, "all is well before");
            page.js("new BroadcastChannel('panic').postMessage(arguments[0])", &[json!(place)]).await;
            page.until_text(".card-error", "unreachable").await;
            assert_eq!(page.attribute(".card-error", "role").await, "alert");
            page.click(".card-error button.primary").await;
            page.until_count(".card-error", 0).await;
            page.until_count("@open-demo", 1).await;
        }
    })
    .await;
}
