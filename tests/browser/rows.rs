//! What a row of the timeline tells: names, marks, pills, the tree's lines, colours and the critical path.

use serde_json::{Value, json};

use crate::support::browser::in_browser;
use crate::support::keys::{ESCAPE, LEFT, RIGHT};
use crate::support::oracle::Span;
use crate::support::page::Page;
use crate::support::traces::{answer, demo_ride, span, tag, trace};

async fn open_demo_ride(page: &Page) {
    let ride = demo_ride();
    page.open_demo_trace(&ride.id).await;
    page.until_rows(&ride.ids()).await;
}

fn row_of(span: &Span) -> String {
    format!("@span-row[data-span-id=\"{}\"]", span.id)
}

/// The value of a span's tag, empty without one.
fn said(span: &Span, key: &str) -> String {
    let tag = span.tags().iter().find(|tag| tag["key"] == key);
    tag.map_or(String::new(), |tag| tag["value"].as_str().map_or_else(|| tag["value"].to_string(), str::to_owned))
}

/// A call and what answers it are one row when the call is folded: both names, and a bar in the bar.
#[tokio::test]
async fn a_folded_call_tells_who_answers() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        let at = ride.row_of(|span| said(span, "span.kind") == "client" && span.descendants > 0);
        let (call, answers) = (&ride.spans[at], &ride.spans[at + 1]);
        assert_ne!(call.service, answers.service);
        let row = row_of(call);
        assert_eq!(page.count(&format!("{row} .called-bar")).await, 0, "open, each has a row");
        page.click(&format!("{row} @span-toggle")).await;
        page.until_rows(&ride.ids_without_children_of(at)).await;
        assert_eq!(page.texts(&format!("{row} .service-name")).await, [&*call.service, &*answers.service]);
        assert!(page.text(&format!("{row} .names")).await.contains('→'));
        let title = page.attribute(&format!("{row} .names"), "title").await;
        assert!(title.ends_with(&format!("{}: {}", answers.service, answers.name)), "{title}");
        let script = "const [bar, called] = ['@span-bar', '.called-bar'].map((it) => one(`${arguments[0]} ${it}`));
            const [outer, inner] = [bar, called].map((it) => it.getBoundingClientRect());
            return inner.height > 0 && inner.height < outer.height && inner.left >= outer.left - 1 && inner.right <= outer.right + 1
                && getComputedStyle(bar).backgroundColor !== getComputedStyle(called).backgroundColor";
        assert!(page.value::<bool>(script, &[json!(row)]).await, "a thinner bar in the other's colour");
        page.shot("folded-call").await;
    })
    .await;
}

#[tokio::test]
async fn who_sent_no_spans_is_named_by_its_caller() {
    in_browser(async |page| {
        let calls = |id: &str, kind: &str, peer: &str| {
            let mut one = span(id, (id != "1").then_some("1"), "shop", "call", 10, 50);
            one["tags"] = json!([tag("span.kind", json!(kind)), tag("peer.service", json!(peer))]);
            one
        };
        let spans = vec![
            calls("1", "client", "gateway"),
            calls("2", "client", "mysql"),
            calls("3", "producer", "queue"),
            calls("4", "server", "who called"),
            calls("5", "client", "shop"),
        ];
        page.host.service.has_trace("9ee6", answer(&[trace("9ee6", spans)]));
        page.open("/trace/9ee6").await;
        page.until_count("@span-row", 5).await;
        let peers = "return all('@span-row').map((row) => row.querySelector('.peer')?.textContent ?? '')";
        // Not of a row that has rows below it, nor of who answers; and nobody calls himself.
        assert_eq!(page.value::<Vec<String>>(peers, &[]).await, ["", "mysql", "queue", "", ""]);
        assert!(page.attribute(".peer", "title").await.contains("peer.service"));
    })
    .await;
}

/// An own error is a solid mark; where one is folded away there is a hollow one, and it leaves when that is open again.
#[tokio::test]
async fn a_hidden_error_leaves_a_hollow_mark() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        let failed = ride.spans.iter().filter(|span| span.is_error).count();
        page.until_count(".mark-error[title=\"Error\"]", failed).await;
        let hollow = ".mark-error[title^=\"A hidden span\"]";
        assert_eq!(page.count(hollow).await, 0);
        let at = ride.row_of(|span| span.service == "driver");
        page.click(&format!("{} @span-toggle", row_of(&ride.spans[at]))).await;
        page.until_count(&format!("{} {hollow}", row_of(&ride.spans[at])), 1).await;
        assert_eq!(page.count(".mark-error").await, 1);
        page.click("@collapse-all").await;
        page.until_count(&format!("{} {hollow}", row_of(&ride.spans[0])), 1).await;
        page.click("@expand-all").await;
        page.until_count(hollow, 0).await;
    })
    .await;
}

#[tokio::test]
async fn pills_and_icons_tell_the_kind_of_work() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        for (work, key) in [
            ("database", "db.system"),
            ("database", "db.system.name"),
            ("http", "http.request.method"),
            ("rpc", "rpc.system"),
        ] {
            let span = &ride.spans[ride.row_of(|span| !said(span, key).is_empty())];
            page.element(&format!("{} .work-{work}", row_of(span))).await;
            let pills = page.texts(&format!("{} .row-pill", row_of(span))).await;
            assert!(pills.contains(&said(span, key)), "{key}: {pills:?}");
        }
        let with = |id: &str, tags: &[(&str, Value)]| {
            let mut one = span(id, (id != "1").then_some("1"), "shop", "work", 10, 50);
            one["tags"] = tags.iter().map(|(key, value)| tag(key, value.clone())).collect();
            one
        };
        let spans = vec![
            with("1", &[("http.status_code", json!(503)), ("http.method", json!("POST"))]),
            with("2", &[("messaging.system", json!("kafka"))]),
            with(
                "3",
                &[
                    ("gen_ai.operation.name", json!("chat")),
                    ("gen_ai.request.model", json!("m-1")),
                    ("http.request.method", json!("GET")),
                ],
            ),
            with("4", &[("http.response.status_code", json!(200))]),
        ];
        page.host.service.has_trace("9115", answer(&[trace("9115", spans)]));
        page.open("/trace/9115").await;
        page.until_count("@span-row", 4).await;
        assert_eq!(page.texts("@span-row[data-span-id=\"1\"] .row-pill").await, ["503", "POST"]);
        assert_eq!(page.texts(".row-pill.error-text").await, ["503"], "a failure of the server is red");
        page.element("@span-row[data-span-id=\"2\"] .work-messaging").await;
        assert_eq!(
            page.count("@span-row[data-span-id=\"3\"] .work").await,
            1,
            "generative AI goes before what carries it"
        );
        page.element("@span-row[data-span-id=\"3\"] .work-gen-ai").await;
        assert!(page.texts("@span-row[data-span-id=\"3\"] .row-pill").await.contains(&"m-1".to_owned()));
    })
    .await;
}

/// The lines of a row's descendants stand out while the pointer is on it.
#[tokio::test]
async fn the_pointer_marks_the_lines_of_the_tree() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        let at = ride.row_of(|span| span.service == "driver");
        let (parent, child) = (&ride.spans[at], &ride.spans[at + 1]);
        let script = "const row = one(arguments[0]), lines = row.querySelector('.guide-lines').style.boxShadow + row.querySelector('.elbow').style.color;
            return lines";
        let lines = async || page.value::<String>(script, &[json!(row_of(child))]).await;
        let before = lines().await;
        let place = "const names = one(`${arguments[0]} .names`).getBoundingClientRect(); return [names.left + 5, names.top + 5]";
        let point = async |span: &Span| {
            let [x, y]: [f64; 2] = page.value(place, &[json!(row_of(span))]).await;
            page.cdp("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": x, "y": y })).await;
        };
        point(parent).await;
        let differ = format!("return (() => {{ {script} }})() !== arguments[1]");
        page.until("the line stands out", &differ, &[json!(row_of(child)), json!(before)]).await;
        point(&ride.spans[1]).await;
        let same = format!("return (() => {{ {script} }})() === arguments[1]");
        page.until("it is as before", &same, &[json!(row_of(child)), json!(before)]).await;
    })
    .await;
}

#[tokio::test]
async fn the_name_column_is_resized_and_remembered() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        let share = "const [name, row] = ['@span-row .name-cell', '@span-row'].map((it) => one(it).getBoundingClientRect());
            return name.width / row.width";
        let before: f64 = page.value(share, &[]).await;
        let border = "const it = one('.names-splitter').getBoundingClientRect(), frame = one('.timeline-frame').getBoundingClientRect();
            return [it.left + it.width / 2, it.top + 8, frame.left + frame.width * 0.6]";
        let [from, y, to]: [f64; 3] = page.value(border, &[]).await;
        for (kind, x) in [("mousePressed", from), ("mouseMoved", to), ("mouseReleased", to)] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
            page.cdp("Input.dispatchMouseEvent", event).await;
        }
        let near = format!("return Math.abs((() => {{ {share} }})() - arguments[0]) < 0.02");
        page.until("it is as wide as it was dragged", &near, &[json!(0.6)]).await;
        assert!((before - 0.6).abs() > 0.1);
        page.keys(".names-splitter", RIGHT).await;
        page.until("a key makes it wider", &format!("return (() => {{ {share} }})() > 0.6"), &[]).await;
        let now: f64 = page.value(share, &[]).await;
        page.reload().await;
        page.element("@span-row").await;
        page.until("it is remembered", &near, &[json!(now)]).await;
        // It stops before either side is gone.
        page.keys(".names-splitter", LEFT.repeat(40)).await;
        page.until("names keep some room", &near, &[json!(0.15)]).await;
        page.keys(".names-splitter", RIGHT.repeat(40)).await;
        page.until("and so do bars, as in Jaeger UI", &near, &[json!(0.85)]).await;
    })
    .await;
}

#[tokio::test]
async fn the_label_of_a_bar_is_never_cut_off() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        let script = "return all('@span-row').map((row) => {
            const [cell, label] = ['.bar-cell', '.bar-label'].map((it) => row.querySelector(it).getBoundingClientRect());
            return label.width > 10 && label.left >= cell.left - 1 && label.right <= cell.right + 1 })";
        let whole: Vec<bool> = page.value(script, &[]).await;
        assert_eq!(whole, vec![true; demo_ride().spans.len()]);
        let labels: Vec<String> = demo_ride()
            .spans
            .iter()
            .map(|span| trackway::analysis::units::duration(span.json["duration"].as_i64().expect("µs") * 1_000))
            .collect();
        assert_eq!(page.texts("@span-row .bar-label").await, labels);
        let about = page.attribute("@span-row @span-bar", "title").await;
        assert_eq!(about, format!("{} | {}: {}", labels[0], demo_ride().spans[0].service, demo_ride().spans[0].name));
    })
    .await;
}

/// Where there is no room after a short bar its label stands before it; and a span without length at the very end can be seen.
#[tokio::test]
async fn the_last_bars_are_seen_with_their_labels() {
    in_browser(async |page| {
        let lengths = [(0, 100_000), (85_000, 3_000), (92_000, 6_000), (97_000, 3_000), (99_990, 10), (100_000, 0)];
        let spans = (1..).zip(lengths).map(|(id, (start, length))| {
            span(&format!("{id}"), (id > 1).then_some("1"), "shop", "work", start, length)
        });
        page.host.service.has_trace("1a57", answer(&[trace("1a57", spans.collect())]));
        page.open("/trace/1a57").await;
        page.until_count("@span-row", lengths.len()).await;
        // The part of each that is in the cell; and whether the label lies on a bar that is shorter than it is.
        let script = "return all('@span-row').map((row) => {
            const [cell, bar, label] = ['.bar-cell', '.span-bar', '.bar-label'].map((it) => row.querySelector(it).getBoundingClientRect());
            const seen = (it) => Math.min(it.right, cell.right) - Math.max(it.left, cell.left);
            const covers = label.left < bar.right - 0.5 && label.right > bar.left + 0.5 && label.width > bar.width;
            return [seen(bar) >= 1.5, seen(label) >= label.width - 1, !covers] })";
        let seen: Vec<[bool; 3]> = page.value(script, &[]).await;
        page.shot("last-bars").await;
        assert_eq!(seen, [[true; 3]; 6]);
        // Out of sight are both, at either side.
        page.click("@look-menu").await;
        page.click("@only-window").await;
        page.keys("@look-menu", ESCAPE).await;
        page.open("/trace/1a57?from=0&to=90000000").await;
        page.until_count("@span-row", lengths.len()).await;
        let shown = "return all('@span-row').map((row) => {
            const [cell, bar, label] = ['.bar-cell', '.span-bar', '.bar-label'].map((it) => row.querySelector(it).getBoundingClientRect());
            return [bar, label].map((it) => it.right > cell.left && it.left < cell.right) })";
        let expected = [[true; 2], [true; 2], [false; 2], [false; 2], [false; 2], [false; 2]];
        assert_eq!(page.value::<Vec<[bool; 2]>>(shown, &[]).await, expected);
    })
    .await;
}

/// Classes that a bar has besides, by what it is coloured by.
async fn bar_classes(page: &Page) -> Vec<String> {
    page.value(
        "return [...new Set(all('@span-bar').map((it) => it.className.replace('span-bar', '').trim()))].sort()",
        &[],
    )
    .await
}

#[tokio::test]
async fn bars_are_coloured_by_what_is_asked_for() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        let colours = "return new Set(all('@span-bar').map((it) => getComputedStyle(it).backgroundColor)).size";
        let services = demo_ride().services.len();
        assert_eq!(page.value::<usize>(colours, &[]).await, services, "each service has its own");
        page.click("@look-menu").await;
        for (tag, classes, least) in [
            ("status", &["by-error", "by-unset"][..], 2),
            ("kind", &["client", "server"], 2),
            ("self", &["by-shade"], 3),
            ("percentile", &["by-shade"], 5),
        ] {
            page.choose("@colour-select", tag).await;
            page.until_address(&format!("color={tag}")).await;
            let shown = "return [...new Set(all('@span-bar').map((it) => it.className.replace('span-bar', '').trim()))].sort().join() === arguments[0].join()";
            page.until(&format!("bars are coloured by {tag}"), shown, &[json!(classes)]).await;
            let many: usize = page.value(colours, &[]).await;
            assert!(many >= least, "{tag}: {many} colours");
            page.shot(&format!("coloured-by-{tag}")).await;
        }
        // The address is the view.
        page.reload().await;
        page.until_attribute("@span-row", "data-row", "0").await;
        page.element("@span-bar.by-shade").await;
        page.click("@look-menu").await;
        page.choose("@colour-select", "service").await;
        page.until("bars have their services' colours", &format!("return (() => {{ {colours} }})() === arguments[0]"), &[json!(services)]).await;
        assert_eq!(bar_classes(page).await, [""]);
    })
    .await;
}

/// The colour of each service's bars, by its name.
async fn service_colours(page: &Page) -> std::collections::BTreeMap<String, String> {
    let script = "return Object.fromEntries(all('@span-row').map((row) => [row.dataset.service, getComputedStyle(row.querySelector(css('@span-bar'))).backgroundColor]))";
    page.value(script, &[]).await
}

#[tokio::test]
async fn a_service_keeps_its_colour() {
    in_browser(async |page| {
        open_demo_ride(page).await;
        let light = service_colours(page).await;
        page.js("localStorage.clear()", &[]).await;
        page.open_demo_trace(&demo_ride().id).await;
        page.until_rows(&demo_ride().ids()).await;
        assert_eq!(service_colours(page).await, light, "in another session");
        let distinct = |colours: &std::collections::BTreeMap<String, String>| {
            colours.values().collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(distinct(&light), light.len());
        page.click("@theme-toggle").await;
        page.until_attribute("html", "data-theme", "dark").await;
        let dark = service_colours(page).await;
        assert_eq!(distinct(&dark), light.len(), "in the dark, too");
        page.click("@look-menu").await;
        page.choose("@palette-select", "safe").await;
        page.until_attribute("html", "data-palette", "safe").await;
        let safe = service_colours(page).await;
        assert_eq!(distinct(&safe), light.len(), "and for colour-blind eyes");
        assert_ne!(safe, dark);
        page.keys("@look-menu", ESCAPE).await;
    })
    .await;
}

/// A folded row has what the rows below it had of the critical path; all of the root's time is on it.
#[tokio::test]
async fn a_folded_row_has_the_critical_path_of_what_it_hides() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        let shares = "const row = one(arguments[0]), whole = row.querySelector('.bar-cell').getBoundingClientRect().width;
            return [...row.querySelectorAll(css('@critical-path'))].reduce((sum, it) => sum + it.getBoundingClientRect().width, 0) / whole";
        let root = row_of(&ride.spans[0]);
        page.until_count_at_least("@critical-path", 3).await;
        let open: f64 = page.value(shares, &[json!(root)]).await;
        assert!(open < 0.5, "{open}");
        page.click("@collapse-all").await;
        page.until_rows(&[ride.spans[0].id.clone()]).await;
        page.until("all of it is here", &format!("return (() => {{ {shares} }})() > 0.98"), &[json!(root)]).await;
        let title = page.attribute("@critical-path", "title").await;
        assert!(title.starts_with("Critical path: "), "{title}");

        // So is what belongs to services that are left out.
        page.click("@expand-all").await;
        page.until_rows(&ride.ids()).await;
        let caller = ride.row_of(|span| said(span, "peer.service") == "customer");
        let before: f64 = page.value(shares, &[json!(row_of(&ride.spans[caller]))]).await;
        page.click("@service-filter").await;
        page.click("input[data-service=\"customer\"]").await;
        page.click("@service-apply").await;
        page.until_count("@pruned-row", 1).await;
        let more = format!("return (() => {{ {shares} }})() > arguments[1] + 0.3");
        page.until("the caller has it", &more, &[json!(row_of(&ride.spans[caller])), json!(before)]).await;
    })
    .await;
}

/// What a screen reader is told of a row.
#[tokio::test]
async fn a_row_is_named_by_service_operation_duration_and_error() {
    in_browser(async |page| {
        let ride = demo_ride();
        open_demo_ride(page).await;
        for span in [&ride.spans[0], &ride.spans[ride.row_of(|span| span.is_error)]] {
            let duration = trackway::analysis::units::duration(span.json["duration"].as_i64().expect("µs") * 1_000);
            let error = if span.is_error { ", Error" } else { "" };
            let expected = format!("{}: {}, {duration}{error}", span.service, span.name);
            assert_eq!(page.attribute(&row_of(span), "aria-label").await, expected);
            assert_eq!(page.attribute(&row_of(span), "aria-level").await, (span.depth + 1).to_string());
        }
        let indexes: Vec<String> = (1..=ride.spans.len()).map(|at| at.to_string()).collect();
        assert_eq!(page.attributes("@span-row", "aria-rowindex").await, indexes);
        assert_eq!(page.count("@span-row[tabindex=\"0\"]").await, 1, "Tab stops at one row");
        assert_eq!(page.attribute("@timeline", "role").await, "treegrid");
        page.click("@span-row").await;
        page.element(".detail-row[role=row] > [role=gridcell] @span-detail").await;
        assert_eq!(page.count(".detail-row > *").await, 1);
    })
    .await;
}
