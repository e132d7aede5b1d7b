//! Ways to look at a trace: find, services, one subtree, folds by rule, columns, repeating siblings, very many rows; and the
//! commands, by palette and help.

use serde_json::{Value, json};

use crate::fixtures::fixtures;
use crate::support::browser::{alone_in_browser, in_browser};
use crate::support::keys::{CURRENT, DOWN, END, ENTER, ESCAPE, HOME, ROW};
use crate::support::page::Page;
use crate::support::traces::{demo_ride, small, span, trace};

async fn open_demo_ride(page: &Page) {
    let trace = demo_ride();
    page.open_demo_trace(&trace.id).await;
    page.until_rows(&trace.ids()).await;
}

/// Waits until these spans have rows and no others; there may be other rows between.
async fn until_spans(page: &Page, ids: &[String]) {
    let script = "return all('@span-row').map((row) => row.dataset.spanId).join() === arguments[0].join()";
    page.until(&format!("spans {ids:?} have rows"), script, &[json!(ids)]).await;
}

/// Ids of the demo's spans whose service is redis.
fn redis() -> Vec<String> {
    demo_ride().spans.iter().filter(|span| span.service == "redis").map(|span| span.id.clone()).collect()
}

#[tokio::test]
async fn find_counts_marks_and_goes_from_one_to_the_next() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        // One word that is a service's name, in quotes so that nothing else has it by chance.
        page.keys("@find-input", "service==redis").await;
        let redis = redis();
        page.until_attribute("@find-count", "data-count", &redis.len().to_string()).await;
        let marked = page.attributes("@span-row.found", "data-span-id").await;
        assert_eq!(marked, redis, "those and no others are marked");
        page.until_address("uiFind=service").await;
        page.keys("@find-input", ENTER).await;
        page.until_attribute(CURRENT, "data-span-id", &redis[0]).await;
        page.until_attribute("@find-count", "data-index", "1").await;
        page.click("@find-next").await;
        page.until_attribute(CURRENT, "data-span-id", &redis[1]).await;
        page.click("@find-prev").await;
        page.until_attribute(CURRENT, "data-span-id", &redis[0]).await;
        page.click("@find-prev").await;
        page.until_attribute(CURRENT, "data-span-id", redis.last().expect("there are some")).await;
        page.keys("@find-input", ESCAPE).await;
        page.until_count("@span-row.found", 0).await;
    })
    .await;
}

#[tokio::test]
async fn find_hides_what_does_not_match_but_ancestors() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        page.keys("@find-input", "service==redis").await;
        page.until_attribute("@find-count", "data-count", &redis().len().to_string()).await;
        page.click("@find-hide").await;
        let kept = |at: usize| {
            let span = &ride.spans[at];
            let below = &ride.spans[at + 1..=at + span.descendants];
            span.service == "redis" || below.iter().any(|span| span.service == "redis")
        };
        let ids: Vec<String> =
            (0..ride.spans.len()).filter(|at| kept(*at)).map(|at| ride.spans[at].id.clone()).collect();
        assert!(ids.len() < ride.spans.len());
        page.until_rows(&ids).await;
        page.until_address("mode=hide").await;
        // It stands there as soon as the typing rests.
        page.until_address("uiFind=service").await;
        // A colleague who opens the address sees the same.
        page.reload().await;
        page.until_rows(&ids).await;
    })
    .await;
}

#[tokio::test]
async fn a_wrong_question_is_explained() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        page.keys("@find-input", "duration>fast").await;
        let text = page.until_text(".find-fault", "10ms").await;
        assert!(text.contains("10"), "the place is told: {text}");
        assert_eq!(page.count("@span-row.found").await, 0);
    })
    .await;
}

#[tokio::test]
async fn matches_can_all_be_opened() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        page.keys("@find-input", "service==mysql").await;
        page.until_attribute("@find-count", "data-count", "1").await;
        page.click("@find-focus").await;
        page.until_count("@span-detail dl", 1).await;
        let ride = demo_ride();
        let mysql = ride.row_of(|span| span.service == "mysql");
        page.until_attribute("@span-detail", "data-span-id", &ride.spans[mysql].id).await;
        assert!(page.count("@span-row").await < ride.spans.len(), "the rest is folded");
    })
    .await;
}

#[tokio::test]
async fn services_are_pruned_with_what_is_below_them() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        page.click("@service-filter").await;
        page.click("input[data-service=\"driver\"]").await;
        page.click("@service-apply").await;
        let mut kept = Vec::new();
        let mut at = 0;
        while at < ride.spans.len() {
            let span = &ride.spans[at];
            if span.service == "driver" {
                at += span.descendants + 1;
            } else {
                kept.push(span.id.clone());
                at += 1;
            }
        }
        until_spans(page, &kept).await;
        let text = page.text("@pruned-row").await;
        assert!(text.contains(&(ride.spans.len() - kept.len()).to_string()), "{text}");
        page.until_address("svcFilter=").await;
        page.reload().await;
        until_spans(page, &kept).await;
        page.click("@pruned-row").await;
        page.until_rows(&ride.ids()).await;
    })
    .await;
}

#[tokio::test]
async fn one_subtree_can_be_looked_at_alone() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        let at = ride.row_of(|span| span.depth == 1 && span.descendants > 3);
        let root = &ride.spans[at];
        page.click(&format!("@span-row[data-span-id=\"{}\"]", root.id)).await;
        page.click("@look-at").await;
        let ids: Vec<String> = ride.spans[at..=at + root.descendants].iter().map(|span| span.id.clone()).collect();
        page.until_rows(&ids).await;
        assert_eq!(page.attribute("@span-row", "data-depth").await, "0");
        page.until_address(&format!("root={}", root.id)).await;
        page.click(&format!("@span-row[data-span-id=\"{}\"]", root.id)).await;
        page.until_count("@span-detail", 0).await;
        page.click("@root-leave").await;
        page.until_rows(&ride.ids()).await;
    })
    .await;
}

#[tokio::test]
async fn levels_and_rules_fold() {
    in_browser(async |page| {
        let ride = demo_ride();
        page.open_demo_trace(&ride.id).await;
        page.until_rows(&ride.ids()).await;
        let ids_at = |depth: usize| -> Vec<_> {
            ride.spans.iter().filter(|span| span.depth <= depth).map(|span| span.id.clone()).collect()
        };
        page.click("@collapse-all").await;
        page.until_rows(&ids_at(0)).await;
        page.click("@expand-one").await;
        page.until_rows(&ids_at(1)).await;
        page.click("@collapse-one").await;
        page.until_rows(&ids_at(0)).await;
        page.keys("body", "]").await;
        page.until_rows(&ride.ids()).await;
        page.click("@look-menu").await;
        page.click("@fold-errors").await;
        let leads = |at: usize| ride.spans[at + 1..=at + ride.spans[at].descendants].iter().any(|span| span.is_error);
        let mut shown = Vec::new();
        let mut at = 0;
        while at < ride.spans.len() {
            shown.push(ride.spans[at].id.clone());
            at += if ride.spans[at].descendants > 0 && !leads(at) { ride.spans[at].descendants + 1 } else { 1 };
        }
        page.until_rows(&shown).await;
    })
    .await;
}

/// Folds whatever a rule says, and nothing else; `is_folded` of a row.
fn rows_left(is_folded: impl Fn(usize) -> bool) -> Vec<String> {
    let ride = demo_ride();
    let (mut shown, mut at) = (Vec::new(), 0);
    while at < ride.spans.len() {
        shown.push(ride.spans[at].id.clone());
        at += if is_folded(at) { ride.spans[at].descendants + 1 } else { 1 };
    }
    assert!(shown.len() > 1 && shown.len() < ride.spans.len());
    shown
}

#[tokio::test]
async fn kinds_services_and_short_spans_fold() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        page.click("@look-menu").await;
        let expand = async || {
            page.click("@expand-all").await;
            page.until_rows(&ride.ids()).await;
            page.click("@look-menu").await;
        };
        page.choose("@fold-service", &service_number(page, "driver").await).await;
        page.until_rows(&rows_left(|at| ride.spans[at].service == "driver")).await;
        expand().await;
        let is_client = |at: usize| ride.spans[at].tags().iter().any(|tag| tag["key"] == "span.kind" && tag["value"] == "client");
        page.choose("@fold-kind", "client").await;
        page.until_rows(&rows_left(is_client)).await;
        expand().await;
        page.keys("@fold-shorter", "250ms\u{e007}").await;
        page.until_rows(&rows_left(|at| ride.spans[at].json["duration"].as_i64() < Some(250_000))).await;
        page.keys("@fold-shorter", "\u{e009}a\u{e009}fast\u{e007}").await;
        page.until_text("@toast", "Not a duration").await;

        // Only the critical path stays open: every row with children that is open leads to a part of it.
        page.click("@expand-all").await;
        page.until_rows(&ride.ids()).await;
        let script = "return all('@span-row').filter((row) => row.querySelector(css('@critical-path'))).map((row) => row.dataset.spanId)";
        let critical: Vec<String> = page.value(script, &[]).await;
        let leads = |at: usize| ride.spans[at + 1..=at + ride.spans[at].descendants].iter().any(|span| critical.contains(&span.id));
        let left = rows_left(|at| ride.spans[at].descendants > 0 && !leads(at));
        assert!(critical.iter().all(|id| left.contains(id)) && left.len() < ride.spans.len(), "{critical:?} of {left:?}");
        page.click("@look-menu").await;
        page.click("@fold-critical").await;
        page.until_rows(&left).await;
    })
    .await;
}

/// The value of a service in the choice of services to fold.
async fn service_number(page: &Page, name: &str) -> String {
    let script = "return [...one('@fold-service').options].find((it) => it.text === arguments[0])?.value ?? null";
    page.until(&format!("{name} can be chosen"), script, &[json!(name)]).await.as_str().expect("a text").to_owned()
}

/// A root with calls to one thing, more than five.
fn repeating(id: &str, calls: usize) -> Value {
    let mut spans = vec![span("1", None, "p1", "root", 0, 100_000)];
    for call in 0..calls {
        let at = call as i64 * 1_000;
        spans.push(span(&format!("{:x}", call + 2), Some("1"), "p1", "GET key", at, 500 + call as i64));
    }
    trace(id, spans)
}

#[tokio::test]
async fn repeating_siblings_share_a_row() {
    in_browser(async |page| {
        page.host.service.has_trace("feed", crate::support::traces::answer(&[repeating("feed", 12)]));
        page.open("/trace/feed").await;
        page.until_count("@span-row", 13).await;
        page.click("@look-menu").await;
        page.click("@siblings-join input").await;
        page.until_count("@span-row", 1).await;
        page.until_attribute("@siblings-row", "data-count", "12").await;
        let text = page.text("@siblings-row .bar-label").await;
        // 500 to 511 µs, 6.07 ms in all.
        for piece in ["6.07 ms", "500 µs", "505 µs", "511 µs"] {
            assert!(text.contains(piece), "{piece}: {text}");
        }
        page.click("@siblings-toggle").await;
        page.until_count("@span-row", 13).await;
        page.click("@siblings-toggle").await;
        page.until_count("@span-row", 1).await;
    })
    .await;
}

#[tokio::test]
async fn attributes_are_shown_as_columns() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        page.click("@look-menu").await;
        page.keys("@column-input", ["http.request.method", ENTER].concat()).await;
        page.until_text(".column-head", "http.request.method").await;
        page.until_text(".column-cell", "GET").await;
        page.keys("body", ESCAPE).await;
        page.click(".column-head button").await;
        page.until_count(".column-cell", 0).await;
    })
    .await;
}

#[tokio::test]
async fn bars_can_be_hidden_for_good() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        let width = "return [one('@span-row .name-cell').offsetWidth, one('@span-row').offsetWidth]";
        let [before, row]: [f64; 2] = page.value(width, &[]).await;
        assert!(before < row / 2.0);
        page.click("@look-menu").await;
        page.click("@hide-bars input").await;
        page.until(
            "names have the whole width",
            &format!("const [name, row] = (() => {{ {width} }})(); return name === row"),
            &[],
        )
        .await;
        assert_eq!(
            page.value::<f64>("return one('@ruler').offsetWidth + one('@span-bar').offsetWidth", &[]).await,
            0.0
        );
        page.click("@look-menu").await;
        page.shot("bars-hidden").await;
        // With columns they share it.
        page.click("@look-menu").await;
        page.keys("@column-input", ["http.request.method", ENTER].concat()).await;
        page.until_text(".column-cell", "GET").await;
        let fits = "const row = one('@span-row'), last = row.querySelector('.column-cell').getBoundingClientRect();
            return Math.abs(last.right - row.getBoundingClientRect().right) < 1";
        page.until("the column ends where the row does", fits, &[]).await;
        page.reload().await;
        page.until_count_at_least("@span-row", 3).await;
        page.until("it is remembered", "return one('@ruler').offsetWidth === 0", &[]).await;
        page.keys("body", "\u{e009}k\u{e009}").await;
        page.keys("@palette-input", ["hide the bars", ENTER].concat()).await;
        page.until("they are back", "return one('@ruler').offsetWidth > 100", &[]).await;
    })
    .await;
}

/// A child five seconds behind its parent on another host.
#[tokio::test]
async fn what_correcting_clocks_would_do_is_told_before() {
    in_browser(async |page| {
        let spans =
            vec![span("1", None, "a", "call", 0, 100_000), span("2", Some("1"), "b", "serve", 5_000_000, 50_000)];
        page.host.service.has_trace("5ce3", crate::support::traces::answer(&[trace("5ce3", spans)]));
        page.open("/trace/5ce3").await;
        page.until_count("@span-row", 2).await;
        page.click("@look-menu").await;
        page.until_text("@skew-largest", "Moves spans by up to 4.98 s").await;
        page.click("@skew-toggle input").await;
        page.until_address("skew=1").await;
        page.until_count("@span-row .mark[title*=\"4.98 s\"]", 1).await;
        open_demo_ride(page).await;
        page.click("@look-menu").await;
        page.until_text("@skew-largest", "No span would move").await;
    })
    .await;
}

/// A real export of servers whose clocks differ: what moves says by how much, and nothing is longer or shorter for it.
#[tokio::test]
async fn clocks_of_a_real_export_are_corrected() {
    let Some(folder) = fixtures() else { return };
    in_browser(async |page| {
        let path = folder.join("malformed/jaeger-clock-skew.json").canonicalize().expect("the fixture is there");
        page.open("/").await;
        page.choose_files(&[&path]).await;
        page.click("@result-row").await;
        page.element("@span-row").await;
        let bars =
            "return all('@span-row').map((row) => row.querySelector(css('@span-bar')).getBoundingClientRect().left)";
        let labels = page.texts("@span-row .bar-label").await;
        let before: Vec<f64> = page.value(bars, &[]).await;
        page.click("@look-menu").await;
        page.until_text("@skew-largest", "Moves spans by up to").await;
        page.click("@skew-toggle input").await;
        page.until_count_at_least(".mark[title^=\"Its clock is corrected\"]", 1).await;
        page.until(
            "bars moved",
            &format!("return (() => {{ {bars} }})().join() !== arguments[0].join()"),
            &[json!(before)],
        )
        .await;
        assert_eq!(page.texts("@span-row .bar-label").await, labels, "as long as before");
        page.shot("skew-corrected").await;
        page.click("@skew-toggle input").await;
        page.until(
            "they are back",
            &format!("return (() => {{ {bars} }})().join() === arguments[0].join()"),
            &[json!(before)],
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_palette_runs_every_command_by_its_name() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        page.keys("body", "\u{e009}k\u{e009}").await;
        page.keys("@palette-input", "collapse all").await;
        page.until_count(".palette-line", 1).await;
        page.keys("@palette-input", ENTER).await;
        page.until_rows(&[demo_ride().spans[0].id.clone()]).await;
        page.until_count("@palette", 0).await;
        page.keys("body", "?").await;
        let text = page.until_text("@keyboard-help", "Ctrl+K").await;
        let scrolled: f64 = page.value("return one('@keyboard-help').scrollTop", &[]).await;
        assert_eq!(scrolled, 0.0, "it begins at its beginning, though the focus is on the button at its end");
        assert!(text.contains("Ctrl+B"), "{text}");
        page.keys("body", ESCAPE).await;
        page.until_count("@keyboard-help", 0).await;
    })
    .await;
}

#[tokio::test]
async fn the_critical_path_is_a_line_that_can_be_switched_off() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        page.until_count_at_least("@critical-path", 3).await;
        page.click("@look-menu").await;
        page.click("@critical-path-toggle input").await;
        page.until_count("@critical-path", 0).await;
    })
    .await;
}

/// A row that had it and is gone, as when rows are made anew, does not take it back from where the user went meanwhile.
#[tokio::test]
async fn focus_that_went_on_is_not_taken_back() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.click("@result-row").await;
        page.element("@span-row").await;
        page.js("one('@span-row').focus()", &[]).await;
        page.until_count("@span-row.current", 1).await;
        page.js("document.activeElement.remove(); one('@find-input').focus(); one('@collapse-all').click()", &[]).await;
        page.until("rows are folded", "return all('@span-row').length === 1", &[]).await;
        page.until("a frame later", "return new Promise((done) => setTimeout(() => done(true), 100))", &[]).await;
        page.until("it is in the box", "return document.activeElement === one('@find-input')", &[]).await;
    })
    .await;
}

#[tokio::test]
async fn the_focused_row_stays_where_it_is_while_the_list_scrolls() {
    in_browser(async |page| {
        page.host.service.has_trace("fee1", crate::support::traces::answer(&[small("fee1", 4000)]));
        page.open("/trace/fee1").await;
        page.element("@span-row").await;
        page.keys(ROW, [HOME, DOWN, DOWN].concat()).await;
        page.until_attribute(CURRENT, "data-row", "2").await;
        page.js("one('@timeline').scrollTop = 50000", &[]).await;
        page.until("rows far below are there", "return all('@span-row').some((row) => row.dataset.row > 1900)", &[])
            .await;
        let focused = "const row = document.activeElement; return [row.dataset.row, row.getAttribute('aria-rowindex')]";
        let kept: [String; 2] = page.value(focused, &[]).await;
        assert_eq!(kept, ["2", "3"], "it is in the document, with the focus");
        assert_eq!(page.attribute("@timeline", "aria-rowcount").await, "4000");
        page.keys(CURRENT, DOWN).await;
        page.until_attribute(CURRENT, "data-row", "3").await;
        let in_view =
            "const [list, row] = ['@timeline', '@span-row.current'].map((it) => one(it).getBoundingClientRect());
            return row.top >= list.top && row.bottom <= list.bottom";
        page.until("the list follows the keyboard", in_view, &[]).await;
    })
    .await;
}

/// More rows than an element may be high for: 3,000,000 rows of 26 px are 78 million pixels. One span in a row after the other,
/// one of them failed.
#[tokio::test]
async fn three_million_rows_scroll_alike_everywhere_and_the_minimap_has_them() {
    const ROWS: usize = 3_000_000;
    const FAILED: usize = ROWS / 4 * 3;
    alone_in_browser(async |page| {
        let mut file = String::from("{\"data\":[{\"traceID\":\"b16\",\"processes\":{\"p\":{\"serviceName\":\"s\"}},\"spans\":[");
        for at in 0..ROWS {
            let comma = if at == 0 { "" } else { "," };
            let error = if at == FAILED { r#","tags":[{"key":"error","type":"bool","value":true}]"# } else { "" };
            let (id, start) = (at + 1, 1_700_000_000_000_000_u64 + at as u64);
            let span = format!(
                r#"{comma}{{"traceID":"b16","spanID":"{id:x}","operationName":"o","startTime":{start},"duration":5,"processID":"p"{error}}}"#
            );
            file.push_str(&span);
        }
        file.push_str("]}]}");
        page.host.service.has_trace("b16", file);
        page.open("/trace/b16").await;
        page.element("@span-row").await;
        // A falling line: at each place of the strip something is painted at its height, and nothing far from it.
        let line = "const it = one('@minimap');
            if (!it?.width) return false;
            const copy = new OffscreenCanvas(it.width, it.height).getContext('2d');
            copy.drawImage(it, 0, 0);
            const dots = copy.getImageData(0, 0, it.width, it.height).data;
            const painted = (x) => [...Array(it.height).keys()].filter((y) => dots[(y * it.width + x) * 4 + 3] > 40);
            return [0.1, 0.3, 0.5, 0.7, 0.9].every((share) => {
                const rows = painted(Math.round(share * it.width));
                return rows.length > 0 && rows.every((y) => Math.abs(y / it.height - share) < 0.06);
            })";
        page.until("the minimap has a falling line", line, &[]).await;
        let failed: Vec<f64> = page
            .value(
                "const it = one('@minimap'), copy = new OffscreenCanvas(it.width, it.height).getContext('2d');
                copy.drawImage(it, 0, 0);
                const dots = copy.getImageData(0, 0, it.width, it.height).data;
                const isRed = (at) => dots[at + 3] > 40 && dots[at] + 10 > dots[at + 1];
                return [...Array(it.width * it.height).keys()].filter((at) => isRed(at * 4)).map((at) => (at % it.width) / it.width)",
                &[],
            )
            .await;
        assert!(!failed.is_empty() && failed.iter().all(|at| (at - 0.75).abs() < 0.01), "one span in three million failed: {failed:?}");
        let height: f64 = page.value("return one('@timeline .sizer').getBoundingClientRect().height", &[]).await;
        assert!(height <= 8_000_000.0, "{height}");
        let first = "return Math.min(...all('@span-row').filter((row) => row.getBoundingClientRect().bottom > one('@timeline').getBoundingClientRect().top).map((row) => Number(row.dataset.row)))";
        let mut steps = Vec::new();
        for share in [0.0, 0.5, 0.98] {
            page.js("const it = one('@timeline'); it.scrollTop = (it.scrollHeight - it.clientHeight) * arguments[0]", &[json!(share)]).await;
            let wanted = share * ROWS as f64;
            let near = format!("const at = (() => {{ {first} }})(); return Math.abs(at - arguments[0]) < 60");
            page.until("the thumb's place is the list's", &near, &[json!(wanted)]).await;
            let before: f64 = page.value(first, &[]).await;
            let turn = json!({ "type": "mouseWheel", "x": 600, "y": 600, "deltaX": 0, "deltaY": 260 });
            page.cdp("Input.dispatchMouseEvent", turn).await;
            page.until("the wheel moved it", &format!("return (() => {{ {first} }})() !== arguments[0]"), &[json!(before)]).await;
            let after: f64 = page.value(first, &[]).await;
            steps.push(after - before);
        }
        assert_eq!(steps, [10.0; 3], "one notch is as many rows at the top, in the middle and near the end");
        // The wheel reaches the end itself, and leaves it by as many rows.
        page.js("const it = one('@timeline'); it.scrollTop = it.scrollHeight", &[]).await;
        let is_there = "const rows = all('@span-row'), list = one('@timeline').getBoundingClientRect();
            return rows.some((row) => Number(row.dataset.row) === arguments[0] - 1 && row.getBoundingClientRect().bottom <= list.bottom + 1)";
        page.until("the thumb's end is the last row", is_there, &[json!(ROWS)]).await;
        let before: f64 = page.value(first, &[]).await;
        for (down, expected) in [(-260, before - 10.0), (-260, before - 20.0), (260, before - 10.0), (260, before), (260, before)] {
            let turn = json!({ "type": "mouseWheel", "x": 600, "y": 600, "deltaX": 0, "deltaY": down });
            page.cdp("Input.dispatchMouseEvent", turn).await;
            page.until("it moved by ten rows", &format!("return (() => {{ {first} }})() === arguments[0]"), &[json!(expected)]).await;
        }
        page.until("the last row is seen again", is_there, &[json!(ROWS)]).await;
        // A finger takes the rows with it: two hundred and sixty pixels are ten rows here, too.
        page.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 1 })).await;
        for (kind, step) in std::iter::once(("touchStart", 0)).chain((1..=10).map(|step| ("touchMove", step))) {
            let point = json!({ "x": 200, "y": 300 + 26 * step, "id": 0 });
            page.cdp("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": [point] })).await;
        }
        page.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await;
        page.until("the finger moved it", &format!("return (() => {{ {first} }})() === arguments[0]"), &[json!(before - 10.0)]).await;
        page.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": false })).await;
        page.keys(ROW, HOME).await;
        page.until_attribute(CURRENT, "data-row", "0").await;
        page.keys(ROW, END).await;
        page.until_attribute(CURRENT, "data-row", &(ROWS - 1).to_string()).await;
        let in_view = "const [list, row] = ['@timeline', '@span-row.current'].map((it) => one(it).getBoundingClientRect());
            return row.top >= list.top && row.bottom <= list.bottom + 1";
        page.until("the last row is reached", in_view, &[]).await;
    })
    .await;
}

/// Jaeger UI's parameters for a trace inside another page.
#[tokio::test]
async fn an_embedded_trace_has_no_bar() {
    in_browser(async |page| {
        let ride = demo_ride();
        let address = format!("/trace/{}?uiEmbed=v0&uiTimelineHideMinimap=1&uiTheme=dark", ride.id);
        page.driver.goto(page.host.url(&address)).await.expect("the host answers");
        page.until_rows(&ride.ids()).await;
        assert_eq!(page.count("@nav-search").await, 0);
        assert_eq!(page.count("@minimap").await, 0);
        assert_eq!(page.value::<String>("return document.documentElement.dataset.theme", &[]).await, "dark");
        let address = page.attribute("@standalone", "href").await;
        assert!(address.ends_with(&format!("/trace/{}", ride.id)), "{address}");
    })
    .await;
}
