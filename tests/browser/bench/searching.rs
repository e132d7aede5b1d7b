//! Searching 10,000 loaded traces (500,000 spans) on the page: from the click to the frame that shows another count, or another first row.

use std::path::Path;

use serde_json::json;

use super::options::Options;
use super::support::keys::{DOWN, ENTER};
use super::support::page::Page;
use super::timing::{Figures, act, acted, click, last, open, settle};
use super::{Budget, Row, tell_line};
use crate::support::browser::alone_in_browser;

/// Each action in a browser so often; the first turn does not count: what compiles is compiled then.
const TURNS: usize = 4;
/// What is searched for in turn, so that nothing was found before.
const QUERIES: [&str; TURNS] = [
    r#"{ span.http.response.status_code >= 500 && span.http.request.method = "GET" }"#,
    r#"{ span.http.response.status_code >= 501 && span.http.request.method = "GET" }"#,
    r#"{ span.http.response.status_code >= 500 && span.http.request.method = "POST" }"#,
    r#"{ span.http.response.status_code >= 400 && span.http.request.method = "GET" }"#,
];
const OTHERS: [&str; TURNS] = [
    r#"{ span.http.response.status_code < 300 && span.http.request.method = "GET" }"#,
    r#"{ span.http.response.status_code < 301 && span.http.request.method = "PUT" }"#,
    r#"{ span.http.response.status_code < 201 && span.http.request.method = "GET" }"#,
    r#"{ span.http.response.status_code < 400 && span.http.request.method = "POST" }"#,
];
const TAGS: [&str; TURNS] = [
    "http.response.status_code=500 http.request.method=GET",
    "http.response.status_code=200 http.request.method=PUT",
    "http.response.status_code=404 http.request.method=GET",
    "http.response.status_code=201 http.request.method=POST",
];

const TASK: &str = "search: longest task";

pub async fn rows(file: &Path, options: &Options) -> Vec<Row> {
    let mut figures = Figures::default();
    for repetition in 0..options.repetitions {
        alone_in_browser(async |page| measure(page, file, &mut figures).await).await;
        tell_line(&format!("search, {} of {}: {}", repetition + 1, options.repetitions, last(&figures)));
    }
    let line = |name: &&'static str| {
        Row::new(name, "10k × 50", "ms", figures.values[name].clone()).budget(Some(Budget::AtMost(budget(name))))
    };
    figures.order.iter().map(line).collect()
}

/// What ../shared/BUDGETS.md asks.
fn budget(name: &str) -> f64 {
    match name {
        "search: another order" | "search: a facet" | "search: a facet taken back" => 30.0,
        // What is known by then is shown within 100 ms.
        "search: 1,500 results" => 100.0,
        _ => 50.0,
    }
}

async fn measure(page: &Page, file: &Path, figures: &mut Figures) {
    open(page, "/search", "form").await;
    page.choose_files(&[file]).await;
    page.until("all traces are listed", "return one('@result-count').textContent.startsWith('10,000')", &[]).await;
    page.until_count("@load-progress", 0).await;
    page.click("@search-toggle").await;
    page.until_count("@search-form", 1).await;
    let mut longest = 0.0_f64;
    for turn in 0..TURNS {
        let mut add = |name, [time, task]: [f64; 2]| {
            if turn > 0 {
                figures.add(name, time);
                longest = longest.max(task);
            }
        };
        write(page, "query-input", QUERIES[turn]).await;
        add("search: two conditions, TraceQL", find(page).await);
        write(page, "query-input", OTHERS[turn]).await;
        page.js("bench.act('otherCount')", &[]).await;
        page.keys("@query-input", ENTER).await;
        add("search: the same, sent as soon as typed", acted(page).await);
        write(page, "query-input", "").await;
        write(page, "tags-input", TAGS[turn]).await;
        add("search: two conditions, form", find(page).await);
        write(page, "tags-input", "").await;
        write(page, "limit-input", "1500").await;
        add("search: 1,500 results", find(page).await);
        write(page, "limit-input", "").await;
        add("search: all again", find(page).await);
        settle(page).await;
        page.js("one('@sort-select').focus(); bench.act('otherFirst')", &[]).await;
        page.keys("@sort-select", DOWN).await;
        add("search: another order", acted(page).await);
        page.js("one('@facet[data-facet=errors] input').scrollIntoView({ block: 'nearest' })", &[]).await;
        for name in ["search: a facet", "search: a facet taken back"] {
            add(name, act(page, "otherCount", "one('@facet[data-facet=errors] input')").await);
        }
    }
    figures.add(TASK, longest);
}

/// Clicks on the button that searches, when what is typed has settled.
async fn find(page: &Page) -> [f64; 2] {
    act(page, "otherCount", "one('@find-traces')").await
}

/// Puts a text into a box in the place of what is there, as if it were pasted.
async fn write(page: &Page, id: &str, text: &str) {
    click(page, &format!("one('@{id}')")).await;
    page.js("const field = one(`@${arguments[0]}`); field.focus(); field.select()", &[json!(id)]).await;
    match text {
        "" => page.keys(&format!("@{id}"), "\u{e017}").await,
        text => _ = page.cdp("Input.insertText", json!({ "text": text })).await,
    }
}
