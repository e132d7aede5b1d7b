//! Files by the file picker, and text by pasting.

use std::io::Write;

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::traces::{answer, small_file, span, tag, trace};
use crate::support::waiting::until;

#[tokio::test]
async fn several_files_at_once() {
    in_browser(async |page| {
        let folder = Folder::new("choose-several");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(small_file("a3", 7).as_bytes()).expect("memory takes all");
        let files = [
            folder.write("one.json", small_file("a1", 2)),
            folder.write("two.json", small_file("a2", 5)),
            folder.write("three.json.gz", packed.finish().expect("memory takes all")),
        ];
        page.open("/").await;
        page.choose_files(&[&files[0], &files[1], &files[2]]).await;
        page.until_count("@result-row", 3).await;
        page.until_count("@loaded-file", 3).await;
        for (file, spans) in [("one.json", "2"), ("two.json", "5"), ("three.json.gz", "7")] {
            let card = format!("@loaded-file[data-file=\"{file}\"]");
            assert_eq!(page.attribute(&card, "data-spans").await, spans, "{file}");
        }
        let mut spans = page.attributes("@result-row", "data-spans").await;
        spans.sort();
        assert_eq!(spans, ["2", "5", "7"]);
        page.until_count("@load-progress", 0).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_doubles_nothing() {
    in_browser(async |page| {
        let folder = Folder::new("choose-twice");
        let first = folder.write("orders.json", small_file("b1", 4));
        let copy = folder.write("copy.json", small_file("b1", 4));
        page.open("/").await;
        page.choose_files(&[&first]).await;
        page.until_count("@loaded-file", 1).await;
        page.choose_files(&[&first]).await;
        page.until_count("@loaded-file", 2).await;
        page.choose_files(&[&copy]).await;
        page.until_count("@loaded-file", 3).await;
        let reports = page.texts("@load-report").await;
        let known = reports.iter().filter(|text| text.contains("Already loaded as “orders.json”")).count();
        assert_eq!(known, 2, "the second and the third say so: {reports:?}");
        assert_eq!(page.count("@result-row").await, 1);
        assert_eq!(page.attribute("@result-row", "data-spans").await, "4");
        assert_eq!(page.text("@result-count").await, "1 trace");
    })
    .await;
}

#[tokio::test]
async fn text_pasted_into_the_field() {
    in_browser(async |page| {
        page.open("/").await;
        page.click("@paste-input").await;
        page.paste(&small_file("c1", 6)).await;
        page.until_attribute("@loaded-file", "data-file", "pasted text").await;
        page.until_attribute("@result-row", "data-trace-id", "c1").await;
        assert_eq!(
            page.value::<String>("return one('@paste-input').value", &[]).await,
            "",
            "the field is free for the next"
        );
    })
    .await;
}

#[tokio::test]
async fn text_pasted_anywhere() {
    in_browser(async |page| {
        page.open("/").await;
        page.js("document.activeElement?.blur()", &[]).await;
        page.paste(&small_file("c2", 5)).await;
        page.until_attribute("@loaded-file", "data-file", "pasted text").await;
        page.until_attribute("@result-row", "data-trace-id", "c2").await;
    })
    .await;
}

/// A text pasted into another field is that field's.
#[tokio::test]
async fn text_pasted_into_another_field() {
    in_browser(async |page| {
        page.open("/").await;
        page.click("@trace-id-input").await;
        page.paste("0123456789abcdef").await;
        page.until("the field has the text", "return one('@trace-id-input').value === '0123456789abcdef'", &[]).await;
        assert_eq!(page.count("@loaded-file, @load-progress, @error").await, 0);
    })
    .await;
}

/// What is copied out: an id, a long value in full, and a link that opens the span.
#[tokio::test]
async fn copying() {
    in_browser(async |page| {
        let long = "long ".repeat(2000);
        let mut one = span("1", None, "shop", "GET /order", 0, 5000);
        one["tags"] = json!([tag("note", json!(long))]);
        let folder = Folder::new("choose-copy");
        page.open("/").await;
        page.choose_files(&[&folder.write("long.json", answer(&[trace("c0ffee", vec![one])]))]).await;
        page.click("@result-row").await;
        page.click("@span-row").await;
        page.allow_clipboard().await;
        let link = page.host.url("/trace/c0ffee?span=1");
        let (pair, list) = (format!("note={long}"), json!({ "note": long }).to_string());
        for (button, expected) in [
            (".trace-title button", "c0ffee"),
            ("@attributes dd button.copy", &long),
            ("@attributes dt button.copy", &pair),
            ("@attributes .section-line > .icon-button", &list),
            (".detail-id button:nth-of-type(1)", "1"),
            (".detail-id button:nth-of-type(2)", &link),
        ] {
            page.click(button).await;
            let look = async || {
                let copied = page.clipboard().await;
                if copied == expected { Ok(()) } else { Err(format!("it holds {copied:.100}")) }
            };
            until(&format!("{button} copies"), look).await;
            page.until_text("@toast", "Copied").await;
        }
    })
    .await;
}
