//! While the largest file is read: how soon a question about other traces is answered, and the load cancelled.

use serde_json::{Value, json};

use super::data::TraceFile;
use super::options::Options;
use super::reading::fresh_tab;
use super::support::browser::alone_in_browser;
use super::support::page::Page;
use super::{Budget, Row, name_of, tell};

/// A smaller file is read before anything could be asked (spans).
const LONG_ENOUGH: u64 = 100_000;
/// How soon the page answers (ms).
const AT_ONCE: Budget = Budget::AtMost(100.0);

/// The largest file's rows; none if it is too small.
pub async fn rows(files: &[TraceFile], options: &Options) -> Vec<Row> {
    let Some(file) = files.iter().rfind(|file| file.spans >= LONG_ENOUGH && !file.only_parsed) else {
        eprintln!("No file of {} spans or more: nothing is asked or cancelled.", name_of(LONG_ENOUGH));
        return Vec::new();
    };
    let (mut questions, mut cancels) = (Vec::new(), Vec::new());
    alone_in_browser(async |page| {
        for _ in 0..options.repetitions {
            let (question, cancel) = ask_and_cancel(page, file).await;
            tell("question and cancel", file, &format!("{question:.0?} and {cancel:.0?} ms"));
            questions.extend(question);
            cancels.extend(cancel);
        }
    })
    .await;
    if questions.len().min(cancels.len()) < options.repetitions {
        eprintln!(
            "Some were too late, the file was read already: {} questions and {} cancels count.",
            questions.len(),
            cancels.len()
        );
    }
    let size = name_of(file.spans);
    let rows = [("list sorted while it is read", questions), ("cancel", cancels)];
    let measured = rows.into_iter().filter(|(_, values)| !values.is_empty());
    measured.map(|(what, values)| Row::new(what, &size, "ms", values).budget(Some(AT_ONCE))).collect()
}

/// Milliseconds of both; nothing for what came when the file was read already.
async fn ask_and_cancel(page: &Page, file: &TraceFile) -> (Option<f64>, Option<f64>) {
    fresh_tab(page).await;
    page.open("/").await;
    page.open_demo().await;
    page.js(include_str!("../watch.js"), &[]).await;
    page.choose_files(&[&file.path]).await;
    let begun = "return Number(one('@load-progress')?.getAttribute('aria-valuenow')) > 5e6";
    page.until("it is being read", begun, &[]).await;
    let sort = "
        const [word, pick, done] = arguments;
        const select = one('@sort-select');
        const spans = () => all('@result-row').map((row) => Number(row.dataset.spans));
        watch.until(
            () => { select.value = word; select.dispatchEvent(new Event('change', { bubbles: true })) },
            () => spans()[0] === Math[pick](...spans()),
            (ms) => done(one('@load-progress') ? ms : null))";
    // The first may find the list as it is wanted; the second has to turn it round.
    page.js_async(sort, &[json!("fewest-spans"), json!("min")]).await;
    let question = page.js_async(sort, &[json!("spans"), json!("max")]).await;
    let cancel = "
        const done = arguments[0];
        if (!one('@load-cancel')) return done(null);
        watch.until(() => one('@load-cancel').click(), () => !one('@load-progress'), done)";
    let cancelled = page.js_async(cancel, &[]).await;
    if cancelled != Value::Null {
        page.until_text("@toast", "Cancelled").await;
    }
    (question.as_f64(), cancelled.as_f64())
}
