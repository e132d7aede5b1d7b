//! What the page's renderer process needs of memory, above a blank page's, by the kernel's own books (Linux only).

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::data::TraceFile;
use super::options::Options;
use super::reading::choose_and_wait;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::{Budget, Row, name_of, tell};

/// After this long what was freed is given back (s).
const SETTLED: Duration = Duration::from_secs(1);

/// A process' memory in RAM (MB): VmRSS and VmHWM of proc_pid_status(5).
#[derive(Clone, Copy)]
struct Memory {
    now: f64,
    peak: f64,
}

/// Two rows a file: after loading, and at the peak. Every repetition has a fresh browser.
pub async fn rows(files: &[TraceFile], options: &Options) -> Vec<Row> {
    if !Path::new("/proc/self/status").exists() {
        eprintln!("There is no /proc here: memory is not measured.");
        return Vec::new();
    }
    let mut rows = Vec::new();
    for file in files.iter().filter(|file| !file.only_parsed) {
        let (mut after, mut peak) = (Vec::new(), Vec::new());
        for _ in 0..options.repetitions {
            alone_in_browser(async |page| {
                let (blank, loaded) = load(page, file).await;
                let figures = format!("{:.0} MB, peak {:.0} MB, blank {:.0} MB", loaded.now, loaded.peak, blank.now);
                tell("memory", file, &figures);
                after.push(loaded.now - blank.now);
                peak.push(loaded.peak - blank.now);
            })
            .await;
        }
        let size = format!("{} ({:.1} MB)", name_of(file.spans), file.megabytes());
        let budget = |share: f64, base: f64| Some(Budget::AtMost(share * file.megabytes() + base));
        rows.push(Row::new("memory after loading", &size, "MB", after).budget(budget(0.7, 60.0)));
        rows.push(Row::new("memory at the peak", &size, "MB", peak).budget(budget(1.1, 90.0)));
    }
    rows
}

/// The process of a blank page, and that of the app in the same browser when it has read the file.
async fn load(page: &Page, file: &TraceFile) -> (Memory, Memory) {
    page.driver.goto("about:blank").await.expect("there is such a page");
    tokio::time::sleep(SETTLED).await;
    let blank = of_page(page);
    page.open("/").await;
    choose_and_wait(page, file, &file.path).await;
    tokio::time::sleep(SETTLED).await;
    (blank, of_page(page))
}

/// The only tab's process. Beside it the browser keeps a spare one, which is smaller, and one for its own surface, whose
/// command line says so. (`SystemInfo.getProcessInfo` would name them, but chromedriver does not reach it.)
fn of_page(page: &Page) -> Memory {
    let capabilities = serde_json::to_value(page.driver.capabilities()).expect("they came as JSON");
    let Value::String(profile) = &capabilities["chrome"]["userDataDir"] else {
        panic!("chromedriver says where Chromium's profile is: {capabilities}")
    };
    let processes = std::fs::read_dir("/proc").expect("it was there").flatten();
    let renderers = processes.filter_map(|process| renderer(&process.path(), profile));
    renderers.max_by(|one, other| one.peak.total_cmp(&other.peak)).expect("a page has a renderer process")
}

/// The memory of a page's renderer of the browser with this profile; nothing for any other process.
fn renderer(process: &Path, profile: &str) -> Option<Memory> {
    let command = String::from_utf8_lossy(&std::fs::read(process.join("cmdline")).ok()?).replace('\0', " ");
    // Chromium rewrites a child's command line, with spaces between the arguments.
    let has = |wanted: &str| command.split(' ').any(|argument| argument == wanted);
    if !has("--type=renderer") || has("--top-chrome-webui") || !has(&format!("--user-data-dir={profile}")) {
        return None;
    }
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let megabytes = |name: &str| -> Option<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0 / 1e6)
    };
    Some(Memory { now: megabytes("VmRSS:")?, peak: megabytes("VmHWM:")? })
}
