//! Files of other formats and their removal.

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::traces::small_file;

const OTLP: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"bank"}}]},"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"00000000000000b2","parentSpanId":"00000000000000a1","name":"pay","startTimeUnixNano":"1700000000000001000","endTimeUnixNano":"1700000000000003000"}]}]}]}"#;
const ZIPKIN: &str = r#"[{"traceId":"5b8efff798038103d269b633813fc60c","id":"00000000000000a1","kind":"CLIENT","name":"get","timestamp":1700000000000000,"duration":9,"localEndpoint":{"serviceName":"shop"}}]"#;

/// A trace in lines among a program's other output, with a broken line.
fn mixed_lines() -> String {
    format!("listening on :8080\n{OTLP}\n{{\"resourceSpans\": [oops\n{}\n", OTLP.replace("b2", "b3"))
}

#[tokio::test]
async fn other_formats_join_one_trace() {
    in_browser(async |page| {
        let folder = Folder::new("open-formats");
        let otlp = folder.write("spans.txt", mixed_lines());
        let zipkin = folder.write("holiday.png", ZIPKIN);
        page.open("/").await;
        page.choose_files(&[&otlp, &zipkin]).await;
        page.until_count("@loaded-file", 2).await;
        assert_eq!(page.attribute("@loaded-file[data-file=\"spans.txt\"]", "data-format").await, "OTLP JSON");
        assert_eq!(page.attribute("@loaded-file[data-file=\"holiday.png\"]", "data-format").await, "Zipkin v2 JSON");
        page.until_count("@result-row", 1).await;
        assert_eq!(page.attribute("@result-row", "data-spans").await, "3");
        let reports = page.texts("@load-report").await.join("\n");
        assert!(reports.contains("1 line is no JSON") && reports.contains("line 3"), "{reports}");
        page.shot("formats").await;
        page.click("@result-row").await;
        page.until_count("@span-row", 3).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_is_removed_with_all_it_brought() {
    in_browser(async |page| {
        let folder = Folder::new("open-remove");
        let first = folder.write("first.json", small_file("e1", 4));
        let second = folder.write("second.json", small_file("e2", 5));
        page.open("/").await;
        page.choose_files(&[&first, &second]).await;
        page.until_count("@result-row", 2).await;
        page.until_count("@loaded-file", 2).await;
        page.click("@loaded-file[data-file=\"first.json\"] @load-remove").await;
        page.until_count("@result-row", 1).await;
        assert_eq!(page.attribute("@result-row", "data-spans").await, "5");
        page.until_count("@loaded-file", 1).await;
        page.until_text("@toast", "first.json").await;
        page.choose_files(&[&first]).await;
        page.until_count("@result-row", 2).await;
    })
    .await;
}

/// The calls are seen at once, what was left out is said, and a broken list says what it kept.
#[tokio::test]
async fn service_dependencies_are_no_empty_file() {
    let list = r#"[{"parent":"a","child":"b","callCount":5},{"parent":"a","child":"b","callCount":1200},
        {"parent":"b","child":"b","callCount":1,"errorCount":1},{"parent":"b","child":"a","callCount":-3},
        {"parent":"b","child":"c"},{"parent":"","child":"d","callCount":"7"}]"#;
    in_browser(async |page| {
        let folder = Folder::new("open-dependencies");
        let file = folder.write("dependencies.json", list);
        let broken = folder.write("broken.json", &list[..60]);
        page.open("/").await;
        page.choose_files(&[&file]).await;
        page.until_count("@loaded-file", 1).await;
        assert_eq!(page.attribute("@loaded-file", "data-dependencies").await, "3");
        let report = page.text("@load-report").await;
        assert!(report.starts_with("3 service dependencies · 3 services"), "{report}");
        assert!(report.contains("1 service dependency has a count below 0: left out"), "{report}");
        assert!(!report.contains("No traces"), "{report}");
        let calls = ["a → b · 1,205 calls", "b → b · 1 call · 1 error", "b → c · number of calls unknown"];
        assert_eq!(page.texts("@most-calls li").await, calls);
        page.shot("dependencies").await;
        page.choose_files(&[&broken]).await;
        let error = page.until_text("@error", "What came before is loaded").await;
        assert!(error.contains("1 service dependency · 2 services"), "{error}");
        page.click("@loaded-file[data-file=\"dependencies.json\"] @load-remove").await;
        page.until_count("@loaded-file", 1).await;
    })
    .await;
}
