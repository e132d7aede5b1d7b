//! Searching: the loaded traces by form, query and facets, and a query API by the same form.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::files::Folder;
use crate::support::keys::{DOWN, ENTER, ESCAPE, RIGHT, TAB};
use crate::support::oracle::{Span, Trace};
use crate::support::page::Page;
use crate::support::traces::{answer, demo, small, span, trace};
use crate::support::waiting::until;

const JSON: &str = "application/json";

/// The demo's traces that have a span which holds.
fn with_span(holds: impl Fn(&Span) -> bool) -> Vec<String> {
    let traces = demo().into_iter().filter(|trace| trace.spans.iter().any(&holds));
    traces.map(|trace| trace.id).collect()
}

async fn open_demo(page: &Page) {
    page.open("/").await;
    page.open_demo().await;
    page.until_count("@result-row", demo().len()).await;
    page.click("@search-toggle").await;
    page.element("@search-form").await;
}

/// Waits until just these traces are listed, in any order.
async fn until_listed(page: &Page, mut ids: Vec<String>) {
    ids.sort();
    let look = async || {
        let mut listed = page.attributes("@result-row", "data-trace-id").await;
        listed.sort();
        if listed == ids { Ok(()) } else { Err(format!("listed are {listed:?}, wanted {ids:?}")) }
    };
    until("the traces that were searched for are listed", look).await;
}

async fn fill(page: &Page, field: &str, text: &str) {
    let set = "const it = one(arguments[0]); it.value = arguments[1]; it.dispatchEvent(new Event('input', { bubbles: true })); it.dispatchEvent(new Event('change', { bubbles: true }))";
    page.js(set, &[json!(field), json!(text)]).await;
}

/// What a query finds is marked in the trace, too, and can be asked for there.
#[tokio::test]
async fn a_result_of_a_query_opens_with_its_spans_marked() {
    in_browser(async |page| {
        open_demo(page).await;
        let is_wanted = |span: &Span| span.service == "redis" && span.is_error;
        let wanted = with_span(is_wanted);
        fill(page, "@query-input", "{ resource.service.name = \"redis\" && status = error }").await;
        page.click("@find-traces").await;
        until_listed(page, wanted.clone()).await;
        let id = page.attribute("@result-row", "data-trace-id").await;
        page.click("@result-row").await;
        page.until_attribute("@trace-header", "data-trace-id", &id).await;
        let trace = demo().into_iter().find(|trace| trace.id == id).expect("it is of the demo");
        let count = trace.spans.iter().filter(|span| is_wanted(span)).count();
        page.until_attribute("@find-count", "data-count", &count.to_string()).await;
        page.until_address("findMode=traceql").await;
        let value: String = page.value("return one('@find-mode').value", &[]).await;
        assert_eq!(value, "traceql");
        fill(page, "@find-input", "{ resource.service.name = }").await;
        let fault = page.until_text(".find-fault", "Character 27").await;
        assert!(fault.contains("TraceQL") && fault.contains("duration"), "{fault}");
        fill(page, "@find-input", "{ } | count() > 1000000").await;
        page.until_attribute("@find-count", "data-count", "0").await;
    })
    .await;
}

#[tokio::test]
async fn the_form_searches_the_loaded_traces() {
    in_browser(async |page| {
        open_demo(page).await;
        let scrolls =
            "const it = document.documentElement; return it.scrollHeight > innerHeight || it.scrollWidth > innerWidth";
        assert!(!page.value::<bool>(scrolls, &[]).await, "only what is in the page scrolls");
        let failed = with_span(|span| span.service == "redis" && span.is_error);
        assert!(!failed.is_empty() && failed.len() < demo().len(), "it tells traces apart");
        fill(page, "@service-select", "redis").await;
        fill(page, "@tags-input", "error=true").await;
        page.click("@find-traces").await;
        until_listed(page, failed.clone()).await;
        // As Jaeger UI has it.
        page.until_address_is("/search?source=loaded&service=redis&tags=%7B%22error%22%3A%22true%22%7D").await;
        page.until_text("@result-count", &format!("{} traces of {} loaded", failed.len(), demo().len())).await;
        // All of it is asked of one and the same span.
        let slow = with_span(|span| {
            span.service == "redis" && span.is_error && span.json["duration"].as_i64() >= Some(30_000)
        });
        fill(page, "@min-duration", "30ms").await;
        page.click("@find-traces").await;
        until_listed(page, slow).await;
        // The address is the search: another visitor sees the same.
        page.reload().await;
        page.open_demo().await;
        page.until_attribute("@tags-input", "type", "text").await;
        let shown = "return ['@service-select', '@tags-input', '@min-duration'].map((id) => one(id).value)";
        assert_eq!(page.value::<[String; 3]>(shown, &[]).await, ["redis", "error=true", "30ms"]);
        page.click("@search-reset").await;
        until_listed(page, demo().into_iter().map(|trace| trace.id).collect()).await;
    })
    .await;
}

#[tokio::test]
async fn the_durations_of_traces_are_a_condition_of_their_own() {
    in_browser(async |page| {
        open_demo(page).await;
        let long: Vec<String> =
            demo().into_iter().filter(|trace| trace.duration >= 1_000_000).map(|trace| trace.id).collect();
        assert!(!long.is_empty());
        fill(page, "@min-trace-duration", "1s").await;
        page.keys("@max-trace-duration", ["1h", ENTER].concat()).await;
        until_listed(page, long).await;
        page.until_address("maxTraceDuration=1h").await;
        fill(page, "@min-trace-duration", "soon").await;
        page.click("@find-traces").await;
        page.until_text("@search-fault", "Duration of the trace, column 1: “soon” cannot be understood.").await;
    })
    .await;
}

#[tokio::test]
async fn a_query_searches_and_its_faults_name_the_place() {
    in_browser(async |page| {
        open_demo(page).await;
        let calls = with_span(|span| span.service == "redis" && span.is_error);
        page.keys("@query-input", [r#"{ resource.service.name = "redis" && status = error }"#, ENTER].concat()).await;
        until_listed(page, calls).await;
        page.until_count_at_least("@matched", 1).await;
        fill(page, "@query-input", "{ duration > }").await;
        page.click("@find-traces").await;
        page.until_text("@search-fault", "TraceQL, column 14: “}” cannot be understood.").await;
        assert!(page.count("@result-row").await > 0, "what was found stays while the query is mended");
        fill(page, "@query-input", "{ name =~ \"no such.*\" }").await;
        page.click("@find-traces").await;
        page.until_count("@result-row", 0).await;
        page.until_text("@nothing-found", "No trace matches").await;
    })
    .await;
}

/// A link of Jaeger UI's search page.
#[tokio::test]
async fn a_link_of_jaeger_searches_what_is_loaded() {
    in_browser(async |page| {
        let some = with_span(|span| span.service == "driver");
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        page.js("history.pushState(null, '', '/search?end=1999999999000000&limit=200&lookback=custom&service=driver&start=0&operation=all&maxDuration&minDuration'); dispatchEvent(new PopStateEvent('popstate'))", &[]).await;
        until_listed(page, some).await;
        let shown = "return [one('@service-select').value, one('@limit-input').value, one('@lookback-select').value]";
        assert_eq!(page.value::<[String; 3]>(shown, &[]).await, ["driver", "200", "custom"]);
    })
    .await;
}

#[tokio::test]
async fn facets_narrow_and_count() {
    in_browser(async |page| {
        open_demo(page).await;
        let of_service =
            |name: &str| -> Vec<Trace> { demo().into_iter().filter(|trace| trace.services.contains(name)).collect() };
        let redis = of_service("redis");
        let line = "@facet[data-facet=\"service\"][data-value=\"redis\"]";
        page.until_text(line, &redis.len().to_string()).await;
        page.click(&format!("{line} input")).await;
        until_listed(page, redis.iter().map(|trace| trace.id.clone()).collect()).await;
        page.until_address("facet=service%3Aredis").await;
        // The facet's own choice does not count for its counts, another one's does.
        let mysql = of_service("mysql").len();
        page.until_text("@facet[data-facet=\"service\"][data-value=\"mysql\"]", &mysql.to_string()).await;
        let failed: Vec<&Trace> = redis.iter().filter(|trace| trace.errors() > 0).collect();
        let errors = "@facet[data-facet=\"errors\"][data-value=\"1\"]";
        page.until_text(errors, &failed.len().to_string()).await;
        page.click(&format!("{errors} input")).await;
        until_listed(page, failed.iter().map(|trace| trace.id.clone()).collect()).await;
        page.click(&format!("{line} input")).await;
        until_listed(page, demo().into_iter().filter(|trace| trace.errors() > 0).map(|trace| trace.id).collect()).await;
    })
    .await;
}

/// The pointer or the focus on a facet: its answer is asked for ahead. Traces that come after that belong to it, too.
#[tokio::test]
async fn a_facet_that_was_foreseen_tells_of_what_came_since() {
    let folder = Folder::new("foreseen");
    let late = folder.write("late.json", answer(&[small("1a7e", 3)]));
    in_browser(async |page| {
        open_demo(page).await;
        page.choose_files(&[&folder.write("early.json", answer(&[small("ea71", 3)]))]).await;
        let input = "@facet[data-facet=\"service\"][data-value=\"shop\"] input";
        page.keys(input, " ").await;
        until_listed(page, vec!["ea71".to_owned()]).await;
        page.keys(input, " ").await;
        page.until_count("@result-row", demo().len() + 1).await;
        page.js("one(arguments[0]).focus()", &[json!(input)]).await;
        page.choose_files(&[&late]).await;
        page.until_text("@facet[data-facet=\"service\"][data-value=\"shop\"]", "2").await;
        page.keys(input, " ").await;
        until_listed(page, vec!["ea71".to_owned(), "1a7e".to_owned()]).await;
    })
    .await;
}

#[tokio::test]
async fn traces_are_chosen_for_a_comparison() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        let ids = page.attributes("@result-row", "data-trace-id").await;
        let check = |id: &str| format!("@result-row[data-trace-id=\"{id}\"] @result-check");
        page.click(&check(&ids[1])).await;
        page.until_text("@compare-selected", "Compare 1").await;
        let is_disabled = "return one('@compare-selected').disabled";
        assert!(page.value::<bool>(is_disabled, &[]).await, "one is nothing to compare");
        page.until_address_is("/search").await;
        page.click(&check(&ids[3])).await;
        page.until_text("@compare-selected", "Compare 2").await;
        // The choice survives another order.
        page.choose("@sort-select", "longest").await;
        page.until_address("sort=longest").await;
        page.until("both are chosen", "return all('@result-check').filter((it) => it.checked).length === 2", &[]).await;
        page.click("@compare-selected").await;
        page.until_address_is(&format!("/trace/{}...{}?cohort={}&cohort={}", ids[1], ids[3], ids[1], ids[3])).await;
    })
    .await;
}

#[tokio::test]
async fn the_plot_is_brushed_and_has_two_scales() {
    in_browser(async |page| {
        page.open("/").await;
        page.open_demo().await;
        page.until_count("@result-row", demo().len()).await;
        let place = "const it = one('@scatter-plot').getBoundingClientRect(); return it.width > 0 && [it.left, it.top, it.right, it.bottom]";
        page.until("the plot is there", place, &[]).await;
        let [left, top, right, bottom]: [f64; 4] = page.value(place, &[]).await;
        // From corner to corner: all of them.
        for (kind, x, y) in [("mouseMoved", left + 70.0, top + 3.0), ("mousePressed", left + 70.0, top + 3.0), ("mouseMoved", right - 60.0, bottom - 5.0), ("mouseReleased", right - 60.0, bottom - 5.0)] {
            page.cdp("Input.dispatchMouseEvent", json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 })).await;
        }
        page.until_text("@brush-select", &format!("Select {}", demo().len())).await;
        page.click("@brush-select").await;
        page.until_text("@compare-selected", &format!("Compare {}", demo().len())).await;
        page.click("@deselect-all").await;
        page.until_count("@compare-selected", 0).await;
        // Two groups: all of them, and the right half.
        for (name, from) in [("A", left + 70.0), ("B", (left + right) / 2.0)] {
            for (kind, x, y) in [("mouseMoved", from, top + 30.0), ("mousePressed", from, top + 30.0), ("mouseMoved", right - 60.0, bottom - 5.0), ("mouseReleased", right - 60.0, bottom - 5.0)] {
                page.cdp("Input.dispatchMouseEvent", json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 })).await;
            }
            page.click(&format!("@brush-group-{name}")).await;
            page.until_count(&format!("@group-{name}"), 1).await;
        }
        let address = page.attribute("@compare-groups", "href").await;
        assert!(address.ends_with("/compare?a=sel:A&b=sel:B"), "{address}");
        page.click("@group-B").await;
        page.until_count("@compare-groups", 0).await;
        page.until_count("@group-A", 1).await;
        assert_eq!(page.attribute("@scatter-log", "aria-pressed").await, "false");
        page.click("@scatter-log").await;
        page.until_attribute("@scatter-log", "aria-pressed", "true").await;
        page.choose("@scatter-colour", "service").await;
        // By the keyboard from point to point, also then.
        page.keys("@scatter-plot", RIGHT).await;
        page.until_count(".tip", 1).await;
    })
    .await;
}

/// A Jaeger with version 1 of the API at the page's own origin.
fn with_jaeger(page: &Page, traces: &[Value]) {
    let names = json!({ "data": ["shop", "stock"], "total": 2, "limit": 0, "offset": 0, "errors": null });
    page.host.service.answer_path_with("services", 200, JSON, names.to_string());
    page.host.service.answer_path_with("traces", 200, JSON, answer(traces));
    page.provokes("404");
}

#[tokio::test]
async fn a_link_of_jaeger_asks_the_jaeger_beside_the_page() {
    in_browser(async |page| {
        with_jaeger(page, &[small("71", 4), small("72", 3)]);
        page.open("/search?service=shop&limit=20&lookback=1h&start=1790841600000000&end=1790845300000000&tags=%7B%22error%22%3A%22true%22%7D").await;
        until_listed(page, vec!["71".into(), "72".into()]).await;
        let asked = page.host.service.asked();
        let search = asked.iter().find(|path| path.starts_with("traces?")).unwrap_or_else(|| panic!("no search: {asked:?}"));
        for part in ["service=shop", "limit=20", "start=1790841600000000", "end=1790845300000000", "tags=%7B%22error%22%3A%22true%22%7D"] {
            assert!(search.contains(part), "{part} in {search}");
        }
        // Back from a trace, nothing is asked again.
        page.click("@result-row").await;
        page.until_count_at_least("@span-row", 3).await;
        page.click("@nav-search").await;
        page.js("history.back(); history.back()", &[]).await;
        page.until_count("@result-row", 2).await;
        let searches = page.host.service.asked().iter().filter(|path| path.starts_with("traces?")).count();
        assert_eq!(searches, 1);
    })
    .await;
}

#[tokio::test]
async fn a_source_that_fails_says_what_came_and_can_be_asked_again() {
    in_browser(async |page| {
        with_jaeger(page, &[]);
        let words = json!({ "data": null, "errors": [{ "code": 500, "msg": "storage is asleep" }] });
        page.host.service.answer_path_with("traces", 500, JSON, words.to_string());
        page.provokes("500");
        page.open("/search?service=shop&lookback=1h").await;
        let card = page.until_text("@error", "storage is asleep").await;
        assert!(card.contains("traces?"), "the request is named: {card}");
        let one = trace("81", vec![span("1", None, "shop", "GET /order", 0, 10)]);
        page.host.service.answer_path_with("traces", 200, JSON, answer(&[one]));
        page.click("@search-again").await;
        until_listed(page, vec!["81".into()]).await;
        assert_eq!(page.count("@error").await, 0);
        // Its services are proposed.
        let proposed = "return [...document.querySelectorAll('#service-names option')].map((it) => it.value).join() === 'shop,stock'";
        page.until("services are proposed", proposed, &[]).await;
    })
    .await;
}

fn searches(page: &Page) -> usize {
    page.host.service.asked().iter().filter(|path| path.starts_with("traces?")).count()
}

/// Once for each time that the form is sent: what is asked for is the same, or other times, or what failed before.
#[tokio::test]
async fn the_same_form_asks_again_and_once() {
    in_browser(async |page| {
        with_jaeger(page, &[small("71", 4)]);
        page.open("/search?service=shop&lookback=custom&start=1790841600000000&end=1790845300000000").await;
        until_listed(page, vec!["71".into()]).await;
        // The first time the address takes the source's name.
        page.click("@find-traces").await;
        page.until_address("source=").await;
        let asked_again = async |times: usize| {
            let look = async || match searches(page) {
                count if count == times => Ok(()),
                count => Err(format!("it was asked {count} times, not {times}")),
            };
            until("the source is asked", look).await;
            page.until_count("@search-running", 0).await;
        };
        asked_again(2).await;
        let places = page.js("return history.length", &[]).await;
        page.host.service.answer_path_with("traces", 200, JSON, answer(&[small("71", 4), small("72", 3)]));
        page.click("@find-traces").await;
        until_listed(page, vec!["71".into(), "72".into()]).await;
        asked_again(3).await;
        assert_eq!(page.js("return history.length", &[]).await, places, "the same is no new place");
        // A search that failed, sent again with other times.
        page.provokes("500");
        page.host.service.answer_path_with("traces", 500, JSON, "{}");
        page.choose("@lookback-select", "1h").await;
        page.click("@find-traces").await;
        page.until_count("@error", 1).await;
        asked_again(4).await;
        page.host.service.answer_path_with("traces", 200, JSON, answer(&[small("73", 4)]));
        page.click("@find-traces").await;
        until_listed(page, vec!["73".into()]).await;
        asked_again(5).await;
        let asked = page.host.service.asked();
        let times =
            |path: &String| path.split('&').filter(|part| part.contains("start=") || part.contains("end=")).count();
        assert!(asked.iter().filter(|path| path.starts_with("traces?")).all(|path| times(path) == 2), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn names_that_come_late_are_dropped() {
    in_browser(async |page| {
        with_jaeger(page, &[]);
        let slow = page.host.service.answer_path_piecewise("operations");
        page.open("/search?service=shop&lookback=1h").await;
        let look = async || {
            let asked = page.host.service.asked();
            let is_asked = asked.iter().any(|path| path.starts_with("operations?service=shop"));
            if is_asked { Ok(()) } else { Err(format!("{asked:?}")) }
        };
        until("operations of the first service are asked for", look).await;
        let names = |name: &str| json!({ "data": [{ "name": name, "spanKind": "server" }] }).to_string();
        page.host.service.answer_path_with("operations", 200, JSON, names("GET /stock"));
        fill(page, "@service-select", "stock").await;
        let proposed = "return [...document.querySelectorAll('#operation-names option')].map((it) => it.value).join() === 'GET /stock'";
        page.until("operations of the second are proposed", proposed, &[]).await;
        slow.give(names("GET /shop")).await;
        drop(slow);
        // Nothing shows that it has come: it is given time to do harm.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert_eq!(page.js(proposed, &[]).await, json!(true));
    })
    .await;
}

#[tokio::test]
async fn the_form_says_what_to_do_while_nothing_is_loaded() {
    in_browser(async |page| {
        page.open("/").await;
        page.until_text("@search-toggle", "Search a query API").await;
        let below = "return one('@search-toggle').getBoundingClientRect().top >= one('@drop-zone').getBoundingClientRect().bottom";
        assert!(page.value::<bool>(below, &[]).await, "ways to open files come first");
        page.click("@search-toggle").await;
        page.until_text("@nothing-found", "Nothing is loaded").await;
        page.click("@open-demo").await;
        page.until_count("@result-row", demo().len()).await;
        page.until_count("@nothing-found", 0).await;
        // The form is as wide as the user wants it, also after a reload.
        let width = "return Math.round(one('@search-form').getBoundingClientRect().width)";
        let before: i64 = page.value(width, &[]).await;
        page.keys(".search-page > .splitter", RIGHT.repeat(5)).await;
        page.until("the form is wider", &format!("{width} > {before} + 80"), &[]).await;
        let wide: i64 = page.value(width, &[]).await;
        page.reload().await;
        page.element("@search-form").await;
        let after: i64 = page.value(width, &[]).await;
        assert!((after - wide).abs() < 20, "{before}, {wide}, {after}");
    })
    .await;
}

/// Waits until a suggestion is the first one; empty: until no list is open.
async fn suggested(page: &Page, first: &str) {
    let script = "const it = all('@suggestions').find((it) => it.checkVisibility());
        return (it ? it.querySelector('.mono').textContent : '') === arguments[0]";
    page.until(&format!("“{first}” is suggested first"), script, &[json!(first)]).await;
}

#[tokio::test]
async fn boxes_complete_what_is_typed() {
    in_browser(async |page| {
        open_demo(page).await;
        let value = |selector: &str| format!("return one('{selector}').value");
        // A query, by the keyboard alone.
        page.keys("@query-input", "{ resource.serv").await;
        suggested(page, "resource.service.name").await;
        assert_eq!(
            page.count("@query-input[aria-activedescendant]").await,
            0,
            "nothing is chosen before it is asked for"
        );
        page.press(DOWN).await;
        page.element("@query-input[aria-activedescendant]").await;
        page.press(ENTER).await;
        suggested(page, "=").await;
        assert_eq!(page.value::<String>(&value("@query-input"), &[]).await, "{ resource.service.name ");
        page.press("= \"re").await;
        suggested(page, "\"redis\"").await;
        page.press(DOWN).await;
        page.press(TAB).await;
        let is_put_in = format!("{} === '{{ resource.service.name = \"redis\" '", value("@query-input"));
        page.until("the value is put in", &is_put_in, &[]).await;
        page.press("}").await;
        page.press(ENTER).await;
        until_listed(page, with_span(|span| span.service == "redis")).await;
        // Tags, by the pointer; Escape closes the list.
        fill(page, "@query-input", "").await;
        page.keys("@tags-input", "erro").await;
        suggested(page, "error=").await;
        page.press(ESCAPE).await;
        suggested(page, "").await;
        page.press("r").await;
        suggested(page, "error=").await;
        page.click("@tags-input + @suggestions [role=option]").await;
        suggested(page, "true").await;
        page.click("@tags-input + @suggestions [role=option]").await;
        suggested(page, "").await;
        assert_eq!(page.value::<String>(&value("@tags-input"), &[]).await, "error=true");
        // The box shows the whole of a long query.
        fill(page, "@query-input", &"{ span.http.response.status_code >= 500 && duration > 1s } || ".repeat(6)).await;
        let is_whole = "const it = one('@query-input'); return it.scrollHeight <= it.clientHeight + 1";
        page.until("the query is shown whole", is_whole, &[]).await;
    })
    .await;
}

/// Who types, and chooses before the list of what is typed by then has come.
#[tokio::test]
async fn what_is_chosen_of_an_older_list_replaces_all_that_is_typed() {
    in_browser(async |page| {
        open_demo(page).await;
        let types = "const it = one('@query-input'); it.value += 'e'; it.dispatchEvent(new Event('input', { bubbles: true }));
            for (const key of arguments[0]) it.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))";
        let is_put_in = "return one('@query-input').value === '{ resource.service.name = \"redis\" '";
        for (keys, then) in [(json!(["ArrowDown", "Enter"]), None), (json!(["ArrowDown"]), Some(ENTER))] {
            fill(page, "@query-input", "").await;
            page.keys("@query-input", "{ resource.service.name = \"r").await;
            page.until_count_at_least("@query-input ~ .open [role=option]", 2).await;
            suggested(page, "\"redis\"").await;
            page.js(types, &[keys]).await;
            if let Some(key) = then {
                page.until_count("@query-input ~ .open [role=option]", 1).await;
                page.element("@query-input[aria-activedescendant]").await;
                page.press(key).await;
            }
            page.until("the value is put in", is_put_in, &[]).await;
        }
        // What is closed stays closed, whatever is answered then.
        fill(page, "@query-input", "").await;
        page.keys("@query-input", "{ resource.service.name = \"r").await;
        suggested(page, "\"redis\"").await;
        page.js(types, &[json!(["Escape"])]).await;
        let frames = "let left = 20; const next = () => left-- ? requestAnimationFrame(next) : arguments[0](all('@suggestions.open').length); next()";
        assert_eq!(page.js_async(frames, &[]).await, json!(0), "the list is closed");
    })
    .await;
}

#[tokio::test]
async fn attributes_are_columns() {
    in_browser(async |page| {
        open_demo(page).await;
        page.until_count("@result-row", demo().len()).await;
        page.click("@result-columns").await;
        page.keys("@column-input", ["http.route", ENTER].concat()).await;
        page.until_address("column=http.route").await;
        page.until_text(".result-columns .result-column", "http.route").await;
        // As the first span has it that has it at all.
        let trace = demo().into_iter().find(|trace| trace.spans.len() == 40).expect("a ride");
        let tags = trace.spans[0].json["tags"].as_array().expect("tags").clone();
        let route = tags.iter().find(|tag| tag["key"] == "http.route").expect("a route")["value"].clone();
        let cell = format!("@result-row[data-trace-id=\"{}\"] .result-column", trace.id);
        page.until_text(&cell, route.as_str().expect("a text")).await;
        page.keys("@column-input", ["db.system", ENTER].concat()).await;
        page.until_count(".result-columns .result-column", 2).await;
        // The address is the choice.
        page.reload().await;
        page.open_demo().await;
        page.until_count(".result-columns .result-column", 2).await;
        page.until_text(&cell, route.as_str().expect("a text")).await;
        page.click("@result-columns").await;
        page.click("@column-remove").await;
        page.until_count(".result-columns .result-column", 1).await;
        page.until_address("column=db.system").await;
        // What a query selects is shown, too.
        page.keys("@query-input", ["{ name != \"\" } | select(span.http.route)", ENTER].concat()).await;
        page.until_text(".result-columns", "span.http.route").await;
    })
    .await;
}

#[tokio::test]
async fn results_are_a_table_or_a_list() {
    in_browser(async |page| {
        open_demo(page).await;
        let ride = demo().into_iter().find(|trace| trace.spans.len() == 40).expect("a ride");
        let row = format!("@result-row[data-trace-id=\"{}\"]", ride.id);
        page.until_count(&row, 1).await;
        assert_eq!(page.attribute("@results-list", "aria-pressed").await, "false");
        page.click("@results-list").await;
        page.until_text(&row, "40 spans").await;
        page.until_text(&row, &format!("{} errors", ride.errors())).await;
        // The bar is as wide as the trace is long, of the whole row.
        let share =
            "const row = one(arguments[0]); return row.querySelector('.duration-bar').offsetWidth / row.offsetWidth";
        let longest = demo().iter().map(|trace| trace.duration).max().expect("traces");
        let drawn: f64 = page.value(share, &[json!(row)]).await;
        assert!((drawn - ride.duration as f64 / longest as f64).abs() < 0.02, "{drawn}");
        page.reload().await;
        page.open_demo().await;
        page.until_text(&row, "40 spans").await;
        page.click("@results-list").await;
        page.until_count(".results.cards", 0).await;
    })
    .await;
}

/// A Tempo at the page's own origin that tells of so many traces of `shop`.
fn with_tempo(page: &Page, count: usize) -> Vec<String> {
    let tempo = &page.host.tempo;
    tempo.answer_path_with("echo", 200, "text/plain", "echo");
    tempo.answer_path_with("status/buildinfo", 200, JSON, json!({ "version": "2.6.1" }).to_string());
    let ids: Vec<String> = (1..=count).map(|at| format!("{at:032x}")).collect();
    let traces = ids.iter().zip(1..).map(|(id, at)| {
        json!({
            "traceID": id, "rootServiceName": "shop", "rootTraceName": "GET /order", "durationMs": 10 * at,
            "startTimeUnixNano": (1_790_845_200_000_000_000_i64 + at).to_string(),
            "serviceStats": { "shop": { "spanCount": at, "errorCount": 1 } },
        })
    });
    let found = json!({ "traces": traces.collect::<Vec<_>>() });
    tempo.answer_path_with("search", 200, JSON, found.to_string());
    page.provokes("404");
    ids
}

const TEMPO_SEARCH: &str = "/search?source=Tempo&lookback=1h&start=1790841600000000&end=1790845300000000";

#[tokio::test]
async fn a_source_of_summaries_lists_them_at_once() {
    in_browser(async |page| {
        let ids = with_tempo(page, 8);
        let held: Vec<_> =
            ids.iter().map(|id| page.host.tempo.answer_path_piecewise(&format!("v2/traces/{id}"))).collect();
        page.open(TEMPO_SEARCH).await;
        until_listed(page, ids.clone()).await;
        let row = format!("@result-row[data-trace-id=\"{}\"]", ids[4]);
        assert_eq!(page.attribute(&row, "data-spans").await, "5");
        assert_eq!(page.attribute(&row, "data-duration-us").await, "50000");
        // In the order that is chosen.
        page.choose("@sort-select", "longest").await;
        let first = "return all('@result-row')[0]?.dataset.traceId === arguments[0]";
        page.until("the longest is the first", first, &[json!(ids[7])]).await;
        // Six are fetched at a time.
        let fetched = || page.host.tempo.asked().iter().filter(|path| path.starts_with("v2/traces/")).count();
        let look = async || if fetched() == 6 { Ok(()) } else { Err(format!("{} are", fetched())) };
        until("six are fetched", look).await;
        for (tap, id) in held.into_iter().zip(&ids) {
            // The last one is not there any more.
            if *id != ids[7] {
                let otlp = json!({ "trace": { "resourceSpans": [{ "scopeSpans": [{ "spans": [{
                    "traceId": id, "spanId": "0102030405060708", "name": "GET /order",
                    "startTimeUnixNano": "1790845200000000000", "endTimeUnixNano": "1790845200500000000" }] }] }] } });
                tap.give(otlp.to_string()).await;
            }
            drop(tap);
        }
        until_listed(page, ids[..7].to_vec()).await;
        page.until_text("@search-partial", "1 of the traces").await;
        // As they are, not as they were told.
        assert_eq!(page.attribute(&row, "data-spans").await, "1");
        assert_eq!(fetched(), 8);
    })
    .await;
}

#[tokio::test]
async fn boxes_complete_what_a_tempo_tells() {
    in_browser(async |page| {
        with_tempo(page, 0);
        let tempo = &page.host.tempo;
        let keys = json!({ "scopes": [{ "name": "span", "tags": ["cart.items", "cart.owner"] }, { "name": "resource", "tags": ["service.name"] }] });
        tempo.answer_path_with("v2/search/tags", 200, JSON, keys.to_string());
        let values = json!({ "tagValues": [{ "type": "string", "value": "Ada L." }] });
        tempo.answer_path_with("v2/search/tag/span.cart.owner/values", 200, JSON, values.to_string());
        // What is loaded is not what this source has.
        open_demo(page).await;
        page.choose("@source-select", "Tempo").await;
        page.keys("@query-input", "{ span.").await;
        suggested(page, "span.cart.items").await;
        assert_eq!(page.count("@query-input + @suggestions [role=option]").await, 2);
        page.press("cart.o").await;
        suggested(page, "span.cart.owner").await;
        page.press(&[DOWN, ENTER, "= "].concat()).await;
        suggested(page, "\"Ada L.\"").await;
        let asked = tempo.asked();
        let tags = asked.iter().filter(|path| path.starts_with("v2/search/tags")).count();
        assert_eq!(tags, 1, "keys are asked for once: {asked:?}");
    })
    .await;
}

/// What a query API tells late comes into a list in which somebody has chosen already.
#[tokio::test]
async fn what_is_chosen_stays_chosen_when_more_is_told() {
    in_browser(async |page| {
        with_tempo(page, 0);
        let late = page.host.tempo.answer_path_piecewise("v2/search/tags");
        open_demo(page).await;
        page.choose("@source-select", "Tempo").await;
        page.keys("@query-input", "{ stat").await;
        suggested(page, "status").await;
        page.press(DOWN).await;
        page.element("@query-input[aria-activedescendant]").await;
        late.give(json!({ "scopes": [{ "name": "span", "tags": ["state"] }] }).to_string()).await;
        drop(late);
        page.until_text("@query-input + @suggestions", "span.state").await;
        let chosen = "return document.getElementById(one('@query-input').getAttribute('aria-activedescendant')).title";
        assert_eq!(page.value::<String>(chosen, &[]).await, "status");
        page.press(ENTER).await;
        page.until("it is put in", "return one('@query-input').value === '{ status '", &[]).await;
    })
    .await;
}

#[tokio::test]
async fn traces_are_put_into_the_archive_of_their_source() {
    in_browser(async |page| {
        with_jaeger(page, &[small("71", 4), small("72", 3)]);
        page.open("/search?service=shop&lookback=1h").await;
        until_listed(page, vec!["71".into(), "72".into()]).await;
        page.click("@result-check").await;
        page.provokes("501");
        page.host.service.answer_path_with("archive/71", 501, JSON, "{}");
        page.host.service.answer_path_with("archive/72", 501, JSON, "{}");
        page.click("@archive").await;
        page.until_text("@toast", "cannot be asked for that").await;
        page.click("@result-check:not(:checked)").await;
        page.until_text("@archive", "Archive 2").await;
        for id in ["71", "72"] {
            page.host.service.answer_path_with(&format!("archive/{id}"), 200, JSON, r#"{"data":[]}"#);
        }
        page.click("@archive").await;
        page.until_text("@toast", "2 traces archived at").await;
        assert_eq!(page.host.service.asked().iter().filter(|path| path.starts_with("archive/")).count(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_link_names_no_new_source() {
    in_browser(async |page| {
        page.provokes("404");
        page.open("/search?source=evil&service=shop").await;
        page.until_text("@search-no-source", "evil").await;
    })
    .await;
}
