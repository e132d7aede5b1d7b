//! Two timelines side by side: rows, bars, differences, the keyboard, and what the address keeps.

use serde_json::json;

use crate::support::browser::in_browser;
use crate::support::keys::{DOWN, END, ENTER, HOME, UP};
use crate::support::page::Page;
use crate::support::traces::{answer, demo, span, trace};

const ROWS: &str = "@diff-timeline-row";
const LIST: &str = "@diff-timelines";

/// `[kind, span in A, span in B, depth, difference]` of every row, in order.
async fn rows(page: &Page) -> Vec<[String; 5]> {
    let script = "return all('@diff-timeline-row').map((it) => [it.dataset.kind, it.dataset.a, it.dataset.b, `${it.ariaLevel - 1}`, it.querySelector('.aligned-change').innerText.replace(/\\s+/g, ' ').trim()])";
    page.value(script, &[]).await
}

/// A shop's order: what it calls, each with its start and duration in µs, and its id.
fn orders(id: &str, calls: &[(&str, i64, i64)]) -> String {
    let call = |(at, (name, start, duration)): (usize, &(&str, i64, i64))| {
        span(&(at + 2).to_string(), Some("1"), "shop", name, *start, *duration)
    };
    let spans = std::iter::once(span("1", None, "shop", "order", 0, 1_000)).chain(calls.iter().enumerate().map(call));
    answer(&[trace(id, spans.collect())])
}

/// A made pair: the second call lasts longer in B, which has one more.
async fn has_pair(page: &Page) {
    let a = [("get", 100, 100), ("put", 300, 100), ("old", 500, 50)];
    let b = [("get", 150, 104), ("put", 300, 200), ("new", 600, 100)];
    page.host.service.has_trace("a1", orders("a1", &a));
    page.host.service.has_trace("b1", orders("b1", &b));
}

/// The rows' own texts as they are expected of the pair.
fn of_pair() -> Vec<[String; 5]> {
    let all = [
        ["same", "0000000000000001", "0000000000000001", "0", "="],
        ["same", "0000000000000002", "0000000000000002", "1", "+4 µs (+4%)"],
        ["same", "0000000000000003", "0000000000000003", "1", "+100 µs (+100%)"],
        ["removed", "0000000000000004", "", "1", "－ 50 µs"],
        ["added", "", "0000000000000004", "1", "＋ 100 µs"],
    ];
    all.map(|row| row.map(str::to_owned)).to_vec()
}

async fn until_chosen(page: &Page, label: &str) {
    let script = "const row = one(`${arguments[0]} [role=row][aria-selected=true]`);
        return row !== null && one(arguments[0]).getAttribute('aria-activedescendant') === row.id && row.ariaLabel.includes(arguments[1])";
    page.until(&format!("{label} is chosen"), script, &[json!(LIST), json!(label)]).await;
}

#[tokio::test]
async fn counterparts_stand_in_one_row_on_one_scale() {
    in_browser(async |page| {
        has_pair(page).await;
        page.open("/trace/a1...b1").await;
        page.click("@diff-look-timelines").await;
        page.until_address("view=timelines").await;
        page.until_count(ROWS, 5).await;
        let found = rows(page).await;
        let ids = |rows: &[[String; 5]]| rows.iter().map(|row| row.clone().map(|it| it.trim_start_matches('0').to_owned())).collect::<Vec<_>>();
        assert_eq!(ids(&found), ids(&of_pair()));
        // The same stretch of time on both sides: a bar that is twice as long lasts twice as long.
        let script = "return all('@diff-timeline-row')[2].querySelectorAll('.span-bar').values().map((it) => Math.round(it.getBoundingClientRect().width)).toArray()";
        let [a, b]: [i64; 2] = page.value(script, &[]).await;
        assert!((2 * a - b).abs() <= 2 && a > 10, "{a} and {b}");
        assert_eq!(page.count(".aligned-empty").await, 2);
        let script = "return all('@diff-timeline-row .aligned-change[data-change]').map((it) => [it.dataset.change, it.style.getPropertyValue('--heat')])";
        let heat: Vec<[String; 2]> = page.value(script, &[]).await;
        assert_eq!(heat, [["same", "0.0000%"], ["slower", "4.0000%"], ["slower", "100.0000%"]]);

        // From the parent's start: the wait is what is left of a bar.
        page.choose("@diff-align", "parent").await;
        page.until_address("align=parent").await;
        page.reload().await;
        page.until_count(ROWS, 5).await;
        assert_eq!(page.value::<String>("return one('@diff-align').value", &[]).await, "parent");
        page.choose("@diff-align", "").await;

        // What does not differ is folded: one call, by less than a tenth of the largest difference.
        page.click("@diff-hide-same").await;
        page.until_count(ROWS, 4).await;
        page.until_text("@diff-timeline-stub", "1 the same").await;
        page.click("@diff-timeline-stub").await;
        page.until_count(ROWS, 5).await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_goes_from_row_to_row_and_to_the_spans() {
    in_browser(async |page| {
        has_pair(page).await;
        let address = "/trace/a1...b1?view=timelines";
        page.open(address).await;
        page.until_count(ROWS, 5).await;
        for (keys, label) in [(DOWN, "order"), (DOWN, "get"), (END, "new"), (UP, "old"), (HOME, "order")] {
            page.keys(LIST, keys).await;
            until_chosen(page, label).await;
        }
        for (keys, label) in [("n", "put"), ("n", "old"), ("nn", "put"), ("p", "new"), ("p", "old")] {
            page.keys(LIST, keys).await;
            until_chosen(page, label).await;
        }
        // The buttons above go the same way.
        page.click("@diff-next").await;
        until_chosen(page, "Only in B").await;
        // One that B has alone opens there.
        page.keys(LIST, ENTER).await;
        page.until_address("/trace/b1?span=").await;
        page.open(address).await;
        page.until_count(ROWS, 5).await;
        page.click("@diff-timeline-row:nth-child(2)").await;
        until_chosen(page, "get").await;
        page.keys(LIST, "\u{e008}\u{e007}").await;
        page.until_address("/trace/b1?span=").await;
        page.open(address).await;
        page.until_count(ROWS, 5).await;
        page.keys(LIST, [DOWN, DOWN, ENTER].concat()).await;
        page.until_address("/trace/a1?span=").await;
        page.open(address).await;
        page.click("@diff-row-b").await;
        page.until_address("/trace/b1?span=").await;
        page.until_count_at_least("@span-detail", 1).await;
    })
    .await;
}

/// Of each group one trace is shown; the address says which.
#[tokio::test]
async fn a_group_is_gone_through() {
    in_browser(async |page| {
        has_pair(page).await;
        page.host.service.has_trace("a2", orders("a2", &[("other", 100, 100)]));
        page.open("/compare?a=a1,a2&b=b1&view=timelines").await;
        page.until_text("@diff-nth-a", "1 of 2").await;
        page.until_count(ROWS, 5).await;
        assert_eq!(page.count("@diff-nth-b").await, 0);
        page.click("@diff-trace-next-a").await;
        page.until_address("ta=1").await;
        page.until_text("@diff-nth-a", "2 of 2").await;
        page.until_text("@diff-trace-a", "a2").await;
        // other; get, put and new.
        page.until_count("@diff-timeline-row[data-kind=added]", 3).await;
        page.until_count("@diff-timeline-row[data-kind=removed]", 1).await;
        page.reload().await;
        page.until_text("@diff-nth-a", "2 of 2").await;
        // The sides are swapped with all that belongs to them.
        page.click("@diff-swap").await;
        page.until_address("tb=1").await;
        page.until_text("@diff-nth-b", "2 of 2").await;
        page.until_count("@diff-timeline-row[data-kind=added]", 1).await;
        page.click("@diff-trace-previous-b").await;
        page.until_text("@diff-nth-b", "1 of 2").await;
    })
    .await;
}

/// A ride that failed beside one that went well, of the demo.
#[tokio::test]
async fn the_demo_shows_where_a_ride_ended() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        let id = |spans: usize| demo().into_iter().find(|it| it.spans.len() == spans).expect("such a ride").id;
        let path = json!(format!("/trace/{}...{}?view=timelines", id(40), id(14)));
        page.js("history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))", &[path]).await;
        page.until_count_at_least(ROWS, 20).await;
        page.shot("compare-timelines").await;
        assert_eq!(page.count("@diff-timeline-row[data-kind=added]").await, 0);
        // Both have the ride; it failed in B alone.
        let script = "return all('@diff-timeline-row')[0].querySelectorAll('.aligned-half').values().map((it) => it.matches('.has-error') && it.querySelector('.mark-error') !== null).toArray()";
        assert_eq!(page.value::<[bool; 2]>(script, &[]).await, [false, true]);
        page.click("@diff-hide-same").await;
        page.until_address("same=hide").await;
        page.keys(LIST, "n").await;
        until_chosen(page, "HTTP GET /dispatch").await;
    })
    .await;
}

/// Thousands of rows: only those in view are on the page, the last ones are reached, and nothing holds the page up.
#[tokio::test]
async fn long_ones_scroll() {
    in_browser(async |page| {
        let calls: Vec<(&str, i64, i64)> = (0..3_000).map(|at| (["get", "put", "list"][at % 3], at as i64 / 4, 1)).collect();
        page.host.service.has_trace("a1", orders("a1", &calls));
        page.host.service.has_trace("b1", orders("b1", &calls[..2_990]));
        page.open("/trace/a1...b1?view=timelines").await;
        page.until_count_at_least(ROWS, 20).await;
        assert!(page.count(ROWS).await < 200);
        page.until_attribute(LIST, "aria-rowcount", "3001").await;
        page.js("window.tasks = []; new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' })", &[]).await;
        page.keys(LIST, [END, "p", HOME, END].concat()).await;
        until_chosen(page, "Only in A").await;
        page.until("the last row is there", "return one('@diff-timeline-row[aria-rowindex=\"3001\"]') !== null", &[]).await;
        let tasks: Vec<f64> = page.value("return tasks", &[]).await;
        // (Tests run beside each other: alone there is none over 50 ms.)
        assert!(tasks.iter().all(|task| *task < 250.0), "{tasks:?}");
    })
    .await;
}
