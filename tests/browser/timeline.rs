//! A trace's page: its facts, its rows, and how they fold.

use crate::support::browser::in_browser;
use crate::support::keys::{CURRENT, DOWN, END, HOME, LEFT, RIGHT, ROW, UP};
use crate::support::page::Page;
use crate::support::traces::demo_ride;

#[tokio::test]
async fn the_header_says_the_facts() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        for (name, value) in [
            ("data-spans", trace.spans.len() as i64),
            ("data-services", trace.services.len() as i64),
            ("data-depth", trace.depth() as i64),
            ("data-errors", trace.errors() as i64),
            ("data-duration-us", trace.duration),
        ] {
            assert_eq!(page.attribute("@trace-header", name).await, value.to_string(), "{name}");
        }
        page.until_address_is(&format!("/trace/{}", trace.id)).await;
        let root = &trace.spans[0];
        assert_eq!(page.text("@trace-header h1 .service-name").await, root.service);
        assert_eq!(page.text("@trace-header h1 .operation").await, root.name);
        let title = page.driver.title().await.expect("a page has a title");
        let name = format!("{}: {} ({}) · Trackway", &trace.id[..7], root.name, root.service);
        assert!(title.ends_with(&name), "{title}");
        assert!(!title.starts_with(&name), "a picture comes first: {title}");
        page.click(".trace-title .back").await;
        page.until_count("@trace-header", 0).await;
        page.element("@result-row").await;
    })
    .await;
}

#[tokio::test]
async fn a_row_per_span() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        page.until_rows(&trace.ids()).await;
        let seen: Vec<[String; 5]> = page
            .value(
                "return all('@span-row').map((row) => [row.dataset.depth, row.dataset.service, row.dataset.error, \
                    row.querySelector('.service-name').textContent, row.querySelector('.operation').textContent])",
                &[],
            )
            .await;
        for (row, span) in seen.iter().zip(&trace.spans) {
            let expected =
                [&span.depth.to_string(), &span.service, &span.is_error.to_string(), &span.service, &span.name];
            assert_eq!(row.each_ref(), expected, "{}", span.id);
        }
        bars_stand_where_their_spans_are(page).await;
    })
    .await;
}

/// Bars against the times of their spans, to a pixel or two.
async fn bars_stand_where_their_spans_are(page: &Page) {
    let trace = demo_ride();
    let script = "return all('@span-row').map((row) => {
        const cell = row.querySelector('.bar-cell').getBoundingClientRect();
        const bar = row.querySelector(css('@span-bar')).getBoundingClientRect();
        return [bar.left - cell.left, bar.width, cell.width] })";
    let places: Vec<[f64; 3]> = page.value(script, &[]).await;
    assert_eq!(places.len(), trace.spans.len());
    for ([left, width, whole], span) in places.into_iter().zip(&trace.spans) {
        let pixels = |micros: i64| micros as f64 / trace.duration as f64 * whole;
        let start = span.json["startTime"].as_i64().expect("µs") - trace.start;
        let length = span.json["duration"].as_i64().expect("µs");
        assert!((left - pixels(start)).abs() < 2.0, "{} begins at {left}, not at {}", span.id, pixels(start));
        // The shortest are drawn wider, to be seen at all.
        assert!((width - pixels(length)).abs() < 4.0, "{} is {width} wide, not {}", span.id, pixels(length));
    }
}

#[tokio::test]
async fn one_row_collapses_and_expands() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        page.until_rows(&trace.ids()).await;
        let at = trace.row_of(|span| span.depth > 0 && span.descendants > 3);
        let row = format!("@span-row[data-span-id=\"{}\"]", trace.spans[at].id);
        assert_eq!(page.attribute(&row, "aria-expanded").await, "true");
        page.click(&format!("{row} @span-toggle")).await;
        page.until_rows(&trace.ids_without_children_of(at)).await;
        assert_eq!(page.attribute(&row, "aria-expanded").await, "false");
        assert_eq!(page.count("@span-detail").await, 0, "folding opens no detail");
        page.click(&format!("{row} @span-toggle")).await;
        page.until_rows(&trace.ids()).await;
    })
    .await;
}

#[tokio::test]
async fn all_rows_collapse_and_expand() {
    in_browser(async |page| {
        let trace = demo_ride();
        let ids_at = |depth: usize| -> Vec<_> {
            trace.spans.iter().filter(|span| span.depth <= depth).map(|span| span.id.clone()).collect()
        };
        page.open_demo_trace(&trace.id).await;
        page.click("@collapse-all").await;
        page.until_rows(&ids_at(0)).await;
        // What was below stays collapsed: one level at a time.
        page.click("@span-row @span-toggle").await;
        page.until_rows(&ids_at(1)).await;
        page.click("@expand-all").await;
        page.until_rows(&trace.ids()).await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_moves_and_folds() {
    in_browser(async |page| {
        let trace = demo_ride();
        let last = trace.spans.len() - 1;
        page.open_demo_trace(&trace.id).await;
        page.until_rows(&trace.ids()).await;
        page.keys(ROW, HOME).await;
        page.until_attribute(CURRENT, "data-row", "0").await;
        page.keys(ROW, [DOWN, DOWN, DOWN, UP].concat()).await;
        page.until_attribute(CURRENT, "data-row", "2").await;
        page.keys(ROW, END).await;
        page.until_attribute(CURRENT, "data-row", &(last).to_string()).await;
        page.keys(ROW, HOME).await;
        page.until_attribute(CURRENT, "data-row", "0").await;

        let at = trace.row_of(|span| span.depth == 1 && span.descendants > 0);
        page.keys(ROW, DOWN.repeat(at)).await;
        page.until_attribute(CURRENT, "data-row", &(at).to_string()).await;
        page.keys(ROW, LEFT).await;
        page.until_rows(&trace.ids_without_children_of(at)).await;
        page.keys(ROW, RIGHT).await;
        page.until_rows(&trace.ids()).await;

        page.keys(ROW, "[").await;
        page.until_rows(&[trace.spans[0].id.clone()]).await;
        page.keys(ROW, "]").await;
        page.until_rows(&trace.ids()).await;
    })
    .await;
}

/// Nothing but rows is scrolled: not for a list that fits, and not beyond the last row.
#[tokio::test]
async fn the_list_is_as_long_as_its_rows() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        page.until_rows(&trace.ids()).await;
        let heights = "const list = one('@timeline'); return [list.scrollHeight, list.clientHeight, one('@span-row').clientHeight]";
        let [whole, _, row]: [usize; 3] = page.value(heights, &[]).await;
        assert!(whole.abs_diff(trace.spans.len() * row) <= trace.spans.len(), "{whole} px for {} rows of {row} px", trace.spans.len());
        page.click("@collapse-all").await;
        page.until_rows(&[trace.spans[0].id.clone()]).await;
        let [whole, visible, _]: [usize; 3] = page.value(heights, &[]).await;
        assert_eq!(whole, visible, "one row does not scroll");
    })
    .await;
}

#[tokio::test]
async fn the_minimap_chooses_a_window() {
    in_browser(async |page| {
        let trace = demo_ride();
        page.open_demo_trace(&trace.id).await;
        assert_eq!(window(page).await, (0, trace.duration));
        let strip = page.element("@minimap").await;
        let width = strip.rect().await.expect("it is drawn").width as i64;
        let drag = page.driver.action_chain().move_to_element_with_offset(&strip, -width / 4, 5).click_and_hold();
        drag.move_by_offset(width / 4, 3).release().perform().await.expect("the mouse moves");
        page.until_address("from=").await;
        let near = |time: i64, fraction: f64| (time as f64 / trace.duration as f64 - fraction).abs() < 0.01;
        let (start, end) = window(page).await;
        assert!(near(start, 0.25) && near(end, 0.5), "{start} to {end} µs of {}", trace.duration);
        let address = page.until_address("to=").await;
        assert!(
            address.contains(&format!("from={start}")) && address.contains(&format!("to={end}")),
            "{address} is in ns, {start} to {end} in µs"
        );

        // The address is the view.
        page.reload().await;
        page.element("@span-row").await;
        assert_eq!(window(page).await, (start, end));

        let strip = page.element("@minimap").await;
        page.driver.action_chain().double_click_element(&strip).perform().await.expect("the mouse clicks");
        page.until_attribute("@ruler", "data-end-us", &trace.duration.to_string()).await;
        assert_eq!(window(page).await, (0, trace.duration));
        page.until_address_is(&format!("/trace/{}", trace.id)).await;
    })
    .await;
}

/// The visible window, in µs.
async fn window(page: &Page) -> (i64, i64) {
    let time = async |name| page.attribute("@ruler", name).await.parse().expect("a whole number of µs");
    (time("data-start-us").await, time("data-end-us").await)
}
